"""A folder is emptied whatever somebody made of it, and nothing outside of it is touched."""

from __future__ import annotations

import os
import socket

import pytest

from autograder.sandbox.sweep import wipe


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        wipe(str(tmp_path / "nothing"))


def test_what_cannot_be_removed_is_an_error(tmp_path, monkeypatch):
    """So that a box with it is never used again."""
    (tmp_path / "file").touch()

    def stuck(path):
        raise PermissionError(1, "it sticks", path)

    monkeypatch.setattr(os, "unlink", stuck)
    with pytest.raises(PermissionError, match="it sticks"):
        wipe(str(tmp_path))


def test_the_folder_itself_stays(tmp_path):
    wipe(str(tmp_path))
    assert tmp_path.is_dir()


def test_every_kind_of_file_goes(tmp_path):
    """Files, links, FIFOs, sockets, strange names; what a link leads to stays."""
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    for one in (outside, folder):
        one.mkdir()
    (outside / "kept").write_text("kept")
    (folder / "link").symlink_to(outside)
    (folder / "broken").symlink_to("nowhere")
    os.mkfifo(folder / "fifo")
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(folder / "socket"))
    with (folder / "sparse").open("wb") as sparse:
        sparse.truncate(1 << 40)
    for name in ("-rf", " ", "new\nline", ".hidden", ".lifted-1", "x" * 255):
        (folder / name).touch()
        (folder / f"in {name}"[:255]).mkdir()
        (folder / f"in {name}"[:255] / name).touch()
    (folder / "nested").mkdir()
    (folder / "nested" / "out").symlink_to(outside, target_is_directory=True)
    (folder / os.fsdecode(b"\xff\xfe")).mkdir()
    wipe(str(folder))
    assert list(folder.iterdir()) == []
    assert (outside / "kept").read_text() == "kept"


def test_locked_folders_go(tmp_path):
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    (inner / "file").touch()
    for folder in (inner, inner.parent, inner.parent.parent):
        folder.chmod(0)
    wipe(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_folders_that_are_nested_deeper_than_any_path_go(in_child):
    """Deeper than Python recurses, than a path is long, and than there may be open files."""
    code = """
import json, os, resource, sys, tempfile
from autograder.sandbox.sweep import wipe
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
with tempfile.TemporaryDirectory(dir='/dev/shm' if os.path.isdir('/dev/shm') else None) as folder:  # a disk is slow
    os.chdir(folder)
    for _ in range(4000):
        os.mkdir('d'); os.mkdir('.lifted-2'); open('file', 'w').close(); os.chdir('d')
    os.chdir('/')
    wipe(folder)
    print(json.dumps(os.listdir(folder)))
"""
    assert in_child(code) == []
