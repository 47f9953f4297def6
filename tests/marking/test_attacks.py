"""No attack gains a mark, reads or changes what is not its own, leaves a process, or costs another question its mark."""

import os

import attacks
import pytest

USERS = ["root", "ordinary"]


def told(stressed, user, name):
    if user not in stressed:
        pytest.skip("the tests do not run as root")
    return stressed[user]["told"][name]


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("name", attacks.ATTACKS)
def test_survived(stressed, user, name):
    what = told(stressed, user, f"hostile: {name}")
    assert what["points"]["04.3"] == 0, "an attack gained a mark"
    assert (what["points"]["04.2"], what["points"]["04.4"]) == (20, 10), f"another question lost its mark: {what}"
    assert not what["found"], what["text"]
    assert what["changed"] == []
    assert what["left"] == []
    assert what["warm"]


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("name", attacks.HONEST)
def test_honest_answers_get_their_marks(stressed, user, name):
    what = told(stressed, user, f"honest: {name}")
    assert (what["points"]["04.2"], what["points"]["04.3"], what["points"]["04.4"]) == (20, 10, 10), what


def test_both_users_were_tried(stressed):
    assert stressed["ordinary"]["uid"] != 0
    assert ("root" in stressed) == (os.getuid() == 0)


def test_there_are_enough_attacks():
    assert len(attacks.ATTACKS) >= 45
