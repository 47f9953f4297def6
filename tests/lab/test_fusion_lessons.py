"""In JupyterLab the lessons on fusion run to their first slider, and it moves the picture by keyboard.

nbval runs them to their end; of lesson 09 the browser does, too.
"""

import pytest
from lab_steps import expect_new_picture, expect_no_error, opened, run_to

pytestmark = pytest.mark.thorough

SLIDER = ".noUi-handle"


@pytest.mark.parametrize("stem", ["05_feature_fusion", "08_attention_and_graph_fusion", "14_speech_text_video"])
def test_the_first_slider_moves(page, lab, stem):
    path = f"notebooks/{stem}.ipynb"
    opened(page, lab, path)
    cell = run_to(page, path, "widgets.explore(", SLIDER, 300)
    expect_new_picture(page, cell, cell.locator(SLIDER).first, "ArrowRight")
    expect_no_error(page)
