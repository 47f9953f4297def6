# %% right: plain loops over a list of lists
import torch

def texts_to_ids(texts, vocab, max_len):
    lookup = {}
    for i, w in enumerate(vocab):
        lookup[w] = i + 2
    rows = []
    for t in texts:
        row = []
        for w in t.lower().split():
            if len(row) == max_len:
                break
            row.append(lookup.get(w, 1))
        while len(row) < max_len:
            row.append(0)
        rows.append(row)
    return torch.tensor(rows, dtype=torch.long), len(vocab) + 2

# %% right: fills a zero tensor row by row
import torch

def texts_to_ids(texts, vocab, max_len):
    word2id = dict(zip(vocab, range(2, len(vocab) + 2)))
    out = torch.zeros((len(texts), max_len), dtype=torch.int64)
    for n, text in enumerate(texts):
        words = text.split()[:max_len]
        for j, word in enumerate(words):
            out[n, j] = word2id.get(word.lower(), 1)
    return out, len(word2id) + 2

# %% right: NumPy array converted at the end
import numpy as np
import torch

PAD, UNK, OFFSET = 0, 1, 2

def texts_to_ids(texts, vocab, max_len):
    index = {word: k for k, word in enumerate(vocab, start=OFFSET)}
    ids = np.full((len(texts), max_len), PAD, dtype=np.int64)
    for r, sentence in enumerate(texts):
        seq = [index.get(tok, UNK) for tok in sentence.lower().split()]
        seq = seq[:max_len]
        ids[r, :len(seq)] = seq
    return torch.from_numpy(ids), OFFSET + len(vocab)

# %% right: itertools with islice and chain
from itertools import chain, islice, repeat
import torch

def texts_to_ids(texts, vocab, max_len):
    table = ["<pad>", "<unk>", *vocab]
    ids = {w: i for i, w in enumerate(table) if i >= 2}

    def encode(s):
        stream = (ids.get(w, 1) for w in s.lower().split())
        return list(islice(chain(stream, repeat(0)), max_len))

    return torch.LongTensor([encode(s) for s in texts]), len(table)

# %% right: small tokenizer dataclass with a check
from dataclasses import dataclass, field
from typing import Dict, List, Tuple
import torch

@dataclass
class Tokenizer:
    words: List[str]
    ids: Dict[str, int] = field(default_factory=dict)

    def __post_init__(self):
        self.ids = {w: i + 2 for i, w in enumerate(self.words)}

    @property
    def size(self) -> int:
        return 2 + len(self.words)

    def __call__(self, text: str, max_len: int) -> List[int]:
        seq = [self.ids.get(w, 1) for w in text.lower().split()][:max_len]
        return seq + [0] * (max_len - len(seq))

def texts_to_ids(texts: List[str], vocab: List[str], max_len: int) -> Tuple[torch.Tensor, int]:
    if max_len < 1:
        raise ValueError("max_len must be at least 1")
    tok = Tokenizer(list(vocab))
    return torch.tensor([tok(t, max_len) for t in texts], dtype=torch.long), tok.size

# %% right: list.index with try/except and pad_sequence
import torch
from torch.nn.utils.rnn import pad_sequence

def texts_to_ids(texts, vocab, max_len):
    def number(word):
        try:
            return vocab.index(word) + 2
        except ValueError:
            return 1
    seqs = [torch.tensor([number(w) for w in t.lower().split()[:max_len]], dtype=torch.long) for t in texts]
    seqs.append(torch.zeros(max_len, dtype=torch.long))
    padded = pad_sequence(seqs, batch_first=True, padding_value=0)
    return padded[:-1], len(vocab) + 2

# %% wrong: vocab_size forgets the unknown word, len(vocab) + 1
import torch

def texts_to_ids(texts, vocab, max_len):
    word_index = {w: i + 2 for i, w in enumerate(vocab)}
    X = torch.zeros(len(texts), max_len, dtype=torch.long)
    for i, t in enumerate(texts):
        for j, w in enumerate(t.lower().split()[:max_len]):
            X[i, j] = word_index.get(w, 1)
    vocab_size = len(word_index) + 1  # +1 because ids start at 1
    return X, vocab_size

# %% wrong: vocab_size taken from the largest id that occurs in these texts (differs when the last vocab word does not occur)
import torch

def texts_to_ids(texts, vocab, max_len):
    d = {w: i for i, w in enumerate(vocab, 2)}
    rows = [[d.get(w, 1) for w in t.lower().split()][:max_len] for t in texts]
    rows = [r + [0] * (max_len - len(r)) for r in rows]
    ids = torch.tensor(rows, dtype=torch.long)
    return ids, int(ids.max()) + 1

# %% wrong: keeps the last max_len words as Keras pad_sequences does by default
import numpy as np
import torch

def texts_to_ids(texts, vocab, max_len):
    idx = {w: i + 2 for i, w in enumerate(vocab)}
    padded = np.zeros((len(texts), max_len), dtype="int64")
    for n, t in enumerate(texts):
        seq = [idx.get(w, 1) for w in t.lower().split()]
        seq = seq[-max_len:]
        padded[n, : len(seq)] = seq
    return torch.from_numpy(padded), len(vocab) + 2

# %% wrong: pads at the front
import torch

def texts_to_ids(texts, vocab, max_len):
    stoi = {s: i + 2 for i, s in enumerate(vocab)}
    batch = []
    for text in texts:
        ids = [stoi[w] if w in stoi else 1 for w in text.lower().split()]
        ids = ids[:max_len]
        batch.append([0] * (max_len - len(ids)) + ids)
    return torch.tensor(batch), len(stoi) + 2

# %% wrong: unknown words are dropped
import torch

def texts_to_ids(texts, vocab, max_len):
    stoi = {tok: k for k, tok in enumerate(vocab, start=2)}
    out = torch.zeros(len(texts), max_len).long()
    for row, txt in zip(out, texts):
        known = [stoi[tok] for tok in txt.lower().split() if tok in stoi][:max_len]
        row[:len(known)] = torch.tensor(known, dtype=torch.long)
    return out, len(vocab) + 2

# %% wrong: does not lower the words of the texts (differs for capital letters)
import torch

def texts_to_ids(texts, vocab, max_len):
    mapping = {"<pad>": 0, "<unk>": 1}
    for w in vocab:
        mapping[w] = len(mapping)
    rows = []
    for t in texts:
        r = [mapping.get(w, mapping["<unk>"]) for w in t.split()][:max_len]
        r += [mapping["<pad>"]] * (max_len - len(r))
        rows.append(r)
    return torch.tensor(rows, dtype=torch.long), len(mapping)

# %% wrong: splits at single blanks only (differs for empty texts, double blanks, tabs and line ends)
import torch

def texts_to_ids(texts, vocab, max_len):
    ids_of = {w: i + 2 for i, w in enumerate(vocab)}
    def encode(text):
        toks = text.lower().split(" ")
        enc = [ids_of.get(t, 1) for t in toks][:max_len]
        return enc + [0] * (max_len - len(enc))
    return torch.tensor(list(map(encode, texts)), dtype=torch.int64), len(vocab) + 2

# %% wrong: the ids of the words begin at 1, so the first word shares the id of the unknown
import torch

def texts_to_ids(texts, vocab, max_len):
    tokenizer = {}
    for i, word in enumerate(vocab):
        tokenizer[word] = i + 1
    res = torch.zeros(len(texts), max_len, dtype=torch.long)
    for a in range(len(texts)):
        words = texts[a].lower().split()
        for b in range(min(max_len, len(words))):
            res[a, b] = tokenizer.get(words[b], 1)
    return res, len(vocab) + 2

# %% wrong: the ids come back as floats
import torch

def texts_to_ids(texts, vocab, max_len):
    V = {w: i + 2 for i, w in enumerate(vocab)}
    ids = torch.zeros(len(texts), max_len)
    for i in range(len(texts)):
        for j, w in enumerate(texts[i].lower().split()):
            if j >= max_len:
                break
            ids[i, j] = V.get(w, 1)
    return ids, len(V) + 2

# %% wrong: only as wide as the longest text (differs when all texts are shorter than max_len)
import torch

def texts_to_ids(texts, vocab, max_len):
    w2i = {w: i + 2 for i, w in enumerate(vocab)}
    seqs = [[w2i.get(w, 1) for w in t.lower().split()[:max_len]] for t in texts]
    width = max(len(s) for s in seqs)
    out = torch.zeros(len(seqs), width, dtype=torch.long)
    for i, s in enumerate(seqs):
        out[i, :len(s)] = torch.tensor(s, dtype=torch.long)
    return out, len(vocab) + 2

# %% wrong: puts the two special tokens into the caller's vocab list (changes its input)
import torch

def texts_to_ids(texts, vocab, max_len):
    vocab.insert(0, "<UNK>")
    vocab.insert(0, "<PAD>")
    token_to_id = {tok: i for i, tok in enumerate(vocab)}
    encoded = []
    for t in texts:
        seq = [token_to_id.get(w, 1) for w in t.lower().split()][:max_len]
        encoded.append(seq + [0] * (max_len - len(seq)))
    return torch.tensor(encoded, dtype=torch.long), len(vocab)

# %% two: vocab_size is len(vocab); unknown words get id 0
import torch

def texts_to_ids(texts, vocab, max_len):
    wi = {w: i + 2 for i, w in enumerate(vocab)}
    m = [[0] * max_len for _ in texts]
    for r, t in enumerate(texts):
        for c, w in enumerate(t.lower().split()[:max_len]):
            m[r][c] = wi.get(w, 0)
    return torch.tensor(m, dtype=torch.long), len(vocab)

# %% two: sorts the vocabulary first; pads at the front
import torch

def texts_to_ids(texts, vocab, max_len):
    lookup = {w: n for n, w in enumerate(sorted(set(vocab)), start=2)}
    rows = []
    for t in texts:
        x = [lookup.get(w, 1) for w in t.lower().split()][:max_len]
        rows.append([0] * (max_len - len(x)) + x)
    return torch.tensor(rows, dtype=torch.long), len(lookup) + 2

# %% two: keeps max_len - 1 words only; forgets to lower
import torch

def texts_to_ids(texts, vocab, max_len):
    ids = {word: i + 2 for i, word in enumerate(vocab)}
    mat = torch.zeros((len(texts), max_len), dtype=torch.long)
    for i, text in enumerate(texts):
        for j, word in enumerate(text.split()):
            if j + 1 >= max_len:
                break
            mat[i, j] = ids.get(word, 1)
    return mat, 2 + len(vocab)


# %% right: dictionary
import torch

def texts_to_ids(texts, vocab, max_len):
    index = {w: i + 2 for i, w in enumerate(vocab)}
    out = torch.zeros(len(texts), max_len, dtype=torch.long)
    for n, text in enumerate(texts):
        for t, word in enumerate(text.lower().split()[:max_len]):
            out[n, t] = index.get(word, 1)
    return out, len(vocab) + 2

# %% right: list comprehension, vocab.index
import torch

def texts_to_ids(texts, vocab, max_len):
    table = ["<pad>", "<unk>"]
    size = len(table) + len(vocab)

    def row(text):
        ids = [vocab.index(w) + 2 if w in vocab else 1 for w in text.lower().split()]
        return (ids + [0] * max_len)[:max_len]

    return torch.tensor([row(t) for t in texts], dtype=torch.int32), size

# %% wrong: vocab_size is the length of the vocabulary plus one (padding only)
import torch

def texts_to_ids(texts, vocab, max_len):
    ids = {}
    for k, w in enumerate(vocab):
        ids[w] = k + 2
    rows = []
    for s in texts:
        r = [ids.get(w.lower(), 1) for w in s.split()][:max_len]
        rows.append(r + [0] * (max_len - len(r)))
    return torch.tensor(rows), len(vocab) + 1

# %% wrong: punctuation stripped from the words
import re
import torch

def texts_to_ids(texts, vocab, max_len):
    lookup = {w: i + 2 for i, w in enumerate(vocab)}
    out = torch.zeros((len(texts), max_len), dtype=torch.int64)
    for n, s in enumerate(texts):
        words = re.findall(r"\w+", s.lower())[:max_len]
        for i, w in enumerate(words):
            out[n, i] = lookup.get(w, 1)
    return out, len(vocab) + 2

# %% wrong: split at single blanks, so empty strings become unknown words
import torch

def texts_to_ids(texts, vocab, max_len):
    idx = dict(zip(vocab, range(2, len(vocab) + 2)))
    res = []
    for s in texts:
        r = [idx.get(w, 1) for w in s.lower().split(" ")]
        r = r[:max_len] + [0] * max(0, max_len - len(r))
        res.append(r)
    return torch.tensor(res), len(vocab) + 2

# %% wrong: a long text keeps its last words
import torch

def texts_to_ids(texts, vocab, max_len):
    table = {w: n for n, w in enumerate(vocab, start=2)}
    out = torch.zeros(len(texts), max_len, dtype=torch.long)
    for n, text in enumerate(texts):
        words = text.lower().split()[-max_len:]
        for t, w in enumerate(words):
            out[n, t] = table[w] if w in table else 1
    return out, max(table.values()) + 1

# %% two: zeros in front as Keras' pad_sequences does; not put in lower case
import torch

def texts_to_ids(texts, vocab, max_len):
    index = {w: i + 2 for i, w in enumerate(vocab)}
    rows = []
    for text in texts:
        ids = [index.get(w, 1) for w in text.split()][:max_len]
        rows.append([0] * (max_len - len(ids)) + ids)
    return torch.tensor(rows), len(vocab) + 2

# %% two: unknown words are skipped; words numbered from 1
import torch

def texts_to_ids(texts, vocab, max_len):
    out = torch.zeros(len(texts), max_len, dtype=torch.long)
    for n, text in enumerate(texts):
        known = [w for w in text.lower().split() if w in vocab][:max_len]
        for t, w in enumerate(known):
            out[n, t] = vocab.index(w) + 1
    return out, len(vocab) + 2
