# Two commands set everything up: `make demo` runs a command of a bundled pack, `make test` passes the tests.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test cover lint bench clean

demo: .venv/installed
	$(BIN)/chatops run "disk usage on /"

test: .venv/installed-dev
	$(BIN)/pytest -n auto

cover: .venv/installed-dev
	$(BIN)/pytest -n auto --cov --cov-report=term

lint: .venv/installed-dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: .venv/installed-dev
	for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

.venv/pip:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	touch $@

.venv/installed: .venv/pip pyproject.toml
	$(BIN)/pip install --quiet --editable .
	touch $@

.venv/installed-dev: .venv/pip pyproject.toml
	$(BIN)/pip install --quiet --editable . --group dev
	touch $@

clean:
	rm -rf .venv
