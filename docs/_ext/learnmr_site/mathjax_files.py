"""Formulas without a network: the parts of MathJax that pages load are copied from the npm package into the site.

``docs/package.json`` names the version, ``docs/package-lock.json`` its hash. ``make docs`` brings it into
``build/npm``; where a build finds none it says so, and nothing is ever loaded from elsewhere.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from .places import ROOT

__all__ = ["CONFIG", "PATH", "WITHOUT_SERVER", "copy_mathjax", "setup"]

#: what pages load, relative to ``_static``
PATH = "mathjax/tex-chtml.js"
#: for Sphinx' ``mathjax4_config``: fonts lie beside MathJax instead of in a CDN
CONFIG: dict[str, Any] = {"loader": {"paths": {"fonts": "[mathjax]/.."}}}

#: pages opened as files may start no worker, which speech needs; formulas are typeset all the same
WITHOUT_SERVER = (
    'if (window.MathJax && location.protocol === "file:") '
    "{ MathJax.options = Object.assign({}, MathJax.options, "
    "{ enableSpeech: false, enableBraille: false, menuOptions: { settings: { speech: false, braille: false } } }); }"
)

#: of the packages: what the combined component may load later (extensions of TeX, the reader's menu, speech, fonts)
_PARTS = {
    "mathjax": ("tex-chtml.js", "LICENSE", "input/tex", "a11y", "ui", "sre"),
    "@mathjax/mathjax-newcm-font": ("package.json", "chtml"),
}
#: speech in other languages than that of the pages
_LANGUAGES = ("base", "en", "nemeth")


def copy_mathjax(modules: Path, static: Path) -> list[Path]:
    """Copy the parts from ``node_modules`` into the static files of the site.

    Raises
    ------
    sphinx.errors.ExtensionError
        If a part is absent; the message names the command that brings it.
    """
    copied = []
    for package, parts in _PARTS.items():
        for part in parts:
            source, target = modules / package / part, static / package.rpartition("/")[2] / part
            if not source.exists():
                raise ExtensionError(
                    f"MathJax is not complete: {package}/{part} is missing. make docs brings it with npm: "
                    "npm ci, in a copy of docs/package.json and docs/package-lock.json in build/npm"
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True, ignore=_left_out)
            else:
                shutil.copyfile(source, target)
            copied.append(target)
    return copied


def _left_out(folder: str, names: list[str]) -> list[str]:
    """Files of a folder that no page asks for."""
    if Path(folder).name != "mathmaps":
        return []
    return [name for name in names if name.endswith(".json") and name.removesuffix(".json") not in _LANGUAGES]


def _on_end(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        copy_mathjax(ROOT / "build" / "npm" / "node_modules", Path(app.outdir) / "_static")


def setup(app: Sphinx) -> dict[str, Any]:
    """Copy when all pages are written."""
    app.connect("build-finished", _on_end)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
