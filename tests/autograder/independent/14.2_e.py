# %% right: whole numbers only, in a list comprehension
import torch

def sample_frames(n_frames, k):
    return torch.tensor([(2 * i + 1) * n_frames // (2 * k) for i in range(k)], dtype=torch.int64)

# %% right: arange with integer floor division, very short
import torch

def sample_frames(n_frames, k):
    return torch.arange(1, 2 * k, 2) * n_frames // (2 * k)

# %% right: exact fractions and math.floor, with checks
from fractions import Fraction
from math import floor
import torch

def sample_frames(n_frames, k):
    n_frames, k = int(n_frames), int(k)
    if n_frames < 1 or k < 1:
        raise ValueError("n_frames and k start at 1")
    length = Fraction(n_frames, k)
    half = Fraction(1, 2)
    frames = [floor((i + half) * length) for i in range(k)]
    return torch.tensor(frames)

# %% right: float64 tensors, the product before the division, floor, then int32
import torch

def sample_frames(n_frames, k):
    i = torch.arange(k, dtype=torch.float64)
    middle = (i + 0.5) * n_frames / k
    return torch.floor(middle).to(torch.int32)

# %% right: steps through the video with a remainder, no multiplication (Bresenham style), as a generator
import torch

def _walk(n, k):
    frame, rest = divmod(n, 2 * k)
    step, extra = divmod(2 * n, 2 * k)
    for _ in range(k):
        yield frame
        frame += step
        rest += extra
        if rest >= 2 * k:
            rest -= 2 * k
            frame += 1

def sample_frames(n_frames, k):
    return torch.tensor(list(_walk(n_frames, k)), dtype=torch.long)

# %% right: numpy floor_divide in a small class, int16
import numpy as np
import torch

class Segments:
    def __init__(self, n, k):
        self.n, self.k = n, k

    def middles(self):
        odd = 2 * np.arange(self.k, dtype=np.int64) + 1
        return np.floor_divide(odd * self.n, 2 * self.k)

def sample_frames(n_frames, k):
    return torch.from_numpy(Segments(n_frames, k).middles().astype(np.int16))

# %% wrong: spreads the frames from the first to the last with linspace
import torch

def sample_frames(n_frames, k):
    return torch.linspace(0, n_frames - 1, k).round().long()

# %% wrong: takes the start of each segment, not the middle
import torch

def sample_frames(n_frames, k):
    return torch.tensor([i * n_frames // k for i in range(k)])

# %% wrong: cuts with whole segment ends, then takes the middle between the rounded ends
import torch

def sample_frames(n_frames, k):
    ends = torch.arange(k + 1) * n_frames // k
    return (ends[:-1] + ends[1:]) // 2

# %% wrong: the segment length is n // k, so the rest of the video is never seen
import torch

def sample_frames(n_frames, k):
    length = n_frames // k
    middles = torch.arange(k) * length + length / 2
    return middles.floor().to(torch.int64)

# %% wrong: rounds to the nearest frame instead of down
import torch

def sample_frames(n_frames, k):
    frames = []
    for i in range(k):
        frames.append(min(n_frames - 1, round((i + 0.5) * n_frames / k)))
    return torch.tensor(frames, dtype=torch.int64)

# %% wrong: a video with fewer than k frames gives each frame once, so fewer than k come back
import torch

def sample_frames(n_frames, k):
    frames = [int((i + 0.5) * n_frames / k) for i in range(k)]
    return torch.tensor(sorted(set(frames)))

# %% wrong: returns floating point frame numbers
import torch

def sample_frames(n_frames, k):
    i = torch.arange(k)
    return torch.div((2 * i + 1) * float(n_frames), 2 * k, rounding_mode='floor')

# %% wrong: seeds the global generator so that the call repeats, although it draws nothing
import torch

def sample_frames(n_frames, k):
    torch.manual_seed(0)      # the same frames at each call
    picks = torch.empty(k, dtype=torch.int64)
    for i in range(k):
        picks[i] = (2 * i + 1) * n_frames // (2 * k)
    return picks

# %% wrong: rounds n / k to a float before the product, so a middle on a whole frame can fall just below it
import torch

def sample_frames(n_frames, k):
    segment = n_frames / k
    return torch.tensor([int((i + 0.5) * segment) for i in range(k)])

# %% wrong: stores the frames in int8, which wraps around from frame 128 on
import numpy as np
import torch

def sample_frames(n_frames, k):
    frames = ((2 * np.arange(k) + 1) * n_frames) // (2 * k)
    return torch.from_numpy(frames.astype(np.int8))

# %% two: random frame in each segment instead of the middle; draws from the global generator
import torch

def sample_frames(n_frames, k):
    where = (torch.arange(k) + torch.rand(k)) * n_frames / k
    return where.floor().long().clamp(max=n_frames - 1)

# %% two: takes the end of each segment; the result has shape (k, 1)
import torch

def sample_frames(n_frames, k):
    last = torch.arange(1, k + 1) * n_frames // k
    return (last - 1).clamp(min=0).unsqueeze(1)

# %% two: a short video repeats its last frame instead of following the rule; rounds up
import math
import torch

def sample_frames(n_frames, k):
    m = min(n_frames, k)
    frames = [min(n_frames - 1, math.ceil((i + 0.5) * n_frames / m)) for i in range(m)]
    frames += [n_frames - 1] * (k - m)
    return torch.tensor(frames)

# %% two: counts frames from 1; returns float
import torch

def sample_frames(n_frames, k):
    return ((torch.arange(k) + 0.5) * n_frames / k).floor() + 1
