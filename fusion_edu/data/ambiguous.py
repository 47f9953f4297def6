"""A mini-language with ambiguous words: which sense is meant is told by a small picture, and by nothing else."""

import torch
from torch import Tensor

from fusion_edu.data.gaussians import positive
from fusion_edu.data.samples import Modality, Samples

SCENES = ("nature", "workshop", "music", "kitchen")
PLAIN = {
    "old": "alt", "new": "neu", "red": "rot", "green": "grün", "big": "groß", "small": "klein", "cold": "kalt", "warm": "warm",
    "heavy": "schwer", "round": "rund", "wet": "nass", "one": "ein", "two": "zwei", "here": "hier", "today": "heute",
}  # fmt: skip
SENSES = {  # one German word for each of SCENES
    "scale": ("Schuppe", "Maßstab", "Tonleiter", "Waage"),
    "bar": ("Sandbank", "Stange", "Takt", "Theke"),
    "fork": ("Astgabel", "Forke", "Stimmgabel", "Gabel"),
    "sheet": ("Eisschild", "Blech", "Notenblatt", "Backblech"),
    "ring": ("Jahresring", "Dichtring", "Klang", "Tortenring"),
}
TILE = 8  # pixels: side of one of the four regions of a picture
_DRAWN = """
...##... .######. ...##### ........
..####.. .######. ...##### #.......
.######. .######. ...#...# ########
..####.. ...##... ...#...# .######.
.######. ...##... .###.### .######.
######## ...##... ####.### .######.
...##... ...##... .##..##. .######.
...##... ...##... ........ ..####..
"""
_CLUTTER = """
######## ........ #......# ...##...
#......# .######. .#....#. ...##...
#......# ........ ..#..#.. ...##...
#......# .######. ...##... ########
#......# ........ ...##... ########
#......# .######. ..#..#.. ...##...
#......# ........ .#....#. ...##...
######## .######. #......# ...##...
"""


def mini_language(n: int, seed: int, *, ambiguous: float = 0.25, noise: float = 0.2) -> Samples:
    """Sentences of 3 to 6 English words in any order; their translation says the German words in reverse.

    A plain word has one translation, an ambiguous one has four. The picture shows four things in four regions; one of
    them belongs to the scene (a tree, a hammer, a note, a pot), and the scene picks the sense of every ambiguous word.

    Args:
        n: rows, >= 1.
        seed: of all that is drawn.
        ambiguous: share of the words that are ambiguous, 0 to 1; at 0 the picture tells nothing that is needed.
        noise: standard deviation of each pixel's noise, before the picture is cut to [0, 1]; >= 0.

    Returns:
        x["picture"] (n, 3, 16, 16) float32 in [0, 1]; x["english"], x["german"] n sentences; y (n,) scene, 4 classes.

    Raises:
        ValueError: n < 1, ``ambiguous`` outside [0, 1], or noise < 0.
    """
    positive(n=n)
    if not 0 <= ambiguous <= 1:
        raise ValueError(f"ambiguous is {ambiguous}, needs 0 to 1")
    if noise < 0:
        raise ValueError(f"noise is {noise}, needs >= 0")
    generator = torch.Generator().manual_seed(seed)
    scene = torch.randint(0, len(SCENES), (n,), generator=generator)
    length = torch.randint(3, 7, (n,), generator=generator).tolist()
    double = (torch.rand(n, 6, generator=generator) < ambiguous).tolist()
    plain = torch.randint(0, len(PLAIN), (n, 6), generator=generator).tolist()
    sense = torch.randint(0, len(SENSES), (n, 6), generator=generator).tolist()
    words = [
        [tuple(SENSES)[sense[i][k]] if double[i][k] else tuple(PLAIN)[plain[i][k]] for k in range(length[i])]
        for i in range(n)
    ]
    german = tuple(" ".join(in_german(row, place)) for row, place in zip(words, scene.tolist(), strict=True))
    english = tuple(map(" ".join, words))
    x: dict[str, Modality] = {"picture": _pictures(scene, noise, generator), "english": english, "german": german}
    return Samples(x, scene, SCENES)


def in_german(words: list[str], scene: int) -> list[str]:
    """The translation of some words in a scene, in reverse order."""
    return [SENSES[word][scene] if word in SENSES else PLAIN[word] for word in reversed(words)]


def _pictures(scene: Tensor, noise: float, generator: torch.Generator) -> Tensor:
    """(n, 3, 16, 16): the thing of the scene in one of four regions, other things in the rest, each of some dark colour."""
    n = len(scene)
    where = torch.randint(0, 4, (n, 1), generator=generator)
    shown = torch.randint(0, 4, (n, 4), generator=generator) + 4
    shapes = torch.cat([_shapes(_DRAWN), _shapes(_CLUTTER)])[shown.scatter(1, where, scene[:, None])]  # (n, 4, 8, 8)
    loss = 0.3 + 0.7 * torch.rand(n, 4, 3, 1, 1, generator=generator)  # what a channel of the white ground loses
    tiles = 1 - loss * shapes[:, :, None]  # (n, 4, 3, 8, 8)
    whole = tiles.unflatten(1, (2, 2)).permute(0, 3, 1, 4, 2, 5).reshape(n, 3, 2 * TILE, 2 * TILE)
    return (whole + noise * torch.randn(whole.shape, generator=generator)).clamp(0, 1)


def _shapes(drawing: str) -> Tensor:
    """(4, 8, 8) of 0 and 1 from four drawings side by side."""
    lines = [line.split() for line in drawing.strip().splitlines()]
    return torch.tensor([[[float(dot == "#") for dot in line[k]] for line in lines] for k in range(4)])
