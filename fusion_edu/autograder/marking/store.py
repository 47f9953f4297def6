"""Results as they come, in SQLite: a run that was killed goes on where it was, and marks nothing twice."""

import json
import sqlite3
import time
from pathlib import Path
from typing import Any, TypeGuard

from fusion_edu.autograder.verdict import WORDS

TABLES = """
create table if not exists settings (name text primary key, content text not null);
create table if not exists results (key text primary key, learner text not null, name text not null, content text not null);
"""
VERSION = 1  # of these tables
PATIENCE = 5.0  # seconds
Kinds = dict[str, Any]
HOLDS: Kinds = {  # what is read of each result
    "lesson": str,
    "note": str,
    "marks": list,
    "cells": dict,
    "hints": list,
    "sources": dict,
    "shapes": dict,
    "read": bool,
    "own_cases": bool,
    "seconds": (int, float),
}
OF_MARKS = {
    "task": str,
    "title": str,
    "outcome": str,
    "message": str,
    "points": int,
    "max_points": int,
    "mistakes": list,
}
OF_EVIDENCE = {"call": str, "got": str}


def _fits(content: Any, kinds: Kinds) -> TypeGuard[dict[str, Any]]:
    return isinstance(content, dict) and all(isinstance(content.get(name), kind) for name, kind in kinds.items())


def _whole(content: dict[str, Any]) -> bool:
    """Whether the parts of a result are of the kinds that are read."""
    marks = all(
        _fits(mark, OF_MARKS)
        and mark["outcome"] in WORDS
        and all(isinstance(name, str) for name in mark["mistakes"])
        and (mark.get("evidence", 0) is None or _fits(mark.get("evidence"), OF_EVIDENCE))
        for mark in content["marks"]
    )
    cells = all(number.isdecimal() and isinstance(text, str) for number, text in content["cells"].items())
    texts = all(isinstance(text, str) for text in [*content["hints"], *content["sources"].values()])
    forms = all(isinstance(form, list) and [*map(type, form)] == [str, int] for form in content["shapes"].values())
    return marks and cells and texts and forms and content["shapes"].keys() <= content["sources"].keys()


class Store:
    """The results of one folder of marks.

    Raises:
        ValueError: its file is spoilt, of another version, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.connection = sqlite3.connect(path)
            version = self.connection.execute("pragma user_version").fetchone()[0]
            if version not in (0, VERSION):
                raise ValueError(f"{path} was written by another version: mark into a new folder")
            self._write_ahead()
            self.connection.execute("pragma synchronous = normal")  # a kill loses nothing, a power cut the last moments
            self.connection.executescript(TABLES)
            self.connection.execute("select key, learner, name, content from results limit 1").fetchone()
            self.connection.execute(f"pragma user_version = {VERSION}")
            path.chmod(0o600)  # it holds the secret
        except sqlite3.Error as error:
            raise ValueError(
                f"{path} cannot be used ({error}): end other runs into it, make room and the folder writable, or "
                "mark into a new folder"
            ) from error

    def _write_ahead(self) -> None:
        """Keep a log of what is written; where another run opens the file at this moment SQLite does not wait, so we do."""
        patience = time.monotonic() + PATIENCE
        while True:
            try:
                self.connection.execute("pragma journal_mode = wal")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                    raise
                time.sleep(0.1)

    def setting(self, name: str, default: str) -> str:
        """A setting; what is there first stays."""
        with self.connection:
            self.connection.execute("insert or ignore into settings values (?, ?)", (name, default))
        content: str = self.connection.execute("select content from settings where name = ?", (name,)).fetchone()[0]
        return content

    def known(self) -> set[str]:
        """Keys of all results."""
        return {row[0] for row in self.connection.execute("select key from results")}

    def forget(self, keys: set[str]) -> None:
        """Let go of some results, which are then made again."""
        with self.connection:
            self.connection.executemany("delete from results where key = ?", [(key,) for key in keys])

    def add(self, results: list[tuple[str, str, str, dict[str, Any]]]) -> None:
        """Keep some results: key, learner, name, content of each."""
        rows = [(key, learner, name, json.dumps(content, sort_keys=True)) for key, learner, name, content in results]
        with self.connection:
            self.connection.executemany("insert or ignore into results values (?, ?, ?, ?)", rows)

    def results(self, keys: set[str]) -> list[dict[str, Any]]:
        """The results of these keys, with "learner" and "name", in the order of both.

        Raises:
            ValueError: one of them is spoilt.
        """
        rows = self.connection.execute("select key, learner, name, content from results order by learner, name, key")
        return [
            {"learner": who, "name": name} | self._content(who, text) for key, who, name, text in rows if key in keys
        ]

    def _content(self, learner: Any, text: Any) -> dict[str, Any]:
        try:
            content = json.loads(text)
        except (ValueError, TypeError, RecursionError):
            content = None
        if not isinstance(learner, str) or not _fits(content, HOLDS) or not _whole(content):
            raise ValueError(f"{self.path} holds a spoilt result of {learner}: mark into a new folder")
        return content

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
