"""Notebooks of three questions, of which the second is given."""

import json

FIRST = """import torch
STATE = {}
STATE["one"] = 1
def hinge(x):
    return torch.relu(x)
"""
ONE = """def contrastive_loss(d, y, margin=1.0):
    return 0.5 * torch.where(y.bool(), d**2, torch.relu(margin - d) ** 2).mean()
"""
THREE = """def make_pairs(labels):
    n = len(labels)
    i, j = torch.triu_indices(n, n, offset=1)
    return i, j, (labels[i] == labels[j]).long()
"""


def cell(source: str, grade_id: str = "") -> dict:
    """A code cell; with an id, of nbgrader."""
    metadata = {"nbgrader": {"grade_id": grade_id, "grade": False, "solution": True}} if grade_id else {}
    return {"cell_type": "code", "metadata": metadata, "source": source.splitlines(keepends=True), "outputs": []}


def cells(second: str) -> list[dict]:
    """The cells of a notebook whose second answer is ``second``."""
    found = [cell(FIRST)]
    for number, (name, source) in enumerate(
        (("contrastive_loss", ONE), ("triplet_loss", second), ("make_pairs", THREE)), 2
    ):
        found.append(cell(source, f"answer-04-{number}"))
        found.append(cell(f'check("04.{number}", {name})', f"check-04-{number}"))
    return found


def notebook(content: list[dict]) -> bytes:
    """The bytes of a notebook."""
    return json.dumps({"cells": content, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
