"""Text, sound and sensor encoders: oracles step by step, and padding that must not matter."""

import math

import pytest
import torch
import torch.nn.functional as F

from fusion_edu.encoders import SensorCNN, SoundCNN, SoundGRU, TextLSTM
from fusion_edu.encoders.masks import frame_lengths, last_frame, masked_mean, token_lengths


def sigmoid(v):
    return 1 / (1 + math.exp(-v))


def lstm_by_hand(ids, weights):
    """The textbook's equations for one text, number by number; gates in PyTorch's order: in, forget, cell, out."""
    w, u, b, c = (weights[f"lstm.{n}_l0"].tolist() for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    size = len(u[0])
    state, cell = [0.0] * size, [0.0] * size
    for number in ids:
        x = weights["embedding.weight"][number].tolist()
        gate = [
            b[r]
            + c[r]
            + sum(p * q for p, q in zip(w[r], x, strict=True))
            + sum(p * q for p, q in zip(u[r], state, strict=True))
            for r in range(4 * size)
        ]
        for k in range(size):
            forget, new = sigmoid(gate[size + k]), sigmoid(gate[k]) * math.tanh(gate[2 * size + k])
            cell[k] = forget * cell[k] + new
        state = [sigmoid(gate[3 * size + k]) * math.tanh(cell[k]) for k in range(size)]
    return state


def test_lstm_equals_its_equations_on_the_words_alone(device):
    torch.manual_seed(0)
    encoder = TextLSTM(9, width=4, embedding=3).double().to(device)
    texts = [[2, 8, 1, 5], [3], [], [4, 4]]
    ids = torch.tensor([t + [0] * (6 - len(t)) for t in texts], device=device)
    want = [lstm_by_hand(t, {k: v.cpu() for k, v in encoder.state_dict().items()}) for t in texts]
    torch.testing.assert_close(encoder(ids).cpu(), torch.tensor(want, dtype=torch.float64))


def gru_by_hand(frames, weights):
    """Mean of the states of one recording; gates in PyTorch's order: reset, update, new."""
    w, u = weights["gru.weight_ih_l0"], weights["gru.weight_hh_l0"]
    b, c = weights["gru.bias_ih_l0"], weights["gru.bias_hh_l0"]
    size, total = u.shape[1], 0
    state = torch.zeros(size, dtype=torch.float64)
    for frame in frames:
        (r, z, n), (hr, hz, hn) = (w @ frame + b).split(size), (u @ state + c).split(size)
        reset, update = 1 / (1 + (-r - hr).exp()), 1 / (1 + (-z - hz).exp())
        state = (1 - update) * (n + reset * hn).tanh() + update * state
        total = total + state
    return total / len(frames)


def test_gru_is_the_mean_over_the_frames_that_exist(draw):
    torch.manual_seed(0)
    encoder = SoundGRU(3, width=5).double()
    recordings = [*draw(1, 7, 3), *draw(1, 4, 3)]
    padded = torch.stack([F.pad(r, (0, 0, 0, 10 - len(r))) for r in recordings])
    want = torch.stack([gru_by_hand(r, encoder.state_dict()) for r in recordings])
    torch.testing.assert_close(encoder(padded), want)


@pytest.mark.parametrize("encoder", [SoundGRU(3, width=5), SoundCNN(3, width=5)], ids=["SoundGRU", "SoundCNN"])
@pytest.mark.parametrize("length", [1, 2, 7, 8, 13])
def test_padding_of_sound_never_changes_the_result(encoder, length, draw):
    encoder = encoder.double()
    (frames,) = draw(1, 2, length, 3)
    alone = encoder(frames)
    for more in (1, 2, 3, 30):
        torch.testing.assert_close(encoder(F.pad(frames, (0, 0, 0, more))), alone)


def test_padding_of_text_never_changes_the_result():
    encoder = TextLSTM(9, width=6)
    ids = torch.tensor([[2, 3, 4], [5, 1, 0]])
    torch.testing.assert_close(encoder(F.pad(ids, (0, 20))), encoder(ids), atol=1e-6, rtol=1e-5)


def test_nothing_at_all_gives_zeros():
    assert TextLSTM(9, width=6)(torch.zeros(2, 4, dtype=torch.long)).abs().sum() == 0
    assert SoundGRU(3)(torch.zeros(1, 5, 3)).abs().sum() == 0
    assert SoundCNN(3)(torch.zeros(1, 5, 3)).abs().sum() == 0


def test_silence_inside_a_recording_counts(draw):
    (frames,) = draw(1, 1, 6, 3)
    frames[:, 2] = 0
    assert frame_lengths(frames).tolist() == [6]
    frames[:, 4:] = 0
    assert frame_lengths(frames).tolist() == [4]


def test_mask_helpers(draw):
    (x,) = draw(1, 3, 4, 2)
    length = torch.tensor([4, 1, 0])
    mask = torch.tensor([[1, 1, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]]).bool()
    want = torch.stack([x[0].mean(0), x[1, 0], torch.zeros(2).double()])
    torch.testing.assert_close(masked_mean(x, mask), want)
    torch.testing.assert_close(masked_mean(x.masked_fill(~mask.unsqueeze(2), torch.nan), mask), want)
    torch.testing.assert_close(last_frame(x, length), torch.stack([x[0, 3], x[1, 0], torch.zeros(2).double()]))


def test_a_sensor_encoder_hears_the_rate_not_the_phase():
    """Two rates of the same loudness: no mean and no spread tells them apart."""
    torch.manual_seed(0)
    y, start = torch.arange(120) % 2, torch.rand(120, 1) * 6
    time = torch.arange(100) / 50  # s
    x = torch.sin(2 * torch.pi * (3 + 4 * y[:, None]) * time + start).unsqueeze(1) + 0.5 * torch.randn(120, 1, 100)
    model = torch.nn.Sequential(SensorCNN(1, width=8), torch.nn.Linear(8, 2))
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(15):
        optimizer.zero_grad()
        F.cross_entropy(model(x[:80]), y[:80]).backward()
        optimizer.step()
    assert (model.eval()(x[80:]).argmax(1) == y[80:]).float().mean() > 0.9


def test_refusals():
    with pytest.raises(ValueError, match=r"ids has padding \(0\) before a token"):
        token_lengths(torch.tensor([[0, 2]]))
    with pytest.raises(TypeError, match="ids has dtype torch.float32"):
        TextLSTM(9)(torch.zeros(1, 2))
    with pytest.raises(ValueError, match="vocabulary is 2, needs >= 3"):
        TextLSTM(2)
    for encoder in (SoundGRU(13), SoundCNN(13)):
        with pytest.raises(ValueError, match=r"frames has shape \(1, 5, 3\), needs \(B, T, 13\)"):
            encoder(torch.zeros(1, 5, 3))
    with pytest.raises(ValueError, match="signal has 15 steps, needs at least 16"):
        SensorCNN(3)(torch.zeros(1, 3, 15))
