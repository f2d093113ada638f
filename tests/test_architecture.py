"""The house holds: imports point down, functions are short, modules are about one thing."""

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("archive", "iiif", "search")


def test_imports_point_down_only() -> None:
    # In a process of its own: it silences the loggers of the one it runs in, which other tests listen to.
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout


def test_no_function_is_longer_than_sixty_lines() -> None:
    assert [name for name, lines in _functions() if lines > 60] == []


def test_the_usual_function_is_short() -> None:
    assert statistics.median(lines for _, lines in _functions()) <= 8


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    assert [str(path) for path in _modules() if len(path.read_text().splitlines()) > 400] == []


def test_every_package_on_disk_is_known_to_the_contracts() -> None:
    layers = (ROOT / "setup.cfg").read_text()
    rooms = {
        path.stem
        for path in (ROOT / "archive").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {room for room in rooms - {"__init__"} if f"archive.{room}" not in layers} == set()


def test_only_the_settings_read_the_environment() -> None:
    readers = [path for path in _modules() if re.search(r"os\.environ|getenv", path.read_text())]
    assert [path.relative_to(ROOT).as_posix() for path in readers] == ["archive/config.py"]


def _modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "node_modules" not in path.parts)


def _functions() -> Iterator[tuple[str, int]]:
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.name}", _length(node)


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
