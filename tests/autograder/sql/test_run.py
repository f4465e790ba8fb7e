"""Running a query on a private copy."""

import sqlite3
import time
from contextlib import closing

import pytest

from autograder.errors import NotAttempted
from autograder.sql.fence import Limits
from autograder.sql.query import QueryError
from autograder.sql.rows import Rows
from autograder.sql.run import run_query

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
DOUBLING = ", ".join(f"c{n} AS (SELECT a.x FROM c{n - 1} a, c{n - 1} b)" for n in range(1, 40))

HOSTILE = {
    "attach": "ATTACH '{path}' AS stolen",
    "vacuum into": "VACUUM INTO '{path}'",
    "detach": "DETACH main",
    "pragma": "PRAGMA writable_schema = 1",
    "pragma that lasts": "PRAGMA hard_heap_limit = 1000",
    "extension": "SELECT load_extension('{path}')",
    "with delete": "WITH a AS (SELECT 1) DELETE FROM trips",
    "schema": "WITH a AS (SELECT 1) UPDATE sqlite_master SET sql = ''",
    "two statements": "SELECT 1; DROP TABLE trips",
    "endless rows": f"{ENDLESS} SELECT i FROM n",
    "printf": "SELECT printf('%.*c', 300000000, 'x')",
    "printf in disguise": "SELECT \"PrintF\"('%.' || '300000000' || 'c', 'x')",
    "random": "SELECT randomblob(1e9)",
    "zeroes": "SELECT zeroblob(1e9)",
    "hex": "SELECT hex(zeroblob(200000))",
    "replace": "SELECT replace(hex(zeroblob(100000)), '0', hex(zeroblob(100000)))",
    "many blobs": f"{ENDLESS} SELECT zeroblob(200000) FROM n",
    "many columns": f"SELECT {', '.join(['1'] * 500)}",
    "many unions": "SELECT 1" + " UNION ALL SELECT 1" * 400,
    "deep brackets": f"SELECT {'(' * 3000}1{')' * 3000}",
    "deep selects": f"SELECT {'(SELECT ' * 300}1{')' * 300}",
    "deep sums": f"SELECT 1{'+1' * 5000}",
    "deep json": f"SELECT json('{'[' * 20_000}')",
    "doubling": f"WITH c0 AS (SELECT 1 x), {DOUBLING} SELECT count(*) FROM c39",
    "long text": f"SELECT 1 /* {'x' * 100_000} */",
    "NUL": "SELECT 1 -- \0",
    "half a pair": "SELECT '\udfff'",
    "parameter": "SELECT :trip",
}


@pytest.mark.parametrize("sql", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_query_ends_at_once_in_one_sentence_and_leaves_no_trace(city, tmp_path, sql):
    before, changes = city.serialize(), city.total_changes
    start = time.perf_counter()
    with pytest.raises(QueryError) as caught:
        run_query(sql.replace("{path}", str(tmp_path / "x.db")), city)
    assert time.perf_counter() - start < 2
    message = str(caught.value)
    assert message.endswith((".", "?", "`"))
    assert "Traceback" not in message
    assert len(message) < 400
    assert (city.serialize(), city.total_changes, list(tmp_path.iterdir())) == (before, changes, [])


def test_a_join_without_condition_is_stopped_by_the_budget(city):
    with pytest.raises(QueryError, match=r"1 million steps and was stopped. Does FROM name tables that no condition"):
        run_query("SELECT count(*) FROM trips a, trips b, trips c, trips d, trips e", city, Limits(steps=1_000_000))


def test_an_endless_query_is_stopped_by_the_standard_budget(city):
    with pytest.raises(QueryError, match="60 million steps"):
        run_query(f"{ENDLESS} SELECT count(*) FROM n", city)


def test_too_many_rows_are_named(city):
    with pytest.raises(QueryError, match="more than 100,000 rows"):
        run_query(f"{ENDLESS} SELECT i FROM n LIMIT 1000000", city)


def test_a_closed_database_is_named(city):
    city.close()
    with pytest.raises(QueryError, match="Run the setup cell"):
        run_query("SELECT 1", city)


def test_a_text_without_query_is_not_attempted(city):
    with pytest.raises(NotAttempted):
        run_query("-- Columns: plate", city)


def test_a_result_has_columns_and_rows_of_plain_values(city):
    city.row_factory = sqlite3.Row
    got = run_query("SELECT 1 AS a, 'é' AS B, NULL AS c, 2.5 AS d, x'00ff' AS e;", city)
    assert got == Rows(("a", "B", "c", "d", "e"), ((1, "é", None, 2.5, b"\x00\xff"),))


def test_a_result_without_rows_keeps_its_columns(city):
    assert run_query("SELECT trip_id FROM trips WHERE 0", city) == Rows(("trip_id",), ())


def test_text_that_is_not_utf8_is_written_out(city):
    assert run_query("SELECT CAST(x'ff41' AS TEXT)", city).rows == (("\\xffA",),)


def test_an_empty_database_can_be_asked():
    with closing(sqlite3.connect(":memory:")) as nothing:
        assert run_query("SELECT 1", nothing).rows == ((1,),)


def test_uncommitted_changes_are_seen_and_temporary_tables_are_not(city):
    city.execute("INSERT INTO riders VALUES (99, 'Zoe', NULL, NULL)")
    city.execute("CREATE TEMP TABLE vehicles (plate)")
    assert run_query("SELECT full_name FROM riders WHERE rider_id = 99", city).rows == (("Zoe",),)
    assert len(run_query("SELECT plate FROM vehicles", city)) == 4
    assert city.in_transaction


def test_a_file_with_a_write_ahead_log_can_be_asked(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.db")) as file:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("CREATE TABLE a (x)")
        file.execute("INSERT INTO a VALUES (7)")
        file.commit()
        assert run_query("SELECT x FROM a", file).rows == ((7,),)
