"""Module C2: each fault of a partner is a check of its own, and a kernel judges as the grader does."""

# ruff: noqa: E501  a line of a change is a line of the answer, however long

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from autograder.grading.assignment import Assignment
from autograder.grading.namespace import run_cell
from autograder.grading.session import grade_answers
from autograder.notebooks.build import build_module
from autograder.notebooks.changes import changed
from autograder.notebooks.master import read_module
from autograder.notebooks.model import Passage
from autograder.results import GroupResult
from autograder.web import settings

ROOT = Path(__file__).parents[2]
MODULE = read_module(ROOT / "course" / "c2_calling_apis" / "c2_calling_apis.py")
QUESTIONS = {question.id: question for question in MODULE.questions}


class Weak(NamedTuple):
    """A client that can't stand one fault, and nothing else is wrong with it.

    `change` makes it from the solution. `group` is the only one that may notice, and its message holds `says`.
    """

    question: str
    fault: str
    group: str
    says: str
    change: str


# --- C2.1 ------------------------------------------------------------------------------------------------------------
ASK = '-        response = http.get(f"{base_url}/distance", params={"from": a, "to": b}, timeout=5)\n'
NO_ANSWER = '-        raise MapsDown("No answer.") from error\n'
NO_JSON = '-        raise MapsDown("No JSON.") from error\n'
FIELD = '-    metres = answer.get("distance_m") if isinstance(answer, dict) else None\n'
RANGE = "-    if not isinstance(metres, int) or metres < 0:\n"
MAPS = [
    Weak("C2.1", "& in a name", "place names with spaces and signs", "Let the library encode",
         ASK + '+        response = http.get(f"{base_url}/distance?from={a}&to={b}", timeout=5)'),
    Weak("C2.1", "500 with the field", "an error status", "An error status is no exception",
         '-    if response.status_code != 200:\n+    if response.status_code not in (200, 500):'),
    Weak("C2.1", "400 with the field", "an error status", "An error status is no exception",
         '-    if response.status_code != 200:\n+    if response.status_code not in (200, 400):'),
    Weak("C2.1", "404", "an error status", "404 is UnknownPlace",
         '-    if response.status_code == 404:\n-        raise UnknownPlace(f"{a} or {b}")'),
    Weak("C2.1", "HTML with 404", "an error status", "whatever the body says",
         '-    if response.status_code == 404:\n+    if response.status_code == 404 and response.text[:1] == "{":'),
    Weak("C2.1", "HTML with 200", "rubbish with status 200", "a web page",
         NO_JSON + '+        if "html" in response.text:\n+            return 0\n' + NO_JSON.replace("-", "+", 1)),
    Weak("C2.1", "malformed JSON", "rubbish with status 200", "broke off",
         NO_JSON + '+        if "{" in response.text:\n+            return 0\n' + NO_JSON.replace("-", "+", 1)),
    Weak("C2.1", "the field is missing", "rubbish with status 200", "was missing",
         FIELD + '+    metres = answer.get("distance_m", 0) if isinstance(answer, dict) else None'),
    Weak("C2.1", "a list", "rubbish with status 200", "a list",
         FIELD + '+    metres = answer.get("distance_m") if isinstance(answer, dict) else 0'),
    Weak("C2.1", "a text in the field", "rubbish with status 200", "a text",
         RANGE + "+    metres = int(metres) if isinstance(metres, str) else metres\n" + RANGE.replace("-", "+", 1)),
    Weak("C2.1", "null in the field", "rubbish with status 200", "null",
         RANGE + '+    if answer == {"distance_m": None}:\n+        return 0\n' + RANGE.replace("-", "+", 1)),
    Weak("C2.1", "a negative number", "rubbish with status 200", "negative",
         RANGE + "+    if not isinstance(metres, int):"),
    Weak("C2.1", "a refused connection", "no connection", "there is no distance",
         NO_ANSWER + '+        if "refused" in str(error):\n+            return 0\n' + NO_ANSWER.replace("-", "+", 1)),
    Weak("C2.1", "a dropped connection", "no connection", "there is no distance",
         NO_ANSWER + '+        if "without response" in str(error):\n+            return 0\n' + NO_ANSWER.replace("-", "+", 1)),
    Weak("C2.1", "bytes that aren't HTTP", "no connection", "there is no distance",
         NO_ANSWER + '+        if "BadStatusLine" in str(error):\n+            return 0\n' + NO_ANSWER.replace("-", "+", 1)),
    Weak("C2.1", "a slow answer", "a slow answer", "timeout of at most 5",
         ASK + '+        response = http.get(f"{base_url}/distance", params={"from": a, "to": b})'),
    Weak("C2.1", "a slow answer, passed on", "a slow answer", "timeout of at most 5",
         NO_ANSWER + "+        if isinstance(error, http.Timeout):\n+            return 0\n" + NO_ANSWER.replace("-", "+", 1)),
]  # fmt: skip

# --- C2.2 ------------------------------------------------------------------------------------------------------------
NEXT = '-        link = response.links.get("next")\n'
JOIN = '-        url = urljoin(url, link["url"]) if link else None\n'
HOST = "-        if urlsplit(url)[:2] != urlsplit(base_url)[:2]:\n"
LIMIT = "-        if len(visited) >= limit:\n"
PAGES = [
    Weak("C2.2", "one page only", "one page, and an empty page in the middle", "the whole list",
         NEXT + '+        link = response.links.get("next")\n+        if not link and len(visited) == 1 and items:\n+            return None'),
    Weak("C2.2", "an empty page in the middle", "one page, and an empty page in the middle", "Only a missing link",
         NEXT + '+        link = response.links.get("next") if response.json()["payments"] else None'),
    Weak("C2.2", "no payment at all", "one page, and an empty page in the middle", "no payments at all",
         "-    return items\n+    return items or None"),
    Weak("C2.2", "a relative link", "links of several kinds", "relative",
         JOIN + '+        url = (base_url + link["url"] if link["url"].startswith("/p") else link["url"]) if link else None'),
    Weak("C2.2", "several links in one header", "links of several kinds", "several links",
         NEXT + '+        last = response.headers.get("Link", "").split(">")[-2:]\n'
         '+        link = response.links.get("next") if \'rel="next"\' in "".join(last) and "rel" in last[-1][:6] else None\n'
         '+        link = link if link and "title" not in last[-1] else None'),
    Weak("C2.2", "a repeated item", "an item that comes twice", "two pages",
         '-            if item["payment_id"] not in known:\n+            if True:'),
    Weak("C2.2", "a page that leads to itself or back", "pages in a circle", "led back",
         "-        if url in visited:\n-            raise PagingLoop(f\"{url} comes again.\")"),
    Weak("C2.2", "pages without end", "more pages than the limit", "did not end",
         LIMIT + "+        if len(visited) >= 1000:"),
    Weak("C2.2", "as many pages as the limit", "more pages than the limit", "As many pages",
         LIMIT + "+        if len(visited) >= limit or (limit == 3 and len(visited) == 2):"),
    Weak("C2.2", "a link to another host", "a link to another host", "another host",
         HOST + '+        if url[-1] == "@":'),
    Weak("C2.2", "a host behind an @", "a link to another host", "another host",
         HOST + "+        if not url.startswith(base_url):"),
    Weak("C2.2", "another host without a scheme", "a link to another host", "another host",
         HOST + '+        if url[-1] == "@":\n\n' + JOIN
         + '+        if link and link["url"].startswith("http") and urlsplit(link["url"])[:2] != urlsplit(base_url)[:2]:\n'
         "+            raise ForeignLink(url)\n" + JOIN.replace("-", "+", 1)),
]  # fmt: skip

# --- C2.3 ------------------------------------------------------------------------------------------------------------
FINAL = "-            if status not in (429, 502, 503, 504):\n"
PASS = "-        except http.RequestException:\n-            pass\n"
SLEEP = "-            clock.sleep(min(delay, 30))\n"
DELAY = "-            delay = base + rng.uniform(0, base) if wish is None else wish\n"
LAST = '-    raise GiveUp(f"{tries} tries, no answer of use.", status, body)\n'
DATE = "-            return max(0, (parsedate_to_datetime(text) - clock.now()).total_seconds())\n"
PATIENCE = [
    *(
        Weak("C2.3", f"{code} gives up", "failures that may pass", f"{code}",
             FINAL + f"+            if status not in {tuple(c for c in (429, 502, 503, 504) if c != code)}:")
        for code in (502, 504)
    ),
    Weak("C2.3", "429 without a header", "failures that may pass", "429 without",
         FINAL + '+            if status == 429 and wish is None and "Retry-After" not in response.headers:\n'
         '+                raise GiveUp("429", status, body)\n' + FINAL.replace("-", "+", 1)),
    Weak("C2.3", "a broken connection", "failures that may pass", "a broken connection",
         PASS + '+        except http.Timeout:\n+            pass\n+        except http.RequestException as error:\n'
         '+            if number == 0:\n+                raise GiveUp("No connection.") from error'),
    Weak("C2.3", "a timeout", "failures that may pass", "a timeout",
         PASS + '+        except http.Timeout:\n+            raise GiveUp("late") from None\n+        except http.RequestException:\n+            pass'),
    Weak("C2.3", "a timeout that isn't set", "failures that may pass", "a timeout",
         "-            response = http.get(url, timeout=5)\n+            response = http.get(url)"),
    Weak("C2.3", "Retry-After in seconds", "Retry-After", "asked for 7 seconds",
         '-        if text.isdigit():\n+        if text == "7":\n+            return 0.5\n+        if text.isdigit():'),
    Weak("C2.3", "Retry-After as a date", "Retry-After", "named a date",
         DATE + '+            return None if "2025 09" in text else max(0, (parsedate_to_datetime(text) - clock.now()).total_seconds())'),
    Weak("C2.3", "a date in the past", "Retry-After", "in the past",
         DATE + "+            return (parsedate_to_datetime(text) - clock.now()).total_seconds()"),
    Weak("C2.3", "a date in a year", "Retry-After", "very long",
         SLEEP + "+            clock.sleep(delay)"),
    Weak("C2.3", "a Retry-After that can't be read", "Retry-After", "could not be read",
         "-        except (TypeError, ValueError):\n+        except KeyError:"),
    *(
        Weak("C2.3", f"{code} is final", "answers that are final", f"{code}",
             FINAL + f"+            if status not in (429, 502, 503, 504, {code}):")
        for code in (400, 401, 404, 409, 500)
    ),
    Weak("C2.3", "200 without JSON", "answers that are final", "without JSON",
         "-        except ValueError as error:\n-            raise GiveUp(\"This is no JSON.\", status, body) from error"),
    Weak("C2.3", "one try too many", "how many calls", "tries=",
         "-    for number in range(tries):\n+    for number in range(tries + (tries == 1)):"),
    Weak("C2.3", "a wait after the last try", "how many calls", "nothing to wait for",
         "-        if number + 1 < tries:\n+        if number + 1 < tries or tries == 4:"),
    Weak("C2.3", "no jitter", "waits on the given clock, with a random part", "not random",
         DELAY + "+            delay = base if wish is None else wish"),
    Weak("C2.3", "other dice", "waits on the given clock, with a random part", "not from rng",
         DELAY + "+            from random import uniform\n+            delay = base + uniform(0, base) if wish is None else wish"),
    Weak("C2.3", "the last body is lost", "what GiveUp tells", "all that a colleague",
         LAST + '+    raise GiveUp("no answer of use", status)'),
    Weak("C2.3", "an old status after no answer", "what GiveUp tells", "no answer",
         '-        wish, status, body = None, None, ""\n+        wish = None'),
]  # fmt: skip

# --- C2.4 ------------------------------------------------------------------------------------------------------------
KEY = '-            headers = {"Idempotency-Key": key}\n'
AGREE = "-    key, agreed = store.setdefault(trip_id, (uuid4().hex, cents))\n"
MONEY = [
    Weak("C2.4", "a restart, key stored after the call", "a restart after the answer got lost", "store the key after",
         AGREE + "+    key, agreed = store.get(trip_id, (uuid4().hex, cents))\n\n"
         '-            return response.json()["charge_id"]\n+            store[trip_id] = (key, cents)\n'
         '+            return response.json()["charge_id"]'),
    Weak("C2.4", "a restart, key from the time", "a restart after the answer got lost", "made anew",
         AGREE + '+    agreed = store.setdefault(trip_id, cents)\n+    key = f"{trip_id}-{clock.now()}"'),
    Weak("C2.4", "the answer lost behind a 502", "answers that get lost after PayNow charged", "Each try had another key",
         "-            break\n+            break\n+        else:\n+            key = uuid4().hex"),
    Weak("C2.4", "a crash after the key was stored", "a crash between storing and sending", "does not mean",
         AGREE + '+    if trip_id in store and type(store).__name__ == "CrashingStore":\n+        return "ch_0001"\n'
         + AGREE.replace("-", "+", 1)),
    Weak("C2.4", "409", "409, still in progress", "still works on this key",
         '-            wait = int(response.headers.get("Retry-After", "1"))\n+            break'),
    Weak("C2.4", "409, asked again at once", "409, still in progress", "before PayNow wanted",
         '-            wait = int(response.headers.get("Retry-After", "1"))\n+            continue'),
    Weak("C2.4", "402", "a declined card", "the bank's decision",
         '-            raise Declined(f"Trip {trip_id}.")\n+            continue'),
    Weak("C2.4", "two trips", "two trips, and a changed amount", "a key of its own",
         KEY + '+            headers = {"Idempotency-Key": store.setdefault("the key", key)}'),
    Weak("C2.4", "another amount", "two trips, and a changed amount", "another amount",
         "-    if agreed != cents:\n+    if False:"),
]  # fmt: skip

# --- C2.5 ------------------------------------------------------------------------------------------------------------
GET = "-        with http.get(url, stream=True, allow_redirects=False, timeout=5) as response:\n"
CHUNKS = (
    "-            for chunk in response.iter_content(8192):\n-                content += chunk\n"
    '-                if len(content) > 200_000:\n-                    raise PhotoRefused("It is too large.")\n'
)
SIGN = "-    if not content.startswith(SIGNS[media_type]):\n"
NO_PHOTO = '-        raise PhotoRefused("No answer.") from error\n'
PHOTOS = [
    Weak("C2.5", "5 MB without a length", "a body that is too long", "Stop reading",
         CHUNKS + '+            content = response.content\n+            if len(content) > 200_000:\n'
         '+                raise PhotoRefused("It is too large.")'),
    Weak("C2.5", "one byte too many", "a body that is too long", "200 001",
         "-                if len(content) > 200_000:\n+                if len(content) > 200_001:"),
    Weak("C2.5", "a redirect to another host", "redirects, error statuses, and no answer", "another host",
         GET + "+        with http.get(url, stream=True, timeout=5) as response:"),
    *(
        Weak("C2.5", f"status {code}", "redirects, error statuses, and no answer", "status was not 200",
             f"-            if response.status_code != 200:\n+            if response.status_code not in (200, {code}):")
        for code in (500, 203)
    ),
    Weak("C2.5", "a dropped connection", "redirects, error statuses, and no answer", "no answer",
         NO_PHOTO + '+        if "without response" in str(error):\n+            raise\n' + NO_PHOTO.replace("-", "+", 1)),
    Weak("C2.5", "bytes that aren't HTTP", "redirects, error statuses, and no answer", "no answer",
         NO_PHOTO + '+        if "BadStatusLine" in str(error):\n+            raise\n' + NO_PHOTO.replace("-", "+", 1)),
    Weak("C2.5", "a slow answer", "a slow answer", "timeout of at most 5",
         GET + "+        with http.get(url, stream=True, allow_redirects=False) as response:"),
    Weak("C2.5", "HTML called PNG", "headers that lie", "said something else",
         SIGN + '+    if not content.startswith((SIGNS[media_type], b"<html")):'),
    Weak("C2.5", "SVG called PNG", "headers that lie", "said something else",
         SIGN + '+    if not content.startswith((SIGNS[media_type], b"<svg")):'),
    Weak("C2.5", "PNG called JPEG", "headers that lie", "said something else",
         SIGN + "+    if not content.startswith(tuple(SIGNS.values())):"),
    Weak("C2.5", "half a sign", "headers that lie", "said something else",
         SIGN + "+    if not content.startswith(SIGNS[media_type][:3]):"),
    Weak("C2.5", "an empty body", "headers that lie", "was empty",
         SIGN + "+    if content and not content.startswith(SIGNS[media_type]):"),
    Weak("C2.5", "a type of its own", "headers that lie", "Only JPEG and PNG",
         SIGN.replace(SIGN, '-    if media_type not in SIGNS:\n+    if media_type == "image/svg+xml":\n'
                      '+        return media_type, content\n+    if media_type not in SIGNS:')),
    Weak("C2.5", "a gzip bomb", "a small body that unpacks to a large one", "count what you have unpacked",
         "-                if len(content) > 200_000:\n+                if response.raw.tell() > 200_000:"),
    Weak("C2.5", "gzip of fair size", "a small body that unpacks to a large one", "is allowed",
         "-            for chunk in response.iter_content(8192):\n+            for chunk in response.raw.stream(8192, decode_content=False):"),
]  # fmt: skip
WEAK = [*MAPS, *PAGES, *PATIENCE, *MONEY, *PHOTOS]


# --- one process -----------------------------------------------------------------------------------------------------


def in_one_process(question: Any, answer: str) -> list[GroupResult]:
    """Judge an answer as a kernel does: setup, answer and tests share one process."""
    space: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(MODULE.setup):
        run_cell(cell.source, f"setup {number}", space)
    run_cell(answer, f"{question.key}_answer", space)
    groups: list[GroupResult] = []
    for cell in (question.check, question.hidden):
        groups += run_cell(cell.source, cell.title, space).check.groups
    return groups


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sockets, and no real waits."""
    monkeypatch.setattr(settings, "transport", "in-process")
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("weak", WEAK, ids=lambda weak: f"{weak.question}: {weak.fault}")
def test_one_fault_one_group(weak: Weak) -> None:
    """A client that can't stand one fault loses exactly that fault's group, and reads what happened."""
    question = QUESTIONS[weak.question]
    groups = in_one_process(question, changed(question.solution, weak.change.split("\n")))
    lost = {group.name: group.message for group in groups if not group.points}
    assert list(lost) == [weak.group], lost
    assert weak.says in lost[weak.group], lost


# What a wrong answer loses, where it is not one group: it ignores several things at once.
BROAD = {
    "C2.6": {"parse-before-verify": {1, 2}, "unchecked-signature": {1, 5}},
    "C2.7": {},
}


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("name", BROAD)
def test_one_mistake_one_group(name: str) -> None:
    """For webhooks and the breaker: each mistake loses one group, and that group names it."""
    question = QUESTIONS[name]
    for wrong in question.wrong:
        lost = [group for group in in_one_process(question, question.whole(wrong)) if not group.points]
        assert len(lost) in BROAD[name].get(wrong.tag, {1}), (wrong, lost)
        assert wrong.tag in {group.tag for group in lost}, (wrong, lost)
        assert all(group.hidden and len(group.message) > 20 for group in lost), lost


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("name", QUESTIONS)
def test_solutions_pass_in_one_process(name: str) -> None:
    """The reference and the unusual right answers get everything without any socket."""
    question = QUESTIONS[name]
    for answer in (question.solution, *map(question.whole, question.right)):
        assert [group.message for group in in_one_process(question, answer) if not group.points] == []


@pytest.mark.usefixtures("in_process")
def test_the_lesson_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    """Each "What you should see" is true."""
    space: dict[str, Any] = {"__name__": "__main__"}
    printed: list[str] = []
    for passage in (part for part in MODULE.parts if isinstance(part, Passage) and part.cell.kind == "code"):
        run_cell(passage.cell.source, "lesson", space)
        printed.append(capsys.readouterr().out.strip())
    _, endings, timeouts, query, links, waits, paid, photo, signed = printed
    assert endings.split("\n") == ["1190 m", "status 503", "no answer in time", "no connection", "rubbish"]
    assert [line.split()[-2:] for line in timeouts.split("\n")] == [
        ["ConnectionError", "True"], ["ConnectionError", "True"], ["ReadTimeout", "False"],
    ]  # fmt: skip
    assert "No place is called 'Salt '." in query
    assert "1940" in query
    assert "Salt+%26+Pepper+Square" in query
    assert links.split("\n") == ["10 ['first', 'next']", "10 ['first', 'next']", "5 ['first']"]
    assert waits == "{'rides': 12} [0.66, 7.0, 22.34]"
    assert paid.split("\n") == ["no answer 201 2500 cents", "no answer 201 1250 cents"]
    assert 20_000 < int(photo.split()[0]) <= 21_000
    assert signed.split("\n")[1:] == ["True", "False"]


# --- both sides ------------------------------------------------------------------------------------------------------


def answers() -> Iterator[tuple[str, str, str]]:
    """Question, kind and text of all answers that the author wrote down."""
    for question in MODULE.questions:
        yield question.id, "solution", question.solution
        for variant in (*question.wrong, *question.right):
            yield question.id, getattr(variant, "tag", "right"), question.whole(variant)


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    built = build_module(MODULE, ROOT)
    source = tmp_path_factory.mktemp("c2") / "c2_calling_apis.ipynb"
    source.write_text(built.solution, "utf-8")
    return Assignment.read(source)


def told(groups: Any) -> list[tuple[str, float, str]]:
    return [(group.name, group.points, group.tag) for group in groups]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(max(len(one.wrong) + len(one.right) + 1 for one in MODULE.questions)))
def test_a_kernel_and_the_grader_agree(assignment: Assignment, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Group by group and tag by tag: across the wall, in a kernel with sockets, in a kernel without."""
    listed: dict[str, list[str]] = {}
    for name, _, text in answers():
        listed.setdefault(name, []).append(text)
    chosen = {name: texts[number] for name, texts in listed.items() if number < len(texts)}
    given = {f"{QUESTIONS[name].key}_answer": text for name, text in chosen.items()}
    graded = grade_answers(assignment, given, questions=chosen.keys())
    across = {result.question: told(result.groups) for result in graded.result.questions}
    for transport in ("in-process", "socket"):
        monkeypatch.setattr(settings, "transport", transport)
        here = {name: told(in_one_process(QUESTIONS[name], text)) for name, text in chosen.items()}
        assert here == across, transport
