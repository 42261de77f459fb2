# Every target sets up what it needs once; afterwards all of them work offline.
.DEFAULT_GOAL := help
.PHONY: help generate changelog check test fast diff adopt demo bench soak mutants rivals wheel clean

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

help: ## Show the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

$(VENV)/.ready: pyproject.toml
	@echo "setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@

generate: $(VENV)/.ready ## Render spec/ to generated/ (REVISIONS="2025-04-15": that one too)
	@$(RUN) -m codegen $(addprefix --revision=,$(REVISIONS))

changelog: $(VENV)/.ready ## Tell what changes FROM=2025-10-15 TO=2026-01-15
	@$(RUN) -m codegen --changelog $(FROM) $(TO)

check: $(VENV)/.ready ## Prove that generated/ is current and the code well-formed
	@$(RUN) -m codegen --check
	@$(RUN) -m ruff check --quiet codegen tests generated
	@$(RUN) -m ruff format --check --quiet codegen tests
	@$(VENV)/bin/codespell
	@$(RUN) -m mypy
	@$(VENV)/bin/pyright --pythonpath $(RUN)

test: $(VENV)/.ready ## Run all tests
	@$(RUN) -m pytest -n 2 --dist worksteal --durations=5

fast: $(VENV)/.ready ## Run the tests with few examples, in less than two minutes
	@HYPOTHESIS_PROFILE=fast $(RUN) -m pytest -n 2 --dist worksteal -m "not slow"

diff: $(VENV)/.ready ## Compare a document of the vendor: UPSTREAM=stable.json [BASE=revision or document]
	@$(RUN) -m codegen.vendor diff "$(UPSTREAM)" $(if $(BASE),--base "$(BASE)")

adopt: $(VENV)/.ready ## Edit spec/ so that it covers a document of the vendor: UPSTREAM=stable.json
	@$(RUN) -m codegen.vendor adopt "$(UPSTREAM)"

demo: $(VENV)/.ready ## Take a tour against a stand-in on this machine
	@$(RUN) -m codegen.demo

bench: $(VENV)/.ready ## Measure against plain httpx and json in the same run
	@$(RUN) -m tests.benchmarks

soak: $(VENV)/.ready ## Make 20,000 calls and see that nothing piles up
	@$(RUN) -m tests.soak

rivals: .rivals/.ready ## Try what README says about klaviyo-api on klaviyo-api
	@.rivals/bin/python -m tests.rivals.claims

.rivals/.ready: tests/rivals/requirements.txt
	@echo "setting up .rivals"
	@$(PYTHON) -m venv .rivals
	@.rivals/bin/python -m pip install -qq --disable-pip-version-check --requirement $<
	@touch $@

mutants: $(VENV)/.ready ## Break the code in known places; a law must notice each
	@$(RUN) -m tests.mutants

wheel: $(VENV)/.ready ## Build the distribution
	@$(RUN) -m build --no-isolation --outdir dist .

clean: ## Remove what the other targets made beside the sources
	@rm -rf $(VENV) .rivals dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	-@git clean -dfqX generated
