from __future__ import annotations

import time

from learnmr.files.labelled_records import array_of, label_of, labelled_records, string_of


def test_labels_are_compared_as_the_standard_says() -> None:
    assert label_of("JCAMP-DX") == label_of("jcamp dx") == label_of("JCAMP_DX") == "JCAMPDX"


def test_a_value_may_have_many_lines_and_comments() -> None:
    records = dict(labelled_records("##TITLE= a\n##$P= (0..3)\n1 2\n3 4\n$$ ##NOT= one\n##$NUC1= <1H> $$ x\n##END="))
    assert array_of(records["$P"])[:4] == ["1", "2", "3", "4"]
    assert string_of(records["$NUC1"]) == "1H"
    assert "NOT" not in records


def test_an_unclosed_string_ends_with_its_line() -> None:
    assert string_of("<never closed\nmore") == "<never closed"


def test_parsing_takes_time_proportional_to_the_text() -> None:
    start = time.perf_counter()
    assert len(labelled_records("##" + "#" * 300_000 + "=" + "\n##A=" * 50_000 + " " * 300_000)) == 50_000
    assert time.perf_counter() - start < 3
