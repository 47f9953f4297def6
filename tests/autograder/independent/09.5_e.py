# %% right: topk along both axes
import torch


def recall_at_k(sim, owner, k):
    n_pic, n_txt = sim.shape
    texts = sim.topk(k, dim=1).indices
    hit_p = (owner[texts] == torch.arange(n_pic, device=sim.device)[:, None]).any(dim=1)
    pics = sim.topk(k, dim=0).indices
    hit_t = (pics == owner[None, :]).any(dim=0)
    return hit_p.sum().item() / n_pic, hit_t.sum().item() / n_txt

# %% right: plain loops and sorted
def recall_at_k(sim, owner, k):
    table = sim.tolist()
    owner = owner.tolist()
    n_pic, n_txt = len(table), len(owner)

    found = 0
    for p in range(n_pic):
        best = sorted(range(n_txt), key=lambda t: table[p][t], reverse=True)[:k]
        if any(owner[t] == p for t in best):
            found += 1

    found_back = 0
    for t in range(n_txt):
        best = sorted(range(n_pic), key=lambda p: table[p][t], reverse=True)[:k]
        if owner[t] in best:
            found_back += 1
    return found / n_pic, found_back / n_txt

# %% right: ranks by counting what is larger than the best own entry
import torch


def recall_at_k(sim, owner, k):
    pictures = torch.arange(sim.shape[0], device=sim.device)
    own = owner.unsqueeze(0) == pictures.unsqueeze(1)
    best = sim.masked_fill(~own, float("-inf")).amax(dim=1, keepdim=True)
    rank_p = (sim > best).sum(dim=1)
    mine = sim.gather(0, owner.unsqueeze(0))
    rank_t = (sim > mine).sum(dim=0)
    return (rank_p < k).double().mean().item(), (rank_t < k).double().mean().item()

# %% right: numpy argsort
import numpy as np


def recall_at_k(sim, owner, k):
    s = sim.detach().cpu().numpy()
    o = owner.detach().cpu().numpy()
    by_picture = np.argsort(-s, axis=1)[:, :k]
    by_text = np.argsort(-s, axis=0)[:k, :]
    p = (o[by_picture] == np.arange(s.shape[0])[:, None]).any(axis=1).mean()
    t = (by_text == o[None, :]).any(axis=0).mean()
    return float(p), float(t)

# %% right: thresholds by kthvalue
import torch


def _among_k(sim, k, dim):
    n = sim.shape[dim]
    edge = sim.kthvalue(n - k + 1, dim=dim, keepdim=True).values
    return sim >= edge


def recall_at_k(sim, owner, k):
    own = torch.zeros(sim.shape, dtype=torch.bool, device=sim.device)
    own[owner, torch.arange(sim.shape[1], device=sim.device)] = True
    first = (_among_k(sim, k, 1) & own).any(1)
    second = (_among_k(sim, k, 0) & own).any(0)
    return first.double().mean().item(), second.double().mean().item()

# %% right: a class with sets and a helper that is used for both directions
import torch


class Retrieval:
    def __init__(self, sim, owner):
        self.sim = sim
        self.owner = owner.tolist()
        self.texts_of = {}
        for text, picture in enumerate(self.owner):
            self.texts_of.setdefault(picture, set()).add(text)

    @staticmethod
    def share(scores, answers, k):
        hits = 0
        for row, good in zip(scores, answers):
            near = set(torch.topk(row, k).indices.tolist())
            hits += not near.isdisjoint(good)
        return hits / len(answers)

    def picture_to_text(self, k):
        answers = [self.texts_of.get(p, set()) for p in range(self.sim.size(0))]
        return self.share(self.sim, answers, k)

    def text_to_picture(self, k):
        return self.share(self.sim.T, [{p} for p in self.owner], k)


def recall_at_k(sim, owner, k):
    r = Retrieval(sim, owner)
    return r.picture_to_text(k), r.text_to_picture(k)

# %% wrong: text to picture comes first in the answer
import torch


def recall_at_k(sim, owner, k):
    rows = torch.arange(sim.shape[0])
    i2t = (owner[sim.topk(k, 1).indices] == rows.view(-1, 1)).any(1).double().mean().item()
    t2i = (sim.topk(k, 0).indices == owner.view(1, -1)).any(0).double().mean().item()
    return t2i, i2t

# %% wrong: a dict from picture to text keeps only the last text of each picture
def recall_at_k(sim, owner, k):
    text_of = {p: t for t, p in enumerate(owner.tolist())}
    order = sim.argsort(dim=1, descending=True)[:, :k].tolist()
    i2t = sum(text_of[p] in row for p, row in enumerate(order)) / sim.shape[0]
    back = sim.argsort(dim=0, descending=True)[:k].T.tolist()
    t2i = sum(p in row for p, row in zip(owner.tolist(), back)) / sim.shape[1]
    return i2t, t2i

# %% wrong: text to picture asks whether the text is among its picture's k texts, so it ranks the row and not the column
import torch


def recall_at_k(sim, owner, k):
    n_i, n_t = sim.shape
    top = torch.zeros_like(sim, dtype=torch.bool)
    top.scatter_(1, sim.topk(k, dim=1).indices, True)
    own = torch.arange(n_i)[:, None] == owner[None, :]
    good = top & own
    i2t = good.any(dim=1).double().mean().item()
    t2i = good.any(dim=0).double().mean().item()
    return i2t, t2i

# %% wrong: picture to text is averaged over the texts, so that a picture with many texts counts more
import torch


def recall_at_k(sim, owner, k):
    near = owner[sim.topk(k, dim=1).indices]
    hit = (near == torch.arange(sim.shape[0]).unsqueeze(1)).any(dim=1)
    i2t = hit[owner].double().mean().item()
    t2i = (sim.topk(k, dim=0).indices == owner).any(dim=0).double().mean().item()
    return i2t, t2i

# %% wrong: picture to text is the share of a picture's texts that are found, not whether one is found
import torch


def recall_at_k(sim, owner, k):
    rows = torch.arange(sim.shape[0])[:, None]
    found = (owner[sim.topk(k, dim=1).indices] == rows).sum(dim=1)
    total = torch.bincount(owner, minlength=sim.shape[0])
    i2t = (found / total).mean().item()
    t2i = (sim.topk(k, dim=0).indices == owner[None]).any(dim=0).float().mean().item()
    return float(i2t), float(t2i)

# %% wrong: a rank that counts from 0 may be equal to k, which is one place too many
import torch


def recall_at_k(sim, owner, k):
    own = torch.nn.functional.one_hot(owner, sim.shape[0]).T.bool()
    best = torch.where(own, sim, float("-inf")).max(dim=1).values
    rank_i = (sim > best[:, None]).sum(1)
    rank_t = (sim > sim[owner, torch.arange(sim.shape[1])]).sum(0)
    return (rank_i <= k).double().mean().item(), (rank_t <= k).double().mean().item()

# %% wrong: the best entries are struck out in the input itself
import torch


def recall_at_k(sim, owner, k):
    n_i, n_t = sim.shape
    t_near = sim.topk(k, dim=0).indices
    t2i = (t_near == owner).any(0).double().mean().item()
    hit = torch.zeros(n_i, dtype=torch.bool)
    rows = torch.arange(n_i)
    for _ in range(k):
        best = sim.argmax(dim=1)
        hit |= owner[best] == rows
        sim[rows, best] = float("-inf")
    return hit.double().mean().item(), t2i

# %% wrong: float64 similarities are made float32, where close ones become equal
import torch


def recall_at_k(sim, owner, k):
    s = sim.float()
    cols = torch.arange(s.shape[1])
    mine = s[owner, cols]
    t2i = ((s > mine).sum(0) < k).double().mean().item()
    hits = 0
    for p in range(s.shape[0]):
        best = s[p, owner == p].max()
        hits += int((s[p] > best).sum() < k)
    return hits / s.shape[0], t2i

# %% wrong: the texts are taken to lie picture by picture, T // I each, and the owner is ignored
import torch


def recall_at_k(sim, owner, k):
    n_i, n_t = sim.shape
    per = n_t // n_i
    i2t = ((sim.topk(k, dim=1).indices // per) == torch.arange(n_i)[:, None]).any(1)
    own = torch.arange(n_t) // per
    t2i = (sim.topk(k, dim=0).indices == own[None, :]).any(0)
    return i2t.double().mean().item(), t2i.double().mean().item()

# %% wrong: a softmax over the texts comes first, which changes the order of the pictures of a text
import torch


def recall_at_k(sim, owner, k):
    p = sim.softmax(dim=1)
    rows = torch.arange(sim.shape[0])[:, None]
    i2t = (owner[sim.topk(k, dim=1).indices] == rows).any(1)
    t2i = (p.topk(k, dim=0).indices == owner).any(0)
    return i2t.double().mean().item(), t2i.double().mean().item()

# %% two: all texts of a picture must be found; the shares are percents
import torch


def recall_at_k(sim, owner, k):
    n_i, n_t = sim.shape
    near = sim.topk(k, dim=1).indices.tolist()
    own = owner.tolist()
    good = 0
    for p in range(n_i):
        mine = [t for t in range(n_t) if own[t] == p]
        good += all(t in near[p] for t in mine)
    back = (sim.topk(k, dim=0).indices == owner).any(0).sum().item()
    return 100.0 * good / n_i, 100.0 * back / n_t

# %% two: takes the k least similar; returns tensors, not floats
import torch


def recall_at_k(sim, owner, k):
    rows = torch.arange(sim.shape[0])[:, None]
    a = (owner[sim.argsort(dim=1)[:, :k]] == rows).any(1).double().mean()
    b = (sim.argsort(dim=0)[:k] == owner).any(0).double().mean()
    return a, b

# %% two: picture to text counts every right text among the k; text to picture is divided by the number of pictures
import torch


def recall_at_k(sim, owner, k):
    n = sim.shape[0]
    rows = torch.arange(n)[:, None]
    i2t = (owner[sim.topk(k, dim=1).indices] == rows).sum().item() / n
    t2i = (sim.topk(k, dim=0).indices == owner[None, :]).sum().item() / n
    return i2t, t2i

# %% two: text to picture comes first; k + 1 neighbours are looked at
import numpy as np


def recall_at_k(sim, owner, k):
    s, o = sim.detach().numpy(), owner.numpy()
    rows = np.argsort(s, axis=1)[:, ::-1][:, : k + 1]
    cols = np.argsort(s, axis=0)[::-1][: k + 1]
    pic = float(np.mean((o[rows] == np.arange(len(s))[:, None]).any(1)))
    txt = float(np.mean((cols == o).any(0)))
    return txt, pic
