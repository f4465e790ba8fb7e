"""A feedback page tells everything a learner may know, trusts no text, and loads nothing."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from autograder.reports import feedback
from autograder.reports.feedback import MOST_BYTES, render, write
from autograder.results import GroupResult, Outcome, QuestionResult, SubmissionResult, Table, WorkCell

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "h1", "h2", "h3", "h4"),
    *(
        "p",
        "a",
        "ol",
        "ul",
        "li",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "div",
        "span",
        "strong",
        "br",
    ),
    *("pre", "code", "mark", "bdi", "details", "summary", "figure", "figcaption", "img"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "scope", "role", "tabindex", "open"),
    *("aria-hidden", "aria-label", "src", "alt"),
}
VOID = {"meta", "br", "img"}


class Reader(HTMLParser):
    """Reads a page as a browser would: its tags, attributes, headings and text; fails where tags don't match."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.headings: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.policy = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        about = dict(attrs)
        if about.get("http-equiv"):
            self.policy += about["content"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)

    def values(self, *names: str) -> list[str]:
        return [value or "" for name, value in self.attributes if name in names]


def group(outcome: Outcome, message: str = "", name: str = "the city data", **changes: Any) -> GroupResult:
    return GroupResult(name, 1.0 if outcome is Outcome.RIGHT else 0.0, 1.0, outcome, message, **changes)


def submission(*groups: GroupResult, **changes: Any) -> SubmissionResult:
    return SubmissionResult("ana", "a2", (QuestionResult("A2.1", groups, "On the road"),), **changes)


def words(page: str) -> str:
    return " ".join(" ".join(Reader(page).text).split())


# --- nothing from outside becomes markup -----------------------------------------------------------------------------


def test_no_text_of_a_learner_becomes_markup(
    everywhere: Callable[[str], SubmissionResult], attacks: tuple[str, ...]
) -> None:
    """Whatever stands in whichever field: only our own tags and attributes are on the page, and all of them match."""
    for attack in attacks:
        for result in (everywhere(attack), replace(everywhere(attack), problem=attack)):
            page = Reader(render(result, title=attack))
            assert page.tags <= TAGS
            assert {name for name, _ in page.attributes} <= ATTRIBUTES
            assert all(re.fullmatch(r"#q\d+", link) for link in page.values("href"))
            assert all(re.fullmatch(r"data:image/png;base64,[A-Za-z0-9+/=]*", src) for src in page.values("src"))
            assert all(re.fullmatch(r"q\d+", name) for name in page.values("id"))


def test_the_policy_allows_our_own_style_sheet_and_nothing_else() -> None:
    """By its hash; pictures only on a page that has any, and only those that stand in it."""
    page = render(submission(group(Outcome.RIGHT)))
    css = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(css[0].encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert len(css) == 1
    assert Reader(page).policy == policy
    shown = submission(group(Outcome.RIGHT), work=(WorkCell("A2.1", "x", pictures=("aGk=",)),))
    assert Reader(render(shown)).policy == f"{policy}; img-src data:"


def test_nothing_invisible_is_left_in_it(
    everywhere: Callable[[str], SubmissionResult], attacks: tuple[str, ...]
) -> None:
    """Control characters, direction marks and lone surrogates are written out."""
    page = render(everywhere(attacks[-1]), title=attacks[-1])
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", page)
    for escape in (r"\u202e", r"\x00", r"\ud800", r"\x9b"):
        assert f'<mark class="odd">{escape}</mark>' in page
    assert "[31m" not in re.sub(r"\\x1b</mark>\[31m", "", page).replace("</mark>31m", "")


def test_text_is_shown_as_it_was_written() -> None:
    """What looks like markup, an entity or a template is only text."""
    for text in ("a < b & c > \"d\" 'e'", "&lt;b&gt; &#60;", "{{ 7*7 }}", "naïve שלום 日本 👩‍👧"):
        assert text in words(render(submission(group(Outcome.RIGHT), work=(WorkCell("A2.1", text),))))


# --- it is never too large -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["x" * 3_000_000, "&" * 300_000, "\x00" * 300_000, "\n" * 300_000, "a b\n" * 100_000])
def test_a_page_has_a_largest_size(everywhere: Callable[[str], SubmissionResult], text: str) -> None:
    """However much stands in every field, and it still says the score."""
    page = render(everywhere(text), title=text)
    assert len(page.encode()) <= MOST_BYTES
    assert "of 8 points" in words(page)


def test_many_questions_and_wide_tables_fit(everywhere: Callable[[str], SubmissionResult]) -> None:
    """Each question gets less room then."""
    wide = Table("Yours", ("c" * 300,) * 2000, (("x" * 5000,) * 2000,) * 500, 500)
    groups = tuple(group(Outcome.WRONG, "m" * 4000, tables=(wide, wide)) for _ in range(4))
    questions = tuple(QuestionResult(f"Q{at}", groups) for at in range(60))
    work = tuple(WorkCell(f"Q{at}", "s\n" * 5000, False, "p\n" * 5000, "", ("QUFB" * 30_000,) * 4) for at in range(60))
    page = render(SubmissionResult("ana", "a2", questions, ("mended",) * 5000, work=work))
    assert len(page.encode()) <= MOST_BYTES
    assert "0 of 240 points" in words(page)
    assert "and 4970 more" in words(page)
    assert "did not fit" in words(page)


def test_what_was_cut_is_told() -> None:
    """Lines and characters, with how many are missing."""
    work = (WorkCell("A2.1", "x = 1\n" * 1000, False, "y" * 5000),)
    page = words(render(submission(group(Outcome.RIGHT), work=work)))
    assert "more lines are not shown]" in page
    assert "[4,400 more characters are not shown]" in page


# --- it tells what a learner wants to know ---------------------------------------------------------------------------


def test_every_outcome_is_told_in_words() -> None:
    """Never by colour alone: signs are hidden from a screen reader, words aren't."""
    for outcome in Outcome:
        page = render(submission(group(outcome)))
        assert len(re.findall(rf"</span> {outcome.value}</span>", page)) >= 3
        assert f"1 question: 1 {outcome.value}." in words(page)


def test_it_begins_with_the_score_and_the_next_steps() -> None:
    """Before all details."""
    page = words(render(submission(group(Outcome.WRONG, "14 rows are missing.\nAsk with `IS NULL`."))))
    places = [page.index(part) for part in ("0 of 1 point", "What to do next", "Ask with IS NULL", "All questions")]
    assert places == sorted(places)


def test_the_learners_own_work_stands_beside_each_question() -> None:
    """The answer, what it printed, why it stopped; cells of the learner's own come last."""
    work = (
        WorkCell("A2.1", "SELECT 1", False, "one row", "NameError: no x"),
        WorkCell("", "print('mine')", False, "mine"),
    )
    page = words(render(submission(group(Outcome.RIGHT), work=work)))
    parts = (
        "Your answer",
        "SELECT 1",
        "stopped early: NameError: no x",
        "It printed 1 line",
        "Your other cells",
        "mine",
    )
    assert [page.index(part) for part in parts] == sorted(page.index(part) for part in parts)
    untouched = submission(group(Outcome.NOT_ATTEMPTED), work=(WorkCell("A2.1", "starter", True),))
    assert "still as it was handed out" in words(render(untouched))
    assert "starter" not in words(render(untouched))


def test_pictures_stand_in_the_page_or_a_note_does() -> None:
    """With a text for those who can't see them."""
    work = (WorkCell("A2.1", "plot()", pictures=("aGk=", "", "no base64!")),)
    page = render(submission(group(Outcome.RIGHT), work=work))
    assert Reader(page).values("src") == ["data:image/png;base64,aGk="]
    assert Reader(page).values("alt") == ["Picture 1 that this cell displayed"]
    assert words(page).count("[image not shown]") == 2


def test_an_exchange_is_shown_as_request_and_response() -> None:
    """As lines, with JSON spread out, and a mark at what is wrong."""
    rows = (
        ("first line", "POST /trips", "200 OK"),
        ("Content-Type", "application/json", ""),
        ("Location", "", "(missing)"),
        ("body", '{"from": "A"}', "no json"),
    )
    table = Table("Exchange 2", ("", "sent", "received"), rows, 4, (0, 2), "exchange")
    page = words(render(submission(group(Outcome.WRONG, "No Location.", tables=(table,)))))
    assert 'Request → look here: POST /trips Content-Type: application/json { "from": "A" }' in page
    assert "Response → look here: 200 OK → look here: Location: (missing) no json" in page


def test_a_submission_that_could_not_be_graded_says_why() -> None:
    """First, and instead of next steps."""
    problem = "It is not a notebook. Hand in a2.ipynb."
    found = render(submission(group(Outcome.COULD_NOT_RUN, problem), problem=problem))
    page = words(found)
    assert f"could not be graded {problem}" in page
    assert page.count(problem) == 1
    assert Reader(found).values("href") == []
    assert "What to do next" not in page


def test_all_right_is_said() -> None:
    """And that there is nothing left to do."""
    assert "every check passes" in words(render(submission(group(Outcome.RIGHT))))


def test_points_repairs_and_evidence_stand_on_the_page(tmp_path: Any) -> None:
    """A table says how many rows there are; hidden checks are named as such."""
    table = Table("Yours", ("n",), (("1",),), 3, (0,))
    result = submission(
        group(Outcome.WRONG, "No.", tables=(table,)),
        group(Outcome.RIGHT, name="ties", hidden=True),
        repairs=("Cell a2_1 was restored.",),
    )
    write(result, tmp_path / "a2.html", "Ask one table")
    page = words((tmp_path / "a2.html").read_text())
    for part in ("1 of 2 points", "Cell a2_1 was restored.", "3 rows, 1 shown", "ties (hidden)", "Hidden checks try"):
        assert part in page


def test_headings_are_in_order_and_links_lead_somewhere(everywhere: Callable[[str], SubmissionResult]) -> None:
    """One first heading, no level left out, a language; every link's target is on the page."""
    page = Reader(render(everywhere("text")))
    levels = [int(heading[1]) for heading in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.values("lang") == ["en"]
    assert {link[1:] for link in page.values("href")} <= set(page.values("id"))


def test_colours_can_be_told_from_their_ground() -> None:
    """At least 4.5 to 1 (WCAG 2.2, 1.4.3), on light and on dark paper and on the tint."""
    grounds = re.findall(r":root \{(.*?)\}", feedback._css(), re.DOTALL)[:2]
    for ground in grounds:
        colours = dict(re.findall(r"--(\w+): #([0-9a-f]+)", ground))
        for name in ("text", "soft", "link", "right", "wrong", "open", "stop"):
            for paper in ("paper", "tint"):
                assert contrast(colours[name], colours[paper]) >= 4.5, (name, paper)
        assert contrast(colours["text"], colours["look"]) >= 4.5


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted(map(luminance, (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = "".join(2 * digit for digit in colour) if len(colour) == 3 else colour
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_escapes_are_read_back_as_the_text() -> None:
    """A message keeps its lines, and names in backquotes become code."""
    page = render(submission(group(Outcome.WRONG, "Use `a<b`.\nThen run.")))
    assert html.escape("a<b") in page
    assert "Use <code>a&lt;b</code>.<br>Then run." in page
