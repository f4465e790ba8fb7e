"""An assignment's files arrive in the working folder as they were, and nowhere else."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from autograder.grading import folder


@pytest.mark.parametrize("path", ["../up.py", "/tmp/abs.py", "a/../../b", ""])
def test_a_path_that_leads_out_is_refused(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="no path inside"):
        folder.unpack({"path": path, "data": "", "more": False})


def test_large_and_empty_files_arrive_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file crosses in pieces that fit into a message."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(folder, "_PIECE", 1000)
    files = {"data/large.bin": bytes(range(256)) * 20, "empty.txt": b"", "folderhelper.py": b"answer = 42\n"}
    messages = list(folder.packed(files))
    assert len(messages) > len(files)
    for message in messages:
        folder.unpack(message)
    assert {name: (tmp_path / name).read_bytes() for name in files} == files
    assert importlib.import_module("folderhelper").answer == 42


def test_sending_again_replaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    for data in (b"long text", b"short"):
        for message in folder.packed({"a.txt": data}):
            folder.unpack(message)
    assert (tmp_path / "a.txt").read_bytes() == b"short"
