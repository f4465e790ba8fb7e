"""Arguments that a learner's function changes: the check's own list becomes what the function made of its copy."""

from __future__ import annotations

from typing import Any

__all__ = ["CHANGEABLE", "restore"]

CHANGEABLE = (list, dict, set, bytearray)


def restore(kept: Any, changed: Any) -> None:
    """Make a list, dict, set or bytearray hold what another one of its kind holds.

    What is inside keeps its identity where it can.

    Args:
        kept: the check's object.
        changed: what came back in its place; of another kind, it is left aside.
    """
    if type(kept) is not type(changed):
        return
    if isinstance(kept, list):
        kept[:] = [_merged(before, after) for before, after in _beside(kept, changed)]
    elif isinstance(kept, dict):
        merged = {key: _merged(kept.get(key), value) for key, value in changed.items()}
        kept.clear()
        kept.update(merged)
    elif isinstance(kept, set):
        kept.intersection_update(changed)
        kept.update(changed)
    elif isinstance(kept, bytearray):
        kept[:] = changed


def _beside(kept: list[Any], changed: list[Any]) -> list[tuple[Any, Any]]:
    """Each new element with the old one in its place."""
    padded = kept[: len(changed)] + [None] * (len(changed) - len(kept))
    return list(zip(padded, changed, strict=True))


def _merged(before: Any, after: Any) -> Any:
    """The old object, changed, if it is of the same kind; else the new one."""
    if isinstance(before, CHANGEABLE) and type(before) is type(after):
        restore(before, after)
        return before
    return after
