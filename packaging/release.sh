#!/bin/sh
# Makes the tree of a release of Lockstep itself out of a built source tree.
#
#   packaging/release.sh [--publisher] FOLDER VERSION
#
# Publish it as the component "updater": lockstep-repo publish --component updater --dir FOLDER ...
# With --publisher it is the publisher's side instead, for install.sh --publisher FOLDER.
set -eu
publisher=''
[ "${1:-}" != --publisher ] || { publisher=yes; shift; }
[ $# -eq 2 ] || { echo "usage: packaging/release.sh [--publisher] FOLDER VERSION" >&2; exit 2; }
source=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
jar=$source/app/target/lockstep-app-0.1.0.jar
[ -f "$jar" ] || { echo "release.sh: not built; run ./mvnw package -DskipTests" >&2; exit 1; }
[ ! -e "$1" ] || { echo "release.sh: $1 is there already" >&2; exit 1; }
mkdir -p "$1/bin" "$1/lib"
printf '%s\n' "$2" >"$1/VERSION"
install -m 0755 "$source/packaging/bin/lockstep" "$1/bin/lockstep"
install -m 0644 "$jar" "$source"/app/target/lib/*.jar "$1/lib/"
if [ -n "$publisher" ]; then
    install -m 0755 "$source/packaging/bin/lockstep-repo" "$1/bin/lockstep-repo"
else
    # The publisher's side never ships to a device.
    rm -f "$1"/lib/lockstep-repository-*.jar
fi
