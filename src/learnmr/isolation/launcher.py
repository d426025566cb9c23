"""The first program inside: puts on the limits of the kernel, gives up root, becomes the program that was asked for.

It runs before anything of the submission is read, with ``python -I -S``, and imports the standard library only.
``resource`` does not exist on Windows, where there is no sandbox either.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

__all__ = ["launch"]


def launch(plan: str, command: list[str]) -> None:
    """Put on the limits and become the command; does not return.

    Parameters
    ----------
    plan : str
        JSON: ``rlimits`` (name of the limit -> value), ``uid`` (a number, or null to stay who we are), ``cwd``.
    command : list of str
        Program and arguments.
    """
    import resource

    asked = json.loads(plan)
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # if memory runs out, this goes first
        file.write("1000")
    os.nice(10)  # the host stays usable, whatever runs in here
    Path(asked["cwd"]).mkdir(parents=True, exist_ok=True)
    for name, value in asked["rlimits"].items():
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        wanted = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        resource.setrlimit(number, (wanted, wanted))
    if asked["uid"] is not None:
        uid = int(asked["uid"])
        os.chown(asked["cwd"], uid, uid)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)  # from root to somebody: the kernel takes every capability away
    os.chdir(asked["cwd"])
    os.execv(command[0], command)


if __name__ == "__main__":
    launch(sys.argv[1], sys.argv[2:])
