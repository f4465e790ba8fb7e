# What a newcomer types. Every target installs what it needs into .venv first; nothing else on the machine is touched.
#
#   make start   install, then open the course in JupyterLab       (make start ARGS=--no-browser: only print the address)
#   make demo    install, then grade the bundled sample class in build/demo, without a browser
#   make test    install what tests need, then run all of them     (make test ARGS="-k sql": some of them)
#   make lint    style, types, layers
#   make build   rebuild solutions/ and exercises/ from course/    (make build ARGS=--check: only compare)

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet -c constraints.txt
ARGS   ?=
TESTERS ?= 3


CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: start demo test test-fast lint build verify samples clean

start: $(VENV)/learner
	$(BIN)/engineroom start $(ARGS)

demo: $(VENV)/instructor
	$(BIN)/engineroom grade --submitted tests/samples/submitted --into build/demo $(ARGS)

test: $(VENV)/developer chromium
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n $(TESTERS) --dist loadfile -m "$(if $(CHROMIUM_NOW),,not browser)" $(ARGS)

test-fast: $(VENV)/developer
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

build: $(VENV)/author
	$(BIN)/engineroom build $(ARGS)

verify: $(VENV)/author
	$(BIN)/engineroom verify $(ARGS)

samples: $(VENV)/author
	$(BIN)/python tests/samples/make.py

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# --- installation: one stamp file per set of extras ------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Engine Room needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/learner: EXTRAS = lab,web,auth,search
$(VENV)/instructor: EXTRAS = lab,web,auth,grade
$(VENV)/author: EXTRAS = lab,author
$(VENV)/developer: EXTRAS = test

$(VENV)/learner $(VENV)/instructor $(VENV)/author $(VENV)/developer: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) -e '.[$(EXTRAS)]'
	@touch $@

# The browser tests drive Debian's Chromium. Without it, and without the right to install it, they are left out, aloud.
.PHONY: chromium
chromium:
ifeq ($(CHROMIUM),)
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	else echo "NOTE: no Chromium on this machine, so the browser tests are left out. CI runs them."; fi
endif
CHROMIUM_NOW = $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
