"""Work and statements are counted alike on every run, and a fault can be made to fall on every statement."""

import contextlib
import sqlite3

import pytest

from autograder.errors import CheckFailed
from autograder.sql.meters import Faults, StatementLog, WorkMeter, every_fault, normalised

SCHEMA = """
CREATE TABLE wallets (wallet_id INTEGER PRIMARY KEY, cents INTEGER NOT NULL);
INSERT INTO wallets VALUES (1, 500), (2, 500);
CREATE TABLE log (note TEXT);
CREATE TRIGGER noted AFTER UPDATE ON wallets BEGIN INSERT INTO log VALUES ('changed'); END;
"""


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "hopline.db"
    with contextlib.closing(sqlite3.connect(made)) as con:
        con.executescript(SCHEMA)
    return made


@contextlib.contextmanager
def opened(path, meter):
    with contextlib.closing(sqlite3.connect(path, factory=meter.factory)) as con:
        yield con


# --- work -----------------------------------------------------------------------------------------------------------


def test_a_budget_stops_a_runaway_query():
    con = sqlite3.connect(":memory:")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with WorkMeter(budget=5000).watching(con) as meter, pytest.raises(sqlite3.OperationalError, match="interrupted"):
        con.execute(endless).fetchall()
    assert meter.steps == 5001
    con.close()


def steps_of(con, sql):
    with WorkMeter().watching(con) as meter:
        con.execute(sql).fetchall()
    return meter.steps


def test_steps_are_the_same_on_every_run_and_show_the_index():
    con = sqlite3.connect(":memory:")
    con.execute("CREATE TABLE trips (trip_id INTEGER PRIMARY KEY, rider_id INTEGER)")
    con.executemany("INSERT INTO trips VALUES (?, ?)", [(n, n % 100) for n in range(2000)])
    query = "SELECT count(*) FROM trips WHERE rider_id = 7"
    without = steps_of(con, query)
    assert steps_of(con, query) == without
    con.execute("CREATE INDEX by_rider ON trips (rider_id)")
    assert steps_of(con, query) * 20 < without
    con.close()


def test_nothing_is_counted_outside_the_block(path):
    con = sqlite3.connect(path)
    with WorkMeter().watching(con) as meter:
        pass
    con.execute("SELECT * FROM wallets").fetchall()
    con.close()
    assert meter.steps == 0


def test_a_factory_counts_over_all_its_connections(path):
    meter = WorkMeter()
    for _ in range(2):
        with opened(path, meter) as con:
            con.execute("SELECT * FROM wallets").fetchall()
    both = meter.steps
    meter.reset()
    with opened(path, meter) as con:
        con.execute("SELECT * FROM wallets").fetchall()
    assert 0 < meter.steps < both
    assert repr(meter) == f"WorkMeter: {meter.steps} steps"


# --- statements -----------------------------------------------------------------------------------------------------


def test_one_query_too_many_per_row_shows(path):
    log = StatementLog()
    with opened(path, log) as con:
        for (wallet_id,) in con.execute("SELECT wallet_id FROM wallets").fetchall():
            con.execute("SELECT cents FROM wallets WHERE wallet_id = ?", (wallet_id,)).fetchone()
    assert log.count == 3
    assert log.counts() == {
        "SELECT WALLET_ID FROM WALLETS": 1,
        "SELECT CENTS FROM WALLETS WHERE WALLET_ID = ?": 2,
    }


def test_transactions_do_not_count(path):
    log = StatementLog()
    with opened(path, log) as con, con:
        con.execute("DELETE FROM wallets WHERE wallet_id = 1")
    assert log.count == 1
    assert [text.strip().upper() for text in log.control] == ["BEGIN", "COMMIT"]
    log.reset()
    assert repr(log) == "StatementLog: 0 statements"


def test_a_log_can_watch_an_open_connection():
    con = sqlite3.connect(":memory:")
    with StatementLog().watching(con) as log:
        con.execute("SELECT 1")
    con.execute("SELECT 2")
    con.close()
    assert log.texts == ["SELECT 1"]


@pytest.mark.parametrize(
    "sql",
    ["select a from t where b = 'x' and c=7", "SELECT a\n FROM t -- why\nWHERE b = ? AND c = :c;"],
)
def test_statements_are_equal_whatever_their_values_spaces_and_case(sql):
    assert normalised(sql) == "SELECT A FROM T WHERE B = ? AND C = ?"


@pytest.mark.parametrize("meter", [WorkMeter(), StatementLog()])
def test_a_connection_may_be_closed_while_it_is_watched(meter):
    con = sqlite3.connect(":memory:")
    with meter.watching(con):
        con.execute("SELECT 1")
        con.close()
    assert "0" not in repr(meter)


# --- faults ---------------------------------------------------------------------------------------------------------


def transfer(con, cents):
    with con:
        con.execute("UPDATE wallets SET cents = cents - ? WHERE wallet_id = 1", (cents,))
        con.execute("UPDATE wallets SET cents = cents + ? WHERE wallet_id = 2", (cents,))


def careless_transfer(con, cents):
    con.execute("UPDATE wallets SET cents = cents - ? WHERE wallet_id = 1", (cents,))
    con.commit()
    con.execute("UPDATE wallets SET cents = cents + ? WHERE wallet_id = 2", (cents,))
    con.commit()


def crash_test(path, work):
    def run(faults):
        try:
            with opened(path, faults) as con:
                work(con, 100)
        finally:
            with contextlib.closing(sqlite3.connect(path)) as con:
                [(total,)] = con.execute("SELECT sum(cents) FROM wallets")
            if total != 1000:
                raise CheckFailed(f"the wallets hold {total} cents together, not 1000.")

    return run


def test_money_that_is_lost_names_the_statement_that_failed(path):
    with pytest.raises(CheckFailed) as caught:
        every_fault(crash_test(path, careless_transfer))
    assert caught.value.message.startswith("When statement 3 failed (`UPDATE wallets SET cents = cents + ?")
    assert "900 cents" in str(caught.value)


def test_a_transaction_survives_a_fault_at_every_statement(path):
    assert every_fault(crash_test(path, transfer)) == 3


def test_other_errors_are_not_swallowed(path):
    def run(faults):
        raise ValueError("of the test's own")

    with pytest.raises(ValueError, match="of the test's own"):
        every_fault(run)

    def asserts(faults):
        with opened(path, faults) as con, contextlib.suppress(sqlite3.OperationalError):
            con.execute("SELECT 1")
        assert not faults.fired, "never"

    with pytest.raises(CheckFailed, match=r"When statement 1 failed \(`SELECT 1`\): never"):
        every_fault(asserts)


def test_work_without_end_is_given_up(path):
    def run(faults):
        with opened(path, faults) as con:
            while True:
                con.execute("SELECT 1")

    with pytest.raises(CheckFailed, match="After 20 statements"):
        every_fault(run, most=20)


def test_every_way_to_run_a_statement_counts_once(path):
    faults = Faults()
    with opened(path, faults) as con:
        con.execute("SELECT 1")
        con.executemany("INSERT INTO log VALUES (?)", [("a",), ("b",)])
        con.commit()
        con.commit()  # nothing to commit
        con.executescript("DELETE FROM log; DELETE FROM log")
        cursor = con.cursor()
        cursor.execute("SELECT 2")
        cursor.executemany("INSERT INTO log VALUES (?)", [("a",)])
        con.rollback()
        con.execute("BEGIN")
        con.execute("ROLLBACK")
    assert faults.statements == [
        "SELECT 1",
        "INSERT INTO log VALUES (?)",
        "COMMIT",
        "DELETE FROM log; DELETE FROM log",
        "SELECT 2",
        "INSERT INTO log VALUES (?)",
        "BEGIN",
    ]
    assert not faults.fired
    assert repr(faults) == "Faults(at=0): 7 statements so far"


def test_a_failed_commit_in_a_with_block_is_rolled_back_and_the_connection_works_on(path):
    faults = Faults(at=3)
    with opened(path, faults) as con:
        with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
            transfer(con, 100)
        assert faults.broke == "COMMIT"
        assert not con.in_transaction
        assert con.execute("SELECT cents FROM wallets").fetchall() == [(500,), (500,)]


def test_the_error_can_be_chosen(path):
    busy = sqlite3.OperationalError("database is locked")
    with opened(path, Faults(1, busy)) as con, pytest.raises(sqlite3.OperationalError, match="locked"):
        con.execute("SELECT 1")
