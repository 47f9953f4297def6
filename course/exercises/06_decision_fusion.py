# %% [markdown]
# # Exercises 06 · Decision fusion
#
# Write each function, then run the cell below it. A check answers at once: right; or wrong, with an input that shows it;
# or the mistake by name. Run it as often as you like. Its card holds folded hints, the mildest first.
#
# Every right way is accepted: a check compares what your function does, not how it is written.

# %%
import torch
from torch.nn import functional as F

from fusion_edu import evaluate, fusion, widgets
from fusion_edu.checks import check, defend, unmask

# %% [markdown] task="06.1"

# %% answer="06.1"


def majority_vote(preds, classes):
    """The class with the most votes of M models, preds (M, N); a tie goes to the first model among the tied: (N,)."""
    ### BEGIN SOLUTION
    agree = preds[:, None, :] == preds[None, :, :]  # (M, M, N): who votes as whom
    support = agree.sum(dim=1)  # (M, N), argmax takes the first of equals
    winner = support.argmax(dim=0)
    return preds[winner, torch.arange(preds.shape[1], device=preds.device)]
    ### END SOLUTION


# %% check="06.1"
check("06.1", majority_vote)

# %% [markdown]
# **Write the test.** Two models and one sample: which wrong votes does this input unmask? Change it until none hides.

# %%
unmask("06.1", torch.tensor([[2], [0]]), 3)

# %% [markdown] task="06.2"

# %% answer="06.2"


def average_probs(logits, w):
    """Mean of the models' probabilities, weighted by w (M,): (M, N, C) to (N, C)."""
    ### BEGIN SOLUTION
    probabilities = torch.softmax(logits, dim=2)
    return torch.einsum("m,mnc->nc", w / w.sum(), probabilities)
    ### END SOLUTION


# %% check="06.2"
check("06.2", average_probs)

# %% [markdown] task="06.3"

# %% answer="06.3"


def product_of_experts(log_p, log_prior):
    """log of the product of M posteriors over the prior to the power M - 1, normalised: (M, N, C) to (N, C)."""
    ### BEGIN SOLUTION
    evidence = (log_p - log_prior).sum(dim=0)  # what each expert adds to the prior
    return torch.log_softmax(log_prior + evidence, dim=1)
    ### END SOLUTION


# %% check="06.3"
check("06.3", product_of_experts)

# %% [markdown] task="06.4"

# %% answer="06.4"


def out_of_fold(x, y, fold, fit_predict):
    """Each row predicted by a model that was trained on the other folds: (N,)."""
    ### BEGIN SOLUTION
    predicted = torch.zeros_like(y)
    for number in sorted(set(fold.tolist())):
        inside = (fold == number).nonzero().squeeze(1)
        outside = (fold != number).nonzero().squeeze(1)
        predicted[inside] = fit_predict(x[outside], y[outside], x[inside])
    return predicted
    ### END SOLUTION


# %% check="06.4"
check("06.4", out_of_fold)

# %% [markdown]
# ## Open task: which rule for these experts?
#
# *Your own experiment. The check asks whether your conclusion follows from your runs.*
#
# Three experts look at things of four classes. Choose how much of their noise they share (0 to 1) and how many times too sure
# expert 0 is. Choose two rules: vote, mean, weighted mean, product. Run at least five seeds. Conclude: is the first one
# `"better"`, `"worse"`, `"the same"` (then name the `margin` before you run) or is a difference `"not shown"`?

# %%
SHARED, TOO_SURE, SEEDS = 0.5, 1.0, range(5)


def experts(seed, n=4000, strength=1.5):
    """Probabilities (n, 4) of three experts, and the class."""
    g = torch.Generator().manual_seed(seed)
    y = torch.randint(0, 4, (n,), generator=g)
    noise = SHARED**0.5 * torch.randn(n, 4, generator=g) + (1 - SHARED) ** 0.5 * torch.randn(3, n, 4, generator=g)
    logits = strength * (strength * F.one_hot(y, 4) + noise)
    logits[0] *= TOO_SURE
    return {f"expert {m}": s.softmax(1) for m, s in enumerate(logits)}, y


def mean_rule(seed):
    p, y = experts(seed)
    return evaluate.accuracy(fusion.average_probabilities(p), y)


runs = {}  # your rule, then mean_rule: {"...": [...], "mean": [mean_rule(seed) for seed in SEEDS]}
conclusion = None
defend("06.open", runs, conclusion)

# %%
widgets.progress_map()
