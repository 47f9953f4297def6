"""Whose file it is, read from its name: the names that Canvas and Moodle give, or a pattern of the teacher's own."""

import re
from collections.abc import Callable
from dataclasses import dataclass

CANVAS = re.compile(  # a year is no number of a file
    r"(?P<name>(?=[^_]*[^\W\d_])[^/]*?)_(?:(?P<late>LATE)_)?(?P<id>\d+)_(?!(?:19|20)\d\d_)\d{3,}_(?P<file>.+)"
)
NAMELESS = re.compile(r"(?:(?P<late>LATE)_)?(?P<id>anon_[^\W_]+)_\d+_(?P<file>.+)")  # Canvas, marked without names
WRITTEN = re.compile(  # a text or a link typed into Canvas: it has no number of a file
    r"(?P<name>(?=[^_]*[^\W\d_])[^/]*?)_(?:(?P<late>LATE)_)?(?P<id>\d+)_(?P<file>(?:text|link)\.html)"
)
MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?")
ENDING = re.compile(r"\.(ipynb|zip|py|pdf|html?|txt|md|docx?|odt|json|rar|7z|tar(\.gz)?|tgz)$", re.IGNORECASE)
FIELDS = ("id", "login", "email", "name", "file")
IDS = ("id", "login", "email")


@dataclass(frozen=True)
class Owner:
    """Who handed a file in.

    Args:
        system: "canvas", "moodle", "pattern", "roster", or "" where the whole name is all there is.
        id: tells learners apart.
        name: for people to read; two learners may have the same.
        file: the name that the learner gave the file, "" of a folder.
        late: the system says so.
        number: the system's own id, where a roster has given another one.
    """

    system: str
    id: str
    name: str = ""
    file: str = ""
    late: bool = False
    number: str = ""


Reader = Callable[[str], Owner | None]


def owner(name: str) -> Owner | None:
    """The owner of a file or folder that has a name as Canvas or Moodle makes it, else None."""
    fitting = [found for form in (MOODLE, CANVAS, NAMELESS, WRITTEN) if (found := form.fullmatch(name))]
    if not fitting:
        return None
    found = min(fitting, key=lambda each: each.start("id"))  # what comes later is the learner's own name of the file
    parts = found.groupdict()
    if found.re is MOODLE:
        return Owner("moodle", parts["id"], parts["name"].strip(), parts["file"] or "")
    return Owner("canvas", parts["id"], parts.get("name", ""), parts["file"], bool(parts["late"]))


def reader(pattern: str = "") -> Reader:
    """How names are read: by ``pattern`` first, e.g. "{name}_{id}_{file}", then as Canvas or Moodle make them.

    Raises:
        ValueError: the pattern names no id, or something else than a field, or one twice.
    """
    if not pattern:
        return owner
    form = _parts(pattern)

    def read(name: str) -> Owner | None:
        stem = without_ending(name)
        if parts := _fields(form, stem):
            key = next(parts[field] for field in IDS if field in parts)
            file = parts.get("file")
            return Owner("pattern", key, parts.get("name", ""), file + name[len(stem) :] if file else name)
        return owner(name)

    return read


def without_ending(name: str) -> str:
    """A name without the ending of a file that people hand in; other dots are part of it."""
    return ENDING.sub("", name)


def _parts(pattern: str) -> list[str]:
    """Text, field, text, field, ..., text."""
    fields = re.findall(r"\{([^}]*)\}", pattern)
    if wrong := next((field for field in fields if field not in FIELDS), ""):
        raise ValueError(f"name pattern {pattern!r} has {{{wrong}}}, needs fields of {', '.join(FIELDS)}")
    if len(set(fields)) < len(fields):
        raise ValueError(f"name pattern {pattern!r} has a field twice, needs each once")
    if not set(fields) & set(IDS):
        raise ValueError(f"name pattern {pattern!r} says not who a learner is, needs {{id}}, {{login}} or {{email}}")
    return re.split(r"\{([^}]*)\}", pattern)


def _fields(form: list[str], stem: str) -> dict[str, str]:
    """What a name has for each field, none where it does not fit: each is as short as what follows it lets it be.

    It takes one look at the name, however long that is: a regular expression would take some for each field.
    """
    found: dict[str, str] = {}
    first, last = form[0], form[-1]
    if not stem.startswith(first):
        return {}
    start = len(first)
    for field, text in zip(form[1::2], form[2::2], strict=True):
        final = len(found) == len(form) // 2 - 1
        end = len(stem) - len(last) if final else stem.find(text, start + 1)
        if end <= start or (final and not stem.endswith(last)):
            return {}
        found[field], start = stem[start:end], end + len(text)
    return found
