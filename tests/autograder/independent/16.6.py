# %% right: cross_entropy with shifted labels
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    n = len(img[rank])
    y = torch.arange(start, start + n)
    a = scale * img[rank] @ torch.cat(txt).T
    b = scale * txt[rank] @ torch.cat(img).T
    return (F.cross_entropy(a, y) + F.cross_entropy(b, y)) / 2

# %% right: the whole table, this process's rows
import torch

def local_clip_loss(img, txt, rank, scale):
    I, T = torch.cat(list(img)), torch.cat(list(txt))
    z = scale * (I @ T.T)
    first = sum(x.shape[0] for x in img[:rank])
    rows = torch.arange(first, first + img[rank].shape[0])
    one = torch.log_softmax(z, dim=1)[rows, rows]
    two = torch.log_softmax(z, dim=0)[rows, rows]
    return -(one.mean() + two.mean()) * 0.5

# %% right: loops over the rows
import torch

def local_clip_loss(img, txt, rank, scale):
    texts = [t for part in txt for t in part]
    pictures = [p for part in img for p in part]
    offset = sum(map(len, img[:rank]))
    total = 0
    for i in range(len(img[rank])):
        a = torch.stack([scale * (img[rank][i] @ t) for t in texts])
        b = torch.stack([scale * (txt[rank][i] @ p) for p in pictures])
        total = total + torch.logsumexp(a, 0) - a[offset + i] + torch.logsumexp(b, 0) - b[offset + i]
    return total / (2 * len(img[rank]))

# %% right: logsumexp minus the positives
import torch

def local_clip_loss(img, txt, rank, scale):
    x, t = img[rank], txt[rank]
    own = scale * (x * t).sum(1)
    to_text = torch.logsumexp(scale * x @ torch.cat(txt).mT, dim=1)
    to_image = torch.logsumexp(scale * t @ torch.cat(img).mT, dim=1)
    return ((to_text - own).mean() + (to_image - own).mean()) / 2

# %% right: einsum and one-hot
import torch

def local_clip_loss(img, txt, rank, scale):
    sizes = [len(p) for p in img]
    z = scale * torch.einsum("id,jd->ij", torch.vstack(img), torch.vstack(txt))
    lo, hi = sum(sizes[:rank]), sum(sizes[: rank + 1])
    hot = torch.eye(len(z), dtype=z.dtype)[lo:hi]
    one = -(z.log_softmax(1)[lo:hi] * hot).sum(1)
    two = -(z.T.log_softmax(1)[lo:hi] * hot).sum(1)
    return torch.cat([one, two]).mean()

# %% right: blocks of each process
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    a = torch.cat([img[rank] @ t.T for t in txt], dim=1) * scale
    b = torch.cat([txt[rank] @ i.T for i in img], dim=1) * scale
    y = torch.arange(len(img[rank])) + sum(len(i) for i in img[:rank])
    return 0.5 * F.nll_loss(a.log_softmax(1), y) + 0.5 * F.nll_loss(b.log_softmax(1), y)

# %% right: both directions stacked
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    n = img[rank].shape[0]
    left = torch.stack([torch.cat(img), torch.cat(txt)])
    start = int(torch.tensor([0] + [len(i) for i in img]).cumsum(0)[rank])
    mine = left[:, start : start + n]
    z = scale * mine @ left.flip(0).transpose(1, 2)
    y = torch.arange(start, start + n).repeat(2)
    return F.cross_entropy(z.flatten(0, 1), y)

# %% right: helper for one direction
import torch

def _direction(mine, everyone, first, scale):
    z = mine.mm(everyone.t()).mul(scale)
    z = z - z.max(dim=1, keepdim=True).values.detach()
    logp = z - z.exp().sum(dim=1, keepdim=True).log()
    return -logp[:, first : first + len(mine)].diagonal().mean()

def local_clip_loss(img, txt, rank, scale):
    first = sum(p.size(0) for p in txt[:rank])
    there = _direction(img[rank], torch.cat(txt, 0), first, scale)
    back = _direction(txt[rank], torch.cat(img, 0), first, scale)
    return torch.stack([there, back]).mean()

# %% wrong: labels from 0
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    y = torch.arange(len(img[rank]))
    a = scale * img[rank] @ torch.cat(txt).T
    b = scale * txt[rank] @ torch.cat(img).T
    return (F.cross_entropy(a, y) + F.cross_entropy(b, y)) / 2

# %% wrong: labels from rank times the own size
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    n = len(img[rank])
    a = scale * img[rank] @ torch.cat(txt).T
    b = scale * txt[rank] @ torch.cat(img).T
    y = (torch.arange(n) + rank * n).clamp(max=a.shape[1] - 1)
    return (F.cross_entropy(a, y) + F.cross_entropy(b, y)) / 2

# %% wrong: only the negatives of the own process
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    z = scale * img[rank] @ txt[rank].T
    y = torch.arange(len(z))
    return (F.cross_entropy(z, y) + F.cross_entropy(z.T, y)) / 2

# %% wrong: pictures to texts only
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    return F.cross_entropy(scale * img[rank] @ torch.cat(txt).T, y)

# %% wrong: sum of both directions
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    a = scale * img[rank] @ torch.cat(txt).T
    b = scale * txt[rank] @ torch.cat(img).T
    return F.cross_entropy(a, y) + F.cross_entropy(b, y)

# %% wrong: rows normalised
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    img, txt = [F.normalize(i, dim=1) for i in img], [F.normalize(t, dim=1) for t in txt]
    start = sum(len(t) for t in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    a = scale * img[rank] @ torch.cat(txt).T
    b = scale * txt[rank] @ torch.cat(img).T
    return (F.cross_entropy(a, y) + F.cross_entropy(b, y)) / 2

# %% wrong: divided by scale
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    a = img[rank] @ torch.cat(txt).T / scale
    b = txt[rank] @ torch.cat(img).T / scale
    return (F.cross_entropy(a, y) + F.cross_entropy(b, y)) / 2

# %% wrong: scale forgotten
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    a = img[rank] @ torch.cat(txt).T
    b = txt[rank] @ torch.cat(img).T
    return (F.cross_entropy(a, y) + F.cross_entropy(b, y)) / 2

# %% wrong: the other processes detached
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    all_t = torch.cat([t if r == rank else t.detach() for r, t in enumerate(txt)])
    all_i = torch.cat([i if r == rank else i.detach() for r, i in enumerate(img)])
    return (F.cross_entropy(scale * img[rank] @ all_t.T, y) + F.cross_entropy(scale * txt[rank] @ all_i.T, y)) / 2

# %% wrong: the loss of all rows of all processes
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    z = scale * torch.cat(img) @ torch.cat(txt).T
    y = torch.arange(len(z))
    return (F.cross_entropy(z, y) + F.cross_entropy(z.T, y)) / 2

# %% wrong: divided by the rows of all processes
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    a = scale * img[rank] @ torch.cat(txt).T
    b = scale * txt[rank] @ torch.cat(img).T
    loss = F.cross_entropy(a, y, reduction="sum") + F.cross_entropy(b, y, reduction="sum")
    return loss / 2 / sum(len(i) for i in img)

# %% wrong: sum over the rows
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    a = scale * img[rank] @ torch.cat(txt).T
    b = scale * txt[rank] @ torch.cat(img).T
    return (F.cross_entropy(a, y, reduction="sum") + F.cross_entropy(b, y, reduction="sum")) / 2

# %% wrong: text direction with the transposed own table
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    n = len(img[rank])
    y = torch.arange(start, start + n)
    a = scale * img[rank] @ torch.cat(txt).T
    own = a[:, start : start + n]
    return (F.cross_entropy(a, y) + F.cross_entropy(own.T, torch.arange(n))) / 2

# %% wrong: own rows moved to the front but labels stay
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    order = [rank] + [r for r in range(len(img)) if r != rank]
    a = scale * img[rank] @ torch.cat([txt[r] for r in order]).T
    b = scale * txt[rank] @ torch.cat([img[r] for r in order]).T
    return (F.cross_entropy(a, y) + F.cross_entropy(b, y)) / 2

# %% wrong: multiplied by the number of processes, as gradient averaging wants
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    a = scale * img[rank] @ torch.cat(txt).T
    b = scale * txt[rank] @ torch.cat(img).T
    return len(img) * (F.cross_entropy(a, y) + F.cross_entropy(b, y)) / 2

# %% two: labels from 0; pictures to texts only
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    return F.cross_entropy(scale * img[rank] @ torch.cat(txt).T, torch.arange(len(img[rank])))

# %% two: only the negatives of the own process; scale forgotten
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    z = img[rank] @ txt[rank].T
    y = torch.arange(len(z))
    return (F.cross_entropy(z, y) + F.cross_entropy(z.T, y)) / 2

# %% two: sum of both directions; the other processes detached
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    all_t = torch.cat([t if r == rank else t.detach() for r, t in enumerate(txt)])
    all_i = torch.cat([i if r == rank else i.detach() for r, i in enumerate(img)])
    return F.cross_entropy(scale * img[rank] @ all_t.T, y) + F.cross_entropy(scale * txt[rank] @ all_i.T, y)

# %% two: rows normalised; labels from 0
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    img, txt = [F.normalize(i, dim=1) for i in img], [F.normalize(t, dim=1) for t in txt]
    y = torch.arange(len(img[rank]))
    a = scale * img[rank] @ torch.cat(txt).T
    b = scale * txt[rank] @ torch.cat(img).T
    return (F.cross_entropy(a, y) + F.cross_entropy(b, y)) / 2

# %% two: divided by scale; sum of both directions
import torch
import torch.nn.functional as F

def local_clip_loss(img, txt, rank, scale):
    start = sum(len(t) for t in img[:rank])
    y = torch.arange(start, start + len(img[rank]))
    return F.cross_entropy(img[rank] @ torch.cat(txt).T / scale, y) + F.cross_entropy(txt[rank] @ torch.cat(img).T / scale, y)
