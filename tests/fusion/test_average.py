import math

import pytest
import torch
from fusion_layers import SAME, B, inputs, some_present, spoilt

from fusion_edu.fusion import LearnedAverage, average_logits, average_probabilities

WEIGHTS = {"image": 1.0, "text": 2.0, "audio": 5.0}
weighted = pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["equal", "weighted"])
missing = pytest.mark.parametrize("present", [None, some_present(SAME)], ids=["all", "some"])


def probabilities():
    return {m: v.softmax(1) for m, v in inputs(SAME).items()}


def by_hand(x, weights, present):
    rows = []
    for i in range(B):
        used = [
            (1 if weights is None else weights[m], v[i].tolist())
            for k, (m, v) in enumerate(x.items())
            if present is None or present[i, k]
        ]
        total = sum(w for w, _ in used)
        rows.append([sum(w * v[c] for w, v in used) / total for c in range(4)])
    return torch.tensor(rows, dtype=torch.float64)


@weighted
@missing
@pytest.mark.parametrize("average", [average_probabilities, average_logits])
def test_equals_plain_loops(average, weights, present, device):
    x = probabilities() if average is average_probabilities else inputs(SAME)
    mask = None if present is None else present.to(device)
    got = average({m: v.to(device) for m, v in x.items()}, weights=weights, present=mask)
    torch.testing.assert_close(got.cpu(), by_hand(x, weights, present))


@weighted
def test_probabilities_equal_scikit_learns_soft_vote(weights):
    np = pytest.importorskip("numpy")
    from sklearn.ensemble import VotingClassifier

    class Fixed:
        def __init__(self, probs):
            self.probs = probs

        def predict_proba(self, x):
            return self.probs

    probs = probabilities()
    theirs = VotingClassifier(
        [(m, None) for m in probs], voting="soft", weights=None if weights is None else list(weights.values())
    )
    theirs.estimators_ = [Fixed(v.numpy()) for v in probs.values()]
    np.testing.assert_allclose(
        average_probabilities(probs, weights=weights).numpy(), theirs.predict_proba(np.zeros((B, 1)))
    )


def test_one_sure_model_is_outvoted_among_probabilities_and_wins_among_logits():
    logits = {"sure": torch.tensor([[50.0, 0.0]]), "b": torch.tensor([[0.0, 2.0]]), "c": torch.tensor([[0.0, 2.0]])}
    probs = average_probabilities({m: v.softmax(1) for m, v in logits.items()})
    assert probs.argmax() == 1
    assert average_logits(logits).argmax() == 0


def test_softmax_of_averaged_logits_is_the_geometric_mean():
    p, q = torch.tensor([[0.9, 0.1]]), torch.tensor([[0.2, 0.8]])
    got = average_logits({"p": p.log(), "q": q.log()}).softmax(1)[0, 0].item()
    assert got == pytest.approx(math.sqrt(0.18) / (math.sqrt(0.18) + math.sqrt(0.08)))


@pytest.mark.parametrize("average", [average_probabilities, average_logits])
@pytest.mark.parametrize("bad", [torch.nan, torch.inf, -1.0])
def test_missing_entries_never_leak(average, bad):
    x, present = probabilities(), some_present(SAME)
    results = []
    for filling in (bad, 0.0):
        leaves = spoilt(x, present, filling)
        out = average(leaves, weights=WEIGHTS, present=present)
        out.square().sum().backward()
        results.append((out, *(v.grad for v in leaves.values())))
    for got, want in zip(*results, strict=True):
        torch.testing.assert_close(got, want, rtol=0, atol=0)


@missing
def test_gradients(present):
    x = [v.requires_grad_() for v in inputs(SAME).values()]

    def run(average, *values):
        return average(dict(zip(SAME, values, strict=True)), weights=WEIGHTS, present=present)

    assert torch.autograd.gradcheck(lambda *v: run(average_logits, *v), x)
    assert torch.autograd.gradcheck(lambda *v: run(average_probabilities, *(u.softmax(1) for u in v)), x)


def test_learned_average_starts_as_the_plain_one():
    logits = inputs(SAME)
    mean = average_probabilities({m: v.softmax(1) for m, v in logits.items()})
    torch.testing.assert_close(LearnedAverage(list(SAME)).double()(logits), mean.log())
    geometric = average_logits({m: v.log_softmax(1) for m, v in logits.items()}).log_softmax(1)
    torch.testing.assert_close(LearnedAverage(list(SAME), of="logits").double()(logits), geometric)


def test_learned_average_learns_whom_to_trust():
    torch.manual_seed(0)
    y = torch.randint(4, (300,))
    good = 2.0 * torch.nn.functional.one_hot(y, 4) + torch.randn(300, 4)
    x = {"good": good, "noise": 2 * torch.randn(300, 4)}
    layer = LearnedAverage(["good", "noise"])
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
    for _ in range(60):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(layer(x), y).backward()
        optimizer.step()
    assert layer.weights()[0] > 0.8


def test_runs_on_the_meta_device():
    x = {m: v.to("meta") for m, v in inputs(SAME).items()}
    assert average_probabilities(x, weights=WEIGHTS, present=some_present(SAME).to("meta")).shape == (B, 4)


def test_refuses():
    probs = probabilities()
    for call, error, match in [
        (lambda: average_probabilities(inputs(SAME)), ValueError, "^probs has the value -.*, needs probabilities in"),
        (lambda: average_probabilities({"a": torch.ones(1, 2)}), ValueError, "^probs has a row that sums to 2, needs 1: logits"),
        (lambda: average_probabilities({"a": torch.full((1, 2), torch.nan)}), ValueError, "^probs has the value nan"),
        (lambda: average_probabilities({}), ValueError, "^probs is empty, needs at least one modality$"),
        (lambda: average_logits([]), TypeError, "^logits is a list, needs a dict"),
        (lambda: average_logits(probs | {"text": probs["text"][:, 1:]}), ValueError, r"^logits\['text'\] has shape \(6, 3\)"),
        (lambda: average_logits(probs, weights=WEIGHTS | {"smell": 1}), ValueError, "^weights is .*, needs one number for each"),
        (lambda: average_logits(probs, weights=WEIGHTS | {"text": -1}), ValueError, r"^weights\['text'\] is -1, needs"),
        (lambda: average_logits(probs, present=torch.zeros(B, 3).bool()), ValueError, "^present has no modality in row 0"),
        (lambda: LearnedAverage(["a", "b"]).weights(torch.zeros(1, 2).bool()), ValueError, "^present has no modality in row 0"),
        (lambda: LearnedAverage(["a", "b"]).weights(torch.ones(3, 1).bool()), ValueError, r"^present has shape \(3, 1\), needs \(B, M=2\)$"),
        (lambda: LearnedAverage(["a", "b"]).weights(torch.ones(3, 2)), TypeError, "^present has dtype torch.float32, needs bool"),
        (lambda: LearnedAverage(["a", "a"]), ValueError, r"^modalities is \['a', 'a'\], needs different names"),
        (lambda: LearnedAverage([]), ValueError, r"^modalities is \[\], needs different names, at least one$"),
        (lambda: LearnedAverage("ab"), ValueError, "^modalities is 'ab', needs different names"),
        (lambda: LearnedAverage(["a.b"]), ValueError, "^modality is named 'a.b', needs"),
        (lambda: LearnedAverage(["a"], of="votes"), ValueError, "^of is 'votes', needs 'probabilities' or 'logits'$"),
    ]:  # fmt: skip
        with pytest.raises(error, match=match):
            call()


@pytest.mark.parametrize("average", [average_probabilities, average_logits])
def test_a_model_of_tiny_weight_counts_fully_where_it_is_alone(average):
    """Regression: beside a large weight it became 0 in float32, and 0 / 0 where the other one was missing."""
    x = {"a": torch.tensor([[0.3, 0.7]] * 2), "b": torch.tensor([[0.9, 0.1]] * 2)}
    present = torch.tensor([[True, False], [True, True]])
    got = average(x, weights={"a": 1e-40, "b": 1e20}, present=present)
    torch.testing.assert_close(got, torch.tensor([[0.3, 0.7], [0.9, 0.1]]))
