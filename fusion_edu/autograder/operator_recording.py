"""Which operators run in a block, noted where torch dispatches them: torch's own recording, with a sign at each end."""

import builtins
import os
import secrets
from typing import Any

import torch
from torch.autograd import profiler

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # of the functions below: an answer may put its own into the usual ones
_private: Any = profiler  # what torch has there for itself
ENDED = ("torch.autograd.profiler", "_disable_profiler")
COMPILED = ("torch", "compile")
COMPILED_SCOPES = (
    2,
    6,
    8,
    9,
)  # torch's RecordScope: a function of torch.jit, of its lite interpreter, of its static runtime
_under_way: list[str] = []
os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # else each recording writes two lines into a notebook


def start() -> bool:
    """Record operators from now on; False where that is impossible, e.g. in a block that records already."""
    if _under_way or profiler._is_profiler_enabled:  # a second one would end the first
        return False
    try:
        options = torch._C._profiler._ExperimentalConfig(profile_all_threads=True)
        config = _private.ProfilerConfig(_private.ProfilerState.KINETO, False, False, False, False, False, options)
        activities = {_private.ProfilerActivity.CPU}
        _private._prepare_profiler(config, activities)
        _private._enable_profiler(config, activities, set())
    except (AttributeError, TypeError, RuntimeError):  # another torch: functions are noted nevertheless
        return False
    _under_way.append(secrets.token_hex(8))
    _sign()
    return True


def _sign() -> None:
    """Leave a sign in a recording: one that was ended and begun again has none of its beginning, one that is deaf none of its end."""
    with profiler.record_function(_under_way[0]):
        pass


def stop() -> set[tuple[str, str]]:
    """Module and name of each operator since ``start``, e.g. ("aten", "mse_loss"); ``ENDED`` alone where it was ended meanwhile."""
    try:
        _sign()
        events = [(event.name(), event.scope()) for event in _private._disable_profiler().events()]
        names = [name for name, _ in events]
        ended = names.count(_under_way[0]) < 2
    except RuntimeError:  # the answer has ended the recording
        return {ENDED}
    finally:
        _under_way.clear()
    if ended:
        return {ENDED}
    found = {(module, name) for module, colons, name in (n.partition("::") for n in names) if colons}
    compiled = any(name.startswith("Torch-Compiled") or _is_compiled(name, scope) for name, scope in events)
    return found | ({COMPILED} if compiled else set())


def _is_compiled(name: str, scope: int) -> bool:
    """Whether torch.jit has compiled this; forward derivatives of torch's own backward operators are compiled by torch itself."""
    return scope in COMPILED_SCOPES and not (name.startswith("aten::") and "backward" in name)


def refuse_compiled() -> None:
    """From now on this process calls nothing that torch.jit has compiled: of that only the operators would be seen."""
    of_c: Any = torch._C
    for kind in ("ScriptFunction", "ScriptMethod"):
        getattr(of_c, kind).__call__ = _refuse
    for name in ("_jit_interpret_graph", "_load_for_lite_interpreter", "_load_for_lite_interpreter_from_buffer"):
        vars(of_c).pop(name, None)


def no_frame_hook() -> None:
    """From now on nothing that a cell has set is called for each frame of Python."""
    hook = getattr(getattr(torch._C, "_dynamo", None), "eval_frame", None)
    if hook is not None:
        hook.set_eval_frame(None)


def _refuse(*given: Any, **named: Any) -> Any:
    raise RuntimeError(
        "what torch.jit has compiled is not called here, for nobody sees what it calls: write it without"
    )
