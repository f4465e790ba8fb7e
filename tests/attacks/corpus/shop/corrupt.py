# id: c01_xss_display
# category: corrupt
# goal: script in an HTML output runs in the instructor's / learner's feedback page
# place: q1
# detect: '<script>/*XSS1*/' in feedback
from IPython.display import display, HTML

display(HTML("<script>/*XSS1*/document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"))
q1_sql = "select 1"

# id: c08_score_spoof_css
# category: corrupt
# goal: no script: a style overlay that shows a forged total on the feedback page
# place: q1
# detect: 'position:fixed' in feedback and 'Score: 14.0' in feedback
from IPython.display import display, HTML

display(
    HTML(
        "<div style='position:fixed;top:0;left:0;width:100%;background:#fff;z-index:9999'><h1>ps1 (Score: 14.0 / 14.0)</h1></div><style>.panel-heading h4{display:none}</style>"
    )
)
q1_sql = "select 1"

# id: c09_surrogate_output
# category: corrupt
# goal: lone surrogates and NUL in outputs break the writer
# place: q1
# detect: autograde_rc != 0 or other is None or score_none
print("\udc80\ud800\x00 ok")
display({"text/plain": "\udfff"}, raw=True)
q1_sql = "select 1"

# id: c10_invalid_json
# category: corrupt
# goal: the notebook is not JSON: are the other students graded, is it reported per student?
# place: notebook
# detect: other is None
# %% mutate
def mutate_files():
    open(NB, "w").write('{"cells": [')

# id: c16_path_names
# category: corrupt
# goal: extra files with hostile names (newline, ../, very long, leading dash)
# place: notebook
# detect: other is None
# %% mutate
import os


def mutate_files():
    for n in ("-rf", "a\nb.txt", "x" * 250, "..\\..\\evil", "\u202egnp.exe"):
        open(SUB + "/" + n, "w").write("x")
