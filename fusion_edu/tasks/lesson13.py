"""Tasks of lesson 13: explanations, and who said it."""

import itertools
import math
from collections.abc import Callable

import torch
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Mistake, Task, edit
from fusion_edu.autograder.views import as_numbers
from fusion_edu.tasks import given

# 13.1 ---------------------------------------------------------------------------------------------


def integrated_gradients(f: Callable[[Tensor], Tensor], x: Tensor, base: Tensor, steps: int) -> Tensor:
    """Attributions (N, D) of f's values (N,), along the straight way from base to x."""
    total = torch.zeros_like(x)
    for k in range(steps):
        point = (base + (k + 0.5) / steps * (x - base)).detach().requires_grad_(True)
        total += torch.autograd.grad(f(point).sum(), point)[0]
    return (x - base) * total / steps


def _trapezoid(f: Callable[[Tensor], Tensor], x: Tensor, base: Tensor, steps: int) -> Tensor:
    total = torch.zeros_like(x)
    for k in range(steps + 1):
        point = (base + k / steps * (x - base)).detach().requires_grad_(True)
        total += torch.autograd.grad(f(point).sum(), point)[0] * (0.5 if k in (0, steps) else 1)
    return (x - base) * total / steps


def _both_ends(f: Callable[[Tensor], Tensor], x: Tensor, base: Tensor, steps: int) -> Tensor:
    total = torch.zeros_like(x)
    for t in torch.linspace(0, 1, steps).tolist():
        point = (base + t * (x - base)).detach().requires_grad_(True)
        total += torch.autograd.grad(f(point).sum(), point)[0]
    return (x - base) * total / steps


def _taken_apart_otherwise(f: Callable[[Tensor], Tensor], x: Tensor, base: Tensor, steps: int) -> Tensor:
    """All points in one call, step by step, and taken apart as if they stood row by row."""
    places = (torch.arange(steps, dtype=x.dtype) + 0.5) / steps
    points = (base + places[:, None, None] * (x - base)).flatten(0, 1).detach().requires_grad_(True)
    grads = torch.autograd.grad(f(points).sum(), points)[0]
    return (x - base) * grads.reshape(len(x), steps, -1).mean(1)


def _draw_ways(draw: Draw) -> list[Case]:
    n, d, k = draw.whole(2, 4), draw.whole(2, 4), draw.whole(3, 7)
    return [
        Case("bent, random", (given.curved, draw.normal(n, d), draw.normal(n, d), k)),
        Case("product, random", (given.first_times_last, draw.normal(n, d), draw.normal(n, d), k)),
        Case("one feature", (given.square_sum, draw.normal(n, 1), draw.normal(n, 1), k)),
        Case("float64", (given.curved, *(draw.normal(n, d, dtype=torch.float64) for _ in range(2)), k)),
    ]


INTEGRATED = Task(
    id="13.1",
    title="Integrated gradients that add up",
    promise=r"""
    Write `integrated_gradients(f, x, base, steps)`: the gradient of $f$ averaged over the midpoints of `steps` equal pieces of the straight way from `base` to `x`, times the way.

    $$a = (x - b)\,\frac1K\sum_{k=0}^{K-1}\nabla f\Big(b + \tfrac{k + 1/2}{K}(x - b)\Big)$$

    - `f` takes an (N, D) tensor and gives (N,), one number a row, each from its own row alone; it can be differentiated with `torch.autograd`. You may call it as often as you like and with any number of rows: one at a time, all of a step, or all points of all rows below each other.
    - `x` and `base` have shape (N, D), N and D >= 1, float32 or float64, and need no gradient. `steps` is an int, K >= 1.
    - The result has the shape and dtype of `x`. Whether it carries a gradient does not matter.
    - The inputs are not changed.
    """,
    reference=integrated_gradients,
    named=(
        Case("square", (given.square_sum, tensor([[1.0, 2.0]]), tensor([[0.0, 0.0]]), 4)),
        Case("product", (given.first_times_last, tensor([[2.0, 3.0]]), tensor([[1.0, 1.0]]), 8)),
        Case("a late start", (given.late_start, tensor([[3.0, 1.5]]), tensor([[0.0, 0.0]]), 10)),
        Case("two rows", (given.first_times_last, tensor([[2.0, 3.0], [-1.0, 4.0]]), tensor([[1.0, 0.5], [0.0, 2.0]]), 5)),
        Case("one step", (given.curved, tensor([[1.0, -0.5, 2.0]]), tensor([[0.5, 0.5, 0.0]]), 1)),
        Case("bent", (given.curved, tensor([[1.0, -2.0], [0.5, 0.3], [2.0, 1.0]]), tensor([[0.0, 1.0], [-1.0, 0.3], [1.0, -1.0]]), 3)),
        Case("x is the base", (given.curved, tensor([[1.0, -2.0]]), tensor([[1.0, -2.0]]), 3)),
    ),
    draws=_draw_ways,
    mistakes=(
        Mistake("gradient only", edit("return (x - base) * total / steps", "return total / steps"),
                "You return the mean gradient. Multiply by (x - base): only then the attributions add up to f(x) - f(base).", "not multiplied by the way"),
        Mistake("gradient at x", edit("(base + (k + 0.5) / steps * (x - base))", "(x * 1.0)"),
                "You took the gradient only at x: what has saturated there looks unimportant. Average it along the way from the base.", "gradient times input"),
        Mistake("left ends", edit("(k + 0.5) / steps", "k / steps"),
                "You took the left end of each piece: the way starts at the base and never comes near x. Take the midpoints, (k + 1/2) / K.", "a biased sum"),
        Mistake("right ends", edit("(k + 0.5) / steps", "(k + 1) / steps"),
                "You took the right end of each piece: the base itself is never approached. Take the midpoints, (k + 1/2) / K.", "a biased sum"),
        Mistake("trapezoid", _trapezoid,
                "You took the ends of the pieces, the outer two by half (trapezoid rule). Here the midpoints are asked for.", "another rule"),
        Mistake("both ends", _both_ends,
                "Your points go from base to x, both included, and count alike (linspace): the ends weigh too much. Take the midpoints, (k + 1/2) / K.", "the ends count twice"),
        Mistake("times x", edit("return (x - base)", "return x"),
                "You multiplied by x. Multiply by the way, x - base: with a base that is not 0 nothing adds up.", "right for a base of 0 only"),
        Mistake("no average", edit("* total / steps", "* total"),
                "You added up the gradients. Divide by the number of steps: the result must not grow with it.", "steps times too large"),
        Mistake("from zero", edit("base + (k + 0.5) / steps * (x - base)", "(k + 0.5) / steps * x"),
                "Your way starts at 0. It starts at the base.", "ignores the base on the way"),
        Mistake("mean over rows", edit("f(point).sum()", "f(point).mean()"),
                "You took the gradient of the mean over the rows: each is divided by N. Take the sum, then a row's gradient is its own.", "divided by N"),
        Mistake("absolute gradients", edit("f(point).sum(), point)[0]", "f(point).sum(), point)[0].abs()"),
                "You took absolute values of the gradients: evidence against counts as evidence for, and nothing adds up.", "no sign"),
        Mistake("absolute way", edit("return (x - base)", "return (x - base).abs()"),
                "You multiplied by |x - base|. The sign of the way belongs to the attribution.", "wrong where x is below the base"),
        Mistake("backwards", edit("return (x - base)", "return (base - x)"),
                "You multiplied by base - x: the sign is turned round.", "sign turned round"),
        Mistake("added up", edit("* total / steps", "* total / steps).sum(1)", "return (x", "return ((x"),
                "You added up the attributions of a row. One number for each feature is asked for, (N, D).", "shape (N,)"),
        Mistake("last step only", edit("total += torch", "total = steps * torch"),
                "Only the last step counts in yours: total is overwritten. Add up, +=.", "one gradient"),
        Mistake("chain rule", edit('total += torch', 'total += (k + 0.5) / steps * torch'),
                "Each gradient is multiplied by its place on the way, (k + 1/2) / K: you differentiated by x through the point, and that factor of the chain rule is left in. Differentiate by the point.", "about half of ours"),
        Mistake("middle only", edit('(k + 0.5) / steps', '0.5'),
                "All your gradients are taken at the middle of the way. Each step has a point of its own, (k + 1/2) / K.", "right for quadratic functions only"),
        Mistake("made to add up", edit('return (x - base) * total / steps', 'a = (x - base) * total / steps\n    return a + ((f(x) - f(base)).detach() - a.sum(1))[:, None] / x.shape[1]'),
                "You spread what is missing to f(x) - f(base) over the features. The sum is asked for as it is: what is missing shows that there are too few steps.", "an error is hidden"),
        Mistake("scaled to add up", edit('return (x - base) * total / steps', 'a = (x - base) * total / steps\n    return a * ((f(x) - f(base)).detach() / a.sum(1))[:, None]'),
                "You scaled the attributions so that they add up to f(x) - f(base). The sum is asked for as it is: what is missing shows that there are too few steps.", "an error is hidden"),
        Mistake('from zero, along the way', edit('base + (k + 0.5) / steps * (x - base)', '(k + 0.5) / steps * (x - base)'), 'Your points are parts of the way without the base: they start at 0. Add the base to each.', 'right for a base of 0 only'),
        Mistake('steps and rows mixed up', _taken_apart_otherwise, 'You laid the points down step by step and took their gradients apart row by row, so each row gets those of others. Take them apart in the order in which they were laid: (steps, N, D).', 'gradients of other rows'),
        Mistake('one point more', edit('range(steps)', 'range(steps + 1)', '(k + 0.5) / steps', 'k / steps'), 'You took steps + 1 points, base and x included, and divided by steps: one gradient too many counts. Take the midpoints, (k + 1/2) / K, one for each step.', 'one point too many'),
    ),
    hints=(
        "For one step: at which point is the gradient taken?",
        "torch.autograd.grad(f(point).sum(), point)[0] gives each row its own gradient, if point requires one.",
        "Check yourself: result.sum(1) should be near f(x) - f(base), nearer with more steps.",
    ),
    difficulty=3,
    points=15,
    minutes=25,
    forbidden=("captum",),
)  # fmt: skip

# 13.2 ---------------------------------------------------------------------------------------------


def grad_cam(act: Tensor, grad: Tensor) -> Tensor:
    """Feature maps and their gradients (N, C, H, W) to maps (N, H, W) in [0, 1]."""
    weight = grad.mean(dim=(2, 3), keepdim=True)
    cam = torch.relu((weight * act).sum(1))
    most = cam.amax(dim=(1, 2), keepdim=True)
    return torch.where(most > 0, cam / most, torch.zeros_like(cam))


def _draw_maps(draw: Draw) -> list[Case]:
    n, c, h, w = draw.whole(2, 3), draw.whole(2, 4), draw.whole(2, 3), draw.whole(2, 4)
    return [
        Case("random", (draw.normal(n, c, h, w), draw.normal(n, c, h, w))),
        Case("activations after a ReLU", (draw.normal(n, c, h, w).relu(), draw.normal(n, c, h, w))),
        Case("as many channels as places", (draw.normal(n, 3, 3, 3), draw.normal(n, 3, 3, 3))),
        Case("one channel, one place", (draw.normal(n, 1, 1, 1), draw.normal(n, 1, 1, 1))),
        Case("float64", (draw.normal(n, c, h, w, dtype=torch.float64), draw.normal(n, c, h, w, dtype=torch.float64))),
    ]


GRAD_CAM = Task(
    id="13.2",
    title="Grad-CAM",
    promise=r"""
    Write `grad_cam(act, grad)`: for each picture $\mathrm{ReLU}\big(\sum_c w_c A_c\big)$, where $w_c$ is the mean over the places of channel c's gradient; then divided by its own largest value.

    - `act` (activations $A$) and `grad` (the gradient of the score towards them) have shape (N, C, H, W), all sizes >= 1, float32 or float64.
    - The result has shape (N, H, W) and the dtype of `act`. A picture whose map has no value above 0 gets all 0, not nan.
    - Activations and gradients may be small: a map whose largest value is only 1e-9 still reaches 1 (to three digits). `act` and `grad` have the same dtype.
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=grad_cam,
    named=(
        Case("two channels", (tensor([[[[1.0, 2.0]], [[3.0, 0.0]]]]), tensor([[[[1.0, 1.0]], [[-1.0, 1.0]]]]))),
        Case("for and against", (tensor([[[[1.0, 2.0]], [[3.0, 0.5]]]]), tensor([[[[2.0, 2.0]], [[-1.0, -1.0]]]]))),
        Case("nothing for the class", (-tensor([[[[1.0, 2.0]]]]), tensor([[[[1.0, 1.0]]]]))),
        Case("one picture with, one without", (tensor([[[[1.0, 2.0]]], [[[-1.0, -2.0]]]]), tensor([[[[1.0, 1.0]]], [[[1.0, 1.0]]]]))),
        Case("bright and dim", (tensor([[[[5.0, 2.0]]], [[[0.5, 0.1]]]]), tensor([[[[1.0, 2.0]]], [[[1.0, 1.0]]]]))),
        Case("very small", (tensor([[[[4e-9, 1e-9], [2e-9, 0.0]]]]), tensor([[[[1.0, 1.0], [1.0, 1.0]]]]))),
        Case("everywhere above 0", (tensor([[[[3.0, 4.0], [2.0, 2.5]]]]), tensor([[[[1.0, 0.0], [1.0, 0.0]]]]))),
        Case("gradients that cancel", (tensor([[[[1.0, 3.0]], [[2.0, 1.0]]]]), tensor([[[[2.0, -2.0]], [[0.0, 1.0]]]]))),
    ),
    draws=_draw_maps,
    mistakes=(
        Mistake("no relu", edit("torch.relu((weight * act).sum(1))", "(weight * act).sum(1)"),
                "Your map is negative where the evidence is against the class. Grad-CAM keeps what speaks for it: ReLU.", "evidence against is shown as well"),
        Mistake("gradient of each place", edit("weight = grad.mean(dim=(2, 3), keepdim=True)", "weight = grad"),
                "You weighted each place with its own gradient (that is HiResCAM). Here a channel has one weight: the mean of its gradient over the places.", "another method"),
        Mistake("one maximum for all", edit("most = cam.amax(dim=(1, 2), keepdim=True)", "most = cam.max()"),
                "You divided all pictures by one maximum: dim ones look empty. Each picture has its own.", "dim pictures look empty"),
        Mistake("nan for an empty map", edit("return torch.where(most > 0, cam / most, torch.zeros_like(cam))", "return cam / most"),
                "A map without anything above 0 is 0/0 in yours: nan. It should be all 0.", "0/0"),
        Mistake("small guard", edit("return torch.where(most > 0, cam / most, torch.zeros_like(cam))", "return cam / (most + 1e-8)"),
                "A number is added to the denominator: maps of small values do not reach 1, and those are allowed here. Divide only where the largest value is above 0.", "small maps are too dark"),
        Mistake("absolute map", edit("torch.relu((weight * act).sum(1))", "(weight * act).sum(1).abs()"),
                "The absolute value mixes what speaks for and against the class. Use ReLU.", "against looks like for"),
        Mistake("mean over channels", edit("dim=(2, 3)", "dim=1"),
                "You averaged the gradient over the channels. Average over the places, H and W: one weight a channel.", "weights of places"),
        Mistake("relu on the weights", edit("torch.relu((weight * act).sum(1))", "(torch.relu(weight) * act).sum(1).relu()"),
                "You dropped channels with a negative weight. They count, against; ReLU comes after the sum.", "channels against are dropped"),
        Mistake("relu on each channel", edit("torch.relu((weight * act).sum(1))", "torch.relu(weight * act).sum(1)"),
                "You took ReLU of each channel before the sum: channels that speak against no longer cancel anything. Sum first.", "no channel cancels another"),
        Mistake("not normalised", edit("return torch.where(most > 0, cam / most, torch.zeros_like(cam))", "return cam"),
                "Your map is not divided by its largest value.", "not between 0 and 1"),
        Mistake("from its minimum", edit("    most =", "    cam = cam - cam.amin(dim=(1, 2), keepdim=True)\n    most ="),
                "You subtracted the smallest value of the map first (min-max). Only divide by the largest: 0 means nothing for the class.", "the weakest place becomes 0"),
        Mistake("divided by the sum", edit("cam.amax(", "cam.sum("),
                "You divided by the sum of the map. Divide by its largest value.", "adds up to 1"),
        Mistake("divided before the relu", edit("torch.relu((weight * act).sum(1))", "(weight * act).sum(1)", "return torch.where(most > 0, cam / most, torch.zeros_like(cam))", "return torch.relu(torch.where(most != 0, cam / most, torch.zeros_like(cam)))"),
                "You divide by the largest value before the ReLU. Where all of a map is negative, that largest value is negative too, and evidence against the class turns positive. ReLU first.", "evidence against looks like evidence for"),
        Mistake("one dark picture darkens all", edit("return torch.where(most > 0, cam / most, torch.zeros_like(cam))", "return cam / most if bool((most > 0).all()) else torch.zeros_like(cam)"),
                "One picture without a value above 0 makes all pictures of the batch 0 in yours. Decide for each picture by itself, with torch.where.", "one picture blanks the batch"),
        Mistake("largest gradient", edit("grad.mean(dim=(2, 3), keepdim=True)", "grad.amax(dim=(2, 3), keepdim=True)"),
                "You took the largest gradient of each channel. Take the mean over its places.", "one place decides a channel"),
        Mistake("roles swapped", edit("grad.mean(dim=(2, 3), keepdim=True)", "act.mean(dim=(2, 3), keepdim=True)", "weight * act", "weight * grad"),
                "You weighted the gradients by the mean activations. It is the other way round.", "activations and gradients exchanged"),
        Mistake("softmax of the weights", edit("grad.mean(dim=(2, 3), keepdim=True)", "grad.mean(dim=(2, 3), keepdim=True).softmax(1)"),
                "You took the softmax of the channels' weights: none of them can be negative then. Use the means as they are.", "no channel speaks against"),
        Mistake("axis kept", edit(".sum(1))", ".sum(1, keepdim=True))", "dim=(1, 2)", "dim=(2, 3)"),
                "The shape is (N, 1, H, W) and should be (N, H, W).", "an axis of channels"),
        Mistake("no relu, but the guard", edit('torch.relu((weight * act).sum(1))', '(weight * act).sum(1)', 'torch.zeros_like(cam)', 'cam'),
                "Your map is negative where the evidence is against the class. Grad-CAM keeps what speaks for it: ReLU.", "evidence against is shown as well"),
        Mistake('no relu, by the largest size', edit('torch.relu((weight * act).sum(1))', '(weight * act).sum(1)', 'cam.amax(', 'cam.abs().amax('), 'Your map is negative where the evidence is against the class, and the largest *size* divides it. Take ReLU first, then the largest value.', 'evidence against is shown as well'),
        Mistake('floor of a millionth', edit('return torch.where(most > 0, cam / most, torch.zeros_like(cam))', 'return cam / most.clamp_min(1e-6)'), 'You keep the divisor at 1e-6 or above: maps of smaller values do not reach 1, and those are allowed here. Divide wherever the largest value is above 0.', 'small maps are too dark'),
        Mistake('relu on the gradients', edit('grad.mean(dim=(2, 3), keepdim=True)', 'grad.clamp_min(0).mean(dim=(2, 3), keepdim=True)'), 'You set negative gradients to 0 before the mean: no channel has a weight below 0 then. Take the mean of all of them.', 'no channel speaks against'),
    ),
    hints=(
        "How many weights does a picture have? One for each channel.",
        "grad.mean(dim=(2, 3), keepdim=True) has shape (N, C, 1, 1) and stretches over the places.",
        "torch.where(most > 0, cam / most, 0) leaves empty maps at 0.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
    forbidden=("captum",),
)  # fmt: skip

# 13.3 ---------------------------------------------------------------------------------------------


def shapley_modalities(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    """The Shapley value of each of the modalities 0 .. M-1 in the game v."""
    values = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for r in range(M):
            weight = math.factorial(r) * math.factorial(M - r - 1) / math.factorial(M)
            for group in itertools.combinations(rest, r):
                total += weight * (v(frozenset(group) | {i}) - v(frozenset(group)))
        values.append(total)
    return values


def _leave_one_out(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    values = []
    for i in range(M):
        group = [j for j in range(M) if j != i]
        values.append(v(frozenset(group) | {i}) - v(frozenset(group)))
    return values


def _solo(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    values = []
    for i in range(M):
        group: list[int] = []
        values.append(v(frozenset(group) | {i}) - v(frozenset(group)))
    return values


def _one_order(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    values = []
    for i in range(M):
        group = range(i)
        values.append(v(frozenset(group) | {i}) - v(frozenset(group)))
    return values


def _last_first(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    values = []
    for i in range(M):
        group = range(i + 1, M)
        values.append(v(frozenset(group) | {i}) - v(frozenset(group)))
    return values


def _mean_of_shortcuts(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    values = []
    for i in range(M):
        rest = [j for j in range(M) if j != i]
        total = 0.0
        for group in ([], rest):
            total += 0.5 * (v(frozenset(group) | {i}) - v(frozenset(group)))
        values.append(total)
    return values


def _two_orders(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    values = []
    for i in range(M):
        total = 0.0
        for group in (range(i), range(i + 1, M)):
            total += 0.5 * (v(frozenset(group) | {i}) - v(frozenset(group)))
        values.append(total)
    return values


def _cyclic_orders(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    values = []
    for i in range(M):
        total = 0.0
        for r in range(M):
            group = [(i - k) % M for k in range(1, r + 1)]
            total += (v(frozenset(group) | {i}) - v(frozenset(group))) / M
        values.append(total)
    return values


def _each_once_first(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    values = [0.0] * M
    for first in range(M):
        order = [first, *(j for j in range(M) if j != first)]
        for r, i in enumerate(order):
            group = order[:r]
            values[i] += (v(frozenset(group) | {i}) - v(frozenset(group))) / M
    return values


def _by_place(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    values = [0.0] * M
    for order in itertools.permutations(range(M)):
        for r, i in enumerate(order):
            group = order[:r]
            values[r] += (v(frozenset(group) | {i}) - v(frozenset(group))) / math.factorial(M)
    return values


def _scaled_leave_one_out(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    everyone: frozenset[int] = frozenset(range(M))
    lost = [v(everyone) - v(everyone - {i}) for i in range(M)]
    return [each * (v(everyone) - v(frozenset())) / sum(lost) for each in lost] if sum(lost) else lost


def _scaled_solo(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    alone = [v(frozenset([i])) - v(frozenset()) for i in range(M)]
    return [each * (v(frozenset(range(M))) - v(frozenset())) / sum(alone) for each in alone] if sum(alone) else alone


def _solo_scores(v: Callable[[frozenset[int]], float], M: int) -> list[float]:
    return [v(frozenset([i])) for i in range(M)]


def _draw_games(draw: Draw) -> list[Case]:
    games = (given.additive_game, given.xor_game, given.copies_game, given.mixed_game, given.irregular_game)
    return [Case(f"random {k}", (games[draw.whole(0, 4)], draw.whole(2, 5))) for k in range(3)]


SHAPLEY = Task(
    id="13.3",
    title="The Shapley value of each modality",
    promise=r"""
    Write `shapley_modalities(v, M)`: what each of M modalities adds to the score, averaged over all orders in which they could join.

    $$\phi_i = \sum_{S \not\ni i} \frac{|S|!\,(M - |S| - 1)!}{M!}\,[v(S \cup \{i\}) - v(S)]$$

    - `v` takes a `frozenset` of modality numbers 0 .. M-1, also the empty one, and gives the score with these modalities, a float; v(∅) need not be 0.
    - `M` is an int, 1 to 8. All sums are exact: no sampling of orders. You may call `v` as often as you like.
    - It returns a list (or tuple) of M numbers, that of modality i at place i. They add up to v(all) - v(∅).
    """,
    reference=shapley_modalities,
    named=(
        Case("additive", (given.additive_game, 3)),
        Case("xor", (given.xor_game, 2)),
        Case("copies", (given.copies_game, 3)),
        Case("mixed", (given.mixed_game, 3)),
        Case("without a rule", (given.irregular_game, 3)),
        Case("two without a rule", (given.irregular_game, 2)),
        Case("four without a rule", (given.irregular_game, 4)),
        Case("one modality", (given.mixed_game, 1)),
        Case("xor and a bystander", (given.xor_game, 3)),
    ),
    draws=_draw_games,
    mistakes=(
        Mistake("leave one out", _leave_one_out,
                "You left one out: v(all) - v(all but i). Two copies of the same information both look useless. Average over all coalitions.", "copies get 0"),
        Mistake("solo", _solo,
                "You took the value of each modality alone. What only helps together, as in XOR, gets 0. Average over all coalitions.", "XOR gets 0"),
        Mistake("one order", _one_order,
                "You let them join in one order, 0 first: the first one takes what all know. Average over all orders.", "depends on the numbering"),
        Mistake("mean of solo and leave one out", _mean_of_shortcuts,
                "You averaged the first and the last place in the order. For two modalities that is right; with more, the places between count as well.", "right for two modalities"),
        Mistake("equal weights", edit("math.factorial(r) * math.factorial(M - r - 1) / math.factorial(M)", "1 / 2 ** (M - 1)"),
                "All coalitions weigh the same in yours (the Banzhaf index): the values do not add up to v(all) - v(∅). Each *size* of coalition weighs the same.", "does not add up"),
        Mistake("no weights", edit("total += weight * (v", "total += (v"),
                "You added up the gains of all coalitions without weights. Weigh them so that the weights of a modality sum to 1.", "too large"),
        Mistake("empty set forgotten", edit("for r in range(M):", "for r in range(1, M):"),
                "The empty coalition is missing: what a modality brings when it comes first. It counts, with weight 1/M.", "solo gains are lost"),
        Mistake("largest set forgotten", edit("for r in range(M):", "for r in range(M - 1):"),
                "The coalitions of all the others are missing: what a modality brings when it comes last. They count, with weight 1/M.", "the last place is lost"),
        Mistake("no gain", edit(" - v(frozenset(group)))", ")"),
                "You averaged the scores of the coalitions with i. Take what i adds: v(S with i) - v(S).", "scores, not gains"),
        Mistake("without the others' value", edit("- v(frozenset(group)))", "- v(frozenset()))"),
                "You subtracted v(∅) everywhere. Subtract v(S), the score of the same coalition without i.", "credit for what others bring"),
        Mistake("nobody is worth 0", edit("- v(frozenset(group)))", "- (v(frozenset(group)) if group else 0.0))"),
                "You took v(∅) as 0. Here guessing has a score as well: ask v.", "guessing is counted as a gain"),
        Mistake("factorial one off", edit("math.factorial(M - r - 1)", "math.factorial(M - r)"),
                "Your weights have (M - |S|)!. It is (M - |S| - 1)!: the orders of those that come after i.", "weights sum to more than 1"),
        Mistake("absolute gains", edit("(v(frozenset(group) | {i}) - v(frozenset(group)))", "(abs(v(frozenset(group) | {i}) - v(frozenset(group))))"),
                "You took absolute values: a modality that does harm looks helpful. Keep the sign.", "harm looks like help"),
        Mistake("shares", edit("    return values", "    return [value / (sum(values) or 1) for value in values]"),
                "You divided by the sum: shares of the gain. The values themselves are asked for; they add up to v(all) - v(∅).", "adds up to 1"),
        Mistake("sign turned", edit("(v(frozenset(group) | {i}) - v(frozenset(group)))", "(v(frozenset(group)) - v(frozenset(group) | {i}))"),
                "The sign is turned round: v(S with i) - v(S).", "what is lost by joining"),
        Mistake("no factorial of M", edit(' / math.factorial(M)', ''),
                "You did not divide by M!: the weights of a modality sum to M! instead of 1.", "M! times too large"),
        Mistake("two orders", _two_orders,
                "You averaged two orders, 0 first and 0 last. With more than two modalities there are others: average over all.", "right for two modalities"),
        Mistake("leave one out, scaled", _scaled_leave_one_out,
                "You left one out and scaled the losses so that they add up. The sum is right, and the shares are not: copies still look useless. Average over all coalitions.", "copies get 0"),
        Mistake("solo, scaled", _scaled_solo,
                "You took each modality alone and scaled the values so that they add up. The sum is right, and the shares are not: what only helps together gets 0. Average over all coalitions.", "XOR gets 0"),
        Mistake("solo scores", _solo_scores,
                "You took the score of each modality alone, guessing included. Take what it *adds*, v(S with i) - v(S), averaged over all coalitions.", "guessing is counted as a gain"),
        Mistake("own size in the weight", edit("math.factorial(r) *", "math.factorial(r + 1) *"),
                "Your weights have (|S| + 1)!: the coalition is counted with i in it. |S| is its size without i.", "weights sum to more than 1"),
        Mistake("no factorial of those after", edit(" * math.factorial(M - r - 1)", ""),
                "Your weights lack (M - |S| - 1)!, the orders of those that come after i.", "small coalitions count too little"),
        Mistake("no factorial of those before", edit("math.factorial(r) * ", ""),
                "Your weights lack |S|!, the orders of those that came before i.", "large coalitions count too little"),
        Mistake("sizes added up", edit("/ math.factorial(M)", "/ math.factorial(M - 1)"),
                "Your weights sum to M instead of 1: each size of coalition counts in full (a mean within each size, or a division by (M - 1)!). Divide by M as well.", "M times too large"),
        Mistake("coalitions of M", edit("math.factorial(r) * math.factorial(M - r - 1) / math.factorial(M)", "1 / (M * math.comb(M, r))"),
                "You divided by the number of coalitions of |S| out of M modalities. Those without i are drawn from M - 1.", "weights sum to less than 1"),
        Mistake("each coalition 1/M", edit("math.factorial(r) * math.factorial(M - r - 1) / math.factorial(M)", "1 / M"),
                "Each coalition weighs 1/M in yours. Each *size* of coalition weighs 1/M: divide by the number of coalitions of that size as well.", "middle sizes weigh too much"),
        Mistake("half the Banzhaf index", edit("math.factorial(r) * math.factorial(M - r - 1) / math.factorial(M)", "1 / 2**M"),
                "All coalitions weigh 1 / 2^M in yours. Each *size* of coalition weighs the same, 1/M, and their weights sum to 1.", "does not add up"),
        Mistake("harm cut off", edit("(v(frozenset(group) | {i}) - v(frozenset(group)))", "(max(0.0, v(frozenset(group) | {i}) - v(frozenset(group))))"),
                "You set gains below 0 to 0: a modality that does harm looks harmless. Keep the sign.", "harm is not counted"),
        Mistake("cyclic orders", _cyclic_orders,
                "You took only M orders, the cyclic ones (0, 1, 2, then 1, 2, 0, and so on). From three modalities on there are more: average over all M!.", "right for two modalities"),
        Mistake("each once in front", _each_once_first,
                "You took only M orders: each modality once in front, the others behind it by number. From three modalities on there are more: average over all M!.", "right for two modalities"),
        Mistake("booked by place", _by_place,
                "You booked each gain at its place in the order. The number at place i belongs to modality i, whenever it joins: values[i], not values[place].", "what comes first, not who"),
        Mistake("last one first", _last_first,
                "You let them join in one order, the last one first: it takes what all know. Average over all orders.", "depends on the numbering"),
        Mistake("numbered from 1", edit("for i in range(M)", "for i in range(1, M + 1)", "for j in range(M)", "for j in range(1, M + 1)"),
                "You numbered the modalities 1 to M. v knows them as 0 to M - 1.", "modality 0 is never asked"),
        Mistake("a dictionary", edit("    return values", "    return dict(enumerate(values))"),
                "You returned a dictionary. Return a list: the number of modality i at place i.", "a dictionary, not a list"),
        Mistake("shared equally", edit("    return values", "    return [sum(values) / M] * M"),
                "All your numbers are alike: the whole gain, divided by M. Each modality gets what it adds.", "all are worth the same"),
    ),
    hints=(
        "For M = 2 there are two orders. Write both down for modality 0.",
        "itertools.combinations(rest, r) gives all coalitions of size r of the others.",
        "Check yourself: sum(result) must be v(all) - v(∅), and for the XOR game both get 1/2.",
    ),
    difficulty=4,
    points=20,
    minutes=30,
    forbidden=("shap",),
    view=as_numbers,
)  # fmt: skip

# 13.4 ---------------------------------------------------------------------------------------------


def emap(grid: Tensor) -> Tensor:
    """Logits (N, N, C) of all pairs to those of the best additive model at the true pairs, (N, C)."""
    first = grid.mean(1)
    second = grid.mean(0)
    return first + second - grid.mean((0, 1))


def _exclude_self(grid: Tensor) -> Tensor:
    n = len(grid)
    own = grid.diagonal().T
    first, second = ((grid.sum(axis) - own) / max(n - 1, 1) for axis in (1, 0))
    return first + second - grid.mean((0, 1))


def _exclude_self_but_alone(grid: Tensor) -> Tensor:
    n = len(grid)
    if n == 1:
        return grid[0]
    own = grid.diagonal().T
    return (grid.sum(1) - own) / (n - 1) + (grid.sum(0) - own) / (n - 1) - grid.mean((0, 1))


def _medians(grid: Tensor) -> Tensor:
    return grid.quantile(0.5, dim=1) + grid.quantile(0.5, dim=0) - grid.flatten(0, 1).quantile(0.5, dim=0)


def _draw_grids(draw: Draw) -> list[Case]:
    n, c = draw.whole(3, 5), draw.whole(2, 4)
    additive = draw.normal(n, 1, c) + draw.normal(1, n, c)
    return [
        Case("random", (draw.normal(n, n, c),)),
        Case("as many classes as samples", (draw.normal(3, 3, 3),)),
        Case("an additive model", (additive,)),
        Case("float64", (draw.normal(n, n, c, dtype=torch.float64),)),
        Case("one class", (draw.normal(n, n, 1),)),
    ]


EMAP = Task(
    id="13.4",
    title="EMAP: a model without its interactions",
    promise=r"""
    Write `emap(grid)`: the empirical multimodally-additive projection of a model with two modalities.

    $$\hat f_i = \mathop{\mathrm{mean}}_j f(i, j) + \mathop{\mathrm{mean}}_{j} f(j, i) - \mathop{\mathrm{mean}}_{j, k} f(j, k)$$

    - `grid` has shape (N, N, C), N and C >= 1: `grid[i, j]` are the C logits for modality 1 of sample i together with modality 2 of sample j. float32 or float64.
    - The result has shape (N, C) and the dtype of `grid`: the projected logits of the true pairs (i, i).
    - All means go over all N samples, the sample itself included; each class has its own.
    - The input is not changed. No gradient is asked for.
    """,
    reference=emap,
    named=(
        Case("additive", ((tensor([1.0, 2.0])[:, None] + tensor([10.0, 20.0])[None])[..., None],)),
        Case("xor", (tensor([[0.0, 1.0], [1.0, 0.0]])[..., None],)),
        Case("two samples, two classes", (tensor([[[1.0, 0.0], [2.0, 5.0]], [[0.0, 3.0], [4.0, 1.0]]]),)),
        Case("three samples", (Draw(1).normal(3, 3, 2),)),
        Case("one sample", (tensor([[[2.0, -1.0]]]),)),
        Case("N = C", (Draw(2).normal(3, 3, 3),)),
    ),
    draws=_draw_grids,
    mistakes=(
        Mistake("diagonal", edit("return first + second - grid.mean((0, 1))", "return grid.diagonal().T"),
                "You returned f(i, i): the model itself, with all its interactions. Average over the partners.", "the model as it is"),
        Mistake("mean counted twice", edit(" - grid.mean((0, 1))", ""),
                "The mean of everything is in both averages. Subtract it once.", "a constant is counted twice"),
        Mistake("mean subtracted twice", edit("- grid.mean((0, 1))", "- 2 * grid.mean((0, 1))"),
                "You subtracted the mean of everything twice. It is in both averages and belongs in once.", "a constant is lost"),
        Mistake("half", edit("first + second - grid.mean((0, 1))", "(first + second) / 2"),
                "You averaged the two averages: both effects are halved. Add them, and subtract the mean of everything.", "effects are halved"),
        Mistake("same axis", edit("second = grid.mean(0)", "second = grid.mean(1)"),
                "Both averages go over modality 2: it has no say any more. One goes over axis 1, one over axis 0.", "one modality is ignored"),
        Mistake("same axis, the other one", edit("first = grid.mean(1)", "first = grid.mean(0)"),
                "Both averages go over modality 1: it has no say any more. One goes over axis 1, one over axis 0.", "one modality is ignored"),
        Mistake("whole sum by N", edit("grid.mean((0, 1))", "grid.sum((0, 1)) / len(grid)"),
                "You divided the sum over all pairs by N. There are N x N pairs: their mean divides by N².",
                "the logits shift with N"),
        Mistake("classes mixed", edit("grid.mean((0, 1))", "grid.mean()"),
                "You subtracted one mean for all classes. Each class has its own.", "classes are mixed"),
        Mistake("without itself", _exclude_self,
                "You left the true pair out of the averages. EMAP includes it: additive models stay as they are.", "additive models change"),
        Mistake("probabilities", edit("first = grid.mean(1)", "grid = torch.softmax(grid, -1)\n    first = grid.mean(1)"),
                "You projected probabilities. Project the logits, which add up; the class is taken afterwards.", "softmax first"),
        Mistake("sums", edit("grid.mean(1)", "grid.sum(1)", "grid.mean(0)", "grid.sum(0)", "grid.mean((0, 1))", "grid.sum((0, 1))"),
                "You took sums. Take means: the result must not grow with N.", "grows with N"),
        Mistake("interactions", edit("return first + second", "return grid.diagonal().T - first - second", "- grid.mean((0, 1))", "+ grid.mean((0, 1))"),
                "You returned what EMAP takes away: f(i, i) minus the projection. The projection is asked for.", "the interactions themselves"),
        Mistake("whole grid", edit("return first + second - grid.mean((0, 1))", "return first[:, None] + second[None] - grid.mean((0, 1))"),
                "You returned the projection of all pairs. Only the true pairs (i, i) are asked for: (N, C).", "shape (N, N, C)"),
        Mistake("one modality", edit("first + second - grid.mean((0, 1))", "first"),
                "You returned what modality 1 says on average. Add modality 2, and subtract the mean of everything.", "modality 2 is left out"),
        Mistake("product", edit("first + second - grid.mean((0, 1))", "first * second / grid.mean((0, 1))"),
                "You multiplied the averages. EMAP is a sum: first + second - mean.", "a multiplicative model"),
        Mistake("classes chosen", edit("return first + second - grid.mean((0, 1))", "return (first + second - grid.mean((0, 1))).argmax(1)"),
                "You returned class numbers. The projected logits are asked for, (N, C).", "shape (N,)"),
        Mistake("mean of the true pairs", edit('grid.mean((0, 1))', 'grid.diagonal().mean(1)'),
                "You subtracted the mean over the true pairs. It goes over *all* pairs (j, k).", "another constant"),
        Mistake("mean added", edit('second - grid.mean((0, 1))', 'second + grid.mean((0, 1))'),
                "You added the mean of everything. It is in both averages already: subtract it once.", "a constant is counted three times"),
        Mistake("medians", _medians,
                "You took medians. The projection is one of means: only they split into a part of each modality.", "additive models change"),
        Mistake('averages halved', edit('first + second -', '(first + second) / 2 -'), 'You averaged the two averages, and subtracted the mean of everything from that. Add them: each modality has its own part.', 'effects are halved'),
        Mistake('without itself, if it can', _exclude_self_but_alone, 'You left the true pair out of the averages where there are others. EMAP includes it: additive models stay as they are.', 'additive models change'),
        Mistake('divided by N - 1', edit('grid.mean(1)', 'grid.sum(1) / max(len(grid) - 1, 1)', 'grid.mean(0)', 'grid.sum(0) / max(len(grid) - 1, 1)'), 'You divided the sums over the partners by N - 1. All N count, the sample itself included: divide by N.', 'too large'),
        Mistake('true pair subtracted', edit('- grid.mean((0, 1))', '- grid.diagonal().T'), 'You subtracted f(i, i). Subtract the mean over *all* pairs (j, k).', 'another number for each sample'),
    ),
    hints=(
        "Which axis of grid holds the partners of modality 1?",
        "For an additive model the result is its diagonal. Does yours give that?",
        "grid.mean((0, 1)) has one number a class.",
    ),
    difficulty=4,
    points=20,
    minutes=25,
)  # fmt: skip

# 13.5 ---------------------------------------------------------------------------------------------


def interaction_information(p: Tensor) -> tuple[float, float, float, float]:
    """Joint probabilities (A, B, Y) to I(X1;Y), I(X2;Y), I(X1,X2;Y) and their interaction, in bits."""

    def mutual(q: Tensor) -> float:
        q = q.double()
        rows, columns = q.sum(1, keepdim=True), q.sum(0, keepdim=True)
        there = q > 0
        return float((q[there] * torch.log2((q / (rows * columns))[there])).sum())

    one, two = mutual(p.sum(1)), mutual(p.sum(0))
    both = mutual(p.flatten(0, 1))
    return one, two, both, both - one - two


def _draw_joint(draw: Draw) -> list[Case]:
    a, b, y = draw.whole(2, 3), draw.whole(2, 4), draw.whole(2, 3)
    full = torch.softmax(draw.normal(a * b * y), 0).view(a, b, y)
    holes = torch.softmax(1.5 * draw.normal(a * b * y), 0).view(a, b, y) * (draw.uniform(a, b, y) < 0.7)
    holes[0, 0, 0] += 0.1
    return [
        Case("random", (full,)),
        Case("with zeros", (holes / holes.sum(),)),
        Case("cube", (torch.softmax(draw.normal(27), 0).view(3, 3, 3),)),
        Case("float64", (torch.softmax(draw.normal(a * b * y, dtype=torch.float64), 0).view(a, b, y),)),
        Case("one value of the second", (torch.softmax(draw.normal(a * y), 0).view(a, 1, y),)),
    ]


_RARE = torch.zeros(2, 2, 2, dtype=torch.float64)
_RARE[0, 0, 0], _RARE[1, 1, 1] = 1 - 5e-7, 5e-7
_SELDOM = torch.zeros(2, 2, 2, dtype=torch.float64)
_SELDOM[0, 0, 0], _SELDOM[1, 1, 1] = 1 - 1e-5, 1e-5

INTERACTION = Task(
    id="13.5",
    title="Information in bits, and the sign of the interaction",
    promise=r"""
    Write `interaction_information(p)`: how many bits two modalities tell about the label, alone and together.

    $$I(X; Y) = \sum_{x, y} p(x, y)\,\log_2\frac{p(x, y)}{p(x)\,p(y)}$$

    - `p` has shape (A, B, Y), all sizes >= 1, float32 or float64: `p[a, b, y]` is the joint probability of modality 1 being a, modality 2 being b and the label y. It is >= 0 and adds up to 1 (up to rounding).
    - It returns four numbers: $I(X_1; Y)$, $I(X_2; Y)$, $I(X_1, X_2; Y)$ for the pair as one variable, and the interaction $I(X_1, X_2; Y) - I(X_1; Y) - I(X_2; Y)$. Python floats or 0-d tensors.
    - In bits. $0 \log 0$ counts as 0; probabilities may be as small as 1e-7.
    - The input is not changed. No gradient is asked for. Numbers that differ by less than 1e-5 bits count as equal.
    """,
    reference=interaction_information,
    named=(
        Case("xor", (tensor([[[0.25, 0], [0, 0.25]], [[0, 0.25], [0.25, 0]]]),)),
        Case("copies", (tensor([[[0.5, 0], [0, 0]], [[0, 0], [0, 0.5]]]),)),
        Case("and", (tensor([[[0.25, 0], [0.25, 0]], [[0.25, 0], [0, 0.25]]]),)),
        Case("the first alone", (tensor([[[0.25, 0], [0.25, 0]], [[0, 0.25], [0, 0.25]]]),)),
        Case("the second alone", (tensor([[[0.25, 0], [0, 0.25]], [[0.25, 0], [0, 0.25]]]),)),
        Case("three by two", (torch.softmax(Draw(3).normal(12), 0).view(3, 2, 2),)),
        Case("a rare event", (_RARE,)),
        Case("an event of probability 0.00001", (_SELDOM,)),
        Case("one label", (tensor([[[0.5], [0.25]], [[0.125], [0.125]]]),)),
    ),
    draws=_draw_joint,
    mistakes=(
        Mistake("nats", edit("torch.log2", "torch.log"),
                "Your numbers are in nats: the natural logarithm. For bits take log2.", "0.693 for XOR"),
        Mistake("nan at zero", edit("(q[there] * torch.log2((q / (rows * columns))[there])).sum()", "(q * torch.log2(q / (rows * columns))).sum()"),
                "0 log 0 is nan for the computer. It counts as 0: leave out cells without probability.", "nan"),
        Mistake("sign of the interaction", edit("both - one - two", "one + two - both"),
                "Your interaction has the other sign (co-information). Here positive means synergy: XOR has +1.", "synergy is negative"),
        Mistake("modalities exchanged", edit("mutual(p.sum(1)), mutual(p.sum(0))", "mutual(p.sum(0)), mutual(p.sum(1))"),
                "The first two numbers have changed places: to look at modality 1, sum out the OTHER one, axis 1.", "X1 and X2 exchanged"),
        Mistake("joint entropy", edit("(q / (rows * columns))[there]", "(1 / q)[there]"),
                "You computed the entropy of the pair, H(X, Y). Divide by the product of the marginals inside the logarithm.", "2 bits for XOR"),
        Mistake("sum for both", edit("both = mutual(p.flatten(0, 1))", "both = one + two"),
                "You took I(X1, X2; Y) as the sum of the two. Whether it is, is just the question: treat the pair as one variable with A B values.", "no interaction, ever"),
        Mistake("large epsilon", edit("q[there] * torch.log2((q / (rows * columns))[there])", "(q + 0.01) * torch.log2((q + 0.01) / (rows * columns + 0.01))"),
                "A number is added to the probabilities against log 0. It changes the result: leave out the cells that are 0 instead.", "biased"),
        Mistake("small epsilon", edit("torch.log2((q / (rows * columns))[there])", "torch.log2((q / (rows * columns) + 1e-4)[there])"),
                "A small number is added inside the logarithm. It changes the result: leave out the cells that are 0 instead.", "slightly off"),
        Mistake("information between the modalities", edit("both = mutual(p.flatten(0, 1))", "both = mutual(p.sum(2))"),
                "Your third number is I(X1; X2), what the modalities tell about each other. Asked for is what both tell about Y.", "Y is left out"),
        Mistake("over the larger", edit("both - one - two", "both - max(one, two)"),
                "Your last number is the gain over the better modality. Asked for is I(X1, X2; Y) - I(X1; Y) - I(X2; Y).", "the gain over the better one"),
        Mistake("normalised", edit("both - one - two", "(both - one - two) / both if both else 0.0"),
                "You divided the interaction by I(X1, X2; Y). It is asked for in bits.", "a share"),
        Mistake("conditional entropy", edit("(q / (rows * columns))[there]", "(rows / q)[there]"),
                "You computed H(Y | X), what is left open. Divide p(x, y) by p(x) p(y) inside the logarithm.", "what is left open"),
        Mistake("label entropy only", edit("both = mutual(p.flatten(0, 1))", "both = -float(torch.xlogy(p.sum((0, 1)).double(), p.sum((0, 1)).double()).sum()) / math.log(2)"),
                "Your third number is H(Y), all there is to know. The pair may know less.", "the pair knows everything"),
        Mistake("unweighted", edit("q[there] * torch.log2", "torch.log2"),
                "You added up the logarithms. Weigh each by p(x, y).", "no weights"),
        Mistake("decimal digits", edit('torch.log2', 'torch.log10'),
                "Your numbers use the decimal logarithm. For bits take log2.", "0.301 for XOR"),
        Mistake("less the first", edit('both - one - two', 'both - one'),
                "Your last number takes only I(X1; Y) off: what modality 2 adds. Take both off.", "what the second one adds"),
        Mistake("less the second", edit('both - one - two', 'both - two'),
                "Your last number takes only I(X2; Y) off: what modality 1 adds. Take both off.", "what the first one adds"),
        Mistake("all three apart", edit('both = mutual(p.flatten(0, 1))', 'both = mutual(p.flatten(0, 1)) + mutual(p.sum(2))'),
                "Inside the logarithm of your third number p(a, b, y) is divided by p(a) p(b) p(y): that also counts what the modalities tell about each other. Divide by p(a, b) p(y), the pair as one variable.", "too large"),
        Mistake("share of the label", edit('return one, two, both, both - one - two', 'y = p.sum((0, 1)).double()\n    h = max(-float((y[y > 0] * torch.log2(y[y > 0])).sum()), 1e-12)\n    return one / h, two / h, both / h, (both - one - two) / h'),
                "You divided by the entropy of the label: shares of what there is to know. Bits are asked for.", "shares, not bits"),
        Mistake("mean marginals", edit('q.sum(1, keepdim=True), q.sum(0, keepdim=True)', 'q.mean(1, keepdim=True), q.mean(0, keepdim=True)'),
                "Your marginals are means. p(x) is the *sum* of p(x, y) over y.", "not even 0 for independent ones"),
        Mistake("small probabilities count as 0", edit("there = q > 0", "there = q > 1e-4"),
                "Small probabilities count as 0 in yours. They may be as small as 1e-7 and have their share: leave out only the cells that are exactly 0.", "rare events are lost"),
        Mistake("very small ones count as 0", edit("there = q > 0", "there = q > 1e-6"),
                "Very small probabilities count as 0 in yours. They may be as small as 1e-7 and have their share: leave out only the cells that are exactly 0.", "rare events are lost"),
        Mistake("1e-6 in every cell", edit("    one, two =", "    p = p.double() + 1e-6\n    p = p / p.sum()\n    one, two ="),
                "You added a small number to every cell against log 0. Probabilities may be as small as 1e-7, so it changes the result: leave out the cells that are 0 instead.", "rare events are blurred"),
        Mistake("0.001 in every cell", edit("    one, two =", "    p = p.double() + 1e-3\n    p = p / p.sum()\n    one, two ="),
                "You added a number to every cell against log 0. It changes the result: leave out the cells that are 0 instead.", "biased"),
        Mistake("1e-5 over and under", edit("torch.log2((q / (rows * columns))[there])", "torch.log2(((q + 1e-5) / (rows * columns + 1e-5))[there])"),
                "A small number is added over and under the fraction in the logarithm. It changes the result: leave out the cells that are 0 instead.", "slightly off"),
        Mistake("1e-6 over and under", edit("torch.log2((q / (rows * columns))[there])", "torch.log2(((q + 1e-6) / (rows * columns + 1e-6))[there])"),
                "A very small number is added over and under the fraction in the logarithm. Probabilities may be as small as 1e-7: leave out the cells that are 0 instead.", "rare events are blurred"),
        Mistake("uniform label", edit("(rows * columns)", "(rows / q.shape[1])"),
                "You took all labels for equally likely, p(y) = 1/Y (or H(Y) = log2 Y). Sum p(x, y) over x for p(y).", "right for balanced labels only"),
        Mistake("uniform modality", edit("(rows * columns)", "(columns / q.shape[0])"),
                "You took all values of the modality for equally likely, p(x) = 1/X (or H(X) = log2 X). Sum p(x, y) over y for p(x).", "right for balanced values only"),
        Mistake("size of the interaction", edit("both - one - two", "abs(both - one - two)"),
                "Your interaction is never negative: you took its absolute value. The sign says whether the two repeat each other (-) or work together (+).", "redundancy looks like synergy"),
        Mistake("pair given the label", edit("both = mutual(p.flatten(0, 1))", "both = -float(torch.xlogy(p.double(), p.double()).sum()) / math.log(2) - -float(torch.xlogy(p.sum((0, 1)).double(), p.sum((0, 1)).double()).sum()) / math.log(2)"),
                "Your third number is H(X1, X2 | Y), what the label leaves open about the pair. Asked for is what the pair tells about the label: H(X1, X2) + H(Y) - H(X1, X2, Y).", "what is left open"),
        Mistake("entropy of the pair", edit("both = mutual(p.flatten(0, 1))", "both = -float(torch.xlogy(p.sum(2).double(), p.sum(2).double()).sum()) / math.log(2)"),
                "Your third number is H(X1, X2), the entropy of the pair. Asked for is what it tells about the label.", "the label is left out"),
        Mistake("the modalities first", edit("mutual(p.sum(1)), mutual", "mutual(p.sum(2)), mutual"),
                "Your first number is I(X1; X2), what the modalities tell about each other: you summed out the label. Sum out modality 2, axis 1.", "Y is left out"),
        Mistake("the modalities second", edit("mutual(p.sum(0))", "mutual(p.sum(2))"),
                "Your second number is I(X1; X2), what the modalities tell about each other: you summed out the label. Sum out modality 1, axis 0.", "Y is left out"),
        Mistake("0.001 over and under", edit("torch.log2((q / (rows * columns))[there])", "torch.log2(((q + 1e-3) / (rows * columns + 1e-3))[there])"),
                "A number is added over and under the fraction in the logarithm. It changes the result: leave out the cells that are 0 instead.", "biased"),
    ),
    hints=(
        "Write a helper for a table (X, Y), and call it three times. What does p.sum(1) leave?",
        "p.flatten(0, 1) is the table of the pair as one variable with A B values.",
        "Check yourself: XOR gives 0, 0, 1, 1; copies 1, 1, 1, -1.",
    ),
    difficulty=4,
    points=20,
    minutes=30,
    forbidden=("sklearn.metrics", "scipy.stats.entropy", "scipy.stats.chi2_contingency", "scipy.stats.power_divergence", "torch.distributions"),
    atol=1e-5,
    view=as_numbers,
)  # fmt: skip

# 13.6 ---------------------------------------------------------------------------------------------


def deletion_curve(f: Callable[[Tensor], Tensor], x: Tensor, a: Tensor, fill: float) -> Tensor:
    """Scores (N, D + 1) with the 0, 1, ..., D most important features of each row replaced by fill."""
    place = a.argsort(dim=1, descending=True).argsort(dim=1)
    return torch.stack([f(torch.where(place < k, fill, x)) for k in range(x.shape[1] + 1)], dim=1)


def _draw_deletions(draw: Draw) -> list[Case]:
    n, d = draw.whole(2, 4), draw.whole(3, 5)
    return [
        Case("bent, random", (given.curved, draw.normal(n, d), draw.normal(n, d), 0.5)),
        Case("squares, random", (given.square_sum, draw.normal(n, d), draw.normal(n, d), -1.0)),
        Case("as many rows as features", (given.curved, draw.normal(3, 3), draw.normal(3, 3), 2.0)),
        Case("float64", (given.curved, *(draw.normal(n, d, dtype=torch.float64) for _ in range(2)), 0.25)),
    ]


DELETION = Task(
    id="13.6",
    title="A deletion curve",
    promise=r"""
    Write `deletion_curve(f, x, a, fill)`: the scores while the features that an attribution calls most important are replaced, one more at a time.

    - `f` takes an (N, D) tensor and gives (N,), one number a row, each from its own row alone.
    - `x` and the attribution `a` have shape (N, D), N and D >= 1, both float32 or both float64. The numbers in a row of `a` are all different; larger is more important, and negative ones are the least important. `fill` is a float.
    - The result has shape (N, D + 1): in column k the score of each row with its k most important features set to `fill`. Column 0 is f(x); in the last one all are replaced. Each row has its own order.
    - The inputs are not changed. No gradient is asked for.
    """,
    reference=deletion_curve,
    named=(
        Case("three features", (given.square_sum, tensor([[1.0, 2.0, 3.0]]), tensor([[0.2, 0.9, 0.1]]), 0.0)),
        Case("a fill that is not 0", (given.square_sum, tensor([[1.0, 2.0, 3.0]]), tensor([[0.3, 0.1, 0.2]]), 5.0)),
        Case("each row its own order", (given.curved, tensor([[1.0, 2.0, -1.0], [0.5, -1.5, 2.5]]), tensor([[0.1, 0.2, 0.3], [0.2, 0.3, 0.1]]), 0.0)),
        Case("negative attributions", (given.square_sum, tensor([[1.0, 2.0, 3.0]]), tensor([[-5.0, 1.0, -2.0]]), 0.0)),
        Case("a cycle of four", (given.square_sum, tensor([[1.0, 2.0, 3.0, 5.0]]), tensor([[3.0, 1.0, 4.0, 2.0]]), 0.0)),
        Case("one feature", (given.square_sum, tensor([[2.0], [3.0]]), tensor([[1.0], [-1.0]]), 1.0)),
        Case("float64, attributions that float32 cannot tell apart", (given.square_sum, tensor([[1.0, 2.0, 3.0]], dtype=torch.float64), tensor([[1.0, 1.0 + 2e-10, 1.0 + 1e-10]], dtype=torch.float64), 0.0)),
        Case("a small difference", (given.square_sum, tensor([[1.0, 2.0, 3.0]]), tensor([[1.0, 1.0001, 0.9999]]), 0.0)),
    ),
    draws=_draw_deletions,
    mistakes=(
        Mistake("least important first", edit("descending=True", "descending=False"),
                "You replaced the least important features first. Sort in descending order.", "the curve bends the other way"),
        Mistake("by size", edit("a.argsort", "a.abs().argsort"),
                "You sorted by |a|: strong evidence against counts as important. Here negative attributions come last.", "evidence against goes first"),
        Mistake("argsort as place", edit(".argsort(dim=1, descending=True).argsort(dim=1)", ".argsort(dim=1, descending=True)"),
                "argsort gives the features in order, not the place of each feature. Sort once more, or write fill at order[:, :k].", "the wrong features"),
        Mistake("one at a time", edit("place < k", "place == k - 1"),
                "You replaced one feature at a time and put it back. The deletions add up: in column k all of the first k are gone.", "each column lacks one feature only"),
        Mistake("kept instead", edit("place < k, fill, x", "place < k, x, fill"),
                "You kept the k most important features and replaced the others (that is the insertion curve). Replace the k most important.", "insertion instead of deletion"),
        Mistake("zero instead of fill", edit("place < k, fill, x", "place < k, 0.0, x"),
                "You replaced by 0. Replace by fill: what \"nothing there\" is, depends on the data.", "right for fill = 0"),
        Mistake("starts at one", edit("range(x.shape[1] + 1)", "range(1, x.shape[1] + 1)"),
                "Column 0, with nothing replaced, is missing.", "shape (N, D)"),
        Mistake("ends too early", edit("range(x.shape[1] + 1)", "range(x.shape[1])"),
                "The last column, with everything replaced, is missing: count to D, included.", "shape (N, D)"),
        Mistake("one more", edit("place < k", "place <= k"),
                "Column k has k + 1 features replaced: column 0 is f(x) itself.", "one deletion too many"),
        Mistake("order of the first row", edit("place = a.argsort(dim=1, descending=True).argsort(dim=1)", "place = a[:1].argsort(dim=1, descending=True).argsort(dim=1).expand_as(a)"),
                "All rows follow the order of the first. Each row has its own.", "right for one row"),
        Mistake("order over rows", edit("place = a.argsort(dim=1, descending=True).argsort(dim=1)", "place = a.argsort(dim=0, descending=True).argsort(dim=0)"),
                "You sorted over the rows, axis 0. The order is one of features, axis 1.", "compares samples"),
        Mistake("falls", edit("[f(torch.where(place < k, fill, x)) for", "[f(x) - f(torch.where(place < k, fill, x)) for"),
                "You returned how far the score falls. The scores themselves are asked for.", "falls instead of scores"),
        Mistake("mean over rows", edit("for k in range(x.shape[1] + 1)], dim=1)", "for k in range(x.shape[1] + 1)], dim=1).mean(0)"),
                "You averaged over the rows. A curve for each row is asked for, (N, D + 1).", "shape (D + 1,)"),
        Mistake("columns as rows", edit("range(x.shape[1] + 1)], dim=1)", "range(x.shape[1] + 1)], dim=0)"),
                "Your result has a row for each k. Asked for is a column: (N, D + 1).", "transposed"),
        Mistake("added", edit("torch.where(place < k, fill, x)", "x + fill * (place < k)"),
                "You added fill to the features. Set them to fill.", "added instead of replaced"),
        Mistake("by the features", edit('a.argsort', 'x.argsort'),
                "You sorted by the features themselves. The attribution `a` says what is important.", "large inputs go first"),
        Mistake("by the size of the features", edit('a.argsort', 'x.abs().argsort'),
                "You sorted by the size of the features. The attribution `a` says what is important.", "large inputs go first"),
        Mistake("only what speaks for it", edit('place < k, fill, x', '(place < k) & (a > 0), fill, x'),
                "You replace only features with a positive attribution. In the last column all are replaced, negative ones come last.", "the end stays as it was"),
        Mistake('relative to the start', edit('return torch.stack([f(torch.where(place < k, fill, x)) for', 'return torch.stack([f(torch.where(place < k, fill, x)) / f(x) for'), 'You divided each row by its first score. The scores themselves are asked for: column 0 is f(x).', 'column 0 is 1'),
    ),
    hints=(
        "For one row: which feature goes first? Which features are gone in column 2?",
        "a.argsort(dim=1, descending=True) lists the features by importance; applied twice, argsort gives each feature its place.",
        "torch.where(place < k, fill, x) makes a new tensor and leaves x alone.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
)  # fmt: skip

TASKS = (INTEGRATED, GRAD_CAM, SHAPLEY, EMAP, INTERACTION, DELETION)
