"""Find the submissions in a folder: notebooks, folders and zips, one learner each. Links are not followed, nothing is unpacked to disk."""

import os
import stat
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from .notebook import MOST_BYTES

MOST_MEMBERS = 2000
SKIPPED = {".ipynb_checkpoints", "__MACOSX", ".git"}


@dataclass(frozen=True)
class Submission:
    """One notebook of one learner; ``note`` says what was wrong on the way here, ``data`` is then perhaps empty."""

    learner: str
    name: str
    data: bytes = b""
    note: str = ""


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
            return [Submission(learner, name, _bytes(path))]
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
                found.append(Submission(learner, name, _bytes(inner)))
    return found or [Submission(learner, _clean(path.name), note=f"{_clean(path.name)} holds no notebook")]


def _zip(path: Path, learner: str) -> list[Submission]:
    name = _clean(path.name)
    found, notes = [], []
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()[:MOST_MEMBERS]
            for member in sorted(members, key=lambda member: member.filename):
                inner = PurePosixPath(member.filename.replace("\\", "/"))
                if inner.suffix != ".ipynb" or SKIPPED & set(inner.parts):
                    continue
                if inner.is_absolute() or ".." in inner.parts or stat.S_ISLNK(member.external_attr >> 16):
                    notes.append(f"{name} names a file outside itself, {_clean(member.filename)}: left out")
                    continue
                with archive.open(member) as file:  # a size in the archive may lie
                    found.append(Submission(learner, _clean(member.filename), file.read(MOST_BYTES + 1)))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        notes.append(f"{name} cannot be unpacked: {_clean(f'{error}')}")
    note = "; ".join(notes)
    if not found:
        return [Submission(learner, name, note=note or f"{name} holds no notebook")]
    return [replace(each, note=note) for each in found]


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


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
