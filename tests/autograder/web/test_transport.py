"""Both forms are one: the same records, and nothing left behind."""

import dataclasses
import os
import socket
import subprocess
import sys
import time

import pytest
import requests
import urllib3
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from autograder.web import Service, drop, hang, hurried, ok, refusing, settings, status

NAMES = st.text("abc é&=+%/?#\"'ü€", max_size=6)
CALLS = st.lists(
    st.fixed_dictionaries(
        {
            "method": st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "X-ODD"]),
            "path": st.text("abc é%+;:@,~", max_size=8).map(lambda path: "/" + path),
            "params": st.dictionaries(NAMES, NAMES | st.lists(NAMES, max_size=2), max_size=3),
            "headers": st.dictionaries(
                st.sampled_from(["X-A", "Accept", "Cookie"]), st.text("abé ;=", max_size=5), max_size=2
            ),
        },
        optional={"json": st.dictionaries(NAMES, st.integers(), max_size=2), "data": st.binary(max_size=9)},
    ),
    max_size=4,
)


def without_host(request):
    return tuple(pair for pair in request.headers if pair[0] != "Host")


def record(calls, transport):
    """Make the calls, and return what they brought and what arrived."""
    service = Service({"/a": [status(503), drop(), ok(1)], "*": ok("x")})
    seen = []
    settings.transport = transport
    with service.running() as base_url, requests.Session() as session:
        for call in calls:
            headers = {name: value.encode() for name, value in call["headers"].items()}
            try:
                answer = session.request(
                    call["method"],
                    base_url + call["path"],
                    params=call["params"],
                    headers=headers,
                    json=call.get("json"),
                    data=call.get("data"),
                    timeout=5,
                )
                seen.append((answer.status_code, answer.content, dict(answer.headers)))
            except (requests.RequestException, ValueError) as error:
                seen.append(type(error).__name__)
    arrived = [
        (
            dataclasses.replace(entry, request=None),
            dataclasses.replace(entry.request, headers=without_host(entry.request)),
        )
        for entry in service.requests.entries
    ]
    return seen, arrived, service.requests.refused


@given(CALLS)
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_record_is_the_same_in_both_forms(monkeypatch, calls):
    """Whatever is called: answers, errors, and every byte that arrived, the host's name apart."""
    monkeypatch.delenv("ENGINEROOM_TRANSPORT", raising=False)
    monkeypatch.setattr(settings, "transport", "socket")
    assert record(calls, "socket") == record(calls, "in-process")


def ways_out():
    return (
        urllib3.util.connection.create_connection,
        socket.create_connection,
        urllib3.HTTPConnectionPool.ConnectionCls,
        dict(os.environ),
    )


@pytest.mark.usefixtures("transport")
def test_nothing_stays_patched():
    """Not even after services that end in another order, or badly."""
    before = ways_out()
    with Service(host="a.test").running(), Service(host="b.test").running(), refusing():
        assert ways_out()[:2] != before[:2]
    with pytest.raises(KeyError), Service().running():
        raise KeyError
    assert ways_out() == before


def test_no_sockets_at_all_in_process(monkeypatch):
    """Not one is opened: a browser has none."""
    monkeypatch.setenv("ENGINEROOM_TRANSPORT", "in-process")

    def nothing(*args, **more):
        raise OSError("no sockets here")

    with monkeypatch.context() as browser, Service({"/": [ok(1), hang(5), drop()]}).running() as base_url:
        for name in ("socket.__init__", "getaddrinfo", "socketpair"):
            browser.setattr(f"socket.{name}", nothing)
        browser.setattr("threading.Thread.start", nothing)
        assert requests.get(base_url, timeout=5).json() == 1
        with pytest.raises(requests.ReadTimeout):
            requests.get(base_url, timeout=5)
        with pytest.raises(requests.ConnectionError):
            requests.get(base_url, timeout=5)


def test_connections_are_dialled_even_where_urllib3_fetches(monkeypatch):
    """In a browser, its pools hold another class, which comes back afterwards."""
    monkeypatch.setenv("ENGINEROOM_TRANSPORT", "in-process")
    monkeypatch.setattr(urllib3.HTTPConnectionPool, "ConnectionCls", KeyError)
    with Service({"/": ok(1)}).running() as base_url:
        assert requests.get(base_url, timeout=5).json() == 1
    assert urllib3.HTTPConnectionPool.ConnectionCls is KeyError


@pytest.mark.usefixtures("transport")
def test_a_proxy_of_the_environment_is_left_out(monkeypatch):
    """A learner behind a company's proxy reaches the service all the same."""
    monkeypatch.setenv("http_proxy", "http://proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", "intern.test")
    with Service({"/": ok(1)}).running() as base_url:
        assert requests.get(base_url, timeout=5).json() == 1
        assert os.environ["no_proxy"].startswith("intern.test,")
    assert "no_proxy" not in os.environ


def test_one_host_name_for_one_service(monkeypatch):
    """Two under one name would be a mistake of the author's."""
    monkeypatch.setenv("ENGINEROOM_TRANSPORT", "in-process")
    with Service().running(), pytest.raises(RuntimeError, match="already"), Service().running():
        pass


@pytest.mark.usefixtures("transport")
def test_a_closed_port_refuses_connections():
    """For the fifth ending of a call. It isn't counted as straying."""
    service = Service({"/": ok(1)})
    with service.running(), refusing() as base_url, pytest.raises(requests.ConnectionError, match="refused"):
        requests.get(base_url, timeout=5)
    assert service.requests.strays == []


CLIENT = """
import sys, requests
from contextlib import nullcontext
from autograder.web import hurried
base_url, timeout, hurry = sys.argv[1], eval(sys.argv[2]), sys.argv[3] == "hurry"
with hurried() if hurry else nullcontext():
    try:
        requests.get(base_url, timeout=timeout)
    except requests.RequestException as error:
        print(type(error).__name__)
"""


@pytest.mark.usefixtures("sockets")
def test_clients_in_another_process_are_judged_without_their_real_timeouts():
    """Five seconds pass in one there; without a timeout, or with a minute, a client is cut off and noted."""
    service = Service({"/": hang(5)})
    with service.running() as base_url:
        before = time.perf_counter()
        clients = [
            subprocess.Popen(
                [sys.executable, "-c", CLIENT, base_url, timeout, "hurry"], stdout=subprocess.PIPE, text=True
            )
            for timeout in ("5", "None", "60")
        ]
        said = [client.communicate(timeout=20)[0].strip() for client in clients]
        assert time.perf_counter() - before < 10
    assert said == ["ReadTimeout", "ConnectionError", "ConnectionError"]
    assert sorted(entry.waited for entry in service.requests.entries) == [False, True, True]


def test_hurry_leaves_answers_alone(monkeypatch):
    """It changes how long a client waits, and nothing after its end."""
    before = ways_out()
    monkeypatch.setenv("ENGINEROOM_TRANSPORT", "socket")
    with Service({"/": ok(1)}).running() as base_url, hurried():
        assert requests.get(base_url, timeout=0.001).json() == 1
    monkeypatch.undo()
    assert ways_out() == before
