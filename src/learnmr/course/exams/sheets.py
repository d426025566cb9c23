"""A paper as one printable page of HTML: A4, no question across two pages, nothing fetched, nothing scripted.

The browser's print dialogue (or :mod:`~learnmr.course.exams.printing`) makes a PDF of it. Headers and page numbers
stand in the margins of the page (CSS Paged Media, margin boxes: Chromium from version 131).
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from .answer_spaces import AnswerSpace, space_for
from .drawing import Entry, Paper
from .images import Image

__all__ = ["marks_text", "paper_html", "paragraphs"]

#: letters of a paper that is not in large print, in points
NORMAL_PT = 11.0
#: so that a question with a figure stays on one page in large print, too
_MOST_WORKING_CM = 5.0

_STYLE = """
@page { size: A4; margin: 20mm 18mm 18mm 18mm;
  @top-left { content: $title; font: $marginpt sans-serif; color: #333; }
  @top-right { content: $who; font: $marginpt sans-serif; color: #333; }
  @bottom-center { content: "Page " counter(page) " of " counter(pages); font: $marginpt sans-serif; color: #333; } }
:root { color-scheme: light; }
* { box-sizing: border-box; }
html { font-size: $sizept; }
body { margin: 0 auto; max-width: 174mm; padding: 1rem; background: #fff; color: #000;
  font: 1rem/1.45 "Liberation Sans", Arial, Helvetica, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .4rem; }
h2 { font-size: 1.2rem; margin: 1.6rem 0 .2rem; padding-bottom: .15rem; border-bottom: 1px solid #000;
  break-after: avoid; }
h3 { font-size: 1rem; margin: 0 0 .35rem; display: flex; justify-content: space-between; gap: 1rem;
  break-after: avoid; }
h3 .marks { font-weight: normal; white-space: nowrap; }
p { margin: .35rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .6rem 0; }
dt { font-weight: bold; }
dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: .3rem 0; padding-left: 1.2rem; }
table.score { border-collapse: collapse; margin: .8rem 0; font-size: 9.5pt; }
table.score caption { text-align: left; padding-bottom: .15rem; }
table.score th, table.score td { border: 1px solid #000; padding: 2pt; min-width: 6.5mm;
  text-align: center; }
table.score th[scope=row] { text-align: left; font-weight: normal; }
section.question { break-inside: avoid; margin: 1.1rem 0 0; padding-top: .1rem; }
figure { margin: .6rem 0; }
figure img { display: block; width: 100%; max-width: $figuremm; height: auto; }
ol.options { list-style: none; margin: .5rem 0; padding: 0; }
ol.options li { display: grid; grid-template-columns: 1.3rem 1.4rem 1fr; align-items: start; margin: .3rem 0;
  break-inside: avoid; }
ol.steps li { grid-template-columns: 1.4rem 1fr; }
.tick, .place { display: inline-block; border: 1px solid #000; }
.tick { width: .95rem; height: .95rem; margin-top: .2rem; }
.place { width: 1.9rem; height: 1.9rem; margin-right: .35rem; }
.how { font-style: italic; }
.working { width: 100%; }
.field { margin: .3rem 0 0; }
.blank { display: inline-block; border-bottom: 1px solid #000; width: 12rem; height: 1.3rem; }
.rule { border-bottom: 1px solid #777; height: $rulemm; }
pre { font: .9rem/1.4 "Liberation Mono", Consolas, monospace; white-space: pre-wrap; margin: .5rem 0 0;
  padding: .4rem .5rem; border: 1px solid #777; }
.end { text-align: center; margin-top: 1rem; break-before: avoid; }
@media print { body { max-width: none; padding: 0; } }
"""


def paper_html(paper: Paper, images: Mapping[str, Image]) -> str:
    """A paper as a whole document.

    Parameters
    ----------
    paper : Paper
        With everybody's numbers already drawn; nothing of a key is looked at.
    images : mapping of str to Image
        Its figures by label.

    Returns
    -------
    str
        HTML; the same bytes from run to run.
    """
    size = paper.large_print_pt or NORMAL_PT
    style = _filled(
        _STYLE,
        title=_css_text(paper.title),
        who=_css_text(paper.who),
        size=f"{size:g}",
        margin=f"{max(9.0, 0.7 * size):g}",
        figure=f"{min(174.0, 135.0 * size / NORMAL_PT):.0f}",
        rule=f"{8.0 * _larger(paper):.1f}",
    )
    title = html.escape(f"{paper.title}: {paper.who}")
    body = "\n".join([_head(paper), *_questions(paper, images), '<p class="end">End of the paper</p>'])
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def paragraphs(text: str) -> str:
    r"""Plain text as paragraphs: an empty line begins a new one, a single line end stays.

    Examples
    --------
    >>> paragraphs("a < b\n\nc")
    '<p>a &lt; b</p>\n<p>c</p>'
    """
    parts = [part.strip("\n") for part in re.split(r"\n\s*\n", text) if part.strip()]
    return "\n".join("<p>" + html.escape(part).replace("\n", "<br>\n") + "</p>" for part in parts)


def marks_text(marks: float) -> str:
    """Marks in words.

    Examples
    --------
    >>> marks_text(1), marks_text(2.5)
    ('1 mark', '2.5 marks')
    """
    return f"{marks:g} mark{'' if marks == 1 else 's'}"


def _head(paper: Paper) -> str:
    """Title, who, how long, what is allowed, and a table for the examiner."""
    facts = [("Candidate", paper.who)]
    facts += [("Name", paper.name)] if paper.name else []
    facts += [
        ("Time", f"{paper.minutes} minutes"),
        ("Marks", f"{paper.marks:g}"),
        ("Permitted aids", "; ".join(paper.aids) or "none"),
    ]
    listed = "\n".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>" for name, value in facts)
    told = "\n".join(f"<li>{html.escape(sentence)}</li>" for sentence in paper.instructions)
    numbers = "".join(f'<th scope="col">{entry.number}</th>' for entry in paper.entries)
    worth = "".join(f"<td>{entry.marks:g}</td>" for entry in paper.entries)
    empty = "<td>&nbsp;</td>" * (len(paper.entries) + 1)
    return (
        f"<header>\n<h1>{html.escape(paper.title)}</h1>\n<dl>\n{listed}\n</dl>\n"
        + (f"<ul>\n{told}\n</ul>\n" if told else "")
        + '<table class="score"><caption>For the examiner</caption>\n'
        + f'<tr><th scope="row">Question</th>{numbers}<th scope="col">all</th></tr>\n'
        + f'<tr><th scope="row">Marks</th>{worth}<td>{paper.marks:g}</td></tr>\n'
        + f'<tr><th scope="row">Awarded</th>{empty}</tr></table>\n</header>'
    )


def _questions(paper: Paper, images: Mapping[str, Image]) -> list[str]:
    """All questions, under the headings of their sections."""
    blocks, section = [], ""
    for entry in paper.entries:
        if entry.section != section:
            section = entry.section
            blocks.append(f"<h2>{html.escape(section)}</h2>")
        blocks.append(_question(entry, images.get(entry.label), larger=_larger(paper)))
    return blocks


def _question(entry: Entry, image: Image | None, *, larger: float) -> str:
    """One question with the space for its answer."""
    variant, space = entry.variant, space_for(entry.variant)
    parts = [
        f'<section class="question" id="{html.escape(entry.label)}">',
        f"<h3><span>{entry.number}. {html.escape(variant.question.title)}</span> "
        f'<span class="marks">{marks_text(entry.marks)}</span></h3>',
        paragraphs(variant.text),
    ]
    if image is not None:
        parts.append(
            f'<figure><img alt="{html.escape(image.alt)}" src="data:image/png;base64,{image.base64}"></figure>'
        )
    if variant.options:
        tick = "" if space.places else '<span class="tick"></span>'
        kind = "options steps" if space.places else "options"
        listed = "\n".join(
            f"<li>{tick}<b>{letter}</b><span>{html.escape(option.text)}</span></li>"
            for letter, option in zip("ABCDEFGHIJ", variant.options, strict=False)
        )
        parts.append(f'<ol class="{kind}">\n{listed}\n</ol>')
    parts += _space(space, larger=larger)
    return "\n".join([*parts, "</section>"])


def _space(space: AnswerSpace, *, larger: float) -> list[str]:
    """The space for an answer."""
    parts = [f'<p class="how">{html.escape(space.how)}</p>']
    if space.code:
        parts.append(f"<pre>{html.escape(space.code)}</pre>")
    if space.working_cm:
        parts.append(
            f'<div class="working" style="height:{min(_MOST_WORKING_CM, space.working_cm * larger):.1f}cm"></div>'
        )
    if space.unit is not None:
        parts.append(f'<p class="field">Answer: <span class="blank"></span> {html.escape(space.unit)}</p>')
    if space.places:
        parts.append('<p class="field">Answer: ' + '<span class="place"></span>' * space.places + "</p>")
    parts += ['<div class="rule"></div>'] * space.lines
    return parts


def _larger(paper: Paper) -> float:
    """How much more space handwriting needs: who reads large print writes larger, too."""
    return max(1.0, (paper.large_print_pt or NORMAL_PT) / 14)


def _css_text(text: str) -> str:
    r"""A string of CSS; everything but plain letters is written as a number, so that no identity can leave it.

    Examples
    --------
    >>> _css_text('a"; }')
    '"a\\000022\\00003b\\000020\\00007d"'
    """
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in text) + '"'


def _filled(style: str, **values: str) -> str:
    """Values in place of ``$name``."""
    return re.sub("|".join(rf"\${name}" for name in values), lambda match: values[match[0][1:]], style)
