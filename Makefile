# Everything is done in .venv; a stamp in build/ says what has been set up and is made again when its sources change.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
WEB    := archive/web/assets
FONTS  := archive/demo
PO     := $(wildcard archive/web/translations/*/LC_MESSAGES/messages.po)

.DEFAULT_GOAL := help

help: ## Show what can be made.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: setup ## Set up, paint and take in the demonstration collection, serve it on http://127.0.0.1:8000.
	$(BIN)/mogao demo
	$(BIN)/mogao serve

test: setup build/clients build/validator ## Set up and run the tests.
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: build/python ## Check format, rules, types and the layers of imports.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## What every commit must pass.

format: build/python ## Format the code.
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

setup: build/python build/web build/fonts build/translations ## Make the environment, the viewer, the fonts, the translations.

ocr: build/python ## Add RapidOCR, which recognises the text of pictures: mogao ocr.
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[ocr]'

screenshots: setup ## Make the pictures of the README from a running demonstration.
	$(BIN)/python docs/screenshots.py

clean: ## Remove what was set up; the archive's data stay.
	rm -rf build $(VENV) .venv-validator $(WEB)/node_modules $(FONTS)/node_modules tests/clients/node_modules archive/web/static/dist

build/python: setup.cfg pyproject.toml
	@mkdir -p build
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

build/web: $(WEB)/package-lock.json $(WEB)/build.js $(wildcard $(WEB)/src/*)
	@mkdir -p build
	cd $(WEB) && npm ci --silent --no-audit --no-fund && npm run --silent build
	@touch $@

build/fonts: $(FONTS)/package-lock.json
	@mkdir -p build
	cd $(FONTS) && npm ci --silent --no-audit --no-fund
	@touch $@

build/clients: tests/clients/package-lock.json
	@mkdir -p build
	cd tests/clients && npm ci --silent --no-audit --no-fund
	@touch $@

# The validators' own dependencies do not belong into the archive's environment; both call themselves the same.
build/validator: Makefile
	@mkdir -p build
	test -x .venv-validator/bin/python || $(PYTHON) -m venv .venv-validator
	.venv-validator/bin/pip install --quiet --disable-pip-version-check iiif-validator==1.0.5 setuptools==75.8.0
	.venv-validator/bin/pip install --quiet --disable-pip-version-check --upgrade --no-deps --target .venv-validator/ng iiif-validator-ng==0.1.0
	@touch $@

build/translations: build/python $(PO)
	$(BIN)/pybabel --quiet compile -d archive/web/translations
	@touch $@

.PHONY: help run test lint check format setup ocr screenshots clean
