"""Changes of the references of lesson 12 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import COUNT, EVEN, NUMBER

EQUIVALENT = {
    "12.1": {
        "tp = ((p == c) & (y == c)).sum().item() -> tp = ((p == c) & (y == c)).sum()": NUMBER,
        "fp = ((p == c) & (y != c)).sum().item() -> fp = ((p == c) & (y != c)).sum()": NUMBER,
        "fn = ((p != c) & (y == c)).sum().item() -> fn = ((p != c) & (y == c)).sum()": NUMBER,
        "tp, fp, fn = pooled.tolist() -> tp, fp, fn = pooled": NUMBER,
        "pooled += tensor([tp, fp, fn]) -> pooled -= tensor([tp, fp, fn])": "all three counts are negative then, and F1 is a ratio of them",
    },
    "12.2": {
        "gap = right[inside].mean() - confidence[inside].mean() -> gap = confidence[inside].mean() - right[inside].mean()": EVEN,
        "total += inside.sum().item() / len(y) * abs(gap.item()) -> total += inside.sum() / len(y) * abs(gap.item())": NUMBER,
        "total += inside.sum().item() / len(y) * abs(gap.item()) -> total += inside.sum().item() / len(y) * abs(gap)": NUMBER,
    },
    "12.3": {
        "return grid[nll.argmin()].item() -> return grid[nll.argmin()]": NUMBER,
    },
    "12.4": {
        "return (torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()) -> return (torch.quantile(differences, q), torch.quantile(differences, 1 - q).item())": NUMBER,
        "return (torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q).item()) -> return (torch.quantile(differences, q).item(), torch.quantile(differences, 1 - q))": NUMBER,
    },
    "12.5": {
        "scores = (1 - cal_p.gather(1, cal_y[:, None])[:, 0]).sort().values -> scores = (1 - cal_p.gather(1, cal_y[:, None])[:, -1]).sort().values": "it has one column",
    },
}

GUARDED = {
    "12.1": {"2 * tp + fp + fn": COUNT, "classes": COUNT},
    "12.2": {"len(y)": COUNT},
}
