# %% [markdown]
# # Exercises 11 · When two modalities are worse than one
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

from fusion_edu import evaluate, train, widgets
from fusion_edu.checks import check, defend, unmask

# %% [markdown] task="11.1"

# %% answer="11.1"


def uncertainty_weighted(losses, log_var):
    """Sum over K losses of exp(-s) L / 2 + s / 2, of losses (K,) and log variances (K,)."""
    ### BEGIN SOLUTION
    return 0.5 * (torch.exp(-log_var) * losses + log_var).sum()
    ### END SOLUTION


# %% check="11.1"
check("11.1", uncertainty_weighted)

# %% [markdown]
# **Write the test.** Which wrong versions does this input unmask? With all log variances 0, many hide: change them.

# %%
unmask("11.1", torch.tensor([2.0, 4.0]), torch.tensor([0.0, 0.0]))

# %% [markdown] task="11.2"

# %% answer="11.2"


def ogm_coefficients(logits_a, logits_b, y, alpha):
    """Factors for the gradients of branches a and b, from their logits (N, C) and the classes y (N,)."""
    ### BEGIN SOLUTION
    row = torch.arange(len(y))
    says_a = torch.softmax(logits_a, dim=1)[row, y].sum().item()
    says_b = torch.softmax(logits_b, dim=1)[row, y].sum().item()
    if says_a > says_b:
        return 1 - math.tanh(alpha * says_a / says_b), 1.0
    if says_b > says_a:
        return 1.0, 1 - math.tanh(alpha * says_b / says_a)
    return 1.0, 1.0
    ### END SOLUTION


# %% check="11.2"
check("11.2", ogm_coefficients)

# %% [markdown] task="11.3"

# %% answer="11.3"


def gblend_weights(tr0, tr1, va0, va1):
    """Weights (K,) of K losses from training and validation losses at an early (0) and a late (1) checkpoint."""
    ### BEGIN SOLUTION
    gain = (va0 - va1).clamp_min(0)
    grown = (va1 - tr1) - (va0 - tr0)
    worth = gain / grown.square().clamp_min(1e-6)
    return worth / worth.sum()
    ### END SOLUTION


# %% check="11.3"
check("11.3", gblend_weights)

# %% [markdown] task="11.4"

# %% answer="11.4"


def project_conflict(g, other):
    """What is left of the gradient g (P,) without the part that works against the other (P,)."""
    ### BEGIN SOLUTION
    agreement = torch.dot(g, other)
    if agreement >= 0:
        return g.clone()
    return g - agreement / torch.dot(other, other) * other
    ### END SOLUTION


# %% check="11.4"
check("11.4", project_conflict)

# %% [markdown]
# **Write the test.** With vectors of length 1, four wrong divisors hide. Which input unmasks them?

# %%
unmask("11.4", torch.tensor([1.0, 0.0]), torch.tensor([-0.6, 0.8]))

# %% [markdown] task="11.5"

# %% answer="11.5"


def load_balance(probs):
    """E times the sum over E experts of (share of rows) times (mean probability), from a gate's probs (B, E)."""
    ### BEGIN SOLUTION
    experts = probs.shape[1]
    share = F.one_hot(probs.argmax(dim=1), experts).to(probs.dtype).mean(dim=0)
    return experts * (share * probs.mean(dim=0)).sum()
    ### END SOLUTION


# %% check="11.5"
check("11.5", load_balance)

# %% [markdown]
# ## Open task: rescue a starved branch, and say what it cost
#
# *Your own experiment. Checked is whether your conclusion follows from your runs.*
#
# `bent` is hard to learn and `plain` is easy, as in the lesson, but now `plain` says *more*: choose how noisy `bent` is. Choose a
# way of training (a weight for losses of their own, `train.ogm_coefficients` with `train.modulate`, another rate) and a score: the
# fused accuracy, or the probe of one branch. A rescue of one branch may cost the other one, or the fusion. Run your way and
# `one_loss` on at least five seeds. Conclude: is the first one `"better"`, `"worse"`, `"the same"` (then name the `margin` before
# you run) or is a difference `"not shown"`?

# %%
NOISE, OWN_WEIGHT, SEEDS = 0.5, 1.0, range(5)


def rows(seed, n=1200, width=16):
    g = torch.Generator().manual_seed(seed)
    y = torch.randint(0, 4, (n,), generator=g)
    bits, sign = torch.stack([y % 2, y // 2], 1) * 2.0 - 1, torch.randint(0, 2, (n, 2), generator=g) * 2.0 - 1
    rest = torch.zeros(n, width - 4)
    bent = torch.cat([sign, sign * bits, rest], 1) + NOISE * torch.randn(n, width, generator=g)
    return {
        "bent": bent,
        "plain": torch.cat([2.0 * F.one_hot(y, 4), rest], 1) + 0.5 * torch.randn(n, width, generator=g),
    }, y


def trained(seed, own_weight, epochs=15):
    """Bodies and heads of two branches, and the fused accuracy on new rows."""
    (x, y), (new_x, new_y) = rows(seed), rows(seed + 1000)
    torch.manual_seed(seed)
    body = nn.ModuleDict({m: nn.Sequential(nn.Linear(16, 48), nn.ReLU()) for m in x})
    head = nn.ModuleDict({m: nn.Linear(48, 4) for m in x})
    optimizer = torch.optim.SGD([*body.parameters(), *head.parameters()], 0.1, momentum=0.9)
    for _ in range(epochs):
        for part in torch.randperm(len(y)).split(128):
            said = {m: head[m](body[m](x[m][part])) for m in x}
            loss = F.cross_entropy(sum(said.values()), y[part])
            loss = loss + own_weight * sum(F.cross_entropy(s, y[part]) for s in said.values())
            optimizer.zero_grad()
            loss.backward()
            # between backward and step: train.modulate(body["plain"], ...) with train.ogm_coefficients(said, y[part], alpha=0.8)
            optimizer.step()
    with torch.no_grad():
        fused = evaluate.accuracy(sum(head[m](body[m](new_x[m])) for m in new_x), new_y)
        probe = evaluate.linear_probe(body["bent"](x["bent"]), y, body["bent"](new_x["bent"]))
    return {"fused": fused, "probe of bent": evaluate.accuracy(probe, new_y)}


def one_loss(seed):
    return trained(seed, 0.0)["fused"]


runs = {}  # your way, then one_loss: {"...": [...], "one loss": [one_loss(seed) for seed in SEEDS]}
conclusion = None
defend("11.open", runs, conclusion)

# %%
widgets.progress_map()
