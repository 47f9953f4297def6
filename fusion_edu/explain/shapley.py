"""Which modality decided? Exact Shapley values, and the two shortcuts that see less."""

import math
from collections.abc import Callable, Sequence
from itertools import combinations

from fusion_edu.values import whole

MOST = 8  # modalities: 2**M coalitions are asked for
Value = Callable[[frozenset[str]], float]


def shapley(value: Value, modalities: Sequence[str]) -> dict[str, float]:
    r"""What each modality adds, averaged over all orders in which they could join.

    .. math:: \phi_m = \sum_{S \not\ni m} \frac{|S|!\,(M - |S| - 1)!}{M!}\, [v(S \cup \{m\}) - v(S)]

    The values add up to v(all) - v(none). Of two copies each gets half, and so does each half of an XOR: the values alone
    do not say whether modalities repeat or complete each other.

    Args:
        value: v(S) of a set of names, e.g. the accuracy with these modalities; called once for each of 2**M sets.
        modalities: M names, 1 to 8.

    Returns:
        name -> value, in units of v.

    Raises:
        ValueError: no modality, more than 8, or a name twice.

    Source: Shapley 1953, "A value for n-person games"; for modalities Gat et al. 2021, arXiv:2110.14243.
    """
    names = _checked(modalities)
    known = {
        frozenset(group): value(frozenset(group)) for r in range(len(names) + 1) for group in combinations(names, r)
    }
    found = dict.fromkeys(names, 0.0)
    for group, worth in known.items():
        for name in group:
            others = len(group) - 1
            weight = math.factorial(others) * math.factorial(len(names) - others - 1) / math.factorial(len(names))
            found[name] += weight * (worth - known[group - {name}])
    return found


def leave_one_out(value: Value, modalities: Sequence[str]) -> dict[str, float]:
    """v(all) - v(all but m) of each modality: 0 for what another one also knows.

    Args, errors: as :func:`shapley`.
    """
    names = _checked(modalities)
    everyone = frozenset(names)
    most = value(everyone)
    return {name: most - value(everyone - {name}) for name in names}


def solo(value: Value, modalities: Sequence[str]) -> dict[str, float]:
    """v(m alone) - v(none) of each modality: 0 for what only helps together.

    Args, errors: as :func:`shapley`.
    """
    names = _checked(modalities)
    least = value(frozenset())
    return {name: value(frozenset([name])) - least for name in names}


def _checked(modalities: Sequence[str]) -> list[str]:
    names = list(modalities)
    whole("the number of modalities", len(names))
    if len(names) > MOST:
        raise ValueError(f"modalities has {len(names)} names, needs at most {MOST}: 2**M coalitions are asked for")
    if len(set(names)) != len(names):
        raise ValueError(f"modalities is {names}, needs each name once")
    return names
