# id: b00_wrong
# category: baseline
# goal: nothing: wrong answers only, must score 0
# detect: score != 0

# id: b01_right
# category: baseline
# goal: control: two right answers must earn exactly 6 points
# detect: score != 6
# %% cell q1
%%sql totals
select c.name, sum(o.amount) as total from orders o join customers c on c.id = o.customer_id group by c.id order by 2 desc, 1
# %% cell q2
def order_total(orders, customer):
    if min((amount for _, amount in orders), default=0) < 0:
        raise ValueError
    return sum(amount for one, amount in orders if one == customer)

# id: b02_noisy
# category: baseline
# goal: control: a right function that prints, warns and logs must still earn its 3 points
# detect: score != 3
# place: q2
import logging, os, sys, warnings
def order_total(orders, customer):
    print("debug", customer)
    print("debug", customer, file=sys.stderr)
    os.write(2, b"straight to the descriptor\n")
    warnings.warn("slow")
    logging.getLogger().error("an error that is none")
    if min((amount for _, amount in orders), default=0) < 0:
        raise ValueError
    return sum(amount for one, amount in orders if one == customer)

# id: b03_threads
# category: baseline
# goal: control: an honest answer that uses threads, a subprocess and a temporary file keeps its 3 points
# detect: score != 3
# place: q2
import subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
def order_total(orders, customer):
    with tempfile.NamedTemporaryFile("w+") as file, ThreadPoolExecutor(4) as pool:
        file.write("note")
        assert subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout == "42\n"
        if any(pool.map(lambda pair: pair[1] < 0, orders)):
            raise ValueError
    return sum(amount for one, amount in orders if one == customer)

# id: b04_one_hang
# category: baseline
# goal: control: who hangs in one answer loses that answer only: 3 points for the other
# detect: score != 3 or 'E9.1' not in points
# %% cell q1
while True:
    pass
# %% cell q2
def order_total(orders, customer):
    if min((amount for _, amount in orders), default=0) < 0:
        raise ValueError
    return sum(amount for one, amount in orders if one == customer)
