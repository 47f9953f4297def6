"""Uncertainty weighting: several losses that find their own weights."""

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from fusion_edu.losses.arguments import not_empty, same_shape, widen
from fusion_edu.precision import full_precision


@full_precision
def uncertainty_weighted(losses: Tensor, log_var: Tensor) -> Tensor:
    r"""K losses in one sum, each weighted by the noise that it is believed to have.

    .. math:: L = \sum_k \tfrac12 e^{-s_k} L_k + \tfrac12 s_k, \qquad s_k = \log \sigma_k^2

    With :math:`L_k` held still the lowest sum is at :math:`s_k = \log L_k`. There each weight is :math:`1 / (2 L_k)`: every
    loss counts in proportion to itself, and its unit does not matter.

    Args:
        losses: (K,) losses, floating; for the reading as a variance each is a mean squared error.
        log_var: (K,) any finite number; usually learned, see ``UncertaintyWeighting``.

    Returns:
        A scalar, float64 where an input is, else float32. It may be negative.

    Raises:
        TypeError: not floating. ValueError: shapes or devices differ, or K = 0.

    Source: Kendall, Gal, Cipolla 2018, arXiv:1705.07115, equation 7, with log variances as their section 3.2 advises.
    """
    same_shape(losses=losses, log_var=log_var)
    if losses.ndim != 1:
        raise ValueError(f"losses has shape {tuple(losses.shape)}, needs (K,): one number a loss")
    losses, log_var = widen(losses=losses, log_var=log_var)
    return (torch.exp(-log_var) * losses + log_var).sum() / 2


class UncertaintyWeighting(nn.Module):
    """``uncertainty_weighted`` with learned log variances: hand its parameters to the optimizer, too.

    Args:
        names: of the K losses, each once; the order of the call does not matter.

    Shape: ``weighting({"name": scalar loss, ...})`` returns a scalar. ``log_var`` (K,) starts at 0, which weighs each loss by
    one half. The log variances need a step size of their own where the losses differ by powers of ten: with a rate of
    0.001 a step of Adam moves them by 0.001.

    Raises: ValueError: no name, or one twice; in the call, other names, or a loss that is no scalar.
    """

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.names = tuple(names)
        if not self.names or len(set(self.names)) != len(self.names):
            raise ValueError(f"names is {self.names}, needs at least one, each once")
        self.log_var = nn.Parameter(torch.zeros(len(self.names)))

    @property
    def weights(self) -> dict[str, float]:
        """What each loss is multiplied by now: exp(-s) / 2."""
        return dict(zip(self.names, (torch.exp(-self.log_var.detach()) / 2).tolist(), strict=True))

    def forward(self, losses: Mapping[str, Tensor]) -> Tensor:
        if set(losses) != set(self.names):
            raise ValueError(f"losses has {sorted(losses)}, needs exactly {sorted(self.names)}")
        for name in self.names:
            value = losses[name]
            if not isinstance(value, Tensor) or value.ndim:
                shape = tuple(getattr(value, "shape", ()))
                raise ValueError(f"losses[{name!r}] has shape {shape}, needs a scalar tensor: take its mean first")
        values = torch.stack([losses[name] for name in self.names])
        not_empty(losses=values, log_var=self.log_var)
        return uncertainty_weighted(values, self.log_var)
