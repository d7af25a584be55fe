#!/bin/sh
# machine.sh GROUP FOLDER [boot]: systemd as the first process of a machine of its own. Its file
# system is this one's with a layer over it, which is in memory and goes with it: nothing of this
# machine is changed. GROUP is a control group of its own, FOLDER an empty folder; what is beside
# FOLDER is below /srv/outside as it changes, which a layer does not promise.
set -eu
group=$1 folder=$2

if [ "${3:-}" != boot ]; then
    mkdir -p "$group"
    echo $$ >"$group/cgroup.procs"
    exec unshare --mount --pid --cgroup --ipc --uts --fork --kill-child sh "$0" "$group" "$folder" boot
fi

mount --make-rprivate /
mount -t tmpfs -o mode=0755 layer "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
root=$folder/root
mount -t overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" overlay "$root"
mkdir "$root/srv/outside"
mount --bind "$folder/.." "$root/srv/outside"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
# The kernel is the same one: its settings and devices are not this machine's to change.
mount --bind -o ro "$root/proc/sys" "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=0755 tmpfs "$root/run"
mkdir "$root/run/lock"
if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
    mount -t tmpfs -o mode=0755 tmpfs "$root/sys/fs/cgroup"
    mkdir "$root/sys/fs/cgroup/systemd"
    mount -t cgroup -o none,name=systemd systemd "$root/sys/fs/cgroup/systemd"
fi

# What would touch the kernel, the clock or the temporary folder stays away.
units=$root/etc/systemd/system
rm -rf "$units"
mkdir -p "$units"
for unit in timers.target getty.target remote-fs.target dev-hugepages.mount dev-mqueue.mount \
    sys-fs-fuse-connections.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
    sys-kernel-config.mount proc-sys-fs-binfmt_misc.automount systemd-binfmt.service \
    systemd-journal-flush.service systemd-logind.service systemd-modules-load.service \
    systemd-random-seed.service systemd-remount-fs.service systemd-sysctl.service \
    systemd-timesyncd.service systemd-tmpfiles-setup-dev.service systemd-tmpfiles-setup.service \
    systemd-udev-trigger.service systemd-udevd.service systemd-update-utmp.service; do
    ln -s /dev/null "$units/$unit"
done
cat >"$units/machine.target" <<UNIT
[Unit]
Requires=basic.target dbus.socket
After=basic.target dbus.socket
UNIT
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=lockstep chroot "$root" \
    /usr/lib/systemd/systemd --system --unit=machine.target --log-target=null --show-status=no
