# %% [markdown]
# # Exercises 09 · Alignment and retrieval
#
# Write each function, then run the cell below it. A check answers at once: it is right, or it is not and here is an
# input on which you can see it, or *this is the mistake*. Run it as often as you like: its card folds hints, the mildest first.
#
# Right in another way is right: a check compares what your function does, not how it is written.
# The lesson: [notebooks/09_alignment_and_retrieval.ipynb](../notebooks/09_alignment_and_retrieval.ipynb)

# %%
import torch
from torch.nn import functional as F

from fusion_edu import widgets
from fusion_edu.checks import check, defend

# %% [markdown] task="09.1"

# %% answer="09.1"


def info_nce(za, zb, tau=0.07):
    """Each row of za (N, D) must find its own row of zb among all of them: a scalar."""
    ### BEGIN SOLUTION
    logits = F.normalize(za, dim=1) @ F.normalize(zb, dim=1).T / tau
    return (logits.logsumexp(dim=1) - logits.diagonal()).mean()
    ### END SOLUTION


# %% check="09.1"
check("09.1", info_nce)

# %% [markdown] task="09.2"

# %% answer="09.2"


def clip_loss(img, txt, log_scale):
    """Both directions, with the scale exp(log_scale) of at most 100: a scalar."""
    ### BEGIN SOLUTION
    logits = log_scale.exp().clamp(max=100) * img @ txt.T
    match = torch.arange(len(img), device=img.device)
    return (F.cross_entropy(logits, match) + F.cross_entropy(logits.T, match)) / 2
    ### END SOLUTION


# %% check="09.2"
check("09.2", clip_loss)

# %% [markdown] task="09.3"

# %% answer="09.3"


def siglip_loss(img, txt, scale, bias):
    """Every pair of the batch is a yes-or-no question, the sum divided by N: a scalar."""
    ### BEGIN SOLUTION
    logits = scale * img @ txt.T + bias
    same = torch.eye(len(img), dtype=torch.bool, device=img.device)
    return -F.logsigmoid(torch.where(same, logits, -logits)).sum() / len(img)
    ### END SOLUTION


# %% check="09.3"
check("09.3", siglip_loss)

# %% [markdown] task="09.4"

# %% answer="09.4"


def supcon_loss(z, labels, tau=0.1):
    """Each sample finds the others of its class, the mean over the samples that have any: a scalar."""
    ### BEGIN SOLUTION
    itself = torch.eye(len(z), dtype=torch.bool, device=z.device)
    log_p = (z @ z.T / tau).masked_fill(itself, -torch.inf).log_softmax(dim=1)
    positive = (labels[:, None] == labels) & ~itself
    count = positive.sum(dim=1)
    each = -torch.where(positive, log_p, 0).sum(dim=1) / count.clamp(min=1)
    return each.sum() / (count > 0).sum().clamp(min=1)
    ### END SOLUTION


# %% check="09.4"
check("09.4", supcon_loss)

# %% [markdown] task="09.5"

# %% answer="09.5"


def recall_at_k(sim, owner, k):
    """(picture to text, text to picture) of similarities (I, T) where text t belongs to picture owner[t]."""
    ### BEGIN SOLUTION
    texts = owner[sim.topk(k, dim=1).indices]  # (I, k) whose texts were found
    pictures = sim.topk(k, dim=0).indices  # (k, T)
    i2t = (texts == torch.arange(len(sim), device=sim.device)[:, None]).any(dim=1)
    t2i = (pictures == owner).any(dim=0)
    return i2t.float().mean().item(), t2i.float().mean().item()
    ### END SOLUTION


# %% check="09.5"
check("09.5", recall_at_k)

# %% [markdown] task="09.6"

# %% answer="09.6"


def zero_shot(img, prompts):
    """Class of each picture (N, D), by P sentences for each of C classes (C, P, D): (N,)."""
    ### BEGIN SOLUTION
    classes = F.normalize(F.normalize(prompts, dim=-1).mean(dim=1), dim=-1)  # (C, D)
    return (img @ classes.T).argmax(dim=1)
    ### END SOLUTION


# %% check="09.6"
check("09.6", zero_shot)

# %% [markdown]
# ## Open task: a fair contest
#
# *Your own experiment. Checked is whether your conclusion follows from your runs.*
#
# The lesson compared six losses with a learning rate that was chosen for CLIP, and called that no ranking. Make it one, for
# two losses of your choice: give **both the same budget** (for example three learning rates each), choose on the validation
# emoji, and score only the winners on the test emoji. Do that for at least four splits, and **conclude**. The splits share
# rows, so the ratio of test to training rows stands there. If the interval holds 0, that is a result: "not shown".
#
# The features are those of the lesson; `recall` trains two towers once, a few seconds a run.

# %%
from torch import nn

from fusion_edu import data, encoders, evaluate, losses, train


class Towers(nn.Module):
    def __init__(self):
        super().__init__()
        self.picture, self.text = nn.Linear(1280, 128), nn.Linear(384, 128)

    def forward(self, x):
        x = {m: part * F.dropout(torch.ones(part.shape[1]), 0.5, self.training) for m, part in x.items()}
        return torch.stack([self.picture(x["picture"]), self.text(x["text"])], dim=1)


def features():
    """Pictures (1352, 1280) and names (1352, 384) of the Noto emoji."""
    emoji = data.emoji("noto", size=72)
    return encoders.image_features(emoji.x["image"], side=160), encoders.text_features(emoji.x["name"])


def recall(loss, tables, known, asked, learning_rate, seed):
    """R@10 of the pictures ``asked`` after training with ``loss(pictures, names)`` on the rows ``known``."""
    x = {m: F.normalize(t - t[known].mean(0), dim=1) * t.shape[1] ** 0.5
         for m, t in zip(("picture", "text"), tables, strict=True)}  # fmt: skip
    torch.manual_seed(seed)
    model = Towers()
    train.fit(model, {m: t[known] for m, t in x.items()}, known, loss=lambda z, _: loss(z[:, 0], z[:, 1]), epochs=15,
              batch_size=256, learning_rate=learning_rate, optimizer="adamw", seed=seed, progress=False)  # fmt: skip
    with torch.no_grad():
        z = F.normalize(model({m: t[asked] for m, t in x.items()}), dim=2)
    return evaluate.recall_at_k(evaluate.ranks(z[:, 0] @ z[:, 1].T), 10).mean


# tables = features()
# for seed in range(4):
#     rest, test = data.split(1352, 350 / 1352, seed)  # nobody is tuned on the test emoji
#     known, valid = (rest[part] for part in data.split(len(rest), 200 / len(rest), seed))
#     ... recall(losses.clip, tables, known, valid, 3e-3, seed)
runs = {}  # e.g. {"CLIP": [four scores], "SigLIP": [four scores]}
conclusion = None  # "better", "worse", "the same" (then give margin=, chosen before the run) or "not shown"
defend("09.open", runs, conclusion, unit="splits", test_to_train=350 / 802)

# %%
widgets.progress_map()
