"""A process that examines submissions one after the other, so that whatever happens to it costs one submission.

Started by :mod:`~learnmr.course.grading.pool` as ``python -m learnmr.course.grading.worker``; a line of JSON in, a line
of JSON out. It is outside the sandbox and knows the keys of one student at a time. It ends when its starter does.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...isolation import Limits, find_sandbox
from ..exams.banks import questions_by_slug
from ..exercises import find_exercise
from ..questions.contract import variant_of
from .examining import Patience, Work, examine_submission
from .results import Result

__all__ = ["main", "perform"]

#: writable memory of the worker itself: an answer must not make the grader take all
_MEMORY_BYTES = 6 * 1024**3


def main() -> None:
    """Work until there is no more."""
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no answer
    _limit_memory()
    for line in _lines():
        task = json.loads(line)
        try:
            result = perform(task)
        except Exception as error:
            result = Result(
                task["student"],
                task["fingerprint"],
                problem=f"grading failed ({type(error).__name__}: {str(error)[:300]})",
                final=False,
            )
        answers.write(json.dumps(result.to_dict(), allow_nan=False) + "\n")
        answers.flush()


def perform(task: Mapping[str, Any]) -> Result:
    """Examine one submission.

    Parameters
    ----------
    task : mapping
        ``folder``, ``student``, ``fingerprint``, ``sandbox``, ``limits``, ``patience``, ``exercises`` (slugs),
        ``variants`` (label -> saved variant), ``bank``, ``key``, ``fresh_key`` (hexadecimal digits).

    Returns
    -------
    Result
        What was found.
    """
    known = questions_by_slug(task["bank"]) if task["variants"] else {}
    exercises = [exercise for slug in task["exercises"] if (exercise := find_exercise(slug)) is not None]
    work = Work(
        exercises,
        {label: variant_of(known[saved["question"]], saved) for label, saved in task["variants"].items()},
        task["key"],
        bytes.fromhex(task["fresh_key"]),
    )
    return examine_submission(
        Path(task["folder"]),
        work,
        student=task["student"],
        fingerprint=task["fingerprint"],
        limits=Limits(**task["limits"]),
        patience=Patience(**task["patience"]),
        sandbox=find_sandbox(task["sandbox"]),
    )


def _lines() -> Any:
    """Lines of standard input; when it ends, so do we, whatever we are at: what is in the sandbox ends with us."""
    waiting: queue.Queue[str] = queue.Queue()

    def listen() -> None:
        for line in sys.stdin:
            waiting.put(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        yield waiting.get()


def _limit_memory() -> None:
    """Where the system can."""
    try:
        import resource

        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        wanted = _MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(_MEMORY_BYTES, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
    except (ImportError, ValueError, OSError):
        return


if __name__ == "__main__":
    main()
