"""The frame of an HTML page, readable in light and dark and without a network."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

STYLE = """:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;margin:1em 0}th,td{border:1px solid #8886;padding:.25em .6em;text-align:left;vertical-align:top}
td.n{text-align:right}pre,code{font:14px/1.4 ui-monospace,monospace;white-space:pre-wrap}section{border-left:5px solid #888;padding:.2em 1em;margin:1em 0}
.correct{border-color:#009E73}.incorrect,.raised,.forbidden,.timed_out{border-color:#D55E00}.pair{display:grid;grid-template-columns:1fr 1fr;gap:1em}"""


def escape(content: Any) -> str:
    """Text of a submission or a learner, harmless in a page."""
    return html.escape(f"{content}", quote=True)


def page(title: str, parts: Iterable[str]) -> str:
    """A whole page; ``parts`` are HTML."""
    body = "\n".join(parts)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><h1>{escape(title)}</h1>\n{body}\n</body></html>\n"
    )


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; numbers stand to the right."""
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = []
    for row in rows:
        first, *rest = row
        cells = "".join(
            f'<td class="n">{c}</td>' if isinstance(c, (int, float)) else f"<td>{escape(c)}</td>" for c in rest
        )
        lines.append(f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>')
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{columns}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
