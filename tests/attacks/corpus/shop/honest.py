# id: b00_honest_wrong
# category: baseline
# goal: nothing: wrong answers only, must score 0
# place: q1
# detect: score > 0
# note: control; must NOT succeed anywhere
q1_sql = "select name, 0 from customers limit 1"

# id: b01_honest_right_q1q2
# category: baseline
# goal: control: two right answers must earn exactly 4 points
# place: q1
# detect: score != 4
# note: control; 'success' here means the grader broke an honest submission
# %% cell q1
q1_sql = "select name, sum(amount) as total from customers c join orders o on o.customer_id=c.id group by c.id order by total desc, name"
# %% cell q2
def order_total(conn, customer_id):
    return conn.execute(
        "select coalesce(sum(amount),0) from orders where customer_id=?", (customer_id,)
    ).fetchone()[0]

# id: b02_honest_noisy
# category: baseline
# goal: control: a right q2 that also warns on stderr must still earn its 2 points
# place: q1
# detect: score != 2
# note: control; nbgrader gives 0 for any stderr output in a test cell
# %% cell q2
import sys, warnings


def order_total(conn, customer_id):
    print("debug", customer_id, file=sys.stderr)
    warnings.warn("slow query")
    return conn.execute(
        "select coalesce(sum(amount),0) from orders where customer_id=?", (customer_id,)
    ).fetchone()[0]
