"""The reference is complete, and a name is documented once, under the shortest name that works."""

from __future__ import annotations

import re

import pytest
from learnmr_site.api_pages import command_page, public_page, room_page, rooms, shortest_name, write_pages

import learnmr
from learnmr.physics import simulate_fid, simulate_lines


@pytest.fixture(scope="module")
def pages():
    return {"learnmr": public_page()} | {room: room_page(room) for room in rooms()}


def documented(text):
    return re.findall(r"^\.\. (?:autofunction|autoclass|autoexception|py:data):: (\S+)$", text, re.MULTILINE)


def test_every_public_name_is_on_the_first_page(pages):
    assert {f"learnmr.{name}" for name in learnmr.__all__ if name != "__version__"} == set(documented(pages["learnmr"]))


def test_no_name_is_documented_twice(pages):
    names = [name for text in pages.values() for name in documented(text)]
    assert len(names) == len(set(names))
    assert not any(name.endswith(".simulate_fid") and name.count(".") > 1 for name in names)


def test_names_of_rooms_that_are_not_public_are_on_their_page(pages):
    assert "learnmr.physics.simulate_lines" in documented(pages["physics"])
    assert "learnmr.networks.line_training.train_line_network" in documented(pages["networks"])


def test_the_shortest_name():
    assert shortest_name(simulate_fid, "simulate_fid", "learnmr.physics.synthesis") == "learnmr.simulate_fid"
    assert (
        shortest_name(simulate_lines, "simulate_lines", "learnmr.physics.synthesis") == "learnmr.physics.simulate_lines"
    )
    assert shortest_name(re.compile, "compile", "re") == "re.compile"


def test_constants_say_what_their_comment_says(pages):
    data = re.search(r"py:data:: learnmr\.plots\.COLOURS\n\n((?:   .*\n)+)", pages["plots"])
    assert data is not None
    assert "Okabe" in data.group(1)


def test_every_command_shows_its_help():
    text = command_page()
    for name in ("learnmr decompose", "learnmr train line", "learnmr course build"):
        assert re.search(rf"^{name}\n[-~]+$", text, re.MULTILINE)
    assert "--reference NEAR TRUE" in text


def test_pages_of_rooms_that_are_gone_are_deleted(tmp_path):
    (tmp_path / "learnmr.attic.rst").write_text("old", encoding="utf-8")
    written = write_pages(tmp_path)
    assert not (tmp_path / "learnmr.attic.rst").exists()
    assert tmp_path / "commands.rst" in written
