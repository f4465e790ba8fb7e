"""A submission with an attack in every field, for the tests that read pages and those that open them in a browser."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from autograder.results import GroupResult, Outcome, QuestionResult, SubmissionResult, Table, WorkCell

ATTACKS = (
    "<script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    '"><svg onload=window.pwned=1>',
    "'><body onload=window.pwned=1>",
    "</pre></code></style></title></textarea><script>window.pwned=1</script>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    '<a href="javascript:window.pwned=1" autofocus onfocus=window.pwned=1>x</a>',
    "<style>@import 'http://evil.test/x.css'; *{display:none}</style>",
    '<link rel=stylesheet href="http://evil.test/x.css"><base href="http://evil.test/">',
    '<meta http-equiv=refresh content="0;url=http://evil.test/">',
    "<form action=http://evil.test/><input type=submit autofocus>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.pwned=1&gt;">',
    "<!--><script>window.pwned=1</script>-->",
    "{{ 7*7 }}{% raw %}${7*7}#{7*7}",
    "`<script>window.pwned=1</script>` and `<img src=x onerror=window.pwned=1>`",
    "\ue000<script>window.pwned=1</script>\ue001",
    "\ud83d\ud800 lone \udc80",
    "\u202e\u2066reversed\u2069 \u200b\ufeff\x00\x07\x1b[31mred\x1b[0m \x9b31m\x85\u2028",
    "data:text/html,<script>window.pwned=1</script>",
    "&lt;script&gt; &#60;script&#62; &amp;lt;",
    "Z\u0351\u0352\u0353\u0354\u0355\u0356\u0357\u0358\u0359" * 20,
)
EVERYTHING = "\n".join(ATTACKS)


def group(text: str, outcome: Outcome) -> GroupResult:
    plain = Table(text, (text,) * 8, ((text,) * 8,) * 2, 5, (0,))
    rows = (("first line", text, text), (text, text, ""), ("body", text, text))
    exchange = Table(text, ("", "sent", "received"), rows, 3, (0, 2), "exchange")
    return GroupResult(text, 0.0, 1.0, outcome, text, text, False, (plain, exchange), text)


def result_with(text: str) -> SubmissionResult:
    """A result that holds a text in every field where a text may stand."""
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
    pictures = (png, text, f'{png}" onerror="window.pwned=1', "")
    questions = tuple(
        QuestionResult(f"{text}{at}", (group(text, outcome), group("\n" + text, Outcome.RIGHT)), text)
        for at, outcome in enumerate(Outcome)
    )
    work = [WorkCell(question.question, text, False, text, text, pictures) for question in questions]
    work += [WorkCell("", text, False, text, text, pictures)]
    run = {"engine": text, text: text}
    return SubmissionResult(text, text, questions, (text, text), "", text, run, {text: 1.0}, (text,), tuple(work))


@pytest.fixture
def everywhere() -> Callable[[str], SubmissionResult]:
    return result_with


@pytest.fixture
def attacks() -> tuple[str, ...]:
    return (*ATTACKS, EVERYTHING)
