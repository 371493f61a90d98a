# Everything a developer types. Every target makes what it needs first; `make` alone prints this list.

VENV := .venv/bin
ARGS ?=
# Test processes side by side; each has servers of its own. 0 for one process, as a debugger wants it.
WORKERS ?= auto

# Every process would compile all sources anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run unit test judges check coverage faults release bench docs pictures lock

help:  ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## build .venv with everything for development, hash-checked
	@deploy/setup.sh dev

run:  ## start the bot with its sandbox: a town, four phones, no server needed
	@deploy/setup.sh run
	@SANDBOX=1 exec $(VENV)/python -m bot serve

unit: setup  ## run the pure tests: in parallel, without server or browser, fewer random examples, in less than a minute
	@$(VENV)/python -m pytest -q -n $(WORKERS) -m "not slow" --hypothesis-profile=quick tests/unit $(ARGS)

test: setup  ## install what tests need and run all of them (ARGS="-k word" for some)
	@deploy/install-test-browser.sh
	@$(VENV)/python -m pytest -n $(WORKERS) $(ARGS)

judges: setup  ## run the tests in which foreign programs decide: wechatpy, expat, a browser, official tables
	@deploy/install-test-browser.sh
	@$(VENV)/python -m pytest -n $(WORKERS) -m judge $(ARGS)

check: setup  ## lint, format, types of Python and scripts, layers, derived documents; reports every failure
	@deploy/install-typescript.sh
	@$(VENV)/python deploy/check.py

coverage: setup  ## run all tests and judge which lines and branches they enter, package by package
	@deploy/install-test-browser.sh
	@mkdir -p artifacts/coverage
	@# What these two measure or try a thousand times means nothing under a tracer, and enters no line of its own.
	@$(VENV)/python -m pytest -n $(WORKERS) --cov --cov-report=json $(ARGS) \
		--ignore tests/unit/house/test_bounds.py --ignore tests/unit/house/test_expressions.py
	@$(VENV)/python -m tools.coverage_gate artifacts/coverage/report.json

faults: setup  ## plant random faults and see which the tests find (ARGS="--count 60 --seed 1")
	@$(VENV)/python -m tools.plant_faults $(ARGS)

release: setup  ## make a release of what is committed (VERSION=0.2.0): changelog, version, commit, tag
	@$(VENV)/python -m tools.release "$(VERSION)"

bench: setup  ## measure CPU per message and throughput against other bots
	@$(VENV)/python -m benchmarks $(ARGS)

docs: setup  ## write again the documents that are derived from the code
	@$(VENV)/python -m bot docs

pictures: setup  ## take the README's pictures again: a story played on the sandbox's phones
	@deploy/install-test-browser.sh
	@$(VENV)/python -m deploy.pictures

lock: setup  ## solve the dependencies of pyproject.toml anew, as the lock files' head lines say
	$(VENV)/uv pip compile --quiet pyproject.toml --extra embedded --group dev --group bench --group train --generate-hashes --universal -o requirements/dev.txt
	$(VENV)/uv pip compile --quiet pyproject.toml --generate-hashes --universal -c requirements/dev.txt -o requirements/run.txt
	$(VENV)/uv pip compile --quiet --group pyproject.toml:installer --generate-hashes --universal -o requirements/uv.txt
