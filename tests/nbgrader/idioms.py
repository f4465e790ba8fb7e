"""What authors of nbgrader courses write in their tests: each idiom with a right and a wrong answer.

`apart` says whether our engine can run the test apart from the learner's code; where it can't, the test must fall back
to the learner's process and still give nbgrader's score.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass


@dataclass(frozen=True)
class Idiom:
    name: str
    solution: str
    test: str
    wrong: str
    right: str = ""  # another right answer; the solution when left out
    points: float = 1
    apart: bool = True

    def __post_init__(self) -> None:
        for field in ("solution", "test", "wrong", "right"):
            object.__setattr__(self, field, textwrap.dedent(getattr(self, field)).strip("\n"))


SETUP = textwrap.dedent(
    """
    import csv, datetime, decimal, math, os, random, sqlite3, sys, unittest
    from collections import namedtuple
    conn = sqlite3.connect(":memory:")
    conn.executescript("create table city(id integer primary key, name text, people int);"
                       "insert into city values (1, 'Oslo', 700), (2, 'Rome', 2800), (3, 'Bern', 130)")
    rowed = sqlite3.connect(":memory:")
    rowed.row_factory = sqlite3.Row
    rowed.executescript("create table pet(name text, age int); insert into pet values ('Rex', 3), ('Tom', 5)")
    class Closed(Exception): pass
    def approximately(a, b): return abs(a - b) < 1e-6
    """
).strip()

IDIOMS = [
    Idiom("value", "answer_value = 6 * 7", "assert answer_value == 42", "answer_value = 41"),
    Idiom(
        "result",
        "def i_square(x): return x * x",
        "for n in range(5):\n    assert i_square(n) == n ** 2, f'square of {n}'",
        "def i_square(x): return x + x",
        "i_square = lambda x: x ** 2",
    ),
    Idiom(
        "keywords",
        "def i_greet(name, greeting='Hello'): return f'{greeting}, {name}'",
        "assert i_greet(name='Ann', greeting='Hi') == 'Hi, Ann'\nassert i_greet('Bo') == 'Hello, Bo'",
        "def i_greet(name, greeting='Hi'): return f'{greeting}, {name}'",
    ),
    Idiom(
        "data",
        "i_table = {'a': [1, 2, (3, 4)], 'b': {1, 2}}",
        "assert i_table['a'][2] == (3, 4)\nassert i_table['b'] | {3} == {1, 2, 3}\nassert len(i_table) == 2",
        "i_table = {'a': [1, 2, [3, 4]], 'b': {1, 2}}",
    ),
    Idiom(
        "raises",
        "def i_root(x):\n    if x < 0:\n        raise ValueError('negative')\n    return math.sqrt(x)",
        """
        assert approximately(i_root(2), 1.41421356)
        try:
            i_root(-1)
        except ValueError as error:
            assert 'negative' in str(error)
        else:
            raise AssertionError('did not raise')
        """,
        "def i_root(x): return abs(x) ** 0.5",
    ),
    Idiom(
        "unittest",
        "def i_words(text): return text.lower().split()",
        """
        case = unittest.TestCase()
        case.assertEqual(i_words('A b'), ['a', 'b'])
        case.assertCountEqual(i_words('b A'), ['a', 'b'])
        with case.assertRaises(AttributeError):
            i_words(None)
        """,
        "def i_words(text): return str(text).split()",
    ),
    Idiom(
        "decimal and date",
        "def i_due(day, price): return day + datetime.timedelta(days=14), price * decimal.Decimal('1.2')",
        """
        day, price = i_due(datetime.date(2024, 2, 20), decimal.Decimal('10.00'))
        assert day == datetime.date(2024, 3, 5)
        assert price == decimal.Decimal('12')
        """,
        "def i_due(day, price): return day + datetime.timedelta(days=15), price",
    ),
    Idiom(
        "query text",
        "i_query = 'select name from city where people > 500 order by name'",
        "assert conn.execute(i_query).fetchall() == [('Oslo',), ('Rome',)]",
        "i_query = 'select name from city'",
    ),
    Idiom(
        "connection as argument",
        "def i_people(conn): return conn.execute('select sum(people) from city').fetchone()[0]",
        "assert i_people(conn) == 3630",
        "def i_people(conn): return 0",
    ),
    Idiom(
        "cursor",
        "def i_cities(conn): return conn.execute('select name from city order by name')",
        "cursor = i_cities(conn)\nassert cursor.fetchone() == ('Bern',)\nassert cursor.fetchall()[-1][0] == 'Rome'",
        "def i_cities(conn): return conn.execute('select id from city')",
    ),
    Idiom(
        "rows by name",
        "def i_pets(db): return db.execute('select * from pet order by age').fetchall()",
        "found = i_pets(rowed)\nassert found[0]['name'] == 'Rex' and found[1]['age'] == 5\n"
        "assert tuple(found[0]) == ('Rex', 3)",
        "def i_pets(db): return db.execute('select * from pet order by age desc').fetchall()",
    ),
    Idiom(
        "connection changed",
        "conn.execute('create table if not exists visit(city int, day text)')\n"
        "conn.execute(\"insert into visit values (2, '2024-01-01')\")",
        "assert conn.execute('select city, day from visit').fetchall() == [(2, '2024-01-01')]",
        "conn.execute('create table if not exists visit(city int, day text)')",
    ),
    Idiom(
        "connection changed by a call",
        "def i_add(conn, name): conn.execute('insert into city(name, people) values (?, 1)', (name,))",
        """
        i_add(conn, 'Nice')
        assert conn.execute("select count(*) from city where name = 'Nice'").fetchone()[0] == 1
        conn.execute("delete from city where name = 'Nice'")
        """,
        "def i_add(conn, name): pass",
    ),
    Idiom(
        "generator",
        "def i_evens():\n    n = 0\n    while True:\n        yield n\n        n += 2",
        "import itertools\nassert list(itertools.islice(i_evens(), 4)) == [0, 2, 4, 6]\nassert next(i_evens()) == 0",
        "def i_evens():\n    yield from [0, 2, 4, 5]",
    ),
    Idiom(
        "printed text",
        "def i_table_of(n):\n    for k in range(1, 4):\n        print(n, 'x', k, '=', n * k)",
        """
        import io, contextlib
        buffer = io.StringIO()
        with contextlib.redirect_stdout(buffer):
            i_table_of(3)
        assert buffer.getvalue().splitlines()[-1] == '3 x 3 = 9'
        """,
        "def i_table_of(n):\n    return '3 x 3 = 9'",
    ),
    Idiom(
        "callback",
        "def i_apply(function, values): return [function(one) for one in values]",
        """
        seen = []
        def note(one):
            seen.append(one)
            return one + 1
        assert i_apply(note, [1, 2]) == [2, 3]
        assert seen == [1, 2]
        """,
        "def i_apply(function, values): return [one + 1 for one in values]",
    ),
    Idiom(
        "argument changed",
        "def i_sort(items): items.sort()",
        "items = [3, 1, 2]\nassert i_sort(items) is None\nassert items == [1, 2, 3]",
        "def i_sort(items): items = sorted(items)",
    ),
    Idiom(
        "argument must not change",
        "def i_sorted(items): return sorted(items)",
        "items = [3, 1, 2]\nassert i_sorted(items) == [1, 2, 3]\nassert items == [3, 1, 2], 'the list was changed'",
        "def i_sorted(items):\n    items.sort()\n    return items",
    ),
    Idiom(
        "nested argument changed",
        "def i_move(board, at): board['rows'][at][0] = 'x'",
        "board = {'rows': [[''], ['']]}\nrow = board['rows'][1]\ni_move(board, 1)\nassert row == ['x']",
        "def i_move(board, at): board = {'rows': [[''], ['x']]}",
    ),
    Idiom(
        "callable and name",
        "def i_named(): return 1",
        "assert callable(i_named)\nassert i_named.__name__ == 'i_named'",
        "i_named = 1",
    ),
    Idiom(
        "docstring",
        "def i_documented():\n    '''Say what it does.'''",
        "assert i_documented.__doc__ and 'what' in i_documented.__doc__",
        "def i_documented(): pass",
    ),
    Idiom(
        "in globals",
        "i_defined = 3",
        "assert 'i_defined' in globals()\nassert globals()['i_defined'] == 3\n"
        "assert globals().get('i_missing') is None",
        "i_other = 3",
    ),
    Idiom(
        "class",
        """
        class IAccount:
            def __init__(self, balance=0):
                self.balance = balance
            def deposit(self, amount):
                self.balance += amount
                return self
        """,
        """
        account = IAccount(10)
        account.deposit(5).deposit(1)
        assert account.balance == 16
        assert hasattr(account, 'deposit') and not hasattr(account, 'withdraw')
        """,
        """
        class IAccount:
            def __init__(self, balance=0):
                self.balance = balance
            def deposit(self, amount):
                return self
        """,
    ),
    Idiom(
        "isinstance",
        "class IShape: pass\nclass ICircle(IShape):\n    def __init__(self, r): self.r = r",
        "assert isinstance(ICircle(2), ICircle)\nassert isinstance(ICircle(2), IShape)\n"
        "assert issubclass(ICircle, IShape)\n"
        "assert not isinstance(3, IShape)",
        "class IShape: pass\nclass ICircle:\n    def __init__(self, r): self.r = r",
    ),
    Idiom(
        "learner's exception",
        "class ITooLow(ValueError): pass\ndef i_pay(amount):\n    if amount < 5:\n"
        "        raise ITooLow(f'{amount} is too low')",
        """
        try:
            i_pay(1)
            raise AssertionError('nothing was raised')
        except ITooLow as error:
            assert '1 is too low' in str(error)
        assert issubclass(ITooLow, ValueError)
        with unittest.TestCase().assertRaises(ITooLow):
            i_pay(2)
        """,
        "class ITooLow(ValueError): pass\ndef i_pay(amount):\n    if amount < 5:\n        raise ValueError('too low')",
    ),
    Idiom(
        "operators",
        """
        class IVector:
            def __init__(self, x, y): self.x, self.y = x, y
            def __add__(self, other): return IVector(self.x + other.x, self.y + other.y)
            def __eq__(self, other): return (self.x, self.y) == (other.x, other.y)
            def __mul__(self, k): return IVector(self.x * k, self.y * k)
            def __repr__(self): return f'({self.x}, {self.y})'
            def __len__(self): return 2
            def __getitem__(self, i): return (self.x, self.y)[i]
        """,
        """
        a, b = IVector(1, 2), IVector(3, 4)
        assert a + b == IVector(4, 6)
        assert a * 3 == IVector(3, 6)
        assert repr(a) == '(1, 2)' and len(a) == 2 and a[1] == 2
        assert list(a) == [1, 2]
        assert not a == b
        """,
        """
        class IVector:
            def __init__(self, x, y): self.x, self.y = x, y
            def __add__(self, other): return IVector(self.x, self.y)
            def __eq__(self, other): return (self.x, self.y) == (other.x, other.y)
            def __mul__(self, k): return IVector(self.x * k, self.y * k)
            def __repr__(self): return f'({self.x}, {self.y})'
            def __len__(self): return 2
            def __getitem__(self, i): return (self.x, self.y)[i]
        """,
    ),
    Idiom(
        "context manager",
        """
        class IOpened:
            def __init__(self): self.open = False
            def __enter__(self):
                self.open = True
                return self
            def __exit__(self, *error): self.open = False
        """,
        "with IOpened() as it:\n    assert it.open\nassert not it.open",
        "class IOpened:\n    open = True\n    def __enter__(self): return self\n    def __exit__(self, *error): pass",
    ),
    Idiom(
        "dataclass",
        "from dataclasses import dataclass\n@dataclass(order=True)\nclass IPoint:\n    x: int\n    y: int = 0",
        "assert IPoint(1) == IPoint(1, 0)\nassert IPoint(1, 2) != IPoint(2, 1)\nassert IPoint(1, 5) < IPoint(2)\n"
        "assert sorted([IPoint(2), IPoint(1)])[0].x == 1",
        "from dataclasses import dataclass\n@dataclass(order=True)\nclass IPoint:\n    x: int\n    y: int = 1",
    ),
    Idiom(
        "named tuple",
        "IPair = namedtuple('IPair', 'left right')\ndef i_pair(a): return IPair(a, a + 1)",
        "assert i_pair(1).right == 2\nassert i_pair(1) == (1, 2)\n"
        "assert i_pair(3)._asdict() == {'left': 3, 'right': 4}",
        "IPair = namedtuple('IPair', 'left right')\ndef i_pair(a): return (a, a + 1)",
    ),
    Idiom(
        "enum",
        "import enum\nclass IColour(enum.Enum):\n    RED = 1\n    BLUE = 2",
        "assert IColour.RED.value == 1\nassert IColour.BLUE is IColour.BLUE\nassert IColour(2) is IColour.BLUE\n"
        "assert IColour['RED'] == IColour.RED",
        "import enum\nclass IColour(enum.Enum):\n    RED = 2\n    BLUE = 1",
    ),
    Idiom(
        "closure",
        "def i_counter():\n    n = 0\n    def count():\n        nonlocal n\n        n += 1\n"
        "        return n\n    return count",
        "one, two = i_counter(), i_counter()\nassert [one(), one(), two()] == [1, 2, 1]",
        "n = 0\ndef i_counter():\n    def count():\n        global n\n        n += 1\n        return n\n"
        "    return count",
    ),
    Idiom(
        "decorator",
        """
        import functools
        def i_twice(function):
            @functools.wraps(function)
            def both(*args): return function(*args), function(*args)
            return both
        """,
        """
        @i_twice
        def three(x): return 3 * x
        assert three(2) == (6, 6)
        assert three.__name__ == 'three'
        """,
        "def i_twice(function):\n    return function",
    ),
    Idiom(
        "uses another function",
        "def i_part(n): return n + 1\ndef i_whole(n): return i_part(n) * 2",
        """
        kept = i_part
        del i_part
        try:
            i_whole(1)
        except NameError:
            pass
        else:
            raise AssertionError('i_whole does not use i_part')
        finally:
            i_part = kept
        assert i_whole(1) == 4
        """,
        "def i_part(n): return n + 1\ndef i_whole(n): return (n + 1) * 2",
    ),
    Idiom(
        "replaced function",
        "def i_fetch(): return 'live'\ndef i_show(): return i_fetch().upper()",
        "kept = i_fetch\ni_fetch = lambda: 'fake'\nassert i_show() == 'FAKE'\ni_fetch = kept\n"
        "assert i_show() == 'LIVE'",
        "def i_fetch(): return 'live'\ndef i_show(): return 'LIVE'",
    ),
    Idiom(
        "typed input",
        "def i_ask(): return int(input('How many? ')) + 1",
        """
        from unittest.mock import patch
        with patch('builtins.input', return_value='41'):
            assert i_ask() == 42
        """,
        "def i_ask(): return 41",
        apart=False,
    ),
    Idiom(
        "source text",
        "def i_sum(values):\n    total = 0\n    for one in values:\n        total += one\n    return total",
        "import inspect\nassert 'sum(' not in inspect.getsource(i_sum).split('\\n', 1)[1]\nassert i_sum([1, 2]) == 3",
        "def i_sum(values):\n    return sum(values)",
        apart=False,
    ),
    Idiom(
        "signature",
        "def i_signed(a, b=2, *, c): return a",
        "import inspect\nassert list(inspect.signature(i_signed).parameters) == ['a', 'b', 'c']",
        "def i_signed(a, b=2): return a",
        apart=False,
    ),
    Idiom(
        "subclass in the test",
        "class IBase:\n    def run(self): return self.step() + 1\n    def step(self): raise NotImplementedError",
        "class Two(IBase):\n    def step(self): return 2\nassert Two().run() == 3",
        "class IBase:\n    def run(self): return 1\n    def step(self): raise NotImplementedError",
        apart=False,
    ),
    Idiom(
        "file written",
        "with open('idiom.txt', 'w') as file:\n    file.write('one\\ntwo\\n')",
        "with open('idiom.txt') as file:\n    assert file.read().splitlines() == ['one', 'two']",
        "with open('idiom.txt', 'w') as file:\n    file.write('one two')",
        apart=False,
    ),
    Idiom(
        "file read",
        "def i_total(path):\n    with open(path) as file:\n"
        "        return sum(int(row['n']) for row in csv.DictReader(file))",
        "assert i_total('numbers.csv') == 6\nassert os.path.exists('numbers.csv')",
        "def i_total(path): return 3",
    ),
    Idiom(
        "helper module",
        "def i_shout(text): return text.upper() + '!'",
        "from idiomchecks import equal\nequal(i_shout('a'), 'A!')",
        "def i_shout(text): return text.upper()",
    ),
    Idiom(
        "partial credit",
        "def i_grades(n): return [n, n + 1, n + 2]",
        "got = i_grades(1)\nscore = sum(a == b for a, b in zip(got, [1, 2, 3])) / 3 * 2\nscore",
        "def i_grades(n): return [n, n + 1, 0]",
        points=2,
    ),
    Idiom(
        "random with a seed",
        "def i_roll():\n    random.seed(5)\n    return [random.randint(1, 6) for _ in range(4)]",
        "rolled = i_roll()\nrandom.seed(5)\nassert rolled == [random.randint(1, 6) for _ in range(4)]",
        "def i_roll(): return [1, 2, 3, 4]",
    ),
    Idiom(
        "global changed by a call",
        "i_total_sold = 0\ndef i_sell(n):\n    global i_total_sold\n    i_total_sold += n",
        "before = i_total_sold\ni_sell(3)\ni_sell(4)\nassert i_total_sold - before == 7",
        "i_total_sold = 0\ndef i_sell(n):\n    i_total_sold = n",
    ),
    Idiom(
        "awaited",
        "import asyncio\nasync def i_later(x):\n    await asyncio.sleep(0)\n    return x + 1",
        "assert await i_later(1) == 2",
        "async def i_later(x): return x",
        apart=False,
    ),
    Idiom(
        "setup exception passed through",
        "def i_guard(door):\n    if door == 'shut':\n        raise Closed(door)\n    return 'in'",
        """
        assert i_guard('open') == 'in'
        try:
            i_guard('shut')
            assert False
        except Closed:
            pass
        """,
        "def i_guard(door): return 'in'",
    ),
    Idiom(
        "type of a result",
        "def i_typed(): return {'a': 1.0, 'b': [True, None]}",
        "assert type(i_typed()) is dict\nassert isinstance(i_typed()['a'], float)\nassert i_typed()['b'][1] is None",
        "def i_typed(): return [('a', 1)]",
    ),
    Idiom(
        "bound by a loop and a with",
        "with open('numbers.csv') as i_file:\n    i_lines = i_file.readlines()\nfor i_last in i_lines:\n    pass",
        "assert i_last.strip() == '3'\nassert len(i_lines) == 4",
        "i_lines = ['3']\ni_last = '3'",
    ),
]
