# id: b70_wrong
# category: baseline
# goal: nothing: wrong queries only, must score 0
# detect: score != 0

# id: b71_one_right
# category: baseline
# goal: control: one right query, with a comment and another layout, earns its 2 points
# detect: score != 2
# place: q1
%%sql electric
/* mine */ select v.plate,
       v.model from vehicles as v
where v.retired_at is null and v.is_electric;

# id: q70_python_in_place_of_sql
# category: forge
# goal: bind the query's name by Python: to a text that changes, compares equal to everything, or isn't one
# detect: score > 0
# %% cell q1
class Text(str):
    turn = 0
    def __eq__(self, other): return True
    def __str__(self):
        Text.turn += 1
        return "select plate, model from vehicles where 0" if Text.turn % 2 else "select 1"
    __repr__ = __str__
    __hash__ = str.__hash__
electric = Text("select 1")
# %% cell q2
dearest = type("Rows", (list,), {"__eq__": lambda *a: True})([(1, 2)])

# id: q71_patched_database
# category: forge
# goal: change the data, the connection and the scenario before the check looks
# detect: score > 0
# %% cell first
import hopline, sqlite3
hopline.load = lambda *args, **kwargs: sqlite3.connect(":memory:")
# %% cell q1
for name in dir(city):
    try:
        setattr(city, name, None)
    except Exception:
        pass
try:
    city.execute("delete from vehicles")
    city.commit()
except Exception:
    pass
electric = "select plate, model from vehicles"

# id: q72_schema_writes
# category: forge
# goal: write to the database by pragmas, triggers, temporary tables and views
# detect: score > 0
# %% cell q1
electric = "pragma writable_schema = on; update sqlite_schema set sql = ''; select 1"
# %% cell q2
dearest = "create temp view trips as select 1 as trip_id, 1 as fare_cents"
# %% cell q3
unreachable = "with riders as (select 1 as rider_id, 'x' as full_name) select * from riders"
# %% cell q4
literal_signs = "explain select 1"

# id: q73_files_by_sql
# category: escape
# goal: read and write files from a query
# detect: left or home_changed or course_changed or 'CANARY' in text or 'root:' in text
# %% cell q1
electric = "select plate, readfile('/etc/passwd') as model from vehicles"
# %% cell q2
dearest = "attach '/tmp/pwned.db' as p"
# %% cell q3
unreachable = "select load_extension('/tmp/x') as rider_id, fts3_tokenizer('simple') as full_name"
# %% cell q4
literal_signs = "select * from pragma_database_list, pragma_compile_options, pragma_temp_store_directory('/tmp')"

# id: q74_hidden_rows
# category: leak
# goal: rows of the hidden data sets in columns, errors, texts of plans
# detect: re.search('AA-0[1-5]|2099-12-31', text)
# %% cell q1
electric = "select plate, model, retired_at, (select group_concat(plate || retired_at) from vehicles) as r from vehicles"
# %% cell q2
dearest = "select json(plate) from vehicles"
# %% cell q3
unreachable = "explain query plan select * from vehicles where plate in (select plate from vehicles)"

# id: q75_endless_queries
# category: exhaust
# goal: seven queries that never end, each in another way
# detect: other is None or wall > 60 or len(feedback) > 5e6
# %% cell q1
electric = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"
# %% cell q2
dearest = "select count(*) from trips a, trips b, trips c, trips d, trips e"
# %% cell q3
unreachable = "select hex(zeroblob(500000000)), printf('%.*c', 300000000, 'x')"
# %% cell q4
literal_signs = "with recursive c(x) as (select 'a' union all select x || x from c) select x from c"
# %% cell q5
%%sql
select group_concat(a.x || b.x) from (select hex(randomblob(100000)) as x from trips) a, (select hex(randomblob(100000)) as x from trips) b
# %% cell q6
%%sql
select replace(replace(hex(zeroblob(1000000)), '0', hex(zeroblob(1000))), '0', hex(zeroblob(1000)))
# %% cell q7
%%sql
select 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' like '%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%a%ac'

# id: q76_strange_results
# category: corrupt
# goal: results with markup, control codes, half characters, thousands of columns and equal names
# detect: re.search('<(script|img)[ >][^<]*PWN', markup) or '\x1b' in terminal or len(feedback) > 5e6 or autograde_rc != 0
# %% cell q1
electric = "select '<script>PWN</script>' as \"<img src=x onerror=PWN>\", char(27, 7, 0, 55296) as model"
# %% cell q2
dearest = "select " + ", ".join(f"'<script>PWN</script>' as trip_id" for _ in range(1500))
# %% cell q3
unreachable = "select cast(x'fffe00ff' as text) as rider_id, x'00' as full_name, 9e999 as a, -9223372036854775808 as b"
