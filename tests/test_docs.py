"""What is not documented does not exist: settings, commands, addresses, columns; and links lead somewhere."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from archive import cli, config
from archive.config import Settings
from archive.ingest import columns

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda field: field.name)
def test_setting_is_documented_as_it_is(field: dataclasses.Field[object]) -> None:
    default = ",".join(field.default) if isinstance(field.default, tuple) else str(field.default)
    shown = f"`{default}`" if default else ""
    row = f"| `{config.variable(field.name)}` | {shown} | {field.metadata['help']} |"
    assert row in (DOCS / "settings.md").read_text().splitlines()


def test_every_command_is_documented() -> None:
    documented = (DOCS / "commands.md").read_text()
    assert [name for name in _commands(cli.main) if f"`mogao {name}" not in documented] == []


def test_every_address_is_documented(app: Flask) -> None:
    documented = re.sub(r"\{[^}]*\}", "{}", (DOCS / "urls.md").read_text())
    rules = {rule.rule for rule in app.url_map.iter_rules()} - {"/static/<path:filename>"}
    shapes = {re.sub(r"<[^>]*>", "{}", rule.replace("<int:version>", "3")) for rule in rules}
    shapes = {shape.rstrip("/") or "/" for shape in shapes}
    shapes = {shape.replace("{}/{}/{}/{}/{}", "{}/{}/{}/{}/{}.{}") for shape in shapes}
    assert (
        sorted(shape for shape in shapes if f"`{shape}`" not in documented and f"`{shape}?" not in documented)
        == []
    )


def test_every_column_is_documented() -> None:
    documented = (DOCS / "sheet.md").read_text()
    assert [field for field in columns.FIELDS if f"`{field}`" not in documented] == []


def test_links_lead_somewhere() -> None:
    assert [str(link) for link in _links() if not link.exists()] == []


def _commands(group: click.Group, above: str = "") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}"


def _links() -> Iterator[Path]:
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            yield page.parent / target
