"""The capstone's automatic half: what is wrong with a file is one sentence, and each line of the brief is marked by its rule."""

import csv
import json
import sys
import zipfile
from functools import partial

import nbformat
import pytest
import torch

from fusion_edu import capstone
from fusion_edu.__main__ import main
from fusion_edu.autograder.marking.owner import reader
from fusion_edu.autograder.marking.submissions import beside
from fusion_edu.capstone.classes import grade_folder
from fusion_edu.capstone.handed_in import NAME, fingerprints
from fusion_edu.capstone.numbers import recomputed
from fusion_edu.capstone.points import answers, leaks, numbers, table

NAMES = ("full", "alone: picture", "alone: text", "missing: picture", "missing: text", "additive")


def probabilities(y, seed):
    noise = torch.randn(len(y), 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return torch.softmax(2 * torch.nn.functional.one_hot(y, 3) + 1.5 * noise, dim=1)


def project(**changes):
    """The arguments of a whole project."""
    y = torch.arange(40) % 3
    whole = {
        "question": "does text help?",
        "y": y,
        "runs": [{name: probabilities(y, 10 * s + i) for i, name in enumerate(NAMES)} for s in range(3)],
        "groups": {"train": torch.arange(60), "test": torch.arange(60, 100)},
        "rows": {"train": fingerprints(torch.arange(60.0)), "test": fingerprints(torch.arange(60.0, 100.0))},
        "times": {"train": torch.arange(60.0), "test": torch.arange(60.0, 100.0)},
        "reported": {},
        "best_alone": "text",
        "tasks": {"loss": "04.2", "fusion": "05.2"},
    }
    return whole | changes


def table_of(path):
    found = capstone.read(path)
    return table(found, recomputed(found))


def written(folder, *, honest=True, **changes):
    path = capstone.write(folder, **project(**changes))
    if honest:
        path = capstone.write(folder, **project(**changes) | {"reported": capstone.recomputed(capstone.read(path))})
    return path


def test_a_whole_project_gets_all_that_a_file_can_show(tmp_path):
    lines = capstone.marked(capstone.read(written(tmp_path)), {"04.2", "05.2"})
    assert [(line.got, line.most) for line in lines] == [(8, 8), (8, 8), (10, 10), (10, 10)]


def test_recomputed_by_plain_loops(tmp_path):
    read = capstone.read(written(tmp_path))
    found, y = capstone.recomputed(read), read.y.tolist()

    def share(name):
        hits = [
            [max(range(3), key=row.__getitem__) == c for row, c in zip(run[name].tolist(), y, strict=True)]
            for run in read.runs
        ]
        return sum(map(sum, hits)) / len(y) / 3

    for name in NAMES:
        assert found[f"accuracy: {name}"] == pytest.approx(share(name), abs=1e-12)
    assert found["gain"] == pytest.approx(share("full") - share("alone: text"), abs=1e-12)
    assert found["gain low"] <= found["gain"] <= found["gain high"]


@pytest.mark.parametrize(
    ("change", "got", "word"),
    [
        ({"groups": {"train": torch.arange(60), "test": torch.arange(59, 99)}}, 5, "1 test rows have a group"),
        (
            {"rows": {"train": fingerprints(torch.arange(60.0)), "test": fingerprints(torch.arange(58.0, 98.0))}},
            5,
            "2 test rows have a twin",
        ),
        ({"times": {"train": torch.arange(60.0), "test": torch.arange(59.0, 99.0)}}, 6, "1 test rows are not later"),
        ({"times": None}, 8, "nothing is on both sides"),
    ],
)
def test_each_leak_costs_its_points(tmp_path, change, got, word):
    line = leaks(capstone.read(written(tmp_path, **change)))
    assert line.got == got
    assert word in line.why


def test_a_number_that_does_not_follow_is_named(tmp_path):
    path = written(tmp_path)
    content = json.loads(path.read_text())
    content["reported"]["ece"] += 1e-4
    del content["reported"]["gain low"]
    project_of = capstone.read(json.dumps(content).encode())
    line = numbers(project_of, recomputed(project_of))
    assert line.got == 8 * (len(content["reported"]) + 1 - 2) // (len(content["reported"]) + 1)
    assert "ece" in line.why
    assert "gain low" in line.why


@pytest.mark.parametrize(("left_out", "got"), [("missing: text", 8), ("alone: text", 4), ("additive", 9), ("full", 5)])
def test_what_the_table_lacks(tmp_path, left_out, got):
    runs = [{name: p for name, p in run.items() if name != left_out} for run in project()["runs"]]
    assert table_of(written(tmp_path, runs=runs)).got == got


def test_the_same_seed_three_times_is_one_seed(tmp_path):
    line = table_of(written(tmp_path, runs=project()["runs"][:1] * 3))
    assert (line.got, line.why) == (8, "missing: three different seeds")


def test_own_answers_are_right_answers_of_the_right_lessons(tmp_path):
    read = capstone.read(written(tmp_path))
    assert answers(read, ()).got == 0
    assert answers(read, {"04.2"}).got == 5
    other = capstone.read(written(tmp_path, tasks={"loss": "05.2", "fusion": "04.2"}))
    assert answers(other, {"04.2", "05.2"}).got == 0


def broken(**changes):
    y = [0, 1]
    content = {
        "question": "q", "y": y, "runs": [{"full": [[0.5, 0.5], [0.1, 0.9]]}], "groups": {"train": [1], "test": [2, 3]},
        "rows": {"train": ["a"], "test": ["b", "c"]}, "times": {}, "reported": {}, "best_alone": "", "tasks": {},
    }  # fmt: skip
    return json.dumps(content | changes).encode()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "is no JSON"),
        (b"[1]", "holds a list"),
        (b"[" * 100_000, "JSON"),
        (b"{}", "lacks a field"),
        (broken(y=[]), "y needs whole numbers"),
        (broken(y=[0, 1.5]), "y needs whole numbers"),
        (broken(y=[0, 10**30]), "y needs whole numbers"),
        (broken(y=[0, 2]), "y holds 0..2"),
        (broken(runs=[]), "runs is empty"),
        (broken(runs=[{"full": [[0.5, 0.6], [0.1, 0.9]]}]), "no probabilities"),
        (broken(runs=[{"full": [[float("nan"), 0.5], [0.1, 0.9]]}]), "no probabilities"),
        (broken(runs=[{"full": [[0.5, 0.5]]}]), "full has shape"),
        (broken(groups={"train": [1], "test": [2]}), "groups of test has 1 entries"),
        (broken(rows={"train": [], "test": ["b", "c"]}), "rows of train has 0 entries"),
        (broken(reported={"ece": "high"}), "reported ece holds"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(data, word):
    with pytest.raises(ValueError, match=word):
        capstone.read(data)


def test_fingerprints_are_of_content():
    a = fingerprints(torch.tensor([[1.0, 2.0], [1.0, 2.0], [2.0, 1.0]]), ("x", "x", "x"))
    assert a[0] == a[1] != a[2]
    assert fingerprints(("ab", "a"), ("c", "bc"))[0] != fingerprints(("ab", "a"), ("c", "bc"))[1]


def test_a_class_gets_a_row_each_and_nothing_stops_the_others(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    for name in ("ada", "bob"):
        (folder / name).mkdir(parents=True)
    written(folder / "ada")
    (folder / "bob" / NAME).write_text("{")
    (folder / "cy.zip").write_bytes(b"no zip")
    with zipfile.ZipFile(folder / "dan.zip", "w") as archive:
        archive.write(folder / "ada" / NAME, f"work/{NAME}")
    (folder / "eve").symlink_to(folder / "ada")
    results = [
        {"learner": "ada", "marks": [{"task": "04.2", "outcome": "correct"}, {"task": "05.2", "outcome": "incorrect"}]}
    ]
    lines = grade_folder(partial(beside, folder, reader()), out, results)
    rows = list(csv.DictReader((out / "capstone.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["learner"], row["points"], row["of"]) for row in rows] == [
        ("ada", "31", "36"), ("bob", "0", "36"), ("dan", "26", "36"),
    ]  # fmt: skip
    assert len(lines) == 3
    assert "no JSON" in rows[1]["why"]


def test_no_project_no_file(tmp_path):
    (tmp_path / "in/ada").mkdir(parents=True)
    assert grade_folder(partial(beside, tmp_path / "in", reader()), tmp_path / "out", []) == []
    assert not (tmp_path / "out").exists()


def notebook(folder, source):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    folder.mkdir(exist_ok=True)
    nbformat.write(book, folder / "project.ipynb")


@pytest.mark.thorough
def test_two_runs(tmp_path):
    written(tmp_path)
    whole = json.loads((tmp_path / NAME).read_text())
    same = f"open({NAME!r}, 'w').write({json.dumps(whole)!r})"
    notebook(tmp_path / "same", same)
    assert [line.got for line in capstone.rerun(tmp_path / "same")] == [8, 6]
    assert not (tmp_path / "same" / NAME).exists()
    other = "import json, random\n" + f"whole = json.loads({json.dumps(whole)!r})\np = random.random()\n"
    other += f"whole['runs'][0]['full'][0] = [p, 1 - p, 0]\njson.dump(whole, open({NAME!r}, 'w'))"
    notebook(tmp_path / "other", other)
    assert [line.got for line in capstone.rerun(tmp_path / "other")] == [8, 0]
    notebook(tmp_path / "fails", "1 / 0")
    lines = capstone.rerun(tmp_path / "fails")
    assert [line.got for line in lines] == [0, 0]
    assert "ZeroDivisionError" in lines[0].why
    notebook(tmp_path / "nothing", "1")
    assert capstone.rerun(tmp_path / "nothing")[0].why == "it wrote none"
    with pytest.raises(ValueError, match="holds 0 notebooks"):
        capstone.rerun(tmp_path)


def test_on_the_command_line(tmp_path, capsys):
    written(tmp_path)
    assert main(["capstone", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "together             26 of 26" in said
    assert "right answer" not in said  # the notebook was not opened
    written(tmp_path, honest=False)
    assert main(["capstone", str(tmp_path)]) == 1
    assert main(["capstone", str(tmp_path / "no")]) == 2
    assert main(["capstone"]) == 2


OWN = """import torch


def cross_entropy(logits, target):
    rows = torch.arange(len(target))
    return (torch.logsumexp(logits, 1) - logits[rows, target]).mean()


def weighted_sum(feats, w):
    return torch.einsum("nmd,m->nd", feats, torch.softmax(w, 0))
"""
WRITES = "\nfrom fusion_edu import capstone\n"
EXAMPLE = {"loss": "03.2", "fusion": "05.2"}  # of two lessons, as the brief has it


def graded(tmp_path, *options):
    """The row of the project, the learners' table, and the pages, by the notebook's name."""
    out = tmp_path / "out"
    assert main(["grade", str(tmp_path / "in"), "--out", str(out), "--seed", "s", *options]) == 0
    (row,) = csv.DictReader((out / "capstone.csv").read_text(encoding="utf-8-sig").splitlines())
    table = list(csv.DictReader((out / "learners.csv").read_text(encoding="utf-8-sig").splitlines()))
    pages = {
        page.read_text().partition("</strong> · ")[2].partition("<")[0]: page.read_text()
        for page in (out / "feedback").iterdir()
    }
    return row, table, pages


@pytest.mark.sample(1)
@pytest.mark.skipif(sys.platform != "linux", reason="grade needs Linux")
@pytest.mark.parametrize("options", [(), ("--lesson", "17")])
def test_grade_marks_the_tasks_that_the_file_names_and_these_alone(tmp_path, options):
    """A right loss and a right fusion of two lessons have all points, and the project is the work of no lesson."""
    folder = tmp_path / "in" / "ada"
    folder.mkdir(parents=True)
    written(folder, tasks=EXAMPLE)
    notebook(folder, OWN + WRITES)
    row, (ada,), pages = graded(tmp_path, *options)
    assert (row["learner"], row["points"], row["of"]) == ("ada", "36", "36"), row["why"]
    assert (ada["points"], ada["max_points"], ada["note"]) == ("0", "0", "")
    assert "03.1" not in pages["project.ipynb"]
    assert "not attempted" not in pages["project.ipynb"]
    assert all(f"{task} " in pages["project.ipynb"] for task in EXAMPLE.values())


@pytest.mark.skipif(sys.platform != "linux", reason="grade needs Linux")
def test_the_work_of_a_lesson_beside_a_project_is_marked_as_before(tmp_path):
    """Two notebooks in one folder: the one that does not write the file is for its lesson; it gives the project its loss."""
    folder = tmp_path / "in" / "ada"
    folder.mkdir(parents=True)
    written(folder, tasks=EXAMPLE)
    notebook(folder, OWN.partition("def weighted")[0])
    (folder / "project.ipynb").rename(folder / "week 03.ipynb")
    notebook(folder, OWN.replace("w, 0)", "-w, 0)") + WRITES)
    row, (ada,), pages = graded(tmp_path)
    assert (row["points"], "loss: 03.2 is right" in row["why"]) == ("31", True), row["why"]
    assert (ada["points"], ada["03"]) == ("10", "10")
    assert "not attempted" in pages["week 03.ipynb"]
    assert "05.2" not in pages["week 03.ipynb"]


def checked(folder, capsys):
    status = main(["check", str(folder / "project.ipynb"), "--no-record"])
    return status, capsys.readouterr().out


@pytest.mark.thorough
def test_check_looks_at_the_tasks_that_the_file_names(tmp_path, capsys):
    written(tmp_path, tasks=EXAMPLE)
    notebook(tmp_path, OWN + WRITES)
    status, said = checked(tmp_path, capsys)
    assert status == 0, said
    assert "the tasks that submission.json names" in said
    assert said.count("✓") == 2
    assert "Next" not in said
    notebook(tmp_path, OWN.replace("w, 0)", "-w, 0)") + WRITES)
    status, said = checked(tmp_path, capsys)
    assert status == 1
    assert "✓ 03.2" in said
    assert "✗ 05.2" in said


def test_without_a_file_that_can_be_read_a_notebook_is_for_its_lesson(tmp_path, capsys):
    notebook(tmp_path, OWN.partition("def weighted")[0] + WRITES)
    (tmp_path / NAME).write_text("{}")
    status, said = checked(tmp_path, capsys)
    assert status == 1
    assert "lesson 03" in said
    assert "… 03.1" in said


def test_very_many_runs_are_refused_in_no_time(tmp_path):
    run = project()["runs"][0]
    for runs in ([run] * 51, [{f"{n}": run["full"] for n in range(21)}]):
        with pytest.raises(ValueError, match="needs at most"):
            capstone.write(tmp_path, **project(runs=runs))
