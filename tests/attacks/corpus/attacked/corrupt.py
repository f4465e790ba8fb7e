# id: c50_markup_in_names
# category: corrupt
# goal: HTML in everything that a learner names: functions, types, exceptions, attributes, columns
# detect: re.search('<(script|img|svg|b)[ >][^<]*PWN', markup)
# %% cell q1
%%sql totals
select '<script>PWN()</script>' as "<img src=x onerror=PWN>", 1 as "`<b onclick=PWN>`"
# %% cell q2
def order_total(orders, customer):
    raise type("<script>PWN()</script>", (Exception,), {})("<img src=x onerror=PWN> `<svg onload=PWN>`")
order_total.__name__ = order_total.__qualname__ = "<script>PWN()</script>"
print("<script>PWN()</script>")
# %% cell q3
class Strange: pass
Strange.__name__ = Strange.__qualname__ = "<img src=x onerror=PWN>"
Strange.__repr__ = lambda self: "<script>PWN()</script>"
def fetch_all(http, base_url, token):
    http.get(f"{base_url}/<script>PWN()</script>", headers={"X": "<svg onload=PWN>"}, timeout=2)
    return Strange()
# %% cell q4
def create_app():
    def app(environ, start_response):
        start_response("200 <script>PWN()</script>", [("Content-Type", "<img src=x onerror=PWN>"), ("X", "</pre><script>PWN()</script>")])
        return [b"</td></table><script>PWN()</script>"]
    return app
# %% cell q5
raise RuntimeError("</p><script>PWN()</script>")

# id: c51_rich_outputs
# category: corrupt
# goal: outputs that run in a browser: HTML, SVG, JavaScript, widgets, styles over the score
# detect: any(word in markup for word in ('PWN', 'position:fixed', '<svg', 'application/javascript'))
# place: q1
from IPython.display import HTML, SVG, Javascript, Markdown, display
display(HTML("<script>PWN()</script><div style='position:fixed;top:0'>15 of 15 points</div>"))
display(Javascript("PWN()"), Markdown("<img src=x onerror=PWN>"))
display({"application/vnd.jupyter.widget-view+json": {"model_id": "PWN"}, "image/svg+xml": "<svg onload=PWN>", "text/html": "<script>PWN</script>"}, raw=True)

# id: c52_control_codes
# category: corrupt
# goal: escape sequences to the instructor's terminal, in everything that the command prints
# detect: '\x1b' in terminal or '\x07' in terminal or '\x9b' in terminal
# %% cell q2
print("\x1b]0;owned\x07\x1b[2J\x9b31m")
def order_total(orders, customer):
    raise ValueError("\x1b]0;owned\x07")
# %% mutate
def mutate(nb):
    nb["metadata"]["kernelspec"] = {"name": "\x1b[31mother", "language": "\x1b]0;owned\x07\x9b31m"}
    for cell in nb["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if about.get("locked"):
            cell["source"] += "\n# \x1b[2J"

# id: c53_names_of_files
# category: corrupt
# goal: escape sequences, markup and HTML in the names of files
# detect: '\x1b' in terminal or '<script>PWN' in markup or '[red]PWN' not in terminal
# %% mutate
def mutate_files():
    os.rename(NB, SUB + "/\x1b]0;owned\x07[red]PWN<script>PWN<|script>.ipynb")
    for name in ("\x1b[2J", "<img src=x onerror=PWN>.html", "[link=mailto:x]y[|link].txt"):
        with open(f"{SUB}/{name}", "w") as file:
            file.write("x")

# id: c54_two_named_files
# category: corrupt
# goal: the same where nothing can be graded and the message lists what the folder holds
# detect: '\x1b' in terminal or '<script>PWN' in markup
# %% mutate
def mutate_files():
    os.rename(NB, SUB + "/\x1b]0;owned\x07<script>PWN<|script>.txt")

# id: c55_surrogates
# category: corrupt
# goal: half characters, NULs and other texts that no file or database takes, wherever a text can stand
# detect: score_none or autograde_rc != 0 or other is None or 'failed' in json.loads(results or '{}').get('run', {'failed': 1})
# %% cell q1
totals = "select '\ud800' as name, '\x00' as total"
print("\ud800 \x00 \udcff \ufffe \x85")
# %% cell q2
def order_total(orders, customer):
    raise type("\ud800\x00", (Exception,), {})("\udfff \x00")
order_total.__name__ = "\ud83d"
# %% cell q3
def fetch_all(http, base_url, token):
    return ["\ud800", {"\udfff": "\x00"}]
# %% cell q4
def create_app():
    def app(environ, start_response):
        start_response("200 \ud800", [("Content-Type", "\udfff"), ("X-\x00", "\r\nSet-Cookie: a=b")])
        return ["\ud800"]
    return app
# %% cell q5
raise ValueError("\ud800\x00")

# id: c56_strange_notebook
# category: corrupt
# goal: a notebook whose parts are of the wrong types
# detect: autograde_rc != 0 or other is None or score > 0
# %% mutate
def mutate(nb):
    nb["metadata"] = ["\ud800"]
    for at, cell in enumerate(nb["cells"]):
        cell["source"] = (cell["source"], [cell["source"]], [[["x"]]], {"a": 1}, None, 7, [None, 3.5, True])[at % 7]
        cell["outputs"] = ("x", None, [None, 1, "y", {"output_type": []}])[at % 3]
        if at % 4 == 0:
            cell["metadata"]["nbgrader"] = (1, "x", [], {"grade_id": ["x"]}, {"grade_id": {"$": 1}, "points": "NaN"})[at % 5]
    nb["cells"] += [None, 1, "x", [], {}, {"cell_type": []}, {"cell_type": "code", "metadata": None, "source": "pass"}]
    nb["nbformat"] = "\x00"

# id: c57_not_json
# category: corrupt
# goal: files that are nearly JSON: cut off, deep, NaN, doubled keys, other encodings
# detect: autograde_rc != 0 or other is None
# %% mutate
def mutate_files():
    with open(NB, "r") as file:
        text = file.read()
    with open(NB, "wb") as file:
        file.write(b"\xff\xfe" + ('{"cells": [' + "[" * 200_000 + text[: len(text) // 2] + 'NaN, "\ud800').encode("utf-16-le", "surrogatepass"))

# id: c58_timestamps
# category: corrupt
# goal: a time stamp that no calendar has
# detect: autograde_rc != 0 or other is None or '\x1b' in terminal
# %% mutate
def mutate_files():
    with open(SUB + "/timestamp.txt", "w") as file:
        file.write("9999-12-31 23:59:59.999999 -2359\x1b[31m" + "9" * 300)

# id: c59_timestamp_overflow
# category: corrupt
# goal: a time stamp that overflows when it is turned into UTC
# detect: autograde_rc != 0 or other is None
# %% mutate
def mutate_files():
    with open(SUB + "/timestamp.txt", "w") as file:
        file.write("9999-12-31 23:59:59 -12:00")

# id: c60_doubled_ids
# category: corrupt
# goal: grade ids twice, in other cells, with schema versions of the past and the future
# detect: autograde_rc != 0 or other is None or score > 0
# %% mutate
import copy
def mutate(nb):
    extra = []
    for cell in nb["cells"]:
        about = cell["metadata"].get("nbgrader")
        if about:
            twin = copy.deepcopy(cell)
            twin["id"] += "-twin"
            twin["metadata"]["nbgrader"].update(schema_version=(0, 99, "x", None)[len(extra) % 4], points=1e308)
            extra.append(twin)
    nb["cells"] = extra + nb["cells"]

# id: c61_feedback_by_hand
# category: corrupt
# goal: hand in a feedback page, an autograded notebook and a database beside the notebook
# detect: 'PWN' in markup or 'PWN' in notebook or 'PWN' in autograded('gradebook.db')
# %% file e9_attacked.html
<script>PWN()</script>
# %% file feedback/e9_attacked.html
<script>PWN()</script>
# %% file gradebook.db
PWN
# %% file nbgrader_config.py
c = get_config()
c.Exchange.root = "/PWN"
