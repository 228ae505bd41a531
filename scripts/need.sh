# What the scripts install from Debian's packages. To be sourced, in the project's folder.

install() { # install PACKAGE
    printf '\n== install %s\n' "$1"
    local sudo="" policy="" failed=0
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    # Packages start their service, at a port that may be somebody's; tests start their own.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        policy=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
        $sudo chmod +x "$policy"
    fi
    { $sudo apt-get update -qq &&
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1"; } ||
        failed=$?
    [ -z "$policy" ] || $sudo rm "$policy"
    return "$failed"
}

need() { # need COMMAND PACKAGE
    command -v "$1" >/dev/null || install "$2"
}
