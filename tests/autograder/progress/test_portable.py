"""One file out, the same file in: merged, never doubled; what is no such file changes nothing."""

import json
from datetime import UTC, datetime

import pytest

from autograder.errors import EngineRoomError
from autograder.progress.attempt import attempt_at
from autograder.progress.portable import exported, imported
from autograder.progress.store import ProgressError, Store
from autograder.results import CheckResult, GroupResult, Outcome


def attempt(points):
    outcome = Outcome.RIGHT if points else Outcome.WRONG
    check = CheckResult("A2.1", (GroupResult("g", points, 1.0, outcome, "Ünïcode", "tag"),))
    return attempt_at(check, datetime(2025, 3, 4, tzinfo=UTC), prediction="„zehn“")


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "progress.db")
    store.add([attempt(0.0), attempt(1.0)])
    return store


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "isn't JSON"),
        ("[]", "None, not 'engineroom-progress/1'"),
        ('{"schema": "engineroom-progress/9", "attempts": []}', "'engineroom-progress/9', not"),
        ('{"schema": "engineroom-progress/1"}', "damaged, and nothing was added"),
        ('{"schema": "engineroom-progress/1", "attempts": [{"id": "x"}]}', "damaged, and nothing was added"),
        ('{"schema": "engineroom-progress/1", "attempts": [3]}', "damaged, and nothing was added"),
    ],
)
def test_other_files_are_refused_in_one_sentence(store, tmp_path, text, said):
    file = tmp_path / "other.json"
    file.write_text(text)
    with pytest.raises(EngineRoomError, match=said):
        imported(store, file)
    assert len(store.attempts()) == 2


def test_one_bad_attempt_keeps_all_out(store, tmp_path):
    file = tmp_path / "my.json"
    exported(store, file)
    data = json.loads(file.read_text())
    data["attempts"][1]["points"] = 99
    file.write_text(json.dumps(data))
    other = Store(tmp_path / "other.db")
    with pytest.raises(EngineRoomError, match="from 0 to all of its points, got 99"):
        imported(other, file)
    assert other.attempts() == []


def test_missing_files_and_wrong_names_are_told(store, tmp_path):
    with pytest.raises(EngineRoomError, match="can't be read: No such file"):
        imported(store, tmp_path / "nope.json")
    with pytest.raises(EngineRoomError, match=r"ends in \.json"):
        exported(store, tmp_path / "progress.db")
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineRoomError, match="can't be written"):
        exported(store, tmp_path / "file" / "my.json")


def test_a_damaged_database_is_not_exported(store, tmp_path):
    store.path.write_text("junk" * 999)
    with pytest.raises(ProgressError, match="damaged"):
        exported(store, tmp_path / "my.json")
    assert not (tmp_path / "my.json").exists()


def test_it_goes_to_another_computer_and_back(store, tmp_path):
    """Both sides worked on; after the exchange both have everything once."""
    other = Store(tmp_path / "other" / "progress.db")
    other.path.parent.mkdir()
    assert exported(store, tmp_path / "my.json") == 2
    assert imported(other, tmp_path / "my.json") == 2
    other.add([attempt(0.0)])
    store.add([attempt(1.0)])
    exported(other, tmp_path / "theirs.json")
    assert imported(store, tmp_path / "theirs.json") == 1
    assert imported(store, tmp_path / "theirs.json") == 0
    assert len(store.attempts()) == 4
    assert {one.id for one in other.attempts()} < {one.id for one in store.attempts()}


def test_importing_ones_own_export_changes_nothing(store, tmp_path):
    before = store.attempts()
    exported(store, tmp_path / "my.json")
    assert imported(store, tmp_path / "my.json") == 0
    assert store.attempts() == before
