# `make help` lists the targets. Anything longer than three lines is a subcommand of DevTool or a script in deploy/.
SHELL := /bin/bash
SWIFT := swift
CHECKED := --explicit-target-dependency-import-check error
JOBS := $(shell nproc)
BIN = .build/release/roost

.PHONY: help run build test test-only sim integration conformance bench fmt check protos docs cluster clean setup

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

run: ## Set up, build a release, and run a one-machine cluster in the foreground (ARGS="…" for its flags).
	@deploy/setup run
	@$(MAKE) --no-print-directory build
	$(BIN) local $(ARGS)

build: ## Build the release binary, .build/release/roost.
	@deploy/setup build
	$(SWIFT) build -c release --product roost -j $(JOBS)

test: ## Set up, build, and run every ring that ends in minutes.
	@deploy/setup test
	$(SWIFT) build --build-tests -j $(JOBS) $(CHECKED)
	@# Ring by ring: simulations and cores fill every processor, and would starve tests that wait for real clocks.
	$(SWIFT) test --skip-build --skip '^(Simulation|Integration|Conformance|Tidy|(Allocator|Master|Agent)Core|ResourceModel|MasterService|AgentService|Security|Authentication|AccessControl|DaemonEndpoints|MesosProtocol|Kube[A-Za-z]*)Tests\.'
	$(SWIFT) test --skip-build --filter '^(MasterService|AgentService|Security|Authentication|AccessControl|DaemonEndpoints|MesosProtocol)Tests\.' --skip '^MasterServiceTests\.StateTests/'
	$(SWIFT) test --skip-build --filter '^((Simulation|Tidy|(Allocator|Master|Agent)Core|ResourceModel|KubeletCore|KubeScheduling|KubeNetworkCore)Tests\.|MasterServiceTests\.StateTests/)'
	$(SWIFT) test --skip-build --filter '^Kube(Model|Kinds|Store|Registry|Streams|API|Core|Service)Tests\.'
	$(SWIFT) test --skip-build --filter '^KubeSchedulerTests\.'
	$(SWIFT) test --skip-build --filter '^Kube(Node|Runtime|Network)Tests\.'
	$(SWIFT) test --skip-build --filter '^(IntegrationTests|ConformanceTests)\.' --skip '\.(Pool|PodScenarios)/'
	$(SWIFT) test --skip-build --filter '^ConformanceTests\.PodScenarios/'
	$(SWIFT) test --skip-build --filter '^IntegrationTests\.Pool/'

test-only: ## Build and run some test targets only: make test-only T=MasterCoreTests[,…] [F=regex].
	ROOST_TARGETS=$(T) $(SWIFT) test -j $(JOBS) $(if $(F),--filter '$(F)')

sim: ## Simulate: make sim [N=1000] [SEED=first].
	ROOST_TARGETS=SimulationTests SIM_SEEDS=$(or $(N),1000) SIM_FIRST_SEED=$(or $(SEED),1) $(SWIFT) test -c release -Xswiftc -enable-testing

integration: ## Tests of the whole product on real parts.
	@deploy/setup test
	$(SWIFT) build --build-tests -j $(JOBS) && $(SWIFT) test --skip-build --filter IntegrationTests

conformance: ## Tests with other people's clients.
	@deploy/setup test
	$(SWIFT) build --build-tests -j $(JOBS) && $(SWIFT) test --skip-build --filter ConformanceTests

bench: ## Run the benchmark suite (ARGS="name …" for some of it).
	@deploy/setup test
	$(SWIFT) build -c release --product roost -j $(JOBS) && $(SWIFT) build -c release --product Benchmarks -j $(JOBS)
	.build/release/Benchmarks $(ARGS)

fmt: ## Format the sources.
	$(SWIFT) format format --in-place --parallel --recursive Package.swift Sources Tests frameworks

check: ## Lint; the tidy tests say the rest.
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests frameworks
	ROOST_TARGETS=TidyTests $(SWIFT) test

protos: ## Regenerate the wire messages and descriptor tables from the .proto files.
	$(SWIFT) run DevTool protos

docs: ## Regenerate the generated parts of docs/.
	$(SWIFT) run DevTool compatibility

cluster: ## Three masters on a ZooKeeper ensemble and three agents, on this machine.
	@deploy/setup test
	@$(MAKE) --no-print-directory build
	deploy/local/cluster $(BIN)

clean: ## Remove what was built.
	rm -rf .build
