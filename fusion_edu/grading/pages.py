"""The frame of an HTML page, readable in light and dark and without a network."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

STYLE = """:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:64em;margin:2em auto;padding:0 1em}
h1,h2{line-height:1.25}table{border-collapse:collapse;margin:.5em 0}caption{text-align:left;font-weight:600;padding:.25em 0}
th,td{border:1px solid #8886;padding:.25em .6em;text-align:left;vertical-align:top}td.n{text-align:right}.scroll{overflow-x:auto}
pre,code{font:14px/1.4 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}summary{cursor:pointer;padding:.2em 0}
section{border-left:5px solid #888;padding:.1em 1em;margin:1em 0}.correct{border-color:#009E73}
.incorrect,.raised,.forbidden,.timed_out{border-color:#D55E00}.pair{display:grid;grid-template-columns:1fr 1fr;gap:1em}
.chip{display:inline-block;padding:0 .5em;margin:.15em;border-radius:.5em}@media(max-width:40em){.pair{grid-template-columns:1fr}}"""


class Html(str):
    """Text that is HTML already."""


def escape(content: Any) -> str:
    """Text of a submission or a learner, harmless in a page."""
    return content if isinstance(content, Html) else html.escape(f"{content}", quote=True)


def page(title: str, parts: Iterable[str]) -> str:
    """A whole page; ``parts`` are HTML."""
    body = "\n".join(parts)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>\n{body}\n</main></body></html>\n"
    )


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table that scrolls on a narrow screen; numbers stand to the right."""
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(map(_cell, rest))}</tr>' for first, *rest in rows
    )
    return (
        f'<div class="scroll" role="region" aria-label="{escape(caption)}" tabindex="0"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _cell(content: Any) -> str:
    if isinstance(content, (int, float)):
        return f'<td class="n">{content if isinstance(content, int) else f"{content:.2f}"}</td>'
    return f"<td>{escape(content)}</td>"
