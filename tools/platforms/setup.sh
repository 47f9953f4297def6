#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image: as root, in Ubuntu, with a network.
set -euo pipefail
source="$(cd "$(dirname "$0")" && pwd)"
root="$(dirname "$source")"
export DEBIAN_FRONTEND=noninteractive
apt-get update
python=""
for version in 3.12 3.13 3.11; do # the first one that this Ubuntu has
    if apt-get install -y "python$version" "python$version-venv"; then
        python="python$version"
        break
    fi
done
if [ -z "$python" ]; then
    echo "This image has no Python 3.11, 3.12 or 3.13: choose a newer Ubuntu as its base." >&2
    exit 1
fi
"$python" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install --no-cache-dir -r "$source/requirements.txt" -c "$source/constraints.txt" \
    --extra-index-url https://download.pytorch.org/whl/cpu
chmod -R go-rwx "$source" # submissions never run as root: they can read neither the answers nor the seed
