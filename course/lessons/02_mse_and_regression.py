# %% [markdown]
# # 02 MSE: a mean of squares, and its traps
#
# *均方误差 · regression 回归*
#
# The mean squared error is the shortest loss there is, and most people can write it from memory. Around it lie traps:
# batches, shapes, wrong labels and missing ones. You will walk into each of them once, on purpose. The same loss also holds
# the first recipe for fusing two sensors.
#
# **You will be able to**
#
# - derive the loss and its gradient, and choose between sum, mean and none;
# - say what broadcasting does to a loss;
# - choose among squared, absolute, quantile and Huber loss;
# - let a model say how sure it is, and check whether that is true;
# - fuse sensors of different noise, and train with missing targets.
#
# *Article: sections 1.3, 2.3 and 4.1.*

# %%
import warnings

import torch
import torch.nn.functional as F
from sklearn.feature_extraction.text import TfidfVectorizer
from torch import nn

from fusion_edu import checks, data, evaluate, losses, train, viz, widgets
from fusion_edu.widgets import Question

SEEDS = range(5)

# %%
widgets.header("02")

# %% [markdown]
# ## Spot the slip: a sum or a mean?
#
# The article describes this loss twice. In words, it adds up the squared differences between prediction and truth. In
# its formula, there is a $\frac1n$ in front of the sum. Both cannot be the *mean* squared error. Does it matter which
# one you write? Four predictions by hand, and then the same batch twice:

# %%
pred = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
target = torch.tensor([1.0, 4.0, 3.0, 1.0])

squares = [(p - t) ** 2 for p, t in zip(pred.tolist(), target.tolist(), strict=True)]
print("squares:", squares)
print("once:   sum", sum(squares), " mean", sum(squares) / 4)
print("twice:  sum", sum(squares * 2), " mean", sum(squares * 2) / 8)

# %% [markdown]
# A sum depends on how many samples happen to be in the batch; a mean does not. So the formula is the right one. With
# $y_i$ the truth and $\hat y_i$ the prediction, the loss and its slope for one prediction are
#
# $$L = \frac{1}{N}\sum_{i=1}^{N}(\hat y_i - y_i)^2 \qquad\qquad \frac{\partial L}{\partial \hat y_i} = \frac{2}{N}\,(\hat y_i - y_i)$$
#
# The slope is the error itself, times $2/N$. The library agrees with both. Its `reduction` chooses between the two
# readings of the article, and `"none"` keeps one number a sample, for weights and masks:

# %%
mean, total = losses.mse(pred, target), losses.mse(pred, target, reduction="sum")
(slope,) = torch.autograd.grad(mean, pred)

assert mean.item() == sum(squares) / 4
assert total.item() == sum(squares)
torch.testing.assert_close(slope, 2 / 4 * (pred - target).detach())
torch.testing.assert_close(losses.mse(pred, target), F.mse_loss(pred, target))
each = losses.mse(pred, target, reduction="none")
print("mean", mean.item(), " sum", total.item(), " none", each.tolist())

# %% [markdown]
# ## From 8 samples to 256
#
# Sum and mean get learning rates that make them *identical* for a batch of 8. Then only the batch grows.

# %%
widgets.predict(
    "02.batch",
    "You tuned both with 8 samples in a batch. Now a batch holds 256. Which training still works?",
    ["both: more data never hurts", "only the one with the mean", "only the one with the sum: it learns faster"],
)

# %% [markdown]
# First look at one step. A line has two numbers to learn, slope and intercept: few enough to see the whole loss at once.
# On the right you look down into a valley. The star is its lowest point, the arrow is *one* step of gradient descent
# with all 8 points. ("(1)" at an axis means: a number without a unit.)

# %% fold=true
points = data.line(8, seed=3, weights=(1.5,), bias=0.5, noise=0.6)


def step(slope, intercept, reduction):
    where = {"slope": slope, "intercept": intercept, "reduction": reduction}
    return viz.loss_surface(points.x["x"][:, 0], points.y, rate=0.2, **where)


widgets.explore(
    step,
    alt="Eight points with a line and its errors, beside the loss over slope and intercept seen from "
    "above, with an arrow for one step of gradient descent. With the sum the arrow has the same "
    "direction as with the mean, is eight times as long and ends far beyond the lowest point.",
    fixed=[
        {"slope": -1.0, "intercept": 2.5, "reduction": "mean"},
        {"slope": -1.0, "intercept": 2.5, "reduction": "sum"},
        {"slope": 1.5, "intercept": 2.5, "reduction": "mean"},
    ],
    slope=(-2.0, 4.0, 0.1),
    intercept=(-3.0, 4.0, 0.1),
    reduction=["mean", "sum"],
)

# %% [markdown]
# **What to see.** Both arrows point straight downhill (which is not always straight to the star). With the sum, the
# arrow is longer by the number of samples.
#
# **Try it.** Put the point on the star. How long is the arrow now, with `mean` and with `sum`?
# <details><summary>Answer</summary>Nearly 0 for both. Sum and mean have the same lowest point; only the length of a step
# differs, and there is no step to take where the slope is 0. (The sliders move in tenths, so a little is left.)</details>
#
# **Controlled data.** Now train: a linear law with three inputs, 20 steps of plain gradient descent, each on all rows.


# %%
def loss_after(batch, reduction, seed):
    """Mean squared error after 20 steps."""
    samples = data.line(batch, seed)
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(3, 1), nn.Flatten(0))  # Flatten(0): (N, 1) becomes (N,)
    rate = 0.1 if reduction == "mean" else 0.1 / 8
    how = {"epochs": 20, "batch_size": batch, "learning_rate": rate, "optimizer": "sgd"}

    def loss(p, t):
        return losses.mse(p, t, reduction=reduction)

    train.fit(model, samples.x["x"], samples.y, loss=loss, progress=False, **how)
    return losses.mse(model(samples.x["x"]), samples.y).item()


batches = [8, 32, 128, 256]
ends = {r: [[loss_after(n, r, seed) for seed in SEEDS] for n in batches] for r in ("mean", "sum")}

# %% fold=true
middle = {f"reduction = {r}": (batches, [sorted(runs)[2] for runs in rows]) for r, rows in ends.items()}
viz.show(
    viz.curves(middle, x="samples in a batch (1)", y="loss after 20 steps (1)", log=True),
    alt="Loss after training over the batch size, the middle one of five seeds. With the mean it "
    "stays small; with the sum it grows by many orders of magnitude for large batches.",
)
apart = [abs(a - b) for a, b in zip(ends["mean"][0], ends["sum"][0], strict=True)]
widgets.claim("02.batch-8", apart, below=1e-3, says="With 8 samples, sum and mean end at the same loss")
widgets.claim("02.batch-mean", ends["mean"][3], below=1, says="With 256 samples, the mean still trains, in each seed")
widgets.claim(
    "02.batch-sum",
    min(ends["sum"][3]) > 1e6,
    says="With 256 samples, the sum explodes: its loss passes a million, in each seed",
)
widgets.reveal(
    "02.batch",
    "only the one with the mean",
    "With the sum, 32 times the samples make steps 32 times as long. Each step overshoots further than the last.",
)

# %% [markdown]
# With a sum, the batch size is a hidden part of the learning rate.
#
# **Try it.** Replace `"sgd"` by `"adam"`, and give both the rate 0.1.
# <details><summary>Answer</summary>The two curves coincide. Adam divides the gradient by its own recent size, so a
# constant factor cancels. That hides the mistake; see "Break it on purpose".</details>
#
# ## Two shapes, one subtraction
#
# A linear layer with one output gives a table of shape $(N, 1)$. The targets have shape $(N,)$. You write
# `((pred - target) ** 2).mean()`, as everyone does. Three predictions, all of them perfect, so every square should be 0:

# %%
perfect = torch.tensor([[1.0], [2.0], [4.0]])  # (3, 1), as a linear layer gives it
truth = torch.tensor([1.0, 2.0, 4.0])  # (3,)

table = (perfect - truth) ** 2
names = {"rows": ["1", "2", "4"], "columns": ["1", "2", "4"], "x": "target (1)", "y": "prediction (1)"}
viz.show(
    viz.heat(table, **names, title="every prediction against every target", spec=".0f"),
    alt="A three by three table of squared differences. Only its diagonal is zero.",
)

# %% [markdown]
# Each prediction was compared with *every* target. Only the diagonal is what you meant. The rule behind it is called
# **broadcasting** (广播): an axis of size 1, or a missing one, is stretched until shapes fit. Now a model trains on this
# loss.

# %%
widgets.predict(
    "02.broadcast",
    "A linear model trains with this loss on data that a linear model fits almost perfectly. What will you see?",
    [
        "an error message about shapes",
        "the loss never moves, or becomes nan",
        "the loss falls and settles, and the model has learned nothing",
        "a good model: the diagonal is in the table, too",
    ],
)

# %% [markdown]
# **Controlled data.** The truth is $y = x_1 - 2x_2 + 0.5x_3$ plus a little noise. Same model, same steps; one axis
# differs. $R^2$ is the share of the variance that is explained: 1 is perfect, 0 is as good as always saying the mean.


# %%
def r2(pred, target):
    return (1 - losses.mse(pred, target) / target.var(correction=0)).item()


def shapes_do_not_matter(pred, target):
    return ((pred - target) ** 2).mean()  # (N, 1) - (N,) is (N, N)


def one_column(pred, target):
    return losses.mse(pred.squeeze(1), target)  # (N,) and (N,)


def line_model(loss, seed):
    """A linear model trained with ``loss``: its R², its losses, and the variance of the targets."""
    samples = data.line(256, seed)
    torch.manual_seed(seed)
    model = nn.Linear(3, 1)
    how = {"epochs": 120, "batch_size": 256, "learning_rate": 0.1, "progress": False}
    history = train.fit(model, samples.x["x"], samples.y, loss=loss, **how)
    fit = r2(model(samples.x["x"]).squeeze(1), samples.y)
    return fit, history.train_loss, samples.y.var(correction=0).item()


wrong = [line_model(shapes_do_not_matter, seed) for seed in SEEDS]
right = [line_model(one_column, seed) for seed in SEEDS]

# %% fold=true
pair = viz.canvas(2, width=9, height=3.2)
for ax, runs, shapes in zip(pair, (wrong, right), ("(N, 1) - (N,)", "(N,) - (N,)"), strict=True):
    _, curve, variance = runs[0]
    lines = {"loss": curve, "variance of y": [variance] * len(curve)}
    viz.curves(lines, x="step", y="loss (1)", title=shapes, ax=ax)
viz.show(
    pair,
    alt="Two loss curves, each on its own scale. Both fall and settle: with the broadcast at the "
    "variance of y, without it near zero.",
)
settled = [curve[-1] / variance for _, curve, variance in wrong]
widgets.claim(
    "02.broadcast-loss",
    settled,
    between=(0.98, 1.02),
    says="With the broadcast, the loss settles at the variance of y, in each seed (ratio of the two)",
)
widgets.claim(
    "02.broadcast-r2",
    [abs(run[0]) for run in wrong],
    below=0.005,
    says="and the model explains nothing: R² is 0, to two digits",
)
widgets.claim(
    "02.column-r2", [run[0] for run in right], above=0.99, says="With equal shapes, R² is near 1 in each seed"
)
widgets.reveal(
    "02.broadcast",
    "the loss falls and settles, and the model has learned nothing",
    "Every prediction has to please all targets at once. The best it can do is their mean, and the loss of that is the "
    "variance of y.",
)

# %% [markdown]
# **What to see.** Mind the two scales. Alone, the left curve looks like any training. Only the number at which it settles
# gives it away. The mean over the table splits into two terms, and only the first depends on the model:
#
# $$\frac1{N^2}\sum_{i}\sum_{j}(\hat y_i - y_j)^2 = \frac1N\sum_i(\hat y_i - \bar y)^2 + \operatorname{var}(y)$$
#
# The targets enter the gradient only through their mean $\bar y$. What would have warned you? PyTorch's own loss does. The
# subtraction that you write yourself does not. The library refuses:

# %%
guess, y = torch.randn(50, 1, generator=torch.Generator().manual_seed(0)), data.line(50, 0).y
two_terms = (guess - y.mean()).square().mean() + y.var(correction=0)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    torch.testing.assert_close(shapes_do_not_matter(guess, y), two_terms)
    by_hand = len(caught)
    F.mse_loss(guess, y)
print("The two sides are equal. Warnings by hand:", by_hand, " from PyTorch:", len(caught) - by_hand)
try:
    losses.mse(guess, y)
except ValueError as refusal:
    print("the library:", refusal)

# %% [markdown]
# ### The same bug on real sentences
#
# **Real data.** 10,605 sentences of film reviews. Each was rated by several people from -4 (awful) to +4 (great); the
# target is their mean. ([Hutto and Gilbert 2014](https://github.com/cjhutto/vaderSentiment), MIT licence.)
#
# A sentence becomes a row of numbers by **TF-IDF**: one column for each of the 500 commonest words, 0 where the word is not
# in the sentence, and larger for words that few other sentences have. A quarter of the sentences is for **testing**: nothing
# is learnt or chosen on it. A fifth of the rest is for **validation**: training stops when the loss on these rows no longer
# falls, so nobody is scored on them. Equal sentences share a group, and a group lies on one side only: a copy that training
# knows would make validation too easy, just as it would the test.


# %%
films = data.ratings("movie")


def sentences(seed):
    """Word weights and ratings, three pairs: to train on, to validate on, to test on."""
    rest, new = data.split_groups(films.groups, 0.25, seed)
    inner, held = data.split_groups(films.groups[rest], 0.2, seed)
    parts = [films.take(rows) for rows in (rest[inner], rest[held], new)]
    words = TfidfVectorizer(max_features=500).fit(parts[0].x["text"])
    return [(torch.tensor(words.transform(part.x["text"]).toarray(), dtype=torch.float32), part.y) for part in parts]


def learn(known, valid, loss, seed, outputs=1, rates=(0.05,)):
    """A linear model of the words; of several learning rates, the best one on the validation rows."""
    x, y = known
    how = {"valid": valid, "patience": 2, "epochs": 30, "batch_size": 256, "seed": seed}
    found = []
    for rate in rates:
        torch.manual_seed(seed)
        model = nn.Linear(x.shape[1], outputs)
        history = train.fit(model, x, y, loss=loss, learning_rate=rate, progress=False, **how)
        found.append((min(history.valid_loss), model))
    return min(found, key=lambda pair: pair[0])[1]


def with_and_without(seed):
    known, valid, (new, rating) = sentences(seed)
    runs = {"(N, 1) - (N,)": shapes_do_not_matter, "(N,) - (N,)": one_column}
    return {name: r2(learn(known, valid, loss, seed)(new).squeeze(1), rating) for name, loss in runs.items()}


shape_runs = evaluate.over_seeds(with_and_without, range(3), label="splits")
for row in (2, 100):
    print(f"{films.y[row]:+.1f}  {films.x['text'][row]}")

# %% fold=true
POOL = {"unit": "splits", "test_to_train": 0.25 / 0.6}  # one pool of sentences, split anew; 0.15 validate
viz.show(
    viz.dots(shape_runs, x="R² on new sentences", digits=2, **POOL),
    alt="Explained variance on new sentences: near zero with the broadcast, clearly above without it.",
)
widgets.claim(
    "02.film-broadcast",
    evaluate.interval(shape_runs["(N, 1) - (N,)"], **POOL),
    between=(-0.05, 0.05),
    says="With the broadcast, R² on new sentences is 0 within 0.05",
)
widgets.claim(
    "02.film-shapes",
    evaluate.gain(shape_runs["(N,) - (N,)"], shape_runs["(N, 1) - (N,)"], **POOL),
    above=0.1,
    says="Equal shapes explain at least a tenth of the variance more",
)

# %% [markdown]
# On real data an $R^2$ near 0 is easy to explain away ("ratings are noisy, words are not enough"), and so the bug may stay
# for weeks. Two habits find it in a second. Print both shapes. And compare the *training* loss with `y.var()`: it settles
# there, although 500 columns, even meaningless ones, would fit some of the variance of the training rows.
#
# (The splits share sentences, so their results resemble each other. The intervals are widened for that, and speak of new
# sentences of the same kind: lesson 00.)
#
# ## One wrong label
#
# Five numbers by hand, of which one is a typing error. Which *single* prediction $c$ has the lowest loss?

# %%
values = torch.tensor([1.0, 2.0, 3.0, 4.0, 30.0])
c = torch.linspace(0, 30, 3001)
error = values - c[:, None]  # (3001, 5): each candidate against each number, this time on purpose

best = {
    "squared": error.square().mean(1),
    "absolute": error.abs().mean(1),
    "Huber": losses.huber(c[:, None].expand_as(error), values.expand_as(error), reduction="none").mean(1),
    "quantile 0.7": torch.maximum(0.7 * error, -0.3 * error).mean(1),
}
for name, loss in best.items():
    print(f"{name:13} c = {c[loss.argmin()].item():.2f}")
assert abs(c[best["squared"].argmin()] - values.mean()) < 0.02
assert abs(c[best["absolute"].argmin()] - values.median()) < 0.02

# %% [markdown]
# With squares, the largest error dominates. Squares ask for the **mean** (均值), absolute errors for the **median**
# (中位数). The quantile loss charges 0.7 for being too low and 0.3 for being too high, so it asks for a value with 70 % of
# the data below it. **Huber** is a parabola for errors up to $\delta$ and a line beyond:
#
# $$\ell(e) = \tfrac12 e^2 \;\text{ where } |e| \le \delta, \qquad \delta\,(|e| - \tfrac12\delta) \;\text{ beyond}$$
#
# **Real data, with mistakes that we add.** The film sentences again. In about one of 20 *training* ratings, validation
# included, the decimal point is lost: 2.4 becomes 24. The test ratings stay as they are.

# %%
widgets.predict(
    "02.decimal",
    "One rating in 20 is ten times too large. What does that do to the explained variance on clean test sentences?",
    [
        "little to both: 95 % of the labels are right",
        "much to the squared loss, little to Huber",
        "much to both: a wrong label is a wrong label",
    ],
)

# %% [markdown]
# First on 16 points, to see the cause. A line is fitted by each loss while you drag one target up. The fit repeats a
# weighted least squares in which a point counts with (slope of its loss) / (its error).


# %%
def pulls_of(delta):
    """Slope of each loss, as a function of the error. (The squared one has Huber's ½, so that they can be compared.)"""
    return {"squared": lambda e: e, "absolute": torch.sign, "Huber": lambda e: e.clamp(-delta, delta)}


def fit_line(x, y, pull):
    """Slope and intercept that minimise a loss with the slope ``pull``."""
    table = torch.stack([x, torch.ones_like(x)], 1).double()
    line = torch.linalg.lstsq(table, y.double()).solution
    for _ in range(300):
        error = table @ line - y
        error = torch.where(error.abs() < 1e-7, 1e-7, error)
        root = (pull(error) / error).sqrt()
        line = torch.linalg.lstsq(table * root[:, None], y * root).solution
    return tuple(line.tolist())


sixteen = data.line(16, seed=1, weights=(1.5,), bias=0.5, noise=0.4)
order = sixteen.x["x"][:, 0].argsort()
across, height = sixteen.x["x"][order, 0], sixteen.y[order]


def drag(outlier, delta):
    moved = height.clone()
    moved[-1] += outlier
    pulls = pulls_of(delta)
    lines = {loss: fit_line(across, moved, pull) for loss, pull in pulls.items()}
    return viz.outlier(across, moved, lines=lines, pulls=pulls)


# %% fold=true
widgets.explore(
    drag,
    alt="Sixteen points with the lines that squared, absolute and Huber loss fit while the last point is "
    "moved up, beside the slope of the three losses over the error.",
    fixed=[{"outlier": 0, "delta": 1.0}, {"outlier": 20, "delta": 1.0}, {"outlier": 20, "delta": 6.0}],
    outlier=(0, 20, 1),
    delta=(0.5, 20.0, 0.5),
)

# %% [markdown]
# **What to see.** On the right is the reason. The squared loss pulls in proportion to the error. Huber does so up to
# $\delta$, then stays at $\delta$.
#
# **Try it.** Set the outlier to 20 and turn $\delta$ up, to its end. Which line does Huber become?
# <details><summary>Answer</summary>The squared line. Once $\delta$ is larger than every error, no point is on the straight
# part, and Huber is half the squared error everywhere.</details>
#
# Now the sentences. Both losses get the same budget: the same two learning rates, of which the validation rows choose one.


# %%
def huber_column(pred, target):
    return losses.huber(pred.squeeze(1), target, delta=1.0)


def lose_decimals(part, draw):
    """The same rows, about one in 20 with a rating ten times too large."""
    x, y = part
    return x, torch.where(torch.rand(len(y), generator=draw) < 0.05, 10 * y, y)


def decimals(seed):
    *clean, (new, rating) = sentences(seed)
    draw = torch.Generator().manual_seed(seed)
    lost = [lose_decimals(part, draw) for part in clean]
    scores = {}
    for (known, valid), name in ((clean, "clean"), (lost, "decimals lost")):
        for loss, kind in ((one_column, "squared"), (huber_column, "Huber")):
            pred = learn(known, valid, loss, seed, rates=(0.02, 0.05))(new).squeeze(1)
            scores[f"R² {kind}, {name}"] = r2(pred, rating)
            scores[f"error {kind}, {name}"] = (pred - rating).abs().mean().item()
    return scores


film_runs = evaluate.over_seeds(decimals, range(6), label="splits")

# %% fold=true
explained = {name[3:]: values for name, values in film_runs.items() if name.startswith("R²")}
viz.show(
    viz.dots(explained, x="R² on clean test sentences", **POOL),
    alt="Explained variance of squared and Huber loss, each with clean labels and with lost decimal "
    "points: three of them lie together, the squared loss with lost decimal points lies lower.",
)
harm = {
    kind: evaluate.gain(explained[f"{kind}, clean"], explained[f"{kind}, decimals lost"], **POOL)
    for kind in ("squared", "Huber")
}
widgets.claim(
    "02.decimal-squared",
    harm["squared"].mean,
    above=0.05,
    says="Lost decimals lower R² of the squared loss by more than 0.05, on average over the splits",
)
widgets.claim(
    "02.decimal-huber",
    harm["Huber"],
    between=(-0.02, 0.02),
    says="and change R² of the Huber loss by less than 0.02",
)
widgets.reveal(
    "02.decimal",
    "much to the squared loss, little to Huber",
    "An error of 20 pulls twenty times as hard as an error of 1 under squares, and no harder than 1 under Huber.",
)

# %% [markdown]
# ## Spot the slip: is a loss a difference between prediction and truth?
#
# The article says that a loss function measures how far a prediction is from the true value. Take the two models of the
# *clean* film sentences, one trained with squares and one with Huber. By its formula, the Huber loss is never more than
# half the squared loss, so its number is lower. Is its model closer to the truth? Two rulers, one row each:

# %% fold=true
error = {"clean": [film_runs[f"error {kind}, clean"] for kind in ("squared", "Huber")]}
by_r2 = evaluate.gain(explained["squared, clean"], explained["Huber, clean"], **POOL)
by_error = evaluate.gain(*error["clean"], **POOL)
viz.show(
    viz.dots(
        {"R² (higher is better)": by_r2, "mean absolute error (lower is better)": by_error},
        x="squared minus Huber, clean labels",
        baseline=0.0,
    ),
    alt="Squared minus Huber by two rulers: both differences lie above zero.",
)
widgets.claim(
    "02.ruler-r2", by_r2.mean, above=0, says="By R², the model trained with squares is the better one, on average"
)
widgets.claim(
    "02.ruler-error", by_error.mean, above=0, says="By mean absolute error, the one trained with Huber is, on average"
)

# %% [markdown]
# On average each model is ahead by the ruler that is closest to its own loss ($R^2$ is the MSE, rescaled). The values of two
# different losses cannot be compared at all. So keep two words apart:
#
# - a **loss** (损失) is a training signal: a number with a useful slope, made so that a lower one means a better model;
# - a **metric** (评价指标) is what you report, chosen by what the reader needs, slope or not.
#
# And a loss need not compare a prediction with a true value. The contrastive loss of lesson 04 has a label for a *pair*,
# but no value to hit: it looks at the distance between two samples.
#
# ## What a square assumes
#
# Why squares at all? Suppose the truth is the prediction plus normally distributed noise of variance $\sigma^2$. The
# negative logarithm of its probability density is
#
# $$\ell = \tfrac12\left[\log \sigma^2 + \frac{(y - \hat y)^2}{\sigma^2}\right] + \text{constant}$$
#
# Fix $\sigma^2$ at one number, say 1, and what is left is half a squared error. So MSE treats every target as **equally
# noisy**. (Where they are not, it still asks for the mean, but finds it less exactly than it could.)

# %%
pred, target = torch.tensor([1.0, 2.0, 3.0, 4.0]), torch.tensor([1.0, 4.0, 3.0, 1.0])
likelihood = losses.gaussian_nll(pred, torch.zeros(4), target)  # log of the variance 1 is 0
half = losses.mse(pred, target) / 2
torch.testing.assert_close(likelihood, half)
print("negative log-likelihood at variance 1:", likelihood.item(), " half the MSE:", half.item())

# %% [markdown]
# If the noise is *not* the same everywhere (*heteroscedastic*, 异方差), let the model say so: a second output for
# $\log\sigma^2$. (The logarithm, because a variance must be positive and the output of a linear layer need not be.) A
# sample that the model calls noisy then pulls less, but the $\log\sigma^2$ term penalises claiming high noise.
#
# **Real data.** Can a model tell from its words how far off it will be? We sort new sentences by the variance that the
# model *claims*, cut them into four quarters, and measure.

# %%
widgets.predict(
    "02.claims",
    "Of the claimed variances, which statement will be true on new sentences?",
    [
        "worthless: nobody told the model what it gets wrong",
        "the order is right, but the surest quarter errs more than it claims",
        "order and size are right: maximum likelihood guarantees it",
    ],
)


# %%
def two_outputs(pred, target):
    return losses.gaussian_nll(pred[:, 0], pred[:, 1], target)


def quarters(model, x, y):
    """Claimed variance and measured squared error of four quarters, the surest first: (2, 4)."""
    mean, log_var = model(x).detach().T
    rows = log_var.argsort().tensor_split(4)
    error = losses.mse(mean, y, reduction="none")
    return torch.tensor([[log_var[part].exp().mean(), error[part].mean()] for part in rows]).T


def claimed_and_measured(seed):
    known, valid, new = sentences(seed)
    model = learn(known, valid, two_outputs, seed, outputs=2)
    return torch.stack([quarters(model, *known), quarters(model, *new)])


quarter_runs = torch.stack([claimed_and_measured(seed) for seed in range(6)])  # (6, 2, 2, 4)

# %% fold=true
claimed, measured = quarter_runs[:, :, 0], quarter_runs[:, :, 1]  # (6, 2, 4) each: training rows, then new ones
sides = viz.canvas(2, width=9, height=3.6)
for side, (ax, name) in enumerate(zip(sides, ("training", "new"), strict=True)):
    found = [evaluate.interval(runs, **POOL) for runs in measured[:, side].T.tolist()]
    group = f"quarter of the {name} sentences"
    viz.error_calibration(claimed[:, side].mean(0).tolist(), found, unit="rating²", group=group, ax=ax)
viz.show(
    sides,
    alt="Measured squared error, with its interval, over claimed variance for four quarters of the "
    "sentences. Training sentences lie near the diagonal. For new ones the errors rise with the claims, "
    "and the three surer quarters lie above the diagonal, the surest one farthest.",
)
beyond = (measured - claimed).mean(2)  # (6, 2): over all training, all new sentences
widgets.claim(
    "02.claims-order",
    evaluate.gain(measured[:, 1, 3].tolist(), measured[:, 1, 0].tolist(), **POOL),
    above=0.5,
    says="The least sure quarter of the new sentences errs more than the surest one",
)
widgets.claim(
    "02.claims-surest",
    evaluate.gain(measured[:, 1, 0].tolist(), claimed[:, 1, 0].tolist(), **POOL),
    above=0.1,
    says="The surest quarter errs more than it claims",
)
widgets.claim(
    "02.claims-cause",
    evaluate.gain(beyond[:, 1].tolist(), beyond[:, 0].tolist(), **POOL).mean,
    above=0.05,
    says="Errors exceed claims by more on new sentences than on training sentences, on average over the splits",
)
widgets.reveal(
    "02.claims",
    "the order is right, but the surest quarter errs more than it claims",
    "The model learned which sentences are hard. But it set its variances on sentences that it had trained on, where its "
    "errors are smaller than on new ones.",
)

# %% [markdown]
# **What to see.** Look at the two quarters in the middle as well: do they lie above the diagonal, too? Being sure and being
# right are two things; lesson 12 measures the gap and mends it.
#
# ## Two sensors, one truth: the first fusion
#
# Two thermometers measure one room. The first reads 20.0 with a standard deviation of 1 degree, the second 23.0 with 2
# degrees. What is the temperature? You could take the plain mean, 21.5.

# %%
widgets.predict(
    "02.mean",
    "How large is the squared error of such a **plain mean**, on average, against that of the good thermometer alone?",
    ["lower: averaging cancels noise", "equal: the two effects cancel", "higher: the poor sensor does harm"],
)

# %% [markdown]
# Or ask the likelihood: find the $\mu$ that makes both readings most probable together. Its slope is zero where each
# reading counts with $1/\sigma_m^2$. This is **inverse-variance weighting** (逆方差加权). It needs the variances, no sensor
# that is off to one side, and independent errors. Then the variance of the result is $1 \,/\, \sum_m 1/\sigma_m^2$.
#
# **Small by hand,** and 4,000 readings of two such sensors, drawn anew five times. (The figure shows errors: on its right
# side, above 0 is worse than A alone.)

# %%
reading, deviation = torch.tensor([20.0, 23.0]), torch.tensor([1.0, 2.0])
weight = 1 / deviation**2
fused = (weight * reading).sum() / weight.sum()

mu = fused.clone().requires_grad_()
losses.gaussian_nll(mu.expand(2), (deviation**2).log(), reading).backward()
assert mu.grad.abs() < 1e-5
print(f"fused {fused.item():.1f}; there the slope of the loss is {mu.grad.abs().item():.1f}")


def two_sensors(seed):
    samples = data.noisy_sensors(4000, seed, noise=(1.0, 2.0))
    a, b = samples.x["reading"].T
    ways = {"A alone": a, "B alone": b, "plain mean": (a + b) / 2, "1 / variance": 0.8 * a + 0.2 * b}
    return {name: losses.mse(value, samples.y).item() for name, value in ways.items()}


noisy = evaluate.over_seeds(two_sensors, SEEDS)

# %% fold=true
ROLES = {"A alone": "single", "B alone": "single", "plain mean": "fusion", "1 / variance": "fusion"}
viz.show(
    viz.versus(noisy, against="A alone", x="mean squared error (degrees²)", roles=ROLES, better="lower"),
    alt="Mean squared errors of sensor A, sensor B, their plain mean and the weighted sum, and their "
    "differences to sensor A: the plain mean lies above it, the weighted sum below.",
)
formula = {"A alone": 1, "B alone": 4, "plain mean": (1 + 4) / 4, "1 / variance": 1 / (1 / 1 + 1 / 4)}
widgets.claim(
    "02.mean-formula",
    {name: evaluate.interval(noisy[name]).mean / value for name, value in formula.items()},
    between=(0.95, 1.05),
    says="Each measured error, divided by the one of the formula, is 1 within a twentieth",
)
widgets.claim(
    "02.mean-harm",
    evaluate.gain(noisy["plain mean"], noisy["A alone"]),
    above=0,
    says="The plain mean errs more than the good sensor alone",
)
widgets.claim(
    "02.mean-weighted",
    evaluate.gain(noisy["A alone"], noisy["1 / variance"]),
    above=0,
    says="The weighted sum errs less than the good sensor alone",
)
widgets.reveal(
    "02.mean",
    "higher: the poor sensor does harm",
    "Half of each reading is a quarter of each variance: (1 + 4) / 4 is more than 1. Weights of 4 to 1 give 0.8.",
)

# %% [markdown]
# Adding a sensor did harm, or good, by its weight alone. The next picture shows every weight at once, and one more dial:
# what if the two errors are correlated?


# %% fold=true
def weigh(noise_of_b, correlation):
    return viz.weighing(noise_a=1.0, noise_b=noise_of_b, correlation=correlation)


widgets.explore(
    weigh,
    alt="Squared error of the weighted sum of two sensors over the weight of sensor A, with the plain "
    "mean and inverse-variance weights marked. With independent errors the second mark is the lowest "
    "point; correlation lifts the curve.",
    fixed=[
        {"noise_of_b": 1.0, "correlation": 0.0},
        {"noise_of_b": 2.0, "correlation": 0.0},
        {"noise_of_b": 2.0, "correlation": 0.6},
    ],
    noise_of_b=(0.5, 4.0, 0.1),
    correlation=(0.0, 0.9, 0.1),
)

# %% [markdown]
# **Try it.** Noise 2 and correlation 0.6: which way has the lowest error now? And with equal noise, how much is a second
# sensor worth at correlation 0.9?
# <details><summary>Answer</summary>A alone: when the errors are that alike, B mostly repeats A's errors, only larger.
# (A small negative weight for B would do better still.) With equal noise the plain mean has the variance (1 + 0.9) / 2 =
# 0.95 of one sensor: hardly anything is gained.</details>
#
# ## Two sensors of a smartwatch
#
# **Real data.** 10 people do 7 shoulder exercises with a smartwatch on the wrist, which holds an accelerometer and a
# gyroscope. ([Burns et al. 2018](https://arxiv.org/abs/1802.01489), from the package
# [seglearn](https://github.com/dmbee/seglearn), BSD licence.) Suppose that the third axis of the accelerometer breaks.
# How strongly did the wrist move along it, in each window of 4 seconds? Two experts estimate that: **A** from the other
# two accelerometer axes, **B** from the gyroscope. Each is a least-squares fit, that is, the exact minimum of the MSE.
#
# Nobody prints the noise of these experts on a data sheet, so we measure it. Each person in turn is the new one: we never
# look at that person's windows. Of the nine others we leave out one after the other, and take the squared error on the
# one left out as the variance.

# %%
widgets.predict(
    "02.watch",
    "B is the better expert. What will weights of 1 / variance bring on a new person?",
    [
        "as much as the formula for independent errors promises",
        "better than the plain mean, but less than the formula promises",
        "nothing: they are no better than the plain mean",
    ],
)

# %%
watch = data.smartwatch(seconds=4.0)
moves = {name: signal.double().std(2).log() for name, signal in watch.x.items()}  # (B, 3), log of the movement
lost, people = moves["accelerometer"][:, 2], watch.groups
seen = {"A": moves["accelerometer"][:, :2], "B": moves["gyroscope"], "joint": torch.cat(list(moves.values()), 1)}
seen["joint"] = seen["joint"][:, [0, 1, 3, 4, 5]]  # all but the broken axis


def errors(x, fit, new):
    """Errors on the rows ``new`` of a least-squares fit with a bias to the rows ``fit``."""
    x = torch.cat([x, torch.ones(len(x), 1)], 1)
    weights = torch.linalg.lstsq(x[fit], lost[fit, None]).solution[:, 0]
    return x[new] @ weights - lost[new]


def on_new_person(person):
    rest = people != person
    variance = {}
    for name in ("A", "B"):
        inner = [errors(seen[name], rest & (people != other), people == other) for other in people[rest].unique()]
        variance[name] = torch.cat(inner).square().mean()
    a, b, joint = (errors(x, rest, people == person) for x in seen.values())
    share = variance["B"] / (variance["A"] + variance["B"])  # = (1 / var A) / (1 / var A + 1 / var B)
    ways = {"A alone": a, "B alone": b, "plain mean": (a + b) / 2, "1 / variance": share * a + (1 - share) * b}
    found = {name: error.square().mean().item() for name, error in (ways | {"one model": joint}).items()}
    # of these weights, where errors do not go together
    promise = (share**2 * found["A alone"] + (1 - share) ** 2 * found["B alone"]).item()
    return found | {"promise": promise, "correlation": torch.corrcoef(torch.stack([a, b]))[0, 1].item()}


watched = evaluate.over_seeds(on_new_person, people.unique().tolist(), label="people")

# %% fold=true
NEW_PERSON = {"unit": "people", "test_to_train": 1 / 9}
shown = {name: watched[name] for name in (*ROLES, "one model")}
viz.show(
    viz.versus(
        shown,
        against="B alone",
        x="squared error of log movement (1)",
        roles=ROLES | {"one model": "fusion"},
        better="lower",
        **NEW_PERSON,
    ),
    alt="Squared errors on new people of A, B, their plain mean, inverse-variance weights and one model "
    "of both sensors, and their differences to B alone. A errs most, the one model least.",
)


def less_error(first, second):
    """By how much ``second`` errs less than ``first``."""
    return evaluate.gain(watched[first], watched[second], **NEW_PERSON)


widgets.claim(
    "02.watch-mean",
    less_error("plain mean", "1 / variance"),
    above=0,
    says="Weights of 1 / variance err less than the plain mean",
)
widgets.claim(
    "02.watch-promise",
    less_error("1 / variance", "promise"),
    above=0,
    says="They err more than the same weights would if the errors were independent",
)
widgets.claim(
    "02.watch-correlation",
    evaluate.interval(watched["correlation"], **NEW_PERSON),
    above=0,
    says="The errors of A and B are correlated",
)
against_b = less_error("B alone", "1 / variance")
widgets.claim(
    "02.watch-best",
    against_b.low < 0 < against_b.high,
    says="A gain over B alone is **not shown**: the interval holds 0",
)
widgets.claim(
    "02.watch-joint",
    less_error("1 / variance", "one model"),
    above=0,
    says="One least-squares fit of all five columns errs less than the weighted experts",
)
widgets.reveal(
    "02.watch",
    "better than the plain mean, but less than the formula promises",
    "The formula assumes independent errors. Then the same weights would give the sum of w² times each expert's error. They "
    "give more. Both experts miss the same part of the same target, and that part cannot cancel; a likely further reason is that an unusual "
    "way of moving misleads both.",
)

# %% [markdown]
# **What to see.** On the right, below 0 is better: these are errors. An earlier version of this lesson said that the
# weighted sum beats the better expert. It had split the ten people at random many times, and had taken each split for a new
# experiment. With one row a person some people gain, some lose, and ten are too few to tell. What is shown is the last row:
# one model that sees both sensors errs less than the weighted experts.
#
# That is **feature fusion** against **decision fusion**, in one line. Lessons 05 and 06 ask when which one wins.
#
# ## Targets with holes
#
# Real tables have missing labels, written as NaN. The loss should skip them. The obvious line does that, and its value is
# right:

# %%
pred = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
target = torch.tensor([0.0, float("nan"), 5.0])
present = ~target.isnan()

skipped = torch.where(present, (pred - target) ** 2, 0.0).sum() / present.sum()
print("loss:", skipped.item(), " by hand:", (1.0**2 + 2.0**2) / 2)

# %%
widgets.predict(
    "02.holes",
    "The value is right. What is the gradient at the hole, for the second prediction?",
    ["0: torch.where did not choose it", "nan", "2 / 2 times the prediction"],
)

# %%
(gradient,) = torch.autograd.grad(skipped, pred)
print("gradient:", gradient.tolist())

# %%
widgets.reveal(
    "02.holes",
    "nan",
    "Going backwards, the branch that was not chosen gets the gradient 0, which is then multiplied by the slope of "
    "(pred - nan)², and 0 times nan is nan.",
)

# %% [markdown]
# At the next step that NaN goes into the weights, and the model predicts NaN for samples without holes, too. The cure:
# clean the numbers **before** the arithmetic, then mask. The filled-in 0 never counts: its weight is 0. And a mean with
# weights divides by the sum of the weights, so holes do not count as perfect predictions either.

# %%
clean = torch.where(present, target, 0.0)
masked = losses.mse(pred, clean, weight=present.float())
(mended,) = torch.autograd.grad(masked, pred)
assert gradient.isnan().tolist() == [False, True, False]
assert masked.item() == skipped.item()
assert mended.tolist() == [1.0, 0.0, -2.0]
print("loss:", masked.item(), " gradient:", mended.tolist())

# %% [markdown]
# ## Break it on purpose
#
# The check of exercise 02.1 knows many mistakes by name. Here are five of them, switched on one at a time, on the
# controlled line from above with Adam: a stray ½, a sum instead of the mean, a root, absolute values, and the square of the
# mean error. Which of them would you see in $R^2$?

# %% fold=true
mistakes = ["half", "sum for mean", "rmse", "mae", "square of mean"]
versions = {"correct": losses.mse} | {name: checks.broken("02.1", name) for name in mistakes}


def good(loss, seed):
    return line_model(lambda p, t: loss(p.squeeze(1), t), seed)[0]


fits = {name: [good(loss, seed) for seed in range(3)] for name, loss in versions.items()}
viz.show(
    viz.dots(fits, x="R²", digits=2, limits=(-100, 1)),
    alt="Explained variance for six versions of the loss: five lie near one, the square of the mean lies lower.",
)
hidden = [value for name in fits if name != "square of mean" for value in fits[name]]
widgets.claim(
    "02.break-hidden", hidden, above=0.9, says="A ½, a sum, a root or absolute values leave R² near 1, in each seed"
)
widgets.claim(
    "02.break-seen", fits["square of mean"], below=0.8, says="The square of the mean error does not, in each seed"
)

# %% [markdown]
# Four of the five share the lowest point, or nearly, and Adam cancels a constant factor. A good score is no proof of a
# right loss: a wrong factor $N$ does no harm until someone changes the optimizer or adds a second loss. This is why the
# exercises check the *function*, not the model that it trains.
#
# ## Exercises and quiz
#
# Four functions, and an open task. The check names your mistake if it knows it.
#
# - **02.1** Mean squared error, exactly as the formula (5 points)
# - **02.2** Huber: a parabola near, a line far (10 points)
# - **02.3** Targets with holes (15 points)
# - **02.4** Let the model say how sure it is (15 points)
#
# From a terminal: `.venv/bin/python -m fusion_edu check 02.1 my_answer.py`

# %%
widgets.quiz(
    "02",
    [
        Question(
            "Your loss settles at 3.7. The variance of your targets is 3.7. What do you check first?",
            {
                "the learning rate: it is too small": "A small rate gives a loss that is still falling. This one has settled, and at a telling value.",
                "the shapes of prediction and target": "The variance of y is the loss of always saying the mean. Broadcasting leads exactly there.",
                "whether the model is large enough": "Possible, but a larger model with the same bug settles at the same value. Look at the shapes before you pay for it.",
            },
            "the shapes of prediction and target",
        ),
        Question(
            "You double the batch size and use a *summed* squared error with plain gradient descent. To keep the steps as "
            "they were, the learning rate must ...",
            {
                "be halved": "Twice the terms make a gradient of about twice the length; half the rate undoes it.",
                "be doubled": "That would make the steps four times as long: the sum has doubled them already.",
                "stay: the data are the same": "True for the mean. A sum grows with the number of its terms.",
            },
            "be halved",
        ),
        Question(
            "Which single number minimises the mean *absolute* error to a set of values?",
            {
                "their mean": "That is what squares ask for.",
                "their median": "Half of the values pull up, half pull down, each equally hard, wherever they are.",
                "the value nearest to all others, squared": "Nothing is squared here; only the side counts, not the distance.",
            },
            "their median",
        ),
        Question(
            "Sensor A has standard deviation 1, sensor B has 3, their errors are independent. The weights should be as ...",
            {
                "3 to 1": "That is 1 / standard deviation. The likelihood divides by the variance.",
                "9 to 1": "1 / variance: 1 to 1/9.",
                "1 to 0: B only adds noise": "B knows little, but not nothing: the weighted sum has variance 0.9, A alone has 1.",
            },
            "9 to 1",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - MSE is a **mean**. With a sum, the batch size hides in the learning rate.
# - $(N, 1)$ against $(N,)$ makes a table. The loss settles at the variance of y, and the model says the mean.
# - Squares let one wrong label pull without limit; absolute and Huber loss do not. Which model is better depends on the
#   metric that you report: a loss is not a metric.
# - MSE treats all targets as equally noisy. Where they are not, weight by $1/\sigma^2$, whether the model learns
#   $\sigma^2$ or you measure it. The more alike the errors are, the less there is to gain.
# - Clean missing targets before the arithmetic, not after.
#
# | term | 中文 | in one line |
# |---|---|---|
# | mean squared error | 均方误差 | mean of the squared differences |
# | regression | 回归 | predicting a number |
# | loss | 损失函数 | the training signal: lower is better, and it has a slope |
# | metric | 评价指标 | what you report |
# | reduction | 归约 | how one loss a sample becomes one number |
# | broadcasting | 广播 | stretching axes of size 1 until shapes fit |
# | outlier | 离群值 | a value far from all others |
# | Huber loss | Huber 损失 | parabola near, line far |
# | quantile loss | 分位数损失 | asks for a value with a given share of the data below it |
# | heteroscedastic | 异方差 | noise that differs from sample to sample |
# | inverse-variance weighting | 逆方差加权 | weights that go by 1 / variance |
#
# **Further reading.** Huber 1964, *Robust estimation of a location parameter*, doi:10.1214/aoms/1177703732. Nix and
# Weigend 1994, on learning mean and variance, doi:10.1109/ICNN.1994.374138. Kendall and Gal 2017, on the kinds of
# uncertainty, arXiv:1703.04977. Seitzer et al. 2022, on where this likelihood misleads, arXiv:2203.09168.
#
# **Data.** Film sentences with ratings: Hutto and Gilbert 2014, from
# [vaderSentiment](https://github.com/cjhutto/vaderSentiment), MIT licence. Smartwatch recordings: Burns et al. 2018,
# from [seglearn](https://github.com/dmbee/seglearn), BSD licence. Lines and noisy sensors: generated here.

# %%
widgets.progress_map()
