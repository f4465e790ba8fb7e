"""`%%sql` cells, taken apart as IPython does it."""

from __future__ import annotations

import pytest

from autograder.grading.query_cell import shown_text, taken_apart


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("%%sql", ("", "\n")),
        ("%%sql busy", ("busy", "\n")),
        ("%%sql  busy \nSELECT 1\nFROM t", ("busy", "SELECT 1\nFROM t")),
        ("%%sql\n\nSELECT 1\n", ("", "\nSELECT 1\n")),
        ("%%sqlite\nSELECT 1", None),
        (" %%sql\nSELECT 1", None),
        ("x = '''\n%%sql\n'''", None),
        ("", None),
    ],
)
def test_a_cell_is_taken_apart(source: str, parts: tuple[str, str] | None) -> None:
    assert taken_apart(source) == parts


class Table:
    """Something with more than one line."""

    def __repr__(self) -> str:
        return "a\nb"


@pytest.mark.parametrize(("value", "text"), [(None, ""), (7, "7\n"), ("a\nb", "'a\\nb'\n"), (Table(), "\na\nb\n")])
def test_a_value_is_shown_as_a_screen_shows_it(value: object, text: str) -> None:
    assert shown_text(value) == text
