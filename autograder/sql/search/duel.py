"""One reference and one candidate on the layouts of an arena: do they differ there, and is it more than luck?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.sql.search.arena import Arena, Failure, Layout, Outcome
from autograder.sql.search.judge import Judge, keys
from autograder.sql.search.maker import Database
from autograder.sql.search.traits import Traits

__all__ = ["MAIN", "Arrangement", "Difference", "Duel"]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A layout, and the order in which rows are put into it."""

    name: str
    order: str

    def arranged(self, database: Database) -> Database:
        if self.order == "reversed":
            return {name: rows[::-1] for name, rows in database.items()}
        if self.order == "shuffled":
            dice = random.Random(1)  # noqa: S311 - the same order each time
            return {name: dice.sample(rows, len(rows)) for name, rows in database.items()}
        return database


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the two queries differ: ``kind`` is firm, order, luck or unasked (see `Duel.confirmed`)."""

    kind: str
    arrangement: Arrangement
    expected: Outcome
    got: Outcome


SMALL = 12  # rows: a query that runs long on so few never ends, or nearly so
MAIN = Arrangement("main", "given")


class Duel:
    """Asks both queries on one database after another.

    Args:
        arena: the layouts.
        reference: the query that is right.
        candidate: the query to judge.
        judge: what counts as a difference.
        candidate_traits: what is known of the candidate.
        columns: the ways in which the candidate's columns may be put beside the reference's, each a list of places;
            more than one only where the order of columns doesn't count.
    """

    def __init__(
        self,
        arena: Arena,
        reference: str,
        candidate: str,
        judge: Judge,
        *,
        candidate_traits: Traits,
        columns: Sequence[tuple[int, ...]] = ((),),
    ) -> None:
        self.arena, self.reference, self.candidate, self.judge = arena, reference, candidate, judge
        self._more_orders = judge.ordered and judge.traits.limit != 1
        self._ordered_by_itself = candidate_traits.ordered
        self._columns = columns
        self._rows = 0
        self._runs_away = False
        self.unanswered = 0  # databases on which the reference gave no result

    def layout(self, name: str) -> Layout | None:
        """Return one of the arena's layouts by name; None where it can't be built."""
        if name == "main":
            return self.arena.main
        if name == "backwards":
            return self.arena.backwards
        return self.arena.bare if name == "bare" else self.arena.falling

    def ask(self, layout: Layout) -> tuple[Outcome, Outcome, bool]:
        """Run both queries on what is loaded; say whether the candidate's result is accepted."""
        expected = layout.run(self.reference)
        got = layout.run(self.candidate)
        if isinstance(got, Failure) and got.by_steps and not isinstance(expected, Failure):
            if self._rows > SMALL:
                return expected, got, True  # slow on much data is no difference
            if not self._runs_away:
                got = layout.run(self.candidate, patient=True)
                self._runs_away = isinstance(got, Failure)
        return expected, got, self._accepts(layout, expected, got)

    def _accepts(self, layout: Layout, expected: Outcome, got: Outcome) -> bool:
        if isinstance(got, Failure) or len(self._columns) == 1:
            return self.judge.accepts(layout, expected, got)
        return any(
            self.judge.accepts(layout, expected, [tuple(row[at] for at in places) for row in got])
            for places in self._columns
        )

    def differs(self, database: Database) -> bool:
        """Tell, quickly, whether the queries seem to differ on a database.

        Where the order counts, a second look without keys and indexes shows an order that came about by luck.
        """
        main = self.arena.main
        self._rows = sum(map(len, database.values()))
        main.load(database)
        expected, _, accepted = self.ask(main)
        self.unanswered += isinstance(expected, Failure)
        if not accepted:
            return True
        if not self._more_orders or isinstance(expected, Failure) or len(expected) < 2:
            return False
        names = ("bare",) if self._ordered_by_itself else ("bare", "falling")
        for name in names:
            layout = self.layout(name)
            if layout is not None:
                layout.load({table: rows[::-1] for table, rows in database.items()})
                if not self.ask(layout)[2]:
                    return True
        return False

    def on(self, arrangement: Arrangement, database: Database) -> tuple[Outcome, Outcome, bool]:
        """Ask on a database in a certain arrangement."""
        layout = self.layout(arrangement.name)
        assert layout is not None
        self._rows = sum(map(len, database.values()))
        layout.load(arrangement.arranged(database))
        return self.ask(layout)

    def fails(self, arrangement: Arrangement, database: Database) -> bool:
        """Tell whether every row may stand in the tables, and the candidate's result isn't accepted."""
        layout = self.layout(arrangement.name)
        if layout is None or (layout is not self.arena.main and self.arena.main.load(database)):
            return False
        self._rows = sum(map(len, database.values()))
        return layout.load(arrangement.arranged(database)) == 0 and not self.ask(layout)[2]

    def confirmed(self, database: Database) -> Difference | None:
        """Look at a difference again with the rows in other physical orders.

        Returns:
            The difference: "firm" if it shows in every arrangement, "order" if the right rows come in an order that
            hangs on the arrangement, "luck" if only some arrangements show it for another reason. None if the
            reference's own result hangs on the arrangement, so that nothing can be said.
        """
        seen = [(each, *self.on(each, database)) for each in self._arrangements()]
        if not self._steady([expected for _, expected, _, _ in seen]):
            return None
        failed = [(each, expected, got) for each, expected, got, accepted in seen if not accepted]
        if not failed:
            return None
        if self._only_order([(expected, got) for _, expected, got in failed]):
            return Difference("order", *failed[0])
        if len(failed) == len(seen):
            return Difference("firm", *failed[0])
        return Difference("luck", *failed[0]) if not self._crossed(seen) else None

    def _arrangements(self) -> Iterator[Arrangement]:
        yield MAIN
        yield Arrangement("backwards", "given")
        yield Arrangement("main", "reversed")
        yield Arrangement("backwards", "shuffled")
        names = ["bare"] + (["falling"] if self.judge.ordered and not self._ordered_by_itself else [])
        for name in names:
            if self.layout(name) is not None:
                yield Arrangement(name, "given")
                yield Arrangement(name, "reversed")

    def _steady(self, outcomes: list[Outcome]) -> bool:
        """Tell whether the reference gives the same in all arrangements, as far as its order and cut ask for it."""
        rows = [outcome for outcome in outcomes if not isinstance(outcome, Failure)]
        if len(rows) != len(outcomes):
            return False
        first = Counter(keys(rows[0]))
        tied = self.judge.traits.limited and self.judge.traits.keyed is not None
        return all(Counter(keys(other)) == first or (tied and len(other) == len(rows[0])) for other in rows[1:])

    def _only_order(self, failed: list[tuple[Outcome, Outcome]]) -> bool:
        return self.judge.ordered and all(
            not isinstance(expected, Failure)
            and not isinstance(got, Failure)
            and Counter(keys(expected)) == Counter(keys(got))
            for expected, got in failed
        )

    def _crossed(self, seen: list[tuple[Arrangement, Outcome, Outcome, bool]]) -> bool:
        """Tell whether what the candidate gives in one arrangement is what the reference gives in another."""
        if self.judge.ordered:
            return False
        references = [Counter(keys(rows)) for _, rows, _, _ in seen if not isinstance(rows, Failure)]
        return any(
            not isinstance(got, Failure) and not accepted and Counter(keys(got)) in references
            for _, _, got, accepted in seen
        )
