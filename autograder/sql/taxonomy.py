"""SQL mistakes by their numbers in a published taxonomy, each with a hint for the learner who made it.

Numbers and names are those of sqlerrors (MIT), a revision of Taipalus, Siponen and Vartiainen, "Errors and
complications in SQL query formulation" (2018); they stand in ``taxonomy.json`` with their licence. The hints are ours:
none gives the answer away.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

__all__ = ["HINTS", "Misconception", "misconception"]

HINTS = {
    13: "A whole number divided by a whole number loses its fraction, and the number 1 is not the text '1'.",
    16: "Look at the columns after GROUP BY: one row of the result should stand for one what?",
    21: "A comparison with NULL is never true: ask with IS NULL or IS NOT NULL.",
    39: "AND asks one row to meet both conditions. Is one of them enough?",
    41: "SUM(DISTINCT ...) adds equal values only once. Two payments may have the same amount.",
    42: "DISTINCT makes one row of equal rows. Do they count separately here?",
    43: "`=` compares the whole text and knows no wildcards; LIKE does.",
    45: "An empty text or 0 is a value, NULL is none. Which of them does the task mean, and are both handled?",
    48: "Rows are paired that don't belong together. What connects the two tables?",
    52: "OR keeps a row when one condition is enough. Must both hold?",
    53: "You keep exactly the rows that should go: look at NOT.",
    54: "You keep rows that should go: is a NOT missing?",
    57: "Look at the rows next to your limit, and at the limit itself: to which side does exactly that value belong?",
    60: "The tables are joined on a column that doesn't connect them.",
    61: "The join pairs rows by the wrong comparison: partners have equal values.",
    62: "A table that the task needs is missing: its rows decide which rows come, and how often.",
    63: "Read the condition aloud with brackets: AND binds tighter than OR, and the first true branch of a CASE wins.",
    66: "A condition or a case of the task is not in your query. Which rows of the example should go, or come?",
    67: "The condition is on another column than the task names.",
    70: "The columns hold each other's values, or there is one too many.",
    71: "A column of the result shows another column than the task asks for.",
    72: "The same row comes more than once. Should it?",
    74: "Rows with equal sort keys come in any order: which rule of the task decides between them?",
    75: "The rows are sorted by the wrong column, or by the right ones in the wrong order.",
    77: "The rows are sorted the other way round: DESC is for high to low, and belongs to one key.",
    78: "COUNT(DISTINCT ...) counts different values. Does the task count rows?",
    79: "The same value is counted more than once: DISTINCT inside COUNT.",
    80: "Another function is needed here. What should become of all these values?",
    81: "COUNT(*) counts rows, COUNT(column) those with a value; a sum needs the right column.",
    104: "Rows without a partner are lost, or came in. Must it be LEFT JOIN, and does each condition belong into ON?",
    105: "Rows without a partner came in: LEFT JOIN keeps them, JOIN doesn't.",
    110: "Look at your pattern: `%` stands for any text, `_` for one character, and a real sign needs ESCAPE.",
    112: "WHERE is missing: which rows does the task want?",
    113: "GROUP BY is missing: the result should have one row for each what?",
    114: "HAVING is missing: which groups does the task want?",
    115: "ORDER BY is missing. Without it the order is luck.",
    116: "LIMIT is missing: how many rows does the task want?",
    117: "OFFSET is missing: which rows are to be left out at the beginning?",
    123: "LIMIT keeps another number of rows than the task asks for.",
    124: "OFFSET leaves out another number of rows than the task asks for.",
}


@dataclass(frozen=True, slots=True)
class Misconception:
    """One kind of mistake: its number, its name in the taxonomy, and our hint, empty where there is none."""

    number: int
    name: str
    category: str
    hint: str = ""


def misconception(number: int) -> Misconception:
    """Look a mistake up.

    Raises:
        KeyError: the taxonomy has no such number.
    """
    return _all()[number]


@lru_cache(maxsize=1)
def _all() -> dict[int, Misconception]:
    data = json.loads(files("autograder.sql").joinpath("taxonomy.json").read_text("utf-8"))
    return {
        entry["id"]: Misconception(entry["id"], entry["name"], entry["category"], HINTS.get(entry["id"], ""))
        for entry in data["errors"]
    }
