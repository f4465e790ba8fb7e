"""The guest of the sandbox's tests: does what a test tells it, as a learner's code or an attacker's would.

A zygote imports this file, so it uses nothing of the tests.
"""

from __future__ import annotations

import json
import socket
import textwrap
import traceback
from collections.abc import Mapping, Sequence
from typing import Any


def warm_up(told: Mapping[str, Any]) -> None:
    if not told.get("cold"):
        exec(told.get("code", ""), globals())


def main(descriptors: Sequence[int], told: Mapping[str, Any]) -> None:
    """Run a text as the body of a function, and answer with what it returns or raises.

    Args:
        descriptors: the line to the test; the text sees the others as ``given``.
        told: ``code``, and ``names`` that it may use.
    """
    end = socket.socket(fileno=descriptors[0])
    space: dict[str, Any] = {"given": list(descriptors[1:]), "tell": lambda value: _answer(end, {"value": value})}
    space |= {**globals(), **told.get("names", {})}
    try:
        exec("def asked():\n" + textwrap.indent(told["code"], "    "), space)
        reply = {"value": space["asked"]()}
    except BaseException as error:
        kind, number = type(error).__name__, getattr(error, "errno", None)
        reply = {"raised": kind, "errno": number, "text": str(error), "trace": traceback.format_exc()}
    _answer(end, reply)


def _answer(end: socket.socket, reply: Mapping[str, Any]) -> None:
    end.sendall(json.dumps(reply, default=repr).encode() + b"\n")
