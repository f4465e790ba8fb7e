"""The rules of the author's format. Each function looks at one thing and raises a FormatError at the first breach."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml

from autograder.errors import FormatError
from autograder.notebooks.cells import Cell
from autograder.notebooks.markers import (
    BEGIN_HIDDEN,
    BEGIN_SOLUTION,
    END_HIDDEN,
    END_SOLUTION,
    Region,
    looks_like_marker,
    solution_regions,
)
from autograder.notebooks.model import Question
from autograder.notebooks.placeholders import placeholders_of
from autograder.notebooks.points import SourceError, groups_of
from autograder.python_source import parse
from autograder.question_types import TYPES
from autograder.sql.text import written_so

__all__ = [
    "MODULE_ID",
    "check_front_matter",
    "check_markers",
    "check_options",
    "check_question",
    "check_readable",
    "read_front_matter",
    "read_when",
    "split_hints",
    "split_says",
]

MODULE_ID = re.compile(r"[a-e]\d_[a-z0-9_]+")
_NEEDED = re.compile(r"[a-e]\d")
_HINT = re.compile(r"(\d+)\. ?(.*)")
_SQL_NAME = re.compile(r"%%sql [A-Za-z_]\w*")
_OPTIONS = {
    "prompt": {"type", "core"},
    "lesson": {"tags", "fails"},
    "wrong": {"when", "change"},
    "right": {"change"},
}
_FLAGS = {"core", "fails"}
# Under this name jupytext hands over the options that it can't read.
_UNREAD = "incorrectly_encoded_metadata"
_UNQUOTED = re.compile(r"""([\w-]+)=([^\s"'\[{]\S*)""")
_Answer = TypeVar("_Answer")


def read_front_matter(path: Path, head: str) -> Mapping[str, Any]:
    """Read and check the YAML text between the ``# ---`` lines: title, minutes, needs."""
    try:
        front = yaml.safe_load(head)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 2 + (mark.line if mark else 0)
        raise FormatError(path, line, "The front matter isn't YAML.", "Write one `# name: value` per line.") from error
    if not isinstance(front, dict):
        cure = "Write `# title: ...`, `# minutes: ...` and `# needs: [...]`, one per line."
        raise FormatError(path, 1, "The front matter names no values.", cure)
    check_front_matter(path, front, head.split("\n"))
    return front


def check_front_matter(path: Path, front: Mapping[str, Any], lines: list[str]) -> None:
    """Refuse a missing, unknown or ill-typed value."""

    def fault(name: str, problem: str, cure: str) -> FormatError:
        number = next((at for at, line in enumerate(lines, start=2) if line.startswith(f"{name}:")), 1)
        return FormatError(path, number, problem, cure)

    title, minutes, needs = (front.get(name) for name in ("title", "minutes", "needs"))
    if not (isinstance(title, str) and title.strip()):
        raise fault("title", "The front matter has no `title` text.", "Write `# title: Ask one table`.")
    if not (isinstance(minutes, int) and not isinstance(minutes, bool) and minutes > 0):
        raise fault("minutes", "`minutes` must be a whole number above 0.", "Write `# minutes: 50`.")
    if not (isinstance(needs, list) and all(isinstance(one, str) and _NEEDED.fullmatch(one) for one in needs)):
        raise fault("needs", "`needs` must be a list of module numbers.", "Write `# needs: [a1]`, or `# needs: []`.")
    unknown = sorted(map(str, front.keys() - {"title", "minutes", "needs", "jupyter"}))
    if unknown:
        raise fault(unknown[0], f"The front matter doesn't know `{unknown[0]}`.", "It holds title, minutes and needs.")


def check_markers(cells: Iterable[Cell]) -> None:
    """Refuse every line that is one of nbgrader's markers, or looks like one, where it may not stand."""
    for cell in cells:
        for number, line in enumerate(cell.lines, start=1):
            text = line.strip()
            if text in (BEGIN_SOLUTION, END_SOLUTION):
                if not cell.title.endswith(" answer"):
                    problem = "A solution region stands outside an answer cell."
                    raise cell.fault(problem, "Move it to the answer, or delete the two markers.", at=number)
            elif text in (BEGIN_HIDDEN, END_HIDDEN):
                cure = "Delete the line: the builder writes the markers around a hidden cell."
                raise cell.fault("The author's file holds no markers for hidden tests.", cure, at=number)
            elif looks_like_marker(line):
                cure = f"Write exactly `{BEGIN_SOLUTION}` or `{END_SOLUTION}`, or word the line differently."
                raise cell.fault(f"`{text}` looks like a marker of nbgrader but isn't exactly one.", cure, at=number)


def check_options(cell: Cell, role: str) -> None:
    """Refuse options on a marker line that mean nothing there."""
    if "fails" in cell.options and not (cell.options["fails"] is True and cell.kind == "code"):
        raise cell.fault("`fails` says that an example's code fails.", "Write `fails=true`, or leave it out.")
    unknown = sorted(cell.options.keys() - _OPTIONS.get(role, set()))
    if unknown:
        cure = (
            "A prompt has type= and core=; an SQL cell has language= and, for an answer, magic_args=; "
            "a wrong or right answer may have change=."
        )
        raise cell.fault(f"The option `{unknown[0]}` means nothing here.", cure)


def check_readable(cells: Iterable[Cell]) -> None:
    """Refuse marker lines that can't be read: what follows would be taken for something else."""
    for cell in cells:
        if _UNREAD in cell.options:
            raise _unread(cell, str(cell.options[_UNREAD]))


def _unread(cell: Cell, text: str) -> FormatError:
    """The error for options that can't be read: most often a value without its quotes."""
    for name, value in _UNQUOTED.findall(text):
        if name in _FLAGS and value != "true":
            return cell.fault(f"`{name}={value}` can't be read.", f"Write `{name}=true`, or leave it out.")
        if name not in _FLAGS:
            return cell.fault(f"`{name}={value}` can't be read: the value needs quotes.", f'Write `{name}="{value}"`.')
    return cell.fault(f"The options `{text}` can't be read.", 'Write each as `name="value"`, with blanks between them.')


def check_question(question: Question) -> None:
    """Check everything within one question."""
    _check_prompt(question)
    _check_answer(question.answer)
    for cell, hidden in ((question.check, False), (question.hidden, True)):
        _check_test(question, cell, hidden)
    _check_group_names(question)


def split_hints(cell: Cell) -> tuple[str, str, str]:
    """Read the three hints: a list numbered from 1 to 3, each with as many lines as it needs."""
    cure = "Write three: `1. nudge`, `2. pointer`, `3. near-solution`."
    found: list[list[str]] = []
    for number, line in enumerate(cell.lines, start=1):
        item = _HINT.fullmatch(line)
        if item and int(item[1]) == len(found) + 1:
            found.append([item[2]])
        elif item:
            raise cell.fault(f"Hint {len(found) + 1} is missing before this one.", cure, at=number)
        elif found:
            found[-1].append(line.removeprefix("   "))
        elif line.strip():
            raise cell.fault("The hints don't begin with `1. `.", cure, at=number)
    texts = ["\n".join(lines).strip() for lines in found]
    if len(texts) != 3 or not all(texts):
        raise cell.fault(f"A question has exactly three hints; there are {sum(map(bool, texts))}.", cure)
    return texts[0], texts[1], texts[2]


def read_when(cell: Cell, sql: str) -> str:
    """The regular expression that says how a text with this mistake is written; empty if there is none."""
    when = cell.options.get("when", "")
    if "when" in cell.options and not cell.is_sql:
        raise cell.fault("`when` is about the text of a query; this answer is Python.", "Take `when` away.")
    if not isinstance(when, str) or ("when" in cell.options and not when.strip()):
        raise cell.fault("`when` must be a regular expression.", 'Write it in quotes: `when="= *NULL"`.')
    try:
        found = not when or written_so(sql, when)
    except re.error as error:
        cure = 'Write a regular expression such as `when="= *NULL"`; a backslash is written twice.'
        raise cell.fault(f"`when` isn't a regular expression: {error}.", cure) from None
    if not found:
        cure = (
            "It is looked for in the text on one line, without comments, every string as ''; write a backslash twice."
        )
        raise cell.fault("`when` doesn't match the statement of its own cell.", cure)
    return when


def split_says(cell: Cell, role: str) -> str:
    """The comment with which a wrong or right answer begins, without the comment signs."""
    sign, said = ("--" if cell.is_sql else "#"), []
    for line in cell.lines[1:] if cell.magic else cell.lines:
        if not line.startswith(sign):
            break
        said.append(line.removeprefix(sign).strip())
    text = " ".join(filter(None, said))
    if not text:
        why = "what a learner who wrote it should read" if role == "wrong" else "why it is right"
        raise cell.fault(f"A `{role}` answer must begin with a comment.", f"Write `{sign} ...`: {why}.")
    return text


def _check_prompt(question: Question) -> None:
    """The prompt's own rules: heading, type, core."""
    cell = question.prompt
    if not question.title:
        raise cell.fault("The prompt must begin with its heading.", f"Write `# ## {question.id} Title of the task`.")
    if question.type not in TYPES or not TYPES[question.type].ready:
        known = ", ".join(sorted(name for name, kind in TYPES.items() if kind.ready))
        got = f"The question type {question.type!r} is unknown." if question.type else "The prompt has no type."
        if question.type in TYPES:
            got = f"The question type {question.type!r} has no checks yet."
        raise cell.fault(got, f'Write type="..." with one of: {known}.')
    core = cell.options.get("core", False)
    if not isinstance(core, bool):
        raise cell.fault(f"`core` must be true or false, not {core!r}.", "Write `core=true`, or leave it out.")


def _check_answer(cell: Cell) -> None:
    """The answer's own rules: an SQL name, sound regions, a starter that runs and isn't the solution."""
    if cell.is_sql and not _SQL_NAME.fullmatch(cell.magic.rstrip()):
        cure = 'Write `language="sql" magic_args="electric"` on the `# %%` line.'
        raise cell.fault("An SQL answer needs a name of its own.", cure)
    regions = _regions(cell)
    if len({bool(region.indent) for region in regions}) > 1:
        cure = "Use one region, or regions that are all indented, or all not."
        raise cell.fault("The solution regions of this answer need two kinds of starter.", cure, at=regions[1].begin)
    sign = "--" if cell.is_sql else "#"
    for region in regions:
        if not _effective(region.lines, sign):
            raise cell.fault("The solution region is empty.", "Put the solution between the two lines.", region.begin)
    outside = _effective(_outside(cell.lines, regions), sign)
    if all(_effective(region.lines, sign) <= outside for region in regions):
        cure = "Take the solution's lines out of the starter."
        raise cell.fault("The starter equals the solution.", cure, at=regions[0].begin)
    if not cell.magic:
        _parsed(cell, cell.source, "The solution")
        stubbed = [_stub(line) for line in _outside(cell.lines, regions, keep_begin=True)]
        _parsed(cell, "\n".join(stubbed), "The starter (with `raise NotImplementedError` in place of the solution)")


def _stub(line: str) -> str:
    return line.replace(BEGIN_SOLUTION, "raise NotImplementedError") if line.strip() == BEGIN_SOLUTION else line


def _regions(cell: Cell) -> list[Region]:
    try:
        regions = list(solution_regions(cell.lines))
    except ValueError as error:
        problem, line = error.args
        cure = f"Write one `{BEGIN_SOLUTION}` line and, after the solution, one `{END_SOLUTION}` line."
        raise cell.fault(problem, cure, at=line) from None
    if not regions:
        cure = f"Put it between `{BEGIN_SOLUTION}` and `{END_SOLUTION}`."
        raise cell.fault("The answer has no solution region.", cure)
    return regions


def _outside(lines: list[str], regions: list[Region], *, keep_begin: bool = False) -> list[str]:
    """The lines that a learner gets, with the begin markers if asked for."""
    inside = {number for region in regions for number in range(region.begin + keep_begin, region.end + 1)}
    return [line for number, line in enumerate(lines, start=1) if number not in inside]


def _effective(lines: Iterable[str], sign: str) -> set[str]:
    """The lines that do something: no comments, no blanks, no magic, without indentation."""
    texts = (line.strip() for line in lines)
    return {text for text in texts if text and not text.startswith((sign, "%%", "###"))}


def _parsed(cell: Cell, source: str, what: str) -> ast.Module:
    try:
        return parse(source)
    except SyntaxError as error:
        cure = f"Python says: {error.msg}."
        raise cell.fault(f"{what} isn't valid Python.", cure, at=min(error.lineno or 1, len(cell.lines))) from None


def _check_test(question: Question, cell: Cell, hidden: bool) -> None:
    """A test cell's own rules: its Question, groups, placeholders and last expression."""
    tree = _parsed(cell, cell.source, "The test cell")
    name = _question_name(question, cell, tree, hidden)
    groups = _translated(cell, groups_of)
    if not groups:
        cure = f'Write `with {name}.check("in plain words", points=1):`.'
        raise cell.fault("The cell has no check group, so it is worth nothing.", cure)
    if not (isinstance(tree.body[-1], ast.Expr) and ast.unparse(tree.body[-1]) == f"{name}.result()"):
        cure = f"End the cell with `{name}.result()`."
        raise cell.fault("The last expression must be the result.", cure, at=tree.body[-1].lineno)
    for place in _translated(cell, lambda source: placeholders_of(source, hidden=hidden)):
        if place.name != question.sql_name:
            wanted = f"`{question.sql_name}`" if question.sql_name else "no name: it isn't a `%%sql NAME` cell"
            problem = f"`from_solution({place.name})` doesn't name the answer, which binds {wanted}."
            raise cell.fault(problem, "Name the answer of this question.", at=place.line)


def _translated(cell: Cell, read: Callable[[str], _Answer]) -> _Answer:
    """Read the cell's text; give an error of the reader the file's name and line."""
    try:
        return read(cell.source)
    except SourceError as error:
        raise cell.fault(error.problem, error.cure, at=error.line) from None


def _question_name(question: Question, cell: Cell, tree: ast.Module, hidden: bool) -> str:
    """Check the one ``Question(...)`` of a test cell; return the name to which it is assigned."""
    flag = ", hidden=True" if hidden else ""
    cure = f'Write `q = Question("{question.id}"{flag})`.'
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Question"]
    if len(calls) != 1:
        raise cell.fault(f"A test cell makes exactly one Question; there are {len(calls)}.", cure)
    call = calls[0]
    name = next(
        (
            node.targets[0].id
            for node in tree.body
            if isinstance(node, ast.Assign) and node.value is call
            if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
        ),
        None,
    )
    options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    if name is None or [ast.unparse(one) for one in call.args] != [repr(question.id)]:
        raise cell.fault(f"The Question of this cell isn't {question.id}.", cure, at=call.lineno)
    partial = options.pop("partial", "True") if hidden else "True"
    if options.pop("hidden", "False") != str(hidden) or partial != "True" or options:
        kind = "hidden" if hidden else "visible"
        raise cell.fault(f"The Question of a {kind} cell has the wrong options.", cure, at=call.lineno)
    return name


def _check_group_names(question: Question) -> None:
    """Group names are what a learner reads: no two of one question may be the same."""
    seen: set[str] = set()
    for cell in (question.check, question.hidden):
        for group in groups_of(cell.source):
            if group.name in seen:
                problem = f"Two groups of {question.id} are named {group.name!r}."
                raise cell.fault(problem, "Give each group its own name.", at=group.line)
            seen.add(group.name)
