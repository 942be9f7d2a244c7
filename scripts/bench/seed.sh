#!/bin/sh
# The tutorial's steps by hand, in the folder of the example, one platform after the other:
# key, package (melange writes its own index), image as a tar for `docker load`, or published when a name is given.
#   MELANGE=… APKO=… DISTRIBUTION=… DISTRIBUTION_KEY=… seed.sh 'amd64 arm64' [REGISTRY/NAME:TAG]
set -eu

architectures=$1
published=${2:-}

"$MELANGE" keygen

for architecture in $architectures; do
  "$MELANGE" build melange.local.yaml --runner bubblewrap --signing-key melange.rsa --arch "$architecture" \
    --env-file offline.env --repository-append "$DISTRIBUTION" --keyring-append "$DISTRIBUTION_KEY"
done

all=$(echo "$architectures" | tr ' ' ',')
set -- --keyring-append melange.rsa.pub --keyring-append "$DISTRIBUTION_KEY" \
  --build-repository-append "$DISTRIBUTION" --arch "$all"

if [ -z "$published" ]; then
  "$APKO" build apko.local.yaml giropos-melange-apko:1.0.0 giropops-senhas.tar "$@"
else
  "$APKO" publish apko.local.yaml "$published" "$@"
fi
