"""Programs that a learner's test is tried on. What is right and what is wrong stands elsewhere: this file enters the sandbox."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"
import torch


def c00(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    return pull.sum() / (2 * len(d))


def c01(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).sum() / (2 * y.sum().clamp_min(1))


def c02(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).float().sum() / (2 * len(d))


def c03(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).sum() / 2


def c04(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(1.0 - d, min=0) ** 2
    return (pull + push).sum() / (2 * len(d))


def c05(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).sum() / (2 * len(d))


def c06(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push) / 2


def c07(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).detach().sum() / (2 * len(d))


def c08(d, y, margin=1.0):
    y = y.to(d.dtype)
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return push.sum() / (2 * len(d))


def c09(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).median() / 2


def c10(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp((margin - d) ** 2, min=0)
    return (pull + push).sum() / (2 * len(d))


def c11(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).sum() / len(d)


def c12(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(margin - d**2, min=0)
    return (pull + push).sum() / (2 * len(d))


def c13(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).sum() / (2 * len(d))


def c14(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * torch.clamp(d - margin, min=0) ** 2
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).sum() / (2 * len(d))


def c15(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * (margin - d)
    return (pull + push).sum() / (2 * len(d))


def c16(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = d**2
    push = (1 - y) * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).sum() / (2 * len(d))


def c17(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = (1 - y) * d**2
    push = y * torch.clamp(margin - d, min=0) ** 2
    return (pull + push).sum() / (2 * len(d))


def c18(d, y, margin=1.0):
    y = y.to(d.dtype)
    hinge = (margin - d).relu()
    return torch.where(y > 0.5, d.square(), hinge.square()).mean().mul(0.5)


def c19(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(margin - d, min=0)
    return (pull + push).sum() / (2 * len(d))


def c20(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = torch.clamp(margin - d, min=0) ** 2
    return (pull + push).sum() / (2 * len(d))


def c21(d, y, margin=1.0):
    y = y.to(d.dtype)
    pull = y * d**2
    push = (1 - y) * torch.clamp(margin + d, min=0) ** 2
    return (pull + push).sum() / (2 * len(d))


def m00(pred, target):
    present = ~torch.isnan(target)
    safe = torch.where(present, target, pred.detach())
    squared = (pred - safe) ** 2
    return (squared.sum(1) / present.sum(1).clamp_min(1)).mean()


def m01(pred, target):
    present = ~torch.isnan(target)
    safe = torch.where(present, target, pred.detach())
    squared = (pred - safe) ** 2
    return squared.sum() / present.sum()


def m02(pred, target):
    present = ~torch.isnan(target)
    safe = torch.where(present, target, pred.detach())
    squared = (pred.detach() - safe) ** 2
    return squared.sum() / present.sum().clamp_min(1)


def m03(pred, target):
    present = ~torch.isnan(target)
    safe = target
    squared = torch.where(present, (pred - safe) ** 2, torch.zeros_like(pred))
    return squared.sum() / present.sum().clamp_min(1)


def m04(pred, target):
    present = (~torch.isnan(target)).all(1, keepdim=True).expand_as(target)
    safe = torch.where(present, target, pred.detach())
    squared = (pred - safe) ** 2
    return squared.sum() / present.sum().clamp_min(1)


def m05(pred, target):
    present = ~torch.isnan(target)
    safe = torch.where(present, target, pred.detach())
    squared = (pred - safe) ** 2
    return squared.sum()


def m06(pred, target):
    present = ~torch.isnan(target)
    target[~present] = 0
    safe = torch.where(present, target, pred.detach())
    squared = (pred - safe) ** 2
    return squared.sum() / present.sum().clamp_min(1)


def m07(pred, target):
    present = ~torch.isnan(target) & (target != 0)
    safe = torch.where(present, target, pred.detach())
    squared = (pred - safe) ** 2
    return squared.sum() / present.sum().clamp_min(1)


def m08(pred, target):
    present = ~torch.isnan(target)
    error = torch.where(present, pred, 0.0) - torch.nan_to_num(target)
    count = max(1, int(present.sum()))
    return error.square().sum().div(count)


def m09(pred, target):
    present = ~torch.isnan(target)
    safe = torch.where(present, target, pred.detach())
    squared = (pred - safe) ** 2
    return squared.sum() / present.sum().clamp_min(1)


def m10(pred, target):
    present = ~torch.isnan(target)
    safe = torch.where(present, target, torch.nan_to_num(target.nanmean()))
    squared = (pred - safe) ** 2
    return squared.sum() / present.sum().clamp_min(1)


def m11(pred, target):
    present = ~torch.isnan(target)
    safe = torch.nan_to_num(target)
    squared = (pred - safe) ** 2
    return squared.sum() / present.sum().clamp_min(1)


def m12(pred, target):
    present = ~torch.isnan(target)
    safe = torch.where(present, target, pred.detach())
    squared = (pred - safe) ** 2
    return squared.mean()


def m13(pred, target):
    present = ~torch.isnan(target)
    safe = torch.where(present, target, pred.detach())
    squared = (pred - safe) ** 2
    return squared.sum() / (present.sum() + 1)
