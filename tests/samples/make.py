"""Make the sample class: a dozen submissions of module A2, as a teacher really meets them.

Run `make samples` after module A2 changed. The answers come from the author's file: right, unusual, and wrong in each
way that it lists. The damage is what JupyterLab, a learner's mouse and a broken disk do to a notebook.
"""

import copy
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.notebooks.master import read_module
from autograder.notebooks.model import Module

ROOT = Path(__file__).resolve().parents[2]
MODULE = "a2_one_table"
Notebook = dict[str, Any]


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def find(notebook: Notebook, cell_id: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if cell["id"] == cell_id)


def answered(release: Notebook, answers: dict[str, str]) -> Notebook:
    """A copy of the released notebook with answers filled in, by question key."""
    notebook = copy.deepcopy(release)
    for key, source in answers.items():
        find(notebook, f"{key}_answer")["source"] = lines(source)
    return notebook


def code(cell_id: str, source: str, outputs: list[Any] | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": {},
        "outputs": outputs or [],
        "source": lines(source),
    }


# --- the learners ----------------------------------------------------------------------------------------------------


def everything_right(module: Module) -> dict[str, str]:
    return {q.key: q.solution for q in module.questions}


def unusual(module: Module) -> dict[str, str]:
    return {q.key: f"%%sql {q.sql_name}\n{q.right[-1].sql}\n" for q in module.questions}


def wrong(number: int) -> Callable[[Module], dict[str, str]]:
    """Each question wrong in the `number`-th way that the author lists, or the last one there is."""

    def answers(module: Module) -> dict[str, str]:
        chosen = [(q, q.wrong[min(number, len(q.wrong) - 1)]) for q in module.questions]
        return {q.key: f"%%sql {q.sql_name}\n{answer.sql}\n" for q, answer in chosen}

    return answers


def half_done(module: Module) -> dict[str, str]:
    return {q.key: q.solution for q in module.questions[:3]}


def broken_sql(module: Module) -> dict[str, str]:
    texts = [
        "SELECT plat, model FROM vehicles",
        "SELECT trip_id, fare_cents FROM trip",
        "SELECT rider_id full_name, FROM riders",
        "DELETE FROM ratings",
        "SELECT 1; SELECT 2",
        "-- I don't know",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
    ]
    return {q.key: f"%%sql {q.sql_name}\n{text}\n" for q, text in zip(module.questions, texts, strict=True)}


def noisy(notebook: Notebook) -> None:
    """Honest side effects: prints, warnings and a request log on stderr, in a cell of the learner's own."""
    source = (
        "import logging, sys, warnings\n"
        'print("hello")\n'
        'print("127.0.0.1 GET /trips 200", file=sys.stderr)\n'
        'warnings.warn("old API")\n'
        'logging.getLogger().warning("noisy")\n'
    )
    stderr = {"name": "stderr", "output_type": "stream", "text": ["127.0.0.1 GET /trips 200\n"]}
    notebook["cells"].insert(3, code("my-scratch-cell", source, [stderr]))


def copied(notebook: Notebook) -> None:
    """Copied and pasted an answer cell to try something: two cells now carry one grade id."""
    cell = find(notebook, "a2_2_answer")
    twin = copy.deepcopy(cell)
    twin["id"] = "pasted-cell"
    twin["source"] = lines("%%sql dearest\nSELECT 1\n")
    notebook["cells"].insert(notebook["cells"].index(cell), twin)


def deleted(notebook: Notebook) -> None:
    """Deleted a test cell and its neighbour, and turned an answer into text."""
    for cell_id in ("a2_1_check", "a2_3_hidden", "a2_4_answer"):
        notebook["cells"].remove(find(notebook, cell_id))
    cell = find(notebook, "a2_5_answer")
    cell["cell_type"] = "markdown"
    for name in ("execution_count", "outputs"):
        del cell[name]


def split(notebook: Notebook) -> None:
    """Split an answer cell in two: JupyterLab gives both halves the same metadata."""
    cell = find(notebook, "a2_7_answer")
    second = copy.deepcopy(cell)
    second["id"] = "split-cell"
    source = cell["source"]
    half = len(source) // 2
    cell["source"], second["source"] = source[:half], source[half:]
    notebook["cells"].insert(notebook["cells"].index(cell) + 1, second)


def other_kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {"display_name": "R", "language": "R", "name": "ir"}
    notebook["metadata"]["language_info"] = {"name": "R"}


def tampered(notebook: Notebook) -> None:
    """Rewrote the checks to give full marks and raised the points."""
    for number in range(1, 8):
        cell = find(notebook, f"a2_{number}_check")
        cell["source"] = ["100.0"]
        cell["metadata"]["nbgrader"]["points"] = 100


def truncated(text: str) -> str:
    """The disk was full: the file ends in the middle of the sixth answer."""
    return text[: text.index('"id": "a2_6_answer"')]


CLASS: dict[str, tuple[Callable[[Module], dict[str, str]], Callable[[Notebook], None] | None]] = {
    "ana": (everything_right, None),
    "bo": (unusual, None),
    "chidi": (wrong(0), None),
    "dana": (wrong(1), None),
    "elif": (half_done, None),
    "farah": (lambda _: {}, None),
    "goran": (everything_right, noisy),
    "hana": (everything_right, copied),
    "iker": (everything_right, deleted),
    "jun": (everything_right, split),
    "kaya": (broken_sql, None),
    "liam": (everything_right, None),  # and then the disk was full
    "mara": (everything_right, other_kernel),
    "noor": (lambda _: {}, tampered),
    "omar": (wrong(2), None),
}


def submissions(root: Path = ROOT) -> dict[str, str]:
    """The class as file texts, by path below `submitted/`."""
    module = read_module(root / "course" / MODULE / f"{MODULE}.py")
    release = json.loads((root / "exercises" / MODULE / f"{MODULE}.ipynb").read_text("utf-8"))
    files = {}
    for learner, (answers, damage) in CLASS.items():
        notebook = answered(release, answers(module))
        if damage:
            damage(notebook)
        text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
        files[f"{learner}/{MODULE}/{MODULE}.ipynb"] = truncated(text) if learner == "liam" else text
        files[f"{learner}/{MODULE}/timestamp.txt"] = "2026-03-04 12:00:00 UTC\n"
    return files


def main() -> None:
    target = ROOT / "tests" / "samples" / "submitted"
    for name, text in submissions().items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    print(f"Wrote {len(CLASS)} submissions below {target.relative_to(ROOT)}", file=sys.stderr)


if __name__ == "__main__":
    main()
