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


def _one_too_few(x: Tensor, size: int, hop: int) -> Tensor:
    starts = range(0, len(x) - size - hop + 1, hop)
    return torch.stack([x[start : start + size] for start in starts]) if starts else x.new_zeros(0, size)


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


FRAMES = Task(
    id="14.1",
    title="Cut a sound into frames",
    promise="""
    Write `frame_signal(x, size, hop)`: cut a waveform into frames. Frame f holds the `size` samples from `f * hop` on.

    - `x` has shape (T,), T >= 0, float32 or float64. `size` and `hop` are whole numbers >= 1. Where hop < size frames overlap, where hop > size samples between them are left out.
    - Only complete frames: F = 1 + (T - size) // hop of them, and none where T < size. Nothing is padded.
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
    ),
    draws=_draw_signals,
    mistakes=(
        Mistake(
            "one too few",
            _one_too_few,
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
            edit("unfold(0, size, hop)", "unfold(0, size, size)"),
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
    """Which frames a random choice gives does not matter: that it is one does."""
    if outcome.error is None and (outcome.randomness or not outcome.repeats):
        return replace(outcome, value="other frames at each call", repeats=False, randomness=True)
    return outcome


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
    - `n_frames` and `k` are whole numbers >= 1, up to some thousands. Where the video has fewer than k frames, the same rule repeats some.
    - The result is an int64 tensor of shape (k,).
    - The same call gives the same frames, and the global random generators are left alone: this is for testing.
    """,
    reference=sample_frames,
    named=(
        Case("4 of 100", (100, 4), randomness=True),
        Case("3 of 10", (10, 3), randomness=True),
        Case("4 of 2", (2, 4), randomness=True),
        Case("1 of 7", (7, 1), randomness=True),
        Case("5 of 5", (5, 5), randomness=True),
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
            "You take a random frame of each segment. That is good for training; a test must see the same frames each time: take the middle.",
            "the test score changes from run to run",
        ),
        Mistake(
            "stride",
            edit("(2 * i + 1) * n_frames // (2 * k)", "torch.arange(k) * max(n_frames // k, 1)"),
            "You step by a whole number of frames from frame 0: the tail is never seen, and a video shorter than k is overrun. Compute each frame from i, then round down.",
            "the tail is lost, short videos overrun",
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


OFFSET = Task(
    id="14.3",
    title="How late is the sound?",
    promise="""
    Write `best_offset(a, b, max_lag)`: the lag L at which the two signals go together best.

    - `a` and `b` have shape (T,), T >= 3, one dtype (float32 or float64): say, how much moves in each frame, and how loud it is. `max_lag` is a whole number, 0 <= max_lag <= T - 3.
    - For each whole L from -max_lag to max_lag, pair `a[t]` with `b[t + L]` for every t where both exist, and compute Pearson's correlation of these pairs only: their own means are subtracted, and their own lengths divided out. Where one side does not vary at all, the correlation counts as 0.
    - Return the L of the largest correlation, sign included, as an int. L > 0 means that b is late.
    - Correlations within 0.000001 of each other are a tie: then take the smallest |L|, and of L and -L the negative one.
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
