"""Operators of a learner's object reach it only where a test may use them; elsewhere a stand-in equals itself alone."""

from __future__ import annotations

import enum
from typing import Any

import pytest

from autograder.grading.specials import Powers, special_names, with_specials


class Base:
    """A stand-in that notes what is forwarded."""

    granted = True

    def _may(self, name: str, args: tuple[Any, ...]) -> bool:
        return self.granted

    def _special(self, name: str, args: tuple[Any, ...]) -> Any:
        return NotImplemented if name == "__lt__" else (name, *args)


NAMES = ["__add__", "__eq__", "__len__", "__getitem__", "__iter__", "__bool__", "__lt__", "__repr__"]


def test_without_leave_an_object_equals_itself_alone() -> None:
    made: Any = with_specials(Base, NAMES)()
    made.granted = False
    assert made == made
    assert made != 1
    assert bool(made) is True
    assert "Base" in repr(made)
    for use in (lambda: made + 1, lambda: len(made), lambda: made[0], lambda: list(made)):
        with pytest.raises(TypeError):
            use()


def test_with_leave_operators_are_forwarded() -> None:
    made: Any = with_specials(Base, NAMES)()
    assert made + 1 == ("__add__", 1)
    assert made["a"] == ("__getitem__", "a")
    with pytest.raises(TypeError):
        made < 1  # noqa: B015 - neither side knows how
    assert hash(made) == hash(made)


def test_names_that_are_no_operators_are_left_out() -> None:
    """The list comes from the learner's process."""
    made = with_specials(Base, ["__class__", "__getattribute__", "_may", "__reduce__", "__add__"])
    assert set(vars(made)) & {"__class__", "__getattribute__", "_may", "__reduce__", "__add__"} == {"__add__"}


def test_a_types_own_operators_are_found() -> None:
    class Vector:
        def __add__(self, other: object) -> int:
            return 1

        __hash__ = None  # type: ignore[assignment]

    assert special_names(Vector) == ["__add__"]
    assert special_names(object) == []
    assert "__getitem__" in special_names(enum.EnumMeta)
    assert "__or__" not in special_names(type)


def test_powers_are_granted_by_name_and_noted() -> None:
    powers = Powers(["Vector.__add__"])
    assert powers.may("Vector.__add__")
    assert not powers.may("Vector.__eq__")
    assert powers.used == {"Vector.__add__"}
    everything = Powers(None)
    assert everything.may("anything")
    assert everything.used == {"anything"}
