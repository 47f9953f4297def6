# %% right: own rows against cat of all, labels with the offset
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    offset = sum(t.shape[0] for t in img[:rank])
    n = img[rank].shape[0]
    labels = torch.arange(offset, offset + n, device=img[rank].device)
    logits_i = scale * img[rank] @ torch.cat(list(txt)).T
    logits_t = scale * txt[rank] @ torch.cat(list(img)).T
    return (F.cross_entropy(logits_i, labels) + F.cross_entropy(logits_t, labels)) / 2

# %% right: the full matrix, log_softmax along both axes, the diagonal of the own part
import torch


def local_clip_loss(img, txt, rank, scale):
    I = torch.cat(tuple(img), dim=0)
    T = torch.cat(tuple(txt), dim=0)
    logits = torch.einsum("id,jd->ij", I, T) * scale
    sizes = [len(x) for x in img]
    start = sum(sizes[:rank])
    stop = start + sizes[rank]
    to_text = torch.log_softmax(logits, dim=1).diagonal()[start:stop]
    to_image = torch.log_softmax(logits, dim=0).diagonal()[start:stop]
    return -0.5 * (to_text.mean() + to_image.mean())

# %% right: loops over rows, logsumexp minus the positive
import torch


def local_clip_loss(img, txt, rank, scale):
    all_img = [row for part in img for row in part]
    all_txt = [row for part in txt for row in part]
    terms = []
    for i in range(img[rank].shape[0]):
        x, t = img[rank][i], txt[rank][i]
        pos = scale * torch.dot(x, t)
        s_i = torch.stack([scale * torch.dot(x, other) for other in all_txt])
        s_t = torch.stack([scale * torch.dot(t, other) for other in all_img])
        terms.append((torch.logsumexp(s_i, 0) - pos + torch.logsumexp(s_t, 0) - pos) / 2)
    return torch.stack(terms).mean()

# %% right: own process put first, so the labels are 0..n-1 (the order of negatives does not matter)
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    def one_way(queries, keys):
        mine = keys[rank]
        rest = [k for r, k in enumerate(keys) if r != rank]
        bank = torch.cat([mine] + rest)
        logits = queries[rank].mm(bank.t()) * scale
        return F.cross_entropy(logits, torch.arange(mine.shape[0], device=mine.device))

    return torch.stack([one_way(img, txt), one_way(txt, img)]).mean()

# %% right: softmax by hand, block by block, with the maximum taken off
import torch


def _direction(q, keys, rank, scale):
    blocks = [scale * (q @ k.transpose(0, 1)) for k in keys]
    top = torch.stack([b.max(dim=1).values for b in blocks]).max(dim=0).values.detach()
    denom = torch.zeros_like(top)
    for b in blocks:
        denom = denom + torch.exp(b - top[:, None]).sum(dim=1)
    positive = torch.diagonal(blocks[rank])
    return (torch.log(denom) + top - positive).mean()


def local_clip_loss(img, txt, rank, scale):
    a = _direction(img[rank], txt, rank, scale)
    b = _direction(txt[rank], img, rank, scale)
    return 0.5 * a + 0.5 * b

# %% wrong: offset rank * n, right only if all processes have the same number of rows
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    n = img[rank].shape[0]
    all_txt, all_img = torch.cat(txt), torch.cat(img)
    labels = (torch.arange(n) + rank * n) % all_txt.shape[0]
    li = F.cross_entropy(scale * img[rank] @ all_txt.T, labels)
    lt = F.cross_entropy(scale * txt[rank] @ all_img.T, labels)
    return (li + lt) / 2

# %% wrong: labels without the offset, 0..n-1 on every process
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    every_img, every_txt = torch.cat(img, 0), torch.cat(txt, 0)
    target = torch.arange(len(img[rank]))
    # the bank always has at least as many rows as this process
    loss_i = F.cross_entropy((img[rank] @ every_txt.t()) * scale, target)
    loss_t = F.cross_entropy((txt[rank] @ every_img.t()) * scale, target)
    return 0.5 * (loss_i + loss_t)

# %% wrong: only the own texts and pictures as negatives, not those of all processes
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    x, t = img[rank], txt[rank]
    logits = scale * (x @ t.T)
    y = torch.arange(x.shape[0])
    return (F.cross_entropy(logits, y) + F.cross_entropy(logits.T, y)) / 2

# %% wrong: the rows of the other processes are detached, no gradient reaches them
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    gathered_i = [x if r == rank else x.detach() for r, x in enumerate(img)]
    gathered_t = [x if r == rank else x.detach() for r, x in enumerate(txt)]
    start = sum(len(x) for x in img[:rank])
    labels = start + torch.arange(len(img[rank]))
    a = F.cross_entropy(scale * img[rank] @ torch.cat(gathered_t).T, labels)
    b = F.cross_entropy(scale * txt[rank] @ torch.cat(gathered_i).T, labels)
    return (a + b) / 2

# %% wrong: text direction by the transposed block, so its softmax runs over the own pictures only
import torch


def local_clip_loss(img, txt, rank, scale):
    start = 0
    for r in range(rank):
        start += txt[r].shape[0]
    n = img[rank].shape[0]
    logits = scale * img[rank] @ torch.cat(txt, dim=0).T          # (n, all)
    idx = torch.arange(n)
    i2t = -logits.log_softmax(dim=1)[idx, start + idx].mean()
    t2i = -logits.log_softmax(dim=0)[idx, start + idx].mean()
    return (i2t + t2i) / 2

# %% wrong: features are normalised to length 1
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    img = [F.normalize(x, dim=-1) for x in img]
    txt = [F.normalize(x, dim=-1) for x in txt]
    before = sum([x.shape[0] for x in img][:rank])
    labels = torch.arange(before, before + img[rank].shape[0])
    logits_per_image = scale * img[rank] @ torch.cat(txt).T
    logits_per_text = scale * txt[rank] @ torch.cat(img).T
    return (F.cross_entropy(logits_per_image, labels) + F.cross_entropy(logits_per_text, labels)) / 2

# %% wrong: mean over the rows of all processes: the sum of the own rows divided by the total number
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    I, T = torch.cat(img), torch.cat(txt)
    sizes = torch.tensor([0] + [x.shape[0] for x in img]).cumsum(0)
    lo, hi = int(sizes[rank]), int(sizes[rank + 1])
    labels = torch.arange(lo, hi)
    total = F.cross_entropy(scale * I[lo:hi] @ T.T, labels, reduction="sum")
    total = total + F.cross_entropy(scale * T[lo:hi] @ I.T, labels, reduction="sum")
    return total / (2 * I.shape[0])

# %% wrong: exp without taking off the maximum, inf / NaN for big logits
import torch


def local_clip_loss(img, txt, rank, scale):
    start = sum(x.shape[0] for x in img[:rank])
    n = img[rank].shape[0]

    def nll(q, bank):
        e = torch.exp(scale * (q @ bank.T))
        p = e[torch.arange(n), start + torch.arange(n)] / e.sum(dim=1)
        return -torch.log(p).mean()

    return (nll(img[rank], torch.cat(txt)) + nll(txt[rank], torch.cat(img))) / 2

# %% wrong: pop takes the own tensors out of the callers' lists
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    my_img = img.pop(rank)
    my_txt = txt.pop(rank)
    y = torch.arange(my_img.shape[0])
    logits_i = scale * my_img @ torch.cat([my_txt, *txt]).T
    logits_t = scale * my_txt @ torch.cat([my_img, *img]).T
    return 0.5 * F.cross_entropy(logits_i, y) + 0.5 * F.cross_entropy(logits_t, y)

# %% wrong: logits divided by scale, as if it were a temperature
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    counts = [t.size(0) for t in txt]
    first = sum(counts[:rank])
    goal = torch.arange(first, first + counts[rank])
    sim_it = torch.einsum("nd,md->nm", img[rank], torch.cat(txt)) / scale
    sim_ti = torch.einsum("nd,md->nm", txt[rank], torch.cat(img)) / scale
    return (F.cross_entropy(sim_it, goal) + F.cross_entropy(sim_ti, goal)) / 2

# %% two: only the direction from picture to text; offset rank * n for unequal processes
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    n = img[rank].shape[0]
    bank = torch.cat(txt)
    labels = (rank * n + torch.arange(n)).clamp(max=bank.shape[0] - 1)
    return F.cross_entropy(scale * img[rank] @ bank.T, labels)

# %% two: the two directions are added without halving; the others' rows taken without gradient
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    with torch.no_grad():
        all_img = torch.cat(img)
        all_txt = torch.cat(txt)
    start = sum(len(x) for x in img[:rank])
    labels = torch.arange(start, start + len(img[rank]))
    loss = F.cross_entropy(scale * img[rank] @ all_txt.T, labels)
    loss = loss + F.cross_entropy(scale * txt[rank] @ all_img.T, labels)
    return loss

# %% two: the loss of all processes' rows instead of the own; result always float32
import torch
from torch.nn import functional as F


def local_clip_loss(img, txt, rank, scale):
    I = torch.cat([x.float() for x in img])
    T = torch.cat([x.float() for x in txt])
    logits = scale * I @ T.T
    y = torch.arange(len(I))
    return (F.cross_entropy(logits, y) + F.cross_entropy(logits.T, y)) / 2

# %% two: scale only in the direction from picture to text; sum over the rows instead of the mean
import torch


def local_clip_loss(img, txt, rank, scale):
    base = sum(x.shape[0] for x in txt[:rank])
    all_t, all_i = torch.cat(txt), torch.cat(img)
    total = 0.0
    for i in range(img[rank].shape[0]):
        li = scale * (all_t @ img[rank][i])
        lt = all_i @ txt[rank][i]
        total = total - li.log_softmax(0)[base + i] / 2 - lt.log_softmax(0)[base + i] / 2
    return total
