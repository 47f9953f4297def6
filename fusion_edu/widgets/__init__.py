"""What a lesson lets a learner do: predict, explore, answer, and see how far they are.

Each call displays one output in several forms: the live widget for a front end with a kernel, and a picture or a page
of HTML for a reader of the saved notebook.
"""

from fusion_edu.widgets.explore import explore
from fusion_edu.widgets.header import header
from fusion_edu.widgets.predict import predict, reveal
from fusion_edu.widgets.progress import progress_map
from fusion_edu.widgets.quiz import Question, quiz

__all__ = ["Question", "explore", "header", "predict", "progress_map", "quiz", "reveal"]
