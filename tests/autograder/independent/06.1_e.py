# %% right: plain loops over samples and models with Python lists
import torch

def majority_vote(preds, classes):
    rows = preds.tolist()
    M, N = len(rows), len(rows[0])
    out = []
    for n in range(N):
        counts = [0] * classes
        for m in range(M):
            counts[rows[m][n]] += 1
        most = max(counts)
        for m in range(M):
            if counts[rows[m][n]] == most:
                out.append(rows[m][n])
                break
    return torch.tensor(out, dtype=torch.int64)

# %% right: one_hot counts, gathered back to the models, first argmax
import torch
import torch.nn.functional as F

def majority_vote(preds, classes):
    counts = F.one_hot(preds, classes).sum(dim=0)       # (N, C)
    support = counts.gather(1, preds.t())               # (N, M): votes of the class each model named
    first = support.argmax(dim=1)                       # first model with the most
    return preds[first, torch.arange(preds.shape[1])]

# %% right: agreement of every model with every model, very short
def majority_vote(preds, classes):
    return preds.gather(0, (preds[:, None] == preds[None]).sum(1).argmax(0, keepdim=True))[0]

# %% right: collections.Counter, whose most_common keeps the order of first appearance
from collections import Counter
import torch

def majority_vote(preds, classes):
    return torch.tensor([Counter(column).most_common(1)[0][0] for column in zip(*preds.tolist())])

# %% right: numpy bincount on a copy, with a helper for one column, int32 result
import numpy as np
import torch

def _one(column, classes):
    votes = np.bincount(column, minlength=classes)
    tied = np.flatnonzero(votes == votes.max())
    if len(tied) == 1:
        return int(tied[0])
    where = np.flatnonzero(np.isin(column, tied))
    return int(column[where[0]])

def majority_vote(preds, classes):
    table = preds.detach().cpu().numpy().copy()
    answer = [_one(table[:, n], classes) for n in range(table.shape[1])]
    return torch.tensor(answer, dtype=torch.int32)

# %% right: a class that ranks by count * (M + 1) minus the row of the first vote, over-long with checks
import torch

class Ballot:
    def __init__(self, preds, classes):
        if preds.dim() != 2:
            raise ValueError("preds must be (M, N)")
        self.preds = preds.clone()
        self.classes = int(classes)
        self.M, self.N = preds.shape

    def rank(self, c):
        """One number a sample, larger is better; exact whole numbers."""
        hit = self.preds == c                                  # (M, N)
        count = hit.sum(dim=0)                                 # (N,)
        rows = torch.arange(self.M).unsqueeze(1).expand(self.M, self.N)
        never = torch.full_like(rows, self.M)
        first = torch.where(hit, rows, never).min(dim=0).values
        return count * (self.M + 1) - first

    def winner(self):
        best = torch.zeros(self.N, dtype=torch.int64)
        best_rank = self.rank(0)
        for c in range(1, self.classes):
            r = self.rank(c)
            better = r > best_rank
            best = torch.where(better, torch.full_like(best, c), best)
            best_rank = torch.where(better, r, best_rank)
        return best

def majority_vote(preds, classes):
    return Ballot(preds, classes).winner()

# %% wrong: a tie goes to the smallest class number, not to the first model
import torch.nn.functional as F

def majority_vote(preds, classes):
    return F.one_hot(preds, num_classes=classes).sum(0).argmax(-1)

# %% wrong: asks for more than half of the votes and takes the first model's vote otherwise
import torch

def majority_vote(preds, classes):
    M, N = preds.shape
    result = preds[0].clone()
    for c in range(classes):
        votes = (preds == c).sum(dim=0)
        result = torch.where(2 * votes > M, torch.full_like(result, c), result)
    return result

# %% wrong: in a tie it takes the vote of row 0 even where that class is not among the tied
import torch

def majority_vote(preds, classes):
    counts = torch.stack([(preds == c).sum(0) for c in range(classes)])      # (C, N)
    top = counts.max(dim=0).values
    tied = (counts == top).sum(dim=0) > 1
    return torch.where(tied, preds[0], counts.argmax(dim=0))

# %% wrong: a tie goes to the last model among the tied, as later rows overwrite with >=
import torch

def majority_vote(preds, classes):
    M, N = preds.shape
    out = []
    for n in range(N):
        col = preds[:, n].tolist()
        best, best_votes = None, -1
        for c in col:
            if col.count(c) >= best_votes:
                best, best_votes = c, col.count(c)
        out.append(best)
    return torch.tensor(out)

# %% wrong: writes the winners into the first row of the input
import torch

def majority_vote(preds, classes):
    counts = torch.zeros(preds.shape[1], classes, dtype=torch.int64)
    counts.scatter_add_(1, preds.t(), torch.ones_like(preds.t()))
    pick = counts.gather(1, preds.t()).argmax(dim=1)
    winners = preds[0]
    winners[:] = preds[pick, torch.arange(preds.shape[1])]
    return winners.clone()

# %% wrong: returns floating point class numbers instead of integers
import torch
import torch.nn.functional as F

def majority_vote(preds, classes):
    votes = F.one_hot(preds, classes).float()                       # (M, N, C)
    counts = torch.einsum('mnc->nc', votes)
    mine = torch.einsum('mnc,nc->mn', votes, counts)
    return preds.float().gather(0, mine.argmax(0, keepdim=True)).squeeze(0)

# %% wrong: breaks a tie by the sum of how early all votes came, not by the first vote alone
import torch
import torch.nn.functional as F

def majority_vote(preds, classes):
    M = preds.shape[0]
    hot = F.one_hot(preds, classes).double()
    early = torch.arange(M, 0, -1, dtype=torch.float64) / (M * (M + 1))    # sums to 1/2: never beats a whole vote
    score = hot.sum(0) + torch.einsum('m,mnc->nc', early, hot)
    return score.argmax(dim=1)

# %% wrong: a tie goes to the class that reached the winning count first while counting, not to the one of the first voter
import torch

def majority_vote(preds, classes):
    M, N = preds.shape
    seen = torch.zeros(N, classes, dtype=torch.int64)
    best = preds[0].clone()
    best_count = torch.zeros(N, dtype=torch.int64)
    cols = torch.arange(N)
    for m in range(M):
        seen[cols, preds[m]] += 1
        now = seen[cols, preds[m]]
        lead = now > best_count
        best = torch.where(lead, preds[m], best)
        best_count = torch.where(lead, now, best_count)
    return best

# %% wrong: counts with += on repeated indices, which adds only one for each class however many vote for it
import torch

def majority_vote(preds, classes):
    M, N = preds.shape
    counts = torch.zeros(N, classes, dtype=torch.long)
    samples = torch.arange(N).expand(M, N)
    counts[samples, preds] += 1
    support = counts[samples, preds]
    return preds.gather(0, support.argmax(0, keepdim=True)).squeeze(0)

# %% wrong: squeezes the result, so that a single sample comes back without its axis
def majority_vote(preds, classes):
    agree = (preds.unsqueeze(0) == preds.unsqueeze(1)).sum(dim=1)
    return preds.gather(0, agree.argmax(dim=0, keepdim=True)).squeeze()

# %% two: a tie goes to the smallest class; the result is float
import torch

def majority_vote(preds, classes):
    return torch.mode(preds.double(), dim=0).values

# %% two: votes over the samples of each model instead of over the models; a tie goes to the last vote
import torch

def majority_vote(preds, classes):
    out = []
    for row in preds.tolist():
        out.append(max(reversed(row), key=row.count))
    return torch.tensor(out)

# %% two: never considers class 0; overwrites the first row of the input with the result
import torch

def majority_vote(preds, classes):
    M, N = preds.shape
    for n in range(N):
        col = preds[:, n].tolist()
        order = sorted(range(1, classes), key=lambda c: (-col.count(c), col.index(c) if c in col else M))
        preds[0, n] = order[0] if order else 0
    return preds[0].clone()

# %% two: without more than half of the votes it gives -1; the result keeps an extra axis (1, N)
import torch
import torch.nn.functional as F

def majority_vote(preds, classes):
    counts = F.one_hot(preds, classes).sum(0)
    top, arg = counts.max(dim=1, keepdim=True)
    none = torch.full_like(arg, -1)
    return torch.where(top * 2 > preds.shape[0], arg, none).t()
