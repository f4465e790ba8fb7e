"""A simulated browser keeps cookies, follows redirects, and tells and withholds what a browser does."""

import json
from urllib.parse import parse_qsl

import pytest

from autograder.errors import CheckFailed
from autograder.web.browser import Browser
from autograder.web.client import Client
from autograder.web.cookies import Cookie

BASE = "https://app.hopline.test"
EVIL = "https://evil.test/win"


class Clock:
    """Seconds that pass only when told to."""

    now = 1000.0

    def time(self):
        return self.now


def app(environ, start_response):
    """Log in, log out, redirect, and answer with what was seen."""
    path = environ["PATH_INFO"]
    headers = [("Content-Type", "application/json")]
    status = "200 OK"
    if path == "/login":
        status, headers = "303 See Other", [("Location", "/me#top")]
        headers.append(("Set-Cookie", "__Host-sid=s1; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60"))
        headers.append(("Set-Cookie", "theme=dark; Path=/; Secure; SameSite=None"))
        headers.append(("Set-Cookie", "strict=1; Path=/; SameSite=Strict"))
    elif path == "/logout":
        headers.append(("Set-Cookie", "__Host-sid=; Path=/; Secure; Max-Age=0"))
    elif path == "/bad":
        headers.append(("Set-Cookie", "__Host-sid=x; Domain=hopline.test; Secure; Path=/"))
    elif path == "/loop":
        status, headers = "302 Found", [("Location", "/loop")]
    elif path == "/keep":
        status, headers = "307 Temporary Redirect", [("Location", "/echo")]
    elif path == "/away":
        status, headers = "302 Found", [("Location", "https://other.test/echo")]
    seen = {name[5:].lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    body = environ["wsgi.input"].read().decode()
    seen |= {"method": environ["REQUEST_METHOD"], "path": path, "query": environ["QUERY_STRING"], "body": body}
    start_response(status, headers)
    return [json.dumps(seen).encode()]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def browser(clock):
    made = Browser(Client(app, base=BASE, clock=clock), clock=clock)
    made.submit("/login", {"email": "a@b"})
    return made


def sent_cookies(exchange):
    return {part.partition("=")[0] for part in exchange.json().get("cookie", "").split("; ") if part}


ALL = {"__Host-sid", "theme", "strict"}


# --- what doesn't work ----------------------------------------------------------------------------------------------


def test_a_redirect_loop_is_told_with_the_conversation(browser):
    with pytest.raises(
        CheckFailed, match=r"`GET https://app\.hopline\.test/loop` redirected more than 10 times"
    ) as caught:
        browser.visit("/loop")
    assert caught.value.tables[0].total == 11


def test_a_form_knows_two_methods(browser):
    with pytest.raises(ValueError, match="GET or POST"):
        browser.submit("/echo", method="DELETE")


def test_a_refused_cookie_is_kept_for_the_message(browser):
    browser.visit("/bad")
    assert "no Domain" in browser.cookies.refused[0]
    assert browser.cookies.get("__Host-sid").value == "s1"


# --- one site -------------------------------------------------------------------------------------------------------


def test_logging_in_sets_cookies_and_leads_on(browser):
    assert browser.page.json()["path"] == "/me"
    assert browser.page.json()["method"] == "GET"
    assert sent_cookies(browser.page) == ALL
    assert browser.page.url == f"{BASE}/me"


def test_a_typed_address_sends_every_cookie_and_no_origin(browser):
    seen = browser.visit("/echo")
    assert sent_cookies(seen) == ALL
    assert seen.json()["sec_fetch_site"] == "none"
    assert "origin" not in seen.json()
    assert "referer" not in seen.json()


def test_logging_out_clears_the_cookie(browser):
    browser.visit("/logout")
    assert "__Host-sid" not in sent_cookies(browser.visit("/echo"))


def test_a_cookie_expires_on_the_clock(browser, clock):
    clock.now += 60
    assert sent_cookies(browser.visit("/echo")) == {"theme", "strict"}


def test_closing_the_browser_keeps_only_what_has_an_end(browser):
    browser.restart()
    assert sent_cookies(browser.visit("/echo")) == {"__Host-sid"}


def test_two_browsers_share_nothing(browser):
    assert sent_cookies(Browser(browser.client).visit("/echo")) == set()


def test_a_form_is_encoded_and_says_where_it_comes_from(browser):
    seen = browser.submit("/echo", {"a": "b&c", "d": "é"}).json()
    assert parse_qsl(seen["body"]) == [("a", "b&c"), ("d", "é")]
    assert (seen["origin"], seen["referer"], seen["sec_fetch_site"]) == (BASE, BASE, "same-origin")
    seen = browser.submit("/echo", {"a": "b"}, method="get").json()
    assert (seen["method"], seen["query"], "origin" in seen) == ("GET", "a=b", False)


def test_a_307_keeps_method_and_body(browser):
    seen = browser.submit("/keep", {"a": "b"}).json()
    assert (seen["method"], seen["path"], seen["body"]) == ("POST", "/echo", "a=b")


def test_scripts_cannot_read_http_only_cookies(browser):
    assert browser.script_cookies() == {"theme": "dark", "strict": "1"}


def test_other_hosts_get_none_of_the_cookies(browser):
    assert sent_cookies(browser.visit("/away")) == set()


# --- two sites ------------------------------------------------------------------------------------------------------


def test_a_link_from_another_site_sends_lax_but_not_strict_cookies(browser):
    seen = browser.visit("/echo", from_site=EVIL)
    assert sent_cookies(seen) == {"__Host-sid", "theme"}
    assert (seen.json()["sec_fetch_site"], seen.json()["referer"]) == ("cross-site", "https://evil.test/")


def test_a_forged_form_sends_only_cookies_without_same_site(browser):
    seen = browser.submit("/echo", {"to": "mallory"}, from_site=EVIL)
    assert sent_cookies(seen) == {"theme"}
    assert (seen.json()["origin"], seen.json()["sec_fetch_site"]) == ("https://evil.test", "cross-site")


def test_a_sub_domain_is_the_same_site_but_another_origin(browser):
    seen = browser.submit("/echo", from_site="https://blog.hopline.test/x")
    assert sent_cookies(seen) == ALL
    assert (seen.json()["origin"], seen.json()["sec_fetch_site"]) == ("https://blog.hopline.test", "same-site")


def test_plain_text_can_look_like_json(browser):
    seen = browser.submit("/echo", [('{"to": "mallory", "x": "', '"}')], from_site=EVIL, enctype="text/plain").json()
    assert json.loads(seen["body"]) == {"to": "mallory", "x": "="}


def test_a_script_sends_what_its_page_may(browser):
    seen = browser.fetch("PUT", "/echo", json={"a": 1}, headers={"X-CSRF-Token": "t"})
    assert (seen.json()["x_csrf_token"], seen.json()["origin"], sent_cookies(seen)) == ("t", BASE, ALL)
    assert sent_cookies(browser.fetch("GET", "/echo", from_site=EVIL)) == {"theme"}
    assert browser.fetch("GET", "/loop").status == 302


def test_an_attacker_can_plant_a_cookie(browser):
    browser.cookies.put(Cookie("theme", "planted", "hopline.test", "/echo", host_only=False))
    assert browser.visit("/echo").json()["cookie"].startswith("theme=planted; ")
