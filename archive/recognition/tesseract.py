"""Tesseract, where it is installed: run once a picture, its hOCR read as any other."""

import io
import shutil
import subprocess

from archive.errors import Invalid, Unavailable
from archive.ingest.texts import hocr, languages
from archive.ingest.texts.found import TextFile

_INSTALL = "Tesseract is not installed: apt-get install tesseract-ocr, with tesseract-ocr-deu for German"
_SECONDS = 600
_NO_LANGUAGE = {"osd", "equ", "snum"}
# Several threads are slower than one where the machine has other work.
_ONE_THREAD = ("/usr/bin/env", "OMP_THREAD_LIMIT=1")
_VERTICAL = "_vert"


class Tesseract:
    """The program as it is found on the path, with the languages that are installed for it."""

    longest = 4000

    def __init__(self) -> None:
        program = shutil.which("tesseract")
        if program is None:
            raise Unavailable(_INSTALL)
        self._program = program
        self.name = self._run("--version").decode().partition("\n")[0].strip()
        listed = self._run("--list-langs").decode().splitlines()[1:]
        self._installed = [one.strip() for one in listed if one.strip() not in _NO_LANGUAGE]

    def require(self, language: str | None) -> None:
        """Raise ``Invalid`` for no language, or one whose data is not installed."""
        self._model(language, in_columns=False)

    def recognise(self, jpeg: bytes, language: str | None, *, in_columns: bool) -> TextFile:
        """As ``Engine`` has it."""
        model = self._model(language, in_columns=in_columns)
        found = hocr.read(io.BytesIO(self._run("stdin", "stdout", "-l", model, "hocr", given=jpeg)))
        found.engine = self.name
        return found

    def _model(self, language: str | None, *, in_columns: bool) -> str:
        """The name of the data for a language: that for columns where it is wanted and there."""
        if language is None:
            raise Invalid("Tesseract must know the language: give --language, or the record's own")
        fitting = [one for one in self._installed if _reads(one, language)]
        if not fitting:
            raise Invalid(
                f'Tesseract has no data for "{language}", only {", ".join(self._installed)}: install it '
                "(apt-cache search tesseract-ocr names the packages)"
            )
        wanted = [one for one in fitting if one.endswith(_VERTICAL) == in_columns]
        return (wanted or fitting)[0]

    def _run(self, *arguments: str, given: bytes = b"") -> bytes:
        try:
            done = subprocess.run(  # noqa: S603  # No shell, and no argument of a stranger's.
                [*_ONE_THREAD, self._program, *arguments],
                input=given,
                capture_output=True,
                timeout=_SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Unavailable(f"Tesseract failed on a picture or took more than {_SECONDS} s") from error
        return done.stdout


def _reads(model: str, language: str) -> bool:
    """Whether data is for a language: ``chi_tra`` for ``zh-Hant`` and for ``zh``, ``eng`` for ``en-GB``."""
    tag = (languages.tag(model) or "").lower()
    wanted = language.lower()
    return bool(tag) and (tag == wanted or tag.startswith(f"{wanted}-") or wanted.startswith(f"{tag}-"))
