# Salesops: `make run` for the demo from exports to mail, `make test` for the tests, `make help` for the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
export DO_NOT_TRACK := 1

.PHONY: help install install-dev lock demo run test spark docs soak check format bench clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

install: $(VENV)/.installed ## Make .venv with everything that Salesops runs on

install-dev: $(VENV)/.installed-dev ## The same, with what check, test and bench need

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"

$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/uv
	VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install --quiet -r requirements.txt
	VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install --quiet -r requirements.txt -r requirements-dev.txt
	@if ! command -v chromium >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core >/dev/null; \
	  else echo "Chromium is missing: install the packages chromium and fonts-noto-core, then run this again" >&2; exit 1; fi; fi
	@touch $@

lock: $(BIN)/uv ## Resolve requirements*.in into the pinned requirements*.txt
	$(BIN)/uv pip compile --quiet --python-version 3.11 --no-annotate --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --python-version 3.11 --no-annotate --no-header requirements-dev.in -o requirements-dev.txt

demo: install ## Write the demo company's exports to var/landing
	$(DEMO) $(BIN)/salesops demo

# The demo runs on its own company's configuration unless SALESOPS_CONFIG names another.
DEMO := SALESOPS_CONFIG=$${SALESOPS_CONFIG:-dags/salesops/demo/company}

run: ## Demo exports, then the whole job through Airflow: ingest, marts, audit, publish, mails
	@start=$$(date +%s); \
	$(MAKE) --no-print-directory install && $(DEMO) $(BIN)/salesops demo && $(DEMO) $(BIN)/salesops run; status=$$?; \
	echo "make run took $$(( $$(date +%s) - start )) s"; exit $$status

check: install-dev ## Lint, types and configuration: what CI runs before the tests
	$(BIN)/ruff check dags tests
	$(BIN)/ruff format --check dags tests
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/tests
	$(BIN)/salesops check
	$(DEMO) $(BIN)/salesops check

format: install-dev ## Let ruff and sqlfluff settle the form
	$(BIN)/ruff check --fix dags tests
	$(BIN)/ruff format dags tests
	$(BIN)/sqlfluff fix --disable-progress-bar dbt_project/models dbt_project/tests

test: install-dev ## The tests: fast ones first, one Airflow start shared by all that need it
	$(BIN)/pytest -n 2 --dist loadfile tests/unit tests/dags
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder tests/integration

SPARK := build/spark
$(SPARK)/.installed: requirements-spark.txt | $(BIN)/uv
	$(PYTHON) -m venv $(SPARK)
	VIRTUAL_ENV=$(abspath $(SPARK)) $(BIN)/uv pip install --quiet -r requirements-spark.txt
	@if ! command -v java >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq openjdk-17-jre-headless >/dev/null; \
	  else echo "Java is missing: install openjdk-17-jre-headless, then run this again" >&2; exit 1; fi; fi
	@touch $@

spark: install-dev $(SPARK)/.installed ## The marts on a local Spark session, held against DuckDB's row for row
	$(BIN)/pytest tests/spark

docs: install ## Write the metric pages from the models' YAML
	$(BIN)/python -m salesops.warehouse.metric_pages docs/metrics

soak: install-dev ## Long tests: kills at random moments, courses of exports, 50,000 damaged tables, a field of 1 GiB
	$(BIN)/pytest tests/soak

bench: install-dev ## Ratios against bare DuckDB; make bench ROWS=1000000 for the full size
	$(BIN)/python tests/bench/run.py --rows $${ROWS:-200000}

clean: ## Remove the environment, caches and dbt's target; var/ stays
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis dbt_project/target dbt_project/logs
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
