"""The same experiment once a seed."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fusion_edu.train import Bar

Result = float | dict[str, float]


def over_seeds(
    run: Callable[[int], Result], seeds: Iterable[int], *, label: str = "seeds", progress: bool = True
) -> list[float] | dict[str, list[float]]:
    """Call ``run(seed)`` for every seed, and collect what it gives.

    Args:
        run: gives one number, or ``{method: number}`` where several methods share the seed (then :func:`gain` may pair them).
        seeds: different whole numbers.
        label: what the progress bar counts; bars of ``fit`` inside stay silent.

    Returns:
        A list with one number a seed, or one such list per method.

    Raises:
        ValueError: no seed, a seed twice, or methods that differ between seeds.
    """
    results = each(run, seeds, label=label, progress=progress)
    methods = [result for result in results if isinstance(result, dict)]
    if not methods:
        return [float(result) for result in results if not isinstance(result, dict)]
    return {name: [float(result[name]) for result in methods] for name in methods[0]}


def each(run: Callable[[int], Any], seeds: Iterable[int], *, label: str, progress: bool) -> list[Any]:
    """What ``run`` gives for every seed, under one progress bar; it stops at the first run that has other methods.

    Raises:
        ValueError: no seed, a seed twice, or methods that differ between seeds.
    """
    chosen = list(seeds)
    if not chosen or len(set(chosen)) != len(chosen):
        raise ValueError(f"seeds is {chosen}, needs at least one, each once: a repeated seed is no new evidence")
    results: list[Any] = []
    with Bar(len(chosen), label=label, show=progress) as bar:
        for seed in chosen:
            results.append(run(seed))
            if _methods(results[-1]) != _methods(results[0]):
                raise ValueError("run gives different methods for different seeds, needs the same names each time")
            bar.step()
    return results


def _methods(result: Any) -> set[str] | None:
    return set(result) if isinstance(result, Mapping) else None
