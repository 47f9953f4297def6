"""Sentences with the mean of many human ratings, from very negative (-4) to very positive (+4)."""

import html
import io
import tarfile

import torch

from fusion_edu.data.fetch import fetch
from fusion_edu.data.samples import Samples

ARCHIVE = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
FILES = {
    "movie": "movieReviewSnippets",
    "tweets": "tweets",
    "products": "amazonReviewSnippets",
    "news": "nytEditorialSnippets",
}


def ratings(source: str = "movie") -> Samples:
    """Sentences and their mean rating by 15 to 100 people (Hutto and Gilbert 2014).

    Args:
        source: "movie" 10,605 sentences of film reviews; "tweets" 4,200; "products" 3,708; "news" 5,190.

    Returns:
        x["text"] B sentences; y (B,) float32 mean rating in [-4, 4]; no classes; groups (B,) the review or article a
        sentence comes from (for films and tweets each its own, except equal texts, which share a group). Split by groups.

    Raises:
        ValueError: unknown source.
        FetchError: the file is not there and cannot be had.
    """
    if source not in FILES:
        raise ValueError(f"source is {source!r}, needs one of {', '.join(FILES)}")
    # some texts were escaped twice: "&amp;amp;"
    rows = [line.split("\t", 2) for line in read(FILES[source]).splitlines() if line.strip()]
    texts = tuple(html.unescape(html.unescape(text)).strip() for _, _, text in rows)
    origins = [identity.split("_")[0] for identity, _, _ in rows]
    return Samples({"text": texts}, torch.tensor([float(mean) for _, mean, _ in rows]), groups=group(origins, texts))


def read(stem: str) -> str:
    """One table of the inner archive; members are read by name, nothing is unpacked to the disk."""
    with tarfile.open(fetch("vader")) as outer:
        inner = member(outer, ARCHIVE)
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        return member(archive, f"hutto_ICWSM_2014/{stem}_GroundTruth.txt").decode("utf-8-sig")


def member(archive: tarfile.TarFile, name: str) -> bytes:
    """What is in one file of an archive."""
    file = archive.extractfile(name)
    if file is None:
        raise ValueError(f"{name} is no file in the archive")
    return file.read()


def group(origins: list[str], texts: tuple[str, ...]) -> torch.Tensor:
    """(B,) group numbers: rows of one origin are together, and so are rows with the same text (case aside)."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(node: tuple[str, str]) -> tuple[str, str]:
        parent.setdefault(node, node)
        while parent[node] != node:
            node = parent[node]
        return node

    nodes = [("origin", origin) for origin in origins]
    for node, text in zip(nodes, texts, strict=True):
        parent[root(("text", text.casefold()))] = root(node)
    number: dict[tuple[str, str], int] = {}
    return torch.tensor([number.setdefault(root(node), len(number)) for node in nodes])
