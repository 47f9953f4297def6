"""Tasks of lesson 14: frames of a sound, frames of a video, and the delay between the two."""

from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.outcome import Outcome
from fusion_edu.autograder.task import Mistake, Task, edit

# 14.1 ---------------------------------------------------------------------------------------------


def frame_signal(x: Tensor, size: int, hop: int) -> Tensor:
    """(T,) samples to (F, size) overlapping frames."""
    if len(x) < size:
        return x.new_zeros(0, size)
    return x.unfold(0, size, hop)


def _padded(x: Tensor, size: int, hop: int) -> Tensor:
    longer = F.pad(x, (0, size))
    return torch.stack([longer[start : start + size] for start in range(0, len(x), hop)])


def _draw_signals(draw: Draw) -> list[Case]:
    n, size, hop = draw.whole(20, 30), draw.whole(5, 8), draw.whole(2, 4)
    return [
        Case("random", (draw.normal(n), size, hop)),
        Case("frames side by side", (draw.normal(4 * size + 1), size, size)),
        Case("gaps between the frames", (draw.normal(n), 3, 5)),
        Case("one frame exactly", (draw.normal(size), size, hop)),
        Case("one sample too short", (draw.normal(size - 1), size, hop)),
        Case("nothing", (draw.normal(0), size, hop)),
        Case("frames of one sample", (draw.normal(n), 1, hop)),
        Case("every sample starts one", (draw.normal(n), size, 1)),
        Case("float64", (draw.normal(n, dtype=torch.float64), size, hop)),
        Case("gradient, random", (draw.normal(n), size, hop), gradient=(0,)),
    ]


def _last_pulled_back(x: Tensor, size: int, hop: int) -> Tensor:
    if len(x) < size:
        return x.new_zeros(0, size)
    frames = x.unfold(0, size, hop)
    return frames if (len(x) - size) % hop == 0 else torch.cat([frames, x[None, -size:]])


FRAMES = Task(
    id="14.1",
    title="Cut a sound into frames",
    promise="""
    Write `frame_signal(x, size, hop)`: cut a waveform into frames. Frame f holds the `size` samples from `f * hop` on.

    - `x` has shape (T,), T >= 0, float32 or float64. `size` and `hop` are whole numbers >= 1. Where hop < size frames overlap, where hop > size samples between them are left out.
    - Only complete frames: F = 1 + (T - size) // hop of them, and none where T < size. Nothing is padded, weighted or subtracted.
    - The result has shape (F, size), so (0, size) where there is no frame, and the dtype of `x`.
    - Gradients flow back to `x`, which is not changed.
    """,
    reference=frame_signal,
    named=(
        Case("10 samples, frames of 4, hop 2", (torch.arange(10.0), 4, 2)),
        Case("11 samples, frames of 4, hop 3", (torch.arange(11.0), 4, 3)),
        Case("two frames exactly", (torch.arange(8.0), 4, 4)),
        Case("3 samples, frames of 4", (torch.arange(3.0), 4, 2)),
        Case("hop beyond size", (torch.arange(12.0), 2, 5)),
        Case("gradient", (torch.arange(9.0), 4, 2), gradient=(0,)),
        Case("one frame exactly", (Draw(1).normal(5), 5, 2)),
        Case("20 random samples", (Draw(2).normal(20), 6, 3)),
        Case("22 random samples", (Draw(3).normal(22), 5, 4)),
        Case("float64, too short", (Draw(4).normal(3, dtype=torch.float64), 5, 2)),
        Case("float64", (Draw(5).normal(13, dtype=torch.float64), 4, 3)),
    ),
    draws=_draw_signals,
    mistakes=(
        Mistake(
            "one too few",
            edit("size, hop)", "size, hop)[:-1]"),
            "Your last complete frame is missing: F = 1 + (T - size) // hop. The first frame needs no hop, hence the 1.",
            "the end of every sound is lost",
        ),
        Mistake(
            "padded end",
            _padded,
            "You start a frame at every hop and fill the last ones with zeros. Here only complete frames count: 1 + (T - size) // hop.",
            "frames with made-up silence at the end",
        ),
        Mistake(
            "hop is size",
            edit("    if len(x)", "    hop = size\n    if len(x)"),
            "Your frames never overlap: they go on by size, not by hop.",
            "no overlap",
        ),
        Mistake(
            "swapped",
            edit("unfold(0, size, hop)", "unfold(0, hop, size)"),
            "size and hop have changed places: size is the length of a frame, hop the way to the next.",
            "frames as long as the hop",
        ),
        Mistake(
            "transposed",
            edit("unfold(0, size, hop)", "unfold(0, size, hop).T"),
            "Your frames stand in the columns. One frame a row: shape (F, size).",
            "shape (size, F)",
        ),
        Mistake(
            "crash when short",
            edit("len(x) < size", "False"),
            "A sound shorter than one frame raises an error. It has 0 frames: return shape (0, size).",
            "an error on the first short clip",
        ),
        Mistake(
            "centred",
            edit(
                "x.unfold(0, size, hop)",
                "F.pad(x[None, None], (size // 2, size // 2), mode='reflect')[0, 0].unfold(0, size, hop)",
            ),
            "You padded half a frame at each end, as torch.stft and librosa do unless you say center=False: all frames are shifted by half a frame.",
            "more frames, each half a frame early",
        ),
        Mistake(
            "detached",
            edit("x.unfold(0, size, hop)", "x.detach().unfold(0, size, hop)"),
            "The values are right, but no gradient reaches x: .detach(), .data, .tolist() and NumPy cut the graph.",
            "no gradient",
        ),
        Mistake(
            "last one padded",
            edit(
                "    if len(x)",
                "    x = F.pad(x, (0, -(len(x) - size) % hop if len(x) >= size else size - len(x)))\n    if len(x)",
            ),
            "You filled the last frame up with zeros. Here only complete frames count: what is left over at the end is dropped.",
            "a last frame with made-up silence",
        ),
        Mistake(
            "last one pulled back",
            _last_pulled_back,
            "Where samples are left over, you added a frame that ends with the last one. Frame f begins at f · hop; what is left over is dropped.",
            "a last frame off the grid",
        ),
        Mistake(
            "first one missing",
            edit("x.unfold(0, size, hop)", "x.unfold(0, size, hop)[1:]"),
            "Your first frame is missing: it begins at sample 0.",
            "the beginning of every sound is lost",
        ),
        Mistake(
            "every sample",
            edit("unfold(0, size, hop)", "unfold(0, size, 1)"),
            "You begin a frame at every sample: `hop` is not used.",
            "hop has no effect",
        ),
        Mistake(
            "half overlap",
            edit("unfold(0, size, hop)", "unfold(0, size, max(size // 2, 1))"),
            "You go on by half a frame, whatever hop is.",
            "hop has no effect",
        ),
        Mistake(
            "hop is the overlap",
            edit("unfold(0, size, hop)", "unfold(0, size, max(size - hop, 1))"),
            "You took hop for the overlap of two frames. It is the way from one beginning to the next.",
            "other beginnings, unless hop is half of size",
        ),
        Mistake(
            "centred with zeros",
            edit("x.unfold(0, size, hop)", "F.pad(x, (size // 2, size // 2)).unfold(0, size, hop)"),
            "You put half a frame of zeros at each end, as librosa does unless you say center=False: all frames are shifted by half a frame.",
            "more frames, each half a frame early",
        ),
        Mistake(
            "centred with zeros, short ones too",
            edit("    if len(x)", "    x = F.pad(x, (size // 2, size // 2))\n    if len(x)"),
            "You put half a frame of zeros at each end, as librosa does unless you say center=False: all frames are shifted by half a frame, and a sound that is too short "
            "gets frames that it does not have.",
            "more frames, each half a frame early",
        ),
        Mistake(
            "windowed, to the very ends",
            edit(
                "x.unfold(0, size, hop)",
                "x.unfold(0, size, hop) * torch.hann_window(size, periodic=False, dtype=x.dtype)",
            ),
            "You multiplied each frame by a window that fades in and out. That comes before a Fourier transform; here the samples stay as they are.",
            "frames fade in and out",
        ),
        Mistake(
            "last frame lost",
            edit("len(x) < size", "len(x) <= size", "x.unfold", "x[:-1].unfold"),
            "The last sample counts for nothing in yours: a frame that ends with it is lost. The last frame may begin at T - size: range(0, T - size + 1, hop).",
            "the frame that just fits is missing",
        ),
        Mistake(
            "windowed",
            edit("x.unfold(0, size, hop)", "x.unfold(0, size, hop) * torch.hann_window(size, dtype=x.dtype)"),
            "You multiplied each frame by a window that fades in and out. That comes before a Fourier transform; here the samples stay as they are.",
            "frames fade in and out",
        ),
        Mistake(
            "means taken off",
            edit("x.unfold(0, size, hop)", "(x.unfold(0, size, hop) - x.unfold(0, size, hop).mean(1, keepdim=True))"),
            "You subtracted the mean of each frame. Here the samples stay as they are.",
            "a constant sound becomes silence",
        ),
        Mistake(
            "numbers of samples",
            edit("x.unfold(0, size, hop)", "torch.arange(len(x)).to(x.dtype).unfold(0, size, hop)"),
            "You returned which samples each frame holds. Return the samples: x at these places.",
            "numbers, not samples",
        ),
        Mistake(
            "turned round",
            edit("x.unfold(0, size, hop)", "x.unfold(0, size, hop).flip(1)"),
            "The samples of each frame run backwards.",
            "each frame is played backwards",
        ),
        Mistake(
            "short one padded",
            edit("return x.new_zeros(0, size)", "return F.pad(x, (0, size - len(x)))[None]"),
            "A sound shorter than one frame gives a frame filled up with zeros in yours. It has 0 frames: shape (0, size).",
            "made-up silence in short clips",
        ),
        Mistake(
            "flat where short",
            edit("x.new_zeros(0, size)", "x.new_zeros(0)"),
            "Where there is no frame your result has shape (0,), and cannot be joined with others. Return shape (0, size).",
            "shape (0,) for a short clip",
        ),
        Mistake(
            "float32 where short",
            edit("x.new_zeros(0, size)", "torch.zeros(0, size)"),
            "Where there is no frame your result is float32, whatever comes in. Use x.new_zeros(0, size), or dtype=x.dtype.",
            "float64 is lost for a short clip",
        ),
        Mistake(
            "float32",
            edit(
                "return x.unfold(0, size, hop)",
                "return x.float().unfold(0, size, hop)",
                "x.new_zeros(0, size)",
                "torch.zeros(0, size)",
            ),
            "Your result is float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
        Mistake(
            "means of the frames",
            edit("x.unfold(0, size, hop)", "x.unfold(0, size, hop).mean(1)"),
            "You returned one number a frame, its mean. Return the samples: shape (F, size).",
            "shape (F,)",
        ),
        Mistake(
            "last one padded, short ones dropped",
            edit("x.unfold", "F.pad(x, (0, -(len(x) - size) % hop)).unfold"),
            "You filled the last frame up with zeros. Here only complete frames count: what is left over at the end is dropped.",
            "a last frame with made-up silence",
        ),
        Mistake(
            "last one padded, nothing stays nothing",
            edit(
                "    if len(x)",
                "    if 0 < len(x):\n        x = F.pad(x, (0, -(len(x) - size) % hop if len(x) >= size else size - len(x)))\n    if len(x)",
            ),
            "You filled the last frame up with zeros. Here only complete frames count: what is left over at the end is dropped.",
            "a last frame with made-up silence",
        ),
        Mistake(
            "hop at most size",
            edit("    if len(x)", "    hop = min(hop, size)\n    if len(x)"),
            "You cut hop down to size. Where hop is larger, the samples between the frames are left out.",
            "no gaps between frames",
        ),
        Mistake(
            "hop at least size",
            edit("    if len(x)", "    hop = max(hop, size)\n    if len(x)"),
            "You raised hop to size. Where hop is smaller, frames overlap.",
            "no overlap",
        ),
        Mistake(
            "crash when a little short",
            edit(
                "x.new_zeros(0, size)", "x[torch.arange(size)[None]] if len(x) > size - hop else x.new_zeros(0, size)"
            ),
            "A sound that lacks less than one hop raises an error: it has 0 frames (int() of a division rounds towards 0, and then there seems to be one). Round down with //, or test T < size first.",
            "an error on a clip a little too short",
        ),
        Mistake(
            "one frame squeezed",
            edit("size, hop)", "size, hop).squeeze(0)"),
            "A single frame loses its axis in yours: the shape is (size,) and should be (1, size). Leave squeeze out.",
            "shape (size,) for one frame",
        ),
        Mistake(
            "mean of the sound taken off",
            edit("    if len(x)", "    x = x - x.mean()\n    if len(x)"),
            "You subtracted the mean of the whole sound. Here the samples stay as they are.",
            "a constant sound becomes silence",
        ),
        Mistake(
            "hop from the end",
            edit("size, hop)", "size, size + hop)"),
            "You counted hop from the end of a frame. It is the way from one beginning to the next.",
            "gaps between the frames",
        ),
    ),
    hints=(
        "Where does the last frame that still fits begin?",
        "range(0, T - size + 1, hop) gives the beginning of every complete frame, and nothing where T < size.",
        "x.unfold(0, size, hop) cuts all frames at once; it raises where T < size.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
)

# 14.2 ---------------------------------------------------------------------------------------------


def sample_frames(n_frames: int, k: int) -> Tensor:
    """(k,) frame numbers: the middle of each of k equal segments."""
    i = torch.arange(k)
    return (2 * i + 1) * n_frames // (2 * k)


def _steady(case: Case, outcome: Outcome) -> Outcome:
    """Which frames a random choice gives does not matter, nor where its random numbers come from: that they change does."""
    return outcome if outcome.repeats else replace(outcome, value="other frames at each call", randomness=False)


def _draw_lengths(draw: Draw) -> list[Case]:
    n, k = draw.whole(60, 400), draw.whole(5, 12)
    short = draw.whole(4, 6)
    lengths = {
        "random": (n, k),
        "another length": (n + draw.whole(1, 50), draw.whole(3, 9)),
        "as many as there are": (n, n),
        "fewer frames than asked for": (short, short + draw.whole(2, 9)),
        "one of many": (draw.whole(20, 90), 1),
        "one frame only": (1, k),
    }
    return [Case(name, args, randomness=True) for name, args in lengths.items()]


PICK = Task(
    id="14.2",
    title="Pick k frames of a video",
    promise=r"""
    Write `sample_frames(n_frames, k)`: which k of the frames 0 ... n_frames - 1 a model is shown.

    - Cut the video into k equal segments (equal as real numbers, so their ends need not be whole) and take the frame in the middle of each: frame $\lfloor (i + \frac12) \, n / k \rfloor$ for $i = 0, \ldots, k - 1$, with $n$ = `n_frames`.
    - `n_frames` and `k` are whole numbers from 1 to 1000. Where the video has fewer than k frames, the same rule repeats some.
    - The result is a tensor of shape (k,), of any signed integer dtype that holds the frame numbers.
    - The same call gives the same frames, and the global random generators are left alone: this is for testing.
    """,
    reference=sample_frames,
    named=(
        Case("4 of 100", (100, 4), randomness=True),
        Case("3 of 10", (10, 3), randomness=True),
        Case("4 of 2", (2, 4), randomness=True),
        Case("1 of 7", (7, 1), randomness=True),
        Case("5 of 5", (5, 5), randomness=True),
        Case("11 of 26", (26, 11), randomness=True),
        Case("13 of 30", (30, 13), randomness=True),
        Case("15 of 1000", (1000, 15), randomness=True),
        Case("1000 of 999", (999, 1000), randomness=True),
        Case("7 of 3", (3, 7), randomness=True),
        Case("9 of 1", (1, 9), randomness=True),
    ),
    draws=_draw_lengths,
    view=_steady,
    mistakes=(
        Mistake(
            "first k",
            edit("(2 * i + 1) * n_frames // (2 * k)", "torch.arange(k).clamp(max=n_frames - 1)"),
            "You took the first k frames: whatever happens later is never seen. Spread them over the whole video.",
            "sees only the beginning",
        ),
        Mistake(
            "segment starts",
            edit("(2 * i + 1) * n_frames // (2 * k)", "i * n_frames // k"),
            "You took the beginning of each segment. Frame 0 is often black or a title; take the middle: i + ½.",
            "always shows frame 0",
        ),
        Mistake(
            "linspace",
            edit("(2 * i + 1) * n_frames // (2 * k)", "torch.linspace(0, n_frames - 1, k).long()"),
            "linspace takes the very first and the very last frame, and spreads the others between them. Take the middle of each segment.",
            "the first and the last frame are always in",
        ),
        Mistake(
            "rounded up",
            edit("(2 * i + 1) * n_frames // (2 * k)", "-(-(2 * i + 1) * n_frames // (2 * k))"),
            "You rounded up: a middle in the last frame then points behind the end of the video. Frame numbers are rounded down.",
            "an index error at the end",
        ),
        Mistake(
            "random",
            edit("(2 * i + 1) * n_frames // (2 * k)", "((i + torch.rand(k)) * n_frames / k).long()"),
            "Your frames change from call to call: you choose at random, in each segment or anywhere. That is good for training; a test must see the same frames each time: take the middle of each segment.",
            "the test score changes from run to run",
        ),
        Mistake(
            "stride",
            edit("(2 * i + 1) * n_frames // (2 * k)", "torch.arange(k) * max(n_frames // k, 1)"),
            "You step by a whole number of frames from frame 0: the tail is never seen, and a video shorter than k is overrun. Compute each frame from i, then round down.",
            "the tail is lost, short videos overrun",
        ),
        Mistake(
            "float step",
            edit("(2 * i + 1) * n_frames // (2 * k)", "((i + 0.5) * (n_frames / k)).long()"),
            "You multiplied by n / k, which was rounded: a middle that is a whole number can come out just below it, and is then rounded down to the frame before (26 frames, k = 11). Multiply by n first, divide by k last; or stay with whole numbers.",
            "one frame off for some lengths",
        ),
        Mistake(
            "float step in Python",
            edit(
                "(2 * i + 1) * n_frames // (2 * k)", "torch.tensor([int((j + 0.5) * (n_frames / k)) for j in range(k)])"
            ),
            "You multiplied by n / k, which was rounded: a middle that is a whole number can come out just below it, and is then rounded down to the frame before (30 frames, k = 13). Multiply by n first, divide by k last; or stay with whole numbers.",
            "one frame off for some lengths",
        ),
        Mistake(
            "rounded to nearest",
            edit("(2 * i + 1) * n_frames // (2 * k)", "torch.round((i + 0.5) * n_frames / k).long()"),
            "You rounded to the nearest frame. Frame numbers are rounded down: frame j lasts from j to j + 1.",
            "half a frame late",
        ),
        Mistake(
            "not rounded",
            edit("(2 * i + 1) * n_frames // (2 * k)", "(2 * i + 1) * n_frames / (2 * k)"),
            "Your frame numbers are floats with a fraction. Round down to whole numbers.",
            "cannot index with them",
        ),
        Mistake(
            "float frames",
            edit("(2 * i + 1) * n_frames // (2 * k)", "((2 * i + 1) * n_frames // (2 * k)).float()"),
            "The frames are right, but your frame numbers are floats. Return integers.",
            "cannot index with them",
        ),
        Mistake(
            "segment ends",
            edit("(2 * i + 1) * n_frames // (2 * k)", "((i + 1) * n_frames // k - 1).clamp(min=0)"),
            "You took the last frame of each segment. Take the middle: i + ½.",
            "always shows the last frame",
        ),
        Mistake(
            "last k",
            edit("(2 * i + 1) * n_frames // (2 * k)", "(n_frames - k + i).clamp(min=0)"),
            "You took the last k frames: whatever happens before is never seen. Spread them over the whole video.",
            "sees only the end",
        ),
        Mistake(
            "middle k",
            edit("(2 * i + 1) * n_frames // (2 * k)", "((n_frames - k) // 2 + i).clamp(0, n_frames - 1)"),
            "You took k frames in a row from the middle of the video. Spread them over all of it.",
            "sees only the middle",
        ),
        Mistake(
            "n minus one",
            edit("(2 * i + 1) * n_frames // (2 * k)", "(2 * i + 1) * (n_frames - 1) // (2 * k)"),
            "You computed with n - 1. The video lasts from 0 to n: frame n - 1 ends at n.",
            "a little too early towards the end",
        ),
        Mistake(
            "linspace rounded",
            edit("(2 * i + 1) * n_frames // (2 * k)", "torch.linspace(0, n_frames - 1, k).round().long()"),
            "linspace takes the very first and the very last frame, and spreads the others between them; rounding does not change that. Take the middle of each segment.",
            "the first and the last frame are always in",
        ),
        Mistake(
            "k + 1 segments",
            edit("(2 * i + 1) * n_frames // (2 * k)", "(i + 1) * n_frames // (k + 1)"),
            "You took the k inner ends of k + 1 segments. Take the middles of k segments.",
            "too near the middle of the video",
        ),
        Mistake(
            "whole segments",
            edit("(2 * i + 1) * n_frames // (2 * k)", "i * (n_frames // k) + n_frames // (2 * k)"),
            "You rounded the length of a segment down to whole frames: the tail of the video is never seen. Round at the very end.",
            "the tail is lost",
        ),
        Mistake(
            "middles rounded",
            edit(
                "(2 * i + 1) * n_frames // (2 * k)",
                "((i + 0.5).double() * n_frames / k).round().long().clamp(max=n_frames - 1)",
            ),
            "You rounded the middle of each segment to the nearest whole number. Frames begin at whole numbers: round down.",
            "half of the frames one too late",
        ),
        Mistake(
            "no more than there are",
            edit("torch.arange(k)", "torch.arange(min(k, n_frames))"),
            "Where the video has fewer than k frames you return fewer. The result always has k; the same rule repeats some.",
            "fewer than k for a short video",
        ),
        Mistake(
            "each once",
            edit("    i = torch.arange(k)", "    k = min(k, n_frames)\n    i = torch.arange(k)"),
            "Where the video has fewer than k frames you return each of them once. The result always has k; the same rule repeats some.",
            "fewer than k for a short video",
        ),
        Mistake(
            "last one repeated",
            edit(
                "(2 * i + 1) * n_frames // (2 * k)",
                "(2 * i + 1) * n_frames // (2 * k) if n_frames >= k else i.clamp(max=n_frames - 1)",
            ),
            "Where the video has fewer than k frames you repeat the last one. The same rule as always repeats frames evenly.",
            "a still end for a short video",
        ),
        Mistake(
            "played again",
            edit(
                "(2 * i + 1) * n_frames // (2 * k)",
                "(2 * i + 1) * n_frames // (2 * k) if n_frames >= k else i % n_frames",
            ),
            "Where the video has fewer than k frames you begin again from the first. The same rule as always keeps their order.",
            "a short video runs twice",
        ),
        Mistake(
            "from one",
            edit("(2 * i + 1) * n_frames // (2 * k)", "(2 * i + 1) * n_frames // (2 * k) + 1"),
            "Your frames count from 1. They are numbered 0 to n_frames - 1.",
            "every frame is one too late",
        ),
        Mistake(
            "backwards",
            edit("(2 * i + 1) * n_frames // (2 * k)", "((2 * i + 1) * n_frames // (2 * k)).flip(0)"),
            "Your frames run backwards. i goes from 0 to k - 1.",
            "time runs backwards",
        ),
        Mistake(
            "one frame for all",
            edit("(2 * i + 1) * n_frames // (2 * k)", "0 * i + n_frames // 2"),
            "You took the middle of the whole video k times. Take the middle of each of its k segments.",
            "a still picture",
        ),
        Mistake(
            "a list",
            edit("(2 * i + 1) * n_frames // (2 * k)", "((2 * i + 1) * n_frames // (2 * k)).tolist()"),
            "The frames are right, but your result is a list. Return a tensor.",
            "a list, not a tensor",
        ),
        Mistake(
            "global seed",
            edit("i = torch.arange(k)", "torch.manual_seed(0)\n    i = torch.arange(k)"),
            "The frames are right, but your function seeds or moves a global random generator: whoever draws after it gets other numbers. Nothing random is needed here.",
            "resets everybody's random numbers",
        ),
        Mistake(
            "start and half rounded",
            edit("(2 * i + 1) * n_frames // (2 * k)", "i * n_frames // k + n_frames // (2 * k)"),
            "You rounded the beginning of a segment down, and half of its length once more: together they lose up to a frame. Round at the very end, once.",
            "one frame too early for some lengths",
        ),
        Mistake(
            "ends rounded",
            edit("(2 * i + 1) * n_frames // (2 * k)", "(i * n_frames // k + (i + 1) * n_frames // k) // 2"),
            "You rounded the two ends of each segment before you took their middle. The ends need not be whole: round at the very end, once.",
            "one frame off for some lengths",
        ),
        Mistake(
            "n minus one, rounded",
            edit("(2 * i + 1) * n_frames // (2 * k)", "((i.double() + 0.5) * (n_frames - 1) / k).round().long()"),
            "You computed with n - 1 and rounded to the nearest frame. The video lasts from 0 to n, and frame numbers are rounded down.",
            "one frame off for some lengths",
        ),
        Mistake(
            "frames at the ends",
            edit("(2 * i + 1) * n_frames // (2 * k)", "-(-(i + 1) * n_frames // k) - 1"),
            "You took the frame at the end of each segment. Take the middle: i + ½.",
            "always shows the last frame",
        ),
    ),
    hints=(
        "Where does segment i begin, and where does it end, as real numbers?",
        "From i · n / k to (i + 1) · n / k: the middle is (i + ½) · n / k.",
        "Round down at the very end. In whole numbers: (2 · i + 1) · n // (2 · k).",
    ),
    difficulty=2,
    points=10,
    minutes=12,
)

# 14.3 ---------------------------------------------------------------------------------------------


def best_offset(a: Tensor, b: Tensor, max_lag: int) -> int:
    """Lag L at which a[t] and b[t + L] correlate best."""
    score, n = {}, len(a)
    for lag in range(-max_lag, max_lag + 1):
        x, y = a[max(0, -lag) : n - max(0, lag)], b[max(0, lag) : n - max(0, -lag)]
        x, y = x - x.mean(), y - y.mean()
        score[lag] = (x * y).sum() / ((x * x).sum() * (y * y).sum()).sqrt().clamp_min(1e-12)
    top = max(score.values())
    return min((lag for lag, r in score.items() if r > top - 1e-6), key=lambda lag: (abs(lag), lag))


def _rolled(a: Tensor, b: Tensor, max_lag: int) -> int:
    lags = sorted(range(-max_lag, max_lag + 1), key=lambda lag: (abs(lag), lag))
    x = a - a.mean()
    score = [(x * (torch.roll(b, -lag) - b.mean())).sum().item() for lag in lags]
    return lags[max(range(len(lags)), key=lambda i: (score[i] > max(score) - 1e-6, -i))]


def _draw_delays(draw: Draw) -> list[Case]:
    n = draw.whole(9, 14)

    def delayed(lag: int, level: float = 0.0, noise: float = 0.7) -> tuple[Tensor, Tensor, int]:
        whole = draw.normal(n + 8, dtype=torch.float64)
        late = whole[4 - lag : 4 - lag + n] + noise * draw.normal(n, dtype=torch.float64)
        return whole[4 : 4 + n] + level, late, 4

    one, two = draw.whole(1, 4), draw.whole(1, 4)
    ramp = torch.arange(n, dtype=torch.float64)
    return [
        Case("b late", delayed(one)),
        Case("b early", delayed(-two)),
        Case("b early, a level in a", delayed(-one, level=30.0)),
        Case("no delay", delayed(0, noise=0.3)),
        Case("noise only", (draw.normal(n, dtype=torch.float64), draw.normal(n, dtype=torch.float64), 3)),
        Case(
            "noise around two levels",
            (9 + draw.normal(n, dtype=torch.float64), 5 + draw.normal(n, dtype=torch.float64), 4),
        ),
        Case(
            "both get louder",
            (ramp + draw.normal(n, dtype=torch.float64), 2 * ramp + draw.normal(n, dtype=torch.float64), 3),
        ),
        Case("opposite", (draw.normal(n, dtype=torch.float64) * 0 + (-1.0) ** ramp, -((-1.0) ** ramp), 1)),
        Case("float32", tuple(v.float() if isinstance(v, Tensor) else v for v in delayed(one, noise=0.2))),
        Case("no lag to try", (draw.normal(n, dtype=torch.float64), draw.normal(n, dtype=torch.float64), 0)),
    ]


def _all_means(a: Tensor, b: Tensor, max_lag: int) -> int:
    a, b = a - a.mean(), b - b.mean()
    score, n = {}, len(a)
    for lag in range(-max_lag, max_lag + 1):
        x, y = a[max(0, -lag) : n - max(0, lag)], b[max(0, lag) : n - max(0, -lag)]
        score[lag] = (x * y).sum() / ((x * x).sum() * (y * y).sum()).sqrt().clamp_min(1e-12)
    top = max(score.values())
    return min((lag for lag, r in score.items() if r > top - 1e-6), key=lambda lag: (abs(lag), lag))


def _full_correlation(a: Tensor, b: Tensor, max_lag: int) -> int:
    x, y, n = a - a.mean(), b - b.mean(), len(a)
    score = {}
    for lag in range(-max_lag, max_lag + 1):
        score[lag] = (x[max(0, -lag) : n - max(0, lag)] * y[max(0, lag) : n - max(0, -lag)]).sum()
    top = max(score.values())
    return min((lag for lag, r in score.items() if r > top - 1e-6), key=lambda lag: (abs(lag), lag))


def _peaks(a: Tensor, b: Tensor, max_lag: int) -> int:
    return max(-max_lag, min(max_lag, int(b.argmax()) - int(a.argmax())))


OFFSET = Task(
    id="14.3",
    title="How late is the sound?",
    promise="""
    Write `best_offset(a, b, max_lag)`: the lag L at which the two signals go together best.

    - `a` and `b` have shape (T,), T >= 3, one dtype (float32 or float64): say, how much moves in each frame, and how loud it is. `max_lag` is a whole number, 0 <= max_lag <= T - 3.
    - For each whole L from -max_lag to max_lag, pair `a[t]` with `b[t + L]` for every t where both exist, and compute Pearson's correlation of these pairs only: their own means are subtracted, and their own lengths divided out. Where one side does not vary at all (only 0, or only one whole number), the correlation counts as 0. Signals may be quiet: differences of 0.00001 count.
    - Return the L of the largest correlation, sign included, as an int. L > 0 means that b is late.
    - Correlations within 0.000001 of the largest are a tie: of these take the smallest |L|, and of L and -L the negative one.
    - The inputs are not changed.
    """,
    reference=best_offset,
    named=(
        Case("b late", (tensor([0.0, 1, 0, 0, 2, 0, 0, 0]), tensor([0.0, 0, 0, 1, 0, 0, 2, 0]), 3)),
        Case("b early", (tensor([0.0, 0, 0, 1, 0, 0, 2, 0]), tensor([0.0, 1, 0, 0, 2, 0, 0, 0]), 3)),
        Case("in step", (tensor([0.0, 1, 0, 2, 0]), tensor([0.0, 1, 0, 2, 0]), 2)),
        Case(
            "other level and scale", (tensor([5.0, 6, 5, 5, 7, 5, 5, 5]), tensor([-9.0, -9, -9, -6, -9, -9, -3, -9]), 3)
        ),
        Case("loud edge", (tensor([0.0, 1, 0, 0, 0, 0, 0, 9]), tensor([0.0, 0, 1, 0, 0, 0, 0, 9]), 2)),
        Case("a level", (tensor([2.0, 5, 2, 3, 4, 3, 6, 3]), tensor([-1.0, 0, 1, 0, 3, 0, 0, 3]), 2)),
        Case("b early, noisy", (tensor([4.0, 3, 6, 4, 4, 5, 7, 4]), tensor([2.0, 0, 0, 1, 3, 0, 2, 3]), 2)),
        Case("energy at the edge", (tensor([5.0, 8, 6, 7, 5, 8, 8, 7]), tensor([1.0, 2, 0, 3, 3, 2, 0, 2]), 2)),
        Case("quiet", (1e-2 * tensor([5.0, 8, 6, 7, 5, 8, 8, 7]), 1e-2 * tensor([1.0, 2, 0, 3, 3, 2, 0, 2]), 2)),
        Case("still, then opposite", (tensor([0.0, 0, 0, 0, 0, 0, 1, 3]), tensor([0.0, 0, 0, 0, 0, 0, -1, -3]), 3)),
        Case("opposite", (tensor([1.0, -1, 1, -1, 1, -1]), tensor([-1.0, 1, -1, 1, -1, 1]), 2)),
        Case(
            "quiet, with loud edges",
            (
                tensor([0.00002, 0.00006, 0.0, 0.00004, 0.0001, 0.00002, 9.0, 7.0], dtype=torch.float64),
                tensor([0.0, 9.0, 0.00002, 0.00006, 0.0, 0.00004, 0.0001, 0.00002], dtype=torch.float64),
                5,
            ),
        ),
        Case("as late as we look", (tensor([3.0, 1, 4, 1, 5, 9, 2, 6]), tensor([2.0, 7, 3, 1, 4, 1, 5, 9]), 2)),
        Case("as early as we look", (tensor([2.0, 7, 3, 1, 4, 1, 5, 9]), tensor([3.0, 1, 4, 1, 5, 9, 2, 6]), 2)),
        Case("later than we look", (tensor([3.0, 1, 4, 1, 5, 9, 2, 6, 5]), tensor([2.0, 7, 3, 3, 1, 4, 1, 5, 9]), 2)),
        Case("short overlap", (tensor([7.0, 6, 4, 6, 1, 3, 4, 6]), tensor([5.0, 5, 2, 7, 0, 3, 0, 0]), 4)),
        Case("short overlap, early", (tensor([7.0, 4, 2, 6, 2, 3, 4, 0]), tensor([7.0, 2, 1, 8, 1, 1, 4, 4]), 4)),
        Case("two lags nearly as good", (tensor([6.0, 7, 5, 7, 0, 5, 5, 9]), tensor([4.0, 3, 8, 0, 6, 0, 6, 3]), 2)),
        Case("every third frame", (tensor([0.0, 1, 5] * 3), tensor([1.0, 5, 0] * 3), 2)),
    ),
    draws=_draw_delays,
    mistakes=(
        Mistake(
            "sign",
            edit("return min(", "return -min("),
            "Your lag has the other sign: L > 0 must mean that b is late. With the wrong sign the correction doubles the delay.",
            "the correction doubles the delay",
        ),
        Mistake(
            "rolled",
            _rolled,
            "torch.roll brings the end of the clip back at its beginning, and pairs frames that have nothing to do with each other. Cut both to the overlap.",
            "the end of the clip wraps to its beginning",
        ),
        Mistake(
            "raw dot product",
            edit(" / ((x * x).sum() * (y * y).sum()).sqrt().clamp_min(1e-12)", ""),
            "Your sum of products is not divided by the lengths of the two sides: loud passages and long overlaps win. Divide by the root of both sums of squares.",
            "loud passages win",
        ),
        Mistake(
            "mean not removed",
            edit("x, y = x - x.mean(), y - y.mean()", "pass"),
            "You did not subtract the means of the overlap: a constant level goes together with everything.",
            "a constant level wins",
        ),
        Mistake(
            "absolute",
            edit(
                "score.items() if r > top",
                "score.items() if abs(r) > top",
                "max(score.values())",
                "max(map(abs, score.values()))",
            ),
            "You maximised |r|: that locks on the lag where the two are exactly opposite. Keep the sign of the correlation.",
            "locks on the opposite phase",
        ),
        Mistake(
            "positive only",
            edit("range(-max_lag, max_lag + 1)", "range(max_lag + 1)"),
            "You never try a negative lag: where b is early, you cannot find it. Search from -max_lag to max_lag.",
            "never finds that b is early",
        ),
        Mistake(
            "means of all",
            _all_means,
            "You subtracted the means of the whole signals. Each lag has an overlap of its own, and its own means are subtracted.",
            "what lies outside the overlap counts",
        ),
        Mistake(
            "full correlation",
            _full_correlation,
            "You subtracted the means of the whole signals and added the products, as np.correlate does: loud passages and long overlaps win. Compute Pearson's correlation of each overlap.",
            "long overlaps win",
        ),
        Mistake(
            "peaks",
            _peaks,
            "You compared the places of the two largest values: one loud moment decides. Correlate all of the overlap.",
            "one loud moment decides",
        ),
        Mistake(
            "n against n - 1",
            edit("score[lag] = (x * y).sum() /", "score[lag] = (len(x) - 1) / len(x) * (x * y).sum() /"),
            "Your covariance is divided by n and your standard deviations by n - 1, so a short overlap counts for less than it should. The same divisor on both sides cancels.",
            "long overlaps are favoured",
        ),
        Mistake(
            "minus one where still",
            edit(
                "score[lag] = (x * y).sum()",
                "score[lag] = -x.new_ones(()) if not (x.any() and y.any()) else (x * y).sum()",
            ),
            "Where one side does not vary, the correlation counts as -1 in yours, and any other lag wins. It counts as 0.",
            "a negative correlation wins",
        ),
        Mistake(
            "correlations rounded",
            edit("r > top - 1e-6", "round(r.item(), 2) >= round(top.item(), 2)"),
            "You rounded the correlations to two decimals, which makes ties of lags that differ. Only what lies within 0.000001 is a tie.",
            "a lag wins that is not the best",
        ),
        Mistake(
            "covariance",
            edit("(x * y).sum() / ((x * x).sum() * (y * y).sum()).sqrt().clamp_min(1e-12)", "(x * y).mean()"),
            "You took the covariance of the overlap: its lengths are not divided out, so loud passages win. Divide by the root of both sums of squares.",
            "loud passages win",
        ),
        Mistake(
            "only a's length",
            edit("((x * x).sum() * (y * y).sum()).sqrt()", "(x * x).sum().sqrt()"),
            "You divided by the length of a's side only: a loud passage of b wins. Divide by both.",
            "loud passages of b win",
        ),
        Mistake(
            "lengths of all",
            edit("((x * x).sum() * (y * y).sum()).sqrt()", "(a - a.mean()).norm().mul((b - b.mean()).norm())"),
            "You divided by the lengths of the whole signals, which are the same for every lag: in effect by nothing. Each overlap has lengths of its own.",
            "long overlaps win",
        ),
        Mistake(
            "means and lengths of all",
            edit(
                "x, y = x - x.mean(), y - y.mean()",
                "x, y = x - a.mean(), y - b.mean()",
                "((x * x).sum() * (y * y).sum()).sqrt()",
                "(a - a.mean()).norm().mul((b - b.mean()).norm())",
            ),
            "You took the means and the lengths of the whole signals. Each lag has an overlap of its own: subtract its means, and divide by its lengths.",
            "what lies outside the overlap counts",
        ),
        Mistake(
            "only b's length",
            edit("((x * x).sum() * (y * y).sum()).sqrt()", "(y * y).sum().sqrt()"),
            "You divided by the length of b's side only: a loud passage of a wins. Divide by both.",
            "loud passages of a win",
        ),
        Mistake(
            "slope",
            edit("((x * x).sum() * (y * y).sum()).sqrt()", "(x * x).sum()"),
            "You divided by the sum of a's squares: that is the slope of a line, not a correlation. Divide by the root of both sums.",
            "the steepest lag wins",
        ),
        Mistake(
            "no root",
            edit(".sqrt().clamp_min", ".clamp_min"),
            "The root is missing below the line: quiet passages win. Divide by the root of the product of both sums of squares.",
            "quiet passages win",
        ),
        Mistake(
            "smallest distance",
            edit(
                "x, y = x - x.mean(), y - y.mean()",
                "pass",
                "(x * y).sum() / ((x * x).sum() * (y * y).sum()).sqrt().clamp_min(1e-12)",
                "-(x - y).square().mean()",
            ),
            "You looked for the smallest squared difference: that works only where both have one level and scale. Take Pearson's correlation.",
            "another level or scale misleads it",
        ),
        Mistake(
            "least alike",
            edit("score[lag] = (x", "score[lag] = -(x"),
            "You took the lag at which the two go together worst. The largest correlation is asked for.",
            "locks on the opposite phase",
        ),
        Mistake(
            "negative only",
            edit("range(-max_lag, max_lag + 1)", "range(-max_lag, 1)"),
            "You never try a positive lag: where b is late, you cannot find it. Search from -max_lag to max_lag.",
            "never finds that b is late",
        ),
        Mistake(
            "last lag missing",
            edit("range(-max_lag, max_lag + 1)", "range(-max_lag, max_lag) if max_lag else range(1)"),
            "You never try L = max_lag: range stops before its end. Write max_lag + 1.",
            "the largest delay is never found",
        ),
        Mistake(
            "one lag too far",
            edit("range(-max_lag, max_lag + 1)", "range(-max_lag - 1, max_lag + 2)"),
            "You also try lags beyond max_lag. Search from -max_lag to max_lag.",
            "looks further than asked",
        ),
        Mistake(
            "direction lost",
            edit(
                "return min(",
                "return abs(min(",
                "key=lambda lag: (abs(lag), lag))",
                "key=lambda lag: (abs(lag), lag)))",
            ),
            "You returned |L|: nobody can see any more which of the two is late. Keep the sign.",
            "early looks like late",
        ),
        Mistake(
            "position",
            edit("return min(", "return max_lag + min("),
            "You returned the position in the list of lags. Return the lag itself: position - max_lag.",
            "too large by max_lag",
        ),
        Mistake(
            "the correlation",
            edit(
                "return min((lag for lag, r in score.items() if r > top - 1e-6), key=lambda lag: (abs(lag), lag))",
                "return float(top)",
            ),
            "You returned the largest correlation. Return the lag that gives it.",
            "a correlation, not a lag",
        ),
        Mistake(
            "positive at ties",
            edit("(abs(lag), lag)", "(abs(lag), -lag)"),
            "Where L and -L tie you took the positive one. Take the negative.",
            "another sign at ties",
        ),
        Mistake(
            "first of equals",
            edit("key=lambda lag: (abs(lag), lag)", "key=lambda lag: lag"),
            "Of several lags that tie you took the first you tried, the most negative. Take the smallest |L|.",
            "a large lag where a small one does",
        ),
        Mistake(
            "last of equals",
            edit("key=lambda lag: (abs(lag), lag)", "key=lambda lag: -lag"),
            "Of several lags that tie you took the last, the most positive. Take the smallest |L|.",
            "a large lag where a small one does",
        ),
        Mistake(
            "farthest of equals",
            edit("(abs(lag), lag)", "(-abs(lag), lag)"),
            "Of several lags that tie you took the one with the largest |L|. Take the smallest.",
            "a large lag where a small one does",
        ),
        Mistake(
            "NaN where still",
            edit(".clamp_min(1e-12)", ""),
            "Where one side does not vary you divide 0 by 0: that correlation is NaN, and no comparison with it holds. It counts as 0.",
            "an error or a wrong lag in still passages",
        ),
        Mistake(
            "differences",
            edit("    score, n = {}, len(a)", "    a, b = a.diff(), b.diff()\n    score, n = {}, len(a)"),
            "You correlated the changes from frame to frame. Correlate the signals themselves.",
            "slow movements do not count",
        ),
    ),
    hints=(
        "For L = 2, which frames of a and of b have a partner? And for L = -2?",
        "L >= 0: a[:T - L] meets b[L:]. L < 0: a[-L:] meets b[:T + L]. Beware of a[:-0].",
        "Try the lags in the order 0, -1, 1, -2, 2, ..., and replace the best only by a clearly larger r: that settles the ties.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
)

TASKS = (FRAMES, PICK, OFFSET)
