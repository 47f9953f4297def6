"""Marking a class: submissions run where no answer is, and are judged where no submission runs.

``python -m fusion_edu grade SUBMISSIONS --out GRADES``; docs/grading.md says how it is isolated.
"""
