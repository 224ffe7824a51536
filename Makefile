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

.venv/.app: requirements/app.txt pyproject.toml tools/install .uv/.installed
	@python="$(PYTHON_FOUND)" && $(STEP) "[2/4]" "Installing the app" \
		tools/install .venv "$$python" requirements/app.txt project
	@rm -f .venv/.dev && touch $@

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
	@$(MAKE) --no-print-directory -j2 .venv/.app .venv-rasa/.rasa

env-dev: ## install what tests and lint need as well
	@$(MAKE) --no-print-directory -j2 .venv/.dev .venv-rasa/.rasa

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
