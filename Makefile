# Two commands: `make demo` shows the result, `make test` proves it. Both set everything up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo demo-posts test lint format bench clean

$(STAMP): pyproject.toml package.json
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "SchedulerX needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	PATH="$(abspath $(BIN)):$$PATH" npm install --no-audit --no-fund --no-package-lock --loglevel=error
	touch $@

demo: $(STAMP)
	$(BIN)/python run.py samples/files out/demo
	@echo "Eight samples are broken on purpose; samples/README.md tells their story."

demo-posts: $(STAMP)
	$(BIN)/python -m samples.demo_posts out/demo-posts

test: $(STAMP) lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --hypothesis-profile repeatable

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP)
	$(BIN)/python -m bench.posts
	$(BIN)/python bench/plan.py
	$(BIN)/python -m bench.media
	$(BIN)/python bench/folder_run.py

clean:
	rm -rf $(VENV) node_modules cdk.out out build
