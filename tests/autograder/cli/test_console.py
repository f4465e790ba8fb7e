"""The terminal of whoever grades shows texts and never obeys them."""

from autograder.cli.console import console, print_table, printable


def test_what_a_terminal_would_obey_is_shown_as_a_mark():
    """A file's name may hold an escape sequence: see xterm's "Set Text Parameters" and "Erase in Display"."""
    assert printable("\x1b]0;owned\x07 a\rb \x9b2J") == "\N{REPLACEMENT CHARACTER}".join(
        ["", "]0;owned", " a", "b ", "2J"]
    )
    assert printable("Zoë\nłukasz 😀") == "Zoë\nłukasz 😀"


def test_nothing_that_is_printed_holds_a_control_code():
    with console.capture() as seen:
        console.print("zoe: the notebook was named \x1b[2J\x07.ipynb", markup=False)
        print_table("1 submission", ("Learner",), [("\x1b[31mzoe[red]",)])
    assert not {"\x1b", "\x07"} & set(seen.get())
    assert "[red]" in seen.get()
