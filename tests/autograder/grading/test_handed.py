"""What lies in `submitted/` is found, and what is no submission is said, once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.errors import EngineRoomError, SubmissionError
from autograder.grading.handed import Handed, find_handed

KNOWN = ["a1_maps", "a2_fares"]


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    """Two learners, one of them with both modules."""
    for name in ("bo/a1_maps", "ana/a1_maps", "ana/a2_fares"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


def names(handed: list[Handed]) -> list[str]:
    return [f"{one.learner}/{one.module}" for one in handed]


def test_submissions_come_by_learner_and_module(submitted: Path) -> None:
    """Everything that is wanted and there; nothing to remark."""
    handed, notes = find_handed(submitted, KNOWN, KNOWN)
    assert names(handed) == ["ana/a1_maps", "ana/a2_fares", "bo/a1_maps"]
    assert handed[0].notebook == submitted / "ana" / "a1_maps" / "a1_maps.ipynb"
    assert notes == []
    handed, notes = find_handed(submitted, ["a2_fares"], KNOWN)
    assert names(handed) == ["ana/a2_fares"]
    assert notes == []  # a module of the course that isn't wanted now is no remark


def test_folders_that_are_no_module_are_named_once(submitted: Path) -> None:
    """A class that misspells a folder gets one sentence, not thirty."""
    for learner in ("ana", "bo"):
        (submitted / learner / "a1_map").mkdir()
    _, notes = find_handed(submitted, KNOWN, KNOWN)
    assert notes == ["Left out, because the course has no such module: a1_map."]


def test_hidden_folders_are_ignored_silently(submitted: Path) -> None:
    """Jupyter and file managers leave them everywhere."""
    (submitted / ".ipynb_checkpoints" / "a1_maps").mkdir(parents=True)
    (submitted / "ana" / ".ipynb_checkpoints").mkdir()
    (submitted / ".DS_Store").touch()
    handed, notes = find_handed(submitted, KNOWN, KNOWN)
    assert names(handed) == ["ana/a1_maps", "ana/a2_fares", "bo/a1_maps"]
    assert notes == []


def test_files_in_the_wrong_place_are_named(submitted: Path) -> None:
    """A learner that is a file, a notebook beside its folder; a long list is cut."""
    (submitted / "cy").touch()
    (submitted / "bo" / "a2_fares.ipynb").touch()
    _, notes = find_handed(submitted, KNOWN, KNOWN)
    assert notes == ["Left out, because a submission lies as <learner>/<module>/<module>.ipynb: cy, bo/a2_fares.ipynb."]
    for number in range(10):
        (submitted / f"f{number}.zip").touch()
    _, (note,) = find_handed(submitted, KNOWN, KNOWN)
    assert note.endswith("f6.zip and 4 more.")


def test_two_names_that_read_the_same_are_told_apart(submitted: Path) -> None:
    """A gradebook can't: the folder that is really named so is graded, and the other one is remarked."""
    for name in (b"zo\xeb", rb"zo\xeb"):
        (submitted / os.fsdecode(name) / "a1_maps").mkdir(parents=True)
    handed, notes = find_handed(submitted, KNOWN, KNOWN)
    assert names(handed).count(r"zo\xeb/a1_maps") == 1
    assert handed[-1].folder.parent.name == r"zo\xeb"
    assert notes == [r"Two folders would both be the learner zo\xeb; only one was graded. Rename the other."]


def test_a_linked_module_is_not_followed_but_a_linked_learner_is(submitted: Path) -> None:
    """The first may be a learner's trick to hand in somebody else's work; the second is the instructor's own doing."""
    (submitted / "bo" / "a2_fares").symlink_to(submitted / "ana" / "a2_fares")
    (submitted / "elsewhere").symlink_to(submitted / "ana")
    handed, _ = find_handed(submitted, ["a2_fares"], KNOWN)
    found = {one.learner: one for one in handed}
    assert sorted(found) == ["ana", "bo", "elsewhere"]
    with pytest.raises(SubmissionError, match="a2_fares is a link to another folder"):
        _ = found["bo"].notebook
    assert found["elsewhere"].notebook.name == "a2_fares.ipynb"


@pytest.mark.parametrize("name", ["no-such-folder", "file"])
def test_no_folder_is_one_sentence(tmp_path: Path, name: str) -> None:
    """With the layout that is expected."""
    (tmp_path / "file").touch()
    with pytest.raises(EngineRoomError, match=rf"No folder .*{name}.*<learner>/<module>/<module>\.ipynb"):
        find_handed(tmp_path / name, KNOWN, KNOWN)


def test_nothing_handed_in_says_what_was_there(submitted: Path) -> None:
    """The remark often is the reason."""
    (submitted / "ana" / "a3_maps").mkdir()
    with pytest.raises(EngineRoomError, match=r"Nothing handed in below .* for a9_none\. Left out.*: a3_maps\."):
        find_handed(submitted, ["a9_none"], [*KNOWN, "a9_none"])


def test_the_timestamp_is_read_and_never_followed_or_waited_for(submitted: Path) -> None:
    """A link, a pipe, a folder or a huge file in its place does no harm."""
    one = Handed("ana", "a1_maps", submitted / "ana" / "a1_maps")
    path = one.folder / "timestamp.txt"
    assert one.timestamp == ""
    path.write_text("2026-03-04 12:00:00 UTC\n")
    assert one.timestamp == "2026-03-04 12:00:00 UTC"
    path.write_bytes(b"\xff\xfe" + b"9" * 1_000_000)
    assert len(one.timestamp) == 200
    path.unlink()
    path.symlink_to(submitted / "secret")
    (submitted / "secret").write_text("2026")
    assert one.timestamp == ""
    path.unlink()
    os.mkfifo(path)
    assert one.timestamp == ""
    path.unlink()
    path.mkdir()
    assert one.timestamp == ""
