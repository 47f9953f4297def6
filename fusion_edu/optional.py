"""Packages that only a part of the library needs: which extra brings each, and one sentence where it is missing."""

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["EXTRAS", "needed_by"]

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
