"""The one door to the front end."""

import base64
from typing import Any

from fusion_edu.progress import in_kernel


def bundle(data: dict[str, Any], *, metadata: dict[str, Any] | None = None) -> None:
    """Display one output in several forms; outside a notebook print its text/plain."""
    if not in_kernel():
        print(data["text/plain"])
        return
    from IPython.display import display

    coded = {kind: base64.b64encode(part).decode() if isinstance(part, bytes) else part for kind, part in data.items()}
    display(coded, raw=True, metadata=metadata or {})
