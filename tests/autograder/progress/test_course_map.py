"""The map stands in the data of index.ipynb: what is damaged or something else is refused."""

import json

import pytest

from autograder.progress.course_map import CourseMap, MapModule, MapQuestion, MapUnit, read_map

MODULES = tuple(
    MapModule(f"a{number}_x", "X", 10, (), "do x", (MapQuestion(f"A{number}.1", "Y", True, 1.0, 2.0),))
    for number in range(1, 6)
)
COURSE = CourseMap("A course", 2, (MapUnit("One", MODULES[:3]), MapUnit("Two", MODULES[3:])))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"metadata": {}}',
        '{"metadata": {"engineroom": []}}',
        '{"metadata": {"engineroom": {"schema": 3}}}',
    ],
)
def test_other_files_are_refused(tmp_path, text):
    (tmp_path / "index.ipynb").write_text(text)
    with pytest.raises(ValueError, match=r".+"):
        read_map(tmp_path)


def test_a_damaged_map_is_refused():
    data = COURSE.to_json()
    del data["units"][0]["modules"][0]["questions"]
    with pytest.raises(ValueError, match=r"damaged: KeyError\('questions'\)"):
        CourseMap.from_json(data)


def test_a_missing_one_is_an_oserror(tmp_path):
    with pytest.raises(OSError, match=r"index\.ipynb"):
        read_map(tmp_path)


def test_it_survives_the_file(tmp_path):
    (tmp_path / "index.ipynb").write_text(json.dumps({"metadata": {"engineroom": COURSE.to_json()}, "cells": []}))
    assert read_map(tmp_path) == COURSE


def test_the_calendar_goes_on_across_units():
    assert [[module.short for module in week] for week in COURSE.weeks] == [["a1", "a2"], ["a3", "a4"], ["a5"]]
