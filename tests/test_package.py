"""The library as others depend on it: its needs, its names, what its import does, and what wheel and sdist hold."""

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as plain

import fusion_edu
from fusion_edu import optional
from fusion_edu.__main__ import MORE

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PACKAGE = ROOT / "fusion_edu"
NEEDS = [Requirement(line) for line in PROJECT["dependencies"]]
EXTRAS = {extra: [Requirement(line) for line in lines] for extra, lines in PROJECT["optional-dependencies"].items()}


def fresh(code: str, python: str = sys.executable, **environment: str) -> str:
    """Run code in a process of its own; what it printed."""
    left_out = {"KERAS_BACKEND", "MPLBACKEND"}
    settings = {k: v for k, v in os.environ.items() if k not in left_out} | {"PYTHONPATH": str(ROOT)} | environment
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, env=settings, cwd=ROOT / "tests")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# --- what it needs --------------------------------------------------------------------------------------------------


@cache
def installed() -> dict[str, set[str]]:
    """Import name -> the installed packages that have it."""
    return {name: {plain(package) for package in found} for name, found in metadata.packages_distributions().items()}


def closure(needs: list[Requirement]) -> set[str]:
    """The packages that an installation of ``needs`` brings, by what their own metadata say."""
    found, waiting = set(), [(plain(need.name), frozenset(need.extras)) for need in needs]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        found.add(name)
        for line in metadata.requires(name) or []:
            need = Requirement(line)
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras or {""}):
                waiting.append((plain(need.name), frozenset(need.extras)))
    return found


ONLY = """
import sys

class Without:
    '''A finder that finds no module of a package outside the minimum set.'''

    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] in FORBIDDEN else self.finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self.finder, name)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
import minimum
minimum.main()
print("all of it runs")
"""


def test_the_library_runs_with_its_few_needs_alone():
    """A stand-in for an environment that holds nothing else: every other installed package cannot be imported."""
    allowed = closure(NEEDS) | {"optree"}  # which torch imports where it is installed
    forbidden = [name for name, packages in installed().items() if not packages & (allowed | {"fusion-edu"})]
    assert {"tqdm", "matplotlib", "keras", "IPython", "sacrebleu"} <= set(forbidden)
    assert "all of it runs" in fresh(f"FORBIDDEN = frozenset({forbidden!r})\n" + ONLY)


def test_the_library_runs_in_an_environment_of_its_own():
    """`start.py test` makes it with pip, from an index; the course's other packages are not in it."""
    python = os.environ.get("FUSION_EDU_LIBRARY_PYTHON")
    if not python:
        pytest.skip(
            "FUSION_EDU_LIBRARY_PYTHON names no environment: `start.py test` makes it where an index is reachable"
        )
    fresh(
        "import importlib.util as u; assert not [n for n in ('matplotlib', 'keras', 'IPython', 'tqdm') if u.find_spec(n)]",
        python,
    )
    assert "all of it runs" in fresh("import minimum; minimum.main(); print('all of it runs')", python)


WITHOUT = """
import contextlib, sys
sys.modules["nbformat"] = None
from fusion_edu.__main__ import main
with contextlib.redirect_stderr(sys.stdout):
    print(main("assignment A1 --roster r --out o --marks m".split()))
"""


def test_a_command_without_its_package_is_one_sentence():
    said = fresh(WITHOUT)
    assert "needs the package nbformat, which is not installed" in said
    assert 'pip install "fusion_edu[grading]"\n2' in said


def test_the_page_on_installing_names_all_commands():
    page = (ROOT / "docs/installing.md").read_text(encoding="utf-8")
    named = page.partition("With it comes one command")[2].partition("In the folder")[0]
    assert {"check", "grade", "tasks", *MORE} <= set(re.findall(r"`([a-z]+)`", named))


@pytest.mark.parametrize("name", sorted(optional.EXTRAS))
def test_the_extra_that_an_error_names_brings_the_package(name):
    package, extra = optional.EXTRAS[name]
    assert plain(package) in {plain(need.name) for need in EXTRAS[extra]}
    assert plain(package) in installed()[name]


def test_every_extra_is_bounded_and_the_course_has_all_of_them():
    free = {"pillow", "setuptools"}  # their version numbers count years or releases, and say nothing of what changed
    for need in NEEDS + [need for needs in EXTRAS.values() for need in needs if need.name != "fusion_edu"]:
        operators = {part.operator for part in need.specifier}
        assert "==" not in operators, f"{need}: exact versions live in constraints.txt"
        assert ">=" in operators, need
        assert "<" in operators or need.name in free, need
    assert next(need for need in EXTRAS["course"] if need.name == "fusion_edu").extras == {
        "data",
        "grading",
        "keras",
        "text",
    }


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return {plain(name): version for name, version in (line.split("==") for line in lines if "==" in line)}


def test_constraints_pin_all_that_is_asked_for_and_within_its_range():
    asked = [*NEEDS, *(need for needs in EXTRAS.values() for need in needs if need.name != "fusion_edu")]
    for need in asked:
        assert need.specifier.contains(pins()[plain(need.name)]), f"{need} is pinned to {pins()[plain(need.name)]}"
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-boxing.txt"):
        lines = [line for line in (ROOT / name).read_text().splitlines() if line and line[0] not in "#-"]
        assert {plain(line) for line in lines} <= set(pins()), f"{name} asks for what constraints.txt does not pin"


def test_a_learners_packages_are_those_of_the_course_extra():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    learner = {plain(line) for line in lines if line and line[0] != "#"}
    extra = {plain(need.name) for needs in [NEEDS, *EXTRAS.values()] for need in needs} - {"fusion-edu"}
    with_others = {"ipython", "markupsafe", "nbclient", "nbformat"}
    assert extra - learner == with_others, "they come with ipykernel, jinja2 and jupyterlab"
    assert learner <= extra


# --- what its import does -------------------------------------------------------------------------------------------

STATE = """
import builtins, decimal, faulthandler, gc, locale, logging, os, random, signal, sys, threading, warnings
import numpy, torch
import scipy.stats, scipy.optimize, sklearn.linear_model, sklearn.model_selection, sklearn.metrics
import matplotlib

def state():
    return {
        "environment": dict(os.environ), "path": list(sys.path), "folder": os.getcwd(), "meta": list(sys.meta_path),
        "torch": (torch.get_default_dtype(), torch.get_num_threads(), torch.is_grad_enabled(), torch.get_rng_state().tolist(),
                  torch.backends.cudnn.deterministic, torch.are_deterministic_algorithms_enabled(),
                  torch.get_float32_matmul_precision(), torch.is_anomaly_enabled(), torch.get_default_device()),
        "printing": (numpy.get_printoptions(), vars(torch._tensor_str.PRINT_OPTS)),
        "numpy": (numpy.geterr(), [str(part) for part in numpy.random.get_state()]), "random": random.getstate(),
        "warnings": list(warnings.filters), "show": warnings.showwarning, "locale": locale.setlocale(locale.LC_ALL),
        "plots": (matplotlib.rcParams._get("backend"), "matplotlib.pyplot" in sys.modules),
        "logging": (logging.root.level, list(logging.root.handlers)), "hooks": (sys.excepthook, sys.displayhook),
        "signals": [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)],
        "limits": (sys.getrecursionlimit(), sys.getswitchinterval(), gc.isenabled(), decimal.getcontext().prec),
        "threads": (threading.active_count(), sys.getprofile(), sys.gettrace(), faulthandler.is_enabled()),
        "builtins": sorted(vars(builtins)),
    }

def same(name, before, after):
    for what in before:
        assert str(before[what]) == str(after[what]), f"{name} changes {what}: {before[what]} -> {after[what]}"

before = state()
import importlib
import fusion_edu
same("fusion_edu", before, state())
for name in NAMES:
    module = importlib.import_module(name)
    for public in getattr(module, "__all__", []):
        if public not in ("HOW_TO_GET_BOXING",):
            getattr(module, public)
same("the library", before, state())
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"keras", "IPython", "ipywidgets", "tensorflow", "jax"}, loaded
"""
LIBRARY = "shapes losses fusion model seq2seq train evaluate explain encoders data storage progress"


def test_importing_fusion_edu_or_the_library_changes_nothing_global():
    fresh(f"NAMES = {[f'fusion_edu.{name}' for name in LIBRARY.split()]!r}\n{STATE}")


def test_importing_fusion_edu_imports_nothing_but_the_standard_library():
    code = "import sys; before = set(sys.modules); import fusion_edu; print(*sorted(set(sys.modules) - before))"
    loaded = {name.partition(".")[0] for name in fresh(code).split()}
    assert loaded <= {"fusion_edu"} | set(sys.stdlib_module_names)


def test_the_library_does_not_import_plots_or_notebooks():
    code = f"import sys\nfor n in {LIBRARY.split()!r}: __import__('fusion_edu.' + n)\nprint(*sys.modules)"
    loaded = {name.partition(".")[0] for name in fresh(code).split()}
    assert not loaded & {"matplotlib", "keras", "IPython", "ipywidgets", "jupyterlab", "transformers", "PIL"}


# --- Keras's backend ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("here", "chosen", "file", "becomes"),
    [
        ({"torch"}, None, None, "torch"),
        ({"torch"}, None, "tensorflow", "torch"),  # Keras writes this by itself
        ({"torch", "tensorflow"}, None, None, None),  # Keras's own default works
        ({"torch", "jax"}, None, "jax", None),  # what the user wrote works
        ({"torch"}, "jax", None, "jax"),  # what the user said stands, also where it is missing: Keras says so
        ({"jax"}, None, None, None),  # no torch to choose
    ],
)
def test_the_backend_of_keras_is_the_users_or_one_that_is_here(monkeypatch, tmp_path, here, chosen, file, becomes):
    from fusion_edu.keras_api import backend

    monkeypatch.setattr(backend, "has", lambda package: package in here)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_BACKEND", chosen or "x")  # so that it is put back afterwards
    if chosen is None:
        monkeypatch.delenv("KERAS_BACKEND")
    if file:
        (tmp_path / "keras.json").write_text(f'{{"backend": "{file}"}}')
    backend.settle()
    assert os.environ.get("KERAS_BACKEND") == becomes


# --- its names ------------------------------------------------------------------------------------------------------

PUBLIC = sorted(
    [f"fusion_edu.{path.parent.name}" for path in PACKAGE.glob("*/__init__.py")]
    + [f"fusion_edu.{path.stem}" for path in PACKAGE.glob("*.py") if path.stem not in ("__init__", "__main__")]
    + ["fusion_edu", "fusion_edu.__main__"]
    + [
        f"fusion_edu.autograder.{name}" for name in ("case", "check", "course", "task", "verdict", "cli")
    ]  # docs/own_course.md
)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_module_lists_its_names_and_has_them(name):
    module = importlib.import_module(name)
    assert len(set(module.__all__)) == len(module.__all__)
    for public in module.__all__:
        getattr(module, public)
        assert public == "__version__" or not public.startswith("_")


@pytest.mark.parametrize("name", ["data", "encoders"])
def test_what_editors_read_is_what_is_loaded(name):
    """The names imported for editors, those listed and those loaded at first use are the same, from the same files."""
    tree = ast.parse((PACKAGE / name / "__init__.py").read_text())
    block = next(node for node in tree.body if isinstance(node, ast.If))
    read = {alias.name: node.module for node in block.body for alias in node.names}
    package = importlib.import_module(f"fusion_edu.{name}")
    assert read == {public: f"fusion_edu.{name}.{home}" for public, home in package._HOME.items()}
    assert set(package.__all__) == set(read) <= set(dir(package))
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = package.nothing_of_the_kind


def test_a_missing_package_is_named_with_its_extra():
    with (
        pytest.raises(ModuleNotFoundError, match=r'data.emoji needs the package pillow.*"fusion_edu\[data\]"'),
        optional.needed_by("data.emoji"),
    ):
        raise ModuleNotFoundError("No module named 'PIL.Image'", name="PIL.Image")
    with pytest.raises(ModuleNotFoundError, match="^No module named 'ours'$"), optional.needed_by("data.emoji"):
        raise ModuleNotFoundError("No module named 'ours'", name="ours")


# --- the command line -----------------------------------------------------------------------------------------------


def test_the_command_lists_all_that_it_does(capsys):
    from fusion_edu.__main__ import main

    assert PROJECT["scripts"] == {"fusion-edu": "fusion_edu.__main__:main"}
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    text = capsys.readouterr().out
    assert stop.value.code == 0
    assert text.startswith("usage: fusion-edu")
    for command in ("check", "grade", "tasks", "classroom", "data", "doctor"):
        assert re.search(rf"^ +{command} +\w", text, re.M), command


def test_a_command_without_its_packages_says_which_extra_brings_them(monkeypatch, capsys):
    from fusion_edu.__main__ import main

    monkeypatch.setitem(sys.modules, "tqdm", None)
    for name in ("fusion_edu.data.fetch", "fusion_edu.autograder.marking.grade"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.delattr("fusion_edu.data.fetch", raising=False)
    for words in (["data", "--list"], ["grade", "nowhere", "--out", "marks"]):
        assert main(words) == 2
        assert (
            'needs the package tqdm, which is not installed: run python -m pip install "fusion_edu[data]"'
            in capsys.readouterr().err
        )


def test_a_classroom_outside_the_course_is_refused_in_a_sentence(monkeypatch, tmp_path, capsys):
    import fusion_edu.__main__ as command

    monkeypatch.setattr(command, "COURSE", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert command.main(["classroom", "here"]) == 2
    assert "in the folder of the course" in capsys.readouterr().err


# --- wheel and sdist ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Wheel and sdist of the files that git knows, made without a network."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("out")
    for name in (
        "fusion_edu",
        "docs",
        "tests/test_package.py",
        "notebooks/00_start_here.ipynb",
        "tools",
        "course/exercises",
    ):
        _copy(ROOT / name, tree / name)
    for path in ROOT.iterdir():
        if path.is_file():
            _copy(path, tree / path.name)
    code = f"from setuptools import build_meta as b; b.build_sdist({str(out)!r}); b.build_wheel({str(out)!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl")), next(out.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def built(files):
    """The names inside wheel and sdist, and the wheel's metadata."""
    with zipfile.ZipFile(files[0]) as wheel:
        wheel_names = set(wheel.namelist())
        about = wheel.read(next(name for name in wheel_names if name.endswith(".dist-info/METADATA"))).decode()
        scripts = wheel.read(next(name for name in wheel_names if name.endswith("entry_points.txt"))).decode()
    with tarfile.open(files[1]) as sdist:
        sdist_names = {name.partition("/")[2] for name in sdist.getnames()}
    return wheel_names, sdist_names, about, scripts


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_file():
        target.write_bytes(source.read_bytes())
    else:
        for path in source.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                _copy(path, target / path.relative_to(source))


def test_the_wheel_holds_the_library_and_its_files_and_nothing_else(built):
    wheel, _, about, scripts = built
    ours = {str(path.relative_to(ROOT)) for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert {name for name in wheel if ".dist-info/" not in name} == ours
    assert {"fusion_edu/py.typed", "fusion_edu/redraws.json", "fusion_edu/autograder/templates/verdict.html"} <= wheel
    assert "fusion-edu = fusion_edu.__main__:main" in scripts
    assert "Requires-Python: <3.15,>=3.11" in about
    assert set(re.findall(r"^Provides-Extra: (\w+)", about, re.M)) == {"text", "keras", "course", "grading", "data"}
    assert "Classifier: Typing :: Typed" in about
    assert "Project-URL:" in about
    plain_needs = re.findall(r"^Requires-Dist: ([\w-]+)(?![^\n]*extra ==)", about, re.M)
    assert set(plain_needs) == {"torch", "numpy", "scipy", "scikit-learn"}


def test_the_sdist_holds_the_library_its_pages_and_versions_and_no_course(built):
    _, sdist, _, _ = built
    assert {"constraints.txt", "requirements.txt", "README.md", "CHANGELOG.md", "LICENSE", "docs/notation.md"} <= sdist
    assert {"fusion_edu/py.typed", "fusion_edu/autograder/templates/verdict.html", "pyproject.toml"} <= sdist
    assert not [name for name in sdist if name.startswith(("tests", "notebooks", "course", "tools", "start.py"))]


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_what_was_built_runs_in_a_clean_environment(files, tmp_path, kind):
    """The library's few needs come from the environment of the library alone; fusion_edu is the one that was built."""
    needs = os.environ.get("FUSION_EDU_LIBRARY_PYTHON") or pytest.skip("FUSION_EDU_LIBRARY_PYTHON names no environment")
    wheel = files[0]
    if kind == "sdist":
        ran(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", tmp_path, files[1])
        wheel = next(tmp_path.glob("*.whl"))
    venv = tmp_path / "venv"
    ran(needs, "-m", "venv", venv)
    python = venv / "bin/python"
    ran(python, "-m", "pip", "install", "--no-index", "--no-deps", wheel)
    place = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own = Path(ran(python, "-c", place).strip())
    (own / "needs.pth").write_text(ran(needs, "-c", place))

    shutil.copy(ROOT / "tests/minimum.py", own)
    said = ran(python, "-c", "import fusion_edu, minimum; minimum.main(); print(fusion_edu.__file__)", cwd=tmp_path)
    assert said.strip() == str(own / "fusion_edu/__init__.py")
    assert "04.2  contrastive_loss(d, y, margin=1.0)  20 points" in ran(venv / "bin/fusion-edu", "tasks", cwd=tmp_path)


def ran(*command: object, cwd: Path = ROOT) -> str:
    """What a command printed, run with nothing of the repository on its path."""
    settings = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"FUSION_EDU_HOME": str(cwd / "home")}
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=settings, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_version_is_one():
    assert fusion_edu.__version__ == metadata.version("fusion_edu")
