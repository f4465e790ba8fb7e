"""The mistakes that people make in a query are made one at a time, and only those."""

import sqlite3

import pytest

from autograder.sql.mutants import mutants

TABLES = {
    "trips": {"trip_id": "INTEGER", "rider_id": "INTEGER", "fare_cents": "INTEGER", "status": "TEXT"},
    "riders": {"rider_id": "INTEGER", "full_name": "TEXT"},
}
QUERY = """
SELECT r.full_name, COUNT(t.trip_id) AS trips
FROM riders AS r LEFT JOIN trips AS t ON t.rider_id = r.rider_id AND t.status = 'completed'
WHERE r.full_name LIKE 'A%' AND r.rider_id NOT IN (1, 2)
GROUP BY r.rider_id, r.full_name HAVING COUNT(t.trip_id) > 2
ORDER BY trips DESC, r.full_name LIMIT 3
"""


@pytest.mark.parametrize("text", ["SELECT FROM WHERE", "", "hello there", "SELECT 'open", "("])
def test_a_text_that_is_no_query_has_none(text):
    assert mutants(text) == ()


def test_the_same_query_always_has_the_same_mutants_in_the_same_order():
    assert mutants(QUERY, TABLES) == mutants(QUERY, TABLES)


def test_no_mutant_is_the_query_itself_and_none_comes_twice():
    found = [mutant.sql for mutant in mutants("SELECT trip_id FROM trips WHERE fare_cents < 5", TABLES)]
    assert "SELECT trip_id FROM trips WHERE fare_cents < 5" not in found
    assert len(found) == len(set(found))


def test_nearly_all_mutants_run():
    with sqlite3.connect(":memory:") as database:
        for table, columns in TABLES.items():
            database.execute(f"CREATE TABLE {table} ({', '.join(map(' '.join, columns.items()))})")
    found = mutants(QUERY, TABLES)
    run = 0
    for mutant in found:
        try:
            database.execute(mutant.sql)
            run += 1
        except sqlite3.Error:
            assert mutant.operator in {"missing GROUP BY", "missing table"}, mutant
    database.close()
    assert len(found) > 50
    assert run >= len(found) - 1


def test_a_change_is_said_with_the_condition_around_it():
    changes = {mutant.change for mutant in mutants("SELECT trip_id FROM trips WHERE fare_cents < 5", TABLES)}
    assert {
        "`fare_cents <= 5` instead of `fare_cents < 5`",
        "`fare_cents < 4` instead of `fare_cents < 5`",
        "without `WHERE fare_cents < 5`",
        "`rider_id AS trip_id` instead of `trip_id`",
    } <= changes


def test_of_too_many_mutants_every_kind_of_mistake_keeps_some():
    everything, few = mutants(QUERY, TABLES), mutants(QUERY, TABLES, most=30)
    assert len(few) == 30
    kinds = {mutant.operator for mutant in everything}
    assert len({mutant.operator for mutant in few}) == min(30, len(kinds))


def test_columns_are_left_alone_where_the_tables_are_unknown():
    assert not [mutant for mutant in mutants(QUERY) if mutant.operator.startswith("other")]


def test_subqueries_and_common_table_expressions_are_reached():
    query = "WITH c AS (SELECT rider_id FROM trips WHERE fare_cents > 1) SELECT * FROM c WHERE EXISTS(SELECT 1 FROM c)"
    found = {mutant.sql for mutant in mutants(query)}
    assert query.replace("> 1", ">= 1") in found
    assert query.replace("WHERE EXISTS", "WHERE NOT EXISTS") in found
