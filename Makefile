.DEFAULT_GOAL := help
.PHONY: help demo up test check migrations docs look examples screenshots release soak bench lock clean runtime dev test-tools

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
RUN := .venv/bin

#: DATA=.outcomes      the folder that keeps the town; each has one
DATA ?= .outcomes
#: PORT=8100           the first of its six ports; 0 for any that are free
PORT ?= 8100
#: PARTICIPANTS=200    lives that are simulated; 6395 are the whole
#: DEMO_EXIT=1         the demo ends when it has shown everything
#: WORKERS=2           how many tests run at once
WORKERS ?= 2
#: FAULTS="deaths"     what soak strikes with; SEED=7 for one mix again
SEEDS ?= 20

help: ## What can be made, and what may be said with it
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Such as make demo PORT=8200 DATA=.outcomes-2:"
	@sed -n 's/^#: /  /p' $(MAKEFILE_LIST)

demo: runtime ## Open the town, simulate 55 months of 200 lives, stay open
	$(RUN)/python -m simulation.demo --data "$(DATA)" --port $(PORT)

up: runtime ## Open the town with nobody in it, until Ctrl-C
	$(RUN)/python -m simulation.demo --data "$(DATA)" --port $(PORT) --up

test: test-tools check ## Every check and every test; what is skipped is counted
	$(RUN)/pytest -n $(WORKERS) --dist loadgroup

check: dev ## Format, lint, types, floor plan, dead code, migrations
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/pyright
	$(RUN)/lint-imports
	@mkdir -p .tools
	$(RUN)/vulture > .tools/unused || [[ $$? == 3 ]]
	@! grep -vE "unused attribute|unused variable '[a-z0-9_]+'|rulebook/kinds/.* unused class" .tools/unused
	@$(MAKE) --no-print-directory migrations

migrations: dev ## Lint the SQL that every service's migrations would run
	@mkdir -p .tools/sql
	@for service in $$($(RUN)/python libs/common/src/common/river.py); do \
	    $(RUN)/python -m common.migrate $$service --sql > .tools/sql/$$service.sql 2> .tools/sql/$$service.log \
	        || { cat .tools/sql/$$service.log; exit 1; }; \
	done
	$(RUN)/squawk .tools/sql/*.sql

bench: test-tools ## Measure hot paths as ratios; ONLY="relay hear" for some
	$(RUN)/python -m tests.bench $(ONLY)

docs: dev ## Write the pages that are made from the code
	$(RUN)/python docs/generate.py

look: dev ## Make the portal's stylesheet from deploy/look
	deploy/look.sh services/portal/src/portal/look/static/portal.css

examples: dev ## Record the examples of the API's documents anew
	RECORD_EXAMPLES=1 $(RUN)/pytest -q -n $(WORKERS) --dist loadgroup tests/isolation/test_examples.py -k answers_what
	$(RUN)/python docs/generate.py

screenshots: test-tools ## Draw the portal's main pages anew, into docs/portal
	$(RUN)/python docs/screenshots.py

release: docs ## Promise clients what the API's documents say now
	cp docs/openapi/*.json docs/openapi/released/

soak: test-tools ## Strike with every fault and SEEDS=20 mixes, for an hour
	SOAK=1 SEEDS=$(SEEDS) SEED=$(SEED) FAULT_TABLE=$(if $(SEED),,docs/faults.json) $(RUN)/pytest --timeout 3600 \
	    $(if $(SEED),tests/faults/test_soak.py,$(if $(FAULTS),$(FAULTS:%=tests/faults/test_%.py),tests/faults)) -n $(WORKERS)

lock: dev ## Resolve every dependency anew into the hashed locks
	deploy/lock.sh

clean: ## Remove what can be made again; .outcomes stays
	rm -rf .venv .tools .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime:
	@deploy/bootstrap.sh requirements.lock

dev:
	@deploy/bootstrap.sh requirements-dev.lock

test-tools: dev ## Install Java, Maven, Go and ClamAV, where we may
	@deploy/test-tools.sh
