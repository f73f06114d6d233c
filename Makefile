# The targets of daily work. `make demo` and `make test` do all the set-up they need on a Debian machine with the .NET SDK.
CONFIGURATION ?= Release
export CONFIGURATION
export DOTNET_CLI_TELEMETRY_OPTOUT = 1
export DOTNET_NOLOGO = 1

.DEFAULT_GOAL := help
.PHONY: help demo demo-cluster build native test test-cluster images test-images sbom verify format generate pictures bench clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: ## close and open a small shop on this machine: pods as network namespaces, real rules, measured connections
	@hack/deps demo
	@hack/demo

demo-cluster: ## the same against a real kube-apiserver, with the operator, the webhook and the agents
	@hack/deps test
	@$(MAKE) --no-print-directory build
	@hack/demo --cluster

build: ## compile everything; the programs are then in artifacts/bin
	@hack/build

native: ## compile the programs ahead, as the images have them, each as one file in artifacts/native; takes minutes
	@hack/native

# CLUSTER=local is the cluster that is made here; any other, a kubeconfig of yours, is for test-cluster only.
test: ## every test, on a real kube-apiserver and a real kernel; CLUSTER=local: images and cluster too; the last line counts them
	@[ -z "$(filter-out local,$(CLUSTER))" ] || { echo "CLUSTER is 'local' or not set here, not '$(CLUSTER)'" >&2; exit 2; }
	@hack/deps test
	@$(MAKE) --no-print-directory build native verify
	@hack/test$(if $(CLUSTER),-all)

test-cluster: ## install, try, break, upgrade and uninstall it on a real two-node cluster made here, as root; CLUSTER=KUBECONFIG: on yours
	@[ -n "$(filter-out local,$(CLUSTER))" ] || { hack/deps cluster && $(MAKE) --no-print-directory images; }
	@hack/test-cluster $(filter-out local,$(CLUSTER))

images: ## the container images, with docker, podman or buildah; BASES=local makes the base images from the distribution, as root
	@[ "$(BASES)" != local ] || hack/deps images
	@hack/images

test-images: images ## build the images, and start the program of each
	@hack/test-images

sbom: ## a bill of materials (CycloneDX) of each image that was built, in artifacts/sbom
	@hack/sbom

verify: ## fails when generated files are stale or a file is not formatted
	@dotnet tool restore >/dev/null
	@dotnet csharpier check .
	@hack/generate --check

format: ## format the code
	@dotnet tool restore >/dev/null
	@dotnet csharpier format .

generate: ## write the generated files anew: config/crd, from the entity classes
	@hack/generate

pictures: ## draw the pictures of docs/report anew, from config/samples
	@hack/deps pictures
	@hack/pictures

bench: build ## measure; reports go to bench/reports
	@hack/bench

clean: ## remove what was built
	@rm -rf artifacts
	@find src tests hack bench -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
