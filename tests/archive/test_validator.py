"""What IIIF's own validator, and a second one, say of our images, asked of the running server."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import factories
import numpy as np
import pytest
import requirements
from museum import make_pyramid
from server import ROOT, Server, copied, running

from archive.config import Settings
from archive.context import open_context
from archive.ingest import load, sources

pytestmark = pytest.mark.validator

_PROGRAMS = ROOT / ".venv-validator" / "bin"
_SECOND = ROOT / ".venv-validator" / "ng"

# The specification serves an image smaller than the box of "!w,h" as it is; the validator wants a refusal.
DISAGREED = {"size_noup"}

# The second validator's libvips reads neither JPEG 2000 nor PDF; it turns regions on black paper, and wants
# "^max" as large as the image, whatever limits are announced.
NOT_ASKED = {"format_jp2", "format_pdf", "rot_region_non90", "size_up"}

# Its own command needs Python 3.12; its tests do not.
_ASK = """
import sys
from iiif_validator.tests import test
server = test.TargetServer(sys.argv[1], "squares", test.IIIFVersion(sys.argv[2]))
for case in test.get_tests(server.version):
    name = case.__module__.rpartition(".")[2]
    if name not in sys.argv[3:]:
        found = case.run(server)
        for one in found if isinstance(found, list) else [found]:
            print("PASS" if one.success else "FAIL", name, "" if one.success else one)
"""


@pytest.fixture(scope="module")
def validated(on_sqlite: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the validator's own picture, ``squares``: a hundred squares of given colors."""
    requirements.require(
        (_PROGRAMS / "iiif-validate.py").exists() and _SECOND.exists(),
        "a validator is missing: make build/validator",
    )
    folder = tmp_path_factory.mktemp("validated")
    settings = copied(on_sqlite, folder)
    (folder / "pictures").mkdir()
    factories.png(folder / "pictures" / "squares.png", _squares())
    context = open_context(settings)
    load.load(context, sources.open_source([folder / "pictures"], byte_limit=1))
    make_pyramid(context, "squares")
    context.close()
    with running(settings, folder) as server:
        yield server


# It knows 2.1 as 2.0; what it tests above level 2 fails on faults of its own (it calls Python 2).
@pytest.mark.parametrize(("version", "path", "faults"), [("2.0", "2", set()), ("3.0", "3", DISAGREED)])
def test_the_official_validator_finds_no_fault_at_level_2(
    validated: Server, version: str, path: str, faults: set[str]
) -> None:
    host = validated.url.removeprefix("http://")
    asked = (
        "-s",
        host,
        "-p",
        f"iiif/image/{path}",
        "-i",
        "squares",
        "--version",
        version,
        "--level",
        "2",
        "-v",
    )
    found = _validator("iiif-validate.py", *asked)
    assert set(re.findall(r"test (\w+) FAIL", found)) == faults, found
    assert len(re.findall(r"test (\w+) PASS", found)) >= 30


@pytest.mark.parametrize(("version", "path", "faults"), [("2.0", "2", set()), ("3.0", "3", DISAGREED)])
def test_a_second_validator_finds_no_fault_at_all(
    validated: Server, version: str, path: str, faults: set[str]
) -> None:
    asked = f"{validated.url}/iiif/image/{path}", version, *NOT_ASKED
    answer = subprocess.run(
        [sys.executable, "-c", _ASK, *asked],
        env=os.environ | {"PYTHONPATH": str(_SECOND)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=Path("/"),
    )
    assert answer.returncode == 0, answer.stderr
    assert set(re.findall(r"^FAIL (\w+)", answer.stdout, re.MULTILINE)) == faults, answer.stdout
    assert answer.stdout.count("PASS") >= 90


def _squares() -> factories.Pixels:
    """The picture that the validator knows: 10 by 10 squares of 100 pixels, in its own table's colors."""
    script = "import json, iiif_validator.validator as v; print(json.dumps(v.ValidationInfo().colorInfo))"
    columns = json.loads(_validator("python", "-c", script).splitlines()[-1])
    colors = np.array(columns, dtype=np.uint8).swapaxes(0, 1)
    return np.kron(colors, np.ones((100, 100, 1), dtype=np.uint8))


def _validator(*command: str) -> str:
    """What a program of the validator's environment says."""
    program = str(_PROGRAMS / command[0])
    arguments = [str(_PROGRAMS / "python"), program] if program.endswith(".py") else [program]
    found = subprocess.run(
        [*arguments, *command[1:]], capture_output=True, text=True, timeout=120, check=False, cwd=Path("/")
    )
    return found.stdout + found.stderr
