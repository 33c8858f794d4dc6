# Every command of the project. `make help` explains them.
SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help run build dev test test-long test-vm lint format bench clean install

help: ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## install what is missing, build, and start Lyceum with demo content
	@tools/run

build: install ## build/release/lyceum, the program
	@tools/build release lyceum

dev: install ## the same in build/dev, quick to build, with the tests
	@tools/build dev

test: ## all tests; ends with "N passed, N failed"
	@tools/install test
	@tools/test

test-long: ## what is slow by nature: whole limits, several processes, ASan and UBSan, fuzzers; an hour
	@tools/install test
	@tools/test-long

test-vm: ## the sandbox's tests on cgroup v2 alone, in a virtual machine with Debian's kernel; half an hour
	@tools/test-vm

lint: ## format, clang-tidy, include graph, the web app's lint
	@tools/install test
	@tools/lint

format: ## clang-format and Biome, in place
	@tools/lint --fix

bench: ## every figure that has a budget, with peers beside us in the same run
	@tools/install test
	@tools/build release lyceum
	@bench/run

clean: ## remove what was built; data/ stays
	rm -rf build web/dist web/node_modules tests/node_modules

install:
	@tools/install run
