"""The six views: sizes, alignment, and what each of them can and cannot tell."""

import pytest
import torch
from sklearn.linear_model import LogisticRegression

from fusion_edu.data import Standardiser, mfeat, split_groups
from fusion_edu.data.views import VIEWS


@pytest.fixture(scope="module")
def digits():
    return mfeat()


def test_sizes(digits):
    assert {name: values.shape for name, values in digits.x.items()} == {n: (2000, w) for n, (_, w) in VIEWS.items()}
    assert all(values.dtype == torch.float32 and values.isfinite().all() for values in digits.x.values())
    assert digits.y.bincount().tolist() == [200] * 10
    assert digits.classes == tuple("0123456789")
    assert (digits.x["pixels"].min(), digits.x["pixels"].max()) == (0, 6)


def test_a_scan_that_is_there_twice_stays_on_one_side(digits):
    assert len(digits.groups.unique()) == 1994
    train, test = (digits.take(side) for side in split_groups(digits.groups, 0.3, 0))
    for name in ("pixels", "fourier"):
        rows = [{tuple(row) for row in side.x[name].tolist()} for side in (train, test)]
        assert not rows[0] & rows[1]


def test_pixels_are_16_rows_of_15(digits):
    pictures = digits.x["pixels"].view(-1, 16, 15)
    down, across = (pictures.diff(dim=d).abs().mean() for d in (1, 2))
    wrong = digits.x["pixels"].view(-1, 15, 16).diff(dim=1).abs().mean()
    assert max(down, across) < wrong  # neighbours are alike only in the right layout


def test_what_single_views_know(digits):
    train, test = (digits.take(side) for side in split_groups(digits.groups, 0.5, 0))

    def confusions(view):
        scale = Standardiser.fit(train.x[view])
        model = LogisticRegression(max_iter=300).fit(scale(train.x[view]), train.y)
        return torch.from_numpy(model.predict(scale(test.x[view]).numpy())), test.y

    pred, truth = confusions("karhunen")
    assert (pred == truth).float().mean() > 0.93
    pred, truth = confusions("zernike")
    wrong = pred != truth
    six_nine = ((pred == 6) & (truth == 9)) | ((pred == 9) & (truth == 6))
    assert six_nine.sum() > 0.4 * wrong.sum()
