"""What a submission may use."""

import contextlib
import resource
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Limits:
    """Seconds are wall clock unless said otherwise; bytes are for one process.

    Args:
        cell, task, run: seconds of one cell, of all cases of one task, of one pass over the notebook.
        cpu: processor seconds of one process.
        memory: bytes of address space on top of what the warm process has; file: bytes of one written file;
            room: bytes of all of them.
        processes: how many at a time; files: how many open at a time.
        output: bytes that one pass may hand back.
    """

    cell: float = 5.0
    task: float = 5.0
    run: float = 60.0
    cpu: int = 10
    memory: int = 1 << 30
    file: int = 16 << 20
    room: int = 32 << 20
    processes: int = 32
    files: int = 64
    output: int = 32 << 20

    def as_json(self) -> dict[str, Any]:
        """All limits by name."""
        return asdict(self)

    def apply(self, base: int) -> None:
        """Limit this process and what it starts; ``base``: bytes of address space it may have besides ``memory``."""
        wanted = {
            resource.RLIMIT_CPU: (self.cpu, self.cpu + 1),
            resource.RLIMIT_AS: (base + self.memory,) * 2,
            resource.RLIMIT_FSIZE: (self.file,) * 2,
            resource.RLIMIT_NOFILE: (self.files,) * 2,
            resource.RLIMIT_NPROC: (self.processes,) * 2,
            resource.RLIMIT_CORE: (0, 0),
        }
        for name, pair in wanted.items():
            with contextlib.suppress(ValueError, OSError):  # a lower limit of the machine stays
                resource.setrlimit(name, pair)
