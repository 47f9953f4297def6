# %% right: searchsorted from the right, then where
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    idx = torch.searchsorted(t_src.contiguous(), t_query.contiguous(), right=True) - 1
    known = idx >= 0
    picked = v_src[idx.clamp(min=0)]
    return torch.where(known, picked, torch.full_like(picked, fill))

# %% right: two plain loops over python numbers
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    times = t_src.tolist()
    values = v_src.tolist()
    answers = []
    for t in t_query.tolist():
        current = fill
        for when, value in zip(times, values):
            if when > t:
                break
            current = value
        answers.append(current)
    return torch.tensor(answers, dtype=v_src.dtype, device=v_src.device)

# %% right: numpy searchsorted into a table with fill in front
import numpy as np
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    ts = t_src.detach().cpu().numpy()
    vs = v_src.detach().cpu().numpy()
    tq = t_query.detach().cpu().numpy()
    table = np.empty(len(vs) + 1, dtype=vs.dtype)
    table[0] = fill
    table[1:] = vs
    out = table[np.searchsorted(ts, tq, side="right")]
    return torch.from_numpy(out)

# %% right: count the readings up to t by broadcasting
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    n_known = (t_src.unsqueeze(0) <= t_query.unsqueeze(1)).sum(dim=1)
    table = torch.cat([v_src.new_full((1,), fill), v_src])
    return table[n_known]

# %% right: sort the queries, walk both with two pointers, write back to the old places
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    S = t_src.shape[0]
    result = torch.empty(t_query.shape[0], dtype=v_src.dtype)
    src = t_src.tolist()
    queries = t_query.tolist()
    order = sorted(range(len(queries)), key=lambda i: queries[i])
    p = -1  # the newest reading that is known
    for place in order:
        while p + 1 < S and src[p + 1] <= queries[place]:
            p += 1
        if p == -1:
            result[place] = fill
        else:
            result[place] = v_src[p]
    return result

# %% wrong: a reading exactly at t is not counted as known
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    pos = torch.searchsorted(t_src, t_query)  # side left
    table = torch.cat([torch.tensor([fill], dtype=v_src.dtype), v_src])
    return table[pos]

# %% wrong: takes the reading nearest in time, also a later one
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = torch.full((len(t_query),), fill, dtype=v_src.dtype)
    for i, t in enumerate(t_query):
        if t < t_src[0]:
            continue
        gap = (t_src - t).abs()
        best = gap.min()
        j = torch.nonzero(gap == best).max()
        out[i] = v_src[j]
    return out

# %% wrong: before the first reading the index -1 wraps round to the last value
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    last = torch.searchsorted(t_src, t_query, right=True) - 1
    result = v_src[last]
    result[result.isnan()] = fill
    return result

# %% wrong: before the first reading the first value is used, not fill
import bisect

import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    times = t_src.tolist()
    idx = [max(bisect.bisect_right(times, t) - 1, 0) for t in t_query.tolist()]
    return v_src[torch.tensor(idx)]

# %% wrong: fill = 0 is taken for "no fill given" and gives nan
import torch


def align_last(t_src, v_src, t_query, fill=None):
    missing = fill or float("nan")
    seen = t_src[None, :] <= t_query[:, None]
    n = seen.sum(1)
    out = v_src[(n - 1).clamp_min(0)].clone()
    out[n == 0] = missing
    return out

# %% wrong: the result is always float32
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = torch.full((t_query.shape[0],), float(fill))
    for i in range(t_query.shape[0]):
        known = torch.nonzero(t_src <= t_query[i]).flatten()
        if known.numel() > 0:
            out[i] = v_src[known[-1]]
    return out

# %% wrong: of several readings at one time the first counts
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    lag = t_query[:, None] - t_src[None, :]
    lag = torch.where(t_src[None, :] <= t_query[:, None], lag, torch.full_like(lag, float("inf")))
    smallest = lag.min(dim=1, keepdim=True).values
    first = (lag == smallest).to(torch.int8).argmax(dim=1)
    none_yet = torch.isinf(smallest.squeeze(1))
    return torch.where(none_yet, torch.full_like(t_query, fill), v_src[first])

# %% wrong: a tolerance lets readings just after t count
import numpy as np
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    eps = 1e-6
    ts, tq = t_src.numpy(), t_query.numpy()
    out = np.full(tq.shape, fill, dtype=v_src.numpy().dtype)
    for i in range(tq.size):
        ok = np.where(ts <= tq[i] + eps)[0]
        if ok.size:
            out[i] = v_src.numpy()[ok[-1]]
    return torch.from_numpy(out)

# %% wrong: the pointer never goes back, so only ascending queries come out right
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    result = v_src.new_empty(len(t_query))
    current = fill
    nxt = 0
    for i in range(len(t_query)):
        while nxt < len(t_src) and t_src[nxt] <= t_query[i]:
            current = v_src[nxt].item()
            nxt += 1
        result[i] = current
    return result

# %% wrong: the answers come in the order of the sorted queries
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    q = torch.sort(t_query).values
    k = torch.searchsorted(t_src, q, right=True)
    padded = torch.cat((torch.full((1,), fill, dtype=v_src.dtype), v_src))
    return torch.index_select(padded, 0, k)

# %% two: a reading exactly at t does not count; index -1 wraps round before the first reading
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    before = (t_src < t_query.view(-1, 1)).sum(dim=-1)
    return v_src[before - 1]

# %% two: tolerance of 1e-6 after t; result always float32
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    rows = []
    for t in t_query.tolist():
        value = fill
        for s, v in zip(t_src.tolist(), v_src.tolist()):
            if s - t <= 1e-6:
                value = v
        rows.append(value)
    return torch.tensor(rows, dtype=torch.float32)

# %% two: first of several equal times counts; fill 0 becomes nan
import bisect

import torch


def align_last(t_src, v_src, t_query, fill=None):
    if not fill:
        fill = float("nan")
    ts = t_src.tolist()
    out = []
    for t in t_query.tolist():
        j = bisect.bisect_right(ts, t) - 1
        if j < 0:
            out.append(fill)
            continue
        j = bisect.bisect_left(ts, ts[j])
        out.append(v_src[j].item())
    return torch.tensor(out, dtype=v_src.dtype)

# %% two: straight line between readings instead of the last one; first value instead of fill before the start
import numpy as np
import torch


def align_last(t_src, v_src, t_query, fill=float("nan")):
    out = np.interp(t_query.numpy(), t_src.numpy(), v_src.numpy())
    return torch.as_tensor(out).to(v_src.dtype)
