"""A paper as an editable DOCX: written by pandoc, then given A4 pages, page numbers, its letters, and fixed dates.

Instructors edit papers; this is the form for it. Pandoc comes with the extra ``exams``.
"""

from __future__ import annotations

import html
import re
import subprocess
from collections.abc import Mapping

from ...installation import import_extra
from .answer_spaces import AnswerSpace, space_for
from .archives import pack, unpack
from .drawing import Entry, Paper
from .images import Image
from .sheets import marks_text, paragraphs

__all__ = ["docx_of_html", "paper_docx"]

_TIME_LIMIT_S = 120
#: when every document says it was made
_DATE = "2000-01-01T00:00:00Z"
_NORMAL_PT = 11.0
_BLANK = "_" * 24
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: A4 in twentieths of a point, and the parts at its head and foot
_SECTION = (
    "<w:sectPr>"
    '<w:headerReference w:type="default" r:id="rIdLearnmrHeader"/>'
    '<w:footerReference w:type="default" r:id="rIdLearnmrFooter"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="1021" w:bottom="1021" w:left="1021" w:header="567" w:footer="510" w:gutter="0"/>'
    "</w:sectPr>"
)


def paper_docx(paper: Paper, images: Mapping[str, Image]) -> bytes:
    """A paper as the bytes of a DOCX file.

    Parameters
    ----------
    paper : Paper
        With its numbers.
    images : mapping of str to Image
        Its figures by label.

    Returns
    -------
    bytes
        The same from run to run with one version of pandoc.

    Raises
    ------
    MissingExtraError
        If pandoc is not there.
    OSError
        If pandoc fails.
    """
    facts = [("Candidate", paper.who), ("Name", paper.name or "_" * 30), ("Time", f"{paper.minutes} minutes")]
    facts += [("Marks", f"{paper.marks:g}"), ("Permitted aids", "; ".join(paper.aids) or "none")]
    rows = "".join(f"<tr><td><b>{_e(name)}</b></td><td>{_e(value)}</td></tr>" for name, value in facts)
    told = "".join(f"<li>{_e(sentence)}</li>" for sentence in paper.instructions)
    blocks = [f"<table>{rows}</table>", f"<ul>{told}</ul>" if told else ""]
    section = ""
    for entry in paper.entries:
        if entry.section != section:
            section = entry.section
            blocks.append(f"<h1>{_e(section)}</h1>")
        blocks += _question(entry, images.get(entry.label))
    blocks.append("<p>End of the paper</p>")
    return docx_of_html(paper.title, "\n".join(blocks), who=paper.who, size_pt=paper.large_print_pt or _NORMAL_PT)


def docx_of_html(title: str, body: str, *, who: str, size_pt: float = _NORMAL_PT) -> bytes:
    """A DOCX file from elements of HTML.

    Parameters
    ----------
    title : str
        Of the document; also at the head of each page.
    body : str
        Headings, paragraphs, lists, tables, images as data.
    who : str
        Right at the head of each page.
    size_pt : float
        Size of the letters.

    Returns
    -------
    bytes
        A zip archive with fixed times.
    """
    page = (
        f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{_e(title)}</title></head>'
        f"<body>{body}</body></html>"
    )
    members = unpack(_pandoc(page))
    document = members["word/document.xml"].decode()
    document = re.sub(r"<w:sectPr>.*?</w:sectPr>", _SECTION, document, flags=re.DOTALL)
    document = _kept_together(document)
    # pandoc describes the picture inside its frame by the address, which here is the picture itself
    members["word/document.xml"] = re.sub(r'descr="data:[^"]*"', 'descr=""', document).encode()
    core = members["docProps/core.xml"].decode()
    members["docProps/core.xml"] = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", _DATE, core).encode()
    members["word/styles.xml"] = _with_letters(members["word/styles.xml"].decode(), size_pt).encode()
    members["word/header1.xml"] = _part("hdr", f"{_run(title)}<w:r><w:tab/></w:r>{_run(who)}").encode()
    members["word/footer1.xml"] = _part(
        "ftr", f"{_run('Page ')}{_field('PAGE')}{_run(' of ')}{_field('NUMPAGES')}"
    ).encode()
    members["[Content_Types].xml"] = _inserted(
        members["[Content_Types].xml"],
        "</Types>",
        f'<Override PartName="/word/header1.xml" ContentType="{_TYPES}.header+xml"/>'
        f'<Override PartName="/word/footer1.xml" ContentType="{_TYPES}.footer+xml"/>',
    )
    members["word/_rels/document.xml.rels"] = _inserted(
        members["word/_rels/document.xml.rels"],
        "</Relationships>",
        f'<Relationship Id="rIdLearnmrHeader" Type="{_RELATION}/header" Target="header1.xml"/>'
        f'<Relationship Id="rIdLearnmrFooter" Type="{_RELATION}/footer" Target="footer1.xml"/>',
    )
    return pack(members)


def _question(entry: Entry, image: Image | None) -> list[str]:
    """Elements of a question."""
    variant, space = entry.variant, space_for(entry.variant)
    parts = [
        f"<h2>{entry.number}. {_e(variant.question.title)} ({marks_text(entry.marks)})</h2>",
        paragraphs(variant.text),
    ]
    if image is not None:
        width = min(5.8, image.width_in)  # pandoc makes nothing wider
        parts.append(
            f'<p><img alt="{html.escape(image.alt)}" width="{width:.2f}in" '
            f'src="data:image/png;base64,{image.base64}"></p>'
        )
    if variant.options:
        listed = "".join(f"<li>{_e(option.text)}</li>" for option in variant.options)
        parts.append(f'<ol type="A">{listed}</ol>')
    return [*parts, *_space(space, ticked=bool(variant.options) and not space.places)]


def _space(space: AnswerSpace, *, ticked: bool) -> list[str]:
    """Elements of the space for an answer."""
    how = "Write one letter." if ticked else space.how
    parts = [f"<p><em>{_e(how)}</em></p>"]
    if space.code:
        parts.append(f"<pre>{_e(space.code)}</pre>")
    parts += ["<p>&nbsp;</p>"] * round(space.working_cm)
    if ticked:
        parts.append(f"<p>Answer: {'_' * 6}</p>")
    if space.unit is not None:
        parts.append(f"<p>Answer: {_BLANK} {_e(space.unit)}</p>")
    if space.places:
        parts.append("<p>Answer: " + " → ".join(["____"] * space.places) + "</p>")
    return [*parts, *([f"<p>{'_' * 70}</p>"] * space.lines)]


def _pandoc(page: str) -> bytes:
    """A DOCX file from a page, by pandoc, which may read no file."""
    program = import_extra("pypandoc", extra="exams").get_pandoc_path()
    done = subprocess.run(
        [program, "--sandbox", "--from=html", "--to=docx", "--output=-"],
        input=page.encode(),
        capture_output=True,
        timeout=_TIME_LIMIT_S,
        check=False,
    )
    if done.returncode:
        raise OSError(f"pandoc failed: {done.stderr.decode(errors='replace').strip()[:500]}")
    return done.stdout


def _with_letters(styles: str, size_pt: float) -> str:
    """Styles with letters of a size (pandoc's own are made for 12 points), black, without serifs."""
    scaled = re.sub(
        r'<w:(sz|szCs) w:val="(\d+)" ?/>',
        lambda match: f'<w:{match[1]} w:val="{round(int(match[2]) * size_pt / 12)}"/>',
        styles,
    )
    black = re.sub(r"<w:color [^>]*/>", "", scaled)
    sans = re.sub(
        r"<w:rFonts [^>]*(?:asciiTheme)[^>]*/>", '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>', black
    )
    return re.sub(r'(<w:lang [^>]*w:val=")en[^"]*"', r'\1en-GB"', sans)


def _kept_together(document: str) -> str:
    """Paragraphs of a question stay on one page: each but the last is kept with the next."""
    paragraph = re.compile(r'<w:p>(\s*<w:pPr>\s*<w:pStyle w:val="(\w+)" ?/>)')
    styles = [match[2] for match in paragraph.finditer(document)]
    kept, inside = [], False
    for place, style in enumerate(styles):
        inside = style == "Heading2" or (inside and style != "Heading1")
        last = place + 1 == len(styles) or styles[place + 1] in ("Heading1", "Heading2")
        kept.append(inside and not last)
    places = iter(kept)
    return paragraph.sub(
        lambda match: f"<w:p>{match[1]}" + ("<w:keepNext/><w:keepLines/>" if next(places) else ""), document
    )


def _part(kind: str, runs: str) -> str:
    """A header or a footer of one line, with a tab stop at the right margin."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:{kind} {_NAMESPACES}><w:p><w:pPr>'
        '<w:tabs><w:tab w:val="right" w:pos="9864"/></w:tabs></w:pPr>'
        f"{runs}</w:p></w:{kind}>"
    )


def _run(text: str) -> str:
    """Text in a header or footer."""
    return f'<w:r><w:t xml:space="preserve">{_e(text)}</w:t></w:r>'


def _field(name: str) -> str:
    """A number that the word processor fills in."""
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def _inserted(part: bytes, before: str, text: str) -> bytes:
    """A part with text before its end."""
    return part.decode().replace(before, text + before).encode()


def _e(text: str) -> str:
    return html.escape(text, quote=False)
