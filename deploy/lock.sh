#!/usr/bin/env bash
# Resolves every dependency anew, to releases at least a week old, into the two hashed locks, which name no index.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=.venv/bin/uv
[[ -x $uv ]] || .venv/bin/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore uv

members=(social-outcomes-partnership)
for project in libs/*/pyproject.toml services/*/pyproject.toml; do
    members+=("$(basename "$(dirname "$project")")")
done
compile=("$uv" pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --exclude-newer "7 days"
    --no-annotate --no-header "${members[@]/#/--no-emit-package=}")
"${compile[@]}" --group build libs/*/pyproject.toml services/*/pyproject.toml --output-file requirements.lock
"${compile[@]}" --constraint requirements.lock --group build --group dev libs/*/pyproject.toml services/*/pyproject.toml \
    --output-file requirements-dev.lock
