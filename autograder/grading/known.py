"""Texts that both ends of a channel know beforehand, and so needn't be sent: a number stands for each.

The checks of a module are the same for a whole class, and are most of what is said about a submission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

__all__ = ["Known"]

Message = Mapping[str, Any]


class Known:
    """Puts numbers in the places of known texts, and the texts back.

    Args:
        texts: the same at both ends, in the same order.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = tuple(texts)
        self._numbers = {text: number for number, text in enumerate(self._texts)}

    def shortened(self, message: Message) -> Message:
        """Write a message with numbers for the known texts under ``source``, in what is inside it, too."""
        if not self._numbers:
            return message
        return {name: self._short(name, value) for name, value in message.items()}

    def restored(self, message: Message) -> Message:
        """Undo `shortened`."""
        return {name: self._long(name, value) for name, value in message.items()} if self._numbers else message

    def _short(self, name: str, value: Any) -> Any:
        if name == "source":
            return self._numbers.get(value, value)
        return _inside(self.shortened, value)

    def _long(self, name: str, value: Any) -> Any:
        if name == "source":
            return self._texts[value] if type(value) is int else value
        return _inside(self.restored, value)


def _inside(change: Callable[[Message], Message], value: Any) -> Any:
    """Change a message inside a message, or each of a list of them."""
    if isinstance(value, Mapping):
        return change(value)
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [change(one) for one in value]
    return value
