"""Settings come from the environment, and what is wrong in them is named with its remedy."""

import dataclasses
import os
from pathlib import Path

import pytest

from archive import config
from archive.config import Settings
from archive.errors import Invalid


def test_an_empty_environment_gives_the_defaults() -> None:
    assert config.read({}) == config.read({"PATH": "/bin", "MOGAO_TEST_DATABASE_URL": "x"}) == Settings()


def test_values_are_read_as_their_types() -> None:
    read = config.read(
        {
            "MOGAO_DATA_DIR": "/srv/mogao",
            "MOGAO_LANGUAGES": "zh, fr ,",
            "MOGAO_MAX_WIDTH": "4000",
            "MOGAO_PROXY_HOPS": "",
            "MOGAO_NAME": " Musée ",
        }
    )
    assert read == Settings(
        data_dir=Path("/srv/mogao"), languages=("zh", "fr"), max_width=4000, proxy_hops=0, name="Musée"
    )


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"MOGAO_PUBLIC_ULR": "x"}, "MOGAO_PUBLIC_ULR is no setting: did you mean MOGAO_PUBLIC_URL?"),
        ({"MOGAO_QQQQQ": "x"}, "MOGAO_QQQQQ is no setting: docs/settings.md lists them"),
        ({"MOGAO_WORKERS": "two"}, 'MOGAO_WORKERS is "two": give a whole number'),
        ({"MOGAO_WORKERS": "-1"}, "MOGAO_WORKERS is negative: give 0 or more"),
        ({"MOGAO_PUBLIC_URL": "example.org"}, "begin it with http:// or https://"),
        ({"MOGAO_MAX_HEIGHT": "100"}, "goes only together with MOGAO_MAX_WIDTH"),
        ({"MOGAO_STORAGE_URL": "gs://bucket"}, "give a folder"),
        ({"MOGAO_STORAGE_URL": "s3:///prefix"}, "or s3://BUCKET"),
        ({"MOGAO_S3_ENDPOINT": "s3.example"}, "begin it with http:// or https://"),
        ({"MOGAO_S3_SECRET_KEY": "x"}, "set both, or neither"),
        ({"MOGAO_LANGUAGES": " , "}, "name at least one, such as en"),
        ({"MOGAO_JPEG_QUALITY": "101"}, "give 1 to 100"),
        ({"MOGAO_JPEG_QUALITY": "0"}, "give 1 to 100"),
        ({"MOGAO_FETCH_PRIVATE": "2"}, "give 0 or 1"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(environment: dict[str, str], message: str) -> None:
    with pytest.raises(Invalid) as caught:
        config.read(environment)
    assert message in str(caught.value)


def test_catalogue_and_store_stand_in_the_data_folder_unless_placed() -> None:
    plain = Settings(data_dir=Path("/srv"))
    assert (plain.catalogue_url, plain.store_path) == ("sqlite:////srv/catalogue.sqlite", Path("/srv/store"))
    placed = Settings(database_url="postgresql://db/mogao", storage_url="file:///mnt/store")
    assert (placed.catalogue_url, placed.store_path) == ("postgresql://db/mogao", Path("/mnt/store"))


def test_published_settings_are_read_back_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in dataclasses.fields(Settings):
        monkeypatch.setenv(config.variable(field.name), "")
    monkeypatch.chdir(tmp_path)
    settings = Settings(
        data_dir=Path("/srv/data"), languages=("ar", "en"), max_area=7, name="Mogao, Dunhuang"
    )
    config.publish(settings)
    assert config.read(dict(os.environ)) == settings


def test_a_dotenv_file_stands_below_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("MOGAO_NAME=From the file\nMOGAO_WORKERS=3\n", encoding="utf-8")
    monkeypatch.setenv("MOGAO_NAME", "From outside")
    read = config.read()
    assert (read.name, read.workers) == ("From outside", 3)


def test_every_setting_has_a_help_text() -> None:
    assert [
        field.name for field in dataclasses.fields(Settings) if not field.metadata["help"].endswith(".")
    ] == []
