# `make demo` runs the main job, `make test` passes the tests; both set up what they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
LAWS ?= 3000

DEPARTMENT ?= department
STORY ?=

.PHONY: help demo department test coverage check laws campaigns governance secrets security torture hosts bench generated pictures site clean

help:
	@echo "make demo     run a backup and restore drill, kill it in the middle, resume it, show the record"
	@echo "make department  the example of an IT department, with half a year of work, in the folder department"
	@echo "make test     linters, types, floors and all tests"
	@echo "make coverage  all tests, and which lines of the program none of them reaches"
	@echo "make laws     the laws of runs on thousands of wild runs that nobody has seen before"
	@echo "make campaigns  what is tried at random, at length: thirty thousand changes of a good file, wild scripts, wild shapes"
	@echo "make governance  everything that is forbidden, tried through every way in: a table, and 200 races for one step"
	@echo "make secrets  a thousand secrets printed in every way, nothing of them left behind; what masking costs"
	@echo "make security  attacks through every way in, each really carried out: a table, and none succeeds"
	@echo "make torture  runs of every sort killed at every write, planted bugs, races, power cuts: 15 minutes on a quiet machine"
	@echo "make hosts    one script on 500 hosts by ssh, killed in the middle: is each of them done once?"
	@echo "make bench    the benchmarks, as ratios, with their targets"
	@echo "make generated  write the schemas and the help text anew"
	@echo "make pictures   draw the pictures of the documentation from the real terminal and the real site"
	@echo "make site     build the site of this repository, its procedures and its documentation, into site/"

$(VENV)/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --config-settings editable_mode=compat -e '.[test]'
	@touch $@

demo: $(VENV)/ready
	$(BIN)/python tools/demo.py

department: $(VENV)/ready
	$(BIN)/python examples/it-department/seed.py $(DEPARTMENT) $(STORY)

check: $(VENV)/ready
	$(BIN)/ruff check runbook tests tools benchmarks examples
	$(BIN)/ruff format --check runbook tests tools benchmarks examples
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: check
	$(BIN)/python -m compileall -q runbook
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

coverage: $(VENV)/ready
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term

laws: $(VENV)/ready
	$(BIN)/python -m pytest tests/run/test_run_laws.py -n $(WORKERS) --laws=$(LAWS)

campaigns: $(VENV)/ready
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m slow

governance: $(VENV)/ready
	$(BIN)/python -m pytest tests/governance -n $(WORKERS) --dist worksteal --table --races=200

secrets: $(VENV)/ready
	$(BIN)/python -m benchmarks.secrecy

security: $(VENV)/ready
	$(BIN)/python -m pytest tests/security -n $(WORKERS) --dist worksteal --attacks

torture: $(VENV)/ready
	$(BIN)/python -m pytest tests/crash -n $(WORKERS) --dist worksteal --crashes=100

hosts: $(VENV)/ready
	$(BIN)/python -m benchmarks.hosts

bench: $(VENV)/ready
	$(BIN)/python -m benchmarks

generated: $(VENV)/ready
	$(BIN)/runbook schema --write schemas
	COLUMNS=80 $(BIN)/runbook --help > runbook/cli/help.txt
	$(BIN)/python tools/reference.py

pictures: $(VENV)/ready
	$(BIN)/python tools/pictures.py
	$(BIN)/python -m tools.checklist_picture
	$(BIN)/python -m tools.record_picture
	$(BIN)/python -m tools.site_pictures

site: $(VENV)/ready
	$(BIN)/runbook docs build --output site

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* build *.egg-info site
