"""Find the submissions in a folder: notebooks, folders and zips, one learner each. Links are not followed, nothing is unpacked to disk."""

import os
import stat
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from fusion_edu.autograder.notebook import MOST_BYTES

MOST_NOTEBOOKS = 100  # of one learner
SKIPPED = {".ipynb_checkpoints", "__MACOSX", ".git"}
BROKEN_ZIP = (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, zlib.error)


@dataclass(frozen=True)
class Submission:
    """One notebook of one learner; ``note`` says what was wrong on the way here.

    Args:
        data: its bytes, or none where ``path`` (and ``member``, a number in a zip) say where they are.
    """

    learner: str
    name: str
    data: bytes = b""
    note: str = ""
    path: str = ""
    member: int = -1

    def load(self) -> "Submission":
        """With its bytes, at most one more than may be; what goes wrong becomes a note."""
        if not self.path:
            return self
        try:
            data, note = _bytes(self.path, self.member), ""
        except OSError as error:
            data, note = b"", f"{self.name} cannot be read: {error.strerror}"
        except BROKEN_ZIP as error:
            data, note = b"", f"{self.name} cannot be unpacked: {_clean(f'{error}')}"
        note = "; ".join(filter(None, [self.note, note]))
        return replace(self, data=data, note=note, path="", member=-1)


def _bytes(path: str, member: int) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0))
    with open(handle, "rb") as file:
        if member < 0:
            return file.read(MOST_BYTES + 1)
        with zipfile.ZipFile(file) as archive, archive.open(archive.infolist()[member]) as inner:
            return inner.read(MOST_BYTES + 1)  # a size in the archive may lie


def find(folder: Path) -> list[Submission]:
    """All submissions, in the order of their names.

    Raises:
        ValueError: ``folder`` is none, or holds nothing.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder of submissions")
    found = [entry for path in sorted(folder.iterdir()) if not path.name.startswith(".") if (entry := _of(path))]
    if not found:
        raise ValueError(f"{folder} holds no submission: it needs notebooks, or folders or zips of notebooks")
    return _told_apart(found)


def _of(path: Path) -> list[Submission]:
    learner = _clean(path.stem if path.suffix in (".ipynb", ".zip") else path.name)
    name = _clean(path.name)
    try:
        if path.is_symlink():
            return [Submission(learner, name, note=f"{name} is a link: links are not followed")]
        if path.is_dir():
            return _folder(path, learner)
        if path.suffix == ".zip":
            return _zip(path, learner)
        if path.suffix == ".ipynb" and path.is_file():
            return [Submission(learner, name, path=str(path))]
    except OSError as error:
        return [Submission(learner, name, note=f"{name} cannot be read: {error.strerror}")]
    return []


def _folder(path: Path, learner: str) -> list[Submission]:
    found = []
    for root, folders, files in os.walk(path, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not (Path(root) / name).is_symlink())
        for file in sorted(files):
            inner = Path(root) / file
            name = _clean(inner.relative_to(path).as_posix())
            if inner.suffix != ".ipynb":
                continue
            if inner.is_symlink() or not inner.is_file():
                found.append(Submission(learner, name, note=f"{name} is a link: links are not followed"))
            else:
                found.append(Submission(learner, name, path=str(inner)))
    if len(found) > MOST_NOTEBOOKS:
        note = (
            f"{_clean(path.name)} holds {len(found)} notebooks, needs at most {MOST_NOTEBOOKS}: the others are left out"
        )
        found = [replace(each, note="; ".join(filter(None, [each.note, note]))) for each in found[:MOST_NOTEBOOKS]]
    return found or [Submission(learner, _clean(path.name), note=f"{_clean(path.name)} holds no notebook")]


def _zip(path: Path, learner: str) -> list[Submission]:
    name = _clean(path.name)
    found, notes = [], []
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(enumerate(archive.infolist()), key=lambda item: item[1].filename)
    except BROKEN_ZIP as error:
        return [Submission(learner, name, note=f"{name} cannot be unpacked: {_clean(f'{error}')}")]
    for number, member in members:
        inner = PurePosixPath(member.filename.replace("\\", "/"))
        if inner.suffix != ".ipynb" or SKIPPED & set(inner.parts):
            continue
        if inner.is_absolute() or ".." in inner.parts or stat.S_ISLNK(member.external_attr >> 16):
            notes.append(f"{name} names a file outside itself, {_clean(member.filename)}: left out")
        elif len(found) < MOST_NOTEBOOKS:
            found.append(Submission(learner, _clean(member.filename), path=str(path), member=number))
        else:
            notes.append(f"{name} holds more than {MOST_NOTEBOOKS} notebooks: the others are left out")
    note = "; ".join(dict.fromkeys(notes[:10]))
    if not found:
        return [Submission(learner, name, note=note or f"{name} holds no notebook")]
    return [replace(each, note=note) for each in found]


def _clean(text: str) -> str:
    kept = "".join(c if c.isprintable() else "?" for c in text.encode("utf-8", "replace").decode())
    return kept[:200]


def _told_apart(entries: list[list[Submission]]) -> list[Submission]:
    """Submissions of one name are all marked, the later ones under a name with a number, and say so."""
    times: dict[str, int] = {}
    result = []
    for entry in entries:
        seen: set[str] = set()
        number = times[entry[0].learner.casefold()] = times.get(entry[0].learner.casefold(), 0) + 1
        for each in entry:
            again = number + sum(name == each.name.casefold() for name in seen)
            while each.name.casefold() in seen:  # a zip can hold one name twice
                each = replace(each, name=each.name + "+")
            seen.add(each.name.casefold())
            if again > 1:
                note = f"this is submission {again} of the name {each.learner}: all are marked"
                each = replace(each, note="; ".join(filter(None, [each.note, note])))
            if number > 1:
                each = replace(each, learner=f"{each.learner} ({number})")
            result.append(each)
    return result
