"""Measure the search for counterexamples on pairs of queries.

    python benchmarks/sql.py FILE... --budget 1.0 --json OUT

Each file holds one JSON object a line: ``schema`` (the CREATE statements), ``reference``, ``candidate`` and ``label``
(equivalent, different, or anything else for unknown); ``id`` and ``source`` are kept for the report.

Of the pairs labelled different it says how many were found within 10 ms, 100 ms and 1 s, how many rows the
counterexamples have, and how long it took until they were small. Of those labelled equivalent, how many were flagged.
Every pair is compared once, in one process, on one core. Times are wall clock.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.files import write_text
from autograder.sql import compare_queries
from autograder.sql.search.verdict import Status, Verdict

TIMES = ("10ms", "100ms", "1s")


@dataclass(frozen=True, slots=True)
class Measured:
    """One pair and what was found."""

    pair: dict[str, Any]
    file: str
    verdict: Verdict

    @property
    def label(self) -> str:
        return str(self.pair.get("label") or "unknown")

    @property
    def found(self) -> bool:
        return self.verdict.status is Status.DIFFERENT

    @property
    def rows(self) -> int | None:
        example = self.verdict.counterexample
        return len(example) if example is not None and example.kind != "columns" else None

    def to_json(self) -> dict[str, Any]:
        example = self.verdict.counterexample
        return {
            "id": self.pair.get("id"),
            "file": self.file,
            "label": self.label,
            "status": self.verdict.status.value,
            "kind": example.kind if example is not None else "",
            "message": self.verdict.message,
            "databases": self.verdict.databases,
            "found_after": round(self.verdict.found_after, 5),
            "seconds": round(self.verdict.seconds, 5),
            "rows": self.rows,
            "setup": example.setup if example is not None else "",
        }


def read(paths: Iterable[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read all pairs; says which line of which file is at fault, and stops."""
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                pair = json.loads(line)
                missing = [key for key in ("schema", "reference", "candidate") if not isinstance(pair.get(key), str)]
            except (ValueError, AttributeError) as error:
                sys.exit(f"{path}, line {number}: expected a JSON object, got {line[:60]!r} ({error}).")
            if missing:
                sys.exit(f"{path}, line {number}: expected a text under {', '.join(missing)}.")
            yield path.name, pair


def summary(measured: Sequence[Measured]) -> dict[str, Any]:
    """Sum up: the numbers that the report prints, times in seconds."""
    different = [each for each in measured if each.label == "different"]
    found = [each for each in different if each.found]
    shown = [each for each in measured if each.found and each.label != "equivalent"]
    rows = [each.rows for each in shown if each.rows is not None]
    equivalent = [each for each in measured if each.label == "equivalent"]
    took = [each.verdict.seconds for each in shown]
    return {
        "pairs": len(measured),
        "different": len(different),
        "found_10ms": sum(each.verdict.found_after <= 0.01 for each in found),
        "found_100ms": sum(each.verdict.found_after <= 0.1 for each in found),
        "found_1s": sum(each.verdict.found_after <= 1.0 for each in found),
        "rows_median": _percentile(rows, 50),
        "rows_p90": _percentile(rows, 90),
        "shrunk_median": _percentile(took, 50),
        "shrunk_p95": _percentile(took, 95),
        "equivalent": len(equivalent),
        "equivalent_flagged": sum(each.found for each in equivalent),
        "unknown": len(measured) - len(different) - len(equivalent),
        "unknown_found": len(shown) - len(found),
        "status": {status.value: sum(each.verdict.status is status for each in measured) for status in Status},
        "same_seconds_median": _percentile(
            [each.verdict.seconds for each in measured if each.verdict.status is Status.SAME], 50
        ),
    }


def _percentile(values: Sequence[float], percent: int) -> float | None:
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 5)


def report(name: str, numbers: dict[str, Any]) -> str:
    """Write the numbers as a few lines of text."""

    def share(part: str) -> str:
        whole = numbers["different"]
        return f"{numbers[part]}/{whole} ({100 * numbers[part] / whole:.1f} %)" if whole else "-"

    def unit(key: str, factor: float = 1, sign: str = "") -> str:
        return "-" if numbers[key] is None else f"{numbers[key] * factor:.0f}{sign}"

    shrunk = f"{unit('shrunk_median', 1e3, ' ms')}, {unit('shrunk_p95', 1e3, ' ms')}"
    verdicts = ", ".join(f"{status} {count}" for status, count in numbers["status"].items() if count)
    return "\n".join(
        [
            f"{name}: {numbers['pairs']} pairs",
            f"  different found in 10 ms, 100 ms, 1 s   {', '.join(share(f'found_{time}') for time in TIMES)}",
            f"  rows of the counterexample, median, p90 {unit('rows_median')}, {unit('rows_p90')}",
            f"  time to a small one, median, p95        {shrunk}",
            f"  equivalent flagged                      {numbers['equivalent_flagged']} of {numbers['equivalent']}",
            f"  unknown, difference found               {numbers['unknown_found']} of {numbers['unknown']}",
            f"  verdicts                                {verdicts}",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="pairs, one JSON object a line")
    parser.add_argument("--budget", type=float, default=1.0, help="seconds of search for each pair (default: 1.0)")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write all numbers and every verdict here")
    chosen = parser.parse_args(arguments)
    if missing := [path for path in chosen.files if not path.is_file()]:
        parser.error(f"no file at {missing[0]}")
    begin, measured = time.perf_counter(), []
    for name, pair in read(chosen.files):
        verdict = compare_queries(pair["schema"], pair["reference"], pair["candidate"], chosen.budget)
        measured.append(Measured(pair, name, verdict))
    sets = {path.name: [each for each in measured if each.file == path.name] for path in chosen.files}
    numbers = {name: summary(found) for name, found in sets.items()}
    for name in sets:
        print(report(name, numbers[name]))
    if len(sets) > 1:
        numbers["all"] = summary(measured)
        print(report("all", numbers["all"]))
    for each in measured:
        wrong = each.found if each.label == "equivalent" else each.label == "different" and not each.found
        if wrong:
            print(f"  ! {each.pair.get('id')}: labelled {each.label}, is {each.verdict.status} {each.verdict.message}")
    print(f"{time.perf_counter() - begin:.1f} s in all, budget {chosen.budget:g} s a pair")
    if chosen.json:
        document = {"budget": chosen.budget, "summary": numbers, "pairs": [each.to_json() for each in measured]}
        write_text(chosen.json, json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
