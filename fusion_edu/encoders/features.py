"""From raw data to a table of features, batch by batch; those of the pretrained encoders are kept in the cache."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from fusion_edu.data.fetch import SOURCES
from fusion_edu.encoders.cache import Part, cached
from fusion_edu.encoders.efficientnet import EfficientNetLite0
from fusion_edu.encoders.minilm import MiniLM
from fusion_edu.modes import evaluating
from fusion_edu.progress import Bar
from fusion_edu.values import whole


@torch.no_grad()
def encode(encoder: nn.Module, x: Tensor, *, batch_size: int = 32, progress: bool = True) -> Tensor:
    """What ``encoder`` makes of every row, without gradients and in eval mode; the mode of the encoder and of each part is put back.

    Args:
        x: (N, ...) as the encoder takes it; each batch is moved to the encoder's device.
        batch_size: rows at a time, >= 1; the result does not depend on it.
        progress: show a bar.

    Returns:
        (N, D) on the device of ``x``.

    Raises:
        ValueError: no rows, or ``batch_size`` that is no whole number >= 1.
    """
    batch_size = whole("batch_size", batch_size)
    if not len(x):
        raise ValueError("x is empty, needs at least one row")
    first = next(encoder.parameters(), None)
    device = x.device if first is None else first.device
    batches = x.split(batch_size)
    with evaluating(encoder), Bar(len(batches), label="batches encoded", show=progress) as bar:
        made = []
        for batch in batches:
            made.append(encoder(batch.to(device)).to(x.device))
            bar.step()
    return torch.cat(made)


def image_features(images: Tensor, *, side: int = 224, batch_size: int = 4, progress: bool = True) -> Tensor:
    """(B, 1280) features of EfficientNet-Lite0 with its ImageNet weights; computed once, then read from the cache.

    Args:
        images: (B, 3, H, W) RGB in [0, 1]; resized to side x side inside, so give them as large as they are.
        side: pixels; the weights were trained at 224, and 128 takes a third of the time.
        batch_size: 4 pictures fit a CPU's cache, and are faster there than many.

    Raises: as ``EfficientNetLite0``.
    """
    parts: list[Part] = [images, side, SOURCES["efficientnet"].sha256]

    def compute() -> Tensor:
        return encode(EfficientNetLite0(side=side), images, batch_size=batch_size, progress=progress)

    return cached("efficientnet-lite0", parts, compute, version=1)


def text_features(texts: Sequence[str], *, batch_size: int = 64, progress: bool = True) -> Tensor:
    """(B, 384) features of MiniLM; computed once, then read from the cache.

    Args:
        texts: B strings, of which the first 256 word pieces count.

    Raises: as ``MiniLM``.
    """
    if isinstance(texts, str):
        raise ValueError(f"texts is the one string {texts[:20]!r}, needs a sequence of strings")

    def compute() -> Tensor:
        encoder = MiniLM()
        ids = encoder.tokenise(texts)  # (B, T)
        order = (ids != 0).sum(1).argsort(stable=True)  # texts of one length together: hardly any padding to compute
        made = encode(encoder, ids[order], batch_size=batch_size, progress=progress)
        return made[order.argsort()]

    return cached("minilm", [tuple(texts), SOURCES["minilm"].sha256], compute, version=1)
