# %% right: loop over the classes with plain counts
import torch

def f1_scores(y, p, classes):
    f1 = []
    TP = FP = FN = 0
    for c in range(classes):
        tp = int(((y == c) & (p == c)).sum())
        fp = int(((y != c) & (p == c)).sum())
        fn = int(((y == c) & (p != c)).sum())
        TP += tp
        FP += fp
        FN += fn
        den = 2 * tp + fp + fn
        f1.append(2 * tp / den if den > 0 else 0.0)
    return sum(f1) / classes, 2 * TP / (2 * TP + FP + FN)

# %% right: confusion matrix by bincount
import torch

def f1_scores(y: torch.Tensor, p: torch.Tensor, classes: int):
    conf = torch.bincount(y * classes + p, minlength=classes ** 2).view(classes, classes).double()
    tp = conf.diagonal()
    fp = conf.sum(0) - tp
    fn = conf.sum(1) - tp
    denom = 2 * tp + fp + fn
    per_class = torch.where(denom > 0, 2 * tp / denom.clamp(min=1), torch.zeros_like(tp))
    macro = per_class.mean()
    micro = 2 * tp.sum() / (2 * tp.sum() + fp.sum() + fn.sum())
    return macro, micro

# %% right: NumPy, confusion matrix filled with np.add.at
import numpy as np

def f1_scores(y, p, classes):
    yt = np.asarray(y).astype(np.int64)
    yp = np.asarray(p).astype(np.int64)
    cm = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(cm, (yt, yp), 1)
    hit = np.diag(cm)
    total = cm.sum(axis=0) + cm.sum(axis=1)      # 2TP + FP + FN
    f = np.divide(2.0 * hit, total, out=np.zeros(classes), where=total != 0)
    return float(f.mean()), float(2.0 * hit.sum() / total.sum())

# %% right: one-hot columns and helper function
import torch
import torch.nn.functional as F

def _safe_f1(tp, fp, fn):
    bottom = 2 * tp + fp + fn
    return torch.nan_to_num(2 * tp / bottom, nan=0.0)

def f1_scores(y, p, classes):
    Y = F.one_hot(y, classes).to(torch.float64)
    P = F.one_hot(p, classes).to(torch.float64)
    tp = (Y * P).sum(dim=0)
    fp = ((1 - Y) * P).sum(dim=0)
    fn = (Y * (1 - P)).sum(dim=0)
    return _safe_f1(tp, fp, fn).mean().item(), _safe_f1(tp.sum(), fp.sum(), fn.sum()).item()

# %% right: dataclass of counts in pure Python
from dataclasses import dataclass

@dataclass
class Counts:
    tp: int = 0
    fp: int = 0
    fn: int = 0

    def f1(self) -> float:
        d = 2 * self.tp + self.fp + self.fn
        return 0.0 if d == 0 else 2 * self.tp / d

def f1_scores(y, p, classes):
    table = [Counts() for _ in range(classes)]
    for truth, guess in zip(y.tolist(), p.tolist()):
        if truth == guess:
            table[truth].tp += 1
        else:
            table[guess].fp += 1
            table[truth].fn += 1
    everything = Counts(sum(t.tp for t in table), sum(t.fp for t in table), sum(t.fn for t in table))
    macro = sum(t.f1() for t in table) / classes
    return macro, everything.f1()

# %% right: checks its input, micro as accuracy
import torch

def f1_scores(y, p, classes):
    if y.shape != p.shape or y.dim() != 1:
        raise ValueError("y and p must be 1-D and equally long")
    if y.numel() == 0 or classes < 2:
        raise ValueError("nothing to score")
    ids = torch.arange(classes, device=y.device)
    is_true = y[None, :] == ids[:, None]
    is_pred = p[None, :] == ids[:, None]
    both = (is_true & is_pred).sum(1).double()
    size = (is_true.sum(1) + is_pred.sum(1)).double()
    scores = torch.zeros(classes, dtype=torch.float64, device=y.device)
    seen = size > 0
    scores[seen] = 2 * both[seen] / size[seen]
    # each sample has one label, so micro F1 is the share of hits
    return scores.mean(), (y == p).double().mean()

# %% wrong: macro leaves out the classes that neither occur nor are predicted (as scikit-learn does) [differs when a class is absent from both]
import torch

def f1_scores(y, p, classes):
    labels = torch.unique(torch.cat([y, p])).tolist()
    per = []
    for c in labels:
        t, g = y == c, p == c
        per.append(2.0 * (t & g).sum().item() / (t.sum().item() + g.sum().item()))
    micro = (y == p).float().mean().item()
    return sum(per) / len(per), micro

# %% wrong: macro is weighted by the support of each class
import numpy as np

def f1_scores(y, p, classes):
    a, b = np.asarray(y), np.asarray(p)
    f1 = np.zeros(classes)
    support = np.zeros(classes)
    stp = sfp = sfn = 0
    for k in range(classes):
        tp = np.sum((a == k) & (b == k))
        fp = np.sum((a != k) & (b == k))
        fn = np.sum((a == k) & (b != k))
        stp, sfp, sfn = stp + tp, sfp + fp, sfn + fn
        if tp + fp + fn:
            f1[k] = 2 * tp / (2 * tp + fp + fn)
        support[k] = tp + fn
    macro = np.average(f1, weights=support)
    return float(macro), float(2 * stp / (2 * stp + sfp + sfn))

# %% wrong: a class with 0/0 counts as 1 [differs when a class is absent from both]
import torch

def f1_scores(y, p, classes):
    cm = torch.zeros(classes, classes)
    for i in range(len(y)):
        cm[y[i], p[i]] += 1
    tp = cm.diag()
    fp = cm.sum(0) - tp
    fn = cm.sum(1) - tp
    f1 = 2 * tp / (2 * tp + fp + fn)
    f1[torch.isnan(f1)] = 1.0
    micro = 2 * tp.sum() / (2 * tp.sum() + fp.sum() + fn.sum())
    return f1.mean().item(), micro.item()

# %% wrong: macro is F1 of the mean precision and the mean recall
import torch

def f1_scores(y, p, classes):
    precisions, recalls = [], []
    tps = fps = fns = 0
    for c in range(classes):
        tp = torch.sum((y == c) * (p == c)).item()
        fp = torch.sum((y != c) * (p == c)).item()
        fn = torch.sum((y == c) * (p != c)).item()
        precisions.append(tp / (tp + fp) if tp + fp else 0.0)
        recalls.append(tp / (tp + fn) if tp + fn else 0.0)
        tps += tp; fps += fp; fns += fn
    P = sum(precisions) / classes
    R = sum(recalls) / classes
    macro = 2 * P * R / (P + R) if P + R > 0 else 0.0
    micro = 2 * tps / (2 * tps + fps + fns)
    return macro, micro

# %% wrong: forgets the factor 2, so it is the Jaccard index (TP / (TP + FP + FN))
import torch
import torch.nn.functional as F

def f1_scores(y, p, classes):
    onehot_y = F.one_hot(y, classes).bool()
    onehot_p = F.one_hot(p, classes).bool()
    inter = (onehot_y & onehot_p).sum(0).double()
    union = (onehot_y | onehot_p).sum(0).double()
    score = lambda i, u: torch.where(u > 0, i / u.clamp(min=1.0), torch.zeros_like(i))
    return score(inter, union).mean(), score(inter.sum(), union.sum())

# %% wrong: returns the two numbers in the other order (micro, macro)
import torch

def f1_scores(y, p, classes):
    cm = torch.bincount(classes * y + p, minlength=classes * classes).reshape(classes, classes).float()
    tp = torch.diagonal(cm)
    tot = cm.sum(0) + cm.sum(1)
    per_class = torch.where(tot == 0, torch.zeros(classes), 2 * tp / tot)
    micro_f1 = 2 * tp.sum() / tot.sum()
    macro_f1 = per_class.mean()
    return micro_f1, macro_f1

# %% wrong: the number of classes is taken from the largest label in y and p, `classes` is ignored [differs when the last classes are absent]
import torch

def f1_scores(y, p, classes):
    n_cls = int(max(y.max(), p.max())) + 1
    macro = 0.0
    tp_all, other_all = 0, 0
    for c in range(n_cls):
        tp = ((y == c) & (p == c)).sum().item()
        errors = ((y == c) ^ (p == c)).sum().item()
        if tp + errors > 0:
            macro += 2 * tp / (2 * tp + errors)
        tp_all += tp
        other_all += errors
    return macro / n_cls, 2 * tp_all / (2 * tp_all + other_all)

# %% wrong: smoothing of 1 added to numerator and denominator of the per-class F1
import torch

def f1_scores(y, p, classes, smooth=1.0):
    yy = torch.nn.functional.one_hot(y, classes).float()
    pp = torch.nn.functional.one_hot(p, classes).float()
    tp = (yy * pp).sum(0)
    fp = (pp * (1 - yy)).sum(0)
    fn = (yy * (1 - pp)).sum(0)
    macro = ((2 * tp + smooth) / (2 * tp + fp + fn + smooth)).mean()
    micro = 2 * tp.sum() / (2 * tp.sum() + fp.sum() + fn.sum())
    return float(macro), float(micro)

# %% wrong: precision and recall of a class without prediction or sample become nan, and so does macro [differs when a class is never predicted or never occurs]
import torch

def f1_scores(y, p, classes):
    tp = torch.tensor([((y == c) & (p == c)).sum() for c in range(classes)]).float()
    pred = torch.tensor([(p == c).sum() for c in range(classes)]).float()
    true = torch.tensor([(y == c).sum() for c in range(classes)]).float()
    prec = tp / pred
    rec = tp / true
    f1 = 2 * prec * rec / (prec + rec)
    mp, mr = tp.sum() / pred.sum(), tp.sum() / true.sum()
    micro = 2 * mp * mr / (mp + mr) if tp.sum() > 0 else torch.tensor(0.0)
    return f1.mean(), micro

# %% wrong: marks the errors in the predictions it was given, so p is changed
import torch

def f1_scores(y, p, classes):
    n = p.numel()
    pred_count = torch.bincount(p, minlength=classes)
    true_count = torch.bincount(y, minlength=classes)
    p[p != y] = -1
    f1 = []
    hits = 0
    for c in range(classes):
        tp = int((p == c).sum())
        hits += tp
        d = int(pred_count[c] + true_count[c])
        f1.append(2 * tp / d if d else 0.0)
    return sum(f1) / classes, hits / n

# %% wrong: micro is computed from the counts of class 1 only
import numpy as np

def f1_scores(y, p, classes):
    y = np.array(y)
    p = np.array(p)

    def counts(c):
        return (np.sum((y == c) & (p == c)), np.sum((y != c) & (p == c)), np.sum((y == c) & (p != c)))

    def f1(tp, fp, fn):
        return 2 * tp / (2 * tp + fp + fn) if (2 * tp + fp + fn) > 0 else 0.0

    macro = np.mean([f1(*counts(c)) for c in range(classes)])
    micro = f1(*counts(1))
    return float(macro), float(micro)

# %% two: skips class 0 as background in macro; micro is TP over all errors and hits (no factor 2)
import torch

def f1_scores(y, p, classes):
    stat = []
    for c in range(classes):
        tp = ((y == c) & (p == c)).sum().item()
        fp = ((y != c) & (p == c)).sum().item()
        fn = ((y == c) & (p != c)).sum().item()
        stat.append((tp, fp, fn))
    fg = [2 * a / (2 * a + b + c) if a + b + c else 0.0 for a, b, c in stat[1:]]
    A, B, C = (sum(col) for col in zip(*stat))
    return sum(fg) / len(fg), A / (A + B + C)

# %% two: macro takes the arithmetic mean of precision and recall; only classes that occur in y are averaged
import torch

def f1_scores(y, p, classes):
    vals = []
    for c in y.unique():
        tp = ((y == c) & (p == c)).sum().item()
        prec = tp / max((p == c).sum().item(), 1)
        rec = tp / (y == c).sum().item()
        vals.append((prec + rec) / 2)
    return sum(vals) / len(vals), (y == p).double().mean().item()

# %% two: forgets the false negatives in the denominator; counts 0/0 as 1
import torch

def f1_scores(y, p, classes):
    k = torch.arange(classes).unsqueeze(1)
    tp = ((y == k) & (p == k)).sum(1).double()
    fp = ((y != k) & (p == k)).sum(1).double()
    den = 2 * tp + fp
    f1 = torch.where(den > 0, 2 * tp / den, torch.ones_like(tp))
    return f1.mean(), 2 * tp.sum() / (2 * tp.sum() + fp.sum())


# %% right: loop over the classes
import torch

def f1_scores(y, p, classes):
    scores, TP, FP, FN = [], 0, 0, 0
    for c in range(classes):
        tp = int(((y == c) & (p == c)).sum())
        fp = int(((y != c) & (p == c)).sum())
        fn = int(((y == c) & (p != c)).sum())
        den = 2 * tp + fp + fn
        scores.append(2 * tp / den if den else 0.0)
        TP, FP, FN = TP + tp, FP + fp, FN + fn
    return sum(scores) / classes, 2 * TP / (2 * TP + FP + FN)

# %% right: confusion matrix by bincount
import torch

def f1_scores(y, p, classes):
    cm = torch.bincount(y * classes + p, minlength=classes * classes)
    cm = cm.reshape(classes, classes).double()
    tp = cm.diag()
    den = cm.sum(0) + cm.sum(1)
    f1 = torch.where(den > 0, 2 * tp / den.clamp(min=1), torch.zeros_like(tp))
    return f1.mean(), 2 * tp.sum() / den.sum()

# %% wrong: macro only over the classes that occur or are predicted, as scikit-learn
import torch

def f1_scores(y, p, classes):
    f = []
    for c in torch.unique(torch.cat([y, p])).tolist():
        tp = ((y == c) & (p == c)).sum().item()
        total = (y == c).sum().item() + (p == c).sum().item()
        f.append(2 * tp / total)
    return sum(f) / len(f), (y == p).double().mean().item()

# %% wrong: macro weighted by how often a class occurs
import torch

def f1_scores(y, p, classes):
    macro = 0.0
    for c in range(classes):
        t, q = y == c, p == c
        den = t.sum() + q.sum()
        if den > 0:
            macro += float(2 * (t & q).sum() / den) * float(t.double().mean())
    micro = float((y == p).double().mean())
    return macro, micro

# %% wrong: F1 of the mean precision and the mean recall
import torch

def f1_scores(y, p, classes):
    prec, rec = [], []
    for c in range(classes):
        tp = int(((y == c) & (p == c)).sum())
        npred, ntrue = int((p == c).sum()), int((y == c).sum())
        prec.append(tp / npred if npred else 0.0)
        rec.append(tp / ntrue if ntrue else 0.0)
    P, R = sum(prec) / classes, sum(rec) / classes
    macro = 2 * P * R / (P + R) if P + R > 0 else 0.0
    return macro, int((y == p).sum()) / len(y)

# %% wrong: a class with 0/0 counts as 1
import numpy as np

def f1_scores(y, p, classes):
    y, p = y.numpy(), p.numpy()
    tp = np.array([np.sum((y == c) & (p == c)) for c in range(classes)], dtype=float)
    fp = np.array([np.sum((y != c) & (p == c)) for c in range(classes)], dtype=float)
    fn = np.array([np.sum((y == c) & (p != c)) for c in range(classes)], dtype=float)
    den = 2 * tp + fp + fn
    f1 = np.where(den == 0, 1.0, 2 * tp / np.maximum(den, 1))
    return float(f1.mean()), float(2 * tp.sum() / den.sum())

# %% two: TP not doubled below the line; class 0 taken for background and left out
import torch

def f1_scores(y, p, classes):
    f, TP, D = [], 0, 0
    for c in range(1, classes):
        tp = int(((y == c) & (p == c)).sum())
        fp = int(((y != c) & (p == c)).sum())
        fn = int(((y == c) & (p != c)).sum())
        den = tp + fp + fn
        f.append(2 * tp / den if den else 0.0)
        TP += tp
        D += den
    return sum(f) / len(f), 2 * TP / D if D else 0.0

# %% two: micro before macro; 0/0 left as NaN
import torch

def f1_scores(y, p, classes):
    c = torch.arange(classes)[:, None]
    t, q = y[None] == c, p[None] == c
    tp = (t & q).sum(1).double()
    den = (t.sum(1) + q.sum(1)).double()
    return (2 * tp.sum() / den.sum()).item(), (2 * tp / den).mean().item()
