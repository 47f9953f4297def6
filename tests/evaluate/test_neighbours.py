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
    with pytest.raises(ValueError, match="test has shape"):
        knn_predict(rows, labels, torch.zeros(3, 5), k=1)
