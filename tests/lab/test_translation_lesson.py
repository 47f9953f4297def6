"""In lesson 15 another picture under the sentence gives another translation, by keyboard."""

import pytest
from lab_steps import expect_new_picture, expect_no_error, opened, run_to


@pytest.mark.thorough
def test_the_picture_can_be_swapped(page, lab):
    path = "notebooks/15_multimodal_translation.ipynb"
    opened(page, lab, path)
    cell = run_to(page, path, "widgets.explore(", 'input[type="radio"]', 300)
    expect_new_picture(page, cell, cell.get_by_label("workshop"), "Space")
    expect_no_error(page)
