# ---
# title: Join tables
# minutes: 80
# needs: [a2]
# ---

# %% [markdown]
# # Join tables
#
# > **Goal.** After this module you can bring rows of several tables together, keep rows that have no partner, find what
# > is missing, join a table to itself, and notice when a join multiplies rows. Hopline needs it every day: a trip holds
# > the numbers of its rider, driver and zone, and the names stand in other tables. You need module A2: WHERE, ORDER BY
# > and NULL.
#
# You know joins already? Run the setup cell, which begins with `import hopline`, then
# [skip to the questions](#Questions) and run the cell below that heading too.

# %% [markdown]
# ## Warm-up
#
# Three items from modules A2 and A1. They are not graded. Say your answer aloud, then open the line below it.
#
# **1.** In one vehicle `driver_id` is NULL. Does `WHERE driver_id <> 3` keep that vehicle?
#
# <details><summary>Answer 1</summary>
#
# No. A comparison with NULL is unknown, and WHERE keeps a row only when the condition is true.
#
# </details>
#
# **2.** How many rows does `SELECT code FROM zones WHERE zone_id = 3 AND zone_id = 4` return?
#
# <details><summary>Answer 2</summary>
#
# None. WHERE looks at one row at a time, and no row has both numbers. Two groups are joined by OR, or listed with IN.
#
# </details>
#
# **3.** A ride request comes in. The back-end must store the trip and tell a driver. What comes first?
#
# <details><summary>Answer 3</summary>
#
# Store first. If storing fails after the driver was told, the driver is on the way to a trip that does not exist.
#
# </details>

# %% setup
import hopline
from autograder import Question, in_order, same_rows, use_database

city = hopline.load("city")
tiny = use_database(hopline.load("tiny"))

# %% [markdown]
# ## Lesson
#
# Run the setup cell above first. The lesson asks the small data set `tiny`, so that you can check every result by eye.
# Change the lesson cells as you like: a query can read the data, never change it.
#
# Most examples use two tables of `tiny`. These are all their rows, with the columns that matter here.
#
# Table `drivers`:
#
# | driver_id | full_name |
# |---|---|
# | 1 | Maria Silva |
# | 2 | Maria Silva |
# | 3 | Tariq O'Neill |
# | 4 | Elif Şahin |
# | 5 | Farah Łukasik |
# | 6 | Farah O'Brien |
#
# Table `vehicles`:
#
# | vehicle_id | driver_id | plate | model |
# |---|---|---|---|
# | 1 | 1 | BA-101-XY | Octavia |
# | 2 | 1 | CA-102-XY | Octavia |
# | 3 | 3 | DA-103-XY | Prius |
# | 4 | 3 | EA-104-XY | Leaf |
# | 5 | NULL | FA-105-XY | Zoe |
# | 6 | NULL | GA-106-XY | Zoe |
# | 7 | 4 | HA-107-XY | Leaf |
# | 8 | 4 | IA-108-XY | Prius |
# | 9 | 5 | JA-109-XY | Model 3 |
# | 10 | 6 | KA-110-XY | Model 3 |
#
# Two drivers are called Maria Silva: they are two people. So a name is not enough. In `drivers`, each row has its own
# `driver_id`; such a column is the **primary key** of its table. In `vehicles`, `driver_id` says who the vehicle
# belongs to; a column that holds the key of another table is a **foreign key**. Driver 2 has no vehicle. Vehicles 5 and
# 6 have no driver.

# %% [markdown]
# ### Example 1: pairs that fit
#
# Question: *Which vehicle belongs to whom?*
#
# 1. **Pairs**: `drivers JOIN vehicles` pairs every row of the one table with every row of the other.
# 2. **Fit**: ON keeps the pairs for which its condition is true. Nearly always it compares a foreign key with a primary
#    key.
# 3. **Columns**: each pair is now one long row. Before the dot stands the table, after it the column.
#
# **Predict.** How many pairs are there? How many of them does ON keep? Which drivers and vehicles are not in the
# result?

# %% example language="sql"
# SELECT drivers.full_name, vehicles.plate, vehicles.model    -- Columns
# FROM drivers JOIN vehicles                                  -- Pairs
#   ON vehicles.driver_id = drivers.driver_id                 -- Fit
# ORDER BY vehicles.vehicle_id

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | full_name | plate | model |
# |---|---|---|
# | Maria Silva | BA-101-XY | Octavia |
# | Maria Silva | CA-102-XY | Octavia |
# | Tariq O'Neill | DA-103-XY | Prius |
# | Tariq O'Neill | EA-104-XY | Leaf |
# | Elif Şahin | HA-107-XY | Leaf |
# | Elif Şahin | IA-108-XY | Prius |
# | Farah Łukasik | JA-109-XY | Model 3 |
# | Farah O'Brien | KA-110-XY | Model 3 |
#
# 6 drivers and 10 vehicles make 60 pairs. ON keeps 8. Driver 3 is in two rows, because two vehicles fit. Driver 2 is in
# no row, because no vehicle fits. Vehicles 5 and 6 are in no row either: a comparison with NULL is not true.
#
# Delete the line with ON and run again: all 60 pairs, without an error.
#
# This is an *inner join*; `INNER JOIN` is another way to write JOIN. You may also meet `FROM drivers, vehicles WHERE
# vehicles.driver_id = drivers.driver_id`: a comma, and the condition in WHERE. It gives the same.
#
# </details>
#
# Now a cell with a mistake, on purpose.
#
# **Predict.** Which driver_id does the first line mean: that of `drivers`, or that of `vehicles`?

# %% example language="sql" fails=true
# SELECT driver_id, plate                     -- Columns (wrong)
# FROM drivers JOIN vehicles                  -- Pairs
#   ON vehicles.driver_id = drivers.driver_id -- Fit

# %% [markdown]
# <details><summary>What you should see</summary>
#
# An error: the column name is *ambiguous*. Both tables have a `driver_id`, and SQLite does not guess. Repair it: write
# `drivers.driver_id`.
#
# Long names are tiring. `FROM drivers AS d` gives the table a short name for this query; from then on you write
# `d.driver_id`. The next examples do so.
#
# </details>

# %% [markdown]
# ### Example 2: keep the rows without a partner
#
# Question: *Show every driver, with the Prius of that driver if there is one.*
#
# 1. **Keep**: `LEFT JOIN` keeps every row of the table on its left side.
# 2. **Fit**: ON decides which partners fit. If none fits, the row stays, and all columns of the right table are NULL.
# 3. **Filter**: WHERE comes after the join and looks at the long rows. It can drop what LEFT JOIN has kept.
#
# The two cells differ in one word: AND or WHERE.
#
# **Predict.** How many rows does each cell give? Only drivers 3 and 4 have a Prius.

# %% example language="sql"
# SELECT d.driver_id, d.full_name, v.plate
# FROM drivers AS d
# LEFT JOIN vehicles AS v            -- Keep
#   ON v.driver_id = d.driver_id     -- Fit
#   AND v.model = 'Prius'            -- Fit
# ORDER BY d.driver_id

# %% example language="sql"
# SELECT d.driver_id, d.full_name, v.plate
# FROM drivers AS d
# LEFT JOIN vehicles AS v            -- Keep
#   ON v.driver_id = d.driver_id     -- Fit
# WHERE v.model = 'Prius'            -- Filter
# ORDER BY d.driver_id

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | driver_id | full_name | plate |
# |---|---|---|
# | 1 | Maria Silva | NULL |
# | 2 | Maria Silva | NULL |
# | 3 | Tariq O'Neill | DA-103-XY |
# | 4 | Elif Şahin | IA-108-XY |
# | 5 | Farah Łukasik | NULL |
# | 6 | Farah O'Brien | NULL |
#
# | driver_id | full_name | plate |
# |---|---|---|
# | 3 | Tariq O'Neill | DA-103-XY |
# | 4 | Elif Şahin | IA-108-XY |
#
# In the second cell, `v.model = 'Prius'` is not true for the other drivers: it is false, or unknown where the model is
# NULL. If every row of the left table is to stay, a condition on the **right** table belongs in ON.
#
# Would `WHERE v.model = 'Prius' OR v.vehicle_id IS NULL` help? Try it. Driver 2 comes back, but not 1, 5 and 6: they
# have a vehicle, and it is no Prius.
#
# A condition on the **left** table belongs in WHERE. In the ON of a LEFT JOIN it drops nothing, because LEFT JOIN keeps
# every row of the left table.
#
# </details>

# %% [markdown]
# ### Example 3: what is missing
#
# Question: *Which drivers have no vehicle?*
#
# 1. **Keep**: keep every driver with a left join.
# 2. **Fit**: a vehicle fits if it belongs to the driver.
# 3. **Missing**: keep the rows in which nothing fitted: there the right table's primary key is NULL.
#
# **Predict.** Which rows has the left join, before WHERE? Which of them does WHERE keep?

# %% example language="sql"
# SELECT d.driver_id, d.full_name
# FROM drivers AS d
# LEFT JOIN vehicles AS v            -- Keep
#   ON v.driver_id = d.driver_id     -- Fit
# WHERE v.vehicle_id IS NULL         -- Missing

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | driver_id | full_name |
# |---|---|
# | 2 | Maria Silva |
#
# Test a column that is never NULL in a real row of the right table: its primary key. Another column may be NULL for
# another reason.
#
# </details>
#
# There are other ways. A query in brackets can stand inside a condition; it is called a *subquery*.
#
# 1. **NOT EXISTS**: true if the subquery finds no row. Inside it, `d` is still the driver of the outer query, so it is
#    asked anew for each driver.
# 2. **NOT IN**: true if the value equals none of the list.
# 3. **NOT IN without NULL**: the same, after the NULLs were removed from the list.
#
# The cell shows them as columns: 1 means "WHERE would keep this driver".
#
# **Predict.** The list of the second way holds the numbers 1, 3, 4, 5, 6 and NULL. What is `2 NOT IN` this list: 1, 0
# or NULL?

# %% example language="sql"
# SELECT d.driver_id,
#   NOT EXISTS (SELECT 1 FROM vehicles AS v WHERE v.driver_id = d.driver_id)            AS not_exists,
#   d.driver_id NOT IN (SELECT driver_id FROM vehicles)                                 AS not_in,
#   d.driver_id NOT IN (SELECT driver_id FROM vehicles WHERE driver_id IS NOT NULL)     AS without_null
# FROM drivers AS d
# ORDER BY d.driver_id

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | driver_id | not_exists | not_in | without_null |
# |---|---|---|---|
# | 1 | 0 | 0 | 0 |
# | 2 | 1 | NULL | 1 |
# | 3 | 0 | 0 | 0 |
# | 4 | 0 | 0 | 0 |
# | 5 | 0 | 0 | 0 |
# | 6 | 0 | 0 | 0 |
#
# `2 NOT IN (1, 3, …, NULL)` asks whether 2 differs from 1, from 3, …, and from NULL. The last comparison is unknown, so
# the whole is unknown. One NULL in the list, and NOT IN is never true: WHERE keeps no row, and there is no error.
#
# The fourth way takes one result away from another:
# `SELECT driver_id FROM drivers EXCEPT SELECT driver_id FROM vehicles`. It gives 2.
#
# What does **not** work is `ON v.driver_id <> d.driver_id`. It asks for a vehicle of somebody else, and there is one
# for every driver. "None fits" is not the same as "another one exists".
#
# </details>

# %% [markdown]
# ### Example 4: one table, two roles
#
# Question: *Which place lies directly in which?* In `zones`, `parent_id` holds the `zone_id` of the place around it.
# The partner of a zone is another row of the same table.
#
# 1. **Roles**: write the table twice, with a name for each role: `z` for the zone, `p` for the place around it.
# 2. **Fit**: the parent is the row whose `zone_id` stands in the zone's `parent_id`.
# 3. **Columns**: take each column from the right role, and give it a name that tells the role.
#
# **Predict.** `zones` has 12 rows, and the three cities have NULL in `parent_id`. How many rows come out? Which column
# would show `LIS` in the row of `LIS-C`?

# %% example language="sql"
# SELECT z.code AS place, p.code AS lies_in    -- Columns
# FROM zones AS z JOIN zones AS p              -- Roles
#   ON p.zone_id = z.parent_id                 -- Fit
# ORDER BY z.zone_id

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | place | lies_in |
# |---|---|
# | LIS-C | LIS |
# | LIS-C-BAI | LIS-C |
# | LIS-C-ALF | LIS-C |
# | LIS-AIR | LIS |
# | NYC-M | NYC |
# | NYC-M-SOH | NYC-M |
# | NYC-M-HAR | NYC-M |
# | IST-KAD | IST |
# | IST-OLD | IST |
#
# Nine rows: an inner join drops the three cities. Exchange the roles in ON (`z.zone_id = p.parent_id`) and run again.
# There are still nine rows, and now LIS "lies in" LIS-C. The number of rows does not tell you that roles are exchanged:
# read one row and say it aloud.
#
# </details>
#
# The same idea finds pairs of equals. Question: *Which two vehicles have the same driver?*
#
# **Predict.** Drivers 1, 3 and 4 have two vehicles each. How many rows come out?

# %% example language="sql"
# SELECT a.plate AS one, b.plate AS other                              -- Columns
# FROM vehicles AS a JOIN vehicles AS b                                -- Roles
#   ON a.driver_id = b.driver_id AND a.vehicle_id <> b.vehicle_id      -- Fit
# ORDER BY a.vehicle_id

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | one | other |
# |---|---|
# | BA-101-XY | CA-102-XY |
# | CA-102-XY | BA-101-XY |
# | DA-103-XY | EA-104-XY |
# | EA-104-XY | DA-103-XY |
# | HA-107-XY | IA-108-XY |
# | IA-108-XY | HA-107-XY |
#
# Each pair comes twice, once in each order. Without the second condition every vehicle with a driver would also be
# paired with itself. Which comparison in place of `<>` keeps each pair once? Try it.
#
# </details>

# %% [markdown]
# ### Example 5: count the partners
#
# Question: *How many vehicles has each driver?*
#
# 1. **Keep**: a left join keeps the driver without a vehicle.
# 2. **Group**: `GROUP BY d.driver_id` collects the rows of one driver into a group. The result has one row for each
#    group.
# 3. **Count**: `COUNT(*)` counts the rows of the group. `COUNT(column)` counts the rows in which that column is not
#    NULL.
#
# Module A4 has more about groups; here you need no more than this.
#
# **Predict.** What do the two counts say for driver 2?

# %% example language="sql"
# SELECT d.driver_id,
#   COUNT(*)            AS all_rows,     -- Count
#   COUNT(v.vehicle_id) AS vehicles      -- Count
# FROM drivers AS d
# LEFT JOIN vehicles AS v                -- Keep
#   ON v.driver_id = d.driver_id
# GROUP BY d.driver_id                   -- Group
# ORDER BY d.driver_id

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | driver_id | all_rows | vehicles |
# |---|---|---|
# | 1 | 2 | 2 |
# | 2 | 1 | 0 |
# | 3 | 2 | 2 |
# | 4 | 2 | 2 |
# | 5 | 1 | 1 |
# | 6 | 1 | 1 |
#
# Driver 2 has one row, with NULL in place of a vehicle. `COUNT(*)` counts that row, `COUNT(v.vehicle_id)` does not.
#
# Group by a column of the table that you keep. `v.driver_id` is NULL for **all** drivers without a vehicle: they would
# become one group.
#
# </details>

# %% [markdown]
# ### Example 6: a sum that doubles
#
# Question: *For each rider: the sum of the fares, and the number of support tickets.* Fares stand in one table, tickets
# in another, and both name the rider.
#
# **Predict.** Rider 4 has two trips (8 and 16) and two tickets (8 and 10). The cell joins both tables to the rider. How
# many rows come out?

# %% example language="sql"
# SELECT r.rider_id, t.trip_id, t.fare_cents, s.ticket_id
# FROM riders AS r
# LEFT JOIN trips AS t ON t.rider_id = r.rider_id
# LEFT JOIN support_tickets AS s ON s.rider_id = r.rider_id
# WHERE r.rider_id = 4
# ORDER BY t.trip_id, s.ticket_id

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | rider_id | trip_id | fare_cents | ticket_id |
# |---|---|---|---|
# | 4 | 8 | 0 | 8 |
# | 4 | 8 | 0 | 10 |
# | 4 | 16 | 577 | 8 |
# | 4 | 16 | 577 | 10 |
#
# Four rows: each trip is paired with each ticket. This is called *fan-out*. The sum of the four fares is 1154, but the
# rider paid 577. Counting the tickets gives 4, but there are 2. No query fails, and for a rider with one ticket the sum
# is right. `SUM(DISTINCT …)`, which adds equal values only once, is no repair: two trips can have equal fares.
#
# </details>
#
# The repair: make one row for each rider **before** you join.
#
# 1. **Sum first**: a subquery in FROM works like a small table. It groups the trips: one row for each rider.
#    `SUM(column)` adds the values in the rows of a group and skips NULL.
# 2. **Count first**: the same for the tickets.
# 3. **Keep**: join both small tables to the riders. Each rider has at most one partner in each, so nothing doubles.
# 4. **Fill**: `coalesce(value, 0)` gives the value, or 0 where it is NULL.
#
# **Predict.** Rider 2 has no ticket, rider 6 has no trip and no ticket. What stands in their rows?

# %% example language="sql"
# SELECT r.rider_id, f.cents, coalesce(n.tickets, 0) AS tickets     -- Fill
# FROM riders AS r
# LEFT JOIN (                                                       -- Keep
#   SELECT rider_id, SUM(fare_cents) AS cents                       -- Sum first
#   FROM trips
#   GROUP BY rider_id
# ) AS f ON f.rider_id = r.rider_id
# LEFT JOIN (                                                       -- Keep
#   SELECT rider_id, COUNT(*) AS tickets                            -- Count first
#   FROM support_tickets
#   GROUP BY rider_id
# ) AS n ON n.rider_id = r.rider_id
# WHERE r.rider_id IN (1, 2, 4, 6)
# ORDER BY r.rider_id

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | rider_id | cents | tickets |
# |---|---|---|
# | 1 | 8182 | 5 |
# | 2 | 300 | 0 |
# | 4 | 577 | 2 |
# | 6 | NULL | 0 |
#
# Rider 6 has NULL in `cents`, because no trip fits and this column has no `coalesce`.
#
# Before you sum or count after two joins, ask: how many rows has one rider now? If both tables can have several rows
# for one rider, group first.
#
# </details>

# %% [markdown]
# ### Example 7: three tables in one query
#
# Finance asks: *Which cancelled trips had a fee, who was to drive, and where was the pick-up?*
#
# 1. **Start**: begin with the table that has one row for each row of the result: `trips`.
# 2. **Partners**: add one table at a time, each JOIN with its own ON right after it.
# 3. **Filter**: WHERE comes after the last join.
# 4. **Columns**: SELECT stands first in the text, but think of it last.
#
# **Predict.** Five cancelled trips have a driver: 11, 14, 15, 19 and 20. Their fees are 300, 300, 19900, 300 and NULL.
# How many rows come out?

# %% example language="sql"
# SELECT t.trip_id, d.full_name, z.code, t.fare_cents         -- Columns
# FROM trips AS t                                             -- Start
# JOIN drivers AS d ON d.driver_id = t.driver_id              -- Partners
# JOIN zones AS z ON z.zone_id = t.pickup_zone_id             -- Partners
# WHERE t.status = 'cancelled' AND t.fare_cents > 0           -- Filter
# ORDER BY t.trip_id

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | trip_id | full_name | code | fare_cents |
# |---|---|---|---|
# | 11 | Maria Silva | NYC-M-HAR | 300 |
# | 14 | Maria Silva | LIS-C-BAI | 300 |
# | 15 | Maria Silva | LIS-C-BAI | 19900 |
# | 19 | Elif Şahin | IST-KAD | 300 |
#
# Which Maria Silva is it? The name does not tell: trip 11 has driver 2, trips 14 and 15 have driver 1. The join went by
# number, so each row has the right one.
#
# ON says which rows belong together. Compare numbers of the same kind: a driver's number with a driver's number. SQLite
# also runs `d.driver_id = t.trip_id`, and the result is nonsense.
#
# </details>

# %% [markdown]
# ## Questions
#
# Eight questions, 27 points. Run your answer cell, then the check cell below it, as often as you like. The module is
# mastered with 22 points and every question marked ★.
#
# Run the next cell first: from here on your cells ask the large database `city`. After a restart of the kernel, run the
# setup cell and then this cell again. Hidden checks run your query on other data.

# %% example
city = use_database(city)

# %% A3.1 prompt [markdown] type="order"
# ## A3.1 Rebuild the receipt query
#
# Put seven of the eight blocks in order, so that the query lists every completed trip once, with the name of its rider
# and the code of its pick-up zone. Each ON stands right after the JOIN that it belongs to; one block does not belong in
# the query. Write the letters into the list, such as `["h", "a"]`.
#
# ```sql
# a   JOIN zones AS z
# b   WHERE t.status = 'completed'
# c   ON r.rider_id = t.trip_id
# d   FROM trips AS t
# e   ON z.zone_id = t.pickup_zone_id
# f   JOIN riders AS r
# g   SELECT t.trip_id, r.full_name, z.code
# h   ON r.rider_id = t.rider_id
# ```

# %% A3.1 answer
# Columns, start, partners (twice), filter: list the letters in order.
receipt = []
### BEGIN SOLUTION
receipt = ["g", "d", "f", "h", "a", "e", "b"]
### END SOLUTION

# %% A3.1 check
import sqlite3

BLOCKS = {
    "a": "JOIN zones AS z",
    "b": "WHERE t.status = 'completed'",
    "c": "ON r.rider_id = t.trip_id",
    "d": "FROM trips AS t",
    "e": "ON z.zone_id = t.pickup_zone_id",
    "f": "JOIN riders AS r",
    "g": "SELECT t.trip_id, r.full_name, z.code",
    "h": "ON r.rider_id = t.rider_id",
}
q = Question("A3.1")
with q.check("seven blocks make a query that runs", points=1):
    used = str(receipt).lower()
    both = "c" in used and "h" in used
    in_order(receipt, "abcdefgh" if both else "abcdefg" if "c" in used else "abdefgh", before=[])
    assert not both, "Seven of the eight blocks make the query, and you placed all eight. Which one does not belong?"
    letters = receipt if isinstance(receipt, (list, tuple)) else [letter for letter in receipt if letter.isalpha()]
    text = "\n".join(BLOCKS[letter.strip().lower()] for letter in letters)
    try:
        found = len(city.execute(text).fetchall())
    except sqlite3.Error as error:
        raise AssertionError(f"SQLite cannot run your query: {error}. It reads:\n{text}") from None
    wanted = city.execute("SELECT COUNT(*) FROM trips WHERE status = 'completed'").fetchone()[0]
    assert found == wanted, f"There are {wanted} completed trips; your query gives {found} rows. It reads:\n{text}"
q.result()

# %% A3.1 hidden
q = Question("A3.1", hidden=True)
with q.check("the order", points=1):
    wrong_on = {"tag": "join-wrong-column", "says": "Block c compares a rider's number with the number of the trip."}
    in_order(receipt, "abdefgh", before=[], never={"c": wrong_on})
    used = str(receipt).lower()
    right = "gdfhaeb" if used.index("f") < used.index("a") else "gdaefhb"
    where_early = {"tag": "keyword-order", "says": "WHERE stands after the last JOIN and its ON."}
    from_late = {"tag": "keyword-order", "says": "SELECT comes first, then FROM, then the joins."}
    on_apart = {"tag": "on-apart", "says": "Each ON stands right after its own JOIN: the table, then its condition."}
    in_order(
        receipt,
        right,
        before=[(one, other) for at, one in enumerate(right) for other in right[at + 1 :]],
        known={
            **{(one, other): on_apart for one in "afeh" for other in "afeh"},
            **{(one, "b"): where_early for one in "gdafeh"},
            **{("g", one): from_late for one in "dafeh"},
            **{("d", one): from_late for one in "afeh"},
        },
    )
q.result()

# %% A3.1 hints [markdown]
# 1. The letters follow the words of a query: SELECT, FROM, JOIN with ON twice, WHERE. Example 7 has the same shape.
# 2. Each JOIN needs its ON right after it. Read each ON aloud: which table does it connect with the trip? Two blocks
#    are about the rider. A trip stores the number of its rider in `rider_id`, and only one of the two blocks compares
#    that number.
# 3. Begin with `["g", "d", "f", …` and end with `"b"]`. Between them stand the ON of the riders, the zones, and their
#    ON.


# %% A3.1 wrong keyword-order
# Filters before it joins.
receipt = ["g", "d", "b", "f", "h", "a", "e"]

# %% A3.1 wrong keyword-order
# Begins with FROM, as the database works.
receipt = ["d", "f", "h", "a", "e", "b", "g"]

# %% A3.1 wrong keyword-order
# Joins before it names the first table.
receipt = ["g", "f", "h", "d", "a", "e", "b"]

# %% A3.1 wrong join-wrong-column
# Compares the rider's number with the trip's.
receipt = ["g", "d", "f", "c", "a", "e", "b"]

# %% A3.1 wrong join-wrong-column
# Takes both conditions for the rider.
receipt = "g d f h c a e b"

# %% A3.1 wrong on-apart
# First all tables, then all conditions.
receipt = ["g", "d", "f", "a", "h", "e", "b"]

# %% A3.1 wrong on-apart
# Exchanges the two conditions. SQLite runs that; other databases refuse it, and nobody can read it.
receipt = ["g", "d", "f", "e", "a", "h", "b"]

# %% A3.1 right zones-first
# The order of two inner joins does not matter.
receipt = ["g", "d", "a", "e", "f", "h", "b"]

# %% A3.1 right one-text
# One text with the letters, in capitals.
receipt = "G D F H A E B"

# %% A3.2 prompt [markdown] type="sql-query" core=true
# ## A3.2 Who rode in what
#
# Riders leave things in vehicles, so support wants the rider's name (`full_name` of `riders`) and the vehicle's `plate`
# for every completed trip. Every trip has a rider; the vehicle is the one that the trip itself names in `vehicle_id`.
# Where that is NULL, keep the trip and show NULL as plate.
#
# Columns: `trip_id, rider, plate`. Rows in any order.

# %% A3.2 answer language="sql" magic_args="who_rode"
# -- Start: which table has one row for each row of the result?
# -- Partners: the rider, then the vehicle. Which of them may be missing?
# -- Filter
# -- Columns: trip_id, rider, plate
# ### BEGIN SOLUTION
# SELECT t.trip_id, r.full_name AS rider, v.plate
# FROM trips AS t
# JOIN riders AS r ON r.rider_id = t.rider_id
# LEFT JOIN vehicles AS v ON v.vehicle_id = t.vehicle_id
# WHERE t.status = 'completed'
# ### END SOLUTION

# %% A3.2 check
q = Question("A3.2")
expected = from_solution(who_rode, on=city)
with q.check("the city data", points=1):
    same_rows(who_rode, expected, on=city)
q.result()

# %% A3.2 hidden
q = Question("A3.2", hidden=True)
reference = from_solution(who_rode)
with q.check(
    "completed trips without a vehicle, and no trips at all",
    points=1,
    advice="Every completed trip stays in the list, also one whose vehicle is unknown. Which join keeps it?",
):
    unknown = hopline.load_rows(
        riders=[{"rider_id": 1, "full_name": "Noor Haddad"}, {"rider_id": 2, "full_name": "Mei Lin"}],
        drivers=[{"driver_id": 1, "full_name": "Leyla Demir"}, {"driver_id": 2, "full_name": "Kofi Mensah"}],
        vehicles=[{"vehicle_id": 1, "driver_id": 1, "plate": "AA-01"}, {"vehicle_id": 2, "plate": "AA-02"}],
        trips=[
            {"trip_id": 1, "rider_id": 1, "driver_id": 1, "vehicle_id": 1, "status": "completed"},
            {"trip_id": 2, "rider_id": 1, "driver_id": 1, "vehicle_id": None, "status": "completed"},
            {"trip_id": 3, "rider_id": 2, "driver_id": 2, "vehicle_id": None, "status": "completed"},
            {"trip_id": 4, "rider_id": 2, "driver_id": 2, "vehicle_id": 2, "status": "completed"},
            {"trip_id": 5, "rider_id": 1, "driver_id": 2, "vehicle_id": 2, "status": "cancelled"},
            {"trip_id": 6, "rider_id": 2, "driver_id": None, "vehicle_id": None, "status": "cancelled"},
        ],
    )
    same_rows(who_rode, reference, on=unknown)
    same_rows(who_rode, reference, on=hopline.load("nulls", seed=3201))
    same_rows(who_rode, reference, on=hopline.load("empty"))
with q.check(
    "drivers with two vehicles, a borrowed vehicle, a retired one, deleted riders, trips not completed",
    points=1,
    advice="One completed trip is one row, with its own rider and the vehicle that the trip names. Who owns that "
    "vehicle does not matter.",
):
    fleet = hopline.load_rows(
        riders=[
            {"rider_id": 1, "full_name": "Noor Haddad"},
            {"rider_id": 2, "full_name": "Mei Lin"},
            {"rider_id": 3, "full_name": "Mei Lin", "deleted_at": "2025-06-01T00:00:00Z"},
        ],
        drivers=[
            {"driver_id": 1, "full_name": "Leyla Demir"},
            {"driver_id": 2, "full_name": "Kofi Mensah"},
            {"driver_id": 3, "full_name": "Kofi Mensah"},
        ],
        vehicles=[
            {"vehicle_id": 1, "driver_id": 1, "plate": "AA-01"},
            {"vehicle_id": 2, "driver_id": 1, "plate": "AA-02"},
            {"vehicle_id": 3, "driver_id": 2, "plate": "BB-03", "retired_at": "2025-06-01T00:00:00Z"},
            {"vehicle_id": 4, "driver_id": None, "plate": "CC-04"},
        ],
        trips=[
            {"trip_id": 1, "rider_id": 1, "driver_id": 1, "vehicle_id": 1, "status": "completed"},
            {"trip_id": 2, "rider_id": 1, "driver_id": 1, "vehicle_id": 2, "status": "completed"},
            {"trip_id": 3, "rider_id": 2, "driver_id": 2, "vehicle_id": 1, "status": "completed"},
            {"trip_id": 4, "rider_id": 3, "driver_id": 3, "vehicle_id": 4, "status": "completed"},
            {"trip_id": 5, "rider_id": 3, "driver_id": 2, "vehicle_id": 3, "status": "completed"},
            {"trip_id": 6, "rider_id": 1, "driver_id": 1, "vehicle_id": 2, "status": "cancelled"},
            {"trip_id": 7, "rider_id": 2, "driver_id": 2, "vehicle_id": 3, "status": "in_progress"},
            {"trip_id": 8, "rider_id": 2, "driver_id": 2, "vehicle_id": 3, "status": "accepted"},
            {"trip_id": 9, "rider_id": 3, "status": "requested"},
        ],
    )
    same_rows(who_rode, reference, on=fleet)
    same_rows(who_rode, reference, on=hopline.load("ties", seed=3202))
    same_rows(who_rode, reference, on=hopline.load("fall", seed=3203))
q.result()

# %% A3.2 hints [markdown]
# 1. The result has one row for each completed trip, so start with `trips`. For each of the two other tables ask: can a
#    completed trip be without a partner there?
# 2. An inner join drops a trip without a partner, a left join keeps it. Connect each table by the number that the trip
#    holds: the rider by `rider_id`, the vehicle by `vehicle_id`. The owner of the vehicle plays no part.
# 3. Fill the gap: `… FROM trips AS t JOIN riders AS r ON r.rider_id = t.rider_id LEFT JOIN vehicles AS v ON … WHERE
#    t.status = 'completed'`

# %% A3.2 wrong outer-needed language="sql"
# -- Completed trips without a known vehicle are lost: an inner join keeps only trips with a partner. Join vehicles with
# -- LEFT JOIN.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t
# JOIN riders r ON r.rider_id = t.rider_id JOIN vehicles v ON v.vehicle_id = t.vehicle_id WHERE t.status = 'completed'

# %% A3.2 wrong outer-filter-in-where language="sql" when="LEFT.*WHERE.*(plate|vehicle_id|v[a-z]*[.][a-z_]+)"
# -- Your LEFT JOIN keeps the trips without a vehicle, then a condition in WHERE on the vehicle drops them again. Leave
# -- that condition out.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t JOIN riders r ON r.rider_id = t.rider_id
# LEFT JOIN vehicles v ON v.vehicle_id = t.vehicle_id WHERE t.status = 'completed' AND v.plate IS NOT NULL

# %% A3.2 wrong outer-wrong-side language="sql" when="vehicles( [a-z]+)*( AS [a-z]+)? (LEFT|OUTER)"
# -- Your left join keeps the vehicles, so trips without one are lost. Put trips to the left of LEFT JOIN.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM vehicles v LEFT JOIN trips t ON t.vehicle_id = v.vehicle_id
# JOIN riders r ON r.rider_id = t.rider_id WHERE t.status = 'completed'

# %% A3.2 wrong join-wrong-column language="sql"
# -- You connect vehicles by their owner, so a driver with two vehicles gives two rows for a trip, and the vehicle may
# -- be another one. Compare vehicle_id with the trip's vehicle_id.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t JOIN riders r ON r.rider_id = t.rider_id
# LEFT JOIN vehicles v ON v.driver_id = t.driver_id WHERE t.status = 'completed'

# %% A3.2 wrong join-wrong-column language="sql"
# -- You connect vehicles by their owner with an inner join. Compare vehicle_id with the trip's vehicle_id, and keep
# -- trips without one.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t JOIN riders r ON r.rider_id = t.rider_id
# JOIN vehicles v ON v.driver_id = t.driver_id WHERE t.status = 'completed'

# %% A3.2 wrong missing-join-condition language="sql"
# -- No condition connects riders with the trip, so every trip is paired with every rider. Add `r.rider_id =
# -- t.rider_id`.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t, riders r
# LEFT JOIN vehicles v ON v.vehicle_id = t.vehicle_id WHERE t.status = 'completed'

# %% A3.2 wrong missing-join-condition language="sql"
# -- No condition connects vehicles with the trip, so every trip is paired with every vehicle. Add ON.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t JOIN riders r ON r.rider_id = t.rider_id
# JOIN vehicles v WHERE t.status = 'completed'

# %% A3.2 wrong missing-filter language="sql"
# -- Your list holds trips that are not completed. Keep only those with the status 'completed'.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t
# JOIN riders r ON r.rider_id = t.rider_id LEFT JOIN vehicles v ON v.vehicle_id = t.vehicle_id

# %% A3.2 wrong complement language="sql" when="<>|!=|NOT"
# -- A trip that is not cancelled need not be completed. Ask for the status you want.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t JOIN riders r ON r.rider_id = t.rider_id
# LEFT JOIN vehicles v ON v.vehicle_id = t.vehicle_id WHERE t.status <> 'cancelled'

# %% A3.2 wrong filter-in-on language="sql" when="ON.*status"
# -- The status stands in the ON of a LEFT JOIN. There it decides only which vehicle fits; it drops no trip. Put it into
# -- WHERE.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t JOIN riders r ON r.rider_id = t.rider_id
# LEFT JOIN vehicles v ON v.vehicle_id = t.vehicle_id AND t.status = 'completed'

# %% A3.2 wrong extra-filter language="sql"
# -- You ask that the vehicle belongs to the driver. A driver may use another vehicle: compare the vehicle's number
# -- only.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t JOIN riders r ON r.rider_id = t.rider_id
# LEFT JOIN vehicles v ON v.vehicle_id = t.vehicle_id AND v.driver_id = t.driver_id WHERE t.status = 'completed'

# %% A3.2 wrong extra-filter language="sql" when="retired_at"
# -- You leave out retired vehicles. The task asks which vehicle it was, whether or not it still drives.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t JOIN riders r ON r.rider_id = t.rider_id
# LEFT JOIN vehicles v ON v.vehicle_id = t.vehicle_id AND v.retired_at IS NULL WHERE t.status = 'completed'

# %% A3.2 wrong extra-filter language="sql" when="deleted_at"
# -- You leave out the trips of deleted riders. The task wants every completed trip.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t JOIN riders r ON r.rider_id = t.rider_id
# LEFT JOIN vehicles v ON v.vehicle_id = t.vehicle_id WHERE t.status = 'completed' AND r.deleted_at IS NULL

# %% A3.2 wrong wrong-table language="sql" when="drivers"
# -- You show the driver's name. The rider's name stands in riders.
# SELECT t.trip_id, d.full_name AS rider, v.plate FROM trips t JOIN drivers d ON d.driver_id = t.driver_id
# LEFT JOIN vehicles v ON v.vehicle_id = t.vehicle_id WHERE t.status = 'completed'

# %% A3.2 wrong changed-value language="sql" when="coalesce|ifnull|CASE|iif"
# -- A text stands where the plate is unknown. The task wants NULL there: leave the plate as LEFT JOIN gives it.
# SELECT t.trip_id, r.full_name AS rider, coalesce(v.plate, '') AS plate FROM trips t
# JOIN riders r ON r.rider_id = t.rider_id LEFT JOIN vehicles v ON v.vehicle_id = t.vehicle_id
# WHERE t.status = 'completed'

# %% A3.2 right scalar-subqueries language="sql"
# -- A query in brackets that gives one value; where it finds no row, the value is NULL.
# SELECT t.trip_id, (SELECT full_name FROM riders r WHERE r.rider_id = t.rider_id) AS rider,
#   (SELECT plate FROM vehicles v WHERE v.vehicle_id = t.vehicle_id) AS plate FROM trips t WHERE t.status = 'completed'

# %% A3.2 right left-twice language="sql"
# -- Every trip has a rider, so both kinds of join give the same there. USING compares columns of the same name.
# SELECT t.trip_id, r.full_name AS rider, v.plate FROM trips t LEFT JOIN vehicles v USING (vehicle_id)
# LEFT JOIN riders r ON t.rider_id = r.rider_id WHERE t.status = 'completed'

# %% A3.2 right two-halves language="sql"
# -- The trips with a vehicle, then those without one.
# SELECT trip_id, full_name AS rider, plate FROM trips t, riders r, vehicles v
# WHERE t.status = 'completed' AND r.rider_id = t.rider_id AND v.vehicle_id = t.vehicle_id
# UNION ALL SELECT trip_id, full_name, NULL FROM trips t JOIN riders r USING (rider_id)
# WHERE t.status = 'completed' AND t.vehicle_id IS NULL

# %% A3.3 prompt [markdown] type="sql-query" core=true
# ## A3.3 Drivers who never had a trip
#
# The driver team wants to call everybody in `drivers` who was never assigned to any trip. A trip counts whatever its
# status, a cancelled one too; a driver counts whatever the driver's status. Remember that `driver_id` of a trip may be
# NULL.
#
# Columns: `driver_id, full_name`. Rows in any order.

# %% A3.3 answer language="sql" magic_args="never_drove"
# -- Columns: driver_id, full_name
# ### BEGIN SOLUTION
# SELECT d.driver_id, d.full_name
# FROM drivers AS d
# LEFT JOIN trips AS t ON t.driver_id = d.driver_id
# WHERE t.trip_id IS NULL
# ### END SOLUTION

# %% A3.3 check
q = Question("A3.3")
expected = from_solution(never_drove, on=city)
with q.check("the city data", points=1):
    same_rows(never_drove, expected, on=city)
q.result()

# %% A3.3 hidden
q = Question("A3.3", hidden=True)
reference = from_solution(never_drove)
with q.check(
    "trips without a driver, and no trips at all",
    points=1,
    advice="Some trips have no driver, and a table may be empty. What does your condition become when it meets NULL?",
):
    unmatched = hopline.load_rows(
        drivers=[
            {"driver_id": 1, "full_name": "Leyla Demir"},
            {"driver_id": 2, "full_name": "Kofi Mensah"},
            {"driver_id": 3, "full_name": "Wei Chen"},
            {"driver_id": 4, "full_name": "Wei Chen"},
        ],
        trips=[
            {"trip_id": 1, "driver_id": 1, "status": "completed", "fare_cents": 900, "tip_cents": 100},
            {"trip_id": 2, "driver_id": None, "status": "requested"},
            {"trip_id": 3, "driver_id": None, "status": "cancelled"},
            {"trip_id": 4, "driver_id": 4, "status": "completed", "fare_cents": None},
        ],
    )
    same_rows(never_drove, reference, on=unmatched)
    only_drivers = hopline.load_rows(drivers=[{"driver_id": 1, "full_name": "Leyla Demir"}, {"driver_id": 2}])
    same_rows(never_drove, reference, on=only_drivers)
    same_rows(never_drove, reference, on=hopline.load("nulls", seed=3301))
    same_rows(never_drove, reference, on=hopline.load("empty"))
with q.check(
    "a driver with cancelled trips only, a banned driver, two drivers of one name",
    points=1,
    advice="Any trip counts, also a cancelled one, and any driver, also a banned one. Two people may have one name: "
    "compare their numbers.",
):
    kinds = hopline.load_rows(
        drivers=[
            {"driver_id": 1, "full_name": "Leyla Demir"},
            {"driver_id": 2, "full_name": "Kofi Mensah"},
            {"driver_id": 3, "full_name": "Wei Chen"},
            {"driver_id": 4, "full_name": "Wei Chen"},
            {"driver_id": 5, "full_name": "Amina Bello", "status": "banned"},
            {"driver_id": 6, "full_name": "Goran Horvat", "status": "paused"},
            {"driver_id": 7, "full_name": "Ji-woo Park"},
        ],
        trips=[
            {"trip_id": 1, "driver_id": 1, "status": "completed", "fare_cents": 900},
            {"trip_id": 2, "driver_id": 2, "status": "cancelled"},
            {"trip_id": 3, "driver_id": 4, "status": "completed", "fare_cents": None},
            {"trip_id": 4, "driver_id": 6, "status": "in_progress"},
            {"trip_id": 5, "driver_id": 1, "status": "cancelled"},
        ],
    )
    same_rows(never_drove, reference, on=kinds)
    same_rows(never_drove, reference, on=hopline.load("ties", seed=3302))
    same_rows(never_drove, reference, on=hopline.load("quiet", seed=3303))
q.result()

# %% A3.3 hints [markdown]
# 1. You look for something that is not there. Which table holds the people you want, and in which table must they have
#    no partner? Example 3 asks such a question.
# 2. A left join keeps every driver. Where no trip fits, all columns of the trip are NULL; that is how you find the
#    drivers without one. Test a column that is never NULL in a real trip. `<>` does not help: another driver's trip
#    proves nothing.
# 3. Fill the gap: `… FROM drivers AS d LEFT JOIN trips AS t ON t.driver_id = d.driver_id WHERE …`

# %% A3.3 wrong not-in-null language="sql" when="NOT +IN"
# -- Some trips have no driver, so the list after NOT IN holds NULL, and the condition is never true. Remove the NULLs
# -- in the inner query, or use a left join.
# SELECT driver_id, full_name FROM drivers WHERE driver_id NOT IN (SELECT driver_id FROM trips)

# %% A3.3 wrong outer-needed language="sql" when="^(?!.*(LEFT|OUTER|EXISTS)).*(JOIN|trips [a-z]* ?,|, ?trips).*IS NULL"
# -- An inner join keeps only drivers with a trip, so no row is left without one. Use LEFT JOIN.
# SELECT d.driver_id, d.full_name FROM drivers d JOIN trips t ON t.driver_id = d.driver_id WHERE t.trip_id IS NULL

# %% A3.3 wrong negation-by-inequality language="sql" when="<>|!="
# -- `<>` finds drivers who did not drive some trip, and that is nearly everybody. Never having a trip means that no
# -- trip fits: use LEFT JOIN and IS NULL.
# SELECT DISTINCT d.driver_id, d.full_name FROM drivers d JOIN trips t ON t.driver_id <> d.driver_id

# %% A3.3 wrong negation-by-inequality language="sql" when="<>|!="
# -- `<>` pairs each driver with the trips of others. Never having a trip means that no trip fits: compare with `=` in a
# -- LEFT JOIN, then ask IS NULL.
# SELECT d.driver_id, d.full_name FROM drivers d JOIN trips t ON t.driver_id <> d.driver_id

# %% A3.3 wrong negation-by-inequality language="sql" when="<>|!="
# -- With `<>` in ON, each driver fits the trips of others, so nobody is left without a partner. Compare with `=`.
# SELECT d.driver_id, d.full_name FROM drivers d LEFT JOIN trips t ON t.driver_id <> d.driver_id
# WHERE t.trip_id IS NULL

# %% A3.3 wrong null-equals language="sql" when="= ?NULL"
# -- A comparison with NULL, such as `= NULL`, is never true. Ask with IS NULL.
# SELECT d.driver_id, d.full_name FROM drivers d LEFT JOIN trips t ON t.driver_id = d.driver_id WHERE t.trip_id = NULL

# %% A3.3 wrong wrong-population language="sql"
# -- Your list holds drivers whose trips were all left uncompleted. The task wants drivers without any trip: leave the
# -- status out.
# SELECT driver_id, full_name FROM drivers d
# WHERE NOT EXISTS (SELECT 1 FROM trips t WHERE t.driver_id = d.driver_id AND t.status = 'completed')

# %% A3.3 wrong null-test-column language="sql" when="IS NULL|ISNULL"
# -- The column that you test can be NULL in a real trip too, so drivers with trips came in. Test a column that is never
# -- NULL in a trip, such as its trip_id.
# SELECT d.driver_id, d.full_name FROM drivers d LEFT JOIN trips t ON t.driver_id = d.driver_id
# WHERE t.fare_cents IS NULL

# %% A3.3 wrong extra-filter language="sql" when="status"
# -- You leave out drivers by their status. The task wants everybody, banned and paused drivers too.
# SELECT d.driver_id, d.full_name FROM drivers d LEFT JOIN trips t ON t.driver_id = d.driver_id
# WHERE t.trip_id IS NULL AND d.status = 'active'

# %% A3.3 wrong outer-wrong-side language="sql" when="trips.*(LEFT|OUTER)"
# -- Your left join keeps the trips, so you find trips without a driver. Put drivers to the left of LEFT JOIN.
# SELECT d.driver_id, d.full_name FROM trips t LEFT JOIN drivers d ON d.driver_id = t.driver_id
# WHERE d.driver_id IS NULL

# %% A3.3 wrong null-side-column language="sql"
# -- You show driver_id of the trip. Where there is no trip, it is NULL: show the driver_id of drivers.
# SELECT t.driver_id, d.full_name FROM drivers d LEFT JOIN trips t ON t.driver_id = d.driver_id WHERE t.trip_id IS NULL

# %% A3.3 wrong count-star-outer language="sql" when="COUNT ?[(] ?([*]|1|d)"
# -- COUNT(*) counts rows. A driver without a trip has one row, so the count is never 0: count a column of the trip.
# SELECT d.driver_id, d.full_name FROM drivers d LEFT JOIN trips t ON t.driver_id = d.driver_id
# GROUP BY d.driver_id HAVING COUNT(*) = 0

# %% A3.3 wrong self-comparison language="sql" when="[ (]driver_id ?= ?driver_id"
# -- In the inner query, `driver_id = driver_id` compares a column of trips with itself, which is true for any trip with
# -- a driver. Say which table each one belongs to.
# SELECT driver_id, full_name FROM drivers WHERE NOT EXISTS (SELECT 1 FROM trips WHERE driver_id = driver_id)

# %% A3.3 wrong match-by-name language="sql" when="full_name"
# -- You compare names. A driver without trips is lost if somebody of the same name has one: compare driver_id.
# SELECT driver_id, full_name FROM drivers
# WHERE full_name NOT IN (SELECT d.full_name FROM drivers d JOIN trips t ON t.driver_id = d.driver_id)

# %% A3.3 right not-exists language="sql"
# -- NOT EXISTS is true where the inner query finds no row.
# SELECT driver_id, full_name FROM drivers d WHERE NOT EXISTS (SELECT * FROM trips WHERE driver_id = d.driver_id)

# %% A3.3 right except language="sql"
# -- All drivers' numbers except those that trips name.
# SELECT driver_id, full_name FROM drivers
# WHERE driver_id IN (SELECT driver_id FROM drivers EXCEPT SELECT driver_id FROM trips)

# %% A3.3 right not-in-without-null language="sql"
# -- NOT IN works when no NULL is in its list.
# SELECT driver_id, full_name FROM drivers
# WHERE driver_id NOT IN (SELECT driver_id FROM trips WHERE driver_id IS NOT NULL)

# %% A3.3 right count-is-zero language="sql"
# -- Counting the trips of each driver works too: COUNT of a column skips NULL.
# SELECT d.driver_id, d.full_name FROM drivers d LEFT JOIN trips t ON t.driver_id = d.driver_id
# GROUP BY d.driver_id, d.full_name HAVING COUNT(t.trip_id) = 0

# %% A3.3 right except-pairs language="sql"
# -- EXCEPT on whole rows: the number makes each row different.
# SELECT driver_id, full_name FROM drivers
# EXCEPT SELECT d.driver_id, d.full_name FROM drivers d, trips t WHERE t.driver_id = d.driver_id

# %% A3.4 prompt [markdown] type="sql-query" core=true
# ## A3.4 Promo use, zeros included
#
# Marketing wants to see how often each code in `promo_codes` was used. For every code count the completed trips that
# carry it (`promo_id` of `trips`); trips of any other status do not count, whatever they cost. A code that no completed
# trip carries is in the list with 0.
#
# Columns: `code, uses`. Rows in any order.

# %% A3.4 answer language="sql" magic_args="promo_use"
# -- Columns: code, uses
# ### BEGIN SOLUTION
# SELECT p.code, COUNT(t.trip_id) AS uses
# FROM promo_codes AS p
# LEFT JOIN trips AS t ON t.promo_id = p.promo_id AND t.status = 'completed'
# GROUP BY p.code
# ### END SOLUTION

# %% A3.4 check
q = Question("A3.4")
expected = from_solution(promo_use, on=city)
with q.check("the city data", points=1):
    same_rows(promo_use, expected, on=city)
q.result()

# %% A3.4 hidden
q = Question("A3.4", hidden=True, partial=True)
reference = from_solution(promo_use)
with q.check(
    "several codes that no trip carries",
    points=1,
    advice="Every code is one row. A code without any trip has 0 uses, not 1 and not NULL, and is not lost.",
):
    unused = hopline.load_rows(
        promo_codes=[
            {"promo_id": 1, "code": "SPRING"},
            {"promo_id": 2, "code": "NIGHT"},
            {"promo_id": 3, "code": "OPENING"},
            {"promo_id": 4, "code": "STUDENT"},
        ],
        trips=[
            {"trip_id": 1, "rider_id": 1, "promo_id": 1, "status": "completed", "fare_cents": 800},
            {"trip_id": 2, "rider_id": 1, "promo_id": 1, "status": "completed", "fare_cents": 800},
            {"trip_id": 3, "rider_id": 2, "promo_id": 3, "status": "completed", "fare_cents": None},
            {"trip_id": 4, "rider_id": 2, "promo_id": None, "status": "completed", "fare_cents": 950},
        ],
    )
    same_rows(promo_use, reference, on=unused)
with q.check(
    "codes on cancelled and unfinished trips",
    points=1,
    advice="Only completed trips count. A code that stands on other trips only is still one row, with 0.",
):
    not_completed = hopline.load_rows(
        promo_codes=[
            {"promo_id": 1, "code": "SPRING"},
            {"promo_id": 2, "code": "NIGHT"},
            {"promo_id": 3, "code": "OPENING"},
        ],
        trips=[
            {"trip_id": 1, "promo_id": 1, "status": "completed", "fare_cents": 800},
            {"trip_id": 2, "promo_id": 1, "status": "cancelled", "fare_cents": 300},
            {"trip_id": 3, "promo_id": 2, "status": "cancelled", "fare_cents": 300},
            {"trip_id": 4, "promo_id": 2, "status": "requested"},
            {"trip_id": 5, "promo_id": 3, "status": "accepted"},
            {"trip_id": 6, "promo_id": 3, "status": "in_progress"},
            {"trip_id": 7, "promo_id": 3, "status": "completed", "fare_cents": 0},
        ],
    )
    same_rows(promo_use, reference, on=not_completed)
with q.check(
    "codes without trips, trips without codes, many trips",
    points=1,
    advice="Every code of the table is one row, with the number of its own completed trips.",
):
    same_rows(promo_use, reference, on=hopline.load_rows(promo_codes=[{"code": "SPRING"}, {"code": "NIGHT"}]))
    no_codes = hopline.load_rows(trips=[{"trip_id": 1, "status": "completed", "promo_id": None}])
    same_rows(promo_use, reference, on=no_codes)
    same_rows(promo_use, reference, on=hopline.load("ties", seed=3401))
    same_rows(promo_use, reference, on=hopline.load("nulls", seed=3402))
    same_rows(promo_use, reference, on=hopline.load("empty"))
q.result()

# %% A3.4 hints [markdown]
# 1. Five codes go in, so five rows come out, also for a code without any trip. Which table must be kept whole, and
#    which one may have no partner?
# 2. Put `promo_codes` on the left side of a left join. A condition on the trips belongs in ON: in WHERE it drops the
#    codes without a partner. Make one group for each code, and count a column that is NULL where no trip fits, as
#    example 5 does.
# 3. Fill the gap: `SELECT p.code, COUNT(t.trip_id) AS uses FROM promo_codes AS p LEFT JOIN trips AS t ON t.promo_id =
#    p.promo_id AND … GROUP BY p.code`

# %% A3.4 wrong outer-filter-in-where language="sql" when="(LEFT|OUTER).*WHERE"
# -- A condition on the trips stands in WHERE. It drops the codes without such a trip, after LEFT JOIN has kept them.
# -- Move the condition into ON.
# SELECT p.code, COUNT(t.trip_id) AS uses FROM promo_codes p LEFT JOIN trips t ON t.promo_id = p.promo_id
# WHERE t.status = 'completed' GROUP BY p.promo_id

# %% A3.4 wrong outer-filter-in-where language="sql" when="(LEFT|OUTER).*WHERE.*IS NULL"
# -- Codes that stand on other trips only are lost: they have a partner, so IS NULL does not save them, and the partner
# -- is not completed. Move the status into ON.
# SELECT p.code, COUNT(t.trip_id) AS uses FROM promo_codes p LEFT JOIN trips t ON t.promo_id = p.promo_id
# WHERE t.status = 'completed' OR t.trip_id IS NULL GROUP BY p.promo_id

# %% A3.4 wrong count-star-outer language="sql"
# -- COUNT(*) counts rows, and a code without a trip still has one row. Count a column of the trip: COUNT skips NULL.
# SELECT p.code, COUNT(*) AS uses FROM promo_codes p
# LEFT JOIN trips t ON t.promo_id = p.promo_id AND t.status = 'completed' GROUP BY p.promo_id

# %% A3.4 wrong outer-needed language="sql" when="^(?!.*(LEFT|OUTER|UNION)).*(JOIN|FROM [^()]*,)"
# -- Codes without a completed trip are lost. An inner join drops rows without a partner: use LEFT JOIN.
# SELECT p.code, COUNT(*) AS uses FROM promo_codes p JOIN trips t ON t.promo_id = p.promo_id AND t.status = 'completed'
# GROUP BY p.code

# %% A3.4 wrong missing-filter language="sql"
# -- You count cancelled and unfinished trips too. Only completed trips count: add the status to ON.
# SELECT p.code, COUNT(t.trip_id) AS uses FROM promo_codes p LEFT JOIN trips t ON t.promo_id = p.promo_id
# GROUP BY p.code

# %% A3.4 wrong missing-filter language="sql"
# -- You count trips of every status, and only codes with a trip are in the list. Use LEFT JOIN, and add the status to
# -- ON.
# SELECT p.code, COUNT(*) AS uses FROM promo_codes p JOIN trips t ON t.promo_id = p.promo_id GROUP BY p.promo_id

# %% A3.4 wrong complement language="sql" when="<>|!=|NOT"
# -- A trip that is not cancelled need not be completed. Ask for the status you want.
# SELECT p.code, COUNT(t.trip_id) AS uses FROM promo_codes p
# LEFT JOIN trips t ON t.promo_id = p.promo_id AND t.status <> 'cancelled' GROUP BY p.promo_id

# %% A3.4 wrong missing-group language="sql" when="^(?!.*GROUP BY).*COUNT"
# -- Without GROUP BY the whole result is one group, so you get one row. Make one group for each code.
# SELECT p.code, COUNT(t.trip_id) AS uses FROM promo_codes p
# LEFT JOIN trips t ON t.promo_id = p.promo_id AND t.status = 'completed'

# %% A3.4 wrong group-null-side language="sql" when="GROUP BY ([a-z]+[.])?promo_id"
# -- You group by a column of the trips. It is NULL for all codes without a trip, so they become one row. Group by a
# -- column of promo_codes.
# SELECT p.code, COUNT(t.trip_id) AS uses FROM promo_codes p
# LEFT JOIN trips t ON t.promo_id = p.promo_id AND t.status = 'completed' GROUP BY t.promo_id

# %% A3.4 wrong null-not-zero language="sql" when="SUM|TOTAL|NULLIF"
# -- For a code without a trip the sum is NULL, not 0: every value that you add is NULL. Use CASE with ELSE 0, or
# -- coalesce.
# SELECT p.code, SUM(t.status = 'completed') AS uses FROM promo_codes p LEFT JOIN trips t ON t.promo_id = p.promo_id
# GROUP BY p.code

# %% A3.4 wrong count-null language="sql" when="COUNT ?[(].*(fare|tip|driver|vehicle|rider|zone)"
# -- The column that you count can be NULL in a completed trip, and COUNT skips that trip. Count trip_id.
# SELECT p.code, COUNT(t.fare_cents) AS uses FROM promo_codes p
# LEFT JOIN trips t ON t.promo_id = p.promo_id AND t.status = 'completed' GROUP BY p.promo_id

# %% A3.4 wrong wrong-count language="sql" when="DISTINCT"
# -- You count different values. Two trips of one rider with the same code are two uses: count each trip.
# SELECT p.code, COUNT(DISTINCT t.rider_id) AS uses FROM promo_codes p
# LEFT JOIN trips t ON t.promo_id = p.promo_id AND t.status = 'completed' GROUP BY p.promo_id

# %% A3.4 wrong missing-join-condition language="sql"
# -- No condition connects a trip with its code, so every code gets all completed trips. Compare promo_id in ON.
# SELECT p.code, COUNT(t.trip_id) AS uses FROM promo_codes p LEFT JOIN trips t ON t.status = 'completed'
# GROUP BY p.code

# %% A3.4 wrong outer-wrong-side language="sql"
# -- Your left join keeps the trips, so trips without a code come in and unused codes are lost. Put promo_codes to the
# -- left of LEFT JOIN.
# SELECT p.code, COUNT(t.trip_id) AS uses FROM trips t LEFT JOIN promo_codes p ON p.promo_id = t.promo_id
# WHERE t.status = 'completed' GROUP BY p.promo_id

# %% A3.4 right scalar-subquery language="sql"
# -- A query in brackets counts for one code at a time; a count of no rows is 0.
# SELECT code, (SELECT COUNT(*) FROM trips t WHERE t.promo_id = p.promo_id AND status = 'completed') AS uses
# FROM promo_codes p

# %% A3.4 right sum-case language="sql"
# -- Each row adds 1 or 0. A code without a trip has one row, and ELSE makes it 0.
# SELECT p.code, SUM(CASE WHEN t.status = 'completed' THEN 1 ELSE 0 END) AS uses
# FROM promo_codes p LEFT JOIN trips t USING (promo_id) GROUP BY p.code

# %% A3.4 right filtered-first language="sql"
# -- Keep the completed trips first, then join: then WHERE stands in its own query and drops no code.
# WITH done AS (SELECT promo_id FROM trips WHERE status = 'completed')
# SELECT code, COUNT(done.promo_id) AS uses FROM promo_codes AS p LEFT JOIN done ON done.promo_id = p.promo_id
# GROUP BY code

# %% A3.4 right counted-first language="sql"
# -- Count first, one row for each code, then join; coalesce turns a missing count into 0.
# SELECT p.code, coalesce(u.n, 0) AS uses FROM promo_codes p LEFT JOIN
#   (SELECT promo_id, COUNT(*) AS n FROM trips WHERE status = 'completed' GROUP BY promo_id) u ON u.promo_id =
#   p.promo_id

# %% A3.4 right filter-clause language="sql"
# -- FILTER counts only the rows that meet a condition.
# SELECT p.code, COUNT(*) FILTER (WHERE t.status = 'completed') AS uses
# FROM promo_codes p LEFT JOIN trips t ON p.promo_id = t.promo_id GROUP BY p.promo_id, p.code

# %% A3.5 prompt [markdown] type="sql-query"
# ## A3.5 Young mentors
#
# In `drivers`, `mentor_id` holds the `driver_id` of a driver's mentor; it is NULL where there is none. List each driver
# whose mentor joined later than the driver, together with that mentor, both by `full_name`: later means that the
# mentor's `joined_at` is a later moment, not the same. Two different drivers of one name are two rows.
#
# Columns: `driver, mentor`. Rows in any order.

# %% A3.5 answer language="sql" magic_args="young_mentors"
# -- Columns: driver, mentor
# ### BEGIN SOLUTION
# SELECT d.full_name AS driver, m.full_name AS mentor
# FROM drivers AS d
# JOIN drivers AS m ON m.driver_id = d.mentor_id
# WHERE m.joined_at > d.joined_at
# ### END SOLUTION

# %% A3.5 check
q = Question("A3.5")
expected = from_solution(young_mentors, on=city)
with q.check("the city data", points=1):
    same_rows(young_mentors, expected, on=city)
q.result()

# %% A3.5 hidden
q = Question("A3.5", hidden=True)
reference = from_solution(young_mentors)
with q.check(
    "drivers without a mentor, mentors of mentors, equal names",
    points=1,
    advice="Each row is a driver and that driver's own mentor. Drivers without a mentor stay out, and people of one "
    "name are different people.",
):
    chain = hopline.load_rows(
        drivers=[
            {"driver_id": 1, "full_name": "Leyla Demir", "mentor_id": 2, "joined_at": "2024-05-01T08:00:00Z"},
            {"driver_id": 2, "full_name": "Kofi Mensah", "mentor_id": 3, "joined_at": "2024-06-01T08:00:00Z"},
            {"driver_id": 3, "full_name": "Wei Chen", "mentor_id": None, "joined_at": "2024-07-01T08:00:00Z"},
            {"driver_id": 4, "full_name": "Amina Bello", "mentor_id": None, "joined_at": "2024-01-01T08:00:00Z"},
            {"driver_id": 5, "full_name": "Wei Chen", "mentor_id": 3, "joined_at": "2024-02-01T08:00:00Z"},
            {"driver_id": 6, "full_name": "Goran Horvat", "mentor_id": 3, "joined_at": "2024-03-01T08:00:00Z"},
            {"driver_id": 7, "full_name": "Goran Horvat", "mentor_id": 3, "joined_at": "2024-04-01T08:00:00Z"},
            {"driver_id": 8, "full_name": "Ji-woo Park", "mentor_id": 1, "joined_at": "2024-09-01T08:00:00Z"},
        ]
    )
    same_rows(young_mentors, reference, on=chain)
    same_rows(young_mentors, reference, on=hopline.load("nulls", seed=3501))
    same_rows(young_mentors, reference, on=hopline.load("empty"))
with q.check(
    "a mentor who joined before, in the same second, or an hour later",
    points=1,
    advice="Compare the two moments in joined_at as they are stored. Later is not the same, and not earlier.",
):
    moments = hopline.load_rows(
        drivers=[
            {"driver_id": 1, "full_name": "Leyla Demir", "mentor_id": None, "joined_at": "2024-05-10T08:00:00Z"},
            {"driver_id": 2, "full_name": "Kofi Mensah", "mentor_id": 1, "joined_at": "2024-05-10T08:00:00Z"},
            {"driver_id": 3, "full_name": "Wei Chen", "mentor_id": 1, "joined_at": "2024-05-10T07:00:00Z"},
            {"driver_id": 4, "full_name": "Amina Bello", "mentor_id": 1, "joined_at": "2024-05-10T07:59:59Z"},
            {"driver_id": 5, "full_name": "Goran Horvat", "mentor_id": 1, "joined_at": "2024-05-11T08:00:00Z"},
            {"driver_id": 6, "full_name": "Ji-woo Park", "mentor_id": 5, "joined_at": "2024-05-09T08:00:00Z"},
        ]
    )
    same_rows(young_mentors, reference, on=moments)
    same_rows(young_mentors, reference, on=hopline.load("ties", seed=3502))
    same_rows(young_mentors, reference, on=hopline.load("fall", seed=3503))
q.result()

# %% A3.5 hints [markdown]
# 1. Driver and mentor both stand in `drivers`. One row of the result needs two rows of that table. Example 4 does the
#    same with zones.
# 2. Write the table twice, with two names: `d` for the driver and `m` for the mentor. Which column of `d` holds the
#    number of the mentor, and which column of `m` is that number? Then compare the two moments in WHERE.
# 3. Fill the gap: `SELECT d.full_name AS driver, m.full_name AS mentor FROM drivers AS d JOIN drivers AS m ON … WHERE
#    m.joined_at > d.joined_at`

# %% A3.5 wrong self-join-roles language="sql"
# -- The roles are exchanged in ON: the mentor is the driver whose number stands in the other one's mentor_id.
# SELECT d.full_name AS driver, m.full_name AS mentor FROM drivers d JOIN drivers m ON d.driver_id = m.mentor_id
# WHERE m.joined_at > d.joined_at

# %% A3.5 wrong self-join-roles language="sql"
# -- The columns are exchanged: under `driver` stands the mentor's name. Show the two names the other way round.
# SELECT m.full_name AS driver, d.full_name AS mentor FROM drivers d JOIN drivers m ON m.driver_id = d.mentor_id
# WHERE m.joined_at > d.joined_at

# %% A3.5 wrong missing-join-condition language="sql"
# -- You pair each driver with everybody who joined later. Add the condition that connects a driver with that driver's
# -- mentor.
# SELECT d.full_name AS driver, m.full_name AS mentor FROM drivers d JOIN drivers m ON m.joined_at > d.joined_at

# %% A3.5 wrong inner-needed language="sql" when="LEFT|OUTER"
# -- Your left join keeps every driver, also those without a later mentor. Here only pairs are wanted: use JOIN.
# SELECT d.full_name AS driver, m.full_name AS mentor FROM drivers d
# LEFT JOIN drivers m ON m.driver_id = d.mentor_id AND m.joined_at > d.joined_at

# %% A3.5 wrong inner-needed language="sql" when="LEFT|OUTER"
# -- Drivers without a mentor are in your list. Only pairs are wanted: leave out rows where no mentor is.
# SELECT d.full_name AS driver, m.full_name AS mentor FROM drivers d LEFT JOIN drivers m ON m.driver_id = d.mentor_id
# WHERE m.joined_at > d.joined_at OR m.driver_id IS NULL

# %% A3.5 wrong wrong-direction language="sql"
# -- You list the mentors who joined before the driver. Turn the comparison round.
# SELECT d.full_name AS driver, m.full_name AS mentor FROM drivers d JOIN drivers m ON m.driver_id = d.mentor_id
# WHERE m.joined_at < d.joined_at

# %% A3.5 wrong boundary language="sql"
# -- A mentor who joined in the same second did not join later. Use `>`, not `>=`.
# SELECT d.full_name AS driver, m.full_name AS mentor FROM drivers d JOIN drivers m ON m.driver_id = d.mentor_id
# WHERE m.joined_at >= d.joined_at

# %% A3.5 wrong date-only language="sql" when="date|substr|strftime"
# -- You compare days. A mentor who joined an hour later on the same day joined later too: compare the stored moments.
# SELECT d.full_name AS driver, m.full_name AS mentor FROM drivers d JOIN drivers m ON m.driver_id = d.mentor_id
# WHERE date(m.joined_at) > date(d.joined_at)

# %% A3.5 wrong missing-filter language="sql"
# -- You list every driver with a mentor. Keep only pairs where the mentor joined later.
# SELECT d.full_name AS driver, m.full_name AS mentor FROM drivers d JOIN drivers m ON m.driver_id = d.mentor_id

# %% A3.5 wrong join-wrong-column language="sql"
# -- You pair drivers who have the same mentor. The mentor is the row whose driver_id stands in the driver's mentor_id.
# SELECT d.full_name AS driver, m.full_name AS mentor FROM drivers d JOIN drivers m ON m.mentor_id = d.mentor_id
# WHERE m.joined_at > d.joined_at

# %% A3.5 wrong wrong-duplicates language="sql" when="DISTINCT|GROUP BY|UNION"
# -- Two drivers of one name with the same mentor became one row. They are two people: leave out DISTINCT or GROUP BY.
# SELECT DISTINCT d.full_name AS driver, m.full_name AS mentor FROM drivers d
# JOIN drivers m ON m.driver_id = d.mentor_id WHERE m.joined_at > d.joined_at

# %% A3.5 right comma language="sql"
# -- Tables with a comma between them and both conditions in WHERE say the same as JOIN with ON.
# SELECT d.full_name AS driver, m.full_name AS mentor FROM drivers m, drivers d
# WHERE d.mentor_id = m.driver_id AND d.joined_at < m.joined_at

# %% A3.5 right left-then-where language="sql"
# -- The comparison in WHERE is unknown where there is no mentor, so those rows go again.
# SELECT d.full_name AS driver, m.full_name AS mentor FROM drivers d LEFT JOIN drivers m ON m.driver_id = d.mentor_id
# WHERE m.joined_at > d.joined_at

# %% A3.5 right scalar-subquery language="sql"
# -- The mentor's name is looked up for each driver.
# SELECT full_name AS driver, (SELECT m.full_name FROM drivers m WHERE m.driver_id = d.mentor_id) AS mentor
# FROM drivers d WHERE joined_at < (SELECT m.joined_at FROM drivers m WHERE m.driver_id = d.mentor_id)

# %% A3.6 prompt [markdown] type="sql-query" core=true
# ## A3.6 Money and stars without doubling
#
# For every completed trip, finance wants `captured_cents`, the sum of `amount_cents` over the trip's `payments` with
# the status `captured`, and `rating_count`, the number of its rows in `ratings`. Both are 0 where there is none. Two
# captures of the same amount both count, and payments of any other status, refunds too, change nothing.
#
# Columns: `trip_id, captured_cents, rating_count`. Rows in any order.

# %% A3.6 answer language="sql" magic_args="money_and_stars"
# -- Columns: trip_id, captured_cents, rating_count
# ### BEGIN SOLUTION
# SELECT t.trip_id, coalesce(p.cents, 0) AS captured_cents, coalesce(r.ratings, 0) AS rating_count
# FROM trips AS t
# LEFT JOIN (
#   SELECT trip_id, SUM(amount_cents) AS cents FROM payments WHERE status = 'captured' GROUP BY trip_id
# ) AS p ON p.trip_id = t.trip_id
# LEFT JOIN (
#   SELECT trip_id, COUNT(*) AS ratings FROM ratings GROUP BY trip_id
# ) AS r ON r.trip_id = t.trip_id
# WHERE t.status = 'completed'
# ### END SOLUTION

# %% A3.6 check
q = Question("A3.6")
expected = from_solution(money_and_stars, on=city)
with q.check("the city data", points=1):
    same_rows(money_and_stars, expected, on=city)
q.result()

# %% A3.6 hidden
q = Question("A3.6", hidden=True)
reference = from_solution(money_and_stars)
with q.check(
    "two payments and two ratings of one trip, equal amounts",
    points=1,
    advice="Some trips have two captures, of equal or different amounts, and two ratings. How many rows has such a "
    "trip after both joins?",
):
    doubled = hopline.load_rows(
        trips=[{"trip_id": trip, "status": "completed", "fare_cents": 500} for trip in range(1, 6)],
        payments=[
            {"trip_id": 1, "amount_cents": 500},
            {"trip_id": 1, "amount_cents": 500},
            {"trip_id": 2, "amount_cents": 700},
            {"trip_id": 3, "amount_cents": 500},
            {"trip_id": 3, "amount_cents": 300},
            {"trip_id": 4, "amount_cents": 650},
            {"trip_id": 4, "amount_cents": 650},
            {"trip_id": 5, "amount_cents": 800},
        ],
        ratings=[
            {"trip_id": 1, "rated_by": "rider", "stars": 5},
            {"trip_id": 1, "rated_by": "driver", "stars": 5},
            {"trip_id": 2, "rated_by": "rider", "stars": 4},
            {"trip_id": 2, "rated_by": "driver", "stars": 3},
            {"trip_id": 3, "rated_by": "rider", "stars": 1},
            {"trip_id": 4, "rated_by": "driver", "stars": 2},
            {"trip_id": 5, "rated_by": "rider", "stars": 5},
        ],
    )
    same_rows(money_and_stars, reference, on=doubled)
with q.check(
    "failed, authorized and refunded payments",
    points=1,
    advice="Only payments with the status captured count, whatever else stands beside them.",
):
    stories = hopline.load_rows(
        trips=[{"trip_id": trip, "status": "completed", "fare_cents": 500} for trip in range(1, 6)],
        payments=[
            {"trip_id": 1, "status": "failed", "amount_cents": 500},
            {"trip_id": 1, "status": "captured", "amount_cents": 500},
            {"trip_id": 2, "status": "authorized", "amount_cents": 400},
            {"trip_id": 2, "status": "captured", "amount_cents": 400},
            {"trip_id": 3, "status": "captured", "amount_cents": 900},
            {"trip_id": 3, "status": "refunded", "amount_cents": -900},
            {"trip_id": 4, "status": "captured", "amount_cents": 850, "method": "cash"},
            {"trip_id": 4, "status": "refunded", "amount_cents": -200, "method": "cash"},
            {"trip_id": 5, "status": "failed", "amount_cents": 620},
            {"trip_id": 5, "status": "failed", "amount_cents": 620},
            {"trip_id": 5, "status": "captured", "amount_cents": 580},
        ],
        ratings=[
            {"trip_id": 1, "rated_by": "rider", "stars": 5},
            {"trip_id": 2, "rated_by": "rider", "stars": 4},
            {"trip_id": 3, "rated_by": "rider", "stars": 2},
            {"trip_id": 4, "rated_by": "rider", "stars": 3},
            {"trip_id": 5, "rated_by": "rider", "stars": 1},
        ],
    )
    same_rows(money_and_stars, reference, on=stories)
with q.check(
    "trips without a payment, without a rating, without either",
    points=1,
    advice="Every completed trip is one row, and what it does not have is 0, not NULL.",
):
    bare = hopline.load_rows(
        trips=[{"trip_id": trip, "status": "completed", "fare_cents": 500} for trip in range(1, 5)],
        payments=[{"trip_id": 1, "amount_cents": 500}, {"trip_id": 2, "amount_cents": 0}],
        ratings=[{"trip_id": 1, "rated_by": "rider"}, {"trip_id": 3, "rated_by": "driver"}],
    )
    same_rows(money_and_stars, reference, on=bare)
    same_rows(money_and_stars, reference, on=hopline.load("empty"))
with q.check(
    "trips that are not completed, and many trips",
    points=1,
    advice="Only completed trips are in the list, each exactly once. A cancelled trip can have a payment too.",
):
    not_completed = hopline.load_rows(
        trips=[
            {"trip_id": 1, "status": "completed", "fare_cents": 500},
            {"trip_id": 2, "status": "cancelled", "fare_cents": 300},
            {"trip_id": 3, "status": "cancelled"},
            {"trip_id": 4, "status": "in_progress"},
        ],
        payments=[{"trip_id": 1, "amount_cents": 500}, {"trip_id": 2, "amount_cents": 300}],
        ratings=[{"trip_id": 1, "rated_by": "rider"}, {"trip_id": 2, "rated_by": "driver"}],
    )
    same_rows(money_and_stars, reference, on=not_completed)
    same_rows(money_and_stars, reference, on=hopline.load("ties", seed=3601))
    same_rows(money_and_stars, reference, on=hopline.load("nulls", seed=3602))
q.result()

# %% A3.6 hints [markdown]
# 1. Take a trip with two payments and two ratings, and join both tables to it. How many rows do you get, and what is
#    the sum? Example 6 shows the same with riders.
# 2. First make one small table of payments and one of ratings, each with at most one row for a trip: an inner query
#    with GROUP BY. The status of the payment belongs in its own inner query. Then keep the trips and join both from
#    the left. `coalesce` turns a missing value into 0.
# 3. The half for the money: `SELECT t.trip_id, coalesce(p.cents, 0) AS captured_cents, … FROM trips AS t LEFT JOIN
#    (SELECT trip_id, SUM(amount_cents) AS cents FROM payments WHERE … GROUP BY trip_id) AS p ON p.trip_id = t.trip_id
#    …`

# %% A3.6 wrong fan-out language="sql"
# -- Each payment of a trip is paired with each of its ratings, so sums and counts grow. Make one row for each trip out
# -- of the payments, and one out of the ratings, before you join them.
# SELECT t.trip_id, coalesce(SUM(p.amount_cents), 0) AS captured_cents, COUNT(r.stars) AS rating_count FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status = 'captured' LEFT JOIN ratings r ON r.trip_id = t.trip_id
# WHERE t.status = 'completed' GROUP BY t.trip_id

# %% A3.6 wrong fan-out language="sql"
# -- The number of ratings is right, but each payment is still added once for each rating. Sum the payments in an inner
# -- query before you join them.
# SELECT t.trip_id, coalesce(SUM(p.amount_cents), 0) AS captured_cents, COUNT(DISTINCT r.rated_by) AS rating_count
# FROM trips t LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status = 'captured'
# LEFT JOIN ratings r ON r.trip_id = t.trip_id WHERE t.status = 'completed' GROUP BY t.trip_id

# %% A3.6 wrong distinct-in-sum language="sql" when="SUM ?[(] ?DISTINCT"
# -- SUM(DISTINCT …) adds equal amounts only once, so a second capture of the same amount is lost. Sum the payments in
# -- an inner query before you join.
# SELECT t.trip_id, coalesce(SUM(DISTINCT p.amount_cents), 0) AS captured_cents,
#   COUNT(DISTINCT r.rated_by) AS rating_count FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status = 'captured' LEFT JOIN ratings r ON r.trip_id = t.trip_id
# WHERE t.status = 'completed' GROUP BY t.trip_id

# %% A3.6 wrong distinct-in-count language="sql" when="DISTINCT [a-z.]*stars"
# -- Two ratings with equally many stars are two ratings. Count rows, not different numbers of stars.
# SELECT t.trip_id, coalesce((SELECT SUM(amount_cents) FROM payments p
#   WHERE p.trip_id = t.trip_id AND p.status = 'captured'), 0) AS captured_cents,
#   COUNT(DISTINCT r.stars) AS rating_count
# FROM trips t LEFT JOIN ratings r ON r.trip_id = t.trip_id WHERE t.status = 'completed' GROUP BY t.trip_id

# %% A3.6 wrong outer-needed language="sql"
# -- Trips without a captured payment or without a rating are lost. Join both inner queries with LEFT JOIN, and turn
# -- NULL into 0.
# SELECT t.trip_id, p.cents AS captured_cents, r.n AS rating_count FROM trips t
# JOIN (SELECT trip_id, SUM(amount_cents) cents FROM payments WHERE status = 'captured' GROUP BY trip_id) p USING
# (trip_id) JOIN (SELECT trip_id, COUNT(*) n FROM ratings GROUP BY trip_id) r USING (trip_id) WHERE t.status =
# 'completed'

# %% A3.6 wrong outer-filter-in-where language="sql" when="(LEFT|OUTER).*WHERE.*status.*status"
# -- The payment's status stands in the outer WHERE, so trips without a captured payment are dropped. Put it into the
# -- inner query, or into ON.
# SELECT t.trip_id, SUM(p.amount_cents) AS captured_cents,
#   (SELECT COUNT(*) FROM ratings r WHERE r.trip_id = t.trip_id) AS rating_count FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id WHERE t.status = 'completed' AND p.status = 'captured' GROUP BY
# t.trip_id

# %% A3.6 wrong null-not-zero language="sql"
# -- Where there is no payment or no rating you show NULL. The task wants 0: coalesce(value, 0).
# SELECT t.trip_id, p.cents AS captured_cents, r.n AS rating_count FROM trips t
# LEFT JOIN (SELECT trip_id, SUM(amount_cents) cents FROM payments WHERE status = 'captured' GROUP BY trip_id) p
#   USING (trip_id)
# LEFT JOIN (SELECT trip_id, COUNT(*) n FROM ratings GROUP BY trip_id) r USING (trip_id) WHERE t.status = 'completed'

# %% A3.6 wrong null-not-zero language="sql"
# -- Where there is no captured payment you show NULL: the sum of no rows is NULL. The task wants 0: coalesce(value, 0).
# SELECT t.trip_id, (SELECT SUM(amount_cents) FROM payments p WHERE p.trip_id = t.trip_id AND p.status = 'captured')
#   AS captured_cents, (SELECT COUNT(*) FROM ratings r WHERE r.trip_id = t.trip_id) AS rating_count
# FROM trips t WHERE t.status = 'completed'

# %% A3.6 wrong missing-filter language="sql"
# -- You add payments of every status. Only captured ones count.
# SELECT t.trip_id, (SELECT coalesce(SUM(amount_cents), 0) FROM payments p WHERE p.trip_id = t.trip_id) AS
# captured_cents, (SELECT COUNT(*) FROM ratings r WHERE r.trip_id = t.trip_id) AS rating_count FROM trips t WHERE
# t.status = 'completed'

# %% A3.6 wrong other-condition language="sql"
# -- You subtract refunds. captured_cents is what was captured, whatever was paid back later.
# SELECT t.trip_id, (SELECT coalesce(SUM(amount_cents), 0) FROM payments p
#   WHERE p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')) AS captured_cents,
#   (SELECT COUNT(*) FROM ratings r WHERE r.trip_id = t.trip_id) AS rating_count FROM trips t WHERE t.status =
#   'completed'

# %% A3.6 wrong other-condition language="sql" when="<>|!=|NOT"
# -- You add authorized or refunded payments too. Only the status captured counts.
# SELECT t.trip_id, (SELECT coalesce(SUM(amount_cents), 0) FROM payments p
#   WHERE p.trip_id = t.trip_id AND p.status <> 'failed') AS captured_cents,
#   (SELECT COUNT(*) FROM ratings r WHERE r.trip_id = t.trip_id) AS rating_count FROM trips t WHERE t.status =
#   'completed'

# %% A3.6 wrong missing-filter language="sql"
# -- Your list holds trips that are not completed. Filter the trips by their own status too.
# SELECT t.trip_id, (SELECT coalesce(SUM(amount_cents), 0) FROM payments p
#   WHERE p.trip_id = t.trip_id AND p.status = 'captured') AS captured_cents,
#   (SELECT COUNT(*) FROM ratings r WHERE r.trip_id = t.trip_id) AS rating_count FROM trips t

# %% A3.6 wrong count-star-outer language="sql"
# -- COUNT(*) after a left join counts a trip without a rating as 1. Count a column of ratings, or count in an inner
# -- query.
# SELECT t.trip_id, (SELECT coalesce(SUM(amount_cents), 0) FROM payments p
#   WHERE p.trip_id = t.trip_id AND p.status = 'captured') AS captured_cents, COUNT(*) AS rating_count
# FROM trips t LEFT JOIN ratings r ON r.trip_id = t.trip_id WHERE t.status = 'completed' GROUP BY t.trip_id

# %% A3.6 wrong wrong-grain language="sql"
# -- A trip with two captured payments has two rows in your result. Group the payments: one row for each trip.
# SELECT t.trip_id, coalesce(p.amount_cents, 0) AS captured_cents, coalesce(r.n, 0) AS rating_count FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status = 'captured'
# LEFT JOIN (SELECT trip_id, COUNT(*) n FROM ratings GROUP BY trip_id) r ON r.trip_id = t.trip_id
# WHERE t.status = 'completed'

# %% A3.6 wrong extra-filter language="sql" when="rated_by"
# -- You count the ratings of one side. The task counts every row in ratings, by riders and by drivers.
# SELECT t.trip_id, (SELECT coalesce(SUM(amount_cents), 0) FROM payments p
#   WHERE p.trip_id = t.trip_id AND p.status = 'captured') AS captured_cents,
#   (SELECT COUNT(*) FROM ratings r WHERE r.trip_id = t.trip_id AND r.rated_by = 'rider') AS rating_count
# FROM trips t WHERE t.status = 'completed'

# %% A3.6 right scalar-subqueries language="sql"
# -- Two queries in brackets, each for one trip: nothing is joined, so nothing is doubled.
# SELECT trip_id, (SELECT coalesce(SUM(amount_cents), 0) FROM payments p WHERE p.trip_id = t.trip_id
#   AND p.status = 'captured') AS captured_cents,
#   (SELECT COUNT(*) FROM ratings r WHERE r.trip_id = t.trip_id) AS rating_count
# FROM trips t WHERE status = 'completed'

# %% A3.6 right one-inner-query language="sql"
# -- One join is harmless: only the second one would double. So the payments are joined and the ratings looked up.
# SELECT t.trip_id, coalesce(SUM(p.amount_cents), 0) AS captured_cents,
#   (SELECT COUNT(*) FROM ratings r WHERE r.trip_id = t.trip_id) AS rating_count
# FROM trips t LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status = 'captured'
# WHERE t.status = 'completed' GROUP BY t.trip_id

# %% A3.6 right case-in-sum language="sql"
# -- The status can also decide inside the sum, as each payment adds its amount or 0.
# WITH paid AS (SELECT trip_id, SUM(CASE WHEN status = 'captured' THEN amount_cents ELSE 0 END) AS cents
#   FROM payments GROUP BY trip_id), rated AS (SELECT trip_id, COUNT(stars) AS n FROM ratings GROUP BY trip_id)
# SELECT trip_id, ifnull(cents, 0) AS captured_cents, ifnull(n, 0) AS rating_count
# FROM trips LEFT JOIN paid USING (trip_id) LEFT JOIN rated USING (trip_id) WHERE status = 'completed'

# %% A3.6 right one-after-the-other language="sql"
# -- Sum and group after the first join, then join the second table to that result and group again.
# SELECT m.trip_id, m.cents AS captured_cents, COUNT(r.trip_id) AS rating_count FROM
#   (SELECT t.trip_id, coalesce(SUM(p.amount_cents), 0) AS cents FROM trips t LEFT JOIN payments p
#     ON p.trip_id = t.trip_id AND p.status = 'captured' WHERE t.status = 'completed' GROUP BY t.trip_id) m
# LEFT JOIN ratings r ON r.trip_id = m.trip_id GROUP BY m.trip_id, m.cents

# %% A3.7 prompt [markdown] type="sql-query"
# ## A3.7 Tickets that point nowhere
#
# `support_tickets` came from an old tool that did not check its numbers. List the tickets that name a trip, although
# `trips` holds no trip of that number. A ticket with NULL in `trip_id` names no trip: it is not in the list, not even
# if `trips` is empty.
#
# Columns: `ticket_id, trip_id`. Rows in any order.

# %% A3.7 answer language="sql" magic_args="lost_tickets"
# -- Columns: ticket_id, trip_id
# ### BEGIN SOLUTION
# SELECT s.ticket_id, s.trip_id
# FROM support_tickets AS s
# LEFT JOIN trips AS t ON t.trip_id = s.trip_id
# WHERE s.trip_id IS NOT NULL AND t.trip_id IS NULL
# ### END SOLUTION

# %% A3.7 check
q = Question("A3.7")
expected = from_solution(lost_tickets, on=city)
with q.check("the city data", points=1):
    same_rows(lost_tickets, expected, on=city)
q.result()

# %% A3.7 hidden
q = Question("A3.7", hidden=True)
reference = from_solution(lost_tickets)
with q.check(
    "tickets with and without a trip, and a gap among the trips",
    points=1,
    advice="A ticket is in the list if it names a trip and no trip has that number. Numbers of lost trips need not be "
    "large.",
):
    old_tool = hopline.load_rows(
        riders=[{"rider_id": 1, "full_name": "Noor Haddad"}],
        trips=[{"trip_id": 10}, {"trip_id": 11}, {"trip_id": 14, "status": "cancelled"}],
        support_tickets=[
            {"ticket_id": 1, "rider_id": 1, "trip_id": 10},
            {"ticket_id": 2, "rider_id": 1, "trip_id": None},
            {"ticket_id": 3, "rider_id": None, "trip_id": 12},
            {"ticket_id": 4, "rider_id": 1, "trip_id": 12, "status": "closed"},
            {"ticket_id": 5, "rider_id": None, "trip_id": None, "status": "closed"},
            {"ticket_id": 6, "rider_id": 1, "trip_id": 14},
            {"ticket_id": 7, "rider_id": 99, "trip_id": 11},
            {"ticket_id": 8, "rider_id": 1, "trip_id": 9000008},
            {"ticket_id": 9, "rider_id": 1, "trip_id": 3, "priority": "urgent"},
        ],
    )
    same_rows(lost_tickets, reference, on=old_tool)
    same_rows(lost_tickets, reference, on=hopline.load("nulls", seed=3701))
    same_rows(lost_tickets, reference, on=hopline.load("ties", seed=3702))
with q.check(
    "no trips at all, no tickets at all",
    points=1,
    advice="If there is no trip, every ticket that names one points nowhere. A ticket without a number names none.",
):
    no_trips = hopline.load_rows(
        support_tickets=[
            {"ticket_id": 1, "trip_id": None},
            {"ticket_id": 2, "trip_id": 5},
            {"ticket_id": 3, "trip_id": 5},
        ]
    )
    same_rows(lost_tickets, reference, on=no_trips)
    same_rows(lost_tickets, reference, on=hopline.load_rows(trips=[{"trip_id": 1}]))
    same_rows(lost_tickets, reference, on=hopline.load("empty"))
q.result()

# %% A3.7 hints [markdown]
# 1. Here are two kinds of absence: a ticket without a number, and a number without a trip. Which of the two is asked
#    for? How does example 3 find it?
# 2. Keep every ticket with a left join, and look for those without a partner among the trips, as in A3.3. A ticket with
#    NULL has no partner either, so it needs a condition of its own. Show the number that the ticket holds; the trip has
#    none.
# 3. Fill the gap: `… FROM support_tickets AS s LEFT JOIN trips AS t ON t.trip_id = s.trip_id WHERE t.trip_id IS NULL
#    AND …`

# %% A3.7 wrong null-is-not-missing language="sql" when="^(?!.*NOT +IN)"
# -- Tickets without a trip number are in your list. NULL names no trip, so it cannot be wrong: add
# -- `s.trip_id IS NOT NULL`.
# SELECT s.ticket_id, s.trip_id FROM support_tickets s LEFT JOIN trips t ON t.trip_id = s.trip_id WHERE t.trip_id IS
# NULL

# %% A3.7 wrong null-is-not-missing language="sql" when="NOT +IN"
# -- If the list after NOT IN is empty, NOT IN is true for NULL too. Then tickets without a trip number come in: add
# -- `trip_id IS NOT NULL`.
# SELECT ticket_id, trip_id FROM support_tickets WHERE trip_id NOT IN (SELECT trip_id FROM trips)

# %% A3.7 wrong wrong-population language="sql"
# -- You list the tickets that name no trip. The task wants those that name one, if no trip has that number.
# SELECT ticket_id, trip_id FROM support_tickets WHERE trip_id IS NULL

# %% A3.7 wrong wrong-population language="sql"
# -- You list the tickets whose trip exists. The task wants the others, as far as they name a trip.
# SELECT s.ticket_id, s.trip_id FROM support_tickets s JOIN trips t ON t.trip_id = s.trip_id

# %% A3.7 wrong wrong-population language="sql"
# -- You list every ticket that names a trip. Keep only those for which no trip has that number.
# SELECT ticket_id, trip_id FROM support_tickets WHERE trip_id IS NOT NULL

# %% A3.7 wrong negation-by-inequality language="sql" when="<>|!="
# -- `<>` pairs each ticket with all other trips. "No such trip" means that none fits: compare with `=` in a LEFT JOIN,
# -- then ask IS NULL.
# SELECT s.ticket_id, s.trip_id FROM support_tickets s JOIN trips t ON t.trip_id <> s.trip_id

# %% A3.7 wrong negation-by-inequality language="sql" when="<>|!="
# -- `<>` finds a ticket as soon as one other trip exists. "No such trip" means that none fits: use LEFT JOIN and IS
# -- NULL.
# SELECT DISTINCT s.ticket_id, s.trip_id FROM support_tickets s JOIN trips t ON t.trip_id <> s.trip_id

# %% A3.7 wrong outer-needed language="sql" when="^(?!.*(LEFT|OUTER|EXISTS)).*(JOIN|trips [a-z]* ?,|, ?trips).*IS NULL"
# -- An inner join keeps only tickets whose trip exists, so no row is left without one. Use LEFT JOIN.
# SELECT s.ticket_id, s.trip_id FROM support_tickets s JOIN trips t ON t.trip_id = s.trip_id
# WHERE t.trip_id IS NULL AND s.trip_id IS NOT NULL

# %% A3.7 wrong null-side-column language="sql"
# -- You show trip_id of the trip, and there is no trip, so it is NULL. Show the trip_id of the ticket.
# SELECT s.ticket_id, t.trip_id FROM support_tickets s LEFT JOIN trips t ON t.trip_id = s.trip_id
# WHERE s.trip_id IS NOT NULL AND t.trip_id IS NULL

# %% A3.7 wrong outer-wrong-side language="sql" when="trips.*(LEFT|OUTER)"
# -- Your left join keeps the trips, so you find trips without a ticket. Put support_tickets to the left of LEFT JOIN.
# SELECT s.ticket_id, t.trip_id FROM trips t LEFT JOIN support_tickets s ON s.trip_id = t.trip_id
# WHERE s.ticket_id IS NULL

# %% A3.7 wrong other-condition language="sql" when="MAX|>|<"
# -- You take numbers above a limit. A lost trip can have a small number too, between others: look for numbers that no
# -- trip has.
# SELECT ticket_id, trip_id FROM support_tickets WHERE trip_id > (SELECT MAX(trip_id) FROM trips)

# %% A3.7 wrong other-condition language="sql" when="MAX|>|<"
# -- You take numbers above a limit. A lost trip can have a small number too: look for numbers that no trip has.
# SELECT ticket_id, trip_id FROM support_tickets WHERE trip_id > 600

# %% A3.7 wrong join-wrong-column language="sql" when="ticket_id *= *|= *[a-z]*[.]?ticket_id"
# -- You compare the ticket's own number with a trip's. Compare the trip_id of the two tables.
# SELECT s.ticket_id, s.trip_id FROM support_tickets s LEFT JOIN trips t ON t.trip_id = s.ticket_id
# WHERE s.trip_id IS NOT NULL AND t.trip_id IS NULL

# %% A3.7 right not-in language="sql"
# -- trip_id is never NULL in trips, so NOT IN is safe; the second condition is needed when trips is empty.
# SELECT ticket_id, trip_id FROM support_tickets
# WHERE trip_id NOT IN (SELECT trip_id FROM trips) AND trip_id IS NOT NULL

# %% A3.7 right not-exists language="sql"
# -- NOT EXISTS is true where the inner query finds no row; for NULL it finds none, hence the other condition.
# SELECT ticket_id, trip_id FROM support_tickets s
# WHERE trip_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM trips t WHERE t.trip_id = s.trip_id)

# %% A3.7 right except language="sql"
# -- The named numbers except the existing ones; a NULL in the list of IN matches nothing.
# SELECT ticket_id, trip_id FROM support_tickets
# WHERE trip_id IN (SELECT trip_id FROM support_tickets EXCEPT SELECT trip_id FROM trips)

# %% A3.8 prompt [markdown] type="sql-query"
# ## A3.8 Namesakes
#
# Support once mixed up two riders with the same name. List each pair of different riders with equal `full_name`,
# exactly as it is stored: another letter case or one more space makes another name. Deleted riders count; each pair is
# one row, with the smaller `rider_id` first, so three riders of one name are three rows.
#
# Columns: `first_id, second_id, full_name`. Rows in any order.

# %% A3.8 answer language="sql" magic_args="namesakes"
# -- Columns: first_id, second_id, full_name
# ### BEGIN SOLUTION
# SELECT a.rider_id AS first_id, b.rider_id AS second_id, a.full_name
# FROM riders AS a
# JOIN riders AS b ON b.full_name = a.full_name AND a.rider_id < b.rider_id
# ### END SOLUTION

# %% A3.8 check
q = Question("A3.8")
expected = from_solution(namesakes, on=city)
with q.check("the city data", points=1):
    same_rows(namesakes, expected, on=city)
q.result()

# %% A3.8 hidden
q = Question("A3.8", hidden=True, partial=True)
reference = from_solution(namesakes)
with q.check(
    "three and four riders with one name",
    points=1,
    advice="Three riders of one name are three pairs, four are six. Each pair is one row.",
):
    crowd = hopline.load_rows(
        riders=[
            {"rider_id": 4, "full_name": "Wei Chen"},
            {"rider_id": 2, "full_name": "Wei Chen"},
            {"rider_id": 9, "full_name": "Wei Chen"},
            {"rider_id": 1, "full_name": "Amina Bello"},
            {"rider_id": 3, "full_name": "Amina Bello"},
            {"rider_id": 5, "full_name": "Amina Bello"},
            {"rider_id": 8, "full_name": "Amina Bello"},
            {"rider_id": 6, "full_name": "Kofi Mensah"},
        ]
    )
    same_rows(namesakes, reference, on=crowd)
    same_rows(namesakes, reference, on=hopline.load("knots", seed=3802))
with q.check(
    "names that differ in a space or in letter case, deleted riders",
    points=1,
    advice="Names are equal only if they are stored alike, letter by letter. A deleted rider takes part too.",
):
    spellings = hopline.load_rows(
        riders=[
            {"rider_id": 1, "full_name": "Mara Silva"},
            {"rider_id": 2, "full_name": "mara silva"},
            {"rider_id": 3, "full_name": " Mara Silva"},
            {"rider_id": 4, "full_name": "Mara Silva", "deleted_at": "2025-03-01T10:00:00Z"},
            {"rider_id": 5, "full_name": "Zoë O'Brien", "deleted_at": "2025-03-01T10:00:00Z"},
            {"rider_id": 6, "full_name": "Zoë O'Brien", "deleted_at": "2025-03-02T10:00:00Z"},
            {"rider_id": 7, "full_name": "Mara Silva "},
            {"rider_id": 8, "full_name": " Mei Lin"},
            {"rider_id": 9, "full_name": " Mei Lin"},
        ]
    )
    same_rows(namesakes, reference, on=spellings)
with q.check(
    "names that nobody shares, many riders, no riders",
    points=1,
    advice="A rider is no pair with himself or herself, and two riders make one pair. The smaller number comes first.",
):
    alone = hopline.load_rows(
        riders=[
            {"rider_id": 1, "full_name": "Wei Chen"},
            {"rider_id": 2, "full_name": "Amina Bello"},
            {"rider_id": 3, "full_name": "Wei Chen"},
        ]
    )
    same_rows(namesakes, reference, on=alone)
    same_rows(namesakes, reference, on=hopline.load("ties", seed=3801))
    same_rows(namesakes, reference, on=hopline.load("nulls", seed=3803))
    same_rows(namesakes, reference, on=hopline.load("empty"))
q.result()

# %% A3.8 hints [markdown]
# 1. A pair needs two rows of `riders`, so the table stands twice in the query, under two names. Example 4 ends with
#    pairs of vehicles. What must the two rows share, and in what must they differ?
# 2. If you only ask that the numbers are not equal, each pair comes twice: once in each order. Which comparison of the
#    two numbers is true for one of the two orders only? It also decides which number comes first.
# 3. Fill the gap: `SELECT a.rider_id AS first_id, b.rider_id AS second_id, a.full_name FROM riders AS a JOIN riders AS
#    b ON b.full_name = a.full_name AND …`

# %% A3.8 wrong mirror-pairs language="sql"
# -- Each pair comes twice, once in each order: `<>` is true for both. Use `<`, so that the smaller number comes first.
# SELECT a.rider_id AS first_id, b.rider_id AS second_id, a.full_name FROM riders a
# JOIN riders b ON a.full_name = b.full_name AND a.rider_id <> b.rider_id

# %% A3.8 wrong pair-with-itself language="sql" when="<=|>="
# -- Each rider is paired with himself or herself: `<=` is true for equal numbers. Use `<`.
# SELECT a.rider_id AS first_id, b.rider_id AS second_id, a.full_name FROM riders a
# JOIN riders b ON a.full_name = b.full_name AND a.rider_id <= b.rider_id

# %% A3.8 wrong pair-with-itself language="sql"
# -- Each rider is paired with everybody of that name, himself or herself too, and each pair comes twice. Compare the
# -- two numbers with `<`.
# SELECT a.rider_id AS first_id, b.rider_id AS second_id, a.full_name FROM riders a
# JOIN riders b ON a.full_name = b.full_name

# %% A3.8 wrong group-loses-pairs language="sql" when="GROUP BY"
# -- A group gives one row for each name, so of three riders only one pair is left. Join the table to itself.
# SELECT MIN(rider_id) AS first_id, MAX(rider_id) AS second_id, full_name FROM riders
# GROUP BY full_name HAVING COUNT(*) > 1

# %% A3.8 wrong group-loses-pairs language="sql" when="MIN|LIMIT|lag|lead"
# -- You pair each rider with the next one of that name only. Of three riders, the first and the third are a pair too.
# SELECT a.rider_id AS first_id, (SELECT MIN(b.rider_id) FROM riders b WHERE b.full_name = a.full_name
#   AND b.rider_id > a.rider_id) AS second_id, a.full_name FROM riders a
# WHERE EXISTS (SELECT 1 FROM riders b WHERE b.full_name = a.full_name AND b.rider_id > a.rider_id)

# %% A3.8 wrong wrong-direction language="sql" when="[<>]"
# -- The larger number comes first in your rows. Turn the comparison round, or exchange the two columns.
# SELECT a.rider_id AS first_id, b.rider_id AS second_id, a.full_name FROM riders a
# JOIN riders b ON a.full_name = b.full_name AND a.rider_id > b.rider_id

# %% A3.8 wrong missing-join-condition language="sql"
# -- You pair each rider with every later one. Add the condition that the two names are equal.
# SELECT a.rider_id AS first_id, b.rider_id AS second_id, a.full_name FROM riders a JOIN riders b
# ON a.rider_id < b.rider_id

# %% A3.8 wrong extra-filter language="sql" when="deleted_at"
# -- You leave out deleted riders. The task counts them too.
# SELECT a.rider_id AS first_id, b.rider_id AS second_id, a.full_name FROM riders a
# JOIN riders b ON a.full_name = b.full_name AND a.rider_id < b.rider_id
# WHERE a.deleted_at IS NULL AND b.deleted_at IS NULL

# %% A3.8 wrong letter-case language="sql" when="LIKE|lower|upper|NOCASE"
# -- You take capital and small letters as equal. The task compares the names as they are stored: use `=`.
# SELECT a.rider_id AS first_id, b.rider_id AS second_id, a.full_name FROM riders a
# JOIN riders b ON lower(a.full_name) = lower(b.full_name) AND a.rider_id < b.rider_id

# %% A3.8 wrong other-condition language="sql" when="trim|replace"
# -- You remove spaces before you compare. The task compares the names as they are stored.
# SELECT a.rider_id AS first_id, b.rider_id AS second_id, a.full_name FROM riders a
# JOIN riders b ON trim(a.full_name) = trim(b.full_name) AND a.rider_id < b.rider_id

# %% A3.8 wrong changed-value language="sql" when="trim|replace|lower|upper"
# -- You show the name without its outer spaces, or in other letters. The task wants it as it is stored.
# SELECT a.rider_id AS first_id, b.rider_id AS second_id, trim(a.full_name) AS full_name FROM riders a
# JOIN riders b ON a.full_name = b.full_name AND a.rider_id < b.rider_id

# %% A3.8 wrong extra-filter language="sql" when="home_zone_id|email|phone"
# -- You ask that the two riders share more than the name. Equal names are enough.
# SELECT a.rider_id AS first_id, b.rider_id AS second_id, a.full_name FROM riders a
# JOIN riders b ON a.full_name = b.full_name AND a.home_zone_id = b.home_zone_id AND a.rider_id < b.rider_id

# %% A3.8 right cross-join language="sql"
# -- All pairs first, then both conditions in WHERE.
# SELECT x.rider_id AS first_id, y.rider_id AS second_id, y.full_name FROM riders x CROSS JOIN riders y
# WHERE y.full_name = x.full_name AND y.rider_id > x.rider_id

# %% A3.8 right using language="sql"
# -- USING compares columns of the same name, and then has only one of them.
# SELECT a.rider_id AS first_id, b.rider_id AS second_id, full_name FROM riders a JOIN riders b USING (full_name)
# WHERE a.rider_id < b.rider_id

# %% A3.8 right min-max-distinct language="sql"
# -- With two arguments, min and max compare two values; both orders of a pair become equal rows, and DISTINCT keeps
# -- one.
# SELECT DISTINCT min(a.rider_id, b.rider_id) AS first_id, max(a.rider_id, b.rider_id) AS second_id, a.full_name
# FROM riders a JOIN riders b ON a.full_name = b.full_name AND a.rider_id <> b.rider_id

# %% [markdown]
# ## Close
#
# ### Common mistakes you may have met
#
# When a check recognises a mistake, its result shows one of these names.
#
# | name | what happened |
# |---|---|
# | `keyword-order` | The parts of the query stand in the wrong order: SELECT, FROM, JOIN with ON, WHERE. |
# | `on-apart` | An ON stands away from its JOIN; write it right after the table. |
# | `join-wrong-column` | ON compares columns that do not belong together. |
# | `missing-join-condition` | No condition connects the tables, so every row meets every row. |
# | `outer-needed` | An inner join lost rows without a partner; use LEFT JOIN. |
# | `inner-needed` | A left join kept rows that only pairs should give; use JOIN. |
# | `outer-wrong-side` | LEFT JOIN kept the other table; the table to keep stands on the left. |
# | `outer-filter-in-where` | WHERE dropped the rows that LEFT JOIN had kept; move the condition into ON. |
# | `filter-in-on` | In the ON of a left join, a condition on the left table drops nothing; use WHERE. |
# | `not-in-null` | NOT IN with a NULL in its list is never true. |
# | `negation-by-inequality` | `<>` finds another partner, not the absence of one. |
# | `null-equals` | `= NULL` is never true; ask with IS NULL. |
# | `null-test-column` | The tested column can be NULL in a real row; test the primary key. |
# | `null-side-column` | The shown column is NULL where no partner fits; show the other table's. |
# | `null-is-not-missing` | A NULL names nothing, so it is not a wrong number; leave it out. |
# | `self-comparison` | A column was compared with itself; write the table's name before it. |
# | `match-by-name` | Two people can have one name; compare keys. |
# | `wrong-population` | The condition describes other rows than the task asks for. |
# | `count-star-outer` | COUNT(\*) counts the row without a partner too; count a column of the partner. |
# | `count-null` | The counted column can be NULL, and COUNT skips it. |
# | `wrong-count` | Different values were counted, not rows. |
# | `missing-group` | Without GROUP BY everything is one group. |
# | `group-null-side` | The grouping column is NULL for every row without a partner, so they became one group. |
# | `null-not-zero` | NULL stands where the task wants 0; use coalesce. |
# | `self-join-roles` | The two roles of one table were exchanged. |
# | `mirror-pairs` | Each pair came in both orders; use `<`. |
# | `pair-with-itself` | A row was paired with itself; use `<`. |
# | `group-loses-pairs` | A group gives one row, so some pairs were lost. |
# | `fan-out` | Two joins multiplied rows; group before you join. |
# | `distinct-in-sum` | SUM(DISTINCT …) lost an equal amount. |
# | `distinct-in-count` | COUNT(DISTINCT …) lost an equal value. |
# | `wrong-grain` | One thing has several rows in the result; make one row for each. |
# | `missing-filter` | A condition of the task is missing. |
# | `extra-filter` | A condition that the task does not name changed the rows. |
# | `other-condition` | The condition tests something else than the task names. |
# | `complement` | "Not this one" brought in more than the ones wanted; name those. |
# | `wrong-direction` | The comparison stands the wrong way round. |
# | `boundary` | Equal values came in, or were left out; test the limit itself. |
# | `date-only` | Days were compared where the moments count. |
# | `wrong-table` | The column was taken from another table. |
# | `changed-value` | A value is not shown as it is stored. |
# | `letter-case` | Capital and small letters differ when texts are compared by `=`. |
# | `wrong-duplicates` | Two equal rows became one, though both count. |
#
# ### Read the source
#
# - [SELECT](https://www.sqlite.org/lang_select.html): section 2.1 says how FROM and each kind of join work.
# - [SQL language expressions](https://www.sqlite.org/lang_expr.html): IN, EXISTS and subqueries, and what NULL does
#   there.
# - [Built-in aggregate functions](https://www.sqlite.org/lang_aggfunc.html): COUNT(\*), COUNT(X) and SUM.
#
# ### Next
#
# Module A4, *Summarise*: you counted partners here. Next you count, sum and average whole tables, with groups of every
# kind.
