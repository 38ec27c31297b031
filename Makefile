# Everything a newcomer needs: each target sets up what it uses (a virtual environment in .venv).
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/ready
ARGS ?=

.PHONY: demo test check bench reliability fuzz docs serve screenshots site-alpha clean

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

reliability: $(READY)  ## kill commands at random instants, soak portals with faults (ARGS="--share 0.1" for a tenth)
	$(BIN)/python -m tests.reliability $(ARGS)
	BESTAND_RELIABILITY=all $(BIN)/pytest -m slow tests/reliability

fuzz: $(READY)  ## more than a million inputs for all readers (ARGS="--runs 500" for fewer)
	$(BIN)/python -m tests.fuzz $(ARGS)

docs: $(READY)  ## write generated pages anew
	$(BIN)/bestand docs

site-alpha:  ## the site's tests on the newest alpha of Datasette 1.0, in a virtual environment of its own (.venv-alpha)
	$(PYTHON) -m venv .venv-alpha
	.venv-alpha/bin/python -m pip install --quiet --disable-pip-version-check pytest hypothesis $$(.venv-alpha/bin/python -c 'import tomllib; print(*(line.replace(" ", "") for line in tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"] if not line.startswith("datasette")))')
	.venv-alpha/bin/python -m pip install --quiet --disable-pip-version-check --pre --upgrade "datasette>=1.0a1"
	.venv-alpha/bin/python -m pytest tests/publish -m "not slow and not browser and not realserver" $(ARGS)

screenshots: $(READY)  ## pictures of every page of the demo, looked at by axe-core (needs Debian's chromium and npm)
	cd tests/browser && npm install --no-audit --no-fund --silent
	test -f demo/bestand.db || $(BIN)/bestand demo --no-serve
	$(BIN)/python tests/browser/make_screenshots.py demo/bestand.db $(ARGS)

$(READY): pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed."; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

clean:  ## remove what make made
	rm -rf .venv .venv-alpha demo dist build
