"""Changes of the references of lesson 09 that change nothing, and why: what tests/autograder/test_mutants.py prints, as it prints it."""

from .reasons import COUNT, CPU

CLASS = "both tables are symmetric and the samples of a class have equally many positives, so their total is the same by rows and by columns"
EQUIVALENT = {
    "09.1": {
        "match = torch.arange(len(za)).to(za.device) -> match = torch.arange(len(za))": CPU,
    },
    "09.2": {
        "match = torch.arange(len(img)).to(img.device) -> match = torch.arange(len(img))": CPU,
    },
    "09.3": {
        "sign = 2 * torch.eye(len(img)).to(img.device) - 1 -> sign = 2 * torch.eye(len(img)) - 1": CPU,
    },
    "09.4": {
        "me = torch.eye(len(z)).to(z.device).bool() -> me = torch.eye(len(z)).bool()": CPU,
        "logp = s - torch.logsumexp(s, 1, True) -> logp = s - torch.logsumexp(s, 0, True)": CLASS,
        "logp = s - torch.logsumexp(s, 1, True) -> logp = s - torch.logsumexp(s, 1, False)": CLASS,
        "each = -logp.masked_fill(~positive, 0).sum(1) / count.clamp_min(1) -> each = -logp.masked_fill(~positive, 0) / count.clamp_min(1)": CLASS,
        "each = -logp.masked_fill(~positive, 0).sum(1) / count.clamp_min(1) -> each = -logp.masked_fill(~positive, 0).sum(0) / count.clamp_min(1)": CLASS,
        "count = positive.sum(1) -> count = positive.sum(0)": "the table is symmetric",
        "return each.sum() / (count > 0).sum().clamp_min(1) -> return each.sum() / (count > 0).sum().clamp_min(2)": "positives come in pairs: the number of samples that have one is 0, and then the sum is 0 too, or at least 2",
    },
    "09.5": {
        "own = owner[top_texts] == torch.arange(len(sim)).to(owner.device)[:, None] -> own = owner[top_texts] == torch.arange(len(sim))[:, None]": CPU,
    },
    "09.6": {
        "classes = F.normalize(each.mean(1)) -> classes = F.normalize(each.sum(1))": "the length of the average is divided out",
    },
}

TAU = "the statement's smallest temperature is larger, and 0.00000001 more is below the tolerance"
TEMPERATURE = dict.fromkeys(
    (
        "tau + 1e-08",
        "tau if torch.as_tensor(tau).abs().max() > 0.001 else 1",
        "tau if torch.as_tensor(tau).abs().max() > 1e-06 else 1",
        "torch.as_tensor(tau).clamp(min=0.001)",
        "torch.as_tensor(tau).clamp(min=1e-06)",
    ),
    TAU,
)
GUARDED = {
    "09.1": TEMPERATURE,
    "09.3": {"len(img)": COUNT},
    "09.4": TEMPERATURE | {"(count > 0).sum().clamp_min(1)": COUNT, "count > 0": COUNT, "count.clamp_min(1)": COUNT},
}
