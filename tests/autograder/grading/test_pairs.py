"""Pairs come out of warm boxes, clean each time, in either tier; what ends one is told in words, and ends no other."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from autograder.errors import EngineRoomError, WireError
from autograder.grading import pairs as module
from autograder.grading.assignment import Assignment
from autograder.grading.limits import Limits
from autograder.grading.pairs import NO_WALLS, STOPPED, BoxedPairs, PlainPairs
from autograder.grading.session import grade_answers
from autograder.grading.warm_pairs import require_walls, shared_pairs, warm_pairs
from autograder.sandbox.walls import Tier

ROOT = Path(__file__).parents[3]
LIMITS = Limits(call=5, cell=20, submission=60, resident=200 << 20, disk=2 << 20, processes=24)


@cache
def found():
    command = [sys.executable, "-m", "autograder.sandbox.tiers"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.fixture(scope="module", params=[Tier.NAMESPACES, Tier.LANDLOCK], ids=["A", "B"])
def tier(request):
    name = "namespaces" if request.param is Tier.NAMESPACES else "landlock"
    if not found().get(name) == found().get("seccomp") == "ok":
        pytest.skip(f"tier {request.param} doesn't hold on this machine")
    return request.param


@pytest.fixture(scope="module")
def pairs(tier):
    made = BoxedPairs(LIMITS, tier=tier, setup=["warmed_by = 'setup'\nimport statistics"])
    yield made
    made.close()


def learner(pair, source, seconds=20):
    """What a learner's cell prints."""
    return run(pair, source, seconds)["out"].strip()


def run(pair, source, seconds=20):
    return pair.ask({"op": "learner", "source": source, "seconds": seconds}, 30)


def test_a_pair_says_hello_and_runs_cells(pairs, tier):
    assert pairs.tier is tier
    with pairs.pair() as pair:
        pair.hello(["x"], {})
        assert learner(pair, "x = 6 * 7\nprint(x)") == "42"
        assert learner(pair, "print(x + 1)") == "43"
        assert pair.cause == ""


def test_the_next_pair_knows_nothing_of_the_last_one(pairs):
    """Names, modules, files, environment: though it may come from the same boxes."""
    mess = (
        "import os, sys\nleft = sys.left = os.environ['LEFT'] = 'mess'\nopen('left', 'w').close()\nprint(os.getcwd())"
    )
    with pairs.pair() as pair:
        pair.hello([], {})
        learner(pair, mess)
    with pairs.pair() as pair:
        pair.hello([], {})
        look = "import os, sys\nprint('left' in globals(), hasattr(sys, 'left'), 'LEFT' in os.environ, os.listdir())"
        assert learner(pair, look) == "False False False []"


def test_what_a_setup_cell_bound_in_warming_up_is_forgotten_and_its_libraries_stay(pairs):
    with pairs.pair() as pair:
        pair.hello([], {})
        assert learner(pair, "import sys\nprint('warmed_by' in globals(), 'statistics' in sys.modules)") == "False True"


def test_boxes_are_used_again(pairs):
    for _ in range(3):
        with pairs.pair() as pair:
            pair.hello([], {})
    before = set(pairs._all)
    for _ in range(3):
        with pairs.pair() as pair:
            pair.hello([], {})
    assert set(pairs._all) == before


HOG = "for at in range(0, len(kept), 4096): kept[at] = 1\nimport time; time.sleep(60)"


def test_too_much_is_told_in_words_and_ends_nobody_else(pairs):
    with pairs.pair() as pair, pairs.pair() as neighbour:
        for one in (pair, neighbour):
            one.hello([], {})
        assert run(pair, "kept = bytearray(400 << 20)\n" + HOG)["gone"]
        assert pair.cause == "Your code held more than 200 MiB of memory, so it was ended."
        assert pair.cause  # it is asked more than once
        assert learner(neighbour, "print('well')") == "well"
    with pairs.pair() as pair:
        pair.hello([], {})
        assert learner(pair, "print('well')") == "well"


def test_every_reason_has_words():
    for why, words in (
        ("memory", "more than 200 MiB of memory"),
        ("disk", "more than 2 MiB into files"),
        ("processes", "more than 24 processes at once"),
        ("locked", "locked a folder"),
        ("", ""),
    ):
        assert words in module._in_words(why, LIMITS)


def test_a_crash_is_no_cause_and_the_boxes_go_on(pairs):
    with pairs.pair() as pair:
        pair.hello([], {})
        assert "crashed" in run(pair, "import os\nos._exit(3)")["gone"]
        assert pair.cause == ""
    with pairs.pair() as pair:
        pair.hello([], {})
        assert learner(pair, "print('well')") == "well"


def test_a_hang_ends_with_its_pair(pairs):
    with pairs.pair() as pair:
        pair.hello([], {})
        assert "did not finish within" in run(pair, "while True: pass", seconds=0.3)["gone"]
    with pairs.pair() as pair:
        pair.hello([], {})
        assert learner(pair, "print('well')") == "well"


def test_a_slot_that_cannot_be_emptied_is_replaced(pairs):
    with pairs.pair() as pair:
        pair.hello([], {})
        slot = pair._slot
        slot.worker.close()
    assert slot not in pairs._all
    with pairs.pair() as pair:
        pair.hello([], {})
        assert pair._slot is not slot


def test_many_threads_get_pairs_of_their_own(pairs):
    def one(number):
        with pairs.pair() as pair:
            pair.hello([], {})
            learner(pair, f"own = {number}\nopen('own', 'w').write('{number}')")
            return learner(pair, "print(own, open('own').read())")

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(12))) == [f"{number} {number}" for number in range(12)]


HTTP = """
import http.server, threading, urllib.request
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'well')
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(urllib.request.urlopen(f'http://127.0.0.1:{server.server_address[1]}/').read().decode())
"""


def test_a_learners_own_server_answers_a_learners_own_client(pairs):
    """In tier A natively, in tier B by way of the checker's broker."""
    with pairs.pair() as pair:
        pair.hello([], {})
        assert learner(pair, HTTP) == "well"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["c2_calling_apis", "c3_rest_api"])
def test_clients_of_services_and_apps_get_full_marks_in_either_tier(tier, name):
    """By the course's own solutions: they call services of the checker, and have apps that it calls."""
    assignment = Assignment.read(ROOT / "solutions" / name / f"{name}.ipynb")
    warm = warm_pairs(assignment, Limits(), tier)
    try:
        result = grade_answers(assignment, {}, rest="solution", pairs=warm).result
    finally:
        warm.close()
    assert result.points == result.max > 0


def test_a_class_is_graded_in_either_tier(pairs, make, doubling):
    right = {"q1": "def double(x):\n    return 2 * x", "q2": "small = [1, 2, 3]"}
    wrong = {"q1": "def double(x):\n    return 4", "q2": "small = []"}
    for answers, points in ((right, 3), (wrong, 1), ({}, 0), (right, 3)):
        graded = make.grade(doubling, answers, pairs=pairs)
        assert graded.result.points == points
        assert graded.result.run["isolation"].startswith(f"tier {pairs.tier}")


SCAN = """
import gc, re
word = '[h]idden-canary-51c'
found = [repr(one)[:99] for one in gc.get_objects() if type(one) in (dict, list) and re.search(word, repr(one))]
memory = open('/proc/self/mem', 'rb', buffering=0)
for line in open('/proc/self/maps'):
    begin, end = (int(number, 16) for number in line.split()[0].split('-'))
    if line.split()[1].startswith('r') and '[v' not in line:
        try:
            memory.seek(begin)
            if re.search(word.encode(), memory.read(end - begin)): found.append(line)
        except (OSError, OverflowError): pass
print(found)
"""


def test_a_learners_process_holds_no_hidden_test_and_no_solution(tier, make):
    """The checkers are warmed with them, the workers never."""
    assignment = make.assignment(
        make.setup("from autograder import Question, same_value"),
        make.solved("q1", "secret = 'hidden-canary-51c'\nreturn 2 * x", before="def double(x):", indent="    "),
        make.check("q1", "same_value(double(2), 4, of='double(2)')"),
        make.hidden("q1", "same_value(double(21), 42)  # hidden-canary-51c"),
    )
    warm = warm_pairs(assignment, LIMITS, tier)
    try:
        with warm.pair() as pair:
            pair.hello(["double"], {})
            assert learner(pair, SCAN) == "[]"
            assert learner(pair, "planted = 'hidden' + '-canary-51c'\n" + SCAN) != "[]"
        right = {"q1": "def double(x):\n    return 2 * x"}
        assert make.grade(assignment, right, pairs=warm).result.points == 2
    finally:
        warm.close()


def test_a_warming_up_that_fails_costs_nothing_but_warmth(make, tier):
    """A setup cell that leaves a thread, one that raises: a class is graded as it would be without."""
    assignment = make.assignment(
        make.setup("from autograder import Question, same_value"),
        make.setup(
            "import threading, time\nthreading.Thread(target=time.sleep, args=[9], daemon=True).start()", "idle"
        ),
        make.solved("q1", "return 3 * x", before="def double(x):", indent="    "),
        make.check("q1", "same_value(double(2), 4, of='double(2)')"),
    )
    warm = warm_pairs(assignment, LIMITS, tier)
    try:
        graded = make.grade(assignment, {"q1": "def double(x):\n    return 2 * x"}, pairs=warm)
        assert graded.result.points == 1
    finally:
        warm.close()


# --- the end, and the beginning ---


def test_stopping_ends_what_is_asked_with_one_sentence(tier):
    made = BoxedPairs(LIMITS, tier=tier)
    said = []

    def ask():
        try:
            with made.pair() as pair:
                pair.hello([], {})
                started.set()
                run(pair, "import time\ntime.sleep(60)")
        except EngineRoomError as error:
            said.append(str(error))

    started = threading.Event()
    thread = threading.Thread(target=ask)
    thread.start()
    assert started.wait(30)
    made.close()
    thread.join(20)
    assert said == [STOPPED]
    with pytest.raises(EngineRoomError, match="has been stopped"):
        made.pair()
    made.close()


def test_a_stopped_pair_is_no_learners_failure(tier):
    """Only a pair of a class that goes on may say that the learner's process is gone."""
    made = BoxedPairs(LIMITS, tier=tier)
    with made.pair() as pair:
        pair.hello([], {})
        made.close()
        with pytest.raises(EngineRoomError, match="has been stopped"):
            run(pair, "1")


def test_a_checker_that_dies_is_a_broken_line(pairs):
    with pairs.pair() as pair:
        pair.hello([], {})
        pair._slot.checker.close()
        with pytest.raises(WireError):
            run(pair, "1")


def test_without_walls_nobody_elses_code_is_run(monkeypatch):
    with pytest.raises(EngineRoomError) as caught:
        BoxedPairs(LIMITS, tier=Tier.NONE)
    assert str(caught.value) == NO_WALLS
    monkeypatch.setattr("autograder.grading.warm_pairs.ask", lambda: {"tier": "none"})
    with pytest.raises(EngineRoomError) as caught:
        require_walls()
    assert str(caught.value) == NO_WALLS


def test_with_walls_nothing_is_said():
    if found()["tier"] == Tier.NONE:
        pytest.skip("no walls hold on this machine")
    assert require_walls() is None


def test_pairs_for_a_submission_or_two_are_made_once(doubling):
    assert shared_pairs(doubling, Limits()) is shared_pairs(doubling, Limits())


def test_plain_pairs_say_that_they_have_no_walls():
    plain = PlainPairs(LIMITS)
    assert plain.tier is Tier.NONE
    with plain.pair() as pair:
        pair.hello([], {})
        assert learner(pair, "print('well')") == "well"
        assert pair.cause == ""
    plain.close()
