"""Whether an answer would run on a GPU as it is, without one: follow which tensors would be left on the CPU.

The meta device could stand in for a GPU, but it knows no values, so it also stops ``x[mask]`` and loops over values,
which a GPU runs. Here the answer runs on real values, and each tensor is known to be on the device of the inputs or made on the CPU.
"""

import contextlib
import io
from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from fusion_edu.autograder.case import Case, mapped, tensors

LEAVES = "It would not run as it is on a GPU: a tensor is made on the CPU ({name}) and meets the inputs. Give it device=x.device."
NUMPY = "It would not run as it is on a GPU: .numpy() needs a tensor on the CPU."
STAYS = "On a GPU its result would stay on the CPU: make new tensors on the device of the inputs (device=x.device)."
# these may mix devices, or move no data
FREE = {"__getitem__", "__setitem__", "copy_", "__get__", "__set__", "size", "dim"}


class _Follow(TorchFunctionMode):
    """Remember the tensors that were made without the device of an input."""

    def __init__(self, inputs: list[torch.Tensor]) -> None:
        super().__init__()
        self.made: dict[int, tuple[torch.Tensor, str]] = {}
        self.kept = list(inputs)  # an id is only good while its tensor lives
        self.mixed = ""

    def __torch_function__(
        self, function: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        name = getattr(function, "__name__", "")
        # written out, that is: x.device is "cpu" here, and would not be there
        words = [each for each in (*args[1:], *kwargs.values()) if isinstance(each, str)]
        if name == "cpu" or (name == "to" and "cpu" in words):
            return self._made(function(*args, **kwargs).view_as(args[0]), ".cpu()")
        given = tensors(args) + tensors(list(kwargs.values()))
        if name in ("to", "type_as") and len(given) > 1:  # it goes where the second one is
            given = given[1:]
        made = [t for t in given if id(t) in self.made]
        if name in ("numpy", "__array__") and len(made) < len(given):
            self.mixed = self.mixed or NUMPY
        elif made and len(made) < len(given) and name not in FREE and any(t.dim() for t in made):
            self.mixed = self.mixed or LEAVES.format(name=self.made[id(made[0])][1])
        result = function(*args, **kwargs)
        moves = kwargs.get("device") is not None or (name == "to" and given[0] is args[0])
        stays = not moves and len(made) == len(given)
        for t in tensors(result) if isinstance(result, (torch.Tensor, list, tuple)) else []:
            self.kept.append(t)
            if stays:
                self._made(t, self.made[id(made[0])][1] if made else f"torch.{name}")
            else:
                self.made.pop(id(t), None)
        return result

    def _made(self, tensor: torch.Tensor, by: str) -> torch.Tensor:
        """Remember that a tensor is on the CPU, and what put it there."""
        self.made[id(tensor)] = tensor, by
        return tensor


def advice(answer: Callable[..., Any], case: Case) -> str:
    """One sentence where the answer would not run as it is on a GPU, else nothing."""
    args = mapped(case.args, torch.Tensor.clone)
    follow = _Follow(tensors(args))
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), follow:
            result = answer(*args)
    except (Exception, SystemExit):
        return ""  # it ran on this case before, so this is no fault of the answer
    if follow.mixed:
        return follow.mixed
    return STAYS if any(id(t) in follow.made for t in tensors(result)) else ""
