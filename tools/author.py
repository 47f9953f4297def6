"""The commands of start.py that are for authors; start.py makes .venv, and runs this page in it."""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import start  # noqa: E402
from tools import environments  # noqa: E402
from tools.share import due  # noqa: E402

LEARNERS_KERNEL = {"JUPYTER_PATH": str(environments.LEARNER / "share/jupyter")}  # notebooks run with what a learner has


def test(options: argparse.Namespace) -> int:
    """Pass the tests: the library's, the checks', the notebooks' (nbval), the browser's. Of the lessons one third is run, which one
    the commit decides; with --all every lesson, and the long tests too. With --walk, walk the course instead."""
    start.fetch(options.offline)
    environments.learner(options.offline)
    if "--walk" in options.rest:
        return walk([word for word in options.rest if word != "--walk"])
    everything = options.rest == ["--all"]
    if everything or not options.rest:
        environments.backends(options.offline)
        environments.library(options.offline)
    nbval = ["--nbval", "--nbval-sanitize-with", "tests/sanitize.cfg", "--nbval-cell-timeout=300"]
    pytest = ["-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", *nbval]
    chosen = ["-m", "", *paths(1)] if everything else options.rest or paths(3)
    # FUSION_EDU_STRICT: a claim that does not hold is an error here
    return environments.run(*pytest, *chosen, PYTHONDONTWRITEBYTECODE="", FUSION_EDU_STRICT="1", **LEARNERS_KERNEL)


def paths(n: int) -> list[str]:
    """All tests and notebooks, but of the lessons the n-th part whose turn it is."""
    lessons = due(sorted(ROOT.glob("notebooks/[0-9]*.ipynb")), n)
    print("Lessons:", ", ".join(path.name[:2] for path in lessons), flush=True)
    return ["tests", "notebooks/home.ipynb", "solutions", *map(str, lessons)]


def walk(lessons: list[str]) -> int:
    """Walk through lessons, by default all, as a learner does: in JupyterLab, in a browser; hours for the whole course."""
    chosen = ["-k", " or ".join(["home", *lessons])] if lessons else []
    return environments.run("-m", "pytest", "-v", "tests/lab/walk.py", *chosen, FUSION_EDU_STRICT="", **LEARNERS_KERNEL)


def build(options: argparse.Namespace) -> int:
    """Build the notebooks from course/."""
    return with_notebooks("build", options)


def redraw(options: argparse.Namespace) -> int:
    """Run lessons with other seeds, as other processors would: docs/claims.md."""
    return with_notebooks("redraw", options)


def with_notebooks(tool: str, options: argparse.Namespace) -> int:
    """Run a tool that runs notebooks, where the user stands."""
    start.fetch(options.offline)
    environments.learner(options.offline)
    return environments.run(str(ROOT / f"tools/{tool}.py"), *options.rest, cwd=Path.cwd(), **LEARNERS_KERNEL)


def site(options: argparse.Namespace) -> int:
    """Build the site, by default into build/site; once .venv-site is there, no network is asked."""
    environments.site(options.offline)
    command = [str(start.python_of(environments.SITE)), str(ROOT / "tools/website/build.py"), *options.rest]
    return subprocess.run(command, env=start.environment()).returncode


def lint(options: argparse.Namespace) -> int:
    """Check style, format and types; all three speak, whatever the first one finds."""
    tools = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])
    return max(start.run("-m", *command) for command in tools)


def coverage(options: argparse.Namespace) -> int:
    """Count which branches of the engine its tests take; fewer than 95 % fail."""
    start.fetch(options.offline)
    engine = (f"tests/autograder/test_{name}.py" for name in COVERING)
    marking = (
        f"tests/marking/test_{name}.py" for name in ("fingerprint", "forbidden", "robust", "teachers_slips", "watch")
    )
    tests = ["-m", "pytest", "-q", "-n", "2", *engine, "tests/widgets", *marking]
    for command in (["erase"], ["run", *tests], ["combine", "-q"], ["report"]):
        if status := environments.run("-m", "coverage", *command):
            return status
    return 0


def bench(options: argparse.Namespace) -> int:
    """Print every benchmark's table, one after the other; 1 where one fails, be it by a signal."""
    start.fetch(options.offline)
    return max(abs(environments.run(str(path))) for path in sorted((ROOT / "benchmarks").glob("*.py")))


COVERING = (  # tests that walk through the whole engine; the others run the same lines with thousands of answers more
    "command_line", "defend", "engine", "own_course", "reading", "report", "slips", "stale", "true_words", "watching", "words",
)  # fmt: skip

COMMANDS = {
    "test": test,
    "build": build,
    "redraw": redraw,
    "site": site,
    "lint": lint,
    "coverage": coverage,
    "bench": bench,
}


def main(arguments: list[str]) -> int:
    """Run one command; a failure that can be mended is one sentence, as in start.py."""
    parser = argparse.ArgumentParser(prog="tools/author.py", allow_abbrev=False, description=__doc__, add_help=False)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--offline", action="store_true")
    options, options.rest = parser.parse_known_args(arguments)
    return start.saying_problems(lambda: COMMANDS[options.command](options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
