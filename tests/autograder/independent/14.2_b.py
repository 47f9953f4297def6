# %% right: whole numbers in a list comprehension
import torch


def sample_frames(n_frames, k):
    return torch.tensor([(2 * i + 1) * n_frames // (2 * k) for i in range(k)])


# %% right: arange and floor division in torch
import torch


def sample_frames(n_frames, k):
    i = torch.arange(k, dtype=torch.int64)
    return torch.div((2 * i + 1) * n_frames, 2 * k, rounding_mode="floor")


# %% right: NumPy in double, one division at the end, int32
import numpy as np
import torch


def sample_frames(n_frames, k):
    middle = (np.arange(k) + 0.5) * n_frames / k
    return torch.from_numpy(np.floor(middle).astype(np.int32))


# %% right: exact fractions, segment by segment
from fractions import Fraction
import math
import torch


def sample_frames(n_frames, k):
    length = Fraction(n_frames, k)
    frames, start = [], Fraction(0)
    for _ in range(k):
        frames.append(math.floor(start + length / 2))
        start += length
    return torch.tensor(frames, dtype=torch.long)


# %% right: quotient and remainder carried along, no division in the loop
import torch


def sample_frames(n_frames, k):
    out = torch.empty(k, dtype=torch.int16)
    q, r = divmod(n_frames, 2 * k)
    for i in range(k):
        out[i] = q
        for _ in range(2):
            dq, r = divmod(r + n_frames, 2 * k)
            q += dq
    return out


# %% wrong: first and last frame included (linspace from 0 to n - 1)
import torch


def sample_frames(n_frames, k):
    return torch.linspace(0, n_frames - 1, k, dtype=torch.float64).floor().long()


# %% wrong: the start of each segment instead of its middle
import torch


def sample_frames(n_frames, k):
    return torch.tensor([i * n_frames // k for i in range(k)])


# %% wrong: whole segment length n // k: the frames at the end are never seen
import torch


def sample_frames(n_frames, k):
    seg = n_frames // k
    return torch.tensor([int((i + 0.5) * seg) for i in range(k)])


# %% wrong: rounds instead of rounding down
import torch


def sample_frames(n_frames, k):
    pos = (torch.arange(k, dtype=torch.float64) + 0.5) * n_frames / k
    return pos.round().long().clamp(max=n_frames - 1)


# %% wrong: rounds the start of the segment and half of its length down one by one
import torch


def sample_frames(n_frames, k):
    half = n_frames // (2 * k)
    return torch.tensor([(i * n_frames) // k + half for i in range(k)], dtype=torch.int64)


# %% wrong: the middle between two ends that were rounded down
import torch


def sample_frames(n_frames, k):
    edges = [i * n_frames // k for i in range(k + 1)]
    return torch.tensor([(lo + hi) // 2 for lo, hi in zip(edges[:-1], edges[1:])])


# %% wrong: segment length as a rounded float times (i + 1/2): lands below whole numbers
import math
import torch


def sample_frames(n_frames, k):
    step = n_frames / k
    return torch.tensor([math.floor((i + 0.5) * step) for i in range(k)])


# %% wrong: a random frame of each segment, as in training (own generator, fixed seed)
import torch


def sample_frames(n_frames, k):
    g = torch.Generator().manual_seed(0)
    u = torch.rand(k, generator=g, dtype=torch.float64)
    return ((torch.arange(k) + u) * n_frames / k).floor().long()


# %% wrong: a short video gives each frame once and then the last one again and again
import torch


def sample_frames(n_frames, k):
    if n_frames < k:
        frames = list(range(n_frames)) + [n_frames - 1] * (k - n_frames)
        return torch.tensor(frames)
    return torch.tensor([(2 * i + 1) * n_frames // (2 * k) for i in range(k)])


# %% wrong: k inner points of k + 1 segments: (i + 1) n / (k + 1)
import torch


def sample_frames(n_frames, k):
    i = torch.arange(1, k + 1)
    return i * n_frames // (k + 1)


# %% two: uses n - 1 instead of n; rounds to the nearest
import torch


def sample_frames(n_frames, k):
    return torch.tensor([round((i + 0.5) * (n_frames - 1) / k) for i in range(k)])


# %% two: never more frames than the video has (fewer than k come back); starts of the segments
import torch


def sample_frames(n_frames, k):
    k = min(k, n_frames)
    return torch.arange(k) * n_frames // k


# %% two: the end of each segment; result as floats
import torch


def sample_frames(n_frames, k):
    ends = [((i + 1) * n_frames + k - 1) // k - 1 for i in range(k)]
    return torch.tensor(ends, dtype=torch.float32)


# %% two: random frames without segments; sets the global seed
import torch


def sample_frames(n_frames, k):
    torch.manual_seed(0)
    return torch.randint(0, n_frames, (k,)).sort().values
