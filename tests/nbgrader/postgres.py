"""A PostgreSQL server of one's own: Debian's programs, a folder of its own, nobody else's port."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

__all__ = ["Server", "started"]


class Server:
    """A server that is running. It listens on a socket in its folder, and asks for no password."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._made = folder, 0

    def url(self, database: str = "postgres", user: str = "instructor") -> str:
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def new(self) -> str:
        """Make an empty database and return its address."""
        self._made += 1
        self.run(f"CREATE DATABASE grades{self._made}")
        return self.url(f"grades{self._made}")

    def run(self, statement: str, database: str = "postgres") -> None:
        engine = create_engine(self.url(database), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@contextlib.contextmanager
def started() -> Iterator[Server]:
    """Start a server and stop it at the end. Where PostgreSQL isn't installed the test is left out, except in CI."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = programs[-1] if programs else shutil.which("initdb")
    if not found:
        said = "PostgreSQL isn't installed (Debian: apt-get install postgresql)."
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    bin_folder = Path(found).parent
    # Its socket's path must be short, and PostgreSQL refuses to run as root.
    other = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        if other:
            shutil.chown(folder, "postgres", "postgres")

        def program(*command: str) -> None:
            with (folder / "said").open("ab") as said:  # not a pipe: the server would keep it open
                done = subprocess.run(
                    [str(bin_folder / command[0]), "-D", str(folder / "data"), *command[1:]],
                    cwd=folder,
                    env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    timeout=120,
                    check=False,
                    **other,
                )
            assert done.returncode == 0, (folder / "said").read_text("utf-8", "replace")

        program("initdb", "--auth=trust", "--username=instructor", "--encoding=UTF8", "--no-sync")
        program("pg_ctl", "start", "-w", "-o", f"-k {folder} -c listen_addresses='' -c fsync=off")
        try:
            yield Server(folder)
        finally:
            program("pg_ctl", "stop", "-w", "-m", "immediate")
