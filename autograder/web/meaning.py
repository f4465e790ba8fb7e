"""What a failure means: a misconception's name and the author's words, for all checks of a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from autograder.errors import CheckFailed, NotAttempted

__all__ = ["meaning", "mistake"]


@contextmanager
def meaning(tag: str, says: str = "") -> Iterator[None]:
    """Give the checks of this block a tag and advice, unless a check has its own.

    One group of checks often meets several mistakes. Each gets its name where it shows:

    >>> try:
    ...     with meaning("ok-with-error", "An unknown trip is 404."):
    ...         assert False, "GET /trips/99 answered 200"
    ... except CheckFailed as failed:
    ...     failed.tag, failed.advice, failed.message
    ('ok-with-error', 'An unknown trip is 404.', 'GET /trips/99 answered 200')

    Args:
        tag: the misconception that a failure in here means.
        says: what to tell the learner; may be shown even where the data is hidden.

    Raises:
        CheckFailed: what a check in the block raised, with tag and advice; a bare ``assert`` becomes one.
    """
    try:
        yield
    except CheckFailed as failed:
        raise CheckFailed(
            failed.message,
            advice=failed.advice or says,
            tag=failed.tag or tag,
            tables=failed.tables,
            ran=failed.ran,
        ) from None
    except AssertionError as failed:
        raise CheckFailed(str(failed) or says, advice=says if str(failed) else "", tag=tag) from None


@contextmanager
def mistake(tag: str, says: str = "") -> Iterator[None]:
    """Do as `meaning`, and take an exception of the learner's code for the same mistake.

    A client that lets a broken connection out as it is has answered wrongly; it isn't that it could not be run.

    >>> try:
    ...     with mistake("gives-up-early", "A broken connection may pass by itself."):
    ...         raise ConnectionResetError("peer")
    ... except CheckFailed as failed:
    ...     failed.tag, failed.message, failed.ran
    ('gives-up-early', 'Your code stopped with ConnectionResetError: peer.', True)

    Args:
        tag: the misconception that a failure in here means.
        says: what to tell the learner; may be shown even where the data is hidden.

    Raises:
        CheckFailed: as `meaning` does, and for every other exception.
        NotAttempted, NotImplementedError, NameError: there is nothing to judge yet.
    """
    with meaning(tag, says):
        try:
            yield
        except (AssertionError, NotAttempted, NotImplementedError, NameError):
            raise
        except Exception as error:
            raise CheckFailed(f"Your code stopped with {_told(error)}.") from error


def _told(error: Exception) -> str:
    """An exception's name and text; one that can't be printed has no text."""
    try:
        text = str(error).rstrip(".")[:2000]
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
