"""Begin a new module: a file with one complete question, to be rewritten."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.errors import EngineRoomError
from autograder.files import write_text
from autograder.notebooks.rules import MODULE_ID

__all__ = ["TEMPLATE", "new_module"]

# `@Q@` stands for the letter and number of the module, as in A9; `@TITLE@` for its title.
TEMPLATE = """\
# ---
# title: @TITLE@
# minutes: 30
# needs: []
# ---

# %% [markdown]
# # @TEXT@
#
# Say in a few sentences what this module is about, and show one example.

# %% setup
import hopline
from autograder import Question, same_rows, use_database

city = use_database(hopline.load("city"))

# %% example language="sql"
# SELECT full_name, status, mentor_id FROM drivers LIMIT 5

# %% @Q@.1 prompt [markdown] type="sql-query" core=true
# ## @Q@.1 Nobody to ask
#
# Which drivers who aren't banned have no mentor? Give `driver_id` and `full_name`.

# %% @Q@.1 answer language="sql" magic_args="mentorless"
# -- Columns: driver_id, full_name
# ### BEGIN SOLUTION
# SELECT driver_id, full_name FROM drivers WHERE status <> 'banned' AND mentor_id IS NULL
# ### END SOLUTION

# %% @Q@.1 check
q = Question("@Q@.1")
expected = from_solution(mentorless, on=city)
with q.check("the city data", points=1):
    same_rows(mentorless, expected, on=city)
q.result()

# %% @Q@.1 hidden
q = Question("@Q@.1", hidden=True)
reference = from_solution(mentorless)
with q.check("other drivers", points=1, advice="A driver without a mentor has no `mentor_id` at all."):
    same_rows(mentorless, reference, on=hopline.load("nulls"))
    same_rows(mentorless, reference, on=hopline.load("empty"))
q.result()

# %% @Q@.1 hints [markdown]
# 1. Two conditions must hold at the same time.
# 2. A driver without a mentor has no `mentor_id`: the value is missing.
# 3. Join `status <> 'banned'` and a test with `IS NULL` by `AND`.

# %% @Q@.1 wrong null-equals language="sql" when="= *NULL"
# -- `= NULL` is never true, not even for a missing value: ask with IS NULL.
# SELECT driver_id, full_name FROM drivers WHERE status <> 'banned' AND mentor_id = NULL

# %% @Q@.1 wrong missing-filter language="sql"
# -- The task leaves out drivers who are banned: that is a second condition.
# SELECT driver_id, full_name FROM drivers WHERE mentor_id IS NULL

# %% @Q@.1 right not-not-null language="sql"
# -- Says the same with two negations.
# SELECT driver_id, full_name FROM drivers WHERE NOT (status = 'banned' OR mentor_id IS NOT NULL)
"""


def new_module(root: Path, module: str, title: str = "") -> Path:
    """Write ``course/<module>/<module>.py`` with one lesson cell, a setup cell and one complete SQL question.

    Args:
        root: the course's top folder.
        module: the new id, such as ``a9_maps``.
        title: its title in words; made from the id when left out.

    Returns:
        The file's path.

    Raises:
        EngineRoomError: the id isn't one, or is taken.
    """
    if not MODULE_ID.fullmatch(module):
        raise EngineRoomError(
            f"{module!r} can't be a module's id. It takes a letter from a to e, a digit, `_`, then small letters, "
            "digits and `_`, as in a9_maps."
        )
    path = Path(root) / "course" / module / f"{module}.py"
    number = module.partition("_")[0]
    taken = sorted((Path(root) / "course").glob(f"{number}_*/{number}_*.py"))
    if taken:
        raise EngineRoomError(f"{taken[0]} exists already. Choose another number than {number}, or edit that file.")
    words = title.strip() or module.partition("_")[2].replace("_", " ").strip().capitalize() or module
    text = TEMPLATE.replace("@TITLE@", _yaml(words)).replace("@TEXT@", words).replace("@Q@", number.upper())
    write_text(path, text)
    return path


def _yaml(text: str) -> str:
    """The text as a YAML value: JSON strings are YAML, too."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
