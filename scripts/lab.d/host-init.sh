#!/usr/bin/env bash
# host-init LAB_ID HOST ADDRESS: a host's first process, started by `host up` in its new namespaces. Makes what
# a host has of its own (name, /run, libvirt's folders, /proc and /sys views), then keeps a libvirtd running.
# Killing it is a power cut.
set -euo pipefail
source "$LAB_HOME/settings"
host=$2 address=$3 folder=$LAB_RUN/$2

# /proc is still the outer one, so this is our pid as seen from outside.
read -r outer _ < /proc/self/stat
echo "$outer" > "$folder/init.pid"
read -ra groups <<< "$(lab_cgroups_of "$host")"
for group in "${groups[@]}"; do
    # 0 is "myself": any other number would be looked up in our own PID namespace.
    echo 0 > "$group/cgroup.procs"
done

hostname "$host"
mount --make-rprivate /
mount -t proc proc /proc
# A fresh /sys shows this network namespace, and has no cgroups below, so libvirt does without.
umount -R /sys
mount -t sysfs sysfs /sys
ip link set lo up
mount -t tmpfs -o mode=755 tmpfs /run
for private in etc/libvirt var/lib/libvirt var/log/libvirt var/cache/libvirt; do
    mkdir -p "$folder/disk/$private" "/$private"
    mount --bind "$folder/disk/$private" "/$private"
done
mkdir -p /run/libvirt /var/lib/libvirt/qemu /var/log/libvirt/qemu
{
    echo "127.0.0.1 localhost"
    for ((i = 1; i <= 9; i++)); do echo "$LAB_MGMT.$i h$i"; done
} > "$folder/hosts"
mount --bind "$folder/hosts" /etc/hosts

# libvirt migrates disk files only on file systems that it knows to be shared. The shared folder, mounted over
# itself by a FUSE that says it is glusterfs, counts as one.
if command -v bindfs > /dev/null; then
    bindfs -o subtype=glusterfs,fsname=lab "$LAB_RUN/shared" "$LAB_RUN/shared"
fi
# With a capacity of its own: see host-stat.
for file in stat meminfo; do
    [[ ! -e $folder/proc.$file ]] || mount --bind "$folder/proc.$file" "/proc/$file"
done

# Hosts of equal UUID would refuse to migrate to each other. keepalive: a dead peer is noticed after 6 s.
cat > /etc/libvirt/libvirtd.conf << END
host_uuid = "$(printf '7c0e1ab0-0000-4000-8000-%012d' "${host#h}")"
listen_tls = 0
listen_tcp = 1
listen_addr = "$address"
auth_tcp = "none"
auth_unix_rw = "none"
unix_sock_rw_perms = "0700"
keepalive_interval = 2
keepalive_count = 3
log_outputs = "2:file:/var/log/libvirt/libvirtd.log"
log_filters = "3:util.netlink 3:node_device"
END
# No security driver, cgroups, mount namespaces or virtlogd: each would need a whole system around it.
cat > /etc/libvirt/qemu.conf << END
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
security_default_confined = 0
namespaces = [ ]
cgroup_controllers = [ ]
stdio_handler = "file"
migration_address = "$address"
migration_host = "$address"
keepalive_interval = 2
keepalive_count = 3
END

trap 'exit 0' TERM
while true; do
    "$LAB_BUILD/small-pages" libvirtd --listen &
    echo $! > /run/lab-libvirtd.pid
    while kill -0 $! 2> /dev/null; do wait $! || true; done
    while [[ -e $folder/no-libvirtd ]]; do sleep 0.2; done
    sleep 0.2
done
