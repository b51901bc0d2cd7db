#!/usr/bin/env bash
# scripts/lab down: ends the lab. Processes, namespaces, cgroups, loop devices and files go.
set -uo pipefail
source "$LAB_HOME/settings"
[[ ${1:-} != --help ]] || { lab_help; exit; }

if pid=$(cat "$LAB_RUN/host-stat.pid" 2>/dev/null); then
    tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -q "host-stat.sh $LAB_ID" && kill "$pid"
fi
for host in $(lab_hosts); do
    pid=$(lab_init_of "$host") || continue
    kill -KILL "$pid"
    for ((i = 0; i < 100; i++)); do
        [[ -d /proc/$pid ]] || break
        sleep 0.05
    done
done
ip netns list | awk -v prefix="$LAB_ID-" 'index($1, prefix) == 1 { print $1 }' | while read -r namespace; do
    # Only our own kinds: an id may be the beginning of another lab's.
    [[ ${namespace#"$LAB_ID-"} =~ ^(sw|h[1-9])$ ]] && ip netns del "$namespace"
done
losetup -a | awk -F: -v mark="($LAB_RUN/" 'index($0, mark) { print $1 }' | xargs -r -n 1 losetup -d
for top in "$LAB_CGROUP/$LAB_ID" "$LAB_CGROUP/cpu/$LAB_ID" "$LAB_CGROUP/cpuacct/$LAB_ID"; do
    [[ -d $top ]] && find "$top" -depth -type d -exec rmdir {} \;
done
rm -rf "$LAB_RUN"
