"""Questions, checks and ``%%sql`` for notebooks: the few names that a module imports."""

from autograder.answers import chosen, in_order, raises, same_value, short_answer
from autograder.magics import use_database
from autograder.question import Question
from autograder.sql import same_rows

__all__ = [
    "Question",
    "chosen",
    "in_order",
    "raises",
    "same_rows",
    "same_value",
    "short_answer",
    "use_database",
]
__version__ = "0.1.0"
