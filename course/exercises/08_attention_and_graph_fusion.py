# %% [markdown]
# # Exercises 08 · Attention, bottlenecks and graphs
#
# Write each function, then run the cell below it. A check answers at once: right; or wrong, with an input that shows it;
# or the mistake by name. Run it as often as you like. Its card holds folded hints, the mildest first.
#
# Every right way is accepted: a check compares what your function does, not how it is written.

# %%
import torch
from torch import nn

from fusion_edu import data, evaluate, fusion, losses, train, widgets
from fusion_edu.checks import check, defend
from fusion_edu.model import FusionModel

# %% [markdown] task="08.1"

# %% answer="08.1"


def attention(q, k, v, key_mask=None):
    """Each query's weighted mean of the values (N, Q, E); zeros where no key is there."""
    ### BEGIN SOLUTION
    scores = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5  # (N, Q, K)
    if key_mask is None:
        return scores.softmax(dim=-1) @ v
    there = key_mask[:, None, :]
    smallest = torch.finfo(scores.dtype).min  # not -inf: a row of -inf would give NaN
    weights = scores.masked_fill(~there, smallest).softmax(dim=-1)
    return (weights * there) @ v
    ### END SOLUTION


# %% check="08.1"
check("08.1", attention)

# %% [markdown] task="08.2"

# %% answer="08.2"


def attention_pool(feats, query, present):
    """The fused vector (N, D) and the weights (N, M) of the modalities of each sample."""
    ### BEGIN SOLUTION
    scores = feats @ query / len(query) ** 0.5  # (N, M)
    weights = scores.masked_fill(~present, -torch.inf).softmax(dim=1)
    return torch.einsum("nm,nmd->nd", weights, feats), weights
    ### END SOLUTION


# %% check="08.2"
check("08.2", attention_pool)

# %% [markdown] task="08.3"

# %% answer="08.3"


def bottleneck_step(a, b, z, layer):
    """The tokens of a and of b after the layer, and the mean of their two versions of z."""
    ### BEGIN SOLUTION
    sizes_a, sizes_b = [a.shape[1], z.shape[1]], [b.shape[1], z.shape[1]]
    a, z_of_a = layer(torch.cat([a, z], dim=1)).split(sizes_a, dim=1)
    b, z_of_b = layer(torch.cat([b, z], dim=1)).split(sizes_b, dim=1)
    return a, b, (z_of_a + z_of_b) / 2
    ### END SOLUTION


# %% check="08.3"
check("08.3", bottleneck_step)

# %% [markdown] task="08.4"

# %% answer="08.4"


def gcn_fuse(x, adj, w):
    """One graph convolution of V nodes (V, D): (V, H)."""
    ### BEGIN SOLUTION
    with_loops = adj + torch.eye(len(adj), dtype=adj.dtype, device=adj.device)
    scale = with_loops.sum(dim=1) ** -0.5
    return torch.relu(scale[:, None] * with_loops * scale @ x @ w)
    ### END SOLUTION


# %% check="08.4"
check("08.4", gcn_fuse)

# %% [markdown]
# ## Open task: do more heads help?
#
# *Your own experiment. The check asks whether your conclusion follows from your runs.*
#
# Six views of a digit, 300 digits to learn from. Choose two ways to fuse them that differ in *one* thing: one head or
# four, a ring or all edges, one round of messages or three. Run both on the same five splits at least. Conclude: is the
# first one `"better"`, `"worse"`, `"the same"` (then name the `margin` before you run) or is a difference `"not shown"`?
# Splits of one pool share rows: `test_to_train` tells the interval how much.

# %%
digits = data.mfeat()
VIEWS = {view: values.shape[1] for view, values in digits.x.items()}


def score(fuse, seed):
    """Accuracy on 150 digits of a fusion with a linear head, trained on 300 others."""
    order = torch.randperm(len(digits), generator=torch.Generator().manual_seed(seed))
    known, new = digits.take(order[:300]), digits.take(order[300:450])
    scale = {view: data.Standardiser.fit(values) for view, values in known.x.items()}
    x, x_new = ({view: scale[view](values) for view, values in side.x.items()} for side in (known, new))
    torch.manual_seed(seed)
    model = FusionModel({view: nn.Identity() for view in VIEWS}, fuse(), nn.Sequential(nn.ReLU(), nn.Linear(32, 10)))
    train.fit(
        model,
        x,
        known.y,
        loss=losses.cross_entropy,
        epochs=15,
        learning_rate=5e-3,
        seed=seed,
        progress=False,
    )
    return evaluate.accuracy(model(x_new), new.y)


# e.g. {"four heads": [score(lambda: fusion.AttentionPool(VIEWS, 32, heads=4), seed) for seed in range(5)], "one": ...}
runs = {}
conclusion = None
defend("08.open", runs, conclusion, unit="splits", test_to_train=150 / 300)

# %%
widgets.progress_map()
