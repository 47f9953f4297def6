# %% right: cat a column of bos with all but the last column
import torch


def shift_right(tgt, bos):
    first = torch.full((tgt.shape[0], 1), bos, dtype=tgt.dtype)
    return torch.cat([first, tgt[:, :-1]], dim=1), tgt


# %% right: roll and overwrite the first column of the copy
import torch


def shift_right(tgt, bos):
    reads = torch.roll(tgt, shifts=1, dims=1)
    reads[:, 0] = bos
    return reads, tgt.clone()


# %% right: F.pad on the left, cut on the right
import torch
from torch.nn import functional as F


def shift_right(tgt, bos):
    return F.pad(tgt, (1, -1), value=bos), tgt


# %% right: Python lists, row by row
import torch


def shift_right(tgt, bos):
    reads, says = [], []
    for row in tgt.tolist():
        reads.append([bos, *row][: len(row)])
        says.append(list(row))
    return torch.tensor(reads, dtype=torch.int64), torch.tensor(says, dtype=torch.int64)


# %% right: numpy, an empty table filled in two slices
import numpy as np
import torch


def shift_right(tgt, bos):
    source = tgt.cpu().numpy()
    reads = np.empty(source.shape, dtype=np.int64)
    reads[:, 0] = bos
    reads[:, 1:] = source[:, :-1]
    return torch.from_numpy(reads), torch.from_numpy(source.astype(np.int64))


# %% wrong: shifted to the left, bos at the end
import torch


def shift_right(tgt, bos):
    col = tgt.new_full((len(tgt), 1), bos)
    return torch.cat((tgt[:, 1:], col), 1), tgt


# %% wrong: roll without writing bos, the last token comes first
import torch


def shift_right(tgt, bos):
    decoder_in = tgt.roll(1, dims=-1)
    return decoder_in, tgt.clone()


# %% wrong: bos is put before the whole row, the last column is read too, (N, T + 1)
import torch


def shift_right(tgt, bos):
    start = torch.full_like(tgt[:, :1], bos)
    return torch.cat([start, tgt], dim=1), tgt


# %% wrong: shifts tgt itself in place, the input changes
import torch


def shift_right(tgt, bos):
    says = tgt.clone()
    tgt[:, 1:] = says[:, :-1]
    tgt[:, 0] = bos
    return tgt, says


# %% wrong: copies from left to right within the copy, so bos spreads over the whole row
import torch


def shift_right(tgt, bos):
    reads = tgt.clone()
    reads[:, 0] = bos
    for t in range(1, tgt.size(1)):
        reads[:, t] = reads[:, t - 1]
    return reads, tgt


# %% wrong: in the target, repeats of the last token at the end of a row are taken for padding and set to -100
import torch


def shift_right(tgt, bos):
    reads = torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], dim=1)
    says = tgt.clone()
    for row in says:
        last = row[-1].item()
        t = len(row) - 1
        while t > 0 and row[t - 1].item() == last:
            row[t] = -100
            t -= 1
    return reads, says


# %% wrong: bos as torch.ones times bos makes what is read a float tensor
import torch


def shift_right(tgt, bos):
    N, T = tgt.shape
    begin = torch.ones(N, 1) * bos
    return torch.hstack([begin, tgt[:, : T - 1]]), tgt


# %% wrong: cast to int16, large token numbers wrap around
import torch


def shift_right(tgt, bos):
    reads = torch.zeros_like(tgt)
    reads[:, 1:] = tgt[:, :-1]
    reads[:, 0] = bos
    return reads.to(torch.int16), tgt.to(torch.int16)


# %% wrong: rows of one column (T = 1) are handed back as they are, without bos
import torch


def shift_right(tgt, bos):
    if tgt.shape[1] < 2:
        return tgt.clone(), tgt.clone()
    idx = torch.arange(tgt.shape[1]) - 1
    reads = tgt[:, idx]
    reads[:, 0] = bos
    return reads, tgt


# %% wrong: a row that begins with the number of bos already is not shifted
import torch


def shift_right(tgt, bos):
    rows = []
    for row in tgt:
        if row[0].item() == bos:
            rows.append(row.clone())
        else:
            rows.append(torch.cat([row.new_tensor([bos]), row[:-1]]))
    return torch.stack(rows), tgt


# %% two: results in swapped order; the first token is overwritten by bos, nothing is shifted
import torch


def shift_right(tgt, bos):
    reads = tgt.clone()
    reads[:, 0] = bos
    return tgt, reads


# %% two: shifted by two places with bos twice; the target is the next but one token
import torch


def shift_right(tgt, bos):
    T = tgt.shape[1]
    head = torch.full((len(tgt), 2), bos, dtype=tgt.dtype)
    reads = torch.cat([head, tgt], dim=1)[:, :T]
    says = torch.cat([tgt[:, 1:], tgt[:, -1:]], dim=1)
    return reads, says


# %% two: 0 is taken for padding and stays where it was in what is read; the last column of the target is cut off
import torch


def shift_right(tgt, bos):
    reads = torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)
    reads = torch.where(tgt == 0, torch.zeros_like(tgt), reads)
    return reads, tgt[:, :-1]


# %% two: roll over the samples instead of the places; bos only in the first row
import torch


def shift_right(tgt, bos):
    reads = torch.roll(tgt, 1, 0)
    reads[0, 0] = bos
    return reads, tgt.clone()
