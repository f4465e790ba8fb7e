"""Checks for plain answers: values, exceptions, choices, short texts and orders."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from autograder.errors import CheckFailed, NotAttempted

__all__ = ["chosen", "in_order", "leaves_alone", "raises", "same_value", "short_answer"]

_CHANGEABLE = (list, dict, set, bytearray)

Known = Mapping[str, str]
"""What an author says about one wrong answer: ``{"tag": "float-money", "says": "Money is whole cents."}``."""


def same_value(got: Any, expected: Any, *, of: str = "", known: Sequence[tuple[Any, Known]] = ()) -> None:
    """Require that a value is the expected one. ``True`` and ``1`` differ, ``3`` and ``3.0`` don't.

    Args:
        got: the learner's value.
        expected: the right one.
        of: what the value is of, in the learner's words, such as ``"quote_cents(99, 10000)"``.
        known: wrong values with what to say about each.

    Raises:
        CheckFailed: with both values in full and their types.
    """
    if _equal(got, expected):
        return
    found = next((says for value, says in known if _equal(got, value)), {})
    subject = f"`{of}` should be" if of else "It should be"
    raise CheckFailed(
        f"{subject} {expected!r} ({type(expected).__name__}), yours is {got!r} ({type(got).__name__}).",
        advice=found.get("says", ""),
        tag=found.get("tag", ""),
    )


def _equal(got: Any, expected: Any) -> bool:
    """Compare by value, and keep truth values apart from numbers, at any depth."""
    if isinstance(got, bool) is not isinstance(expected, bool):
        return False
    if isinstance(expected, Mapping):
        return (
            isinstance(got, Mapping)
            and got.keys() == expected.keys()
            and all(_equal(got[key], value) for key, value in expected.items())
        )
    if isinstance(expected, list | tuple):
        return (
            type(got) is type(expected)
            and len(got) == len(expected)
            and all(_equal(one, other) for one, other in zip(got, expected, strict=True))
        )
    return bool(got == expected)


def raises(error: type[BaseException], function: Callable[..., Any], *args: Any, of: str = "", **kwargs: Any) -> None:
    """Require that a call raises ``error`` or a subclass of it.

    Args:
        error: the expected type.
        function: the learner's function; called with the remaining arguments.
        of: the call in the learner's words; made from the arguments when left out.

    Raises:
        CheckFailed: when the call returns a value or raises something else.
        NotImplementedError: when the function is still the released stub.
    """
    shown = of or f"{getattr(function, '__name__', 'your function')}({', '.join(map(repr, args))})"
    try:
        value = function(*args, **kwargs)
    except CheckFailed:  # a call that was never answered is not an exception of the learner's
        raise
    except BaseException as got:
        if isinstance(got, NotImplementedError) and error is not NotImplementedError:
            raise  # the stub; it would pass for its parent RuntimeError
        if isinstance(got, error):
            return
        if not isinstance(got, Exception):
            raise
        raise CheckFailed(f"`{shown}` should raise {error.__name__}, yours raised {type(got).__name__}.") from None
    raise CheckFailed(f"`{shown}` should raise {error.__name__}, yours returned {value!r}.")


def leaves_alone(function: Callable[..., Any], *args: Any, of: str = "") -> Any:
    """Call a function; require that it changes none of the lists, dicts and sets that it gets, at any depth.

    Args:
        function: the learner's function. In another process it gets copies, and what it does to them is asked for.
        of: the call in the learner's words.

    Returns:
        What the function returned.

    Raises:
        CheckFailed: naming the argument, as it was and as it is now.
    """
    kept = {place: copy.deepcopy(one) for place, one in enumerate(args) if isinstance(one, _CHANGEABLE)}
    elsewhere = getattr(type(function), "__changing__", None)
    value, now = elsewhere(function, *args) if elsewhere else (function(*args), dict(enumerate(args)))
    for place, before in kept.items():
        if not _equal(after := now.get(place, before), before):
            shown = of or f"{getattr(function, '__name__', 'your function')}(...)"
            raise CheckFailed(
                f"`{shown}` changed its argument {place + 1}: it was {before!r}, and is {after!r} now. "
                "Work on a copy, or only read."
            )
    return value


def chosen(
    answer: Any, key: str | Iterable[str] | None = None, *, among: str = "", known: Mapping[str, Known] | None = None
) -> None:
    """Judge picked letters: one for a choice, any number for a choice set. Case, spaces and order don't matter.

    Args:
        answer: ``"b"``, ``"ac"``, ``"a, c"``, or a list, tuple or set of letters.
        key: the right letter or letters. Without it only the form is checked, which is all a visible check can do.
        among: the letters on offer.
        known: what to say about a wrong pick, by letter.

    Raises:
        NotAttempted: when nothing was picked.
        CheckFailed: when a pick isn't on offer, is wrong, or one is missing.
    """
    picks = _letters(answer)
    if not picks:
        raise NotAttempted("Nothing is picked yet. Put your letter between the quotation marks.")
    if strange := sorted(picks - set(among)) if among else []:
        raise CheckFailed(f"{_listed(strange)} isn't on offer. Pick from {_listed(list(among))}.")
    if key is None or picks == (right := _letters(key)):
        return
    for pick in sorted(picks - right):
        if known and pick in known:
            raise CheckFailed(f"{_listed([pick])} is not right.", advice=known[pick]["says"], tag=known[pick]["tag"])
    wrong, missing = len(picks - right), len(right - picks)
    raise CheckFailed(f"{wrong} of your picks {'is' if wrong == 1 else 'are'} wrong, {missing} missing.")


def _letters(answer: Any) -> set[str]:
    if answer is None or answer is Ellipsis:
        return set()
    parts = [answer] if isinstance(answer, str) else answer
    if not isinstance(parts, list | tuple | set | frozenset) or not all(isinstance(part, str) for part in parts):
        raise CheckFailed(f'Write letters, such as "a" or ["a", "c"]; yours is {answer!r} ({type(answer).__name__}).')
    return {letter for part in parts for letter in re.sub(r"[\s,;]+", "", part).lower()}


def _listed(items: Sequence[str]) -> str:
    return ", ".join(f'"{item}"' for item in items)


def short_answer(
    answer: Any, accepted: Iterable[str] = (), *, pattern: str = "", known: Mapping[str, Known] | None = None
) -> None:
    """Judge a short text. Case, outer and repeated spaces, and a closing full stop don't matter.

    Args:
        answer: the learner's text; a number is taken as its text.
        accepted: every right answer.
        pattern: a regular expression that the whole normalised text may match instead.
        known: what to say about a wrong text.

    Raises:
        NotAttempted: when the text is empty.
        CheckFailed: when it isn't accepted.
    """
    if answer is None or answer is Ellipsis:
        raise NotAttempted("Nothing is written yet. Put your answer between the quotation marks.")
    if isinstance(answer, bool) or not isinstance(answer, str | int | float):
        raise CheckFailed(f"Write a short text; yours is {answer!r} ({type(answer).__name__}).")
    text = _normal(str(answer))
    if not text:
        raise NotAttempted("Nothing is written yet. Put your answer between the quotation marks.")
    if text in map(_normal, accepted) or (pattern and re.fullmatch(pattern, text)):
        return
    found = next((says for wrong, says in (known or {}).items() if _normal(wrong) == text), {})
    raise CheckFailed(f'"{answer}" is not it.', advice=found.get("says", ""), tag=found.get("tag", ""))


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(".")


def in_order(
    answer: Any,
    blocks: str | Sequence[str],
    *,
    before: Iterable[tuple[str, str]],
    never: Mapping[str, Known] | None = None,
    known: Mapping[tuple[str, str], Known] | None = None,
) -> None:
    """Judge an order of blocks; every order that respects all ``before`` pairs is right.

    Args:
        answer: the letters in order, as a list or as one text such as ``"c a b"``.
        blocks: the letters that belong, each exactly once.
        before: pairs ``(earlier, later)``.
        never: distractors that don't belong, with what to say about each.
        known: what to say when a pair is the wrong way round.

    Raises:
        NotAttempted: when no block is placed.
        CheckFailed: naming the first block out of place.
    """
    order = _sequence(answer)
    if not order:
        raise NotAttempted("No block is placed yet. List the letters in order.")
    for letter in order:
        if never and letter in never:
            said = never[letter]
            raise CheckFailed(f'Block "{letter}" doesn\'t belong here.', advice=said["says"], tag=said["tag"])
    if strange := [letter for letter in order if letter not in blocks]:
        raise CheckFailed(f'There is no block "{strange[0]}".')
    if twice := [letter for letter in order if order.count(letter) > 1]:
        raise CheckFailed(f'Block "{twice[0]}" stands there more than once.')
    if missing := [letter for letter in blocks if letter not in order]:
        raise CheckFailed(f"{len(missing)} block{'' if len(missing) == 1 else 's'} still missing.")
    pairs = sorted(before, key=lambda pair: order.index(pair[1]))
    for earlier, later in pairs:
        if order.index(earlier) > order.index(later):
            said = (known or {}).get((earlier, later), {})
            raise CheckFailed(
                f'The first block out of place is "{later}", number {order.index(later) + 1} in your order.',
                advice=said.get("says", ""),
                tag=said.get("tag", ""),
            )


def _sequence(answer: Any) -> list[str]:
    if answer is None or answer is Ellipsis:
        return []
    if isinstance(answer, str):
        return re.findall(r"\w", answer.lower())
    if isinstance(answer, list | tuple) and all(isinstance(part, str) for part in answer):
        return [part.strip().lower() for part in answer]
    raise CheckFailed(f'List the letters in order, such as ["b", "a"]; yours is {answer!r}.')
