"""Inside the sandbox, in the notebook's own kernel: keeps what was handed in, and answers the grader's questions.

Everything here is in the hands of the submission, and may have been changed by it. It is a convenience of the honest.
"""

from __future__ import annotations

import builtins
import importlib
import json
import signal
import socket
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from ...isolation.channels import Channel
from .codec import CodecError, decode, encode

__all__ = ["DESK", "Desk", "join_message", "serve", "split_message"]

_MAX_NAMES, _MAX_OBJECTS, _PATIENCE_S = 500, 10_000, 3600.0


class _TookTooLong(BaseException):
    """Raised into a call whose time is over; not an Exception, which students catch."""


class Desk:
    """What was handed in, and the objects that a grader may call, by number."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[bytes, bytes]] = {}
        self.notes: dict[str, dict[str, str | None]] = {}
        self.objects: list[Any] = []
        self.frozen = False

    def keep(self, name: str, answer: Any, key: str | None = None) -> None:
        """Keep an answer as it is now; the last of a name counts."""
        if self.frozen or not isinstance(name, str) or (len(self.notes) >= _MAX_NAMES and name not in self.notes):
            return
        problem = None
        try:
            self.answers[name] = encode(answer, self.refer)
        except Exception as error:
            self.answers.pop(name, None)
            problem = f"{type(error).__name__}: {error}"[:300]
        self.notes[name] = {"key": key if isinstance(key, str) else None, "problem": problem}

    def refer(self, thing: Any) -> Mapping[str, Any]:
        """A number for an object that stays here."""
        if isinstance(thing, Callback):
            return {"here": thing.number}
        if len(self.objects) >= _MAX_OBJECTS:
            raise CodecError(f"at most {_MAX_OBJECTS} objects can be handed out")
        self.objects.append(thing)
        return {"there": [len(self.objects) - 1, type(thing).__name__[:80], callable(thing)]}


DESK = Desk()


class Callback:
    """A function of the grader that cannot be imported here: calling it asks the grader."""

    def __init__(self, number: int, ask: Callable[[int, Any, Any], Any]) -> None:
        self.number, self._ask = number, ask

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._ask(self.number, arguments, keywords)


def serve(path: str) -> None:
    """Answer the grader over a socket until it has no more questions."""
    DESK.frozen = True
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.connect(path)
        _Server(Channel(door.fileno(), door.fileno())).run()


class _Server:
    """The inner end of the conversation."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._tables: dict[str, Callable[[dict[str, Any], bytes, bytes], tuple[bytes, bytes]]] = {
            "names": lambda asked, text, blob: encode(DESK.notes, DESK.refer),
            "answer": lambda asked, text, blob: DESK.answers[asked["name"]],
            "call": self._call,
            "attribute": lambda asked, text, blob: encode(
                getattr(DESK.objects[asked["object"]], asked["attribute"]), DESK.refer
            ),
        }

    def run(self) -> None:
        while True:
            header, text, blob = split_message(*self._channel.receive(time_s=_PATIENCE_S))
            if header["op"] == "end":
                return
            self._answer(header, text, blob)

    def _answer(self, header: dict[str, Any], text: bytes, blob: bytes) -> None:
        """One question, one answer: a value or an error."""
        try:
            value = self._within(float(header.get("time_s", 60.0)), self._tables[header["op"]], header, text, blob)
        except _TookTooLong:
            self._error("TimeoutError", f"no answer within {float(header.get('time_s', 60.0)):.0f} s")
        except BaseException as error:  # SystemExit and KeyboardInterrupt of a student too
            try:
                said = str(error)[:500]
            except Exception:
                said = ""
            self._error(type(error).__name__[:80], said)
        else:
            self._channel.send(*join_message({"op": "value"}, *value))

    def _error(self, name: str, message: str) -> None:
        self._channel.send(*join_message({"op": "error", "name": name, "message": message}))

    def _within(self, time_s: float, work: Callable[..., tuple[bytes, bytes]], *arguments: Any) -> tuple[bytes, bytes]:
        """The result of work, or _TookTooLong; raised again and again, should somebody catch it."""

        def ring(*_: Any) -> None:
            raise _TookTooLong

        before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, time_s, 1.0)
        try:
            return work(*arguments)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _call(self, asked: dict[str, Any], text: bytes, blob: bytes) -> tuple[bytes, bytes]:
        """Call an object, or a method of it."""
        function = DESK.objects[asked["object"]]
        if asked.get("attribute"):
            function = getattr(function, asked["attribute"])
        arguments, keywords = decode(text, blob, self._resolve)
        return encode(function(*arguments, **keywords), DESK.refer)

    def _resolve(self, where: str, payload: Any) -> Any:
        """An object of ours, a function of learnmr by its name, or a stand-in for one of the grader's."""
        if where == "here":
            return DESK.objects[payload]
        number, name, _ = payload
        module, _, attribute = name.partition(":")
        if attribute and module.partition(".")[0] in ("learnmr", "numpy", "builtins"):
            found = getattr(importlib.import_module(module), attribute, None)
            if isinstance(found, FunctionType) or found in vars(builtins).values():
                return found
        return Callback(number, self._ask)

    def _ask(self, number: int, arguments: Any, keywords: Any) -> Any:
        """Call a function of the grader."""
        value = encode((list(arguments), dict(keywords)), DESK.refer)
        self._channel.send(*join_message({"op": "callback", "object": number}, *value))
        header, text, blob = split_message(*self._channel.receive(time_s=_PATIENCE_S))
        if header["op"] == "error":
            raise RuntimeError(f"{header['name']}: {header['message']}")
        return decode(text, blob, self._resolve)


def join_message(header: Mapping[str, Any], text: bytes = b"", blob: bytes = b"") -> tuple[bytes, bytes]:
    """Header and value as one frame: a line each."""
    return json.dumps(dict(header)).encode() + b"\n" + text, blob


def split_message(text: bytes, blob: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """Header and value of a frame.

    Raises
    ------
    CodecError
        If there is no header that names what is wanted.
    """
    line, _, value = text.partition(b"\n")
    try:
        header = json.loads(line)
        if not isinstance(header["op"], str):
            raise TypeError
    except Exception as error:
        raise CodecError("a message must begin with a line that says what is wanted") from error
    return header, value, blob
