# Two targets do all: `make run` and `make test`. Both build .venv from the lock files first; only
# the second puts the development tools into it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation
JUNK := .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

.PHONY: run test fuzz bench docs studies lock clean

run: .venv/ready
	$(BIN)/parley run

test: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto

# Ten times as many hostile inputs and random scenarios as `make test` tries.
fuzz: .venv/ready-dev
	FUZZ_EXAMPLES=20000 $(BIN)/pytest -n auto tests/fuzz

bench: .venv/ready-dev
	$(BIN)/python -m tests.bench

docs: .venv/ready
	$(BIN)/parley schema > conf/scenario/README.md

# Every study is played again, and its figure, odds and digest are written into its README.
studies: .venv/ready
	for study in experiments/*/study.yaml; do $(BIN)/parley sweep experiment=$$(basename $$(dirname $$study)) --write || exit 1; done

# What running needs: exactly what its lock file says, checked by hash; then this checkout, editable.
.venv/ready: requirements/build.txt requirements/run.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Parley needs Python 3.11 or newer; none was found. Name one: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Parley needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv module; install it (on Debian and Ubuntu: the package python3-venv) or name another: make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(INSTALL) -r requirements/build.txt
	$(INSTALL) -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# With it what checking needs: the same versions, and tools beside them.
.venv/ready-dev: .venv/ready requirements/dev.txt
	$(INSTALL) -r requirements/dev.txt
	@touch $@

# Renew the lock files; needs uv. No index address may be recorded in them. Each later one is held
# to the versions of those before it, so that what is tested is what is run.
LOCK := uv pip compile --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-emit-index-url --no-header --no-annotate
lock:
	$(LOCK) requirements/build.in -o requirements/build.txt
	$(LOCK) -c requirements/build.txt pyproject.toml -o requirements/run.txt
	$(LOCK) -c requirements/build.txt -c requirements/run.txt --extra dask --group dev pyproject.toml -o requirements/dev.txt

clean:
	rm -rf $(JUNK)
