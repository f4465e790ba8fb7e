# ---
# title: Summarise
# minutes: 70
# needs: [a3]
# ---

# %% [markdown]
# # Summarise
#
# > **Goal.** After this module you can turn many rows into a few numbers: count, sum and average, for the whole table
# > or for each group, and keep or drop groups. Hopline needs such numbers every day: revenue for finance, a report card
# > for every driver, books that balance. You know WHERE, NULL and CASE from module A2, joins from module A3.
#
# You can do this already? Run the setup cell, which begins with `import hopline`, then
# [skip to the questions](#Questions).

# %% [markdown]
# ## Warm-up
#
# Three items from modules A3, A2 and A1. They are not graded. Say your answer aloud, then open the line below it.
#
# **1.** A LEFT JOIN keeps every driver, with or without a vehicle. You want to count electric vehicles only. Does the
# condition `is_electric = 1` belong in ON or in WHERE?
#
# <details><summary>Answer 1</summary>
#
# In ON. A driver without a vehicle has NULL in its columns. In WHERE, `NULL = 1` is unknown, so the driver would be
# lost.
#
# </details>
#
# **2.** What is `NULL <> 500`: true, false or unknown? Does WHERE keep such a row?
#
# <details><summary>Answer 2</summary>
#
# Unknown. WHERE keeps a row only when its condition is true, so the row is dropped.
#
# </details>
#
# **3.** A price of 1999 cents is multiplied by a surge of 12500 basis points (10000 is the normal price). How many
# cents is that?
#
# <details><summary>Answer 3</summary>
#
# It is 2498 cents. The product is 2498.75, and Hopline keeps whole cents only: in Python `1999 * 12500 // 10000`.
#
# </details>

# %% setup
import hopline
from autograder import Question, same_rows, use_database

city = use_database(hopline.load("city"))

# %% [markdown]
# ## Lesson
#
# Run the setup cell above first. Change the lesson cells as you like: a query here can read the data, never change it.
# To look at a table, write `SELECT * FROM trips LIMIT 5` in any lesson cell.
#
# ### The table of the examples
#
# Most examples use the table `zones`, which you know from module A2. These are all its rows (without two columns):
#
# | zone_id | code | parent_id | tz | surge_bp |
# |---|---|---|---|---|
# | 1 | LIS | NULL | Europe/Lisbon | 10000 |
# | 2 | LIS-C | 1 | Europe/Lisbon | 10000 |
# | 3 | LIS-C-BAI | 2 | Europe/Lisbon | 12500 |
# | 4 | LIS-C-ALF | 2 | Europe/Lisbon | 10000 |
# | 5 | LIS-AIR | 1 | Europe/Lisbon | 15000 |
# | 6 | NYC | NULL | America/New_York | 10000 |
# | 7 | NYC-M | 6 | America/New_York | 10000 |
# | 8 | NYC-M-SOH | 7 | America/New_York | 20000 |
# | 9 | NYC-M-HAR | 7 | America/New_York | 10000 |
# | 10 | IST | NULL | Europe/Istanbul | 10000 |
# | 11 | IST-KAD | 10 | Europe/Istanbul | 11000 |
# | 12 | IST-OLD | 10 | Europe/Istanbul | 10000 |
#
# `parent_id` is the zone around this zone. A surge above 10000 is *raised*: four places have one.

# %% [markdown]
# ### Example 1: four ways to count, and a mistake
#
# Question: *How many places are there, how many have a parent, how many different parents are there, and how many
# places have a raised surge?*
#
# A function such as COUNT or SUM makes one value of many rows. It is called an *aggregate*.
#
# 1. **Rows**: `COUNT(*)` counts rows.
# 2. **Values**: `COUNT(column)` counts the rows in which the column is not NULL.
# 3. **Different values**: `COUNT(DISTINCT column)` counts each value once. NULL is not a value, so it does not count.
# 4. **Condition**: a condition is 1 or 0, so its SUM counts the rows for which it is true.
#
# The fifth column of the cell is a common mistake: COUNT of a condition.
#
# **Predict.** Write down the five numbers. What will COUNT make of a condition that is 0?

# %% example language="sql"
# SELECT
#   COUNT(*)                   AS places,        -- Rows
#   COUNT(parent_id)           AS with_parent,   -- Values
#   COUNT(DISTINCT parent_id)  AS parents,       -- Different values
#   SUM(surge_bp > 10000)      AS raised,        -- Condition
#   COUNT(surge_bp > 10000)    AS not_raised     -- Condition (wrong)
# FROM zones

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | places | with_parent | parents | raised | not_raised |
# |---|---|---|---|---|
# | 12 | 9 | 5 | 4 | 12 |
#
# Three cities have no parent, so `COUNT(parent_id)` is 9. The parents are 1, 2, 6, 7 and 10. COUNT counts every value
# that is not NULL, and 0 is a value: the last column counts all places, whatever its name says.
#
# </details>
#
# There is always one row in the result, even if there are no rows to count. The next cell asks about a time zone in
# which Hopline has no place.
#
# **Predict.** Which of the two numbers is 0, and which is NULL?

# %% example language="sql"
# SELECT COUNT(*) AS places, SUM(surge_bp > 10000) AS raised
# FROM zones
# WHERE tz = 'Asia/Tokyo'

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | places | raised |
# |---|---|
# | 0 | NULL |
#
# COUNT of nothing is 0. SUM of nothing is NULL, and so are MIN, MAX and AVG. Where you need 0, write
# `coalesce(SUM(…), 0)`: coalesce takes the first of its values that is not NULL.
#
# </details>

# %% [markdown]
# ### Example 2: one row for each group
#
# Question: *How many places are in each time zone, and what is the highest surge there?*
#
# Before you write, ask: **one row of the result stands for what?** Here, for one time zone. This is called the *grain*
# of the result.
#
# 1. **Rows**: FROM takes all places.
# 2. **Groups**: GROUP BY puts rows with the same value into one group.
# 3. **Columns**: for each group, show what it is grouped by, and aggregates: COUNT, SUM, MIN, MAX or AVG of its rows.
#
# **Predict.** How many rows has the result? Write down both numbers for Lisbon.

# %% example language="sql"
# SELECT tz, COUNT(*) AS places, MAX(surge_bp) AS highest   -- Columns
# FROM zones                                                -- Rows
# GROUP BY tz                                               -- Groups
# ORDER BY tz

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | tz | places | highest |
# |---|---|---|
# | America/New_York | 4 | 20000 |
# | Europe/Istanbul | 3 | 11000 |
# | Europe/Lisbon | 5 | 15000 |
#
# Now write `parent_id` instead of `tz`, in all three places, and run again. You get six rows: the three cities have no
# parent, and NULL makes a group of its own. If you do not want it, filter with `WHERE parent_id IS NOT NULL`.
#
# Could you also show `code` here? A group has many codes and no single one. Most databases refuse such a *bare* column.
# SQLite takes the code of one row of the group, often not the one you mean. So show only what you group by, aggregates,
# and columns that are the same in the whole group: with `GROUP BY zone_id`, the code is.
#
# </details>

# %% [markdown]
# ### Example 3: WHERE before, HAVING after
#
# Noor asks: *In which time zones are there at least two places with a raised surge?*
#
# There are two conditions, and they look at different things.
#
# 1. **Rows**: all places.
# 2. **Filter**: WHERE looks at one **row** at a time, before there are groups. Raised or not: that is about one place.
# 3. **Groups**: one for each time zone.
# 4. **Group filter**: HAVING looks at one **group** at a time. At least two: that is about a group.
# 5. **Columns**: the time zone and the count.
#
# **Predict.** How many rows are left after WHERE? How many groups do they make? How many groups does HAVING keep?

# %% example language="sql"
# SELECT tz, COUNT(*) AS raised   -- Columns
# FROM zones                      -- Rows
# WHERE surge_bp > 10000          -- Filter
# GROUP BY tz                     -- Groups
# HAVING COUNT(*) >= 2            -- Group filter

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | tz | raised |
# |---|---|
# | Europe/Lisbon | 2 |
#
# WHERE keeps four rows. They make three groups: two places of Lisbon, one of New York, one of Istanbul. HAVING keeps
# one.
#
# </details>
#
# Now a cell with a mistake, on purpose: the count is in WHERE.
#
# **Predict.** What can COUNT mean while WHERE looks at one single row?

# %% example language="sql" fails=true
# SELECT tz, COUNT(*) AS raised            -- Columns
# FROM zones                               -- Rows
# WHERE surge_bp > 10000 AND COUNT(*) >= 2 -- Filter (wrong)
# GROUP BY tz                              -- Groups

# %% [markdown]
# <details><summary>What you should see</summary>
#
# **The query did not run.** `COUNT()` sums up rows, and can't stand in this place. WHERE looks at one row at a time;
# conditions on groups belong in HAVING.
#
# Repair the cell: move the condition on the count to HAVING, below GROUP BY, and run again.
#
# The opposite mistake gives no error: `HAVING surge_bp > 10000` takes the surge of one row of each group, as a bare
# column does. A condition on single rows belongs in WHERE.
#
# </details>

# %% [markdown]
# ### Example 4: averages and shares
#
# Marketing has five promo codes. `percent_off` is NULL where a code takes off a fixed amount instead:
#
# | code | percent_off |
# |---|---|
# | WELCOME50 | 50 |
# | AIR500 | NULL |
# | SUMMER10 | 10 |
# | FREE | 100 |
# | NEVERUSED | 20 |
#
# Question: *What percentage does a code take off on average, if a code without a percentage counts as 0?*
#
# 1. **Skipped**: AVG is the sum of the values divided by their number. It skips NULL, as all aggregates but `COUNT(*)`
#    do.
# 2. **Replaced**: to count NULL as 0, replace it **inside** the brackets of AVG. Outside it is too late.
#
# **Predict.** Work out both averages.

# %% example language="sql"
# SELECT
#   AVG(percent_off)               AS skipped,    -- Skipped
#   AVG(coalesce(percent_off, 0))  AS replaced    -- Replaced
# FROM promo_codes

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | skipped | replaced |
# |---|---|
# | 45 | 36 |
#
# The sum is 180 in both. AVG divides by 4 in the first column and by 5 in the second. Neither is wrong: the question
# decides.
#
# </details>
#
# Next question: *What share of all places has a raised surge, in percent, with one decimal?*
#
# 1. **Part**: the SUM of a condition counts the part.
# 2. **Whole**: `COUNT(*)` counts all rows that the share is about. Read the question: a share of what?
# 3. **Percent**: SQLite divides whole numbers as Python's `//` does with positive ones: it cuts the decimals off. So
#    multiply by `100.0` first, which is not a whole number.
# 4. **Round**: `round(value, 1)` keeps one decimal. Round last.
#
# **Predict.** 4 of 12 places: what does each of the four columns show?

# %% example language="sql"
# SELECT
#   SUM(surge_bp > 10000) / COUNT(*)                   AS a,  -- Part, Whole
#   100 * SUM(surge_bp > 10000) / COUNT(*)             AS b,
#   100.0 * SUM(surge_bp > 10000) / COUNT(*)           AS c,  -- Percent
#   round(100.0 * SUM(surge_bp > 10000) / COUNT(*), 1) AS d   -- Round
# FROM zones

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | a | b | c | d |
# |---|---|---|---|
# | 0 | 33 | 33.33333333 | 33.3 |
#
# Only the last column answers the question. The first loses everything: 4 / 12 without decimals is 0.
#
# </details>

# %% [markdown]
# ### Example 5: empty groups, and the highest number
#
# Question: *How many seats does each driver offer in vehicles that are not retired?* Look at four drivers:
#
# | driver_id | vehicles |
# |---|---|
# | 1 | 4 seats, and 6 seats |
# | 2 | none |
# | 3 | 4 seats, and 4 seats in a retired vehicle |
# | 10 | 4 seats in a retired vehicle |
#
# 1. **Keep**: a driver without a vehicle in service must stay, so LEFT JOIN, with the condition on the vehicle in ON.
# 2. **Groups**: one for each driver.
# 3. **Sum**: where no vehicle fits, SUM finds no value and gives NULL. coalesce makes it 0.
#
# **Predict.** Write down the two sums of each driver.

# %% example language="sql"
# SELECT d.driver_id,
#   SUM(v.seats)               AS sum_alone,
#   coalesce(SUM(v.seats), 0)  AS seats       -- Sum
# FROM drivers d                              -- Keep
# LEFT JOIN vehicles v ON v.driver_id = d.driver_id AND v.retired_at IS NULL
# WHERE d.driver_id IN (1, 2, 3, 10)
# GROUP BY d.driver_id                        -- Groups
# ORDER BY d.driver_id

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | driver_id | sum_alone | seats |
# |---|---|---|
# | 1 | 10 | 10 |
# | 2 | NULL | 0 |
# | 3 | 4 | 4 |
# | 10 | NULL | 0 |
#
# You need the 0 when you compare, too. Add a line above ORDER BY: `HAVING SUM(v.seats) <> 4`. Only driver 1 is left,
# because `NULL <> 4` is unknown. With `HAVING coalesce(SUM(v.seats), 0) <> 4` the drivers 2 and 10 stay. In SQLite,
# HAVING may also use the column's name: `seats <> 4`.
#
# </details>
#
# Next question: *Which places have the most other places directly inside them?* More than one can share the highest
# number, so cutting the list with LIMIT 1 would be wrong.
#
# 1. **Count**: join `zones` with itself: `p` is the place around, `c` a place directly inside. Count for each `p`.
# 2. **Name**: WITH gives the result of a query a name. The query below it can use that name like a table.
# 3. **Compare**: a SELECT in brackets computes one value, the maximum. Keep the rows whose number equals it.
#
# **Predict.** Which codes come out? Use `parent_id` in the table of zones.

# %% example language="sql"
# WITH inner_places AS (                          -- Name
#   SELECT p.code, COUNT(c.zone_id) AS inside     -- Count
#   FROM zones p LEFT JOIN zones c ON c.parent_id = p.zone_id
#   GROUP BY p.code
# )
# SELECT code, inside
# FROM inner_places
# WHERE inside = (SELECT MAX(inside) FROM inner_places)   -- Compare
# ORDER BY code

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | code | inside |
# |---|---|
# | IST | 2 |
# | LIS | 2 |
# | LIS-C | 2 |
# | NYC-M | 2 |
#
# Four places share the number 2. `ORDER BY inside DESC LIMIT 1` shows one of them, and nobody sees that three are
# missing.
#
# </details>

# %% [markdown]
# ### Example 6: seven stages
#
# Support asks: *Leave out tickets of low priority. Which three topics have the most tickets, and at least ten? How
# many of these tickets name a rider, and how many different riders do they name?*
#
# The five stages of module A2 have become seven:
#
# 1. **Rows**: FROM and JOIN make the rows. `support_tickets` has one row for each ticket.
# 2. **Filter**: WHERE keeps rows.
# 3. **Groups**: GROUP BY makes one group of the rows that belong together: here one for each topic. Without GROUP BY,
#    an aggregate makes one row of the whole table.
# 4. **Group filter**: HAVING keeps groups.
# 5. **Columns**: SELECT computes one row for each group.
# 6. **Order**: ORDER BY sorts; two keys if the first can be equal.
# 7. **Cut**: LIMIT keeps the first rows.
#
# **Predict.** You have not seen the tickets, and still you know something: in each row, which of the three counts is
# the largest, and which the smallest?

# %% example language="sql"
# SELECT topic,                             -- Columns
#   COUNT(*)                  AS tickets,
#   COUNT(rider_id)           AS with_rider,
#   COUNT(DISTINCT rider_id)  AS riders
# FROM support_tickets                      -- Rows
# WHERE priority <> 'low'                   -- Filter
# GROUP BY topic                            -- Groups
# HAVING COUNT(*) >= 10                     -- Group filter
# ORDER BY tickets DESC, topic              -- Order
# LIMIT 3                                   -- Cut

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | topic | tickets | with_rider | riders |
# |---|---|---|---|
# | lost item | 18 | 14 | 13 |
# | refund | 14 | 8 | 7 |
# | driver | 12 | 8 | 8 |
#
# In each row, tickets ≥ with_rider ≥ riders: anonymous tickets name no rider, and one rider can write several tickets.
#
# </details>

# %% [markdown]
# ## Questions
#
# Seven questions, 24 points. Run your answer cell, then the check cell below it, as often as you like. The module is
# mastered with 20 points and every question marked ★.
#
# The first two answer cells hold subgoals of example 6 as comments; the later ones leave them to you. Before each
# query, ask: one row of the result stands for what? Hidden checks run your query on other data.

# %% A4.1 prompt [markdown] type="sql-query"
# ## A4.1 Three counts
#
# Amina writes the weekly report and needs three numbers about all rows of `trips`, whatever their status: `n_trips`,
# the number of trips; `n_matched`, the number of trips with a driver (`driver_id` is not NULL); and `n_drivers`, the
# number of different drivers of these trips. Return one row, also when the table is empty: then all three numbers are 0.
#
# Columns: `n_trips, n_matched, n_drivers`. One row.

# %% A4.1 answer language="sql" magic_args="three_counts"
# -- Rows: which table has one row for each trip?
# -- Columns: n_trips counts rows, n_matched counts values, n_drivers counts different values
# ### BEGIN SOLUTION
# SELECT
#   COUNT(*) AS n_trips,
#   COUNT(driver_id) AS n_matched,
#   COUNT(DISTINCT driver_id) AS n_drivers
# FROM trips
# ### END SOLUTION

# %% A4.1 check
q = Question("A4.1")
expected = from_solution(three_counts, on=city)
with q.check("the city data", points=1):
    same_rows(three_counts, expected, on=city)
q.result()

# %% A4.1 hidden
q = Question("A4.1", hidden=True)
reference = from_solution(three_counts)
with q.check(
    "trips without a driver, drivers with several trips, and an empty table",
    points=1,
    advice="Some trips have no driver, some drivers have many trips, and an empty table needs one row of three zeros. "
    "Which of your three numbers does not fit one of these?",
):
    four_trips = hopline.load_rows(
        zones=[{"zone_id": 1}],
        riders=[{"rider_id": 1}, {"rider_id": 2}],
        drivers=[{"driver_id": n} for n in (7, 8, 9)],
        trips=[
            {"trip_id": 1, "driver_id": 7, "status": "completed"},
            {"trip_id": 2, "driver_id": 7, "status": "cancelled"},
            {"trip_id": 3, "driver_id": 9, "status": "accepted", "rider_id": 2},
            {"trip_id": 4, "driver_id": None, "status": "requested"},
            {"trip_id": 5, "driver_id": None, "status": "cancelled"},
        ],
    )
    same_rows(three_counts, reference, on=four_trips)
    nobody = hopline.load_rows(
        zones=[{"zone_id": 1}],
        riders=[{"rider_id": 1}],
        drivers=[{"driver_id": 1}],
        trips=[{"trip_id": 1, "driver_id": None}],
    )
    same_rows(three_counts, reference, on=nobody)
    same_rows(three_counts, reference, on=hopline.load("nulls", seed=4101))
    same_rows(three_counts, reference, on=hopline.load("quiet", seed=4102))
    same_rows(three_counts, reference, on=hopline.load("empty"))
q.result()

# %% A4.1 hints [markdown]
# 1. All three numbers come from the same rows, so you need no filter and no groups: one SELECT with three columns.
#    Which of the three may skip a row without a driver, and which may not?
# 2. Look at example 1. One way counts rows, one counts the values of a column and skips NULL, one counts
#    the different values. These three give 0, not NULL, when the table is empty. Give each column its name with AS.
# 3. Fill the two gaps: `SELECT COUNT(*) AS n_trips, COUNT(…) AS n_matched, COUNT(DISTINCT …) AS n_drivers FROM trips`

# %% A4.1 wrong count-null language="sql"
# -- Your n_matched counts every trip, also those without a driver. COUNT(*) counts rows; COUNT(driver_id) counts the
# -- rows in which the driver is not NULL.
# SELECT COUNT(*) AS n_trips, COUNT(*) AS n_matched, COUNT(DISTINCT driver_id) AS n_drivers FROM trips

# %% A4.1 wrong missing-distinct language="sql"
# -- Your n_drivers counts a driver once for each trip. To count each driver once, write DISTINCT inside the brackets of
# -- COUNT.
# SELECT COUNT(*) AS n_trips, COUNT(driver_id) AS n_matched, COUNT(driver_id) AS n_drivers FROM trips

# %% A4.1 wrong filter-too-early language="sql" when="WHERE|JOIN"
# -- Your query drops trips without a driver before it counts, so n_trips is too small. Let all rows in:
# -- COUNT(driver_id) skips NULL by itself.
# SELECT COUNT(*) AS n_trips, COUNT(driver_id) AS n_matched, COUNT(DISTINCT driver_id) AS n_drivers FROM trips
# WHERE driver_id IS NOT NULL

# %% A4.1 wrong filter-too-early language="sql"
# -- Your n_trips leaves out trips without a driver: COUNT of a column skips NULL. To count rows, write COUNT(*).
# SELECT COUNT(driver_id) AS n_trips, COUNT(driver_id) AS n_matched, COUNT(DISTINCT driver_id) AS n_drivers FROM trips

# %% A4.1 wrong null-not-zero language="sql" when="SUM"
# -- On an empty table SUM gives NULL, not 0. Use COUNT, which gives 0, or put coalesce(…, 0) around the SUM.
# SELECT COUNT(*) AS n_trips, SUM(driver_id IS NOT NULL) AS n_matched, COUNT(DISTINCT driver_id) AS n_drivers FROM trips

# %% A4.1 wrong null-not-zero language="sql" when="MAX"
# -- The largest number is not a count: numbers may be missing in between, and an empty table gives NULL. Count the
# -- different values.
# SELECT COUNT(*) AS n_trips, COUNT(driver_id) AS n_matched, MAX(driver_id) AS n_drivers FROM trips

# %% A4.1 wrong wrong-population language="sql"
# -- Your n_drivers counts the table drivers. Not every driver there has a trip: count the different drivers in trips.
# SELECT COUNT(*) AS n_trips, COUNT(driver_id) AS n_matched, (SELECT COUNT(*) FROM drivers) AS n_drivers FROM trips

# %% A4.1 wrong other-condition language="sql" when="status"
# -- You decide by the status whether a trip has a driver. A cancelled trip can have one too: ask driver_id.
# SELECT COUNT(*) AS n_trips, COUNT(CASE WHEN status IN ('accepted', 'in_progress', 'completed') THEN 1 END) AS
# n_matched,   COUNT(DISTINCT driver_id) AS n_drivers FROM trips

# %% A4.1 wrong count-of-condition language="sql" when="COUNT ?[(](driver_id IS|driver_id NOT|driver_id >|CASE|iif)"
# -- Your n_matched counts every trip: a condition is 1 or 0, and COUNT counts both. Count the column itself.
# SELECT COUNT(*) AS n_trips, COUNT(driver_id IS NOT NULL) AS n_matched, COUNT(DISTINCT driver_id) AS n_drivers FROM
# trips

# %% A4.1 wrong null-group language="sql" when="coalesce|IFNULL|SELECT DISTINCT|GROUP BY"
# -- Your n_drivers counts "no driver" as one more driver. COUNT(DISTINCT driver_id) leaves NULL out.
# SELECT COUNT(*) AS n_trips, COUNT(driver_id) AS n_matched, COUNT(DISTINCT coalesce(driver_id, 0)) AS n_drivers
# FROM trips

# %% A4.1 wrong wrong-grain language="sql" when="GROUP BY"
# -- You get one row for each group. The task wants one row about the whole table: leave GROUP BY out.
# SELECT COUNT(*) AS n_trips, COUNT(driver_id) AS n_matched, COUNT(DISTINCT driver_id) AS n_drivers FROM trips
# GROUP BY driver_id

# %% A4.1 wrong wrong-column language="sql" when="rider_id|vehicle_id"
# -- You count another column. The numbers are about drivers: use driver_id.
# SELECT COUNT(*) AS n_trips, COUNT(driver_id) AS n_matched, COUNT(DISTINCT rider_id) AS n_drivers FROM trips

# %% A4.1 wrong complement language="sql"
# -- Your n_matched counts the trips **without** a driver. COUNT(driver_id) counts those that have one.
# SELECT COUNT(*) AS n_trips, COUNT(*) - COUNT(driver_id) AS n_matched, COUNT(DISTINCT driver_id) AS n_drivers FROM
# trips

# %% A4.1 right sum-of-condition language="sql"
# -- A condition is 1 or 0, so its sum is a count; coalesce turns the NULL of an empty table into 0.
# SELECT COUNT(1) AS n_trips, coalesce(SUM(driver_id IS NOT NULL), 0) AS n_matched,
#   (SELECT COUNT(*) FROM (SELECT DISTINCT driver_id FROM trips WHERE driver_id IS NOT NULL)) AS n_drivers FROM trips

# %% A4.1 right drivers-with-a-trip language="sql"
# -- Each driver is looked up in trips; TOTAL gives 0.0 where SUM gives NULL, and 0.0 is 0.
# SELECT COUNT(*) AS n_trips, TOTAL(driver_id IS NOT NULL) AS n_matched,
#   (SELECT COUNT(*) FROM drivers WHERE driver_id IN (SELECT driver_id FROM trips)) AS n_drivers FROM trips

# %% A4.1 right outer-join language="sql"
# -- The join finds each trip's driver and keeps trips without one; a driver's key is never NULL.
# SELECT COUNT(*) AS n_trips, COUNT(d.driver_id) AS n_matched, COUNT(DISTINCT d.driver_id) AS n_drivers
# FROM trips t LEFT JOIN drivers d ON d.driver_id = t.driver_id

# %% A4.1 right all-parents language="sql"
# -- Every trip has exactly one rider and one pick-up zone, so these joins change nothing.
# SELECT COUNT(t.rider_id) AS n_trips, COUNT(t.driver_id) AS n_matched, COUNT(DISTINCT t.driver_id) AS n_drivers
# FROM trips t JOIN riders r ON r.rider_id = t.rider_id JOIN zones z ON z.zone_id = t.pickup_zone_id

# %% A4.2 prompt [markdown] type="sql-query" core=true
# ## A4.2 Revenue per pick-up zone
#
# Finance asks what each place earns. For every row of `zones` where at least one `completed` trip started
# (`trips.pickup_zone_id`), give its `code`, the number of these trips as `trips`, and the sum of their `fare_cents` as
# `revenue_cents`; a fare that is NULL adds 0. The highest revenue comes first, and among equal revenues the code that
# comes first in the alphabet.
#
# Columns: `code, trips, revenue_cents`. The order of the rows counts.

# %% A4.2 answer language="sql" magic_args="revenue"
# -- Rows
# -- Filter
# -- Groups
# -- Columns: code, trips, revenue_cents
# -- Order
# ### BEGIN SOLUTION
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents
# FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id
# WHERE t.status = 'completed'
# GROUP BY z.code
# ORDER BY revenue_cents DESC, z.code
# ### END SOLUTION

# %% A4.2 check
q = Question("A4.2")
expected = from_solution(revenue, on=city, ordered=True)
with q.check("the city data", points=1):
    same_rows(revenue, expected, on=city)
q.result()

# %% A4.2 hidden
q = Question("A4.2", hidden=True)
reference = from_solution(revenue, ordered=True)
with q.check(
    "fees of cancelled trips, other prices, places alike",
    points=1,
    advice="Which trips count, which of the two zones, and which price? Two places may have the same name or time "
    "zone: do they stay two rows?",
):
    places = [
        {"zone_id": 1, "code": "LIS-BEL", "name": "Belém"},
        {"zone_id": 2, "code": "LIS-GRA", "name": "Graça"},
        {"zone_id": 3, "code": "IST-MOD", "name": "Moda", "tz": "Europe/Istanbul"},
        {"zone_id": 4, "code": "LIS-MOD", "name": "Moda"},
    ]
    mixed = hopline.load_rows(
        zones=places,
        riders=[{"rider_id": 1}],
        trips=[
            {"pickup_zone_id": a, "dropoff_zone_id": b, "status": status, "quoted_cents": quote, "fare_cents": fare}
            for a, b, status, quote, fare in [
                (1, 2, "completed", 900, 850),
                (1, 2, "completed", 900, 850),
                (2, 1, "completed", 400, 400),
                (2, 1, "cancelled", 700, 19900),
                (3, 3, "completed", 600, 620),
                (4, 1, "completed", 500, 510),
                (4, 1, "in_progress", 500, 515),
                (1, 1, "cancelled", 500, None),
            ]
        ],
    )
    same_rows(revenue, reference, on=mixed)
    same_rows(revenue, reference, on=hopline.load("dst", seed=4201))
    same_rows(revenue, reference, on=hopline.load("ties", seed=4202))
with q.check(
    "equal revenues, missing fares, fares of 0, places without trips",
    points=1,
    advice="A missing fare adds 0, and its trip still counts as a trip. A place with completed trips stays, even if it "
    "earned 0. Which rule decides between equal revenues?",
):
    even = hopline.load_rows(
        zones=[
            {"zone_id": 1, "code": "D"},
            {"zone_id": 2, "code": "C"},
            {"zone_id": 3, "code": "B"},
            {"zone_id": 4, "code": "A"},
            {"zone_id": 5, "code": "E", "kind": "district"},
            {"zone_id": 6, "code": "F", "kind": "city"},
            {"zone_id": 7, "code": "G", "kind": "city"},
        ],
        riders=[{"rider_id": 1}],
        trips=[
            {"pickup_zone_id": zone, "status": status, "fare_cents": fare}
            for zone, status, fare in [
                (1, "completed", 700),
                (2, "completed", 300),
                (2, "completed", 400),
                (3, "completed", 9000),
                (3, "completed", None),
                (4, "completed", None),
                (5, "completed", 0),
                (6, "requested", None),
                (7, "completed", 250),
            ]
        ],
    )
    same_rows(revenue, reference, on=even)
    same_rows(revenue, reference, on=hopline.load("nulls", seed=4203))
    same_rows(revenue, reference, on=hopline.load("quiet", seed=4204))
    same_rows(revenue, reference, on=hopline.load("empty"))
q.result()

# %% A4.2 hints [markdown]
# 1. One row of the result stands for what? Name the table that has the trips and the one that has the code. A trip has
#    two zones: which one does the task mean?
# 2. Join first, then filter by status, then GROUP BY the place. `COUNT(*)` counts the trips of a group, SUM adds their
#    fares. SUM skips a missing fare, but a group with no fare at all gives NULL: put coalesce around it. The order
#    needs two keys, as in A2.
# 3. Fill the gaps: `SELECT z.code, COUNT(*) AS trips, coalesce(…, 0) AS revenue_cents FROM trips t JOIN zones z ON …
#    WHERE … GROUP BY z.code ORDER BY … DESC, …`

# %% A4.2 wrong null-not-zero language="sql" when="^(?!.*(coalesce|IFNULL|TOTAL|CASE|iif)).*SUM"
# -- Where all fares of a place are missing, SUM gives NULL. The task wants 0: put coalesce(…, 0) around the SUM.
# SELECT z.code, COUNT(*) AS trips, SUM(t.fare_cents) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id
# ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong filter-too-early language="sql" when="fare_cents (IS NOT|NOTNULL|>|<>)"
# -- You drop the trips without a fare, but they are completed trips and count. Let them in; they only add 0.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL
# GROUP BY z.zone_id ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong count-null language="sql" when="COUNT ?[(] ?([a-z]+[.])?fare_cents"
# -- COUNT(fare_cents) leaves out the trips whose fare is missing. They are trips too: COUNT(*) counts the rows.
# SELECT z.code, COUNT(t.fare_cents) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id
# ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong wrong-column language="sql" when="quoted_cents"
# -- You add up quoted_cents, the price named before the ride. Finance wants what was charged: fare_cents.
# SELECT z.code, COUNT(*) AS trips, SUM(t.quoted_cents) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id
# ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong join-wrong-column language="sql" when="dropoff_zone_id"
# -- You join on the zone where the trip ended. The task asks for the zone where it started: pickup_zone_id.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.dropoff_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id
# ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong missing-filter language="sql"
# -- Your sums hold trips that are not completed: a cancelled trip can carry a fee in fare_cents. Filter by status
# -- before the groups are made.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id GROUP BY z.zone_id ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong complement language="sql" when="<>|!=|NOT"
# -- A trip that is not cancelled need not be completed: trips in progress came in. Ask for the status you want.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status <> 'cancelled' GROUP BY z.zone_id
# ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong wrong-grain language="sql" when="GROUP BY"
# -- Your groups are whole time zones, so several places became one row. One row of the result is one place: group by
# -- zone_id or by code.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.tz
# ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong wrong-grain language="sql" when="GROUP BY ([a-z]+[.])?name"
# -- Two places can have the same name, and your groups put them together. Group by zone_id or by code, which are
# -- unique.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.name
# ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong wrong-grain language="sql" when="^(?!.*GROUP BY)"
# -- Without GROUP BY all trips are one group, so you get one row. The task wants one row for each place.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong wrong-grain language="sql" when="GROUP BY.*,"
# -- You group by more than the place, so one place has several rows. One row of the result is one place.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id, t.fare_cents
# ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong inner-needed language="sql" when="LEFT"
# -- Your list holds places without a completed trip. The task wants places with at least one: use an inner join.
# SELECT z.code, COUNT(t.trip_id) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM zones z
# LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.zone_id
# ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong distinct-in-sum language="sql" when="DISTINCT"
# -- DISTINCT adds equal fares only once, but two trips with the same fare are two fares. Leave DISTINCT out.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(DISTINCT t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id
# ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong extra-filter language="sql" when="HAVING|fare_cents >"
# -- You drop places that earned 0. They have completed trips, so they belong to the list.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id
# HAVING SUM(t.fare_cents) > 0 ORDER BY revenue_cents DESC, z.code

# %% A4.2 wrong no-tie-break language="sql" when="ORDER BY [^,]*$"
# -- Equal revenues have no order in your query, so the database may return them in any order. Add the code as second
# -- key.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id
# ORDER BY revenue_cents DESC

# %% A4.2 wrong no-tie-break language="sql" when="code DESC|, ?1 DESC|zone_id (ASC|DESC)?$|, ?([a-z]+[.])?(zone_id|name)$"
# -- Among equal revenues your order is not the one asked for: the code that comes first in the alphabet. DESC is for
# -- the revenue only.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id
# ORDER BY revenue_cents DESC, z.code DESC

# %% A4.2 wrong null-not-zero language="sql" when="ORDER BY SUM ?[(]"
# -- You show 0 where all fares are missing, but you sort by the bare SUM, which is NULL there. Sort by what you show.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id
# ORDER BY SUM(t.fare_cents) DESC, z.code

# %% A4.2 wrong missing-order language="sql" when="^(?!.*ORDER BY)"
# -- Your list is not sorted, so the database may return it in any order. Add ORDER BY with two keys.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id

# %% A4.2 wrong wrong-direction language="sql" when="ORDER BY"
# -- The lowest revenue comes first in your list. DESC after the first key turns it round.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id
# ORDER BY revenue_cents, z.code

# %% A4.2 wrong key-order language="sql" when="ORDER BY"
# -- You sort by the number of trips. The highest revenue comes first.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id
# ORDER BY trips DESC, z.code

# %% A4.2 wrong extra-filter language="sql" when="kind"
# -- You keep one kind of place only. Any row of zones with a completed trip belongs to the list.
# SELECT z.code, COUNT(*) AS trips, coalesce(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' AND z.kind = 'zone' GROUP BY z.zone_id
# ORDER BY revenue_cents DESC, z.code

# %% A4.2 right windows language="sql"
# -- A window (module A6) puts the count and the sum of a place beside each of its trips; DISTINCT keeps one of each.
# SELECT DISTINCT z.code, COUNT(*) OVER w AS trips, coalesce(SUM(fare_cents) OVER w, 0) AS revenue_cents
# FROM trips t JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE status = 'completed'
# WINDOW w AS (PARTITION BY z.code) ORDER BY 3 DESC, 1

# %% A4.2 right group-then-join language="sql"
# -- The trips are grouped first, then each group gets its code. coalesce inside the SUM works too: no group is empty.
# SELECT code, n AS trips, cents AS revenue_cents
# FROM (SELECT pickup_zone_id, COUNT(*) AS n, SUM(coalesce(fare_cents, 0)) AS cents FROM trips
#   WHERE status = 'completed' GROUP BY pickup_zone_id)
# JOIN zones ON zone_id = pickup_zone_id ORDER BY cents DESC, code

# %% A4.2 right having language="sql"
# -- All places are kept first, and HAVING drops those without a completed trip. TOTAL gives 0.0 where SUM gives NULL.
# SELECT z.code, COUNT(t.trip_id) AS trips, TOTAL(t.fare_cents) AS revenue_cents FROM zones z
# LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.code
# HAVING COUNT(t.trip_id) > 0 ORDER BY -TOTAL(t.fare_cents), z.code ASC

# %% A4.2 right all-parents language="sql"
# -- Joins to tables that have exactly one row for each trip change nothing.
# SELECT z.code, COUNT(*) AS trips, IFNULL(SUM(t.fare_cents), 0) AS revenue_cents FROM trips t
# JOIN riders r ON r.rider_id = t.rider_id JOIN zones z ON z.zone_id = t.pickup_zone_id
# WHERE t.status LIKE 'completed' GROUP BY t.pickup_zone_id ORDER BY revenue_cents DESC, code

# %% A4.3 prompt [markdown] type="sql-query"
# ## A4.3 Serial cancellers
#
# Support wants to talk to the people who cancel often. From `trips`, list each rider with at least three trips whose
# `status` is `cancelled`, with the number of these trips as `cancelled`. A rider who has been deleted since then counts
# like any other.
#
# Columns: `rider_id, cancelled`. Rows in any order.

# %% A4.3 answer language="sql" magic_args="cancellers"
# -- Columns: rider_id, cancelled
# ### BEGIN SOLUTION
# SELECT rider_id, COUNT(*) AS cancelled
# FROM trips
# WHERE status = 'cancelled'
# GROUP BY rider_id
# HAVING COUNT(*) >= 3
# ### END SOLUTION

# %% A4.3 check
q = Question("A4.3")
expected = from_solution(cancellers, on=city)
with q.check("the city data", points=1):
    same_rows(cancellers, expected, on=city)
q.result()

# %% A4.3 hidden
q = Question("A4.3", hidden=True)
reference = from_solution(cancellers)
with q.check(
    "one to four cancelled trips",
    points=1,
    advice='Test your limit with 2, 3 and 4 cancelled trips. Which of them are "at least three"?',
):
    limits = hopline.load_rows(
        zones=[{"zone_id": 1}],
        riders=[{"rider_id": n} for n in range(1, 7)],
        trips=[
            {"rider_id": rider, "status": "cancelled", "fare_cents": None if at % 2 else 300}
            for rider, count in [(1, 2), (2, 3), (3, 4), (4, 3), (5, 1)]
            for at in range(count)
        ],
    )
    same_rows(cancellers, reference, on=limits)
    same_rows(cancellers, reference, on=hopline.load("ties", seed=4301))
    same_rows(cancellers, reference, on=hopline.load("empty"))
with q.check(
    "trips of other kinds, and deleted riders",
    points=1,
    advice="Only cancelled trips count, both for the limit and for the number you show. A deleted rider stays in the "
    "list. Which trips does your query count?",
):
    kinds = {
        1: ["cancelled", "cancelled", "completed", "completed", "completed"],
        2: ["completed", "completed", "completed"],
        3: ["cancelled", "cancelled", "cancelled"],
        4: ["completed", "cancelled", "cancelled", "cancelled", "requested"],
        5: ["cancelled", "completed", "cancelled", "accepted", "cancelled", "in_progress"],
        6: ["requested", "accepted", "in_progress", "cancelled"],
        7: ["cancelled", "cancelled", "cancelled", "completed"],
    }
    others = hopline.load_rows(
        zones=[{"zone_id": 1}],
        riders=[
            {"rider_id": n, "full_name": "Wei Chen", "deleted_at": "2025-02-01T08:00:00Z" if n in (3, 5) else None}
            for n in range(1, 9)
        ],
        trips=[{"rider_id": rider, "status": status} for rider, statuses in kinds.items() for status in statuses],
    )
    same_rows(cancellers, reference, on=others)
    same_rows(cancellers, reference, on=hopline.load("nulls", seed=4302))
    same_rows(cancellers, reference, on=hopline.load("fall", seed=4303))
q.result()

# %% A4.3 hints [markdown]
# 1. There are two filters here, and they look at different things. One decides about a single trip, the other about all
#    cancelled trips of a rider together. When can each of them work?
# 2. WHERE looks at rows before the groups are made; HAVING looks at groups. Put the status into WHERE, then make one
#    group for each rider, then compare the count of the group. "At least three" includes three.
# 3. Fill the gap: `SELECT rider_id, COUNT(*) AS cancelled FROM trips WHERE status = 'cancelled' GROUP BY rider_id
#    HAVING …`

# %% A4.3 wrong off-by-one language="sql" when="> ?3|>= ?4"
# -- Riders with exactly three cancelled trips are missing. At least three is `>= 3`.
# SELECT rider_id, COUNT(*) AS cancelled FROM trips WHERE status = 'cancelled' GROUP BY rider_id HAVING COUNT(*) > 3

# %% A4.3 wrong off-by-one language="sql" when=">= ?2|> ?1"
# -- Riders with two cancelled trips are in your list. At least three is `>= 3`.
# SELECT rider_id, COUNT(*) AS cancelled FROM trips WHERE status = 'cancelled' GROUP BY rider_id HAVING COUNT(*) >= 2

# %% A4.3 wrong off-by-one language="sql" when="= ?3"
# -- You list riders with exactly three cancelled trips. Riders with more belong to the list too: `>= 3`.
# SELECT rider_id, COUNT(*) AS cancelled FROM trips WHERE status = 'cancelled' GROUP BY rider_id HAVING COUNT(*) = 3

# %% A4.3 wrong missing-filter language="sql"
# -- You count all trips of a rider. Only cancelled ones count: filter them with WHERE, before the groups are made.
# SELECT rider_id, COUNT(*) AS cancelled FROM trips GROUP BY rider_id HAVING COUNT(*) >= 3

# %% A4.3 wrong where-vs-having language="sql" when="HAVING.*status ?(=|LIKE|IN|IS)"
# -- HAVING looks at a whole group, which has no single status, so SQLite takes the status of one row. Put the condition
# -- on the status into WHERE.
# SELECT rider_id, COUNT(*) AS cancelled FROM trips GROUP BY rider_id HAVING COUNT(*) >= 3 AND status = 'cancelled'

# %% A4.3 wrong where-vs-having language="sql" when="GROUP BY.*status"
# -- Your groups are one for each rider and status, so other statuses came in. Filter the status with WHERE.
# SELECT rider_id, COUNT(*) AS cancelled FROM trips GROUP BY rider_id, status HAVING COUNT(*) >= 3

# %% A4.3 wrong missing-filter language="sql" when="^(?!.*HAVING)"
# -- You list riders with one or two cancelled trips too. Filter the groups with HAVING.
# SELECT rider_id, COUNT(*) AS cancelled FROM trips WHERE status = 'cancelled' GROUP BY rider_id

# %% A4.3 wrong wrong-population language="sql" when="SUM|CASE|COUNT ?[(](?![*])"
# -- You list the right riders, but the number beside them counts all their trips. It should count the cancelled ones.
# SELECT rider_id, COUNT(*) AS cancelled FROM trips GROUP BY rider_id HAVING SUM(status = 'cancelled') >= 3

# %% A4.3 wrong extra-filter language="sql" when="deleted_at"
# -- You leave out deleted riders. The task counts them like any other.
# SELECT t.rider_id, COUNT(*) AS cancelled FROM trips t JOIN riders r ON r.rider_id = t.rider_id
# WHERE t.status = 'cancelled' AND r.deleted_at IS NULL GROUP BY t.rider_id HAVING COUNT(*) >= 3

# %% A4.3 wrong wrong-grain language="sql" when="GROUP BY ([a-z]+[.])?full_name"
# -- Different riders can have the same name, and your groups put them together. Group by rider_id.
# SELECT t.rider_id, COUNT(*) AS cancelled FROM trips t JOIN riders r ON r.rider_id = t.rider_id
# WHERE t.status = 'cancelled' GROUP BY r.full_name HAVING COUNT(*) >= 3

# %% A4.3 wrong wrong-grain language="sql" when="GROUP BY.*trip_id"
# -- Each of your groups is one trip, so no group has three rows. One row of the result is one rider.
# SELECT rider_id, COUNT(*) AS cancelled FROM trips WHERE status = 'cancelled' GROUP BY rider_id, trip_id
# HAVING COUNT(*) >= 3

# %% A4.3 wrong count-null language="sql" when="COUNT ?[(] ?([a-z]+[.])?(fare_cents|driver_id|tip_cents|accepted_at)"
# -- You count a column that is NULL in many cancelled trips, and COUNT skips those. COUNT(*) counts the rows.
# SELECT rider_id, COUNT(fare_cents) AS cancelled FROM trips WHERE status = 'cancelled' GROUP BY rider_id
# HAVING COUNT(fare_cents) >= 3

# %% A4.3 wrong count-of-condition language="sql" when="COUNT ?[(] ?([a-z]+[.])?status ?="
# -- A condition is 1 or 0, and COUNT counts both, so you count all trips. SUM of the condition counts the true ones.
# SELECT rider_id, COUNT(status = 'cancelled') AS cancelled FROM trips GROUP BY rider_id
# HAVING COUNT(status = 'cancelled') >= 3

# %% A4.3 wrong complement language="sql" when="<>|!=|NOT"
# -- A trip that is not completed need not be cancelled: trips on the way came in. Ask for the status you want.
# SELECT rider_id, COUNT(*) AS cancelled FROM trips WHERE status <> 'completed' GROUP BY rider_id HAVING COUNT(*) >= 3

# %% A4.3 wrong wrong-population language="sql"
# -- The number beside the rider counts cancelled trips, but your limit counts all of them. Both must count the same.
# SELECT rider_id, SUM(status = 'cancelled') AS cancelled FROM trips GROUP BY rider_id HAVING COUNT(*) >= 3

# %% A4.3 wrong letter-case language="sql" when="status (=|IN|IS) ?[(]?''"
# -- Compare your text with the stored status, letter by letter: it is written in small letters, with two l. For `=`,
# -- another letter makes another text.
# SELECT rider_id, COUNT(*) AS cancelled FROM trips WHERE status = 'Cancelled' GROUP BY rider_id HAVING COUNT(*) >= 3

# %% A4.3 right nested language="sql"
# -- The inner query counts with a sum of a condition; the outer WHERE filters its rows, which are the groups.
# SELECT rider_id, n AS cancelled
# FROM (SELECT rider_id, SUM(status = 'cancelled') AS n FROM trips GROUP BY 1) WHERE n >= 3

# %% A4.3 right with-riders language="sql"
# -- Every trip has a rider, so the join loses none; HAVING may use the name of a column.
# SELECT r.rider_id, COUNT(t.trip_id) AS cancelled FROM riders r
# JOIN trips t ON t.rider_id = r.rider_id AND t.status = 'cancelled' GROUP BY r.rider_id HAVING cancelled > 2

# %% A4.3 right scalar language="sql"
# -- Each rider's cancelled trips are counted in a query of their own.
# SELECT rider_id, (SELECT COUNT(*) FROM trips t WHERE t.rider_id = r.rider_id AND t.status = 'cancelled') AS cancelled
# FROM riders r WHERE cancelled >= 3

# %% A4.4 prompt [markdown] type="sql-query" core=true
# ## A4.4 Fair tip average
#
# For every driver with at least one `completed` trip, compute the average of `tip_cents` over the driver's completed
# trips, rounded to two decimals. A trip without a tip (`tip_cents` is NULL) counts as a tip of 0. Trips without a
# driver (`driver_id` is NULL) are left out.
#
# Columns: `driver_id, avg_tip_cents`. Rows in any order.

# %% A4.4 answer language="sql" magic_args="fair_tips"
# -- Columns: driver_id, avg_tip_cents
# ### BEGIN SOLUTION
# SELECT driver_id, round(AVG(coalesce(tip_cents, 0)), 2) AS avg_tip_cents
# FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL
# GROUP BY driver_id
# ### END SOLUTION

# %% A4.4 check
q = Question("A4.4")
expected = from_solution(fair_tips, on=city)
with q.check("the city data", points=1):
    same_rows(fair_tips, expected, on=city)
q.result()

# %% A4.4 hidden
q = Question("A4.4", hidden=True)
reference = from_solution(fair_tips)
with q.check(
    "drivers with no tips, some tips, and tips of 0",
    points=1,
    advice="Work one driver out by hand: three trips, one tip of 100. The average is 33.33. Does yours count all three "
    "trips, keep the decimals, and give 0 to a driver without any tip?",
):
    tips = {1: [None, None], 2: [100, None, None], 3: [0, 200], 4: [100, 100, None], 5: [7], 6: [0], 7: [50, 50, 25]}
    tipped = hopline.load_rows(
        zones=[{"zone_id": 1}],
        riders=[{"rider_id": 1}],
        drivers=[{"driver_id": n} for n in range(1, 9)],
        trips=[
            {"driver_id": driver, "status": "completed", "tip_cents": tip}
            for driver, given in tips.items()
            for tip in given
        ],
    )
    same_rows(fair_tips, reference, on=tipped)
    same_rows(fair_tips, reference, on=hopline.load("ties", seed=4401))
    same_rows(fair_tips, reference, on=hopline.load("nulls", seed=4402))
with q.check(
    "trips that are not completed, trips without a driver",
    points=1,
    advice="Only completed trips with a driver count. Is there a row for no driver, or for a driver without a "
    "completed trip?",
):
    others = hopline.load_rows(
        zones=[{"zone_id": 1}],
        riders=[{"rider_id": 1}],
        drivers=[{"driver_id": n} for n in range(6)],
        trips=[
            {"driver_id": driver, "status": status, "tip_cents": tip}
            for driver, status, tip in [
                (1, "completed", 300),
                (1, "completed", None),
                (1, "in_progress", 900),
                (1, "cancelled", None),
                (2, "cancelled", 500),
                (3, "accepted", None),
                (4, "completed", None),
                (0, "completed", 40),
                (None, "completed", 800),
                (None, "completed", None),
                (None, "cancelled", 100),
            ]
        ],
    )
    same_rows(fair_tips, reference, on=others)
    same_rows(fair_tips, reference, on=hopline.load("dst", seed=4403))
    same_rows(fair_tips, reference, on=hopline.load("empty"))
q.result()

# %% A4.4 hints [markdown]
# 1. Take a driver with three trips and one tip of 100. What should the average be? What does AVG give, and why? Look at
#    example 4.
# 2. AVG skips NULL, so it divides by the number of tips, not of trips. Replace the missing tips **inside** the AVG, and
#    round **outside** it. In the filter, the trip must be completed and have a driver; a filter on the tip would lose
#    trips.
# 3. Fill the gaps: `SELECT driver_id, round(AVG(…), 2) AS avg_tip_cents FROM trips WHERE status = 'completed' AND …
#    GROUP BY driver_id`

# %% A4.4 wrong avg-skips-null language="sql"
# -- AVG skips the trips without a tip, so your averages are too high. Replace NULL by 0 inside the AVG.
# SELECT driver_id, round(AVG(tip_cents), 2) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong avg-skips-null language="sql" when="(coalesce|IFNULL) ?[(] ?(ROUND ?[(] ?)?AVG"
# -- You replace NULL after AVG has skipped it. Put coalesce inside the brackets of AVG.
# SELECT driver_id, round(coalesce(AVG(tip_cents), 0), 2) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong avg-skips-null language="sql" when="COUNT ?[(] ?([a-z]+[.])?tip_cents"
# -- COUNT(tip_cents) counts tips, not trips, so your averages are too high. Divide by COUNT(*).
# SELECT driver_id, coalesce(round(1.0 * SUM(tip_cents) / COUNT(tip_cents), 2), 0) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong integer-division language="sql" when="/ ?COUNT"
# -- You divide a whole number by a whole number, so SQLite cuts the decimals off. Multiply by 1.0 first, or use AVG.
# SELECT driver_id, SUM(coalesce(tip_cents, 0)) / COUNT(*) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong integer-division language="sql" when="0[.]0.*/ ?COUNT"
# -- Your 0.0 replaces missing tips only. A driver whose tips are all there still has a sum of whole numbers, and the
# -- division cuts its decimals off. Multiply by 1.0 first, or use AVG.
# SELECT driver_id, round(SUM(coalesce(tip_cents, 0.0)) / COUNT(*), 2) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong filter-too-early language="sql" when="WHERE.*tip_cents"
# -- Your filter drops the trips without a tip, but they count as 0. Let them in, and replace NULL inside the AVG.
# SELECT driver_id, round(AVG(tip_cents), 2) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL AND tip_cents IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong null-not-zero language="sql" when="SUM ?[(] ?([a-z]+[.])?tip_cents"
# -- For a driver without any tip SUM gives NULL, and so does your average. Put coalesce(…, 0) around the tip.
# SELECT driver_id, round(SUM(tip_cents) * 1.0 / COUNT(*), 2) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong missing-filter language="sql"
# -- You average over all trips of a driver. Only completed trips count.
# SELECT driver_id, round(AVG(coalesce(tip_cents, 0)), 2) AS avg_tip_cents FROM trips
# WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong complement language="sql" when="<>|!=|NOT IN"
# -- A trip that is not cancelled need not be completed: trips on the way came in. Ask for the status you want.
# SELECT driver_id, round(AVG(coalesce(tip_cents, 0)), 2) AS avg_tip_cents FROM trips
# WHERE status <> 'cancelled' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong other-condition language="sql" when="(finished|started)_at"
# -- You take a time for the status. Ask for trips whose status is completed.
# SELECT driver_id, round(AVG(coalesce(tip_cents, 0)), 2) AS avg_tip_cents FROM trips
# WHERE finished_at IS NOT NULL AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong null-group language="sql" when="^(?!.*driver_id (IS NOT NULL|NOTNULL|NOT NULL))"
# -- GROUP BY makes a group of the trips without a driver too. The task leaves them out: add driver_id IS NOT NULL.
# SELECT driver_id, round(AVG(coalesce(tip_cents, 0)), 2) AS avg_tip_cents FROM trips
# WHERE status = 'completed' GROUP BY driver_id

# %% A4.4 wrong other-condition language="sql" when="driver_id (>|<>|!=|>=) ?[01]"
# -- You ask whether the driver's number is above 0. That drops NULL, but it would also drop a driver with the number 0.
# -- Ask what the task asks: driver_id IS NOT NULL.
# SELECT driver_id, round(AVG(coalesce(tip_cents, 0)), 2) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id > 0 GROUP BY driver_id

# %% A4.4 wrong inner-needed language="sql" when="LEFT"
# -- Your list holds drivers without a completed trip. The task wants drivers with at least one: no LEFT JOIN is needed.
# SELECT d.driver_id, coalesce(round(AVG(coalesce(t.tip_cents, 0)), 2), 0) AS avg_tip_cents FROM drivers d
# LEFT JOIN trips t ON t.driver_id = d.driver_id AND t.status = 'completed' GROUP BY d.driver_id

# %% A4.4 wrong rounding-place language="sql" when="^(?!.*(ROUND|printf|format|CAST))"
# -- Your average is right, but not rounded. Put round(…, 2) around it.
# SELECT driver_id, AVG(coalesce(tip_cents, 0)) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong rounding-place language="sql" when="CAST|floor|trunc"
# -- You cut the decimals off. Rounding makes 66.67 of 66.666…: use round(…, 2).
# SELECT driver_id, CAST(100 * AVG(coalesce(tip_cents, 0)) AS INTEGER) / 100.0 AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong rounding-place language="sql" when="ROUND"
# -- You round to another number of decimals. The task wants two: round(…, 2).
# SELECT driver_id, round(AVG(coalesce(tip_cents, 0))) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong rounding-place language="sql" when="ROUND"
# -- You round to another number of decimals. The task wants two: round(…, 2).
# SELECT driver_id, round(AVG(coalesce(tip_cents, 0)), 1) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong number-as-text language="sql" when="printf|format"
# -- printf gives a text. The average should stay a number: use round(…, 2).
# SELECT driver_id, printf('%.2f', AVG(coalesce(tip_cents, 0))) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 wrong distinct-in-sum language="sql" when="DISTINCT"
# -- DISTINCT takes equal tips only once, but two tips of 100 are two tips. Leave DISTINCT out.
# SELECT driver_id, round(AVG(DISTINCT coalesce(tip_cents, 0)), 2) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id IS NOT NULL GROUP BY driver_id

# %% A4.4 right total language="sql"
# -- TOTAL adds like SUM, but gives 0.0 for nothing, and its float makes the division exact.
# SELECT driver_id, round(TOTAL(tip_cents) / COUNT(*), 2) AS avg_tip_cents FROM trips
# WHERE status = 'completed' AND driver_id NOTNULL GROUP BY driver_id

# %% A4.4 right with-drivers language="sql"
# -- An inner join to drivers drops the trips without one.
# SELECT d.driver_id, round(1.0 * SUM(CASE WHEN t.tip_cents IS NULL THEN 0 ELSE t.tip_cents END) / COUNT(*), 2)
#   AS avg_tip_cents
# FROM drivers d JOIN trips t ON t.driver_id = d.driver_id AND t.status = 'completed' GROUP BY d.driver_id

# %% A4.4 right having language="sql"
# -- driver_id is what the groups are made of, so HAVING may drop the group of NULL.
# SELECT driver_id, round(AVG(IFNULL(tip_cents, 0.0)), 2) AS avg_tip_cents FROM trips
# WHERE status = 'completed' GROUP BY driver_id HAVING driver_id IS NOT NULL

# %% A4.4 right with-riders language="sql"
# -- Every trip has exactly one rider; only the join to drivers drops rows, those without a driver.
# SELECT d.driver_id, round(AVG(coalesce(t.tip_cents, 0)), 2) AS avg_tip_cents FROM trips t
# JOIN riders r ON r.rider_id = t.rider_id JOIN drivers d ON d.driver_id = t.driver_id
# WHERE t.status = 'completed' GROUP BY d.driver_id

# %% A4.5 prompt [markdown] type="sql-query"
# ## A4.5 Driver report card
#
# For every driver with at least one row in `trips`, give `completed` and `cancelled`, the numbers of trips with these
# two statuses, and `cancel_pct`: the share of cancelled trips among **all** trips of the driver, whatever their status,
# in percent, rounded to one decimal. Trips whose `driver_id` is NULL are left out.
#
# Columns: `driver_id, completed, cancelled, cancel_pct`. Rows in any order.

# %% A4.5 answer language="sql" magic_args="report_card"
# -- Columns: driver_id, completed, cancelled, cancel_pct
# ### BEGIN SOLUTION
# SELECT
#   driver_id,
#   SUM(status = 'completed') AS completed,
#   SUM(status = 'cancelled') AS cancelled,
#   round(100.0 * SUM(status = 'cancelled') / COUNT(*), 1) AS cancel_pct
# FROM trips
# WHERE driver_id IS NOT NULL
# GROUP BY driver_id
# ### END SOLUTION

# %% A4.5 check
q = Question("A4.5")
expected = from_solution(report_card, on=city)
with q.check("the city data", points=1):
    same_rows(report_card, expected, on=city)
q.result()

# %% A4.5 hidden
q = Question("A4.5", hidden=True)
reference = from_solution(report_card)
people = {
    "zones": [{"zone_id": 1}],
    "riders": [{"rider_id": 1}],
    "drivers": [{"driver_id": n} for n in range(8)],
}
with q.check(
    "trips without a driver",
    points=1,
    advice="Trips without a driver belong to nobody. Is there a row for them? Do they count for somebody else?",
):
    unmatched = hopline.load_rows(
        **people,
        trips=[
            {"driver_id": driver, "status": status}
            for driver, status in [
                (None, "cancelled"),
                (None, "requested"),
                (None, "completed"),
                (0, "completed"),
                (1, "completed"),
                (1, "cancelled"),
                (2, "completed"),
            ]
        ],
    )
    same_rows(report_card, reference, on=unmatched)
    same_rows(report_card, reference, on=hopline.load("nulls", seed=4501))
    same_rows(report_card, reference, on=hopline.load("empty"))
with q.check(
    "trips that are neither completed nor cancelled",
    points=1,
    advice="A driver's requested, accepted and running trips are neither completed nor cancelled, but they are trips. "
    "In which of your numbers do they count?",
):
    running = hopline.load_rows(
        **people,
        trips=[
            {"driver_id": driver, "status": status}
            for driver, status in [
                (1, "completed"),
                (1, "cancelled"),
                (1, "accepted"),
                (1, "requested"),
                (2, "cancelled"),
                (2, "in_progress"),
                (3, "accepted"),
                (4, "completed"),
                (4, "requested"),
                (5, "requested"),
                (5, "cancelled"),
                (5, "in_progress"),
            ]
        ],
    )
    same_rows(report_card, reference, on=running)
    same_rows(report_card, reference, on=hopline.load("fall", seed=4502))
with q.check(
    "thirds and sixths, and drivers with one status only",
    points=1,
    advice="Work out two cancelled trips of three: 66.7 percent. What do you give to a driver whose trips were all "
    "cancelled, and to one without a cancelled trip?",
):
    counts = {1: (1, 2), 2: (2, 1), 3: (5, 1), 4: (0, 3), 5: (3, 0), 6: (6, 1)}
    thirds = hopline.load_rows(
        **people,
        trips=[
            {"driver_id": driver, "status": status}
            for driver, (completed, cancelled) in counts.items()
            for status in ["completed"] * completed + ["cancelled"] * cancelled
        ],
    )
    same_rows(report_card, reference, on=thirds)
    same_rows(report_card, reference, on=hopline.load("dst", seed=4503))
    same_rows(report_card, reference, on=hopline.load("ties", seed=4504))
q.result()

# %% A4.5 hints [markdown]
# 1. One row for each driver, but three different numbers about the driver's trips. A filter on the status would lose
#    rows that another column needs. How can one column count only some rows of the group?
# 2. A condition such as `surge_bp > 10000` is 1 or 0, so its SUM counts the rows for which it is true. COUNT of a
#    condition counts both. For the share, divide by all trips of the group, and write 100.0 so that the decimals stay.
# 3. Fill the gaps: `SELECT driver_id, SUM(status = 'completed') AS completed, SUM(…) AS cancelled, round(100.0 * SUM(…)
#    / COUNT(*), 1) AS cancel_pct FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id`

# %% A4.5 wrong count-of-condition language="sql"
# -- A condition is 1 or 0, and COUNT counts both. SUM of the condition counts the rows for which it is true.
# SELECT driver_id, COUNT(status = 'completed') AS completed, COUNT(status = 'cancelled') AS cancelled,
#   round(100.0 * COUNT(status = 'cancelled') / COUNT(*), 1) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong count-of-condition language="sql" when="ELSE 0|iif"
# -- COUNT counts every value that is not NULL, also the 0 of your ELSE. Leave ELSE out, or use SUM.
# SELECT driver_id, COUNT(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) AS completed,
#   COUNT(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END) AS cancelled,
#   round(100.0 * COUNT(CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END) / COUNT(*), 1) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong integer-division language="sql" when="/"
# -- You divide a whole number by a whole number, so SQLite cuts the decimals off. Write 100.0 instead of 100.
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   100 * SUM(status = 'cancelled') / COUNT(*) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong integer-division language="sql" when="/"
# -- Your division comes first and is one of whole numbers: it gives 0 or 1. Multiply by 100.0 before you divide.
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   round(SUM(status = 'cancelled') / COUNT(*) * 100.0, 1) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong null-group language="sql"
# -- GROUP BY makes a group of the trips without a driver too. The task leaves them out: add driver_id IS NOT NULL.
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   round(100.0 * SUM(status = 'cancelled') / COUNT(*), 1) AS cancel_pct FROM trips GROUP BY driver_id

# %% A4.5 wrong wrong-base language="sql"
# -- You divide by the completed and cancelled trips only. The task divides by all trips of the driver: COUNT(*).
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   round(100.0 * SUM(status = 'cancelled') / SUM(status IN ('completed', 'cancelled')), 1) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong wrong-base language="sql"
# -- You divide by the completed trips only. The task divides by all trips of the driver: COUNT(*).
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   round(100.0 * SUM(status = 'cancelled') / SUM(status = 'completed'), 1) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong wrong-base language="sql"
# -- You divide by the number of all trips in the table. The share is about one driver's trips: COUNT(*) of the group.
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   round(100.0 * SUM(status = 'cancelled') / (SELECT COUNT(*) FROM trips), 1) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong wrong-base language="sql" when="WHERE.*status (IN|=|<>).*GROUP BY|WHERE [(]?status"
# -- Your WHERE drops trips of other statuses, so the share is too high and drivers are missing. Let every trip of a
# -- driver into the group.
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   round(100.0 * SUM(status = 'cancelled') / COUNT(*), 1) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL AND status IN ('completed', 'cancelled') GROUP BY driver_id

# %% A4.5 wrong missing-case language="sql"
# -- Your cancel_pct is a share between 0 and 1. Percent means of a hundred: multiply by 100.
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   round(1.0 * SUM(status = 'cancelled') / COUNT(*), 1) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong rounding-place language="sql" when="^(?!.*(ROUND|printf|format|CAST))"
# -- Your share is right, but not rounded. Put round(…, 1) around it.
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   100.0 * SUM(status = 'cancelled') / COUNT(*) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong rounding-place language="sql" when="ROUND"
# -- You round to another number of decimals. The task wants one: round(…, 1).
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   round(100.0 * SUM(status = 'cancelled') / COUNT(*), 2) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong rounding-place language="sql" when="ROUND"
# -- You round to another number of decimals. The task wants one: round(…, 1).
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   round(100.0 * SUM(status = 'cancelled') / COUNT(*)) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong rounding-place language="sql" when="100 ?[*]|[*] ?100"
# -- You round before you multiply by 100, so the decimal is lost. Round last.
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   100 * round(1.0 * SUM(status = 'cancelled') / COUNT(*), 1) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong wrong-base language="sql" when="'' ?[)].*''|<>|!=|NOT IN"
# -- You leave trips of one status out of the base. The task divides by all trips of the driver: COUNT(*).
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   round(100.0 * SUM(status = 'cancelled') / SUM(status <> 'requested'), 1) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong null-not-zero language="sql" when="SUM ?[(] ?CASE|FILTER"
# -- A driver without such a trip gets NULL: CASE without ELSE gives SUM nothing to add. Write ELSE 0, or use COUNT.
# SELECT driver_id, SUM(CASE WHEN status = 'completed' THEN 1 END) AS completed,
#   SUM(CASE WHEN status = 'cancelled' THEN 1 END) AS cancelled,
#   round(100.0 * SUM(CASE WHEN status = 'cancelled' THEN 1 END) / COUNT(*), 1) AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong number-as-text language="sql" when="[|][|]|printf|format"
# -- Your cancel_pct is a text. It should stay a number: use round, and no percent sign.
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   round(100.0 * SUM(status = 'cancelled') / COUNT(*), 1) || '%' AS cancel_pct
# FROM trips WHERE driver_id IS NOT NULL GROUP BY driver_id

# %% A4.5 wrong other-condition language="sql" when="driver_id (>|<>|!=|>=) ?[01]"
# -- You ask whether the driver's number is above 0. That drops NULL, but it would also drop a driver with the number 0.
# -- Ask what the task asks: driver_id IS NOT NULL.
# SELECT driver_id, SUM(status = 'completed') AS completed, SUM(status = 'cancelled') AS cancelled,
#   round(100.0 * SUM(status = 'cancelled') / COUNT(*), 1) AS cancel_pct
# FROM trips WHERE driver_id > 0 GROUP BY driver_id

# %% A4.5 wrong inner-needed language="sql" when="LEFT"
# -- Your list holds drivers without any trip. The task wants drivers with at least one: an inner join is enough.
# SELECT d.driver_id, coalesce(SUM(t.status = 'completed'), 0) AS completed,
#   coalesce(SUM(t.status = 'cancelled'), 0) AS cancelled,
#   coalesce(round(100.0 * SUM(t.status = 'cancelled') / COUNT(t.trip_id), 1), 0) AS cancel_pct
# FROM drivers d LEFT JOIN trips t ON t.driver_id = d.driver_id GROUP BY d.driver_id

# %% A4.5 wrong fan-out language="sql" when="JOIN.*JOIN"
# -- Two joins to trips pair every completed trip with every cancelled one, so your counts are products. Read trips
# -- once, and count with conditions.
# SELECT d.driver_id, COUNT(a.trip_id) AS completed, COUNT(b.trip_id) AS cancelled,
#   round(100.0 * COUNT(b.trip_id) / (COUNT(a.trip_id) + COUNT(b.trip_id)), 1) AS cancel_pct
# FROM drivers d LEFT JOIN trips a ON a.driver_id = d.driver_id AND a.status = 'completed'
# LEFT JOIN trips b ON b.driver_id = d.driver_id AND b.status = 'cancelled' GROUP BY d.driver_id

# %% A4.5 right filter language="sql"
# -- FILTER counts only some rows of a group; CASE without ELSE gives NULL, which COUNT skips; AVG of 100 and 0 is a
# -- share.
# SELECT driver_id, COUNT(*) FILTER (WHERE status = 'completed') AS completed,
#   COUNT(CASE WHEN status = 'cancelled' THEN 1 END) AS cancelled,
#   round(AVG(CASE status WHEN 'cancelled' THEN 100.0 ELSE 0 END), 1) AS cancel_pct
# FROM trips WHERE driver_id NOTNULL GROUP BY 1

# %% A4.5 right with-drivers language="sql"
# -- The inner join to drivers drops trips without a driver; TOTAL gives a float, so the division is exact.
# SELECT d.driver_id, TOTAL(t.status = 'completed') AS completed, TOTAL(t.status = 'cancelled') AS cancelled,
#   round(TOTAL(t.status = 'cancelled') * 100 / COUNT(*), 1) AS cancel_pct
# FROM trips t JOIN drivers d ON d.driver_id = t.driver_id GROUP BY d.driver_id

# %% A4.5 right scalars language="sql"
# -- Each number in a query of its own, for every driver who occurs in trips.
# SELECT driver_id,
#   (SELECT COUNT(*) FROM trips t WHERE t.driver_id = d.driver_id AND status = 'completed') AS completed,
#   (SELECT COUNT(*) FROM trips t WHERE t.driver_id = d.driver_id AND status = 'cancelled') AS cancelled,
#   (SELECT round(AVG(status = 'cancelled') * 100, 1) FROM trips t WHERE t.driver_id = d.driver_id) AS cancel_pct
# FROM (SELECT DISTINCT driver_id FROM trips WHERE driver_id IS NOT NULL) d

# %% A4.5 right with-riders language="sql"
# -- A join to the one rider of each trip changes nothing.
# SELECT t.driver_id, SUM(t.status = 'completed') AS completed, SUM(t.status = 'cancelled') AS cancelled,
#   round(100.0 * SUM(t.status = 'cancelled') / COUNT(*), 1) AS cancel_pct
# FROM trips t JOIN riders r ON r.rider_id = t.rider_id WHERE t.driver_id IS NOT NULL GROUP BY t.driver_id

# %% A4.6 prompt [markdown] type="sql-query" core=true
# ## A4.6 Books that do not balance
#
# Finance looks for errors. What was really paid for a trip is the sum of `amount_cents` over its rows in `payments`
# whose `status` is `captured` or `refunded`, just as they are stored (refunds are negative); without such a row it is
# 0. List every `completed` trip with a fare (`fare_cents` is not NULL) for which this sum, `paid_cents`, differs from
# the fare, in either direction.
#
# Columns: `trip_id, fare_cents, paid_cents`. Rows in any order.

# %% A4.6 answer language="sql" magic_args="unbalanced"
# -- Columns: trip_id, fare_cents, paid_cents
# ### BEGIN SOLUTION
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents
# FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL
# GROUP BY t.trip_id, t.fare_cents
# HAVING coalesce(SUM(p.amount_cents), 0) <> t.fare_cents
# ### END SOLUTION

# %% A4.6 check
q = Question("A4.6")
expected = from_solution(unbalanced, on=city)
with q.check("the city data", points=1):
    same_rows(unbalanced, expected, on=city)
q.result()

# %% A4.6 hidden
q = Question("A4.6", hidden=True, partial=True)
reference = from_solution(unbalanced)
with q.check(
    "trips without payments, free trips, trips without a fare",
    points=1,
    advice="A trip without payments was paid 0. Is it in your list when its fare is 700? Is it out when its fare is 0, "
    "or NULL?",
):
    nothing_paid = hopline.load_rows(
        zones=[{"zone_id": 1}],
        riders=[{"rider_id": 1}],
        trips=[
            {"trip_id": trip, "status": "completed", "fare_cents": fare}
            for trip, fare in [(1, 700), (2, 0), (3, None), (4, None), (5, 0), (6, 450)]
        ],
        payments=[
            {"trip_id": 4, "amount_cents": 800},
            {"trip_id": 5, "amount_cents": 300},
            {"trip_id": 6, "amount_cents": 450},
        ],
    )
    same_rows(unbalanced, reference, on=nothing_paid)
    same_rows(unbalanced, reference, on=hopline.load("nulls", seed=4601))
    same_rows(unbalanced, reference, on=hopline.load("empty"))
with q.check(
    "failed and authorized payments",
    points=1,
    advice="A failed or authorized payment is no money. A trip with nothing else was paid 0, and belongs to the list. "
    "Which payments do you add up, and which trips are lost?",
):
    no_money = hopline.load_rows(
        zones=[{"zone_id": 1}],
        riders=[{"rider_id": 1}],
        trips=[{"trip_id": n, "status": "completed", "fare_cents": 1000} for n in range(1, 6)],
        payments=[
            {"trip_id": trip, "status": status, "amount_cents": cents, "method": method}
            for trip, status, cents, method in [
                (1, "failed", 1000, "card"),
                (1, "captured", 1000, "card"),
                (2, "failed", 1000, "card"),
                (2, "failed", 1000, "wallet"),
                (3, "authorized", 1000, "card"),
                (4, "authorized", 1000, "card"),
                (4, "captured", 1000, "card"),
                (5, "failed", 400, "wallet"),
                (5, "captured", 600, "cash"),
            ]
        ],
    )
    same_rows(unbalanced, reference, on=no_money)
    same_rows(unbalanced, reference, on=hopline.load("ties", seed=4602))
with q.check(
    "captured twice, too much, too little, and in two parts",
    points=1,
    advice="A trip can have several captured payments, equal or not. Do you add all of them before you compare? Do "
    "you find trips that were paid too little and trips that were paid too much?",
):
    several = hopline.load_rows(
        zones=[{"zone_id": 1}],
        riders=[{"rider_id": 1}],
        trips=[{"trip_id": n, "status": "completed", "fare_cents": 1000} for n in range(1, 6)],
        payments=[
            {"trip_id": trip, "amount_cents": cents}
            for trip, cents in [(1, 1000), (1, 1000), (2, 1100), (3, 900), (4, 500), (4, 500), (5, 300), (5, 700)]
        ],
    )
    same_rows(unbalanced, reference, on=several)
    same_rows(unbalanced, reference, on=hopline.load("quiet", seed=4603))
with q.check(
    "refunds, and trips that are not completed",
    points=1,
    advice="A refund takes money back: what is left is what was paid. Only completed trips are asked for. How does "
    "your sum treat a refund?",
):
    returned = hopline.load_rows(
        zones=[{"zone_id": 1}],
        riders=[{"rider_id": 1}],
        trips=[
            {"trip_id": trip, "status": status, "fare_cents": fare}
            for trip, status, fare in [
                (1, "completed", 1000),
                (2, "completed", 1000),
                (3, "completed", 1000),
                (4, "cancelled", 300),
                (5, "cancelled", 300),
                (6, "in_progress", 800),
                (7, "completed", 0),
                (8, "completed", 640),
            ]
        ],
        payments=[
            {"trip_id": trip, "status": status, "amount_cents": cents}
            for trip, status, cents in [
                (1, "captured", 1000),
                (1, "refunded", -1000),
                (2, "captured", 1000),
                (2, "refunded", -400),
                (3, "captured", 1000),
                (3, "captured", 1000),
                (3, "refunded", -1000),
                (4, "captured", 500),
                (7, "captured", 250),
                (7, "refunded", -250),
                (8, "captured", 640),
            ]
        ],
    )
    same_rows(unbalanced, reference, on=returned)
    same_rows(unbalanced, reference, on=hopline.load("fall", seed=4604))
q.result()

# %% A4.6 hints [markdown]
# 1. One row of the result is one trip, but a trip can have no payment or several. Which join of A3 keeps a trip without
#    a partner? Which payments are money?
# 2. Put the condition on the payment's status into ON: in WHERE it would drop the trips without such a payment. Group
#    by the trip. The sum over no payment is NULL, and a comparison with NULL is unknown: turn it into 0 wherever you
#    use it, in SELECT and in HAVING.
# 3. Fill the gaps: `SELECT t.trip_id, t.fare_cents, coalesce(…, 0) AS paid_cents FROM trips t LEFT JOIN payments p ON …
#    AND p.status IN (…) WHERE … GROUP BY t.trip_id HAVING paid_cents <> t.fare_cents`

# %% A4.6 wrong outer-needed language="sql" when="^(?!.*LEFT).*JOIN"
# -- Trips without any captured payment are missing: an inner join drops them. Use LEFT JOIN, and coalesce for the sum.
# SELECT t.trip_id, t.fare_cents, SUM(p.amount_cents) AS paid_cents FROM trips t
# JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL GROUP BY t.trip_id HAVING SUM(p.amount_cents) <>
# t.fare_cents

# %% A4.6 wrong outer-filter-in-where language="sql" when="LEFT.*WHERE.*(p[a-z]*[.]status|'' ?, ?'')"
# -- Your WHERE looks at the payment's status, so it drops the trips without such a payment, as an inner join would. Put
# -- that condition into ON.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL AND p.status IN ('captured', 'refunded')
# GROUP BY t.trip_id HAVING coalesce(SUM(p.amount_cents), 0) <> t.fare_cents

# %% A4.6 wrong outer-filter-in-where language="sql" when="LEFT.*WHERE.*IS NULL"
# -- You keep trips without any payment, but a trip with failed payments only is still lost. Put the condition on the
# -- payment's status into ON.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL
#   AND (p.status IN ('captured', 'refunded') OR p.payment_id IS NULL)
# GROUP BY t.trip_id HAVING coalesce(SUM(p.amount_cents), 0) <> t.fare_cents

# %% A4.6 wrong wrong-population language="sql"
# -- You add up all payments. A failed or authorized one is no money: count only those captured or refunded.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL
# GROUP BY t.trip_id HAVING coalesce(SUM(p.amount_cents), 0) <> t.fare_cents

# %% A4.6 wrong wrong-population language="sql"
# -- You leave out failed payments, but authorized ones are no money either: nothing was captured yet.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status <> 'failed'
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL
# GROUP BY t.trip_id HAVING coalesce(SUM(p.amount_cents), 0) <> t.fare_cents

# %% A4.6 wrong null-compare language="sql"
# -- For a trip without payments the sum is NULL, and NULL <> fare is not true, so the trip is lost. Put coalesce(…, 0)
# -- around the sum.
# SELECT t.trip_id, t.fare_cents, SUM(p.amount_cents) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL GROUP BY t.trip_id HAVING SUM(p.amount_cents) <>
# t.fare_cents

# %% A4.6 wrong null-compare language="sql" when="HAVING SUM"
# -- Your HAVING compares the bare sum. For a trip without payments it is NULL, so the trip is lost: use coalesce there
# -- too.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL GROUP BY t.trip_id HAVING SUM(p.amount_cents) <>
# t.fare_cents

# %% A4.6 wrong null-not-zero language="sql"
# -- Your list holds the right trips, but shows NULL where nothing was paid. The task wants 0: use coalesce in SELECT
# -- too.
# SELECT t.trip_id, t.fare_cents, SUM(p.amount_cents) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL
# GROUP BY t.trip_id HAVING coalesce(SUM(p.amount_cents), 0) <> t.fare_cents

# %% A4.6 wrong null-not-zero language="sql" when="IS NOT"
# -- A trip without payments gets NULL, so a free trip seems to differ from its fare of 0. Turn the sum into 0 first.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL
# GROUP BY t.trip_id HAVING SUM(p.amount_cents) IS NOT t.fare_cents

# %% A4.6 wrong missing-case language="sql"
# -- You leave out refunds. What was paid back is no longer paid: add the refunded rows, which are negative.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status = 'captured'
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL
# GROUP BY t.trip_id HAVING coalesce(SUM(p.amount_cents), 0) <> t.fare_cents

# %% A4.6 wrong refund-sign language="sql"
# -- You change the sign of the refunds. They are stored as negative amounts: add all amounts just as they are.
# SELECT t.trip_id, t.fare_cents,
#   coalesce(SUM(CASE WHEN p.status = 'refunded' THEN -p.amount_cents ELSE p.amount_cents END), 0) AS paid_cents
# FROM trips t LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL GROUP BY t.trip_id HAVING paid_cents <> t.fare_cents

# %% A4.6 wrong missing-case language="sql" when="<(?!>)"
# -- You find trips that were paid too little. Those paid too much do not balance either: compare with `<>`.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL
# GROUP BY t.trip_id HAVING coalesce(SUM(p.amount_cents), 0) < t.fare_cents

# %% A4.6 wrong missing-filter language="sql"
# -- Your list holds trips that are not completed. Filter by the status of the trip.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.fare_cents IS NOT NULL GROUP BY t.trip_id HAVING coalesce(SUM(p.amount_cents), 0) <> t.fare_cents

# %% A4.6 wrong missing-filter language="sql" when="^(?!.*(HAVING|<>|!=))"
# -- You list balanced trips too. Keep those whose sum differs from the fare, with HAVING.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL GROUP BY t.trip_id

# %% A4.6 wrong extra-filter language="sql" when="fare_cents (>|<>|!=) ?0"
# -- You leave out free trips. A free trip for which something was paid does not balance either.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents > 0 GROUP BY t.trip_id
# HAVING coalesce(SUM(p.amount_cents), 0) <> t.fare_cents

# %% A4.6 wrong null-as-zero language="sql" when="(coalesce|IFNULL) ?[(] ?([a-z]+[.])?fare_cents"
# -- You treat a missing fare as 0. Trips without a fare are not in the list at all.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed'
# GROUP BY t.trip_id HAVING coalesce(SUM(p.amount_cents), 0) <> coalesce(t.fare_cents, 0)

# %% A4.6 wrong distinct-in-sum language="sql" when="DISTINCT"
# -- DISTINCT adds equal amounts only once, so a trip that was charged twice seems to balance. Leave DISTINCT out.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(DISTINCT p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL
# GROUP BY t.trip_id HAVING coalesce(SUM(DISTINCT p.amount_cents), 0) <> t.fare_cents

# %% A4.6 wrong wrong-grain language="sql" when="^(?!.*GROUP BY)"
# -- You compare each payment alone with the fare. Add up the payments of a trip first: one row is one trip.
# SELECT t.trip_id, t.fare_cents, coalesce(p.amount_cents, 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL AND coalesce(p.amount_cents, 0) <> t.fare_cents

# %% A4.6 wrong wrong-grain language="sql" when="GROUP BY.*(status|payment_id|amount_cents|method)"
# -- You group by more than the trip, so one trip's money is split over several rows. One row is one trip.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL
# GROUP BY t.trip_id, p.status HAVING coalesce(SUM(p.amount_cents), 0) <> t.fare_cents

# %% A4.6 wrong wrong-column language="sql" when="quoted_cents"
# -- You compare with quoted_cents, the price named before the ride. The fare is fare_cents.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents), 0) AS paid_cents FROM trips t
# LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
# WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL
# GROUP BY t.trip_id HAVING coalesce(SUM(p.amount_cents), 0) <> t.quoted_cents

# %% A4.6 right sum-first language="sql"
# -- The payments are added up first, then joined. A fare of NULL is dropped, since a comparison with it is unknown.
# WITH paid AS (SELECT trip_id, SUM(amount_cents) AS cents FROM payments
#   WHERE status NOT IN ('failed', 'authorized') GROUP BY trip_id)
# SELECT trip_id, fare_cents, IFNULL(cents, 0) AS paid_cents
# FROM trips LEFT JOIN paid USING (trip_id) WHERE status = 'completed' AND IFNULL(cents, 0) != fare_cents

# %% A4.6 right sum-of-case language="sql"
# -- Every payment is joined, and CASE gives 0 to those that are no money, and to a trip without payments.
# SELECT t.trip_id, t.fare_cents,
#   SUM(CASE WHEN p.status IN ('captured', 'refunded') THEN p.amount_cents ELSE 0 END) AS paid_cents
# FROM trips t LEFT JOIN payments p ON p.trip_id = t.trip_id
# WHERE t.status = 'completed' GROUP BY t.trip_id, t.fare_cents HAVING paid_cents <> t.fare_cents

# %% A4.6 right scalar language="sql"
# -- Each trip's payments are added up in a query of their own; TOTAL gives 0.0 for none.
# SELECT trip_id, fare_cents, paid AS paid_cents
# FROM (SELECT t.*, (SELECT TOTAL(p.amount_cents) FROM payments p WHERE p.trip_id = t.trip_id
#   AND (p.status = 'captured' OR p.status = 'refunded')) AS paid FROM trips t)
# WHERE status = 'completed' AND fare_cents - paid <> 0

# %% A4.6 right with-rider language="sql"
# -- Every trip has a rider, so one more inner join changes nothing; the join of payments stays a left one.
# SELECT t.trip_id, t.fare_cents, coalesce(SUM(p.amount_cents) FILTER (WHERE p.status IN ('captured', 'refunded')), 0)
#   AS paid_cents
# FROM trips t JOIN riders r ON r.rider_id = t.rider_id JOIN zones z ON z.zone_id = t.pickup_zone_id
# LEFT JOIN payments p ON p.trip_id = t.trip_id
# WHERE t.status = 'completed' AND t.fare_cents NOTNULL GROUP BY t.trip_id HAVING NOT paid_cents = t.fare_cents

# %% A4.7 prompt [markdown] type="sql-query"
# ## A4.7 Top zone, shared crown
#
# The app puts a crown on the busiest place. For every row of `zones`, count the `completed` trips that started there
# (`trips.pickup_zone_id`); a place without one has the number 0. List the place or places with the highest number: all
# that share it, even if it is 0.
#
# Columns: `code, trips`. Rows in any order.

# %% A4.7 answer language="sql" magic_args="crowned"
# -- Columns: code, trips
# ### BEGIN SOLUTION
# WITH counts AS (
#   SELECT z.code, COUNT(t.trip_id) AS trips
#   FROM zones z
#   LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed'
#   GROUP BY z.code
# )
# SELECT code, trips
# FROM counts
# WHERE trips = (SELECT MAX(trips) FROM counts)
# ### END SOLUTION

# %% A4.7 check
q = Question("A4.7")
expected = from_solution(crowned, on=city)
with q.check("the city data", points=1):
    same_rows(crowned, expected, on=city)
q.result()

# %% A4.7 hidden
q = Question("A4.7", hidden=True)
reference = from_solution(crowned)
with q.check(
    "two and three places with the same number",
    points=1,
    advice="If two places share the highest number, both get the crown. What does your query do with the second one?",
):
    for winners in ((1, 2), (2, 3), (1, 2, 3)):
        shared = hopline.load_rows(
            zones=[{"zone_id": n, "code": f"P{n}", "name": "Moda"} for n in range(1, 6)],
            riders=[{"rider_id": 1}],
            trips=[
                {"pickup_zone_id": zone, "dropoff_zone_id": 4, "status": "completed"}
                for zone in (*winners, 4, *winners)
            ],
        )
        same_rows(crowned, reference, on=shared)
    same_rows(crowned, reference, on=hopline.load("ties", seed=4701))
with q.check(
    "many trips that are not completed, and many that end there",
    points=1,
    advice="Only completed trips count, at the place where they started. Which trips does your query count?",
):
    crowd = hopline.load_rows(
        zones=[{"zone_id": n} for n in range(1, 5)],
        riders=[{"rider_id": 1}],
        trips=[
            {"pickup_zone_id": start, "dropoff_zone_id": end, "status": status}
            for start, end, status in [
                (1, 3, "completed"),
                (1, 3, "completed"),
                (2, 3, "completed"),
                (2, 1, "cancelled"),
                (2, 1, "cancelled"),
                (2, 1, "requested"),
                (3, 3, "accepted"),
                (3, 3, "in_progress"),
            ]
        ],
    )
    same_rows(crowned, reference, on=crowd)
    same_rows(crowned, reference, on=hopline.load("nulls", seed=4702))
    same_rows(crowned, reference, on=hopline.load("fall", seed=4703))
with q.check(
    "places without a completed trip, and no places at all",
    points=1,
    advice="If no trip is completed, all places share the number 0. If there are no places, the result has no row. "
    "Which join keeps a place without trips, and which COUNT gives it 0?",
):
    quiet_day = hopline.load_rows(
        zones=[{"zone_id": n, "code": f"P{n}", "kind": "zone" if n < 3 else "city"} for n in range(1, 4)],
        riders=[{"rider_id": 1}],
        trips=[
            {"pickup_zone_id": 1, "status": "cancelled"},
            {"pickup_zone_id": 1, "status": "accepted"},
            {"pickup_zone_id": 2, "status": "requested"},
        ],
    )
    same_rows(crowned, reference, on=quiet_day)
    one_ride = hopline.load_rows(
        zones=[{"zone_id": n} for n in range(1, 4)],
        riders=[{"rider_id": 1}],
        trips=[{"pickup_zone_id": 2, "status": "completed"}],
    )
    same_rows(crowned, reference, on=one_ride)
    same_rows(crowned, reference, on=hopline.load_rows(zones=[{"zone_id": 1}, {"zone_id": 2}]))
    same_rows(crowned, reference, on=hopline.load("empty"))
q.result()

# %% A4.7 hints [markdown]
# 1. Do it in two steps: first a list with one row for each place and its number, then only the rows with the highest
#    number. How many rows can share it?
# 2. For the first step, every place must survive the join, and a place without a partner must get 0: COUNT a column of
#    trips. Give that query a name with WITH. In the second step compare each number with the MAX of all, as example 5
#    does.
# 3. Fill the gaps: `WITH counts AS (SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z LEFT JOIN trips t ON … GROUP
#    BY z.code) SELECT code, trips FROM counts WHERE trips = (SELECT … FROM counts)`

# %% A4.7 wrong limit-for-max language="sql" when="LIMIT"
# -- LIMIT 1 keeps one place, even if several share the highest number. Compare each number with the maximum instead.
# SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
# LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed'
# GROUP BY z.zone_id ORDER BY trips DESC LIMIT 1

# %% A4.7 wrong limit-for-max language="sql" when="LIMIT"
# -- LIMIT 1 keeps one place, even if several share the highest number. Compare each number with the maximum instead.
# SELECT z.code, COUNT(*) AS trips FROM trips t JOIN zones z ON z.zone_id = t.pickup_zone_id
# WHERE t.status = 'completed' GROUP BY z.zone_id ORDER BY trips DESC LIMIT 1

# %% A4.7 wrong limit-for-max language="sql" when="ROW_NUMBER"
# -- ROW_NUMBER gives equal places different numbers, so only one of them is first. RANK gives them the same.
# SELECT code, trips FROM (SELECT z.code, COUNT(t.trip_id) AS trips,
#   ROW_NUMBER() OVER (ORDER BY COUNT(t.trip_id) DESC) AS place FROM zones z
#   LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.zone_id) WHERE place = 1

# %% A4.7 wrong bare-column language="sql" when="^(?!.*(WHERE|HAVING|=) ?[^()]*[(] ?SELECT).*MAX"
# -- Beside MAX a column such as code is bare: SQLite takes it from one row, even if several share the maximum, and
# -- without any row it gives NULL. Compare each number with the maximum instead.
# SELECT code, MAX(trips) AS trips FROM (SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
#   LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.zone_id)

# %% A4.7 wrong bare-column language="sql" when="^(?!.*(WHERE|HAVING|=) ?[^()]*[(] ?SELECT).*MAX"
# -- Beside MAX a column such as code is bare: SQLite takes it from one row, even if several share the maximum, and
# -- without any row it gives NULL. Compare each number with the maximum instead.
# SELECT code, MAX(n) AS trips FROM (SELECT z.code, COUNT(*) AS n FROM trips t
#   JOIN zones z ON z.zone_id = t.pickup_zone_id WHERE t.status = 'completed' GROUP BY z.zone_id)

# %% A4.7 wrong missing-filter language="sql"
# -- You count trips of every status. Only completed ones count.
# WITH counts AS (SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
#   LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id GROUP BY z.zone_id)
# SELECT code, trips FROM counts WHERE trips = (SELECT MAX(trips) FROM counts)

# %% A4.7 wrong join-wrong-column language="sql" when="dropoff_zone_id"
# -- You count the trips that end at a place. The task counts those that start there: pickup_zone_id.
# WITH counts AS (SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
#   LEFT JOIN trips t ON t.dropoff_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.zone_id)
# SELECT code, trips FROM counts WHERE trips = (SELECT MAX(trips) FROM counts)

# %% A4.7 wrong outer-needed language="sql" when="^(?!.*LEFT)"
# -- An inner join drops the places without a completed trip. If no trip is completed, they all share the number 0: use
# -- LEFT JOIN, and COUNT a column of trips.
# WITH counts AS (SELECT z.code, COUNT(*) AS trips FROM trips t JOIN zones z ON z.zone_id = t.pickup_zone_id
#   WHERE t.status = 'completed' GROUP BY z.zone_id)
# SELECT code, trips FROM counts WHERE trips = (SELECT MAX(trips) FROM counts)

# %% A4.7 wrong extra-filter language="sql" when="> ?0|<> ?0|>= ?1"
# -- You drop places with the number 0. If no trip is completed, 0 is the highest number, and all places share it.
# WITH counts AS (SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
#   LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.zone_id)
# SELECT code, trips FROM counts WHERE trips > 0 AND trips = (SELECT MAX(trips) FROM counts)

# %% A4.7 wrong null-compare language="sql" when="LEFT JOIN((?!WHERE)[^()])*status((?!WHERE)[^()])*GROUP BY.*MAX"
# -- If no trip is completed, your maximum is NULL, and nothing equals NULL. Take the maximum over all places, also
# -- those with 0.
# SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
# LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.zone_id
# HAVING COUNT(t.trip_id) = (SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM trips WHERE status = 'completed'
#   GROUP BY pickup_zone_id))

# %% A4.7 wrong outer-filter-in-where language="sql" when="LEFT.*WHERE ([a-z]+[.])?status"
# -- Your WHERE on the status drops the places without a completed trip, as an inner join would. Put it into ON.
# WITH counts AS (SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
#   LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id WHERE t.status = 'completed' GROUP BY z.zone_id)
# SELECT code, trips FROM counts WHERE trips = (SELECT MAX(trips) FROM counts)

# %% A4.7 wrong count-star-outer language="sql" when="LEFT.*COUNT ?[(][*][)]|COUNT ?[(][*][)].*LEFT"
# -- A place without a partner keeps one row, and COUNT(*) counts it as a trip. COUNT a column of trips: it gives 0.
# WITH counts AS (SELECT z.code, COUNT(*) AS trips FROM zones z
#   LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.zone_id)
# SELECT code, trips FROM counts WHERE trips = (SELECT MAX(trips) FROM counts)

# %% A4.7 wrong wrong-population language="sql" when="MAX|ORDER BY"
# -- You compare the completed trips of a place with the maximum over all trips. Both numbers must count the same trips.
# SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
# LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.zone_id
# HAVING COUNT(t.trip_id) = (SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM trips GROUP BY pickup_zone_id))

# %% A4.7 wrong null-compare language="sql" when="SUM"
# -- SUM gives NULL to a place without any trip, and nothing equals NULL. Its number is 0: use COUNT of a column, or
# -- coalesce.
# WITH counts AS (SELECT z.code, SUM(t.status = 'completed') AS trips FROM zones z
#   LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id GROUP BY z.zone_id)
# SELECT code, trips FROM counts WHERE trips = (SELECT MAX(trips) FROM counts)

# %% A4.7 wrong extra-filter language="sql" when="kind"
# -- You keep one kind of place only. Every row of zones takes part.
# WITH counts AS (SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
#   LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' WHERE z.kind = 'zone' GROUP BY
# z.zone_id)
# SELECT code, trips FROM counts WHERE trips = (SELECT MAX(trips) FROM counts)

# %% A4.7 wrong magic-number language="sql" when="= ?173"
# -- You compare with 173, the highest number in your notebook's data. Compute it: a SELECT with MAX in brackets.
# SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
# LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.zone_id
# HAVING COUNT(t.trip_id) = 173

# %% A4.7 wrong wrong-grain language="sql" when="GROUP BY ([a-z]+[.])?(name|tz|kind|surge_bp|parent_id)"
# -- Your groups put several places together. One group is one place: group by zone_id or by code.
# WITH counts AS (SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
#   LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.name)
# SELECT code, trips FROM counts WHERE trips = (SELECT MAX(trips) FROM counts)

# %% A4.7 wrong missing-filter language="sql"
# -- You list every place. Keep only those whose number equals the maximum of all numbers.
# SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
# LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.zone_id

# %% A4.7 right rank language="sql"
# -- RANK (module A6) gives the same rank to equal numbers.
# SELECT code, trips FROM (SELECT z.code, COUNT(t.trip_id) AS trips, RANK() OVER (ORDER BY COUNT(t.trip_id) DESC) AS k
#   FROM zones z LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.code) WHERE k =
# 1

# %% A4.7 right having language="sql"
# -- No number is greater than the highest one; the inner query counts for all places too.
# SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
# LEFT JOIN trips t ON z.zone_id = t.pickup_zone_id AND t.status = 'completed' GROUP BY z.zone_id
# HAVING COUNT(t.trip_id) >= (SELECT MAX(n) FROM (SELECT SUM(coalesce(status = 'completed', 0)) AS n
#   FROM zones LEFT JOIN trips ON pickup_zone_id = zone_id GROUP BY zone_id))

# %% A4.7 right scalar language="sql"
# -- Each place is counted in a query of its own; NOT EXISTS a place with more is the same as having the most.
# WITH n AS (SELECT code, (SELECT COUNT(*) FROM trips WHERE pickup_zone_id = zone_id AND status = 'completed') AS trips
#   FROM zones)
# SELECT code, trips FROM n WHERE NOT EXISTS (SELECT 1 FROM n AS more WHERE more.trips > n.trips)

# %% A4.7 right with-riders language="sql"
# -- Every trip has a rider, so counting riders of trips, not different ones, counts trips.
# WITH counts AS (SELECT z.code, COUNT(r.rider_id) AS trips FROM zones z
#   LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed'
#   LEFT JOIN riders r ON r.rider_id = t.rider_id GROUP BY z.zone_id)
# SELECT code, trips FROM counts WHERE trips = (SELECT MAX(trips) FROM counts)

# %% A4.7 right coalesce language="sql"
# -- The maximum over the places with a trip is enough if coalesce turns "none" into 0.
# SELECT z.code, COUNT(t.trip_id) AS trips FROM zones z
# LEFT JOIN trips t ON t.pickup_zone_id = z.zone_id AND t.status = 'completed' GROUP BY z.zone_id
# HAVING COUNT(t.trip_id) = coalesce((SELECT COUNT(*) AS n FROM trips WHERE status = 'completed'
#   GROUP BY pickup_zone_id ORDER BY n DESC LIMIT 1), 0)

# %% [markdown]
# ## Close
#
# ### Common mistakes you may have met
#
# When a check recognises a mistake, its result shows one of these names.
#
# | name | what happened |
# |---|---|
# | `count-null` | The wrong COUNT: COUNT(\*) counts rows, COUNT of a column skips NULL. |
# | `missing-distinct` | A value was counted once for each row; use COUNT(DISTINCT …). |
# | `count-of-condition` | COUNT counts 1 and 0 alike; use SUM of the condition. |
# | `null-not-zero` | SUM of nothing is NULL where the task wants 0; use coalesce. |
# | `avg-skips-null` | AVG divided by the values, not by the rows; replace NULL inside AVG. |
# | `filter-too-early` | WHERE dropped rows that still had to count. |
# | `where-vs-having` | A condition on single rows stands in HAVING, or became a group; put it into WHERE. |
# | `off-by-one` | "At least three" is `>= 3`; test 2, 3 and 4. |
# | `integer-division` | Whole numbers were divided, so the decimals were cut off; multiply by 1.0 or 100.0 first. |
# | `rounding-place` | Rounded too early, not at all, to other decimals, or cut off; round last. |
# | `number-as-text` | A number became a text; use round. |
# | `letter-case` | Capital and small letters differ when texts are compared by `=`. |
# | `wrong-base` | The share was divided by other rows than the task names. |
# | `wrong-grain` | One row of the result stands for something else than the task asks for; look at GROUP BY. |
# | `null-group` | Rows without a value became a group, or a value, of their own. |
# | `bare-column` | A column beside MAX comes from one row of the group only; compare with the maximum. |
# | `limit-for-max` | LIMIT 1 kept one row where several share the highest number. |
# | `outer-needed` | An inner join lost rows without a partner; use LEFT JOIN. |
# | `inner-needed` | A left join kept rows that the task does not ask for; use JOIN. |
# | `outer-filter-in-where` | WHERE dropped the rows that LEFT JOIN had kept; move the condition into ON. |
# | `count-star-outer` | COUNT(\*) counted the row without a partner too; count a column of the partner. |
# | `fan-out` | Two joins multiplied rows; read the table once, with conditions. |
# | `null-compare` | A comparison with NULL is unknown, so the row was lost; use coalesce first. |
# | `null-as-zero` | A missing fare became 0; not known is not 0. |
# | `distinct-in-sum` | DISTINCT in SUM or AVG lost an equal value. |
# | `refund-sign` | Refunds are negative already; add them as they are. |
# | `magic-number` | A number was read off the data; compute it. |
# | `missing-case` | One of the cases of the task was forgotten. |
# | `missing-filter` | A condition of the task is missing. |
# | `extra-filter` | A condition that the task does not name dropped rows. |
# | `other-condition` | The condition tests something else than the task names. |
# | `complement` | "Not this one" brought in more than the ones wanted; name those. |
# | `wrong-population` | Other rows were counted than the task names. |
# | `wrong-column` | Another column was counted, added or compared. |
# | `join-wrong-column` | The join uses the other of two zones. |
# | `no-tie-break` | Equal rows had no fixed order; end ORDER BY with a unique column. |
# | `missing-order` | The rows were not sorted. |
# | `wrong-direction` | Low to high instead of high to low; add DESC. |
# | `key-order` | The wrong sort key decides first. |
#
# ### Read the source
#
# - [Built-in aggregate functions](https://www.sqlite.org/lang_aggfunc.html): COUNT, SUM and TOTAL, AVG, and what each
#   makes of NULL.
# - [SELECT](https://www.sqlite.org/lang_select.html): section 2.4 on GROUP BY and HAVING, section 2.5 on bare columns.
# - [WITH](https://www.sqlite.org/lang_with.html): queries with a name. The part about recursion can wait for module A5.
#
# ### Next
#
# Module A5, *Queries inside queries*: the maximum in brackets was the first. If A5 is not in your release yet, go on
# with module B1, *Change data from Python*: so far you have only read it.
