# Sourced by the scripts: where things are, which Debian packages a task needs, and how to build.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PYTHON=/usr/bin/python3

packages_build=(g++ cmake ninja-build pkg-config libzmq3-dev cppzmq-dev libmsgpack-cxx-dev libvirt-dev
    libspdlog-dev libcli11-dev libtomlplusplus-dev nlohmann-json3-dev libexpected-dev libsqlite3-dev
    libpugixml-dev libcurl4-openssl-dev libgtest-dev)
packages_plot=(gnuplot-nox)
packages_python=(python3 python3-zmq python3-msgpack)
packages_lab=(qemu-system-x86 qemu-utils libvirt-daemon libvirt-daemon-system libvirt-clients iproute2
    iptables linux-image-cloud-amd64 cpio gcc libc6-dev binutils busybox-static apache2-utils)
packages_format=(clang-format)
packages_full=(clang libclang-rt-14-dev)
packages_bench=(etcd-server etcd-client serf stress-ng ganeti-htools coinor-cbc)

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# need_packages NAME...: installs what is missing, and names it first.
need_packages() {
    local package missing=() sudo=
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            missing+=("$package")
    done
    [[ ${#missing[@]} -eq 0 ]] && return 0
    say "Installing Debian packages: ${missing[*]}"
    if [[ $EUID -ne 0 ]]; then
        command -v sudo >/dev/null || die "not root and no sudo; install them and start again"
        sudo=sudo
    fi
    local log
    log=$(mktemp)
    if ! { $sudo apt-get update -q && $sudo env DEBIAN_FRONTEND=noninteractive \
            apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "apt-get could not install: ${missing[*]}"
    fi
    rm -f "$log"
}

# build PRESET TARGET...: configures and builds; quiet when all is well. Warnings are errors in the release
# build alone: under sanitizers GCC 12 warns of variables that it has itself made look uninitialised.
build() {
    local preset=$1 log=$ROOT/build/$1.log launcher=() werror=OFF
    shift
    [[ $preset == release ]] && werror=ON
    mkdir -p "$ROOT/build"
    command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    if ! (cd "$ROOT" && cmake --preset "$preset" -DPRUMO_WERROR=$werror "${launcher[@]}" &&
          cmake --build --preset "$preset" ${@:+--target "$@"}) >"$log" 2>&1; then
        grep -E -A6 'error|FAILED' "$log" | head -n 60 >&2
        die "the build failed; all of its output is in $log"
    fi
}
