# Sourced after install.sh: builds ranktop where something has changed; leaves its path in $ranktop.
build_ranktop() {
  local top=$1
  ranktop=$top/.build/release/ranktop
  if [ -x "$ranktop" ] && [ -z "$(find "$top/Sources" "$top/Package.swift" -newer "$ranktop" -print -quit)" ]; then
    return 0
  fi
  install_missing libncurses-dev libopenblas-dev libsqlite3-dev || return 1
  require_swift || return 1
  echo "building ranktop; the first time takes some minutes ..." >&2
  (cd "$top" && swift build -c release --product ranktop >&2) || return 1
  touch "$ranktop"
}
