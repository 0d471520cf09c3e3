# Everything a stranger needs: `make demo` and `make test`. Python 3.11 and make are enough.
# Asked for only where an environment is made; PYTHON=… says which.
PYTHON ?= $(shell sh deploy/local/python.sh)
VENV := .venv
BIN := $(VENV)/bin
UV_COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 \
	--custom-compile-command 'make lock'

.PHONY: demo campaign test lint unit bench up down generate lock clean
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.runtime ## run the whole chain on the committed applications and report
	$(BIN)/egov demo $(ARGS)

campaign: $(VENV)/.runtime ## run a grant campaign of 2,400 applicants and report
	$(BIN)/egov demo --campaign deploy/local/files/data/campaign-2016.csv $(ARGS)

up: $(VENV)/.runtime ## start the chain and keep it running
	$(BIN)/egov up $(ARGS)

down: $(VENV)/.runtime ## stop what `make up` started
	$(BIN)/egov down

test: $(VENV)/.dev lint ## all checks and tests, on a real broker and database
	$(BIN)/pytest -n 2 --dist loadfile --durations 10 $(ARGS)

unit: $(VENV)/.dev ## the tests that need no servers
	$(BIN)/pytest tests/unit tests/contracts $(ARGS)

bench: $(VENV)/.dev ## measure against the floor and against peers; writes build/bench.json
	$(BIN)/python -m tests.bench $(ARGS)

lint: $(VENV)/.dev ## formatting, lints, types, boundaries, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m contracts.generate --check

generate: $(VENV)/.dev ## write schemas, AsyncAPI and topic pages anew
	$(BIN)/python -m contracts.generate
	$(BIN)/python -m services._papers

lock: $(VENV)/.dev ## pin the newest versions, with hashes
	$(UV_COMPILE) --upgrade requirements.in -o requirements.lock
	$(UV_COMPILE) --upgrade requirements-dev.in -o requirements-dev.lock
	$(UV_COMPILE) --upgrade deploy/local/servers/java.in -o deploy/local/servers/java.lock

clean: ## remove the environment and what tools left
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis

# A venv made by an interrupted run is finished, not trusted: the stamps are written last.
$(VENV)/.runtime: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	@echo "Installing the pinned requirements for $$($(BIN)/python -c 'import sys; print(sys.base_prefix, sys.version.split()[0])')…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q contracts deploy law services # processes start sooner, also where Python is told to keep no bytecode
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing the pinned requirements of tests and checks…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
