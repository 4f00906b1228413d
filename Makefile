# `make demo` and `make test` are all that a newcomer runs. `make help` lists the rest.
SHELL := /bin/sh
PORT ?= 8000
API_PORT ?= 6443
DATA ?= data
PACE ?=
SECTIONS ?=
ONLY ?=
OUT ?= build/golden
# Whole files go to whoever is free, in the order of tests/conftest.py. One worker more than the two cores of CI, since every second
# test waits for a server or a browser.
SPREAD := -n 2 --dist loadfile --no-loadscope-reorder
VENV := .venv
PYTHON := $(VENV)/bin/python
# Bytecode is kept, out of the source tree: the tests start a hundred processes, and compiling is half of what such a start costs.
test check unit golden: export PYTHONPYCACHEPREFIX = $(CURDIR)/$(VENV)/bytecode
test check unit golden: export PYTHONDONTWRITEBYTECODE =

.PHONY: help demo test check lint types unit format bench golden messages clean setup setup-dev

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

demo: setup ## the dashboard and the Kubernetes API of a small cluster (PORT=, API_PORT=, DATA=, PACE=lecture|real|instant)
	@PODIUM_DATA='$(DATA)' exec $(PYTHON) manage.py demo --port '$(PORT)' --api-port '$(API_PORT)'$(if $(PACE), --pace '$(PACE)')

test: setup-dev ## every test there is
	@sh scripts/tools.sh
	@. ./$(VENV)/tools.env && exec $(PYTHON) -m pytest $(or $(PYTEST_ARGS),$(SPREAD))

check: setup-dev ## lint, types, import contracts and unit tests: under two minutes
	@$(MAKE) --no-print-directory -j 2 types lint unit

lint:
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/lint-imports

types:
	@$(VENV)/bin/mypy

unit:
	@$(PYTHON) -m pytest tests/unit -q -n 2 $(PYTEST_ARGS)

format: setup-dev ## put the code into its one shape
	@$(VENV)/bin/ruff check --fix -q .
	@$(VENV)/bin/ruff format .

bench: setup-dev ## figures beside those of a real control plane (SECTIONS=requests lists watches cpu bombs rollout large seek sleep followers frames scheduler start)
	@$(PYTHON) -m scripts.bench $(if $(SECTIONS),--sections $(SECTIONS))

golden: setup-dev ## the score against a real Kubernetes (SECTIONS=, ONLY=, OUT=); differences in build/golden/
	@$(PYTHON) scripts/golden.py --out '$(OUT)' $(if $(SECTIONS),--sections $(SECTIONS)) $(if $(ONLY),--only $(ONLY))

setup:
	@sh scripts/setup.sh requirements.txt

setup-dev:
	@sh scripts/setup.sh requirements-dev.txt

clean: ## forget the environment and the demo's data
	rm -rf $(VENV) data
