"""Build notebooks/, solutions/ and exercises/ from course/: the one way, and nothing else writes there.

python tools/build.py             build everything and run it
python tools/build.py 04 02       these lessons and their exercises only
python tools/build.py --check     fail where a committed notebook differs from its source (outputs aside)
"""

import argparse
import copy
import difflib
import json
import re
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import cheat_sheets  # noqa: E402
import glossary  # noqa: E402
import jupytext  # noqa: E402
import nbformat  # noqa: E402
import runs  # noqa: E402
from nbformat import NotebookNode  # noqa: E402
from nbgrader.preprocessors import (  # noqa: E402
    CheckCellMetadata,
    ClearHiddenTests,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from tqdm import tqdm  # noqa: E402

from fusion_edu.checks import COURSE, task  # noqa: E402
from fusion_edu.storage import read_json, write, write_json  # noqa: E402
from fusion_edu.syllabus import LESSONS  # noqa: E402

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
RUN_TIMES = ROOT / "fusion_edu/run_times.json"
HOME = ROOT / "course/home.py"  # the page that a learner begins on: no lesson
MOVING = ROOT / "course/moving.json"  # source -> cells whose output hangs on rounding, seeds or time
OTHERWISE = runs.Setting("sse", shift=1000)  # the second run of a build, and the first draw of redraw.py
FILLS_A_CACHE = re.compile(r"\b(encoders\.\w+_features|data\.(irony|boxing))\((?!.*progress=False)")
STUDENT = (LockCells, ClearSolutions, ClearHiddenTests, ComputeChecksums, CheckCellMetadata)
WIDGET = "application/vnd.jupyter.widget-view+json"


def read(source: Path) -> NotebookNode:
    """A py:percent file as a notebook with stable cell ids; task=, answer= and check= become statements and nbgrader cells."""
    book = jupytext.read(source, fmt="py:percent")
    book.metadata = NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    for position, cell in enumerate(book.cells):
        cell.id = f"cell-{position:03d}"
        cell.source = cell.source.strip("\n")
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's note of blank lines in the source
        if cell.metadata.pop("fold", False) or cell.source.startswith("widgets."):
            cell.metadata["jupyter"] = {"source_hidden": True}  # its text would give an answer away
            cell.metadata["tags"] = sorted({*cell.metadata.get("tags", []), "remove-input"})
        if number := cell.metadata.pop("task", None):
            cell.source = statement(number)
        if number := cell.metadata.pop("answer", None):
            grader(cell, "answer", number)
        if number := cell.metadata.pop("check", None):
            grader(cell, "check", number)
    if source == HOME:
        book.cells[-1].source += "\n\n" + cheat_sheets.contents()
    else:
        (lead_on if source.parent.name == "lessons" else lead_back)(book, source.stem[:2])
    return book


def lead_on(book: NotebookNode, number: str) -> None:
    """Links of a lesson: before, exercises, next, under its title and before the map at its end."""
    earlier, later = [LESSONS[n] for n in LESSONS if n < number], [LESSONS[n] for n in LESSONS if n > number]
    exercises = f"[exercises](../exercises/{LESSONS[number].exercises}.ipynb)"
    links = [f"[← {lesson.number} {lesson.title}]({lesson.stem}.ipynb)" for lesson in earlier[-1:]]
    links += [exercises, "[the map](#Where-next)"]
    links += [f"[{lesson.number} {lesson.title} →]({lesson.stem}.ipynb)" for lesson in later[:1]]
    head, *rest = book.cells[0].source.split("\n\n")
    book.cells[0].source = "\n\n".join([head, " · ".join(links), *rest])
    words = f"First the {exercises}: they put what this lesson showed into your own hands."
    words += "".join(f" Then [{lesson.number} {lesson.title}]({lesson.stem}.ipynb)." for lesson in later[:1])
    end = nbformat.v4.new_markdown_cell(f"## Where next\n\n{words}", id="where-next")
    book.cells.insert(len(book.cells) - book.cells[-1].source.startswith("widgets.progress_map"), end)


def lead_back(book: NotebookNode, number: str) -> None:
    """Links of exercises and solutions: the lesson, and the exercises of the next one."""
    lesson, later = LESSONS[number], [n for n in LESSONS if n > number]
    links = [f"[← lesson {number} {lesson.title}](../notebooks/{lesson.stem}.ipynb)"]
    links += [f"[lesson {n} {LESSONS[n].title} →](../notebooks/{LESSONS[n].stem}.ipynb)" for n in later[:1]]
    head, *rest = book.cells[0].source.split("\n\n")
    book.cells[0].source = "\n\n".join([head, " · ".join(links), *rest])


def statement(number: str) -> str:
    """The heading and the statement of a task: the same words that its check is held to."""
    found = task(number)
    stars = "★" * found.difficulty + "☆" * (5 - found.difficulty)
    return (
        f"## {found.id} {found.title}\n\n*{stars} · {found.points} points · about {found.minutes} minutes*\n\n"
        f"{COURSE.statement(found)}"
    )


def grader(cell: NotebookNode, kind: str, number: str) -> None:
    """Mark a cell for nbgrader: an answer is written by the learner, a check is locked and carries the points."""
    cell.id = f"{kind}-{number.replace('.', '-')}"
    answer = kind == "answer"
    cell.metadata["nbgrader"] = {
        "grade": not answer,
        "grade_id": cell.id,
        "locked": not answer,
        "schema_version": 3,
        "solution": answer,
        "task": False,
    } | ({} if answer else {"points": task(number).points})


def student(book: NotebookNode) -> NotebookNode:
    """The copy that learners get: answers and hidden tests removed by nbgrader itself, checks locked."""
    resources: dict = {}
    for step in STUDENT:
        book, resources = step().preprocess(book, resources)
    return book


def execute(book: NotebookNode, folder: Path, stem: str) -> tuple[float, NotebookNode, dict]:
    """Run a notebook in place, and beside it a copy as another processor with other seeds.

    Returns the processor time of the first run in seconds, the copy, and what the copy came to.
    """
    other = copy.deepcopy(book)
    with tqdm(total=len(book.cells), desc=stem, leave=False) as bar, ThreadPoolExecutor(1) as beside:
        elsewhere = beside.submit(runs.run, other, folder, OTHERWISE, go_on=True)
        seconds = runs.run(book, folder, runs.Setting(strict=True), on_cell=bar.update)
        result = runs.result_of(other, OTHERWISE, elsewhere.result())
    return seconds, other, result


def moving(book: NotebookNode, other: NotebookNode) -> list[str]:
    """The cells that came out otherwise in the second run, or would elsewhere: nbval compares their outputs nowhere."""
    pairs = zip(book.cells, other.cells, strict=True)
    return [a.id for a, b in pairs if a.cell_type == "code" and (words(a) != words(b) or passing(a))]


def passing(cell: NotebookNode) -> bool:
    """Whether a cell says what holds here and now only: run times, progress, a bar (updates of a display, nbval sees none).

    What fills a cache shows its bar the first time only, so such a cell counts even where no bar was seen; so does a cell that
    counts the mistakes of a task, to which one more may come at any time.
    """
    bars = [o for o in cell.outputs if o.output_type == "display_data" and list(o.get("data", {})) == ["text/plain"]]
    first_time = FILLS_A_CACHE.search(cell.source)
    return (
        bool(bars or first_time)
        or cell.source.startswith(("widgets.header", "widgets.progress_map"))
        or "unmask(" in cell.source
    )


def words(cell: NotebookNode) -> list:
    """What nbval would compare of a cell's outputs."""
    return [(o.output_type, o.get("name"), o.get("text"), o.get("ename"), *text_of(o)) for o in cell.outputs]


def text_of(output: NotebookNode) -> list[tuple[str, str]]:
    """The forms of an output that nbval compares: no pictures, no widgets."""
    return sorted((k, str(v)) for k, v in output.get("data", {}).items() if not k.startswith("image/") and k != WIDGET)


def untested(book: NotebookNode, cells: list[str]) -> None:
    """Tag the cells whose outputs move."""
    for cell in book.cells:
        if cell.id in cells:
            cell.metadata.tags = sorted({*cell.metadata.get("tags", []), "nbval-ignore-output"})


def tidy(book: NotebookNode) -> None:
    """Drop what a saved notebook must not hold: live widgets, timestamps, widget state."""
    book.metadata.pop("widgets", None)
    book.metadata.language_info = {"name": "python"}
    for cell in book.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
        if cell.cell_type == "code":
            cell.outputs = [
                o for o in cell.outputs if o.output_type not in ("display_data", "update_display_data") or o.data
            ]


def targets(source: Path) -> dict[Path, NotebookNode]:
    """Which notebooks a source makes, not run yet, with the tags that their last build found."""
    made, known = bare(source), read_json(MOVING, {}).get(name_of(source), [])
    for book in made.values():
        untested(book, known)
    return made


def bare(source: Path) -> dict[Path, NotebookNode]:
    """Which notebooks a source makes, as the source says."""
    if source.parent.name != "exercises":
        return {ROOT / "notebooks" / f"{source.stem}.ipynb": read(source)}
    lesson = LESSONS[source.stem[:2]]
    return {
        ROOT / "solutions" / f"{lesson.solutions}.ipynb": read(source),
        ROOT / "exercises" / f"{lesson.exercises}.ipynb": student(read(source)),
    }


def name_of(source: Path) -> str:
    """lessons/04_contrastive_loss"""
    return f"{source.parent.name}/{source.stem}"


def sources(numbers: Sequence[str] = ()) -> list[Path]:
    """What the builder reads: the home page, lessons and exercises; or those of some numbers only ("home" too)."""
    every = [HOME, *sorted(ROOT.glob("course/*/*.py"))]
    return [path for path in every if not numbers or path.stem in numbers or path.stem[:2] in numbers]


def pages() -> dict[Path, str]:
    """The pages that are gathered from the lessons."""
    return {glossary.PAGE: glossary.page(), **cheat_sheets.sheets()}


def stale_pages() -> list[Path]:
    """The gathered pages that are missing, or are not what the lessons say."""
    return [path for path, text in pages().items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def build(source: Path) -> None:
    """Write the notebooks of one source, run where learners read outputs."""
    found: list[str] = []  # of the lesson or of the solutions, which come first; stubs get the same tags
    for target, book in bare(source).items():
        target.parent.mkdir(exist_ok=True)
        if target.parent.name != "exercises":
            seconds, other, result = execute(book, target.parent, target.stem)
            found = moving(book, other)
            write_json(MOVING, read_json(MOVING, {}) | {name_of(source): found})
            tidy(book)
            print(f"{target.relative_to(ROOT)}: {seconds:.0f} s", flush=True)
            if source.parent.name == "lessons":
                note_time(source.stem[:2], seconds)
                code = runs.code_hash(book)
                draws = runs.kept(source.stem, code) | {"1": result}
                runs.keep(source.stem, code, draws)
        untested(book, found)
        nbformat.validate(book)
        write(target, serialised(book).encode())


def note_time(number: str, seconds: float) -> None:
    """Keep the processor time that a lesson takes: its header card says so."""
    write_json(RUN_TIMES, read_json(RUN_TIMES, {}) | {number: round(seconds)})


def serialised(book: NotebookNode) -> str:
    """The bytes of a notebook: the same at every build."""
    return nbformat.writes(book, version=4) + "\n"


def code_of(book: NotebookNode) -> str:
    """What must not differ between a source and its notebook: everything but outputs and counts."""
    bare = json.loads(nbformat.writes(book, version=4))
    for cell in bare["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(bare, indent=1, ensure_ascii=False, sort_keys=True)


def differences(source: Path) -> list[str]:
    """What a committed notebook lacks against its source, one line each."""
    found = []
    for target, book in targets(source).items():
        name = str(target.relative_to(ROOT))
        if not target.exists():
            found.append(f"{name} is missing")
            continue
        committed = code_of(nbformat.read(target, as_version=4)).splitlines()
        lines = [
            line
            for line in difflib.unified_diff(
                committed, code_of(book).splitlines(), name, str(source.name), n=0, lineterm=""
            )
            if not line.startswith(("---", "+++", "@@"))
        ]
        if lines:
            found.append(f"{name} differs from {source.relative_to(ROOT)}: {lines[0].strip()[:100]}")
    return found


def main() -> int:
    """Build or compare; the exit status is 1 where a notebook is not what its source makes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lessons", nargs="*", help="numbers, e.g. 04, or home (default: all)")
    parser.add_argument("--check", action="store_true", help="compare only")
    options = parser.parse_args()
    if not options.check:
        for source in sources(options.lessons):
            build(source)
        for path, text in pages().items():
            write(path, text.encode())
        return 0
    wrong = [line for source in sources(options.lessons) for line in differences(source)]
    if not options.lessons:
        wrong += [f"{path.relative_to(ROOT)} is not what the lessons say" for path in stale_pages()]
    print(
        "\n".join(wrong + ["Run `python3 start.py build`."] if wrong else ["Every notebook is what its source makes."])
    )
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
