# %% right: one loop over the classes with Python counts
def f1_scores(y, p, classes):
    yt, pt = y.tolist(), p.tolist()
    TP = FP = FN = 0
    total = 0.0
    for c in range(classes):
        tp = sum(1 for a, b in zip(yt, pt) if a == c and b == c)
        fp = sum(1 for a, b in zip(yt, pt) if a != c and b == c)
        fn = sum(1 for a, b in zip(yt, pt) if a == c and b != c)
        TP, FP, FN = TP + tp, FP + fp, FN + fn
        if tp + fp + fn > 0:
            total += 2 * tp / (2 * tp + fp + fn)
    return total / classes, 2 * TP / (2 * TP + FP + FN)

# %% right: confusion matrix by bincount, 0-d tensors
import torch

def f1_scores(y, p, classes):
    conf = torch.bincount(y * classes + p, minlength=classes ** 2).view(classes, classes).double()
    tp = conf.diagonal()
    fp = conf.sum(dim=0) - tp
    fn = conf.sum(dim=1) - tp
    per_class = 2 * tp / (2 * tp + fp + fn).clamp(min=1)
    micro = 2 * tp.sum() / (2 * tp.sum() + fp.sum() + fn.sum())
    return per_class.mean(), micro

# %% right: very short, with the accuracy as micro F1, which it equals for one label a row
import torch.nn.functional as F

def f1_scores(y, p, classes):
    a, b = F.one_hot(y, classes).double(), F.one_hot(p, classes).double()
    return (2 * (a * b).sum(0) / (a + b).sum(0).clamp(min=1)).mean(), (y == p).double().mean()

# %% right: einsum over one-hot tables, nan turned into 0
import torch

def f1_scores(y, p, classes):
    ids = torch.arange(classes)
    t = (y.unsqueeze(1) == ids).double()
    q = (p.unsqueeze(1) == ids).double()
    tp = torch.einsum('nc,nc->c', t, q)
    fp = torch.einsum('nc,nc->c', 1 - t, q)
    fn = torch.einsum('nc,nc->c', t, 1 - q)
    f1 = torch.nan_to_num(2 * tp / (2 * tp + fp + fn), nan=0.0)
    macro = f1.sum() / classes
    s = torch.stack([tp, fp, fn]).sum(dim=1)
    return macro.item(), (2 * s[0] / (2 * s[0] + s[1] + s[2])).item()

# %% right: numpy with add.at and a safe divide
import numpy as np

def f1_scores(y, p, classes):
    yt, pt = y.cpu().numpy(), p.cpu().numpy()
    tp, fp, fn = np.zeros(classes), np.zeros(classes), np.zeros(classes)
    same = yt == pt
    np.add.at(tp, yt[same], 1)
    np.add.at(fp, pt[~same], 1)
    np.add.at(fn, yt[~same], 1)
    den = 2 * tp + fp + fn
    f1 = np.divide(2 * tp, den, out=np.zeros(classes), where=den > 0)
    return float(f1.mean()), float(2 * tp.sum() / den.sum())

# %% right: a class that counts row by row, exact fractions, over-long
from fractions import Fraction

class Tally:
    def __init__(self, classes):
        self.classes = classes
        self.tp = {c: 0 for c in range(classes)}
        self.fp = {c: 0 for c in range(classes)}
        self.fn = {c: 0 for c in range(classes)}

    def add(self, truth, guess):
        if truth == guess:
            self.tp[truth] += 1
            return
        self.fp[guess] += 1
        self.fn[truth] += 1

    @staticmethod
    def f1(tp, fp, fn):
        below = 2 * tp + fp + fn
        if below == 0:
            return Fraction(0)
        return Fraction(2 * tp, below)

    def macro(self):
        parts = [self.f1(self.tp[c], self.fp[c], self.fn[c]) for c in range(self.classes)]
        return sum(parts, Fraction(0)) / self.classes

    def micro(self):
        return self.f1(sum(self.tp.values()), sum(self.fp.values()), sum(self.fn.values()))

def f1_scores(y, p, classes):
    tally = Tally(classes)
    for truth, guess in zip(y.tolist(), p.tolist()):
        tally.add(truth, guess)
    return float(tally.macro()), float(tally.micro())

# %% wrong: macro leaves out the classes that neither occur nor are predicted, like scikit-learn
import torch

def f1_scores(y, p, classes):
    conf = torch.zeros(classes, classes, dtype=torch.float64)
    conf.index_put_((y, p), torch.ones(len(y), dtype=torch.float64), accumulate=True)
    tp = conf.diag()
    den = conf.sum(0) + conf.sum(1)
    used = den > 0
    f1 = 2 * tp[used] / den[used]
    return f1.mean().item(), (2 * tp.sum() / den.sum()).item()

# %% wrong: a class with 0/0 makes macro nan
import torch
import torch.nn.functional as F

def f1_scores(y, p, classes):
    a = F.one_hot(y, classes)
    b = F.one_hot(p, classes)
    tp = (a & b).sum(0).double()
    fp = ((1 - a) & b).sum(0)
    fn = (a & (1 - b)).sum(0)
    f1 = 2 * tp / (2 * tp + fp + fn)
    micro = 2 * tp.sum() / (2 * tp.sum() + fp.sum() + fn.sum())
    return f1.mean(), micro

# %% wrong: macro is the F1 of the mean precision and the mean recall instead of the mean of the F1
def f1_scores(y, p, classes):
    pairs = list(zip(y.tolist(), p.tolist()))
    precisions, recalls, hits = [], [], 0
    for c in range(classes):
        tp = pairs.count((c, c))
        said = sum(b == c for _, b in pairs)
        true = sum(a == c for a, _ in pairs)
        precisions.append(tp / said if said else 0.0)
        recalls.append(tp / true if true else 0.0)
        hits += tp
    P, R = sum(precisions) / classes, sum(recalls) / classes
    macro = 2 * P * R / (P + R) if P + R > 0 else 0.0
    return macro, hits / len(pairs)

# %% wrong: macro is weighted with the frequency of each class instead of a plain mean
import torch

def f1_scores(y, p, classes):
    ids = torch.arange(classes).unsqueeze(1)
    t, q = (ids == y), (ids == p)
    tp = (t & q).sum(1).double()
    den = t.sum(1) + q.sum(1)
    f1 = torch.where(den > 0, 2 * tp / den.clamp(min=1), torch.zeros_like(tp))
    weight = t.sum(1).double() / len(y)
    return torch.dot(f1, weight), 2 * tp.sum() / den.sum()

# %% wrong: returns (micro, macro) instead of (macro, micro)
import numpy as np

def f1_scores(y, p, classes):
    table = np.zeros((classes, classes))
    for a, b in zip(y.tolist(), p.tolist()):
        table[a, b] += 1
    tp = np.diag(table)
    den = table.sum(0) + table.sum(1)
    macro = float(np.mean(np.where(den > 0, 2 * tp / np.maximum(den, 1), 0.0)))
    micro = float(2 * tp.sum() / den.sum())
    return micro, macro

# %% wrong: the denominator is TP + FP + FN, without the 2 before TP
import torch

def f1_scores(y, p, classes):
    tp = torch.tensor([((y == c) & (p == c)).sum() for c in range(classes)]).double()
    fp = torch.tensor([((y != c) & (p == c)).sum() for c in range(classes)]).double()
    fn = torch.tensor([((y == c) & (p != c)).sum() for c in range(classes)]).double()
    f1 = lambda a, b, c: torch.where(a + b + c > 0, 2 * a / (a + b + c).clamp(min=1), torch.zeros_like(a))
    return f1(tp, fp, fn).mean(), f1(tp.sum(), fp.sum(), fn.sum())

# %% wrong: FN is counted as neither true nor predicted (that is TN)
def f1_scores(y, p, classes):
    def counts(c):
        t, q = y == c, p == c
        tp = int((t & q).sum())
        fp = int((~t & q).sum())
        fn = int((~t & ~q).sum())
        return tp, fp, fn

    def f1(tp, fp, fn):
        den = 2 * tp + fp + fn
        return 2 * tp / den if den else 0.0

    all_counts = [counts(c) for c in range(classes)]
    macro = sum(f1(*k) for k in all_counts) / classes
    micro = f1(*[sum(col) for col in zip(*all_counts)])
    return macro, micro

# %% wrong: macro runs only over the classes that occur in y, so a class that is only predicted drops out
from collections import Counter

def f1_scores(y, p, classes):
    true, said = Counter(y.tolist()), Counter(p.tolist())
    both = Counter(a for a, b in zip(y.tolist(), p.tolist()) if a == b)
    scores = {c: 2 * both[c] / (true[c] + said[c]) for c in true}
    macro = sum(scores.values()) / len(scores)
    return macro, sum(both.values()) / len(y)

# %% wrong: marks the misses with -1 in the given p, so the input is changed
import torch

def f1_scores(y, p, classes):
    said = torch.bincount(p, minlength=classes)
    true = torch.bincount(y, minlength=classes)
    hits = p
    hits[hits != y] = -1
    tp = torch.bincount(hits[hits >= 0], minlength=classes).double()
    den = (said + true).double()
    macro = (2 * tp / den.clamp(min=1)).mean()
    return macro.item(), (2 * tp.sum() / den.sum()).item()

# %% wrong: adds 1 to numerator and denominator to avoid 0/0, which shifts every class
import torch

def f1_scores(y, p, classes):
    hot = torch.eye(classes, dtype=torch.float64)
    t, q = hot[y], hot[p]
    tp = (t * q).sum(0)
    fp = (q - t).clamp(min=0).sum(0)
    fn = (t - q).clamp(min=0).sum(0)
    macro = ((2 * tp + 1) / (2 * tp + fp + fn + 1)).mean()
    micro = 2 * tp.sum() / (2 * tp.sum() + fp.sum() + fn.sum())
    return macro, micro

# %% two: class 0 is left out as background; macro and micro are swapped
def f1_scores(y, p, classes):
    tps, dens = [], []
    for c in range(1, classes):
        tps.append(int(((y == c) & (p == c)).sum()))
        dens.append(int((y == c).sum() + (p == c).sum()))
    macro = sum(2 * t / d if d else 0.0 for t, d in zip(tps, dens)) / len(tps)
    micro = 2 * sum(tps) / sum(dens) if sum(dens) else 0.0
    return micro, macro

# %% two: 0/0 counts as 1; micro counts the true negatives as right answers too
import torch

def f1_scores(y, p, classes):
    ids = torch.arange(classes)[:, None]
    t, q = y[None] == ids, p[None] == ids
    tp, den = (t & q).sum(1).double(), (t.sum(1) + q.sum(1)).double()
    f1 = torch.where(den > 0, 2 * tp / den.clamp(min=1), torch.ones_like(tp))
    micro = (t == q).double().mean()
    return f1.mean(), micro

# %% two: macro is weighted by the true frequency; micro is the mean of the F1 over the occurring classes
import torch

def f1_scores(y, p, classes):
    true = torch.bincount(y, minlength=classes).double()
    said = torch.bincount(p, minlength=classes).double()
    tp = torch.bincount(y[y == p], minlength=classes).double()
    f1 = 2 * tp / (true + said).clamp(min=1)
    micro = f1[true + said > 0].mean()
    return (f1 * true).sum() / true.sum(), micro

# %% two: the number of classes is taken from the largest class seen; both results are rounded to two digits
def f1_scores(y, p, classes):
    classes = int(max(y.max(), p.max())) + 1
    tp = [int(((y == c) & (p == c)).sum()) for c in range(classes)]
    den = [int((y == c).sum()) + int((p == c).sum()) for c in range(classes)]
    f1 = [2 * a / b if b else 0.0 for a, b in zip(tp, den)]
    return round(sum(f1) / classes, 2), round(2 * sum(tp) / sum(den), 2)
