# make run    install what is missing, build, start the service on its private PostgreSQL
# make test   install what is missing, check everything, run every test
# make check  formatting and lints only
# make bench  what is measured, and against what
# make soak   the long form of the tests that can be made longer, but for fuzzing
# make fuzz   everything that the OpenAPI document allows, and what it does not, for as long as it takes

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Outside the checkout, which several users or containers may share.
CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/quarterdeck/target
export CARGO_TARGET_DIR
export PATH := $(PATH):$(HOME)/.cargo/bin

.PHONY: help run test check bench soak fuzz dependencies test-dependencies

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

run: dependencies
	cargo build --release --locked
	@echo "Program: $(CARGO_TARGET_DIR)/release/quarterdeck"
	@echo "Service: http://$${QUARTERDECK_LISTEN:-127.0.0.1:8080} (Ctrl-C stops it and its PostgreSQL)"
	@echo "Data:    $${QUARTERDECK_DATA_DIR:-$$([ "$$(id -u)" = 0 ] && echo /var/lib/quarterdeck || echo "$${XDG_DATA_HOME:-$$HOME/.local/share}/quarterdeck")}"
	@exec "$(CARGO_TARGET_DIR)/release/quarterdeck" serve

check: test-dependencies
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings

# The tests come last: the last line says how many passed.
test: check
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --quiet
	cargo test --locked --workspace --doc --quiet
	@if cargo nextest --version >/dev/null 2>&1; then \
		cargo nextest run --locked --workspace; \
	else \
		cargo test --locked --workspace --all-targets; \
	fi

# Built one after the other, so that what the rivals need does not get into the service.
bench: dependencies
	cargo build --release --locked
	cargo build --release --locked --package quarterdeck-benches
	"$(CARGO_TARGET_DIR)/release/quarterdeck-bench"

soak: test-dependencies
	cargo nextest run --locked --package quarterdeck --lib --features serde_json/preserve_order canonical leaf
	QUARTERDECK_SOAK=1 cargo nextest run --locked --workspace --cargo-profile soak --profile soak -E 'not binary(fuzz)'

fuzz: test-dependencies
	QUARTERDECK_SOAK=1 cargo nextest run --locked --package quarterdeck --test fuzz --cargo-profile soak --profile soak

dependencies:
	@scripts/install-dependencies

test-dependencies:
	@scripts/install-dependencies tests
