"""One text, two places: a test cell finds the same in a kernel, where all is one process, and across the wall."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

import pytest

from autograder.grading.limits import Limits
from autograder.grading.namespace import run_cell
from autograder.results import CheckResult, GroupResult


@dataclass(frozen=True)
class Case:
    """Cells of one question. ``wrong`` is an answer that must lose in both places."""

    setup: str
    solution: str
    test: str
    wrong: str


TWINS = Case(
    setup="""
        import json as codec, sqlite3
        class PromoError(Exception):
            def __init__(self, code):
                super().__init__(f"no promo {code}")
                self.code = code
        class Kinder(PromoError): ...
        def tax(cents): return cents // 5
        conn = sqlite3.connect(":memory:")
        conn.execute("CREATE TABLE t (n)")
        table = {"a": 1}""",
    solution="""
        def both(codec, parts, error, code, connection, kind):
            connection.execute("INSERT INTO t VALUES (1)")
            if code == "bad":
                raise error(code)
            if code == "worse":
                raise Kinder(code)
            return codec.dumps([parts["tax"](parts["cents"]), [kind(one) for one in parts["texts"]]])
        def find(table, key): return table[key]""",
    wrong="""
        def both(*args): return "[20, [1, 2]]"
        def find(table, key): return table.get(key)""",
    test="""
        with q.check("modules, functions, classes, connections", points=1):
            parts = {"tax": tax, "cents": 100, "texts": ["1", "2"]}
            same_value(both(codec, parts, PromoError, "", conn, int), "[20, [1, 2]]")
        with q.check("exceptions", points=1):
            raises(PromoError, both, codec, {}, PromoError, "bad", conn, int)
            raises(Kinder, both, codec, {}, PromoError, "worse", conn, int)
            try:
                both(codec, {}, PromoError, "bad", conn, int)
            except PromoError as error:
                same_value(error.code, "bad")
                same_value(str(error), "no promo bad")
            else:
                raise AssertionError("nothing was raised")
        with q.check("a key that is missing", points=1):
            same_value(find(table, "a"), 1)
            try:
                find(table, "b")
            except KeyError as error:
                same_value(error.args[0], "b")
            else:
                raise AssertionError("nothing was raised")""",
)

CLOCK = Case(
    setup="""
        from autograder.web.clock import VirtualClock
        class Down(ConnectionError): ...""",
    solution="""
        def patient(fetch, clock, rng, tries=4):
            began, last = clock.now(), None
            for number in range(tries):
                try:
                    return fetch(number), (clock.now() - began).total_seconds()
                except ConnectionError as error:
                    last = error
                    clock.sleep(2 ** number + rng.random())
            raise last""",
    wrong="""
        def patient(fetch, clock, rng, tries=4):
            import time
            return fetch(tries), clock.advance(3)""",
    test="""
        from random import Random
        class Cut(ConnectionResetError): ...
        def fetcher(*replies):
            left = list(replies)
            def fetch(number):
                reply = left.pop(0)
                if isinstance(reply, Exception):
                    raise reply
                return {"number": number, "reply": reply}
            return fetch
        with q.check("waits", points=1):
            clock, rng = VirtualClock(), Random(5)
            found, waited = patient(fetcher(Down("a"), Cut("b"), "fine"), clock, rng)
            same_value(found, {"number": 2, "reply": "fine"})
            same_value([round(one) for one in clock.sleeps], [round(1 + Random(5).random()), 3])
            assert abs(waited - sum(clock.sleeps)) < 0.01, waited
        with q.check("jitter differs", points=1):
            clocks = VirtualClock(), VirtualClock()
            for clock in clocks:
                patient(fetcher(Down("a"), 1), clock, rng)
            assert clocks[0].sleeps != clocks[1].sleeps
        with q.check("gives up with the last error itself", points=1):
            last = Cut("last")
            try:
                patient(fetcher(Down("a"), Down("b"), last), VirtualClock(), Random(1), tries=3)
            except Cut as error:
                assert error is last
            else:
                raise AssertionError("nothing was raised")
        with q.check("other errors pass through", points=1):
            raises(ZeroDivisionError, patient, lambda number: 1 / 0, VirtualClock(), Random(1))
            raises(KeyError, patient, {}.__getitem__, VirtualClock(), Random(1))""",
)

STORE = Case(
    setup="""
        class Store(dict):
            __offered__ = ("__getitem__", "__setitem__", "__contains__", "__len__", "__iter__", "__delitem__",
                           "get", "setdefault", "items")
        class Crash(BaseException): ...""",
    solution="""
        def charge(pay, store, trip, log):
            key = store.setdefault(trip, f"key-{len(store)}")
            log(trip, key=key)
            paid = pay(key)
            assert trip in store and store[trip] == key and trip in [*store] and dict(store.items())[trip] == key
            try:
                store["nothing"]
            except KeyError as error:
                assert error.args == ("nothing",), error.args
            return paid""",
    wrong="""
        def charge(pay, store, trip, log):
            try:
                log(trip, key=trip)
                return pay(f"key-{trip}")
            except BaseException:
                return "paid"
            finally:
                store.pop(trip)""",
    test="""
        with q.check("keeps the key", points=1):
            store, seen = Store(), []
            def log(*args, **named): seen.append((args, named))
            same_value([charge("paid {}".format, store, trip, log) for trip in (7, 8, 7)],
                       ["paid key-0", "paid key-1", "paid key-0"])
            same_value(dict(store), {7: "key-0", 8: "key-1"})
            same_value(seen[0], ((7,), {"key": "key-0"}))
        with q.check("over a crash", points=1):
            def crash(key): raise Crash(key)
            try:
                charge(crash, store, 9, log)
            except Crash as error:
                same_value(error.args, ("key-2",))
            else:
                raise AssertionError("nothing was raised")
            keys = []
            charge(keys.append, store, 9, log)
            same_value(keys, ["key-2"])""",
)

BREAKER = Case(
    setup="""
        from autograder.web.clock import VirtualClock
        class Open(Exception): ...""",
    solution="""
        class Breaker:
            def __init__(self, call, clock, limit=3, cool=30):
                self.call, self.clock, self.limit, self.cool = call, clock, limit, cool
                self.failures, self.since, self.text = 0, None, "a text"
            @property
            def state(self):
                if self.failures < self.limit:
                    return "closed"
                return "open" if (self.clock.now() - self.since).total_seconds() < self.cool else "half"
            def __call__(self, *args):
                if self.state == "open":
                    raise Open("wait")
                try:
                    result = self.call(*args)
                except Exception:
                    self.failures, self.since = self.failures + 1, self.clock.now()
                    raise
                self.failures = 0
                return result
            def log(self):
                yield from [self.state, self.failures]
        class KeyRing:
            def __init__(self, fetch, clock):
                self.keys = fetch()
            def key(self, name): return self.keys[name]""",
    wrong="""
        class Breaker:
            state = "closed"
            def __init__(self, call, clock): self.call = call
            def __call__(self, *args): return self.call(*args)
            def log(self): return []
        class KeyRing:
            def __init__(self, fetch, clock): pass""",
    test="""
        with q.check("timeline", points=1):
            clock, calls = VirtualClock(), []
            def call(mode):
                calls.append(mode)
                if mode == "bad":
                    raise TimeoutError("bad")
                return mode
            breaker = Breaker(call, clock)
            same_value(breaker("good"), "good")
            for _ in range(3):
                raises(TimeoutError, breaker, "bad")
            same_value(breaker.state, "open")
            raises(Open, breaker, "good")
            same_value(calls, ["good", "bad", "bad", "bad"])
            clock.advance(29.5)
            raises(Open, breaker, "good")
            clock.advance(0.5)
            same_value((breaker.state, breaker("good"), breaker.state, breaker.text),
                       ("half", "good", "closed", "a text"))
        with q.check("a generator", points=1):
            log = breaker.log()
            same_value(next(log), "closed")
            same_value(list(log), [0])
        with q.check("what it was given", points=1):
            assert breaker.clock is clock and breaker.call is call
        with q.check("keys", points=1):
            same_value(KeyRing(lambda: {"a": b"1"}, clock).key("a"), b"1")""",
)

BACK_AND_FORTH = Case(
    setup="",
    solution="""
        import threading
        def countdown(step, n): return [n, *step(n - 1)] if n else ["go"]
        def together(note, count):
            threads = [threading.Thread(target=note, args=(number,)) for number in range(count)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            return count
        def lent(take): return take(lambda x: x + 1, take)
        def each(values): return [value * 2 for value in values]""",
    wrong="""
        def countdown(step, n): return list(range(n))
        def together(note, count): return count
        def lent(take): return 2
        def each(values): return []""",
    test="""
        with q.check("each calls the other", points=1):
            def step(n): return countdown(step, n)
            same_value(countdown(step, 6), [6, 5, 4, 3, 2, 1, "go"])
        with q.check("from threads", points=1):
            notes = set()
            same_value(together(notes.add, 20), 20)
            same_value(notes, set(range(20)))
        with q.check("functions both ways", points=1):
            def take(function, same):
                assert same is take
                return function(5)
            same_value(lent(take), 6)
        with q.check("what can be gone through", points=1):
            same_value(each(n for n in range(3)), [0, 2, 4])
            same_value(each(range(3)), [0, 2, 4])
            same_value(each({1: 2}.values()), [4])""",
)

APP = Case(
    setup="""
        from autograder.web.clock import VirtualClock
        from autograder.errors import CheckFailed
        from autograder.web.client import Client""",
    solution="""
        import itertools
        def create_app(clock):
            numbers = itertools.count(1)
            def app(environ, start_response):
                number, path = next(numbers), environ["PATH_INFO"]
                if path == "/sleep":
                    clock.sleep(5)
                if path == "/oops":
                    raise ValueError("oops")
                print("asked for", path)
                start_response("200 OK", [("Content-Type", "text/plain")])
                return [f"{number} {clock.now():%H:%M:%S}".encode()]
            return app""",
    wrong="""
        def create_app(clock):
            return lambda environ, start_response: [b"hello"]""",
    test="""
        with q.check("answers", points=1):
            clock = VirtualClock()
            client = Client(create_app(clock), clock=clock)
            first = client.get("/")
            same_value((first.status, first.text), (200, "1 09:00:00"))
            same_value(client.get("/sleep").text, "2 09:00:05")
            same_value(clock.sleeps, [5])
        with q.check("an error", points=1):
            try:
                client.get("/oops")
            except CheckFailed as failed:
                assert "ValueError: oops" in failed.message, failed.message
            else:
                raise AssertionError("the app answered")
        with q.check("many at once", points=1):
            texts = [one.text for one in client.parallel([("GET", "/sleep")] * 20)]
            same_value(sorted(int(text.split()[0]) for text in texts), list(range(4, 24)))
            same_value(clock.sleeps, [5] * 21)
        with q.check("started again", points=1):
            same_value(Client(create_app(clock)).get("/").text, "1 09:01:45")""",
)

SOURCE = Case(
    setup="""
        import ast
        from autograder.python_source import source_of""",
    solution="""
        import hmac
        def same(a, b): return hmac.compare_digest(a, b)
        def verify(a, b): return same(a, b)""",
    wrong="""
        def verify(a, b): return a == b""",
    test="""
        with q.check("how it is written", points=1):
            used = {getattr(node, "attr", "") for node in ast.walk(ast.parse(source_of(verify)))}
            assert "compare_digest" in used, sorted(used)""",
)

CHANGING = Case(
    setup="""
        from autograder.answers import leaves_alone
        class Maps:
            def distance(self, at): return at""",
    solution="""
        def nearest(drivers, distance): return min(drivers, key=lambda one: distance(one["at"]))["id"]""",
    wrong="""
        def nearest(drivers, distance):
            for one in drivers:
                one["far"] = distance(one["at"])
            return min(drivers, key=lambda one: one["far"])["id"]""",
    test="""
        drivers = [{"id": 1, "at": 9}, {"id": 2, "at": 3}]
        with q.check("the nearest", points=1):
            same_value(nearest(drivers, lambda at: at), 2)
        drivers = [{"id": 1, "at": 9}, {"id": 2, "at": 3}]
        with q.check("left alone", points=1):
            same_value(leaves_alone(nearest, drivers, Maps().distance), 2)""",
)

CONNECTION = Case(
    setup="""
        import sqlite3
        from autograder.sql import Connected, StatementLog, every_fault
        from autograder.web import database_file, rows_in
        shop = sqlite3.connect(":memory:")
        shop.executescript("CREATE TABLE t (n INTEGER CHECK (n > 0)); CREATE TABLE log (n)")""",
    solution="""
        def add(con, numbers, *, strict=True):
            with con:
                if strict and any(type(one) is not int for one in numbers):
                    raise ValueError("only whole numbers")
                con.executemany("INSERT INTO t VALUES (?)", [(one,) for one in numbers])
                con.execute("INSERT INTO log VALUES (?)", (len(numbers),))
            return con.row_factory is None""",
    wrong="""
        def add(con, numbers, *, strict=True):
            for one in numbers:
                con.execute("INSERT INTO t VALUES (?)", (one,))
                con.commit()
            con.row_factory = sqlite3.Row
            con.execute("INSERT INTO log VALUES (?)", (len(numbers),))
            con.commit()
            return True""",
    test="""
        with q.check("rows and errors", points=1), database_file(shop) as path:
            same_value(Connected(add, path)((1, 2), strict=False), True)
            same_value(Connected(add, path, row_factory="Row")((3,)), False)
            same_value(rows_in(path, "SELECT n FROM t"), [(1,), (2,), (3,)])
            raises(ValueError, Connected(add, path), ["x"])
        with q.check("an error of the database", points=1), database_file(shop) as path:
            raises(sqlite3.IntegrityError, Connected(add, path), [1, 0])
            same_value(rows_in(path, "SELECT n FROM t"), [])
        with q.check("manners", points=1), database_file(shop) as path:
            log, work = StatementLog(), None
            work = Connected(add, path, log=log)
            work([1, 2])
            same_value([len(log.texts), len(log.control), work.kept], [3, 2, True])
        with q.check("faults", points=1):
            def run(faults):
                with database_file(shop) as path:
                    try:
                        Connected(add, path, faults=faults)([1, 2])
                    finally:
                        found = rows_in(path, "SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM log)")
                        assert found in ([(0, 0)], [(2, 1)]), "half of it is stored"
            same_value(every_fault(run), 3)""",
)

CASES = {
    "changing": CHANGING,
    "connection": CONNECTION,
    "source": SOURCE,
    "twins": TWINS,
    "clock": CLOCK,
    "store": STORE,
    "breaker": BREAKER,
    "back and forth": BACK_AND_FORTH,
    "app": APP,
}


def text(source: str) -> str:
    return textwrap.dedent(source).strip("\n")


def cells_of(case: Case) -> tuple[str, str]:
    setup = f"from autograder import Question, raises, same_value\n{text(case.setup)}"
    return setup, f"q = Question('q1')\n{text(case.test)}\nq.result()"


def in_one_process(case: Case, answer: str) -> tuple[GroupResult, ...]:
    setup, test = cells_of(case)
    space: dict[str, Any] = {"__name__": "__main__"}
    run_cell(setup, "setup", space)
    run_cell(text(answer), "answer", space)
    found = run_cell(test, "test", space).check
    assert isinstance(found, CheckResult)
    return found.groups


def across_the_wall(make: Any, case: Case, answer: str) -> tuple[GroupResult, ...]:
    setup, test = cells_of(case)
    assignment = make.assignment(
        make.setup(setup),
        make.solved("q1", text(case.solution)),
        make.code(test, "q1_check", "q1", grade=True, locked=True, points=test.count("points=1")),
    )
    graded = make.grade(assignment, {"q1": text(answer)}, limits=Limits())
    return tuple(graded.result.questions[0].groups)


def told(groups: tuple[GroupResult, ...]) -> list[tuple[str, str, str]]:
    return [(group.name, group.outcome, group.message) for group in groups]


@pytest.mark.parametrize("name", CASES)
def test_the_same_cells_find_the_same(make: Any, name: str) -> None:
    """The solution gets everything in both places, and the same words."""
    case = CASES[name]
    here, there = in_one_process(case, case.solution), across_the_wall(make, case, case.solution)
    assert told(here) == told(there)
    assert all(group.points == 1 for group in here), told(here)


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_answer_loses_in_both_places(make: Any, name: str) -> None:
    """Group by group the verdicts agree."""
    case = CASES[name]
    here, there = in_one_process(case, case.wrong), across_the_wall(make, case, case.wrong)
    assert [(group.name, group.points) for group in here] == [(group.name, group.points) for group in there], told(
        there
    )
    assert any(group.points == 0 for group in here)
