"""What all tests share: a terminal of no particular width."""

import os

# Several testing processes inherit one; a test says for itself how wide its terminal is.
os.environ.pop("COLUMNS", None)
