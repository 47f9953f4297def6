# %% right: index matrix
import torch

def frame_signal(x, size, hop):
    T = x.shape[0]
    F = 1 + (T - size) // hop if T >= size else 0
    index = torch.arange(F, device=x.device)[:, None] * hop + torch.arange(size, device=x.device)[None, :]
    return x[index]

# %% right: Tensor.unfold [an empty result is a fresh tensor without graph]
import torch

def frame_signal(x: torch.Tensor, size: int, hop: int) -> torch.Tensor:
    if x.numel() < size:
        return torch.zeros(0, size, dtype=x.dtype, device=x.device)
    return x.unfold(0, size, hop).contiguous()

# %% right: slices in a loop and stack
import torch

def frame_signal(x, size, hop):
    frames = []
    start = 0
    while start + size <= len(x):
        frames.append(x[start:start + size])
        start += hop
    return torch.stack(frames) if frames else x[:0].reshape(0, 1).expand(0, size).clone()

# %% right: as_strided on a contiguous copy
import torch

def frame_signal(x, size, hop):
    wave = x.contiguous()
    count = 0 if wave.numel() < size else 1 + (wave.numel() - size) // hop
    if count == 0:
        return wave[:0].reshape(0, 1).repeat(1, size)
    return torch.as_strided(wave, (count, size), (hop, 1)).clone()

# %% right: guards and index_select per column
import torch

def frame_signal(x, size, hop):
    if x.dim() != 1:
        raise ValueError("a waveform has one axis")
    if size < 1 or hop < 1:
        raise ValueError("size and hop must be at least 1")
    n = max(0, 1 + (x.size(0) - size) // hop) if x.size(0) >= size else 0
    starts = torch.arange(n, device=x.device) * hop
    columns = [x.index_select(0, starts + j) for j in range(size)]
    return torch.stack(columns, dim=1)

# %% right: torch.gather on a flat list of positions
import torch

def frame_signal(x, size, hop):
    positions = [f + j for f in range(0, x.shape[0] - size + 1, hop) for j in range(size)]
    flat = torch.gather(x, 0, torch.tensor(positions, dtype=torch.long, device=x.device))
    return flat.reshape(-1, size)

# %% wrong: pads the last incomplete frame with zeros and keeps it
import math
import torch
import torch.nn.functional as F

def frame_signal(x, size, hop):
    T = x.shape[0]
    if T < size:
        return x.new_zeros(0, size)
    n = 1 + math.ceil((T - size) / hop)
    padded = F.pad(x, (0, (n - 1) * hop + size - T)) if (n - 1) * hop + size > T else x
    return padded.unfold(0, size, hop)

# %% wrong: one frame too few, (T - size) // hop without the 1 +
import torch

def frame_signal(x, size, hop):
    n_frames = max((len(x) - size) // hop, 0)
    if n_frames == 0:
        return x.new_empty(0, size)
    return torch.stack([x[f * hop: f * hop + size] for f in range(n_frames)])

# %% wrong: range ends at T - size, so a last frame that fits exactly is lost [differs where (T - size) is a multiple of hop]
import torch

def frame_signal(x, size, hop):
    out = [x[s:s + size] for s in range(0, x.numel() - size, hop)]
    if not out:
        return torch.empty(0, size, dtype=x.dtype)
    return torch.stack(out, 0)

# %% wrong: result is transposed, (size, F)
import torch

def frame_signal(x, size, hop):
    if x.shape[0] < size:
        return x.new_zeros((0, size))
    F = 1 + (x.shape[0] - size) // hop
    pos = torch.arange(size).unsqueeze(1) + hop * torch.arange(F).unsqueeze(0)
    return x[pos]

# %% wrong: unfold alone raises when the signal is shorter than a frame [differs for T < size]
import torch

def frame_signal(x, size, hop):
    return x.unfold(dimension=0, size=size, step=hop)

# %% wrong: for a short signal the empty result has shape (0,) [differs for T < size]
import torch

def frame_signal(x, size, hop):
    if x.size(0) < size:
        return x.new_tensor([])
    F = (x.size(0) - size) // hop + 1
    grid = torch.arange(F).view(-1, 1) * hop + torch.arange(size).view(1, -1)
    return x.index_select(0, grid.flatten()).view(F, size)

# %% wrong: a short signal is padded to one whole frame [differs for T < size]
import torch
import torch.nn.functional as F

def frame_signal(x, size, hop):
    if x.shape[0] < size:
        x = F.pad(x, (0, size - x.shape[0]))
    n = 1 + (x.shape[0] - size) // hop
    return torch.stack([x[i * hop:i * hop + size] for i in range(n)])

# %% wrong: goes through NumPy, so no gradient flows back
import numpy as np
import torch

def frame_signal(x, size, hop):
    a = x.detach().numpy()
    if len(a) < size:
        return torch.from_numpy(np.zeros((0, size), dtype=a.dtype))
    w = np.lib.stride_tricks.sliding_window_view(a, size)[::hop]
    return torch.from_numpy(w.copy())

# %% wrong: frames are written into a float32 tensor [differs for float64]
import torch

def frame_signal(x, size, hop):
    T = len(x)
    F = 0 if T < size else 1 + (T - size) // hop
    frames = torch.zeros(F, size)
    for f in range(F):
        frames[f] = x[f * hop:f * hop + size]
    return frames

# %% wrong: hop is cut down to size, so no samples are left out [differs for hop > size]
import torch

def frame_signal(x, size, hop):
    step = min(hop, size)
    if x.shape[0] < size:
        return x.new_zeros(0, size)
    return x.unfold(0, size, step)

# %% wrong: multiplies each frame with a Hann window
import torch

def frame_signal(x, size, hop):
    if x.numel() < size:
        return x.new_zeros(0, size)
    window = torch.hann_window(size, dtype=x.dtype, device=x.device)
    return x.unfold(0, size, hop) * window

# %% two: padded on both sides by size // 2 (centred frames); detached
import torch
import torch.nn.functional as F

def frame_signal(x, size, hop):
    y = F.pad(x.detach(), (size // 2, size // 2))
    if y.numel() < size:
        return y.new_zeros(0, size)
    return y.unfold(0, size, hop)

# %% two: hop is ignored (frames side by side); the empty result is float32 of shape (0,)
import torch

def frame_signal(x, size, hop):
    n = x.shape[0] // size
    if n == 0:
        return torch.tensor([])
    return x[: n * size].view(n, size)

# %% two: subtracts the mean from x in place; drops the last frame
import torch

def frame_signal(x, size, hop):
    with torch.no_grad():
        x -= x.mean()
    F = max(0, (x.shape[0] - size) // hop)
    if F == 0:
        return x.new_zeros(0, size)
    return torch.stack([x[i * hop:i * hop + size] for i in range(F)])


# %% right: index table
import torch

def frame_signal(x, size, hop):
    F = max(0, 1 + (x.shape[0] - size) // hop)
    idx = torch.arange(F)[:, None] * hop + torch.arange(size)[None, :]
    return x[idx]

# %% right: slices in a loop
import torch

def frame_signal(x, size, hop):
    frames = []
    start = 0
    while start + size <= len(x):
        frames.append(x[start:start + size])
        start += hop
    if not frames:
        return x.new_zeros((0, size))
    return torch.stack(frames)

# %% wrong: last frame padded with zeros
import torch

def frame_signal(x, size, hop):
    frames = []
    for s in range(0, max(len(x) - size, -1) + hop, hop):
        piece = x[s:s + size]
        if len(piece) < size:
            piece = torch.cat([piece, x.new_zeros(size - len(piece))])
        frames.append(piece)
    return torch.stack(frames) if frames else x.new_zeros(0, size)

# %% wrong: unfold without the case of a short signal
import torch

def frame_signal(x, size, hop):
    return x.unfold(0, size, hop)

# %% wrong: one frame too few at the end
import torch

def frame_signal(x, size, hop):
    starts = list(range(0, x.shape[0] - size, hop))
    if len(starts) == 0:
        return x.new_zeros(0, size)
    return torch.stack([x[s:s + size] for s in starts])

# %% wrong: Hann window laid over the frames
import torch

def frame_signal(x, size, hop):
    if x.numel() < size:
        return torch.empty(0, size, dtype=x.dtype)
    win = torch.hann_window(size, periodic=False, dtype=x.dtype)
    return x.unfold(0, size, hop) * win

# %% two: frames as columns; hop measured from the end of a frame
import torch

def frame_signal(x, size, hop):
    out = []
    s = 0
    while s + size <= x.shape[0]:
        out.append(x[s:s + size])
        s += size + hop
    if not out:
        return x.new_zeros(size, 0)
    return torch.stack(out, dim=1)

# %% two: mean of each frame subtracted; hop ignored (frames without overlap)
import torch

def frame_signal(x, size, hop):
    f = x.shape[0] // size
    frames = x[: f * size].reshape(f, size)
    return frames - frames.mean(dim=1, keepdim=True)
