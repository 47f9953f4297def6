import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from fusion_edu.fusion import Stacking, fold_numbers, out_of_fold


def trainer(estimator):
    def train(x, y):
        fitted = clone(estimator).fit(x.numpy(), y.numpy())
        return lambda new: torch.from_numpy(fitted.predict_proba(new.numpy()))

    return train


def three_classes(n, seed, noise=1.0):
    g = torch.Generator().manual_seed(seed)
    y = torch.arange(n) % 3
    a = torch.eye(3)[y][:, :2] + noise * torch.randn(n, 2, generator=g)
    b = torch.eye(3)[y] + noise * torch.randn(n, 3, generator=g)
    return {"a": a.double(), "b": b.double()}, y


EXPERTS = {"a": trainer(GaussianNB()), "b": trainer(KNeighborsClassifier(7))}


def test_out_of_fold_predictions_come_from_models_that_never_saw_the_sample():
    x, y, fold = torch.arange(12.0), torch.arange(12.0) * 10, torch.tensor([2, 0, 1, 1, 0, 2, 0, 1, 2, 2, 0, 1])
    seen = []

    def mean(x_train, y_train, x_new):
        seen.append((x_train.tolist(), x_new.tolist()))
        return y_train.mean().expand(len(x_new))

    got = out_of_fold(x, y, fold, mean)
    for i in range(12):
        others = [y[j].item() for j in range(12) if fold[j] != fold[i]]
        assert got[i].item() == pytest.approx(sum(others) / len(others))
    assert all(not set(train) & set(new) for train, new in seen)


def test_a_memoriser_looks_perfect_in_sample_and_not_out_of_fold():
    g = torch.Generator().manual_seed(0)
    x, y = torch.rand(200, generator=g), torch.randint(2, (200,), generator=g)

    def nearest(x_train, y_train, x_new):
        return y_train[(x_new[:, None] - x_train).abs().argmin(1)]

    assert (nearest(x, y, x) == y).all()
    assert (out_of_fold(x, y, fold_numbers(y, 5), nearest) == y).double().mean() < 0.65


def test_out_of_fold_equals_cross_val_predict():
    x, y = three_classes(60, 0)
    fold = fold_numbers(y, 4, seed=3)
    splits = [((fold != k).nonzero().squeeze(1).numpy(), (fold == k).nonzero().squeeze(1).numpy()) for k in range(4)]
    want = cross_val_predict(GaussianNB(), x["a"].numpy(), y.numpy(), cv=splits, method="predict_proba")
    got = out_of_fold(x["a"], y, fold, lambda a, b, new: EXPERTS["a"](a, b)(new))
    np.testing.assert_allclose(got.numpy(), want)


def test_folds_are_stratified_even_seeded_and_keep_groups_together():
    y = torch.tensor([0] * 20 + [1] * 10)
    fold = fold_numbers(y, 5, seed=1)
    assert [int((fold[y == c] == k).sum()) for c in (0, 1) for k in range(5)] == [4] * 5 + [2] * 5
    assert torch.equal(fold, fold_numbers(y, 5, seed=1))
    assert not torch.equal(fold, fold_numbers(y, 5, seed=2))
    groups = torch.arange(30) // 2
    by_group = fold_numbers(y, 5, groups=groups)
    assert all(len(by_group[groups == g].unique()) == 1 for g in range(15))
    assert by_group.unique().tolist() == [0, 1, 2, 3, 4]


def test_a_class_with_fewer_groups_than_folds_is_refused():
    """Regression: its six samples of two people were enough, and most folds had none of them."""
    y, people = torch.tensor([0] * 9 + [1] * 6), torch.tensor([0, 1, 2] * 3 + [3, 4] * 3)
    with pytest.raises(ValueError, match="^y has a class with 2 groups, needs at least folds=3 of each$"):
        fold_numbers(y, 3, groups=people)
    fold = fold_numbers(y, 2, groups=people)
    assert all({0, 1} == set(y[fold == k].tolist()) for k in (0, 1))


def test_equals_scikit_learns_stacking_classifier():
    (x, y), (new, _) = three_classes(90, 0), three_classes(30, 1)
    fold = fold_numbers(y, 5, seed=0)
    splits = [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(5)]

    def columns(which, estimator):
        return make_pipeline(ColumnTransformer([("keep", "passthrough", which)]), estimator)

    theirs = StackingClassifier(
        [("a", columns([0, 1], GaussianNB())), ("b", columns([2, 3, 4], KNeighborsClassifier(7)))],
        LogisticRegression(), cv=splits, stack_method="predict_proba",
    ).fit(torch.cat(list(x.values()), 1).numpy(), y.numpy())  # fmt: skip
    ours = Stacking(EXPERTS, folds=5, seed=0).fit(x, y)
    want = theirs.predict_proba(torch.cat(list(new.values()), 1).numpy())
    np.testing.assert_allclose(ours.predict(new).numpy(), want, atol=1e-4)


def test_the_meta_learner_does_not_trust_a_memoriser():
    """Trained in sample, a 1-nearest-neighbour on noise would get all the weight."""
    g = torch.Generator().manual_seed(0)
    x, y = three_classes(240, 0, noise=0.6)
    new, truth = three_classes(240, 1, noise=0.6)
    x["noise"], new["noise"] = torch.randn(2, 240, 2, generator=g, dtype=torch.float64)
    experts = EXPERTS | {"noise": trainer(KNeighborsClassifier(1))}
    stacked = Stacking(experts).fit(x, y).predict(new)
    without = Stacking(EXPERTS).fit({m: x[m] for m in "ab"}, y).predict({m: new[m] for m in "ab"})
    right, right_without = ((p.argmax(1) == truth).double().mean() for p in (stacked, without))
    assert right > 0.75
    assert right > right_without - 0.03


def test_missing_modalities_train_and_predict_without_leaking():
    (x, y), (new, truth) = three_classes(150, 0, noise=0.5), three_classes(90, 1, noise=0.5)

    def some(n, seed):
        present = torch.rand(n, 2, generator=torch.Generator().manual_seed(seed)) < 0.6
        present[~present.any(1), 0] = True
        return present

    here, there = some(150, 0), some(90, 1)
    results = []
    for bad in (torch.nan, 1e9):
        fill = lambda x, p: {m: torch.where(p[:, k, None], v, bad) for k, (m, v) in enumerate(x.items())}  # noqa: B023, E731
        results.append(Stacking(EXPERTS).fit(fill(x, here), y, here).predict(fill(new, there), there))
    assert torch.equal(*results)
    torch.testing.assert_close(results[0].sum(1), torch.ones(90))
    assert (results[0].argmax(1) == truth).double().mean() > 0.6


def test_a_modality_that_nobody_has_any_more():
    (x, y), (new, _) = three_classes(60, 0), three_classes(9, 1)
    present = torch.tensor([True, False]).expand(9, 2)
    new["b"] = torch.full_like(new["b"], torch.nan)
    assert Stacking(EXPERTS).fit(x, y).predict(new, present).isfinite().all()


def test_row_i_depends_on_row_i_and_order_is_that_of_construction():
    (x, y), (new, _) = three_classes(60, 0), three_classes(12, 1)
    model = Stacking(EXPERTS).fit(dict(reversed(x.items())), y)
    out = model.predict(new)
    order = torch.randperm(12)
    torch.testing.assert_close(model.predict({m: v[order] for m, v in reversed(new.items())}), out[order])
    torch.testing.assert_close(model.predict({m: v[:1] for m, v in new.items()}), out[:1])


def test_takes_another_meta_learner_and_leaves_it_untrained():
    (x, y), meta = three_classes(60, 0), GaussianNB()
    assert Stacking(EXPERTS, meta=meta).fit(x, y).predict(x).shape == (60, 3)
    assert not hasattr(meta, "classes_")


def test_refuses():
    x, y = three_classes(30, 0)
    good, fold = Stacking(EXPERTS), fold_numbers(three_classes(30, 0)[1], 3)
    wide = Stacking({"a": lambda x, y: lambda new: torch.ones(len(new), 2) / 2, "b": EXPERTS["b"]})
    logits = Stacking({"a": lambda x, y: lambda new: torch.ones(len(new), 3), "b": EXPERTS["b"]})
    for call, match in [
        (lambda: Stacking({}), "^experts is empty"),
        (lambda: good.predict(x), "^Stacking is not trained"),
        (lambda: good.fit({"a": x["a"]}, y), "^x lacks 'b', needs exactly a, b"),
        (lambda: good.fit(x, y[1:]), r"^x\['a'\] has 30 rows, needs 29 as y has$"),
        (lambda: good.fit(x, y, torch.zeros(30, 2).bool()), "^present has no modality in row 0"),
        (lambda: good.fit(x, torch.arange(30)), "^of the rows that have 'a': y has a class with 1 samples, needs at least folds=5 of each$"),
        (lambda: wide.fit(x, y), r"^expert 'a' gave shape \(30, 2\), needs \(n, C=3\) probabilities$"),
        (lambda: logits.fit(x, y), "^expert 'a' has a row that sums to 3, needs 1"),
        (lambda: fold_numbers(y, 1), "^folds is 1, needs a whole number >= 2$"),
        (lambda: fold_numbers(y, 2.5), "^folds is 2.5, needs a whole number >= 2$"),
        (lambda: out_of_fold(x["a"], y[1:], fold, None), "^y has 29 rows, needs 30 as fold has$"),
        (lambda: out_of_fold(x["a"], y, fold * 0, None), "^fold has 1 different numbers, needs >= 2"),
        (lambda: out_of_fold(x["a"], y, fold, lambda a, b, new: b), r"^fit_predict gave shape \(20,\) for fold 0, needs \(10,\)$"),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=match):
            call()
