"""One template, sent in the way the reader likes."""

from __future__ import annotations

import doctest
from urllib.parse import parse_qs, urlsplit

from learnmr_site import feedback, page_lists
from learnmr_site.places import homepage

TEXT = "How long?\n\nWhat & where? 50 % = half"


def test_a_mail_has_subject_and_questions():
    link = urlsplit(feedback.mail_link("On lesson 1", TEXT, "teacher@example.org"))
    assert (link.scheme, link.path) == ("mailto", "teacher@example.org")
    fields = parse_qs(link.query, keep_blank_values=True)
    assert fields == {"subject": ["On lesson 1"], "body": [TEXT.replace("\n", "\r\n")]}


def test_an_issue_goes_to_the_project():
    link = feedback.issue_link("On lesson 1", TEXT)
    assert link.startswith(f"{homepage()}/issues/new?")
    assert parse_qs(urlsplit(link).query)["body"] == [TEXT]


def test_the_examples_in_docstrings_hold():
    for module in (feedback, page_lists):
        assert doctest.testmod(module).failed == 0
