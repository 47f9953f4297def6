"""Tasks of lesson 15: translation with a picture."""

import math
from collections import Counter
from dataclasses import replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, tensor

from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.outcome import Array, Outcome
from fusion_edu.autograder.task import Mistake, Task, edit
from fusion_edu.autograder.views import as_numbers

# 15.1 ---------------------------------------------------------------------------------------------


def shift_right(tgt: Tensor, bos: int) -> tuple[Tensor, Tensor]:
    """Targets (N, T) that end with EOS and then padding to (what the decoder reads, what it should say)."""
    inp = torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)
    return inp, tgt


def _draw_targets(draw: Draw) -> list[Case]:
    n, t = draw.whole(2, 4), draw.whole(3, 6)
    rows = draw.labels(9, n, t) + 3
    for i in range(n):
        end = draw.whole(0, t - 1)
        rows[i, end] = 2
        rows[i, end + 1 :] = 0
    return [
        Case("random", (rows, 1)),
        Case("another begin", (rows, draw.whole(20, 30))),
        Case("one place", (tensor([[2], [2]]), 1)),
        Case("empty text", (tensor([[2, 0, 0]]), 1)),
        Case("int32", (rows.int(), 1)),
    ]


SHIFT = Task(
    id="15.1",
    title="Teacher forcing: what the decoder reads, what it should say",
    promise="""
    Write `shift_right(tgt, bos)` and return two tensors: what the decoder reads, and what it should say next at each place.

    - `tgt` has shape (N, T), int32 or int64, N, T >= 1: each row is a text, then the token EOS, then padding. You need neither of their numbers. `bos` is an int, the token that begins a text; it may occur in `tgt` too.
    - The decoder reads `bos` and then the text, one place later than in `tgt`; the last column of `tgt` is read by nobody.
    - It should say what stands in `tgt`, EOS and padding included; that result may be `tgt` itself.
    - Both results have shape (N, T) and a signed integer dtype that holds every token. The input is not changed. No gradient is asked for.
    """,
    reference=shift_right,
    named=(
        Case("5 6 EOS pad", (tensor([[5, 6, 2, 0]]), 1)),
        Case("two texts", (tensor([[5, 6, 7, 2], [8, 2, 0, 0]]), 1)),
        Case("begin is 9", (tensor([[5, 2]]), 9)),
        Case("three texts, begin is 3", (tensor([[5, 6, 7, 2, 0], [8, 2, 0, 0, 0], [4, 9, 5, 6, 2]]), 3)),
        Case("one place", (tensor([[2], [2]]), 1)),
        Case("int32", (tensor([[7, 5, 2]], dtype=torch.int32), 1)),
        Case("large numbers", (tensor([[50000, 300, 2, 0], [7, 40000, 130, 2]]), 1)),
        Case("begins with bos", (tensor([[1, 5, 2], [5, 1, 2]]), 1)),
        Case("EOS is 3, padding 1", (tensor([[5, 2, 7, 3, 1, 1], [0, 6, 0, 4, 2, 3]]), 9)),
    ),
    draws=_draw_targets,
    mistakes=(
        Mistake(
            "no shift",
            edit("torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)", "tgt.clone()"),
            "Your decoder reads the very word that it should say: it learns to copy. The loss falls to 0, and what it writes by itself is garbage. Shift what it reads by one place.",
            "the loss falls to 0, the writing is garbage",
        ),
        Mistake(
            "shift left",
            edit(
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)",
                "torch.cat([tgt[:, 1:], torch.full_like(tgt[:, :1], bos)], 1)",
            ),
            "You shifted the wrong way: the decoder reads the future. Put bos in front and drop the last column.",
            "reads the future",
        ),
        Mistake(
            "both shifted",
            edit("return inp, tgt", "return inp, inp"),
            "Both results are shifted, so the decoder should say what it reads. Only the input is shifted; the target is tgt.",
            "should say what it reads",
        ),
        Mistake(
            "roll",
            edit("torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)", "torch.roll(tgt, 1, 1)"),
            "torch.roll brings the last token, EOS or padding, to the front, where bos belongs.",
            "begins with the end",
        ),
        Mistake(
            "drops end",
            edit("return inp, tgt", "return inp[:, :-1], tgt[:, :-1]"),
            "You cut off the last place: the longest text loses its EOS, and the model never learns to stop there. Keep all T places.",
            "never learns to stop",
        ),
        Mistake(
            "begins with padding",
            edit("torch.full_like(tgt[:, :1], bos)", "torch.zeros_like(tgt[:, :1])"),
            "Your texts begin with 0, the padding. They begin with bos.",
            "begins with padding",
        ),
        Mistake(
            "swapped",
            edit("return inp, tgt", "return tgt, inp"),
            "You returned the two in the other order: first what the decoder reads, then what it should say.",
            "learns to say the word before",
        ),
        Mistake(
            "one place too long",
            edit(
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)",
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt], 1)",
            ),
            "What the decoder reads has T + 1 places: you put bos in front and dropped nothing. Drop the last column.",
            "shapes do not fit",
        ),
        Mistake(
            "cut, not shifted",
            edit("return inp, tgt", "return tgt[:, :-1], tgt[:, 1:]"),
            "You cut both to T - 1 places, as where `tgt` itself begins with bos. Here it does not: put bos in front, and keep T places.",
            "the first word is never said",
        ),
        Mistake(
            "first word overwritten",
            edit(
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)",
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, 1:]], 1)",
            ),
            "You replaced the first word by bos and moved nothing: from the second place on the decoder reads what it should say. Put bos in front, and drop the last column.",
            "reads what it should say",
        ),
        Mistake(
            "shifted by two",
            edit(
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)",
                "torch.cat([torch.full_like(tgt[:, :2], bos), tgt[:, :-2]], 1)",
            ),
            "You shifted by two places: at each place the decoder has not yet read the word before. Shift by one.",
            "the word before is never read",
        ),
        Mistake(
            "target shifted too",
            edit("return inp, tgt", "return inp, torch.cat([tgt[:, 1:], torch.zeros_like(tgt[:, :1])], 1)"),
            "You also moved what it should say, to the left: the first word is never said, and one word is skipped. Only what the decoder reads is shifted.",
            "skips a word",
        ),
        Mistake(
            "end read as padding",
            edit("return inp, tgt", "return torch.where(inp == 2, 0, inp), tgt"),
            "You took the token 2 out of what the decoder reads. It reads the text as it is, one place later; you need no number of EOS.",
            "EOS vanishes from what is read",
        ),
        Mistake(
            "shifted over the texts",
            edit(
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)",
                "torch.cat([torch.full_like(tgt[:1], bos), tgt[:-1]], 0)",
            ),
            "You shifted along axis 0: each text reads the text before it. The places are axis 1.",
            "reads another text",
        ),
        Mistake(
            "shifted through all texts",
            edit(
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)",
                "torch.cat([tgt.new_tensor([bos]), tgt.flatten()[:-1]]).view(tgt.shape)",
            ),
            "You shifted the flattened batch: each text but the first begins with the end of the one before. Every row begins with bos.",
            "texts begin with another's end",
        ),
        Mistake(
            "bos is 1",
            edit("torch.full_like(tgt[:, :1], bos)", "torch.ones_like(tgt[:, :1])"),
            "Your texts begin with 1, whatever bos is. Use the argument.",
            "wrong where bos is another number",
        ),
        Mistake(
            "padding to be ignored",
            edit("return inp, tgt", "return inp, tgt.masked_fill(tgt == 0, -100)"),
            "You replaced 0 by -100 in what it should say. Here padding stays as it is; the loss is told which token it is.",
            "-100 in the targets",
        ),
        Mistake(
            "last one repeated",
            edit("return inp, tgt", "return inp, torch.cat([tgt[:, 1:], tgt[:, -1:]], 1)"),
            "You moved what it should say to the left and repeated the last token. It should say `tgt` itself.",
            "skips the first word",
        ),
        Mistake(
            "overwrites",
            edit("    return inp, tgt", "    tgt.copy_(inp)\n    return tgt, tgt"),
            "You wrote into the caller's tensor, and both results are the same one. Make a new tensor for what the decoder reads.",
            "the targets are lost",
        ),
        Mistake(
            "floats",
            edit("return inp, tgt", "return inp.float(), tgt"),
            "What the decoder reads holds floats: an Embedding raises an error. Make the column of bos with the dtype of tgt.",
            "Embedding raises an error",
        ),
        Mistake(
            "only what is read",
            edit("return inp, tgt", "return inp"),
            "You returned one tensor. Return two: what the decoder reads, and what it should say.",
            "one result",
        ),
        Mistake(
            "stacked",
            edit("return inp, tgt", "return torch.stack([inp, tgt])"),
            "You stacked both into one tensor. Return two tensors.",
            "one tensor of three axes",
        ),
        Mistake(
            "turned round",
            edit(
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)",
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt.flip(1)[:, :-1]], 1)",
            ),
            "Your decoder reads the text backwards. It reads it in order, one place later.",
            "reads backwards",
        ),
        Mistake(
            "bos everywhere",
            edit("torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)", "torch.full_like(tgt, bos)"),
            "Your decoder reads nothing but bos: copying column by column from left to right carries the first one through the whole row. Copy from the tensor as it was.",
            "reads no word",
        ),
        Mistake(
            "first word everywhere",
            edit(
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)",
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :1].expand(-1, tgt.shape[1] - 1)], 1)",
            ),
            "Your decoder reads the first word again and again: copying column by column from left to right carries it through the whole row. Copy from the tensor as it was.",
            "reads one word only",
        ),
        Mistake(
            "rolled over the texts",
            edit(
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)",
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt.roll(1, 0)[:, 1:]], 1)",
            ),
            "You rolled along axis 0, the texts, and wrote bos over the first column: each row reads another text. Shift along the places, axis 1.",
            "reads another text",
        ),
        Mistake(
            "rolled to the left",
            edit(
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)",
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt.roll(-1, 1)[:, 1:]], 1)",
            ),
            "You rolled to the left and wrote bos over the first column: the decoder reads the future. Shift to the right.",
            "reads the future",
        ),
        Mistake(
            "bos in the first text only",
            edit(
                "torch.full_like(tgt[:, :1], bos)",
                "torch.cat([torch.full_like(tgt[:1, :1], bos), torch.zeros_like(tgt[1:, :1])])",
            ),
            "Only your first text begins with bos, the others with 0. Write it into the whole column: [:, 0].",
            "the others begin with padding",
        ),
        Mistake(
            "int8",
            edit("return inp, tgt", "return inp.to(torch.int8), tgt"),
            "int8 ends at 127, and vocabularies are larger: larger tokens become other ones. Keep the dtype of tgt.",
            "large tokens become other ones",
        ),
        Mistake(
            "int16",
            edit("return inp, tgt", "return inp.to(torch.int16), tgt"),
            "int16 ends at 32767, and vocabularies may be larger: larger tokens become other ones. Keep the dtype of tgt.",
            "large tokens become other ones",
        ),
        Mistake(
            "target without its first word",
            edit("return inp, tgt", "return inp, tgt[:, 1:]"),
            "What the decoder should say lacks its first column. It should say `tgt` itself: the first word is what it says after bos.",
            "the first word is never said",
        ),
        Mistake(
            "target without its end",
            edit("return inp, tgt", "return inp, tgt[:, :-1]"),
            "What the decoder should say lacks its last column. It should say `tgt` itself, all T places.",
            "never learns to stop",
        ),
        Mistake(
            "bos in the first text only, rolled",
            edit("torch.full_like(tgt[:, :1], bos)", "torch.cat([torch.full_like(tgt[:1, :1], bos), tgt[1:, -1:]])"),
            "Only your first text begins with bos; the others begin with their own last token, which the roll brought there. Write bos into the whole column: [:, 0].",
            "the others begin with their end",
        ),
        Mistake(
            "shifted up the texts",
            edit(
                "torch.cat([torch.full_like(tgt[:, :1], bos), tgt[:, :-1]], 1)",
                "torch.cat([tgt[1:], torch.full_like(tgt[:1], bos)])",
            ),
            "You shifted along axis 0, with bos at the end: each text reads the text after it. The places are axis 1, and bos comes first.",
            "reads another text",
        ),
        Mistake(
            "begins with bos already",
            edit("return inp, tgt", "return torch.where(tgt[:, :1] == bos, tgt, inp), tgt"),
            "A text whose first token has the number of bos is not shifted in yours: the decoder then reads what it should say. Shift every row.",
            "reads what it should say",
        ),
        Mistake(
            "padding kept in its place",
            edit("return inp, tgt", "return torch.where(tgt == 0, 0, inp), tgt"),
            "Where `tgt` holds 0 your decoder reads 0: what belongs there, often EOS, is missing. It reads `tgt` one place later, whatever stands there; you need no number of padding.",
            "EOS vanishes from what is read",
        ),
        Mistake(
            "one place left as it is",
            edit("return inp, tgt", "return inp if tgt.shape[1] > 1 else tgt.clone(), tgt"),
            "Texts of one place come back as they are: the decoder reads what it should say. With T = 1 too it reads bos.",
            "reads what it should say",
        ),
        Mistake(
            "repeated end to be ignored",
            edit(
                "return inp, tgt",
                "end = (tgt == tgt[:, -1:]).flip(1).long().cumprod(1).flip(1)\n    return inp, torch.cat([tgt[:, :1], tgt[:, 1:].masked_fill(end[:, :-1] > 0, -100)], 1)",
            ),
            "Where a row ends with the same token several times you put -100 in what it should say. Here it stays as it is; the loss is told which token is padding.",
            "-100 in the targets",
        ),
        Mistake(
            "int16, both",
            edit("return inp, tgt", "return inp.to(torch.int16), tgt.to(torch.int16)"),
            "int16 ends at 32767, and vocabularies may be larger: larger tokens become other ones, in both results. Keep the dtype of tgt.",
            "large tokens become other ones",
        ),
    ),
    hints=(
        "When the decoder is to say the first word, what has it read so far?",
        "A column of bos: torch.full_like(tgt[:, :1], bos).",
        "In front of tgt[:, :-1], along axis 1.",
    ),
    difficulty=2,
    points=10,
    minutes=12,
)

# 15.2 ---------------------------------------------------------------------------------------------


def seq_cross_entropy(logits: Tensor, target: Tensor, pad: int) -> Tensor:
    """Logits (N, T, V) and tokens (N, T) to the mean over the tokens that are not pad."""
    V = logits.shape[-1]
    nll = F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), reduction="none")
    m = (target.reshape(-1) != pad).to(nll.dtype)
    return (nll * m).sum() / m.sum().clamp_min(1)


def _other_order(logits: Tensor, target: Tensor, pad: int) -> Tensor:
    V = logits.shape[-1]
    turned = logits.transpose(1, 2) if logits.shape[1] == V else logits.transpose(0, 1)
    nll = F.cross_entropy(turned.reshape(-1, V), target.reshape(-1), reduction="none")
    m = (target.reshape(-1) != pad).to(nll.dtype)
    return (nll * m).sum() / m.sum().clamp_min(1)


def _padded(draw: Draw, n: int, t: int, v: int, pad: int = 0) -> Tensor:
    target = draw.labels(v - 1, n, t)
    target = target + (target >= pad)
    for i in range(n):
        target[i, draw.whole(1, t) :] = pad
    return target


def _draw_sequences(draw: Draw) -> list[Case]:
    n, t, v = draw.whole(2, 3), draw.whole(4, 5), draw.whole(6, 7)
    target = _padded(draw, n, t, v)
    target[0, 1:] = 0
    target[-1] = 1 + draw.labels(v - 1, t)
    wide = draw.normal(n, t, v)
    return [
        Case("random", (wide, target, 0)),
        Case("as many places as tokens", (draw.normal(n, 5, 5), _padded(draw, n, 5, 5), 0)),
        Case("as many texts as tokens", (draw.normal(4, 3, 4), _padded(draw, 4, 3, 4), 0)),
        Case("padding is 3", (draw.normal(n, t, v), _padded(draw, n, t, v, pad=3), 3)),
        Case("only padding, float64", (Draw(9).normal(1, 2, 3, dtype=torch.float64), tensor([[0, 0]]), 0)),
        Case("large logits", (1000 * draw.normal(n, t, v), target, 0)),
        Case("one text, one token", (draw.normal(1, 1, v), tensor([[1]]), 0)),
        Case("float64", (draw.normal(n, t, v, dtype=torch.float64), target, 0)),
        Case("gradient, random", (wide, target, 0), gradient=(0,)),
    ]


SEQUENCE = Task(
    id="15.2",
    title="Sequence loss without the padding",
    promise=r"""
    Write `seq_cross_entropy(logits, target, pad)`: the mean of $-\log p(\text{true token})$ over all tokens of the batch that are not padding.

    - `logits` has shape (N, T, V): scores before the softmax of V tokens at each of T places of N texts; float32 or float64. N, T >= 1.
    - `target` has shape (N, T), int64, with tokens 0 .. V-1; `pad` is an int, the token that stands where a text has ended, any of the V, and stands nowhere else.
    - Each real token of the batch counts the same, so a long text counts more than a short one.
    - The result is a scalar tensor of the dtype of the logits, in nats; 0 where there is nothing but padding, with or without a gradient. It holds for logits of size 1000.
    - The gradient flows back to the logits. The inputs are not changed.
    - You may call `F.cross_entropy`.
    """,
    reference=seq_cross_entropy,
    named=(
        Case("padded", (Draw(1).normal(2, 3, 4), tensor([[1, 2, 0], [3, 0, 0]]), 0)),
        Case("no padding", (Draw(1).normal(2, 2, 3), tensor([[1, 2], [2, 1]]), 0)),
        Case("three places, three tokens", (Draw(2).normal(2, 3, 3), tensor([[1, 2, 0], [2, 1, 1]]), 0)),
        Case("only padding", (Draw(1).normal(1, 2, 3), tensor([[0, 0]]), 0)),
        Case("gradient", (Draw(3).normal(2, 2, 3), tensor([[1, 0], [2, 2]]), 0), gradient=(0,)),
        Case("one real token, padding is 3", (Draw(4).normal(2, 2, 4), tensor([[1, 3], [3, 3]]), 3)),
        Case("padding is 3, token 0 is real", (Draw(5).normal(2, 4, 5), tensor([[0, 1, 2, 3], [4, 0, 3, 3]]), 3)),
        Case(
            "as many texts as tokens",
            (Draw(6).normal(4, 3, 4), tensor([[1, 2, 0], [3, 0, 0], [2, 2, 1], [1, 0, 0]]), 0),
        ),
        Case("large logits", (1000 * Draw(7).normal(2, 3, 4), tensor([[1, 2, 0], [3, 1, 0]]), 0)),
        Case("float64", (Draw(8).normal(2, 3, 5, dtype=torch.float64), tensor([[1, 4, 0], [3, 0, 0]]), 0)),
        Case("gradient, only padding", (Draw(9).normal(1, 2, 3), tensor([[0, 0]]), 0), gradient=(0,)),
    ),
    draws=_draw_sequences,
    mistakes=(
        Mistake(
            "padding counts",
            edit("m = (target.reshape(-1) != pad).to(nll.dtype)", "m = torch.ones_like(nll)"),
            "Padding is in your loss: the model learns to say padding, which is easy, and the loss looks better than the texts are. Leave those places out.",
            "learns to say padding",
        ),
        Mistake(
            "divide by all",
            edit("m.sum().clamp_min(1)", "target.numel()"),
            "You left the padding out of the sum but divided by all N·T places: the longer the padding, the smaller the loss. Divide by the number of real tokens.",
            "more padding, smaller loss",
        ),
        Mistake(
            "sentence mean",
            edit(
                "(nll * m).sum() / m.sum().clamp_min(1)",
                "((nll * m).view(target.shape).sum(1) / m.view(target.shape).sum(1).clamp_min(1)).mean()",
            ),
            "You averaged each text first and then the texts: a token of a short text counts more. Here every token counts the same.",
            "short texts weigh more",
        ),
        Mistake(
            "other order",
            _other_order,
            "Logits and targets are flattened in different orders: each token is scored against the logits of another place. Keep the axes (N, T) in front of both, and flatten with reshape(-1, V) and reshape(-1).",
            "each token meets another's logits",
        ),
        Mistake(
            "nan if empty",
            edit(".clamp_min(1)", ""),
            "Where all is padding you divide 0 by 0, and one NaN spoils all weights. Divide by at least 1.",
            "NaN for a batch of padding",
        ),
        Mistake(
            "sum",
            edit(" / m.sum().clamp_min(1)", ""),
            "You return the sum: it grows with the length of the texts. Take the mean over the real tokens.",
            "grows with the length",
        ),
        Mistake(
            "padding is 0",
            edit("!= pad", "!= 0"),
            "You took 0 for padding. Which token it is, the argument pad says.",
            "wrong where padding has another number",
        ),
        Mistake(
            "only padding counts",
            edit("!= pad", "== pad"),
            "Your mask is the wrong way round: only the padding counts.",
            "learns nothing but padding",
        ),
        Mistake(
            "detached",
            edit("nll * m", "nll.detach() * m"),
            "The value is right, but no gradient reaches the logits: .detach(), torch.no_grad(), .item() or NumPy cut the graph.",
            "nothing is learned",
        ),
        Mistake(
            "divided by texts",
            edit("m.sum().clamp_min(1)", "len(logits)"),
            "You divided by the number of texts: long texts cost more. Divide by the number of real tokens.",
            "grows with the length",
        ),
        Mistake(
            "divided by places",
            edit("m.sum().clamp_min(1)", "logits.shape[1]"),
            "You divided by T, the number of places of one text. Divide by the number of real tokens of the batch.",
            "grows with the number of texts",
        ),
        Mistake(
            "mean of places",
            edit(
                "(nll * m).sum() / m.sum().clamp_min(1)",
                "((nll * m).view(target.shape).sum(0) / m.view(target.shape).sum(0).clamp_min(1)).mean()",
            ),
            "You averaged each place over the texts first, and then the places: a token of a late place counts more. Here every token counts the same.",
            "late places weigh more",
        ),
        Mistake(
            "mean of texts with padding",
            edit(
                "(nll * m).sum() / m.sum().clamp_min(1)",
                "((nll * m).view(target.shape).mean(1)).sum() / (m.view(target.shape).sum(1) > 0).sum().clamp_min(1)",
            ),
            "You averaged each text over all its T places, padding included. Divide the sum over the batch by the number of real tokens.",
            "short texts cost little",
        ),
        Mistake(
            "one more below",
            edit("m.sum().clamp_min(1)", "(m.sum() + 1)"),
            "You divided by the number of real tokens plus 1. Guard the empty batch only: at least 1.",
            "a little too small",
        ),
        Mistake(
            "first text only",
            edit(
                "target.reshape(-1) != pad",
                "(target.reshape(-1) != pad) & (torch.arange(target.numel()) < target.shape[1])",
            ),
            "You took the first text only. All real tokens of the batch count.",
            "one text learns",
        ),
        Mistake(
            "first place missing",
            edit(
                "target.reshape(-1) != pad",
                "(target.reshape(-1) != pad) & (torch.arange(target.numel()) % target.shape[1] > 0)",
            ),
            "You left out the first place of each text. Every real token counts: bos stands in what is read, not in the targets.",
            "the first word is never learned",
        ),
        Mistake(
            "logits one place early",
            edit(
                "F.cross_entropy(logits.reshape(-1, V), target.reshape(-1)",
                "F.cross_entropy(logits.roll(1, 1).reshape(-1, V), target.reshape(-1)",
            ),
            "You moved the logits by one place against the targets. The shift was done before: logits of a place belong to the target of that place.",
            "each token meets another's logits",
        ),
        Mistake(
            "mask from the guesses",
            edit("target.reshape(-1) != pad", "logits.argmax(-1).reshape(-1) != pad"),
            "Your mask asks what the model guesses. Padding is where the target is pad.",
            "guessing padding is free",
        ),
        Mistake(
            "logits zeroed",
            edit(
                "logits.reshape(-1, V), target",
                "(logits * (target != pad)[..., None]).reshape(-1, V), target",
                "m = (target.reshape(-1) != pad).to(nll.dtype)",
                "m = torch.ones_like(nll)",
            ),
            "You set the logits of padding to 0 and counted those places: each costs log V. Leave them out of sum and count.",
            "log V for each padded place",
        ),
        Mistake(
            "padding not a guess",
            edit(
                "logits.reshape(-1, V), target",
                "logits.reshape(-1, V).index_fill(1, torch.tensor([pad]), -1e9), target",
            ),
            "You took the padding token out of the softmax. It is one of the V tokens; only places where it is the target are left out.",
            "guessing padding is free",
        ),
        Mistake(
            "softmax twice",
            edit("logits.reshape(-1, V), target", "torch.softmax(logits, -1).reshape(-1, V), target"),
            "You took the softmax twice: F.cross_entropy wants logits. The loss then cannot come near 0.",
            "the loss has a floor",
        ),
        Mistake(
            "length by argmax",
            edit(
                "m = (target.reshape(-1) != pad).to(nll.dtype)",
                "m = (torch.arange(target.shape[1], device=target.device) < (target == pad).int().argmax(1)[:, None]).reshape(-1).to(nll.dtype)",
            ),
            "A text without padding does not count in yours: the place of its first padding by argmax is 0 where there is none, so its length comes out as 0. Ask target != pad instead.",
            "texts without padding are left out",
        ),
        Mistake(
            "log of softmax",
            edit(
                'F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), reduction="none")',
                "-torch.log(torch.softmax(logits, -1)).reshape(-1, V).gather(1, target.reshape(-1, 1))[:, 0]",
            ),
            "For large logits the softmax of a token is 0 and its logarithm minus infinity, or the exp overflows. F.cross_entropy, or log_softmax, computes both at once.",
            "infinite or NaN for large logits",
        ),
        Mistake(
            "no logarithm",
            edit(
                'F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), reduction="none")',
                "1 - torch.softmax(logits, -1).reshape(-1, V).gather(1, target.reshape(-1, 1))[:, 0]",
            ),
            "The logarithm is missing: you averaged 1 - p. Take -log p.",
            "a sure mistake costs too little",
        ),
        Mistake(
            "log of a mean",
            edit(
                "(nll * m).sum() / m.sum().clamp_min(1)",
                "-torch.log((torch.exp(-nll) * m).sum() / m.sum()) if m.any() else 0 * nll.sum()",
            ),
            "You took the logarithm of the mean probability. Asked for is the mean of the logarithms: a token that is missed costs more.",
            "a token that is missed costs too little",
        ),
        Mistake(
            "perplexity",
            edit("(nll * m).sum() / m.sum().clamp_min(1)", "torch.exp((nll * m).sum() / m.sum().clamp_min(1))"),
            "You returned exp of the loss, the perplexity. Return the loss itself, in nats.",
            "the perplexity",
        ),
        Mistake(
            "in bits",
            edit("nll * m", "nll / 0.6931471805599453 * m"),
            "Your loss is in bits: you took logarithms to base 2. Asked for are nats, the natural logarithm.",
            "1.44 times ours",
        ),
        Mistake(
            "minus missing",
            edit("nll * m", "-nll * m"),
            "Your loss has the other sign: it is negative, and falls as the model gets worse.",
            "a negative loss",
        ),
        Mistake(
            "largest",
            edit("(nll * m).sum() / m.sum().clamp_min(1)", "(nll * m).max()"),
            "You took the worst token. Take the mean over all real tokens.",
            "one token decides",
        ),
        Mistake(
            "float32",
            edit("    V = ", "    logits = logits.float()\n    V = "),
            "Your result is float32 whatever comes in: float64 goes in and should come out.",
            "float64 is lost",
        ),
        Mistake(
            "mean of the texts with tokens",
            edit(
                "(nll * m).sum() / m.sum().clamp_min(1)",
                "((nll * m).view(target.shape).sum(1) / m.view(target.shape).sum(1).clamp_min(1)).sum() / (m.view(target.shape).sum(1) > 0).sum().clamp_min(1)",
            ),
            "You averaged each text first and then the texts that have tokens: a token of a short text counts more. Here every token counts the same.",
            "short texts weigh more",
        ),
        Mistake(
            "sum of the text means",
            edit(
                "(nll * m).sum() / m.sum().clamp_min(1)",
                "((nll * m).view(target.shape).sum(1) / m.view(target.shape).sum(1).clamp_min(1)).sum()",
            ),
            "You averaged each text and added the means up. Divide the sum over all real tokens of the batch by their number.",
            "grows with the number of texts",
        ),
        Mistake(
            "log of softmax of the real tokens",
            edit(
                'F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), reduction="none")',
                "-torch.log(torch.softmax(logits, -1)).reshape(-1, V).gather(1, target.reshape(-1, 1))[:, 0]",
                "(nll * m).sum()",
                "nll[m > 0].sum()",
            ),
            "For large logits the softmax of a token is 0 and its logarithm minus infinity, or the exp overflows. F.cross_entropy, or log_softmax, computes both at once.",
            "infinite or NaN for large logits",
        ),
        Mistake(
            "log plus 1e-12",
            edit(
                'F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), reduction="none")',
                "-torch.log(torch.softmax(logits, -1) + 1e-12).reshape(-1, V).gather(1, target.reshape(-1, 1))[:, 0]",
            ),
            "A small number is added inside the logarithm, or p is cut off there: a token that the model rules out costs too little. F.cross_entropy, or log_softmax, needs none.",
            "capped for large logits",
        ),
        Mistake(
            "log plus 1e-8",
            edit(
                'F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), reduction="none")',
                "-torch.log(torch.softmax(logits, -1) + 1e-8).reshape(-1, V).gather(1, target.reshape(-1, 1))[:, 0]",
            ),
            "A small number is added inside the logarithm, or p is cut off there: a token that the model rules out costs too little. F.cross_entropy, or log_softmax, needs none.",
            "capped for large logits",
        ),
        Mistake(
            "log plus 1e-9",
            edit(
                'F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), reduction="none")',
                "-torch.log(torch.softmax(logits, -1) + 1e-9).reshape(-1, V).gather(1, target.reshape(-1, 1))[:, 0]",
            ),
            "A small number is added inside the logarithm, or p is cut off there: a token that the model rules out costs too little. F.cross_entropy, or log_softmax, needs none.",
            "capped for large logits",
        ),
        Mistake(
            "a number for only padding",
            edit("    return ", "    if not m.any():\n        return 0.0\n    return "),
            "Where there is nothing but padding you return the Python number 0.0. Return a scalar tensor there as well, of the dtype of the logits: logits.new_zeros(()).",
            "a number, not a tensor",
        ),
        Mistake(
            "float32 for only padding",
            edit("    return ", "    if not m.any():\n        return torch.tensor(0.0)\n    return "),
            "Where there is nothing but padding your 0 is float32 whatever comes in. Give it the dtype of the logits: logits.new_zeros(()).",
            "float64 is lost",
        ),
        Mistake(
            "padding 0 counts",
            edit("!= pad", "!= (pad or -100)"),
            'Where pad is 0 your padding counts: `pad or ...` and `if pad` take 0 for "nothing given". It is a token like any other.',
            "learns to say padding where it is 0",
        ),
        Mistake(
            "shifted once more",
            edit("logits.reshape", "logits[:, :-1].reshape", "target.reshape(-1)", "target[:, 1:].reshape(-1)"),
            "You moved the targets by one place against the logits, as for a model that reads its own targets. The shift was done before: logits of a place belong to the target of that place.",
            "each token meets another's logits",
        ),
        Mistake(
            "softmax over the places",
            edit(
                'F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), reduction="none")',
                "-torch.log_softmax(logits, 1).reshape(-1, V).gather(1, target.reshape(-1, 1))[:, 0]",
            ),
            "Your softmax goes over the places of a text, axis 1. It goes over the V tokens, the last axis.",
            "places compete, not tokens",
        ),
        Mistake(
            "softmax over the texts",
            edit(
                'F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), reduction="none")',
                "-torch.log_softmax(logits, 0).reshape(-1, V).gather(1, target.reshape(-1, 1))[:, 0]",
            ),
            "Your softmax goes over the texts, axis 0. It goes over the V tokens, the last axis.",
            "texts compete, not tokens",
        ),
        Mistake(
            "sign of the probability",
            edit(
                'F.cross_entropy(logits.reshape(-1, V), target.reshape(-1), reduction="none")',
                "-torch.softmax(logits, -1).reshape(-1, V).gather(1, target.reshape(-1, 1))[:, 0]",
            ),
            "The logarithm is missing: you averaged -p. Take -log p.",
            "a sure mistake costs too little",
        ),
    ),
    hints=(
        "How many tokens of the batch are real? target != pad says.",
        "F.cross_entropy(..., reduction='none') gives one number a place; it wants (places, V) and (places,).",
        "Or F.cross_entropy(logits.transpose(1, 2), target, ignore_index=pad); mind the batch that is all padding.",
    ),
    difficulty=3,
    points=15,
    minutes=20,
)

# 15.3 ---------------------------------------------------------------------------------------------


def bleu(cand: list[str], ref: list[str], n: int = 2) -> float:
    """Words of a candidate and of a reference to BLEU with n-grams of 1 .. n words."""
    logs = 0.0
    for k in range(1, n + 1):
        c = Counter(tuple(cand[i : i + k]) for i in range(len(cand) - k + 1))
        r = Counter(tuple(ref[i : i + k]) for i in range(len(ref) - k + 1))
        hit, tot = sum(min(v, r[g]) for g, v in c.items()), sum(c.values())
        if hit == 0:
            return 0.0
        logs += math.log(hit / tot)
    bp = 1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand))
    return bp * math.exp(logs / n)


def _words(draw: Draw, count: int, kinds: int = 3) -> list[str]:
    return ["abcdefgh"[i] for i in draw.labels(kinds, count).tolist()]


def _draw_texts(draw: Draw) -> list[Case]:
    start = _words(draw, 4, 2)
    return [
        Case("random", (start + _words(draw, 3), start + _words(draw, 5), 2)),
        Case("longer", (start + _words(draw, draw.whole(3, 6)), start, 2)),
        Case("shorter", (start, start + _words(draw, draw.whole(2, 6)), 2)),
        Case("up to three", (start + _words(draw, 5), _words(draw, 2) + start, 3)),
        Case("up to four", (["x", *start, "y"], ["z", *start, *_words(draw, 3)], 4)),
        Case("single words", (_words(draw, 6), _words(draw, 7), 1)),
        Case("equal", (start, list(start), 2)),
    ]


BLEU = Task(
    id="15.3",
    title="BLEU, clipped",
    promise=r"""
    Write `bleu(cand, ref, n=2)` for one candidate and one reference: $BP \cdot (p_1 \, p_2 \cdots p_n)^{1/n}$.

    - `cand` and `ref` are lists of words (str), compared as they are: "The" is not "the". `ref` has 1 to 100 words, `cand` 0 to 100. `n` is an int >= 1.
    - $p_k$ is a precision: of the groups of k neighbouring words of the candidate (as many as there are places), the share that is in the reference too. A group counts as found at most as often as it occurs in the reference ("clipped").
    - BP, the brevity penalty, is $\exp(1 - r/c)$ where the candidate (c words) is shorter than the reference (r words), else 1.
    - The result is 0 where a $p_k$ is 0, or has no group at all, or the candidate is empty. No smoothing.
    - The result is one of the numbers between 0 and 1 (a float, or a tensor of shape () and any float dtype). The lists are not changed. It is a single-sentence score; a corpus score adds up the counts of all sentences first.
    """,
    reference=bleu,
    named=(
        Case("the the the the", (["the", "the", "the", "the"], ["the", "cat"], 1)),
        Case("short", (["a", "b"], ["a", "b", "c", "d"])),
        Case("good", (["a", "b", "c", "d"], ["a", "b", "d", "c"])),
        Case("long", (["a", "b", "c", "a", "b", "c", "x"], ["a", "b", "c"])),
        Case("nothing found", (["x", "y"], ["a", "b"])),
        Case("empty candidate", ([], ["a"])),
        Case("no pair found", (["a", "c", "b"], ["a", "b", "c"])),
        Case("one word", (["a"], ["a"])),
        Case("short, all found", (["a", "b", "c"], ["a", "b", "c", "d", "e"])),
        Case("capitals", (["The", "cat", "sat"], ["the", "cat", "sat"])),
        Case("three of three", (["a", "b", "c", "x", "a", "b"], ["y", "a", "b", "c", "b", "a"], 3)),
        Case("four", (["x", "a", "b", "c", "d", "a"], ["a", "b", "c", "d", "x", "x", "y"], 4)),
        Case("letters in other words", (["ab", "c", "ba"], ["a", "bc", "ab", "c"], 1)),
        Case("pairs that read alike when glued", (["a", "bc", "x"], ["ab", "c", "a", "x", "bc"])),
        Case("the same words turned round", (["b", "a", "d", "c", "b"], ["a", "b", "c", "d"])),
    ),
    draws=_draw_texts,
    mistakes=(
        Mistake(
            "no clip",
            edit("min(v, r[g])", "(v if r[g] else 0)"),
            'You count a group as often as the candidate repeats it: "the the the the" then scores 1. Clip: it may be found at most as often as it occurs in the reference.',
            '"the the the the" is perfect',
        ),
        Mistake(
            "no brevity penalty",
            edit("bp = 1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand))", "bp = 1.0"),
            "The brevity penalty is missing: a candidate of two safe words gets a perfect precision. Multiply by exp(1 - r/c) where it is shorter than the reference.",
            "short candidates win",
        ),
        Mistake(
            "penalty for all",
            edit("1.0 if len(cand) >= len(ref) else ", ""),
            "You apply exp(1 - r/c) to long candidates, too, where it is above 1: length is rewarded. It holds only for candidates that are shorter.",
            "long candidates are rewarded",
        ),
        Mistake(
            "penalty inverted",
            edit("1 - len(ref) / len(cand)", "1 - len(cand) / len(ref)"),
            "Your penalty has c/r where r/c belongs: it is above 1, and rewards short candidates.",
            "short candidates are rewarded",
        ),
        Mistake(
            "penalty on long ones",
            edit(
                "1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand))",
                "min(1.0, math.exp(1 - len(cand) / len(ref)))",
            ),
            "Your penalty falls on long candidates, exp(1 - c/r), and short ones go free. It is exp(1 - r/c) where the candidate is shorter.",
            "short candidates go free",
        ),
        Mistake(
            "arithmetic mean",
            edit("logs += math.log(hit / tot)", "logs += hit / tot", "math.exp(logs / n)", "logs / n"),
            "You took the arithmetic mean of the precisions. BLEU takes the geometric mean, the n-th root of their product.",
            "a bad p_2 costs too little",
        ),
        Mistake(
            "recall",
            edit("sum(c.values())", "sum(r.values())"),
            "You divided by the groups of the reference: that is a recall (ROUGE). BLEU is a precision: divide by the groups of the candidate.",
            "recall instead of precision",
        ),
        Mistake(
            "smoothing",
            edit(
                "if hit == 0:\n            return 0.0",
                "hit, tot = hit + 1, tot + 1",
            ),
            "You added 1 to the counts. That is smoothed BLEU, which has a name and a use; this task asks for the plain one.",
            "a candidate of wrong words scores above 0",
        ),
        Mistake(
            "longer groups smoothed",
            edit(
                "if hit == 0:\n            return 0.0",
                "if k > 1 and tot:\n            hit, tot = hit + 1, tot + 1\n        if hit == 0:\n            return 0.0",
            ),
            "You added 1 to the counts of the longer groups. That is smoothed BLEU, which has a name and a use; this task asks for the plain one.",
            "no pair is found, and the score is above 0",
        ),
        Mistake(
            "always a square root",
            edit("math.exp(logs / n)", "math.exp(logs / 2)"),
            "You took the square root whatever n is. Of n precisions the geometric mean is the n-th root.",
            "right for n = 2 alone",
        ),
        Mistake(
            "only the longest",
            edit("for k in range(1, n + 1)", "for k in range(n, n + 1)", "logs / n", "logs"),
            "You looked at groups of n words only, or took the smallest precision, which is theirs. BLEU takes all sizes, 1 to n.",
            "the single words do not count",
        ),
        Mistake(
            "only the longest, rooted",
            edit("for k in range(1, n + 1)", "for k in range(n, n + 1)"),
            "You looked at groups of n words only, and took the n-th root of that one precision. BLEU multiplies those of all sizes, 1 to n.",
            "the single words do not count",
        ),
        Mistake(
            "first size missing",
            edit("for k in range(1, n + 1)", "for k in range(2, n + 1)"),
            "You never look at single words: your groups begin with two. BLEU takes all sizes, 1 to n.",
            "the single words do not count",
        ),
        Mistake(
            "no root",
            edit("math.exp(logs / n)", "math.exp(logs)"),
            "You multiplied the precisions and took no root: with every larger n the score falls. Take the n-th root, exp(mean of the logs).",
            "falls with n",
        ),
        Mistake(
            "distinct groups",
            edit("sum(min(v, r[g]) for g, v in c.items()), sum(c.values())", "sum(g in r for g in c), len(c)"),
            "You used sets: a group that occurs three times counts once. Count every place, clipped by the count in the reference.",
            "repetition costs nothing",
        ),
        Mistake(
            "candidate and reference exchanged",
            edit("    logs = 0.0", "    cand, ref = ref, cand\n    logs = 0.0"),
            "You exchanged candidate and reference: precision is a share of the candidate's groups, and the penalty falls on a short candidate.",
            "short candidates win",
        ),
        Mistake(
            "n ignored, single words",
            edit("for k in range(1, n + 1)", "for k in range(1, 2)", "logs / n", "logs"),
            "You looked at single words only: n has no effect, and the order of words neither.",
            "the order of words has no effect",
        ),
        Mistake(
            "n ignored, up to four",
            edit("for k in range(1, n + 1)", "for k in range(1, 5)", "logs / n", "logs / 4"),
            "You always go up to groups of four, as most tools do. Here n says how far.",
            "0 for most short texts",
        ),
        Mistake(
            "n ignored, pairs",
            edit("for k in range(1, n + 1)", "for k in range(1, 3)", "logs / n", "logs / 2"),
            "You always go up to pairs. That is only the default; n says how far.",
            "n has no effect",
        ),
        Mistake(
            "last size missing",
            edit("range(1, n + 1)", "range(1, max(n, 2))", "logs / n", "logs / max(n - 1, 1)"),
            "You never look at groups of n words: range stops before its end. Write n + 1.",
            "the longest groups do not count",
        ),
        Mistake(
            "last group missing",
            edit("len(cand) - k + 1", "len(cand) - k", "len(ref) - k + 1", "len(ref) - k"),
            "You leave out the last group of each text: of m words there are m - k + 1 groups of k.",
            "the last words do not count",
        ),
        Mistake(
            "short groups at the end",
            edit("len(cand) - k + 1", "len(cand)", "len(ref) - k + 1", "len(ref)"),
            "You let groups run over the end: the last ones are shorter than k. Of m words there are m - k + 1 groups of k.",
            "single words count as pairs",
        ),
        Mistake(
            "order in a group ignored",
            edit(
                "tuple(cand[i : i + k])",
                "tuple(sorted(cand[i : i + k]))",
                "tuple(ref[i : i + k])",
                "tuple(sorted(ref[i : i + k]))",
            ),
            'Your groups ignore the order of their words: "b a" counts as "a b". Neighbouring words in their order make a group.',
            "turned pairs count",
        ),
        Mistake(
            "capitals folded",
            edit(
                "    logs = 0.0",
                "    cand, ref = [word.lower() for word in cand], [word.lower() for word in ref]\n    logs = 0.0",
            ),
            "You took capital and small letters as the same. Words are compared as they are.",
            "The counts as the",
        ),
        Mistake(
            "letters for words",
            edit("    logs = 0.0", '    cand, ref = list("".join(cand)), list("".join(ref))\n    logs = 0.0'),
            "You joined the words and compared letters. The lists hold words already.",
            "parts of words count",
        ),
        Mistake(
            "each group once",
            edit("min(v, r[g])", "min(v, r[g], 1)"),
            "You count a group as found once, even where it occurs several times in both. It may be found as often as it occurs in the reference.",
            "repeated words are punished",
        ),
        Mistake(
            "linear penalty",
            edit("math.exp(1 - len(ref) / len(cand))", "len(cand) / len(ref)"),
            "Your penalty is c/r. BLEU's is exp(1 - r/c).",
            "short candidates are punished too little",
        ),
        Mistake(
            "no one in the penalty",
            edit("math.exp(1 - len(ref) / len(cand))", "math.exp(-len(ref) / len(cand))"),
            "Your penalty is exp(-r/c): it jumps down by a factor of e as soon as one word is missing. It is exp(1 - r/c).",
            "e times too small for short candidates",
        ),
        Mistake(
            "penalty inside the root",
            edit("bp * math.exp(logs / n)", "(bp * math.exp(logs)) ** (1 / n)"),
            "You took the n-th root of the penalty, too. It multiplies the root of the precisions.",
            "short candidates are punished too little",
        ),
        Mistake(
            "long ones punished",
            edit(
                "1.0 if len(cand) >= len(ref) else math.exp(1 - len(ref) / len(cand))",
                "math.exp(1 - max(len(ref), len(cand)) / min(len(ref), len(cand))) if cand else 0.0",
            ),
            "You punish long candidates as well. The penalty is for those that are shorter; a long one loses precision already.",
            "long candidates are punished twice",
        ),
        Mistake(
            "harmonic mean",
            edit("logs += math.log(hit / tot)", "logs += tot / hit", "math.exp(logs / n)", "n / logs"),
            "You took the harmonic mean of the precisions. BLEU takes the geometric mean, the n-th root of their product.",
            "a bad p_2 costs too much",
        ),
        Mistake(
            "zero skipped",
            edit("return 0.0", "continue"),
            "You skip a size of which no group is found, as if its precision were 1. One p_k of 0 makes the whole score 0.",
            "wrong pairs cost nothing",
        ),
        Mistake(
            "no group counts as right",
            edit(
                "if hit == 0:\n            return 0.0",
                "if tot == 0:\n            continue\n        if hit == 0:\n            return 0.0",
            ),
            "Where the candidate is too short to have a group of k words, you skip that size. The score is 0 then.",
            "very short candidates are perfect",
        ),
        Mistake(
            "error at 0",
            edit("        if hit == 0:\n            return 0.0\n", ""),
            "Where no group is found your function raises an error: a division by 0 or log 0. The score is 0 there.",
            "an error where nothing is found",
        ),
        Mistake(
            "error without a group",
            edit("if hit == 0:", "if hit / tot == 0:"),
            "Where the candidate has no group of k words you divide 0 by 0. The score is 0 there.",
            "an error for a short candidate",
        ),
        Mistake(
            "per cent",
            edit("bp * math.exp", "100 * bp * math.exp"),
            "Your score goes up to 100, as papers print it. Here it lies between 0 and 1.",
            "100 times ours",
        ),
        Mistake(
            "logarithm returned",
            edit("return bp * math.exp(logs / n)", "return math.log(bp) + logs / n"),
            "You returned the logarithm of the score. Take exp at the end.",
            "negative scores",
        ),
    ),
    hints=(
        "collections.Counter of tuples of k neighbouring words counts the groups, for candidate and reference.",
        "Clipped: for each group of the candidate the smaller of the two counts.",
        "Sum the logs of p_1 .. p_n, divide by n, exp, and multiply by the brevity penalty.",
    ),
    difficulty=3,
    points=15,
    minutes=25,
    forbidden=("sacrebleu", "nltk", "torchmetrics"),
    view=as_numbers,
)

# 15.4 ---------------------------------------------------------------------------------------------


def derangement(n: int, seed: int) -> Tensor:
    """A random order (n,) in which nothing stays in its place."""
    g = torch.Generator().manual_seed(seed)
    order = torch.randperm(n, generator=g)
    out = torch.empty(n, dtype=torch.long)
    out[order] = order.roll(1)
    return out


ORDER = "a 1-D tensor of integers"
MANY = 20  # from so many rows on, two random orders do not agree by chance


def _properties(case: Case, outcome: Outcome) -> Outcome:
    """Any such order is as good as ours: compare what is asked of them, over several seeds."""
    values = outcome.value if case.also else [outcome.value]
    kinds = " or ".join(sorted(set(map(_kind, values))))
    if not all(
        isinstance(value, Array) and value.data.ndim == 1 and value.data.dtype.kind in "iuf" for value in values
    ):
        return replace(outcome, value={"each result is": kinds})
    n, orders = case.args[0], [value.data.tolist() for value in values]
    kept = [sum(i == k for i, k in enumerate(order)) for order in orders]
    found = {
        "each result is": kinds,
        "rows": [len(order) for order in orders],
        "each number once": all(sorted(order) == list(range(n)) for order in orders),
        "rows that stay in their place": "none" if not any(kept) else "one" if set(kept) == {1} else "some",
    }
    if n > 4:  # by lot a shift is shared by one row, on average
        shared = [Counter((k - i) % n for i, k in enumerate(order)).most_common(1)[0][1] for order in orders if order]
        many = n if n < MANY else n // 2
        what = "the same shift for all" if n < MANY else "the same shift for half of the rows, or more"
        found[what] = all(count >= many for count in shared)
    if n >= MANY:
        found["different seeds, different orders"] = len(set(map(tuple, orders))) == len(orders)
    return replace(outcome, value=found, repeats=outcome.repeats or n < MANY)


def _kind(value: Any) -> str:
    """What one result is, in words."""
    if not isinstance(value, Array):
        return "nothing (None)" if value is None else f"of type {type(value).__name__}"
    if value.kind == "tensor" and value.dtype.startswith("int") and value.data.ndim == 1:
        return ORDER
    return f"a {'NumPy array' if value.kind == 'array' else 'tensor'} with {value.data.ndim} axes, {value.dtype}"


def _draw_orders(draw: Draw) -> list[Case]:
    odd, even, many = 2 * draw.whole(2, 5) + 1, 2 * draw.whole(2, 5), draw.whole(MANY, 60)
    return [_orders("random, odd", odd, draw), _orders("random, even", even, draw), _orders("random, many", many, draw)]


def _orders(name: str, n: int, draw: Draw) -> Case:
    seed = draw.whole(0, 10_000)
    return Case(name, (n, seed), also=tuple((n, seed + k) for k in range(1, 12)), randomness=True)


DERANGEMENT = Task(
    id="15.4",
    title="The wrong picture for everyone",
    promise="""
    Write `derangement(n, seed)`: a random order of 0 .. n-1 in which no number stays in its place. Row i then gets the picture of row `out[i]`, never its own.

    - `n` is an int, n >= 2; `seed` an int from 0 to 2**32 - 1. The result is a 1-D integer tensor of shape (n,), in which each of 0 .. n-1 occurs once.
    - `out[i] != i` for every i, whatever the seed.
    - The same seed gives the same order at every call, another seed another one (where n is large enough). It is not the same shift i + k for all rows, unless n < 5: neighbours in a sorted data set look alike.
    - The global random generators of torch, NumPy and Python stay as the caller left them.

    Any generator of your own will do, and not all such orders need to be equally likely: the check looks at these properties, not at which order you drew.
    """,
    reference=derangement,
    named=(
        _orders("five rows", 5, Draw(0)),
        _orders("eight rows", 8, Draw(1)),
        _orders("two rows", 2, Draw(2)),
        _orders("fifty rows", 50, Draw(3)),
        Case("seed 0", (50, 0), also=tuple((50, seed) for seed in range(1, 12)), randomness=True),
    ),
    draws=_draw_orders,
    mistakes=(
        Mistake(
            "fixed points",
            edit("out[order] = order.roll(1)", "out = order"),
            "For some seeds a row keeps its own picture. (A random order leaves one on average, whatever n is; a few more tries leave it rarer.) Your score with the wrong picture is then too good. Make sure that out[i] != i for all i.",
            "one row keeps its own picture, on average",
        ),
        Mistake(
            "fixed shift",
            edit("order = torch.randperm(n, generator=g)", "order = torch.arange(n)"),
            "You moved every row by the same step: in a sorted data set the neighbour's picture is nearly the same. Go round a random order instead.",
            "everybody gets the neighbour's picture",
        ),
        Mistake(
            "global generator",
            edit("torch.randperm(n, generator=g)", "torch.randperm(n)"),
            "Two calls with one seed give two orders: you drew from the global generator. Give randperm a generator of its own, made with the seed.",
            "another order at each call",
        ),
        Mistake(
            "global seed",
            edit("torch.Generator().manual_seed(seed)", "torch.manual_seed(seed)"),
            "You seed a generator of the whole program (torch.manual_seed, np.random.seed or random.seed): whoever draws after you gets other numbers. Use one of your own, torch.Generator().manual_seed(seed).",
            "resets everybody's random numbers",
        ),
        Mistake(
            "reversal",
            edit("order.roll(1)", "order.flip(0)"),
            "Where n is odd, one row keeps its own picture: so does the one in the middle where first and last change places, second and last but one, and so on.",
            "one row keeps its picture where n is odd",
        ),
        Mistake(
            "with replacement",
            edit("out[order] = order.roll(1)", "out = torch.randint(0, n, (n,), generator=g)"),
            "Some pictures are used twice and others not at all: randint draws with replacement. Each row number must occur once.",
            "some pictures twice, some never",
        ),
        Mistake(
            "seed unused",
            edit("manual_seed(seed)", "manual_seed(0)"),
            "Every seed gives the same order: you do not use it.",
            "one order for all seeds",
        ),
        Mistake(
            "neighbours swapped",
            edit(
                "out[order] = order.roll(1)",
                "out = torch.arange(n)\n    m = n - n % 2\n    out[:m] = out[:m] + 1 - 2 * (out[:m] % 2)",
            ),
            "Every seed gives the same order, and where n is odd one row stays, as where neighbours change places, or first and last, second and last but one. Go round a random order instead.",
            "no seed, and an odd last row stays",
        ),
        Mistake(
            "kept ones among themselves",
            edit(
                "out[order] = order.roll(1)",
                "out = order.clone()\n    kept = (out == torch.arange(n)).nonzero()[:, 0]\n    out[kept] = out[kept.roll(1)]",
            ),
            "For some seeds a row still keeps its own picture. (If you let those that kept their place change places among themselves: where there is just one of them, it stays.) Go round a random order instead.",
            "for some seeds one row keeps its picture",
        ),
        Mistake(
            "kept ones moved on",
            edit("out[order] = order.roll(1)", "out = torch.where(order == torch.arange(n), (order + 1) % n, order)"),
            "Some pictures are used twice and others not at all: you draw each row, or mend one that kept its place, by itself. Each row number must occur once.",
            "some pictures twice, some never",
        ),
        Mistake(
            "shifted by the seed",
            edit(
                "order = torch.randperm(n, generator=g)",
                "order = torch.arange(n) * 1",
                "order.roll(1)",
                "order.roll(1 + seed % (n - 1))",
            ),
            "You moved every row by the same step, which the seed chooses: in a sorted data set a near neighbour's picture is nearly the same. Go round a random order instead.",
            "everybody gets a neighbour's picture",
        ),
        Mistake(
            "own generator, no seed",
            edit("torch.Generator().manual_seed(seed)", "torch.Generator()\n    g.seed()"),
            "Two calls with one seed give two orders: your generator starts anew each time, and not from the seed. Use .manual_seed(seed).",
            "another order at each call",
        ),
        Mistake(
            "from one",
            edit("return out", "return out + 1"),
            "Your rows count from 1. They are numbered 0 to n - 1.",
            "the last row does not exist",
        ),
        Mistake(
            "a list",
            edit("return out", "return out.tolist()"),
            "You returned a list. Return a 1-D tensor of integers.",
            "a list, not a tensor",
        ),
        Mistake(
            "a NumPy array",
            edit("return out", "return out.numpy()"),
            "You returned a NumPy array. Return a 1-D tensor of integers.",
            "an array, not a tensor",
        ),
        Mistake(
            "a column",
            edit("return out", "return out[:, None]"),
            "Your result has shape (n, 1). Return shape (n,).",
            "shape (n, 1)",
        ),
        Mistake(
            "floats",
            edit("return out", "return out.float()"),
            "Your row numbers are floats: nothing can be indexed with them. Return integers.",
            "cannot index with them",
        ),
        Mistake(
            "one row short",
            edit("return out", "return out[:-1]"),
            "Your result has n - 1 rows. It has one for each of 0 .. n-1.",
            "the last row is missing",
        ),
        Mistake(
            "one row kept",
            edit(
                "out[order] = order.roll(1)",
                "out[order] = order.roll(1)\n    out = torch.where(torch.arange(n) == 0, 0, torch.where(out == 0, out[0], out))",
            ),
            "One row keeps its own picture, whatever the seed. out[i] != i for every i.",
            "one row keeps its own picture",
        ),
    ),
    hints=(
        "Line the rows up in a random order. Who could hand their picture to whom, so that nobody keeps the own one?",
        "Everyone passes it on to the next in the line, and the last to the first.",
        "order = torch.randperm(n, generator=...); out[order] = order.roll(1).",
    ),
    difficulty=2,
    points=10,
    minutes=15,
    view=_properties,
)

TASKS = (SHIFT, SEQUENCE, BLEU, DERANGEMENT)
