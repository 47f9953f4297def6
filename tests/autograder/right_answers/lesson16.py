"""Right answers to the tasks of lesson 16, in other styles than the references."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def soft_linear(tokens, weight, bias, table):
    return F.linear(tokens, weight, bias).softmax(-1) @ table


def soft_einsum(tokens, weight, bias, table):
    s = torch.einsum("btd,vd->btv", tokens, weight) + bias
    s = s - s.max(2, keepdim=True).values
    p = s.exp() / s.exp().sum(2, keepdim=True)
    return torch.einsum("btv,ve->bte", p, table)


def soft_loop(tokens, weight, bias, table):
    rows = []
    for picture in tokens:
        found = []
        for x in picture:
            p = torch.log_softmax(weight.mv(x) + bias, 0).exp()
            found.append((p[:, None] * table).sum(0))
        rows.append(torch.stack(found))
    return torch.stack(rows)


def queries_where(queries, tokens, mask):
    x = torch.where(mask[..., None], tokens, torch.zeros_like(tokens))
    scores = torch.einsum("kd,btd->bkt", queries, x) / queries.shape[-1] ** 0.5
    scores = torch.where(mask[:, None], scores, torch.full_like(scores, torch.finfo(scores.dtype).min))
    p = scores.softmax(-1) * mask[:, None]
    return torch.einsum("bkt,btd->bkd", p, x)


def queries_loop(queries, tokens, mask):
    out = []
    for x, real in zip(tokens, mask, strict=True):
        x = x[real]
        if not len(x):
            out.append(0 * queries)
        else:
            out.append((queries @ x.T / np.sqrt(queries.shape[1])).softmax(1) @ x)
    return torch.stack(out)


def queries_infinity(queries, tokens, mask):
    x = tokens.masked_fill(~mask.unsqueeze(-1), 0)
    some = mask.any(1)
    allowed = mask | ~some[:, None]
    s = (x @ queries.T).transpose(1, 2) * queries.size(1) ** -0.5
    w = s.masked_fill(~allowed[:, None], -torch.inf).softmax(2)
    return torch.bmm(w, x) * some[:, None, None]


def prefix_cross_entropy(logits, target, k):
    return F.cross_entropy(logits[:, k - 1 : -1].transpose(1, 2), target, ignore_index=0)


def prefix_flat(logits, target, k):
    says = logits[:, k - 1 : k - 1 + target.shape[1]].reshape(-1, logits.shape[2])
    true = target.reshape(-1)
    keep = true > 0
    return F.nll_loss(F.log_softmax(says[keep], 1), true[keep])


def prefix_loop(logits, target, k):
    total, count = logits.new_zeros(()), 0
    for row, text in zip(logits, target.tolist(), strict=True):
        for j, token in enumerate(text):
            if token:
                total = total - row[k - 1 + j].log_softmax(0)[token]
                count += 1
    return total / count


def freeze_named(make, part):
    model = make()
    model.train()
    module = dict(model.named_modules()).get(part) if part else model
    if module is not None:
        module.eval().requires_grad_(False)
    total = sum(p.numel() for p in model.parameters())
    learns = sum(p.numel() for p in model.parameters() if p.requires_grad)
    leaves = [n for n, m in model.named_modules() if not any(True for _ in m.children()) and m.training]
    return learns, total - learns, leaves


def freeze_by_name(make, part):
    model = make().train()
    for name, p in model.named_parameters():
        if (name + ".").startswith(part + "."):
            p.requires_grad = False
    for name, m in model.named_modules():
        if (name + ".").startswith(part + "."):
            m.training = False
    counts = [0, 0]
    for p in model.parameters():
        counts[0 if p.requires_grad else 1] += p.nelement()
    return (*counts, [n for n, m in model.named_modules() if m.training and len(list(m.children())) == 0])


def freeze_submodule(make, part):
    model = make()
    model.train()
    try:
        frozen = model.get_submodule(part)
    except AttributeError:
        frozen = nn.Module()
    frozen.requires_grad_(False)
    frozen.train(False)
    on = torch.tensor([p.numel() for p in model.parameters() if p.requires_grad]).sum().item()
    away = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    return [int(on), away, [n for n, m in model.named_modules() if m.training and not m._modules]]


def accumulate_cat(losses):
    return torch.cat(losses).mean()


def accumulate_loop(losses):
    total, rows = 0, 0
    for part in losses:
        total = total + part.sum()
        rows += part.numel()
    return total / rows


def accumulate_weighted(losses):
    n = torch.tensor([float(len(part)) for part in losses])
    means = torch.stack([part.mean() if len(part) else part.sum() for part in losses])
    return (means * (n / n.sum()).to(means.dtype)).sum()


def share_slice(img, txt, rank, scale):
    sizes = [len(part) for part in img]
    first = sum(sizes[:rank])
    table = scale * torch.cat(img) @ torch.cat(txt).T
    mine = torch.arange(first, first + sizes[rank])
    to_txt = -table.log_softmax(1).diagonal()[mine].mean()
    to_img = -table.log_softmax(0).diagonal()[mine].mean()
    return 0.5 * (to_txt + to_img)


def share_logsumexp(img, txt, rank, scale):
    x, y = img[rank], txt[rank]
    right = scale * (x * y).sum(1)
    a = torch.cat([scale * x @ other.T for other in txt], 1).logsumexp(1)
    b = torch.cat([scale * y @ other.T for other in img], 1).logsumexp(1)
    return ((a + b) / 2 - right).mean()


def share_loop(img, txt, rank, scale):
    everyone = [torch.cat(side) for side in (img, txt)]
    first = sum(map(len, img[:rank]))
    losses = []
    for i in range(len(img[rank])):
        for one, others in ((img[rank][i], everyone[1]), (txt[rank][i], everyone[0])):
            losses.append(-torch.log_softmax(scale * (others @ one), 0)[first + i])
    return torch.stack(losses).mean()


def cached_backward(parts, w, encode, loss):
    w = w.clone().requires_grad_(True)
    z = torch.cat([encode(part, w).detach() for part in parts]).requires_grad_(True)
    loss(z).backward()
    start = 0
    for part in parts:
        encode(part, w).backward(z.grad[start : start + len(part)])
        start += len(part)
    return w.grad


def cached_product(parts, w, encode, loss):
    """Backward through the sum of embeddings times their (constant) gradients."""
    leaf = w.detach().clone().requires_grad_()
    with torch.no_grad():
        made = [encode(part, leaf) for part in parts]
    leaves = [z.requires_grad_() for z in made]
    grads = torch.autograd.grad(loss(torch.cat(leaves)), leaves)
    for part, grad in zip(parts, grads, strict=True):
        (encode(part, leaf) * grad).sum().backward()
    return leaf.grad.detach()


def cached_one_at_a_time(parts, w, encode, loss):
    """The whole loss again and again, with a graph through one part only."""
    total = torch.zeros_like(w)
    for k in range(len(parts)):
        leaf = w.detach().clone().requires_grad_()
        z = [encode(part, leaf if i == k else w.detach()) for i, part in enumerate(parts)]
        total = total + torch.autograd.grad(loss(torch.cat(z)), leaf)[0]
    return total


RIGHT = {
    "16.1": [soft_linear, soft_einsum, soft_loop],
    "16.2": [queries_where, queries_loop, queries_infinity],
    "16.3": [prefix_cross_entropy, prefix_flat, prefix_loop],
    "16.4": [freeze_named, freeze_by_name, freeze_submodule],
    "16.5": [accumulate_cat, accumulate_loop, accumulate_weighted],
    "16.6": [share_slice, share_logsumexp, share_loop],
    "16.7": [cached_backward, cached_product, cached_one_at_a_time],
}
