"""What written pages show is true: code runs and prints what stands below it, commands exist, pictures have words."""

from __future__ import annotations

import contextlib
import io
import re

import pytest
from learnmr_site.places import DOCS, ROOT

GENERATED = ("lessons", "reference", "_ext", "instructor")
PAGES = sorted(
    path
    for path in DOCS.rglob("*.md")
    if path.relative_to(DOCS).parts[0] not in GENERATED and path.parent != DOCS / "x"
)
BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
#: trains networks
SLOW = {"train"}


def name_of(path):
    return path.relative_to(DOCS).with_suffix("").as_posix()


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=pytest.mark.slow if path.stem in SLOW else (), id=name_of(path))
        for path in sorted((DOCS / "how-to").glob("*.md"))
        if "```python" in path.read_text(encoding="utf-8")
    ],
)
def test_the_code_of_a_page_runs_and_prints_what_stands_below_it(path, tmp_path, monkeypatch):
    if path.stem in SLOW:
        pytest.importorskip("keras", reason="needs learnmr[train] or learnmr[jax]")
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall(path.read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    for number, (language, text) in enumerate(blocks):
        if language != "python":
            continue
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(text, f"{path.name}, block {number}", "exec"), names)
        follows = blocks[number + 1] if number + 1 < len(blocks) else ("", "")
        if follows[0] == "text":
            assert said.getvalue().split() == follows[1].split()
        else:
            assert said.getvalue() == ""


def commands_of(path):
    """Lines of shell blocks that call learnmr."""
    for language, text in BLOCK.findall(path.read_text(encoding="utf-8")):
        if language in ("sh", "bash", "bat", "console"):
            for line in text.splitlines():
                words = line.split("#")[0].split()
                if words and re.fullmatch(r"(?:\.venv[/\\]\w+[/\\])?learnmr", words[0]):
                    yield words[1:]


def test_commands_on_pages_exist_with_these_options():
    from typer.main import get_command

    from learnmr.cli.application import app

    seen = 0
    for path in PAGES:
        for words in commands_of(path):
            command = get_command(app)
            while words and words[0] in getattr(command, "commands", {}):
                command = command.commands[words.pop(0)]
            known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
            options = [word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)]
            assert [option for option in options if option not in known] == [], f"{name_of(path)}: {command.name}"
            seen += 1
    assert seen > 10


def test_targets_of_make_on_pages_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    spoken = {
        name
        for path in PAGES
        for name in re.findall(r"(?:^|`)make ([a-z][a-z-]*)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {"demo", "docs"} <= spoken
    assert [name for name in sorted(spoken) if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_pictures_on_pages_have_words_and_exist():
    for path in PAGES:
        for words, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
            assert len(words) > 40
            assert (path.parent / target).is_file()


def test_nothing_of_the_site_is_loaded_from_elsewhere():
    for path in [*(DOCS / "_static").iterdir(), DOCS / "conf.py"]:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|cdn", text, re.IGNORECASE), path.name


def test_the_page_of_results_has_no_typed_results():
    text = (DOCS / "how-good.md").read_text(encoding="utf-8")
    numbers = set(re.findall(r"\d+\.\d+", text))
    assert numbers <= {"1.00"}  # the bound itself
