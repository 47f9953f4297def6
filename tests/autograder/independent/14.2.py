# %% right: integer arithmetic on a tensor
import torch

def sample_frames(n_frames, k):
    i = torch.arange(k, dtype=torch.int64)
    return (2 * i + 1) * n_frames // (2 * k)

# %% right: list comprehension with whole numbers
import torch

def sample_frames(n_frames, k):
    return torch.tensor([((2 * i + 1) * n_frames) // (2 * k) for i in range(k)], dtype=torch.long)

# %% right: floor by divmod in a helper, type annotations
import torch

def sample_frames(n_frames: int, k: int) -> torch.Tensor:
    def middle(segment: int) -> int:
        whole, _ = divmod(n_frames * segment + n_frames * (segment + 1), k + k)
        return whole

    return torch.tensor(list(map(middle, range(k))), dtype=torch.int64)

# %% right: NumPy integers
import numpy as np
import torch

def sample_frames(n_frames, k):
    odd = np.arange(1, 2 * k, 2, dtype=np.int64)
    return torch.from_numpy(odd * n_frames // (2 * k))

# %% right: float64 with the division last (exact enough)
import torch

def sample_frames(n_frames, k):
    if n_frames < 1 or k < 1:
        raise ValueError("need at least one frame and one segment")
    centre = (torch.arange(k, dtype=torch.float64) + 0.5) * n_frames / k
    return torch.floor(centre).to(torch.int64)

# %% right: divmod and a running remainder
import torch

def sample_frames(n_frames, k):
    out = torch.empty(k, dtype=torch.int64)
    frame, rest = divmod(n_frames, 2 * k)
    q, r = divmod(2 * n_frames, 2 * k)
    for i in range(k):
        out[i] = frame
        frame += q
        rest += r
        if rest >= 2 * k:
            frame += 1
            rest -= 2 * k
    return out

# %% wrong: takes the start of each segment
import torch

def sample_frames(n_frames, k):
    return torch.arange(k) * n_frames // k

# %% wrong: evenly from the first to the last frame (linspace 0 .. n - 1)
import torch

def sample_frames(n_frames, k):
    return torch.linspace(0, n_frames - 1, k, dtype=torch.float64).round().long()

# %% wrong: rounds to the nearest instead of down
import torch

def sample_frames(n_frames, k):
    seg = n_frames / k
    return torch.tensor([round((i + 0.5) * seg) for i in range(k)], dtype=torch.int64)

# %% wrong: float32 in between and n / k rounded first, so some frames are off by one [differs where the middle is a whole number, for some n_frames and k]
import torch

def sample_frames(n_frames, k):
    seg_len = n_frames / k
    return ((torch.arange(k) + 0.5) * seg_len).floor().long()

# %% wrong: result is int32
import numpy as np
import torch

def sample_frames(n_frames, k):
    idx = np.array([(2 * j + 1) * n_frames // (2 * k) for j in range(k)], dtype=np.int32)
    return torch.from_numpy(idx)

# %% wrong: a short video is repeated from the start (modulo) instead of by the same rule [differs for n_frames < k]
import torch

def sample_frames(n_frames, k):
    i = torch.arange(k)
    if n_frames < k:
        return i % n_frames
    return torch.div((2 * i + 1) * n_frames, 2 * k, rounding_mode="floor")

# %% wrong: segments have the whole length n // k, so the end of the video is cut off [differs where k does not divide n_frames]
import torch

def sample_frames(n_frames, k):
    length = n_frames // k
    return torch.tensor([int((i + 0.5) * length) for i in range(k)])

# %% wrong: a random frame of each segment, from a generator with a fixed seed
import torch

def sample_frames(n_frames, k):
    g = torch.Generator().manual_seed(0)
    u = torch.rand(k, generator=g, dtype=torch.float64)
    pos = (torch.arange(k, dtype=torch.float64) + u) * n_frames / k
    return pos.floor().long().clamp(max=n_frames - 1)

# %% wrong: the ends of the segments are rounded down before the middle is taken [differs where k does not divide n_frames]
import torch

def sample_frames(n_frames, k):
    edges = [i * n_frames // k for i in range(k + 1)]
    mids = [(lo + hi) // 2 for lo, hi in zip(edges[:-1], edges[1:])]
    return torch.tensor(mids, dtype=torch.int64)

# %% wrong: a short video gives each frame once, so the result has n_frames entries [differs for n_frames < k]
import torch

def sample_frames(n_frames, k):
    k = min(k, n_frames)
    half_steps = torch.arange(1, 2 * k, 2)
    return (half_steps * n_frames).div(2 * k, rounding_mode="trunc")

# %% wrong: seeds the global generators on the way
import numpy as np
import torch

def sample_frames(n_frames, k):
    np.random.seed(0)
    torch.manual_seed(0)
    return torch.tensor([(2 * i + 1) * n_frames // (2 * k) for i in range(k)], dtype=torch.int64)

# %% two: takes the end of each segment; returns floats
import torch

def sample_frames(n_frames, k):
    i = torch.arange(1, k + 1)
    return torch.floor(i * n_frames / k) - 1

# %% two: step has at least length 1 (clamped); start of the segment instead of the middle
import torch

def sample_frames(n_frames, k):
    step = max(n_frames / k, 1)
    return torch.tensor([min(int(i * step), n_frames - 1) for i in range(k)], dtype=torch.int64)

# %% two: draws random frames from the global generator; int32
import torch

def sample_frames(n_frames, k):
    frames = torch.randint(0, n_frames, (k,))
    return frames.sort().values.to(torch.int32)


# %% right: whole-number arithmetic
import torch

def sample_frames(n_frames, k):
    i = torch.arange(k)
    return (2 * i + 1) * n_frames // (2 * k)

# %% right: fractions
from fractions import Fraction
import math
import torch

def sample_frames(n_frames, k):
    seg = Fraction(n_frames, k)
    return torch.tensor([math.floor(seg * (2 * i + 1) / 2) for i in range(k)])

# %% wrong: linspace from the first to the last frame
import torch

def sample_frames(n_frames, k):
    return torch.linspace(0, n_frames - 1, k).round().long()

# %% wrong: start of each segment
import torch

def sample_frames(n_frames, k):
    return torch.tensor([i * n_frames // k for i in range(k)])

# %% wrong: segments of whole length n // k
import torch

def sample_frames(n_frames, k):
    seg = max(1, n_frames // k)
    mid = torch.arange(k) * seg + seg // 2
    return mid.clamp(max=n_frames - 1)

# %% wrong: rounded instead of floored
import numpy as np
import torch

def sample_frames(n_frames, k):
    pos = (np.arange(k) + 0.5) * n_frames / k
    return torch.from_numpy(np.minimum(np.rint(pos), n_frames - 1).astype(np.int64))

# %% two: random place in each segment; global generator
import torch

def sample_frames(n_frames, k):
    u = torch.rand(k)
    pos = (torch.arange(k) + u) * n_frames / k
    return pos.floor().long().clamp(max=n_frames - 1)

# %% two: a short video is not stretched but its last frame repeated; end of each segment taken
import torch

def sample_frames(n_frames, k):
    if n_frames < k:
        idx = list(range(n_frames)) + [n_frames - 1] * (k - n_frames)
        return torch.tensor(idx)
    return torch.tensor([(i + 1) * n_frames // k - 1 for i in range(k)])
