"""The command line: ``python -m fusion_edu check 04.2 answer.py --json`` and ``python -m fusion_edu tasks``."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

INSIDE = "--inside"  # the child process that runs the learner's code


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 when the answer is correct, 1 when not, 2 for a wrong call."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser().parse_args(arguments)
    if options.command == "tasks":
        return _tasks()
    if options.inside:
        return _check_inside(options)
    return _check(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fusion_edu", description="The course on the command line.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="check an answer and name the mistake")
    check.add_argument("task", help="id or name of a task, e.g. 04.2 or contrastive_loss")
    check.add_argument("file", type=Path, help="a .py or an .ipynb that defines the function")
    check.add_argument("--json", action="store_true", help="print one line of JSON")
    check.add_argument("--seed", type=int, help="of the random cases; fresh ones by default")
    check.add_argument(
        "--limit", type=float, default=60.0, help="wall-clock limit in seconds, imports included (default 60)"
    )
    check.add_argument("--no-record", action="store_true", help="leave the progress file alone")
    check.add_argument(INSIDE, action="store_true", help=argparse.SUPPRESS)
    commands.add_parser("tasks", help="list all tasks")
    return parser


def _tasks() -> int:
    from fusion_edu.checks import TASKS

    for task in TASKS.values():
        print(f"{task.id}  {task.signature}  {task.points} points, {task.minutes} min: {task.title}")
    return 0


def _check(options: argparse.Namespace) -> int:
    """Run the check in a process of its own, so that nothing in an answer can hang or end this one."""
    command = [sys.executable, "-m", "fusion_edu", "check", options.task, str(options.file), INSIDE]
    command += ["--seed", str(options.seed)] if options.seed is not None else []
    command += ["--no-record"] if options.no_record else []
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=options.limit
        )
    except subprocess.TimeoutExpired:
        text = f"The check did not finish within {options.limit:g} s: look for a loop that never ends."
        return _say(options, _result(options, "timed_out", text))
    lines = done.stdout.strip().splitlines()
    try:
        return _say(options, json.loads(lines[-1]))
    except (IndexError, ValueError):
        text = f"{options.file.name} ended the program before its check was done (exit status {done.returncode})."
        return _say(options, _result(options, "raised", text))


def _check_inside(options: argparse.Namespace) -> int:
    from fusion_edu.checks import check, load, task

    try:
        asked = task(options.task)
    except ValueError as error:
        result = _result(options, "unknown_task", f"{error}")
        print("\n" + json.dumps(result | {"status": 2}))
        return 2
    options.task = asked.id
    try:
        report = check(
            asked.id, load.function(options.file, asked.name), seed=options.seed, record=not options.no_record
        )
    except load.LoadError as error:
        print("\n" + json.dumps(_result(options, error.outcome, f"{error}")))
        return 1
    print("\n" + json.dumps(report.as_json() | {"text": str(report)}))
    return 0 if report.correct else 1


def _result(options: argparse.Namespace, outcome: str, message: str) -> dict[str, Any]:
    return {"task": options.task, "outcome": outcome, "mistakes": [], "message": message, "points": 0}


def _say(options: argparse.Namespace, result: dict[str, Any]) -> int:
    text, status = result.pop("text", None), result.pop("status", 0 if result["outcome"] == "correct" else 1)
    print(json.dumps(result, ensure_ascii=False) if options.json else text or result["message"])
    return status


if __name__ == "__main__":
    sys.exit(main())
