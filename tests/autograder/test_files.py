"""A file is written complete or not at all, and left alone when it already holds the text."""

import json

import pytest

from autograder.files import json_text, write_text


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full_disk(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert [left.name for left in tmp_path.iterdir()] == ["a.txt"]


def test_folders_are_made_and_the_change_is_told(tmp_path):
    path = tmp_path / "deep" / "er" / "a.txt"
    assert write_text(path, "Kadıköy") is True
    assert path.read_bytes() == "Kadıköy".encode()
    before = path.stat().st_mtime_ns
    assert write_text(path, "Kadıköy") is False
    assert path.stat().st_mtime_ns == before


def test_text_that_utf8_cannot_hold_is_escaped(tmp_path):
    write_text(tmp_path / "a.txt", "x\udcff")
    assert (tmp_path / "a.txt").read_text() == "x\\udcff"


def test_json_has_a_line_for_each_entry_and_each_element():
    """It can be compared line by line, and any JSON reader reads it."""
    data = {"id": "ünit", "none": [], "cells": [{"a": [1, 2]}, "b\n"], "run": {"c": None}}
    text = json_text(data)
    assert json.loads(text) == data
    assert text.splitlines() == [
        "{",
        '"id": "ünit",',
        '"none": [],',
        '"cells": [',
        '{"a": [1, 2]},',
        '"b\\n"',
        "],",
        '"run": {"c": null}',
        "}",
    ]
