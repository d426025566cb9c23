"""Starting something in a sandbox, watching it, ending it: nothing of it is left when the ``with`` block is left."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .cgroups import ControlGroup, make_group
from .channels import Channel
from .limits import Limits
from .sandboxes import Sandbox, Walls, find_sandbox
from .watching import broken_limit, family, kill_family

__all__ = ["Ended", "Isolated", "isolated", "run_isolated"]

_LOOK_EVERY_S = 0.1


@dataclass(frozen=True)
class Ended:
    """How an isolated program ended.

    Parameters
    ----------
    exit_code : int or None
        Its exit code; negative for a signal, None where it had not ended by itself.
    broken : str or None
        The limit it broke: ``"more than 2048 MB of memory"``.
    seconds : float
        Wall time.
    output : bytes
        What it said on standard output, cut; empty where that was the channel.
    errors : bytes
        What it said on standard error, cut.
    """

    exit_code: int | None
    broken: str | None
    seconds: float
    output: bytes = b""
    errors: bytes = b""


@dataclass
class Isolated:
    """A program that runs in a sandbox.

    Parameters
    ----------
    channel : Channel
        Its standard input and output, in frames.
    """

    channel: Channel
    _process: subprocess.Popen[bytes]
    _limits: Limits
    _walls: Walls
    _group: ControlGroup | None
    _started_s: float = field(default_factory=time.monotonic)
    _broken: str | None = None
    _errors: bytearray = field(default_factory=bytearray)
    _over: threading.Event = field(default_factory=threading.Event)

    @property
    def broken(self) -> str | None:
        """The limit it broke so far."""
        if self._broken is None and self._group is not None and self._group.out_of_memory():
            self._broken = f"more than {self._limits.memory_bytes // 1024**2} MB of memory"
        return self._broken

    @property
    def errors(self) -> bytes:
        """What it said on standard error so far, cut."""
        return bytes(self._errors)

    def kill(self) -> None:
        """End it and all it has started, at once."""
        if self._walls.container is not None:
            engine = [self._walls.command[0], "kill", self._walls.container]
            subprocess.run(engine, env=dict(self._walls.variables), capture_output=True, timeout=60, check=False)
        kill_family(self._process.pid)

    def _watch(self) -> None:
        """Until the end: look, and kill what breaks a limit."""
        while not self._over.wait(_LOOK_EVERY_S) and self._process.poll() is None:
            if time.monotonic() - self._started_s > self._limits.time_s:
                self._broken = f"longer than {self._limits.time_s:g} s"
            else:
                self._broken = broken_limit(self._process.pid, self._limits)
            if self._broken is not None:
                self.kill()
                return

    def _drain(self, pipe: int, into: bytearray) -> None:
        """Read all that is said, keep the beginning."""
        while True:
            try:
                piece = os.read(pipe, 1 << 16)
            except OSError:
                return
            if not piece:
                return
            into += piece[: max(0, self._limits.output_bytes - len(into))]


@contextmanager
def isolated(
    arguments: Sequence[str],
    *,
    inputs: Path,
    limits: Limits | None = None,
    sandbox: Sandbox | None = None,
    variables: Mapping[str, str] | None = None,
    masked: Sequence[Path] = (),
) -> Iterator[Isolated]:
    """Run Python in a sandbox; on leaving the block it is killed, with all it has started.

    Parameters
    ----------
    arguments : sequence of str
        Of Python: ``["-m", "some.module"]``.
    inputs : pathlib.Path
        Folder that it may read; its name inside is in the variable ``LEARNMR_INPUTS``. Links in it are not followed.
    limits : Limits, optional
        What it may use.
    sandbox : Sandbox, optional
        Default: :func:`~learnmr.isolation.sandboxes.find_sandbox`.
    variables : mapping, optional
        Environment variables; nothing is inherited.
    masked : sequence of pathlib.Path
        Folders of the visible environment that are shown empty.

    Yields
    ------
    Isolated
        Its channel, and what is known of it.

    Raises
    ------
    SandboxMissingError
        If there is no sandbox.
    """
    limits, sandbox = limits or Limits(), sandbox or find_sandbox()
    # with walls the scratch is in memory, and nothing is left on the disk, even if we are killed
    scratch = Path(os.devnull) if sandbox.isolates else Path(tempfile.mkdtemp(prefix="learnmr-"))
    try:
        walls = sandbox.walls(
            arguments, inputs=inputs.resolve(), scratch=scratch, limits=limits, extra=variables, masked=masked
        )
        group = make_group(limits) if walls.container is None else None
        try:
            with subprocess.Popen(
                walls.command,
                env=dict(walls.variables),
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for us; what is inside ends when we do
                bufsize=0,
            ) as process:
                assert process.stdin is not None
                assert process.stdout is not None
                assert process.stderr is not None
                channel = Channel(process.stdout.fileno(), process.stdin.fileno())
                running = Isolated(channel, process, limits, walls, group)
                threads = [
                    threading.Thread(target=running._watch, daemon=True),
                    threading.Thread(
                        target=running._drain, args=(process.stderr.fileno(), running._errors), daemon=True
                    ),
                ]
                try:
                    if group is not None:
                        for member in family(process.pid):
                            group.add(member)
                    for thread in threads:
                        thread.start()
                    yield running
                finally:
                    running.kill()
                    running._over.set()
                    for thread in threads:
                        if thread.ident is not None:
                            thread.join(timeout=10)
        finally:
            if group is not None:
                group.remove()
    finally:
        if not sandbox.isolates:
            shutil.rmtree(scratch, ignore_errors=True)


def run_isolated(
    arguments: Sequence[str],
    *,
    inputs: Path,
    limits: Limits | None = None,
    sandbox: Sandbox | None = None,
    variables: Mapping[str, str] | None = None,
    masked: Sequence[Path] = (),
) -> Ended:
    """Run Python in a sandbox to its end, and keep what it said: parameters as in :func:`isolated`.

    Returns
    -------
    Ended
        Exit code, the limit that was broken, output and errors, each cut at ``limits.output_bytes``.

    Raises
    ------
    SandboxMissingError
        If there is no sandbox.
    """
    limits = limits or Limits()
    with isolated(
        arguments, inputs=inputs, limits=limits, sandbox=sandbox, variables=variables, masked=masked
    ) as running:
        process, output = running._process, bytearray()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        os.set_blocking(process.stdout.fileno(), True)
        running._drain(process.stdout.fileno(), output)  # to its end: the watcher sees to it that there is one
        code = process.wait()
        seconds = time.monotonic() - running._started_s
        broken = running.broken
        for _ in range(50):  # the other pipe may still hold something
            if running._over.wait(0.002):
                break
        return Ended(code, broken, seconds, bytes(output), running.errors)
