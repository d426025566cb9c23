"""Formulas need no network: a pinned package, its parts copied, and nothing fetched from elsewhere."""

from __future__ import annotations

import json
import re

import pytest
from learnmr_site import mathjax_files
from learnmr_site.mathjax_files import copy_mathjax
from learnmr_site.places import DOCS
from sphinx.errors import ExtensionError


@pytest.fixture
def modules(tmp_path):
    """Packages with every part, small."""
    for package, parts in mathjax_files._PARTS.items():
        for part in parts:
            path = tmp_path / package / part
            path = path if path.suffix or part == "LICENSE" else path / "inside.js"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x", encoding="utf-8")
    for language in ("en", "fr", "base"):
        path = tmp_path / "mathjax" / "sre" / "mathmaps" / f"{language}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf-8")
    return tmp_path


def test_the_parts_lie_where_pages_look_for_them(modules, tmp_path):
    static = tmp_path / "static"
    copy_mathjax(modules, static)
    assert (static / mathjax_files.PATH).is_file()
    assert (static / "mathjax-newcm-font" / "chtml" / "inside.js").is_file()
    assert {path.name for path in (static / "mathjax" / "sre" / "mathmaps").iterdir()} == {"en.json", "base.json"}


def test_a_missing_part_names_the_command(modules, tmp_path):
    (modules / "mathjax" / "tex-chtml.js").unlink()
    with pytest.raises(ExtensionError, match=r"mathjax/tex-chtml\.js is missing.*make docs"):
        copy_mathjax(modules, tmp_path / "static")


def test_fonts_are_not_looked_for_in_a_cdn():
    assert mathjax_files.CONFIG["loader"]["paths"]["fonts"].startswith("[mathjax]")


def test_versions_are_exact_and_the_lock_has_hashes_but_no_hosts():
    wanted = json.loads((DOCS / "package.json").read_text(encoding="utf-8"))["dependencies"]
    text = (DOCS / "package-lock.json").read_text(encoding="utf-8")
    lock = json.loads(text)["packages"]
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert lock[f"node_modules/{name}"]["version"] == version
    assert all(entry["integrity"].startswith("sha512-") for name, entry in lock.items() if name)
    assert "://" not in text
