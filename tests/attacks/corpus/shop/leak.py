# id: l02_In_history
# category: leak
# goal: a later cell prints the earlier test cells from In[] / history
# place: q4
# detect: 'CANARY-HIDDEN' in loot
loot("".join(get_ipython().user_ns["In"]) + "".join(get_ipython().history_manager.input_hist_raw))


def sign(*a):
    return ""

# id: l03_pre_run_hook
# category: leak
# goal: a pre_run_cell hook records the source of every later cell
# place: q1
# detect: 'CANARY-HIDDEN' in loot
get_ipython().events.register(
    "pre_run_cell", lambda info: loot(info.raw_cell) if "CANARY" in (info.raw_cell or "") else None
)
q1_sql = "select 1"

# id: l05_gc_scan
# category: leak
# goal: scan every object in the process for hidden-test text
# place: q2
# detect: 'CANARY-HIDDEN' in loot
import gc, sys


def order_total(conn, customer_id):
    seen = []
    for o in gc.get_objects():
        for r in gc.get_referents(o) if isinstance(o, (dict, list, tuple)) else ():
            if isinstance(r, str) and "CANARY-HIDDEN" in r and "gc.get_objects" not in r:
                seen.append(r)
    loot("".join(seen)[:5000])
    return 120

# id: l13_hidden_inputs
# category: leak
# goal: log the arguments the hidden tests pass in (the residual leak of any black-box design)
# place: q2
# detect: 'ARG99' in loot
def order_total(conn, customer_id):
    loot("ARG%s" % customer_id)
    return {1: 120, 2: 20, 3: 90}.get(customer_id, 0)

# id: l22_later_cell_prints
# category: leak
# goal: collect hidden inputs in one test and print them from a later cell
# place: q2
# detect: 'ARG99' in text
# %% cell q2
_seen = []


def order_total(conn, customer_id):
    _seen.append(customer_id)
    return {1: 120, 2: 20, 3: 90}.get(customer_id, 0)
# %% cell q5
print(" ".join("ARG%s" % x for x in _seen))


def normalize_email(s):
    return s
