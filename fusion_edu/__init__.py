"""Deep heterogeneous data fusion: the library behind the course. Importing it changes nothing and imports nothing else."""

from importlib.util import find_spec

__all__ = ["__version__", "has"]
__version__ = "1.0.0"


def has(package: str) -> bool:
    """Whether an optional package can be imported here; ``package`` is its import name."""
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):  # an importer that refuses it, a module without a spec
        return False
