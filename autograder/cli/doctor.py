"""The command that tells what this machine offers."""

from __future__ import annotations

from pathlib import Path

import typer

from autograder.cli.console import JsonOption, console, print_table, save_json
from autograder.sandbox.diagnosis import Diagnosis, examine

__all__ = ["add_to"]

_NAMES = {
    "user namespace": "User namespace",
    "network namespace with a loopback interface": "Network namespace with a loopback interface",
    "namespaces": "All namespaces of tier A together",
    "own /proc": "A /proc of one's own",
    "landlock": "Landlock",
    "seccomp": "Filter of system calls (seccomp)",
    "process tree": "List of a process's children",
    "probes": "Probes",
}


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(doctor)


def doctor(json_file: Path | None = JsonOption) -> None:
    """Tell whether other people's code can be graded on this machine, and if not, what to do.

    Example: engineroom doctor
    """
    found = examine()
    console.print(_verdict(found), markup=False)
    walls = [(_NAMES.get(name, name), words) for name, words in found.mechanisms.items()]
    print_table("Walls", ("Mechanism", "This system says"), walls)
    print_table("This machine", ("", ""), _facts(found))
    for number, advice in enumerate(found.advice, 1):
        console.print(f"{number}. {advice}", markup=False)
    save_json(json_file, found.to_json())
    raise typer.Exit(0 if found.can_grade else 1)


def _verdict(found: Diagnosis) -> str:
    if not found.can_grade:
        return "Other people's code can't be graded here: no sandbox holds."
    return f"Other people's code can be graded here. Tier {found.tier.value}: {found.tier.words}."


def _facts(found: Diagnosis) -> list[tuple[str, str]]:
    python = found.python
    readers = "all users can read it" if python["readable_for_all"] else "only its owner can read it"
    return [
        ("System", f"{found.system['platform']}, kernel {found.system['kernel']}, {found.system['machine']}"),
        ("Landlock", f"version {found.system['landlock']}" if found.system["landlock"] != "0" else "none"),
        ("Python", f"{python['version']} at {python['executable']}; {readers}"),
        *(
            (f"For `{extra}`", version or f"missing: pip install 'engineroom[{extra}]'")
            for extra, version in found.parts.items()
        ),
        ("Programs", ", ".join(name for name, path in found.programs.items() if path) or "none"),
    ]
