# Needs Python ≥ 3.11 and make. Everything else comes into .venv and node_modules: each step leaves a stamp, so
# that it runs again only when what it depends on has changed.
#
#   make demo      JupyterLab with the tour open      make report    the tour as build/tour.html, and its figures
#   make test      all tests and checks               make bench     the benchmark table
#   make lint      checks of style and types          make fix       the corrections that tools can make
#   make generate  specs and types made from Python   make build     wheel and sdist in dist/
#   make notebooks the examples run again and saved
#   make install   environment and front end only     make clean     remove what was built, keep the environments
#   make test-matrix  the Python tests but for the browser's, on each Python of MATRIX, in environments of their own

PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python
NPM := npm
MATRIX := 3.11 3.13
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

ENVIRONMENT := .venv/.stamp-environment
NODE_MODULES := node_modules/.stamp-install
FRONT_END := custintel_widgets/labextension/package.json
INSTALLED := .venv/.stamp-project

FRONT_END_SOURCES := $(shell find js custintel_widgets -path js/labextension/lib -prune -o -type f \
	\( -name '*.ts' -o -name '*.mjs' -o -name '*.css' -o -name '*.json' \) -print \
	| grep -v -e '\.test\.ts$$' -e '^custintel_widgets/static/' -e '^custintel_widgets/labextension/')

.PHONY: demo report test test-matrix $(MATRIX:%=test-on-%) bench lint fix generate notebooks build install clean
.DELETE_ON_ERROR:

demo: $(INSTALLED)
	@$(PY) tools/demo.py

report: $(INSTALLED)
	@$(PY) tools/report.py

test: lint
	@$(PY) tools/need.py java
	chromium=$$($(PY) tools/need.py chromium) && CHROMIUM=$$chromium $(NPM) test
	$(PY) -m pytest -n 2 --dist loadfile -m "not browser"
	chromium=$$($(PY) tools/need.py chromium) && CHROMIUM=$$chromium $(PY) -m pytest -m browser

test-matrix: $(MATRIX:%=test-on-%)

$(MATRIX:%=test-on-%): test-on-%: .venv-matrix/%/.stamp-project
	@$(PY) tools/need.py java
	PATH="$(CURDIR)/.venv-matrix/$*/bin:$$PATH" .venv-matrix/$*/bin/python -m pytest -n 2 --dist loadfile -m "not browser"

bench: $(INSTALLED)
	$(PY) -m benchmarks

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(NPM) run lint
	$(NPM) run typecheck

fix: $(INSTALLED)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(NPM) run lint:fix

generate: $(INSTALLED)
	$(PY) -m custintel_widgets.core.generate

notebooks: $(INSTALLED)
	$(PY) tools/execute_notebooks.py

# From an empty slate: a build reuses whatever front end it finds.
build: $(INSTALLED)
	$(NPM) run build:prod
	rm -rf dist
	$(PY) -m build --no-isolation --skip-dependency-check --outdir dist

install: $(INSTALLED)

clean:
	rm -rf build dist custintel_widgets/static custintel_widgets/labextension
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON to one.")'
	$(PYTHON) -m venv .venv

$(ENVIRONMENT): pyproject.toml tools/requirements.py | $(PY)
	$(PY) tools/requirements.py > .venv/requirements.txt
	$(PY) -m pip install --quiet -r .venv/requirements.txt
	@touch $@

$(NODE_MODULES): package.json package-lock.json | $(ENVIRONMENT)
	@echo "Node: $$($(PY) tools/need.py node)"
	$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(FRONT_END): $(FRONT_END_SOURCES) tsconfig.json $(NODE_MODULES)
	$(NPM) run --silent build

# The front end first: the JupyterLab extension is copied into the environment when the project is installed.
$(INSTALLED): pyproject.toml $(ENVIRONMENT) $(FRONT_END) js/labextension/jupyter_server_config.json
	SKIP_JUPYTER_BUILDER=1 $(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# One environment per Python of the matrix; the front end is that of the first.
$(MATRIX:%=.venv-matrix/%/.stamp-environment): .venv-matrix/%/.stamp-environment: pyproject.toml tools/requirements.py | $(PY)
	python=$$($(PY) tools/need.py python$*) && $$python -m venv .venv-matrix/$*
	$(PY) tools/requirements.py > .venv-matrix/$*/requirements.txt
	.venv-matrix/$*/bin/python -m pip install --quiet -r .venv-matrix/$*/requirements.txt
	@touch $@

$(MATRIX:%=.venv-matrix/%/.stamp-project): .venv-matrix/%/.stamp-project: .venv-matrix/%/.stamp-environment $(INSTALLED)
	SKIP_JUPYTER_BUILDER=1 .venv-matrix/$*/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
