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
# A linker: gcc's on the platform itself, else clang's with the other platform's libraries. A base may have it already, and then needs no network.
RUN if [ "${TARGETARCH:?}" = "$(dpkg --print-architecture)" ]; then packages="gcc libc6-dev"; \
    else packages="clang gcc-$(echo "$TARGETARCH" | sed 's/amd64/x86-64/; s/arm64/aarch64/')-linux-gnu libc6-dev-$TARGETARCH-cross"; fi \
 && { dpkg -s $packages >/dev/null 2>&1 \
   || { apt-get update && apt-get install -y --no-install-recommends $packages && rm -rf /var/lib/apt/lists/*; }; }
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/ src/
# Part of the CLI.
COPY docs/findings.md docs/
# Compiled ahead; see src/Image.props. Beside each program the list of what is in it, for scanners and hack/sbom. The code is analysed where it is
# tested, not here.
RUN --mount=type=cache,id=nuget,target=/root/.nuget/packages \
    runtime=linux-$(echo "$TARGETARCH" | sed 's/amd64/x64/') \
 && if [ "$TARGETARCH" = "$(dpkg --print-architecture)" ]; then objcopy=objcopy; \
    else objcopy=$(echo "$TARGETARCH" | sed 's/amd64/x86_64/; s/arm64/aarch64/')-linux-gnu-objcopy; fi \
 && publish() { dotnet publish "src/$1" -c Release --runtime "$runtime" -o "/out/$2" -p:ObjCopyName="$objcopy" -p:RunAnalyzers=false \
   && cp "src/$1/bin/Release/net10.0/$runtime"/*.deps.json "/out/$2/"; } \
 && publish Operator operator \
 && publish Webhook webhook \
 && publish Cli cli \
 && publish Agent agent \
 && mkdir /out/symbols \
 && mv src/*/bin/Release/net10.0/"$runtime"/native/*.dbg /out/symbols/

# The programs' symbols, for debuggers and profilers.
FROM scratch AS symbols
COPY --from=build /out/symbols /

FROM ${DEPS_IMAGE} AS operator
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="palisade-operator" \
      org.opencontainers.image.description="Stamps cluster-wide network policies into namespaces" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /out/operator /app
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
USER 65532:65532
ENTRYPOINT ["/app/kubectl-palisade"]

# What the agent runs on its node's network, and what that and the agent link to: of the distribution only the files of these packages, cat, sleep and
# a shell, and the packages' own descriptions, which scanners read.
FROM ${AGENT_IMAGE} AS tools
# A base may have these already, and then needs no network.
RUN packages="iptables ipset libssl3 ca-certificates" \
 && { dpkg -s $packages >/dev/null 2>&1 \
   || { apt-get update && apt-get install -y --no-install-recommends $packages && rm -rf /var/lib/apt/lists/*; }; }
RUN depends() { dpkg-query -W -f '${Depends}' "$1" | sed 's/([^)]*)//g; s/|[^,]*//g; s/:any//g; s/,/ /g'; } \
 && need() { for package; do case " $needed " in *" $package "*) ;; *) needed="$needed $package"; need $(depends "$package") ;; esac; done; } \
 && need iptables ipset libssl3 base-files \
 && mkdir -p /tools/var/lib/dpkg/status.d \
 && for package in $needed dash coreutils ca-certificates; do dpkg-query -s "$package" >"/tools/var/lib/dpkg/status.d/$package"; done \
 && { dpkg -L $needed | grep -v -e '^/usr/share/\(doc\|man\|locale\|lintian\|bug\)' -e /gconv -e '^/\.$'; \
      printf '%s\n' /bin /sbin /lib /lib64 /bin/dash /bin/sh /bin/cat /bin/sleep /etc/passwd /etc/group /etc/ssl/certs/ca-certificates.crt; \
      ls -d /usr/sbin/ip*tables* /etc/alternatives/ip*tables*; } \
    | sed 's#^/\(s\?bin\|lib\|lib64\)/#/usr/\1/#' | sort -u \
    | while read -r file; do if [ -e "$file" ] || [ -L "$file" ]; then echo "$file"; fi; done >/files \
 && tar -C / --no-recursion -cf - -T /files | tar -C /tools -xf -

# Root: it runs iptables and ipset on its node's network. The manifest takes every capability away but NET_ADMIN and NET_RAW.
FROM scratch AS agent
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="palisade-agent" \
      org.opencontainers.image.description="Enforces NetworkPolicy on a node with iptables and ipset" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=tools /tools /
COPY --from=build /out/agent /app
ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin
ENTRYPOINT ["/app/palisade-agent"]
