"""Uncertainty weighting: several losses that find their own weights."""

import math
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from fusion_edu.losses.arguments import check_same_shape, check_tensors, widen
from fusion_edu.precision import full_precision


@full_precision
def uncertainty_weighted(losses: Tensor, log_var: Tensor) -> Tensor:
    r"""K losses in one sum, each weighted by the noise that it is believed to have.

    .. math:: L = \sum_k \tfrac12 e^{-s_k} L_k + \tfrac12 s_k, \qquad s_k = \log \sigma_k^2

    With :math:`L_k` held still the lowest sum is at :math:`s_k = \log L_k`. There each weight is :math:`1 / (2 L_k)`: every
    loss counts in proportion to itself, and its unit does not matter.

    Args:
        losses: (K,) losses, floating; for the reading as a variance each is a mean squared error.
        log_var: (K,) any finite number; usually learned, see ``UncertaintyWeighting``. Where exp(-s) leaves the dtype, a
            loss of 0 still costs s / 2, and gets no gradient.

    Returns:
        A scalar, float64 where an input is, else float32. It may be negative.

    Raises:
        TypeError: not floating. ValueError: shapes or devices differ, or K = 0.

    Source: Kendall, Gal, Cipolla 2018, arXiv:1705.07115, equation 7, with log variances as their section 3.2 advises.
    """
    check_same_shape(losses=losses, log_var=log_var)
    if losses.ndim != 1:
        raise ValueError(f"losses has shape {tuple(losses.shape)}, needs (K,): one number a loss")
    losses, log_var = widen(losses=losses, log_var=log_var)
    over = (losses == 0) & torch.exp(-log_var).isinf()  # a loss of 0 has no weight, however large
    each = torch.exp(-log_var.masked_fill(over, 0.0)) * losses.masked_fill(over, 0.0)
    return (each + log_var).sum() / 2


class UncertaintyWeighting(nn.Module):
    """``uncertainty_weighted`` with learned log variances: hand its parameters to the optimizer, too.

    Args:
        names: of the K losses, each once; the order of the call does not matter.
        first: what each loss is at the start, > 0; then each log variance starts at the logarithm, the fixed point of then.
            Default 0, where each loss is weighed by one half: a loss of 1e6 then begins as loud as it is, and its first
            gradients make Adam's steps small for a long time.

    Shape: ``weighting({"name": scalar loss, ...})`` returns a scalar. ``log_var`` (K,) is learned.

    Raises: ValueError: no name, or one twice, or ``first`` that does not fit; in the call, other names, or no scalar.
    """

    def __init__(self, names: Iterable[str], *, first: Mapping[str, float] | None = None) -> None:
        super().__init__()
        self.names = tuple(names)
        if not self.names or len(set(self.names)) != len(self.names):
            raise ValueError(f"names is {self.names}, needs at least one, each once")
        start = dict.fromkeys(self.names, 1.0) if first is None else {n: float(v) for n, v in first.items()}
        if set(start) != set(self.names) or not all(0 < v < math.inf for v in start.values()):
            raise ValueError(f"first is {start}, needs a number > 0 for each of {', '.join(self.names)}")
        self.log_var = nn.Parameter(torch.tensor([math.log(start[name]) for name in self.names]))

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
        # autocast stacks no float16
        wide = [losses[n].to(torch.promote_types(losses[n].dtype, torch.float32)) for n in self.names]
        values = torch.stack(wide)
        check_tensors(losses=values, log_var=self.log_var)
        return uncertainty_weighted(values, self.log_var)
