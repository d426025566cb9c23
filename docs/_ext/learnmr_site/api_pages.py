"""The reference, from docstrings: what ``import learnmr`` gives first, then room by room; and the help of the commands.

Pages are written anew by every build into ``docs/reference``; nothing in them is kept by hand. A name is documented
once, under the shortest name that works: ``learnmr.FID``, and not again as ``learnmr.signals.FID``.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer

import learnmr

from .places import DOCS, write_if_changed

__all__ = ["ROOMS", "command_page", "public_page", "room_page", "rooms", "setup", "shortest_name", "write_pages"]

FOLDER = DOCS / "reference"
#: room -> what it is called on its page, in the order in which data flow
ROOMS = {
    "signals": "the nouns, and processing",
    "files": "reading and writing",
    "decomposition": "from FID to resonances",
    "physics": "the forward world",
    "classical": "estimators without learning",
    "networks": "training and using networks",
    "evaluation": "judging estimators",
    "plots": "figures",
    "course": "lessons, checks, questions",
    "isolation": "running what others wrote",
    "installation": "what is installed",
    "writing": "files written whole",
    "bench": "benchmarks",
    "demo": "the two minutes",
}
#: room -> heading above its public names
_GROUPS = {
    "signals": "Signals and processing",
    "files": "Reading",
    "decomposition": "Decomposing",
    "physics": "Simulating",
    "plots": "Plotting",
    "course": "Learning",
    "installation": "Installation",
}


def shortest_name(value: Any, name: str, module: str) -> str:
    """The name under which something is documented: ``learnmr.x`` where it is public, else that of its room."""
    if not f"{module}.".startswith("learnmr."):
        return f"{module}.{name}"
    room = module.split(".")[1] if "." in module else ""
    if name in learnmr._HOMES and getattr(learnmr, name) is value:
        return f"learnmr.{name}"
    if room and name in getattr(importlib.import_module(f"learnmr.{room}"), "__all__", ()):
        return f"learnmr.{room}.{name}"
    return f"{module}.{name}"


def rooms() -> list[str]:
    """All rooms, those of :data:`ROOMS` first; the commands have a page of their own."""
    found = {module.name for module in pkgutil.iter_modules(learnmr.__path__)} - {"cli"}
    return [*(room for room in ROOMS if room in found), *sorted(found - set(ROOMS))]


def public_page() -> str:
    """What ``import learnmr`` gives."""
    lines = [*_title("learnmr: the public names"), ".. automodule:: learnmr", "   :no-members:", ""]
    for room in dict.fromkeys((*_GROUPS, *sorted(set(learnmr._HOMES.values())))):
        lines += _title(_GROUPS.get(room, room.capitalize()), "-")
        for name in sorted((name for name, home in learnmr._HOMES.items() if home == room), key=str.lower):
            lines += _entry(getattr(learnmr, name), f"learnmr.{name}")
    return "\n".join(lines)


def room_page(room: str) -> str:
    """One room: its own names, then those of its modules that are worth a name but no export."""
    module = importlib.import_module(f"learnmr.{room}")
    heading = f"learnmr.{room}: {ROOMS[room]}" if room in ROOMS else f"learnmr.{room}"
    lines = [*_title(heading), f".. automodule:: learnmr.{room}", "   :no-members:", ""]
    names = list(getattr(module, "__all__", ()))
    public = [name for name in names if shortest_name(getattr(module, name), name, module.__name__).count(".") == 1]
    if public:
        refs = ", ".join(f":py:obj:`learnmr.{name}`" for name in sorted(public, key=str.lower))
        lines += [f"On the page of the public names: {refs}.", ""]
    for name in sorted(set(names) - set(public), key=str.lower):
        lines += _entry(getattr(module, name), f"learnmr.{room}.{name}")
    for submodule in _submodules(module):
        own = [
            (name, getattr(submodule, name))
            for name in getattr(submodule, "__all__", ())
            if shortest_name(getattr(submodule, name), name, submodule.__name__) == f"{submodule.__name__}.{name}"
            and _home(getattr(submodule, name), submodule) == submodule.__name__
        ]
        if own:
            lines += [*_title(submodule.__name__, "-"), f".. automodule:: {submodule.__name__}", "   :no-members:", ""]
            for name, value in own:
                lines += _entry(value, f"{submodule.__name__}.{name}")
    return "\n".join(lines)


def command_page() -> str:
    """The help of every command, as the terminal shows it."""
    from typer.main import get_command

    from learnmr.cli.application import app

    lines = [
        *_title("Commands"),
        "Everything the command ``learnmr`` can do, in its own words. ``learnmr COMMAND --help`` says the same.",
        "",
    ]
    lines += _helps(get_command(app), "learnmr", None)
    return "\n".join(lines)


def write_pages(folder: Path = FOLDER) -> list[Path]:
    """Write all pages; those of rooms that are gone are deleted."""
    pages = {"learnmr": public_page(), "commands": command_page()} | {f"learnmr.{r}": room_page(r) for r in rooms()}
    written = [write_if_changed(text + "\n", folder / f"{name}.rst") for name, text in pages.items()]
    for old in set(folder.glob("*.rst")) - set(written):
        old.unlink()
    return written


def _helps(command: Any, name: str, parent: Any) -> Iterator[str]:
    """Help of a command and of those below it, depth first."""
    context = command.make_context(name.rpartition(" ")[2], [], parent=parent, resilient_parsing=True)
    if getattr(command, "hidden", False):
        return
    yield from _title(name, "-" if parent is None or parent.parent is None else "~") if parent is not None else ()
    context.max_content_width = context.terminal_width = 78
    yield from (".. code-block:: text", "")
    yield from (f"   {line}".rstrip() for line in command.get_help(context).splitlines())
    yield ""
    for below in getattr(command, "commands", {}).values():
        yield from _helps(below, f"{name} {below.name}", context)


def _title(text: str, sign: str = "=") -> list[str]:
    return [text, sign * len(text), ""]


def _entry(value: Any, path: str) -> list[str]:
    """The directive that documents one name."""
    if inspect.isclass(value) and issubclass(value, BaseException):
        return [f".. autoexception:: {path}", ""]
    if inspect.isclass(value):
        return [f".. autoclass:: {path}", "   :members:", "   :exclude-members: set", ""]  # set: of matplotlib
    if callable(value):
        return [f".. autofunction:: {path}", ""]
    return [f".. py:data:: {path}", "", *(f"   {line}" for line in _comment(path)), ""]


def _comment(path: str) -> list[str]:
    """What the comment ``#:`` above a constant says, in the module it is exported from or one below."""
    place, _, name = path.rpartition(".")
    module = importlib.import_module(place)
    for candidate in (module, *_submodules(module)):
        comments = ModuleAnalyzer.for_module(candidate.__name__).find_attr_docs()
        if ("", name) in comments:
            return comments["", name]
    return []


def _submodules(package: types.ModuleType) -> Iterator[types.ModuleType]:
    """All modules below a room, in order of their names; data packages without names of their own are looked into."""
    for found in pkgutil.walk_packages(getattr(package, "__path__", ()), package.__name__ + "."):
        yield importlib.import_module(found.name)


def _home(value: Any, module: types.ModuleType) -> str:
    """Module in which something was written; data belong to the module that names them."""
    return getattr(value, "__module__", module.__name__) if callable(value) else module.__name__


def _find_by_other_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, inner: nodes.Element
) -> nodes.Element | None:
    """A reference in a docstring by the name of the room finds what is documented under its public name."""
    if node.get("refdomain") != "py":
        return None
    target = node.get("reftarget", "")
    for candidate in (target, f"{node.get('py:module', '')}.{target}"):
        if not candidate.startswith("learnmr."):
            continue
        parts = candidate.split(".")
        for split in range(len(parts) - 1, 0, -1):
            try:
                value: Any = importlib.import_module(".".join(parts[:split]))
                for part in parts[split:]:
                    value = getattr(value, part)
            except (ImportError, AttributeError, ValueError):
                continue
            name = shortest_name(value, parts[-1], getattr(value, "__module__", parts[0]) or parts[0])
            domain = env.get_domain("py")
            found = domain.resolve_xref(
                env,
                node["refdoc"],
                app.builder,
                "obj",
                name,
                node,
                inner,  # type: ignore[arg-type]
            )
            if found is not None and name != target:
                return found
    return None


def _write_all(app: Sphinx) -> None:
    write_pages()


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the pages before Sphinx looks for them."""
    app.connect("builder-inited", _write_all)
    app.connect("missing-reference", _find_by_other_name)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
