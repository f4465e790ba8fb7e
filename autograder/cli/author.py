"""Commands for authors: scaffold, build, prove."""

from __future__ import annotations

from collections.abc import Sized
from pathlib import Path

import typer

from autograder.cli.console import JsonOption, console, course_root, need, print_table, save_json
from autograder.errors import EngineRoomError

__all__ = ["add_to"]

_Modules = typer.Argument(None, metavar="[MODULE]...", help="Module ids, such as a2_one_table; all when left out.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(new)
    app.command()(build)
    app.command()(verify)


def new(
    module: str = typer.Argument(..., metavar="MODULE", help="The new module's id, such as a9_maps."),
    title: str = typer.Option("", help="Its title in words."),
) -> None:
    """Scaffold a module that builds and verifies at once.

    Example: engineroom new a9_maps --title "Draw a map"
    """
    need("jupytext", "author")
    from autograder.notebooks.scaffold import new_module

    path = new_module(course_root(), module, title=title)
    console.print(f"Wrote {path}. Next: engineroom build {module} && engineroom verify {module}", markup=False)


def build(
    modules: list[str] = _Modules,
    check: bool = typer.Option(False, "--check", help="Change nothing; fail if a generated file isn't current."),
) -> None:
    """Generate solutions/ and exercises/ from the authors' files.

    Example: engineroom build a2_one_table
    """
    need("jupytext", "author")
    from autograder.notebooks.build import build as build_course

    changes = build_course(course_root(), modules or None, check_only=check)
    for change in changes:
        console.print(str(change), markup=False)
    if check and changes:
        raise EngineRoomError(f"{len(changes)} generated files aren't current. Run: engineroom build")
    if not changes:
        console.print("Every generated file is current.")


def verify(modules: list[str] = _Modules, json_file: Path | None = JsonOption) -> None:
    """Prove modules right: solutions pass, starters don't, wrong answers lose, right ones pass, nothing leaks.

    Example: engineroom verify a2_one_table
    """
    need("jupytext", "author")
    from autograder.verify import verify as verify_course

    report = verify_course(course_root(), modules or None)
    for module in report.modules:
        rows = [
            (
                row.question,
                row.solution,
                row.starter,
                row.wrong,
                row.right,
                f"{row.points:g}",
                "ok" if row.ok else "FAILED",
            )
            for row in module.rows
        ]
        columns = ("Question", "Solution", "Starter", "Wrong refused", "Right accepted", "Points", "")
        print_table(f"{module.name} ({module.seconds:.1f} s)", columns, rows, right=(5,))
    for problem in report.problems:
        console.print(f"FAILED {problem}", markup=False)
    save_json(json_file, report.to_json())
    if report.problems:
        raise EngineRoomError(f"{_counted(report.problems, 'problem')} found.")
    console.print(f"Verified {_counted(report.modules, 'module')} in {report.seconds:.1f} s: all is well.")


def _counted(things: Sized, noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"
