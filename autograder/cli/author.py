"""Commands for authors: scaffold, build, prove."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from autograder.cli.console import JsonOption, console, course_root, need, print_table, save_json
from autograder.errors import EngineRoomError

if TYPE_CHECKING:
    from autograder.notebooks.strength import Strength

__all__ = ["add_to"]

_Modules = typer.Argument(None, metavar="[MODULE]...", help="Module ids, such as a2_one_table; all when left out.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(new)
    app.command()(build)
    app.command()(distill)
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


def distill(modules: list[str] = _Modules) -> None:
    """Find the few tiny databases on which the mutants of each query show themselves; keep them in suites.json.

    Reasons that you have written there for mutants that can't show themselves stay.

    Example: engineroom distill a2_one_table
    """
    need("jupytext", "author")
    from autograder.notebooks.distilling import distil_course

    for module in distil_course(course_root(), modules or None):
        rows = [
            (name, str(len(stored.databases)), str(stored.rows), str(len(stored.survivors)))
            for name, stored in module.suites.items()
        ]
        columns = ("Question", "Databases", "Rows", "Mutants left")
        print_table(f"{module.name} ({module.seconds:.1f} s)", columns, rows, right=(1, 2, 3))
        for name, survivor in module.unexplained:
            console.print(f"{name}: no data shows this mistake: {survivor.change}", markup=False)
        if module.unexplained:
            console.print(f"Add data that shows them, or say under `why` in {module.path} why none can.", markup=False)
    console.print("Next: engineroom build, then engineroom verify.")


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
        if module.strengths:
            _print_strengths(module.name, module.strengths)
    for remark in report.remarks:
        console.print(f"Look at {remark}", markup=False)
    for problem in report.problems:
        console.print(f"FAILED {problem}", markup=False)
    save_json(json_file, report.to_json())
    if report.problems:
        raise EngineRoomError(f"{_counted(report.problems, 'problem')} found.")
    console.print(f"Verified {_counted(report.modules, 'module')} in {report.seconds:.1f} s: all is well.")


def _print_strengths(name: str, strengths: Sequence[Strength]) -> None:
    """Print what became of the mutants, and why some can't show themselves."""
    rows = [
        (
            one.question,
            str(one.mutants),
            f"{one.suite} (+{one.killed - one.suite})" if one.killed > one.suite else str(one.suite),
            str(len(one.equal) + len(one.explained)),
            str(len(one.unexplained)),
            f"{one.rate:.0%}",
            f"{one.visible:.0%}",
            f"{one.databases} / {one.rows}",
        )
        for one in strengths
    ]
    columns = (
        "Question",
        "Mutants",
        "Killed",
        "Same, with reason",
        "Left",
        "Kill rate",
        "By the notebook",
        "Suite / rows",
    )
    print_table(f"{name}: mutants of the solutions", columns, rows, right=(1, 2, 3, 4, 5, 6, 7))
    for one in strengths:
        for survivor in (*one.equal, *one.explained):
            console.print(f"  {one.question} same: {survivor.change}: {survivor.why}", markup=False)


def _counted(things: Sized, noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"
