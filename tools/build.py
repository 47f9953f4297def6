"""Build notebooks/, solutions/ and exercises/ from course/: the one way, and nothing else writes there.

python tools/build.py             build everything and run it
python tools/build.py 04 02       these lessons and their exercises only
python tools/build.py --check     fail where a committed notebook differs from its source (outputs aside)
"""

import argparse
import difflib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import glossary  # noqa: E402
import jupytext  # noqa: E402
import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402
from nbformat import NotebookNode  # noqa: E402
from nbgrader.preprocessors import (  # noqa: E402
    CheckCellMetadata,
    ClearHiddenTests,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)
from tqdm import tqdm  # noqa: E402

from fusion_edu.checks import task  # noqa: E402
from fusion_edu.storage import read_json, write, write_json  # noqa: E402

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
RUN_TIMES = ROOT / "fusion_edu/run_times.json"
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
        if cell.source.startswith("widgets."):
            cell.metadata["jupyter"] = {"source_hidden": True}  # its text would give the answers of a quiz away
        if number := cell.metadata.pop("task", None):
            cell.source = statement(number)
        if number := cell.metadata.pop("answer", None):
            grader(cell, "answer", number)
        if number := cell.metadata.pop("check", None):
            grader(cell, "check", number)
    return book


def statement(number: str) -> str:
    """The heading and the statement of a task: the same words that its check is held to."""
    found = task(number)
    stars = "★" * found.difficulty + "☆" * (5 - found.difficulty)
    return (
        f"## {found.id} {found.title}\n\n*{stars} · {found.points} points · about {found.minutes} minutes*\n\n"
        f"{found.statement}"
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


def execute(book: NotebookNode, folder: Path, stem: str) -> float:
    """Run a notebook in place, as a learner would from its folder; return the seconds it took."""
    started = time.perf_counter()
    client = NotebookClient(book, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    with tempfile.TemporaryDirectory() as home, tqdm(total=len(book.cells), desc=stem, leave=False) as bar:
        client.on_cell_executed = lambda **_: bar.update()
        client.execute(env={**os.environ, "FUSION_EDU_HOME": home})  # a new learner, not the author
    return time.perf_counter() - started


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
    """Which notebooks a source makes, not run yet."""
    if source.parent.name == "lessons":
        return {ROOT / "notebooks" / f"{source.stem}.ipynb": read(source)}
    return {
        ROOT / "solutions" / f"{source.stem}.ipynb": read(source),
        ROOT / "exercises" / f"{source.stem}.ipynb": student(read(source)),
    }


def build(source: Path) -> None:
    """Write the notebooks of one source, run where learners read outputs."""
    for target, book in targets(source).items():
        target.parent.mkdir(exist_ok=True)
        if target.parent.name != "exercises":
            seconds = execute(book, target.parent, target.stem)
            tidy(book)
            print(f"{target.relative_to(ROOT)}: {seconds:.0f} s", flush=True)
            if target.parent.name == "notebooks":
                note_time(source.stem[:2], seconds)
        nbformat.validate(book)
        write(target, serialised(book).encode())


def note_time(number: str, seconds: float) -> None:
    """Keep how long a lesson ran, and on how many cores: its header card says so."""
    known = read_json(RUN_TIMES, {})
    write_json(RUN_TIMES, {"cores": os.cpu_count(), "seconds": known.get("seconds", {}) | {number: round(seconds)}})


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
    parser.add_argument("lessons", nargs="*", help="numbers, e.g. 04 (default: all)")
    parser.add_argument("--check", action="store_true", help="compare only")
    options = parser.parse_args()
    sources = [s for s in sorted(ROOT.glob("course/*/*.py")) if not options.lessons or s.stem[:2] in options.lessons]
    if not options.check:
        for source in sources:
            build(source)
        write(glossary.PAGE, glossary.page().encode())
        return 0
    wrong = [line for source in sources for line in differences(source)]
    if not options.lessons and glossary.PAGE.read_text(encoding="utf-8") != glossary.page():
        wrong.append("docs/glossary.md is not what the lessons say")
    print(
        "\n".join(wrong + ["Run `python3 start.py build`."] if wrong else ["Every notebook is what its source makes."])
    )
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
