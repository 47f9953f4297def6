"""A clinic that does not exist: pictures, notes and laboratory values of patients whose truth is known."""

import torch
from torch import Tensor
from torch.nn import functional as F

from fusion_edu.data.samples import Modality, Samples

ORDERED = ("suspected", "everyone", "at random")
SIDE, LABS, LATE = 16, 6, 3  # pixels; laboratory values; the first of those that somebody has to order
SYMPTOMS = ("fever", "cough", "breathless", "tired", "chest", "night")
HABITS = (
    "teacher", "driver", "nurse", "cook", "farmer", "clerk", "painter", "student", "smoker", "runner", "cyclist", "singer",
    "garden", "dog", "cat", "stairs", "village", "city", "coffee", "tea", "allergy", "glasses", "twins", "widow",
)  # fmt: skip


def clinic(patients: int, seed: int, *, ordered: str = "suspected", older: float = 0.2, ill: float = 0.3) -> Samples:
    """Visits to a clinic that is made up, one to five a patient; no number in it says anything about real patients.

    A patient looks and lives alike at every visit, ill or not. The illness shows as a spot in the picture (a faint one in
    older patients), as complaints in the note, and in the laboratory.

    Args:
        patients: P, >= 2.
        seed: of the patients; the clinic (where the spot is, what a complaint weighs) is always the same.
        ordered: who gets the last three laboratory values: "suspected", those whom a doctor finds suspicious for reasons
            that are not in the record; "everyone"; or half of the visits "at random".
        older: share of older patients, between 0 and 1.
        ill: share of ill patients, between 0 and 1.

    Returns:
        x["picture"] (B, 1, 16, 16) float32; x["note"] B strings; x["labs"] (B, 6) float32 in standard deviations, nan where
        not measured; x["older"] (B,) bool, to look for gaps, no input of a model; y (B,) of "well" and "ill"; groups (B,) patient.

    Raises:
        ValueError: patients < 2, another ``ordered``, or a share outside 0..1.
    """
    if patients < 2:
        raise ValueError(f"patients is {patients}, needs >= 2")
    if ordered not in ORDERED:
        raise ValueError(f"ordered is {ordered!r}, needs one of {', '.join(ORDERED)}")
    for name, share in (("older", older), ("ill", ill)):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} is {share}, needs a share between 0 and 1")
    draw = torch.Generator().manual_seed(seed)
    sick = torch.rand(patients, generator=draw) < ill
    old = torch.rand(patients, generator=draw) < older
    who = torch.arange(patients).repeat_interleave(torch.randint(1, 6, (patients,), generator=draw))
    y = sick[who].long()
    bad = sick.float() * (0.6 + 0.8 * torch.rand(patients, generator=draw))  # (P,) how ill
    x: dict[str, Modality] = {
        "picture": _pictures(bad, old, who, draw),
        "note": _notes(bad, who, draw),
        "labs": _labs(bad, who, ordered, draw),
        "older": old[who],
    }
    return Samples(x, y, ("well", "ill"), who)


def _pictures(bad: Tensor, old: Tensor, who: Tensor, draw: torch.Generator) -> Tensor:
    """Each patient's own soft pattern, the spot, and the noise of the visit."""
    body = torch.randn(len(bad), 1, 6, 6, generator=draw)
    body = 0.8 * F.interpolate(body, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
    rows, columns = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    spot = torch.exp(-((rows - 5.0) ** 2 + (columns - 10.0) ** 2) / 8)
    seen = bad * torch.where(old, 0.35, 1.0)
    noise = torch.randn(len(who), 1, SIDE, SIDE, generator=draw)
    return body[who] + 1.3 * seen[who][:, None, None, None] * spot + 0.6 * noise


def _notes(bad: Tensor, who: Tensor, draw: torch.Generator) -> tuple[str, ...]:
    """Three words of the patient's life, at every visit, and complaints, of which the ill have more."""
    life = torch.rand(len(bad), len(HABITS), generator=draw).argsort(1)[:, :3][who].tolist()
    often = torch.tensor([0.35, 0.30, 0.25, 0.25, 0.15, 0.12])  # in somebody who is well
    more = torch.tensor([0.18, 0.12, 0.25, 0.10, 0.15, 0.05])
    said = torch.rand(len(who), len(SYMPTOMS), generator=draw) < often + bad[who][:, None] * more
    notes = []
    for habits, complaints in zip(life, said.tolist(), strict=True):
        told = [word for word, there in zip(SYMPTOMS, complaints, strict=True) if there]
        notes.append(" ".join([*(HABITS[h] for h in habits), *(told or ["nothing"])]))
    return tuple(notes)


def _labs(bad: Tensor, who: Tensor, ordered: str, draw: torch.Generator) -> Tensor:
    """Three values of everybody and three that are ordered together; one in twenty is lost."""
    usual = torch.randn(len(bad), LABS, generator=draw)[who]  # what is normal for this patient
    shift = torch.tensor([0.5, 0.3, 0.0, 0.6, 0.4, 0.0])
    values = 0.8 * usual + 0.6 * torch.randn(len(who), LABS, generator=draw) + bad[who][:, None] * shift
    usual_chance = torch.full((len(who),), 1.0 if ordered == "everyone" else 0.5)
    chance = torch.where(bad[who] > 0, 0.75, 0.25) if ordered == "suspected" else usual_chance
    asked = torch.rand(len(who), generator=draw) < chance
    there = torch.rand(len(who), LABS, generator=draw) > 0.05
    there[:, LATE:] &= asked[:, None]
    return values.masked_fill(~there, torch.nan)
