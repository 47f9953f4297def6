# %% right: where first, then sums of precisions
import torch

def poe_gaussian(mu, log_var, present):
    zero = torch.zeros_like(mu)
    there = present.unsqueeze(-1)
    lv = torch.where(there, log_var, zero)
    m = torch.where(there, mu, zero)
    prec = torch.exp(-lv) * there
    total = 1 + prec.sum(0)
    return (m * prec).sum(0) / total, -torch.log(total)

# %% right: loop over experts
import torch

def poe_gaussian(mu, log_var, present):
    M = mu.shape[0]
    precision = torch.ones_like(mu[0])
    weighted = torch.zeros_like(mu[0])
    for m in range(M):
        here = present[m].unsqueeze(1).expand_as(mu[m])
        t = torch.where(here, torch.exp(-torch.where(here, log_var[m], torch.zeros_like(mu[m]))), torch.zeros_like(mu[m]))
        precision = precision + t
        weighted = weighted + t * torch.where(here, mu[m], torch.zeros_like(mu[m]))
    return weighted / precision, precision.log().neg()

# %% right: masked_fill, log_var to infinity
import torch

def poe_gaussian(mu, log_var, present):
    absent = ~present[:, :, None]
    tau = log_var.masked_fill(absent, float("inf")).neg().exp()
    mean = mu.masked_fill(absent, 0.0)
    lam = tau.sum(dim=0) + 1.0
    return torch.sum(tau * mean, dim=0) / lam, torch.log(1.0 / lam)

# %% right: prior stacked as one more expert, softmax of the log precisions
import torch

def poe_gaussian(mu, log_var, present):
    gone = ~present.unsqueeze(-1)
    lp = (-log_var).masked_fill(gone, -float("inf"))
    lp = torch.cat([torch.zeros_like(lp[:1]), lp])
    mm = torch.cat([torch.zeros_like(mu[:1]), mu.masked_fill(gone, 0)])
    return (torch.softmax(lp, dim=0) * mm).sum(0), -torch.logsumexp(lp, dim=0)

# %% right: each sample by itself, only those present
import torch

def poe_gaussian(mu, log_var, present):
    means, logs = [], []
    for n in range(mu.shape[1]):
        rows = present[:, n]
        tau = torch.exp(-log_var[rows, n])
        total = tau.sum(0) + 1
        means.append((tau * mu[rows, n]).sum(0) / total)
        logs.append(-total.log())
    return torch.stack(means), torch.stack(logs)

# %% right: einsum over the experts in float64
import torch

def poe_gaussian(mu, log_var, present):
    ok = present[..., None].expand_as(mu)
    lv = torch.where(ok, log_var, 0.0).double()
    m = torch.where(ok, mu, 0.0).double()
    w = present.double()
    tau = torch.exp(-lv)
    total = torch.einsum("mn,mnd->nd", w, tau) + 1
    mean = torch.einsum("mn,mnd,mnd->nd", w, tau, m) / total
    return mean.to(mu.dtype), (-torch.log(total)).to(mu.dtype)

# %% right: one expert after the other, by Kalman updates
import torch

def poe_gaussian(mu, log_var, present):
    mean, var = torch.zeros_like(mu[0]), torch.ones_like(mu[0])
    for m, lv, here in zip(mu, log_var, present):
        here = here[:, None]
        safe = lv.masked_fill(~here, 0.0).exp()
        gain = torch.where(here, var / (var + safe), torch.zeros_like(var))
        mean = mean + gain * (m.masked_fill(~here, 0.0) - mean)
        var = torch.where(here, var * safe / (var + safe), var)
    return mean, var.log()

# %% right: log1p of the summed precision
import torch

def _clean(t, present):
    return torch.where(present.unsqueeze(2), t, torch.zeros((), dtype=t.dtype))

def poe_gaussian(mu, log_var, present):
    p = present.unsqueeze(2).to(mu.dtype)
    tau = _clean(log_var, present).neg().exp().mul(p)
    s = tau.sum(dim=0)
    return (_clean(mu, present) * tau).sum(dim=0).div(s + 1), torch.log1p(s).neg()

# %% wrong: the prior is forgotten (guarded so that nobody there gives 0 and 0)
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-lv) * there
    total = prec.sum(0)
    total = torch.where(total > 0, total, torch.ones_like(total))
    return (m * prec).sum(0) / total, -torch.log(total)

# %% wrong: mask ignored
import torch

def poe_gaussian(mu, log_var, present):
    prec = torch.exp(-log_var)
    total = 1 + prec.sum(0)
    return (mu * prec).sum(0) / total, -torch.log(total)

# %% wrong: mask multiplied, so NaN of the absent stays
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1).to(mu.dtype)
    prec = torch.exp(-log_var) * there
    total = 1 + prec.sum(0)
    return (mu * prec).sum(0) / total, -torch.log(total)

# %% wrong: returns the log precision instead of the log variance
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-lv) * there
    total = 1 + prec.sum(0)
    return (m * prec).sum(0) / total, torch.log(total)

# %% wrong: returns the variance, without a logarithm
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-lv) * there
    total = 1 + prec.sum(0)
    return (m * prec).sum(0) / total, 1 / total

# %% wrong: exp(log_var) taken as the precision
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(lv) * there
    total = 1 + prec.sum(0)
    return (m * prec).sum(0) / total, -torch.log(total)

# %% wrong: log_var taken as the log of the standard deviation
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-2 * lv) * there
    total = 1 + prec.sum(0)
    return (m * prec).sum(0) / total, -torch.log(total)

# %% wrong: mean not divided by the precision
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-lv) * there
    total = 1 + prec.sum(0)
    return (m * prec).sum(0), -torch.log(total)

# %% wrong: plain mean of the means
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-lv) * there
    total = 1 + prec.sum(0)
    count = there.sum(0).clamp(min=1)
    return m.sum(0) / count, -torch.log(total)

# %% wrong: variances added instead of precisions
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    var = torch.exp(lv) * there
    prec = torch.exp(-lv) * there
    return (m * prec).sum(0) / (1 + prec.sum(0)), torch.log(1 + var.sum(0))

# %% wrong: absent experts set to 0 and 0, so each counts as one more standard normal
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-lv)
    total = 1 + prec.sum(0)
    return (m * prec).sum(0) / total, -torch.log(total)

# %% wrong: the prior in the variance only, not in the mean
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-lv) * there
    s = prec.sum(0)
    return (m * prec).sum(0) / s.clamp(min=1e-12), -torch.log(1 + s)

# %% wrong: one prior for each expert (adds M instead of 1)
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-lv) * there
    total = mu.shape[0] + prec.sum(0)
    return (m * prec).sum(0) / total, -torch.log(total)

# %% wrong: precision averaged over the experts present instead of summed
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-lv) * there
    n = there.sum(0).clamp(min=1)
    total = 1 + prec.sum(0) / n
    return (m * prec).sum(0) / n / total, -torch.log(total)

# %% wrong: NaN where nobody is there, because 0/0
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-lv) * there
    s = prec.sum(0)
    mean = (m * prec).sum(0) / s
    return mean * s / (1 + s), -torch.log(1 + s)

# %% two: prior forgotten; log precision returned
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-lv) * there
    total = prec.sum(0)
    total = torch.where(total > 0, total, torch.ones_like(total))
    return (m * prec).sum(0) / total, torch.log(total)

# %% two: mask ignored; the prior forgotten
import torch

def poe_gaussian(mu, log_var, present):
    prec = torch.exp(-log_var)
    total = prec.sum(0)
    return (mu * prec).sum(0) / total, -torch.log(total)

# %% two: exp(log_var) as precision; mean not divided
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(lv) * there
    total = 1 + prec.sum(0)
    return (m * prec).sum(0), -torch.log(total)

# %% two: log_var as log sigma; variance without a logarithm
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1)
    lv, m = torch.where(there, log_var, 0.0), torch.where(there, mu, 0.0)
    prec = torch.exp(-2 * lv) * there
    total = 1 + prec.sum(0)
    return (m * prec).sum(0) / total, 1 / total

# %% two: mask multiplied, so NaN stays; the prior forgotten
import torch

def poe_gaussian(mu, log_var, present):
    there = present.unsqueeze(-1).to(mu.dtype)
    prec = torch.exp(-log_var) * there
    total = prec.sum(0)
    total = torch.where(total > 0, total, torch.ones_like(total))
    return (mu * prec).sum(0) / total, -torch.log(total)
