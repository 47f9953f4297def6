"""The same experiment once a seed."""

from collections.abc import Callable, Iterable

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
    chosen = list(seeds)
    if not chosen or len(set(chosen)) != len(chosen):
        raise ValueError(f"seeds is {chosen}, needs at least one, each once: a repeated seed is no new evidence")
    results = []
    with Bar(len(chosen), label=label, show=progress) as bar:
        for seed in chosen:
            results.append(run(seed))
            bar.step()
    numbers = [result for result in results if not isinstance(result, dict)]
    if len(numbers) == len(results):
        return [float(number) for number in numbers]
    methods = [result for result in results if isinstance(result, dict)]
    if numbers or any(result.keys() != methods[0].keys() for result in methods):
        raise ValueError("run gives different methods for different seeds, needs the same names each time")
    return {name: [float(result[name]) for result in methods] for name in methods[0]}
