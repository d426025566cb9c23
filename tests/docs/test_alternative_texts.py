"""Words of pictures are carried from outputs to pages; a picture without words is found."""

from __future__ import annotations

from docutils import nodes
from docutils.utils import new_document
from learnmr_site.alternative_texts import descriptions_of, fill_in


def notebook(*outputs):
    return {"cells": [{"cell_type": "code", "outputs": list(outputs)}, {"cell_type": "markdown"}]}


def test_words_are_found_by_the_hash_of_the_picture(picture_output, picture_hash):
    assert descriptions_of(notebook(picture_output("A point."))) == {picture_hash: "A point."}
    assert descriptions_of(notebook(picture_output(" "), {"output_type": "stream"})) == {}


def test_pictures_get_their_words_and_keep_those_they_have(picture_hash):
    page = new_document("page")
    page += nodes.image(uri=f"/somewhere/{picture_hash}.png")
    page += nodes.image(uri="other.png", alt="Mine.")
    assert fill_in(page, {picture_hash: "A point."}) == []
    assert [picture["alt"] for picture in page.findall(nodes.image)] == ["A point.", "Mine."]


def test_pictures_without_words_are_told():
    page = new_document("page")
    page += nodes.image(uri="one.png", alt="  ")
    assert fill_in(page, {}) == ["one.png"]
