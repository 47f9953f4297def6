"""Tasks of lesson 09: losses that align two modalities, and retrieval."""

import torch
import torch.nn.functional as F
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.task import Curve, Mistake, Task, edit

COSINES = tuple(-1 + i / 20 for i in range(41))


def _unit(draw: Draw, n: int, d: int, dtype: torch.dtype = torch.float32) -> Tensor:
    rows = draw.normal(n, d, dtype=torch.float64)
    return (rows / rows.norm(dim=1, keepdim=True)).to(dtype)


def _turned(cosine: float) -> Tensor:
    """Two rows of length 1: one at this cosine to (1, 0), one along (0, 1)."""
    return tensor([[cosine, (1 - cosine**2) ** 0.5], [0.0, 1.0]])


# 09.1 ---------------------------------------------------------------------------------------------


def info_nce(za: Tensor, zb: Tensor, tau: float = 0.07) -> Tensor:
    """(N, D) and (N, D) to a scalar, a to b."""
    za, zb = F.normalize(za), F.normalize(zb)
    logits = za @ zb.T / tau
    match = torch.arange(len(za)).to(za.device)
    return F.cross_entropy(logits, match)


def _draw_info_nce(draw: Draw) -> list[Case]:
    n, d = draw.whole(4, 6), draw.whole(2, 3)
    return [
        Case("one pair", (draw.normal(1, 3), draw.normal(1, 3), 0.5)),
        Case("random", (draw.normal(n, d), draw.normal(n, d), 0.5)),
        Case("random, other lengths", (10 * draw.normal(n, d), draw.normal(n, d) / 10, 1.0)),
        Case("as many pairs as features", (draw.normal(3, 3), draw.normal(3, 3), 0.5)),
        Case("small tau", (draw.normal(n, d), draw.normal(n, d), 0.02)),
        Case("default tau, random", (draw.normal(n, d), draw.normal(n, d))),
        Case("float64", (draw.normal(n, d, dtype=torch.float64), draw.normal(n, d, dtype=torch.float64), 0.5)),
        Case("gradient, random", (draw.normal(n, d), draw.normal(n, d), 0.5), gradient=(0, 1)),
    ]


INFO_NCE = Task(
    id="09.1",
    title="InfoNCE, one direction",
    promise=r"""
    Write `info_nce(za, zb, tau=0.07)`: each row of `za` must find its own row of `zb` among all rows of `zb`, the mean over i of $-\log \frac{\exp(\cos(a_i, b_i)/\tau)}{\sum_j \exp(\cos(a_i, b_j)/\tau)}$ with the rows $a_i$ of `za` and $b_j$ of `zb`.

    - `za` and `zb` have shape (N, D), N and D >= 1, and one dtype (float32 or float64). Row i of both belongs together. Rows have any length from 0.0001 to 10000: the cosine is that of the rows scaled to length 1.
    - `tau` is a number, 0.02 or more: the result stays finite there.
    - The result is a scalar tensor, shape (), in nats and in the dtype of the inputs. Only the direction a to b counts. With N = 1 it is 0.
    - Gradients flow back to both. The inputs are not changed.
    - You may call `F.normalize` and `F.cross_entropy`.
    """,
    reference=info_nce,
    named=(
        Case("two aligned pairs", (tensor([[1.0, 0.0], [0.0, 1.0]]), tensor([[2.0, 0.0], [0.0, 3.0]]), 1.0)),
        Case("one of two at 45 degrees", (tensor([[1.0, 0.0], [0.0, 1.0]]), tensor([[1.0, 1.0], [0.0, 1.0]]), 0.5)),
        Case("three pairs", (Draw(1).normal(3, 2), Draw(2).normal(3, 2), 0.5)),
        Case("default tau", (Draw(1).normal(3, 2), Draw(2).normal(3, 2))),
        Case("gradient", (Draw(1).normal(3, 2), Draw(2).normal(3, 2), 0.5), gradient=(0, 1)),
        Case("short rows", (1e-4 * Draw(1).normal(3, 2), 1e-4 * Draw(2).normal(3, 2), 0.5)),
        Case("as many pairs as features", (Draw(3).normal(3, 3), Draw(4).normal(3, 3), 1.0)),
        Case("float64", (Draw(5).normal(4, 2, dtype=torch.float64), Draw(6).normal(4, 2, dtype=torch.float64), 0.25)),
        Case("small tau", (Draw(7).normal(4, 3), Draw(8).normal(4, 3), 0.02)),
        Case(
            "one pair, float64", (Draw(9).normal(1, 3, dtype=torch.float64), Draw(10).normal(1, 3, dtype=torch.float64))
        ),
    ),
    draws=_draw_info_nce,
    mistakes=(
        Mistake(
            "no normalise",
            edit("F.normalize(za), F.normalize(zb)", "za, zb"),
            "You took the inner products of the rows as they are: a model then lowers this loss by making its vectors longer. Scale each row to length 1 first.",
            "the loss falls by growing the vectors",
        ),
        Mistake(
            "tau multiplied",
            edit("/ tau", "* tau"),
            "You multiplied by τ: with τ = 0.07 all logits are near 0, and the loss sticks near log N. Divide by τ. (CLIP learns log(1/τ) and multiplies by its exponential.)",
            "the loss sticks near log N",
        ),
        Mistake(
            "normalise dim 0",
            edit("F.normalize(za), F.normalize(zb)", "F.normalize(za, dim=0), F.normalize(zb, dim=0)"),
            "dim=0 scales each feature over the batch, so the result of a row depends on its neighbours. Scale each row, dim=1.",
            "columns of length 1 instead of rows",
        ),
        Mistake(
            "wrong direction",
            edit("F.cross_entropy(logits, match)", "F.cross_entropy(logits.T, match)"),
            "That is b to a: your softmax runs over the rows of a. Asked for is a to b, over the columns of the table.",
            "the other direction",
        ),
        Mistake(
            "symmetric",
            edit(
                "F.cross_entropy(logits, match)",
                "(F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2",
            ),
            "You averaged both directions. That is CLIP's loss, the next task; here only a to b counts.",
            "both directions",
        ),
        Mistake(
            "double softmax",
            edit("F.cross_entropy(logits, match)", "F.cross_entropy(torch.softmax(logits, 1), match)"),
            "You took the softmax twice: F.cross_entropy wants logits. The loss then cannot come near 0.",
            "the loss has a floor",
        ),
        Mistake(
            "mask diagonal",
            edit("zb.T / tau", "zb.T / tau - 1e9 * torch.eye(len(za)).to(za)"),
            "You masked the diagonal. In SimCLR it is each sample with itself; between two modalities the diagonal is the right answer.",
            "the right answer is forbidden",
        ),
        Mistake(
            "self similarity",
            edit("za @ zb.T", "za @ za.T"),
            "You compared a with a: the diagonal is always 1, and b is never looked at, so nothing gets aligned.",
            "b has no effect",
        ),
        Mistake(
            "distance",
            edit("za @ zb.T / tau", "torch.cdist(za, zb) / tau"),
            "You put a distance where a similarity belongs: the softmax then rewards the farthest. Take the cosine.",
            "the farthest row wins",
        ),
        Mistake(
            "b detached",
            edit("za @ zb.T", "za @ zb.detach().T"),
            "The values are right, but no gradient reaches zb: it is detached, and the second encoder never learns.",
            "the second encoder never learns",
        ),
        Mistake(
            "all match row 0",
            edit("torch.arange(len(za))", "(0 * torch.arange(len(za)))"),
            "You told every row to match row 0. Row i belongs to row i: the targets are 0, 1, 2, ...",
            "everything is pulled to the first row",
        ),
        Mistake(
            "only a scaled",
            edit("F.normalize(za), F.normalize(zb)", "F.normalize(za), zb"),
            "You scaled the rows of za to length 1, but not those of zb: a long row of b draws everybody. The cosine needs both.",
            "long rows of b win",
        ),
        Mistake(
            "only b scaled",
            edit("F.normalize(za), F.normalize(zb)", "za, F.normalize(zb)"),
            "You scaled the rows of zb to length 1, but not those of za: the loss falls by making a longer. The cosine needs both.",
            "the loss falls by growing a",
        ),
        Mistake(
            "sum over pairs",
            edit("F.cross_entropy(logits, match)", 'F.cross_entropy(logits, match, reduction="sum")'),
            "Your loss is N times ours: average over the rows.",
            "the loss grows with the batch",
        ),
        Mistake(
            "divided by N minus 1",
            edit("F.cross_entropy(logits, match)", 'F.cross_entropy(logits, match, reduction="sum") / (len(za) - 1)'),
            "You divided the sum by N - 1. There are N rows, and each is asked once.",
            "NaN for one pair",
        ),
        Mistake(
            "mean of the table",
            edit("F.cross_entropy(logits, match)", "-F.log_softmax(logits, 1).mean()"),
            "You averaged over the whole table. Only the entries on the diagonal, the right answers, are asked for.",
            "pushes all similarities to be equal",
        ),
        Mistake(
            "log of a mean",
            edit("F.cross_entropy(logits, match)", "-torch.log(torch.softmax(logits, 1).diagonal().mean())"),
            "You took the logarithm of the mean probability. Asked for is the mean of the logarithms: a row that fails costs more.",
            "a row that fails costs too little",
        ),
        Mistake(
            "no logarithm",
            edit("F.cross_entropy(logits, match)", "-torch.softmax(logits, 1).diagonal().mean()"),
            "The logarithm is missing: your loss is minus the mean probability of the right rows, between -1 and 0.",
            "between -1 and 0",
        ),
        Mistake(
            "in bits",
            edit("F.cross_entropy(logits, match)", "F.cross_entropy(logits, match) / 0.6931471805599453"),
            "Your loss is in bits: you took logarithms to base 2. Asked for are nats, the natural logarithm.",
            "1.44 times ours",
        ),
        Mistake(
            "own left out below",
            edit(
                "F.cross_entropy(logits, match)",
                "(logits.masked_fill(torch.eye(len(za)).bool().to(za.device), -torch.inf).logsumexp(1) - logits.diagonal()).mean()",
            ),
            "Your sum below the line leaves the right answer out, so the loss has no floor at 0. It runs over all j, the own row included.",
            "the loss falls below 0",
        ),
        Mistake(
            "softmax over the table",
            edit("F.cross_entropy(logits, match)", "(logits.flatten().logsumexp(0) - logits.diagonal()).mean()"),
            "Your sum below the line runs over the whole table, all rows at once. Each row has a sum of its own.",
            "too large by about log N",
        ),
        Mistake(
            "binary",
            edit(
                "F.cross_entropy(logits, match)",
                "F.binary_cross_entropy_with_logits(logits, torch.eye(len(za)).to(logits))",
            ),
            "You asked each pair by itself, yes or no, with a sigmoid. Here the rows of b compete in one softmax.",
            "the rows do not compete",
        ),
        Mistake(
            "negatives from both",
            edit(
                "F.cross_entropy(logits, match)",
                "F.cross_entropy(torch.cat([logits, (za @ za.T / tau).masked_fill(torch.eye(len(za)).bool().to(za.device), -torch.inf)], 1), match)",
            ),
            "You also compare a with the other rows of a, as SimCLR does. Here a row of a chooses among the rows of b only.",
            "rows of a push each other apart",
        ),
        Mistake(
            "tau ignored",
            edit(" / tau", ""),
            "`tau` is not used: your logits are the bare cosines, between -1 and 1, and no softmax of them is sharp.",
            "the loss sticks near log N",
        ),
        Mistake(
            "tau fixed",
            edit("/ tau", "/ 0.07"),
            "You always divide by 0.07. That is only the default; divide by the argument tau.",
            "tau has no effect",
        ),
        Mistake(
            "tau outside",
            edit(" / tau", "", "F.cross_entropy(logits, match)", "F.cross_entropy(logits, match) / tau"),
            "You divided the loss by τ. Divide the cosines, before the softmax: τ says how sharp it is.",
            "a larger loss, and no sharper",
        ),
        Mistake(
            "squared distance",
            edit("za @ zb.T / tau", "-torch.cdist(za, zb).square() / tau"),
            "You took minus the squared distance. For rows of length 1 that is 2 cos - 2: as if τ were half as large. Take the cosine.",
            "as if τ were half as large",
        ),
        Mistake(
            "nearest by distance",
            edit("za @ zb.T / tau", "-torch.cdist(za, zb) / tau"),
            "You took minus the distance of the scaled rows. It falls and rises like the cosine, but it is not the cosine.",
            "another softmax",
        ),
        Mistake(
            "a detached",
            edit("za @ zb.T", "za.detach() @ zb.T"),
            "The values are right, but no gradient reaches za: it is detached, and the first encoder never learns.",
            "the first encoder never learns",
        ),
        Mistake(
            "float32",
            edit("za @ zb.T", "za.float() @ zb.float().T"),
            "Your result is float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
        Mistake(
            "1e-6 added to each length",
            edit("F.normalize(za), F.normalize(zb)", "(z / (z.norm(dim=1, keepdim=True) + 1e-6) for z in (za, zb))"),
            "You added a small number to the lengths against division by 0: rows of length 0.0001 come out shorter than 1, and so does their cosine. Rows are never that short here: divide by the length itself.",
            "short rows have a smaller cosine",
        ),
        Mistake(
            "eps added to the lengths",
            edit(
                "za, zb = F.normalize(za), F.normalize(zb)",
                "lengths = za.norm(dim=1)[:, None] * zb.norm(dim=1) + 1e-8",
                "za @ zb.T / tau",
                "za @ zb.T / lengths / tau",
            ),
            "You added a small number to the product of the two lengths: for rows of length 0.0001 that product is as small itself, and the cosine comes out too small. Scale each row to length 1 by itself.",
            "short rows have a cosine near 0",
        ),
        Mistake(
            "lengths kept above a floor",
            edit(
                "za, zb = F.normalize(za), F.normalize(zb)",
                "lengths = (za.norm(dim=1)[:, None] * zb.norm(dim=1)).clamp_min(1e-8)",
                "za @ zb.T / tau",
                "za @ zb.T / lengths / tau",
            ),
            "You kept the product of the two lengths above a small number: for rows of length 0.0001 that product is as small itself, and the cosine comes out too small. Scale each row to length 1 by itself.",
            "short rows have a cosine near 0",
        ),
        Mistake(
            "squared distance rewarded",
            edit("za @ zb.T / tau", "torch.cdist(za, zb).square() / tau"),
            "You put a squared distance where a similarity belongs: the softmax then rewards the farthest. Take the cosine.",
            "the farthest row wins",
        ),
        Mistake(
            "log plus 1e-8",
            edit("return F.cross_entropy(logits, match)", "return -(logits.softmax(1).diagonal() + 1e-8).log().mean()"),
            "A small number is added inside the logarithm: the loss of a row never exceeds about 18, however wrong it is, and then its gradient ends, too. F.cross_entropy, or log_softmax, needs none.",
            "a loss of at most 18",
        ),
        Mistake(
            "log plus 1e-12",
            edit(
                "return F.cross_entropy(logits, match)", "return -(logits.softmax(1).diagonal() + 1e-12).log().mean()"
            ),
            "A small number is added inside the logarithm: the loss of a row never exceeds about 28, however wrong it is, and then its gradient ends, too. F.cross_entropy, or log_softmax, needs none.",
            "a loss of at most 28",
        ),
        Mistake(
            "tau squared",
            edit("/ tau", "/ tau**2"),
            "You divided by τ². Divide the cosines by τ, once.",
            "a softmax far too sharp",
        ),
        Mistake(
            "root of tau",
            edit("/ tau", "/ tau**0.5"),
            "You divided by the root of τ. Divide the cosines by τ.",
            "a softmax not sharp enough",
        ),
        Mistake(
            "absolute cosine",
            edit("za @ zb.T", "(za @ zb.T).abs()"),
            "You took the absolute value of the cosine: opposite rows then count as alike. Its sign belongs to it.",
            "opposite rows count as alike",
        ),
    ),
    hints=(
        "Make the table of all cosines first: (N, N). Where in it are the right answers?",
        "Each row of the table, divided by τ, holds the logits of an N-way classification. Which class is right for row i?",
        "F.cross_entropy(logits, torch.arange(N, device=...)) does the rest.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
    curves=(
        Curve(
            "Two pairs, τ 0.2, the first one turned",
            "cosine of the first pair (1)",
            "loss (nats)",
            COSINES,
            lambda x: (tensor([[1.0, 0.0], [0.0, 1.0]]), _turned(x), 0.2),
        ),
        Curve(
            "The same, and vectors three times as long",
            "cosine of the first pair (1)",
            "loss (nats)",
            COSINES,
            lambda x: (tensor([[1.0, 0.0], [0.0, 1.0]]), 3 * _turned(x), 0.2),
        ),
    ),
)

# 09.2 ---------------------------------------------------------------------------------------------


def clip_loss(img: Tensor, txt: Tensor, log_scale: Tensor) -> Tensor:
    """Unit rows (N, D) and (N, D), log of the scale () to a scalar."""
    logits = log_scale.exp().clamp(max=100.0) * img @ txt.T
    match = torch.arange(len(img)).to(img.device)
    return (F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2


def _draw_clip(draw: Draw) -> list[Case]:
    n, d = draw.whole(4, 6), draw.whole(2, 3)
    a, b, scale = _unit(draw, n, d), _unit(draw, n, d), 1 + draw.uniform(1)[0]
    wide = _unit(draw, n, d, torch.float64), _unit(draw, n, d, torch.float64)
    return [
        Case("one pair", (_unit(draw, 1, 2), _unit(draw, 1, 2), scale)),
        Case("random", (a, b, scale)),
        Case("scale below 1", (a, b, -scale)),
        Case("scale at the limit", (a, b, tensor(4.7))),
        Case("scale far beyond", (a, b, tensor(20.0))),
        Case("as many pairs as features", (_unit(draw, 3, 3), _unit(draw, 3, 3), scale)),
        Case("float64", (*wide, scale.double())),
        Case("gradient, random", (a, b, scale), gradient=(0, 1, 2)),
    ]


def _three(scale: float) -> tuple[Tensor, Tensor, Tensor]:
    return _unit(Draw(1), 3, 2), _unit(Draw(2), 3, 2), tensor(scale)


CLIP = Task(
    id="09.2",
    title="CLIP's symmetric loss with a learned scale",
    promise=r"""
    Write `clip_loss(img, txt, log_scale)`: the mean of the cross-entropies in both directions, picture to text and text to picture, each averaged over the N pairs.

    - `img` and `txt` have shape (N, D), N, D >= 1, and one dtype (float32 or float64). Their rows have length 1 already: do not scale them again, for that would change the gradient. Row i of both belongs together.
    - `log_scale` is a scalar tensor of that dtype, of any sign. The logits are $s \,(\mathrm{img}_i \cdot \mathrm{txt}_j)$ with $s$ = exp(`log_scale`), but $s$ is never more than 100, exactly: 4.605 for its logarithm is too coarse.
    - The result is a scalar tensor, shape (), in nats and in the dtype of the inputs.
    - Gradients flow back to all three, as long as s < 100; at the limit none is asked for. The inputs are not changed.
    - You may call `F.cross_entropy`.
    """,
    reference=clip_loss,
    named=(
        Case("three pairs", _three(1.0)),
        Case("scale 1", _three(0.0)),
        Case("scale e to the 9", _three(9.0)),
        Case("a scale of one half", _three(-0.6931472)),
        Case("gradient", _three(1.0), gradient=(0, 1, 2)),
        Case(
            "scale at the limit, float64",
            (
                _unit(Draw(3), 4, 3, torch.float64),
                _unit(Draw(4), 4, 3, torch.float64),
                tensor(5.0, dtype=torch.float64),
            ),
        ),
        Case(
            "as many pairs as features, float64",
            (
                _unit(Draw(5), 3, 3, torch.float64),
                _unit(Draw(6), 3, 3, torch.float64),
                tensor(1.5, dtype=torch.float64),
            ),
        ),
        Case("one pair", (_unit(Draw(7), 1, 2), _unit(Draw(8), 1, 2), tensor(1.0))),
    ),
    draws=_draw_clip,
    mistakes=(
        Mistake(
            "one direction",
            edit(
                "(F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2",
                "F.cross_entropy(logits, match)",
            ),
            "Only picture to text is trained (or the same direction twice: a .T is missing). CLIP averages both directions.",
            "text to picture is never trained",
        ),
        Mistake(
            "sum of directions",
            edit(" / 2", ""),
            "Your loss is twice ours: average the two directions.",
            "twice the loss",
        ),
        Mistake(
            "no exp",
            edit("log_scale.exp()", "log_scale"),
            "log_scale is the logarithm of the scale: take exp. As it is, your scale can be 0 or negative.",
            "a scale of 0 or less",
        ),
        Mistake(
            "divide",
            edit("log_scale.exp().clamp(max=100.0) * img @ txt.T", "img @ txt.T / log_scale.exp().clamp(max=100.0)"),
            "exp(log_scale) is 1/τ already: multiply by it.",
            "the scale acts upside down",
        ),
        Mistake(
            "no limit",
            edit(".clamp(max=100.0)", ""),
            "Your scale has no limit: CLIP stops it at 100 (or its logarithm at ln 100; stopping the logarithm at 100 stops nothing).",
            "the scale runs away",
        ),
        Mistake(
            "sum over pairs",
            edit(
                "(logits, match)",
                '(logits, match, reduction="sum")',
                "(logits.T, match)",
                '(logits.T, match, reduction="sum")',
            ),
            "Your loss is N times ours: average over the pairs, too.",
            "the loss grows with the batch",
        ),
        Mistake(
            "scale detached",
            edit("log_scale.exp()", "log_scale.detach().exp()"),
            "The values are right, but no gradient reaches log_scale: .detach(), .data or .item() cut the graph, and the temperature is never learned.",
            "the temperature is never learned",
        ),
        Mistake(
            "normalised again",
            edit("img @ txt.T", "F.normalize(img) @ F.normalize(txt).T"),
            "The values are right, but the gradient is another one: you scaled rows to length 1 that have length 1 already, and so removed a part of their gradient.",
            "the gradient along each row is lost",
        ),
        Mistake(
            "text to picture only",
            edit(
                "(F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2",
                "F.cross_entropy(logits.T, match)",
            ),
            "Only text to picture is trained. CLIP averages both directions.",
            "picture to text is never trained",
        ),
        Mistake(
            "worse direction",
            edit(
                "(F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2",
                "torch.maximum(F.cross_entropy(logits, match), F.cross_entropy(logits.T, match))",
            ),
            "You took the larger of the two directions. CLIP averages them.",
            "one direction learns at a time",
        ),
        Mistake(
            "probabilities averaged",
            edit(
                "(F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2",
                "-torch.log((torch.softmax(logits, 1).diagonal() + torch.softmax(logits, 0).diagonal()) / 2).mean()",
            ),
            "You averaged the probabilities of the two directions and took one logarithm. Take a cross-entropy in each direction, then their mean.",
            "a bad direction costs too little",
        ),
        Mistake(
            "rounded limit",
            edit("log_scale.exp().clamp(max=100.0)", "log_scale.clamp(max=4.605).exp()"),
            "You stop the logarithm at 4.605, and exp(4.605) is 99.98. Use math.log(100), or stop after exp.",
            "the limit is 99.98",
        ),
        Mistake(
            "limit rounded up",
            edit("log_scale.exp().clamp(max=100.0)", "log_scale.clamp(max=4.6052).exp()"),
            "You stop the logarithm at 4.6052, and exp(4.6052) is 100.003. Use math.log(100), or stop after exp.",
            "the limit is 100.003",
        ),
        Mistake(
            "one softmax for the table",
            edit(
                "return (F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2",
                "return -logits.flatten().log_softmax(0).view_as(logits).diagonal().mean()",
            ),
            "Your softmax runs over the whole N x N table at once. There are two: one over each row (picture to text) and one over each column (text to picture).",
            "all pairs compete with all pairs",
        ),
        Mistake(
            "limited to 4.6",
            edit("clamp(max=100.0)", "clamp(max=4.605170185988092)"),
            "You stopped the scale at ln 100 = 4.6: that is the limit of its logarithm. The scale itself goes up to 100.",
            "the softmax cannot get sharp",
        ),
        Mistake(
            "logits limited",
            edit("log_scale.exp().clamp(max=100.0) * img @ txt.T", "(log_scale.exp() * img @ txt.T).clamp(max=100.0)"),
            "You limited the logits, not the scale: negative ones still run away, and where several reach 100 they are all alike. Limit the scale before you multiply.",
            "the scale runs away",
        ),
        Mistake(
            "at least 100",
            edit("clamp(max=100.0)", "clamp(min=100.0)"),
            "Your scale is never below 100. It is never above: clamp(max=100).",
            "the scale is 100 or more",
        ),
        Mistake(
            "scale ignored",
            edit("log_scale.exp().clamp(max=100.0) * img", "img"),
            "`log_scale` is not used: your logits are the bare products, between -1 and 1.",
            "the loss sticks near log N",
        ),
        Mistake(
            "scale fixed",
            edit("log_scale.exp().clamp(max=100.0)", "(1 / 0.07)"),
            "Your scale is always 1/0.07, CLIP's start. It is learned: take exp(log_scale).",
            "the temperature is never learned",
        ),
        Mistake(
            "ten to the power",
            edit("log_scale.exp()", "(10**log_scale)"),
            "You took 10 to the power of log_scale. It is a natural logarithm: exp.",
            "the scale grows too fast",
        ),
        Mistake(
            "softmax twice",
            edit(
                "(logits, match)",
                "(torch.softmax(logits, 1), match)",
                "(logits.T, match)",
                "(torch.softmax(logits.T, 1), match)",
            ),
            "You took the softmax twice: F.cross_entropy wants logits. The loss then cannot come near 0.",
            "the loss has a floor",
        ),
        Mistake(
            "pictures with pictures",
            edit("img @ txt.T", "img @ img.T"),
            "You compared pictures with pictures: the texts are never looked at.",
            "the texts have no effect",
        ),
        Mistake(
            "all match row 0",
            edit("torch.arange(len(img))", "(0 * torch.arange(len(img)))"),
            "You told everyone to match row 0. Row i belongs to row i: the targets are 0, 1, 2, ...",
            "everything is pulled to the first row",
        ),
        Mistake(
            "mean of the table",
            edit(
                "(F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2",
                "-(F.log_softmax(logits, 1).mean() + F.log_softmax(logits, 0).mean()) / 2",
            ),
            "You averaged over the whole table. Only the entries on the diagonal, the right answers, are asked for.",
            "pushes all similarities to be equal",
        ),
        Mistake(
            "own left out below",
            edit(
                "    return (F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2",
                "    others = logits.masked_fill(torch.eye(len(img)).bool().to(img.device), -torch.inf)\n"
                "    return ((others.logsumexp(1) + others.logsumexp(0)) / 2 - logits.diagonal()).mean()",
            ),
            "Your sums below the line leave the right answer out, so the loss has no floor at 0. They run over all, the own one included.",
            "the loss falls below 0",
        ),
        Mistake(
            "in bits",
            edit(" / 2", " / 2 / 0.6931471805599453"),
            "Your loss is in bits: you took logarithms to base 2. Asked for are nats, the natural logarithm.",
            "1.44 times ours",
        ),
        Mistake(
            "pictures detached",
            edit("img @ txt.T", "img.detach() @ txt.T"),
            "The values are right, but no gradient reaches img: .detach(), torch.no_grad() or .data cut the graph.",
            "the picture encoder never learns",
        ),
        Mistake(
            "texts detached",
            edit("img @ txt.T", "img @ txt.detach().T"),
            "The values are right, but no gradient reaches txt: .detach(), torch.no_grad() or .data cut the graph.",
            "the text encoder never learns",
        ),
        Mistake(
            "float32",
            edit(
                "log_scale.exp().clamp(max=100.0) * img @ txt.T",
                "log_scale.float().exp().clamp(max=100.0) * img.float() @ txt.float().T",
            ),
            "Your result is float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
        Mistake(
            "table averaged",
            edit(
                "(F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2",
                "F.cross_entropy((logits + logits.T) / 2, match)",
            ),
            "You averaged the table with its transpose and took one cross-entropy. Take a cross-entropy in each direction, then their mean.",
            "the two directions are mixed",
        ),
        Mistake(
            "scale twice",
            edit("log_scale.exp().clamp(max=100.0)", "log_scale.exp().clamp(max=100.0) ** 2"),
            "Your logits hold the square of the scale: it is applied twice, to the pictures and to the texts, or once too often. Multiply the products by it once.",
            "the scale counts twice",
        ),
        Mistake(
            "limited from below",
            edit("clamp(max=100.0)", "clamp(min=1.0, max=100.0)"),
            "Your scale is never below 1. It has an upper limit only: log_scale may be negative.",
            "the scale cannot fall below 1",
        ),
    ),
    hints=(
        "There is one table of logits. Reading it by rows is picture to text. How do you read it by columns?",
        "The scale is exp(log_scale), at most 100: .exp().clamp(max=100).",
        "Both cross-entropies have the targets 0, 1, ..., N - 1.",
    ),
    difficulty=3,
    points=20,
    minutes=20,
    curves=(
        Curve(
            "Three pairs",
            "logarithm of the scale (1)",
            "loss (nats)",
            tuple(-2 + i / 5 for i in range(41)),
            _three,
        ),
    ),
)

# 09.3 ---------------------------------------------------------------------------------------------


def siglip_loss(img: Tensor, txt: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
    """Unit rows (N, D) and (N, D), scale () and bias () to a scalar."""
    logits = scale * img @ txt.T + bias
    sign = 2 * torch.eye(len(img)).to(img.device) - 1
    return -F.logsigmoid(sign * logits).sum() / len(img)


def _draw_siglip(draw: Draw) -> list[Case]:
    n, d = draw.whole(4, 6), draw.whole(2, 3)
    a, b, scale, bias = _unit(draw, n, d), _unit(draw, n, d), 1 + 3 * draw.uniform(1)[0], -1 - draw.uniform(1)[0]
    wide = _unit(draw, n, d, torch.float64), _unit(draw, n, d, torch.float64)
    return [
        Case("one pair", (_unit(draw, 1, 2), _unit(draw, 1, 2), scale, bias)),
        Case("random", (a, b, scale, bias)),
        Case("bias above 0", (a, b, scale, -bias)),
        Case("as many pairs as features", (_unit(draw, 3, 3), _unit(draw, 3, 3), scale, bias)),
        Case("start of the paper, random", (a, b, tensor(10.0), tensor(-10.0))),
        Case("large scale, random", (a, -a, tensor(400.0), tensor(0.0))),
        Case("float64", (*wide, scale.double(), bias.double())),
        Case("gradient, random", (a, b, scale, bias), gradient=(0, 1, 2, 3)),
    ]


EYE = tensor([[1.0, 0.0], [0.0, 1.0]])

SIGLIP = Task(
    id="09.3",
    title="SigLIP: every pair is its own yes-or-no question",
    promise=r"""
    Write `siglip_loss(img, txt, scale, bias)`: $-\frac1N \sum_i \sum_j \log\sigma(z_{ij} (s \,\mathrm{img}_i \cdot \mathrm{txt}_j + b))$ with $s$ = `scale` and $b$ = `bias`, where $z_{ij}$ is +1 for $i = j$ and -1 for all others.

    - `img` and `txt` have shape (N, D), N, D >= 1, and one dtype (float32 or float64). Their rows have length 1 already: do not scale them again, for that would change the gradient. Row i of both belongs together.
    - `scale` > 0 and `bias` (any sign) are scalar tensors of that dtype.
    - The sum runs over all N · N pairs and is divided by N. The result is a scalar tensor, shape (), in the dtype of the inputs.
    - It stays finite for logits as large as 500.
    - Gradients flow back to all four. The inputs are not changed.
    """,
    reference=siglip_loss,
    named=(
        Case("two aligned pairs, start of the paper", (EYE, EYE, tensor(10.0), tensor(-10.0))),
        Case("three pairs", (_unit(Draw(1), 3, 2), _unit(Draw(2), 3, 2), tensor(2.0), tensor(-1.0))),
        Case("logits of 500", (EYE, -EYE, tensor(500.0), tensor(0.0))),
        Case("wrong pairs with logits of 500", (EYE, EYE.flip(0), tensor(500.0), tensor(0.0))),
        Case(
            "gradient", (_unit(Draw(1), 3, 2), _unit(Draw(2), 3, 2), tensor(2.0), tensor(-1.0)), gradient=(0, 1, 2, 3)
        ),
        Case("as many pairs as features", (_unit(Draw(3), 3, 3), _unit(Draw(4), 3, 3), tensor(3.0), tensor(0.5))),
        Case("one pair", (_unit(Draw(5), 1, 2), _unit(Draw(6), 1, 2), tensor(3.0), tensor(-1.0))),
        Case(
            "one pair, products of both signs, scale 400",
            (tensor([[0.6, 0.8]]), tensor([[0.96, -0.28]]), tensor(400.0), tensor(0.0)),
        ),
        Case(
            "float64",
            (
                _unit(Draw(7), 4, 3, torch.float64),
                _unit(Draw(8), 4, 3, torch.float64),
                tensor(4.0, dtype=torch.float64),
                tensor(-2.0, dtype=torch.float64),
            ),
        ),
    ),
    draws=_draw_siglip,
    mistakes=(
        Mistake(
            "mean of all",
            edit(".sum() / len(img)", ".mean()"),
            "N times too small: the sum over all N² pairs is divided by N, not by N².",
            "N times too small",
        ),
        Mistake(
            "sum",
            edit(".sum() / len(img)", ".sum()"),
            "N times too large: divide the sum by N.",
            "N times too large",
        ),
        Mistake(
            "labels 0 and 1",
            edit("2 * torch.eye(len(img)).to(img.device) - 1", "torch.eye(len(img)).to(img.device)"),
            "Your labels are 0 and 1. With a 0 every wrong pair costs log σ(0), a constant, and is never pushed apart. Here a wrong pair has -1.",
            "wrong pairs are never pushed apart",
        ),
        Mistake(
            "softmax",
            edit(
                "-F.logsigmoid(sign * logits).sum() / len(img)",
                "F.cross_entropy(logits, torch.arange(len(img)).to(img.device))",
            ),
            "You wrote the softmax loss, InfoNCE. Here each pair is a question of its own, with a sigmoid.",
            "the pairs compete",
        ),
        Mistake(
            "sign on the product only",
            edit("sign * logits", "sign * (logits - bias) + bias"),
            "Your label multiplies only scale · product. It multiplies the whole logit, bias included: else the bias helps right pairs and wrong ones alike.",
            "the bias moves all pairs the same way",
        ),
        Mistake(
            "no bias",
            edit(" + bias", " + 0 * bias"),
            "The bias is missing. N² - N of the answers are no; starting at -10 it says so, and these many pairs do not swamp the few right ones.",
            "the start is swamped by wrong pairs",
        ),
        Mistake(
            "log of sigmoid",
            edit("F.logsigmoid(sign * logits)", "torch.log(torch.sigmoid(sign * logits))"),
            "For a logit of -500 the sigmoid is 0 and its logarithm minus infinity (and in log(1 + exp(500)) the exp is infinite). F.logsigmoid computes both at once.",
            "infinite for large logits",
        ),
        Mistake(
            "normalised again",
            edit("img @ txt.T", "F.normalize(img) @ F.normalize(txt).T"),
            "The values are right, but the gradient is another one: you scaled rows to length 1 that have length 1 already, and so removed a part of their gradient.",
            "the gradient along each row is lost",
        ),
        Mistake(
            "bias inside the scale",
            edit("scale * img @ txt.T + bias", "scale * (img @ txt.T + bias)"),
            "You multiplied the bias by the scale, too. It is added afterwards: s · product + b.",
            "the bias is s times too large",
        ),
        Mistake(
            "bias subtracted",
            edit("+ bias", "- bias"),
            "You subtracted the bias. Add it: at -10 it says that most pairs do not belong together.",
            "starts by saying yes to all pairs",
        ),
        Mistake(
            "log scale",
            edit("scale * img", "scale.exp() * img"),
            "You took exp of the scale. Here `scale` is the scale itself; CLIP's loss, the task before, is the one that gets its logarithm.",
            "a scale of thousands",
        ),
        Mistake(
            "scale divided",
            edit("scale * img @ txt.T", "img @ txt.T / scale"),
            "You divided by the scale, as by a temperature. Multiply.",
            "the logits are near the bias",
        ),
        Mistake(
            "scale ignored",
            edit("scale * img", "img"),
            "`scale` is not used: your products lie between -1 and 1, and cannot make up for the bias.",
            "the scale has no effect",
        ),
        Mistake(
            "labels inverted",
            edit("sign * logits", "-sign * logits"),
            "Your labels are the wrong way round: the right pairs get -1 and are pushed apart.",
            "right pairs are pushed apart",
        ),
        Mistake(
            "all positive",
            edit("sign * logits", "logits"),
            "All your pairs have the label +1. Only the pairs i = j belong together; all others have -1.",
            "everything collapses to one point",
        ),
        Mistake(
            "minus missing",
            edit("-F.logsigmoid", "F.logsigmoid"),
            "The minus in front is missing: your loss is negative, and falls as the model gets worse.",
            "a negative loss",
        ),
        Mistake(
            "no logarithm",
            edit("F.logsigmoid(", "torch.sigmoid("),
            "The logarithm is missing: you added probabilities. Take F.logsigmoid.",
            "a confident mistake costs too little",
        ),
        Mistake(
            "clamped sigmoid",
            edit("F.logsigmoid(sign * logits)", "torch.log(torch.sigmoid(sign * logits).clamp_min(1e-7))"),
            "You kept the sigmoid above 1e-7: no pair costs more than 16, and where one should, no gradient flows. F.logsigmoid needs no such guard.",
            "a confident mistake costs 16 at most",
        ),
        Mistake(
            "added 1e-8",
            edit("F.logsigmoid(sign * logits)", "torch.log(torch.sigmoid(sign * logits) + 1e-8)"),
            "You added 1e-8 before the logarithm: no pair costs more than 18, and where one should, hardly any gradient flows. F.logsigmoid needs no such guard.",
            "a confident mistake costs 18 at most",
        ),
        Mistake(
            "right pairs only",
            edit(".sum() / len(img)", ".diagonal().sum() / len(img)"),
            "You asked the N right pairs only. Without the wrong ones everything collapses to one point.",
            "everything collapses to one point",
        ),
        Mistake(
            "wrong pairs only",
            edit(".sum() / len(img)", ".fill_diagonal_(0).sum() / len(img)"),
            "You asked the wrong pairs only: nothing pulls the right ones together.",
            "nothing is pulled together",
        ),
        Mistake(
            "each pair once",
            edit(".sum() / len(img)", ".triu().sum() / len(img)"),
            "You took one half of the table. Picture i with text j and picture j with text i are two questions: the sum runs over all N · N.",
            "half of the questions",
        ),
        Mistake(
            "balanced",
            edit(
                "    return -F.logsigmoid(sign * logits).sum() / len(img)",
                "    each = -F.logsigmoid(sign * logits)\n"
                "    wrong = each.sum() - each.diagonal().sum()\n"
                "    return each.diagonal().mean() + wrong / max(len(img) * (len(img) - 1), 1)",
            ),
            "You averaged right pairs and wrong pairs apart. The formula adds all pairs and divides by N; the bias is there to balance them.",
            "wrong pairs count N - 1 times too little",
        ),
        Mistake(
            "divided by 2N",
            edit("/ len(img)", "/ (2 * len(img))"),
            "You divided by 2N. There is one table, not two directions: divide by N.",
            "half of the loss",
        ),
        Mistake(
            "pictures with pictures",
            edit("img @ txt.T", "img @ img.T"),
            "You compared pictures with pictures: the texts are never looked at.",
            "the texts have no effect",
        ),
        Mistake(
            "bias detached",
            edit("+ bias", "+ bias.detach()"),
            "The values are right, but no gradient reaches bias: .detach(), .data or .item() cut the graph.",
            "the bias is never learned",
        ),
        Mistake(
            "scale detached",
            edit("scale * img", "scale.detach() * img"),
            "The values are right, but no gradient reaches scale: .detach(), .data or .item() cut the graph.",
            "the scale is never learned",
        ),
        Mistake(
            "texts detached",
            edit("img @ txt.T", "img @ txt.detach().T"),
            "The values are right, but no gradient reaches txt: .detach(), torch.no_grad() or .data cut the graph.",
            "the text encoder never learns",
        ),
        Mistake(
            "float32",
            edit("sign * logits", "(sign * logits).float()"),
            "Your result is float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
        Mistake(
            "scale twice",
            edit("scale * img", "scale**2 * img"),
            "Your logits hold the square of the scale: it is applied twice, to the pictures and to the texts, or once too often. Multiply the products by it once.",
            "the scale counts twice",
        ),
        Mistake(
            "log scale, after the product",
            edit("scale * img @ txt.T", "scale.exp() * (img @ txt.T)"),
            "You took exp of the scale. Here `scale` is the scale itself; CLIP's loss, the task before, is the one that gets its logarithm.",
            "a scale of thousands",
        ),
        Mistake(
            "probabilities clamped",
            edit(
                "-F.logsigmoid(sign * logits).sum()",
                "-torch.where(sign > 0, torch.sigmoid(logits).clamp(1e-7, 1 - 1e-7).log(), (1 - torch.sigmoid(logits).clamp(1e-7, 1 - 1e-7)).log()).sum()",
            ),
            "You kept the probabilities between 1e-7 and 1 - 1e-7: no pair costs more than 16, and where one should, no gradient flows. F.logsigmoid needs no such guard.",
            "a confident mistake costs 16 at most",
        ),
        Mistake(
            "softmax, both directions",
            edit(
                "-F.logsigmoid(sign * logits).sum() / len(img)",
                "(F.cross_entropy(logits, torch.arange(len(img)).to(img.device)) + F.cross_entropy(logits.T, torch.arange(len(img)).to(img.device))) / 2",
            ),
            "You wrote CLIP's loss: a softmax over the texts and one over the pictures, in which the bias cancels. Here each pair is a question of its own, with a sigmoid.",
            "the pairs compete",
        ),
        Mistake(
            "cost cut at 100",
            edit(
                "-F.logsigmoid(sign * logits).sum() / len(img)",
                'F.binary_cross_entropy(torch.sigmoid(logits), torch.eye(len(img)).to(logits), reduction="sum") / len(img)',
            ),
            "No pair costs more than 100 in yours: F.binary_cross_entropy cuts the logarithm of a probability off at -100, and there the gradient is gone. Give F.binary_cross_entropy_with_logits, or F.logsigmoid, the logits.",
            "a cost of 500 becomes 100",
        ),
    ),
    hints=(
        "How many yes-or-no questions are in a batch of N, and how many of them have the answer yes?",
        "z = 2 · eye(N) - 1 holds +1 on the diagonal and -1 elsewhere.",
        "F.logsigmoid(z * logits), summed, divided by N, with a minus in front.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
    curves=(
        Curve(
            "Two pairs, scale 4, bias -2",
            "cosine of the first pair (1)",
            "loss (nats)",
            COSINES,
            lambda x: (EYE, _turned(x), tensor(4.0), tensor(-2.0)),
        ),
        Curve(
            "Three pairs, scale 2",
            "bias (1)",
            "loss (nats)",
            tuple(-10 + i / 2 for i in range(31)),
            lambda x: (_unit(Draw(1), 3, 2), _unit(Draw(2), 3, 2), tensor(2.0), tensor(x)),
        ),
    ),
)

# 09.4 ---------------------------------------------------------------------------------------------


def supcon_loss(z: Tensor, labels: Tensor, tau: float = 0.1) -> Tensor:
    """Unit rows (N, D) and classes (N,) to a scalar."""
    me = torch.eye(len(z)).to(z.device).bool()
    s = (z @ z.T / tau).masked_fill(me, -torch.inf)
    logp = s - torch.logsumexp(s, 1, True)
    positive = (labels[:, None] == labels) & ~me
    count = positive.sum(1)
    each = -logp.masked_fill(~positive, 0).sum(1) / count.clamp_min(1)
    return each.sum() / (count > 0).sum().clamp_min(1)


def _draw_supcon(draw: Draw) -> list[Case]:
    d = draw.whole(3, 4)
    mixed = tensor([0, 1, 0, 2, 1, 0, 3])[draw.order(7)]
    return [
        Case("two of one class", (_unit(draw, 2, d), tensor([5, 5]), 0.5)),
        Case("random, some alone", (_unit(draw, 7, d), mixed, 0.5)),
        Case("random, one class", (_unit(draw, 4, d), tensor([1, 1, 1, 1]), 0.5)),
        Case("nobody has a partner, float64", (_unit(draw, 3, d, torch.float64), draw.order(3), 0.5)),
        Case("default tau, random", (_unit(draw, 6, d), tensor([0, 0, 1, 1, 2, 2])[draw.order(6)])),
        Case("sharp", (_unit(draw, 5, d), tensor([0, 1, 0, 1, 1]), 0.002)),
        Case("float64", (_unit(draw, 6, d, torch.float64), tensor([0, 1, 0, 2, 1, 0]), 0.5)),
        Case("gradient, random", (_unit(draw, 7, d), mixed, 0.5), gradient=(0,)),
    ]


SUPCON = Task(
    id="09.4",
    title="Supervised contrastive loss",
    promise=r"""
    Write `supcon_loss(z, labels, tau=0.1)`. With $s_{ij} = z_i \cdot z_j / \tau$ and $P(i)$ = all other samples of the class of $i$, sample $i$ costs $-\frac{1}{|P(i)|} \sum_{p \in P(i)} \log \frac{\exp(s_{ip})}{\sum_{j \ne i} \exp(s_{ij})}$. The loss is the mean over the samples whose $P(i)$ is not empty.

    - `z` has shape (N, D), N >= 2, float32 or float64. Its rows have length 1 already: do not scale them again, for that would change the gradient. `labels` (N,) holds whole numbers (int64).
    - The sum below the line runs over all samples but i itself, those of its class included.
    - The logarithm is inside the sum over P(i): a mean of logarithms, not the logarithm of a mean.
    - A sample that is alone in its class is left out of the mean. Where all are alone, the loss is 0; it may or may not hang on `z`.
    - It stays finite for `tau` as small as 0.002. The result is a scalar tensor, shape (), in the dtype of `z`.
    - Gradients flow back to `z` and are finite. The inputs are not changed.
    """,
    reference=supcon_loss,
    named=(
        Case("two pairs", (_unit(Draw(1), 4, 3), tensor([0, 0, 1, 1]), 0.5)),
        Case("one is alone", (_unit(Draw(1), 4, 3), tensor([0, 0, 0, 1]), 0.5)),
        Case("all are alone", (_unit(Draw(1), 3, 3), tensor([0, 1, 2]), 0.5)),
        Case("tau 0.002", (_unit(Draw(1), 4, 3), tensor([0, 1, 1, 0]), 0.002)),
        Case("default tau", (_unit(Draw(1), 4, 3), tensor([0, 0, 1, 1]))),
        Case("opposite, tau 0.002", (tensor([[1.0, 0.0], [-1.0, 0.0]]), tensor([4, 4]), 0.002)),
        Case("three of five", (_unit(Draw(2), 5, 2), tensor([7, 3, 7, 3, 7]), 0.3)),
        Case("one class, float64", (_unit(Draw(3), 4, 3, torch.float64), tensor([1, 1, 1, 1]), 0.5)),
        Case("gradient, all are alone", (_unit(Draw(1), 3, 3), tensor([0, 1, 2]), 0.5), gradient=(0,)),
        Case("gradient", (_unit(Draw(1), 5, 3), tensor([0, 0, 0, 1, 1]), 0.5), gradient=(0,)),
        Case("gradient, one is alone", (_unit(Draw(1), 4, 3), tensor([0, 0, 0, 1]), 0.5), gradient=(0,)),
        Case("all are alone, float64", (_unit(Draw(1), 3, 3, torch.float64), tensor([2, 1, 0]), 0.5)),
    ),
    draws=_draw_supcon,
    mistakes=(
        Mistake(
            "self below the line",
            edit(".masked_fill(me, -torch.inf)", ""),
            "The sample itself is in your sum below the line. Its product with itself is 1, the largest there is, so it swamps the others. Leave j = i out.",
            "the loss has a floor",
        ),
        Mistake(
            "self as positive",
            edit(" & ~me", ""),
            "Each sample counts as its own positive. P(i) holds the others of its class.",
            "every sample finds itself",
        ),
        Mistake(
            "self as one more positive",
            edit(
                ".masked_fill(me, -torch.inf)",
                "",
                "torch.logsumexp(s, 1, True)",
                "torch.logsumexp(s.masked_fill(me, -torch.inf), 1, True)",
                " & ~me",
                "",
            ),
            "Each sample counts as its own positive. P(i) holds the others of its class.",
            "every sample finds itself",
        ),
        Mistake(
            "self as one more positive, alone left out",
            edit(
                ".masked_fill(me, -torch.inf)",
                "",
                "torch.logsumexp(s, 1, True)",
                "torch.logsumexp(s.masked_fill(me, -torch.inf), 1, True)",
                "(labels[:, None] == labels) & ~me",
                "labels[:, None] == labels",
                "each = ",
                "count, positive = count * (count > 1), positive & (count > 1)[:, None]\n    each = ",
            ),
            "Each sample counts as its own positive. P(i) holds the others of its class.",
            "every sample finds itself",
        ),
        Mistake(
            "nan for a lonely sample",
            edit("count.clamp_min(1)", "count", "each.sum() / (count > 0).sum().clamp_min(1)", "each.mean()"),
            "A class with a single sample in the batch gives 0/0, NaN. Leave such samples out of the mean.",
            "NaN as soon as a class has one sample",
        ),
        Mistake(
            "zero for a lonely sample",
            edit("each.sum() / (count > 0).sum().clamp_min(1)", "each.mean()"),
            "You averaged samples without a partner in as 0: the loss looks better than it is, and shrinks as classes get rarer. Divide by the number of samples that have a positive.",
            "the loss looks better than it is",
        ),
        Mistake(
            "log of a mean",
            edit(
                "-logp.masked_fill(~positive, 0).sum(1) / count.clamp_min(1)",
                "-torch.log((logp.exp() * positive).sum(1) / count.clamp_min(1) + (count == 0))",
            ),
            "You took the logarithm of the mean: then one near positive is enough. Asked for is the mean of the logarithms, which pulls all of them (the paper found it to work better).",
            "one near positive is enough",
        ),
        Mistake(
            "sum of positives",
            edit(" / count.clamp_min(1)", ""),
            "You summed over the positives: large classes count more. Divide by |P(i)|.",
            "large classes dominate",
        ),
        Mistake(
            "tau multiplied",
            edit("z.T / tau", "z.T * tau"),
            "You multiplied by τ. Divide: a small τ makes the softmax sharp.",
            "a flat softmax",
        ),
        Mistake(
            "negatives below the line",
            edit(
                "torch.logsumexp(s, 1, True)",
                "torch.logsumexp(s.masked_fill(labels[:, None] == labels, -torch.inf), 1, True)",
            ),
            "Your sum below the line holds the negatives only, so the loss can become negative. It runs over all j ≠ i, positives included.",
            "the loss can be negative",
        ),
        Mistake(
            "naive exp",
            edit(
                ".masked_fill(me, -torch.inf)",
                "",
                "s - torch.logsumexp(s, 1, True)",
                "torch.log(torch.exp(s) / (torch.exp(s) * ~me).sum(1, True))",
            ),
            "For a small τ your exp leaves the range of floats: it is infinite, or 0 for all that are summed, and the loss is NaN. Take torch.logsumexp over all but i itself: it subtracts the largest of *them* first.",
            "NaN for a small τ",
        ),
        Mistake(
            "row maximum with self",
            edit(
                ".masked_fill(me, -torch.inf)",
                "",
                "s - torch.logsumexp(s, 1, True)",
                "s - s.amax(1, True) - torch.log((torch.exp(s - s.amax(1, True)) * ~me).sum(1, True))",
            ),
            "You subtracted the largest entry of each row, and that is the sample with itself, 1/τ: for a small τ all others underflow to 0, and log 0 is minus infinity. Leave the diagonal out before you take the maximum.",
            "infinite for a small τ",
        ),
        Mistake(
            "log of the sum",
            edit("torch.logsumexp(s, 1, True)", "torch.log(torch.exp(s).sum(1, True))"),
            "For a small τ exp of a product is infinite, or 0 for all others, and its logarithm with it. torch.logsumexp subtracts the largest first.",
            "infinite for a small τ",
        ),
        Mistake(
            "zero times infinity",
            edit("logp.masked_fill(~positive, 0)", "(logp * positive)"),
            "You multiplied by the mask: on the diagonal 0 meets minus infinity, and their product is NaN. Use masked_fill or where.",
            "NaN everywhere",
        ),
        Mistake(
            "nan when all are alone",
            edit("(count > 0).sum().clamp_min(1)", "(count > 0).sum()"),
            "Where no sample has a partner you divide 0 by 0. The loss is 0 there.",
            "NaN for a batch of single samples",
        ),
        Mistake(
            "diagonal of zeros",
            edit("masked_fill(me, -torch.inf)", "masked_fill(me, 0)"),
            "You set the diagonal to 0, and exp(0) = 1 still counts in the sum below the line. Set it to -inf.",
            "the sum below the line is too large by 1",
        ),
        Mistake(
            "own positive and negatives",
            edit(
                "logp = s - torch.logsumexp(s, 1, True)",
                "logp = s - torch.logaddexp(s, torch.logsumexp(s.masked_fill(labels[:, None] == labels, -torch.inf), 1, True))",
            ),
            "Below the line you put the one positive and the negatives, without the other positives. It runs over all j ≠ i.",
            "the other positives are left out below",
        ),
        Mistake(
            "all pairs at once",
            edit(
                "return each.sum() / (count > 0).sum().clamp_min(1)",
                "return -logp.masked_fill(~positive, 0).sum() / positive.sum().clamp_min(1)",
            ),
            "You averaged over all positive pairs at once: a sample of a large class has more of them and counts more. Average the positives of each sample first, then the samples.",
            "large classes dominate",
        ),
        Mistake(
            "first positive only",
            edit(
                "-logp.masked_fill(~positive, 0).sum(1) / count.clamp_min(1)",
                "-logp.gather(1, positive.int().argmax(1, keepdim=True))[:, 0].masked_fill(count == 0, 0)",
            ),
            "You took the first positive of each sample only. Average over all of them.",
            "most positives are never pulled",
        ),
        Mistake(
            "worst positive only",
            edit(
                "-logp.masked_fill(~positive, 0).sum(1) / count.clamp_min(1)", "-logp.masked_fill(~positive, 0).amin(1)"
            ),
            "You took the hardest positive of each sample only. Average over all of them.",
            "one positive decides",
        ),
        Mistake(
            "divided by the class",
            edit("count.clamp_min(1)", "(count + 1)"),
            "You divided by the size of the class, the sample itself included. |P(i)| counts the others only.",
            "small classes cost too little",
        ),
        Mistake(
            "divided by all others",
            edit("count.clamp_min(1)", "(len(z) - 1)"),
            "You divided by N - 1, the number of all others. Divide by the number of positives of the sample, |P(i)|.",
            "small classes cost too little",
        ),
        Mistake(
            "sum over samples",
            edit("return each.sum() / (count > 0).sum().clamp_min(1)", "return each.sum()"),
            "You summed over the samples: the loss grows with the batch. Take the mean over those that have a positive.",
            "the loss grows with the batch",
        ),
        Mistake(
            "positives are the others",
            edit("(labels[:, None] == labels)", "(labels[:, None] != labels)"),
            "Your mask is inverted: you pull samples of other classes. Positives have the same label.",
            "classes are mixed",
        ),
        Mistake(
            "minus missing",
            edit("-logp.masked_fill", "logp.masked_fill"),
            "The minus in front is missing: your loss is negative, and falls as the model gets worse.",
            "a negative loss",
        ),
        Mistake(
            "tau ignored",
            edit(" / tau", ""),
            "`tau` is not used: your products lie between -1 and 1, and no softmax of them is sharp.",
            "a flat softmax",
        ),
        Mistake(
            "tau fixed",
            edit("/ tau", "/ 0.1"),
            "You always divide by 0.1. That is only the default; divide by the argument tau.",
            "tau has no effect",
        ),
        Mistake(
            "times tau over 0.07",
            edit(
                "return each.sum() / (count > 0).sum().clamp_min(1)",
                "return each.sum() / (count > 0).sum().clamp_min(1) * tau / 0.07",
            ),
            "You multiplied the loss by τ/0.07, as the published code does so that gradients keep their size. The formula here has no such factor.",
            "the loss depends twice on τ",
        ),
        Mistake(
            "squared distance",
            edit("z @ z.T / tau", "-torch.cdist(z, z).square() / tau"),
            "You took minus the squared distance. For rows of length 1 that is 2 z·z - 2: as if τ were half as large. Take the product.",
            "as if τ were half as large",
        ),
        Mistake(
            "normalised again",
            edit("z @ z.T", "F.normalize(z) @ F.normalize(z).T"),
            "The values are right, but the gradient is another one: you scaled rows to length 1 that have length 1 already, and so removed a part of their gradient.",
            "the gradient along each row is lost",
        ),
        Mistake(
            "second factor detached",
            edit("z @ z.T", "z @ z.detach().T"),
            "The values are right, but half of the gradient is missing: each row is also the partner of others, and there you detached it.",
            "half of the gradient",
        ),
        Mistake(
            "sum below detached",
            edit("torch.logsumexp(s, 1, True)", "torch.logsumexp(s, 1, True).detach()"),
            "The values are right, but the sum below the line is detached: nothing pushes samples apart.",
            "everything collapses to one point",
        ),
        Mistake(
            "float32",
            edit("z @ z.T", "z.float() @ z.float().T"),
            "Your result is float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
        Mistake(
            "tau squared",
            edit("/ tau", "/ tau**2"),
            "You divided by τ². Divide the products by τ, once.",
            "a softmax far too sharp",
        ),
        Mistake(
            "log of a mean, by logsumexp",
            edit(
                "-logp.masked_fill(~positive, 0).sum(1) / count.clamp_min(1)",
                "(count.clamp_min(1).log() - logp.masked_fill(~positive & (count > 0)[:, None], -torch.inf).logsumexp(1)).masked_fill(count == 0, 0)",
            ),
            "You took the logarithm of the mean: then one near positive is enough. Asked for is the mean of the logarithms, which pulls all of them (the paper found it to work better).",
            "one near positive is enough",
        ),
    ),
    hints=(
        "Start from the table of all products z @ z.T / τ. Which entries must never count?",
        "s - logsumexp(s) over each row, with s_ii set to minus infinity, gives all logarithms at once.",
        "Pick the positives with a mask (a 0 times minus infinity is NaN: use masked_fill or where), divide by their count, and average over the samples that have any.",
    ),
    difficulty=4,
    points=20,
    minutes=30,
)

# 09.5 ---------------------------------------------------------------------------------------------


def recall_at_k(sim: Tensor, owner: Tensor, k: int) -> tuple[float, float]:
    """Similarities (I, T) of pictures and texts, owner (T,) of each text to (picture to text, text to picture)."""
    top_texts = sim.topk(k).indices  # (I, k)
    top_images = sim.T.topk(k).indices  # (T, k)
    own = owner[top_texts] == torch.arange(len(sim)).to(owner.device)[:, None]
    found = top_images == owner[:, None]
    return own.any(1).double().mean().item(), found.any(1).double().mean().item()


def _several(draw: Draw, images: int, texts: int, k: int) -> tuple[Tensor, Tensor, int]:
    owner = torch.cat([torch.arange(images), draw.labels(images, texts - images)])
    sim = torch.linspace(-1, 1, images * texts)[draw.order(images * texts)].reshape(images, texts)  # no two are equal
    return sim, owner[draw.order(texts)], k


def _draw_recall(draw: Draw) -> list[Case]:
    images = draw.whole(5, 6)
    return [
        Case("one picture, one text", (draw.normal(1, 1), tensor([0]), 1)),
        Case("random, k 1", _several(draw, images, 17, 1)),
        Case("random, k 2", _several(draw, images, 18, 2)),
        Case("random, k 3", _several(draw, images, 19, 3)),
        Case("random, one text each", _several(draw, 7, 7, 2)),
        Case("random, all pictures asked", _several(draw, 4, 9, 4)),
        Case("float64", (*(x.double() if x.is_floating_point() else x for x in _several(draw, 5, 15, 2)[:2]), 2)),
    ]


RECALL = Task(
    id="09.5",
    title="Recall@k with several captions a picture",
    promise="""
    Write `recall_at_k(sim, owner, k)`: two shares, in this order. First picture to text: of how many pictures is at least one of their own texts among the k most similar texts? Second text to picture: of how many texts is their own picture among the k most similar pictures?

    - `sim` has shape (I, T), I and T >= 1, dtype float32 or float64: the similarity of I pictures (rows) and T texts (columns); larger is more alike.
    - `owner` (T,) holds the row of the picture that each text belongs to (int64). Every picture has one text or more, in any order.
    - `sim` is finite; its entries differ, if only by 1e-12 in float64. `k` is a whole number, 1 <= k <= min(I, T).
    - Return a tuple of two Python floats between 0 and 1. One right answer among the k is enough, however many there are: this is what papers on retrieval call R@k.
    - The inputs are not changed.
    """,
    reference=recall_at_k,
    named=(
        Case(
            "2 pictures, 4 texts, k 1", (tensor([[0.9, 0.1, 0.8, 0.2], [0.3, 0.7, 0.6, 0.5]]), tensor([0, 0, 1, 1]), 1)
        ),
        Case(
            "2 pictures, 4 texts, k 2", (tensor([[0.9, 0.1, 0.8, 0.2], [0.3, 0.7, 0.6, 0.5]]), tensor([0, 0, 1, 1]), 2)
        ),
        Case("shuffled owners", (Draw(1).normal(3, 6), tensor([2, 0, 1, 1, 0, 2]), 1)),
        Case("one text each", (tensor([[0.1, 0.9, 0.2], [0.8, 0.3, 0.7], [0.25, 0.15, 0.95]]), tensor([0, 1, 2]), 2)),
        Case("all pictures asked", (Draw(5).normal(2, 4), tensor([0, 0, 1, 1]), 2)),
        Case("4 pictures, 9 texts, k 3", _several(Draw(1), 4, 9, 3)),
        Case("5 pictures, 11 texts, k 2", _several(Draw(2), 5, 11, 2)),
        Case(
            "6 pictures, 16 texts, k 1, float64",
            (_several(Draw(3), 6, 16, 1)[0].double(), *_several(Draw(3), 6, 16, 1)[1:]),
        ),
        Case(
            "float64, entries that float32 cannot tell apart",
            (
                0.5
                + 1e-10 * torch.stack([Draw(4).order(6), Draw(5).order(6), Draw(6).order(6)]).double()
                + 1e-11 * torch.arange(3)[:, None],
                tensor([0, 1, 2, 2, 1, 0]),
                1,
            ),
        ),
    ),
    draws=_draw_recall,
    mistakes=(
        Mistake(
            "off by one",
            edit("sim.topk(k)", "sim.topk(min(k + 1, sim.shape[1]))"),
            "You looked at k + 1 texts for each picture. (The same slip as argsort[:, :k + 1], or rank <= k where ranks begin at 0.)",
            "R@1 counts the second place",
        ),
        Mistake(
            "diagonal",
            edit("owner[top_texts]", "top_texts"),
            "You took text i as the only right one for picture i. Several texts belong to one picture: ask owner.",
            "right answers count as wrong",
        ),
        Mistake(
            "last own text only",
            edit(
                "own.any(1)",
                "torch.stack([(top_texts[i] == (owner == i).nonzero().max()).any() for i in range(len(sim))])",
            ),
            "Only the last text of each picture can be found in yours: a dict with one text for each picture keeps the last. A picture has several; one of them is enough.",
            "all texts of a picture but one count as wrong",
        ),
        Mistake(
            "row for column",
            edit(
                "found = top_images == owner[:, None]",
                "found = top_texts[owner] == torch.arange(len(owner)).to(owner.device)[:, None]",
            ),
            "Your second number asks whether a text is among the k best *texts* of its picture. Asked for is the other direction: whether its picture is among the k best *pictures* of the text, a column of sim.",
            "both numbers look along the rows",
        ),
        Mistake(
            "texts weigh",
            edit("own.any(1).double()", "own.any(1)[owner].double()"),
            "Your first number is a mean over the texts, so a picture with many texts counts more. It is a share of the pictures: each counts once.",
            "pictures with many texts count more",
        ),
        Mistake(
            "owner ignored",
            edit(
                "    top_texts =",
                "    owner = torch.arange(sim.shape[1]).to(owner.device) // (sim.shape[1] // sim.shape[0])\n    top_texts =",
            ),
            "You took it that the texts lie picture by picture, T / I each, and did not ask `owner`. They come in any order, and not every picture has as many.",
            "right only where texts lie picture by picture",
        ),
        Mistake(
            "swapped",
            edit(
                "own.any(1).double().mean().item(), found.any(1).double().mean().item()",
                "found.any(1).double().mean().item(), own.any(1).double().mean().item()",
            ),
            "The two directions are exchanged: the rows of sim are pictures, and picture to text comes first.",
            "the directions are exchanged",
        ),
        Mistake(
            "precision",
            edit("own.any(1).double().mean()", "own.double().mean()"),
            "You averaged the hits inside the first k: that is precision@k. Here one hit is enough.",
            "precision@k",
        ),
        Mistake(
            "all must be right",
            edit("own.any(1)", "own.all(1)"),
            "You ask that all k texts are right. One hit is enough: any, not all.",
            "falls as k grows",
        ),
        Mistake(
            "share of own captions",
            edit(
                "own.any(1).double().mean()",
                "(own.sum(1) / (owner == torch.arange(len(sim)).to(owner.device)[:, None]).sum(1)).double().mean()",
            ),
            "You counted which share of its own texts a picture found. That is recall in the textbook sense; R@k of the retrieval papers is a hit rate: one is enough.",
            "textbook recall, not a hit rate",
        ),
        Mistake(
            "smallest",
            edit("sim.topk(k)", "sim.topk(k, largest=False)"),
            "You took the k least similar texts. Larger means more alike.",
            "the worst matches",
        ),
        Mistake(
            "off by one, text to picture",
            edit("sim.T.topk(k)", "sim.T.topk(min(k + 1, len(sim)))"),
            "For each text you looked at k + 1 pictures.",
            "R@1 counts the second place, one way",
        ),
        Mistake(
            "off by one, both ways",
            edit(
                "sim.topk(k)", "sim.topk(min(k + 1, sim.shape[1]))", "sim.T.topk(k)", "sim.T.topk(min(k + 1, len(sim)))"
            ),
            "You looked at k + 1 places in both directions. (The same slip as argsort[:, :k + 1], or rank <= k where ranks begin at 0.)",
            "R@1 counts the second place",
        ),
        Mistake(
            "one place too few",
            edit("topk(k)", "topk(k - 1)"),
            "You looked at k - 1 places, so R@1 is 0. (The same slip as rank < k where ranks begin at 1.)",
            "R@1 is 0",
        ),
        Mistake(
            "k ignored",
            edit("topk(k)", "topk(1)"),
            "`k` is not used: yours is always R@1.",
            "always R@1",
        ),
        Mistake(
            "k ignored, picture to text",
            edit("sim.topk(k)", "sim.topk(1)"),
            "Picture to text, `k` is not used: yours is always R@1.",
            "always R@1, one way",
        ),
        Mistake(
            "k ignored, text to picture",
            edit("sim.T.topk(k)", "sim.T.topk(1)"),
            "Text to picture, `k` is not used: yours is always R@1.",
            "always R@1, one way",
        ),
        Mistake(
            "smallest, text to picture",
            edit("sim.T.topk(k)", "sim.T.topk(k, largest=False)"),
            "For each text you took the k least similar pictures.",
            "the worst matches, one way",
        ),
        Mistake(
            "smallest, both ways",
            edit("topk(k)", "topk(k, largest=False)"),
            "You took the least similar ones in both directions: topk with largest=False, or an argsort that is not descending. Larger means more alike.",
            "the worst matches",
        ),
        Mistake(
            "diagonal, text to picture",
            edit("top_images == owner[:, None]", "top_images == torch.arange(len(owner)).to(owner.device)[:, None]"),
            "Text to picture, you took picture t as the right one for text t. Ask owner.",
            "right answers count as wrong, one way",
        ),
        Mistake(
            "first own text only",
            edit(
                "own = owner[top_texts] == torch.arange(len(sim)).to(owner.device)[:, None]",
                "own = top_texts == (owner == torch.arange(len(sim)).to(owner.device)[:, None]).int().argmax(1, keepdim=True)",
            ),
            "You looked for the first text of each picture only. Any one of its own texts will do.",
            "other captions count as wrong",
        ),
        Mistake(
            "precision, text to picture",
            edit("found.any(1)", "found"),
            "Text to picture, you averaged the hits inside the first k: a text has one picture, so at best that is 1/k. One hit is enough: any.",
            "1/k at best",
        ),
        Mistake(
            "all must be right, text to picture",
            edit("found.any(1)", "found.all(1)"),
            "Text to picture, you ask that all k pictures are the right one, and there is only one. any, not all.",
            "0 for k above 1",
        ),
        Mistake(
            "share of all texts",
            edit("own.any(1).double().mean()", "(own.sum() / len(owner))"),
            "You divided the right texts that were found by the number of texts. Asked for is the share of pictures that found at least one.",
            "a share of texts, not of pictures",
        ),
        Mistake(
            "share of what fits",
            edit(
                "own.any(1).double().mean()",
                "(own.sum(1) / (owner == torch.arange(len(sim)).to(owner.device)[:, None]).sum(1).clamp(max=k)).double().mean()",
            ),
            "You divided the hits of a picture by as many as it could have in k places. One hit is enough: R@k is a hit rate.",
            "several hits are asked for",
        ),
        Mistake(
            "over the places",
            edit("own.any(1)", "own.any(0)", "found.any(1)", "found.any(0)"),
            "Your any runs over the pictures (or the texts), axis 0, and the mean over the k places. It is the other way round: any over the places, axis 1.",
            "a mean over places",
        ),
        Mistake(
            "picture to text twice",
            edit("found.any(1)", "own.any(1)"),
            "You returned picture to text twice. The second share is that of texts which find their picture.",
            "one direction, twice",
        ),
        Mistake(
            "text to picture twice",
            edit("own.any(1)", "found.any(1)"),
            "You returned text to picture twice. The first share is that of pictures which find one of their texts.",
            "one direction, twice",
        ),
        Mistake(
            "averaged",
            edit(
                "return own.any(1).double().mean().item(), found.any(1).double().mean().item()",
                "both = (own.any(1).double().mean().item() + found.any(1).double().mean().item()) / 2\n    return both, both",
            ),
            "You averaged the two directions. Return them one after the other.",
            "one number for both",
        ),
        Mistake(
            "pooled",
            edit(
                "return own.any(1).double().mean().item(), found.any(1).double().mean().item()",
                "share = torch.cat([own.any(1), found.any(1)]).double().mean().item()\n    return share, share",
            ),
            "You averaged over pictures and texts together. Return the two shares one after the other.",
            "one number for both",
        ),
        Mistake(
            "counts",
            edit("double().mean()", "sum()"),
            "You returned how many hit. Return which share: divide by the number of pictures, or of texts.",
            "counts, not shares",
        ),
        Mistake(
            "per cent",
            edit(".double().mean()", ".double().mean().mul(100)"),
            "Your shares are per cent, 100 times ours. Return numbers between 0 and 1.",
            "100 times ours",
        ),
        Mistake(
            "misses",
            edit(
                "own.any(1).double().mean().item()",
                "1 - own.any(1).double().mean().item()",
                "found.any(1).double().mean().item()",
                "1 - found.any(1).double().mean().item()",
            ),
            "You returned the share of misses. Recall is the share of hits.",
            "falls as the model gets better",
        ),
        Mistake(
            "tensors",
            edit(".mean().item()", ".mean()"),
            "The numbers are right, but yours are tensors. Return Python floats: .item().",
            "tensors, not floats",
        ),
    ),
    hints=(
        "topk along the texts for one direction, along the pictures for the other.",
        "owner[top] says whose texts were found. Compare it with the row number.",
        "any over the k places, then the mean, then .item().",
    ),
    difficulty=3,
    points=15,
    minutes=20,
)

# 09.6 ---------------------------------------------------------------------------------------------


def zero_shot(img: Tensor, prompts: Tensor) -> Tensor:
    """Pictures (N, D) and P prompts of each of C classes (C, P, D) to class numbers (N,)."""
    each = F.normalize(prompts, dim=2)
    classes = F.normalize(each.mean(1))
    return (img @ classes.T).argmax(1)


def _prompts(draw: Draw, c: int, p: int, d: int) -> Tensor:
    """Prompts of very different lengths, and of classes that scatter more or less."""
    centre, spread = draw.normal(c, 1, d), draw.uniform(c, 1, 1, low=0.1, high=2.0)
    length = 10 ** draw.uniform(c, p, 1, low=-1, high=1)
    return length * F.normalize(centre + spread * draw.normal(c, p, d), dim=2)


def _draw_zero_shot(draw: Draw) -> list[Case]:
    p, d = draw.whole(3, 4), draw.whole(3, 4)
    return [
        Case("one picture, one prompt", (draw.normal(1, 3), draw.normal(2, 1, 3))),
        Case("random", (draw.normal(40, d), _prompts(draw, 6, p, d))),
        Case(
            "random, pictures of any length",
            (draw.uniform(40, 1, high=100.0) * draw.normal(40, d), _prompts(draw, 5, p, d)),
        ),
        Case("as many classes as prompts", (draw.normal(40, d), _prompts(draw, 4, 4, d))),
        Case("as many pictures as classes", (draw.normal(6, d), _prompts(draw, 6, 2, d))),
        Case("float64", (draw.normal(30, d, dtype=torch.float64), _prompts(draw, 5, p, d).double())),
    ]


ZERO_SHOT = Task(
    id="09.6",
    title="Zero-shot classification with several prompts a class",
    promise="""
    Write `zero_shot(img, prompts)`: the class of each picture, by words alone.

    - `img` (N, D) holds the embeddings of N pictures, `prompts` (C, P, D) those of P sentences for each of C classes; all sizes >= 1, one dtype (float32 or float64). No row, and no average of the scaled prompts of a class, is shorter than 0.000001; the lengths of the rows differ.
    - The embedding of a class: scale each of its prompts to length 1, average these P vectors, and scale the average to length 1 again.
    - The class of a picture is the one whose embedding has the largest cosine with it. Return the class numbers, shape (N,), of any signed integer dtype. No two classes tie.
    - The inputs are not changed.
    - You may call `F.normalize`.
    """,
    reference=zero_shot,
    named=(
        Case(
            "lengths differ",
            (tensor([[1.0, 0.1], [0.1, 1.0]]), tensor([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 10.0], [10.0, 0.0]]])),
        ),
        Case("a long prompt", (tensor([[1.0, 0.9]]), tensor([[[1.0, 0.0], [1.0, 0.0]], [[100.0, 0.0], [0.0, 1.0]]]))),
        Case(
            "a scattered class", (tensor([[1.0, 0.25]]), tensor([[[1.0, 0.0], [1.0, 0.0]], [[0.8, 0.6], [0.3, 0.954]]]))
        ),
        Case(
            "prompts that agree against prompts that scatter",
            (tensor([[0.9, 0.42], [0.42, 0.9]]), tensor([[[1.0, 0.0], [0.0, 1.0]], [[0.8, 0.6], [0.9, 0.43]]])),
        ),
        Case("five classes", (Draw(1).normal(6, 4), Draw(2).normal(5, 3, 4))),
        Case(
            "as many classes as prompts",
            (Draw(3).normal(6, 3), Draw(4).normal(3, 3, 3) * tensor([1.0, 5.0, 25.0])[None, :, None]),
        ),
        Case(
            "a short prompt",
            (
                tensor([[0.766, 0.643], [0.94, 0.342]]),
                tensor([[[0.000001, 0.0], [0.0, 1.0]], [[0.866, 0.5], [0.866, 0.5]]]),
            ),
        ),
        Case(
            "prompts that nearly cancel",
            (
                tensor([[0.3, 1.0], [1.0, 0.2]], dtype=torch.float64),
                tensor([[[1.0, 4e-6], [-1.0, 4e-6]], [[1.0, 1.0], [1.0, 1.0]]], dtype=torch.float64),
            ),
        ),
        Case("many pictures", (Draw(5).normal(20, 3), _prompts(Draw(6), 5, 4, 3))),
        Case("as many pictures as classes", (Draw(7).normal(6, 3), _prompts(Draw(8), 6, 2, 3))),
        Case(
            "a prompt of length 0.01",
            (
                tensor([[0.766, 0.643], [0.94, 0.342]]),
                tensor([[[0.01, 0.0], [0.0, 1.0]], [[0.866, 0.5], [0.866, 0.5]]]),
            ),
        ),
        Case(
            "float64, classes that float32 cannot tell apart",
            (
                tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], dtype=torch.float64),
                tensor([[[1.0, 1.0, 1.0]], [[1.0 + 1e-8, 1.0, 1.0]], [[1.0, 1.0 + 1e-8, 1.0]]], dtype=torch.float64),
            ),
        ),
    ),
    draws=_draw_zero_shot,
    mistakes=(
        Mistake(
            "prompts not scaled",
            edit("F.normalize(prompts, dim=2)", "prompts"),
            "You averaged the prompts as they are: a long vector owns its class. Scale each prompt to length 1 first.",
            "one long prompt owns the class",
        ),
        Mistake(
            "average not scaled",
            edit("F.normalize(each.mean(1))", "each.mean(1)"),
            "The average of prompts that scatter is short, so its products are small and the class hardly ever wins. Scale the average to length 1 again. (Averaging the P cosines of each class comes to the same.)",
            "classes of varied prompts never win",
        ),
        Mistake(
            "average over classes",
            edit("each.mean(1)", "each.mean(0)"),
            "You averaged over the classes, axis 0. Average over the prompts of each class, axis 1.",
            "P mixtures instead of C classes",
        ),
        Mistake(
            "first prompt only",
            edit("each.mean(1)", "each[:, 0]"),
            "You used the first prompt of each class only. Average all P.",
            "no ensemble",
        ),
        Mistake(
            "least similar",
            edit("argmax(1)", "argmin(1)"),
            "You chose the least similar class. The largest cosine wins: argmax.",
            "the worst class",
        ),
        Mistake(
            "best picture of a class",
            edit("argmax(1)", "argmax(0)"),
            "You found the best picture of each class. Asked for is the best class of each picture: argmax over the classes, axis 1.",
            "shape (C,)",
        ),
        Mistake(
            "best prompt",
            edit("(img @ classes.T).argmax(1)", 'torch.einsum("nd,cpd->ncp", img, each).amax(2).argmax(1)'),
            "You took the best of the P prompts of each class. Average the prompts into one embedding of the class.",
            "one lucky prompt decides",
        ),
        Mistake(
            "prompts vote",
            edit("(img @ classes.T).argmax(1)", 'torch.einsum("nd,cpd->npc", img, each).argmax(2).mode(1).values'),
            "You let each set of prompts choose a class, and took the vote. Average the prompts into one embedding of the class first.",
            "near misses do not count",
        ),
        Mistake(
            "number of the prompt",
            edit("(img @ classes.T).argmax(1)", "(img @ each.flatten(0, 1).T).argmax(1)"),
            "You returned the number of the best of all C · P prompts. Asked for is a class, 0 to C - 1, by the average of its prompts.",
            "numbers beyond the last class",
        ),
        Mistake(
            "scores",
            edit(".argmax(1)", ""),
            "You returned the scores, shape (N, C). Return which class has the largest: argmax.",
            "scores, not classes",
        ),
        Mistake(
            "scaled over the prompts",
            edit("F.normalize(prompts, dim=2)", "F.normalize(prompts)"),
            "F.normalize works along axis 1 unless you say otherwise, and here that is the axis of the prompts. Scale each vector: dim=2.",
            "prompts share a length",
        ),
        Mistake(
            "scaled over the classes",
            edit("F.normalize(prompts, dim=2)", "F.normalize(prompts, dim=0)"),
            "dim=0 scales over the classes. Scale each vector: dim=2.",
            "classes share a length",
        ),
        Mistake(
            "average scaled over the classes",
            edit("F.normalize(each.mean(1))", "F.normalize(each.mean(1), dim=0)"),
            "You scaled the averages over the classes, dim=0. Scale each average to length 1: dim=1.",
            "classes of varied prompts lose",
        ),
        Mistake(
            "nothing scaled",
            edit("F.normalize(prompts, dim=2)", "prompts", "F.normalize(each.mean(1))", "each.mean(1)"),
            "You scaled neither the prompts nor their average: long vectors own the decision. Scale, average, scale.",
            "long vectors win",
        ),
        Mistake(
            "nearest average",
            edit(
                "F.normalize(each.mean(1))",
                "each.mean(1)",
                "(img @ classes.T).argmax(1)",
                "torch.cdist(img, classes).argmin(1)",
            ),
            "You took the class whose average is nearest, without scaling it: a long picture then likes long averages. The largest cosine wins.",
            "the length of a picture decides",
        ),
        Mistake(
            "median of the prompts",
            edit("each.mean(1)", "each.median(1).values"),
            "You took the median of the prompts; the task asks for their average.",
            "the median, not the average",
        ),
        Mistake(
            "largest of the prompts",
            edit("each.mean(1)", "each.amax(1)"),
            "You took the largest number of each feature over the prompts; the task asks for their average.",
            "the largest, not the average",
        ),
        Mistake(
            "last prompt only",
            edit("each.mean(1)", "each[:, -1]"),
            "You used the last prompt of each class only. Average all P.",
            "no ensemble",
        ),
        Mistake(
            "without the first prompt",
            edit("each.mean(1)", "(each[:, 1:] if each.shape[1] > 1 else each).mean(1)"),
            "You left the first prompt out of the average. Average all P.",
            "one prompt is lost",
        ),
        Mistake(
            "cut in another order",
            edit(
                "F.normalize(prompts, dim=2)",
                "F.normalize(prompts, dim=2).reshape(prompts.shape[1], prompts.shape[0], -1).transpose(0, 1)",
            ),
            "You cut the prompts as (P, C, D): a reshape does not move axes, so classes get each other's prompts. They come as (C, P, D).",
            "classes get each other's prompts",
        ),
        Mistake(
            "absolute",
            edit("(img @ classes.T).argmax(1)", "(img @ classes.T).abs().argmax(1)"),
            "You took absolute values: an opposite class wins as well. The largest cosine wins, sign included.",
            "opposite classes win",
        ),
        Mistake(
            "pictures scaled over the batch",
            edit("(img @ classes.T)", "(F.normalize(img, dim=0) @ classes.T)"),
            "You scaled each feature of the pictures over the batch, dim=0: a picture's class then depends on the others. Scale rows, or leave the pictures as they are.",
            "depends on the batch",
        ),
        Mistake(
            "from one",
            edit(".argmax(1)", ".argmax(1) + 1"),
            "Your classes count from 1. They are numbered 0 to C - 1.",
            "every class is one too high",
        ),
        Mistake(
            "float classes",
            edit(".argmax(1)", ".argmax(1).to(img.dtype)"),
            "The classes are right, but yours are floats. Class numbers are integers.",
            "cannot index with them",
        ),
        Mistake(
            "a column",
            edit(".argmax(1)", ".argmax(1, keepdim=True)"),
            "Your result has shape (N, 1). One number a picture: shape (N,).",
            "compared with (N,) it makes a table",
        ),
        Mistake(
            "best scaled picture of a class",
            edit("(img @ classes.T).argmax(1)", "(F.normalize(img) @ classes.T).argmax(0)"),
            "You found the picture with the largest cosine for each class. Asked for is the best class of each picture: argmax over the classes, axis 1.",
            "shape (C,)",
        ),
        Mistake(
            "largest cosine",
            edit("(img @ classes.T).argmax(1)", "(F.normalize(img) @ classes.T).amax(1)"),
            "You returned how large the best cosine is. Return which class it is: argmax.",
            "cosines, not classes",
        ),
        Mistake(
            "largest score",
            edit("(img @ classes.T).argmax(1)", "(img @ classes.T).amax(1)"),
            "You returned how large the best product is. Return which class it is: argmax.",
            "scores, not classes",
        ),
        Mistake(
            "cosines",
            edit("(img @ classes.T).argmax(1)", "F.normalize(img) @ classes.T"),
            "You returned the cosines, shape (N, C). Return which class has the largest: argmax.",
            "cosines, not classes",
        ),
        Mistake(
            "length by absolute values",
            edit("F.normalize(prompts, dim=2)", "F.normalize(prompts, dim=2, p=1)"),
            "You divided the prompts by the sum of their absolute values (p=1). Length 1 means that the sum of the squares is 1.",
            "directions along an axis weigh more",
        ),
        Mistake(
            "average's length by absolute values",
            edit("F.normalize(each.mean(1))", "F.normalize(each.mean(1), p=1)"),
            "You divided the average by the sum of its absolute values (p=1). Length 1 means that the sum of the squares is 1.",
            "directions along an axis win",
        ),
        Mistake(
            "divided by the largest",
            edit("F.normalize(prompts, dim=2)", "(prompts / prompts.abs().amax(2, keepdim=True))"),
            "You divided each prompt by its largest number. Length 1 means that the sum of the squares is 1.",
            "directions off the axes weigh more",
        ),
        Mistake(
            "0.001 added to lengths",
            edit(
                "F.normalize(prompts, dim=2)",
                "(prompts / (prompts.norm(dim=2, keepdim=True) + 0.001))",
                "F.normalize(each.mean(1))",
                "each.mean(1) / (each.mean(1).norm(dim=1, keepdim=True) + 0.001)",
            ),
            "You added a number to the lengths against division by 0: short prompts stay shorter than 1 and count less. No row is shorter than 0.000001: divide by the length itself.",
            "short prompts count less",
        ),
        Mistake(
            "0.01 added to lengths",
            edit("F.normalize(prompts, dim=2)", "(prompts / (prompts.norm(dim=2, keepdim=True) + 0.01))"),
            "You added a number to the lengths against division by 0: short prompts stay shorter than 1 and count less. No row is shorter than 0.000001: divide by the length itself.",
            "short prompts count less",
        ),
        Mistake(
            "1e-6 added to lengths",
            edit("F.normalize(prompts, dim=2)", "(prompts / (prompts.norm(dim=2, keepdim=True) + 1e-6))"),
            "You added a small number to the lengths against division by 0: very short prompts stay shorter than 1 and count less. No row is shorter than 0.000001: divide by the length itself.",
            "the shortest prompts count less",
        ),
        Mistake(
            "lengths of 1 at least",
            edit("F.normalize(prompts, dim=2)", "(prompts / prompts.norm(dim=2, keepdim=True).clamp_min(1))"),
            "You divided by the length only where it is above 1: shorter prompts stay short and count less. Divide each by its own length.",
            "short prompts count less",
        ),
    ),
    hints=(
        "Scale, average, scale: on which axis of (C, P, D) does each step work?",
        "F.normalize(prompts, dim=-1).mean(1) has shape (C, D), and its rows are shorter than 1.",
        "pictures @ classes.T has shape (N, C).",
    ),
    difficulty=2,
    points=10,
    minutes=15,
)

TASKS = (INFO_NCE, CLIP, SIGLIP, SUPCON, RECALL, ZERO_SHOT)
