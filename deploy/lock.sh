#!/usr/bin/env bash
# Resolves the workspace anew, to releases at least a week old, into the two hashed locks. uv.lock names hosts: not kept.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=.venv/bin/uv
[[ -x $uv ]] || .venv/bin/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore uv
$uv lock --quiet --upgrade --exclude-newer "7 days"

locked=("$uv" export --quiet --frozen --all-packages --no-emit-workspace --no-header --no-annotate --no-default-groups)
"${locked[@]}" --group build --output-file requirements.lock >/dev/null
"${locked[@]}" --group build --group dev --output-file requirements-dev.lock >/dev/null
rm uv.lock
