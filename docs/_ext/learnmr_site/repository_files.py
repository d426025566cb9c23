"""Documents of the repository become pages: a line ``<!-- repository file: ARCHITECTURE.md -->`` stands for the file.

Links to files of the repository, in them and in pages written for the site, lead to the page that shows the file, and
where there is none to the project's address. ``{{homepage}}`` stands for that address, in commands as in text.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from .places import BRANCH, DOCS, ROOT, homepage

__all__ = ["pages_of_files", "setup", "with_site_links"]

_MARK = re.compile(r"^<!-- repository file: (\S+) -->$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s:#]+)(#[^)]*)?\)")


def pages_of_files(docs: Path = DOCS) -> dict[str, str]:
    """File of the repository -> name of the page that shows it."""
    return {
        name: path.relative_to(docs).with_suffix("").as_posix()
        for path in sorted(docs.rglob("*.md"))
        for name in _MARK.findall(path.read_text(encoding="utf-8"))
    }


def with_site_links(text: str, name: str, pages: dict[str, str], page: str) -> str:
    """The text of a file with links that lead somewhere from its page.

    Parameters
    ----------
    text : str
        Markdown.
    name : str
        The file, relative to the repository.
    pages : dict
        As from :func:`pages_of_files`.
    page : str
        The page it is shown on.
    """

    def target(match: re.Match[str]) -> str:
        words, link, fragment = match.group(1), match.group(2), match.group(3) or ""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
        if path in pages:
            return f"[{words}]({posixpath.relpath(pages[path], posixpath.dirname(page) or '.')}.md{fragment})"
        if path.startswith("docs/") and name.startswith("docs/"):
            return match.group()
        kind = "tree" if (ROOT / path).is_dir() else "blob"
        return f"[{words}]({homepage()}/{kind}/{BRANCH}/{path}{fragment})"

    return _LINK.sub(target, text)


def _on_source(app: Sphinx, page: str, source: list[str]) -> None:
    """Put the files in."""

    def text_of(match: re.Match[str]) -> str:
        path = ROOT / match.group(1)
        if not path.is_file():
            raise ExtensionError(f"{page} wants the file {match.group(1)}, which is not in the repository")
        app.env.note_dependency(path)
        return with_site_links(path.read_text(encoding="utf-8"), match.group(1), pages_of_files(), page)

    if Path(app.env.doc2path(page)).suffix == ".md":
        text = with_site_links(source[0], f"docs/{page}.md", pages_of_files(), page)
        source[0] = _MARK.sub(text_of, text)
    source[0] = source[0].replace("{{homepage}}", homepage())


def _changed(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """Where pages come or go, links of the included files may lead elsewhere."""
    return list(pages_of_files().values()) if added or removed else []


def setup(app: Sphinx) -> dict[str, Any]:
    """Look at every source."""
    app.connect("source-read", _on_source)
    app.connect("env-get-outdated", _changed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
