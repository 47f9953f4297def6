"""Find the submissions in a folder: notebooks, folders and zips of one learner, and what Canvas and Moodle make of a class.

Files that are handed in beside the notebooks are found in the same places.

Links are not followed, nothing is unpacked to disk.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from fusion_edu.autograder.marking import zips
from fusion_edu.autograder.marking.archive import clean, why
from fusion_edu.autograder.marking.handed_in import Entry, Submission, noted, some
from fusion_edu.autograder.marking.owner import Owner, Reader
from fusion_edu.autograder.marking.owner import owner as read_name

Files = Callable[[str], Iterator[tuple[str, bytes]]]  # of a name: the learners who handed such a file in, and its bytes


def find(folder: Path, read: Reader = read_name, ending: str = ".ipynb") -> list[Submission]:
    """All submissions, in the order of their names.

    Args:
        folder: of submissions, or the zip of a class.
        read: says whose file a name tells of.
        ending: of the files that are looked for.

    Raises:
        ValueError: ``folder`` is none, or holds nothing.
    """
    if folder.is_file() and folder.suffix.lower() == ".zip":
        found = _of(folder, read, ending, alone=True)
    elif folder.is_dir():
        found = _entries(folder, read, ending)
    else:
        raise ValueError(f"{folder} is no folder of submissions")
    if not found:
        raise ValueError(f"{folder} holds no submission: it needs notebooks, or folders or zips of notebooks")
    return _told_apart(found)


def beside(folder: Path, read: Reader, name: str) -> Iterator[tuple[str, bytes]]:
    """Learner and bytes of the file of this name, of each who handed one in; the first one where there are several.

    Canvas writes "-1" behind the name of a file that is handed in again.
    """
    stem, dot, ending = name.rpartition(".")
    form = re.compile(rf"{re.escape(stem)}(-\d+)?\.{ending}", re.IGNORECASE)
    seen = set()
    for each in find(folder, read, dot + ending):
        if each.path and each.learner not in seen and form.fullmatch(PurePosixPath(each.name).name):
            seen.add(each.learner)
            yield each.learner, each.load().data


def of_one(path: Path, learner: str) -> Entry:
    """What one learner handed in: a folder, a zip or a notebook, whatever its name."""
    whole = Submission(learner, clean(path.name))
    if path.is_dir():
        return _folder(path, whole)
    return zips.of_learner(path, whole) if path.suffix.lower() == ".zip" else [replace(whole, path=str(path))]


def _entries(folder: Path, read: Reader, ending: str) -> list[Entry]:
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    paths = [path for path in paths if path.name not in zips.SKIPPED]
    work = [path for path in paths if path.is_dir() or path.suffix.lower() in (ending, ".zip")]
    return [entry for path in paths for entry in _of(path, read, ending, alone=work == [path])]


def _of(path: Path, read: Reader, ending: str, *, alone: bool) -> list[Entry]:
    """What one entry holds. Only what lies ``alone`` can be the download of a class: else a learner's would pass for one."""
    kind = path.suffix.lower()
    owner = read(clean(path.name))
    learner = owner.id if owner else clean(path.stem if kind in (ending, ".ipynb", ".zip") else path.name)
    name = owner.file if owner and owner.file else clean(path.name)
    late = zips.LATE if owner and owner.late else ""
    whole = Submission(learner, name, note=late, owner=owner or Owner("", learner), ending=ending)
    try:
        if path.is_symlink():
            return [[noted(whole, f"{name} is a link: links are not followed")]]
        if path.is_dir():
            unpacked = alone and not owner
            if unpacked and zips.many([_named(inner, read) for inner in path.iterdir() if inner.name[0] != "."]):
                return _entries(path, read, ending)  # the zip of a class, unpacked into a folder of its own
            entry = _folder(path, whole)
            return [zips.of_one(entry) if unpacked else entry]
        if kind == ".zip" and path.is_file():
            of_class = alone and not owner
            return zips.of_class(path, whole, read) if of_class else [_learners_own(zips.of_learner(path, whole), read)]
        if kind == ending and path.is_file():
            return [[replace(whole, path=str(path))]]
    except Exception as error:  # whatever it is: the others are to be marked
        return [[noted(whole, f"{name} cannot be read: {why(error)}")]]
    return [[noted(whole, f"{name} is no notebook, folder or zip: {zips.NOT_MARKED}")]]


def _learners_own(entry: Entry, read: Reader) -> Entry:
    """A zip beside others is one learner's, whatever stands in it; where it looks like a class's, that is said."""
    if entry[0].owner.system or not zips.many([zips.first_owner(each.name, read) for each in entry if each.path]):
        return entry
    return [noted(each, zips.LIKE_A_CLASS) for each in entry]


def _named(path: Path, read: Reader) -> tuple[Owner | None, str]:
    return read(clean(path.name)), path.name if path.is_file() else ""


def _folder(path: Path, whole: Submission) -> Entry:
    found: Entry = []
    for root, folders, files in os.walk(path, followlinks=False):
        folders[:] = sorted(
            name for name in folders if name not in zips.SKIPPED and not (Path(root) / name).is_symlink()
        )
        for file in sorted(files):
            inner = Path(root) / file
            each = replace(whole, name=clean(inner.relative_to(path).as_posix()))
            if inner.suffix.lower() not in (whole.ending, ".zip") or inner.name.startswith("._"):
                continue
            if inner.is_symlink():
                found.append(noted(each, f"{each.name} is a link: links are not followed"))
            elif not inner.is_file():
                found.append(noted(each, f"{each.name} is no plain file"))
            elif inner.suffix.lower() == ".zip":
                found += zips.under(each, zips.of_learner(inner, each))
            else:
                found.append(replace(each, path=str(inner)))
    return some(found, whole)


def _told_apart(entries: list[Entry]) -> list[Submission]:
    """What one id handed in is one learner's; entries that have only a name are told apart by numbers, and say so."""
    known, plain = dict[str, Entry](), list[Entry]()
    for entry in entries:
        if entry[0].owner.system:
            known.setdefault(entry[0].learner.casefold(), []).extend(entry)
        else:
            plain.append(entry)
    return _named_apart([*map(_one, known.values()), *plain])


def _one(entry: Entry) -> Entry:
    """The work of one id; what else came with notebooks is a line beside them, no row of its own."""
    books = [each for each in entry if each.path]
    apart = [each for each in entry if not each.path and books and each.note.endswith(zips.NOT_MARKED)]
    found = [each for each in entry if each not in apart and not (books and each.note.endswith(zips.NOTHING))]
    names = sorted({each.owner.name for each in entry if each.owner.name and not each.owner.number})
    said = [f"also handed in, not marked: {', '.join(each.name for each in apart)}"] if apart else []
    said += [f"the id {entry[0].learner} has several names: {', '.join(names)}"] if len(names) > 1 else []
    found = some(list(dict.fromkeys(found)), entry[0])
    return [noted(replace(found[0], learner=entry[0].learner), "; ".join(said)), *found[1:]]


def _named_apart(entries: list[Entry]) -> list[Submission]:
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
        together = max(1, sum(bool(each.path) for each in entry))
        for each in entry:
            again, name = number, each.name
            while name.casefold() in seen:  # a zip can hold one name twice
                name, again = name + "+", again + 1
            seen.add(name.casefold())
            if again > 1:
                note = f"this is submission {again} of the name {base}: all are marked"
                each = noted(each, note)
            result.append(replace(each, learner=learner, name=name, together=together))
    assert len({(each.learner.casefold(), each.name.casefold()) for each in result}) == len(result)
    return result
