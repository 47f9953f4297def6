"""What holds for all encoders: width, rows on their own, gradients, state_dict, devices, freezing."""

import copy

import pytest
import torch

from fusion_edu.encoders import (
    VGG16,
    EfficientNetLite0,
    FrameCNN,
    SensorCNN,
    SmallCNN,
    SoundCNN,
    SoundGRU,
    TextLSTM,
    VideoEncoder,
    encode,
    freeze,
    unfreeze,
)


def numbers(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


def ids():
    return torch.tensor([[2, 3, 4, 0], [5, 1, 0, 0], [6, 6, 2, 3]])


ENCODERS = {
    "SmallCNN": (lambda: SmallCNN(width=12), lambda: numbers(3, 3, 16, 16).sigmoid()),
    "VGG16": (VGG16, lambda: numbers(3, 3, 32, 32).sigmoid()),
    "EfficientNetLite0": (
        lambda: EfficientNetLite0(pretrained=False, side=32),
        lambda: numbers(3, 3, 32, 32).sigmoid(),
    ),
    "TextLSTM": (lambda: TextLSTM(7, width=12), ids),
    "SoundGRU": (lambda: SoundGRU(5, width=12), lambda: numbers(3, 20, 5)),
    "SoundCNN": (lambda: SoundCNN(5, width=12), lambda: numbers(3, 20, 5)),
    "SensorCNN": (lambda: SensorCNN(3, width=12), lambda: numbers(3, 3, 40)),
    "VideoEncoder": (lambda: VideoEncoder(FrameCNN(1, 8, 8)), lambda: numbers(3, 5, 1, 8, 8)),
    "VideoEncoder, GRU": (lambda: VideoEncoder(FrameCNN(1, 8, 8), pool="gru"), lambda: numbers(3, 5, 1, 8, 8)),
}


@pytest.fixture(params=ENCODERS)
def case(request):
    make, data = ENCODERS[request.param]
    torch.manual_seed(0)
    return make(), data()


def test_shape_and_device(case, device):
    encoder, x = case
    got = encoder.to(device)(x.to(device))
    assert got.shape == (3, encoder.width)
    assert got.device.type == device.type
    assert got.dtype == torch.float32
    assert got.isfinite().all()


def test_rows_stand_alone_and_follow_the_batch(case):
    encoder, x = case
    encoder.eval()
    together = encoder(x)
    order = torch.tensor([2, 0, 1])
    torch.testing.assert_close(encoder(x[order]), together[order], atol=1e-5, rtol=1e-4)
    for row in range(3):
        torch.testing.assert_close(encoder(x[row : row + 1])[0], together[row], atol=1e-5, rtol=1e-4)


def test_every_parameter_learns_and_survives_a_round_trip(case):
    encoder, x = case
    encoder(x).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in encoder.parameters())
    other = copy.deepcopy(encoder)
    for p in other.parameters():
        torch.nn.init.ones_(p)
    other.load_state_dict(encoder.state_dict())
    torch.testing.assert_close(other.eval()(x), encoder.eval()(x), atol=0, rtol=0)


def test_shapes_without_numbers(case):
    encoder, x = case
    assert encoder.to("meta")(x.to("meta")).shape == (3, encoder.width)


def test_encode_equals_one_call_whatever_the_batch(case):
    encoder, x = case
    encoder.train()
    got = [encode(encoder, x, batch_size=b, progress=False) for b in (1, 2, 3)]
    assert encoder.training
    assert not got[0].requires_grad
    with torch.no_grad():
        want = encoder.eval()(x)
    for features in got:
        torch.testing.assert_close(features, want, atol=1e-5, rtol=1e-4)


def test_a_frozen_encoder_stays_as_it_is(case):
    encoder, x = case
    assert freeze(encoder) is encoder
    model = torch.nn.Sequential(encoder, torch.nn.Linear(encoder.width, 2))
    before = copy.deepcopy(encoder.state_dict())
    optimizer = torch.optim.Adam(model.parameters(), 0.1)
    for _ in range(2):
        model.train()
        model(x).square().sum().backward()
        optimizer.step()
    after = encoder.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)  # running means and counts too
    copied = copy.deepcopy(model).train()
    copied(x)
    assert not copied[0].training  # the copy is frozen on its own account
    unfreeze(encoder).train()
    encoder(x)
    assert encoder.training
    assert all(p.requires_grad for p in encoder.parameters())


def test_gradients_reach_the_input_of_a_frozen_encoder():
    encoder, x = freeze(SmallCNN()), numbers(1, 3, 8, 8).requires_grad_()
    encoder(x).sum().backward()
    assert x.grad.abs().sum() > 0


def test_encode_refuses_nothing_to_encode():
    with pytest.raises(ValueError, match="^x is empty, needs at least one row$"):
        encode(SmallCNN(), torch.zeros(0, 3, 8, 8), batch_size=4)
