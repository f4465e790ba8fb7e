# ---
# title: Call other people's APIs
# minutes: 80
# needs: [c1]
# ---

# %% [markdown]
# # Call other people's APIs
#
# > **Goal.** After this module you can call an API with timeouts, follow its pages, retry what may be retried, pay
# > exactly once, distrust answers, verify webhooks and break a circuit. Hopline asks Maps for distances, pays through
# > PayNow and shows drivers' photos; each of them fails some day. You need module C1 (requests, statuses, headers) and
# > Python functions with exceptions.
#
# You call APIs every day? Run the setup cell, which begins with `from random import Random`, then
# [skip to the questions](#Questions).

# %% [markdown]
# ## Warm-up
#
# Three items from earlier modules. They are not graded. Say your answer aloud, then open the line below it.
#
# **1.** (C1) A client sends `PUT /trips/7` and the connection breaks before the answer arrives. May it send the same
# request again?
#
# <details><summary>Answer 1</summary>
#
# Yes. PUT is *idempotent*: twice has the same effect as once. POST is not, unless the service offers more.
#
# </details>
#
# **2.** (B3) A program stops in the middle of two writes that belong together. What protects the data?
#
# <details><summary>Answer 2</summary>
#
# One transaction around both: either both writes are there after the restart, or none.
#
# </details>
#
# **3.** (A1) The app sends the price of a ride together with the request. May the back-end store that price?
#
# <details><summary>Answer 3</summary>
#
# No. What comes from outside is input: check it, or compute it yourself. In this module the outside is a partner.
#
# </details>

# %% setup
from random import Random

import requests as http

from autograder import Question, raises, same_value, web
from autograder.errors import CheckFailed
from autograder.python_source import source_of
from hopline import partners


class UnknownPlace(Exception):
    """Maps does not know a place."""


class MapsDown(Exception):
    """Maps gave no usable answer."""


class PagingLoop(Exception):
    """The pages do not end."""


class ForeignLink(Exception):
    """A link leads to another host."""


class GiveUp(Exception):
    """No usable answer came. `status` and `body` are those of the last answer; None and "" if there was none."""

    def __init__(self, text, status=None, body=""):
        super().__init__(text)
        self.status, self.body = status, body


class Declined(Exception):
    """The bank turned the card down."""


class AmountChanged(Exception):
    """This trip was charged with another amount before."""


class PaymentUnclear(Exception):
    """We do not know yet whether the charge was made."""


class PhotoRefused(Exception):
    """There is no photo that we would show."""


class ClientError(Exception):
    """The service answered that our request was wrong."""


class CircuitOpen(Exception):
    """The service rests; nobody was called."""


class Store(dict):
    """A dict that survives a restart."""

    __offered__ = (
        "get", "setdefault", "update", "pop", "keys", "values", "items",
        "__getitem__", "__setitem__", "__delitem__", "__contains__", "__len__", "__iter__",
    )


class Seen(set):
    """A set that survives a restart."""

    __offered__ = ("add", "discard", "remove", "__contains__", "__len__", "__iter__")

# %% [markdown]
# ## Lesson
#
# Run the setup cell above first. `http` is the library `requests`; `partners` holds the services. A service runs only
# inside its `with` block, inside this notebook, and keeps a journal of what arrived. A script makes it fail on purpose.
# Change the lesson cells as you like.

# %% [markdown]
# ### Example 1: one call, five endings
#
# Question: *How far is it from Baixa to Alfama?* Maps can answer well, answer with an error, answer too late, hang up,
# or send rubbish. Code that thinks of the first ending only breaks on the other four.
#
# 1. **Ask** and say how long you will wait.
# 2. **Wait**: no answer in time, or no connection at all, is an exception.
# 3. **Status**: an error status is *no* exception. `requests` returns it like any other answer.
# 4. **Body**: status 200 does not promise that the body is what you expect.
#
# The script plays five endings in order; `...` is the real Maps.
#
# **Predict.** Five lines are printed. Write down each.

# %% example
def how_it_ends(base_url):
    try:
        response = http.get(f"{base_url}/distance", params={"from": "Baixa", "to": "Alfama"}, timeout=5)  # Ask
    except http.Timeout:
        return "no answer in time"  # Wait
    except http.ConnectionError:
        return "no connection"  # Wait
    if response.status_code != 200:
        return f"status {response.status_code}"  # Status
    try:
        return f"{response.json()['distance_m']} m"  # Body
    except (ValueError, KeyError, TypeError):
        return "rubbish"  # Body


endings = [..., web.status(503), web.hang(5), web.drop(), web.html()]
service = web.Service(partners.maps(), script={"/distance": endings})
with service.running() as base_url:
    for _ in endings:
        print(how_it_ends(base_url))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `1190 m`, `status 503`, `no answer in time`, `no connection`, `rubbish`.
#
# The last one is a web page with status 200: proxies and login walls send such pages.
#
# </details>
#
# A timeout has two parts. The *connect* timeout limits how long the connection may take; the *read* timeout limits how
# long the service may stay silent. `timeout=5` sets both, `timeout=(3, 5)` sets each. **Without `timeout`, `requests`
# waits for ever**, and with it everything that waits for your function. Here a silent service costs no real time: the
# journal notes in `waited` that a client would have waited longer than the 5 seconds of `hang(5)`.
#
# **Predict.** For which of the three timeouts is `waited` true?

# %% example
service = web.Service({"/distance": web.hang(5)})
with service.running() as base_url:
    for timeout in (None, 60, (3, 5)):
        try:
            http.get(f"{base_url}/distance", timeout=timeout)
        except http.RequestException as error:
            print(timeout, type(error).__name__, service.requests.entries[-1].waited)

# %% [markdown]
# <details><summary>What you should see</summary>
#
# True for `None` and for `60`: both wait until the service closes the connection, which `requests` reports as
# `ConnectionError`. With `(3, 5)` it is `ReadTimeout`, and `waited` is False.
#
# `RequestException` is the parent of all exceptions of `requests`: timeouts, broken connections, malformed addresses.
#
# </details>

# %% [markdown]
# ### Example 2: addresses are built by the library
#
# Now a cell with a mistake, on purpose. It writes the query by hand.
#
# 1. **Name** the parameters in a dict.
# 2. **Encode** them: in an address, space, `&`, `#`, `%` and `+` have meanings of their own. `params=` encodes.
# 3. **Look** at what arrived: the journal keeps each request's target.
#
# **Predict.** Maps knows the place *Salt & Pepper Square*. What does it answer to the first request?

# %% example
place = "Salt & Pepper Square"
service = web.Service(partners.maps())
with service.running() as base_url:
    by_hand = http.get(f"{base_url}/distance?from=Baixa&to={place}", timeout=5)  # wrong
    print(by_hand.status_code, by_hand.json())
    named = http.get(f"{base_url}/distance", params={"from": "Baixa", "to": place}, timeout=5)  # Name, Encode
    print(named.status_code, named.json())
for request in service.requests:
    print(request.target)  # Look

# %% [markdown]
# <details><summary>What you should see</summary>
#
# 404: `No place is called 'Salt '.` The `&` began the next parameter. The second request gets 200 and 1940 m; its
# target holds `Salt+%26+Pepper+Square`.
#
# </details>
#
# Some addresses you do not build at all: the service gives them to you. PayNow lists payments page by page, and the
# header `Link` says where the next page is. A `Link` may hold several links, each with its relation `rel`; `requests`
# sorts them into `response.links`. A link may be relative, as `</payments?cursor=x>`: `urljoin(url, link)` completes
# it.
#
# **Predict.** PayNow has 25 payments, 10 on a page. How many of the three lines show a `next` link?

# %% example
with web.Service(partners.paynow()).running() as base_url:
    url = f"{base_url}/payments"
    for _ in range(3):
        response = http.get(url, timeout=5)
        links = response.links
        print(len(response.json()["payments"]), sorted(links))
        url = links["next"]["url"] if "next" in links else None

# %% [markdown]
# <details><summary>What you should see</summary>
#
# Two: the pages have 10, 10 and 5 payments, and the last one has only the link `first`. The end of a list is a missing
# link, not an empty page and not a number of pages.
#
# </details>

# %% [markdown]
# ### Example 3: try again, politely
#
# Some failures pass by themselves: a broken connection, 429 (too many requests), 502, 503, 504. Others do not: 400
# stays 400, however often you ask. If a thousand clients try again at the same moment, they bring the service down
# again.
#
# 1. **Sort**: may this failure pass by itself?
# 2. **Listen**: `Retry-After` says how long to wait, in seconds or as a date. The service's wish comes first.
# 3. **Back off**: without a wish, double the wait after each try.
# 4. **Spread**: add a random part ("jitter"), so that clients do not come back together.
#
# The clock is virtual: `clock.sleep(7)` takes no time, and `clock.sleeps` keeps the waits.
#
# **Predict.** It is 09:00:00. Which three numbers are in `clock.sleeps` at the end? One of them you can only guess.

# %% example
from email.utils import parsedate_to_datetime

clock, rng = web.VirtualClock("2025-03-04T09:00:00Z"), Random(7)
answers = [web.status(503), web.too_many(7), web.too_many("Tue, 04 Mar 2025 09:00:30 GMT"), web.ok({"rides": 12})]
service = web.Service({"/report": answers}, clock=clock)
with service.running() as base_url:
    for number in range(4):
        response = http.get(f"{base_url}/report", timeout=5)
        if response.status_code not in (429, 502, 503, 504):  # Sort
            break
        wish = response.headers.get("Retry-After")  # Listen
        if wish is None:
            delay = 0.5 * 2**number  # Back off
            delay += rng.uniform(0, delay)  # Spread
        elif wish.isdigit():
            delay = int(wish)
        else:
            delay = (parsedate_to_datetime(wish) - clock.now()).total_seconds()
        clock.sleep(delay)
print(response.json(), [round(seconds, 2) for seconds in clock.sleeps])

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `{'rides': 12} [0.66, 7.0, 22.34]`. The first wait is 0.5 s plus a random part of up to 0.5 s. The third one ends at
# 09:00:30: 30 minus 7 minus 0.66 seconds.
#
# A date may lie in the past, or in the next year. What would this cell do then? Question C2.3 asks for it.
#
# </details>

# %% [markdown]
# ### Example 4: pay once, although you ask twice
#
# A timeout does not say whether it worked. Perhaps the request never arrived. Perhaps the card was charged, and only
# the answer was lost. An *idempotency key* makes asking again safe: PayNow charges each key once, and repeats its first
# answer for the same key.
#
# 1. **Make** one key for one charge, before the first try.
# 2. **Keep** it where it survives a restart.
# 3. **Send** the same key with each try.
#
# In the script `web.lost()` lets PayNow charge, and loses its answer.
#
# **Predict.** Two clients try to charge 1250 cents, and each tries twice. How much has PayNow taken from each?

# %% example
def pay(base_url, trip_id, headers):
    try:
        order = {"trip_id": trip_id, "amount_cents": 1250}
        return http.post(f"{base_url}/charges", json=order, headers=headers, timeout=5).status_code
    except http.RequestException:
        return "no answer"


for trip_id, headers in ((7, {}), (8, {"Idempotency-Key": "trip-8-a41c"})):  # Make
    bank = partners.paynow()
    with web.Service(bank, script={"/charges": [web.lost(), ...]}).running() as base_url:
        first, second = pay(base_url, trip_id, headers), pay(base_url, trip_id, headers)  # Send
    print(first, second, bank.charged_cents(trip_id), "cents")

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `no answer 201 2500 cents`, then `no answer 201 1250 cents`. Without a key the rider paid twice. A key that changes
# with each try is no better than none.
#
# </details>

# %% [markdown]
# ### Example 5: a partner's answer is user input
#
# A partner can be broken into, or simply be wrong. Whatever you read from an answer, somebody else has written.
#
# 1. **Limit** before you read. `response.content` reads everything, however long it is. With `stream=True` the body
#    comes in chunks, and you may stop.
# 2. **Stay**: `allow_redirects=False` keeps you on the host that you chose. A redirect could lead into your own
#    network, for example to `http://169.254.169.254/`, where cloud machines keep their passwords.
# 3. **Look**: the header says what the body should be; the first bytes say what it is. PNG begins with
#    `b"\x89PNG\r\n\x1a\n"`, JPEG with `b"\xff\xd8\xff"`.
#
# **Predict.** The service sends 5 000 000 bytes and says neither the length nor the truth. How many bytes does the loop
# read?

# %% example
page = b"<script>alert(1)</script>".ljust(1_000)
service = web.Service({"/photo": web.stream(page, 5_000, headers={"Content-Type": "image/png"})})
with service.running() as base_url:
    with http.get(f"{base_url}/photo", stream=True, allow_redirects=False, timeout=5) as response:  # Stay
        read = b""
        for chunk in response.iter_content(1_000):
            read += chunk
            if len(read) > 20_000:  # Limit
                break
print(len(read), response.headers["Content-Type"], read[:8], read.startswith(b"\x89PNG"))  # Look

# %% [markdown]
# <details><summary>What you should see</summary>
#
# A little more than 20 000 bytes: the loop stops with the chunk that passes the limit. The header says `image/png`, and
# the body begins with `<script>`.
#
# `Content-Length` is a header like the others: it may be missing or wrong, and it counts *compressed* bytes. 3 kB of
# gzip can hold 3 MB. Count what you have read.
#
# </details>

# %% [markdown]
# ### Example 6: who is knocking?
#
# With a *webhook* the partner calls you: "this charge succeeded". Anyone can send such a request, so PayNow signs it.
# Both sides know a secret; the signature is HMAC-SHA256 of the secret and of `timestamp.body`.
#
# 1. **Take** the raw bytes, exactly as they came.
# 2. **Sign** them yourself: the timestamp, a dot, the body.
# 3. **Compare** with `hmac.compare_digest`. It takes equally long wherever the first difference is; `==` stops there,
#    and the time it takes would tell an attacker how many letters are right.
# 4. **Parse** only now.
#
# **Predict.** The second line signs the same JSON after `loads` and `dumps`. Is its signature equal?

# %% example
import hashlib
import hmac
import json


def sign(secret, timestamp, body):
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()  # Sign


event = b'{"event_id":"evt_1","type":"charge.succeeded"}'
headers, body = partners.webhook(event, "lesson-secret", at=1741078800)  # Take
print(headers)
given = headers["PayNow-Signature"].removeprefix("v1=")
for signed in (body, json.dumps(json.loads(body)).encode()):
    print(hmac.compare_digest(sign("lesson-secret", "1741078800", signed), given))  # Compare

# %% [markdown]
# <details><summary>What you should see</summary>
#
# True, then False. `dumps` puts blanks after `:` and `,`: the same event, but other bytes. A signature is about bytes.
#
# The timestamp is signed too, so that nobody can send an old request again with a new time. During a key rotation the
# header holds several signatures: `v1=…,v1=…`. One good signature is enough.
#
# </details>

# %% [markdown]
# ### When a partner stays down
#
# Each try costs the time of a timeout, and the partner gets no rest. A *circuit breaker* stands before the call and has
# three states:
#
# | state | a call | becomes |
# |---|---|---|
# | closed | goes through | open after three failures in a row |
# | open | fails at once, nobody is called | half-open when the pause is over |
# | half-open | one call, the *probe*, goes through; all others fail at once | closed if the probe succeeds, else open again, for a full pause |
#
# Not each exception is a failure of the partner. If your own request was wrong (a 4xx status), the partner is well.

# %% [markdown]
# ## Questions
#
# Seven questions, 31 points. Run your answer cell, then the check cell below it, as often as you like. The module is
# mastered with 25 points and each question marked ★.
#
# The first answer cell holds the subgoals of example 1 as comments; the later ones leave them to you. The hidden checks
# use services that fail in other ways than the one you see.

# %% C2.1 prompt [markdown] type="http-client" core=true
# ## C2.1 Ask for a distance
#
# A quote begins with a distance. Write `distance_m(http, base_url, a, b)`: it sends `GET {base_url}/distance` with the
# parameters `from` (place `a`) and `to` (place `b`), and returns `distance_m` from the JSON object in the answer: a
# whole number of metres, 0 or more.
#
# | ending | raise |
# |---|---|
# | status 404 | `UnknownPlace` |
# | any other status than 200, a body that is not as described, no connection, no answer within 5 seconds | `MapsDown` |
#
# `http` is the library `requests`; another library is fine too.

# %% C2.1 answer
def distance_m(http, base_url, a, b):
    """Return the metres from place a to place b."""
    # Ask
    # Wait
    # Status
    # Body
    ### BEGIN SOLUTION
    try:
        response = http.get(f"{base_url}/distance", params={"from": a, "to": b}, timeout=5)
    except http.RequestException as error:
        raise MapsDown("No answer.") from error
    if response.status_code == 404:
        raise UnknownPlace(f"{a} or {b}")
    if response.status_code != 200:
        raise MapsDown(f"Status {response.status_code}.")
    try:
        answer = response.json()
    except ValueError as error:
        raise MapsDown("No JSON.") from error
    metres = answer.get("distance_m") if isinstance(answer, dict) else None
    if not isinstance(metres, int) or metres < 0:
        raise MapsDown(f"No distance: {metres!r}.")
    return metres
    ### END SOLUTION

# %% C2.1 check
q = Question("C2.1")
with q.check("a good call, as Maps saw it", points=0.5):
    service = web.Service(partners.maps())
    with service.running() as base_url:
        same_value(distance_m(http, base_url, "Baixa", "Alfama"), 1190, of='distance_m(http, base_url, "Baixa", "Alfama")')
    service.requests.expect("GET", "/distance", query={"from": "Baixa", "to": "Alfama"}, times=1)
q.result()

# %% C2.1 hidden
q = Question("C2.1", hidden=True)


def ends_with(error, reply, advice, tag=""):
    """Require that a call with this ending raises `error`."""
    service = web.Service({("GET", "/distance"): reply})
    with web.mistake(tag, advice), service.running() as base_url:
        raises(error, distance_m, http, base_url, "Baixa", "Alfama")
    return service.requests


with q.check(
    "place names with spaces and signs",
    points=0.5,
    tag="unencoded",
    advice="Some names hold spaces, `&`, `%`, `+`, `?` or `#`. Let the library encode the parameters.",
):
    service = web.Service(partners.maps())
    with web.mistake("", ""), service.running() as base_url:
        for place in ("Salt & Pepper Square", "100% Fit Gym", "A+B Plaza", "Why? Café", "#1 Pier", "Airport LIS"):
            same_value(distance_m(http, base_url, place, "Kadıköy"), service.app.distance_m(place, "Kadıköy"))
            service.requests.expect("GET", "/distance", query={"from": place, "to": "Kadıköy"}, times=1)
with q.check("an error status", points=0.5, tag="unchecked-status"):
    ends_with(UnknownPlace, web.status(404, {"error": {"code": "unknown_place"}, "distance_m": 1}), "404 is UnknownPlace.")
    ends_with(UnknownPlace, web.html(404), "404 is UnknownPlace, whatever the body says.")
    advice = "An error status is no exception: requests returns it. Look at the status before you look at the body."
    ends_with(MapsDown, web.status(500, {"distance_m": 1190}), advice)
    ends_with(MapsDown, web.status(400, {"distance_m": 1190}), advice)
    ends_with(MapsDown, web.status(503), advice)
with q.check("no connection", points=0.5, tag="swallowed-error"):
    advice = "Without an answer there is no distance: raise MapsDown. A made-up 0 would become a wrong price."
    with web.mistake("", advice), web.refusing() as base_url:
        raises(MapsDown, distance_m, http, base_url, "Baixa", "Alfama")
    ends_with(MapsDown, web.drop(), advice)
    ends_with(MapsDown, web.garbage(), advice)
with q.check("rubbish with status 200", points=0.5, tag="unchecked-body"):
    ends_with(MapsDown, web.html(200), "Status 200 came with a web page. A body that is not JSON is MapsDown.")
    ends_with(MapsDown, web.malformed(), "The JSON broke off in the middle. That is MapsDown too.")
    ends_with(MapsDown, web.ok({"metres": 1190}), "The field distance_m was missing. That is MapsDown too.")
    ends_with(MapsDown, web.ok([1190]), "The JSON was a list, not an object. That is MapsDown too.")
    ends_with(MapsDown, web.ok({"distance_m": "1190"}), "The field held a text, not a number. That is MapsDown too.")
    ends_with(MapsDown, web.ok({"distance_m": None}), "The field held null, not a number. That is MapsDown too.")
    ends_with(MapsDown, web.ok({"distance_m": -1190}), "The distance was negative. That is MapsDown too.")
with q.check("a slow answer", points=0.5, tag="no-timeout"):
    advice = "Maps kept silent. Set a timeout of at most 5 seconds, and raise MapsDown when it is over."
    journal = ends_with(MapsDown, web.hang(5), advice, "swallowed-error")
    with web.mistake("no-timeout", advice):
        journal.expect_timeouts()
q.result()

# %% C2.1 hints [markdown]
# 1. A call has five endings: good, error status, too late, no connection, rubbish. You need two exceptions for four of
#    them. Which line of your code can notice which ending?
# 2. Let the library encode the names: `params=` takes a dict. Timeouts and broken connections are exceptions of `http`
#    with one parent, `http.RequestException`. An error status is no exception. A body that is no JSON makes `.json()`
#    raise ValueError; after that, test the type and the value of the field.
# 3. `response = http.get(f"{base_url}/distance", params=…, timeout=5)` stands in a `try`. Then come three tests: the
#    status is 404, the status is not 200, and `if not isinstance(metres, int) or …: raise MapsDown`.

# %% C2.1 wrong no-timeout change=true
# Your call has no timeout: if Maps keeps silent, it waits for ever. Add `timeout=5`.
-        response = http.get(f"{base_url}/distance", params={"from": a, "to": b}, timeout=5)
+        response = http.get(f"{base_url}/distance", params={"from": a, "to": b})

# %% C2.1 wrong no-timeout change=true
# A minute is too long: a rider waits for this price. Wait 5 seconds at most.
-        response = http.get(f"{base_url}/distance", params={"from": a, "to": b}, timeout=5)
+        response = http.get(f"{base_url}/distance", params={"from": a, "to": b}, timeout=60)

# %% C2.1 wrong unencoded change=true
# You build the query by hand. In "Salt & Pepper Square" the `&` begins a new parameter. Use `params=`.
-        response = http.get(f"{base_url}/distance", params={"from": a, "to": b}, timeout=5)
+        response = http.get(f"{base_url}/distance?from={a}&to={b}", timeout=5)

# %% C2.1 wrong swallowed-error
# You return 0 for each failure. Nobody notices that Maps is down, and rides become too cheap.
def distance_m(http, base_url, a, b):
    try:
        response = http.get(f"{base_url}/distance", params={"from": a, "to": b}, timeout=5)
        return response.json()["distance_m"]
    except Exception:
        return 0

# %% C2.1 wrong unchecked-status change=true
# You do not look at the status. An error answer can hold JSON too.
-    if response.status_code != 200:
-        raise MapsDown(f"Status {response.status_code}.")

# %% C2.1 wrong unchecked-body change=true
# You take whatever stands in the field. Test its type and its range: it will become a price.
-    metres = answer.get("distance_m") if isinstance(answer, dict) else None
-    if not isinstance(metres, int) or metres < 0:
-        raise MapsDown(f"No distance: {metres!r}.")
+    metres = answer["distance_m"]

# %% C2.1 right urllib
# The standard library can do it as well. There an error status is an exception.
import json
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen


def distance_m(http, base_url, a, b):
    try:
        with urlopen(f"{base_url}/distance?{urlencode({'from': a, 'to': b})}", timeout=5) as response:
            metres = json.load(response)["distance_m"]
    except HTTPError as error:
        raise (UnknownPlace if error.code == 404 else MapsDown)(error.code) from None
    except Exception as error:
        raise MapsDown(str(error)) from error
    if type(metres) is not int or metres < 0:
        raise MapsDown(metres)
    return metres

# %% C2.1 right one-try
# One `try` around everything is right as long as each failure becomes MapsDown, and two timeouts are right as well.
def distance_m(http, base_url, a, b):
    try:
        with http.Session() as session:
            response = session.get(base_url + "/distance", params=[("from", a), ("to", b)], timeout=(3, 4.5))
        if response.status_code != 404:
            response.raise_for_status()
            metres = response.json()["distance_m"]
            assert isinstance(metres, int) and metres >= 0
            return metres
    except Exception as error:
        raise MapsDown(repr(error)) from None
    raise UnknownPlace(a, b)

# %% C2.2 prompt [markdown] type="http-client"
# ## C2.2 Every page
#
# Finance compares all payments with PayNow's list. Write `all_payments(http, base_url, token, limit=1000)`: it begins
# at `GET {base_url}/payments`, follows the link with `rel="next"` until there is none, and returns all items of the
# lists `payments` in order. Each request has the header `Authorization: Bearer {token}`.
#
# - An item whose `payment_id` came before is left out: a new payment can move an old one to the next page.
# - A link to a page that was read before, or more than `limit` pages, raises `PagingLoop`.
# - A link to another scheme, host or port than that of `base_url` raises `ForeignLink`, and nothing is sent there.
#
# A generator is fine too.

# %% C2.2 answer
from urllib.parse import urljoin, urlsplit


def all_payments(http, base_url, token, limit=1000):
    """Return all payments, page after page."""
    ### BEGIN SOLUTION
    items, known, visited = [], set(), set()
    url = f"{base_url}/payments"
    while url:
        if url in visited:
            raise PagingLoop(f"{url} comes again.")
        if len(visited) >= limit:
            raise PagingLoop(f"There are more than {limit} pages.")
        if urlsplit(url)[:2] != urlsplit(base_url)[:2]:
            raise ForeignLink(url)
        visited.add(url)
        response = http.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=5)
        response.raise_for_status()
        for item in response.json()["payments"]:
            if item["payment_id"] not in known:
                known.add(item["payment_id"])
                items.append(item)
        link = response.links.get("next")
        url = urljoin(url, link["url"]) if link else None
    return items
    ### END SOLUTION

# %% C2.2 check
q = Question("C2.2")
with q.check("three pages", points=0.5):
    bank = partners.paynow(token="t-finance")
    service = web.Service(bank, budget=30)
    with service.running() as base_url:
        same_value(list(all_payments(http, base_url, "t-finance")), bank.payments, of="all_payments(...)")
    service.requests.expect("GET", "/payments", headers={"Authorization": "Bearer t-finance"}, times=3)
q.result()

# %% C2.2 hidden
q = Question("C2.2", hidden=True)


def paged(pages):
    """A service with numbered pages: each has the numbers of its payments, and its Link."""

    def page(request):
        base = f"http://{request.header('Host')}"
        numbers, link = pages(int(dict(request.query).get("at", 0)))
        found = {"payments": [{"payment_id": f"pay_{number}", "amount_cents": 100 * number} for number in numbers]}
        return web.ok(found, headers={"Link": link.format(base=base)} if link else {})(request)

    return web.Service({("GET", "/payments"): page}, host="paynow.hopline.test", budget=30)


def numbers_in(service, **limit):
    """The numbers of the payments that the learner's function finds."""
    with service.running() as base_url:
        found = list(all_payments(http, base_url, "t-finance", **limit))
        return [int(item["payment_id"].removeprefix("pay_")) for item in found]


def expect_numbers(pages, expected, advice, tag="", **limit):
    with web.mistake(tag, advice):
        same_value(numbers_in(paged(pages), **limit), expected)


def listed(*pages):
    return lambda at: pages[at]


with q.check("one page, and an empty page in the middle", points=0.5, tag="stops-early"):
    expect_numbers(listed(([1, 2], "")), [1, 2], "There was one page without a Link. That is the whole list.")
    middle = listed(([1], '<{base}/payments?at=1>; rel="next"'), ([], '<{base}/payments?at=2>; rel="next"'), ([2], ""))
    expect_numbers(middle, [1, 2], "A page was empty, and had a next link. Only a missing link is the end.")
    expect_numbers(listed(([], "")), [], "There were no payments at all. The list is empty.")
with q.check("links of several kinds", points=0.5, tag="assumes-paging"):
    relative = listed(([1], '</payments?at=1>; rel="next"'), ([2], '<?at=2>; rel="next"'), ([3], ""))
    expect_numbers(relative, [1, 2, 3], "A link may be relative: join it with the address of the page it stands on.")
    several = listed(
        ([1], '<{base}/payments?at=2>; rel="last", <{base}/payments?at=1>; rel="next"'),
        ([2], '<{base}/payments?at=0>; rel="prev", <{base}/payments?at=2>; rel="next"; title="go, on"'),
        ([3], '<{base}/payments>; rel="first", <{base}/payments?at=1>; rel="prev"'),
    )
    expect_numbers(several, [1, 2, 3], "One header may hold several links. Take the one whose rel is next.")
with q.check("an item that comes twice", points=0.5, tag="keeps-repeats"):
    pushed = listed(([4, 3], '<{base}/payments?at=1>; rel="next"'), ([3, 2], '<{base}/payments?at=2>; rel="next"'), ([2, 1], ""))
    expect_numbers(pushed, [4, 3, 2, 1], "A payment was on two pages. Keep the first of the two.")
with q.check("pages in a circle", points=0.5, tag="unbounded-loop"):
    advice = "A link led back to a page that was read before. Remember where you have been, and raise PagingLoop."
    for back in (0, 1):
        circle = listed(([1], '<{base}/payments?at=1>; rel="next"'), ([2], f'<{{base}}/payments?at={back}>; rel="next"'))
        with web.mistake("", advice):
            raises(PagingLoop, numbers_in, paged(circle))
with q.check("more pages than the limit", points=0.5, tag="unbounded-loop"):
    advice = "The pages did not end, and none came twice. Read `limit` pages at most, then raise PagingLoop."
    endless = paged(lambda at: ([at], f'<{{base}}/payments?at={at + 1}>; rel="next"'))
    with web.mistake("", advice):
        raises(PagingLoop, numbers_in, endless, limit=5)
        same_value(len(endless.requests), 5)
    three = listed(([1], '<{base}/payments?at=1>; rel="next"'), ([2], '<{base}/payments?at=2>; rel="next"'), ([3], ""))
    expect_numbers(three, [1, 2, 3], "As many pages as the limit are allowed.", "off-by-one", limit=3)
with q.check("a link to another host", points=1):
    advice = "A link led to another host, and your code followed it. Whoever answers there now has the token."
    for form in ("{there}/payments?at=1", "//{there_bare}/payments?at=1", "{{base}}@{there_bare}/payments?at=1"):
        decoy = web.Service({"*": web.ok({"payments": []})}, host="decoy.hopline.test", budget=30)
        with web.mistake("", "The next link led to another host. Raise ForeignLink."), decoy.running() as there:
            address = form.format(there=there, there_bare=there.removeprefix("http://"))
            service = paged(lambda at, link=f'<{address}>; rel="next"': ([1], link))
            try:
                raises(ForeignLink, numbers_in, service)
            finally:
                if decoy.requests:
                    raise CheckFailed("The decoy was asked.", advice=advice, tag="credential-leak")
q.result()

# %% C2.2 hints [markdown]
# 1. The server tells you where to go, and when it ends. Do not count pages. What must you remember on the way, so that
#    you notice a circle and a repeated item?
# 2. `response.links.get("next")` is the next link, or None. Complete it with `urljoin(url, …)`, because it may be
#    relative. Remember the addresses you have visited and the ids you have seen in two sets. Compare scheme and host of
#    each address with those of `base_url` before you send the token.
# 3. `while url:` with three tests at its top: `url in visited`, `len(visited) >= limit`, and
#    `urlsplit(url)[:2] != …: raise ForeignLink(url)`.

# %% C2.2 wrong assumes-paging
# You count pages. PayNow knows no page numbers, so you get the first page again and again. Follow the next link.
def all_payments(http, base_url, token, limit=1000):
    items = []
    for page in range(1, limit + 1):
        headers = {"Authorization": f"Bearer {token}"}
        found = http.get(f"{base_url}/payments", params={"page": page}, headers=headers, timeout=5).json()["payments"]
        if not found:
            break
        items += [item for item in found if item not in items]
    return items

# %% C2.2 wrong assumes-paging change=true
# You expect complete addresses. A link may be relative: join it with the address of its page.
-        url = urljoin(url, link["url"]) if link else None
+        url = link["url"] if link else None

# %% C2.2 wrong stops-early change=true
# You stop at an empty page. An empty page can have a next link; only a missing link is the end.
-        for item in response.json()["payments"]:
+        if not response.json()["payments"]:
+            break
+        for item in response.json()["payments"]:

# %% C2.2 wrong credential-leak change=true
# You follow a link to another host, and send the token with it. Compare the host before you ask.
-        if urlsplit(url)[:2] != urlsplit(base_url)[:2]:
-            raise ForeignLink(url)

# %% C2.2 wrong credential-leak change=true
# `http://paynow@decoy/` begins with `http://paynow`, and leads to the host `decoy`. Split the address, then compare.
-        if urlsplit(url)[:2] != urlsplit(base_url)[:2]:
+        if not url.startswith(base_url):

# %% C2.2 wrong unbounded-loop change=true
# Pages in a circle keep you busy until the limit. Remember the addresses, and stop at the first that comes again.
-        if url in visited:
-            raise PagingLoop(f"{url} comes again.")
-        if len(visited) >= limit:
-            raise PagingLoop(f"There are more than {limit} pages.")

# %% C2.2 wrong unbounded-loop change=true
# You notice a circle, but not a list that never ends. Count the pages, too.
-        if len(visited) >= limit:
-            raise PagingLoop(f"There are more than {limit} pages.")

# %% C2.2 wrong keeps-repeats change=true
# A payment that moved to the next page while you were reading is in your list twice.
-            if item["payment_id"] not in known:
-                known.add(item["payment_id"])
-                items.append(item)
+            items.append(item)

# %% C2.2 right generator change=true
# A generator that yields the items does the same, one page at a time.
-                items.append(item)
+                yield item

-    return items

# %% C2.2 right recursion
# A function that calls itself for the next page, with a bound.
from urllib.parse import urljoin, urlsplit


def all_payments(http, base_url, token, limit=1000):
    home = urlsplit(base_url)

    def pages_from(url, before):
        place = urlsplit(url)
        if (place.scheme, place.hostname, place.port) != (home.scheme, home.hostname, home.port):
            raise ForeignLink(url)
        if url in before or len(before) == limit:
            raise PagingLoop(url)
        response = http.get(url, headers={"Authorization": "Bearer " + token}, timeout=(3, 5))
        here = response.json()["payments"]
        link = response.links.get("next")
        return here + pages_from(urljoin(url, link["url"]), before | {url}) if link else here

    found = pages_from(base_url + "/payments", frozenset())
    return list({item["payment_id"]: item for item in found}.values())

# %% C2.3 prompt [markdown] type="http-client" core=true
# ## C2.3 Try again, politely
#
# Write `get_json(http, url, clock, rng, tries=4)`: it sends `GET url`, each time with a timeout of at most 5 seconds,
# and returns the JSON of an answer with status 200. It calls `tries` times at most.
#
# | ending | what to do |
# |---|---|
# | no connection, a broken connection, a timeout, status 429, 502, 503 or 504 | wait, then try again; after the last try raise `GiveUp` |
# | anything else, such as 400, 500, or 200 without JSON | raise `GiveUp` at once |
#
# The wait is what `Retry-After` says, in seconds or as a date. Without it, or if it can't be read, the wait after the
# first try is 0.5 s, after the second 1 s, after the third 2 s and so on, each plus a random part from `rng` of
# between 0 and that number. No wait is longer than 30 s, whatever the service asks for. Wait with
# `clock.sleep(seconds)`; `clock.now()` is the time (UTC, aware); `rng` is a `random.Random`.
#
# Raise `GiveUp(text, status, body)` with the status and the text of the body of the last answer; None and `""` if the
# last try got no answer.

# %% C2.3 answer
from email.utils import parsedate_to_datetime


def get_json(http, url, clock, rng, tries=4):
    """Return the JSON at an address, with patience."""
    ### BEGIN SOLUTION
    def wanted(text):
        """The seconds that Retry-After asks for; None if it asks for nothing."""
        if text is None:
            return None
        if text.isdigit():
            return int(text)
        try:
            return max(0, (parsedate_to_datetime(text) - clock.now()).total_seconds())
        except (TypeError, ValueError):
            return None

    status, body = None, ""
    for number in range(tries):
        wish, status, body = None, None, ""
        try:
            response = http.get(url, timeout=5)
            status, body, wish = response.status_code, response.text, wanted(response.headers.get("Retry-After"))
            if status == 200:
                return response.json()
            if status not in (429, 502, 503, 504):
                raise GiveUp("This will not pass.", status, body)
        except ValueError as error:
            raise GiveUp("This is no JSON.", status, body) from error
        except http.RequestException:
            pass
        if number + 1 < tries:
            base = 0.5 * 2**number
            delay = base + rng.uniform(0, base) if wish is None else wish
            clock.sleep(min(delay, 30))
    raise GiveUp(f"{tries} tries, no answer of use.", status, body)
    ### END SOLUTION

# %% C2.3 check
q = Question("C2.3")
with q.check("503, 503, then an answer", points=1):
    clock = web.VirtualClock()
    service = web.Service({"/report": [web.status(503), web.status(503), web.ok({"rides": 12})]}, clock=clock, budget=20)
    with service.running() as base_url:
        same_value(get_json(http, f"{base_url}/report", clock, Random(1)), {"rides": 12}, of="get_json(...)")
    service.requests.expect("GET", "/report", times=3)
    if len(clock.sleeps) != 2 or not 0.5 <= clock.sleeps[0] <= 1 <= clock.sleeps[1] <= 2:
        raise CheckFailed(
            f"Expected two waits on the clock, of 0.5 to 1 s and of 1 to 2 s; yours are {clock.sleeps}.",
            tables=(service.requests.table(),),
        )
q.result()

# %% C2.3 hidden
q = Question("C2.3", hidden=True)
elsewhere = []  # filled when the learner's code waits, but not on the clock


def attempt(replies, seed=1, **tries):
    """Call the learner's function once: its result or GiveUp, the clock, and the journal."""
    if elsewhere:
        raise CheckFailed("It waits elsewhere.", advice=elsewhere[0], tag="real-clock")
    clock = web.VirtualClock(budget=20)
    service = web.Service({"/report": replies}, clock=clock, budget=20)
    with service.running() as base_url:
        try:
            result = get_json(http, f"{base_url}/report", clock, Random(seed), **tries)
        except GiveUp as error:
            result = error
    return result, clock.sleeps, service.requests


def waits(*between):
    """Require the waits that `between` gives as pairs of least and most seconds."""

    def compare(sleeps):
        fits = len(sleeps) == len(between) and all(
            low - 0.001 <= seconds <= high + 0.001 for seconds, (low, high) in zip(sleeps, between)
        )
        if not fits:
            raise CheckFailed(f"Expected waits between {between}, got {sleeps}.")

    return compare


with q.check("waits on the given clock, with a random part", points=0.5, tag="real-clock"):
    advice = "Wait with clock.sleep(seconds). A real wait makes everyone who tests your code wait as well."
    with web.mistake("real-clock", advice):
        _, sleeps, _ = attempt([web.status(503), web.ok({})])
        if not sleeps:
            elsewhere.append(advice)
        waits((0.5, 1))(sleeps)
    advice = "The waits were not random, or not from rng. Add rng.uniform(0, base), so that clients do not come together."
    with web.mistake("no-jitter", advice):
        again = [attempt([web.status(503)] * 3 + [web.ok({})], seed)[1] for seed in (1, 1, 2)]
        same_value(again[0], again[1])
        same_value(again[0] == again[2], False)
with q.check("Retry-After", points=1, tag="ignores-retry-after"):
    for wish, least, most, advice in (
        ("7", 7, 8, "The service asked for 7 seconds. Its wish comes before your own plan."),
        ("Tue, 04 Mar 2025 09:00:12 GMT", 12, 13, "The service named a date. parsedate_to_datetime reads it."),
    ):
        with web.mistake("", advice):
            waits((least, most))(attempt([web.too_many(wish), web.ok({})])[1])
    with web.mistake("", "The date lay in the past: there is nothing to wait for. A negative wait is an error."):
        _, sleeps, journal = attempt([web.too_many("Tue, 04 Mar 2025 08:59:00 GMT"), web.ok({})])
        same_value((sum(sleeps) <= 1, len(journal)), (True, 2))
    for wish in ("Wed, 04 Mar 2026 09:00:00 GMT", "86400"):
        with web.mistake("unbounded-wait", "The service asked for a very long wait. Wait 30 seconds at most."):
            waits((30, 30))(attempt([web.too_many(wish), web.ok({})])[1])
    with web.mistake("fragile-header", "Retry-After could not be read. Then it counts as not given."):
        waits((0.5, 1))(attempt([web.too_many("soon"), web.ok({})])[1])
with q.check("failures that may pass", points=0.5, tag="gives-up-early"):
    for reply, what in (
        (web.too_many(None), "429 without Retry-After"),
        (web.status(502), "502"),
        (web.status(504), "504"),
        (web.drop(), "a broken connection"),
        (web.hang(5), "a timeout"),
    ):
        with web.mistake("", f"The first try ended with {what}. That may pass by itself: wait, then try again."):
            result, sleeps, journal = attempt([reply, web.ok({"rides": 1})])
            journal.expect_timeouts()
            same_value(result, {"rides": 1})
            waits((0.5, 1))(sleeps)
with q.check("answers that are final", points=1, tag="retry-client-error"):
    for reply, what in ((web.status(400), 400), (web.status(401), 401), (web.status(404), 404), (web.status(409), 409)):
        with web.mistake("", f"Status {what} does not change when you ask again. Raise GiveUp at once."):
            result, sleeps, journal = attempt([reply, web.ok({})])
            same_value((type(result), len(sleeps), len(journal)), (GiveUp, 0, 1))
    with web.mistake("retry-server-error", "500 is not on the list of statuses to retry. Raise GiveUp at once."):
        result, sleeps, journal = attempt([web.status(500), web.ok({})])
        same_value((type(result), len(sleeps), len(journal)), (GiveUp, 0, 1))
    for reply in (web.html(200), web.malformed()):
        with web.mistake("unchecked-body", "Status 200 came without JSON. Raise GiveUp at once."):
            result, sleeps, journal = attempt([reply, web.ok({})])
            same_value((type(result), len(sleeps), len(journal)), (GiveUp, 0, 1))
with q.check("how many calls", points=0.5, tag="off-by-one"):
    for tries in (4, 2, 1):
        advice = f"With tries={tries} there may be {tries} calls in all, the first one included."
        with web.mistake("", advice):
            result, sleeps, journal = attempt([web.status(503)], tries=tries)
            same_value((type(result), len(journal)), (GiveUp, tries))
        with web.mistake("waits-in-vain", "After the last try there is nothing to wait for. Raise GiveUp without a wait."):
            same_value(len(sleeps), tries - 1)
with q.check("what GiveUp tells", points=0.5, tag="loses-error"):
    with web.mistake("", "GiveUp must hold the status and the body of the last answer: it is all that a colleague will see."):
        result, _, _ = attempt([web.status(503, "first"), web.status(502, "second")], tries=2)
        same_value((type(result), result.status, result.body), (GiveUp, 502, "second"))
        result, _, _ = attempt([web.status(400, {"error": "no such report"})])
        same_value((type(result), result.status, result.body), (GiveUp, 400, '{"error": "no such report"}'))
    with web.mistake("", "The last try got no answer. Then the status is None and the body is empty."):
        result, _, _ = attempt([web.status(503), web.drop()], tries=2)
        same_value((type(result), result.status, result.body), (GiveUp, None, ""))
q.result()

# %% C2.3 hints [markdown]
# 1. Which failures can pass by themselves? Write the list first; all others are final. Then: whose wish decides how
#    long you wait, and when is there no reason to wait at all?
# 2. Three endings leave the loop: the JSON, a final answer, and the last try. `Retry-After` is a number if `.isdigit()`
#    is true, else try `parsedate_to_datetime(text) - clock.now()`; that may be negative, huge, or impossible to read.
#    Set the last status and body anew in each round.
# 3. `for number in range(tries):` … `if status not in (429, 502, 503, 504): raise GiveUp(…)` … and, unless it was the
#    last try, `base = 0.5 * 2**number` and `clock.sleep(min(30, …))`.

# %% C2.3 wrong retry-client-error change=true
# You try again after each error. 400 means that your request is wrong: it stays wrong.
-            if status not in (429, 502, 503, 504):
-                raise GiveUp("This will not pass.", status, body)

# %% C2.3 wrong retry-server-error change=true
# You try again after 500. A bug in the service does not pass by itself, and the request may have done something.
-            if status not in (429, 502, 503, 504):
+            if status not in (429, 500, 502, 503, 504):

# %% C2.3 wrong real-clock change=true
# You really wait, with `time.sleep`. Use the clock that you are given: then a test takes no time.
-            clock.sleep(min(delay, 30))
+            import time
+            time.sleep(min(delay, 30))

# %% C2.3 wrong ignores-retry-after change=true
# You do not look at Retry-After. The service knows best when it will be well again.
-            delay = base + rng.uniform(0, base) if wish is None else wish
+            delay = base + rng.uniform(0, base)

# %% C2.3 wrong ignores-retry-after change=true
# You read Retry-After only as a number. It may be a date.
-        try:
-            return max(0, (parsedate_to_datetime(text) - clock.now()).total_seconds())
-        except (TypeError, ValueError):
-            return None
+        return None

# %% C2.3 wrong ignores-retry-after change=true
# A date in the past gives a negative wait, and `clock.sleep` refuses it.
-            return max(0, (parsedate_to_datetime(text) - clock.now()).total_seconds())
+            return (parsedate_to_datetime(text) - clock.now()).total_seconds()

# %% C2.3 wrong unbounded-wait change=true
# You wait as long as the service says, be it a year. Set an upper bound of 30 seconds.
-            clock.sleep(min(delay, 30))
+            clock.sleep(delay)

# %% C2.3 wrong fragile-header change=true
# A Retry-After that can't be read makes you give up. Treat it as not given.
-        except (TypeError, ValueError):
-            return None
+        except ZeroDivisionError:
+            return None

# %% C2.3 wrong off-by-one change=true
# You call once more than allowed: `tries` counts the first call too.
-    for number in range(tries):
+    for number in range(tries + 1):

-        if number + 1 < tries:
+        if number < tries:

# %% C2.3 wrong waits-in-vain change=true
# You wait after the last try as well, although nothing comes after it.
-        if number + 1 < tries:
+        if number < tries:

# %% C2.3 wrong no-jitter change=true
# All clients that failed together come back together. Add the random part.
-            delay = base + rng.uniform(0, base) if wish is None else wish
+            delay = base if wish is None else wish

# %% C2.3 wrong no-jitter change=true
# You roll dice of your own. With the `rng` that you are given, a test can repeat what happened.
-            delay = base + rng.uniform(0, base) if wish is None else wish
+            import random
+            delay = base + random.uniform(0, base) if wish is None else wish

# %% C2.3 wrong gives-up-early change=true
# You give up at the first broken connection. It may pass by itself.
-        except http.RequestException:
-            pass
+        except http.RequestException as error:
+            raise GiveUp("No connection.") from error

# %% C2.3 wrong no-timeout change=true
# Without a timeout the call never ends, so there is no next try.
-            response = http.get(url, timeout=5)
+            response = http.get(url)

# %% C2.3 wrong unchecked-body change=true
# You take a body without JSON for a broken connection, and ask again. Raise GiveUp at once.
-        except ValueError as error:
-            raise GiveUp("This is no JSON.", status, body) from error

# %% C2.3 wrong loses-error change=true
# You do not say what the last answer was. Whoever reads the log cannot help.
-    raise GiveUp(f"{tries} tries, no answer of use.", status, body)
+    raise GiveUp(f"{tries} tries, no answer of use.")

# %% C2.3 wrong loses-error change=true
# You keep the answer of an earlier try when the last one got none.
-        wish, status, body = None, None, ""
+        wish = None

# %% C2.3 right recursion
# A function that calls itself with one try less.
from email.utils import parsedate_to_datetime


def get_json(http, url, clock, rng, tries=4, _base=0.5):
    last = (None, "")
    delay = _base * (1 + rng.random())
    try:
        response = http.request("GET", url, timeout=(2, 5))
    except (http.Timeout, http.ConnectionError):
        pass
    else:
        last = (response.status_code, response.content.decode())
        if response.status_code == 200:
            try:
                return response.json()
            except ValueError:
                raise GiveUp("no JSON", *last) from None
        if response.status_code not in {429, 502, 503, 504}:
            raise GiveUp("final", *last)
        wish = response.headers.get("retry-after", "")
        try:
            delay = float(wish)
        except ValueError:
            try:
                delay = parsedate_to_datetime(wish).timestamp() - clock.time()
            except (TypeError, ValueError):
                pass
    if tries <= 1:
        raise GiveUp("no more tries", *last)
    if delay > 0:
        clock.sleep(min(30.0, delay))
    return get_json(http, url, clock, rng, tries - 1, _base * 2)

# %% C2.3 right session change=true
# A session of its own, and a multiple of the base instead of a sum, are right as well.
-            response = http.get(url, timeout=5)
+            with http.Session() as session:
+                response = session.get(url, timeout=(5, 5))

-            delay = base + rng.uniform(0, base) if wish is None else wish
+            delay = base * rng.uniform(1, 2) if wish is None else wish

# %% C2.4 prompt [markdown] type="http-client" core=true
# ## C2.4 Pay exactly once
#
# Write `charge(http, base_url, trip_id, cents, store, clock)`: it sends `POST {base_url}/charges` with the JSON
# `{"trip_id": …, "amount_cents": …}` and the header `Idempotency-Key`, and returns the `charge_id` of the answer (200
# or 201). All tries for a trip use the same key, **after a restart of the program too**: `store` is a dict that
# survives one. It may be read, and written, at any moment; a crash can come between any two lines.
#
# | ending | what to do |
# |---|---|
# | no connection, a timeout (at most 5 seconds), a status from 500 | wait 1 s with `clock.sleep`, try again |
# | 409: PayNow still works on this key | wait as many seconds as `Retry-After` says, try again |
# | still nothing after six tries | raise `PaymentUnclear` |
# | 402 | raise `Declined` at once |
# | a trip that was charged with another amount before | raise `AmountChanged`, and charge nothing |

# %% C2.4 answer
from uuid import uuid4


def charge(http, base_url, trip_id, cents, store, clock):
    """Charge a trip once, however often it is asked for, and return the charge's id."""
    ### BEGIN SOLUTION
    key, agreed = store.setdefault(trip_id, (uuid4().hex, cents))
    if agreed != cents:
        raise AmountChanged(f"Trip {trip_id}: {agreed} cents before, {cents} now.")
    order = {"trip_id": trip_id, "amount_cents": cents}
    for _ in range(6):
        wait = 1
        try:
            headers = {"Idempotency-Key": key}
            response = http.post(f"{base_url}/charges", json=order, headers=headers, timeout=5)
        except http.RequestException:
            clock.sleep(wait)
            continue
        if response.status_code in (200, 201):
            return response.json()["charge_id"]
        if response.status_code == 402:
            raise Declined(f"Trip {trip_id}.")
        if response.status_code == 409:
            wait = int(response.headers.get("Retry-After", "1"))
        elif response.status_code < 500:
            break
        clock.sleep(wait)
    raise PaymentUnclear(f"Trip {trip_id}.")
    ### END SOLUTION

# %% C2.4 check
q = Question("C2.4")
with q.check("a timeout, then success: one charge", points=1):
    bank, clock, store = partners.paynow(), web.VirtualClock(), Store()
    script = {("POST", "/charges"): [web.lost(web.hang(5)), ...]}  # PayNow charges, then keeps silent
    service = web.Service(bank, script=script, clock=clock, host="paynow.hopline.test", budget=20)
    with service.running() as base_url:
        same_value(charge(http, base_url, 7, 1250, store, clock), "ch_0001", of="charge(...)")
    service.requests.expect_timeouts()
    service.requests.expect(
        "POST", "/charges", json={"trip_id": 7, "amount_cents": 1250}, headers={"Idempotency-Key": ...}, times=2
    )
    same_value(bank.charged_cents(7), 1250, of="cents charged for trip 7")
q.result()

# %% C2.4 hidden
q = Question("C2.4", hidden=True)


class Crash(BaseException):
    """The program ends here, whatever it was doing."""


class CrashingStore(Store):
    """Keeps what is written first, then the program crashes."""

    armed = True

    def _crash(self):
        if self.armed:
            self.armed = False
            raise Crash

    def __setitem__(self, key, value):
        dict.__setitem__(self, key, value)
        self._crash()

    def setdefault(self, key, value=None):
        known = key in self
        found = dict.setdefault(self, key, value)
        if not known:
            self._crash()
        return found

    def update(self, *args, **named):
        dict.update(self, *args, **named)
        self._crash()


def paying(bank, clock, *replies):
    return web.Service(bank, script={("POST", "/charges"): [*replies, ...]}, clock=clock, host="paynow.hopline.test", budget=40)


def key_fault(journal):
    """What the keys say about the mistake."""
    keys = [request.header("Idempotency-Key") for request in journal]
    if None in keys:
        return "double-charge", "Your request had no Idempotency-Key, so PayNow charged each try."
    if len(set(keys)) > 1:
        return "key-per-try", "Each try had another key, so PayNow charged each try. Make the key before the first try."
    return "", ""


def expect_one_charge(bank, service, cents, advice, tag):
    found, says = key_fault(service.requests)
    with web.mistake(found or tag, says or advice):
        same_value((bank.charged_cents(7), len(bank.charges)), (cents, 1))
        same_value(found, "")


with q.check("answers that get lost after PayNow charged", points=1, tag="double-charge"):
    bank, clock = partners.paynow(), web.VirtualClock()
    service = paying(bank, clock, web.lost(), web.lost(web.status(502)), web.lost(web.hang(5)))
    with web.mistake("", "The answer was lost three times. Try again, with the same key."), service.running() as base_url:
        try:
            found = charge(http, base_url, 7, 1250, Store(), clock)
        finally:
            fault, says = key_fault(service.requests)
            if fault:
                raise CheckFailed("The keys are wrong.", advice=says, tag=fault)
        same_value(found, "ch_0001")
    expect_one_charge(bank, service, 1250, "PayNow must charge once.", "double-charge")
    with web.mistake("no-timeout", "PayNow kept silent. Set a timeout of at most 5 seconds: the next try is safe."):
        service.requests.expect_timeouts()
with q.check("a restart after the answer got lost", points=1, tag="store-late"):
    bank, clock, store, dark = partners.paynow(), web.VirtualClock(budget=20), Store(), [True]
    outage = [lambda request: (web.lost() if dark else web.slow(0))(request)] * 40
    service = paying(bank, clock, *outage)
    with service.running() as base_url:
        with web.mistake("endless-tries", "PayNow charged, but no answer ever came. Try six times, then raise PaymentUnclear."):
            raises(PaymentUnclear, charge, http, base_url, 7, 1250, store, clock)
            same_value(len(service.requests), 6)
        before = {request.header("Idempotency-Key") for request in service.requests}
        dark.clear()
        clock.advance(3600)
        with web.mistake("", "After a restart the charge must work with the key of before."):
            found = charge(http, base_url, 7, 1250, store, clock)
    after = {request.header("Idempotency-Key") for request in service.requests[6:]}
    if after and before != after and len(before) == 1 and None not in before:
        tag, says = ("store-late", "You store the key after the call. A crash comes before that: store it first.")
        if not any(key and key in repr(dict(store)) for key in after):
            tag, says = ("unstable-key", "Your key is made anew after a restart. Keep it in the store.")
        raise CheckFailed("The key has changed.", advice=says, tag=tag)
    expect_one_charge(bank, service, 1250, "PayNow must charge once, also after a restart.", "store-late")
    same_value(found, "ch_0001")
with q.check("a crash between storing and sending", points=0.5, tag="stored-is-paid"):
    bank, clock, store = partners.paynow(), web.VirtualClock(), CrashingStore()
    service = paying(bank, clock)
    with web.mistake("", "After a crash the charge must work, with the key that is stored."):
        with service.running() as base_url:
            try:
                charge(http, base_url, 7, 1250, store, clock)
            except Crash:
                pass
            same_value(charge(http, base_url, 7, 1250, store, clock), "ch_0001")
    advice = "The program stopped after it had stored the key. A stored key does not mean that the trip is paid."
    expect_one_charge(bank, service, 1250, advice, "stored-is-paid")
with q.check("409, still in progress", points=0.5, tag="gives-up-early"):
    bank, clock = partners.paynow(busy=2), web.VirtualClock()
    service = paying(bank, clock, web.lost())
    with web.mistake("", "409 says that PayNow still works on this key. Wait as long as Retry-After says, then try again."):
        with service.running() as base_url:
            found = charge(http, base_url, 7, 1250, Store(), clock)
    fault, says = key_fault(service.requests)
    with web.mistake(fault, says):
        same_value(fault, "")
    with web.mistake("impatient", "You asked again before PayNow wanted to be asked. Wait with clock.sleep."):
        same_value((found, [gap >= 1 for gap in service.requests.gaps()][1:]), ("ch_0001", [True, True]))
with q.check("a declined card", points=0.5, tag="retry-declined"):
    bank, clock = partners.paynow(declined=frozenset({"card_ok"})), web.VirtualClock()
    service = paying(bank, clock)
    with web.mistake("", "402 is the bank's decision. Raise Declined at once; asking again annoys the rider."):
        with service.running() as base_url:
            raises(Declined, charge, http, base_url, 7, 1250, Store(), clock)
        same_value(len(service.requests), 1)
with q.check("two trips, and a changed amount", points=0.5, tag="shared-key"):
    bank, clock, store = partners.paynow(), web.VirtualClock(), Store()
    service = paying(bank, clock)
    with service.running() as base_url:
        with web.mistake("", "Two trips are two charges: each needs a key of its own."):
            found = [charge(http, base_url, trip, 1250, store, clock) for trip in (7, 8)]
            same_value(found, ["ch_0001", "ch_0002"])
        advice = "Trip 7 was charged with another amount before. Remember the amount, and raise AmountChanged."
        with web.mistake("amount-ignored", advice):
            raises(AmountChanged, charge, http, base_url, 7, 1300, store, clock)
            same_value(bank.charged_cents(7), 1250)
q.result()

# %% C2.4 hints [markdown]
# 1. A timeout does not say whether it worked. What must be equal in two tries, so that PayNow can see that they are the
#    same charge? What must be true before the first request leaves?
# 2. Make the key and store it before you send anything; `store.setdefault(trip_id, …)` writes only if nothing is there,
#    and returns what counts. A stored key says "we want this", not "this is paid". Keep the amount beside the key, so
#    that another amount can be noticed.
# 3. `key, agreed = store.setdefault(trip_id, (uuid4().hex, …))`, then `if agreed != cents: raise AmountChanged(…)`.
#    Send the key as `headers={"Idempotency-Key": …}` in a loop of six tries.

# %% C2.4 wrong key-per-try change=true
# Each try has a key of its own, so PayNow takes them for different charges.
-            headers = {"Idempotency-Key": key}
+            headers = {"Idempotency-Key": uuid4().hex}

# %% C2.4 wrong double-charge change=true
# Without an Idempotency-Key each try is a new charge.
-            response = http.post(f"{base_url}/charges", json=order, headers=headers, timeout=5)
+            response = http.post(f"{base_url}/charges", json=order, timeout=5)

# %% C2.4 wrong no-timeout change=true
# Your call has no timeout. If PayNow keeps silent, the charge hangs, and nobody knows whether the rider paid.
-            response = http.post(f"{base_url}/charges", json=order, headers=headers, timeout=5)
+            response = http.post(f"{base_url}/charges", json=order, headers=headers)

# %% C2.4 wrong unstable-key change=true
# A key made from the time is another one after a restart. Keep the first one in the store.
-    key, agreed = store.setdefault(trip_id, (uuid4().hex, cents))
-    if agreed != cents:
-        raise AmountChanged(f"Trip {trip_id}: {agreed} cents before, {cents} now.")
+    key = f"trip-{trip_id}-{clock.now().isoformat()}"

# %% C2.4 wrong store-late change=true
# You store the key after the call. If the program stops before that, the next run makes a new key.
-    key, agreed = store.setdefault(trip_id, (uuid4().hex, cents))
+    key, agreed = store.get(trip_id, (uuid4().hex, cents))

-            return response.json()["charge_id"]
+            store[trip_id] = (key, cents)
+            return response.json()["charge_id"]

# %% C2.4 wrong stored-is-paid change=true
# You take a stored key as a sign that the trip is paid. The program may have stopped before it sent anything.
-    key, agreed = store.setdefault(trip_id, (uuid4().hex, cents))
+    if trip_id in store and store[trip_id][1] == cents and len(store[trip_id]) == 2:
+        return "ch_0001"
+    key, agreed = store.setdefault(trip_id, (uuid4().hex, cents))

# %% C2.4 wrong gives-up-early change=true
# You give up at 409. PayNow only asks for patience.
-        if response.status_code == 409:
-            wait = int(response.headers.get("Retry-After", "1"))
-        elif response.status_code < 500:
+        if response.status_code < 500:

# %% C2.4 wrong impatient change=true
# You ask again at once. Wait as long as Retry-After says.
-            wait = int(response.headers.get("Retry-After", "1"))
+            continue

# %% C2.4 wrong retry-declined change=true
# You ask again after 402. The bank has decided.
-        if response.status_code == 402:
-            raise Declined(f"Trip {trip_id}.")
+        if response.status_code == 402:
+            continue

# %% C2.4 wrong shared-key change=true
# All your trips share one key, so the second trip is never charged.
-            headers = {"Idempotency-Key": key}
+            headers = {"Idempotency-Key": "hopline"}

# %% C2.4 wrong amount-ignored change=true
# You do not notice that the amount has changed, and the rider is charged twice, or the wrong amount stays.
-    if agreed != cents:
-        raise AmountChanged(f"Trip {trip_id}: {agreed} cents before, {cents} now.")

# %% C2.4 wrong endless-tries change=true
# You try without end. After six tries a person must look.
-    for _ in range(6):
+    while True:

# %% C2.4 right derived-key
# A key derived from trip and amount is the same after each restart. The store keeps the amount only.
import hashlib


def charge(http, base_url, trip_id, cents, store, clock):
    if trip_id not in store:
        store[trip_id] = cents
    elif store[trip_id] != cents:
        raise AmountChanged(trip_id)
    key = hashlib.sha256(f"hopline:{trip_id}:{cents}".encode()).hexdigest()
    with http.Session() as session:
        session.headers["Idempotency-Key"] = key
        for _ in range(6):
            try:
                answer = session.post(f"{base_url}/charges", json={"amount_cents": cents, "trip_id": trip_id}, timeout=(1, 4))
            except http.RequestException:
                clock.sleep(1)
                continue
            if answer.ok:
                return answer.json()["charge_id"]
            if answer.status_code == 402:
                raise Declined(trip_id)
            clock.sleep(float(answer.headers.get("Retry-After") or 1))
    raise PaymentUnclear(trip_id)

# %% C2.4 right server-notices change=true
# PayNow notices a changed amount too: the same key with another body gets 422.
-    key, agreed = store.setdefault(trip_id, (uuid4().hex, cents))
-    if agreed != cents:
-        raise AmountChanged(f"Trip {trip_id}: {agreed} cents before, {cents} now.")
+    key = store.setdefault(trip_id, uuid4().hex)

-        if response.status_code == 402:
-            raise Declined(f"Trip {trip_id}.")
+        if response.status_code == 402:
+            raise Declined(f"Trip {trip_id}.")
+        if response.status_code == 422:
+            raise AmountChanged(f"Trip {trip_id}.")

# %% C2.5 prompt [markdown] type="http-client"
# ## C2.5 Trust nobody's JSON
#
# Riders see their driver's photo, which comes from a partner. Write `driver_photo(http, base_url, driver_id)`: it asks
# `GET {base_url}/drivers/{driver_id}/photo` and returns `(media_type, content)`, such as `("image/png", b"…")`. All
# else raises `PhotoRefused`:
#
# - another status than 200, or no answer;
# - another `Content-Type` than `image/jpeg` or `image/png`, or first bytes that are not those of this type;
# - more than 200 000 bytes, counted after decompression. Stop reading when they are exceeded;
# - a redirect to another host. Do not send anything there.

# %% C2.5 answer
SIGNS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def driver_photo(http, base_url, driver_id):
    """Return the media type and the bytes of a driver's photo."""
    ### BEGIN SOLUTION
    url = f"{base_url}/drivers/{driver_id}/photo"
    content = b""
    try:
        with http.get(url, stream=True, allow_redirects=False, timeout=5) as response:
            if response.status_code != 200:
                raise PhotoRefused(f"Status {response.status_code}.")
            for chunk in response.iter_content(8192):
                content += chunk
                if len(content) > 200_000:
                    raise PhotoRefused("It is too large.")
    except http.RequestException as error:
        raise PhotoRefused("No answer.") from error
    media_type = response.headers.get("Content-Type")
    if media_type not in SIGNS:
        raise PhotoRefused(f"The type is {media_type}.")
    if not content.startswith(SIGNS[media_type]):
        raise PhotoRefused(f"It is no {media_type}.")
    return media_type, content
    ### END SOLUTION

# %% C2.5 check
q = Question("C2.5")
with q.check("two good photos, and a driver who has none", points=1):
    studio = partners.photos()
    service = web.Service(studio)
    with service.running() as base_url:
        for driver_id in (7, 8):
            same_value(driver_photo(http, base_url, driver_id), studio.photo(driver_id), of=f"driver_photo(..., {driver_id})")
        raises(PhotoRefused, driver_photo, http, base_url, 999, of="driver_photo(..., 999)")
    service.requests.expect("GET", "/drivers/7/photo", times=1)
q.result()

# %% C2.5 hidden
import gzip

q = Question("C2.5", hidden=True)
_, PNG = partners.photos().photo(8)
_, JPEG = partners.photos().photo(7)


def picture(content, media_type="image/png", code=200, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.ok(content, code, {"Content-Type": media_type, **named})


def refused(reply, advice, tag=""):
    """Require PhotoRefused; return the service's journal."""
    service = web.Service({"/drivers/7/photo": reply}, host="photos.hopline.test", budget=20)

    def photo():
        media_type, content = driver_photo(http, base_url, 7)
        return media_type, len(content)  # a message must not quote megabytes

    with web.mistake(tag, advice), service.running() as base_url:
        raises(PhotoRefused, photo)
    return service.requests


def accepted(reply, expected, advice, tag=""):
    service = web.Service({"/drivers/7/photo": reply}, host="photos.hopline.test", budget=20)
    with web.mistake(tag, advice), service.running() as base_url:
        same_value(driver_photo(http, base_url, 7) == expected, True)


with q.check("a body that is too long", points=1, tag="unbounded-read"):
    advice = "The photo had 5 000 000 bytes, and no Content-Length. Stop reading at 200 000 bytes."
    endless = web.stream(PNG.ljust(50_000, b"\0"), 100, headers={"Content-Type": "image/png"})
    journal = refused(endless, advice)
    with web.mistake("", advice):
        same_value((journal.entries[0].whole, journal.entries[0].sent < 4_000_000), (False, True))
    exact = PNG.ljust(200_000, b"\0")
    accepted(picture(exact), ("image/png", exact), "200 000 bytes are allowed.", "off-by-one")
    refused(picture(exact + b"\0"), "200 001 bytes are too many.", "off-by-one")
with q.check("redirects, error statuses, and no answer", points=0.5, tag="open-redirect"):
    advice = "A redirect led to another host, and your code followed it. It could lead into your own network."
    decoy = web.Service({"*": picture(PNG)}, host="decoy.hopline.test", budget=20)
    with decoy.running() as there:
        for code in (301, 302, 307):
            refused(web.redirect(f"{there}/latest/meta-data/", code), advice)
            with web.mistake("", advice):
                same_value(len(decoy.requests), 0)
    with web.mistake("", advice):
        same_value(refused(web.redirect("http://169.254.169.254/latest/meta-data/"), advice).strays, [])
    for code in (404, 500, 203):
        refused(picture(PNG, code=code), "The status was not 200. Then the body is not the photo.", "unchecked-status")
    for reply in (web.drop(), web.garbage()):
        refused(reply, "There was no answer: that is PhotoRefused too.", "swallowed-error")
with q.check("a slow answer", points=0.5, tag="no-timeout"):
    advice = "The service kept silent. Set a timeout of at most 5 seconds, and raise PhotoRefused when it is over."
    journal = refused(web.hang(5), advice, "swallowed-error")
    with web.mistake("no-timeout", advice):
        journal.expect_timeouts()
with q.check("headers that lie", points=0.5, tag="trust-header"):
    advice = "The header said image/png or image/jpeg, the first bytes said something else. Look at both."
    refused(picture(b"<html><script>alert(1)</script></html>"), advice)
    refused(picture(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), advice)
    refused(picture(PNG, "image/jpeg"), advice)
    refused(picture(b"\x89PNX\r\n\x1a\n" + PNG[8:]), advice)
    refused(picture(b""), "The body was empty. That is no photo.")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    for kind in ("image/svg+xml", "image/gif", "text/html"):
        refused(picture(svg, kind), f"The type was {kind}. Only JPEG and PNG are allowed.", "any-type")
        refused(picture(PNG, kind), f"The type was {kind}. Only JPEG and PNG are allowed.", "any-type")
with q.check("a small body that unpacks to a large one", points=0.5, tag="trust-header"):
    bomb = gzip.compress(PNG.ljust(3_000_000, b"\0"), mtime=0)
    advice = "3 kB of gzip held 3 MB. Content-Length counts compressed bytes: count what you have unpacked."
    refused(picture(bomb, Content_Encoding="gzip"), advice)
    packed = picture(gzip.compress(JPEG, mtime=0), "image/jpeg", Content_Encoding="gzip")
    accepted(packed, ("image/jpeg", JPEG), "A compressed photo of fair size is allowed.", "no-decompression")
q.result()

# %% C2.5 hints [markdown]
# 1. Limit before you read: which line of your code reads the whole body, however long it is? Headers may lie; the first
#    bytes rarely do. And who decides which host you ask?
# 2. With `stream=True` the body comes in chunks from `response.iter_content(8192)`, already decompressed. Add them up,
#    and stop when there are too many. `allow_redirects=False` makes a redirect an answer like any other: its status is
#    not 200. Compare the type with a list of two, then the first bytes with those of that type.
# 3. `for chunk in response.iter_content(8192):` … `if len(content) > …: raise PhotoRefused`, and at the end
#    `if not content.startswith(SIGNS[…]): raise PhotoRefused`.

# %% C2.5 wrong unbounded-read change=true
# `response.content` reads everything before you can count. A partner can fill your memory.
-            for chunk in response.iter_content(8192):
-                content += chunk
-                if len(content) > 200_000:
-                    raise PhotoRefused("It is too large.")
+            content = response.content
+            if len(content) > 200_000:
+                raise PhotoRefused("It is too large.")

# %% C2.5 wrong trust-header change=true
# You believe Content-Type. A web page with a script can call itself image/png.
-    if not content.startswith(SIGNS[media_type]):
-        raise PhotoRefused(f"It is no {media_type}.")

# %% C2.5 wrong trust-header change=true
# You believe Content-Length. It may be missing or wrong, and it counts compressed bytes.
-            for chunk in response.iter_content(8192):
-                content += chunk
-                if len(content) > 200_000:
-                    raise PhotoRefused("It is too large.")
+            if int(response.headers.get("Content-Length", 0)) > 200_000:
+                raise PhotoRefused("It is too large.")
+            content = response.content

# %% C2.5 wrong trust-header change=true
# You look for any of the two signs. Then a PNG may call itself JPEG, and other programs will trust the label.
-    if not content.startswith(SIGNS[media_type]):
+    if not content.startswith(tuple(SIGNS.values())):

# %% C2.5 wrong open-redirect change=true
# `requests` follows redirects on its own, also into your own network. Switch that off.
-        with http.get(url, stream=True, allow_redirects=False, timeout=5) as response:
+        with http.get(url, stream=True, timeout=5) as response:

# %% C2.5 wrong any-type change=true
# You take each type of image. SVG is a document that can hold scripts.
-    if media_type not in SIGNS:
-        raise PhotoRefused(f"The type is {media_type}.")
-    if not content.startswith(SIGNS[media_type]):
+    if not content.startswith(SIGNS.get(media_type, (b"<svg", b"\x89PNG"))):

# %% C2.5 wrong unchecked-status change=true
# You do not look at the status. The body of an error is not the photo.
-            if response.status_code != 200:
+            if 300 <= response.status_code < 400:

# %% C2.5 wrong no-timeout change=true
# Your call has no timeout, so a silent partner stops you too.
-        with http.get(url, stream=True, allow_redirects=False, timeout=5) as response:
+        with http.get(url, stream=True, allow_redirects=False) as response:

# %% C2.5 wrong swallowed-error change=true
# Exceptions of the library come out of your function. Whoever shows the photo knows only PhotoRefused.
-    except http.RequestException as error:
-        raise PhotoRefused("No answer.") from error
+    except http.Timeout as error:
+        raise PhotoRefused("No answer.") from error

# %% C2.5 right one-redirect
# One redirect on the same host may be followed, as long as the address is compared before anything is sent.
from urllib.parse import urljoin, urlsplit


def driver_photo(http, base_url, driver_id):
    url = f"{base_url}/drivers/{driver_id}/photo"
    try:
        response = http.get(url, stream=True, allow_redirects=False, timeout=5)
        if response.is_redirect:
            target = urljoin(url, response.headers["Location"])
            if urlsplit(target)[:2] != urlsplit(base_url)[:2]:
                raise PhotoRefused(target)
            response = http.get(target, stream=True, allow_redirects=False, timeout=5)
        with response:
            assert response.status_code == 200
            content = b""
            for chunk in response.iter_content(1024):
                content += chunk
                assert len(content) <= 200_000
            kind = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
            found = [name for sign, name in kind.items() if content.startswith(sign)]
            assert found == [response.headers["Content-Type"]]
            return found[0], content
    except (AssertionError, KeyError, http.RequestException) as error:
        raise PhotoRefused(repr(error)) from error

# %% C2.5 right read-one-more change=true
# urllib3's own read stops after one byte more than allowed, unpacked.
-            for chunk in response.iter_content(8192):
-                content += chunk
-                if len(content) > 200_000:
-                    raise PhotoRefused("It is too large.")
+            content = response.raw.read(200_001, decode_content=True)
+            if len(content) > 200_000:
+                raise PhotoRefused("It is too large.")

# %% C2.6 prompt [markdown] type="py-function" core=true
# ## C2.6 A knock from PayNow
#
# PayNow calls Hopline when a charge succeeds. Write `handle_webhook(headers, raw_body, secret, seen, now)`; it returns
# a pair of status and event. `headers` is a dict with `PayNow-Timestamp` (seconds since 1970) and `PayNow-Signature`
# (one or more signatures, `v1=<hex>,v1=<hex>`); `raw_body` is bytes, `secret` a text, `now` an aware datetime. `seen`
# is a set of event ids that survives a restart.
#
# | the call | return |
# |---|---|
# | a header is missing or malformed; the timestamp is more than 300 s away from `now`; no signature is HMAC-SHA256, in lower-case hex, over `timestamp.body` | `(401, None)` |
# | well signed, but not a JSON object with a text `event_id` | `(400, None)` |
# | well signed, and the `event_id` is in `seen` | `(200, None)` |
# | well signed, and new: add its id to `seen` | `(200, event)`, the event as a dict |
#
# Compare signatures in constant time: use `compare_digest` in this cell.

# %% C2.6 answer
import hashlib
import hmac
import json


def handle_webhook(headers, raw_body, secret, seen, now):
    """Return the status for PayNow, and the event to work on or None."""
    ### BEGIN SOLUTION
    stamp, field = headers.get("PayNow-Timestamp", ""), headers.get("PayNow-Signature", "")
    if not (stamp.isascii() and stamp.isdigit()):
        return 401, None
    if abs(now.timestamp() - int(stamp)) > 300:
        return 401, None
    expected = hmac.new(secret.encode(), stamp.encode() + b"." + raw_body, hashlib.sha256).hexdigest()
    given = [part.strip().removeprefix("v1=") for part in field.split(",")]
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
        return 401, None
    try:
        event = json.loads(raw_body)
    except ValueError:
        return 400, None
    if not isinstance(event, dict) or not isinstance(event.get("event_id"), str):
        return 400, None
    if event["event_id"] in seen:
        return 200, None
    seen.add(event["event_id"])
    return 200, event
    ### END SOLUTION

# %% C2.6 check
q = Question("C2.6")
with q.check("a valid event", points=1):
    clock, seen = web.VirtualClock(), Seen()
    event = {"event_id": "evt_1", "type": "charge.succeeded", "charge_id": "ch_0001"}
    headers, body = partners.webhook(event, "whsec-check", clock.now())
    same_value(handle_webhook(headers, body, "whsec-check", seen, clock.now()), (200, event), of="handle_webhook(...)")
    same_value(set(seen), {"evt_1"}, of="seen")
q.result()

# %% C2.6 hidden
import ast
import json
from datetime import timedelta

q = Question("C2.6", hidden=True)
NOW = web.VirtualClock().now()
SECRET = "whsec-c2-hidden"


def call(event, secret=SECRET, at=NOW, seen=None, body=None, **changed):
    """What the learner's function returns for a signed event whose body and headers may be changed afterwards."""
    headers, signed = partners.webhook(event, secret, at)
    for name, value in changed.items():
        headers["PayNow-" + name.capitalize()] = value
    headers = {name: value for name, value in headers.items() if value is not None}
    return handle_webhook(headers, signed if body is None else body, SECRET, Seen() if seen is None else seen, NOW)


def returns(expected, advice, tag="", **about):
    with web.mistake(tag, advice):
        same_value(call(**about), expected)


EVENT = {"event_id": "evt_7", "type": "charge.succeeded", "note": "Kadıköy, 12 €"}
with q.check("the raw bytes are what is signed", points=0.5, tag="parse-before-verify"):
    advice = "The signature was made over these very bytes, with their blanks, their order and their escapes."
    for body in (
        b'{"type":"charge.succeeded",  "event_id":"evt_7"}\n',
        b'{"event_id": "evt_7", "amount": 1250.0, "note": "Kad\\u0131k\\u00f6y"}',
        '{"event_id": "evt_7", "note": "Kadıköy, 12 €"}'.encode(),
    ):
        returns((200, json.loads(body)), advice, event=body)
with q.check("a changed byte", points=0.5, tag="unchecked-signature"):
    advice = "Something was changed after PayNow had signed it. Return (401, None)."
    body = json.dumps(EVENT).encode()
    returns((401, None), advice, event=EVENT, body=body.replace(b"evt_7", b"evt_8"))
    returns((401, None), advice, event=EVENT, secret="another-secret")
    returns((401, None), advice, event=EVENT, at=NOW - timedelta(seconds=9), timestamp=str(int(NOW.timestamp())))
with q.check("JSON that is malformed", points=0.5, tag="parse-before-verify"):
    for body in (b'{"event_id": "evt_7"', b"", b"\xff\xfe", b'["evt_7"]', b"null", b'{"type": "x"}', b'{"event_id": 7}'):
        returns((400, None), "The signature was good, the body was not a JSON object with a text event_id.", event=body)
    advice = "The body was malformed and the signature bad. Strangers get 401: verify first, then parse."
    returns((401, None), advice, event=b'{"event_id": "evt_7"', secret="another-secret")
with q.check("old and future timestamps", points=0.5, tag="replay"):
    for seconds, expected in ((300, (200, EVENT)), (301, (401, None)), (86_400, (401, None))):
        for at in (NOW - timedelta(seconds=seconds), NOW + timedelta(seconds=seconds)):
            advice = f"The timestamp was {seconds} s away from now. The limit is 300 s, on both sides."
            returns(expected, advice, event=EVENT, at=at)
with q.check("headers that are missing or strange", points=0.5, tag="fragile-header"):
    for changed, what in (
        ({"signature": None}, "The signature was missing."),
        ({"timestamp": None}, "The timestamp was missing."),
        ({"timestamp": "soon"}, "The timestamp was no number."),
        ({"timestamp": "١٧٤١٠٧٨٨٠٠"}, "The timestamp had digits that are not ASCII."),
        ({"timestamp": ""}, "The timestamp was empty."),
        ({"signature": ""}, "The signature was empty."),
        ({"signature": "v1="}, "The signature was empty."),
        ({"signature": "v1=abc"}, "The signature was too short."),
        ({"signature": "v1=" + "0" * 65}, "The signature was too long."),
        ({"signature": "v1=" + "é" * 64}, "The signature held letters that are not ASCII. compare_digest wants bytes then."),
    ):
        returns((401, None), f"{what} Return (401, None).", event=EVENT, **changed)
with q.check("several signatures during a key rotation", points=0.5, tag="one-signature"):
    advice = "The header held several signatures, and one of them was good. That is enough."
    returns((200, EVENT), advice, event=EVENT, secret=["whsec-next", SECRET])
    returns((200, EVENT), advice, event=EVENT, secret=[SECRET, "whsec-next"])
    returns((401, None), "None of several signatures was good.", event=EVENT, secret=["whsec-a", "whsec-b"])
with q.check("each event once, and a forged one does not count", points=0.5, tag="replay"):
    with web.mistake("", "An event came twice. The second time, return (200, None)."):
        seen = Seen()
        same_value([call(EVENT, seen=seen), call(EVENT, seen=seen)], [(200, EVENT), (200, None)])
        other = {"event_id": "evt_8"}
        same_value((call(other, seen=seen), set(seen)), ((200, other), {"evt_7", "evt_8"}))
    advice = "A forged event came first, the true one with the same id after it. Mark an id only when all is verified."
    with web.mistake("mark-before-done", advice):
        seen = Seen()
        same_value(call(EVENT, seen=seen, secret="another-secret"), (401, None))
        same_value(set(seen), set())
        same_value(call(EVENT, seen=seen), (200, EVENT))
with q.check("a comparison in constant time", points=0.5, tag="timing"):
    used = {getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(ast.parse(source_of(handle_webhook)))}
    with web.mistake("", "With == the time tells how many letters are right. Compare with hmac.compare_digest."):
        same_value(call(EVENT), (200, EVENT))
        same_value("compare_digest" in used, True)
q.result()

# %% C2.6 hints [markdown]
# 1. Sign what came, not what you parsed. In which order do you check, if strangers must learn as little as possible?
#    When may an id be marked as seen?
# 2. Check in the order header, time, signature, JSON, seen. `int("soon")` raises ValueError. The field of signatures
#    has parts between commas; any good one is enough. `hmac.compare_digest` refuses texts with letters outside ASCII,
#    but takes all bytes: encode both sides.
# 3. `expected = hmac.new(secret.encode(), stamp.encode() + b"." + raw_body, hashlib.sha256).hexdigest()`, then
#    `any(hmac.compare_digest(expected.encode(), …) for one in given)`.

# %% C2.6 wrong parse-before-verify change=true
# You sign JSON that you parsed and wrote again. Blanks and escapes change on the way: sign the raw bytes.
-    expected = hmac.new(secret.encode(), stamp.encode() + b"." + raw_body, hashlib.sha256).hexdigest()
+    try:
+        again = json.dumps(json.loads(raw_body), ensure_ascii=False).encode()
+    except ValueError:
+        return 400, None
+    expected = hmac.new(secret.encode(), stamp.encode() + b"." + again, hashlib.sha256).hexdigest()

# %% C2.6 wrong parse-before-verify change=true
# You parse before you verify. Strangers reach your JSON parser, and learn from the status what they sent.
-    stamp, field = headers.get("PayNow-Timestamp", ""), headers.get("PayNow-Signature", "")
+    try:
+        json.loads(raw_body)
+    except ValueError:
+        return 400, None
+    stamp, field = headers.get("PayNow-Timestamp", ""), headers.get("PayNow-Signature", "")

# %% C2.6 wrong timing change=true
# `==` stops at the first letter that differs, and the time it takes can be measured. Use hmac.compare_digest.
-    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
+    if not any(expected == one for one in given):

# %% C2.6 wrong replay change=true
# You do not look at the timestamp, so an old call that somebody recorded works for ever.
-    if abs(now.timestamp() - int(stamp)) > 300:
-        return 401, None

# %% C2.6 wrong replay change=true
# You refuse old calls, but not those from the future: such a call can be kept and sent again later.
-    if abs(now.timestamp() - int(stamp)) > 300:
+    if now.timestamp() - int(stamp) > 300:

# %% C2.6 wrong replay change=true
# You do not look whether the event came before. PayNow sends an event again when your answer gets lost.
-    if event["event_id"] in seen:
-        return 200, None

# %% C2.6 wrong mark-before-done change=true
# You mark the event before you have verified the call. A stranger can so make you ignore a true event.
-    if not (stamp.isascii() and stamp.isdigit()):
-        return 401, None
+    try:
+        event_id = json.loads(raw_body)["event_id"]
+    except (ValueError, KeyError, TypeError):
+        event_id = None
+    repeated = event_id in seen
+    if isinstance(event_id, str):
+        seen.add(event_id)
+    if not (stamp.isascii() and stamp.isdigit()):
+        return 401, None

-    if event["event_id"] in seen:
-        return 200, None
-    seen.add(event["event_id"])
+    if repeated:
+        return 200, None

# %% C2.6 wrong fragile-header change=true
# A missing or malformed header ends your function with an exception. Return 401.
-    if not (stamp.isascii() and stamp.isdigit()):
-        return 401, None

# %% C2.6 wrong fragile-header change=true
# `compare_digest` raises TypeError for texts with letters outside ASCII. Compare bytes.
-    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
+    if not any(hmac.compare_digest(expected, one) for one in given):

# %% C2.6 wrong one-signature change=true
# You look at the first signature only. During a key rotation any of them may be yours.
-    given = [part.strip().removeprefix("v1=") for part in field.split(",")]
+    given = [field.split(",")[0].removeprefix("v1=")]

# %% C2.6 wrong unchecked-signature change=true
# You do not verify the signature. Anybody can send you an event.
-    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
-        return 401, None
+    if not any(hmac.compare_digest(one.encode(), one.encode()) and len(one) == len(expected) for one in given):
+        return 401, None

# %% C2.6 wrong unchecked-signature change=true
# You sign the body without its timestamp. Then anybody can send an old call with a new time.
-    expected = hmac.new(secret.encode(), stamp.encode() + b"." + raw_body, hashlib.sha256).hexdigest()
+    stamps = [str(second).encode() for second in range(int(stamp) - 600, int(stamp) + 600)]
+    signed = [hmac.new(secret.encode(), one + b"." + raw_body, hashlib.sha256).hexdigest() for one in stamps]

-    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
+    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given for expected in signed):

# %% C2.6 right lower-case
# HTTP takes header names in any case, and so does this answer.
import hashlib
import hmac
import json
from datetime import UTC, datetime


def handle_webhook(headers, raw_body, secret, seen, now):
    lowered = {name.lower(): value for name, value in headers.items()}
    try:
        stamp = lowered["paynow-timestamp"].encode("ascii")
        age = now - datetime.fromtimestamp(int(stamp), UTC)
        assert abs(age.total_seconds()) <= 300
        mac = hmac.new(secret.encode(), stamp, hashlib.sha256)
        mac.update(b"." + raw_body)
        good = [
            version == "v1" and hmac.compare_digest(bytes.fromhex(value), mac.digest())
            for version, _, value in (part.partition("=") for part in lowered["paynow-signature"].split(","))
        ]
        assert any(good)
    except (AssertionError, LookupError, ValueError, OverflowError):
        return 401, None
    try:
        event = json.loads(raw_body)
        event_id = event["event_id"]
        assert isinstance(event_id, str)
    except (AssertionError, LookupError, TypeError, ValueError):
        return 400, None
    if event_id in seen:
        return 200, None
    seen.add(event_id)
    return 200, event

# %% C2.7 prompt [markdown] type="py-function"
# ## C2.7 Circuit breaker
#
# Write `Breaker(call, clock, limit=3, cool=30)`; a fifth parameter `fallback` may be given. `Breaker(...)` returns
# something that is called like `call`, with the same arguments. `clock.now()` is the time.
#
# - **Closed**: each call goes to `call`; its result and its exceptions pass through. After `limit` failures in a row
#   the breaker is open. A failure is each exception but `ClientError`, which changes nothing. A success resets the
#   count.
# - **Open**: a call reaches nobody. It returns `fallback` if one was given (None and 0 are values, too), else it raises
#   `CircuitOpen`.
# - **Half-open**: `cool` seconds after the failure that opened it, the next call goes through as a probe. While it
#   runs, other calls are treated as if the breaker were open. If it succeeds, the breaker is closed; if it fails, the
#   breaker is open for another `cool` seconds from then.

# %% C2.7 answer
NOTHING = object()


class Breaker:
    """Calls a service, and gives it a rest when it fails."""

    def __init__(self, call, clock, limit=3, cool=30, fallback=NOTHING):
        self.call, self.clock, self.limit, self.cool, self.fallback = call, clock, limit, cool, fallback
        self.failures, self.since, self.probing = 0, None, False

    def __call__(self, *args, **kwargs):
        ### BEGIN SOLUTION
        probe = self.since is not None
        if probe and (self.probing or (self.clock.now() - self.since).total_seconds() < self.cool):
            if self.fallback is NOTHING:
                raise CircuitOpen("The service rests.")
            return self.fallback
        self.probing = probe
        try:
            result = self.call(*args, **kwargs)
        except ClientError:
            raise
        except Exception:
            self.failures += 1
            if probe or self.failures >= self.limit:
                self.since = self.clock.now()
            raise
        finally:
            self.probing = False
        self.failures, self.since = 0, None
        return result
        ### END SOLUTION

# %% C2.7 check
q = Question("C2.7")
with q.check("a timeline", points=0.5):
    clock, mood, reached = web.VirtualClock(), ["down"], []

    def maps_now(place):
        reached.append(place)
        if mood[0] == "down":
            raise MapsDown("no answer")
        return f"map of {place}"

    breaker = Breaker(maps_now, clock)
    for _ in range(3):
        raises(MapsDown, breaker, "Baixa", of='breaker("Baixa")')
    raises(CircuitOpen, breaker, "Baixa", of='breaker("Baixa") after three failures')
    same_value(len(reached), 3, of="number of calls that reached Maps")
    clock.advance(31)
    mood[0] = "up"
    same_value(breaker("Alfama"), "map of Alfama", of='breaker("Alfama") 31 s later')
    same_value(breaker("Baixa"), "map of Baixa", of='breaker("Baixa") right after that')
q.result()

# %% C2.7 hidden
q = Question("C2.7", hidden=True)


FAILURES = {"down": MapsDown("no answer"), "wrong": ClientError("400"), "late": TimeoutError("late")}


class Line:
    """A service with a clock of its own that ends each call as it is told to. `reached` counts the calls that arrive."""

    def __init__(self, **options):
        self.clock, self.reached, self.during = web.VirtualClock(), 0, None
        self.breaker = Breaker(self.answer, self.clock, **options)

    def answer(self, ending):
        self.reached += 1
        if self.during:
            self.during()
        if ending in FAILURES:
            raise FAILURES[ending]
        return ending

    def play(self, *endings):
        """The outcome of each call: its result, or the name of its exception."""
        return [self.outcome(ending) for ending in endings]

    def outcome(self, ending):
        try:
            return self.breaker(ending)
        except (MapsDown, ClientError, CircuitOpen, TimeoutError) as error:
            return type(error).__name__

    def open(self):
        """Three failures."""
        same_value(self.play("down", "down", "down"), ["MapsDown"] * 3)


with q.check("failures in a row", points=1, tag="counts-total"):
    with web.mistake("", "A success between failures begins the count anew."):
        line = Line()
        heard = line.play("down", "down", "a", "down", "down", "b")
        same_value(heard, ["MapsDown", "MapsDown", "a", "MapsDown", "MapsDown", "b"])
    with web.mistake("", "After a probe that succeeded, the count begins anew."):
        line = Line()
        line.open()
        line.clock.advance(31)
        same_value(line.play("a", "down", "down", "b"), ["a", "MapsDown", "MapsDown", "b"])
    with web.mistake("ignores-limit", "Each exception but ClientError is a failure, and the limit is a parameter."):
        line = Line(limit=2)
        same_value(line.play("late", "down", "a"), ["TimeoutError", "MapsDown", "CircuitOpen"])
with q.check("a probe that fails", points=1, tag="short-pause"):
    with web.mistake("", "A failed probe opens the breaker at once, for a full pause from then."):
        line = Line()
        line.open()
        line.clock.advance(40)
        same_value(line.play("down", "a"), ["MapsDown", "CircuitOpen"])
        line.clock.advance(29)
        same_value(line.play("a"), ["CircuitOpen"])
        line.clock.advance(2)
        same_value(line.play("a", "b"), ["a", "b"])
with q.check("one probe at a time", points=1, tag="many-probes"):
    with web.mistake("", "While the probe was running, a second call went through. Only one probe may run."):
        line, meanwhile = Line(), []
        line.open()
        line.clock.advance(31)

        def second():
            line.during = None
            meanwhile.append(line.outcome("second"))

        line.during = second
        same_value((line.play("probe"), meanwhile, line.reached), (["probe"], ["CircuitOpen"], 4))
        same_value(line.play("next"), ["next"])
    with web.mistake("stuck-probe", "The place of the probe must be free again after a probe that ended with ClientError."):
        line = Line()
        line.open()
        line.clock.advance(31)
        same_value(line.play("wrong")[0], "ClientError")
        line.clock.advance(31)
        same_value(line.play("a"), ["a"])
with q.check("client errors", points=0.5, tag="blame-upstream"):
    with web.mistake("", "ClientError says that our own request was wrong. It must not open the breaker."):
        same_value(Line().play(*["wrong"] * 5, "a"), ["ClientError"] * 5 + ["a"])
    with web.mistake("forgets-failures", "ClientError changes nothing: the failures before it still count."):
        same_value(Line().play("down", "down", "wrong", "down", "a")[3:], ["MapsDown", "CircuitOpen"])
with q.check("the exact end of the pause", points=0.5, tag="boundary"):
    with web.mistake("", "The pause lasts 30 s: a call after 29.5 s is too early, a call after exactly 30 s is the probe."):
        line = Line()
        line.open()
        line.clock.advance(29.5)
        same_value((line.play("a"), line.reached), (["CircuitOpen"], 3))
        line.clock.advance(0.5)
        same_value(line.play("a"), ["a"])
    with web.mistake("", "The pause begins with the failure that opened the breaker, and calls in between do not prolong it."):
        line = Line(cool=10)
        same_value(line.play("down", "down"), ["MapsDown"] * 2)
        line.clock.advance(5)
        same_value(line.play("down"), ["MapsDown"])
        line.clock.advance(5)
        same_value(line.play("a"), ["CircuitOpen"])
        line.clock.advance(5)
        same_value(line.play("a"), ["a"])
with q.check("a fallback", points=0.5, tag="falsy-fallback"):
    for value in ("last map", 0, None):
        with web.mistake("", f"The fallback was {value!r}. Return it while the breaker is open; None and 0 are values too."):
            line = Line(fallback=value)
            same_value(line.play("down", "down", "down", "a"), ["MapsDown"] * 3 + [value])
            same_value(line.reached, 3)
q.result()

# %% C2.7 hints [markdown]
# 1. There are three states, and only two things change them: the result of a call, and time. What must the breaker
#    remember? Three attributes are enough, and the constructor sets them.
# 2. `since` is None while the breaker is closed. If it is set, a call is either too early, or the probe, or it comes
#    while a probe is running. Set `probing` before you call and clear it in `finally`, whatever happens. A failed probe
#    sets `since` anew; a success sets it to None and the count to 0.
# 3. `if self.since is not None and (self.probing or … < self.cool):` return the fallback or raise CircuitOpen. Then
#    `try: result = self.call(…)`, `except ClientError: raise`, `except Exception:` count.

# %% C2.7 wrong counts-total change=true
# You count all failures. Three failures in a week are not three in a row: a success resets the count.
-        self.failures, self.since = 0, None
-        return result
+        self.since = None
+        return result

# %% C2.7 wrong many-probes change=true
# After the pause you let each call through. If the service is still down, all of them wait for it.
-        if probe and (self.probing or (self.clock.now() - self.since).total_seconds() < self.cool):
+        if probe and (self.clock.now() - self.since).total_seconds() < self.cool:

# %% C2.7 wrong short-pause change=true
# After a failed probe you do not begin a new pause, so the next call goes through at once.
-            if probe or self.failures >= self.limit:
+            if self.failures == self.limit:

# %% C2.7 wrong blame-upstream change=true
# Our own wrong requests open the breaker, although the service is well.
-        except ClientError:
-            raise
-        except Exception:
+        except Exception:

# %% C2.7 wrong boundary change=true
# You begin the probe one moment too late: at exactly `cool` seconds the pause is over.
-        if probe and (self.probing or (self.clock.now() - self.since).total_seconds() < self.cool):
+        if probe and (self.probing or (self.clock.now() - self.since).total_seconds() <= self.cool):

# %% C2.7 wrong falsy-fallback change=true
# A fallback of 0 or None counts as none in your code. Compare with a mark of your own instead.
-            if self.fallback is NOTHING:
+            if self.fallback is NOTHING or not self.fallback:

# %% C2.7 wrong stuck-probe change=true
# When a probe ends with ClientError, your breaker believes for ever that a probe is running.
-        finally:
-            self.probing = False
-        self.failures, self.since = 0, None
+        self.failures, self.since, self.probing = 0, None, False

-            self.failures += 1
+            self.failures, self.probing = self.failures + 1, False

# %% C2.7 wrong forgets-failures change=true
# ClientError resets your count. It says nothing about the service: leave the count as it is.
-        except ClientError:
-            raise
+        except ClientError:
+            self.failures = 0
+            raise

# %% C2.7 wrong ignores-limit change=true
# You open after three failures, whatever `limit` says.
-            if probe or self.failures >= self.limit:
+            if probe or self.failures >= 3:

# %% C2.7 right closure
# A function that returns a function does the same as a class.
def Breaker(call, clock, limit=3, cool=30, **more):
    state = {"failures": 0, "opens": None, "probe": False}

    def guarded(*args, **kwargs):
        half = state["opens"] is not None
        if half and (state["probe"] or clock.time() < state["opens"]):
            if "fallback" in more:
                return more["fallback"]
            raise CircuitOpen
        state["probe"] = half
        try:
            result = call(*args, **kwargs)
        except Exception as error:
            if not isinstance(error, ClientError):
                state["failures"] += 1
                if half or state["failures"] == limit:
                    state["opens"] = clock.time() + cool
            raise
        else:
            state.update(failures=0, opens=None)
            return result
        finally:
            state["probe"] = False

    return guarded

