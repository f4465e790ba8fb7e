"""The tables."""

import re

from hopline import SCHEMA, TABLES


def test_tables_are_those_of_the_schema(open_set):
    """`TABLES` names all ten, and nothing else is in the database: no index, no view, no trigger."""
    created = open_set("empty").execute("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    assert created == [("table", name) for name in re.findall(r"CREATE TABLE (\w+)", SCHEMA)]
    assert {name for _, name in created} == set(TABLES)
    assert len(TABLES) == 10


def test_tables_stand_after_those_they_refer_to(open_set):
    """Rows can be inserted in this order with foreign keys enforced."""
    db = open_set("empty")
    for place, table in enumerate(TABLES):
        targets = {row[2] for row in db.execute(f"PRAGMA foreign_key_list({table})")}
        assert targets <= set(TABLES[: place + 1]), table


def test_support_tickets_have_no_foreign_keys(open_set):
    """K14 depends on it: the table came from a tool that never checked."""
    assert open_set("empty").execute("PRAGMA foreign_key_list(support_tickets)").fetchall() == []
