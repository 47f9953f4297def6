"""The three tasks, and the course that they make."""

from functools import partial

from fusion_edu.autograder import check as checking
from fusion_edu.autograder.case import Case, Draw
from fusion_edu.autograder.course import Course
from fusion_edu.autograder.task import Mistake, Task, edit

WORDS = ("ada", "grace", "alan", "edsger", "barbara")


def _words(draw: Draw, n: int) -> str:
    return " ".join(WORDS[draw.whole(0, len(WORDS) - 1)] for _ in range(n))


def initials(name: str) -> str:
    """First letters, large."""
    return "".join(word[0].upper() for word in name.split())


def vowels(text: str) -> int:
    """How many vowels a text has."""
    return sum(letter in "aeiou" for letter in text.lower())


def repeat(text: str, times: int = 2) -> str:
    """The text several times, with commas between."""
    return ",".join([text] * times)


COURSE = Course(
    where="small.tasks:COURSE",
    library="small",
    helpers=("small.helpers",),
    lessons={"1": "Texts"},
    tasks=(
        Task(
            id="1.1",
            title="Initials",
            promise="Write `initials(name)`: the first letter of each word, in capitals. `name` has one word or more.",
            reference=initials,
            named=(Case("two words", ("ada lovelace",)), Case("one word", ("ada",)), Case("capitals", ("Ada King",))),
            draws=lambda draw: [Case("random", (_words(draw, 3),))],
            mistakes=(
                Mistake("small", edit(".upper()", ""), "The initials are asked for in capitals.", "small letters"),
                Mistake("last", edit("word[0]", "word[-1]"), "You took the last letter of each word.", "last letters"),
            ),
            hints=("text.split() gives the words.",),
            difficulty=1,
            points=10,
            minutes=5,
        ),
        Task(
            id="1.2",
            title="Vowels",
            promise="Write `vowels(text)`: how many of a, e, i, o, u a text has, capitals too.",
            reference=vowels,
            named=(Case("small", ("banana",)), Case("capitals", ("AbEi",)), Case("none", ("xyz",)), Case("empty", ("",))),
            draws=lambda draw: [Case("random", (_words(draw, 4),))],
            mistakes=(
                Mistake("capitals", edit(".lower()", ""), "Capital vowels count, too.", "capitals are missed"),
                Mistake("y", edit('"aeiou"', '"aeiouy"'), "The letter y does not count here.", "y counts"),
            ),
            hints=("small.helpers.is_vowel knows a vowel.",),
            difficulty=1,
            points=10,
            minutes=5,
        ),
        Task(
            id="1.3",
            title="Again and again",
            promise="Write `repeat(text, times=2)`: the text that many times, with a comma between. `times` is 1 or more.",
            reference=repeat,
            named=(Case("twice", ("ha",)), Case("three times", ("ha", 3)), Case("once", ("ha", 1))),
            draws=lambda draw: [Case("random", (_words(draw, 1), draw.whole(2, 5)))],
            mistakes=(
                Mistake("no comma", edit('","', '""'), "There is a comma between two of them.", "no commas"),
                Mistake("comma at the end", edit("* times)", '* times) + ","'), "No comma stands at the end.", "one comma too many"),
            ),
            hints=("','.join puts commas between.",),
            difficulty=1,
            points=10,
            minutes=5,
        ),
    ),
)  # fmt: skip

check = partial(checking.check, COURSE)
