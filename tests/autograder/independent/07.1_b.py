# %% right: a dictionary and a comprehension
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {word: i for i, word in enumerate(vocab, start=2)}
    rows = [[number.get(w, 1) for w in t.lower().split()][:max_len] for t in texts]
    return torch.tensor([r + [0] * (max_len - len(r)) for r in rows]), len(vocab) + 2

# %% right: a vocabulary class with __missing__
import torch

class Vocabulary(dict):
    def __missing__(self, word):
        return 1

def texts_to_ids(texts: list[str], vocab: list[str], max_len: int) -> tuple[torch.Tensor, int]:
    ids = Vocabulary(zip(vocab, range(2, 2 + len(vocab))))
    out = torch.zeros(len(texts), max_len, dtype=torch.int32)
    for n, text in enumerate(texts):
        for t, word in zip(range(max_len), text.split()):
            out[n, t] = ids[word.lower()]
    return out, 2 + len(vocab)

# %% right: regular expression, zip_longest
import re
from itertools import zip_longest
import torch

def texts_to_ids(texts, vocab, max_len):
    words = [re.findall(r"\S+", text.lower()) for text in texts]
    columns = list(zip_longest(*[w[:max_len] + [None] * (max_len - len(w)) for w in words]))
    code = lambda w: 0 if w is None else (vocab.index(w) + 2 if w in vocab else 1)
    return torch.tensor([[code(w) for w in column] for column in columns]).T, len(vocab) + 2

# %% right: numpy array, int16
import numpy as np
import torch

def texts_to_ids(texts, vocab, max_len):
    table = {"": 0}
    table |= {w: k + 2 for k, w in enumerate(vocab)}
    out = np.zeros((len(texts), max_len), "int64")
    for row, text in zip(out, texts):
        words = text.casefold().split()
        row[: len(words)] = [table.get(w, 1) for w in words][:max_len]
    return torch.as_tensor(out), max(table.values()) + 1

# %% right: recursion over the words
import torch

def texts_to_ids(texts, vocab, max_len):
    def ids(words, room):
        if room == 0:
            return []
        if not words:
            return [0] * room
        head, *tail = words
        try:
            n = vocab.index(head) + 2
        except ValueError:
            n = 1
        return [n, *ids(tail, room - 1)]
    return torch.tensor([ids(t.lower().split(), max_len) for t in texts], dtype=torch.long), len([0, 1, *vocab])

# %% wrong: vocab_size without padding and unknown
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(vocab)}
    rows = [[number.get(w, 1) for w in t.lower().split()][:max_len] for t in texts]
    return torch.tensor([r + [0] * (max_len - len(r)) for r in rows]), len(vocab)

# %% wrong: split on single blanks
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(vocab)}
    rows = [[number.get(w, 1) for w in t.lower().split(" ")][:max_len] for t in texts]
    return torch.tensor([r + [0] * (max_len - len(r)) for r in rows]), len(vocab) + 2

# %% wrong: \w+ drops punctuation
import re
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(vocab)}
    rows = [[number.get(w, 1) for w in re.findall(r"\w+", t.lower())][:max_len] for t in texts]
    return torch.tensor([r + [0] * (max_len - len(r)) for r in rows]), len(vocab) + 2

# %% wrong: padding in front
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(vocab)}
    rows = [[number.get(w, 1) for w in t.lower().split()][:max_len] for t in texts]
    return torch.tensor([[0] * (max_len - len(r)) + r for r in rows]), len(vocab) + 2

# %% wrong: the last max_len words are kept
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(vocab)}
    rows = [[number.get(w, 1) for w in t.lower().split()][-max_len:] for t in texts]
    return torch.tensor([r + [0] * (max_len - len(r)) for r in rows]), len(vocab) + 2

# %% wrong: unknown words are skipped
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(vocab)}
    rows = [[number[w] for w in t.lower().split() if w in number][:max_len] for t in texts]
    return torch.tensor([r + [0] * (max_len - len(r)) for r in rows]).long(), len(vocab) + 2

# %% wrong: one word too few
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(vocab)}
    out = torch.zeros(len(texts), max_len, dtype=torch.long)
    for n, t in enumerate(texts):
        for k, w in enumerate(t.lower().split()[:max_len - 1]):
            out[n, k] = number.get(w, 1)
    return out, len(vocab) + 2

# %% wrong: rows only as long as the longest text
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(vocab)}
    rows = [[number.get(w, 1) for w in t.lower().split()][:max_len] for t in texts]
    longest = max(len(r) for r in rows)
    return torch.tensor([r + [0] * (longest - len(r)) for r in rows]).long(), len(vocab) + 2

# %% wrong: the vocabulary is sorted first
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(sorted(vocab))}
    rows = [[number.get(w, 1) for w in t.lower().split()][:max_len] for t in texts]
    return torch.tensor([r + [0] * (max_len - len(r)) for r in rows]), len(vocab) + 2

# %% wrong: the caller's vocabulary grows by two entries
import torch

def texts_to_ids(texts, vocab, max_len):
    vocab.insert(0, "<unk>")
    vocab.insert(0, "<pad>")
    rows = [[vocab.index(w) if w in vocab else 1 for w in t.lower().split()][:max_len] for t in texts]
    return torch.tensor([r + [0] * (max_len - len(r)) for r in rows]), len(vocab)

# %% two: not lower case; vocab_size too small by one
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(vocab)}
    rows = [[number.get(w, 1) for w in t.split()][:max_len] for t in texts]
    return torch.tensor([r + [0] * (max_len - len(r)) for r in rows]), len(vocab) + 1

# %% two: unknown is 0; padding is 1
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(vocab)}
    rows = [[number.get(w, 0) for w in t.lower().split()][:max_len] for t in texts]
    return torch.tensor([r + [1] * (max_len - len(r)) for r in rows]), len(vocab) + 2

# %% two: ids from 1; vocab_size is the largest id that occurs plus one
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 1 for i, w in enumerate(vocab)}
    rows = [[number.get(w, 1) for w in t.lower().split()][:max_len] for t in texts]
    x = torch.tensor([r + [0] * (max_len - len(r)) for r in rows])
    return x, int(x.max()) + 1

# %% two: float ids; padding in front
import torch

def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(vocab)}
    rows = [[number.get(w, 1) for w in t.lower().split()][:max_len] for t in texts]
    return torch.tensor([[0] * (max_len - len(r)) + r for r in rows], dtype=torch.float32), len(vocab) + 2
