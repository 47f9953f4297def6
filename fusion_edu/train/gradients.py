"""Gradients of several losses: do they agree, and what to do where they do not (PCGrad)."""

import math
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from fusion_edu.lengths import unit
from fusion_edu.shapes import expect


def loss_gradients(losses: Mapping[str, Tensor], parameters: Iterable[nn.Parameter]) -> dict[str, Tensor]:
    """The gradient of each loss with respect to the same parameters, as one flat vector; ``.grad`` stays as it is.

    Args:
        losses: name -> scalar with a graph. The graph is kept, so that ``backward`` may follow.
        parameters: those that the losses share, P numbers in all; a loss that does not reach one has gradient 0 there.

    Returns:
        name -> (P,) gradient, detached.

    Raises:
        ValueError: no loss, no parameter, or a loss that is no scalar.
    """
    wanted = list(parameters)
    if not losses or not wanted:
        raise ValueError(f"{'parameters' if losses else 'losses'} is empty, needs at least one")
    found = {}
    for name, loss in losses.items():
        if loss.ndim:
            raise ValueError(f"losses[{name!r}] has shape {tuple(loss.shape)}, needs a scalar")
        parts = torch.autograd.grad(loss, wanted, retain_graph=True, allow_unused=True)
        flat = [torch.zeros_like(p) if g is None else g for g, p in zip(parts, wanted, strict=True)]
        found[name] = torch.cat([part.detach().flatten() for part in flat])
    return found


def gradient_cosine(a: Tensor, b: Tensor) -> float:
    """Cosine of the angle of two gradients (P,): below 0 a step for one loss raises the other; NaN where one is 0."""
    expect(a=(a, "P"), b=(b, "P"))
    a, b = _wide(a), _wide(b)
    return torch.dot(unit(a), unit(b)).item() if a.any() and b.any() else math.nan


def pcgrad(gradients: Mapping[str, Tensor], generator: torch.Generator | None = None) -> dict[str, Tensor]:
    r"""Every gradient without what works against another one: where :math:`g_i \cdot g_j < 0`,

    .. math:: g_i \leftarrow g_i - \frac{g_i \cdot g_j}{\lVert g_j \rVert^2} g_j

    for the other gradients :math:`g_j`, as they came, one after the other. What is left may still be of very different lengths: a loss
    in millimetres is as loud as before.

    Args:
        gradients: name -> (P,), as ``loss_gradients`` gives them.
        generator: of the random order of the others; None takes the order given. With two losses there is no order.

    Returns:
        name -> (P,). Their sum is the step: ``set_gradients(parameters, sum(...))``.

    Raises: TypeError, ValueError: no gradient, no tensors, or of different shapes.

    Source: Yu et al. 2020, arXiv:2001.06782, algorithm 1.
    """
    names = list(gradients)
    if not names:
        raise ValueError("gradients is empty, needs at least one")
    expect(**{f"gradients[{name!r}]": (g, "P") for name, g in gradients.items()})
    projected, ways = {}, {name: _near_one(_wide(g)) for name, g in gradients.items()}
    for name in names:
        others = [other for other in names if other != name]
        if generator is not None:
            others = [others[k] for k in torch.randperm(len(others), generator=generator).tolist()]
        left = _wide(gradients[name]).clone()
        for other in others:
            against = torch.dot(left, ways[other])
            if against < 0:
                left -= against / ways[other].square().sum() * ways[other]
        projected[name] = left.to(gradients[name].dtype)
    return projected


def _wide(gradient: Tensor) -> Tensor:
    """At least float32: the products of small halves are 0."""
    return gradient.to(torch.promote_types(gradient.dtype, torch.float32))


def _near_one(gradient: Tensor) -> Tensor:
    """The same direction, divided by the power of two next to its largest number: that costs no digit, and squares stay in range."""
    largest = gradient.abs().max() if gradient.numel() else torch.zeros(())
    return torch.ldexp(gradient, -torch.frexp(largest).exponent.clamp(-100, 100))


def set_gradients(parameters: Iterable[nn.Parameter], gradient: Tensor) -> None:
    """Write a flat gradient (P,) into ``.grad`` of the parameters, in their order: then ``optimizer.step()``.

    Raises: ValueError: P is not the number of numbers in the parameters.
    """
    wanted = list(parameters)
    count = sum(p.numel() for p in wanted)
    expect(gradient=(gradient, str(count)))
    for p, part in zip(wanted, gradient.split([p.numel() for p in wanted]), strict=True):
        p.grad = part.reshape(p.shape).to(p.dtype, copy=True)
