"""What is kept beside a master is read as it was written, one row a line."""

import pytest

from autograder.errors import EngineRoomError
from autograder.notebooks.suites import SUITES, StoredSuite, Survivor, read_suites, secret_rows, suites_text

STORED = {
    "A2.1": StoredSuite(
        ({"cars": (("é'x", 1, None), ("b", 1.5, b"\x00"))}, {}), (Survivor("`<` instead", "SELECT 1", "so"),)
    ),
    "A2.2": StoredSuite(),
}


@pytest.fixture
def master(tmp_path):
    return tmp_path / "a2_one_table.py"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "Expecting"),
        ("[]", "indices"),
        ('{"questions": {}}', "'schema' is missing"),
        ('{"schema": "other/9", "questions": {}}', "its schema is 'other/9'"),
        ('{"schema": "engineroom-suites/1", "questions": {"A2.1": {"databases": []}}}', "'survivors' is missing"),
        (
            '{"schema": "engineroom-suites/1", '
            '"questions": {"A2.1": {"databases": [{"t": [[[1]]]}], "survivors": []}}}',
            "can't hold list",
        ),
    ],
)
def test_a_broken_file_is_refused_with_the_next_step(text, said, master):
    master.with_name(SUITES).write_text(text)
    with pytest.raises(EngineRoomError, match="Delete it, then run: engineroom distill") as caught:
        read_suites(master)
    assert said in str(caught.value)


def test_a_module_without_a_file_has_no_suites(master):
    assert read_suites(master) == {}
    assert list(secret_rows(master)) == []


def test_suites_come_back_as_they_were(master):
    master.with_name(SUITES).write_text(suites_text(STORED), "utf-8")
    assert read_suites(master) == STORED
    assert STORED["A2.1"].rows == 2


def test_each_row_is_a_secret_in_both_its_spellings(master):
    master.with_name(SUITES).write_text(suites_text(STORED), "utf-8")
    assert [(number, row) for number, row in secret_rows(master)][:2] == [
        (7, '"é\'x", 1, null'),
        (7, '"é\'x", 1, None'),
    ]
