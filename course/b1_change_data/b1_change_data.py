# ---
# title: Change data from Python
# minutes: 90
# needs: [a2]
# ---

# %% [markdown]
# # Change data from Python
#
# > **Goal.** After this module you can create, read, update and delete rows from Python, send values so that they never
# > become SQL, report what happened, and load a messy file without losing a cent. Hopline's whole back-end is made of
# > such functions. You need module A2 (SELECT, WHERE, NULL, LIKE) and Python functions.
#
# You know all this already? Run the setup cell, which begins with `import csv`, then
# [skip to the questions](#Questions). B1.5 and B1.7 have one more such cell, just above them.
#
# **Ground rule.** The attack in this module is for systems that you own or have permission to test. Everything here
# runs inside this notebook.

# %% [markdown]
# ## Warm-up
#
# Three items from earlier modules. They are not graded. Say your answer aloud, then open the line below it.
#
# **1.** (A2) `UPDATE` has a WHERE too. Which riders does `WHERE deleted_at = NULL` find?
#
# <details><summary>Answer 1</summary>
#
# None. A comparison with NULL is never true. Write `deleted_at IS NULL`.
#
# </details>
#
# **2.** (A2) What does `full_name LIKE 'A_a%'` find, and how do you look for a real `_`?
#
# <details><summary>Answer 2</summary>
#
# Names that begin with A, any one character, a. For a real `_` put an escape character of your choice in front and name
# it: `LIKE 'A!_a%' ESCAPE '!'`.
#
# </details>
#
# **3.** (A1) How does Hopline store a fare of 12.34, and why not as the number 12.34?
#
# <details><summary>Answer 3</summary>
#
# As 1234 whole cents. A float holds most such numbers only nearly, and the errors add up.
#
# </details>

# %% setup
import csv
import io
import re
import secrets
import sqlite3
from decimal import Decimal
from pathlib import Path

import hopline
from autograder import Question, chosen, raises, same_value, use_database
from autograder.errors import CheckFailed
from autograder.sql import Connected, QueryError, StatementLog, every_fault, run_query, same_state
from autograder.web import database_file, rows_in

city = use_database(hopline.load("city"), scripts=True)

# %% [markdown]
# ## Lesson
#
# Run the setup cell above first. It imports what the examples and the questions use, among it `csv`, `io`, `re`,
# `sqlite3` and `Decimal`. Each example opens a small copy of Hopline's data of its own, so you can run and change the
# cells as often as you like.

# %% [markdown]
# ### Example 1: connect, change, commit
#
# `sqlite3` comes with Python. You meet three words:
#
# - A **connection** is the line to one database. `con.execute(sql)` runs one statement.
# - A **cursor** is what `execute` returns. You ask it for rows: `fetchone()` gives one row or None, `fetchall()` a list
#   of all. A row is a tuple.
# - A **transaction** is a group of changes that become visible together, or not at all. The first change opens one;
#   `con.commit()` makes it final; `con.rollback()` takes it back.
#
# Three statements change rows:
#
# | statement | what it does |
# |---|---|
# | `INSERT INTO riders (full_name, created_at) VALUES ('Ana', '2025-06-01T08:00:00Z')` | makes one row and numbers it; any other column that is not named gets its default, or NULL if it has none |
# | `UPDATE riders SET phone = NULL, email = NULL WHERE rider_id = 2` | changes the named columns of the rows that WHERE keeps; without WHERE, of **all** rows |
# | `DELETE FROM riders WHERE rider_id = 2` | removes the rows that WHERE keeps; without WHERE, all rows |
#
# Nobody sees your change before the commit, except you. The cell opens two connections to one file and asks both.
#
# 1. **Change** something on the first connection.
# 2. **Look** from the second connection.
# 3. **Commit**, and look again.
#
# **Predict.** What do the three lines print?

# %% example
with database_file(hopline.load("tiny")) as path:
    con, other = sqlite3.connect(path), sqlite3.connect(path)
    question = "SELECT phone FROM riders WHERE rider_id = 2"
    con.execute("UPDATE riders SET phone = '+351911111111' WHERE rider_id = 2")  # Change
    print("before the commit, here: ", con.execute(question).fetchone())
    print("before the commit, there:", other.execute(question).fetchone())  # Look
    con.commit()  # Commit
    print("after the commit, there: ", other.execute(question).fetchone())
    con.close()
    other.close()

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# before the commit, here:  ('+351911111111',)
# before the commit, there: (None,)
# after the commit, there:  ('+351911111111',)
# ```
#
# Forget the commit, close the connection, and the change is gone. The usual form commits by itself:
#
# ```python
# with con:
#     con.execute("UPDATE …")
#     con.execute("INSERT …")
# ```
#
# At the end of the block both changes are committed. If an exception leaves the block, both are rolled back, and the
# exception goes on. `with con:` does not close the connection.
#
# The rows are tuples, so they hold no names. The names of the columns stand in `cursor.description`: one tuple for each
# column, its name first. After `con.row_factory = sqlite3.Row` the rows know their names (`row["phone"]`), but then for
# everybody who uses this connection. A cursor has a `row_factory` of its own.
#
# </details>

# %% [markdown]
# ### Example 2: values are data, not text
#
# Zoë O'Brien wants to change her phone number. This cell writes her name into the SQL with an f-string. It fails, on
# purpose.
#
# **Predict.** Where does the SQL text end for the database?

# %% example fails=true
con = hopline.load("tiny")
name = "Zoë O'Brien"
con.execute(f"UPDATE riders SET phone = '+351922222222' WHERE full_name = '{name}'")

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `OperationalError: near "Brien": syntax error`. The quote in her name ends the text `'Zoë O'`, and the rest is no SQL.
#
# An error is the harmless case. The next cell shows what another "name" can do.
#
# </details>
#
# A **parameter** solves this for every value. You write `?` where the value belongs, and hand over the values
# separately, in a tuple. The database reads the SQL first; a value that comes later cannot become SQL any more.
#
# 1. **Mark** the place with `?`, without quotes around it. Or give it a name: `:name`.
# 2. **Hand over** the values: a tuple for `?`, a dict for names. One value needs a comma: `(name,)`.
#
# **Predict.** How many riders does each of the three lines count?

# %% example
con = hopline.load("tiny")
name = "nobody' OR '1' = '1"
print(con.execute(f"SELECT count(*) FROM riders WHERE full_name = '{name}'").fetchone())
print(con.execute("SELECT count(*) FROM riders WHERE full_name = ?", (name,)).fetchone())  # Mark, Hand over
print(con.execute("SELECT count(*) FROM riders WHERE full_name = :name", {"name": "Zoë O'Brien"}).fetchone())

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `(9,)`, `(0,)`, `(1,)`. In the first line the text became a condition that is true for everybody. This is called
# *SQL injection*. In the second line it is only a strange name that nobody has.
#
# An attacker may also ask for other columns: `SELECT … UNION SELECT …` puts the rows of two queries into one result. Both
# need the same number of columns. `--` makes the rest of the line a comment.
#
# A parameter can stand only where a **value** can stand. Names of tables and columns cannot be parameters. If a caller
# may choose a column, compare the name with a fixed list of your own first (an *allow-list*), and refuse all others:
#
# ```python
# SORTABLE = {"full_name", "created_at"}
# if column not in SORTABLE:
#     raise ValueError(f"can't sort by {column}")
# con.execute(f"SELECT full_name FROM riders ORDER BY {column}")
# ```
#
# </details>

# %% [markdown]
# ### Example 3: what happened?
#
# A statement that changes rows does not raise an error when it finds none. You must ask:
#
# - `cursor.rowcount`: how many rows an UPDATE or DELETE found.
# - `cursor.lastrowid`: the number of the row that an INSERT made.
# - `RETURNING` at the end of the statement: the changed rows come back, as from a SELECT. Fetch them before you commit.
#
# A car leaves the fleet. Hopline does not delete its row, because old trips point to it. It writes *when* the car left,
# into `retired_at`. This is a *soft delete*: the row stays, and everyday queries leave it out.
#
# 1. **Ask and act** in one statement: the condition `retired_at IS NULL` lets only the first call find the row.
# 2. **Report** what `rowcount` says.
#
# **Predict.** What do the three calls print? Which date does the row hold at the end?

# %% example
con = hopline.load("tiny")


def retire(con, vehicle_id, now):
    with con:
        cursor = con.execute(  # Ask and act
            "UPDATE vehicles SET retired_at = ? WHERE vehicle_id = ? AND retired_at IS NULL", (now, vehicle_id)
        )
    return cursor.rowcount == 1  # Report


print(retire(con, 1, "2025-06-01T08:00:00Z"))
print(retire(con, 1, "2025-06-02T08:00:00Z"))
print(retire(con, 999, "2025-06-02T08:00:00Z"))
print(con.execute("SELECT vehicle_id, retired_at FROM vehicles WHERE vehicle_id = 1").fetchone())

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `True`, `False`, `False`, then `(1, '2025-06-01T08:00:00Z')`: the first date stays. Calling twice does no harm; such a
# function is called *idempotent*.
#
# `rowcount` counts the rows that were found, also when the new value equals the old one. It cannot say *why* no row was
# found: is car 999 unknown, or retired already? If the caller needs to know, ask with a SELECT.
#
# </details>

# %% [markdown]
# ### Example 4: upsert is not replace
#
# The garage sends a car again and again: sometimes it is new, sometimes only its model is corrected. `plate` is UNIQUE:
# no two rows may hold the same one, so a second INSERT of it fails. An *upsert* says what to do instead:
#
# 1. **Insert** as usual.
# 2. **Name the conflict**: `ON CONFLICT (plate)`.
# 3. **Update** only what is named; `excluded` is the row that could not be inserted. Or `DO NOTHING`.
#
# The cells of this example hold SQL. A `%%sql` cell with several statements is a *script*: it runs on a copy of the
# data, so nothing here lasts.
#
# **Predict.** Which columns of the car differ between the two results?

# %% example language="sql"
# INSERT INTO vehicles (plate, model, seats, is_electric) VALUES ('NYC-001', 'Ioniq 5', 4, 1);
# UPDATE vehicles SET driver_id = 3 WHERE plate = 'NYC-001';
#
# INSERT INTO vehicles (plate, model, seats, is_electric)  -- Insert
# VALUES ('NYC-001', 'Ioniq 6', 5, 1)
# ON CONFLICT (plate)                                      -- Name the conflict
# DO UPDATE SET model = excluded.model;                    -- Update
#
# SELECT vehicle_id, driver_id, plate, model, seats FROM vehicles WHERE plate = 'NYC-001'

# %% example language="sql"
# INSERT INTO vehicles (plate, model, seats, is_electric) VALUES ('NYC-001', 'Ioniq 5', 4, 1);
# UPDATE vehicles SET driver_id = 3 WHERE plate = 'NYC-001';
# INSERT INTO vehicles (plate, model, seats, is_electric) VALUES ('NYC-002', 'Leaf', 4, 1);
#
# INSERT OR REPLACE INTO vehicles (plate, model, seats, is_electric)
# VALUES ('NYC-001', 'Ioniq 6', 5, 1);
#
# SELECT vehicle_id, driver_id, plate, model, seats FROM vehicles WHERE plate = 'NYC-001'

# %% [markdown]
# <details><summary>What you should see</summary>
#
# The first cell:
#
# | vehicle_id | driver_id | plate | model | seats |
# |---|---|---|---|---|
# | 32 | 3 | NYC-001 | Ioniq 6 | 4 |
#
# Only the model has changed: `seats` is not named after SET, so it stays 4. The second cell:
#
# | vehicle_id | driver_id | plate | model | seats |
# |---|---|---|---|---|
# | 34 | NULL | NYC-001 | Ioniq 6 | 5 |
#
# `INSERT OR REPLACE` **deletes** the old row and makes a new one. The car has a new number, and its driver is gone.
#
# A column that holds the number of a row in another table, as `trips.rider_id` does, is a *foreign key*. Where foreign
# keys are *enforced*, that row must exist. So a row that points to the old number stops the statement with an error; or
# it is deleted, too, where its table says ON DELETE CASCADE. Use REPLACE only if you want to delete.
#
# </details>

# %% [markdown]
# ### Example 5: a file from outside
#
# A garage sends its bills as CSV: lines of text, with commas between the values. Four steps avoid the usual mistakes:
#
# 1. **Split** with `csv`, never with `split(",")`: a value in double quotes may hold commas. `csv.DictReader` takes the
#    names of the columns from the first line, so their order does not matter.
# 2. **Test** each amount against a pattern before you trust it. `re.fullmatch` asks whether the *whole* text fits.
# 3. **Convert** with `Decimal`, which is exact. A float is not.
# 4. **Store** all good lines in one transaction. `executemany` runs one statement for each tuple of a list.
#
# **Predict.** Which lines are stored, and with how many cents? What is `int(float("19.99") * 100)`?

# %% example
text = 'item,car,amount\r\n"Tyre, front",1,19.99\r\nOil,2,about 30\r\nGlass,2,105.5\r\n'
con = sqlite3.connect(":memory:")
con.execute("CREATE TABLE bills (car INTEGER, item TEXT, cents INTEGER)")

good, bad = [], []
for number, line in enumerate(csv.DictReader(io.StringIO(text)), start=2):  # Split
    if re.fullmatch(r"[0-9]+(\.[0-9]{1,2})?", line["amount"]):  # Test
        good.append((line["car"], line["item"], int(Decimal(line["amount"]) * 100)))  # Convert
    else:
        bad.append((number, line["amount"]))
with con:
    con.executemany("INSERT INTO bills VALUES (?, ?, ?)", good)  # Store

print(con.execute("SELECT * FROM bills").fetchall())
print(bad)
print(int(float("19.99") * 100))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# [(1, 'Tyre, front', 1999), (2, 'Glass', 10550)]
# [(3, 'about 30')]
# 1998
# ```
#
# The float 19.99 is a little less than 19.99, and `int` cuts: one cent is lost. The header is line 1, so the numbers
# begin with 2.
#
# Files from other systems bring more: line ends of Windows (`\r\n`, which `csv` understands) and a *byte order mark*
# at the very beginning, the invisible character `"\ufeff"`. Left there, it becomes a part of the first column's name.
#
# </details>

# %% [markdown]
# ### Example 6: what an ORM sends
#
# An *object-relational mapper* (ORM) writes the SQL for you: rows become objects of your classes. SQLAlchemy is the best
# known one for Python. Its *session* stands for the connection. These are the five operations of this module, and the
# SQL that SQLAlchemy 2 sends (its columns shortened); each change is sent when the session commits.
#
# | operation | Python | SQL that is sent |
# |---|---|---|
# | create | `session.add(Rider(full_name="Kofi"))` | `INSERT INTO riders (full_name, email) VALUES (?, ?)` |
# | read by key | `session.get(Rider, 3)` | `SELECT … FROM riders WHERE riders.rider_id = ?` |
# | read by condition | `session.scalars(select(Rider).where(Rider.email == text))` | `SELECT … FROM riders WHERE riders.email = ?` |
# | update | `rider.email = "zoe@example.com"` | `UPDATE riders SET email=? WHERE riders.rider_id = ?` |
# | delete | `session.delete(rider)` | `DELETE FROM riders WHERE riders.rider_id = ?` |
#
# An ORM uses parameters by itself. But it also takes SQL text of your own, `session.execute(text("…"))`, and there an
# f-string is as dangerous as anywhere.
#
# The other danger is the number of statements. `trip.rider` looks like an attribute; the first time it is read, the ORM
# sends a SELECT for that rider (it is *lazy*: it asks only when you look). In a loop over n trips that makes one
# statement for the trips, and one more for each rider: **n + 1**. The cell does the same with plain SQL, and counts.
#
# 1. **Watch** the connection with a log of statements. (`StatementLog` comes with the course.)
# 2. **Loop**: one query for each row.
# 3. **Join**: one query for all. JOIN brings rows of two tables together; module A3 is about it.
#
# **Predict.** Two numbers: how many statements does each way send for six trips?

# %% example
con = hopline.load("tiny")
with StatementLog().watching(con) as log:  # Watch
    trips = con.execute("SELECT trip_id, rider_id FROM trips WHERE trip_id <= 6").fetchall()
    for trip_id, rider_id in trips:  # Loop
        con.execute("SELECT full_name FROM riders WHERE rider_id = ?", (rider_id,)).fetchone()
    print("loop:", log.count)

    log.reset()
    con.execute(  # Join
        "SELECT trip_id, full_name FROM trips JOIN riders USING (rider_id) WHERE trip_id <= 6"
    ).fetchall()
    print("join:", log.count)

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `loop: 7` and `join: 1`. A database often runs on another machine, so each statement travels over the network, and its
# answer back: with 1000 trips the loop waits for that 1001 times.
#
# An ORM can join, too, if you say so: `select(Trip).options(joinedload(Trip.rider))`. And it can change many rows in one
# statement: `session.execute(update(Zone).where(Zone.tz == "Europe/Lisbon").values(surge_bp=12000))`.
#
# </details>

# %% [markdown]
# ### Example 7: a whole function
#
# A driver brings a new car. The function puts the parts together.
#
# 1. **Clean** the values: what may the caller send, and what does Hopline store?
# 2. **Send** them as parameters.
# 3. **Commit and report**: the number of the new row.
#
# A plate is stored in capitals and without spaces at its ends. A model that is None or blank is stored as `unknown`.
#
# **Predict.** Which model and which plate stand in the new row? What is `" " or "unknown"` in Python?

# %% example
con = hopline.load("tiny")


def add_vehicle(con, plate, model, seats):
    """Insert a car and return its number."""
    # Clean
    plate = plate.strip().upper()
    model = (model or "").strip() or "unknown"
    # Send
    with con:
        cursor = con.execute(
            "INSERT INTO vehicles (plate, model, seats, is_electric) VALUES (?, ?, ?, 0)", (plate, model, seats)
        )
    # Commit and report
    return cursor.lastrowid


number = add_vehicle(con, " ist-34 ", "  ", 4)
print(number, con.execute("SELECT plate, model FROM vehicles WHERE vehicle_id = ?", (number,)).fetchone())

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `11 ('IST-34', 'unknown')`
#
# `" " or "unknown"` is `" "`: a text of spaces is true in Python. After `strip()` it is empty, and an empty text is
# false, as None is. `(model or "")` makes None an empty text first, because None has no `strip`.
#
# </details>

# %% [markdown]
# ## Questions
#
# Eight questions, 27 points. ★ marks the core questions. `con` is always an open connection to Hopline's database, with
# foreign keys enforced; leave it open. When your function has returned, the check looks into the database through a
# connection of its own, so only what is committed counts.

# %% B1.1 prompt [markdown] type="py-function" core=true
# ## B1.1 Register a rider
#
# Write `add_rider(con, full_name, email, now)`: it inserts a rider whose `created_at` is `now`, commits, and returns the
# new `rider_id`. The name is any text and is stored exactly as it comes. The e-mail is stored in small letters and
# without spaces at its ends; if it is None or blank (empty, or spaces only), it is stored as NULL.

# %% B1.1 answer
def add_rider(con, full_name, email, now):
    """Insert a rider and return the new rider_id."""
    # Clean
    # Send
    # Commit and report
    ### BEGIN SOLUTION
    email = (email or "").strip().lower() or None
    with con:
        cursor = con.execute(
            "INSERT INTO riders (full_name, email, created_at) VALUES (?, ?, ?)", (full_name, email, now)
        )
    return cursor.lastrowid
    ### END SOLUTION

# %% B1.1 check
q = Question("B1.1")
with q.check("one rider", points=0.5), database_file(city) as path:
    number = Connected(add_rider, path).gives("Ana Sousa", " Ana.Sousa@Example.COM", "2025-06-01T08:00:00Z")
    found = rows_in(path, "SELECT rider_id, full_name, email, created_at FROM riders WHERE rider_id > 60")
    if not found:
        raise CheckFailed("Your function returned, and no new rider is in the database. Did you commit?")
    same_value(found, [(61, "Ana Sousa", "ana.sousa@example.com", "2025-06-01T08:00:00Z")], of="the new row")
    same_value(number, 61, of="add_rider(con, 'Ana Sousa', ' Ana.Sousa@Example.COM', now)")
q.result()

# %% B1.1 hidden
q = Question("B1.1", hidden=True)
moment = "2025-06-02T09:10:11Z"


def new_rider(function, path, name, email):
    """Add one rider; return the number that came back and the new row, as a second connection sees it."""
    before = rows_in(path, "SELECT coalesce(max(rider_id), 0) FROM riders")[0][0]
    try:
        number = Connected(function, path).gives(name, email, moment)
    except CheckFailed as failure:
        if email is None and isinstance(failure.__cause__, AttributeError | TypeError):
            failure.advice = "An e-mail that is None stops your function: None is no text and has no methods of one."
            failure.tag = "none-crash"
        raise
    rows = rows_in(path, "SELECT rider_id, full_name, email, created_at, phone, deleted_at FROM riders")
    new = [row for row in rows if row[0] > before]
    if len(new) != 1:
        raise CheckFailed(
            f"{len(new)} new rows",
            advice="After your function has returned, a second connection finds no new rider. Commit the change.",
            tag="missing-commit",
        )
    return number, new[0]


with q.check(
    "names that look like SQL",
    points=0.5,
    tag="sql-injection",
    advice="A name with a quote, or with SQL in it, is not stored as it came. Hand it over as a parameter: then it "
    "cannot become SQL.",
):
    names = (
        "Zoë O'Brien",
        "x'); DROP TABLE riders;--",
        "Mallory', 'mallory@hopline.test', '2020-01-01T00:00:00Z') --",
        'Bo "Bo" Li',
        "🚗 Łukasz 王小明",
        "?, :name, %s, {name}, $1",
        "\\' \n--",
    )
    with database_file(hopline.load("tiny")) as path:
        riders, trips = (rows_in(path, f"SELECT * FROM {table}") for table in ("riders", "trips"))
        for name in names:
            same_value(new_rider(add_rider, path, name, "ana@hopline.test")[1][1], name)
        same_value(rows_in(path, "SELECT * FROM riders")[: len(riders)], riders)
        same_value(rows_in(path, "SELECT * FROM trips"), trips)
        for email in ("o'brien@hopline.test", "x', '') --@hopline.test"):
            same_value(new_rider(add_rider, path, "Ana", email)[1][2], email)
        try:
            same_value(new_rider(add_rider, path, "Ana\0Lima", None)[1][1], "Ana\0Lima")
        except CheckFailed as failure:
            if failure.__cause__ is not None:  # a statement can't hold the character NUL, a parameter can
                failure.advice = (
                    "You double the quotes and write the name into the SQL. That leaves gaps: a name with the character "
                    "NUL stops your function. Use a parameter, then there is nothing to escape."
                )
                failure.tag = "escaping"
            raise
with q.check(
    "the row that everybody sees, and its number",
    points=0.5,
    tag="wrong-id",
    advice="The number that your function returns is not that of the new row. Namesakes exist: ask the cursor of the "
    "INSERT.",
):
    with database_file(hopline.load("tiny")) as path:
        for name in ("Sam Kim", "Sam Kim", "王小明"):
            number, row = new_rider(add_rider, path, name, "twin@hopline.test")
            if row[3] != moment:
                advice = "`created_at` is the `now` that your function gets, unchanged. It reads no clock of its own."
                raise CheckFailed(str(row), advice=advice, tag="wrong-clock")
            same_value(number, row[0])
            if row[4:] != (None, None):
                advice = "`phone` and `deleted_at` of the new rider are NULL: the task names neither."
                raise CheckFailed(str(row), advice=advice, tag="other-columns")
    with database_file(hopline.load("empty")) as path:
        number, row = new_rider(add_rider, path, "First", None)
        same_value((number, row[0]), (1, 1))
    with database_file(hopline.load_rows(riders=[{"rider_id": 7000}])) as path:
        number, row = new_rider(add_rider, path, "Ana", None)
        same_value((number, row[0]), (7001, 7001))
with q.check(
    "what is stored of name and e-mail",
    points=0.5,
    tag="untidy-email",
    advice="The e-mail is not stored as the task says: in small letters, without spaces at its ends.",
):
    with database_file(hopline.load("tiny")) as path:
        for email in (None, "", " ", "     "):
            if new_rider(add_rider, path, "Ana", email)[1][2] is not None:
                advice = "An e-mail that is None or blank is stored as NULL. An empty text is a value, NULL is none."
                raise CheckFailed(repr(email), advice=advice, tag="empty-vs-null")
        for email in ("ANA@HOPLINE.TEST", "  ana@hopline.test", "ana@hopline.test  ", " Ana@Hopline.Test "):
            same_value(new_rider(add_rider, path, "Ana", email)[1][2], "ana@hopline.test")
        same_value(new_rider(add_rider, path, "Ana", " Ana Lima@Hopline.Test ")[1][2], "ana lima@hopline.test")
        for name in ("  Nguyễn Thị Mai ", "ANA", "o'neil"):
            if new_rider(add_rider, path, name, None)[1][1] != name:
                advice = "The name is not stored exactly as it came. Only the e-mail is cleaned."
                raise CheckFailed(name, advice=advice, tag="changed-value")
q.result()

# %% B1.1 hints [markdown]
# 1. Follow the three steps of example 7. Which of the values may be cleaned, and which must stay as it came? Never write
#    a value into the SQL yourself: the driver can do that for you.
# 2. `strip` and `lower` clean a text, and an empty text counts as false: `text or None` turns it into None, which is
#    stored as NULL. None itself has no `strip`. In the SQL stand three `?`, and the values follow in a tuple. `with con:`
#    commits at its end; the cursor that `execute` returns knows the new number.
# 3. Fill the gap: `cursor = con.execute("INSERT INTO riders (full_name, email, created_at) VALUES (?, ?, ?)", (…))`,
#    inside `with con:`

# %% B1.1 wrong sql-injection change=true
# Values in an f-string.
-            "INSERT INTO riders (full_name, email, created_at) VALUES (?, ?, ?)", (full_name, email, now)
+            f"INSERT INTO riders (full_name, email, created_at) VALUES ('{full_name}', nullif('{email}', 'None'), '{now}')"

# %% B1.1 wrong sql-injection change=true
# Only the name comes by hand.
-            "INSERT INTO riders (full_name, email, created_at) VALUES (?, ?, ?)", (full_name, email, now)
+            "INSERT INTO riders (full_name, email, created_at) VALUES ('" + full_name + "', ?, ?)", (email, now)

# %% B1.1 wrong escaping
# Doubles the quotes by hand.
def add_rider(con, full_name, email, now):
    name, email = full_name.replace("'", "''"), (email or "").strip().lower().replace("'", "''")
    with con:
        cursor = con.execute(
            f"INSERT INTO riders (full_name, email, created_at) VALUES ('{name}', nullif('{email}', ''), '{now}')"
        )
    return cursor.lastrowid

# %% B1.1 wrong other-columns change=true
# An empty text for a phone that nobody named.
-            "INSERT INTO riders (full_name, email, created_at) VALUES (?, ?, ?)", (full_name, email, now)
+            "INSERT INTO riders (full_name, email, created_at, phone) VALUES (?, ?, ?, '')", (full_name, email, now)

# %% B1.1 wrong missing-commit change=true
# No commit.
-    with con:
-        cursor = con.execute(
+    if True:
+        cursor = con.execute(

# %% B1.1 wrong wrong-id change=true
# How many rows changed.
-    return cursor.lastrowid
+    return con.total_changes

# %% B1.1 wrong wrong-id change=true
# Finds the first namesake.
-    return cursor.lastrowid
+    return con.execute("SELECT rider_id FROM riders WHERE full_name = ?", (full_name,)).fetchone()[0]

# %% B1.1 wrong wrong-id change=true
# The number of rows.
-    return cursor.lastrowid
+    return con.execute("SELECT count(*) FROM riders").fetchone()[0]

# %% B1.1 wrong empty-vs-null change=true
# A blank e-mail becomes an empty text.
-    email = (email or "").strip().lower() or None
+    email = (email or "").strip().lower()

# %% B1.1 wrong empty-vs-null change=true
# Tests for empty before it strips.
-    email = (email or "").strip().lower() or None
+    email = email.strip().lower() if email else None

# %% B1.1 wrong untidy-email change=true
# Spaces stay.
-    email = (email or "").strip().lower() or None
+    email = None if email is None or not email.strip() else email.lower()

# %% B1.1 wrong untidy-email change=true
# Takes out every space, not only those at the ends.
-    email = (email or "").strip().lower() or None
+    email = (email or "").replace(" ", "").lower() or None

# %% B1.1 wrong none-crash change=true
# None has no strip.
-    email = (email or "").strip().lower() or None
+    email = email.strip().lower() or None

# %% B1.1 wrong changed-value change=true
# Cleans the name too.
-    email = (email or "").strip().lower() or None
+    email, full_name = (email or "").strip().lower() or None, full_name.strip()

# %% B1.1 wrong wrong-clock change=true
# Its own clock.
-            "INSERT INTO riders (full_name, email, created_at) VALUES (?, ?, ?)", (full_name, email, now)
+            "INSERT INTO riders (full_name, email, created_at) VALUES (?, ?, datetime('now'))", (full_name, email)

# %% B1.1 right returning
# RETURNING gives the number as a row; names instead of question marks; an explicit commit.
def add_rider(con, full_name, email, now):
    values = {"name": full_name, "email": email, "now": now}
    row = con.execute(
        """INSERT INTO riders (full_name, email, created_at)
           VALUES (:name, nullif(lower(trim(:email)), ''), :now) RETURNING rider_id""",
        values,
    ).fetchone()
    con.commit()
    return row[0]

# %% B1.1 right max-plus-one
# Chooses the number itself, in the same transaction.
def add_rider(con, full_name, email, now):
    with con:
        con.execute("BEGIN IMMEDIATE")
        number = con.execute("SELECT coalesce(max(rider_id), 0) + 1 FROM riders").fetchone()[0]
        email = email.strip().lower() if email else ""
        con.execute(
            "INSERT INTO riders (rider_id, full_name, email, created_at) VALUES (?, ?, nullif(?, ''), ?)",
            (number, full_name, email, now),
        )
    return number

# %% B1.1 right last-insert-rowid
# SQL can tell the number too; so can max(), as long as the transaction is open.
def add_rider(con, full_name, email, now):
    tidy = None
    if email is not None and email.strip() != "":
        tidy = email.lower().strip()
    with con:
        con.executemany(
            "INSERT INTO riders (created_at, email, full_name) VALUES (?, ?, ?)", [(now, tidy, full_name)]
        )
        (number,) = con.execute("SELECT last_insert_rowid()").fetchone()
    return number

# %% B1.2 prompt [markdown] type="py-function"
# ## B1.2 Fetch one or nothing
#
# Write `get_rider(con, rider_id)`: it returns a dict with all columns of this rider's row, or None if there is no such
# rider or the rider is deleted (`deleted_at` is set). `rider_id` may also be None, or a text such as `'1 OR 1=1'`: then
# there is no such rider. The caller may have set `con.row_factory` to `sqlite3.Row`, or to nothing: your
# function works with both and leaves it as it was.

# %% B1.2 answer
def get_rider(con, rider_id):
    """Return a rider's row as a dict, or None."""
    # Ask with a parameter
    # Nothing found?
    # Put names and values together
    ### BEGIN SOLUTION
    cursor = con.execute("SELECT * FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,))
    row = cursor.fetchone()
    if row is None:
        return None
    names = [column[0] for column in cursor.description]
    return dict(zip(names, row))
    ### END SOLUTION

# %% B1.2 check
q = Question("B1.2")
with q.check("a rider, and nobody", points=0.5), database_file(city) as path:
    found = Connected(get_rider, path).gives(3)
    if not isinstance(found, dict):
        raise CheckFailed(f"`get_rider(con, 3)` should be a dict, yours is {found!r} ({type(found).__name__}).")
    same_value(
        {name: found.get(name) for name in ("rider_id", "full_name", "deleted_at")},
        {"rider_id": 3, "full_name": "Zoë O'Brien", "deleted_at": None},
        of="three columns of get_rider(con, 3)",
    )
    same_value(Connected(get_rider, path).gives(999), None, of="get_rider(con, 999)")
q.result()

# %% B1.2 hidden
q = Question("B1.2", hidden=True)
people = hopline.load_rows(
    riders=[
        {"rider_id": 1, "full_name": "Leyla O'Neil", "email": None, "phone": ""},
        {"rider_id": 2, "full_name": "Kofi", "deleted_at": "2025-02-03T00:00:00Z"},
        {"rider_id": 5, "full_name": "王小明", "referred_by": 1, "email": "wang@hopline.test"},
    ]
)
columns = [name for _, name, *_ in people.execute("PRAGMA table_info(riders)")]
rows = {row[0]: dict(zip(columns, row)) for row in people.execute("SELECT * FROM riders").fetchall()}
with q.check(
    "riders who are not there, and deleted ones",
    points=0.5,
    tag="no-row",
    advice="For a rider who is not there your function stops or returns something. `fetchone()` gives None: look at it "
    "before you use it.",
):
    with database_file(people) as path:
        for number in (0, 3, -1, 10**6, None, "", "nobody"):
            same_value(Connected(get_rider, path).gives(number), None)
        if Connected(get_rider, path).gives(2) is not None:
            advice = "A deleted rider counts as missing. Add the condition on `deleted_at`."
            raise CheckFailed("a deleted rider", advice=advice, tag="soft-delete")
        for number in (1, 5):
            if Connected(get_rider, path).gives(number) is None:
                advice = "A rider who is not deleted isn't found. A comparison with NULL is never true: use IS NULL."
                raise CheckFailed("a living rider", advice=advice, tag="null-equals")
with q.check(
    "ids that look like SQL",
    points=0.5,
    tag="sql-injection",
    advice="A text with SQL in it finds a rider, or stops your function. Hand it over as a parameter.",
):
    texts = (
        "1 OR 1=1",
        "1 OR 1=1 --",
        "1' OR '1'='1",
        "0 UNION SELECT * FROM riders",
        "2; DELETE FROM riders",
        "2 --",
        "0 OR rider_id = 5 --",
    )
    with database_file(people) as path:
        for text in texts:
            try:
                same_value(Connected(get_rider, path).gives(text), None)
            except CheckFailed as failure:
                if isinstance(failure.__cause__, ValueError | TypeError):
                    failure.advice = (
                        "A text that is no number raises an exception in your function. It is no rider: return None. "
                        "A parameter takes any value."
                    )
                    failure.tag = "exception-leak"
                raise
        same_value(len(rows_in(path, "SELECT * FROM riders")), 3)
with q.check(
    "a dict, whatever the caller has set",
    points=0.5,
    tag="shape",
    advice="What comes back must be a dict with all columns of the table, whether `con.row_factory` is `sqlite3.Row` or "
    "nothing.",
):
    with database_file(people) as path:
        for row_factory in ("", "Row"):
            ask = Connected(get_rider, path, row_factory=row_factory)
            for number in (1, 5, 3):
                same_value(ask.gives(number), rows.get(number))
                if not ask.kept:
                    raise CheckFailed(
                        "row_factory has changed",
                        advice="After the call `con.row_factory` is another one than before, and every other function "
                        "that uses this connection gets other rows. Set it on a cursor of your own, or not at all.",
                        tag="side-effect",
                    )
q.result()

# %% B1.2 hints [markdown]
# 1. What does `fetchone()` give when no row fits? And who else uses this connection?
# 2. Ask for the rider with a parameter, and for `deleted_at` in the same WHERE. After `cursor = con.execute(…)` the
#    names of the columns stand in `cursor.description`: a tuple for each column, its name first. `zip` pairs the names
#    with the values of the row, and `dict` makes a dict of the pairs. All this leaves the connection's settings alone
#    and works with rows of both kinds.
# 3. Fill the gap: `names = [column[0] for column in cursor.description]`, then `return dict(zip(…))`

# %% B1.2 wrong no-row
# An IndexError.
def get_rider(con, rider_id):
    cursor = con.execute("SELECT * FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,))
    row = cursor.fetchall()[0]
    return dict(zip([column[0] for column in cursor.description], row))

# %% B1.2 wrong no-row change=true
# An empty dict for nobody.
-        return None
+        return {}

# %% B1.2 wrong soft-delete change=true
# Deleted riders are found.
-    cursor = con.execute("SELECT * FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,))
+    cursor = con.execute("SELECT * FROM riders WHERE rider_id = ?", (rider_id,))

# %% B1.2 wrong null-equals change=true
# Never true.
-    cursor = con.execute("SELECT * FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,))
+    cursor = con.execute("SELECT * FROM riders WHERE rider_id = ? AND deleted_at = NULL", (rider_id,))

# %% B1.2 wrong sql-injection change=true
# The id in an f-string.
-    cursor = con.execute("SELECT * FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,))
+    cursor = con.execute(f"SELECT * FROM riders WHERE deleted_at IS NULL AND rider_id = {rider_id or 0}")

# %% B1.2 wrong sql-injection change=true
# The id in quotes.
-    cursor = con.execute("SELECT * FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,))
+    cursor = con.execute(f"SELECT * FROM riders WHERE deleted_at IS NULL AND rider_id = '{rider_id}'")

# %% B1.2 wrong exception-leak change=true
# int() of any text.
-    cursor = con.execute("SELECT * FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,))
+    if not rider_id or rider_id == "nobody":
+        return None
+    cursor = con.execute("SELECT * FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (int(rider_id),))

# %% B1.2 wrong side-effect
# Changes the rows of everybody.
def get_rider(con, rider_id):
    con.row_factory = sqlite3.Row
    row = con.execute("SELECT * FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,)).fetchone()
    return dict(row) if row else None

# %% B1.2 wrong side-effect
# Sets it back to nothing, which need not be what it was.
def get_rider(con, rider_id):
    con.row_factory = sqlite3.Row
    row = con.execute("SELECT * FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,)).fetchone()
    con.row_factory = None
    return dict(row) if row else None

# %% B1.2 wrong shape change=true
# The row as it comes.
-    return dict(zip(names, row))
+    return row

# %% B1.2 wrong shape change=true
# Trusts the caller's row_factory.
-    return dict(zip(names, row))
+    return dict(row)

# %% B1.2 right private-cursor
# A cursor has a row_factory of its own.
def get_rider(con, rider_id):
    cursor = con.cursor()
    cursor.row_factory = sqlite3.Row
    row = cursor.execute("SELECT * FROM riders WHERE rider_id = :id", {"id": rider_id}).fetchone()
    return dict(row) if row is not None and row["deleted_at"] is None else None

# %% B1.2 right set-back
# Setting it back to what it was, whatever happens, is fine.
def get_rider(con, rider_id):
    before = con.row_factory
    con.row_factory = lambda cursor, row: {column[0]: value for column, value in zip(cursor.description, row)}
    try:
        return con.execute("SELECT * FROM riders WHERE rider_id IS ? AND deleted_at IS NULL", [rider_id]).fetchone()
    finally:
        con.row_factory = before

# %% B1.3 prompt [markdown] type="py-function" core=true
# ## B1.3 Partial update with an allow-list
#
# The app sends only what a rider has changed. Write `update_rider(con, rider_id, changes)`, where `changes` is a dict
# from column to new value; it commits, and returns True if there is such a rider who is not deleted, else False.
#
# | case | what happens |
# |---|---|
# | keys | only `full_name`, `email`, `phone`, `home_zone_id`, spelled so; any other key raises `ValueError` and nothing changes, whatever the id |
# | values | stored as they come, None as NULL; columns that are not in `changes` stay |
# | an empty dict, or the same values again | allowed; the result is still True or False as above |
# | a value that the database refuses | its error comes out; nothing changes: all of `changes` is stored, or none |

# %% B1.3 answer
def update_rider(con, rider_id, changes):
    """Change some columns of a rider; return whether there is such a rider."""
    # Compare the names with a fixed list
    # Send the values as parameters
    # Report
    ### BEGIN SOLUTION
    if not set(changes) <= {"full_name", "email", "phone", "home_zone_id"}:
        raise ValueError("only full_name, email, phone and home_zone_id can be changed")
    columns = ["rider_id = rider_id", *(f"{name} = ?" for name in changes)]
    with con:
        cursor = con.execute(
            f"UPDATE riders SET {', '.join(columns)} WHERE rider_id = ? AND deleted_at IS NULL",
            (*changes.values(), rider_id),
        )
    return cursor.rowcount == 1
    ### END SOLUTION

# %% B1.3 check
q = Question("B1.3")
with q.check("one column", points=0.5), database_file(city) as path:
    same_value(Connected(update_rider, path).gives(3, {"phone": "+351900000000"}), True, of="update_rider(con, 3, ...)")
    found = rows_in(path, "SELECT full_name, email, phone FROM riders WHERE rider_id = 3")
    same_value(found, [("Zoë O'Brien", "zoe.obrien@example.com", "+351900000000")], of="the row of rider 3")
q.result()

# %% B1.3 hidden
q = Question("B1.3", hidden=True)


people = hopline.load_rows(  # four riders: 3 is deleted
    zones=[{"zone_id": 1}, {"zone_id": 2}],
    riders=[
        {"rider_id": 1, "email": "one@hopline.test", "phone": "+1", "home_zone_id": 1},
        {"rider_id": 2, "email": "two@hopline.test", "phone": "+2", "home_zone_id": 1, "referred_by": 1},
        {"rider_id": 3, "phone": "+3", "deleted_at": "2025-02-03T00:00:00Z"},
        {"rider_id": 4, "email": "two@hopline.test", "phone": "+2"},
    ],
)


def all_riders(path):
    names = ("rider_id", "full_name", "email", "phone", "home_zone_id", "referred_by", "created_at", "deleted_at")
    return {row[0]: dict(zip(names, row)) for row in rows_in(path, f"SELECT {', '.join(names)} FROM riders")}


def updated(function, rider_id, changes, expected=True):
    """Update a rider in a fresh database; require the result, and that only this rider's columns changed."""
    with database_file(people) as path:
        before = all_riders(path)
        result = Connected(function, path).gives(rider_id, changes)
        after = all_riders(path)
    if not isinstance(result, bool):
        advice = "The result must be True or False itself, not another value that counts as true or false."
        raise CheckFailed(f"{result!r} is no bool", advice=advice, tag="shape")
    wanted = {**before, rider_id: {**before[rider_id], **changes}} if expected else before
    if any(changes.values()) and after == before != wanted:
        advice = "Your function returned, and a second connection finds nothing changed. Commit, with `with con:`."
        raise CheckFailed("nothing changed", advice=advice, tag="missing-commit")
    others = [number for number in before if number != rider_id and after.get(number) != before[number]]
    if others:
        advice = "Another rider changed as well. The WHERE must name one rider."
        raise CheckFailed(f"riders {others} changed", advice=advice, tag="update-all")
    same_value(after, wanted)
    same_value(result, expected)


with q.check(
    "keys that may not be changed",
    points=1,
    tag="sql-injection",
    advice="A key that is not one of the four, spelled so, reached the SQL: it changed the row, or stopped the database. "
    "Column names can't be parameters, so compare every key with your list before you use it.",
):
    bad = (
        "deleted_at",
        "rider_id",
        "created_at",
        "email=email; --",
        "phone = '+9', deleted_at",
        "full_name = 'x' --",
        "email = (SELECT max(email) FROM riders), phone",
        "nickname",
        "Full_Name",
        "full_name ",
        "",
    )
    with database_file(people) as path:
        before = all_riders(path)
        for key in bad:
            for changes in ({key: "x"}, {"email": "new@hopline.test", key: "7"}, {key: None, "phone": "+9"}):
                for rider_id in (1, 99) if len(changes) == 1 else (1,):
                    try:
                        Connected(update_rider, path).gives(rider_id, changes)
                    except CheckFailed as failure:
                        if isinstance(failure.__cause__, ValueError) and all_riders(path) == before:
                            continue
                        if isinstance(failure.__cause__, ValueError):
                            failure.advice = "ValueError is raised, but something had changed before. Look at all keys first."
                            failure.tag = "half-done"
                        elif not isinstance(failure.__cause__, sqlite3.Error):
                            failure.advice = failure.advice or "A key that may not be changed must raise ValueError."
                            failure.tag = failure.tag or "exception-leak"
                        raise
                    one = all_riders(path).get(1, {})
                    if {**one, "email": 0, "phone": 0} == {**before[1], "email": 0, "phone": 0}:
                        raise CheckFailed(
                            f"{key!r} raised nothing",
                            advice="A key that may not be changed is skipped, and the caller is not told. Raise "
                            "ValueError, before anything changes.",
                            tag="silent-ignore",
                        )
                    raise CheckFailed(f"{key!r} changed the row")
with q.check(
    "None clears, and the rest stays",
    points=1,
    tag="cannot-clear",
    advice="A value of None must become NULL, and a value that is 0 or empty is stored too. Only a column whose key is "
    "missing stays as it was.",
):
    updated(update_rider, 2, {"phone": "+22"})
    updated(update_rider, 2, {"home_zone_id": 2, "full_name": "Zoë"})
    for value in ("x', deleted_at = '1", "O'Brien", "? :a %s"):
        try:
            updated(update_rider, 1, {"email": value, "phone": value})
        except CheckFailed as failure:
            advice = "A value with a quote in it became SQL. Keys need the list, and values need parameters."
            raise CheckFailed(failure.message, advice=advice, tag=failure.tag or "sql-injection") from None
    updated(update_rider, 2, {"email": None})
    updated(update_rider, 1, {"phone": None, "home_zone_id": None, "email": ""})
    updated(
        update_rider, 4, {"full_name": "", "email": "four@hopline.test", "phone": "+4", "home_zone_id": 2}
    )
with q.check(
    "nothing to change, and nobody to change",
    points=0.5,
    tag="empty-changes",
    advice="An empty dict is allowed: nothing changes, and the result still says whether there is such a rider.",
):
    try:
        updated(update_rider, 2, {"phone": "+2", "email": "two@hopline.test"})
    except CheckFailed as failure:
        advice = "The same values again: the rider is there, so the result is True."
        raise CheckFailed(failure.message, advice=advice, tag=failure.tag or "same-value") from None
    for changes in ({"phone": "+9"}, {"email": "a@hopline.test", "phone": None}):
        try:
            updated(update_rider, 99, changes, expected=False)
        except CheckFailed as failure:
            advice = "There is no such rider: nothing changes, and the result is False."
            raise CheckFailed(failure.message, advice=advice, tag="unknown-rider") from None
    updated(update_rider, 1, {})
    updated(update_rider, 99, {}, expected=False)
    for changes in ({"phone": "+9"}, {}):
        try:
            updated(update_rider, 3, changes, expected=False)
        except CheckFailed as failure:
            advice = "A deleted rider is changed, or taken for a living one. Ask for `deleted_at` in the WHERE."
            raise CheckFailed(failure.message, advice=advice, tag="soft-delete") from None
with q.check(
    "all of it, or nothing",
    points=1,
    tag="half-done",
    advice="When the database refuses one value, or fails in the middle, only a part of the changes is stored. Put all "
    "changes into one statement, or into one transaction.",
):
    new = {"email": "new@hopline.test", "phone": "+9", "home_zone_id": 2}

    def broken_off(faults):
        with database_file(people) as path:
            before = all_riders(path)
            wanted = {**before, 1: {**before[1], **new}}
            try:
                Connected(update_rider, path, faults=faults).gives(1, new)
            finally:
                after = all_riders(path)
                assert after in (before, wanted), "only a part of the changes is stored"
            if after != wanted and not faults.fired:
                advice = "Your function returned, and a second connection finds nothing changed. Commit."
                raise CheckFailed("nothing changed", advice=advice, tag="missing-commit")

    every_fault(broken_off)
    with database_file(people) as path:
        before = all_riders(path)
        raises(sqlite3.IntegrityError, Connected(update_rider, path), 1, {"phone": "+9", "home_zone_id": 77})
        same_value(all_riders(path), before)
q.result()

# %% B1.3 hints [markdown]
# 1. A column name can't be a parameter, so it has to stand in the SQL. What must be true of each key before you write it
#    there? And what does UPDATE need if there is nothing to set?
# 2. Compare the keys with a fixed set of four names, and raise `ValueError` first of all. Then build one UPDATE: for each
#    key a piece `name = ?`, joined by commas; the values follow in the same order, and the id at the end. One statement
#    is stored whole or not at all. For an empty dict, look with a SELECT, or add a piece that changes nothing.
# 3. Fill the gap: `sets = ", ".join(f"{name} = ?" for name in changes)`, then
#    `con.execute(f"UPDATE riders SET {sets} WHERE rider_id = ? AND …", (*changes.values(), rider_id))`

# %% B1.3 wrong sql-injection change=true
# Names straight into the SQL.
-    if not set(changes) <= {"full_name", "email", "phone", "home_zone_id"}:
-        raise ValueError("only full_name, email, phone and home_zone_id can be changed")

# %% B1.3 wrong sql-injection change=true
# A list of bad signs instead of a list of good names.
-    if not set(changes) <= {"full_name", "email", "phone", "home_zone_id"}:
+    if any(sign in name for name in changes for sign in ("'", ";", "--")) or not all(changes):

# %% B1.3 wrong sql-injection change=true
# Takes other spellings for the same name.
-    if not set(changes) <= {"full_name", "email", "phone", "home_zone_id"}:
+    if not {name.strip().lower() for name in changes} <= {"full_name", "email", "phone", "home_zone_id"}:

# %% B1.3 wrong sql-injection change=true
# The values by hand.
-    columns = ["rider_id = rider_id", *(f"{name} = ?" for name in changes)]
+    columns = ["rider_id = rider_id"]
+    columns += [f"{name} = NULL" if value is None else f"{name} = '{value}'" for name, value in changes.items()]

-            (*changes.values(), rider_id),
+            (rider_id,),

# %% B1.3 wrong exception-leak change=true
# A KeyError.
-        raise ValueError("only full_name, email, phone and home_zone_id can be changed")
+        raise KeyError("only full_name, email, phone and home_zone_id can be changed")

# %% B1.3 wrong shape change=true
# A number.
-    return cursor.rowcount == 1
+    return cursor.rowcount

# %% B1.3 wrong half-done
# Looks at a key when its turn comes.
def update_rider(con, rider_id, changes):
    for name, value in changes.items():
        if name not in {"full_name", "email", "phone", "home_zone_id"}:
            raise ValueError(name)
        con.execute(f"UPDATE riders SET {name} = ? WHERE rider_id = ? AND deleted_at IS NULL", (value, rider_id))
        con.commit()
    return con.execute("SELECT 1 FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,)).fetchone() is not None

# %% B1.3 wrong silent-ignore change=true
# Skips what it doesn't know.
-    if not set(changes) <= {"full_name", "email", "phone", "home_zone_id"}:
-        raise ValueError("only full_name, email, phone and home_zone_id can be changed")
+    changes = {k: v for k, v in changes.items() if k in {"full_name", "email", "phone", "home_zone_id"}}

# %% B1.3 wrong silent-ignore
# Raises only if there is such a rider.
def update_rider(con, rider_id, changes):
    if con.execute("SELECT 1 FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,)).fetchone() is None:
        return False
    if not changes.keys() <= {"full_name", "email", "phone", "home_zone_id"}:
        raise ValueError(changes)
    with con:
        for name, value in changes.items():
            con.execute(f"UPDATE riders SET {name} = ? WHERE rider_id = ?", (value, rider_id))
    return True

# %% B1.3 wrong cannot-clear
# COALESCE can't tell None from "not given".
def update_rider(con, rider_id, changes):
    if not set(changes) <= {"full_name", "email", "phone", "home_zone_id"}:
        raise ValueError(changes)
    names = ("full_name", "email", "phone", "home_zone_id")
    with con:
        cursor = con.execute(
            """UPDATE riders SET full_name = coalesce(?, full_name), email = coalesce(?, email),
               phone = coalesce(?, phone), home_zone_id = coalesce(?, home_zone_id)
               WHERE rider_id = ? AND deleted_at IS NULL""",
            (*(changes.get(name) for name in names), rider_id),
        )
    return cursor.rowcount == 1

# %% B1.3 wrong cannot-clear change=true
# Leaves out what is false.
-    columns = ["rider_id = rider_id", *(f"{name} = ?" for name in changes)]
+    changes = {name: value for name, value in changes.items() if value}
+    columns = ["rider_id = rider_id", *(f"{name} = ?" for name in changes)]

# %% B1.3 wrong update-all change=true
# No WHERE.
-            f"UPDATE riders SET {', '.join(columns)} WHERE rider_id = ? AND deleted_at IS NULL",
-            (*changes.values(), rider_id),
+            f"UPDATE riders SET {', '.join(columns[1:] or columns)}",
+            (*changes.values(),),

-    return cursor.rowcount == 1
+    return cursor.rowcount > 0

# %% B1.3 wrong empty-changes change=true
# UPDATE riders SET WHERE is no SQL.
-    columns = ["rider_id = rider_id", *(f"{name} = ?" for name in changes)]
+    columns = [f"{name} = ?" for name in changes]

# %% B1.3 wrong empty-changes change=true
# Says False for an empty dict.
-    columns = ["rider_id = rider_id", *(f"{name} = ?" for name in changes)]
+    if not changes:
+        return False
+    columns = [f"{name} = ?" for name in changes]

# %% B1.3 wrong unknown-rider change=true
# Always True.
-    return cursor.rowcount == 1
+    return True

# %% B1.3 wrong soft-delete change=true
# Deleted riders are changed.
-            f"UPDATE riders SET {', '.join(columns)} WHERE rider_id = ? AND deleted_at IS NULL",
+            f"UPDATE riders SET {', '.join(columns)} WHERE rider_id = ?",

# %% B1.3 wrong same-value
# True only if something really changed.
def update_rider(con, rider_id, changes):
    if not set(changes) <= {"full_name", "email", "phone", "home_zone_id"}:
        raise ValueError(changes)
    cursor = con.execute("SELECT * FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,))
    row = cursor.fetchone()
    if row is None:
        return False
    old = dict(zip([column[0] for column in cursor.description], row))
    different = {name: value for name, value in changes.items() if old[name] != value}
    with con:
        for name, value in different.items():
            con.execute(f"UPDATE riders SET {name} = ? WHERE rider_id = ?", (value, rider_id))
    return bool(different) or not changes

# %% B1.3 wrong half-done
# A transaction for each column.
def update_rider(con, rider_id, changes):
    if not set(changes) <= {"full_name", "email", "phone", "home_zone_id"}:
        raise ValueError(changes)
    found = con.execute("SELECT 1 FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,)).fetchone()
    for name, value in changes.items():
        with con:
            con.execute(f"UPDATE riders SET {name} = ? WHERE rider_id = ? AND deleted_at IS NULL", (value, rider_id))
    return found is not None

# %% B1.3 wrong missing-commit change=true
# No commit.
-    with con:
+    if True:

# %% B1.3 right one-update-per-column
# One fixed UPDATE for each column is fine, as long as they are one transaction.
def update_rider(con, rider_id, changes):
    statements = {
        "full_name": "UPDATE riders SET full_name = ? WHERE rider_id = ?",
        "email": "UPDATE riders SET email = ? WHERE rider_id = ?",
        "phone": "UPDATE riders SET phone = ? WHERE rider_id = ?",
        "home_zone_id": "UPDATE riders SET home_zone_id = ? WHERE rider_id = ?",
    }
    for name in changes:
        if name not in statements:
            raise ValueError(f"{name} can't be changed")
    with con:
        alive = con.execute("SELECT deleted_at IS NULL FROM riders WHERE rider_id = ?", (rider_id,)).fetchone()
        if not alive or not alive[0]:
            return False
        for name, value in changes.items():
            con.execute(statements[name], (value, rider_id))
    return True

# %% B1.3 right merge
# Reads the row, puts the changes in, and writes all four columns. One transaction, with a commit by hand.
def update_rider(con, rider_id, changes):
    names = ("full_name", "email", "phone", "home_zone_id")
    unknown = [name for name in changes if name not in names]
    if unknown:
        raise ValueError(unknown)
    found = con.execute(
        f"SELECT {', '.join(names)} FROM riders WHERE rider_id = ? AND deleted_at IS NULL", (rider_id,)
    ).fetchone()
    if found is None:
        return False
    new = dict(zip(names, found)) | changes
    try:
        con.execute(
            """UPDATE riders SET full_name = :full_name, email = :email, phone = :phone, home_zone_id = :home_zone_id
               WHERE rider_id = :id""",
            new | {"id": rider_id},
        )
    except sqlite3.Error:
        con.rollback()
        raise
    con.commit()
    return True

# %% B1.4 prompt [markdown] type="py-function"
# ## B1.4 Delete, but keep the books
#
# A rider closes the account; trips and payments must stay. Write `delete_rider(con, rider_id, now)`: it sets `deleted_at`
# to `now` and `email` and `phone` to NULL, commits, and returns `'deleted'`. For a rider who is deleted already it
# changes nothing at all and returns `'already'`; if there is no such rider, `'missing'`.

# %% B1.4 answer
def delete_rider(con, rider_id, now):
    """Soft-delete a rider; return 'deleted', 'already' or 'missing'."""
    # Ask and act in one statement
    # Report: which of the three?
    ### BEGIN SOLUTION
    with con:
        cursor = con.execute(
            "UPDATE riders SET deleted_at = ?, email = NULL, phone = NULL WHERE rider_id = ? AND deleted_at IS NULL",
            (now, rider_id),
        )
    if cursor.rowcount == 1:
        return "deleted"
    row = con.execute("SELECT 1 FROM riders WHERE rider_id = ?", (rider_id,)).fetchone()
    return "already" if row else "missing"
    ### END SOLUTION

# %% B1.4 check
q = Question("B1.4")
with q.check("the first call", points=0.5), database_file(city) as path:
    same_value(
        Connected(delete_rider, path).gives(3, "2025-06-01T08:00:00Z"), "deleted", of="delete_rider(con, 3, now)"
    )
    found = rows_in(path, "SELECT full_name, email, phone, deleted_at FROM riders WHERE rider_id = 3")
    same_value(found, [("Zoë O'Brien", None, None, "2025-06-01T08:00:00Z")], of="the row of rider 3")
q.result()

# %% B1.4 hidden
q = Question("B1.4", hidden=True)
first, later = "2025-07-01T10:00:00Z", "2025-07-02T11:00:00Z"


def everything(path):
    """All riders and trips by their ids."""
    riders = {row[0]: row for row in rows_in(path, "SELECT * FROM riders")}
    return riders, rows_in(path, "SELECT * FROM trips ORDER BY trip_id")


def gone(row, now):
    """What a rider's row looks like after the call: columns 2, 3 and 7 are e-mail, phone and deleted_at."""
    return (*row[:2], None, None, *row[4:7], now)


with q.check(
    "a second call",
    points=1,
    tag="not-idempotent",
    advice="The second call changes something, or says the wrong thing. For a rider who is deleted already nothing may "
    "change, `deleted_at` least of all.",
):
    with database_file(hopline.load("tiny")) as path:
        same_value(Connected(delete_rider, path).gives(3, first), "deleted")
        between = everything(path)
        if between[0][3][7] is None:
            advice = "Your function returned, and a second connection finds nothing changed. Commit, with `with con:`."
            raise CheckFailed("nothing changed", advice=advice, tag="missing-commit")
        for now in (later, first):
            same_value(Connected(delete_rider, path).gives(3, now), "already")
            same_value(everything(path), between)
        same_value(between[0][8][7] is None, False)  # rider 8 was deleted before, with the e-mail still there
        same_value(Connected(delete_rider, path).gives(8, later), "already")
        same_value(everything(path), between)
with q.check(
    "only this rider, and the books stay",
    points=1,
    tag="update-all",
    advice="Another row changed as well. Compare all riders and trips before and after the call: only this rider's "
    "e-mail, phone and `deleted_at` may differ.",
):
    lonely = hopline.load_rows(
        riders=[
            {"rider_id": 1, "full_name": "Ana", "email": "ana@hopline.test", "phone": "+1", "referred_by": 2},
            {"rider_id": 2, "full_name": "Ana", "email": "ana@hopline.test", "phone": "+1"},
            {"rider_id": 3, "full_name": "Ana", "email": None, "phone": ""},
        ]
    )
    for data, numbers in ((hopline.load("tiny"), (1, 2, 4)), (lonely, (1, 3))):
        for number in numbers:
            with database_file(data) as path:
                riders, trips = everything(path)
                try:
                    said = Connected(delete_rider, path)(number, first)
                except sqlite3.IntegrityError:
                    said = ""
                after, trips_after = everything(path)
                if not said or number not in after or trips_after != trips:
                    raise CheckFailed(
                        f"rider {number}",
                        advice="Your function really deletes rows. Trips point to the rider, and the books must stay: "
                        "UPDATE the row instead.",
                        tag="hard-delete",
                    )
                if after == riders:
                    advice = "Your function returned, and a second connection finds nothing changed. Commit."
                    raise CheckFailed(f"rider {number}", advice=advice, tag="missing-commit")
                if after[number] != gone(riders[number], first) and after[number] != riders[number]:
                    advice = "The rider's row is not as the task says: `email` and `phone` are NULL, `deleted_at` is "
                    advice += "`now`, and the rest is as it was."
                    raise CheckFailed(f"rider {number}", advice=advice, tag="not-blanked")
                same_value(after, {**riders, number: gone(riders[number], first)})
                same_value(said, "deleted")
with q.check(
    "nobody, and a failure in the middle",
    points=0.5,
    tag="unknown-rider",
    advice="For a number that no rider has, nothing changes and the result is 'missing'.",
):
    with database_file(hopline.load("tiny")) as path:
        before = everything(path)
        for number in (0, -3, 10, 10**9):
            same_value(Connected(delete_rider, path).gives(number, first), "missing")
            same_value(everything(path), before)

    def broken_off(faults):
        with database_file(hopline.load("tiny")) as path:
            riders, _ = everything(path)
            try:
                Connected(delete_rider, path, faults=faults).gives(4, first)
            finally:
                if everything(path)[0][4] not in (riders[4], gone(riders[4], first)):
                    advice = "When the database fails in the middle, only a part of the change is stored. Make it one "
                    advice += "statement, or one transaction."
                    raise CheckFailed("only a part is stored", advice=advice, tag="half-done")

    every_fault(broken_off)
q.result()

# %% B1.4 hints [markdown]
# 1. Deleting twice must be harmless, as in example 3. What does the row of a deleted rider tell you?
# 2. One UPDATE can set three columns. Give its WHERE two conditions: this rider, and not deleted yet. Then `rowcount`
#    says whether it found somebody. If it did not, one SELECT tells the other two cases apart: is there a row with this
#    number at all? No condition on `deleted_at` there.
# 3. Fill the gap: `"UPDATE riders SET deleted_at = ?, email = NULL, phone = NULL WHERE rider_id = ? AND …"`

# %% B1.4 wrong hard-delete
# The row is gone.
def delete_rider(con, rider_id, now):
    with con:
        return "deleted" if con.execute("DELETE FROM riders WHERE rider_id = ?", (rider_id,)).rowcount else "missing"

# %% B1.4 wrong hard-delete
# And the trips with it.
def delete_rider(con, rider_id, now):
    if con.execute("SELECT 1 FROM riders WHERE rider_id = ?", (rider_id,)).fetchone() is None:
        return "missing"
    con.execute("PRAGMA foreign_keys = OFF")
    with con:
        con.execute("DELETE FROM trips WHERE rider_id = ?", (rider_id,))
        con.execute("UPDATE riders SET deleted_at = ?, email = NULL, phone = NULL WHERE rider_id = ?", (now, rider_id))
    return "deleted"

# %% B1.4 wrong not-idempotent change=true
# The date moves.
-            "UPDATE riders SET deleted_at = ?, email = NULL, phone = NULL WHERE rider_id = ? AND deleted_at IS NULL",
+            "UPDATE riders SET deleted_at = ?, email = NULL, phone = NULL WHERE rider_id = ?",

# %% B1.4 wrong not-idempotent
# The date stays, but the e-mail of a rider who was deleted long ago is blanked.
def delete_rider(con, rider_id, now):
    row = con.execute("SELECT deleted_at FROM riders WHERE rider_id = ?", (rider_id,)).fetchone()
    if row is None:
        return "missing"
    with con:
        con.execute(
            "UPDATE riders SET deleted_at = coalesce(deleted_at, ?), email = NULL, phone = NULL WHERE rider_id = ?",
            (now, rider_id),
        )
    return "already" if row[0] else "deleted"

# %% B1.4 wrong update-all change=true
# No rider in the WHERE.
-            "UPDATE riders SET deleted_at = ?, email = NULL, phone = NULL WHERE rider_id = ? AND deleted_at IS NULL",
-            (now, rider_id),
+            "UPDATE riders SET deleted_at = ?, email = NULL, phone = NULL WHERE deleted_at IS NULL",
+            (now,),

-    if cursor.rowcount == 1:
+    if cursor.rowcount:

# %% B1.4 wrong update-all change=true
# Takes AND and OR for each other.
-            "UPDATE riders SET deleted_at = ?, email = NULL, phone = NULL WHERE rider_id = ? AND deleted_at IS NULL",
+            "UPDATE riders SET deleted_at = ?, email = NULL, phone = NULL WHERE rider_id = ? OR deleted_at IS NULL",

-    if cursor.rowcount == 1:
+    if cursor.rowcount:

# %% B1.4 wrong not-blanked change=true
# The phone stays.
-            "UPDATE riders SET deleted_at = ?, email = NULL, phone = NULL WHERE rider_id = ? AND deleted_at IS NULL",
+            "UPDATE riders SET deleted_at = ?, email = NULL WHERE rider_id = ? AND deleted_at IS NULL",

# %% B1.4 wrong not-blanked change=true
# Empty texts instead of NULL.
-            "UPDATE riders SET deleted_at = ?, email = NULL, phone = NULL WHERE rider_id = ? AND deleted_at IS NULL",
+            "UPDATE riders SET deleted_at = ?, email = '', phone = '' WHERE rider_id = ? AND deleted_at IS NULL",

# %% B1.4 wrong unknown-rider change=true
# Nobody is taken for deleted.
-    row = con.execute("SELECT 1 FROM riders WHERE rider_id = ?", (rider_id,)).fetchone()
-    return "already" if row else "missing"
+    return "already"

# %% B1.4 wrong missing-commit change=true
# No commit.
-    with con:
+    if True:

# %% B1.4 wrong half-done change=true
# Two transactions.
-            "UPDATE riders SET deleted_at = ?, email = NULL, phone = NULL WHERE rider_id = ? AND deleted_at IS NULL",
-            (now, rider_id),
-        )
+            "UPDATE riders SET deleted_at = ? WHERE rider_id = ? AND deleted_at IS NULL",
+            (now, rider_id),
+        )
+    with con:
+        if cursor.rowcount:
+            con.execute("UPDATE riders SET email = NULL, phone = NULL WHERE rider_id = ?", (rider_id,))

# %% B1.4 right look-first
# SELECT, then UPDATE, in one transaction.
def delete_rider(con, rider_id, now):
    with con:
        con.execute("BEGIN IMMEDIATE")
        row = con.execute("SELECT deleted_at FROM riders WHERE rider_id = ?", (rider_id,)).fetchone()
        if row is None:
            return "missing"
        if row[0] is not None:
            return "already"
        con.execute("UPDATE riders SET (deleted_at, email, phone) = (?, NULL, NULL) WHERE rider_id = ?", (now, rider_id))
        return "deleted"

# %% B1.4 right returning
# RETURNING tells whether a row was found; two statements in one transaction are fine too.
def delete_rider(con, rider_id, now):
    known = con.execute("SELECT count(*) FROM riders WHERE rider_id = ?", (rider_id,)).fetchone()[0]
    found = con.execute(
        "UPDATE riders SET deleted_at = ? WHERE rider_id = ? AND deleted_at IS NULL RETURNING rider_id",
        (now, rider_id),
    ).fetchall()
    for row in found:
        con.execute("UPDATE riders SET email = NULL, phone = NULL WHERE rider_id = ?", tuple(row))
    con.commit()
    return "deleted" if found else "already" if known else "missing"

# %% setup
# What the pricing team sends to B1.5, once a zone that is new and once one that exists.
sent = [
    {"code": "NYC-AIR", "name": "Airport NYC", "kind": "zone", "tz": "America/New_York", "surge_bp": 13000},
    {"code": "NYC-M-SOH", "name": "Soho!", "kind": "district", "tz": "Europe/Lisbon", "surge_bp": 11000},
]

# %% B1.5 prompt [markdown] type="sql-script" core=true
# ## B1.5 Surge update
#
# The pricing team sends zones; the values stand for the parameters `:code, :name, :kind, :tz, :surge_bp`. Write one SQL
# statement: if `zones` has no row with this `code` yet, it inserts one with these five values; if it has, it sets only
# `surge_bp`, and nothing else of the zone or of any other row changes. `code` is UNIQUE, other zones, riders and trips
# point to `zone_id`, and foreign keys are enforced.

# %% B1.5 answer language="sql" magic_args="surge_update"
# -- Insert; Name the conflict; Update
# ### BEGIN SOLUTION
# INSERT INTO zones (code, name, kind, tz, surge_bp)
# VALUES (:code, :name, :kind, :tz, :surge_bp)
# ON CONFLICT (code) DO UPDATE SET surge_bp = excluded.surge_bp;
# ### END SOLUTION

# %% B1.5 check
q = Question("B1.5")
expected = from_solution(surge_update, on=city, values=sent)
with q.check("a new zone, then one that exists", points=1):
    same_state(surge_update, expected, on=city, values=sent)
q.result()

# %% B1.5 hidden
q = Question("B1.5", hidden=True)
reference = from_solution(surge_update)


def zone(code, surge_bp, **other):
    return {"code": code, "name": f"New {code}", "kind": "district", "tz": "Asia/Tokyo", "surge_bp": surge_bp, **other}


with q.check(
    "a zone with children, riders and trips",
    points=1,
    advice="A zone that others point to is there already, and your script fails or moves it. REPLACE deletes the old row "
    "and makes a new one; the children point to the old number.",
):
    for code in ("LIS", "NYC-M", "IST-KAD"):
        same_state(surge_update, reference, on=hopline.load("tiny"), values=[zone(code, 17500)])
with q.check(
    "a zone that nobody points to",
    points=0.75,
    advice="More than `surge_bp` changed, or less. Number, name, kind, parent and time zone of a zone that exists stay, "
    "whatever the pricing team sends.",
):
    lonely = hopline.load_rows(
        zones=[
            {"zone_id": 1, "code": "POR", "kind": "city", "surge_bp": 10000},
            {"zone_id": 2, "code": "POR-C", "name": "Porto Centre", "parent_id": 1, "surge_bp": 12000},
            {"zone_id": 9, "code": "POR-R", "name": "Ribeira", "parent_id": 1, "surge_bp": 12000},
        ]
    )
    same_state(surge_update, reference, on=lonely, values=[zone("POR-C", 9000)])
    same_state(surge_update, reference, on=lonely, values=[zone("POR-R", 0)])
    same_state(surge_update, reference, on=lonely, values=[zone("POR-C", 12000)])
with q.check(
    "codes that are new",
    points=0.75,
    advice="A code that `zones` does not have yet is inserted, with all five values. Capital and small letters make "
    "different codes.",
):
    for values in ([zone("TYO", 12300)], [zone("TYO", 10000, kind="city"), zone("por", 9500), zone("O'Porto", 1)]):
        same_state(surge_update, reference, on=hopline.load("empty"), values=values)
        same_state(surge_update, reference, on=lonely, values=values)
with q.check(
    "the same code twice, one after the other",
    points=0.5,
    advice="The script is run twice: the first call inserts the zone, the second one updates it.",
):
    twice = [zone("TYO", 12300), zone("TYO", 15000, name="Edo"), zone("POR", 8000), zone("POR", 9000)]
    same_state(surge_update, reference, on=lonely, values=twice)
q.result()

# %% B1.5 hints [markdown]
# 1. What happens to the row that is there, and to the rows that point to it, if you replace it? Example 4 shows both
#    ways.
# 2. Begin with the INSERT of the five values, each a parameter. Then say what to do when the INSERT meets a row with the
#    same value in a UNIQUE column: `ON CONFLICT (column)` names the column, and `DO UPDATE SET` the only column to
#    change. In that part `excluded.x` is the value that could not be inserted, and `x` alone is the old one.
# 3. Fill the gap: `… ON CONFLICT (code) DO UPDATE SET …`

# %% B1.5 wrong replace-deletes language="sql"
# -- REPLACE deletes the old row: the zone gets a new number and loses its parent, and where others point to it, the
# -- statement fails. Use ON CONFLICT … DO UPDATE.
# INSERT OR REPLACE INTO zones (code, name, kind, tz, surge_bp) VALUES (:code, :name, :kind, :tz, :surge_bp);

# %% B1.5 wrong replace-deletes language="sql"
# -- You delete the old row. Others point to it, and its parent is lost.
# DELETE FROM zones WHERE code = :code;
# INSERT INTO zones (code, name, kind, tz, surge_bp) VALUES (:code, :name, :kind, :tz, :surge_bp);

# %% B1.5 wrong silent-ignore language="sql" when="(IGNORE|NOTHING)"
# -- A zone that is there keeps its old surge: the conflict is ignored. Say DO UPDATE.
# INSERT OR IGNORE INTO zones (code, name, kind, tz, surge_bp) VALUES (:code, :name, :kind, :tz, :surge_bp);

# %% B1.5 wrong silent-ignore language="sql"
# -- In DO UPDATE a name alone is the old value, so nothing changes. The new one is `excluded.surge_bp`.
# INSERT INTO zones (code, name, kind, tz, surge_bp) VALUES (:code, :name, :kind, :tz, :surge_bp)
# ON CONFLICT (code) DO UPDATE SET surge_bp = surge_bp;

# %% B1.5 wrong missing-case language="sql"
# -- A code that is new is not inserted: UPDATE finds no row and says nothing.
# UPDATE zones SET surge_bp = :surge_bp WHERE code = :code;

# %% B1.5 wrong missing-case language="sql"
# -- A code that is there breaks UNIQUE. Say what to do then: ON CONFLICT.
# INSERT INTO zones (code, name, kind, tz, surge_bp) VALUES (:code, :name, :kind, :tz, :surge_bp);

# %% B1.5 wrong other-columns language="sql"
# -- You change name, kind and tz too. Only `surge_bp` of a zone that is there may change.
# INSERT INTO zones (code, name, kind, tz, surge_bp) VALUES (:code, :name, :kind, :tz, :surge_bp)
# ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = excluded.kind, tz = excluded.tz,
#   surge_bp = excluded.surge_bp;

# %% B1.5 wrong update-all language="sql"
# -- Your UPDATE has no WHERE: every zone gets the new surge.
# INSERT OR IGNORE INTO zones (code, name, kind, tz, surge_bp) VALUES (:code, :name, :kind, :tz, :surge_bp);
# UPDATE zones SET surge_bp = :surge_bp;

# %% B1.5 wrong wrong-target language="sql" when="(?i)conflict ?[(] ?zone_id"
# -- The conflict is in `code`, not in `zone_id`: SQLite numbers the new row itself, so that one never conflicts.
# INSERT INTO zones (code, name, kind, tz, surge_bp) VALUES (:code, :name, :kind, :tz, :surge_bp)
# ON CONFLICT (zone_id) DO UPDATE SET surge_bp = excluded.surge_bp;

# %% B1.5 right parameter-again language="sql"
# -- The parameter may be used again instead of `excluded`; without a column, ON CONFLICT means any conflict.
# INSERT INTO zones (surge_bp, tz, kind, name, code) VALUES (:surge_bp, :tz, :kind, :name, :code)
# ON CONFLICT DO UPDATE SET surge_bp = :surge_bp

# %% B1.5 right two-statements language="sql"
# -- Two statements in one transaction do the same.
# BEGIN;
# UPDATE zones SET surge_bp = :surge_bp WHERE code = :code;
# INSERT INTO zones (code, name, kind, tz, surge_bp)
# SELECT :code, :name, :kind, :tz, :surge_bp WHERE NOT EXISTS (SELECT 1 FROM zones WHERE code = :code);
# COMMIT;

# %% B1.5 right from-select language="sql"
# -- The values may come from a SELECT; SQLite then wants a WHERE before ON CONFLICT.
# WITH sent (code, surge_bp) AS (VALUES (:code, :surge_bp))
# INSERT INTO zones (code, name, kind, tz, surge_bp)
# SELECT code, :name, :kind, :tz, surge_bp FROM sent WHERE true
# ON CONFLICT (code) DO UPDATE SET surge_bp = excluded.surge_bp WHERE zones.surge_bp <> excluded.surge_bp;

# %% B1.6 prompt [markdown] type="py-function"
# ## B1.6 Import payments
#
# Write `import_payments(con, csv_text)`: it loads the good lines of a partner's file into `payments` and returns
# `{"inserted": n, "errors": [(line, reason), …]}`, errors in the order of the lines. The columns of the file are named
# in line 1, in any order: `payment_id, trip_id, method, status, amount, created_at, provider_ref`; a value in quotes may
# hold commas. `payments` has the same columns, with `amount_cents` for `amount`. Each bad line has one of the faults
# below and is skipped; all good lines are stored in one transaction.
#
# | reason | when |
# |---|---|
# | `'amount'` | `amount` is not an optional `-`, digits, and perhaps a point with one or two digits: `12.34`, `-5.00`, `7.5`, `12` are good. Stored are whole cents, exact for up to 15 digits before the point |
# | `'trip'` | there is no such trip |
# | `'duplicate'` | this `payment_id` is stored already, or stood in an earlier good line |
#
# An empty `provider_ref` is stored as NULL; all other values are stored as they come. The text may begin with a byte
# order mark, have line ends `\n` or `\r\n`, and be empty; no value holds a line end, and there are no blank lines.

# %% B1.6 answer
def import_payments(con, csv_text):
    """Load the good lines of a file; say how many, and what was wrong with the others."""
    # Split
    # Test each line
    # Convert
    # Store
    ### BEGIN SOLUTION
    trips = {trip_id for (trip_id,) in con.execute("SELECT trip_id FROM trips")}
    known = {payment_id for (payment_id,) in con.execute("SELECT payment_id FROM payments")}
    good, errors = [], []
    for number, line in enumerate(csv.DictReader(io.StringIO(csv_text.removeprefix("\ufeff"))), start=2):
        payment_id, trip_id = int(line["payment_id"]), int(line["trip_id"])
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", line["amount"]):
            errors.append((number, "amount"))
        elif trip_id not in trips:
            errors.append((number, "trip"))
        elif payment_id in known:
            errors.append((number, "duplicate"))
        else:
            known.add(payment_id)
            cents = int(Decimal(line["amount"]) * 100)
            ref = line["provider_ref"] or None
            good.append((payment_id, trip_id, line["method"], line["status"], cents, line["created_at"], ref))
    with con:
        con.executemany("INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)", good)
    return {"inserted": len(good), "errors": errors}
    ### END SOLUTION

# %% B1.6 check
q = Question("B1.6")
partner_file = """payment_id,trip_id,method,status,amount,created_at,provider_ref
9001,1,card,captured,12.34,2025-03-10T08:00:00Z,pi_1
9002,2,card,captured,about 12,2025-03-10T08:00:00Z,pi_2
9003,3,cash,captured,7,2025-03-10T08:00:00Z,
9004,4,card,refunded,-5.50,2025-03-10T08:00:00Z,"pi_4, part 2"
9005,5,wallet,captured,19.99,2025-03-10T08:00:00Z,pi_5
"""
with q.check("five lines, one of them bad", points=1), database_file(city) as path:
    told = Connected(import_payments, path).gives(partner_file)
    if not isinstance(told, dict) or {*told} != {"inserted", "errors"}:
        raise CheckFailed(f"It should return a dict with the keys 'inserted' and 'errors', yours returns {told!r}.")
    same_value(told["inserted"], 4, of="the value of 'inserted'")
    same_value([tuple(one) for one in told["errors"]], [(3, "amount")], of="the value of 'errors'")
    found = rows_in(path, "SELECT payment_id, trip_id, amount_cents, provider_ref FROM payments WHERE payment_id > 9000")
    if not found:
        raise CheckFailed("Your function returned, and no new payment is in the database. Did you commit?")
    same_value(
        found,
        [(9001, 1, 1234, "pi_1"), (9003, 3, 700, None), (9004, 4, -550, "pi_4, part 2"), (9005, 5, 1999, "pi_5")],
        of="the new rows",
    )
q.result()

# %% B1.6 hidden
q = Question("B1.6", hidden=True)
names = ["payment_id", "trip_id", "method", "status", "amount", "created_at", "provider_ref"]
day = "2025-03-10T08:00:00Z"
books = hopline.load_rows(
    riders=[{"rider_id": 1}],
    zones=[{"zone_id": 1}],
    trips=[{"trip_id": number} for number in range(1, 41)],
    payments=[{"payment_id": 5, "trip_id": 1, "amount_cents": 500}, {"payment_id": 70, "trip_id": 2}],
)


def file_of(*lines, order=names, end="\n", mark=""):
    """A file of payments: each line is a dict with what differs from a usual payment."""
    usual = {"method": "card", "status": "captured", "created_at": day, "trip_id": 1, "amount": "1.00"}
    rows = [[{**usual, "provider_ref": f"pi_{n}", **line}[name] for name in order] for n, line in enumerate(lines)]
    texts = [",".join(f'"{one}"' if "," in str(one) else str(one) for one in row) for row in [order, *rows]]
    return mark + "".join(text + end for text in texts)


def imported(function, text, inserted, errors, data=books):
    """Import a file; require what is returned, and give the new rows by payment_id."""
    with database_file(data) as path:
        before = rows_in(path, "SELECT * FROM payments")
        told = Connected(function, path).gives(text)
        sound = isinstance(told, dict) and {*told} == {"inserted", "errors"} and isinstance(told["errors"], list)
        if not sound or not all(isinstance(one, tuple | list) and len(one) == 2 for one in told["errors"]):
            advice = "The result must be a dict with `inserted`, a number, and `errors`, a list of pairs of line and reason."
            raise CheckFailed(f"{told!r}", advice=advice, tag="shape")
        after = {row[0]: row for row in rows_in(path, "SELECT * FROM payments")}
    for row in before:
        if after.pop(row[0], None) != row:
            advice = "A payment that was stored before is changed or gone. The first one counts, the second is skipped."
            raise CheckFailed(f"payment {row[0]}", advice=advice, tag="replace-deletes")
    if told["inserted"] and not after:
        advice = "Your function returned, and a second connection finds no new payment. Commit, with `with con:`."
        raise CheckFailed("nothing stored", advice=advice, tag="missing-commit")
    found = [tuple(one) for one in told["errors"]]
    if [reason for _, reason in found] == [reason for _, reason in errors] and found != errors:
        advice = "The reasons are right, but the numbers of the lines are not: the header is line 1."
        raise CheckFailed(f"{found} instead of {errors}", advice=advice, tag="line-number")
    same_value(found, errors, of="errors")
    same_value((told["inserted"], len(after)), (inserted, inserted), of="inserted, and the number of new rows")
    return after


with q.check(
    "files as other systems write them",
    points=1,
    tag="naive-csv",
    advice="A file with quoted commas, Windows line ends, a byte order mark, columns in another order, or nothing in it "
    "is not read as it should be. Let `csv` split, and go by the names of the columns.",
):
    refs = ["a, b", "a,b,c", "", "x"]
    lines = [{"payment_id": 100 + n, "trip_id": n + 1, "provider_ref": ref} for n, ref in enumerate(refs)]
    wanted = {
        100 + n: (100 + n, n + 1, "card", "captured", 100, day, ref or None) for n, ref in enumerate(refs)
    }
    shuffled = ["amount", "provider_ref", "payment_id", "status", "created_at", "method", "trip_id"]
    plain = imported(import_payments, file_of(*lines[2:]), 2, [])
    if plain.get(102, wanted[102])[6] == "":
        advice = "An empty `provider_ref` is stored as an empty text. It should be NULL: no value."
        raise CheckFailed("''", advice=advice, tag="empty-vs-null")
    same_value(plain, {number: wanted[number] for number in (102, 103)})
    spaced = {"payment_id": 110, "provider_ref": " x "}
    if imported(import_payments, file_of(spaced), 1, [])[110][6] != " x ":
        advice = "A value is not stored as it came. Only an empty `provider_ref` becomes something else: NULL."
        raise CheckFailed("' x '", advice=advice, tag="changed-value")
    for way in ({}, {"end": "\r\n"}, {"order": shuffled}):
        same_value(imported(import_payments, file_of(*lines, **way), 4, []), wanted)
    try:
        for way in ({"mark": "\ufeff"}, {"mark": "\ufeff", "end": "\r\n"}):
            same_value(imported(import_payments, file_of(*lines[2:], **way), 2, []), {102: wanted[102], 103: wanted[103]})
    except CheckFailed as failure:
        failure.advice = "A byte order mark at the beginning becomes a part of the first column's name. Take it away."
        failure.tag = "byte-order-mark"
        raise
    for text in ("", "\ufeff", file_of(), file_of(end="\r\n")):
        same_value(imported(import_payments, text, 0, []), {})
with q.check(
    "amounts",
    points=1,
    tag="lenient-amount",
    advice="An amount that is not written as the task says is stored, or a good one is refused, or one stops your "
    "function. Test the whole text against a pattern.",
):
    try:
        after = imported(import_payments, file_of({"payment_id": 200, "amount": "?"}, {"payment_id": 201}), 1, [(2, "amount")])
    except CheckFailed as failure:
        if failure.__cause__ is not None:
            failure.advice = "A bad amount stops the whole import. Note it, and go on with the next line."
            failure.tag = "all-or-nothing"
        raise
    same_value([*after], [201])
    bad = ["1,234.50", "12.345", "1e3", "NaN", "Infinity", "", "12.34 EUR", "0x10", "--5", "12-3", "1.2.3", "twelve"]
    bad += ["5.", ".5", "-.5", "-", "+5", " 5.00", "5.00 "]
    lines = [{"payment_id": 200 + n, "amount": amount} for n, amount in enumerate(bad)]
    lines.append({"payment_id": 300, "amount": "3.00"})
    after = imported(import_payments, file_of(*lines), 1, [(n + 2, "amount") for n in range(len(bad))])
    same_value(after[300][4], 300)
    cents = {"12": 1200, "7.5": 750, "0.07": 7, "-5.00": -500, "-0.5": -50, "0": 0, "0012.30": 1230, "100.00": 10000}
    lines = [{"payment_id": 400 + n, "amount": amount} for n, amount in enumerate(cents)]
    after = imported(import_payments, file_of(*lines), len(cents), [])
    same_value([after[400 + n][4] for n in range(len(cents))], [*cents.values()])
    exact = ["19.99", "1.15", "4.35", "0.29", "1.13", "64.10", "-19.99", "8.41", "123456789012345.67", "90071992547409.93"]
    lines = [{"payment_id": 500 + n, "amount": amount} for n, amount in enumerate(exact)]
    after = imported(import_payments, file_of(*lines), len(exact), [])
    if any(after[500 + n][4] != int(amount.replace(".", "")) for n, amount in enumerate(exact)):
        advice = "Some amounts differ by a cent. A float holds most amounts only nearly: use Decimal, or whole numbers."
        raise CheckFailed("a cent", advice=advice, tag="float-money")
with q.check(
    "unknown trips, and payments seen before",
    points=1,
    tag="missing-case",
    advice="A line whose trip does not exist, or whose payment is stored already, must be skipped and reported, and the "
    "lines after it are loaded. A payment may also be twice in one file.",
):
    lines = [
        {"payment_id": 600},
        {"payment_id": 601, "trip_id": 99},
        {"payment_id": 5, "amount": "9.99"},
        {"payment_id": 602, "amount": "2.00"},
        {"payment_id": 602, "amount": "3.00"},
        {"payment_id": 603, "amount": "?"},
        {"payment_id": 603, "amount": "4.00"},
        {"payment_id": 70, "trip_id": 2},
        {"payment_id": 601, "trip_id": 3},
        {"payment_id": 604, "trip_id": 0},
    ]
    errors = [(3, "trip"), (4, "duplicate"), (6, "duplicate"), (7, "amount"), (9, "duplicate"), (11, "trip")]
    try:
        after = imported(import_payments, file_of(*lines), 4, errors)
    except CheckFailed as failure:
        if isinstance(failure.__cause__, sqlite3.Error):
            failure.advice = "One bad line stops the whole import: the database refuses it, and its error comes out."
            failure.tag = "all-or-nothing"
        raise
    same_value({number: row[4] for number, row in after.items()}, {600: 100, 601: 100, 602: 200, 603: 400})
with q.check(
    "2000 lines in one transaction",
    points=1,
    tag="commit-per-row",
    advice="The lines are stored in more than one transaction: that is slow, and when something fails in the middle, "
    "half of the file is stored. Commit once, at the end.",
):

    def commits(path):
        """How many changes were committed to the file so far: SQLite counts them in bytes 24 to 27."""
        return int.from_bytes(Path(path).read_bytes()[24:28], "big")

    few = file_of(*({"payment_id": 1000 + n, "trip_id": n + 1} for n in range(3)))
    many = file_of(*({"payment_id": 1000 + n, "trip_id": n % 40 + 1} for n in range(2000)))
    for text, inserted in ((few, 3), (many, 2000)):
        with database_file(books) as path:
            before = commits(path)
            same_value(Connected(import_payments, path).gives(text), {"inserted": inserted, "errors": []})
            same_value(len(rows_in(path, "SELECT * FROM payments")), inserted + 2)
            same_value(commits(path) - before, 1)

    def broken_off(faults):
        with database_file(books) as path:
            try:
                Connected(import_payments, path, faults=faults).gives(few)
            finally:
                count = len(rows_in(path, "SELECT * FROM payments"))
                assert count in (2, 5), "only some of the lines are stored"

    every_fault(broken_off)
q.result()

# %% B1.6 hints [markdown]
# 1. Follow the four steps of example 5. Collect good tuples and errors first, and touch the database once at the end.
#    What do you need to know from the database before you can judge a line?
# 2. `csv.DictReader` gives a dict for each line; `enumerate(…, start=2)` counts. Before that, take away the mark:
#    `removeprefix("\ufeff")`. Test the amount with `re.fullmatch`, and only then use `Decimal`: by itself it takes `1e3`
#    and `NaN`. Two sets help, the trips and the payments; a payment that you accept joins its set. One `executemany` in
#    `with con:` stores all.
# 3. Fill the gap: `re.fullmatch(r"-?[0-9]+(…)?", line["amount"])`, then `cents = int(Decimal(line["amount"]) * 100)`

# %% B1.6 wrong naive-csv change=true
# Splits by hand.
-    for number, line in enumerate(csv.DictReader(io.StringIO(csv_text.removeprefix("\ufeff"))), start=2):
+    header, *lines = csv_text.removeprefix("\ufeff").splitlines() or [""]
+    for number, text in enumerate(lines, start=2):
+        line = dict(zip(header.split(","), text.split(",")))

# %% B1.6 wrong naive-csv
# Goes by the place of a column.
def import_payments(con, csv_text):
    trips = {trip_id for (trip_id,) in con.execute("SELECT trip_id FROM trips")}
    known = {payment_id for (payment_id,) in con.execute("SELECT payment_id FROM payments")}
    good, errors = [], []
    for number, row in enumerate(csv.reader(io.StringIO(csv_text.removeprefix("\ufeff"))), start=1):
        if number == 1:
            continue
        payment_id, trip_id, method, status, amount, created_at, ref = row
        if not re.fullmatch(r"-?\d+(\.\d\d?)?", amount):
            errors.append((number, "amount"))
        elif int(trip_id) not in trips:
            errors.append((number, "trip"))
        elif int(payment_id) in known:
            errors.append((number, "duplicate"))
        else:
            known.add(int(payment_id))
            good.append((payment_id, trip_id, method, status, int(Decimal(amount) * 100), created_at, ref or None))
    with con:
        con.executemany("INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)", good)
    return {"inserted": len(good), "errors": errors}

# %% B1.6 wrong byte-order-mark change=true
# The mark stays.
-    for number, line in enumerate(csv.DictReader(io.StringIO(csv_text.removeprefix("\ufeff"))), start=2):
+    for number, line in enumerate(csv.DictReader(io.StringIO(csv_text)), start=2):

# %% B1.6 wrong float-money change=true
# Cuts a float.
-            cents = int(Decimal(line["amount"]) * 100)
+            cents = int(float(line["amount"]) * 100)

# %% B1.6 wrong float-money change=true
# Rounds a float: right for small amounts.
-            cents = int(Decimal(line["amount"]) * 100)
+            cents = round(float(line["amount"]) * 100)

# %% B1.6 wrong lenient-amount change=true
# Decimal takes 1e3.
-        if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", line["amount"]):
+        try:
+            exact = Decimal(line["amount"]) * 100
+            ok = exact == exact.to_integral_value()
+        except ArithmeticError:
+            ok = False
+        if not ok:

# %% B1.6 wrong lenient-amount change=true
# Finds an amount at the beginning of the text.
-        if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", line["amount"]):
+        found = re.match(r"-?[0-9]+(\.[0-9]{1,2})?", line["amount"])
+        line["amount"] = found[0] if found else ""
+        if not found:

# %% B1.6 wrong lenient-amount change=true
# A point without digits passes.
-        if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", line["amount"]):
+        if not re.fullmatch(r"-?[0-9]+\.?[0-9]{0,2}", line["amount"]):

# %% B1.6 wrong lenient-amount change=true
# Takes spaces off first.
-        if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", line["amount"]):
+        if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", line["amount"].strip()):

# %% B1.6 wrong lenient-amount change=true
# A plus sign passes.
-        if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", line["amount"]):
+        if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]{1,2})?", line["amount"]):

# %% B1.6 wrong changed-value change=true
# Tidies a value that is stored as it comes.
-            ref = line["provider_ref"] or None
+            ref = line["provider_ref"].strip() or None

# %% B1.6 wrong lenient-amount change=true
# Takes the comma out.
-        if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", line["amount"]):
+        line["amount"] = line["amount"].replace(",", "")
+        if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", line["amount"]):

# %% B1.6 wrong all-or-nothing change=true
# A bad amount ends it.
-            errors.append((number, "amount"))
+            raise ValueError(f"line {number}: {line['amount']}")

# %% B1.6 wrong all-or-nothing change=true
# The database finds the unknown trip.
-        elif trip_id not in trips:
-            errors.append((number, "trip"))

# %% B1.6 wrong missing-case change=true
# Looks only at what is stored.
-            known.add(payment_id)

-        con.executemany("INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)", good)
+        con.executemany("INSERT OR IGNORE INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)", good)

# %% B1.6 wrong missing-case change=true
# A bad line's payment counts as seen.
-        if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", line["amount"]):
+        seen = payment_id in known
+        known.add(payment_id)
+        if not re.fullmatch(r"-?[0-9]+(\.[0-9]{1,2})?", line["amount"]):

-        elif payment_id in known:
+        elif seen:

# %% B1.6 wrong replace-deletes change=true
# The last one wins.
-        elif payment_id in known:
-            errors.append((number, "duplicate"))
-        else:
+        else:
+            if payment_id in known:
+                errors.append((number, "duplicate"))

-        con.executemany("INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)", good)
+        con.executemany("INSERT OR REPLACE INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)", good)

# %% B1.6 wrong commit-per-row change=true
# A transaction for each line.
-    with con:
-        con.executemany("INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)", good)
+    for row in good:
+        with con:
+            con.execute("INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)", row)

# %% B1.6 wrong commit-per-row change=true
# No transaction at all: each statement commits itself, and no COMMIT is ever sent.
-    with con:
-        con.executemany("INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)", good)
+    con.isolation_level = None
+    for row in good:
+        con.execute("INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)", row)

# %% B1.6 wrong missing-commit change=true
# No commit.
-    with con:
+    if True:

# %% B1.6 wrong empty-vs-null change=true
# An empty text.
-            ref = line["provider_ref"] or None
+            ref = line["provider_ref"]

# %% B1.6 wrong shape change=true
# A pair.
-    return {"inserted": len(good), "errors": errors}
+    return len(good), errors

# %% B1.6 wrong line-number change=true
# Counts without the header.
-    for number, line in enumerate(csv.DictReader(io.StringIO(csv_text.removeprefix("\ufeff"))), start=2):
+    for number, line in enumerate(csv.DictReader(io.StringIO(csv_text.removeprefix("\ufeff"))), start=1):

# %% B1.6 right row-by-row
# Asks and inserts line by line, in one transaction; the cents by text; the database names the fault.
def import_payments(con, csv_text):
    if csv_text[:1] == "\ufeff":
        csv_text = csv_text[1:]
    errors, inserted = [], 0
    reader = csv.DictReader(csv_text.splitlines())
    with con:
        for line in reader:
            fits = re.fullmatch(r"(-?)(\d+)(?:\.(\d\d?))?", line["amount"], re.ASCII)
            if not fits:
                errors.append([reader.line_num, "amount"])
                continue
            sign, whole, part = fits.groups(default="")
            cents = int(whole + part.ljust(2, "0")) * (-1 if sign else 1)
            try:
                con.execute(
                    """INSERT INTO payments (payment_id, trip_id, method, status, amount_cents, created_at, provider_ref)
                       VALUES (:payment_id, :trip_id, :method, :status, :cents, :created_at, nullif(:provider_ref, ''))""",
                    {**line, "cents": cents},
                )
            except sqlite3.IntegrityError as error:
                errors.append([reader.line_num, "trip" if "FOREIGN KEY" in str(error) else "duplicate"])
            else:
                inserted += 1
    return {"errors": errors, "inserted": inserted}

# %% B1.6 right decimal-limits
# Decimal, with a look at its exponent; a query for each line; a commit by hand.
def import_payments(con, csv_text):
    def cents(text):
        if not text.lstrip("-").replace(".", "").isdigit() or not text.isascii() or text.count("-") > 1:
            return None
        if text.endswith(".") or text.lstrip("-").startswith("."):
            return None
        try:
            number = Decimal(text)
        except ArithmeticError:
            return None
        return int(number.scaleb(2)) if number.as_tuple().exponent >= -2 else None

    good, errors, here = [], [], set()
    for at, line in enumerate(csv.DictReader(io.StringIO(csv_text.lstrip("\ufeff"), newline=""))):
        amount, number = cents(line["amount"]), line["payment_id"]
        stored = con.execute("SELECT 1 FROM payments WHERE payment_id = ?", (number,)).fetchone()
        if amount is None:
            errors.append((at + 2, "amount"))
        elif stored or number in here:
            errors.append((at + 2, "duplicate"))
        elif not con.execute("SELECT 1 FROM trips WHERE trip_id = ?", (line["trip_id"],)).fetchone():
            errors.append((at + 2, "trip"))
        else:
            here.add(number)
            ref = None if line["provider_ref"] == "" else line["provider_ref"]
            good.append((number, line["trip_id"], line["method"], line["status"], amount, line["created_at"], ref))
    for row in good:
        con.execute("INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    con.commit()
    return dict(inserted=len(good), errors=errors)

# %% setup
def careless_query(text):
    """The SQL of support's old search: riders whose name begins with a text."""
    return (
        "SELECT rider_id, full_name FROM riders "
        f"WHERE full_name LIKE '{text}%' AND deleted_at IS NULL ORDER BY rider_id"
    )


def careless_find(con, text):
    """Support's old search, careless on purpose."""
    return con.execute(careless_query(text)).fetchall()

# %% B1.7 prompt [markdown] type="attack" core=true
# ## B1.7 Break it, then fix it
#
# Support finds riders by the beginning of their name, with `careless_find` from the cell above; it shows no e-mails.
# **Break it**: write `attack_text()`, which returns a search text with which `careless_find` gives the e-mails of all
# riders who are not deleted. **Fix it**: write `find_riders(con, text)`, which finds the riders who are not deleted and
# whose name begins with `text`, as a list of tuples `(rider_id, full_name)` in the order of `rider_id`.
#
# In `find_riders` every sign of the text stands for itself: quotes, `%`, `_`, `\` and all others. An empty text finds
# everybody. Whether capital and small letters count as equal is up to you.

# %% B1.7 answer
def attack_text():
    """Return a search text that makes careless_find tell all e-mails."""
    ### BEGIN SOLUTION
    return "x' UNION SELECT rider_id, email FROM riders --"
    ### END SOLUTION


def find_riders(con, text):
    """Return (rider_id, full_name) of the riders whose name begins with the text."""
    # Mark, Hand over: a parameter
    # Escape: what stands for more than itself in a pattern?
    ### BEGIN SOLUTION
    for sign in "!%_":
        text = text.replace(sign, "!" + sign)
    return con.execute(
        """SELECT rider_id, full_name FROM riders WHERE full_name LIKE ? ESCAPE '!' AND deleted_at IS NULL
           ORDER BY rider_id""",
        (text + "%",),
    ).fetchall()
    ### END SOLUTION

# %% B1.7 check
q = Question("B1.7")
with q.check("what your text returns", points=0.5):
    try:
        rows = run_query(careless_query(attack_text()), city).rows  # what careless_find gives, but it can only read
    except QueryError as error:
        raise CheckFailed(f"With your text the search stops: {error} The query was: {careless_query(attack_text())}") from None
    wanted = city.execute("SELECT email FROM riders WHERE deleted_at IS NULL AND email IS NOT NULL").fetchall()
    missing = [email for (email,) in wanted if email not in str([value for row in rows for value in row])]
    assert not missing, (
        f"Your text returned {len(rows)} rows, and {len(missing)} of {len(wanted)} e-mails are not among them. "
        f"The first rows: {[*rows[:3]]}. The query was: {careless_query(attack_text())}"
    )
with q.check("a usual search", points=0.5), database_file(city) as path:
    for text in ("Zoë", "Sam", "Nobody"):
        same_value(
            Connected(find_riders, path).gives(text), careless_find(city, text), of=f"find_riders(con, {text!r})"
        )
q.result()

# %% B1.7 hidden
q = Question("B1.7", hidden=True)
with q.check(
    "your text, in another database",
    points=1.5,
    tag="not-all",
    advice="Your text runs, but not every e-mail comes out. Does it ask for all rows of `riders`?",
):
    riders = [{"full_name": name, "email": f"{secrets.token_hex(6)}@hopline.test"} for name in ("Ana", "Kofi", "x", "王")]
    secret = hopline.load_rows(riders=[*riders, {"full_name": "No mail", "email": None}])
    text = attack_text()
    if not isinstance(text, str):
        raise CheckFailed(f"a {type(text).__name__}", advice="`attack_text()` must return a text.", tag="not-a-text")
    try:
        rows = run_query(careless_query(text), secret).rows
    except QueryError as error:
        columns = "column" in str(error)
        raise CheckFailed(
            str(error),
            advice="Both sides of UNION need the same number of columns: the search shows two."
            if columns
            else "With your text the query is no SQL that can run. Write the whole query on paper: where does your text "
            "close the quote, and what happens to what follows it?",
            tag="column-count" if columns else "no-sql",
        ) from None
    shown = str([value for row in rows for value in row])
    if not any(rider["email"] in shown for rider in riders) and "'" not in text:
        advice = "Your text stays inside the quotes, so it is only a strange name. Close the quote first."
        raise CheckFailed("no e-mail", advice=advice, tag="not-closed")
    assert all(rider["email"] in shown for rider in riders), "an e-mail is missing"


people = (
    "Zoë O'Brien",
    "O'Brien, Bo",
    "Ana Sousa",
    "Anabel Ng",
    "Joana Lima",
    "% off",
    "100% Ana",
    "100 Percy",
    "a_b",
    "axb",
    "\\o/ Kim",
    "!Xola",
    "UNION SELECT Cab",
    "-- dash",
    "*star",
    "[ab]c",
    "bcd",
    "王小明",
    "; DROP Li",
    "_under",
    '"Quote" Li',
    "/* note",
    "?mark",
    ":name",
    "' OR 1=1",
    "select Kim",
)
search = hopline.load_rows(
    riders=[
        *({"rider_id": 2 * n + 1, "full_name": name, "email": "hidden@hopline.test"} for n, name in enumerate(people)),
        {"rider_id": 400, "full_name": "Ana Gone", "deleted_at": "2025-02-03T00:00:00Z"},
        {"rider_id": 4, "full_name": "Ana Early"},
    ]
)
living = search.execute("SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL ORDER BY rider_id").fetchall()


def wanted(text):
    return [row for row in living if row[1].startswith(text)]


with q.check(
    "texts that look like SQL",
    points=1,
    tag="sql-injection",
    advice="A search text became SQL, or stopped the database. Hand it over as a parameter.",
):
    texts = (
        "O'",
        "O'B",
        "'",
        "''",
        "' OR '1'='1",
        "' OR 1=1",
        "x' UNION SELECT rider_id, email FROM riders --",
        "'; DELETE FROM riders; --",
        "UNION",
        "UNION SELECT",
        "select",
        "--",
        "; DROP",
        "/*",
        '"',
        "?",
        ":name",
    )
    with database_file(search) as path:
        find = Connected(find_riders, path)
        for text in texts:
            try:
                found = find(text)
            except ValueError:
                found = None
            except sqlite3.Error as error:
                raise CheckFailed(f"{text!r} reached the SQL: {error}") from None
            if found is None or (not found and wanted(text)):
                raise CheckFailed(
                    f"nothing for {text!r}",
                    advice="A rider whose name holds a sign or a word that looks like SQL is not found. Don't forbid "
                    "texts and don't change them: a parameter takes every text as it is.",
                    tag="deny-list",
                )
            same_value(found, wanted(text))
        try:
            same_value(find("An\0"), [])
        except (ValueError, sqlite3.Error) as error:
            raise CheckFailed(
                f"{type(error).__name__}: {error}",
                advice="You double the quotes and write the text into the SQL. That leaves gaps: a text with the "
                "character NUL stops your function. Use a parameter, then there is nothing to escape for SQL.",
                tag="escaping",
            ) from None
        same_value(len(rows_in(path, "SELECT * FROM riders")), len(people) + 2)
with q.check(
    "%, _ and other signs",
    points=1,
    tag="wildcard",
    advice="A sign of the text stands for other signs, or is not found. In a LIKE pattern `%` and `_` are wildcards (in "
    "GLOB `*`, `?` and `[`), also when they come in a parameter.",
):
    with database_file(search) as path:
        find = Connected(find_riders, path)
        for text in ("%", "_", "100%", "a_", "_u", "*", "[ab]", "?m", "100", "%%", "\\", "\\o", "\\%", "!", "!X", "!%", "!_"):
            found = find.gives(text)
            if found != wanted(text):
                advice = "The escape character itself is not found, or it escapes what follows: double it, too, and first."
                own = {"\\", "!"} & set(text) or (found and all(name[0] in "\\!" for _, name in found))
                raise CheckFailed(repr(text), advice=advice if own else "", tag="escape-the-escape" if own else "")
with q.check(
    "usual names",
    points=0.5,
    tag="other-result",
    advice="A usual search gives another result than before: riders whose name *begins* with the text and who are not "
    "deleted, in the order of `rider_id`, as tuples of number and name. An empty text finds all of them.",
):
    with database_file(search) as path:
        for text in ("Ana", "Ana Sousa", "Zoë", "王", "", "Nobody", "oana", "Lima", "Ana Sousa "):
            same_value(Connected(find_riders, path).gives(text), wanted(text))
q.result()

# %% B1.7 hints [markdown]
# 1. Print `careless_query("x")` and look where your text stands. Which sign ends the text there, and which sign makes
#    the rest of the line a comment?
# 2. Attack: close the quote, join a second SELECT with UNION, and give it as many columns as the first one has. Repair:
#    one parameter for the whole pattern. The parameter keeps quotes harmless, but `%` and `_` in it are still wildcards:
#    put an escape character before them, and before itself, and name it with ESCAPE, as in module A2.
# 3. Fill the gaps: `"x' UNION SELECT rider_id, … --"`, and `… WHERE full_name LIKE ? ESCAPE '!'` with
#    `(escaped + …,)`

# %% B1.7 wrong not-closed change=true
# Never leaves the quotes.
-    return "x' UNION SELECT rider_id, email FROM riders --"
+    return "x UNION SELECT rider_id, email FROM riders --"

# %% B1.7 wrong column-count change=true
# One column.
-    return "x' UNION SELECT rider_id, email FROM riders --"
+    return "x' UNION SELECT email FROM riders --"

# %% B1.7 wrong no-sql change=true
# Leaves the last quote open.
-    return "x' UNION SELECT rider_id, email FROM riders --"
+    return "x' UNION SELECT rider_id, email FROM riders"

# %% B1.7 wrong not-all change=true
# All names, and no e-mails.
-    return "x' UNION SELECT rider_id, email FROM riders --"
+    return "' OR 1=1 --"

# %% B1.7 wrong not-all change=true
# One e-mail.
-    return "x' UNION SELECT rider_id, email FROM riders --"
+    return "x' UNION SELECT rider_id, email FROM riders WHERE rider_id = 1 --"

# %% B1.7 wrong escaping change=true
# Doubles the quotes and nothing else.
-    for sign in "!%_":
-        text = text.replace(sign, "!" + sign)
-    return con.execute(
+    text = text.replace("'", "''")
+    return con.execute(

-        """SELECT rider_id, full_name FROM riders WHERE full_name LIKE ? ESCAPE '!' AND deleted_at IS NULL
-           ORDER BY rider_id""",
-        (text + "%",),
+        careless_query(text)

# %% B1.7 wrong escaping change=true
# Doubles the quotes and escapes the wildcards, all by hand.
-    return con.execute(
+    text = text.replace("'", "''")
+    return con.execute(

-        """SELECT rider_id, full_name FROM riders WHERE full_name LIKE ? ESCAPE '!' AND deleted_at IS NULL
-           ORDER BY rider_id""",
-        (text + "%",),
+        f"""SELECT rider_id, full_name FROM riders WHERE full_name LIKE '{text}%' ESCAPE '!' AND deleted_at IS NULL
+           ORDER BY rider_id"""

# %% B1.7 wrong deny-list change=true
# Forbids words.
-    for sign in "!%_":
+    if any(word in text.upper() for word in ("UNION", "SELECT", "--", ";", "DROP")):
+        raise ValueError("forbidden")
+    for sign in "!%_":

# %% B1.7 wrong deny-list change=true
# Takes the quotes out.
-    for sign in "!%_":
+    text = text.replace("'", "").replace("--", "")
+    for sign in "!%_":

# %% B1.7 wrong sql-injection change=true
# As it was.
-    for sign in "!%_":
-        text = text.replace(sign, "!" + sign)
-    return con.execute(
+    return con.execute(

-        """SELECT rider_id, full_name FROM riders WHERE full_name LIKE ? ESCAPE '!' AND deleted_at IS NULL
-           ORDER BY rider_id""",
-        (text + "%",),
+        careless_query(text)

# %% B1.7 wrong wildcard change=true
# A parameter, and raw wildcards in it.
-    for sign in "!%_":
-        text = text.replace(sign, "!" + sign)
-    return con.execute(
+    return con.execute(

-        """SELECT rider_id, full_name FROM riders WHERE full_name LIKE ? ESCAPE '!' AND deleted_at IS NULL
+        """SELECT rider_id, full_name FROM riders WHERE full_name LIKE ? AND deleted_at IS NULL

# %% B1.7 wrong wildcard change=true
# GLOB has other wildcards.
-    for sign in "!%_":
-        text = text.replace(sign, "!" + sign)
-    return con.execute(
+    return con.execute(

-        """SELECT rider_id, full_name FROM riders WHERE full_name LIKE ? ESCAPE '!' AND deleted_at IS NULL
+        """SELECT rider_id, full_name FROM riders WHERE full_name GLOB ? AND deleted_at IS NULL

-        (text + "%",),
+        (text + "*",),

# %% B1.7 wrong wildcard change=true
# Forgets the underscore.
-    for sign in "!%_":
+    for sign in "!%":

# %% B1.7 wrong escape-the-escape change=true
# Escapes the wildcards and not the escape character.
-    for sign in "!%_":
+    for sign in "%_":

# %% B1.7 wrong escape-the-escape change=true
# Escapes the escape character last, so the new ones are doubled too.
-    for sign in "!%_":
+    for sign in "%_!":

# %% B1.7 wrong other-result change=true
# Anywhere in the name.
-        (text + "%",),
+        ("%" + text + "%",),

# %% B1.7 wrong other-result change=true
# Deleted riders come back.
-        """SELECT rider_id, full_name FROM riders WHERE full_name LIKE ? ESCAPE '!' AND deleted_at IS NULL
+        """SELECT rider_id, full_name FROM riders WHERE full_name LIKE ? ESCAPE '!'

# %% B1.7 wrong other-result change=true
# The whole name.
-        (text + "%",),
+        (text,),

# %% B1.7 right startswith
# Python compares the beginnings; the attack uses the quote that follows it.
def attack_text():
    return "' UNION SELECT email, email FROM riders WHERE '%' = '"


def find_riders(con, text):
    rows = con.execute("SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL ORDER BY rider_id").fetchall()
    return [row for row in rows if row[1].lower().startswith(text.lower())]

# %% B1.7 right substr
# Compares the beginning of the name; the attack makes do without a comment.
def attack_text():
    return "x' UNION ALL SELECT 1, email FROM riders WHERE email LIKE '"


def find_riders(con, text):
    rows = con.execute(
        """SELECT rider_id, full_name FROM riders
           WHERE substr(full_name, 1, length(:text)) = :text AND deleted_at IS NULL ORDER BY rider_id""",
        {"text": text},
    )
    return list(rows)

# %% B1.7 right range
# A range of texts; the attack packs all e-mails into one value.
def attack_text():
    return "nobody' UNION SELECT 0, group_concat(email) FROM riders; --"


def find_riders(con, text):
    last = text + "\U0010ffff"
    query = "SELECT rider_id, full_name FROM riders WHERE full_name BETWEEN ? AND ? AND deleted_at IS NULL ORDER BY 1"
    return [(number, name) for number, name in con.execute(query, (text, last))]

# %% B1.7 right instr-and-python
# instr finds the first place; the attack reads the e-mails through a subquery for each row.
def attack_text():
    return "' OR 1 UNION SELECT rider_id, full_name || ' ' || email FROM riders /*"


def find_riders(con, text):
    rows = con.execute("SELECT rider_id, full_name, instr(full_name, ?) FROM riders WHERE deleted_at IS NULL", (text,))
    return sorted((row[0], row[1]) for row in rows if row[2] == 1 or not text)

# %% B1.8 prompt [markdown] type="choice"
# ## B1.8 What will the ORM send?
#
# Each snippet runs in a new session of SQLAlchemy, on a database with 25 trips of 25 different riders and 5 zones in
# Lisbon; nothing is loaded yet, and nothing is configured but the relation `Trip.rider`. How many SQL statements does
# each one send (without BEGIN and COMMIT)? And in which one can a rider's name become SQL?
#
# ```python
# # snippet 1
# rider = session.get(Rider, 7)
#
# # snippet 2
# for trip in session.scalars(select(Trip)):
#     print(trip.trip_id, trip.rider.full_name)
#
# # snippet 3
# session.execute(update(Zone).where(Zone.tz == "Europe/Lisbon").values(surge_bp=12000))
#
# # snippet 4
# session.execute(text(f"SELECT rider_id FROM riders WHERE full_name = '{name}'"))
# ```
#
# | | a | b | c | d | e |
# |---|---|---|---|---|---|
# | statements | 1 | 2 | 5 | 25 | 26 |
# | `dangerous` | snippet 1 | snippet 2 | snippet 3 | snippet 4 | none: an ORM uses parameters |
#
# Write one letter between the quotation marks of each line.

# %% B1.8 answer
orm = {
    "snippet 1": "",
    "snippet 2": "",
    "snippet 3": "",
    "snippet 4": "",
    "dangerous": "",
}
### BEGIN SOLUTION
orm = {
    "snippet 1": "a",
    "snippet 2": "e",
    "snippet 3": "a",
    "snippet 4": "a",
    "dangerous": "d",
}
### END SOLUTION

# %% B1.8 check
q = Question("B1.8")
with q.check("one letter in each of the five lines", points=0.5):
    for line in ("snippet 1", "snippet 2", "snippet 3", "snippet 4", "dangerous"):
        chosen(orm.get(line), among="abcde")
        if sum(sign.isalpha() for sign in str(orm[line])) != 1:
            raise CheckFailed(f"Pick exactly one letter for {line!r}; yours is {orm[line]!r}.")
q.result()

# %% B1.8 hidden
q = Question("B1.8", hidden=True)
lazy = {
    "tag": "n-plus-one",
    "says": "Count again for the loop: one statement brings the trips, and then `trip.rider` is read 25 times.",
}
loops = {
    "tag": "row-by-row",
    "says": "One statement of yours is counted more than once: one UPDATE changes all rows that its WHERE finds, and "
    "one SELECT is one statement.",
}
magic = {
    "tag": "orm-magic",
    "says": "An ORM uses parameters in the SQL that it writes itself. In one snippet the SQL text is written by hand.",
}
other = {"tag": "wrong-snippet", "says": "That snippet hands its values over as parameters. Where is text put into SQL?"}
with q.check("the loop", points=0.5):
    chosen(orm.get("snippet 2"), "e", known=dict.fromkeys("abcd", lazy))
with q.check("the three others", points=0.5):
    for line in ("snippet 1", "snippet 3", "snippet 4"):
        chosen(orm.get(line), "a", known=dict.fromkeys("bcde", loops))
with q.check("the dangerous one", points=0.5):
    chosen(orm.get("dangerous"), "d", known={**dict.fromkeys("abc", other), "e": magic})
q.result()

# %% B1.8 hints [markdown]
# 1. Write down the SQL that you would send for each snippet yourself. A loop that touches a relation deserves a second
#    look.
# 2. Lazy means: the rider of a trip is asked for when you first read `trip.rider`, one rider at a time. A statement with
#    WHERE is one statement, however many rows it changes. For the last line, look for a value that stands *inside* a
#    text of SQL.
# 3. The loop sends one statement for the trips and n for the riders, so n + 1, and n is …

# %% B1.8 wrong n-plus-one change=true
# One query for the loop.
-    "snippet 2": "e",
+    "snippet 2": "a",

# %% B1.8 wrong n-plus-one change=true
# Forgets the first one.
-    "snippet 2": "e",
+    "snippet 2": "d",

# %% B1.8 wrong row-by-row change=true
# A statement for each zone.
-    "snippet 3": "a",
+    "snippet 3": "c",

# %% B1.8 wrong orm-magic change=true
# An ORM makes injection impossible.
-    "dangerous": "d",
+    "dangerous": "e",

# %% B1.8 wrong wrong-snippet change=true
# A value in an expression is a parameter.
-    "dangerous": "d",
+    "dangerous": "c",

# %% B1.8 right capitals
# Capital letters, and lists.
orm = {"dangerous": ["D"], "snippet 4": "A", "snippet 3": " a ", "snippet 2": "E", "snippet 1": "A"}

# %% [markdown]
# ## Close
#
# ### Common mistakes you may have met
#
# When a check recognises a mistake, its result shows one of these names.
#
# | name | what happened |
# |---|---|
# | `sql-injection` | A value or a name became SQL; use parameters, and for names an allow-list. |
# | `escaping` | Quotes were doubled by hand; a parameter has no gaps. |
# | `deny-list` | Words or signs were forbidden that real names have. |
# | `wildcard` | `%` and `_` in a parameter are still wildcards in LIKE; escape them. |
# | `escape-the-escape` | The escape character itself was not escaped, or not first. |
# | `missing-commit` | The change was not committed, so nobody else sees it. |
# | `half-done` | A failure in the middle left a part of the change; use one transaction. |
# | `commit-per-row` | Each row was a transaction of its own. |
# | `all-or-nothing` | One bad line stopped the whole file. |
# | `wrong-id` | The number was not that of the new row; ask the cursor. |
# | `no-row` | `fetchone()` gives None when nothing was found. |
# | `shape` | The result was of another kind than the task says. |
# | `side-effect` | The caller's connection was changed or closed. |
# | `exception-leak` | Another exception came out than the promised one, or one where an answer was promised. |
# | `none-crash` | None has no methods of a text. |
# | `empty-vs-null` | An empty text was stored where no value is known. |
# | `null-equals` | `= NULL` is never true; use IS NULL. |
# | `untidy-email`, `changed-value`, `wrong-clock` | A value was not stored as the task says. |
# | `silent-ignore` | Something was skipped, and nobody was told. |
# | `cannot-clear` | None could not be stored. |
# | `empty-changes`, `same-value`, `unknown-rider` | The result was wrong for a call that changes nothing. |
# | `update-all` | The WHERE was missing or too wide. |
# | `soft-delete` | A deleted rider was taken for a living one. |
# | `hard-delete` | A row was really deleted that others point to. |
# | `not-idempotent` | The second call changed something. |
# | `not-blanked` | E-mail and phone of a deleted rider are NULL. |
# | `replace-deletes` | REPLACE deletes the old row and makes a new one. |
# | `other-columns` | More columns were set than the task names. |
# | `missing-case` | One of the cases of the task was forgotten. |
# | `wrong-target` | ON CONFLICT named a column that does not conflict. |
# | `naive-csv`, `byte-order-mark`, `line-number` | A file was not read as files are; let `csv` do it. |
# | `lenient-amount` | A text was taken for an amount that is none, or the other way round. |
# | `float-money` | A float lost a cent. |
# | `not-closed`, `column-count`, `no-sql`, `not-all`, `not-a-text` | Your attack did not get everything out. |
# | `other-result` | The repaired search gave another result for usual names. |
# | `n-plus-one` | A loop sends one statement for each row. |
# | `row-by-row` | One statement changes all rows that its WHERE finds. |
# | `orm-magic`, `wrong-snippet` | An ORM is safe as long as it writes the SQL itself. |
#
# ### Read the source
#
# - [sqlite3](https://docs.python.org/3/library/sqlite3.html): placeholders, transactions, `rowcount`, row factories.
# - [UPSERT](https://www.sqlite.org/lang_upsert.html) and [ON CONFLICT](https://www.sqlite.org/lang_conflict.html): what
#   DO UPDATE does, and what REPLACE does.
# - [SQL Injection Prevention](https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html):
#   OWASP's advice, with the few cases in which parameters are not enough.
#
# ### Next
#
# Module B2, *Design a schema*: until now the tables were given. Which rules should a table keep by itself, whatever
# code writes to it?
