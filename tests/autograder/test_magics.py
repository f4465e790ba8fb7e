"""``%%sql`` cells, in a real IPython shell."""

import atexit
import builtins
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from autograder import magics
from autograder.magics import use_database
from autograder.sql.view import Notice, Result


@pytest.fixture
def city():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(
            "CREATE TABLE vehicles (plate TEXT, model TEXT); CREATE TABLE trips (trip_id INTEGER, status TEXT);"
            "INSERT INTO vehicles VALUES ('AA-11', 'Leaf'), ('BB-22', NULL);"
        )
        yield connection


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """An IPython that reads no configuration and keeps no history; `get_ipython()` returns it."""
    config = Config()
    config.HistoryManager.enabled = False
    hooks = sys.displayhook, sys.excepthook
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        running = InteractiveShell.instance(config=config)
    yield running
    running.atexit_operations()
    atexit.unregister(running.atexit_operations)
    InteractiveShell.clear_instance()
    sys.displayhook, sys.excepthook = hooks
    builtins.__dict__.pop("get_ipython", None)


@pytest.fixture
def run(shell, city, capsys, monkeypatch):
    """Run a cell and return what it displays; nothing may go to stderr, and nothing may be raised."""
    monkeypatch.setattr(magics, "_database", None)
    use_database(city)

    def run_cell(text):
        result = shell.run_cell(text)
        result.raise_error()
        assert capsys.readouterr().err == ""
        return result.result

    return run_cell


def test_without_a_database_the_setup_cell_is_named(run, monkeypatch):
    monkeypatch.setattr(magics, "_database", None)
    got = run("%%sql electric\nSELECT 1")
    assert repr(got) == "The query did not run: Run the setup cell at the top first: there is no database yet."


def test_a_closed_database_is_named(run, city):
    city.close()
    assert "Run the setup cell" in repr(run("%%sql\nSELECT 1"))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "two words",
            "`two words` can't be a name: letters, digits and _ only, no blank, no digit first. Try `%%sql two_w",
        ),
        ("1st", "no digit first."),
        ("electric;", "Try `%%sql electric`."),
        ("class", "`class` already means something in Python. Try `%%sql class_query`."),
        ("print", "`print` already means something in Python."),
        ("{1/0}", "can't be a name"),
    ],
)
def test_a_name_that_cannot_be_one_is_explained(run, shell, name, says):
    got = run(f"%%sql {name}\nSELECT 1")
    assert isinstance(got, Notice)
    assert says in got.text
    assert name not in shell.user_ns


@pytest.mark.parametrize("value", [7, None, ["SELECT 1"], print])
def test_a_name_that_the_notebook_uses_for_something_else_is_refused(run, shell, value):
    shell.user_ns["town"] = value
    got = run("%%sql town\nSELECT 1")
    assert got.text == (
        "`town` already stands for something else in this notebook. Try `%%sql town_query`; "
        "if the task asks for `town`, restart the kernel first."
    )
    assert shell.user_ns["town"] is value


def test_the_notebooks_database_cannot_be_overwritten(run, shell, city):
    shell.user_ns["city"] = city
    assert isinstance(run("%%sql city\nSELECT 1"), Notice)
    assert shell.user_ns["city"] is city


def test_an_answer_can_be_run_again(run, shell):
    for number in (1, 2):
        assert run(f"%%sql again\nSELECT {number} AS n").rows == ((number,),)
    assert shell.user_ns["again"] == "SELECT 2 AS n"


def test_below_the_rows_stands_where_the_query_was_kept(run):
    got = run("%%sql Electric\nSELECT 1 AS n")
    assert repr(got).endswith("(1 row)\nKept as `Electric`.")
    assert "<small>" in got._repr_html_()


def test_a_lesson_cell_without_a_name_shows_its_rows_and_nothing_else(run):
    assert repr(run("%%sql\nSELECT 1 AS n")).endswith("(1 row)")


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT plat FROM vehicles", "There is no column `plat` in vehicles. Did you mean `plate`?"),
        ("DROP TABLE vehicles", "DROP is not allowed here"),
        ("SELECT 1; SELECT 2", "found 2 statements"),
    ],
)
def test_a_query_that_fails_is_explained_and_kept(run, shell, sql, says):
    got = run(f"%%sql electric\n{sql}\n")
    assert isinstance(got, Notice)
    assert says in got.text
    assert "<strong>The query did not run.</strong>" in got._repr_html_()
    assert shell.user_ns["electric"] == sql


@pytest.mark.parametrize(
    "cell", ["%%sql electric", "%%sql electric\n", "%%sql electric\n\n", "%%sql\n-- Columns: plate"]
)
def test_a_cell_without_a_query_is_friendly(run, cell):
    assert repr(run(cell)) == "Write a query, then run this cell again."


def test_an_empty_cell_keeps_an_empty_text(run, shell):
    run("%%sql electric")
    assert shell.user_ns["electric"] == ""


def test_a_query_shows_its_rows_and_keeps_its_text_as_written(run, shell):
    got = run(
        "%%sql electric\n-- Columns: plate\n### BEGIN SOLUTION\nSELECT plate, model FROM vehicles;\n### END SOLUTION\n"
    )
    assert isinstance(got, Result)
    assert (got.columns, got.rows, len(got)) == (("plate", "model"), (("AA-11", "Leaf"), ("BB-22", None)), 2)
    assert "<em>NULL</em>" in got._repr_html_()
    assert shell.user_ns["electric"] == "-- Columns: plate\nSELECT plate, model FROM vehicles;"


def test_a_result_is_displayed_even_behind_a_semicolon(run, shell, capsys):
    assert shell.run_cell("%%sql\nSELECT plate FROM vehicles;\n").success
    assert "AA-11" in capsys.readouterr().out


def test_a_cell_without_a_name_keeps_nothing(run, shell):
    before = set(shell.user_ns)
    assert len(run("%%sql\nSELECT 1")) == 1
    assert {name for name in set(shell.user_ns) - before if not name.startswith("_")} == set()


def test_braces_and_dollars_are_left_as_written(run, shell):
    shell.user_ns["x"] = 5
    assert run("%%sql\nSELECT '{x} $x' AS a").rows == (("{x} $x",),)


def test_the_last_database_counts(run):
    with closing(sqlite3.connect(":memory:")) as other:
        other.execute("CREATE TABLE wallets (balance_cents)")
        use_database(other)
        assert run("%%sql\nSELECT * FROM wallets").columns == ("balance_cents",)
        assert "no table `vehicles`" in repr(run("%%sql\nSELECT * FROM vehicles"))


def test_the_learners_query_never_touches_the_database(run, city):
    before = city.serialize()
    run("%%sql\nWITH a AS (SELECT 1) DELETE FROM vehicles")
    assert city.serialize() == before


def completions(shell, text):
    """Complete where the bar stands."""
    cursor = text.index("|")
    with provisionalcompleter():
        return [found.text for found in shell.Completer.completions(text.replace("|", "", 1), cursor)]


def test_nothing_of_python_is_offered_in_sql(run, shell):
    assert completions(shell, "%%sql electric\nSELECT pri| FROM vehicles") == []
    assert completions(shell, "%%sql electric\nSELECT vehicles.upp| FROM vehicles") == []


def test_sql_is_not_offered_in_python(run, shell):
    assert "print" in completions(shell, "pri|")
    assert "plate" not in completions(shell, "pla|")
    assert "vehicles" not in completions(shell, "%%timeit\nveh|")


def test_columns_tables_and_keywords_are_offered(run, shell):
    assert completions(shell, "%%sql electric\nSELECT pl| FROM vehicles") == ["plate"]
    assert completions(shell, "%%sql electric\nSELECT v.| FROM vehicles v") == ["plate", "model"]
    assert completions(shell, "%%sql electric\n-- a\nSELECT * FROM veh|") == ["vehicles"]
    assert completions(shell, "%%sql electric\nSELECT * FR|") == ["FROM"]
    assert completions(shell, "%%sql electric\nselect * fr|") == ["from"]


def test_completion_offers_keywords_even_of_a_closed_database(run, shell, city):
    city.close()
    assert completions(shell, "%%sql\nSEL|") == ["SELECT"]


def test_everything_is_registered_once(run, shell, city):
    for _ in range(3):
        use_database(city)
    assert completions(shell, "%%sql electric\nSELECT pl| FROM vehicles") == ["plate"]
    assert len(shell.Completer.custom_matchers) == 1
    assert shell.input_transformers_cleanup.count(magics._body_for_empty_cell) == 1


def test_outside_ipython_the_database_is_only_remembered(city, monkeypatch):
    monkeypatch.setattr(magics, "_database", None)
    assert use_database(city) is city
    assert magics._database is city


def test_something_else_than_a_connection_is_refused():
    with pytest.raises(TypeError, match="Expected a sqlite3 connection, got str"):
        use_database("city.db")


def test_a_plain_process_never_loads_ipython():
    code = (
        "import sqlite3, sys; from autograder.magics import use_database; use_database(sqlite3.connect(':memory:'));"
        "sys.exit(any(name in sys.modules for name in ('IPython', 'sqlite_utils', 'nbformat')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_script_is_refused_where_only_queries_are_asked(run, city):
    assert "only reads data" in run("%%sql tidy\nDELETE FROM trips").text


def test_a_script_is_shown_and_kept_and_changes_nothing(run, city, shell):
    use_database(city, scripts=True)
    shown = run("%%sql tidy\nDELETE FROM vehicles;\nDROP TABLE trips")
    assert "in vehicles, 2 rows removed" in shown.text
    assert shell.user_ns["tidy"] == "DELETE FROM vehicles;\nDROP TABLE trips"
    assert len(run("%%sql\nSELECT * FROM vehicles")) == 2
    assert "no table `trip`" in run("%%sql tidy\nDELETE FROM trip").text
