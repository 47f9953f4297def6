"""Plausible wrong answers to the tasks of lessons 05, 06, 07 and 12: each must be rejected."""

import numpy as np
import torch
import torch.nn.functional as F


def concat_standardised(feats):
    flat = [f.flatten(1) for f in feats]
    return torch.cat([(f - f.mean(1, keepdim=True)) / (f.std(1, keepdim=True) + 1e-12) for f in flat], 1)


def concat_large_floor(feats):
    return torch.cat([F.normalize(f.flatten(1), dim=1, eps=1e-3) for f in feats], 1)


def concat_reversed(feats):
    return torch.cat([F.normalize(f.flatten(1), dim=1) for f in reversed(feats)], 1)


def concat_largest_first(feats):
    ordered = sorted(feats, key=lambda f: f[0].numel())
    return torch.cat([F.normalize(f.flatten(1), dim=1) for f in ordered], 1)


def sum_absolute(feats, w):
    share = w.abs() / w.abs().sum()
    return torch.einsum("nmd,m->nd", feats, share)


def sum_unused_rest(feats, w):
    share = torch.softmax(w, 0)
    return share[0] * feats[:, 0] + share[1] * feats[:, 1] if feats.shape[1] > 1 else feats[:, 0]


def sum_squeezed(feats, w):
    return torch.einsum("nmd,m->nd", feats, torch.softmax(w, 0)).squeeze()


def gmu_one_gate(v, t, w_v, w_t, w_z):
    z = torch.sigmoid((torch.cat([v, t], 1) @ w_z.T).mean(1, keepdim=True))
    return z * torch.tanh(v @ w_v.T) + (1 - z) * torch.tanh(t @ w_t.T)


def gmu_hard(v, t, w_v, w_t, w_z):
    z = (torch.cat([v, t], 1) @ w_z.T > 0).to(v.dtype)
    return z * torch.tanh(v @ w_v.T) + (1 - z) * torch.tanh(t @ w_t.T)


def gmu_tanh_last(v, t, w_v, w_t, w_z):
    z = torch.sigmoid(torch.cat([v, t], 1) @ w_z.T)
    return torch.tanh(z * (v @ w_v.T) + (1 - z) * (t @ w_t.T))


def outer_padded_wrong(a, b):
    return torch.einsum("ni,nj->nij", F.pad(a, (1, 0), value=1.0), F.pad(b, (1, 0))).flatten(1)


def outer_first_sample(a, b):
    a, b = F.pad(a, (1, 0), value=1.0), F.pad(b, (1, 0), value=1.0)
    return torch.stack([torch.outer(x, b[0]).flatten() for x in a])


def outer_float32(a, b):
    one = torch.ones(len(a), 1)
    a, b = torch.cat([one, a.float()], 1), torch.cat([one, b.float()], 1)
    return torch.einsum("ni,nj->nij", a, b).flatten(1)


def low_rank_tanh(feats, factors):
    parts = [torch.einsum("nd,rdh->nrh", F.pad(x, (1, 0), value=1.0), f) for x, f in zip(feats, factors, strict=True)]
    return torch.stack(parts).prod(0).sum(1).tanh()


def low_rank_bias_once(feats, factors):
    out = 1
    for i, (x, f) in enumerate(zip(feats, factors, strict=True)):
        out = out * torch.einsum("nd,rdh->nrh", F.pad(x, (1, 0), value=float(i == 0)), f)
    return out.sum(1)


def vote_random_tie(preds, classes):
    counts = F.one_hot(preds, classes).sum(0).double()
    return (counts + 0.1 * torch.rand(counts.shape, dtype=torch.float64)).argmax(1)


def vote_weighted(preds, classes):
    weights = torch.arange(len(preds), 0, -1)[:, None, None]
    return (weights * F.one_hot(preds, classes)).sum(0).argmax(1)


def vote_first_unless_alone(preds, classes):
    agree = (preds == preds[0]).sum(0)
    return torch.where(agree > 1, preds[0], torch.mode(preds, 0).values)


def average_sharpened(logits, w):
    p = torch.softmax(logits, -1) ** 2
    p = p / p.sum(-1, keepdim=True)
    return torch.einsum("mnc,m->nc", p, w / w.sum())


def average_by_max(logits, w):
    return torch.einsum("mnc,m->nc", torch.softmax(logits, -1), w / w.max())


def average_sigmoid(logits, w):
    p = torch.sigmoid(logits)
    return torch.einsum("mnc,m->nc", p / p.sum(-1, keepdim=True), w / w.sum())


def experts_of_probabilities(log_p, log_prior):
    p = log_p.exp().prod(0) / log_prior.exp() ** (len(log_p) - 1)
    return (p / p.sum(-1, keepdim=True)).clamp_min(1e-30).log()


def experts_best(log_p, log_prior):
    entropy = -(log_p.exp() * log_p).sum(-1)
    return torch.gather(log_p, 0, entropy.argmin(0)[None, :, None].expand(1, -1, log_p.shape[2]))[0]


def experts_bits(log_p, log_prior):
    return F.log_softmax(log_p.sum(0) - (len(log_p) - 1) * log_prior, -1) / np.log(2)


def folds_next_only(x, y, fold, fit_predict):
    out = torch.zeros_like(y)
    numbers = fold.unique().tolist()
    for i, k in enumerate(numbers):
        train = fold == numbers[(i + 1) % len(numbers)]
        out[fold == k] = fit_predict(x[train], y[train], x[fold == k])
    return out


def folds_counted(x, y, fold, fit_predict):
    out = torch.zeros_like(y)
    for k in range(int(fold.max()) + 1):
        test = fold == k
        if test.any() and k < 5:
            out[test] = fit_predict(x[~test], y[~test], x[test])
    return out


def folds_of_row_number(x, y, fold, fit_predict):
    out, row = torch.zeros_like(y), torch.arange(len(y)) % len(fold.unique())
    for k in row.unique():
        out[row == k] = fit_predict(x[row != k], y[row != k], x[row == k])
    return out


def texts_from_texts(texts, vocab, max_len):
    words = sorted({word for text in texts for word in text.lower().split()})
    ids = [[words.index(w) + 2 for w in text.lower().split()][:max_len] for text in texts]
    return torch.tensor([row + [0] * (max_len - len(row)) for row in ids]), len(words) + 2


def texts_letters(texts, vocab, max_len):
    index = {w: i + 2 for i, w in enumerate(vocab)}
    ids = [[index.get(w, 1) for w in text.lower()][:max_len] for text in texts]
    return torch.tensor([row + [0] * (max_len - len(row)) for row in ids]), len(vocab) + 2


def texts_cut_vocabulary(texts, vocab, max_len):
    index = {w: i + 2 for i, w in enumerate(vocab[:-1])}
    ids = [[index.get(w, 1) for w in text.lower().split()][:max_len] for text in texts]
    return torch.tensor([row + [0] * (max_len - len(row)) for row in ids]), len(vocab) + 2


def texts_longest(texts, vocab, max_len):
    index = {w: i + 2 for i, w in enumerate(vocab)}
    ids = [torch.tensor([index.get(w, 1) for w in text.lower().split()][:max_len]).long() for text in texts]
    return torch.nn.utils.rnn.pad_sequence(ids, batch_first=True), len(vocab) + 2


def preprocess_rounded(x):
    return (x.flip(-1) - x.new_tensor([104.0, 117.0, 124.0])).round()


def preprocess_own_mean(x):
    return x.flip(-1) - x.flip(-1).mean((0, 1, 2))


def preprocess_channels_first(x):
    return (x.flip(-1) - x.new_tensor([103.939, 116.779, 123.68])).permute(0, 3, 1, 2)


def pool_median(fmap, text):
    return torch.cat([fmap.flatten(1, 2).median(1).values, text], 1)


def pool_nonzero(fmap, text):
    return torch.cat([fmap.relu().mean((1, 2)), text], 1)


def pool_last_place(fmap, text):
    return torch.cat([fmap[:, -1, -1], text], 1)


def f1_of_class_one(y, p, classes):
    tp = ((p == 1) & (y == 1)).sum().item()
    f1 = 2 * tp / max((p == 1).sum().item() + (y == 1).sum().item(), 1)
    return f1, (y == p).double().mean().item()


def f1_mean_precision_recall(y, p, classes):
    hits = [((p == c) & (y == c)).sum().item() for c in range(classes)]
    parts = [(h / max((p == c).sum().item(), 1) + h / max((y == c).sum().item(), 1)) / 2 for c, h in enumerate(hits)]
    return sum(parts) / classes, sum(hits) / len(y)


def f1_percent(y, p, classes):
    hits = [((p == c) & (y == c)).sum().item() for c in range(classes)]
    each = [2 * h / max((p == c).sum().item() + (y == c).sum().item(), 1) for c, h in enumerate(hits)]
    return 100 * sum(each) / classes, 100 * sum(hits) / len(y)


def ece_equal_counts(probs, y, bins=10):
    confidence, prediction = probs.max(1)
    gaps = ((prediction == y).to(probs.dtype) - confidence)[confidence.argsort()]
    return sum(abs(part.sum().item()) for part in gaps.tensor_split(bins)) / len(y)


def ece_all_classes(probs, y, bins=10):
    confidence, right = probs.flatten(), F.one_hot(y, probs.shape[1]).flatten().to(probs.dtype)
    place = (confidence * bins).long().clamp_max(bins - 1)
    return torch.zeros(bins, dtype=probs.dtype).index_add_(0, place, right - confidence).abs().sum().item() / len(y)


def ece_rounded_bins(probs, y, bins=10):
    confidence, prediction = probs.max(1)
    place = (confidence * (bins - 1)).round().long()
    gaps = (prediction == y).to(probs.dtype) - confidence
    return torch.zeros(bins, dtype=probs.dtype).index_add_(0, place, gaps).abs().sum().item() / len(y)


def temperature_smallest(val_logits, val_y, grid):
    return grid.min().item()


def temperature_brier(val_logits, val_y, grid):
    y = F.one_hot(val_y, val_logits.shape[1])
    return min(grid.tolist(), key=lambda t: ((torch.softmax(val_logits / t, 1) - y) ** 2).sum().item())


def temperature_nearest_one(val_logits, val_y, grid):
    losses = [F.cross_entropy(val_logits / t, val_y).item() for t in grid]
    near = [t for t, loss in zip(grid.tolist(), losses, strict=True) if loss < min(losses) * 1.05]
    return min(near, key=lambda t: abs(t - 1))


def bootstrap_nearest_rank(correct_a, correct_b, idx, level=0.95):
    d = (correct_a - correct_b)[idx].mean(1).sort().values
    return d[int(len(d) * (1 - level) / 2)].item(), d[int(len(d) * (1 + level) / 2) - 1].item()


def bootstrap_own_draws(correct_a, correct_b, idx, level=0.95):
    own = torch.randint(0, len(correct_a), idx.shape)
    d = (correct_a - correct_b)[own].mean(1)
    return d.quantile((1 - level) / 2).item(), d.quantile((1 + level) / 2).item()


def bootstrap_normal(correct_a, correct_b, idx, level=0.95):
    d = (correct_a - correct_b)[idx].mean(1)
    return (d.mean() - 1.96 * d.std(unbiased=False)).item(), (d.mean() + 1.96 * d.std(unbiased=False)).item()


def conformal_quantile(cal_p, cal_y, test_p, alpha):
    scores = 1 - cal_p.gather(1, cal_y[:, None])[:, 0]
    return 1 - test_p <= torch.quantile(scores, 1 - alpha)


def conformal_higher(cal_p, cal_y, test_p, alpha):
    scores = 1 - cal_p.gather(1, cal_y[:, None])[:, 0]
    share = min(np.ceil((len(scores) + 1) * (1 - alpha)) / len(scores), 1.0)
    return 1 - test_p <= float(np.quantile(scores.numpy(), share, method="higher"))


def conformal_cumulative(cal_p, cal_y, test_p, alpha):
    ordered, order = test_p.sort(1, descending=True)
    keep = ordered.cumsum(1) - ordered < 1 - alpha
    return torch.zeros_like(keep).scatter(1, order, keep)


WRONG = {
    "05.1": [concat_standardised, concat_large_floor, concat_reversed, concat_largest_first],
    "05.2": [sum_absolute, sum_unused_rest, sum_squeezed],
    "05.3": [gmu_one_gate, gmu_hard, gmu_tanh_last],
    "05.4": [outer_padded_wrong, outer_first_sample, outer_float32],
    "05.5": [low_rank_tanh, low_rank_bias_once],
    "06.1": [vote_random_tie, vote_weighted, vote_first_unless_alone],
    "06.2": [average_sharpened, average_by_max, average_sigmoid],
    "06.3": [experts_of_probabilities, experts_best, experts_bits],
    "06.4": [folds_next_only, folds_counted, folds_of_row_number],
    "07.1": [texts_from_texts, texts_letters, texts_cut_vocabulary, texts_longest],
    "07.2": [preprocess_rounded, preprocess_own_mean, preprocess_channels_first],
    "07.3": [pool_median, pool_nonzero, pool_last_place],
    "12.1": [f1_of_class_one, f1_mean_precision_recall, f1_percent],
    "12.2": [ece_equal_counts, ece_all_classes, ece_rounded_bins],
    "12.3": [temperature_smallest, temperature_brier, temperature_nearest_one],
    "12.4": [bootstrap_nearest_rank, bootstrap_own_draws, bootstrap_normal],
    "12.5": [conformal_quantile, conformal_higher, conformal_cumulative],
}
