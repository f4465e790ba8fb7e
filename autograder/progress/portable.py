"""Progress as one portable file: JSON with a versioned schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from autograder.errors import EngineRoomError
from autograder.files import write_text
from autograder.progress.attempt import Attempt
from autograder.progress.store import Store

__all__ = ["exported", "imported"]

_SCHEMA = "engineroom-progress/1"


def exported(store: Store, file: Path) -> int:
    """Write all attempts into a file; return how many.

    Raises:
        ProgressError: the learner's file can't be read.
        EngineRoomError: the new file can't be written.
    """
    attempts = store.attempts()
    data = {"schema": _SCHEMA, "attempts": [one.to_json() for one in attempts]}
    if file.suffix != ".json":
        raise EngineRoomError(f"Give the file a name that ends in .json, such as my-progress.json; got {file.name!r}.")
    try:
        write_text(file, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise EngineRoomError(f"{file} can't be written: {error.strerror}.") from None
    return len(attempts)


def imported(store: Store, file: Path) -> int:
    """Add the attempts of an exported file; return how many were new. Nothing is added of a file that is at fault.

    Raises:
        ProgressError: the learner's file can't be written.
        EngineRoomError: the other file can't be read, or is something else.
    """
    return store.add(_read(file))


def _read(file: Path) -> Sequence[Attempt]:
    try:
        data = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise EngineRoomError(f"{file} can't be read: {error.strerror}.") from None
    except ValueError:
        raise EngineRoomError(f"{file} is no exported progress: it isn't JSON.") from None
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != _SCHEMA:
        raise EngineRoomError(f"{file} is no exported progress that this version knows: {schema!r}, not {_SCHEMA!r}.")
    try:
        return [Attempt.from_json(one) for one in data["attempts"]]
    except (KeyError, TypeError, ValueError) as error:
        raise EngineRoomError(f"{file} is damaged, and nothing was added: {error!r}.") from None
