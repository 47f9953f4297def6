# %% right: unfold, guarded for short sounds
import torch

def frame_signal(x, size, hop):
    if x.shape[0] < size:
        return x[:0].reshape(0, size)
    return x.unfold(0, size, hop)

# %% right: a while loop over slices, stacked
import torch

def frame_signal(x, size, hop):
    frames = []
    start = 0
    while start + size <= len(x):
        frames.append(x[start:start + size])
        start += hop
    if not frames:
        return x[:0].view(0, size)
    return torch.stack(frames, dim=0)

# %% right: a table of positions, built by broadcasting
import torch

def frame_signal(x, size, hop):
    t = x.shape[0]
    n = 0 if t < size else 1 + (t - size) // hop
    if n == 0:
        return x[:0].reshape(0, size)
    starts = torch.arange(n, device=x.device) * hop
    offsets = torch.arange(size, device=x.device)
    return x[starts[:, None] + offsets[None, :]]

# %% right: as_strided on a contiguous copy
import torch

def frame_signal(x, size, hop):
    n = max(0, 1 + (x.numel() - size) // hop) if x.numel() >= size else 0
    if not n:
        return x.narrow(0, 0, 0).reshape(0, size)
    flat = x.contiguous().clone()
    return torch.as_strided(flat, (n, size), (hop, 1)).clone()

# %% right: a class that uses F.unfold on a picture of height 1
import torch
import torch.nn.functional as F

class Framer:
    def __init__(self, size, hop):
        self.size = size
        self.hop = hop

    def count(self, t):
        return 0 if t < self.size else 1 + (t - self.size) // self.hop

    def __call__(self, x):
        if self.count(x.shape[0]) == 0:
            return x[:0].reshape(0, self.size)
        columns = F.unfold(x[None, None, None, :], (1, self.size), stride=(1, self.hop))
        return columns[0].transpose(0, 1)

def frame_signal(x, size, hop):
    return Framer(size, hop)(x)

# %% right: over-long, recursion on the rest of the sound, with checks
import torch

def _collect(x, size, hop, starts):
    """Halve the list of starts until one frame is left (keeps the recursion shallow)."""
    if len(starts) == 1:
        first = starts[0]
        return x.narrow(0, first, size).unsqueeze(0)
    middle = len(starts) // 2
    upper = _collect(x, size, hop, starts[:middle])
    lower = _collect(x, size, hop, starts[middle:])
    return torch.cat([upper, lower], dim=0)

def frame_signal(x, size, hop):
    if x.dim() != 1:
        raise ValueError("x must have one axis")
    if size < 1 or hop < 1:
        raise ValueError("size and hop must be at least 1")
    total = x.size(0)
    last_start = total - size
    if last_start < 0:
        return x[:0].reshape(0, size)
    starts = list(range(0, last_start + 1, hop))
    result = _collect(x, size, hop, starts)
    assert result.shape == (1 + (total - size) // hop, size)
    return result

# %% wrong: the incomplete frame at the end is filled with zeros and kept
import torch
import torch.nn.functional as F

def frame_signal(x, size, hop):
    t = x.shape[0]
    if t < size:
        return x[:0].reshape(0, size)
    n = 1 + -(-(t - size) // hop)
    need = (n - 1) * hop + size
    return F.pad(x, (0, need - t)).unfold(0, size, hop)

# %% wrong: the result has shape (size, F) instead of (F, size)
import torch
import torch.nn.functional as F

def frame_signal(x, size, hop):
    if x.shape[0] < size:
        return x[:0].reshape(size, 0)
    columns = F.unfold(x.view(1, 1, 1, -1) if x.is_contiguous() else x.reshape(1, 1, 1, -1),
                       kernel_size=(1, size), stride=(1, hop))
    return columns.squeeze(0)

# %% wrong: the end of the range is one too small, so a last frame that just fits is lost
import torch

def frame_signal(x, size, hop):
    frames = [x[s:s + size] for s in range(0, len(x) - size, hop)]
    return torch.stack(frames) if frames else x[:0].reshape(0, size)

# %% wrong: no case for T < size, where unfold raises
import torch

def frame_signal(x, size, hop):
    return x.unfold(dimension=0, size=size, step=hop).contiguous()

# %% wrong: without a frame the result has shape (0,) instead of (0, size)
import torch

def frame_signal(x, size, hop):
    out = []
    f = 0
    while f * hop + size <= x.shape[0]:
        out.append(x[f * hop:f * hop + size])
        f += 1
    if len(out) == 0:
        return x[:0]
    return torch.stack(out)

# %% wrong: int() cuts a negative quotient to 0, so a sound shorter than a frame still gives one short frame
import torch

def frame_signal(x, size, hop):
    n = int((len(x) - size) / hop) + 1
    frames = [x[f * hop:f * hop + size] for f in range(n)]
    if not frames:
        return x[:0].reshape(0, size)
    return torch.stack(frames)

# %% wrong: as_strided with step 1 reads wrong samples where x is not contiguous
import torch

def frame_signal(x, size, hop):
    if x.numel() < size:
        return x[:0].reshape(0, size)
    n = 1 + (x.numel() - size) // hop
    return x.as_strided((n, size), (hop, 1)).clone()

# %% wrong: goes through numpy, so no gradient flows back
import numpy as np
import torch

def frame_signal(x, size, hop):
    a = x.detach().cpu().numpy()
    if a.shape[0] < size:
        return torch.from_numpy(np.zeros((0, size), dtype=a.dtype))
    windows = np.lib.stride_tricks.sliding_window_view(a, size)[::hop]
    return torch.from_numpy(windows.copy())

# %% wrong: fills a float32 table, so a float64 sound comes back as float32
import torch

class FrameTable:
    def __init__(self, rows, size):
        self.table = torch.zeros(rows, size)

    def put(self, row, piece):
        self.table[row] = piece

def frame_signal(x, size, hop):
    rows = 1 + (x.shape[0] - size) // hop if x.shape[0] >= size else 0
    frames = FrameTable(rows, size)
    for f in range(rows):
        frames.put(f, x[f * hop:f * hop + size])
    return frames.table

# %% wrong: a hop larger than size is cut down to size, so no samples are left out
import torch

def frame_signal(x, size, hop):
    step = min(hop, size)
    t = x.shape[0]
    if t < size:
        return x[:0].reshape(0, size)
    idx = torch.arange(0, t - size + 1, step, device=x.device)[:, None] + torch.arange(size, device=x.device)
    return x[idx]

# %% two: size and hop are swapped; the frames are weighted with a Hann window
import torch

def frame_signal(x, size, hop):
    if len(x) < hop:
        return x[:0].reshape(0, hop)
    frames = x.unfold(0, hop, size)
    return frames * torch.hann_window(hop, dtype=x.dtype, device=x.device)

# %% two: pads size // 2 zeros at both ends like stft; turns float64 into float32
import torch
import torch.nn.functional as F

def frame_signal(x, size, hop):
    y = F.pad(x.float(), (size // 2, size // 2))
    if y.shape[0] < size:
        return y[:0].reshape(0, size)
    return y.unfold(0, size, hop)

# %% two: subtracts the mean from x in place; returns (size, F)
import torch

def frame_signal(x, size, hop):
    if x.shape[0] < size:
        return x[:0].reshape(size, 0)
    x.data.sub_(x.data.mean())
    return torch.stack([x[s:s + size] for s in range(0, x.shape[0] - size + 1, hop)], dim=1)

# %% two: forgets the 1 in the number of frames; the copy is detached from x
import torch

def frame_signal(x, size, hop):
    n = max(0, (x.shape[0] - size) // hop)
    out = x.new_zeros(n, size)
    src = x.detach()
    for f in range(n):
        for i in range(size):
            out[f, i] = src[f * hop + i]
    return out
