"""Few words of many: what is kept, what goes together, and that nothing is lost on the way to the slides."""

from __future__ import annotations

import pytest

from learnmr.course.slides.condensing import LINES, Block, condensed, lines_of, shortened, split_blocks, spread


def paragraph(lines: int) -> Block:
    return Block("paragraph", "word " * (13 * lines))


def test_a_sentence_never_ends_inside_a_formula_code_or_bold_text() -> None:
    text = "See `a. B` and $f(x. Y)$ now. **Key. Word** stays whole, e.g. Here. Rest."
    assert condensed(Block("paragraph", text)) == "**Key. Word** stays whole, e.g. Here."


def test_what_leads_to_a_formula_is_kept() -> None:
    assert condensed(Block("paragraph", "Some **word**. Idle talk. It follows:")) == "Some **word**. It follows:"


def test_a_labelled_paragraph_and_other_blocks_are_kept_whole() -> None:
    for block in (
        Block("paragraph", "**Physics.** One. Two."),
        Block("list", "- One. Two.\n- Three."),
        Block("table", "| a |\n|---|\n| One. Two. |"),
    ):
        assert condensed(block) == block.text


def test_short_text_is_shown_as_it_is_and_long_text_condensed() -> None:
    short = [Block("paragraph", "One. Two.")]
    assert shortened(short) == short
    long = [Block("paragraph", "This is **it**. " + "And so on and on. " * 60)]
    assert shortened(long)[0].text == "This is **it**."


def test_a_formula_inside_a_paragraph_is_a_block_of_its_own() -> None:
    kinds = [
        block.kind for block in split_blocks("# Title\nText $$a = b$$ more $c$.\n\n| a |\n|---|\n| b |\n\n1. x\n2. y")
    ]
    assert kinds == ["heading", "paragraph", "formula", "paragraph", "table", "list"]


@pytest.mark.parametrize("count", range(1, 40))
def test_every_block_comes_out_once_in_order_and_no_slide_is_too_full(count: int) -> None:
    blocks = [paragraph(1 + (7 * number) % 5) for number in range(count)]
    slides = spread(blocks)
    assert [block for slide in slides for block in slide] == blocks
    assert all(sum(map(lines_of, slide)) <= 1.15 * LINES for slide in slides)


def test_a_lead_goes_along_with_what_it_leads_to() -> None:
    lead, formula = Block("paragraph", "so that:"), Block("formula", "$$x$$")
    assert spread([paragraph(8), paragraph(3), lead, formula])[-1] == [lead, formula]


def test_a_long_list_is_cut_between_items_and_a_long_table_keeps_its_head() -> None:
    items = [f"{number}. " + "word " * 30 for number in range(1, 12)]
    parts = spread([Block("list", "\n".join(items))])
    assert len(parts) > 1
    assert "\n".join(block.text for part in parts for block in part).split("\n") == items
    rows = "\n".join(f"| {number} | value |" for number in range(40))
    for part in spread([Block("table", f"| a | b |\n|---|---|\n{rows}")]):
        assert part[0].text.startswith("| a | b |\n|---|---|\n")
