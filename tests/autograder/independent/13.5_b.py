# %% right: torch in double, xlogy on ratio-free terms
import math
import torch


def _mi(joint):
    px = joint.sum(1)
    py = joint.sum(0)
    t = torch.xlogy(joint, joint).sum() - torch.xlogy(px, px).sum() - torch.xlogy(py, py).sum()
    return t / math.log(2)


def interaction_information(p):
    p = p.detach().double()
    i1 = _mi(p.sum(1))
    i2 = _mi(p.sum(0))
    i12 = _mi(p.flatten(0, 1))
    return i1, i2, i12, i12 - i1 - i2

# %% right: pure python loops with dictionaries
import math
from collections import defaultdict
import torch


def interaction_information(p):
    cells = p.tolist()
    j1, j2, j12 = defaultdict(float), defaultdict(float), defaultdict(float)
    for a, plane in enumerate(cells):
        for b, line in enumerate(plane):
            for y, v in enumerate(line):
                j1[a, y] += v
                j2[b, y] += v
                j12[(a, b), y] += v

    def mutual(joint):
        mx, my = defaultdict(float), defaultdict(float)
        for (x, y), v in joint.items():
            mx[x] += v
            my[y] += v
        out = 0.0
        for (x, y), v in joint.items():
            if v > 0:
                out += v * (math.log2(v) - math.log2(mx[x]) - math.log2(my[y]))
        return out

    i1, i2, i12 = mutual(j1), mutual(j2), mutual(j12)
    return i1, i2, i12, i12 - i1 - i2

# %% right: numpy, entropies H(X) + H(Y) - H(X, Y)
import numpy as np
import torch


def interaction_information(p):
    q = p.detach().cpu().numpy().astype(np.float64)

    def H(arr):
        v = arr[arr > 0]
        return float(-(v * np.log2(v)).sum())

    hy = H(q.sum(axis=(0, 1)))
    i1 = H(q.sum(axis=(1, 2))) + hy - H(q.sum(axis=1))
    i2 = H(q.sum(axis=(0, 2))) + hy - H(q.sum(axis=0))
    i12 = H(q.sum(axis=2)) + hy - H(q)
    return i1, i2, i12, i12 - i1 - i2

# %% right: boolean mask of the positive cells, outer product with einsum
import torch


def interaction_information(p):
    p = p.to(torch.float64)
    _, _, n_y = p.shape
    results = []
    for joint in (p.sum(dim=1), p.sum(dim=0), p.reshape(-1, n_y)):
        prod = torch.einsum("i,j->ij", joint.sum(1), joint.sum(0))
        ok = joint > 0
        results.append(torch.sum(joint[ok] * torch.log2(joint[ok] / prod[ok])).item())
    i1, i2, i12 = results
    return i1, i2, i12, i12 - (i1 + i2)

# %% right: mean Kullback-Leibler distance of p(y | x) from p(y), double where
import torch


def _tell(joint):
    total_y = joint.sum(0, keepdim=True)
    px = joint.sum(1, keepdim=True)
    cond = joint / torch.where(px > 0, px, torch.ones_like(px))
    safe_y = torch.where(total_y > 0, total_y, torch.ones_like(total_y))
    ratio = torch.where(joint > 0, cond / safe_y, torch.ones_like(joint))
    kl = (cond * torch.log2(ratio)).sum(1)
    return float((px.squeeze(1) * kl).sum())


def interaction_information(p):
    with torch.no_grad():
        p = p.double()
        A, B, Y = p.shape
        i1 = _tell(p.sum(1))
        i2 = _tell(p.sum(0))
        both = _tell(p.contiguous().view(A * B, Y))
    return i1, i2, both, both - i1 - i2

# %% wrong: natural logarithm, so nats instead of bits
import torch


def interaction_information(p):
    p = p.double()

    def mi(j):
        outer = j.sum(1, keepdim=True) * j.sum(0, keepdim=True)
        m = j > 0
        return (j[m] * (j[m] / outer[m]).log()).sum()

    i1, i2, i12 = mi(p.sum(1)), mi(p.sum(0)), mi(p.reshape(-1, p.shape[2]))
    return i1, i2, i12, i12 - i1 - i2

# %% wrong: sign of the interaction turned round
import numpy as np
import torch


def interaction_information(p):
    p = np.asarray(p.detach(), dtype=np.float64)

    def entropy(v):
        v = v.ravel()
        v = v[v > 0]
        return -np.sum(v * np.log2(v))

    h_y = entropy(p.sum((0, 1)))
    i1 = entropy(p.sum((1, 2))) + h_y - entropy(p.sum(1))
    i2 = entropy(p.sum((0, 2))) + h_y - entropy(p.sum(0))
    i12 = entropy(p.sum(2)) + h_y - entropy(p)
    return float(i1), float(i2), float(i12), float(i1 + i2 - i12)

# %% wrong: 0 log 0 is not handled, NaN for cells of 0
import torch


def mutual_info(joint):
    px = joint.sum(dim=1, keepdim=True)
    py = joint.sum(dim=0, keepdim=True)
    return (joint * torch.log2(joint / (px * py))).sum()


def interaction_information(p):
    p = p.double()
    A, B, Y = p.shape
    i1 = mutual_info(p.sum(dim=1))
    i2 = mutual_info(p.sum(dim=0))
    i12 = mutual_info(p.reshape(A * B, Y))
    return i1, i2, i12, i12 - i1 - i2

# %% wrong: axes mixed up, I(X1; Y) and I(X2; Y) are swapped
import math
import torch


def interaction_information(p):
    q = p.double()

    def info(j):
        rows, cols = j.sum(1).tolist(), j.sum(0).tolist()
        s = 0.0
        for r, line in enumerate(j.tolist()):
            for c, v in enumerate(line):
                if v > 0:
                    s += v * math.log2(v / rows[r] / cols[c])
        return s

    i1 = info(q.sum(0))     # axis 0 is modality 1
    i2 = info(q.sum(1))     # axis 1 is modality 2
    i12 = info(q.flatten(0, 1))
    return i1, i2, i12, i12 - i1 - i2

# %% wrong: the pair is not one variable: p(a) p(b) p(y) under the fraction (total correlation)
import torch


def interaction_information(p):
    p = p.double()
    pa = p.sum((1, 2))
    pb = p.sum((0, 2))
    py = p.sum((0, 1))

    def kl(j, ref):
        keep = j > 0
        return (j[keep] * torch.log2(j[keep] / ref[keep])).sum()

    i1 = kl(p.sum(1), torch.outer(pa, py))
    i2 = kl(p.sum(0), torch.outer(pb, py))
    i12 = kl(p, torch.einsum("a,b,y->aby", pa, pb, py))
    return i1, i2, i12, i12 - i1 - i2

# %% wrong: 1e-6 added to every cell against log 0, which moves the numbers by more than 1e-5 bits
import torch


def interaction_information(p):
    q = p.double() + 1e-6
    q = q / q.sum()

    def mi(j):
        return (j * torch.log2(j / (j.sum(1, keepdim=True) * j.sum(0, keepdim=True)))).sum().item()

    i1 = mi(q.sum(1))
    i2 = mi(q.sum(0))
    i12 = mi(q.reshape(-1, q.shape[-1]))
    return i1, i2, i12, i12 - i1 - i2

# %% wrong: zeros are replaced in place, the input is changed
import torch


def interaction_information(p):
    zero = p == 0
    p[zero] = 1.0e-30
    q = p.double()
    res = []
    for j in (q.sum(1), q.sum(0), q.reshape(-1, q.shape[2])):
        px, py = j.sum(1), j.sum(0)
        res.append((j * (j.log2() - px.log2()[:, None] - py.log2()[None, :])).sum())
    return res[0], res[1], res[2], res[2] - res[0] - res[1]

# %% wrong: the interaction is cut off at 0, so redundancy is never seen
import torch


def interaction_information(p):
    p = p.to(torch.float64)

    def h(t):
        t = t.flatten()
        return -torch.xlogy(t, t).sum() / torch.log(torch.tensor(2.0, dtype=torch.float64))

    hy = h(p.sum(0).sum(0))
    i1 = h(p.sum(2).sum(1)) + hy - h(p.sum(1))
    i2 = h(p.sum(2).sum(0)) + hy - h(p.sum(0))
    i12 = h(p.sum(2)) + hy - h(p)
    return i1, i2, i12, torch.clamp(i12 - i1 - i2, min=0)

# %% wrong: p(y) taken as uniform, 1 / Y
import math
import torch


def interaction_information(p):
    p = p.double()
    n_labels = p.shape[2]

    def bits(joint):
        # H(Y) - H(Y | X)
        px = joint.sum(1)
        h_cond = 0.0
        for x in range(joint.shape[0]):
            for v in joint[x].tolist():
                if v > 0:
                    h_cond -= v * math.log2(v / px[x].item())
        return math.log2(n_labels) - h_cond

    i1 = bits(p.sum(dim=1))
    i2 = bits(p.sum(dim=0))
    both = bits(p.reshape(-1, n_labels))
    return i1, i2, both, both - i1 - i2

# %% wrong: cells below 1e-4 count as 0, small probabilities are lost
import torch


def interaction_information(p):
    p = p.double()

    def mi(joint):
        expected = joint.sum(1, keepdim=True) @ joint.sum(0, keepdim=True)
        ratio = torch.where(joint > 1e-4, joint / expected, torch.ones_like(joint))
        return (joint * torch.log2(ratio)).sum().item()

    one = mi(p.sum(1))
    two = mi(p.sum(0))
    pair = mi(p.view(-1, p.size(2)) if p.is_contiguous() else p.reshape(-1, p.size(2)))
    return one, two, pair, pair - one - two

# %% two: nats instead of bits; interaction with the sign turned round
import math
import torch


def interaction_information(p):
    p = p.double()

    def mi(j):
        px, py = j.sum(1), j.sum(0)
        total = 0.0
        for x in range(j.shape[0]):
            for y in range(j.shape[1]):
                v = j[x, y].item()
                if v > 0:
                    total += v * math.log(v / (px[x].item() * py[y].item()))
        return total

    a, b, c = mi(p.sum(1)), mi(p.sum(0)), mi(p.flatten(0, 1))
    return a, b, c, a + b - c

# %% two: axes mixed up (I1 and I2 swapped); 0 log 0 gives NaN
import torch


def interaction_information(p):
    q = p.double()

    def mi(j):
        return torch.sum(j * (torch.log2(j) - torch.log2(j.sum(1, keepdim=True)) - torch.log2(j.sum(0, keepdim=True))))

    i1 = mi(q.sum(0))
    i2 = mi(q.sum(1))
    i12 = mi(q.reshape(-1, q.shape[2]))
    return i1, i2, i12, i12 - i1 - i2

# %% two: for the pair H(X1, X2 | Y) = H(X1, X2, Y) - H(Y) is given instead of I(X1, X2; Y); interaction as an absolute value
import numpy as np
import torch


def interaction_information(p):
    p = p.detach().numpy().astype(np.float64)

    def H(a):
        a = a[a > 0]
        return float(-np.sum(a * np.log2(a)))

    hy = H(p.sum((0, 1)))
    i1 = H(p.sum((1, 2))) + hy - H(p.sum(1))
    i2 = H(p.sum((0, 2))) + hy - H(p.sum(0))
    i12 = H(p) - hy
    return i1, i2, i12, abs(i12 - i1 - i2)

# %% two: I(X1; X2) given as the first number instead of I(X1; Y); logs of p + 1e-5
import torch


def interaction_information(p):
    p = p.double()
    small = 1e-5

    def mi(j):
        outer = torch.outer(j.sum(1), j.sum(0))
        return (j * torch.log2((j + small) / (outer + small))).sum().item()

    i1 = mi(p.sum(2))
    i2 = mi(p.sum(0))
    i12 = mi(p.reshape(-1, p.shape[2]))
    return i1, i2, i12, i12 - i1 - i2
