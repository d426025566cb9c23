"""Outside: runs a submission in the sandbox and asks it for its answers; functions and networks are called there.

An answer that is data arrives as data. A function or an object arrives as a stand-in: a call sends the arguments in
and brings the result out, so the properties of an exercise, its hidden fresh arguments and the grade of an exam
question run here, unchanged, on the stand-in. Keys and hidden checks never go in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import Any

from ...isolation import ChannelError, Isolated, Limits, Sandbox, isolated
from .codec import CodecError, decode, encode
from .serving import join_message, split_message

__all__ = ["AnswerError", "Answers", "RemoteFunction", "RemoteObject", "Run", "SubmissionOverError", "open_session"]

#: errors that mean the same outside as inside; any other name becomes an AnswerError
_ERRORS: dict[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        ArithmeticError, AssertionError, AttributeError, FloatingPointError, ImportError, IndexError, KeyError,
        LookupError, MemoryError, ModuleNotFoundError, NameError, NotImplementedError, OSError, OverflowError,
        RecursionError, RuntimeError, StopIteration, TimeoutError, TypeError, UnboundLocalError, ValueError,
        ZeroDivisionError,
    )
}  # fmt: skip
_MAX_CALLBACKS, _ANSWER_S, _GRACE_S = 20_000, 30.0, 5.0


class AnswerError(RuntimeError):
    """The student's code raised something that has no meaning here."""


class SubmissionOverError(RuntimeError):
    """The submission's program has ended or broken the rules; nothing more can be asked of it."""


@dataclass(frozen=True)
class Run:
    """How the notebook ran.

    Parameters
    ----------
    cells : int
        Code cells that were run.
    errors : tuple of (int, str, str)
        Cell, kind and message of each error, as the submission tells it.
    seconds : float
        How long it took.
    problem : str
        Why there are no answers, or not all; empty where all went well.
    """

    cells: int = 0
    errors: tuple[tuple[int, str, str], ...] = ()
    seconds: float = 0.0
    problem: str = ""


@dataclass
class Answers:
    """What was handed in, and the means to ask for it.

    Parameters
    ----------
    run : Run
        How the notebook ran.
    keys : mapping of str to (str or None)
        Name of each answer, and the key of personal numbers with which it was checked, as the submission tells it.
    problems : mapping of str to str
        Why an answer could not be handed out.
    """

    run: Run
    keys: Mapping[str, str | None] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    _talk: _Conversation | None = None

    def __contains__(self, name: str) -> bool:
        return name in self.keys

    @property
    def alive(self) -> bool:
        """Whether anything can still be asked."""
        return self._talk is not None and self._talk.over is None

    def get(self, name: str) -> Any:
        """An answer; None where it was not handed in.

        Raises
        ------
        AnswerError
            If it could not be handed out: it is too large, too deep.
        SubmissionOverError
            If the submission has ended.
        """
        if name not in self.keys:
            return None
        if self.problems.get(name):
            raise AnswerError(f"the answer cannot be handed in: {self.problems[name]}")
        assert self._talk is not None
        return self._talk.ask({"op": "answer", "name": name}, time_s=_ANSWER_S)


class RemoteObject:
    """Stands for an object inside: its attributes and methods are asked for there."""

    def __init__(self, talk: _Conversation, number: int, kind: str) -> None:
        self._talk, self._number, self._kind = talk, number, kind

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{self._kind} has no attribute {name!r}")
        return self._talk.ask({"op": "attribute", "object": self._number, "attribute": name})

    def __repr__(self) -> str:
        return f"<{self._kind} of a submission>"


class RemoteFunction(RemoteObject):
    """Stands for something that can be called."""

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call it inside."""
        return self._talk.call(self._number, arguments, keywords)


class _Conversation:
    """The outer end; after a breach of the rules it is over, for good."""

    def __init__(self, inside: Isolated, *, call_s: float, deadline_s: float) -> None:
        self._inside, self._call_s, self._deadline_s = inside, call_s, deadline_s
        self._functions: list[Callable[..., Any]] = []
        self._callbacks = 0
        self._slow: dict[int, str] = {}
        self.over: str | None = None

    def ask(self, header: dict[str, Any], *value: bytes, time_s: float | None = None) -> Any:
        """Ask, wait, and give the value or raise the error."""
        if self.over is not None:
            raise SubmissionOverError(self.over)
        time_s = min(time_s or self._call_s, self._deadline_s - time.monotonic())
        try:
            if time_s <= 0:
                raise ChannelError("the time for questions is over")
            channel = self._inside.channel
            channel.send(*join_message(header | {"time_s": time_s}, *value))
            ends_s = time.monotonic() + time_s + _GRACE_S
            while True:
                reply, text, blob = split_message(*channel.receive(time_s=max(0.01, ends_s - time.monotonic())))
                if reply["op"] != "callback":
                    break
                self._call_back(reply, text, blob)
            if reply["op"] == "value":
                return decode(text, blob, self._resolve)
        except (ChannelError, CodecError) as error:
            self.over = self._inside.broken or str(error)
            raise SubmissionOverError(self.over) from error
        name, message = str(reply.get("name", ""))[:80], str(reply.get("message", ""))[:500]
        raise _ERRORS[name](message) if name in _ERRORS else AnswerError(f"{name}: {message}")

    def call(self, number: int, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        """Call an object inside; one that did not answer in time is not asked again."""
        if number in self._slow:
            raise TimeoutError(f"{self._slow[number]}; it was not asked again")
        value = encode((list(arguments), dict(keywords)), self._refer)
        try:
            return self.ask({"op": "call", "object": number}, *value)
        except TimeoutError as error:
            self._slow[number] = str(error)[:100]
            raise

    def _refer(self, thing: Any) -> Mapping[str, Any]:
        """A number for a function of ours, and the name by which it can be imported inside, if it has one."""
        if isinstance(thing, RemoteObject) and thing._talk is self:
            return {"here": thing._number}
        if not callable(thing):
            raise TypeError(f"an argument must be data or a function, got {type(thing).__name__}")
        self._functions.append(thing)
        return {"there": [len(self._functions) - 1, _imported_as(thing), True]}

    def _resolve(self, where: str, payload: Any) -> Any:
        """A stand-in for an object inside, or one of the functions that we gave."""
        if where == "here":
            if type(payload) is not int or not 0 <= payload < len(self._functions):
                raise CodecError("there is no such function")
            return self._functions[payload]
        number, kind, can_be_called = payload
        if type(number) is not int or number < 0:
            raise CodecError("an object must have a number")
        return (RemoteFunction if can_be_called is True else RemoteObject)(self, number, str(kind)[:80])

    def _call_back(self, asked: dict[str, Any], text: bytes, blob: bytes) -> None:
        """The student's function calls one that we gave it."""
        self._callbacks += 1
        if self._callbacks > _MAX_CALLBACKS:
            raise ChannelError("it calls too often")
        function = self._resolve("here", asked.get("object"))
        arguments, keywords = decode(text, blob, self._resolve)
        try:
            value = encode(function(*arguments, **keywords), self._refer)
        except Exception as error:
            answer = join_message({"op": "error", "name": type(error).__name__, "message": str(error)[:500]})
        else:
            answer = join_message({"op": "value"}, *value)
        self._inside.channel.send(*answer)


@contextmanager
def open_session(
    folder: Path,
    *,
    limits: Limits,
    sandbox: Sandbox | None = None,
    cell_s: float = 120.0,
    call_s: float = 15.0,
    ask_s: float = 180.0,
    masked: Sequence[Path] = (),
) -> Iterator[Answers]:
    """Run the one notebook of a folder in the sandbox, and keep it alive for questions.

    Parameters
    ----------
    folder : pathlib.Path
        Holds one notebook, and perhaps files beside it; shown read-only.
    limits : Limits
        ``time_s`` is for the notebook alone; questions come on top.
    sandbox : Sandbox, optional
        Default: that of this machine.
    cell_s, call_s : float
        Longest time of a cell, and of one call of a function.
    ask_s : float
        Time for all questions together.
    masked : sequence of pathlib.Path
        Folders of learnmr that are shown empty: the bank, where an exam is graded.

    Yields
    ------
    Answers
        Never raises for what a submission does: then ``run.problem`` says what, and there is nothing to ask.

    Raises
    ------
    SandboxMissingError
        If there is no sandbox.
    """
    whole = Limits(**(vars(limits) | {"time_s": limits.time_s + ask_s + 90.0}))
    arguments = ["-m", "learnmr.course.grading.runner", f"{limits.time_s:g}", f"{cell_s:g}"]
    with isolated(arguments, inputs=folder, limits=whole, sandbox=sandbox, masked=masked) as inside:
        yield _begin(inside, limits, call_s, ask_s)


def _begin(inside: Isolated, limits: Limits, call_s: float, ask_s: float) -> Answers:
    """Wait for the notebook to end, and ask what was handed in."""
    try:
        header, _, _ = split_message(*inside.channel.receive(time_s=limits.time_s + 60.0))
    except (ChannelError, CodecError) as error:
        return Answers(Run(problem=f"the notebook stopped the program that ran it: {inside.broken or error}"))
    if header["op"] == "unreadable":
        return Answers(Run(problem=f"the notebook cannot be read: {str(header.get('message', ''))[:300]}"))
    run = _run_of(header)
    if header.get("died") is not False:
        reason = inside.broken or ("it ran out of time" if run.problem else "its kernel died or does not answer")
        return Answers(Run(run.cells, run.errors, run.seconds, f"the notebook did not come to its end: {reason}"))
    talk = _Conversation(inside, call_s=call_s, deadline_s=time.monotonic() + ask_s)
    try:
        notes = talk.ask({"op": "names"}, time_s=_ANSWER_S)
        keys = {str(name)[:100]: note["key"] for name, note in notes.items()}
        problems = {str(name)[:100]: str(note["problem"])[:300] for name, note in notes.items() if note["problem"]}
    except Exception as error:  # a submission that lies about what it has
        reason = inside.broken or f"{type(error).__name__}: {str(error)[:200]}"
        return Answers(Run(run.cells, run.errors, run.seconds, f"it does not say what it hands in: {reason}"))
    return Answers(run, {name: key if isinstance(key, str) else None for name, key in keys.items()}, problems, talk)


def _run_of(header: Mapping[str, Any]) -> Run:
    """What the runner tells, which may be a lie."""
    try:
        return Run(
            int(header["cells"]),
            tuple((int(cell), str(name)[:80], str(message)[:300]) for cell, name, message in header["errors"][:50]),
            float(header["seconds"]),
            "the time for the whole notebook was over before its last cell" if header["time_over"] else "",
        )
    except Exception:
        return Run(problem="the program that runs the notebook talks nonsense")


def _imported_as(thing: Any) -> str:
    """``module:name`` of a function that can be imported inside; empty for closures and the like."""
    ours = isinstance(thing, FunctionType) and thing.__module__.partition(".")[0] == "learnmr"
    return f"{thing.__module__}:{thing.__qualname__}" if ours and thing.__qualname__.isidentifier() else ""
