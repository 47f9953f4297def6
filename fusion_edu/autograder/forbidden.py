"""What counts as calling a forbidden function: the function itself, its operators, its other names, and ways to hide it."""

from collections.abc import Iterable

from fusion_edu.autograder.course import Course
from fusion_edu.autograder.operator_recording import COMPILED, ENDED
from fusion_edu.autograder.record import ALIVE, COLLECTS, ELSEWHERE, MADE_UP, PROFILE, TOO_MANY, TRACE, Call
from fusion_edu.autograder.task import Task

QUALIFIERS = {"special", "safe", "masked", "sparse", "native", "triton", "cudnn", "thnn", "nested"}  # before a name
AFTER = {"loss", "forward", "out", "math", "tensor"}  # behind it
ELSEWHERE_IN_TORCH = (  # where torch keeps ready answers under names of their own; no homework calls what is there
    "torch.testing._internal",
    "torch._inductor",
    "torch.ao",
    "torch.onnx",
    "torch._C._te",
)
HIDING = {  # (module, name) -> what the answer does
    COMPILED: "runs code that torch has compiled",
    ALIVE: "leaves a thread behind",
    TOO_MANY: "calls some thousand different functions",
    ("_thread", "start_new_thread"): "starts a thread of a hidden kind",
    PROFILE: "sets a profile function",
    TRACE: "sets a trace function",
    COLLECTS: "turns on the collection of garbage",
    ELSEWHERE: "has another interpreter of Python",
    MADE_UP: "runs code under a name that is no text",
    ("torch._C._autograd", "_disable_profiler"): "ends a profile",
    ENDED: "ends a profile",
    ("torch._C._autograd", "_clear_callbacks"): "ends a profile",
    ("torch._C._autograd", "_toggle_collection_dynamic"): "ends a profile",
    ("torch._C._autograd", "_enable_record_function"): "ends a profile",
}


def banned(course: Course, task: Task, called: Iterable[Call]) -> str:
    """The forbidden name that was called, as the task writes it; "" where there is none."""
    if not task.forbidden:
        return ""
    for module, name in sorted(set(called)):
        full = f"{module}.{name}"
        for each in task.forbidden:
            if _stands_below(full, each) or _is_operator_of(module, name, each):
                return each
        for package in course.ready + ELSEWHERE_IN_TORCH:
            if full == package or full.startswith(package + "."):
                return full
    return ""


def hidden(task: Task, called: Iterable[Call]) -> str:
    """What an answer does in which forbidden calls could not be seen, e.g. "leaves a thread behind"; "" where nothing."""
    found = set(called) if task.forbidden else set()
    return next((what for call, what in HIDING.items() if call in found), "")


def _stands_below(full: str, forbidden: str) -> bool:
    """Whether a function is a forbidden one, or a part of it, by the name under which Python runs it.

    A package gives names of its private modules: ``numpy.trapezoid`` runs as ``numpy.lib._function_base_impl.trapezoid``,
    ``torch.nn.MultiheadAttention`` as ``torch.nn.modules.activation.MultiheadAttention.forward``.
    """
    package, _, name = forbidden.rpartition(".")
    if full == forbidden or full.startswith(forbidden + "."):
        return True
    return bool(package) and full.startswith(package + ".") and name in full[len(package) :].split(".")


def _is_operator_of(module: str, name: str, forbidden: str) -> bool:
    """Whether torch computes a forbidden function of its own under this name too: as an operator, a method or a reference.

    ``torch.nn.functional.mse_loss`` is ``aten::mse_loss``, ``scaled_dot_product_attention`` also
    ``aten::_scaled_dot_product_flash_attention_for_cpu``; a backward pass is none.
    """
    if not forbidden.startswith("torch.") or not (module == "aten" or module.partition(".")[0] in ("torch", "prims")):
        return False
    wanted, found = _words(forbidden.rpartition(".")[2]), _words(name.rpartition(".")[2])
    if not found or "backward" in found or found[0] != wanted[0]:
        return False
    rest = iter(found)
    return all(word in rest for word in wanted) and (len(wanted) > 1 or found == wanted)


def _words(name: str) -> list[str]:
    """ "_scaled_dot_product_attention_math" -> ["scaled", "dot", "product", "attention"]"""
    words = [word for word in name.split("_") if word]
    while words and words[0] in QUALIFIERS:
        words = words[1:]
    while len(words) > 1 and words[-1] in AFTER:
        words = words[:-1]
    return words
