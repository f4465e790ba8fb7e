"""What a mutation operator is, and how one is written.

An operator looks at one node of a query's tree and yields what might stand there instead. It never changes the node:
it gives new trees, or None where the node is to vanish. Each operator makes one mistake, and carries that mistake's
number in the taxonomy (`autograder.sql.taxonomy`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

__all__ = ["COMPARISONS", "Edit", "Node", "Operator", "joined", "operator", "parts", "without_each"]

Node = exp.Expr
"""A node of a query's tree, as sqlglot reads it."""

COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands in a node's place: ``node``, or nothing when it is None. ``says`` tells it where SQL can't."""

    node: Node | None
    says: str = ""


Edits = Callable[[Any], Iterator[Edit]]


@dataclass(frozen=True, slots=True)
class Operator:
    """A mistake that can be made at certain nodes of a query.

    Attributes:
        name: the mistake in a few words, such as ``boundary``.
        taxonomy: its number in the taxonomy of SQL errors.
        kinds: the node types it looks at.
        edits: gives the edits of one node.
    """

    name: str
    taxonomy: int
    kinds: tuple[type[Node], ...]
    edits: Edits


def operator(found: list[Operator], name: str, taxonomy: int, *kinds: type[Node]) -> Callable[[Edits], Edits]:
    """Put a function into a list of operators."""

    def register(edits: Edits) -> Edits:
        found.append(Operator(name, taxonomy, kinds, edits))
        return edits

    return register


def parts(node: Node, kind: type[exp.Connector]) -> list[Node]:
    """The conditions that AND (or OR) ties together, those in brackets of the same kind too."""
    if isinstance(node, kind):
        return [*parts(node.left, kind), *parts(node.right, kind)]
    if isinstance(node, exp.Paren) and isinstance(node.this, kind):
        return parts(node.this, kind)
    return [node]


def joined(conditions: list[Node], kind: type[exp.Connector]) -> Node:
    """Tie copies of some conditions together again."""
    tree: Node
    tree, *others = (condition.copy() for condition in conditions)
    for other in others:
        tree = kind(this=tree, expression=other)
    return tree


def without_each(items: list[Node]) -> Iterator[tuple[Node, list[Node]]]:
    """Each item of a list, with copies of all the others; nothing if there is only one."""
    if len(items) > 1:
        for left_out in items:
            yield left_out, [item.copy() for item in items if item is not left_out]
