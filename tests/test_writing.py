"""Files are written whole or not at all."""

import pytest

from learnmr.writing import replacing, write_text


def test_text_comes_back_and_folders_are_made(tmp_path):
    path = tmp_path / "new" / "folder" / "text.txt"
    assert write_text("größer\n", path) == "größer\n"
    assert path.read_bytes() == "größer\n".encode()
    assert write_text("only returned", None) == "only returned"


def test_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")

    def fail():
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.csv"]


def test_success_replaces_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with replacing(path) as temporary:
        assert temporary.suffix == ".csv"
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.csv"]


def test_writer_that_wrote_nothing_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "absent.txt"):
        pass
    assert list(tmp_path.iterdir()) == []
