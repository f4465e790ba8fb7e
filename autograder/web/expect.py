"""Hold an exchange against its contract: what was asked, what came, what the contract says, and the next step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from autograder.errors import CheckFailed
from autograder.web.answer import one_line, reason, step_for
from autograder.web.shape import first_difference
from autograder.web.transcript import Exchange, transcript_table

__all__ = ["expect"]

Known = Mapping[str, str]
"""What an author says about one wrong status: ``{"tag": "created-201", "says": "…"}``."""
HeaderRule = bool | None | str | re.Pattern[str] | Callable[[str], bool]
_ANY: Any = object()
_PROBLEM = "application/problem+json"

# Where RFC 9110 says what a status means, and what to do to send it.
_SECTIONS = {
    200: "15.3.1", 201: "15.3.2", 202: "15.3.3", 204: "15.3.5", 301: "15.4.2", 302: "15.4.3", 303: "15.4.4",
    304: "15.4.5", 400: "15.5.1", 401: "15.5.2", 403: "15.5.4", 404: "15.5.5", 405: "15.5.6", 406: "15.5.7",
    409: "15.5.10", 410: "15.5.11", 412: "15.5.13", 413: "15.5.14", 414: "15.5.15", 415: "15.5.16", 422: "15.5.21",
    500: "15.6.1", 501: "15.6.2", 502: "15.6.3", 503: "15.6.4", 504: "15.6.5",
}  # fmt: skip
_OTHER_RFCS = {428: "RFC 6585, 3", 429: "RFC 6585, 4", 431: "RFC 6585, 5"}
_MEANS = {
    200: "the request was done, and here is the result",
    201: "a new resource was made; Location says where",
    202: "taken on, not done yet",
    204: "done, and there is nothing to send back",
    304: "the client's copy is still good",
    400: "the request can't be understood as it is",
    401: "say who you are first",
    403: "known, but not allowed",
    404: "there is no such resource",
    405: "the resource is there, the method isn't allowed on it",
    409: "the request doesn't fit the resource's present state",
    412: "the condition in the request's headers doesn't hold",
    415: "the body's media type isn't taken here",
    422: "the body can be read, but breaks a rule",
    428: "send the request with a condition",
    429: "too many requests; wait",
    500: "something broke inside",
    503: "not now; try again later",
}


@dataclass(frozen=True, slots=True)
class _Finding:
    """One thing that breaks the contract.

    Args:
        sentence: what came, and what the contract says.
        mark: the row of the transcript at fault.
        rfc: where the rule stands; empty for the task's own rules.
        step: what to do next.
    """

    sentence: str
    mark: str
    rfc: str = ""
    step: str = ""
    missing: bool = False


def expect(
    exchange: Exchange,
    *,
    status: int | Iterable[int] | None = None,
    header: Mapping[str, HeaderRule] | None = None,
    media_type: str | Sequence[str] | None = None,
    json: Any = _ANY,
    json_exact: Any = _ANY,
    body: bytes | str | None = None,
    problem: bool = False,
    rfc: str = "",
    known: Mapping[int, Known] | None = None,
) -> Exchange:
    """Require that an exchange keeps its contract, and return it.

    Args:
        status: the code, or those that are right. It brings its duties: Allow with 405, WWW-Authenticate with 401,
            Location with 201 in answer to POST; a header's rule of None lifts them.
        header: by name True (there), False (not there), a text, a compiled pattern, or a function of the value.
        media_type: such as ``text/html; charset=utf-8``, or several; parameters that are named must be there.
        json, json_exact: what the body holds at least, or exactly, in the language of `shape.first_difference`.
        problem: whether the body must be problem details (RFC 9457).
        rfc: where the contract stands, if the status has a better place than the usual one.
        known: what to say about a wrong status, by status.

    Raises:
        CheckFailed: with everything that differs, and the exchange as evidence.
    """
    wanted = () if status is None else (status,) if isinstance(status, int) else tuple(status)
    found = _status(exchange, wanted, rfc) or [
        *_headers(exchange, _duties(exchange, wanted), dict(header or {})),
        *_media_type(exchange, _media_types(media_type, problem, not (json is json_exact is _ANY))),
        *(_problem(exchange) if problem else []),
        *_json(exchange, json, exact=False),
        *_json(exchange, json_exact, exact=True),
        *_body(exchange, body),
    ]
    if found:
        raise _failure(exchange, found, known or {})
    return exchange


def _failure(exchange: Exchange, found: Sequence[_Finding], known: Mapping[int, Known]) -> CheckFailed:
    """What was asked, what came, what the contract says, the next step."""
    first = found[0]
    says = known.get(exchange.status, {}) if first.mark == "status" else {}
    kind = exchange.media_type
    came = f"`{exchange.asked}` was answered with {exchange.came}{f' ({one_line(kind, 80)})' if kind else ''}."
    told = [f"{one.sentence}{f' ({one.rfc})' if one.rfc else ''}" for one in found[:4]]
    more = f"And {len(found) - 4} more." if len(found) > 4 else ""
    step = f"Next: {first.step}" if first.step else ""
    missing = [one.mark for one in found if one.missing]
    table = transcript_table(exchange, {one.mark for one in found}, missing)
    lines = [came, *(_ended(line) for line in told), more, step]
    return CheckFailed(
        "\n".join(line for line in lines if line),
        advice=says.get("says", ""),
        tag=says.get("tag", ""),
        tables=(table,),
    )


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


# --- status ---------------------------------------------------------------------------------------------------------


def _status(exchange: Exchange, wanted: tuple[int, ...], rfc: str) -> list[_Finding]:
    if not wanted or exchange.status in wanted:
        return []
    named = " or ".join(map(reason, wanted))
    meaning = f": {_MEANS[wanted[0]]}" if len(wanted) == 1 and wanted[0] in _MEANS else ""
    return [
        _Finding(f"The contract says {named}{meaning}", "status", rfc or _rfc_of(wanted[0]), _next(exchange, wanted))
    ]


def _rfc_of(status: int) -> str:
    if status in _OTHER_RFCS:
        return _OTHER_RFCS[status]
    return f"RFC 9110, {_SECTIONS[status]}" if status in _SECTIONS else ""


def _next(exchange: Exchange, wanted: tuple[int, ...]) -> str:
    """The step that helps most often, by what came instead."""
    got, asked = exchange.status, exchange.request
    if got >= 500:
        if step := step_for(exchange.log):
            return f"{step[:1].lower()}{step[1:]}"
        where = " Its error log is in the table." if exchange.log else ""
        return f"find out what broke inside: run the same request by hand and read the traceback.{where}"
    if got == HTTPStatus.NOT_FOUND:
        return f"is there a route for `{one_line(asked.path, 120)}`? Compare the path, letter by letter."
    if got == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"let the route take {one_line(asked.method, 20)}."
    if 300 <= got < 400:
        return (
            f"it was sent on to `{one_line(exchange.location, 200)}`; answer directly, and look at slashes at the end."
        )
    if wanted[0] >= 400 and got < 400:
        return "test for this case before the work is done, and answer with the error."
    return f"answer with status {wanted[0]}."


# --- headers --------------------------------------------------------------------------------------------------------


def _duties(exchange: Exchange, wanted: tuple[int, ...]) -> dict[str, HeaderRule]:
    """The headers that a status brings with it."""
    if exchange.status not in wanted:
        return {}
    if exchange.status == HTTPStatus.METHOD_NOT_ALLOWED:
        return {"Allow": True}
    if exchange.status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": True}
    if exchange.status == HTTPStatus.CREATED and exchange.request.method == "POST":
        return {"Location": True}
    return {}


_HEADERS = {
    "allow": ("RFC 9110, 15.5.6", "list the methods that the path does take, such as `Allow: GET, HEAD`."),
    "www-authenticate": ("RFC 9110, 11.6.1", 'say how to log in, such as `WWW-Authenticate: Bearer realm="hopline"`.'),
    "location": ("RFC 9110, 10.2.2", "send the new resource's address, such as `Location: /trips/7`."),
    "retry-after": ("RFC 9110, 10.2.3", "say in seconds when to come back, such as `Retry-After: 2`."),
    "etag": ("RFC 9110, 8.8.3", 'send the version in quotation marks, such as `ETag: "3f2a"`.'),
    "content-type": ("RFC 9110, 8.3", "name the body's media type."),
}


def _headers(exchange: Exchange, duties: Mapping[str, HeaderRule], own: Mapping[str, HeaderRule]) -> list[_Finding]:
    """The rules of the task go before those of the status."""
    named = {name.lower() for name in own}
    rules = {name: rule for name, rule in duties.items() if name.lower() not in named} | dict(own)
    return [finding for name, rule in rules.items() for finding in _header(exchange, name, rule)]


def _header(exchange: Exchange, name: str, rule: HeaderRule) -> list[_Finding]:
    value = exchange.header(name)
    rfc, step = _HEADERS.get(name.lower(), ("", ""))
    if rule is None:
        return []
    if rule is False:
        gone = f"The header {name} shouldn't be there, and is `{one_line(value or '', 120)}`"
        return [] if value is None else [_Finding(gone, name, "", f"leave {name} out.")]
    if value is None:
        return [_Finding(f"The header {name} is missing", name, rfc, step or f"add {name}.", missing=True)]
    if wanted := _broken(rule, value):
        return [_Finding(f"The header {name} should {wanted}, and is `{one_line(value, 200)}`", name, rfc, step)]
    return _form(name, value, rfc, step) if rule is True else []


def _broken(rule: HeaderRule, value: str) -> str:
    """What a header's value should do and doesn't; empty when it does."""
    if isinstance(rule, str):
        return "" if value == rule else f"be `{rule}`"
    if isinstance(rule, re.Pattern):
        return "" if rule.search(value) else f"match `{rule.pattern}`"
    if callable(rule):
        return "" if rule(value) else "have another value"
    return ""


def _form(name: str, value: str, rfc: str, step: str) -> list[_Finding]:
    """Whether a header that only has to be there makes sense at all."""
    if name.lower() == "location":
        target = urlsplit(value)
        if target.scheme and not (target.scheme in {"http", "https"} and target.hostname):
            return [_Finding(f"Location is `{one_line(value, 200)}`, which leads nowhere", name, rfc, step)]
        return []
    if not value.strip() and name.lower() != "allow":
        return [_Finding(f"The header {name} is empty", name, rfc, step)]
    return []


# --- media type -----------------------------------------------------------------------------------------------------


def _media_types(wanted: str | Sequence[str] | None, problem: bool, is_json: bool) -> tuple[str, ...]:
    if wanted is not None:
        return (wanted,) if isinstance(wanted, str) else tuple(wanted)
    if problem:
        return (_PROBLEM,)
    return ("application/json", "*/*+json") if is_json else ()


def _media_type(exchange: Exchange, wanted: tuple[str, ...]) -> list[_Finding]:
    value = exchange.header("Content-Type")
    if not wanted or (value is not None and any(_same_type(one, value) for one in wanted)):
        return []
    came = f"is `{one_line(value, 120)}`" if value is not None else "is missing"
    named = " or ".join(f"`{one}`" for one in wanted if "*" not in one)
    rfc = "RFC 9457, 3" if wanted == (_PROBLEM,) else "RFC 9110, 8.3"
    step = f"set the header Content-Type to {named} in every answer of this kind."
    return [_Finding(f"Content-Type should be {named}, and {came}", "content-type", rfc, step, missing=value is None)]


def _same_type(wanted: str, got: str) -> bool:
    (want_type, want_more), (got_type, got_more) = _split(wanted), _split(got)
    same = got_type.endswith(want_type[3:]) if want_type.startswith("*/*") else want_type == got_type
    return same and all(got_more.get(name) == value for name, value in want_more.items())


def _split(value: str) -> tuple[str, dict[str, str]]:
    kind, *rest = value.split(";")
    pairs = (part.partition("=") for part in rest if "=" in part)
    return kind.strip().lower(), {name.strip().lower(): text.strip().strip('"').lower() for name, _, text in pairs}


# --- body -----------------------------------------------------------------------------------------------------------


def _json(exchange: Exchange, wanted: Any, *, exact: bool) -> list[_Finding]:
    if wanted is _ANY:
        return []
    try:
        got = exchange.answer.json()
    except ValueError as error:
        if not exchange.body:
            return [_Finding("The body should be JSON, and is empty", "body", "", "send the JSON text as the body.")]
        sentence = f"The body can't be read as JSON: {one_line(str(error), 120)}"
        return [_Finding(sentence, "body", "RFC 8259", "make the body with `json.dumps`, or the framework's own way.")]
    difference = first_difference(wanted, got, exact=exact)
    return [_Finding(difference, "body", "", "compare the body in the table with the task.")] if difference else []


def _body(exchange: Exchange, wanted: bytes | str | None) -> list[_Finding]:
    if wanted is None or exchange.body == (wanted.encode() if isinstance(wanted, str) else wanted):
        return []
    if not wanted:
        return [_Finding("The body should be empty, and isn't", "body", "", "send no body.")]
    return [_Finding(f"The body should be `{one_line(str(wanted), 200)}`", "body")]


def _problem(exchange: Exchange) -> list[_Finding]:
    """Whether the body is problem details: RFC 9457, with the four members that this course asks for."""
    try:
        got = exchange.answer.json()
    except ValueError:
        return [_Finding("The body should be JSON with the problem's details", "body", "RFC 9457, 3", _PROBLEM_STEP)]
    wanted = {"type": str, "title": re.compile(r".*\S.*", re.S), "status": int, "detail": re.compile(r".*\S.*", re.S)}
    if difference := first_difference(wanted, got):
        difference = difference.replace("a text like `.*\\S.*`", "a text that says something")
        return [_Finding(difference, "body", "RFC 9457, 3.1", _PROBLEM_STEP)]
    if got["status"] != exchange.status:
        sentence = f"`body.status` is {got['status']}, the status line says {exchange.status}: they must agree"
        return [_Finding(sentence, "body", "RFC 9457, 3.1.2", "fill in both from one variable.")]
    return []


_PROBLEM_STEP = "make every error in one place, with type, title, status and detail."
