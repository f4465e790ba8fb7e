"""What a learner sees of a result."""

from autograder.sql.rows import Rows
from autograder.sql.view import Notice, Result


def test_nothing_in_a_result_is_taken_as_html():
    page = Result(Rows(("<b>",), (("<script>alert(1)</script>",), ("&",))))._repr_html_()
    assert "<script" not in page
    assert '<th scope="col">&lt;b&gt;</th>' in page
    assert "<td>&amp;</td>" in page


def test_nothing_in_a_notice_is_taken_as_html():
    page = Notice("There is no table `<img src=x onerror=alert(1)>`.", "The query <did> not run")._repr_html_()
    assert "<img" not in page
    assert "<did>" not in page
    assert "<code>&lt;img src=x onerror=alert(1)&gt;</code>" in page


def test_null_differs_from_the_text_null():
    result = Result(Rows(("a",), ((None,), ("NULL",))))
    assert "<td><em>NULL</em></td></tr><tr><td>&#x27;NULL&#x27;</td>" in result._repr_html_()
    assert repr(result) == "a\n------\nNULL\n'NULL'\n(2 rows)"


def test_a_long_result_is_cut_and_says_so():
    result = Result(Rows(("n",), tuple((n,) for n in range(1234))))
    assert len(result) == 1234
    assert "<caption>1,234 rows, the first 100 are shown</caption>" in result._repr_html_()
    assert result._repr_html_().count("<td>") == 100
    assert repr(result).endswith("(1,234 rows, the first 100 are shown)")


def test_a_result_can_be_worked_with():
    result = Result(Rows(("a", "b"), ((1, 2), (3, 4))))
    assert (result.columns, result.rows, list(result), len(result)) == (
        ("a", "b"),
        ((1, 2), (3, 4)),
        [(1, 2), (3, 4)],
        2,
    )


def test_a_result_without_rows_shows_its_columns():
    assert repr(Result(Rows(("plate", "model"), ()))) == "plate  model\n-----  -----\n(0 rows)"
    assert repr(Result(Rows((), ()))) == "\n\n(0 rows)"


def test_control_characters_never_reach_a_terminal():
    assert "\x1b" not in repr(Result(Rows(("a",), (("\x1b[31m\nred",),))))


def test_a_note_stands_below_the_rows():
    result = Result(Rows(("a",), ((1,),)), "Kept as `<electric>`.")
    assert result._repr_html_().endswith("</table><p><small>Kept as <code>&lt;electric&gt;</code>.</small></p>")
    assert repr(result) == "a\n-\n1\n(1 row)\nKept as `<electric>`."


def test_neither_ids_nor_styles_sheets_nor_scripts_are_needed():
    pages = Result(Rows(("a",), ((1,),)))._repr_html_() + Notice("No.", "The query did not run")._repr_html_()
    assert not [word for word in (" id=", "<style", "<script", "<svg", "var(") if word in pages]


def test_a_notice_says_in_words_what_it_is():
    assert repr(Notice("No.", "The query did not run")) == "The query did not run: No."
    assert repr(Notice("Write a query.")) == "Write a query."
