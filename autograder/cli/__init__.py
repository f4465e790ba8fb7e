"""The ``engineroom`` command: one subcommand per thing that a learner, an author or an instructor does."""

from __future__ import annotations

import gc
import sys

import typer

from autograder.cli import author, doctor, instructor, learner, progress
from autograder.cli.console import printable
from autograder.errors import EngineRoomError

__all__ = ["app", "main"]

_YOUNG = 50_000  # new objects before looking for garbage in circles: a command leaves hardly any

app = typer.Typer(
    name="engineroom",
    help="Learn back-end development in notebooks, write such notebooks, and grade a class of them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
for room in (learner, progress, author, instructor, doctor):
    room.add_to(app)


def main() -> None:
    """Run the command; a person's mistake is one sentence on stderr and exit code 1."""
    gc.set_threshold(_YOUNG)
    try:
        app()
    except EngineRoomError as error:
        print(f"engineroom: {printable(str(error))}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
