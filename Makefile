# Two targets do all: `make run` and `make test`. Both build .venv from the lock file first.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
JUNK := .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

.PHONY: run test bench docs studies lock clean

run: .venv/ready
	$(BIN)/parley run

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto

bench: .venv/ready
	$(BIN)/python -m tests.bench

docs: .venv/ready
	$(BIN)/parley schema > conf/scenario/README.md

# Every study is played again, and its figure, odds and digest are written into its README.
studies: .venv/ready
	for study in experiments/*/; do $(BIN)/parley sweep experiment=$$(basename $$study) --write || exit 1; done

# The environment: exactly what the lock file says, checked by hash; then this checkout, editable.
.venv/ready: requirements/build.txt requirements/lock.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Parley needs Python 3.11 or newer; none was found. Name one: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Parley needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv module; install it (on Debian and Ubuntu: the package python3-venv) or name another: make PYTHON=/path/to/python"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements/lock.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Renew the lock files; needs uv. No index address may be recorded in them.
LOCK := uv pip compile --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-emit-index-url --no-header --no-annotate
lock:
	$(LOCK) requirements/build.in -o requirements/build.txt
	$(LOCK) -c requirements/build.txt --group dev pyproject.toml -o requirements/lock.txt

clean:
	rm -rf $(JUNK)
