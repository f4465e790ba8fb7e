# ---
# title: Tokens
# minutes: 85
# needs: [d1]
# ---

# %% [markdown]
# # Tokens
#
# > **Goal.** After this module you can read, sign and verify tokens, rotate keys and refresh tokens, answer 401 and 403
# > properly, and forge tokens against a weak verifier. Hopline's apps, drivers and partners all send tokens; one that
# > is verified carelessly opens every account. You need module D1 (passwords, hashes) and a small web app (C3).
#
# You know tokens already? Run the setup cell, which begins with `import base64`, then
# [skip to the questions](#Questions).
#
# **Ground rule.** The attacks in this module are for systems that you own or have permission to test. Everything here
# runs inside this notebook.

# %% [markdown]
# ## Warm-up
#
# Three items from earlier modules. They are not graded. Say your answer aloud, then open the line below it.
#
# **1.** (D1) Why does Hopline store a reset token as a hash, although nobody chose it and nobody can guess it?
#
# <details><summary>Answer 1</summary>
#
# The token works like a password until it is used. Whoever reads the table must not be able to use what stands there.
#
# </details>
#
# **2.** (C3) A rider sends `{"role": "admin"}` in the body of a request. Who decides about the role?
#
# <details><summary>Answer 2</summary>
#
# The server. A client may send only the fields that a client may decide; the others are refused or ignored.
#
# </details>
#
# **3.** (B1) Two requests run `UPDATE … SET used_at = ? WHERE id = ? AND used_at IS NULL` at the same time. How many of
# them change the row?
#
# <details><summary>Answer 3</summary>
#
# One. The database tests the condition and changes the row in one step, so the second request finds `used_at` filled.
#
# </details>

# %% setup
import base64
import hashlib
import hmac
import json
import re
import secrets
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

import jwt
import requests as http
from cryptography.hazmat.primitives.asymmetric import rsa

from autograder import Question, same_value
from autograder.auth import b64url, captures, jwk, mint_token, refuses, rsa_key, weak_verifiers
from autograder.web import Client, Service, VirtualClock, database_file, expect, ok, rows_in

ISSUER, AUDIENCE = "https://auth.hopline.test", "hopline-api"


class Unauthorized(Exception):
    """The one exception with which a verifier refuses a token."""


people = sqlite3.connect(":memory:")
people.executescript("""
    CREATE TABLE users (user_id INTEGER PRIMARY KEY, email TEXT UNIQUE, role TEXT, disabled_at TEXT);
    INSERT INTO users VALUES (7, 'leyla@hopline.test', 'rider', NULL), (8, 'kofi@hopline.test', 'admin', NULL);
""")

# %% [markdown]
# ## Lesson
#
# Run the setup cell above first. It imports what the examples and the questions use: of the standard library `base64`,
# `hashlib`, `hmac`, `json`, `re`, `secrets`, `sqlite3` and `time`; then `jwt` (the library PyJWT) and `rsa` (of the
# library cryptography). Change the lesson cells as you like.

# %% [markdown]
# ### Example 1: three parts that everyone can read
#
# A token of the kind JWT ("JSON Web Token") is a text of three parts with dots between them: header, payload,
# signature. The header says how the token was signed. The payload holds the *claims*, such as `sub`, the user.
#
# 1. **Split** the text at the dots.
# 2. **Pad and decode** the first two parts. They are written in base64url: the letters `A`–`Z`, `a`–`z`, `0`–`9`, `-`
#    and `_`. Base64 works in groups of four letters, and a token leaves out the `=` that would fill the last group.
# 3. **Read** the two JSON objects.
#
# **Predict.** Which of the three steps needs the key?

# %% example
lesson_key = secrets.token_bytes(32)
lesson_token = jwt.encode({"sub": "7", "role": "rider"}, lesson_key, algorithm="HS256")
print(lesson_token)

parts = lesson_token.split(".")  # Split
for part in parts[:2]:
    padded = part + "=" * (-len(part) % 4)  # Pad and decode
    text = base64.urlsafe_b64decode(padded)
    print(json.loads(text))  # Read

# %% [markdown]
# <details><summary>What you should see</summary>
#
# The token, then `{'alg': 'HS256', 'typ': 'JWT'}` and `{'sub': '7', 'role': 'rider'}`.
#
# No step needs the key. A token is signed, not encrypted: **everyone who holds it can read it**. So no secret belongs
# into it. `-len(part) % 4` is 0, 1, 2 or 3: the number of letters that are missing in the last group.
#
# </details>

# %% [markdown]
# ### Example 2: what the signature covers
#
# HS256 means HMAC with SHA-256: a function of a key and some bytes. Only who has the key can compute it.
#
# 1. **Encode** header and payload, and join them with a dot.
# 2. **Sign** these encoded bytes: exactly what travels, not the JSON inside.
# 3. **Compare** the signature that came with your own. Use `hmac.compare_digest`: it takes equally long wherever the
#    first difference is. With `==`, an attacker who measures the time could guess the signature letter by letter.
#
# The cell changes one thing at a time.
#
# **Predict.** Write True or False for each of the four lines.

# %% example
def signature_of(signed_text, key):
    return b64url(hmac.new(key, signed_text.encode(), hashlib.sha256).digest())


header, payload, signature = lesson_token.split(".")
admin = b64url(b'{"sub":"7","role":"admin"}')  # Encode
spaced = b64url(b'{"sub": "7", "role": "rider"}')  # the same claims, written with spaces
for name, signed_text, key in [
    ("as it came", f"{header}.{payload}", lesson_key),
    ("role changed", f"{header}.{admin}", lesson_key),
    ("spaces added", f"{header}.{spaced}", lesson_key),
    ("another key", f"{header}.{payload}", bytes(32)),
]:
    expected = signature_of(signed_text, key)  # Sign
    print(name, hmac.compare_digest(expected, signature))  # Compare

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `as it came True`, and three times False.
#
# The third line is worth a thought. The claims are equal, but their bytes differ. So never decode a token and write its
# JSON again to verify it: verify the text that came.
#
# </details>

# %% [markdown]
# ### Example 3: the server chooses the rules
#
# Verification is a *policy*: what this server accepts. Nothing in the token may choose it, not even the `alg` in its
# header, because everybody can write a header.
#
# 1. **Name what you accept**: the algorithms, the issuer (`iss`, who made the token), the audience (`aud`, for whom).
# 2. **Require** the claims that must be there.
# 3. **Translate** every failure of the library into your own exception. All of them are `jwt.PyJWTError`.
#
# `exp` is the second after which a token is dead, `iat` when it was made. Clocks differ a little: `leeway` forgives
# some seconds.
#
# **Predict.** Five tokens: which are accepted?

# %% example
def lesson_check(token):
    try:
        claims = jwt.decode(
            token,
            lesson_key,
            algorithms=["HS256"],  # Name what you accept
            issuer=ISSUER,
            audience=AUDIENCE,
            leeway=30,
            options={"require": ["exp", "sub"]},  # Require
        )
    except jwt.PyJWTError as error:  # Translate
        return f"refused: {type(error).__name__}"
    return f"user {claims['sub']}"


now = int(time.time())
good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "7", "exp": now + 600}
print("good        ", lesson_check(mint_token({"alg": "HS256"}, good, lesson_key)))
print("an hour late", lesson_check(mint_token({"alg": "HS256"}, {**good, "exp": now - 3600}, lesson_key)))
print("10 s late   ", lesson_check(mint_token({"alg": "HS256"}, {**good, "exp": now - 10}, lesson_key)))
print("other app   ", lesson_check(mint_token({"alg": "HS256"}, {**good, "aud": "hopline-shop"}, lesson_key)))
print("not signed  ", lesson_check(mint_token({"alg": "none"}, good, None)))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# good         user 7
# an hour late refused: ExpiredSignatureError
# 10 s late    user 7
# other app    refused: InvalidAudienceError
# not signed   refused: InvalidAlgorithmError
# ```
#
# `mint_token(header, claims, key)` comes from the course. It makes any token, also those that a library refuses to
# make.
#
# </details>

# %% [markdown]
# ### Example 4: a check that does not check
#
# Now a verifier with a mistake, on purpose. It looks complete: signature, issuer and audience are verified, and the
# library checks `exp`.
#
# **Predict.** The token below has no `exp` at all. Is it refused?

# %% example
endless = {"iss": ISSUER, "aud": AUDIENCE, "sub": "7"}
endless_token = mint_token({"alg": "HS256"}, endless, lesson_key)
print(jwt.decode(endless_token, lesson_key, algorithms=["HS256"], issuer=ISSUER, audience=AUDIENCE))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# The claims: the token is accepted, and it will be accepted for ever. **A claim that is not required is not checked.**
#
# Repair it: add `options={"require": ["exp"]}` and run again. You get a `MissingRequiredClaimError`.
#
# The library knows only what you tell it. It does not know either that your API wants *access tokens*. An auth server
# also makes ID tokens (for the app, to greet the user) and refresh tokens, often with the same key. The header's `typ`
# tells them apart: RFC 9068 gives access tokens `at+jwt`. You compare it yourself:
# `jwt.get_unverified_header(token).get("typ")`.
#
# </details>

# %% [markdown]
# ### Example 5: keys with names
#
# With HS256 whoever verifies can also sign. RS256 has two keys: a private key signs, a public key verifies. The auth
# server publishes its public keys as a *key set*; each key has a name, its `kid`, and a token's header names its key.
#
# 1. **Publish** the public keys, each with kid, kind (`kty`), `use` and algorithm.
# 2. **Look up** the kid in the set. A kid is a name and nothing else: never a path, an address or a part of SQL.
# 3. **Verify** with the algorithm that belongs to *the key*. A header may also carry a key (`jwk`) or an address of
#    keys (`jku`, `x5u`): ignore them, or an attacker brings his own key.
#
# **Predict.** The key `march` is taken out of the set. What happens to its tokens?

# %% example
march, april = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
key_set = {"keys": [jwk(march, "march"), jwk(april, "april")]}  # Publish
print({name: value for name, value in key_set["keys"][0].items() if name != "n"})


def lesson_user(token, key_set):
    keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(key_set).keys}
    key = keys.get(jwt.get_unverified_header(token).get("kid"))  # Look up
    return jwt.decode(token, key, algorithms=["RS256"])["sub"] if key else "refused"  # Verify


old = jwt.encode({"sub": "7"}, march, algorithm="RS256", headers={"kid": "march"})
new = jwt.encode({"sub": "7"}, april, algorithm="RS256", headers={"kid": "april"})
print(lesson_user(old, key_set), lesson_user(new, key_set))
del key_set["keys"][0]
print(lesson_user(old, key_set), lesson_user(new, key_set))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `{'kty': 'RSA', 'kid': 'march', 'use': 'sig', 'alg': 'RS256', 'e': 'AQAB'}`, then `7 7`, then `refused 7`.
#
# To *rotate* keys: publish the new key, sign with it, wait until the old tokens have expired, take the old key out. A
# verifier keeps the set for some minutes and fetches it again when it meets an unknown kid. But an attacker can send
# thousands of unknown kids, so it must not fetch each time.
#
# </details>

# %% [markdown]
# ### Example 6: short access, rotating refresh
#
# A signed token cannot be called back: until `exp` it works. So an access token lives for minutes. The app also gets a
# *refresh token*: an opaque random text that the server keeps (as a hash) and that buys the next access token **once**.
#
# 1. **Spend** the token: mark it as used, in one statement with the test that it is unused.
# 2. **Replace** it: the successor belongs to the same *family*, the chain that began with one login.
# 3. **Detect**: a used token comes again. Owner or thief? Nobody knows, but one of them has a copy.
# 4. **End** the whole family: both must log in, and only the owner can.
#
# **Predict.** A thief copies R1. The owner refreshes twice, then the thief sends R1. What do the last two lines print?

# %% example
lesson_db = sqlite3.connect(":memory:")
lesson_db.execute("CREATE TABLE refresh (hash TEXT PRIMARY KEY, family TEXT, used INTEGER DEFAULT 0)")


def hashed(token):
    return hashlib.sha256(token.encode()).hexdigest()


def issue(family):
    token = secrets.token_urlsafe(32)
    lesson_db.execute("INSERT INTO refresh (hash, family) VALUES (?, ?)", (hashed(token), family))
    return token


def spend(token):
    spent = lesson_db.execute("UPDATE refresh SET used = 1 WHERE hash = ? AND used = 0", (hashed(token),))  # Spend
    row = lesson_db.execute("SELECT family FROM refresh WHERE hash = ?", (hashed(token),)).fetchone()
    if spent.rowcount == 1:
        return issue(row[0])  # Replace
    if row:  # Detect
        lesson_db.execute("DELETE FROM refresh WHERE family = ?", row)  # End
    return None


r1 = issue("login 1")
r2 = spend(r1)
r3 = spend(r2)
print("owner:", r2 is not None, r3 is not None)
print("thief with R1:", spend(r1))
print("owner with R3:", spend(r3))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `owner: True True`, then None for the thief and None for the owner, too. The owner logs in again and starts a new
# family; the thief cannot.
#
# </details>

# %% [markdown]
# ### Session or token? Token or API key?
#
# | | good for | cannot do |
# |---|---|---|
# | session (an id in a cookie, a record on the server) | your own pages; can be ended at once | other companies' servers |
# | access token (JWT) | many services that verify without asking each other | be called back before `exp` |
# | refresh token (random text, a record on the server) | new access tokens for an app | be used twice |
# | API key (random text, a record on the server) | partners' machines, with named rights (*scopes*) | log in a person |
#
# If one server has one database, a session does all you need, and is simpler. Do not use a JWT only because it is
# modern.
#
# An API key of Hopline looks like `hop_k3f9_Zt…`: an id to find the record, and a secret. The secret is random and
# long, so a fast hash (SHA-256) is enough to store it; passwords need a slow one because people choose them.
#
# Two answers say no. **401** asks *who are you?* and carries the header `WWW-Authenticate: Bearer`; when a token came
# but is not valid, `Bearer error="invalid_token"` (RFC 6750). **403** says *I know you, and you may not*.

# %% [markdown]
# ## Questions
#
# Seven questions, 30 points. ★ marks the core questions.

# %% D3.1 prompt [markdown] type="py-function"
# ## D3.1 Read a token
#
# Support wants to see what a token says, whether it is valid or not. Write `peek(token)`: it returns the pair
# `(header, claims)`, two dicts, and verifies nothing; the third part may hold anything. A text that is not three
# base64url parts, of which the first two hold JSON objects, raises `ValueError`.

# %% D3.1 answer
def peek(token):
    """Return (header, claims) of a token without verifying it."""
    # Split
    # Pad and decode: only base64url letters are allowed
    # Read: two JSON objects
    ### BEGIN SOLUTION
    parts = token.split(".")
    if len(parts) != 3:
        raise ValueError(f"a token has three parts, this one has {len(parts)}")

    def read(part):
        if not re.fullmatch(r"[A-Za-z0-9_-]+", part):
            raise ValueError("a part holds letters that aren't base64url")
        content = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        if not isinstance(content, dict):
            raise ValueError("a part isn't a JSON object")
        return content

    return read(parts[0]), read(parts[1])
    ### END SOLUTION

# %% D3.1 check
q = Question("D3.1")
with q.check("one token", points=0.5):
    same_value(
        peek("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3Iiwicm9sZSI6InJpZGVyIn0.c2lnbmF0dXJl"),
        ({"alg": "HS256", "typ": "JWT"}, {"sub": "7", "role": "rider"}),
        of="peek(token)",
    )
q.result()

# %% D3.1 hidden
q = Question("D3.1", hidden=True)
with q.check(
    "payloads of every length",
    points=0.5,
    tag="padding",
    advice="Some tokens stop your function. A part's length need not be a multiple of four: add the missing `=`.",
):
    for length in range(12):
        claims = {"sub": secrets.token_hex(8)[:length], "name": "İnci ☂"}
        for key in (None, bytes(32)):
            token = mint_token({"alg": "HS256", "kid": "k" * (length % 5)}, claims, key)
            try:
                same_value(peek(token), ({"alg": "HS256", "kid": "k" * (length % 5)}, claims))
            except ValueError:
                assert not token, "a sound token was refused"
with q.check(
    "letters that are not base64url",
    points=0.5,
    tag="lenient-base64",
    advice="Python's base64 functions skip letters that they don't know, and `+` and `/` belong to another alphabet. "
    "Test the letters before you decode.",
):
    head, body = b64url(b'{"alg":"HS256"}'), b'{"sub":"7","note":"???>>>"}'
    standard = base64.b64encode(body).decode().rstrip("=")
    assert {"+", "/"} <= set(standard)
    for payload in (
        standard,
        f"{b64url(body)}!",
        f"{b64url(body)[:8]} {b64url(body)[8:]}",
        f"{b64url(body)[:8]}\n{b64url(body)[8:]}",
    ):
        refuses(ValueError, peek, f"{head}.{payload}.c2ln", of="a part with foreign letters", tag="lenient-base64")
        refuses(
            ValueError, peek, f"{head}!.{b64url(body)}.c2ln", of="a part with foreign letters", tag="lenient-base64"
        )
with q.check(
    "junk",
    points=0.5,
    tag="shape",
    advice="Every text that isn't three parts with two JSON objects has to raise ValueError. JSON may also be a list, "
    "a number or null.",
):
    good = b64url(b'{"sub":"7"}')
    for junk in (b"[1,2]", b'"sub"', b"7", b"null", b"", b"{'sub': 7}", b'{"sub":', b"\xff\xfe"):
        refuses(ValueError, peek, f"{good}.{b64url(junk)}.c2ln", of="a payload that is no object", tag="shape")
        refuses(ValueError, peek, f"{b64url(junk)}.{good}.c2ln", of="a header that is no object", tag="shape")
    for junk in ("", ".", "..", good, f"{good}.{good}", f"{good}.{good}.c2ln.c2ln", "rider 7", "é.é.é"):
        refuses(ValueError, peek, junk, of="a text that is no token", tag="shape")
    twice = mint_token({"alg": "HS256"}, b'{"role":"rider","role":"admin"}', None)
    large = mint_token({"alg": "HS256"}, {"sub": "7" * 1_000_000}, None)
    for token, claims in ((twice, {"role": "admin"}), (large, {"sub": "7" * 1_000_000})):
        try:  # RFC 7519, 4: two claims of one name may be refused, or the last one counts
            found = peek(token)
        except ValueError:
            found = ({"alg": "HS256"}, claims)
        assert tuple(found) == ({"alg": "HS256"}, claims)
q.result()

# %% D3.1 hints [markdown]
# 1. Follow the three steps of example 1. Then ask for each step what could go wrong with a text that a stranger sends:
#    the number of parts, the letters in a part, and what the JSON holds.
# 2. `base64.urlsafe_b64decode` wants a length that is a multiple of four, and it skips letters that it does not know.
#    Add the padding, and test the letters yourself with `re.fullmatch`. `json.loads` can also return a list or a
#    number: look at the type. The errors of base64 and json are kinds of `ValueError` already.
# 3. Fill the gap: `content = json.loads(base64.urlsafe_b64decode(part + "=" * (…)))`

# %% D3.1 wrong padding
# You decode without padding, so every token stops your function whose part is not a multiple of four letters long. Add
# the missing `=`.
def peek(token):
    head, body, _ = token.split(".")
    if not re.fullmatch(r"[\w-]*", head + body, re.ASCII):
        raise ValueError
    header, claims = json.loads(base64.urlsafe_b64decode(head)), json.loads(base64.urlsafe_b64decode(body))
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise ValueError
    return header, claims

# %% D3.1 wrong padding
# You always add one `=`. A part may lack one letter or two: `-len(part) % 4` says how many.
def peek(token):
    head, body, _ = token.split(".")
    if not re.fullmatch(r"[\w-]*", head + body, re.ASCII):
        raise ValueError
    header, claims = json.loads(base64.urlsafe_b64decode(head + "=")), json.loads(base64.urlsafe_b64decode(body + "="))
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise ValueError
    return header, claims

# %% D3.1 wrong lenient-base64
# Foreign letters pass: `urlsafe_b64decode` skips what it does not know. Test the letters before you decode.
def peek(token):
    head, body, _ = token.split(".")
    found = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, body)]
    if not all(isinstance(one, dict) for one in found):
        raise ValueError
    return tuple(found)

# %% D3.1 wrong lenient-base64
# `validate=True` refuses most foreign letters, but `+` and `/` pass: they belong to the other base64 alphabet.
def peek(token):
    head, body, _ = token.split(".")
    parts = [part.replace("-", "+").replace("_", "/") for part in (head, body)]
    found = [json.loads(base64.b64decode(part + "=" * (-len(part) % 4), validate=True)) for part in parts]
    if not all(isinstance(one, dict) for one in found):
        raise ValueError
    return tuple(found)

# %% D3.1 wrong shape
# A payload that is a list comes back as claims. Claims are a JSON object: look at the type after `json.loads`.
def peek(token):
    head, body, _ = token.split(".")
    if not re.fullmatch(r"[\w-]*", head + body, re.ASCII):
        raise ValueError
    return tuple(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (head, body))

# %% D3.1 wrong exception-leak
# A text with two parts raises IndexError. Count the parts first, and raise ValueError.
def peek(token):
    parts = token.split(".")
    found = []
    for number in (0, 1):
        if not re.fullmatch(r"[\w-]+", parts[number], re.ASCII):
            raise ValueError
        found.append(json.loads(base64.urlsafe_b64decode(parts[number] + "==")))
        if not isinstance(found[-1], dict):
            raise ValueError
    parts[2]
    if len(parts) > 3:
        raise ValueError
    return tuple(found)

# %% D3.1 right two-signs
# Two `=` are always enough: surplus padding is harmless.
def peek(token):
    head, body, _ = token.split(".")
    if not re.fullmatch(r"[\w-]*", head + body, re.ASCII):
        raise ValueError("foreign letters")
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, body))
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise ValueError("not two objects")
    return header, claims

# %% D3.1 right library
# PyJWT reads a token without verifying it. It lets foreign letters pass, so they are refused first.
def peek(token):
    if not re.fullmatch(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[^.]*", token):
        raise ValueError("not three parts")
    head, body, _ = token.split(".")
    try:
        found = jwt.decode_complete(f"{head}.{body}.", options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise ValueError(str(error)) from None
    return found["header"], found["payload"]

# %% D3.2 prompt [markdown] type="py-function" core=true
# ## D3.2 Sign and verify by hand
#
# Write HS256 with the standard library, as the two functions below. Whatever is not right raises `ValueError`: another
# algorithm in the header, a token that is changed or damaged anywhere, a key shorter than 32 bytes (in both functions).
#
# | name | what it does |
# |---|---|
# | `sign(claims, key)` | returns a token with these claims |
# | `verify(token, key, same)` | returns the claims of a token that is signed with HS256 and this key, whatever its `exp` |
# | `same(a, b)` | the only way to compare signatures: `hmac.compare_digest`, unless a test hands over its own |
# | `b64url(data)` | from the setup cell: turns bytes into base64url text |

# %% D3.2 answer
def sign(claims, key):
    """Return a token with these claims, signed with HS256."""
    # Encode
    # Sign
    ### BEGIN SOLUTION
    head = b64url(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    signed = f"{head}.{b64url(json.dumps(claims).encode())}"
    return f"{signed}.{_signature(signed, key)}"
    ### END SOLUTION


def verify(token, key, same=hmac.compare_digest):
    """Return the claims of a token that is signed with HS256 and this key."""
    # Sign: compute the signature that should be there
    # Compare: with same(), as bytes
    # Read: the header has to name HS256, then the claims
    ### BEGIN SOLUTION
    signed, _, signature = token.rpartition(".")
    if not same(_signature(signed, key).encode(), signature.encode()):
        raise ValueError("the signature doesn't fit")
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in signed.split("."))
    if header.get("alg") != "HS256":
        raise ValueError("only HS256 is accepted")
    return claims


def _signature(signed, key):
    if len(key) < 32:
        raise ValueError("a key needs at least 32 bytes")
    return b64url(hmac.new(key, signed.encode(), hashlib.sha256).digest())
    ### END SOLUTION

# %% D3.2 check
q = Question("D3.2")
with q.check("the example of RFC 7515, and a token of your own", points=1):
    published_key = base64.urlsafe_b64decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow=="
    )
    published = (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )
    claims = {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}
    same_value(verify(published, published_key), claims, of="verify(published, published_key)")
    same_value(
        verify(sign({"sub": "7"}, published_key), published_key), {"sub": "7"}, of="verify(sign(claims, key), key)"
    )
q.result()

# %% D3.2 hidden
q = Question("D3.2", hidden=True)
with q.check(
    "a changed or damaged token",
    points=1,
    tag="no-verify",
    advice="A token that was changed anywhere must raise ValueError: header, payload, signature, even one sign at the "
    "end.",
):
    key, claims = secrets.token_bytes(32), {"sub": secrets.token_hex(4), "role": "rider"}
    head, body = {"alg": "HS256", "typ": "JWT"}, {**claims, "role": "admin"}
    token = mint_token(head, claims, key)
    signed, _, signature = token.rpartition(".")
    same_value(verify(token, key), claims)
    changed = {
        "a changed payload": mint_token(head, body, None, signature=signature),
        "a changed header": mint_token({"alg": "HS256", "typ": "at+jwt"}, claims, None, signature=signature),
        "another token's signature": mint_token(
            head, claims, None, signature=mint_token(head, body, key).split(".")[2]
        ),
        "another key": mint_token(head, claims, secrets.token_bytes(32)),
        "a signature that is cut": token[:-10],
        "an empty signature": f"{signed}.",
        "two parts": signed,
        "four parts": f"{token}.{signature}",
        "an empty text": "",
    }
    for name, bad in changed.items():
        refuses(
            ValueError,
            verify,
            bad,
            key,
            of=name,
            tag="no-verify",
            says=f"Your function accepts a token with {name}. Recompute the signature of the first two parts, as they "
            "came, and compare all of it.",
        )
    for name, bad in {"a line break": f"{token}\n", "padding": f"{token}=", "a foreign letter": f"{token}!"}.items():
        refuses(
            ValueError,
            verify,
            bad,
            key,
            of=f"{name} after the signature",
            tag="lenient-base64",
            says=f"Your function accepts {name} after the signature, because decoding skips it. Compare the encoded "
            "texts, or test the letters first.",
        )
    refuses(ValueError, verify, f"{signed}.{signature[:-1]}é", key, of="a signature with the letter é")
with q.check(
    "another algorithm in the header",
    points=1,
    tag="trust-header",
    advice="Everybody can write a header, so it must not choose the algorithm. Accept HS256 and nothing else.",
):
    key, claims = secrets.token_bytes(64), {"sub": secrets.token_hex(4)}
    for name in ("HS384", "HS512", "none", "None", "hs256", "HS1", "RS256", "", None, 256):
        for signer in (key, None):
            refuses(
                ValueError,
                verify,
                mint_token({"alg": name}, claims, signer),
                key,
                of=f"the algorithm {name}",
                tag="trust-header",
                says=f"Your function accepts a token whose header says {name!r}. The server chooses the algorithm: "
                "HS256.",
            )
    refuses(ValueError, verify, mint_token({"typ": "JWT"}, claims, key), key, of="no algorithm", tag="trust-header")
with q.check(
    "any JSON spacing, and short keys",
    points=0.5,
    tag="wrong-bytes",
    advice="The signature covers the encoded text exactly as it travels, whatever spaces the JSON has. And a key "
    "under 32 bytes is refused.",
):
    key = secrets.token_bytes(32)
    for body in (b'{"sub":"7","name":"\xc4\xb0nci"}', b'{ "name" : "\\u0130nci",\r\n "sub" : "7" }'):
        spaced = mint_token(b'{"typ": "JWT",  "alg": "HS256"}', body, key)
        try:
            found = verify(spaced, key)
        except ValueError:
            found = "a ValueError"
        same_value(found, {"sub": "7", "name": "İnci"})
    claims = {"sub": secrets.token_hex(4), "nested": {"a": [1, None, True]}, "name": "İnci"}
    made = sign(claims, key)
    signed, _, signature = made.rpartition(".")
    same_value(signature, b64url(hmac.digest(key, signed.encode(), "sha256")), of="the signature made by sign")
    header, payload = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in signed.split("."))
    same_value((header.get("alg"), payload), ("HS256", claims), of="algorithm and claims made by sign")
    assert "=" not in made, "base64url has no padding"
    for size in (0, 5, 31):
        short = bytes(size)
        advice = f"A key of {size} bytes can be guessed. Refuse keys under 32 bytes, in both functions (RFC 7518, 3.2)."
        refuses(ValueError, sign, claims, short, of="a short key", tag="short-key", says=advice)
        bad = mint_token({"alg": "HS256"}, claims, short)
        refuses(ValueError, verify, bad, short, of="a short key", tag="short-key", says=advice)
with q.check(
    "how signatures are compared",
    points=0.5,
    tag="timing",
    advice="Compare signatures only with `same(a, b)`. `==` stops at the first difference, and its time tells an "
    "attacker how much of a guess is right.",
):
    key, calls = secrets.token_bytes(32), []

    def never(a, b):
        calls.append((a, b))
        return False

    token = mint_token({"alg": "HS256"}, {"sub": "7"}, key)
    refuses(ValueError, verify, token, key, never, of="a `same` that says no", tag="timing")
    assert calls, "same was never called"
    assert all(len(a) == len(b) >= 32 for a, b in calls), "same must get both signatures in full"
q.result()

# %% D3.2 hints [markdown]
# 1. Example 2 has all the pieces. Which bytes does the signature cover? And who decides which algorithm counts, the
#    token or the server?
# 2. Take the token apart at its *last* dot: what stands before it is signed, as it came. Recompute the signature, turn
#    both into bytes and call `same`. Only then read header and claims, and look at `alg`. Comparing the encoded texts
#    also refuses a line break or padding at the end. Bytes, because `compare_digest` refuses texts with letters like é.
# 3. Fill the gap: `expected = b64url(hmac.new(key, signed.encode(), …).digest())`

# %% D3.2 wrong timing change=true
# You compare with `!=`, which stops at the first difference: its time tells how much of a guess is right. Call `same`.
-    if not same(_signature(signed, key).encode(), signature.encode()):
+    if _signature(signed, key) != signature:

# %% D3.2 wrong wrong-bytes change=true
# You sign the claims, written as JSON again. Other spacing or another header gives other bytes: sign the encoded text
# that travels.
-    return f"{signed}.{_signature(signed, key)}"
+    return f"{signed}.{_signature(json.dumps(claims), key)}"

-    if not same(_signature(signed, key).encode(), signature.encode()):
-        raise ValueError("the signature doesn't fit")
-    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in signed.split("."))
+    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in signed.split("."))
+    if not same(_signature(json.dumps(claims), key).encode(), signature.encode()):
+        raise ValueError("the signature doesn't fit")

# %% D3.2 wrong trust-header
# The header chooses the algorithm. Everybody can write a header: accept HS256 and nothing else.
def sign(claims, key):
    """Return a token with these claims, signed with HS256."""
    # Encode
    # Sign
    head = b64url(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    signed = f"{head}.{b64url(json.dumps(claims).encode())}"
    return f"{signed}.{_signature(signed, key)}"


def verify(token, key, same=hmac.compare_digest):
    """Return the claims of a token that is signed with HS256 and this key."""
    # Sign: compute the signature that should be there
    # Compare: with same(), as bytes
    # Read: the header has to name HS256, then the claims
    signed, _, signature = token.rpartition(".")
    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in signed.split("."))
    digests = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
    if header.get("alg") not in digests:
        raise ValueError("an unknown algorithm")
    if not same(_signature(signed, key, digests[header["alg"]]).encode(), signature.encode()):
        raise ValueError("the signature doesn't fit")
    return claims


def _signature(signed, key, digest="sha256"):
    if len(key) < 32:
        raise ValueError("a key needs at least 32 bytes")
    return b64url(hmac.new(key, signed.encode(), digest).digest())

# %% D3.2 wrong trust-header change=true
# A token whose header says "none" needs no signature in your function. Then everybody can write a token.
-    signed, _, signature = token.rpartition(".")
+    signed, _, signature = token.rpartition(".")
+    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in signed.split("."))
+    if header.get("alg") == "none":
+        return claims

-        raise ValueError("the signature doesn't fit")
-    header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in signed.split("."))
+        raise ValueError("the signature doesn't fit")

# %% D3.2 wrong lenient-base64 change=true
# You decode the signature before you compare it, and decoding skips line breaks and surplus padding. Compare the
# encoded texts.
-    if not same(_signature(signed, key).encode(), signature.encode()):
+    if not same(base64.urlsafe_b64decode(_signature(signed, key) + "=="), base64.urlsafe_b64decode(signature + "==")):

# %% D3.2 wrong short-key change=true
# Your functions take a key of 5 bytes. Such a key can be guessed offline: refuse keys under 32 bytes.
-    if len(key) < 32:
-        raise ValueError("a key needs at least 32 bytes")

# %% D3.2 wrong exception-leak change=true
# `compare_digest` raises TypeError for a text with a letter like é. Compare bytes: `signature.encode()`.
-    if not same(_signature(signed, key).encode(), signature.encode()):
+    if not same(_signature(signed, key), signature):

# %% D3.2 wrong no-verify change=true
# Your function compares only as many letters as came, so a signature that is cut, or empty, passes. Compare all of it.
-    if not same(_signature(signed, key).encode(), signature.encode()):
+    if not same(_signature(signed, key)[: len(signature)].encode(), signature.encode()):

# %% D3.2 right indented-json
# JSON may have any spacing when you sign; what counts is that you sign what you send.
def sign(claims, key):
    if len(key) < 32:
        raise ValueError("short key")
    head, body = (b64url(json.dumps(one, indent=4).encode()) for one in ({"alg": "HS256"}, claims))
    return f"{head}.{body}.{b64url(hmac.digest(key, f'{head}.{body}'.encode(), 'sha256'))}"


def verify(token, key, same=hmac.compare_digest):
    if len(key) < 32:
        raise ValueError("short key")
    parts = token.encode().split(b".")
    if len(parts) != 3:
        raise ValueError("not three parts")
    expected = b64url(hmac.new(key, b".".join(parts[:2]), "sha256").digest()).encode()
    if not same(parts[2], expected):
        raise ValueError("bad signature")
    if json.loads(base64.urlsafe_b64decode(parts[0] + b"===")).get("alg") != "HS256":
        raise ValueError("bad algorithm")
    return json.loads(base64.urlsafe_b64decode(parts[1] + b"==="))

# %% D3.2 right strict-decode
# Decoding the signature is fine when the letters are tested first; the header may be looked at before the signature.
def sign(claims, key):
    if len(key) < 32:
        raise ValueError("short key")
    head = b64url(b'{"alg":"HS256"}')
    signed = head + "." + b64url(json.dumps(claims, ensure_ascii=False).encode("utf-8"))
    return signed + "." + b64url(hmac.digest(key, signed.encode(), "sha256"))


def verify(token, key, same=hmac.compare_digest):
    if len(key) < 32 or not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){2}", token):
        raise ValueError("not a token")
    head, body, signature = token.split(".")
    decoded = [base64.urlsafe_b64decode(part + "==") for part in (head, body, signature)]
    if json.loads(decoded[0]).get("alg") != "HS256":
        raise ValueError("bad algorithm")
    if not same(hmac.digest(key, f"{head}.{body}".encode(), "sha256"), decoded[2]):
        raise ValueError("bad signature")
    return json.loads(decoded[1])

# %% D3.3 prompt [markdown] type="py-function" core=true
# ## D3.3 Verify like a library user
#
# Write `authenticate(token, key)` for Hopline's API: it returns the user's id, the text in `sub`, or raises
# `Unauthorized(reason)` and no other exception. PyJWT does most of the work if you tell it the policy below. A clock
# may be 30 seconds wrong; tests stay at least 10 seconds away from every limit.
#
# | what | is accepted |
# |---|---|
# | length | at most 8,192 characters |
# | header | `alg` HS256; `typ` `at+jwt` (an access token); no `crit` that you don't know |
# | claims that must be there | `exp`, `iat`, `sub`, `jti`, `iss`, `aud` |
# | `iss` | exactly `ISSUER` from the setup cell, `https://auth.hopline.test` |
# | `aud` | `AUDIENCE`, `hopline-api`, alone or in a list |
# | `sub` | a text that is not empty |
# | `exp`, `nbf`, `iat` | not expired, not used before its time, not made in the future |

# %% D3.3 answer
def authenticate(token, key):
    """Return the user id of an access token, or raise Unauthorized."""
    # Name what you accept
    # Require
    # Translate
    ### BEGIN SOLUTION
    if len(token) > 8192:
        raise Unauthorized("the token is too long")
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            issuer=ISSUER,
            audience=AUDIENCE,
            leeway=30,
            options={"require": ["exp", "iat", "sub", "jti", "iss", "aud"]},
        )
        kind = jwt.get_unverified_header(token).get("typ")
    except jwt.PyJWTError as error:
        raise Unauthorized(str(error)) from None
    if kind != "at+jwt":
        raise Unauthorized("this is not an access token")
    if not claims["sub"]:
        raise Unauthorized("the token has no user")
    return claims["sub"]
    ### END SOLUTION

# %% D3.3 check
q = Question("D3.3")
with q.check("a good token and an expired one", points=1):
    key, now = secrets.token_bytes(32), int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "7", "jti": "a1", "iat": now - 60, "exp": now + 600}
    header = {"alg": "HS256", "typ": "at+jwt"}
    same_value(authenticate(mint_token(header, claims, key), key), "7", of="authenticate(good token, key)")
    expired = mint_token(header, {**claims, "exp": now - 600}, key)
    refuses(Unauthorized, authenticate, expired, key, of="a token that expired 10 minutes ago")
q.result()

# %% D3.3 hidden
q = Question("D3.3", hidden=True)


def tokens_of(key):
    """Good tokens, and 25 bad ones: each breaks one rule and no other. (name, tag, advice, token) by group."""
    now, user = int(time.time()), f"user-{secrets.token_hex(4)}"
    header = {"alg": "HS256", "typ": "at+jwt"}
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": user,
        "jti": secrets.token_hex(8),
        "iat": now - 60,
        "exp": now + 600,
    }

    def token(head=None, signer=key, signature=None, without=(), **changes):
        body = {name: value for name, value in {**claims, **changes}.items() if name not in without}
        return mint_token({**header, **(head or {})}, body, signer, signature=signature)

    good = {
        "a good token": token(),
        "exp 15 s ago": token(exp=now - 15),
        "nbf in 15 s": token(nbf=now + 15),
        "aud in a list": token(aud=["hopline-shop", AUDIENCE]),
        "a claim that is not known": token(colour="green"),
        "4,000 characters": token(note="x" * 2500),
    }
    policy = 'The server chooses the algorithm: `algorithms=["HS256"]`, never the one that the header names.'
    missing = "A claim that is not required is not checked: name every claim of the table in `require`."
    times = "Let the library check exp, nbf and iat with `leeway=30`: 60 seconds late is too late."
    for_us = "A token for another audience must not work here: give `audience=AUDIENCE`."
    from_us = "Only `https://auth.hopline.test`, exactly, may issue tokens: give `issuer=ISSUER`."
    kinds = "The auth server makes other tokens too. Only those whose header has `typ` `at+jwt` are access tokens."
    signed = "The signature must be verified, with this key, for every token."
    nested = "The payload must be an object of claims itself. Never unwrap a token that stands inside another."
    inner = token()
    bad = {
        "signature": [
            ("wrong key", "no-verify", signed, token(signer=secrets.token_bytes(32))),
            ("unsigned", "no-verify", signed, token(signer=None)),
            ("alg none", "trust-header", policy, token({"alg": "none"}, signer=None)),
            ("alg NONE", "trust-header", policy, token({"alg": "NONE"}, signer=None)),
            ("alg HS384", "trust-header", policy, token({"alg": "HS384"})),
            (
                "crit unknown",
                "unknown-crit",
                "A header with a `crit` that you don't know must be refused (RFC 7515, 4.1.11).",
                token({"crit": ["hop-seal"], "hop-seal": 1}),
            ),
        ],
        "missing": [
            ("no exp", "missing-claim", missing, token(without=["exp"])),
            ("no iat", "missing-claim", missing, token(without=["iat"])),
            ("no sub", "missing-claim", missing, token(without=["sub"])),
            ("no jti", "missing-claim", missing, token(without=["jti"])),
            ("aud missing", "missing-claim", missing, token(without=["aud"])),
            ("iss missing", "missing-claim", missing, token(without=["iss"])),
        ],
        "value": [
            ("exp text", "wrong-type", "`exp` must be a number; a text there never expires.", token(exp="tomorrow")),
            ("exp 60 s ago", "time-window", times, token(exp=now - 60)),
            ("nbf ahead", "time-window", times, token(nbf=now + 120)),
            ("iat far ahead", "time-window", times, token(iat=now + 86_400, exp=now + 90_000)),
            ("aud a list of others", "audience", for_us, token(aud=["hopline-shop", "hopline-apis"])),
            ("aud wrong", "audience", for_us, token(aud="hopline-shop")),
            ("iss with a slash", "issuer", from_us, token(iss=f"{ISSUER}/")),
            ("sub number", "wrong-type", "`sub` must be a text; a number is refused (RFC 7519, 4.1.2).", token(sub=7)),
            ("sub empty", "empty-sub", "An empty `sub` names no user: refuse it.", token(sub="")),
        ],
        "kind": [
            ("ID token", "token-kind", kinds, token({"typ": "JWT"})),
            ("refresh token", "token-kind", kinds, token({"typ": "rt+jwt"})),
            ("nested", "nested", nested, mint_token({**header, "cty": "JWT"}, inner.encode(), key)),
            (
                "huge",
                "unbounded",
                "Refuse a token of more than 8,192 characters before you decode it.",
                token(note="x" * 1_000_000),
            ),
        ],
    }
    return user, good, bad


def refuse_all(rows, key):
    """Every row is refused as Unauthorized; the first that isn't tells its tag."""
    for name, tag, says, token in rows:
        refuses(Unauthorized, authenticate, token, key, of=name, tag=tag, says=says)


key = secrets.token_bytes(32)
user, good, bad = tokens_of(key)
with q.check(
    "signatures and algorithms",
    points=1,
    tag="no-verify",
    advice="Verify the signature of every token, with HS256 and this key, whatever its header says.",
):
    refuse_all(bad["signature"], key)
    same_value(authenticate(good["a good token"], key), user)
with q.check(
    "claims that are missing",
    points=1,
    tag="missing-claim",
    advice="A claim that is not required is not checked. Name every claim of the table in `require`.",
):
    refuse_all(bad["missing"], key)
with q.check(
    "claims with a wrong value, and good ones at the limit",
    points=1,
    tag="strict",
    advice="A good token was refused. 15 seconds late is within the 30 seconds, and `aud` may be a list that holds "
    "yours.",
):
    refuse_all(bad["value"], key)
    for token in good.values():
        try:
            found = authenticate(token, key)
        except Unauthorized:
            found = "refused"
        assert found == user
with q.check(
    "tokens of another kind, and junk",
    points=1,
    tag="token-kind",
    advice="Tokens of other kinds, nested ones, huge ones and texts that are no tokens all end in Unauthorized.",
):
    refuse_all(bad["kind"], key)
    for junk in (
        "",
        "null",
        "a.b.c",
        "..",
        "é.é.é",
        mint_token(b"[]", b"{}", key),
        mint_token({"alg": "HS256"}, b"[]", key),
    ):
        refuses(Unauthorized, authenticate, junk, key, of="a text that is no token", tag="shape")
q.result()

# %% D3.3 hints [markdown]
# 1. Go through the table row by row and ask: who checks this, the library or I? Say to the library what you accept.
#    Then look for what is left. And think of a token that has everything but one claim.
# 2. Example 3 shows the call. A claim that is not required is not checked, so name all six. The library does not know
#    the type in the header, an empty `sub`, or the length: these three are yours. Every failure of PyJWT is a
#    `jwt.PyJWTError`; turn it into `Unauthorized`.
# 3. Fill the gap: `jwt.decode(token, key, algorithms=["HS256"], audience=AUDIENCE, issuer=ISSUER, leeway=30,
#    options={"require": […]})`

# %% D3.3 wrong missing-claim change=true
# A token without `exp` is valid for ever in your function: a claim that is not required is not checked. Name all six in
# `require`.
-            options={"require": ["exp", "iat", "sub", "jti", "iss", "aud"]},

-    if not claims["sub"]:
+    if not claims.get("sub"):

# %% D3.3 wrong missing-claim change=true
# You require `exp` only, so the others may be missing. Name all six in `require`.
-            options={"require": ["exp", "iat", "sub", "jti", "iss", "aud"]},
+            options={"require": ["exp"]},

-    if not claims["sub"]:
+    if not claims.get("sub"):

# %% D3.3 wrong trust-header change=true
# Your list of algorithms comes from the header, so the token chooses. Write `algorithms=["HS256"]`.
-            algorithms=["HS256"],
+            algorithms=[jwt.get_unverified_header(token).get("alg")],

# %% D3.3 wrong trust-header change=true
# A token that says "none" is taken without a signature. Everybody can write such a token.
-            options={"require": ["exp", "iat", "sub", "jti", "iss", "aud"]},
+            options={
+                "verify_signature": jwt.get_unverified_header(token).get("alg") != "none",
+                "require": ["exp", "iat", "sub", "jti", "iss", "aud"],
+            },

# %% D3.3 wrong no-verify change=true
# You switched the verification off, so a token signed with any key passes. Leave `verify_signature` alone.
-            options={"require": ["exp", "iat", "sub", "jti", "iss", "aud"]},
+            options={
+                "verify_signature": False,
+                **dict.fromkeys(
+                    ["verify_exp", "verify_nbf", "verify_iat", "verify_iss", "verify_aud", "verify_sub"], True
+                ),
+                "require": ["exp", "iat", "sub", "jti", "iss", "aud"],
+            },

# %% D3.3 wrong exception-leak change=true
# Only an expired token ends in Unauthorized. The library has many other errors, and each would be an error 500: catch
# `jwt.PyJWTError`.
-    except jwt.PyJWTError as error:
+    except jwt.ExpiredSignatureError as error:

# %% D3.3 wrong audience change=true
# Tokens made for another app open your API: you do not look at `aud`. Give `audience=AUDIENCE`.
-            audience=AUDIENCE,

-            options={"require": ["exp", "iat", "sub", "jti", "iss", "aud"]},
+            options={"require": ["exp", "iat", "sub", "jti", "iss", "aud"], "verify_aud": False},

# %% D3.3 wrong issuer change=true
# Any issuer whose name begins with ours passes. Compare the whole text: give `issuer=ISSUER`.
-            issuer=ISSUER,

-        raise Unauthorized(str(error)) from None
+        raise Unauthorized(str(error)) from None
+    if not str(claims["iss"]).startswith(ISSUER):
+        raise Unauthorized("the issuer is not ours")

# %% D3.3 wrong token-kind change=true
# An ID token opens your API: you do not look at `typ` in the header. Only `at+jwt` is an access token.
-    if kind != "at+jwt":
-        raise Unauthorized("this is not an access token")

# %% D3.3 wrong time-window change=true
# An hour of leeway keeps stolen tokens alive for an hour. Clocks are seconds apart: `leeway=30`.
-            leeway=30,
+            leeway=3600,

# %% D3.3 wrong strict change=true
# You refuse a token that expired 15 seconds ago. Two clocks are seldom equal: give `leeway=30`.
-            leeway=30,

# %% D3.3 wrong empty-sub change=true
# An empty `sub` passes: it is there, but it names nobody. Refuse it.
-    if not claims["sub"]:
-        raise Unauthorized("the token has no user")

# %% D3.3 wrong unbounded change=true
# A token of a megabyte is decoded. Look at its length first: strangers send it.
-    if len(token) > 8192:
-        raise Unauthorized("the token is too long")

# %% D3.3 right by-hand
# The whole policy written by hand, without the library.
def authenticate(token, key):
    try:
        if len(token) > 8192:
            raise ValueError("long")
        head, body, signature = token.split(".")
        expected = b64url(hmac.digest(key, f"{head}.{body}".encode(), "sha256"))
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise ValueError("signature")
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, body))
        if (header["alg"], header["typ"]) != ("HS256", "at+jwt") or "crit" in header:
            raise ValueError("header")
        now = time.time()
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if claims["iss"] != ISSUER or AUDIENCE not in audience:
            raise ValueError("issuer or audience")
        if claims["exp"] <= now - 30 or claims["iat"] > now + 30 or claims.get("nbf", 0) > now + 30:
            raise ValueError("time")
        if not isinstance(claims["sub"], str) or not claims["sub"] or "jti" not in claims:
            raise ValueError("user or id")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unauthorized(str(error)) from None
    return claims["sub"]

# %% D3.3 right key-object
# Another way to use the library: a key that knows its algorithm, and claims checked one by one.
def authenticate(token, key):
    try:
        if len(token) > 8000:
            raise jwt.DecodeError("long")
        own = jwt.PyJWK({"kty": "oct", "alg": "HS256", "k": b64url(key)})
        found = jwt.decode_complete(
            token,
            own,
            issuer=[ISSUER],
            audience=[AUDIENCE],
            leeway=30,
            options={"require": ["exp", "iat", "sub", "jti", "iss", "aud"]},
        )
        if found["header"]["typ"] != "at+jwt" or found["payload"]["sub"].strip() == "":
            raise jwt.InvalidTokenError("kind or user")
        return found["payload"]["sub"]
    except Exception as error:
        raise Unauthorized(f"refused: {error}") from error

# %% D3.4 prompt [markdown] type="py-function"
# ## D3.4 Keys with names
#
# Write the class `KeyRing(fetch, clock)` whose `verify(token)` returns the claims of an RS256 token or raises
# `Unauthorized`. `fetch()` asks the auth server and returns its key set, `{"keys": [...]}`, or raises `OSError`;
# `clock.time()` is the time in seconds for your cache (the library checks `exp` by itself). The tokens here need `exp`,
# and no issuer or audience.
#
# | situation | what the ring does |
# |---|---|
# | the set is younger than 10 minutes and has the kid | uses it, without a fetch |
# | the set is older than 10 minutes | fetches; a key that is no longer in the set stops working |
# | an unknown kid | fetches again, but at most once a minute |
# | `fetch` fails | goes on with the keys it has, and tries again after a minute at the earliest |
# | a key of the set that is not `kty` RSA with `use` sig (or without `use`) | is not used |

# %% D3.4 answer
class KeyRing:
    """Verify RS256 tokens with the keys that the auth server publishes."""

    def __init__(self, fetch, clock):
        ### BEGIN SOLUTION
        self._fetch, self._clock = fetch, clock
        self._keys, self._fetched, self._tried = {}, None, None
        ### END SOLUTION

    def verify(self, token):
        """Return the claims of a good token, or raise Unauthorized."""
        # Look up the key by its kid
        # Verify with the key's algorithm
        ### BEGIN SOLUTION
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            return jwt.decode(token, self._key(kid), algorithms=["RS256"], options={"require": ["exp"]})
        except jwt.PyJWTError as error:
            raise Unauthorized(str(error)) from None

    def _key(self, kid):
        now = self._clock.time()
        old = self._fetched is None or now - self._fetched >= 600
        if (old or kid not in self._keys) and (self._tried is None or now - self._tried >= 60):
            self._refresh(now)
        if kid not in self._keys:
            raise Unauthorized("the key is not known")
        return self._keys[kid]

    def _refresh(self, now):
        self._tried = now
        try:
            published = self._fetch()["keys"]
        except OSError:
            return
        usable = [key for key in published if key.get("kty") == "RSA" and key.get("use", "sig") == "sig"]
        self._keys = {key["kid"]: jwt.PyJWK(key, algorithm="RS256").key for key in usable}
        self._fetched = now
        ### END SOLUTION

# %% D3.4 check
q = Question("D3.4")
with q.check("a rotation", points=1):
    march, april = rsa_key("march"), rsa_key("april")
    published, fetches = [jwk(march, "march")], []

    def fetch():
        fetches.append(len(published))
        return {"keys": list(published)}

    def token(key, kid):
        return mint_token({"alg": "RS256", "kid": kid}, {"sub": "7", "exp": int(time.time()) + 86_400}, key)

    clock = VirtualClock()
    ring = KeyRing(fetch, clock)
    same_value(ring.verify(token(march, "march"))["sub"], "7", of="the user of a token of march")
    clock.advance(300)
    same_value(ring.verify(token(march, "march"))["sub"], "7", of="the user of a token of march, 5 minutes later")
    same_value(len(fetches), 1, of="the number of fetches so far")
    published.append(jwk(april, "april"))
    same_value(ring.verify(token(april, "april"))["sub"], "7", of="the user of a token of april, a new key")
    published.pop(0)
    clock.advance(700)
    same_value(ring.verify(token(april, "april"))["sub"], "7", of="the user of a token of april, 12 minutes later")
    refuses(Unauthorized, ring.verify, token(march, "march"), of="a token of march, which is no longer published")
q.result()

# %% D3.4 hidden
from autograder.errors import CheckFailed

q = Question("D3.4", hidden=True)
ours, theirs = rsa_key("ours"), rsa_key("theirs")
kid, fetches, down = f"key-{secrets.token_hex(3)}", [], []
shared = secrets.token_bytes(32)


class Published:
    """The key set that the auth server publishes at the moment."""

    keys = [jwk(ours, kid)]


def fetch():
    fetches.append(1)
    if down:
        raise OSError("the auth server does not answer")
    return {"keys": Published.keys}


def named(name, key=ours, algorithm="RS256", **header):
    claims = {"sub": "7", "exp": int(time.time()) + 86_400}
    return mint_token({"alg": algorithm, "kid": name, **header}, claims, key)


def new_ring():
    fetches.clear()
    down.clear()
    Published.keys = [jwk(ours, kid)]
    clock = VirtualClock()
    return KeyRing(fetch, clock), clock


def need(condition, tag, says):
    """Require something; else the learner reads what the author says."""
    if not condition:
        raise CheckFailed(says, advice=says, tag=tag)


def accepted(ring, token):
    try:
        return ring.verify(token)["sub"] == "7"
    except Unauthorized:
        return False


with q.check(
    "strange kids",
    points=1,
    tag="path-traversal",
    advice="A kid is a name to look up in the set, nothing else: no path, no SQL. Whatever stands there, the end is "
    "Unauthorized.",
):
    ring, clock = new_ring()
    need(accepted(ring, named(kid)), "over-strict", "A good token was refused.")
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        planted = Path(folder, "planted.json")
        planted.write_text(json.dumps(jwk(theirs, str(planted))), "utf-8")
        for name in (str(planted), f"../../../../../../../../..{planted.as_posix()}", str(planted.with_suffix(""))):
            refuses(Unauthorized, ring.verify, named(name, theirs), of="a kid that is a path", tag="path-traversal")
    for name in ("../../dev/null", "/dev/null", "' OR '1'='1", "k" * 10_000, "", "\x00", 7, None, [kid], {"kid": kid}):
        refuses(Unauthorized, ring.verify, named(name, theirs), of="a strange kid", tag="path-traversal")
    nameless = mint_token({"alg": "RS256"}, {"sub": "7", "exp": int(time.time()) + 600}, theirs)
    for junk in (nameless, "", "a.b.c", "null", mint_token({"alg": "RS256", "kid": kid}, b"[]", ours)):
        refuses(Unauthorized, ring.verify, junk, of="junk, or a token without a kid", tag="exception-leak")
    refuses(Unauthorized, ring.verify, named(kid, theirs), of="another signer under a known kid", tag="no-verify")
    endless = mint_token({"alg": "RS256", "kid": kid}, {"sub": "7"}, ours)
    refuses(Unauthorized, ring.verify, endless, of="a token without exp", tag="missing-claim")
with q.check(
    "keys that the token brings along",
    points=0.5,
    tag="trust-header",
    advice="`jwk`, `jku` and `x5u` in the header are written by whoever made the token. Ignore them, and fetch only "
    "by calling fetch().",
):
    ring, clock = new_ring()
    stranger = jwk(theirs, "stranger")
    service = Service(script={("GET", "/jwks.json"): [ok({"keys": [stranger]})]})
    with service.running() as url:
        for name in ("jku", "x5u"):
            refuses(
                Unauthorized,
                ring.verify,
                named("stranger", theirs, **{name: f"{url}/jwks.json"}),
                of=f"a {name}",
                tag="ssrf",
                says=f"Your ring takes keys from the address in the header's {name}: an attacker's server. Ignore it.",
            )
    need(
        not len(service.requests),
        "ssrf",
        "Your ring sent a request to an address from the token's header. An attacker can aim it at servers inside your "
        "network. Fetch only by calling fetch().",
    )
    for name in (kid, "stranger"):
        refuses(Unauthorized, ring.verify, named(name, theirs, jwk=stranger), of="a jwk", tag="trust-header")
    ignored = "A good token was refused because of `jku` or `jwk` in its header. Ignore these two."
    need(accepted(ring, named(kid, jku="https://keys.example/jwks.json", jwk=stranger)), "over-strict", ignored)
with q.check(
    "other algorithms, and keys for another use",
    points=1,
    tag="alg-confusion",
    advice="The algorithm belongs to the key. These keys are RSA keys for signatures: RS256 and nothing else.",
):
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    ring, clock = new_ring()
    public = ours.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    Published.keys = [
        jwk(ours, kid),
        jwk(shared, "shared"),
        jwk(theirs, "secrecy", use="enc"),
        jwk(theirs, "plain", use=None),
    ]
    need(accepted(ring, named(kid)), "over-strict", "A good token was refused.")
    plain = "A key without `use` may verify tokens, and yours refuses it."
    need(accepted(ring, named("plain", theirs)), "over-strict", plain)
    texts = (pem, pem.strip(), der, json.dumps(jwk(ours, kid)).encode(), jwk(ours, kid)["n"].encode(), b"")
    for text in texts:
        refuses(
            Unauthorized, ring.verify, named(kid, text, "HS256"), of="HS256 with the public key", tag="alg-confusion"
        )
    refuses(Unauthorized, ring.verify, named("shared", shared, "HS256"), of="a shared key", tag="alg-confusion")
    refuses(Unauthorized, ring.verify, named(kid, None, "none"), of="an unsigned token", tag="alg-confusion")
    refuses(Unauthorized, ring.verify, named(kid, ours, "RS512"), of="RS512", tag="alg-confusion")
    refuses(
        Unauthorized, ring.verify, named("shared", ours), of="RS256 under the name of a shared key", tag="alg-confusion"
    )
    refuses(
        Unauthorized,
        ring.verify,
        named("secrecy", theirs),
        of="a key for encryption",
        tag="wrong-use",
        says="A key whose `use` is `enc` is for encryption. Only keys with `use` sig, or without `use`, verify tokens.",
    )
with q.check(
    "a flood of unknown kids",
    points=0.5,
    advice="Many unknown kids: each is refused, good keys go on working, and you fetch at most once a minute.",
):
    ring, clock = new_ring()
    need(accepted(ring, named(kid)), "over-strict", "A good token was refused.")
    for number in range(150):
        refuses(Unauthorized, ring.verify, named(f"flood-{number}", theirs), of="an unknown kid")
        clock.advance(0.2)
    need(accepted(ring, named(kid)), "never-refetches", "After many unknown kids a good key does not work any more.")
    flood = (
        "Whoever sends many unknown kids makes your ring call the auth server again and again: once a minute at most."
    )
    need(len(fetches) <= 2, "dos-upstream", flood)
    clock.advance(65)
    Published.keys = [jwk(ours, kid), jwk(theirs, "next")]
    late = "A new key is not found. When a kid is unknown and the last try is more than a minute ago, fetch again."
    need(accepted(ring, named("next", theirs)), "never-refetches", late)
    need(len(fetches) <= 3, "dos-upstream", flood)
with q.check(
    "retired keys, and an auth server that is down",
    points=1,
    advice="After 10 minutes the new set replaces the old one, so a retired key stops. While fetch fails, the keys "
    "you have go on working.",
):
    ring, clock = new_ring()
    need(accepted(ring, named(kid)), "over-strict", "A good token was refused.")
    Published.keys = [jwk(theirs, "next")]
    clock.advance(570)
    early = "You fetch before the 10 minutes are over, though the kid is known. Keep the set for 10 minutes."
    need(accepted(ring, named(kid)) and len(fetches) == 1, "dos-upstream", early)
    clock.advance(60)
    retired = "A key works that is no longer published. After 10 minutes, replace the whole dict by the new set."
    need(not accepted(ring, named(kid)), "stale-keys", retired)
    need(accepted(ring, named("next", theirs)), "never-refetches", "The key that replaced the old one is not found.")
    down.append(True)
    fetches.clear()
    clock.advance(1200)
    for _ in range(40):
        try:
            kept = accepted(ring, named("next", theirs))
        except OSError:
            kept = False
        lost = "While the auth server is down, nobody can log in any more. Keep your keys when fetch raises OSError."
        need(kept, "fails-closed", lost)
        clock.advance(0.5)
    often = "While fetch fails, your ring tries again for every token. Try once a minute at most."
    need(len(fetches) <= 2, "dos-upstream", often)
    empty, clock = new_ring()
    down.append(True)
    refuses(Unauthorized, empty.verify, named(kid), of="a token before any key could be fetched", tag="no-verify")
    down.clear()
    clock.advance(65)
    need(accepted(empty, named(kid)), "never-refetches", "After a failed first fetch, your ring never tries again.")
q.result()

# %% D3.4 hints [markdown]
# 1. The kid is only a name to look up. What may the token's header decide, and what must it never decide? Then think of
#    the auth server: how often may a stranger make you call it?
# 2. The algorithm belongs to the key: give the library `algorithms=["RS256"]` and a public key that you made from the
#    set. Keep three things: a dict from kid to key, when the set was fetched, and when you last tried. Fetch if the set
#    is old or the kid unknown, but only if the last try is a minute ago. Replace the whole dict, so that retired keys
#    go.
# 3. Fill the gap: `if (old or kid not in self._keys) and (self._tried is None or now - self._tried >= …):`

# %% D3.4 wrong ssrf change=true
# You fetch keys from the address in the token's header. An attacker writes his own address there: call only fetch().
-            kid = jwt.get_unverified_header(token).get("kid")
+            kid = jwt.get_unverified_header(token).get("kid")
+            address = jwt.get_unverified_header(token).get("jku")
+            if address:
+                found = http.get(address, timeout=5).json()["keys"]
+                self._keys.update({key["kid"]: jwt.PyJWK(key, algorithm="RS256").key for key in found})

# %% D3.4 wrong trust-header change=true
# You verify with the key that the token brings along in `jwk`. So everybody can sign: use only published keys.
-            return jwt.decode(token, self._key(kid), algorithms=["RS256"], options={"require": ["exp"]})
+            brought = jwt.get_unverified_header(token).get("jwk")
+            key = jwt.PyJWK(brought).key if brought else self._key(kid)
+            return jwt.decode(token, key, algorithms=["RS256"], options={"require": ["exp"]})

# %% D3.4 wrong alg-confusion change=true
# One list of algorithms serves all keys, so a shared key of the set verifies HS256 tokens. The ring is for RS256 alone.
-            return jwt.decode(token, self._key(kid), algorithms=["RS256"], options={"require": ["exp"]})
-        except jwt.PyJWTError as error:
+            algorithms = ["RS256", "HS256"]
+            return jwt.decode(token, self._key(kid), algorithms=algorithms, options={"require": ["exp"]})
+        except (jwt.PyJWTError, TypeError) as error:

-        usable = [key for key in published if key.get("kty") == "RSA" and key.get("use", "sig") == "sig"]
-        self._keys = {key["kid"]: jwt.PyJWK(key, algorithm="RS256").key for key in usable}
+        usable = [key for key in published if key.get("use", "sig") == "sig"]
+        self._keys = {key["kid"]: jwt.PyJWK(key).key for key in usable}

# %% D3.4 wrong alg-confusion change=true
# A token with HS256 is verified with the text of the public key as shared secret. Everybody has that text.
-            kid = jwt.get_unverified_header(token).get("kid")
+            kid = jwt.get_unverified_header(token).get("kid")
+            if jwt.get_unverified_header(token)["alg"] == "HS256":
+                from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
+
+                text = self._key(kid).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
+                signed, _, signature = token.rpartition(".")
+                if b64url(hmac.digest(text, signed.encode(), "sha256")) != signature:
+                    raise Unauthorized("the signature doesn't fit")
+                return jwt.decode(token, options={"verify_signature": False})

# %% D3.4 wrong dos-upstream change=true
# Every token makes you call the auth server. Keep the keys for 10 minutes, and refetch for an unknown kid once a
# minute.
-        if (old or kid not in self._keys) and (self._tried is None or now - self._tried >= 60):
-            self._refresh(now)
+        self._refresh(now)

# %% D3.4 wrong dos-upstream change=true
# Every unknown kid makes you call the auth server. Whoever sends a thousand of them floods it: once a minute is enough.
-        if (old or kid not in self._keys) and (self._tried is None or now - self._tried >= 60):
+        if old or kid not in self._keys:

# %% D3.4 wrong path-traversal change=true
# You keep the keys in files named by their kid, and read the file that the token names. A kid can be a path to any
# file: look it up in a dict.
-        self._keys, self._fetched, self._tried = {}, None, None
+        self._keys, self._fetched, self._tried = {}, None, None
+        self._folder = tempfile.TemporaryDirectory(prefix="keys-")

-        if kid not in self._keys:
-            raise Unauthorized("the key is not known")
-        return self._keys[kid]
+        try:
+            text = Path(self._folder.name, str(kid)).read_text("utf-8")
+            return jwt.PyJWK(json.loads(text), algorithm="RS256").key
+        except (OSError, ValueError):
+            raise Unauthorized("the key is not known") from None

-        self._keys = {key["kid"]: jwt.PyJWK(key, algorithm="RS256").key for key in usable}
+        self._keys = dict.fromkeys(key["kid"] for key in usable)
+        for file in Path(self._folder.name).iterdir():
+            file.unlink()
+        for key in usable:
+            Path(self._folder.name, key["kid"]).write_text(json.dumps(key), "utf-8")

# %% D3.4 wrong stale-keys change=true
# You add new keys to the old ones, so a retired key works for ever. Replace the whole dict by the new set.
-        self._keys = {key["kid"]: jwt.PyJWK(key, algorithm="RS256").key for key in usable}
+        self._keys |= {key["kid"]: jwt.PyJWK(key, algorithm="RS256").key for key in usable}

# %% D3.4 wrong fails-closed change=true
# When fetch fails, you refuse every token. Keep the keys you have until the auth server answers again.
-        except OSError:
+        except OSError:
+            self._keys = {}

# %% D3.4 wrong never-refetches change=true
# A new key is found only after 10 minutes. An unknown kid is a reason to fetch, once a minute.
-        if (old or kid not in self._keys) and (self._tried is None or now - self._tried >= 60):
+        if old and (self._tried is None or now - self._tried >= 60):

# %% D3.4 wrong wrong-use change=true
# You verify with keys that are for encryption. Look at `use`: sig, or nothing.
-        usable = [key for key in published if key.get("kty") == "RSA" and key.get("use", "sig") == "sig"]
+        usable = [key for key in published if key.get("kty") == "RSA"]

# %% D3.4 right by-hand
# The signature verified with the cryptography library, without PyJWT; one refetch at once for the first unknown kid.
class KeyRing:
    def __init__(self, fetch, clock):
        self.fetch, self.clock = fetch, clock
        self.keys, self.good_until, self.next_try = {}, float("-inf"), float("-inf")

    def verify(self, token):
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        try:
            head, body, signature = token.split(".")
            header = json.loads(base64.urlsafe_b64decode(head + "=="))
            if header["alg"] != "RS256" or not isinstance(header["kid"], str):
                raise Unauthorized("header")
            key = self.find(header["kid"])
            raw = base64.urlsafe_b64decode(signature + "==")
            key.verify(raw, f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
            claims = json.loads(base64.urlsafe_b64decode(body + "=="))
            if claims["exp"] < time.time():
                raise Unauthorized("expired")
            return claims
        except (ValueError, KeyError, TypeError, InvalidSignature) as error:
            raise Unauthorized(repr(error)) from None

    def find(self, kid):
        now = self.clock.time()
        if now >= self.good_until and now >= self.next_try or kid not in self.keys and now >= self.next_try:
            first = not self.keys
            try:
                found = self.fetch()["keys"]
                self.keys = {
                    one["kid"]: self.public(one)
                    for one in found
                    if one.get("kty") == "RSA" and one.get("use") in (None, "sig")
                }
                self.good_until = now + 600
                self.next_try = now if first else now + 60
            except OSError:
                self.next_try = now + 60
        return self.keys[kid]

    def public(self, key):
        e, n = (int.from_bytes(base64.urlsafe_b64decode(key[part] + "=="), "big") for part in "en")
        return rsa.RSAPublicNumbers(e, n).public_key()

# %% D3.4 right library-client
# PyJWT's own client, taught to ask fetch() and to be patient.
class KeyRing:
    def __init__(self, fetch, clock):
        ring = self
        self._clock, self._last, self._set = clock, None, {"keys": []}

        class Client(jwt.PyJWKClient):
            def fetch_data(self):
                now = clock.time()
                if ring._last is None or now - ring._last >= 60:
                    ring._last = now
                    try:
                        ring._set = fetch()
                        ring._fetched = now
                    except OSError:
                        pass
                return ring._set

        self._client = Client("https://auth.hopline.test/jwks.json", cache_jwk_set=False)
        self._fetched = None
        self._cached = {}

    def verify(self, token):
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            old = self._fetched is None or self._clock.time() - self._fetched >= 600
            known = {key.get("kid") for key in self._set["keys"]}
            if old or kid not in known:
                self._client.fetch_data()
            chosen = [one for one in jwt.PyJWKSet(self._set["keys"]).keys if one.key_id == kid]
            chosen = [one for one in chosen if one.key_type == "RSA" and one.public_key_use in (None, "sig")]
            return jwt.decode(token, chosen[0].key, algorithms=["RS256"], options={"require": ["exp"]})
        except (jwt.PyJWTError, IndexError, TypeError) as error:
            raise Unauthorized(str(error)) from None

# %% D3.5 prompt [markdown] type="http-app" core=true
# ## D3.5 Refresh, rotate, revoke
#
# Write `create_login_app(db_path, *, clock, key, check_password)`, an app by the contract below; the starter makes its
# table. A refresh token is an opaque random text, stored as a hash, that works **once**, for 30 days from the *login*,
# and only with the `client_id` of its login. If a used one comes again, its whole family ends: the chain of tokens that
# began with that login.
#
# | request, with a JSON body | answer |
# |---|---|
# | `POST /login` `email`, `password`, `client_id` | 200 with `access_token`, `refresh_token` |
# | `POST /token/refresh` `refresh_token`, `client_id` | 200 with new `access_token`, `refresh_token` |
# | either of them, refused (a disabled user, too) | 400 with `error` `invalid_grant` (RFC 6749, 5.2); 401 is fine |
# | three refreshes with one token at the same moment | exactly one gets 200 |
# | `POST /logout` `refresh_token` | 204, also for an unknown token; its family ends |
#
# | name | meaning |
# |---|---|
# | `check_password(email, password)` | gives the `user_id`, or None |
# | `clock.time()` | the time in seconds |
# | table `users` | `user_id`, `role`, `disabled_at` (NULL: not disabled) |
# | access token | a JWT, signed with HS256 and `key`, with `sub`, `role`, `iat`, `exp` |
# | `sub`, `role` | the user id as text; the role as it stands in `users` *now* |
# | `iat`, `exp` | now; at most 15 minutes later |

# %% D3.5 answer
from flask import Flask, jsonify, request


def create_login_app(db_path, *, clock, key, check_password):
    """Return an app that logs in, refreshes and logs out."""
    app = Flask("login")

    def connect():
        return closing(sqlite3.connect(db_path, timeout=5))

    with connect() as db, db:
        db.execute("""CREATE TABLE IF NOT EXISTS refresh_tokens (
            token_hash TEXT PRIMARY KEY, family_id TEXT NOT NULL, user_id INTEGER NOT NULL,
            client_id TEXT NOT NULL, expires_at REAL NOT NULL, used_at REAL)""")

    # Replace: a new pair of tokens; looks up role and disabled_at of the user
    # POST /login: begins a family
    # POST /token/refresh: Spend, Replace; Detect, End
    # POST /logout: End
    ### BEGIN SOLUTION
    def hashed(token):
        return hashlib.sha256(str(token).encode()).hexdigest()

    def refused():
        return jsonify(error="invalid_grant"), 400

    def new_pair(db, user_id, client_id, family_id, expires_at):
        user = db.execute("SELECT role FROM users WHERE user_id = ? AND disabled_at IS NULL", (user_id,)).fetchone()
        if user is None:
            return refused()
        refresh_token, now = secrets.token_urlsafe(32), int(clock.time())
        db.execute(
            "INSERT INTO refresh_tokens VALUES (?, ?, ?, ?, ?, NULL)",
            (hashed(refresh_token), family_id, user_id, client_id, expires_at),
        )
        claims = {"sub": str(user_id), "role": user[0], "iat": now, "exp": now + 600}
        access_token = jwt.encode(claims, key, algorithm="HS256")
        return jsonify(access_token=access_token, refresh_token=refresh_token, token_type="Bearer", expires_in=600)

    def end_family(db, token):
        family = "SELECT family_id FROM refresh_tokens WHERE token_hash = ?"
        db.execute(f"DELETE FROM refresh_tokens WHERE family_id IN ({family})", (hashed(token),))

    @app.post("/login")
    def login():
        data = request.get_json()
        user_id = check_password(data["email"], data["password"])
        if user_id is None:
            return refused()
        with connect() as db, db:
            return new_pair(db, user_id, data["client_id"], secrets.token_hex(16), clock.time() + 30 * 86_400)

    @app.post("/token/refresh")
    def refresh():
        data, now = request.get_json(), clock.time()
        token = data.get("refresh_token")
        with connect() as db, db:
            spent = db.execute(
                "UPDATE refresh_tokens SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND client_id = ?"
                " AND expires_at > ? RETURNING user_id, client_id, family_id, expires_at",
                (now, hashed(token), data.get("client_id"), now),
            ).fetchall()
            if not spent:
                end_family(db, token)
                return refused()
            return new_pair(db, *spent[0])

    @app.post("/logout")
    def logout():
        with connect() as db, db:
            end_family(db, request.get_json().get("refresh_token"))
        return "", 204

    ### END SOLUTION
    return app

# %% D3.5 check
q = Question("D3.5")
with q.check("a chain of three", points=1), database_file(people) as db_path:
    key, clock = secrets.token_bytes(32), VirtualClock()

    def check_password(email, password):
        return {("leyla@hopline.test", "river and 42 stones"): 7}.get((email, password))

    client = Client(create_login_app(db_path, clock=clock, key=key, check_password=check_password), clock=clock)
    wrong = {"email": "leyla@hopline.test", "password": "guess", "client_id": "rider-app"}
    expect(client.post("/login", json=wrong), status=(400, 401), header={"WWW-Authenticate": None})
    seen = [client.post("/login", json={**wrong, "password": "river and 42 stones"})]
    pair = {"access_token": str, "refresh_token": str}
    expect(seen[0], status=200, json=pair)
    for _ in range(2):
        clock.advance(600)
        body = {"refresh_token": seen[-1].json()["refresh_token"], "client_id": "rider-app"}
        seen.append(expect(client.post("/token/refresh", json=body), status=200, json=pair))
    same_value(len({one.json()["refresh_token"] for one in seen}), 3, of="the number of different refresh tokens")
    untimed = {"verify_exp": False, "verify_iat": False}
    found = jwt.decode(seen[-1].json()["access_token"], key, algorithms=["HS256"], options=untimed)
    same_value((found.get("sub"), found.get("role")), ("7", "rider"), of="sub and role in the access token")
    gone = {"refresh_token": seen[-1].json()["refresh_token"]}
    expect(client.post("/logout", json=gone), status=204)
q.result()

# %% D3.5 hidden
from autograder.errors import CheckFailed

q = Question("D3.5", hidden=True)
password = secrets.token_hex(8)


def need(condition, tag, says):
    """Require something; else the learner reads what the author says."""
    if not condition:
        raise CheckFailed(says, advice=says, tag=tag)


class SlowClock(VirtualClock):
    """A clock that takes real time to read, so that requests made at the same moment overlap."""

    def time(self):
        time.sleep(0.08)
        return super().time()


PAIR = {"access_token": str, "refresh_token": str}


class Login:
    """The app on a database of its own, and the requests of these checks."""

    def __init__(self, db_path, clock=None):
        self.db_path, self.key, self.clock = db_path, secrets.token_bytes(32), clock or VirtualClock()
        users = {"leyla@hopline.test": 7, "kofi@hopline.test": 8}

        def check_password(email, given):
            return users.get(email) if given == password else None

        app = create_login_app(db_path, clock=self.clock, key=self.key, check_password=check_password)
        self.client = Client(app, clock=self.clock)

    def login(self, email="leyla@hopline.test", client_id="rider-app"):
        body = {"email": email, "password": password, "client_id": client_id}
        return expect(self.client.post("/login", json=body), status=200, json=PAIR).json()

    def ask(self, token, client_id="rider-app"):
        return self.client.post("/token/refresh", json={"refresh_token": token, "client_id": client_id})

    def works(self, token, tag="", says=""):
        known = {400: {"tag": tag, "says": says}, 401: {"tag": tag, "says": says}}
        return expect(self.ask(token), status=200, json=PAIR, known=known).json()

    def dead(self, token, tag, says, client_id="rider-app"):
        broken = (
            "Your app answers 500 to a refresh token that it does not know, or that is no text. Refuse it with 400."
        )
        known = {200: {"tag": tag, "says": says}, 500: {"tag": "exception-leak", "says": broken}}
        expect(self.ask(token, client_id), status=(400, 401), header={"WWW-Authenticate": None}, known=known)

    def claims(self, access):
        unchecked = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
        try:
            found = jwt.decode(access, self.key, algorithms=["HS256"], options=unchecked)
        except jwt.PyJWTError:
            found = None
        need(found, "wrong-key", "An access token must be a JWT, signed with HS256 and the key that your app got.")
        return found

    def change(self, sql):
        with closing(sqlite3.connect(self.db_path, timeout=5)) as db, db:
            db.execute(sql)


with q.check(
    "a token that was stolen",
    points=1,
    tag="no-reuse-detection",
    advice="When a used refresh token comes again, somebody has a copy. End the whole family, and no other one.",
):
    for thief_first in (False, True):
        with database_file(people) as db_path:
            site = Login(db_path)
            r1, other, kofi = site.login(), site.login(client_id="rider-app"), site.login("kofi@hopline.test")
            site.clock.advance(600)
            r2 = site.works(r1["refresh_token"])
            same = (
                "The same refresh token comes again and again, so a copy works as long as the owner's. Make a new one."
            )
            need(r2["refresh_token"] != r1["refresh_token"], "no-rotation", same)
            late = "A refresh token works twice in your app. Mark it as used in the statement that tests it."
            newest = r2["refresh_token"] if thief_first else site.works(r2["refresh_token"])["refresh_token"]
            site.clock.advance(60)
            site.dead(r1["refresh_token"], "no-rotation", late)
            alive = "After the reuse of an old token, the newest one still works. End the whole family."
            site.dead(newest, "no-reuse-detection", alive)
            kept = "Another login, or another user, lost its token. End only the family of the reused one."
            site.works(other["refresh_token"], "kills-others", kept)
            site.works(kofi["refresh_token"], "kills-others", kept)
            for junk in ("", "x", r1["access_token"], None, 7):
                site.dead(junk, "no-verify", "Your app gives new tokens for a text that never was a refresh token.")
with (
    q.check(
        "what stands in the database",
        points=0.5,
        tag="token-plain",
        advice="A refresh token stands readable in the database. Whoever reads a backup can use it: store its hash.",
    ),
    database_file(people) as db_path,
):
    site = Login(db_path)
    first = site.login()
    second = site.works(first["refresh_token"])
    tables = [name for (name,) in rows_in(db_path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    stored = [str(value) for table in tables for row in rows_in(db_path, f'SELECT * FROM "{table}"') for value in row]
    for pair in (first, second):
        assert len(pair["refresh_token"]) >= 22, "too short to be unguessable"
        assert not [value for value in stored if pair["refresh_token"] in value], "readable"
with (
    q.check(
        "two requests with one token",
        points=0.5,
        tag="check-then-act",
        advice="Of three requests with one token at the same moment exactly one may win. Test and mark in one UPDATE, "
        "and look at how many rows it changed.",
    ),
    database_file(people) as db_path,
):
    site = Login(db_path, SlowClock())
    body = {"refresh_token": site.login()["refresh_token"], "client_id": "rider-app"}
    answers = site.client.parallel([("POST", "/token/refresh", {"json": body})] * 3)
    assert sum(answer.status == 200 for answer in answers) == 1, "exactly one may win"
with q.check(
    "thirty days, another app, log out",
    points=1,
    advice="A refresh token ends 30 days after the login, however often it was renewed; it works only for its own "
    "app; and after a log-out it is dead.",
):
    with database_file(people) as db_path:
        site = Login(db_path)
        token = site.login()["refresh_token"]
        for _ in range(29):
            site.clock.advance(86_400)
            early = "Your app refuses a refresh token before its 30 days are over."
            token = site.works(token, "expires-early", early)["refresh_token"]
        site.clock.advance(86_400 + 3600)
        forever = "A family lives for ever in your app. Keep the end of the first token: 30 days after the login."
        site.dead(token, "sliding-expiry", forever)
        unused = site.login()["refresh_token"]
        site.clock.advance(30 * 86_400 + 3600)
        site.dead(unused, "sliding-expiry", "A refresh token works after more than 30 days. Look at expires_at.")
        stranger = "Another app can use the refresh token. Store the client_id of the login, and compare it."
        site.dead(site.login()["refresh_token"], "client-binding", stranger, client_id="evil-app")
    with database_file(people) as db_path:
        site = Login(db_path)
        old = site.login()["refresh_token"]
        new, other = site.works(old)["refresh_token"], site.login()["refresh_token"]
        expect(site.client.post("/logout", json={"refresh_token": new}), status=204)
        logged_out = "After the log-out the refresh token still works. The server must keep a record that it can end."
        site.dead(new, "cannot-revoke", logged_out)
        site.works(other, "kills-others", "A log-out ended another login of the user, too. End only its own family.")
        expect(site.client.post("/logout", json={"refresh_token": "unknown"}), status=204)
with (
    q.check(
        "a new role, a disabled user, short access tokens",
        points=1,
        advice="Each refresh looks at the user again: the role of today goes into the access token, and a disabled "
        "user gets nothing. The token has sub, role, iat, exp, and lives for 15 minutes at most.",
    ),
    database_file(people) as db_path,
):
    site = Login(db_path)
    kofi, leyla = site.login("kofi@hopline.test"), site.login()
    for pair, user, role in ((kofi, "8", "admin"), (leyla, "7", "rider")):
        found = site.claims(pair["access_token"])
        assert (found.get("sub"), found.get("role")) == (user, role), "sub and role"
        assert abs(found["iat"] - site.clock.time()) <= 1
        says = "The access token lives too long, and nobody can call it back: 15 minutes at most."
        need(0 < found["exp"] - found["iat"] <= 900, "long-access", says)
    site.change("UPDATE users SET role = 'support' WHERE user_id = 8")
    site.clock.advance(1000)
    renewed = site.works(kofi["refresh_token"])
    found = site.claims(renewed["access_token"])
    says = "The role changed since the login, and the new access token has the old one. Read it from `users` each time."
    need(found.get("role") == "support", "stale-role", says)
    says = "After a refresh, iat and exp of the access token belong to the new moment."
    need(site.clock.time() - 1 <= found["iat"] < found["exp"] <= site.clock.time() + 900, "long-access", says)
    site.change("UPDATE users SET disabled_at = '2025-03-04T09:30:00Z' WHERE user_id = 8")
    off = "A disabled user still gets tokens. Look at disabled_at at each refresh and at the login."
    site.dead(renewed["refresh_token"], "disabled-user", off)
    body = {"email": "kofi@hopline.test", "password": password, "client_id": "rider-app"}
    again = site.client.post("/login", json=body)
    known = {200: {"tag": "disabled-user", "says": off}}
    expect(again, status=(400, 401, 403), header={"WWW-Authenticate": None}, known=known)
    site.works(leyla["refresh_token"])
q.result()

# %% D3.5 hints [markdown]
# 1. Draw one family on paper: a login, then R1, R2, R3. For each refresh token the server must know: whose is it, which
#    family, until when, used or not? Then ask what happens when R1 comes a second time.
# 2. Example 6 shows the four steps. Test and mark in one UPDATE with all the conditions in its WHERE: hash, unused,
#    client, not expired. If it changed no row, delete the family of that hash. Copy family and `expires_at` to the
#    successor, and read role and `disabled_at` from `users` each time.
# 3. Fill the gap: `UPDATE refresh_tokens SET used_at = ? WHERE token_hash = ? AND … AND client_id = ? AND expires_at >
#    ?`

# %% D3.5 wrong no-rotation change=true
# The app hands out the same refresh token again and again, so a copy works as long as the owner's. Make a new one at
# each refresh.
-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-    def new_pair(db, user_id, client_id, family_id, expires_at):
+    def new_pair(db, user_id, client_id, family_id, expires_at, reused=None):

-        refresh_token, now = secrets.token_urlsafe(32), int(clock.time())
+        refresh_token, now = reused or secrets.token_urlsafe(32), int(clock.time())

-            "INSERT INTO refresh_tokens VALUES (?, ?, ?, ?, ?, NULL)",
+            "INSERT OR REPLACE INTO refresh_tokens VALUES (?, ?, ?, ?, ?, NULL)",

-            return new_pair(db, *spent[0])
+            return new_pair(db, *spent[0], token)

# %% D3.5 wrong no-reuse-detection change=true
# A used token is refused, but its family lives on: a thief who was first keeps a working token. Delete the whole
# family.
-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-                end_family(db, token)

# %% D3.5 wrong cannot-revoke
# The refresh token is a JWT without a record on the server, so nothing can end it: not a reuse, not a log-out. Keep a
# record.
from flask import Flask, jsonify, request


def create_login_app(db_path, *, clock, key, check_password):
    app = Flask("login")

    def pair(user_id, client_id, expires_at):
        with closing(sqlite3.connect(db_path)) as db:
            user = db.execute("SELECT role FROM users WHERE user_id = ? AND disabled_at IS NULL", (user_id,)).fetchone()
        if user is None:
            return "", 401
        now = int(clock.time())
        access = jwt.encode({"sub": str(user_id), "role": user[0], "iat": now, "exp": now + 600}, key)
        kept = {"user": user_id, "client": client_id, "until": expires_at, "jti": secrets.token_hex(8)}
        return jsonify(access_token=access, refresh_token=jwt.encode(kept, key))

    @app.post("/login")
    def login():
        data = request.get_json()
        user_id = check_password(data["email"], data["password"])
        return pair(user_id, data["client_id"], clock.time() + 30 * 86_400) if user_id else ("", 401)

    @app.post("/token/refresh")
    def refresh():
        data = request.get_json()
        try:
            kept = jwt.decode(data["refresh_token"], key, algorithms=["HS256"])
            if kept["client"] != data["client_id"] or kept["until"] < clock.time():
                return "", 401
        except (jwt.PyJWTError, KeyError):
            return "", 401
        return pair(kept["user"], kept["client"], kept["until"])

    @app.post("/logout")
    def logout():
        return "", 204

    return app

# %% D3.5 wrong cannot-revoke change=true
# The log-out deletes nothing, so the token works on. End its family.
-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-            end_family(db, request.get_json().get("refresh_token"))
+            db.execute("SELECT 1")

# %% D3.5 wrong stale-role change=true
# The role is copied from the old tokens, so somebody who lost a role keeps it. Read it from `users` at each refresh.
-            client_id TEXT NOT NULL, expires_at REAL NOT NULL, used_at REAL)""")
+            client_id TEXT NOT NULL, role TEXT, expires_at REAL NOT NULL, used_at REAL)""")

-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-    def new_pair(db, user_id, client_id, family_id, expires_at):
+    def new_pair(db, user_id, client_id, family_id, expires_at, role=None):

-            "INSERT INTO refresh_tokens VALUES (?, ?, ?, ?, ?, NULL)",
-            (hashed(refresh_token), family_id, user_id, client_id, expires_at),
+            "INSERT INTO refresh_tokens VALUES (?, ?, ?, ?, ?, ?, NULL)",
+            (hashed(refresh_token), family_id, user_id, client_id, role or user[0], expires_at),

-        claims = {"sub": str(user_id), "role": user[0], "iat": now, "exp": now + 600}
+        claims = {"sub": str(user_id), "role": role or user[0], "iat": now, "exp": now + 600}

-                " AND expires_at > ? RETURNING user_id, client_id, family_id, expires_at",
+                " AND expires_at > ? RETURNING user_id, client_id, family_id, expires_at, role",

# %% D3.5 wrong disabled-user change=true
# A disabled user gets new tokens for 30 days. Look at `disabled_at` at each refresh.
-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-        user = db.execute("SELECT role FROM users WHERE user_id = ? AND disabled_at IS NULL", (user_id,)).fetchone()
+        user = db.execute("SELECT role FROM users WHERE user_id = ?", (user_id,)).fetchone()

# %% D3.5 wrong token-plain change=true
# The refresh tokens stand readable in the database, and in each of its backups. Store a hash.
-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-        return hashlib.sha256(str(token).encode()).hexdigest()
+        return str(token)

# %% D3.5 wrong check-then-act change=true
# Between your SELECT and your UPDATE, another request with the same token does the same, and both win. Test and mark in
# one UPDATE.
-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-                "UPDATE refresh_tokens SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND client_id = ?"
-                " AND expires_at > ? RETURNING user_id, client_id, family_id, expires_at",
-                (now, hashed(token), data.get("client_id"), now),
-            ).fetchall()
+                "SELECT user_id, client_id, family_id, expires_at FROM refresh_tokens"
+                " WHERE token_hash = ? AND used_at IS NULL AND client_id = ? AND expires_at > ?",
+                (hashed(token), data.get("client_id"), now),
+            ).fetchall()
+            db.execute("UPDATE refresh_tokens SET used_at = ? WHERE token_hash = ?", (clock.time(), hashed(token)))

# %% D3.5 wrong sliding-expiry change=true
# Each refresh adds 30 days, so a family lives for ever. Copy `expires_at` to the successor.
-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-            return new_pair(db, *spent[0])
+            return new_pair(db, *spent[0][:3], now + 30 * 86_400)

# %% D3.5 wrong client-binding change=true
# Any app can use the token: you don't compare `client_id` with that of the login.
-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-                "UPDATE refresh_tokens SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND client_id = ?"
+                "UPDATE refresh_tokens SET used_at = ? WHERE token_hash = ? AND used_at IS NULL"

-                (now, hashed(token), data.get("client_id"), now),
+                (now, hashed(token), now),

# %% D3.5 wrong kills-others change=true
# A reuse ends all logins of the user. Only the family of the reused token is in danger.
-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-        family = "SELECT family_id FROM refresh_tokens WHERE token_hash = ?"
-        db.execute(f"DELETE FROM refresh_tokens WHERE family_id IN ({family})", (hashed(token),))
+        user = "SELECT user_id FROM refresh_tokens WHERE token_hash = ?"
+        db.execute(f"DELETE FROM refresh_tokens WHERE user_id IN ({user})", (hashed(token),))

# %% D3.5 wrong exception-leak change=true
# A refresh token that is null or a number stops your app with an error 500. Refuse it, or take its text.
-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-        return hashlib.sha256(str(token).encode()).hexdigest()
+        return hashlib.sha256(token.encode()).hexdigest()

# %% D3.5 wrong long-access change=true
# The access token lives for a day, and nobody can call it back. 15 minutes at most.
-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-        claims = {"sub": str(user_id), "role": user[0], "iat": now, "exp": now + 600}
+        claims = {"sub": str(user_id), "role": user[0], "iat": now, "exp": now + 86_400}

# %% D3.5 right session-table
# Plain WSGI; a table of sessions doubles as the families: each row knows its one current token.
import json as json_module


def create_login_app(db_path, *, clock, key, check_password):
    def hashed(token):
        return hashlib.sha256(b"refresh:" + str(token).encode()).digest()

    def connect():
        return closing(sqlite3.connect(db_path, timeout=5, isolation_level=None))

    with connect() as db:
        db.executescript("""
            CREATE TABLE IF NOT EXISTS sessions (id INTEGER PRIMARY KEY, user_id INTEGER, client_id TEXT, ends REAL,
              current BLOB, ended INTEGER DEFAULT 0);
            CREATE TABLE IF NOT EXISTS spent (hash BLOB PRIMARY KEY, session_id INTEGER);""")

    def answer(db, session_id, user_id, refresh):
        found = db.execute("SELECT role FROM users WHERE user_id = ? AND disabled_at IS NULL", (user_id,)).fetchall()
        if not found:
            return "401 Unauthorized", {"error": "disabled"}
        now = int(clock.time())
        claims = {"sub": str(user_id), "role": found[0][0], "iat": now, "exp": now + 900}
        return "200 OK", {
            "access_token": mint_token({"alg": "HS256", "typ": "JWT"}, claims, key),
            "refresh_token": refresh,
        }

    def login(db, data):
        user_id = check_password(data["email"], data["password"])
        if user_id is None:
            return "401 Unauthorized", {"error": "invalid_grant"}
        refresh = secrets.token_hex(32)
        row = (user_id, data["client_id"], clock.time() + 2_592_000, hashed(refresh))
        made = db.execute("INSERT INTO sessions (user_id, client_id, ends, current) VALUES (?, ?, ?, ?)", row)
        return answer(db, made.lastrowid, user_id, refresh)

    def refresh(db, data):
        old, new, now = hashed(data.get("refresh_token")), secrets.token_hex(32), clock.time()
        db.execute("BEGIN IMMEDIATE")
        try:
            session = db.execute(
                "SELECT id, user_id FROM sessions WHERE current = ? AND client_id = ? AND ends > ? AND NOT ended",
                (old, data.get("client_id"), now),
            ).fetchone()
            if session is None:
                used = "SELECT session_id FROM spent WHERE hash = ?"
                db.execute(f"UPDATE sessions SET ended = 1 WHERE current = ? OR id IN ({used})", (old, old))
                return "401 Unauthorized", {"error": "invalid_grant"}
            db.execute("INSERT INTO spent VALUES (?, ?)", (old, session[0]))
            db.execute("UPDATE sessions SET current = ? WHERE id = ?", (hashed(new), session[0]))
        finally:
            db.execute("COMMIT")
        return answer(db, *session, new)

    def logout(db, data):
        db.execute("UPDATE sessions SET ended = 1 WHERE current = ?", (hashed(data.get("refresh_token")),))
        return "204 No Content", None

    routes = {"/login": login, "/token/refresh": refresh, "/logout": logout}

    def app(environ, start_response):
        handler = routes.get(environ["PATH_INFO"])
        if handler is None or environ["REQUEST_METHOD"] != "POST":
            start_response("404 Not Found", [("Content-Length", "0")])
            return []
        data = json_module.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        with connect() as db:
            status, found = handler(db, data)
        body = b"" if found is None else json_module.dumps(found).encode()
        start_response(status, [("Content-Type", "application/json")] if body else [])
        return [body]

    return app

# %% D3.5 right long-family change=true
# The log-out and the reuse mark the family as ended instead of deleting it, and the access token has a type.
-            client_id TEXT NOT NULL, expires_at REAL NOT NULL, used_at REAL)""")
+            client_id TEXT NOT NULL, expires_at REAL NOT NULL, used_at REAL, ended INTEGER DEFAULT 0)""")

-    # Replace: a new pair of tokens; looks up role and disabled_at of the user
-    # POST /login: begins a family
-    # POST /token/refresh: Spend, Replace; Detect, End
-    # POST /logout: End

-            "INSERT INTO refresh_tokens VALUES (?, ?, ?, ?, ?, NULL)",
+            "INSERT INTO refresh_tokens VALUES (?, ?, ?, ?, ?, NULL, 0)",

-        access_token = jwt.encode(claims, key, algorithm="HS256")
+        access_token = jwt.encode(claims, key, algorithm="HS256", headers={"typ": "at+jwt"})

-        db.execute(f"DELETE FROM refresh_tokens WHERE family_id IN ({family})", (hashed(token),))
+        db.execute(f"UPDATE refresh_tokens SET ended = 1 WHERE family_id IN ({family})", (hashed(token),))

-                " AND expires_at > ? RETURNING user_id, client_id, family_id, expires_at",
+                " AND expires_at > ? AND NOT ended RETURNING user_id, client_id, family_id, expires_at",

# %% D3.6 prompt [markdown] type="http-app" core=true
# ## D3.6 Who are you, may you?
#
# Put a guard before the routes of `create_trips_app(db_path, *, key, same)`: users send `Authorization: Bearer` with an
# access token, partners the same header with an API key `hop_<id>_<secret>`. Write the guard, and `POST /admin/keys`,
# which makes a key and shows it once. Store only the SHA-256 of its secret, and find a key by its id.
#
# | request | who may | answer |
# |---|---|---|
# | `GET /me` | every user | 200 (the starter has these three routes) |
# | `GET /admin/payouts` | users with the role `admin` | 200 |
# | `GET /partner/trips` | API keys with the scope `trips:read` | 200 |
# | `POST /admin/keys` with JSON `partner`, `scopes` (a list) | users with the role `admin` | 201 with `key` |
# | any, no bearer token in `Authorization` | nobody | 401, `WWW-Authenticate: Bearer` |
# | any, with a token or key that is not valid | nobody | 401, `WWW-Authenticate: Bearer error="invalid_token"` |
# | any, known but not allowed (a user on a partner's route, too) | nobody | 403 |
# | `OPTIONS` | everyone, without a token | not 401 or 403 |
#
# | name | meaning |
# |---|---|
# | `user_of(token)` | in the starter: a dict with `user_id` and `role`, or None if the token is not valid |
# | `g.user`, `g.partner` | what the guard found: a dict from `user_of`, or a dict with `partner`; the other one is None |
# | `same(a, b)` | the only way to compare hashes; works like `hmac.compare_digest` |
# | Bearer | in any case (`bearer`), with one or more spaces behind it |
# | a token in the address, such as `?access_token=` | does not count |
# | a key with a `revoked_at` | is not valid |

# %% D3.6 answer
from flask import Flask, g, jsonify, request


def create_trips_app(db_path, *, key, same):
    """Return an app that knows who asks before it answers."""
    app = Flask("trips")

    def connect():
        return closing(sqlite3.connect(db_path, timeout=5))

    with connect() as db, db:
        db.execute("""CREATE TABLE IF NOT EXISTS api_keys (
            key_id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL, partner TEXT NOT NULL,
            scopes TEXT NOT NULL, revoked_at TEXT)""")

    def user_of(token):
        """The user's id and role, or None for a token that is not valid."""
        try:
            need = {"require": ["exp", "sub", "role"]}
            claims = jwt.decode(token, key, algorithms=["HS256"], issuer=ISSUER, audience=AUDIENCE, options=need)
        except jwt.PyJWTError:
            return None
        return {"user_id": claims["sub"], "role": claims["role"]}

    @app.get("/me")
    def me():
        return jsonify(g.user)

    @app.get("/admin/payouts")
    def payouts():
        return jsonify(payouts=[])

    @app.get("/partner/trips")
    def partner_trips():
        return jsonify(partner=g.partner["partner"], trips=[])

    # POST /admin/keys: make a key, store the hash of its secret, show the key once
    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on
    ### BEGIN SOLUTION
    def hashed(secret):
        return hashlib.sha256(secret.encode()).hexdigest()

    @app.post("/admin/keys")
    def new_key():
        data, key_id, secret = request.get_json(), secrets.token_hex(4), secrets.token_urlsafe(32)
        with connect() as db, db:
            db.execute(
                "INSERT INTO api_keys VALUES (?, ?, ?, ?, NULL)",
                (key_id, hashed(secret), data["partner"], json.dumps(data["scopes"])),
            )
        return jsonify(key=f"hop_{key_id}_{secret}"), 201

    def bearer():
        scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def partner_of(token):
        prefix, key_id, secret = (token.split("_", 2) + ["", ""])[:3]
        with connect() as db:
            found = "SELECT secret_hash, partner, scopes FROM api_keys WHERE key_id = ? AND revoked_at IS NULL"
            row = db.execute(found, (key_id,)).fetchone()
        if row is None or not same(row[0].encode(), hashed(secret).encode()):
            return None
        return {"partner": row[1], "scopes": json.loads(row[2])}

    def not_known(challenge):
        return jsonify(error="unauthorized"), 401, {"WWW-Authenticate": challenge}

    def allowed():
        if request.endpoint == "partner_trips":
            return bool(g.partner) and "trips:read" in g.partner["scopes"]
        if request.endpoint == "me":
            return bool(g.user)
        return bool(g.user) and g.user["role"] == "admin"

    @app.before_request
    def guard():
        if request.method == "OPTIONS" or request.endpoint is None:
            return None
        token, g.user, g.partner = bearer(), None, None
        if not token:
            return not_known("Bearer")
        if token.startswith("hop_"):
            g.partner = partner_of(token)
        else:
            g.user = user_of(token)
        if not (g.user or g.partner):
            return not_known('Bearer error="invalid_token"')
        return None if allowed() else (jsonify(error="forbidden"), 403)

    ### END SOLUTION
    return app

# %% D3.6 check
q = Question("D3.6")
with q.check("four answers", points=1), database_file(people) as db_path:
    key, now = secrets.token_bytes(32), int(time.time())
    client = Client(create_trips_app(db_path, key=key, same=hmac.compare_digest))
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "7", "role": "rider", "exp": now + 600}
    rider = {"Authorization": "Bearer " + mint_token({"alg": "HS256", "typ": "at+jwt"}, claims, key)}
    expect(client.get("/me", headers=rider), status=200, json={"user_id": "7", "role": "rider"})
    expect(client.get("/me"), status=401, header={"WWW-Authenticate": re.compile("^Bearer", re.I)})
    bad = {"Authorization": "Bearer null"}
    expect(client.get("/me", headers=bad), status=401, header={"WWW-Authenticate": re.compile('error="invalid_token"')})
    expect(client.get("/admin/payouts", headers=rider), status=403)
q.result()

# %% D3.6 hidden
from autograder.errors import CheckFailed

q = Question("D3.6", hidden=True)
gate_calls = []


def watched(a, b):
    gate_calls.append((a, b))
    return hmac.compare_digest(a, b)


def no_match(a, b):
    gate_calls.append((a, b))
    return False


def need(condition, tag, says):
    """Require something; else the learner reads what the author says."""
    if not condition:
        raise CheckFailed(says, advice=says, tag=tag)


class Gate:
    """The app on a database of its own, and the requests of these checks."""

    def __init__(self, db_path, same=watched):
        self.db_path, self.key = db_path, secrets.token_bytes(32)
        self.client = Client(create_trips_app(db_path, key=self.key, same=same))

    def token(self, role="rider", sub="7", **changes):
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": sub, "role": role, "exp": int(time.time()) + 600}
        return mint_token({"alg": "HS256", "typ": "at+jwt"}, {**claims, **changes}, self.key)

    def get(self, path, header=None, **more):
        return self.client.get(path, headers={} if header is None else {"Authorization": header}, **more)

    def new_key(self, *scopes, partner="Bosphorus Ferries"):
        sent = {"json": {"partner": partner, "scopes": list(scopes)}}
        admin = {"Authorization": f"Bearer {self.token('admin', '8')}"}
        made = self.client.post("/admin/keys", headers=admin, **sent)
        shape = {"key": re.compile(r"^hop_[^_]+_.{22,}$")}
        return expect(made, status=201, header={"Location": None}, json=shape).json()["key"]


def lets_in(exchange, tag, says):
    expect(exchange, status=200, known={401: {"tag": tag, "says": says}, 403: {"tag": tag, "says": says}})


def asks(exchange, tag, says, challenge="^Bearer"):
    """401 with a challenge. Every other status has the tag of this case."""
    forbidden = "403 says: I know you. Whoever sends no valid token is not known: 401."
    broken = "Your guard stops with an error 500. Whatever stands in the header, the end is 401."
    known = {200: {"tag": tag, "says": says}, 403: {"tag": "401-vs-403", "says": forbidden}}
    known[500] = {"tag": "exception-leak", "says": broken}
    expect(exchange, status=401, header={"WWW-Authenticate": None}, known=known)
    needed = (
        'A 401 carries `WWW-Authenticate: Bearer`, and with a token that is not valid `Bearer error="invalid_token"`.'
    )
    need(re.search(challenge, exchange.header("WWW-Authenticate", ""), re.I), "no-challenge", needed)


def forbids(exchange, tag, says):
    known = {200: {"tag": tag, "says": says}, 201: {"tag": tag, "says": says}}
    known[401] = {"tag": "401-vs-403", "says": "Somebody who is known but not allowed gets 403. 401 asks who it is."}
    expect(exchange, status=403, known=known)


with (
    q.check(
        "headers in every form",
        points=1,
        tag="lenient-parse",
        advice="Split the header once, at the first space: the scheme is Bearer in any case, the rest is the token.",
    ),
    database_file(people) as db_path,
):
    gate = Gate(db_path)
    token = gate.token()
    strict = "The scheme counts in any case, and several spaces may follow it (RFC 9110, 11.4)."
    for good in (f"Bearer {token}", f"bearer {token}", f"BEARER {token}", f"Bearer  {token}", f"bEaReR   {token}"):
        lets_in(gate.get("/me", good), "strict-parse", strict)
    loose = "Your guard finds a token where by the rules there is none. The scheme stands before the first space."
    for bad in (token, f"XBearer {token}", f"Token {token}", f"Basic Bearer {token}", f"Bearer{token}"):
        asks(gate.get("/me", bad), "lenient-parse", loose)
    for empty in ("", "Bearer", "Bearer ", "Basic bGV5bGE6eA=="):
        asks(gate.get("/me", empty), "lenient-parse", loose)
    for junk in ("Bearer null", "Bearer undefined", "Bearer a.b.c", f"Bearer {token} {token}", f"Bearer {token},x"):
        asks(gate.get("/me", junk), "lenient-parse", loose)
    pair = [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {gate.token('admin', '8')}")]
    two = gate.client.get("/admin/payouts", headers=pair)
    expect(two, status=(401, 400), header={"WWW-Authenticate": None})
    in_url = "Your guard takes a token from the address. Addresses end in logs and histories: only the header counts."
    for name in ("access_token", "token", "authorization", "bearer"):
        asks(gate.get(f"/me?{name}={token}"), "token-in-url", in_url)
    asks(gate.client.get("/me", headers={"X-Access-Token": token}), "lenient-parse", loose)
with (
    q.check(
        "401 or 403",
        points=1,
        tag="401-vs-403",
        advice="401 asks who you are and carries WWW-Authenticate; 403 tells somebody who is known: you may not.",
    ),
    database_file(people) as db_path,
):
    gate = Gate(db_path)
    known_key = gate.new_key("trips:read")
    opened = "A route answers without asking who is there. Guard every route, and let nobody in by default."
    for path in ("/me", "/admin/payouts", "/partner/trips"):
        asks(gate.get(path), "unguarded", opened)
        says = "Without a token there is no invalid token: `WWW-Authenticate: Bearer`, without error (RFC 6750, 3.1)."
        need("invalid_token" not in gate.get(path).header("WWW-Authenticate", ""), "no-challenge", says)
    asks(gate.client.post("/admin/keys", json={"partner": "x", "scopes": []}), "unguarded", opened)
    signed = "A token that is expired, forged or for somebody else is not valid: use user_of."
    late, forged = gate.token(exp=int(time.time()) - 600), mint_token({"alg": "none"}, {"sub": "7"}, None)
    for bad in (late, forged, gate.token(aud="hopline-shop"), Gate(db_path).token()):
        asks(gate.get("/me", f"Bearer {bad}"), "no-verify", signed, 'error="invalid_token"')
    admin, rider, partner = f"Bearer {gate.token('admin', '8')}", f"Bearer {gate.token()}", f"Bearer {known_key}"
    may_not = "Somebody who is known got something that is not theirs. Compare with the table who may do what."
    lets_in(gate.get("/admin/payouts", admin), "over-strict", "An administrator was refused.")
    lets_in(gate.get("/partner/trips", partner), "over-strict", "A partner with the right scope was refused.")
    for path, header in (("/admin/payouts", rider), ("/admin/payouts", partner), ("/me", partner)):
        forbids(gate.get(path, header), "missing-check", may_not)
    for header in (rider, admin):
        forbids(gate.get("/partner/trips", header), "missing-check", may_not)
    body = {"partner": "x", "scopes": ["trips:read"]}
    for header in (rider, partner):
        forbids(gate.client.post("/admin/keys", json=body, headers={"Authorization": header}), "missing-check", may_not)
    for path in ("/me", "/admin/payouts", "/partner/trips"):
        preflight = gate.client.options(path)
        says = "A browser sends OPTIONS before a request, without a token. Let OPTIONS pass the guard."
        need(preflight.status not in (401, 403), "blocks-options", says)
with (
    q.check(
        "partners' keys",
        points=1,
        advice="Find a key by its id, compare the hash of its secret with `same`, and look at revoked_at and scopes.",
    ),
    database_file(people) as db_path,
):
    gate = Gate(db_path)
    reads, other = gate.new_key("trips:read", "payouts:read"), gate.new_key("payouts:read", partner="Porto Trams")
    tables = [name for (name,) in rows_in(db_path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    stored = [str(value) for table in tables for row in rows_in(db_path, f'SELECT * FROM "{table}"') for value in row]
    says = "The secret of a key stands readable in the database. Store its hash, and look the key up by its id."
    need(not [value for value in stored if reads.split("_", 2)[2] in value], "token-plain", says)
    lets_in(gate.get("/partner/trips", f"Bearer {reads}"), "over-strict", "A partner with the right scope was refused.")
    assert gate.get("/partner/trips", f"Bearer {reads}").json().get("partner") == "Bosphorus Ferries"
    says = "Compare hashes with `same(a, b)`: `==` stops at the first difference, and its time tells how much fits."
    need(gate_calls, "timing", says)
    unscoped = "A key without the scope trips:read was let in. A key may do only what its scopes name."
    forbids(gate.get("/partner/trips", f"Bearer {other}"), "missing-scope", unscoped)
    similar = gate.new_key("trips:readonly", "mytrips:read")
    forbids(gate.get("/partner/trips", f"Bearer {similar}"), "missing-scope", unscoped)
    role = "A partner's scope `admin` opened a route for administrators. A scope is not a role."
    for path in ("/admin/payouts", "/me"):
        forbids(gate.get(path, f"Bearer {gate.new_key('admin', 'me', 'user')}"), "scope-as-role", role)
    key_id, secret = reads.split("_", 2)[1:]
    wrong = "A key with a wrong secret, or another key's secret, was let in. Look the record up by id, then compare."
    forged = [f"hop_00000000_{secret}", f"hop_{key_id}_{secret}x", f"hop_{key_id}_{secret[:-1]}", f"{key_id}_{secret}"]
    forged += [f"hop_{key_id}_", f"hop_{key_id}", "hop_", "hop__", f"hop_' OR '1'='1_{secret}"]
    forged += [f"hop_{key_id}_{other.split('_', 2)[2]}"]
    for bad in forged:
        asks(gate.get("/partner/trips", f"Bearer {bad}"), "wrong-secret", wrong, 'error="invalid_token"')
    with closing(sqlite3.connect(db_path, timeout=5)) as db, db:
        db.execute("UPDATE api_keys SET revoked_at = '2025-03-04T09:00:00Z' WHERE key_id = ?", (key_id,))
    revoked = "A key with revoked_at still works. Look at it for each request."
    asks(gate.get("/partner/trips", f"Bearer {reads}"), "revoked-key", revoked, 'error="invalid_token"')
    with database_file(people) as other_path:
        gate = Gate(other_path, no_match)
        says = "Compare hashes only with `same(a, b)`: here it said no, and your guard let the key in."
        asks(gate.get("/partner/trips", f"Bearer {gate.new_key('trips:read')}"), "timing", says)
q.result()

# %% D3.6 hints [markdown]
# 1. Three questions, in this order: Is there a token at all? Whose is it? May they? The first two end in 401, the last
#    in 403. Who asks for a partner's route with a user's token is known, too.
# 2. Split the header once, at the first space, and compare the scheme in lower case. A token that begins with `hop_` is
#    a key: split it at the first two underscores (a secret may hold more), look the record up by its id, then give both
#    hashes to `same`. Everything else goes to `user_of`. Keep roles and scopes apart, and let OPTIONS pass.
# 3. Fill the gap: `scheme, _, token = request.headers.get("Authorization", "").strip().partition(…)`

# %% D3.6 wrong 401-vs-403 change=true
# Whoever sends no token gets 403. 403 says: I know you. Without a token nobody is known: 401 with WWW-Authenticate.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-            return not_known("Bearer")
+            return jsonify(error="forbidden"), 403

# %% D3.6 wrong 401-vs-403 change=true
# A rider on an administrator's route gets 401, as if nobody knew who it is. Known but not allowed is 403.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-        return None if allowed() else (jsonify(error="forbidden"), 403)
+        return None if allowed() else not_known("Bearer")

# %% D3.6 wrong no-challenge change=true
# Your 401 does not say how to log in. It needs the header WWW-Authenticate.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-        return jsonify(error="unauthorized"), 401, {"WWW-Authenticate": challenge}
+        return jsonify(error="unauthorized"), 401

# %% D3.6 wrong no-challenge change=true
# An expired token and a missing one get the same challenge. With a token that is not valid, add
# `error="invalid_token"`: the app then knows that it should refresh.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-            return not_known('Bearer error="invalid_token"')
+            return not_known("Bearer")

# %% D3.6 wrong lenient-parse change=true
# `split("Bearer")` finds a token in every header, with any scheme or none. Split once at the first space, and compare
# the scheme.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-        scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
-        return token.strip() if scheme.lower() == "bearer" else ""
+        return re.split("bearer", request.headers.get("Authorization", ""), flags=re.I)[-1].strip()

# %% D3.6 wrong strict-parse change=true
# Your guard wants exactly `Bearer` and one space. The scheme counts in any case, and more spaces may follow.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-        scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
-        return token.strip() if scheme.lower() == "bearer" else ""
+        header = request.headers.get("Authorization", "")
+        return header.removeprefix("Bearer ") if header.startswith("Bearer ") else ""

# %% D3.6 wrong token-in-url change=true
# A token in the address is taken, too. Addresses end in logs, histories and Referer headers.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-        return token.strip() if scheme.lower() == "bearer" else ""
+        return token.strip() if scheme.lower() == "bearer" else request.args.get("access_token", "")

# %% D3.6 wrong token-plain change=true
# The whole key stands in the table, and you look it up by its text. Store the hash of the secret, look up by id.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-                (key_id, hashed(secret), data["partner"], json.dumps(data["scopes"])),
+                (key_id, f"hop_{key_id}_{secret}", data["partner"], json.dumps(data["scopes"])),

-            found = "SELECT secret_hash, partner, scopes FROM api_keys WHERE key_id = ? AND revoked_at IS NULL"
-            row = db.execute(found, (key_id,)).fetchone()
-        if row is None or not same(row[0].encode(), hashed(secret).encode()):
+            found = "SELECT secret_hash, partner, scopes FROM api_keys WHERE secret_hash = ? AND revoked_at IS NULL"
+            row = db.execute(found, (token,)).fetchone()
+        if row is None or not same(row[0].encode(), token.encode()):

# %% D3.6 wrong timing change=true
# You compare the hashes with `!=`. Call `same`: its time does not depend on where the difference is.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-        if row is None or not same(row[0].encode(), hashed(secret).encode()):
+        if row is None or row[0] != hashed(secret):

# %% D3.6 wrong missing-scope change=true
# You look for the scope as a part of a text, so `trips:readonly` passes. Look for it in the list.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-            return bool(g.partner) and "trips:read" in g.partner["scopes"]
+            return bool(g.partner) and "trips:read" in str(g.partner["scopes"])

# %% D3.6 wrong scope-as-role change=true
# You put roles and scopes into one set, so a partner with the scope `admin` is an administrator. Keep them apart.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-        if request.endpoint == "partner_trips":
-            return bool(g.partner) and "trips:read" in g.partner["scopes"]
-        if request.endpoint == "me":
-            return bool(g.user)
-        return bool(g.user) and g.user["role"] == "admin"
+        rights = set(g.partner["scopes"]) if g.partner else {"user", g.user["role"]}
+        return {"partner_trips": "trips:read", "me": "user"}.get(request.endpoint, "admin") in rights

# %% D3.6 wrong revoked-key change=true
# A key that was revoked still works. Add `revoked_at IS NULL`.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-            found = "SELECT secret_hash, partner, scopes FROM api_keys WHERE key_id = ? AND revoked_at IS NULL"
+            found = "SELECT secret_hash, partner, scopes FROM api_keys WHERE key_id = ?"

# %% D3.6 wrong wrong-secret change=true
# You look up the hash of the secret alone: the key's id may be anything. Find the record by its id, then compare.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-            found = "SELECT secret_hash, partner, scopes FROM api_keys WHERE key_id = ? AND revoked_at IS NULL"
-            row = db.execute(found, (key_id,)).fetchone()
+            found = "SELECT secret_hash, partner, scopes FROM api_keys WHERE secret_hash = ? AND revoked_at IS NULL"
+            row = db.execute(found, (hashed(secret),)).fetchone()

# %% D3.6 wrong exception-leak change=true
# A key with fewer than three parts stops your guard with an error 500. Whatever is sent, the end is 401.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-        prefix, key_id, secret = (token.split("_", 2) + ["", ""])[:3]
+        prefix, key_id, secret = token.split("_", 2)

# %% D3.6 wrong blocks-options change=true
# A browser's OPTIONS request carries no token, so no web page can use your API. Let OPTIONS pass.
-    # POST /admin/keys: make a key, store the hash of its secret, show the key once
-    # The guard, with @app.before_request: read the header, find the user or the partner, then 401, 403 or go on

-        if request.method == "OPTIONS" or request.endpoint is None:
+        if request.endpoint is None:

# %% D3.6 right decorators
# A decorator for each route instead of one guard before all; every route has one, so nothing is open.
from functools import wraps

from flask import Flask, Response, g, request


def create_trips_app(db_path, *, key, same):
    app = Flask(__name__)

    with closing(sqlite3.connect(db_path)) as made, made:
        made.execute(
            "CREATE TABLE IF NOT EXISTS api_keys (key_id PRIMARY KEY, secret_hash, partner, scopes, revoked_at)"
        )

    def unknown(extra=""):
        return Response("{}", 401, {"WWW-Authenticate": f'Bearer realm="hopline"{extra}'}, mimetype="application/json")

    def who(token):
        found = re.fullmatch(r"hop_([0-9a-f]{16})_(.+)", token)
        if found:
            with closing(sqlite3.connect(db_path)) as db:
                rows = db.execute(
                    "SELECT secret_hash, partner, scopes, revoked_at FROM api_keys WHERE key_id = ?", (found[1],)
                )
                hashed, partner, scopes, revoked = rows.fetchone() or ("", "", "", "never made")
            fits = same(hashlib.sha256(found[2].encode()).hexdigest(), hashed)
            return (None, {"partner": partner, "scopes": scopes.split()}) if fits and revoked is None else None
        try:
            claims = jwt.decode(
                token, key, ["HS256"], audience=AUDIENCE, issuer=ISSUER, options={"require": ["exp", "sub"]}
            )
        except jwt.InvalidTokenError:
            return None
        return {"user_id": claims["sub"], "role": claims.get("role")}, None

    def only(test):
        def decorate(view):
            @wraps(view)
            def guarded():
                found = re.fullmatch(r"(?i)bearer +(\S+)", request.headers.get("Authorization", ""))
                if not found:
                    sent = request.headers.get("Authorization", "").lower().startswith("bearer ")
                    return unknown(', error="invalid_token"' if sent else "")
                known = who(found[1])
                if known is None:
                    return unknown(', error="invalid_token"')
                g.user, g.partner = known
                return view() if test() else ({"error": "insufficient_scope"}, 403)

            return guarded

        return decorate

    admin = only(lambda: g.user and g.user["role"] == "admin")

    @app.get("/me")
    @only(lambda: g.user)
    def me():
        return g.user

    @app.get("/admin/payouts")
    @admin
    def payouts():
        return {"payouts": []}

    @app.get("/partner/trips")
    @only(lambda: g.partner and "trips:read" in g.partner["scopes"])
    def partner_trips():
        return {"partner": g.partner["partner"], "trips": []}

    @app.post("/admin/keys")
    @admin
    def new_key():
        key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(24)
        row = (
            key_id,
            hashlib.sha256(secret.encode()).hexdigest(),
            request.json["partner"],
            " ".join(request.json["scopes"]),
        )
        with closing(sqlite3.connect(db_path)) as db, db:
            db.execute("INSERT INTO api_keys VALUES (?, ?, ?, ?, NULL)", row)
        return {"key": f"hop_{key_id}_{secret}"}, 201

    return app

# %% D3.7 prompt [markdown] type="attack"
# ## D3.7 Forge three
#
# Hopline's security team asks you to show what three old verifiers let through; each has one fault, named in the
# starter. Write three functions: each gets `public`, a dict of what everyone may know, and returns a token with which
# the verifier welcomes you as administrator and tells its flag. Keys, names and flags are new in each check, and
# everything but the fault is verified well: `iss`, `aud`, `sub` (`public["admin"]`), `exp` (at most one day ahead).
#
# | to look around | what it does |
# |---|---|
# | `first, second, third = weak_verifiers()` | opens three verifiers |
# | `first.public` | what everyone may know; `sample_token` in it is an ordinary rider's token |
# | `first.answer(token)` | what the verifier says to this token |
# | `mint_token(header, claims, key)` | makes any token: key `None` leaves the signature empty, bytes sign with HS256 |

# %% D3.7 answer
def forge_1(public):
    """The verifier accepts tokens whose header says that they need no signature."""
    ### BEGIN SOLUTION
    return mint_token({"alg": "none"}, _admin(public), None)
    ### END SOLUTION


def forge_2(public):
    """The verifier uses its public key as a shared secret when the header says HS256."""
    ### BEGIN SOLUTION
    return mint_token({"alg": "HS256"}, _admin(public), public["public_key"].encode())
    ### END SOLUTION


def forge_3(public):
    """The verifier reads its key from the file public["key_folder"]/kid, on a Linux system."""
    ### BEGIN SOLUTION
    return mint_token({"alg": "HS256", "kid": "../../../dev/null"}, _admin(public), b"")


def _admin(public):
    return {
        "iss": public["issuer"],
        "aud": public["audience"],
        "sub": public["admin"],
        "role": "admin",
        "exp": int(time.time()) + 600,
    }
    ### END SOLUTION

# %% D3.7 check
q = Question("D3.7")
first, second, third = weak_verifiers()
with q.check("verifier 1 answers", points=0.5):
    captures(first, forge_1)
with q.check("verifier 2 answers", points=0.5):
    captures(second, forge_2)
with q.check("verifier 3 answers", points=0.5):
    captures(third, forge_3)
q.result()

# %% D3.7 hidden
q = Question("D3.7", hidden=True)
with q.check(
    "verifier 1 again, with fresh keys and names",
    points=0.5,
    tag="not-forged",
    advice="Keys, names and flags are new each time. Use only what is in `public`.",
):
    for _ in range(2):
        captures(weak_verifiers()[0], forge_1)
with q.check(
    "verifier 2 again, with a fresh key pair",
    points=1.5,
    tag="not-forged",
    advice="The key pair is new each time, and the private key is nobody's but the server's. Which key does everyone "
    "have?",
):
    for _ in range(2):
        captures(weak_verifiers()[1], forge_2)
with q.check(
    "verifier 3 again, with a fresh key file",
    points=1.5,
    tag="not-forged",
    advice="The key file is new each time. Name a file whose content you know.",
):
    for _ in range(2):
        captures(weak_verifiers()[2], forge_3)
q.result()

# %% D3.7 hints [markdown]
# 1. Start with the header: it is the part that each of these verifiers believes too much. Then write the claims that a
#    good administrator's token would have, and ask the verifier what it says.
# 2. The first needs no key. For the second: HS256 wants a secret that both sides know; the public key is a text that
#    everybody knows, so sign with its bytes. For the third: the kid is joined to a folder, and `..` goes up. An empty
#    file is a key, too: the empty one, `b""`.
# 3. Fill the gap: `mint_token({"alg": "HS256", "kid": "../../../dev/…"}, claims, b"")`

# %% D3.7 wrong out-of-scope change=true
# You ask for the private key. Whoever has it needs no attack: work with what is public.
-    return mint_token({"alg": "HS256"}, _admin(public), public["public_key"].encode())
+    return mint_token({"alg": "RS256"}, _admin(public), public["private_key"])

# %% D3.7 wrong not-forged change=true
# Your token for the third verifier is signed with a key of your own, under the name of its key. It verifies with its
# own file, so that cannot fit: choose the file.
-    return mint_token({"alg": "HS256", "kid": "../../../dev/null"}, _admin(public), b"")
+    return mint_token(
+        {"alg": "HS256", "kid": jwt.get_unverified_header(public["sample_token"])["kid"]}, _admin(public), b"guess"
+    )

# %% D3.7 wrong not-forged change=true
# The administrator's name is copied from one verifier. Names are new each time: read them from `public`.
-        "sub": public["admin"],
+        "sub": weak_verifiers()[0].public["admin"],

# %% D3.7 wrong not-forged change=true
# You send the rider's token back with another role, and its old signature. A changed payload no longer fits.
-    return mint_token({"alg": "HS256"}, _admin(public), public["public_key"].encode())
+    return mint_token({"alg": "RS256"}, _admin(public), None, signature=public["sample_token"].split(".")[2])

# %% D3.7 wrong library-refuses change=true
# PyJWT refuses to sign with a public key, and says so: that is its protection. `mint_token` refuses nothing.
-    return mint_token({"alg": "HS256"}, _admin(public), public["public_key"].encode())
+    return jwt.encode(_admin(public), public["public_key"], algorithm="HS256")

# %% D3.7 right other-ways
# `None` in other letters, a signature by hand, and another file whose content is public.
def forge_1(public):
    return mint_token({"alg": "nOnE"}, _claims(public), None, signature="c2ln")


def forge_2(public):
    signed = b64url(b'{"alg":"HS256"}') + "." + b64url(json.dumps(_claims(public)).encode())
    return f"{signed}.{b64url(hmac.digest(public['public_key'].encode(), signed.encode(), 'sha256'))}"


def forge_3(public):
    return mint_token({"alg": "HS256", "kid": "../public/robots.txt"}, _claims(public), public["robots_txt"].encode())


def _claims(public):
    sample = json.loads(base64.urlsafe_b64decode(public["sample_token"].split(".")[1] + "=="))
    return {**sample, "sub": public["admin"], "role": "admin"}

# %% D3.7 right absolute-path change=true
# An absolute path leaves the folder at once; PyJWT itself makes unsigned tokens.
-    return mint_token({"alg": "none"}, _admin(public), None)
+    return jwt.encode(_admin(public), None, algorithm="none")

-    return mint_token({"alg": "HS256", "kid": "../../../dev/null"}, _admin(public), b"")
+    return mint_token({"alg": "HS256", "kid": "/dev/null"}, _admin(public), b"")

# %% [markdown]
# ## Close
#
# ### Common mistakes you may have met
#
# When a check recognises a mistake, its result shows one of these names.
#
# | name | what happened |
# |---|---|
# | `padding` | Base64url leaves out `=`; add what is missing. |
# | `lenient-base64` | Decoding skipped letters that don't belong there; test them first, or compare the texts. |
# | `shape` | The JSON was no object, or the text no token. |
# | `exception-leak` | Another exception than the promised one came out; in a server that is an error 500. |
# | `no-verify` | Something was accepted whose signature does not fit. |
# | `wrong-bytes` | The signature covers the encoded text that travels, not the JSON inside. |
# | `trust-header` | The token's header chose the algorithm or the key; the server chooses. |
# | `timing` | `==` tells by its time how much is right; use `compare_digest`. |
# | `short-key` | A key under 32 bytes can be guessed. |
# | `missing-claim` | A claim that is not required is not checked. |
# | `wrong-type` | A claim had another type than it must have. |
# | `time-window` | A token counted too early or too late; let the library check, with a small leeway. |
# | `strict`, `strict-parse`, `over-strict` | Something good was refused. |
# | `audience`, `issuer` | A token for another API, or from another issuer, was accepted. |
# | `token-kind` | An ID token or a refresh token was taken for an access token. |
# | `unknown-crit`, `nested`, `unbounded`, `empty-sub` | A rare token that must be refused: see the table of D3.3. |
# | `path-traversal` | A name from the token was used as a path. |
# | `ssrf` | The server fetched an address that stood in the token. |
# | `alg-confusion`, `wrong-use` | A key was used for another algorithm or purpose than its own. |
# | `dos-upstream` | Strangers could make you call another server without end. |
# | `stale-keys`, `never-refetches`, `fails-closed` | The key set was kept too long, never renewed, or lost. |
# | `no-rotation`, `no-reuse-detection` | A refresh token worked twice, or its reuse ended nothing. |
# | `cannot-revoke` | Nothing on the server can end the token. |
# | `kills-others` | More ended than the one family in danger. |
# | `sliding-expiry`, `expires-early` | The 30 days count from the login. |
# | `client-binding` | Another app could use the token. |
# | `stale-role`, `disabled-user` | Role and state of the user were not looked up again. |
# | `long-access`, `wrong-key` | An access token lives for minutes, and is signed with the app's key. |
# | `token-plain` | A secret stood readable in the database; store its hash. |
# | `check-then-act` | Test and change were two steps, and another request came between. |
# | `401-vs-403`, `no-challenge` | 401 asks who you are and says how to answer; 403 refuses somebody who is known. |
# | `lenient-parse`, `token-in-url` | A token was found where none may be. |
# | `unguarded`, `missing-check` | A route had no guard, or not the right one. |
# | `missing-scope`, `scope-as-role` | A scope was not compared whole, or taken for a role. |
# | `revoked-key`, `wrong-secret` | A key was accepted that was revoked, or whose secret does not fit. |
# | `blocks-options` | OPTIONS carries no token and must pass. |
# | `out-of-scope` | The attack needs something that is not public. |
# | `not-forged` | The verifier was not fooled: its answer says why. |
# | `library-refuses` | The library protects its users; an attacker writes the token by hand. |
#
# ### Read the source
#
# - [RFC 8725](https://www.rfc-editor.org/rfc/rfc8725): best practice for JSON Web Tokens; a list of what goes wrong.
# - [RFC 9700](https://www.rfc-editor.org/rfc/rfc9700): best practice for OAuth 2.0; section 4.14 is about refresh
#   tokens.
# - [RFC 6750](https://www.rfc-editor.org/rfc/rfc6750): bearer tokens, 401 and `WWW-Authenticate`.
#
# ### Next
#
# Module D4, *Authorization*: you know who asks. Which trips may they see, and which fields may they change?
