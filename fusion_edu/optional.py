"""Packages that only a part of the library needs: which extra brings each, and one sentence where it is missing.

And names that are loaded at first use, so that one does not wait for another's packages.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

__all__ = ["EXTRAS", "lazy", "needed_by"]

EXTRAS = {  # import name -> (name on the index, the smallest extra that brings it)
    "PIL": ("pillow", "data"),
    "platformdirs": ("platformdirs", "data"),
    "safetensors": ("safetensors", "data"),
    "tqdm": ("tqdm", "data"),
    "sacrebleu": ("sacrebleu", "text"),
    "transformers": ("transformers", "text"),
    "keras": ("keras", "keras"),
    "IPython": ("ipython", "grading"),
    "jinja2": ("jinja2", "grading"),
    "markupsafe": ("markupsafe", "grading"),
    "nbformat": ("nbformat", "grading"),
    "nbclient": ("nbclient", "course"),
    "ipywidgets": ("ipywidgets", "course"),
    "matplotlib": ("matplotlib", "course"),
}


@contextmanager
def needed_by(what: str) -> Iterator[None]:
    """Around imports of optional packages: where one is missing, the error says who needs it and how to get it.

    Args:
        what: who needs the package, e.g. "evaluate.bleu".

    Raises:
        ModuleNotFoundError: a package of EXTRAS is missing; any other error of the block passes unchanged.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRAS or f"fusion_edu[{EXTRAS[package][1]}]" in f"{error}":
            raise
        name, extra = EXTRAS[package]
        raise ModuleNotFoundError(
            f'{what} needs the package {name}, which is not installed: run python -m pip install "fusion_edu[{extra}]"',
            name=error.name,
        ) from error


def lazy(package: str, home: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a package whose names are loaded at first use.

    Args:
        package: the package's ``__name__``.
        home: public name -> the module in it that defines the name.
    """

    def load(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        with needed_by(f"{package.rpartition('.')[2]}.{name}"):
            return getattr(import_module(f"{package}.{home[name]}"), name)

    return load, lambda: sorted({*vars(sys.modules[package]), *home})
