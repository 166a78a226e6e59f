# What a machine with Python 3.11 or newer, make and git needs: `make demo`, then `make test`.
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# An install is done once for each content of the lock and of pyproject.toml.
RUN := .venv/.run-$(shell cat requirements.lock pyproject.toml | cksum | cut -d ' ' -f 1)
DEV := .venv/.dev-$(shell cat requirements-dev.lock pyproject.toml | cksum | cut -d ' ' -f 1)
# pywb, which replays our WARC files in a test, pins old packages: it has an environment of its own.
PYWB := .venv-pywb/.run-$(shell cksum < requirements-pywb.lock | cut -d ' ' -f 1)
# py-wacz and ReplayWeb.page (from npm) read our web archive packages in a test.
WACZ := .venv-wacz/.run-$(shell cat requirements-wacz.lock requirements-npm.lock | cksum | cut -d ' ' -f 1)
# What validates a release in a test: frictionless, mlcroissant, roc-validator, check-jsonschema.
RELEASE := .venv-release/.run-$(shell cksum < requirements-release.lock | cut -d ' ' -f 1)
# moto, a stand-in for Amazon S3, serves the store of WARC files in tests.
S3 := .venv-s3/.run-$(shell cksum < requirements-s3.lock | cut -d ' ' -f 1)
INSTALL := -m pip --disable-pip-version-check install -qq
PIP := $(BIN)/python $(INSTALL)
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --no-config

.PHONY: help install demo quick test check messages codebook schema viewer lock clean
.DELETE_ON_ERROR:

help:  ## lists the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' Makefile

install: $(RUN)  ## installs huyen into .venv and crawls nothing

demo: $(RUN)  ## crawls invented portals on loopback into data/demo and writes a CSV
	@$(BIN)/python -m fixtures.demo

quick: $(DEV)  ## runs the unit tests only: no crawl, no process, no PostgreSQL, no browser
	@$(BIN)/python -m pytest -m "not slow"

test: $(DEV) $(PYWB) $(WACZ) $(RELEASE) $(S3)  ## runs every test
	@$(BIN)/python -m pytest

check: $(DEV)  ## checks style, types, import rules, file lengths and lock files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@git ls-files -co --exclude-standard '*.py' | while read -r file; do \
		[ "$$(wc -l < "$$file")" -le 400 ] || { echo "$$file has more than 400 lines: split it"; exit 1; }; \
	done
	@! grep -nE '^ *-[^-]|^ *--[^h]|:/' requirements.lock requirements-dev.lock requirements-pywb.lock \
		requirements-wacz.lock requirements-release.lock requirements-s3.lock requirements-npm.lock \
		|| { echo "a lock file names versions and hashes only"; exit 1; }

messages: $(DEV)  ## takes new messages into the Vietnamese catalogue and compiles it
	@$(BIN)/python -m tests.catalogue

viewer:  ## fetches ReplayWeb.page, with which `huyen serve` shows pages as they looked (needs npm)
	@mkdir -p data/replaywebpage
	@cd data/replaywebpage \
		&& npm pack --silent "$$(sed -E 's/.* (.+)-([0-9.]+)\.tgz/\1@\2/' ../../requirements-npm.lock | grep ^replaywebpage)" > /dev/null \
		&& grep replaywebpage ../../requirements-npm.lock | sha256sum --quiet -c - \
		&& tar -xzf replaywebpage-*.tgz --strip-components=1 package/ui.js package/sw.js package/LICENSE \
		&& rm replaywebpage-*.tgz && echo "data/replaywebpage has it; set HUYEN_DATA or --replay if your archive is elsewhere"

schema: $(DEV)  ## writes the script that makes a new SQLite archive from the migrations
	@$(BIN)/python -m storage.schema.upgrading

codebook: $(DEV)  ## writes docs/codebook.md from the tables in words (storage/release)
	@$(BIN)/python -m storage.release.documents.codebook

lock:  ## resolves pyproject.toml into new lock files (needs uv)
	@command -v uv > /dev/null || { echo "make lock needs uv on the PATH"; exit 2; }
	@# What all extras agree on comes first, so that any of them can be installed beside requirements.lock.
	$(LOCK) --extra dev pyproject.toml -o requirements-dev.lock
	@# setuptools builds the project itself, without isolation, from what is locked.
	echo 'setuptools>=77' | $(LOCK) -c requirements-dev.lock pyproject.toml - -o requirements.lock
	echo 'pywb==2.10.*' | $(LOCK) - -o requirements-pywb.lock
	echo 'wacz==0.6.*' | $(LOCK) - -o requirements-wacz.lock
	printf '%s\n' 'check-jsonschema==0.39.*' 'frictionless[json]==5.21.*' 'mlcroissant==1.1.*' \
		'roc-validator==0.13.*' | $(LOCK) - -o requirements-release.lock
	printf '%s\n' 'moto[s3]==5.2.*' flask flask-cors | $(LOCK) - -o requirements-s3.lock

clean:  ## removes the environments, builds and the demo archive; keeps other data
	rm -rf .venv .venv-pywb .venv-wacz .venv-release .venv-s3 build dist *.egg-info data/demo
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "huyen needs Python 3.11 or newer; name it: make PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -m venv .venv || { echo "this Python cannot make a virtualenv; Debian: apt install python3-venv"; exit 2; }

$(RUN): | $(BIN)/python
	@echo "installing what requirements.lock names into .venv"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@rm -f .venv/.run-*
	@touch $@

$(DEV): | $(RUN)
	@echo "installing what requirements-dev.lock names into .venv"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@rm -f .venv/.dev-*
	@touch $@

# It has parts that some machines would have to compile: without it all other tests run, and say so.
$(PYWB): | $(BIN)/python
	@echo "installing what requirements-pywb.lock names into .venv-pywb"
	@$(BIN)/python -m venv --clear .venv-pywb
	@if .venv-pywb/bin/python $(INSTALL) --require-hashes -r requirements-pywb.lock; then touch $@; \
		else echo "pywb cannot be installed here; the tests that need it are skipped"; fi

# The lock of the npm packages has a line of sha256sum for each; its file name has the version. axe-core
# checks pages for accessibility.
$(WACZ): | $(BIN)/python
	@echo "installing what requirements-wacz.lock and requirements-npm.lock name into .venv-wacz"
	@$(BIN)/python -m venv --clear .venv-wacz
	@if .venv-wacz/bin/python $(INSTALL) --require-hashes -r requirements-wacz.lock \
		&& (cd .venv-wacz \
			&& sed -E 's/.* (.+)-([0-9.]+)\.tgz/\1@\2/' ../requirements-npm.lock | xargs npm pack --silent > /dev/null \
			&& sha256sum --quiet -c ../requirements-npm.lock && tar -xzf replaywebpage-*.tgz \
			&& mkdir -p axe && tar -xzf axe-core-*.tgz -C axe --strip-components=1); then touch $@; \
		else echo "py-wacz or ReplayWeb.page cannot be installed here; the tests that need them are skipped"; fi

# Most of it is scientific Python that one test loads a part of: compiling it would take longer than the test.
$(RELEASE): | $(BIN)/python
	@echo "installing what requirements-release.lock names into .venv-release"
	@$(BIN)/python -m venv --clear .venv-release
	@if .venv-release/bin/python $(INSTALL) --no-compile --require-hashes -r requirements-release.lock; then touch $@; \
		else echo "the validators of releases cannot be installed here; the tests that need them are skipped"; fi

# A server and no library of ours: it has AWS in all its parts, of which a test loads one.
$(S3): | $(BIN)/python
	@echo "installing what requirements-s3.lock names into .venv-s3"
	@$(BIN)/python -m venv --clear .venv-s3
	@if .venv-s3/bin/python $(INSTALL) --no-compile --require-hashes -r requirements-s3.lock; then touch $@; \
		else echo "moto cannot be installed here; the tests that need it are skipped"; fi
