"""The walls: bubblewrap, a container engine, or none at all; and which of them works on this machine.

A sandbox is a function from what is to run to a command line. Which works is found by trying: a sandbox counts where a
probe inside it sees neither the network nor the home.

bubblewrap as root and as anybody else differ in one point. Anybody gets a user namespace. In such a namespace of root,
a process still has the number of root outside, and even without any capability may do what files allow to root: a
probe wrote the host's ``/proc/sys/kernel/core_pattern``. Root therefore makes no user namespace, but becomes, inside
and before anything of the submission is read, a user who owns nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .environment import PACKAGE, variables, visible_folders
from .limits import Limits

__all__ = ["NO_SANDBOX", "SANDBOXES", "Sandbox", "SandboxMissingError", "Walls", "find_sandbox"]

NO_SANDBOX = (
    "WITHOUT A SANDBOX every submission runs with your own rights: it can read your files, this course's secret and "
    "the other submissions, use the network, and change or delete whatever you can. Limits of time and memory hold, "
    "nothing else does. Use it only for notebooks that you would run by hand."
)
_INSIDE_SCRATCH, _INSIDE_INPUTS = "/tmp", "/submission"
#: users who own nothing on any host; each run of root takes its own, so that limits by user do not meet
_FIRST_UID, _N_UIDS = 3_000_000_000, 1_000_000


class SandboxMissingError(OSError):
    """There is no sandbox on this machine; the message says how to get one."""


@dataclass(frozen=True)
class Walls:
    """A command line that runs something inside.

    Parameters
    ----------
    command : tuple of str
        What to start on the host.
    variables : mapping of str to str
        Environment of that command.
    container : str or None
        Name of the container, which must be killed by the engine.
    """

    command: tuple[str, ...]
    variables: Mapping[str, str]
    container: str | None = None


@dataclass(frozen=True)
class Sandbox:
    """One kind of walls.

    Parameters
    ----------
    name : str
        A key of :data:`SANDBOXES`.
    program : str
        What must be on the path; empty where nothing is needed.
    isolates : bool
        Whether it keeps anything out.
    image : str or None
        For a container engine: the image, which holds Python and learnmr.
    """

    name: str
    program: str = ""
    isolates: bool = True
    image: str | None = None

    def walls(
        self,
        arguments: Sequence[str],
        *,
        inputs: Path,
        scratch: Path,
        limits: Limits,
        extra: Mapping[str, str] | None = None,
        masked: Sequence[Path] = (),
    ) -> Walls:
        """The command line that runs Python with these arguments inside.

        Parameters
        ----------
        arguments : sequence of str
            Of Python: ``["-m", "some.module"]``.
        inputs : pathlib.Path
            Folder that is shown read-only; inside its name is in ``LEARNMR_INPUTS``.
        scratch : pathlib.Path
            Folder on the host for what writes without walls; unused by the others, whose scratch is in memory.
        limits : Limits
            What may be used.
        extra : mapping, optional
            More environment variables.
        masked : sequence of pathlib.Path
            Folders of the visible environment that are shown empty.
        """
        return _BUILDERS[self.name](self, tuple(arguments), inputs, scratch, limits, dict(extra or {}), tuple(masked))


def _launcher(limits: Limits, *, uid: int | None, cwd: str, inside: bool = True) -> tuple[str, ...]:
    """Arguments of Python that put on the limits first; the command follows."""
    rlimits = {
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": limits.cpu_s,
        "RLIMIT_FSIZE": limits.scratch_bytes,
        "RLIMIT_NOFILE": 1024,
        # writable memory, not addresses: TensorFlow reserves far more addresses than it ever uses
        "RLIMIT_DATA": limits.memory_bytes,
        **({"RLIMIT_NPROC": limits.processes_by_kernel} if inside else {}),
    }
    plan = json.dumps({"rlimits": rlimits, "uid": uid, "cwd": cwd, "filter": inside})
    return ("-I", "-S", str(PACKAGE / "isolation" / "launcher.py"), plan)


def _bubblewrap(
    sandbox: Sandbox,
    arguments: tuple[str, ...],
    inputs: Path,
    scratch: Path,
    limits: Limits,
    extra: dict[str, str],
    masked: tuple[Path, ...],
) -> Walls:
    """Own users or none, processes, network, names, messages; a root in memory, read-only but for the scratch."""
    root = sandbox.name == "bubblewrap-root"
    half = str(max(1, limits.scratch_bytes // 2))
    command = [sandbox.program, "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net", "--unshare-ipc"]
    command += ["--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox", "--cap-drop", "ALL", "--clearenv"]
    if root:
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_CHOWN"]
    else:
        command += ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    # the scratch before all that is shown: an environment below /tmp would be hidden by it
    command += ["--perms", "1777", "--size", half, "--tmpfs", _INSIDE_SCRATCH]
    made = {Path(_INSIDE_SCRATCH)}
    for path in visible_folders():
        for folder in reversed(path.parents[:-1]):  # a home that others may not enter would be made as closed as it is
            if folder not in made:
                command += ["--perms", "0755", "--dir", str(folder)]
        made.update(path.parents)
        if path.is_symlink():
            command += ["--symlink", os.readlink(path), str(path)]
        else:
            command += ["--ro-bind", str(path), str(path)]
    for path in masked:
        command += ["--perms", "0755", "--size", "4096", "--tmpfs", str(path), "--remount-ro", str(path)]
    command += ["--ro-bind", str(inputs), _INSIDE_INPUTS, "--proc", "/proc", "--dev", "/dev"]
    command += ["--ro-bind", "/proc/sys", "/proc/sys"]  # settings of the host's kernel
    # /dev is a file system in memory too, of half the machine: closed, but for shared memory, which is scratch
    command += ["--perms", "1777", "--size", half, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    command += ["--remount-ro", "/"]
    for name, value in variables(_INSIDE_SCRATCH, _INSIDE_INPUTS, extra.items()).items():
        command += ["--setenv", name, value]
    uid = _FIRST_UID + uuid.uuid4().int % _N_UIDS if root else None
    command += ["--chdir", "/", "--", sys.executable, *_launcher(limits, uid=uid, cwd=f"{_INSIDE_SCRATCH}/work")]
    return Walls((*command, sys.executable, *arguments), {"PATH": os.defpath})


def _container(
    sandbox: Sandbox,
    arguments: tuple[str, ...],
    inputs: Path,
    scratch: Path,
    limits: Limits,
    extra: dict[str, str],
    masked: tuple[Path, ...],
) -> Walls:
    """An engine's container without network, capabilities or a writable root, as nobody."""
    name = f"learnmr-{uuid.uuid4().hex[:12]}"
    half = max(1, limits.scratch_bytes // 2)
    command = [sandbox.program, "run", "--rm", "--interactive", "--pull", "never", "--name", name, "--network", "none"]
    command += ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", "65534:65534"]
    command += ["--memory", str(limits.memory_bytes), "--memory-swap", str(limits.memory_bytes)]
    command += [
        "--pids-limit",
        str(limits.processes),
        "--ulimit",
        f"fsize={limits.scratch_bytes}",
        "--ulimit",
        "core=0",
    ]
    command += ["--ulimit", f"cpu={int(limits.cpu_s)}", "--ulimit", "nofile=1024", "--shm-size", str(half)]
    command += ["--tmpfs", f"{_INSIDE_SCRATCH}:rw,nosuid,nodev,mode=1777,size={half}", "--workdir", _INSIDE_SCRATCH]
    command += ["--mount", f"type=bind,source={inputs},target={_INSIDE_INPUTS},readonly", "--hostname", "sandbox"]
    for variable, value in variables(_INSIDE_SCRATCH, _INSIDE_INPUTS, extra.items()).items():
        if variable not in ("PATH", "PYTHONPATH"):  # those of the image
            command += ["--env", f"{variable}={value}"]
    for path in masked:
        inside = _in_image(sandbox, path)
        command += ["--tmpfs", f"{inside}:ro,size=4096"]
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_HOST", "XDG_RUNTIME_DIR") if name in os.environ}
    return Walls((*command, str(sandbox.image), "python", *arguments), kept, container=name)


@cache
def _package_in_image(program: str, image: str) -> str:
    """Where learnmr lies in an image."""
    code = "import pathlib, learnmr; print(pathlib.Path(learnmr.__file__).parent)"
    command = [program, "run", "--rm", "--pull", "never", "--network", "none", image, "python", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout.strip()


def _in_image(sandbox: Sandbox, path: Path) -> str:
    """Where a folder of learnmr lies in an image."""
    return f"{_package_in_image(sandbox.program, str(sandbox.image))}/{path.relative_to(PACKAGE).as_posix()}"


def _nothing(
    sandbox: Sandbox,
    arguments: tuple[str, ...],
    inputs: Path,
    scratch: Path,
    limits: Limits,
    extra: dict[str, str],
    masked: tuple[Path, ...],
) -> Walls:
    """No walls: an environment of its own, and limits."""
    environment = variables(str(scratch), str(inputs), extra.items())
    # processes are counted by the watcher: the kernel would count those of the whole user
    launcher = _launcher(limits, uid=None, cwd=str(scratch / "work"), inside=False)
    return Walls((sys.executable, *launcher, sys.executable, *arguments), environment)


_BUILDERS = {
    "bubblewrap-root": _bubblewrap,
    "bubblewrap": _bubblewrap,
    "podman": _container,
    "docker": _container,
    "none": _nothing,
}
#: in order of preference; ``none`` is never chosen by itself
SANDBOXES: dict[str, Sandbox] = {
    "bubblewrap-root": Sandbox("bubblewrap-root", "bwrap"),
    "bubblewrap": Sandbox("bubblewrap", "bwrap"),
    "podman": Sandbox("podman", "podman", image="learnmr-grading"),
    "docker": Sandbox("docker", "docker", image="learnmr-grading"),
    "none": Sandbox("none", isolates=False),
}
#: what a probe must find inside: no network but the loopback, a file of the home hidden, no settings to be written
_PROBE = """
import os, socket, sys
import learnmr.isolation
names = {name for _, name in socket.if_nameindex()}
open_doors = names - {"lo"} or os.path.exists(sys.argv[1]) or os.access("/proc/sys/kernel/core_pattern", os.W_OK)
sys.exit(3 if open_doors or os.geteuid() == 0 else 0)
"""


@cache
def find_sandbox(name: str | None = None) -> Sandbox:
    """The sandbox of this machine: the first that works.

    Parameters
    ----------
    name : str, optional
        Ask for this one: a key of :data:`SANDBOXES`. ``"none"`` is given only when it is asked for.

    Returns
    -------
    Sandbox
        It was tried: a probe inside saw neither a network nor this user's home.

    Raises
    ------
    SandboxMissingError
        If none works; the message says what was tried and what to install.
    ValueError
        If there is no sandbox of this name.
    """
    if name is not None and name not in SANDBOXES:
        raise ValueError(f"sandbox must be one of {', '.join(SANDBOXES)}, got {name!r}")
    if name == "none":
        return SANDBOXES["none"]
    tried = []
    for sandbox in SANDBOXES.values() if name is None else (SANDBOXES[name],):
        if not sandbox.isolates or (sandbox.program == "bwrap" and _is_root() != (sandbox.name == "bubblewrap-root")):
            continue
        problem = _problem(sandbox)
        if problem is None:
            return sandbox
        tried.append(f"{sandbox.name}: {problem}")
    raise SandboxMissingError(
        "no sandbox works on this machine (" + "; ".join(tried) + "). Install one: apt-get install bubblewrap (Debian, "
        "Ubuntu), dnf install bubblewrap (Fedora); elsewhere docker or podman with an image named learnmr-grading, "
        "in which 'pip install learnmr[course,train]' was run"
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _problem(sandbox: Sandbox) -> str | None:
    """Why a sandbox does not work here, None where it does."""
    if shutil.which(sandbox.program) is None:
        return f"{sandbox.program} is not installed"
    with tempfile.TemporaryDirectory(prefix="learnmr-") as folder, tempfile.NamedTemporaryFile(dir=Path.home()) as seen:
        os.chmod(folder, 0o755)
        try:
            walls = sandbox.walls(["-c", _PROBE, seen.name], inputs=Path(folder), scratch=Path(folder), limits=Limits())
            done = subprocess.run(
                walls.command, env=dict(walls.variables), stdin=subprocess.DEVNULL, capture_output=True, timeout=60
            )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return f"{type(error).__name__}: {error}"
    if done.returncode == 0:
        return None
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return "it does not isolate" if done.returncode == 3 else (said[-1] if said else f"exit code {done.returncode}")
