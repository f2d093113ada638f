"""Disks that are full or read-only, for the tests: mounted for a shell script alone, and gone with it."""

import os
import subprocess
import sys
from collections.abc import Mapping

from requirements import program, require

_REMEDY = "mounting in a namespace of one's own is not permitted here (Linux: unshare --user --mount)"
_PREAMBLE = """
mogao() { "$PYTHON" -c 'from archive.cli import main; main()' "$@"; }
read_only() { mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; }
small_disk() { mount -t tmpfs -o size="$2" tmpfs "$1"; }
"""


def run(script: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What the shell ``script`` does and says.

    In it, ``mogao`` is the command, ``read_only FOLDER`` makes a folder one that not even root can write to,
    and ``small_disk FOLDER SIZE`` mounts an empty disk there.
    """
    unshare = [program("unshare", _REMEDY), "--mount"]
    if os.geteuid() != 0:
        unshare += ["--user", "--map-root-user"]
    tried = subprocess.run([*unshare, "mount", "--bind", "/tmp", "/tmp"], check=False, capture_output=True)
    require(tried.returncode == 0, _REMEDY)
    return subprocess.run(
        [*unshare, "sh", "-c", _PREAMBLE + script],
        env={**os.environ, "PYTHON": sys.executable, "COLUMNS": "500", **environment},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
