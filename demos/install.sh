# Sourced: installs Debian packages that are missing. Prints nothing where nothing is.
install_missing() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null; then as_root=(sudo); else
      echo "missing packages: ${missing[*]}. Install them as root: apt-get install ${missing[*]}" >&2
      return 1
    fi
  fi
  echo "installing ${missing[*]} ..." >&2
  "${as_root[@]}" apt-get update -qq >&2 || true
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >&2 || {
    echo "apt-get could not install: ${missing[*]}" >&2
    return 1
  }
}

require_swift() {
  command -v swift >/dev/null && return 0
  echo "swift is not on the PATH. Install Swift 6.3: https://www.swift.org/install/linux" >&2
  return 1
}
