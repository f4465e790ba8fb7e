"""Say of each attack whether it did harm: to its goal, or to anybody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.attack import Attack
from harness.observed import Observed
from harness.trial import Trial

__all__ = ["Verdict", "judge", "try_all"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an attack. ``harm`` is empty when it failed, as it should."""

    attack: Attack
    harm: tuple[str, ...]
    score: float | None
    wall: float

    @property
    def succeeded(self) -> bool:
        return bool(self.harm)

    def to_json(self) -> dict[str, Any]:
        attack = self.attack
        about = {"id": attack.id, "category": attack.category, "goal": attack.goal}
        return {**about, "harm": list(self.harm), "score": self.score, "wall": round(self.wall, 2)}


def judge(attack: Attack, seen: Observed) -> Verdict:
    """Judge what was seen of an attack."""
    harm = []
    try:
        if seen.succeeded(attack.detect):
            harm.append(f"reached its goal: {attack.detect}")
    except Exception as error:  # an expression of somebody else's
        harm.append(f"unclear: `{attack.detect}` ends with {type(error).__name__}: {error}")
    harm += [f"the neighbour's {what} isn't what it should be" for what in seen.neighbour]
    return Verdict(attack, tuple(harm), seen.mine.score, seen.wall)


def try_all(
    trial: Trial, attacks: Sequence[Attack], baseline: Mapping[str, Any] | None, *, alone: bool = False
) -> Iterator[Verdict]:
    """Try attacks, many in one class where that is safe; who is suspected of harm is tried again alone.

    Args:
        trial: the course and the engine.
        attacks: whom to try.
        baseline: what the honest neighbour gets without any attackers.
        alone: try each alone with the neighbour from the start.
    """
    apart = [one for one in attacks if alone or one.alone]
    for one in apart:
        yield from _try([one], trial, baseline)
    yield from _try([one for one in attacks if one not in apart], trial, baseline)


def _try(attacks: Sequence[Attack], trial: Trial, baseline: Mapping[str, Any] | None) -> Iterator[Verdict]:
    """Try attacks in one class. Harm to the class as a whole is tracked down by halves."""
    if not attacks:
        return
    seen = trial.run(attacks, baseline)
    if len(attacks) > 1 and _disturbed(seen[attacks[0].id]):
        half = len(attacks) // 2
        yield from _try(attacks[:half], trial, baseline)
        yield from _try(attacks[half:], trial, baseline)
        return
    for one in attacks:
        verdict = judge(one, seen[one.id])
        if verdict.succeeded and len(attacks) > 1 and not one.known:
            verdict = judge(one, trial.run([one], baseline)[one.id])
        yield verdict


def _disturbed(seen: Observed) -> bool:
    """Whether something happened that can't be put to one learner's account."""
    return bool(
        seen.neighbour
        or seen.code
        or seen.alive
        or seen.home_changed
        or seen.course_changed
        or seen.left
        or seen.reached
    )
