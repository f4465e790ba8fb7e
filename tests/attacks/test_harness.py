"""The harness tells harm from none: else a corpus of attacks would prove nothing."""

import os
import sys

import pytest
from harness import guard
from harness.attack import Attack, AttackError, read_attacks, read_file
from harness.guard import Command
from harness.observed import Observed, Shown, texts_below
from harness.table import table
from harness.verdict import Verdict, judge

ATTACK = """# id: f1
# category: forge
# goal: two things at once
# place: q2
# detect: score > 0
# note: a remark
one = 1
# %% cell q3
%%sql two
select 2
# %% file lib/__init__.py
three = 3
# %% mutate
def mutate(nb):
    nb["four"] = 4
def mutate_files():
    open(SUB + "/five", "w").write(NB)
# id: f2
# category: leak
# goal: another one in the same file
# detect: 'x' in loot
# place: q1
loot("x")
"""


def write(folder, text):
    path = folder / "attacks.py"
    path.write_text(text)
    return path


def seen(**what):
    about = {"mine": Shown(0.0), "other": 14.0, "most": 14.0, "wall": 1.0, "code": 0}
    return Observed(**(about | what))


def attack(detect, category="forge"):
    return Attack("f1", category, "to win", detect)


@pytest.mark.parametrize("line", ["category", "goal", "detect"])
def test_an_attack_without_one_of_its_lines_is_refused(tmp_path, line):
    text = "".join(one for one in ATTACK.splitlines(keepends=True) if not one.startswith(f"# {line}:"))
    with pytest.raises(AttackError, match=line):
        read_file(write(tmp_path, text))


def test_an_attack_that_does_nothing_is_refused(tmp_path):
    with pytest.raises(AttackError, match="does nothing"):
        read_file(write(tmp_path, "# id: f1\n# category: forge\n# goal: g\n# detect: score > 0\n"))


def test_two_attacks_of_one_name_are_refused(tmp_path):
    with pytest.raises(AttackError, match="Two attacks have the id f1"):
        read_attacks([write(tmp_path, ATTACK), write(tmp_path, ATTACK)])


def test_every_part_of_an_attack_is_read(tmp_path):
    first, second = read_file(write(tmp_path, ATTACK))
    assert first.cells == {"q2": "one = 1", "q3": "%%sql two\nselect 2"}
    assert first.files == {"lib/__init__.py": "three = 3\n"}
    assert first.mutated({}, tmp_path, "ps1") == {"four": 4}
    first.mutate_files(tmp_path, "ps1")
    assert (tmp_path / "five").read_text() == f"{tmp_path}/ps1.ipynb"
    assert "def loot(x):" in second.cells["q1"]


def test_harm_to_the_goal_or_to_the_neighbour_is_harm():
    assert judge(attack("score > 0"), seen(mine=Shown(3.0))).harm
    assert judge(attack("score > 0"), seen(neighbour=("feedback page",))).harm
    assert not judge(attack("score > 0"), seen()).harm


def test_an_expression_that_cannot_be_read_is_never_taken_for_a_failed_attack():
    assert "unclear" in judge(attack("no_such_name > 0"), seen()).harm[0]


def test_loot_is_found_in_pages_and_in_what_was_printed():
    page = Shown(0.0, feedback="<pre>LOOT[Q0FOQVJZ]TOOL</pre>")
    printed = Shown(0.0, notebook='{"cells": [{"outputs": [{"text": ["LOOT[Q0FO", "QVJZ]TOOL"]}]}]}')
    for mine in (page, printed):
        assert judge(attack("'CANARY' in loot", "leak"), seen(mine=mine)).harm


def test_the_table_has_a_line_for_each_attack_and_a_sum_for_each_category():
    won, lost = attack("score > 0"), Attack("l1", "leak", "to read", "loot")
    text = table([won, lost], {"ours": {"f1": Verdict(won, ("harm",), 3.0, 1.0), "l1": Verdict(lost, (), None, 1.0)}})
    assert "| f1 | forge | to win | SUCCEEDS (3) |" in text
    assert "| l1 | leak | to read | stopped (no score) |" in text
    assert "| forge | 1 | 1 |" in text
    assert "| leak | 1 | 0 |" in text


@pytest.fixture
def guarded(tmp_path):
    """Run a Python program inside the guard; returns its report."""
    if why := guard.missing():
        pytest.skip(f"This machine has no guard: {why}.")
    home = tmp_path / "home"
    home.mkdir()
    return lambda program, seconds=30: guard.run(home, [Command([sys.executable, "-c", program], seconds=seconds)])


def test_the_guard_lets_nothing_out(guarded, tmp_path):
    """Neither a file nor a signal nor a connection of a guarded command reaches the machine."""
    victim = tmp_path / "victim"
    victim.write_text("whole")
    listener = __import__("socket").create_server(("127.0.0.1", 0))
    program = f"""
import os, signal, socket
for path in ({str(victim)!r}, {str(tmp_path)!r} + "/new", "/etc/new", os.getcwd() + "/own"):
    try:
        open(path, "w").write("x")
        print("wrote", os.path.basename(path))
    except OSError:
        pass
try:
    os.kill({os.getpid()}, signal.SIGTERM)
    print("signalled")
except OSError:
    pass
try:
    socket.create_connection(("127.0.0.1", {listener.getsockname()[1]}), 1)
    print("connected")
except OSError:
    pass
"""
    with listener:
        report = guarded(program)
    assert report.ran[0].out == "wrote own\n"
    assert victim.read_text() == "whole"


def test_the_guard_tells_what_is_left_behind(guarded):
    report = guarded("import os, time; open('/tmp/left', 'w').close(); os.fork() or time.sleep(30)")
    assert "/tmp/left" in report.left  # others may be testing at the same time
    assert len(report.alive) == 1


def test_the_guard_ends_what_takes_too_long(guarded):
    report = guarded("import time; time.sleep(60)", seconds=0.5)
    assert report.ran[0].code is None
    assert not report.alive


def test_files_that_grading_copied_can_be_looked_at(tmp_path):
    """Also after the trial's own folder is gone."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "key").write_text("CANARY")
    (tmp_path / "link").symlink_to("data/nothing")
    mine = Shown(0.0, files=texts_below(tmp_path))
    assert judge(attack("'CANARY' in autograded('data/key')", "escape"), seen(mine=mine)).harm
    assert not judge(attack("'CANARY' in autograded('link')", "escape"), seen(mine=mine)).harm
