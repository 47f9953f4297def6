"""What the warm process does once, so that no sandbox has to: imports, and the first calls of Python, NumPy and torch."""

import contextlib
import gc
import importlib
from typing import Any

import torch

from fusion_edu.autograder import record
from fusion_edu.autograder.case import Case
from fusion_edu.autograder.observe import guarded, observe
from fusion_edu.autograder.sandbox.inside import keeper, runner, standins  # noqa: F401


def warm_up(modules: list[str]) -> None:
    """Import what answers use, and once do what Python and torch prepare at a first call, that no sandbox has to."""
    _no_frames_of_others()
    for name in modules:
        importlib.import_module(name)
    torch.set_num_threads(1)
    for module in (torch._C._autograd, torch.autograd):
        # it would hide operators, by ways that no profile function sees
        vars(module).pop("_enable_record_function", None)
    _only_by_the_front_door()
    x = torch.tensor([[0.5, float("nan")], [1.0, 2.0]])
    cases = Case("", (x,)), Case("", (x,), gradient=(0,)), Case("", (x,), randomness=True)
    with guarded():
        for answer in (_usual, _usual(x).backward):  # the second raises
            for case in cases:
                with record.calls(operators=False):
                    runner.pack([observe(answer, case)])
    with record.calls(operators=True):
        pass  # a first recording starts a thread of torch's own, which no fork has, and no other recording needs
    record.no_more_hooks()


def _no_frames_of_others() -> None:
    """While an answer runs, nothing is called for each frame of Python: it would run inside the profile function, unseen."""
    with contextlib.suppress(ImportError, AttributeError):  # another torch
        frames: Any = importlib.import_module("torch._C._dynamo.eval_frame")
        hook = frames.set_eval_frame

        def set_eval_frame(callback: Any, *more: Any) -> Any:
            if standins.answering and callback is not None:
                raise RuntimeError("nothing is called for each frame while an answer runs")
            return hook(callback, *more)

        frames.set_eval_frame = set_eval_frame


def _only_by_the_front_door() -> None:
    """Operators of torch run where they are recorded: the ways to a kernel that go round that end here."""
    of_c: Any = torch._C
    with contextlib.suppress(AttributeError):  # another torch
        del of_c._DispatchOperatorHandle.redispatch_boxed
    for name in ("_dispatch_call_boxed", "_dispatch_get_computed_kernel_for_dispatch_key"):  # torch.library.get_kernel
        vars(of_c).pop(name, None)
    find = of_c._get_operation_overload

    def found(*names: str) -> Any:
        known = find(*names)
        return known and (known[0], _closed, *known[2:])

    of_c._get_operation_overload = found
    for each in gc.get_objects():
        if type(each) is torch._ops.OpOverload:
            each._op_dk = _closed


def _closed(*given: Any, **named: Any) -> Any:
    raise RuntimeError("operators are called as a whole here")


def _usual(x: Any) -> Any:
    """What homework does."""
    functional = torch.nn.functional
    x = torch.where(x > 1, torch.relu(x), functional.softplus(x) ** 2).clamp(min=0)
    distance = torch.cdist(x, x) @ functional.normalize(x, dim=-1).T
    entropy = functional.cross_entropy(x, torch.arange(len(x))) + functional.mse_loss(x, x * 2)
    return (torch.softmax(distance, 1) * torch.log_softmax(x, 1)).sum() + entropy + x.exp().log().mean() + x.std()
