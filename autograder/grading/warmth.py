"""What is loaded before the first submission comes: libraries that cells import, on either side of the wall."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

__all__ = ["USUAL", "load"]

USUAL = (
    "import autograder.web, autograder.web.driver, autograder.web.transport, autograder.auth",
    "import base64, collections, csv, dataclasses, datetime, decimal, encodings.idna, functools, hashlib, hmac",
    "import http.server, itertools, json, math, random, re, secrets, socketserver, sqlite3, statistics, threading",
    "import time, typing, unittest, urllib.parse, urllib.request, uuid, requests",
)
"""Statements for both sides: what back-end courses use. Loading late costs every single submission."""


def load(statements: Iterable[str]) -> None:
    """Run import statements; one that fails here will fail, with a message, where it matters."""
    for statement in statements:
        with contextlib.suppress(Exception):
            exec(statement, {})  # noqa: S102 - import statements of an author's notebook
