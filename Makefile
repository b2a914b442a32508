# Summitwatch: `make run` and `make test` do all the set-up. Needs Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run install dev browser test test-all lint bench screenshots lock clean
run: install
	$(BIN)/summitwatch run --config config.toml

install: $(VENV)/.installed
dev: $(VENV)/.dev

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

test: dev browser
	$(BIN)/python -m pytest

test-all: dev browser
	$(BIN)/python -m pytest -m "slow or not slow"

# Debian's browser for the tests of the page, where it is missing and can be had; without it they say that they did not run.
browser:
	@command -v chromium >/dev/null || \
	{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends chromium >/dev/null; } || \
	echo "chromium is missing: the page will NOT be tried in a browser"

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

screenshots: dev
	$(BIN)/python -m tests.web.screenshots

bench: dev
	$(BIN)/python -m bench

bench-extraction: dev
	$(BIN)/python -m bench.extraction $(DATA)

lock: dev
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --python-version 3.11 --no-header --no-emit-index-url --upgrade --group build -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --python-version 3.11 --no-header --no-emit-index-url --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist *.egg-info
