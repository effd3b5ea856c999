.DEFAULT_GOAL := help
.PHONY: help demo up test check migrations docs examples release soak bench lock clean runtime dev test-tools

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
RUN := .venv/bin

#: DATA=.outcomes      the folder in which demo and up keep everything; each has one town
DATA ?= .outcomes
#: PORT=8100           the first of their five ports, the issuer's; 0 for any that are free
PORT ?= 8100
#: PARTICIPANTS=200    how many lives the demo simulates; 6395 for the whole partnership
#: DEMO_EXIT=1         the demo ends when it has shown everything; else it stays open
#: WORKERS=2           how many tests run at once
WORKERS ?= 2
SEEDS ?= 20

help: ## What can be made, and what may be said with it
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Such as make demo PORT=8200 DATA=.outcomes-2:"
	@sed -n 's/^#: /  /p' $(MAKEFILE_LIST)

demo: runtime ## Open the town, walk three people through it, simulate 55 months of 200 lives, and leave it open
	$(RUN)/python -m simulation.demo --data "$(DATA)" --port $(PORT)

up: runtime ## Open the town with its programme and nobody in it, until Ctrl-C
	$(RUN)/python -m simulation.demo --data "$(DATA)" --port $(PORT) --up

test: test-tools check ## Every check and every test; what this machine lacks is said and counted
	$(RUN)/pytest -n $(WORKERS) --dist loadgroup

check: dev ## Format, lint, types, floor plan, dead code and migrations
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

bench: test-tools ## Measure hot paths on real PostgreSQL and Kafka as ratios of one run; ONLY="relay hear" for some
	$(RUN)/python -m tests.bench $(ONLY)

docs: dev ## Write the pages that are made from the code
	$(RUN)/python docs/generate.py

examples: dev ## Ask every operation anew and keep what was sent and answered as the examples of the API's documents
	RECORD_EXAMPLES=1 $(RUN)/pytest -q -n $(WORKERS) --dist loadgroup tests/isolation/test_examples.py -k answers_what
	$(RUN)/python docs/generate.py

release: docs ## Hold the API to what its documents say now: from here on tests refuse what would break a client
	cp docs/openapi/*.json docs/openapi/released/

soak: test-tools ## Strike with every fault in full and SEEDS=20 mixes (an hour; FAULTS="deaths frozen" for some), or one mix again with SEED=7
	SOAK=1 SEEDS=$(SEEDS) SEED=$(SEED) FAULT_TABLE=$(if $(SEED),,docs/faults.json) $(RUN)/pytest --timeout 3600 \
	    $(if $(SEED),tests/faults/test_soak.py,$(if $(FAULTS),$(FAULTS:%=tests/faults/test_%.py),tests/faults)) -n $(WORKERS)

lock: dev ## Resolve every dependency anew, no younger than a week, into the hashed locks
	deploy/lock.sh

clean: ## Remove what can be made again; the data in .outcomes stays
	rm -rf .venv .tools .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime:
	@deploy/bootstrap.sh requirements.lock

dev:
	@deploy/bootstrap.sh requirements-dev.lock

test-tools: dev ## Install what tests need beyond Python (Java, Maven, Go, ClamAV), where we may
	@deploy/test-tools.sh
