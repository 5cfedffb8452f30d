# `make run` and `make test` do all their own set-up; `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
LAB := extension/celltrail_lab/labextension/package.json
LAB_SOURCES := $(shell find extension/src extension/style extension/schema -type f 2>/dev/null) \
	$(addprefix extension/,package.json yarn.lock tsconfig.json tsconfig.build.json)
WHEEL := dist/celltrail-$(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' tracking/celltrail/__init__.py)-py3-none-any.whl
WHEEL_SOURCES := $(shell find tracking dataflow kernel_magics server pipelines spawner_profiles hub_config \
	extension/celltrail_lab examples -type f -not -path '*/__pycache__/*' -not -path '*/labextension/*') \
	pyproject.toml README.md CHANGELOG.md LICENSE
SERVER_TESTS := tests/server tests/clients tests/compat
PYTEST := $(BIN)/pytest --durations=5
UNIT := -m "not integration and not browser and not cluster"
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help run test lint lint-python lint-lab unit unit-python unit-server unit-others unit-lab \
	integration integration-server integration-others browser cluster-test cluster-load bench wheel images lock schema clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

run: .venv/run $(LAB) ## start Celltrail: hub, tracking server and Lab on this machine
	@$(BIN)/celltrail up --state-dir .celltrail $(ARGS)

test: ## all that has to pass, with all its set-up; with KUBECONFIG set also the tests on that cluster
	@scripts/test

lint: lint-python lint-lab ## ruff, mypy, import-linter, eslint, prettier, tsc

lint-python: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lint-lab: .venv/dev $(LAB)
	cd extension && jlpm lint:check

unit: unit-python unit-lab ## the fast tests

unit-python: .venv/dev
	$(PYTEST) $(UNIT) $(ARGS)

# The same tests in two halves, which `make test` runs side by side.
unit-server: .venv/dev
	$(PYTEST) $(UNIT) $(SERVER_TESTS)

unit-others: .venv/dev
	$(PYTEST) $(UNIT) $(addprefix --ignore=,$(SERVER_TESTS))

unit-lab: .venv/dev $(LAB)
	cd extension && jlpm test

integration: .venv/dev $(LAB) ## tests that start real servers, kernels and hubs
	OBJECT_STORES=$$(scripts/object-stores) $(PYTEST) -m integration $(ARGS)

# Those of dataflow run hundreds of notebooks: with them both halves take as long.
integration-server: .venv/dev
	OBJECT_STORES=$$(scripts/object-stores) $(PYTEST) -m integration $(SERVER_TESTS) tests/dataflow

integration-others: .venv/dev $(LAB)
	$(PYTEST) -m integration $(addprefix --ignore=,$(SERVER_TESTS) tests/dataflow)

browser: .venv/dev $(LAB) ## tests that drive Chromium
	CHROMIUM=$$(scripts/chromium) $(PYTEST) -m browser $(ARGS)

# The first test that needs the images builds them, in minutes on a new machine.
cluster-test: $(if $(KUBECONFIG),.venv/dev) ## tests on the Kubernetes of KUBECONFIG
ifdef KUBECONFIG
	CHROMIUM=$$(scripts/chromium) $(PYTEST) --timeout=1200 -m cluster tests/cluster $(ARGS)
else
	@echo "no KUBECONFIG: the tests on a cluster do not run"
endif

cluster-load: images ## measure starts of servers on the Kubernetes of KUBECONFIG, one and forty
	$(BIN)/python -W ignore -m benchmarks.cluster starts
	$(BIN)/python -W ignore -m benchmarks.cluster load

bench: .venv/dev ## measure, side by side with peers
	@for each in empty_cell printing log_call trail.cost server_start versus_mlflow; do \
		echo "== $$each"; $(BIN)/python -m benchmarks.$$each || exit 1; done

wheel: $(WHEEL) ## build dist/*.whl

$(WHEEL): $(WHEEL_SOURCES) .venv/dev $(LAB)
	$(BIN)/python -m build --installer uv --outdir dist

images: wheel ## build the images for Kubernetes (helm/images)
	@helm/images/build $(ARGS)

lock: ## write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile -q pyproject.toml --all-extras --group dev --universal \
		--generate-hashes --no-header -o requirements.lock

schema: .venv/dev ## write the JSON Schema of the Helm chart's values anew from the types
	$(BIN)/python helm/chart_schema.py

clean: ## forget the environment and all that was built (not the data in .celltrail)
	rm -rf .venv dist extension/node_modules extension/lib extension/*.tsbuildinfo \
		extension/celltrail_lab/labextension

.venv/run .venv/dev: requirements.lock pyproject.toml scripts/environment
	@scripts/environment $(@F)

$(LAB): $(LAB_SOURCES) | $(if $(wildcard .venv/dev),.venv/dev,.venv/run)
	@scripts/extension
