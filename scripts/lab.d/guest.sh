#!/usr/bin/env bash
# scripts/lab guest COMMAND ...: the guests; number N (1 to 99) is vmN at LAB_GUEST.(100+N)
#   start HOST N [KEY=VALUE ...]   defines and starts it, and waits until it answers
#       of the VM:    mem=128 (MiB)  vcpus=1  disk=raw|qcow2|loop (none)  transient=1  autostart=1  nowait=1
#                     web=1 (busybox httpd on port 80)
#       of its load:  load=PERCENT of each CPU  dirty=MIB_S within wss=MIB (16)  hold=MIB  net=KBIT_S
#                     peer=ADDRESS:PORT  disk_writes=PER_S
#   say N TEXT...        stat, or set KEY=VALUE ... of its load; prints its figures
#   watch N SECONDS [MS] asks it every MS (5) ms, and prints how long it was silent
#   where N              the hosts where it runs, one a line; with the state where it is not running
#   migrate N FROM TO [FLAGS...]   as virsh migrate --p2p does, without prumo (--live)
#   stop N               ends and undefines it, wherever it is
# The figures: boot changes when it was started anew, memory_errors must stay 0 whatever migrations do.
set -euo pipefail
source "$LAB_HOME/settings"
case ${1:---help} in -h | --help) lab_help; exit ;; esac
command=$1
shift
[[ -e $LAB_RUN ]] || lab_die "no lab \"$LAB_ID\" is up"

on() { local host=$1; shift; lab_inside "$host" virsh -q -c qemu:///system "$@"; }
ask() { local n=$1; shift; ip netns exec "$LAB_ID-sw" "$LAB_BUILD/ask" "$LAB_GUEST.$((100 + n))" "$@"; }
powered() { local h; for h in $(lab_hosts); do lab_init_of "$h" > /dev/null && echo "$h"; done; return 0; }

disk_xml() {  # N KIND
    local file=$LAB_RUN/shared/vm$1.$2 device
    case $2 in
    raw | qcow2)
        [[ -e $file ]] || qemu-img create -q -f "$2" "$file" 16M
        echo "<disk type='file' device='disk'><driver name='qemu' type='$2' cache='none'/><source file='$file'/>"
        ;;
    loop)
        # A block device that all hosts see, as they would a LUN.
        [[ -e $file ]] || truncate -s 16M "$file"
        device=$(losetup -j "$file" | cut -d: -f1)
        [[ -n $device ]] || device=$(losetup -f --show "$file")
        echo "<disk type='block' device='disk'><driver name='qemu' type='raw' cache='none'/><source dev='$device'/>"
        ;;
    *) lab_die "disk=raw, qcow2 or loop" ;;
    esac
    echo "<target dev='vda' bus='virtio'/></disk>"
}

guest_xml() {  # N MEM VCPUS DISK INITRD LOAD
    local n=$1 mem=$2 vcpus=$3 disk=$4 initrd=$5 load=$6
    # QEMU before 9.0 can lose a guest's writes when it migrates live under TCG: clearing the dirty bitmap a
    # word at a time does not reach the CPUs' translation buffers. Memory whose size is no multiple of 256 KiB
    # is cleared page by page, which does. libvirt rounds sizes to MiB, so QEMU is told directly.
    local odd=$((mem * 1024 + 8))k
    cat << END
<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>vm$n</name>
  <uuid>$(printf '9e570000-0000-4000-8000-%012d' "$n")</uuid>
  <memory unit='MiB'>$mem</memory>
  <vcpu>$vcpus</vcpu>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
    <kernel>$LAB_BUILD/vmlinuz</kernel>
    <initrd>$LAB_BUILD/$initrd</initrd>
    <cmdline>console=ttyS0 quiet panic=-1 mitigations=off nokaslr lab.ip=$LAB_GUEST.$((100 + n)) $load</cmdline>
  </os>
  <features><acpi/><apic/><tcg><tb-cache unit='MiB'>32</tb-cache></tcg></features>
  <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model></cpu>
  <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    $disk
    <controller type='usb' model='none'/>
    <interface type='bridge'>
      <mac address='$(printf '52:54:00:78:00:%02x' "$n")'/><source bridge='br0'/><model type='virtio'/>
    </interface>
    <serial type='pty'><log file='/var/log/libvirt/qemu/vm$n-serial.log' append='on'/></serial>
    <memballoon model='virtio'><stats period='1'/></memballoon>
  </devices>
  <qemu:commandline>
    <qemu:arg value='-m'/><qemu:arg value='$odd'/>
    <qemu:arg value='-object'/><qemu:arg value='memory-backend-ram,id=odd,size=$odd'/>
    <qemu:arg value='-machine'/><qemu:arg value='memory-backend=odd'/>
  </qemu:commandline>
</domain>
END
}

case $command in
start)
    [[ $# -ge 2 && $2 =~ ^[1-9][0-9]?$ ]] || lab_die "scripts/lab guest start HOST N [KEY=VALUE ...]"
    host=$1 n=$2
    shift 2
    mem=128 vcpus=1 initrd=initrd.img disk='' transient='' autostart='' nowait='' load=''
    for pair in "$@"; do
        case $pair in
        mem=* | vcpus=* | transient=* | autostart=* | nowait=*) declare "${pair%%=*}=${pair#*=}" ;;
        web=1) initrd=web.img ;;
        disk=*) disk=$(disk_xml "$n" "${pair#*=}") ;;
        load=* | dirty=* | wss=* | hold=* | net=* | peer=* | disk_writes=*) load+=" lab.$pair" ;;
        *) lab_die "scripts/lab guest start: unknown \"$pair\"; see scripts/lab guest --help" ;;
        esac
    done
    guest_xml "$n" "$mem" "$vcpus" "$disk" "$initrd" "$load" > "$LAB_RUN/vm$n.xml"
    if [[ -n $transient ]]; then
        on "$host" create "$LAB_RUN/vm$n.xml" > /dev/null
    else
        on "$host" define "$LAB_RUN/vm$n.xml" > /dev/null
        on "$host" start "vm$n" > /dev/null
        [[ -z $autostart ]] || on "$host" autostart "vm$n" > /dev/null
    fi
    [[ -n $nowait ]] || ask "$n" wait 180
    ;;
say) n=$1; shift; ask "$n" say "$@" ;;
watch) n=$1; shift; ask "$n" watch "$@" ;;
where)
    for host in $(powered); do
        state=$(on "$host" domstate "vm$1" 2> /dev/null | head -n 1) || continue
        case $state in running) echo "$host" ;; "shut off" | "") ;; *) echo "$host ($state)" ;; esac
    done
    ;;
migrate)
    [[ $# -ge 3 ]] || lab_die "scripts/lab guest migrate N FROM TO [FLAGS...]"
    n=$1 from=$2 to=$3
    shift 3
    flags=("$@")
    [[ ${#flags[@]} -gt 0 ]] || flags=(--live)
    on "$from" migrate --p2p --persistent --undefinesource "${flags[@]}" "vm$n" "qemu+tcp://$LAB_MGMT.${to#h}/system"
    on "$to" domjobinfo --completed "vm$n"
    ;;
stop)
    for host in $(powered); do
        on "$host" destroy "vm$1" > /dev/null 2>&1 || true
        on "$host" undefine "vm$1" > /dev/null 2>&1 || true
    done
    ;;
*) lab_die "scripts/lab guest: unknown command \"$command\"; see scripts/lab guest --help" ;;
esac
