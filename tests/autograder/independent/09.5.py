# %% right: topk in both directions
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    top_t = sim.topk(k, dim=1).indices
    i2t = (owner[top_t] == torch.arange(I)[:, None]).any(1).double().mean().item()
    top_i = sim.topk(k, dim=0).indices
    t2i = (top_i == owner[None, :]).any(0).double().mean().item()
    return i2t, t2i

# %% right: loops with sorted lists
def recall_at_k(sim, owner, k):
    rows = sim.tolist()
    own = owner.tolist()
    n_img, n_txt = len(rows), len(own)
    hit_i = 0
    for i in range(n_img):
        best = sorted(range(n_txt), key=lambda t: -rows[i][t])[:k]
        if any(own[t] == i for t in best):
            hit_i += 1
    hit_t = 0
    for t in range(n_txt):
        best = sorted(range(n_img), key=lambda i: rows[i][t], reverse=True)[:k]
        if own[t] in best:
            hit_t += 1
    return hit_i / n_img, hit_t / n_txt

# %% right: NumPy with argsort
import numpy as np

def recall_at_k(sim, owner, k):
    s = sim.detach().cpu().numpy()
    o = owner.cpu().numpy()
    n_images = s.shape[0]
    ranked_texts = np.argsort(-s, axis=1)[:, :k]
    hits_i = (o[ranked_texts] == np.arange(n_images)[:, None]).any(axis=1)
    ranked_images = np.argsort(-s, axis=0)[:k]
    hits_t = (ranked_images == o[None, :]).any(axis=0)
    return float(hits_i.mean()), float(hits_t.mean())

# %% right: ranks by counting larger entries
import torch
from typing import Tuple

def recall_at_k(sim: torch.Tensor, owner: torch.Tensor, k: int) -> Tuple[float, float]:
    n_i, n_t = sim.shape
    if not 1 <= k <= min(n_i, n_t):
        raise ValueError("k out of range")
    mine = owner.unsqueeze(0) == torch.arange(n_i, device=sim.device).unsqueeze(1)
    best_own = sim.masked_fill(~mine, float("-inf")).amax(dim=1, keepdim=True)
    rank_i = (sim > best_own).sum(dim=1)
    own_score = sim[owner, torch.arange(n_t, device=sim.device)]
    rank_t = (sim > own_score).sum(dim=0)
    return (rank_i < k).sum().item() / n_i, (rank_t < k).sum().item() / n_t

# %% right: boolean membership matrix of the top k
import torch

def recall_at_k(sim, owner, k):
    def top_mask(x):
        idx = torch.argsort(x, dim=1, descending=True)[:, :k]
        return torch.zeros_like(x, dtype=torch.bool).scatter(1, idx, True)

    belongs = torch.nn.functional.one_hot(owner, num_classes=sim.size(0)).T.bool()
    pic = (top_mask(sim) & belongs).any(dim=1)
    tex = (top_mask(sim.T.contiguous()) & belongs.T).any(dim=1)
    return pic.to(torch.float64).mean().item(), tex.to(torch.float64).mean().item()

# %% right: kth value as the threshold
import torch
from dataclasses import dataclass

@dataclass
class Recall:
    hits: int
    total: int

    def share(self) -> float:
        return self.hits / self.total

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    row_limit = sim.kthvalue(T - k + 1, dim=1).values
    col_limit = sim.kthvalue(I - k + 1, dim=0).values
    i2t = Recall(0, I)
    for i in range(I):
        texts = (owner == i).nonzero().flatten()
        i2t.hits += int(bool((sim[i, texts] >= row_limit[i]).any()))
    t2i = Recall(0, T)
    for t in range(T):
        t2i.hits += int(sim[owner[t], t].item() >= col_limit[t].item())
    return i2t.share(), t2i.share()

# %% wrong: true recall for pictures, the share of their texts found among the k (picture to text)
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    idx = sim.topk(k, dim=1).indices
    found = (owner[idx] == torch.arange(I).unsqueeze(1)).sum(1).double()
    total = torch.bincount(owner, minlength=I).double()
    i2t = (found / total).mean().item()
    t2i = (sim.topk(k, dim=0).indices == owner).any(0).double().mean().item()
    return i2t, t2i

# %% wrong: shares in the wrong order
import torch

def recall_at_k(sim, owner, k):
    n_img = sim.shape[0]
    img_top = torch.topk(sim, k, dim=1)[1]
    img_hits = [bool((owner[img_top[i]] == i).any()) for i in range(n_img)]
    txt_top = torch.topk(sim.t(), k, dim=1)[1]
    txt_hits = (txt_top == owner[:, None]).any(dim=1)
    r_t2i = txt_hits.double().mean().item()
    r_i2t = sum(img_hits) / n_img
    return r_t2i, r_i2t

# %% wrong: smallest similarities first, as if they were distances
import numpy as np

def recall_at_k(sim, owner, k):
    s, o = sim.numpy(), owner.numpy()
    a = np.argsort(s, axis=1)[:, :k]
    b = np.argsort(s, axis=0)[:k, :]
    first = np.mean([np.any(o[a[i]] == i) for i in range(s.shape[0])])
    second = np.mean([o[t] in b[:, t] for t in range(s.shape[1])])
    return float(first), float(second)

# %% wrong: only the first text of each picture counts (picture to text)
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    own = owner.tolist()
    first = [own.index(i) for i in range(I)]
    order = sim.argsort(dim=1, descending=True)[:, :k].tolist()
    hits = sum(first[i] in order[i] for i in range(I))
    cols = sim.argsort(dim=0, descending=True)[:k].T.tolist()
    hits_t = sum(own[t] in cols[t] for t in range(T))
    return hits / I, hits_t / T

# %% wrong: all texts of a picture must be among the k
import torch

def recall_at_k(sim, owner, k):
    n, m = sim.shape
    good = 0
    for i in range(n):
        top = set(sim[i].topk(k).indices.tolist())
        own = set(torch.where(owner == i)[0].tolist())
        if own <= top:
            good += 1
    good_t = 0
    for t in range(m):
        if int(owner[t]) in sim[:, t].topk(k).indices.tolist():
            good_t += 1
    return good / n, good_t / m

# %% wrong: text to picture ranks the texts, the wrong axis
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    top = sim.topk(k, dim=1).indices
    a = (owner[top] == torch.arange(I).view(-1, 1)).any(dim=1)
    member = torch.zeros(I, T, dtype=torch.bool)
    member.scatter_(1, top, True)
    b = member[owner, torch.arange(T)]
    return a.double().mean().item(), b.double().mean().item()

# %% wrong: one rank too many, rank <= k counted from 0
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    mask = owner.view(1, -1) == torch.arange(I).view(-1, 1)
    best = torch.where(mask, sim, torch.full_like(sim, -float("inf"))).max(dim=1).values
    r1 = (sim > best[:, None]).sum(1)
    r2 = (sim > sim[owner, torch.arange(T)][None, :]).sum(0)
    return (r1 <= k).double().mean().item(), (r2 <= k).double().mean().item()

# %% wrong: assumes that the texts stand in equal blocks in the order of the pictures (owner ignored)
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    per = max(T // I, 1)
    top = sim.topk(k, dim=1).indices
    i2t = ((top // per) == torch.arange(I)[:, None]).any(1).double().mean()
    top2 = sim.t().topk(k, dim=1).indices
    t2i = (top2 == (torch.arange(T) // per)[:, None]).any(1).double().mean()
    return float(i2t), float(t2i)

# %% wrong: in per cent
import torch

def recall_at_k(sim, owner, k):
    ids = torch.arange(sim.size(0))
    hit_img = (owner[sim.topk(k, 1)[1]] == ids[:, None]).any(1)
    hit_txt = (sim.topk(k, 0)[1] == owner[None]).any(0)
    return 100.0 * hit_img.double().mean().item(), 100.0 * hit_txt.double().mean().item()

# %% wrong: returns tensors and not floats
import torch

def recall_at_k(sim, owner, k):
    I = sim.shape[0]
    top_txt = sim.argsort(1, descending=True)[:, :k]
    top_img = sim.argsort(0, descending=True)[:k]
    i2t = owner[top_txt].eq(torch.arange(I)[:, None]).any(1).double().mean()
    t2i = top_img.eq(owner).any(0).double().mean()
    return i2t, t2i

# %% wrong: k is ignored in the second direction, only the best picture counts (k > 1)
import torch

def recall_at_k(sim, owner, k):
    n_images, n_texts = sim.shape
    hits = 0
    for i in range(n_images):
        ranking = torch.argsort(sim[i], descending=True)
        hits += int((owner[ranking[:k]] == i).any())
    t_hits = (sim.argmax(dim=0) == owner).sum().item()
    return hits / n_images, t_hits / n_texts

# %% two: counts all right texts among the k and divides by k (precision); shares swapped
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    hits = owner[sim.topk(k, dim=1).indices] == torch.arange(I)[:, None]
    p = (hits.sum(1).double() / k).mean().item()
    q = (sim.topk(k, dim=0).indices == owner).any(0).double().mean().item()
    return q, p

# %% two: divides the picture hits by the number of texts; per cent
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    a = sum(int((owner[sim[i].topk(k).indices] == i).any()) for i in range(I))
    b = sum(int((sim[:, t].topk(k).indices == owner[t]).any()) for t in range(T))
    return 100 * a / T, 100 * b / T

# %% two: works on the diagonal as if picture i had text i only; text to picture only over the first I texts
import torch

def recall_at_k(sim, owner, k):
    n = min(sim.shape)
    g = torch.arange(n)
    r = (sim[:n].topk(k, dim=1).indices == g[:, None]).any(1).double().mean()
    c = (sim[:, :n].topk(k, dim=0).indices == g[None, :]).any(0).double().mean()
    return float(r), float(c)


# %% right: topk and gather
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    top_t = sim.topk(k, dim=1).indices
    hit_i = (owner[top_t] == torch.arange(I)[:, None]).any(1)
    top_i = sim.topk(k, dim=0).indices
    hit_t = (top_i == owner[None]).any(0)
    return hit_i.double().mean().item(), hit_t.double().mean().item()

# %% right: loops with ranks
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    own = owner.tolist()
    hits = 0
    for i in range(I):
        order = sorted(range(T), key=lambda t: -float(sim[i, t]))[:k]
        hits += any(own[t] == i for t in order)
    found = 0
    for t in range(T):
        better = int((sim[:, t] > sim[own[t], t]).sum())
        found += better < k
    return hits / I, found / T

# %% wrong: share of a picture's texts that were found (true recall)
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    idx = sim.topk(k, dim=1).indices
    share = []
    for i in range(I):
        n_own = (owner == i).sum().item()
        share.append((owner[idx[i]] == i).sum().item() / n_own)
    t2i = (sim.topk(k, dim=0).indices == owner).any(dim=0).float().mean().item()
    return sum(share) / I, t2i

# %% wrong: text t is taken to belong to picture t
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    top = sim.argsort(dim=1, descending=True)[:, :k]
    i2t = (top == torch.arange(I).unsqueeze(1)).any(1).double().mean()
    top = sim.argsort(dim=0, descending=True)[:k]
    t2i = (top == torch.arange(T).unsqueeze(0)).any(0).double().mean()
    return float(i2t), float(t2i)

# %% wrong: the two shares in the other order
import torch

def recall_at_k(sim, owner, k):
    own = torch.arange(sim.size(0))[:, None] == owner[None, :]
    thr_t = sim.topk(k, dim=0).values[-1]
    text_to_pic = (own & (sim >= thr_t)).any(0).double().mean()
    thr_i = sim.topk(k, dim=1).values[:, -1:]
    pic_to_text = (own & (sim >= thr_i)).any(1).double().mean()
    return text_to_pic.item(), pic_to_text.item()

# %% wrong: k smallest entries, taken for distances
import torch

def recall_at_k(sim, owner, k):
    a = torch.sort(sim, dim=1).indices[:, :k]
    b = torch.sort(sim, dim=0).indices[:k, :]
    r1 = (owner[a] == torch.arange(len(sim)).view(-1, 1)).any(dim=1)
    r2 = (b == owner.view(1, -1)).any(dim=0)
    return r1.float().mean().item(), r2.float().mean().item()

# %% two: all of a picture's texts must be found; both divided by T
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    hit = 0
    for i in range(I):
        top = set(sim[i].topk(k).indices.tolist())
        mine = (owner == i).nonzero().flatten().tolist()
        hit += all(t in top for t in mine)
    found = sum(int(owner[t] in sim[:, t].topk(k).indices) for t in range(T))
    return hit / T, found / T

# %% two: one too few ranks (k - 1); only the first text of each picture counts
import torch

def recall_at_k(sim, owner, k):
    I, T = sim.shape
    ok1 = 0
    for i in range(I):
        first = int((owner == i).nonzero()[0])
        ok1 += int((sim[i] > sim[i, first]).sum() + 1 < k)
    ok2 = 0
    for t in range(T):
        ok2 += int((sim[:, t] > sim[owner[t], t]).sum() + 1 < k)
    return ok1 / I, ok2 / T
