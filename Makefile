# Everything a newcomer needs: each target sets up what it uses (a virtual environment in .venv).
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/ready
ARGS ?=

.PHONY: demo test check bench docs serve clean

demo: $(READY)  ## crawl the bundled fleet of example portals, measure, serve (ARGS=--no-serve ends before serving)
	$(BIN)/bestand demo $(ARGS)

test: $(READY)  ## the fast tests
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow and not browser and not realserver" $(ARGS)

check: $(READY)  ## style, types, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bestand docs --check

bench: $(READY)  ## print speeds and memory, each beside its floor (ARGS=--quick for a tenth)
	$(BIN)/python -m benchmarks $(ARGS)

docs: $(READY)  ## write generated pages anew
	$(BIN)/bestand docs

$(READY): pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed."; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

clean:  ## remove what make made
	rm -rf .venv demo dist build
