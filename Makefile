# `make demo` and `make test` need git, make and Python 3.11 to 3.14 with venv; no root, Docker, database or broker.
# ARGS passes options on:  make demo ARGS="--no-serve --json"   make test ARGS="-k periods"

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal
UV ?= uv
UPGRADE ?=
COMPILE = $(UV) pip compile $(UPGRADE) --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

.PHONY: help venv demo test test-slow lint lint-style lint-types lint-imports lint-shape format bench lock clean

help:
	@echo "make venv       the environment in $(VENV), from the lock"
	@echo "make demo       the main job on the bundled sample"
	@echo "make test       the quick tests (test-slow: the slow ones)"
	@echo "make lint       style, types, import contracts, sizes (format: put the style right)"
	@echo "make bench      the benchmark"
	@echo "make lock       the lock files anew, from pyproject.toml (needs uv)"
	@echo "make clean      removes what the above made, except var/"

venv: $(VENV)/.installed

# The stamps stand inside the environment and come last, so that a half-made one is made anew from nothing.
# All that building it prints goes to stderr: the standard output of `make demo` belongs to the demo.
$(VENV)/.packages: requirements-dev.lock
	@command -v "$(PYTHON)" >/dev/null || { echo "$(PYTHON) is not there: install Python 3.11 to 3.14, or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || { echo "$(PYTHON) is `"$(PYTHON)" --version 2>&1`; Duban needs Python 3.11 to 3.14: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) lacks the module venv (on Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "building $(VENV) from $< ..." >&2
	@"$(PYTHON)" -m venv --clear $(VENV) >&2
	@$(PIP) install --require-hashes --requirement $< >&2
	@touch $@

$(VENV)/.installed: $(VENV)/.packages pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable . >&2
	@touch $@

demo: venv
	@$(BIN)/duban demo $(ARGS)

test: venv
	@$(PYTEST) $(ARGS)

test-slow: venv
	@$(PYTEST) -m slow $(ARGS)

lint: lint-style lint-types lint-imports lint-shape

lint-style: venv
	$(BIN)/ruff check
	$(BIN)/ruff format --check

lint-types: venv
	$(BIN)/mypy

lint-imports: venv
	$(BIN)/lint-imports

lint-shape: venv
	$(BIN)/python -m pytest --quiet tests/test_shape.py

format: venv
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: venv
	@$(BIN)/python -m bench $(ARGS)

lock:
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find service jobs templates tests bench -name __pycache__ -prune -exec rm -rf {} +
