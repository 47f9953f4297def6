"""Copies are found under other names, comments, layout, imports and added lines; nothing that is alike is left out."""

import ast

import pytest

from fusion_edu.autograder.marking import similar
from fusion_edu.autograder.marking.normal import Code

ANSWER = '''
def loss(d, y, margin=1.0):
    """Doc."""
    pull = y * d**2
    push = (1 - y) * F.relu(margin - d) ** 2
    return 0.5 * (pull + push).mean()
'''
SAME = {
    "names": ANSWER.replace("pull", "a").replace("push", "b").replace("margin", "m"),
    "comments and layout": "# mine\n" + ANSWER.replace("\n    p", "\n\n    # here\n    p").replace("0.5 * (", "0.5*("),
    "one expression": "def loss(d, y, margin=1.0):\n    return 0.5 * (y * d**2 + (1 - y) * F.relu(margin - d)**2).mean()",
    "one more variable": ANSWER.replace("return 0.5", "half = 0.5").rstrip() + "\n    result = half\n    return result\n",
    "lines that do nothing": ANSWER.replace(
        "    pull =",
        "    n = len(d)\n    spare = torch.zeros(n)\n    pass\n    'text'\n    d.shape\n    print('x', d)\n"
        "    if False:\n        return 3\n    d = d\n    pull =",
        1,
    ),
    "after the end": ANSWER + "    print(3)\n    return 4\n",
    "import inside": ANSWER.replace("    pull =", "    import torch.nn.functional as G\n    pull =", 1).replace("F.relu", "G.relu"),
    "imports in another order": "from torch.nn.functional import relu\nimport os, math\n" + ANSWER.replace("F.relu", "relu"),
    "in full": "import torch\n" + ANSWER.replace("F.relu", "torch.nn.functional.relu"),
    "types": ANSWER.replace("d, y, margin=1.0)", "d: Tensor, y: 'Tensor', margin: float = 1.0) -> Tensor"),
    "a typed line": ANSWER.replace("pull =", "pull: Tensor ="),
    "other things beside": "SEED = 3\n\ndef unused(a):\n    return a + a\n" + ANSWER + "\nloss(d, y)\n",
}  # fmt: skip
OTHER = {
    "a factor": ANSWER.replace("0.5", "1.0"),
    "a function": ANSWER.replace("F.relu", "torch.abs"),
    "an argument": ANSWER.replace("mean()", "mean(dim=0)"),
    "two names changed over": ANSWER.replace("y * d", "(1 - y) * d", 1),
    "a line that acts": ANSWER.replace("    pull =", "    d.clamp_(max=1)\n    pull =", 1),
    "a new value": ANSWER.replace("    pull =", "    d = d + 1\n    pull =", 1),
}


def form(source):
    return Code(ast.parse(source).body).normal("loss")[0]


@pytest.mark.parametrize("change", SAME)
def test_the_same_code_in_other_clothes_has_one_form(change):
    assert SAME[change] != ANSWER
    assert form(SAME[change]) == form(ANSWER)


@pytest.mark.parametrize("change", OTHER)
def test_other_code_has_another_form(change):
    assert form(OTHER[change]) != form(ANSWER)


def test_a_helper_in_another_place_and_under_another_name():
    one = "def clip(x):\n    return x.clamp(min=0)\n" + ANSWER.replace("F.relu", "clip")
    two = ANSWER.replace("F.relu", "positive") + "\n\ndef positive(value):\n    return value.clamp(min=0)\n"
    assert form(one) == form(two) != form(ANSWER)


def test_code_made_to_grow_or_to_be_deep_ends():
    grows = "def loss(x0):\n" + "".join(f"    x{i + 1} = (x{i}, x{i})\n" for i in range(60)) + "    return x60"
    deep = "def loss(x0):\n" + "".join(f"    x{i + 1} = -x{i}\n" for i in range(400)) + "    return x400"
    assert form(grows)
    assert form(deep)


def result(learner, **tasks):
    """``tasks``: t1=(form, outcome), or (form, outcome, text)."""
    answers = {name: (*found, found[0])[:3] for name, found in tasks.items()}
    return {
        "learner": learner,
        "shapes": {task: [form, 40] for task, (form, _, _) in answers.items()},
        "sources": {task: text for task, (_, _, text) in answers.items()},
        "marks": [
            {"task": task, "outcome": outcome, "mistakes": ["no half"] if outcome == "incorrect" else []}
            for task, (_, outcome, _) in answers.items()
        ],
    }


def test_a_wrong_answer_of_many_is_shown_whatever_the_share():
    class_ = [result(f"l{n:03}", t1=("same", "incorrect") if n < 60 else (f"own{n}", "correct")) for n in range(120)]
    [group] = similar.groups(class_, {})
    assert (group.wrong, len(group.learners), group.answered) == (True, 60, 120)
    assert group.mistakes == ("no half",)


def test_the_published_solution_is_marked_and_right_groups_come_after_wrong_ones():
    class_ = [result(f"l{n}", t1=("public" if n < 6 else "bad", "correct" if n < 6 else "raised")) for n in range(8)]
    wrong, right = similar.groups(class_, {"t1": {"public"}})
    assert (wrong.wrong, wrong.published, right.wrong, right.published) == (True, False, False, True)


def test_two_files_of_one_learner_are_no_copy():
    assert similar.groups([result("ada", t1=("a", "correct")), result("ada", t1=("a", "correct"))], {}) == []


def test_pairs_are_ranked_by_how_much_and_how_unusual():
    class_ = [
        result(f"l{n:02}", t1=("usual", "correct"), t2=("usual", "correct"), t3=(f"own{n}", "correct"))
        for n in range(20)
    ]
    class_ += [result("ada", t1=("rare", "correct"), t2=("odd", "correct"), t3=("strange", "correct"))]
    class_ += [result("bo", t1=("rare", "correct"), t2=("odd", "correct"), t3=("x", "correct"))]
    class_ += [result("cy", t1=("y", "correct"), t2=("z", "correct"), t3=("strange", "correct"))]
    found, skipped = similar.pairs(similar.groups(class_, {}))
    assert skipped == 0
    assert [pair.learners for pair in found[:2]] == [("ada", "bo"), ("ada", "cy")]
    assert (found[0].tasks, found[1].tasks) == (["t1", "t2"], ["t3"])
    assert len(found) == 2 + 20 * 19 // 2
    assert found[0].bits > found[1].bits > found[2].bits


def test_the_same_letters_count_as_more_than_the_same_form():
    class_ = [result(f"l{n}", t1=("form", "correct", f"text {n}")) for n in range(10)]
    class_ += [result(name, t1=("form", "correct", "# a comment\nthe very text")) for name in ("ada", "bo")]
    [first, *others], _ = similar.pairs(similar.groups(class_, {}))
    assert first.learners == ("ada", "bo")
    assert first.letters == ["t1"]
    assert not any(pair.letters for pair in others)


def test_the_table_leaves_nothing_out():
    class_ = [result(f"l{n}", t1=(f"g{n // 2}", "correct")) for n in range(200)]
    lines = similar.table(similar.groups(class_, {})).splitlines()
    assert len(lines) == 1 + 100
