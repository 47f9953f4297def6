# %% right: Counter for each column
from collections import Counter
import torch

def majority_vote(preds, classes):
    out = []
    for column in preds.T.tolist():
        votes = Counter(column)
        most = max(votes.values())
        out.append(next(c for c in column if votes[c] == most))
    return torch.tensor(out)

# %% right: one-hot counts, the first model whose class has the most
import torch

def majority_vote(preds, classes):
    counts = torch.nn.functional.one_hot(preds, classes).sum(0)
    of_each = counts.gather(1, preds.T)
    first = of_each.argmax(dim=1)
    best = of_each.max(1, keepdim=True).values
    first = (of_each == best).int().argmax(1)
    return preds.T.gather(1, first[:, None]).squeeze(1)

# %% right: agreement matrix of the models by einsum-like broadcasting
import torch

def majority_vote(preds: torch.Tensor, classes: int) -> torch.Tensor:
    m = preds.shape[0]
    agree = (preds[:, None] == preds[None]).sum(1)
    rank = agree * m - torch.arange(m).unsqueeze(1)
    return preds.gather(0, rank.argmax(0, keepdim=True))[0].to(torch.int32)

# %% right: numpy bincount, Python max keeps the first of equals
import numpy as np
import torch

def majority_vote(preds, classes):
    table = preds.numpy()
    result = np.empty(table.shape[1], dtype=np.int64)
    for n in range(table.shape[1]):
        count = np.bincount(table[:, n], minlength=classes)
        result[n] = max(table[:, n], key=lambda c: count[c])
    return torch.from_numpy(result)

# %% right: a tiny bonus for early models (exact in float64)
import torch

def majority_vote(preds, classes):
    m, n = preds.shape
    score = torch.zeros(n, classes, dtype=torch.float64)
    for row in range(m - 1, -1, -1):
        vote = preds[row]
        score[torch.arange(n), vote] += 1
    first = torch.full((n, classes), m, dtype=torch.float64)
    for row in range(m - 1, -1, -1):
        first[torch.arange(n), preds[row]] = row
    return (score - first / (m + 1)).argmax(1)

# %% wrong: a tie goes to the lowest class
import torch

def majority_vote(preds, classes):
    return torch.nn.functional.one_hot(preds, classes).sum(0).argmax(1)

# %% wrong: torch.mode
import torch

def majority_vote(preds, classes):
    return preds.mode(dim=0).values

# %% wrong: a tie goes to the first model, whatever it voted
import torch

def majority_vote(preds, classes):
    counts = torch.nn.functional.one_hot(preds, classes).sum(0)
    best = counts.max(1)
    tie = (counts == best.values[:, None]).sum(1) > 1
    return torch.where(tie, preds[0], best.indices)

# %% wrong: needs more than half, else the first model
import torch

def majority_vote(preds, classes):
    counts = torch.nn.functional.one_hot(preds, classes).sum(0)
    value, index = counts.max(1)
    return torch.where(value * 2 > preds.shape[0], index, preds[0])

# %% wrong: a tie goes to the last model among the tied
from collections import Counter
import torch

def majority_vote(preds, classes):
    out = []
    for column in preds.T.tolist():
        votes = Counter(column)
        most = max(votes.values())
        out.append([c for c in column if votes[c] == most][-1])
    return torch.tensor(out)

# %% wrong: counts over the samples instead of the models
from collections import Counter
import torch

def majority_vote(preds, classes):
    winners = []
    for row in preds.tolist():
        winners.append(Counter(row).most_common(1)[0][0])
    return torch.tensor(winners)

# %% wrong: the median class
import torch

def majority_vote(preds, classes):
    return preds.median(dim=0).values

# %% wrong: the last class is never counted
import torch

def majority_vote(preds, classes):
    out = []
    for column in preds.T.tolist():
        counts = [column.count(c) for c in range(classes - 1)]
        most = max(counts) if counts else 0
        tied = [c for c in column if c < classes - 1 and column.count(c) == most]
        out.append(tied[0] if tied else column[0])
    return torch.tensor(out)

# %% wrong: returns the number of votes
import torch

def majority_vote(preds, classes):
    return torch.nn.functional.one_hot(preds, classes).sum(0).max(1).values

# %% wrong: sorts the caller's votes in place
from collections import Counter
import torch

def majority_vote(preds, classes):
    out = [Counter(column).most_common(1)[0][0] for column in preds.T.tolist()]
    preds.copy_(preds.sort(0).values)
    return torch.tensor(out)

# %% two: ties to the highest class; float result
import torch

def majority_vote(preds, classes):
    counts = torch.nn.functional.one_hot(preds, classes).sum(0)
    return (classes - 1 - counts.flip(1).argmax(1)).float()

# %% two: the least votes; ties to the lowest class
import torch

def majority_vote(preds, classes):
    counts = torch.nn.functional.one_hot(preds, classes).sum(0)
    counts = torch.where(counts == 0, counts.max() + 1, counts)
    return counts.argmin(1)

# %% two: without the first model; ties to the lowest class
import torch

def majority_vote(preds, classes):
    rest = preds[1:] if len(preds) > 1 else preds
    return torch.nn.functional.one_hot(rest, classes).sum(0).argmax(1)

# %% two: rounded mean of the class numbers; shape (1, N)
import torch

def majority_vote(preds, classes):
    return preds.double().mean(0, keepdim=True).round().long()
