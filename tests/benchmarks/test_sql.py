"""The benchmark of the search reads pairs, prints a table, writes JSON, and says which line it can't read."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DDL = "CREATE TABLE t (id INTEGER PRIMARY KEY, x INT)"
PAIRS = [
    {
        "id": "one",
        "schema": DDL,
        "reference": "SELECT x FROM t WHERE x > 5",
        "candidate": "SELECT x FROM t WHERE x >= 5",
    },
    {"id": "two", "schema": DDL, "reference": "SELECT id FROM t", "candidate": "SELECT DISTINCT id FROM t"},
    {"id": "three", "schema": DDL, "reference": "SELECT id FROM t", "candidate": "SELECT x FROM t"},
]
LABELS = ("different", "equivalent", None)


def run(*arguments):
    command = [sys.executable, ROOT / "benchmarks" / "sql.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_it_counts_what_was_found_and_what_was_flagged(tmp_path):
    file, out = tmp_path / "pairs.jsonl", tmp_path / "out.json"
    lines = [
        json.dumps({**pair, "constraints": None, "label": label}) for pair, label in zip(PAIRS, LABELS, strict=True)
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run(file, "--budget", "0.2", "--json", out)
    assert done.returncode == 0, done.stderr
    assert "equivalent flagged                      0 of 1" in done.stdout
    numbers = json.loads(out.read_text(encoding="utf-8"))
    assert numbers["summary"]["pairs.jsonl"]["found_1s"] == 1
    assert [pair["status"] for pair in numbers["pairs"]] == ["different", "same", "different"]
    assert numbers["pairs"][0]["rows"] == 1


def test_a_line_that_is_no_pair_is_named(tmp_path):
    for text, words in (
        ("[1]\n", "line 1: expected a JSON object"),
        ('{"schema": ""}', "expected a text under reference"),
    ):
        file = tmp_path / "pairs.jsonl"
        file.write_text(text, encoding="utf-8")
        done = run(file)
        assert done.returncode == 1
        assert words in done.stderr


def test_a_file_that_is_not_there_is_named():
    assert "no file at nowhere.jsonl" in run("nowhere.jsonl").stderr


def test_every_shipped_pair_is_whole():
    for file in (ROOT / "benchmarks" / "data").glob("*.jsonl"):
        pairs = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        assert all({"id", "schema", "reference", "candidate", "label", "source"} <= pair.keys() for pair in pairs)
        assert len({pair["id"] for pair in pairs}) == len(pairs)
