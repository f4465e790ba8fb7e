"""Run attacks and print the attack table.

    python tests/attacks/run.py                       our own corpus, all courses, our engine
    python tests/attacks/run.py DIR --nbgrader        a folder of attacks on the shop course, and stock nbgrader, too
    python tests/attacks/run.py --course attacked --only q01

Each attack is graded in a class with an honest neighbour, inside a guard that keeps this machine whole. The exit code
is 0 only when no attack succeeded against our engine.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from harness import guard
from harness.attack import Attack, read_attacks
from harness.courses import make_course
from harness.engines import Engine, Nbgrader, Ours
from harness.table import table
from harness.trial import Trial
from harness.verdict import Verdict, try_all

CORPUS = Path(__file__).with_name("corpus")
COURSES = ("shop", "attacked", "a2")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, help="files or folders of attacks; our corpus when left out")
    parser.add_argument("--course", choices=COURSES, action="append", help="what they attack; shop for others' attacks")
    parser.add_argument("--nbgrader", action="store_true", help="try stock nbgrader, too: a quarter of a minute each")
    parser.add_argument("--not-ours", action="store_true", help="leave our engine out")
    parser.add_argument("--tier", default="best", help="our engine's walls: A, B, or none, to see attacks succeed")
    parser.add_argument("--only", nargs="+", default=[], metavar="ID", help="beginnings of ids")
    parser.add_argument("--batch", action="store_true", help="one class for all that may share one: faster")
    parser.add_argument("--json", type=Path, metavar="OUT", help="also write what happened as JSON")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    if why := guard.missing():
        print(f"No guard on this machine ({why}), so no attack is run.", file=sys.stderr)
        return 2
    found: dict[str, dict[str, dict[str, Verdict]]] = {}
    bad = False
    for course in asked.course or (("shop",) if asked.paths else COURSES):
        attacks = [
            one
            for one in read_attacks(asked.paths or [CORPUS / course])
            if not asked.only or one.id.startswith(tuple(asked.only))
        ]
        if attacks:
            found[course] = run(course, attacks, asked)
            print(f"\n{course}\n\n{table(attacks, found[course])}\n")
            bad = bad or any(verdict.succeeded for verdict in found[course].get("ours", {}).values())
    if asked.json:
        told = {
            course: {engine: [one.to_json() for one in of.values()] for engine, of in engines.items()}
            for course, engines in found.items()
        }
        asked.json.write_text(json.dumps(told, indent=1))
    return int(bad)


def run(course: str, attacks: list[Attack], asked: argparse.Namespace) -> dict[str, dict[str, Verdict]]:
    """Try the attacks on one course under each engine that was asked for, and say so as they end."""
    engines: list[Engine] = ([Nbgrader()] if asked.nbgrader else []) + ([] if asked.not_ours else [Ours(asked.tier)])
    verdicts: dict[str, dict[str, Verdict]] = {}
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        made = make_course(course, Path(folder) / "course")
        for engine in engines:
            trial = Trial(made, engine, Path(folder))
            baseline = trial.neighbour() if engine.name == "ours" else None
            verdicts[engine.name] = of = {}
            alone = engine.name != "ours" or not asked.batch
            for verdict in try_all(trial, attacks, baseline, alone=alone):
                of[verdict.attack.id] = verdict
                said = "; ".join(verdict.harm) or "stopped"
                print(f"{engine.name:9} {verdict.attack.id:32} {verdict.wall:6.1f} s  {said}", file=sys.stderr)
    return verdicts


if __name__ == "__main__":
    sys.exit(main())
