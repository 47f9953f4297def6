"""Stand-ins for the modules of the library that are not in the sandbox: they can be imported, and do nothing or refuse."""

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator
from typing import Any

answering = False  # whether an answer runs: then a stand-in refuses, else it does nothing


class Withheld(Exception):
    """An answer called a part of the library that it may not call."""


class Absent:
    """What a plot, a widget, a data set or a loss of the library is here: swallows everything, and refuses an answer."""

    def __init__(self, name: str = "") -> None:
        self.__name__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> "Absent":
        if answering and self.__name__:
            raise Withheld(f"{self.__name__} is not here while your answer is marked: write it yourself")
        return self

    def __getattr__(self, name: str) -> "Absent":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: Any) -> "Absent":
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __enter__(self) -> "Absent":
        return self

    def __exit__(self, *error: Any) -> None:
        return None

    def __repr__(self) -> str:
        return "<not here while marking>"


class _Module(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(f"{self.__name__}.{name}")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, packages: tuple[str, ...], staged: frozenset[str]) -> None:
        self.packages, self.staged = packages, staged

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name in self.staged or not any(name == p or name.startswith(p + ".") for p in self.packages):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: Any) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def install(packages: list[str], staged: list[str]) -> None:
    """Whatever of these packages does not stand here is a stand-in from now on."""
    sys.meta_path.insert(0, _Finder(tuple(packages), frozenset(staged)))
