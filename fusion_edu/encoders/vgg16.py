"""VGG16 without its classifier: the image branch that articles usually print."""

from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn

from fusion_edu.encoders.pixels import check_pixels
from fusion_edu.precision import check_dtype

# Output channels of each 3 x 3 convolution, and "M" for a 2 x 2 maximum (configuration D of the paper's table 1).
# fmt: off
LAYERS: tuple[int | Literal["M"], ...] = (
    64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M",
)
# fmt: on
MEAN, SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # RGB of ImageNet, as PyTorch's weights expect


class VGG16(nn.Module):
    """13 convolutions, 14,714,688 weights, then the mean over the picture.

    Args:
        weights: file of a PyTorch ``state_dict``, as torchvision publishes it (``features.0.weight``, ...; the
            classifier's entries are left out); None starts from random numbers (He 2015).

    Shape: images (B, 3, H, W) RGB in [0, 1], H and W >= 32 pixels; returns (B, 512).

    Raises:
        ValueError: the picture is too small or not in [0, 1], or the file holds another network's weights.

    Source: Simonyan & Zisserman 2014, arXiv:1409.1556.
    """

    width = 512
    mean: Tensor
    spread: Tensor

    def __init__(self, weights: str | Path | None = None) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for outputs in LAYERS:
            if outputs == "M":
                layers.append(nn.MaxPool2d(2))
                continue
            layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU()]
            channels = outputs
        self.features = nn.Sequential(*layers)
        self.register_buffer("mean", torch.tensor(MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("spread", torch.tensor(SPREAD).view(3, 1, 1), persistent=False)
        for layer in self.features:
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                assert layer.bias is not None
                nn.init.zeros_(layer.bias)
        if weights is not None:
            self._load(Path(weights))

    def _load(self, file: Path) -> None:
        found = torch.load(file, map_location="cpu", weights_only=True)
        try:
            self.load_state_dict({name: values for name, values in found.items() if name.startswith("features.")})
        except RuntimeError as error:
            raise ValueError(
                f"weights is {file}, needs the state_dict of a VGG16: {str(error).splitlines()[1]}"
            ) from error

    def forward(self, images: Tensor) -> Tensor:
        check_pixels(images, least=32)
        check_dtype("images", images, self)
        return self.features((images - self.mean) / self.spread).mean((2, 3))
