#!/usr/bin/env bash
# Makes the portal's stylesheet from deploy/look into the file named, by the Node.js that is here.
set -euo pipefail
cd "$(dirname "$0")/.."

place=.tools/look
mkdir -p "$place"
cp deploy/look/{package.json,package-lock.json,.npmrc,pkg-govuk.scss,portal.scss} "$place"
cmp -s "$place/package-lock.json" "$place/installed.json" || {
    (cd "$place" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp "$place/package-lock.json" "$place/installed.json"
}
(cd "$place" && node node_modules/sass/sass.js --style=compressed --no-source-map --no-charset portal.scss) >"$1"
