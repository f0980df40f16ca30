#!/usr/bin/env bash
# Installs what is missing, builds ranktop in release mode, starts `ranktop demo`.
# Further arguments go to the demo, e.g.  bash demos/quickstart.sh --allocator dora
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$top/demos/install.sh"
. "$top/demos/build.sh"
build_ranktop "$top"
install_missing libopenblas0-pthread
exec "$ranktop" demo "$@"
