#!/usr/bin/env bash
# host-stat LAB_ID [once]: writes twice a second the /proc/stat and /proc/meminfo that each host sees: of a
# machine with LAB_HOST_CPUS and LAB_HOST_MEM that runs this host's processes only (by its cgroup), and what
# `host busy` pretends. Started by `up` for all hosts, ended by `down`.
set -uo pipefail
source "$LAB_HOME/settings"
hundredths=$(awk -v cpus="$LAB_HOST_CPUS" 'BEGIN { printf "%d", cpus * 100 }')
version=$(lab_cgroup_version)
declare -A pretended_ticks last

number_in() {
    local value=0
    [[ -r $1 ]] && read -r value < "$1"
    echo "${value:-0}"
}

# Sets user and sys: CPU time of the cgroup's processes, also of ended ones, in ticks of 10 ms.
read_cpu_time() {
    local key value
    user=0 sys=0
    if [[ $version == 2 ]]; then
        while read -r key value; do
            case $key in user_usec) user=$((value / 10000)) ;; system_usec) sys=$((value / 10000)) ;; esac
        done < "$1/cpu.stat"
    else
        # Of this the kernel keeps exact account, of its parts (usage_user, usage_sys) it does not.
        user=$(($(number_in "$1/cpuacct.usage") / 10000000))
    fi 2> /dev/null
}

# Sets resident: KiB of the cgroup's processes.
read_memory() {
    local pid pages
    resident=0
    while read -r pid; do
        { read -r _ pages _ < "/proc/$pid/statm"; } 2> /dev/null && resident=$((resident + pages * 4))
    done < <(cat "$1/cgroup.procs" 2> /dev/null)
}

# Of fixed length and in one write: the file is bind-mounted, so it can't be replaced, and a reader must never
# see half of it.
write_files() {
    local host=$1 folder=$LAB_RUN/$1 now up idle text total free pretended busy groups user sys resident
    read -ra groups <<< "$(lab_cgroups_of "$host")"
    read -r up _ < /proc/uptime
    now=$((10#${up/./}))
    read_cpu_time "${groups[-1]}"
    busy=$(number_in "$folder/busy_cpu")
    pretended_ticks[$host]=$((${pretended_ticks[$host]:-0} + (now - ${last[$host]:-$now}) * hundredths * busy / 100))
    last[$host]=$now
    user=$((user + pretended_ticks[$host] / 100))
    idle=$((now * hundredths / 100 - user - sys))
    ((idle >= 0)) || idle=0
    printf -v text 'cpu  %012d 0 %012d %012d 0 0 0 0 0 0\ncpu0 %012d 0 %012d %012d 0 0 0 0 0 0\nintr 0\nctxt 0\nbtime 1\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n' \
        $user $sys $idle $user $sys $idle
    printf '%s' "$text" 1<> "$folder/proc.stat"

    [[ -n $LAB_HOST_MEM ]] || return 0
    read_memory "${groups[-1]}"
    total=$((LAB_HOST_MEM * 1024))
    pretended=$(($(number_in "$folder/busy_mem") * 1024))
    free=$((total - resident - pretended))
    ((free >= 0)) || free=0
    printf -v text 'MemTotal:     %12d kB\nMemFree:      %12d kB\nMemAvailable: %12d kB\nBuffers:      %12d kB\nCached:       %12d kB\nSwapTotal:    %12d kB\nSwapFree:     %12d kB\nPretended:    %12d kB\n' \
        $total $free $free 0 0 0 0 $pretended
    printf '%s' "$text" 1<> "$folder/proc.meminfo"
}

while [[ -d $LAB_RUN ]]; do
    for host in $(lab_hosts); do write_files "$host"; done
    [[ ${2:-} != once ]] || exit 0
    sleep 0.5
done
