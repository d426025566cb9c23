"""Slides of the lessons: one self-contained HTML file each, which reveal.js shows without a network, or a PDF.

``assets`` brings reveal.js and MathJax, once, by their hashes. ``condensing`` makes few words of many. ``decks`` takes
from an executed lesson what belongs on slides: key sentences, formulas, figures, tables, exercises; no code but the
head of what a student is to write. ``pages`` writes them. ``making`` is the road from lessons to files.
"""

from .making import make_slides

__all__ = ["make_slides"]
