"""The attack table of a report: one line an attack, and the sums by category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.attack import Attack
from harness.verdict import Verdict

__all__ = ["table"]


def table(attacks: Sequence[Attack], verdicts: Mapping[str, Mapping[str, Verdict]]) -> str:
    """Write a Markdown table.

    Args:
        attacks: the lines.
        verdicts: by engine, which makes the columns, and by the attack's id.
    """
    head = ["attack", "category", "goal", *verdicts]
    lines = [_line(head), _line(["---"] * len(head))]
    for attack in attacks:
        words = [_word(of.get(attack.id)) for of in verdicts.values()]
        lines.append(_line([attack.id, attack.category, attack.goal.replace("|", "\\|"), *words]))
    lines += ["", _line(["category", "attacks", *verdicts]), _line(["---"] * (2 + len(verdicts)))]
    for category in dict.fromkeys(attack.category for attack in attacks):
        ids = [attack.id for attack in attacks if attack.category == category]
        sums = [sum(one in of and of[one].succeeded for one in ids) for of in verdicts.values()]
        lines.append(_line([category, str(len(ids)), *map(str, sums)]))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _word(verdict: Verdict | None) -> str:
    if verdict is None:
        return "not run"
    word = "SUCCEEDS" if verdict.succeeded else "stopped"
    return f"{word} ({'no score' if verdict.score is None else f'{verdict.score:g}'})"
