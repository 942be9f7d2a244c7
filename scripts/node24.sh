# Sourced by scripts/demo and scripts/test: puts Node 24 first on PATH and installs the locked dependencies.
# What the machine lacks is taken from npm: the package node@24, kept in the kit's cache outside of the checkout.

say() { printf '%s\n' "$*" >&2; }

kit_cache="${GIROPOPS_KIT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/giropops-build-kit}"

node_major() { "$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

use_node24() {
  if [ "$(node_major node)" -ge 24 ]; then return; fi
  if ! command -v npm >/dev/null; then
    say 'Node.js with npm is needed to begin with (any version from 18 on); Node 24 is then fetched from npm.'
    say 'On Debian and Ubuntu: apt-get install nodejs npm'
    exit 1
  fi
  local folder="$kit_cache/node24"
  local bin="$folder/node_modules/node/bin"
  if [ "$(node_major "$bin/node")" -lt 24 ]; then
    say 'Node 24: fetching the npm package node@24 (about 10 s) …'
    mkdir -p "$folder"
    npm install --prefix "$folder" --ignore-scripts=false --no-audit --no-fund --no-update-notifier --loglevel=error node@24 >&2
  fi
  export PATH="$bin:$PATH"
  if [ "$(node_major node)" -lt 24 ]; then
    say "Node 24 could not be made available in $folder; install it by hand and try again."
    exit 1
  fi
}

install_dependencies() {
  local stamp=node_modules/.giropops-lock
  if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp"; then return; fi
  say 'npm ci (about 10 s) …'
  npm ci --no-audit --no-fund --no-update-notifier --loglevel=error >&2
  cp package-lock.json "$stamp"
}

use_node24
install_dependencies
