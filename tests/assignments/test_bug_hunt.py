"""A1: each learner's own mistakes, marked by what the mended programs do and by what was said of the planted ones."""

import csv
import json
import sys
from collections import Counter

import nbformat
import pytest
import torch

from fusion_edu.__main__ import main
from fusion_edu.assignments import handout, hunt, hunt_notebook, sheet
from fusion_edu.assignments.a1 import COURSE
from fusion_edu.assignments.evidence import shows, smallest
from fusion_edu.assignments.planting import Planted, of_learner
from fusion_edu.assignments.programs import PROGRAMS
from fusion_edu.autograder.check import check
from fusion_edu.autograder.variants import build, single, source_of

SECRET = "secret-of-a-test-0123456789"
ADA = of_learner(PROGRAMS, SECRET, "ada")
BUGS = [(program, mistake) for program in PROGRAMS for mistake in program.task.mistakes]
ids = [f"{program.task.name}: {mistake.id}" for program, mistake in BUGS]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.task.name)
def test_a_right_program_is_right(program):
    copy = build(program.task, source_of(program.task.reference), "copy")
    assert all(check(COURSE, program.task.id, copy, seed=seed).correct for seed in range(5))


@pytest.mark.parametrize(("program", "mistake"), BUGS, ids=ids)
def test_a_mistake_is_caught_by_its_name(program, mistake):
    found = check(COURSE, program.task.id, single(program.task, mistake), seed=0)
    assert (found.outcome, found.mistakes, found.points) == ("incorrect", (mistake.id,), 0)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.task.name)
def test_what_a_learner_runs_runs_with_every_mistake(program, capsys):
    """No planted program fails or needs long on the notebook's own data: the mistake does not give itself away."""
    for source in (source_of(program.task.reference), *_wrong(program)):
        exec(f"import torch\nfrom torch import Tensor\n{source}\n{program.tries}", {})
    assert capsys.readouterr().out.count("loss: first") == 1 + len(program.task.mistakes)


def _wrong(program):
    return [mistake.change.apply(source_of(program.task.reference)) for mistake in program.task.mistakes]


def test_a_line_by_hand():
    """Oracle: one row seen of two; gradient of (w - 2)^2 is 2 (w - 2)."""
    w, losses = PROGRAMS[0].task.reference(
        torch.tensor([[1.0], [5.0]]), torch.tensor([2.0, 9.0]), torch.tensor([True, False]), 2, 0.1
    )
    assert losses.tolist() == pytest.approx([4.0, 1.6**2])
    assert w.tolist() == pytest.approx([0.4 + 0.2 * 1.6])


def test_the_same_learner_gets_the_same_and_others_get_others():
    again = of_learner(PROGRAMS, SECRET, "ada")
    assert [each.source for each in again] == [each.source for each in ADA]
    assert [each.cause for each in of_learner(PROGRAMS, SECRET, "bob")] != [each.cause for each in ADA]
    assert [each.cause for each in of_learner(PROGRAMS, "another secret", "ada")] != [each.cause for each in ADA]


def test_every_mistake_is_planted_and_every_program_is_right_for_somebody():
    seen, whole = Counter(), set()
    for number in range(300):
        planted = of_learner(PROGRAMS, SECRET, f"learner {number}")
        assert [each.cause for each in planted].count("none") == 1
        seen.update((each.program.task.id, each.cause) for each in planted)
        whole.add(tuple(each.cause for each in planted))
    assert len(seen) == len(BUGS) + len(PROGRAMS)
    assert max(seen[program.task.id, "none"] for program in PROGRAMS) < 90  # of 50 expected
    assert len(whole) > 295


@pytest.mark.parametrize(("program", "mistake"), BUGS, ids=ids)
def test_the_lines_are_those_that_differ(program, mistake):
    planted = next(
        each
        for n in range(500)
        for each in of_learner(PROGRAMS, SECRET, f"l{n}")
        if each.program is program and each.mistake is mistake
    )
    right, wrong = source_of(program.task.reference).splitlines(), planted.source.splitlines()
    assert planted.lines == {n for n, (a, b) in enumerate(zip(right, wrong, strict=True), 1) if a != b}
    assert shows(planted, smallest(planted)) == ""


def test_a_learner_gets_no_answer():
    text = nbformat.writes(hunt_notebook.learner(ADA))
    assert SECRET not in text
    for each in ADA:
        assert (source_of(each.program.task.reference).strip() in _sources(hunt_notebook.learner(ADA))) == (
            each.mistake is None
        )
    empty = hunt_notebook.learner([Planted(program, None, "") for program in PROGRAMS]).cells
    for mine, nobodys in zip(hunt_notebook.learner(ADA).cells, empty, strict=True):  # all that differs is the programs
        assert mine.source == nobodys.source or mine.metadata["nbgrader"]["grade_id"].startswith("answer-A1-")


def _sources(book):
    return [cell.source for cell in book.cells]


ALL = {each.program.task.id for each in ADA}
WHOLE = next(each for each in ADA if each.mistake is None)
BUGGY = [each for each in ADA if each.mistake]


@pytest.mark.parametrize("k", range(6))
def test_k_of_n(k):
    right = ALL - {each.program.task.id for each in BUGGY[k:]}
    assert (hunt.mended(ADA, right).got, hunt.mended(ADA, right).most) == (10 * k, 50)


def test_who_breaks_what_was_right_loses():
    assert hunt.mended(ADA, ALL - {WHOLE.program.task.id}).got == 40
    assert hunt.mended(ADA, set()).got == 0  # handed in nothing


def truth():
    return {
        each.program.task.name: {"line": min(each.lines), "cause": each.cause, "input": list(smallest(each))}
        for each in BUGGY
    }


def test_claims():
    found = truth()
    assert hunt.claims(ADA, found).got == 30
    name = BUGGY[0].program.task.name
    assert hunt.claims(ADA, found | {name: found[name] | {"line": min(BUGGY[0].lines) + 3}}).got == 28
    assert hunt.claims(ADA, found | {name: found[name] | {"cause": "sign?"}}).got == 28
    assert hunt.claims(ADA, found | {name: found[name] | {"input": []}}).got == 28
    assert hunt.claims(ADA, found | {WHOLE.program.task.name: {"cause": "sum"}}).got == 24
    assert hunt.claims(ADA, {WHOLE.program.task.name: {"cause": "sum"}}).got == 0
    assert hunt.claims(ADA, {name: "everything"}).got == 0


@pytest.mark.parametrize(
    "given",
    [None, (), 5, "x", ([[1.0]],) * 9, ([1.0], [2.0]), ([["a"]], [2.0], [True]), ([[1.0]], [2.0], [False]), ([[1.0] * 2000], [1.0], [True]),
     ([[1e30]], [1.0], [True]), ([[1.0], [2.0]], [2.0], [True]), ({"a": 1}, [2.0], [True])],
)  # fmt: skip
def test_an_input_outside_of_the_promise_is_no_evidence(given):
    planted = next(
        each
        for n in range(99)
        for each in of_learner(PROGRAMS, SECRET, f"l{n}")
        if each.program is PROGRAMS[0] and each.mistake
    )
    assert shows(planted, given)


def test_an_input_on_which_both_do_the_same_is_no_evidence():
    planted = next(
        each for n in range(99) for each in of_learner(PROGRAMS, SECRET, f"l{n}") if each.cause == "mean over all"
    )
    assert shows(planted, ([[1.0]], [2.0], [True])) == "on this input the right program does the same"
    assert shows(planted, ([[1.0], [1.0]], [2.0, 0.0], [True, False])) == ""


def put(folder, book, changes=()):
    for grade_id, source in dict(changes).items():
        next(c for c in book.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id).source = source
    folder.mkdir(parents=True)
    nbformat.write(book, folder / "A1.ipynb")


def rows_of(marks):
    text = (marks / sheet.NAME).read_text(encoding="utf-8-sig")
    return {row["learner"]: row for row in csv.DictReader(text.splitlines())}


def test_work_without_a_hand_out_is_not_marked_against_bugs_that_nobody_got(tmp_path):
    """A right solution under another name gets no points by chance, and says why; the hand-out that it was has no work."""
    handout.kept_secret(tmp_path / "marks", SECRET)
    handout.make("A1", ["ada"], tmp_path / "out", tmp_path / "marks", SECRET)
    handout.make("A1", ["bob"], tmp_path / "out", tmp_path / "marks", SECRET)  # who comes later is added
    right = [{"task": task, "outcome": "correct"} for task in sorted(ALL)]
    work = {"marks": right, "literals": {"FOUND": json.dumps(truth())}}
    results = [{"learner": "Ada L"} | work, {"learner": "bob"} | work]
    lines = hunt.grade_folder(lambda _: iter([]), tmp_path / "marks", results)
    rows = rows_of(tmp_path / "marks")
    assert (rows["Ada L"]["points"], rows["Ada L"]["of"], rows["Ada L"]["why"]) == ("0", "80", sheet.NO_HAND_OUT)
    assert (rows["ada"]["points"], rows["ada"]["why"]) == ("0", "nothing was handed in")
    assert rows["bob"]["mended"] == "50"
    assert [sheet.NO_HAND_OUT in line for line in lines] == [True, False, False]
    planted = (tmp_path / "marks/planted.csv").read_text(encoding="utf-8-sig")
    assert {row["learner"] for row in csv.DictReader(planted.splitlines())} == {"ada", "bob"}


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="grade needs Linux")
def test_from_hand_out_to_marks(tmp_path):
    """The model solution has all points, the notebook as handed out none, another learner's solution only what mended programs give."""
    (tmp_path / "class.csv").write_text("id\nada\nbob\ncy\ndan\n")
    made = ["--roster", str(tmp_path / "class.csv"), "--out", str(tmp_path / "out"), "--marks", str(tmp_path / "marks")]
    assert main(["assignment", "A1", *made, "--seed", SECRET]) == 0
    solved = {who: nbformat.read(tmp_path / "marks/solutions" / who / "A1.ipynb", 4) for who in ("ada", "cy")}
    put(tmp_path / "in/ada", solved["ada"])
    put(tmp_path / "in/bob", nbformat.read(tmp_path / "out/bob/A1.ipynb", 4))
    put(tmp_path / "in/cy", solved["ada"])
    whole = next(each for each in of_learner(PROGRAMS, SECRET, "dan") if each.mistake is None).program.task
    dans = nbformat.read(tmp_path / "marks/solutions/dan/A1.ipynb", 4)
    put(
        tmp_path / "in/dan",
        dans,
        {f"answer-{whole.id.replace('.', '-')}": source_of(whole.reference).replace("lr * gradient", "gradient")},
    )
    assert main(["assignment", "A1", "grade", str(tmp_path / "in"), "--out", str(tmp_path / "marks")]) == 0
    rows = rows_of(tmp_path / "marks")
    assert (rows["ada"]["mended"], rows["ada"]["found"], rows["ada"]["points"]) == ("50", "30", "80")
    assert (rows["bob"]["mended"], rows["bob"]["found"]) == ("0", "0")
    assert rows["cy"]["mended"] == "50"
    assert int(rows["cy"]["found"]) < 25
    assert (rows["dan"]["mended"], rows["dan"]["found"]) == ("40", "30")


def test_hand_outs_stay_apart_from_what_only_teachers_see(tmp_path, capsys):
    (tmp_path / "class.csv").write_text("id\nada\n")
    made = ["assignment", "A1", "--roster", str(tmp_path / "class.csv"), "--out", str(tmp_path / "out")]
    assert main([*made, "--marks", str(tmp_path / "out/marks")]) == 2
    assert main([*made, "--marks", str(tmp_path / "marks"), "--seed", SECRET]) == 0
    assert main([*made, "--marks", str(tmp_path / "marks")]) == 0  # the kept secret: the same again
    assert _sources(nbformat.read(tmp_path / "out/ada/A1.ipynb", 4)) == _sources(hunt_notebook.learner(ADA))
    assert main([*made, "--marks", str(tmp_path / "marks"), "--seed", "another"]) == 2
    (tmp_path / "class.csv").write_text("id\n../eve\n")
    assert main([*made, "--marks", str(tmp_path / "marks")]) == 2
    assert "cannot be the name of a folder" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["ada"]


@pytest.mark.parametrize("name", ["A1", "A3", "A4"])
@pytest.mark.parametrize("how", [["--format", "moodle"], ["--format=canvas"], ["--f", "moodle"]])
def test_no_table_of_an_lms_with_points_of_programs_alone(tmp_path, capsys, name, how):
    (tmp_path / "in").mkdir()
    assert main(["assignment", name, "grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), *how]) == 2
    assert "stand in assignment.csv: leave it out" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
