"""Tasks of lesson 18: the weights of one library in the layout of another."""

from typing import Any

import torch
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Mistake, Task, edit

# 18.1 ---------------------------------------------------------------------------------------------


def to_torch_layout(kernel: Tensor) -> Tensor:
    """A Keras kernel (*window, in, out) to PyTorch's (out, in, *window)."""
    window = range(kernel.dim() - 2)
    return kernel.permute(-1, -2, *window)


def _draw_kernels(draw: Draw) -> list[Case]:
    a, b, h, w = draw.whole(2, 3), draw.whole(4, 5), draw.whole(2, 3), draw.whole(4, 5)
    return [
        Case("dense, random", (draw.normal(a, b),)),
        Case("dense, square", (draw.normal(a, a),)),
        Case("1-D convolution, random", (draw.normal(h, a, b),)),
        Case("2-D convolution, random", (draw.normal(h, w, a, b),)),
        Case("2-D convolution, all equal sizes", (draw.normal(2, 2, 2, 2),)),
        Case("3-D convolution, random", (draw.normal(2, h, w, a, b),)),
        Case("one number", (draw.normal(1, 1),)),
        Case("float64", (draw.normal(h, w, b, a, dtype=torch.float64),)),
    ]


KERNELS = Task(
    id="18.1",
    title="A kernel of Keras in the layout of PyTorch",
    promise="""
    Write `to_torch_layout(kernel)`: the weight of a Keras layer, turned so that it fits the same layer of PyTorch.

    - Keras stores (in, out) for a Dense layer, and puts the window in front for convolutions: (K, in, out) for Conv1D, (H, W, in, out) for Conv2D, (T, H, W, in, out) for Conv3D. `kernel` is one of these, a tensor of 2 to 5 axes, each of size >= 1, float32 or float64.
    - PyTorch stores (out, in) for a Linear layer, and puts the window behind: (out, in, K), (out, in, H, W), (out, in, T, H, W). The axes of the window keep their order.
    - Return a tensor of that shape with the same numbers and dtype; it may be a view. The input is not changed.
    """,
    reference=to_torch_layout,
    named=(
        Case("dense 2 to 3", (tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),)),
        Case("square dense", (tensor([[1.0, 2.0], [3.0, 4.0]]),)),
        Case("a window of 2 x 3", (torch.arange(6.0).reshape(2, 3, 1, 1),)),
        Case("a square window", (torch.arange(16.0).reshape(2, 2, 2, 2),)),
        Case("text convolution", (torch.arange(12.0).reshape(3, 2, 2),)),
        Case("video convolution", (torch.arange(24.0).reshape(2, 3, 2, 2, 1),)),
        Case("a dense kernel, 1 to 1", (tensor([[3.0]]),)),
        Case("2-D convolution, float64", (Draw(1).normal(3, 2, 4, 5, dtype=torch.float64),)),
        Case("text convolution, as many in as out", (Draw(2).normal(3, 2, 2),)),
    ),
    draws=_draw_kernels,
    mistakes=(
        Mistake(
            "dense as it is",
            edit("-1, -2,", "*((0, 1) if kernel.dim() == 2 else (-1, -2)),"),
            "Your Dense kernel stays (in, out). PyTorch's Linear computes x @ W.T, so it wants (out, in). A square kernel fits either way and raises no error.",
            "fits without a word where in = out",
        ),
        Mistake(
            "all axes reversed",
            edit("kernel.permute(-1, -2, *window)", "kernel.permute(*range(kernel.dim() - 1, -1, -1))"),
            "You reversed all axes. That is right for Dense and Conv1D; of a picture's window it exchanges height and width: every filter lies on its side. Only in and out change places; the window keeps its order.",
            "filters lie on their side",
        ),
        Mistake(
            "in and out kept",
            edit("-1, -2,", "-2, -1,"),
            "You moved the window behind, but kept (in, out). PyTorch wants (out, in, ...).",
            "in and out exchanged",
        ),
        Mistake(
            "reshaped",
            edit(
                "kernel.permute(-1, -2, *window)",
                "kernel.reshape(kernel.shape[-1], kernel.shape[-2], *kernel.shape[:-2])",
            ),
            "reshape gives the right shape and leaves the numbers in their old order: no number is where it belongs. Moving axes is permute's work.",
            "the right shape, the wrong numbers",
        ),
        Mistake(
            "last two only",
            edit("kernel.permute(-1, -2, *window)", "kernel.transpose(-1, -2)"),
            "You exchanged in and out, and the window still stands in front: (..., out, in). For Dense this is all there is to do; a convolution's window goes behind.",
            "the window in front",
        ),
        Mistake(
            "out to the front",
            edit("kernel.permute(-1, -2, *window)", "kernel.movedim(-1, 0)"),
            "You moved the last axis to the front and nothing else: (out, ..., in). The in axis comes second, before the window.",
            "in stands behind the window",
        ),
        Mistake(
            "flipped",
            edit("*window)", "*window).flip(tuple(range(2, kernel.dim())))"),
            "You turned the window round, as the convolution of mathematics would ask. Both libraries compute the correlation, without turning: leave the window as it is.",
            "filters upside down",
        ),
        Mistake(
            "NumPy",
            edit("*window)", "*window).numpy()"),
            "The numbers are right, but your result is a NumPy array. Return a tensor.",
            "a NumPy array",
        ),
        Mistake(
            "as it is",
            edit("kernel.permute(-1, -2, *window)", "kernel.clone()"),
            "You returned the kernel as it is: (..., in, out). PyTorch wants (out, in, ...).",
            "Keras's layout",
        ),
        Mistake(
            "convolutions as they are",
            edit("kernel.permute(-1, -2, *window)", "kernel.T if kernel.dim() == 2 else kernel.clone()"),
            "Your Dense kernel is turned, and those of convolutions are not: out and in go to the front, the window behind.",
            "an error, or silently wrong where all sizes are equal",
        ),
        Mistake(
            "turned only where needed",
            edit("-1, -2,", "*((0, 1) if kernel.dim() == 2 and kernel.shape[0] == kernel.shape[1] else (-1, -2)),"),
            "You leave a square kernel as it is. It fits, but its numbers stand at the wrong places: transpose it as all others.",
            "wrong where in = out",
        ),
        Mistake(
            "pictures only",
            edit("kernel.permute(-1, -2, *window)", "kernel.permute(3, 2, 0, 1)"),
            "Your order of axes holds for Conv2D only, and fails for all others. -1 and -2 are out and in, however many axes there are.",
            "an error for Dense, Conv1D and Conv3D",
        ),
        Mistake(
            "in to the front",
            edit("kernel.permute(-1, -2, *window)", "kernel.movedim(-2, 0)"),
            "You moved in to the front and nothing else: (in, ..., out). Out comes first, then in, then the window.",
            "out stands at the end",
        ),
        Mistake(
            "window first turned",
            edit("*window)", "*window[1:], *window[:1])"),
            "You moved the first axis of the window behind the others. The axes of the window keep their order.",
            "filters lie on their side",
        ),
        Mistake(
            "shape reversed",
            edit("kernel.permute(-1, -2, *window)", "kernel.reshape(kernel.shape[::-1])"),
            "You reversed the shape with reshape: the numbers stay in their old order, and none is where it belongs. Moving axes is permute's work.",
            "the numbers are in the wrong order",
        ),
        Mistake(
            "window flattened",
            edit("*window)", "*window).flatten(1)"),
            "You flattened all axes but the first. That is right for Dense; of a convolution the window keeps its axes.",
            "two axes, whatever comes in",
        ),
        Mistake(
            "one axis of the window turned",
            edit("*window)", "*window).flip(-1)"),
            "You turned the last axis round. Both libraries compute the correlation, without turning: leave the numbers in their order.",
            "filters are mirrored",
        ),
        Mistake(
            "halved precision",
            edit("*window)", "*window).float()"),
            "Your result is float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
        Mistake(
            "a list",
            edit("*window)", "*window).tolist()"),
            "You returned a list. Return a tensor.",
            "a list, not a tensor",
        ),
        Mistake(
            "its shape",
            edit("*window)", "*window).shape"),
            "You returned the new shape. Return the tensor itself.",
            "a shape, not a tensor",
        ),
        Mistake(
            "square layers kept",
            edit("-1, -2,", "*((-1, -2) if kernel.shape[-1] != kernel.shape[-2] else (-2, -1)),"),
            "Where in = out you leave the two in their order. The kernel fits, but its numbers stand at the wrong places: exchange in and out in every layer.",
            "wrong where in = out",
        ),
        Mistake(
            "first and last exchanged",
            edit("kernel.permute(-1, -2, *window)", "kernel.transpose(0, -1)"),
            "You exchanged the first axis and the last. That is right for Dense and Conv1D; with more axes in does not come second. Name all axes in their new order: out, in, then the window.",
            "right up to three axes",
        ),
        Mistake(
            "moved one after the other",
            edit("kernel.permute(-1, -2, *window)", "kernel.movedim(-1, 0).movedim(-2, 1)"),
            "After you moved `out` to the front, the axis -2 is no longer `in`. Move both at once, (-1, -2) to (0, 1), or use permute.",
            "an axis of the window stands for in",
        ),
        Mistake(
            "first two exchanged",
            edit("kernel.permute(-1, -2, *window)", "kernel.transpose(0, 1)"),
            "You exchanged the first two axes. For Dense this is all there is to do; in a convolution out and in are the last two, and go to the front.",
            "right for two axes",
        ),
        Mistake(
            "height and width exchanged",
            edit("*window)", "*(window if kernel.dim() != 4 else (1, 0)))"),
            "Height and width of a picture's window have changed places: every filter lies on its side. The window keeps its order, (H, W).",
            "filters lie on their side",
        ),
        Mistake(
            "time last",
            edit("*window)", "*(window if kernel.dim() != 5 else (1, 2, 0)))"),
            "The three axes of the video's window come out as (H, W, T). They keep their order: (T, H, W).",
            "right up to pictures",
        ),
        Mistake(
            "video window reversed",
            edit("*window)", "*(window if kernel.dim() != 5 else (2, 1, 0)))"),
            "The three axes of the video's window come out as (W, H, T). They keep their order: (T, H, W).",
            "right up to pictures",
        ),
        Mistake(
            "height and width of a video exchanged",
            edit("*window)", "*(window if kernel.dim() != 5 else (0, 2, 1)))"),
            "The three axes of the video's window come out as (T, W, H). They keep their order: (T, H, W).",
            "right up to pictures",
        ),
    ),
    hints=(
        "Write both shapes below each other and draw arrows from each axis to its new place.",
        "permute takes the old axes in their new order; -1 and -2 are out and in, however many axes there are.",
        "kernel.permute(-1, -2, *range(kernel.dim() - 2)).",
    ),
    difficulty=2,
    points=10,
    minutes=10,
)

# 18.2 ---------------------------------------------------------------------------------------------


def behind_flatten(kernel: Tensor, channels: int, height: int, width: int) -> Tensor:
    """A Dense kernel (H W C, out) behind Keras's Flatten to a Linear weight (out, C H W) behind PyTorch's."""
    places = kernel.reshape(height, width, channels, -1)
    return places.permute(3, 2, 0, 1).flatten(1)


def _draw_flattened(draw: Draw) -> list[Case]:
    c, h, w, out = draw.whole(2, 3), draw.whole(2, 3), draw.whole(4, 5), draw.whole(3, 6)

    def case(name: str, channels: int, high: int, wide: int, units: int = out, **kind: Any) -> Case:
        return Case(name, (draw.normal(channels * high * wide, units, **kind), channels, high, wide))

    return [
        case("random", c, h, w),
        case("random, high", c, w, h),
        case("square map", c, 3, 3),
        case("as many channels as rows", 2, 2, w),
        case("one channel", 1, h, w),
        case("one place", 5, 1, 1),
        case("all equal sizes", 2, 2, 2, 8),
        case("one unit", c, h, w, 1),
        case("float64", c, h, w, dtype=torch.float64),
    ]


FLATTENED = Task(
    id="18.2",
    title="The layer behind Flatten",
    promise="""
    Write `behind_flatten(kernel, channels, height, width)`: the kernel of a Keras Dense layer that stands behind Flatten, as the weight of a PyTorch Linear layer that stands behind its own Flatten.

    - Keras flattens a picture (height, width, channels), the channel fastest. `kernel` (height · width · channels, out) has its rows in that order; float32 or float64, all sizes >= 1.
    - PyTorch flattens (channels, height, width), the width fastest. The result has shape (out, channels · height · width), its columns in that order, and the dtype of `kernel`.
    - So for the same picture both layers give the same numbers. The input is not changed.
    """,
    reference=behind_flatten,
    named=(
        Case("2 channels, 1 x 2 places", (tensor([[1.0], [2.0], [3.0], [4.0]]), 2, 1, 2)),
        Case("2 channels, 2 x 3 places", (torch.arange(12.0).reshape(12, 1), 2, 2, 3)),
        Case("one channel", (torch.arange(8.0).reshape(4, 2), 1, 2, 2)),
        Case("square", (torch.arange(16.0).reshape(8, 2), 2, 2, 2)),
        Case("3 channels, 2 x 2 places, 3 units", (Draw(1).normal(12, 3), 3, 2, 2)),
        Case("2 channels, 2 x 4 places, float64", (Draw(2).normal(16, 3, dtype=torch.float64), 2, 2, 4)),
        Case("as many units as rows", (Draw(3).normal(12, 12), 3, 2, 2)),
    ),
    draws=_draw_flattened,
    mistakes=(
        Mistake(
            "transposed only",
            edit("places.permute(3, 2, 0, 1).flatten(1)", "kernel.T"),
            "A transpose has the right shape, so nothing complains. But your columns are still in Keras's order, channel fastest, and PyTorch hands over the width fastest: nearly every weight meets the wrong pixel.",
            "the right shape, the wrong pixels",
        ),
        Mistake(
            "channel first at once",
            edit("kernel.reshape(height, width, channels, -1)", "kernel.reshape(channels, height, width, -1)"),
            "You cut the rows into (channels, height, width): that is PyTorch's order, and these rows are in Keras's, (height, width, channels). Cut them as they were laid out, then permute.",
            "numbers of one channel land in another",
        ),
        Mistake(
            "height and width swapped",
            edit("permute(3, 2, 0, 1)", "permute(3, 2, 1, 0)"),
            "Your columns run through the map by columns instead of rows: (channels, width, height). The width is the fastest.",
            "the map is mirrored at its diagonal",
        ),
        Mistake(
            "not transposed",
            edit(".permute(3, 2, 0, 1).flatten(1)", ".permute(2, 0, 1, 3).flatten(0, 2)"),
            "The shape is still (in, out). PyTorch's Linear wants (out, in).",
            "shape (in, out)",
        ),
        Mistake(
            "reversed order",
            edit("permute(3, 2, 0, 1)", "permute(3, 2, 0, 1).flip(1)"),
            "Your channels run backwards. The first channel stays the first.",
            "channels backwards",
        ),
        Mistake(
            "out in the middle",
            edit(".permute(3, 2, 0, 1).flatten(1)", ".permute(2, 3, 0, 1).reshape(kernel.shape[1], -1)"),
            "You flattened while a channel still stood before the units, so the units are mixed up. Bring out to the front first: permute(3, 2, 0, 1).",
            "units are mixed up",
        ),
        Mistake(
            "as it is",
            edit("places.permute(3, 2, 0, 1).flatten(1)", "kernel.clone()"),
            "You returned the kernel as it is, rows and all. PyTorch's Linear wants (out, in), and its columns in the order of its own Flatten.",
            "Keras's layout",
        ),
        Mistake(
            "reshaped only",
            edit("places.permute(3, 2, 0, 1).flatten(1)", "kernel.reshape(kernel.shape[1], -1)"),
            "reshape gives the right shape and leaves the numbers in their old order: units are mixed up. Name the axes with reshape, then move them with permute.",
            "units are mixed up",
        ),
        Mistake(
            "the other way",
            edit(
                "kernel.reshape(height, width, channels, -1)",
                "kernel.reshape(channels, height, width, -1)",
                ".permute(3, 2, 0, 1).flatten(1)",
                ".permute(3, 1, 2, 0).flatten(1)",
            ),
            "You went the other way: you read the rows in PyTorch's order and wrote columns in Keras's. The rows come channel fastest, the columns go width fastest.",
            "nearly every weight meets the wrong pixel",
        ),
        Mistake(
            "channels in the middle",
            edit("permute(3, 2, 0, 1)", "permute(3, 0, 2, 1)"),
            "Your columns run as (height, channels, width). PyTorch flattens (channels, height, width).",
            "rows of the map between the channels",
        ),
        Mistake(
            "channels fastest, by columns",
            edit("permute(3, 2, 0, 1)", "permute(3, 1, 0, 2)"),
            "Your columns run as (width, height, channels). PyTorch flattens (channels, height, width).",
            "nearly every weight meets the wrong pixel",
        ),
        Mistake(
            "channels second",
            edit("permute(3, 2, 0, 1)", "permute(3, 1, 2, 0)"),
            "Your columns run as (width, channels, height). PyTorch flattens (channels, height, width).",
            "nearly every weight meets the wrong pixel",
        ),
        Mistake(
            "square maps only",
            edit("kernel.reshape(height, width, channels, -1)", "kernel.reshape(height, height, channels, -1)"),
            "You took height for both sides of the map: that fails where it is not square.",
            "an error unless the map is square",
        ),
        Mistake(
            "not flattened",
            edit(".flatten(1)", ""),
            "The numbers are in order, but the shape is still (out, channels, height, width). Flatten all but the first axis.",
            "four axes",
        ),
        Mistake(
            "flattened whole",
            edit(".flatten(1)", ".flatten()"),
            "You flattened all axes. Keep the first: shape (out, channels · height · width).",
            "one axis",
        ),
        Mistake(
            "map turned round",
            edit("permute(3, 2, 0, 1)", "permute(3, 2, 0, 1).flip(2, 3)"),
            "Your map runs backwards, from the lower right corner. It begins with the upper left one.",
            "the map is upside down",
        ),
        Mistake(
            "float32",
            edit(".flatten(1)", ".flatten(1).float()"),
            "Your result is float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
        Mistake(
            "a NumPy array",
            edit(".flatten(1)", ".flatten(1).numpy()"),
            "The numbers are right, but your result is a NumPy array. Return a tensor.",
            "a NumPy array",
        ),
        Mistake(
            "rows cut by columns",
            edit(
                "kernel.reshape(height, width, channels, -1)",
                "kernel.reshape(width, height, channels, -1)",
                "permute(3, 2, 0, 1)",
                "permute(3, 2, 1, 0)",
            ),
            "You cut the rows into (width, height, channels). Keras lays them out as (height, width, channels): cut them so, then permute. A square map fits either way.",
            "the map is mirrored at its diagonal",
        ),
        Mistake(
            "rows cut with channels between",
            edit(
                "kernel.reshape(height, width, channels, -1)",
                "kernel.reshape(height, channels, width, -1)",
                "permute(3, 2, 0, 1)",
                "permute(3, 1, 0, 2)",
            ),
            "You cut the rows into (height, channels, width). In Keras the channel is the fastest: (height, width, channels).",
            "numbers of one channel land in another",
        ),
        Mistake(
            "rows cut by columns, with channels between",
            edit(
                "kernel.reshape(height, width, channels, -1)",
                "kernel.reshape(width, channels, height, -1)",
                "permute(3, 2, 0, 1)",
                "permute(3, 1, 2, 0)",
            ),
            "You cut the rows into (width, channels, height). Keras lays them out as (height, width, channels): cut them so, then permute.",
            "numbers of one channel land in another",
        ),
        Mistake(
            "rows cut with channels first, by columns",
            edit(
                "kernel.reshape(height, width, channels, -1)",
                "kernel.reshape(channels, width, height, -1)",
                "permute(3, 2, 0, 1)",
                "permute(3, 0, 2, 1)",
            ),
            "You cut the rows into (channels, width, height). Keras lays them out as (height, width, channels): cut them so, then permute.",
            "numbers of one channel land in another",
        ),
        Mistake(
            "height for the stride",
            edit(
                "places = kernel.reshape(height, width, channels, -1)",
                "rows = torch.arange(len(kernel)).reshape(channels, height, width)\n    for c in range(channels):\n        for h in range(height):\n            for w in range(width):\n                rows[c, h, w] = ((h * height + w) * channels + c) % len(kernel)\n    places = kernel[rows.flatten()]",
                "places.permute(3, 2, 0, 1).flatten(1)",
                "places.T",
            ),
            "You step from one row of the map to the next by height. A row is `width` places long: place (h, w) is number h · width + w.",
            "right for square maps only",
        ),
        Mistake(
            "one channel as it is",
            edit("    return places", "    if channels == 1:\n        return kernel.clone()\n    return places"),
            "With one channel you return the kernel as it is. Its rows are in order then, but PyTorch's Linear wants (out, in) all the same: transpose.",
            "shape (in, out) for one channel",
        ),
    ),
    hints=(
        "A row of the kernel belongs to one place and one channel. Which row belongs to channel 1 of place (0, 0)?",
        "reshape the rows to (height, width, channels, out): now every axis has a name.",
        "Permute to (out, channels, height, width), then flatten all but the first.",
    ),
    difficulty=3,
    points=10,
    minutes=15,
)

# 18.3 ---------------------------------------------------------------------------------------------


def gru_to_torch(kernel: Tensor, recurrent: Tensor, bias: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Keras's GRU (D, 3U), (U, 3U), (2, 3U), gates z r n, to PyTorch's weight_ih, weight_hh, bias_ih, bias_hh, gates r z n."""

    def turned(columns: Tensor) -> Tensor:
        z, r, n = columns.chunk(3, dim=-1)
        return torch.cat([r, z, n], dim=-1)

    return turned(kernel).T, turned(recurrent).T, turned(bias[0]), turned(bias[1])


def _draw_gru(draw: Draw) -> list[Case]:
    d, u = draw.whole(4, 5), draw.whole(2, 3)

    def case(name: str, width: int, units: int, **kind: Any) -> Case:
        sizes = (width, 3 * units), (units, 3 * units), (2, 3 * units)
        return Case(name, tuple(draw.normal(*size, **kind) for size in sizes))

    return [
        case("random", d, u),
        case("random, narrow input", 1, u),
        case("one unit", d, 1),
        case("5 units", 2, 5),
        case("as wide as its units", u, u),
        case("input of 3 U", 3 * u, u),
        case("float64", d, u, dtype=torch.float64),
    ]


def _numbered(d: int, u: int) -> tuple[Tensor, ...]:
    return tuple(100.0 * i + torch.arange(3.0 * u * n).reshape(n, 3 * u) for i, n in ((1, d), (2, u), (3, 2)))


GRU = Task(
    id="18.3",
    title="A GRU whose gates stand in another order",
    promise="""
    Write `gru_to_torch(kernel, recurrent, bias)`: the weights of a Keras GRU layer (as it is by default, with `reset_after=True`) as those of `torch.nn.GRU`.

    - Keras gives `kernel` (D, 3U) for the input, `recurrent` (U, 3U) for the state, `bias` (2, 3U): row 0 for the input, row 1 for the state. All have one dtype (float32 or float64); D, U >= 1. The columns are three blocks of U: update gate z, reset gate r, candidate n.
    - PyTorch wants `weight_ih_l0` (3U, D), `weight_hh_l0` (3U, U), `bias_ih_l0` (3U,), `bias_hh_l0` (3U,), with the blocks in the order r, z, n.
    - Return these four, in this order and of these shapes, as a tuple. The inputs are not changed.
    """,
    reference=gru_to_torch,
    named=(
        Case("numbered, 2 units", _numbered(3, 2)),
        Case("numbered, 1 unit", _numbered(1, 1)),
        Case("square", _numbered(2, 2)),
        Case("numbered, 4 units", _numbered(2, 4)),
        Case("random, float64", tuple(Draw(i).normal(n, 9, dtype=torch.float64) for i, n in enumerate((2, 3, 2)))),
        Case("input of 3 U", tuple(Draw(i).normal(n, 6) for i, n in enumerate((6, 2, 2)))),
    ),
    draws=_draw_gru,
    mistakes=(
        Mistake(
            "gates as they are",
            edit("torch.cat([r, z, n], dim=-1)", "torch.cat([z, r, n], dim=-1)"),
            "You kept Keras's order of the gates, z r n; PyTorch's is r z n. All shapes fit and nothing complains, but the reset gate now does the work of the update gate. (An LSTM has the same order in both libraries; a GRU has not.)",
            "reset and update gate exchanged",
        ),
        Mistake(
            "n first",
            edit("torch.cat([r, z, n], dim=-1)", "torch.cat([n, z, r], dim=-1)"),
            "Your candidate n comes first. It is the last block in both libraries; only z and r change places.",
            "the candidate does the work of a gate",
        ),
        Mistake(
            "bias not turned",
            edit("turned(bias[0]), turned(bias[1])", "bias[0].clone(), bias[1].clone()"),
            "Your matrices are right, but the gates of the biases are still in Keras's order. They have the same three blocks.",
            "right weights, exchanged biases",
        ),
        Mistake(
            "recurrent not turned",
            edit("turned(recurrent).T", "recurrent.T"),
            "You reordered the gates of the input's kernel, and not those of the recurrent one. The first step from a state of zeros is right, all later ones are wrong.",
            "wrong from the second step on",
        ),
        Mistake(
            "not transposed",
            edit("turned(kernel).T, turned(recurrent).T", "turned(kernel), turned(recurrent)"),
            "The gates are in order, but the matrices are still (in, 3U). PyTorch stores (3U, in): transpose them.",
            "shape (in, 3U)",
        ),
        Mistake(
            "turned after the transpose",
            edit(
                "turned(kernel).T, turned(recurrent).T",
                "turned(kernel.T.contiguous()), turned(recurrent.T.contiguous())",
            ),
            "You transposed first and then cut the last axis, which now holds the inputs, not the gates. Reorder the blocks first, or cut axis 0.",
            "inputs are cut instead of gates",
        ),
        Mistake(
            "biases swapped",
            edit("turned(bias[0]), turned(bias[1])", "turned(bias[1]), turned(bias[0])"),
            "Your two biases changed places. Row 0 goes with the input, row 1 with the state. For the gates only their sum counts; the candidate sees the difference, because the reset gate multiplies the second one.",
            "hardly wrong, and therefore hard to see",
        ),
        Mistake(
            "biases added up",
            edit("turned(bias[0]), turned(bias[1])", "turned(bias[0] + bias[1]), torch.zeros_like(bias[1])"),
            "You added both biases into one. That is right for an LSTM. In this GRU the reset gate multiplies the second bias of the candidate, so the two must stay apart.",
            "hardly wrong, and therefore hard to see",
        ),
        Mistake(
            "kernels swapped",
            edit(
                "turned(kernel).T, turned(recurrent).T",
                "turned(recurrent).T, turned(kernel).T",
            ),
            "weight_ih goes with the input, so it comes from `kernel`; weight_hh goes with the state. You returned them the other way round.",
            "input and state exchanged",
        ),
        Mistake(
            "interleaved",
            edit(
                "columns.chunk(3, dim=-1)",
                "(columns[..., 0::3], columns[..., 1::3], columns[..., 2::3])",
            ),
            "You took every third column. The gates are three blocks side by side: the first U columns are z, the next U are r, the last are n.",
            "right only for one unit",
        ),
        Mistake(
            "n r z",
            edit("torch.cat([r, z, n], dim=-1)", "torch.cat([n, r, z], dim=-1)"),
            "Your blocks stand as n, r, z. PyTorch's order is r, z, n.",
            "the candidate does the work of a gate",
        ),
        Mistake(
            "r n z",
            edit("torch.cat([r, z, n], dim=-1)", "torch.cat([r, n, z], dim=-1)"),
            "Your blocks stand as r, n, z. PyTorch's order is r, z, n: the candidate is the last.",
            "update gate and candidate exchanged",
        ),
        Mistake(
            "z n r",
            edit("torch.cat([r, z, n], dim=-1)", "torch.cat([z, n, r], dim=-1)"),
            "Your blocks stand as z, n, r. PyTorch's order is r, z, n.",
            "all three exchanged",
        ),
        Mistake(
            "reset gate twice",
            edit("torch.cat([r, z, n], dim=-1)", "torch.cat([r, r, n], dim=-1)"),
            "Both of your first two blocks hold the reset gate. A slice is a view: was z overwritten before you copied it?",
            "the update gate is lost",
        ),
        Mistake(
            "kernel not turned",
            edit("turned(kernel).T", "kernel.T"),
            "You reordered the gates of the recurrent kernel, and not those of the input's. Both have the same three blocks.",
            "wrong from the first step on",
        ),
        Mistake(
            "only biases turned",
            edit("turned(kernel).T, turned(recurrent).T", "kernel.T, recurrent.T"),
            "You reordered the gates of the biases only. The two matrices have the same three blocks.",
            "right biases, exchanged weights",
        ),
        Mistake(
            "recurrent not transposed",
            edit("turned(recurrent).T", "turned(recurrent)"),
            "Your recurrent matrix is still (U, 3U). PyTorch stores (3U, U): transpose it, too.",
            "shape (U, 3U)",
        ),
        Mistake(
            "kernel not transposed",
            edit("turned(kernel).T", "turned(kernel)"),
            "Your input matrix is still (D, 3U). PyTorch stores (3U, D): transpose it, too.",
            "shape (D, 3U)",
        ),
        Mistake(
            "reshaped",
            edit(
                "turned(kernel).T, turned(recurrent).T",
                "turned(kernel).reshape(-1, len(kernel)), turned(recurrent).reshape(-1, len(recurrent))",
            ),
            "reshape gives the right shape and leaves the numbers in their old order. Transpose the matrices: .T.",
            "the right shape, the wrong numbers",
        ),
        Mistake(
            "input's bias twice",
            edit("turned(bias[0]), turned(bias[1])", "turned(bias[0]), turned(bias[0])"),
            "You returned the bias of the input twice. Row 1 is that of the state.",
            "the state's bias is lost",
        ),
        Mistake(
            "state's bias lost",
            edit("turned(bias[0]), turned(bias[1])", "turned(bias[0]), torch.zeros_like(bias[1])"),
            "Your second bias is 0. Row 1 of `bias` belongs there.",
            "the state's bias is lost",
        ),
        Mistake(
            "biases averaged",
            edit("turned(bias[0]), turned(bias[1])", "turned(bias.mean(0)), turned(bias.mean(0))"),
            "You gave both biases the mean of the two rows. For the gates only their sum counts; the candidate's second bias is multiplied by the reset gate, so the two must stay apart.",
            "hardly wrong, and therefore hard to see",
        ),
        Mistake(
            "biases in one",
            edit("turned(bias[0]), turned(bias[1])", "turned(bias)"),
            "You returned the biases as one tensor of two rows. Return four tensors: the biases one after the other.",
            "three results",
        ),
        Mistake(
            "biases between",
            edit(
                "turned(kernel).T, turned(recurrent).T, turned(bias[0]), turned(bias[1])",
                "turned(kernel).T, turned(bias[0]), turned(recurrent).T, turned(bias[1])",
            ),
            "Your results stand in another order: first both matrices, then both biases.",
            "results in another order",
        ),
        Mistake(
            "update gate negated",
            edit("torch.cat([r, z, n], dim=-1)", "torch.cat([r, -z, n], dim=-1)"),
            "You changed the sign of the update gate. Both libraries use z in the same way: only the blocks change places.",
            "keeps what it should forget",
        ),
        Mistake(
            "a dictionary",
            edit(
                "return turned(kernel).T, turned(recurrent).T, turned(bias[0]), turned(bias[1])",
                'return {"weight_ih_l0": turned(kernel).T, "weight_hh_l0": turned(recurrent).T, '
                '"bias_ih_l0": turned(bias[0]), "bias_hh_l0": turned(bias[1])}',
            ),
            "You returned a dictionary. Return the four tensors as a tuple.",
            "a dictionary",
        ),
        Mistake(
            "float32",
            edit("torch.cat([r, z, n], dim=-1)", "torch.cat([r, z, n], dim=-1).float()"),
            "Your results are float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
        Mistake(
            "recurrent stacked, not transposed",
            edit("turned(recurrent).T", "torch.cat([turned(recurrent).chunk(3, dim=-1)[i] for i in range(3)])"),
            "Your recurrent blocks are stacked, and each of them is still as Keras has it: (U, U) fits without a transpose, and the numbers stand in the wrong places. Transpose each block.",
            "the right shape, the wrong numbers",
        ),
        Mistake(
            "kernel stacked, not transposed",
            edit("turned(kernel).T", "torch.cat([turned(kernel).chunk(3, dim=-1)[i] for i in range(3)])"),
            "Your blocks of the kernel are stacked, and each of them is still as Keras has it, (D, U). Transpose each block.",
            "shape (3D, U)",
        ),
        Mistake(
            "kernel reshaped",
            edit("turned(kernel).T", "turned(kernel).reshape(-1, len(kernel))"),
            "reshape gives the input matrix the right shape and leaves the numbers in their old order. Transpose it: .T.",
            "the right shape, the wrong numbers",
        ),
        Mistake(
            "recurrent reshaped",
            edit("turned(recurrent).T", "turned(recurrent).reshape(-1, len(recurrent))"),
            "reshape gives the recurrent matrix the right shape and leaves the numbers in their old order. Transpose it: .T.",
            "the right shape, the wrong numbers",
        ),
        Mistake(
            "blocks of D",
            edit(
                "columns.chunk(3, dim=-1)",
                "columns[..., : len(kernel)], columns[..., len(kernel) : 2 * len(kernel)], columns[..., 2 * len(kernel) :]",
            ),
            "Your blocks are D wide, the number of inputs. They are U wide: a third of the columns.",
            "right only for as many inputs as units",
        ),
        Mistake(
            "reset gate negated",
            edit("torch.cat([r, z, n], dim=-1)", "torch.cat([-r, z, n], dim=-1)"),
            "You changed the sign of the reset gate. Both libraries use r in the same way: only the blocks change places.",
            "forgets what it should keep",
        ),
        Mistake(
            "reset gate of the biases negated",
            edit(
                "turned(bias[0]), turned(bias[1])",
                "torch.cat([-turned(bias[0]).chunk(3)[0], *turned(bias[0]).chunk(3)[1:]]), torch.cat([-turned(bias[1]).chunk(3)[0], *turned(bias[1]).chunk(3)[1:]])",
            ),
            "You changed the sign of the reset gate in the biases. Both libraries use r in the same way: only the blocks change places.",
            "forgets what it should keep",
        ),
        Mistake(
            "update gate of the biases negated",
            edit(
                "turned(bias[0]), turned(bias[1])",
                "torch.cat([turned(bias[0]).chunk(3)[0], -turned(bias[0]).chunk(3)[1], turned(bias[0]).chunk(3)[2]]), torch.cat([turned(bias[1]).chunk(3)[0], -turned(bias[1]).chunk(3)[1], turned(bias[1]).chunk(3)[2]])",
            ),
            "You changed the sign of the update gate in the biases. Both libraries use z in the same way: only the blocks change places.",
            "keeps what it should forget",
        ),
    ),
    hints=(
        "Name the three blocks before you move them: z, r, n = x.chunk(3, dim=-1).",
        "Reorder the blocks of all four: the two matrices and the two rows of the bias.",
        "torch.cat([r, z, n], dim=-1) first, then .T for the matrices.",
    ),
    difficulty=3,
    points=10,
    minutes=15,
)

TASKS = (KERNELS, FLATTENED, GRU)
