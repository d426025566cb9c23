"""A site of three pages, built by Sphinx: the parts of the extension work together, and mistakes are warnings."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CONF = """
extensions = ["myst_nb", *("learnmr_site." + name for name in
              ("alternative_texts", "page_lists", "repository_files", "feedback", "recorded_results"))]
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence"]
"""
INDEX = """
# A site
```{pages-like} b/* a/*
```
```{pages-like} nothing/*
```
```{recorded-results} speed
```
```{recorded-figure} ratios
```
```{feedback-form} On this site
How long did it take?
```
`{{homepage}}`
"""


def build(folder: Path, out: Path) -> str:
    """Build, and give back what Sphinx warned of."""
    import io

    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace

    warned = io.StringIO()
    with warnings.catch_warnings(), docutils_namespace():
        warnings.simplefilter("ignore")  # of Sphinx' own dependencies
        app = Sphinx(folder, folder, out, out / "doctrees", "html", status=None, warning=warned)
        app.build()
    return warned.getvalue()


@pytest.fixture
def site(tmp_path: Path, picture_output: Callable[..., dict[str, Any]]) -> Path:
    """Sources of the site."""
    folder = tmp_path / "site"
    (folder / "a").mkdir(parents=True)
    (folder / "conf.py").write_text(CONF, encoding="utf-8")
    (folder / "index.md").write_text(INDEX, encoding="utf-8")
    cells = [
        {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "# A notebook"},
        {
            "cell_type": "code", "id": "c", "metadata": {}, "source": "1", "execution_count": 1,
            "outputs": [picture_output("A black point on white.")],
        },
    ]  # fmt: skip
    notebook = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "a" / "page.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return folder


def test_everything_arrives_in_the_page(site, tmp_path):
    from learnmr_site.places import homepage

    assert build(site, tmp_path / "out") == ""
    page = (tmp_path / "out" / "a" / "page.html").read_text(encoding="utf-8")
    assert 'alt="A black point on white."' in page
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "FIDs per second" in index
    assert 'alt="Root mean square error' in index
    assert "mailto:?subject=On%20this%20site" in index
    assert "/issues/new?title=On%20this%20site" in index
    assert homepage() in index
    assert "a/page.html" in index


def test_a_picture_without_words_is_a_warning(site, tmp_path):
    (site / "point.png").write_bytes(b"no picture")
    (site / "index.md").write_text(INDEX + "\n![](point.png)\n", encoding="utf-8")
    assert "a picture has no alternative text: point.png" in build(site, tmp_path / "out")
