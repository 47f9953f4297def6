"""Changes of the references of lesson 13 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import AXIS, COUNT, NUMBER

FACTOR = "the map is divided by its largest value: a factor is divided out"

EQUIVALENT = {
    "13.1": {
        "total += torch.autograd.grad(f(point).sum(), point)[0] -> total += torch.autograd.grad(f(point).sum(), point)[-1]": "there is one",
        "point = (base + (k + 0.5) / steps * (x - base)).detach().requires_grad_(True) -> point = (base + (k + 0.5) / steps * (x - base)).requires_grad_(True)": "the inputs need no gradient",
    },
    "13.2": {
        "cam = torch.relu((weight * act).sum(1)) -> cam = torch.relu((weight * act).mean(1))": FACTOR,
        "weight = grad.mean(dim=(2, 3), keepdim=True) -> weight = grad.sum(dim=(2, 3), keepdim=True)": FACTOR,
        "return torch.where(most > 0, cam / most, torch.zeros_like(cam)) -> return torch.where(most > 0, cam / most, cam)": "there the map is 0",
    },
    "13.3": {
        "rest = [j for j in range(M) if j != i] -> rest = [j for j in range(M)]": "to a coalition with i, i adds 0",
    },
    "13.5": {
        "q = q.double() -> q = q": "the digits of float32 are enough",
        "rows, columns = (q.sum(1, keepdim=True), q.sum(0, keepdim=True)) -> rows, columns = (q.sum(1, keepdim=True), q.sum(0))": "(X, 1) times (Y,) is the same table",
        "rows, columns = (q.sum(1, keepdim=True), q.sum(0, keepdim=True)) -> rows, columns = (q.sum(1, keepdim=True), q.sum(0, keepdim=False))": "(X, 1) times (Y,) is the same table",
        "return float((q[there] * torch.log2((q / (rows * columns))[there])).sum()) -> return (q[there] * torch.log2((q / (rows * columns))[there])).sum()": NUMBER,
    },
    "13.6": {
        "place = a.argsort(dim=1, descending=True).argsort(dim=1) -> place = a.argsort(descending=True).argsort(dim=1)": AXIS,
        "place = a.argsort(dim=1, descending=True).argsort(dim=1) -> place = a.argsort(dim=1, descending=True).argsort()": AXIS,
    },
}

RATIO = "how often a pair occurs against chance: never small where it counts, and the result is compared to 1e-5 bits"
GUARDED = {
    "13.1": {"steps": COUNT},
    "13.3": {"math.factorial(M)": COUNT},
    "13.5": {
        "(q / (rows * columns))[there]": RATIO,
        "rows * columns": "compared to 1e-5 bits; not all of the products are small",
    },
}
