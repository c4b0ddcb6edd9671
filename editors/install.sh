#!/usr/bin/env bash
# What the tests in a real VS Code need: Node.js and a driver for the browser in .venv, the packages that the extension
# is built with, and VS Code's own server, taken out of code-server, in .editors. Chromium comes from the system.
# No install script of a package is run: nothing is compiled, and what the tests use works without.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
INSTALL="npm install --ignore-scripts --no-save --loglevel=error"

.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/editors.txt
(cd editors/vscode && npm ci --ignore-scripts --loglevel=error >/dev/null)

CODE=.editors/vscode/node_modules/code-server
if [ ! -f $CODE/lib/vscode/.installed ]; then
  mkdir -p .editors/vscode
  echo '{ "private": true }' >.editors/vscode/package.json
  (cd .editors/vscode && $INSTALL code-server@4.139.1 >/dev/null)
  # Not `npm ci`: the list of versions that comes with it is not the one it was made with.
  (cd $CODE/lib/vscode && $INSTALL --omit=dev >/dev/null && touch .installed)
fi
command -v chromium >/dev/null || command -v google-chrome >/dev/null ||
  echo "Chromium is missing, and the tests in VS Code skip without it: apt-get install chromium" >&2
