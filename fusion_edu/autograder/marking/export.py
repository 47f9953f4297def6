"""Marks for other programs: a CSV, Gradescope's results.json, JUnit XML. The same results give the same bytes."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

Results = list[dict[str, Any]]
FORMULA = re.compile(
    r"(?:^|[;,\t\r\n|])[\s'\"\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\u2212]|^[\t\r\n]"
)
STATUS = {"correct": "passed"}
BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
SLUG = re.compile(r".*-[0-9a-f]{32}")  # the form of every slug


def slug(result: dict[str, Any]) -> str:
    """A file name for a submission: readable, and its own."""
    text = f"{result['learner']}/{result['name']}"
    readable = re.sub(r"[^\w-]+", "-", result["learner"]).strip("-")[:40] or "submission"
    return f"{readable}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def points(result: dict[str, Any]) -> tuple[int, int]:
    """Points and greatest points of a submission."""
    return sum(m["points"] for m in result["marks"]), sum(m["max_points"] for m in result["marks"])


def grades(results: Results, names: Mapping[str, str] = MappingProxyType({}), absent: Iterable[str] = ()) -> str:
    """One row a submission, one column a task.

    Args:
        names: of learners, for people to read.
        absent: learners who handed in nothing; they have a row, too.
    """
    tasks = sorted({mark["task"] for result in results for mark in result["marks"]})
    rows: list[list[Any]] = [["learner", "name", "file", "lesson", "points", "max_points", *tasks, "note"]]
    for result in results:
        by_task = {mark["task"]: mark["points"] for mark in result["marks"]}
        own = [by_task.get(task, "") for task in tasks]
        who = result["learner"]
        named = [cell(who), cell(names.get(who, "")), cell(result["name"]), result["lesson"]]
        rows.append([*named, *points(result), *own, cell(result["note"])])
    for who in absent:
        rows.append([cell(who), cell(names.get(who, "")), "", "", 0, "", *[""] * len(tasks), "handed in nothing"])
    return BOM + table(rows)


def table(rows: Iterable[Sequence[Any]], end: str = "\n") -> str:
    """Rows as the text of a CSV, each with this end."""
    file = io.StringIO()
    csv.writer(file, lineterminator=end).writerows(rows)
    return file.getvalue()


def spreadsheet(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as a CSV that spreadsheets open: text is text there, whatever it begins with."""
    safe = [[cell(value) if isinstance(value, str) else value for value in row] for row in rows]
    return (BOM + table(safe)).encode("utf-8", "replace")


def cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula, whatever it takes for the end of a cell."""
    return "'" + text.replace("\r", " ") if FORMULA.search(text) else text


def gradescope(result: dict[str, Any]) -> str:
    """results.json of one submission, as Gradescope's autograder reads it."""
    tests = [
        {
            "number": mark["task"],
            "name": f"{mark['title']} ({mark['outcome'].replace('_', ' ')})",
            "score": mark["points"],
            "max_score": mark["max_points"],
            "status": STATUS.get(mark["outcome"], "failed"),
            "visibility": "visible",
            "output": _output(mark),
        }
        for mark in result["marks"]
    ]
    failed = [
        f"Code cell {number}: {text}" for number, text in sorted(result["cells"].items(), key=lambda c: int(c[0]))
    ]
    said = "\n".join(filter(None, [result["note"], *failed]))
    content = {"score": points(result)[0], "output": said, "tests": tests}
    return json.dumps(content, ensure_ascii=False) + "\n"


def junit(results: Results) -> str:
    """One suite a submission, one case a task, as GitHub Classroom and CI systems read it."""
    marks = [mark for result in results for mark in result["marks"]]
    root = ElementTree.Element("testsuites", _counts(marks))
    for result in results:
        name = f"{result['learner']}: {result['name']}"
        suite = ElementTree.SubElement(root, "testsuite", {"name": _xml(name), **_counts(result["marks"])})
        for mark in result["marks"]:
            case = ElementTree.SubElement(
                suite, "testcase", {"classname": _xml(result["learner"]), "name": mark["task"]}
            )
            if mark["outcome"] != "correct":
                failure = ElementTree.SubElement(
                    case, "failure", {"type": mark["outcome"], "message": _xml(mark["message"])}
                )
                failure.text = _xml(_output(mark))
        if result["note"]:
            ElementTree.SubElement(suite, "system-out").text = _xml(result["note"])
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _counts(marks: Results) -> dict[str, str]:
    failed = sum(mark["outcome"] != "correct" for mark in marks)
    return {"tests": f"{len(marks)}", "failures": f"{failed}", "errors": "0"}


def _output(mark: dict[str, Any]) -> str:
    """The message, and the smallest failing input with what it gave."""
    shown = mark["evidence"] and f"{mark['evidence']['call']} gave {mark['evidence']['got']}"
    return "\n".join(filter(None, [mark["message"], shown]))


def _xml(text: str) -> str:
    return NO_XML.sub("?", text)
