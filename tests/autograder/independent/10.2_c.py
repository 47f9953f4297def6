# %% right: absent numbers replaced before exp, precisions masked and summed
import torch


def poe_gaussian(mu, log_var, present):
    here = present.unsqueeze(-1)
    m = mu.masked_fill(~here, 0.0)
    lv = log_var.masked_fill(~here, 0.0)
    precision = torch.exp(-lv) * here
    total = 1 + precision.sum(dim=0)
    mean = (m * precision).sum(dim=0) / total
    return mean, -torch.log(total)


# %% right: loop over the experts, adding up with where
import torch


def poe_gaussian(mu, log_var, present):
    M, N, D = mu.shape
    zero = torch.zeros_like(mu[0])
    total = torch.ones_like(mu[0])
    weighted = torch.zeros_like(mu[0])
    for k in range(M):
        mask = present[k][:, None].expand(N, D)
        lv = torch.where(mask, log_var[k], zero)
        mk = torch.where(mask, mu[k], zero)
        prec = torch.where(mask, torch.exp(-lv), zero)
        total = total + prec
        weighted = weighted + mk * prec
    return weighted / total, total.log().neg()


# %% right: in log space, the prior stacked in front, logsumexp and softmax over the experts
import torch


def poe_gaussian(mu, log_var, present):
    on = present[..., None]
    prior = torch.zeros_like(mu[:1])
    log_prec = torch.where(on, -log_var, -torch.inf)
    log_prec = torch.cat([prior, log_prec])
    means = torch.cat([prior, torch.where(on, mu, 0.0)])
    share = torch.softmax(log_prec, dim=0)
    return torch.einsum("mnd,mnd->nd", share, means), -torch.logsumexp(log_prec, dim=0)


# %% right: sample by sample, only the experts that are there are picked out
import torch


def poe_gaussian(mu, log_var, present):
    means, log_vars = [], []
    for n in range(mu.shape[1]):
        who = torch.nonzero(present[:, n]).flatten()
        prec = (-log_var[who, n]).exp()  # (number there, D), possibly 0 rows
        inv = prec.sum(0) + 1.0
        means.append((prec * mu[who, n]).sum(0) / inv)
        log_vars.append(-torch.log(inv))
    return torch.stack(means), torch.stack(log_vars)


# %% right: Bayes updates one expert after the other, starting from the standard normal
import torch


def poe_gaussian(mu, log_var, present):
    def update(k, mean, var):
        if k == mu.shape[0]:
            return mean, var.log()
        seen = present[k].unsqueeze(1)
        obs = mu[k].masked_fill(~seen, 0)
        noise = log_var[k].masked_fill(~seen, 0).exp()
        gain = var / (var + noise) * seen.to(mu.dtype)
        return update(k + 1, mean + gain * (obs - mean), var * noise / (var + noise) * seen + var * ~seen)

    start = torch.zeros_like(mu[0])
    return update(0, start, torch.ones_like(mu[0]))


# %% wrong: multiplies by the mask, so NaN of an absent expert stays NaN
import torch


def poe_gaussian(mu, log_var, present):
    mask = present.unsqueeze(2).to(mu.dtype)
    prec = torch.exp(-log_var) * mask
    total = 1 + prec.sum(0)
    mean = (mu * prec).sum(0) / total
    return mean, -torch.log(total)


# %% wrong: absent experts filled with mean 0 and log-variance 0, each counts as one more standard normal
import torch


def poe_gaussian(mu, log_var, present):
    absent = ~present[:, :, None]
    mu = mu.masked_fill(absent, 0.0)
    log_var = log_var.masked_fill(absent, 0.0)
    mu = torch.cat([torch.zeros_like(mu[:1]), mu])
    log_var = torch.cat([torch.zeros_like(log_var[:1]), log_var])
    prec = (-log_var).exp()
    var = 1 / prec.sum(0)
    return var * (mu * prec).sum(0), var.log()


# %% wrong: the prior is used only for samples where nobody is there
import torch


def poe_gaussian(mu, log_var, present):
    on = present.unsqueeze(-1)
    lv = torch.where(on, log_var, torch.zeros_like(log_var))
    m = torch.where(on, mu, torch.zeros_like(mu))
    prec = torch.exp(-lv) * on
    total = prec.sum(0)
    nobody = ~present.any(0)
    total = torch.where(nobody[:, None], torch.ones_like(total), total)
    return (m * prec).sum(0) / total, -torch.log(total)


# %% wrong: takes exp(log_var) for the precision (sign forgotten)
import torch


def poe_gaussian(mu, log_var, present):
    N, D = mu.shape[1:]
    total = mu.new_ones(N, D)
    acc = mu.new_zeros(N, D)
    for m_k, lv_k, p_k in zip(mu, log_var, present):
        p = p_k[:, None]
        prec = lv_k.masked_fill(~p, -torch.inf).exp()
        total = total + prec
        acc = acc + m_k.masked_fill(~p, 0) * prec
    return acc / total, -total.log()


# %% wrong: reads log_var as the log of sigma, precision exp(-2 log_var)
import torch


def poe_gaussian(mu, log_var, present):
    here = present[..., None]
    sigma = torch.exp(log_var.masked_fill(~here, 0.0))
    tau = here / sigma**2
    T = tau.sum(dim=0) + 1
    mean = torch.einsum("mnd,mnd->nd", tau, mu.masked_fill(~here, 0.0)) / T
    return mean, torch.log(1 / T)


# %% wrong: nan_to_num instead of present, absent experts with ordinary numbers take part
import torch


def poe_gaussian(mu, log_var, present):
    known = ~(torch.isnan(mu) | torch.isnan(log_var))
    m = torch.nan_to_num(mu)
    lv = torch.nan_to_num(log_var)
    prec = torch.exp(-lv) * known
    total = 1.0 + prec.sum(0)
    return (prec * m).sum(0) / total, -total.log()


# %% wrong: masks after exp, an absent log_var such as -1000 gives a NaN gradient
import torch


def poe_gaussian(mu, log_var, present):
    on = present.unsqueeze(-1).expand_as(mu)
    zero = torch.zeros_like(mu)
    prec = torch.where(on, torch.exp(-log_var), zero)
    clean = torch.where(on, mu, zero)
    total = prec.sum(dim=0) + 1
    mean = (clean * prec).sum(dim=0) / total
    return mean, -torch.log(total)


# %% wrong: writes 0 and infinity into the caller's tensors where the expert is absent
import torch


def poe_gaussian(mu, log_var, present):
    with torch.no_grad():
        mu[~present] = 0.0
        log_var[~present] = float("inf")
    prec = torch.exp(-log_var)
    lam = 1 + torch.sum(prec, 0)
    return torch.sum(prec * mu, 0) / lam, -torch.log(lam)


# %% wrong: the mean leaves the prior out of its denominator, and is 0/0 set to 0 where nobody is there
import torch


def poe_gaussian(mu, log_var, present):
    on = present.unsqueeze(-1)
    m = torch.where(on, mu, torch.zeros_like(mu))
    lv = torch.where(on, log_var, torch.zeros_like(log_var))
    p = torch.exp(-lv) * on
    experts = p.sum(0)
    safe = torch.where(experts > 0, experts, torch.ones_like(experts))
    mean = (p * m).sum(0) / safe
    return mean, -torch.log1p(experts)


# %% wrong: a sample with any absent expert falls back to the prior entirely
import torch


def poe_gaussian(mu, log_var, present):
    complete = present.all(dim=0)
    mean = torch.zeros_like(mu[0])
    logv = torch.zeros_like(mu[0])
    rows = complete.nonzero().squeeze(1)
    if len(rows):
        prec = torch.exp(-log_var[:, rows])
        total = 1 + prec.sum(0)
        mean = mean.index_copy(0, rows, (prec * mu[:, rows]).sum(0) / total)
        logv = logv.index_copy(0, rows, -total.log())
    return mean, logv


# %% two: returns log precision (minus forgotten); averages the precisions of the experts instead of adding
import torch


def poe_gaussian(mu, log_var, present):
    on = present.unsqueeze(-1)
    k = present.sum(0).clamp(min=1).unsqueeze(-1)
    prec = torch.exp(-log_var.masked_fill(~on, 0)) * on
    total = 1 + prec.sum(0) / k
    mean = (prec * mu.masked_fill(~on, 0)).sum(0) / k / total
    return mean, total.log()


# %% two: no prior beside the experts (only where nobody is there); the means are not masked, NaN of an absent one stays
import torch


def poe_gaussian(mu, log_var, present):
    on = present.unsqueeze(-1)
    prec = torch.exp(-log_var.masked_fill(~on, 0)) * on
    total = prec.sum(0)
    total = torch.where(total > 0, total, torch.ones_like(total))
    mean = torch.einsum("mnd,mnd->nd", prec, mu) / total
    return mean, -torch.log(total)


# %% two: outputs in the wrong order; one prior for each expert, M in all
import torch


def poe_gaussian(mu, log_var, present):
    M = mu.shape[0]
    on = present.unsqueeze(-1)
    lv = torch.where(on, log_var, torch.zeros_like(log_var))
    prec = torch.exp(-lv) * on
    total = M + prec.sum(0)
    mean = (prec * torch.where(on, mu, torch.zeros_like(mu))).sum(0) / total
    return -torch.log(total), mean


# %% two: base-2 logarithm in the result; the mean is not divided by the total precision
import torch


def poe_gaussian(mu, log_var, present):
    zero = torch.zeros((), dtype=mu.dtype)
    total, acc = 1.0, 0.0
    for k in range(len(mu)):
        p = present[k].unsqueeze(1)
        prec = torch.where(p, torch.exp(-torch.where(p, log_var[k], zero)), zero)
        total = total + prec
        acc = acc + prec * torch.where(p, mu[k], zero)
    return acc, -torch.log2(total)
