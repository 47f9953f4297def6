"""Which functions run while an answer does its cases: noted during the very run whose value counts.

They are seen where Python calls them, so by every route and in every thread; operators of torch are seen by ``operator_recording``.
What runs inside the profile function is seen by nobody, so nothing of an answer may run there: ``noter`` asks no object
what a class of an answer could tell, looks up no name where a key of an answer's could be compared, and collects no garbage.
"""

import builtins
import contextlib
import functools
import gc
import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FrameType, ModuleType
from typing import Any

import numpy as np
import torch

from fusion_edu.autograder import operator_recording
from fusion_edu.autograder.operator_recording import COMPILED

__builtins__ = dict(vars(builtins))  # type: ignore[assignment]  # of the functions below: an answer may put its own into the usual ones
Call = tuple[str, str]  # module and name of a function, e.g. ("torch.nn.functional", "mse_loss"), ("aten", "mse_loss")

ENGINE = Path(__file__).parent
# the engine's modules that run meanwhile
NAMES = ("observe", "outcome", "case", "record", "operator_recording", "limit")
SEPARATED = str(ENGINE) + os.sep
OWN = tuple(str(ENGINE / f"{name}.py") for name in NAMES)
# the one finds imports, the other operators of torch
OWN_MODULES = tuple(
    f"fusion_edu.autograder.{name}" for name in (*NAMES, "sandbox.inside.standins", "sandbox.inside.preload")
)
INSTALLED = ("<frozen ", *{os.path.realpath(path) + os.sep for path in (sys.prefix, sys.base_prefix)})
INSTALLED += (sys.prefix + os.sep, sys.base_prefix + os.sep)
SUSPENDED = 0x20 | 0x80 | 0x200  # CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR
IS_FUNCTION = 1  # CO_OPTIMIZED: neither the body of a module nor that of a class
INTERPRETS = "torch/fx/interpreter.py"  # runs a graph that was recorded before, without code of its own
GENERATED = ("<eval_with_key>", "torchinductor_")  # in the names of files that torch.fx and torch.compile write
WATCHED_MODULES = ("torch", "sys", "_thread")  # whose built-in functions are noted
IMPORTS: Any = importlib._bootstrap._call_with_frames_removed.__code__  # type: ignore[attr-defined]  # what runs a module's body
ALIVE = ("threading", "a thread that is still running")
TOO_MANY = ("sys", "more functions than can be handed back")
PROFILE = ("sys", "setprofile")
TRACE = ("sys", "settrace")  # what runs in a trace function is hidden from a profile function
COLLECTS = ("gc", "enable")
ELSEWHERE = ("_interpreters", "run_string")
MADE_UP = ("types", "CodeType")
OF_PROFILES = {
    "sys.setprofile": PROFILE,
    "sys.settrace": TRACE,
    "sys.monitoring.register_callback": TRACE,
}  # by what Python tells
TESTS_IN_C = {
    f"_test{name}"
    for name in (
        "capi",
        "internalcapi",
        "limitedcapi",
        "buffer",
        "clinic",
        "multiphase",
        "singlephase",
        "importmultiple",
    )
}
TESTS_OF_PYTHON = "_test"  # modules of Python's own tests begin so: they can do anything at any moment
SYS_MODULES = sys.modules
TENSOR = torch.Tensor
collects = gc.isenabled
OF_TORCH = {id(each): name for name, each in vars(torch).items() if type(each) is BuiltinFunctionType}
OF_NUMPY = frozenset(dir(np))
UFUNC, PARTIAL, SEPARATOR = np.ufunc, functools.partial, os.sep
INTERPRETERS = "_xxsubinterpreters", "_interpreters"  # the module, by version of Python
_noting: list[set[Call]] = []  # by those blocks that are under way
_own = threading.local()
_hooked: list[bool] = []
_last: list[bool] = []  # whether no hook may come after ours
_imported: list[bool] = []  # whether an import is over for those blocks that are under way: what it calls counts


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
    collected = collects()
    gc.disable()  # what a collection runs (__del__, weakref, gc.callbacks) could run in the middle of the profile function
    recording = operators and operator_recording.start()
    note = noter(called)
    threading.setprofile(in_thread)
    if not _hooked:
        sys.addaudithook(_audit)
        _hooked.append(True)
    if _interpreters():
        called.add(ELSEWHERE)
    _set_profile(note)
    _noting.append(called)
    _imported.clear()
    try:
        yield called
    finally:
        _noting[:] = [each for each in _noting if each is not called]
        kept = sys.getprofile() is note
        _set_profile(before)
        threading.setprofile(threads_before)
        if collects():
            called.add(COLLECTS)
        if collected:
            gc.enable()
        if recording:
            called |= operator_recording.stop()
        if not kept:
            called.add(PROFILE)
        if any(thread.is_alive() and not type(thread).__module__.startswith("tqdm") for thread in threads):
            called.add(ALIVE)


def no_more_imports() -> None:
    """From now on what an import calls counts in the block that is under way: an answer needs its imports once."""
    _imported.append(True)


def no_more_hooks() -> None:
    """From now on this process takes no audit hook any more: it would run where nothing is seen."""
    _last.append(True)


def _set_profile(function: Any) -> None:
    """As sys.setprofile, and no call of an answer."""
    _own.sets = True
    sys.setprofile(function)
    _own.sets = False


def noter(called: set[Call]) -> Callable[[FrameType, str, Any], None]:
    """A profile function for one thread that adds to ``called``."""
    seen: dict[int, CodeType] = {}
    importing: list[FrameType] = []  # the body of an installed module that runs now: what it calls belongs to it
    modules: dict[int, tuple[dict[str, Any], str]] = {}  # by the names that they hold, which are kept alive here

    def module_of(names: dict[str, Any]) -> str:
        if id(names) not in modules:
            if not _plain_keys(names):
                # to look something up would compare such a key, and run what its class says, unseen
                called.add(MADE_UP)
                return ""
            name = dict.get(names, "__name__")
            modules[id(names)] = names, name if type(name) is str else ""
        return modules[id(names)][1]

    def note(frame: FrameType, event: str, function: Any) -> None:
        if collects():
            called.add(COLLECTS)
        if (
            importing and not _imported
        ):  # a body that has not ended by then (a greenlet can leave it) hides nothing any more
            if event == "return" and importing[0] is frame:
                importing.clear()
            elif event == "call" and not _installed(frame.f_code):
                importing.clear()  # what a library is imported with is its own: this is a function of an answer, in its place
                note(frame, event, function)
        elif event == "call":
            code = frame.f_code
            if id(code) in seen:
                return
            if not type(code.co_name) is type(code.co_filename) is type(code.co_qualname) is str:
                called.add(MADE_UP)  # to compare such a text would run what its class says, unseen
            elif not _imported and _is_import(frame):
                importing.append(frame)
            else:
                seen[id(code)] = code
                called.update(_of_python(frame, module_of(frame.f_globals)))
        elif event == "c_call" and type(function) is BuiltinFunctionType:
            called.update(_of_c(function, frame, module_of))

    return note


def _plain_keys(names: dict[Any, Any]) -> bool:
    return type(names) is dict and set(map(type, names)) <= {str}


def _is_import(frame: FrameType) -> bool:
    """Whether this is the body of an installed module that Python itself runs."""
    code = frame.f_code
    by_python = frame.f_back is not None and frame.f_back.f_code is IMPORTS
    return by_python and code.co_name == "<module>" and code.co_filename.startswith(INSTALLED)


def _installed(code: CodeType) -> bool:
    """Whether code comes from an installed file, or was made by one of these."""
    path = code.co_filename
    return type(path) is str and (path.startswith((*INSTALLED, SEPARATED)) or path == "<string>")


def _audit(event: str, args: tuple[Any, ...]) -> None:
    """What Python tells whoever calls it, in whatever way, and whatever watches."""
    if _last and (event == "sys.addaudithook" or (event == "import" and _tests(str(args[0])))):
        raise ImportError("this is not here while answers are marked")
    if not _noting:
        return
    if event in OF_PROFILES and not getattr(_own, "sets", False):
        _noting[-1].add(OF_PROFILES[event])
    elif event == "cpython.PyInterpreterState_New":
        _noting[-1].add(ELSEWHERE)


def _tests(name: str) -> bool:
    """Whether a module is one of those by which Python tests itself; any package may be said to hold it."""
    return name.startswith(TESTS_OF_PYTHON) or name.rpartition(".")[2] in TESTS_IN_C


def _interpreters() -> bool:
    """Whether there is another interpreter in this process, which no profile function of this one sees."""
    for name in INTERPRETERS:
        with contextlib.suppress(ImportError, AttributeError):
            return len(importlib.import_module(name).list_all()) > 1
    return False


def _of_python(frame: FrameType, module: str) -> Iterator[Call]:
    code = frame.f_code
    if not code.co_flags & IS_FUNCTION:
        return
    if module and module not in OWN_MODULES:
        yield module, code.co_qualname
    _, found, path = code.co_filename.replace(SEPARATOR, "/").rpartition("-packages/")
    if found:  # a library's function counts under the name of its file, whatever it was renamed to
        yield path.removesuffix(".py").removesuffix("/__init__").replace("/", "."), code.co_qualname
    elif not code.co_filename.startswith(INSTALLED):
        yield from _special(frame)
    if any(name in code.co_filename for name in GENERATED) or path == INTERPRETS:
        yield COMPILED


def _special(frame: FrameType) -> Iterator[Call]:
    """Functions of scipy.special that the code of a frame names or holds: many are no Python and run unseen."""
    if not _plain_keys(SYS_MODULES):
        yield MADE_UP
        return
    special = SYS_MODULES.get("scipy.special")
    code = frame.f_code
    if type(special) is not ModuleType or not _plain_keys(frame.f_globals):
        return
    ufuncs = {id(each): name for name, each in vars(special).items() if type(each) is UFUNC and type(name) is str}
    names = set(ufuncs.values()) - OF_NUMPY
    # a generator's frame is there before it is called, and to ask it for its values could end what it held before
    held = [] if code.co_flags & SUSPENDED else list(dict.values(frame.f_locals))
    held += [dict.get(frame.f_globals, name) for name in code.co_names]
    held += [part for each in held for part in _parts(each)]
    yield from (("scipy.special", ufuncs[id(each)]) for each in held if ufuncs.get(id(each)) in names)
    words = {*code.co_names, *(text for text in code.co_consts if type(text) is str)}
    if "scipy.special" in words or any(each is special or each is SYS_MODULES.get("scipy") for each in held):
        yield from (("scipy.special", name) for name in words & names)


def _parts(thing: Any) -> list[Any]:
    """What lies in a list, a dict, a class or a partial function."""
    if type(thing) in (list, tuple, set):
        return list(thing)
    if type(thing) is PARTIAL:
        return [thing.func]
    return list(thing.values() if type(thing) is dict else vars(thing).values() if type(thing) is type else ())


def _of_c(
    function: BuiltinFunctionType, frame: FrameType, module_of: Callable[[dict[str, Any]], str]
) -> Iterator[Call]:
    if frame.f_code.co_filename in OWN:
        return
    owner = function.__self__
    name = function.__name__
    if issubclass(type(owner), TENSOR):  # isinstance would ask the object, and run what it says, unseen
        yield "torch.Tensor", name
        return
    module = module_of(vars(owner)) if type(owner) is ModuleType else function.__module__
    if type(module) is not str:
        module = ""
    if module == "_thread" and module_of(frame.f_globals) == "threading":
        return  # a thread of that kind is watched
    if module.partition(".")[0] in WATCHED_MODULES:
        yield module, name
    if id(function) in OF_TORCH:
        yield "torch", OF_TORCH[id(function)]
