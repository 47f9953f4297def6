"""Tasks of lesson 16: a bridge from pictures to words, and gradients made of parts."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Mistake, Task, edit
from fusion_edu.autograder.views import as_numbers
from fusion_edu.tasks import given

# 16.1 ---------------------------------------------------------------------------------------------


def soft_words(tokens: Tensor, weight: Tensor, bias: Tensor, table: Tensor) -> Tensor:
    """Tokens (B, T, D) to vectors (B, T, E): probabilities of V words, times their vectors."""
    scores = tokens @ weight.T + bias
    p = torch.softmax(scores, dim=2)
    return p @ table


def _draw_words(draw: Draw) -> list[Case]:
    b, t, d, v, e = draw.whole(2, 3), draw.whole(2, 3), draw.whole(2, 3), draw.whole(4, 6), draw.whole(2, 3)

    def case(name: str, size: float = 1.0, dtype: torch.dtype = torch.float32, square: bool = False) -> Case:
        words = d if square else v
        parts = (draw.normal(b, t, d), size * draw.normal(words, d), draw.normal(words), draw.normal(words, e))
        return Case(name, tuple(part.to(dtype) for part in parts), gradient=(0, 1, 2, 3))

    return [
        case("random"),
        case("float64", dtype=torch.float64),
        case("as many words as numbers of a token", square=True),
        Case("large scores", (60 * draw.normal(b, t, d), draw.normal(v, d) + 3, draw.normal(v), draw.normal(v, e))),
        Case("one token", (draw.normal(1, 1, d), draw.normal(v, d), draw.normal(v), draw.normal(v, e))),
    ]


_TOKENS, _WEIGHT = tensor([[[1.0, 2.0], [0.0, -1.0]]]), tensor([[1.0, 0.0], [0.5, 0.5], [0.0, -1.0]])

SOFT_WORDS = Task(
    id="16.1",
    title="Soft words from a projector",
    promise=r"""
    Write `soft_words(tokens, weight, bias, table)`: turn every token of a picture into a mixture of the vectors of words.

    - `tokens` has shape (B, T, D); `weight` (V, D) and `bias` (V,) are a linear map to a score for each of V words; `table` (V, E) holds the vectors of the words. One float dtype, float32 or float64; all sizes >= 1.
    - Each token by itself: scores $W x + b$, probabilities $p = \mathrm{softmax}$ over the V words, and the vector $\sum_v p_v e_v$.
    - It returns (B, T, E) in the same dtype, with a gradient to all four inputs. Scores may be in the hundreds. The inputs are not changed.
    """,
    reference=soft_words,
    named=(
        Case("two tokens, three words", (_TOKENS, _WEIGHT, torch.zeros(3), tensor([[1.0], [10.0], [100.0]]))),
        Case("a bias", (_TOKENS, _WEIGHT, tensor([0.0, 2.0, -1.0]), tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]))),
        Case("a square weight", (_TOKENS, tensor([[1.0, 2.0], [3.0, -1.0]]), torch.zeros(2), tensor([[1.0], [0.0]]))),
        Case("scores of 1000", (1000 * _TOKENS, _WEIGHT, torch.zeros(3), tensor([[1.0], [2.0], [3.0]]))),
        Case("a word of large score everywhere", (_TOKENS, _WEIGHT, tensor([0.0, 300.0, 0.0]), tensor([[1.0], [2.0], [3.0]]))),
        Case("gradient", (_TOKENS, _WEIGHT, tensor([0.1, 0.2, 0.3]), tensor([[1.0], [2.0], [4.0]])), gradient=(0, 1, 2, 3)),
        Case("two pictures", (Draw(1).normal(2, 3, 2), Draw(2).normal(4, 2), Draw(3).normal(4), Draw(4).normal(4, 3))),
        Case("as many places as words", (Draw(5).normal(3, 3, 3), Draw(6).normal(3, 3), Draw(7).normal(3), Draw(8).normal(3, 3))),
    ),
    draws=_draw_words,
    mistakes=(
        Mistake("no softmax", edit("torch.softmax(scores, dim=2)", "scores"),
                "Your vectors are the scores times the table: without the softmax they are no mixture of words, and as large as the scores are.", "vectors of any size"),
        Mistake("over the places", edit("dim=2", "dim=1"),
                "Your softmax runs over the tokens (dim 1): the tokens of a picture compete for each word. It runs over the words, dim 2.", "the tokens compete"),
        Mistake("over the batch", edit("dim=2", "dim=0"),
                "Your softmax runs over the pictures of the batch (dim 0), so each depends on the others. It runs over the words, dim 2.", "pictures depend on each other"),
        Mistake("no bias", edit(" + bias", ""), "The bias is missing from the scores.", "frequent words are not favoured"),
        Mistake("bias after", edit("scores = tokens @ weight.T + bias", "scores = tokens @ weight.T", "return p @ table", "return (p + bias) @ table"),
                "You added the bias to the probabilities: they no longer sum to 1. It belongs to the scores, before the softmax.", "no probabilities"),
        Mistake("hard words", edit("torch.softmax(scores, dim=2)", "F.one_hot(scores.argmax(2), len(table)).to(table.dtype)"),
                "Your vectors are those of the best word alone: a choice, which has no gradient of its own. Mix the vectors of all words by their probabilities.", "the bridge does not learn"),
        Mistake("weight not transposed", edit("weight.T", "weight.reshape(weight.shape[1], weight.shape[0])"),
                "Your scores use the weight read in another order: (V, D) is laid out a word a row, so the product is with weight.T. A square one fits either way.", "fits where V = D"),
        Mistake("sigmoid", edit("torch.softmax(scores, dim=2)", "torch.sigmoid(scores)"),
                "You took a sigmoid of each score: the weights do not sum to 1, and the vector grows with the number of words. Take the softmax over the words.", "weights do not sum to 1"),
        Mistake("log softmax", edit("torch.softmax", "torch.log_softmax"),
                "You mixed by log-probabilities: they are negative. The weights are the probabilities, softmax without the log.", "negative weights"),
        Mistake("mean first", edit("scores = tokens @ weight.T + bias", "scores = tokens.mean(1, keepdim=True).expand_as(tokens) @ weight.T + bias"),
                "You averaged the tokens before the map, so every place gets the same vector: where things are is lost. A projector keeps the tokens apart.", "all places alike"),
        Mistake("naive exp", edit("torch.softmax(scores, dim=2)", "scores.exp() / scores.exp().sum(2, keepdim=True)"),
                "exp of a score of 1,000 is infinite, and infinity over infinity is NaN. torch.softmax takes the largest score out first.", "NaN at large scores"),
        Mistake("scaled", edit("tokens @ weight.T + bias", "(tokens @ weight.T + bias) / tokens.shape[2] ** 0.5"),
                "You divided the scores by the root of D, as attention does. These are the scores of a linear map: no scaling.", "too undecided"),
        Mistake("unit vectors", edit("return p @ table", "return p @ F.normalize(table, dim=1)"),
                "You scaled the vectors of the words to length 1. They are taken as the writer knows them.", "other vectors than the writer's"),
        Mistake("probabilities cut off", edit("torch.softmax(scores, dim=2)", "torch.softmax(scores, dim=2).detach()"),
                "The values are right, and no gradient reaches the projector: you cut the graph at the probabilities.", "the bridge does not learn"),
        Mistake("softmax twice", edit("torch.softmax(scores, dim=2)", "torch.softmax(torch.softmax(scores, dim=2), dim=2)"),
                "You took the softmax twice: all words weigh nearly the same. Once is enough.", "nearly the mean of all words"),
        Mistake("divided by the words", edit('return p @ table', 'return p @ table / len(table)'),
                "You divided by the number of words. The probabilities sum to 1 already: that is the mean.", "V times too small"),
        Mistake("mean over the tokens", edit('return p @ table', 'return (p @ table).mean(1)'),
                "You averaged over the tokens: one vector a picture. Each token has its own, (B, T, E).", "shape (B, E)"),
        Mistake('one maximum for all', edit('torch.softmax(scores, dim=2)', '(scores - scores.max()).exp() / (scores - scores.max()).exp().sum(2, keepdim=True)'), "You subtracted the largest of *all* scores before exp: a token whose scores all lie far below it gets 0 / 0, NaN. Subtract each token's own largest, as torch.softmax does.", 'NaN for tokens of low scores'),
        Mistake('scores clipped', edit('torch.softmax(scores, dim=2)', 'torch.softmax(scores.clamp(-50, 50), dim=2)'), 'You cut the scores off at 50: two larger ones count as equal. torch.softmax holds for any size.', 'large scores count as equal'),
    ),
    hints=(
        "Three lines: scores (B, T, V), probabilities over the last axis, a product with the table.",
        "tokens @ weight.T + bias; the softmax runs over dim 2.",
        "p @ table sums p times the vectors over the words.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
    forbidden=("fusion_edu.bridges",),
)  # fmt: skip

# 16.2 ---------------------------------------------------------------------------------------------


def learned_queries(queries: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
    """Queries (K, D), tokens (B, T, D) and which are real (B, T) to (B, K, D)."""
    tokens = tokens.masked_fill(~mask[:, :, None], 0.0)
    scores = queries @ tokens.transpose(1, 2) / queries.shape[1] ** 0.5
    scores = scores.masked_fill(~mask[:, None, :], -1e30)
    weights = torch.softmax(scores, dim=2)
    weights = weights * mask.any(1)[:, None, None]
    return weights @ tokens


def _hard_query(queries: Tensor, tokens: Tensor, mask: Tensor) -> Tensor:
    tokens = tokens.masked_fill(~mask[:, :, None], 0.0)
    scores = (queries @ tokens.transpose(1, 2)).masked_fill(~mask[:, None, :], -1e30)
    return tokens[torch.arange(len(tokens))[:, None], scores.argmax(2)]


def _draw_queries(draw: Draw) -> list[Case]:
    k, b, t, d = draw.whole(2, 4), draw.whole(2, 3), draw.whole(4, 6), draw.whole(2, 3)
    real = draw.uniform(b, t) < 0.6
    real[:, 0] = True
    nothing = real.clone()
    nothing[0] = False
    whole = torch.ones(b, t, dtype=torch.bool)
    q, x = draw.normal(k, d), draw.normal(b, t, d)
    spoilt = x.masked_fill(~real[:, :, None], torch.nan)
    return [
        Case("random, all real", (q, x, whole), gradient=(0, 1)),
        Case("random, some padding", (q, x, real), gradient=(0, 1)),
        Case("NaN where there is padding", (q, spoilt, real)),
        Case("a row without any token, float64", (q.double(), x.double(), nothing), gradient=(0, 1)),
        Case("float64", (q.double(), x.double(), real)),
        Case("large scores", (100 * q, 100 * x, real)),
        Case("as many queries as tokens", (draw.normal(t, d), x, real)),
        Case("one query", (q[:1], x, real)),
    ]


_QUERIES = tensor([[2.0, 0.0], [0.0, 1.0]])
_SEEN = tensor([[[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]]])
_ALL, _TWO, _NONE = (tensor([row]).bool() for row in ([1, 1, 1], [1, 1, 0], [0, 0, 0]))

QUERIES = Task(
    id="16.2",
    title="Learned queries look at a picture",
    promise=r"""
    Write `learned_queries(queries, tokens, mask)`: K queries look at the tokens of each picture, and each gets a weighted mean of them.

    - `queries`, of shape (K, D), are the same for all pictures; `tokens` (B, T, D) in the same dtype, float32 or float64; `mask` (B, T) bool, True where a token is real. All sizes >= 1.
    - Query k gives token t the weight $\mathrm{softmax}_t(q_k^\top x_t / \sqrt D)$ over the *real* tokens of the picture, and gets $\sum_t w_t x_t$. The tokens are keys and values at once.
    - Padding may hold anything, NaN too, and has no weight. A picture without any real token gives zeros; it gets no gradient, or one of 0, and no other picture loses its own.
    - It returns (B, K, D) in that dtype, with a gradient to queries and tokens. Scores may be in the ten thousands. The inputs are not changed.
    """,
    reference=learned_queries,
    named=(
        Case("two queries, three tokens", (_QUERIES, _SEEN, _ALL)),
        Case("one token is padding", (_QUERIES, _SEEN, _TWO)),
        Case("no real token", (_QUERIES, _SEEN, _NONE)),
        Case("NaN in the padding", (_QUERIES, tensor([[[1.0, 2.0], [0.0, -1.0], [torch.nan, torch.nan]]]), _TWO)),
        Case("gradient", (_QUERIES, _SEEN, _TWO), gradient=(0, 1)),
        Case("negative scores", (-_QUERIES, _SEEN.abs() + 1, _TWO)),
        Case("two pictures, one empty", (_QUERIES, torch.cat([_SEEN, _SEEN + 1]), torch.cat([_TWO, _NONE])), gradient=(0, 1)),
        Case("large scores", (1e4 * _QUERIES, _SEEN, _ALL)),
        Case("scores of minus ten thousands", (-1e4 * _QUERIES, _SEEN.abs() + 1, _TWO)),
        Case("more queries than tokens", (Draw(1).normal(5, 3), Draw(2).normal(2, 4, 3), tensor([[1, 1, 0, 1], [1, 1, 1, 1]]).bool())),
        Case("as many queries as tokens", (Draw(3).normal(4, 2), Draw(4).normal(3, 4, 2), tensor([[1, 0, 1, 0]] * 3).bool())),
        Case("scores of minus thousands", (-1e3 * _QUERIES, _SEEN.abs() + 1, _TWO)),
        Case("scores of minus hundreds", (-2e2 * _QUERIES, _SEEN.abs() + 1, _TWO)),
        Case("scores of minus twenty", (-15 * _QUERIES, _SEEN.abs() + 1, _TWO)),
    ),
    draws=_draw_queries,
    mistakes=(
        Mistake("not scaled", edit(" / queries.shape[1] ** 0.5", ""),
                "Your scores are not divided by the root of D: they grow with the width, and the softmax becomes too sure.", "too sure"),
        Mistake("divided by D", edit(" ** 0.5", ""), "You divided by D. It is the root of D that keeps the spread of the scores at 1.", "too undecided"),
        Mistake("root of the tokens", edit("/ queries.shape[1] ** 0.5", "/ tokens.shape[1] ** 0.5"),
                "You divided by the root of the number of tokens. It is the width D: a score is a sum of D products.", "depends on the number of tokens"),
        Mistake("over the queries", edit("torch.softmax(scores, dim=2)", "torch.softmax(scores, dim=1)"),
                "Your softmax runs over the queries: they share each token among them. It runs over the tokens, dim 2.", "queries compete"),
        Mistake("mask ignored", edit("scores = scores.masked_fill(~mask[:, None, :], -1e30)", ""),
                "Padding takes weight away from the real tokens: the mask has no effect on the scores, or gives padding a score of 0, or comes after the softmax. Either way the weights of the real tokens no longer sum to 1. Set the scores of padding to minus infinity *before* the softmax.", "weights sum to less than 1"),
        Mistake("mask inverted", edit("scores.masked_fill(~mask[:, None, :]", "scores.masked_fill(mask[:, None, :]"),
                "You hid the real tokens and looked at the padding: True means real here. (PyTorch's key_padding_mask says the opposite.)", "looks at padding only"),
        Mistake("small filler", edit("-1e30", "-1000.0"),
                "You fill the scores of padding with a number that real scores can reach. Take minus infinity, or the smallest number of the dtype.", "wrong where scores are below it"),
        Mistake("empty gives a NaN", edit("-1e30", "-torch.inf"),
                "A picture without any real token gives NaN: the softmax of nothing but minus infinities. It should give zeros.", "NaN for an empty picture"),
        Mistake("NaN of the padding", edit("tokens = tokens.masked_fill(~mask[:, :, None], 0.0)\n", "tokens = tokens.clone()\n"),
                "The weight of padding is 0, and 0 times NaN is NaN. Fill the tokens before any product.", "NaN leaks out of the padding"),
        Mistake("plain mean", edit("scores = queries @ tokens.transpose(1, 2) / queries.shape[1] ** 0.5", "scores = 0 * (queries @ tokens.transpose(1, 2))"),
                "Every query gets the plain mean of the real tokens: the scores have no effect.", "the queries have no effect"),
        Mistake("best token", _hard_query,
                "Each query gets the token with the largest score alone. That has no gradient to the queries: they would never learn. Take the weighted mean.", "the queries do not learn"),
        Mistake("query added", edit("return weights @ tokens", "return queries + weights @ tokens"),
                "You added the query to what it sees, as a transformer block does. Here only what is seen is returned.", "the query is still in it"),
        Mistake("transposed", edit("return weights @ tokens", "return (weights @ tokens).transpose(1, 2)"),
                "Your result is (B, D, K). Each query has a row: (B, K, D).", "axes exchanged"),
        Mistake("cosine", edit("queries @ tokens.transpose(1, 2)", "F.normalize(queries, dim=1) @ F.normalize(tokens, dim=2).transpose(1, 2)"),
                "Your scores are cosines. Attention takes the product: a longer query is a surer one.", "too undecided"),
        Mistake("sigmoid", edit('torch.softmax(scores, dim=2)', 'torch.sigmoid(scores)'),
                "You took a sigmoid of each score: the weights do not sum to 1. Take the softmax over the real tokens.", "weights do not sum to 1"),
        Mistake("naive exp", edit('torch.softmax(scores, dim=2)', 'scores.exp() / scores.exp().sum(2, keepdim=True).clamp_min(1e-12)'),
                "exp of a score in the thousands is infinite, and infinity over infinity is NaN. torch.softmax takes the largest score out first.", "NaN at large scores"),
        Mistake(
            "finite for real",
            edit("    tokens = tokens.masked_fill", "    mask = tokens.isfinite().all(-1)\n    tokens = tokens.masked_fill"),
            "You took every token of finite numbers for a real one, and `mask` has no effect. Padding may hold any numbers: choose by the mask.",
            "the padding takes part",
        ),
        Mistake(
            "first tokens",
            edit(
                "    tokens = tokens.masked_fill",
                "    mask = torch.arange(mask.shape[1], device=mask.device) < mask.sum(1)[:, None]\n    tokens = tokens.masked_fill",
            ),
            "You took the first n tokens of each sample, n being the number of its real ones. That is right only where the padding stands at the end: choose by the mask, not by its sum.",
            "padding in front or in between takes part",
        ),
        Mistake("filler of minus ten thousand", edit("-1e30", "-10000.0"),
                "You fill the scores of padding with -10000, and real scores may lie lower: then padding gets all the weight. Take minus infinity, or the smallest number of the dtype.", "wrong where scores are below it"),
        Mistake("padding for an empty picture", edit("tokens = tokens.masked_fill(~mask[:, :, None], 0.0)\n", "tokens = tokens.nan_to_num(0.0, 0.0, 0.0)\n", "    weights = weights * mask.any(1)[:, None, None]\n", ""),
                "A picture without any real token gives the mean of its padding in yours: where all scores are equally low, the softmax shares evenly. It should give zeros.", "made-up content for an empty picture"),
        Mistake("masked after, shared out", edit("scores = scores.masked_fill(~mask[:, None, :], -1e30)", "", "torch.softmax(scores, dim=2)", "torch.softmax(scores, dim=2) * mask[:, None, :]\n    weights = weights / weights.sum(2, keepdim=True).clamp_min(1e-12)"),
                "You masked after the softmax and divided by what was left: where padding scores far higher than the real tokens, nothing is left. Set the scores of padding to minus infinity *before* the softmax.", "no weight where real scores are low"),
        Mistake("masked after, real scores of padding", edit("tokens = tokens.masked_fill(~mask[:, :, None], 0.0)\n", "seen = tokens.masked_fill(~mask[:, :, None], 0.0)\n    tokens = tokens.nan_to_num(0.0, 0.0, 0.0)\n", "scores = scores.masked_fill(~mask[:, None, :], -1e30)", "", "weights @ tokens", "weights @ seen"),
                "You masked after the softmax: padding had its share, and the weights of the real tokens sum to less than 1. Set the scores of padding to minus infinity *before* the softmax.", "weights sum to less than 1"),
        Mistake("first picture's mask", edit("    tokens = tokens.masked_fill", "    mask = mask[:1].expand_as(mask)\n    tokens = tokens.masked_fill"),
                "You used the first picture's mask for all of them. Each picture has its own.", "padding of other pictures takes part"),
        Mistake("scores clipped", edit("scores = scores.masked_fill", "scores = scores.clamp(-50, 50).masked_fill"),
                "You cut the scores off at some size, so two large ones count as equal. torch.softmax holds for any size.", "large scores count as equal"),
        Mistake("log of the mask", edit("scores.masked_fill(~mask[:, None, :], -1e30)", "scores + (mask[:, None, :] + 1e-9).log()"),
                "You add the logarithm of the mask and a small number, about -20, to the scores of padding: where real scores lie lower than that padding still gets weight. Take minus infinity, or the smallest number of the dtype.", "wrong where real scores are low"),
        Mistake("root of the queries", edit("queries.shape[1] ** 0.5", "queries.shape[0] ** 0.5"),
                "You divided by the root of the number of queries. It is the width D: a score is a sum of D products.", "depends on the number of queries"),
    ),
    hints=(
        "Scores (B, K, T): queries @ tokens.transpose(1, 2), over the root of D.",
        "masked_fill the scores with a very low number before the softmax over dim 2. What does a row of nothing but minus infinities give?",
        "Zero times NaN is NaN: fill the tokens, too.",
    ),
    difficulty=3,
    points=15,
    minutes=25,
    forbidden=("fusion_edu.fusion", "fusion_edu.bridges", "torch.nn.functional.scaled_dot_product_attention", "torch.nn.functional.multi_head_attention_forward", "torch.nn.MultiheadAttention"),
)  # fmt: skip

# 16.3 ---------------------------------------------------------------------------------------------


def prefix_loss(logits: Tensor, target: Tensor, k: int) -> Tensor:
    """Logits (B, k + T, C) of a writer that read k vectors and the text (B, T); 0 is padding. A scalar."""
    says = logits[:, k - 1 : -1]
    real = target != 0
    each = torch.logsumexp(says, dim=2) - says.gather(2, target[:, :, None])[:, :, 0]
    return each[real].sum() / real.sum()


def _mean_of_means(logits: Tensor, target: Tensor, k: int) -> Tensor:
    says, real = logits[:, k - 1 : -1], target != 0
    each = torch.logsumexp(says, dim=2) - says.gather(2, target[:, :, None])[:, :, 0]
    rows = real.any(1)
    return ((each * real).sum(1)[rows] / real.sum(1)[rows]).mean()


def _prefix_counts(logits: Tensor, target: Tensor, k: int) -> Tensor:
    wanted = torch.cat([target.new_zeros(len(target), k - 1), target], 1)
    each = F.cross_entropy(logits[:, :-1].flatten(0, 1), wanted.flatten(), reduction="none").view(wanted.shape)
    counts = torch.cat([torch.ones(len(target), k - 1, dtype=torch.bool), target != 0], 1)
    return each[counts].mean()


def _draw_prefix(draw: Draw) -> list[Case]:
    b, t, c, k = draw.whole(2, 4), draw.whole(3, 5), draw.whole(4, 6), draw.whole(2, 4)
    target = 1 + draw.labels(c - 1, b, t)
    short = target.clone()
    short[0, 1:] = 0
    short[1, t - 1 :] = 0

    def case(name: str, text: Tensor, count: int, size: float = 1.0, **kind: object) -> Case:
        return Case(name, (size * draw.normal(b, count + text.shape[1], c), text, count), **kind)  # type: ignore[arg-type]

    empty = short.clone()
    empty[0] = 0
    return [
        case("no padding", target, k, gradient=(0,)),
        case("texts of unequal length", short, k, gradient=(0,)),
        case("one vector", short, 1),
        case("one token", target[:, :1], k),
        case("one vector, one token", target[:, :1], 1),
        case("large logits", short, k, size=200.0),
        case("a text without tokens", empty, k),
        Case("float64", (draw.normal(b, k + t, c, dtype=torch.float64), short, k)),
    ]


_LOGITS = tensor([[[0.0, 1.0, 2.0], [1.0, 0.0, -1.0], [2.0, 2.0, 0.0], [0.0, 3.0, 1.0], [1.0, 1.0, 1.0]]])

PREFIX = Task(
    id="16.3",
    title="A loss that leaves the prefix out",
    promise=r"""
    Write `prefix_loss(logits, target, k)`: the mean of $-\log p$ of each token of a text, written by a model that reads k vectors of a picture first.

    - The model read k vectors and then the T tokens of the text; `logits`, of shape (B, k + T, C), is what it says at each place, float32 or float64. What it says at a place is its guess for the *next* place.
    - `target` (B, T) int64 holds the text, tokens 1 .. C-1, and 0 behind its end: padding, which does not count. k >= 1 and T >= 1. At least one token of the batch is real; a text may have none.
    - So token j of the text (from 0) is guessed at place k - 1 + j, and what stands at the first k - 1 places and at the last one is not used.
    - The mean is over all real tokens of the batch, in nats. It returns a 0-d tensor in the dtype of `logits`, with a gradient to them. Logits may be in the hundreds. The inputs are not changed.
    """,
    reference=prefix_loss,
    named=(
        Case("two vectors, three tokens", (_LOGITS, tensor([[1, 2, 1]]), 2)),
        Case("the last is padding", (_LOGITS, tensor([[1, 2, 0]]), 2)),
        Case("one vector", (_LOGITS, tensor([[1, 2, 1, 2]]), 1)),
        Case("one token", (_LOGITS, tensor([[2]]), 4)),
        Case("texts of unequal length", (Draw(1).normal(2, 5, 4), tensor([[1, 0, 0], [3, 2, 1]]), 2), gradient=(0,)),
        Case("a text without tokens", (Draw(2).normal(2, 5, 4), tensor([[0, 0], [3, 2]]), 3), gradient=(0,)),
        Case("large logits", (300 * Draw(3).normal(2, 4, 5), tensor([[1, 2], [4, 0]]), 2)),
        Case("three vectors, two tokens", (Draw(4).normal(1, 5, 3), tensor([[1, 2]]), 3)),
        Case("float64", (Draw(5).normal(2, 6, 3, dtype=torch.float64), tensor([[1, 2, 1], [2, 0, 0]]), 3)),
    ),
    draws=_draw_prefix,
    mistakes=(
        Mistake("not shifted", edit("logits[:, k - 1 : -1]", "logits[:, k:]"),
                "You compared each token with what the model says where it has just *read* that token. It can copy: the loss falls to nothing and the model has learned nothing. Place k - 1 + j guesses token j.", "the model copies what it reads"),
        Mistake("first places", edit("logits[:, k - 1 : -1]", "logits[:, : target.shape[1]]"),
                "You took the first T places, where the vectors of the picture stand. The text is guessed from place k - 1 on.", "the picture's places are trained"),
        Mistake("one too early", edit("logits[:, k - 1 : -1]", "logits[:, max(k - 2, 0) : max(k - 2, 0) + target.shape[1]]"),
                "You begin one place too early: the last vector of the picture, place k - 1, guesses the first token.", "shifted by one"),
        Mistake("first token left out", edit("real = target != 0", "real = target != 0\n    real[:, 0] = False"),
                "The first token of each text does not count in yours. It is the one that the picture alone must say, at place k - 1.", "the picture is never asked"),
        Mistake("prefix counts", _prefix_counts,
                "You count the places of the prefix, with padding as their token: the bridge learns vectors that make the writer say padding. They have no true token: leave them out.", "the bridge learns to say padding"),
        Mistake("padding counts", edit("each[real].sum() / real.sum()", "each.mean()"),
                "Padding counts in yours: the model is trained to say 0 after the end, and long batches look better than they are.", "padding is easy"),
        Mistake("divided by all", edit("/ real.sum()", "/ real.numel()"),
                "You left padding out above and divided by all places below: the loss of a batch depends on its longest text. Divide by the number of real tokens.", "too small where there is padding"),
        Mistake("mean of means", _mean_of_means,
                "You averaged each text, then the texts: a token of a short text counts more. Here all tokens count the same.", "short texts weigh more"),
        Mistake("sum", edit(" / real.sum()", ""), "That is the sum over the tokens. Divide by how many there are.", "grows with the batch"),
        Mistake("divided by texts", edit("/ real.sum()", "/ len(target)"), "You divided by the number of texts. The mean is over tokens.", "grows with the length"),
        Mistake("sign", edit("torch.logsumexp(says, dim=2) - says", "-torch.logsumexp(says, dim=2) + says"), "The sign is turned: minimising yours makes the true tokens *less* likely.", "learns the opposite"),
        Mistake("no normaliser", edit("torch.logsumexp(says, dim=2) - says", "-says"),
                "Yours is minus the logit of the true token, without the log of the sum: it falls without end as all logits grow.", "falls without end"),
        Mistake("naive exp", edit("torch.logsumexp(says, dim=2)", "says.exp().sum(2).log()"), "exp of a logit in the hundreds is infinite in float32. torch.logsumexp takes the largest one out first.", "infinite at large logits"),
        Mistake("over the places", edit("torch.logsumexp(says, dim=2)", "torch.logsumexp(says, dim=1, keepdim=True).expand_as(says).gather(2, target[:, :, None])[:, :, 0]"),
                "You normalised over the places of the text. The probabilities of the C tokens at one place sum to 1: dim 2.", "no probabilities"),
        Mistake("bits", edit("/ real.sum()", "/ real.sum() / torch.log(torch.tensor(2.0))"), "Yours is in bits, that is by log 2. Here it is in nats, the natural logarithm.", "1.44 times ours"),
        Mistake("probabilities", edit("each[real].sum()", "-(-each[real]).exp().sum()"), "You averaged minus the probabilities. Take minus their logarithms.", "the worst guesses hardly count"),
        Mistake("no class 0", edit('torch.logsumexp(says, dim=2)', 'torch.logsumexp(says[:, :, 1:], dim=2)'),
                "You left class 0 out of the softmax. Padding is no target, but the model can say it: the probabilities are over all C.", "too small"),
        Mistake('first token left out, no NaN', edit('real = target != 0', 'real = target != 0\n    real[:, 0] = False', '/ real.sum()', '/ real.sum().clamp_min(1)'), 'The first token of each text does not count in yours. It is the one that the picture alone must say, at place k - 1.', 'the picture is never asked'),
        Mistake('reshaped for the classes', edit('says = logits[:, k - 1 : -1]', 'says = logits[:, k - 1 : -1]\n    says = says.reshape(len(says), says.shape[2], -1).transpose(1, 2)'), 'You reshaped to (B, C, T): that keeps the numbers in their order, so places and classes are mixed up. F.cross_entropy wants the classes second: transpose(1, 2) moves them there.', 'places and classes are mixed up'),
        Mistake('mean of means, NaN', edit('return each[real].sum() / real.sum()', 'return torch.stack([each[i][real[i]].mean() for i in range(len(each))]).mean()'), 'You averaged each text, then the texts: a token of a short text counts more, and a text without tokens gives NaN. Here all tokens count the same.', 'NaN for a text without tokens'),
    ),
    hints=(
        "Write the k + T places in a row, and below each the place that it guesses. Which places guess a token of the text?",
        "logits[:, k - 1 : -1] has T places: the last vector of the picture guesses the first token.",
        "Cross-entropy at each place, then the mean over target != 0.",
    ),
    difficulty=3,
    points=15,
    minutes=25,
    forbidden=("fusion_edu.losses",),
)  # fmt: skip

# 16.4 ---------------------------------------------------------------------------------------------


def freeze_report(make: Callable[[], nn.Module], part: str) -> tuple[int, int, list[str]]:
    """Build the model, freeze one part; how many numbers learn, how many do not, and which leaves are in train mode."""
    model = make()
    model.train()
    inside = [(name, module) for name, module in model.named_modules() if name == part or name.startswith(part + ".")]
    for _, module in inside:
        module.eval()
        for parameter in module.parameters():
            parameter.requires_grad_(False)
    learns = sum(p.numel() for p in model.parameters() if p.requires_grad)
    frozen = sum(p.numel() for p in model.parameters() if not p.requires_grad)
    names = [name for name, m in model.named_modules() if m.training and not list(m.children())]
    return learns, frozen, names


def _draw_freeze(draw: Draw) -> list[Case]:
    return [
        Case("a part of three", (given.three_parts, ("text", "text_head", "image")[draw.whole(0, 2)])),
        Case("a part of two", (given.two_parts, ("encoder", "head")[draw.whole(0, 1)])),
    ]


FREEZE = Task(
    id="16.4",
    title="Frozen means frozen",
    promise="""
    Write `freeze_report(make, part)`: freeze one part of a model that is about to be trained, and say what learns.

    - `make()` builds the model, an nn.Module. Call it once. `part` is the name of one of its modules as `named_modules()` gives it, such as "encoder" or "image.2", or a name that no module has: then nothing is frozen.
    - Put the whole model in train mode. Then freeze the part and all that is inside: no parameter of it gets a gradient, and its modules are in eval mode. "text" is not part of "text_head". What was frozen before stays so.
    - A weight that two modules share counts once, and is frozen with either.
    - Return (number of learning scalars, number of scalars that do not learn, names): two ints and a list of the names of all *leaf* modules (those without children) that are still in train mode, in the order of `named_modules()`.
    """,
    reference=freeze_report,
    named=(
        Case("encoder", (given.two_parts, "encoder")),
        Case("head", (given.two_parts, "head")),
        Case("a name that no module has", (given.two_parts, "decoder")),
        Case("names that begin alike", (given.three_parts, "text")),
        Case("the head of three", (given.three_parts, "text_head")),
        Case("frozen before", (given.three_parts, "image")),
        Case("a part of a part", (given.three_parts, "image.2")),
        Case("a single layer", (given.two_parts, "encoder.1")),
        Case("the last piece of a name", (given.three_parts, "2")),
        Case("a shared weight", (given.shared_weight, "words")),
    ),
    draws=_draw_freeze,
    mistakes=(
        Mistake("still in train mode", edit("        module.eval()\n", ""),
                "No gradient reaches the part, but its modules are in train mode: batch normalisation goes on to average what it sees, and dropout to drop. The frozen part drifts. Put it in eval mode, after model.train().", "the frozen part drifts"),
        Mistake("all in eval mode", edit("        module.eval()\n", "        model.eval()\n"),
                "You put the whole model in eval mode: the head trains without its dropout, and its batch statistics stand still. Only the frozen part is in eval mode.", "dropout of the head is off"),
        Mistake("only eval mode", edit("parameter.requires_grad_(False)", "parameter.requires_grad_(parameter.requires_grad)"),
                "Eval mode does not stop gradients: the part's weights still learn. Set requires_grad to False, too.", "the part still learns"),
        Mistake("the rest is frozen", edit("if name == part or name.startswith(part + \".\")]", "if name and not (name == part or name.startswith(part + \".\"))]"),
                "You froze everything except the part.", "the wrong half learns"),
        Mistake("names that begin alike", edit("name.startswith(part + \".\")", "name.startswith(part)"),
                "You froze every module whose name *begins* with the part's: \"text_head\" went with \"text\". A module inside it is named part, a dot, and more.", "a second part is frozen, too"),
        Mistake("counted tensors", edit("learns = sum(p.numel() for", "learns = sum(1 for", "frozen = sum(p.numel() for", "frozen = sum(1 for"),
                "You counted tensors. Count their numbers: p.numel().", "a handful of parameters"),
        Mistake("exchanged", edit("return learns, frozen, names", "return frozen, learns, names"), "The two counts have changed places: first those that learn.", "counts exchanged"),
        Mistake("total", edit("return learns, frozen, names", "return learns, learns + frozen, names"), "Your second number is the count of all scalars. It is that of those that do not learn.", "all counted"),
        Mistake("never in train mode", edit("    model.train()\n", ""), "You never put the model in train mode: make() may hand it over in eval mode, and the head's dropout would be off.", "dropout of the head may be off"),
        Mistake("all modules", edit(" and not list(m.children())", " and name"), "Your list has modules that hold others, too. Only leaves are asked for: those without children.", "containers in the list"),
        Mistake("names in eval mode", edit("if m.training and", "if not m.training and"), "You listed the leaves that are in eval mode. Those still in train mode are asked for.", "the wrong list"),
        Mistake("thawed", edit("    model.train()\n", "    model.train()\n    model.requires_grad_(True)\n"), "You let everything learn first: what was frozen before is thawed. It stays frozen.", "another part is thawed"),
        Mistake("its own parameters only", edit("module.parameters()", "inside[0][1].parameters(recurse=False)"),
                "You froze the parameters of the module itself, and those of the modules inside it still learn. parameters() goes through all of them.", "the inside still learns"),
        Mistake("eval not inside", edit("        module.eval()\n", "        module.training = module is not inside[0][1]\n"), "You set training = False on the part alone; the modules inside it are still in train mode. eval() goes through all of them.", "the inside is in train mode"),
        Mistake("all modules, the whole too", edit(' and not list(m.children())', ''),
                "Your list has modules that hold others, too, the whole model among them. Only leaves are asked for: those without children.", "containers in the list"),
        Mistake("top level only", edit('if name == part or name.startswith(part + ".")]', 'if part in dict(model.named_children()) and (name == part or name.startswith(part + "."))]'),
                "You look for the part among the direct children only. A name such as \"image.2\" lies deeper: named_modules() has it.", "a part of a part is not frozen"),
        Mistake("an unknown name raises", edit("    for _, module in inside:", "    if not inside:\n        raise AttributeError(part)\n    for _, module in inside:"),
                "A name that no module has raises an AttributeError (get_submodule does). Then nothing is frozen, and the report is asked for all the same.", "an error for an unknown name"),
        Mistake("an unknown name is no key", edit("    for _, module in inside:", "    if not inside:\n        raise KeyError(part)\n    for _, module in inside:"),
                "A name that no module has raises a KeyError (dict(model.named_modules())[part] does). Then nothing is frozen, and the report is asked for all the same.", "an error for an unknown name"),
        Mistake("frozen in the part only", edit("frozen = sum(p.numel() for p in model.parameters() if not p.requires_grad)", "frozen = sum(p.numel() for p in (inside[0][1].parameters() if inside else ()))"),
                "Your second number counts the part alone. What was frozen before does not learn either: ask requires_grad of all parameters of the model.", "what was frozen before is left out"),
        Mistake("all but the part learns", edit("learns = sum(p.numel() for p in model.parameters() if p.requires_grad)", "learns = sum(p.numel() for p in model.parameters()) - sum(p.numel() for p in (inside[0][1].parameters() if inside else ()))"),
                "Your first number is all scalars less those of the part. What was frozen before does not learn either: ask requires_grad of all parameters of the model.", "what was frozen before is counted as learning"),
        Mistake("leaves with parameters only", edit(" and not list(m.children())", " and not list(m.children()) and list(m.parameters())"),
                "Leaves without parameters, such as Dropout, are missing in your list. They have a mode as well: name all leaves in train mode.", "dropout is left out"),
        Mistake("leaves that learn only", edit(" and not list(m.children())", " and not list(m.children()) and any(p.requires_grad for p in m.parameters())"),
                "Your list names only leaves that learn. Asked for are all leaves in train mode, those without parameters and those frozen before, too.", "leaves are left out"),
        Mistake("any piece of the name", edit("name.startswith(part + \".\")", "part in name.split(\".\")"),
                "You froze every module with this piece anywhere in its name: \"2\" is not the name of \"image.2\". Compare with the whole name, or with its beginning and a dot.", "another part is frozen, too"),
        Mistake("part anywhere in the name", edit("name == part or name.startswith(part + \".\")", "part in name"),
                "You froze every module whose name contains the part's: \"text\" is in \"text_head\", and \"2\" in \"image.2\". Compare with the whole name, or with its beginning and a dot.", "another part is frozen, too"),
        Mistake("names sorted", edit("return learns, frozen, names", "return learns, frozen, sorted(names)"),
                "Your names are sorted by the alphabet. They come in the order of named_modules().", "another order"),
        Mistake("shared weights counted twice", edit("p.numel() for p in model.parameters()", "p.numel() for m in model.modules() for p in m.parameters(recurse=False)"),
                "You counted the parameters of each module by itself: a weight that two of them share is counted twice. model.parameters() has it once.", "a shared weight counts twice"),
    ),
    hints=(
        "Two things: requires_grad for weights, eval() for batch normalisation and dropout.",
        "In which order? model.train() undoes eval().",
        "A module inside is named part + '.' + something; a leaf has no children().",
    ),
    difficulty=2,
    points=10,
    minutes=15,
    view=as_numbers,
)  # fmt: skip

# 16.5 ---------------------------------------------------------------------------------------------


def accumulate(losses: list[Tensor]) -> Tensor:
    """Losses of each row, in k parts (n_k,), to the mean over all rows."""
    n = sum(len(part) for part in losses)
    return sum((part.sum() for part in losses), start=losses[0].new_zeros(())) / n


def _draw_losses(draw: Draw) -> list[Case]:
    n = draw.whole(3, 5)
    return [
        Case("equal parts", ([draw.normal(n) for _ in range(3)],), gradient=(0,)),
        Case("a small last part", ([draw.normal(n), draw.normal(n), draw.normal(1)],), gradient=(0,)),
        Case("a small first part", ([draw.normal(2), draw.normal(n), draw.normal(n + 1)],), gradient=(0,)),
        Case("one part", ([draw.normal(n)],)),
        Case("an empty part, float64", ([draw.normal(size).double() for size in (n, 0, 2)],)),
        Case("float64", ([draw.normal(n, dtype=torch.float64), draw.normal(1, dtype=torch.float64)],)),
    ]


ACCUMULATE = Task(
    id="16.5",
    title="Gradient accumulation with a ragged last batch",
    promise="""
    Write `accumulate(losses)`: the loss whose gradient is that of one large batch.

    - `losses` is a list of k >= 1 tensors (n_k,), the loss of each row of a part; one float dtype, float32 or float64. Parts may differ in size; some may be empty, but not the first.
    - It returns the mean over *all* rows as a 0-d tensor in that dtype, with a gradient to every part. The inputs are not changed.
    """,
    reference=accumulate,
    named=(
        Case("equal parts", ([tensor([1.0, 2.0]), tensor([3.0, 4.0])],)),
        Case("a ragged last part", ([tensor([1.0, 2.0, 3.0]), tensor([10.0])],)),
        Case("gradient", ([tensor([1.0, 2.0, 3.0]), tensor([10.0])],), gradient=(0,)),
        Case("one part of one row", ([tensor([4.0])],)),
        Case("a ragged first part", ([tensor([1.0]), tensor([2.0, 3.0, 7.0])],)),
        Case("an empty part", ([tensor([1.0, 3.0]), tensor([]), tensor([5.0])],)),
        Case("rows of loss 0", ([tensor([0.0, 2.0]), tensor([0.0, 0.0, 3.0])],), gradient=(0,)),
        Case("three parts", ([tensor([-1.0, 3.0]), tensor([5.0]), tensor([2.0, 2.0, 8.0])],), gradient=(0,)),
    ),
    draws=_draw_losses,
    mistakes=(
        Mistake("mean of means", edit("sum((part.sum() for part in losses), start=losses[0].new_zeros(())) / n", "torch.stack([part.sum() / max(len(part), 1) for part in losses]).mean()"),
                "Mean of means: the single row of the last part weighs as much as a whole part. Add the rows, and divide by their number.", "a small last part weighs too much"),
        Mistake("sum of means", edit("sum((part.sum() for part in losses), start=losses[0].new_zeros(())) / n", "torch.stack([part.sum() / max(len(part), 1) for part in losses]).sum()"),
                "You added the means of the parts: the gradient is about k times too large, as if the learning rate were.", "k times the learning rate"),
        Mistake("sum", edit(" / n", " / 1"), "That is the sum over the rows: divide by their number.", "n times too large"),
        Mistake("last only", edit("return sum((part.sum() for part in losses), start=losses[0].new_zeros(())) / n", "return losses[-1].sum() / len(losses[-1])"),
                "Only the last part survives, as when zero_grad() stands inside the loop.", "zero_grad in the wrong place"),
        Mistake("first only", edit("return sum((part.sum() for part in losses), start=losses[0].new_zeros(())) / n", "return losses[0].mean()"),
                "Only the first part counts, as when the loop is left too early.", "the rest is never seen"),
        Mistake("first size", edit("sum(len(part) for part in losses)", "len(losses[0]) * len(losses)"),
                "You took every part for as large as the first one. Count the rows.", "wrong where the last part is small"),
        Mistake("largest size", edit("sum(len(part) for part in losses)", "max(len(part) for part in losses) * len(losses)"),
                "You took every part for as large as the largest one. Count the rows.", "wrong where a part is small"),
        Mistake("last size", edit("sum(len(part) for part in losses)", "max(len(losses[-1]), 1) * len(losses)"),
                "You took every part for as large as the last one. Count the rows.", "too large where the last part is small"),
        Mistake("divided by parts", edit("/ n", "/ len(losses)"), "You divided the sum of all rows by the number of parts. Divide by the number of rows.", "grows with the size of a part"),
        Mistake("last one dropped", edit("for part in losses), start", "for part in losses[: max(len(losses) - 1, 1)]), start"),
                "The last part is left out above the line, as a loader with drop_last would: its rows are lost.", "rows are lost"),
        Mistake("last one dropped throughout", edit("n = sum", "losses = losses[: max(len(losses) - 1, 1)]\n    n = sum"),
                "The last part is left out, as a loader with drop_last does. Its rows belong to the batch.", "rows are lost"),
        Mistake("no gradient to the first", edit("(part.sum() for part in losses)", "(part.sum() if i == len(losses) - 1 else part.sum().detach() for i, part in enumerate(losses))"),
                "The value is right, and only the last part gets a gradient: the earlier ones are detached.", "only the last part trains"),
        Mistake("median", edit("sum((part.sum() for part in losses), start=losses[0].new_zeros(())) / n", "torch.cat(losses).median()"),
                "That is the median of the rows. One large batch takes the mean.", "outliers do not count"),
        Mistake("running mean", edit("return sum((part.sum() for part in losses), start=losses[0].new_zeros(())) / n", "total = losses[0].mean()\n    for part in losses[1:]:\n        total = (total + part.sum() / max(len(part), 1)) / 2\n    return total"),
                "You averaged the last result with the next part, again and again: late parts weigh most. Add up first, divide once.", "late parts weigh most"),
        Mistake("mean of means, without the empty", edit('sum((part.sum() for part in losses), start=losses[0].new_zeros(())) / n', 'torch.stack([part.mean() for part in losses if len(part)]).mean()'),
                "Mean of means: the single row of a small part weighs as much as a whole part. Add the rows, and divide by their number.", "a small part weighs too much"),
        Mistake("mean of means, NaN", edit('sum((part.sum() for part in losses), start=losses[0].new_zeros(())) / n', 'torch.stack([part.mean() for part in losses]).mean()'),
                "Mean of means: a small part weighs as much as a large one, and an empty one gives NaN. Add the rows, and divide by their number.", "NaN with an empty part"),
        Mistake("parts of one size", edit('    n = sum', '    losses = [part for part in losses if len(part) == len(losses[0])]\n    n = sum'),
                "You left out the parts that are not as large as the first. All rows belong to the batch.", "rows are lost"),
        Mistake("an empty part is a row", edit('sum(len(part) for part', 'sum(max(len(part), 1) for part'),
                "You count an empty part as one row. It has none.", "too small with an empty part"),
        Mistake("weighted twice", edit('part.sum() for part in losses), start', 'part.sum() * len(part) for part in losses), start'),
                "You weighted *sums* by the rows of their parts. A sum has that weight already; a mean would need it.", "large parts weigh too much"),
        Mistake("means over rows", edit('(part.sum() for part in losses)', '(part.sum() / max(len(part), 1) for part in losses)'),
                "You added the means of the parts and divided by the number of rows. Add the rows.", "too small"),
        Mistake('weighted means, NaN', edit('part.sum() for part in losses), start', 'part.mean() * len(part) for part in losses), start'), 'An empty part has no mean: NaN, and NaN times 0 rows is NaN. Its sum is 0: add sums.', 'NaN with an empty part'),
        Mistake('stops at an empty part', edit('    n = sum', '    empty = [i for i, part in enumerate(losses) if not len(part)]\n    losses = losses[: empty[0]] if empty else losses\n    n = sum'), 'You stop at the first empty part: the rows behind it are lost. Pass over it and go on.', 'rows are lost'),
        Mistake('rows of loss 0 left out', edit('sum(len(part) for part in losses)', 'max(sum(int(part.count_nonzero()) for part in losses), 1)'), 'You count only the rows whose loss is not 0. A row that costs nothing is a row: divide by all of them.', 'too large where a row is learned'),
        Mistake('small last one dropped', edit('    n = sum', '    losses = losses[:-1] if len(losses) > 1 and len(losses[-1]) < len(losses[0]) else losses\n    n = sum'), 'You leave out the last part where it is smaller than the first. Its rows belong to the batch.', 'rows are lost'),
    ),
    hints=(
        "What would the mean be if all rows stood in one tensor?",
        "Add the sums of the parts, and divide once.",
        "torch.cat(losses).mean() says it; a real loop adds part.sum() / n and calls backward for each part.",
    ),
    difficulty=2,
    points=15,
    minutes=20,
)  # fmt: skip

# 16.6 ---------------------------------------------------------------------------------------------


def local_clip_loss(img: list[Tensor], txt: list[Tensor], rank: int, scale: float) -> Tensor:
    """Rows of each process, its number and the scale, to its share of the CLIP loss."""
    all_img, all_txt = torch.cat(img), torch.cat(txt)
    first = sum(len(part) for part in img[:rank])
    labels = torch.arange(len(img[rank]), device=all_img.device) + first
    from_img = scale * img[rank] @ all_txt.T
    from_txt = scale * txt[rank] @ all_img.T
    return (F.cross_entropy(from_img, labels) + F.cross_entropy(from_txt, labels)) / 2


def _draw_shares(draw: Draw) -> list[Case]:
    b, d = draw.whole(2, 3), draw.whole(2, 4)

    def rows(sizes: tuple[int, ...], dtype: torch.dtype = torch.float32) -> list[Tensor]:
        return [draw.normal(n, d, dtype=dtype) for n in sizes]

    def case(name: str, sizes: tuple[int, ...], rank: int, dtype: torch.dtype = torch.float32, **kind: object) -> Case:
        return Case(name, (rows(sizes, dtype), rows(sizes, dtype), rank, 1 + draw.uniform(1).item()), **kind)  # type: ignore[arg-type]

    return [
        case("two processes, the first", (b, b), 0, gradient=(0, 1)),
        case("two processes, the second", (b, b), 1, gradient=(0, 1)),
        case("three processes", (b, b, b), 1),
        case("a small last batch", (b + 1, b + 1, b), 2, gradient=(0, 1)),
        case("the large ones before a small one", (b + 2, b, b + 1), 1),
        case("float64", (b, b), 1, torch.float64),
        case("one process", (b + 1,), 0),
    ]


def _shares(*sizes: int, seed: int = 1) -> tuple[list[Tensor], list[Tensor]]:
    draw = Draw(seed)
    return [draw.normal(n, 3) for n in sizes], [draw.normal(n, 3) for n in sizes]


CLIP_SHARE = Task(
    id="16.6",
    title="One process's share of a distributed CLIP loss",
    promise="""
    Write `local_clip_loss(img, txt, rank, scale)`: what process `rank` contributes to the CLIP loss of all processes together.

    - `img` and `txt` are lists with one tensor (n_r, D) a process, what an all-gather *with* gradient gives; n_r >= 1 may differ from process to process, and is the same for `img` and `txt`. Row i of txt[r] belongs to row i of img[r]. One float dtype, float32 or float64; take the features as they are, without normalising.
    - Logits are `scale` times the dot product. Each picture of this process must find its text among the texts of *all* processes, in the order of the list, and each text its picture: cross-entropy, the mean over this process's rows, and the mean of both directions.
    - `rank` is an int >= 0, `scale` a float > 0; logits may be as large as 1000. It returns a 0-d tensor in that dtype.
    - The gradient reaches the rows of all processes: each is a negative here. The inputs are not changed.
    """,
    reference=local_clip_loss,
    named=(
        Case("rank 0", (*_shares(2, 2), 0, 2.0)),
        Case("rank 1", (*_shares(2, 2), 1, 2.0)),
        Case("gradient", (*_shares(2, 2), 1, 2.0), gradient=(0, 1)),
        Case("gradient at rank 0", (*_shares(2, 2, seed=3), 0, 1.5), gradient=(0, 1)),
        Case("a small last batch", (*_shares(3, 3, 1, seed=2), 2, 1.0), gradient=(0, 1)),
        Case("the middle of three", (*_shares(2, 3, 2, seed=4), 1, 1.0)),
        Case("one process", (*_shares(3, seed=5), 0, 1.0)),
        Case("a large scale", (*_shares(2, 3, seed=6), 1, 100.0)),
        Case("float64", (*([part.double() for part in side] for side in _shares(3, 2, seed=7)), 1, 2.0)),
        Case("the last of three", (*_shares(1, 3, 2, seed=8), 2, 1.0)),
        Case("long features that are alike", ([tensor([[10.0, 0.0], [10.0, 1.0]]), tensor([[10.0, -1.0]])], [tensor([[10.0, 0.5], [10.0, 1.0]]), tensor([[10.0, -2.0]])], 0, 1.0)),
    ),
    draws=_draw_shares,
    mistakes=(
        Mistake("no offset", edit(" + first", ""),
                "Your labels start at 0 on every process: on rank 1 you matched its pictures with the texts of rank 0. They start behind the rows of the processes before.", "right on rank 0 only"),
        Mistake("rank times own size", edit("sum(len(part) for part in img[:rank])", "rank * len(img[rank])"),
                "Your labels start at rank times your own number of rows. Where the batches differ in size that is another row: add up the sizes of those before.", "wrong where the last batch is small"),
        Mistake("gather no grad", edit("torch.cat(img), torch.cat(txt)", "torch.cat(img).detach(), torch.cat(txt).detach()"),
                "The loss is right, and the gradient lacks the side of the columns: torch.distributed.all_gather returns tensors *without* a graph, so features never feel that they are someone's negative.", "same loss, wrong gradient"),
        Mistake("own gradient only", edit("torch.cat(img), torch.cat(txt)", "torch.cat([x if i == rank else x.detach() for i, x in enumerate(img)]), torch.cat([x if i == rank else x.detach() for i, x in enumerate(txt)])"),
                "Only your own rows keep their graph among the columns: the rows of the other processes get no gradient from your loss. Where each process has the loss of its own rows that is another gradient than that of one large batch.", "remote rows get no gradient"),
        Mistake("local only", edit("all_img, all_txt = torch.cat(img), torch.cat(txt)", "all_img, all_txt = img[rank], txt[rank]", " + first", ""),
                "Each process sees its own negatives only, as under plain DDP: four times 256 is not 1,024.", "too few negatives"),
        Mistake("one direction", edit("(F.cross_entropy(from_img, labels) + F.cross_entropy(from_txt, labels)) / 2", "F.cross_entropy(from_img, labels)"),
                "Only pictures look for texts in yours. Texts look for pictures, too: the mean of both.", "texts are never asked"),
        Mistake("other direction", edit("(F.cross_entropy(from_img, labels) + F.cross_entropy(from_txt, labels)) / 2", "F.cross_entropy(from_txt, labels)"),
                "Only texts look for pictures in yours. Pictures look for texts, too: the mean of both.", "pictures are never asked"),
        Mistake("not halved", edit("labels)) / 2", "labels))"), "You added the two directions. Their mean is asked for.", "twice ours"),
        Mistake("columns reversed", edit("torch.cat(img), torch.cat(txt)", "torch.cat(img[::-1]), torch.cat(txt[::-1])"),
                "Your columns stand in another order than the labels count: they come in the order of the processes.", "labels point elsewhere"),
        Mistake("own rows first", edit("torch.cat(img), torch.cat(txt)", "torch.cat([img[rank], *img[:rank], *img[rank + 1 :]]), torch.cat([txt[rank], *txt[:rank], *txt[rank + 1 :]])"),
                "You put your own rows first and still count the labels from the rows of the processes before. Either order would do, but labels and columns must agree.", "labels point elsewhere"),
        Mistake("world scaled", edit("labels)) / 2", "labels)) / 2 * len(img)"),
                "You multiplied by the number of processes. DDP takes the mean of the gradients, and the mean over the processes is the whole loss.", "times the number of processes"),
        Mistake("world divided", edit("labels)) / 2", "labels)) / 2 / len(img)"),
                "You divided by the number of processes. DDP takes the mean over processes already.", "divided twice"),
        Mistake("no scale", edit("scale * img[rank]", "img[rank]", "scale * txt[rank]", "txt[rank]"), "The scale is missing.", "too undecided"),
        Mistake("scale divides", edit("scale * img[rank] @ all_txt.T", "img[rank] @ all_txt.T / scale", "scale * txt[rank] @ all_img.T", "txt[rank] @ all_img.T / scale"),
                "You divided by the scale, as by a temperature. It is the inverse: logits are multiplied by it.", "too undecided"),
        Mistake("scale once", edit("scale * txt[rank]", "txt[rank]"), "Only one direction is scaled.", "the directions are unlike"),
        Mistake("same side", edit("scale * img[rank] @ all_txt.T", "scale * img[rank] @ all_img.T"), "You compared pictures with pictures: each finds itself.", "nothing is aligned"),
        Mistake("normalised", edit("torch.cat(img), torch.cat(txt)", "F.normalize(torch.cat(img), dim=1), F.normalize(torch.cat(txt), dim=1)"),
                "You normalised the columns. Here the features are taken as they are (whoever gathers has normalised them).", "other numbers"),
        Mistake("sum over rows", edit("F.cross_entropy(from_img, labels)", 'F.cross_entropy(from_img, labels, reduction="sum")', "F.cross_entropy(from_txt, labels)", 'F.cross_entropy(from_txt, labels, reduction="sum")'),
                "You added over your rows. The mean over this process's rows is asked for.", "grows with the batch"),
        Mistake("divided by all rows", edit("labels)) / 2", "labels)) / 2 * len(img[rank]) / len(all_img)"),
                "You divided by the rows of all processes. The mean over this process's rows is asked for.", "too small"),
        Mistake("all normalised", edit('    all_img, all_txt =', '    img, txt = [F.normalize(x, dim=1) for x in img], [F.normalize(x, dim=1) for x in txt]\n    all_img, all_txt ='),
                "You normalised the features. Here they are taken as they are (whoever gathers has normalised them).", "other numbers"),
        Mistake("loss of all", edit('labels = torch.arange(len(img[rank]), device=all_img.device) + first', 'labels = torch.arange(len(all_img), device=all_img.device)', 'scale * img[rank] @', 'scale * all_img @', 'scale * txt[rank] @', 'scale * all_txt @'),
                "That is the loss of the rows of *all* processes. Each contributes its own rows: DDP takes the mean over the processes.", "every process computes everything"),
        Mistake("texts among its own", edit('scale * txt[rank] @ all_img.T', 'scale * txt[rank] @ img[rank].T', 'F.cross_entropy(from_txt, labels)', 'F.cross_entropy(from_txt, labels - first)'),
                "Your texts look for their picture among this process's pictures only. The other processes' pictures are negatives, too: the table of the pictures, transposed, does not have them.", "too few negatives for the texts"),
        Mistake("pictures among its own", edit('scale * img[rank] @ all_txt.T', 'scale * img[rank] @ txt[rank].T', 'F.cross_entropy(from_img, labels)', 'F.cross_entropy(from_img, labels - first)'),
                "Your pictures look for their text among this process's texts only. The other processes' texts are negatives, too.", "too few negatives for the pictures"),
        Mistake("rank times own size, wrapped", edit("labels = torch.arange(len(img[rank]), device=all_img.device) + first", "labels = (torch.arange(len(img[rank]), device=all_img.device) + rank * len(img[rank])) % len(all_img)"),
                "Your labels start at rank times your own number of rows, and wrap round at the end. Where the batches differ in size that is another row: add up the sizes of those before.", "wrong where the last batch is small"),
        Mistake("rank times own size, cut off", edit("labels = torch.arange(len(img[rank]), device=all_img.device) + first", "labels = (torch.arange(len(img[rank]), device=all_img.device) + rank * len(img[rank])).clamp(max=len(all_img) - 1)"),
                "Your labels start at rank times your own number of rows, and are cut off at the last row. Where the batches differ in size that is another row: add up the sizes of those before.", "wrong where the last batch is small"),
        Mistake("rank times the first size", edit("sum(len(part) for part in img[:rank])", "rank * len(img[0])"),
                "Your labels start at rank times the number of rows of process 0. Where the batches differ in size that is another row: add up the sizes of those before.", "wrong where the batches differ"),
        Mistake("rank times the mean size", edit("sum(len(part) for part in img[:rank])", "rank * (len(all_img) // len(img))"),
                "Your labels start at rank times the mean number of rows. Where the batches differ in size that is another row: add up the sizes of those before.", "wrong where the batches differ"),
        Mistake("naive exp", edit("F.cross_entropy(from_img, labels)", "-(from_img.exp().gather(1, labels[:, None])[:, 0] / from_img.exp().sum(1)).log().mean()", "F.cross_entropy(from_txt, labels)", "-(from_txt.exp().gather(1, labels[:, None])[:, 0] / from_txt.exp().sum(1)).log().mean()"),
                "exp of the logits as they are overflows, or is 0, and the loss is infinite or NaN at a large scale. Take F.cross_entropy or log_softmax, which take the largest logit off first.", "infinity at a large scale"),
        Mistake("log of softmax", edit("F.cross_entropy(from_img, labels)", "-from_img.softmax(1).gather(1, labels[:, None]).log().mean()", "F.cross_entropy(from_txt, labels)", "-from_txt.softmax(1).gather(1, labels[:, None]).log().mean()"),
                "A probability of 0 gives log 0, minus infinity, at a large scale. Take log_softmax in one step, or F.cross_entropy.", "infinity at a large scale"),
        Mistake("log eps", edit("F.cross_entropy(from_img, labels)", "-(from_img.softmax(1).gather(1, labels[:, None]) + 1e-8).log().mean()", "F.cross_entropy(from_txt, labels)", "-(from_txt.softmax(1).gather(1, labels[:, None]) + 1e-8).log().mean()"),
                "A small number inside the logarithm hides the infinity, but no row then costs more than about 18. Take log_softmax in one step, or F.cross_entropy.", "every row costs at most 18.4"),
        Mistake(
            "processes up to its own",
            edit("torch.cat(img), torch.cat(txt)", "torch.cat(img[: rank + 1]), torch.cat(txt[: rank + 1])"),
            "Your candidates end with this process's own rows: those of the processes behind it are missing. All processes hold negatives.",
            "the last process has the hardest task",
        ),
    ),
    hints=(
        "How many columns has your table of logits? All rows of all processes. And which column is right for row 0 of rank 1?",
        "torch.cat keeps the graph of every part: no detach.",
        "labels = arange(own rows) + the rows of the processes before.",
    ),
    difficulty=5,
    points=25,
    minutes=35,
    forbidden=("fusion_edu.losses", "fusion_edu.train"),
)  # fmt: skip

# 16.7 ---------------------------------------------------------------------------------------------

Encode = Callable[[Tensor, Tensor], Tensor]
Loss = Callable[[Tensor], Tensor]


def cached_gradient(parts: list[Tensor], w: Tensor, encode: Encode, loss: Loss) -> Tensor:
    """Parts (n_k, D) of a batch and weights w (D, E) to the gradient of the whole batch's loss by w."""
    w = w.detach().clone().requires_grad_()
    with torch.no_grad():
        z = torch.cat([encode(part, w) for part in parts])
    z.requires_grad_()
    by_row = torch.autograd.grad(loss(z), z)[0].split([len(part) for part in parts])
    total = torch.zeros_like(w)
    for part, grad in zip(parts, by_row, strict=True):
        total = total + torch.autograd.grad(encode(part, w), w, grad)[0]
    return total


def _own_negatives(parts: list[Tensor], w: Tensor, encode: Encode, loss: Loss) -> Tensor:
    w = w.detach().clone().requires_grad_()
    n = sum(len(part) for part in parts)
    losses = [len(part) / n * loss(encode(part, w)) for part in parts]
    return torch.autograd.grad(sum(losses[1:], start=losses[0]), w)[0]


def _plain_average(parts: list[Tensor], w: Tensor, encode: Encode, loss: Loss) -> Tensor:
    w = w.detach().clone().requires_grad_()
    losses = [loss(encode(part, w)) for part in parts]
    return torch.autograd.grad(sum(losses[1:], start=losses[0]) / len(parts), w)[0]


def _plain_sum(parts: list[Tensor], w: Tensor, encode: Encode, loss: Loss) -> Tensor:
    w = w.detach().clone().requires_grad_()
    losses = [loss(encode(part, w)) for part in parts]
    return torch.autograd.grad(sum(losses[1:], start=losses[0]), w)[0]


def _whole_at_once(parts: list[Tensor], w: Tensor, encode: Encode, loss: Loss) -> Tensor:
    w = w.detach().clone().requires_grad_()
    return torch.autograd.grad(loss(encode(torch.cat(parts), w)), w)[0]


def _own_part_first(parts: list[Tensor], w: Tensor, encode: Encode, loss: Loss) -> Tensor:
    w = w.detach().clone().requires_grad_()
    total = torch.zeros_like(w)
    for i, part in enumerate(parts):
        others = [encode(other, w).detach() for other in parts[:i] + parts[i + 1 :]]
        total = total + torch.autograd.grad(loss(torch.cat([encode(part, w), *others])), w)[0]
    return total


def _parts_so_far(parts: list[Tensor], w: Tensor, encode: Encode, loss: Loss) -> Tensor:
    w = w.detach().clone().requires_grad_()
    total = torch.zeros_like(w)
    for i, part in enumerate(parts):
        before = [encode(other, w).detach() for other in parts[:i]]
        total = total + torch.autograd.grad(loss(torch.cat([*before, encode(part, w)])), w)[0]
    return total


def _draw_cached(draw: Draw) -> list[Case]:
    d, e, b = draw.whole(2, 3), draw.whole(2, 3), draw.whole(3, 4)

    def case(name: str, sizes: tuple[int, ...], encode: Encode, loss: Loss, dtype: torch.dtype = torch.float32) -> Case:
        parts = [draw.normal(n, d, dtype=dtype) for n in sizes]
        return Case(name, (parts, draw.normal(d, e, dtype=dtype), encode, loss))

    return [
        case("equal parts", (b, b), given.bent, given.apart),
        case("a small last part", (b, b, 2), given.bent, given.apart),
        case("a linear encoder", (b, 2, b), given.straight, given.apart),
        case("a loss through the mean", (b, b, 2), given.bent, given.spread),
        case("the order of rows", (b, 2, b), given.bent, given.ranked),
        case("one part", (b,), given.bent, given.apart),
        case("float64", (b, 2), given.bent, given.apart, torch.float64),
    ]


def _parts_of(*sizes: int, seed: int, d: int = 2) -> list[Tensor]:
    draw = Draw(seed)
    return [draw.normal(n, d) for n in sizes]


GRAD_CACHE = Task(
    id="16.7",
    title="GradCache: the whole batch's gradient, part by part",
    promise="""
    Write `cached_gradient(parts, w, encode, loss)`: the gradient of `loss(encode(all rows, w))` by `w`, where only one part fits into memory at a time.

    - `parts` is a list of k >= 1 tensors (n_k, D), n_k >= 2, the rows of the batch in order; `w` (D, E), the same dtype, float32 or float64, without a gradient of its own.
    - `encode(x, w)` gives the embeddings (n, E) of the rows of x, with a gradient by w. It refuses more than four rows, and no part has more: give it one part at a time, or some of its rows. How often you call it is not looked at.
    - `loss(z)` takes the embeddings (N, E) of all rows, in order, and gives a 0-d tensor. The embeddings are small: all of them fit. In it every row counts with every other, so the loss of a part is not a part of the loss.
    - It returns the gradient (D, E) by `w`, without a graph, in its dtype. `parts` and `w` are not changed.
    """,
    reference=cached_gradient,
    named=(
        Case("a loss that looks at the order", (_parts_of(2, 3, 2, seed=8), Draw(18).normal(2, 2), given.bent, given.ranked)),
        Case("two parts", (_parts_of(2, 2, seed=1), Draw(11).normal(2, 2), given.bent, given.apart)),
        Case("a small last part", (_parts_of(4, 4, 2, seed=2), Draw(12).normal(2, 3), given.bent, given.apart)),
        Case("a small first part", (_parts_of(2, 3, 4, seed=3), Draw(13).normal(2, 3), given.straight, given.apart)),
        Case("a loss through the mean", (_parts_of(3, 2, seed=4), Draw(14).normal(2, 2), given.bent, given.spread)),
        Case("one part", (_parts_of(4, seed=5), Draw(15).normal(2, 2), given.bent, given.apart)),
        Case("a linear encoder, the mean", (_parts_of(3, 3, seed=6), Draw(16).normal(2, 3), given.straight, given.spread)),
        Case("float64", ([part.double() for part in _parts_of(3, 2, seed=7)], Draw(17).normal(2, 2).double(), given.bent, given.apart)),
    ),
    draws=_draw_cached,
    mistakes=(
        Mistake("own negatives only", _own_negatives,
                "You took the loss of each part, weighted by its rows: plain accumulation. No row meets the rows of other parts, so that is the gradient of another loss.", "too few negatives"),
        Mistake("mean of the parts", _plain_average,
                "You averaged the gradients of each part's own loss. No row meets the rows of other parts, and small parts weigh too much.", "too few negatives"),
        Mistake("sum of the parts", _plain_sum,
                "You added the gradients of each part's own loss. No row meets the rows of other parts.", "too few negatives"),
        Mistake("last part only", edit("total = total + torch", "total = torch"),
                "Only the last part survives: each one overwrites the gradient of those before. Add them.", "the rest is lost"),
        Mistake("first part only", edit("zip(parts, by_row, strict=True)", "zip(parts[:1], by_row, strict=False)"),
                "Only the first part sends its gradient back. Go through all of them.", "the rest is lost"),
        Mistake("averaged over parts", edit("return total", "return total / len(parts)"),
                "You divided by the number of parts. The gradients by the embeddings are those of the whole loss already: add them up.", "k times too small"),
        Mistake("averaged over rows", edit("return total", "return total / len(z)"),
                "You divided by the number of rows. The loss has its mean inside already.", "N times too small"),
        Mistake("weighted by rows", edit("total = total + torch.autograd.grad(encode(part, w), w, grad)[0]", "total = total + len(part) / len(z) * torch.autograd.grad(encode(part, w), w, grad)[0]"),
                "You weighted each part by its rows. That is for losses of parts; these are pieces of one gradient, which add up as they are.", "too small"),
        Mistake("gradients of ones", edit("encode(part, w), w, grad)", "encode(part, w), w, torch.ones_like(grad))"),
                "You sent ones back through the encoder: that is the gradient of the *sum* of the embeddings. Send back the loss's gradient by each embedding.", "the loss has no effect"),
        Mistake("embeddings sent back", edit("torch.autograd.grad(loss(z), z)[0].split", "z.detach().split"),
                "You sent the embeddings back through the encoder. What goes back is the loss's gradient by them.", "the loss has no effect"),
        Mistake("sign", edit("return total", "return -total"), "The sign is turned: this is the way down, not the gradient.", "learns the opposite"),
        Mistake("rows reversed", edit("zip(parts, by_row, strict=True)", "zip(parts, [grad.flip(0) for grad in by_row], strict=True)"),
                "Within each part the gradients meet other rows than their own: keep the order of the rows.", "gradients of other rows"),
        Mistake("one embedding for all", edit("torch.autograd.grad(loss(z), z)[0].split", "torch.autograd.grad(loss(z), z)[0].mean(0, keepdim=True).expand_as(z).split"),
                "Every row sends back the mean of all gradients. Each embedding has a gradient of its own.", "rows are not told apart"),
        Mistake("a column sum", edit("return total", "return total.sum(0, keepdim=True).expand_as(total).contiguous()"),
                "Every row of your gradient is the same: it is summed over D. It has an entry for each entry of w.", "all rows alike"),
        Mistake("a step taken", edit("return total", "return w.detach() - total"), "You returned the weights after a step. The gradient itself is asked for.", "weights, not a gradient"),
        Mistake("first rows for all", edit('torch.autograd.grad(loss(z), z)[0].split([len(part) for part in parts])', '[torch.autograd.grad(loss(z), z)[0][: len(part)] for part in parts]'),
                "Every part gets the gradients of the batch's first rows. Each has its own: go on where the part before ended.", "gradients of other rows"),
        Mistake("embeddings in it", edit('encode(part, w), w, grad)', 'encode(part, w), w, grad * encode(part, w).detach())'),
                "You multiplied the loss's gradient by the embeddings before sending it back. It goes back as it is.", "the embeddings count twice"),
        Mistake("parts reversed", edit('for part in parts])\n    z.requires', 'for part in parts[::-1]])\n    z.requires'),
                "Your two passes go through the parts in different orders, so a part gets the gradients of another one.", "gradients of other rows"),
        Mistake("mean of each part", edit('encode(part, w), w, grad)', 'encode(part, w), w, grad / len(part))'),
                "You divided by the rows of each part. The loss has its mean inside already: add up.", "too small"),
        Mistake("last part left out", edit('    w = w.detach()', '    parts = parts[: max(len(parts) - 1, 1)]\n    w = w.detach()'),
                "The last part is missing from the batch, as a loader with drop_last leaves it out: it is no one's negative.", "rows are lost"),
        Mistake("unit embeddings", edit('[encode(part, w) for part in parts]', '[F.normalize(encode(part, w), dim=1) for part in parts]', 'torch.autograd.grad(encode(part, w), w, grad)', 'torch.autograd.grad(F.normalize(encode(part, w), dim=1), w, grad)'),
                "You scaled the embeddings to length 1. `loss` takes them as `encode` gives them.", "another loss"),
        Mistake('all rows at once', _whole_at_once, 'You gave `encode` all rows at once, and it refuses more than four (a MemoryError, where there are more). Go part by part.', 'does not fit into memory'),
        Mistake('own part first', _own_part_first, 'You put the part with a graph in front of all others. `loss` takes the rows in order: leave each part at its place.', 'rows at other places'),
        Mistake('only the parts so far', _parts_so_far, 'Each part meets only the parts before it: the loss is taken before the later ones are in. Encode all of them first, then take the loss of all rows.', 'later rows are missing'),
        Mistake('size of the first part', edit('torch.autograd.grad(loss(z), z)[0].split([len(part) for part in parts])', '[torch.autograd.grad(loss(z), z)[0][i * len(parts[0]) :][: len(parts[0])] for i in range(len(parts))]'), 'You cut the gradient of the embeddings into pieces as long as the first part. Where another part has more rows, or fewer, its piece does not fit (a RuntimeError): cut by the length of each part.', 'an error where parts are unequal'),
    ),
    hints=(
        "Three passes: embeddings without a graph; the loss's gradient by each embedding; each part once more with a graph.",
        "z = torch.cat([...]) under no_grad, then z.requires_grad_() and torch.autograd.grad(loss(z), z).",
        "torch.autograd.grad(encode(part, w), w, grad_outputs=the rows of that gradient) for each part, added up.",
    ),
    difficulty=4,
    points=20,
    minutes=30,
    forbidden=("fusion_edu.train",),
)  # fmt: skip

TASKS = (SOFT_WORDS, QUERIES, PREFIX, FREEZE, ACCUMULATE, CLIP_SHARE, GRAD_CACHE)
