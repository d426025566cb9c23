"""One self-contained page of HTML from paragraphs, figures and tables: nothing is fetched, nothing is scripted."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from ..plots import Picture, to_html

__all__ = ["figure", "listing", "page", "paragraph", "question", "section", "table"]

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 58rem; padding: 1.5rem 1.25rem 4rem; background: #fff; color: #1a1a1a;
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.8rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; line-height: 1.3; margin: 3rem 0 .75rem; padding-top: 1.25rem; border-top: 1px solid #ccc; }
h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p, ul { margin: .75rem 0; max-width: 46rem; }
a { color: #00548a; }
nav ol { padding-left: 1.25rem; }
figure { margin: 2rem 0; }
figure img { display: block; width: 100%; height: auto; }
figcaption { margin-top: .5rem; max-width: 46rem; color: #333; font-size: .95rem; }
.scroll { overflow-x: auto; }
.question { border-left: .3rem solid #0072b2; background: #eef5fa; padding: .75rem 1rem; margin: 1rem 0; }
.question p { margin: .25rem 0; }
.notice { border-left: .3rem solid #d55e00; background: #fdf1e9; padding: .75rem 1rem; margin: 1rem 0;
  max-width: none; }
table { border-collapse: collapse; font-size: .93rem; font-variant-numeric: tabular-nums; margin: .5rem 0; }
th, td { padding: .35rem .8rem .35rem 0; text-align: right; border-bottom: 1px solid #ddd; vertical-align: top; }
th { font-weight: 600; }
thead th { border-bottom: 1px solid #555; }
tbody th, thead th:first-child, .words th, .words td { text-align: left; }
.words tbody th { font-weight: normal; }
code { font-family: ui-monospace, Consolas, monospace; font-size: .92em; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid #ccc; font-size: .9rem; color: #444; }
@media (max-width: 40rem) {
  body { padding: 1rem .9rem 3rem; }
  h1 { font-size: 1.45rem; }
  figure img { width: auto; max-width: none; height: 19rem; }
  figure.tall img { height: 25rem; }
  .words td:last-child { min-width: 14rem; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2, h3 { break-after: avoid; }
  figure, table { break-inside: avoid; }
  .scroll { overflow: visible; }
  figure img { width: auto; max-width: 100%; max-height: 19cm; height: auto; }
}
"""


def page(title: str, body: Iterable[str], *, language: str = "en") -> str:
    """A whole document.

    Parameters
    ----------
    title : str
        For the window; the heading is part of the body.
    body : iterable of str
        Elements, as the other functions of this module make them.
    language : str
        Of the text.

    Returns
    -------
    str
        HTML.

    Examples
    --------
    >>> page("A", [paragraph("Text.")]).splitlines()[0]
    '<!DOCTYPE html>'
    """
    head = (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(body) + "\n</body>\n</html>\n"


def section(identifier: str, title: str, elements: Iterable[str]) -> str:
    """A section under a heading of the second level, which can be linked to."""
    inside = "\n".join(elements)
    return f'<section id="{html.escape(identifier)}">\n<h2>{html.escape(title)}</h2>\n{inside}\n</section>'


def paragraph(text: str, *, kind: str = "") -> str:
    """A paragraph of plain text; ``kind`` is a class of the style sheet.

    Examples
    --------
    >>> paragraph("1 < 2")
    '<p>1 &lt; 2</p>'
    """
    return f'<p class="{kind}">{html.escape(text)}</p>' if kind else f"<p>{html.escape(text)}</p>"


def question(problem: str, verdict: str) -> str:
    """The question every application of learning should begin with, and the answer here."""
    return (
        '<div class="question">\n<p><strong>What problem am I solving?</strong> '
        f"{html.escape(problem)}</p>\n<p>{html.escape(verdict)}</p>\n</div>"
    )


def listing(entries: Iterable[str]) -> str:
    """A list of plain sentences."""
    return "<ul>\n" + "\n".join(f"<li>{html.escape(entry)}</li>" for entry in entries) + "\n</ul>"


def figure(picture: Picture, caption: str, *, dpi: float = 130) -> str:
    """A picture with its caption; on a narrow screen it can be moved sideways instead of becoming illegible.

    Examples
    --------
    >>> "<figcaption>Nothing.</figcaption>" in figure(Picture("An empty figure."), "Nothing.")
    True
    """
    width, height = picture.get_size_inches()
    kind = ' class="tall"' if height > 0.75 * width else ""
    return (
        f'<figure{kind}>\n<div class="scroll">{to_html(picture, dpi=dpi)}</div>\n'
        f"<figcaption>{html.escape(caption)}</figcaption>\n</figure>"
    )


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, words: bool = False) -> str:
    """A table whose first column names the rows; ``words`` aligns all columns to the left.

    Examples
    --------
    >>> '<th scope="row">a</th><td>1</td>' in table("Numbers.", ["", "value"], [["a", "1"]])
    True
    """
    columns = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in head)
    lines = "\n".join(
        f'<tr><th scope="row">{html.escape(row[0])}</th>'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    kind = ' class="words"' if words else ""
    return (
        f'<figure>\n<figcaption>{html.escape(caption)}</figcaption>\n<div class="scroll">\n<table{kind}>\n'
        f"<thead><tr>{columns}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>\n</div>\n</figure>"
    )
