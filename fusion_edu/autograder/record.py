"""Which functions and operators run while an answer does its cases: noted during the very run whose value counts.

Functions are seen where Python calls them, operators where torch dispatches them, so by every route and in every thread.
"""

import contextlib
import functools
import importlib
import os
import secrets
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FrameType, ModuleType
from typing import Any

import numpy as np
import torch
from torch.autograd import profiler

_private: Any = profiler  # what torch has there for itself
Call = tuple[str, str]  # module and name of a function, e.g. ("torch.nn.functional", "mse_loss"), ("aten", "mse_loss")

ENGINE = Path(__file__).parent
NAMES = ("observe", "outcome", "case", "record", "limit")  # of the engine's modules that run meanwhile
OWN = tuple(str(ENGINE / f"{name}.py") for name in NAMES)
OWN_MODULES = tuple(f"fusion_edu.autograder.{name}" for name in (*NAMES, "sandbox.inside.standins"))  # it finds imports
INSTALLED = ("<frozen ", *{os.path.realpath(path) + os.sep for path in (sys.prefix, sys.base_prefix)})
INSTALLED += (sys.prefix + os.sep, sys.base_prefix + os.sep)
IS_FUNCTION = 1  # CO_OPTIMIZED: neither the body of a module nor that of a class
GENERATED = ("<eval_with_key>", "torchinductor_")  # in the names of files that torch.fx and torch.compile write
WATCHED_MODULES = ("torch", "sys", "_thread")  # whose built-in functions are noted
IMPORTS: Any = importlib._bootstrap._call_with_frames_removed.__code__  # type: ignore[attr-defined]  # what runs a module's body
ALIVE = ("threading", "a thread that is still running")
COMPILED = ("torch", "compile")
PROFILE = ("sys", "setprofile")
ENDED = ("torch.autograd.profiler", "_disable_profiler")
ELSEWHERE = ("_interpreters", "run_string")
MADE_UP = ("types", "CodeType")
INTERPRETERS = "_xxsubinterpreters", "_interpreters"  # the module, by version of Python
_under_way: list[str] = []
_noting: list[set[Call]] = []  # by those blocks that are under way
_own = threading.local()
_hooked: list[bool] = []
os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # else each recording writes two lines into a notebook


@contextlib.contextmanager
def calls(*, operators: bool) -> Iterator[set[Call]]:
    """Fills the set that it yields with what is called in the block, by this thread and by those that it starts.

    Args:
        operators: whether operators of torch are noted too, those of all threads. It costs about 1 ms, and 0.01 ms for each.

    Functions that run because a library is being imported are left out: importing calls no answer.
    """
    called: set[Call] = set()
    threads: set[threading.Thread] = set()

    def in_thread(frame: FrameType, event: str, function: Any) -> None:
        threads.add(threading.current_thread())
        own = noter(called)
        _set_profile(own)
        own(frame, event, function)

    before, threads_before = sys.getprofile(), threading.getprofile()
    recording = operators and _start()
    note = noter(called)
    threading.setprofile(in_thread)
    if not _hooked:
        sys.addaudithook(_audit)
        _hooked.append(True)
    if _interpreters():
        called.add(ELSEWHERE)
    _set_profile(note)
    _noting.append(called)
    try:
        yield called
    finally:
        _noting[:] = [each for each in _noting if each is not called]
        kept = sys.getprofile() is note
        _set_profile(before)
        threading.setprofile(threads_before)
        if recording:
            called |= _stop()
        if not kept:
            called.add(PROFILE)
        if any(thread.is_alive() and not type(thread).__module__.startswith("tqdm") for thread in threads):
            called.add(ALIVE)


def _set_profile(function: Any) -> None:
    """As sys.setprofile, and no call of an answer."""
    _own.sets = True
    sys.setprofile(function)
    _own.sets = False


def noter(called: set[Call]) -> Callable[[FrameType, str, Any], None]:
    """A profile function for one thread that adds to ``called``."""
    seen: dict[int, CodeType] = {}
    importing: list[FrameType] = []  # the body of an installed module that runs now: what it calls belongs to it

    def note(frame: FrameType, event: str, function: Any) -> None:
        if importing:
            if event == "return" and importing[0] is frame:
                importing.clear()
        elif event == "call":
            code = frame.f_code
            if id(code) in seen:
                return
            if not type(code.co_name) is type(code.co_filename) is type(code.co_qualname) is str:
                called.add(MADE_UP)  # to compare such a text would run what its class says, unseen
            elif _is_import(frame):
                importing.append(frame)
            else:
                seen[id(code)] = code
                called.update(_of_python(frame))
        elif event == "c_call" and type(function) is BuiltinFunctionType:
            called.update(_of_c(function, frame))

    return note


def _is_import(frame: FrameType) -> bool:
    """Whether this is the body of an installed module that Python itself runs."""
    code = frame.f_code
    by_python = frame.f_back is not None and frame.f_back.f_code is IMPORTS
    return by_python and code.co_name == "<module>" and code.co_filename.startswith(INSTALLED)


def _audit(event: str, args: tuple[Any, ...]) -> None:
    """What Python tells whoever calls it, in whatever way, and whatever watches."""
    if not _noting:
        return
    if event == "sys.setprofile" and not getattr(_own, "sets", False):
        _noting[-1].add(PROFILE)
    elif event == "cpython.PyInterpreterState_New":
        _noting[-1].add(ELSEWHERE)


def _interpreters() -> bool:
    """Whether there is another interpreter in this process, which no profile function of this one sees."""
    for name in INTERPRETERS:
        with contextlib.suppress(ImportError, AttributeError):
            return len(importlib.import_module(name).list_all()) > 1
    return False


def _of_python(frame: FrameType) -> Iterator[Call]:
    code = frame.f_code
    if not code.co_flags & IS_FUNCTION:
        return
    module = dict.get(frame.f_globals, "__name__")
    if type(module) is str and module not in OWN_MODULES:
        yield module, code.co_qualname
    _, found, path = code.co_filename.replace(os.sep, "/").rpartition("-packages/")
    if found:  # a library's function counts under the name of its file, whatever it was renamed to
        yield path.removesuffix(".py").removesuffix("/__init__").replace("/", "."), code.co_qualname
    elif not code.co_filename.startswith(INSTALLED):
        yield from _special(frame)
    if any(name in code.co_filename for name in GENERATED):
        yield COMPILED


def _special(frame: FrameType) -> Iterator[Call]:
    """Functions of scipy.special that the code of a frame names or holds: many are no Python and run unseen."""
    special = sys.modules.get("scipy.special")
    if special is None:
        return
    code = frame.f_code
    held = [*(dict.get(frame.f_globals, name) for name in code.co_names), *dict.values(frame.f_locals)]
    held += [part for each in held for part in _parts(each)]
    yield from (("scipy.special", each.__name__) for each in held if each is not None and _ufunc_of(special, each))
    words = {*code.co_names, *(text for text in code.co_consts if type(text) is str)}
    if "scipy.special" in words or any(each is special or each is sys.modules.get("scipy") for each in held):
        yield from (("scipy.special", name) for name in words if _ufunc_of(special, getattr(special, name, None)))


def _parts(thing: Any) -> list[Any]:
    """What lies in a list, a dict, a class or a partial function."""
    if type(thing) in (list, tuple, set):
        return list(thing)
    if type(thing) is functools.partial:
        return [thing.func]
    return list(thing.values() if type(thing) is dict else vars(thing).values() if type(thing) is type else ())


def _ufunc_of(special: ModuleType, thing: Any) -> bool:
    return (
        type(thing) is np.ufunc and not hasattr(np, thing.__name__) and getattr(special, thing.__name__, None) is thing
    )


def _of_c(function: BuiltinFunctionType, frame: FrameType) -> Iterator[Call]:
    if frame.f_code.co_filename in OWN:
        return
    owner = function.__self__
    name = function.__name__
    if issubclass(type(owner), torch.Tensor):  # isinstance would ask the object, and run what it says, unseen
        yield "torch.Tensor", name
        return
    module = owner.__name__ if type(owner) is ModuleType else function.__module__
    if type(module) is not str:
        module = ""
    if module == "_thread" and dict.get(frame.f_globals, "__name__") == "threading":
        return  # a thread of that kind is watched
    if module.partition(".")[0] in WATCHED_MODULES:
        yield module, name
    if getattr(torch, name, None) is function:
        yield "torch", name


def _start() -> bool:
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


def _stop() -> set[Call]:
    try:
        _sign()
        names = [event.name() for event in _private._disable_profiler().events()]
        ended = names.count(_under_way[0]) < 2
    except RuntimeError:  # the answer has ended the recording
        return {ENDED}
    finally:
        _under_way.clear()
    if ended:
        return {ENDED}
    found = {(module, name) for module, colons, name in (n.partition("::") for n in names) if colons}
    return found | ({COMPILED} if any(name.startswith("Torch-Compiled") for name in names) else set())
