# The house's few commands. `make run` and `make test` need Python 3.11 or newer and make; everything else they set up.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
WORKERS ?= $(shell $(PYTHON) -c "import os; print(min(8, os.cpu_count() or 1))")

.DEFAULT_GOAL := help
.PHONY: help run test lint fix bench prove clean

help:  ## what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.run  ## set up, judge the reference gas meter, and say where its report is
	@$(BIN)/smets run --out out; code=$$?; echo "The report: file://$(CURDIR)/out/report.html"; exit $$code

test: $(VENV)/.dev lint  ## set up, lint, type-check, check the import contracts, and pass the tests
	@$(PYTHON) scripts/browser.py
	$(BIN)/python -m pytest -n $(WORKERS)

lint: $(VENV)/.dev  ## ruff, mypy, pyright and the import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

fix: $(VENV)/.dev  ## format, and bring generated files and links up to date
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/smets requirement fix

bench: $(VENV)/.dev  ## measure ourselves beside the peers, in one run
	$(BIN)/python -m benchmarks

prove: $(VENV)/.dev  ## the long proofs: kills, fuzzing, deep, mutation; resumable, results in docs/proofs
	$(BIN)/python -m proofs

clean:  ## remove what was built or run, but not what was proved
	rm -rf $(VENV) out dist build .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

# A half-made environment is thrown away: the stamp is written last.
$(VENV)/.run: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "make: this needs Python 3.11 or newer; %s is %s. Say which to use: make PYTHON=python3.12 run" % (sys.executable, sys.version.split()[0]))'
	@echo "Setting up $(VENV) (once; about half a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "Setting up the tools for tests (once) ..."
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@
