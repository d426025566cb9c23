"""Self-contained pages: nothing is fetched, nothing is scripted, and all that a submission said is shown as text."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from ...plots import Picture, to_html

__all__ = ["figure", "heading", "listing", "page", "paragraph", "plain", "table"]

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1.25rem 4rem; background: #fff; color: #1a1a1a;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .5rem; padding-top: 1rem; border-top: 1px solid #ccc; }
p, ul { margin: .6rem 0; max-width: 48rem; }
li { margin: .2rem 0; overflow-wrap: anywhere; }
.points { font-weight: 600; }
.box { border-left: .3rem solid #0072b2; background: #eef5fa; padding: .6rem 1rem; margin: 1rem 0; }
.warn { border-left-color: #d55e00; background: #fdf1e9; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .93rem; font-variant-numeric: tabular-nums; margin: .75rem 0; }
th, td { padding: .35rem 1rem .35rem 0; text-align: right; border-bottom: 1px solid #ddd; vertical-align: top; }
th:first-child, td.words { text-align: left; overflow-wrap: anywhere; }
thead th { border-bottom: 1px solid #555; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
tbody th { font-weight: normal; }
figure { margin: 1.5rem 0; }
figure img { display: block; max-width: 100%; height: auto; }
figcaption { font-size: .95rem; color: #333; max-width: 48rem; }
.mark { display: inline-block; min-width: 7.2rem; font-weight: 600; }
.yes { color: #00664b; }
.no { color: #a03c00; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid #ccc; font-size: .9rem; color: #444; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } h2 { break-after: avoid; }
  table, figure { break-inside: avoid; } }
"""
#: should anything ever slip through the escaping: nothing may run, nothing may be fetched
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(title: str, body: Iterable[str]) -> str:
    """A whole document.

    Examples
    --------
    >>> "<title>A &lt; B</title>" in page("A < B", [])
    True
    """
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def plain(text: object) -> str:
    """Text for a page, without control characters."""
    kept = "".join(
        letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in str(text)
    )
    return html.escape(kept)


def heading(text: str, level: int = 2) -> str:
    """A heading."""
    return f"<h{level}>{plain(text)}</h{level}>"


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph of plain text; ``kind`` is a class of the style sheet.

    Examples
    --------
    >>> paragraph("<script>")
    '<p>&lt;script&gt;</p>'
    """
    return f'<p class="{kind}">{plain(text)}</p>' if kind else f"<p>{plain(text)}</p>"


def listing(entries: Iterable[str]) -> str:
    """A list of elements that are HTML already."""
    return "<ul>\n" + "\n".join(f"<li>{entry}</li>" for entry in entries) + "\n</ul>"


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[object]], *, words: Sequence[int] = ()) -> str:
    """A table whose first column names the rows; ``words`` are columns of text."""
    columns = "".join(f'<th scope="col">{plain(name)}</th>' for name in head)
    body = []
    for row in rows:
        cells = "".join(
            f'<td class="words">{plain(cell)}</td>' if number in words else f"<td>{plain(cell)}</td>"
            for number, cell in enumerate(row[1:], start=1)
        )
        body.append(f'<tr><th scope="row">{plain(row[0])}</th>{cells}</tr>')
    return (
        f'<div class="scroll"><table>\n<caption>{plain(caption)}</caption>\n<thead><tr>{columns}</tr></thead>\n'
        + "<tbody>\n"
        + "\n".join(body)
        + "\n</tbody>\n</table></div>"
    )


def figure(picture: Picture, caption: str) -> str:
    """A picture, its description as alternative text, with its caption."""
    return f"<figure>\n{to_html(picture, dpi=110)}\n<figcaption>{plain(caption)}</figcaption>\n</figure>"
