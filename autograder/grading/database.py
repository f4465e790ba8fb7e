"""What every use of a gradebook's database needs: its address, its version, and its errors in words.

SQLite needs nothing more. PostgreSQL needs the driver psycopg 3, the extra ``postgres``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from nbgrader.api import Base, InvalidEntry
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import URL, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from autograder.errors import EngineRoomError

__all__ = ["check_version", "file_url", "in_words", "make_new", "one_line", "patient", "shown"]

# Seconds to wait for another program that holds a row or a table of PostgreSQL; SQLite waits five by itself.
_PATIENCE = 10
# What the database says, and what that means. The first sign that fits counts.
_CAUSES = {
    "locked": "is in use by another program. Close formgrader and other graders, then run the command again",
    "lock timeout": "is in use by another program. Close formgrader and other graders, then run the command again",
    "not a database": "is not a database, or a damaged one. Restore a backup, or move it away to start a new one",
    "malformed": "is damaged. Restore a backup, or move it away to start a new one",
    "unable to open": "can't be opened or made there. Check the folder and its permissions",
    "readonly": "may not be written. Check its permissions and those of its folder",
    "permission denied": "may not be written by this user. Ask whoever runs the database for the right to make tables",
    "disk is full": "can't grow: the disk is full. Make room, then run the command again",
    "connection refused": "doesn't answer. Check that the server runs, and the host and port in the URL",
    "no such file": "doesn't answer. Check that the server runs, and the host and port in the URL",
    "password": "doesn't let this user in. Check the name and the password in the URL",
    'role "': "doesn't know this user. Check the name in the URL",
    "value too long": "holds names of at most 128 characters. Give the learner or the cell a shorter one",
    "does not exist": "doesn't exist on that server. Make it with: createdb",
}


def file_url(path: Path) -> str:
    """The URL of a gradebook in a file, whatever characters its path has."""
    return URL.create("sqlite", database=str(path.resolve())).render_as_string()


def check_version(url: str) -> None:
    """Refuse a database that another version of nbgrader made, before anything is written to it.

    Raises:
        EngineRoomError: it holds tables, and they aren't those of the nbgrader that is installed.
    """
    engine = create_engine(url)
    try:
        inspector = inspect(engine)
        there = set(inspector.get_table_names())
        wanted = {table.name: {column.name for column in table.columns} for table in Base.metadata.sorted_tables}
        found = {table: {column["name"] for column in inspector.get_columns(table)} for table in there & wanted.keys()}
    finally:
        engine.dispose()
    if there and any(columns - found.get(table, set()) for table, columns in wanted.items()):
        raise EngineRoomError(
            f"The gradebook {shown(url)} was made by another version of nbgrader, or isn't nbgrader's. "
            "If it is: make a backup, then run: nbgrader db upgrade"
        )


def make_new(url: str) -> None:
    """Make nbgrader's tables in a database that has none, stamped with the version that nbgrader asks ``alembic`` for.

    nbgrader does the same when it finds none, but starts a process for the version, which takes a second.
    """
    engine = create_engine(url)
    try:
        if not inspect(engine).get_table_names():
            Base.metadata.create_all(bind=engine)
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
                connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": _version()})
    finally:
        engine.dispose()


@cache
def _version() -> str:
    from alembic.script import ScriptDirectory  # only a new database needs it

    return str(ScriptDirectory(ALEMBIC_DIR).get_current_head())


def patient(engine: Engine) -> None:
    """Let a server wait as long as SQLite does for what another program holds, and not for ever."""
    if engine.dialect.name == "postgresql":

        @event.listens_for(engine, "begin")
        def _limit(connection: object) -> None:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_PATIENCE * 1000:.0f}")  # type: ignore[attr-defined]


@contextmanager
def in_words(url: str) -> Iterator[None]:
    """Say in one sentence why the database can't be used.

    Raises:
        EngineRoomError: instead of what the database or its driver raised.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise EngineRoomError(
            f"The gradebook {shown(url)} can't be reached: the driver {error.name} isn't installed. "
            "For PostgreSQL run: pip install 'engineroom[postgres]', and begin the URL with postgresql+psycopg://"
        ) from None
    except (ArgumentError, ImportError) as error:
        raise EngineRoomError(f"The gradebook {shown(url)} can't be reached: {one_line(error)}") from None
    except (SQLAlchemyError, InvalidEntry) as error:
        said = one_line(error)
        cause = next((words for sign, words in _CAUSES.items() if sign in said.lower()), f"can't be used: {said}")
        raise EngineRoomError(f"The gradebook {shown(url)} {cause}.") from None
    except OSError as error:
        raise EngineRoomError(f"The gradebook {shown(url)} can't be made: {one_line(error)}") from None


def shown(url: str) -> str:
    """A database's address as a person knows it, without a password."""
    try:
        address = make_url(url)
    except ArgumentError:
        return repr(url)
    if address.drivername == "sqlite":
        return address.database or url
    return address.difference_update_query(["password"]).render_as_string(hide_password=True)


def one_line(error: Exception) -> str:
    """What an error says, without the statement that SQLAlchemy adds."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__
