# %% right: cat, offset, F.cross_entropy in both directions
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    n = len(img[rank])
    labels = torch.arange(start, start + n)
    per_image = scale * img[rank] @ torch.cat(txt).T
    per_text = scale * txt[rank] @ torch.cat(img).T
    return (F.cross_entropy(per_image, labels) + F.cross_entropy(per_text, labels)) / 2


# %% right: the whole table of all processes, then rows and columns of this one
import torch


def local_clip_loss(img, txt, rank, scale):
    everything = scale * torch.einsum("id,jd->ij", torch.cat(list(img)), torch.cat(list(txt)))
    sizes = [x.shape[0] for x in img]
    ends = torch.tensor(sizes).cumsum(0).tolist()
    mine = slice(ends[rank] - sizes[rank], ends[rank])
    rows = torch.log_softmax(everything, dim=1).diagonal()[mine]
    cols = torch.log_softmax(everything, dim=0).diagonal()[mine]
    return -(rows.mean() + cols.mean()) / 2


# %% right: by hand with logsumexp of the differences, row by row
import torch


def _direction(mine, partner, all_others, scale):
    losses = []
    for a, b in zip(mine, partner):
        logits = scale * (all_others @ a)
        true = scale * torch.dot(a, b)
        losses.append(torch.logsumexp(logits - true, dim=0))
    return sum(losses) / len(losses)


def local_clip_loss(img, txt, rank, scale):
    i = _direction(img[rank], txt[rank], torch.cat(txt, dim=0), scale)
    t = _direction(txt[rank], img[rank], torch.cat(img, dim=0), scale)
    return 0.5 * (i + t)


# %% right: blocks per process, own block marks the positives
import torch


def local_clip_loss(img, txt, rank, scale):
    total = 0
    for mine, others in ((img[rank], txt), (txt[rank], img)):
        blocks = [scale * (mine @ o.transpose(0, 1)) for o in others]
        positive = torch.diagonal(blocks[rank])
        top = torch.stack([b.detach().amax(dim=1) for b in blocks]).amax(dim=0)
        norm = sum((b - top[:, None]).exp().sum(dim=1) for b in blocks)
        total = total + (norm.log() - (positive - top)).mean()
    return total / 2


# %% right: one-hot targets from a list of owners
import torch


def local_clip_loss(img, txt, rank, scale):
    owner = torch.cat([torch.full((len(x),), r) for r, x in enumerate(img)])
    hot = torch.eye(len(owner), dtype=img[rank].dtype)[owner == rank]
    all_img, all_txt = torch.vstack(list(img)), torch.vstack(list(txt))
    loss = 0
    for a, b in [(img[rank], all_txt), (txt[rank], all_img)]:
        logp = (scale * a.matmul(b.t())).log_softmax(dim=-1)
        loss = loss - (hot * logp).sum() / len(a)
    return loss * 0.5


# %% wrong: labels start at 0, the offset of the process is forgotten
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    all_img, all_txt = torch.cat(img), torch.cat(txt)
    labels = torch.arange(img[rank].shape[0])
    a = F.cross_entropy(scale * img[rank] @ all_txt.T, labels)
    b = F.cross_entropy(scale * txt[rank] @ all_img.T, labels)
    return (a + b) / 2


# %% wrong: offset is rank times the own size, right only for processes of equal size
import torch


def local_clip_loss(img, txt, rank, scale):
    n = img[rank].size(0)
    labels = (torch.arange(n) + rank * n) % sum(x.size(0) for x in img)
    i = (scale * img[rank] @ torch.cat(txt).T).log_softmax(1)
    t = (scale * txt[rank] @ torch.cat(img).T).log_softmax(1)
    pick = lambda lp: -lp[torch.arange(n), labels].mean()
    return (pick(i) + pick(t)) / 2


# %% wrong: the rows of the other processes are detached
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    def gather(parts):
        return torch.cat([x if r == rank else x.detach() for r, x in enumerate(parts)])

    start = sum(x.shape[0] for x in img[:rank])
    labels = start + torch.arange(img[rank].shape[0])
    li = F.cross_entropy(scale * img[rank] @ gather(txt).T, labels)
    lt = F.cross_entropy(scale * txt[rank] @ gather(img).T, labels)
    return (li + lt) / 2


# %% wrong: the texts search only among the pictures of this process
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    n = len(img[rank])
    first = sum(map(len, img[:rank]))
    logits = scale * img[rank] @ torch.cat(txt).T
    li = F.cross_entropy(logits, torch.arange(first, first + n))
    lt = F.cross_entropy(logits[:, first : first + n].T, torch.arange(n))
    return (li + lt) / 2


# %% wrong: mean over the rows of all processes, the loss of all instead of the own share
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    table = scale * torch.cat(img) @ torch.cat(txt).T
    labels = torch.arange(len(table))
    return 0.5 * (F.cross_entropy(table, labels) + F.cross_entropy(table.T, labels))


# %% wrong: both directions added, not halved
import torch


def local_clip_loss(img, txt, rank, scale):
    start = 0
    for r in range(rank):
        start += img[r].shape[0]
    loss = 0
    for mine, others in ((img[rank], torch.cat(txt)), (txt[rank], torch.cat(img))):
        logp = torch.log_softmax(scale * mine @ others.T, dim=1)
        loss = loss - logp[:, start : start + len(mine)].diagonal().mean()
    return loss


# %% wrong: features are normalised to length 1
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    img = [F.normalize(x, dim=-1) for x in img]
    txt = [F.normalize(x, dim=-1) for x in txt]
    offset = sum(x.size(0) for x in txt[:rank])
    y = torch.arange(txt[rank].size(0)) + offset
    return torch.stack(
        [
            F.cross_entropy(scale * img[rank] @ torch.cat(txt).T, y),
            F.cross_entropy(scale * txt[rank] @ torch.cat(img).T, y),
        ]
    ).mean()


# %% wrong: own tensors are moved to the front of the given lists, the lists change
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    img.insert(0, img.pop(rank))
    txt.insert(0, txt.pop(rank))
    labels = torch.arange(len(img[0]))
    i2t = scale * img[0] @ torch.cat(txt).T
    t2i = scale * txt[0] @ torch.cat(img).T
    return (F.cross_entropy(i2t, labels) + F.cross_entropy(t2i, labels)) / 2


# %% wrong: candidates only from the processes up to rank, later ones are no negatives
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    imgs, txts = torch.cat(img[: rank + 1]), torch.cat(txt[: rank + 1])
    n = len(img[rank])
    labels = torch.arange(len(imgs) - n, len(imgs))
    a = F.cross_entropy(scale * imgs[-n:] @ txts.T, labels)
    b = F.cross_entropy(scale * txts[-n:] @ imgs.T, labels)
    return (a + b) / 2


# %% wrong: divided by the number of rows of all processes instead of the own
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    every_img, every_txt = torch.cat(img), torch.cat(txt)
    begin = sum(len(x) for x in img[:rank])
    y = torch.arange(begin, begin + len(img[rank]))
    a = F.cross_entropy(scale * (img[rank] @ every_txt.T), y, reduction="sum")
    b = F.cross_entropy(scale * (txt[rank] @ every_img.T), y, reduction="sum")
    return (a + b) / (2 * len(every_img))


# %% two: only the direction from picture to text; divides by the scale
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    start = sum(len(x) for x in img[:rank])
    labels = torch.arange(len(img[rank])) + start
    return F.cross_entropy(img[rank] @ torch.cat(txt).T / scale, labels)


# %% two: only negatives of the own process; result of shape (1,)
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    logits = scale * img[rank] @ txt[rank].T
    y = torch.arange(len(logits))
    loss = (F.cross_entropy(logits, y) + F.cross_entropy(logits.T, y)) / 2
    return loss.unsqueeze(0)


# %% two: the scale is missing in the direction from text to picture; all candidates are detached
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    with torch.no_grad():
        all_img, all_txt = torch.cat(img), torch.cat(txt)
    start = sum(len(x) for x in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    return (F.cross_entropy(scale * img[rank] @ all_txt.T, y) + F.cross_entropy(txt[rank] @ all_img.T, y)) / 2


# %% two: softmax by hand overflows for large logits; multiplied by the number of processes
import torch


def local_clip_loss(img, txt, rank, scale):
    loss = 0
    for mine, own, others in ((img[rank], txt[rank], txt), (txt[rank], img[rank], img)):
        good = torch.exp(scale * (mine * own).sum(dim=1))
        bad = torch.exp(scale * mine @ torch.cat(others).T).sum(dim=1)
        loss = loss - torch.log(good / bad).mean()
    return loss / 2 * len(img)
