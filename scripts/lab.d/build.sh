#!/usr/bin/env bash
# scripts/lab build: makes in LAB_BUILD the guests' kernel and initramfs, whose only program is guest/guest.c, a
# second initramfs with busybox for a web server, `ask`, which talks to guests, and `small-pages`, which libvirtd
# runs by. A guest boots in seconds and needs no disk.
set -euo pipefail
source "$LAB_HOME/settings"
[[ ${1:-} != --help ]] || { lab_help; exit; }

kernel=$(find /boot -name 'vmlinuz-*-cloud-amd64' | sort -V | tail -n 1)
[[ -n $kernel ]] || lab_die "no kernel for the guests; install linux-image-cloud-amd64"
modules=/lib/modules/${kernel#/boot/vmlinuz-}/kernel

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/root/{dev,proc,sys,modules} "$LAB_BUILD"
cc -O2 -Wall -Wextra -static -pthread -o "$work/root/init" "$LAB_HOME"/guest/{guest,loads}.c
cc -O2 -Wall -Wextra -o "$work/ask" "$LAB_HOME/guest/ask.c"
cc -O2 -Wall -Wextra -o "$work/small-pages" "$LAB_HOME/guest/small_pages.c"
strip "$work/root/init"
# The cloud kernel has all of virtio as modules; the guest loads them in the order of its own list.
for name in virtio virtio_ring virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover \
    virtio_net virtio_blk virtio_balloon button; do
    file=$(find "$modules" -name "$name.ko" | head -n 1)
    [[ -n $file ]] || lab_die "the kernel module $name is not below $modules"
    strip --strip-debug -o "$work/root/modules/$name.ko" "$file"
done
(cd "$work/root" && find . | cpio -o -H newc --quiet -R 0:0 | gzip -1) > "$work/initrd.img"
# Of several archives in a row the kernel unpacks each.
mkdir -p "$work"/web/{bin,www}
cp /bin/busybox "$work/web/bin/busybox"
for ((i = 1; i <= 120; i++)); do
    echo "<p>Line $i of a page that is as long as pages were: some eight thousand bytes.</p>"
done > "$work/web/www/index.html"
{ cat "$work/initrd.img"; (cd "$work/web" && find . | cpio -o -H newc --quiet -R 0:0 | gzip -1); } > "$work/web.img"
cp "$kernel" "$work/vmlinuz"
# By rename, since guests of another lab may be starting from the old ones.
for file in vmlinuz initrd.img web.img small-pages ask; do
    cp "$work/$file" "$LAB_BUILD/.$file.$$"
    mv "$LAB_BUILD/.$file.$$" "$LAB_BUILD/$file"
done
