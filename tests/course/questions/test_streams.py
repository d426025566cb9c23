"""The randomness of questions: fixed for ever, even, and private to each student and question."""

from __future__ import annotations

import hashlib
import hmac

import pytest
import scipy.special

from learnmr.course.questions.streams import HashStream, exam_key, self_study_key


def test_the_stream_is_sha256_of_key_and_counter() -> None:
    key = bytes(range(32))
    first = hashlib.sha256(key + bytes(8)).digest()
    second = hashlib.sha256(key + (1).to_bytes(8, "big")).digest()
    whole = int.from_bytes(first[:8], "big"), int.from_bytes(second[:8], "big")
    stream = HashStream(key)
    assert stream.below(1 << 64) == whole[0]
    stream.below(1 << 64), stream.below(1 << 64), stream.below(1 << 64)
    assert stream.below(1 << 64) == whole[1]


def test_the_key_of_an_exam_is_the_hmac_of_length_prefixed_names() -> None:
    secret = b"a secret of the course"
    message = b"\x00\x00\x00\x05final\x00\x00\x00\x01q\x00\x00\x00\x03\xc3\xa9a"
    assert exam_key(secret, exam="final", question="q", student="éa") == hmac.new(secret, message, "sha256").digest()


def test_names_that_run_together_give_different_keys() -> None:
    secret = bytes(16)
    keys = {
        exam_key(secret, exam=exam, question=question, student=student)
        for exam, question, student in (("ab", "c", "d"), ("a", "bc", "d"), ("a", "b", "cd"), ("", "abc", "d"))
    }
    assert len(keys) == 4


def test_numbers_are_even_and_orders_too() -> None:
    stream = HashStream(self_study_key("m1.a.b", 7))
    for draw, n in ((lambda: stream.below(6), 6), (lambda: "".join(stream.shuffled("abc")), 6)):
        drawn = [draw() for _ in range(6000)]
        counts = [drawn.count(value) for value in set(drawn)]
        assert len(counts) == n
        statistic = sum((count - 1000) ** 2 / 1000 for count in counts)
        assert scipy.special.chdtrc(n - 1, statistic) > 1e-3


def test_the_grid_reaches_both_ends_and_gives_shown_decimals() -> None:
    stream = HashStream(bytes(16))
    drawn = {stream.on_grid(0.1, 0.7, 0.2) for _ in range(200)}
    assert drawn == {0.1, 0.3, 0.5, 0.7}


def test_short_secrets_and_empty_ranges_are_refused() -> None:
    with pytest.raises(ValueError, match="secret must have at least 16 bytes, got 3"):
        exam_key(b"abc", exam="", question="", student="")
    with pytest.raises(ValueError, match="key must have at least 16 bytes, got 0"):
        HashStream(b"")
    with pytest.raises(ValueError, match="limit must be >= 1, got 0"):
        HashStream(bytes(16)).below(0)
    with pytest.raises(ValueError, match="size must be from 0 to 2, got 3"):
        HashStream(bytes(16)).sample("ab", 3)
