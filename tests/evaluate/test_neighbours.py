"""The vote of the nearest rows, against plain loops and scikit-learn."""

import math

import pytest
import torch
from sklearn.neighbors import KNeighborsClassifier

from fusion_edu.evaluate import knn_predict


def by_hand(train, labels, test, k):
    """Sort by distance, count the votes: shares no code with the library."""
    found = []
    for row in test:
        order = sorted(range(len(train)), key=lambda i: math.dist(train[i], row))
        votes = [labels[i] for i in order[:k]]
        found.append(min(set(votes), key=lambda c: (-votes.count(c), c)))
    return found


@pytest.mark.parametrize("k", [1, 4, 5])
def test_equals_the_definition(device, draw, k):
    train, test = draw(2, 30, 3)
    labels = torch.arange(30) % 4
    got = knn_predict(train.to(device), labels.to(device), test.to(device), k=k)
    assert got.tolist() == by_hand(train.tolist(), labels.tolist(), test.tolist(), k)


def test_equals_scikit_learn(draw):
    train, test = draw(2, 60, 5)
    labels = (train[:, 0] > 0).long()
    model = KNeighborsClassifier(5).fit(train.numpy(), labels.numpy())
    assert knn_predict(train, labels, test).tolist() == model.predict(test.numpy()).tolist()


def test_k_and_shapes_are_checked():
    rows, labels = torch.zeros(3, 2), torch.zeros(3).long()
    with pytest.raises(ValueError, match="k is 4, needs 1 to 3"):
        knn_predict(rows, labels, rows, k=4)
    with pytest.raises(TypeError, match="^labels has dtype torch.float32, needs integers or bool: class numbers$"):
        knn_predict(rows, rows[:, 0], rows, k=1)
    with pytest.raises(ValueError, match="test has shape"):
        knn_predict(rows, labels, torch.zeros(3, 5), k=1)
    with pytest.raises(ValueError, match="^test holds nan or infinite numbers, needs finite ones$"):
        knn_predict(rows, labels, rows / 0, k=1)
    with pytest.raises(ValueError, match="^train holds nan or infinite numbers"):
        knn_predict(rows.log(), labels, rows, k=1)
    with pytest.raises(ValueError, match="^labels is on meta, needs cpu, the device of train$"):
        knn_predict(rows, labels.to("meta"), rows, k=1)


@pytest.mark.parametrize(("dtype", "far"), [(torch.float32, 1e22), (torch.float32, 1e38), (torch.float64, 1e200)])
def test_one_far_row_spoils_no_other_distance(dtype, far):
    """Regression: all rows were divided by the largest number, and the near ones became one."""
    train = [[0.0], [1.0], [5.0], [far]]
    test = [[0.9], [0.1], [4.0], [far]]
    got = knn_predict(torch.tensor(train, dtype=dtype), torch.arange(4), torch.tensor(test, dtype=dtype), k=1)
    assert got.tolist() == by_hand(train, [0, 1, 2, 3], test, 1) == [1, 0, 2, 3]


def test_tiny_rows_are_told_apart():
    train, test = [[0.0], [1e-30], [3e-30]], [[0.9e-30], [1e-31], [2.5e-30]]
    assert knn_predict(torch.tensor(train), torch.arange(3), torch.tensor(test), k=1).tolist() == [1, 0, 2]
