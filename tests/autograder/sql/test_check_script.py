"""A script is judged by what it leaves behind: the expected rows, nothing else changed, its rules kept."""

import json
import re

import pytest

from autograder.errors import CheckFailed, NotAttempted
from autograder.sql import accepts, expected_state, keeps_rules, refuses, same_state

SOLUTION = "UPDATE riders SET phone = NULL WHERE trim(phone) = ''"
WRONG = [
    {"tag": "missing-case", "says": "Spaces count too.", "sql": "UPDATE riders SET phone = NULL WHERE phone = ''"},
    {"tag": "fails", "says": "Never named.", "sql": "UPDATE rider SET phone = NULL"},
    {"tag": "same", "says": "Never named.", "sql": SOLUTION + " AND 1 = 1"},
    {
        "tag": "nothing",
        "says": "= NULL is never true.",
        "sql": "DELETE FROM riders WHERE phone = NULL",
        "when": "= NULL",
    },
]
HIDDEN = {"answer": "tidy", "ordered": False, "sql": SOLUTION, "wrong": WRONG}
SURGE = "INSERT INTO zones (code, surge) VALUES (:code, :surge) ON CONFLICT (code) DO UPDATE SET surge = excluded.surge"


@pytest.fixture(params=["visible", "hidden"])
def expected(request, city):
    """Both forms of what the builder writes; the visible one as it comes back from a notebook."""
    if request.param == "hidden":
        return HIDDEN
    return {"answer": "tidy", **json.loads(json.dumps(expected_state(SOLUTION, WRONG, on=city)))}


def failure(call, *args, **kwargs):
    with pytest.raises(CheckFailed) as caught:
        call(*args, **kwargs)
    return caught.value


@pytest.mark.parametrize("answer", [None, "", "-- later"])
def test_no_script_is_not_attempted(answer, expected, city):
    with pytest.raises(NotAttempted, match="`tidy` holds no script yet"):
        same_state(answer, expected, on=city)
    with pytest.raises(NotAttempted, match="no script here yet"):
        keeps_rules(answer, [], on=city)


def test_an_answer_that_is_no_text_is_refused(expected, city):
    assert "is of type int" in failure(same_state, 5, expected, on=city).message


def test_a_script_that_fails_could_not_run(expected, city):
    found = failure(same_state, "UPDATE rider SET phone = NULL", expected, on=city)
    assert not found.ran
    assert "no table `rider`" in found.message
    assert found.advice == (
        "The script did not run here either: see the message of the visible check." * ("sql" in expected)
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("UPDATE riders SET phone = NULL", "In table `riders`, after your script: .*'912 345 678'"),
        ("DELETE FROM riders", "In table `riders`, after your script: It is empty; 7 rows are expected"),
        ("DROP TABLE riders", "Table `riders`|There is no table `riders`"),
        (SOLUTION + "; DELETE FROM ratings WHERE trip_id = 1", r"`ratings` changed as well: row \(1, .* is gone"),
        (SOLUTION + "; DELETE FROM ratings", "`ratings` changed as well: 7 rows are gone.*Only `riders` may change"),
        (SOLUTION + "; DROP TABLE ratings", "Table `ratings` is gone"),
        (SOLUTION + "; CREATE TABLE x (a)", "new table `x`"),
        (
            SOLUTION + "; ALTER TABLE ratings ADD COLUMN x",
            "columns of table `ratings` changed|`ratings` changed as well",
        ),
    ],
)
def test_what_is_wrong_is_said(answer, said, expected, city):
    assert re.search(said, failure(same_state, answer, expected, on=city).message)


@pytest.mark.parametrize(
    "answer",
    [
        SOLUTION,
        "UPDATE riders SET phone = nullif(trim(phone), '') WHERE phone NOT GLOB '*[0-9]*'",
        "BEGIN; CREATE TEMP TABLE b AS SELECT 1; UPDATE riders SET phone = NULL WHERE phone IN ('', '   '); COMMIT;",
    ],
)
def test_another_way_to_the_same_rows_is_right(answer, expected, city):
    same_state(answer, expected, on=city)


def test_a_known_mistake_is_named(expected, city):
    found = failure(same_state, WRONG[0]["sql"], expected, on=city)
    assert (found.tag, found.advice) == ("missing-case", "Spaces count too.")


def test_a_script_that_changes_nothing_is_named_only_where_it_is_written_so(expected, city):
    assert failure(same_state, WRONG[3]["sql"], expected, on=city).tag == "nothing"
    assert failure(same_state, "DELETE FROM riders WHERE phone = 'none'", expected, on=city).tag == ""


def test_an_author_s_script_that_fails_is_never_the_learner_s_fault(city):
    with pytest.raises(ValueError, match="The course's own script fails"):
        same_state(SOLUTION, HIDDEN | {"sql": "UPDATE rider SET phone = 1"}, on=city)


def test_a_script_that_breaks_a_rule_of_the_tables_is_wrong_and_known(city):
    """It ran, and met data for which it isn't right; whoever forgot the same case hears so."""
    city.execute("CREATE TABLE zones (zone_id INTEGER PRIMARY KEY, code TEXT UNIQUE, surge INTEGER NOT NULL)")
    plain = "INSERT INTO zones (code, surge) VALUES (:code, :surge)"
    target = plain + " ON CONFLICT (zone_id) DO UPDATE SET surge = 1"
    wrong = [
        {"tag": "missing-case", "says": "Say what to do then.", "sql": plain},
        {"tag": "wrong-target", "says": "Not zone_id.", "sql": target, "when": "CONFLICT"},
    ]
    twice = [{"code": "TYO", "surge": 1}] * 2
    visible = expected_state(SURGE, wrong, on=city, values=twice)
    for expected in ({"sql": SURGE, "wrong": wrong}, visible):
        for answer, tag in ((plain + " -- mine", "missing-case"), (target.replace("= 1", "= 2"), "wrong-target")):
            found = failure(same_state, answer, expected, on=city, values=twice)
            assert (found.ran, found.tag) == (True, tag)
            assert "It breaks UNIQUE" in found.message
        found = failure(same_state, plain.replace(":surge", "NULL"), expected, on=city, values=twice)
        assert (found.ran, found.tag, found.advice) == (True, "", ""), "another rule is another mistake"


def test_a_visible_check_may_give_values(city):
    """The builder works out what the solution does with them."""
    city.execute("CREATE TABLE zones (zone_id INTEGER PRIMARY KEY, code TEXT UNIQUE, surge INTEGER NOT NULL)")
    batch = [{"code": "TYO", "surge": 1}, {"code": "TYO", "surge": 2}]
    visible = json.loads(json.dumps(expected_state(SURGE, [], on=city, values=batch)))
    same_state(SURGE, visible, on=city, values=batch)
    assert failure(same_state, SURGE, visible, on=city, values=batch[:1])


def test_a_script_runs_once_for_each_set_of_values(city):
    city.executescript(
        "CREATE TABLE zones (id INTEGER PRIMARY KEY, code UNIQUE, surge); INSERT INTO zones VALUES (1, 'A', 1)"
    )
    batch = [{"code": "A", "surge": 2}, {"code": "B", "surge": 3}, {"code": "B", "surge": 4}]
    same_state(SURGE, {"sql": SURGE}, on=city, values=batch)
    replaced = failure(
        same_state,
        "INSERT OR REPLACE INTO zones (code, surge) VALUES (:code, :surge)",
        {"sql": SURGE},
        on=city,
        values=batch,
    )
    assert "In table `zones`" in replaced.message


def test_columns_may_be_left_out_of_the_comparison(city):
    city.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text)")
    one, other = "INSERT INTO notes VALUES (1, 'a')", "INSERT INTO notes VALUES (7, 'a')"
    assert failure(same_state, other, {"sql": one}, on=city)
    same_state(other, {"sql": one}, on=city, apart_from=["notes.ID"])


def test_named_tables_may_change_even_where_the_solution_leaves_them(city):
    same_state(SOLUTION + "; UPDATE ratings SET stars = stars", HIDDEN, on=city, tables=["riders", "ratings"])
    found = failure(same_state, SOLUTION + "; DELETE FROM ratings", HIDDEN, on=city, tables=["riders", "ratings"])
    assert "In table `ratings`" in found.message


def test_rules_are_tried_on_what_the_script_makes(city):
    probes = [
        accepts("a note", "INSERT INTO notes VALUES (1, 'a')"),
        refuses(
            "a note without text", "INSERT INTO notes VALUES (1, NULL)", by="NOT NULL", says="Say so.", tag="check-null"
        ),
    ]
    keeps_rules("CREATE TABLE notes (id, text NOT NULL)", probes, on=city)
    found = failure(keeps_rules, "CREATE TABLE notes (id, text CHECK (text <> ''))", probes, on=city)
    assert (found.tag, found.advice) == ("check-null", "Say so.")
    assert "must be refused by NOT NULL, but is accepted" in found.message


def test_a_script_that_makes_a_schema_leaves_the_rest_alone(city):
    script = "CREATE TABLE notes (id); CREATE INDEX by_status ON trips (status); DELETE FROM ratings"
    assert "Table `ratings` changed" in failure(keeps_rules, script, [], on=city).message
    keeps_rules(script, [], on=city, tables=["ratings"])


def test_an_index_that_was_there_must_stay(city):
    city.execute("CREATE INDEX by_status ON trips (status)")
    assert "The index `by_status` is gone" in failure(keeps_rules, "DROP INDEX by_status", [], on=city).message
