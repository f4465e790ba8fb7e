"""Whatever is in the way, the diagnosis says what to do about it."""

from __future__ import annotations

import sys

import pytest

from autograder.sandbox import diagnosis
from autograder.sandbox.diagnosis import Diagnosis, examine
from autograder.sandbox.walls import Tier

NO = "unshare: Operation not permitted"
HOLDS = dict.fromkeys(("namespaces", "landlock", "seccomp", "process tree"), "ok")


def diagnosed(tier, mechanisms=None, python=None, **system):
    return Diagnosis(
        tier=tier,
        mechanisms=HOLDS | (mechanisms or {}),
        system={"platform": "linux", "kernel": "6.1", "machine": "x86_64", "landlock": "0"} | system,
        python={"executable": "/root/bin/python", "version": "3.11", "readable_for_all": True, "root": False}
        | (python or {}),
        parts={},
        programs={},
    )


def test_where_all_is_well_there_is_no_advice():
    assert diagnosed(Tier.NAMESPACES).advice == []
    assert diagnosed(Tier.NAMESPACES, {"landlock": "no"}).advice == []


@pytest.mark.parametrize(
    ("system", "words"),
    [
        (
            {"kernel.apparmor_restrict_unprivileged_userns": "1"},
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
        ),
        ({"kernel.unprivileged_userns_clone": "0"}, "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
        ({"user.max_user_namespaces": "0"}, "sudo sysctl -w user.max_user_namespaces=10000"),
        ({"filtered": "yes"}, "--security-opt seccomp=unconfined"),
        ({"user.max_user_namespaces": "5000", "filtered": "no"}, "its own words are above"),
    ],
)
def test_who_refuses_namespaces_is_named_with_the_cure(system, words):
    (advice,) = diagnosed(Tier.LANDLOCK, {"namespaces": NO}, **system).advice
    assert words in advice
    assert advice.endswith("Grading works nevertheless, in tier B.")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("landlock_create_ruleset: Function not implemented", "use Linux 5.13 or newer"),
        ("landlock_create_ruleset: Operation not supported", "add landlock to the list lsm="),
        ("landlock_create_ruleset: Operation not permitted", "Docker's default profile allows it since version 23"),
    ],
)
def test_why_there_is_no_landlock_and_what_to_do(said, words):
    found = diagnosed(Tier.NONE, {"namespaces": NO, "landlock": said})
    assert not found.can_grade
    assert words in found.advice[-1]
    assert not any("nevertheless" in advice for advice in found.advice)


@pytest.mark.parametrize(
    ("mechanisms", "system", "words"),
    [
        ({"seccomp": "seccomp: no table of system calls for riscv64"}, {"machine": "riscv64"}, "this one is riscv64"),
        ({"seccomp": "seccomp: Invalid argument"}, {}, "CONFIG_SECCOMP_FILTER"),
        ({"process tree": "no list"}, {}, "CONFIG_PROC_CHILDREN"),
        ({}, {"platform": "darwin"}, "on macOS a container"),
        ({}, {"platform": "win32"}, "On Windows WSL 2"),
    ],
)
def test_where_nothing_holds_the_way_out_is_named(mechanisms, system, words):
    assert words in diagnosed(Tier.NONE, mechanisms, **system).advice[0]


def test_a_python_that_only_root_can_read_is_a_warning_where_it_matters():
    closed = {"root": True, "readable_for_all": False}
    assert (
        "Better use a Python that everybody can read" in diagnosed(Tier.LANDLOCK, {"namespaces": NO}, closed).advice[-1]
    )
    assert diagnosed(Tier.NAMESPACES, python=closed).advice == []
    assert len(diagnosed(Tier.LANDLOCK, {"namespaces": NO}, closed | {"root": False}).advice) == 1


def test_this_machine_is_looked_at():
    found = examine()
    assert found.system["platform"] == sys.platform
    assert found.parts["grade"]
    assert found.python["executable"] == sys.executable
    assert set(found.to_json()) >= {"tier", "words", "can_grade", "mechanisms", "advice", "python", "parts", "programs"}


def test_a_part_that_is_not_installed_has_no_version(monkeypatch):
    monkeypatch.setattr(diagnosis, "_PARTS", {"imaginary": "no_such_package"})
    assert examine().parts == {"imaginary": ""}
