# make run    set everything up, run the demo on the bundled corpus, serve http://127.0.0.1:8000/ (PORT=… for another)
# make test   set everything up, check style and types, run the tests
# make lock   renew requirements.lock from pyproject.toml
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
ROOMS := corpus indexer matcher ledger web cli run.py tests benchmarks

.PHONY: run test check tests slow lock clean

run: .venv/installed
	$(BIN)/python run.py demo --port $(PORT)

test: check tests

check: .venv/installed
	$(BIN)/ruff format --check -q $(ROOMS)
	$(BIN)/ruff check -q $(ROOMS)
	$(BIN)/mypy

tests: .venv/installed
	$(BIN)/pytest -q -m "not slow"

slow: .venv/installed
	$(BIN)/pytest -q -m slow

.venv/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新的版本；可用 make PYTHON=python3.12 指定"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@touch $@

lock:
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install -q uv
	.venv-lock/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --extra dev pyproject.toml -o requirements.lock
	rm -rf .venv-lock

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis
