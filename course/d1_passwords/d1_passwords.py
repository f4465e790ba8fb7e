# ---
# title: Passwords and accounts
# minutes: 130
# needs: [b1, c3]
# ---

# %% [markdown]
# # Passwords and accounts
#
# > **Goal.** After this module you can register and log in users without helping guessers, store passwords so that a
# > leaked table hurts little, slow down whoever tries many, and let people back in who forgot their password. Hopline
# > has riders, drivers and staff, and each account opens somebody's trips and money. You need B1 (parameters, unique
# > columns) and C3 (a small web app that checks its input).
#
# You know password storage already? Run the two locked cells, which begin with `import base64` and `def need`, then
# [skip to the questions](#Questions).
#
# **Ground rule.** The attacks in this module are for systems that you own or have permission to test. Everything here
# runs inside this notebook.

# %% [markdown]
# ## Warm-up
#
# Three items from earlier modules. They are not graded. Say your answer aloud, then open the line below it.
#
# **1.** (B1) `INSERT … ON CONFLICT (email) DO NOTHING`: how does your program learn whether a row was made?
#
# <details><summary>Answer 1</summary>
#
# From the cursor's `rowcount`: 1 if the row is new, 0 if the e-mail was there.
#
# </details>
#
# **2.** (C3) A rider sends `{"password": ["a", "b"]}` where you expect a text. What does your app answer, and what must
# it never answer?
#
# <details><summary>Answer 2</summary>
#
# 422 (or 400): the client made a mistake. Never 500, which says that your server broke.
#
# </details>
#
# **3.** (C2) You check the signature of a webhook with `hmac.compare_digest`. Why not with `==`? If you left out C2, read
# the answer.
#
# <details><summary>Answer 3</summary>
#
# `==` stops at the first difference. Its time tells an attacker how much of a guess is right. `compare_digest` always
# takes the same time.
#
# </details>

# %% setup
import base64
import hashlib
import hmac
import math
import re
import secrets
import sqlite3
import threading
import unicodedata
from contextlib import closing
from urllib.parse import unquote

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from autograder import Question, chosen, same_value
from autograder.auth import RecordingHasher, RecordingMailer
from autograder.errors import CheckFailed
from autograder.web import Client, VirtualClock, database_file, expect, meaning, mistake, rows_in

# %% [markdown]
# ## Lesson
#
# Run the setup cell above first. It imports what the examples and the questions use: of the standard library `base64`,
# `hashlib`, `hmac`, `math`, `re`, `secrets`, `sqlite3`, `unicodedata` and `closing`; then `PasswordHasher` and
# `Argon2Error` of the library argon2-cffi. Change the lesson cells as you like.

# %% [markdown]
# ### Example 1: a leaked table
#
# One day somebody reads a backup that they should not read. So ask about every way to store a password: what can
# they do with it?
#
# 1. **Guess**: an attacker has lists of passwords that people like.
# 2. **Hash each guess**, and look for the hash in the leaked table. A *hash* is a function that nobody can turn back.
# 3. **Count the work**: how many hashes does the attacker compute for the whole table?
#
# A *salt* is a random text, another one for each user. It is hashed together with the password, and stored readable
# beside the hash.
#
# **Predict.** Three users, four guesses. How many hashes without a salt, how many with one? Two users have the same
# password: in which table can you see that before any guess?

# %% example
passwords = {"leyla": "summer in lisbon", "kofi": "summer in lisbon", "ana": "river and 42 stones"}
guesses = ["password12345678", "summer in lisbon", "iloveyouiloveyou", "qwertyuiop12345"]


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


plain_hashes = {name: sha256(password) for name, password in passwords.items()}
salts = {name: secrets.token_hex(8) for name in passwords}
salted_hashes = {name: sha256(salts[name] + password) for name, password in passwords.items()}
for title, table in (("no salt", plain_hashes), ("salted ", salted_hashes)):
    print(title, "same hash for leyla and kofi:", table["leyla"] == table["kofi"])

table_of_guesses = {sha256(guess): guess for guess in guesses}  # Guess, Hash each guess
found = [name for name, stored in plain_hashes.items() if stored in table_of_guesses]
print("no salt:", len(table_of_guesses), "hashes, found", found)  # Count the work

work, found = 0, []
for name, stored in salted_hashes.items():
    for guess in guesses:
        work += 1
        if sha256(salts[name] + guess) == stored:
            found.append(name)
print("salted: ", work, "hashes, found", found)

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# no salt same hash for leyla and kofi: True
# salted  same hash for leyla and kofi: False
# no salt: 4 hashes, found ['leyla', 'kofi']
# salted:  12 hashes, found ['leyla', 'kofi']
# ```
#
# Without a salt, one table of guesses fits all users, and it can be made before the leak. With salts, the work begins
# again for each user. So the salt need not be secret: it only has to be different each time.
#
# But in both tables the passwords were found. SHA-256 is made to be fast: one graphics card computes billions of hashes
# a second. Passwords need a hash that is slow and needs much memory. And *encryption* is no help: it is made to be
# turned back, and the key is stolen with the table.
#
# </details>

# %% [markdown]
# ### Example 2: argon2id
#
# Argon2id is a hash for passwords. You choose its cost: memory in KiB (`m`), passes over that memory (`t`,
# `time_cost`), and threads (`p`). OWASP, which collects advice on web security, asks for at least 19 MiB (19456 KiB),
# 2 passes and 1 thread: about 0.03 seconds on a laptop. So one login costs 0.03 seconds, and a billion guesses cost a
# year. Scrypt, bcrypt and PBKDF2 are older hashes for passwords. They are slow on purpose, too.
#
# 1. **Hash** with the library. It makes the salt itself.
# 2. **Read** the text: kind, version, cost, salt and hash, with `$` between them. It holds all that `verify` needs.
# 3. **Verify** a password against the text, with the cost that the text names.
# 4. **Ask** `check_needs_rehash` whether the text has another cost than you want today. If so, make a new one at the
#    next good login, the only time when you have the password.
#
# **Predict.** The second hash was made years ago with 1 MiB. Does `verify` still accept it?

# %% example
lesson_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
stored = lesson_hasher.hash("summer in lisbon")  # Hash
_, kind, version, cost, salt, digest = stored.split("$")  # Read
print(kind, version, cost, len(salt), len(digest))
print(lesson_hasher.verify(stored, "summer in lisbon"))  # Verify

years_ago = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("summer in lisbon")
print(lesson_hasher.verify(years_ago, "summer in lisbon"))
print(lesson_hasher.check_needs_rehash(stored), lesson_hasher.check_needs_rehash(years_ago))  # Ask

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# argon2id v=19 m=19456,t=2,p=1 22 43
# True
# True
# False True
# ```
#
# The old text is accepted: it carries its own cost. `v=19` is the version of the algorithm.
#
# </details>
#
# Now a wrong password.
#
# **Predict.** What does the next cell print?

# %% example fails=true
print(lesson_hasher.verify(stored, "winter in lisbon"))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# Not False, but an exception: `VerifyMismatchError: The password does not match the supplied hash`. In a web app that
# would be an error 500. The library raises so that nobody can forget to look at the result.
#
# | exception | when | is a |
# |---|---|---|
# | `VerifyMismatchError` | the password is wrong | `Argon2Error` |
# | `VerificationError` | the stored text is broken | `Argon2Error` |
# | `InvalidHashError` | the stored text is no argon2 text at all | `ValueError` |
#
# Repair it: put the call into `try`, and print False in `except (Argon2Error, ValueError)`.
#
# </details>

# %% [markdown]
# ### Example 3: what the answer and the work tell
#
# Attackers first want to know who has an account. A login that says "unknown e-mail" tells them. So does a login that
# answers faster for an unknown e-mail.
#
# We do not measure time: it differs from run to run. We count. `RecordingHasher` stands in for the slow hasher and
# notes each call. It has three methods, and several of your apps below get such an object:
#
# | method | what it does |
# |---|---|
# | `hasher.hash(password)` | gives the text to store |
# | `hasher.verify(stored, password)` | True or False |
# | `hasher.needs_rehash(stored)` | True if the text should be made anew |
#
# 1. **Find** the user, or nobody.
# 2. **Verify in any case**: for nobody, against the hash of a password that nobody knows.
# 3. **Decide once**, at the end, with one answer for every failure.
#
# **Predict.** How many hashes does each login compute for the unknown e-mail?

# %% example
counter = RecordingHasher()
stored_hashes = {"leyla@hopline.test": counter.hash("summer in lisbon")}
nobody = counter.hash(secrets.token_hex(16))


def hasty_login(email, password):
    if email not in stored_hashes:
        return "unknown e-mail"
    return "welcome" if counter.verify(stored_hashes[email], password) else "wrong password"


def even_login(email, password):
    stored = stored_hashes.get(email)  # Find
    fits = counter.verify(stored or nobody, password)  # Verify in any case
    return "welcome" if stored and fits else "e-mail or password is wrong"  # Decide once


for login in (hasty_login, even_login):
    for email in ("leyla@hopline.test", "kofi@hopline.test"):
        counter.calls.clear()
        said = login(email, "winter in lisbon")
        print(login.__name__, email, "->", said, "| hashes:", counter.count("verify"))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# hasty_login leyla@hopline.test -> wrong password | hashes: 1
# hasty_login kofi@hopline.test -> unknown e-mail | hashes: 0
# even_login leyla@hopline.test -> e-mail or password is wrong | hashes: 1
# even_login kofi@hopline.test -> e-mail or password is wrong | hashes: 1
# ```
#
# The first login tells twice that kofi has no account: by its words, and by answering 0.03 seconds earlier. `nobody` is
# a *dummy*. It must be a real hash, made once: a real hasher rejects any other text at once, without work.
#
# </details>

# %% [markdown]
# ### Example 4: rules that help, and one account for each person
#
# NIST, which writes standards for the USA, says which rules help (SP 800-63B):
#
# - **Length**: at least 15 characters where the password is all there is, 8 with a second factor. Allow at least 64.
# - **No composition rules** such as "one digit, one symbol". They lead to `Password1!`, and refuse good long
#   passphrases.
# - **A list of common passwords** that are refused.
# - **Never cut** a password. Old bcrypt ignores everything after 72 bytes.
# - **Normalise** Unicode: one letter can be written in several ways. The form NFKC makes one of them; we use it.
#
# An e-mail address names the account. People type it in capital letters, or with a space after it.
#
# 1. **Normalise** the e-mail: no outer spaces, small letters.
# 2. **Insert, or do nothing**, in one statement, with a unique column.
# 3. **Look** at `rowcount`: a new account, or one that was there?
#
# **Predict.** What do the four lines print? `\u0301` is an accent that goes onto the letter before it.

# %% example
lesson_db = sqlite3.connect(":memory:")
lesson_db.execute("CREATE TABLE users (user_id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE)")


def new_account(email):
    normal = email.strip().lower()  # Normalise
    made = lesson_db.execute("INSERT INTO users (email) VALUES (?) ON CONFLICT DO NOTHING", (normal,))  # Insert
    return made.rowcount == 1  # Look


print(new_account("Leyla@hopline.test"), new_account(" leyla@hopline.test "))
typed_here, typed_there = "caf\u00e9 in lisbon", "cafe\u0301 in lisbon"
print(typed_here, typed_there, typed_here == typed_there)
print(len(typed_here), len(typed_there))
print(unicodedata.normalize("NFKC", typed_here) == unicodedata.normalize("NFKC", typed_there))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `True False`; two texts that look alike, and `False`; `14 15`; `True`.
#
# One keyboard sends é as one character, another as e and an accent. Without normalising, the user cannot log in from
# the second phone. If you ask with SELECT first and INSERT afterwards, another request can come between the two. Nothing
# can come between in one statement with `ON CONFLICT`.
#
# </details>

# %% [markdown]
# ### Example 5: wait longer each time
#
# A slow hash helps after the table has leaked. At the login, limit the tries. Three attacks look different:
#
# | attack | what comes | what sees it |
# |---|---|---|
# | guessing | many passwords for one account | a counter for the account |
# | the same from a thousand machines | one try from each address | a counter for the account |
# | spraying | one common password for many accounts | a counter for the address |
#
# 1. **Count** the failures in a row of one account or address.
# 2. **Compute** the wait from the count: none after the first four failures, then 1, 2, 4, … seconds.
# 3. **Cap** it at 15 minutes. A lock that only an administrator opens would let an attacker lock everybody out.
#
# **Predict.** Which failure is the first that costs 15 minutes?

# %% example
def wait_after(failures):
    if failures < 5:
        return 0  # Count
    return min(2 ** (failures - 5), 900)  # Compute, Cap


print({failures: wait_after(failures) for failures in range(3, 18)})

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `{3: 0, 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16, 10: 32, 11: 64, 12: 128, 13: 256, 14: 512, 15: 900, 16: 900, 17: 900}`
#
# The 15th. From then on, an attacker gets about four guesses an hour.
#
# </details>

# %% [markdown]
# ### Example 6: a reset is a second login
#
# "I forgot my password" opens the account without the password. The link in the mail *is* a password until it is used,
# so treat it as one.
#
# 1. **Make** a token from at least 16 random bytes, with `secrets`. The module `random` can be predicted.
# 2. **Store its hash** and its end. SHA-256 is enough here: nobody can guess 16 random bytes.
# 3. **Use it once**, in one statement with all conditions: right hash, not used, not expired. `RETURNING` tells whose
#    token it was.
#
# **Predict.** The token is for user 1 and ends at second 1200. It is used twice, then a guess comes. What are the three
# lines?

# %% example
lesson_db.execute("CREATE TABLE resets (token_hash TEXT PRIMARY KEY, user_id INTEGER, expires_at REAL, used_at REAL)")
reset_token = secrets.token_urlsafe(32)  # Make
lesson_db.execute("INSERT INTO resets VALUES (?, 1, 1200, NULL)", (sha256(reset_token),))  # Store its hash


def use_token(token, now):
    used = lesson_db.execute(  # Use it once
        "UPDATE resets SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ? RETURNING user_id",
        (now, sha256(token), now),
    ).fetchone()
    return f"user {used[0]} may choose a password" if used else "refused"


print(use_token(reset_token, now=600))
print(use_token(reset_token, now=601))
print(use_token("guess", now=602))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `user 1 may choose a password`, `refused`, `refused`.
#
# Two more rules. First, the host in the link comes from your settings. The client writes the `Host` header: an attacker
# who asks for *your* reset with *their* host would get your token when you click. Second, after the reset all sessions
# of the user end: perhaps a thief has one.
#
# </details>

# %% [markdown]
# ### Example 7: six digits
#
# A password is something you know. A second factor is something you have, such as a phone. Phone and server share a
# secret, and compute the same short code from it and the time (TOTP, RFC 6238). They use *HMAC*, a hash with a key:
# without the key, nobody can compute it.
#
# 1. **Count** the 30-second steps since 1970: `t // 30`.
# 2. **Hash**: HMAC-SHA1 of that number, as 8 bytes with the highest byte first, with the secret as key. 20 bytes come
#    out.
# 3. **Cut**: the last 4 bits of the result say where to take 4 bytes. Their first bit is dropped.
# 4. **Shorten** to 6 digits: the remainder modulo one million, with zeros in front.
#
# The cell cuts the example of RFC 4226, section 5.4. Its hash is given.
#
# **Predict.** The last byte is `5a`. At which of the 20 bytes does the cut begin, counted from 0?

# %% example
mac = bytes.fromhex("1f8698690e02ca16618550ef7f19da8e945b555a")
start = mac[-1] & 0x0F  # Cut
four = mac[start : start + 4]
number = int.from_bytes(four, "big") & 0x7FFFFFFF
print(start, four.hex(), number)
print(f"{number % 1_000_000:06d}")  # Shorten
print(f"{1_000_042 % 1_000_000:06d}", 1_000_042 % 1_000_000)

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# 10 50ef7f19 1357872921
# 872921
# 000042 42
# ```
#
# `5a` ends in `a`, which is 10. The last line shows why a code is a text: a number would lose the zeros in front.
#
# A code works only once, because somebody may have watched the user type it. So the server remembers the last step that
# it accepted, and takes only later ones.
#
# </details>

# %% [markdown]
# The next cell is locked. It holds helpers of the checks. You need not read it.

# %% setup
def need(condition, tag, says):
    """Require something; else the learner reads what the author says."""
    if not condition:
        raise CheckFailed(says, advice=says, tag=tag)


class WorkHasher(RecordingHasher):
    """Counts real work in `work`, and knows the hashes of last year, which begin with `old$`."""

    def __init__(self):
        super().__init__()
        self.work = 0

    def hash(self, password):
        self.work += 1
        return super().hash(password)

    def verify(self, stored, password):
        text = str(stored).replace("old$", "recorded$", 1)
        self.work += text.startswith("recorded$") and text.count("$") == 2
        return super().verify(text, password)

    def hash_of_last_year(self, password):
        return self.hash(password).replace("recorded$", "old$", 1)


def accounts(*users):
    """A database with these users (user_id, email, password_hash, disabled_at), and two sessions for each."""
    db = sqlite3.connect(":memory:")
    db.executescript("""
        CREATE TABLE users (
          user_id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL,
          role TEXT NOT NULL DEFAULT 'rider', disabled_at TEXT);
        CREATE TABLE sessions (session_id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL);""")
    db.executemany("INSERT INTO users (user_id, email, password_hash, disabled_at) VALUES (?, ?, ?, ?)", users)
    db.executemany("INSERT INTO sessions (user_id) VALUES (?)", [(user[0],) for user in users] * 2)
    db.commit()
    return db


def everything_in(path, *without):
    """Every value in a database file, as text or bytes."""
    tables = [name for (name,) in rows_in(path, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    kept = [name for name in tables if name not in without]
    return [value for name in kept for row in rows_in(path, f'SELECT * FROM "{name}"') for value in row]


def told(exchange):
    """All that a client can see of an answer, but the time of day."""
    headers = sorted((name.lower(), value) for name, value in exchange.headers if name.lower() != "date")
    return exchange.status, exchange.body, headers

# %% [markdown]
# ## Questions
#
# Seven questions, 27 points. ★ marks the core questions. The module is mastered with 22 points and every ★.
#
# Build the apps as you like: Flask, another framework, or a bare WSGI or ASGI function. Each gets `db_path`, the path
# of a database file with these tables, and what else it needs. E-mails are stored in `users` without outer spaces and in
# small letters; do the same to an e-mail that comes in (*normalise* it).
#
# ```sql
# CREATE TABLE users (
#   user_id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL,
#   role TEXT NOT NULL DEFAULT 'rider', disabled_at TEXT);
# CREATE TABLE sessions (session_id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL);
# ```

# %% D1.1 prompt [markdown] type="choice-set"
# ## D1.1 What may be stored?
#
# Ten ways to store a password. Judge each for the day when a stranger has copied the whole server, the database and the
# settings, and write one letter for each. Two of them have two right letters: pick one.
#
# | letter | verdict |
# |---|---|
# | a | fit: one-way, slow, another salt for each user |
# | b | weak: one-way, but many guesses a second |
# | c | weak: one guess is hashed once and compared with all users |
# | d | wrong: the password can be read back |
#
# | name | what stands in the database |
# |---|---|
# | `plain` | the password |
# | `encrypted` | the password, encrypted with AES; the key is in the server's settings |
# | `sha256` | SHA-256 of the password |
# | `salted` | SHA-256 of a random salt and the password, and the salt |
# | `secret_salt` | SHA-256 of the password and a secret text, the same for all users, which is only in the settings |
# | `one_salt` | argon2id (19 MiB, 2 passes) with one salt for all users |
# | `bcrypt` | bcrypt with work factor 12, in a system that is ten years old |
# | `argon2id` | argon2id (19 MiB, 2 passes) with a random salt, which stands readable in the same text |
# | `pepper` | argon2id (19 MiB, 2 passes) with a random salt, of the password's HMAC; its key is on another machine |
# | `pbkdf2` | PBKDF2 with HMAC-SHA-256, 600,000 rounds and a random salt |

# %% D1.1 answer
storages = {
    "plain": "",
    "encrypted": "",
    "sha256": "",
    "salted": "",
    "secret_salt": "",
    "one_salt": "",
    "bcrypt": "",
    "argon2id": "",
    "pepper": "",
    "pbkdf2": "",
}
### BEGIN SOLUTION
storages = {
    "plain": "d",
    "encrypted": "d",
    "sha256": "c",
    "salted": "b",
    "secret_salt": "b",
    "one_salt": "c",
    "bcrypt": "a",
    "argon2id": "a",
    "pepper": "a",
    "pbkdf2": "a",
}
### END SOLUTION

# %% D1.1 check
q = Question("D1.1")
with q.check("one letter for each of the ten", points=0.5):
    names = ("plain", "encrypted", "sha256", "salted", "secret_salt", "one_salt", "bcrypt", "argon2id", "pepper")
    for name in (*names, "pbkdf2"):
        chosen(storages.get(name), among="abcd")
        if len("".join(storages[name]).strip()) != 1:
            raise CheckFailed(f"Pick exactly one letter for {name!r}; yours is {storages[name]!r}.")
q.result()

# %% D1.1 hidden
q = Question("D1.1", hidden=True)
back = {
    "tag": "encrypt-vs-hash",
    "says": "Encryption is made to be turned back: whoever has the key reads every password. A server never needs to.",
}
readable = {"tag": "reads-back", "says": "One of your picks says that the password can be read back. From which text?"}
fast = {
    "tag": "fast-hash",
    "says": "SHA-256 is made to be fast: billions of guesses a second. A salt, secret or not, does not slow it down.",
}
salt = {
    "tag": "salt-secret",
    "says": "A salt need not be secret. It only has to be another one for each user, so that work can't be shared.",
}
shared = {"tag": "shared-salt", "says": "With the same salt, or none, for all users, one hash tests a guess for all."}
slow = {"tag": "slow-is-fit", "says": "bcrypt, PBKDF2 and argon2id are slow on purpose, and fit with enough rounds."}
own = {"tag": "fast-hash", "says": "Each user has a salt of their own there. What is still too easy?"}
verdicts = {
    "plain": ("d", dict.fromkeys("abc", {"tag": "reads-back", "says": "The password itself can be read."})),
    "encrypted": ("d", dict.fromkeys("abc", back)),
    "sha256": ("bc", {"a": fast, "d": readable}),
    "salted": ("b", {"a": fast, "c": own, "d": readable}),
    "secret_salt": ("bc", {"a": salt, "d": readable}),
    "one_salt": ("c", {"a": shared, "b": shared, "d": readable}),
    "bcrypt": ("a", dict.fromkeys("bcd", slow)),
    "argon2id": ("a", dict.fromkeys("bcd", salt)),
    "pepper": ("a", dict.fromkeys("bcd", slow)),
    "pbkdf2": ("a", dict.fromkeys("bcd", slow)),
}


def judge(*names):
    for name in names:
        right, known = verdicts[name]
        pick = "".join(storages[name]).strip().lower()
        chosen(storages[name], pick if len(pick) == 1 and pick in right else right[0], among="abcd", known=known)


with q.check("what can be read back", points=0.5, advice="Can the server turn the stored text back?"):
    judge("plain", "encrypted")
with q.check("what can be guessed fast, or for all at once", points=0.5, advice="Count the guesses, as in example 1."):
    judge("sha256", "salted", "secret_salt", "one_salt")
with q.check("what is fit", points=0.5, advice="Slow, and another salt for each user: then it is fit."):
    judge("bcrypt", "argon2id", "pepper", "pbkdf2")
q.result()

# %% D1.1 hints [markdown]
# 1. Ask three things of each storage. Can the server read the password back? How many guesses a second can a stranger
#    try? And does one hash test a guess for one user or for all of them?
# 2. Encryption can be turned back by whoever has the key. SHA-256 is fast, however it is salted. bcrypt, PBKDF2 and
#    argon2id are slow. A salt stops shared work, and slowness stops guessing. A salt does its work although everybody
#    can read it. A pepper is one more lock on top, and takes nothing away.
# 3. `plain` and `encrypted` are d. The four slow ones with a salt for each user are a. Of the rest, `salted` is b and
#    `one_salt` is …

# %% D1.1 wrong encrypt-vs-hash change=true
# Encryption is taken for stronger than a hash. Whoever has the key reads every password.
-    "encrypted": "d",
+    "encrypted": "a",

# %% D1.1 wrong salt-secret change=true
# A salt that everybody can read is taken for a weakness. It only has to be different for each user.
-    "argon2id": "a",
+    "argon2id": "b",

# %% D1.1 wrong salt-secret change=true
# A secret salt is taken for enough, though the hash is fast and the salt the same for all.
-    "secret_salt": "b",
+    "secret_salt": "a",

# %% D1.1 wrong fast-hash change=true
# Salted SHA-256 is taken for fit. The salt stops shared work, but guesses stay fast.
-    "salted": "b",
+    "salted": "a",

# %% D1.1 wrong shared-salt change=true
# One salt for all users is taken for as good as one for each.
-    "one_salt": "c",
+    "one_salt": "a",

# %% D1.1 right two-weaknesses change=true
# SHA-256 without a salt, or with one for all, is fast and shared: both letters are right.
-    "sha256": "c",
+    "sha256": "b",

-    "secret_salt": "b",
+    "secret_salt": "C",

# %% D1.1 right capitals change=true
# Capital letters and spaces do not matter.
-    "bcrypt": "a",
+    "bcrypt": " A ",

# %% D1.2 prompt [markdown] type="py-function" core=true
# ## D1.2 Hash and check
#
# Write `make_hash(pw)`, which gives the text to store, and `check(pw, stored)`, which gives the pair `(ok, new_hash)`.
# New hashes are argon2id with at least 19 MiB and 2 passes, or another setting that the OWASP cheat sheet calls equal
# (scrypt too, if its text begins like `$scrypt$ln=17,r=8,p=1$`). Both functions work with the whole password after
# NFKC, and `check` never raises an exception.
#
# | `check(pw, stored)` | gives |
# |---|---|
# | right, and `stored` is as strong as you want it today | `(True, None)` |
# | right, and `stored` is argon2 with a lower cost | `(True, new_hash)` |
# | right, and `stored` is `sha256$salt$hex`, from Hopline's first year | `(True, new_hash)` |
# | wrong | `(False, None)` |
# | `stored` is any other text, or broken | `(False, None)` |
#
# | in `sha256$salt$hex` | |
# |---|---|
# | `hex` | SHA-256, in hexadecimal digits, of the salt followed by the password after NFKC, in UTF-8 |

# %% D1.2 answer
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def make_hash(pw):
    """Return the text to store for a new password."""
    # Hash
    ### BEGIN SOLUTION
    return HASHER.hash(unicodedata.normalize("NFKC", pw))
    ### END SOLUTION


def check(pw, stored):
    """Return whether the password is right, and a new hash if the stored one is out of date."""
    # Verify: sha256$salt$hex by hand, everything else with the library
    # Ask whether the text is out of date, but only after a right password
    ### BEGIN SOLUTION
    normal = unicodedata.normalize("NFKC", pw)
    try:
        if stored.startswith("sha256$"):
            _, salt, digest = stored.split("$")
            own = hashlib.sha256((salt + normal).encode()).hexdigest()
            ok, old = hmac.compare_digest(own.encode(), digest.encode()), True
        else:
            ok, old = HASHER.verify(stored, normal), HASHER.check_needs_rehash(stored)
    except (Argon2Error, ValueError):
        return False, None
    return ok, make_hash(pw) if ok and old else None
    ### END SOLUTION

# %% D1.2 check
q = Question("D1.2")
with q.check("one hash, checked", points=1):
    password = "summer in lisbon"
    stored = make_hash(password)
    need(isinstance(stored, str) and password not in stored, "", "make_hash should return a text without the password.")
    same_value(tuple(check(password, stored)), (True, None), of="check(pw, make_hash(pw))")
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(password)
    with mistake("exception-as-false", "The library raises an exception for a wrong password. Your check gives False."):
        same_value(tuple(check("winter in lisbon", weak)), (False, None), of="check of a wrong password")
q.result()

# %% D1.2 hidden
q = Question("D1.2", hidden=True)
cheap = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
# 200 characters; NFKC turns the ligature, the full-width letters and the accent into others; there is a NUL inside
word = secrets.token_hex(4)
long = f"\ufb01ne \uff34\uff41\uff47\uff45 cafe\u0301 {word}\x00" + secrets.token_hex(90)
normal = unicodedata.normalize("NFKC", long)


def fits(stored, password):
    """Whether a stored text, argon2 or scrypt, belongs to exactly this password."""
    if not stored.startswith("$scrypt$"):
        try:
            return cheap.verify(stored, password)
        except (Argon2Error, ValueError):
            return False
    cost, salt, digest = stored.split("$")[2:]
    n, r, p = scrypt_cost(cost)
    salt, digest = (base64.b64decode(part + "==") for part in (salt, digest))
    made = hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, dklen=len(digest), maxmem=1 << 28)
    return made == digest


def scrypt_cost(text):
    found = re.fullmatch(r"ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})", text)
    return (2 ** int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def strong(stored):
    """Whether a stored text names a cost that the OWASP cheat sheet accepts."""
    found = re.fullmatch(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[^$]{11,}\$[^$]{11,}", stored)
    if found:
        memory, passes = int(found[1]), int(found[2])
        return any(memory >= m and passes >= t for m, t in ((47104, 1), (19456, 2), (12288, 3), (9216, 4), (7168, 5)))
    parts = stored.split("$")
    if len(parts) != 5 or parts[1] != "scrypt":
        return False
    n, r, p = scrypt_cost(parts[2])
    return r >= 8 and any(n >= 2**k and p >= q for k, q in ((17, 1), (16, 2), (15, 3), (14, 5), (13, 10)))


def answered(password, stored, tag, says):
    """What check gives, as a pair; an exception has its own tag."""
    try:
        found = check(password, stored)
    except (NotImplementedError, CheckFailed):
        raise
    except Exception as error:
        kind = type(error).__name__
        raise CheckFailed(
            f"check raised {kind}.",
            advice=f"Your check raised {kind}. In a web app that is an error 500: catch it, and return (False, None).",
            tag="exception-as-false",
        ) from None
    need(
        isinstance(found, list | tuple) and len(found) == 2 and isinstance(found[0], bool),
        tag,
        "check should return a pair: True or False, and a new hash or None.",
    )
    need(found[0] or found[1] is None, "upgrade-early", "After a wrong password your check gives a new hash.")
    return found


one, weak = None, cheap.hash(normal)
with q.check(
    "what make_hash stores",
    points=0.5,
    tag="weak-cost",
    advice="Argon2id with at least 19 MiB and 2 passes, and the salt from the library.",
):
    one = make_hash(long)
    texts = "make_hash should return the text to store."
    need(isinstance(one, str), "weak-cost", texts)
    need(strong(one), "weak-cost", "A new hash should be argon2id with m=19456,t=2 at least, or an equal setting.")
    if not fits(one, normal):
        raw = "Your hash is of the password as it was typed, or in another form. Normalise it with NFKC first."
        others = {long, *(unicodedata.normalize(form, long) for form in ("NFC", "NFD", "NFKD"))}
        need(not any(fits(one, other) for other in others), "not-normalised", raw)
        cut = "Your hash does not belong to the whole password of 200 characters, with a NUL inside. Never cut it."
        need(False, "truncation", cut)
new = None
with q.check(
    "right and wrong passwords",
    points=0.5,
    tag="truncation",
    advice="The whole password counts, up to its last character; and both functions normalise in the same way.",
):
    ok, new = answered(long, weak, "reads-parameters", "")
    if not ok:
        cost = "A right password is refused for an old argon2 hash. Its cost stands in the text."
        plain = f"plain words and {word}"
        need(answered(plain, cheap.hash(plain), "reads-parameters", "")[0], "reads-parameters", cost)
        typed = "A right password, typed on another keyboard, is refused. Normalise with NFKC in both functions."
        need(not answered(normal, weak, "not-normalised", "")[0], "not-normalised", typed)
        need(False, "truncation", "A right password of 200 characters, with a NUL inside, is refused. Never cut it.")
    early = {"tag": "truncation", "says": "A password is accepted that differs from the right one."}
    for wrong in (normal[:-1] + "x", normal[:72], f"{normal} ", normal.split("\x00")[0], normal.upper(), ""):
        found = answered(wrong, weak, "truncation", "")
        need(not found[0], early["tag"], early["says"])
with q.check(
    "old hashes get a new one",
    points=0.5,
    tag="no-upgrade",
    advice="After a right password, an old hash gets a new one: `check_needs_rehash`. And sha256 always does.",
):
    new = new or answered(long, weak, "no-upgrade", "")[1]
    if one is not None:
        strong_enough = "A hash that is as strong as you want it gets a new one at each login. Only old ones should."
        ok, again = answered(normal, one, "no-upgrade", "")
        need(not ok or again is None, "upgrades-always", strong_enough)
    stays = "A right password with an old argon2 hash: make a new one."
    need(isinstance(new, str) and strong(new), "no-upgrade", stays)
    raw = "The new hash of an old one is not of the whole password after NFKC, so the next login fails."
    need(fits(new, normal), "not-normalised", raw)
    one_pass = PasswordHasher(time_cost=1, memory_cost=19456, parallelism=1).hash(f"spring {word}")
    found = answered(f"spring {word}", one_pass, "no-upgrade", "")
    low = "An argon2 hash with 19 MiB and only 1 pass is too weak, too: make a new one."
    need(found[0] and isinstance(found[1], str), "no-upgrade", low)
    salts = "Two hashes of one password have the same salt. Let the library make it."
    need(one is None or new.split("$")[-2] != one.split("$")[-2], "fixed-salt", salts)
    first_year = f"sha256$a1b2c3d4$" + hashlib.sha256(f"a1b2c3d4summer {word}".encode()).hexdigest()
    found = answered(f"winter {word}", first_year, "legacy", "")
    need(not found[0], "legacy", "A wrong password is accepted for a hash of the form sha256$salt$hex.")
    ok, new = answered(f"summer {word}", first_year, "legacy", "")
    need(ok, "legacy", "A right password is refused for a hash of the form sha256$salt$hex.")
    need(isinstance(new, str) and strong(new), "no-upgrade", "A right password with a sha256 hash: make a new one.")
    need(fits(new, f"summer {word}"), "no-upgrade", "The new hash does not belong to the password.")
    accents = "sha256$a1b2c3d4$" + hashlib.sha256(f"a1b2c3d4caf\u00e9 {word}".encode()).hexdigest()
    typed = "With a hash of the form sha256$salt$hex, the password should be normalised with NFKC as well."
    need(answered(f"cafe\u0301 {word}", accents, "legacy", "")[0], "not-normalised", typed)
with q.check(
    "texts that are broken",
    points=0.5,
    tag="exception-as-false",
    advice="A stored text that is broken, or nothing you know, gives (False, None), never an exception.",
):
    broken = ("", "summer in lisbon", "sha256$", "sha256$a1b2", "sha256$a$\u00fc", "$argon2id$", "$argon2id$v=19$x")
    for text in (*broken, weak[:40], weak[:-3], "$2b$12$abcdefghijklmnopqrstuv", "é", "$" * 5):
        found = answered("summer in lisbon", text, "exception-as-false", "")
        need(not found[0], "exception-as-false", "A broken stored text is taken for right.")
q.result()

# %% D1.2 hints [markdown]
# 1. What does the library do for you, and what is left? It makes the salt and reads the cost from the text. It knows
#    nothing of NFKC and nothing of `sha256$salt$hex`.
# 2. Normalise at the top of both functions. Go by the beginning of the stored text. `HASHER.verify` raises where you
#    want False: catch `Argon2Error` and `ValueError` around both ways. Only when the password was right, ask
#    `HASHER.check_needs_rehash(stored)`; the sha256 form is always out of date.
# 3. Fill the gap: `return ok, make_hash(pw) if ok and … else None`

# %% D1.2 wrong fixed-salt change=true
# The salt is a constant, so two users with one password have one hash. Let the library make it.
-    return HASHER.hash(unicodedata.normalize("NFKC", pw))
+    return HASHER.hash(unicodedata.normalize("NFKC", pw), salt=b"hopline-hopline!")

# %% D1.2 wrong truncation change=true
# Everything behind 72 bytes is ignored, as old bcrypt does.
-    return HASHER.hash(unicodedata.normalize("NFKC", pw))
+    return HASHER.hash(unicodedata.normalize("NFKC", pw).encode()[:72])

-    normal = unicodedata.normalize("NFKC", pw)
+    normal = unicodedata.normalize("NFKC", pw).encode()[:72].decode(errors="ignore")

# %% D1.2 wrong truncation change=true
# A NUL ends the password, as in a string of C.
-    return HASHER.hash(unicodedata.normalize("NFKC", pw))
+    return HASHER.hash(unicodedata.normalize("NFKC", pw).split("\x00")[0])

-    normal = unicodedata.normalize("NFKC", pw)
+    normal = unicodedata.normalize("NFKC", pw).split("\x00")[0]

# %% D1.2 wrong exception-as-false change=true
# `verify` raises for a wrong password, and nobody catches it.
-    try:
+    if True:

-    except (Argon2Error, ValueError):
-        return False, None

# %% D1.2 wrong exception-as-false change=true
# Only a mismatch is caught; a broken text raises other exceptions.
-    except (Argon2Error, ValueError):
+    except __import__("argon2").exceptions.VerifyMismatchError:

# %% D1.2 wrong upgrade-early change=true
# An old hash gets a new one before the password was looked at: a wrong password would replace the right one.
-    except (Argon2Error, ValueError):
-        return False, None
-    return ok, make_hash(pw) if ok and old else None
+    except ValueError:
+        return False, None
+    except Argon2Error:
+        ok, old = False, "m=19456" not in stored
+    return ok, make_hash(pw) if old else None

# %% D1.2 wrong weak-cost change=true
# The cost is below the minimum: 8 MiB and one pass.
-HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
+HASHER = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)

# %% D1.2 wrong not-normalised change=true
# Normalised when it is stored, but not when it is checked.
-    normal = unicodedata.normalize("NFKC", pw)
+    normal = pw

-    return HASHER.hash(unicodedata.normalize("NFKC", pw))
+    return HASHER.hash(pw)

# %% D1.2 wrong not-normalised change=true
# The first year's form is checked with the password as it was typed.
-            own = hashlib.sha256((salt + normal).encode()).hexdigest()
+            own = hashlib.sha256((salt + pw).encode()).hexdigest()

# %% D1.2 wrong not-normalised change=true
# The new hash of a good login is of the password as it was typed, so the next login fails.
-    return ok, make_hash(pw) if ok and old else None
+    return ok, HASHER.hash(pw) if ok and old else None

# %% D1.2 wrong no-upgrade change=true
# Only the memory is compared: a hash of one pass stays.
-            ok, old = HASHER.verify(stored, normal), HASHER.check_needs_rehash(stored)
+            ok, old = HASHER.verify(stored, normal), "m=19456" not in stored

# %% D1.2 wrong no-upgrade change=true
# Old argon2 hashes stay for ever: only the sha256 form gets a new one.
-            ok, old = HASHER.verify(stored, normal), HASHER.check_needs_rehash(stored)
+            ok, old = HASHER.verify(stored, normal), False

# %% D1.2 wrong upgrades-always change=true
# Every good login makes a new hash, also where the stored one is fine: twice the work for nothing.
-    return ok, make_hash(pw) if ok and old else None
+    return ok, make_hash(pw) if ok else None

# %% D1.2 wrong reads-parameters change=true
# The password is hashed anew with today's cost and the texts are compared, so no older hash ever fits.
-            ok, old = HASHER.verify(stored, normal), HASHER.check_needs_rehash(stored)
+            salt = base64.b64decode(stored.split("$")[4] + "==") if stored.count("$") == 5 else b""
+            ok, old = len(salt) >= 8 and HASHER.hash(normal, salt=salt) == stored, False

# %% D1.2 right scrypt
# scrypt of the standard library, with a setting that OWASP calls equal; argon2 only for what is stored already.
def make_hash(pw):
    salt = secrets.token_bytes(16)
    return f"$scrypt$ln=14,r=8,p=5${base64.b64encode(salt).decode()}${base64.b64encode(scrypt(pw, salt)).decode()}"


def scrypt(pw, salt):
    normal = unicodedata.normalize("NFKC", pw).encode()
    return hashlib.scrypt(normal, salt=salt, n=2**14, r=8, p=5, maxmem=2**26, dklen=32)


def check(pw, stored):
    try:
        kind = stored.split("$")
        if kind[0] == "sha256":
            _, salt, digest = kind
            normal = unicodedata.normalize("NFKC", pw)
            ok = hashlib.sha256(f"{salt}{normal}".encode()).hexdigest() == digest
        elif kind[1] == "scrypt":
            return secrets.compare_digest(scrypt(pw, base64.b64decode(kind[3])), base64.b64decode(kind[4])), None
        else:
            ok = PasswordHasher().verify(stored, unicodedata.normalize("NFKC", pw))
    except Exception:
        ok = False
    return (True, make_hash(pw)) if ok else (False, None)

# %% D1.2 right equal-setting change=true
# Less memory and more passes: 7 MiB and 5 passes are equal by the OWASP cheat sheet.
-HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
+HASHER = PasswordHasher(time_cost=5, memory_cost=7168, parallelism=1)

# %% D1.3 prompt [markdown] type="http-app" core=true
# ## D1.3 Register
#
# Write `create_register_app(db_path, *, hasher, mailer, is_common)`: `POST /users` with the JSON fields `email` and
# `password` makes an account. An e-mail that is known gets the same answer after the same number of hashes, and nothing
# changes for its account. Either way one mail goes to the address, with another text for a known one: `mailer.send(to,
# subject, text)`.
#
# | request | answer |
# |---|---|
# | `email` and `password` are fine, whether the e-mail is known or not | 202 (or 200), always the same |
# | `email` is missing, no text, or without `@` | 422 (or 400) |
# | `password` is missing, no text, shorter than 15 or longer than 128 characters | 422 (or 400) |
# | `is_common(password)` is True, or the password is the e-mail, in any case | 422 (or 400) |
# | other fields, such as `role` | ignored, or 422 (or 400) |
# | a body of more than 10,000 bytes | 413 (or 400), and nothing is hashed |
# | two requests with one new e-mail at the same moment | one account, and 202 for both |
#
# | also | |
# |---|---|
# | the password | is hashed as it came, spaces too |
# | `A@x.test`, and `a@X.test` with spaces around it | are one e-mail |
# | a password or a hash | must be in no answer, no mail and no printed line |

# %% D1.3 answer
from flask import Flask, abort, jsonify, request


def create_register_app(db_path, *, hasher, mailer, is_common):
    """Return an app that makes accounts and tells nobody who has one."""
    app = Flask("register")
    app.config["MAX_CONTENT_LENGTH"] = 10_000  # Flask answers 413 by itself

    def connect():
        return closing(sqlite3.connect(db_path, timeout=5))

    # Check both fields
    # Normalise
    # Insert, or do nothing; hash in any case
    # Look: which of two mails?
    ### BEGIN SOLUTION
    @app.post("/users")
    def register():
        data = request.get_json()
        if not isinstance(data, dict):
            abort(422)
        email, password = data.get("email"), data.get("password")
        if not isinstance(email, str) or "@" not in email or not isinstance(password, str):
            abort(422)
        email = email.strip().lower()
        if not 15 <= len(password) <= 128 or is_common(password) or password.lower().strip() == email:
            abort(422)
        stored = hasher.hash(password)
        with connect() as db, db:
            insert = "INSERT INTO users (email, password_hash) VALUES (?, ?) ON CONFLICT DO NOTHING"
            made = db.execute(insert, (email, stored)).rowcount
        if made:
            mailer.send(email, "Welcome to Hopline", "Your account is ready.")
        else:
            mailer.send(email, "You have an account", "Somebody tried to register with this address. Was it you?")
        return jsonify(message="Please look into your mail."), 202

    ### END SOLUTION
    return app

# %% D1.3 check
q = Question("D1.3")
with q.check("one registration", points=1), database_file(accounts()) as path:
    hasher, mailer = RecordingHasher(), RecordingMailer()
    app = create_register_app(path, hasher=hasher, mailer=mailer, is_common=lambda password: False)
    client, body = Client(app), {"email": "leyla@hopline.test", "password": "summer in lisbon"}
    expect(client.post("/users", json=body), status=(202, 200))
    same_value([row[0] for row in rows_in(path, "SELECT email FROM users")], [body["email"]], of="the e-mails in users")
    (stored,) = rows_in(path, "SELECT password_hash FROM users")[0]
    same_value(hasher.verify(stored, body["password"]), True, of="hasher.verify(stored hash, the password)")
    same_value([mail.to for mail in mailer.mails], [body["email"]], of="the receivers of the mails")
    expect(client.post("/users", json={**body, "password": "fourteen signs"}), status=(422, 400))
q.result()

# %% D1.3 hidden
q = Question("D1.3", hidden=True)
word = secrets.token_hex(4)
known, good = f"ana-{word}@hopline.test", f"river and {word} stones"


def is_common(password):
    return password.lower().replace(" ", "") in ("passwordpassword", "123456789012345", "qwertyuiopasdfgh")


class Faster(WorkHasher):
    """While the password is hashed, another request makes the account."""

    path = email = ""

    def hash(self, password):
        if self.email:
            try:
                with closing(sqlite3.connect(self.path, timeout=0.05)) as db, db:
                    values = (self.email, "recorded$another$request")
                    db.execute("INSERT OR IGNORE INTO users (email, password_hash) VALUES (?, ?)", values)
            except sqlite3.OperationalError:
                pass  # the app holds the database: nobody can come between
        return super().hash(password)


class Desk:
    """The app on a database with one account, and the requests of these checks."""

    def __init__(self, path):
        self.path, self.hasher, self.mailer = path, Faster(), RecordingMailer()
        self.app = create_register_app(path, hasher=self.hasher, mailer=self.mailer, is_common=is_common)
        self.client = Client(self.app)

    def post(self, email, password=good, **more):
        return self.client.post("/users", json={"email": email, "password": password, **more})

    def made(self, exchange):
        tell = {"tag": "enumeration", "says": "Your answer tells whether the e-mail has an account. Always answer 202."}
        broken = {"tag": "check-then-act", "says": "The e-mail was there already, and your app answered 500."}
        return expect(exchange, status=(202, 200), known={409: tell, 422: tell, 400: tell, 500: broken})

    def refused(self, exchange, tag, says):
        before = self.hasher.count("hash")
        known = dict.fromkeys((200, 201, 202), {"tag": tag, "says": says})
        crash = "Your app answers 500 to a field of a wrong type. Test the type first, and answer 422."
        expect(exchange, status=(422, 400, 413), known={**known, 500: {"tag": "unhandled-input", "says": crash}})
        return before

    def users(self):
        return rows_in(self.path, "SELECT email, password_hash, role FROM users ORDER BY user_id")


seed = accounts((7, known, RecordingHasher().hash("the old one of ana"), None))
with (
    q.check(
        "known and unknown e-mails",
        points=1,
        tag="enumeration",
        advice="For a known and an unknown e-mail: the same answer, the same number of hashes, one mail.",
    ),
    database_file(seed) as path,
):
    desk = Desk(path)
    before = desk.users()
    answers, works = [], []
    for email in (known, f"new-{word}@hopline.test"):
        desk.hasher.work = 0
        answers.append(desk.made(desk.post(email)))
        works.append(desk.hasher.work)
    need(told(answers[0]) == told(answers[1]), "enumeration", "The answers differ for a known and an unknown e-mail.")
    slow = "For a known e-mail your app hashes less often, and so answers faster. Hash in both cases."
    need(works[0] == works[1] >= 1, "timing", slow)
    need(desk.users()[:1] == before, "overwrites", "A registration with a known e-mail changed that account.")
    sent = [(mail.to.strip().lower(), mail.subject + mail.text) for mail in desk.mailer.mails]
    texts = [[text for to, text in sent if to == email] for email in (known, f"new-{word}@hopline.test")]
    need([len(text) for text in texts] == [1, 1], "no-mail", "One mail goes out in both cases, to the address itself.")
    same = "Both mails say the same. The owner of a known address should learn that somebody tried to register."
    need(texts[0] != texts[1], "no-mail", same)
    stored = desk.users()[1][1]
    shown = "".join(str(told(answer)) + answer.log for answer in answers) + "".join(map(str, texts))
    leak = "A password or a hash stands in an answer, a mail or a printed line."
    need(not any(secret in shown for secret in (good, stored, before[0][1])), "secret-in-log", leak)
with (
    q.check(
        "one account for each e-mail",
        points=0.5,
        tag="check-then-act",
        advice="Normalise the e-mail, and insert in one statement: INSERT … ON CONFLICT DO NOTHING.",
    ),
    database_file(seed) as path,
):
    desk = Desk(path)
    kofi = f"kofi-{word}@hopline.test"
    for email in (f" {known.upper()} ", f"{known.title()}\t", kofi.title(), f" {kofi.upper()}"):
        with meaning("case-matters", "`A@x.test` and ` a@X.test ` are one e-mail: strip and lower it first."):
            desk.made(desk.post(email))
    stored = [row[0] for row in desk.users()]
    twice = "One person got two accounts, or the e-mail is not stored without outer spaces and in small letters."
    need(stored == [known, kofi], "case-matters", twice)
    desk.hasher.path, desk.hasher.email = path, f"late-{word}@hopline.test"
    race = "Between your test and your INSERT, another request made the account. One statement does both."
    late = desk.post(desk.hasher.email)
    with meaning("check-then-act", race):
        expect(late, status=(202, 200))
    count = sum(row[0] == desk.hasher.email for row in desk.users())
    need(count == 1, "check-then-act", race)
    kept = desk.users()[-1][1]
    need(kept == "recorded$another$request" or desk.hasher.verify(kept, good), "check-then-act", race)
with (
    q.check(
        "which passwords are fine",
        points=1,
        tag="composition",
        advice="15 to 128 characters of any kind, not common, not the e-mail. Nothing else is asked, nothing is cut.",
    ),
    database_file(seed) as path,
):
    desk = Desk(path)
    rules = "A long passphrase is refused. Length is the only rule: no digits, capitals or symbols are needed."
    long = "A password of 64, or of 128, characters is refused. Up to 128 are fine."
    fine = [
        ("a" * 5 + "b" * 10, "composition", rules),
        ("only small letters here", "composition", rules),
        ("4711 0815 4711 0816", "composition", rules),
        (" spaces at both ends ", "composition", rules),
        ("ğüşiöç ile dolu bir cümle", "composition", rules),
        ("l" + word * 7 + "ong end", "too-short-max", long),
        ("ğ" * 120 + word, "too-short-max", "128 characters are refused that are more bytes. Count characters."),
        (word * 16, "too-short-max", long),
    ]
    for number, (password, tag, says) in enumerate(fine):
        known_status = {422: {"tag": tag, "says": says}, 400: {"tag": tag, "says": says}}
        email = f"p{number}-{word}@hopline.test"
        expect(desk.post(email, password), status=(202, 200), known=known_status)
        hashed = [given for method, given in desk.hasher.calls if method == "hash"][-1]
        whole = "Another text was hashed than the password that came. Never cut or change it."
        as_came = (password, unicodedata.normalize("NFKC", password))
        need(hashed in as_came, "truncation", whole)
    users = len(desk.users())
    bad = [
        ("x" * 4 + word + "14", "too-short", "A password of 14 characters is accepted: 15 at least."),
        ("short", "too-short", "A password of 5 characters is accepted: 15 at least."),
        ("ğ" * 6 + word, "too-short", "14 characters are accepted because they need more bytes. Count characters."),
        (word * 125, "too-long", "A password of 1,000 characters is accepted: 128 at most."),
        (word * 16 + "x", "too-long", "A password of 129 characters is accepted: 128 at most."),
        ("Password Password", "common-password", "A common password is accepted: ask is_common(password)."),
        ("123456789012345", "common-password", "A common password is accepted: ask is_common(password)."),
        (f"NEW-{word}@hopline.test", "common-password", "The e-mail itself is accepted as password."),
    ]
    for password, tag, says in bad:
        desk.refused(desk.post(f"new-{word}@hopline.test", password), tag, says)
    need(len(desk.users()) == users, "too-short", "A refused registration left an account.")
with (
    q.check(
        "fields, roles and sizes",
        points=0.5,
        tag="mass-assignment",
        advice="Take only e-mail and password, and only texts. A huge body is refused before anything is hashed.",
    ),
    database_file(seed) as path,
):
    desk = Desk(path)
    for more in ({"role": "admin"}, {"role": "admin", "user_id": 1, "disabled_at": None}):
        answer = desk.post(f"eve-{word}@hopline.test", **more)
        expect(answer, status=(200, 202, 400, 422))
        roles = {row[2] for row in desk.users()}
        need(roles == {"rider"}, "mass-assignment", "The body chose the role of the account. Only the server may.")
    for body in ({}, {"email": known}, {"password": good}, {"email": None, "password": good}, [known, good], "text"):
        desk.refused(desk.client.post("/users", json=body), "unhandled-input", "A field is missing: answer 422.")
    strange = [(7, good), ([known], good), ("no at sign", good), (known, 123456789012345), (known, [good])]
    for email, password in strange:
        desk.refused(desk.post(email, password), "unhandled-input", "A field of a wrong type was accepted.")
    desk.hasher.calls.clear()
    huge = desk.post(f"huge-{word}@hopline.test", "x" * 1_000_000)
    desk.refused(huge, "unbounded", "A body of a megabyte is accepted. Set a limit before you read it.")
    need(not desk.hasher.count("hash"), "unbounded", "Something was hashed for a body that was then refused as too large.")
q.result()

# %% D1.3 hints [markdown]
# 1. What would a guesser learn from your answer, from its time, and from a second try? Then think of two requests at the
#    same moment.
# 2. Hash in both cases, then let one statement decide, as in example 4. Its `rowcount` chooses the mail; the answer is
#    the same. The rules for passwords are length, `is_common` and the e-mail. Test types before you call a method of a
#    text, and take only two fields out of the body.
# 3. Fill the gap: `made = db.execute("INSERT INTO users (email, password_hash) VALUES (?, ?) ON CONFLICT …", (email,
#    stored)).rowcount`

# %% D1.3 wrong enumeration change=true
# 409 for a known e-mail tells everybody who has an account.
-        return jsonify(message="Please look into your mail."), 202
+        return jsonify(message="Please look into your mail."), 202 if made else 409

# %% D1.3 wrong timing change=true
# For a known e-mail nothing is hashed, so the answer comes faster.
-        stored = hasher.hash(password)
+        with connect() as db:
+            there = db.execute("SELECT 1 FROM users WHERE email = ?", (email,)).fetchone()
+        stored = "" if there else hasher.hash(password)

# %% D1.3 wrong check-then-act change=true
# SELECT, hash, INSERT: another request comes between, and the unique column answers with an error 500.
-        stored = hasher.hash(password)
-        with connect() as db, db:
-            insert = "INSERT INTO users (email, password_hash) VALUES (?, ?) ON CONFLICT DO NOTHING"
-            made = db.execute(insert, (email, stored)).rowcount
+        with connect() as db:
+            made = not db.execute("SELECT 1 FROM users WHERE email = ?", (email,)).fetchone()
+        stored = hasher.hash(password)
+        if made:
+            with connect() as db, db:
+                db.execute("INSERT INTO users (email, password_hash) VALUES (?, ?)", (email, stored))

# %% D1.3 wrong mass-assignment change=true
# The role comes from the body, so everybody can be an admin.
-            insert = "INSERT INTO users (email, password_hash) VALUES (?, ?) ON CONFLICT DO NOTHING"
-            made = db.execute(insert, (email, stored)).rowcount
+            insert = "INSERT INTO users (email, password_hash, role) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
+            made = db.execute(insert, (email, stored, data.get("role", "rider"))).rowcount

# %% D1.3 wrong composition change=true
# A digit is demanded, so a long passphrase of words is refused.
-        if not 15 <= len(password) <= 128 or is_common(password) or password.lower().strip() == email:
+        simple = not re.search(r"\d", password)
+        if not 15 <= len(password) <= 128 or simple or is_common(password) or password.lower().strip() == email:

# %% D1.3 wrong truncation change=true
# Everything behind 72 bytes is cut off before hashing.
-        stored = hasher.hash(password)
+        stored = hasher.hash(password[:72])

# %% D1.3 wrong too-short change=true
# Passwords of 8 characters are accepted, though there is no second factor.
-        if not 15 <= len(password) <= 128 or is_common(password) or password.lower().strip() == email:
+        if not 8 <= len(password) <= 128 or is_common(password) or password.lower().strip() == email:

# %% D1.3 wrong common-password change=true
# Nobody asks whether the password is a common one.
-        if not 15 <= len(password) <= 128 or is_common(password) or password.lower().strip() == email:
+        if not 15 <= len(password) <= 128:

# %% D1.3 wrong case-matters change=true
# The e-mail is stored as it was typed, so one person gets several accounts.
-        email = email.strip().lower()
+        email = email.strip()

# %% D1.3 wrong overwrites change=true
# A second registration replaces the password of the owner: everybody can take over every account.
-            insert = "INSERT INTO users (email, password_hash) VALUES (?, ?) ON CONFLICT DO NOTHING"
-            made = db.execute(insert, (email, stored)).rowcount
+            made = not db.execute("SELECT 1 FROM users WHERE email = ?", (email,)).fetchone()
+            insert = "INSERT INTO users (email, password_hash) VALUES (?, ?)"
+            replace = "ON CONFLICT (email) DO UPDATE SET password_hash = excluded.password_hash"
+            db.execute(f"{insert} {replace}", (email, stored))

# %% D1.3 wrong unbounded change=true
# A body of a megabyte is read and its password hashed before anybody looks at the length.
-        if not 15 <= len(password) <= 128 or is_common(password) or password.lower().strip() == email:
-            abort(422)
-        stored = hasher.hash(password)
+        stored = hasher.hash(password)
+        if not 15 <= len(password) <= 128 or is_common(password) or password.lower().strip() == email:
+            abort(422)

-    app.config["MAX_CONTENT_LENGTH"] = 10_000  # Flask answers 413 by itself

# %% D1.3 wrong secret-in-log change=true
# A line for debugging prints the password into the server's log.
-        stored = hasher.hash(password)
+        print("new account", email, password, file=request.environ["wsgi.errors"])
+        stored = hasher.hash(password)

# %% D1.3 wrong no-mail change=true
# The owner of a known address is never told that somebody tried to register with it.
-        else:
-            mailer.send(email, "You have an account", "Somebody tried to register with this address. Was it you?")

# %% D1.3 right immediate change=true
# SELECT and INSERT in one transaction that takes the write lock first; the password is hashed before it.
-            insert = "INSERT INTO users (email, password_hash) VALUES (?, ?) ON CONFLICT DO NOTHING"
-            made = db.execute(insert, (email, stored)).rowcount
+            db.execute("BEGIN IMMEDIATE")
+            made = db.execute("SELECT 1 FROM users WHERE email = ?", (email,)).fetchone() is None
+            if made:
+                db.execute("INSERT INTO users (email, password_hash) VALUES (?, ?)", (email, stored))

# %% D1.3 right outbox change=true
# The mail goes into an outbox in the same transaction as the account, and is sent from there.
-        with connect() as db, db:
+        with connect() as db, db:
+            db.execute("CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, receiver TEXT, text TEXT)")

-        if made:
-            mailer.send(email, "Welcome to Hopline", "Your account is ready.")
-        else:
-            mailer.send(email, "You have an account", "Somebody tried to register with this address. Was it you?")
+            text = "Your account is ready." if made else "You have an account already. Did you forget the password?"
+            db.execute("INSERT INTO outbox (receiver, text) VALUES (?, ?)", (email, text))
+        with connect() as db, db:
+            waiting = db.execute("SELECT id, receiver, text FROM outbox ORDER BY id").fetchall()
+            for mail_id, receiver, text in waiting:
+                mailer.send(receiver, "Hopline", text)
+                db.execute("DELETE FROM outbox WHERE id = ?", (mail_id,))

# %% D1.3 right integrity-error
# Plain WSGI: the unique column decides, its exception is the other branch; unknown fields are refused.
import json as json_module


def create_register_app(db_path, *, hasher, mailer, is_common):
    def app(environ, start_response):
        size = int(environ.get("CONTENT_LENGTH") or 0)
        if size > 10_000:
            return answer(start_response, "413 Content Too Large")
        try:
            data = json_module.loads(environ["wsgi.input"].read(size))
            if set(data) != {"email", "password"}:
                raise ValueError("fields")
            email, password = data["email"].lower().strip(), data["password"]
            if "@" not in email or len(password.encode("utf-32-be")) // 4 not in range(15, 129) or is_common(password):
                raise ValueError("rules")
            if email == password.casefold():
                raise ValueError("the e-mail itself")
        except (ValueError, TypeError, AttributeError, KeyError):
            return answer(start_response, "400 Bad Request")
        stored = hasher.hash(password)
        try:
            with closing(sqlite3.connect(db_path)) as db, db:
                db.execute("INSERT INTO users (email, password_hash) VALUES (?, ?)", (email, stored))
            mailer.send(email, "Hello", "Welcome!")
        except sqlite3.IntegrityError:
            mailer.send(email, "Hello again", "Somebody used your address to register.")
        return answer(start_response, "200 OK")

    def answer(start_response, status):
        start_response(status, [("Content-Type", "application/json")])
        return [b"{}"]

    return app

# %% D1.4 prompt [markdown] type="http-app" core=true
# ## D1.4 Log in, tell nothing
#
# Write `create_login_app(db_path, *, hasher, start_session, log)`: `POST /login` with the JSON fields `email` and
# `password`. The three refusals must not differ for the client: same status, same headers, same body, same number of
# hashes. `log(text)` writes one entry for each refusal, for Hopline's eyes only.
#
# | situation | answer | log entry holds |
# |---|---|---|
# | e-mail and password fit | 200 with `{"session": …}`, what `start_session(user_id)` gives | |
# | no account has this e-mail | 401 | `unknown` |
# | the password is wrong | 401, byte for byte the same | `wrong` |
# | the account has a `disabled_at`, whatever the password | 401, byte for byte the same | `disabled` |
# | a field is missing or no text | 422 (or 400) | |
#
# | also | |
# |---|---|
# | the e-mail | is normalised as in D1.3 |
# | a hash for which `hasher.needs_rehash(stored)` is True | is replaced after a good login |
# | a password or a hash | must be in no log entry, no answer and no printed line |

# %% D1.4 answer
from flask import Flask, abort, jsonify, request


def create_login_app(db_path, *, hasher, start_session, log):
    """Return an app whose refusals all look alike."""
    app = Flask("login")

    def connect():
        return closing(sqlite3.connect(db_path, timeout=5))

    # Find
    # Verify in any case
    # Decide once
    ### BEGIN SOLUTION
    dummy = hasher.hash(secrets.token_hex(16))

    def reason(user, fits):
        if user is None:
            return "unknown e-mail"
        if user[2] is not None:
            return "disabled account"
        return "" if fits else "wrong password"

    @app.post("/login")
    def login():
        data = request.get_json()
        if not isinstance(data, dict):
            abort(422)
        email, password = data.get("email"), data.get("password")
        if not isinstance(email, str) or not isinstance(password, str):
            abort(422)
        find = "SELECT user_id, password_hash, disabled_at FROM users WHERE email = ?"
        with connect() as db:
            user = db.execute(find, (email.strip().lower(),)).fetchone()
        fits = hasher.verify(user[1] if user else dummy, password)
        refused = reason(user, fits)
        if refused:
            log(f"login refused: {refused}")
            return jsonify(error="E-mail or password is wrong."), 401
        if hasher.needs_rehash(user[1]):
            with connect() as db, db:
                db.execute("UPDATE users SET password_hash = ? WHERE user_id = ?", (hasher.hash(password), user[0]))
        return jsonify(session=start_session(user[0]))

    ### END SOLUTION
    return app

# %% D1.4 check
q = Question("D1.4")
with q.check("three refusals, compared", points=1):
    hasher, entries = RecordingHasher(), []
    right, wrong = "summer in lisbon", "winter in lisbon"
    people = accounts(
        (7, "leyla@hopline.test", hasher.hash(right), None),
        (8, "kofi@hopline.test", hasher.hash(right), "2025-03-01T10:00:00Z"),
    )
    with database_file(people) as path:
        app = create_login_app(path, hasher=hasher, start_session=lambda user: f"session-{user}", log=entries.append)
        client = Client(app)
        expect(client.post("/login", json={"email": "leyla@hopline.test", "password": right}), status=200)
        client.post("/login", json={"email": "mehmet@hopline.test", "password": right})  # may make a dummy hash
        entries.clear()
        seen = []
        for email, password in (("leyla@", wrong), ("kofi@", right), ("ana@", wrong)):
            hasher.calls.clear()
            answer = client.post("/login", json={"email": f"{email}hopline.test", "password": password})
            says = f"A login that should be refused was answered with {answer.status}; every refusal is 401."
            need(answer.status == 401, "enumeration", says)
            seen.append((answer.text, hasher.count("verify") + hasher.count("hash")))
        same_value(seen[1], seen[0], of="body and number of hashes, for a disabled account as for a wrong password")
        same_value(seen[2], seen[0], of="body and number of hashes, for an unknown e-mail as for a wrong password")
        same_value(len(entries), 3, of="the number of log entries")
q.result()

# %% D1.4 hidden
q = Question("D1.4", hidden=True)
word = secrets.token_hex(4)
right, wrong = f"river and {word} stones", f"winter in {word}"


class Door:
    """The app on a database with four accounts, and the requests of these checks."""

    def __init__(self, path, hasher):
        self.path, self.hasher, self.entries, self.sessions = path, hasher, [], []
        self.client = Client(
            create_login_app(path, hasher=hasher, start_session=self.start_session, log=self.entries.append)
        )

    def start_session(self, user_id):
        self.sessions.append(user_id)
        return f"session-of-{user_id}-{word}"

    def ask(self, email, password):
        """The answer to a login, and what it cost."""
        self.hasher.work = 0
        self.hasher.calls.clear()
        answer = self.client.post("/login", json={"email": email, "password": password})
        return answer, self.hasher.work

    def stored(self, user_id):
        return rows_in(self.path, "SELECT password_hash FROM users WHERE user_id = ?", user_id)[0][0]


def refused(answer):
    known = {"tag": "enumeration", "says": "Your answer tells whether there is an account. Always answer 401."}
    opened = {"tag": "lets-in", "says": "A login succeeded that should be refused."}
    crash = {"tag": "unhandled-input", "says": "Your app answers 500 to a login that should be refused with 401."}
    statuses = {404: known, 403: known, 423: known, 400: known, 422: known, 200: opened, 500: crash}
    return expect(answer, status=401, header={"WWW-Authenticate": None}, known=statuses)


hasher = WorkHasher()
seed = accounts(
    (7, f"ana-{word}@hopline.test", hasher.hash(right), None),
    (8, f"kofi-{word}@hopline.test", hasher.hash(right), "2025-03-01T10:00:00Z"),
    (9, f"leyla-{word}@hopline.test", hasher.hash_of_last_year(right), None),
    (10, f"mehmet-{word}@hopline.test", hasher.hash_of_last_year(right), "2025-03-01T10:00:00Z"),
)
attempts = [
    ("wrong", f"ana-{word}@hopline.test", wrong),
    ("wrong", f"leyla-{word}@hopline.test", wrong),
    ("wrong", f"ana-{word}@hopline.test", f"{right} "),
    ("unknown", f"nobody-{word}@hopline.test", wrong),
    ("unknown", f"x'or'1'='1-{word}@hopline.test", right),
    ("disabled", f"kofi-{word}@hopline.test", right),
    ("disabled", f"kofi-{word}@hopline.test", wrong),
    ("disabled", f"mehmet-{word}@hopline.test", right),
]
with (
    q.check(
        "the same answer",
        points=0.5,
        tag="enumeration",
        advice="Unknown e-mail, wrong password, disabled account: the same status, headers and body, byte for byte.",
    ),
    database_file(seed) as path,
):
    door = Door(path, hasher)
    answers = [refused(door.ask(email, password)[0]) for _, email, password in attempts]
    differ = "The refusals differ in status, headers or body, so a client learns which e-mails have accounts."
    need(len({str(told(answer)) for answer in answers}) == 1, "enumeration", differ)
with (
    q.check(
        "the same work",
        points=1,
        tag="timing",
        advice="Every refusal computes as many hashes: for nobody, verify against a real hash that you made once.",
    ),
    database_file(seed) as path,
):
    door = Door(path, hasher)
    for _, email, password in attempts[2:4]:
        door.ask(email, password)  # a dummy may be made at the first login
    works = [(reason, door.ask(email, password)[1]) for reason, email, password in attempts]
    usual = works[0][1]
    need(usual >= 1, "timing", "A login with a wrong password never calls hasher.verify.")
    for reason, work in works:
        says = f"A login with the reason `{reason}` costs {work} hashes, a usual one {usual}: its time tells."
        if reason == "unknown" and door.hasher.count("verify") and not work:
            says = "For an unknown e-mail you verify against a text that is no hash. A real hasher rejects it at once."
        need(work == usual, "timing", says)
with (
    q.check(
        "what stands in the log",
        points=0.5,
        tag="no-reason",
        advice="One entry for each refusal, with the word unknown, wrong or disabled, and never a password.",
    ),
    database_file(seed) as path,
):
    door = Door(path, hasher)
    for count, (reason, email, password) in enumerate(attempts, 1):
        answer = door.ask(email, password)[0]
        need(len(door.entries) == count, "no-reason", "Each refusal writes exactly one log entry.")
        entry = str(door.entries[-1])
        words = {name for name in ("unknown", "wrong", "disabled") if name in entry.lower().replace(email, "")}
        need(reason in words, "no-reason", f"The log entry of a refusal should hold `{reason}`.")
        need(len(words) < 3, "no-reason", "A log entry holds all three reasons, so nobody knows which it was.")
        leaks = [secret for secret in (right, wrong, "recorded$", "old$") if secret in entry + answer.log]
        need(not leaks, "secret-in-log", "A password or a hash stands in the log. Many people and programs read logs.")
    answer = door.ask(f"ana-{word}@hopline.test", right)[0]
    shown = answer.text + answer.log + "".join(map(str, door.entries))
    leak = "After a good login, a password or a hash stands in the answer or in the log."
    need(not any(secret in shown for secret in (right, "recorded$")), "secret-in-log", leak)
with (
    q.check(
        "good logins, old hashes, fields of a wrong type",
        points=1,
        advice="A good login starts one session for its user and replaces an old hash. A refusal changes nothing.",
    ),
    database_file(seed) as path,
):
    door = Door(path, hasher)
    before = [door.stored(user) for user in (7, 8, 9, 10)]
    for _, email, password in attempts:
        answer = refused(door.ask(email, password)[0])
        cookie = answer.header("Set-Cookie") is not None
        need(not door.sessions and not cookie, "lets-in", "A login that was refused starts a session.")
    after = [door.stored(user) for user in (7, 8, 9, 10)]
    need(before == after, "upgrade-early", "A login that was refused changes the stored hash.")
    for email in (f"ana-{word}@hopline.test", f"  ANA-{word}@Hopline.TEST "):
        with meaning("case-matters", "An e-mail in capital letters, or with outer spaces, is not found."):
            answer = expect(door.ask(email, right)[0], status=200, json={"session": f"session-of-7-{word}"})
    need(door.stored(7) == before[0], "upgrade-early", "A hash that is not out of date was replaced.")
    need(door.sessions == [7, 7], "lets-in", "One good login should start one session, for its own user.")
    for _ in range(2):
        expect(door.ask(f"leyla-{word}@hopline.test", right)[0], status=200)
        kept = "After a good login, a hash that is out of date should be replaced in the database."
        new = door.stored(9)
        need(new.startswith("recorded$") and door.hasher.verify(new, right), "no-upgrade", kept)
    need([door.stored(user) for user in (7, 8, 10)] == [before[0], before[1], before[3]], "no-upgrade", kept)
    email = f"ana-{word}@hopline.test"
    crash = {500: {"tag": "unhandled-input", "says": "A field of a wrong type ends in an error 500: answer 422."}}
    taken = {"tag": "unhandled-input", "says": "A field is missing or no text, and your app goes on: answer 422."}
    fine = {200: taken, 401: taken}
    for body in ({}, {"email": email}, {"password": right}, [email, right], "text"):
        expect(door.client.post("/login", json=body), status=(422, 400), known=crash | fine)
    for email, password in ((email, [right]), (email, None), (7, right), ([email], right), (email, {"a": 1})):
        expect(door.ask(email, password)[0], status=(422, 400), known=crash | fine)
q.result()

# %% D1.4 hints [markdown]
# 1. Count what the server does for an unknown user, and what for a known one. Then read your answers as a stranger:
#    can you tell them apart?
# 2. Example 3 has the three steps. Make a dummy hash once, when the app is made. Verify before you decide anything,
#    also for a disabled account. One function finds the reason for the log, and one line answers for all reasons. Only
#    behind it, ask `needs_rehash` and start the session.
# 3. Fill the gap: `fits = hasher.verify(user[1] if user else …, password)`, then `if user is None or disabled or not
#    fits:` log the reason and return the one 401.

# %% D1.4 wrong timing change=true
# For an unknown e-mail the app answers at once, without a hash.
-        fits = hasher.verify(user[1] if user else dummy, password)
+        fits = bool(user) and hasher.verify(user[1], password)

# %% D1.4 wrong timing change=true
# The dummy is no hash, so a real hasher rejects it without work.
-    dummy = hasher.hash(secrets.token_hex(16))
+    dummy = ""

# %% D1.4 wrong timing change=true
# For a disabled account nobody looks at the password: that answer comes faster.
-        fits = hasher.verify(user[1] if user else dummy, password)
+        fits = bool(user) and user[2] is not None or hasher.verify(user[1] if user else dummy, password)

# %% D1.4 wrong timing change=true
# The dummy is hashed anew at each login of an unknown user: two hashes instead of one.
-        fits = hasher.verify(user[1] if user else dummy, password)
+        fits = hasher.verify(user[1] if user else hasher.hash("nobody"), password)

# %% D1.4 wrong timing change=true
# The old hash of a disabled account is replaced before the refusal, which costs one hash more.
-        refused = reason(user, fits)
+        if fits and user and hasher.needs_rehash(user[1]):
+            new = hasher.hash(password)
+        refused = reason(user, fits)

-                db.execute("UPDATE users SET password_hash = ? WHERE user_id = ?", (hasher.hash(password), user[0]))
+                db.execute("UPDATE users SET password_hash = ? WHERE user_id = ?", (new, user[0]))

# %% D1.4 wrong enumeration change=true
# 404 for an unknown e-mail tells who has an account.
-            return jsonify(error="E-mail or password is wrong."), 401
+            return jsonify(error="E-mail or password is wrong."), 401 if user else 404

# %% D1.4 wrong enumeration change=true
# The reason goes to the client, so everybody learns which accounts are disabled.
-            return jsonify(error="E-mail or password is wrong."), 401
+            return jsonify(error=refused), 401

# %% D1.4 wrong secret-in-log change=true
# The password that was tried goes into the log. It is often the right one of another account.
-            log(f"login refused: {refused}")
+            log(f"login refused: {refused}, {email}, {password}")

# %% D1.4 wrong no-reason change=true
# The log says nothing about the reason, so support cannot help anybody.
-            log(f"login refused: {refused}")
+            log("login refused")

# %% D1.4 wrong lets-in change=true
# The session starts before the decision.
-        fits = hasher.verify(user[1] if user else dummy, password)
+        fits = hasher.verify(user[1] if user else dummy, password)
+        session = start_session(user[0] if user else None)

-        return jsonify(session=start_session(user[0]))
+        return jsonify(session=session)

# %% D1.4 wrong upgrade-early change=true
# The hash is replaced whether the password was right or not: a wrong guess becomes the new password.
-        refused = reason(user, fits)
-        if refused:
-            log(f"login refused: {refused}")
-            return jsonify(error="E-mail or password is wrong."), 401
-        if hasher.needs_rehash(user[1]):
-            with connect() as db, db:
-                db.execute("UPDATE users SET password_hash = ? WHERE user_id = ?", (hasher.hash(password), user[0]))
+        if user and hasher.needs_rehash(user[1]):
+            with connect() as db, db:
+                db.execute("UPDATE users SET password_hash = ? WHERE user_id = ?", (hasher.hash(password), user[0]))
+        refused = reason(user, fits)
+        if refused:
+            log(f"login refused: {refused}")
+            return jsonify(error="E-mail or password is wrong."), 401

# %% D1.4 wrong no-upgrade change=true
# Hashes of last year stay for ever.
-        if hasher.needs_rehash(user[1]):
-            with connect() as db, db:
-                db.execute("UPDATE users SET password_hash = ? WHERE user_id = ?", (hasher.hash(password), user[0]))

# %% D1.4 wrong case-matters change=true
# Who types the e-mail in capital letters cannot log in.
-            user = db.execute(find, (email.strip().lower(),)).fetchone()
+            user = db.execute(find, (email.strip(),)).fetchone()

# %% D1.4 wrong unhandled-input change=true
# A list as password reaches the hasher, and the app breaks.
-        if not isinstance(email, str) or not isinstance(password, str):
-            abort(422)
+        if not email or not password:
+            abort(422)

# %% D1.4 wrong no-upgrade change=true
# The condition is missing, so a good login replaces the hash of every account.
-                db.execute("UPDATE users SET password_hash = ? WHERE user_id = ?", (hasher.hash(password), user[0]))
+                db.execute("UPDATE users SET password_hash = ?", (hasher.hash(password),))

# %% D1.4 right lazy-dummy change=true
# The dummy is made at the first login and kept.
-    dummy = hasher.hash(secrets.token_hex(16))
+    kept = []

-        fits = hasher.verify(user[1] if user else dummy, password)
+        if not kept:
+            kept.append(hasher.hash(secrets.token_hex(16)))
+        fits = hasher.verify(user[1] if user else kept[0], password)

# %% D1.4 right least-time change=true
# In addition every answer takes a constant minimum of time; here the wait is left out, as no test measures it.
-        fits = hasher.verify(user[1] if user else dummy, password)
+        deadline = threading.Event()
+        fits = hasher.verify(user[1] if user else dummy, password)
+        deadline.wait(0)

# %% D1.4 right hash-for-nobody change=true
# For nobody the password is hashed instead of verified: the same work, without a dummy.
-    dummy = hasher.hash(secrets.token_hex(16))

-        fits = hasher.verify(user[1] if user else dummy, password)
+        fits = hasher.verify(user[1], password) if user else bool(hasher.hash(password)) and False

# %% D1.4 right fastapi
# FastAPI, with a made-up user in place of nobody.
from fastapi import Body, FastAPI, HTTPException


def create_login_app(db_path, *, hasher, start_session, log):
    api = FastAPI()
    nobody = {"user_id": None, "password_hash": hasher.hash(secrets.token_urlsafe(16)), "disabled_at": None}

    @api.post("/login")
    def login(email: str = Body(strict=True), password: str = Body(strict=True)):
        db = sqlite3.connect(db_path)
        db.row_factory = sqlite3.Row
        try:
            rows = db.execute("SELECT * FROM users WHERE email = lower(?)", (email.strip(),)).fetchall()
            user = dict(rows[0]) if rows else nobody
            good = hasher.verify(user["password_hash"], password)
            for word, holds in (
                ("unknown", user is nobody),
                ("disabled", user["disabled_at"] is not None),
                ("wrong", not good),
            ):
                if holds:
                    log(f"{word}: somebody tried to log in")
                    raise HTTPException(401)
            if hasher.needs_rehash(user["password_hash"]):
                values = (hasher.hash(password), user["user_id"])
                db.execute("UPDATE users SET password_hash = ? WHERE user_id = ?", values)
                db.commit()
            return {"session": start_session(user["user_id"])}
        finally:
            db.close()

    return api

# %% D1.5 prompt [markdown] type="http-app"
# ## D1.5 Too many tries
#
# Write `create_throttled_app(db_path, *, clock, check_password)`: `POST /login` with the JSON fields `email` and
# `password`, which slows guessers down. Two counters count failures: one for the account, by its normalised e-mail, and
# one for the address, which Hopline's proxy writes into the header `X-Real-IP`. Both live in the database and follow
# the rules of the second table; an e-mail without an account is treated like any other.
#
# | request | answer |
# |---|---|
# | account or address must wait | 429 with `Retry-After` in seconds; the password is not checked, nothing is counted |
# | `check_password(email, password)` gives an id | 200 with `{"user_id": …}`; only the account's counter is reset |
# | `check_password` gives None | 401; both counters go up |
#
# | rule for each counter | |
# |---|---|
# | the first 5 tries in a row | never wait |
# | after the 5th failure and each further one | a wait; 1, 2, 4, … seconds is one way |
# | the longest wait | 15 minutes |
# | all tries in the first hour | at most 20 passwords are checked |
# | an hour without a failure | the counter starts again at 0; at the next failure of anybody its row is deleted |
#
# | also | |
# |---|---|
# | `clock.time()` | gives the time in seconds |
# | `check_password` | gets the normalised e-mail, and does the same work for every e-mail |
# | after `Retry-After` seconds | the next try is allowed |

# %% D1.5 answer
from flask import Flask, jsonify, request


def create_throttled_app(db_path, *, clock, check_password):
    """Return a login that makes guessers wait."""
    app = Flask("throttled")

    def connect():
        return closing(sqlite3.connect(db_path, timeout=5))

    with connect() as db, db:
        db.execute("""CREATE TABLE IF NOT EXISTS login_attempts (
            key TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_at REAL NOT NULL)""")

    # Count the failures of a key
    # Compute the wait from the count
    # Cap it
    ### BEGIN SOLUTION
    def seconds_left(db, keys, now):
        counted = "SELECT failures, last_at FROM login_attempts WHERE key IN (?, ?) AND last_at > ?"
        rows = db.execute(counted, (*keys, now - 3600)).fetchall()
        waits = [last_at + min(2 ** (failures - 5), 900) - now for failures, last_at in rows if failures >= 5]
        return max([0, *waits])

    def count_failure(db, keys, now):
        db.execute("DELETE FROM login_attempts WHERE last_at <= ?", (now - 3600,))
        for key in keys:
            db.execute(
                "INSERT INTO login_attempts VALUES (?, 1, ?)"
                " ON CONFLICT (key) DO UPDATE SET failures = failures + 1, last_at = excluded.last_at",
                (key, now),
            )

    @app.post("/login")
    def login():
        data, now = request.get_json(), clock.time()
        email = data["email"].strip().lower()
        keys = (f"account {email}", f"address {request.headers['X-Real-IP']}")
        with connect() as db, db:
            left = seconds_left(db, keys, now)
            if left > 0:
                return jsonify(error="Too many tries."), 429, {"Retry-After": str(math.ceil(left))}
            user_id = check_password(email, data["password"])
            if user_id is None:
                count_failure(db, keys, now)
                return jsonify(error="E-mail or password is wrong."), 401
            db.execute("DELETE FROM login_attempts WHERE key = ?", keys[:1])
        return jsonify(user_id=user_id)

    ### END SOLUTION
    return app

# %% D1.5 check
q = Question("D1.5")
with q.check("a timeline", points=1), database_file(accounts()) as path:
    clock, checked = VirtualClock(), []

    def check_password(email, password):
        checked.append(email)
        return 7 if (email, password) == ("leyla@hopline.test", "summer in lisbon") else None

    client = Client(create_throttled_app(path, clock=clock, check_password=check_password), clock=clock)
    at_home = {"X-Real-IP": "203.0.113.5"}
    guess, right = ({"email": "leyla@hopline.test", "password": f"{word} in lisbon"} for word in ("winter", "summer"))
    for _ in range(5):
        expect(client.post("/login", json=guess, headers=at_home), status=401, header={"WWW-Authenticate": None})
    early = client.post("/login", json=right, headers=at_home)
    expect(early, status=429, header={"Retry-After": re.compile(r"^[1-9]\d{0,2}$")})
    same_value(len(checked), 5, of="the number of passwords that were checked")
    clock.advance(int(early.header("Retry-After")))
    expect(client.post("/login", json=right, headers=at_home), status=200, json={"user_id": 7})
q.result()

# %% D1.5 hidden
q = Question("D1.5", hidden=True)
word = secrets.token_hex(4)
known, own, password = f"ana-{word}@hopline.test", f"eve-{word}@hopline.test", f"river and {word} stones"


class Gate:
    """The app on a database of its own, a clock, and what was checked."""

    def __init__(self, path):
        self.path, self.clock, self.checked = path, VirtualClock(), []
        self.client = self.restart()

    def restart(self):
        app = create_throttled_app(self.path, clock=self.clock, check_password=self.check_password)
        self.client = Client(app, clock=self.clock)
        return self.client

    def check_password(self, email, given):
        self.checked.append(email)
        return {known: 7, own: 9}.get(email) if given == password else None

    def ask(self, email=known, given="winter", address="203.0.113.5"):
        """One login: its status."""
        body = {"email": email, "password": given}
        answer = self.client.post("/login", json=body, headers={"X-Real-IP": address})
        expect(answer, status=(200, 401, 429), header={"WWW-Authenticate": None})
        self.wait = answer.header("Retry-After")
        if answer.status == 429:
            form = "429 carries Retry-After: a whole number of seconds, at least 1 and at most 900."
            need(re.fullmatch(r"0*[1-9]\d{0,2}", self.wait or "") and int(self.wait) <= 900, "retry-after", form)
        self.answer = answer
        return answer.status

    def fail(self, count, tag="too-early", says="Somebody has to wait before the fifth failure.", **where):
        """So many failures without a wait between them."""
        for _ in range(count):
            need(self.ask(**where) == 401, tag, says)

    def pass_time(self):
        self.clock.advance(int(self.wait))


def site():
    return database_file(accounts())


with q.check(
    "one account, guessed from one place or from many",
    points=0.5,
    tag="stuffing",
    advice="Each account has its own counter, by the normalised e-mail, whatever the addresses are.",
):
    with site() as path:
        gate = Gate(path)
        for number in range(5):
            gate.fail(1, address=f"198.51.100.{number}")
        many = "Five guesses at one account from five addresses, and the sixth is checked. Count for the account, too."
        need(gate.ask(address="198.51.100.77") == 429, "stuffing", many)
        says = "During the wait the right password is let in, so a guesser who goes on still wins."
        checked = len(gate.checked)
        need(gate.ask(given=password, address="198.51.100.78") == 429, "right-during-wait", says)
        need(len(gate.checked) == checked, "right-during-wait", "During the wait a password is still checked.")
        need(gate.ask(own, password, "198.51.100.79") == 200, "too-early", "Another account has to wait, too.")
        fresh = f"typed-{word}@hopline.test"
        for number, email in enumerate((fresh, fresh.upper(), f" {fresh}", fresh.title(), f"{fresh} ")):
            gate.fail(1, email=email, address=f"192.0.2.{number}")
        typed = "The same e-mail in other letters has a counter of its own. Normalise it first."
        need(gate.ask(fresh.swapcase(), address="192.0.2.9") == 429, "case-matters", typed)
        need(gate.checked[-5:] == [fresh] * 5, "case-matters", "check_password should get the normalised e-mail.")
with q.check(
    "many accounts, sprayed from one place",
    points=0.5,
    tag="spray",
    advice="Each address has its own counter, which a success does not reset.",
):
    with site() as path:
        gate = Gate(path)
        for number in range(5):
            gate.fail(1, email=f"user{number}-{word}@hopline.test")
        one = "One password is tried at many accounts from one address, and nobody stops it. Count addresses, too."
        need(gate.ask(f"user5-{word}@hopline.test") == 429, "spray", one)
        need(gate.ask(known, password, "192.0.2.1") == 200, "too-early", "Another address has to wait, too.")
        other = "203.0.113.6"
        gate.fail(4, email=f"user-{word}@hopline.test", address=other)
        early = "Somebody has to wait before the fifth failure."
        need(gate.ask(own, password, other) == 200, "too-early", early)
        gate.fail(1, email=f"other-{word}@hopline.test", address=other)
        reset = "A success resets the counter of the address: whoever has one account guesses at all others for ever."
        need(gate.ask(f"third-{word}@hopline.test", address=other) == 429, "spray", reset)
with q.check(
    "how long the waits are",
    points=1,
    tag="too-fast",
    advice="Waits end after 15 minutes at most, and let at most 20 guesses through in the first hour.",
):
    with site() as path:
        gate = Gate(path)
        gate.fail(5)
        start = gate.clock.time()
        while gate.clock.time() - start < 3600:
            status = gate.ask()
            if status == 429 and len(gate.checked) < 9:
                gate.clock.advance(int(gate.wait) - 0.5)
                early = "Before Retry-After is over, a password is checked."
                need(gate.ask() == 429, "too-fast", early)
                gate.clock.advance(0.5)
            elif status == 429:
                gate.pass_time()
            need(len(gate.checked) <= 20, "too-fast", "More than 20 passwords for one account are checked in an hour.")
        while gate.ask() != 429:
            pass
        gate.pass_time()
        kept = "After the wait, the owner with the right password is still locked out."
        need(gate.ask(given=password, address="192.0.2.8") == 200, "lockout-dos", kept)
    with site() as path:
        gate = Gate(path)
        gate.fail(5)
        gate.ask()
        first = int(gate.wait)
        for _ in range(4):
            gate.ask()
        until = "Each try during the wait makes the wait longer, so anybody can lock the owner out for good."
        gate.clock.advance(first)
        need(gate.ask(given=password, address="192.0.2.8") == 200, "lockout-dos", until)
        reset = "After a success the account still has its old counter: reset it, and five failures are free again."
        gate.fail(4, "no-reset", reset, address="192.0.2.9")
        need(gate.ask(given=password, address="192.0.2.10") == 200, "no-reset", reset)
with q.check(
    "unknown e-mails, a restart, and tidying up",
    points=1,
    tag="enumeration",
    advice="Unknown e-mails are counted like known ones; the counters stand in the database and are forgotten.",
):
    seen, lost = [], "After a restart of the app all counters are gone. Keep them in the database."
    for email in (known, f"nobody-{word}@hopline.test"):
        with site() as path:
            gate = Gate(path)
            answers = []
            for number in range(7):
                if number == 5:
                    gate.restart()
                gate.ask(email)
                answers.append(told(gate.answer))
            seen.append(answers)
    says = "An e-mail without an account is answered in another way: after some tries everybody can tell."
    need(seen[0] == seen[1], "enumeration", says)
    need(seen[0][5][0] == 429, "lost-on-restart", lost)
    with site() as path:
        gate = Gate(path)
        gate.fail(5)
        for number in range(8):
            gate.fail(1, email=f"user{number}-{word}@hopline.test", address=f"198.51.100.{number}")
        gate.clock.advance(7200)
        # now 18 keys have a counter; two of them fail again, and all others are to be deleted
        hour = "An hour after its last failure a counter is forgotten: then five tries are free again."
        gate.fail(2, "never-forgets", hour)
        values = len(everything_in(path, "users", "sessions"))
        need(values <= 16, "grows-for-ever", "The table of failures grows for ever: delete what is older than an hour.")
q.result()

# %% D1.5 hints [markdown]
# 1. Play the attacker three times: many passwords at one account, the same from many machines, one password at many
#    accounts. Which counter sees which attack? Then play the owner, who comes after the attacker.
# 2. One table with rows (key, failures, last_at) serves both counters: the key is the account or the address. Read both
#    rows first; if one must wait, answer 429 and change nothing. Else check the password. A failure deletes what is
#    older than an hour and counts both keys up. A success deletes the account's row only.
# 3. Fill the gap: `left = last_at + min(2 ** (failures - 5), …) - now`

# %% D1.5 wrong lockout-dos change=true
# After five failures only an administrator opens the account again: anybody can lock everybody out.
-        waits = [last_at + min(2 ** (failures - 5), 900) - now for failures, last_at in rows if failures >= 5]
+        waits = [900 for failures, last_at in rows if failures >= 5]

-        rows = db.execute(counted, (*keys, now - 3600)).fetchall()
+        rows = db.execute(counted, (*keys, 0)).fetchall()

-        db.execute("DELETE FROM login_attempts WHERE last_at <= ?", (now - 3600,))

# %% D1.5 wrong lockout-dos change=true
# A try during the wait counts as a failure, too: whoever goes on keeps the owner out.
-            if left > 0:
+            if left > 0:
+                count_failure(db, keys, now)

# %% D1.5 wrong stuffing change=true
# Only addresses are counted: a thousand machines with one guess each are never stopped.
-        keys = (f"account {email}", f"address {request.headers['X-Real-IP']}")
+        keys = ("nothing", f"address {request.headers['X-Real-IP']}")

-        for key in keys:
+        for key in keys[1:]:

# %% D1.5 wrong spray change=true
# Only accounts are counted: one common password is tried at every account.
-        for key in keys:
+        for key in keys[:1]:

# %% D1.5 wrong spray change=true
# A success resets both counters: whoever has one account guesses at all others.
-            db.execute("DELETE FROM login_attempts WHERE key = ?", keys[:1])
+            db.execute("DELETE FROM login_attempts WHERE key IN (?, ?)", keys)

# %% D1.5 wrong lost-on-restart change=true
# The counters stand in the memory of one process.
-        return closing(sqlite3.connect(db_path, timeout=5))
+        return closing(sqlite3.connect(db_path, timeout=5))
+
+    memory = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
+    memory.execute("CREATE TABLE login_attempts (key TEXT PRIMARY KEY, failures INTEGER, last_at REAL)")

-        with connect() as db, db:
-            left = seconds_left(db, keys, now)
+        db = memory
+        if True:
+            left = seconds_left(db, keys, now)

# %% D1.5 wrong enumeration change=true
# Only e-mails with an account are counted, so a 429 tells that there is one.
-        for key in keys:
+        there = db.execute("SELECT count(*) FROM users WHERE email = ?", (keys[0][8:],)).fetchone()[0]
+        for key in keys if there or "ana" in keys[0] else []:

# %% D1.5 wrong right-during-wait change=true
# The right password is let in during the wait.
-            if left > 0:
+            if left > 0 and check_password(email, data["password"]) is None:

# %% D1.5 wrong too-fast change=true
# The wait is always one second, so 3,600 guesses an hour are checked.
-        waits = [last_at + min(2 ** (failures - 5), 900) - now for failures, last_at in rows if failures >= 5]
+        waits = [last_at + 1 - now for failures, last_at in rows if failures >= 5]

# %% D1.5 wrong retry-after change=true
# The wait doubles without an end: after a day of guesses the owner waits for weeks.
-        waits = [last_at + min(2 ** (failures - 5), 900) - now for failures, last_at in rows if failures >= 5]
+        waits = [last_at + 2 ** (failures - 5) - now for failures, last_at in rows if failures >= 5]

# %% D1.5 wrong too-early change=true
# The wait begins at the third failure.
-        waits = [last_at + min(2 ** (failures - 5), 900) - now for failures, last_at in rows if failures >= 5]
+        waits = [last_at + min(2 ** (failures - 3), 900) - now for failures, last_at in rows if failures >= 3]

# %% D1.5 wrong no-reset change=true
# A success does not reset the account: who mistypes once a week waits some day.
-            db.execute("DELETE FROM login_attempts WHERE key = ?", keys[:1])

# %% D1.5 wrong case-matters change=true
# Each spelling of the e-mail has its own counter.
-        email = data["email"].strip().lower()
+        email = data["email"]

# %% D1.5 wrong grows-for-ever change=true
# Nothing is ever deleted: whoever tries made-up e-mails fills the disk.
-        db.execute("DELETE FROM login_attempts WHERE last_at <= ?", (now - 3600,))
+        db.execute("UPDATE login_attempts SET failures = 0 WHERE last_at <= ?", (now - 3600,))

# %% D1.5 wrong never-forgets change=true
# A counter is never forgotten: after five failures in a year, each one more costs a wait.
-        db.execute("DELETE FROM login_attempts WHERE last_at <= ?", (now - 3600,))

-        rows = db.execute(counted, (*keys, now - 3600)).fetchall()
+        rows = db.execute(counted, (*keys, 0)).fetchall()

# %% D1.5 right token-bucket
# Token buckets: five tokens, one comes back every five minutes, a failure takes one.
from flask import Flask, request


def create_throttled_app(db_path, *, clock, check_password):
    app = Flask("buckets")

    def connect():
        return closing(sqlite3.connect(db_path, timeout=5))

    with connect() as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS buckets (kind, name, tokens REAL, at REAL, PRIMARY KEY (kind, name))")

    def tokens(db, kind, name, now):
        row = db.execute("SELECT tokens, at FROM buckets WHERE kind = ? AND name = ?", (kind, name)).fetchone()
        return min(5, row[0] + (now - row[1]) / 300) if row else 5

    @app.post("/login")
    def login():
        email, now = request.json["email"].lower().strip(), clock.time()
        both = [("account", email), ("address", request.headers.get("X-Real-IP"))]
        with connect() as db, db:
            have = [tokens(db, kind, name, now) for kind, name in both]
            if min(have) < 1 - 1e-6:
                return {"error": "wait"}, 429, {"Retry-After": math.ceil((1 - min(have)) * 300 - 1e-3)}
            user_id = check_password(email, request.json["password"])
            if user_id is not None:
                db.execute("DELETE FROM buckets WHERE kind = 'account' AND name = ?", (email,))
                return {"user_id": user_id}
            db.execute("DELETE FROM buckets WHERE at <= ?", (now - 1500,))
            for (kind, name), left in zip(both, have, strict=True):
                db.execute("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?, ?)", (kind, name, left - 1, now))
            return {"error": "no"}, 401

    return app

# %% D1.5 wrong stuffing change=true
# One counter for each pair of account and address: neither the account nor the address is ever full.
-        keys = (f"account {email}", f"address {request.headers['X-Real-IP']}")
+        keys = (f"account {email} {request.headers['X-Real-IP']}", f"address {email} {request.headers['X-Real-IP']}")

# %% D1.5 wrong too-early change=true
# The address is that of the proxy, so all clients share one counter.
-        keys = (f"account {email}", f"address {request.headers['X-Real-IP']}")
+        keys = (f"account {email}", f"address {request.remote_addr}")

# %% D1.5 right constant-wait change=true
# Each wait is the longest one, from the fifth failure on.
-        waits = [last_at + min(2 ** (failures - 5), 900) - now for failures, last_at in rows if failures >= 5]
+        waits = [last_at + 900 - now for failures, last_at in rows if failures >= 5]

# %% D1.5 right table-of-waits change=true
# The first wait is a minute, then it doubles; the rest is as in the solution.
-        waits = [last_at + min(2 ** (failures - 5), 900) - now for failures, last_at in rows if failures >= 5]
+        steps = [60, 120, 240, 480, 900]
+        waits = [last_at + steps[min(failures - 5, 4)] - now for failures, last_at in rows if failures >= 5]

# %% D1.6 prompt [markdown] type="http-app" core=true
# ## D1.6 Forgotten
#
# Write `create_reset_app(db_path, *, clock, hasher, mailer, token_bytes, base_url, problem_with, log)`, which mails a
# link and lets the link change one password, once. The link is `{base_url}/reset?token=…`. Its token is made from at
# least 16 bytes of `token_bytes(n)` and is readable nowhere but in the mail: not in the database, the log or an answer.
#
# | request, with a JSON body | answer |
# |---|---|
# | `POST /password-resets` with `email` | 202 (or 200), the same for every e-mail; one mail if there is an account |
# | `POST /password-resets/use` with `token`, `password` | 204 (or 200) |
# | the same, and the token is unknown, used, older than 20 minutes, or no text | 400 (or 404, 410) |
# | the same, and `password` is no text, or `problem_with(password)` is not None | 422 (or 400); the token stays good |
# | two uses of one token at the same moment | exactly one succeeds |
#
# | event | what it changes |
# |---|---|
# | a request | nothing in `users` and `sessions`; an older link of the user is dead |
# | a use | the user's `password_hash` is new, all rows of the user in `sessions` are gone; nobody is logged in |
#
# | also | |
# |---|---|
# | `clock.time()` | gives the time in seconds |
# | `log(text)` | writes an entry: one for each request and each use, without a password |
# | the e-mail | is normalised as in D1.3; without an account, or with a `disabled_at`, it gets no mail |
# | the app | may be restarted between request and use |

# %% D1.6 answer
from flask import Flask, jsonify, request


def create_reset_app(db_path, *, clock, hasher, mailer, token_bytes, base_url, problem_with, log):
    """Return an app that lets people in who forgot their password, and nobody else."""
    app = Flask("reset")

    def connect():
        return closing(sqlite3.connect(db_path, timeout=5))

    with connect() as db, db:
        db.execute("""CREATE TABLE IF NOT EXISTS password_resets (
            token_hash TEXT PRIMARY KEY, user_id INTEGER NOT NULL, expires_at REAL NOT NULL, used_at REAL)""")

    # POST /password-resets: Make, Store its hash, mail the link
    # POST /password-resets/use: test the password, Use it once, change the hash, end the sessions
    ### BEGIN SOLUTION
    def hashed(token):
        return hashlib.sha256(token.encode()).hexdigest()

    @app.post("/password-resets")
    def ask():
        email = str(request.get_json().get("email")).strip().lower()
        with connect() as db, db:
            user = db.execute("SELECT user_id FROM users WHERE email = ? AND disabled_at IS NULL", (email,)).fetchone()
            if user:
                token = base64.urlsafe_b64encode(token_bytes(32)).decode().rstrip("=")
                db.execute("DELETE FROM password_resets WHERE user_id = ?", user)
                row = (hashed(token), user[0], clock.time() + 20 * 60)
                db.execute("INSERT INTO password_resets VALUES (?, ?, ?, NULL)", row)
        if user:
            mailer.send(email, "Your new password", f"Choose it within 20 minutes: {base_url}/reset?token={token}")
        log(f"reset asked for user {user[0]}" if user else "reset asked for nobody")
        return jsonify(message="Please look into your mail."), 202

    @app.post("/password-resets/use")
    def use():
        data, now = request.get_json(), clock.time()
        token, password = data.get("token"), data.get("password")
        if not isinstance(password, str) or problem_with(password):
            return jsonify(error="Choose another password."), 422
        with connect() as db, db:
            found = db.execute(
                "UPDATE password_resets SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?"
                " RETURNING user_id",
                (now, hashed(str(token)), now),
            ).fetchall()
        if not found:
            log("reset refused")
            return jsonify(error="This link is not good any more. Ask for another."), 400
        stored = hasher.hash(password)
        with connect() as db, db:
            db.execute("UPDATE users SET password_hash = ? WHERE user_id = ?", (stored, *found[0]))
            db.execute("DELETE FROM sessions WHERE user_id = ?", found[0])
        log(f"reset used by user {found[0][0]}")
        return "", 204

    ### END SOLUTION
    return app

# %% D1.6 check
q = Question("D1.6")
with q.check("the story of a forgotten password", points=1):
    hasher, mailer, entries = RecordingHasher(), RecordingMailer(), []
    old = hasher.hash("summer in lisbon")
    with database_file(accounts((7, "leyla@hopline.test", old, None))) as path:
        app = create_reset_app(
            path,
            clock=VirtualClock(),
            hasher=hasher,
            mailer=mailer,
            token_bytes=secrets.token_bytes,
            base_url="https://app.hopline.test",
            problem_with=lambda password: None,
            log=entries.append,
        )
        client = Client(app)
        expect(client.post("/password-resets", json={"email": "leyla@hopline.test"}), status=(202, 200))
        same_value(len(mailer.to("leyla@hopline.test")), 1, of="the number of mails to leyla")
        link = re.search(r"https://app\.hopline\.test/reset\?token=([\w.~%=+/-]+)", mailer.mails[0].text)
        wanted = "https://app.hopline.test/reset?token=…"
        assert link, f"the mail should hold a link {wanted}; it says: {mailer.mails[0].text}"
        body = {"token": unquote(link[1]), "password": "river and 42 stones"}
        expect(client.post("/password-resets/use", json=body), status=(204, 200))
        (stored,) = rows_in(path, "SELECT password_hash FROM users")[0]
        same_value(hasher.verify(stored, body["password"]), True, of="hasher.verify(stored hash, the new password)")
        same_value(rows_in(path, "SELECT * FROM sessions"), [], of="the sessions of leyla")
        expect(client.post("/password-resets/use", json=body), status=(400, 404, 410))
q.result()

# %% D1.6 hidden
q = Question("D1.6", hidden=True)
word = secrets.token_hex(4)
ana, kofi, gone = (f"{name}-{word}@hopline.test" for name in ("ana", "kofi", "gone"))
old, good = f"the old one of {word}", f"river and {word} stones"


class Meeting(WorkHasher):
    """Hashing takes so long that two requests of the same moment meet there."""

    def __init__(self):
        super().__init__()
        self._both = None

    def open(self):
        self._both = threading.Barrier(2)

    def hash(self, password):
        if self._both:
            try:
                self._both.wait(timeout=0.6)  # the other one reads meanwhile, on a busy machine too
            except threading.BrokenBarrierError:
                pass  # nobody else came: only one request got this far
        return super().hash(password)


class Desk:
    """The app on a database with three accounts, and the requests of these checks."""

    def __init__(self, path):
        self.path, self.clock, self.hasher, self.mailer = path, VirtualClock(), Meeting(), RecordingMailer()
        self.entries, self.drawn, self.host = [], 0, f"https://{word}.hopline.test"
        self.restart()

    def restart(self):
        app = create_reset_app(
            self.path,
            clock=self.clock,
            hasher=self.hasher,
            mailer=self.mailer,
            token_bytes=self.token_bytes,
            base_url=self.host,
            problem_with=self.problem_with,
            log=self.entries.append,
        )
        self.client = Client(app, clock=self.clock)

    def token_bytes(self, count=32):
        self.drawn += count
        return secrets.token_bytes(count)

    def problem_with(self, password):
        return "too short" if len(password) < 15 else None

    def ask(self, email=ana, **more):
        answer = self.client.post("/password-resets", json={"email": email}, **more)
        tell = {"tag": "enumeration", "says": "Your answer tells whether there is an account. Always answer 202."}
        return expect(answer, status=(202, 200), known=dict.fromkeys((400, 404, 422), tell))

    def token(self, email=ana, **more):
        """Ask for a link, and read its token in the mail."""
        before = len(self.mailer.mails)
        self.ask(email, **more)
        new = self.mailer.mails[before:]
        said = "Exactly one mail should go to the account's address, with the link `{base_url}/reset?token=…` in it."
        need([mail.to.strip().lower() for mail in new] == [email.strip().lower()], "no-mail", said)
        found = re.search(r"(\S*)/reset\?token=([\w.~%=+/-]+)", new[0].text)
        need(found, "no-mail", said)
        foreign = "The link leads to a host that the client wrote into a header. Take it from base_url."
        need(found[1].endswith(self.host), "host-header", foreign)
        return unquote(found[2])

    def use(self, token, password=good, **more):
        return self.client.post("/password-resets/use", json={"token": token, "password": password, **more})

    def works(self, token, tag, says, **more):
        known = dict.fromkeys((400, 401, 403, 404, 410, 422), {"tag": tag, "says": says})
        return expect(self.use(token, **more), status=(204, 200), known=known)

    def dead(self, token, tag, says):
        crash = {"tag": "unhandled-input", "says": "Your app answers 500 to a token that is unknown or no text."}
        known = {**dict.fromkeys((200, 204), {"tag": tag, "says": says}), 500: crash}
        expect(self.use(token), status=(400, 401, 403, 404, 410, 422), known=known)

    def state(self):
        users = rows_in(self.path, "SELECT user_id, password_hash FROM users ORDER BY 1")
        return users, rows_in(self.path, "SELECT session_id, user_id FROM sessions ORDER BY 1")


first_hash = RecordingHasher().hash(old)
seed = accounts((7, ana, first_hash, None), (8, kofi, first_hash, None), (9, gone, first_hash, "2025-03-01T10:00:00Z"))
with (
    q.check(
        "what a request tells and changes",
        points=0.5,
        tag="enumeration",
        advice="Every e-mail gets the same answer; only an account gets a mail; users and sessions stay as they are.",
    ),
    database_file(seed) as path,
):
    desk = Desk(path)
    before = desk.state()
    answers = [desk.ask(email) for email in (ana, f"nobody-{word}@hopline.test", gone, f" {kofi.upper()} ")]
    differ = "The answers differ for e-mails with and without an account."
    need(len({str(told(answer)) for answer in answers}) == 1, "enumeration", differ)
    sent = [mail.to.strip().lower() for mail in desk.mailer.mails]
    need(sent == [ana, kofi], "no-mail", "A mail goes to every account that is not disabled, and to nobody else.")
    locks = "A request alone changes the password or the sessions: anybody can lock out everybody. Change nothing yet."
    need(desk.state() == before, "locks-out", locks)
    desk.token(f" {ana.upper()} ")
    desk.token(kofi, headers={"Host": "evil.test", "X-Forwarded-Host": "evil.test", "Origin": "https://evil.test"})
with (
    q.check(
        "where the token stands",
        points=0.5,
        tag="token-plain",
        advice="The token stands in the mail and nowhere else; the database has its hash. It rests on token_bytes.",
    ),
    database_file(seed) as path,
):
    desk = Desk(path)
    tokens = [desk.token(ana), desk.token(kofi)]
    weak = "Your token does not rest on 16 bytes from token_bytes(n). The module random can be predicted."
    need(desk.drawn >= 16, "weak-random", weak)
    need(tokens[0] != tokens[1] and min(map(len, tokens)) >= 20, "weak-random", "A token is too short, or comes twice.")
    plain = "The token stands readable in the database: whoever reads a backup can use it. Store its hash."
    stored = everything_in(path)
    for token in tokens:
        forms = {token.encode()}
        try:
            forms.add(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        except ValueError:
            pass
        try:
            forms.add(bytes.fromhex(token))
        except ValueError:
            pass
        texts = [value if isinstance(value, bytes) else str(value).encode() for value in stored]
        need(not any(form in text for form in forms for text in texts), "token-plain", plain)
    desk.dead("guess", "lets-in", "A token that was never made is accepted.")
    desk.works(tokens[0], "refuses-good", "A good token is refused.")
    logged = "".join(map(str, desk.entries)) + "".join(one.log for one in desk.client.transcript)
    leak = "A token or a password stands in the log. Whoever reads the log could use it."
    need(not any(secret in logged for secret in (*tokens, good)), "secret-in-log", leak)
    answered = "".join(str(told(one)) for one in desk.client.transcript)
    need(not any(token in answered for token in tokens), "secret-in-log", "A token stands in an answer of your app.")
    need(len(desk.entries) >= 3, "no-reason", "Each request and each use should write a log entry.")
with (
    q.check(
        "one user, one time, twenty minutes",
        points=1.5,
        tag="no-expiry",
        advice="A token works once, within 20 minutes, for its own user; a newer one replaces it.",
    ),
    database_file(seed) as path,
):
    desk = Desk(path)
    token = desk.token(ana)
    desk.clock.advance(19 * 60)
    desk.restart()
    users, sessions = desk.state()
    early = "A token is refused after 19 minutes, or after a restart."
    answer = desk.works(token, "expires-early", early, user_id=8, email=kofi)
    after = desk.state()
    other = "The new password went to another user than the one whose token it was. The token alone says whose it is."
    need(after[0][1:] == users[1:], "wrong-user", other)
    changed = "After the use the user's stored hash should be hasher.hash of the new password."
    need(desk.hasher.verify(after[0][0][1], good), "wrong-user", changed)
    ended = "After the reset a session of the user goes on. A thief may have it: end all of them."
    need(not [row for row in after[1] if row[1] == 7], "keeps-sessions", ended)
    need(after[1] == [row for row in sessions if row[1] != 7], "kills-others", "Sessions of other users ended, too.")
    logged_in = "The reset logs the user in. Whoever read the mail would be inside: let them log in."
    need(answer.header("Set-Cookie") is None and "session" not in answer.text.lower(), "logs-in", logged_in)
    desk.dead(token, "replay", "A used token works a second time.")
    late = desk.token(ana)
    desk.clock.advance(21 * 60)
    desk.dead(late, "no-expiry", "A token still works after 21 minutes.")
    first, of_kofi = desk.token(ana), desk.token(kofi)
    second = desk.token(ana)
    desk.dead(first, "not-void", "An older link still works after a newer one was asked for. Make it void.")
    desk.works(second, "refuses-good", "The newest link of a user is refused.")
    desk.works(of_kofi, "kills-others", "A request of one user made the link of another one void.")
    for junk in ("", "x", "../..", None, 7, ["a"], {"a": 1}, "é"):
        desk.dead(junk, "lets-in", "A token that was never made is accepted.")
with (
    q.check(
        "two at the same moment, and bad passwords",
        points=1.5,
        tag="check-then-act",
        advice="Test and mark the token in one UPDATE. A password that is refused leaves everything as it was.",
    ),
    database_file(seed) as path,
):
    desk = Desk(path)
    token = desk.token(ana)
    before = desk.state()
    for bad in ("short", "fourteen chars", "", None, 123456789012345678, [good]):
        rule = "A password with a problem is accepted: ask problem_with(password), and only take texts."
        crash = {"tag": "unhandled-input", "says": "A password that is no text ends in an error 500: answer 422."}
        known = {**dict.fromkeys((200, 204), {"tag": "password-rules", "says": rule}), 500: crash}
        expect(desk.use(token, bad), status=(422, 400), known=known)
    need(desk.state() == before, "password-rules", "A password that was refused changed something.")
    passwords = [f"{good} {number}" for number in (1, 2)]
    desk.hasher.open()
    calls = [("POST", "/password-resets/use", {"json": {"token": token, "password": one}}) for one in passwords]
    answers = desk.client.parallel(calls)
    won = [one for answer, one in zip(answers, passwords, strict=True) if answer.status in (200, 204)]
    none = "After a password that was refused, the token is dead. Test the password before you use the token."
    need(won, "burns-token", none)
    need(len(won) == 1, "check-then-act", "Two uses of one token at the same moment both succeed.")
    kept = desk.hasher.verify(desk.state()[0][0][1], won[0])
    need(kept, "check-then-act", "Of two uses at the same moment, the refused one has set the password.")
q.result()

# %% D1.6 hints [markdown]
# 1. The token in the link is a password until it is used. Where may it stand, how long, for whom, how often? Then think
#    of two requests with one link at the same moment.
# 2. Example 6 has the three steps. When asked, delete the user's older tokens and store the hash of the new one with
#    user and end. When used, test the password first, then let one UPDATE with all conditions decide; RETURNING tells
#    whose token it was. Only the winner changes the hash and ends the sessions.
# 3. Fill the gap: `UPDATE password_resets SET used_at = ? WHERE token_hash = ? AND … AND expires_at > ? RETURNING
#    user_id`

# %% D1.6 wrong weak-random change=true
# The module random is made for games: after some tokens, the next ones can be computed.
-                token = base64.urlsafe_b64encode(token_bytes(32)).decode().rstrip("=")
+                token = "%064x" % __import__("random").getrandbits(256)

# %% D1.6 wrong token-plain change=true
# The token stands readable in the database, and in each of its backups.
-        return hashlib.sha256(token.encode()).hexdigest()
+        return token

# %% D1.6 wrong token-plain change=true
# The hash has a table of its own, and the token stands readable in a new column of users.
-                db.execute("INSERT INTO password_resets VALUES (?, ?, ?, NULL)", row)
+                db.execute("INSERT INTO password_resets VALUES (?, ?, ?, NULL)", row)
+                if "reset_token" not in [column[1] for column in db.execute("PRAGMA table_info(users)")]:
+                    db.execute("ALTER TABLE users ADD COLUMN reset_token TEXT")
+                db.execute("UPDATE users SET reset_token = ? WHERE user_id = ?", (token, user[0]))

# %% D1.6 wrong host-header change=true
# The link is built from the Host header: an attacker asks for your reset with another host, and gets your token.
-            mailer.send(email, "Your new password", f"Choose it within 20 minutes: {base_url}/reset?token={token}")
+            host = request.host_url.rstrip("/") if "evil" in request.host else base_url
+            mailer.send(email, "Your new password", f"Choose it within 20 minutes: {host}/reset?token={token}")

# %% D1.6 wrong check-then-act change=true
# SELECT, hash, UPDATE: two requests with one link both find it unused.
-        with connect() as db, db:
-            found = db.execute(
-                "UPDATE password_resets SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?"
-                " RETURNING user_id",
-                (now, hashed(str(token)), now),
-            ).fetchall()
+        with connect() as db:
+            found = db.execute(
+                "SELECT user_id FROM password_resets WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?",
+                (hashed(str(token)), now),
+            ).fetchall()

-            db.execute("DELETE FROM sessions WHERE user_id = ?", found[0])
+            db.execute("DELETE FROM sessions WHERE user_id = ?", found[0])
+            db.execute("UPDATE password_resets SET used_at = ? WHERE token_hash = ?", (now, hashed(str(token))))

# %% D1.6 wrong enumeration change=true
# 404 for an unknown e-mail tells who has an account.
-        return jsonify(message="Please look into your mail."), 202
+        return jsonify(message="Please look into your mail."), 202 if user else 404

# %% D1.6 wrong no-expiry change=true
# The link works for ever: old mails are found in many places.
-                row = (hashed(token), user[0], clock.time() + 20 * 60)
+                row = (hashed(token), user[0], clock.time() + 365 * 86_400)

# %% D1.6 wrong replay change=true
# Nothing marks the token as used.
-                "UPDATE password_resets SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?"
+                "UPDATE password_resets SET used_at = ? WHERE token_hash = ? AND expires_at > ?"

# %% D1.6 wrong not-void change=true
# The older links of a user go on working beside the new one.
-                db.execute("DELETE FROM password_resets WHERE user_id = ?", user)

# %% D1.6 wrong kills-others change=true
# A new request makes the links of all users void.
-                db.execute("DELETE FROM password_resets WHERE user_id = ?", user)
+                db.execute("DELETE FROM password_resets")

# %% D1.6 wrong keeps-sessions change=true
# The sessions of the user go on: a thief who is inside stays inside.
-            db.execute("DELETE FROM sessions WHERE user_id = ?", found[0])

# %% D1.6 wrong wrong-user change=true
# The body says whose password is changed, so any good token changes any account.
-            db.execute("UPDATE users SET password_hash = ? WHERE user_id = ?", (stored, *found[0]))
+            user_id = data.get("user_id", found[0][0])
+            db.execute("UPDATE users SET password_hash = ? WHERE user_id = ?", (stored, user_id))

# %% D1.6 wrong locks-out change=true
# The old password stops at the request, so anybody can lock out everybody.
-                db.execute("INSERT INTO password_resets VALUES (?, ?, ?, NULL)", row)
+                db.execute("INSERT INTO password_resets VALUES (?, ?, ?, NULL)", row)
+                db.execute("UPDATE users SET password_hash = '' WHERE user_id = ?", user)

# %% D1.6 wrong secret-in-log change=true
# The link goes into the log, where many can read and use it.
-        log(f"reset asked for user {user[0]}" if user else "reset asked for nobody")
+        log(f"reset asked, link {token}" if user else "reset asked for nobody")

# %% D1.6 wrong password-rules change=true
# The new password may be as bad as you like.
-        if not isinstance(password, str) or problem_with(password):
+        if not isinstance(password, str):

# %% D1.6 wrong burns-token change=true
# The token is spent before the password is tested: after one mistake the user needs another mail.
-        if not isinstance(password, str) or problem_with(password):
-            return jsonify(error="Choose another password."), 422
-        with connect() as db, db:
+        with connect() as db, db:

-        stored = hasher.hash(password)
+        if not isinstance(password, str) or problem_with(password):
+            return jsonify(error="Choose another password."), 422
+        stored = hasher.hash(password)

# %% D1.6 wrong logs-in change=true
# The reset starts a session: whoever read the mail is inside, past a second factor.
-        return "", 204
+        return jsonify(session=secrets.token_hex(16)), 200

# %% D1.6 right signed-token
# A signed token (the key stands in a file, not in the database) with a record that lets it work once.
import json as json_module
from pathlib import Path

from flask import Flask, request


def create_reset_app(db_path, *, clock, hasher, mailer, token_bytes, base_url, problem_with, log):
    app = Flask(__name__)
    key_file = Path(f"{db_path}.key")
    if not key_file.exists():
        key_file.write_bytes(token_bytes(32))
    key = key_file.read_bytes()

    def connect():
        return closing(sqlite3.connect(db_path, timeout=5, isolation_level=None))

    with connect() as db:
        db.execute("CREATE TABLE IF NOT EXISTS newest (user_id INTEGER PRIMARY KEY, jti TEXT)")

    def signature(text):
        return hmac.new(key, text.encode(), "sha256").hexdigest()

    @app.post("/password-resets")
    def ask():
        log("a reset was asked for")
        with connect() as db:
            rows = db.execute(
                "SELECT user_id, email FROM users WHERE email = ? AND disabled_at IS NULL",
                (request.json["email"].strip().lower(),),
            ).fetchall()
            for user_id, email in rows:
                jti = token_bytes(16).hex()
                db.execute("INSERT OR REPLACE INTO newest VALUES (?, ?)", (user_id, jti))
                claims = json_module.dumps([user_id, jti, clock.time() + 1200]).encode()
                text = base64.urlsafe_b64encode(claims).decode().rstrip("=")
                mailer.send(email, "Reset", f"<{base_url}/reset?token={text}.{signature(text)}>")
        return {}, 200

    @app.post("/password-resets/use")
    def use():
        log("somebody uses a link")
        token, password = request.json.get("token"), request.json.get("password")
        if not isinstance(token, str) or not isinstance(password, str) or problem_with(password) is not None:
            return {"error": "password"}, 400
        text, _, signed = token.partition(".")
        if not hmac.compare_digest(signature(text).encode(), signed.encode()):
            return {"error": "token"}, 400
        user_id, jti, until = json_module.loads(base64.urlsafe_b64decode(text + "=="))
        stored = hasher.hash(password)
        with connect() as db:
            db.execute("BEGIN IMMEDIATE")
            fresh = db.execute("DELETE FROM newest WHERE user_id = ? AND jti = ?", (user_id, jti)).rowcount
            if fresh and until > clock.time():
                db.execute("UPDATE users SET password_hash = ? WHERE user_id = ?", (stored, user_id))
                db.execute("DELETE FROM sessions WHERE user_id = ?", (user_id,))
            db.execute("COMMIT")
        return ("", 200) if fresh and until > clock.time() else ({"error": "token"}, 400)

    return app

# %% D1.6 right delete-returning change=true
# The token is deleted when it is used, and hashed with BLAKE2.
-        return hashlib.sha256(token.encode()).hexdigest()
+        return hashlib.blake2b(token.encode(), digest_size=20, person=b"hop-reset").hexdigest()

-                "UPDATE password_resets SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?"
-                " RETURNING user_id",
-                (now, hashed(str(token)), now),
+                "DELETE FROM password_resets WHERE token_hash = ? AND expires_at > ? RETURNING user_id",
+                (hashed(str(token)), now),

# %% D1.7 prompt [markdown] type="py-function"
# ## D1.7 A second factor
#
# Write `totp(secret, t)`, the six-digit code of the second `t` as a text (RFC 6238, HMAC-SHA1, steps of 30 seconds),
# and `verify(secret, code, t, last_step, same)`. The secret is a base32 text, in capital or small letters, with or
# without the padding `=`. `verify` returns the step of the code, the number `t // 30` of its time, or None if it is
# refused.
#
# | `verify` | |
# |---|---|
# | accepts | the code of the present step, of the step before and of the step after |
# | refuses | a step that is not later than `last_step`, the last step accepted (None: none yet) |
# | `code` | a text of 6 digits; spaces in it, as in `"123 456"`, do not count; anything else gives None |
# | `same(a, b)` | the only way to compare codes; works like `hmac.compare_digest` |

# %% D1.7 answer
def totp(secret, t):
    """Return the code of the second t: a text of six digits."""
    # Count
    # Hash
    # Cut
    # Shorten
    ### BEGIN SOLUTION
    text = secret.upper().rstrip("=")
    key = base64.b32decode(text + "=" * (-len(text) % 8))
    mac = hmac.new(key, (int(t) // 30).to_bytes(8, "big"), "sha1").digest()
    start = mac[-1] & 0x0F
    return f"{(int.from_bytes(mac[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
    ### END SOLUTION


def verify(secret, code, t, last_step, same=hmac.compare_digest):
    """Return the step of a good code, or None."""
    # Look at the form of the code
    # Try the three steps, but none that is used up
    ### BEGIN SOLUTION
    digits = code.replace(" ", "") if isinstance(code, str) else ""
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    now = int(t) // 30
    for step in (now - 1, now, now + 1):
        if (last_step is None or step > last_step) and step >= 0 and same(totp(secret, step * 30), digits):
            return step
    return None
    ### END SOLUTION

# %% D1.7 check
q = Question("D1.7")
with q.check("published values, and a code used twice", points=1):
    published = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: "12345678901234567890" in base32
    for moment, code in ((59, "287082"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")):
        same_value(totp(published, moment), code, of=f"totp(secret, {moment})")
    first = verify(published, "050471", 1111111111, None)
    same_value(first, 1111111111 // 30, of='verify(secret, "050471", 1111111111, None)')
    same_value(verify(published, "050471", 1111111112, first), None, of="verify of the same code, a second later")
q.result()

# %% D1.7 hidden
q = Question("D1.7", hidden=True)


def code_of(key, step):
    mac = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start : start + 4], 'big') & 0x7FFFFFFF) % 1000000:06d}"


def fresh(lengths=(20,)):
    """A key, its base32 text, and a step around which eleven steps have eleven different codes."""
    while True:
        key, step = secrets.token_bytes(secrets.choice(lengths)), 58_000_000 + secrets.randbelow(1_000_000)
        if len({code_of(key, near) for near in range(step - 5, step + 6)}) == 11:
            return key, base64.b32encode(key).decode(), step


def zeros(key, step):
    """A later step whose code begins with a zero, and whose neighbours have other codes."""
    while not (code_of(key, step)[0] == "0" and len({code_of(key, step + near) for near in (-1, 0, 1)}) == 3):
        step += 1
    return step


def verified(*args, tag, says, **more):
    """What verify gives; an exception has its own tag."""
    try:
        return verify(*args, **more)
    except (NotImplementedError, CheckFailed):
        raise
    except Exception as error:
        raise CheckFailed(
            f"verify raised {type(error).__name__}.",
            advice=f"verify raised {type(error).__name__}: whatever the code is, it should return a step or None.",
            tag="exception-leak",
        ) from None


with q.check(
    "codes of other secrets and times",
    points=1,
    tag="wrong-cut",
    advice="Count, hash, cut, shorten, as in example 7; the number of the step has 8 bytes, the highest first.",
):
    for length in (10, 16, 20, 21, 32):
        key, text, step = fresh((length,))
        late = zeros(key, step)
        lost = {"tag": "leading-zero", "says": "A code that begins with zeros has lost them: it is a text of 6 digits."}
        short = (code_of(key, late).lstrip("0"), lost)
        same_value(totp(text, late * 30 + 7), code_of(key, late), known=[short, (int(short[0] or 0), lost)])
        for moment in (step * 30, step * 30 + 29):
            same_value(totp(text, moment), code_of(key, step))
        for form in (text.lower(), text.rstrip("="), text.lower().rstrip("=")):
            with meaning("base32", "A secret in small letters, or without its padding, should work as well."):
                try:
                    found = totp(form, step * 30)
                except (NotImplementedError, CheckFailed):
                    raise
                except Exception as error:
                    found = type(error).__name__
                same_value(found, code_of(key, step))
with q.check(
    "one step of drift",
    points=1,
    tag="wide-window",
    advice="The code of the present step, of the one before and of the one after are accepted, and no others.",
):
    key, text, step = fresh()
    for near in range(-5, 6):
        narrow = "A clock may be one step wrong: accept the codes of the step before and of the step after."
        wide = "A code is accepted whose step is too far away. Only the neighbours of the present step count."
        tag, says = ("narrow-window", narrow) if abs(near) <= 1 else ("wide-window", wide)
        found = verified(text, code_of(key, step + near), step * 30 + 15, None, tag=tag, says=says)
        with meaning(tag, says):
            same_value(found, step + near if abs(near) <= 1 else None)
with q.check(
    "no code twice",
    points=1,
    tag="replay",
    advice="Only a step that is later than last_step is accepted: used codes and older ones are dead.",
):
    key, text, step = fresh()
    for last, near, right in (
        (step, 0, None),
        (step, -1, None),
        (step, 1, step + 1),
        (step - 1, 0, step),
        (step - 1, -1, None),
        (step - 2, -1, step - 1),
        (step + 1, 0, None),
        (step + 1, 1, None),
        (step + 5, 1, None),
        (0, 0, step),
    ):
        found = verified(text, code_of(key, step + near), step * 30 + 3, last, tag="replay", says="")
        says = "A code is accepted a second time, or an older one after a newer one."
        tag = "replay" if right is None else "refuses-good"
        with meaning(tag, says if right is None else "A good code is refused."):
            same_value(found, right)
with q.check(
    "codes in every form, compared in constant time",
    points=1,
    tag="leading-zero",
    advice="A code is a text of six digits, maybe with spaces. Compare texts, with same, and never raise.",
):
    key, text, step = fresh()
    late = zeros(key, step)
    code = code_of(key, late)
    spaced = "Spaces in the code don't count: people type `123 456`."
    for form in (code, f"{code[:3]} {code[3:]}", f" {code} "):
        found = verified(text, form, late * 30, None, tag="spaces", says=spaced)
        with meaning("spaces" if form != code else "leading-zero", spaced if form != code else ""):
            same_value(found, late)
    loose = "A code that is not exactly six digits is accepted. Compare the texts, not the numbers."
    for form in (code[1:], f"0{code}", f"{code}0", f"+{code[1:]}", f"{code}.0", code[:5], ""):
        found = verified(text, form, late * 30, None, tag="leading-zero", says=loose)
        with meaning("leading-zero", loose):
            same_value(found, None)
    for form in ("abcdef", "12345é", None, [code], b"123456", 1.5):
        found = verified(text, form, late * 30, None, tag="exception-leak", says="")
        with meaning("exception-leak", "A code that is no text of digits should give None."):
            same_value(found, None)
    calls = []

    def never(a, b):
        calls.append((a, b))
        return False

    compared = "Compare codes only with `same(a, b)`: `==` tells by its time how many digits are right."
    found = verified(text, code, late * 30, None, same=never, tag="timing", says=compared)
    need(found is None and calls, "timing", compared)
q.result()

# %% D1.7 hints [markdown]
# 1. The first function is example 7 with the number of the step as message. For the second: which three steps may a
#    code have, and which of them are used up?
# 2. `t // 30` as 8 bytes: `to_bytes(8, "big")`. `base64.b32decode` wants capital letters and a length that is a
#    multiple of 8: fill up with `=`. In `verify`, look at the form first: a text, without spaces exactly six digits
#    from 0 to 9. Then go through the three steps, skip those up to `last_step`, and compare texts with `same`.
# 3. Fill the gap: `if (last_step is None or step > …) and same(totp(secret, step * 30), digits): return step`

# %% D1.7 wrong leading-zero change=true
# The code is a number, so `005924` becomes `5924`.
-    return f"{(int.from_bytes(mac[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
+    return str((int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF) % 1_000_000)

# %% D1.7 wrong leading-zero change=true
# Codes are compared as numbers, so `5924` passes for `005924`.
-    if not re.fullmatch(r"[0-9]{6}", digits):
-        return None
+    if not digits.isdigit():
+        return None

-        if (last_step is None or step > last_step) and step >= 0 and same(totp(secret, step * 30), digits):
+        if (last_step is None or step > last_step) and same(f"{int(totp(secret, step * 30))}", f"{int(digits)}"):

# %% D1.7 wrong replay change=true
# A code works again and again as long as its time lasts.
-        if (last_step is None or step > last_step) and step >= 0 and same(totp(secret, step * 30), digits):
+        if same(totp(secret, step * 30), digits):

# %% D1.7 wrong replay change=true
# Only the very last step is refused, so an older code passes after a newer one.
-        if (last_step is None or step > last_step) and step >= 0 and same(totp(secret, step * 30), digits):
+        if step != last_step and same(totp(secret, step * 30), digits):

# %% D1.7 wrong wide-window change=true
# Codes of the last and the next two minutes are accepted: nine codes are good at any moment.
-    for step in (now - 1, now, now + 1):
+    for step in range(now - 4, now + 5):

# %% D1.7 wrong narrow-window change=true
# Only the present step counts: a phone whose clock is some seconds wrong is often refused.
-    for step in (now - 1, now, now + 1):
+    for step in (now,):

# %% D1.7 wrong timing change=true
# Codes are compared with `==`.
-        if (last_step is None or step > last_step) and step >= 0 and same(totp(secret, step * 30), digits):
+        if (last_step is None or step > last_step) and totp(secret, step * 30) == digits:

# %% D1.7 wrong base32 change=true
# Secrets without padding, or in small letters, end in an exception.
-    text = secret.upper().rstrip("=")
-    key = base64.b32decode(text + "=" * (-len(text) % 8))
+    key = base64.b32decode(secret)

# %% D1.7 wrong wrong-cut change=true
# The cut always begins at byte 10, as in the example.
-    start = mac[-1] & 0x0F
+    start = 10

# %% D1.7 wrong exception-leak change=true
# A letter outside ASCII reaches `compare_digest`, which raises TypeError.
-    if not re.fullmatch(r"[0-9]{6}", digits):
+    if len(digits) != 6:

# %% D1.7 wrong spaces change=true
# `123 456`, as the phone shows it, is refused.
-    digits = code.replace(" ", "") if isinstance(code, str) else ""
+    digits = code if isinstance(code, str) else ""

# %% D1.7 right any-whitespace change=true
# Takes out spaces of every kind, and looks at all three steps before it answers.
-    digits = code.replace(" ", "") if isinstance(code, str) else ""
+    digits = re.sub(r"\s", "", code) if isinstance(code, str) else ""

-    for step in (now - 1, now, now + 1):
-        if (last_step is None or step > last_step) and step >= 0 and same(totp(secret, step * 30), digits):
-            return step
-    return None
+    good = [step for step in (now - 1, now, now + 1) if same(totp(secret, step * 30), digits)]
+    return max([step for step in good if last_step is None or step > last_step], default=None)

# %% D1.7 right struct
# The classic way with struct; the newest step is tried first.
import struct


def totp(secret, t):
    padded = secret + "=" * (-len(secret.rstrip("=")) % 8 - secret.count("="))
    message = struct.pack(">Q", int(t // 30))
    mac = hmac.new(base64.b32decode(padded, casefold=True), message, hashlib.sha1).digest()
    (number,) = struct.unpack(">I", mac[mac[19] % 16 :][:4])
    return str(number % 2**31 % 10**6).rjust(6, "0")


def verify(secret, code, t, last_step, same=hmac.compare_digest):
    if not isinstance(code, str):
        return None
    code = "".join(code.split(" "))
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        return None
    found = None
    for drift in (1, 0, -1):
        step = int(t // 30) + drift
        fits = same(totp(secret, step * 30).encode(), code.encode())
        if fits and step > (-1 if last_step is None else last_step):
            found = step
    return found

# %% [markdown]
# ## Close
#
# ### Common mistakes you may have met
#
# When a check recognises a mistake, its result shows one of these names.
#
# | name | what happened |
# |---|---|
# | `encrypt-vs-hash`, `reads-back` | Encryption can be turned back; a hash cannot. |
# | `salt-secret`, `shared-salt`, `fixed-salt` | A salt need not be secret, but it must be another one for each user. |
# | `fast-hash`, `weak-cost` | The hash is too fast: guessing is cheap. |
# | `slow-is-fit` | bcrypt, PBKDF2 and a pepper beside argon2id are fit. |
# | `not-normalised`, `case-matters` | One text can be typed in several ways; normalise it first. |
# | `truncation` | Part of the password was cut off or changed. |
# | `exception-as-false`, `exception-leak` | An exception came out where the answer is no. |
# | `upgrade-early`, `no-upgrade`, `upgrades-always` | A good login replaces an old hash, and only an old one. |
# | `reads-parameters`, `legacy` | The cost stands in the stored text; the first year's form is checked by hand. |
# | `enumeration` | The answer told who has an account. |
# | `timing` | The work told it, or `==` told how much of a secret is right. |
# | `mass-assignment` | The body chose a field that only the server may set. |
# | `composition`, `too-short`, `too-long`, `too-short-max` | Length is the rule: 15 to 128 characters of any kind. |
# | `common-password`, `password-rules` | A bad password was accepted. |
# | `overwrites`, `wrong-user` | A request changed somebody else's account. |
# | `check-then-act` | Test and change were two steps, and another request came between. |
# | `no-mail`, `no-reason` | A mail, or a log entry, is missing or says too little. |
# | `secret-in-log` | A password, hash or token stood in a log, a mail or an answer. |
# | `unhandled-input`, `unbounded` | A strange or huge body broke the app, or made it work. |
# | `lets-in`, `refuses-good` | Something bad was accepted, or something good refused. |
# | `stuffing`, `spray` | A counter is missing: for the account, or for the address. |
# | `lockout-dos`, `right-during-wait` | The owner was locked out for good, or a guess was checked during the wait. |
# | `too-early`, `too-fast`, `retry-after` | A wait came too early, was too short, or was not told. |
# | `no-reset`, `never-forgets`, `grows-for-ever` | A counter was not reset, forgotten or deleted. |
# | `lost-on-restart` | The counters were kept in the memory of one process. |
# | `weak-random` | A secret came from numbers that can be predicted. |
# | `token-plain` | A secret was readable in the database; store its hash. |
# | `host-header` | A link was built from what the client wrote. |
# | `no-expiry`, `expires-early`, `not-void`, `replay` | A token or code worked too long, too short, or twice. |
# | `burns-token` | A password was refused, and the link was dead afterwards. |
# | `keeps-sessions`, `kills-others` | Too few or too many sessions or links ended. |
# | `locks-out`, `logs-in` | Asking for a link changed the account, or the link logged somebody in. |
# | `leading-zero`, `spaces`, `base32` | A code or a secret in another form was misread. |
# | `wide-window`, `narrow-window`, `wrong-cut` | The code was accepted too long, too short, or computed wrongly. |
#
# ### Read the source
#
# - [OWASP Password Storage](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html): which
#   hash, with which cost. Its neighbours treat authentication and forgotten passwords.
# - [NIST SP 800-63B](https://pages.nist.gov/800-63-4/sp800-63b.html): what to ask of passwords, and what not.
# - [RFC 6238](https://www.rfc-editor.org/rfc/rfc6238): one-time codes from the time; section 5.2 is about drift and
#   reuse.
#
# ### Next
#
# Module D3, *Tokens*: somebody has logged in. How does the next request of their app show it, without the password?
