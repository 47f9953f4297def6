"""The capstone's automatic half: what is handed in, read from one JSON file; 50 points by rules that anyone can compute.

``write`` makes ``submission.json``; ``recomputed`` gives the numbers that follow from its predictions; ``marked`` the points of
what a file can show; ``rerun`` runs the notebook twice, for the rest; ``capstone.classes`` marks a class. The brief is docs/capstone.md.
"""

from fusion_edu.capstone.handed_in import Project, read, write
from fusion_edu.capstone.numbers import recomputed
from fusion_edu.capstone.points import Points, marked
from fusion_edu.capstone.reruns import rerun

__all__ = ["Points", "Project", "marked", "read", "recomputed", "rerun", "write"]
