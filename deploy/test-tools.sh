#!/usr/bin/env bash
# Installs what tests need beyond Python, where we may; what stays missing is skipped by the tests that need it, aloud.
set -euo pipefail

missing=()
command -v java >/dev/null || missing+=(openjdk-17-jre-headless)
command -v mvn >/dev/null || missing+=(maven)
command -v go >/dev/null || missing+=(golang-go)
# Where an init runs, Debian starts clamd, freshclam and PgBouncer with these; tests start their own.
PATH=$PATH:/usr/sbin command -v clamd >/dev/null || missing+=(clamav-daemon)
command -v clamdscan >/dev/null || missing+=(clamdscan)
command -v caddy >/dev/null || missing+=(caddy)
command -v promtool >/dev/null || missing+=(prometheus)
PATH=$PATH:/usr/sbin command -v pgbouncer >/dev/null || missing+=(pgbouncer)
command -v chromium >/dev/null || missing+=(chromium)
[[ ${#missing[@]} == 0 ]] && exit 0

if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    printf 'Installing %s\n' "${missing[*]}" >&2
    if apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then
        exit 0
    fi
fi
printf 'Tests that need them will be skipped: %s\n' "${missing[*]}" >&2
