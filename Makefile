# `make run` is all a machine with Python 3.11 needs. Every step is skipped when nothing it depends on has changed.

.DEFAULT_GOAL := help
.PHONY: help run setup createsuperuser test check format docs bench lock clean environment test-environment player

# What Python compiles is kept, wherever the shell forbids it: a start takes twice as long without.
unexport PYTHONDONTWRITEBYTECODE

PY := .venv/bin/python
ARGS ?=

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: environment player ## make everything ready and serve (ARGS="…" go to `antiphon serve`)
	@exec .venv/bin/antiphon serve $(ARGS)

setup: environment player ## make everything ready, without starting the server

createsuperuser: environment ## make an admin: asks for e-mail address and password
	@./scripts/createsuperuser.sh

test: test-environment player tests/e2e/clients/node_modules/.package-lock.json ## the whole suite on SQLite, PostgreSQL, Redis and Chromium (ARGS="…" go to pytest)
	@$(PY) -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder $(ARGS)

check: test-environment ## formatting, lint, types, the walls between the parts, sizes, dead code, the web player's own
	@./scripts/check.sh

format: test-environment ## put Python and the web player's sources in the one format
	@.venv/bin/ruff check --quiet --fix-only . && .venv/bin/ruff format --quiet .
	@./scripts/player.sh npm run --silent format

docs: test-environment ## write the documents that are made from the sources (settings, API, Postman collection)
	@$(PY) -m scripts.documents

bench: environment ## measure; results go to bench/results/ (BENCH="name …" for some of them)
	@./scripts/environment.sh requirements-bench.lock
	@$(PY) -m bench $(BENCH)

lock: test-environment ## pin what pyproject.toml asks for, with hashes (ARGS=--upgrade: the newest of each)
	@./scripts/lock.sh $(ARGS)

clean: ## remove what make made: the environment, the player's build, the caches (never data/)
	rm -rf .venv web/node_modules web/dist src/antiphon/api/web/player
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@./scripts/environment.sh requirements.lock

test-environment:
	@./scripts/environment.sh requirements.lock requirements-test.lock

player:
	@if [ -f web/package.json ]; then ./scripts/player.sh; fi

# Clients of other makers, which the tests call the server with.
tests/e2e/clients/node_modules/.package-lock.json: tests/e2e/clients/package-lock.json
	@./scripts/player.sh npm ci --prefix ../tests/e2e/clients --loglevel=error
