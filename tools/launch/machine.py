"""Which Python and which computer the course can be set up on: where PyTorch has a build."""

from __future__ import annotations

import platform
import shutil
import sys
import sysconfig
from collections import namedtuple

SYSTEMS = {  # system -> processors that PyTorch has a build for
    "Linux": ("x86_64", "aarch64"),
    "Windows": ("AMD64",),
    "Darwin": ("arm64",),
}
MACOS = 14
GLIBC = (2, 28)
TENSORFLOW = {"Linux": ("x86_64",), "Windows": ("AMD64",), "Darwin": ("arm64",)}
TENSORFLOW_PYTHON = (3, 13)  # the newest that it has a build for

Facts = namedtuple("Facts", "python kind bits free_threaded system processor macos libc")


def facts() -> Facts:
    """What is known of this Python and this computer."""
    found = platform.mac_ver()[0].split(".")[0]
    system = "MSYS2" if sysconfig.get_platform().startswith(("mingw", "msys", "cygwin")) else platform.system()
    if sys.platform in ("android", "ios", "emscripten", "wasi"):
        system = sys.platform
    return Facts(
        python=tuple(sys.version_info[:3]),
        kind=platform.python_implementation(),
        bits=64 if sys.maxsize > 2**32 else 32,
        free_threaded=bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        system=system,
        processor=platform.machine(),
        macos=int(found) if found.isdigit() else None,
        libc=libc(),
    )


def libc() -> tuple | None:
    """The version of glibc, e.g. (2, 36); () for another C library; None where it is not known."""
    name, version = platform.libc_ver()
    if name == "glibc":
        return tuple(int(part) for part in version.split(".")[:2])
    return () if name == "musl" or "musl" in str(sysconfig.get_config_var("SOABI")) else None


def refusal(here: Facts, oldest: tuple, newest: tuple) -> str:
    """Why the course cannot be set up here, and what to do: one sentence, or "" where it can."""
    needs = f"the course needs {dotted(oldest)} to {dotted(newest)}"
    version = dotted(here.python)
    if here.python[:2] < oldest:
        needs = f"the course needs {dotted(oldest)} or newer"
        return f"this is Python {version}, and {needs}: {another(oldest, newest)}"
    if here.python[:2] > newest:
        return f"this is Python {version}, which PyTorch has no build for, and {needs}: {another(oldest, newest)}"
    if here.kind != "CPython":
        return f"this is {here.kind}, which PyTorch has no build for, and {needs} (CPython): {another(oldest, newest)}"
    if here.bits != 64:
        return f"this is a 32-bit Python, which PyTorch has no build for: install a 64-bit one from {PYTHONS}"
    if here.free_threaded:
        return (
            f"this is the free-threaded build of Python {version}, which some packages have no build for: "
            f"run start.py with the ordinary one, or install it from {PYTHONS}"
        )
    return refusal_of_system(here)


def refusal_of_system(here: Facts) -> str:
    """The same for the operating system and the processor."""
    elsewhere = "use another computer, or a hosted notebook service"
    if here.system == "MSYS2":
        return f"this is the Python of MSYS2 or Cygwin, which PyTorch has no build for: install Windows' own from {PYTHONS}"
    if here.system not in SYSTEMS:
        return (
            f"PyTorch has no build for {here.system or 'this system'}, only for Linux, Windows and macOS: {elsewhere}"
        )
    if here.system == "Darwin" and here.processor == "x86_64":
        return (
            "PyTorch has no build for Macs with an Intel processor: "
            f"{elsewhere}; on a Mac with an Apple processor this is a Python for Intel, so install the one from {PYTHONS}"
        )
    if here.processor not in SYSTEMS[here.system]:
        return (
            f"PyTorch has no build for {here.system} on the processor {here.processor or '(unknown)'}, "
            f"only on {' and '.join(SYSTEMS[here.system])}: {elsewhere}"
        )
    if here.system == "Darwin" and here.macos is not None and here.macos < MACOS:
        return f"this is macOS {here.macos}, and PyTorch needs {MACOS} or newer: update macOS, or {elsewhere}"
    if here.system == "Linux" and here.libc == ():
        return (
            f"this Linux has musl (as Alpine has), and PyTorch has no build for it: use one with glibc, or {elsewhere}"
        )
    if here.system == "Linux" and here.libc and here.libc < GLIBC:
        return f"this Linux has glibc {dotted(here.libc)}, and PyTorch needs {dotted(GLIBC)} or newer: update it, or {elsewhere}"
    return ""


PYTHONS = "https://www.python.org/downloads"


def another(oldest: tuple, newest: tuple) -> str:
    """How to get a Python that fits: the newest one that is on this computer, or the page of the downloads."""
    for minor in range(newest[1], oldest[1] - 1, -1):
        command = f"python{oldest[0]}.{minor}"
        if shutil.which(command):
            return f"{command} is on this computer, so run `{command} start.py`"
    return f"install one from {PYTHONS} and run start.py with it"


def without_tensorflow(here: Facts) -> str:
    """Why TensorFlow, one of Keras's other backends, is left out here; "" where it has a build."""
    if here.python[:2] > TENSORFLOW_PYTHON:
        return f"TensorFlow has no build for Python {dotted(here.python[:2])}: its tests are skipped"
    if here.processor not in TENSORFLOW.get(here.system, ()):
        return f"TensorFlow has no build for {here.system} on {here.processor}: its tests are skipped"
    return ""


def dotted(version: tuple) -> str:
    """(3, 11) as "3.11"."""
    return ".".join(str(part) for part in version)
