"""A deck as one HTML file: with reveal.js for the screen, or without it as the sheets of a PDF.

Everything is inside the file, so it works from a stick, on a machine without a network. Formulas are set and every
slide is fitted before anything is shown: text that is still too long for its slide becomes smaller, never cut.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...installation import import_extra
from .assets import Assets
from .decks import Deck, Slide

__all__ = ["HEIGHT_PX", "WIDTH_PX", "screen_page", "sheets_page"]

#: size of a slide
WIDTH_PX, HEIGHT_PX = 1280, 720
_HERE = Path(__file__).parent
_MATHJAX = """window.MathJax = {
  tex: {inlineMath: [["\\\\(", "\\\\)"]], displayMath: [["\\\\[", "\\\\]"]]},
  svg: {fontCache: "local"},
  options: {enableMenu: false},
  startup: {typeset: false, ready() { MathJax.startup.defaultReady(); MathJax.typeset(); learnmrSlides.begin(); }}
};"""


def screen_page(deck: Deck, assets: Assets) -> str:
    """The deck as a page of reveal.js: arrow keys turn pages, S opens the speaker's window, Esc the overview."""
    sections = "\n".join("<section>\n" + "\n".join(section) + "\n</section>" for section in _sections(deck, _as_html()))
    options = {
        "width": WIDTH_PX,
        "height": HEIGHT_PX,
        "margin": 0.02,
        "center": False,
        "hash": True,
        "slideNumber": "c/t",
        "controls": False,
        "transition": "none",
        "backgroundTransition": "none",
    }
    scripts = (
        assets.reveal_js,
        assets.notes_js,
        (_HERE / "deck.js").read_text(encoding="utf-8"),
        f"const options = {json.dumps(options)};",
        "learnmrSlides.after = () => Reveal.initialize({...options, plugins: [RevealNotes]});",
        _MATHJAX,
        assets.mathjax_js,
    )
    body = f'<div class="reveal"><div class="slides">\n{sections}\n</div></div>'
    return _page(deck, assets.reveal_css, body, scripts, "screen")


def sheets_page(deck: Deck, assets: Assets) -> str:
    """The deck as sheets to print, one slide each."""
    slides = [slide for section in _sections(deck, _as_html(), notes=False) for slide in section]
    body = '<main class="sheets">\n' + "\n".join(slides) + "\n</main>"
    scripts = ((_HERE / "deck.js").read_text(encoding="utf-8"), _MATHJAX, assets.mathjax_js)
    return _page(deck, "", body, scripts, "sheets")


def _page(deck: Deck, css: str, body: str, scripts: tuple[str, ...], kind: str) -> str:
    """Head, body and scripts."""
    title = html.escape(_name(deck))
    style = css + "\n" + (_HERE / "deck.css").read_text(encoding="utf-8")
    inside = "\n".join(f"<script>{_harmless(script)}</script>" for script in scripts)
    return f"""<!doctype html>
<html lang="en" class="measuring {kind}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<!-- reveal.js: MIT licence, Hakim El Hattab and contributors. MathJax: Apache License 2.0, The MathJax Consortium. -->
<style>
{style}
</style>
</head>
<body>
{body}
{inside}
</body>
</html>
"""


def _harmless(script: str) -> str:
    """A script that cannot end its element early."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _name(deck: Deck) -> str:
    kind = f"Homework {deck.number.removeprefix('H')}" if deck.number.startswith("H") else f"Lesson {deck.number}"
    return f"{kind} · {deck.title}"


def _sections(deck: Deck, as_html: Callable[[str], str], *, notes: bool = True) -> list[list[str]]:
    """HTML of every slide, the title before all, by sections."""
    total = 1 + len(deck.slides)
    first = (
        f'<section class="slide title"><h1>{html.escape(deck.title)}</h1>'
        f"<p>{html.escape(_name(deck).split(' · ')[0])} · {deck.minutes} minutes</p>"
        f'<p class="keys">Space or arrow keys: next · Esc: overview · S: notes</p>{_page_number(1, total)}</section>'
    )
    made, number = [[first]], 1
    for section in deck.sections:
        made.append([])
        for slide in section:
            number += 1
            made[-1].append(_slide(slide, as_html, _page_number(number, total), notes=notes))
    return made


def _page_number(number: int, total: int) -> str:
    return f'<span class="page" aria-hidden="true">{number} / {total}</span>'


def _slide(slide: Slide, as_html: Callable[[str], str], page: str, *, notes: bool) -> str:
    """One slide."""
    text = as_html(slide.text) if slide.text else ""
    lead = f'<div class="lead">{as_html(slide.lead)}</div>' if slide.lead else ""
    if slide.kind == "figure":
        caption = f"<figcaption>{text}</figcaption>" if text and not slide.tall else ""
        alt = html.escape(slide.alt, quote=True)
        picture = f'<figure><img src="data:image/png;base64,{slide.png}" alt="{alt}">{caption}</figure>'
        beside = f'<div class="lead">{as_html(slide.lead)}{text}</div>' if slide.lead or text else ""
        inner = picture + beside if slide.tall else lead + picture
    elif slide.kind == "table":
        inner = f'{lead}<div class="trials">{slide.table}</div>{text}'
    else:
        code = f"<pre><code>{html.escape(slide.code)}</code></pre>" if slide.code else ""
        inner = text + code
    spoken = "\n".join(as_html(note) for note in slide.notes)
    aside = f'\n<aside class="notes">{spoken}</aside>' if spoken and notes else ""
    kind = f"{slide.kind} tall" if slide.tall and (slide.lead or slide.text) else slide.kind
    heading = as_html(slide.title).strip().removeprefix("<p>").removesuffix("</p>")
    return (
        f'<section class="slide {kind}"><div class="sheet"><h2>{heading}</h2>\n'
        f'<div class="content"><div class="inner">{inner}</div></div>{page}</div>{aside}</section>'
    )


def _as_html() -> Callable[[str], str]:
    """Markdown to HTML, formulas left to MathJax; HTML inside Markdown is shown, not obeyed."""
    markdown_it = import_extra("markdown_it", extra="course")
    dollarmath = import_extra("mdit_py_plugins.dollarmath", extra="course")

    def formula(content: str, options: dict[str, Any]) -> str:
        left, right = ("\\[", "\\]") if options["display_mode"] else ("\\(", "\\)")
        return left + html.escape(content) + right

    parser = markdown_it.MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(dollarmath.dollarmath_plugin, double_inline=True, renderer=formula)
    return lambda text: str(parser.render(text))
