# Installs programs from Debian's packages. To be sourced, in the project's folder.

install() ( # install PACKAGE
    printf '\n== install %s\n' "$1"
    sudo=""
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    # Packages start their service, at a port that may be somebody's; tests start their own.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap '$sudo rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
        $sudo chmod +x "$policy"
    fi
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1"
)

need() { # need COMMAND PACKAGE
    command -v "$1" >/dev/null || install "$2"
}
