"""Every public name has an example, or a reason for having none."""

import pytest
from examples import EXAMPLES, MODULES, WITHOUT


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_has_an_example(module):
    names = {f"{module}.{name}" for name in MODULES[module].__all__}
    missing = sorted(names - EXAMPLES.keys() - WITHOUT.keys())
    assert not missing, f"{missing} have no example: add a line to EXAMPLES in tests/matrix/examples.py, or to WITHOUT"
    gone = sorted(name for name in (*EXAMPLES, *WITHOUT) if name.startswith(f"{module}.") and name not in names)
    assert not gone, f"{gone} are no longer public: take their lines out of tests/matrix/examples.py"
