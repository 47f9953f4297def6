"""Whether a check would judge an older version than the learner's last: the cell ran, and stopped before its function."""

import re
import sys
from collections.abc import Callable
from typing import Any


def reason(name: str, answer: Callable[..., Any]) -> str:
    """Why the function ``name`` of this notebook is not what its newest cell says, in a sentence.

    "" where it is, and where nobody can tell: outside a notebook, or for a function that is bound to another name.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or shell.user_ns.get(name) is not answer:
        return ""
    cells = shell.history_manager.input_hist_raw  # by execution count
    defines = re.compile(rf"^def\s+{re.escape(name)}\b", re.MULTILINE)
    number = next((n for n in reversed(range(len(cells))) if defines.search(cells[n])), 0)
    error = getattr(shell.history_manager, "exceptions", {}).get(number)
    if error is None:
        return ""
    newest = shell.compile.get_code_name(cells[number], cells[number], number)
    if getattr(getattr(answer, "__code__", None), "co_filename", newest) == newest:
        return ""  # the error came after the function
    told = f"{error['ename']}: {error['evalue']}"
    return f"The last run of your cell stopped with {told}. So {name} is still the one before it, and is not judged."
