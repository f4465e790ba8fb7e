# ---
# title: Ask one table
# minutes: 50
# needs: [a1]
# ---

# %% [markdown]
# # Ask one table
#
# > **Goal.** After this module you can read exactly the rows you want from one table: with filters, a fixed order, a
# > limit, a text pattern, a label for each row, and missing values handled on purpose. Hopline asks such questions
# > every day: support looks for riders, finance for fares, the airport team for cancelled trips. You need no SQL.
# > The rest you have from module A1, or from what you know: what a back-end stores, money in cents, time in UTC.
#
# You know SQL already? Run the setup cell, which begins with `import hopline`, then
# [skip to the questions](#Questions).

# %% [markdown]
# ## Warm-up
#
# Three items from module A1. They are not graded. Say your answer aloud, then open the line below it.
#
# **1.** A ride of 3050 m starts where the surge is normal. The rule: 250 cents, plus 9 cents for each full 100 m. What
# is the fare?
#
# <details><summary>Answer 1</summary>
#
# 520 cents. 3050 m hold 30 full hundreds, so the fare is 250 + 30 × 9. All amounts are whole cents, never floats.
#
# </details>
#
# **2.** A promo ends at `2025-06-01T00:00:00Z`. A rider uses it at exactly that second. Is it still valid?
#
# <details><summary>Answer 2</summary>
#
# No. The start belongs to the interval, the end does not. Such an interval is called *half-open*.
#
# </details>
#
# **3.** The app sends the price of a ride together with the request. May the back-end store that price?
#
# <details><summary>Answer 3</summary>
#
# No. Everybody can change what an app sends. The back-end computes the price itself.
#
# </details>

# %% setup
import hopline
from autograder import Question, same_rows, use_database

city = use_database(hopline.load("city"))

# %% [markdown]
# ## Lesson
#
# Run the setup cell above first. A cell that starts with `%%sql` sends the text below it to the database. With a name,
# such as `%%sql electric`, the cell also keeps the query as your answer. Text after `--` is a comment. Change the
# lesson cells as you like: a query here can read the data, never change it.
#
# Do you read `Cell magic %%sql not found` or `name 'Question' is not defined`? Then the setup cell has not run since
# the kernel started. Run it (it begins with `import hopline`), then run your cell again.

# %% [markdown]
# ### Look at a table first
#
# The tasks name a table and some of its columns. Before you use a table that you do not know, look at a few of its
# rows: `*` means all columns, and LIMIT 5 keeps five rows. Put another table's name in, and you see that one.

# %% example language="sql"
# SELECT * FROM vehicles LIMIT 5

# %% [markdown]
# Above the rows stand the names of the columns. Do you not know the names of the tables? SQLite keeps them in a table
# of its own:

# %% example language="sql"
# SELECT name FROM sqlite_schema WHERE type = 'table'

# %% [markdown]
# ### The table of the examples
#
# Most examples use the small table `zones`. These are all its rows (without the column `name`):
#
# | zone_id | code | kind | parent_id | tz | surge_bp |
# |---|---|---|---|---|---|
# | 1 | LIS | city | NULL | Europe/Lisbon | 10000 |
# | 2 | LIS-C | district | 1 | Europe/Lisbon | 10000 |
# | 3 | LIS-C-BAI | zone | 2 | Europe/Lisbon | 12500 |
# | 4 | LIS-C-ALF | zone | 2 | Europe/Lisbon | 10000 |
# | 5 | LIS-AIR | zone | 1 | Europe/Lisbon | 15000 |
# | 6 | NYC | city | NULL | America/New_York | 10000 |
# | 7 | NYC-M | district | 6 | America/New_York | 10000 |
# | 8 | NYC-M-SOH | zone | 7 | America/New_York | 20000 |
# | 9 | NYC-M-HAR | zone | 7 | America/New_York | 10000 |
# | 10 | IST | city | NULL | Europe/Istanbul | 10000 |
# | 11 | IST-KAD | zone | 10 | Europe/Istanbul | 11000 |
# | 12 | IST-OLD | zone | 10 | Europe/Istanbul | 10000 |
#
# `surge_bp` is the price factor in basis points: 10000 is the normal price, 12500 is 25 % more. `parent_id` is the zone
# around this zone; a city has none, so its `parent_id` is NULL.

# %% [markdown]
# ### Example 1: five stages
#
# Question: *Which two places in Lisbon have the highest surge?*
#
# You write SELECT first, but the result is as if the database worked in this order:
#
# 1. **Rows**: FROM takes the rows of the table.
# 2. **Filter**: WHERE keeps the rows for which its condition is true.
# 3. **Columns**: SELECT computes the columns to show.
# 4. **Order**: ORDER BY sorts. DESC means highest first; without it, lowest first.
# 5. **Cut**: LIMIT keeps the first rows of the sorted list.
#
# Text in a query stands between single quotes.
#
# **Predict.** Use the table above. How many rows are left after FROM, after WHERE, after SELECT and after LIMIT? Which
# code comes first? Write it down, then run the cell.

# %% example language="sql"
# SELECT code, surge_bp        -- Columns
# FROM zones                   -- Rows
# WHERE tz = 'Europe/Lisbon'   -- Filter
# ORDER BY surge_bp DESC       -- Order
# LIMIT 2                      -- Cut

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | code | surge_bp |
# |---|---|
# | LIS-AIR | 15000 |
# | LIS-C-BAI | 12500 |
#
# FROM gives 12 rows. WHERE keeps 5. SELECT still has 5 rows, now with two columns. ORDER BY sorts the 5. LIMIT keeps 2.
#
# SELECT does not show `tz`, yet WHERE can use it: the filter looks at whole rows. To watch a stage, delete the lines of
# the later stages, write `*` (all columns) after SELECT, and run again.
#
# </details>

# %% [markdown]
# ### Example 2: NULL, or "no value here"
#
# NULL is not 0 and not an empty text. It says that no value is known. So a comparison with NULL is neither true nor
# false: it is *unknown*, and SQL shows unknown as NULL. True is shown as 1, false as 0.
#
# 1. **Compare**: any comparison with NULL is unknown, `NULL = NULL` too.
# 2. **Combine**: NOT unknown is unknown. `unknown OR true` is true, because the other side decides. `unknown AND false`
#    is false. All other mixes with unknown stay unknown.
# 3. **Test**: `IS NULL` and `IS NOT NULL` always give true or false.
#
# WHERE keeps a row only when the condition is **true**. Unknown is not enough.
#
# In the cell, `<>` means "is not equal to", and AS gives a column its name.
#
# **Predict.** Write 1, 0 or NULL for each of the seven columns, then run the cell.

# %% example language="sql"
# SELECT
#   NULL = NULL            AS a,  -- Compare
#   NULL <> 5              AS b,  -- Compare
#   NOT (NULL = 5)         AS c,  -- Combine
#   NULL = 5 OR 1 = 1      AS d,  -- Combine
#   NULL = 5 AND 1 = 2     AS e,  -- Combine
#   NULL IS NULL           AS f,  -- Test
#   '' IS NULL             AS g   -- Test

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | a | b | c | d | e | f | g |
# |---|---|---|---|---|---|---|
# | NULL | NULL | NULL | 1 | 0 | 1 | 0 |
#
# Look at the last column: an empty text `''` *is* a value. A text of spaces `'   '` is a value too. `trim(text)`
# removes the spaces at both ends, so `trim('   ')` is `''`.
#
# </details>
#
# Now a cell with a mistake, on purpose. It looks for the zones without a parent.
#
# **Predict.** Three zones have no parent. How many rows does this query return? Does it stop with an error?

# %% example language="sql"
# SELECT code, parent_id     -- Columns
# FROM zones                 -- Rows
# WHERE parent_id = NULL     -- Filter (wrong)

# %% [markdown]
# <details><summary>What you should see</summary>
#
# No rows, and no error. `parent_id = NULL` is unknown for every row, so WHERE keeps none. A wrong answer without an
# error is easy to miss.
#
# Repair it: write `WHERE parent_id IS NULL` and run again. You get LIS, NYC and IST.
#
# Then try `WHERE parent_id <> 1`. Two zones have parent 1, but you get 7 rows, not 10: for the three cities the
# comparison is unknown.
#
# </details>

# %% [markdown]
# ### Example 3: AND, OR and brackets
#
# Amina plans advertising: *"Show me the zones in New York and Istanbul where the surge is above normal."*
#
# 1. **Say it**: in everyday language, "New York **and** Istanbul" collects two groups. One row has only one time zone,
#    so in SQL the two are joined by OR.
# 2. **List**: write each condition alone: surge above 10000; New York; Istanbul.
# 3. **Bracket**: AND binds tighter than OR, as × binds tighter than +. So `a AND b OR c` means `(a AND b) OR c`. Put
#    brackets around the OR.
#
# The cell shows both versions side by side as columns: 1 means "WHERE would keep this row".
#
# **Predict.** For which rows do the two columns differ?

# %% example language="sql"
# -- Say it: surge above 10000, and (New York or Istanbul)
# SELECT code, surge_bp,
#   surge_bp > 10000 AND tz = 'America/New_York' OR tz = 'Europe/Istanbul'   AS no_brackets,  -- List
#   surge_bp > 10000 AND (tz = 'America/New_York' OR tz = 'Europe/Istanbul') AS brackets      -- Bracket
# FROM zones
# WHERE zone_id >= 6
# ORDER BY zone_id

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | code | surge_bp | no_brackets | brackets |
# |---|---|---|---|
# | NYC | 10000 | 0 | 0 |
# | NYC-M | 10000 | 0 | 0 |
# | NYC-M-SOH | 20000 | 1 | 1 |
# | NYC-M-HAR | 10000 | 0 | 0 |
# | IST | 10000 | 1 | 0 |
# | IST-KAD | 11000 | 1 | 1 |
# | IST-OLD | 10000 | 1 | 0 |
#
# They differ for IST and IST-OLD. Without brackets, every row of Istanbul comes in, whatever its surge.
#
# `tz IN ('America/New_York', 'Europe/Istanbul')` says the same as the bracketed OR and needs no brackets.
#
# </details>

# %% [markdown]
# ### Example 4: a range of time
#
# Question: *Which moments belong to June 2025?*
#
# Hopline stores times as UTC text such as `2025-06-01T00:00:00Z`. Text is compared from left to right, and the largest
# unit stands first. So the order of the texts is the order of the times.
#
# 1. **First instant**: the range starts with the first second of June. It belongs to June: use `>=`.
# 2. **First instant after**: the range ends before the first second of July. That second does not belong: use `<`.
# 3. **Compare**: join the two with AND. `BETWEEN x AND y` is different: it includes both ends.
#
# The first lines of the cell make a small table `moments` to test with. You need not learn how.
#
# **Predict.** Write 1 or 0 for each moment and each of the two columns.

# %% example language="sql"
# WITH moments(moment) AS (VALUES
#   ('2025-05-31T23:59:59Z'), ('2025-06-01T00:00:00Z'), ('2025-06-30T23:59:59Z'), ('2025-07-01T00:00:00Z'))
# SELECT moment,
#   moment BETWEEN '2025-06-01T00:00:00Z' AND '2025-07-01T00:00:00Z' AS with_between,
#   moment >= '2025-06-01'        -- First instant
#     AND                         -- Compare
#     moment < '2025-07-01'       -- First instant after
#     AS half_open
# FROM moments
# ORDER BY moment

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | moment | with_between | half_open |
# |---|---|---|
# | 2025-05-31T23:59:59Z | 0 | 0 |
# | 2025-06-01T00:00:00Z | 1 | 1 |
# | 2025-06-30T23:59:59Z | 1 | 1 |
# | 2025-07-01T00:00:00Z | 1 | 0 |
#
# BETWEEN takes the first second of July too. Ask for July in the same way, and trips of that second are in both months.
# The second column is the half-open interval of the warm-up: it has no gap and no overlap.
#
# The short `'2025-06-01'` works as a limit because a text sorts before every longer text that begins with it.
#
# </details>

# %% [markdown]
# ### Example 5: search in text
#
# Question: *Which texts contain "50%"?*
#
# 1. **Pattern**: `LIKE` compares the whole text with a pattern. `=` knows no patterns.
# 2. **Wildcards**: in a pattern, `%` stands for any text, also for none; `_` stands for exactly one character.
# 3. **Escape**: to look for a real `%` or `_`, put a character of your choice in front of it and name that character
#    after ESCAPE. Here it is `!`; many people choose the backslash.
#
# `LIKE` takes `a` and `A` as equal, but only for the English letters A to Z. A text that is NULL gives unknown.
#
# **Predict.** Which of the four texts get a 1 in which column?

# %% example language="sql"
# WITH notes(note) AS (VALUES ('50% too much'), ('50 minutes late'), ('great ride'), (NULL))
# SELECT note,
#   note LIKE '%50%'              AS contains_50,      -- Pattern
#   note LIKE '%50%%'             AS two_wildcards,    -- Wildcards
#   note LIKE '%50!%%' ESCAPE '!' AS real_sign         -- Escape
# FROM notes

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | note | contains_50 | two_wildcards | real_sign |
# |---|---|---|---|
# | 50% too much | 1 | 1 | 1 |
# | 50 minutes late | 1 | 1 | 0 |
# | great ride | 0 | 0 | 0 |
# | NULL | NULL | NULL | NULL |
#
# In the second column both signs after 50 are wildcards, so "50 minutes late" matches. In the third column `!%` is a
# real percent sign, and the last `%` is a wildcard again.
#
# </details>

# %% [markdown]
# ### Example 6: labels and a fixed order
#
# Noor in pricing asks: *Which five places in Lisbon and New York have the highest surge? Leave the two cities out, and
# label each surge: high from 15000, raised above 10000, else normal.*
#
# 1. **Rows**: `zones` has one row for each place.
# 2. **Filter**: the time zone is one of two, and the place is not a city: it has a parent.
# 3. **Columns**: CASE computes the label. Its branches are tried from top to bottom, and the first **true** one wins.
#    An unknown condition is not true. If no branch is true, ELSE gives the value; without ELSE the value is NULL.
# 4. **Order**: the highest surge first. Rows with equal surge may come in any order, so a second key decides between
#    them. `code` is unique: now only one order is possible.
# 5. **Cut**: the first five.
#
# **Predict.** Use the table of zones. Write the five codes in order, and the label of each. Four places have surge
# 10000: which of them are in the list?

# %% example language="sql"
# SELECT code, surge_bp,                                  -- Columns
#   CASE
#     WHEN surge_bp >= 15000 THEN 'high'
#     WHEN surge_bp > 10000 THEN 'raised'
#     ELSE 'normal'
#   END AS label
# FROM zones                                              -- Rows
# WHERE tz IN ('Europe/Lisbon', 'America/New_York')       -- Filter
#   AND parent_id IS NOT NULL
# ORDER BY surge_bp DESC, code                            -- Order
# LIMIT 5                                                 -- Cut

# %% [markdown]
# <details><summary>What you should see</summary>
#
# | code | surge_bp | label |
# |---|---|---|
# | NYC-M-SOH | 20000 | high |
# | LIS-AIR | 15000 | high |
# | LIS-C-BAI | 12500 | raised |
# | LIS-C | 10000 | normal |
# | LIS-C-ALF | 10000 | normal |
#
# NYC-M and NYC-M-HAR have surge 10000 too, but their codes come later. Without the second key, any two of the four
# could be in the list. DESC belongs to `surge_bp` only; `code` goes from low to high.
#
# 20000 is also above 10000, but the first true branch wins. Exchange the two WHEN lines and run again: "high" is gone.
#
# Words are sorted by alphabet. Support tickets have a priority; `ORDER BY priority` gives high, low, normal, urgent.
# For the order you mean, sort by numbers:
# `ORDER BY CASE WHEN priority = 'urgent' THEN 1 WHEN priority = 'high' THEN 2 ELSE 3 END`.
#
# </details>

# %% [markdown]
# ## Questions
#
# Seven questions, 20 points. Run your answer cell, then the check cell below it, as often as you like. The module is
# mastered with 16 points and every question marked ★.
#
# The first two answer cells hold subgoals of example 6 as comments; the later ones leave them to you. The rows in your
# notebook are one data set: hidden checks run your query on others.

# %% A2.1 prompt [markdown] type="sql-query"
# ## A2.1 Electric and on the road
#
# Ji-woo plans charging points. From the table `vehicles`, list the vehicles that are electric (`is_electric` is 1, else
# 0) and not retired. A vehicle in service has no value in `retired_at`; any time there, even a future one, counts as
# retired.
#
# Columns: `plate, model`. Rows in any order.

# %% A2.1 answer language="sql" magic_args="electric"
# -- Rows: which table has one row for each vehicle?
# -- Filter: it is electric, and it has no retirement time
# -- Columns: plate, model
# ### BEGIN SOLUTION
# SELECT plate, model
# FROM vehicles
# WHERE is_electric = 1 AND retired_at IS NULL
# ### END SOLUTION

# %% A2.1 check
q = Question("A2.1")
expected = from_solution(electric, on=city)
with q.check("the city data", points=1):
    same_rows(electric, expected, on=city)
q.result()

# %% A2.1 hidden
q = Question("A2.1", hidden=True)
reference = from_solution(electric)
with q.check(
    "retired vehicles and an empty table",
    points=1,
    advice="Some electric vehicles there have a time in retired_at. Do you have both conditions? How do you ask for no "
    "value?",
):
    five_cars = hopline.load_rows(
        vehicles=[
            {"plate": "AA-01", "model": "Zoe", "is_electric": 1, "retired_at": None},
            {"plate": "AA-02", "model": "Zoe", "is_electric": 1, "retired_at": "2025-02-01T08:00:00Z"},
            {"plate": "AA-03", "model": "Prius", "is_electric": 0, "retired_at": None},
            {"plate": "AA-04", "model": "Prius", "is_electric": 0, "retired_at": "2025-02-01T08:00:00Z"},
            {"plate": "AA-05", "model": "Leaf", "is_electric": 1, "retired_at": "2099-12-31T00:00:00Z"},
        ]
    )
    same_rows(electric, reference, on=five_cars)
    same_rows(electric, reference, on=hopline.load("nulls", seed=2101))
    same_rows(electric, reference, on=hopline.load("dst", seed=2102))
    same_rows(electric, reference, on=hopline.load("fall", seed=2103))
    same_rows(electric, reference, on=hopline.load("empty"))
q.result()

# %% A2.1 hints [markdown]
# 1. Name the five stages of example 6 and keep the ones you need. You need no order and no cut here. In how many ways
#    does the task limit the rows? Write one condition for each way, then decide whether a row must meet one or all.
# 2. The first condition is on `is_electric`. The second is about a value that is not there: a vehicle that is not
#    retired has no retirement time. Example 2 shows which comparison never finds a missing value, and what finds it.
# 3. Only the end is missing: `SELECT plate, model FROM vehicles WHERE is_electric = 1 AND retired_at …`

# %% A2.1 wrong missing-filter language="sql"
# -- Your query keeps retired vehicles. In your notebook no electric vehicle is retired, so there the result looks
# -- right. Add the second condition of the task.
# SELECT plate, model FROM vehicles WHERE is_electric = 1

# %% A2.1 wrong null-equals language="sql" when="(=|<>|IN ?[(]|LIKE) ?NULL"
# -- A comparison with NULL, such as `= NULL`, is never true. Ask for a missing value with IS NULL.
# SELECT plate, model FROM vehicles WHERE is_electric = 1 AND retired_at = NULL

# %% A2.1 wrong empty-vs-null language="sql" when="retired_at ?(=+|LIKE|IS|IN ?[(]) ?''"
# -- A missing value is not a text: neither the empty text `''` nor the word 'NULL' equals it. Ask with IS NULL.
# SELECT plate, model FROM vehicles WHERE is_electric = 1 AND retired_at = ''

# %% A2.1 wrong and-or-language language="sql" when="[^A-Z_]OR[^A-Z_]"
# -- OR keeps a row when one condition is enough. The task wants vehicles that meet both: join the conditions with AND.
# SELECT plate, model FROM vehicles WHERE is_electric = 1 OR retired_at IS NULL

# %% A2.1 wrong missing-filter language="sql"
# -- Your list holds vehicles that are not electric. Add the condition on is_electric.
# SELECT plate, model FROM vehicles WHERE retired_at IS NULL

# %% A2.1 wrong other-condition language="sql"
# -- Your list holds vehicles with a time in retired_at that is still to come. The task wants those without any value.
# SELECT plate, model FROM vehicles WHERE is_electric = 1 AND (retired_at IS NULL OR retired_at > '2026-01-01')

# %% A2.1 right isnull language="sql"
# -- `is_electric` alone is a condition: 1 counts as true, 0 as false. ISNULL is SQLite's short form of IS NULL.
# SELECT plate, model FROM vehicles WHERE is_electric AND retired_at ISNULL

# %% A2.1 right coalesce language="sql"
# -- No time is empty text, so a missing time replaced by '' is found by `= ''`.
# SELECT plate, model FROM vehicles WHERE is_electric <> 0 AND coalesce(retired_at, '') = ''

# %% A2.2 prompt [markdown] type="sql-query" core=true
# ## A2.2 The ten dearest trips
#
# Finance reviews the most expensive rides. Take the `trips` whose `status` is `completed` and that have a fare
# (`fare_cents` is not NULL), and list the ten with the highest fare; if there are fewer than ten, list them all. The
# highest fare comes first, and among equal fares the lower `trip_id` comes first.
#
# Columns: `trip_id, fare_cents`. The order of the rows counts.

# %% A2.2 answer language="sql" magic_args="dearest"
# -- Rows
# -- Filter
# -- Columns: trip_id, fare_cents
# -- Order
# -- Cut
# ### BEGIN SOLUTION
# SELECT trip_id, fare_cents
# FROM trips
# WHERE status = 'completed' AND fare_cents IS NOT NULL
# ORDER BY fare_cents DESC, trip_id
# LIMIT 10
# ### END SOLUTION

# %% A2.2 check
q = Question("A2.2")
expected = from_solution(dearest, on=city, ordered=True)
with q.check("the city data", points=1):
    same_rows(dearest, expected, on=city)
q.result()

# %% A2.2 hidden
q = Question("A2.2", hidden=True)
reference = from_solution(dearest, ordered=True)
with q.check(
    "equal fares at the tenth place",
    points=1,
    advice="Several trips share the fare at the tenth place. Which rule of the task decides between them?",
):
    fares = [
        {
            "trip_id": trip,
            "status": "completed",
            "fare_cents": 2400 if trip in (4, 11) else 1950,
            "quoted_cents": 1000 + 10 * trip,
        }
        for trip in range(1, 16)
    ]
    same_rows(dearest, reference, on=hopline.load_rows(trips=fares))
    indexed = hopline.load_rows(trips=fares)
    indexed.execute("CREATE INDEX by_fare ON trips(fare_cents)")  # read backwards, it gives equal fares in reverse
    same_rows(dearest, reference, on=indexed)
    same_rows(dearest, reference, on=hopline.load("ties", seed=2201))
with q.check(
    "large fares of trips not completed, a missing fare, fewer than ten trips",
    points=1,
    advice="Which trips may be in the list? Look at the status, at trips without a fare, and think of a small table.",
):
    few_trips = hopline.load_rows(
        trips=[
            {"trip_id": 1, "status": "completed", "fare_cents": 980},
            {"trip_id": 2, "status": "cancelled", "fare_cents": 19900},
            {"trip_id": 3, "status": "completed", "fare_cents": None},
            {"trip_id": 4, "status": "completed", "fare_cents": 0},
            {"trip_id": 5, "status": "completed", "fare_cents": 10450},
            {"trip_id": 6, "status": "in_progress", "fare_cents": None},
            {"trip_id": 7, "status": "in_progress", "fare_cents": 30500},
            {"trip_id": 8, "status": "accepted", "fare_cents": 25000},
            {"trip_id": 9, "status": "requested", "fare_cents": 21000},
        ]
    )
    same_rows(dearest, reference, on=few_trips)
    same_rows(dearest, reference, on=hopline.load("quiet", seed=2202))
    same_rows(dearest, reference, on=hopline.load("empty"))
q.result()

# %% A2.2 hints [markdown]
# 1. This task needs all five stages. Begin with the filter: two conditions decide which trips take part. Then ask: if
#    two trips have the same fare, what decides which one comes first?
# 2. ORDER BY takes several keys with a comma between them, and each key has its own direction. The highest fare must
#    come first, but the lowest `trip_id`. Add DESC only where you need it; LIMIT comes last, after the sorting.
# 3. Fill the gap: `SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' AND fare_cents IS NOT NULL ORDER BY
#    fare_cents …, trip_id LIMIT 10`

# %% A2.2 wrong wrong-column language="sql" when="ORDER BY.*quoted_cents"
# -- You sort by quoted_cents, the price named before the ride. The task asks for the highest fare: sort by fare_cents.
# SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' AND fare_cents IS NOT NULL
# ORDER BY quoted_cents DESC, trip_id LIMIT 10

# %% A2.2 wrong no-tie-break language="sql" when="trip_id DESC|, ?1 DESC|-[a-z.]*trip_id"
# -- Among equal fares your order is not the one asked for: the lower trip_id comes first. DESC is for the fare only.
# SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' AND fare_cents IS NOT NULL
# ORDER BY fare_cents DESC, trip_id DESC LIMIT 10

# %% A2.2 wrong no-tie-break language="sql" when="ORDER BY [^,]*$"
# -- Equal fares have no order in your query, so the database may return them in any order. Add trip_id as second key.
# SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' AND fare_cents IS NOT NULL
# ORDER BY fare_cents DESC LIMIT 10

# %% A2.2 wrong key-order language="sql" when="ORDER BY ([a-z]+[.])?(trip_id|1)[ ,]"
# -- Your first key is trip_id, and no two trips share one, so the fare decides nothing. Put the fare first.
# SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' AND fare_cents IS NOT NULL
# ORDER BY trip_id, fare_cents DESC LIMIT 10

# %% A2.2 wrong complement language="sql" when="<>|!=|NOT"
# -- A trip that is not cancelled need not be completed: trips in progress, for example, came in. Ask for the status you
# -- want.
# SELECT trip_id, fare_cents FROM trips WHERE status <> 'cancelled' AND fare_cents IS NOT NULL
# ORDER BY fare_cents DESC, trip_id LIMIT 10

# %% A2.2 wrong missing-filter language="sql"
# -- Your list holds trips that are not completed: a cancelled trip can carry a fee in fare_cents. Filter by status.
# SELECT trip_id, fare_cents FROM trips WHERE fare_cents IS NOT NULL ORDER BY fare_cents DESC, trip_id LIMIT 10

# %% A2.2 wrong missing-filter language="sql"
# -- Your list holds trips without a fare. The task wants trips with a fare: keep rows where fare_cents IS NOT NULL.
# SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' ORDER BY fare_cents DESC, trip_id LIMIT 10

# %% A2.2 wrong null-equals language="sql" when="(=|<>) ?NULL"
# -- A comparison with NULL, such as `<> NULL`, is never true. Ask with IS NOT NULL.
# SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' AND fare_cents <> NULL
# ORDER BY fare_cents DESC, trip_id LIMIT 10

# %% A2.2 wrong wrong-direction language="sql" when="ORDER BY"
# -- You list the cheapest trips. ORDER BY sorts from low to high; DESC after the first key turns it round.
# SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' AND fare_cents IS NOT NULL
# ORDER BY fare_cents, trip_id LIMIT 10

# %% A2.2 wrong text-sort language="sql" when="ORDER BY.*(TEXT|CHAR|[|][|]|printf|format|quote)"
# -- You sort the fares as text, and as text '980' comes after '10450'. Sort by the number in fare_cents.
# SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' AND fare_cents IS NOT NULL
# ORDER BY CAST(fare_cents AS TEXT) DESC, trip_id LIMIT 10

# %% A2.2 wrong missing-limit language="sql" when="^(?!.*LIMIT)"
# -- You list every trip with a fare. The task wants ten: cut the sorted list with LIMIT.
# SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' AND fare_cents IS NOT NULL
# ORDER BY fare_cents DESC, trip_id

# %% A2.2 wrong missing-order language="sql" when="^(?!.*ORDER BY).*LIMIT"
# -- LIMIT takes the first ten rows of the list, and your list is not sorted by fare. Put ORDER BY before LIMIT.
# SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' AND fare_cents IS NOT NULL LIMIT 10

# %% A2.2 right by-position language="sql"
# -- In ORDER BY a number is the position of a column, and a comparison with NULL is not true, so `>= 0` drops NULL too.
# SELECT trip_id, fare_cents FROM trips WHERE status LIKE 'completed' AND fare_cents >= 0
# ORDER BY 2 DESC, 1 ASC LIMIT 10 OFFSET 0

# %% A2.2 right minus language="sql"
# -- The negative fare sorted from low to high is the fare from high to low.
# SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' AND fare_cents IS NOT NULL
# ORDER BY -fare_cents, trip_id LIMIT 10

# %% A2.3 prompt [markdown] type="sql-query" core=true
# ## A2.3 Riders we cannot call
#
# Support wants to write to the people it cannot call. From `riders`, list the riders who are not deleted (`deleted_at`
# is NULL) and have no usable phone. A phone is not usable when `phone` is NULL, empty, or made only of spaces, however
# many; any other text is usable.
#
# Columns: `rider_id, full_name`. Rows in any order.

# %% A2.3 answer language="sql" magic_args="unreachable"
# -- Columns: rider_id, full_name
# ### BEGIN SOLUTION
# SELECT rider_id, full_name
# FROM riders
# WHERE deleted_at IS NULL AND (phone IS NULL OR trim(phone) = '')
# ### END SOLUTION

# %% A2.3 check
q = Question("A2.3")
expected = from_solution(unreachable, on=city)
with q.check("the city data", points=1):
    same_rows(unreachable, expected, on=city)
q.result()

# %% A2.3 hidden
q = Question("A2.3", hidden=True)
reference = from_solution(unreachable)
with q.check(
    "missing phones, empty phones, phones made of spaces",
    points=1,
    advice="A phone is useless when missing, empty, or made of spaces, few or many. Any other text is usable, even a "
    "short one. Test each kind alone.",
):
    phones = hopline.load_rows(
        riders=[
            {"rider_id": 1, "full_name": "Leyla Demir", "phone": "+905320000001", "deleted_at": None},
            {"rider_id": 2, "full_name": "Kofi Mensah", "phone": None, "deleted_at": None},
            {"rider_id": 3, "full_name": "Inês Duarte", "phone": "", "deleted_at": None},
            {"rider_id": 4, "full_name": "Wei Chen", "phone": "   ", "deleted_at": None},
            {"rider_id": 5, "full_name": "Wei Chen", "phone": " +12125550105", "deleted_at": None},
            {"rider_id": 6, "full_name": "Ji-woo Park", "phone": "  ", "deleted_at": None},
            {"rider_id": 7, "full_name": "Sofia Rossi", "phone": "     ", "deleted_at": None},
            {"rider_id": 8, "full_name": "Tariq Aziz", "phone": "            ", "deleted_at": None},
            {"rider_id": 9, "full_name": "Mei Lin", "phone": "112", "deleted_at": None},
            {"rider_id": 10, "full_name": "Omar Said", "phone": "ask reception", "deleted_at": None},
        ]
    )
    same_rows(unreachable, reference, on=phones)
    same_rows(unreachable, reference, on=hopline.load("empty"))
with q.check(
    "deleted riders with and without a phone",
    points=1,
    advice="A deleted rider stays out, whatever the phone is. Does that condition hold for both sides of your OR?",
):
    deleted = hopline.load_rows(
        riders=[
            {"rider_id": 1, "full_name": "Leyla Demir", "phone": "  ", "deleted_at": "2025-03-01T10:00:00Z"},
            {"rider_id": 2, "full_name": "Kofi Mensah", "phone": "", "deleted_at": "2025-03-01T10:00:00Z"},
            {"rider_id": 3, "full_name": "Inês Duarte", "phone": None, "deleted_at": "2025-03-01T10:00:00Z"},
            {"rider_id": 4, "full_name": "Wei Chen", "phone": "+12125550104", "deleted_at": "2025-03-01T10:00:00Z"},
            {"rider_id": 5, "full_name": "Amina Bello", "phone": None, "deleted_at": None},
            {"rider_id": 6, "full_name": "Goran Horvat", "phone": "", "deleted_at": None},
        ]
    )
    same_rows(unreachable, reference, on=deleted)
    same_rows(unreachable, reference, on=hopline.load("nulls", seed=2301))
    same_rows(unreachable, reference, on=hopline.load("fall", seed=2302))
q.result()

# %% A2.3 hints [markdown]
# 1. There are two kinds of nothing here: no value at all, and a text that says nothing. One test does not find both.
#    And there is a condition that every rider in the list must meet, whatever the phone looks like.
# 2. For a missing value use IS NULL. For empty text and spaces one test is enough: `trim` removes the spaces first. A
#    phone is useless if one **or** the other test is true. AND binds tighter than OR, so the two phone tests need
#    brackets, as in example 3.
# 3. Fill the gap: `… FROM riders WHERE deleted_at IS NULL AND (phone IS NULL OR trim(phone) = …)`

# %% A2.3 wrong null-equals language="sql" when="phone *(=|<>) ?NULL"
# -- `phone = NULL` is never true, so riders without a phone are lost. Ask with IS NULL.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND (phone = NULL OR phone = '')

# %% A2.3 wrong null-equals language="sql" when="phone *(=|<>) ?NULL"
# -- `phone = NULL` is never true, so riders without a phone are lost. Ask with IS NULL.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND (phone = NULL OR trim(phone) = '')

# %% A2.3 wrong null-equals language="sql" when="deleted_at *(=|<>) ?NULL"
# -- `deleted_at = NULL` is never true, for no rider. Ask with IS NULL.
# SELECT rider_id, full_name FROM riders WHERE deleted_at = NULL AND (phone IS NULL OR trim(phone) = '')

# %% A2.3 wrong null-equals language="sql" when="phone *(=|<>) ?NULL"
# -- `phone = NULL` is never true, for no rider. Ask with IS NULL, and test empty texts too.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND phone = NULL

# %% A2.3 wrong empty-vs-null language="sql" when="deleted_at *(=|LIKE|IS) ?''"
# -- You compare deleted_at with a text. A missing time is no text, not even an empty one: ask with IS NULL.
# SELECT rider_id, full_name FROM riders WHERE deleted_at = '' AND (phone IS NULL OR trim(phone) = '')

# %% A2.3 wrong empty-vs-null language="sql"
# -- You find missing phones only. An empty text and a text of spaces are values, not NULL: add a test for them.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND phone IS NULL

# %% A2.3 wrong empty-vs-null language="sql"
# -- You find empty and blank phones, but not the missing ones: a text function gives NULL for NULL, and a comparison
# -- with it is unknown. Add a test with IS NULL.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND trim(phone) = ''

# %% A2.3 wrong empty-vs-null language="sql"
# -- You find empty phones only. A missing phone is not an empty text: test IS NULL. Spaces are not empty either: trim.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND phone = ''

# %% A2.3 wrong missing-case language="sql"
# -- You find missing and empty phones, but not phones made of spaces. Remove the spaces with trim before you compare.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND (phone IS NULL OR phone = '')

# %% A2.3 wrong missing-case language="sql" when="'' ?,|''.*''"
# -- Your list names blank phones of some lengths only. There can be any number of spaces: remove them with trim, then
# -- compare with the empty text.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND (phone IS NULL OR phone IN ('', ' ', '   '))

# %% A2.3 wrong missing-case language="sql" when="'' ?,|''.*''"
# -- Your list names blank phones of some lengths only. There can be any number of spaces: remove them with trim, then
# -- compare with the empty text.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL
#   AND (phone IS NULL OR phone IN ('', ' ', '  ', '   '))

# %% A2.3 wrong other-condition language="sql" when="length"
# -- The length does not tell: `112` is short and usable, a text of many spaces is long and is not. Ask what is left
# -- after trim.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND (phone IS NULL OR length(phone) < 5)

# %% A2.3 wrong other-condition language="sql" when="length"
# -- The length does not tell: `112` is short and usable. Only a length of 0 after trim means that nothing is there.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND (phone IS NULL OR length(trim(phone)) < 5)

# %% A2.3 wrong other-condition language="sql" when="GLOB|LIKE|CAST|[0-9]"
# -- You look for digits. The text `ask reception` holds none and is usable: only missing, empty and blank phones are
# -- not.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND (phone IS NULL OR phone NOT GLOB '*[0-9]*')

# %% A2.3 wrong and-or-precedence language="sql" when="[^A-Z_]OR[^A-Z_]"
# -- Deleted riders with a blank phone are in your list. AND binds tighter than OR: put the two phone tests in brackets.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND phone IS NULL OR trim(phone) = ''

# %% A2.3 wrong and-or-precedence language="sql" when="[^A-Z_]OR[^A-Z_]"
# -- Deleted riders without a phone are in your list. AND binds tighter than OR: put the two phone tests in brackets.
# SELECT rider_id, full_name FROM riders WHERE phone IS NULL OR trim(phone) = '' AND deleted_at IS NULL

# %% A2.3 wrong missing-filter language="sql"
# -- Your list holds deleted riders. Keep only riders whose deleted_at IS NULL.
# SELECT rider_id, full_name FROM riders WHERE phone IS NULL OR trim(phone) = ''

# %% A2.3 wrong and-or-language language="sql" when="^(?!.*[^A-Z_]OR[^A-Z_]).*phone.* AND .*phone"
# -- You join the phone tests by AND, but no phone is missing and empty at once. One of the tests is enough: use OR, in
# -- brackets.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND phone IS NULL AND trim(phone) = ''

# %% A2.3 right coalesce language="sql"
# -- coalesce replaces a missing phone by empty text, so one test finds every kind of useless phone.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND coalesce(trim(phone), '') = ''

# %% A2.3 right except language="sql"
# -- All riders who are not deleted, except those who have a phone. rider_id is unique, so EXCEPT loses no twin.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL
# EXCEPT SELECT rider_id, full_name FROM riders WHERE length(trim(phone)) > 0

# %% A2.3 right not-usable language="sql"
# -- `IS NOT TRUE` holds for false and for unknown, so a missing phone is kept.
# SELECT rider_id, full_name FROM riders WHERE deleted_at IS NULL AND (trim(phone) <> '') IS NOT TRUE

# %% A2.4 prompt [markdown] type="sql-query"
# ## A2.4 A literal percent sign
#
# A report program stops at comments that hold a percent sign or an underscore. From `ratings`, list each rating whose
# `comment` contains `%` or `_` or both. A trip can have two ratings, one by the rider and one by the driver: each
# rating with such a comment is one row, and shows the comment as it is stored.
#
# Columns: `trip_id, comment`. Rows in any order.

# %% A2.4 answer language="sql" magic_args="literal_signs"
# -- Columns: trip_id, comment
# ### BEGIN SOLUTION
# SELECT trip_id, comment
# FROM ratings
# WHERE comment LIKE '%\%%' ESCAPE '\' OR comment LIKE '%\_%' ESCAPE '\'
# ### END SOLUTION

# %% A2.4 check
q = Question("A2.4")
expected = from_solution(literal_signs, on=city)
with q.check("the city data", points=1):
    same_rows(literal_signs, expected, on=city)
q.result()

# %% A2.4 hidden
q = Question("A2.4", hidden=True)
reference = from_solution(literal_signs)
with q.check(
    "each sign alone, both signs, two ratings of one trip",
    points=1,
    advice="A comment may hold one sign or both, anywhere in it. Each rating counts once, even if two say the same. "
    "Show each comment unchanged.",
):
    signs = hopline.load_rows(
        ratings=[
            {"trip_id": 1, "rated_by": "rider", "comment": "100% ok"},
            {"trip_id": 1, "rated_by": "driver", "comment": "100% ok"},
            {"trip_id": 2, "rated_by": "rider", "comment": "use code MAY_10"},
            {"trip_id": 3, "rated_by": "rider", "comment": "MAY_10 gave 10% off"},
            {"trip_id": 4, "rated_by": "rider", "comment": "%"},
            {"trip_id": 4, "rated_by": "driver", "comment": "_"},
            {"trip_id": 5, "rated_by": "rider", "comment": "on time"},
            {"trip_id": 6, "rated_by": "rider", "comment": "80% \\o/"},
            {"trip_id": 7, "rated_by": "rider", "comment": "  5% late "},
        ]
    )
    same_rows(literal_signs, reference, on=signs)
    same_rows(literal_signs, reference, on=hopline.load("nulls", seed=2401))
    same_rows(literal_signs, reference, on=hopline.load("ties", seed=2402))
with q.check(
    "comments that are missing, empty, plain, or hold a backslash",
    points=1,
    advice="Comments without the two signs stay out. Does your pattern take one of the signs as a wildcard?",
):
    plain = hopline.load_rows(
        ratings=[
            {"trip_id": 1, "rated_by": "rider", "comment": None},
            {"trip_id": 2, "rated_by": "rider", "comment": ""},
            {"trip_id": 3, "rated_by": "rider", "comment": "she's great"},
            {"trip_id": 4, "rated_by": "rider", "comment": "gate A\\B"},
            {"trip_id": 5, "rated_by": "rider", "comment": "\\"},
            {"trip_id": 6, "rated_by": "rider", "comment": "50%_off \\o/"},
            {"trip_id": 7, "rated_by": "rider", "comment": "gate [A], at last!"},
        ]
    )
    same_rows(literal_signs, reference, on=plain)
    same_rows(literal_signs, reference, on=hopline.load("empty"))
q.result()

# %% A2.4 hints [markdown]
# 1. You look for two signs, and in a LIKE pattern both have a special meaning. Which meaning? What does a pattern find
#    if you write the sign without care? Example 5 has the same problem with one of them.
# 2. Choose an escape character and name it after ESCAPE. Put it before the real sign only; the wildcards at both ends
#    stay as they are. You need one LIKE for each sign, and each LIKE needs its own ESCAPE. One sign is enough to
#    qualify, so decide between AND and OR.
# 3. The half for the percent sign: `WHERE comment LIKE '%\%%' ESCAPE '\' OR comment LIKE …`

# %% A2.4 wrong wildcard language="sql" when="LIKE"
# -- In a pattern `%` and `_` are wildcards, so nearly every comment fits. Put an escape character before the real sign.
# SELECT trip_id, comment FROM ratings WHERE comment LIKE '%%%' OR comment LIKE '%_%'

# %% A2.4 wrong like-without-wildcard language="sql" when="(=|LIKE|IN ?[(]|IS) ?''"
# -- You compare the whole comment with one sign, so longer comments are lost. Use LIKE with a wildcard at both ends.
# SELECT trip_id, comment FROM ratings WHERE comment = '%' OR comment = '_'

# %% A2.4 wrong like-without-wildcard language="sql" when="(=|IN ?[(]|IS) ?''"
# -- You compare with a fixed text: `=` and IN know no patterns. Use LIKE, with ESCAPE.
# SELECT trip_id, comment FROM ratings WHERE comment = '%\%%' OR comment = '%\_%'

# %% A2.4 wrong missing-case language="sql"
# -- You find the percent sign only. Comments with an underscore are missing: add a second condition.
# SELECT trip_id, comment FROM ratings WHERE comment LIKE '%\%%' ESCAPE '\'

# %% A2.4 wrong missing-case language="sql"
# -- You find the underscore only. Comments with a percent sign are missing: add a second condition.
# SELECT trip_id, comment FROM ratings WHERE comment LIKE '%\_%' ESCAPE '\'

# %% A2.4 wrong no-escape-clause language="sql" when="LIKE ?''(?! ?ESCAPE)"
# -- Without ESCAPE the backslash is an ordinary character: you look for backslashes. Write `ESCAPE '\'` after each
# -- pattern.
# SELECT trip_id, comment FROM ratings WHERE comment LIKE '%\%%' OR comment LIKE '%\_%'

# %% A2.4 wrong other-dialect language="sql" when="LIKE ?''(?! ?ESCAPE)"
# -- If you put the sign into brackets, as in `[%]`: SQL Server takes that for a real sign, but for SQLite's LIKE they
# -- are ordinary characters. Choose an escape character and name it after ESCAPE.
# SELECT trip_id, comment FROM ratings WHERE comment LIKE '%[%]%' OR comment LIKE '%[_]%'

# %% A2.4 wrong and-or-language language="sql" when="[^A-Z_]AND[^A-Z_]"
# -- AND keeps only comments with both signs. One of them is enough: join the two conditions with OR.
# SELECT trip_id, comment FROM ratings WHERE comment LIKE '%\%%' ESCAPE '\' AND comment LIKE '%\_%' ESCAPE '\'

# %% A2.4 wrong wrong-duplicates language="sql" when="UNION ALL"
# -- A comment with both signs is listed twice. Use one query with OR: it tests each rating once.
# SELECT trip_id, comment FROM ratings WHERE instr(comment, '%') > 0
# UNION ALL SELECT trip_id, comment FROM ratings WHERE instr(comment, '_') > 0

# %% A2.4 wrong wrong-duplicates language="sql" when="DISTINCT|UNION|GROUP BY"
# -- Two ratings of one trip with the same comment became one row. Each rating counts: leave out DISTINCT, UNION or
# -- GROUP BY.
# SELECT DISTINCT trip_id, comment FROM ratings WHERE instr(comment, '%') > 0 OR instr(comment, '_') > 0

# %% A2.4 wrong changed-value language="sql" when="trim"
# -- You show the comment without its outer spaces. The task wants it as it is stored: leave trim out.
# SELECT trip_id, trim(comment) AS comment FROM ratings WHERE instr(comment, '%') > 0 OR instr(comment, '_') > 0

# %% A2.4 right instr language="sql"
# -- instr gives the place of a text inside another, 0 if it is not there, and it knows no wildcards.
# SELECT trip_id, comment FROM ratings WHERE instr(comment, '%') > 0 OR instr(comment, '_') > 0

# %% A2.4 right glob language="sql"
# -- GLOB has other wildcards: `*` for any text, and brackets for one character out of a set.
# SELECT trip_id, comment FROM ratings WHERE comment GLOB '*[%_]*'

# %% A2.5 prompt [markdown] type="sql-query" core=true
# ## A2.5 One day, exactly
#
# A partner pays for one day of rides and wants neither a trip too many nor a trip too few. From `trips`, list the trips
# whose `requested_at` lies on 4 March 2025 in UTC. Times are stored as UTC text such as `2025-03-04T09:15:00Z`.
#
# Columns: `trip_id`. Rows in any order.

# %% A2.5 answer language="sql" magic_args="one_day"
# -- Columns: trip_id
# ### BEGIN SOLUTION
# SELECT trip_id
# FROM trips
# WHERE requested_at >= '2025-03-04' AND requested_at < '2025-03-05'
# ### END SOLUTION

# %% A2.5 check
q = Question("A2.5")
expected = from_solution(one_day, on=city)
with q.check("the city data", points=1):
    same_rows(one_day, expected, on=city)
q.result()

# %% A2.5 hidden
q = Question("A2.5", hidden=True)
reference = from_solution(one_day)
with q.check(
    "trips around the midnight before",
    points=1,
    advice="Look at the start of your range: the first second of the day belongs to it, the second before does not.",
):
    first_midnight = hopline.load_rows(
        trips=[
            {
                "trip_id": 1,
                "status": "completed",
                "requested_at": "2025-03-03T23:59:59Z",
                "finished_at": "2025-03-04T00:20:00Z",
            },
            {"trip_id": 2, "status": "cancelled", "requested_at": "2025-03-04T00:00:00Z"},
            {
                "trip_id": 3,
                "status": "completed",
                "requested_at": "2025-03-04T12:30:00Z",
                "finished_at": "2025-03-04T12:50:00Z",
            },
            {"trip_id": 4, "requested_at": "2024-03-04T12:30:00Z"},
        ]
    )
    same_rows(one_day, reference, on=first_midnight)
    same_rows(one_day, reference, on=hopline.load("empty"))
with q.check(
    "trips around the midnight after",
    points=1,
    advice="Look at the end of your range: the last second of the day belongs to it, the second after does not.",
):
    second_midnight = hopline.load_rows(
        trips=[
            {"trip_id": 1, "status": "cancelled", "requested_at": "2025-03-04T12:30:00Z"},
            {
                "trip_id": 2,
                "status": "completed",
                "requested_at": "2025-03-04T18:30:00Z",
                "finished_at": "2025-03-04T18:50:00Z",
            },
            {
                "trip_id": 3,
                "status": "completed",
                "requested_at": "2025-03-04T23:59:59Z",
                "finished_at": "2025-03-05T00:20:00Z",
            },
            {"trip_id": 4, "requested_at": "2025-03-05T00:00:00Z"},
            {"trip_id": 5, "requested_at": "2025-03-14T12:30:00Z"},
            {"trip_id": 6, "requested_at": "2025-03-04T23:59:30Z"},
        ]
    )
    same_rows(one_day, reference, on=second_midnight)
    same_rows(one_day, reference, on=hopline.load("city", seed=2501))
q.result()

# %% A2.5 hints [markdown]
# 1. Which instants belong to the day? Write down the first one that belongs, and the first one that no longer belongs.
#    Say for each whether it is inside or outside.
# 2. A stored time holds a date *and* a time of day, so it never equals a date alone. Use a range as in example 4: from
#    the start of the day, up to but not including the start of the next. One limit takes `>=`, the other takes `<`. A
#    short text such as `'2025-03-04'` is enough as a limit.
# 3. Fill the gap: `SELECT trip_id FROM trips WHERE requested_at >= '2025-03-04' AND requested_at …`

# %% A2.5 wrong extra-filter language="sql" when="status"
# -- You keep completed trips only. The partner pays for every trip requested that day, whatever its status.
# SELECT trip_id FROM trips
# WHERE requested_at >= '2025-03-04' AND requested_at < '2025-03-05' AND status = 'completed'

# %% A2.5 wrong closed-interval language="sql" when="BETWEEN"
# -- BETWEEN includes both ends, so your day takes the first second of the next day too. Use `>=` for the start, `<` for
# -- the end.
# SELECT trip_id FROM trips WHERE requested_at BETWEEN '2025-03-04T00:00:00Z' AND '2025-03-05T00:00:00Z'

# %% A2.5 wrong closed-interval language="sql" when="<=|>="
# -- The end of your range belongs to it, so your day takes the first second of the next day too. For the end use `<`,
# -- not `<=`.
# SELECT trip_id FROM trips WHERE requested_at >= '2025-03-04T00:00:00Z' AND requested_at <= '2025-03-05T00:00:00Z'

# %% A2.5 wrong open-start language="sql" when="[<>](?!=)"
# -- A trip requested at exactly 00:00:00 belongs to the day, but your range leaves it out. Use `>=` for the start, not
# -- `>`.
# SELECT trip_id FROM trips WHERE requested_at > '2025-03-04T00:00:00Z' AND requested_at < '2025-03-05'

# %% A2.5 wrong unquoted-date language="sql" when="[ =<>(]20[0-9][0-9] ?-"
# -- Your date has no quotes, so SQLite computes 2025 - 03 - 04 and compares with 2018. Put dates between single quotes.
# SELECT trip_id FROM trips WHERE requested_at >= 2025-03-04 AND requested_at < 2025-03-05

# %% A2.5 wrong date-equals-timestamp language="sql" when="requested_at ?(=+|IS|IN ?[(]) ?''"
# -- A stored text holds a date and a time of day, so it never equals a date alone. Use a range: `>=` the day, `<` the
# -- next day.
# SELECT trip_id FROM trips WHERE requested_at = '2025-03-04'

# %% A2.5 wrong date-equals-timestamp language="sql" when="BETWEEN|<=|>= ?requested_at"
# -- If both ends of your range are '2025-03-04': a stored time is longer and sorts after it. End with `<` and the next
# -- day. If you wrote dates in another form: compare them with `2025-03-04T09:15:00Z`, sign by sign.
# SELECT trip_id FROM trips WHERE requested_at BETWEEN '2025-03-04' AND '2025-03-04'

# %% A2.5 wrong date-format language="sql" when="''"
# -- Write your texts as the times are stored, such as `2025-03-04T09:15:00Z`: the year first, two digits for month and
# -- day, a T before the time of day. If you use LIKE, put a wildcard after the date.
# SELECT trip_id FROM trips WHERE requested_at >= '04-03-2025' AND requested_at < '05-03-2025'

# %% A2.5 wrong boundary language="sql"
# -- Your range leaves out the last minute of the day. End it with `<` and the start of the next day.
# SELECT trip_id FROM trips WHERE requested_at BETWEEN '2025-03-04T00:00:00Z' AND '2025-03-04T23:59:00Z'

# %% A2.5 wrong boundary language="sql"
# -- Your range leaves out the last second of the day, stored as `23:59:59Z`. End it with `<` and the start of the next
# -- day.
# SELECT trip_id FROM trips WHERE requested_at BETWEEN '2025-03-04T00:00:00' AND '2025-03-04T23:59:59'

# %% A2.5 wrong wrong-column language="sql" when="(finished|started|accepted)_at"
# -- You look at another moment of the trip. The day is decided by requested_at alone.
# SELECT trip_id FROM trips WHERE finished_at >= '2025-03-04' AND finished_at < '2025-03-05'

# %% A2.5 wrong missing-filter language="sql" when="strftime|substr|LIKE|GLOB"
# -- You compare day and month only, so the same day of other years comes in. Filter by the year too.
# SELECT trip_id FROM trips WHERE strftime('%m-%d', requested_at) = '03-04'

# %% A2.5 right like language="sql"
# -- Every text of that day begins with its date. Module B4 shows what this costs on a large table.
# SELECT trip_id FROM trips WHERE requested_at LIKE '2025-03-04%'

# %% A2.5 right date language="sql"
# -- date() cuts the time of day off, so two dates are compared. Module B4 shows what this costs on a large table.
# SELECT trip_id FROM trips WHERE date(requested_at) = '2025-03-04'

# %% A2.5 right between-dates language="sql"
# -- Right on these texts: even the first second of 5 March is a longer text than '2025-03-05' and sorts after it. The
# -- half-open range is right for every format.
# SELECT trip_id FROM trips WHERE requested_at BETWEEN '2025-03-04' AND '2025-03-05'

# %% A2.5 right last-second language="sql"
# -- Right because Hopline stores whole seconds. With fractions of a second it would lose the last second's trips.
# SELECT trip_id FROM trips WHERE requested_at BETWEEN '2025-03-04T00:00:00Z' AND '2025-03-04T23:59:59Z'

# %% A2.6 prompt [markdown] type="sql-query"
# ## A2.6 Trouble at the airport
#
# The airport team asks: "Please list our cancelled trips and our trips that are still only requested." The team's trips
# are those in `trips` with `pickup_zone_id` 5; the two kinds have the `status` `cancelled` and `requested`. No other
# status is wanted.
#
# Columns: `trip_id, status`. Rows in any order.

# %% A2.6 answer language="sql" magic_args="airport_trouble"
# -- Columns: trip_id, status
# ### BEGIN SOLUTION
# SELECT trip_id, status
# FROM trips
# WHERE pickup_zone_id = 5 AND status IN ('cancelled', 'requested')
# ### END SOLUTION

# %% A2.6 check
q = Question("A2.6")
expected = from_solution(airport_trouble, on=city)
with q.check("the city data", points=1):
    same_rows(airport_trouble, expected, on=city)
q.result()

# %% A2.6 hidden
q = Question("A2.6", hidden=True)
reference = from_solution(airport_trouble)
with q.check(
    "the same statuses elsewhere, other statuses at the airport",
    points=1,
    advice="Each row must meet both conditions: the zone, and one of the two statuses. Read WHERE aloud with brackets.",
):
    airport = hopline.load_rows(
        trips=[
            {"trip_id": 1, "pickup_zone_id": 5, "status": "cancelled"},
            {"trip_id": 2, "pickup_zone_id": 5, "status": "requested"},
            {"trip_id": 3, "pickup_zone_id": 5, "status": "accepted"},
            {"trip_id": 4, "pickup_zone_id": 5, "status": "in_progress"},
            {"trip_id": 5, "pickup_zone_id": 5, "status": "completed"},
            {"trip_id": 6, "pickup_zone_id": 3, "dropoff_zone_id": 5, "status": "cancelled"},
            {"trip_id": 7, "pickup_zone_id": 3, "dropoff_zone_id": 5, "status": "requested"},
        ]
    )
    same_rows(airport_trouble, reference, on=airport)
    same_rows(airport_trouble, reference, on=hopline.load("nulls", seed=2601))
    same_rows(airport_trouble, reference, on=hopline.load("ties", seed=2602))
    same_rows(airport_trouble, reference, on=hopline.load("empty"))
q.result()

# %% A2.6 hints [markdown]
# 1. Imagine one single trip of the list. Can its status be `cancelled` and `requested` at the same time? The everyday
#    "and" in the request collects two groups. Decide which SQL word does that for one row.
# 2. The zone must fit in every case; of the two statuses, one is enough. Read your condition aloud with brackets: AND
#    binds tighter than OR, so without them the zone counts for one status only. A list with IN avoids the problem.
# 3. Fill the gap: `SELECT trip_id, status FROM trips WHERE pickup_zone_id = 5 AND status IN (…)`

# %% A2.6 wrong and-or-precedence language="sql" when="[^A-Z_]OR[^A-Z_]"
# -- Requested trips from other zones are in your list. AND binds tighter than OR: put brackets around the two statuses.
# SELECT trip_id, status FROM trips WHERE pickup_zone_id = 5 AND status = 'cancelled' OR status = 'requested'

# %% A2.6 wrong and-or-precedence language="sql" when="[^A-Z_]OR[^A-Z_]"
# -- Cancelled trips from other zones are in your list. AND binds tighter than OR: put brackets around the two statuses.
# SELECT trip_id, status FROM trips WHERE pickup_zone_id = 5 AND status = 'requested' OR status = 'cancelled'

# %% A2.6 wrong and-or-language language="sql" when="^(?!.*[^A-Z_]OR[^A-Z_]).*'' ?[)]* ?AND .*status"
# -- You join the two statuses by AND, but no trip has both at once. The team's "and" collects two groups: use OR in
# -- brackets, or IN.
# SELECT trip_id, status FROM trips WHERE pickup_zone_id = 5 AND status = 'cancelled' AND status = 'requested'

# %% A2.6 wrong one-text language="sql" when="^[^']*''[^']*$"
# -- All between two quotes is one text, and no status reads 'cancelled, requested'. Give each status its own quotes,
# -- with a comma between them.
# SELECT trip_id, status FROM trips WHERE pickup_zone_id = 5 AND status IN ('cancelled, requested')

# %% A2.6 wrong letter-case language="sql" when="(=|IN ?[(]|IS) ?''"
# -- Compare your texts with the stored ones, letter by letter: the statuses are written in small letters, as in
# -- 'cancelled'. For `=` and IN, a capital letter makes another text.
# SELECT trip_id, status FROM trips WHERE pickup_zone_id = 5 AND status IN ('Cancelled', 'Requested')

# %% A2.6 wrong missing-case language="sql"
# -- Your list holds the cancelled trips only. Requested ones belong to it too: give each status its own comparison,
# -- or use IN.
# SELECT trip_id, status FROM trips WHERE pickup_zone_id = 5 AND status = 'cancelled'

# %% A2.6 wrong missing-case language="sql"
# -- Your list holds the requested trips only. Cancelled ones belong to it too: give each status its own comparison,
# -- or use IN.
# SELECT trip_id, status FROM trips WHERE pickup_zone_id = 5 AND status = 'requested'

# %% A2.6 wrong complement language="sql" when="<>|!=|NOT"
# -- Accepted trips and trips in progress are not completed either, so they came in. Name the two statuses you want.
# SELECT trip_id, status FROM trips WHERE pickup_zone_id = 5 AND status <> 'completed'

# %% A2.6 wrong missing-filter language="sql"
# -- Your list holds trips from every zone. Keep only those with pickup_zone_id 5.
# SELECT trip_id, status FROM trips WHERE status IN ('cancelled', 'requested')

# %% A2.6 wrong wrong-column language="sql" when="dropoff_zone_id"
# -- You look at where the trips end. The team's trips are those that start in zone 5: use pickup_zone_id.
# SELECT trip_id, status FROM trips WHERE dropoff_zone_id = 5 AND status IN ('cancelled', 'requested')

# %% A2.6 right bracketed-or language="sql"
# -- The bracketed OR says the same as IN; the order of the two conditions does not matter.
# SELECT trip_id, status FROM trips WHERE (status = 'cancelled' OR status = 'requested') AND pickup_zone_id = 5

# %% A2.6 right not-in language="sql"
# -- status is never NULL and has five possible values, so leaving out the other three is the same.
# SELECT trip_id, status FROM trips
# WHERE pickup_zone_id = 5 AND status NOT IN ('accepted', 'in_progress', 'completed')

# %% A2.7 prompt [markdown] type="sql-query"
# ## A2.7 Label every trip
#
# Finance groups all trips by fare. For every row of `trips`, whatever its status, compute a `label`: `unpriced` when
# `fare_cents` is NULL, `free` when it is 0, `short` when it is above 0 and below 1000, `normal` when it is 1000 or
# more. In A2.3 two kinds of nothing meant the same; here they do not.
#
# Columns: `trip_id, label`. Rows in any order.

# %% A2.7 answer language="sql" magic_args="labels"
# -- Columns: trip_id, label
# ### BEGIN SOLUTION
# SELECT trip_id,
#   CASE
#     WHEN fare_cents IS NULL THEN 'unpriced'
#     WHEN fare_cents = 0 THEN 'free'
#     WHEN fare_cents < 1000 THEN 'short'
#     ELSE 'normal'
#   END AS label
# FROM trips
# ### END SOLUTION

# %% A2.7 check
q = Question("A2.7")
expected = from_solution(labels, on=city)
with q.check("the city data", points=1):
    same_rows(labels, expected, on=city)
q.result()

# %% A2.7 hidden
q = Question("A2.7", hidden=True)
reference = from_solution(labels)
with q.check(
    "no fare, and a fare of 0",
    points=1,
    advice="A trip without a fare and a free trip get different labels. Which branch does each of the two reach first?",
):
    nothing = hopline.load_rows(
        trips=[
            {"trip_id": 1, "status": "requested", "fare_cents": None},
            {"trip_id": 2, "status": "completed", "fare_cents": 0},
            {"trip_id": 3, "status": "completed", "fare_cents": 1},
            {"trip_id": 4, "status": "cancelled", "fare_cents": None},
        ]
    )
    same_rows(labels, reference, on=nothing)
with q.check(
    "fares next to the limit of 1000",
    points=1,
    advice="Test 999, 1000 and 1001 cents. Which label does the task give to each, and does every trip get one?",
):
    limit = hopline.load_rows(
        trips=[
            {"trip_id": 1, "status": "completed", "fare_cents": 999},
            {"trip_id": 2, "status": "completed", "fare_cents": 1000},
            {"trip_id": 3, "status": "completed", "fare_cents": 1001},
            {"trip_id": 4, "status": "cancelled", "fare_cents": 300},
            {"trip_id": 5, "status": "cancelled", "fare_cents": 19900},
        ]
    )
    same_rows(labels, reference, on=limit)
with q.check(
    "many trips at once, and no trips at all",
    points=1,
    advice="Every trip gets one row and one label, with or without a fare. Is a row lost, or does a label stay empty?",
):
    same_rows(labels, reference, on=hopline.load("nulls", seed=2701))
    same_rows(labels, reference, on=hopline.load("ties", seed=2702))
    same_rows(labels, reference, on=hopline.load("empty"))
q.result()

# %% A2.7 hints [markdown]
# 1. CASE tries its branches from top to bottom, and the first true one wins. Write the four labels in an order in which
#    no branch takes what belongs to a later one. Is 0 below 1000?
# 2. A comparison with NULL is never true, so a missing fare passes all comparisons and falls to ELSE. It needs its own
#    test, and IS NULL does that. A branch may use any condition: `CASE WHEN condition THEN value … ELSE value END AS
#    label`. No WHERE: every trip stays.
# 3. Fill the gap: `CASE WHEN fare_cents IS NULL THEN 'unpriced' WHEN fare_cents = 0 THEN 'free' WHEN … ELSE 'normal'
#    END AS label`

# %% A2.7 wrong null-equals language="sql" when="CASE ([a-z]+[.])?fare_cents WHEN"
# -- `CASE fare_cents WHEN NULL` compares with `=`, which is never true for NULL, so missing fares fall to ELSE. Write
# -- `CASE WHEN fare_cents IS NULL`.
# SELECT trip_id, CASE fare_cents WHEN NULL THEN 'unpriced' WHEN 0 THEN 'free'
#   ELSE CASE WHEN fare_cents < 1000 THEN 'short' ELSE 'normal' END END AS label FROM trips

# %% A2.7 wrong null-equals language="sql" when="(=|<>) ?NULL"
# -- `fare_cents = NULL` is never true, so missing fares pass this branch and fall to ELSE. Write
# -- `CASE WHEN fare_cents IS NULL`.
# SELECT trip_id, CASE WHEN fare_cents = NULL THEN 'unpriced' WHEN fare_cents = 0 THEN 'free'
#   WHEN fare_cents < 1000 THEN 'short' ELSE 'normal' END AS label FROM trips

# %% A2.7 wrong missing-case language="sql"
# -- Trips without a fare got the label 'normal'. A missing fare passes every comparison and takes what is left: give it
# -- a branch of its own that tests IS NULL.
# SELECT trip_id, CASE WHEN fare_cents = 0 THEN 'free' WHEN fare_cents < 1000 THEN 'short'
#   ELSE 'normal' END AS label FROM trips

# %% A2.7 wrong missing-case language="sql"
# -- Trips without a fare got no label. A missing fare passes every comparison: give it a branch of its own that tests
# -- IS NULL.
# SELECT trip_id, CASE WHEN fare_cents = 0 THEN 'free' WHEN fare_cents < 1000 THEN 'short'
#   WHEN fare_cents >= 1000 THEN 'normal' END AS label FROM trips

# %% A2.7 wrong null-as-zero language="sql"
# -- Trips without a fare got the label 'free', as if the fare were 0. Not known and free are different: test IS NULL
# -- first.
# SELECT trip_id, CASE WHEN coalesce(fare_cents, 0) = 0 THEN 'free' WHEN fare_cents < 1000 THEN 'short'
#   ELSE 'normal' END AS label FROM trips

# %% A2.7 wrong case-order language="sql" when="= ?0|0 ?="
# -- 0 is below 1000, so free trips got 'short' before the branch for 0 was tried. Put the narrower condition first.
# SELECT trip_id, CASE WHEN fare_cents IS NULL THEN 'unpriced' WHEN fare_cents < 1000 THEN 'short'
#   WHEN fare_cents = 0 THEN 'free' ELSE 'normal' END AS label FROM trips

# %% A2.7 wrong missing-case language="sql"
# -- Free trips got the label 'short': 0 is below 1000. Give the fare 0 a branch of its own, before the one for 'short'.
# SELECT trip_id, CASE WHEN fare_cents IS NULL THEN 'unpriced' WHEN fare_cents < 1000 THEN 'short'
#   ELSE 'normal' END AS label FROM trips

# %% A2.7 wrong boundary language="sql"
# -- A fare of exactly 1000 is 'normal', yours is 'short'. Below 1000 is `<`; 1000 or more is `>=`.
# SELECT trip_id, CASE WHEN fare_cents IS NULL THEN 'unpriced' WHEN fare_cents = 0 THEN 'free'
#   WHEN fare_cents <= 1000 THEN 'short' ELSE 'normal' END AS label FROM trips

# %% A2.7 wrong missing-else language="sql" when="^(?!.*ELSE).*CASE"
# -- A trip for which no branch is true gets NULL. A fare of exactly 1000 meets none of yours: let ELSE take the rest.
# SELECT trip_id, CASE WHEN fare_cents IS NULL THEN 'unpriced' WHEN fare_cents = 0 THEN 'free'
#   WHEN fare_cents < 1000 THEN 'short' WHEN fare_cents > 1000 THEN 'normal' END AS label FROM trips

# %% A2.7 wrong lost-rows language="sql" when="WHERE"
# -- Your WHERE drops trips. Every trip gets a row: leave WHERE out and give the missing fare a branch of its own.
# SELECT trip_id, CASE WHEN fare_cents = 0 THEN 'free' WHEN fare_cents < 1000 THEN 'short' ELSE 'normal' END AS label
# FROM trips WHERE fare_cents IS NOT NULL

# %% A2.7 wrong lost-rows language="sql" when="WHERE"
# -- You label completed trips only. Every trip gets a row, whatever its status: leave WHERE out.
# SELECT trip_id, CASE WHEN fare_cents IS NULL THEN 'unpriced' WHEN fare_cents = 0 THEN 'free'
#   WHEN fare_cents < 1000 THEN 'short' ELSE 'normal' END AS label FROM trips WHERE status = 'completed'

# %% A2.7 right coalesce-iif language="sql"
# -- coalesce takes the first value that is not NULL, so each iif is a branch that says NULL when it does not apply.
# SELECT trip_id, coalesce(iif(fare_cents = 0, 'free', NULL), iif(fare_cents < 1000, 'short', NULL),
#   iif(fare_cents IS NULL, 'unpriced', 'normal')) AS label FROM trips

# %% A2.7 right null-last language="sql"
# -- For a missing fare every comparison is unknown, so it reaches ELSE. Right, as the other branches cover all fares.
# SELECT trip_id, CASE WHEN fare_cents >= 1000 THEN 'normal' WHEN fare_cents > 0 THEN 'short'
#   WHEN fare_cents = 0 THEN 'free' ELSE 'unpriced' END AS label FROM trips

# %% [markdown]
# ## Close
#
# ### Common mistakes you may have met
#
# When a check recognises a mistake, its result shows one of these names.
#
# | name | what happened |
# |---|---|
# | `null-equals` | `= NULL` is never true; ask with IS NULL. |
# | `empty-vs-null` | An empty text is a value, NULL is none; test both. |
# | `null-as-zero` | A missing number became 0; not known is not 0. |
# | `missing-filter` | A condition of the task is not in WHERE. |
# | `extra-filter` | A condition that the task does not name dropped rows. |
# | `other-condition` | The condition tests something else than the task names. |
# | `lost-rows` | WHERE dropped rows that the task asks for. |
# | `and-or-precedence` | AND binds tighter than OR; put the OR in brackets. |
# | `and-or-language` | An everyday "and" between two groups is OR in SQL; AND asks one row to meet both conditions. |
# | `complement` | "Not this one" brought in more than the ones wanted; name those. |
# | `missing-case` | One of the cases of the task was forgotten. |
# | `wrong-column` | The condition stands on another column. |
# | `changed-value` | A value is not shown as it is stored. |
# | `no-tie-break` | Equal rows had no fixed order; end ORDER BY with a unique column. |
# | `key-order` | The sort keys stand in the wrong order; the first key decides first. |
# | `wrong-direction` | Low to high instead of high to low; add DESC. |
# | `text-sort` | Numbers were sorted as text; sort by the number. |
# | `missing-order` | LIMIT cut a list that was not sorted. |
# | `missing-limit` | The list was not cut. |
# | `closed-interval` | The end of the range came in; use `<` for the end. |
# | `open-start` | The start of the range was left out; use `>=` for the start. |
# | `unquoted-date` | A date without quotes is a subtraction; put it between single quotes. |
# | `date-format` | The date is not written as the stored times are: year, month, day. |
# | `date-equals-timestamp` | A stored time never equals a date alone; use a range. |
# | `boundary` | A limit stands in the wrong place; test the values next to it. |
# | `wildcard` | `%` and `_` stood for other characters; escape them. |
# | `no-escape-clause` | A backslash escapes nothing without ESCAPE. |
# | `like-without-wildcard` | The whole text was compared; use LIKE with a wildcard at both ends. |
# | `other-dialect` | Another database writes it so; SQLite reads it differently. |
# | `one-text` | Two values stood in one pair of quotes; quote each. |
# | `letter-case` | Capital and small letters differ when texts are compared by `=` or IN. |
# | `wrong-duplicates` | A row came twice, or two equal rows became one. |
# | `case-order` | An earlier branch took what belonged to a later one. |
# | `missing-else` | No branch was true, so the label is NULL; add ELSE. |
#
# ### Read the source
#
# - [SELECT](https://www.sqlite.org/lang_select.html): the stages of a query, ORDER BY and LIMIT.
# - [SQL language expressions](https://www.sqlite.org/lang_expr.html): which operator binds tighter, LIKE with ESCAPE,
#   BETWEEN, CASE.
# - [NULL handling in SQLite](https://www.sqlite.org/nulls.html): how NULL behaves, compared with other databases.
#
# ### Next
#
# Module A3, *Join tables*: `trips` holds a rider's number, `riders` holds the name. You will bring both into one row.
