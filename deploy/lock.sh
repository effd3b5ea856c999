#!/usr/bin/env bash
# Resolves every dependency anew, to releases at least a week old, into the two hashed locks, which name no index, and
# tries each lock on every machine we promise: deploy/wheels.txt says of which locks that was found.
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
"$uv" pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --exclude-newer "7 days" \
    --no-annotate --no-header deploy/client-for-tests/requirements.in --output-file deploy/client-for-tests/requirements.lock

export MACOSX_DEPLOYMENT_TARGET=14.0
pythons=(3.11 3.12 3.13 3.14)
machines=(x86_64-manylinux_2_28 aarch64-manylinux_2_28 aarch64-apple-darwin x86_64-apple-darwin)
found=$(mktemp)
trap 'rm -f "$found"' EXIT
for lock in requirements.lock requirements-dev.lock; do
    printf 'lock %s %s\n' "$(sha256sum <"$lock" | cut -d" " -f1)" "$lock" >>"$found"
    for python in "${pythons[@]}"; do
        for machine in "${machines[@]}"; do
            "$uv" pip install --no-config --quiet --dry-run --target "$found.none" --no-deps --require-hashes --only-binary :all: \
                --python-version "$python" --python-platform "$machine" -r "$lock" ||
                { printf '%s has no wheel for Python %s on %s, see above.\n' "$lock" "$python" "$machine" >&2; exit 1; }
            printf 'wheels %s %s %s\n' "$lock" "$python" "$machine" >>"$found"
        done
    done
done
cp "$found" deploy/wheels.txt
