# %% right: full and cat
import torch

def shift_right(tgt, bos):
    first = torch.full((tgt.shape[0], 1), bos, dtype=tgt.dtype, device=tgt.device)
    return torch.cat([first, tgt[:, :-1]], dim=1), tgt.clone()

# %% right: empty_like and two assignments
import torch

def shift_right(tgt, bos):
    dec_in = torch.empty_like(tgt)
    dec_in[:, 0] = bos
    dec_in[:, 1:] = tgt[:, :-1]
    return dec_in, tgt

# %% right: roll (which copies), then overwrite the first column
import torch

def shift_right(tgt: torch.Tensor, bos: int) -> tuple:
    rolled = torch.roll(tgt, shifts=1, dims=1)
    rolled[:, 0] = bos
    return rolled, tgt.clone()

# %% right: pad on the left with a constant
import torch
import torch.nn.functional as F

def shift_right(tgt, bos):
    if tgt.dim() != 2:
        raise ValueError("tgt must have shape (N, T)")
    reads = F.pad(tgt, (1, 0), value=bos)[:, : tgt.shape[1]]
    return reads.contiguous(), tgt

# %% right: Python lists, row by row
import torch

def shift_right(tgt, bos):
    rows = [[bos] + row[:-1] for row in tgt.tolist()]
    return torch.tensor(rows, dtype=tgt.dtype, device=tgt.device), tgt.detach().clone()

# %% right: NumPy
import numpy as np
import torch

def shift_right(tgt, bos):
    a = tgt.cpu().numpy()
    read = np.full_like(a, bos)
    read[:, 1:] = a[:, :-1]
    return torch.from_numpy(read), torch.from_numpy(a.copy())

# %% wrong: rolls the last token round to the front, bos is not written
import torch

def shift_right(tgt, bos):
    return torch.roll(tgt, 1, dims=1), tgt

# %% wrong: the rest of the text is not shifted, bos replaces the first token
import torch

def shift_right(tgt, bos):
    inp = tgt.clone()
    inp[:, 0] = bos
    return inp, tgt

# %% wrong: writes bos into tgt itself (input changed)
import torch

def shift_right(tgt, bos):
    labels = tgt.clone()
    tgt[:, 1:] = labels[:, :-1]
    tgt[:, 0] = bos
    return tgt, labels

# %% wrong: takes tgt to begin with bos already and returns tgt[:, :-1] and tgt[:, 1:] (T - 1 columns)
import torch

def shift_right(tgt, bos):
    decoder_in = tgt[:, :-1]
    labels = tgt[:, 1:]
    return decoder_in, labels

# %% wrong: returns the pair the other way round
import torch

def shift_right(tgt, bos):
    decoder_input = tgt.new_zeros(tgt.shape)
    decoder_input[:, 1:] = tgt[:, :-1].clone()
    decoder_input[:, 0] = bos
    return tgt.clone(), decoder_input

# %% wrong: bos column is int64, so a smaller integer dtype is lost in the cat [differs for int32 and smaller]
import torch

def shift_right(tgt, bos):
    bos_col = torch.tensor([[bos]] * tgt.shape[0])
    return torch.cat([bos_col, tgt[:, :-1]], dim=1), tgt.clone()

# %% wrong: shifts along the batch (dim 0) instead of along the text
import torch

def shift_right(tgt, bos):
    shifted = torch.empty_like(tgt)
    shifted[0] = bos
    shifted[1:] = tgt[:-1]
    return shifted, tgt

# %% wrong: what it should say is the text without its first token, padded with the last one
import torch

def shift_right(tgt, bos):
    first = torch.full_like(tgt[:, :1], bos)
    decoder_reads = torch.cat([first, tgt[:, :-1]], 1)
    says = torch.cat([tgt[:, 1:], tgt[:, -1:]], 1)
    return decoder_reads, says

# %% wrong: bos is always 1, the argument is ignored [differs for bos != 1]
import torch

def shift_right(tgt, bos, BOS=1):
    reads = torch.ones_like(tgt) * BOS
    reads[:, 1:] = tgt[:, :-1]
    return reads, tgt.clone()

# %% wrong: padding (taken to be 0) becomes -100 in the target [differs where a 0 occurs]
import torch

def shift_right(tgt, bos):
    inputs = torch.cat([tgt.new_full((len(tgt), 1), bos), tgt[:, :-1]], dim=-1)
    labels = tgt.masked_fill(tgt == 0, -100)
    return inputs, labels

# %% wrong: copies from left to right in the same tensor, so bos spreads over the whole row
import torch

def shift_right(tgt, bos):
    x = tgt.clone()
    x[:, 0] = bos
    for t in range(1, x.shape[1]):
        x[:, t] = x[:, t - 1]
    return x, tgt.clone()

# %% two: shifts to the left with bos at the end; int64 results
import torch

def shift_right(tgt, bos):
    t = tgt.long()
    out = torch.full_like(t, bos)
    out[:, :-1] = t[:, 1:]
    return out, t

# %% two: keeps the last column, so T + 1 are read; target is shifted too
import torch

def shift_right(tgt, bos):
    b = torch.full((tgt.shape[0], 1), bos, dtype=tgt.dtype)
    seq = torch.cat([b, tgt], dim=1)
    return seq, seq[:, :-1]

# %% two: only the first row gets bos; results are returned in the other order
import torch

def shift_right(tgt, bos):
    r = torch.roll(tgt, 1, 1)
    r[0, 0] = bos
    return tgt, r


# %% right: cat
import torch

def shift_right(tgt, bos):
    start = torch.full((tgt.shape[0], 1), bos, dtype=torch.long)
    return torch.cat([start, tgt[:, :-1].long()], dim=1), tgt.clone()

# %% right: copy and slices
import torch

def shift_right(tgt, bos):
    inp = torch.empty(tgt.shape, dtype=torch.int64)
    inp[:, 0] = bos
    inp[:, 1:] = tgt[:, :-1]
    return inp, tgt

# %% wrong: first token overwritten instead of moved
import torch

def shift_right(tgt, bos):
    inp = tgt.clone().long()
    inp[:, 0] = bos
    return inp, tgt.clone()

# %% wrong: last column not dropped, one place too long
import torch
import torch.nn.functional as F

def shift_right(tgt, bos):
    dec = F.pad(tgt.long(), (1, 0), value=bos)
    return dec, tgt

# %% wrong: what to say is moved one place to the left
import torch

def shift_right(tgt, bos):
    first = tgt.new_full((len(tgt), 1), bos)
    inp = torch.cat([first, tgt[:, :-1]], 1)
    out = torch.cat([tgt[:, 1:], tgt[:, -1:]], 1)
    return inp, out

# %% wrong: shifts within the caller's tensor
import torch

def shift_right(tgt, bos):
    say = tgt.clone()
    tgt[:, 1:] = say[:, :-1]
    tgt[:, 0] = bos
    return tgt, say

# %% two: rolled round without bos; results in the other order
import torch

def shift_right(tgt, bos):
    dec = torch.roll(tgt, shifts=1, dims=1)
    return tgt.clone(), dec

# %% two: shifted down the batch; bos written at the end
import torch

def shift_right(tgt, bos):
    row = torch.full_like(tgt[:1], bos)
    inp = torch.cat([tgt[1:], row], dim=0)
    return inp, tgt
