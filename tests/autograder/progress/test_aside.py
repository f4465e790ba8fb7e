"""What the panel says beside the verdict: escaped, and readable without style or script."""

from autograder.progress.aside import markdown_html, offer_html, solution_html, trouble_html
from autograder.progress.guidance import Guidance


def test_texts_from_outside_are_escaped():
    bad = "<script>alert(1)</script>"
    for html in (
        markdown_html(f"{bad}\n\n```sql\n{bad}\n```"),
        offer_html(Guidance(2, 2), bad, bad),
        solution_html(bad, bad),
        trouble_html(bad),
    ):
        assert "<script" not in html
        assert "&lt;script&gt;" in html


def test_a_hint_that_cannot_be_read_is_named():
    assert offer_html(Guidance(2, 2), "") == (
        "<p>Hint 2 is open now: you find it under the task.</p><p>Hint 3 opens after your next try.</p>"
    )


def test_the_last_hint_promises_no_further():
    assert "opens after" not in offer_html(Guidance(3, 3), "nearly")


def test_a_question_comes_before_the_last_hint():
    asked = offer_html(Guidance(3, 2, asks=True), "pointer")
    assert "The same result three times" in asked
    assert "# I expect …" in asked
    assert "after your next try" not in asked


def test_the_solution_stands_alone_where_ones_own_is_not_known():
    assert "Yours" not in solution_html("", "x = 1")
    assert "Yours" in solution_html("x = 2", "x = 1")


def test_hints_keep_their_code():
    assert markdown_html("Use `a`\nand b.\n\n```sql\nSELECT 1\n  FROM t\n```\n\nThen stop.") == (
        "<p>Use <code>a</code> and b.</p><pre>SELECT 1\n  FROM t</pre><p>Then stop.</p>"
    )
