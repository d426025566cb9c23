"""Links of included documents lead to pages of the site where there is one, else to the project."""

from __future__ import annotations

from learnmr_site.places import DOCS, ROOT, homepage
from learnmr_site.repository_files import pages_of_files, with_site_links

PAGES = {"course/AUTHORING.md": "how-to/lesson", "ARCHITECTURE.md": "design/architecture"}


def test_a_link_to_a_file_that_has_a_page_leads_to_the_page():
    text = with_site_links("see [it](course/AUTHORING.md#checks)", "CONTRIBUTING.md", PAGES, "design/contributing")
    assert text == "see [it](../how-to/lesson.md#checks)"
    text = with_site_links("see [it](../ARCHITECTURE.md)", "course/AUTHORING.md", PAGES, "how-to/lesson")
    assert text == "see [it](../design/architecture.md)"


def test_another_link_leads_to_the_project():
    text = with_site_links("[licence](LICENSE) [tests](tests)", "README.md", PAGES, "x")
    assert text == f"[licence]({homepage()}/blob/main/LICENSE) [tests]({homepage()}/tree/main/tests)"


def test_addresses_anchors_images_and_pages_stay():
    kept = "[a](https://example.org/x) [b](#here) ![c](docs/images/c.png)"
    assert with_site_links(kept, "README.md", PAGES, "x") == kept
    page = "[install](../how-to/install.md)"
    assert with_site_links(page, "docs/course/index.md", PAGES, "course/index") == page


def test_every_file_that_a_page_wants_is_there():
    pages = pages_of_files()
    assert {"ARCHITECTURE.md", "CONTRIBUTING.md", "course/AUTHORING.md"} <= set(pages)
    assert [name for name in pages if not (ROOT / name).is_file()] == []
    assert [page for page in pages.values() if not (DOCS / f"{page}.md").is_file()] == []
