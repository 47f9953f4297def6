# %% [markdown]
# # Exercises 15 · Translate with a picture
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.
# The lesson: [notebooks/15_multimodal_translation.ipynb](../notebooks/15_multimodal_translation.ipynb)

# %%
import math
from collections import Counter

import torch
from torch.nn import functional as F

from fusion_edu import data, evaluate, widgets
from fusion_edu.checks import check, defend
from fusion_edu.data.ambiguous import SENSES

# %% [markdown] task="15.1"

# %% answer="15.1"


def shift_right(tgt, bos):
    """What the decoder reads, and what it should say: two tensors (N, T)."""
    ### BEGIN SOLUTION
    read = tgt.roll(1, dims=1)
    read[:, 0] = bos
    return read, tgt
    ### END SOLUTION


# %% check="15.1"
check("15.1", shift_right)

# %% [markdown] task="15.2"

# %% answer="15.2"


def seq_cross_entropy(logits, target, pad):
    """Mean of -log p(true token) over the tokens that are no padding: a scalar."""
    ### BEGIN SOLUTION
    each = F.cross_entropy(logits.transpose(1, 2), target, reduction="none")  # (N, T)
    real = target != pad
    return each.where(real, 0.0).sum() / real.sum().clamp_min(1)
    ### END SOLUTION


# %% check="15.2"
check("15.2", seq_cross_entropy)

# %% [markdown] task="15.3"

# %% answer="15.3"


def bleu(cand, ref, n=2):
    """BLEU of one candidate and one reference, both lists of words."""

    ### BEGIN SOLUTION
    def groups(words, k):
        return Counter(tuple(words[i : i + k]) for i in range(len(words) - k + 1))

    logs = []
    for k in range(1, n + 1):
        mine, theirs = groups(cand, k), groups(ref, k)
        found = (mine & theirs).total()  # & keeps the smaller count of each group
        if found == 0:
            return 0.0
        logs.append(math.log(found / mine.total()))
    penalty = min(0.0, 1 - len(ref) / len(cand))
    return math.exp(penalty + sum(logs) / n)
    ### END SOLUTION


# %% check="15.3"
check("15.3", bleu)

# %% [markdown] task="15.4"

# %% answer="15.4"


def derangement(n, seed):
    """A random order of 0 .. n-1 in which no number stays in its place."""
    ### BEGIN SOLUTION
    line = torch.randperm(n, generator=torch.Generator().manual_seed(seed))
    out = torch.empty_like(line)
    out[line] = line.roll(1)
    return out
    ### END SOLUTION


# %% check="15.4"
check("15.4", derangement)

# %% [markdown]
# ## Open task: can BLEU see a rare word?
#
# *Your own experiment. Checked is whether your conclusion follows from your runs.*
#
# Two translators know every plain word. One of them sees the picture; the other guesses the sense of an ambiguous word. Both
# also get some words wrong, each its own. Choose the share of ambiguous words, the share of mistakes, the number of test
# sentences, and the score: BLEU, chrF, or the share of ambiguous words that are right (write that one yourself). Write down
# your prediction and, for "the same", your margin. Then run at least five seeds and conclude: by this score, is the translator
# who sees `"better"`, `"worse"`, `"the same"` (name the `margin`), or is a difference `"not shown"`?

# %%
AMBIGUOUS, MISTAKES, SENTENCES, RUNS = 0.01, 0.1, 100, range(5)
SENSE_OF = {german: senses for senses in SENSES.values() for german in senses}


def translated(german, sees, draw):
    """A translation with mistakes; without the picture, ambiguous words get a sense at random."""
    said = []
    for word in german.split():
        if torch.rand(1, generator=draw) < MISTAKES:
            word = "hm"
        elif word in SENSE_OF and not sees:
            word = SENSE_OF[word][int(torch.randint(4, (1,), generator=draw))]
        said.append(word)
    return " ".join(said)


def score(sees, seed):
    """BLEU of one translator on sentences that both translate."""
    german = data.mini_language(SENTENCES, seed, ambiguous=AMBIGUOUS).x["german"]
    draw = torch.Generator().manual_seed(2 * seed + sees)
    return evaluate.bleu([translated(text, sees, draw) for text in german], german, tokenize="none")


runs = {}  # {"sees": [score(True, seed) for seed in RUNS], "guesses": [score(False, seed) for seed in RUNS]}
conclusion = None
defend("15.open", runs, conclusion)

# %% [markdown]
# Back to the lesson: [notebooks/15_multimodal_translation.ipynb](../notebooks/15_multimodal_translation.ipynb)

# %% tags=["nbval-ignore-output"]
widgets.progress_map()
