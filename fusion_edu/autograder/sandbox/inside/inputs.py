"""Cases as they cross into the sandbox: inputs only, never what is expected of them."""

import importlib
import sys
from typing import Any

import numpy as np
import torch

from fusion_edu.autograder.case import Case
from fusion_edu.autograder.sandbox.inside import frames

Inputs = dict[str, dict[str, Any]]  # by task id: {"cases": [Case], "watched": bool}


def pack(tasks: Inputs) -> bytes:
    """The inputs of some tasks as one frame."""
    arrays: list[np.ndarray] = []
    packed = {
        task: {"cases": [pack_case(case, arrays) for case in content["cases"]], "watched": content["watched"]}
        for task, content in tasks.items()
    }
    return frames.pack({"tasks": packed}, arrays)


def load(file: int) -> Inputs:
    """What ``pack`` made, from a file."""
    header, arrays = frames.receive(file)
    return {
        task: {"cases": [unpack_case(case, arrays) for case in content["cases"]], "watched": content["watched"]}
        for task, content in header["tasks"].items()
    }


def pack_case(case: Case, arrays: list[np.ndarray]) -> dict[str, Any]:
    """A case as JSON content beside a list of arrays; its name stays outside."""
    return {
        "args": [_pack(item, arrays) for item in case.args],
        "also": [[_pack(item, arrays) for item in args] for args in case.also],
        "gradient": list(case.gradient),
        "randomness": case.randomness,
    }


def unpack_case(content: dict[str, Any], arrays: list[np.ndarray]) -> Case:
    """The inverse of ``pack_case``."""
    return Case(
        name="",
        args=tuple(_unpack(item, arrays) for item in content["args"]),
        also=tuple(tuple(_unpack(item, arrays) for item in args) for args in content["also"]),
        gradient=tuple(content["gradient"]),
        randomness=content["randomness"],
    )


def _as_array(item: torch.Tensor | np.ndarray) -> np.ndarray:
    if isinstance(item, np.ndarray):
        return item
    half = item.dtype in (torch.bfloat16, torch.float16)
    return (item.float() if half else item).numpy()


def _pack(item: Any, arrays: list[np.ndarray]) -> Any:
    if isinstance(item, (torch.Tensor, np.ndarray)):
        arrays.append(_as_array(item))
        dtype = str(item.dtype).removeprefix("torch.") if isinstance(item, torch.Tensor) else None
        return {"array": len(arrays) - 1, "dtype": dtype}
    if isinstance(item, tuple):
        return {"tuple": [_pack(part, arrays) for part in item]}
    if isinstance(item, list):
        return [_pack(part, arrays) for part in item]
    if isinstance(item, dict):
        return {"dict": [[key, _pack(part, arrays)] for key, part in item.items()]}
    if callable(item):
        module, name = getattr(item, "__module__", ""), getattr(item, "__name__", "")
        if getattr(sys.modules.get(module), name, None) is not item:
            raise TypeError(f"a case hands over {item!r}, needs a function of a module that the course gives")
        return {"given": [module, name]}
    if item is None or isinstance(item, (bool, int, float, str)):
        return item
    raise TypeError(
        f"a case holds {type(item).__name__}, needs tensors, numbers, text, lists, or functions that the course gives"
    )


def _unpack(content: Any, arrays: list[np.ndarray]) -> Any:
    if isinstance(content, list):
        return [_unpack(part, arrays) for part in content]
    if not isinstance(content, dict):
        return content
    if "array" in content:
        array = arrays[content["array"]]
        return array if content["dtype"] is None else torch.from_numpy(array).to(getattr(torch, content["dtype"]))
    if "tuple" in content:
        return tuple(_unpack(part, arrays) for part in content["tuple"])
    if "given" in content:
        module, name = content["given"]
        return getattr(importlib.import_module(module), name)
    return {key: _unpack(part, arrays) for key, part in content["dict"]}
