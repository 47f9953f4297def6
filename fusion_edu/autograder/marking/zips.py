"""The notebooks in a zip: in that of one learner, or in what Canvas and Moodle make of a class."""

import io
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from fusion_edu.autograder.marking.archive import (
    Member,
    Members,
    clean,
    listed,
    opened,
    outside,
    path_of,
    unpacked,
    why,
)
from fusion_edu.autograder.marking.handed_in import MOST_NOTEBOOKS, MOST_UNPACKED, Entry, Submission, noted
from fusion_edu.autograder.marking.owner import Owner, Reader
from fusion_edu.autograder.notebook import MOST_BYTES

SKIPPED = {".ipynb_checkpoints", "__MACOSX", ".git"}
KINDS = (".ipynb", ".zip")
LATE = "handed in late"
NOTHING = "the folder holds no notebook"
NOT_MARKED = "it is not marked"
OF_ONE = (
    "taken as the work of one learner, because no name in it tells of one: if it is a class's, unpack it so that each "
    "learner's file or folder lies by itself, or say with --name-pattern whose a file is"
)
LIKE_A_CLASS = "its names are those of several learners: the zip of a class is marked alone, not beside others"


def of_learner(path: Path, whole: Submission) -> Entry:
    """The notebooks of one learner's archive."""
    try:
        with opened(path) as file:
            return _books(listed(file), replace(whole, path=str(path)))
    except Exception as error:  # a damaged archive can raise anything
        return [noted(whole, f"{whole.name} cannot be unpacked: {why(error)}")]


def of_class(path: Path, whole: Submission, read: Reader) -> list[Entry]:
    """The learners of a class's archive; where the names in it tell of none, the one learner whose archive it is."""
    try:
        with opened(path) as file:
            members = [(number, member) for number, member in listed(file) if not _ours(member)]
            below = _below(members, read)
            owned = [(number, member, *_owned(member, read, below)) for number, member in members]
            if not many([(owner, name) for *_, owner, name in owned]):
                return [of_one(_books(listed(file), replace(whole, path=str(path))))]
            return [
                _handed_in(file, replace(whole, path=str(path)), *each)
                for each in owned
                if each[2] or _kind(each[3]) in KINDS
            ]
    except Exception as error:  # a damaged archive can raise anything
        return [[noted(whole, f"{whole.name} cannot be unpacked: {why(error)}")]]


def of_one(entry: Entry) -> Entry:
    """Several notebooks that lie alone and tell of nobody: it is said that they count as one learner's."""
    return [noted(entry[0], OF_ONE), *entry[1:]] if len(entry) > 1 else entry


def under(archive: Submission, books: Entry) -> Entry:
    """The notebooks of an archive, named as what lies in it."""
    return [replace(book, name=f"{archive.name}/{book.name}") if book.path else book for book in books]


def many(names: list[tuple[Owner | None, str]]) -> bool:
    """Whether these are the files of a class: most of the notebooks and archives have an owner, or Moodle made the names."""
    books = [owner for owner, name in names if _kind(name) in KINDS or (owner and not name)]
    if not books:
        books = [owner for owner, _ in names]
    return 2 * sum(owner is not None for owner in books) > len(books)


def first_owner(name: str, read: Reader) -> tuple[Owner | None, str]:
    """Whose file it is by the first part of its path that tells of anyone."""
    return next((owner for part in name.split("/") if (owner := read(part))), None), name


def _kind(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _ours(member: Member) -> bool:
    """What an operating system adds, not a learner."""
    parts = path_of(member).parts
    return bool(SKIPPED & set(parts)) or (bool(parts) and parts[-1].startswith("._"))


def _parts(member: Member) -> tuple[str, ...]:
    return PurePosixPath(clean(member.filename.replace("\\", "/"), 1000)).parts


def _below(members: Members, read: Reader) -> int:
    """How deep the names of a class lie: at the top, or below the one folder that holds everything."""
    tops = {parts[0] for _, member in members if (parts := _parts(member))}
    return int(len(tops) == 1 and not read(tops.pop()) and all(len(_parts(m)) > 1 or m.is_dir() for _, m in members))


def _owned(member: Member, read: Reader, below: int) -> tuple[Owner | None, str]:
    """Whose member of an archive it is, and the learner's own name of it: "" of a folder.

    What lies deeper is the learner's own and makes it nobody else's.
    """
    parts = _parts(member)
    if owner := read(parts[below]) if len(parts) > below else None:
        return owner, "" if member.is_dir() else "/".join(parts[below + 1 :]) or owner.file
    return None, "" if member.is_dir() else "/".join(parts)


def _handed_in(file: BinaryIO, whole: Submission, number: int, member: Member, owner: Owner | None, name: str) -> Entry:
    """One member of a class's archive: a notebook, an archive of some, or a line that says what else it is."""
    stem = clean(member.filename)
    owner = owner or Owner("", stem)
    each = Submission(owner.id, name or stem, note=LATE if owner.late else "", owner=owner, ending=whole.ending)
    kind = _kind(name)
    if outside(member):
        return [noted(each, f"{stem} names a file outside the archive: left out")]
    if kind == whole.ending and not member.is_dir():
        return [replace(each, path=whole.path, member=number)]
    if kind == ".zip" and not member.is_dir():
        try:
            inner = io.BytesIO(unpacked(file, number, "", MOST_UNPACKED))
            found = _books(listed(inner), replace(each, path=whole.path), inside=number)
        except Exception as error:  # a damaged archive can raise anything
            return [noted(each, f"{each.name} cannot be unpacked: {why(error)}")]
        return under(each, found)
    if member.is_dir():
        return [noted(each, NOTHING)]
    return [noted(each, f"{each.name} is no notebook: {NOT_MARKED}")]


def _books(members: Members, whole: Submission, inside: int = -1) -> Entry:
    """The notebooks among the members of an archive; ``inside`` is the archive's own number, where it lies in another one."""
    found: Entry = []
    notes: list[str] = []
    size, name, empty = 0, whole.name, replace(whole, path="")
    for number, member in members:
        kind = path_of(member).suffix.lower()
        if kind == ".zip" and not member.is_dir():
            notes.append(f"{name} holds another archive, {clean(member.filename)}: it is not opened")
        if kind != whole.ending or _ours(member):
            continue
        size += min(member.file_size, MOST_BYTES)
        if outside(member):
            notes.append(f"{name} names a file outside itself, {clean(member.filename)}: left out")
        elif len(found) == MOST_NOTEBOOKS:
            notes.append(f"{name} holds more than {MOST_NOTEBOOKS} notebooks: the others are left out")
        elif size > MOST_UNPACKED:
            notes.append(f"{name} unpacks to more than {MOST_UNPACKED / 1e6:.0f} MB: the others are left out")
        else:
            member_at, inner_at = (number, -1) if inside < 0 else (inside, number)
            found.append(replace(whole, name=clean(member.filename), member=member_at, inner=inner_at))
    note = "; ".join(dict.fromkeys(notes[:10]))
    if not found:
        return [noted(empty, note or f"{name} holds no notebook")]
    return [noted(each, note) for each in found]
