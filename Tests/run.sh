#!/usr/bin/env bash
# Installs what the tests need, builds everything in release mode, runs all tests, checks the format.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
. demos/install.sh
install_missing libncurses-dev libopenblas-dev libopenblas0-pthread libsqlite3-dev tmux sqlite3
require_swift
swift format lint --strict -r Sources Tests Package.swift
swift build -c release --build-tests
swift test -c release --skip-build
