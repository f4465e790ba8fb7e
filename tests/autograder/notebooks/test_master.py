"""Tests of reading an author's file: what is refused, where and with which cure; then what is read."""

import subprocess
import sys

import pytest

from autograder.errors import FormatError
from autograder.notebooks.master import Passage, read_module

SQL_ANSWER = '# %% A2.1 answer language="sql" magic_args="electric"'
SOLUTION = """    ### BEGIN SOLUTION
    whole_cents = cents // 2
    return whole_cents
    ### END SOLUTION
"""
HINTS = "# 1. a\n# 2. b\n# 3. c\n"

# What is replaced, by what, words of the error, and a text on the line at fault (empty: not looked at).
BREACHES = {
    "unknown role": ("# %% A2.1 check", "# %% A2.1 chekc", "role 'chekc' isn't known", "chekc"),
    "unknown title": ("# %% setup", "# %% setpu", "title 'setpu' isn't known", "setpu"),
    "role twice": ("# %% A2.2 wrong float-money", "# %% A2.2 answer", "A2.2 has two `answer` cells", ""),
    "not adjacent": (
        "# %% A2.1 hints",
        "# %% [markdown]\n# between\n\n# %% A2.1 hints",
        "A2.1 has no `hints` cell",
        "A2.1 prompt",
    ),
    "later cell not adjacent": (
        "# %% A2.1 right",
        "# %% [markdown]\n# between\n\n# %% A2.1 right",
        "cell of A2.1 isn't adjacent",
        "A2.1 right",
    ),
    "no check": ("# %% A2.3 check", "# %% A2.3 wrong x", "A2.3 has no `check` cell", "A2.3 prompt"),
    "no hidden": ("# %% A2.3 hidden", "# %% A2.3 wrong x", "A2.3 has no `hidden` cell", "A2.3 prompt"),
    "no answer": (
        '# %% A2.3 answer\n### BEGIN SOLUTION\ncapital = "Lisbon is the capital"\n### END SOLUTION\n\n',
        "",
        "A2.3 has no `answer` cell",
        "A2.3 prompt",
    ),
    "two hints": (HINTS, "# 1. a\n# 2. b\n", "exactly three hints; there are 2", "A2.2 hints"),
    "four hints": (HINTS, HINTS + "# 4. d\n", "exactly three hints; there are 4", "A2.2 hints"),
    "hints misnumbered": (HINTS, "# 1. a\n# 3. b\n# 3. c\n", "Hint 2 is missing", "3. b"),
    "text before hints": (HINTS, "# So:\n" + HINTS, "don't begin with", "So:"),
    "another module's question": ("# %% A2.1 prompt", "# %% A3.1 prompt", "A3.1 isn't a question of this", "A3.1"),
    "no region": (SOLUTION, "    return 1\n", "no solution region", "A2.2 answer"),
    "region not closed": ("    ### END SOLUTION\n", "", "begins and never ends", "    ### BEGIN SOLUTION"),
    "region not opened": ("    ### BEGIN SOLUTION\n", "", "ends that never began", ""),
    "region nested": (
        "    whole_cents = cents // 2\n",
        "    ### BEGIN SOLUTION\n",
        "begins inside another one",
        "",
    ),
    "empty region": (SOLUTION, "    ### BEGIN SOLUTION\n    # nothing\n    ### END SOLUTION\n", "is empty", ""),
    "starter is the solution": (
        SOLUTION,
        "    return cents\n    ### BEGIN SOLUTION\n    return cents\n    ### END SOLUTION\n",
        "starter equals the solution",
        "    ### BEGIN SOLUTION",
    ),
    "region outside an answer": ("# A query picks rows.", "# ### BEGIN SOLUTION", "outside an answer cell", ""),
    "hidden marker": (
        'with q.check("odd numbers"',
        '### BEGIN HIDDEN TESTS\nwith q.check("odd numbers"',
        "no markers for hidden tests",
        "BEGIN HIDDEN",
    ),
    "wrong without tag": ("wrong null-equals", "wrong", "needs a tag", "wrong"),
    "wrong with a bad tag": ("wrong null-equals", "wrong Null_Equals", "isn't a tag", "wrong"),
    "wrong without says": ("# -- `= NULL` is never true:\n# -- ask with IS NULL.\n", "", "begin with a comment", ""),
    "wrong in Python without says": ("# Money is whole cents.\n", "", "must begin with a comment", "float-money"),
    "right without says": ("# -- SQLite's own spelling.\n", "", "must begin with a comment", "right isnull"),
    "pattern that is none": (
        'null-equals language="sql"',
        'null-equals language="sql" when="(= *NULL"',
        "`when` isn't a regular expression",
        "null-equals",
    ),
    "pattern of another mistake": (
        'null-equals language="sql"',
        'null-equals language="sql" when="IS *NULL"',
        "`when` doesn't match the statement of its own cell",
        "null-equals",
    ),
    "pattern of a comment": (
        'null-equals language="sql"',
        'null-equals language="sql" when="never true"',
        "`when` doesn't match",
        "null-equals",
    ),
    "pattern with single backslashes": (
        'null-equals language="sql"',
        'null-equals language="sql" when="\\bNULL"',
        "write a backslash twice",
        "null-equals",
    ),
    "empty pattern": (
        'null-equals language="sql"',
        'null-equals language="sql" when=""',
        "`when` must be a regular expression",
        "null-equals",
    ),
    "pattern that is a number": (
        'null-equals language="sql"',
        'null-equals language="sql" when=7',
        "`when` must be a regular expression",
        "null-equals",
    ),
    "pattern for Python": ("float-money", 'float-money when="/"', "this answer is Python", "float-money"),
    "pattern for a right answer": (
        'right isnull language="sql"',
        'right isnull language="sql" when="ISNULL"',
        "option `when` means nothing here",
        "isnull",
    ),
    "right without name": ("right isnull", "right", "needs a name", "A2.1 right"),
    "wrong in another language": ("float-money", 'float-money language="sql"', "language of the answer", "float"),
    "group name not literal": ('q.check("halves"', "q.check(title", "name must be a literal text", "q.check(title"),
    "group without points": ('halves", points=2', 'halves"', "doesn't say its points", '"halves"'),
    "points not literal": ("points=2", "points=1 + 1", "must be a literal number", "1 + 1"),
    "points true": ("points=2", "points=True", "must be a literal number", "points=True"),
    "points zero": ("points=2", "points=0", "must be more than 0", "points=0)"),
    "points negative": ("points=2", "points=-1", "must be more than 0", "points=-1"),
    "group in a loop": (
        'with q.check("halves", points=2):\n    same_value(half(4), 2)',
        'for n in (1, 2):\n    with q.check("halves", points=2):\n        same_value(half(n), n)',
        "in a loop or a function",
        '"halves"',
    ),
    "check not in a with line": (
        'with q.check("halves", points=2):\n    ',
        'q.check("halves", points=2)\n',
        "`with`",
        "",
    ),
    "no group": (
        'with q.check("halves", points=2):\n    same_value(half(4), 2)',
        "same_value(half(4), 2)",
        "has no check group",
        "A2.2 check",
    ),
    "group name twice": ('"odd numbers"', '"halves"', "Two groups of A2.2 are named 'halves'", ""),
    "no result": ("    same_value(half(4), 2)\nq.result()", "    same_value(half(4), 2)", "must be the result", ""),
    "result not last": (
        "    same_value(half(4), 2)\nq.result()",
        "    same_value(half(4), 2)\nq.result()\nprint(1)",
        "must be the result",
        "print(1)",
    ),
    "question of another id": ('Question("A2.2")', 'Question("A2.3")', "isn't A2.2", 'q = Question("A2.3")'),
    "no question": ('q = Question("A2.2")\n', "", "exactly one Question; there are 0", "A2.2 check"),
    "visible cell marked hidden": (
        'Question("A2.2")',
        'Question("A2.2", hidden=True)',
        "wrong options",
        '("A2.2", hidden=True)',
    ),
    "visible cell with partial credit": (
        'Question("A2.2")',
        'Question("A2.2", partial=True)',
        "wrong options",
        '("A2.2", partial=True)',
    ),
    "partial credit that is none": (
        'A2.2", hidden=True',
        'A2.2", hidden=True, partial=0',
        "wrong options",
        "partial=0",
    ),
    "hidden cell not marked": ('Question("A2.2", hidden=True)', 'Question("A2.2")', "hidden cell has the wrong", ""),
    "placeholder without on": ("electric, on=city)", "electric)", "needs `on=`", "from_solution(electric)"),
    "hidden placeholder with on": ("electric, ordered=True", "electric, on=city", "takes no `on=`", "reference ="),
    "placeholder of another name": ("from_solution(electric, on", "from_solution(cars, on", "doesn't name", "(cars"),
    "placeholder in an expression": (
        "expected = from_solution(electric, on=city)",
        "expected = dict(from_solution(electric, on=city))",
        "one-line assignment",
        "dict(",
    ),
    "placeholder with company": ("expected = from_", "x = 1; expected = from_", "one-line assignment", "x = 1;"),
    "placeholder on two lines": ("electric, on=city)", "electric,\n  on=city)", "one-line assignment", "expected ="),
    "placeholder in a block": ("expected = from_", "if 1: expected = from_", "one-line assignment", "if 1:"),
    "placeholder unpacked": ("expected = from_", "expected, y = from_", "one-line assignment", "expected, y"),
    "placeholder with odd options": ("electric, on=city)", "electric, on=city, by=1)", "nothing else", "by=1"),
    "placeholder ordered by a name": ("ordered=True", "ordered=yes", "`ordered=` must be", "ordered=yes"),
    "placeholder for a Python answer": (
        "    same_value(half(4), 2)",
        "    pass\nrows = from_solution(half, on=city)",
        "isn't a `%%sql NAME` cell",
        "rows =",
    ),
    "unknown type": ('type="sql-query"', 'type="sql"', "type 'sql' is unknown", "A2.1 prompt"),
    "no type": (' type="sql-query"', "", "prompt has no type", "A2.1 prompt"),
    "type without checks": ('type="sql-query"', 'type="sql-plan"', "'sql-plan' has no checks yet", "A2.1 prompt"),
    "type without checks, cure": (
        'type="sql-query"',
        'type="sql-plan"',
        "one of: attack, choice, choice-set, http-app, http-client, order, py-function, short, sql-query, sql-script.",
        "A2.1 prompt",
    ),
    "core said in another word": (
        "core=true",
        "core=yes",
        "`core=yes` can't be read. Write `core=true`",
        "A2.1 prompt",
    ),
    "name without quotes": (
        'magic_args="electric"',
        "magic_args=electric",
        '`magic_args=electric` can\'t be read: the value needs quotes. Write `magic_args="electric"`.',
        "A2.1 answer",
    ),
    "type without quotes": ('type="sql-query"', "type=sql-query", 'Write `type="sql-query"`.', "A2.1 prompt"),
    "options without a blank": ('type="sql-query" core', 'type="sql-query"core', "can't be read", "A2.1 prompt"),
    "fails not true": ("# %% example", '# %% example fails="no"', "Write `fails=true`", "example"),
    "a text that fails": ("# %% [markdown]", "# %% [markdown] fails=true", "an example's code fails", "fails"),
    "a check that fails": ("# %% A2.1 check", "# %% A2.1 check fails=true", "`fails` means nothing", "A2.1 check"),
    "core not a truth value": ("core=true", 'core="yes"', "`core` must be true or false", "A2.1 prompt"),
    "unknown option": ("core=true", "cor=true", "option `cor` means nothing", "A2.1 prompt"),
    "a change of SQL": ("A2.1 right isnull", "A2.1 right isnull change=true", "is for answers in Python", "isnull"),
    "a change that isn't true": ("wrong float-money", "wrong float-money change=1", "and is true", "float-money"),
    "a change that fits nowhere": (
        "# %% A2.2 wrong float-money\n# Money is whole cents.\ndef half(cents):\n",
        "# %% A2.2 wrong float-money change=true\n# Money is whole cents.\n-def halve(cents):\n+",
        "stand nowhere",
        "-def halve",
    ),
    "no heading": ("# ## A2.1 Electric and on the road", "# Text", "begin with its heading", "A2.1 prompt"),
    "SQL answer without name": (SQL_ANSWER, '# %% A2.1 answer language="sql"', "needs a name", "A2.1 answer"),
    "SQL answer with a bad name": ('magic_args="electric"', 'magic_args="two words"', "needs a name", "A2.1 answer"),
    "prompt as code": ("A2.2 prompt [markdown]", "A2.2 prompt", "prompt cell is markdown", "A2.2 prompt"),
    "answer as markdown": ("# %% A2.2 answer", "# %% A2.2 answer [markdown]", "answer cell is code", "A2.2 answer"),
    "raw cell": ("# %% example", "# %% example [raw]", "neither code nor markdown", "example"),
    "words after a role": ("# %% A2.2 check", "# %% A2.2 check now", "'now' means nothing", "check now"),
    "test cell isn't Python": ("    same_value(half(4), 2)", "    same_value(half(4), 2", "isn't valid Python", ""),
    "solution isn't Python": (
        "    return whole_cents",
        "    return whole_cents)",
        "isn't valid Python",
        "whole_cents)",
    ),
    "starter isn't Python": (SOLUTION, SOLUTION + "  x = 1\n", "isn't valid Python", ""),
    "setup in SQL": ("# %% setup", '# %% setup language="sql"', "setup cell is Python", "setup"),
    "text before the first cell": (
        "\n# %% [markdown]\n# # Ask",
        "\nx = 1\n# %% [markdown]\n# # Ask",
        "no cell",
        "x = 1",
    ),
    "marker in a string": ("import sqlite3\n", 'x = """\n# %% lost\n"""\n', "begins no cell", "# %% lost"),
    "no front matter": ("# ---\n# title", "# title", "front matter is missing", "title"),
    "front matter not closed": ("# needs: [a1]\n# ---\n", "# needs: [a1]\n\n", "front matter has no end", "---"),
    "front matter not YAML": ("# needs: [a1]", "# needs: [a1", "isn't YAML", ""),
    "front matter is a list": (
        "# title: Ask one table\n# minutes: 50\n# needs: [a1]\n",
        "# - title\n",
        "names no values",
        "# ---",
    ),
    "no title": ("# title: Ask one table\n", "", "no `title`", "# ---"),
    "minutes not a number": ("minutes: 50", "minutes: long", "whole number above 0", "minutes"),
    "needs not a list": ("needs: [a1]", "needs: a1", "list of module numbers", "needs"),
    "needs a file name": ("needs: [a1]", "needs: [a1_maps]", "list of module numbers", "needs"),
    "front matter with a typo": ("minutes: 50", "minutes: 50\n# minuts: 50", "doesn't know `minuts`", "minuts"),
    "two kinds of region": (
        "    ### END SOLUTION\n\n# %% A2.2 check",
        "    ### END SOLUTION\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n\n# %% A2.2 check",
        "two kinds of starter",
        "",
    ),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_refused_with_its_line(breach, refused, line_of):
    """Every breach of the format is an error that names what is wrong, on the line where it is."""
    old, new, words, at = BREACHES[breach]
    error = refused((old, new))
    assert words in error.problem + " " + error.cure
    if at:
        assert error.line == line_of(at)


def test_a_missing_prompt_is_refused(refused, line_of):
    """A question without its prompt says so on its first cell."""
    error = refused(('# %% A2.3 prompt [markdown] type="short"\n# ## A2.3 A value\n\n', ""))
    assert "A2.3 has no `prompt` cell" in error.problem
    assert error.line == line_of("A2.3 answer")


def test_a_prompt_in_the_middle_is_refused(refused):
    """A question begins with its prompt."""
    prompt = '# %% A2.3 prompt [markdown] type="short"\n# ## A2.3 A value\n\n'
    error = refused((prompt, ""), ("# %% A2.3 check", prompt + "# %% A2.3 check"))
    assert "doesn't begin with its prompt" in error.problem


def test_a_repeated_id_is_refused(refused, master_text, line_of):
    """Two questions with one id are told apart from a cell that stands elsewhere."""
    second = master_text[master_text.index("# %% A2.2 prompt") : master_text.index("# %% A2.3 prompt")]
    error = refused(("# %% A2.3 prompt", "# %% [markdown]\n# text\n\n" + second + "# %% A2.3 prompt"))
    assert "two questions A2.2" in error.problem
    assert error.line > line_of("Now Python.")


def test_ids_out_of_order_are_refused(changed):
    """Question numbers only grow."""
    path = changed()
    path.write_text(path.read_text("utf-8").replace("A2.2", "A2.9").replace("A2.3", "A2.4"), "utf-8")
    with pytest.raises(FormatError, match=r"A2\.4 is out of order: A2\.9 comes before it"):
        read_module(path)


@pytest.mark.parametrize(
    "line",
    [
        "### BEGIN SOLUTIONS",
        "## BEGIN SOLUTION",
        "###BEGIN SOLUTION",
        "### Begin Solution",
        "### begin solution",
        "### END  SOLUTION",
        "### BEGIN_SOLUTION",
        "###BEGIN HIDDEN TESTS",
        "### BEGIN HIDDEN TEST",
        "### end hidden tests",
        "### BEGIN MARK SCHEME",
        "### BEGIN SOLUTOIN",
        "x = 1  # BEGIN SOLUTION",
        "-- BEGIN SOLUTION",
    ],
)
def test_a_line_that_only_looks_like_a_marker_is_refused(line, refused, line_of):
    """A line that nbgrader would misread, or a person would, is an error wherever it stands."""
    error = refused(("    whole_cents = cents // 2\n", f"    whole_cents = cents // 2\n    {line}\n"))
    assert "marker" in error.problem
    assert error.line == line_of(f"    {line}")


@pytest.mark.parametrize("line", ["In the end, solutions differ.", "-- BEGIN TRANSACTION", "Begin with a solution."])
def test_ordinary_words_are_no_markers(line, changed):
    """Prose about solutions, and SQL's own BEGIN, pass."""
    assert read_module(changed(("# A query picks rows.", f"# {line}")))


def test_a_file_name_that_is_no_module_is_refused(tmp_path):
    """The file's name is the module's id, so it must be one."""
    path = tmp_path / "lesson.py"
    path.write_text("")
    with pytest.raises(FormatError, match="'lesson' isn't a module's name"):
        read_module(path)


def test_a_file_that_is_not_utf8_is_refused(changed):
    """An encoding error is the author's to mend, with its line."""
    path = changed()
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xe9"))
    with pytest.raises(FormatError, match=r":19: The file isn't UTF-8"):
        read_module(path)


def test_a_module_has_what_the_author_wrote(module):
    """Front matter, parts in order, and the parts of a question."""
    assert (module.id, module.title, module.minutes, module.needs) == ("a2_one_table", "Ask one table", 50, ("a1",))
    kinds = [part.role if isinstance(part, Passage) else part.id for part in module.parts]
    assert kinds == ["lesson", "setup", "lesson", "A2.1", "lesson", "A2.2", "A2.3"]
    question = module.questions[0]
    assert (question.title, question.type, question.core) == ("Electric and on the road", "sql-query", True)
    assert (question.sql_name, question.key, question.points) == ("electric", "a2_1", 2)
    assert question.sql == "SELECT plate FROM cars\n WHERE electric = 1 AND retired_at IS NULL"
    assert question.hints[0] == "A nudge\non two lines"
    assert question.hints[2] == "Nearly the solution:\n\n```sql\nSELECT ...\n```"
    assert module.points == 7
    assert module.questions[1].core is False


def test_wrong_and_right_answers_stand_in_for_the_answer(module):
    """A wrong SQL answer takes the answer's name; a wrong Python answer is taken as it is."""
    wrong, right = module.questions[0].wrong[0], module.questions[0].right[0]
    assert (wrong.tag, wrong.says) == ("null-equals", "`= NULL` is never true: ask with IS NULL.")
    assert wrong.sql == "SELECT plate FROM cars WHERE electric = 1 AND retired_at = NULL"
    assert module.questions[0].whole(wrong).startswith("%%sql electric\n-- `= NULL`")
    assert (right.name, right.says) == ("isnull", "SQLite's own spelling.")
    other = module.questions[1].wrong[0]
    assert module.questions[1].whole(other) == "# Money is whole cents.\ndef half(cents):\n    return cents / 2.0"


def test_an_answer_may_be_a_change_of_the_solution(changed):
    """The author writes the lines that differ; graded is the whole answer."""
    written = "def half(cents):\n    return cents / 2.0\n"
    change = "-    whole_cents = cents // 2\n+    whole_cents = cents / 2.0\n"
    path = changed(("wrong float-money\n", "wrong float-money change=true\n"), (written, change))
    question = read_module(path).questions[1]
    assert question.whole(question.wrong[0]) == (
        "# Money is whole cents.\ndef half(cents):\n    whole_cents = cents / 2.0\n    return whole_cents"
    )


def test_every_cell_knows_its_lines(module):
    """The line of a cell is its marker's; source lines follow from it, whether or not they were comments."""
    lines = module.path.read_text("utf-8").split("\n")
    assert lines[module.questions[0].prompt.line - 1].startswith("# %% A2.1 prompt")
    cells = [cell for one in module.questions for cell in (one.prompt, one.answer, one.check, one.hidden)]
    for cell in [*module.setup, *cells]:
        for number, text in enumerate(cell.lines, start=cell.first):
            assert text.startswith("%%sql") or text in lines[number - 1]


def test_comments_that_read_like_commands_stay_comments(changed):
    """jupytext would make a shell command of `# copy the rows`; here it stays a comment."""
    module = read_module(changed(("import sqlite3\n", "import sqlite3\n# copy the rows\n# ls\n")))
    assert "\n# copy the rows\n# ls\n" in module.setup[0].source


def test_reading_does_not_load_nbgrader():
    """Authors' tools that only read stay light."""
    code = "import sys, autograder.notebooks.master; sys.exit('nbgrader' in sys.modules or 'nbconvert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
