"""Workers side by side: each submission goes to one, and one that dies or does not come back is replaced."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...isolation.watching import kill_family
from .results import Result, result_of

__all__ = ["examine_all"]


class _Worker:
    """A process that examines; killed with all it has started when it takes too long."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "learnmr.course.grading.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for us alone
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )

    def ask(self, task: Mapping[str, Any], time_s: float) -> Result:
        """Let it examine one submission."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        alarm = threading.Timer(time_s, self.kill)
        alarm.start()
        try:
            self.process.stdin.write(json.dumps(task) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            return result_of(json.loads(line))
        finally:
            alarm.cancel()

    def kill(self) -> None:
        """End it at once."""
        kill_family(self.process.pid)

    def close(self) -> None:
        """End it, and wait until it has."""
        self.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.process.wait()


def examine_all(tasks: Sequence[Mapping[str, Any]], *, jobs: int, time_s: float, done: Callable[[Result], None]) -> int:
    """Examine many submissions.

    Parameters
    ----------
    tasks : sequence of mapping
        As :func:`~learnmr.course.grading.worker.perform` takes them.
    jobs : int
        How many side by side.
    time_s : float
        Longest time of one submission; then its worker is killed, and it is noted that grading failed.
    done : callable
        Gets each result, in the order in which they come, one at a time.

    Returns
    -------
    int
        How many workers died.

    Raises
    ------
    KeyboardInterrupt
        Passed on, after every worker has been ended; what was done is done.
    """
    waiting: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    stop, lock, deaths = threading.Event(), threading.Lock(), [0]
    workers: set[_Worker] = set()
    errors: list[BaseException] = []

    def work() -> None:
        worker: _Worker | None = None
        try:
            while not stop.is_set():
                try:
                    task = waiting.get_nowait()
                except queue.Empty:
                    return
                if worker is None:
                    worker = _Worker()
                    with lock:
                        workers.add(worker)
                try:
                    result = worker.ask(task, time_s)
                except (OSError, ValueError):
                    if stop.is_set():
                        return
                    worker.close()
                    worker = None
                    result = Result(
                        task["student"],
                        task["fingerprint"],
                        problem="grading failed: the process that examines it died, or took too long",
                        final=False,
                    )
                    deaths[0] += 1
                with lock:
                    done(result)
        except BaseException as error:
            errors.append(error)
            stop.set()
        finally:
            if worker is not None:
                worker.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(max(1, min(jobs, len(tasks))))]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            while thread.is_alive():
                thread.join(timeout=0.2)  # short, so that Ctrl-C is heard
    finally:
        stop.set()
        with lock:
            running = list(workers)
        for worker in running:
            worker.kill()
        for thread in threads:
            thread.join(timeout=20)
    if errors:
        raise errors[0]
    return deaths[0]
