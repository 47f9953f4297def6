"""k nearest neighbours: a classifier with nothing to train, so what it scores is what the distances know."""

from torch import Tensor

from fusion_edu.lengths import distances
from fusion_edu.shapes import expect
from fusion_edu.values import check_finite, class_numbers, whole


def knn_predict(train: Tensor, labels: Tensor, test: Tensor, *, k: int = 5) -> Tensor:
    """The commonest label among the k rows of ``train`` that are nearest to each row of ``test``.

    Args:
        train: (N, D) rows whose labels are known; the distance is Euclidean, so each feature counts by its spread.
        labels: (N,) class numbers, integers.
        test: (M, D).
        k: voters, 1 to N; among classes with as many votes the smallest number wins. Which of rows at the same
            distance is the nearer one is not said.

    Returns:
        (M,) class numbers, in the dtype of ``labels``.

    Raises:
        TypeError: labels that are not integers. ValueError: shapes or devices that do not fit, k out of range, or NaN or
            infinity in the rows.

    Source: Cover and Hart, "Nearest neighbor pattern classification", IEEE Trans. Information Theory 13 (1967).
    """
    rows = expect(train=(train, "N D"), labels=(labels, "N"), test=(test, "M D"))["N"]
    k = whole("k", k, 1, f"from 1 to {rows}, the rows of train")
    if k > rows:
        raise ValueError(f"k is {k}, needs 1 to {rows}, the rows of train")
    for name, values in (("train", train), ("labels", labels), ("test", test)):
        if values.is_complex():
            raise TypeError(f"{name} has dtype {values.dtype}, needs real numbers")
        if values.device != train.device:
            raise ValueError(f"{name} is on {values.device}, needs {train.device}, the device of train")
        check_finite(name, values)
    classes = class_numbers("labels", labels, bool_too=True)
    near = distances(test, train).topk(k, largest=False).indices  # (M, k)
    return classes[near].mode(dim=1).values.to(labels.dtype)
