# ---
# title: "Inside a back-end: from tap to trip"
# minutes: 70
# needs: []
# ---

# %% [markdown]
# # Inside a back-end: from tap to trip
#
# > **Goal.** After this module you can name the parts of a back-end, follow one ride request through all of them, and
# > write small pieces of their logic: a price without a lost cent, a choice, a check of what comes in. Hopline, the
# > ride-sharing company of this course, does this for each ride. You need basic Python (functions, lists, dicts,
# > exceptions), and nothing about HTTP, databases or the web.
#
# You build back-ends already? Run the setup cell, which begins with `from datetime import`, read
# [how this notebook works](#How-this-notebook-works), then [skip to the questions](#Questions).

# %% [markdown]
# ## Warm-up
#
# Later modules begin with three items from earlier ones. Here they are about the Python that you need. They are not
# graded. Say your answer aloud, then open the line below it.
#
# **1.** What are `199 // 100`, `199 / 100` and `-1 // 100`?
#
# <details><summary>Answer 1</summary>
#
# `1`, `1.99` and `-1`. `//` divides and rounds down to a whole number, also below zero. That is called the *floor*.
#
# </details>
#
# **2.** `ride = {"seats": 0}`. What are `ride.get("tip")`, `ride["seats"] or 4` and `ride["tip"]`?
#
# <details><summary>Answer 2</summary>
#
# `None`; `4`, because 0 counts as false; and a `KeyError`. So `or` cannot tell 0 from "nothing there".
#
# </details>
#
# **3.** A function must refuse a negative distance. How does it stop, so that the caller cannot overlook it?
#
# <details><summary>Answer 3</summary>
#
# `raise ValueError("…")`. The caller gets an exception instead of a result. A printed warning is easy to overlook.
#
# </details>

# %% [markdown]
# ## How this notebook works
#
# A notebook is a column of cells. Some hold text, like this one. The others hold Python. **Run a cell**: click into it
# and press Shift+Enter. What it prints, and the value of its last line, appear below it.
#
# Run the next cell now. It is the **setup cell**: it brings in what the other cells need. When you open the notebook
# again, or restart its kernel (the program that runs your cells), all names are gone: run the setup cell first.

# %% setup
from datetime import datetime, timedelta, timezone

from autograder import Question, chosen, in_order, raises, same_value


class PromoError(Exception):
    """A promo code that cannot be used."""

# %% [markdown]
# ### Your first check
#
# A graded question has an **answer cell**, which you fill in, and a **check cell** below it. Try it out: this one is
# not graded. The question: *How many wheels has a car?* Here is an answer, and it is wrong on purpose.

# %% example
wheels = 3

# %% [markdown]
# Run the cell above, then the check below.

# %% example
q = Question("Trial")
with q.check("the wheels of a car", points=1):
    same_value(wheels, 4, of="wheels")
q.result()

# %% [markdown]
# <details><summary>What you should see</summary>
#
# A frame with the title *✗ Trial: wrong, 0 of 1 point*, and below it one line: *✗ wrong*, *the wheels of a car*,
# *0 / 1*, and "`wheels` should be 4 (int), yours is 3 (int)".
#
# </details>
#
# Read the line from left to right: the **result**, the name of the **check**, the **points**, and **what to know**:
# what was expected, and what your answer gave. Now write 4 instead of 3, run the answer cell *and then* the check cell
# again. A check looks at what you ran, not at what you typed.
#
# | sign | means | do this |
# |---|---|---|
# | ✓ right | this check passes | go on |
# | ✗ wrong | your answer ran, with another result | read *what to know*; open a hint |
# | ○ not attempted | there is no answer yet | write it, run it, check again |
# | ! could not run | your code stopped with an error | read the error's name; try the same call in a cell of your own |
#
# Check as often as you like: it takes no points away, and nobody counts the tries.
#
# ### Hints
#
# Below each task stand three hints; click on one to open it. The first asks a question that helps, the second says where
# to look, the third is nearly the answer, with a gap. Hints cost no points. Try first, then open one at a time: you
# learn more when you have tried.
#
# ### Hidden tests
#
# The check that you see tries a few cases, so an answer can pass it and still be wrong. Each question therefore has
# **hidden tests**: other inputs, for the same task. Their cell says only *Hidden checks run here when your work is
# graded*, and most points are theirs. They ask for nothing that the task does not say.
#
# - **When do they run?** In a class, after you have handed in. If you learn alone, with a copy of the whole project, at
#   any time: save, then type `engineroom check` and the notebook's path in a terminal.
# - **What do they tell you?** The name of the case, such as *a negative distance*, and often the name of the mistake,
#   never the data.
# - **How do you get ready for them?** Before you go on, read the task once more, and try its special cases in a cell of
#   your own: 0, nothing, a limit, one beside the limit.
#
# A name in small type, such as `float-money`, is the mistake's name. At the end of the module a table explains all of
# them.
#
# ### When something is stuck
#
# | you see | do this |
# |---|---|
# | `NameError: name 'Question' is not defined` | run the setup cell, then your cell |
# | There is no `…` yet | run your answer cell, then the check cell |
# | `[*]` beside a cell, for long | your code does not end: press ■ (interrupt), then look at your loops |
# | everything is strange | menu *Kernel*, *Restart*; then run the setup cell and your answers again |
#
# Everything is saved in the notebook: Ctrl+S, on a Mac Cmd+S. Add cells as you like (press Esc, then B). They are not
# graded, and they break nothing.

# %% [markdown]
# ## Lesson
#
# ### The parts of a back-end
#
# Leyla stands in Baixa, a part of Lisbon, and taps *Request* in the app. A minute later the phone of Goran, a driver,
# buzzes. Between the tap and the buzz the request passes these parts:
#
# | part | what it does | what it owns |
# |---|---|---|
# | app | shows buttons and maps, takes the tap | what the rider sees |
# | HTTP | carries the request to the back-end, and the answer back | nothing; it is a language for messages |
# | router | looks at the address of the request, calls the right handler | the list of addresses |
# | handler | a function for one kind of request: reads it, checks it, answers | the form of requests and answers |
# | business rule | decides: what does it cost, who may, which driver | the rules of Hopline |
# | database | keeps rows, also when the power fails | what has happened |
# | outbox | keeps messages that still have to be sent | promises to others |
# | notification service | makes a phone buzz | the way to the phone |
#
# The app is the **front end**. It runs on the rider's phone, so the rider can look into it and change it. All the rest
# is the **back-end**. It runs on Hopline's machines. The two agree on a **contract**: which requests the app may send,
# and what comes back. As long as both keep it, each side can be rewritten without the other.
#
# There is one rule to remember: *what must hold is checked in the back-end*. The front end may check too, for
# comfort.

# %% [markdown]
# ### Example 1: money in whole cents
#
# A driver waits for a rider. Waiting costs 15 cents for each full minute; at night the rate is 11500 basis points. A
# basis point is a hundredth of a percent: 10000 is the normal price, 11500 is 15 % more.
#
# 1. **Unit**: keep money in whole cents, and rates in basis points. Both are `int`.
# 2. **Multiply** first.
# 3. **Floor** then: divide by 10000 with `//`, which drops the part of a cent.
#
# The cell computes the fee for 12 minutes twice: with a float as the rate, and in whole numbers.
#
# **Predict.** 12 minutes are 180 cents, and 15 % more is 207. Which of the two lines prints 207?

# %% example
minutes, rate_bp = 12, 11_500  # Unit

as_float = minutes * 15 * (rate_bp / 10_000)
in_cents = minutes * 15 * rate_bp  # Multiply
in_cents = in_cents // 10_000  # Floor

print("float:", as_float, "->", int(as_float))
print("cents:", in_cents)

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# float: 206.99999999999997 -> 206
# cents: 207
# ```
#
# A float cannot hold 1.15 exactly, as a decimal number cannot hold a third exactly. The error is tiny, and it costs a
# whole cent. `round` only moves the error to other amounts. Whole numbers have no such error.
#
# In Python `11_500` is the same number as `11500`.
#
# </details>

# %% [markdown]
# ### Example 2: one instant, three wall clocks
#
# A ride begins in Lisbon. What time is it? That depends on the wall. Hopline stores the instant once, in UTC, the clock
# that all computers share. A stored time looks like `2025-03-04T23:30:00Z`: year, month, day, `T`, hour, minute, second,
# and `Z` for UTC.
#
# 1. **Store** the instant in UTC.
# 2. **Show** it on the wall clock of the place, only when a person reads it.
# 3. **Compare** stored times. The largest unit stands first and each has a fixed width, so the order of the *texts* is
#    the order of the *times*.
#
# **Predict.** The three lines show the same instant in Lisbon (as UTC), New York (5 hours behind) and Istanbul (3 hours
# ahead). On which day does each clock stand?

# %% example
stored = "2025-03-04T23:30:00Z"  # Store
instant = datetime.fromisoformat(stored)
for city, hours in (("Lisbon", 0), ("New York", -5), ("Istanbul", 3)):
    wall = instant.astimezone(timezone(timedelta(hours=hours)))  # Show
    print(f"{city:8}", wall.strftime("%Y-%m-%d %H:%M"), wall == instant)

starts_at, ends_at = "2025-03-01T00:00:00Z", "2025-04-01T00:00:00Z"
print(starts_at <= stored < ends_at)  # Compare

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# Lisbon   2025-03-04 23:30 True
# New York 2025-03-04 18:30 True
# Istanbul 2025-03-05 02:30 True
# True
# ```
#
# In Istanbul it is the next day already, and all three are the same instant. Twice a year clocks change, and then the
# hours between UTC and a city change too: module A6.
#
# `starts_at <= stored < ends_at` is a *half-open* interval: the start belongs to it, the end does not. So March ends
# where April begins, and no instant is in both.
#
# </details>

# %% [markdown]
# ### Example 3: choose the best
#
# Four cars are near Leyla, and not all are free. She wants the cheapest free one; among equal prices the one with more
# seats; among equal seats the one with the lower number.
#
# 1. **Filter**: keep those that can be chosen at all. Is one left?
# 2. **Key**: for each one make a tuple of what decides, the most important first. Tuples are compared from left to
#    right. Where *more* is better, write the number with a minus.
# 3. **Choose**: `min` takes the one with the smallest key.
#
# **Predict.** Which `car_id` comes out?

# %% example
cars = [
    {"car_id": 7, "cents": 900, "seats": 4, "free": True},
    {"car_id": 3, "cents": 900, "seats": 6, "free": True},
    {"car_id": 9, "cents": 500, "seats": 4, "free": False},
    {"car_id": 2, "cents": 900, "seats": 6, "free": True},
]
free = [car for car in cars if car["free"]]  # Filter
best = min(free, key=lambda car: (car["cents"], -car["seats"], car["car_id"]))  # Key, Choose
print(best["car_id"])

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `2`. Car 9 is the cheapest, but not free. Three cars cost 900, two of them have 6 seats, and 2 is the lower number.
#
# `min([])` raises `ValueError`: with nothing to choose from there is no smallest. `sorted(cars)` makes a new list;
# `cars.sort()` changes the caller's list, which the caller may still need in its order.
#
# </details>
#
# Now a cell with a mistake, on purpose. A new driver has no rating yet: it is None.
#
# **Predict.** What does Python do when it has to compare a number with None?

# %% example fails=true tags=["raises-exception"]
ratings = [4.7, None, 4.9]
print(max(ratings))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# `TypeError: '>' not supported between instances of 'NoneType' and 'float'`.
#
# None is no number. Decide what it means *here*. If no rating counts as 0, `rating or 0` says so. Repair the cell:
# `print(max(rating or 0 for rating in ratings))` prints 4.9.
#
# </details>

# %% [markdown]
# ### Example 4: never trust what comes from outside
#
# Support sends messages to drivers. A message arrives as a dict. Our app always sends a correct one, but anybody can
# send anything, and a half-correct message must not stop the back-end.
#
# 1. **Shape**: is it a dict at all?
# 2. **Unknown**: which keys do we not know? A key that nobody checks can do harm later.
# 3. **Required**: is each needed key there?
# 4. **Value**: has each value the right type, and then the right range?
# 5. **Collect**: keep all problems, not only the first. The sender wants to repair them at once.
#
# **Predict.** How many problems has each of the four messages? Look at `True` with care.

# %% example
def problems_of(message):
    if not isinstance(message, dict):  # Shape
        return ["not a dict"]
    found = [f"{key}: unknown" for key in message if key not in ("driver_id", "text")]  # Unknown, Collect
    if "driver_id" not in message:  # Required
        found.append("driver_id: missing")
    elif type(message["driver_id"]) is not int:  # Value
        found.append("driver_id: must be a whole number")
    text = message.get("text")
    if not isinstance(text, str) or not 1 <= len(text) <= 200:  # Value
        found.append("text: must be a text of 1 to 200 characters")
    return found


print(problems_of({"driver_id": 12, "text": "Your bonus is here."}))
print(problems_of({"driver_id": True, "text": ""}))
print(problems_of({"text": "Hello", "from": "the boss"}))
print(problems_of(["driver_id", "text"]))

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# []
# ['driver_id: must be a whole number', 'text: must be a text of 1 to 200 characters']
# ['from: unknown', 'driver_id: missing']
# ['not a dict']
# ```
#
# `isinstance(True, int)` is true: in Python, truth values are a kind of int. `type(x) is int` keeps them out.
#
# Test the type before the range. `1 <= "12"` raises `TypeError`, and a handler that raises answers nothing.
#
# </details>
#
# Two traps with texts: `"٣".isdigit()` and `"é".isalnum()` are true, because they know the digits and letters of all
# languages. If you mean A–Z and 0–9 only, test that: `all(sign in "ABC…" for sign in text)`, or
# `re.fullmatch("[A-Z0-9]+", text)`.

# %% [markdown]
# ### A short map: languages, frameworks, roles
#
# A *framework* brings the router, and reads and writes HTTP for you. You write handlers. Each language has its own
# frameworks, and the idea is the same in all. Here is one route, `GET /hello`, in five of them. You need not run them.
#
# Python, Flask:
#
# ```python
# @app.get("/hello")
# def hello():
#     return {"text": "Hello from Hopline"}
# ```
#
# Python, FastAPI:
#
# ```python
# @app.get("/hello")
# async def hello() -> dict[str, str]:
#     return {"text": "Hello from Hopline"}
# ```
#
# Python, Django:
#
# ```python
# def hello(request):
#     return JsonResponse({"text": "Hello from Hopline"})
#
# urlpatterns = [path("hello", hello)]
# ```
#
# JavaScript, Express:
#
# ```javascript
# app.get("/hello", (request, response) => {
#   response.json({ text: "Hello from Hopline" });
# });
# ```
#
# Java, Spring:
#
# ```java
# @GetMapping("/hello")
# Map<String, String> hello() {
#     return Map.of("text", "Hello from Hopline");
# }
# ```
#
# Find in each: the address, the handler, the answer. Other well-known ones are Laravel (PHP), Rails (Ruby), ASP.NET
# (C#); Go has a router in its standard library.
#
# | role | works on | units of this course |
# |---|---|---|
# | back-end developer | handlers, rules, data | all |
# | API developer | the contract, for many clients | C |
# | full-stack developer | front end and back-end | A to D, plus front end |
# | database administrator | schema, speed, backups | A, B |
# | DevOps engineer | releases, machines, alarms | E |

# %% [markdown]
# ### Example 5: the whole journey
#
# Now all parts together, very small. The "database" is a dict with two lists. A message is sent to the driver of the
# ride, and to nobody if something is wrong.
#
# 1. **Route**: find the handler for the address.
# 2. **Check** what came in. Nothing is stored before.
# 3. **Decide**: the business rule computes the price from checked values.
# 4. **Store** the trip *and* the message that has to be sent, in one step: both or none.
# 5. **Answer** the app.
# 6. **Notify**: later, somebody empties the outbox.
#
# **Predict.** Two requests come in. Which lines are printed, in which order? How many trips are stored at the end?

# %% example
database = {"trips": [], "outbox": []}


def request_ride(data):
    if type(data.get("minutes")) is not int:  # Check
        return "refused: minutes must be a whole number"
    cents = 300 + 40 * data["minutes"]  # Decide
    database["trips"].append({"trip_id": 1, "fare_cents": cents})  # Store
    database["outbox"].append("driver 12: a ride of 520 m to Baixa")  # Store
    return f"accepted: {cents} cents"  # Answer


def send_outbox():
    while database["outbox"]:
        print("buzz!", database["outbox"].pop(0))  # Notify


routes = {"/rides": request_ride}
for address, data in (("/rides", {"minutes": "20"}), ("/rides", {"minutes": 20})):
    handler = routes[address]  # Route
    print(handler(data))
send_outbox()
print(len(database["trips"]), "trip stored")

# %% [markdown]
# <details><summary>What you should see</summary>
#
# ```text
# refused: minutes must be a whole number
# accepted: 1100 cents
# buzz! driver 12: a ride of 520 m to Baixa
# 1 trip stored
# ```
#
# Why this order? If the back-end made the phone buzz first and then failed to store the trip, Goran would drive to a
# ride that does not exist. So: store first, together with the message; then send. If sending fails, the message is
# still in the outbox and is sent again.
#
# Most back-ends also write a *log*: one line for each thing that happened, for the people who run it. A log line
# decides nothing, so its place does not matter much.
#
# </details>

# %% [markdown]
# ## Questions
#
# Six questions, 20 points. Run your answer cell, then the check cell below it, as often as you like. The module is
# mastered with 16 points and both questions marked ★.
#
# The first answer needs no code. The second holds the subgoals of example 1 as comments; the later ones leave them to
# you.

# %% A1.1 prompt [markdown] type="order"
# ## A1.1 Put the ride in order
#
# Put nine of these eleven steps in order, from the tap to the buzz, as in example 5. Leave out the two that only draw
# on the rider's screen. Where a step may stand in several places, each of them counts.
#
# | letter | step |
# |---|---|
# | a | The driver's phone buzzes. |
# | b | The handler computes the fare from the checked fields. |
# | c | The app draws the route on the map. |
# | d | The rider taps *Request*. |
# | e | The handler writes a line into the log: a request came in. |
# | f | The driver's message is taken out of the outbox and handed to the notification service. |
# | g | The handler checks each field of the request. |
# | h | The app sends the request to the back-end over HTTP. |
# | i | The app moves the car on the map. |
# | j | The database stores the trip, and the driver's message in the outbox, in one step. |
# | k | The router hands the request to the handler for new rides. |
#
# Write nine letters, for example `["x", "y", …]` or `"x y …"`.

# %% A1.1 answer
# Nine letters, the first step first.
ride = []
### BEGIN SOLUTION
ride = ["d", "h", "k", "g", "b", "j", "e", "f", "a"]
### END SOLUTION

# %% A1.1 check
q = Question("A1.1")
with q.check("nine different steps, from the tap to the buzz", points=0.5):
    drawing = {"tag": "frontend-task", "says": "It only draws on the rider's screen: no other part needs it."}
    first = [("d", other) for other in "abefghjk"]
    last = [(other, "a") for other in "befghjk"]
    in_order(ride, "abdefghjk", before=first + last, never={"c": drawing, "i": drawing})
q.result()

# %% A1.1 hidden
q = Question("A1.1", hidden=True)
drawing = {
    "tag": "frontend-task",
    "says": "You placed a step that only draws on the rider's screen. The phone does it alone; leave it out.",
}
never = {"c": drawing, "i": drawing}
checked = {"tag": "no-validation", "says": "Something is done with fields that nobody has checked. Check them first."}
arrived = {"tag": "wrong-part", "says": "The handler works before the request has reached it. Who hands it over?"}
way = {"tag": "wrong-part", "says": "The way from the tap to the router is not right. What carries the request there?"}
early = {
    "tag": "notify-early",
    "says": "You notify before the trip is stored. If storing fails, the driver comes for a ride that does not exist.",
}
priceless = {"tag": "store-unpriced", "says": "The trip is stored before its fare is known. Decide first, then store."}
with q.check(
    "until the trip is stored",
    points=0.75,
    advice="How does a request come to the handler? What must be true before anything is stored?",
):
    known = {
        ("d", "h"): way,
        ("h", "k"): way,
        ("k", "g"): arrived,
        ("k", "e"): arrived,
        ("k", "b"): arrived,
        ("k", "j"): arrived,
        ("g", "b"): checked,
        ("g", "j"): checked,
        ("b", "j"): priceless,
    }
    in_order(ride, "abdefghjk", before=known, never=never, known=known)
with q.check(
    "from the stored trip to the driver",
    points=0.75,
    advice="What may a driver be told, and who tells the phone? The buzz is the last step.",
):
    known = {("j", "f"): early, ("j", "a"): early}
    in_order(ride, "abdefghjk", before=[*known, ("f", "a"), ("e", "a")], never=never, known=known)
q.result()

# %% A1.1 hints [markdown]
# 1. Begin with both ends: the tap is first, the buzz is last. Then ask of each step: what must have happened before it
#    can do its work? A fare needs checked fields. Who needs the stored trip?
# 2. In the back-end, example 5 gives the order: route, check, decide, store, notify. Two letters are left for the way
#    from the phone to the router. The log line needs the handler and nothing else, so it has several right places. The
#    two steps that draw on the screen stay out.
# 3. Fill the gaps: `["d", "h", "k", "g", …, …, "e", "f", "a"]`

# %% A1.1 wrong notify-early
# Notifies, then stores.
ride = ["d", "h", "k", "e", "g", "b", "f", "j", "a"]

# %% A1.1 wrong notify-early
# Notifies as soon as the request has been checked.
ride = "d h k g f b j e a"

# %% A1.1 wrong frontend-task
# The map as a step of the journey.
ride = ["d", "c", "h", "k", "g", "b", "j", "e", "f", "a"]

# %% A1.1 wrong frontend-task
# The car instead of the log line.
ride = "dhkgbjfia"

# %% A1.1 wrong no-validation
# The price before the check.
ride = ["d", "h", "k", "b", "g", "j", "e", "f", "a"]

# %% A1.1 wrong no-validation
# Stored first, checked when there is time.
ride = ["d", "h", "k", "b", "j", "g", "e", "f", "a"]

# %% A1.1 wrong store-unpriced
# Stores what it has, and prices it later.
ride = ["d", "h", "k", "g", "j", "b", "e", "f", "a"]

# %% A1.1 wrong wrong-part
# The handler checks before the router has called it.
ride = ["d", "h", "g", "k", "b", "j", "e", "f", "a"]

# %% A1.1 wrong wrong-part
# The router before HTTP.
ride = ["d", "k", "h", "g", "b", "j", "e", "f", "a"]

# %% A1.1 right log-first
# The log line as soon as the handler has the request; written as one text.
ride = "d, h, k, e, g, b, j, f, a"

# %% A1.1 right log-late
# The log line after the notification; capital letters in a tuple.
ride = ("D", "H", "K", "G", "B", "J", "F", "E", "A")

# %% A1.1 right log-before-store
# The log line between check and price, without blanks.
ride = "dhkgebjfa"

# %% A1.2 prompt [markdown] type="py-function" core=true
# ## A1.2 Quote a fare
#
# Write `quote_cents(distance_m, surge_bp)`: a ride costs 250 cents plus 9 cents for each *full* 100 m, and the whole
# sum is multiplied by the surge in basis points, where 10000 is the normal price. A part of a cent is dropped at the
# end. The result is an `int` and exact, however large the numbers; a negative distance raises `ValueError`.
#
# `distance_m` and `surge_bp` are whole numbers, and `surge_bp` is above 0.

# %% A1.2 answer
def quote_cents(distance_m, surge_bp):
    """Return the price of a ride in whole cents."""
    # Refuse what cannot be
    # Unit: full hundreds of metres
    # Multiply
    # Floor
    ### BEGIN SOLUTION
    if distance_m < 0:
        raise ValueError(f"no ride is {distance_m} m long")
    hundreds = distance_m // 100
    return (250 + 9 * hundreds) * surge_bp // 10_000
    ### END SOLUTION

# %% A1.2 check
q = Question("A1.2")
with q.check("four distances at normal surge", points=0.5):
    for metres, cents in ((100, 259), (1000, 340), (2500, 475), (3050, 520)):
        same_value(quote_cents(metres, 10_000), cents, of=f"quote_cents({metres}, 10000)")
q.result()

# %% A1.2 hidden
q = Question("A1.2", hidden=True)
from math import floor

from autograder.errors import CheckFailed
from autograder.web import mistake

LOST = "A float lost a part of the money. Multiply whole numbers first, then divide by 10000 with `//`."
UP = "You round up, or to the nearest. The rule drops the part of a cent, however near the next cent is."
PART = "You charge a part of 100 m. Only full hundreds count: divide the distance first, then multiply."
BASE = "The surge multiplies the whole sum, the 250 cents too. Put brackets around the sum."
STEP = "You drop a part too early. Multiply the whole sum by the whole surge, and drop once, at the end."
NONE = "Your result does not depend on the surge."


def _plain(metres):
    return 250 + metres // 100 * 9


SLIPS = (
    ("rounding-place", PART, lambda metres, surge: (250 + metres * 9 // 100) * surge // 10_000),
    ("rounding-place", PART, lambda metres, surge: _plain(metres + 99) * surge // 10_000),
    ("rounding-place", PART, lambda metres, surge: _plain(metres + 50) * surge // 10_000),
    ("wrong-base", BASE, lambda metres, surge: 250 + metres // 100 * 9 * surge // 10_000),
    ("rounding-step", STEP, lambda metres, surge: 250 * surge // 10_000 + metres // 100 * 9 * surge // 10_000),
    ("rounding-step", STEP, lambda metres, surge: _plain(metres) * (surge // 10_000)),
    ("rounding-step", STEP, lambda metres, surge: _plain(metres) * (surge // 100) // 100),
    ("no-surge", NONE, lambda metres, surge: _plain(metres)),
    ("float-money", LOST, lambda metres, surge: int(_plain(metres) * (surge / 10_000))),
    ("float-money", LOST, lambda metres, surge: int(_plain(metres) * surge / 10_000)),
    ("float-money", LOST, lambda metres, surge: floor((2.50 + metres // 100 * 0.09) * 100 * surge / 10_000)),
    ("banker-rounding", UP, lambda metres, surge: (_plain(metres) * surge + 5_000) // 10_000),
    ("banker-rounding", UP, lambda metres, surge: -(-_plain(metres) * surge // 10_000)),
    ("banker-rounding", UP, lambda metres, surge: round(_plain(metres) * surge / 10_000)),
)


def expect_cents(metres, surge):
    """Require the exact price; name the slip whose price came instead."""
    with mistake("", "Your code stopped with an error where the task allows the numbers. 0 m is allowed, too."):
        got = quote_cents(metres, surge)
    if got is None:
        raise CheckFailed("None", tag="no-return", advice="`print` only shows a value. `return` hands it back.")
    if isinstance(got, bool) or not isinstance(got, int):
        tag = "float-money" if isinstance(got, float) else "wrong-type"
        says = "Your result is no `int`. Money is whole cents: divide with `//`, and use no float on the way."
        raise CheckFailed("not an int", tag=tag, advice=says)
    exact = _plain(metres) * surge // 10_000
    found = [(slip(metres, surge), {"tag": tag, "says": says}) for tag, says, slip in SLIPS]
    same_value(got, exact, known=[one for one in found if one[0] != exact])


with q.check("0 m, and distances beside a full hundred", points=0.5, advice="Count the full hundreds: 0 m has none."):
    for metres in (0, 99, 100, 101, 149, 150, 199, 1999, 2000):
        expect_cents(metres, 10_000)
with q.check("surge above and below normal", points=0.5, advice="Multiply the whole sum by the surge."):
    for metres, surge in ((1000, 20_000), (0, 20_000), (1000, 12_500), (1000, 8_000), (200, 15_000), (0, 30_000)):
        expect_cents(metres, surge)
with q.check("parts of a cent", points=0.5, advice="Drop the part of a cent at the very end, once."):
    expect_cents(100, 23_456)
    for metres in (100, 300, 400):
        expect_cents(metres, 12_500)
    for metres in (1000, 5000, 7000, 13000, 15000, 17000):
        expect_cents(metres, 11_500)
    for metres in range(0, 3000, 300):
        expect_cents(metres, 12_345)
with q.check("the largest numbers", points=0.5, advice=LOST):
    for surge in (20_000, 12_500, 10_000, 12_345_678_901_234_567, 98_765_432_109_876_543_211):
        expect_cents(10_000_000, surge)
with q.check("a negative distance", points=0.5, tag="no-validation", advice="A ride cannot be shorter than 0 m: raise."):
    raises(ValueError, quote_cents, -1, 10_000)
    raises(ValueError, quote_cents, -100, 12_500)
    raises(ValueError, quote_cents, -50_000, 20_000)
q.result()

# %% A1.2 hints [markdown]
# 1. Refuse first, then compute. Stay in whole numbers all the way: which division drops what is left over? You need it
#    twice, in two places: once for metres, once for cents.
# 2. `distance_m // 100` counts the full hundreds, so divide *before* you multiply by 9. The surge belongs to the whole
#    sum, so brackets go around `250 + …`. For the surge do it the other way round: multiply first, and divide by 10000
#    last, with `//`. A float such as `1.15` is never needed.
# 3. Refuse with `if distance_m < 0: raise ValueError(…)`. Then one line is enough; fill the gap:
#    `return (250 + distance_m // 100 * 9) * …`


# %% A1.2 wrong float-money
# The surge as a float.
def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError("negative")
    return int((250 + distance_m // 100 * 9) * (surge_bp / 10_000))


# %% A1.2 wrong float-money
# Never an int.
def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError("negative")
    return (250 + distance_m // 100 * 9) * surge_bp / 10_000


# %% A1.2 wrong float-money
# One true division at the end: right for short ways, a float all the same.
def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError("negative")
    return int((250 + distance_m // 100 * 9) * surge_bp / 10_000)


# %% A1.2 wrong float-money
# math.floor does not help: the float is inexact before.
import math


def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError("negative")
    return math.floor((2.50 + distance_m // 100 * 0.09) * 100 * surge_bp / 10_000)


# %% A1.2 wrong float-money
# `//` with a float gives a float.
def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError("negative")
    return (250 + distance_m // 100 * 9) * surge_bp // 10_000.0


# %% A1.2 wrong rounding-place
# Charges parts of 100 m.
def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError("negative")
    return (250 + distance_m * 9 // 100) * surge_bp // 10_000


# %% A1.2 wrong rounding-place
# Takes a part for a full hundred.
def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError("negative")
    return (250 + -(-distance_m // 100) * 9) * surge_bp // 10_000


# %% A1.2 wrong banker-rounding
# round() takes the nearest cent.
def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError("negative")
    return round((250 + distance_m // 100 * 9) * surge_bp / 10_000)


# %% A1.2 wrong wrong-base
# The surge on the distance only.
def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError("negative")
    return 250 + distance_m // 100 * 9 * surge_bp // 10_000


# %% A1.2 wrong rounding-step
# Drops parts of a cent in two places.
def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError("negative")
    return 250 * surge_bp // 10_000 + distance_m // 100 * 9 * surge_bp // 10_000


# %% A1.2 wrong no-validation
# A negative distance gives a cheap ride.
def quote_cents(distance_m, surge_bp):
    hundreds = distance_m // 100
    return (hundreds * 9 + 250) * surge_bp // 10_000


# %% A1.2 wrong no-validation
# A negative distance is taken for 0.
def quote_cents(distance_m, surge_bp):
    return (250 + max(0, distance_m) // 100 * 9) * surge_bp // 10_000


# %% A1.2 right divmod
# divmod gives quotient and rest; what is printed does not count.
def quote_cents(distance_m, surge_bp):
    if not distance_m >= 0:
        raise ValueError
    hundreds, rest = divmod(distance_m, 100)
    print("not charged:", rest, "m")
    return divmod((250 + hundreds * 9) * surge_bp, 10_000)[0]


# %% A1.2 right decimal
# Decimals are exact if there is room for all digits, and quantize says how to round.
from decimal import ROUND_FLOOR, Decimal, localcontext


class TooShort(ValueError):
    pass


def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise TooShort(distance_m)
    with localcontext() as context:
        context.prec = 60
        full = (Decimal(distance_m) / 100).to_integral_value(ROUND_FLOOR)
        return int(((250 + 9 * full) * Decimal(surge_bp) / 10_000).to_integral_value(ROUND_FLOOR))


# %% A1.2 right fractions
# Fractions are exact.
from fractions import Fraction
from math import floor


def quote_cents(distance_m, surge_bp):
    if distance_m < 0:
        raise ValueError("too short")
    return floor(Fraction(surge_bp, 10_000) * (250 + 9 * floor(Fraction(distance_m, 100))))


# %% A1.2 right subtract
# Takes the rest away before it divides.
quote_cents = lambda distance_m, surge_bp: (
    ((250 + (distance_m - distance_m % 100) * 9 // 100) * surge_bp - 0) // 10_000
    if distance_m >= 0
    else (_ for _ in ()).throw(ValueError("negative"))
)

# %% A1.3 prompt [markdown] type="py-function"
# ## A1.3 Apply a promo
#
# Write `apply_promo(fare_cents, promo, now)`: it returns the new fare as an `int`. The discount is either
# `percent_off` percent of the fare, where a part of a cent is dropped from the *discount*, or `amount_off_cents`; a new
# fare is never below 0, and without a promo (None) the fare stays. A promo is valid from `starts_at` on and no longer
# valid at `ends_at`, where None means that it never ends; one that is not valid now raises `PromoError`.
#
# ```python
# promo = {"promo_id": 1, "code": "WELCOME50", "percent_off": 50, "amount_off_cents": None,
#          "starts_at": "2025-03-01T00:00:00Z", "ends_at": "2025-06-01T00:00:00Z", "max_uses": None}
# ```
#
# Of `percent_off` (0 to 100) and `amount_off_cents` (0 or more) exactly one is None; the other is a whole number, as
# `fare_cents` is. `now` is a text in the same form as `starts_at`. `promo_id`, `code` and `max_uses` play no part here.
# The setup cell defines `PromoError`.

# %% A1.3 answer
def apply_promo(fare_cents, promo, now):
    """Return the fare that is left after the promo, in whole cents."""
    ### BEGIN SOLUTION
    if promo is None:
        return fare_cents
    if now < promo["starts_at"]:
        raise PromoError("This promo is not valid yet.")
    if promo["ends_at"] is not None and now >= promo["ends_at"]:
        raise PromoError("This promo is over.")
    if promo["percent_off"] is not None:
        discount = fare_cents * promo["percent_off"] // 100
    else:
        discount = promo["amount_off_cents"]
    return max(0, fare_cents - discount)
    ### END SOLUTION

# %% A1.3 check
q = Question("A1.3")
march, june = "2025-03-01T00:00:00Z", "2025-06-01T00:00:00Z"
times = {"starts_at": march, "ends_at": june, "max_uses": None}
half = {"promo_id": 1, "code": "WELCOME50", "percent_off": 50, "amount_off_cents": None, **times}
five = {"promo_id": 2, "code": "AIR500", "percent_off": None, "amount_off_cents": 500, **times}
with q.check("one promo in percent, one with an amount", points=0.5):
    april = "2025-04-15T12:30:00Z"
    same_value(apply_promo(1200, half, april), 600, of="the fare of 1200 with 50 percent off")
    same_value(apply_promo(1200, five, april), 700, of="the fare of 1200 with 500 cents off")
with q.check("a promo that is over", points=0.5):
    july = "2025-07-01T00:00:00Z"
    raises(PromoError, apply_promo, 1200, half, july, of=f'apply_promo(1200, half, "{july}")')
q.result()

# %% A1.3 hidden
q = Question("A1.3", hidden=True)
from random import Random

from autograder.errors import CheckFailed
from autograder.web import mistake


def promo_of(percent=None, amount=None, starts="2025-03-01T00:00:00Z", ends="2025-06-01T00:00:00Z"):
    return {
        "promo_id": 9,
        "code": "TRYOUT",
        "percent_off": percent,
        "amount_off_cents": amount,
        "starts_at": starts,
        "ends_at": ends,
        "max_uses": None if amount is None else 3,
    }


APRIL = "2025-04-15T12:30:00Z"
OTHER_WAY = "You dropped the part of a cent from the fare. The task drops it from the discount, so the fare is higher."
NEAREST = "You round the discount to the nearest cent. The task drops the part: use `//`."
FLOAT = "A float lost a cent. Compute the discount in whole numbers: multiply first, then `// 100`."
NEGATIVE = "A fare is never below 0: nobody gets money for a ride."
DISCOUNT = "You return the discount. The task asks for the fare that is left."
VALID = ("too-strict", "A promo that is valid was refused. Only `starts_at`, `ends_at` and `now` decide that.")
STOPPED = ("", "Your code stopped with an error where the task allows the values.")


def slips_of(fare, promo):
    """Known wrong fares, with what to say."""
    if promo is None:
        return []
    percent, amount = promo["percent_off"], promo["amount_off_cents"]
    if amount is not None:
        return [(fare - amount, "no-floor", NEGATIVE), (amount, "wrong-result", DISCOUNT)]
    return [
        (fare - round(fare * percent / 100), "banker-rounding", NEAREST),
        (round(fare * (100 - percent) / 100), "banker-rounding", NEAREST),
        (fare * (100 - percent) // 100, "rounding-direction", OTHER_WAY),
        (fare - int(fare * (percent / 100)), "float-money", FLOAT),
        (int(fare * (1 - percent / 100)), "float-money", FLOAT),
        (fare * percent // 100, "wrong-result", DISCOUNT),
    ]


def expect_fare(fare, promo, now, left, refused=VALID, stopped=STOPPED, other=("", "")):
    """Require a fare; name what came instead: a refusal, an error, a known wrong fare."""
    with mistake(*stopped):
        try:
            got = apply_promo(fare, promo, now)
        except PromoError:
            raise CheckFailed("PromoError", tag=refused[0], advice=refused[1]) from None
    if got is None:
        raise CheckFailed("None", tag="no-return", advice="Your function returned None: each way through it needs a `return`.")
    if isinstance(got, bool) or not isinstance(got, int):
        raise CheckFailed("not an int", tag="float-money", advice="Your result is no `int`: divide with `//`, not `/`.")
    known = [(value, {"tag": tag, "says": says}) for value, tag, says in slips_of(fare, promo) if value != left]
    with mistake(*other):
        same_value(got, left, known=known)


def expect_refused(fare, promo, now, tag, says):
    with mistake("wrong-error", "Raise PromoError, as the setup cell defines it, and no other exception."):
        try:
            apply_promo(fare, promo, now)
        except PromoError:
            return
    raise CheckFailed("not refused", tag=tag, advice=says)


with q.check("no promo, and a promo of 0", points=0.5, advice="Without a promo the fare stays. 0 percent is a promo, too."):
    expect_fare(1000, promo_of(percent=50), APRIL, 500)
    NO_PROMO = "Without a promo, promo is None and has no keys. Return the fare first."
    expect_fare(1234, None, APRIL, 1234, stopped=("none-crash", NO_PROMO))
    expect_fare(0, None, APRIL, 0)
    NOTHING = ("falsy-zero", "0 percent or 0 cents off is a promo: the fare stays. 0 is not None; ask with `is not None`.")
    expect_fare(1000, promo_of(percent=0), APRIL, 1000, refused=NOTHING, stopped=NOTHING, other=NOTHING)
    expect_fare(1000, promo_of(amount=0), APRIL, 1000, refused=NOTHING, stopped=NOTHING, other=NOTHING)
    expect_fare(0, promo_of(percent=50), APRIL, 0)
with q.check("parts of a cent", points=0.5, advice="Compute the discount in whole cents with `//`, then take it off."):
    for fare, percent, left in (
        (100, 29, 71),
        (90, 70, 27),
        (1001, 10, 901),
        (333, 40, 200),
        (333, 20, 267),
        (999, 50, 500),
        (1, 99, 1),
        (301, 50, 151),
    ):
        expect_fare(fare, promo_of(percent=percent), APRIL, left)
with q.check("all of the fare, and more than the fare", points=0.5, advice=NEGATIVE):
    expect_fare(875, promo_of(percent=100), APRIL, 0)
    expect_fare(875, promo_of(amount=875), APRIL, 0)
    expect_fare(875, promo_of(amount=876), APRIL, 0)
    expect_fare(300, promo_of(amount=5000), APRIL, 0)
    expect_fare(0, promo_of(amount=500), APRIL, 0)
    expect_fare(876, promo_of(amount=875), APRIL, 1)
with q.check("the first and the last second", points=0.5, advice="Which of the two limits belongs to the interval?"):
    expect_fare(1000, promo_of(percent=50), APRIL, 500)
    START = ("open-start", "At `starts_at` a promo is valid already. Compare so that the start belongs.")
    LAST = ("closed-interval", "At `ends_at` a promo is over. Compare so that the end does not belong.")
    expect_fare(1000, promo_of(percent=50), "2025-03-01T00:00:00Z", 500, refused=START, other=START)
    expect_fare(1000, promo_of(amount=200), "2025-03-01T00:00:01Z", 800)
    expect_fare(1000, promo_of(percent=50), "2025-05-31T23:59:59Z", 500)
    expect_refused(1000, promo_of(percent=50), "2025-06-01T00:00:00Z", *LAST)
    DAY = ("date-only", "A promo can begin and end at any time of the day. Compare the whole texts, not only the dates.")
    daytime = promo_of(percent=50, starts="2025-03-01T09:30:00Z", ends="2025-06-01T18:00:00Z")
    expect_fare(1000, daytime, "2025-03-01T09:30:00Z", 500, refused=DAY)
    expect_fare(1000, daytime, "2025-06-01T17:59:59Z", 500, refused=DAY)
    expect_refused(1000, daytime, "2025-03-01T09:29:59Z", *DAY)
    expect_refused(1000, daytime, "2025-06-01T18:00:01Z", *DAY)
with q.check("not valid yet, over, and without an end", points=0.5, advice="Look at both limits; `ends_at` may be None."):
    expect_fare(1000, promo_of(percent=50), APRIL, 500)
    TOO_EARLY = ("missing-case", "The promo is not valid yet. Raise PromoError, whatever the discount and the end are.")
    TOO_LATE = ("missing-case", "The promo is over. Raise PromoError, whatever the discount is.")
    OPEN_END = ("none-compare", "`ends_at` can be None: the promo never ends. Test that before you compare times.")
    expect_fare(1000, promo_of(percent=50, ends=None), "2031-01-01T00:00:00Z", 500, refused=OPEN_END, stopped=OPEN_END)
    expect_fare(1000, promo_of(amount=100, ends=None), "2025-03-01T00:00:00Z", 900, refused=OPEN_END, stopped=OPEN_END)
    expect_refused(1000, promo_of(percent=50), "2025-02-28T23:59:59Z", *TOO_EARLY)
    expect_refused(1000, promo_of(amount=100, ends=None), "2024-12-31T00:00:00Z", *TOO_EARLY)
    expect_refused(1000, promo_of(percent=0), "2025-02-28T23:59:59Z", *TOO_EARLY)
    expect_refused(1000, promo_of(amount=100), "2026-01-01T00:00:00Z", *TOO_LATE)
    expect_refused(0, promo_of(percent=10), "2025-06-01T00:00:01Z", *TOO_LATE)
with q.check("many fares: never below 0, never above the old fare", points=0.5, advice="One of many fares was wrong."):
    rng = Random(1303)
    for _ in range(20):
        fare, percent, amount = rng.randrange(0, 5000), rng.randrange(0, 101), rng.randrange(0, 3000)
        expect_fare(fare, promo_of(percent=percent), APRIL, fare - fare * percent // 100)
        expect_fare(fare, promo_of(amount=amount), APRIL, max(0, fare - amount))
q.result()

# %% A1.3 hints [markdown]
# 1. There are three questions, in this order: is there a promo at all? Is it valid now? How much does it take off? Say
#    for each what happens when the answer is no.
# 2. The texts of two times compare like the times, as in example 2: the interval is half-open, so one limit needs `<`
#    and the other `>=`. Ask `is not None` before you use `ends_at`, and to see which discount is filled: 0 is a value.
#    Compute the discount in whole cents, then take it off.
# 3. The last lines, with a gap: `discount = fare_cents * promo["percent_off"] // …`, in `else` the amount, and then
#    `return max(0, …)`


# %% A1.3 wrong rounding-direction change=true
# The fare is floored, not the discount.
-        discount = fare_cents * promo["percent_off"] // 100
+        return fare_cents * (100 - promo["percent_off"]) // 100

# %% A1.3 wrong closed-interval change=true
# Both limits belong.
-    if promo["ends_at"] is not None and now >= promo["ends_at"]:
+    if promo["ends_at"] is not None and now > promo["ends_at"]:

# %% A1.3 wrong date-only change=true
# Compares the dates: on its last day the promo is over too early.
-    if promo["ends_at"] is not None and now >= promo["ends_at"]:
+    if promo["ends_at"] is not None and now[:10] >= promo["ends_at"][:10]:

# %% A1.3 wrong date-only change=true
# Compares the dates: on its first day the promo is valid too early.
-    if now < promo["starts_at"]:
+    if now[:10] < promo["starts_at"][:10]:

# %% A1.3 wrong too-strict change=true
# Takes "no limit of uses" for "no uses".
-    if now < promo["starts_at"]:
+    if not promo["max_uses"] or now < promo["starts_at"]:

# %% A1.3 wrong open-start change=true
# The start does not belong.
-    if now < promo["starts_at"]:
+    if now <= promo["starts_at"]:

# %% A1.3 wrong falsy-zero change=true
# 0 percent looks like none.
-    if promo["percent_off"] is not None:
+    if promo["percent_off"]:

# %% A1.3 wrong falsy-zero
# An amount of 0 looks like none.
def apply_promo(fare_cents, promo, now):
    if not promo:
        return fare_cents
    if now < promo["starts_at"] or (promo["ends_at"] and now >= promo["ends_at"]):
        raise PromoError("not valid")
    if promo["amount_off_cents"]:
        return max(0, fare_cents - promo["amount_off_cents"])
    return max(0, fare_cents - fare_cents * promo["percent_off"] // 100)


# %% A1.3 wrong falsy-zero change=true
# A promo without a discount is refused.
-        discount = promo["amount_off_cents"]
+        discount = promo["amount_off_cents"]
+    if not discount:
+        raise PromoError("This promo gives nothing.")

# %% A1.3 wrong no-floor change=true
# The rider gets money.
-    return max(0, fare_cents - discount)
+    return fare_cents - discount

# %% A1.3 wrong none-compare change=true
# Compares a time with None.
-    if promo["ends_at"] is not None and now >= promo["ends_at"]:
+    if now >= promo["ends_at"]:

# %% A1.3 wrong none-crash change=true
# Forgets that there may be no promo.
-    if promo is None:
-        return fare_cents

# %% A1.3 wrong missing-case change=true
# Takes promos that are not valid yet.
-    if now < promo["starts_at"]:
-        raise PromoError("This promo is not valid yet.")

# %% A1.3 wrong missing-case change=true
# A promo that is over costs nothing, and nobody is told.
-        raise PromoError("This promo is over.")
+        return fare_cents

# %% A1.3 wrong missing-case change=true
# Looks at the dates only when there is an end.
-    if now < promo["starts_at"]:
-        raise PromoError("This promo is not valid yet.")
-    if promo["ends_at"] is not None and now >= promo["ends_at"]:
+    if promo["ends_at"] is not None and not promo["starts_at"] <= now < promo["ends_at"]:

# %% A1.3 wrong banker-rounding change=true
# The nearest cent.
-        discount = fare_cents * promo["percent_off"] // 100
+        discount = round(fare_cents * promo["percent_off"] / 100)

# %% A1.3 wrong float-money change=true
# A float.
-        discount = fare_cents * promo["percent_off"] // 100
+        discount = int(fare_cents * (promo["percent_off"] / 100))

# %% A1.3 wrong float-money change=true
# True division leaves a float.
-        discount = fare_cents * promo["percent_off"] // 100
+        discount = fare_cents * promo["percent_off"] / 100 // 1

# %% A1.3 right datetimes
# Compares datetimes instead of texts.
def apply_promo(fare_cents, promo, now):
    if promo is None:
        return fare_cents
    moment = datetime.fromisoformat(now)
    if moment < datetime.fromisoformat(promo["starts_at"]):
        raise PromoError(promo["code"])
    if promo["ends_at"] and datetime.strptime(promo["ends_at"], "%Y-%m-%dT%H:%M:%S%z") <= moment:
        raise PromoError(promo["code"])
    off = promo["amount_off_cents"]
    if off is None:
        off = fare_cents * promo["percent_off"] // 100
    return fare_cents - min(off, fare_cents)


# %% A1.3 right ceiling
# The fare rounded up is the fare minus the discount rounded down.
class Late(PromoError):
    pass


def apply_promo(fare_cents, promo, now):
    if not promo:
        return fare_cents
    ends = promo["ends_at"] or "9999"
    if not promo["starts_at"] <= now < ends:
        raise Late
    match promo:
        case {"percent_off": int(percent)}:
            return -(-fare_cents * (100 - percent) // 100)
        case {"amount_off_cents": int(amount)}:
            return max(fare_cents - amount, 0)


# %% A1.3 right or-zero
# One of the two is None, and None counts as 0: the sum is the discount.
def apply_promo(fare_cents, promo, now):
    if promo is None:
        return fare_cents
    if now < promo["starts_at"] or promo["ends_at"] is not None and promo["ends_at"] <= now:
        raise PromoError("not now")
    discount = fare_cents * (promo["percent_off"] or 0) // 100 + (promo["amount_off_cents"] or 0)
    return 0 if discount > fare_cents else fare_cents - discount

# %% A1.4 prompt [markdown] type="py-function"
# ## A1.4 Find the nearest driver
#
# Write `pick_driver(drivers, pickup, distance)`: it returns the `driver_id` of the nearest driver whose `status` is
# `"active"` and who is not `busy`, or None if there is nobody. Among equal distances the higher `rating` wins, a rating
# of None counts as 0, and among equal ratings the lower `driver_id` wins. `distance(driver["place"], pickup)` gives the
# whole metres and costs money, so call it at most once for each driver who can be chosen, and for nobody else; change
# neither the list nor its dicts.
#
# ```python
# drivers = [{"driver_id": 7, "place": "Baixa", "status": "active", "busy": False, "rating": 4.8}]
# ```
#
# `status` is `"active"`, `"paused"` or `"banned"`.

# %% A1.4 answer
def pick_driver(drivers, pickup, distance):
    """Return the driver_id of the best driver for this pick-up, or None."""
    ### BEGIN SOLUTION
    free = [one for one in drivers if one["status"] == "active" and not one["busy"]]
    if not free:
        return None
    best = min(free, key=lambda one: (distance(one["place"], pickup), -(one["rating"] or 0), one["driver_id"]))
    return best["driver_id"]
    ### END SOLUTION

# %% A1.4 check
q = Question("A1.4")
with q.check("the nearest of three drivers", points=1):
    drivers = [
        {"driver_id": 4, "place": "Alfama", "status": "active", "busy": False, "rating": 4.9},
        {"driver_id": 7, "place": "Chiado", "status": "active", "busy": False, "rating": 4.5},
        {"driver_id": 9, "place": "Airport", "status": "active", "busy": False, "rating": 4.7},
    ]
    metres_to_baixa = {"Alfama": 1190, "Chiado": 640, "Airport": 7300}
    same_value(pick_driver(drivers, "Baixa", lambda place, pickup: metres_to_baixa[place]), 7, of="pick_driver(...)")
q.result()

# %% A1.4 hidden
q = Question("A1.4", hidden=True)
from random import Random

from autograder.answers import leaves_alone
from autograder.errors import CheckFailed
from autograder.web import mistake


def driver(number, place, rating=4.5, status="active", busy=False):
    return {"driver_id": number, "place": place, "status": status, "busy": busy, "rating": rating}


class Maps:
    """Gives distances to Baixa from a table, and notes each question. The way back is another one."""

    def __init__(self, metres):
        self.metres, self.asked = metres, []

    def distance(self, place, pickup):
        self.asked.append((place, pickup))
        return self.metres[place] if pickup == "Baixa" else 90_000 - self.metres.get(pickup, 0)


FEW = {"near": 300, "mid": 800, "also mid": 800, "far": 4000, "here": 0}
BUSY = "You chose a driver who is busy. Keep only those who are not."
STATUS = "You chose a driver who is not active. Only the status `active` can be chosen."
LOWER = "Among equal distances the *higher* rating wins. `min` looks for the smallest key: put a minus before the rating."
ID = "Among equal distances and equal ratings the lower driver_id wins, wherever it stands in the list."
ORDER = "The distance decides first, then the rating, then the driver_id."
UNRATED = "A rating of None counts as 0. The driver takes part, and loses against each higher rating."


def _rating_of(one):
    return one["rating"] or 0


def _fits(one):
    return one["status"] == "active" and not one["busy"]


def _key_of(metres, one):
    return metres, -_rating_of(one), one["driver_id"]


SLIPS = (
    ("missing-filter", BUSY, lambda one: one["status"] == "active", _key_of),
    ("missing-filter", STATUS, lambda one: not one["busy"], _key_of),
    ("missing-filter", STATUS, lambda one: one["status"] != "banned" and not one["busy"], _key_of),
    ("no-tie-break", ID, _fits, lambda metres, one: (metres, -_rating_of(one))),
    ("no-tie-break", ID, _fits, lambda metres, one: (metres, -_rating_of(one), -one["driver_id"])),
    ("none-compare", UNRATED, lambda one: _fits(one) and one["rating"] is not None, _key_of),
    ("none-compare", UNRATED, _fits, lambda metres, one: (metres, -_rating_of(one) if one["rating"] else -9, one["driver_id"])),
    ("wrong-direction", LOWER, _fits, lambda metres, one: (metres, _rating_of(one), one["driver_id"])),
    ("no-tie-break", LOWER, _fits, lambda metres, one: metres),
    ("key-order", ORDER, _fits, lambda metres, one: (metres, one["driver_id"])),
    ("key-order", ORDER, _fits, lambda metres, one: (-_rating_of(one), metres, one["driver_id"])),
)


def best_of(crowd, metres, keep, key):
    kept = [one for one in crowd if keep(one)]
    return min(kept, key=lambda one: key(metres[one["place"]], one))["driver_id"] if kept else None


def expect_pick(*crowd, metres=FEW):
    """Require the right driver; name the slip that leads to the one that came."""
    expected = best_of(crowd, metres, _fits, _key_of)
    stopped = ("", "Your code stopped with an error. Try a list like the one in the task, with two drivers.")
    if expected is None:
        stopped = ("empty-case", "When nobody can be chosen the result is None. `min` of an empty list raises.")
    elif any(one["rating"] is None for one in crowd if _fits(one)):
        stopped = ("none-compare", "A rating can be None. Python neither negates nor compares it: write `rating or 0`.")
    with mistake(*stopped):
        got = pick_driver(list(crowd), "Baixa", Maps(metres).distance)
    if isinstance(got, dict):
        raise CheckFailed("a dict", tag="wrong-result", advice="You return the driver. The task asks for the `driver_id`.")
    if got is not None and expected is None:
        if got in [one["driver_id"] for one in crowd]:
            raise CheckFailed("somebody", tag="missing-filter", advice="Nobody can be chosen: all are busy or not active.")
        raise CheckFailed("no None", tag="empty-case", advice="When nobody can be chosen, the result is None.")
    slips = [(best_of(crowd, metres, keep, key), {"tag": tag, "says": says}) for tag, says, keep, key in SLIPS]
    zero = any(metres[one["place"]] == 0 for one in crowd)
    slips.append((None, {"tag": "falsy-zero" if zero else "no-return", "says": "Somebody can be chosen, and you return None."}))
    same_value(got, expected, known=[one for one in slips if one[0] != expected])


with q.check("nobody to choose", points=0.5, advice="When nobody can be chosen, the result is None."):
    expect_pick()
    expect_pick(driver(1, "near", busy=True), driver(2, "far", busy=True))
    expect_pick(driver(1, "near", status="paused"), driver(2, "far", status="banned"))
with q.check("busy, paused and banned drivers, and a driver at 0 m", points=0.5, advice="Who can be chosen at all?"):
    expect_pick(driver(1, "near", busy=True), driver(2, "far"))
    expect_pick(driver(1, "near", status="banned"), driver(2, "far"))
    expect_pick(driver(1, "near", status="paused"), driver(2, "far"))
    with mistake("falsy-zero", "A driver stood at the pick-up. 0 m is a distance, and the smallest one."):
        expect_pick(driver(1, "near"), driver(2, "here"))
        expect_pick(driver(2, "here"), driver(1, "near"))
        expect_pick(driver(2, "here"))
with q.check("equal distances", points=0.75, advice="Higher rating first, then the lower driver_id."):
    expect_pick(driver(12, "mid", 4.0), driver(9, "also mid", 4.0), driver(10, "mid", 4.0))
    expect_pick(driver(9, "mid", 4.0), driver(10, "mid", 4.0), driver(11, "mid", 4.0))
    expect_pick(driver(8, "here", 4.5), driver(5, "here", 4.5))
    expect_pick(driver(5, "mid", 4.1), driver(8, "also mid", 4.9), driver(9, "far", 5.0))
    expect_pick(driver(8, "mid", 4.9), driver(5, "also mid", 4.1))
    expect_pick(driver(3, "mid", None), driver(6, "mid", 3.0))
    expect_pick(driver(6, "mid", 3.0), driver(3, "mid", None))
    expect_pick(driver(6, "near", None), driver(3, "mid", 5.0))
    expect_pick(driver(6, "mid", None), driver(3, "mid", None))
    expect_pick(driver(3, "mid", None), driver(2, "mid", 0), driver(6, "mid", None))
    expect_pick(driver(2, "mid", None), driver(3, "mid", 0.0))
with q.check("many lists of drivers", points=0.25, advice=f"Filter first. {ORDER}"):
    rng = Random(1404)
    for _ in range(20):
        crowd = [
            driver(
                number,
                rng.choice("abcd"),
                rng.choice((None, 3.5, 4.0, 4.5)),
                rng.choice(("active", "active", "paused")),
                rng.random() < 0.3,
            )
            for number in rng.sample(range(1, 50), rng.randrange(1, 9))
        ]
        expect_pick(*crowd, metres=dict(zip("abcd", (rng.choice((200, 500, 900)) for _ in range(4)))))
with q.check("what Maps is asked", points=0.5, advice="Once for each driver who can be chosen, from driver to pick-up."):
    maps = Maps(FEW)
    crowd = [
        driver(3, "far"),
        driver(6, "near", busy=True),
        driver(5, "mid", 4.5),
        driver(8, "also mid", 4.5),
        driver(2, "here", status="banned"),
    ]
    with mistake("", "Your code stopped with an error. Try a list of five drivers, two of whom cannot be chosen."):
        pick_driver(crowd, "Baixa", maps.distance)
    places = [place for place, _ in maps.asked]
    if any(pickup != "Baixa" for _, pickup in maps.asked):
        says = 'The way leads from the driver to the pick-up: `distance(driver["place"], pickup)`.'
        raise CheckFailed("swapped", tag="swapped-arguments", advice=says)
    if {"near", "here"} & set(places):
        says = "You asked Maps about drivers who cannot be chosen. Filter first, ask then."
        raise CheckFailed("too many", tag="wasteful-calls", advice=says)
    if len(places) > len(set(places)):
        says = "You asked Maps twice about the same driver. Ask once, and keep the answer."
        raise CheckFailed("twice", tag="wasteful-calls", advice=says)
with q.check("the list as it was", points=0.5, advice="Your function changes the caller's list or its dicts: make a new list."):
    for crowd in (
        [driver(9, "far", 4.0), driver(6, "near", 4.8, busy=True), driver(5, "mid", 4.0), driver(2, "mid", 4.5)],
        [driver(9, "far", None), driver(6, "near", status="paused"), driver(5, "mid", None)],
    ):
        try:
            leaves_alone(pick_driver, crowd, "Baixa", Maps(FEW).distance)
        except CheckFailed as failed:
            failed.tag = failed.tag or ("mutates-input" if failed.ran else "")
            raise
q.result()

# %% A1.4 hints [markdown]
# 1. Work in two steps, as in example 3: who can be chosen at all? Then: who is the best of them? Think of the case that
#    the first step leaves nobody.
# 2. A list comprehension filters and makes a new list. For `min`, make a key of three parts: distance, rating, number.
#    The rating needs a minus, because more is better, and `or 0`, because it can be None. `min` asks for the key of
#    each driver once, so Maps is asked once.
# 3. Fill the gap: `min(free, key=lambda one: (distance(one["place"], pickup), …, one["driver_id"]))`


# %% A1.4 wrong mutates-input
# Sorts the caller's list.
def pick_driver(drivers, pickup, distance):
    drivers.sort(key=lambda one: one["driver_id"])
    free = [one for one in drivers if one["status"] == "active" and not one["busy"]]
    if not free:
        return None
    return min(free, key=lambda one: (distance(one["place"], pickup), -(one["rating"] or 0)))["driver_id"]


# %% A1.4 wrong mutates-input
# Writes the distance into the caller's dicts.
def pick_driver(drivers, pickup, distance):
    free = [one for one in drivers if one["status"] == "active" and not one["busy"]]
    for one in free:
        one["metres"] = distance(one["place"], pickup)
        one["rating"] = one["rating"] or 0
    free.sort(key=lambda one: (one["metres"], -one["rating"], one["driver_id"]))
    return free[0]["driver_id"] if free else None


# %% A1.4 wrong mutates-input
# Removes drivers from the caller's list.
def pick_driver(drivers, pickup, distance):
    for one in list(drivers):
        if one["busy"] or one["status"] != "active":
            drivers.remove(one)
    key = lambda one: (distance(one["place"], pickup), -(one["rating"] or 0), one["driver_id"])
    return min(drivers, key=key)["driver_id"] if drivers else None


# %% A1.4 wrong wrong-direction change=true
# The lower rating wins.
-    best = min(free, key=lambda one: (distance(one["place"], pickup), -(one["rating"] or 0), one["driver_id"]))
+    best = min(free, key=lambda one: (distance(one["place"], pickup), one["rating"] or 0, one["driver_id"]))

# %% A1.4 wrong none-compare change=true
# None has no minus.
-    best = min(free, key=lambda one: (distance(one["place"], pickup), -(one["rating"] or 0), one["driver_id"]))
+    best = min(free, key=lambda one: (distance(one["place"], pickup), -one["rating"], one["driver_id"]))

# %% A1.4 wrong none-compare
# Leaves out drivers without a rating.
def pick_driver(drivers, pickup, distance):
    free = [one for one in drivers if one["status"] == "active" and not one["busy"] and one["rating"] is not None]
    if not free:
        return None
    return min(free, key=lambda one: (distance(one["place"], pickup), -one["rating"], one["driver_id"]))["driver_id"]


# %% A1.4 wrong missing-filter change=true
# Forgets who is busy.
-    free = [one for one in drivers if one["status"] == "active" and not one["busy"]]
+    free = [one for one in drivers if one["status"] == "active"]

# %% A1.4 wrong missing-filter change=true
# Paused drivers too.
-    free = [one for one in drivers if one["status"] == "active" and not one["busy"]]
+    free = [one for one in drivers if one["status"] != "banned" and not one["busy"]]

# %% A1.4 wrong empty-case change=true
# min of nothing.
-    if not free:
-        return None

# %% A1.4 wrong no-tie-break change=true
# Equal distances and ratings: the first in the list.
-    best = min(free, key=lambda one: (distance(one["place"], pickup), -(one["rating"] or 0), one["driver_id"]))
+    best = min(free, key=lambda one: (distance(one["place"], pickup), -(one["rating"] or 0)))

# %% A1.4 wrong no-tie-break
# Equal distances: the first in the list.
def pick_driver(drivers, pickup, distance):
    best = None
    for one in drivers:
        if one["status"] == "active" and not one["busy"]:
            metres = distance(one["place"], pickup)
            if best is None or metres < best[0]:
                best = (metres, one["driver_id"])
    return best[1] if best else None


# %% A1.4 wrong no-tie-break
# Stops at the first driver who stands at the pick-up.
def pick_driver(drivers, pickup, distance):
    keys = []
    for one in drivers:
        if one["status"] == "active" and not one["busy"]:
            metres = distance(one["place"], pickup)
            if metres == 0:
                return one["driver_id"]
            keys.append((metres, -(one["rating"] or 0), one["driver_id"]))
    return min(keys)[2] if keys else None


# %% A1.4 wrong key-order change=true
# The rating before the distance.
-    best = min(free, key=lambda one: (distance(one["place"], pickup), -(one["rating"] or 0), one["driver_id"]))
+    best = min(free, key=lambda one: (-(one["rating"] or 0), distance(one["place"], pickup), one["driver_id"]))

# %% A1.4 wrong wasteful-calls
# Asks Maps about everybody, then filters.
def pick_driver(drivers, pickup, distance):
    ranked = sorted(
        (distance(one["place"], pickup), -(one["rating"] or 0), one["driver_id"], one["busy"], one["status"])
        for one in drivers
    )
    for _, _, number, busy, status in ranked:
        if status == "active" and not busy:
            return number
    return None


# %% A1.4 wrong wasteful-calls
# Asks Maps about the same drivers again and again.
def pick_driver(drivers, pickup, distance):
    free = [one for one in drivers if one["status"] == "active" and not one["busy"]]
    if not free:
        return None
    least = min(distance(one["place"], pickup) for one in free)
    near = [one for one in free if distance(one["place"], pickup) == least]
    return min(near, key=lambda one: (-(one["rating"] or 0), one["driver_id"]))["driver_id"]


# %% A1.4 wrong swapped-arguments change=true
# The way back.
-    best = min(free, key=lambda one: (distance(one["place"], pickup), -(one["rating"] or 0), one["driver_id"]))
+    best = min(free, key=lambda one: (distance(pickup, one["place"]), -(one["rating"] or 0), one["driver_id"]))

# %% A1.4 wrong falsy-zero
# Takes 0 m, or driver 0, for nothing.
def pick_driver(drivers, pickup, distance):
    best, least = None, 0
    for one in drivers:
        if one["status"] == "active" and not one["busy"]:
            key = (distance(one["place"], pickup), -(one["rating"] or 0), one["driver_id"])
            if not key[0]:
                continue
            if best is None or key < least:
                best, least = one["driver_id"], key
    return best


# %% A1.4 right loop
# Compares by hand, and remembers each distance.
def pick_driver(drivers, pickup, distance):
    best, metres = None, {}
    for one in drivers:
        if one["status"] != "active" or one["busy"]:
            continue
        number = one["driver_id"]
        metres[number] = distance(one["place"], pickup)
        rating = one["rating"] if one["rating"] is not None else 0
        if best is None:
            best, top = number, rating
        elif metres[number] < metres[best]:
            best, top = number, rating
        elif metres[number] == metres[best] and (rating > top or (rating == top and number < best)):
            best, top = number, rating
    return best


# %% A1.4 right heap
# A heap of copies: the caller's list stays.
import copy
import heapq


def pick_driver(drivers, pickup, distance):
    heap = []
    for one in copy.deepcopy(drivers):
        match one:
            case {"status": "active", "busy": False, "rating": rating, "driver_id": number, "place": place}:
                heapq.heappush(heap, (distance(place, pickup), -(rating or 0.0), number, one | {"seen": True}))
    return heapq.heappop(heap)[2] if heap else None


# %% A1.4 right stable-sorts
# Sorting is stable: sort by the least important first. The distances are kept in a dict.
def pick_driver(drivers, pickup, distance):
    free = [dict(one) for one in drivers[:] if not one["busy"] and one["status"] in {"active"}]
    metres = {one["driver_id"]: distance(one["place"], pickup) for one in free}
    free.sort(key=lambda one: one["driver_id"])
    free.sort(key=lambda one: one["rating"] or 0, reverse=True)
    free.sort(key=lambda one: metres[one["driver_id"]])
    return next((one["driver_id"] for one in free), None)


# %% A1.4 right only-if-needed
# With one candidate nobody needs a distance.
def pick_driver(drivers, pickup, distance):
    free = [one for one in drivers if one["status"] == "active" and not one["busy"]]
    if len(free) < 2:
        return free[0]["driver_id"] if free else None
    return max(free, key=lambda one: (-distance(one["place"], pickup), one["rating"] or 0, -one["driver_id"]))["driver_id"]

# %% A1.5 prompt [markdown] type="py-function" core=true
# ## A1.5 Check a ride request
#
# Write `validate_request(data)`: it returns a dict with an entry for *each* field that is wrong, the field's name as
# key and a message of your own (a text that is not empty) as value; if all is right, the dict is empty. A key that is
# not in the table is wrong, and so is a required field that is missing; an optional field may be missing, but if it is
# there, even as None, its value must be right. If `data` is no dict, return one entry with the key `"request"`; the
# function never raises.
#
# | field | required? | value |
# |---|---|---|
# | `rider_id` | yes | an `int`, 1 or more |
# | `pickup_zone_id` | yes | an `int`, 1 or more |
# | `promo_code` | no | a text of 4 to 12 characters, each of them A–Z, a–z or 0–9 |
# | `seats` | no | an `int` from 1 to 6 |
#
# Truth values, floats and texts such as `"1"` are no `int` here.

# %% A1.5 answer
def validate_request(data):
    """Return {field: message} with an entry for each wrong field."""
    ### BEGIN SOLUTION
    if not isinstance(data, dict):
        return {"request": "must be a dict"}
    signs = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    rules = {
        "rider_id": (True, lambda value: type(value) is int and value >= 1),
        "pickup_zone_id": (True, lambda value: type(value) is int and value >= 1),
        "promo_code": (False, lambda value: type(value) is str and 4 <= len(value) <= 12 and set(value) <= signs),
        "seats": (False, lambda value: type(value) is int and 1 <= value <= 6),
    }
    errors = {key: "unknown field" for key in data if key not in rules}
    for field, (required, is_right) in rules.items():
        if field not in data:
            if required:
                errors[field] = "missing"
        elif not is_right(data[field]):
            errors[field] = "not a right value"
    return errors
    ### END SOLUTION

# %% A1.5 check
q = Question("A1.5")
with q.check("a request that is right", points=0.5):
    good = {"rider_id": 7, "pickup_zone_id": 3, "promo_code": "AIR500", "seats": 2}
    same_value(validate_request(good), {}, of=f"validate_request({good})")
with q.check("a request with two errors", points=0.5):
    bad = {"rider_id": 0, "pickup_zone_id": 3, "seats": 9}
    same_value(sorted(validate_request(bad)), ["rider_id", "seats"], of=f"the fields in validate_request({bad})")
q.result()

# %% A1.5 hidden
q = Question("A1.5", hidden=True)
from autograder.errors import CheckFailed
from autograder.web import mistake

RIGHT = {"rider_id": 7, "pickup_zone_id": 3}


def expect_fields(data, fields, tag, says):
    """Require exactly these fields in the errors of a request."""
    with mistake("crash-on-junk", "Your function raised. Whatever comes in, it returns a dict: test the type first."):
        errors = validate_request(data)
    if not isinstance(errors, dict):
        says = "The result is always a dict, and an empty one when all is right."
        raise CheckFailed("no dict", tag="no-dict", advice=says)
    if set(errors) - set(fields) and not set(fields) - set(errors) and tag != "boundary":
        says = "A field that is right was reported. Small letters are letters, and optional fields may be missing."
        raise CheckFailed("too many", tag="too-strict", advice=says)
    with mistake(tag, says):
        same_value(set(errors), set(fields))
    if not all(isinstance(text, str) and text.strip() for text in errors.values()):
        raise CheckFailed("no message", tag="no-message", advice="Give each wrong field a message: a text, not empty.")


FIRST = "Several fields were wrong, and you did not report them all. Collect, and return at the end."
with q.check("several errors at once, and none", points=0.5, tag="first-error-only", advice=FIRST):
    everything = {"rider_id": -9, "pickup_zone_id": "x", "promo_code": "!", "seats": -5}
    expect_fields(everything, list(everything), "first-error-only", FIRST)
    expect_fields({**everything, "tip": 1}, [*everything, "tip"], "first-error-only", FIRST)
    MISSING = "A required field was missing. That is an error of its own."
    expect_fields({"rider_id": 7}, ["pickup_zone_id"], "missing-case", MISSING)
    expect_fields({"pickup_zone_id": 3}, ["rider_id"], "missing-case", MISSING)
    expect_fields({}, ["rider_id", "pickup_zone_id"], "missing-case", MISSING)
    expect_fields({"seats": -5, "rider_id": -9}, ["rider_id", "pickup_zone_id", "seats"], "first-error-only", FIRST)
    SMALL = "A request with the two required fields only is right. Optional fields may be missing."
    expect_fields(RIGHT, [], "too-strict", SMALL)
LOOKS = "A value only looked like a whole number. `isinstance(True, int)` is true: use `type(value) is int`."
with q.check("values that only look like whole numbers", points=0.5, tag="bool-is-int", advice=LOOKS):
    for field in ("rider_id", "pickup_zone_id", "seats"):
        expect_fields({**RIGHT, field: True}, [field], "bool-is-int", LOOKS)
        for value in ("1", "", 1.0, None, [1], {}):
            expect_fields({**RIGHT, field: value}, [field], "wrong-type", "A text, a float, None or a list is no `int`.")
with q.check("something that is no dict", points=0.5, tag="crash-on-junk"):
    JUNK = 'Anything can come in: a list, a text, None. Look at the type first, and return an entry for "request".'
    for junk in ([], ["rider_id", "pickup_zone_id"], None, "rider_id", 7, True, [["rider_id", 7]], 1.5):
        expect_fields(junk, ["request"], "crash-on-junk", JUNK)
with q.check("fields that nobody knows", points=0.5, tag="mass-assignment"):
    UNKNOWN = "The request had a key that is not in the table. What nobody checks could set a price: report it."
    expect_fields({**RIGHT, "fare_cents": 1}, ["fare_cents"], "mass-assignment", UNKNOWN)
    expect_fields({**RIGHT, "Rider_id": 7, "": None}, ["", "Rider_id"], "mass-assignment", UNKNOWN)
    expect_fields({**RIGHT, "request": "x", "seats": 6}, ["request"], "mass-assignment", UNKNOWN)
with q.check("promo codes", points=0.5, advice="4 to 12 characters, each of them A–Z, a–z or 0–9, in a text."):
    for code in ("ABCD", "abcd", "0000", "Summer2025ab", "A1b2"):
        expect_fields({**RIGHT, "promo_code": code}, [], "too-strict", "A right code was refused: 4 to 12, small letters too.")
    for code in ("", "ABC", "ABCDEFGHIJKLM", "A" * 500):
        expect_fields({**RIGHT, "promo_code": code}, ["promo_code"], "boundary", "A code has 4 to 12 characters.")
    for code in ("AIR-500", "AIR 500", "AIR_500", " AIR5", "AIR5!"):
        expect_fields({**RIGHT, "promo_code": code}, ["promo_code"], "loose-pattern", "Only letters and digits are allowed.")
    END = "A code ended in a line break. In a pattern, `$` allows one: use `re.fullmatch`."
    expect_fields({**RIGHT, "promo_code": "AIR500\n"}, ["promo_code"], "loose-pattern", END)
    ALL = "isalnum, isdigit and `\\w` know the letters and digits of all languages. Allow A–Z, a–z and 0–9 only."
    for code in ("١٢٣٤", "SÃO500", "ÉTÉ2025", "promoß", "AIR５００", "五百五百"):
        expect_fields({**RIGHT, "promo_code": code}, ["promo_code"], "unicode-digits", ALL)
    CASE = "Some letters of other alphabets turn into A–Z or a–z when letter case is ignored. Test each sign as it is."
    for code in ("ſUMMER", "AIR500\u212a", "ſ\u212aABC"):
        expect_fields({**RIGHT, "promo_code": code}, ["promo_code"], "unicode-digits", CASE)
    TYPE = "A promo code must be a text. A number, None or a list is an error, not an exception."
    for code in (12345, None, ["A", "I", "R", "5"], True, {"A": 1, "B": 2, "C": 3, "D": 4}, 1234.5, ("A", "B", "C", "D")):
        expect_fields({**RIGHT, "promo_code": code}, ["promo_code"], "wrong-type", TYPE)
with q.check("the limits of numbers", points=0.5, tag="boundary", advice="Test 0, 1, 6 and 7."):
    LIMIT = "A number at a limit was judged wrongly. 1 and 6 seats are right, 0 and 7 are not; ids begin at 1."
    for seats in (1, 2, 6):
        expect_fields({**RIGHT, "seats": seats}, [], "boundary", LIMIT)
    for seats in (0, 7, -1, 10**30):
        expect_fields({**RIGHT, "seats": seats}, ["seats"], "boundary", LIMIT)
    for field in RIGHT:
        expect_fields({**RIGHT, field: 1}, [], "boundary", LIMIT)
        expect_fields({**RIGHT, field: 123_456_789}, [], "boundary", LIMIT)
        expect_fields({**RIGHT, field: 0}, [field], "boundary", LIMIT)
        expect_fields({**RIGHT, field: -3}, [field], "boundary", LIMIT)
q.result()

# %% A1.5 hints [markdown]
# 1. Example 4 has the same five steps: shape, unknown, required, value, collect. Begin with an empty dict, add what is
#    wrong, and return it at the end, not at the first error.
# 2. `isinstance(True, int)` is true, so use `type(value) is int`. Look at the type before the range or the length: a
#    comparison with a text or None raises. For the promo code write down the allowed letters and digits yourself. "The
#    key is missing" and "the value is None" are two cases: ask `"seats" in data`.
# 3. One field, with a gap: `if "seats" in data and not (type(data["seats"]) is int and …): errors["seats"] = "1 to 6"`


# %% A1.5 wrong bool-is-int
# True passes for 1.
def validate_request(data):
    if not isinstance(data, dict):
        return {"request": "must be a dict"}
    errors = {key: "unknown" for key in data if key not in ("rider_id", "pickup_zone_id", "promo_code", "seats")}
    for field in ("rider_id", "pickup_zone_id"):
        if not isinstance(data.get(field), int) or data[field] < 1:
            errors[field] = "must be an int"
    if "seats" in data and not (isinstance(data["seats"], int) and 1 <= data["seats"] <= 6):
        errors["seats"] = "1 to 6"
    code = data.get("promo_code", "GOOD")
    if not (isinstance(code, str) and 4 <= len(code) <= 12 and code.isascii() and code.isalnum()):
        errors["promo_code"] = "4 to 12 letters or digits"
    return errors


# %% A1.5 wrong first-error-only
# Returns at the first error.
def validate_request(data):
    if not isinstance(data, dict):
        return {"request": "must be a dict"}
    for key in data:
        if key not in ("rider_id", "pickup_zone_id", "promo_code", "seats"):
            return {key: "unknown"}
    for field in ("rider_id", "pickup_zone_id"):
        if type(data.get(field)) is not int or data[field] < 1:
            return {field: "must be an int"}
    if "seats" in data and not (type(data["seats"]) is int and 1 <= data["seats"] <= 6):
        return {"seats": "1 to 6"}
    code = data.get("promo_code", "GOOD")
    if not (isinstance(code, str) and 4 <= len(code) <= 12 and code.isascii() and code.isalnum()):
        return {"promo_code": "4 to 12 letters or digits"}
    return {}


# %% A1.5 wrong crash-on-junk change=true
# A list has no keys.
-    if not isinstance(data, dict):
-        return {"request": "must be a dict"}

# %% A1.5 wrong crash-on-junk change=true
# Raises on junk, instead of reporting it.
-        return {"request": "must be a dict"}
+        raise TypeError("must be a dict")

# %% A1.5 wrong mass-assignment change=true
# Does not look at other keys.
-    errors = {key: "unknown field" for key in data if key not in rules}
+    errors = {}

# %% A1.5 wrong unicode-digits change=true
# isalnum knows all languages.
-        "promo_code": (False, lambda value: type(value) is str and 4 <= len(value) <= 12 and set(value) <= signs),
+        "promo_code": (False, lambda value: type(value) is str and 4 <= len(value) <= 12 and value.isalnum()),

# %% A1.5 wrong unicode-digits change=true
# lower() makes a k of the sign for kelvin, as a pattern does that ignores letter case.
-        "promo_code": (False, lambda value: type(value) is str and 4 <= len(value) <= 12 and set(value) <= signs),
+        "promo_code": (False, lambda value: type(value) is str and 4 <= len(value) <= 12 and set(value.lower()) <= signs),

# %% A1.5 wrong loose-pattern
# `$` allows a line break at the end.
import re


def validate_request(data):
    if not isinstance(data, dict):
        return {"request": "must be a dict"}
    errors = {key: "unknown" for key in data if key not in ("rider_id", "pickup_zone_id", "promo_code", "seats")}
    for field in ("rider_id", "pickup_zone_id"):
        if type(data.get(field)) is not int or data[field] < 1:
            errors[field] = "must be an int"
    if "seats" in data and not (type(data["seats"]) is int and 1 <= data["seats"] <= 6):
        errors["seats"] = "1 to 6"
    code = data.get("promo_code", "GOOD")
    if not isinstance(code, str) or not re.match(r"^[A-Za-z0-9]{4,12}$", code):
        errors["promo_code"] = "4 to 12 letters or digits"
    return errors


# %% A1.5 wrong loose-pattern change=true
# Any characters will do.
-        "promo_code": (False, lambda value: type(value) is str and 4 <= len(value) <= 12 and set(value) <= signs),
+        "promo_code": (False, lambda value: type(value) is str and 4 <= len(value) <= 12),

# %% A1.5 wrong too-strict change=true
# Capital letters only.
-    signs = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
+    signs = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

# %% A1.5 wrong too-strict change=true
# Optional fields are required.
-            if required:
-                errors[field] = "missing"
+            errors[field] = "missing"

# %% A1.5 wrong wrong-type
# None passes for "not there".
def validate_request(data):
    if not isinstance(data, dict):
        return {"request": "must be a dict"}
    errors = {key: "unknown" for key in data if key not in ("rider_id", "pickup_zone_id", "promo_code", "seats")}
    for field in ("rider_id", "pickup_zone_id"):
        if type(data.get(field)) is not int or data[field] < 1:
            errors[field] = "must be an int"
    seats, code = data.get("seats"), data.get("promo_code")
    if seats is not None and not (type(seats) is int and 1 <= seats <= 6):
        errors["seats"] = "1 to 6"
    if code is not None and not (type(code) is str and 4 <= len(code) <= 12 and code.isascii() and code.isalnum()):
        errors["promo_code"] = "4 to 12 letters or digits"
    return errors


# %% A1.5 wrong wrong-type change=true
# Converts: "1", 1.9 and True become numbers.
-        "seats": (False, lambda value: type(value) is int and 1 <= value <= 6),
+        "seats": (False, lambda value: str(value).strip(".0").isdigit() and 1 <= int(value) <= 6),

# %% A1.5 wrong crash-on-junk change=true
# Looks at the length before the type.
-        "promo_code": (False, lambda value: type(value) is str and 4 <= len(value) <= 12 and set(value) <= signs),
+        "promo_code": (False, lambda value: 4 <= len(value) <= 12 and set(value) <= signs),

# %% A1.5 wrong boundary change=true
# range ends one earlier.
-        "seats": (False, lambda value: type(value) is int and 1 <= value <= 6),
+        "seats": (False, lambda value: type(value) is int and value in range(1, 6)),

# %% A1.5 wrong boundary change=true
# 0 is taken for an id.
-        "rider_id": (True, lambda value: type(value) is int and value >= 1),
+        "rider_id": (True, lambda value: type(value) is int and value >= 0),

# %% A1.5 wrong boundary change=true
# 13 characters.
-        "promo_code": (False, lambda value: type(value) is str and 4 <= len(value) <= 12 and set(value) <= signs),
+        "promo_code": (False, lambda value: type(value) is str and 4 <= len(value) < 14 and set(value) <= signs),

# %% A1.5 wrong missing-case change=true
# Checks only what is there.
-            if required:
-                errors[field] = "missing"
+            continue

# %% A1.5 wrong no-dict change=true
# None for "all is right".
-    return errors
+    return errors or None

# %% A1.5 wrong no-message change=true
# A wrong field without a word.
-                errors[field] = "missing"
+                errors[field] = None

# %% A1.5 right table
# One table of patterns and ranges, filled by a loop.
import re


def validate_request(data):
    errors = {}
    if type(data) is not dict:
        errors["request"] = f"a dict, please, no {type(data).__name__}"
        return errors
    most = {"rider_id": float("inf"), "pickup_zone_id": float("inf"), "seats": 6}
    for field, value in data.items():
        if field in most:
            if type(value) is not int or not 1 <= value <= most[field]:
                errors[field] = f"{value!r} is no whole number from 1 to {most[field]}"
        elif field == "promo_code":
            if not isinstance(value, str) or not re.fullmatch("[A-Za-z0-9]{4,12}", value):
                errors[field] = "4 to 12 letters or digits"
        else:
            errors[field] = "unknown"
    errors.update({field: "missing" for field in ("rider_id", "pickup_zone_id") if field not in data})
    return errors


# %% A1.5 right match
# Patterns of `match`: bool() is asked before int().
def validate_request(data):
    match data:
        case dict():
            pass
        case _:
            return {"request": "not a dict"}

    def is_number(value, most):
        match value:
            case bool():
                return False
            case int():
                return 0 < value and (most is None or value <= most)
            case _:
                return False

    def problem(field):
        match field, data.get(field, ...):
            case ("rider_id" | "pickup_zone_id"), number if not is_number(number, None):
                return "a whole number, 1 or more"
            case "seats", number if number is not ... and not is_number(number, 6):
                return "1 to 6"
            case "promo_code", str(code) if 4 <= len(code) <= 12 and code.isascii() and code.isalnum():
                return None
            case "promo_code", code if code is not ...:
                return "4 to 12 letters or digits"
            case ("rider_id" | "pickup_zone_id" | "seats" | "promo_code"), _:
                return None
        return "unknown"

    fields = {"rider_id", "pickup_zone_id", *data}
    return {field: text for field in fields if (text := problem(field))}


# %% A1.5 right try
# Asks for forgiveness: whatever goes wrong with a value is an error of its field.
def validate_request(data):
    if not isinstance(data, dict):
        return dict(request="must be a dict")

    def number(value, most=10**100):
        assert not isinstance(value, bool) and isinstance(value, int) and 1 <= value <= most

    def code(value):
        assert isinstance(value, str) and len(value) in range(4, 13)
        assert all("0" <= sign <= "9" or "A" <= sign <= "Z" or "a" <= sign <= "z" for sign in value)

    tests = {"rider_id": number, "pickup_zone_id": number, "promo_code": code, "seats": lambda value: number(value, 6)}
    errors = {}
    for field in [*data, *({"rider_id", "pickup_zone_id"} - set(data))]:
        try:
            tests[field](data[field])
        except Exception as error:
            errors[field] = f"wrong: {error!r}"
    return errors

# %% A1.6 prompt [markdown] type="choice-set"
# ## A1.6 Who owns it?
#
# Put each of the twelve tasks under one owner. For two of the tasks two owners are right; choose one of the two.
#
# | owner | owns |
# |---|---|
# | `front_end` | what riders see and touch, on their own device |
# | `back_end` | the rules of Hopline, as code on its servers, and the contract that it offers |
# | `database` | the stored rows: structures and constraints that hold whichever program writes |
# | `operations` | that it all runs: machines, copies, alarms |
#
# | letter | task |
# |---|---|
# | a | Turn a password into a hash before it is stored. |
# | b | Choose the colour of the *Request* button. |
# | c | Refuse the second driver who accepts the same trip, whatever the apps show. |
# | d | Each night, copy all data to another city, and try out whether the copy can be read. |
# | e | Write the OpenAPI file, the description of all requests and answers. |
# | f | Keep an index, so that the trips of one rider are found without reading all trips. |
# | g | Compute the price of a ride. |
# | h | Let the car glide on the map between two positions. |
# | i | Make sure that no two accounts have the same e-mail address. |
# | j | Show a message beside the field while a rider still types. |
# | k | Wake somebody up when requests fail at night. |
# | l | After a power cut, take back a write that was only half done. |
#
# Write the letters in any order: `"xyz"`, `"x, y, z"` or `["x", "y", "z"]`.

# %% A1.6 answer
# Each letter once.
front_end = ""
back_end = ""
database = ""
operations = ""
### BEGIN SOLUTION
front_end = "bhj"
back_end = "aceg"
database = "fil"
operations = "dk"
### END SOLUTION

# %% A1.6 check
q = Question("A1.6")
with q.check("each letter once", points=0.5):
    picks = [pick for pick in (front_end, back_end, database, operations) if pick]
    for pick in picks or [""]:
        chosen(pick, among="abcdefghijkl")
    placed = [letter for pick in picks for part in pick for letter in part.lower()]
    twice = [letter for letter in "abcdefghijkl" if placed.count(letter) > 1]
    missing = [letter for letter in "abcdefghijkl" if letter not in placed]
    assert not twice, f"More than once: {', '.join(twice)}. Keep each letter under one owner."
    assert not missing, f"Not placed yet: {', '.join(missing)}. Put each of the twelve letters under an owner."
q.result()

# %% A1.6 hidden
q = Question("A1.6", hidden=True)
from autograder.errors import CheckFailed

picked = {"front_end": front_end, "back_end": back_end, "database": database, "operations": operations}


def letters_of(owner):
    """The letters that stand under an owner."""
    if picked[owner] or not any(picked.values()):
        chosen(picked[owner])  # the form alone
    return {letter for part in picked[owner] or "" for letter in part.lower() if letter.isalpha()}


def expect_owner(letter, *owners, **known):
    """Require one of these owners; `known` has (tag, words) by a wrong owner."""
    got = {owner for owner in picked if letter in letters_of(owner)}
    if len(got) == 1 and got <= set(owners):
        return
    for owner in sorted(got - set(owners)):
        if owner in known:
            tag, says = known[owner]
            raise CheckFailed(f"{letter} has another owner.", tag=tag, advice=says)
    raise CheckFailed(f"{letter} has another owner.")


with q.check(
    "the rules of Hopline",
    points=1,
    tag="other-owner",
    advice="Ask of each task: could somebody with the app in hand get around it? Is it a rule, or the contract?",
):
    PHONE = "Riders can change what runs on their phones. A price that the phone computes is a price that the rider sets."
    HASH = "If the phone made the hash, the hash itself would be the password. It is made where nobody outside can look."
    FORM = "A check in the app is comfort: other programs can send requests too. The rule must hold behind the app."
    expect_owner("g", "back_end", front_end=("trust-client", PHONE))
    expect_owner("a", "back_end", front_end=("trust-client", HASH))
    expect_owner("c", "back_end", "database", front_end=("client-validation", FORM))
    expect_owner("i", "database", "back_end", front_end=("client-validation", FORM))
    expect_owner("e", "back_end", front_end=("contract-owner", "Who answers the requests describes them: the contract."))
    if letters_of("back_end") - set("aegci"):
        says = "The back-end holds a task that is no rule of Hopline: it is seen on the phone, kept by the database, or run."
        raise CheckFailed("too much", tag="other-owner", advice=says)
with q.check(
    "what the rider sees",
    points=0.5,
    tag="frontend-task",
    advice="Colours, movement and help while typing happen on the phone, without any server.",
):
    for letter in "bhj":
        expect_owner(letter, "front_end")
with q.check(
    "stored rows",
    points=0.5,
    tag="database-task",
    advice="Some work the database does by itself, whichever program writes: what finds rows, what makes a write whole?",
):
    for letter in "fl":
        expect_owner(letter, "database")
with q.check(
    "keeping it running",
    points=0.5,
    tag="operations-task",
    advice="Copies elsewhere and alarms at night are about machines and people, not about rules or rows.",
):
    for letter in "dk":
        expect_owner(letter, "operations")
q.result()

# %% A1.6 hints [markdown]
# 1. Ask of each task: could a rider with some tools change the result? What riders can change must not be a rule.
# 2. Begin with what is only seen: it belongs to the front end. Then find what is about machines, copies and alarms. Of
#    the rest, the database has what holds for all programs that write: how rows are found, kept whole, kept unique.
#    Rules about money, passwords and trips, and the contract, live on the server. A constraint on rows can be owned by
#    two: by the code that asks, and by the database that refuses.
# 3. Fill the gaps: `front_end = "bhj"`, `operations = "d…"`, `database = "f…l"`, and the rest is the back-end's.

# %% A1.6 wrong trust-client
# The phone computes the price.
front_end = "bhjg"
back_end = "ace"
database = "fil"
operations = "dk"

# %% A1.6 wrong trust-client
# The phone makes the hash.
front_end = "abhj"
back_end = "ceg"
database = "fil"
operations = "dk"

# %% A1.6 wrong client-validation
# The form looks for a free e-mail address.
front_end = ["b", "h", "j", "i"]
back_end = ["a", "c", "e", "g"]
database = ["f", "l"]
operations = ["d", "k"]

# %% A1.6 wrong client-validation
# The app hides the button.
front_end = "bchj"
back_end = "aeg"
database = "fil"
operations = "dk"

# %% A1.6 wrong frontend-task
# The server shows messages.
front_end = "bh"
back_end = "acegj"
database = "fil"
operations = "dk"

# %% A1.6 wrong operations-task
# The database copies itself.
front_end = "bhj"
back_end = "aceg"
database = "fild"
operations = "k"

# %% A1.6 wrong database-task
# Somebody repairs half-done writes by hand.
front_end = "bhj"
back_end = "aceg"
database = "fi"
operations = "dkl"

# %% A1.6 wrong contract-owner
# The app says what it wants to send.
front_end = "bhje"
back_end = "acg"
database = "fil"
operations = "dk"

# %% A1.6 wrong other-owner
# A price in the database.
front_end = "bhj"
back_end = "ace"
database = "filg"
operations = "dk"

# %% A1.6 right constraint
# A unique index keeps e-mail addresses apart, and a condition in the UPDATE keeps the second driver out.
front_end = "B, H, J"
back_end = "e g a"
database = ["l", "f", "i", "c"]
operations = ("k", "d")

# %% A1.6 right code
# The code looks both up before it writes.
front_end = {"b", "j", "h"}
back_end = "a c e g i"
database = "f;l"
operations = "KD"

# %% [markdown]
# ## Close
#
# ### Common mistakes you may have met
#
# When a check recognises a mistake, its result shows one of these names.
#
# | name | what happened |
# |---|---|
# | `float-money` | A float took part, or is the result; money is whole cents. |
# | `rounding-place` | A part of 100 m was charged; divide before you multiply. |
# | `rounding-step` | Parts of a cent were dropped on the way; drop once, at the end. |
# | `rounding-direction` | The other amount was floored; here the discount is. |
# | `banker-rounding` | `round` takes the nearest; the rule drops the part. |
# | `wrong-base` | The factor was applied to a part of the sum. |
# | `no-floor` | A fare fell below 0. |
# | `closed-interval` | The end was taken in; use `<` for the end. |
# | `open-start` | The start was left out; use `>=` for the start. |
# | `date-only` | Only the dates were compared; the time of the day counts too. |
# | `falsy-zero` | 0 was taken for nothing; ask with `is None`. |
# | `none-compare` | None was compared with a number or a time; decide first what it means. |
# | `none-crash` | None was used as if it were a dict. |
# | `empty-case` | An empty list was not thought of. |
# | `missing-case` | One of the cases of the task was forgotten. |
# | `missing-filter` | Somebody was chosen who cannot be chosen. |
# | `no-tie-break` | Among equals the wrong one won. |
# | `key-order` | The parts of the key stand in the wrong order; the first decides first. |
# | `wrong-direction` | Less won where more is better. |
# | `mutates-input` | The caller's list or dict was changed. |
# | `wasteful-calls` | A service was asked more often than needed. |
# | `swapped-arguments` | The arguments were handed over in the wrong order. |
# | `no-validation` | Something was done with values that nobody had checked. |
# | `crash-on-junk` | Unexpected input raised an exception. |
# | `first-error-only` | Only the first problem was reported. |
# | `mass-assignment` | An unknown field was let in. |
# | `bool-is-int` | True passed for 1. |
# | `wrong-type` | A value has another type than the task says. |
# | `wrong-error` | Another exception was raised than the one that the task names. |
# | `unicode-digits` | Letters or digits of other alphabets passed. |
# | `loose-pattern` | The test of a text let too much through. |
# | `too-strict` | Something right was refused. |
# | `boundary` | A limit stands in the wrong place. |
# | `no-return` | The function returned None; `print` only shows a value. |
# | `wrong-result` | Another result came than the task asks for. |
# | `no-dict` | The result is no dict. |
# | `no-message` | A wrong field has no message. |
# | `no-surge` | The surge changed nothing. |
# | `notify-early` | Somebody was told before it was stored. |
# | `store-unpriced` | A trip was stored before its fare was known. |
# | `wrong-part` | A step came before the one that makes it possible. |
# | `frontend-task` | Something that is only seen went to a server, or the other way round. |
# | `trust-client` | A rule ran where the rider can change it. |
# | `client-validation` | A rule was checked in the app only. |
# | `contract-owner` | The contract went to the side that asks, not to the side that answers. |
# | `database-task` | Work that the database does by itself went to somebody else. |
# | `operations-task` | Work on machines, copies or alarms went to somebody else. |
# | `other-owner` | A task went to another owner than the table says. |
#
# ### Read the source
#
# - [Floating-point arithmetic: issues and limitations](https://docs.python.org/3/tutorial/floatingpoint.html), in the
#   Python tutorial: why 1.15 is not 1.15.
# - [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339): how a time is written, and why `Z` stands at its end.
# - [RFC 9110, section 3](https://www.rfc-editor.org/rfc/rfc9110#section-3): clients, servers and messages, in the words
#   of HTTP itself. Module C1 begins there.
#
# ### Next
#
# Module A2, *Ask one table*: the database of this module was a dict with two lists. In A2 you ask a real one.
