"""Links that open a mail or an issue with the questions filled in: one text, three ways to send it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .places import homepage, mail_address

__all__ = ["issue_link", "mail_link", "setup"]


def mail_link(subject: str, text: str, address: str = "") -> str:
    r"""A link that opens the reader's mail program; without an address the reader names who gets it.

    Examples
    --------
    >>> mail_link("A word", "Good?\n\nBad?")
    'mailto:?subject=A%20word&body=Good%3F%0D%0A%0D%0ABad%3F'
    """
    body = "\r\n".join(text.splitlines())
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject)}&body={quote(body)}"


def issue_link(subject: str, text: str) -> str:
    """A link to a new entry in the project's issue tracker."""
    return f"{homepage()}/issues/new?title={quote(subject)}&body={quote(text)}"


class FeedbackForm(SphinxDirective):
    """``{feedback-form} Subject``: the content is the template; two links and the text itself are shown."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Links and text."""
        subject, text = self.arguments[0], "\n".join(self.content)
        address = self.config.learnmr_feedback_mail or mail_address()
        row = nodes.paragraph()
        for words, target in (
            ("Write a mail", mail_link(subject, text, address)),
            ("Open an issue", issue_link(subject, text)),
        ):
            row += nodes.reference("", words, refuri=target, internal=False)
            row += nodes.Text(" ")
        box = nodes.container("", row, classes=["learnmr-buttons"])
        shown = nodes.literal_block(text, text)
        shown["language"] = "text"
        return [box, nodes.container("", shown, classes=["learnmr-template"])]


def setup(app: Sphinx) -> dict[str, Any]:
    """``learnmr_feedback_mail``: who gets the mails; whoever builds the site for a course names themselves."""
    app.add_config_value("learnmr_feedback_mail", "", "env", types=frozenset({str}))
    app.add_directive("feedback-form", FeedbackForm)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
