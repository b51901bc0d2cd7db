#!/usr/bin/env bash
# scripts/lab status: the hosts, their load over a second, and which guest is where.
set -euo pipefail
source "$LAB_HOME/settings"
[[ ${1:-} != --help ]] || { lab_help; exit; }
[[ -e $LAB_RUN ]] || { echo "no lab \"$LAB_ID\" is up"; exit; }

ticks() { awk '$1 == "cpu" { print $2 + $3 + $4 + $7 + $8 + $9, $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9 }'; }
declare -A before
for host in $(lab_hosts); do
    lab_init_of "$host" > /dev/null && before[$host]=$(lab_inside "$host" cat /proc/stat | ticks)
done
sleep 1
for host in $(lab_hosts); do
    if ! lab_init_of "$host" > /dev/null; then
        echo "$host  without power"
        continue
    fi
    load=$(echo "${before[$host]} $(lab_inside "$host" cat /proc/stat | ticks)" |
        awk '{ print ($4 > $2) ? int(100 * ($3 - $1) / ($4 - $2) + 0.5) : 0 }')
    guests=$(lab_inside "$host" timeout 5 virsh -q -c qemu:///system list --all 2> /dev/null |
        awk '{ state = $3; for (i = 4; i <= NF; i++) state = state " " $i; printf "  %s (%s)", $2, state }') ||
        guests="  libvirtd does not answer"
    echo "$host  $LAB_MGMT.${host#h}  cpu $load%$guests"
done
