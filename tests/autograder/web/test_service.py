"""A mock service as a learner's code meets it: the same in both forms."""

import gzip
import http.client
import itertools
import json
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from autograder.errors import CheckFailed
from autograder.web import (
    Service,
    VirtualClock,
    drop,
    garbage,
    hang,
    lost,
    malformed,
    ok,
    redirect,
    settings,
    slow,
    status,
    stream,
    too_many,
)
from autograder.web.reply import Slow

pytestmark = pytest.mark.usefixtures("transport")


def echo(environ, start):
    """Tell what arrived."""
    body = environ["wsgi.input"].read()
    said = {
        "path": environ["PATH_INFO"].encode("latin-1").decode(),
        "query": environ["QUERY_STRING"],
        "body": body.decode(),
        "auth": environ.get("HTTP_AUTHORIZATION"),
        "cookie": environ.get("HTTP_COOKIE"),
    }
    start("200 OK", [("Content-Type", "application/json"), ("Set-Cookie", "sid=1; Path=/")])
    return [json.dumps(said).encode()]


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_dropped_connection_is_a_connection_error():
    """Both `requests` and `urllib.request` see what they see when a real server dies."""
    with Service({"/": drop()}).running() as base_url:
        with pytest.raises(requests.ConnectionError, match="without response"):
            requests.get(base_url, timeout=5)
        with pytest.raises(http.client.RemoteDisconnected):
            urllib.request.urlopen(base_url, timeout=5)


def test_garbage_is_a_connection_error():
    """Bytes that aren't HTTP."""
    with (
        Service({"/": garbage()}).running() as base_url,
        pytest.raises(requests.ConnectionError, match="BadStatusLine"),
    ):
        requests.get(base_url, timeout=5)


@pytest.mark.parametrize("timeout", [5, 0.7, (30, 2), (0.5, 5.0)])
def test_a_hang_is_a_timeout_at_once_for_whoever_set_one(timeout):
    """The timeout for reading counts, and nobody really waits for it."""
    service, before = Service({"/": hang(5)}), time.perf_counter()
    with service.running() as base_url, pytest.raises(requests.ReadTimeout, match="timed out"):
        requests.get(base_url, timeout=timeout)
    assert time.perf_counter() - before < 1.4
    assert not service.requests.waited
    service.requests.expect_timeouts()


@pytest.mark.parametrize("timeout", [None, 60, (3, None), (3, 5.1)])
def test_a_hang_without_a_timeout_is_cut_short_and_noted(timeout):
    """No timeout, or one that is longer than the check's hang."""
    service, before = Service({"/": hang(5)}), time.perf_counter()
    with service.running() as base_url, pytest.raises(requests.ConnectionError):
        requests.get(base_url, timeout=timeout)
    assert time.perf_counter() - before < 1.4
    with pytest.raises(CheckFailed) as failed:
        service.requests.expect_timeouts()
    assert failed.value.tag == "no-timeout"


def test_a_hang_is_a_timeout_for_the_standard_library_too():
    """`urllib.request` raises Python's own TimeoutError."""
    service = Service({"/": hang(5)})
    with service.running() as base_url:
        with pytest.raises(TimeoutError):
            urllib.request.urlopen(base_url, timeout=3)
        assert not service.requests.waited
        with pytest.raises(http.client.RemoteDisconnected):
            urllib.request.urlopen(base_url)
    assert [entry.waited for entry in service.requests.entries] == [False, True]


def test_more_requests_than_the_budget_fail_the_check():
    """The loop meets a 503, then a closed door, and then the learner is told."""
    service = Service({"/": ok(1)}, budget=10)
    statuses = []

    def run():
        with service.running() as base_url:
            for _ in range(30):
                statuses.append(requests.get(base_url, timeout=5).status_code)

    with pytest.raises(CheckFailed, match=r"more than 10 requests: does the loop end\?"):
        run()
    assert statuses == [200] * 10 + [503]
    assert len(service.requests) == 10


def test_an_endless_loop_is_told_even_if_its_errors_are_swallowed():
    """The end of the block finds it, and so does the next expectation."""
    service = Service({"/": ok(1)}, budget=3)

    def run():
        with service.running() as base_url:
            for _ in range(9):
                try:
                    requests.get(base_url, timeout=5)
                except requests.ConnectionError:
                    continue

    with pytest.raises(CheckFailed, match="does the loop end"):
        run()
    with pytest.raises(CheckFailed, match="does the loop end"):
        service.requests.expect("GET", "/", times=3)


def test_what_fails_in_the_block_comes_through():
    """And the service is gone all the same."""
    service = Service({"/": ok(1)})
    with pytest.raises(KeyError), service.running() as base_url:
        raise KeyError("mine")
    with pytest.raises(requests.ConnectionError):
        requests.get(base_url, timeout=0.2)


def test_an_error_of_the_mock_itself_is_a_500_and_noted(capfd):
    """With nothing on stderr, where nbgrader would count it."""

    def broken(environ, start):
        print("Traceback", file=environ["wsgi.errors"])
        raise KeyError("rider")

    def circular(request):
        return Slow(1, circular)

    unsendable = ok(1, headers={"X": "a\r\nb: c"})
    service = Service(broken, script={"/late": [lambda request: 1 / 0], "/split": unsendable, "/loop": circular})
    with service.running() as base_url:
        answers = [requests.get(base_url + path, timeout=5).status_code for path in ("/", "/late", "/split", "/loop")]
    assert answers == [500] * 4
    errors = [entry.error.partition(":")[0] for entry in service.requests.entries]
    assert errors == ["KeyError", "ZeroDivisionError", "ValueError", "ValueError"]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ({"/": []}, "is empty"),
        ({"distance": ok(1)}, "Expected a route"),
        ({("get", "/"): ok(1)}, "Expected a route"),
        ({"/": [503]}, "expected a reply"),
        ({"/": {"distance_m": 1}}, "expected a reply"),
    ],
)
def test_a_malformed_script_is_found_when_it_is_written(script, error):
    """Not when the first learner calls."""
    with pytest.raises((TypeError, ValueError), match=error):
        Service(script)


@pytest.mark.parametrize("host", ["", "maps hopline", "http://maps", "maps:80", "Maps.test", "."])
def test_a_host_is_a_name(host):
    """Without scheme and port."""
    with pytest.raises(ValueError, match="host name"):
        Service(host=host)


def test_other_hosts_are_out_of_reach_and_noted():
    """A redirect to the cloud's metadata service leads nowhere."""
    service = Service({"/": redirect("http://169.254.169.254/latest"), "/tls": redirect("https://elsewhere.test/")})
    with service.running() as base_url:
        for path in ("/", "/tls"):
            with pytest.raises(requests.ConnectionError):
                requests.get(base_url + path, timeout=5)
    assert service.requests.strays == ["169.254.169.254:80", "elsewhere.test:443"]


# --- scripts ----------------------------------------------------------------------------------------------------------


def test_a_script_is_played_in_order_and_its_last_entry_repeats():
    """Each route on its own."""
    script = {("GET", "/a"): [status(503), too_many(7), ok({"n": 1})], "/b/*": ok("any"), ("POST", "/a"): status(201)}
    with Service(script).running() as base_url:
        answers = [requests.get(f"{base_url}/a", timeout=5) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [503, 429, 200, 200]
        assert answers[1].headers["Retry-After"] == "7"
        assert requests.post(f"{base_url}/a", timeout=5).status_code == 201
        assert requests.delete(f"{base_url}/b/7/c", timeout=5).text == "any"
        assert requests.get(f"{base_url}/c", timeout=5).status_code == 404


def test_three_dots_leave_the_answer_to_the_app():
    """Once the faults are over, the partner works."""
    with Service(echo, script={"/x": [malformed(), ...]}).running() as base_url:
        assert requests.get(f"{base_url}/x", timeout=5).text.startswith('{"distance_m')
        assert requests.get(f"{base_url}/x", timeout=5).json()["path"] == "/x"
        assert requests.get(f"{base_url}/y", timeout=5).json()["path"] == "/y"


def test_a_lost_answer_was_given_all_the_same():
    """The app did its work; the client learns nothing of it, or times out."""
    done = []

    def app(environ, start):
        done.append(environ["PATH_INFO"])
        start("201 Created", [])
        return []

    with Service(app, script={"/charges": [lost(), lost(hang(5)), ...]}).running() as base_url:
        with pytest.raises(requests.ConnectionError, match="without response"):
            requests.post(f"{base_url}/charges", timeout=5)
        with pytest.raises(requests.ReadTimeout):
            requests.post(f"{base_url}/charges", timeout=5)
        assert requests.post(f"{base_url}/charges", timeout=5).status_code == 201
    assert done == ["/charges"] * 3


def test_time_is_virtual_and_requests_are_stamped_with_it():
    """Sleeps of the client and slowness of the service show in the gaps."""
    clock = VirtualClock()
    service = Service({"/": [slow(4, status(503)), status(503), ok(1)]}, clock=clock)
    with service.running() as base_url:
        while requests.get(base_url, timeout=5).status_code == 503:
            clock.sleep(0.5)
    assert service.requests.gaps() == [4.5, 0.5]
    assert service.requests[0].at == VirtualClock().time()


def test_an_entry_may_be_any_function_of_the_request():
    """Links that name the host, for one."""
    with Service({"/": lambda request: ok(request.header("Host"))(request)}).running() as base_url:
        assert requests.get(base_url, timeout=5).text == base_url.removeprefix("http://")


# --- clients ----------------------------------------------------------------------------------------------------------


def test_requests_works_as_it_does_with_any_server():
    """Parameters, JSON, forms, generators, auth, cookies, redirects, compression."""
    script = {
        "/old": redirect("/new?x=1"),
        "/gzip": ok(gzip.compress(b"hi" * 99), headers={"Content-Encoding": "gzip"}),
    }
    with Service(echo, script=script).running() as base_url, requests.Session() as session:
        said = session.get(f"{base_url}/é & b", params={"from": "A & B", "to": "c+d"}, timeout=5).json()
        assert (said["path"], said["query"]) == ("/é & b", "from=A+%26+B&to=c%2Bd")
        said = session.post(f"{base_url}/", json={"é": 1}, auth=("u", "p"), timeout=5).json()
        assert (json.loads(said["body"]), said["auth"], said["cookie"]) == ({"é": 1}, "Basic dTpw", "sid=1")
        assert session.put(base_url, data={"a": "b c"}, timeout=5).json()["body"] == "a=b+c"
        assert session.post(base_url, data=iter([b"x", b"yz"]), timeout=5).json()["body"] == "xyz"
        assert session.post(base_url, files={"f": b"q" * 9_000}, timeout=5).json()["body"].count("q") == 9_000
        moved = session.get(f"{base_url}/old", timeout=5)
        assert (moved.json()["query"], [old.status_code for old in moved.history]) == ("x=1", [302])
        assert session.get(f"{base_url}/old", timeout=5, allow_redirects=False).is_redirect
        assert session.get(f"{base_url}/gzip", timeout=5).text == "hi" * 99
        head = session.head(f"{base_url}/gzip", timeout=5)
        assert (head.content, int(head.headers["Content-Length"]) > 10) == (b"", True)
        assert session.options(base_url, timeout=5).ok


def test_a_client_that_stops_reading_stops_the_stream():
    """What went out is on record: far less than all of it."""
    service = Service({"/": stream(b"x" * 50_000, 200)})
    with service.running() as base_url:
        with requests.get(base_url, stream=True, timeout=5) as response:
            taken = sum(len(chunk) for chunk in itertools.islice(response.iter_content(1_000), 200))
        assert taken == 200_000
        assert len(requests.get(base_url, timeout=5).content) == 10_000_000
    first, second = service.requests.entries
    assert first.sent < 3_000_000
    assert (first.whole, second.whole) == (False, True)


def test_a_length_may_lie():
    """Too much promised is an error of the connection, too little cuts the body."""
    with Service({"/more": stream(b"x", 5, 9), "/less": stream(b"x", 5, 3)}).running() as base_url:
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            requests.get(f"{base_url}/more", timeout=5)
        assert requests.get(f"{base_url}/less", timeout=5).content == b"xxx"


def test_a_retrying_adapter_of_the_learner_works():
    """Whatever is mounted on a session stays in charge."""
    service = Service({"/": [status(503), status(503), ok("at last")]})
    with service.running() as base_url, requests.Session() as session:
        retry = Retry(total=3, status_forcelist=[503], backoff_factor=0)
        session.mount("http://", HTTPAdapter(max_retries=retry))
        assert session.get(base_url, timeout=5).text == "at last"
    assert service.requests.count("GET", "/") == 3


def test_the_standard_librarys_clients_work():
    """`urllib.request` and `http.client`, which keeps a connection where it can."""
    with Service(echo, script={"/gone": status(410)}).running() as base_url:
        with urllib.request.urlopen(f"{base_url}/a?b=c", timeout=5) as answer:
            assert json.load(answer)["query"] == "b=c"
        with pytest.raises(urllib.error.HTTPError) as gone:
            urllib.request.urlopen(f"{base_url}/gone", timeout=5)
        gone.value.close()
        connection = http.client.HTTPConnection(base_url.removeprefix("http://"), timeout=5)
        for number in range(3):
            connection.request("POST", f"/{number}", body=b"x" * number)
            assert json.loads(connection.getresponse().read())["body"] == "x" * number
        connection.close()


def test_many_clients_at_once_are_served_one_by_one():
    """No request is lost, and the app is never in two calls at a time."""
    inside, most = [], []

    def app(environ, start):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.001)
        inside.pop()
        start("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    service = Service(app)
    with service.running() as base_url, ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda n: requests.get(f"{base_url}/{n}", timeout=5).text, range(80)))
    assert texts == [f"/{n}" for n in range(80)]
    assert max(most) == 1
    assert len(service.requests) == 80


def test_an_app_that_calls_itself_is_no_deadlock():
    """As a learner makes a proxy do: with sockets it gets no answer in time, in process it does."""
    said, base = [], []

    def proxy(environ, start):
        if environ["PATH_INFO"] == "/fetch":
            try:
                said.append(requests.get(base[0], timeout=0.3).text)
            except requests.Timeout:
                said.append("timeout")
        start("200 OK", [])
        return [b"hi"]

    with Service(proxy).running() as base_url:
        base.append(base_url)
        assert requests.get(f"{base_url}/fetch", timeout=5).text == "hi"
    assert said in (["timeout"], ["hi"])


def test_a_service_may_run_again():
    """Its journal and scripts go on where they were."""
    service = Service({"/": [ok(1), ok(2)]})
    for expected in (1, 2):
        with service.running() as base_url:
            assert requests.get(base_url, timeout=5).json() == expected


def test_two_services_are_two_hosts():
    """Credentials for the one don't go to the other by a redirect."""
    other = Service(echo, host="evil.test")
    with other.running() as elsewhere, Service({"/": redirect(f"{elsewhere}/x")}).running() as base_url:
        said = requests.get(base_url, headers={"Authorization": "Bearer t"}, timeout=5).json()
    assert said["auth"] is None
    assert not other.requests.count(headers={"Authorization": ...})
    assert elsewhere.rpartition(":")[0] != base_url.rpartition(":")[0] or settings.transport == "in-process"
