"""Require that a verifier refuses, with one kind of exception and no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.errors import CheckFailed, NotAttempted

__all__ = ["refuses"]

_LEAK = "exception-leak"


def refuses(
    error: type[Exception],
    function: Callable[..., Any],
    *args: Any,
    of: str,
    tag: str = "",
    says: str = "",
    **kwargs: Any,
) -> None:
    """Require that a call ends with ``error``. Any other exception would be a server error, and has its own tag.

    Args:
        error: the one exception that says "refused".
        function: the learner's verifier; called with the remaining arguments.
        of: what is offered to it, in the learner's words, such as ``"a token without exp"``.
        tag: the misconception behind a verifier that accepts it.
        says: what to tell the learner then; may be shown where the token is hidden.

    Raises:
        CheckFailed: when it is accepted, or when another exception comes out (``exception-leak``).
        NotImplementedError: when the function is still the released stub.
    """
    try:
        value = function(*args, **kwargs)
    except (CheckFailed, NotAttempted, NotImplementedError):
        raise
    except error:
        return
    except Exception as other:
        kind = type(other).__name__
        raise CheckFailed(
            f"Given {of}, your code should raise {error.__name__}, but raised {kind}: {str(other)[:200]}",
            advice=f"Given {of}, your code raises {kind}. In a server that is an error 500: "
            f"turn every failure into {error.__name__}.",
            tag=_LEAK,
        ) from None
    raise CheckFailed(
        f"Given {of}, your code should raise {error.__name__}, but returned {value!r}."[:400], advice=says, tag=tag
    )
