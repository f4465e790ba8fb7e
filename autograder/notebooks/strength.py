"""How sharp a question's data is: which of its mutants show themselves, where, and why the others can't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from autograder.notebooks.material import Material
from autograder.notebooks.suites import StoredSuite, Survivor
from autograder.sql.distill import distilled
from autograder.sql.mutants import Mutant, mutants
from autograder.sql.mutants.equivalence import whys_equal
from autograder.sql.search.queries import compare_queries
from autograder.sql.search.verdict import Policy
from autograder.sql.small import Small
from autograder.sql.suite import Suite, prepares

__all__ = ["Strength", "distil", "measure"]

# What `verify` spends on a mutant that nothing shows and nobody explains.
SECONDS = 0.5
# What `distil` spends to see that only a query's text lacks an order.
PATIENT_SECONDS = 5.0
MOST_DATABASES = 200


@dataclass(frozen=True, slots=True)
class Strength:
    """What became of the mutants of one question.

    Attributes:
        question: its id.
        mutants: how many there are that run.
        suite: how many the stored databases show.
        hidden: how many only the author's hidden data sets show.
        searched: how many only a search shows.
        equal: the mutants that mean the same as the solution, each with the reason that proves it.
        explained: the survivors that the author has explained.
        unexplained: the others: mistakes that would be called right.
        visible: the share of the mistakes that the notebook's own data shows, from 0 to 1.
        databases: how many databases the suite has, and ``rows`` how many rows they hold.
        problem: why the suite can't be used, where that is so.
    """

    question: str
    mutants: int = 0
    suite: int = 0
    hidden: int = 0
    searched: int = 0
    equal: tuple[Survivor, ...] = ()
    explained: tuple[Survivor, ...] = ()
    unexplained: tuple[Survivor, ...] = ()
    visible: float = 1.0
    databases: int = 0
    rows: int = 0
    problem: str = field(default="")

    @property
    def killed(self) -> int:
        return self.suite + self.hidden + self.searched

    @property
    def rate(self) -> float:
        """The share of the mistakes that show themselves; mutants that mean the same are none."""
        mistakes = self.killed + len(self.unexplained)
        return self.killed / mistakes if mistakes else 1.0


def measure(material: Material, stored: StoredSuite) -> Strength:
    """Try every mutant of a question: on the suite, then on the author's hidden data, then in a short search."""
    try:
        every, equal = _told_apart(material)
    except ValueError as error:
        return Strength(material.question.id, problem=str(error))
    strength = Strength(
        material.question.id,
        mutants=len(every) + len(equal),
        equal=tuple(equal),
        databases=len(stored.databases),
        rows=sum(len(rows) for small in stored.databases for rows in small.values()),
    )
    try:
        left = _surviving(material, stored.databases, every)
    except ValueError as error:
        return replace(strength, problem=f"{error}. Run: engineroom distill")
    unseen = _surviving(material, material.hidden, left) if left else []
    whys = {survivor.sql: survivor.why for survivor in stored.survivors if survivor.why.strip()}
    explained = [Survivor(mutant.change, mutant.sql, whys[mutant.sql]) for mutant in unseen if mutant.sql in whys]
    open_ = [mutant for mutant in unseen if mutant.sql not in whys]
    unexplained = [mutant for mutant in open_ if not _is_found(material, mutant)]
    mistakes = len(every) - len(explained)
    visible = len(every) - len(_surviving(material, (material.visible,), every, plainly=True))
    return replace(
        strength,
        suite=len(every) - len(left),
        hidden=len(left) - len(unseen),
        searched=len(open_) - len(unexplained),
        explained=tuple(explained),
        unexplained=tuple(Survivor(mutant.change, mutant.sql) for mutant in unexplained),
        visible=visible / mistakes if mistakes else 1.0,
    )


def distil(material: Material, stored: StoredSuite) -> StoredSuite:
    """Make a question's suite anew; the author's reasons stay with the mutants that they are about."""
    question = material.question
    every, _ = _told_apart(material)
    mistakes = [*(mutant.sql for mutant in every), *(wrong.sql for wrong in question.wrong)]
    suite, left = distilled(
        Suite(question.sql, stored.databases, material.ordered),
        material.ddl,
        mistakes,
        right=[right.sql for right in question.right],
        given=material.hidden,
        sample=material.sample,
    )
    whys = {survivor.sql: survivor.why for survivor in stored.survivors}
    survivors = [
        Survivor(mutant.change, mutant.sql, whys.get(mutant.sql) or _sorted_by_luck(material, mutant))
        for mutant in every
        if mutant.sql in left
    ]
    return StoredSuite(suite.databases, tuple(survivors))


def _sorted_by_luck(material: Material, mutant: Mutant) -> str:
    """Why no rows show a missing ORDER BY: SQLite sorts to group, and only another index or the text tells."""
    if not material.ordered:
        return ""
    verdict = compare_queries(
        material.ddl,
        material.question.sql,
        mutant.sql,
        PATIENT_SECONDS,
        policy=Policy(order="required"),
        sample=material.sample,
        databases=MOST_DATABASES,
    )
    example = verdict.counterexample
    return "its order comes by luck, which the further look sees" if example and example.kind == "order" else ""


def _told_apart(material: Material) -> tuple[list[Mutant], list[Survivor]]:
    """The mutants that run and may be mistakes, and those that mean the same as the solution."""
    sql = material.question.sql
    found = mutants(sql, material.columns)
    with Suite(sql, ({},)).opened(material.ddl) as opened:
        found = tuple(mutant for mutant in found if prepares(mutant.sql, opened.databases[0]))
    reasons = whys_equal(sql, [mutant.sql for mutant in found], material.facts, ordered=material.ordered)
    equal = [Survivor(mutant.change, mutant.sql, reasons[mutant.sql]) for mutant in found if reasons[mutant.sql]]
    return [mutant for mutant in found if not reasons[mutant.sql]], equal


def _surviving(
    material: Material, databases: Sequence[Small], every: Sequence[Mutant], *, plainly: bool = False
) -> list[Mutant]:
    suite = Suite(material.question.sql, tuple(databases), material.ordered)
    if not every or not databases:
        return list(every)
    with suite.opened(material.ddl, plainly=plainly) as opened:
        return [mutant for mutant in every if not opened.kills(mutant.sql)]


def _is_found(material: Material, mutant: Mutant) -> bool:
    """Whether a short search shows a mutant on data on which the author's right answers agree."""
    _, left = distilled(
        Suite(material.question.sql, (), material.ordered),
        material.ddl,
        [mutant.sql],
        right=[right.sql for right in material.question.right],
        sample=material.sample,
        seconds=SECONDS,
    )
    return not left
