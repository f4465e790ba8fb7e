"""A learner's function gets a connection of its own, watched, to a file that the check reads afterwards."""

import sqlite3
from contextlib import closing

import pytest

from autograder.errors import CheckFailed
from autograder.sql import Connected, Faults, StatementLog, every_fault
from autograder.web import database_file, rows_in


@pytest.fixture
def path():
    with closing(sqlite3.connect(":memory:")) as data:
        data.executescript(
            "CREATE TABLE a (x INTEGER PRIMARY KEY); CREATE TABLE b (x REFERENCES a); INSERT INTO a VALUES (1)"
        )
        with database_file(data) as path:
            yield path


def test_what_is_not_committed_is_gone(path):
    def add(con, x, *, commit):
        con.execute("INSERT INTO a VALUES (?)", (x,))
        if commit:
            con.commit()

    Connected(add, path)(2, commit=False)
    Connected(add, path)(3, commit=True)
    assert rows_in(path, "SELECT x FROM a") == [(1,), (3,)]


def test_errors_pass_and_foreign_keys_hold(path):
    def orphan(con):
        con.execute("INSERT INTO b VALUES (7)")
        con.commit()

    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        Connected(orphan, path)()


def test_statements_are_kept_and_the_settings_of_the_check_are_not(path):
    log = StatementLog()
    work = Connected(lambda con: con.executemany("INSERT INTO a VALUES (?)", [(5,), (6,)]).rowcount, path, log=log)
    assert work() == 2
    assert log.texts == ["INSERT INTO a VALUES (5)", "INSERT INTO a VALUES (6)"]
    assert [text.split()[0] for text in log.control] == ["BEGIN"]
    assert repr(work) == f"Connected: <lambda> on {path}"


@pytest.mark.parametrize("row_factory", ["", "Row"])
def test_changed_settings_show(path, row_factory):
    def rude(con):
        con.row_factory = lambda cursor, row: row

    rude_one = Connected(rude, path, row_factory=row_factory)
    rude_one()
    assert not rude_one.kept
    polite = Connected(
        lambda con: type(con.execute("SELECT x FROM a").fetchone()).__name__, path, row_factory=row_factory
    )
    assert polite() == (row_factory or "tuple")
    assert polite.kept


def test_a_function_that_closes_the_connection_is_told_so(path):
    def shut(con):
        con.close()

    for call in (Connected(shut, path), Connected(shut, path, log=StatementLog()).gives):
        with pytest.raises(CheckFailed, match="`shut` closed the connection") as caught:
            call()
        assert caught.value.tag == "side-effect"


def two_inserts(con):
    with con:
        con.execute("INSERT INTO a VALUES (2)")
        con.execute("INSERT INTO b VALUES (2)")


def two_transactions(con):
    con.execute("INSERT INTO a VALUES (2)")
    con.commit()
    try:
        con.execute("INSERT INTO b VALUES (2)")
    except sqlite3.Error as error:
        raise RuntimeError("no luck") from error
    con.commit()


def crash(path, work):
    def run(faults):
        try:
            Connected(work, path, faults=faults).gives()
        finally:
            found = rows_in(path, "SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)")
            with closing(sqlite3.connect(path)) as con, con:
                con.executescript("DELETE FROM b; DELETE FROM a WHERE x = 2")
            assert found in ([(1, 0)], [(2, 1)]), "only one row was stored"

    return every_fault(run)


def test_a_fault_falls_on_every_statement(path):
    assert crash(path, two_inserts) == 3  # the commit is one


def test_half_done_work_shows_whatever_is_made_of_the_error(path):
    with pytest.raises(CheckFailed, match=r"When statement 3 failed .*only one row was stored"):
        crash(path, two_transactions)


def test_a_stub_is_still_a_stub(path):
    def stub(con):
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        Connected(stub, path, faults=Faults(1))()


def test_an_exception_without_a_reason_is_a_wrong_answer(path):
    def find(con, name, **other):
        return con.execute(f"SELECT x FROM a WHERE x = '{name}'").fetchone()

    assert Connected(find, path).gives(1) == (1,)
    said = r"^`find\(con, \"O'Brien\", more=1\)` stopped with OperationalError: near \"Brien\": syntax error.$"
    with pytest.raises(CheckFailed, match=said):
        Connected(find, path).gives("O'Brien", more=1)
    with pytest.raises(CheckFailed, match=r"^`find\(con, …\)` stopped"):
        Connected(find, path).gives("O'Brien" * 100)


def test_a_stub_and_another_checks_verdict_pass_through(path):
    for error in (NotImplementedError, CheckFailed("no")):

        def stop(con, error=error):
            raise error

        with pytest.raises(type(error) if isinstance(error, CheckFailed) else error):
            Connected(stop, path).gives()
