"""No attack gains a mark, reads or changes what is not its own, leaves a process, or costs another question its mark."""

import os

import attacks
import pytest

ROOT = os.getuid() == 0
ORDINARY = pytest.param("ordinary", marks=pytest.mark.thorough if ROOT else ())
USERS = [*(["root"] if ROOT else []), ORDINARY]


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("name", attacks.ATTACKS)
def test_survived(stressed, user, name):
    what = stressed(user)["told"][f"hostile: {name}"]
    assert what["points"]["04.3"] == 0, "an attack gained a mark"
    assert (what["points"]["04.2"], what["points"]["04.4"]) == (20, 10), f"another question lost its mark: {what}"
    assert not what["found"], what["text"]
    assert what["changed"] == []
    assert what["left"] == []
    assert what["warm"]


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("name", attacks.HONEST)
def test_honest_answers_get_their_marks(stressed, user, name):
    what = stressed(user)["told"][f"honest: {name}"]
    assert (what["points"]["04.2"], what["points"]["04.3"], what["points"]["04.4"]) == (20, 10, 10), what


@pytest.mark.parametrize("user", USERS)
def test_the_user_was_that_one(stressed, user):
    assert (stressed(user)["uid"] == 0) == (user == "root")


def test_there_are_enough_attacks():
    assert len(attacks.ATTACKS) >= 45
