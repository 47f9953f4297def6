"""The encoder-decoder: attention by hand, nothing seen too early, padding without effect, writing equal to reading."""

import math

import pytest
import torch
from torch import nn

from fusion_edu.losses import sequence_cross_entropy
from fusion_edu.seq2seq import Seq2Seq, WordMemory, attention, greedy, shift_right

WORDS = torch.tensor([[4, 5, 6, 2], [5, 2, 0, 0], [7, 7, 2, 0]])
TARGET = torch.tensor([[4, 6, 2], [5, 2, 0], [4, 5, 2]])


def made(device="cpu", seed=0):
    torch.manual_seed(seed)
    memories = {"words": WordMemory(9, 8), "picture": nn.Sequential(nn.Linear(6, 8), nn.Tanh())}
    return Seq2Seq(memories, 7, 8).double().to(device).eval()


def inputs(device="cpu"):
    picture = torch.randn(3, 4, 6, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return {"words": WORDS.to(device), "picture": picture.to(device), "written": shift_right(TARGET).to(device)}


def attention_by_hand(queries, tokens, there):
    weights = []
    for query in queries:
        scores = [sum(q * k for q, k in zip(query, token, strict=True)) / math.sqrt(len(query)) for token in tokens]
        mass = [math.exp(score) if here else 0.0 for score, here in zip(scores, there, strict=True)]
        weights.append([m / sum(mass) if sum(mass) else 0.0 for m in mass])
    return weights


def test_attention_equals_the_definition(device, draw):
    queries, tokens = draw(1, 2, 3, 4)[0].to(device), draw(1, 2, 5, 4)[0].to(device)
    there = torch.tensor([[True, True, False, True, False], [False] * 5], device=device)
    got = attention(queries, tokens, there)
    want = [attention_by_hand(*map(torch.Tensor.tolist, row)) for row in zip(queries, tokens, there, strict=True)]
    torch.testing.assert_close(got.cpu(), torch.tensor(want, dtype=torch.float64))


def test_attention_has_the_right_gradient(draw):
    queries, tokens = (draw(1, 2, 3, 4)[0].requires_grad_() for _ in range(2))
    there = torch.tensor([[True, False, True], [True, True, True]])
    assert torch.autograd.gradcheck(lambda q, k: attention(q, k, there), (queries, tokens))


def test_shift_right_puts_begin_in_front():
    assert shift_right(torch.tensor([[5, 6, 2, 0]])).tolist() == [[1, 5, 6, 2]]
    assert shift_right(torch.tensor([[5, 2]]), begin=9).tolist() == [[9, 5]]


def test_a_place_does_not_see_what_comes_later(device):
    model, x = made(device), inputs(device)
    other = x | {"written": x["written"].clone()}
    other["written"][:, 2] = 3
    a, b = model(x), model(other)
    torch.testing.assert_close(a[:, :2], b[:, :2])
    assert not torch.allclose(a[:, 2], b[:, 2])


def test_a_row_depends_on_itself_alone_and_padding_changes_nothing(device):
    model, x = made(device), inputs(device)
    alone = model({m: values[1:2] for m, values in x.items()})
    torch.testing.assert_close(alone, model(x)[1:2])
    short = {"words": x["words"][1:2, :2], "picture": x["picture"][1:2], "written": x["written"][1:2]}
    torch.testing.assert_close(model(short), alone)
    wide = short | {"picture": torch.cat([short["picture"], torch.zeros(1, 3, 6).to(short["picture"])], dim=1)}
    torch.testing.assert_close(model(wide), alone)


def test_a_missing_modality_is_silent_whatever_its_memory_makes_of_zeros(device):
    model, x = made(device), inputs(device)
    x["picture"][0] = 0
    before = model(x)[0]
    with torch.no_grad():
        model.memories["picture"][0].bias.add_(5)
    torch.testing.assert_close(model(x)[0], before)
    assert model(x | {"words": torch.zeros_like(x["words"]), "picture": 0 * x["picture"]}).isfinite().all()


def test_every_parameter_learns_and_survives_saving():
    model, x = made(), inputs()
    sequence_cross_entropy(model(x), TARGET).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() and p.grad.any() for p in model.parameters())
    other = made(seed=1)
    other.load_state_dict(model.state_dict())
    torch.testing.assert_close(other(x), model(x))


def test_what_greedy_writes_is_the_likeliest_at_each_place(device):
    """Read back what was written, all at once: the same choices, and the same attention."""
    model, x = made(device), inputs(device)
    ids, looks = greedy(model, {m: x[m] for m in ("words", "picture")}, 6)
    logits = model(x | {"written": shift_right(ids)})
    for row, scores in zip(ids.tolist(), logits.argmax(2).tolist(), strict=True):
        end = row.index(2) + 1 if 2 in row else len(row)
        assert row[:end] == scores[:end]
        assert not any(row[end:])
    assert looks["picture"].shape == (3, ids.shape[1], 4)
    torch.testing.assert_close(looks["words"].sum(2), torch.ones_like(looks["words"].sum(2)))
    assert (looks["words"][1, :, 2:] == 0).all()


def test_greedy_stops_when_all_have_ended_and_keeps_the_mode():
    model, x = made(), inputs()
    with torch.no_grad():
        model.choose.bias[2] = 100
    model.train()
    ids, _ = greedy(model, x, 6)
    assert ids.tolist() == [[2], [2], [2]]
    assert model.training


def test_it_learns_a_language_of_three_sentences():
    torch.manual_seed(0)
    model, x = made().train(), inputs()
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    for _ in range(60):
        optimizer.zero_grad()
        sequence_cross_entropy(model(x), TARGET).backward()
        optimizer.step()
    assert greedy(model, x, 3)[0].tolist() == TARGET.tolist()


def test_errors_name_the_argument():
    with pytest.raises(ValueError, match="^width is 33, needs an even number"):
        WordMemory(9, 33)
    with pytest.raises(ValueError, match="^memories has 'written', needs another name"):
        Seq2Seq({"written": WordMemory(9, 8)}, 7, 8)
    with pytest.raises(ValueError, match="length is 0, needs a whole number >= 1"):
        greedy(made(), inputs(), 0)
    with pytest.raises(ValueError, match=r"there has shape \(2, 4\), needs \(B=2, S=3\)"):
        attention(torch.zeros(2, 5, 4), torch.zeros(2, 3, 4), torch.ones(2, 4, dtype=torch.bool))
