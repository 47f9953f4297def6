"""Encoders, fusion and head together; and one model a modality with a combined decision."""

import copy
from functools import partial

import pytest
import torch
from torch import nn

from fusion_edu import fusion, train
from fusion_edu.model import DecisionModel, FusionModel

DIMS = {"image": 3, "text": 4}
B = 6
PRESENT = torch.tensor([[True, True], [True, False], [False, True], [True, True], [False, True], [True, False]])


def inputs(device="cpu"):
    generator = torch.Generator().manual_seed(0)
    image = torch.randn(B, 1, 2, 2, generator=generator, dtype=torch.float64)
    return {"image": image.to(device), "text": torch.randint(5, (B, 7), generator=generator).to(device)}


class Words(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.table = nn.Embedding(5, width)

    def forward(self, ids):
        return self.table(ids).mean(1)


def encoders():
    torch.manual_seed(0)
    return {"text": Words(4), "image": nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.BatchNorm1d(3))}


def feature_model():
    return FusionModel(encoders(), fusion.Gated(DIMS, 5), nn.Linear(5, 2)).double()


def decision_model(combine=fusion.average_logits):
    torch.manual_seed(0)
    experts = {"image": nn.Sequential(nn.Flatten(), nn.Linear(4, 2)), "text": nn.Sequential(Words(4), nn.Linear(4, 2))}
    return DecisionModel(experts, combine).double()


both = pytest.mark.parametrize("build", [feature_model, decision_model])


def test_is_encode_then_fuse_then_head():
    model, x = feature_model().eval(), inputs()
    z = {m: encoder(x[m]) for m, encoder in model.encoders.items()}
    want = model.head(model.fusion(z))
    torch.testing.assert_close(model(x), want)
    torch.testing.assert_close(model.fuse(model.encode(x)), want)


def test_decisions_are_those_of_the_experts():
    model, x = decision_model(partial(fusion.average_logits, weights={"image": 1.0, "text": 3.0})), inputs()
    want = (model.experts["image"](x["image"]) + 3 * model.experts["text"](x["text"])) / 4
    torch.testing.assert_close(model(x), want)


@both
def test_every_parameter_gets_a_gradient_and_survives_a_round_trip(build):
    model, x = build(), inputs()
    out = model(x, PRESENT)
    (out * torch.randn_like(out)).sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())
    other = build()
    for p in other.parameters():
        p.data.zero_()
    other.load_state_dict(copy.deepcopy(model.state_dict()))
    assert torch.equal(other.eval()(x, PRESENT), model.eval()(x, PRESENT))


@both
@pytest.mark.parametrize("bad", [torch.nan, torch.inf])
def test_missing_rows_never_reach_an_encoder(build, bad, device):
    """Not its gradients (0 * NaN is NaN), not the statistics of batch normalisation."""
    results = []
    for filling in (bad, 0.0):
        model, x = build().to(device), inputs(device)
        x["image"] = x["image"].masked_fill(~PRESENT[:, 0].to(device).view(-1, 1, 1, 1), filling)
        out = model(x, PRESENT.to(device))
        out.square().sum().backward()
        results.append((out, *(p.grad for p in model.parameters()), *model.buffers()))
    for got, want in zip(*results, strict=True):
        torch.testing.assert_close(got, want, rtol=0, atol=0)
        assert got.isfinite().all()


@both
def test_a_row_depends_on_that_row_alone(build):
    model, x = build().eval(), inputs()
    out = model(x, PRESENT)
    for i in range(B):
        torch.testing.assert_close(model({m: v[i : i + 1] for m, v in x.items()}, PRESENT[i : i + 1]), out[i : i + 1])


@both
def test_a_modality_that_no_row_has(build):
    model, x = build().eval(), inputs()
    x["image"] = x["image"] * torch.nan
    assert model(x, torch.tensor([False, True]).expand(B, 2)).isfinite().all()


@both
def test_runs_on_the_meta_device(build):
    x = {m: v.to("meta") for m, v in inputs().items()}
    assert build().to("meta")(x, PRESENT.to("meta")).shape == (B, 2)


@both
def test_trains(build):
    x, y = inputs(), torch.tensor([0, 1, 0, 1, 0, 1])
    history = train.fit(build(), x, y, loss=nn.functional.cross_entropy, epochs=30, learning_rate=0.05, progress=False)
    assert history.train_loss[-1] < 0.5 * history.train_loss[0]


def test_a_learned_rule_is_part_of_the_model():
    model = decision_model(fusion.LearnedAverage(["image", "text"]))
    assert "combine.scores" in model.state_dict()
    torch.testing.assert_close(model(inputs(), PRESENT).exp().sum(1), torch.ones(B, dtype=torch.float64))


def test_refuses():
    model, x = feature_model(), inputs()
    for call, match in [
        (lambda: FusionModel({"image": nn.Identity()}, fusion.Gated(DIMS, 5), nn.Identity()), "^encoders lacks 'text'"),
        (lambda: DecisionModel({"a.b": nn.Identity()}, fusion.average_logits), "^modality is named 'a.b'"),
        (lambda: model({"image": x["image"]}), "^x lacks 'text', needs exactly image, text"),
        (lambda: model(x, torch.zeros(B, 2).bool()), "^present has no modality in row 0"),
        (lambda: model(x, PRESENT[1:]), r"^present has shape \(5, 2\), needs \(B=6, M=2\), columns image, text$"),
    ]:
        with pytest.raises(ValueError, match=match):
            call()
