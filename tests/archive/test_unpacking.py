"""ZIPs that were sent, unpacked into a folder and nowhere else."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from archive.errors import Invalid
from archive.ingest import unpacking

_LIMIT = 1 << 20


def test_files_are_written_with_their_times(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("scans/leaf 1.jpg", (2020, 5, 17, 12, 30, 2))
    assert _unpacked(tmp_path, {info: b"one", "notes.txt": b"two", "empty/": b""}) == {
        "scans/leaf 1.jpg": b"one",
        "notes.txt": b"two",
    }
    assert (tmp_path / "out/scans/leaf 1.jpg").stat().st_mtime == 1589718602


@pytest.mark.parametrize(
    "name", ["../a", "a/../../b", "/etc/a", "C:/a", "..\\a", "a\nb", "x" * 300, "é" * 200]
)
def test_a_name_that_leads_out_or_can_be_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid, match=r"scans\.zip"):
        _unpacked(tmp_path, {name: b"one"})
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]


def test_a_link_is_a_file_of_its_text(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("passwords")
    link.external_attr = 0o120777 << 16
    assert _unpacked(tmp_path, {link: b"/etc/passwd"}) == {"passwords": b"/etc/passwd"}
    assert not (tmp_path / "out/passwords").is_symlink()


def test_a_bomb_is_not_unpacked_to_its_end(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="unpacks to more than 1,048,576 bytes: divide it"):
        _unpacked(tmp_path, {"a": bytes(_LIMIT // 2), "b": bytes(200 * _LIMIT)})
    assert (tmp_path / "out/b").stat().st_size < 2 * _LIMIT


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_FILES", 2)
    with pytest.raises(Invalid, match="holds more than 2 files"):
        _unpacked(tmp_path, {"a": b"", "b": b"", "c": b""})


def test_files_that_stand_in_each_others_way_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="twice"):
        _unpacked(tmp_path, {"a": b"", "a/b": b""})


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_names_that_do_not_say_their_encoding_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: str
) -> None:
    names = ["敦煌/莫高窟第二百二十窟.jpg", "敦煌/飞天伎乐与供养人.jpg", "plain.jpg"]
    # So do the programs of macOS and Windows write them.
    monkeypatch.setattr(
        zipfile.ZipInfo,
        "_encodeFilenameFlags",
        lambda info: (info.filename.encode(codec), info.flag_bits & ~0x800),
    )
    assert sorted(_unpacked(tmp_path, dict.fromkeys(names, b"one"))) == sorted(names)


@pytest.mark.parametrize("spoil", ["cut", "changed", "locked"])
def test_a_zip_that_can_not_be_read_is_refused(tmp_path: Path, spoil: str) -> None:
    content = bytearray(_zip({"a.txt": b"a" * 500}))
    if spoil == "cut":
        del content[20:30]
    elif spoil == "changed":
        content[40] ^= 0xFF
    else:
        place = content.rindex(b"PK\1\2") + 8
        content[place : place + 2] = struct.pack("<H", 1)
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(Invalid, match="password" if spoil == "locked" else "is damaged, or not whole"):
        unpacking.unpack(tmp_path / "a.zip", tmp_path / "out", called="scans.zip", byte_limit=_LIMIT)


def test_a_workbook_is_no_folder(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "a.xlsx")
    (tmp_path / "b.csv").write_text("a,b")
    (tmp_path / "c.zip").write_bytes(_zip({"a": b""}))
    assert [unpacking.is_folder(one) for one in sorted(tmp_path.iterdir())] == [False, False, True]


def _zip(files: dict[str, bytes] | dict[str | zipfile.ZipInfo, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return content.getvalue()


def _unpacked(folder: Path, files: dict[str | zipfile.ZipInfo, bytes]) -> dict[str, bytes]:
    (folder / "a.zip").write_bytes(_zip(files))
    out = folder / "out"
    unpacking.unpack(folder / "a.zip", out, called="scans.zip", byte_limit=_LIMIT)
    return {str(one.relative_to(out)): one.read_bytes() for one in out.rglob("*") if one.is_file()}
