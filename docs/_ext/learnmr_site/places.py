"""Where things lie, and whom the project belongs to: one source, ``pyproject.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["BRANCH", "DOCS", "ROOT", "homepage", "mail_address", "project", "write_if_changed"]

DOCS = Path(__file__).resolve().parents[2]
ROOT = DOCS.parent
#: the branch that links into the repository name
BRANCH = "main"


@cache
def project() -> dict[str, Any]:
    """The table ``[project]`` of ``pyproject.toml``."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def homepage() -> str:
    """Address of the project, without a slash at its end."""
    return str(project()["urls"]["Homepage"]).rstrip("/")


def mail_address() -> str:
    """The first address of a maintainer or author; empty where none is published."""
    people = [*project().get("maintainers", ()), *project().get("authors", ())]
    return next((person["email"] for person in people if person.get("email")), "")


def write_if_changed(text: str, path: Path) -> Path:
    """Write a page only if it says something new, so that Sphinx reads again only what has changed."""
    from learnmr.writing import write_text

    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(text, path)
    return path
