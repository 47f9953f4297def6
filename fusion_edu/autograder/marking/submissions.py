"""Find the submissions in a folder: notebooks, folders and zips, one learner each. Links are not followed, nothing is unpacked to disk."""

import os
import stat
import unicodedata
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from fusion_edu.autograder.notebook import MOST_BYTES

MOST_NOTEBOOKS = 100  # of one learner
SKIPPED = {".ipynb_checkpoints", "__MACOSX", ".git"}
MOST_UNPACKED = 5 * MOST_BYTES  # of one archive
MOST_LIST = 300_000  # bytes of the list of an archive: some thousand files


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
            data, note = _bytes(self.path, self.member, self.name), ""
        except Exception as error:  # whatever it is: the others are to be marked
            done = "read" if self.member < 0 else "unpacked"
            data, note = b"", f"{self.name} cannot be {done}: {_why(error)}"
        note = "; ".join(filter(None, [self.note, note]))
        return replace(self, data=data, note=note, path="", member=-1)


def _bytes(path: str, member: int, name: str) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0))
    with open(handle, "rb") as file:
        if member < 0:
            return file.read(MOST_BYTES + 1)
        with zipfile.ZipFile(file) as archive:
            entry = archive.infolist()[member]
            if not name.startswith(_clean(entry.filename)):
                raise ValueError("the archive has changed meanwhile")
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ValueError(
                    "it is compressed in an unusual way, needs a plain zip"
                )  # others may ask for any memory
            with archive.open(entry) as inner:
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
    kind = path.suffix.lower()
    learner = _clean(path.stem if kind in (".ipynb", ".zip") else path.name)
    name = _clean(path.name)
    try:
        if path.is_symlink():
            return [Submission(learner, name, note=f"{name} is a link: links are not followed")]
        if path.is_dir():
            return _folder(path, learner)
        if kind == ".zip" and path.is_file():
            return _zip(path, learner)
        if kind == ".ipynb" and path.is_file():
            return [Submission(learner, name, path=str(path))]
    except Exception as error:  # whatever it is: the others are to be marked
        return [Submission(learner, name, note=f"{name} cannot be read: {_why(error)}")]
    return [Submission(learner, name, note=f"{name} is no notebook, folder or zip: it is not marked")]


def _why(error: Exception) -> str:
    """An error in a few words."""
    return _clean(getattr(error, "strerror", None) or f"{error}" or type(error).__name__)


def _folder(path: Path, learner: str) -> list[Submission]:
    found = []
    for root, folders, files in os.walk(path, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not (Path(root) / name).is_symlink())
        for file in sorted(files):
            inner = Path(root) / file
            name = _clean(inner.relative_to(path).as_posix())
            if inner.suffix.lower() != ".ipynb" or inner.name.startswith("._"):
                continue
            if inner.is_symlink():
                found.append(Submission(learner, name, note=f"{name} is a link: links are not followed"))
            elif not inner.is_file():
                found.append(Submission(learner, name, note=f"{name} is no plain file"))
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
    found: list[Submission] = []
    notes: list[str] = []
    size = 0
    try:
        members = sorted(enumerate(_members(path)), key=lambda item: item[1].filename)
    except Exception as error:  # a damaged archive can raise anything
        return [Submission(learner, name, note=f"{name} cannot be unpacked: {_why(error)}")]
    for number, member in members:
        inner = PurePosixPath(member.filename.replace("\\", "/"))
        if inner.suffix.lower() == ".zip":
            notes.append(f"{name} holds another archive, {_clean(member.filename)}: it is not opened")
        if inner.suffix.lower() != ".ipynb" or SKIPPED & set(inner.parts) or inner.name.startswith("._"):
            continue
        size += min(member.file_size, MOST_BYTES)
        if inner.is_absolute() or ".." in inner.parts or stat.S_ISLNK(member.external_attr >> 16):
            notes.append(f"{name} names a file outside itself, {_clean(member.filename)}: left out")
        elif len(found) == MOST_NOTEBOOKS:
            notes.append(f"{name} holds more than {MOST_NOTEBOOKS} notebooks: the others are left out")
        elif size > MOST_UNPACKED:
            notes.append(f"{name} unpacks to more than {MOST_UNPACKED / 1e6:.0f} MB: the others are left out")
        else:
            found.append(Submission(learner, _clean(member.filename), path=str(path), member=number))
    note = "; ".join(dict.fromkeys(notes[:10]))
    if not found:
        return [Submission(learner, name, note=note or f"{name} holds no notebook")]
    return [replace(each, note=note) for each in found]


def _members(path: Path) -> list[zipfile.ZipInfo]:
    """The entries of an archive, whose list is read only where it is of a size that homework has.

    Raises:
        ValueError: it is not. Others: it is damaged.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0))
    with open(handle, "rb") as file:
        end = zipfile._EndRecData(file)  # type: ignore[attr-defined]  # private: nothing public tells the size unread
        if end and end[zipfile._ECD_SIZE] > MOST_LIST:  # type: ignore[attr-defined]  # private, too
            raise ValueError("it holds too many files")
        with zipfile.ZipFile(file) as archive:
            return archive.infolist()


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    return "".join(c if c.isprintable() else "?" for c in text)[:200]


def _told_apart(entries: list[list[Submission]]) -> list[Submission]:
    """Submissions of one name are all marked, the later ones under a name with a number, and say so."""
    taken = {entry[0].learner.casefold() for entry in entries}  # no number makes a name that another one has
    used: set[str] = set()
    result = []
    for entry in entries:
        base = learner = entry[0].learner
        number = 1
        while learner.casefold() in used or (number > 1 and learner.casefold() in taken):
            number += 1
            learner = f"{base} ({number})"
        used.add(learner.casefold())
        seen: set[str] = set()
        for each in entry:
            again, name = number, each.name
            while name.casefold() in seen:  # a zip can hold one name twice
                name, again = name + "+", again + 1
            seen.add(name.casefold())
            if again > 1:
                note = f"this is submission {again} of the name {base}: all are marked"
                each = replace(each, note="; ".join(filter(None, [each.note, note])))
            result.append(replace(each, learner=learner, name=name))
    assert len({(each.learner.casefold(), each.name.casefold()) for each in result}) == len(result)
    return result
