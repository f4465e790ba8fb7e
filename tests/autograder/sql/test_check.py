"""Judging an answer: all answers of the bank for one table, right and wrong, and what the learner reads."""

import json
import sqlite3
import time
from contextlib import closing

import pytest

from autograder.errors import CheckFailed, NotAttempted
from autograder.sql import expected_rows, same_rows
from autograder.sql.check import judge
from autograder.sql.rows import Rows

LABEL_ELSE = "ELSE CASE WHEN fare_cents<1000 THEN 'short' ELSE 'normal' END END"
BANK = {
    "A2.1": {
        "reference": "SELECT plate, model FROM vehicles WHERE is_electric=1 AND retired_at IS NULL;",
        "accept": ["SELECT plate, model FROM vehicles WHERE is_electric AND retired_at ISNULL;"],
        "reject": {
            "missing-filter": "SELECT plate, model FROM vehicles WHERE is_electric=1;",
            "null-equals": "SELECT plate, model FROM vehicles WHERE is_electric=1 AND retired_at = NULL;",
        },
    },
    "A2.2": {
        "ordered": True,
        "reference": "SELECT trip_id, fare_cents FROM trips WHERE status='completed' "
        "ORDER BY fare_cents DESC, trip_id LIMIT 10;",
        "accept": [
            "SELECT trip_id, fare_cents FROM trips WHERE status LIKE 'completed' "
            "ORDER BY 2 DESC, 1 ASC LIMIT 10 OFFSET 0;"
        ],
        "reject": {
            "no-tie-break": "SELECT trip_id, fare_cents FROM trips WHERE status='completed' "
            "ORDER BY fare_cents DESC, trip_id DESC LIMIT 10;",
            "missing-filter": "SELECT trip_id, fare_cents FROM trips WHERE fare_cents IS NOT NULL "
            "ORDER BY fare_cents DESC, trip_id LIMIT 10;",
            "wrong-direction": "SELECT trip_id, fare_cents FROM trips WHERE status='completed' "
            "ORDER BY fare_cents, trip_id LIMIT 10;",
            "text-sort": "SELECT trip_id, fare_cents FROM trips WHERE status='completed' "
            "ORDER BY CAST(fare_cents AS TEXT) DESC, trip_id LIMIT 10;",
        },
    },
    "A2.3": {
        "reference": "SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL "
        "AND (phone IS NULL OR trim(phone)='');",
        "accept": [
            "SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND coalesce(trim(phone),'')='';",
            "SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL "
            "EXCEPT SELECT rider_id, full_name FROM riders WHERE length(trim(phone))>0;",
        ],
        "reject": {
            "null-equals": "SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL "
            "AND (phone = NULL OR phone='');",
            "empty-vs-null": "SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND phone IS NULL;",
            "and-or-precedence": "SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL "
            "AND phone IS NULL OR trim(phone)='';",
        },
    },
    "A2.4": {
        "reference": "SELECT trip_id, comment FROM ratings WHERE comment LIKE '%\\%%' ESCAPE '\\' "
        "OR comment LIKE '%\\_%' ESCAPE '\\';",
        "accept": [
            "SELECT trip_id, comment FROM ratings WHERE instr(comment,'%')>0 OR instr(comment,'_')>0;",
            "SELECT trip_id, comment FROM ratings WHERE comment GLOB '*[%_]*';",
        ],
        "reject": {
            "wildcard": "SELECT trip_id, comment FROM ratings WHERE comment LIKE '%%%' OR comment LIKE '%_%';",
            "like-without-wildcard": "SELECT trip_id, comment FROM ratings WHERE comment = '%' OR comment='_';",
            "missing-case": "SELECT trip_id, comment FROM ratings WHERE comment LIKE '%\\%%' ESCAPE '\\';",
        },
    },
    "A2.5": {
        "reference": "SELECT trip_id FROM trips WHERE requested_at >= '2025-03-04' AND requested_at < '2025-03-05';",
        "accept": [
            "SELECT trip_id FROM trips WHERE requested_at LIKE '2025-03-04%';",
            "SELECT trip_id FROM trips WHERE date(requested_at)='2025-03-04';",
        ],
        "reject": {
            "closed-interval": "SELECT trip_id FROM trips "
            "WHERE requested_at BETWEEN '2025-03-04T00:00:00Z' AND '2025-03-05T00:00:00Z';",
            "open-start": "SELECT trip_id FROM trips "
            "WHERE requested_at > '2025-03-04T00:00:00Z' AND requested_at < '2025-03-05';",
            "date-equals-timestamp": "SELECT trip_id FROM trips WHERE requested_at = '2025-03-04';",
        },
    },
    "A2.6": {
        "reference": "SELECT trip_id, status FROM trips "
        "WHERE pickup_zone_id=5 AND status IN ('cancelled','requested');",
        "accept": [
            "SELECT trip_id, status FROM trips WHERE (status='cancelled' OR status='requested') AND pickup_zone_id=5;"
        ],
        "reject": {
            "and-or-precedence": "SELECT trip_id, status FROM trips "
            "WHERE pickup_zone_id=5 AND status='cancelled' OR status='requested';",
            "and-or-language": "SELECT trip_id, status FROM trips "
            "WHERE pickup_zone_id=5 AND status='cancelled' AND status='requested';",
            "complement": "SELECT trip_id, status FROM trips WHERE pickup_zone_id=5 AND status<>'completed';",
        },
    },
    "A2.7": {
        "reference": "SELECT trip_id, CASE WHEN fare_cents IS NULL THEN 'unpriced' WHEN fare_cents=0 THEN 'free' "
        "WHEN fare_cents<1000 THEN 'short' ELSE 'normal' END AS label FROM trips;",
        "accept": [
            "SELECT trip_id, coalesce(iif(fare_cents=0,'free',NULL), iif(fare_cents<1000,'short',NULL), "
            "iif(fare_cents IS NULL,'unpriced','normal')) AS label FROM trips;"
        ],
        "reject": {
            "null-equals": f"SELECT trip_id, CASE fare_cents WHEN NULL THEN 'unpriced' WHEN 0 THEN 'free' {LABEL_ELSE} "
            "AS label FROM trips;",
            "null-as-zero": "SELECT trip_id, CASE WHEN coalesce(fare_cents,0)=0 THEN 'free' "
            "WHEN fare_cents<1000 THEN 'short' ELSE 'normal' END AS label FROM trips;",
            "case-order": "SELECT trip_id, CASE WHEN fare_cents IS NULL THEN 'unpriced' "
            "WHEN fare_cents<1000 THEN 'short' WHEN fare_cents=0 THEN 'free' ELSE 'normal' END AS label FROM trips;",
        },
    },
}
# Where nothing is left over, many mistakes look the same: these are told from the text.
WHEN = {
    ("A2.1", "null-equals"): "= *NULL",
    ("A2.5", "date-equals-timestamp"): "requested_at = ''",
    ("A2.6", "and-or-language"): "status ?= ?'' AND status ?= ?''",
}
RIGHT = [(name, sql) for name, entry in BANK.items() for sql in [entry["reference"], *entry["accept"]]]
WRONG = [(name, tag) for name, entry in BANK.items() for tag in entry["reject"]]


def wrong_of(entry):
    name = next(name for name, other in BANK.items() if other is entry)
    return [
        {"tag": tag, "says": f"About {tag}.", "sql": sql} | ({"when": WHEN[name, tag]} if (name, tag) in WHEN else {})
        for tag, sql in entry["reject"].items()
    ]


def forms(entry, on):
    """Both forms of `expected`: the visible one as it comes back from a file, and the hidden one."""
    ordered = entry.get("ordered", False)
    visible = expected_rows(entry["reference"], wrong_of(entry), on=on, ordered=ordered)
    return json.loads(json.dumps(visible)), {"ordered": ordered, "sql": entry["reference"], "wrong": wrong_of(entry)}


@pytest.mark.parametrize(("name", "tag"), WRONG)
def test_a_known_wrong_answer_fails_under_its_name(city, name, tag):
    for expected in forms(BANK[name], city):
        with pytest.raises(CheckFailed) as caught:
            same_rows(BANK[name]["reject"][tag], expected, on=city)
        assert (caught.value.tag, caught.value.advice, caught.value.ran) == (tag, f"About {tag}.", True)
        assert len(caught.value.tables) == 2
        assert caught.value.message.endswith(".")


@pytest.mark.parametrize(("name", "sql"), RIGHT)
def test_a_right_answer_passes_however_unusual(city, empty, name, sql):
    for database in (city, empty):
        for expected in forms(BANK[name], database):
            same_rows(sql, expected, on=database)


@pytest.mark.parametrize("answer", [None, "", "-- Columns: plate\n-- Write your query here.", ";"])
def test_an_empty_answer_is_not_attempted(city, answer):
    with pytest.raises(NotAttempted):
        same_rows(answer, forms(BANK["A2.1"], city)[0], on=city)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (7, "should be the text of a query, and is of type int"),
        (["SELECT 1"], "is of type list"),
        ("SELECT plat FROM vehicles", "Did you mean `plate`"),
        ("DELETE FROM vehicles", "DELETE is not allowed"),
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT i FROM n", "more than 100,000 rows"),
    ],
)
def test_an_answer_without_result_did_not_run(city, answer, says):
    with pytest.raises(CheckFailed, match=says) as caught:
        same_rows(answer, forms(BANK["A2.1"], city)[1], on=city)
    assert (caught.value.ran, caught.value.tag, caught.value.tables) == (False, "", ())


@pytest.mark.parametrize("answer", [None, "", "-- Write your query here.", ";;"])
def test_an_empty_answer_is_told_which_line_its_cell_begins_with(city, answer):
    for expected in forms(BANK["A2.1"], city):
        with pytest.raises(NotAttempted) as caught:
            same_rows(answer, {"answer": "electric", **expected}, on=city)
        assert str(caught.value) == (
            "`electric` holds no query yet. The answer cell must begin with `%%sql electric`; run it, then check again."
        )


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (7, "The query did not run here either: see the message of the visible check."),
        ("SELECT plat FROM vehicles", "The query did not run here either: see the message of the visible check."),
        ("SHOW TABLES", "The query did not run here either: see the message of the visible check."),
        (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT i FROM n",
            "The query takes too long on this data, or gives too many rows, and was stopped.",
        ),
        ("SELECT plate FROM vehicles", "The columns are not the ones asked for: see the visible check."),
        ("SELECT plate, model AS m FROM vehicles", "The columns are not the ones asked for: see the visible check."),
        ("SELECT plate, model FROM vehicles", ""),
    ],
)
def test_a_hidden_groups_own_advice_is_not_for_errors_and_other_columns(city, answer, advice):
    visible, hidden = forms(BANK["A2.1"], city)
    for expected, said in ((visible, ""), (hidden, advice)):
        with pytest.raises(CheckFailed) as caught:
            same_rows(answer, expected, on=city)
        assert caught.value.advice == said


def test_a_known_mistake_with_other_columns_keeps_its_own_words(city):
    reference = BANK["A2.1"]["reference"]
    wrong = [{"tag": "lost-column", "says": "Two columns.", "sql": "SELECT plate FROM vehicles"}]
    with pytest.raises(CheckFailed) as caught:
        same_rows(wrong[0]["sql"], {"sql": reference, "wrong": wrong}, on=city)
    assert (caught.value.tag, caught.value.advice) == ("lost-column", "Two columns.")


def both(reference, wrong, on):
    return (
        json.loads(json.dumps(expected_rows(reference, wrong, on=on))),
        {"ordered": False, "sql": reference, "wrong": wrong},
    )


def tag_of(answer, expected, on):
    with pytest.raises(CheckFailed) as caught:
        same_rows(answer, expected, on=on)
    return caught.value.tag


NOTHING = "SELECT plate, model FROM vehicles WHERE is_electric = 1 AND retired_at = NULL"


@pytest.mark.parametrize(
    ("answer", "tag"),
    [
        ("SELECT plate, model FROM vehicles WHERE retired_at = NULL", "null-equals"),
        ("select plate, model from vehicles where retired_at=null", "null-equals"),
        ("SELECT plate, model FROM vehicles WHERE retired_at =\n  -- really\n  NULL", "null-equals"),
        ("SELECT plate, model FROM vehicles WHERE 1 = 2", ""),
        ("SELECT plate, model FROM vehicles WHERE model = '= NULL'", ""),
        ("-- never = NULL\nSELECT plate, model FROM vehicles WHERE 1 = 2", ""),
        ("SELECT plate, model FROM vehicles WHERE /* = NULL */ 1 = 2", ""),
    ],
)
def test_a_mistake_with_a_pattern_is_named_only_in_a_text_that_has_it(city, answer, tag):
    wrong = [{"tag": "null-equals", "says": "Never true.", "sql": NOTHING, "when": "= *NULL"}]
    for expected in both(BANK["A2.1"]["reference"], wrong, city):
        assert tag_of(answer, expected, city) == tag


def test_an_empty_result_names_no_mistake_without_a_pattern(city):
    wrong = [{"tag": "null-equals", "says": "Never true.", "sql": NOTHING}]
    visible, hidden = both(BANK["A2.1"]["reference"], wrong, city)
    assert visible["known"] == []
    assert tag_of(NOTHING, visible, city) == tag_of(NOTHING, hidden, city) == ""


def test_a_pattern_wins_over_none_whatever_their_order(city):
    sql = "SELECT plate, model FROM vehicles"
    wrong = [
        {"tag": "any", "says": "", "sql": sql},
        {"tag": "second", "says": "", "sql": sql},
        {"tag": "brackets", "says": "", "sql": sql, "when": r"\("},
        {"tag": "one", "says": "", "sql": sql, "when": "1 ="},
    ]
    for expected in both(BANK["A2.1"]["reference"], wrong, city):
        assert tag_of(sql, expected, city) == "any"
        assert tag_of(f"{sql} WHERE 1 = 1", expected, city) == "one"
        assert tag_of(f"{sql} WHERE (1 = 1)", expected, city) == "brackets"


def test_a_pattern_alone_names_nothing(city):
    """A text that has the mistake, and another result, has another mistake too."""
    wrong = [{"tag": "null-equals", "says": "Never true.", "sql": NOTHING, "when": "= *NULL"}]
    for expected in both(BANK["A2.1"]["reference"], wrong, city):
        assert tag_of("SELECT plate, model FROM vehicles WHERE retired_at = NULL OR 1", expected, city) == ""


def test_the_visible_literal_lists_digest_tag_words_and_pattern(city):
    sql = "SELECT plate, model FROM vehicles"
    wrong = [
        {"tag": "null-equals", "says": "Never true.", "sql": NOTHING, "when": "= *NULL"},
        {"tag": "missing-filter", "says": "Two conditions.", "sql": sql},
        {"tag": "shadowed", "says": "", "sql": sql},
    ]
    first, second = expected_rows(BANK["A2.1"]["reference"], wrong, on=city)["known"]
    assert (len(first.pop("digest")), len(second.pop("digest"))) == (16, 16)
    assert first == {"tag": "null-equals", "says": "Never true.", "when": "= *NULL"}
    assert second == {"tag": "missing-filter", "says": "Two conditions."}


def test_a_notebook_handed_out_before_still_names_mistakes(city):
    """Its known results stand under their digests."""
    sql = "SELECT plate, model FROM vehicles"
    expected = expected_rows(BANK["A2.1"]["reference"], [{"tag": "old", "says": "Old.", "sql": sql}], on=city)
    expected["known"] = {entry.pop("digest"): entry for entry in expected["known"]}
    assert tag_of(sql, expected, city) == "old"


@pytest.mark.parametrize("end", [";;", "; ;", ";\n;\n", "; -- done ;\n;"])
def test_semicolons_too_many_cost_nothing(city, end):
    for expected in forms(BANK["A2.1"], city):
        same_rows(BANK["A2.1"]["reference"].rstrip(";") + end, expected, on=city)


@pytest.mark.parametrize(
    ("answer", "asks"),
    [
        ("SELECT plate model FROM vehicles", True),
        ('SELECT "plate"\n"model" FROM vehicles', True),
        ("SELECT plate FROM vehicles", False),
        ("SELECT model FROM vehicles", False),
        ("SELECT plate AS model FROM vehicles", False),
    ],
)
def test_a_forgotten_comma_is_pointed_at(city, answer, asks):
    with pytest.raises(CheckFailed) as caught:
        same_rows(answer, forms(BANK["A2.1"], city)[0], on=city)
    assert ("Is a comma missing between `plate` and `model`?" in caught.value.message) is asks


@pytest.mark.parametrize("reference", ["-- nothing", "SELECT nothing FROM vehicles"])
def test_a_broken_reference_is_never_the_learners_fault(city, reference):
    with pytest.raises(ValueError, match="The course's own query gives no result"):
        same_rows("SELECT 1", {"sql": reference}, on=city)


def test_an_unknown_wrong_answer_has_no_name(city):
    for expected in forms(BANK["A2.1"], city):
        with pytest.raises(CheckFailed) as caught:
            same_rows("SELECT plate, model FROM vehicles", expected, on=city)
        assert (caught.value.tag, caught.value.advice) == ("", "")
        assert caught.value.message == "2 rows do not belong in the result, for example ('BB-22', 'Leaf')."


def test_of_two_wrong_answers_with_one_result_the_first_is_named(city):
    sql = "SELECT plate, model FROM vehicles"
    wrong = [{"tag": tag, "says": tag, "sql": sql} for tag in ("first", "second")]
    reference = BANK["A2.1"]["reference"]
    hidden = {"ordered": False, "sql": reference, "wrong": wrong}
    for expected in (expected_rows(reference, wrong, on=city), hidden):
        with pytest.raises(CheckFailed) as caught:
            same_rows(sql, expected, on=city)
        assert caught.value.tag == "first"


def test_a_wrong_answer_that_is_right_here_or_does_not_run_names_nothing(city):
    reference = BANK["A2.1"]["reference"]
    wrong = [
        {"tag": "same", "says": "", "sql": reference},
        {"tag": "broken", "says": "", "sql": "SELECT nothing FROM vehicles"},
        {"tag": "blank", "says": "", "sql": "-- nothing"},
    ]
    assert expected_rows(reference, wrong, on=city)["known"] == []
    hidden = {"ordered": False, "sql": reference, "wrong": wrong}
    same_rows(reference, hidden, on=city)
    with pytest.raises(CheckFailed) as caught:
        same_rows("SELECT plate, model FROM vehicles", hidden, on=city)
    assert caught.value.tag == ""


def test_a_misspelt_column_in_double_quotes_is_explained(city):
    with pytest.raises(CheckFailed, match=r"took it as text. Did you mean `is_electric`"):
        same_rows('SELECT plate, model FROM vehicles WHERE "is_eletric" = 1', forms(BANK["A2.1"], city)[0], on=city)


def test_the_expected_literal_is_sorted_rounded_and_plain(city):
    literal = expected_rows("SELECT fare_cents / 3.0 AS third, NULL AS n FROM trips WHERE trip_id > 15", on=city)
    assert literal == {
        "ordered": False,
        "columns": ["third", "n"],
        "rows": [[None, None], [None, None], [None, None], [0, None], [300, None], [333.333333, None], [3000, None]],
        "known": [],
    }
    kept = expected_rows("SELECT trip_id FROM trips ORDER BY trip_id DESC LIMIT 2", on=city, ordered=True)
    assert kept["rows"] == [[22], [21]]


def test_rounded_and_sorted_literals_are_still_equal_to_their_query(city):
    sql = (
        "SELECT trip_id / 7.0 AS a, fare_cents * 0.1 AS b, comment, X'00' AS d FROM trips JOIN ratings USING (trip_id)"
    )
    same_rows(sql, expected_rows(sql, on=city), on=city)


def test_evidence_is_short_and_marks_the_faults():
    expected = Rows(("n",), tuple((n,) for n in range(50)))
    got = Rows(("n",), (*[(n,) for n in range(50) if n != 40], (None,), ("x",)))
    failure = judge(got, expected, ordered=False)
    yours, wanted = failure.tables
    assert (yours.caption, yours.total, wanted.caption, wanted.total) == ("Your result", 51, "Expected result", 50)
    assert len(yours.rows) == len(wanted.rows) == 10
    assert [wanted.rows[mark] for mark in wanted.marks] == [("40",)]
    assert [yours.rows[mark] for mark in yours.marks] == [("NULL",), ("x",)]


def test_equal_results_leave_nothing_to_say():
    assert judge(Rows(("a",), ((3.0,),)), Rows(("A",), ((3,),)), ordered=True) is None


def test_a_check_is_fast_enough_to_press_again_and_again():
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE trips (trip_id INTEGER PRIMARY KEY, status TEXT, note TEXT, fare_cents REAL)")
        database.executemany("INSERT INTO trips VALUES (?, 'completed', 'x', ?)", [(n, n * 1.1) for n in range(600)])
        expected = expected_rows("SELECT * FROM trips", on=database)
        start = time.perf_counter()
        same_rows("SELECT * FROM trips", expected, on=database)
        with pytest.raises(CheckFailed):
            same_rows("SELECT * FROM trips WHERE trip_id % 2", expected, on=database)
        assert time.perf_counter() - start < 0.1
