"""Plain answers: known-wrong ones fail with a reason, unusual right ones pass."""

import pytest

from autograder.answers import chosen, in_order, leaves_alone, raises, same_value, short_answer
from autograder.errors import CheckFailed, NotAttempted

KNOWN = {"tag": "trust-client", "says": "Never trust the phone."}


@pytest.mark.parametrize(
    ("got", "expected"), [(True, 1), (0, False), ("1", 1), ([1], (1,)), (None, 0), ({"a": True}, {"a": 1})]
)
def test_values_that_only_look_alike_differ(got, expected):
    with pytest.raises(CheckFailed, match="should be"):
        same_value(got, expected)


@pytest.mark.parametrize(
    ("got", "expected"), [(3, 3.0), ([1, {"a": (2,)}], [1.0, {"a": (2,)}]), (None, None), ("é", "é")]
)
def test_equal_values_pass(got, expected):
    same_value(got, expected)


def test_a_known_wrong_value_brings_its_tag_and_advice():
    with pytest.raises(CheckFailed) as caught:
        same_value(259, 250, of="quote_cents(99, 10000)", known=[(259, KNOWN)])
    assert (caught.value.tag, caught.value.advice) == ("trust-client", "Never trust the phone.")
    assert caught.value.message == "`quote_cents(99, 10000)` should be 250 (int), yours is 259 (int)."


def test_raises_wants_the_right_exception():
    raises(ValueError, int, "x")
    raises(LookupError, {}.__getitem__, "x")
    with pytest.raises(CheckFailed, match=r"should raise ValueError, yours returned 1\."):
        raises(ValueError, int, "1")
    with pytest.raises(CheckFailed, match="yours raised TypeError"):
        raises(ValueError, int, [])


def test_a_stub_does_not_pass_as_raising_its_parent():
    def stub():
        raise NotImplementedError

    for error in (RuntimeError, ValueError, Exception):
        with pytest.raises(NotImplementedError):
            raises(error, stub)


def test_a_call_that_was_never_answered_is_not_an_exception_of_the_learners():
    def hangs():
        raise CheckFailed("It took longer than 10 seconds.", ran=False)

    with pytest.raises(CheckFailed, match="longer than 10 seconds"):
        raises(Exception, hangs)


def test_a_function_that_changes_what_it_gets_is_told_so():
    """At any depth; the message shows the argument before and after."""

    def sort(numbers, _):
        numbers.sort()

    with pytest.raises(CheckFailed, match=r"argument 1: it was \[2, 1\], and is \[1, 2\] now"):
        leaves_alone(sort, [2, 1], "x")
    with pytest.raises(CheckFailed, match="`f` changed its argument 2"):
        leaves_alone(lambda _, trips: trips[0].update(fare=1), 5, [{}], of="f")
    assert leaves_alone(sorted, [2, 1]) == [1, 2]


@pytest.mark.parametrize("answer", [None, "", "  ", [], ...])
def test_no_pick_is_not_attempted(answer):
    with pytest.raises(NotAttempted):
        chosen(answer, "b", among="abcd")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("e", "on offer"), (3, "Write letters"), ([1], "Write letters"), ("ab", "1 of your picks is wrong")],
)
def test_strange_and_wrong_picks_say_why(answer, reason):
    with pytest.raises(CheckFailed, match=reason):
        chosen(answer, "b", among="abcd")


def test_a_wrong_pick_brings_its_own_message():
    with pytest.raises(CheckFailed) as caught:
        chosen("a", "b", among="abcd", known={"a": KNOWN})
    assert caught.value.tag == "trust-client"


@pytest.mark.parametrize("answer", ["b", " B ", ["b"], {"b"}])
def test_a_right_pick_passes_however_it_is_written(answer):
    chosen(answer, "b", among="abcd")


@pytest.mark.parametrize("answer", ["ac", "c, a", ["a", "c"], ("C", "A")])
def test_a_choice_set_has_no_order(answer):
    chosen(answer, "ac", among="abcd")


def test_without_a_key_only_the_form_is_checked():
    chosen("d", among="abcd")


@pytest.mark.parametrize("answer", ["SELECT", " select. ", "Select"])
def test_short_answers_forgive_case_and_spaces(answer):
    short_answer(answer, ["select"])


def test_short_answers_take_numbers_patterns_and_known_mistakes():
    short_answer(404, ["404"])
    short_answer("HTTP  404", pattern=r"http 4\d\d")
    with pytest.raises(CheckFailed, match="is not it"):
        short_answer("201", ["200"])
    with pytest.raises(CheckFailed) as caught:
        short_answer(" 500 ", ["404"], known={"500": KNOWN})
    assert caught.value.tag == "trust-client"
    with pytest.raises(NotAttempted):
        short_answer("  ", ["x"])
    with pytest.raises(CheckFailed, match="short text"):
        short_answer(["x"], ["x"])


BEFORE = [("a", "b"), ("b", "d"), ("c", "d")]


@pytest.mark.parametrize("order", ["abcd", "cabd", "a, c, b, d", ["a", "b", "c", "d"]])
def test_every_order_that_respects_the_pairs_is_right(order):
    in_order(order, "abcd", before=BEFORE)


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("bacd", 'first block out of place is "b"'),
        ("abc", "1 block still missing"),
        ("aabcd", "more than once"),
        ("abcz", 'no block "z"'),
        ("abcdx", "doesn't belong"),
        (7, "List the letters"),
    ],
)
def test_a_wrong_order_names_the_first_block_at_fault(order, reason):
    with pytest.raises(CheckFailed, match=reason):
        in_order(order, "abcd", before=BEFORE, never={"x": KNOWN})


def test_a_reversed_pair_can_carry_a_misconception():
    with pytest.raises(CheckFailed) as caught:
        in_order("abdc", "abcd", before=BEFORE, known={("c", "d"): KNOWN})
    assert caught.value.tag == "trust-client"
    with pytest.raises(NotAttempted):
        in_order("", "abcd", before=BEFORE)
