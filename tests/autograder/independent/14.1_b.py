# %% right: index matrix
import torch


def frame_signal(x, size, hop):
    T = x.shape[0]
    n_frames = max(0, 1 + (T - size) // hop)
    starts = torch.arange(n_frames) * hop
    idx = starts[:, None] + torch.arange(size)[None, :]
    return x[idx]


# %% right: Tensor.unfold, guarded for short signals
import torch


def frame_signal(x, size, hop):
    if x.numel() < size:
        return x[:0].reshape(0, 1).expand(0, size)
    return x.unfold(0, size, hop)


# %% right: plain while loop, list of slices, stack
import torch


def frame_signal(x, size, hop):
    frames = []
    start = 0
    while start + size <= len(x):
        frames.append(x[start:start + size])
        start += hop
    if not frames:
        return x.new_zeros((0, size))
    return torch.stack(frames, dim=0)


# %% right: cut at every hop, drop the short pieces, concatenate
import torch


def frame_signal(x, size, hop):
    pieces = (x[s:s + size] for s in range(0, len(x), hop))
    full = [p for p in pieces if len(p) == size]
    return torch.cat([x[:0]] + full).view(-1, size)


# %% right: as_strided on a contiguous copy
import torch


def frame_signal(x, size, hop):
    x = x.contiguous()
    T = x.shape[0]
    F = 0 if T < size else 1 + (T - size) // hop
    if F == 0:
        return torch.empty((0, size), dtype=x.dtype)
    return torch.as_strided(x, (F, size), (hop * x.stride(0), x.stride(0))).clone()


# %% wrong: forgets the + 1 in the number of frames
import torch


def frame_signal(x, size, hop):
    n = max(0, (len(x) - size) // hop)
    idx = torch.arange(n).unsqueeze(1) * hop + torch.arange(size)
    return x[idx]


# %% wrong: pads the last, incomplete frame with zeros
import torch
from torch.nn import functional as F


def frame_signal(x, size, hop):
    T = len(x)
    if T < size:
        return x[torch.zeros(0, size, dtype=torch.long)]
    n = 1 + -(-(T - size) // hop)
    need = (n - 1) * hop + size
    padded = F.pad(x, (0, max(0, need - T)))
    return padded.unfold(0, size, hop)[:n]


# %% wrong: range stops one too early, a last frame that fits exactly is lost
import torch


def frame_signal(x, size, hop):
    frames = [x[i:i + size] for i in range(0, len(x) - size, hop)]
    if len(frames) == 0:
        return x.new_empty(0, size)
    return torch.stack(frames)


# %% wrong: crashes for signals shorter than a frame
import torch


def frame_signal(x, size, hop):
    return x.unfold(dimension=0, size=size, step=hop)


# %% wrong: returns (size, F), frames in the columns
import torch


def frame_signal(x, size, hop):
    T = x.size(0)
    F = 1 + (T - size) // hop if T >= size else 0
    rows = torch.arange(size).reshape(-1, 1)
    cols = hop * torch.arange(F).reshape(1, -1)
    return x[rows + cols]


# %% wrong: takes hop for the overlap between frames, steps by size - hop (by 1 at least)
import torch


def frame_signal(x, size, hop):
    step = max(1, size - hop)
    out = []
    for s in range(0, x.shape[0] - size + 1, step):
        out.append(x[s:s + size])
    return torch.stack(out) if out else x.new_zeros(0, size)


# %% wrong: multiplies each frame by a Hann window
import torch


def frame_signal(x, size, hop):
    if x.shape[0] < size:
        return x.new_zeros(0, size)
    window = torch.hann_window(size, periodic=False, dtype=x.dtype)
    return x.unfold(0, size, hop) * window


# %% wrong: no frame gives an empty tensor of shape (0,)
import torch


def frame_signal(x, size, hop):
    frames = []
    for f in range(1 + (len(x) - size) // hop):
        frames.append(x[f * hop:f * hop + size])
    if frames == []:
        return torch.tensor([], dtype=x.dtype)
    return torch.stack(frames)


# %% wrong: goes through numpy, no gradient
import numpy as np
import torch


def frame_signal(x, size, hop):
    a = x.detach().numpy()
    if a.shape[0] < size:
        return torch.from_numpy(np.zeros((0, size), dtype=a.dtype))
    view = np.lib.stride_tricks.sliding_window_view(a, size)[::hop]
    return torch.from_numpy(view.copy())


# %% wrong: as_strided with strides (hop, 1), right only for a contiguous waveform
import torch


def frame_signal(x, size, hop):
    F = max(0, 1 + (x.shape[0] - size) // hop)
    if F == 0:
        return x.new_zeros((0, size))
    return x.as_strided((F, size), (hop, 1))


# %% two: subtracts the mean of each frame; forgets the + 1
import torch


def frame_signal(x, size, hop):
    n = max((x.shape[0] - size) // hop, 0)
    idx = torch.arange(n)[:, None] * hop + torch.arange(size)
    fr = x[idx]
    return fr - fr.mean(dim=1, keepdim=True)


# %% two: ignores hop and cuts without overlap; keeps the rest as a zero-padded frame
import torch


def frame_signal(x, size, hop):
    T = x.shape[0]
    n = (T + size - 1) // size
    out = torch.cat([x, x.new_zeros(n * size - T)])
    return out.reshape(n, size)


# %% two: float32 buffer; a hop larger than size is cut down to size
import torch


def frame_signal(x, size, hop):
    hop = min(hop, size)
    n = max(0, 1 + (len(x) - size) // hop)
    out = torch.zeros(n, size)
    for f in range(n):
        out[f] = x[f * hop:f * hop + size]
    return out


# %% two: int() of a division rounds towards zero, so a signal a little too short asks for a frame and crashes; a single frame is squeezed to (size,)
import torch


def frame_signal(x, size, hop):
    n = 1 + int((len(x) - size) / hop)
    n = max(n, 0)
    idx = hop * torch.arange(n).view(-1, 1) + torch.arange(size).view(1, -1)
    return x[idx].squeeze(0)
