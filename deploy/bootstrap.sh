#!/usr/bin/env bash
# Makes .venv from one of the hashed locks: bootstrap.sh requirements.lock (to run) or requirements-dev.lock (to test).
# Presumes Python 3.11 or newer and nothing else. Done again only when a lock or a pyproject.toml has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

lock=$1
python=${PYTHON:-python3}
venv=.venv/bin/python

say() { printf '%s\n' "$*" >&2; }

made_of() { # what an installation depends on: where it is, its lock, and the members
    { pwd; cat "$1" libs/*/pyproject.toml services/*/pyproject.toml; } | cksum
}

is_made() {
    local known=.venv/made-of-$1
    [[ -x $venv && -f $known && $(<"$known") == "$(made_of "$1")" ]]
}

if is_made "$lock" || is_made requirements-dev.lock; then
    exit 0
fi

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "Python 3.11 or newer is needed, and $python is not: set PYTHON to one that is (make demo PYTHON=python3.13)."
    exit 1
fi
if ! [[ -w . ]]; then
    say "$PWD cannot be written by $(id -un 2>/dev/null || id -u): clone into a folder of your own."
    exit 1
fi

make_venv() { # with pip in it, or filled by a pip outside it
    rm -rf .venv
    if "$python" -m venv .venv; then
        pip=("$venv" -m pip)
    elif "$python" -m pip --version && rm -rf .venv && "$python" -m venv --without-pip .venv; then
        pip=("$python" -m pip --python "$venv")
    else
        return 1
    fi
} >/dev/null 2>&1

pip=("$venv" -m pip)
if ! "${pip[@]}" --version >/dev/null 2>&1; then
    if ! make_venv; then
        if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
            say "Installing python3-venv"
            apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
        fi
        make_venv || {
            say "$python can make no virtual environment: install its venv module (Debian: apt-get install python3-venv)."
            exit 1
        }
    fi
fi

say "Installing what $lock names"
install=("${pip[@]}" install --quiet --disable-pip-version-check --no-input --root-user-action=ignore)
"${install[@]}" --require-hashes -r "$lock" || {
    say "Not all of $lock could be installed by $("$venv" --version) on $(uname -sm): the reason stands above. It needs a" \
        "package index in reach, and has wheels for Python 3.11 to 3.14 on Linux (glibc 2.28 or newer) and macOS 14 or newer, x86-64 and ARM."
    exit 1
}
members=()
for member in libs/*/ services/*/; do
    [[ -f $member/pyproject.toml ]] && members+=(-e "./${member%/}")
done
"${install[@]}" --no-deps --no-build-isolation "${members[@]}"
made_of "$lock" >".venv/made-of-$lock"
