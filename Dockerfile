# One build for all programs, and a target for each:
#   docker build --target operator|webhook|agent|cli -t palisade-operator .
# The base images are arguments, so that a mirror, or images made on this machine, can stand in for them.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG DEPS_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
ARG AGENT_IMAGE=debian:12-slim

# The programs are built on the builder's own platform, for any: only their machine code differs.
FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
# Set by the builder; a default here would win over --platform.
ARG TARGETARCH
# No compiler or build server that outlives its step.
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
# Part of the CLI.
COPY docs/findings.md docs/
# With .NET in them, so that they can go without the parts they do not use; see src/Image.props. The code is analysed where it is tested, not here.
RUN --mount=type=cache,id=nuget,target=/root/.nuget/packages \
    runtime=linux-$(echo "${TARGETARCH:?}" | sed 's/amd64/x64/') \
 && publish() { dotnet publish "src/$1" -c Release --self-contained --runtime "$runtime" -o "/out/$2" -p:DebugType=none -p:PublishDocumentationFiles=false -p:RunAnalyzers=false; } \
 && publish Operator operator \
 && publish Webhook webhook \
 && publish Cli cli \
 && publish Agent agent

FROM ${DEPS_IMAGE} AS operator
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

FROM ${DEPS_IMAGE} AS webhook
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

FROM ${DEPS_IMAGE} AS cli
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
# A base may have these already, and then needs no network.
RUN packages="iptables ipset libssl3 libstdc++6 zlib1g ca-certificates" \
 && { dpkg -s $packages >/dev/null 2>&1 \
   || { apt-get update && apt-get install -y --no-install-recommends $packages && rm -rf /var/lib/apt/lists/*; }; }
COPY --from=build /out/agent /app
ENV DOTNET_EnableDiagnostics=0
ENTRYPOINT ["/app/palisade-agent"]
