# %% right: cat a column of bos before all but the last column
import torch


def shift_right(tgt, bos):
    first = torch.full_like(tgt[:, :1], bos)
    return torch.cat([first, tgt[:, :-1]], dim=1), tgt

# %% right: roll the whole thing, then overwrite column 0
import torch


def shift_right(tgt, bos):
    reads = tgt.roll(1, dims=1)     # a copy
    reads[:, 0] = bos
    return reads, tgt.clone()

# %% right: lists of python ints
import torch


def shift_right(tgt, bos):
    reads, says = [], []
    for row in tgt.tolist():
        reads.append([bos] + row[:-1])
        says.append(list(row))
    return torch.tensor(reads, dtype=torch.int64), torch.tensor(says, dtype=torch.int64)

# %% right: index tensor and where
import torch


def shift_right(tgt, bos):
    T = tgt.shape[1]
    pos = torch.arange(T, device=tgt.device)
    moved = tgt[:, (pos - 1).clamp(min=0)]
    reads = torch.where(pos.unsqueeze(0) == 0, torch.full_like(tgt, bos), moved)
    return reads, tgt

# %% right: numpy insert and delete
import numpy as np
import torch


def shift_right(tgt, bos):
    arr = tgt.cpu().numpy().astype(np.int64)
    longer = np.insert(arr, 0, bos, axis=1)            # (N, T + 1)
    reads = np.delete(longer, -1, axis=1)              # (N, T)
    return torch.from_numpy(reads.copy()), torch.from_numpy(arr.copy())

# %% wrong: the last token is not dropped, the decoder reads T + 1 places
import torch


def shift_right(tgt, bos):
    start = torch.full((tgt.size(0), 1), bos, dtype=tgt.dtype)
    return torch.cat((start, tgt), dim=1), tgt

# %% wrong: shifted to the left, bos put at the end
import torch


def shift_right(tgt, bos):
    reads = torch.empty_like(tgt)
    reads[:, :-1] = tgt[:, 1:]
    reads[:, -1] = bos
    return reads, tgt.clone()

# %% wrong: not shifted, the first token is overwritten with bos
import torch


def shift_right(tgt, bos):
    reads = tgt.clone()
    reads[:, 0] = bos
    return reads, tgt

# %% wrong: the two results are returned in the wrong order
import torch
from torch.nn import functional as F


def shift_right(tgt, bos):
    decoder_in = F.pad(tgt, (1, 0), value=bos)[:, :-1]
    decoder_out = tgt
    return decoder_out, decoder_in

# %% wrong: tgt itself is shifted in place (the second result is a copy made before)
import torch


def shift_right(tgt, bos):
    says = tgt.clone()
    tgt[:, 1:] = says[:, :-1]
    tgt[:, 0] = bos
    return tgt, says

# %% wrong: copying column by column in one tensor, bos spreads over the whole row
import torch


def shift_right(tgt, bos):
    reads = tgt.clone()
    reads[:, 0] = bos
    for t in range(1, reads.shape[1]):
        reads[:, t] = reads[:, t - 1]
    return reads, tgt

# %% wrong: rolled along the batch instead of the time axis
import torch


def shift_right(tgt, bos):
    reads = torch.roll(tgt, shifts=1, dims=0)
    reads[:, 0] = bos
    return reads, tgt

# %% wrong: what the decoder should say is shifted on by one (next token of tgt), padded with 0
import torch


def shift_right(tgt, bos):
    n, t = tgt.shape
    reads = tgt.new_full((n, t), bos)
    reads[:, 1:] = tgt[:, : t - 1]
    says = tgt.new_zeros((n, t))
    says[:, : t - 1] = tgt[:, 1:]
    return reads, says

# %% wrong: padding (taken to be 0) in what it should say becomes -100
import torch


def shift_right(tgt, bos):
    bos_col = torch.tensor([[bos]], dtype=tgt.dtype).expand(len(tgt), 1)
    reads = torch.hstack([bos_col, tgt[:, :-1]])
    says = torch.where(tgt == 0, torch.full_like(tgt, -100), tgt)
    return reads, says

# %% wrong: the decoder's tensor is made as float32
import torch


def shift_right(tgt, bos):
    N, T = tgt.shape
    reads = torch.zeros(N, T)
    for i in range(N):
        reads[i, 0] = bos
        for j in range(1, T):
            reads[i, j] = tgt[i, j - 1]
    return reads, tgt

# %% two: rolled without writing bos, so the last token comes first; returned in the wrong order
import torch


def shift_right(tgt, bos):
    shifted = torch.roll(tgt, 1, dims=1)
    return tgt, shifted

# %% two: bos only in the first row (the others get 0 in front); int8 is too small for bigger tokens
import torch


def shift_right(tgt, bos):
    reads = torch.zeros_like(tgt, dtype=torch.int8)
    reads[:, 1:] = tgt[:, :-1].to(torch.int8)
    reads[0, 0] = bos
    return reads, tgt

# %% two: bos is put before without dropping the last; what it should say lacks its first column
import torch


def shift_right(tgt, bos):
    bos_column = torch.ones_like(tgt[:, :1]) * bos
    return torch.cat([bos_column, tgt], dim=1), tgt[:, 1:]

# %% two: the input is changed in place; what it should say is the same tensor and so is shifted too
import torch


def shift_right(tgt, bos):
    says = tgt
    reads = tgt
    reads[:, 1:] = tgt[:, :-1].clone()
    reads[:, 0] = bos
    return reads, says
