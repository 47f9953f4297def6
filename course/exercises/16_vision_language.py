# %% [markdown]
# # Exercises 16 · A small vision-language model, and what size costs
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.

# %%
import torch
from torch.nn import functional as F

from fusion_edu import losses, widgets
from fusion_edu.checks import check, defend, unmask

# %% [markdown] task="16.1"

# %% answer="16.1"


def soft_words(tokens, weight, bias, table):
    """Tokens (B, T, D) to mixtures of the vectors of V words: weight (V, D), bias (V,), table (V, E); gives (B, T, E)."""
    ### BEGIN SOLUTION
    p = F.linear(tokens, weight, bias).softmax(dim=2)  # (B, T, V)
    return p @ table
    ### END SOLUTION


# %% check="16.1"
check("16.1", soft_words)

# %% [markdown] task="16.2"

# %% answer="16.2"


def learned_queries(queries, tokens, mask):
    """K queries (K, D) look at the real tokens of each picture, (B, T, D) with mask (B, T): (B, K, D)."""
    ### BEGIN SOLUTION
    tokens = tokens.masked_fill(~mask.unsqueeze(2), 0.0)  # 0 times NaN is NaN
    scores = torch.einsum("kd,btd->bkt", queries, tokens) / queries.shape[1] ** 0.5
    lowest = torch.finfo(scores.dtype).min
    weights = scores.masked_fill(~mask.unsqueeze(1), lowest).softmax(dim=2) * mask.unsqueeze(1)
    return weights @ tokens
    ### END SOLUTION


# %% check="16.2"
check("16.2", learned_queries)

# %% [markdown] task="16.3"

# %% answer="16.3"


def prefix_loss(logits, target, k):
    """Mean cross-entropy of the real tokens of a text (B, T) that was read behind k vectors: logits (B, k + T, C)."""
    ### BEGIN SOLUTION
    says = logits[:, k - 1 : -1]  # the last vector says the first token
    return F.cross_entropy(says.transpose(1, 2), target, ignore_index=0)
    ### END SOLUTION


# %% check="16.3"
check("16.3", prefix_loss)

# %% [markdown]
# **Write the test.** One text of two tokens behind one vector: which wrong losses does this input unmask? Change it until none
# hides.

# %%
unmask("16.3", torch.zeros(1, 3, 3), torch.tensor([[1, 2]]), 1)

# %% [markdown] task="16.4"

# %% answer="16.4"


def freeze_report(make, part):
    """Build the model, freeze one part; (scalars that learn, scalars that do not, leaves in train mode)."""
    ### BEGIN SOLUTION
    model = make().train()
    frozen = dict(model.named_modules()).get(part) if part else None
    if frozen is not None:
        frozen.requires_grad_(False).eval()
    counts = {True: 0, False: 0}
    for parameter in model.parameters():
        counts[parameter.requires_grad] += parameter.numel()
    names = [name for name, module in model.named_modules() if module.training and not list(module.children())]
    return counts[True], counts[False], names
    ### END SOLUTION


# %% check="16.4"
check("16.4", freeze_report)

# %% [markdown] task="16.5"

# %% answer="16.5"


def accumulate(losses):
    """Losses of each row, in parts (n_k,), to the mean over all rows."""
    ### BEGIN SOLUTION
    rows = sum(len(part) for part in losses)
    return torch.stack([part.sum() for part in losses]).sum() / rows
    ### END SOLUTION


# %% check="16.5"
check("16.5", accumulate)

# %% [markdown] task="16.6"

# %% answer="16.6"


def local_clip_loss(img, txt, rank, scale):
    """The CLIP loss of the rows of process ``rank`` against the rows of all: lists of (n_r, D), one a process."""
    ### BEGIN SOLUTION
    first = sum(len(part) for part in img[:rank])
    labels = first + torch.arange(len(img[rank]))
    to_txt = F.cross_entropy(scale * img[rank] @ torch.cat(txt).T, labels)
    to_img = F.cross_entropy(scale * txt[rank] @ torch.cat(img).T, labels)
    return (to_txt + to_img) / 2
    ### END SOLUTION


# %% check="16.6"
check("16.6", local_clip_loss)

# %% [markdown] task="16.7"

# %% answer="16.7"


def cached_gradient(parts, w, encode, loss):
    """The gradient of loss(encode(all rows, w)) by w, with one part at a time in ``encode``."""
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    with torch.no_grad():
        z = torch.cat([encode(part, w) for part in parts])
    loss(z.requires_grad_()).backward()
    for part, grad in zip(parts, z.grad.split([len(part) for part in parts]), strict=True):
        encode(part, w).backward(grad)
    return w.grad
    ### END SOLUTION


# %% check="16.7"
check("16.7", cached_gradient)

# %% [markdown]
# ## Open task: how many negatives?
#
# *Your own experiment. Checked is whether your conclusion follows from your runs.*
#
# Two linear towers learn from 512 pairs with the CLIP loss. You may choose how the batch of 128 is cut into parts whose rows
# see only each other as negatives (accumulation), and how noisy the pairs are. Compare two cuts with the same number of
# steps, on new pairs, over at least five seeds. Conclude: is the first one `"better"`, `"worse"`, `"the same"` (then name the
# `margin` before you run) or is a difference `"not shown"`?

# %%
NOISE, STEPS, SEEDS = 1.0, 100, range(5)


def found(seed, part):
    """Share of 256 new pairs whose partner is the nearest of all, after training with parts of so many rows."""
    g = torch.Generator().manual_seed(seed)
    shared = torch.randn(768, 16, generator=g)
    a, b = (shared + NOISE * torch.randn(768, 16, generator=g) for _ in "ab")
    w = [(torch.randn(16, 8, generator=g) / 4).requires_grad_() for _ in "ab"]
    adam = torch.optim.Adam(w, 1e-2)
    for _ in range(STEPS):
        rows = torch.randperm(512, generator=g)[:128]
        adam.zero_grad()
        for i in rows.split(part):
            (len(i) / 128 * losses.clip(a[i] @ w[0], b[i] @ w[1], scale=10.0)).backward()
        adam.step()
    with torch.no_grad():
        x, y = (F.normalize(side[512:] @ weights, dim=1) for side, weights in zip((a, b), w, strict=True))
    return ((x @ y.T).argmax(1) == torch.arange(256)).float().mean().item()


def whole_batch(seed):
    return found(seed, 128)


runs = {}  # your cut, then whole_batch: {"parts of 16": [found(seed, 16) ...], "whole": [whole_batch(seed) for seed in SEEDS]}
conclusion = None
defend("16.open", runs, conclusion)

# %%
widgets.progress_map()
