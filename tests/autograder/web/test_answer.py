"""What an app may answer, and how text from outside is made safe to read."""

import pytest

from autograder.web.answer import AppFault, Gathered, LogText, check_code, in_size, one_line, reason, told, whole


@pytest.mark.parametrize("code", [True, "200", 200.0, None, 199, 600, 0, -1])
def test_only_final_status_codes_are_taken(code):
    with pytest.raises(AppFault):
        check_code(code)


def test_a_body_is_kept_up_to_its_limit():
    gathered = Gathered(5)
    gathered.add(b"abc")
    gathered.add(memoryview(b"de"))
    with pytest.raises(AppFault, match="did not end within 5 bytes"):
        gathered.add(bytearray(b"f"))
    assert gathered.body == b"abcde"


def test_a_log_keeps_its_first_letters():
    log = LogText(5)
    assert log.write("abc") == 3
    log.writelines(["defg", "h"])
    log.flush()
    assert log.text == "abcde"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("admin\u202egnp.exe", r"admin\u202egnp.exe"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("\ud800", r"\ud800"),
        ("Łódź <b>", "Łódź <b>"),
    ],
)
def test_what_cannot_be_seen_is_written_as_an_escape(text, shown):
    assert one_line(text) == shown


def test_long_text_is_cut():
    assert one_line("x" * 500, 10) == "x" * 10 + "…"


def test_words():
    assert (reason(404), reason(299)) == ("404 Not Found", "299")
    assert [in_size(size) for size in (1, 5, 2048, 1 << 20)] == ["1 byte", "5 bytes", "2 KiB", "1 MiB"]
    assert (whole(1), whole(10.0), whole(0.2)) == ("1 second", "10 seconds", "0.2 seconds")


def test_an_exception_is_told_with_the_learners_own_line():
    with pytest.raises(KeyError) as caught:
        {}["fare"]
    assert told(caught.value).startswith("KeyError: 'fare' (line ")
    assert '`{}["fare"]`' in told(caught.value)
