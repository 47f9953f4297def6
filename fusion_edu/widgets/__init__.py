"""What a lesson lets a learner do: predict, explore, answer, and see how far they are.

Each call displays one output in several forms: the live widget for a front end with a kernel, and a picture or a page
of HTML for a reader of the saved notebook.
"""

import os

from fusion_edu.optional import needed_by

os.environ.setdefault("KERAS_BACKEND", "torch")  # lessons compare Keras with PyTorch; Keras reads this at its import

with needed_by("fusion_edu.widgets"):
    from fusion_edu.widgets.claims import claim
    from fusion_edu.widgets.explorer import explore
    from fusion_edu.widgets.header_card import header
    from fusion_edu.widgets.home import home
    from fusion_edu.widgets.prediction import predict, reveal
    from fusion_edu.widgets.progress import progress_map
    from fusion_edu.widgets.quizzes import Question, quiz
    from fusion_edu.widgets.search_box import search

__all__ = ["Question", "claim", "explore", "header", "home", "predict", "progress_map", "quiz", "reveal", "search"]
