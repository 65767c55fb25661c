# Sourced: a Debian to throw away, as a folder to change the root into, and to boot.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root='' outer=''

say() { echo "package: $*"; }
fail() {
  say "FAILED: $*"
  exit 1
}

# new_root SUITE: sets root, which is gone when the script ends.
new_root() {
  [ "$(id -u)" -eq 0 ] || fail "to change the root takes root"
  trap remove_root EXIT
  root=$(mktemp -d)
  say "a minimal Debian, $1"
  "$here/debian" "$1" "$root" || fail "debootstrap of $1"
  mount -t proc proc "$root/proc"
  enter=(chroot "$root")
}

remove_root() {
  if [ -n "$outer" ]; then
    kill -KILL "$outer" # and with it everything that was booted; it is deaf to TERM
    wait "$outer" 2>/dev/null || true
  fi
  local place
  for place in ccache proc; do ! mountpoint -q "$root/$place" || umount "$root/$place"; done
  rm -rf --one-file-system "$root"
}

# boot: systemd starts in root, and `inside` is in there from now on. It has no network but its own loopback.
boot() {
  unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child "$here/boot" "$root" >"$root/boot.log" 2>&1 &
  outer=$!
  local tries=0 first
  until [[ $(state) =~ running|degraded ]]; do # what a service of systemd finds missing here is not ours
    kill -0 "$outer" 2>/dev/null && [ $((tries += 1)) -lt 600 ] || {
      cat "$root/boot.log"
      inside systemctl --no-pager --failed || true
      fail "systemd did not come up: $(state)"
    }
    sleep 0.1
    read -r first _ <"/proc/$outer/task/$outer/children" || true
    [ -z "$first" ] || enter=(nsenter --target "$first" --all --root)
  done
}

state() { [ "${enter[0]}" = nsenter ] && inside systemctl is-system-running 2>/dev/null || true; }

inside() { "${enter[@]}" /usr/bin/env -i DEBIAN_FRONTEND=noninteractive HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
# apt ARGUMENTS…: what it says counts only when it fails.
apt() { inside apt-get -y -qq --no-install-recommends "$@" >"$root/apt.log" 2>&1 || { cat "$root/apt.log"; return 1; }; }
