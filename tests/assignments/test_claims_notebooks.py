"""A3 and A4: what a learner states is recomputed from the predictions, on rows that no other learner has."""

import csv
import json
from functools import partial

import nbformat
import numpy as np
import pytest
import torch

from fusion_edu.__main__ import main
from fusion_edu.assignments import claims_notebooks, fuse, handout, sensor, sheet
from fusion_edu.assignments.a3 import COURSE as A3
from fusion_edu.assignments.a4 import COURSE as A4
from fusion_edu.assignments.four_sets import KINDS, NAMES, kinds_of, sides
from fusion_edu.assignments.three_sensors import PATTERNS, world
from fusion_edu.autograder.check import check
from fusion_edu.autograder.marking.owner import reader
from fusion_edu.autograder.marking.submissions import beside
from fusion_edu.autograder.variants import build, source_of

SECRET = "secret-of-a-test-0123456789"


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """The model solutions, run for ada from top to bottom: the folder, what they write by assignment, and the points of their checks."""
    folder, found, points = tmp_path_factory.mktemp("class"), {}, {}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("A3", "A4"):
            handout.make(name, ["ada", "bob"], folder / "out", folder / "marks", SECRET)
            patch.chdir(folder / "out/ada")
            cells = claims_notebooks.book(name, solved=True).cells
            space = {}
            for code in (cell.source for cell in cells if cell.cell_type == "code"):
                if code.startswith("check("):
                    points[code] = eval(code, space).points
                else:
                    exec(code, space)
            found[name] = json.loads((folder / f"out/ada/{name}.json").read_text())
    return folder, found, points


def marks(module, content, learner="ada"):
    return [line.got for line in module.marked(json.dumps(content).encode(), SECRET, learner)]


def test_the_model_solutions_have_all_points(solved):
    assert marks(fuse, solved[1]["A3"]) == [15] * 4
    assert marks(sensor, solved[1]["A4"]) == [12, 24, 12, 12]
    assert list(solved[2].values()) == [10] * 4


def test_another_learners_file_earns_little(solved):
    assert sum(marks(fuse, solved[1]["A3"], "bob")) < 25
    assert marks(sensor, solved[1]["A4"], "bob") == [0, 0, 0, 0]


def test_a_number_that_was_typed_costs_the_numbers(solved):
    for module, content, key in ((fuse, solved[1]["A3"]["A"], "gain"), (sensor, solved[1]["A4"], "worst")):
        reported = content["reported"] | {key: content["reported"][key] + 0.01}
        changed = content | {"reported": reported}
        got = marks(module, solved[1]["A3"] | {"A": changed} if module is fuse else changed)
        assert got[0] == (11 if module is fuse else 0)


@pytest.mark.parametrize(("key", "value", "lost"), [("kind", "none of them", 5), ("decision", "perhaps", 3)])
def test_a_wrong_kind_or_decision_costs_itself(solved, key, value, lost):
    changed = solved[1]["A3"] | {"B": solved[1]["A3"]["B"] | {key: value}}
    assert marks(fuse, changed) == [15, 15 - lost, 15, 15]


def test_numbers_by_hand():
    y = torch.tensor([0, 1, 1, 0])
    said = {"alone a": y, "alone b": 1 - y, "additive": y, "fused": torch.tensor([0, 1, 1, 1])}
    found = fuse.numbers(said, y)
    assert [found[f"accuracy: {name}"] for name in fuse.MODELS] == [1, 0, 1, 0.75]
    assert found["gain"] == -0.25
    assert fuse.decision(found) == "do not fuse"
    assert fuse.decision({"gain low": 0.01}) == "fuse"


def test_the_worst_pattern_counts(solved):
    spoilt = json.loads(json.dumps(solved[1]["A4"]))
    spoilt["test"]["c"] = [0] * 1000
    spoilt["sets"]["abc"] = [[1, 1, 1, 1]] * 1000
    assert marks(sensor, spoilt) == [12, 0, 0, 12]  # covering everything is no promise of 90 %
    assert "with c it is" in sensor.marked(json.dumps(spoilt).encode(), SECRET, "ada")[1].why


def test_every_learner_has_sets_and_rows_of_their_own():
    orders = {tuple(kinds_of(SECRET, f"learner {n}").values()) for n in range(100)}
    assert len(orders) > 15
    assert all(sorted(order) == sorted(KINDS) for order in orders)
    assert torch.equal(sides(SECRET, "ada", "A")["test"].a, sides(SECRET, "ada", "A")["test"].a)
    assert not torch.equal(sides(SECRET, "ada", "A")["test"].a, sides(SECRET, "bob", "A")["test"].a)
    assert not torch.equal(world(SECRET, "ada").sides["test"].y, world(SECRET, "bob").sides["test"].y)


def test_no_learner_has_an_easier_world():
    best = torch.tensor([[world(SECRET, f"learner {n}").best(p) for p in PATTERNS] for n in range(20)])
    assert (best.amax(0) - best.amin(0)).max() < 0.08  # 1000 rows: 4 standard errors of a share are .06
    assert (best[:, 0] > best[:, -1]).all()


def test_a_learner_gets_no_class_of_a_test_row(solved):
    folder = solved[0] / "out/ada"
    assert sorted(path.name for path in folder.glob("*.np*")) == ["A3.npz", "A4.npz"]
    names = [*np.load(folder / "A3.npz"), *np.load(folder / "A4.npz")]
    assert len(names) == 4 * 8 + 11
    assert not [name for name in names if "test y" in name]


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b'{"A": 1}', b'{"A": {"validation": {"alone a": [2]}}}', b"[" * 100_000, b" " * 6_000_000],
)
def test_what_cannot_be_read_gets_a_sentence(data):
    for module in (fuse, sensor):
        lines = module.marked(data, SECRET, "ada")
        assert sum(line.got for line in lines) == 0
        assert all(line.why for line in lines)


@pytest.mark.parametrize("task", [*A3.tasks, *A4.tasks], ids=lambda task: task.id)
def test_the_tasks_are_those_of_the_lessons(task):
    course = A3 if task in A3.tasks else A4
    assert check(course, task.id, build(task, source_of(task.reference), "copy"), seed=0).points == 10


@pytest.mark.parametrize("name", ["A3", "A4"])
def test_a_class_gets_rows(solved, tmp_path, name):
    module = {"A3": fuse, "A4": sensor}[name]
    (tmp_path / "in/ada").mkdir(parents=True)
    (tmp_path / f"in/ada/{name}.json").write_text(json.dumps(solved[1][name]))
    files = partial(beside, tmp_path / "in", reader())
    assert "keeps no secret" in module.grade_folder(files, tmp_path / "out", [])[0]
    handout.kept_secret(tmp_path / "out", SECRET)
    assert module.grade_folder(files, tmp_path / "out", []) == ["ada: 60 of 60 points, the written part apart"]
    (row,) = csv.DictReader((tmp_path / "out" / sheet.NAME).read_text(encoding="utf-8-sig").splitlines())
    assert (row["learner"], row["points"], row["of"]) == ("ada", "60", "60")


@pytest.mark.parametrize("name", ["A3", "A4"])
def test_who_hands_in_no_file_has_a_row_with_nothing(solved, tmp_path, name):
    """Nobody's file, then one learner's: the others are told what is missing, and an id that got nothing is named."""
    module = {"A3": fuse, "A4": sensor}[name]
    handout.kept_secret(tmp_path / "marks", SECRET)
    handout.make(name, ["ada", "bob", "cy"], tmp_path / "out", tmp_path / "marks", SECRET)
    results = [{"learner": who, "marks": []} for who in ("ada", "bob", "Bob B")]
    assert _whys(module, [], tmp_path / "marks", results) == {
        "ada": ("0", f"no {name}.json was handed in"),
        "bob": ("0", f"no {name}.json was handed in"),
        "Bob B": ("0", sheet.NO_HAND_OUT),
        "cy": ("0", "nothing was handed in"),
    }
    file = json.dumps(solved[1][name]).encode()
    found = _whys(module, [("ada", file), ("Bob B", file)], tmp_path / "marks", results)
    assert found["ada"][0] == "60"
    assert [found[who][0] for who in ("bob", "Bob B", "cy")] == ["0", "0", "0"]
    assert found["Bob B"][1] == sheet.NO_HAND_OUT


def _whys(module, files, marks, results):
    lines = module.grade_folder(lambda _: iter(files), marks, results)
    rows = list(csv.DictReader((marks / sheet.NAME).read_text(encoding="utf-8-sig").splitlines()))
    assert all(row["of"] == "60" for row in rows)
    assert all(row["why"] in line for row, line in zip(rows, lines, strict=True) if row["points"] == "0")
    return {row["learner"]: (row["points"], row["why"]) for row in rows}


def test_a_spoilt_list_of_hand_outs_is_one_sentence(tmp_path):
    handout.kept_secret(tmp_path, SECRET)
    (tmp_path / "handouts.json").write_text("[")
    with pytest.raises(ValueError, match=r"handouts\.json is spoilt .* make the hand-outs again"):
        fuse.grade_folder(lambda _: iter([]), tmp_path, [])


def test_the_stub_has_no_answer(tmp_path):
    (tmp_path / "class.csv").write_text("id\nada\n")
    made = ["--roster", str(tmp_path / "class.csv"), "--out", str(tmp_path / "out"), "--marks", str(tmp_path / "marks")]
    for name in ("A3", "A4"):
        assert main(["assignment", name, *made]) == 0
        answers = [
            cell.source
            for cell in nbformat.read(tmp_path / f"out/ada/{name}.ipynb", 4).cells
            if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code"
        ]
        assert len(answers) == 3
        assert all("NotImplementedError" in text or text.startswith("# train") for text in answers)
    assert len(NAMES) == 4
