"""What some tests need beyond Python, and what to say where it is missing."""

import os
import shutil
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).parents[1]

SHARED = next(
    (above / "shared" for above in _CHECKOUT.parents if (above / "shared").is_dir()),
    _CHECKOUT.parent / "shared",
)
"""Real input beside the checkout, or further up; tests that read it pass without it."""


def require(present: object, remedy: str) -> None:
    """Skip the test where something is not ``present``; in CI, which must have everything, fail it."""
    if present:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI lacks what this test needs: {remedy}")
    pytest.skip(remedy)


def program(name: str, remedy: str, *folders: str) -> str:
    """The path of the program ``name``, also looked for in ``folders``; skips where it is missing."""
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(folders))
    require(found, remedy)
    return str(found)
