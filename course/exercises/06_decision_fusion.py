# %% [markdown]
# # Exercises 06 · Decision fusion
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.
# The lesson: [notebooks/06_decision_fusion.ipynb](../notebooks/06_decision_fusion.ipynb)

# %%
import torch

from fusion_edu import widgets
from fusion_edu.checks import check, unmask

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
# Back to the lesson: [notebooks/06_decision_fusion.ipynb](../notebooks/06_decision_fusion.ipynb)

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
