# Everything a person does here begins with one of these. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.DELETE_ON_ERROR:

FAIRWELL_HOME ?= var
APP := .venv/bin/python
RASA := .venv-rasa/bin/python
STEP := tools/step
# Looked up only by the targets that make an environment, so that `make help` works on a machine without Python.
PYTHON_FOUND = $$(tools/find-python)

# Where this is set, Python compiles every module again at every start: 16 s instead of 5 s for Rasa alone.
unexport PYTHONDONTWRITEBYTECODE
# The machine's Python or none: a start must not quietly download an interpreter.
export UV_PYTHON_DOWNLOADS := never
# Rasa would otherwise call out.
export RASA_TELEMETRY_ENABLED := false

.PHONY: help
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- environments --------------------------------------------------------------------------------------------
# A stamp in each environment says what was installed into it, so that a second run does nothing at all.

.uv/.installed: requirements/uv.txt tools/make-uv
	@python="$(PYTHON_FOUND)" && $(STEP) "[1/4]" "Installing uv" tools/make-uv "$$python"

# An environment that has the tools of tests and lint keeps them: running must not take them away from a developer.
.venv/.app: requirements/app.txt pyproject.toml tools/install .uv/.installed
	@if [ -e .venv/.dev ]; then $(MAKE) --silent --no-print-directory .venv/.dev; else \
		python="$(PYTHON_FOUND)" && $(STEP) "[2/4]" "Installing the app" \
		tools/install .venv "$$python" requirements/app.txt project; fi
	@touch $@

.venv-rasa/.rasa: requirements/rasa.txt tools/install .uv/.installed
	@python="$(PYTHON_FOUND)" && $(STEP) "[3/4]" "Installing Rasa" \
		tools/install .venv-rasa "$$python" requirements/rasa.txt
	@touch $@

# The app and what tests and lint need. Holds for the app's stamp as well, since it is a superset of it.
.venv/.dev: requirements/dev.txt requirements/app.txt pyproject.toml tools/install .uv/.installed
	@python="$(PYTHON_FOUND)" && $(STEP) "[2/4]" "Installing the app and its tools" \
		tools/install .venv "$$python" requirements/dev.txt project
	@touch .venv/.app $@

.PHONY: env env-dev
env: ## install what running needs
	@$(MAKE) --silent --no-print-directory -j2 .venv/.app .venv-rasa/.rasa

env-dev: ## install what tests and lint need as well
	@$(MAKE) --silent --no-print-directory -j2 .venv/.dev .venv-rasa/.rasa

# --- running -------------------------------------------------------------------------------------------------
.PHONY: run
run: env ## install, train and start everything; Ctrl-C stops it
	@tools/train --if-needed "$(FAIRWELL_HOME)"
	@FAIRWELL_HOME="$(FAIRWELL_HOME)" FAIRWELL_DEMO="$${FAIRWELL_DEMO:-1}" exec .venv/bin/fairwell up

.PHONY: train
train: env ## train the bot, even if nothing changed
	@tools/train "$(FAIRWELL_HOME)"

# --- checking ------------------------------------------------------------------------------------------------
# Code that belongs to us, as far as it is there.
CODE := $(wildcard bot actions channels gateway console cli bench examples tools tests)
# What runs inside Rasa and is typed against Rasa's packages.
RASA_CODE := bot/understanding tests/unit/understanding_rasa
# Rasa's dependencies warn at every start about things nobody here can change.
RASA_CLI = PYTHONWARNINGS=ignore SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=2 $(RASA) -m rasa
VALIDATE ?= data validate --fail-on-warnings --data data --domain domain.yml --config config.yml
CONVERSATIONS ?= test core --e2e --no-plot --fail-on-prediction-errors --stories tests/conversations \
	--out "$(FAIRWELL_HOME)/test-results"
PYTEST ?= $(APP) -m pytest
# The whole is shared out between three processes, for each waits half of its time for Rasa or a browser, file by file,
# each with installations of its own; a selection is not:
# starting those twice would take longer than it saves.
SHARED ?= $(if $(PYTEST_ARGS),,-n 3 --dist loadfile)

.PHONY: test
test: env-dev ## run every test this machine can run; PYTEST_ARGS is handed on
	@tools/train --if-needed "$(FAIRWELL_HOME)"
	@echo "== The bot's data: rasa data validate"
	@$(RASA_CLI) $(VALIDATE)
	@echo "== The bot's conversations: rasa test"
	@$(RASA_CLI) $(CONVERSATIONS) --model "$$(tools/train --path "$(FAIRWELL_HOME)")"
	@echo "== What runs inside Rasa: unittest"
	@$(RASA) -m unittest discover -s tests/unit/understanding_rasa
	@echo "== Everything else: pytest"
	@$(PYTEST) $(SHARED) --cov --cov-report=term-missing $(PYTEST_ARGS)

.PHONY: soak
soak: env-dev ## run the long chaos and flood tests at full counts
	@tools/train --if-needed "$(FAIRWELL_HOME)"
	@FAIRWELL_SOAK=1 $(PYTEST) -m soak --timeout=3600 tests/soak tests/unit $(PYTEST_ARGS)

.PHONY: lint
lint: env-dev ## ruff, mypy strict in both environments, who imports whom, sizes
	@echo "== ruff"
	@$(APP) -m ruff check $(CODE)
	@$(APP) -m ruff format --check $(CODE)
	@echo "== mypy, app"
	@$(APP) -m mypy $(CODE) --exclude '^tests/unit/understanding_rasa/' \
		--exclude '^bot/understanding/(?!(decision|fingerprint)\.py)'
	@echo "== mypy, Rasa's side"
	@$(APP) -m mypy --python-executable $(RASA) --cache-dir .mypy_cache/rasa $(wildcard $(RASA_CODE))
	@echo "== who imports whom"
	@.venv/bin/lint-imports
	@echo "== sizes"
	@$(APP) tools/check_size.py $(CODE)

.PHONY: widget
widget: ## build the website's chat from its sources; needs Node and npm
	@tools/build-widget

.PHONY: fmt
fmt: env-dev ## format the code and fix what ruff can fix
	@$(APP) -m ruff check --fix --quiet $(CODE) || true
	@$(APP) -m ruff format $(CODE)

.PHONY: bench
bench: env-dev ## measure ours and stock Rasa side by side; DATA=DIR measures understanding as well
	@tools/train --if-needed "$(FAIRWELL_HOME)"
	@FAIRWELL_HOME="$(FAIRWELL_HOME)" $(APP) -m bench
	@if [ -n "$(DATA)" ]; then \
		FAIRWELL_HOME="$(FAIRWELL_HOME)" $(APP) -m bench.nlu --data "$(DATA)" --out docs/understanding.md; fi

.PHONY: clean
clean: ## remove what make made; the database, keys and mail in FAIRWELL_HOME stay
	@rm -rf .uv .venv .venv-rasa .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .rasa
	@rm -rf .coverage htmlcov var/log/setup "$(FAIRWELL_HOME)/models" "$(FAIRWELL_HOME)/test-results"
	@find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# --- locks ---------------------------------------------------------------------------------------------------
COMPILE = UV_NO_CONFIG=1 .uv/bin/uv pip compile --quiet --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock"

.PHONY: lock
lock: .uv/.installed ## lock the requirements again; UPGRADE=1 takes newer releases
	@echo "Locking requirements/*.txt"
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --universal requirements/uv.in -o requirements/uv.txt
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --universal requirements/app.in -o requirements/app.txt
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --universal requirements/dev.in -o requirements/dev.txt
	@$(COMPILE) $(if $(UPGRADE),--upgrade) --override requirements/rasa-overrides.txt \
		requirements/rasa.in -o requirements/rasa.txt
