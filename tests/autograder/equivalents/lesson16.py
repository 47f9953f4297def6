"""Changes of the references of lesson 16 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import COUNT, CPU

WEIGHTLESS = "padding has weight 0: what stands there need only be finite"
ONE = "there is one"
INSIDE = "freezing a module and putting it into eval mode reach all that is inside"
LENGTHS = "both have the same length"
SMALL = "a weight of 1e-7 moves a mean by less than the tolerance"

EQUIVALENT: dict[str, dict[str, str]] = {
    "16.2": {
        "tokens = tokens.masked_fill(~mask[:, :, None], 0.0) -> tokens = tokens.masked_fill(~mask[:, :, None], -1.0)": WEIGHTLESS,
        "tokens = tokens.masked_fill(~mask[:, :, None], 0.0) -> tokens = tokens.masked_fill(~mask[:, :, None], 1.0)": WEIGHTLESS,
        "weights = weights * mask.any(1)[:, None, None] -> weights = weights": "without a real token all tokens are 0, and so is their mean",
        "scores = scores.masked_fill(~mask[:, None, :], -1e+30) -> scores = scores.masked_fill(~mask[:, None, :], -2e+30)": WEIGHTLESS,
        "scores = queries @ tokens.transpose(1, 2) / queries.shape[1] ** 0.5 -> scores = queries @ tokens.transpose(2, 1) / queries.shape[1] ** 0.5": "two axes change places whichever is named first",
    },
    "16.3": {
        "each = torch.logsumexp(says, dim=2) - says.gather(2, target[:, :, None])[:, :, 0] -> each = torch.logsumexp(says, dim=2) - says.gather(2, target[:, :, None])[:, :, -1]": ONE,
    },
    "16.4": {
        "inside = [(name, module) for name, module in model.named_modules() if name == part or name.startswith(part + '.')] -> inside = [(name, module) for name, module in model.named_modules() if name == part or name.startswith('.')]": INSIDE,
        "inside = [(name, module) for name, module in model.named_modules() if name == part or name.startswith(part + '.')] -> inside = [(name, module) for name, module in model.named_modules() if name == part]": INSIDE,
    },
    "16.5": {
        "return sum((part.sum() for part in losses), start=losses[0].new_zeros(())) / n -> return sum((part.sum() for part in losses)) / n": "a sum that starts at the number 0",
        "return sum((part.sum() for part in losses), start=losses[0].new_zeros(())) / n -> return sum((part.sum() for part in losses), start=losses[-1].new_zeros(())) / n": "a zero of the same dtype",
    },
    "16.6": {
        "labels = torch.arange(len(img[rank]), device=all_img.device) + first -> labels = torch.arange(len(img[rank])) + first": CPU,
    },
    "16.7": {
        "w = w.detach().clone().requires_grad_() -> w = w.clone().requires_grad_()": "the input needs no gradient",
        "w = w.detach().clone().requires_grad_() -> w = w.detach().requires_grad_()": "what is detached is another tensor, and it is not written into",
        "by_row = torch.autograd.grad(loss(z), z)[0].split([len(part) for part in parts]) -> by_row = torch.autograd.grad(loss(z), z)[-1].split([len(part) for part in parts])": ONE,
        "for part, grad in zip(parts, by_row, strict=True): -> for part, grad in zip(parts, by_row):": LENGTHS,
        "for part, grad in zip(parts, by_row, strict=True): -> for part, grad in zip(parts, by_row, strict=False):": LENGTHS,
        "total = total + torch.autograd.grad(encode(part, w), w, grad)[0] -> total = total + torch.autograd.grad(encode(part, w), w, grad)[-1]": ONE,
    },
}

GUARDED = {
    "16.1": {"torch.softmax(scores, dim=2)": SMALL},
    "16.2": {"queries.shape[1] ** 0.5": COUNT, "torch.softmax(scores, dim=2)": SMALL},
    "16.3": {"real.sum()": COUNT},
    "16.5": {"n": COUNT},
}
