"""Every picture has words for those who do not see it: those of a notebook are carried over, missing ones are an error.

A picture of learnmr brings its description along, in the metadata of the notebook's output, which myst-nb does not
read. Pictures in pages are found again by the hash of their bytes, which is the name myst-nb gives them.
"""

from __future__ import annotations

import binascii
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

__all__ = ["descriptions_of", "fill_in", "setup"]

_LOGGER = logging.getLogger(__name__)


def descriptions_of(notebook: dict[str, Any]) -> dict[str, str]:
    """SHA-256 of the bytes of each PNG among the outputs -> its description, where it has one.

    Parameters
    ----------
    notebook : dict
        A notebook as JSON.
    """
    return {
        hashlib.sha256(binascii.a2b_base64(_text(output["data"]["image/png"]))).hexdigest(): words
        for output in _pictures(notebook)
        if (words := output.get("metadata", {}).get("image/png", {}).get("alt", "").strip())
    }


def fill_in(document: nodes.document, descriptions: dict[str, str]) -> list[str]:
    """Give the pictures of a page their words; addresses of those that have none are returned."""
    without = []
    for picture in document.findall(nodes.image):
        if not picture.get("alt", "").strip():
            words = descriptions.get(PurePosixPath(picture["uri"]).stem)
            if words:
                picture["alt"] = words
            else:
                without.append(picture["uri"])
    return without


def _pictures(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All outputs with a PNG."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if "image/png" in output.get("data", {}):
                yield output


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


def _on_page(app: Sphinx, document: nodes.document) -> None:
    """Carry over, complain."""
    source = Path(document["source"])
    is_notebook = source.suffix == ".ipynb"
    words = descriptions_of(json.loads(source.read_text(encoding="utf-8"))) if is_notebook else {}
    for uri in fill_in(document, words):
        _LOGGER.warning("a picture has no alternative text: %s", uri, location=source.as_posix())


def setup(app: Sphinx) -> dict[str, Any]:
    """Look at every page once it is read."""
    app.connect("doctree-read", _on_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
