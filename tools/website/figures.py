"""Pictures and sounds of a notebook's output, as files of the site: a page stays small, and a phone loads what it shows."""

import base64
import hashlib
import re
import struct
from pathlib import Path

FOLDER = "_static/media"
DATA = re.compile(r"data:(?:image|audio|video)/(?P<kind>[a-z0-9]+);base64,(?P<code>[A-Za-z0-9+/=]+)")
FRAME = re.compile(r"(<iframe.*?</iframe>)", re.S)  # a page in the page: it is kept whole
PLOT = re.compile(
    r'<img class="fusion-plot" alt="(?P<alt>[^"]*)" style="[^"]*--night:url\((?P<night>[^)]+)\)" src="(?P<day>[^"]+)">'
)
STYLE = re.compile(r"<style>.*?</style>", re.S)


def as_files(page: str, site: Path, up: str = "../") -> str:
    """The same HTML with every picture and sound written beside the site and linked.

    Args:
        page: HTML of an output.
        site: the folder that Sphinx copies as it is.
        up: the way from the page to the site's root.
    """
    page = PLOT.sub(_both_shades, STYLE.sub("", page) if PLOT.search(page) else page)
    parts = FRAME.split(page)
    return "".join(part if FRAME.match(part) else DATA.sub(lambda m: up + _write(m, site), part) for part in parts)


def _both_shades(match: re.Match) -> str:
    """The theme's own way: one picture for light pages, one for dark ones, and only the one that is seen is loaded."""
    size = _size(match["day"])
    return "".join(
        f'<img class="only-{shade} plot" alt="{match["alt"]}" src="{match[source]}" loading="lazy"{size}>'
        for shade, source in (("light", "day"), ("dark", "night"))
    )


def _size(uri: str) -> str:
    """Width and height of a PNG, from its first bytes: the page keeps its place free."""
    head = base64.b64decode(uri.partition(",")[2][:44])
    if head[:8] != b"\x89PNG\r\n\x1a\n":
        return ""
    wide, high = struct.unpack(">II", head[16:24])
    return f' width="{wide}" height="{high}"'


def _write(match: re.Match, site: Path) -> str:
    content = base64.b64decode(match["code"])
    name = f"{hashlib.sha256(content).hexdigest()[:20]}.{match['kind']}"
    path = site / FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return f"{FOLDER}/{name}"
