# %% right: allocate full of pad and copy each sequence
import torch

def pad_and_mask(seqs, pad=0.0):
    B = len(seqs)
    T = max(s.shape[0] for s in seqs)
    D = seqs[0].shape[1]
    x = torch.full((B, T, D), pad, dtype=seqs[0].dtype)
    mask = torch.zeros(B, T, dtype=torch.bool)
    for i, s in enumerate(seqs):
        x[i, :len(s)] = s
        mask[i, :len(s)] = True
    return x, mask

# %% right: pad_sequence and arange < lengths
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    lengths = torch.tensor([len(s) for s in seqs])
    x = pad_sequence(seqs, batch_first=True, padding_value=pad)
    mask = torch.arange(x.size(1))[None, :] < lengths[:, None]
    return x, mask

# %% right: F.pad on each sequence, then stack
import torch
import torch.nn.functional as F

def pad_and_mask(seqs, pad=0.0):
    longest = max(map(len, seqs))
    padded = [F.pad(s, (0, 0, 0, longest - len(s)), value=pad) for s in seqs]
    real = [[t < len(s) for t in range(longest)] for s in seqs]
    return torch.stack(padded), torch.tensor(real, dtype=torch.bool)

# %% right: concatenates a block of pad under each sequence
from typing import List, Tuple
import torch
from torch import Tensor

def pad_and_mask(seqs: List[Tensor], pad: float = 0.0) -> Tuple[Tensor, Tensor]:
    if not seqs:
        raise ValueError("need at least one sequence")
    T = max(s.size(0) for s in seqs)
    xs, ms = [], []
    for s in seqs:
        missing = T - s.size(0)
        xs.append(torch.cat([s, s.new_full((missing, s.size(1)), pad)]))
        ms.append(torch.cat([torch.ones(s.size(0)), torch.zeros(missing)]).bool())
    return torch.stack(xs), torch.stack(ms)

# %% right: mask first, then one boolean assignment of all steps
import torch

def pad_and_mask(seqs, pad=0.0):
    n = torch.tensor([s.shape[0] for s in seqs])
    steps = torch.arange(int(n.max()))
    mask = steps.expand(len(seqs), -1) < n.unsqueeze(1)
    x = torch.full((*mask.shape, seqs[0].shape[1]), pad, dtype=seqs[0].dtype)
    x[mask] = torch.cat(list(seqs), dim=0)
    return x, mask

# %% right: NumPy buffer
import numpy as np
import torch

def pad_and_mask(seqs, pad=0.0):
    arrs = [s.detach().cpu().numpy() for s in seqs]
    L = [a.shape[0] for a in arrs]
    buf = np.full((len(arrs), max(L), arrs[0].shape[1]), pad, dtype=arrs[0].dtype)
    for row, a in zip(buf, arrs):
        row[:a.shape[0]] = a
    mask = np.less(np.arange(max(L))[None], np.array(L)[:, None])
    return torch.from_numpy(buf), torch.from_numpy(mask)

# %% wrong: mask inverted, True at the padding
import torch

def pad_and_mask(seqs, pad=0.0):
    lens = [len(s) for s in seqs]
    out = torch.full((len(seqs), max(lens), seqs[0].size(-1)), pad, dtype=seqs[0].dtype)
    key_padding = torch.ones(len(seqs), max(lens), dtype=torch.bool)
    for b, (s, l) in enumerate(zip(seqs, lens)):
        out[b, :l] = s
        key_padding[b, :l] = False
    return out, key_padding

# %% wrong: sequences at the right, padding on the left
import torch

def pad_and_mask(seqs, pad=0.0):
    T = max(len(s) for s in seqs)
    x = torch.full((len(seqs), T, seqs[0].shape[1]), pad, dtype=seqs[0].dtype)
    m = torch.zeros((len(seqs), T), dtype=torch.bool)
    for i, s in enumerate(seqs):
        x[i, T - len(s):] = s
        m[i, T - len(s):] = True
    return x, m

# %% wrong: mask read off the values, steps equal to pad count as padding (differs when a real step is all pad)
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    x = pad_sequence(seqs, batch_first=True, padding_value=pad)
    return x, (x != pad).any(dim=-1)

# %% wrong: pad is ignored, always zeros (pad other than 0)
import torch

def pad_and_mask(seqs, pad=0.0):
    T = max(s.size(0) for s in seqs)
    x = seqs[0].new_zeros(len(seqs), T, seqs[0].size(1))
    mask = torch.zeros(len(seqs), T).bool()
    for k in range(len(seqs)):
        t = seqs[k].size(0)
        x[k, :t] = seqs[k]
        mask[k, :t] = True
    return x, mask

# %% wrong: torch.full without dtype gives float32 for float64 sequences
import torch

def pad_and_mask(seqs, pad=0.0):
    lengths = torch.tensor([s.shape[0] for s in seqs])
    x = torch.full((len(seqs), int(lengths.max()), seqs[0].shape[1]), float(pad))
    for row, s in zip(x, seqs):
        row[: s.shape[0]] = s
    mask = torch.arange(x.shape[1]).unsqueeze(0) < lengths.unsqueeze(1)
    return x, mask

# %% wrong: time first, x is (T, B, D)
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    x = pad_sequence(seqs, padding_value=pad)
    n = torch.as_tensor([s.size(0) for s in seqs]).view(-1, 1)
    return x, torch.arange(x.size(0)).view(1, -1) < n

# %% wrong: mask is float, 1 and 0
import torch

def pad_and_mask(seqs, pad=0.0):
    max_len = max(len(s) for s in seqs)
    batch, mask = [], []
    for s in seqs:
        rest = max_len - len(s)
        batch.append(torch.cat([s, torch.full((rest, s.shape[1]), pad, dtype=s.dtype)]))
        mask.append(torch.cat([torch.ones(len(s)), torch.zeros(rest)]))
    return torch.stack(batch), torch.stack(mask)

# %% wrong: mask off by one, the first padded step counts as real
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    lens = torch.LongTensor([len(s) for s in seqs])
    x = pad_sequence(list(seqs), batch_first=True, padding_value=pad)
    mask = torch.arange(x.shape[1]) <= lens.unsqueeze(-1)
    return x, mask

# %% wrong: pads by repeating the last step instead of pad
import torch

def pad_and_mask(seqs, pad=0.0):
    T = max(len(s) for s in seqs)
    rows = [torch.cat([s, s[-1:].expand(T - len(s), -1)], 0) for s in seqs]
    mask = torch.stack([torch.arange(T) < len(s) for s in seqs])
    return torch.stack(rows), mask

# %% wrong: truncates all to the shortest sequence
import torch

def pad_and_mask(seqs, pad=0.0):
    T = min(s.shape[0] for s in seqs)
    x = torch.full((len(seqs), T, seqs[0].shape[1]), pad, dtype=seqs[0].dtype)
    mask = torch.zeros(len(seqs), T, dtype=torch.bool)
    for i, s in enumerate(seqs):
        t = min(T, s.shape[0])
        x[i, :t] = s[:t]
        mask[i, :t] = True
    return x, mask

# %% wrong: sorts the sequences by length, longest first
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    ordered = sorted(seqs, key=len, reverse=True)
    x = pad_sequence(ordered, batch_first=True, padding_value=pad)
    lengths = torch.tensor([len(s) for s in ordered])
    mask = torch.arange(x.size(1)).expand(x.size(0), -1) < lengths[:, None]
    return x, mask

# %% two: mask inverted; pad is ignored
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    x = pad_sequence(seqs, batch_first=True)
    lengths = torch.tensor([s.shape[0] for s in seqs])
    return x, torch.arange(x.shape[1])[None] >= lengths[:, None]

# %% two: float32 buffer; mask has the shape (B, T, D)
import torch

def pad_and_mask(seqs, pad=0.0):
    B, T, D = len(seqs), max(len(s) for s in seqs), seqs[0].shape[1]
    x = torch.ones(B, T, D) * pad
    mask = torch.zeros(B, T, D, dtype=torch.bool)
    for i in range(B):
        n = seqs[i].shape[0]
        x[i, :n] = seqs[i]
        mask[i, :n] = True
    return x, mask

# %% two: sorts the caller's list by length; mask as int64
import torch

def pad_and_mask(seqs, pad=0.0):
    seqs.sort(key=lambda s: s.shape[0], reverse=True)
    T = seqs[0].shape[0]
    x = torch.stack([torch.nn.functional.pad(s, (0, 0, 0, T - s.shape[0]), value=pad) for s in seqs])
    mask = torch.zeros(len(seqs), T, dtype=torch.long)
    for i, s in enumerate(seqs):
        mask[i, :s.shape[0]] = 1
    return x, mask


# %% right: full and slices
import torch

def pad_and_mask(seqs, pad=0.0):
    T = max(s.shape[0] for s in seqs)
    D = seqs[0].shape[1]
    x = torch.full((len(seqs), T, D), pad, dtype=seqs[0].dtype)
    mask = torch.zeros(len(seqs), T, dtype=torch.bool)
    for i, s in enumerate(seqs):
        x[i, : s.shape[0]] = s.detach()
        mask[i, : s.shape[0]] = True
    return x, mask

# %% right: pad_sequence and a comparison with the lengths
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    x = pad_sequence(seqs, batch_first=True, padding_value=pad)
    lengths = torch.tensor([len(s) for s in seqs])
    mask = torch.arange(x.shape[1])[None, :] < lengths[:, None]
    return x, mask

# %% wrong: mask found by comparing the values with pad
import torch

def pad_and_mask(seqs, pad=0.0):
    x = torch.nn.utils.rnn.pad_sequence(seqs, batch_first=True, padding_value=pad)
    mask = (x != pad).any(dim=-1)
    return x, mask

# %% wrong: mask is True at the padding
import torch

def pad_and_mask(seqs, pad=0.0):
    longest = max(len(s) for s in seqs)
    rows, masks = [], []
    for s in seqs:
        gap = longest - len(s)
        rows.append(torch.cat([s, s.new_full((gap, s.shape[1]), pad)]))
        masks.append([False] * len(s) + [True] * gap)
    return torch.stack(rows), torch.tensor(masks, dtype=torch.bool)

# %% wrong: pads on the left as Keras does
import torch

def pad_and_mask(seqs, pad=0.0):
    T = max(s.size(0) for s in seqs)
    x = seqs[0].new_full((len(seqs), T, seqs[0].size(1)), pad)
    mask = torch.zeros((len(seqs), T), dtype=torch.bool)
    for n, s in enumerate(seqs):
        x[n, T - s.size(0):] = s
        mask[n, T - s.size(0):] = True
    return x, mask

# %% wrong: always float32
import torch

def pad_and_mask(seqs, pad=0.0):
    n = [s.shape[0] for s in seqs]
    x = torch.full((len(seqs), max(n), seqs[0].shape[1]), float(pad))
    mask = torch.zeros(len(seqs), max(n)).bool()
    for i in range(len(seqs)):
        x[i, :n[i]] = seqs[i]
        mask[i, :n[i]] = True
    return x, mask

# %% two: ignores pad and fills with zeros; mask as floats
import torch

def pad_and_mask(seqs, pad=0.0):
    x = torch.nn.utils.rnn.pad_sequence(seqs, batch_first=True)
    mask = torch.nn.utils.rnn.pad_sequence([torch.ones(len(s)) for s in seqs], batch_first=True)
    return x, mask

# %% two: mask of shape (B, T, D); cut to the shortest sequence
import torch

def pad_and_mask(seqs, pad=0.0):
    T = min(s.shape[0] for s in seqs)
    x = torch.stack([s[:T] for s in seqs])
    mask = torch.ones_like(x, dtype=torch.bool)
    return x, mask
