"""What all explanations share: calling a model in eval mode, one score a sample, and its gradient."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from fusion_edu.modes import evaluating
from fusion_edu.shapes import expect
from fusion_edu.values import all_true, class_numbers

Inputs = Tensor | dict[str, Tensor]
Model = Callable[..., Tensor]


@contextmanager
def quiet(model: Model) -> Iterator[None]:
    """A Module, or the one that a method belongs to, in eval mode; afterwards each part is as it was."""
    owner = getattr(model, "__self__", model)
    if not isinstance(owner, nn.Module):
        yield
        return
    with evaluating(owner):
        yield


def pieces(x: Inputs) -> dict[str, Tensor]:
    """The modalities by name; a bare tensor is the only one, "x"."""
    found = x if isinstance(x, dict) else {"x": x}
    if not found:
        raise ValueError("x has no modality, needs at least one")
    for name, values in found.items():
        if not isinstance(values, Tensor):
            raise TypeError(f"{_named(x, name)} is a {type(values).__name__}, needs a tensor of shape (B, ...)")
        if values.ndim == 0:
            raise ValueError(f"{_named(x, name)} has shape (), needs (B, ...)")
    first = next(iter(found))
    for name, values in found.items():
        if len(values) != len(found[first]):
            raise ValueError(
                f"{_named(x, name)} has {len(values)} rows, needs {len(found[first])} as {_named(x, first)} has"
            )
    return found


def whole_again(x: Inputs, parts: dict[str, Tensor]) -> Inputs:
    """``parts`` in the form of ``x``."""
    return parts if isinstance(x, dict) else parts["x"]


def copied(x: Inputs) -> Inputs:
    """What a model may overwrite: its first layer may work in place."""
    return {name: values.clone() for name, values in x.items()} if isinstance(x, dict) else x.clone()


def scores(out: Tensor, target: Tensor | None, rows: int) -> Tensor:
    """(B,): the output itself, or of (B, C) logits the column of each sample's target."""
    if not isinstance(out, Tensor) or out.ndim not in (1, 2) or len(out) != rows:
        raise ValueError(f"model gave {tuple(getattr(out, 'shape', ()))}, needs (B,) or (B, C) with B={rows}")
    if out.ndim == 1:
        if target is not None:
            raise ValueError("target is given, needs None: the model gives one number a sample")
        return out
    if target is None:
        raise ValueError(f"target is None, needs (B,) class numbers: the model gives {out.shape[1]} numbers a sample")
    expect(target=(target, str(rows)))
    classes = class_numbers("target", target).to(out.device)
    if not all_true((classes >= 0) & (classes < out.shape[1])):
        raise ValueError(f"target holds a class outside 0 .. {out.shape[1] - 1}, needs a column of the model's output")
    return out.gather(1, classes[:, None]).squeeze(1)


def floats(x: Inputs) -> dict[str, Tensor]:
    """As :func:`pieces`, where each has a gradient."""
    for name, values in pieces(x).items():
        if not values.is_floating_point():
            raise TypeError(f"{_named(x, name)} has dtype {values.dtype}, needs floats: explain what is embedded of it")
    return pieces(x)


def gradient(model: Model, x: Inputs, target: Tensor | None) -> dict[str, Tensor]:
    """Of each sample's score, towards each modality; zeros where it has no say. The model's own gradients stay as they are."""
    leaves = {name: values.detach().clone().requires_grad_() for name, values in floats(x).items()}
    rows = len(next(iter(leaves.values())))
    with torch.enable_grad(), quiet(model), torch.backends.cudnn.flags(enabled=False):  # cuDNN's RNNs refuse eval mode
        total = scores(model(copied(whole_again(x, leaves))), target, rows).sum()
    if not total.requires_grad:
        return {name: torch.zeros_like(values) for name, values in leaves.items()}
    found = torch.autograd.grad(total, list(leaves.values()), allow_unused=True)
    return {
        name: torch.zeros_like(values) if slope is None else slope
        for (name, values), slope in zip(leaves.items(), found, strict=True)
    }


def _named(x: Inputs, name: str) -> str:
    return f"x[{name!r}]" if isinstance(x, dict) else "x"
