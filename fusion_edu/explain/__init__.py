"""Why did the model say that, and which modality said it?"""

from fusion_edu.explain.emap import emap

__all__ = ["emap"]
