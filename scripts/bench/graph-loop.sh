#!/bin/sh
# Packages one after the other, in an order that somebody worked out by hand, as a plain loop does it:
# each build writes the repository's index, and those after it install from there.
#   MELANGE=… DISTRIBUTION=… DISTRIBUTION_KEY=… graph-loop.sh ARCHITECTURE NAME…
# Prints the time before each build in nanoseconds, and around all of them the shell's `times`.
set -eu

architecture=$1
shift

"$MELANGE" keygen 2>/dev/null
times
for name in "$@"; do
  echo "begin $(date +%s%N) $name"
  own=
  if [ -d packages ]; then own='--repository-append packages --keyring-append melange.rsa.pub'; fi
  # shellcheck disable=SC2086
  "$MELANGE" build "recipes/$name/melange.yaml" --arch "$architecture" --runner bubblewrap --signing-key melange.rsa \
    --source-dir "recipes/$name" --repository-append "$DISTRIBUTION" --keyring-append "$DISTRIBUTION_KEY" $own 2>"$name.log"
done
echo "begin $(date +%s%N)"
times
