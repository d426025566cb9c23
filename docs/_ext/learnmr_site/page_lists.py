"""Lists of pages that may be there: parts of the course come one after the other, and a list of none is no error."""

from __future__ import annotations

import fnmatch
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

__all__ = ["PagesLike", "matching", "setup"]


def matching(names: set[str], patterns: list[str]) -> list[str]:
    """Names that match one of the patterns, by pattern and then in order, each once.

    Examples
    --------
    >>> matching({"a/2", "a/1", "b/1"}, ["b/*", "a/*"])
    ['b/1', 'a/1', 'a/2']
    """
    found = [name for pattern in patterns for name in sorted(names) if fnmatch.fnmatchcase(name, pattern)]
    return list(dict.fromkeys(found))


class PagesLike(SphinxDirective):
    """``{pages-like} instructor/*``: a table of contents of these pages, in the order of the patterns.

    A pattern counts from the folder of all pages; ``*`` does not stop at a slash. Options as of ``toctree``.
    """

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"hidden": lambda value: "", "caption": str, "maxdepth": str}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """A toctree, or nothing."""
        pages = matching(set(self.env.found_docs) - {self.env.docname}, self.arguments[0].split())
        if not pages:
            return []
        options = [f":{name}: {value}".rstrip() for name, value in self.options.items()]
        return self.parse_text_to_nodes("\n".join(["```{toctree}", *options, "", *(f"/{p}" for p in pages), "```"]))


def setup(app: Sphinx) -> dict[str, Any]:
    """The directive."""
    app.add_directive("pages-like", PagesLike)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
