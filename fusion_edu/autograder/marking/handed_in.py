"""What a learner handed in: one file, where its bytes lie, and what went wrong on the way."""

import io
from dataclasses import dataclass, replace

from fusion_edu.autograder.marking.archive import opened, unpacked, why
from fusion_edu.autograder.marking.owner import Owner
from fusion_edu.autograder.notebook import MOST_BYTES

MOST_UNPACKED = 5 * MOST_BYTES  # of one archive
MOST_NOTEBOOKS = 50  # of one learner
UNSHARED = 15  # notebooks of one learner have all the time of one each; more of them share the time of so many


@dataclass(frozen=True)
class Submission:
    """One file of one learner; ``note`` says what was wrong on the way here.

    Args:
        data: its bytes, or none where ``path`` (and ``member``, a number in a zip, ``inner``, one in a zip there) say
            where they are.
        together: how many notebooks the learner handed in.
        named: ids of the tasks that the learner's project names, None where there is no project.
        owner: what the file's name says about the learner.
        ending: of the files that are looked for in a folder or an archive.
    """

    learner: str
    name: str
    data: bytes = b""
    note: str = ""
    path: str = ""
    member: int = -1
    inner: int = -1
    owner: Owner = Owner("", "")
    ending: str = ".ipynb"
    together: int = 1
    named: tuple[str, ...] | None = None

    @property
    def share(self) -> float:
        """The part of the time of a notebook that this one has."""
        return min(1.0, UNSHARED / self.together)

    def load(self) -> "Submission":
        """With its bytes, at most one more than may be; what goes wrong becomes a note."""
        if not self.path:
            return self
        try:
            data, note = _bytes(self.path, self.member, self.inner, self.name), ""
        except Exception as error:  # whatever it is: the others are to be marked
            done = "read" if self.member < 0 else "unpacked"
            data, note = b"", f"{self.name} cannot be {done}: {why(error)}"
        return noted(replace(self, data=data, path="", member=-1, inner=-1), note)


def _bytes(path: str, member: int, inner: int, name: str) -> bytes:
    with opened(path) as file:
        if member < 0:
            return file.read(MOST_BYTES + 1)
        if inner < 0:
            return unpacked(file, member, name, MOST_BYTES)
        return unpacked(io.BytesIO(unpacked(file, member, "", MOST_UNPACKED)), inner, name, MOST_BYTES)


Entry = list[Submission]  # of one learner, as far as one can tell from where they lie


def noted(submission: Submission, note: str) -> Submission:
    """With one note more."""
    return replace(submission, note="; ".join(filter(None, [submission.note, note])))


def some(found: Entry, whole: Submission) -> Entry:
    """At most so many of one learner, and one that says so where there is none."""
    if len(found) > MOST_NOTEBOOKS:
        note = f"{whole.name} holds {len(found)} notebooks, needs at most {MOST_NOTEBOOKS}: the others are left out"
        found = [noted(each, note) for each in found[:MOST_NOTEBOOKS]]
    return found or [noted(whole, f"{whole.name} holds no notebook")]
