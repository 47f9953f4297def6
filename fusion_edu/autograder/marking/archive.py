"""Look into archives that others made: nothing is unpacked to disk, and no size that one claims is believed."""

import os
import stat
import unicodedata
import zipfile
from pathlib import Path, PurePosixPath
from typing import BinaryIO

LONGEST = 200  # characters of a name as we write it
MOST_LIST = 300_000  # bytes of the list of an archive: some thousand files
Member = zipfile.ZipInfo
Members = list[tuple[int, Member]]  # each with its number in the archive


def opened(path: str | Path) -> BinaryIO:
    """A file to read: no link, and nothing that waits."""
    return open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0)), "rb")


def listed(file: BinaryIO) -> Members:
    """The entries of an archive with their numbers, by name; its list is read only where it is of a size that homework has.

    Raises:
        ValueError: it is not. Others: it is damaged.
    """
    end = zipfile._EndRecData(file)  # type: ignore[attr-defined]  # private: nothing public tells the size unread
    if end and end[zipfile._ECD_SIZE] > MOST_LIST:  # type: ignore[attr-defined]  # private, too
        raise ValueError("it holds too many files")
    with zipfile.ZipFile(file) as archive:
        return sorted(enumerate(archive.infolist()), key=lambda item: item[1].filename)


def unpacked(file: BinaryIO, member: int, name: str, most: int) -> bytes:
    """At most one byte more than may be: a size in the archive may lie."""
    with zipfile.ZipFile(file) as archive:
        entry = archive.infolist()[member]
        full, name = clean(entry.filename.replace("\\", "/"), 1000), name.replace("\\", "/").rstrip("+")
        if name not in full and full[:LONGEST] not in name:
            raise ValueError("the archive has changed meanwhile")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others may ask for any memory
            raise ValueError("it is compressed in an unusual way, needs a plain zip")
        with archive.open(entry) as inner:
            return inner.read(most + 1)


def path_of(member: Member) -> PurePosixPath:
    """Where a member lies in its archive, whichever system made it."""
    return PurePosixPath(member.filename.replace("\\", "/"))


def outside(member: Member) -> bool:
    """Whether a member would be written elsewhere, or is a link."""
    inner = path_of(member)
    return inner.is_absolute() or ".." in inner.parts or stat.S_ISLNK(member.external_attr >> 16)


def clean(text: str, most: int = LONGEST) -> str:
    """A name as we write it: in one form of Unicode, without what cannot be printed, cut."""
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    return "".join(c if c.isprintable() else "?" for c in text)[:most]


def why(error: Exception) -> str:
    """An error in a few words."""
    return clean(getattr(error, "strerror", None) or f"{error}" or type(error).__name__)
