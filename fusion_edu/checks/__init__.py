"""Checks that name the mistake.

``check("04.2", my_function)`` gives a Report; ``broken("04.2", "no half")`` the wrong version with that mistake;
``unmask("04.2", d, y)`` says which wrong versions an input shows; ``task("04.2").statement`` is what a check demands;
``defend("04.open", runs, conclusion)`` holds a conclusion of your own against your own runs.
"""

from . import load, progress
from .api import broken, check, task
from .defend import defend
from .definition import Task
from .exposure import Unmasked, unmask
from .report import Report
from .tasks import TASKS

__all__ = ["TASKS", "Report", "Task", "Unmasked", "broken", "check", "defend", "load", "progress", "task", "unmask"]
