"""Who is in the class: a CSV of the teacher's, Canvas's gradebook export, or Moodle's grading worksheet."""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from fusion_edu.autograder.marking.owner import Owner, Reader, without_ending

COLUMNS = {  # what a roster says, and the heads under which it does, the best first
    "id": ("id", "student id", "student_id", "id number", "matriculation number", "user id", "userid"),
    "name": ("student", "name", "full name", "fullname", "student name"),
    "first": ("first name", "first_name", "firstname", "given name"),
    "last": ("last name", "last_name", "lastname", "surname", "family name"),
    "email": ("email", "email address", "e-mail", "mail"),
    "login": ("sis login id", "login", "username", "user name", "login id"),
    "sis": ("sis user id",),
    "moodle": ("identifier",),
}
OF_CANVAS = re.compile(r"\s*(points possible.*|student, test)\s*", re.IGNORECASE)  # rows that are nobody's
MARKS_OF_UTF_16 = b"\xff\xfe", b"\xfe\xff"
SEPARATOR = re.compile(r"\s*(\"?sep=.\"?[ \t]*\r?\n\s*)?", re.IGNORECASE)  # a line that Excel reads, and empty ones
POSTING = re.compile(r"\s*(muted|manual posting.*)?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """A learner.

    Args:
        id: who this is, in all files that we write.
        name, email: for people to read.
        canvas, moodle: the ids under which these systems know the learner, "" where it is not known.
        row: what the roster says, by its own heads.
        note: what a teacher should know, e.g. that the roster does not have this learner.
    """

    id: str
    name: str = ""
    email: str = ""
    canvas: str = ""
    moodle: str = ""
    row: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def shown(self) -> str:
        """The name with the id, which is never left out: names can be the same."""
        return f"{self.name} ({self.id})" if self.name and self.name != self.id else self.id


class Roster:
    """The learners of a class, found by their ids.

    Args:
        people: all of them, in the order of the file.
        heads: those of the file, to write it again.
        keys: for each kind of name ("id", "moodle", ...) who has which.
    """

    def __init__(self, people: list[Person], heads: list[str], keys: dict[str, dict[str, Person]]) -> None:
        self.people, self.heads, self.keys = people, heads, keys

    def reader(self, read: Reader) -> Reader:
        """Reads names as ``read`` does, or as an id that stands here, and gives each learner the id of the roster."""

        def known(name: str) -> Owner | None:
            owner = read(name)
            person = self.find(owner or Owner("", without_ending(name)))
            if person:
                owner = owner or Owner("roster", person.id, file=name)
                return replace(owner, id=person.id, number=owner.id)
            if owner and _key(owner.id) in self.keys["id"]:  # another system's number, and by chance an id of ours
                return replace(owner, id=f"{owner.system} {owner.id}", number=owner.id)
            return owner

        return known

    def find(self, owner: Owner) -> Person | None:
        """Who this is, by an id, never by the name that is shown; None where nobody is."""
        kinds = ("moodle",) if owner.system == "moodle" else ("id", "sis", "login", "email")
        return next((found for kind in kinds if (found := self.keys[kind].get(_key(owner.id)))), None)


def read(path: Path) -> Roster:
    """The roster of a file.

    Raises:
        ValueError: it cannot be read, has no column of ids, or an id is missing or stands there twice.
    """
    text = _table(_text(path))
    try:
        table = list(csv.reader(io.StringIO(text, newline=None), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise ValueError(f"roster {path} is no CSV ({error}): is a quotation mark missing?") from error
    heads = [head.strip() for head in table[0]] if table else []
    place = {kind: at for kind, names in COLUMNS.items() if (at := _place(heads, names)) is not None}
    if not {"id", "email", "login", "moodle"} & place.keys():
        raise ValueError(f"roster {path} has the columns {heads}, needs one of id, email, login or Identifier")
    of_canvas = {"Student", "ID", "Section"} <= set(heads)
    own_numbers = "moodle" not in place and "id" in place and heads[place["id"]].casefold() != "id number"
    keys: dict[str, dict[str, Person]] = {kind: {} for kind in ("id", "sis", "login", "email", "moodle")}
    people: dict[str, Person] = {}
    for line, cells in enumerate(table[1:], 2):
        said = {kind: cells[at].strip() if at < len(cells) else "" for kind, at in place.items()}
        name = said.get("name") or f"{said.get('first', '')} {said.get('last', '')}".strip()
        if OF_CANVAS.fullmatch(name) or all(map(POSTING.fullmatch, cells)):
            continue  # an empty line, or one that Canvas adds
        number = re.sub(r"^.*?(\d+)$", r"\1", said.get("moodle", ""))
        one = next((said[k] for k in ("id", "email", "login", "sis", "moodle") if said.get(k)), "")
        if not one:
            raise ValueError(f"roster {path}, line {line}: {name or cells} has no id, needs one")
        if _key(one) in people:
            raise ValueError(f"roster {path}, line {line}: the id {one} stands there before, needs to be one learner's")
        row = dict(zip(heads, [*cells, *[""] * len(heads)], strict=False))
        canvas = said["id"] if of_canvas else ""
        person = Person(one, name, said.get("email", ""), canvas, number, row)
        people[_key(one)] = person
        for kind in keys:
            value = number if kind == "moodle" else said.get(kind, "")
            if value:
                keys[kind].setdefault(_key(value), person)
        if own_numbers:  # a file of the teacher's own may hold Moodle's numbers as ids
            keys["moodle"].setdefault(_key(one), person)
    if not people:
        raise ValueError(f"roster {path} names nobody, needs a line for each learner under its heads")
    return Roster(list(people.values()), heads, keys)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(f"roster {path} cannot be read ({error.strerror})") from error
    marked = data[:2] in MARKS_OF_UTF_16
    table = data[:4] == b"PK\x03\x04" or (b"\0" in data and not marked)
    for encoding in () if table else ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"roster {path} is no CSV: save the table as CSV (UTF-8)")


def _table(text: str) -> str:
    """From the heads on."""
    return text[SEPARATOR.match(text).end() :]  # type: ignore[union-attr]  # it can match nothing, so it matches


def _delimiter(text: str) -> str:
    """What stands between the heads: a comma, or the semicolon or tab of a spreadsheet."""
    head = (text.splitlines() or [""])[0]
    return max(",;\t", key=head.count)


def _place(heads: list[str], names: tuple[str, ...]) -> int | None:
    known = [head.casefold() for head in heads]
    return next((known.index(name) for name in names if name in known), None)


def _key(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip()).casefold()
