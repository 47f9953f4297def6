# %% [markdown]
# # Exercises 05 · Feature fusion
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

# %% [markdown] task="05.1"

# %% answer="05.1"


def concat_fusion(feats):
    """Each modality flattened and its rows scaled to length 1, side by side: (N, sum of sizes)."""
    ### BEGIN SOLUTION
    parts = []
    for feature in feats:
        rows = feature.reshape(len(feature), -1)
        parts.append(torch.nn.functional.normalize(rows, dim=1))
    return torch.cat(parts, dim=1)
    ### END SOLUTION


# %% check="05.1"
check("05.1", concat_fusion)

# %% [markdown] task="05.2"

# %% answer="05.2"


def weighted_sum(feats, w):
    """Sum of M modalities (N, M, D) with the weights softmax(w): (N, D)."""
    ### BEGIN SOLUTION
    return torch.einsum("nmd,m->nd", feats, w.softmax(0))
    ### END SOLUTION


# %% check="05.2"
check("05.2", weighted_sum)

# %% [markdown] task="05.3"

# %% answer="05.3"


def gmu(v, t, w_v, w_t, w_z):
    """The gated multimodal unit of pictures (N, Dv) and texts (N, Dt): (N, H)."""
    ### BEGIN SOLUTION
    picture = (v @ w_v.T).tanh()
    text = (t @ w_t.T).tanh()
    gate = (torch.cat([v, t], dim=1) @ w_z.T).sigmoid()
    return text + gate * (picture - text)
    ### END SOLUTION


# %% check="05.3"
check("05.3", gmu)

# %% [markdown] task="05.4"

# %% answer="05.4"


def tensor_fusion(a, b):
    """All products of [1, a] and [1, b], a varying slowest: (N, (1 + Da)(1 + Db))."""
    ### BEGIN SOLUTION
    a = torch.nn.functional.pad(a, (1, 0), value=1.0)
    b = torch.nn.functional.pad(b, (1, 0), value=1.0)
    return torch.einsum("ni,nj->nij", a, b).reshape(len(a), -1)
    ### END SOLUTION


# %% check="05.4"
check("05.4", tensor_fusion)

# %% [markdown] task="05.5"

# %% answer="05.5"


def low_rank_fusion(feats, factors):
    """Sum over the rank of products over the modalities of [1, x] F: (N, H)."""
    ### BEGIN SOLUTION
    product = 1.0
    for x, factor in zip(feats, factors, strict=True):
        constant, weight = factor[:, :1], factor[:, 1:]  # (R, 1, H) belongs to the 1, (R, D, H) to x
        product = product * (constant + x @ weight)  # (R, N, H)
    return product.sum(dim=0)
    ### END SOLUTION


# %% check="05.5"
check("05.5", low_rank_fusion)

# %% [markdown]
# ## Open task: a fusion for these data
#
# *Your own experiment. The check asks whether your conclusion follows from your runs.*
#
# Choose what the two modalities know (`"redundant"`, `"unique"`, `"and"` or `"xor"`), how many rows there are to learn
# from, and two fusion layers. Give both the same budget, and run at least five seeds. Conclude: is the first one
# `"better"`, `"worse"`, `"the same"` (then name the `margin` before you run) or is a difference `"not shown"`?

# %%
KIND, ROWS, SEEDS = "and", 100, range(5)
DIMS = {"a": 4, "b": 4}


def score(layer, seed):
    """Accuracy on 4,000 new rows, after training with a small head."""
    known, new = data.gauss_pair(KIND, ROWS, seed), data.gauss_pair(KIND, 4000, 100 + seed)
    torch.manual_seed(seed)
    model = nn.Sequential(layer(DIMS, 16), nn.ReLU(), nn.Linear(16, 2))
    train.fit(model, known.x, known.y, loss=losses.cross_entropy, epochs=20, batch_size=50, seed=seed, progress=False)
    with torch.no_grad():
        return evaluate.accuracy(model(new.x), new.y)


runs = {}  # e.g. {"tensor": [score(fusion.TensorFusion, seed) for seed in SEEDS], "concat": [... fusion.Concat ...]}
conclusion = None
defend("05.open", runs, conclusion)

# %%
widgets.progress_map()
