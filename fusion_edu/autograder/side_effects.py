"""What is wrong beside the values: dtype, gradient, an overwritten input, randomness."""

from collections.abc import Iterable, Sequence

from fusion_edu.autograder.case import Case
from fusion_edu.autograder.compare import differences, same_leaf
from fusion_edu.autograder.describe import CUTS, RANDOM, REPEATS, copy_hint, leaf_names, leaves, wanted
from fusion_edu.autograder.formatting import dtypes
from fusion_edu.autograder.outcome import Array, Outcome
from fusion_edu.autograder.task import Task

Apart = tuple[Case, Outcome, Outcome, Outcome, set[str]]


def side_effect(task: Task, cases: Sequence[Case], expected: Sequence[Outcome], got: Sequence[Outcome]) -> str:
    """The one thing that is wrong beside right values, in a few words; "" where it is more than one."""
    names = list(task.parameters)
    found, overwritten = set(), set()
    for case, a, b in zip(cases, expected, got, strict=True):
        for part in differences(a, b, atol=task.atol):
            if part == "gradient":
                wrong = {name for name, x, y in leaves(names, case, a, b) if not same_leaf(x, y, task.atol)}
                found.add("gradient of " + " and ".join(sorted(wrong)) if wrong else "no gradient")
            elif part == "changed":
                overwritten.add("overwrites " + " and ".join(f"`{names[i]}`" for i in b.changed))
            else:
                found.add(OTHERS[part])
    if overwritten:  # what was overwritten goes into the gradient, too
        found = {name for name in found if not name.startswith("gradient of")} | overwritten
    return found.pop() if len(found) == 1 else ""


OTHERS = {"dtype": "another dtype", "repeats": "does not repeat", "randomness": "global random generator"}


def only_errors(expected: Sequence[Outcome], got: Sequence[Outcome], wrong: Sequence[int]) -> str:
    """What is wrong where all else is right but the errors that the task asks for: in a few words; "" where it is more."""
    if not all(expected[i].error for i in wrong):
        return ""
    raised = {bool(got[i].error) for i in wrong}
    return "" if len(raised) > 1 else "another error" if raised.pop() else "no error"


def besides(
    task: Task, cases: Sequence[Case], expected: Sequence[Outcome], others: Sequence[Outcome], got: Sequence[Outcome]
) -> list[tuple[str, str]]:
    """(name, sentence) of what an answer does wrong besides a mistake whose values it has.

    ``expected`` is right, ``others`` is what the mistake alone does. What differs from the mistake and is right is no second
    mistake; nor is a gradient of its own, where values are wrong: only that none arrives.
    """
    names = list(task.parameters)
    dtype = ""
    lost: dict[str, bool] = {}
    rows = apart(cases, expected, others, got)
    for case, right, mistaken, own, parts in rows:
        if "dtype" in parts and not dtype:
            dtype = f"The dtype should be {wanted(right.value)}; yours is {dtypes(own.value)}."
        if own.gradient is not None and right.gradient is not None and mistaken.gradient is not None:
            for leaf, a, b, c in zip(
                leaf_names(names, case), right.gradient, mistaken.gradient, own.gradient, strict=False
            ):
                if _flows(a) and _flows(b):
                    lost[leaf] = lost.get(leaf, True) and not _flows(c)
    found = []
    if dtype:
        found.append(("another dtype", dtype))
    if cut := sorted(leaf for leaf, never in lost.items() if never):
        all_of_them = len(cut) == len(lost)
        where_to = "flows back" if all_of_them else f"reaches {' and '.join(cut)}"
        name = "no gradient" if all_of_them and len(lost) > 1 else f"gradient of {' and '.join(cut)}"
        found.append((name, f"No gradient {where_to}: {CUTS} the graph."))
    return found + acts(task, rows)


def acts(task: Task, rows: Iterable[Apart]) -> list[tuple[str, str]]:
    """(name, sentence) of what an answer does that the others do not, whatever it returns; ``rows`` as ``apart`` gives them."""
    names = list(task.parameters)
    overwritten, moves, unsteady, hint = set(), False, False, ""
    for case, _, mistaken, own, parts in rows:
        if "changed" in parts:
            changed = sorted(set(own.changed) - set(mistaken.changed))
            overwritten |= {f"`{names[i]}`" for i in changed}
            hint = copy_hint(case, changed)
        moves |= "randomness" in parts
        unsteady |= "repeats" in parts
    found = []
    if overwritten:
        which = " and ".join(sorted(overwritten))
        found.append((f"overwrites {which}", f"Your function overwrote {which}: {hint}."))
    if unsteady:
        found.append(("does not repeat", REPEATS))
    if moves:
        found.append(("global random generator", RANDOM))
    return found


def apart(
    cases: Sequence[Case], expected: Sequence[Outcome], others: Sequence[Outcome], got: Sequence[Outcome]
) -> list[Apart]:
    """Each case in which nothing raises, with the three outcomes and the parts in which ``got`` differs from both others."""
    return [
        (case, right, other, own, set(differences(other, own)) & set(differences(right, own)))
        for case, right, other, own in zip(cases, expected, others, got, strict=True)
        if not (right.error or other.error or own.error)
    ]


def _flows(gradient: Array | None) -> bool:
    return gradient is not None and bool(gradient.data.any())
