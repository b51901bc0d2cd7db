#!/usr/bin/env bash
# scripts/lab host COMMAND HOST ...: one host of the lab
#   up HOST                    gives it power again; its defined guests are still defined, and off
#   kill HOST                  power cut: its cables are dead first, so nobody hears it die
#   cut HOST [mgmt|guest|all]  pulls its network cables (all)
#   heal HOST                  undoes cut, drop, loss and rate
#   drop HOST OTHER            HOST silently loses what comes from OTHER
#   undrop HOST                HOST hears everyone again
#   loss HOST PERCENT          HOST loses that share of what comes by mgmt
#   rate HOST MBIT             limits its mgmt cable, both ways
#   busy HOST PERCENT [MIB]    pretends other work: that share of its CPUs, that much memory (with LAB_HOST_CPUS)
#   exec HOST COMMAND...       runs COMMAND inside
#   libvirtd-stop HOST, libvirtd-start HOST    the daemon only; guests run on
#   pid HOST                   the pid of its first process, as seen from outside
set -euo pipefail
source "$LAB_HOME/settings"
case ${1:---help} in -h | --help) lab_help; exit ;; esac
[[ $# -ge 2 && $2 =~ ^h[1-9]$ ]] || lab_die "scripts/lab host COMMAND HOST: HOST is h1 to h9"
command=$1 host=$2
shift 2
[[ -d $LAB_RUN/$host ]] || lab_die "the lab \"$LAB_ID\" has no $host; see scripts/lab status"

number=${host#h} folder=$LAB_RUN/$host address=$LAB_MGMT.${host#h}
switch=$LAB_ID-sw namespace=$LAB_ID-$host
# The two ends of the cable that the host's own traffic takes.
inner=mgmt0 outer=m$number
[[ -z $LAB_ONE_CABLE ]] || inner=up0 outer=g$number
in_switch() { ip netns exec "$switch" "$@"; }
in_network() { ip netns exec "$namespace" "$@"; }
# libvirt probes each QEMU once, in a process that would count as the host's while something measures it.
probed() { lab_inside "$host" timeout 60 virsh -c qemu:///system capabilities > /dev/null 2>&1; }
answers() { lab_inside "$host" timeout 5 virsh -c qemu:///system uri > /dev/null 2>&1; }

lay_cables() {
    ip netns add "$namespace"
    ip link add "g$number" netns "$switch" type veth peer name up0 netns "$namespace"
    ip -n "$switch" link set "g$number" master brg up
    ip -n "$namespace" link add br0 type bridge forward_delay 0 stp_state 0
    ip -n "$namespace" link set up0 master br0 up
    ip -n "$namespace" link set br0 up
    if [[ -n $LAB_ONE_CABLE ]]; then
        ip -n "$namespace" link add mgmt0 type veth peer name mgmt1
        ip -n "$namespace" link set mgmt1 master br0 up
    else
        ip link add "m$number" netns "$switch" type veth peer name mgmt0 netns "$namespace"
        ip -n "$switch" link set "m$number" master brm up
    fi
    # Always the same hardware address: after a power cut the others still have it in their tables.
    ip -n "$namespace" link set mgmt0 address "02:77:00:00:00:0$number"
    ip -n "$namespace" addr add "$address/24" dev mgmt0
    ip -n "$namespace" link set mgmt0 up
}

make_cgroups() {
    local group groups
    if [[ $(lab_cgroup_version) == 2 ]]; then
        mkdir -p "$LAB_CGROUP/$LAB_ID"
        # Hands the cpu controller down, so that cpu.max exists below.
        for group in "$LAB_CGROUP" "$LAB_CGROUP/$LAB_ID"; do
            echo +cpu > "$group/cgroup.subtree_control" 2> /dev/null || true
        done
    fi
    read -ra groups <<< "$(lab_cgroups_of "$host")"
    mkdir -p "${groups[@]}"
    [[ -n $LAB_HOST_CPUS ]] || return 0
    # The hosts have a limit each, so within it they need not queue behind the machine's other work.
    if [[ -e $LAB_CGROUP/$LAB_ID/cpu.weight ]]; then
        echo 1000 > "$LAB_CGROUP/$LAB_ID/cpu.weight"
    elif [[ -e $LAB_CGROUP/cpu/$LAB_ID/cpu.shares ]]; then
        echo 10240 > "$LAB_CGROUP/cpu/$LAB_ID/cpu.shares"
    fi
    local quota
    quota=$(awk -v cpus="$LAB_HOST_CPUS" 'BEGIN { printf "%d", cpus * 100000 }')
    if [[ -e ${groups[0]}/cpu.max ]]; then
        echo "$quota 100000" > "${groups[0]}/cpu.max"
    elif [[ -e ${groups[0]}/cpu.cfs_quota_us ]]; then
        echo "$quota" > "${groups[0]}/cpu.cfs_quota_us"
    else
        echo "$host: this machine hands out no cpu controller; LAB_HOST_CPUS is shown but not enforced" >&2
    fi
}

case $command in
up)
    ! lab_init_of "$host" > /dev/null || lab_die "$host has power already"
    rm -f "$folder/init.pid" "$folder/no-libvirtd"
    [[ -e /run/netns/$namespace ]] || lay_cables
    make_cgroups
    # With setsid it outlives this shell; with --kill-child nothing of it outlives unshare.
    setsid nsenter --net="/run/netns/$namespace" unshare --mount --uts --ipc --pid --fork --kill-child \
        "$LAB_HOME/host-init.sh" "$LAB_ID" "$host" "$address" > "$folder/init.log" 2>&1 < /dev/null &
    for ((i = 0; i < 150; i++)); do
        lab_init_of "$host" > /dev/null && answers && probed && exit
        sleep 0.1
    done
    lab_die "$host did not come up; see $folder/init.log and $folder/disk/var/log/libvirt/libvirtd.log"
    ;;
kill)
    pid=$(lab_init_of "$host") || lab_die "$host has no power"
    ip -n "$switch" link set "$outer" down
    ip -n "$switch" link set "g$number" down
    # The kernel ends a PID namespace with its first process.
    kill -KILL "$pid"
    while [[ -d /proc/$pid ]]; do sleep 0.02; done
    rm -f "$folder/init.pid"
    # At once and by name: with the namespace they would go some time later, and be in the way of `up`.
    [[ -n $LAB_ONE_CABLE ]] || ip -n "$switch" link del "m$number"
    ip -n "$switch" link del "g$number"
    ip netns del "$namespace"
    ;;
cut)
    case ${1:-all} in mgmt | guest | all) ;; *) lab_die "cut HOST [mgmt|guest|all]" ;; esac
    [[ ${1:-all} == all || -z $LAB_ONE_CABLE ]] || lab_die "this lab's hosts have one cable each: cut HOST all"
    [[ ${1:-all} == guest ]] || ip -n "$switch" link set "$outer" down
    [[ ${1:-all} == mgmt ]] || ip -n "$switch" link set "g$number" down
    ;;
heal)
    ip -n "$switch" link set "$outer" up
    ip -n "$switch" link set "g$number" up
    in_network iptables -F INPUT
    in_network tc qdisc del dev "$inner" root 2> /dev/null || true
    in_switch tc qdisc del dev "$outer" root 2> /dev/null || true
    ;;
drop) in_network iptables -A INPUT -s "$LAB_MGMT.${1#h}" -j DROP ;;
undrop) in_network iptables -F INPUT ;;
loss)
    in_network iptables -A INPUT -i mgmt0 -m statistic --mode random \
        --probability "$(awk -v percent="$1" 'BEGIN { print percent / 100 }')" -j DROP
    ;;
rate)
    in_network tc qdisc replace dev "$inner" root tbf rate "${1}mbit" burst 64k latency 50ms
    in_switch tc qdisc replace dev "$outer" root tbf rate "${1}mbit" burst 64k latency 50ms
    ;;
busy)
    [[ -n $LAB_HOST_CPUS ]] || lab_die "busy needs a lab that was brought up with LAB_HOST_CPUS"
    [[ ${1:-} =~ ^[0-9]{1,3}$ && ${2:-0} =~ ^[0-9]{1,7}$ ]] || lab_die "busy HOST PERCENT [MIB], in whole numbers"
    echo "$1" > "$folder/busy_cpu"
    echo "${2:-0}" > "$folder/busy_mem"
    ;;
exec)
    pid=$(lab_init_of "$host") || lab_die "$host has no power; scripts/lab host up $host"
    exec nsenter -t "$pid" -m -u -i -n -p "$@"
    ;;
libvirtd-stop)
    touch "$folder/no-libvirtd"
    lab_inside "$host" sh -c 'kill "$(cat /run/lab-libvirtd.pid)"'
    ;;
libvirtd-start)
    rm -f "$folder/no-libvirtd"
    for ((i = 0; i < 100; i++)); do
        answers && exit
        sleep 0.1
    done
    lab_die "libvirtd of $host does not answer"
    ;;
pid) lab_init_of "$host" ;;
*) lab_die "scripts/lab host: unknown command \"$command\"; see scripts/lab host --help" ;;
esac
