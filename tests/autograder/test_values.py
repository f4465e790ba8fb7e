"""Values keep their exact builtin type on the way, and nothing else gets through."""

from __future__ import annotations

import contextlib
import datetime
import enum
import json
import math
from collections import OrderedDict, defaultdict, namedtuple
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import WireError
from autograder.values import MAX_DEPTH, MAX_NODES, Foreign, decode, describe, encode, type_name


def carry(value: object) -> Any:
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas()
)
KEYS = st.text() | st.integers() | st.binary() | st.tuples(st.integers(), st.text())
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(KEYS, inner)
        | st.sets(KEYS)
        | st.frozensets(KEYS)
    ),
    max_leaves=20,
)


def shape(value: Any) -> Any:
    """A value with the exact type of each of its parts."""
    if isinstance(value, dict):
        return dict, [(shape(key), shape(part)) for key, part in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [shape(part) for part in value]
    if isinstance(value, set | frozenset):
        return type(value), sorted(map(repr, value))
    return type(value), value


@given(VALUES)
def test_every_plain_value_arrives_as_it_was(value: object) -> None:
    """Types and values survive the journey at any depth."""
    assert shape(carry(value)) == shape(value)


KEYWORDS = st.sampled_from(["$", "v", "type", "a", "id"])
TAGS = st.sampled_from(["int", "bytes", "dict", "set", "repr", "ref", "date", "decimal", "timedelta"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | TAGS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYWORDS, inner | TAGS, max_size=4),
)


@given(JSON)
def test_no_json_makes_decode_fail_in_another_way_than_wire_error(data: object) -> None:
    """Whatever the other process writes, the reader either has a value or a WireError."""
    with contextlib.suppress(WireError):
        decode(data)


def test_special_numbers_arrive() -> None:
    """NaN, the infinities and whole numbers of any size are kept."""
    assert math.isnan(carry(math.nan))
    assert carry([math.inf, -math.inf, 2**53, 2**53 + 1, -(2**5000)]) == [
        math.inf,
        -math.inf,
        2**53,
        2**53 + 1,
        -(2**5000),
    ]
    assert math.copysign(1, carry(-0.0)) == -1


def test_lone_surrogates_arrive() -> None:
    """A text that no file can hold is still only a text."""
    assert carry("\ud800 \x00 \udfff") == "\ud800 \x00 \udfff"


def test_time_zones_arrive_as_offsets() -> None:
    """An aware datetime is the same instant afterwards."""
    moment = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
    assert carry(moment) == moment
    assert carry(moment).utcoffset() == moment.utcoffset()


class Liar(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__

    def __int__(self) -> int:
        return 42

    __index__ = __abs__ = __int__

    def __repr__(self) -> str:
        return "42"

    __str__ = __format__ = __repr__  # type: ignore[assignment]


class LyingText(str):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__

    def __str__(self) -> str:
        return "right"


class LyingList(list[Any]):
    def __iter__(self) -> Any:
        return iter([1, 2, 3])

    def __len__(self) -> int:
        return 3


class LyingDict(dict[Any, Any]):
    def items(self) -> Any:
        return [("right", 1)]

    keys = __iter__ = items


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Liar(7), 7),
        (LyingText("wrong"), "wrong"),
        (LyingList([0]), [0]),
        (LyingDict({"a": 2}), {"a": 2}),
        (enum.IntEnum("Size", "S M")(2), 2),
        (enum.StrEnum("Name", "ANN")("ann"), "ann"),
        (namedtuple("Point", "x y")(1, 2), (1, 2)),
        (OrderedDict(a=1), {"a": 1}),
        (defaultdict(list, a=[1]), {"a": [1]}),
        (bytearray(b"hi"), b"hi"),
    ],
)
def test_subclasses_are_reduced_to_what_they_hold(value: object, plain: object) -> None:
    """Overridden methods neither lie on the way nor arrive."""
    got = carry(value)
    assert type(got) is type(plain)
    assert got == plain


def test_booleans_stay_apart_from_numbers() -> None:
    """True isn't 1 on the other side either."""
    assert carry([True, 1, 1.0]) == [True, 1, 1.0]
    assert [type(one) for one in carry([True, 1, 1.0])] == [bool, int, float]


def test_dictionaries_with_a_dollar_key_are_no_tags() -> None:
    """Data that looks like our own notation stays data."""
    assert carry({"$": "bytes", "v": "aGk="}) == {"$": "bytes", "v": "aGk="}
    assert carry({1: "a", (2, 3): "b", None: "c"}) == {1: "a", (2, 3): "b", None: "c"}


def test_an_unknown_object_arrives_as_what_it_says_of_itself() -> None:
    """It equals nothing, and can be named in a message."""
    got = carry([object(), iter([])])
    assert all(isinstance(one, Foreign) for one in got)
    assert got[0] != object()
    assert repr(got[0]).startswith("<object: ")
    assert repr(got[1]).startswith("<list_iterator: <list_iterator object")
    assert carry({object()}) != {object()}


def test_an_object_that_cannot_be_printed_has_a_type_still() -> None:
    """A failing or lying repr and a lying class name are no obstacle."""

    class Meta(type):
        __name__ = property(lambda cls: "int")  # type: ignore[assignment]

    class Bad(metaclass=Meta):
        def __repr__(self) -> str:
            raise ValueError

    assert type_name(Bad()) == "Bad"
    assert describe(Bad()) == ""
    assert repr(carry(Bad())) == "<Bad>"
    assert describe("x" * 1000, 10) == "'xxxxxxxxx..."


def test_a_value_that_contains_itself_is_an_error() -> None:
    """It ends with a sentence, not with a crash."""
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(WireError, match="contains itself"):
        encode(loop)


def test_depth_and_number_of_parts_are_limited_both_ways() -> None:
    """Neither side can be made to build a monster."""
    deep: Any = 1
    for _ in range(MAX_DEPTH + 1):
        deep = [deep]
    wide = [0] * (MAX_NODES + 1)
    for value in (deep, wide, [wide[:1000]] * 1000, 1 << (1 << 17)):
        with pytest.raises(WireError):
            encode(value)
    for data in (deep, wide, {"$": "int", "v": "f" * 20_000}):
        with pytest.raises(WireError):
            decode(data)


@pytest.mark.parametrize(
    "data",
    [
        {"$": "bytes", "v": "***"},
        {"$": "bytes"},
        {"$": "date", "v": 5},
        {"$": "set", "v": [[1]]},
        {"$": "dict", "v": [[1]]},
        {"$": "dict", "v": [[[], 1]]},
        {"$": "float", "v": "1.5"},
        {"$": "decimal", "v": "many"},
        {"$": "timedelta", "v": [10**12, 0, 0]},
        {"$": ["int"], "v": "1"},
        {"$": "pickle", "v": "gASVAAAA"},
        {"$": "ref", "id": 1},
        {"$": None},
        object(),
    ],
)
def test_what_encode_would_not_write_is_refused(data: object) -> None:
    """A malformed value is an error with a sentence."""
    with pytest.raises(WireError):
        decode(data)


def test_objects_can_be_referred_to() -> None:
    """The hook decides what happens to objects without a form, and only to those."""
    asked: list[object] = []

    def refer(value: object) -> dict[str, Any] | None:
        asked.append(value)
        return {"id": 5} if callable(value) else None

    data = encode([print, 1, "a", ...], refer)
    assert asked == [print, ...]
    assert data[0] == {"$": "ref", "id": 5}
    assert decode(data, lambda fields: fields["id"])[:3] == [5, 1, "a"]


def test_an_object_can_be_referred_to_before_it_is_reduced() -> None:
    """Only one whose type isn't a builtin one is asked about; a list may stand in for what has no form."""
    asked: list[object] = []

    def first(value: object) -> dict[str, Any] | None:
        asked.append(value)
        return {"$": "offer", "id": 7} if isinstance(value, OrderedDict) else None

    mine = OrderedDict(a=1)
    data = encode([1, "a", {"b": mine}, defaultdict(list)], lambda value: [1, 2], first)
    assert data == [1, "a", {"b": {"$": "offer", "id": 7}}, {}]
    assert asked == [mine, {}]
    assert encode(range(2), lambda value: [*range(2)]) == [0, 1]
    with pytest.raises(WireError, match="parts"):
        encode(object(), lambda value: [0] * MAX_NODES)


@pytest.mark.parametrize("tag", ["twin", "builtin", "offer"])
def test_what_only_references_mean_is_refused_without_a_resolver(tag: str) -> None:
    """Who can't look them up gets an error."""
    with pytest.raises(WireError, match="unknown tag"):
        decode([{"$": tag, "v": "print", "id": 1}])
    assert decode({"$": tag, "id": 1}, lambda fields: (fields["$"], fields["id"])) == (tag, 1)


def test_a_time_zone_of_ones_own_is_no_trap() -> None:
    """Its methods may fail or lie: the value is then foreign."""

    class Zone(datetime.tzinfo):
        def utcoffset(self, dt: datetime.datetime | None) -> datetime.timedelta:
            raise RuntimeError

    assert isinstance(carry(datetime.datetime(2026, 1, 1, tzinfo=Zone())), Foreign)


def test_decimals_keep_their_digits() -> None:
    """1.10 stays 1.10."""
    assert str(carry(Decimal("1.10"))) == "1.10"
