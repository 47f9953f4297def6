"""Tasks of lesson 08: attention, bottlenecks and graphs."""

from collections.abc import Callable

import torch
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Curve, Mistake, Task, edit
from fusion_edu.tasks import given

READY = ("torch.nn.functional.scaled_dot_product_attention", "torch.nn.functional.multi_head_attention_forward")
SCORES = tuple(-4 + i / 5 for i in range(41))

# 08.1 ---------------------------------------------------------------------------------------------


def attention(q: Tensor, k: Tensor, v: Tensor, key_mask: Tensor | None = None) -> Tensor:
    """Queries (N, Q, D), keys (N, K, D), values (N, K, E), mask (N, K) with True = use, to (N, Q, E)."""
    s = q @ k.transpose(1, 2) / q.shape[-1] ** 0.5
    if key_mask is None:
        key_mask = k.new_ones(k.shape[:2], dtype=torch.bool)
    m = key_mask[:, None, :]
    s = s.masked_fill(~m, torch.finfo(s.dtype).min)
    a = torch.softmax(s, dim=-1)
    a = a * m
    return a @ v


def _qkv(draw: Draw, n: int, q: int, k: int, d: int, e: int, dtype: torch.dtype = torch.float32) -> tuple[Tensor, ...]:
    return draw.normal(n, q, d, dtype=dtype), draw.normal(n, k, d, dtype=dtype), draw.normal(n, k, e, dtype=dtype)


def _wide(*inputs: Tensor) -> tuple[Tensor, ...]:
    """The same in float64: scores of thousands leave float32 three digits behind the point."""
    return tuple(x.double() if x.is_floating_point() else x for x in inputs)


def _some(draw: Draw, n: int, k: int) -> Tensor:
    """(n, k) bool: about half of them, at least one and not all in each row."""
    mask = draw.uniform(n, k) < 0.5
    kept = draw.whole(0, k - 1)
    mask[:, kept], mask[:, (kept + 1) % k] = True, False
    return mask


def _draw_attention(draw: Draw) -> list[Case]:
    n, q, k, d, e = draw.whole(2, 3), draw.whole(2, 3), 4, draw.whole(5, 6), 7
    empty = _some(draw, n, k)
    empty[draw.whole(0, n - 1)] = False
    return [
        Case("one query, one key", _qkv(draw, 1, 1, 1, 2, 3)),
        Case("random", _qkv(draw, n, q, k, d, e)),
        Case("random, a mask", (*_qkv(draw, n, q, k, d, e), _some(draw, n, k))),
        Case("a row without keys, float64", (*_qkv(draw, n, q, k, d, e, torch.float64), empty)),
        Case("as many of everything", (*_qkv(draw, 3, 3, 3, 3, 3), _some(draw, 3, 3))),
        Case("all scores far below 0", _wide(-30 * draw.uniform(n, q, d, low=0.5), 30 * draw.uniform(n, k, d, low=0.5), draw.normal(n, k, e), _some(draw, n, k))),
        Case("float64", (*_qkv(draw, n, q, k, d, e, torch.float64), _some(draw, n, k))),
        Case("gradient, random", (*_qkv(draw, n, q, k, d, e), _some(draw, n, k)), gradient=(0, 1, 2)),
        Case("gradient, a row without keys", (*_qkv(draw, n, q, k, 2, 3), empty), gradient=(0, 1, 2)),
    ]  # fmt: skip


ATTENTION = Task(
    id="08.1",
    title="Scaled dot-product attention with missing keys",
    promise=r"""
    Write `attention(q, k, v, key_mask=None)`: for each query the weighted mean of the values, with the weights $\mathrm{softmax}(q \cdot k / \sqrt{D})$ over the keys that are there.

    - `q` has shape (N, Q, D), `k` (N, K, D), `v` (N, K, E), all sizes >= 1, and one dtype (float32 or float64). All numbers are finite.
    - `key_mask` (N, K) bool: True = use this key, False = it is padding or missing. None means all.
    - A sample whose keys are all masked gives zeros for each of its queries; what flows back from it is zero or nothing at all, never NaN.
    - The result has shape (N, Q, E) and the dtype of the inputs. Sample i depends on sample i only.
    - Scores q · k / √D lie between -5000 and 5000: a masked key gets no weight there either, and nothing overflows.
    - Gradients flow back to `q`, `k` and `v`. The inputs are not changed.
    """,
    reference=attention,
    named=(
        Case(
            "one query, two keys",
            (tensor([[[2.0, 0.0]]]), tensor([[[1.0, 0.0], [0.0, 1.0]]]), tensor([[[1.0], [0.0]]])),
        ),
        Case("no mask", _qkv(Draw(1), 1, 2, 3, 4, 2)),
        Case("the second key is missing", (*_qkv(Draw(1), 1, 2, 3, 4, 2), tensor([[True, False, True]]))),
        Case("Q = K = D", (*_qkv(Draw(2), 1, 3, 3, 3, 3), tensor([[True, True, False]]))),
        Case("all keys are missing", (*_qkv(Draw(3), 1, 2, 2, 4, 2), tensor([[False, False]]))),
        Case("Q = K, E = D", (*_qkv(Draw(8), 2, 3, 3, 2, 2), tensor([[True, False, True], [True, True, True]]))),
        Case("one of two texts is empty", (*_qkv(Draw(6), 2, 2, 3, 4, 2), tensor([[True, False, True], [False] * 3]))),
        Case(
            "all scores at -4000",
            _wide(
                tensor([[[-4000.0]]]),
                tensor([[[1.0], [1.0], [2.0]]]),
                tensor([[[3.0], [5.0], [100.0]]]),
                tensor([[True, True, False]]),
            ),
        ),
        Case(
            "all scores at 4000",
            _wide(tensor([[[4000.0]]]), tensor([[[1.0], [1.0], [0.0]]]), tensor([[[3.0], [5.0], [100.0]]])),
        ),
        Case(
            "one text far above the other, one query far above the next",
            _wide(
                tensor([[[4000.0], [1.0]], [[1.0], [2.0]]]),
                tensor([[[1.0], [1.0], [0.0]], [[0.5], [1.0], [2.0]]]),
                tensor([[[3.0], [5.0], [100.0]], [[3.0], [5.0], [7.0]]]),
            ),
        ),
        Case("float64", (*_qkv(Draw(7), 2, 2, 3, 3, 2, torch.float64), tensor([[True, False, True], [True] * 3]))),
        Case(
            "gradient", (*_qkv(Draw(4), 2, 2, 3, 2, 2), tensor([[False] * 3, [True, False, True]])), gradient=(0, 1, 2)
        ),
        Case(
            "a large value out of sight", (tensor([[[60.0]]]), tensor([[[1.0], [0.0]]]), tensor([[[1.0], [100000.0]]]))
        ),
    ),
    draws=_draw_attention,
    mistakes=(
        Mistake(
            "no scale",
            edit(" / q.shape[-1] ** 0.5", ""),
            "√D is missing: the scores grow with D, the softmax saturates, and the gradients vanish. Divide by √D.",
            "weights too peaked where D is large",
        ),
        Mistake(
            "scale D",
            edit("q.shape[-1] ** 0.5", "q.shape[-1]"),
            "You divided by D. A sum of D products spreads like √D, so divide by √D.",
            "weights too flat",
        ),
        Mistake(
            "softmax queries",
            edit("torch.softmax(s, dim=-1)", "torch.softmax(s, dim=1)"),
            "Your softmax runs over the queries: the weights of one query no longer sum to 1. Take it over the keys, dim=-1.",
            "each key's weights sum to 1 over the queries",
        ),
        Mistake(
            "mask inverted",
            edit("masked_fill(~m", "masked_fill(m"),
            "Your mask is inverted. Here True means: use this key. (nn.MultiheadAttention's key_padding_mask says the opposite: True is ignored.)",
            "looks at the missing tokens only",
        ),
        Mistake(
            "mask zero",
            edit("torch.finfo(s.dtype).min", "0.0"),
            "You set the masked scores to 0, and exp(0) = 1 still takes weight. Set them to -inf, or to the smallest number there is, before the softmax.",
            "the visible weights sum to less than 1",
        ),
        Mistake(
            "mask after",
            edit("    s = s.masked_fill(~m, torch.finfo(s.dtype).min)\n", ""),
            "You masked after the softmax: the missing keys have had their share, and the rest sums to less than 1. Mask the scores before the softmax.",
            "weights sum to less than 1",
        ),
        Mistake(
            "all masked nan",
            edit("torch.finfo(s.dtype).min", "-torch.inf", "    a = a * m\n", ""),
            "The softmax of a row of -inf is 0/0 = NaN: one sample without any text poisons the batch. Such rows must give zeros.",
            "NaN where every key is missing",
        ),
        Mistake(
            "all masked mean",
            edit("    a = a * m\n", ""),
            "Where all keys are masked, all scores are equal, and your softmax is uniform: the sample gets the mean of its padding. Such rows must give zeros.",
            "a missing modality contributes the mean of its padding",
        ),
        Mistake(
            "v is k",
            edit("return a @ v", "return a @ k"),
            "You averaged the keys. Keys say where to look, values what is found there: a @ v.",
            "returns keys",
        ),
        Mistake(
            "no transpose",
            edit("q @ k.transpose(1, 2)", "q @ k"),
            "q @ k multiplies features with tokens: it runs only where K equals D, and is wrong there. Each query meets each key in q @ k.transpose(1, 2).",
            "an error, or silently wrong where K = D",
        ),
        Mistake(
            "weights detached",
            edit("return a @ v", "return a.detach() @ v"),
            "The values are right, but no gradient reaches q and k: .detach(), torch.no_grad(), .data or NumPy cut the graph, and the model never learns where to look.",
            "the attention never learns",
        ),
        Mistake(
            "scale root K",
            edit("q.shape[-1] ** 0.5", "k.shape[1] ** 0.5"),
            "You divided by √K, K the number of keys. What grows is the sum over the D features: divide by √D.",
            "weights change with the length of the text",
        ),
        Mistake(
            "scale root E",
            edit("q.shape[-1] ** 0.5", "v.shape[-1] ** 0.5"),
            "You divided by √E, the root of the width of the values. The scores sum over the D features of queries and keys: divide by √D.",
            "weights change with the width of the values",
        ),
        Mistake(
            "scale multiplied",
            edit(" / q.shape[-1] ** 0.5", " * q.shape[-1] ** 0.5"),
            "You multiplied by √D: the softmax saturates all the more. Divide.",
            "almost all weight on one key",
        ),
        Mistake(
            "scaled after the softmax",
            edit(" / q.shape[-1] ** 0.5", "", "a = a * m", "a = a * m / q.shape[-1] ** 0.5"),
            "You divided the weights by √D, after the softmax: they no longer sum to 1, and are as peaked as before. Divide the scores.",
            "weights sum to 1/√D",
        ),
        Mistake(
            "softmax over the batch",
            edit("torch.softmax(s, dim=-1)", "torch.softmax(s, dim=0)"),
            "Your softmax runs over the batch, so sample i depends on the others. Take it over the keys, dim=-1.",
            "a sample depends on its neighbours",
        ),
        Mistake(
            "no softmax",
            edit("torch.softmax(s, dim=-1)", "s"),
            "You weighed the values by the scores themselves: they may be negative and do not sum to 1. Take their softmax.",
            "negative weights",
        ),
        Mistake(
            "sigmoid",
            edit("torch.softmax(s, dim=-1)", "torch.sigmoid(s)"),
            "You took a sigmoid of each score: the weights of a query do not sum to 1. Keys compete in a softmax.",
            "weights do not sum to 1",
        ),
        Mistake(
            "naive exp",
            edit("torch.softmax(s, dim=-1)", "torch.exp(s) / torch.exp(s).sum(-1, keepdim=True)"),
            "exp of the scores as they are overflows, or is 0 for all keys of a query, and then the quotient is NaN. torch.softmax subtracts the largest score first.",
            "NaN for large scores",
        ),
        Mistake(
            "hardest only",
            edit("torch.softmax(s, dim=-1)", "torch.nn.functional.one_hot(s.argmax(-1), s.shape[-1]).to(s.dtype)"),
            "You took the value of the best key only. Attention is a weighted mean; and an argmax lets no gradient through.",
            "one key gets all the weight",
        ),
        Mistake(
            "plain mean",
            edit("q @ k.transpose(1, 2)", "0 * q @ k.transpose(1, 2)"),
            "You took the plain mean of the values that are there: queries and keys have no effect.",
            "the query has no effect",
        ),
        Mistake(
            "cosine",
            edit(
                "q @ k.transpose(1, 2)",
                "torch.nn.functional.normalize(q, dim=-1) @ torch.nn.functional.normalize(k, dim=-1).transpose(1, 2)",
            ),
            "You scaled queries and keys to length 1 first. The score is the plain product q · k, divided by √D.",
            "flat weights, whatever the lengths",
        ),
        Mistake(
            "distance",
            edit("q @ k.transpose(1, 2) /", "-torch.cdist(q, k) /"),
            "You scored keys by their distance to the query. The score is the product q · k.",
            "the nearest key wins, not the longest product",
        ),
        Mistake(
            "keys ask",
            edit("q @ k.transpose(1, 2)", "k @ q.transpose(1, 2)"),
            "You exchanged queries and keys: that fails unless Q equals K, and then each key asks. Queries come first: q @ k.transpose(1, 2).",
            "an error, or the scores transposed",
        ),
        Mistake(
            "v is q",
            edit("return a @ v", "return a @ q"),
            "You averaged the queries: that fails unless Q equals K. The weights belong to the values: a @ v.",
            "an error, or returns queries",
        ),
        Mistake(
            "residual added",
            edit("return a @ v", "return a @ v + q"),
            "You added the query to the result. A transformer block does so around its attention; here only the weighted mean is asked for.",
            "an error, or the query on top",
        ),
        Mistake(
            "divided by K",
            edit("return a @ v", "return a @ v / k.shape[1]"),
            "You divided by the number of keys. The weights sum to 1 already: a @ v is the mean.",
            "K times too small",
        ),
        Mistake(
            "mask ignored",
            edit("    s = s.masked_fill(~m, torch.finfo(s.dtype).min)\n", "", "    a = a * m\n", ""),
            "`key_mask` is not used: padding takes part as if it were text.",
            "padding gets weight",
        ),
        Mistake(
            "mask on the queries",
            edit("key_mask[:, None, :]", "key_mask[:, :, None]"),
            "You masked queries: key_mask[:, :, None] lines up with their axis, which fails unless the sizes agree. The keys are the last axis of the scores: key_mask[:, None, :].",
            "an error, or queries are masked",
        ),
        Mistake(
            "first sample's mask",
            edit("key_mask[:, None, :]", "key_mask[:1, None, :]"),
            "You used the mask of the first sample for the whole batch. Each sample has its own.",
            "padding of all others gets weight",
        ),
        Mistake(
            "mask required",
            edit("    if key_mask is None:\n        key_mask = k.new_ones(k.shape[:2], dtype=torch.bool)\n", ""),
            "Without a key_mask your function fails. None means that all keys count.",
            "an error without a mask",
        ),
        Mistake(
            "filler -1000",
            edit("torch.finfo(s.dtype).min", "-1000.0"),
            "Your masked scores are -1000, and real scores may be lower: then the padding wins. Fill with -inf or torch.finfo(dtype).min.",
            "padding wins where all scores are low",
        ),
        Mistake(
            "zeros only for a whole batch",
            edit(
                "torch.finfo(s.dtype).min",
                "-torch.inf",
                "    a = a * m\n",
                "    a = a * m if m.any() else torch.zeros_like(a)\n",
            ),
            "You treat the case in which all keys of the whole batch are masked. Where one sample of several has none, its rows are NaN: decide sample by sample.",
            "NaN where one sample of the batch is empty",
        ),
        Mistake(
            "NaN gradient",
            edit(
                "s = s.masked_fill(~m, torch.finfo(s.dtype).min)",
                "s = s + torch.zeros_like(s).masked_fill(~m, -torch.inf)",
                "torch.softmax(s, dim=-1)",
                "torch.softmax(s, dim=-1).nan_to_num(0)",
            ),
            "The values are right, but the gradient is NaN: you added -inf and mended the NaN afterwards, and the way back still runs through it. Fill with a large finite number instead, and multiply the weights by the mask.",
            "NaN in the weights after one step",
        ),
        Mistake(
            "v detached",
            edit("return a @ v", "return a @ v.detach()"),
            "The values are right, but no gradient reaches v: .detach(), torch.no_grad(), .data or NumPy cut the graph.",
            "the values never learn",
        ),
        Mistake(
            "float32",
            edit("return a @ v", "return a.float() @ v.float()"),
            "Your result is float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
    ),
    hints=(
        "Three steps: scores (N, Q, K), weights (N, Q, K), result (N, Q, E). Which axis do the weights sum to 1 over?",
        "key_mask[:, None, :] has shape (N, 1, K). Mask the scores before the softmax: masked_fill(~mask, very small).",
        "What does the softmax of a row with nothing left give? Multiply the weights by the mask once more.",
    ),
    difficulty=3,
    points=20,
    minutes=25,
    forbidden=READY,
    curves=(
        Curve(
            "Two keys, the values 1 and 0",
            "the first coordinate of the query; the keys are (1, 0) and (0, 1)",
            "result (1)",
            SCORES,
            lambda x: (tensor([[[x, 0.0]]]), tensor([[[1.0, 0.0], [0.0, 1.0]]]), tensor([[[1.0], [0.0]]])),
        ),
    ),
)

# 08.2 ---------------------------------------------------------------------------------------------


def attention_pool(feats: Tensor, query: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
    """Modalities (N, M, D), one query (D,), mask (N, M), to the fused (N, D) and the weights (N, M)."""
    s = feats @ query / feats.shape[-1] ** 0.5
    s = s.masked_fill(~present, -torch.inf)
    a = torch.softmax(s, dim=1)
    return (a[..., None] * feats).sum(1), a


def _pool(draw: Draw, n: int, m: int, d: int, dtype: torch.dtype = torch.float32) -> tuple[Tensor, ...]:
    return draw.normal(n, m, d, dtype=dtype), draw.normal(d, dtype=dtype), _some(draw, n, m)


def _draw_pool(draw: Draw) -> list[Case]:
    n, m, d = draw.whole(4, 5), draw.whole(2, 3), draw.whole(6, 7)
    return [
        Case("one modality", (draw.normal(2, 1, 3), draw.normal(3), torch.ones(2, 1, dtype=torch.bool))),
        Case("random", _pool(draw, n, m, d)),
        Case("all there", (*_pool(draw, n, m, d)[:2], torch.ones(n, m, dtype=torch.bool))),
        Case("as many of everything", _pool(draw, 3, 3, 3)),
        Case("large scores", _wide(30 * draw.normal(n, m, d), 30 * draw.normal(d), _some(draw, n, m))),
        Case("float64", _pool(draw, n, m, d, torch.float64)),
        Case("gradient, random", _pool(draw, n, m, d), gradient=(0, 1)),
    ]


POOL = Task(
    id="08.2",
    title="Attention pooling across modalities",
    promise=r"""
    Write `attention_pool(feats, query, present)`: a learned query weighs the modalities of each sample, and their weighted sum is the fused vector.

    - `feats` has shape (N, M, D): N samples, M modalities, D features each; `query` (D,). All sizes are >= 1, all numbers finite, of one dtype (float32 or float64).
    - `present` (N, M) bool says which modalities a sample has; each sample has at least one.
    - The weights of a sample are $\mathrm{softmax}(\mathrm{feats} \cdot \mathrm{query} / \sqrt{D})$ over the modalities that are there, and 0 for the others.
    - Returns two tensors, (fused, weights): (N, D) and (N, M), of that dtype.
    - Scores, after the division by √D, lie between -10000 and 10000. Gradients flow back to `feats` and `query`. The inputs are not changed.
    """,
    reference=attention_pool,
    named=(
        Case("two modalities", (tensor([[[2.0, 0.0], [0.0, 2.0]]]), tensor([1.0, 0.0]), tensor([[True, True]]))),
        Case("one is missing", (*_pool(Draw(1), 2, 3, 4)[:2], tensor([[True, False, True], [True, True, True]]))),
        Case(
            "N = M = D",
            (*_pool(Draw(2), 3, 3, 3)[:2], tensor([[True, False, True], [True, True, True], [True, True, False]])),
        ),
        Case("gradient", (*_pool(Draw(3), 2, 2, 3)[:2], tensor([[True, True], [True, False]])), gradient=(0, 1)),
        Case(
            "two scores of -9990 and less",
            _wide(tensor([[[-9990.0], [1.0], [-9991.0]]]), tensor([1.0]), tensor([[True, False, True]])),
        ),
        Case("a missing one that scores high", (tensor([[[1.0], [40.0]]]), tensor([1.0]), tensor([[True, False]]))),
        Case(
            "two scores of 9000",
            _wide(tensor([[[9000.0], [1.0], [9001.0]]]), tensor([1.0]), tensor([[True, True, True]])),
        ),
        Case(
            "float64", (*_pool(Draw(4), 2, 3, 4, torch.float64)[:2], tensor([[True, False, True], [True, True, False]]))
        ),
        Case(
            "gradient, 3 modalities",
            (*_pool(Draw(5), 2, 3, 2)[:2], tensor([[True, True, True], [True, False, True]])),
            gradient=(0, 1),
        ),
        Case(
            "a large number out of sight",
            (tensor([[[60.0, 1.0], [0.0, 100000.0]]]), tensor([1.0, 0.0]), tensor([[True, True]])),
        ),
    ),
    draws=_draw_pool,
    mistakes=(
        Mistake(
            "batch softmax",
            edit("dim=1", "dim=0"),
            "Your softmax runs over the batch: the weights of a sample depend on its neighbours. Take it over the modalities, dim=1.",
            "weights depend on the other samples",
        ),
        Mistake(
            "mask zero",
            edit("-torch.inf", "0.0"),
            'You gave a missing modality the score 0, but exp(0) = 1 is not "no weight". Its score is -inf.',
            "a missing modality keeps weight",
        ),
        Mistake(
            "no mask",
            edit("    s = s.masked_fill(~present, -torch.inf)\n", ""),
            "`present` is not used: what stands in for a missing modality gets weight. Set its score to -inf before the softmax.",
            "a missing modality is used",
        ),
        Mistake(
            "no scale",
            edit(" / feats.shape[-1] ** 0.5", ""),
            "√D is missing: the weights are too peaked where D is large. Divide the scores by √D.",
            "weights too peaked",
        ),
        Mistake(
            "mean",
            edit(".sum(1)", ".mean(1)"),
            "M times too small: the weights already sum to 1, so sum and do not average again.",
            "M times too small",
        ),
        Mistake(
            "global weights",
            edit("torch.softmax(s, dim=1)", "torch.softmax(s, dim=1).mean(0, keepdim=True).expand_as(s)"),
            "You averaged the weights over the batch. That is a weighted sum; attention weighs each sample anew.",
            "the same weights for every sample",
        ),
        Mistake(
            "zero feats",
            edit(
                "    s = feats @ query",
                "    feats = feats * present[..., None]\n    s = feats @ query",
                "    s = s.masked_fill(~present, -torch.inf)\n",
                "",
            ),
            "You zeroed the missing features, so their score is 0 and their weight exp(0): the others are diluted. Mask the score.",
            "the others are diluted",
        ),
        Mistake(
            "mask inverted",
            edit("masked_fill(~present", "masked_fill(present"),
            "Your mask is inverted: only the missing modalities get weight. Fill where `~present`.",
            "only missing modalities count",
        ),
        Mistake(
            "weights detached",
            edit("(a[..., None] * feats)", "(a.detach()[..., None] * feats)"),
            "The values are right, but the fused vector sends no gradient through the weights: .detach(), torch.no_grad() or .data cut the graph, and the query learns nothing from it.",
            "the query does not learn from the result",
        ),
        Mistake(
            "scale D",
            edit("feats.shape[-1] ** 0.5", "feats.shape[-1]"),
            "You divided by D. A sum of D products spreads like √D, so divide by √D.",
            "weights too flat",
        ),
        Mistake(
            "scale root M",
            edit("feats.shape[-1] ** 0.5", "feats.shape[1] ** 0.5"),
            "You divided by √M, the root of the number of modalities. The scores sum over the D features: divide by √D.",
            "weights change with the number of modalities",
        ),
        Mistake(
            "scale multiplied",
            edit(" / feats.shape[-1] ** 0.5", " * feats.shape[-1] ** 0.5"),
            "You multiplied by √D. Divide the scores by it.",
            "almost all weight on one modality",
        ),
        Mistake(
            "mask after",
            edit(
                "    s = s.masked_fill(~present, -torch.inf)\n",
                "",
                "torch.softmax(s, dim=1)",
                "torch.softmax(s, dim=1) * present",
            ),
            "You masked after the softmax: the missing modalities have had their share, and the rest sums to less than 1. Mask the scores before the softmax.",
            "weights sum to less than 1",
        ),
        Mistake(
            "first sample's mask",
            edit("~present", "~present[:1]"),
            "You used the first sample's `present` for all of them. Each sample has its own.",
            "a missing modality is used",
        ),
        Mistake(
            "filler -1000",
            edit("-torch.inf", "-1000.0"),
            "A missing modality has the score -1000 in yours, and real scores may be lower: then what is missing gets all the weight. Fill with -inf.",
            "what is missing wins where all scores are low",
        ),
        Mistake(
            "filler -10000",
            edit("-torch.inf", "-10000.0"),
            "A missing modality has the score -10000 in yours, and real scores may lie that low: then it gets weight. Fill with -inf.",
            "what is missing gets weight where all scores are low",
        ),
        Mistake(
            "naive exp",
            edit("torch.softmax(s, dim=1)", "torch.exp(s) / torch.exp(s).sum(1, keepdim=True)"),
            "exp of the scores as they are overflows, or is 0 for all modalities, and then the quotient is NaN. torch.softmax subtracts the largest score first.",
            "NaN for large scores",
        ),
        Mistake(
            "sigmoid",
            edit("torch.softmax(s, dim=1)", "torch.sigmoid(s)"),
            "You took a sigmoid of each score: the weights of a sample do not sum to 1. Take the softmax over the modalities.",
            "weights do not sum to 1",
        ),
        Mistake(
            "hardest only",
            edit("torch.softmax(s, dim=1)", "torch.nn.functional.one_hot(s.argmax(1), s.shape[1]).to(s.dtype)"),
            "You gave all weight to the best modality. The weights are a softmax, and an argmax lets no gradient through.",
            "one modality gets all the weight",
        ),
        Mistake(
            "plain mean",
            edit("feats @ query", "0 * feats @ query"),
            "Every modality that is there gets the same weight: the query has no effect.",
            "the query has no effect",
        ),
        Mistake(
            "cosine",
            edit(
                "feats @ query / feats.shape[-1] ** 0.5",
                "torch.nn.functional.cosine_similarity(feats, query[None, None], dim=-1)",
            ),
            "You scored by the cosine. The score is the plain product, divided by √D: a longer vector weighs more.",
            "flat weights, whatever the lengths",
        ),
        Mistake(
            "query of length 1",
            edit("feats @ query", "feats @ torch.nn.functional.normalize(query, dim=0)"),
            "You scaled the query to length 1: then it cannot learn how sharp its choice is. Take it as it is.",
            "the query's length has no effect",
        ),
        Mistake(
            "distance",
            edit("feats @ query /", "-(feats - query).norm(dim=-1) /"),
            "You scored by the distance to the query. The score is the product.",
            "the nearest wins",
        ),
        Mistake(
            "fused without weights",
            edit("(a[..., None] * feats).sum(1)", "(present[..., None] * feats).sum(1) / present.sum(1, keepdim=True)"),
            "Your fused vector does not use the weights: it is the plain mean of what is there.",
            "the weights have no effect",
        ),
        Mistake(
            "divided by those there",
            edit("(a[..., None] * feats).sum(1)", "(a[..., None] * feats).sum(1) / present.sum(1, keepdim=True)"),
            "You divided by the number of modalities that are there. The weights sum to 1 already.",
            "too small where several are there",
        ),
        Mistake(
            "largest",
            edit("(a[..., None] * feats).sum(1)", "(a[..., None] * feats).amax(1)"),
            "You took the largest of the weighted features. They are summed.",
            "one modality for each feature",
        ),
        Mistake(
            "weights first",
            edit("return (a[..., None] * feats).sum(1), a", "return a, (a[..., None] * feats).sum(1)"),
            "The two results are in the other order: first the fused vector, then the weights.",
            "weights before the fused vector",
        ),
        Mistake(
            "scores returned",
            edit("sum(1), a", "sum(1), s"),
            "Your second result holds the scores, before the softmax. Return the weights.",
            "-inf where a modality is missing",
        ),
        Mistake(
            "returned weights detached",
            edit("sum(1), a", "sum(1), a.detach()"),
            "The values are right, but the weights that you return send no gradient back: .detach(), torch.no_grad() or .data cut the graph.",
            "a loss on the weights teaches nothing",
        ),
        Mistake(
            "float32",
            edit("(a[..., None] * feats).sum(1), a", "(a[..., None] * feats).sum(1).float(), a.float()"),
            "Your results are float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
        Mistake(
            "masked after, shared out",
            edit(
                "    s = s.masked_fill(~present, -torch.inf)\n",
                "",
                "a = torch.softmax(s, dim=1)",
                "a = torch.softmax(s, dim=1) * present\n    a = a / a.sum(1, keepdim=True)",
            ),
            "You masked after the softmax, or after its exp, and divided by what was left: where a missing modality scores far higher that is 0/0, NaN. Mask the scores before the softmax.",
            "NaN where a missing modality scores far higher",
        ),
        Mistake(
            "masked after, safely shared out",
            edit(
                "    s = s.masked_fill(~present, -torch.inf)\n",
                "",
                "a = torch.softmax(s, dim=1)",
                "a = torch.softmax(s, dim=1) * present\n    a = a / a.sum(1, keepdim=True).clamp_min(1e-8)",
            ),
            "You masked after the softmax and divided by what was left, but at least by a small number: where a missing modality scores far higher nothing is left. Mask the scores before the softmax.",
            "no weight where a missing modality scores far higher",
        ),
        Mistake(
            "mask in the sum only",
            edit(
                "    s = s.masked_fill(~present, -torch.inf)\n",
                "",
                "(a[..., None] * feats)",
                "(a[..., None] * present[..., None] * feats)",
            ),
            "`present` enters only the sum: the weights that you return give the missing modalities a share, and those of the others do not sum to 1. Mask the scores before the softmax.",
            "weights on what is missing",
        ),
        Mistake(
            "batch softmax, NaN to 0",
            edit("a = torch.softmax(s, dim=1)", "a = torch.softmax(s, dim=0).nan_to_num()"),
            "Your softmax runs over the batch: the weights of a sample depend on its neighbours. Take it over the modalities, dim=1.",
            "weights depend on the other samples",
        ),
        Mistake(
            "batch softmax, finite filler",
            edit("dim=1", "dim=0", "-torch.inf", "torch.finfo(s.dtype).min"),
            "Your softmax runs over the batch: the weights of a sample depend on its neighbours. Take it over the modalities, dim=1.",
            "weights depend on the other samples",
        ),
        Mistake(
            "all weights detached",
            edit("torch.softmax(s, dim=1)", "torch.softmax(s, dim=1).detach()"),
            "The values are right, but no gradient goes through the weights: .detach(), torch.no_grad() or .data cut the graph, and the query learns nothing.",
            "the query does not learn",
        ),
        Mistake(
            "mask inverted where one is missing",
            edit("~present", "present & ~present.all(1, keepdim=True)"),
            "Your mask is inverted where a modality is missing: there only the missing ones get weight. Fill where `~present`.",
            "only missing modalities count",
        ),
        Mistake(
            "fused squeezed",
            edit(".sum(1), a", ".sum(1).squeeze(), a"),
            "squeeze() without an axis drops every axis of size 1: for one sample, or one feature, the fused vector loses its shape (N, D). Leave it out.",
            "another shape for one sample",
        ),
        Mistake(
            "returned weights unmasked",
            edit(
                "s = s.masked_fill(~present, -torch.inf)",
                "open_weights = torch.softmax(s, dim=1)\n    s = s.masked_fill(~present, -torch.inf)",
                "sum(1), a",
                "sum(1), open_weights",
            ),
            "The fused vector is right, but the weights that you return give the missing modalities a share. Return those that you used.",
            "weights on what is missing",
        ),
        Mistake(
            "fused over all",
            edit(
                "s = s.masked_fill(~present, -torch.inf)",
                "open_weights = torch.softmax(s, dim=1)\n    s = s.masked_fill(~present, -torch.inf)",
                "(a[..., None] * feats)",
                "(open_weights[..., None] * feats)",
            ),
            "The weights that you return are right, but your fused vector uses others, in which missing modalities have a share. Use the same.",
            "a missing modality is used",
        ),
        Mistake(
            "scores clipped",
            edit("s = s.masked_fill", "s = s.clamp(-50, 50).masked_fill"),
            "You cut the scores off at some size, so two large ones count as equal. torch.softmax holds for any size.",
            "large scores count as equal",
        ),
        Mistake(
            "log of the mask",
            edit("s.masked_fill(~present, -torch.inf)", "s + (present + 1e-9).log()"),
            "You add the logarithm of the mask and a small number, about -20, to the scores of missing modalities: where they score higher than that they still get weight. Fill with -inf.",
            "what is missing gets weight where it scores high",
        ),
        Mistake(
            "cosine over the root",
            edit("feats @ query /", "torch.nn.functional.cosine_similarity(feats, query[None, None], dim=-1) /"),
            "You scored by the cosine. The score is the plain product, divided by √D: a longer vector weighs more.",
            "flat weights, whatever the lengths",
        ),
        Mistake(
            "features detached in the sum",
            edit("(a[..., None] * feats)", "(a[..., None] * feats.detach())"),
            "The values are right, but features reach the result through the weights alone: in the weighted sum you cut their graph. Take feats itself there.",
            "features learn to be chosen, not to be useful",
        ),
    ),
    hints=(
        "feats @ query has shape (N, M): one score a sample and modality.",
        "Which score makes the softmax give exactly 0?",
        "a[..., None] * feats, summed over axis 1.",
    ),
    difficulty=2,
    points=10,
    minutes=15,
    forbidden=READY,
    curves=(
        Curve(
            "Two modalities of one feature, 1 and 0",
            "query (1)",
            "fused feature (1)",
            SCORES,
            lambda x: (tensor([[[1.0], [0.0]]]), tensor([x]), tensor([[True, True]])),
            lambda result: float(result[0]),
        ),
    ),
)

# 08.3 ---------------------------------------------------------------------------------------------

Layer = Callable[[Tensor], Tensor]


def bottleneck_step(a: Tensor, b: Tensor, z: Tensor, layer: Layer) -> tuple[Tensor, Tensor, Tensor]:
    """Tokens (N, Ta, D), (N, Tb, D) and shared tokens (N, B, D), each as the layer leaves it."""
    ya = layer(torch.cat([a, z], dim=1))
    yb = layer(torch.cat([b, z], dim=1))
    a2, za = ya[:, : a.shape[1]], ya[:, a.shape[1] :]
    b2, zb = yb[:, : b.shape[1]], yb[:, b.shape[1] :]
    return a2, b2, (za + zb) / 2


def _abz(
    draw: Draw, n: int, ta: int, tb: int, shared: int, d: int, dtype: torch.dtype = torch.float32
) -> tuple[Tensor, ...]:
    return tuple(draw.normal(n, t, d, dtype=dtype) for t in (ta, tb, shared))


def _draw_bottleneck(draw: Draw) -> list[Case]:
    n, ta, tb, d = draw.whole(2, 3), draw.whole(2, 3), 4, draw.whole(2, 3)
    return [
        Case("one token each", (*_abz(draw, n, 1, 1, 1, d), given.mix_tokens)),
        Case("random", (*_abz(draw, n, ta, tb, 2, d), given.mix_tokens)),
        Case("five shared tokens", (*_abz(draw, n, ta, tb, 5, d), given.mix_tokens)),
        Case("as many of each", (*_abz(draw, n, 2, 2, 2, d), given.mix_tokens)),
        Case("tokens that do not mix", (*_abz(draw, n, ta, tb, 2, d), given.double_tokens)),
        Case("float64", (*_abz(draw, n, ta, tb, 2, d, torch.float64), given.mix_tokens)),
        Case("order matters", (*_abz(draw, n, ta, tb, 2, d), given.look_back)),
        Case("gradient, random", (*_abz(draw, n, ta, tb, 2, d), given.mix_tokens), gradient=(0, 1, 2)),
    ]


BOTTLENECK = Task(
    id="08.3",
    title="One exchange through a bottleneck",
    promise="""
    Write `bottleneck_step(a, b, z, layer)`: two modalities each run through the layer together with the shared tokens, and the two new versions of the shared tokens are averaged.

    - `a` has shape (N, Ta, D), `b` (N, Tb, D), the shared tokens `z` (N, B, D). All sizes are >= 1, of one dtype (float32 or float64).
    - `layer` takes tokens (N, T, D) of any number T and returns as many; what it does may depend on their order. Call it on the tokens of `a` followed by `z`, and on those of `b` followed by the *same incoming* `z`. It has no memory, so how often you call it does not matter.
    - Returns three tensors (a', b', z') of the shapes of a, b and z: what the layer made of a, of b, and the mean of its two versions of z.
    - Gradients flow back to `a`, `b` and `z`. The inputs are not changed.
    """,
    reference=bottleneck_step,
    named=(
        Case("one number each", (tensor([[[1.0]]]), tensor([[[100.0]]]), tensor([[[0.0]]]), given.mix_tokens)),
        Case("2, 3 and 1 tokens", (*_abz(Draw(1), 1, 2, 3, 1, 4), given.mix_tokens)),
        Case("3, 2 and 2 tokens, their order matters", (*_abz(Draw(4), 2, 3, 2, 2, 4), given.look_back)),
        Case("2 tokens each, their order matters", (*_abz(Draw(5), 2, 2, 2, 2, 3), given.look_back)),
        Case("2 tokens each, no mixing", (*_abz(Draw(2), 1, 2, 2, 2, 2), given.double_tokens)),
        Case("gradient", (*_abz(Draw(3), 1, 2, 3, 1, 2), given.mix_tokens), gradient=(0, 1, 2)),
    ),
    draws=_draw_bottleneck,
    mistakes=(
        Mistake(
            "sequential",
            edit("torch.cat([b, z], dim=1)", "torch.cat([b, ya[:, a.shape[1] :]], dim=1)"),
            "b received the shared tokens that a had already written to: now the order of the modalities matters. Both read the z that came in.",
            "a reaches b within the same step",
        ),
        Mistake(
            "full attention",
            edit(
                "    ya = layer(torch.cat([a, z], dim=1))\n    yb = layer(torch.cat([b, z], dim=1))",
                "    y = layer(torch.cat([a, b, z], dim=1))\n    ya, yb = torch.cat([y[:, : a.shape[1]], y[:, -z.shape[1] :]], dim=1), y[:, a.shape[1] :]",
            ),
            "You ran all tokens through the layer together: everything sees everything, there is no bottleneck, and the cost is (Ta + Tb + B)².",
            "no bottleneck",
        ),
        Mistake(
            "sum z",
            edit(" / 2", ""),
            "You added the two versions of z: it doubles with every layer. Take their mean.",
            "z grows with every layer",
        ),
        Mistake(
            "only a",
            edit("(za + zb) / 2", "za"),
            "Your z' is a's version of the shared tokens alone. It should be the mean of both versions.",
            "b never speaks",
        ),
        Mistake(
            "no z",
            edit(
                "torch.cat([a, z], dim=1)",
                "torch.cat([a, 0 * z], dim=1)",
                "torch.cat([b, z], dim=1)",
                "torch.cat([b, 0 * z], dim=1)",
            ),
            "The layer never sees the z that came in, so what was written before is lost and the modalities never talk.",
            "the modalities are isolated",
        ),
        Mistake(
            "slice off",
            edit("ya[:, : a.shape[1]], ya[:, a.shape[1] :]", "ya[:, : -z.shape[1]], ya[:, : z.shape[1]]"),
            "You took the first tokens of [a, z] as the shared ones. They stand at the end.",
            "tokens of a are taken for shared ones",
        ),
        Mistake(
            "features joined",
            edit(
                "torch.cat([a, z], dim=1)",
                "torch.cat([a, z], dim=2)",
                "torch.cat([b, z], dim=1)",
                "torch.cat([b, z], dim=2)",
            ),
            "You joined along the features, dim=2: that fails unless the numbers of tokens agree, and then no token sees another. Join along the tokens, dim=1.",
            "an error, or features side by side",
        ),
        Mistake(
            "z unchanged",
            edit("(za + zb) / 2", "z"),
            "You returned the z that came in: what the modalities wrote is lost. z' is the mean of the layer's two versions.",
            "nothing is passed on",
        ),
        Mistake(
            "detached",
            edit("(za + zb) / 2", "((za + zb) / 2).detach()"),
            "The values are right, but no gradient flows back through z': .detach(), torch.no_grad() or .data cut the graph, and nobody learns what to write.",
            "nobody learns what to write",
        ),
        Mistake(
            "shared tokens first",
            edit(
                "torch.cat([a, z], dim=1)",
                "torch.cat([z, a], dim=1)",
                "torch.cat([b, z], dim=1)",
                "torch.cat([z, b], dim=1)",
                "ya[:, : a.shape[1]], ya[:, a.shape[1] :]",
                "ya[:, z.shape[1] :], ya[:, : z.shape[1]]",
                "yb[:, : b.shape[1]], yb[:, b.shape[1] :]",
                "yb[:, z.shape[1] :], yb[:, : z.shape[1]]",
            ),
            "You put the shared tokens in front. A layer that ignores the order of tokens does not mind, but others do: a comes first, then z.",
            "wrong as soon as the order matters",
        ),
        Mistake(
            "order not followed",
            edit(
                "torch.cat([a, z], dim=1)",
                "torch.cat([z, a], dim=1)",
                "torch.cat([b, z], dim=1)",
                "torch.cat([z, b], dim=1)",
            ),
            "You joined z in front, and then cut as if it stood behind: tokens of a and of z are mixed up.",
            "tokens of a are taken for shared ones",
        ),
        Mistake(
            "cut at the length of a",
            edit("yb[:, : b.shape[1]], yb[:, b.shape[1] :]", "yb[:, : a.shape[1]], yb[:, a.shape[1] :]"),
            "You cut b's result after the Ta tokens of a. It has Tb tokens of its own before the shared ones.",
            "an error, or mixed tokens, unless a and b are as long",
        ),
        Mistake(
            "a twice",
            edit("torch.cat([b, z], dim=1)", "torch.cat([a, z], dim=1)"),
            "Both calls of the layer get a: b is never looked at.",
            "b has no effect",
        ),
        Mistake(
            "sequential, b first",
            edit(
                "    ya = layer(torch.cat([a, z], dim=1))\n    yb = layer(torch.cat([b, z], dim=1))",
                "    yb = layer(torch.cat([b, z], dim=1))\n    ya = layer(torch.cat([a, yb[:, b.shape[1] :]], dim=1))",
            ),
            "a received the shared tokens that b had already written to: now the order of the modalities matters. Both read the z that came in.",
            "b reaches a within the same step",
        ),
        Mistake(
            "only b",
            edit("(za + zb) / 2", "zb"),
            "Your z' is b's version of the shared tokens alone. It should be the mean of both versions.",
            "a never speaks",
        ),
        Mistake(
            "larger of both",
            edit("(za + zb) / 2", "torch.maximum(za, zb)"),
            "You took the larger number of the two versions of z. Take their mean.",
            "the larger, not the mean",
        ),
        Mistake(
            "weighted by length",
            edit("(za + zb) / 2", "(a.shape[1] * za + b.shape[1] * zb) / (a.shape[1] + b.shape[1])"),
            "You weighted the two versions by the numbers of tokens: the longer modality speaks louder. Both count the same.",
            "the longer modality speaks louder",
        ),
        Mistake(
            "old z in the mean",
            edit("(za + zb) / 2", "(z + za + zb) / 3"),
            "You averaged three: the z that came in and its two versions. z' is the mean of the two versions.",
            "the old z is kept",
        ),
        Mistake(
            "old z added",
            edit("(za + zb) / 2", "z + (za + zb) / 2"),
            "You added the z that came in. If a residual is wanted, the layer has one; z' is the mean of its two versions.",
            "z grows with every layer",
        ),
        Mistake(
            "layer once more",
            edit("(za + zb) / 2", "layer((za + zb) / 2)"),
            "You ran the mean of both versions through the layer once more. It is the result as it stands.",
            "one layer too many for z",
        ),
        Mistake(
            "z alone",
            edit("(za + zb) / 2", "layer(z)"),
            "You ran z through the layer alone: no modality has written to it. z' is the mean of the versions that came out beside a and beside b.",
            "nothing is passed on",
        ),
        Mistake(
            "shared tokens alike",
            edit("(za + zb) / 2", "((za + zb) / 2).mean(1, keepdim=True).expand_as(z)"),
            "You averaged over the shared tokens too, so all of them are alike. Average the two versions of each.",
            "all shared tokens are alike",
        ),
        Mistake(
            "modalities alone",
            edit("return a2, b2,", "return layer(a), layer(b),"),
            "Your a' and b' come from the layer without the shared tokens: they never read what the other modality wrote.",
            "nobody reads what is passed on",
        ),
        Mistake(
            "modalities unchanged",
            edit("return a2, b2,", "return a, b,"),
            "You returned a and b as they came in. Return what the layer made of them.",
            "a and b never change",
        ),
        Mistake(
            "a and b exchanged",
            edit("return a2, b2,", "return b2, a2,"),
            "Your first two results are in the other order: a' comes first.",
            "b before a",
        ),
        Mistake(
            "z returned first",
            edit("return a2, b2, (za + zb) / 2", "return (za + zb) / 2, a2, b2"),
            "You returned z' first. The order is a', b', z'.",
            "z' before a' and b'",
        ),
        Mistake(
            "incoming z detached",
            edit(
                "torch.cat([a, z], dim=1)",
                "torch.cat([a, z.detach()], dim=1)",
                "torch.cat([b, z], dim=1)",
                "torch.cat([b, z.detach()], dim=1)",
            ),
            "The values are right, but no gradient reaches z: .detach(), torch.no_grad() or .data cut the graph, and what an earlier layer writes is never learned.",
            "earlier layers never learn what to write",
        ),
        Mistake(
            "overwrites z",
            edit("return a2, b2, (za + zb) / 2", "return a2, b2, z.copy_((za + zb) / 2)"),
            "Your function wrote into the caller's z. Return a new tensor: where z is a parameter, writing to it in place raises an error.",
            "the caller's z changes",
        ),
        Mistake(
            "cut at the length of a, as many as z",
            edit(
                "yb[:, : b.shape[1]], yb[:, b.shape[1] :]",
                "yb[:, : a.shape[1]], yb[:, a.shape[1] : a.shape[1] + z.shape[1]]",
            ),
            "You cut b's result after the Ta tokens of a. It has Tb tokens of its own before the shared ones.",
            "wrong unless a and b are as long",
        ),
        Mistake(
            "b' cut at the length of a",
            edit("yb[:, : b.shape[1]]", "yb[:, : a.shape[1]]"),
            "Your b' has Ta tokens, the number of those of a. Take the first Tb of b's result.",
            "wrong unless a and b are as long",
        ),
        Mistake(
            "cut at the length of b",
            edit("ya[:, : a.shape[1]], ya[:, a.shape[1] :]", "ya[:, : b.shape[1]], ya[:, b.shape[1] :]"),
            "You cut a's result after the Tb tokens of b. It has Ta tokens of its own before the shared ones.",
            "wrong unless a and b are as long",
        ),
        Mistake(
            "cut at the length of b, as many as z",
            edit(
                "ya[:, : a.shape[1]], ya[:, a.shape[1] :]",
                "ya[:, : b.shape[1]], ya[:, b.shape[1] : b.shape[1] + z.shape[1]]",
            ),
            "You cut a's result after the Tb tokens of b. It has Ta tokens of its own before the shared ones.",
            "wrong unless a and b are as long",
        ),
        Mistake(
            "shared tokens first for b",
            edit(
                "torch.cat([b, z], dim=1)",
                "torch.cat([z, b], dim=1)",
                "yb[:, : b.shape[1]], yb[:, b.shape[1] :]",
                "yb[:, z.shape[1] :], yb[:, : z.shape[1]]",
            ),
            "In the call for b you put the shared tokens in front. A layer that ignores the order of tokens does not mind, but others do: b comes first, then z.",
            "wrong as soon as the order matters",
        ),
        Mistake(
            "shared tokens first for a",
            edit(
                "torch.cat([a, z], dim=1)",
                "torch.cat([z, a], dim=1)",
                "ya[:, : a.shape[1]], ya[:, a.shape[1] :]",
                "ya[:, z.shape[1] :], ya[:, : z.shape[1]]",
            ),
            "In the call for a you put the shared tokens in front. A layer that ignores the order of tokens does not mind, but others do: a comes first, then z.",
            "wrong as soon as the order matters",
        ),
        Mistake(
            "order not followed for b",
            edit("torch.cat([b, z], dim=1)", "torch.cat([z, b], dim=1)"),
            "In the call for b you joined z in front, and then cut as if it stood behind: tokens of b and of z are mixed up.",
            "tokens of b are taken for shared ones",
        ),
        Mistake(
            "inputs added",
            edit("return a2, b2,", "return a + a2, b + b2,"),
            "You added a and b to what the layer made of them. If a residual is wanted, the layer has one: a' and b' are its output as it stands.",
            "a and b grow with every layer",
        ),
        Mistake(
            "all inputs added",
            edit("return a2, b2, (za + zb) / 2", "return a + a2, b + b2, z + (za + zb) / 2"),
            "You added a, b and z to what the layer made of them. If a residual is wanted, the layer has one: return its output as it stands, and the mean for z'.",
            "everything grows with every layer",
        ),
        Mistake(
            "call for a without gradient",
            edit("    a2, za =", "    ya = ya.detach()\n    a2, za ="),
            "The values are right, but no gradient comes through the layer's call for a: the graph is cut (.detach(), torch.no_grad() or .data).",
            "a never learns",
        ),
        Mistake(
            "call for b without gradient",
            edit("    b2, zb =", "    yb = yb.detach()\n    b2, zb ="),
            "The values are right, but no gradient comes through the layer's call for b: the graph is cut (.detach(), torch.no_grad() or .data).",
            "b never learns",
        ),
        Mistake(
            "version of a detached",
            edit("(za + zb) / 2", "(za.detach() + zb) / 2"),
            "The values are right, but no gradient comes back through a's version of z: the graph is cut (.detach(), torch.no_grad() or .data).",
            "a never learns what to write",
        ),
        Mistake(
            "version of b detached",
            edit("(za + zb) / 2", "(za + zb.detach()) / 2"),
            "The values are right, but no gradient comes back through b's version of z: the graph is cut (.detach(), torch.no_grad() or .data).",
            "b never learns what to write",
        ),
        Mistake(
            "z detached for b",
            edit("torch.cat([b, z], dim=1)", "torch.cat([b, z.detach()], dim=1)"),
            "The values are right, but z gets its gradient from the call for a alone: in that for b the graph is cut (.detach(), torch.no_grad() or .data).",
            "half of what z learns from is lost",
        ),
        Mistake(
            "z detached for a",
            edit("torch.cat([a, z], dim=1)", "torch.cat([a, z.detach()], dim=1)"),
            "The values are right, but z gets its gradient from the call for b alone: in that for a the graph is cut (.detach(), torch.no_grad() or .data).",
            "half of what z learns from is lost",
        ),
        Mistake(
            "mean over the batch",
            edit("(za + zb) / 2", "((za + zb) / 2).mean(0, keepdim=True).expand_as(z)"),
            "You averaged over the samples too, so all have the same shared tokens: a sample then knows what others hold. Each keeps its own.",
            "samples see each other",
        ),
    ),
    hints=(
        "Call the layer twice. What does each call see, and how long is what it returns?",
        "torch.cat([a, z], dim=1) has Ta + B tokens; the last B of the result are a's version of z.",
        "Both calls take the z that came in. Average the two versions afterwards.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
    forbidden=READY,
)

# 08.4 ---------------------------------------------------------------------------------------------


def gcn_fuse(x: Tensor, adj: Tensor, w: Tensor) -> Tensor:
    """Nodes (V, D), adjacency (V, V) without loops, weight (D, H), to (V, H)."""
    a = adj + torch.eye(len(adj), dtype=adj.dtype, device=adj.device)
    d = a.sum(1).rsqrt()
    a = d[:, None] * a * d[None, :]
    return torch.relu(a @ x @ w)


def _edges(draw: Draw, v: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """(v, v) random edges, symmetric, no loops; node 0 is a hub and the last node has no edge."""
    upper = (draw.uniform(v, v) < 0.4).triu(1)
    upper[0, 1:], upper[:, -1] = True, False
    return (upper | upper.T).to(dtype)


def _draw_graph(draw: Draw) -> list[Case]:
    v, d, h = draw.whole(5, 6), draw.whole(2, 3), draw.whole(3, 4)
    free = 4 * draw.normal(v, d)
    return [
        Case("one node", (draw.normal(1, d), torch.zeros(1, 1), draw.normal(d, 6))),
        Case("random", (free, _edges(draw, v), draw.normal(d, h))),
        Case("no edges, float64", (free.double(), torch.zeros(v, v).double(), draw.normal(d, h).double())),
        Case("all connected", (draw.normal(v, d), torch.ones(v, v) - torch.eye(v), draw.normal(d, 6))),
        Case("as many nodes as features", (draw.normal(4, 4), _edges(draw, 4), draw.normal(4, 4))),
        Case("float64", (free.double(), _edges(draw, v, torch.float64), draw.normal(d, h, dtype=torch.float64))),
        Case("gradient, random", (draw.normal(v, d), _edges(draw, v), draw.normal(d, h)), gradient=(0, 2)),
    ]


STAR = tensor([[0.0, 1, 1, 1], [1, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]])
LONELY = tensor([[0.0, 1, 0], [1, 0, 0], [0, 0, 0]])

GRAPH = Task(
    id="08.4",
    title="Fuse modalities on a graph",
    promise=r"""
    Write `gcn_fuse(x, adj, w)`: one graph convolution, $\mathrm{ReLU}(D^{-1/2} (A + I) D^{-1/2} X W)$, where the diagonal matrix $D$ holds the degrees of $A + I$.

    - `x` has shape (V, D): one row a node, that is a modality. `w` (D, H) is the weight. All sizes are >= 1.
    - `adj` (V, V) is symmetric, 1 where two nodes are connected and 0 elsewhere, with zeros on the diagonal. A node may have no edge at all.
    - All have one dtype (float32 or float64). The result has shape (V, H) and that dtype.
    - Gradients flow back to `x` and `w`; none is asked for to `adj`. The inputs are not changed.
    """,
    reference=gcn_fuse,
    named=(
        Case("a pair", (tensor([[1.0], [3.0]]), tensor([[0.0, 1.0], [1.0, 0.0]]), tensor([[1.0]]))),
        Case("a star", (Draw(1).normal(4, 3), STAR, Draw(2).normal(3, 2))),
        Case("an isolated node", (Draw(1).normal(3, 2), LONELY, Draw(2).normal(2, 2))),
        Case("gradient", (Draw(5).normal(3, 2), LONELY, Draw(6).normal(2, 2)), gradient=(0, 2)),
        Case("as many nodes as features", (Draw(5).normal(4, 4), STAR, Draw(6).normal(4, 4))),
        Case(
            "float64",
            (Draw(7).normal(4, 3, dtype=torch.float64), STAR.double(), Draw(8).normal(3, 2, dtype=torch.float64)),
        ),
    ),
    draws=_draw_graph,
    mistakes=(
        Mistake(
            "no self loop",
            edit("adj + torch.eye(len(adj), dtype=adj.dtype, device=adj.device)", "adj"),
            "Without A + I a node forgets its own features, and an isolated node has nothing at all to go by: it divides by 0, or gets only zeros. Add the identity first.",
            "a node forgets itself; NaN where it is isolated",
        ),
        Mistake(
            "no norm",
            edit("    a = d[:, None] * a * d[None, :]\n", ""),
            "You did not normalise: a hub with many neighbours collects a huge sum. Divide each entry by the roots of both degrees.",
            "hubs explode",
        ),
        Mistake(
            "row norm",
            edit("d[:, None] * a * d[None, :]", "a / a.sum(1, keepdim=True)"),
            "You took the mean over the neighbours, D⁻¹(A + I). Asked for is the symmetric form D^-½ (A + I) D^-½, which also weighs a neighbour by its own degree.",
            "the mean over the neighbours",
        ),
        Mistake(
            "degree before loop",
            edit("a.sum(1).rsqrt()", "adj.sum(1).clamp_min(1).rsqrt()"),
            "Your degrees are those of A. D belongs to A + I: count the loop, too.",
            "degrees without the loop",
        ),
        Mistake(
            "sqrt not rsqrt",
            edit(".rsqrt()", ".sqrt()"),
            "You multiplied by the roots of the degrees, so hubs grow. Divide by them: .rsqrt(), or ** -0.5.",
            "hubs are amplified",
        ),
        Mistake(
            "no relu",
            edit("torch.relu(a @ x @ w)", "a @ x @ w"),
            "The ReLU is missing: some results are negative.",
            "negative results",
        ),
        Mistake(
            "relu early",
            edit("torch.relu(a @ x @ w)", "a @ torch.relu(x @ w)"),
            "You cut to 0 before mixing. Mix first, then take the ReLU.",
            "ReLU before mixing",
        ),
        Mistake(
            "one side",
            edit("d[:, None] * a * d[None, :]", "d[:, None] * a"),
            "You divided by the root of one degree only. Both ends of an edge count: rows and columns.",
            "half of the normalisation",
        ),
        Mistake(
            "float32 eye",
            edit(
                "torch.eye(len(adj), dtype=adj.dtype, device=adj.device)",
                "torch.eye(len(adj))",
                "adj + ",
                "adj.float() + ",
                "torch.relu(a @ x @ w)",
                "torch.relu(a @ x.float() @ w.float())",
            ),
            "Your result is float32 whatever comes in. Make new tensors with dtype=adj.dtype (and device=adj.device, or a GPU refuses them).",
            "float64 is lost",
        ),
        Mistake(
            "column norm",
            edit("d[:, None] * a * d[None, :]", "a / a.sum(0)"),
            "You divided each column by the degree of its node, (A + I) D⁻¹. Asked for is the symmetric form: the roots of both degrees.",
            "every node gives away the same total",
        ),
        Mistake(
            "no root",
            edit(".rsqrt()", ".reciprocal()"),
            "You divided by both degrees; the formula takes their roots, D^-½ on each side.",
            "hubs count too little",
        ),
        Mistake(
            "two loops",
            edit("adj + torch.eye", "adj + 2 * torch.eye"),
            "You added the loop twice: A + 2I. Each node has one loop, A + I.",
            "a node hears mostly itself",
        ),
        Mistake(
            "loop after the norm",
            edit(
                "d = a.sum(1).rsqrt()",
                "d = adj.sum(1).clamp_min(1).rsqrt()",
                "d[:, None] * a * d[None, :]",
                "torch.eye(len(adj), dtype=adj.dtype) + d[:, None] * adj * d[None, :]",
            ),
            "You normalised A and added the identity afterwards: rows then grow to about 2. Add I first; its loops count in the degrees.",
            "the numbers grow with each layer",
        ),
        Mistake(
            "loops only where lonely",
            edit(
                "torch.eye(len(adj), dtype=adj.dtype, device=adj.device)", "torch.diag((adj.sum(1) == 0).to(adj.dtype))"
            ),
            "You gave a loop to the isolated nodes only. A + I gives one to each node: else all others forget themselves.",
            "a node forgets itself",
        ),
        Mistake(
            "loop counted twice",
            edit("a.sum(1).rsqrt()", "(a.sum(1) + 1).rsqrt()"),
            "Your degrees are too large by 1: the sums of the rows of A + I hold the loop already.",
            "all numbers too small",
        ),
        Mistake(
            "Laplacian",
            edit(
                "d = a.sum(1).rsqrt()",
                "d = adj.sum(1).clamp_min(1).rsqrt()",
                "d[:, None] * a * d[None, :]",
                "torch.eye(len(adj), dtype=adj.dtype) - d[:, None] * adj * d[None, :]",
            ),
            "That is the Laplacian, I - D^-½ A D^-½: it takes the neighbours away. A graph convolution adds them: D^-½ (A + I) D^-½.",
            "neighbours are subtracted",
        ),
        Mistake(
            "divided by V",
            edit("d[:, None] * a * d[None, :]", "a / len(adj)"),
            "You divided by the number of nodes. Each entry is divided by the roots of the degrees of its two nodes.",
            "small in a large graph",
        ),
        Mistake(
            "divided by all edges",
            edit("d[:, None] * a * d[None, :]", "a / a.sum()"),
            "You divided by the sum of the whole matrix. Each entry is divided by the roots of the degrees of its two nodes.",
            "small in a large graph",
        ),
        Mistake(
            "divided by the largest degree",
            edit("d[:, None] * a * d[None, :]", "a / a.sum(1).max()"),
            "You divided by the largest degree. Each entry is divided by the roots of the degrees of its own two nodes.",
            "nodes with few neighbours count too little",
        ),
        Mistake(
            "graph ignored",
            edit("torch.relu(a @ x @ w)", "torch.relu(x @ w)"),
            "Your result does not use the graph: no node hears its neighbours.",
            "no node hears another",
        ),
        Mistake(
            "mixed twice",
            edit("torch.relu(a @ x @ w)", "torch.relu(a @ a @ x @ w)"),
            "You multiplied by the normalised matrix twice: that reaches the neighbours of neighbours. One layer goes one step.",
            "reaches two steps far",
        ),
        Mistake(
            "weight left out",
            edit("torch.relu(a @ x @ w)", "torch.relu(a @ x)"),
            "`w` is not used: your result has D columns, not H.",
            "nothing to learn",
        ),
        Mistake(
            "weight transposed",
            edit("a @ x @ w)", "a @ x @ w.T)"),
            "You multiplied by w.T, as PyTorch's Linear stores its weight: that fails unless D equals H. Here `w` is (D, H): x @ w.",
            "an error, or silently wrong where D = H",
        ),
        Mistake(
            "residual added",
            edit("torch.relu(a @ x @ w)", "torch.relu(a @ x @ w + x @ w)"),
            "You added the node's own features once more. The loop in A + I holds them already.",
            "a node hears mostly itself",
        ),
        Mistake(
            "leaky",
            edit("torch.relu(", "torch.nn.functional.leaky_relu("),
            "You took a leaky ReLU: a hundredth of what is negative passes. Here it is cut to 0.",
            "small negative results",
        ),
        Mistake(
            "tanh",
            edit("torch.relu(", "torch.tanh("),
            "You took tanh in place of the ReLU.",
            "nothing above 1",
        ),
        Mistake(
            "sigmoid",
            edit("torch.relu(", "torch.sigmoid("),
            "You took the sigmoid in place of the ReLU.",
            "all between 0 and 1",
        ),
        Mistake(
            "absolute",
            edit("torch.relu(", "torch.abs("),
            "You took absolute values: what is negative comes back as positive. The ReLU cuts it to 0.",
            "negative turns positive",
        ),
        Mistake(
            "w detached",
            edit("a @ x @ w)", "a @ x @ w.detach())"),
            "The values are right, but no gradient reaches w: .detach(), torch.no_grad() or .data cut the graph.",
            "the layer never learns",
        ),
        Mistake(
            "x detached",
            edit("a @ x @ w)", "a @ x.detach() @ w)"),
            "The values are right, but no gradient reaches x: .detach(), torch.no_grad() or .data cut the graph, and the layers before this one never learn.",
            "earlier layers never learn",
        ),
        Mistake(
            "overwrites adj",
            edit("adj + torch.eye(len(adj), dtype=adj.dtype, device=adj.device)", "adj.fill_diagonal_(1)"),
            "The values are right, but your function overwrote the caller's matrix (fill_diagonal_, += and adj[...] = do). Work on a copy: adj + torch.eye(...).",
            "the caller's graph gets loops",
        ),
        Mistake(
            "no self loop, guarded",
            edit(
                "adj + torch.eye(len(adj), dtype=adj.dtype, device=adj.device)",
                "adj",
                "a.sum(1).rsqrt()",
                "a.sum(1).clamp_min(1).rsqrt()",
            ),
            "Without A + I a node forgets its own features and hears its neighbours alone; an isolated one gets only zeros. Add the identity before you count the degrees.",
            "a node forgets itself",
        ),
        Mistake(
            "degree of A unguarded",
            edit("a.sum(1).rsqrt()", "adj.sum(1).rsqrt()"),
            "Your degrees are those of A: an isolated node has degree 0, and dividing by its root gives infinity. D belongs to A + I: count the loop, too.",
            "infinity or NaN where a node is isolated",
        ),
        Mistake(
            "one everywhere",
            edit("torch.eye(len(adj), dtype=adj.dtype, device=adj.device)", "1"),
            "You added 1 to every entry of A, which connects every node with every other. The identity is 1 on the diagonal only.",
            "all nodes are connected",
        ),
        Mistake(
            "largest of the neighbours",
            edit(
                "torch.relu(a @ x @ w)",
                "torch.relu(torch.where((adj + torch.eye(len(adj)).to(adj) > 0)[:, :, None], (x @ w)[None], -torch.inf).amax(1))",
            ),
            "You took the largest value among a node and its neighbours. The formula adds them up, each divided by the roots of both degrees.",
            "one neighbour decides",
        ),
        Mistake(
            "degree of A unguarded, weight first",
            edit("a.sum(1).rsqrt()", "adj.sum(1).rsqrt()", "a @ x @ w", "a @ (x @ w)"),
            "Your degrees are those of A: an isolated node has degree 0, and dividing by its root gives infinity. D belongs to A + I: count the loop, too.",
            "infinity or NaN where a node is isolated",
        ),
        Mistake(
            "degree of A, infinity set to 0",
            edit("a.sum(1).rsqrt()", "adj.sum(1).rsqrt().nan_to_num(posinf=0.0)"),
            "Your degrees are those of A, and infinity became 0: an isolated node then loses even its own features. D belongs to A + I: count the loop, and no degree is 0.",
            "an isolated node gets zeros",
        ),
    ),
    hints=(
        "Which matrix is A + I, and what are the sums of its rows?",
        "d = (A + I).sum(1) ** -0.5. Entry (i, j) is multiplied by d[i] and by d[j].",
        "torch.relu(a_hat @ x @ w), the ReLU last.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
)

TASKS = (ATTENTION, POOL, BOTTLENECK, GRAPH)
