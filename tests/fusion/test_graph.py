"""Graphs: normalisation against loops, neighbours against scikit-learn, removed nodes, rounds without end."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import kneighbors_graph

from fusion_edu import fusion
from fusion_edu.fusion.feature.graph_fusion import GraphFusion

few = settings(max_examples=20, deadline=None, derandomize=True)
DIMS = {"a": 3, "b": 2, "c": 4, "d": 3}


def edges(nodes, seed):
    upper = torch.rand(nodes, nodes, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).round().triu(1)
    return upper + upper.T


@few
@given(nodes=st.integers(1, 6), seed=st.integers(0, 99), data=st.data())
def test_normalisation_equals_plain_loops(nodes, seed, data):
    adjacency = edges(nodes, seed)
    here = data.draw(st.lists(st.booleans(), min_size=nodes, max_size=nodes))
    degree = [sum(adjacency[i, j].item() for j in range(nodes) if here[j]) + 1 for i in range(nodes)]
    want = [
        [
            ((i == j) + adjacency[i, j].item()) / math.sqrt(degree[i] * degree[j]) if here[i] and here[j] else 0.0
            for j in range(nodes)
        ]
        for i in range(nodes)
    ]
    got = fusion.normalised_adjacency(adjacency, torch.tensor([here, [True] * nodes]))
    torch.testing.assert_close(got[0], torch.tensor(want, dtype=torch.float64))
    torch.testing.assert_close(got[1], fusion.normalised_adjacency(adjacency))
    assert torch.linalg.eigvalsh(got[1]).abs().max() <= 1 + 1e-12  # so that no round makes features explode


@pytest.mark.parametrize("k", [1, 3, 9])
def test_neighbours_equal_those_of_scikit_learn(k):
    x = torch.randn(10, 4, generator=torch.Generator().manual_seed(k), dtype=torch.float64)
    theirs = torch.from_numpy(kneighbors_graph(x.numpy(), k).toarray())
    assert torch.equal(fusion.nearest_neighbours(x, k), torch.maximum(theirs, theirs.T))


def test_rounds_are_powers_and_end_in_one_direction():
    adjacency = fusion.normalised_adjacency(edges(6, 3))
    x = torch.randn(6, 2, dtype=torch.float64)
    torch.testing.assert_close(fusion.propagate(adjacency, x, 3), torch.linalg.matrix_power(adjacency, 3) @ x)
    assert torch.equal(fusion.propagate(adjacency, x, 0), x)
    path = torch.diag(torch.ones(5, dtype=torch.float64), 1)
    path = path + path.T
    smooth = fusion.propagate(fusion.normalised_adjacency(path), x, 500)
    root = (path.sum(1) + 1).sqrt()
    torch.testing.assert_close(smooth / root[:, None], (smooth / root[:, None])[:1].expand(6, 2))  # all alike


def test_all_connected_takes_the_mean():
    layer, equal = GraphFusion(DIMS, 5), fusion.WeightedSum(DIMS, 5, weights=[1] * 4)
    equal.project.load_state_dict(layer.project.state_dict())
    x = {m: torch.randn(6, d) for m, d in DIMS.items()}
    present = torch.tensor([[1, 1, 1, 1], [1, 0, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1]]).bool()
    torch.testing.assert_close(layer(x), layer.layers[0](equal(x)))
    torch.testing.assert_close(layer(x, present), layer.layers[0](equal(x, present)))


def test_a_missing_node_is_a_graph_without_it():
    path = [("a", "b"), ("b", "c"), ("c", "d")]
    torch.manual_seed(0)
    whole = GraphFusion(DIMS, 5, edges=path, layers=3)
    small = GraphFusion({m: d for m, d in DIMS.items() if m != "d"}, 5, edges=path[:2], layers=3)
    small.load_state_dict(
        {k: v for k, v in whole.state_dict().items() if "project.d" not in k and k != "adjacency"}, strict=False
    )
    x = {m: torch.randn(6, d) for m, d in DIMS.items()}
    present = torch.tensor([True, True, True, False]).expand(6, 4)
    torch.testing.assert_close(whole(x, present), small({m: x[m] for m in small.dims}))


def test_refuses():
    x = torch.randn(5, 2)
    for call, match in [
        (lambda: fusion.normalised_adjacency(torch.ones(2, 3)), r"^adjacency has shape \(2, 3\), needs \(V, V\)$"),
        (
            lambda: fusion.normalised_adjacency(torch.ones(2, 2).triu(1)),
            "^adjacency is not symmetric, needs the same weight",
        ),
        (lambda: fusion.normalised_adjacency(torch.eye(2) - 1), "^adjacency has the weight -1, needs weights >= 0$"),
        (lambda: fusion.normalised_adjacency(torch.ones(2, 2)), "^adjacency has self-loops, needs 0 on its diagonal"),
        (
            lambda: fusion.normalised_adjacency(torch.zeros(2, 2), torch.ones(1, 2).bool().to("meta")),
            "^present is on meta",
        ),
        (lambda: fusion.nearest_neighbours(x.log(), 2), "^x holds nan or infinite numbers, needs finite ones$"),
        (lambda: fusion.nearest_neighbours(x, 5), "^k is 5, needs less than the number of samples, 5$"),
        (lambda: fusion.nearest_neighbours(x, 0), "^k is 0, needs a whole number >= 1$"),
        (lambda: fusion.propagate(torch.eye(4), x, 1), r"^x has shape \(5, 2\), needs \(N=4, D\)$"),
        (lambda: fusion.propagate(torch.eye(5), x, -1), "^steps is -1, needs a whole number >= 0$"),
        (lambda: GraphFusion(DIMS, 5, edges=[("a", "a")]), r"^edges has \('a', 'a'\), needs pairs of two different"),
        (lambda: GraphFusion(DIMS, 5, edges=[("a", "smell")]), r"^edges has \('a', 'smell'\), needs pairs of two"),
        (lambda: GraphFusion(DIMS, 5, layers=0), "^layers is 0, needs a whole number >= 1$"),
    ]:
        with pytest.raises(ValueError, match=match):
            call()


def test_present_of_a_graph_is_bool():
    with pytest.raises(TypeError, match="^present has dtype torch.float32, needs bool: True where the node is there$"):
        fusion.normalised_adjacency(torch.zeros(2, 2), torch.tensor([[0.5, 1.0]]))
