"""What a check expects of a request: decides and explains with the same list of differences."""

from __future__ import annotations

import json as _json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.web.message import Request

__all__ = ["ANYTHING", "Difference", "Expectation", "shown"]

ANYTHING = object()
"""Stands for "not looked at", where None is something that can be expected."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a request isn't what was expected. `weight` says how far it is from the mark."""

    where: str
    expected: str
    got: str
    weight: int = 1

    @property
    def sentence(self) -> str:
        return f"{self.where} is {self.got}, expected {self.expected}."


@dataclass(frozen=True)
class Expectation:
    """A description of requests. What is left out isn't looked at.

    Args:
        method: such as ``"GET"``.
        path: the decoded path, such as ``"/drivers/7"``.
        query: all parameters, in any order; a list stands for a parameter that is sent several times.
        headers: some header fields: a text, a compiled pattern that must match all of it, ``...`` for any value, or
            None for "must not be sent".
        body: the body, as bytes or text.
        json: the value of the JSON body.
    """

    method: str | None = None
    path: str | None = None
    query: Mapping[str, object] | None = None
    headers: Mapping[str, object] | None = None
    body: bytes | str | None = None
    json: object = ANYTHING

    def __str__(self) -> str:
        words = " ".join(word for word in (self.method, self.path) if word) or "a request"
        details = [f"query {_query_text(_pairs(self.query))}"] if self.query is not None else []
        details += [f"header {name}: {_wanted(value)}" for name, value in (self.headers or {}).items()]
        details += [f"body {shown(self.body)}"] if self.body is not None else []
        details += [f"JSON {shown(self.json)}"] if self.json is not ANYTHING else []
        return f"{words} with {' and '.join(details)}" if details else words

    def differences(self, request: Request) -> list[Difference]:
        """List where a request differs; an empty list means that it is as expected."""
        found = []
        if self.method is not None and request.method != self.method:
            found.append(Difference("The method", self.method, request.method, 4))
        if self.path is not None and request.path != self.path:
            found.append(Difference("The path", shown(self.path), shown(request.path), 8))
        if self.query is not None:
            found += _query_differences(_pairs(self.query), request)
        for name, wanted in (self.headers or {}).items():
            found += _header_differences(name, wanted, request.header(name))
        return found + self._body_differences(request)

    def _body_differences(self, request: Request) -> list[Difference]:
        found = []
        wanted = self.body.encode() if isinstance(self.body, str) else self.body
        if wanted is not None and request.body != wanted:
            found.append(Difference("The body", shown(wanted), shown(request.body)))
        if self.json is not ANYTHING:
            found += _json_differences(self.json, request)
        return found


def shown(value: object, most: int = 300) -> str:
    """A value for a sentence: text and bytes quoted, JSON as JSON, all cut to a length."""
    if isinstance(value, bytes):
        text = repr(value[: most + 1])[1:] if value else "empty"
    elif isinstance(value, str):
        text = repr(value)
    else:
        try:
            text = _json.dumps(value, ensure_ascii=False)
        except (TypeError, ValueError, RecursionError):
            text = repr(value)
    return text if len(text) <= most else f"{text[:most]}..."


def _pairs(query: Mapping[str, object]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        values = value if isinstance(value, list | tuple) else [value]
        pairs += [(name, str(one)) for one in values]
    return pairs


def _query_text(pairs: list[tuple[str, str]]) -> str:
    return "&".join(f"{name}={value}" for name, value in pairs) or "(empty)"


def _query_differences(wanted: list[tuple[str, str]], request: Request) -> list[Difference]:
    if Counter(wanted) == Counter(request.query):
        return []
    found = []
    for name in dict.fromkeys(name for name, _ in [*wanted, *request.query]):
        expected = [value for key, value in wanted if key == name]
        got = [value for key, value in request.query if key == name]
        if Counter(expected) != Counter(got):
            found.append(Difference(f"The query parameter {shown(name, 80)}", _values(expected), _values(got)))
    return found


def _values(values: list[str]) -> str:
    return " and ".join(shown(value) for value in values[:5]) if values else "not sent"


def _wanted(value: object) -> str:
    if value is None:
        return "not sent"
    if value is ...:
        return "sent, with any value"
    return f"text like {value.pattern!r}" if isinstance(value, re.Pattern) else shown(value)


def _header_differences(name: str, wanted: object, got: str | None) -> list[Difference]:
    if isinstance(wanted, re.Pattern):
        fits = got is not None and wanted.fullmatch(got) is not None
    else:
        fits = got is not None if wanted is ... else got == wanted
    return [] if fits else [Difference(f"The header {name}", _wanted(wanted), shown(got) if got else "not sent")]


def _json_differences(wanted: Any, request: Request) -> list[Difference]:
    try:
        got = request.json()
    except ValueError:
        return [Difference("The body", f"JSON {shown(wanted)}", f"{shown(request.body)}, which isn't JSON")]
    if not (isinstance(wanted, dict) and isinstance(got, dict)):
        return [] if _same(wanted, got) else [Difference("The JSON body", shown(wanted), shown(got))]
    found = []
    for key in dict.fromkeys([*wanted, *got]):
        if key not in wanted:
            found.append(Difference(f"The JSON field {shown(key, 80)}", "not sent", shown(got[key])))
        elif key not in got:
            found.append(Difference(f"The JSON field {shown(key, 80)}", shown(wanted[key]), "not sent"))
        elif not _same(wanted[key], got[key]):
            found.append(Difference(f"The JSON field {shown(key, 80)}", shown(wanted[key]), shown(got[key])))
    return found


def _same(wanted: Any, got: Any) -> bool:
    """Equal as JSON: true isn't 1, however Python sees it, but 3 is 3.0."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        return wanted.keys() == got.keys() and all(_same(wanted[key], got[key]) for key in wanted)
    if isinstance(wanted, list | tuple) and isinstance(got, list):
        return len(wanted) == len(got) and all(map(_same, wanted, got))
    return isinstance(wanted, bool) == isinstance(got, bool) and bool(wanted == got)
