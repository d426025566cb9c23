"""What the site is made of beside its text: each module is one Sphinx extension, this is all of them together.

``places`` where things lie and whom the project belongs to · ``page_lists`` lists of pages that may be there ·
``lesson_pages`` executed notebooks become pages · ``alternative_texts`` every picture has words ·
 ``repository_files`` documents of the repository become pages ·
``recorded_results`` numbers and figures of the benchmarks · ``api_pages`` the reference, from docstrings and from the
help of the commands · ``feedback`` links with the questions filled in · ``mathjax_files`` formulas without a network.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

__all__ = ["setup"]

_PARTS = (
    "page_lists",
    "lesson_pages",
    "alternative_texts",
    "repository_files",
    "recorded_results",
    "api_pages",
    "feedback",
    "mathjax_files",
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Load all parts."""
    for part in _PARTS:
        app.setup_extension(f"learnmr_site.{part}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
