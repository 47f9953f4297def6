# %% right: a dict and one nested comprehension
import torch


def texts_to_ids(texts, vocab, max_len):
    ids = {w: i for i, w in enumerate(vocab, start=2)}
    rows = [[ids.get(w, 1) for w in t.lower().split()][:max_len] for t in texts]
    return torch.tensor([r + [0] * (max_len - len(r)) for r in rows]), len(vocab) + 2


# %% right: vocab.index in plain loops into a tensor of zeros
import torch


def texts_to_ids(texts, vocab, max_len):
    out = torch.zeros((len(texts), max_len), dtype=torch.long)
    for n in range(len(texts)):
        words = texts[n].split()
        for k in range(min(len(words), max_len)):
            word = words[k].lower()
            try:
                out[n, k] = vocab.index(word) + 2
            except ValueError:
                out[n, k] = 1
    return out, len(vocab) + 2


# %% right: a small tokenizer class
import torch


class Tokenizer:
    PAD = 0
    UNK = 1

    def __init__(self, vocab):
        self.table = {}
        for word in vocab:
            self.table[word] = len(self.table) + 2

    @property
    def vocab_size(self):
        return len(self.table) + 2

    def encode(self, text, max_len):
        row = []
        for word in text.lower().split():
            if len(row) == max_len:
                break
            row.append(self.table.get(word, self.UNK))
        while len(row) < max_len:
            row.append(self.PAD)
        return row


def texts_to_ids(texts, vocab, max_len):
    tok = Tokenizer(vocab)
    rows = [tok.encode(t, max_len) for t in texts]
    return torch.tensor(rows, dtype=torch.int64), tok.vocab_size


# %% right: numpy rows that are written by slices
import numpy as np
import torch


def texts_to_ids(texts, vocab, max_len):
    lookup = dict(zip(vocab, range(2, len(vocab) + 2)))
    grid = np.zeros((len(texts), max_len), dtype=np.int32)
    for row, text in zip(grid, texts):
        codes = [lookup.get(w, 1) for w in text.lower().split()[:max_len]]
        row[:len(codes)] = codes
    return torch.from_numpy(grid), 2 + len(lookup)


# %% right: regex for what is not white space, pad_sequence with a helper row of max_len
import re

import torch
from torch.nn.utils.rnn import pad_sequence


def texts_to_ids(texts, vocab, max_len):
    number = {w: i + 2 for i, w in enumerate(vocab)}
    seqs = []
    for text in texts:
        found = re.findall(r"\S+", text.lower())[:max_len]
        seqs.append(torch.tensor([number.get(w, 1) for w in found], dtype=torch.long))
    seqs.append(torch.zeros(max_len, dtype=torch.long))     # makes the batch max_len wide
    ids = pad_sequence(seqs, batch_first=True, padding_value=0)[:-1]
    return ids, len(vocab) + 2


# %% right: over-long, reads letter by letter, with a generator and helper functions
import torch


def _words(text):
    current = ""
    for ch in text:
        if ch.isspace():
            if current != "":
                yield current
            current = ""
        else:
            current += ch.lower()
    if current != "":
        yield current


def _fill(row, length):
    if len(row) >= length:
        return row[:length]
    return row + [0] * (length - len(row))


def _number(word, vocab):
    for i, known in enumerate(vocab):
        if known == word:
            return i + 2
    return 1


def texts_to_ids(texts, vocab, max_len):
    if max_len < 1:
        raise ValueError("max_len must be at least 1")
    rows = []
    for text in texts:
        row = []
        for word in _words(text):
            row.append(_number(word, vocab))
        rows.append(_fill(row, max_len))
    ids = torch.tensor(rows, dtype=torch.int64).reshape(len(texts), max_len)
    vocab_size = len(vocab) + 2
    return ids, vocab_size


# %% wrong: vocab_size is taken from the largest id that happens to occur in these texts
import torch


def texts_to_ids(texts, vocab, max_len):
    ids = torch.zeros(len(texts), max_len, dtype=torch.long)
    pos = {w: i + 2 for i, w in enumerate(vocab)}
    for n, t in enumerate(texts):
        for k, w in enumerate(t.lower().split()[:max_len]):
            ids[n, k] = pos.get(w, 1)
    return ids, int(ids.max()) + 1


# %% wrong: takes words by \w+, so punctuation is cut off or splits words
import re

import torch


def texts_to_ids(texts, vocab, max_len):
    table = {w: i + 2 for i, w in enumerate(vocab)}
    rows = []
    for text in texts:
        row = [table.get(w, 1) for w in re.findall(r"\w+", text.lower())]
        row = row[:max_len]
        rows.append(row + [0] * (max_len - len(row)))
    return torch.tensor(rows), len(vocab) + 2


# %% wrong: splits at single spaces, so empty texts and double spaces give unknown words and tabs do not split
import torch


def texts_to_ids(texts, vocab, max_len):
    table = {w: i for i, w in enumerate(vocab, 2)}

    def encode(text):
        ids = [table.get(w, 1) for w in text.lower().split(" ")]
        return (ids + [0] * max_len)[:max_len]

    return torch.tensor([encode(t) for t in texts]), len(table) + 2


# %% wrong: words that are not in vocab are left out and do not become 1
import torch


def texts_to_ids(texts, vocab, max_len):
    table = {w: i + 2 for i, w in enumerate(vocab)}
    out = torch.zeros(len(texts), max_len, dtype=torch.int64)
    for n, text in enumerate(texts):
        known = [table[w] for w in text.lower().split() if w in table]
        for k, i in enumerate(known[:max_len]):
            out[n, k] = i
    return out, len(vocab) + 2


# %% wrong: pads at the front of a text
import numpy as np
import torch


def texts_to_ids(texts, vocab, max_len):
    table = {w: i + 2 for i, w in enumerate(vocab)}
    grid = np.zeros((len(texts), max_len), dtype=np.int64)
    for n, text in enumerate(texts):
        ids = [table.get(w, 1) for w in text.lower().split()][:max_len]
        if ids:
            grid[n, -len(ids):] = ids
    return torch.from_numpy(grid), len(vocab) + 2


# %% wrong: pads only to the longest text of the batch and not to max_len
import torch
from torch.nn.utils.rnn import pad_sequence


def texts_to_ids(texts, vocab, max_len):
    table = {w: i + 2 for i, w in enumerate(vocab)}
    rows = [torch.tensor([table.get(w, 1) for w in t.lower().split()[:max_len]], dtype=torch.long)
            for t in texts]
    return pad_sequence(rows, batch_first=True, padding_value=0), len(vocab) + 2


# %% wrong: the special words stand in the same table, so an unknown word "<pad>" in a text gets 0 and not 1
import torch


def texts_to_ids(texts, vocab, max_len):
    words = ["<pad>", "<unk>"] + list(vocab)
    table = {w: i for i, w in enumerate(words)}
    rows = []
    for t in texts:
        tokens = t.lower().split()[:max_len]
        tokens = tokens + ["<pad>"] * (max_len - len(tokens))
        rows.append([table.get(w, table["<unk>"]) for w in tokens])
    return torch.tensor(rows, dtype=torch.long), len(words)


# %% wrong: the rows are one and the same list, so the texts overwrite each other
import torch


def texts_to_ids(texts, vocab, max_len):
    rows = [[0] * max_len] * len(texts)
    for n, text in enumerate(texts):
        for k, word in enumerate(text.lower().split()[:max_len]):
            rows[n][k] = vocab.index(word) + 2 if word in vocab else 1
    return torch.tensor(rows), len(vocab) + 2


# %% wrong: the ids are kept in int8, which overflows for a vocab of more than 126 words
import torch


def texts_to_ids(texts, vocab, max_len):
    table = {w: i for i, w in enumerate(vocab, start=2)}
    get = lambda w: table.get(w, 1)
    rows = []
    for t in texts:
        ids = list(map(get, t.lower().split()))[:max_len]
        rows.append(ids + (max_len - len(ids)) * [0])
    return torch.tensor(rows).to(torch.int8), len(vocab) + 2


# %% wrong: the special words are inserted into the caller's vocab
import torch


class Indexer:
    def __init__(self, vocab):
        self.words = vocab
        self.words.insert(0, None)
        self.words.insert(1, None)

    def __call__(self, word):
        return self.words.index(word) if word in self.words else 1

    def __len__(self):
        return len(self.words)


def texts_to_ids(texts, vocab, max_len):
    indexer = Indexer(vocab)
    out = torch.zeros(len(texts), max_len, dtype=torch.long)
    for n, text in enumerate(texts):
        for k, word in enumerate(text.lower().split()[:max_len]):
            out[n, k] = indexer(word)
    return out, len(indexer)


# %% two: a longer text keeps its last words; vocab_size forgets padding and unknown
import torch


def texts_to_ids(texts, vocab, max_len):
    table = {w: i + 2 for i, w in enumerate(vocab)}
    rows = []
    for t in texts:
        ids = [table.get(w, 1) for w in t.lower().split()][-max_len:]
        rows.append(ids + [0] * (max_len - len(ids)))
    return torch.tensor(rows), len(vocab)


# %% two: padding is 1 and unknown is 0; the texts are not put in lower case
import torch


def texts_to_ids(texts, vocab, max_len):
    out = torch.ones(len(texts), max_len, dtype=torch.long)
    for n, t in enumerate(texts):
        for k, w in enumerate(t.split()):
            if k == max_len:
                break
            out[n, k] = vocab.index(w) + 2 if w in vocab else 0
    return out, len(vocab) + 2


# %% two: numbers the words in alphabetical order; the tensor is float
import torch


def texts_to_ids(texts, vocab, max_len):
    table = {w: i + 2 for i, w in enumerate(sorted(vocab))}
    out = torch.zeros(len(texts), max_len)
    for n, t in enumerate(texts):
        for k, w in enumerate(t.lower().split()[:max_len]):
            out[n, k] = table.get(w, 1)
    return out, len(vocab) + 2


# %% two: cuts the text after max_len letters and not words; vocab ids start at 1, where unknown words are
import torch


def texts_to_ids(texts, vocab, max_len):
    table = dict((w, i + 1) for i, w in enumerate(vocab))
    rows = []
    for t in texts:
        ids = [table.get(w, 1) for w in t.lower()[:max_len].split()]
        rows.append(ids + [0] * (max_len - len(ids)))
    return torch.tensor(rows), len(vocab) + 2
