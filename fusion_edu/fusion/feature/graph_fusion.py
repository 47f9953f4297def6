"""Graph fusion: modalities are nodes and send each other messages along edges."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from fusion_edu.fusion.feature.graph import normalised_adjacency
from fusion_edu.fusion.inputs import check_dims, features
from fusion_edu.values import whole


class GraphFusion(nn.Module):
    r"""Graph convolutions over the modalities, :math:`H \leftarrow \hat A H W_l + b_l`, then the mean of the nodes.

    :math:`\hat A = D^{-1/2} (A + I) D^{-1/2}`; the first H are the projected modalities, and between two rounds stands a
    ReLU. If all are connected with all, :math:`\hat A` takes the mean: one round makes all nodes alike.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of every node and of the fused vector.
        edges: pairs of modalities; default all pairs.
        layers: rounds of messages, >= 1.

    Shape: x[m] (B, dims[m]); present (B, M) bool, default all; returns (B, D).
    Missing: the node is removed with its edges, the degrees are those of what is left, and the mean is over the nodes
    that are there. Missing entries of x may hold anything, NaN too.

    Raises: ValueError at construction: an edge that is no pair of two different modalities. In the call: as
        ``fusion_edu.fusion.inputs.features``.
    Source: Kipf and Welling 2017, arXiv:1609.02907, eq. 9.
    """

    adjacency: Tensor

    def __init__(
        self, dims: dict[str, int], dim: int, *, edges: Iterable[tuple[str, str]] | None = None, layers: int = 1
    ) -> None:
        super().__init__()
        dim = whole("dim", dim)
        layers = whole("layers", layers)
        self.dims, self.dim = check_dims(dims), dim
        self.project = nn.ModuleDict({m: nn.Linear(d, dim) for m, d in self.dims.items()})
        self.layers = nn.ModuleList(nn.Linear(dim, dim) for _ in range(layers))
        self.register_buffer("adjacency", _adjacency(list(self.dims), edges))

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        nodes = self.nodes(x, present)
        if present is None:
            return nodes.mean(1)
        here = present.unsqueeze(2)
        return nodes.masked_fill(~here, 0.0).sum(1) / here.sum(1)

    def nodes(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        """(B, M, D) after the last round."""
        parts = features(x, self, present)
        h = torch.stack([layer(part) for layer, part in zip(self.project.values(), parts, strict=True)], dim=1)
        mixing = normalised_adjacency(self.adjacency, present)
        first, *others = self.layers
        h = first(mixing @ h)
        for layer in others:
            h = layer(mixing @ h.relu())
        return h


def _adjacency(names: list[str], edges: Iterable[tuple[str, str]] | None) -> Tensor:
    count = len(names)
    if edges is None:
        return torch.ones(count, count) - torch.eye(count)
    adjacency = torch.zeros(count, count)
    for edge in edges:
        if len(edge) != 2 or edge[0] == edge[1] or not set(edge) <= set(names):
            raise ValueError(f"edges has {edge!r}, needs pairs of two different modalities out of {', '.join(names)}")
        i, j = map(names.index, edge)
        adjacency[i, j] = adjacency[j, i] = 1.0
    return adjacency
