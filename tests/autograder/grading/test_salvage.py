"""Cells are got out of whatever was handed in."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import SubmissionError
from autograder.grading.salvage import salvage


def cell(source: Any = "x = 1", grade_id: str = "a", **more: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"nbgrader": {"grade_id": grade_id}},
        "outputs": [],
        "source": source,
    } | more


def notebook(*cells: Any, **metadata: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def texts(data: bytes) -> list[str]:
    return [loose.source for loose in salvage(data).cells]


NOTEBOOK = json.dumps(notebook(cell("x = 1", "a"), cell("y = 2", "b"), cell("z = 3", "c")), indent=1)


def test_a_sound_notebook_needs_no_repair() -> None:
    """Ids, kinds and texts are read; the kernel's language is noted."""
    data = notebook(cell(["x = 1\n", "y"]), cell("# T", "", cell_type="markdown"), kernelspec={"language": "python"})
    found = salvage(json.dumps(data).encode())
    assert [(one.grade_id, one.cell_type, one.source) for one in found.cells] == [
        ("a", "code", "x = 1\ny"),
        ("", "markdown", "# T"),
    ]
    assert (found.kernel, found.repairs) == ("python", ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_recognised(encoding: str) -> None:
    """Windows editors write them; nothing is lost."""
    found = salvage(NOTEBOOK.encode(encoding))
    assert [one.source for one in found.cells] == ["x = 1", "y = 2", "z = 3"]
    assert len(found.repairs) == (0 if encoding == "utf-8-sig" else 1)


def test_bytes_that_are_no_text_are_replaced() -> None:
    """One bad byte costs one character, and is told."""
    found = salvage(NOTEBOOK.encode().replace(b"y = 2", b"y = '\xff'"))
    assert [one.source for one in found.cells] == ["x = 1", "y = '\ufffd'", "z = 3"]
    assert found.repairs == ("The file isn't all UTF-8; what can't be read became a question mark.",)


def test_a_truncated_file_gives_its_whole_cells() -> None:
    """What was complete before the end counts."""
    found = salvage(NOTEBOOK[: NOTEBOOK.index("z = 3")].encode())
    assert [one.source for one in found.cells] == ["x = 1", "y = 2"]
    assert found.repairs == ("The notebook file is damaged: 2 whole cells could be read, anything else in it is lost.",)


def test_cells_behind_a_damaged_place_are_found_too() -> None:
    """Git's conflict marks damage one cell, not the rest."""
    text = NOTEBOOK.replace('"y = 2"', '<<<<<<< HEAD\n"y = 2"\n=======\n"y = 3"\n>>>>>>> other')
    assert texts(text.encode()) == ["x = 1", "z = 3"]


def test_cells_that_only_look_like_cells_are_left_alone() -> None:
    """An output that holds JSON isn't a cell."""
    shown = {"output_type": "display_data", "data": {"application/json": {"cell_type": "x"}}, "metadata": {}}
    text = json.dumps(notebook(cell(outputs=[shown]), cell("y = 2", "b")))
    assert texts(text[:-1].encode()) == ["x = 1", "y = 2"]


def test_a_list_of_cells_is_taken() -> None:
    """Somebody saved the wrong part."""
    found = salvage(json.dumps([cell(), 5, None]).encode())
    assert [one.source for one in found.cells] == ["x = 1"]
    assert found.repairs == ("The file is a list of cells, not a notebook; the cells were taken.",)


def test_the_old_format_is_converted() -> None:
    """Format 3 keeps cells in worksheets, and calls the text input."""
    old = {"cell_type": "code", "input": ["x = 1"], "metadata": {"nbgrader": {"grade_id": "a"}}}
    found = salvage(json.dumps({"nbformat": 3, "worksheets": [{"cells": [old]}, {"cells": [old]}]}).encode())
    assert [(one.grade_id, one.source) for one in found.cells] == [("a", "x = 1")] * 2
    assert found.repairs == ("The notebook is in Jupyter's old format 3; its cells were taken.",)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ([["x = 1\n"], ["y = 2"]], "x = 1\ny = 2"),
        (["x = ", 1], "x = 1"),
        (None, ""),
        (7, "7"),
        ({"a": 1}, ""),
        ("x = '\ud800'", "x = '\ufffd'"),
        ("a\0b", "a\ufffdb"),
    ],
)
def test_strange_sources_become_text(source: Any, text: str) -> None:
    """Whatever a tool wrote there, the cell has a text that can be run, and the repair is told."""
    found = salvage(json.dumps(notebook(cell(source))).encode())
    assert found.cells[0].source == text
    assert found.repairs == ("Text that can't be read was replaced or left out in at least one cell.",)


@pytest.mark.parametrize("metadata", [None, [], {"nbgrader": None}, {"nbgrader": {"grade_id": 5}}, {"nbgrader": []}])
def test_strange_metadata_is_no_grade_id(metadata: Any) -> None:
    """It is a cell like any other."""
    assert salvage(json.dumps(notebook(cell(metadata=metadata))).encode()).cells[0].grade_id == ""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b" \n\0\0", "is empty"),
        (b"PK\x03\x04 a zip file", "no notebook cells"),
        (b"%PDF-1.7", "no notebook cells"),
        (b"5", "not a notebook"),
        (b'{"a": 1}', "not a notebook"),
        (b'{"cells": []}', "no notebook cells"),
        (b'{"cells": {}}', "not a notebook"),
        (b"[" * 100_000, "no notebook cells"),
        (b"1" * 10_000, "no notebook cells"),
    ],
)
def test_what_holds_no_cells_is_refused_with_a_sentence(data: bytes, message: str) -> None:
    """And the sentence says what to do."""
    with pytest.raises(SubmissionError, match=message) as caught:
        salvage(data)
    assert "hand it in again" in str(caught.value)


@given(st.data())
def test_no_bytes_lead_to_another_error(data: st.DataObject) -> None:
    """Mutated notebooks give cells, or a SubmissionError."""
    raw = bytearray(NOTEBOOK.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(raw) - 1, 0)))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20) | st.just(b'{"cell_type": [[['))
    try:
        found = salvage(bytes(raw))
    except SubmissionError:
        return
    assert all(isinstance(one.source, str) and isinstance(one.grade_id, str) for one in found.cells)
    for sentence in found.repairs:
        assert sentence.endswith(".")


KEYS = ["cells", "cell_type", "source", "metadata", "nbgrader", "grade_id", "worksheets", "kernelspec", "input"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
)


@given(JSON)
@settings(max_examples=60)
def test_no_json_leads_to_another_error(document: Any) -> None:
    """Nothing is taken for granted about the shape of a document."""
    with contextlib.suppress(SubmissionError):
        salvage(json.dumps(document).encode())
