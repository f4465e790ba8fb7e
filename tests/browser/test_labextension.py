"""`%%sql` cells look like SQL in JupyterLab, and everything else stays as it was."""

import json
import shutil
import time
import tomllib

import nbformat.v4 as nb
import pytest
from jupyterlab_server.config import get_page_config

NAME = "engineroom-sql"
SQL_MAGIC = """%%sql waiting it's "late" """.rstrip()
SQL = f"""{SQL_MAGIC}
-- riders who wait
SELECT rider_id, 'late' FROM trips WHERE "ended_at" IS NULL"""
PYTHON = """# not SQL
for rider in ['late']:
    print(rider)
    SELECT"""
NEAR_MISSES = {
    "other-magic": "%%sqlite\nSELECT",
    "line-magic": "%sql x\nSELECT",
    "second-line": "x = 1\n%%sql x\nSELECT",
    "in-a-string": "'%%sql x'\nSELECT",
    "help": "%%sql?\nSELECT",
}
MATCHER = """
from IPython.core.completer import SimpleCompletion, context_matcher

@context_matcher()
def columns(context):
    fits = context.full_text.startswith("%%sql") and context.token == "dri"
    names = ["driver_id", "driven_km"] if fits else []
    return {"completions": [SimpleCompletion(text=name, type="column") for name in names], "suppress": fits}

get_ipython().Completer.custom_matchers.append(columns)
"""
# The look (style class, colour, weight, slant) of each piece of a cell's text: {piece: look}.
LOOKS = """name => Object.fromEntries([...__lab.cell(name).node.querySelectorAll(".cm-line")].flatMap(line =>
  [...line.childNodes].filter(piece => piece.textContent.trim()).map(piece => {
    const { color, fontWeight, fontStyle } = getComputedStyle(piece.nodeType === Node.TEXT_NODE ? line : piece);
    return [piece.textContent.trim(), [piece.className ?? "", color, fontWeight, fontStyle].join(" ")];
  })))"""


@pytest.fixture(scope="module")
def notebook(running_lab):
    """Open a notebook with SQL, Python and some cells that almost look like SQL."""
    cells = {"sql": SQL, "python": PYTHON, "blank-first": "\n  %%sql x\nSELECT", "matcher": MATCHER, **NEAR_MISSES}
    cells |= {"typed": "SELECT", "edited": "%%sql x", "completed": "%%sql x\nSELECT dri"}
    book = nb.new_notebook(
        cells=[nb.new_code_cell(text, id=name) for name, text in cells.items()] + [nb.new_raw_cell(SQL, id="raw")],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}, "language_info": {"name": "python"}},
    )
    (running_lab.root / "lesson.ipynb").write_text(nb.writes(book), "utf-8")
    running_lab.open("lesson.ipynb")


@pytest.fixture
def looks(lab, notebook):
    """Give the look of each piece of a cell's text."""
    return lambda cell: lab.evaluate(LOOKS, cell)


def soon(probe, expected, timeout=5):
    """Return the probe's value once it is as expected, else its last value."""
    deadline = time.monotonic() + timeout
    while (value := probe()) != expected and time.monotonic() < deadline:
        time.sleep(0.1)
    return value


def test_jupyterlab_finds_the_extension(labextension, tmp_path):
    """Installed where the wheel puts it, JupyterLab tells the page to load a file that exists."""
    shutil.copytree(labextension, tmp_path / NAME)

    (found,) = get_page_config([str(tmp_path)])["federated_extensions"]

    assert (found["name"], found["extension"]) == (NAME, "./extension")
    assert f'["{NAME}"]' in (tmp_path / NAME / found["load"]).read_text("utf-8")


def test_the_wheel_installs_it_under_its_own_name(labextension):
    """Folder, package and project agree on the name, the version and the licence."""
    package = json.loads((labextension / "package.json").read_text("utf-8"))
    pyproject = tomllib.loads((labextension.parents[1] / "pyproject.toml").read_text("utf-8"))
    shared = pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]

    assert shared["autograder/labextension"] == f"share/jupyter/labextensions/{package['name']}"
    assert {key: package[key] for key in ("version", "license")} == {
        key: pyproject["project"][key] for key in ("version", "license")
    }


@pytest.mark.browser
def test_the_page_runs_the_extension_of_this_repository(lab, notebook, labextension):
    """An older copy that is installed in the environment is not what these tests judge."""
    served = lab.evaluate(
        f"() => fetch('/lab/extensions/{NAME}/static/remoteEntry.js').then(answer => answer.text())",
    )

    assert served == (labextension / "static" / "remoteEntry.js").read_text("utf-8")


@pytest.mark.browser
def test_sql_cells_are_coloured_as_sql(looks):
    """Keywords, comments and strings of SQL look as Python's do; names are plain."""
    sql, python = looks("sql"), looks("python")

    assert sql["SELECT"] == sql["FROM"] == sql["NULL"] == python["for"]
    assert sql["-- riders who wait"] == python["# not SQL"]
    assert sql["'late'"] == python["'late'"]
    assert sql["trips"] == python["rider"]
    assert len({sql[piece] for piece in ("SELECT", "-- riders who wait", "'late'", '"ended_at"', "trips")}) == 5


@pytest.mark.browser
def test_the_magic_line_is_one_calm_piece(looks):
    """It has a look of its own from end to end; a quote in it starts no string, and nothing is marked as an error."""
    sql = looks("sql")
    magic = sql.pop(SQL_MAGIC)

    assert magic not in sql.values()


@pytest.mark.browser
def test_python_cells_stay_python(looks):
    """Python's own words keep their look, and SQL's words have none."""
    python = looks("python")

    assert "cm-builtin" in python["print"]
    assert python["SELECT"] == python["rider"] != python["for"]


@pytest.mark.browser
@pytest.mark.parametrize("cell", [*NEAR_MISSES, "raw"])
def test_only_what_ipython_takes_for_the_sql_magic_is_sql(looks, cell):
    """A similar beginning, or a cell that isn't code, changes nothing."""
    keyword = looks("sql")["SELECT"]

    assert keyword not in looks(cell).values()


@pytest.mark.browser
def test_blank_lines_may_stand_before_the_magic(looks):
    """IPython allows them, so the colours do."""
    assert looks("blank-first")["SELECT"] == looks("sql")["SELECT"]


@pytest.mark.browser
def test_the_language_follows_the_first_line_as_it_is_typed(lab, looks):
    """Typing the magic above a text makes it SQL; breaking the magic makes it Python again."""
    plain, keyword = looks("python")["SELECT"], looks("sql")["SELECT"]
    assert looks("typed")["SELECT"] == plain

    lab.element("typed").locator(".cm-content").click()
    lab.page.keyboard.press("Control+Home")
    lab.page.keyboard.type("%%sql late\n")
    assert soon(lambda: looks("typed")["SELECT"], keyword) == keyword

    lab.page.keyboard.press("Control+Home")
    lab.page.keyboard.press("Delete")
    assert lab.source("typed") == "%sql late\nSELECT"
    assert soon(lambda: looks("typed")["SELECT"], plain) == plain


@pytest.mark.browser
def test_the_editor_writes_sql(lab, notebook):
    """The line after the magic isn't indented, and the comment key writes SQL's comment."""
    lab.element("edited").locator(".cm-content").click()
    lab.page.keyboard.press("Control+End")
    lab.page.keyboard.type("\nSELECT 1")
    lab.page.keyboard.press("Control+/")

    assert lab.source("edited") == "%%sql x\n-- SELECT 1"


@pytest.mark.browser
def test_tab_still_asks_the_kernel(lab, notebook):
    """What the kernel knows about the database is offered in a cell that is coloured as SQL."""
    lab.run("matcher")

    assert set(lab.completions("completed")) == {"driver_id", "driven_km"}
