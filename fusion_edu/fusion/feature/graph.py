"""Graphs as dense matrices: normalised for message passing, nearest neighbours, and messages between samples."""

import torch
from torch import Tensor

from fusion_edu.fusion.inputs import check_floating
from fusion_edu.lengths import distances
from fusion_edu.shapes import expect
from fusion_edu.values import all_true, check_finite, whole


def normalised_adjacency(adjacency: Tensor, present: Tensor | None = None) -> Tensor:
    r"""Symmetric normalisation with self-loops: :math:`D^{-1/2} (A + I) D^{-1/2}`, D the degrees of A + I.

    Args:
        adjacency: (V, V) symmetric, >= 0, without self-loops.
        present: (B, V) bool; a node that is not there is removed with its edges and its loop, sample by sample.

    Returns:
        (V, V), or (B, V, V) with rows and columns of zeros where a node is not there.

    Raises:
        ValueError: not square, not symmetric, a negative weight, a self-loop, or devices differ. TypeError: ``adjacency``
            is not floating, ``present`` not bool.

    Source: Kipf and Welling 2017, arXiv:1609.02907, eq. 2.
    """
    check_floating({"adjacency": (adjacency, "V V")})
    _check_graph(adjacency)
    weights = adjacency + torch.eye(len(adjacency), dtype=adjacency.dtype, device=adjacency.device)
    if present is not None:
        nodes = expect(adjacency=(adjacency, "V V"), present=(present, "B V"))["V"]
        if present.dtype != torch.bool:
            raise TypeError(f"present has dtype {present.dtype}, needs bool: True where the node is there")
        if present.device != adjacency.device:
            raise ValueError(f"present is on {present.device}, needs {adjacency.device}, the device of adjacency")
        weights = weights.expand(len(present), nodes, nodes) * present.unsqueeze(2) * present.unsqueeze(1)
    degree = weights.sum(-1)
    scale = torch.where(degree > 0, degree, 1.0).rsqrt()
    return scale.unsqueeze(-1) * weights * scale.unsqueeze(-2)


def _check_graph(adjacency: Tensor) -> None:
    if not all_true((adjacency - adjacency.mT).abs() <= 1e-5 * adjacency.abs()):
        raise ValueError("adjacency is not symmetric, needs the same weight in both directions of an edge")
    if not all_true(adjacency >= 0):
        raise ValueError(f"adjacency has the weight {adjacency.min().item():.6g}, needs weights >= 0")
    if not all_true(adjacency.diagonal() == 0):
        raise ValueError("adjacency has self-loops, needs 0 on its diagonal: every node gets its loop here")


def nearest_neighbours(x: Tensor, k: int) -> Tensor:
    """Adjacency (N, N) of 0 and 1: an edge where one of two samples is among the k nearest of the other.

    Args:
        x: (N, D); distances are Euclidean: bring features to one scale first.
        k: >= 1 and below N. Which of samples at the same distance is the nearer one is not said.

    Raises:
        ValueError: another shape, ``k`` out of range, or NaN or infinity in ``x``.
    """
    size = expect(x=(x, "N D"))["N"]
    k = whole("k", k)
    if k >= size:
        raise ValueError(f"k is {k}, needs less than the number of samples, {size}")
    check_finite("x", x)
    distance = distances(x, x).fill_diagonal_(torch.inf)
    dtype = x.dtype if x.is_floating_point() else torch.get_default_dtype()
    edges = torch.zeros_like(distance, dtype=dtype).scatter_(1, distance.topk(k, largest=False).indices, 1.0)
    return torch.maximum(edges, edges.T)


def propagate(adjacency: Tensor, x: Tensor, steps: int) -> Tensor:
    """Features (N, D) after ``steps`` rounds in which every sample takes the weighted sum of its neighbours'.

    Not a fusion layer: the rows of the result depend on each other, on purpose. Test samples must be in the graph,
    though never their labels.

    Args:
        adjacency: (N, N), normalised.
        steps: >= 0.

    Source: Wu et al. 2019 (SGC), arXiv:1902.07153: a linear model behind this is a graph convolution without ReLU.
    """
    check_floating({"adjacency": (adjacency, "N N"), "x": (x, "N D")})
    rounds, dtype = whole("steps", steps, 0), torch.promote_types(adjacency.dtype, x.dtype)
    adjacency, x = adjacency.to(dtype), x.to(dtype)
    for _ in range(rounds):
        x = adjacency @ x
    return x
