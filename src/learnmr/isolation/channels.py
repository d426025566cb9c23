"""Frames over a pair of pipes: four letters, two lengths, text, bytes. Nothing is believed, nothing is waited for long.

Both ends use it. The outer end talks to a program that may write anything, or nothing, or never read: every call has a
deadline, every length a limit, and a breach ends the conversation.
"""

from __future__ import annotations

import os
import select
import struct
import time

__all__ = ["MAX_BLOB_BYTES", "MAX_TEXT_BYTES", "Channel", "ChannelError"]

_MAGIC = b"LMR1"
_HEADER = struct.Struct(">4sII")
MAX_TEXT_BYTES, MAX_BLOB_BYTES = 8 * 1024**2, 64 * 1024**2
_PIECE = 1 << 16


class ChannelError(OSError):
    """The other end broke the rules of the conversation, took too long, or is gone."""


class Channel:
    """One end of a conversation in frames.

    Parameters
    ----------
    reading, writing : int
        File descriptors of pipes; both are made non-blocking.
    total_bytes : int
        How much may come in over the whole conversation.
    """

    def __init__(self, reading: int, writing: int, *, total_bytes: int = 2 * 1024**3) -> None:
        self._reading, self._writing = reading, writing
        self._left = total_bytes
        for descriptor in (reading, writing):
            os.set_blocking(descriptor, False)

    def send(self, text: bytes, blob: bytes = b"", *, time_s: float = 30.0) -> None:
        """Send a frame.

        Raises
        ------
        ChannelError
            If the other end does not take it in time, or is gone.
        ValueError
            If it is too long.
        """
        if len(text) > MAX_TEXT_BYTES or len(blob) > MAX_BLOB_BYTES:
            raise ValueError(f"a frame must have at most {MAX_BLOB_BYTES} bytes, got {len(text)} and {len(blob)}")
        deadline_s = time.monotonic() + time_s
        left = memoryview(_HEADER.pack(_MAGIC, len(text), len(blob)) + text + blob)
        while left:
            self._wait(None, self._writing, deadline_s)
            try:
                left = left[os.write(self._writing, left[:_PIECE]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise ChannelError("the other end is gone") from error

    def receive(self, *, time_s: float) -> tuple[bytes, bytes]:
        """Receive a frame.

        Returns
        -------
        text, blob : bytes
            As they were sent.

        Raises
        ------
        ChannelError
            If none comes in time, the other end is gone, or what comes is no frame or too long.
        """
        deadline_s = time.monotonic() + time_s
        magic, n_text, n_blob = _HEADER.unpack(self._take(_HEADER.size, deadline_s))
        if magic != _MAGIC or n_text > MAX_TEXT_BYTES or n_blob > MAX_BLOB_BYTES:
            raise ChannelError("what came is no frame, or too long")
        self._left -= n_text + n_blob
        if self._left < 0:
            raise ChannelError("too much came in all")
        return self._take(n_text, deadline_s), self._take(n_blob, deadline_s)

    def _take(self, n_bytes: int, deadline_s: float) -> bytes:
        """So many bytes; memory grows with what really came, not with what was announced."""
        taken = bytearray()
        while len(taken) < n_bytes:
            self._wait(self._reading, None, deadline_s)
            try:
                piece = os.read(self._reading, min(_PIECE, n_bytes - len(taken)))
            except BlockingIOError:
                continue
            except OSError as error:
                raise ChannelError("the other end is gone") from error
            if not piece:
                raise ChannelError("the other end is gone")
            taken += piece
        return bytes(taken)

    @staticmethod
    def _wait(reading: int | None, writing: int | None, deadline_s: float) -> None:
        """Until a descriptor is ready, at most until the deadline."""
        poll = select.poll()
        poll.register(*((reading, select.POLLIN) if reading is not None else (writing, select.POLLOUT)))  # type: ignore[arg-type]
        left_s = deadline_s - time.monotonic()
        if left_s <= 0 or not poll.poll(1000 * left_s):
            raise ChannelError("no answer in time")
