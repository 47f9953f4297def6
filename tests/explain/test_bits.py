"""Information in bits: plain loops, closed forms, scikit-learn; the bias of counts; and three decompositions."""

import importlib
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from sklearn.metrics import mutual_info_score

from fusion_edu import explain


def loops(joint):
    """The definition, cell by cell."""
    p = (joint.double() / joint.double().sum()).tolist()
    rows = [sum(row) for row in p]
    columns = [sum(column) for column in zip(*p, strict=True)]
    return sum(v * math.log2(v / (rows[i] * columns[j])) for i, row in enumerate(p) for j, v in enumerate(row) if v > 0)


def rule(f, same=False):
    cells = [(a, b) for a in (0, 1) for b in (0, 1) if not same or a == b]
    joint = torch.zeros(2, 2, max(f(a, b) for a, b in cells) + 1)
    for a, b in cells:
        joint[a, b, f(a, b)] += 1 / len(cells)
    return joint


XOR, COPY, AND = rule(lambda a, b: a ^ b), rule(lambda a, b: a, same=True), rule(lambda a, b: a & b)
FIRST, PAIR = rule(lambda a, b: a), rule(lambda a, b: 2 * a + b)
HALF_BIT = 2 - 0.75 * math.log2(3) - 0.5  # I(a; a and b) = H(1/4) - 1/2


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_mutual_information_is_the_sum_over_the_cells(rows, columns, data):
    counts = data.draw(st.lists(st.integers(0, 9), min_size=rows * columns, max_size=rows * columns).filter(any))
    joint = torch.tensor(counts).view(rows, columns)
    got = explain.mutual_information(joint)
    assert got == pytest.approx(loops(joint), abs=1e-12)
    assert got == pytest.approx(explain.mutual_information(joint.T), abs=1e-12)
    assert got >= -1e-12


def test_it_is_that_of_scikit_learn(draw):
    a, b = ((1.2 * v).round().long() + 5 for v in draw(2, 200))
    want = mutual_info_score(a.numpy(), b.numpy()) / math.log(2)
    assert explain.mutual_information(explain.table(a, b)) == pytest.approx(want)


@pytest.mark.parametrize(
    ("joint", "bits"),
    [
        (XOR, (0, 0, 1, 1)),
        (COPY, (1, 1, 1, -1)),
        (AND, (HALF_BIT, HALF_BIT, HALF_BIT + 0.5, 0.5 - HALF_BIT)),
        (FIRST, (1, 0, 1, 0)),
        (PAIR, (1, 1, 2, 0)),
    ],
    ids=["xor", "copy", "and", "first", "pair"],
)
def test_closed_forms(joint, bits):
    found = explain.information(joint)
    assert (found.a, found.b, found.both, found.interaction) == pytest.approx(bits, abs=1e-7)
    assert explain.information(7 * joint) == found


def test_the_correction_takes_the_bias_off():
    """Independent variables: the plain estimate is too high by (A - 1)(B - 1) / (2 N ln 2), and the corrected one is not."""
    generator = torch.Generator().manual_seed(0)
    plain, mended = [], []
    for _ in range(200):
        joint = explain.table(*torch.randint(0, 6, (2, 300), generator=generator))
        plain.append(explain.mutual_information(joint))
        mended.append(explain.mutual_information(joint, corrected=True))
    bias = 25 / (2 * 300 * math.log(2))
    assert sum(plain) / 200 == pytest.approx(bias, rel=0.1)
    assert abs(sum(mended) / 200) < 0.1 * bias


def test_the_table_counts_every_combination():
    a, b, y = torch.tensor([0, 2, 2, 0]), torch.tensor([1, 0, 0, 1], dtype=torch.uint8), torch.tensor([0, 0, 1, 0])
    counts = explain.table(a, b, y)
    assert counts.shape == (3, 2, 2)
    assert counts.sum() == 4
    assert counts[0, 1, 0] == 2
    assert counts[2, 0, 0] == counts[2, 0, 1] == 1


MEASURES = ("minimum", "specific", "unique")


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("joint", "parts"),
    [(XOR, (0, 0, 0, 1)), (COPY, (1, 0, 0, 0)), (AND, (HALF_BIT, 0, 0, 0.5)), (FIRST, (0, 1, 0, 0))],
    ids=["xor", "copy", "and", "first"],
)
def test_on_these_all_three_agree(joint, parts, measure):
    d = explain.decomposition(joint, measure=measure)
    assert (d.redundant, d.unique_a, d.unique_b, d.synergy) == pytest.approx(parts, abs=1e-6)


def test_on_two_independent_bits_they_do_not():
    found = {measure: explain.decomposition(PAIR, measure=measure) for measure in MEASURES}
    assert found["minimum"].redundant == pytest.approx(1)
    assert found["specific"].redundant == pytest.approx(1)
    assert found["unique"].redundant == pytest.approx(0, abs=1e-6)
    assert found["unique"].unique_a == pytest.approx(1, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(MEASURES), st.lists(st.floats(0, 1), min_size=12, max_size=12).filter(lambda v: sum(v) > 0.1))
def test_the_parts_add_up_and_none_is_negative(measure, weights):
    joint = torch.tensor(weights, dtype=torch.float64).view(2, 3, 2)
    bits, d = explain.information(joint), explain.decomposition(joint, measure=measure)
    assert d.redundant + d.unique_a == pytest.approx(bits.a, abs=1e-9)
    assert d.redundant + d.unique_b == pytest.approx(bits.b, abs=1e-9)
    assert d.redundant + d.unique_a + d.unique_b + d.synergy == pytest.approx(bits.both, abs=1e-9)
    assert min(d.redundant, d.unique_a, d.unique_b, d.synergy) > -1e-6


def test_unique_information_by_a_search(draw):
    """Two by two: each y leaves one number free. A fine grid over both finds no table with less synergy."""
    joint = draw(1, 8)[0].softmax(0).view(2, 2, 2)
    sides = []  # for each y: 201 tables with the same margins
    for y in (0, 1):
        q = joint[:, :, y]
        t = torch.linspace(-float(min(q[0, 0], q[1, 1])), float(min(q[0, 1], q[1, 0])), 201, dtype=torch.float64)
        sides.append((q.flatten() + t[:, None] * torch.tensor([1.0, -1.0, -1.0, 1.0])).clamp_min(0))
    both = torch.stack([sides[0][:, None].expand(-1, 201, -1), sides[1][None].expand(201, -1, -1)], dim=-1)
    product = both.sum(-1, keepdim=True) * both.sum(-2, keepdim=True)
    least = float((both * torch.where(both > 0, both / product, 1).log2()).sum((-1, -2)).min())
    bits = explain.information(joint)
    d = explain.decomposition(joint)
    assert d.synergy == pytest.approx(bits.both - least, abs=1e-4)


def sums(q):
    return np.concatenate([q.sum(1).ravel(), q.sum(0).ravel()])


@pytest.mark.parametrize(
    "joint",
    [
        [[[1, 0], [344, 2]], [[716, 8714], [59, 65]], [[30, 7], [34, 27]]],  # regression: 1.5e-3 bits off
        [[[40, 2], [3, 9], [5, 5]], [[8, 30], [100, 7], [1, 2]], [[9, 9], [2, 60], [50, 4]]],
        [[[5, 0, 2], [3, 9, 900]], [[0, 0, 1], [100, 7, 6]], [[9, 0, 20], [2, 60, 3]]],
        AND.tolist(),
    ],
)
def test_no_table_says_less(joint):
    """What is convex lies above its tangent, and SciPy's linear program finds the lowest place of that: a bound for all tables."""
    joint = torch.tensor(joint)
    p = (joint.double() / joint.double().sum()).numpy()
    bits = explain.information(joint)
    q = importlib.import_module("fusion_edu.explain.decomposition")._least_synergy(torch.from_numpy(p)).numpy()
    np.testing.assert_allclose(sums(q), sums(p), atol=1e-12)
    assert q.min() >= 0
    odds = q * q.sum() / (q.sum(2, keepdims=True) * q.sum((0, 1)))
    slope = np.log2(np.where(q > 0, odds, 1)).ravel()
    kept = np.stack([sums(one.reshape(p.shape)) for one in np.eye(p.size)], axis=1)
    lowest = optimize.linprog(slope, A_eq=kept, b_eq=sums(p))
    assert slope @ q.ravel() - lowest.fun < 2e-6
    assert explain.decomposition(joint).synergy == pytest.approx(bits.both - slope @ q.ravel(), abs=1e-9)


@pytest.mark.parametrize("shape", [(1, 3, 2), (3, 1, 2), (3, 2, 1), (2, 6, 5)])
def test_tables_of_one_row_and_of_many(draw, shape):
    joint = (3 * draw(1, *shape)[0]).exp()
    d, bits = explain.decomposition(joint), explain.information(joint)
    assert d.redundant + d.unique_a + d.unique_b + d.synergy == pytest.approx(bits.both, abs=1e-9)
    assert min(d.redundant, d.unique_a, d.unique_b, d.synergy) > -1e-6
    swapped = explain.decomposition(joint.transpose(0, 1))
    assert (d.unique_a, d.synergy) == pytest.approx((swapped.unique_b, swapped.synergy), abs=1e-6)


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"joint has shape \(2, 2, 2\)"):
        explain.mutual_information(XOR)
    for bad in (torch.zeros(2, 2), torch.tensor([[1.0, -1.0]]), torch.tensor([[1.0, torch.nan]])):
        with pytest.raises(ValueError, match=r"joint has the sum .*needs"):
            explain.mutual_information(bad)
    for measured in (
        lambda: explain.mutual_information(AND[0], corrected=True),
        lambda: explain.information(XOR, corrected=True),
    ):
        with pytest.raises(ValueError, match=r"^joint holds shares \(sum .*\), needs counts where corrected=True$"):
            measured()
    with pytest.raises(ValueError, match="measure is 'broja', needs one of"):
        explain.decomposition(XOR, measure="broja")
    with pytest.raises(ValueError, match="labels is empty"):
        explain.table()
    with pytest.raises(ValueError, match="labels has 0 rows"):
        explain.table(torch.zeros(0, dtype=torch.long))
    with pytest.raises(ValueError, match=r"labels has shape \(2,\)"):
        explain.table(torch.tensor([0, 1, 2]), torch.tensor([0, 1]))
    with pytest.raises(TypeError, match="labels has dtype torch.float32"):
        explain.table(torch.rand(3))


def test_cells_of_very_different_size_are_no_trouble():
    """Regression: squares of the smallest left float64."""
    joint = torch.tensor(
        [[[1.0, 1e-9], [5e-324, 0.3]], [[0.2, 1e-160], [1e-13, 0.5]], [[0.0, 0.1], [1e-6, 0.4]]]
    ).double()
    joint[0, 1, 0], joint[1, 0, 1] = 5e-324, 1e-160
    d, bits = explain.decomposition(joint), explain.information(joint)
    assert d.redundant + d.unique_a + d.unique_b + d.synergy == pytest.approx(bits.both, abs=1e-9)
    assert min(d.redundant, d.unique_a, d.unique_b, d.synergy) > -1e-6
