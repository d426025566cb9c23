"""PDFs: the same bytes every time; how Chromium is found and what is said where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnmr.course.exams.printing import find_chromium, print_pdf
from learnmr.installation import MissingExtraError

PAGE = "<!DOCTYPE html><title>T</title><style>@page { size: A4; }</style><p>One page."


def test_two_prints_are_the_same_bytes(tmp_path: Path) -> None:
    try:
        program = find_chromium()
    except MissingExtraError:
        pytest.skip("Chromium is not installed here")
    page = tmp_path / "page.html"
    page.write_text(PAGE)
    first, second = (print_pdf(page, tmp_path / name, program=program).read_bytes() for name in ("a.pdf", "b.pdf"))
    assert first.startswith(b"%PDF")
    assert b"/CreationDate (D:20000101000000" in first
    assert first == second


def test_where_there_is_no_chromium_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEARNMR_CHROMIUM", raising=False)
    monkeypatch.setattr("learnmr.course.exams.printing.shutil.which", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"apt install chromium.* or name it in the variable LEARNMR_CHROMIUM"):
        find_chromium()


def test_a_program_that_fails_leaves_no_file_and_says_its_last_words(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\necho no display >&2\nexit 3\n")
    program.chmod(0o755)
    with pytest.raises(OSError, match=r"could not print .*page\.html: no display"):
        print_pdf(tmp_path / "page.html", tmp_path / "out" / "page.pdf", program=str(program))
    assert list((tmp_path / "out").iterdir()) == []
