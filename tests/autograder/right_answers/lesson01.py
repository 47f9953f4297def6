"""Right answers to the tasks of lesson 01, in other styles than the references."""

import bisect

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence


def scale_by_mask(train, test):
    m = train.mean(dim=0, keepdim=True)
    s = ((train - m) ** 2).mean(0, keepdim=True).sqrt()
    s = s.masked_fill(s == 0, 1.0)
    return (train - m) / s, (test - m) / s


def scale_numpy(train, test):
    a, b = train.numpy(), test.numpy()
    m, s = a.mean(0), a.std(0)
    s[s == 0] = 1
    return torch.from_numpy((a - m) / s), torch.from_numpy((b - m) / s)


def scale_columns(train, test):
    left, right = [], []
    for k in range(train.shape[1]):
        column = train[:, k]
        deviation = column.var(correction=0).sqrt()
        deviation = deviation if deviation > 0 else 1
        left.append((column - column.mean()) / deviation)
        right.append((test[:, k] - column.mean()) / deviation)
    return torch.stack(left, 1), torch.stack(right, 1)


def scale_sklearn(train, test):
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(train.double().numpy())
    return tuple(torch.from_numpy(scaler.transform(x.double().numpy())).to(x.dtype) for x in (train, test))


def scale_var_mean(train, test):
    variance, mean = torch.var_mean(train, dim=0, unbiased=False)
    factor = torch.where(variance == 0, 1.0, variance.rsqrt())
    return (train - mean) * factor, (test - mean) * factor


def scale_tolerance(train, test):
    mean, deviation = train.mean(0), train.std(0, correction=0)
    constant = train.amax(0) == train.amin(0)
    deviation = torch.where(constant, torch.ones_like(deviation), deviation)
    return (train - mean).div(deviation), (test - mean).div(deviation)


def pad_library(seqs, pad=0.0):
    lengths = torch.tensor([len(s) for s in seqs])
    x = pad_sequence(seqs, batch_first=True, padding_value=pad)
    return x, torch.arange(x.shape[1])[None] < lengths[:, None]


def pad_cat(seqs, pad=0.0):
    top = max(map(len, seqs))
    x = torch.stack([torch.cat([s, torch.full((top - len(s), s.shape[1]), pad, dtype=s.dtype)]) for s in seqs])
    mask = torch.stack([torch.tensor([True] * len(s) + [False] * (top - len(s))) for s in seqs])
    return x, mask


def pad_functional(seqs, pad=0.0):
    top = max(s.size(0) for s in seqs)
    x = [torch.nn.functional.pad(s, (0, 0, 0, top - s.size(0)), value=pad) for s in seqs]
    mask = [torch.nn.functional.pad(torch.ones(len(s)), (0, top - len(s))) > 0 for s in seqs]
    return torch.stack(x), torch.stack(mask)


def pad_numpy(seqs, pad=0.0):
    top = max(len(s) for s in seqs)
    x = np.full((len(seqs), top, seqs[0].shape[1]), pad, dtype=seqs[0].numpy().dtype)
    mask = np.zeros((len(seqs), top), dtype=bool)
    for i, s in enumerate(seqs):
        x[i, : len(s)], mask[i, : len(s)] = s.numpy(), True
    return torch.from_numpy(x), torch.from_numpy(mask)


def mean_of_rows(x, mask):
    rows = []
    for values, real in zip(x, mask, strict=True):
        rows.append(
            values[real].mean(0)
            if real.any()
            else values[0].detach() * 0
            if values.isfinite().all()
            else x.new_zeros(x.shape[2])
        )
    return torch.stack(rows)


def mean_masked_fill(x, mask):
    total = x.masked_fill(~mask[..., None], 0).sum(dim=1)
    return total / mask.sum(dim=1, keepdim=True).clamp(min=1)


def mean_einsum(x, mask):
    weight = mask.to(x.dtype)
    weight = weight / weight.sum(1, keepdim=True).clamp_min(1)
    return torch.einsum("bt,btd->bd", weight, torch.where(mask[:, :, None], x, 0.0))


def mean_index_add(x, mask):
    rows, steps = mask.nonzero(as_tuple=True)
    total = x.new_zeros(x.shape[0], x.shape[2]).index_add(0, rows, x[rows, steps])
    count = torch.bincount(rows, minlength=len(x)).clamp(min=1)
    return total / count[:, None]


def align_loop(t_src, v_src, t_query, fill=float("nan")):
    out = torch.full((len(t_query),), fill, dtype=v_src.dtype)
    for q, t in enumerate(t_query):
        for s, v in zip(t_src, v_src, strict=True):
            if s <= t:
                out[q] = v
    return out


def align_bisect(t_src, v_src, t_query, fill=float("nan")):
    times = t_src.tolist()
    places = [bisect.bisect_right(times, t) - 1 for t in t_query.tolist()]
    return torch.stack([v_src[k] if k >= 0 else torch.tensor(fill, dtype=v_src.dtype) for k in places])


def align_count(t_src, v_src, t_query, fill=float("nan")):
    known = (t_src[None, :] <= t_query[:, None]).sum(1)
    return torch.cat([v_src.new_tensor([fill]), v_src])[known]


def align_numpy(t_src, v_src, t_query, fill=float("nan")):
    k = np.searchsorted(t_src.numpy(), t_query.numpy(), side="right") - 1
    return torch.from_numpy(
        np.where(k >= 0, v_src.numpy()[np.maximum(k, 0)], np.array(fill, dtype=v_src.numpy().dtype))
    )


def align_bucketize(t_src, v_src, t_query, fill=float("nan")):
    k = torch.bucketize(t_query, t_src, right=True)
    out = v_src[(k - 1).clamp(min=0)].clone()
    out[k == 0] = fill
    return out


def align_pandas_style(t_src, v_src, t_query, fill=float("nan")):
    result = []
    for t in t_query:
        seen = v_src[t_src <= t]
        result.append(seen[-1].item() if len(seen) else fill)
    return torch.tensor(result, dtype=v_src.dtype)


def scale_in_double(train, test):
    x = train.double()
    mean, deviation = x.mean(0), ((x - x.mean(0)) ** 2).mean(0).sqrt()
    deviation[deviation == 0] = 1
    return ((x - mean) / deviation).to(train.dtype), ((test.double() - mean) / deviation).to(test.dtype)


def pad_by_lengths(seqs, pad=0.0):
    lengths = torch.tensor([len(s) for s in seqs])
    x = torch.nn.utils.rnn.pad_sequence(seqs, batch_first=True, padding_value=pad)
    return x, torch.arange(x.shape[1]) < lengths[:, None]


def mean_matrix(x, mask):
    kept = x.masked_fill(~mask[..., None], 0)
    weight = mask.to(x.dtype) / mask.sum(1, keepdim=True).clamp(min=1)
    return (weight[:, None] @ kept)[:, 0]


def align_last_true(t_src, v_src, t_query, fill=float("nan")):
    out = []
    for t in t_query:
        known = v_src[t_src <= t]
        out.append(known[-1] if len(known) else torch.tensor(fill, dtype=v_src.dtype))
    return torch.stack(out)


RIGHT = {
    "01.1": [
        scale_by_mask,
        scale_numpy,
        scale_columns,
        scale_sklearn,
        scale_var_mean,
        scale_tolerance,
        scale_in_double,
    ],
    "01.2": [pad_library, pad_cat, pad_functional, pad_numpy, pad_by_lengths],
    "01.3": [mean_of_rows, mean_masked_fill, mean_einsum, mean_index_add, mean_matrix],
    "01.4": [align_loop, align_bisect, align_count, align_numpy, align_bucketize, align_pandas_style, align_last_true],
}
