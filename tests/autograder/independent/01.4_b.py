# %% right: bisect over Python lists
from bisect import bisect_right
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    times, values = t_src.tolist(), v_src.tolist()
    found = [bisect_right(times, t) for t in t_query.tolist()]
    return torch.tensor([values[k - 1] if k else fill for k in found], dtype=v_src.dtype)

# %% right: comparison table and count
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    known = (t_src[None, :] <= t_query[:, None]).sum(1)
    padded = torch.cat([v_src.new_full((1,), fill), v_src])
    return padded[known]

# %% right: merges the two sorted streams with a pointer
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = torch.full_like(t_query, fill, dtype=v_src.dtype)
    pointer, current = 0, fill
    for place in torch.argsort(t_query).tolist():
        while pointer < len(t_src) and t_src[pointer] <= t_query[place]:
            current = v_src[pointer]
            pointer += 1
        out[place] = current
    return out

# %% right: numpy searchsorted from the right
import numpy as np
import torch

def align_last(t_src: torch.Tensor, v_src: torch.Tensor, t_query: torch.Tensor, fill: float = np.nan) -> torch.Tensor:
    index = np.searchsorted(t_src.numpy(), t_query.numpy(), side="right") - 1
    values = v_src.numpy()
    return torch.from_numpy(np.where(index < 0, np.asarray(fill, dtype=values.dtype), values[np.maximum(index, 0)]))

# %% right: overwrites, reading by reading
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = v_src.new_full(t_query.shape, fill)
    for t, v in zip(t_src, v_src):
        out = torch.where(t_query >= t, v, out)
    return out

# %% wrong: a reading exactly at t is not known
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = v_src.new_full(t_query.shape, fill)
    for t, v in zip(t_src, v_src):
        out[t_query > t] = v
    return out

# %% wrong: before the first reading the last value (index -1)
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    return v_src[torch.searchsorted(t_src, t_query, right=True) - 1]

# %% wrong: the nearest reading, the future included
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    gap = (t_query[:, None] - t_src[None, :]).abs()
    value = v_src[gap.argmin(1)]
    return torch.where(t_query < t_src[0], torch.full_like(value, fill), value)

# %% wrong: the next reading
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    k = torch.searchsorted(t_src, t_query, right=True).clamp(max=len(t_src) - 1)
    value = v_src[k]
    return torch.where(t_query < t_src[0], torch.full_like(value, fill), value)

# %% wrong: fill or nan: a fill of 0 becomes NaN
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    fill = fill or float("nan")
    k = torch.searchsorted(t_src, t_query, right=True)
    return torch.cat([torch.full((1,), fill, dtype=v_src.dtype), v_src])[k]

# %% wrong: answers in the order of sorted queries
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    q = t_query.sort().values
    k = torch.searchsorted(t_src, q, right=True)
    return torch.cat([torch.full((1,), fill, dtype=v_src.dtype), v_src])[k]

# %% wrong: of several readings at one time the first
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = []
    for t in t_query:
        known = [i for i in range(len(t_src)) if t_src[i] <= t]
        if not known:
            out.append(fill)
            continue
        when = t_src[known[-1]]
        first = [i for i in known if t_src[i] == when][0]
        out.append(v_src[first].item())
    return torch.tensor(out, dtype=v_src.dtype)

# %% wrong: tolerance of 1e-6
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = v_src.new_full(t_query.shape, fill)
    for t, v in zip(t_src, v_src):
        out[t_query >= t - 1e-6] = v
    return out

# %% wrong: interpolates linearly
import numpy as np
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = np.interp(t_query.numpy(), t_src.numpy(), v_src.numpy(), left=fill)
    return torch.from_numpy(out).to(v_src.dtype)

# %% wrong: the result has the default dtype
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = torch.full((len(t_query),), fill)
    for t, v in zip(t_src, v_src):
        out = torch.where(t_query >= t, v.float(), out)
    return out

# %% two: nearest reading; fill is ignored before the first
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    return v_src[(t_query[:, None] - t_src[None, :]).abs().argmin(1)]

# %% two: strict comparison; fill always 0
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    k = torch.searchsorted(t_src, t_query)
    return torch.cat([torch.zeros(1, dtype=v_src.dtype), v_src])[k]

# %% two: returns the time instead of the value; before the first NaN whatever fill is
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    k = torch.searchsorted(t_src, t_query, right=True)
    return torch.cat([torch.full((1,), float("nan"), dtype=v_src.dtype), t_src])[k]

# %% two: one reading too old; shape (Q, 1)
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    k = (torch.searchsorted(t_src, t_query, right=True) - 1).clamp(min=0)
    return torch.cat([torch.full((1,), fill, dtype=v_src.dtype), v_src])[k][:, None]
