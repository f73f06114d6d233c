# One build for all programs, and a target for each:
#   docker build --target operator|webhook|agent|cli -t palisade-operator .
# The base images are arguments, so that a mirror, or images made on this machine, can stand in for them.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG ASPNET_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/runtime:10.0-noble-chiseled
ARG AGENT_IMAGE=debian:12-slim

# The programs are built on the builder's own platform, for any: they are the same everywhere, only the host executable differs.
FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
ARG TARGETARCH=amd64
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
WORKDIR /source
# Restored by itself, so that a change of the code does not download the packages anew.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/Directory.Build.targets src/
COPY src/Models/Models.csproj src/Models/
COPY src/Policy/Policy.csproj src/Policy/
COPY src/Dataplane/Dataplane.csproj src/Dataplane/
COPY src/Netfilter/Netfilter.csproj src/Netfilter/
COPY src/Lab/Lab.csproj src/Lab/
COPY src/Kubernetes/Kubernetes.csproj src/Kubernetes/
COPY src/Operator/Operator.csproj src/Operator/
COPY src/Webhook/Webhook.csproj src/Webhook/
COPY src/Agent/Agent.csproj src/Agent/
COPY src/Cli/Cli.csproj src/Cli/
RUN arch=$(echo "$TARGETARCH" | sed 's/amd64/x64/') \
 && for host in Operator Webhook Agent Cli; do dotnet restore src/$host --runtime linux-$arch; done
COPY src/ src/
# Part of the CLI.
COPY docs/findings.md docs/
RUN arch=$(echo "$TARGETARCH" | sed 's/amd64/x64/') \
 && dotnet publish src/Operator -c Release --no-restore --runtime linux-$arch --no-self-contained -o /out/operator \
 && dotnet publish src/Webhook -c Release --no-restore --runtime linux-$arch --no-self-contained -o /out/webhook \
 && dotnet publish src/Cli -c Release --no-restore --runtime linux-$arch --no-self-contained -o /out/cli
# The agent's base has no .NET.
RUN arch=$(echo "$TARGETARCH" | sed 's/amd64/x64/') \
 && dotnet publish src/Agent -c Release --runtime linux-$arch --self-contained -o /out/agent

FROM ${ASPNET_IMAGE} AS operator
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="palisade-operator" \
      org.opencontainers.image.description="Stamps cluster-wide network policies into namespaces" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /out/operator /app
ENV DOTNET_EnableDiagnostics=0
USER 65532:65532
ENTRYPOINT ["/app/palisade-operator"]

FROM ${ASPNET_IMAGE} AS webhook
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="palisade-webhook" \
      org.opencontainers.image.description="Rejects malformed network policies with messages that say how to mend them" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /out/webhook /app
ENV DOTNET_EnableDiagnostics=0
USER 65532:65532
ENTRYPOINT ["/app/palisade-webhook"]

FROM ${RUNTIME_IMAGE} AS cli
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="kubectl-palisade" \
      org.opencontainers.image.description="Lints, expands and explains network policies" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /out/cli /app
ENV DOTNET_EnableDiagnostics=0
USER 65532:65532
ENTRYPOINT ["/app/kubectl-palisade"]

# Root, and no chiseled base: it runs iptables and ipset on its node's network. The manifest takes every capability
# away but NET_ADMIN and NET_RAW.
FROM ${AGENT_IMAGE} AS agent
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="palisade-agent" \
      org.opencontainers.image.description="Enforces NetworkPolicy on a node with iptables and ipset" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN apt-get update \
 && apt-get install -y --no-install-recommends iptables ipset libssl3 ca-certificates \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/agent /app
ENV DOTNET_EnableDiagnostics=0
ENTRYPOINT ["/app/palisade-agent"]
