"""Losses of a whole batch: all cosines at once while they are few, and a part of their table at a time from then on."""

from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor
from torch.autograd import Function, forward_ad

from fusion_edu.losses.reduce import reduce_loss
from fusion_edu.values import whole

MANY_ROWS = 1024  # from here on a part at a time is at least as fast, see benchmarks/losses.py
Kept = tuple[Tensor | None, ...]
Gradients = tuple[Tensor | None, Tensor | None, Tensor, Tensor]  # of a, b, scale, bias


class Sides(NamedTuple):
    """Both sides of the table, and how to go through it."""

    a: Tensor  # (B, D), rows of length 1
    b: Tensor
    scale: Tensor
    bias: Tensor
    chunk: int | None  # rows at a time
    wanted: tuple[bool, bool]  # is the gradient of a, of b wanted? A side that does not learn saves a product


class Rule(Protocol):
    """One loss of the table of cosines ``a @ b.T``, written twice: as its formula, and in parts."""

    @staticmethod
    def plain(a: Tensor, b: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
        """The formula: losses (B,) from a, b (B, D), rows of length 1."""

    @classmethod
    def losses(cls, of: Sides, expected: Tensor | None) -> tuple[Tensor, Kept]:
        """The same (B,) in O(B * chunk) memory, and what ``gradients`` needs again."""

    @classmethod
    def gradients(cls, of: Sides, upstream: Tensor, expected: Tensor | None, kept: Kept) -> Gradients:
        """Gradients of the sum of ``upstream`` (B,) times the losses."""


def table_losses(
    rule: type[Rule],
    a: Tensor,
    b: Tensor,
    scale: Tensor,
    bias: Tensor | None = None,
    *,
    chunk: int | None = None,
    expected: Tensor | None = None,
) -> Tensor:
    """Losses (B,) of ``rule``.

    Args:
        a, b: (B, D), rows of length 1, float32 or float64.
        scale, bias: scalar tensors beside them.
        chunk: rows of the table in memory at a time; None chooses by size. The result is the same to rounding.
        expected: (B,) the weights that the losses will get, where they are known: then one table serves forward and
            backward. Where backward finds others, it makes the table anew.

    Second derivatives, ``torch.func``, ``torch.compile`` and forward derivatives take the formula, and B * B numbers.
    """
    if chunk is not None:
        chunk = whole("chunk", chunk, 1, ">= 1 of rows, or None to choose by size")
    bias = a.new_zeros(()) if bias is None else bias
    if few(a, chunk):
        return rule.plain(a, b, scale, bias)
    learn_a, learn_b, *numbers = (torch.is_grad_enabled() and x.requires_grad for x in (a, b, scale, bias))
    wanted = (learn_a or (any(numbers) and not learn_b), learn_b)
    values: Tensor = _Table.apply(rule, a, b, scale, bias, expected if any(wanted) else None, chunk, wanted)  # type: ignore[no-untyped-call]
    return values


def weights_of(
    reduction: str, weight: Tensor | None, like: Tensor, chunk: int | None, count: Tensor | None = None
) -> Tensor | None:
    """(B,) what ``reduce_loss`` multiplies each loss by; None where nobody asks, or each gets a weight of its own later."""
    if reduction == "none" or few(like, chunk):
        return None
    with torch.no_grad():
        each = reduce_loss(like.new_ones(len(like)), "none", weight).to(like.dtype)
        if reduction == "sum":
            return each
        return each * (each.sum() if count is None else count).reciprocal().to(like.dtype)


def few(a: Tensor, chunk: int | None = None) -> bool:
    """Whether the whole table of a (B, D) is made at once: B is small, or a transformation knows the formula only."""
    return (chunk is None and len(a) < MANY_ROWS) or transformed(a)


def transformed(a: Tensor) -> bool:
    """Whether a transformation is at work that knows formulas, but no derivative that is written by hand."""
    return bool(
        a.is_meta
        or torch.compiler.is_compiling()
        or torch._C._functorch.peek_interpreter_stack() is not None
        or forward_ad._current_level >= 0
    )


class _Table(Function):
    """Losses of a rule in parts; its gradient, too."""

    @staticmethod
    def forward(ctx: Any, *inputs: Any) -> Any:
        rule, a, b, scale, bias, expected, ctx.chunk, ctx.wanted = inputs
        values, kept = rule.losses(Sides(a, b, scale, bias, ctx.chunk, ctx.wanted), expected)
        ctx.rule = rule
        ctx.save_for_backward(a, b, scale, bias, expected, *kept)
        return values

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (upstream,) = grads
        a, b, scale, bias, expected, *kept = ctx.saved_tensors
        asked = ctx.needs_input_grad[1:5]
        if torch.is_grad_enabled():  # create_graph: what comes out is differentiated again
            found = _differentiable(ctx.rule, (a, b, scale, bias), asked, upstream)
        else:
            sides = Sides(a, b, scale, bias, ctx.chunk, ctx.wanted)
            found = ctx.rule.gradients(sides, upstream, expected, tuple(kept))
        return None, *(x if yes else None for x, yes in zip(found, asked, strict=True)), None, None, None


def _differentiable(
    rule: type[Rule], inputs: tuple[Tensor, ...], asked: tuple[bool, ...], upstream: Tensor
) -> list[Tensor | None]:
    values = rule.plain(*inputs)
    learning = [x for x, yes in zip(inputs, asked, strict=True) if yes]
    found = iter(torch.autograd.grad(values, learning, upstream, create_graph=True, allow_unused=True))
    return [next(found) if yes else None for yes in asked]
