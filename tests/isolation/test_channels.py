"""Frames: they arrive as they were sent, and whoever breaks the rules is not waited for."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator

import pytest

from learnmr.isolation import Channel, ChannelError


@pytest.fixture
def pipes() -> Iterator[tuple[int, int]]:
    """A pipe: read here, written there."""
    reading, writing = os.pipe()
    yield reading, writing
    for descriptor in (reading, writing):
        try:
            os.close(descriptor)
        except OSError:
            continue


def test_a_frame_arrives_as_it_was_sent(pipes: tuple[int, int]) -> None:
    channel = Channel(*pipes)
    channel.send(b"text", bytes(range(256)))
    assert channel.receive(time_s=1) == (b"text", bytes(range(256)))


def test_frames_keep_their_order_and_their_borders(pipes: tuple[int, int]) -> None:
    channel = Channel(*pipes)
    for number in range(5):
        channel.send(b"a" * number, b"b" * (5 - number))
    assert [channel.receive(time_s=1) for _ in range(5)] == [(b"a" * n, b"b" * (5 - n)) for n in range(5)]


def test_nobody_waits_longer_than_the_time(pipes: tuple[int, int]) -> None:
    channel = Channel(*pipes)
    started = time.monotonic()
    with pytest.raises(ChannelError, match="no answer in time"):
        channel.receive(time_s=0.1)
    os.write(pipes[1], struct.pack(">4sII", b"LMR1", 10, 0) + b"half")
    with pytest.raises(ChannelError, match="no answer in time"):
        channel.receive(time_s=0.1)
    assert time.monotonic() - started < 5


def test_a_reader_who_never_reads_is_given_up(pipes: tuple[int, int]) -> None:
    with pytest.raises(ChannelError, match="no answer in time"):
        Channel(*pipes).send(b"", bytes(10_000_000), time_s=0.2)


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\n", struct.pack(">4sII", b"LMR1", 2**31, 0), struct.pack(">4sII", b"LMR1", 0, 2**32 - 1)],
)
def test_what_is_no_frame_or_too_long_is_refused_by_its_head(pipes: tuple[int, int], head: bytes) -> None:
    os.write(pipes[1], head)
    with pytest.raises(ChannelError, match="no frame, or too long"):
        Channel(*pipes).receive(time_s=1)


def test_the_sum_of_all_frames_has_a_limit(pipes: tuple[int, int]) -> None:
    channel = Channel(*pipes, total_bytes=10)
    channel.send(b"12345678")
    channel.receive(time_s=1)
    channel.send(b"12345678")
    with pytest.raises(ChannelError, match="too much"):
        channel.receive(time_s=1)


def test_the_end_of_the_other_side_is_noticed(pipes: tuple[int, int]) -> None:
    channel = Channel(*pipes)
    os.close(pipes[1])
    with pytest.raises(ChannelError, match="gone"):
        channel.receive(time_s=1)


def test_too_long_a_frame_is_not_sent(pipes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="at most"):
        Channel(*pipes).send(bytes(9 * 1024**2))
