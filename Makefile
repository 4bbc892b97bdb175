# Strongroom. `make help` lists the targets. Variables: PORT, ONCE, EMPTY, ARGS, DATABASE_URL, REDIS_URL, STRONGROOM_VAR,
# PYTHON, WHEELS (docs/operations.md says what each does).
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install install-dev run test bench check static debian torture format lint types imports packages clean requirements audit
BIN := .venv/bin
# Many tests wait for other processes: one worker more than there are cores.
TEST_WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

install: ## make .venv and install the pinned requirements into it
	@config/install.sh requirements.txt

install-dev: ## the same, with what tests and checks need
	@config/install.sh requirements.txt requirements-dev.txt

run: install ## run the whole service on this machine until Ctrl-C (ONCE=1, EMPTY=1)
	@exec $(BIN)/python -m config.run $(if $(ONCE),--once) $(if $(EMPTY),--empty)

test: install-dev ## run the tests (ARGS="..." goes to pytest)
	@exec $(BIN)/pytest -n $(TEST_WORKERS) --dist worksteal -m "not browser and not external and not peer" $(ARGS)

bench: install ## measure against the peers on a server of its own (ARGS="posting", docs/speed.md)
	@ENVIRONMENT=var/bench/venv config/install.sh requirements-bench.txt
	@exec $(BIN)/python -m benchmarks $(ARGS)

check: static debian ## everything: all of that, then the tests on Debian's servers

static: format lint types imports packages ## what is checked without running anything

debian: install-dev ## the tests on Debian's PostgreSQL and Redis: but for those that ask for no server, all there are
	@.ci/packages
	@exec $(BIN)/python -m tests.debian_servers $(BIN)/pytest -n $(TEST_WORKERS) --dist worksteal -m "not pure" $(ARGS)

torture: install-dev ## kill what the service stands on, round after round (ROUNDS=0-99, or one: 7); a crowd for SECONDS=60
	@STRONGROOM_TORTURE_ROUNDS=$(or $(ROUNDS),0-9) STRONGROOM_TORTURE_SECONDS=$(or $(SECONDS),60) $(BIN)/pytest tests/torture -n 0 $(ARGS)

format: install-dev ## is every file formatted?
	@$(BIN)/ruff format --check .

lint: install-dev ## rules of style and safety
	@$(BIN)/ruff check .

types: install-dev ## mypy, strict
	@$(BIN)/mypy .

imports: install-dev ## do imports point down only?
	@$(BIN)/lint-imports

packages: install-dev ## do the installed packages fit together?
	@$(BIN)/python -m pip check

clean: ## delete var/: database, secrets, logs; asks first (FORCE=1 doesn't)
	@exec $(BIN)/python -m config.run.clean $(if $(FORCE),--force)

requirements: install-dev ## compile requirements*.in to pinned files with hashes
	@$(BIN)/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url \
		--no-emit-find-links --no-emit-trusted-host --output-file requirements.txt requirements.in
	@$(BIN)/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url \
		--no-emit-find-links --no-emit-trusted-host --output-file requirements-dev.txt requirements-dev.in
	@$(BIN)/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url \
		--no-emit-find-links --no-emit-trusted-host --output-file requirements-bench.txt requirements-bench.in

audit: install-dev ## known vulnerabilities of the pinned packages (asks the network)
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.txt
