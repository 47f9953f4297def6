# %% right: Python loops with math.log2 over p.tolist()
import math

def interaction_information(p):
    t = p.tolist()
    A, B, Y = p.shape

    def mi(cells):
        px, py = {}, {}
        for (x, y), v in cells.items():
            px[x] = px.get(x, 0.0) + v
            py[y] = py.get(y, 0.0) + v
        return sum(v * math.log2(v / (px[x] * py[y])) for (x, y), v in cells.items() if v > 0)

    one, two, pair = {}, {}, {}
    for a in range(A):
        for b in range(B):
            for y in range(Y):
                v = t[a][b][y]
                one[a, y] = one.get((a, y), 0.0) + v
                two[b, y] = two.get((b, y), 0.0) + v
                pair[(a, b), y] = v
    i1, i2, i12 = mi(one), mi(two), mi(pair)
    return i1, i2, i12, i12 - i1 - i2

# %% right: a helper with a mask, in float64
import torch

def _mi(joint):
    px = joint.sum(dim=1, keepdim=True)
    py = joint.sum(dim=0, keepdim=True)
    indep = (px * py).expand_as(joint)
    keep = joint > 0
    return (joint[keep] * torch.log2(joint[keep] / indep[keep])).sum()

def interaction_information(p):
    q = p.detach().double()
    a = _mi(q.sum(dim=1))
    b = _mi(q.sum(dim=0))
    ab = _mi(q.flatten(0, 1))
    return a, b, ab, ab - a - b

# %% right: from entropies with torch.special.entr, short
import math
import torch

def interaction_information(p):
    h = lambda *dims: torch.special.entr(p.double().sum(dims) if dims else p.double()).sum() / math.log(2)
    i1 = h(1, 2) + h(0, 1) - h(1)
    i2 = h(0, 2) + h(0, 1) - h(0)
    i12 = h(2) + h(0, 1) - h()
    return i1, i2, i12, i12 - i1 - i2

# %% right: numpy, log of the quotient only where p > 0
import numpy as np

def interaction_information(p):
    q = p.detach().cpu().numpy().astype(np.float64)

    def bits(m):
        outer = np.outer(m.sum(axis=1), m.sum(axis=0))
        quotient = np.divide(m, outer, out=np.ones_like(m), where=m > 0)
        return float(np.sum(m * np.log2(quotient)))

    first, second = bits(q.sum(axis=1)), bits(q.sum(axis=0))
    both = bits(q.reshape(-1, q.shape[2]))
    return first, second, both, both - (first + second)

# %% right: einsum marginals and torch.xlogy
import math
import torch

def interaction_information(p):
    p = p.to(torch.float64)
    ay, by = torch.einsum('aby->ay', p), torch.einsum('aby->by', p)
    a, b, y = torch.einsum('ay->a', ay), torch.einsum('by->b', by), torch.einsum('ay->y', ay)
    ab = torch.einsum('aby->ab', p)
    i1 = (torch.xlogy(ay, ay) - torch.xlogy(ay, torch.einsum('a,y->ay', a, y))).sum()
    i2 = (torch.xlogy(by, by) - torch.xlogy(by, torch.einsum('b,y->by', b, y))).sum()
    i12 = (torch.xlogy(p, p) - torch.xlogy(p, torch.einsum('ab,y->aby', ab, y))).sum()
    r = torch.stack([i1, i2, i12, i12 - i1 - i2]) / math.log(2)
    return tuple(r.tolist())

# %% right: H(Y) - H(Y|X) in a class, over-long, with early return for a sure label
import math
import torch

class Info:
    def __init__(self, p):
        self.p = p.clone().to(torch.float64)
        self.A, self.B, self.Y = self.p.shape
        self.label = [float(v) for v in self.p.sum(dim=(0, 1))]

    @staticmethod
    def entropy(values):
        total = 0.0
        for v in values:
            if v <= 0.0:
                continue
            total -= v * math.log2(v)
        return total

    def conditional(self, table):
        """H(Y | X) of table (X, Y) with joint probabilities."""
        total = 0.0
        for row in table.tolist():
            weight = sum(row)
            if weight == 0.0:
                continue
            total += weight * self.entropy([v / weight for v in row])
        return total

    def all(self):
        if self.Y == 1:
            return 0.0, 0.0, 0.0, 0.0
        h = self.entropy(self.label)
        one = h - self.conditional(self.p.sum(dim=1))
        two = h - self.conditional(self.p.sum(dim=0))
        pair = h - self.conditional(self.p.reshape(self.A * self.B, self.Y))
        return one, two, pair, pair - one - two

def interaction_information(p):
    return Info(p).all()

# %% wrong: natural logarithm, so nats instead of bits
import torch

def interaction_information(p):
    q = p.double()

    def mi(j):
        ind = j.sum(1, keepdim=True) * j.sum(0, keepdim=True)
        return (torch.xlogy(j, j) - torch.xlogy(j, ind)).sum()

    i1, i2, i12 = mi(q.sum(1)), mi(q.sum(0)), mi(q.reshape(-1, q.shape[-1]))
    return i1, i2, i12, i12 - i1 - i2

# %% wrong: a zero probability makes the result nan
import torch

def interaction_information(p):
    def mi(j):
        px, py = j.sum(1), j.sum(0)
        return torch.einsum('xy,xy->', j, torch.log2(j / torch.outer(px, py)))

    q = p.double()
    i1, i2, i12 = mi(q.sum(1)), mi(q.sum(0)), mi(q.flatten(0, 1))
    return i1, i2, i12, i12 - i1 - i2

# %% wrong: the interaction has the opposite sign (redundancy minus synergy)
import numpy as np

def interaction_information(p):
    q = p.numpy().astype(np.float64)

    def H(m):
        m = m[m > 0]
        return -(m * np.log2(m)).sum()

    hy = H(q.sum((0, 1)))
    i1 = H(q.sum((1, 2))) + hy - H(q.sum(1))
    i2 = H(q.sum((0, 2))) + hy - H(q.sum(0))
    i12 = H(q.sum(2)) + hy - H(q)
    return float(i1), float(i2), float(i12), float(i1 + i2 - i12)

# %% wrong: cuts a negative interaction off at 0, as if information could not be negative
import torch

def interaction_information(p):
    q = p.double()
    rows = []
    for joint in (q.sum(1), q.sum(0), q.reshape(-1, q.size(2))):
        ind = (joint.sum(1, keepdim=True) * joint.sum(0)).clamp(min=1e-300)
        ratio = torch.where(joint > 0, joint / ind, torch.ones_like(joint))
        rows.append((joint * ratio.log2()).sum())
    i1, i2, i12 = [torch.clamp(r, min=0) for r in rows]
    return i1, i2, i12, torch.clamp(i12 - i1 - i2, min=0)

# %% wrong: adds 1e-6 to all probabilities against log 0, which shifts the results by more than allowed
import torch

def interaction_information(p):
    q = p.double() + 1e-6
    q = q / q.sum()

    def mi(j):
        return (j * (j.log2() - j.sum(1, keepdim=True).log2() - j.sum(0, keepdim=True).log2())).sum()

    i1, i2, i12 = mi(q.sum(dim=1)), mi(q.sum(dim=0)), mi(q.flatten(end_dim=1))
    return i1, i2, i12, i12 - i1 - i2

# %% wrong: for the pair it takes the information between the two modalities, I(X1; X2)
import math

def interaction_information(p):
    def mi(j):
        rows = j.double().tolist()
        px = [sum(r) for r in rows]
        py = [sum(c) for c in zip(*rows)]
        s = 0.0
        for x, r in enumerate(rows):
            for y, v in enumerate(r):
                if v > 0:
                    s += v * math.log2(v / px[x] / py[y])
        return s

    p = p.double()
    i1, i2, i12 = mi(p.sum(1)), mi(p.sum(0)), mi(p.sum(2))
    return i1, i2, i12, i12 - i1 - i2

# %% wrong: replaces zeros by 1e-12 in the given p itself
import torch

def interaction_information(p):
    p[p == 0] = 1e-12
    q = p.to(torch.float64)

    def mi(j):
        return (j * torch.log2(j / (j.sum(1, keepdim=True) * j.sum(0, keepdim=True)))).sum()

    i1, i2, i12 = mi(q.sum(1)), mi(q.sum(0)), mi(q.reshape(-1, q.shape[2]))
    return i1.item(), i2.item(), i12.item(), (i12 - i1 - i2).item()

# %% wrong: sums over the wrong modality, so I(X1; Y) and I(X2; Y) are swapped
import math
import torch

def interaction_information(p):
    def H(t):
        return torch.special.entr(t).sum().item() / math.log(2)

    p = p.double()
    x1 = p.sum(dim=0)      # modality 1 and the label
    x2 = p.sum(dim=1)      # modality 2 and the label
    hy = H(p.sum(dim=(0, 1)))
    i1 = H(x1.sum(dim=1)) + hy - H(x1)
    i2 = H(x2.sum(dim=1)) + hy - H(x2)
    i12 = H(p.sum(dim=2)) + hy - H(p)
    return i1, i2, i12, i12 - i1 - i2

# %% wrong: divides by the entropy of the label (normalised information)
import torch

class Joint:
    def __init__(self, table):
        self.t = table

    def bits(self):
        ind = torch.outer(self.t.sum(1), self.t.sum(0))
        k = self.t > 0
        return (self.t[k] * (self.t[k] / ind[k]).log2()).sum()

def interaction_information(p):
    q = p.double()
    y = q.sum((0, 1))
    y = y[y > 0]
    h = -(y * y.log2()).sum()
    scale = 1 / h if h > 0 else 0.0
    i1 = Joint(q.sum(1)).bits() * scale
    i2 = Joint(q.sum(0)).bits() * scale
    i12 = Joint(q.flatten(0, 1)).bits() * scale
    return i1, i2, i12, i12 - i1 - i2

# %% wrong: takes log2 of the number of labels for H(Y), which holds only for equally frequent labels
import math
import torch

def interaction_information(p):
    q = p.double()
    h_y = math.log2(q.shape[2])

    def rest(table):
        cond = table / table.sum(dim=1, keepdim=True).clamp(min=1e-30)
        return -(torch.xlogy(table, cond)).sum().item() / math.log(2)

    i1 = h_y - rest(q.sum(dim=1))
    i2 = h_y - rest(q.sum(dim=0))
    i12 = h_y - rest(q.flatten(0, 1))
    return i1, i2, i12, i12 - i1 - i2

# %% two: the pair is compared with p(x1) p(x2) p(y) instead of p(x1, x2) p(y); results in nats
import torch

def interaction_information(p):
    q = p.double()
    a, b, y = q.sum((1, 2)), q.sum((0, 2)), q.sum((0, 1))

    def kl(j, ind):
        return (torch.xlogy(j, j) - torch.xlogy(j, ind)).sum()

    i1 = kl(q.sum(1), torch.einsum('a,y->ay', a, y))
    i2 = kl(q.sum(0), torch.einsum('b,y->by', b, y))
    i12 = kl(q, torch.einsum('a,b,y->aby', a, b, y))
    return i1, i2, i12, i12 - i1 - i2

# %% two: returns the interaction before the pair; rounds to two digits
import math

def interaction_information(p):
    def mi(j):
        j = j.double()
        px, py = j.sum(1).tolist(), j.sum(0).tolist()
        return sum(v * math.log2(v / (px[x] * py[y]))
                   for x, r in enumerate(j.tolist()) for y, v in enumerate(r) if v > 0)

    i1, i2, i12 = mi(p.sum(1)), mi(p.sum(0)), mi(p.reshape(-1, p.shape[2]))
    return round(i1, 2), round(i2, 2), round(i12 - i1 - i2, 2), round(i12, 2)

# %% two: skips all cells below 1e-3; the interaction subtracts only the larger of the two
import torch

def interaction_information(p):
    def mi(j):
        ind = torch.outer(j.sum(1), j.sum(0))
        k = j > 1e-3
        return (j[k] * (j[k] / ind[k]).log2()).sum()

    q = p.double()
    i1, i2, i12 = mi(q.sum(1)), mi(q.sum(0)), mi(q.flatten(0, 1))
    return i1, i2, i12, i12 - torch.maximum(i1, i2)

# %% two: mean over the cells instead of the sum; clamps the given p in place
import torch

def interaction_information(p):
    q = p.clamp_(min=1e-12).double()

    def mi(j):
        ind = torch.outer(j.sum(1), j.sum(0))
        ratio = torch.where(j > 0, j / ind.clamp(min=1e-300), torch.ones_like(j))
        return (j * ratio.log2()).mean()

    i1, i2, i12 = mi(q.sum(1)), mi(q.sum(0)), mi(q.flatten(0, 1))
    return i1, i2, i12, i12 - i1 - i2
