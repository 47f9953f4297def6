"""Marks for other programs have the form that those programs document."""

import base64
import csv
import hashlib
import io
import json
import re
from xml.etree import ElementTree

import jsonschema
import pytest

from fusion_edu.autograder.marking import export
from fusion_edu.autograder.marking.class_page import class_page
from fusion_edu.autograder.marking.feedback import feedback
from fusion_edu.autograder.marking.sorting import SCRIPT
from fusion_edu.tasks import COURSE, TASKS

TEXT = {"type": "string"}
NUMBER = {"type": "number", "minimum": 0}
VISIBLE = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}


def record(required, **properties):
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


# https://gradescope-autograders.readthedocs.io/en/latest/specs/, "Output format"
TEST = record(
    ["score", "max_score", "name"], score=NUMBER, max_score=NUMBER, status={"enum": ["passed", "failed"]}, name=TEXT,
    name_format=FORMAT, number=TEXT, output=TEXT, output_format=FORMAT, tags={"type": "array", "items": TEXT},
    visibility=VISIBLE, extra_data={"type": "object"},
)  # fmt: skip
GRADESCOPE = record(
    ["score", "tests"], score=NUMBER, execution_time=NUMBER, output=TEXT, output_format=FORMAT, test_output_format=FORMAT,
    test_name_format=FORMAT, visibility=VISIBLE, stdout_visibility=VISIBLE, extra_data={"type": "object"},
    tests={"type": "array", "items": TEST}, leaderboard={"type": "array"},
)  # fmt: skip
# The schema of Jenkins's xUnit plugin, which pytest's own reports follow: element -> required attributes, further ones, children
JUNIT = {
    "testsuites": ((), ("name", "time", "tests", "failures", "errors"), ("testsuite",)),
    "testsuite": (
        ("name", "tests", "failures", "errors"),
        ("time", "skipped", "timestamp", "hostname", "id", "package"),
        ("properties", "testcase", "system-out", "system-err"),
    ),
    "testcase": (("name",), ("time", "classname"), ("skipped", "failure", "system-out", "system-err")),
    "failure": ((), ("type", "message"), ()),
    "system-out": ((), (), ()),
}
ODD = "a\x00b\x1b[31m <b>&amp; ]]> \ud800 \ufffe 李雷 'quote\" ="


def mark(task, outcome, points=0, **more):
    base = {
        "task": task,
        "outcome": outcome,
        "points": points,
        "max_points": TASKS[task].points,
        "message": "m",
        "mistakes": [],
    }
    return (
        base
        | {"title": TASKS[task].title, "looks_like": [], "advice": [], "printed": "", "seed": 0, "evidence": None}
        | more
    )


def result(learner="ada", **more):
    marks = [
        mark("04.1", "correct", 15),
        mark(
            "04.2",
            "incorrect",
            12,
            mistakes=["no half"],
            evidence={"case": "", "call": "f(1)", "expected": "", "got": ODD},
            message=ODD,
        ),
        mark("04.3", "not_attempted"),
        mark("04.4", "timed_out"),
        mark("04.5", "raised", message="two\nlines"),
    ]
    base = {"learner": learner, "name": "x.ipynb", "lesson": "04", "note": "", "marks": marks, "cells": {}, "hints": []}
    return base | {"sources": {}, "shapes": {}, "read": True, "seconds": 0.1, "tier": "namespaces"} | more


RESULTS = [
    result(),
    result("= <b>&amp; 李雷 'quote\"", note=ODD, cells={"3": ODD, "12": "it ended"}),
    result("none", marks=[], lesson="", note="none.ipynb is empty"),
]


@pytest.mark.parametrize("each", RESULTS, ids=["usual", "odd", "nothing"])
def test_gradescope(each):
    content = json.loads(export.gradescope(each).encode("utf-8", "replace"))
    jsonschema.validate(content, GRADESCOPE)
    assert content["score"] == sum(test["score"] for test in content["tests"])
    assert [test["status"] for test in content["tests"]][:2] == ["passed", "failed"][: len(content["tests"])]
    assert [test["number"] for test in content["tests"]] == [m["task"] for m in each["marks"]]


def test_junit():
    root = ElementTree.fromstring(export.junit(RESULTS).encode("utf-8"))
    assert root.tag == "testsuites"
    for node in root.iter():
        required, further, children = JUNIT[node.tag]
        assert set(required) <= set(node.attrib) <= {*required, *further}
        assert {child.tag for child in node} <= set(children)
    for suite, each in zip(root, RESULTS, strict=True):
        cases = suite.findall("testcase")
        failed = [case.get("name") for case in cases if case.find("failure") is not None]
        assert failed == [m["task"] for m in each["marks"] if m["outcome"] != "correct"]
        assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == (
            f"{len(cases)}",
            f"{len(failed)}",
            "0",
        )
    assert root.get("tests") == f"{sum(int(suite.get('tests')) for suite in root)}"
    assert root.get("failures") == f"{sum(int(suite.get('failures')) for suite in root)}"


def test_grades_open_in_a_spreadsheet():
    rows = list(csv.DictReader(io.StringIO(export.grades(RESULTS))))
    assert [row["points"] for row in rows] == ["27", "27", "0"]
    assert [row["04.2"] for row in rows] == ["12", "12", ""]
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row.values() if cell)


def test_file_names_are_readable_and_their_own():
    names = [export.slug(result(learner)) for learner in ("李雷", "Çağla Öz", "ada", "a/../da", "ADA", "", "x" * 300)]
    assert [name.rpartition("-")[0] for name in names[:4]] == ["李雷", "Çağla-Öz", "ada", "a-da"]
    assert len(set(names)) == len(names)
    assert all(len(name.encode()) < 200 and not set(name) & set("/\\.:") for name in names)


def test_pages_hold_nothing_that_acts():
    for text, scripts in ((feedback(COURSE, RESULTS[1]), []), (class_page(COURSE, RESULTS), [SCRIPT])):
        assert "<b>" not in text
        assert re.findall(r"<script>(.*?)</script>", text, re.DOTALL) == scripts
        assert text.count("<script") == len(scripts)
        assert "default-src 'none'" in text
    policy = re.search(r"script-src 'sha256-([^']+)'", class_page(COURSE, RESULTS))[1]
    assert base64.b64decode(policy) == hashlib.sha256(SCRIPT.encode()).digest()  # no other script can run
    assert 'href="#task-04-2"' in feedback(COURSE, RESULTS[1])
    assert 'id="task-04-2"' in feedback(COURSE, RESULTS[1])
    assert f'href="feedback/{export.slug(RESULTS[0])}.html"' in class_page(COURSE, RESULTS)


def test_the_teacher_reads_who_made_which_mistake():
    text = class_page(COURSE, RESULTS)
    assert "no half: 2" in text
    assert "<strong>no half</strong> (ada, " in text
    assert "Your loss is twice ours" in text


def test_the_class_page_has_a_column_a_task_and_a_row_a_learner():
    text = class_page(COURSE, RESULTS)
    table = text[text.index("All learners") :].partition("</table>")[0]
    assert re.findall(r'<th scope="col">([^<]*)</th>', table) == [
        "learner", "04.1", "04.2", "04.3", "04.4", "04.5", "points", "of", "%", "note",
    ]  # fmt: skip
    assert table.count('<th scope="row">') == len(RESULTS)


def test_several_lessons_are_columns_and_each_has_its_tasks():
    other = result(lesson="02", marks=[mark(task.id, "correct", task.points) for task in COURSE.lesson("02")])
    text = class_page(COURSE, [RESULTS[0], other])
    table = text[text.index("All learners") :].partition("</table>")[0]
    assert re.findall(r'<th scope="col">([^<]*)</th>', table) == ["learner", "02", "04", "points", "of", "%", "note"]
    assert table.count('<th scope="row">') == 1
    assert f"Lesson 04 {COURSE.lessons.get('04', '')}".strip() in text
