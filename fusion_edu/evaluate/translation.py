"""Scores of translations over a whole test set: sacrebleu underneath, so that the numbers can be compared with papers.

Source: BLEU: Papineni 2002, doi:10.3115/1073083.1073135; chrF: Popović 2015, doi:10.18653/v1/W15-3049; why sacrebleu: Post
2018, arXiv:1804.08771.
"""

import unicodedata
from collections.abc import Sequence

from fusion_edu.optional import needed_by
from fusion_edu.values import whole


def bleu(candidates: Sequence[str], references: Sequence[str], *, order: int = 4, tokenize: str = "13a") -> float:
    """Corpus BLEU, 0 to 100: precision of groups of 1 to ``order`` words, and a penalty for short texts.

    The counts of all texts are added up before any ratio is taken, so it is not the mean of the texts' own scores. An
    order at which nothing is found counts as half a match, halved again for each further one (sacrebleu's default). Where
    no text has ``order`` words there is nothing to find, and the score is 0, of a perfect translation too: ask for a
    smaller ``order``. Letters count as equal however their accents are stored (Unicode NFC).

    Args:
        candidates: what the model wrote, B texts; an empty text is allowed.
        references: what it should say, B texts.
        order: largest group of words, 1 to 4 or more.
        tokenize: how words are found: "13a" for European languages, "zh" for Chinese, "char", or "none" (spaces only).

    Raises:
        ValueError: no texts, one string instead of several, or not as many references as candidates, ``order`` < 1, or another
            word for ``tokenize``.
        ModuleNotFoundError: sacrebleu is not installed (the extra "text").
    """
    _check(candidates, references)
    order = whole("order", order)
    with needed_by("evaluate.bleu"):
        from sacrebleu.metrics import BLEU
    if tokenize not in BLEU.TOKENIZERS:
        raise ValueError(f"tokenize is {tokenize!r}, needs one of {', '.join(BLEU.TOKENIZERS)}")
    metric = BLEU(max_ngram_order=order, tokenize=tokenize)
    return min(100.0, float(metric.corpus_score(_composed(candidates), [_composed(references)]).score))


def chrf(candidates: Sequence[str], references: Sequence[str]) -> float:
    """Corpus chrF, 0 to 100: F-score of groups of 1 to 6 characters, in which recall counts twice as much as precision.

    It sees that a word is nearly right, where BLEU sees a wrong word. Arguments and errors as :func:`bleu`.
    """
    _check(candidates, references)
    with needed_by("evaluate.chrf"):
        from sacrebleu.metrics import CHRF
    return min(100.0, float(CHRF().corpus_score(_composed(candidates), [_composed(references)]).score))


def _composed(texts: Sequence[str]) -> list[str]:
    return [unicodedata.normalize("NFC", text) for text in texts]


def _check(candidates: Sequence[str], references: Sequence[str]) -> None:
    for name, texts in (("candidates", candidates), ("references", references)):
        if isinstance(texts, str):
            raise ValueError(f"{name} is the one string {texts[:20]!r}, needs a sequence of strings")
    if not len(candidates) or len(candidates) != len(references):
        raise ValueError(f"references has {len(references)} texts, needs {len(candidates)} as candidates has, and >= 1")
