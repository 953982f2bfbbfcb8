# What you can do here; every target sets up what it needs first (bootstrap.sh).
.DEFAULT_GOAL := help
.PHONY: help run test quick soak lint format bench docs lock clean

PYTHON := .venv/bin/python
WORKERS ?= 2

help:   ## this list
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

run:    ## set up everything and serve the map (HOST, PORT, GRID_HOME, GRID_DATABASE_URL: docs/settings.md)
	@./bootstrap.sh run && exec $(PYTHON) -m dashboard serve

test: lint  ## every check and every test, the browser's included
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

quick: lint  ## the checks, and the tests of the rules and of pure functions
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder tests/spec tests/unit

soak:   ## what takes hours: kills at random and at even moments, twenty times the random examples, planted faults; results go into docs/soak.md
	@./bootstrap.sh test
	$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "soak or fuzz" --hypothesis-profile=soak \
		-o faulthandler_timeout=7200

lint:   ## style, types, who may import whom, shell and Dockerfile
	@./bootstrap.sh test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/shellcheck bootstrap.sh .ci/run docker/entry
	.venv/bin/hadolint docker/Dockerfile

format: ## let ruff put the code into shape
	@./bootstrap.sh test
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench:  ## measure; writes var/bench and prints the table; AGAINST=<commit>: this tree and that one, seven times in turn
	@./bootstrap.sh test
	$(PYTHON) -m tests.benchmarks $(AGAINST)

docs:   ## write the generated pages anew
	@./bootstrap.sh run
	for page in geodata.cli.settings_page geodata.cli.indicators_page etl.cli.sources_page etl.cli.mappings_page geodata.cli.checks_page tests.rules_page tests.faults.faults_page; do $(PYTHON) -m $$page; done

lock:   ## pin the newest versions the ranges in pyproject.toml allow
	@./bootstrap.sh test
	.venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		pyproject.toml -o requirements.txt
	.venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--group test -c requirements.txt -o requirements-test.txt

clean:  ## remove the environment and the caches; var/, where the data lives, stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
