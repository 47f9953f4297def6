# %% right: masked_fill before the exponential, then sums
import torch

def poe_gaussian(mu, log_var, present):
    gone = ~present.unsqueeze(-1)
    m = mu.masked_fill(gone, 0.0)
    prec = torch.exp(-log_var.masked_fill(gone, 0.0)).masked_fill(gone, 0.0)
    total = 1 + prec.sum(dim=0)
    mean = (m * prec).sum(dim=0) / total
    return mean, -torch.log(total)

# %% right: loop over the experts with torch.where
import torch

def poe_gaussian(mu, log_var, present):
    M, N, D = mu.shape
    precision = torch.ones(N, D, dtype=mu.dtype, device=mu.device)
    weighted = torch.zeros(N, D, dtype=mu.dtype, device=mu.device)
    zero = torch.zeros((), dtype=mu.dtype, device=mu.device)
    for m in range(M):
        here = present[m][:, None]
        lv = torch.where(here, log_var[m], zero)
        mean = torch.where(here, mu[m], zero)
        p = torch.where(here, torch.exp(-lv), zero)
        precision = precision + p
        weighted = weighted + p * mean
    variance = 1.0 / precision
    return weighted * variance, torch.log(variance)

# %% right: prior as one more expert, logsumexp and softmax of the log precisions
import torch

def poe_gaussian(mu, log_var, present):
    mask = present[..., None]
    log_prec = torch.where(mask, -log_var, torch.full_like(log_var, float("-inf")))
    means = torch.where(mask, mu, torch.zeros_like(mu))
    prior = torch.zeros((1,) + tuple(mu.shape[1:]), dtype=mu.dtype)
    log_prec = torch.cat([prior, log_prec], dim=0)
    means = torch.cat([torch.zeros_like(prior), means], dim=0)
    w = torch.softmax(log_prec, dim=0)
    return (w * means).sum(0), -torch.logsumexp(log_prec, dim=0)

# %% right: sample by sample with boolean indexing
import torch

def poe_gaussian(mu, log_var, present):
    means, logs = [], []
    for n in range(mu.shape[1]):
        keep = present[:, n]
        a = mu[keep, n]             # (m, D), perhaps m = 0
        lv = log_var[keep, n]
        prec = (-lv).exp()
        total = prec.sum(0) + 1
        means.append((a * prec).sum(0) / total)
        logs.append(-total.log())
    return torch.stack(means), torch.stack(logs)

# %% right: recursion, one expert after the other multiplied into a Gaussian, log1p
import torch

def poe_gaussian(mu, log_var, present):
    inside = present[:, :, None].expand_as(mu)
    safe_mu = torch.where(inside, mu, 0.0)
    safe_prec = torch.where(inside, -log_var, 0.0).exp() * inside.to(mu.dtype)

    def rec(m):
        if m == 0:
            return torch.zeros_like(safe_mu[0]), torch.zeros_like(safe_prec[0])
        eta, lam = rec(m - 1)
        return eta + safe_mu[m - 1] * safe_prec[m - 1], lam + safe_prec[m - 1]

    eta, extra = rec(mu.shape[0])
    return eta / (1 + extra), -torch.log1p(extra)

# %% wrong: prior expert forgotten, only used where nobody is there
import torch

def poe_gaussian(mu, log_var, present):
    gone = ~present.unsqueeze(-1)
    m = mu.masked_fill(gone, 0)
    p = torch.exp(-log_var.masked_fill(gone, 0)).masked_fill(gone, 0)
    total = p.sum(0)
    nobody = ~present.any(0).unsqueeze(-1)
    total = torch.where(nobody, torch.ones_like(total), total)
    return (m * p).sum(0) / total, -total.log()

# %% wrong: absent experts multiplied by 0, NaN stays NaN
import torch

def poe_gaussian(mu, log_var, present):
    w = present.to(mu.dtype).unsqueeze(-1)
    precision = torch.exp(-log_var) * w
    total = 1 + precision.sum(dim=0)
    mean = (precision * mu).sum(dim=0) / total
    return mean, -torch.log(total)

# %% wrong: returns the variance, not its log
import torch

def poe_gaussian(mu, log_var, present):
    M = mu.shape[0]
    lam = torch.ones_like(mu[0])
    eta = torch.zeros_like(mu[0])
    for m in range(M):
        on = present[m].unsqueeze(1)
        p = torch.exp(-torch.where(on, log_var[m], 0.0))
        p = torch.where(on, p, 0.0)
        lam = lam + p
        eta = eta + p * torch.where(on, mu[m], 0.0)
    return eta / lam, 1 / lam

# %% wrong: absent experts counted as standard normals
import torch

def poe_gaussian(mu, log_var, present):
    mask = present[:, :, None]
    mu = torch.where(mask, mu, torch.zeros_like(mu))
    log_var = torch.where(mask, log_var, torch.zeros_like(log_var))
    precision = log_var.neg().exp()
    total = precision.sum(0) + 1.0
    return (precision * mu).sum(0) / total, -total.log()

# %% wrong: log variance taken for a log standard deviation
import torch

def poe_gaussian(mu, log_var, present):
    absent = ~present[..., None]
    sigma = log_var.masked_fill(absent, 0.0).exp()
    prec = (1 / sigma ** 2).masked_fill(absent, 0.0)
    num = (prec * mu.masked_fill(absent, 0.0)).sum(0)
    den = prec.sum(0) + 1
    return num / den, torch.log(1 / den)

# %% wrong: mean not divided by the total precision
import torch

def poe_gaussian(mu, log_var, present):
    mask = present.unsqueeze(2)
    p = torch.where(mask, -log_var, torch.tensor(float("-inf"), dtype=mu.dtype)).exp()
    m = torch.where(mask, mu, torch.zeros_like(mu))
    return torch.einsum("mnd,mnd->nd", p, m), -torch.log1p(p.sum(0))

# %% wrong: plain mean of the experts that are there instead of the weighted one
import torch

def poe_gaussian(mu, log_var, present):
    gone = ~present.unsqueeze(-1)
    prec = torch.exp(-log_var.masked_fill(gone, 0.0)).masked_fill(gone, 0.0)
    m = mu.masked_fill(gone, 0.0).sum(0)
    count = present.sum(0).unsqueeze(-1).to(mu.dtype) + 1
    return m / count, -torch.log(1 + prec.sum(0))

# %% wrong: writes zeros into the inputs where an expert is absent
import torch

def poe_gaussian(mu, log_var, present):
    with torch.no_grad():
        mu[~present] = 0.0
        log_var[~present] = 0.0
    on = present[..., None].to(mu.dtype)
    p = torch.exp(-log_var) * on
    lam = 1 + p.sum(0)
    return (p * mu).sum(0) / lam, -lam.log()

# %% wrong: only NaN is cleaned away, other numbers of absent experts have an effect
import torch

def poe_gaussian(mu, log_var, present):
    ok = ~(torch.isnan(mu) | torch.isnan(log_var))
    mean = torch.where(ok, mu, torch.zeros_like(mu))
    lv = torch.where(ok, log_var, torch.zeros_like(log_var))
    prec = torch.where(ok, torch.exp(-lv), torch.zeros_like(lv))
    total = 1 + prec.sum(dim=0)
    return (prec * mean).sum(dim=0) / total, -total.log()

# %% wrong: prior added once for each expert that is there
import torch

def poe_gaussian(mu, log_var, present):
    out_m, out_s = [], []
    for n in range(mu.shape[1]):
        lam = torch.zeros_like(mu[0, n])
        eta = torch.zeros_like(mu[0, n])
        for m in range(mu.shape[0]):
            if present[m, n]:
                p = torch.exp(-log_var[m, n])
                lam = lam + (1 + p)
                eta = eta + p * mu[m, n]
        if not present[:, n].any():
            lam = lam + 1
        out_m.append(eta / lam)
        out_s.append(-lam.log())
    return torch.stack(out_m), torch.stack(out_s)

# %% two: prior forgotten; NaN or infinity where nobody is there
import torch

def poe_gaussian(mu, log_var, present):
    gone = ~present.unsqueeze(-1)
    p = torch.exp(-log_var.masked_fill(gone, 0.0)).masked_fill(gone, 0.0)
    total = p.sum(0)
    mean = (p * mu.masked_fill(gone, 0.0)).sum(0) / total
    return mean, -torch.log(total)

# %% two: sign of the log variance wrong (log precision returned); NaN of absent experts leaks
import torch

def poe_gaussian(mu, log_var, present):
    p = torch.exp(-log_var) * present[:, :, None]
    lam = 1 + p.sum(0)
    return (p * mu).sum(0) / lam, lam.log()

# %% two: adds up variances instead of precisions (also as the weights); they are detached
import torch

def poe_gaussian(mu, log_var, present):
    gone = ~present.unsqueeze(-1)
    w = torch.exp(log_var.detach().masked_fill(gone, 0.0)).masked_fill(gone, 0.0)
    total = 1 + w.sum(0)
    mean = (w * mu.masked_fill(gone, 0.0)).sum(0) / total
    return mean, -total.log()

# %% two: an expert is used only when it is there for every sample of the batch; results in the order log variance, mean
import torch

def poe_gaussian(mu, log_var, present):
    lam = torch.ones_like(mu[0])
    eta = torch.zeros_like(mu[0])
    for m in range(len(mu)):
        if bool(present[m].all()):
            p = torch.exp(-log_var[m])
            lam = lam + p
            eta = eta + p * mu[m]
    return -torch.log(lam), eta / lam
