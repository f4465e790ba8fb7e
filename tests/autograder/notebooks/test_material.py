"""What a query question is tried with is gathered from its own cells."""

from autograder.notebooks.master import read_module
from autograder.notebooks.material import gather

ROWS = """\
secret_city = sqlite3.connect(":memory:")
secret_city.executescript(
    "CREATE TABLE cars (plate, electric, retired_at); INSERT INTO cars VALUES ('z', 1, NULL)"
)"""


def materials(path):
    return list(gather(read_module(path), path.parent.parent))


def test_only_queries_have_material(changed):
    (material,) = materials(changed())
    assert material.question.id == "A2.1"
    assert material.columns == {"cars": {"plate": "", "electric": "", "retired_at": ""}}
    assert len(material.visible["cars"]) == len(material.sample["cars"]) == 4
    assert "CREATE TABLE cars" in material.ddl
    assert not material.ordered


def test_hidden_databases_are_read_once_each(changed):
    (material,) = materials(changed(('secret_city = sqlite3.connect(":memory:")', ROWS)))
    assert material.hidden == ({"cars": (("z", 1, None),)},)


def test_a_hidden_cell_that_stops_gives_what_it_had(changed):
    (material,) = materials(changed(('secret_city = sqlite3.connect(":memory:")', "1 / 0")))
    assert material.hidden == ()


def test_a_check_without_a_database_has_no_material(changed):
    path = changed(
        ("same_rows(electric, expected, on=city)", "assert electric"),
        ("expected = from_solution(electric, on=city)  # é stays\n", ""),
    )
    assert materials(path) == []
