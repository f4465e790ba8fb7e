# ---
# title: HTTP on the wire
# minutes: 100
# needs: [a1]
# ---

# %% [markdown]
# # HTTP on the wire
#
# > **Goal.** After this module you can read and write HTTP messages byte by byte, choose methods and status codes,
# > build addresses, agree on a format, and write a web app without a framework. Each tap in Hopline's app becomes such a
# > message; whoever can read it sees what went wrong. You need module A1, and Python's functions, dicts and exceptions.
#
# You know HTTP and WSGI already? Run the two locked cells that begin with `import json` and `import re`, then
# [skip to the questions](#Questions).

# %% [markdown]
# ## Warm-up
#
# Three items from module A1. They are not graded. Say your answer aloud, then open the line below it.
#
# **1.** (A1) A ride request has arrived. Which comes first: the driver's phone buzzes, or the trip is stored? Why?
#
# <details><summary>Answer 1</summary>
#
# The trip is stored. If the phone buzzed first and storing failed, a driver would drive to a trip that does not exist.
#
# </details>
#
# **2.** (A1) The fare is 250 cents and 9 cents for each full 100 m. What do 199 m cost?
#
# <details><summary>Answer 2</summary>
#
# 259 cents: 199 m hold one full hundred, and `199 // 100` is 1.
#
# </details>
#
# **3.** (A1) The form in the app checks all fields before it sends them. Why must the server check them again?
#
# <details><summary>Answer 3</summary>
#
# Because anybody can send a request without the app. In this module you write requests by hand, so you will see how
# easy that is.
#
# </details>

# %% setup
import json

from autograder import Question, chosen, same_value
from autograder.errors import CheckFailed, NotAttempted
from autograder.web import Client, expect, meaning, mistake


class BadRequest(Exception):
    """A request that cannot be read as HTTP."""

# %% [markdown]
# ## Lesson
#
# Run the setup cell above first. No example needs the Internet: you write and read the bytes yourself. Change the
# lesson cells as you like.

# %% [markdown]
# ### Example 1: from a name to bytes
#
# Somebody types `https://api.hopline.test/trips/7?lang=pt#map` into a browser. What happens before the page appears?
#
# 1. **Split** the address: scheme `https`, host `api.hopline.test`, path `/trips/7`, query `lang=pt`, fragment `map`.
# 2. **Look up** the host. The *domain name system* (DNS) turns the name into the number of a machine, such as
#    `203.0.113.7`.
# 3. **Connect** to that machine at a *port*, the number of one program there: 443 for `https`, 80 for `http`, if the
#    address names none.
# 4. **Protect**: with `https`, the server now proves its name with a certificate, and both sides agree on keys. This
#    step is called TLS. From here on, nobody between the two can read what is sent.
# 5. **Send** the request: some lines of text, as bytes.
# 6. **Receive** the response in the same way, and show it.
#
# The cell does steps 1 and 5. In a message, each line ends with two characters: carriage return and line feed, `\r\n`,
# called CRLF.
#
# **Predict.** Which part of the address does the server never see?

# %% example
from urllib.parse import urlsplit

url = urlsplit("https://api.hopline.test/trips/7?lang=pt#map")  # Split
port = url.port or {"http": 80, "https": 443}[url.scheme]
print(url.hostname, port, url.path, url.query, url.fragment)
request = f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: {url.hostname}\r\nAccept: text/html\r\n\r\n"  # Send
print(request.encode())

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```
# api.hopline.test 443 /trips/7 lang=pt map
# b'GET /trips/7?lang=pt HTTP/1.1\r\nHost: api.hopline.test\r\nAccept: text/html\r\n\r\n'
# ```
#
# The fragment `map` is not in the request. It stays in the browser, which scrolls to that place of the page.
#
# </details>

# %% [markdown]
# ### Example 2: letters and bytes
#
# A request and its response have the same form. Here is one that requests a trip, with names for its parts:
#
# ```
# POST /trips HTTP/1.1                 request line: method, target, version
# Host: api.hopline.test               header lines: name, colon, value
# Content-Type: application/json
# Content-Length: 19
#                                      an empty line ends the head
# {"to": "Kadıköy"}                    body
# ```
#
# A response begins with a *status line* instead: `HTTP/1.1 201 Created`, which is version, status code and reason.
#
# `Content-Length` says how long the body is, in **bytes**. A `str` is made of letters; a connection carries bytes.
# `"ö".encode()` makes bytes from letters, in the encoding UTF-8: one byte for an English letter, two to four for others.
# `b"...".decode()` goes back.
#
# The body here is *JSON*, a way to write dicts, lists, texts, numbers, true, false and null as text.
# `json.dumps(value)` writes it, `json.loads(text)` reads it, also from bytes, and raises ValueError if it is no JSON.
#
# 1. **Encode** the body.
# 2. **Count** the bytes, not the letters.
# 3. **Join** head and body, both as bytes.
#
# **Predict.** `{"to": "Kadıköy"}` has 17 letters. How many bytes?

# %% example
text = '{"to": "Kadıköy"}'
body = text.encode()  # Encode
print(len(text), len(body))  # Count
head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
message = head.encode() + body  # Join
print(message)

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```
# 17 19
# b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n{"to": "Kad\xc4\xb1k\xc3\xb6y"}'
# ```
#
# `ı` and `ö` take two bytes each. With `Content-Length: 17` the client would cut the body off before `"}`.
#
# </details>
#
# Now a cell that fails, on purpose.
#
# **Predict.** `text` is still the text from above. What does Python say?

# %% example fails=true
message = head.encode() + text

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `TypeError: can't concat str to bytes`. Python does not guess an encoding. Whenever you meet this error, ask which of
# the two still has to be encoded or decoded.
#
# </details>
#
# Three kinds of response have no body: the answer to a HEAD request, and the statuses 204 (No Content) and 304 (Not
# Modified). HEAD asks for the head alone: its answer has the same headers as that to GET, `Content-Length` too.
#
# A header line ends with CRLF. So a *value* must never hold a carriage return or a line feed: whoever chose that value
# could write more header lines. That attack is called *header injection*.

# %% [markdown]
# ### Example 3: methods, and what happens twice
#
# The method says what the client wants. Connections break, and a client that got no answer would like to ask again. May
# it? Two words decide:
#
# - **Safe**: the client asks for no change. Reading is safe.
# - **Idempotent**: twice has the same effect as once. What is safe is also idempotent.
#
# | method | wants | safe | idempotent |
# |---|---|---|---|
# | GET | read | yes | yes |
# | HEAD | read the head alone | yes | yes |
# | PUT | put this in its place | no | yes |
# | DELETE | remove it | no | yes |
# | POST | take this and work on it | no | no |
# | PATCH | change a part | no | not by itself |
#
# The table is a promise, and the code behind it must keep the promise. Ask three things:
#
# 1. **Effect**: which data on the server changes? The response does not count.
# 2. **Twice**: is the data the same after the second request as after the first?
# 3. **Asked for**: a line in a log is no change that the client asks for, so it does not count.
#
# Answers to safe requests can also be *cached*: kept and used again. Programs between client and server do so, and
# browsers load pages before anybody asks for them. Both trust the name of the method.
#
# **Predict.** Each request comes twice. What is in `zone`, `payments` and `tickets` at the end, and which status does
# the second DELETE get?

# %% example
zone, payments, tickets = {"surge_bp": 10_000}, [], {3: "lost phone"}


def put_surge(surge_bp):
    zone["surge_bp"] = surge_bp
    return 204


def post_payment(cents):
    payments.append(cents)
    return 201


def delete_ticket(number):
    return 404 if tickets.pop(number, None) is None else 204


for handler, value in ((put_surge, 12_500), (post_payment, 900), (delete_ticket, 3)):
    print(handler.__name__, handler(value), handler(value))  # Twice
print(zone, payments, tickets)  # Effect

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```
# put_surge 204 204
# post_payment 201 201
# delete_ticket 204 404
# {'surge_bp': 12500} [900, 900] {}
# ```
#
# The rider paid twice. The second DELETE got 404, and still DELETE is idempotent: the ticket is gone, once or twice. The
# effect counts, not the response.
#
# </details>

# %% [markdown]
# ### Example 4: the status says how it went
#
# Programs look at the three digits first. The first digit is the family:
#
# | family | says | at Hopline |
# |---|---|---|
# | 2xx | it worked | 200 here is the trip · 201 the trip was created, `Location` says where · 204 done, nothing to send |
# | 3xx | look elsewhere | 301, 308 moved for good · 302, 307 moved for now · 304 not changed, use your copy |
# | 4xx | the client must change something | see the next table |
# | 5xx | the server failed | 500 our code broke · 502 a service behind us sent rubbish · 503 not now, come back later · 504 a service behind us was too slow |
#
# | code | the client should |
# |---|---|
# | 400 Bad Request | send something that can be read: the JSON is broken |
# | 401 Unauthorized | say who it is: log in first |
# | 403 Forbidden | give up: we know who it is, and it may not |
# | 404 Not Found | look elsewhere: nothing has this address. Also used to hide what exists |
# | 405 Method Not Allowed | use a method that `Allow` lists |
# | 409 Conflict | look at the present state: a cancelled trip cannot be accepted |
# | 412 Precondition Failed | read again: its condition "only if still version 3" does not hold |
# | 415 Unsupported Media Type | send another kind of body: JSON, not a photo |
# | 422 Unprocessable Content | correct a value: the JSON can be read, but 40 seats cannot be. 400 is used, too |
# | 428 Precondition Required | send a condition: we change nothing blindly |
# | 429 Too Many Requests | slow down |
#
# A handler asks in this order, since each step needs the one before:
#
# 1. **Who?** Otherwise 401.
# 2. **There?** Otherwise 404.
# 3. **Allowed?** Otherwise 403.
# 4. **Possible now?** Otherwise 409.
# 5. **Do** it.
#
# **Predict.** Five requests to accept a trip come in. Write down five status codes.

# %% example
from http import HTTPStatus

trips = {7: "requested", 8: "cancelled"}


def accept(driver, trip_id):
    if driver is None:
        return HTTPStatus.UNAUTHORIZED  # Who?
    if trip_id not in trips:
        return HTTPStatus.NOT_FOUND  # There?
    if not driver["active"]:
        return HTTPStatus.FORBIDDEN  # Allowed?
    if trips[trip_id] != "requested":
        return HTTPStatus.CONFLICT  # Possible now?
    trips[trip_id] = "accepted"  # Do
    return HTTPStatus.OK


ana, rui = {"active": True}, {"active": False}
for driver, trip_id in ((None, 7), (ana, 99), (rui, 7), (ana, 8), (ana, 7)):
    status = accept(driver, trip_id)
    print(status.value, status.phrase)

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```
# 401 Unauthorized
# 404 Not Found
# 403 Forbidden
# 409 Conflict
# 200 OK
# ```
#
# None of the first four is 200 with `{"error": ...}` in the body: a program would take it for a success. None is 500:
# our code works well.
#
# </details>

# %% [markdown]
# ### Example 5: build an address from pieces
#
# In an address some signs have meanings: `/` separates the parts of the path, `?` begins the query, `&` separates its
# parameters, `#` begins the fragment, `%` begins a code, and `+` means a space in the query. A name that holds such a
# sign must be *encoded*: `&` is written `%26`, and `ü`, two bytes in UTF-8, is written `%C3%BC`.
#
# 1. **Encode each piece alone**, before you join: afterwards nobody can tell a sign from a name.
# 2. **Path**: `quote(part, safe="")`. Without `safe=""` it lets `/` pass.
# 3. **Query**: `urlencode(pairs)` takes a list of pairs. It writes a space as `+`.
# 4. **Join** with `/`, `?` and `&`.
#
# **Predict.** A place is called *Grün & Blau + Co*. How many parameters does a server find in the first query, and what
# is the value of `to`?

# %% example
from urllib.parse import parse_qsl, quote, urlencode

place = "Grün & Blau + Co"
print(parse_qsl(f"from=Baixa&to={place}"))  # by hand: wrong
query = urlencode([("from", "Baixa"), ("to", place)])  # Query
print(query)
print(parse_qsl(query))
print("https://maps.test/places/" + quote(place, safe="") + "?" + query)  # Path, Join

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```
# [('from', 'Baixa'), ('to', 'Grün ')]
# from=Baixa&to=Gr%C3%BCn+%26+Blau+%2B+Co
# [('from', 'Baixa'), ('to', 'Grün & Blau + Co')]
# https://maps.test/places/Gr%C3%BCn%20%26%20Blau%20%2B%20Co?from=Baixa&to=Gr%C3%BCn+%26+Blau+%2B+Co
# ```
#
# By hand, `to` ends at the `&`. What follows looks like one more parameter, without a value, and is left out.
#
# </details>
#
# Two parts of a path cannot be encoded at all. `.` and `..` mean "here" and "one level up", and clients remove them
# before they send. `https://maps.test/places/../admin` leads to `/admin`. So refuse them.

# %% [markdown]
# ### Example 6: one resource, two formats
#
# Accounting wants the trips as CSV, the app wants JSON. Both send `GET /trips` and say in the header `Accept` what they
# can read:
#
# ```
# Accept: text/csv;q=0.5, application/*;q=0.8, */*;q=0.1
# ```
#
# Each entry is a *media type* or a range of them: `application/*` means all whose first half is `application`. `q` says
# how much the client wants it: from 0 (never) to 1 (most). Without `q` it is 1.
#
# 1. **Split** the header at the commas, and each entry at the semicolons.
# 2. **Match**: for each format that the server offers, find the entries that match. The most *specific* one counts:
#    first the type itself, then `application/*`, then `*/*`.
# 3. **Compare** the `q` of the offers. The highest wins. 0 means: not this one.
#
# | the server offers | matching entries | the one that counts | q |
# |---|---|---|---|
# | `text/csv` | `text/csv`, `*/*` | `text/csv` | 0.5 |
# | `application/json` | `application/*`, `*/*` | `application/*` | 0.8 |
# | `text/html` | `*/*` | `*/*` | 0.1 |
#
# JSON wins. If nothing fits, the server may answer 406 (Not Acceptable).
#
# The cell splits another header, `Content-Type`, in the same way. `partition` cuts once, and gives three parts.
#
# **Predict.** What does the second `print` show?

# %% example
field = "Text/CSV ; charset=utf-8; header=present"
media_type, *parameters = [piece.strip() for piece in field.split(";")]  # Split
print(media_type.lower(), parameters)
print([parameter.partition("=") for parameter in parameters])

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```
# text/csv ['charset=utf-8', 'header=present']
# [('charset', '=', 'utf-8'), ('header', '=', 'present')]
# ```
#
# Media types and names of parameters may be written in upper or lower case.
#
# </details>

# %% [markdown]
# ### Example 7: a web app is one function
#
# A *web server* reads the bytes and calls your function. In Python the agreement between the two is called WSGI: the
# app takes `environ`, a dict with the request, and `start_response`, a function that you call with status and headers.
# The app returns the body as a list of bytes.
#
# 1. **Find**: `environ["PATH_INFO"]` is the path, with percent codes already decoded. Unknown: 404.
# 2. **Check** the method, `environ["REQUEST_METHOD"]`. Not allowed here: 405 with the header `Allow`.
# 3. **Read** the body from `environ["wsgi.input"]`: as many bytes as `CONTENT_LENGTH` says, and no more. Behind them
#    the connection holds the next request, or nothing yet.
# 4. **Answer**: `start_response("200 OK", headers)`, then return `[body]`.
#
# Most headers have a name with `HTTP_`, such as `environ["HTTP_ACCEPT"]`. Two have not: `CONTENT_TYPE` and
# `CONTENT_LENGTH`. They are text, and missing or empty if the client sent none.
#
# This app forgets one of the four steps. `Client(app)` calls it as a server would.
#
# **Predict.** Three requests, three statuses. Which answer is wrong?

# %% example
def tips_app(environ, start_response):
    if environ["PATH_INFO"] != "/tips":  # Find
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"Nothing is here."]
    length = int(environ.get("CONTENT_LENGTH") or 0)
    sent = environ["wsgi.input"].read(length)  # Read
    answer = f"Thank you for {sent.decode()} cents.".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])  # Answer
    return [answer]


client = Client(tips_app)
for method, path, sent in (("POST", "/tips", "300"), ("POST", "/tip", "300"), ("DELETE", "/tips", "300")):
    response = client.request(method, path, data=sent)
    print(method, path, response.status, response.text)

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```
# POST /tips 200 Thank you for 300 cents.
# POST /tip 404 Nothing is here.
# DELETE /tips 200 Thank you for 300 cents.
# ```
#
# The last one should be 405. The app never looks at the method. And what does it do with a body that is 3 GB long, or
# with `Content-Length: x`? Question C1.6 asks for it.
#
# </details>
#
# ASGI is a newer agreement of the same kind, for apps that wait for many things at once. The same parts have other
# names. You need not run this text:
#
# ```python
# async def tips_app(scope, receive, send):
#     if scope["path"] != "/tips":                                              # Find
#         await send({"type": "http.response.start", "status": 404, "headers": []})
#         await send({"type": "http.response.body", "body": b"Nothing is here."})
#         return
#     event = await receive()                                                   # Read
#     answer = b"Thank you for " + event["body"] + b" cents."
#     await send({"type": "http.response.start", "status": 200, "headers": []})  # Answer
#     await send({"type": "http.response.body", "body": answer})
# ```

# %% [markdown]
# ### Example 8: take a message apart
#
# Before a server can fill `environ`, it must read bytes. The cell does it for a response, as a client would.
#
# 1. **Split** at the first empty line: the head is before it, the rest behind. The body may hold empty lines, too.
# 2. **First line**: three words. Only the head is decoded; the body may be a photo.
# 3. **Headers**: each line is a name, a colon, a value. Upper and lower case of the name do not matter. Spaces around
#    the value do not belong to it.
# 4. **Body**: as many bytes of the rest as `Content-Length` says. What follows is the next message.
#
# **Predict.** What are the header `date` and the body?

# %% example
raw = (
    b"HTTP/1.1 200 OK\r\nDATE: Tue, 04 Mar 2025 09:15:00 GMT\r\nContent-Length: 15\r\n\r\n"
    b"Baixa\r\n\r\nAlfamaHTTP/1.1 404 Not Found\r\n"
)
head, _, rest = raw.partition(b"\r\n\r\n")  # Split
status_line, *header_lines = head.decode("ascii").split("\r\n")
print(status_line.split(" ", 2))  # First line
fields = {}
for header_line in header_lines:  # Headers
    field, _, content = header_line.partition(":")
    fields[field.lower()] = content.strip()
print(fields)
print(rest[: int(fields["content-length"])])  # Body

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```
# ['HTTP/1.1', '200', 'OK']
# {'date': 'Tue, 04 Mar 2025 09:15:00 GMT', 'content-length': '15'}
# b'Baixa\r\n\r\nAlfama'
# ```
#
# `partition` cuts at the *first* colon, so the time stays whole. With `split(":")` it would be in pieces.
#
# </details>
#
# Two programs that read the same bytes must find the same end. If a message names two lengths, a *proxy* (a program
# between client and server) may believe the first and the server the second. What one takes for the body is a new
# request to the other: this is *request smuggling*. So a server refuses, with 400, each request that can be read in two
# ways.

# %% [markdown]
# The next cell is locked. It holds helpers of the checks, which read what your functions write. You need not read it.

# %% setup
import re
from urllib.parse import parse_qsl, unquote, urlsplit


def message_parts(raw):
    """The first line, the headers as a sorted list of lines in lower case, and the body of a message."""
    if not isinstance(raw, bytes | bytearray):
        raise CheckFailed(f"A message consists of bytes; yours is {raw!r} ({type(raw).__name__}).", tag="text-body")
    at = raw.find(b"\r\n\r\n")
    if at < 0:
        advice = "Each line of the head ends with CRLF, and an empty line ends the head."
        raise CheckFailed(f"No empty line ends the head of your message: {raw!r}.", tag="broken-head", advice=advice)
    first, *lines = raw[:at].decode("latin-1").split("\r\n")
    pairs = [line.split(":", 1) for line in lines]
    if broken := [pair for pair in pairs if len(pair) != 2]:
        advice = "A header line is a name, a colon and a value."
        raise CheckFailed(f"A header line of yours has no colon: {broken[0][0]!r}.", tag="broken-head", advice=advice)
    return {
        "first line": first,
        "headers": sorted(f"{name.lower()}: {value.strip()}" for name, value in pairs),
        "body": bytes(raw[at + 4 :]),
    }


def url_parts(url):
    """What a server reads from a URL: where it leads, the parts of its path, the values of each parameter."""
    if not isinstance(url, str):
        raise CheckFailed(f"A URL is a text; yours is {url!r} ({type(url).__name__}).")
    if not url.isascii() or re.search(r"[^!-~]|%(?![0-9A-Fa-f]{2})", url):
        advice = "Something in your URL is not encoded: a space, a letter such as ü, or a single %."
        raise CheckFailed(f"This is no URL: {url!r}.", tag="unencoded", advice=advice)
    found = urlsplit(url)
    query = {}
    for name, value in parse_qsl(found.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    path = [unquote(part) for part in found.path.removeprefix("/").split("/")]
    return {"to": f"{found.scheme}://{found.netloc}", "path": path, "query": query}


def same_parts(got, expected, of):
    """Compare two dicts part by part, so that the message names the part."""
    if not isinstance(got, dict) or got.keys() != expected.keys():
        same_value(got, expected, of=of)
    for name, value in expected.items():
        same_value(got[name], value, of=f"{name} of {of}")


def must_raise(error, tag, says, function, *args):
    """Require that a call raises this exception and no other."""
    try:
        found = function(*args)
    except error:
        return
    except (NotImplementedError, NotAttempted, CheckFailed):  # nothing to judge yet
        raise
    except Exception as other:
        advice = f"Another exception than {error.__name__} was raised. The caller waits for {error.__name__} only."
        raise CheckFailed(f"{type(other).__name__} was raised.", tag="another-exception", advice=advice) from None
    raise CheckFailed(f"It gave {found!r}; it should raise {error.__name__}.", tag=tag, advice=says)

# %% [markdown]
# ## Questions
#
# Seven questions, 24 points. Run your answer cell, then the check cell below it, as often as you like. The module is
# mastered with 20 points and each question marked ★.
#
# The first answer cell holds the subgoals of example 8 as comments; the later ones leave more and more to you. Hidden
# checks try other messages than those you see. C1.6 also needs a rule of A1: never trust what comes from outside.

# %% C1.1 prompt [markdown] type="py-function"
# ## C1.1 Parse a request
#
# Write `parse_request(raw)`: it reads the bytes of a request and returns a dict with `method`, `target`, `version`
# (texts), `headers` (a dict: names in lower case, values without spaces and tabs around them, values of a repeated name
# joined by `", "` in order) and `body` (bytes). The body has as many bytes as `Content-Length` says, and none without
# that header; what follows is another request and is ignored. The head is ASCII, and its lines end with CRLF.
#
# It raises `BadRequest`, and nothing else, when
#
# - no empty line ends the head, or the head before it has more than 8192 bytes,
# - the first line is not three words with one space between them,
# - a header line has no colon, or its name is empty or holds a space or a tab,
# - there is no header `Host`,
# - `Content-Length` holds anything but digits, or comes twice with different values, or the body has fewer bytes.

# %% C1.1 answer
def parse_request(raw):
    """Return the parts of a request, or raise BadRequest."""
    # Split
    # First line
    # Headers
    # Body
    ### BEGIN SOLUTION
    head, empty_line, rest = raw.partition(b"\r\n\r\n")
    if not empty_line or len(head) > 8192:
        raise BadRequest("The head does not end, or is too long.")
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or "" in words:
        raise BadRequest(f"This is no request line: {first}")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or " " in name or "\t" in name:
            raise BadRequest(f"This is no header line: {line}")
        name, value = name.lower(), value.strip(" \t")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if "host" not in headers:
        raise BadRequest("Host is missing.")
    length = headers.get("content-length", "0")  # two values were joined by a comma, which is no digit
    if not (length.isascii() and length.isdigit()):
        raise BadRequest(f"This is no length: {length}")
    if len(length) > 18 or int(length) > len(rest):  # int refuses numbers with thousands of digits
        raise BadRequest("The body is too short.")
    method, target, version = words
    return {"method": method, "target": target, "version": version, "headers": headers, "body": rest[: int(length)]}
    ### END SOLUTION

# %% C1.1 check
q = Question("C1.1")
with q.check("a GET and a POST", points=0.5):
    same_parts(
        parse_request(b"GET /trips?status=requested HTTP/1.1\r\nHost: api.hopline.test\r\nAccept:text/csv\r\n\r\n"),
        {
            "method": "GET",
            "target": "/trips?status=requested",
            "version": "HTTP/1.1",
            "headers": {"host": "api.hopline.test", "accept": "text/csv"},
            "body": b"",
        },
        of="parse_request(...) of a GET",
    )
    same_parts(
        parse_request(b'POST /trips HTTP/1.1\r\nHost: api.hopline.test\r\nContent-Length: 16\r\n\r\n{"rider_id": 12}'),
        {
            "method": "POST",
            "target": "/trips",
            "version": "HTTP/1.1",
            "headers": {"host": "api.hopline.test", "content-length": "16"},
            "body": b'{"rider_id": 12}',
        },
        of="parse_request(...) of a POST",
    )
q.result()

# %% C1.1 hidden
q = Question("C1.1", hidden=True)
HOST = b"Host: api.hopline.test:8080"


def request_of(*lines, body=b"", first=b"PUT /photos/7?v=2 HTTP/1.1"):
    return b"\r\n".join([first, *lines, b"", body])


def announced(length, body):
    return request_of(HOST, b"Content-Length: " + length, body=body)


def refused(raw, tag, says):
    must_raise(BadRequest, tag, says, parse_request, raw)


with q.check("bodies", points=1):
    whole = "A body may hold anything: empty lines, and bytes that are no text. Split once, and decode the head alone."
    for body in (b"a\r\n\r\nb\r\nc: d\r\n\r\n", bytes(range(256)), "Kadıköy".encode(), b"\r\n", b"x" * 20_000):
        with mistake("limit-on-body" if len(body) > 9_000 else "split-body", whole):
            same_value(parse_request(announced(b"%d" % len(body), body))["body"], body)
    with mistake("lost-body", "The length alone says whether there is a body, whatever the method is."):
        found = parse_request(request_of(HOST, b"Content-Length: 2", body=b"hi", first=b"GET /trips HTTP/1.1"))
        same_value(found["body"], b"hi")
    with mistake("reads-on", "Bytes behind the announced length belong to the next request."):
        same_value(parse_request(announced(b"4", b"abcdGET / HTTP/1.1"))["body"], b"abcd")
        same_value(parse_request(announced(b"0", b"abcd"))["body"], b"")
        same_value(parse_request(request_of(HOST, body=b"GET / HTTP/1.1"))["body"], b"")
with q.check("header lines", points=1):
    with mistake("split-too-often", "A value may hold colons: only the first one ends the name."):
        found = parse_request(request_of(b"Referer: https://hopline.test:443/a:b", HOST, b"X-Empty:"))["headers"]
        same_value(found.get("referer", found.get("Referer")), "https://hopline.test:443/a:b")
        same_value(found.get("host", found.get("Host")), "api.hopline.test:8080")
        same_value(found.get("x-empty", found.get("X-Empty")), "")
    with mistake("header-case", "Names of headers may come in any case. You need them in lower case at each step."):
        found = parse_request(request_of(b"hOST: a", b"CONTENT-LENGTH: 2", b"AcCePt: Text/CSV", body=b"hi"))
        same_value(found["headers"], {"host": "a", "content-length": "2", "accept": "Text/CSV"})
        same_value(found["body"], b"hi")
    with mistake("last-wins", "A name came three times. All values count, joined in order."):
        found = parse_request(request_of(b"Accept: b", HOST, b"accept: a", b"ACCEPT: b"))
        same_value(found["headers"]["accept"], "b, a, b")
    with mistake("untrimmed", "Spaces and tabs around a value do not belong to it; those inside it do."):
        found = parse_request(request_of(HOST, b"X-Note:\t two  words \t"))["headers"]
        same_value(found["x-note"], "two  words")
    with mistake("", "Method, target and version are passed on as they came."):
        found = parse_request(request_of(HOST, first=b"brew //x/%2F?a=b:c&d=%C3%BC HTTP/1.0"))
        same_value(
            [found["method"], found["target"], found["version"]], ["brew", "//x/%2F?a=b:c&d=%C3%BC", "HTTP/1.0"]
        )
with q.check("heads that cannot be read", points=0.5):
    no_line = "The first line must be three words with one space between them, and nothing else."
    for first in (b"GET /health", b"GET /my trips HTTP/1.1", b"GET", b"", b"GET  /health HTTP/1.1", b"GET  HTTP/1.1"):
        refused(request_of(HOST, first=first), "accepts-malformed", no_line)
    refused(b"", "accepts-malformed", "Nothing at all is no request.")
    refused(b"GET / HTTP/1.1\r\nHost: a\r\n", "accepts-malformed", "Without an empty line the head has not ended.")
    for line in (b"no colon here", b": no name", b"X Y: z", b" Folded: x", b"\tmore", b"X\tY: z"):
        says = "A header line without a colon, or with a name that is empty or holds a space, cannot be read."
        refused(request_of(HOST, line), "accepts-malformed", says)
    says = "A space before the colon makes two readers see two names. Do not repair it: refuse."
    refused(request_of(b"Host : a"), "space-before-colon", says)
    refused(request_of(HOST, b"Content-Length : 5", body=b"hello"), "space-before-colon", says)
    refused(request_of(b"Accept: text/csv"), "no-host", "A request without Host must be refused.")
    refused(request_of(), "no-host", "A request without Host must be refused.")
with q.check("lengths that lie", points=0.5):
    says = "Two different lengths can be read in two ways. Refuse the request."
    for one, other in ((b"5", b"11"), (b"11", b"5"), (b"0", b"5")):
        lines = (b"Content-Length: " + one, HOST, b"content-length: " + other)
        refused(request_of(*lines, body=b"hello world"), "smuggling", says)
    says = "Content-Length holds digits and nothing else. `int` is not strict: it takes signs, spaces and `_`."
    for length in (b"x", b"-1", b"+5", b"1_0", b"5.0", b"0x5", b"", b"5 5", b"5;"):
        refused(announced(length, b"hello world"), "lenient-number", says)
    says = "The body has fewer bytes than announced, so the rest has not arrived or was cut off. Refuse it."
    refused(announced(b"12", b"hello world"), "cut-short", says)
    refused(announced(b"1", b""), "cut-short", says)
with q.check("the size of the head", points=0.5, tag="unbounded-head"):
    with mistake("", "A head of 8000 bytes is allowed, in one header or in many."):
        same_value(len(parse_request(request_of(HOST, b"X-Long: " + b"x" * 7_900))["headers"]["x-long"]), 7_900)
        many = [b"X-%d: y" % number for number in range(700)]
        same_value(len(parse_request(request_of(HOST, *many))["headers"]), 701)
    says = "A head of more than 8192 bytes must be refused, whether one line is long or there are many."
    refused(request_of(HOST, b"X-Long: " + b"x" * 9_000), "", says)
    refused(request_of(HOST, *[b"X-%d: y" % number for number in range(1_200)]), "", says)
    refused(request_of(HOST, first=b"GET /" + b"x" * 9_000 + b" HTTP/1.1"), "", says)
q.result()

# %% C1.1 hints [markdown]
# 1. Head and body are separated by the first empty line. Do not decode the whole message: only the head is text.
# 2. `partition` cuts once and tells you whether it found the separator. Write a name in lower case before you look it
#    up. Test each rule of the list where its data is at hand: size first, names in the loop, `Host` and the length
#    after it. What do two joined lengths look like?
# 3. `head, empty_line, rest = raw.partition(b"\r\n\r\n")`, in the loop `name, colon, value = line.partition(":")`, at
#    the end `length = headers.get("content-length", "0")` and `if not (length.isascii() and …): raise BadRequest`. Then
#    `rest[: int(length)]`.

# %% C1.1 wrong split-body
# You decode and split the whole message. A body may hold empty lines and bytes that are no text.
def parse_request(raw):
    try:
        first, *lines = raw.decode().split("\r\n")
        method, target, version = first.split(" ")
    except ValueError:
        raise BadRequest("no request") from None
    if "" not in lines or len(raw) > 30_000:
        raise BadRequest("no end")
    headers = {}
    for line in lines[: lines.index("")]:
        name, colon, value = line.partition(":")
        if not colon or not name or " " in name or "\t" in name:
            raise BadRequest(line)
        name = name.lower()
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    if "host" not in headers:
        raise BadRequest("no host")
    length, body = headers.get("content-length", "0"), lines[-1].encode()
    if not length.isdigit() or int(length) > len(body):
        raise BadRequest("length")
    return {"method": method, "target": target, "version": version, "headers": headers, "body": body[: int(length)]}

# %% C1.1 wrong split-too-often change=true
# You split a header line at each colon. A value such as `api.hopline.test:8080` holds one, too.
-        name, colon, value = line.partition(":")
-        if not colon or not name or " " in name or "\t" in name:
+        name, *values = line.split(":")
+        value = values[0] if values else ""
+        if not values or not name or " " in name or "\t" in name:

# %% C1.1 wrong header-case change=true
# You keep the names as they came, so `HOST` is not found.
-        name, value = name.lower(), value.strip(" \t")
+        value = value.strip(" \t")

-    if "host" not in headers:
+    if "Host" not in headers:

-    length = headers.get("content-length", "0")  # two values were joined by a comma, which is no digit
+    length = headers.get("Content-Length", "0")

# %% C1.1 wrong last-wins change=true
# The last value of a repeated name replaces those before it. Of two lengths the last one is believed, too.
-        headers[name] = f"{headers[name]}, {value}" if name in headers else value
+        headers[name] = value

# %% C1.1 wrong untrimmed change=true
# You take one space off the front of a value. There may be none, several, or tabs, on both sides.
-        name, value = name.lower(), value.strip(" \t")
+        name, value = name.lower(), value.removeprefix(" ")

# %% C1.1 wrong smuggling change=true
# You believe the first of two lengths. Another program on the way may believe the second one.
-    length = headers.get("content-length", "0")  # two values were joined by a comma, which is no digit
+    length = headers.get("content-length", "0").partition(",")[0]

# %% C1.1 wrong smuggling change=true
# Of two lengths you take the larger one. A request that can be read in two ways is refused.
-    length = headers.get("content-length", "0")  # two values were joined by a comma, which is no digit
-    if not (length.isascii() and length.isdigit()):
+    length = headers.get("content-length", "0")
+    if length.replace(", ", "").isdigit():
+        length = str(max(map(int, length.split(", "))))
+    else:

# %% C1.1 wrong cut-short change=true
# A body that is too short passes. Half an order is no order.
-    if len(length) > 18 or int(length) > len(rest):  # int refuses numbers with thousands of digits
-        raise BadRequest("The body is too short.")

# %% C1.1 wrong reads-on change=true
# You take everything behind the head as the body, and the next request with it.
-    return {"method": method, "target": target, "version": version, "headers": headers, "body": rest[: int(length)]}
+    return {"method": method, "target": target, "version": version, "headers": headers, "body": rest}

# %% C1.1 wrong lenient-number change=true
# `int` takes "+5", "1_0" and "-1". Another program on the way reads them in another way, or refuses them.
-    if not (length.isascii() and length.isdigit()):
-        raise BadRequest(f"This is no length: {length}")
+    try:
+        int(length)
+    except ValueError:
+        raise BadRequest(f"This is no length: {length}") from None

# %% C1.1 wrong accepts-malformed change=true
# You skip lines that you cannot read. Another program may read them.
-        if not colon or not name or " " in name or "\t" in name:
-            raise BadRequest(f"This is no header line: {line}")
+        if not colon or not name or " " in name or "\t" in name:
+            continue

# %% C1.1 wrong accepts-malformed change=true
# `split()` takes any number of spaces for one.
-    words = first.split(" ")
+    words = first.split()

# %% C1.1 wrong accepts-malformed change=true
# Two spaces in a row make an empty word, and you count it as one of the three.
-    if len(words) != 3 or "" in words:
+    if len(words) != 3:

# %% C1.1 wrong lost-body change=true
# A GET with a body loses it. The length alone decides.
-    return {"method": method, "target": target, "version": version, "headers": headers, "body": rest[: int(length)]}
+    body = b"" if method == "GET" else rest[: int(length)]
+    return {"method": method, "target": target, "version": version, "headers": headers, "body": body}

# %% C1.1 wrong space-before-colon change=true
# You repair `Host : a` instead of refusing it.
-        if not colon or not name or " " in name or "\t" in name:
+        name = name.rstrip()
+        if not colon or not name or " " in name or "\t" in name:

# %% C1.1 wrong no-host change=true
# A request without Host passes. Several sites may share one machine: without Host nobody knows which is meant.
-    if "host" not in headers:
-        raise BadRequest("Host is missing.")

# %% C1.1 wrong unbounded-head change=true
# Your head may be as long as the client likes, and fills the memory.
-    if not empty_line or len(head) > 8192:
+    if not empty_line:

# %% C1.1 wrong unbounded-head change=true
# You limit each line, but not how many there are.
-    if not empty_line or len(head) > 8192:
+    if not empty_line or any(len(line) > 8192 for line in head.split(b"\r\n")):

# %% C1.1 wrong limit-on-body change=true
# Your limit counts the body, too. Only the head may have at most 8192 bytes.
-    if not empty_line or len(head) > 8192:
+    if not empty_line or len(raw) > 8192:

# %% C1.1 wrong another-exception change=true
# A first line with two words raises ValueError, where the caller waits for BadRequest.
-    words = first.split(" ")
-    if len(words) != 3 or "" in words:
-        raise BadRequest(f"This is no request line: {first}")
+    method, target, version = words = first.split(" ")

# %% C1.1 right email
# HTTP's headers have the form of e-mail's, and Python can read those. Its parser notes what it had to repair.
from email.parser import BytesHeaderParser


def parse_request(raw):
    end = raw.find(b"\r\n\r\n", 0, 8192 + 4)
    if end == -1:
        raise BadRequest("no end of the head")
    start, _, lines = raw[:end].partition(b"\r\n")
    words = start.decode("ascii").split(" ")
    message = BytesHeaderParser().parsebytes(lines)
    wrong = message.defects or message.get_payload() or any(set(name) & set(" \t") for name in message.keys())
    if wrong or lines[:1] in (b" ", b"\t", b":") or b"\n " in lines or b"\n\t" in lines:
        raise BadRequest("a header line")
    if len(words) != 3 or not all(words) or "Host" not in message:
        raise BadRequest("the request line, or Host")
    headers = {name.lower(): ", ".join(one.strip() for one in message.get_all(name)) for name in message.keys()}
    lengths = set(message.get_all("Content-Length", ["0"]))
    if len(lengths) > 1:
        raise BadRequest("two lengths")
    text = lengths.pop().strip()
    if set(text) - set("0123456789") or not text or len(raw) - end - 4 < int(text):
        raise BadRequest("length")
    return dict(zip(("method", "target", "version"), words, strict=True)) | {
        "headers": headers,
        "body": raw[end + 4 : end + 4 + int(text)],
    }

# %% C1.1 right regex
# Regular expressions; lines that end with a line feed alone are read as well.
import re


def parse_request(raw):
    cut = re.search(rb"\r?\n\r?\n", raw)
    if cut is None or cut.start() > 8192:
        raise BadRequest("head")
    first, *lines = re.split(rb"\r?\n", raw[: cut.start()])
    start = re.fullmatch(rb"(\S+) (\S+) (\S+)", first)
    if not start:
        raise BadRequest("first line")
    headers = {}
    for line in lines:
        field = re.fullmatch(rb"([^\s:]+):[ \t]*(.*?)[ \t]*", line)
        if field is None:
            raise BadRequest(repr(line))
        headers.setdefault(field[1].decode().lower(), []).append(field[2].decode("latin-1"))
    sizes = headers.get("content-length", ["0"])
    if "host" not in headers or any(not re.fullmatch("[0-9]+", size) or size != sizes[0] for size in sizes):
        raise BadRequest("Host or length")
    body = raw[cut.end() :][: int(sizes[0])]
    if len(body) != int(sizes[0]):
        raise BadRequest("short")
    method, target, version = (word.decode() for word in start.groups())
    joined = {name: ", ".join(values) for name, values in headers.items()}
    return dict(method=method, target=target, version=version, headers=joined, body=body)

# %% C1.1 right line-by-line
# A stream that is read line by line, as a server reads a connection.
from io import BytesIO


def parse_request(raw):
    stream, left, lines = BytesIO(raw), 8192 + 2, []
    while True:
        line = stream.readline(left + 1)
        left -= len(line)
        if left < 0 or not line.endswith(b"\r\n"):
            raise BadRequest("The head is too long, or does not end.")
        if line == b"\r\n":
            break
        lines.append(line[:-2].decode("ascii"))
    if not lines:
        raise BadRequest("nothing")
    request = {}
    try:
        request["method"], request["target"], request["version"] = lines[0].split(" ")
    except ValueError as error:
        raise BadRequest("first line") from error
    if "" in request.values():
        raise BadRequest("first line")
    headers = request["headers"] = {}
    for line in lines[1:]:
        if ":" not in line:
            raise BadRequest("colon")
        name, value = line.split(":", 1)
        if name == "" or name != "".join(name.split()):
            raise BadRequest("name")
        key, value = name.casefold(), value.strip()
        if key == "content-length" and headers.get(key, value) != value:
            raise BadRequest("two lengths")
        headers[key] = value if key not in headers else value if key == "content-length" else headers[key] + ", " + value
    if headers.get("host") is None:
        raise BadRequest("host")
    size = headers.get("content-length", "0")
    if not size.isdecimal():
        raise BadRequest("length")
    request["body"] = stream.read(int(size))
    if len(request["body"]) < int(size):
        raise BadRequest("short")
    return request

# %% C1.2 prompt [markdown] type="py-function"
# ## C1.2 Write a response
#
# Write `render(status, headers, body, method)`: it returns the bytes of the response with this status to a request with
# this method. `status` is a number that `http.HTTPStatus` knows, `headers` a dict of ASCII texts, `body` a text that is
# sent in UTF-8.
#
# - The first line is `HTTP/1.1`, the status and its standard reason. Each line of the head ends with CRLF.
# - The headers are those of the dict and `Content-Length`, in any order, and no others. `Content-Length` is your own
#   count of the body's bytes: one in the dict, in whatever case, is left out.
# - The answer to HEAD has no body, and the same headers as the answer to GET. The statuses 204 and 304 have neither body
#   nor `Content-Length`.
# - A name or value of a header with a carriage return or a line feed in it raises `ValueError`.

# %% C1.2 answer
from http import HTTPStatus


def render(status, headers, body, method):
    """Return a response as bytes."""
    ### BEGIN SOLUTION
    content = body.encode()
    fields = {name: value for name, value in headers.items() if name.lower() != "content-length"}
    if any(sign in name + value for name, value in fields.items() for sign in "\r\n"):
        raise ValueError("A header would end its line.")
    bodiless = status in (204, 304)
    if not bodiless:
        fields["Content-Length"] = str(len(content))
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    head = "".join(f"{line}\r\n" for line in lines) + "\r\n"
    if bodiless or method == "HEAD":
        content = b""
    return head.encode("ascii") + content
    ### END SOLUTION

# %% C1.2 check
q = Question("C1.2")
with q.check("a response with JSON", points=0.5):
    same_parts(
        message_parts(render(200, {"Content-Type": "application/json"}, '{"trip_id": 7}', "GET")),
        {
            "first line": "HTTP/1.1 200 OK",
            "headers": ["content-length: 14", "content-type: application/json"],
            "body": b'{"trip_id": 7}',
        },
        of="""render(200, {"Content-Type": "application/json"}, '{"trip_id": 7}', "GET")""",
    )
q.result()

# %% C1.2 hidden
q = Question("C1.2", hidden=True)


def rendered(tag, says, expected, *args):
    """Require what the message says. `expected` is its first line, its headers, its body."""
    with mistake(tag, says):
        parts = message_parts(render(*args))
    with meaning("wrong-reason", "The first line is the version, the status and its standard reason, as in `404 Not Found`."):
        same_value(parts["first line"], expected[0])
    with meaning("other-headers", "The head holds the headers of the dict and `Content-Length`, and no others."):
        same_value(others(parts["headers"]), others(expected[1]))
    with meaning(tag, says):
        same_value((parts["headers"], parts["body"]), expected[1:])


def others(headers):
    """The headers but for the length."""
    return [header for header in headers if not header.startswith("content-length:")]


with q.check("bytes, not letters", points=0.5):
    says = "Content-Length counts bytes. Encode the body first, then count."
    for body, length in (("Baixa → Kadıköy", 19), ("ü", 2), ("🚕", 4), ("a\r\n\r\nb", 6), (" a\n", 3)):
        expected = ("HTTP/1.1 201 Created", [f"content-length: {length}", "location: /trips/8"], body.encode())
        rendered("length-in-chars", says, expected, 201, {"Location": "/trips/8"}, body, "POST")
    expected = ("HTTP/1.1 405 Method Not Allowed", ["allow: GET, HEAD", "content-length: 2"], b"no")
    rendered("", "Look at the first line and the headers again.", expected, 405, {"Allow": "GET, HEAD"}, "no", "PUT")
    expected = ("HTTP/1.1 404 Not Found", ["content-length: 0"], b"")
    rendered("", "An empty body has 0 bytes, and there may be no headers at all.", expected, 404, {}, "", "GET")
with q.check("messages without a body", points=1):
    says = "Only HEAD, 204 and 304 go without a body."
    for status, reason, method in ((200, "OK", "DELETE"), (200, "OK", "PUT"), (404, "Not Found", "GET")):
        expected = (f"HTTP/1.1 {status} {reason}", ["content-length: 4"], b"gone")
        rendered("lost-body", says, expected, status, {}, "gone", method)
    head = (200, {"Content-Type": "text/plain", "ETag": '"v1"'}, "Kadıköy", "HEAD")
    with mistake("head-body", "The answer to HEAD has no body: the client would read it as the next answer."):
        same_value(message_parts(render(*head))["body"], b"")
    says = "HEAD describes the body that it does not send: its headers are those of the answer to GET."
    expected = ("HTTP/1.1 200 OK", ["content-length: 9", "content-type: text/plain", 'etag: "v1"'], b"")
    rendered("head-length", says, expected, *head)
    for status, reason in ((204, "No Content"), (304, "Not Modified")):
        for method in ("GET", "HEAD", "DELETE"):
            for body in ("", "gone"):
                says = "204 and 304 have no body, and so no Content-Length, whatever body and method are given."
                expected = (f"HTTP/1.1 {status} {reason}", ['etag: "v2"'], b"")
                rendered("no-content", says, expected, status, {"ETag": '"v2"'}, body, method)
with q.check("header lines from outside", points=0.5, tag="header-injection"):
    for headers in (
        {"Location": "/trips/7\r\nSet-Cookie: admin=1"},
        {"Location": "/trips/7\nSet-Cookie: admin=1"},
        {"Location": "/trips/7\rSet-Cookie: admin=1"},
        {"Content-Type": "text/plain", "X-Name": "Ana\r\n"},
        {"X-Name\r\nSet-Cookie": "admin=1"},
        {"X-Name\n": "Ana"},
    ):
        says = "A name or a value held a carriage return or a line feed, and passed. Raise ValueError for either."
        for status, method in ((200, "GET"), (204, "DELETE")):
            must_raise(ValueError, "", says, render, status, headers, "x", method)
    with mistake("", "Colons and quotation marks may stand in a value. Only the ends of lines are dangerous."):
        found = message_parts(render(200, {"Link": '<https://hopline.test/?at=2>; rel="next"'}, "", "GET"))
        same_value(found["headers"], ["content-length: 0", 'link: <https://hopline.test/?at=2>; rel="next"'])
with q.check("a Content-Length that the caller gave", points=0.5, tag="double-length"):
    says = "The caller's own Content-Length, in whatever case, gives way to your count."
    for name in ("Content-Length", "content-length", "CONTENT-LENGTH", "Content-length"):
        expected = ("HTTP/1.1 200 OK", ["content-length: 4", "vary: Accept"], b"text")
        rendered("", says, expected, 200, {name: "99", "Vary": "Accept"}, "text", "GET")
        expected = ("HTTP/1.1 304 Not Modified", ["vary: Accept"], b"")
        rendered("", says, expected, 304, {name: "99", "Vary": "Accept"}, "text", "GET")
q.result()

# %% C1.2 hints [markdown]
# 1. Count bytes, not letters. HEAD describes the body that it does not send, so you need the body even there.
# 2. Encode the body first. Copy the headers without the caller's `Content-Length`, and look at each name and value.
#    Then decide two things one by one: is there a `Content-Length`, and is there a body? `HTTPStatus(status).phrase` is
#    the reason.
# 3. `fields = {name: value for name, value in headers.items() if name.lower() != …}`, then
#    `fields["Content-Length"] = str(len(content))` unless the status is 204 or 304; `lines` begins with
#    `f"HTTP/1.1 {status} {…}"`, each line ends with `"\r\n"`, and one more `"\r\n"` ends the head.

# %% C1.2 wrong length-in-chars change=true
# You count letters. `ı` and `ö` take two bytes each, so the client reads too little.
-        fields["Content-Length"] = str(len(content))
+        fields["Content-Length"] = str(len(body))

# %% C1.2 wrong head-body change=true
# You send the body in answer to HEAD.
-    if bodiless or method == "HEAD":
+    if bodiless:

# %% C1.2 wrong head-length change=true
# Content-Length is 0 in answer to HEAD. It should be what GET would send.
-    content = body.encode()
+    content = b"" if method == "HEAD" else body.encode()

# %% C1.2 wrong head-length change=true
# HEAD has no Content-Length. Its headers are those of GET.
-    if not bodiless:
+    if not bodiless and method != "HEAD":

# %% C1.2 wrong lost-body change=true
# The answer to DELETE may have a body. Only HEAD, 204 and 304 go without.
-    if bodiless or method == "HEAD":
+    if bodiless or method in ("HEAD", "DELETE"):

# %% C1.2 wrong other-headers change=true
# You add a type that nobody asked for. The caller knows what the body is.
-    if not bodiless:
+    fields.setdefault("Content-Type", "text/plain")
+    if not bodiless:

# %% C1.2 wrong broken-head change=true
# Your lines end with a line feed alone.
-    head = "".join(f"{line}\r\n" for line in lines) + "\r\n"
+    head = "".join(f"{line}\n" for line in lines) + "\n"

# %% C1.2 wrong no-content change=true
# You treat 204 like any other status, with a body.
-    bodiless = status in (204, 304)
+    bodiless = status == 304

# %% C1.2 wrong no-content change=true
# 204 and 304 say `Content-Length: 0`. They have no such header here.
-    if not bodiless:
-        fields["Content-Length"] = str(len(content))
+    fields["Content-Length"] = str(0 if bodiless else len(content))

# %% C1.2 wrong header-injection change=true
# Nobody looks at the values. Whoever chose one can add headers.
-    if any(sign in name + value for name, value in fields.items() for sign in "\r\n"):
-        raise ValueError("A header would end its line.")

# %% C1.2 wrong header-injection change=true
# You look for CR and LF together. Many programs take a line feed alone for the end of a line.
-    if any(sign in name + value for name, value in fields.items() for sign in "\r\n"):
+    if any("\r\n" in name + value for name, value in fields.items()):

# %% C1.2 wrong header-injection change=true
# You look at the values only. A name may come from outside, too.
-    if any(sign in name + value for name, value in fields.items() for sign in "\r\n"):
+    if any(sign in value for value in fields.values() for sign in "\r\n"):

# %% C1.2 wrong header-injection change=true
# You remove the dangerous signs and go on. The task says ValueError: somebody should notice.
-    if any(sign in name + value for name, value in fields.items() for sign in "\r\n"):
-        raise ValueError("A header would end its line.")
+    fields = {name: value.replace("\r", "").replace("\n", "") for name, value in fields.items()}

# %% C1.2 wrong wrong-reason change=true
# `HTTPStatus(404).name` is Python's name for the status. The reason is its `phrase`.
-    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
+    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).name}"]

# %% C1.2 wrong double-length change=true
# `content-length` and `Content-Length` both stand in your head.
-    fields = {name: value for name, value in headers.items() if name.lower() != "content-length"}
+    fields = dict(headers)

# %% C1.2 wrong double-length change=true
# You believe the caller's Content-Length. It may be wrong, so count yourself.
-    if not bodiless:
+    given = {name.lower() for name in headers}
+    if "content-length" in given:
+        fields = dict(headers)
+    elif not bodiless:

# %% C1.2 wrong text-body change=true
# You return text. A connection carries bytes.
-    return head.encode("ascii") + content
+    return head + content.decode()

# %% C1.2 right bytes-only
# Bytes from the beginning, the reasons from http.client, the length first.
from http.client import responses


def render(status, headers, body, method):
    message = bytearray(b"HTTP/1.1 %d %s\r\n" % (status, responses[status].encode()))
    payload = memoryview(body.encode("utf-8"))
    if status not in {204, 304}:
        message += b"content-length:%d\r\n" % payload.nbytes
    for pair in headers.items():
        line = ": ".join(pair)
        if line.splitlines() != [line]:
            raise ValueError(line)
        if not line.lower().startswith("content-length:"):
            message += line.encode() + b"\r\n"
    message += b"\r\n"
    return bytes(message if status in {204, 304} or method == "HEAD" else message + payload)

# %% C1.2 right regex
# One string, encoded at the end; ASCII and UTF-8 agree on the head.
import re
from http import HTTPStatus


def render(status, headers, body, method):
    for text in (*headers.keys(), *headers.values()):
        if re.search("[\r\n]", text):
            raise ValueError("line break in a header")
    if status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        length, body = [], ""
    else:
        length = [("Content-Length", len(body.encode()))]
    fields = [(name, value) for name, value in headers.items() if not re.fullmatch("content-length", name, re.I)]
    head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in fields + length)]
    return "\r\n".join([*head, "", body if method != "HEAD" else ""]).encode()

# %% C1.3 prompt [markdown] type="choice-set" core=true
# ## C1.3 The right status
#
# For each of sixteen situations, write the status code that tells the client most exactly what happened. Three
# situations have two right codes: write one of them.
#
# | name | situation |
# |---|---|
# | `created` | `POST /trips` created trip 8; the answer shows it |
# | `deleted` | `DELETE /tickets/3` worked; there is nothing to send back |
# | `moved` | the price list has another address, for good |
# | `unchanged` | "send it only if it changed since 9:00" – it did not change |
# | `broken` | the header says JSON, and the JSON breaks off in the middle |
# | `stranger` | only riders may see trips; the request does not say who it is |
# | `foreign` | rider 4, who is logged in, asks for the trip of rider 9 |
# | `unknown` | `GET /trips/5000`; there is no such trip |
# | `method` | `PUT /health`, where only GET and HEAD exist |
# | `late` | a driver accepts a trip that another driver has accepted |
# | `stale` | "change it only if it is still version 3" – it is version 4 |
# | `blind` | a change without such a condition, where our API demands one |
# | `photo` | the body is a photo; this address takes JSON |
# | `crowd` | the JSON can be read, and asks for 40 seats; 6 is the most |
# | `often` | this client sent 500 requests within a minute; 60 are allowed |
# | `maps` | our server asked Maps for a distance, and Maps did not answer in time |
#
# On offer: 200, 201, 204, 301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 409, 412, 415, 422, 428, 429, 500, 502,
# 503, 504.

# %% C1.3 answer
statuses = {
    "created": None,
    "deleted": None,
    "moved": None,
    "unchanged": None,
    "broken": None,
    "stranger": None,
    "foreign": None,
    "unknown": None,
    "method": None,
    "late": None,
    "stale": None,
    "blind": None,
    "photo": None,
    "crowd": None,
    "often": None,
    "maps": None,
}
### BEGIN SOLUTION
statuses = {
    "created": 201,
    "deleted": 204,
    "moved": 308,
    "unchanged": 304,
    "broken": 400,
    "stranger": 401,
    "foreign": 403,
    "unknown": 404,
    "method": 405,
    "late": 409,
    "stale": 412,
    "blind": 428,
    "photo": 415,
    "crowd": 422,
    "often": 429,
    "maps": 504,
}
### END SOLUTION

# %% C1.3 check
q = Question("C1.3")
OFFERED = "200 201 204 301 302 304 307 308 400 401 403 404 405 409 412 415 422 428 429 500 502 503 504".split()


def code_for(name):
    """The code that was written for a situation, as a number."""
    given = statuses.get(name)
    if given is None or given is ... or not str(given).strip():
        raise NotAttempted(f"No code is written for {name!r} yet.")
    code = str(given).split()[0] if not isinstance(given, int) else str(int(given))
    if code not in OFFERED:
        raise CheckFailed(f"{given!r}, for {name!r}, is none of the codes on offer.")
    return int(code)


with q.check("a code for each of the sixteen situations", points=0.5):
    for name in statuses:
        code_for(name)
    if len(statuses) != 16:
        raise CheckFailed(f"There are sixteen situations; you have {len(statuses)}.")
q.result()

# %% C1.3 hidden
q = Question("C1.3", hidden=True)
OFFERED = "200 201 204 301 302 304 307 308 400 401 403 404 405 409 412 415 422 428 429 500 502 503 504".split()
SAYS = {
    "ok-with-error": "One of your errors has a status from 2xx. Programs take it for a success, whatever the body says.",
    "blame-server": "The client made a mistake, and your status begins with 5: it says that the server broke.",
    "blame-client": "The client did nothing wrong, and your status begins with 4: it says that the client must change.",
    "vague-success": "It worked, and there is a more exact status: is something new there? Is there anything to send?",
    "temporary-move": "For good is not for now: which two statuses say that an address has changed for ever?",
    "not-modified": "The client has a copy. Which status tells it to use that one?",
    "401-vs-403": "401 asks: who are you? 403 says: I know who you are, and you may not.",
    "405-vs-404": "404 is about the address, 405 about a method that this address does not take.",
    "400-vs-422": "Can the body be read at all? 400 says no. 422 says: yes, but a value cannot be right.",
    "415-vs-422": "415 is about the kind of body, before anybody reads it.",
    "409-vs-412": "412 belongs to a condition that the client sent. 409 belongs to the present state of the thing.",
    "412-vs-428": "412: the condition does not hold. 428: there was no condition, and we demand one.",
    "too-many": "One status says: you ask too often, slow down.",
    "which-gateway": "Three statuses tell of trouble with a service behind us. One of them is about time.",
    "another-status": "Look at the tables of example 4: which code fits most exactly?",
}
KEYS = {
    "created": ({201}, {200: "vague-success", 204: "vague-success"}),
    "deleted": ({204}, {200: "vague-success", 201: "vague-success"}),
    "moved": ({301, 308}, {302: "temporary-move", 307: "temporary-move"}),
    "unchanged": ({304}, {200: "not-modified", 204: "not-modified", 412: "not-modified"}),
    "broken": ({400}, {422: "400-vs-422", 415: "415-vs-422"}),
    "stranger": ({401}, {403: "401-vs-403"}),
    "foreign": ({403, 404}, {401: "401-vs-403"}),
    "unknown": ({404}, {405: "405-vs-404"}),
    "method": ({405}, {404: "405-vs-404"}),
    "late": ({409}, {412: "409-vs-412"}),
    "stale": ({412}, {409: "409-vs-412", 428: "412-vs-428"}),
    "blind": ({428}, {412: "412-vs-428", 409: "409-vs-412"}),
    "photo": ({415}, {422: "415-vs-422", 400: "415-vs-422"}),
    "crowd": ({422, 400}, {415: "415-vs-422"}),
    "often": ({429}, {503: "too-many", 403: "too-many"}),
    "maps": ({504}, {500: "which-gateway", 502: "which-gateway", 503: "which-gateway"}),
}


def tag_of(name, code):
    right, known = KEYS[name]
    if code in known:
        return known[code]
    if min(right) >= 400 and code < 300:
        return "ok-with-error"
    if min(right) < 500 <= code:
        return "blame-server"
    return "blame-client" if code >= 400 and not 400 <= min(right) < 500 else "another-status"


def judge(*names):
    found = {name: code_for(name) for name in names}
    for name, code in found.items():
        if code not in KEYS[name][0]:
            tag = tag_of(name, code)
            raise CheckFailed(f"{code} is not right for {name!r}.", tag=tag, advice=SAYS[tag])


with q.check("it worked, or it is elsewhere", points=0.5):
    judge("created", "deleted", "moved", "unchanged")
with q.check("who are you, and where do you want to go?", points=0.5):
    judge("stranger", "foreign", "unknown", "method")
with q.check("something is wrong with the body", points=0.5):
    judge("broken", "photo", "crowd")
with q.check("something is wrong with the state", points=0.5):
    judge("late", "stale", "blind")
with q.check("too often, and too slow", points=0.5):
    judge("often", "maps")
q.result()

# %% C1.3 hints [markdown]
# 1. Ask first: who must act now? 2xx: nobody, it worked. 3xx: look elsewhere. 4xx: the client must change something.
#    5xx: the server's side failed, and the client did nothing wrong.
# 2. 401 means "who are you", 403 "you may not". 404 is about the address, 405 about the method, 415 about the kind of
#    body, 400 and 422 about its content. 409 is about the present state; 412 and 428 are about a condition that the
#    client sent, or should have sent.
# 3. The 2xx and 3xx of the first four are 201, …, one of 301 and 308, and 304. Five of the 4xx are 401, 405, 415, 409
#    and 429. A service behind us that is too slow: 50…

# %% C1.3 wrong ok-with-error change=true
# Errors with status 200 and a text in the body. Programs look at the status first.
-    "unknown": 404,
+    "unknown": 200,

-    "late": 409,
+    "late": 200,

# %% C1.3 wrong 401-vs-403 change=true
# 401 for a rider who is logged in. It would send him to the login again and again.
-    "foreign": 403,
+    "foreign": 401,

# %% C1.3 wrong 401-vs-403 change=true
# 403 for somebody whom we do not know.
-    "stranger": 401,
+    "stranger": 403,

# %% C1.3 wrong blame-server change=true
# 500 for bad input: the client would try again, and people would look for a bug in the server.
-    "broken": 400,
+    "broken": 500,

-    "crowd": 422,
+    "crowd": 500,

# %% C1.3 wrong 405-vs-404 change=true
# 404 for a method that is not allowed. The address exists.
-    "method": 405,
+    "method": 404,

# %% C1.3 wrong 400-vs-422 change=true
# 422 for JSON that cannot be read. There are no values yet that could be wrong.
-    "broken": 400,
+    "broken": 422,

# %% C1.3 wrong 415-vs-422 change=true
# 422 for a photo. Nobody has looked into it yet: its kind is wrong.
-    "photo": 415,
+    "photo": 422,

# %% C1.3 wrong 409-vs-412 change=true
# 409 for a condition that does not hold.
-    "stale": 412,
+    "stale": 409,

# %% C1.3 wrong 412-vs-428 change=true
# 412 where the client sent no condition at all.
-    "blind": 428,
+    "blind": 412,

# %% C1.3 wrong vague-success change=true
# 200 for a creation. 201 says that something new is there, and where.
-    "created": 201,
+    "created": 200,

# %% C1.3 wrong temporary-move change=true
# 302 says that the address is another one for now only.
-    "moved": 308,
+    "moved": 302,

# %% C1.3 wrong not-modified change=true
# 200 would send the whole thing again.
-    "unchanged": 304,
+    "unchanged": 200,

# %% C1.3 wrong too-many change=true
# 503 says that the server has too much to do. It is this client who asks too often.
-    "often": 429,
+    "often": 503,

# %% C1.3 wrong which-gateway change=true
# 502 says that Maps sent rubbish. It sent nothing in time.
-    "maps": 504,
+    "maps": 502,

# %% C1.3 wrong another-status change=true
# 400 says that the request cannot be read. Here the state of the trip is the reason.
-    "late": 409,
+    "late": 400,

# %% C1.3 wrong blame-client change=true
# 404 says that the client asked for something wrong.
-    "maps": 504,
+    "maps": 404,

# %% C1.3 right other-codes change=true
# 404 hides that the trip exists; 400 is used for wrong values, too; 301 is the older way to say "for good".
-    "foreign": 403,
+    "foreign": 404,

-    "crowd": 422,
+    "crowd": 400,

-    "moved": 308,
+    "moved": 301,

# %% C1.3 right texts change=true
# Texts, with the reason or without.
-    "created": 201,
-    "deleted": 204,
+    "created": "201 Created",
+    "deleted": " 204 ",

# %% C1.3 right names
# Python's names for the codes.
from http import HTTPStatus as S

statuses = dict(
    created=S.CREATED, deleted=S.NO_CONTENT, moved=S.PERMANENT_REDIRECT, unchanged=S.NOT_MODIFIED,
    broken=S.BAD_REQUEST, stranger=S.UNAUTHORIZED, foreign=S.FORBIDDEN, unknown=S.NOT_FOUND,
    method=S.METHOD_NOT_ALLOWED, late=S.CONFLICT, stale=S.PRECONDITION_FAILED, blind=S.PRECONDITION_REQUIRED,
    photo=S.UNSUPPORTED_MEDIA_TYPE, crowd=S.UNPROCESSABLE_ENTITY, often=S.TOO_MANY_REQUESTS, maps=S.GATEWAY_TIMEOUT,
)

# %% C1.4 prompt [markdown] type="py-function"
# ## C1.4 Build a URL
#
# Write `build_url(base, path_parts, params)`: it returns `base` with each of `path_parts` as one more part of its path,
# and with the parameters of the dict `params` behind those that `base` already has. Whatever a part, a name or a value
# holds, a server must read exactly that again, at the host of `base`.
#
# - `base` is a valid URL, with or without a path, a `/` at its end, or a query; it has no fragment.
# - A part is a text or a whole number. The texts `""`, `"."` and `".."` raise `ValueError`: no encoding makes them a part.
# - A value is a text, a whole number, a bool (`true`, `false`), None (the parameter is left out), or a list of texts,
#   numbers and bools (one parameter for each). An empty text is kept. In the query, `+` or `%20` may stand for a space.

# %% C1.4 answer
from urllib.parse import quote, urlencode, urlsplit


def build_url(base, path_parts, params):
    """Return a URL."""
    ### BEGIN SOLUTION
    parts = [str(part) for part in path_parts]
    if any(part in ("", ".", "..") for part in parts):
        raise ValueError("This is no part of a path.")
    pairs = []
    for name, value in params.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                pairs.append((name, str(one).lower() if isinstance(one, bool) else one))
    url = urlsplit(base)
    path = "/".join([url.path.rstrip("/"), *(quote(part, safe="") for part in parts)])
    query = "&".join(text for text in (url.query, urlencode(pairs)) if text)
    return url._replace(path=path, query=query).geturl()
    ### END SOLUTION

# %% C1.4 check
q = Question("C1.4")
with q.check("three URLs, as a server reads them", points=0.5):
    same_parts(
        url_parts(build_url("https://api.hopline.test/v1", ["trips", 7], {})),
        {"to": "https://api.hopline.test", "path": ["v1", "trips", "7"], "query": {}},
        of='build_url("https://api.hopline.test/v1", ["trips", 7], {})',
    )
    same_parts(
        url_parts(build_url("https://maps.test", ["distance"], {"from": "Baixa", "to": "Old Town"})),
        {"to": "https://maps.test", "path": ["distance"], "query": {"from": ["Baixa"], "to": ["Old Town"]}},
        of='build_url("https://maps.test", ["distance"], {"from": "Baixa", "to": "Old Town"})',
    )
    same_parts(
        url_parts(build_url("https://api.hopline.test", ["drivers"], {"zone_id": [3, 5], "online": True})),
        {"to": "https://api.hopline.test", "path": ["drivers"], "query": {"zone_id": ["3", "5"], "online": ["true"]}},
        of='build_url("https://api.hopline.test", ["drivers"], {"zone_id": [3, 5], "online": True})',
    )
q.result()

# %% C1.4 hidden
q = Question("C1.4", hidden=True)
BASE = "https://api.hopline.test/v1"


def leads(base, parts, params, tag, says, **expected):
    """Require where the URL leads, its path, and its query as far as they are named."""
    with mistake(tag, says):
        found = url_parts(build_url(base, parts, params))
    to = "{0.scheme}://{0.netloc}".format(urlsplit(base))
    with meaning("url-injection", "A part that holds an address sent the request to another host."):
        same_value(found["to"], to)
    with meaning(tag, says):
        same_value({name: found[name] for name in expected}, expected)


with q.check("parts that hold signs of a URL", points=1):
    one = "Each part is one part, whatever it holds. Encode it alone, with all its signs, before you join."
    plus = "In a path `+` is a plus. Only in a query it means a space."
    leads(BASE, ["A+B Plaza", "1 + 1"], {}, "plus-in-path", plus, path=["v1", "A+B Plaza", "1 + 1"])
    for part in ("Grün & Blau", "Kadıköy", "50 %"):
        leads(BASE, ["zones", part], {}, "unencoded", one, path=["v1", "zones", part])
    for part in ("//evil.test/x", "https://evil.test/x", "@evil.test", "/admin", "a/b", "\\evil.test"):
        for base, before in ((BASE, ["v1"]), ("https://api.hopline.test", [])):
            leads(base, [part], {}, "slash-kept", "A `/` inside a part made two parts of it.", path=[*before, part])
    for part in ("Why? Café", "#1 Pier", "a;b", "a&b=c", ": x", " Rua 1º "):
        leads(BASE, [part, "x"], {}, "unencoded", one, path=["v1", part, "x"], query={})
    says = "Only three texts are no parts: the empty one, one dot, two dots. The number 0 is a part, too."
    leads(BASE, ["...", "..a", "a.", 0], {}, "refuses-too-much", says, path=["v1", "...", "..a", "a.", "0"])
    twice = "Something was encoded twice, or not at all: a part may hold `%2F` as its own text."
    leads(BASE, ["100%25", "%2F", "%2e%2e"], {}, "double-encoding", twice, path=["v1", "100%25", "%2F", "%2e%2e"])
with q.check("parts that are no parts", points=0.5, tag="dot-segments"):
    for parts in (["riders", "..", "admin"], [".."], ["."], ["riders", ""], ["", "riders"], ["trips", ".", 7]):
        says = "Clients remove `.` and `..` before they send, and an empty part is none. Raise ValueError."
        must_raise(ValueError, "", says, build_url, BASE, parts, {})
with q.check("values of all kinds", points=0.5):
    text, bools = "Names and values are encoded, once.", "Bools are written true and false, in a list as well."
    for params, query, tag, says in (
        ({"a": None, "b": 7}, {"b": ["7"]}, "none-text", "None means: leave the parameter out."),
        ({"a": ""}, {"a": [""]}, "lost-value", "Only None is left out. Empty texts and 0 are values."),
        ({"a": ["x y", 2], "b": []}, {"a": ["x y", "2"]}, "list-text", "A list is one parameter for each of its values."),
        ({"a": False, "b": [True, False]}, {"a": ["false"], "b": ["true", "false"]}, "python-bool", bools),
        ({"a": "True", "b": "None"}, {"a": ["True"], "b": ["None"]}, "python-bool", "The text True is a text like any other."),
        ({"a": 1, "b": [1]}, {"a": ["1"], "b": ["1"]}, "python-bool", "1 and 0 are numbers, not bools."),
        ({"a": 0, "b": [0, 1]}, {"a": ["0"], "b": ["0", "1"]}, "lost-value", "0 is a number like any other."),
        ({"to": "Salt & Pepper #1", "q": "1+1=2"}, {"to": ["Salt & Pepper #1"], "q": ["1+1=2"]}, "unencoded", text),
        ({"na me&": "Kadıköy/%20", "b": "?"}, {"na me&": ["Kadıköy/%20"], "b": ["?"]}, "unencoded", text),
    ):
        leads(BASE, ["trips"], params, tag, says, path=["v1", "trips"], query=query)
with q.check("a base that holds more", points=0.5):
    old = "https://maps.test/v2/distance?key=a%26b&lang=pt"
    says = "The base had a query. It stays, parts go before it, and parameters behind it."
    leads("https://maps.test/v2", [], {"to": "Alfama"}, "double-slash", "Without parts the path stays.", path=["v2"])
    leads("https://maps.test?key=1", ["a"], {}, "lost-query", says, path=["a"], query={"key": ["1"]})
    for parts, params, query in (
        ([], {"to": "Alfama"}, {"key": ["a&b"], "lang": ["pt"], "to": ["Alfama"]}),
        (["fast"], {"lang": "tr"}, {"key": ["a&b"], "lang": ["pt", "tr"]}),
        (["fast"], {}, {"key": ["a&b"], "lang": ["pt"]}),
    ):
        leads(old, parts, params, "lost-query", says, path=["v2", "distance", *parts], query=query)
    says = "The base ended with a slash. Two slashes in a row would make an empty part."
    leads("https://api.hopline.test/", ["trips"], {}, "double-slash", says, path=["trips"], query={})
    port = "https://api.hopline.test:8443/v1/"
    leads(port, ["trips", 7], {"a": 2}, "double-slash", says, path=["v1", "trips", "7"], query={"a": ["2"]})
    says = "The base is a valid URL: what is encoded in it stays as it is."
    leads("https://api.hopline.test/caf%C3%A9/a%2Fb", ["x"], {}, "double-encoding", says, path=["café", "a/b", "x"])
q.result()

# %% C1.4 hints [markdown]
# 1. Encode pieces, not the whole. The base is a URL already, a part is a piece, and a value is another piece.
# 2. `quote(part, safe="")` encodes a part with all its signs. For the query, make a list of pairs first: leave out
#    None, write bools, and add one pair for each value of a list. `urlencode(pairs)` does the rest. `urlsplit(base)`
#    gives you `.path` and `.query`; test the parts for `..` before anything else.
# 3. `path = "/".join([url.path.rstrip("/"), *(quote(part, …) for part in parts)])`, `query` is `url.query` and
#    `urlencode(pairs)` with `&` between them if both are there, and
#    `url._replace(path=path, query=query).geturl()` is the whole.

# %% C1.4 wrong unencoded
# The pieces stand in the URL as they are. A space, `&` or `?` in one of them changes the meaning.
def build_url(base, path_parts, params):
    if {"", ".", ".."} & set(map(str, path_parts)):
        raise ValueError
    url, _, query = base.partition("?")
    pairs = [query] if query else []
    for name, value in params.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                pairs.append(f"{name}={str(one).lower() if isinstance(one, bool) else one}")
    path = "".join(f"/{part}" for part in path_parts)
    return f"{url.rstrip('/')}{path}{'?' if pairs else ''}{'&'.join(pairs)}"

# %% C1.4 wrong url-injection change=true
# `urljoin` reads a part as an address: with `//evil.test/x` the request goes to another host.
-    path = "/".join([url.path.rstrip("/"), *(quote(part, safe="") for part in parts)])
+    from urllib.parse import urljoin
+    whole = url._replace(query="").geturl().rstrip("/")
+    for part in parts:
+        whole = urljoin(whole + "/", quote(part, safe="/:"))

-    return url._replace(path=path, query=query).geturl()
+    return f"{whole}?{query}" if query else whole

# %% C1.4 wrong double-encoding change=true
# You encode the whole path again, and with it what the base had encoded already.
-    path = "/".join([url.path.rstrip("/"), *(quote(part, safe="") for part in parts)])
+    path = quote("/".join([url.path.rstrip("/"), *(quote(part, safe="") for part in parts)]))

# %% C1.4 wrong double-encoding change=true
# You encode the base again.
-    path = "/".join([url.path.rstrip("/"), *(quote(part, safe="") for part in parts)])
+    path = "/".join([quote(url.path.rstrip("/")), *(quote(part, safe="") for part in parts)])

# %% C1.4 wrong double-encoding change=true
# You decode first, so that nothing is encoded twice. A part that holds `%2F` as its text then becomes a slash.
-    path = "/".join([url.path.rstrip("/"), *(quote(part, safe="") for part in parts)])
+    from urllib.parse import unquote
+    path = "/".join([url.path.rstrip("/"), *(quote(unquote(part), safe="") for part in parts)])

# %% C1.4 wrong slash-kept change=true
# `quote` lets the slash pass, unless you say `safe=""`.
-    path = "/".join([url.path.rstrip("/"), *(quote(part, safe="") for part in parts)])
+    path = "/".join([url.path.rstrip("/"), *(quote(part) for part in parts)])

# %% C1.4 wrong plus-in-path change=true
# `quote_plus` writes a space as `+`. In a path, that is a plus.
-    path = "/".join([url.path.rstrip("/"), *(quote(part, safe="") for part in parts)])
+    path = "/".join([url.path.rstrip("/"), *(quote(part, safe="").replace("%20", "+") for part in parts)])

# %% C1.4 wrong dot-segments change=true
# `..` passes: `riders/../admin` leads to `admin`.
-    if any(part in ("", ".", "..") for part in parts):
-        raise ValueError("This is no part of a path.")

# %% C1.4 wrong dot-segments change=true
# You write the dots as `%2E`. Clients read that as dots, and remove them all the same.
-    if any(part in ("", ".", "..") for part in parts):
-        raise ValueError("This is no part of a path.")
+    if "" in parts:
+        raise ValueError("This is no part of a path.")

-    path = "/".join([url.path.rstrip("/"), *(quote(part, safe="") for part in parts)])
+    path = "/".join([url.path.rstrip("/"), *(quote(part, safe="").replace("..", "%2E%2E") for part in parts)])

# %% C1.4 wrong refuses-too-much change=true
# You refuse each part that begins with a dot.
-    if any(part in ("", ".", "..") for part in parts):
+    if any(part.startswith(".") or not part for part in parts):

# %% C1.4 wrong refuses-too-much change=true
# You refuse the number 0.
-    if any(part in ("", ".", "..") for part in parts):
+    if not all(path_parts) or any(part in (".", "..") for part in parts):

# %% C1.4 wrong none-text change=true
# None becomes the text `None`. The server would look for something with that name.
-            if one is not None:
-                pairs.append((name, str(one).lower() if isinstance(one, bool) else one))
+            pairs.append((name, str(one).lower() if isinstance(one, bool) else one))

# %% C1.4 wrong lost-value change=true
# `if one` drops 0, False and the empty text with None.
-            if one is not None:
+            if one or one is False:

# %% C1.4 wrong python-bool change=true
# Python writes `True`; other languages write `true`.
-                pairs.append((name, str(one).lower() if isinstance(one, bool) else one))
+                pairs.append((name, one))

# %% C1.4 wrong python-bool change=true
# You write everything in lower case, texts as well.
-                pairs.append((name, str(one).lower() if isinstance(one, bool) else one))
+                pairs.append((name, str(one).lower() if str(one) in ("True", "False") else one))

# %% C1.4 wrong python-bool change=true
# `1 == True` in Python, so the number 1 becomes `true`.
-                pairs.append((name, str(one).lower() if isinstance(one, bool) else one))
+                pairs.append((name, {True: "true", False: "false"}.get(one, one)))

# %% C1.4 wrong list-text change=true
# A list becomes one text with brackets.
-        for one in value if isinstance(value, list) else [value]:
+        for one in [value]:

# %% C1.4 wrong list-text change=true
# A list becomes one text with commas.
-        for one in value if isinstance(value, list) else [value]:
+        for one in [",".join(map(str, value))] if isinstance(value, list) else [value]:

# %% C1.4 wrong lost-query change=true
# The query of the base is lost.
-    query = "&".join(text for text in (url.query, urlencode(pairs)) if text)
+    query = urlencode(pairs)

# %% C1.4 wrong lost-query change=true
# You join texts: parts come behind the query of the base, and there are two question marks.
-    return url._replace(path=path, query=query).geturl()
+    whole = "/".join([base.rstrip("/"), *(quote(part, safe="") for part in parts)])
+    return f"{whole}?{urlencode(pairs)}" if pairs else whole

# %% C1.4 wrong double-slash change=true
# A slash at the end of the base gives two slashes.
-    path = "/".join([url.path.rstrip("/"), *(quote(part, safe="") for part in parts)])
+    path = "/".join([url.path, *(quote(part, safe="") for part in parts)])

# %% C1.4 right by-hand
# Joined by hand, each piece encoded alone; spaces as %20, and letters encoded that need not be.
from urllib.parse import quote, urlsplit


def build_url(base, path_parts, params):
    def code(value):
        text = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
        return "".join(f"%{byte:02x}" if not (bytes([byte]).isalnum() and byte < 128) else chr(byte) for byte in text.encode())

    address, question, query = base.partition("?")
    address = address.removesuffix("/")
    for part in path_parts:
        if part in ("", ".", ".."):
            raise ValueError(part)
        address += "/" + code(part)
    listed = [(name, value if isinstance(value, list) else [] if value is None else [value]) for name, value in params.items()]
    more = "&".join(f"{quote(name, safe='')}={code(one)}" for name, values in listed for one in values)
    return address + ("?" if query or more else "") + query + ("&" if query and more else "") + more

# %% C1.4 right doseq
# `doseq=True` writes lists; the query of the base is read and written again.
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit


def build_url(base, path_parts, params):
    scheme, host, path, query, _ = urlsplit(base)
    for part in path_parts:
        if str(part) in {"", ".", ".."}:
            raise ValueError(f"no part of a path: {part!r}")
        path = f"{path.rstrip('/')}/{quote(str(part), safe='')}"
    text = lambda value: str(value).lower() if value is True or value is False else value
    kept = [(n, [text(one) for one in v] if isinstance(v, list) else text(v)) for n, v in params.items() if v is not None]
    return urlunsplit((scheme, host, path, urlencode([*parse_qsl(query, True), *kept], doseq=True, quote_via=quote), ""))

# %% C1.4 right requests
# The library requests adds parameters by itself.
from urllib.parse import quote

import requests


def build_url(base, path_parts, params):
    names = list(map(str, path_parts))
    if not all(name.strip(".") or len(name) > 2 for name in names):
        raise ValueError(names)
    place, *query = base.split("?")
    place = "/".join([place.rstrip("/")] + [quote(name, safe="") for name in names])
    spelled = {True: "true", False: "false"}
    pairs = [
        (name, spelled[one] if isinstance(one, bool) else one)
        for name, value in params.items()
        for one in (value if isinstance(value, list) else [value])
        if one is not None
    ]
    return requests.Request("GET", "?".join([place, *query]), params=pairs).prepare().url

# %% C1.5 prompt [markdown] type="py-function"
# ## C1.5 JSON or CSV?
#
# Write `choose(accept, offered)`: it returns the best of the media types in the list `offered` for a client that sent
# the header `Accept`, by the rules of example 6; of several with the same `q`, the one that stands first in `offered`.
# It returns None if nothing fits.
#
# - `accept` is the header's text, or None if the client sent none: then it can read everything.
# - `offered` is a list of at least one type, such as `["application/json", "text/csv"]`, in lower case. The client may
#   write types and `q` in any case, with spaces around `,`, `;` and `=`. It sends no parameter but `q`.
# - An entry whose `q` is not a number from 0 to 1 is left out.

# %% C1.5 answer
def choose(accept, offered):
    """Return one of the offered media types, or None."""
    # Split
    # Match
    # Compare
    ### BEGIN SOLUTION
    if accept is None:
        return offered[0]
    wanted = {}
    for entry in accept.lower().split(","):
        name, _, parameter = entry.partition(";")
        value = parameter.partition("=")[2] if parameter.strip() else "1"
        try:
            q = float(value)
        except ValueError:
            continue
        if 0 <= q <= 1:
            wanted[name.strip()] = q

    def quality(offer):
        for name in (offer, offer.partition("/")[0] + "/*", "*/*"):
            if name in wanted:
                return wanted[name]
        return 0

    best = max(offered, key=quality)
    return best if quality(best) > 0 else None
    ### END SOLUTION

# %% C1.5 check
q = Question("C1.5")
with q.check("four headers", points=0.5):
    offers = ["application/json", "text/csv"]
    for accept, best in (
        ("text/csv", "text/csv"),
        ("application/json;q=0.4, text/csv;q=0.7", "text/csv"),
        ("*/*", "application/json"),
        ("image/png", None),
    ):
        same_value(choose(accept, offers), best, of=f"choose({accept!r}, {offers!r})")
q.result()

# %% C1.5 hidden
q = Question("C1.5", hidden=True)
JSON, CSV, XML, HTML = "application/json", "text/csv", "application/xml", "text/html"


def chooses(tag, says, *rows):
    """Require the best type for each header and list."""
    for accept, offered, best in rows:
        with mistake(tag, says):
            same_value(choose(accept, offered), best, of=f"choose({accept!r}, {offered!r})")


with q.check("q before order", points=1):
    chooses(
        "ignores-q",
        "The highest q wins, wherever it stands in the header. Without q it is 1.",
        ("text/csv;q=0.5, application/json;q=0.9", [CSV, JSON], JSON),
        ("text/csv;q=0.2, application/json", [CSV, JSON], JSON),
        ("application/json;q=0.001, text/csv;q=0.002, text/html;q=0", [JSON, CSV], CSV),
        ("text/csv;q=0.3, application/json;q=0.25, text/html;q=0.299", [JSON, HTML, CSV], CSV),
    )
    chooses(
        "header-order",
        "With the same q, the server's order counts, not the order in the header.",
        ("text/csv, application/json", [JSON, CSV], JSON),
        ("text/csv;q=0.7,application/json;q=0.7", [XML, JSON, CSV], JSON),
        ("text/csv, */*", [JSON, CSV], JSON),
        ("text/*, application/*", [JSON, CSV], JSON),
    )
    chooses(
        "q-as-text",
        "1 and 1.0 are the same number. Compare numbers, not texts.",
        ("text/csv;q=1.0, application/json;q=1", [JSON, CSV], JSON),
        ("text/csv;q=1.000, application/json", [JSON, CSV], JSON),
        ("text/csv;q=0.50, application/json;q=0.5", [JSON, CSV], JSON),
    )
with q.check("specific before general", points=1):
    chooses(
        "no-wildcards",
        "`*/*` fits all types, and `text/*` all whose first half is text.",
        ("*/*;q=0.1", [CSV, JSON], CSV),
        ("image/png, */*;q=0.1", [JSON], JSON),
        ("text/*", [JSON, CSV], CSV),
        ("text/*;q=0.2, application/*;q=0.3", [CSV, XML], XML),
    )
    chooses(
        "wildcard-wins",
        "The most specific entry that matches an offer decides about it, even if a range has a higher q.",
        ("*/*, application/json;q=0.1", [JSON, CSV], CSV),
        ("text/*;q=0.9, text/csv;q=0.1, application/json;q=0.5", [CSV, JSON], JSON),
        ("application/json;q=0.3, application/*;q=0.2, */*;q=0.9", [XML, JSON, CSV], CSV),
        ("*/*;q=0.8, text/*;q=0.1, text/csv;q=0.5", [HTML, CSV, JSON], JSON),
        ("text/*;q=0.4, */*;q=0.3, text/csv;q=0.2", [CSV, JSON, HTML], HTML),
    )
with q.check("never", points=0.5):
    chooses(
        "q-zero",
        "q=0 means never. An offer that is excluded by name is not let in again by a range.",
        ("text/csv;q=0", [CSV], None),
        ("text/csv;q=0, */*", [CSV, JSON], JSON),
        ("text/csv;q=0.0, text/*;q=0.5", [CSV], None),
        ("*/*;q=0", [JSON, CSV], None),
        ("*/*;q=0.000, application/json;q=0.1", [CSV, JSON], JSON),
        ("text/*;q=0, text/csv;q=0.2", [HTML, CSV], CSV),
    )
    chooses("no-fit", "Nothing fits: return None.", ("text/html", [JSON, CSV], None), ("image/*", [JSON], None))
with q.check("how people write it", points=0.5):
    chooses(
        "substring-match",
        "Compare whole types. One may be part of another, as in application/json-seq.",
        ("application/json-seq", [JSON], None),
        ("text/csv-schema,application/json;q=0.1", [CSV, JSON], JSON),
        ("application/json", ["application/json-seq"], None),
        ("text/*", ["text-x/csv"], None),
        ("x-text/*;q=1", [CSV], None),
    )
    chooses(
        "header-case",
        "Types and q may come in any case, with spaces around the signs.",
        ("Text/CSV", [JSON, CSV], CSV),
        ("TEXT/*;Q=0.4, Application/Json;q=0.3", [JSON, CSV], CSV),
        ("text/csv ; q = 0.5 ,  application/json ;  q=0.9", [CSV, JSON], JSON),
        ("text/csv ; q = 0.5 ,  application/json ;  q=0.4", [JSON, CSV], CSV),
        (" text/html ,text/csv ;q= 0", [CSV], None),
    )
with q.check("no header, and rubbish", points=0.5):
    chooses(
        "no-header",
        "Without the header the client can read everything: the first offer wins.",
        (None, [CSV, JSON], CSV),
        (None, [JSON], JSON),
    )
    chooses(
        "bad-q",
        "An entry whose q is no number from 0 to 1 is left out. The others still count.",
        ("text/csv;q=high, application/json;q=0.1", [CSV, JSON], JSON),
        ("text/csv;q=, application/json;q=0.1", [CSV, JSON], JSON),
        ("text/csv;q=2, application/json;q=0.1", [CSV, JSON], JSON),
        ("text/csv;q=low, */*;q=0.5", [CSV], CSV),
        ("text/csv;q=1.5", [CSV], None),
        ("text/csv;q=-1, */*;q=0.5", [CSV], CSV),
        ("application/json;q=0.2, text/csv;q=nan", [CSV, JSON], JSON),
    )
q.result()

# %% C1.5 hints [markdown]
# 1. Two jobs: read the header into a dict from range to `q`, and ask that dict for each offer.
# 2. For an offer such as `text/csv`, look up three names, the most specific first: `text/csv`, `text/*`, `*/*`. The
#    first that is there decides, even if its `q` is 0. `max` with a key returns the first of several that are equal.
#    `float` raises ValueError for text that is no number.
# 3. `for entry in accept.lower().split(",")`: `name, _, parameter = entry.partition(";")`; then, for an offer,
#    `for name in (offer, offer.partition("/")[0] + "/*", …): if name in wanted: return wanted[name]`. At the end
#    `best = max(offered, key=quality)`, and None unless `quality(best) > 0`.

# %% C1.5 wrong substring-match
# You look for the offer anywhere in the header. `application/json` is also part of `application/json-seq`.
def choose(accept, offered):
    if accept is None or "*/*" in accept:
        return offered[0]
    for offer in offered:
        if offer in accept:
            return offer
    return None

# %% C1.5 wrong ignores-q change=true
# You take the first offer that the client can read, whatever q says.
-    best = max(offered, key=quality)
-    return best if quality(best) > 0 else None
+    return next((offer for offer in offered if quality(offer) > 0), None)

# %% C1.5 wrong header-order
# You go through the client's entries. With the same q, the server's order counts.
def choose(accept, offered):
    if accept is None:
        return offered[0]
    entries = []
    for entry in accept.lower().split(","):
        name, _, parameter = entry.partition(";")
        try:
            q = float(parameter.partition("=")[2] if parameter else 1)
        except ValueError:
            continue
        if 0 <= q <= 1:
            entries.append((q, name.strip()))
    never = {name for q, name in entries if not q}
    for q, name in sorted(entries, key=lambda entry: -entry[0]):
        for offer in offered:
            if q and offer not in never and (name in (offer, "*/*") or name == offer.split("/")[0] + "/*"):
                return offer
    return None

# %% C1.5 wrong q-zero change=true
# q=0 counts as the lowest wish. It means: never.
-    best = max(offered, key=quality)
-    return best if quality(best) > 0 else None
+    best = max(offered, key=quality)
+    known = (best, best.partition("/")[0] + "/*", "*/*")
+    return best if set(known) & set(wanted) else None

# %% C1.5 wrong q-zero change=true
# You forget the entries with q=0, so a range lets the offer in again.
-        if 0 <= q <= 1:
+        if 0 < q <= 1:

# %% C1.5 wrong wildcard-wins change=true
# You take the highest q of all entries that match. The most specific one decides.
-        for name in (offer, offer.partition("/")[0] + "/*", "*/*"):
-            if name in wanted:
-                return wanted[name]
-        return 0
+        names = (offer, offer.partition("/")[0] + "/*", "*/*")
+        return 0 if wanted.get(offer) == 0 else max(wanted.get(name, 0) for name in names)

# %% C1.5 wrong wildcard-wins change=true
# You ask the most general range first.
-        for name in (offer, offer.partition("/")[0] + "/*", "*/*"):
+        for name in ("*/*", offer.partition("/")[0] + "/*", offer):

# %% C1.5 wrong no-wildcards change=true
# You know `*/*`, but not `text/*`.
-        for name in (offer, offer.partition("/")[0] + "/*", "*/*"):
+        for name in (offer, "*/*"):

# %% C1.5 wrong q-as-text change=true
# You compare texts: "1.0" is greater than "1".
-            wanted[name.strip()] = q
+            wanted[name.strip()] = value.strip() if q else ""

-        return 0
+        return ""

-    return best if quality(best) > 0 else None
+    return best if quality(best) else None

# %% C1.5 wrong header-case change=true
# You compare letter by letter. `Text/CSV` is the same type as `text/csv`.
-    for entry in accept.lower().split(","):
+    for entry in accept.split(","):

# %% C1.5 wrong header-case change=true
# Spaces around a type stay in it.
-            wanted[name.strip()] = q
+            wanted[name] = q

# %% C1.5 wrong header-case change=true
# Spaces around `=` hide the q.
-        value = parameter.partition("=")[2] if parameter.strip() else "1"
+        value = parameter.strip().removeprefix("q=") if parameter.strip() else "1"

# %% C1.5 wrong bad-q change=true
# You take each q that is a number, however large.
-        if 0 <= q <= 1:
+        if q == q:

# %% C1.5 wrong bad-q change=true
# A q that is no number stops your function.
-        try:
-            q = float(value)
-        except ValueError:
-            continue
+        q = float(value)

# %% C1.5 wrong bad-q change=true
# A q that cannot be read counts as 1: rubbish is preferred to everything.
-            continue
+            q = 1

# %% C1.5 wrong bad-q change=true
# A q that cannot be read counts as 0. The entry is left out, so a range may still let the type in.
-            continue
+            q = 0

# %% C1.5 wrong no-header change=true
# Without the header nothing fits. It should be everything.
-        return offered[0]
+        return None

# %% C1.5 wrong no-fit change=true
# If nothing fits, you send the first offer all the same. The client cannot read it.
-    return best if quality(best) > 0 else None
+    return best if quality(best) > 0 or 0 not in wanted.values() else None

# %% C1.5 right sorting
# One tuple for each match: how specific, then q. The order of the offers decides between equals.
import re


def choose(accept, offered):
    entries = []
    for entry in (accept if accept is not None else "*/*").split(","):
        found = re.fullmatch(r"\s*(\S+/\S+?)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", entry, re.IGNORECASE)
        if found and float(found[2] or 1) <= 1:
            entries.append((found[1].lower(), float(found[2] or 1)))
    ranked = []
    for place, offer in enumerate(offered):
        half = offer.split("/")[0]
        matches = [
            (name.count("*"), -q) for name, q in entries if name == offer or name == f"{half}/*" or name == "*/*"
        ]
        if matches and min(matches)[1] < 0:
            ranked.append((min(matches)[1], place, offer))
    return min(ranked)[2] if ranked else None

# %% C1.5 right fnmatch
# Ranges look like the patterns of file names; Decimal reads the q.
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase


def choose(accept, offered):
    if accept is None:
        accept = "*/*"
    ranges = {}
    for text in accept.split(","):
        name, *rest = (piece.strip().lower() for piece in text.split(";"))
        ranges[name] = Decimal(1)
        for parameter in rest:
            key, _, value = parameter.partition("=")
            try:
                if key.strip() == "q":
                    ranges[name] = Decimal(value.strip())
                if not Decimal(0) <= ranges[name] <= 1:
                    raise InvalidOperation
            except InvalidOperation:
                del ranges[name]
    best, most = None, Decimal(0)
    for offer in offered:
        fitting = sorted((name for name in ranges if fnmatchcase(offer, name)), key=lambda name: name.count("*"))
        if fitting and ranges[fitting[0]] > most:
            best, most = offer, ranges[fitting[0]]
    return best

# %% C1.6 prompt [markdown] type="http-app" core=true
# ## C1.6 Your first server
#
# Write `create_app()`, which returns a WSGI app. The starter names the steps of example 7; no request may leave traces
# in the answer to another one.
#
# | request | success |
# |---|---|
# | `GET /health` and `HEAD /health` | 200 with the JSON `{"status": "ok"}`; HEAD has the same headers, and no body |
# | `POST /echo` with JSON | 200 with the same JSON value |
#
# | error | when |
# |---|---|
# | 404 | any other path. `PATH_INFO` counts: the query does not matter, and `/health/` is another path |
# | 405 | another method on one of the two paths. `Allow` lists all methods of the table above for that path |
# | 413 | `Content-Length` of `POST /echo` is more than 1000000. Answer without reading the body |
# | 415 | the media type of `POST /echo` is missing, or not `application/json`; parameters such as `charset` may follow |
# | 400 | `Content-Length` of `POST /echo` is no whole number of 0 or more, or the body is no JSON. An empty body is no JSON |
#
# The body of `POST /echo` is `CONTENT_LENGTH` bytes long, and more bytes may come behind it. Answers with JSON have the
# type `application/json`. The body of an error is up to you.

# %% C1.6 answer
def create_app():
    """Return a WSGI app."""

    def app(environ, start_response):
        # Find
        # Check
        # Read
        # Answer
        ### BEGIN SOLUTION
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        allowed = {"/health": ["GET", "HEAD"], "/echo": ["POST"]}.get(path)
        headers = [("Content-Type", "application/json")]
        if allowed is None:
            status, answer = "404 Not Found", {"error": "Nothing is here."}
        elif method not in allowed:
            status, answer = "405 Method Not Allowed", {"error": "Not this method."}
            headers.append(("Allow", ", ".join(allowed)))
        elif path == "/health":
            status, answer = "200 OK", {"status": "ok"}
        else:
            status, answer = echo(environ)
        body = json.dumps(answer).encode()
        headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return [] if method == "HEAD" else [body]

    def echo(environ):
        length = environ.get("CONTENT_LENGTH") or "0"
        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
            return "415 Unsupported Media Type", {"error": "Send JSON."}
        if not (length.isascii() and length.isdigit()):
            return "400 Bad Request", {"error": "Content-Length is no number."}
        if len(length) > 18 or int(length) > 1_000_000:
            return "413 Content Too Large", {"error": "Send less."}
        try:
            return "200 OK", json.loads(environ["wsgi.input"].read(int(length)))
        except ValueError:
            return "400 Bad Request", {"error": "This is no JSON."}
        ### END SOLUTION

    return app

# %% C1.6 check
q = Question("C1.6")
with q.check("five exchanges", points=1):
    client = Client(create_app())
    expect(client.get("/health"), status=200, json_exact={"status": "ok"})
    expect(client.post("/echo", json={"trip_id": 7}), status=200, json_exact={"trip_id": 7})
    expect(client.get("/healthy"), status=404)
    expect(client.put("/health"), status=405, header={"Allow": True})
    expect(client.post("/echo", data=b'{"trip_id": 7', headers={"Content-Type": "application/json"}), status=400)
q.result()

# %% C1.6 hidden
q = Question("C1.6", hidden=True)
ASIDE = (
    ("consist of bytes", "text-body", "A part of your body is text. WSGI takes bytes: encode first."),
    ("must return a list", "text-body", "WSGI takes the body as a list of bytes, such as `[body]`."),
    ("in answer to HEAD", "head-body", "The answer to HEAD has the headers of GET, and an empty list as its body."),
    ("Content-Length says", "length-in-chars", "Content-Length must be the number of bytes in your body, and stand there once."),
)


def ask(client, method, target, **more):
    """One exchange. An app that breaks has answered wrongly."""
    try:
        return client.request(method, target, **more)
    except CheckFailed as fault:
        for words, known, advice in ASIDE:
            if words in fault.message:
                raise CheckFailed(fault.message, tag=known, advice=advice) from None
        if fault.ran:
            advice = "Your answer breaks a rule of WSGI: look at its status line, its headers and its body."
            raise CheckFailed(fault.message, advice=advice) from None
        advice = "Your app stopped with an error. Whatever a client sends, it gets an answer."
        raise CheckFailed(fault.message, tag="unhandled-input", advice=advice) from None


def sends(client, body, status, tag, says, target="/echo", **headers):
    """POST some bytes as JSON, unless the headers say otherwise, and require a status."""
    fields = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    found = ask(client, "POST", target, data=body, headers=fields)
    with meaning(tag, says):
        expect(found, status=status)
    return found


with q.check("methods", points=1):
    client = Client(create_app())
    with meaning("", "GET /health is the smallest request. Compare status, type and body with the task."):
        whole = expect(ask(client, "GET", "/health"), status=200, json_exact={"status": "ok"})
    says = "The answer to HEAD has the status and the headers of GET."
    with meaning("head-differs", says):
        head = expect(ask(client, "HEAD", "/health"), status=200, header={"Content-Type": whole.header("Content-Type")})
        same_value(head.header("Content-Length", "none"), whole.header("Content-Length", "none"))
    for target, methods in (("/health", {"GET", "HEAD"}), ("/echo", {"POST"})):
        for method in ("PUT", "DELETE", "PATCH", "POST", "GET", "HEAD"):
            if method in methods:
                continue
            more = {"json": {"a": 1}} if method not in ("GET", "HEAD") else {}
            found = ask(client, method, target, **more)
            with meaning("method-ignored", "A method that is not in the table got a success. Look at the method."):
                assert found.status >= 300, f"{method} {target} answered {found.status}"
            with meaning("405-vs-404", "The path is there, the method is not: that is 405."):
                expect(found, status=405, header={"Allow": None})
            with meaning("lost-allow", "With 405 comes `Allow`, which lists all methods of the path, and no others."):
                listed = {name.strip() for name in (found.header("Allow") or "").split(",")} - {"OPTIONS"}
                same_value(listed, methods, of=f"the methods in Allow for {target}")
with q.check("paths", points=0.5):
    client = Client(create_app())
    with meaning("path-as-typed", "PATH_INFO is the path, decoded and without the query."):
        for target in ("/health?verbose=1", "/%68ealth", "/he%61lth?x=/", "http://api.hopline.test/health"):
            expect(ask(client, "GET", target), status=200)
        sends(client, b"[]", 200, "path-as-typed", "A query does not matter.", target="/echo?a=b")
    nowhere = [(method, "/nowhere") for method in ("POST", "HEAD", "PUT", "DELETE", "PATCH")]
    for method, target in (("GET", "/"), ("GET", "/trips/7"), *nowhere):
        found = ask(client, method, target)
        with meaning("ok-with-error", "A path that is not there got a success. It is 404, for each method."):
            assert found.status >= 300, f"{method} {target} answered {found.status}"
        with meaning("405-vs-404", "The path is not there: that is 404, whatever the method is."):
            expect(found, status=404)
    for target in ("/health/", "/Health", "/healthz", "/health/x", "/x/health", "/health%2F", "/ech", "/echo/"):
        with meaning("loose-path", "Compare the whole path: a slash, a letter or a capital makes another one."):
            expect(ask(client, "GET", target), status=404)
with q.check("bodies that are no JSON", points=1):
    client = Client(create_app())
    broken = "JSON that cannot be read is the client's mistake: 400."
    for body in (b"", b"{", b"trip_id=7", b'{"a": 1} x', b"\xff\xfe\x00", b"'a'", b"nul", b'"\xc3"'):
        sends(client, body, 400, "ok-with-error", broken)
    sends(client, None, 400, "unhandled-input", broken, Content_Length=None)
    sends(client, None, 400, "unhandled-input", broken, Content_Length="")
    for length in ("x", "-1", "1.5", "0x2", "-99"):
        says = "Content-Length is text from outside, and may be no number, or below 0: 400."
        sends(client, b"{}", 400, "unhandled-input", says, Content_Length=length)
    other = "The header says another type: 415, before anybody looks into the body."
    for kind in ("text/plain", "application/x-www-form-urlencoded", "text/json", "application/json-seq", "", None):
        sends(client, b'{"a": 1}', 415, "type-ignored", other, Content_Type=kind)
    sends(client, b"trip 7", 415, "type-ignored", other, Content_Type="text/plain")
    same = "Media types may be in any case, and parameters may follow."
    for kind in ("application/json; charset=utf-8", "Application/JSON", "application/json ;charset=UTF-8"):
        expect(sends(client, b'{"a": 1}', 200, "strict-type", same, Content_Type=kind), json_exact={"a": 1})
with q.check("bodies of all sizes", points=1):
    client = Client(create_app())
    with meaning("", "Line breaks and spaces may stand in JSON, and around it."):
        found = sends(client, b' {\r\n  "trip_id": 7\n}\n\n', 200, "", "")
        expect(found, json_exact={"trip_id": 7})
    says = "Each JSON value is sent back, also null, 0 and []."
    for value in ({"to": "Kadıköy → Baixa"}, [], {}, 0, False, None, "", "ö", [{"a": [1.5, None]}]):
        found = sends(client, json.dumps(value, ensure_ascii=False).encode(), 200, "falsy-json", says)
        with meaning("falsy-json", "The same JSON value must come back, with the type application/json."):
            expect(found, json_exact=value)
    full = "A body of exactly 1000000 bytes is allowed, and comes back whole."
    found = sends(client, b'"' + b"x" * 999_998 + b'"', 200, "boundary", full)
    with meaning("boundary", full):
        assert found.json() == "x" * 999_998, "not all came back"
    more = "Bytes behind Content-Length belong to the next request. Read as many as it says, and no more."
    for body, length in ((b'{"a": 1}GET /health HTTP/1.1\r\n', "8"), (b"12345", "2"), (b"[1][2]", "3")):
        found = sends(client, body, 200, "unbounded-read", more, Content_Length=length)
        with meaning("unbounded-read", more):
            expect(found, json_exact=json.loads(body[: int(length)]))
    large = "A body is too large when its Content-Length says so. Answer 413 before you read: it may never arrive."
    for length in ("1000001", "2000000", "99999999999999999999999"):
        sends(client, b'{"a": 1}', 413, "unbounded-read", large, Content_Length=length)
with q.check("one request after another, and many at once", points=0.5, tag="shared-state"):
    client, other = Client(create_app()), Client(create_app())
    says = "An answer held something of an earlier request. Make headers and variables anew for each request."
    for number in range(2):
        for one in (client, other):
            with meaning("", says):
                sent = {"trip_id": number}
                found = expect(ask(one, "POST", "/echo", json=sent), status=200, json_exact=sent)
                for name in ("Content-Type", "Content-Length", "Allow"):
                    assert len(found.header_values(name)) <= 1, f"{name} is there more than once"
                assert found.header("Allow") is None, "Allow came with a success"
                expect(ask(one, "DELETE", "/echo"), status=405)
                expect(ask(one, "GET", "/health"), status=200, json_exact={"status": "ok"}, header={"Allow": False})
                expect(ask(one, "POST", "/echo", data=b"", headers={"Content-Type": "application/json"}), status=400)
    with meaning("", "Many requests came at the same time. Each must get its own answer."):
        calls = [("POST", "/echo", {"json": {"number": number, "x": "x" * number * 50}}) for number in range(12)]
        for (_, _, sent), found in zip(calls, client.parallel(calls), strict=True):
            expect(found, status=200, json_exact=sent["json"])
q.result()

# %% C1.6 hints [markdown]
# 1. `environ` holds the request. Go down the table of errors: which entry of `environ` tells you about each line, and
#    which test must come before which?
# 2. A dict from path to its methods gives you 404, 405 and `Allow`. Read exactly `CONTENT_LENGTH` bytes, after you know
#    that it is a number and not too large; it may be missing or empty. The media type is what stands before `;`.
#    `json.loads` takes bytes and raises ValueError.
# 3. `allowed = {"/health": ["GET", "HEAD"], "/echo": …}.get(environ["PATH_INFO"])`; for the body
#    `length = environ.get("CONTENT_LENGTH") or "0"`, `if not (length.isascii() and length.isdigit())` is 400,
#    `if int(length) > …` is 413, then `environ["wsgi.input"].read(int(length))`.

# %% C1.6 wrong method-ignored change=true
# You never look at the method: DELETE /health is a success.
-        elif method not in allowed:
+        elif path == "/echo" and method not in allowed:

# %% C1.6 wrong 405-vs-404 change=true
# You answer 404 for a method that is not allowed. The path is there.
-            status, answer = "405 Method Not Allowed", {"error": "Not this method."}
+            status, answer = "404 Not Found", {"error": "Not this method."}

# %% C1.6 wrong 405-vs-404 change=true
# You look at the method first: DELETE gets 405 for a path that is not there.
-        if allowed is None:
+        if allowed is None and method in ("GET", "HEAD", "POST"):

-        elif method not in allowed:
+        elif allowed is None or method not in allowed:

-            headers.append(("Allow", ", ".join(allowed)))
+            headers.append(("Allow", ", ".join(allowed or ["GET"])))

# %% C1.6 wrong lost-allow change=true
# 405 comes without `Allow`: the client does not know what to try.
-            headers.append(("Allow", ", ".join(allowed)))

# %% C1.6 wrong lost-allow change=true
# `Allow` names the methods of all paths.
-            headers.append(("Allow", ", ".join(allowed)))
+            headers.append(("Allow", "GET, HEAD, POST"))

# %% C1.6 wrong unbounded-read change=true
# You read all that comes. On a real connection you would wait for ever, or take the next request for a part of the body.
-            return "200 OK", json.loads(environ["wsgi.input"].read(int(length)))
+            return "200 OK", json.loads(environ["wsgi.input"].read())

# %% C1.6 wrong unbounded-read change=true
# You read first and count then. By that time the body fills the memory.
-        if len(length) > 18 or int(length) > 1_000_000:
+        sent = environ["wsgi.input"].read(int(length) if len(length) < 9 else -1)
+        if len(sent) > 1_000_000:

-            return "200 OK", json.loads(environ["wsgi.input"].read(int(length)))
+            return "200 OK", json.loads(sent)

# %% C1.6 wrong unbounded-read change=true
# You read at most a million bytes of a body that is larger, and find no JSON in them.
-        if len(length) > 18 or int(length) > 1_000_000:
-            return "413 Content Too Large", {"error": "Send less."}

-            return "200 OK", json.loads(environ["wsgi.input"].read(int(length)))
+            return "200 OK", json.loads(environ["wsgi.input"].read(min(int(length), 1_000_000)))

# %% C1.6 wrong boundary change=true
# A body of exactly 1000000 bytes is not more than 1000000.
-        if len(length) > 18 or int(length) > 1_000_000:
+        if len(length) > 18 or int(length) >= 1_000_000:

# %% C1.6 wrong text-body change=true
# You return text. WSGI takes bytes.
-        body = json.dumps(answer).encode()
+        body = json.dumps(answer)

# %% C1.6 wrong text-body change=true
# You return the bytes themselves. WSGI takes a list of them.
-        return [] if method == "HEAD" else [body]
+        return [] if method == "HEAD" else body

# %% C1.6 wrong head-body change=true
# You send a body in answer to HEAD.
-        return [] if method == "HEAD" else [body]
+        return [body]

# %% C1.6 wrong head-differs change=true
# HEAD says that the body has 0 bytes. It should say what GET would send.
-        body = json.dumps(answer).encode()
+        body = b"" if method == "HEAD" else json.dumps(answer).encode()

# %% C1.6 wrong length-in-chars change=true
# You count letters, and `ö` takes two bytes.
-        body = json.dumps(answer).encode()
-        headers.append(("Content-Length", str(len(body))))
+        text = json.dumps(answer, ensure_ascii=False)
+        body = text.encode()
+        headers.append(("Content-Length", str(len(text))))

# %% C1.6 wrong unhandled-input change=true
# `int("x")` raises ValueError, and the client gets no answer.
-        if not (length.isascii() and length.isdigit()):
-            return "400 Bad Request", {"error": "Content-Length is no number."}

# %% C1.6 wrong unhandled-input change=true
# `environ["CONTENT_LENGTH"]` is missing where the client sent none.
-        length = environ.get("CONTENT_LENGTH") or "0"
+        length = environ["CONTENT_LENGTH"]

# %% C1.6 wrong unhandled-input change=true
# You catch JSONDecodeError. Bytes that are no UTF-8 raise UnicodeDecodeError; both are a ValueError.
-        except ValueError:
+        except json.JSONDecodeError:

# %% C1.6 wrong ok-with-error change=true
# You answer 200 with an error in the body. Programs look at the status.
-            return "400 Bad Request", {"error": "This is no JSON."}
+            return "200 OK", {"error": "This is no JSON."}

# %% C1.6 wrong type-ignored change=true
# You take each body that looks like JSON. A form of another website can send text/plain without asking anybody.
-        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
+        if environ.get("CONTENT_TYPE", "").startswith("image/"):

# %% C1.6 wrong type-ignored change=true
# `application/json-seq` begins like JSON and is another type.
-        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
+        if not environ.get("CONTENT_TYPE", "").lower().startswith("application/json"):

# %% C1.6 wrong strict-type change=true
# You refuse `application/json; charset=utf-8`.
-        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
+        if environ.get("CONTENT_TYPE") != "application/json":

# %% C1.6 wrong path-as-typed change=true
# You take the path as it stands on the request line, with its percent codes and its query.
-        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
+        path, method = environ["REQUEST_URI"], environ["REQUEST_METHOD"]

# %% C1.6 wrong loose-path change=true
# You take the slash at the end away. Here that is another path.
-        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
+        path, method = environ["PATH_INFO"].rstrip("/"), environ["REQUEST_METHOD"]

# %% C1.6 wrong ok-with-error change=true
# A path that is not there gets 200 with an error in the body.
-            status, answer = "404 Not Found", {"error": "Nothing is here."}
+            status, answer = "200 OK", {"error": "Nothing is here."}

# %% C1.6 wrong loose-path change=true
# Each path that begins with /health is healthy.
-        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
+        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
+        path = "/health" if path.startswith("/health") else path

# %% C1.6 wrong falsy-json change=true
# `if not value` takes null, 0 and [] for a missing body.
-            return "200 OK", json.loads(environ["wsgi.input"].read(int(length)))
+            value = json.loads(environ["wsgi.input"].read(int(length)))
+            return ("200 OK", value) if value else ("400 Bad Request", {"error": "There is no body."})

# %% C1.6 wrong shared-state
# The list of headers is made once. Each request adds to it, and the next one finds what was left.
def create_app():
    headers = [("Content-Type", "application/json")]

    def app(environ, start_response):
        allowed = {"/health": ["GET", "HEAD"], "/echo": ["POST"]}.get(environ["PATH_INFO"])
        status, answer = "200 OK", {"status": "ok"}
        if allowed is None:
            status = "404 Not Found"
        elif environ["REQUEST_METHOD"] not in allowed:
            status = "405 Method Not Allowed"
            headers.append(("Allow", ", ".join(allowed)))
        elif environ["PATH_INFO"] == "/echo":
            length = environ.get("CONTENT_LENGTH") or "0"
            if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
                status = "415 Unsupported Media Type"
            elif not length.isdigit():
                status = "400 Bad Request"
            elif int(length) > 1_000_000:
                status = "413 Content Too Large"
            else:
                try:
                    answer = json.loads(environ["wsgi.input"].read(int(length)))
                except ValueError:
                    status = "400 Bad Request"
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [json.dumps(answer).encode()]

    return app

# %% C1.6 wrong shared-state change=true
# The last body is kept in the function, and answers an empty request, too.
-            return "200 OK", json.loads(environ["wsgi.input"].read(int(length)))
+            sent = environ["wsgi.input"].read(int(length))
+            echo.last = sent or (echo.last if hasattr(echo, "last") else b"")
+            return "200 OK", json.loads(echo.last)

# %% C1.6 right class
# A class with `__call__`; the body comes from a generator, which sends it in pieces.
class create_app:
    routes = {("GET", "/health"): "health", ("HEAD", "/health"): "health", ("POST", "/echo"): "echo"}

    def __call__(self, environ, start_response):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        name = self.routes.get((method, path))
        allowed = [verb for verb, place in self.routes if place == path]
        if name is not None:
            status, text = getattr(self, name)(environ)
            more = []
        elif allowed:
            status, text, more = "405 No", "null", [("allow", ",".join(allowed))]
        else:
            status, text, more = "404 No", "null", []
        start_response(status, [("content-type", "application/json; charset=utf-8"), *more])
        if method != "HEAD":
            yield from (letter.encode() for letter in text)

    def health(self, environ):
        return "200 Fine", '{"status":"ok"}'

    def echo(self, environ):
        kind, *_ = environ.get("CONTENT_TYPE", "").lower().split(";")
        if kind.strip() != "application/json":
            return "415 No", "{}"
        try:
            size = int(environ.get("CONTENT_LENGTH", "") or 0)
            if size > 1_000_000:
                return "413 No", "{}"
            if size < 0:
                raise ValueError(size)
            return "200 Fine", json.dumps(json.loads(environ["wsgi.input"].read(size)), ensure_ascii=False)
        except ValueError:
            return "400 No", "{}"

# %% C1.6 right flask
# Flask does most of it: HEAD, 404, 405 with Allow, 413 before reading, 415, 400.
from flask import Flask, jsonify, request


def create_app():
    app = Flask("first")
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000

    @app.get("/health")
    def health():
        return {"status": "ok"}

    @app.post("/echo")
    def echo():
        if request.mimetype != "application/json":
            return {"error": "type"}, 415
        return jsonify(request.get_json())

    return app

# %% C1.6 right werkzeug
# Werkzeug's request, response and routing, below the level of Flask.
from werkzeug.exceptions import BadRequest as Bad
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response


def create_app():
    urls = Map([Rule("/health", endpoint="health", methods=["GET"]), Rule("/echo", endpoint="echo", methods=["POST"])])
    urls.merge_slashes = False

    @Request.application
    def app(request):
        try:
            endpoint, _ = urls.bind_to_environ(request.environ).match()
            if endpoint == "health":
                return Response('{"status": "ok"}', content_type="application/json")
            if request.mimetype != "application/json":
                raise UnsupportedMediaType
            if (request.content_length or 0) > 1_000_000:
                raise RequestEntityTooLarge
            try:
                return Response(json.dumps(json.loads(request.get_data())), mimetype="application/json")
            except ValueError:
                raise Bad from None
        except HTTPException as error:
            return error

    return app

# %% C1.7 prompt [markdown] type="choice-set"
# ## C1.7 Safe to repeat?
#
# Hopline's own code handles these ten calls as the table says. Judge what the code does, not what the method promises:
# write `s` if the call is safe, `i` if it is idempotent but not safe, `n` if it is neither. Entries in the access log do
# not count.
#
# | name | call | what the code does |
# |---|---|---|
# | `surge` | `PUT /zones/3/surge` | sets the surge to the value that was sent |
# | `pay` | `POST /payments` | charges the card |
# | `remove` | `DELETE /trips/7` | removes the trip; for a trip that is gone it answers 404 |
# | `read` | `GET /trips/7` | sends the trip, and writes a line into the access log |
# | `promo` | `GET /promos/WELCOME/use` | takes one use off the promo, for the rider who asks |
# | `tip` | `PATCH /trips/7` with `{"tip_cents": 300}` | sets the tip to 300 cents |
# | `more` | `PATCH /trips/7` with `{"add_tip_cents": 100}` | adds 100 cents to the tip |
# | `receipt` | `HEAD /receipts/7` | sends the headers of the receipt |
# | `note` | `PUT /tickets/3/notes` | adds what was sent to the end of the notes |
# | `keyed` | `POST /payments` with an id that the client made | charges the card once for each id; after that it sends the first answer again |

# %% C1.7 answer
repeat = {
    "surge": "",
    "pay": "",
    "remove": "",
    "read": "",
    "promo": "",
    "tip": "",
    "more": "",
    "receipt": "",
    "note": "",
    "keyed": "",
}
### BEGIN SOLUTION
repeat = {
    "surge": "i",
    "pay": "n",
    "remove": "i",
    "read": "s",
    "promo": "n",
    "tip": "i",
    "more": "n",
    "receipt": "s",
    "note": "n",
    "keyed": "i",
}
### END SOLUTION

# %% C1.7 check
q = Question("C1.7")
with q.check("one letter for each of the ten calls", points=0.5):
    for name in ("surge", "pay", "remove", "read", "promo", "tip", "more", "receipt", "note", "keyed"):
        chosen(repeat.get(name, ""), among="sin")
        if sum(sign.isalpha() for sign in str(repeat[name])) != 1:
            raise CheckFailed(f"Pick exactly one letter for {name!r}; yours is {repeat[name]!r}.")
q.result()

# %% C1.7 hidden
q = Question("C1.7", hidden=True)
response = {
    "tag": "response-vs-effect",
    "says": "The effect on the server counts, not the response. Is the data the same after the second call?",
}
magic = {
    "tag": "method-magic",
    "says": "The name of a method keeps no promise by itself. What does the code do to the data?",
}
adds = {"tag": "adds-each-time", "says": "A call that adds something does so each time: twice is not once."}
changes = {
    "tag": "safe-means-no-change",
    "says": "Safe is a call that asks for no change at all. Idempotent calls may change something.",
}
logs = {
    "tag": "log-is-no-effect",
    "says": "A call that only reads is safe, and what is safe is idempotent, too. The log does not count.",
}
keys = {
    "surge": ("i", {"n": response, "s": changes}),
    "pay": ("n", {"i": adds, "s": changes}),
    "remove": ("i", {"n": response, "s": changes}),
    "read": ("s", {"i": logs, "n": logs}),
    "promo": ("n", {"s": magic, "i": magic}),
    "tip": ("i", {"n": magic, "s": changes}),
    "more": ("n", {"i": adds, "s": changes}),
    "receipt": ("s", {"i": logs, "n": logs}),
    "note": ("n", {"i": magic, "s": changes}),
    "keyed": ("i", {"n": magic, "s": changes}),
}


def judge(*names):
    for name in names:
        chosen(repeat.get(name, ""), keys[name][0], among="sin", known=keys[name][1])


with q.check("calls that do what their method promises", points=0.5):
    judge("surge", "pay", "remove", "read", "receipt")
with q.check("two ways to change a part", points=0.5):
    judge("tip", "more")
with q.check("calls that do something else", points=0.5):
    judge("promo", "note", "keyed")
q.result()

# %% C1.7 hints [markdown]
# 1. Cover the column with the methods. Imagine that each call comes twice, because the first answer was lost. Look at
#    the data on the server after the first and after the second call.
# 2. No change at all is `s`. The same data after one and after two calls is `i`. If something is added, charged or used
#    up once more, it is `n`. A second answer of 404 says nothing about the data: the trip is gone after one call and
#    after two.
# 3. Two calls are `s`, and four are `i`: `surge`, `tip`, `remove`, and the one where the client made …

# %% C1.7 wrong response-vs-effect change=true
# "DELETE is not idempotent, because the second one answers 404." The effect is the same: the trip is gone.
-    "remove": "i",
+    "remove": "n",

# %% C1.7 wrong method-magic change=true
# "GET is safe, whatever it does." This one uses up a promo each time.
-    "promo": "n",
+    "promo": "s",

# %% C1.7 wrong method-magic change=true
# "PUT is idempotent, whatever it does." This one adds a note each time.
-    "note": "n",
+    "note": "i",

# %% C1.7 wrong method-magic change=true
# "POST may never be repeated." With an id from the client, the server notices the repetition.
-    "keyed": "i",
+    "keyed": "n",

# %% C1.7 wrong method-magic change=true
# "PATCH is not idempotent." Setting a value is.
-    "tip": "i",
+    "tip": "n",

# %% C1.7 wrong adds-each-time change=true
# Adding 100 cents twice adds 200 cents.
-    "more": "n",
+    "more": "i",

# %% C1.7 wrong safe-means-no-change change=true
# PUT changes the surge: it may be repeated, but it is not safe.
-    "surge": "i",
+    "surge": "s",

# %% C1.7 wrong log-is-no-effect change=true
# The line in the log is no change that the client asked for.
-    "read": "s",
+    "read": "n",

# %% C1.7 right capitals change=true
# Capital letters, spaces and lists of one letter are read as well.
-    "surge": "i",
-    "pay": "n",
+    "surge": " I ",
+    "pay": ["N"],

-    "read": "s",
+    "read": "S",

# %% [markdown]
# ## Close
#
# ### Common mistakes you may have met
#
# When a check recognises a mistake, its result shows one of these names.
#
# | name | what happened |
# |---|---|
# | `split-body` | The whole message was decoded or split; only the head is text. |
# | `split-too-often` | A line was split at each colon; only the first ends the name. |
# | `header-case` | A name or type was compared letter by letter; case and outer spaces do not matter. |
# | `untrimmed` | Spaces around a value stayed in it. |
# | `last-wins` | Of a repeated header only one value was kept. |
# | `smuggling` | Two different lengths were accepted; refuse what can be read in two ways. |
# | `lenient-number` | A length was more than digits; `int` accepts too much. |
# | `cut-short` | A body with too few bytes was accepted. |
# | `reads-on` | Bytes of the next request were taken for the body. |
# | `accepts-malformed` | A line that cannot be read was skipped or accepted; refuse the request. |
# | `space-before-colon` | A broken name was repaired; refuse it. |
# | `no-host` | A request without `Host` was accepted. |
# | `unbounded-head` | The head could be as long as the client liked. |
# | `limit-on-body` | The limit of the head was applied to the body. |
# | `another-exception` | Another exception was raised than the caller waits for. |
# | `length-in-chars` | Letters were counted; `Content-Length` counts bytes. |
# | `wrong-reason` | The reason of the status was not the standard one. |
# | `broken-head` | The lines of the head did not end with CRLF, or no empty line ended it. |
# | `other-headers` | A header was added or lost. |
# | `head-body` | The answer to HEAD had a body. |
# | `head-length`, `head-differs` | The headers of HEAD were not those of GET. |
# | `lost-body` | A body was left out where one belongs. |
# | `no-content` | 204 or 304 had a body or a `Content-Length`. |
# | `header-injection` | A line break in a header passed. |
# | `double-length` | The caller's `Content-Length` stood beside your own, or replaced it. |
# | `text-body` | A text was sent; a connection carries bytes, and WSGI takes a list of them. |
# | `ok-with-error` | An error came with status 200; programs look at the status first. |
# | `blame-server`, `blame-client` | 5xx for a mistake of the client, or 4xx for a failure of the server. |
# | `vague-success` | 201 and 204 say more than 200. |
# | `temporary-move` | "For now" was said where "for good" was meant. |
# | `not-modified` | 304 tells the client to use its copy. |
# | `401-vs-403` | 401 asks who you are; 403 says that you may not. |
# | `405-vs-404` | 404 is about the path, 405 about the method. |
# | `400-vs-422` | 400: it cannot be read. 422: a value cannot be right. |
# | `415-vs-422` | 415 is about the kind of body, not its content. |
# | `409-vs-412`, `412-vs-428` | State, failed condition, missing condition: three codes. |
# | `too-many` | 429 is about one client that asks too often. |
# | `which-gateway` | 502: rubbish came from behind. 504: nothing came in time. |
# | `another-status` | Another code says more exactly what happened. |
# | `unencoded` | A piece with a sign of its own stood in the URL as it was. |
# | `url-injection` | A piece led the request to another host. |
# | `slash-kept` | A `/` in a piece made two parts; `quote(part, safe="")` encodes it. |
# | `double-encoding` | Something was encoded twice, or decoded first. |
# | `plus-in-path` | A space in the path became `+`; there it is a plus. |
# | `dot-segments` | `..` or an empty part passed. |
# | `refuses-too-much` | A part was refused that can be one. |
# | `none-text`, `python-bool`, `list-text` | A value was written as Python prints it. |
# | `lost-value` | 0, False or an empty text was left out with None. |
# | `lost-query` | The query of the base was lost, or stood in the wrong place. |
# | `double-slash` | Two slashes in a row made an empty part. |
# | `substring-match` | A type was found inside another one; compare whole types. |
# | `ignores-q`, `q-as-text` | `q` was not compared, or not as a number. |
# | `header-order` | The client's order counted; of equals, the server's first offer wins. |
# | `no-wildcards` | `*/*` or `text/*` was not understood. |
# | `wildcard-wins` | A range decided, although a more specific entry was there. |
# | `q-zero` | q=0 was taken for a low wish; it means never. |
# | `bad-q` | A `q` that is no number from 0 to 1 counted, or stopped the function. |
# | `no-header` | Without `Accept` nothing was chosen; then everything fits. |
# | `no-fit` | Something was chosen that the client cannot read. |
# | `method-ignored` | The method was not looked at. |
# | `lost-allow` | 405 came without the right `Allow`. |
# | `path-as-typed` | The query or percent codes were taken as a part of the path. |
# | `loose-path` | A path that only looks alike was served. |
# | `unhandled-input` | Something from outside made the app stop. |
# | `type-ignored`, `strict-type` | The media type was not read, or was compared together with its parameters. |
# | `falsy-json` | null, 0 or `[]` was taken for no body. |
# | `unbounded-read` | More was read than announced, or too much. |
# | `boundary` | The largest body that is allowed was refused, or came back in part. |
# | `shared-state` | One request left traces in the answer to another. |
# | `response-vs-effect` | The response was judged; the effect on the server counts. |
# | `method-magic` | The method's name was believed; the code decides. |
# | `adds-each-time` | A call that adds was taken for idempotent. |
# | `safe-means-no-change` | A call that changes something was called safe. |
# | `log-is-no-effect` | A line in a log was taken for a change. |
#
# ### Read the source
#
# - [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110): methods in section 9, status codes in section 15, `Accept` in
#   section 12.5.1.
# - [RFC 9112](https://www.rfc-editor.org/rfc/rfc9112): HTTP/1.1 as it stands on the wire; section 6.3 is about the
#   length of a body.
# - [PEP 3333](https://peps.python.org/pep-3333/): WSGI, the agreement between server and app.
#
# ### Next
#
# Module C2, *Call other people's APIs*: now you are the client, and the other side fails. Module C3, *Build a REST API*,
# goes on with the server; it also needs B1.
