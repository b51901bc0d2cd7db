#!/usr/bin/env bash
# scripts/lab up [N]: brings up hosts h1 to hN (3).
set -euo pipefail
source "$LAB_HOME/settings"
[[ ${1:-} != --help ]] || { lab_help; exit; }
hosts=${1:-3}
[[ $hosts =~ ^[1-9]$ ]] || lab_die "scripts/lab up: 1 to 9 hosts, not \"$hosts\""
[[ ! -e $LAB_RUN ]] || lab_die "$LAB_RUN exists, so a lab \"$LAB_ID\" is up; end it by scripts/lab down"

source "$LAB_HOME/../common.sh"
missing=()
for package in "${packages_lab[@]}"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] || lab_die "the lab needs these Debian packages: ${missing[*]}"
for source in "$LAB_HOME"/guest/* "$LAB_HOME/build.sh"; do
    [[ $LAB_BUILD/ask -nt $source && -e $LAB_BUILD/web.img ]] || { "$LAB_HOME/build.sh"; break; }
done

mkdir -p "$LAB_RUN/shared"
for name in LAB_BUILD LAB_MGMT LAB_GUEST LAB_HOST_CPUS LAB_HOST_MEM LAB_ONE_CABLE LAB_CGROUP; do
    printf '%s=%q\n' "$name" "${!name}"
done > "$LAB_RUN/settings"

# The switch: one bridge for the hosts, one for their guests; or all on one.
hosts_bridge=brm
[[ -z $LAB_ONE_CABLE ]] || hosts_bridge=brg
switch=$LAB_ID-sw
ip netns add "$switch"
ip -n "$switch" link set lo up
for pair in "brg $LAB_GUEST" "$hosts_bridge $LAB_MGMT"; do
    read -r bridge network <<< "$pair"
    ip -n "$switch" link show "$bridge" > /dev/null 2>&1 ||
        ip -n "$switch" link add "$bridge" type bridge forward_delay 0 stp_state 0
    ip -n "$switch" addr add "$network.254/24" dev "$bridge"
    ip -n "$switch" link set "$bridge" up
done

for ((i = 1; i <= hosts; i++)); do mkdir -p "$LAB_RUN/h$i"; done
if [[ -n $LAB_HOST_CPUS ]]; then
    "$LAB_HOME/host-stat.sh" "$LAB_ID" once
    setsid "$LAB_HOME/host-stat.sh" "$LAB_ID" > "$LAB_RUN/host-stat.log" 2>&1 < /dev/null &
    echo $! > "$LAB_RUN/host-stat.pid"
fi
starting=()
for ((i = 1; i <= hosts; i++)); do
    "$LAB_HOME/host.sh" up "h$i" &
    starting+=($!)
done
failed=0
for pid in "${starting[@]}"; do wait "$pid" || failed=1; done
exit $failed
