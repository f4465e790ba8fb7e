"""Decides whether a candidate's result may stand beside the reference's on the same database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from autograder.sql.compare import differences, loose
from autograder.sql.rows import Key, Row, Rows, key_of
from autograder.sql.search.arena import Failure, Layout, Outcome
from autograder.sql.search.traits import Traits
from autograder.sql.search.verdict import Policy

__all__ = ["Judge", "keys"]


def keys(rows: Iterable[Row], *, types: bool = True) -> list[Key]:
    """Return rows so that those which count as equal are equal."""
    if not types:
        return [loose(row) for row in rows]
    return [key_of(row) if float in map(type, row) else row for row in rows]


class Judge:
    """Compares results under a policy."""

    def __init__(self, reference: Traits, policy: Policy) -> None:
        self.policy = policy
        self.traits = reference
        self.ordered = policy.order == "required" or (policy.order == "reference" and reference.ordered)

    def quickly_equal(self, expected: list[Key], got: list[Key]) -> bool:
        """Tell whether results are equal without a second look; a bag is one, whatever its order."""
        if expected == got:
            return True
        if not self.policy.duplicates:
            if self.ordered:
                return list(dict.fromkeys(expected)) == list(dict.fromkeys(got))
            return set(expected) == set(got)
        return not self.ordered and len(expected) == len(got) and Counter(expected) == Counter(got)

    def accepts(self, layout: Layout, expected: Outcome, got: Outcome) -> bool:
        """Tell whether the candidate's result is as good as the reference's, ties considered.

        A reference that gives no result decides nothing, so everything is accepted then.
        """
        if isinstance(expected, Failure):
            return True
        if isinstance(got, Failure):
            return False
        if expected == got:
            return True
        if expected and got and len(expected[0]) != len(got[0]):
            return False
        want, have = keys(expected, types=self.policy.types), keys(got, types=self.policy.types)
        if self.quickly_equal(want, have):
            return True
        if self.policy.ties == "any" and self._as_good(layout, want, have):
            return True
        return self._only_noise(expected, got)

    def _only_noise(self, expected: Sequence[Row], got: Sequence[Row]) -> bool:
        """Tell whether nothing but the rounding of floats differs."""
        if not any(float in map(type, row) for row in expected):
            return False
        names = tuple(f"c{at}" for at in range(len(expected[0])))
        return not differences(Rows(names, tuple(expected)), Rows(names, tuple(got)), ordered=self.ordered)

    def _as_good(self, layout: Layout, want: list[Key], have: list[Key]) -> bool:
        """Tell whether the candidate has chosen among tied rows in another, equally right way."""
        traits = self.traits
        if len(want) != len(have) or traits.keyed is None or (traits.limited and traits.limit is None):
            return False
        if not traits.ordered:  # a cut without an order may keep any rows
            return traits.limited and not self.ordered and not Counter(have) - Counter(self._whole(layout))
        if not self.ordered and not traits.limited:
            return False
        whole = layout.run(traits.keyed.sql)
        if isinstance(whole, Failure):
            return False
        return self._in_blocks(self._with_keys(whole), have)

    def _whole(self, layout: Layout) -> list[Key]:
        assert self.traits.keyed is not None
        rows = layout.run(self.traits.keyed.sql)
        return [] if isinstance(rows, Failure) else keys(rows, types=self.policy.types)

    def _with_keys(self, whole: list[Row]) -> list[tuple[Key, Key]]:
        keyed = self.traits.keyed
        assert keyed is not None
        if keyed.appended:
            cut = -keyed.appended
            rows = keys((row[:cut] for row in whole), types=self.policy.types)
            return [(key_of(row[cut:]), rows[at]) for at, row in enumerate(whole)]
        rows = keys(whole, types=self.policy.types)
        return [(key_of([whole[at][place] for place in keyed.places]), row) for at, row in enumerate(rows)]

    def _in_blocks(self, rows: list[tuple[Key, Key]], have: list[Key]) -> bool:
        """Compare block by block of rows with equal keys; of a block that the cut divides, any rows may stay."""
        low = self.traits.offset if self.traits.limited else 0
        high = low + self.traits.limit if self.traits.limit is not None else len(rows)
        begin = at = 0
        wanted: Counter[Key] = Counter()
        while begin < len(rows):
            end = begin
            while end < len(rows) and rows[end][0] == rows[begin][0]:
                end += 1
            count = min(end, high) - max(begin, low)
            if count > 0:
                block = Counter(row for _, row in rows[begin:end])
                if self.ordered and Counter(have[at : at + count]) - block:
                    return False
                if not self.ordered:
                    wanted = wanted + block
                at += count
            begin = end
        if not self.ordered and Counter(have) - wanted:
            return False
        return at == len(have)
