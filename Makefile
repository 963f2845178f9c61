# Two commands: `make demo` shows a running programme, `make test` proves it. `make help` lists the rest.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := .demo
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo demo-reset test check fast browser soak coverage lock messages catalogues clean

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: $(VENV)/app.done ## a rehearsed programme, running on http://127.0.0.1:8000
	@TREMPLIN_DEMO_DIR=$(DEMO) $(BIN)/tremplin demo

demo-reset: $(VENV)/app.done ## forget the demonstration and begin anew
	@TREMPLIN_DEMO_DIR=$(DEMO) $(BIN)/tremplin demo --reset

test: ## everything that must hold: style, types, floors, both databases, browsers
	@sh scripts/test

check: $(VENV)/dev.done catalogues ## style, types and floors alone
	@sh scripts/check

fast: $(VENV)/dev.done catalogues ## the tests on SQLite without browsers
	@$(BIN)/pytest -n auto -m "not browser and not soak"

browser: $(VENV)/dev.done catalogues ## journeys and every page of every role in a browser, screenshots kept
	@$(BIN)/pytest -n auto -m browser

soak: $(VENV)/dev.done catalogues ## the long endurance runs
	@$(BIN)/pytest -n auto -m soak tests/methods
	@$(BIN)/pytest -m soak --ignore=tests/methods && scripts/postgres run $(BIN)/pytest -m soak --ignore=tests/methods

coverage: $(VENV)/dev.done catalogues ## how much of the code the tests reach, by branches
	@sh scripts/coverage

lock: ## renew the hashed lock files (needs uv)
	@scripts/lock --upgrade

messages: $(VENV)/dev.done ## collect new texts into the French catalogues (needs gettext)
	@sh scripts/messages

catalogues: $(VENV)/app.done
	@$(BIN)/python hatch_build.py

clean: ## remove what was built; your demonstration stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache test-artefacts

$(VENV)/bin/python:
	@sh scripts/venv "$(PYTHON)" "$(VENV)"

$(VENV)/app.done: $(VENV)/bin/python requirements/app.txt pyproject.toml hatch_build.py
	@echo "Installing Tremplin …"
	@$(BIN)/pip install --quiet --require-hashes --requirement requirements/app.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.done: $(VENV)/app.done requirements/dev.txt requirements/labs.txt requirements/torch.txt
	@echo "Installing the tools for tests, and torch for the labs …"
	@$(BIN)/pip install --quiet --require-hashes --requirement requirements/dev.txt
	@$(BIN)/pip install --quiet --require-hashes --requirement requirements/labs.txt
	@$(BIN)/pip install --quiet --requirement requirements/torch.txt
	@touch $@
