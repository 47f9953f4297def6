"""Guards that change a value are noticed, all but those that stand where the statement's range does not go; equivalents/ says why."""

import pytest
from guard import guards
from survive import guarded, unnoticed_guards

from fusion_edu.tasks import TASKS

SOURCE = """
def share(x, y):
    total = torch.sqrt(x.sum()).log()
    if total > 0:
        total = total / y.norm()
    total /= torch.softmax(x, 0)
    return F.log_softmax(x, 0), x - torch.logsumexp(x, 0), total / 2
"""


def test_the_guards_stand_where_people_write_them():
    found = [guard.text for guard in guards(SOURCE)]
    for text in (
        "x.sum() + 1e-06", "torch.as_tensor(x.sum()).clamp(min=1)", "torch.sqrt(x.sum()) + 0.001", "total > 1e-06",
        "y.norm() + 1e-08", "y.norm() if torch.as_tensor(y.norm()).abs().max() > 0.001 else 1",
        "torch.softmax(x, 0).clamp(1e-07, 0.9999999)", "torch.as_tensor(torch.softmax(x, 0)).clamp(min=0.001)",
        "F.log_softmax(x, 0).clamp(min=-16.1)", "(x - torch.logsumexp(x, 0)).clamp(min=-16.1)",
    ):  # fmt: skip
        assert text in found, text
    assert not [text for text in found if text.startswith("2")]
    for guard in guards(SOURCE):
        compile(guard.source, "guard", "exec")


@pytest.mark.sample(42)
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_every_guard_that_changes_a_value_is_noticed(task):
    """Whatever the random cases are. What is listed must still be there."""
    allowed = guarded(task)
    found = [(guard.of, guard.text) for guard in unnoticed_guards(task)]
    assert [names for names in found if not allowed.keys() & set(names)] == []
    assert allowed.keys() <= {name for names in found for name in names}
