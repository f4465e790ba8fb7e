"""Cookies are set, refused, sent and forgotten as in a browser."""

import pytest

from autograder.web.cookies import Cookie, CookieJar, same_site, site_of

HOME = "https://api.hopline.test/account/login"


def taking(line, url=HOME, now=0.0, **more):
    jar = CookieJar()
    return jar, jar.take(line, url, now, **more)


def names(jar, url, now=0.0, **more):
    return [cookie.name for cookie in jar.fitting(url, now, **more)]


# --- refused --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "url", "why"),
    [
        ("novalue", HOME, "no name"),
        ("=x", HOME, "no name"),
        (f"a={'x' * 5000}", HOME, "larger than 4096"),
        ("a=1; Domain=evil.test", HOME, "doesn't cover api.hopline.test"),
        ("a=1; Domain=test", HOME, "doesn't cover"),
        ("a=1; Domain=sub.api.hopline.test", HOME, "doesn't cover"),
        ("a=1; Domain=pline.test", HOME, "doesn't cover"),
        ("a=1; Domain=0.0.1", "https://127.0.0.1/", "doesn't cover"),
        ("a=1; Secure", "http://api.hopline.test/", "only be set over https"),
        ("a=1; SameSite=None", HOME, "needs Secure"),
        ("__Secure-a=1", HOME, "__Secure- needs Secure"),
        ("__Host-a=1; Secure", HOME, "__Host- needs Secure, Path=/ and no Domain"),
        ("__Host-a=1; Path=/", HOME, "__Host- needs"),
        ("__Host-a=1; Secure; Path=/account", HOME, "__Host- needs"),
        ("__Host-a=1; Secure; Path=/; Domain=hopline.test", HOME, "__Host- needs"),
        ("__HOST-a=1; Path=/", HOME, "__Host- needs"),
    ],
)
def test_a_cookie_is_refused_and_the_reason_kept(line, url, why):
    jar, said = taking(line, url)
    assert why in said
    assert why in jar.refused[0]
    assert len(jar) == 0


def test_another_sites_request_sets_only_what_is_open_to_other_sites():
    assert "another site" in taking("a=1", cross_site=True)[1]
    assert taking("a=1; SameSite=None; Secure", cross_site=True)[1] == ""


# --- taken ----------------------------------------------------------------------------------------------------------


def test_a_plain_cookie_gets_a_browsers_defaults():
    jar, _ = taking("sid=abc=def")
    assert jar.get("sid") == Cookie("sid", "abc=def", "api.hopline.test", "/account", made=1)


@pytest.mark.parametrize("line", ["__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Lax", "__host-s=1;secure;PATH=/"])
def test_a_good_host_cookie_is_taken(line):
    assert taking(line)[1] == ""


def test_attributes_are_read_in_any_order_and_case():
    jar, _ = taking('a="1" ;httponly; SECURE;samesite=STRICT;path=/x;domain=.Hopline.Test;Max-Age=60', now=100.0)
    assert jar.get("a") == Cookie(
        "a", '"1"', "hopline.test", "/x", host_only=False, secure=True, http_only=True, same_site="Strict",
        expires=160.0, made=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "alive_at", "gone_at"),
    [
        ("a=1; Max-Age=60", 59, 60),
        ("a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:01 GMT", 59, 60),
        ("a=1; Expires=Thu, 01 Jan 1970 00:01:00 GMT", 59, 60),
        ("a=1; Expires=Thu, 01-Jan-1970 00:01:00 GMT", 59, 60),
        ("a=1; Max-Age=soon; Expires=Thu, 01 Jan 1970 00:01:00 GMT", 59, 60),
        ("a=1; Expires=tomorrow", 10**9, None),
        ("a=1; Max-Age=99999999999999999999", 300 * 86_400, 401 * 86_400),
    ],
)
def test_cookies_expire_by_the_clock(line, alive_at, gone_at):
    jar, _ = taking(line)
    assert names(jar, HOME, alive_at) == ["a"]
    if gone_at is not None:
        assert names(jar, HOME, gone_at) == []
        assert len(jar) == 0


@pytest.mark.parametrize("end", ["Max-Age=0", "Max-Age=-1", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_cookie_is_cleared_only_with_the_same_path_and_domain(end):
    jar, _ = taking("a=1; Path=/", now=1000.0)
    jar.take(f"a=; {end}", HOME, 1000.0)
    assert names(jar, HOME, 1000.0) == ["a"]
    jar.take(f"a=; Path=/; {end}", HOME, 1000.0)
    assert len(jar) == 0


def test_a_cookie_is_replaced_in_its_place():
    jar, _ = taking("a=1")
    jar.take("b=1", HOME, 0)
    jar.take("a=2", HOME, 0)
    assert [(cookie.name, cookie.value) for cookie in jar.fitting(HOME, 0)] == [("a", "2"), ("b", "1")]


# --- sent -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "url", "goes"),
    [
        ("a=1", "https://api.hopline.test/account", True),
        ("a=1", "https://api.hopline.test/account/x", True),
        ("a=1", "https://api.hopline.test/accounts", False),
        ("a=1", "https://api.hopline.test/", False),
        ("a=1; Path=/", "https://api.hopline.test/", True),
        ("a=1; Path=/", "https://hopline.test/", False),
        ("a=1; Path=/", "https://sub.api.hopline.test/", False),
        ("a=1; Path=/; Domain=hopline.test", "https://hopline.test/", True),
        ("a=1; Path=/; Domain=hopline.test", "https://shop.hopline.test/", True),
        ("a=1; Path=/; Domain=hopline.test", "https://evilhopline.test/", False),
        ("a=1; Path=/; Domain=api.hopline.test", "https://sub.api.hopline.test/", True),
        ("a=1; Path=/; Secure", "http://api.hopline.test/", False),
        ("a=1; Path=/", "http://api.hopline.test/", True),
    ],
)
def test_a_cookie_goes_where_host_path_and_scheme_fit(line, url, goes):
    jar, _ = taking(line)
    assert bool(names(jar, url)) is goes


@pytest.mark.parametrize(
    ("same_site_rule", "link", "form"),
    [("Strict", False, False), ("Lax", True, False), ("None; Secure", True, True), ("", True, False)],
)
def test_same_site_rules(same_site_rule, link, form):
    jar, _ = taking(f"a=1{f'; SameSite={same_site_rule}' if same_site_rule else ''}")
    assert names(jar, HOME) == ["a"]
    assert bool(names(jar, HOME, cross_site=True)) is link
    assert bool(names(jar, HOME, cross_site=True, top_level_get=False)) is form


def test_longer_paths_come_first_so_that_a_planted_cookie_can_win():
    jar, _ = taking("sid=real; Path=/")
    jar.put(Cookie("sid", "planted", "hopline.test", "/account", host_only=False))
    assert [cookie.value for cookie in jar.fitting(HOME, 0)] == ["planted", "real"]


def test_closing_the_browser_ends_what_has_no_end():
    jar, _ = taking("a=1")
    jar.take("b=1; Max-Age=60", HOME, 0)
    jar.end_session()
    assert [cookie.name for cookie in jar] == ["b"]
    jar.clear()
    assert jar.get("b") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://api.hopline.test/x", "https://www.hopline.test", True),
        ("https://api.hopline.test", "http://api.hopline.test", False),
        ("https://hopline.test", "https://hopline.test.evil.test", False),
        ("http://127.0.0.1:1", "http://127.0.0.1:2", True),
        ("http://127.0.0.1", "http://9.9.0.1", False),
    ],
)
def test_a_site_is_scheme_and_registrable_domain(one, other, same):
    assert same_site(one, other) is same
    assert site_of("https://a.b.hopline.test:8000/x") == "https://hopline.test"
