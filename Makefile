# The commands of this project. `make` alone lists them.
#
# Stamp files remember what is installed, so that a second `make run` starts at once; each stamp depends on the lock file
# that it was made from. Python packages are installed by hash, web packages by lock file; nothing is installed outside
# of .venv, web/node_modules and telehealth/static (Chromium and coturn for the tests excepted: see scripts/).

PYTHON ?= $(shell scripts/find-python)
PORT ?= 8080
DATA ?= data

BIN := .venv/bin
INSTALLED := .venv/.installed
INSTALLED_DEV := .venv/.installed-dev
INSTALLED_WEB := web/node_modules/.installed
BUILT := telehealth/static/.built
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -type f -print)
# Node knows the certificates that it was built with; the system also knows those of the network it stands in.
export NODE_EXTRA_CA_CERTS ?= $(wildcard /etc/ssl/certs/ca-certificates.crt)
NPM := npm --prefix web --loglevel error --no-update-notifier
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@echo '  (run takes PORT=8080 and DATA=data)'

.PHONY: setup
setup: $(INSTALLED) $(BUILT) ## Install the server and build the web client

# `exec` and --parent: the server is the direct child of make, and ends with it even if make is killed.
.PHONY: run
run: setup ## Start the demo clinic; Ctrl-C stops it
	@exec $(BIN)/telehealth serve --demo --parent $$PPID --port '$(PORT)' --data '$(DATA)'

.PHONY: check
check: $(INSTALLED_DEV) $(INSTALLED_WEB) ## Lint, types, layers, web unit tests (seconds)
	@$(MAKE) --no-print-directory -j 2 --output-sync check-python check-web

.PHONY: check-python
check-python:
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --check
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > .venv/lint-imports.txt || { cat .venv/lint-imports.txt; exit 1; }

.PHONY: check-web
check-web:
	@$(NPM) run --silent check
	@$(NPM) test --silent

.PHONY: test
test: $(INSTALLED_DEV) $(BUILT) ## Every test, in real browsers too (minutes)
	@scripts/chromium > .venv/chromium
	@scripts/coturn
	@$(NPM) test --silent
	@$(BIN)/coverage run -m pytest -q tests/core && $(BIN)/coverage report
	@CHROMIUM="$$(cat .venv/chromium)" scripts/tests

.PHONY: test-crash
test-crash: $(INSTALLED_DEV) $(BUILT) ## Kill processes at random while people come and go (15 minutes; KILLS=100 SEED=)
	@$(BIN)/python -m tests.crash $(if $(KILLS),--kills '$(KILLS)') $(if $(SEED),--seed '$(SEED)')

.PHONY: test-schedule
test-schedule: $(INSTALLED_DEV) ## Play 10,000 histories of a group against a plain calendar (minutes; HISTORIES=)
	@$(BIN)/python -m tests.core.schedule_histories $(or $(HISTORIES),10000)

# Java and Maven are needed, and the 88 jars once (or FHIR_VALIDATOR: a folder that has them).
FHIR_VALIDATOR ?= .venv/fhir-validator
.PHONY: check-fhir
check-fhir: $(INSTALLED_DEV) ## Judge every FHIR answer by HAPI's validator (needs java and mvn)
	@command -v java > /dev/null || { echo 'java is missing: apt-get install default-jre-headless' >&2; exit 1; }
	@test -d '$(FHIR_VALIDATOR)' || { rm -rf '$(FHIR_VALIDATOR).part' && \
	  mvn -q -B -f scripts/fhir/pom.xml dependency:copy-dependencies -DoutputDirectory='$(abspath $(FHIR_VALIDATOR)).part' && \
	  mv '$(FHIR_VALIDATOR).part' '$(FHIR_VALIDATOR)'; }
	@rm -rf .venv/fhir && mkdir .venv/fhir && $(BIN)/python -m tests.fhir .venv/fhir
	@java -cp '$(FHIR_VALIDATOR)/*' scripts/fhir/Validate.java .venv/fhir/*

.PHONY: bench-media
bench-media: $(INSTALLED) ## Measure the media worker against Janus (11 minutes; QUICK=1: one)
	@QUICK='$(QUICK)' $(BIN)/python -m bench.media

.PHONY: bench-export
bench-export: $(INSTALLED) ## Measure the attendance export, PostgreSQL's COPY beside it (QUICK=1: a minute)
	@QUICK='$(QUICK)' $(BIN)/python -m bench.export

.PHONY: bench-notes
bench-notes: $(INSTALLED_DEV) ## Measure saves and lints of notes, and play 1,000 histories of two editors (4 minutes; QUICK=1)
	@QUICK='$(QUICK)' SEED='$(SEED)' $(BIN)/python -m bench.notes

.PHONY: bench-join
bench-join: $(INSTALLED_DEV) $(BUILT) ## Measure from a click until somebody is seen, in Chromium (3 minutes; ROUNDS=20)
	@scripts/chromium > .venv/chromium
	@CHROMIUM="$$(cat .venv/chromium)" ROUNDS='$(ROUNDS)' $(BIN)/python -m bench.join

.PHONY: bench-pages
bench-pages: $(INSTALLED_DEV) $(BUILT) ## Measure acceptance figures of the pages in Chromium (25 minutes; ONLY=turns QUICK=1)
	@scripts/chromium > .venv/chromium
	@CHROMIUM="$$(cat .venv/chromium)" ONLY='$(ONLY)' QUICK='$(QUICK)' $(BIN)/python -m bench.pages

.PHONY: tour
tour: $(INSTALLED_DEV) $(BUILT) ## Take the pictures of docs/tour.md anew (SHOWN=today takes one; 6 minutes)
	@scripts/chromium > .venv/chromium
	@CHROMIUM="$$(cat .venv/chromium)" $(BIN)/python -m tests.whole.tour $(SHOWN)
ifndef SHOWN
	@CHROMIUM="$$(cat .venv/chromium)" $(BIN)/python -m tests.whole.tour_kinds
endif

.PHONY: soak-media
soak-media: $(INSTALLED) ## Ten people on a media worker, a line a minute (MINUTES=30)
	@MINUTES='$(MINUTES)' $(BIN)/python -m bench.soak

.PHONY: bench-alarm
bench-alarm: $(INSTALLED_DEV) ## Measure how soon staff hear of a client at risk who is gone (2 minutes; ROUNDS=20)
	@$(BIN)/python -m bench.alarm

.PHONY: bench-breakouts
bench-breakouts: $(INSTALLED_DEV) ## Measure how soon sixteen people are in breakout rooms and back (a minute; ROUNDS=5)
	@ROUNDS='$(ROUNDS)' $(BIN)/python -m bench.breakouts

.PHONY: bench-keys
bench-keys: $(INSTALLED) ## Measure a rotation of keys, online (VALUES=100000)
	@VALUES='$(VALUES)' $(BIN)/python -m bench.keys

.PHONY: bench-programme
bench-programme: $(INSTALLED_DEV) $(BUILT) ## Measure the staff's pages, memory, backup and import of a seeded clinic (20 minutes; QUICK=1)
	@scripts/chromium > .venv/chromium
	@CHROMIUM="$$(cat .venv/chromium)" QUICK='$(QUICK)' FOLDER='$(FOLDER)' $(BIN)/python -m bench.programme

.PHONY: format
format: $(INSTALLED_DEV) ## Format the Python code
	@$(BIN)/ruff check --quiet --fix
	@$(BIN)/ruff format

.PHONY: lock
lock: $(INSTALLED_DEV) ## Renew the Python lock files after a change of pyproject.toml
	@$(PIP) install uv
	@compile="$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet pyproject.toml"; \
	$$compile -o requirements.txt && \
	$$compile --group dev -c requirements.txt -o requirements-dev.txt && \
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
		--group build -c requirements-dev.txt -o requirements-build.txt

.PHONY: clean
clean: ## Remove what was installed and built (never data/)
	rm -rf .venv web/node_modules telehealth/static

.venv/bin/python:
	@scripts/prerequisites python '$(PYTHON)'
	@echo 'Making .venv' >&2
	@'$(PYTHON)' -m venv .venv

# The package itself is installed in place, so that a change of its code needs no second installation.
$(INSTALLED): requirements.txt requirements-build.txt pyproject.toml | .venv/bin/python
	@echo 'Installing the Python packages' >&2
	@$(PIP) install --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(INSTALLED_DEV): requirements-dev.txt $(INSTALLED) | .venv/bin/python
	@echo 'Installing the Python packages for development' >&2
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

$(INSTALLED_WEB): web/package-lock.json | .venv/bin/python
	@scripts/prerequisites node
	@echo 'Installing the web packages' >&2
	@$(NPM) ci --no-audit --no-fund > .venv/npm.txt || { cat .venv/npm.txt; exit 1; }
	@touch $@

$(BUILT): $(INSTALLED_WEB) $(WEB_SOURCES)
	@echo 'Building the web client' >&2
	@$(NPM) run --silent build -- --logLevel warn
	@touch $@
