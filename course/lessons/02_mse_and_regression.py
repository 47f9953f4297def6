# %% [markdown]
# # 02 MSE: a mean of squares, and its traps
#
# *均方误差 · regression 回归*
#
# The mean squared error is the shortest loss there is, and most people can write it from memory. That is why its traps
# work so well: a missing axis, one wrong label or one missing label ruins the model, and nothing crashes. The same loss
# also holds the first recipe for fusing two sensors.
#
# **You will be able to**
#
# - derive the loss and its gradient, and choose between sum, mean and none;
# - recognise a broadcasting mistake from the loss alone;
# - choose among squared, absolute, quantile and Huber loss by what a wrong label does to them;
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

# %% tags=["nbval-ignore-output"]
widgets.header("02")

# %% [markdown]
# ## Spot the slip: a sum or a mean?
#
# The article describes this loss twice. In words, it adds up the squared differences between prediction and truth. In
# its formula, there is a $\frac1n$ in front of the sum. Both cannot be the *mean* squared error. Does it matter which
# one you write?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "02.slip",
    "You put every sample into the batch **twice**. The predictions stay the same. What does the loss do?",
    ["sum and mean both double", "the sum doubles, the mean stays", "both stay: no sample is new"],
)

# %% [markdown]
# Four predictions by hand:

# %%
pred = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
target = torch.tensor([1.0, 4.0, 3.0, 1.0])

squares = [(p - t) ** 2 for p, t in zip(pred.tolist(), target.tolist(), strict=True)]
print("squares:", squares)
print("once:   sum", sum(squares), " mean", sum(squares) / 4)
print("twice:  sum", sum(squares * 2), " mean", sum(squares * 2) / 8)

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.slip",
    "the sum doubles, the mean stays",
    "The formula is the right one. A sum depends on how many samples happen to be in the batch; a mean does not.",
)

# %% [markdown]
# So here is the loss, with $y_i$ the truth and $\hat y_i$ the prediction, and its slope for one prediction:
#
# $$L = \frac{1}{N}\sum_{i=1}^{N}(\hat y_i - y_i)^2 \qquad\qquad \frac{\partial L}{\partial \hat y_i} = \frac{2}{N}\,(\hat y_i - y_i)$$
#
# The slope is the error itself, times $2/N$. Twice the error pulls twice as hard: remember that for later. The library
# agrees with both, and `reduction` chooses between the two readings of the article:

# %%
mean, total = losses.mse(pred, target), losses.mse(pred, target, reduction="sum")
(slope,) = torch.autograd.grad(mean, pred)

assert mean.item() == sum(squares) / 4
assert total.item() == sum(squares)
torch.testing.assert_close(slope, 2 / 4 * (pred - target).detach())
torch.testing.assert_close(losses.mse(pred, target), F.mse_loss(pred, target))
print("mean", mean.item(), " sum", total.item(), " none", losses.mse(pred, target, reduction="none").tolist())

# %% [markdown]
# `"none"` keeps one number a sample. You need it as soon as samples count differently: weights, masks, missing labels.

# %% [markdown]
# ## Where the arrow points, and how far
#
# A line has two numbers to learn: slope and intercept. That is few enough to see the whole loss at once. On the right
# you look down into a valley; the star is its lowest point, the arrow is *one* step of gradient descent.
#
# **Question.** You change `reduction` from mean to sum. What happens to the arrow? There are 8 points.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "02.arrow",
    "From `mean` to `sum`, with 8 points: the arrow ...",
    [
        "turns towards the star and keeps its length",
        "keeps its direction and gets 8 times as long",
        "keeps its direction and gets 64 times as long, for errors are squared",
    ],
)

# %% tags=["nbval-ignore-output"]
points = data.line(8, seed=3, weights=(1.5,), bias=0.5, noise=0.6)


def step(slope, intercept, reduction):
    return viz.valley(points.x["x"][:, 0], points.y, slope=slope, intercept=intercept, reduction=reduction, rate=0.2)


widgets.explore(
    step,
    alt="Eight points with a line and its errors, beside the loss over slope and intercept seen from above, with an "
    "arrow for one step of gradient descent. With the mean the arrow ends on the way to the lowest point; with the sum "
    "it has the same direction, is eight times as long and ends far beyond.",
    fixed=[
        {"slope": -1.0, "intercept": 2.5, "reduction": "mean"},
        {"slope": -1.0, "intercept": 2.5, "reduction": "sum"},
        {"slope": 1.5, "intercept": 2.5, "reduction": "mean"},
    ],
    slope=(-2.0, 4.0, 0.1),
    intercept=(-3.0, 4.0, 0.1),
    reduction=["mean", "sum"],
)


# %%
def loss_at(place, reduction="mean"):
    return losses.mse(place[0] * points.x["x"][:, 0] + place[1], points.y, reduction=reduction)


start = torch.tensor([-1.0, 2.5], requires_grad=True)
(mean_slope,) = torch.autograd.grad(loss_at(start), start)
(sum_slope,) = torch.autograd.grad(loss_at(start, "sum"), start)
torch.testing.assert_close(sum_slope, 8 * mean_slope)
assert loss_at(start - 0.2 * mean_slope) < loss_at(start) < loss_at(start - 0.2 * sum_slope)
print("sum / mean:", (sum_slope / mean_slope).round().tolist(), "- the short step goes down, the long one up")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.arrow",
    "keeps its direction and gets 8 times as long",
    "Sum and mean have the same lowest point and the same direction. Only the length differs, by the number of samples.",
)

# %% [markdown]
# **What to see.** Both arrows point the same way: straight downhill, which is not always straight to the star. The long
# one jumps over the valley and lands higher than it started.
#
# **Try it.** Put the point on the star. How long is the arrow now, with `mean` and with `sum`?

# %% [markdown]
# ## A learning rate that fits only one batch size
#
# **Controlled data.** A linear law with three inputs, whose truth we know. Sum and mean get learning rates that make
# them *identical* for a batch of 8. Then only the batch grows; 20 steps each, plain gradient descent.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "02.batch",
    "You tuned both with 8 samples in a batch. Now a batch holds 256. Which training still works?",
    ["both: more data never hurts", "only the one with the mean", "only the one with the sum: it learns faster"],
)


# %% tags=["nbval-ignore-output"]
def loss_after(batch, reduction, seed):
    """Mean squared error after 20 steps, each on all rows."""
    samples = data.line(batch, seed)
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(3, 1), nn.Flatten(0))  # Flatten(0): (N, 1) becomes (N,)
    rate = 0.1 if reduction == "mean" else 0.1 / 8
    step = {"epochs": 20, "batch_size": batch, "learning_rate": rate, "optimizer": "sgd", "progress": False}
    train.fit(model, samples.x["x"], samples.y, loss=lambda p, t: losses.mse(p, t, reduction=reduction), **step)
    return losses.mse(model(samples.x["x"]), samples.y).item()


batches = [8, 32, 128, 256]
ends = {r: [[loss_after(n, r, seed) for seed in SEEDS] for n in batches] for r in ("mean", "sum")}
middle = {f"reduction = {r}": (batches, [sorted(runs)[2] for runs in rows]) for r, rows in ends.items()}
viz.show(
    viz.curves(middle, x="samples in a batch (1)", y="loss after 20 steps (1)", log=True),
    alt="Loss after training over the batch size, the middle one of five seeds. With the mean it stays small; with the "
    "sum it explodes from a batch of 128 on.",
)

# %%
assert all(abs(a - b) < 1e-4 for a, b in zip(ends["mean"][0], ends["sum"][0], strict=True))
assert all(loss < 1 for runs in ends["mean"][1:] for loss in runs)
assert all(loss > 1e6 for runs in ends["sum"][2:] for loss in runs)
print("batch of 8: equal. Batch of 128 and more: the sum explodes, the mean does not, in all", len(SEEDS), "seeds")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.batch",
    "only the one with the mean",
    "With the sum, 32 times the samples make steps 32 times as long. Each step overshoots further than the last.",
)

# %% [markdown]
# **What to see.** One curve stays down. The other leaves the plot by many orders of magnitude. Nothing about the model
# or the data became worse. With a sum, the batch size is a hidden part of the learning rate.
#
# **Try it.** Replace `"sgd"` by `"adam"`, and give both the rate 0.1. Adam divides the gradient by its own size, so what
# should happen? (We come back to this in "Break it on purpose".)

# %% [markdown]
# ## The training that succeeds and learns nothing
#
# A linear layer with one output gives a table of shape $(N, 1)$. The targets have shape $(N,)$. You write
# `((pred - target) ** 2).mean()`, as everyone does. Three predictions, all of them perfect, so every square should be 0:

# %% tags=["nbval-ignore-output"]
perfect = torch.tensor([[1.0], [2.0], [4.0]])  # (3, 1), as a linear layer gives it
truth = torch.tensor([1.0, 2.0, 4.0])  # (3,)

table = (perfect - truth) ** 2
assert table.shape == (3, 3)
assert table.mean() > 3
names = {"rows": ["1", "2", "4"], "columns": ["1", "2", "4"], "x": "target (1)", "y": "prediction (1)"}
viz.show(
    viz.heat(table, **names, title="every prediction against every target", spec=".0f"),
    alt="A three by three table of squared differences. Only its diagonal is zero; it should have been a column.",
)

# %% [markdown]
# Each prediction was compared with *every* target. Only the diagonal is what you meant. The rule behind it is called
# **broadcasting** (广播): an axis of size 1, or a missing one, is stretched until shapes fit.
#
# **Question.** Now a model trains on this loss. What will it do?

# %% tags=["nbval-ignore-output"]
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


# %%
def r2(pred, target):
    """Share of the variance that is explained: 1 is perfect, 0 is as good as always saying the mean."""
    return (1 - losses.mse(pred, target) / target.var(correction=0)).item()


def shapes_do_not_matter(pred, target):
    return ((pred - target) ** 2).mean()  # (N, 1) - (N,) is (N, N)


def one_column(pred, target):
    return losses.mse(pred.squeeze(1), target)  # (N,) and (N,)


# %% [markdown]
# **Controlled data.** The truth is $y = x_1 - 2x_2 + 0.5x_3$ plus a little noise. Five seeds, same model, same steps.


# %% tags=["nbval-ignore-output"]
def line_model(loss, seed, epochs=250):
    """A linear model trained with ``loss``; its R², last loss, weights, and the variance of the targets."""
    samples = data.line(256, seed)
    torch.manual_seed(seed)
    model = nn.Linear(3, 1)
    how = {"epochs": epochs, "batch_size": 256, "learning_rate": 0.05, "progress": False}
    history = train.fit(model, samples.x["x"], samples.y, loss=loss, **how)
    fit = r2(model(samples.x["x"]).squeeze(1), samples.y)
    return fit, history.train_loss, model.weight[0].tolist(), samples.y.var(correction=0).item()


wrong = [line_model(shapes_do_not_matter, seed) for seed in SEEDS]
right = [line_model(one_column, seed) for seed in SEEDS]
pair = viz.canvas(2, width=9, height=3.2)
for ax, runs, shapes in zip(pair, (wrong, right), ("(N, 1) - (N,)", "(N,) - (N,)"), strict=True):
    _, curve, _, variance = runs[0]
    viz.curves(
        {"loss": curve, "variance of y": [variance] * len(curve)}, x="step (1)", y="loss (1)", title=shapes, ax=ax
    )
viz.show(
    pair,
    alt="Two loss curves, each on its own scale. Both fall and settle: with the broadcast at the variance of y, without "
    "it near zero.",
)

# %%
for name, runs in (("(N, 1) - (N,)", wrong), ("(N,) - (N,)  ", right)):
    fit, curve, weights, variance = runs[0]
    numbers = f"loss {curve[-1]:.1f}, variance of y {variance:.1f}, R² {abs(fit):.1f}"
    print(f"{name}: {numbers}, weights {[round(w, 1) + 0.0 for w in weights]}")
for fit, curve, weights, variance in wrong:
    assert max(abs(fit), abs(curve[-1] - variance), *map(abs, weights)) < 0.01
assert all(fit > 0.99 for fit, *_ in right)
print("In every seed: without the axis, loss = variance of y and R² = 0; with it, R² > 0.99")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.broadcast",
    "the loss falls and settles, and the model has learned nothing",
    "Every prediction has to please all targets at once. The best it can do is their mean, and the loss of that is the "
    "variance of y.",
)

# %% [markdown]
# **What to see.** Mind the two scales. Alone, the left curve looks like any training: it falls, it settles, it is done.
# Only the number at which it settles gives it away. The reason: the table falls apart into two terms, and only
# the first depends on the model:
#
# $$\frac1{N^2}\sum_{i}\sum_{j}(\hat y_i - y_j)^2 = \frac1N\sum_i(\hat y_i - \bar y)^2 + \operatorname{var}(y)$$

# %%
guess, y = torch.randn(50, 1, generator=torch.manual_seed(0)), data.line(50, 0).y
two_terms = (guess - y.mean()).square().mean() + y.var(correction=0)
torch.testing.assert_close(shapes_do_not_matter(guess, y), two_terms)
print("The two sides are equal, so the targets enter the gradient only through their mean.")

# %% [markdown]
# What would have warned you? PyTorch's own loss does, once. The subtraction that you write yourself does not. The
# library refuses:

# %%
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    shapes_do_not_matter(guess, y)
    by_hand = len(caught)
    F.mse_loss(guess, y)
print("warnings by hand:", by_hand, " from PyTorch:", len(caught) - by_hand)
try:
    losses.mse(guess, y)
except ValueError as refusal:
    print("the library:", refusal)

# %% [markdown]
# ## The same bug on real sentences
#
# **Real data.** 10,605 sentences of film reviews. Each was rated by several people from -4 (awful) to +4 (great); the
# target is their mean. ([Hutto and Gilbert 2014](https://github.com/cjhutto/vaderSentiment), MIT licence.)
#
# A sentence becomes a row of numbers by **TF-IDF**: one column a word, larger for words that are in this sentence and in
# few others. Which words exist, and how rare they are, is learnt from the training part only. Equal sentences share a
# group, and a group is never on both sides of the split.


# %%
films = data.ratings("movie")


def sentences(seed):
    """Word weights and ratings to train on, then the same for sentences that training never sees."""
    parts = [films.take(rows) for rows in data.split_groups(films.groups, 0.25, seed)]
    words = TfidfVectorizer(max_features=800).fit(parts[0].x["text"])
    x = [torch.tensor(words.transform(part.x["text"]).toarray(), dtype=torch.float32) for part in parts]
    return x[0], parts[0].y, x[1], parts[1].y


for row in (2, 100):
    print(f"{films.y[row]:+.1f}  {films.x['text'][row]}")


# %% [markdown]
# Training stops by itself: a fifth of the training rows is held back, and when the loss on them no longer falls, it ends.


# %%
def learn(x, y, loss, seed, outputs=1):
    """A linear model of the words."""
    torch.manual_seed(seed)
    model = nn.Linear(x.shape[1], outputs)
    inner, held = data.split(len(y), 0.2, seed)
    stop = {"valid": (x[held], y[held]), "patience": 2, "epochs": 40}
    train.fit(
        model, x[inner], y[inner], loss=loss, batch_size=256, learning_rate=0.03, seed=seed, progress=False, **stop
    )
    return model


# %% tags=["nbval-ignore-output"]
def with_and_without(seed):
    x, y, new, rating = sentences(seed)
    runs = {"(N, 1) - (N,)": shapes_do_not_matter, "(N,) - (N,)": one_column}
    return {name: r2(learn(x, y, loss, seed)(new).squeeze(1), rating) for name, loss in runs.items()}


shape_runs = evaluate.over_seeds(with_and_without, range(3))
viz.show(
    viz.bars(shape_runs, x="R² on new sentences (1)", digits=2),
    alt="Two bars, the explained variance on new sentences: nothing with the broadcast, about a third without it.",
)

# %%
assert all(abs(value) < 0.03 for value in shape_runs["(N, 1) - (N,)"])
assert evaluate.interval(shape_runs["(N,) - (N,)"]).low > 0.25
print(
    "claim holds over",
    len(shape_runs["(N,) - (N,)"]),
    "seeds: same sentences, same model; one axis makes the difference",
)

# %% [markdown]
# **What to see.** On real data an $R^2$ near 0 is easy to explain away ("ratings are noisy, words are not enough"). That
# is what makes this bug expensive. Two habits find it in a second: compare the settled loss with `y.var()`, and look at
# the spread of the predictions.

# %% [markdown]
# ## One wrong label
#
# Squares have a second habit: they give the loudest point the last word. Five numbers by hand, of which one is a typing
# error. Which *single* prediction $c$ has the lowest loss?

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
# Each loss asks for something else. Squares ask for the **mean** (均值), absolute errors for the **median** (中位数). The
# quantile loss charges 0.7 for being too low and 0.3 for being too high, so it asks for a value with 70 % of the data
# below it. **Huber** is a parabola for errors up to $\delta$ and a line beyond:
#
# $$\ell(e) = \tfrac12 e^2 \;\text{ where } |e| \le \delta, \qquad \delta\,(|e| - \tfrac12\delta) \;\text{ beyond}$$

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "02.outlier",
    "In the next picture you drag one target up, by up to 20. Which fitted lines keep following it?",
    ["all three", "the squared and the Huber line", "only the squared line", "none: one of 16 points is outvoted"],
)

# %% tags=["nbval-ignore-output"]
sixteen = data.line(16, seed=1, weights=(1.5,), bias=0.5, noise=0.4)
order = sixteen.x["x"][:, 0].argsort()
across, height = sixteen.x["x"][order, 0], sixteen.y[order]


def drag(outlier, delta):
    return viz.outlier(across, height, size=outlier, delta=delta)


widgets.explore(
    drag,
    alt="Sixteen points with the lines that squared, absolute and Huber loss fit while the last point is moved up, "
    "beside the slope of the three losses over the error. Only the squared line follows the outlier; its slope has no limit.",
    fixed=[{"outlier": 0, "delta": 1.0}, {"outlier": 20, "delta": 1.0}, {"outlier": 20, "delta": 6.0}],
    outlier=(0, 20, 1),
    delta=(0.5, 20.0, 0.5),
)

# %%
moved = height.clone()
moved[-1] += 20
shift = {}
for loss in ("squared", "absolute", "Huber"):
    shift[loss] = viz.fit_line(across, moved, loss)[0] - viz.fit_line(across, height, loss)[0]
assert shift["squared"] > 5 * max(abs(shift["absolute"]), abs(shift["Huber"]))
print("change of the slope:", {loss: round(change, 1) + 0.0 for loss, change in shift.items()})

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.outlier",
    "only the squared line",
    "A point pulls with the slope of its loss. For squares that slope grows with the error, for the others it has a limit.",
)

# %% [markdown]
# **What to see.** On the right is the reason. The squared loss pulls in proportion to the error. Huber does so up to
# $\delta$, then stays at $\delta$. (Squares are drawn with Huber's ½ here, so that the two can be compared.)
#
# **Try it.** Set the outlier to 20 and turn $\delta$ up, to its end. Which line does Huber become?

# %% [markdown]
# ## Lost decimal points
#
# **Real data, with mistakes that we add.** The film sentences again. In one out of 20 *training* ratings, those held
# back included, the decimal point is lost: 2.4 becomes 24. The test ratings stay as they are.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "02.decimal",
    "One rating in 20 is ten times too large. What does that do to the explained variance on clean test sentences?",
    [
        "little to both: 95 % of the labels are right",
        "much to the squared loss, little to Huber",
        "much to both: a wrong label is a wrong label",
    ],
)


# %% tags=["nbval-ignore-output"]
def huber_column(pred, target):
    return losses.huber(pred.squeeze(1), target, delta=1.0)


def decimals(seed):
    x, y, new, rating = sentences(seed)
    lost = torch.rand(len(y), generator=torch.Generator().manual_seed(seed)) < 0.05
    found = {}
    for labels, name in ((y, "clean"), (torch.where(lost, 10 * y, y), "decimals lost")):
        for loss, kind in ((one_column, "squared"), (huber_column, "Huber")):
            pred = learn(x, labels, loss, seed)(new).squeeze(1)
            found |= {f"{kind}, {name}": r2(pred, rating), f"mae {kind}, {name}": (pred - rating).abs().mean().item()}
    return found


scores = evaluate.over_seeds(decimals, SEEDS)
explained = {name: values for name, values in scores.items() if not name.startswith("mae")}
viz.show(
    viz.bars(explained, x="R² on clean test sentences (1)"),
    alt="Four bars: with clean labels squared and Huber loss explain about the same; with lost decimal points the "
    "squared loss falls well behind and the Huber loss does not.",
)

# %%
harm = {
    kind: evaluate.gain(scores[f"{kind}, clean"], scores[f"{kind}, decimals lost"]) for kind in ("squared", "Huber")
}
assert harm["squared"].low > 0.03
assert harm["Huber"].high < 0.03
print(f"over {len(SEEDS)} seeds: lost decimals cost the squared loss more than 0.03 of R², and Huber less")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.decimal",
    "much to the squared loss, little to Huber",
    "An error of 20 pulls twenty times as hard as an error of 1 under squares, and no harder than 1 under Huber.",
)

# %% [markdown]
# **What to see.** Look at the *clean* bars, too: there the squared loss is not behind. Huber is an insurance, and
# insurance has a price when nothing happens. How large that price looks depends on the ruler, which is our next slip.

# %% [markdown]
# ## Spot the slip: is a loss a difference between prediction and truth?
#
# The article says that a loss function measures how far a prediction is from the true value. Take two models of the clean
# film sentences, one trained with squares and one with Huber. By its formula, the Huber loss is never more than half the
# squared loss. So its number is much lower. Is its model closer to the truth?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "02.ruler",
    "Same data, clean labels. Which loss gives the better model?",
    ["Huber: its loss is lower", "squared: it has the higher R²", "it depends on what you report"],
)

# %% tags=["nbval-ignore-output"]
by_r2 = evaluate.gain(scores["squared, clean"], scores["Huber, clean"])
by_mae = evaluate.gain(scores["mae squared, clean"], scores["mae Huber, clean"])
print("R², squared minus Huber (higher is better):                ", by_r2)
print("mean absolute error, squared minus Huber (lower is better):", by_mae)

# %%
assert by_r2.low > 0
assert by_mae.low > 0
print("By R² the squared loss wins; by mean absolute error Huber wins. Both hold over", by_r2.n, "seeds.")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.ruler",
    "it depends on what you report",
    "Each model is best by the ruler closest to its own loss (R² is the MSE in other clothes). The loss values themselves are in different units and cannot "
    "be compared at all.",
)

# %% [markdown]
# So keep two words apart:
#
# - a **loss** (损失) is a training signal: a number with a useful slope, made so that a lower one means a better model;
# - a **metric** (评价指标) is what you report, chosen by what the reader needs, slope or not.
#
# And a loss need not contain a prediction and a truth. The contrastive loss of lesson 04 has no target value at all: it
# looks at two samples and at the distance between them. "Difference between prediction and truth" is one kind of loss.

# %% [markdown]
# ## What a square assumes
#
# Why squares at all? Suppose the truth is the prediction plus normally distributed noise of variance $\sigma^2$. The
# negative logarithm of that probability is
#
# $$\ell = \tfrac12\left[\log \sigma^2 + \frac{(y - \hat y)^2}{\sigma^2}\right] + \text{constant}$$
#
# Fix $\sigma^2$ at one number, say 1, and what is left is half a squared error. So MSE quietly assumes that **every target is
# equally noisy**.

# %%
pred, target = torch.tensor([1.0, 2.0, 3.0, 4.0]), torch.tensor([1.0, 4.0, 3.0, 1.0])
likelihood = losses.gaussian_nll(pred, torch.zeros(4), target)  # log of the variance 1 is 0
torch.testing.assert_close(likelihood, losses.mse(pred, target) / 2)
print(
    "negative log-likelihood at variance 1:", likelihood.item(), " half the MSE:", losses.mse(pred, target).item() / 2
)

# %% [markdown]
# If the noise is *not* the same everywhere, let the model say so: a second output for $\log\sigma^2$. (The logarithm,
# because a variance must be positive and a linear layer does not know that.) A sample that the model calls noisy then
# pulls less, but $\log\sigma^2$ sends a bill for every such excuse.
#
# **Real data.** Can a model tell from its words how far off it will be? We sort new sentences by the variance that the
# model *claims*, cut them into four quarters, and measure.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "02.claims",
    "Of the claimed variances, which statement will be true?",
    [
        "worthless: nobody told the model what it gets wrong",
        "the order is right, but the surest quarter claims too much",
        "order and size are right: maximum likelihood guarantees it",
    ],
)


# %% tags=["nbval-ignore-output"]
def two_outputs(pred, target):
    return losses.gaussian_nll(pred[:, 0], pred[:, 1], target)


def quarters(seed):
    """Claimed variance and measured squared error of four quarters, the surest first: (2, 4)."""
    x, y, new, rating = sentences(seed)
    mean, log_var = learn(x, y, two_outputs, seed, outputs=2)(new).detach().T
    rows = log_var.argsort().tensor_split(4)
    error = losses.mse(mean, rating, reduction="none")
    return torch.tensor([[log_var[part].exp().mean(), error[part].mean()] for part in rows]).T


runs = torch.stack([quarters(seed) for seed in SEEDS])  # (5, 2, 4)
claimed, measured = runs.mean(0).tolist()
viz.show(
    viz.claims(claimed, measured, unit="rating²"),
    alt="Claimed variance against measured squared error for four quarters of the sentences. Both rise together, but "
    "the surest quarter lies above the diagonal: it errs more than it says.",
)

# %%
surest, least_sure = runs[:, :, 0], runs[:, :, 3]
assert evaluate.gain(least_sure[:, 1].tolist(), surest[:, 1].tolist()).low > 0.5
assert evaluate.gain(surest[:, 1].tolist(), surest[:, 0].tolist()).low > 0.2
print("over", len(runs), "seeds: the least sure quarter errs more than the surest; the surest errs more than it claims")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.claims",
    "the order is right, but the surest quarter claims too much",
    "The model learned which sentences are hard. But it set its variances on sentences that it had trained on, where its "
    "errors are smaller than on new ones.",
)

# %% [markdown]
# **What to see.** An honest model lies on the dashed line. Ours rises with it but starts above it. Being sure and being
# right are two things; lesson 12 measures the gap and mends it.

# %% [markdown]
# ## Two sensors, one truth: the first fusion
#
# Two thermometers measure one room. The first reads 20.0 with a standard deviation of 1 degree, the second 23.0 with 2
# degrees. What is the temperature? Ask the likelihood: find the $\mu$ that makes both readings most probable together.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "02.sensors",
    "Readings 20.0 (standard deviation 1) and 23.0 (standard deviation 2). The most likely temperature is ...",
    ["20.0: trust the better sensor", "20.6: weights 4 to 1", "21.0: weights 2 to 1", "21.5: the mean"],
)

# %%
reading, deviation = torch.tensor([20.0, 23.0]), torch.tensor([1.0, 2.0])
weight = 1 / deviation**2
fused = (weight * reading).sum() / weight.sum()

mu = fused.clone().requires_grad_()
losses.gaussian_nll(mu.expand(2), (deviation**2).log(), reading).backward()
assert mu.grad.abs() < 1e-5
print(f"fused {fused.item():.1f}; there the slope of the loss is {mu.grad.abs().item():.1f}: the lowest point")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.sensors",
    "20.6: weights 4 to 1",
    "Weights go by 1 / variance, not by 1 / standard deviation, because the squared error is divided by the variance.",
)

# %% [markdown]
# This is **inverse-variance weighting** (逆方差加权): weight each sensor by $1/\sigma_m^2$. It needs two things: no
# sensor is off to one side, and their errors are independent. Then the variance of the result is
# $1 \,/\, \sum_m 1/\sigma_m^2$, lower than that of the best sensor alone.
#
# **Controlled data.** Two sensors with standard deviations 1 and 2, 4,000 readings, five seeds.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "02.mean",
    "You take the **plain mean** of the good sensor and the poor one. Its squared error, against the good one alone?",
    ["lower: averaging cancels noise", "equal: the two effects cancel", "higher: the poor sensor does harm"],
)


# %% tags=["nbval-ignore-output"]
def two_sensors(seed):
    samples = data.noisy_sensors(4000, seed, noise=(1.0, 2.0))
    first, second = samples.x["reading"].T
    ways = {
        "A alone": first,
        "B alone": second,
        "plain mean": (first + second) / 2,
        "1 / variance": 0.8 * first + 0.2 * second,  # 1/1 to 1/4, made to add up to 1
    }
    return {name: losses.mse(value, samples.y).item() for name, value in ways.items()}


noisy = evaluate.over_seeds(two_sensors, SEEDS)
viz.show(
    viz.bars(noisy, x="mean squared error (1)"),
    alt="Four bars. The plain mean of both sensors is worse than the better sensor alone; the weighted sum is the best.",
)

# %%
closed_form = {"A alone": 1, "B alone": 4, "plain mean": (1 + 4) / 4, "1 / variance": 1 / (1 / 1 + 1 / 4)}
for name, value in closed_form.items():
    assert abs(evaluate.interval(noisy[name]).mean / value - 1) < 0.04
    print(f"{name:12} formula {value:.2f}, measured within 4 %")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.mean",
    "higher: the poor sensor does harm",
    "Half of each reading is a quarter of each variance: (1 + 4) / 4 is more than 1.",
)

# %% [markdown]
# **What to see.** The plain mean is *worse* than the better sensor alone: adding a sensor did harm. The weighted sum is
# better than either. Fusion is no gift; it depends on the weights.
#
# The next picture shows every weight at once, and one more dial: what if the two errors are correlated?


# %% tags=["nbval-ignore-output"]
def weigh(noise_of_b, correlation):
    return viz.weighing(noise_a=1.0, noise_b=noise_of_b, correlation=correlation)


widgets.explore(
    weigh,
    alt="Squared error of the weighted sum of two sensors over the weight of sensor A, with the plain mean and "
    "inverse-variance weights marked. With independent errors the second mark is the lowest point; correlation lifts the curve.",
    fixed=[
        {"noise_of_b": 1.0, "correlation": 0.0},
        {"noise_of_b": 2.0, "correlation": 0.0},
        {"noise_of_b": 2.0, "correlation": 0.6},
    ],
    noise_of_b=(0.5, 4.0, 0.1),
    correlation=(0.0, 0.9, 0.1),
)

# %% [markdown]
# **Try it.** Noise 2 and correlation 0.6: which bar is the lowest now? And with equal noise, how much is a second sensor
# worth at correlation 0.9?

# %% [markdown]
# ## Two sensors of a smartwatch
#
# **Real data.** 10 people do 7 shoulder exercises with a smartwatch on the wrist, which holds an accelerometer and a
# gyroscope. ([Burns et al. 2018](https://arxiv.org/abs/1802.01489), from the package
# [seglearn](https://github.com/dmbee/seglearn), BSD licence.)
#
# Suppose that the third axis of the accelerometer breaks. How strongly did the wrist move along it, in each window of
# 4 seconds? Two experts estimate that: **A** from the other two accelerometer axes, **B** from the gyroscope. Each is a
# least-squares fit, that is, the exact minimum of the MSE.

# %%
watch = data.smartwatch(seconds=4.0)
spread = {name: signal.double().std(2).log() for name, signal in watch.x.items()}  # (B, 3), log of the movement
lost = spread["accelerometer"][:, 2]
seen = {"A": spread["accelerometer"][:, :2], "B": spread["gyroscope"]}


def least_squares(x, y):
    """The weights, and last the bias, that minimise the mean squared error."""
    x = torch.cat([x, torch.ones(len(x), 1)], 1)
    return torch.linalg.lstsq(x, y[:, None]).solution[:, 0]


# %% [markdown]
# Nobody prints the noise of these experts on a data sheet. So we measure it: fit on some people, take the squared error
# on **other** people as the variance, and test on people that neither step has seen.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "02.watch",
    "B is the better expert. With the variances measured, what will weights of 1 / variance bring on new people?",
    [
        "as much as the formula promises",
        "better than the plain mean, but less than the formula promises",
        "nothing: the measured variances are too rough",
    ],
)


# %% tags=["nbval-ignore-output"]
def expert(x, fit, rows):
    """Error of a least-squares expert on all windows, and its variance on the people of ``rows``."""
    found = least_squares(x[fit], lost[fit])
    error = x @ found[:-1] + found[-1] - lost
    return error, error[rows].square().mean().item()


def broken_axis(seed):
    rest, test = data.split_groups(watch.groups, 0.4, seed)
    fit, valid = (rest[part] for part in data.split_groups(watch.groups[rest], 0.5, seed))
    (a, var_a), (b, var_b) = (expert(x, fit, valid) for x in seen.values())
    share = var_b / (var_a + var_b)  # = (1 / var_a) / (1 / var_a + 1 / var_b)
    ways = {"A alone": a, "B alone": b, "plain mean": (a + b) / 2, "1 / variance": share * a + (1 - share) * b}
    found = {name: error[test].square().mean().item() for name, error in ways.items()}
    promise = 1 / (1 / found["A alone"] + 1 / found["B alone"])
    together = torch.corrcoef(torch.stack([a[test], b[test]]))[0, 1].item()
    joint, _ = expert(torch.cat(list(seen.values()), 1), fit, valid)
    return found | {"promise": promise, "correlation": together, "joint": joint[test].square().mean().item()}


watched = evaluate.over_seeds(broken_axis, range(10))
ways = ["A alone", "B alone", "plain mean", "1 / variance"]
viz.show(
    viz.bars({name: watched[name] for name in ways}, x="mean squared error of log movement (1)"),
    alt="Four bars on new people: A is the worst, B and the plain mean are about equal, inverse-variance weighting is lowest.",
)

# %%
assert evaluate.gain(watched["plain mean"], watched["1 / variance"]).low > 0
assert evaluate.gain(watched["B alone"], watched["1 / variance"]).low > 0
assert evaluate.gain(watched["1 / variance"], watched["promise"]).low > 0
assert evaluate.interval(watched["correlation"]).low > 0
print("10 splits: 1 / variance beats the plain mean and the better expert, and misses the formula's promise")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.watch",
    "better than the plain mean, but less than the formula promises",
    "The formula assumes independent errors. Both experts wear the same wrist: an unusual way of moving fools them together.",
)

# %% [markdown]
# **What to see.** With equal weights, the noise of A eats up what A adds. With $1/\sigma^2$ something remains. The promise
# of the formula is missed because the errors are correlated. (The ten splits share ten people, so the intervals are a little
# too narrow. That is what small real data looks like.)
#
# And is this the best one can do? Let one least-squares fit see all five columns at once:

# %%
assert evaluate.gain(watched["1 / variance"], watched["joint"]).low > 0
print("One model that sees both sensors beats both ways of weighting two experts, in the mean over 10 splits.")

# %% [markdown]
# That is **feature fusion** against **decision fusion**, in one line. Here the sensors explain each other, so looking at
# both at once wins. Lessons 05 and 06 ask when that is so, and when it is not.

# %% [markdown]
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

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "02.holes",
    "The value is right. What is the gradient at the hole, for the second prediction?",
    ["0: torch.where did not choose it", "nan", "2 / 2 times the prediction"],
)

# %%
(gradient,) = torch.autograd.grad(skipped, pred)
print("gradient:", gradient.tolist())
assert gradient.isnan().tolist() == [False, True, False]

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.holes",
    "nan",
    "Going backwards, the branch that was not chosen gets the gradient 0, which is then multiplied by the slope of "
    "(pred - nan)², and 0 times nan is nan.",
)

# %% [markdown]
# At the next step that NaN goes into the weights, and from then on the model predicts NaN for samples without holes, too.
# The cure: clean the numbers **before** the arithmetic, then mask.

# %%
clean = torch.where(present, target, 0.0)
masked = losses.mse(pred, clean, weight=present.float())
(gradient,) = torch.autograd.grad(masked, pred)
assert masked.item() == skipped.item()
assert gradient.tolist() == [1.0, 0.0, -2.0]
print("loss:", masked.item(), " gradient:", gradient.tolist())

# %% [markdown]
# The filled-in 0 never counts: its weight is 0. And a mean with weights divides by the sum of the weights, so holes do
# not count as perfect predictions either.

# %% [markdown]
# ## Break it on purpose
#
# The check of exercise 02.1 knows ten mistakes by name. Here are six of them, switched on one at a time. Same controlled
# data as before, same Adam, five seeds.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "02.break",
    "Sum instead of mean, a stray ½, a root, absolute values: which of these leave the model as good as before?",
    ["none of them", "all four", "only the ½: it cancels the 2"],
)

# %% tags=["nbval-ignore-output"]
mistakes = ["half", "sum for mean", "rmse", "mae", "square of mean", "broadcast"]
table = {"correct": losses.mse} | {name: checks.broken("02.1", name) for name in mistakes}


def good(loss, seed, axis):
    return line_model(lambda p, t: loss(p if axis else p.squeeze(1), t), seed, epochs=120)[0]


fits = {name: [round(good(loss, seed, name == "broadcast"), 3) + 0.0 for seed in SEEDS] for name, loss in table.items()}
viz.show(
    viz.bars(fits, x="R² (1)", digits=2),
    alt="Seven bars of explained variance: the correct loss, half, sum, root and absolute values all come close to one; "
    "the square of the mean and the broadcast fail.",
)

# %%
assert all(min(fits[name]) > 0.9 for name in ("correct", "half", "sum for mean", "rmse", "mae"))
assert all(max(fits[name]) < 0.7 for name in ("square of mean", "broadcast"))
print("Four of six mistakes leave no trace in R²; two ruin the model. No run printed a warning.")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "02.break",
    "all four",
    "They share the lowest point, or nearly, and Adam divides by the size of the gradient, so a wrong factor cancels. "
    "With plain gradient descent, or beside a second loss, the factor would matter.",
)

# %% [markdown]
# **What to see.** A good score is no proof of a right loss. A factor of $N$ sleeps until someone changes the optimizer or
# adds a second loss. This is why the exercises check the *function*, not the model that it trains.
#
# One more, with holes. What does one step with the wrong masked loss (02.3) do to a model?

# %%
torch.manual_seed(0)
model, x, table = nn.Linear(3, 2), torch.randn(4, 3), torch.randn(4, 2)
table[0, 1] = float("nan")  # one hole in eight targets
value = checks.broken("02.3", "where after")(model(x), table)
value.backward()
torch.optim.SGD(model.parameters(), 0.1).step()
assert value.isfinite()
gone = model(x)[:, 1].isnan().sum().item()
print("the loss was finite; one step later", gone, "of 4 predictions of the second output are nan")

# %% [markdown]
# ## Exercises
#
# Four functions. The check names your mistake if it knows it.
#
# - **02.1** Mean squared error, exactly as the formula (5 points)
# - **02.2** Huber: a parabola near, a line far (10 points)
# - **02.3** Targets with holes (15 points)
# - **02.4** Let the model say how sure it is (15 points)
#
# Here: [exercises/02_exercises.ipynb](../exercises/02_exercises.ipynb). From a terminal:
# `python -m fusion_edu check 02.1 my_file.py`

# %% [markdown]
# ## Quiz

# %% tags=["nbval-ignore-output"]
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
#   metric you report, and a loss is not a metric.
# - MSE assumes that all targets are equally noisy. Where they are not, weight by $1/\sigma^2$, whether the model learns
#   $\sigma^2$ or you measure it.
# - Clean missing targets before the arithmetic, not after.
#
# | English | 中文 | in one line |
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
#
# Next: [03 Cross-entropy](03_cross_entropy.ipynb), for answers that are not numbers.

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
