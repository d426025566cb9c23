from html.parser import HTMLParser

from learnmr.demo.pages import figure, listing, page, paragraph, question, section, table
from learnmr.plots import Picture

VOID = {"meta", "img", "br"}


class Balance(HTMLParser):
    """Refuses a closing tag that does not fit."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        if tag == "img":
            self.images.append(dict(attrs))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_page_is_balanced_whatever_the_words_are():
    nasty = "1 < 2 & \"3\" > '2' </td><script>"
    text = page(
        nasty,
        [
            paragraph(nasty, kind="notice"),
            section(
                "a", nasty, [listing([nasty]), table(nasty, [nasty, nasty], [[nasty, nasty]]), question("?", nasty)]
            ),
            figure(Picture(nasty), nasty),
        ],
    )
    parser = Balance()
    parser.feed(text)
    assert parser.open == []
    assert "<script" not in text
    assert parser.images[0]["alt"] == nasty
    assert text.count("<h2>") == 1


def test_tables_tell_rows_from_columns():
    text = table("c", ["name", "x"], [["a", "1"], ["b", "2"]])
    assert text.count('scope="col"') == 2
    assert text.count('scope="row"') == 2
