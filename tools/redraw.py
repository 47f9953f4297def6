"""Do the claims hold elsewhere? Run the lessons with other seeds and as other processors would, and count.

python tools/redraw.py                     every lesson, 20 draws, and write the table docs/claims.md
python tools/redraw.py 05 --draws 5        one lesson; draws made before with the same code are kept
python tools/redraw.py --verify --as sse   the lessons' own seeds, once, as another processor: exit status 1 where a claim fails
"""

import argparse
import math
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import build  # noqa: E402
import runs  # noqa: E402
from share import share  # noqa: E402
from tqdm import tqdm  # noqa: E402

from fusion_edu.storage import read_json, write, write_json  # noqa: E402

TABLE, PAGE = ROOT / "fusion_edu/redraws.json", ROOT / "docs/claims.md"
CYCLE = ("native", "sse", "avx2")  # the first draw is the builder's second run
ENOUGH = 0.95  # of the draws


def setting(draw: int, processor: str | None) -> runs.Setting:
    """The k-th draw: its seeds, its processor in turn, and every tenth time two threads."""
    return runs.Setting(processor or CYCLE[draw % 3], 1000 * draw, 2 if draw % 10 == 0 else 1)


def drawn(source: Path, how: runs.Setting) -> dict:
    """One run of a lesson: its claims and the cells that stopped."""
    book = build.read(source)
    seconds = runs.run(book, ROOT / "notebooks", how, go_on=True)
    return runs.result_of(book, how, seconds)


def draw_again(sources: list[Path], draws: int, processor: str | None, workers: int, anew: bool) -> None:
    """Make the draws that are still missing, each kept as soon as it is there."""
    codes = {source: runs.code_hash(build.read(source)) for source in sources}
    known = {source: {} if anew else runs.kept(source.stem, codes[source]) for source in sources}
    todo = [(source, k) for k in range(1, draws + 1) for source in sources if str(k) not in known[source]]
    alone = [job for job in todo if setting(job[1], processor).threads > 1]
    together = [job for job in todo if job not in alone]
    with tqdm(total=len(todo), desc="draws") as bar:
        for jobs, at_once in ((together, workers), (alone, 1)):
            with ThreadPoolExecutor(at_once) as pool:
                running = {pool.submit(drawn, s, setting(k, processor)): (s, k) for s, k in jobs}
                for future in as_completed(running):
                    source, k = running[future]
                    known[source][str(k)] = future.result()
                    runs.keep(source.stem, codes[source], known[source])
                    for line in told(source, k, future.result()):
                        tqdm.write(line)
                    bar.update()


def told(source: Path, k: int, result: dict) -> list[str]:
    """What went otherwise in one draw, a line each."""
    where = f"{source.stem[:2]} draw {k} ({result['processor']})"
    lines = [f"{where}: {error}" for error in result["errors"]]
    return lines + [
        f"{where}: {key}: {claim.get('says', '')} [{claim['low']:.4g}, {claim['high']:.4g}]"
        for key, claim in result["claims"].items()
        if not claim["holds"]
    ]


def rows(source: Path) -> dict[str, dict]:
    """Each claim of a lesson over its draws, judged by the sentence as it stands now.

    A draw counts for a claim where it measured what the claim is about; one that stopped before it did not hold.
    """
    book = build.read(source)
    draws = list(runs.kept(source.stem, runs.code_hash(book)).values())
    stated = runs.stated(book)
    found = dict.fromkeys(
        key for draw in draws for key, each in draw["claims"].items() if key in stated or not each["effect"]
    )
    return {key: _row(stated.get(key, AS_DRAWN), key, draws) for key in found}


AS_DRAWN = runs.Stated("", "", None)  # a claim whose key the lesson computes: it is taken as the draw found it


def _row(claim: runs.Stated, key: str, draws: list[dict]) -> dict:
    found = [draw["claims"][key] for draw in draws if key in draw["claims"]]
    measured = [each for each in found if each["effect"] == claim.mark]
    stopped = sum(bool(draw["errors"]) and key not in draw["claims"] for draw in draws)
    return {
        "says": claim.says or found[0]["says"],
        "draws": len(measured) + stopped,
        "held": sum(claim.holds(each) for each in measured),
        "low": statistics.median(each["low"] for each in measured) if measured else math.nan,
        "high": statistics.median(each["high"] for each in measured) if measured else math.nan,
    }


def page(claims: dict[str, dict]) -> str:
    """The table for people."""
    lines = [
        "# Every claim, drawn again",
        "",
        "`python3 start.py redraw` runs each lesson with other seeds (whatever sets a seed gets another one), as processors with",
        "and without AVX would compute, on one thread and on two, and counts how often each claim held. The range is the",
        "median over the draws of the lower and of the upper end of what was measured. Built; do not edit.",
        "",
        "| claim | what the lesson says | held | from | to |",
        "|---|---|---:|---:|---:|",
    ]
    for key, row in sorted(claims.items()):
        says = row["says"].replace("|", "\\|")
        lines.append(f"| {key} | {says} | {row['held']} of {row['draws']} | {row['low']:.3g} | {row['high']:.3g} |")
    return "\n".join(lines) + "\n"


def verify(sources: list[Path], processor: str, workers: int) -> list[str]:
    """What does not hold with the lessons' own seeds as this processor, a line each."""
    wrong = []
    with ThreadPoolExecutor(workers) as pool, tqdm(total=len(sources), desc=f"lessons as {processor}") as bar:
        running = {pool.submit(drawn, s, runs.Setting(processor)): s for s in sources}
        for future in as_completed(running):
            wrong += told(running[future], 0, future.result())
            bar.update()
    return wrong


def main() -> int:
    """Draw and write the table, or verify; the exit status says whether every claim held often enough."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lessons", nargs="*", help="numbers, e.g. 05 (default: all)")
    parser.add_argument("--draws", type=int, default=20, help="how many times each lesson is run (default 20)")
    parser.add_argument("--as", dest="processor", choices=runs.PROCESSORS, help="one processor (default: in turn)")
    parser.add_argument("--workers", type=int, default=2, help="lessons run at once (default 2)")
    parser.add_argument("--anew", action="store_true", help="forget draws made before (after a change of the library)")
    parser.add_argument(
        "--part", type=share, default="0/1", metavar="K/N", help="of these the K-th of N parts only, K from 0"
    )
    parser.add_argument("--verify", action="store_true", help="own seeds, one run, no table")
    options = parser.parse_args()
    sources = [
        s for s in sorted(ROOT.glob("course/lessons/*.py")) if not options.lessons or s.stem[:2] in options.lessons
    ]
    if unknown := {*options.lessons} - {s.stem[:2] for s in sources}:
        parser.error(f"there is no lesson {min(unknown)}: lessons are written as 05")
    k, n = options.part
    sources = sources[k::n]
    if options.verify:
        wrong = verify(sources, options.processor or "native", options.workers)
        print("\n".join(wrong) or f"Every claim of {len(sources)} lessons holds as {options.processor or 'native'}.")
        return bool(wrong)
    draw_again(sources, options.draws, options.processor, options.workers, options.anew)
    numbers = {source.stem[:2] for source in sources}
    kept = {k: row for k, row in read_json(TABLE, {"claims": {}})["claims"].items() if k[:2] not in numbers}
    claims = kept | {key: row for source in sources for key, row in rows(source).items()}
    write_json(TABLE, {"claims": claims})
    write(PAGE, page(claims).encode())
    weak = [key for key, row in claims.items() if row["held"] < ENOUGH * row["draws"]]
    print(f"{len(claims)} claims; " + (f"too often otherwise: {', '.join(weak)}" if weak else "all held often enough"))
    return bool(weak)


if __name__ == "__main__":
    sys.exit(main())
