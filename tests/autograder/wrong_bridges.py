"""Wrong answers to the tasks of lesson 16 that no catalogue lists."""

import torch
import torch.nn.functional as F


def soft_half(tokens, weight, bias, table):
    return ((tokens @ weight.T + bias) / 2).softmax(2) @ table


def soft_relu(tokens, weight, bias, table):
    return torch.relu(tokens @ weight.T + bias).softmax(2) @ table


def queries_sum(queries, tokens, mask):
    x = tokens.masked_fill(~mask[:, :, None], 0)
    s = (queries @ x.transpose(1, 2) / queries.shape[1] ** 0.5).masked_fill(~mask[:, None], -1e30)
    return s.softmax(2) @ x * mask.sum(1)[:, None, None]


def queries_l1(queries, tokens, mask):
    x = tokens.masked_fill(~mask[:, :, None], 0)
    s = torch.relu(queries @ x.transpose(1, 2)) * mask[:, None]
    return s / s.sum(2, keepdim=True).clamp_min(1e-6) @ x


def prefix_ignores_two(logits, target, k):
    return F.cross_entropy(logits[:, k - 1 : -1].transpose(1, 2), target.clamp_max(1), ignore_index=0)


def prefix_smoothed(logits, target, k):
    return F.cross_entropy(logits[:, k - 1 : -1].transpose(1, 2), target, ignore_index=0, label_smoothing=0.1)


def freeze_nothing(make, part):
    model = make().train()
    return (
        sum(p.numel() for p in model.parameters()),
        0,
        [n for n, m in model.named_modules() if not list(m.children())],
    )


def freeze_everything(make, part):
    model = make().eval().requires_grad_(False)
    return 0, sum(p.numel() for p in model.parameters()), []


def accumulate_root(losses):
    return torch.cat(losses).pow(2).mean().sqrt()


def accumulate_one_more(losses):
    return torch.cat(losses).sum() / (sum(map(len, losses)) + 1)


def share_max(img, txt, rank, scale):
    first = sum(map(len, img[:rank]))
    labels = torch.arange(len(img[rank])) + first
    a = F.cross_entropy(scale * img[rank] @ torch.cat(txt).T, labels)
    return torch.maximum(a, F.cross_entropy(scale * txt[rank] @ torch.cat(img).T, labels))


def share_first_rank(img, txt, rank, scale):
    labels = torch.arange(len(img[0]))
    a = F.cross_entropy(scale * img[0] @ torch.cat(txt).T, labels)
    return (a + F.cross_entropy(scale * txt[0] @ torch.cat(img).T, labels)) / 2


def cached_squared(parts, w, encode, loss):
    leaf = w.clone().requires_grad_()
    z = torch.cat([encode(part, leaf) for part in parts])
    return torch.autograd.grad(loss(z) ** 2, leaf)[0]


def cached_noise(parts, w, encode, loss):
    leaf = w.clone().requires_grad_()
    z = torch.cat([encode(part, leaf) for part in parts])
    return torch.autograd.grad(loss(z + 0.1), leaf)[0] + 0.01 * w


WRONG = {
    "16.1": [soft_half, soft_relu],
    "16.2": [queries_sum, queries_l1],
    "16.3": [prefix_ignores_two, prefix_smoothed],
    "16.4": [freeze_nothing, freeze_everything],
    "16.5": [accumulate_root, accumulate_one_more],
    "16.6": [share_max, share_first_rank],
    "16.7": [cached_squared, cached_noise],
}
