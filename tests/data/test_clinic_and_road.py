"""The clinic and the road that are made up: what their pages promise is measured on what they give."""

import pytest
import torch

from fusion_edu import data
from fusion_edu.data.ward import HABITS, SYMPTOMS


def test_the_same_seed_gives_the_same_and_the_global_generator_is_left_alone():
    state = torch.random.get_rng_state()
    a, b, other = data.clinic(30, 0), data.clinic(30, 0), data.clinic(30, 1)
    assert torch.equal(data.road(2, 0), data.road(2, 0))
    assert not torch.equal(data.road(2, 0), data.road(2, 1))
    assert torch.equal(torch.random.get_rng_state(), state)
    assert a.x["note"] == b.x["note"] != other.x["note"]
    for name in ("picture", "labs", "older"):
        torch.testing.assert_close(a.x[name], b.x[name], equal_nan=True)


def test_shapes_and_types_are_those_of_the_page():
    visits = data.clinic(50, 3)
    n = len(visits)
    assert visits.classes == ("well", "ill")
    assert visits.x["picture"].shape == (n, 1, 16, 16)
    assert visits.x["labs"].shape == (n, 6)
    assert visits.x["picture"].dtype == visits.x["labs"].dtype == torch.float32
    assert visits.x["older"].dtype == torch.bool
    assert set(" ".join(visits.x["note"]).split()) <= {*HABITS, *SYMPTOMS, "nothing"}
    assert visits.groups.unique().tolist() == list(range(50))
    assert visits.groups.bincount().min() >= 1
    assert visits.groups.bincount().max() <= 5


def test_a_patient_is_one_person():
    visits = data.clinic(40, 5)
    for patient in visits.groups.unique():
        rows = (visits.groups == patient).nonzero().squeeze(1)
        assert len(visits.y[rows].unique()) == len(visits.x["older"][rows].unique()) == 1
        assert len({tuple(visits.x["note"][i].split()[:3]) for i in rows.tolist()}) == 1


def test_who_is_ordered_the_last_three_values():
    for ordered, well, ill in (("suspected", 0.25, 0.75), ("everyone", 1.0, 1.0), ("at random", 0.5, 0.5)):
        visits = data.clinic(3000, 0, ordered=ordered)
        late = (~visits.x["labs"][:, 3:].isnan()).double().mean(1) / 0.95
        assert late[visits.y == 0].mean().item() == pytest.approx(well, abs=0.03)
        assert late[visits.y == 1].mean().item() == pytest.approx(ill, abs=0.03)
        assert visits.x["labs"][:, :3].isnan().double().mean().item() == pytest.approx(0.05, abs=0.01)


def test_the_spot_is_fainter_in_older_patients_and_only_in_the_ill():
    visits = data.clinic(4000, 1)
    place = visits.x["picture"][:, 0, 4:7, 9:12].mean((1, 2))
    old, ill = visits.x["older"], visits.y == 1

    def mean(rows):
        return place[rows].mean().item()

    assert mean(~ill) == pytest.approx(0, abs=0.05)
    assert mean(ill & ~old) > 2 * mean(ill & old) > 0.3


def test_shares_of_patients():
    visits = data.clinic(5000, 2, older=0.4, ill=0.1)
    first = torch.cat([torch.tensor([True]), visits.groups[1:] != visits.groups[:-1]])
    assert visits.x["older"][first].double().mean().item() == pytest.approx(0.4, abs=0.03)
    assert visits.y[first].double().mean().item() == pytest.approx(0.1, abs=0.02)
    assert not data.clinic(20, 0, ill=0.0).y.any()


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: data.clinic(1, 0), "patients is"),
        (lambda: data.clinic(9, 0, ordered="never"), "ordered is 'never'"),
        (lambda: data.clinic(9, 0, older=1.5), "older is 1.5"),
        (lambda: data.clinic(9, 0, ill=-0.1), "ill is -0.1"),
        (lambda: data.clinic(9, 0, ill=float("nan")), "ill is nan"),
        (lambda: data.road(0, 0), "days is 0"),
        (lambda: data.road(1, 0, sensors=0), "sensors is 0"),
    ],
)
def test_what_cannot_be_is_said(call, match):
    with pytest.raises(ValueError, match=match):
        call()


def test_jams_travel_against_the_traffic():
    lost = 100 - data.road(60, 0, sensors=6)
    assert lost.shape == (96 * 60, 6)

    def together(a, b):
        return torch.corrcoef(torch.stack([a, b]))[0, 1].item()

    for k in range(5):
        here, ahead = lost[:, k], lost[:, k + 1]
        assert together(here[1:], ahead[:-1]) > together(here[:-1], ahead[1:]) + 0.1


def test_rush_hours_are_slow_and_speeds_are_possible():
    v = data.road(30, 4).view(30, 96, -1)
    assert v.min() >= 0
    assert v[:, 32:38].mean() < v[:, 8:16].mean() - 3
    assert data.road(1, 0, sensors=1).shape == (96, 1)
