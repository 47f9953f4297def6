# %% right: counts with one_hot, then the first row among the tied
import torch
import torch.nn.functional as F

def majority_vote(preds, classes):
    counts = F.one_hot(preds, classes).sum(dim=0)
    top = counts.max(dim=1, keepdim=True).values
    own = counts.gather(1, preds.t())
    first = (own == top).int().argmax(dim=1)
    return preds[first, torch.arange(preds.shape[1])]

# %% right: Counter per sample
from collections import Counter
import torch

def majority_vote(preds, classes):
    result = []
    for column in preds.t().tolist():
        votes = Counter(column)
        best = max(votes.values())
        result.append(next(c for c in column if votes[c] == best))
    return torch.tensor(result, dtype=torch.long)

# %% right: integer score, votes first and the row of the first vote as the tie-breaker
import torch

def majority_vote(preds, classes):
    M, N = preds.shape
    one_hot = preds.unsqueeze(-1) == torch.arange(classes)
    votes = one_hot.sum(dim=0)
    first = torch.full((N, classes), M)
    for m in range(M - 1, -1, -1):
        first[torch.arange(N), preds[m]] = m
    score = votes * (M + 1) - first
    return score.argmax(dim=1)

# %% right: NumPy bincount and an explicit walk down the rows
import numpy as np
import torch

def majority_vote(preds, classes):
    p = preds.detach().cpu().numpy()
    out = np.empty(p.shape[1], dtype=np.int64)
    for n in range(p.shape[1]):
        tally = np.bincount(p[:, n], minlength=classes)
        winners = np.flatnonzero(tally == tally.max())
        for vote in p[:, n]:
            if vote in winners:
                out[n] = vote
                break
    return torch.from_numpy(out)

# %% right: pairwise agreement, no class table needed
import torch

def majority_vote(preds: torch.Tensor, classes: int) -> torch.Tensor:
    if preds.dim() != 2:
        raise ValueError("preds must be (M, N)")
    if int(preds.min()) < 0 or int(preds.max()) >= classes:
        raise ValueError("class number out of range")
    support = (preds[:, None, :] == preds[None, :, :]).sum(dim=1)
    best = support.amax(dim=0)
    M, N = preds.shape
    answer = preds[-1].clone()
    for m in reversed(range(M)):
        answer = torch.where(support[m] == best, preds[m], answer)
    return answer

# %% right: dictionary that keeps the order in which classes appear
import torch

def majority_vote(preds, classes):
    M, N = preds.shape
    winner = torch.zeros(N, dtype=torch.int64)
    for n in range(N):
        seen = {}
        for m in range(M):
            c = int(preds[m, n])
            seen[c] = seen.get(c, 0) + 1
        winner[n] = max(seen, key=seen.get)
    return winner

# %% wrong: tie goes to the smallest class number
import torch
import torch.nn.functional as F

def majority_vote(preds, classes):
    votes = F.one_hot(preds, num_classes=classes).sum(0)
    return votes.argmax(dim=-1)

# %% wrong: tie goes to the last model
import torch
import torch.nn.functional as F

def majority_vote(preds, classes):
    counts = F.one_hot(preds, classes).sum(dim=0)
    top = counts.amax(dim=1)
    n = torch.arange(preds.size(1))
    ans = preds[0].clone()
    for row in preds:
        ok = counts[n, row] == top
        ans[ok] = row[ok]
    return ans

# %% wrong: in a tie the first model's own vote, even when it is not among the tied
from collections import Counter
import torch

def majority_vote(preds, classes):
    out = []
    for n in range(preds.shape[1]):
        votes = preds[:, n].tolist()
        ranking = Counter(votes).most_common()
        if len(ranking) > 1 and ranking[0][1] == ranking[1][1]:
            out.append(votes[0])
        else:
            out.append(ranking[0][0])
    return torch.tensor(out)

# %% wrong: asks for more than half of the votes, otherwise the first model decides
import torch

def majority_vote(preds, classes):
    M, N = preds.shape
    counts = torch.stack([(preds == c).sum(dim=0) for c in range(classes)], dim=1)
    best, cls = counts.max(dim=1)
    return torch.where(best * 2 > M, cls, preds[0])

# %% wrong: counts along the samples instead of the models
from collections import Counter
import torch

def majority_vote(preds, classes):
    out = []
    for row in preds:
        out.append(Counter(row.tolist()).most_common(1)[0][0])
    return torch.tensor(out)

# %% wrong: rounded mean of the class numbers
import torch

def majority_vote(preds, classes):
    return preds.double().mean(dim=0).round().long()

# %% wrong: first model gets half a vote more, which helps only if it is among the tied (else lowest class)
import torch
import torch.nn.functional as F

def majority_vote(preds, classes):
    votes = F.one_hot(preds, classes).double().sum(dim=0)
    votes[torch.arange(preds.shape[1]), preds[0]] += 0.5
    return votes.argmax(dim=1)

# %% wrong: tie-break bonus that falls with the row is added to every vote, so it can outvote a real majority (many models)
import torch
import torch.nn.functional as F

def majority_vote(preds, classes):
    M = preds.shape[0]
    weight = 1.0 + 0.1 * torch.arange(M, 0, -1, dtype=torch.float64)
    votes = (F.one_hot(preds, classes) * weight.view(M, 1, 1)).sum(dim=0)
    return votes.argmax(dim=1)

# %% wrong: counts in uint8, overflow from 256 models on
import torch

def majority_vote(preds, classes):
    M, N = preds.shape
    counts = torch.zeros(N, classes, dtype=torch.uint8)
    cols = torch.arange(N)
    for m in range(M):
        counts[cols, preds[m]] += 1
    best = counts.max(dim=1).values
    pick = preds[M - 1].clone()
    for m in range(M - 1, -1, -1):
        hit = counts[cols, preds[m]] == best
        pick = torch.where(hit, preds[m], pick)
    return pick

# %% wrong: squeezed, a single sample gives a 0-d tensor (N = 1)
import torch

def majority_vote(preds, classes):
    M, N = preds.shape
    table = torch.zeros(classes, N, dtype=torch.long)
    table.scatter_add_(0, preds, torch.ones_like(preds))
    top = table.max(dim=0).values
    order = (table.gather(0, preds) == top).to(torch.uint8).argmax(dim=0)
    return preds.gather(0, order.unsqueeze(0)).squeeze()

# %% wrong: sorts the votes in place, the input is changed
import torch

def majority_vote(preds, classes):
    first = preds.clone()
    preds.copy_(preds.sort(dim=0).values)
    out = []
    for n in range(preds.shape[1]):
        tally = torch.bincount(preds[:, n], minlength=classes)
        tied = tally == tally.max()
        col = first[:, n]
        out.append(col[tied[col]][0])
    return torch.stack(out)

# %% two: votes for class 0 are not counted; tie goes to the smallest class number
import torch

def majority_vote(preds, classes):
    votes = torch.stack([(preds == c).sum(0) for c in range(1, classes)]) if classes > 1 else None
    if votes is None:
        return torch.zeros(preds.shape[1], dtype=torch.long)
    return votes.argmax(dim=0) + 1

# %% two: result as floats; tie goes to the largest class number
import torch
import torch.nn.functional as F

def majority_vote(preds, classes):
    votes = F.one_hot(preds, classes).sum(dim=0)
    flipped = votes.flip(dims=[1])
    return (classes - 1 - flipped.argmax(dim=1)).float()

# %% two: the fewest votes win; tie goes to the last model
from collections import Counter
import torch

def majority_vote(preds, classes):
    out = []
    for col in preds.T.tolist():
        c = Counter(col)
        low = min(c.values())
        out.append([v for v in col if c[v] == low][-1])
    return torch.tensor(out)


# %% right: Counter keeps the order of the models
from collections import Counter
import torch

def majority_vote(preds, classes):
    out = []
    for col in preds.t().tolist():
        out.append(Counter(col).most_common(1)[0][0])
    return torch.tensor(out)

# %% right: one-hot counts, then votes looked up per model
import torch
import torch.nn.functional as F

def majority_vote(preds, classes):
    counts = F.one_hot(preds, classes).sum(0)
    support = counts.t().gather(0, preds)
    best = support.max(dim=0, keepdim=True).values
    M = preds.shape[0]
    rank = torch.arange(M)[:, None].expand_as(preds)
    rank = torch.where(support == best, rank, torch.full_like(rank, M))
    first = rank.min(dim=0).values
    return preds.gather(0, first[None])[0]

# %% wrong: torch.mode, in a tie the smallest class
import torch

def majority_vote(preds, classes):
    return torch.mode(preds, dim=0).values

# %% wrong: in any tie the vote of model 0, even when its class is not among the tied
import torch

def majority_vote(preds, classes):
    N = preds.shape[1]
    res = torch.empty(N, dtype=torch.long)
    for n in range(N):
        c = torch.bincount(preds[:, n], minlength=classes)
        winners = (c == c.max()).nonzero().flatten()
        res[n] = winners[0] if len(winners) == 1 else preds[0, n]
    return res

# %% wrong: asks for more than half of the votes, else takes the first model
import torch

def majority_vote(preds, classes):
    M = preds.size(0)
    counts = torch.nn.functional.one_hot(preds, classes).sum(dim=0)
    top, cls = counts.max(dim=1)
    return torch.where(top * 2 > M, cls, preds[0])

# %% wrong: in a tie the class that the last model voted for
import torch

def majority_vote(preds, classes):
    out = []
    for n in range(preds.shape[1]):
        votes = [0] * classes
        best = None
        for c in preds[:, n].tolist():
            votes[c] += 1
        for c in preds[:, n].tolist():
            if best is None or votes[c] >= votes[best]:
                best = c
        out.append(best)
    return torch.tensor(out)

# %% two: votes over the samples of a model; ties to the smallest class
import torch

def majority_vote(preds, classes):
    counts = torch.stack([(preds == c).sum(dim=1) for c in range(classes)])
    return counts.argmax(dim=0)

# %% two: rounded mean of the class numbers; answer as floats
import torch

def majority_vote(preds, classes):
    return preds.float().mean(dim=0).round()
