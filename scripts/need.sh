# What the scripts install from Debian's packages. To be sourced, in the project's folder.

install() { # install PACKAGE
    printf '\n== install %s\n' "$1"
    local sudo=""
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1"
}

need() { # need COMMAND PACKAGE
    command -v "$1" >/dev/null || install "$2"
}
