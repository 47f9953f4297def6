"""Tasks of lesson 08: attention, bottlenecks and graphs."""

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


def _qkv(draw: Draw, n: int, q: int, k: int, d: int, e: int, dtype: torch.dtype = torch.float32) -> tuple:
    return draw.normal(n, q, d, dtype=dtype), draw.normal(n, k, d, dtype=dtype), draw.normal(n, k, e, dtype=dtype)


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
        Case("a row without keys", (*_qkv(draw, n, q, k, d, e), empty)),
        Case("as many of everything", (*_qkv(draw, 3, 3, 3, 3, 3), _some(draw, 3, 3))),
        Case("all scores far below 0", (-30 * draw.uniform(n, q, d, low=0.5), 30 * draw.uniform(n, k, d, low=0.5), draw.normal(n, k, e), _some(draw, n, k))),
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
    - A sample whose keys are all masked gives zeros for each of its queries, and gradients of zero, never NaN.
    - The result has shape (N, Q, E) and the dtype of the inputs. Sample i depends on sample i only.
    - Scores may lie far below 0, to -5000: a masked key gets no weight then either.
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
        Case("gradient", (*_qkv(Draw(4), 2, 1, 2, 2, 1), tensor([[False, False], [True, False]])), gradient=(0, 1, 2)),
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
            "The values are right, but no gradient reaches q and k: .detach(), .data or NumPy cut the graph, and the model never learns where to look.",
            "the attention never learns",
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


def _pool(draw: Draw, n: int, m: int, d: int, dtype: torch.dtype = torch.float32) -> tuple:
    return draw.normal(n, m, d, dtype=dtype), draw.normal(d, dtype=dtype), _some(draw, n, m)


def _draw_pool(draw: Draw) -> list[Case]:
    n, m, d = draw.whole(4, 5), draw.whole(2, 3), draw.whole(6, 7)
    return [
        Case("one modality", (draw.normal(2, 1, 3), draw.normal(3), torch.ones(2, 1, dtype=torch.bool))),
        Case("random", _pool(draw, n, m, d)),
        Case("all there", (*_pool(draw, n, m, d)[:2], torch.ones(n, m, dtype=torch.bool))),
        Case("as many of everything", _pool(draw, 3, 3, 3)),
        Case("large scores", (30 * draw.normal(n, m, d), 30 * draw.normal(d), _some(draw, n, m))),
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
    - Scores may be as large as ±10000. Gradients flow back to `feats` and `query`. The inputs are not changed.
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
            "The values are right, but the fused vector sends no gradient through the weights: .detach() or .data cut the graph, and the query learns nothing from it.",
            "the query does not learn from the result",
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


def bottleneck_step(a: Tensor, b: Tensor, z: Tensor, layer) -> tuple[Tensor, Tensor, Tensor]:
    """Tokens (N, Ta, D), (N, Tb, D) and shared tokens (N, B, D), each as the layer leaves it."""
    ya = layer(torch.cat([a, z], dim=1))
    yb = layer(torch.cat([b, z], dim=1))
    a2, za = ya[:, : a.shape[1]], ya[:, a.shape[1] :]
    b2, zb = yb[:, : b.shape[1]], yb[:, b.shape[1] :]
    return a2, b2, (za + zb) / 2


def _all_see_all(a: Tensor, b: Tensor, z: Tensor, layer) -> tuple[Tensor, Tensor, Tensor]:
    y = layer(torch.cat([a, b, z], dim=1))
    ta, tb = a.shape[1], b.shape[1]
    return y[:, :ta], y[:, ta : ta + tb], y[:, ta + tb :]


def _abz(draw: Draw, n: int, ta: int, tb: int, shared: int, d: int, dtype: torch.dtype = torch.float32) -> tuple:
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
        Case("gradient, random", (*_abz(draw, n, ta, tb, 2, d), given.mix_tokens), gradient=(0, 1, 2)),
    ]


BOTTLENECK = Task(
    id="08.3",
    title="One exchange through a bottleneck",
    promise="""
    Write `bottleneck_step(a, b, z, layer)`: two modalities each run through the layer together with the shared tokens, and the two new versions of the shared tokens are averaged.

    - `a` has shape (N, Ta, D), `b` (N, Tb, D), the shared tokens `z` (N, B, D). All sizes are >= 1, of one dtype (float32 or float64).
    - `layer` takes tokens (N, T, D) of any number T and returns as many. Call it on the tokens of `a` followed by `z`, and on those of `b` followed by the *same incoming* `z`.
    - Returns three tensors (a', b', z') of the shapes of a, b and z: what the layer made of a, of b, and the mean of its two versions of z.
    - Gradients flow back to `a`, `b` and `z`. The inputs are not changed.
    """,
    reference=bottleneck_step,
    named=(
        Case("one number each", (tensor([[[1.0]]]), tensor([[[100.0]]]), tensor([[[0.0]]]), given.mix_tokens)),
        Case("2, 3 and 1 tokens", (*_abz(Draw(1), 1, 2, 3, 1, 2), given.mix_tokens)),
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
            _all_see_all,
            "You ran all tokens through the layer together: everything sees everything, there is no bottleneck, and the cost is (Ta + Tb + B)².",
            "no bottleneck",
        ),
        Mistake(
            "sum z",
            edit("(za + zb) / 2", "za + zb"),
            "You added the two versions of z: it doubles with every layer. Take their mean.",
            "z grows with every layer",
        ),
        Mistake(
            "only a",
            edit("(za + zb) / 2", "za"),
            "Only a writes to the shared tokens: b listens and never speaks. z' is the mean of both versions.",
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
            "The values are right, but no gradient flows back through z': .detach() or .data cut the graph, and nobody learns what to write.",
            "nobody learns what to write",
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
        Case("no edges", (draw.normal(v, d), torch.zeros(v, v), draw.normal(d, h))),
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
    - Gradients flow back to `x` and `w`. The inputs are not changed.
    """,
    reference=gcn_fuse,
    named=(
        Case("a pair", (tensor([[1.0], [3.0]]), tensor([[0.0, 1.0], [1.0, 0.0]]), tensor([[1.0]]))),
        Case("a star", (Draw(1).normal(4, 3), STAR, Draw(2).normal(3, 2))),
        Case("an isolated node", (Draw(1).normal(3, 2), LONELY, Draw(2).normal(2, 2))),
        Case("gradient", (Draw(3).normal(3, 2), LONELY, Draw(4).normal(2, 2)), gradient=(0, 2)),
    ),
    draws=_draw_graph,
    mistakes=(
        Mistake(
            "no self loop",
            edit("adj + torch.eye(len(adj), dtype=adj.dtype, device=adj.device)", "adj"),
            "Without A + I a node forgets its own features, and an isolated node divides by 0. Add the identity first.",
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
