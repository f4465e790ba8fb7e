"""A panel says the same in a kernel, a terminal and a saved page, and never trusts a learner's text."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder.display import Panel, as_html, as_text, prose_html, table_html, table_text
from autograder.results import CheckResult, GroupResult, Outcome, Table

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


def panel(outcome=Outcome.WRONG, **changes):
    points = 2.0 if outcome is Outcome.RIGHT else 0.0
    group = GroupResult("the city data", points, 2.0, outcome, **changes)
    return Panel(CheckResult("A2.1", (group,)))


def test_text_from_learners_is_escaped_everywhere():
    table = Table(EVIL, (EVIL,), ((EVIL,),), 1, marks=(0,))
    html = as_html(panel(message=EVIL, tag=EVIL, tables=(table,), printed=EVIL).check)
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_outcome_is_told_in_words(outcome):
    check = panel(outcome).check
    assert outcome.value in as_html(check)
    assert outcome.value in as_text(check)


def test_html_needs_no_style_sheet_script_or_id():
    html = as_html(panel(message="no").check).replace('class="tex2jax_ignore mathjax_ignore"', "", 1)
    assert not any(part in html for part in ("<style", "<script", "<svg", " id=", "class=", "var(--", "color:"))


def test_nbgrader_reads_a_float_within_range_in_a_kernel():
    bundle = panel(Outcome.RIGHT)._repr_mimebundle_()
    assert bundle["text/plain"] == "2.0"
    assert float(Panel(CheckResult("A2.1", (GroupResult("x", 9.0, 2.0, Outcome.RIGHT),)))) == 2.0


def test_ipython_offers_both_forms():
    shell = InteractiveShell.instance()
    data, _ = shell.display_formatter.format(panel(message="no"))
    assert data["text/plain"] == "0.0"
    assert "A2.1" in data["text/html"]


def test_a_terminal_shows_the_text(monkeypatch):
    class TerminalInteractiveShell:
        pass

    monkeypatch.setattr("IPython.get_ipython", TerminalInteractiveShell)
    assert "A2.1: wrong, 0 of 2 points" in panel()._repr_mimebundle_()["text/plain"]


def test_rows_at_fault_are_marked_without_colour():
    table = Table("Yours", ("id", "name"), (("1", "Ana"), ("2", "Bo")), 30, marks=(1,))
    assert table_text(table).splitlines()[-1] == "\N{RIGHTWARDS ARROW} 2  | Bo"
    assert "30 rows, 2 shown" in table_text(table)
    assert "<strong>Bo</strong>" in table_html(table)
    assert "<strong>Ana</strong>" not in table_html(table)


def test_names_in_backticks_become_code_and_markup_does_not():
    assert prose_html("Use `IS NULL`.\n<b>`x<y`") == "Use <code>IS NULL</code>.<br>&lt;b&gt;<code>x&lt;y</code>"


def test_invisible_characters_are_written_out_and_dollars_stay_dollars():
    """A panel stands in an instructor's browser, too, whose MathJax would make a formula of two prices."""
    html = as_html(panel(message="$5 and $6 \u202efoo\x1b").check)
    assert r"$5 and $6 \u202efoo\x1b" in html
    assert html.startswith('<div class="tex2jax_ignore mathjax_ignore"')
