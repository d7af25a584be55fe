#!/bin/sh
# Installs what Lockstep needs around its releases: user, folders, launcher, privileges, units.
# Run again it changes only what differs; settings that are there are kept.
#
#   install.sh [--root DIR] [--no-user] [--agent] [--release DIR] [--publisher DIR]
#              [--unit NAME]... [--package NAME]...
#
#   --root DIR       below DIR instead of / (for packages and tests)
#   --no-user        neither make the user nor give anything to it (for packages)
#   --agent          a frontend device: lockstep-agent.service instead of lockstep.service
#   --release DIR    the first release of Lockstep itself, as made by release.sh
#   --publisher DIR  the publisher's side for lockstep-repo@NAME.service, by release.sh --publisher
#   --unit NAME      a systemd unit that Lockstep may start and stop
#   --package NAME   a package that lockstep-update@VERSION.service installs
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root='' user=lockstep own=yes service=lockstep.service release='' publisher='' units='' packages=''

fail() {
    echo "install.sh: $1" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
        --no-user) own='' ;;
        --agent) service=lockstep-agent.service ;;
        --root | --release | --publisher | --unit | --package)
            [ $# -ge 2 ] || fail "$1 needs a value"
            case $1 in
                --root) root=${2%/} ;;
                --release) release=$2 ;;
                --publisher) publisher=$2 ;;
                --unit)
                    case $2 in
                        [!A-Za-z0-9]* | *[!A-Za-z0-9:_.@-]*) fail "$2 is not the name of a unit" ;;
                        *.service) units="$units $2" ;;
                        *) fail "$2 is not the name of a service" ;;
                    esac
                    ;;
                --package)
                    case $2 in
                        '' | [!a-z0-9]* | *[!a-z0-9+.-]*) fail "$2 is not the name of a package" ;;
                    esac
                    packages="$packages $2"
                    ;;
            esac
            shift
            ;;
        *) fail "unknown: $1" ;;
    esac
    shift
done

# put MODE FILE: standard input becomes the file, by one rename, where it differs.
put() {
    new=$root$2.lockstep-new
    mkdir -p "$(dirname -- "$new")"
    cat >"$new"
    chmod "$1" "$new"
    if cmp -s "$new" "$root$2" && [ "$(stat -c %a "$root$2")" = "${1#0}" ]; then
        rm -f "$new"
    else
        mv -f "$new" "$root$2"
        echo "install.sh: $2"
    fi
}

# folder MODE DIR [keep]: made where it is missing; Lockstep's where "own" is asked for.
folder() {
    mkdir -p "$root$2"
    chmod "$1" "$root$2"
    [ -z "$own" ] || [ -z "${3:-}" ] || chown "$user:$user" "$root$2"
}

if [ -n "$own" ] && ! id -u "$user" >/dev/null 2>&1; then
    useradd -r -U -s /usr/sbin/nologin -d /var/lib/lockstep -M "$user"
fi

folder 0755 /usr/lib/lockstep
for program in lockstep-launcher lockstep-privileged lockstep-update-version lockstep-helper; do
    file=$here/bin/$program
    [ -f "$file" ] || file=$here/../bin/$program
    put 0755 "/usr/lib/lockstep/$program" <"$file"
done

folder 0755 /etc/lockstep
folder 0755 /etc/lockstep/repo
[ -z "$units" ] && [ -e "$root/etc/lockstep/units" ] ||
    for unit in $units; do echo "$unit"; done | put 0644 /etc/lockstep/units
[ -z "$packages" ] && [ -e "$root/etc/lockstep/packages" ] ||
    for package in $packages; do echo "$package"; done | put 0644 /etc/lockstep/packages

folder 0750 /var/lib/lockstep own
folder 0750 /var/lib/lockstep/components own
folder 0750 /var/lib/lockstep/components/updater own
folder 0700 /var/lib/lockstep/state own
folder 0700 /var/lib/lockstep/state/backups own

put 0440 /etc/sudoers.d/lockstep <"$here/sudoers/lockstep"
# The rule names the units of the same file that the privileged command reads.
listed=$(sed 's/.*/"&"/' "$root/etc/lockstep/units" | paste -s -d , -)
sed "s/var units = \[\];/var units = [$listed];/" "$here/polkit/50-lockstep.rules" |
    put 0644 /etc/polkit-1/rules.d/50-lockstep.rules
for unit in "$service" lockstep-repo@.service lockstep-update@.service \
    lockstep-helper.socket lockstep-helper.service; do
    put 0644 "/etc/systemd/system/$unit" <"$here/systemd/$unit"
done

# The helper's code is root's own copy: what Lockstep's user can write never runs as root.
for jar in "$release"/lib/lockstep-app-*.jar; do
    [ ! -f "$jar" ] || put 0644 /usr/lib/lockstep/lockstep-helper.jar <"$jar"
done

# A server that runs keeps the files that it opened; the next start takes the new ones.
if [ -n "$publisher" ]; then
    [ -x "$publisher/bin/lockstep-repo" ] || fail "$publisher was not made by release.sh --publisher"
    repo=$root/usr/lib/lockstep/repo
    rm -rf "$repo.new"
    cp -R "$publisher" "$repo.new"
    rm -rf "$repo"
    mv -T "$repo.new" "$repo"
    echo "install.sh: /usr/lib/lockstep/repo $(cat "$repo/VERSION")"
fi

home=/var/lib/lockstep/components/updater
if [ -n "$release" ] && [ ! -L "$root$home/current" ]; then
    version=$(cat "$release/VERSION")
    case $version in
        '' | [!0-9]* | *[!0-9A-Za-z.+-]*) fail "$release/VERSION does not say a version" ;;
    esac
    mkdir -p "$root$home/releases"
    rm -rf "$root$home/releases/.first"
    cp -R "$release" "$root$home/releases/.first"
    [ -z "$own" ] || chown -R "$user:$user" "$root$home/releases"
    mv -T "$root$home/releases/.first" "$root$home/releases/$version"
    ln -s "releases/$version" "$root$home/current"
    [ -z "$own" ] || chown -h "$user:$user" "$root$home/current"
    echo "install.sh: Lockstep $version"
fi

if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl enable "$service"
    echo "install.sh: write /etc/lockstep/lockstep.yaml, then systemctl start $service"
fi
