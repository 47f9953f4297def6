"""Mixture of experts: a gate that sends each sample to a few of several small networks."""

import torch
from torch import Tensor, nn

from fusion_edu.fusion.inputs import check_dims, features
from fusion_edu.values import whole


class MixtureOfExperts(nn.Module):
    r"""All features side by side, read by E small networks: :math:`z = \sum_{e \in \text{top}} p_e f_e(x), p = \mathrm{softmax}(G x)`.

    The probabilities of the chosen experts are factors and are not scaled to sum to 1: with one expert the factor would always
    be 1, and the gate would learn nothing. Left alone a gate may send every row to the same experts: see
    ``losses.load_balance`` for ``gate(x)``. All experts are computed and the others left out, so nothing is saved here.

    Args:
        dims: input width of each modality; its order is the column order of ``present``.
        dim: width D of the fused vector.
        experts: E.
        hidden: hidden units of each expert.
        top: experts a sample is sent to, 1 .. E; default all: a soft mixture.

    Shape: x[m] (B, dims[m]); present (B, M) bool, default all; returns (B, D).
    Missing: the features are 0. Missing entries of x may hold anything, NaN too.

    Raises: as ``fusion_edu.fusion.inputs.features``; ValueError at construction: ``top`` out of range.

    Source: Shazeer et al. 2017, arXiv:1701.06538; a factor of one expert: arXiv:2101.03961.
    """

    def __init__(
        self, dims: dict[str, int], dim: int, *, experts: int = 4, hidden: int = 16, top: int | None = None
    ) -> None:
        super().__init__()
        dim, experts, hidden = whole("dim", dim), whole("experts", experts), whole("hidden", hidden)
        top = experts if top is None else top
        top = whole("top", top)
        if top > experts:
            raise ValueError(f"top is {top}, needs 1 to {experts}, the number of experts")
        self.dims, self.dim, self.top = check_dims(dims), dim, top
        width = sum(self.dims.values())
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, dim)) for _ in range(experts)
        )
        self.score = nn.Linear(width, experts, bias=False)
        with torch.no_grad():
            self.score.weight.mul_(0.01)  # near even at first: no expert is sure of itself by chance

    def forward(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        joined = self._join(x, present)
        probs = self.score(joined).softmax(dim=1)
        if self.top < probs.shape[1]:
            chosen = probs.detach().sort(dim=1, descending=True, stable=True).indices[:, : self.top]
            probs = probs * torch.zeros_like(probs).scatter(1, chosen, 1.0)
        said = torch.stack([expert(joined) for expert in self.experts], dim=1)  # (B, E, D)
        return torch.einsum("be,bed->bd", probs.to(said.dtype), said)

    def gate(self, x: dict[str, Tensor], present: Tensor | None = None) -> Tensor:
        """The probabilities (B, E) of the experts for each sample; rows sum to 1."""
        return self.score(self._join(x, present)).softmax(dim=1)

    def _join(self, x: dict[str, Tensor], present: Tensor | None) -> Tensor:
        return torch.cat(features(x, self, present), dim=1)
