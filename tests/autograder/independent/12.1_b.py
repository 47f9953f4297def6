# %% right: loop over the classes with boolean tensors
import torch


def f1_scores(y, p, classes):
    scores = []
    tp_all = fp_all = fn_all = 0
    for c in range(classes):
        tp = ((y == c) & (p == c)).sum().item()
        fp = ((y != c) & (p == c)).sum().item()
        fn = ((y == c) & (p != c)).sum().item()
        denom = 2 * tp + fp + fn
        scores.append(2 * tp / denom if denom > 0 else 0.0)
        tp_all += tp
        fp_all += fp
        fn_all += fn
    return sum(scores) / classes, 2 * tp_all / (2 * tp_all + fp_all + fn_all)

# %% right: one-hot tables, vectorised
import torch
from torch.nn import functional as F


def f1_scores(y, p, classes):
    Y = F.one_hot(y, classes).double()
    P = F.one_hot(p, classes).double()
    tp = (Y * P).sum(0)
    fp = ((1 - Y) * P).sum(0)
    fn = (Y * (1 - P)).sum(0)
    f1 = 2 * tp / (2 * tp + fp + fn).clamp(min=1)
    micro = 2 * tp.sum() / (2 * tp + fp + fn).sum()
    return f1.mean(), micro

# %% right: confusion matrix by bincount
import torch


def f1_scores(y, p, classes):
    """Macro F1 over all classes (0/0 counts 0), and micro F1, of true classes y and predicted classes p (N,)."""
    conf = torch.bincount(y * classes + p, minlength=classes * classes)
    conf = conf.reshape(classes, classes).to(torch.float64)
    hits = conf.diagonal()
    both = conf.sum(0) + conf.sum(1)  # 2 TP + FP + FN
    per_class = torch.where(both > 0, 2 * hits / both, torch.zeros_like(both))
    return float(per_class.mean()), float(2 * hits.sum() / both.sum())

# %% right: pure Python counters, micro as the share of hits (the same for one label each)
from collections import Counter


def f1_scores(y, p, classes):
    truth, guess = y.tolist(), p.tolist()
    n_true = Counter(truth)
    n_pred = Counter(guess)
    n_hit = Counter(t for t, g in zip(truth, guess) if t == g)
    macro = 0.0
    for c in range(classes):
        if n_true[c] + n_pred[c]:
            macro += 2 * n_hit[c] / (n_true[c] + n_pred[c])
    macro /= classes
    return macro, sum(n_hit.values()) / len(truth)

# %% right: NumPy with a broadcast comparison and np.divide(where=...)
import numpy as np


def f1_scores(y, p, classes):
    labels = np.arange(classes)[:, None]
    t = y.detach().cpu().numpy()[None, :] == labels
    g = p.detach().cpu().numpy()[None, :] == labels
    tp = np.logical_and(t, g).sum(axis=1)
    fp = np.logical_and(~t, g).sum(axis=1)
    fn = np.logical_and(t, ~g).sum(axis=1)

    def f1(tp, fp, fn):
        tp, fp, fn = map(np.asarray, (tp, fp, fn))
        bottom = (2 * tp + fp + fn).astype(float)
        return np.divide(2.0 * tp, bottom, out=np.zeros_like(bottom), where=bottom != 0)

    return float(f1(tp, fp, fn).mean()), float(f1(tp.sum(), fp.sum(), fn.sum()))

# %% wrong: macro leaves out classes that neither occur nor are predicted, as scikit-learn does
import torch


def f1_scores(y, p, classes):
    present = torch.unique(torch.cat([y, p])).tolist()
    f1s = []
    TP = FP = FN = 0
    for c in present:
        tp = int(((p == c) & (y == c)).sum())
        fp = int(((p == c) & (y != c)).sum())
        fn = int(((p != c) & (y == c)).sum())
        f1s.append(2 * tp / (2 * tp + fp + fn))
        TP, FP, FN = TP + tp, FP + fp, FN + fn
    return sum(f1s) / len(f1s), 2 * TP / (2 * TP + FP + FN)

# %% wrong: 0/0 of an absent class makes macro NaN
import torch
from torch.nn import functional as F


def f1_scores(y, p, classes):
    yt, pt = F.one_hot(y, classes), F.one_hot(p, classes)
    tp = (yt & pt).sum(0)
    fp = (pt & (1 - yt)).sum(0)
    fn = (yt & (1 - pt)).sum(0)
    per_class = 2 * tp / (2 * tp + fp + fn)
    tp, fp, fn = tp.sum(), fp.sum(), fn.sum()
    return per_class.mean(), 2 * tp / (2 * tp + fp + fn)

# %% wrong: macro is the F1 of the averaged precision and the averaged recall
import torch


def f1_scores(y, p, classes):
    precisions, recalls = [], []
    hits = 0
    for c in range(classes):
        tp = int(((y == c) & (p == c)).sum())
        predicted = int((p == c).sum())
        actual = int((y == c).sum())
        precisions.append(tp / predicted if predicted else 0.0)
        recalls.append(tp / actual if actual else 0.0)
        hits += tp
    P = sum(precisions) / classes
    R = sum(recalls) / classes
    macro = 2 * P * R / (P + R) if P + R > 0 else 0.0
    micro = 2 * hits / (2 * hits + 2 * (len(y) - hits))
    return macro, micro

# %% wrong: macro is weighted by how often each class occurs
import numpy as np


def f1_scores(y, p, classes):
    y, p = y.numpy(), p.numpy()
    cm = np.zeros((classes, classes))
    np.add.at(cm, (y, p), 1)
    tp = np.diag(cm)
    fp = cm.sum(axis=0) - tp
    fn = cm.sum(axis=1) - tp
    f1 = 2 * tp / np.maximum(2 * tp + fp + fn, 1)
    support = cm.sum(axis=1)
    macro = (f1 * support).sum() / support.sum()
    micro = 2 * tp.sum() / (2 * tp.sum() + fp.sum() + fn.sum())
    return float(macro), float(micro)

# %% wrong: TP / (TP + FP + FN), the two factors of 2 are missing
import torch


def f1_scores(y, p, classes):
    def score(tp, fp, fn):
        total = tp + fp + fn
        return tp / total if total > 0 else 0.0

    counts = []
    for k in range(classes):
        is_k, said_k = y == k, p == k
        counts.append((
            (is_k & said_k).sum().item(),
            (~is_k & said_k).sum().item(),
            (is_k & ~said_k).sum().item(),
        ))
    macro = sum(score(*c) for c in counts) / classes
    micro = score(*[sum(col) for col in zip(*counts)])
    return macro, micro

# %% wrong: number of classes taken from the largest label seen instead of the argument
import torch


def f1_scores(y, p, classes):
    k = int(torch.maximum(y.max(), p.max())) + 1
    conf = torch.zeros(k, k, dtype=torch.float64)
    for t, g in zip(y.tolist(), p.tolist()):
        conf[t, g] += 1
    tp = conf.diag()
    denom = conf.sum(0) + conf.sum(1)
    f1 = torch.where(denom > 0, 2 * tp / denom.clamp(min=1), 0.0)
    return f1.mean().item(), (2 * tp.sum() / denom.sum()).item()

# %% wrong: y is overwritten in place while the confusion index is made
import torch


def f1_scores(y, p, classes):
    index = y.mul_(classes).add_(p)
    cm = torch.bincount(index, minlength=classes ** 2).view(classes, classes).double()
    tp = cm.diag()
    fp = cm.sum(0) - tp
    fn = cm.sum(1) - tp
    macro = torch.nan_to_num(2 * tp / (2 * tp + fp + fn), nan=0.0).mean()
    micro = 2 * tp.sum() / (2 * tp.sum() + fp.sum() + fn.sum())
    return macro, micro

# %% wrong: class 0 is skipped in macro, off by one in the range
import torch


def f1_scores(y, p, classes):
    macro = 0.0
    for c in range(1, classes):
        tp = torch.sum((y == c) & (p == c)).item()
        wrong = torch.sum((y == c) ^ (p == c)).item()
        if tp + wrong > 0:
            macro += 2 * tp / (2 * tp + wrong)
    macro = macro / classes
    micro = (y == p).double().mean().item()
    return macro, micro

# %% wrong: returns (micro, macro) instead of (macro, micro)
import torch


def f1_scores(y, p, classes):
    c = torch.arange(classes).unsqueeze(1)
    truth = (y.unsqueeze(0) == c)
    pred = (p.unsqueeze(0) == c)
    tp = (truth & pred).sum(1).double()
    bottom = (truth.sum(1) + pred.sum(1)).double()
    macro = (2 * tp / bottom.clamp(min=1)).mean()
    micro = 2 * tp.sum() / bottom.sum()
    return micro.item(), macro.item()

# %% wrong: micro counts true negatives too, the accuracy of all one-against-rest decisions
import torch


def f1_scores(y, p, classes):
    tps = fps = fns = tns = 0
    per_class = []
    for c in range(classes):
        tp = ((y == c) & (p == c)).sum().item()
        fp = ((y != c) & (p == c)).sum().item()
        fn = ((y == c) & (p != c)).sum().item()
        tn = ((y != c) & (p != c)).sum().item()
        d = 2 * tp + fp + fn
        per_class.append(0.0 if d == 0 else 2 * tp / d)
        tps += tp; fps += fp; fns += fn; tns += tn
    micro = (tps + tns) / (tps + tns + fps + fns)
    return sum(per_class) / len(per_class), micro

# %% two: 0/0 counts as 1; returns (micro, macro)
import torch
from torch.nn import functional as F


def f1_scores(y, p, classes):
    Y, P = F.one_hot(y, classes).bool(), F.one_hot(p, classes).bool()
    tp = (Y & P).sum(0).double()
    err = (Y ^ P).sum(0).double()
    f1 = torch.where(tp + err > 0, 2 * tp / (2 * tp + err), torch.ones_like(tp))
    micro = 2 * tp.sum() / (2 * tp.sum() + err.sum())
    return micro, f1.mean()

# %% two: macro only over classes that truly occur; micro without the factors of 2
import torch


def f1_scores(y, p, classes):
    TP, FP, FN = 0, 0, 0
    f1 = []
    for c in range(classes):
        tp = int(((y == c) & (p == c)).sum())
        fp = int(((y != c) & (p == c)).sum())
        fn = int(((y == c) & (p != c)).sum())
        if tp + fn > 0:
            f1.append(2 * tp / (2 * tp + fp + fn))
        TP += tp
        FP += fp
        FN += fn
    return sum(f1) / len(f1), TP / (TP + FP + FN)

# %% two: macro divided by the classes with nonzero F1 only; both rounded to two decimals
from collections import Counter


def f1_scores(y, p, classes):
    pairs = Counter(zip(y.tolist(), p.tolist()))
    f1 = []
    for c in range(classes):
        tp = pairs[(c, c)]
        fp = sum(n for (t, g), n in pairs.items() if g == c and t != c)
        fn = sum(n for (t, g), n in pairs.items() if t == c and g != c)
        if tp:
            f1.append(2 * tp / (2 * tp + fp + fn))
    macro = sum(f1) / len(f1) if f1 else 0.0
    micro = sum(n for (t, g), n in pairs.items() if t == g) / len(y)
    return round(macro, 2), round(micro, 2)

# %% two: macro weighted by how often each class occurs; FN forgotten in micro
import torch


def f1_scores(y, p, classes):
    support = torch.bincount(y, minlength=classes).double()
    guessed = torch.bincount(p, minlength=classes).double()
    tp = torch.bincount(y[y == p], minlength=classes).double()
    fp = guessed - tp
    fn = support - tp
    f1 = 2 * tp / (2 * tp + fp + fn).clamp(min=1)
    macro = (f1 * support / support.sum()).sum()
    micro = 2 * tp.sum() / (2 * tp.sum() + fp.sum())
    return float(macro), float(micro)
