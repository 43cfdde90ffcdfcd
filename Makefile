# Everything sets itself up: a virtual environment in .venv, by python3 (>= 3.11) and pip.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint gallery sweep bench install clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/demo.stamp ## derive a 4-3-5 network, then train 64-32-10 on handwritten digits with its generated code
	$(BIN)/backproof derive 4-3-5 -o out/4-3-5
	$(BIN)/backproof code 64-32-10 --hidden tanh -o out/digits/gradient.py
	$(BIN)/python examples/digits.py out/digits/gradient.py

test: $(VENV)/test.stamp ## run the tests
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/lint.stamp ## check style, types and the import rules
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

gallery: $(VENV)/install.stamp ## rewrite generated/
	$(BIN)/python -m backproof.gallery

sweep: $(VENV)/test.stamp ## judge thousands of formulas made from many models, wrong ones and right ones
	$(BIN)/python -m pytest -n auto -m sweep
	$(BIN)/python -m benchmarks.verdicts

bench: $(VENV)/bench.stamp ## measure gradients beside what one would take instead, the checks, and derivations
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.checks
	$(BIN)/python -m benchmarks.run

install: $(VENV)/install.stamp ## set up .venv with the command backproof
	@echo "ready: $(BIN)/backproof --help"

clean: ## remove the environment, caches and out/
	rm -rf $(VENV) out build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV) || { $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }
	@touch $@

$(VENV)/install.stamp: pyproject.toml | $(VENV)/created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[zh]'
	@touch $@

$(VENV)/%.stamp: pyproject.toml | $(VENV)/created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[$*]'
	@touch $@
