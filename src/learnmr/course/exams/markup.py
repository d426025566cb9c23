"""The little HTML that platforms are given, and its way back to plain text: paragraphs, line ends, code, one image."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from typing import Any

from .portable import PortableQuestion
from .sheets import paragraphs

__all__ = ["body_html", "leaf", "number_text", "parts_of_body", "plain_text", "xml_text"]

_PX_PER_IN = 96
_IMAGE = re.compile(r'<p><img src="([^"]*)" alt="([^"]*)" width="(\d+)"></p>')


def body_html(question: PortableQuestion, *, image_address: str = "") -> str:
    """Text, code to begin with, figure, and the sentence on the form of the answer.

    Parameters
    ----------
    question : PortableQuestion
        The question.
    image_address : str
        Where the platform has the figure.

    Returns
    -------
    str
        HTML.
    """
    parts = [paragraphs(question.text)]
    if question.image is not None:
        width = round(question.image.width_in * _PX_PER_IN)
        alt = html.escape(question.image.alt)
        parts.append(f'<p><img src="{html.escape(image_address)}" alt="{alt}" width="{width}"></p>')
    if question.how:
        parts.append(f"<p><em>{html.escape(question.how)}</em></p>")
    return "\n".join(parts)


def parts_of_body(body: str) -> tuple[str, str, tuple[str, str, float] | None]:
    """What :func:`body_html` was made of: text, sentence on the answer; address, alternative, width of the figure."""
    how = re.search(r"<p><em>(.*?)</em></p>", body)
    image = _IMAGE.search(body)
    text = body[: min([match.start() for match in (how, image) if match is not None] or [len(body)])]
    figure = None if image is None else (html.unescape(image[1]), html.unescape(image[2]), int(image[3]) / _PX_PER_IN)
    return plain_text(text), html.unescape(how[1]) if how else "", figure


def plain_text(markup: str) -> str:
    r"""Plain text of paragraphs: what :func:`~learnmr.course.exams.sheets.paragraphs` was given.

    Examples
    --------
    >>> plain_text("<p>a &lt; b</p>\n<p>c<br>\nd</p>")
    'a < b\n\nc\nd'
    """
    parts = re.findall(r"<p>(.*?)</p>", markup, re.DOTALL)
    return "\n\n".join(html.unescape(part.replace("<br>\n", "\n")) for part in parts)


def number_text(value: float) -> str:
    """The shortest text that is the same number again, without an exponent where that is short.

    Examples
    --------
    >>> number_text(2410.0), number_text(0.1), number_text(1e-12)
    ('2410', '0.1', '1e-12')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def leaf(parent: ET.Element, name: str, text: str = "", /, **attributes: Any) -> ET.Element:
    """A new element with text in a parent."""
    element = ET.SubElement(parent, name, {key: str(value) for key, value in attributes.items()})
    element.text = text or None
    return element


def xml_text(root: ET.Element) -> bytes:
    """A document in UTF-8, indented, the same bytes from run to run."""
    ET.indent(root)
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    return head + ET.tostring(root, encoding="unicode", short_empty_elements=True).encode() + b"\n"
