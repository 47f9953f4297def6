"""Links between the repository's files: on the site they lead to a page of the site, or they are plain words."""

import posixpath
import re

LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
CODE = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.S | re.M)  # what stands in code is no link
FRONT = {"README.md": "index.md"}  # the front page takes the README's place


def mend(text: str, here: str, known: set[str]) -> str:
    """Markdown whose every relative link leads to a page of the site.

    Args:
        text: markdown.
        here: the folder of the file, "" for the root.
        known: the files that the site has, named from its root.
    """

    def link(match: re.Match) -> str:
        label, target = match.groups()
        if target.startswith("#") or re.match(r"[a-z]+:", target):
            return match[0]
        path, _, anchor = target.partition("#")
        inside = posixpath.normpath(posixpath.join(here, path))
        inside = FRONT.get(inside, inside)
        if inside not in known:
            return label
        way = posixpath.relpath(inside, here or ".")
        return f"[{label}]({way}{'#' * bool(anchor)}{anchor})"

    parts = CODE.split(text)
    return "".join(part if n % 2 else LINK.sub(link, part) for n, part in enumerate(parts))
