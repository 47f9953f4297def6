# %% right: full tensor of pad, plain loop copying each sequence
import torch

def pad_and_mask(seqs, pad=0.0):
    """B sequences (T_i, D) as one tensor (B, T, D), and the mask (B, T) of what is real."""
    B = len(seqs)
    D = seqs[0].shape[1]
    T = 0
    for s in seqs:
        if s.shape[0] > T:
            T = s.shape[0]
    x = torch.full((B, T, D), pad, dtype=seqs[0].dtype)
    mask = torch.zeros(B, T, dtype=torch.bool)
    for b in range(B):
        n = seqs[b].shape[0]
        x[b, :n, :] = seqs[b]
        mask[b, :n] = True
    return x, mask

# %% right: pad_sequence from torch.nn.utils.rnn, mask by comparing arange with lengths
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    lengths = torch.tensor([len(s) for s in seqs])
    x = pad_sequence(seqs, batch_first=True, padding_value=pad)
    return x, torch.arange(x.shape[1])[None, :] < lengths[:, None]

# %% right: F.pad every sequence and stack, comprehension for the mask
import torch
import torch.nn.functional as F

def pad_and_mask(seqs, pad=0.0):
    T = max(map(len, seqs))
    x = torch.stack([F.pad(s, (0, 0, 0, T - len(s)), mode="constant", value=pad) for s in seqs])
    mask = torch.tensor([[t < len(s) for t in range(T)] for s in seqs], dtype=torch.bool)
    return x, mask

# %% right: done in numpy and brought back
import numpy as np
import torch

def pad_and_mask(seqs, pad=0.0):
    arrays = [s.detach().cpu().numpy() for s in seqs]
    n = np.array([a.shape[0] for a in arrays])
    out = np.full((len(arrays), n.max(), arrays[0].shape[1]), pad, dtype=arrays[0].dtype)
    for row, a in zip(out, arrays):
        row[: a.shape[0]] = a
    mask = np.arange(n.max())[np.newaxis] < n[:, np.newaxis]
    return torch.from_numpy(out), torch.from_numpy(mask)

# %% right: mask first, then all real steps concatenated are written through the boolean mask
import torch

def pad_and_mask(seqs, pad=0.0):
    lengths = torch.as_tensor([s.size(0) for s in seqs])
    mask = lengths.unsqueeze(1).gt(torch.arange(int(lengths.max())).unsqueeze(0))
    flat = torch.cat(list(seqs), dim=0)
    x = flat.new_full((*mask.shape, flat.size(1)), pad)
    x[mask] = flat
    return x, mask

# %% wrong: the mask is read off the values (x != pad) and not off the lengths
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    x = pad_sequence(seqs, batch_first=True, padding_value=pad)
    mask = (x != pad).any(dim=-1)
    return x, mask

# %% wrong: pads at the left, the sequences stand at the right
import torch

def pad_and_mask(seqs, pad=0.0):
    T = max(s.shape[0] for s in seqs)
    B, D = len(seqs), seqs[0].shape[1]
    x = torch.full((B, T, D), pad, dtype=seqs[0].dtype)
    mask = torch.zeros((B, T), dtype=torch.bool)
    for k, s in enumerate(seqs):
        x[k, T - len(s):] = s
        mask[k, T - len(s):] = True
    return x, mask

# %% wrong: the mask is the wrong way round, True on the padding (as key_padding_mask)
import torch
import torch.nn.functional as F

def pad_and_mask(seqs, pad=0.0):
    lengths = [s.shape[0] for s in seqs]
    T = max(lengths)
    x = torch.stack([F.pad(s, (0, 0, 0, T - n), value=pad) for s, n in zip(seqs, lengths)])
    mask = torch.arange(T).expand(len(seqs), T) >= torch.tensor(lengths).view(-1, 1)
    return x, mask

# %% wrong: x made with the default dtype, so float64 sequences come back as float32
import torch

def pad_and_mask(seqs, pad=0.0):
    T = max([s.shape[0] for s in seqs])
    x = torch.ones(len(seqs), T, seqs[0].shape[1]) * pad
    mask = torch.zeros(len(seqs), T).bool()
    for i, s in enumerate(seqs):
        x[i, :s.shape[0]] = s
        mask[i, :s.shape[0]] = True
    return x, mask

# %% wrong: pad is ignored, always filled with zeros
import torch

def pad_and_mask(seqs, pad=0.0):
    longest = max(seqs, key=lambda s: s.shape[0])
    x = torch.zeros((len(seqs),) + tuple(longest.shape), dtype=longest.dtype)
    mask = torch.zeros(x.shape[:2], dtype=torch.bool)
    for row, m, s in zip(x, mask, seqs):
        row[:len(s)].copy_(s)
        m[:len(s)] = True
    return x, mask

# %% wrong: takes T from the first sequence, so that later longer ones are cut
import torch

def pad_and_mask(seqs, pad=0.0):
    T, D = seqs[0].shape
    x = seqs[0].new_full((len(seqs), T, D), pad)
    mask = torch.zeros(len(seqs), T, dtype=torch.bool)
    for b, s in enumerate(seqs):
        n = min(T, s.shape[0])
        x[b, :n] = s[:n]
        mask[b, :n] = True
    return x, mask

# %% wrong: sorts the batch by length (as for packing) and returns it in that order
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    ordered = sorted(seqs, key=len, reverse=True)
    x = pad_sequence(ordered, batch_first=True, padding_value=pad)
    lengths = torch.tensor([len(s) for s in ordered])
    mask = torch.arange(x.size(1)) < lengths.unsqueeze(1)
    return x, mask

# %% wrong: fills by arithmetic x * m + pad * (1 - m), so pad = NaN or inf spoils the real steps
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    x = pad_sequence(seqs, batch_first=True)
    lengths = torch.tensor([s.shape[0] for s in seqs])
    mask = torch.arange(x.shape[1])[None] < lengths[:, None]
    keep = torch.where(mask[..., None], x, torch.zeros_like(x))
    m = mask.unsqueeze(-1).to(x.dtype)
    return keep + pad * (1 - m), mask

# %% wrong: mask of shape (B, T, D), one flag for each number and not for each step
import torch

def pad_and_mask(seqs, pad=0.0):
    T = max(s.shape[0] for s in seqs)
    xs, ms = [], []
    for s in seqs:
        rest = torch.full((T - s.shape[0], s.shape[1]), pad, dtype=s.dtype)
        xs.append(torch.cat([s, rest], dim=0))
        ms.append(torch.cat([torch.ones(s.shape, dtype=torch.bool), torch.zeros(rest.shape, dtype=torch.bool)]))
    return torch.stack(xs), torch.stack(ms)

# %% wrong: resizes the given sequences in place, so the input is changed
import torch

def pad_and_mask(seqs, pad=0.0):
    lengths = [s.shape[0] for s in seqs]
    T, D = max(lengths), seqs[0].shape[1]
    for s, n in zip(seqs, lengths):
        if n < T:
            s.resize_(T, D)
            s[n:] = pad
    x = torch.stack(seqs)
    mask = torch.arange(T)[None, :] < torch.tensor(lengths)[:, None]
    return x, mask

# %% two: mask one step too long (<= instead of <); mask as float numbers and not bool
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    x = pad_sequence(seqs, batch_first=True, padding_value=pad)
    lengths = torch.tensor([len(s) for s in seqs])
    mask = (torch.arange(x.size(1))[None, :] <= lengths[:, None]).float()
    return x, mask

# %% two: cuts all to the shortest sequence instead of padding to the longest; result always float32
import torch

def pad_and_mask(seqs, pad=0.0):
    T = min(s.shape[0] for s in seqs)
    x = torch.stack([s[:T] for s in seqs]).float()
    mask = torch.ones(len(seqs), T, dtype=torch.bool)
    return x, mask

# %% two: time first (T, B, D) because batch_first is forgotten; pad not handed on
import torch
from torch.nn.utils.rnn import pad_sequence

def pad_and_mask(seqs, pad=0.0):
    x = pad_sequence(seqs)
    mask = torch.zeros(len(seqs), x.shape[0], dtype=torch.bool)
    for b, s in enumerate(seqs):
        mask[b, :len(s)] = True
    return x, mask

# %% two: NaN and inf in real steps cleaned away with nan_to_num; steps of zeros are marked as padding
import torch

def pad_and_mask(seqs, pad=0.0):
    T = max(s.shape[0] for s in seqs)
    x = seqs[0].new_full((len(seqs), T, seqs[0].shape[1]), pad)
    mask = torch.zeros(len(seqs), T, dtype=torch.bool)
    for b, s in enumerate(seqs):
        clean = torch.nan_to_num(s)
        x[b, :len(s)] = clean
        mask[b, :len(s)] = clean.abs().sum(dim=1) > 0
    return x, mask
