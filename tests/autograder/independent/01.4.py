# %% right: searchsorted on the right, minus one
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    pos = torch.searchsorted(t_src, t_query, right=True) - 1
    vals = v_src[pos.clamp(min=0)]
    return torch.where(pos >= 0, vals, torch.full_like(vals, fill))

# %% right: compares all pairs and counts the readings known
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    known = (t_src.unsqueeze(0) <= t_query.unsqueeze(1)).sum(1)
    table = torch.cat([v_src.new_tensor([fill]), v_src])
    return table[known]

# %% right: double loop
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = torch.empty(len(t_query), dtype=v_src.dtype)
    for q, t in enumerate(t_query):
        out[q] = fill
        for s in range(len(t_src)):
            if t_src[s] <= t:
                out[q] = v_src[s]
            else:
                break
    return out

# %% right: Python bisect on a list
import bisect
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    times = t_src.tolist()
    vals = []
    for t in t_query.tolist():
        k = bisect.bisect_right(times, t)
        vals.append(v_src[k - 1] if k else torch.tensor(fill, dtype=v_src.dtype))
    return torch.stack(vals)

# %% right: NumPy searchsorted
import numpy as np
import torch

def align_last(t_src, v_src, t_query, fill=np.nan):
    ts, vs, tq = t_src.numpy(), v_src.numpy(), t_query.numpy()
    j = np.searchsorted(ts, tq, side="right")
    out = np.full(tq.shape, fill, dtype=vs.dtype)
    ok = j > 0
    out[ok] = vs[j[ok] - 1]
    return torch.from_numpy(out)

# %% right: one sweep over the queries in order of time, guards first
import math
import torch

def align_last(t_src: torch.Tensor, v_src: torch.Tensor, t_query: torch.Tensor, fill: float = math.nan) -> torch.Tensor:
    if t_src.shape != v_src.shape:
        raise ValueError("times and values differ in length")
    if bool((t_src[1:] < t_src[:-1]).any()):
        raise ValueError("times must ascend")
    result = torch.full((t_query.numel(),), fill, dtype=v_src.dtype)
    s = 0
    for q in torch.argsort(t_query).tolist():
        while s < t_src.numel() and t_src[s] <= t_query[q]:
            s += 1
        if s > 0:
            result[q] = v_src[s - 1]
    return result

# %% wrong: searchsorted on the left, a reading exactly at t is not yet known
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    idx = torch.searchsorted(t_src, t_query) - 1
    out = v_src[idx.clamp(min=0)].clone()
    out[idx < 0] = fill
    return out

# %% wrong: nearest reading in time, so it peeks at later ones
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    dist = (t_query[:, None] - t_src[None, :]).abs()
    nearest = dist.shape[1] - 1 - dist.flip(1).argmin(1)
    out = v_src[nearest]
    return torch.where(t_query < t_src[0], torch.full_like(out, fill), out)

# %% wrong: linear interpolation between the readings
import numpy as np
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    y = np.interp(t_query.numpy(), t_src.numpy(), v_src.numpy(), left=fill)
    return torch.from_numpy(y).to(v_src.dtype)

# %% wrong: before the first reading the index -1 wraps around to the last value
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    idx = torch.searchsorted(t_src, t_query, right=True) - 1
    return v_src[idx]

# %% wrong: before the first reading it gives the first value (fill ignored)
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    k = torch.searchsorted(t_src, t_query, side="right") - 1
    return v_src[torch.clamp(k, min=0)]

# %% wrong: the first of several readings at one time counts
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = torch.full((t_query.shape[0],), fill, dtype=v_src.dtype)
    for i, t in enumerate(t_query):
        best = None
        for s in range(t_src.shape[0]):
            if t_src[s] <= t and (best is None or t_src[s] > t_src[best]):
                best = s
        if best is not None:
            out[i] = v_src[best]
    return out

# %% wrong: the next reading at or after t
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    nxt = torch.searchsorted(t_src, t_query)
    last = t_src.numel() - 1
    vals = v_src[nxt.clamp(max=last)]
    return vals.masked_fill(t_query < t_src[0], fill)

# %% wrong: a result tensor of the default dtype, float32 for float64 values
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    res = torch.full((len(t_query),), float(fill))
    for j in range(len(t_query)):
        seen = torch.nonzero(t_src <= t_query[j]).flatten()
        if len(seen) > 0:
            res[j] = v_src[seen[-1]]
    return res

# %% wrong: the times asked for are sorted and the result is not put back in their order
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    tq, _ = torch.sort(t_query)
    out, ptr, cur = [], 0, v_src.new_tensor(fill)
    for t in tq:
        while ptr < len(t_src) and t_src[ptr] <= t:
            cur = v_src[ptr]
            ptr += 1
        out.append(cur)
    return torch.stack(out)

# %% wrong: a tolerance of 1e-3, readings taken up to that much later count as known (differs only for gaps below 0.001)
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    tol = 1e-3
    known = t_src[None, :] <= t_query[:, None] + tol
    n = known.sum(dim=1)
    picked = v_src[(n - 1).clamp(min=0)]
    return torch.where(n > 0, picked, torch.full_like(picked, fill))

# %% wrong: a reading of value 0 counts as missing and becomes fill (differs only where the last reading is exactly 0)
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    result = torch.zeros(t_query.size(0), dtype=v_src.dtype)
    for s in range(t_src.size(0)):
        result = torch.where(t_query >= t_src[s], v_src[s], result)
    return torch.where(result == 0, torch.full_like(result, fill), result)

# %% two: strictly earlier readings only; fill is always NaN
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    k = (t_src[None, :] < t_query[:, None]).sum(1)
    ext = torch.cat([torch.full((1,), float("nan"), dtype=v_src.dtype), v_src])
    return ext[k]

# %% two: largest known value instead of the last; float32 result
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    known = t_src.unsqueeze(0) <= t_query.unsqueeze(1)
    v = v_src.float().unsqueeze(0).expand(len(t_query), -1).masked_fill(~known, float("-inf"))
    out = v.max(dim=1).values
    return out.masked_fill(~known.any(1), fill)

# %% two: linear interpolation; before the first reading the first value instead of fill
import numpy as np
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    t = t_query.detach().numpy()
    return torch.as_tensor(np.interp(t, t_src.numpy(), v_src.numpy()), dtype=v_src.dtype)


# %% right: searchsorted
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    idx = torch.searchsorted(t_src.contiguous(), t_query.contiguous(), right=True) - 1
    out = v_src[idx.clamp(min=0)]
    return torch.where(idx >= 0, out, torch.full_like(out, fill))

# %% right: loop with bisect
import bisect
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    times = t_src.tolist()
    out = torch.full(t_query.shape, fill, dtype=v_src.dtype)
    for q, t in enumerate(t_query.tolist()):
        k = bisect.bisect_right(times, t)
        if k > 0:
            out[q] = v_src[k - 1]
    return out

# %% wrong: a reading exactly at t does not count yet
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    pos = torch.searchsorted(t_src, t_query)
    res = torch.full(t_query.shape, fill, dtype=v_src.dtype)
    ok = pos > 0
    res[ok] = v_src[pos[ok] - 1]
    return res

# %% wrong: before the first reading the index -1 wraps to the last value
import numpy as np
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    idx = np.searchsorted(t_src.numpy(), t_query.numpy(), side="right") - 1
    return v_src[torch.from_numpy(idx)]

# %% wrong: takes the nearest reading in time, future included
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = torch.full(t_query.shape, fill, dtype=v_src.dtype)
    for i, t in enumerate(t_query):
        if t < t_src[0]:
            continue
        j = (t_src - t).abs().argmin()
        out[i] = v_src[j]
    return out

# %% wrong: of several readings at one time the first is used
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    vals = []
    for t in t_query.tolist():
        known = [s for s in t_src.tolist() if s <= t]
        if not known:
            vals.append(fill)
        else:
            vals.append(float(v_src[t_src.tolist().index(known[-1])]))
    return torch.tensor(vals, dtype=v_src.dtype)

# %% two: first value is carried back instead of fill; result in the order of sorted queries
import torch

def align_last(t_src, v_src, t_query, fill=float("nan")):
    q, _ = torch.sort(t_query)
    i = torch.searchsorted(t_src, q, right=True) - 1
    return v_src[i.clamp(min=0)]

# %% two: linear interpolation between readings; a fill of 0 treated as not given
import numpy as np
import torch

def align_last(t_src, v_src, t_query, fill=None):
    fill = fill or float("nan")
    t, v, q = t_src.numpy(), v_src.numpy(), t_query.numpy()
    out = np.interp(q, t, v, left=fill)
    return torch.from_numpy(out).to(v_src.dtype)
