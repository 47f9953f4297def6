"""BLEU and chrF of a corpus against their definitions, by plain loops that share nothing with sacrebleu."""

import math

import pytest

from fusion_edu import evaluate

CANDIDATES = ["the old red bird sings here", "a big cold stone", "two wet tables", "here"]
REFERENCES = ["the old red bird is here", "a big and cold stone", "two wet tables", "it is here"]


def counts(items):
    table = {}
    for item in items:
        table[item] = table.get(item, 0) + 1
    return table


def shared(mine, theirs):
    a, b = counts(mine), counts(theirs)
    return sum(min(n, b.get(item, 0)) for item, n in a.items())


def bleu_by_hand(candidates, references, order):
    logs, short = 0.0, 0
    for k in range(1, order + 1):
        found = total = 0
        for candidate, reference in zip(candidates, references, strict=True):
            mine, theirs = (
                [tuple(t.split()[i : i + k]) for i in range(len(t.split()) - k + 1)] for t in (candidate, reference)
            )
            found, total = found + shared(mine, theirs), total + len(mine)
        logs += math.log(found / total) / order
    c, r = (sum(len(t.split()) for t in texts) for texts in (candidates, references))
    short = min(0.0, 1 - r / c)
    return 100 * math.exp(logs + short)


def chrf_by_hand(candidates, references, order=6, beta=2):
    scores = []
    for k in range(1, order + 1):
        found = mine_total = their_total = 0
        for candidate, reference in zip(candidates, references, strict=True):
            mine, theirs = (t.replace(" ", "") for t in (candidate, reference))
            a, b = ([t[i : i + k] for i in range(len(t) - k + 1)] for t in (mine, theirs))
            found, mine_total, their_total = found + shared(a, b), mine_total + len(a), their_total + len(b)
        precision, recall = found / mine_total, found / their_total
        scores.append((precision, recall))
    p, r = (sum(part) / order for part in zip(*scores, strict=True))
    return 100 * (1 + beta**2) * p * r / (beta**2 * p + r)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_bleu_equals_the_definition(order):
    assert evaluate.bleu(CANDIDATES, REFERENCES, order=order) == pytest.approx(
        bleu_by_hand(CANDIDATES, REFERENCES, order)
    )


def test_chrf_equals_the_definition():
    assert evaluate.chrf(CANDIDATES, REFERENCES) == pytest.approx(chrf_by_hand(CANDIDATES, REFERENCES))


def test_right_is_100_and_wrong_is_0():
    assert evaluate.bleu(REFERENCES, REFERENCES) == pytest.approx(100)
    assert evaluate.chrf(REFERENCES, REFERENCES) == pytest.approx(100)
    assert evaluate.chrf(["qqq"], ["aaa"]) == 0
    assert evaluate.bleu(["", "a b"], ["c", "a b"], order=1) < 100


def test_chinese_is_cut_into_characters():
    assert evaluate.bleu(["红色的心"], ["红色的星"], order=1, tokenize="zh") == pytest.approx(75)
    assert evaluate.bleu(["红色的心"], ["红色的星"], order=1) == 0


@pytest.mark.parametrize("score", [evaluate.bleu, evaluate.chrf])
def test_errors_name_the_argument(score):
    with pytest.raises(ValueError, match="candidates is the one string 'a b'"):
        score("a b", ["a b"])
    with pytest.raises(ValueError, match="references has 1 texts, needs 2"):
        score(["a", "b"], ["a"])
    with pytest.raises(ValueError, match=r"needs 0 as candidates has, and >= 1"):
        score([], [])
    with pytest.raises(ValueError, match="^tokenize is '13A', needs one of none, zh, 13a, intl, char"):
        evaluate.bleu(["a"], ["a"], tokenize="13A")
    with pytest.raises(ValueError, match="order is 0, needs a whole number >= 1"):
        evaluate.bleu(["a"], ["a"], order=0)
