import csv
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ingest import dates

TATE = Path(__file__).parents[3] / "shared" / "data" / "tate-artworks.csv"

UNDERSTOOD = {
    "years": {
        "1771": (1771, 1771),
        "c.1771–3": (1771, 1773),
        "c. 1503–1506": (1503, 1506),
        "1751/2": (1751, 1752),
        "1870/80": (1870, 1880),
        "1603~1868": (1603, 1868),
        "[1850?]": (1850, 1850),
        "185[0?]": (1850, 1850),
        "1850 (?)": (1850, 1850),
        "1898–02": (1898, 1898),
        "1905-08": (1905, 1908),
        "1860–1850": (1850, 1860),
    },
    "circumstances": {
        "exhibited 1812": (1812, 1812),
        "1829, exhibited 1830": (1829, 1830),
        "1825–9–c.1831": (1825, 1831),
        "c.1908 and 1919": (1908, 1919),
        "between 1850 and 1860": (1850, 1860),
        "after 1600": (1600, 1600),
        "not before 1850": (1850, 1850),
        "1860, 62": (1860, 1862),
    },
    "days": {
        "12/03/1889": (1889, 1889),
        "12.3.1889": (1889, 1889),
        "1889-03-12": (1889, 1889),
        "1889-03-12 00:00:00": (1889, 1889),
        "03/1889": (1889, 1889),
        "1889-03": (1889, 1889),
        "March 1889": (1889, 1889),
        "March 5, 1889": (1889, 1889),
        "5–12 March 1889": (1889, 1889),
        "12 Mar. 1888 – 3 April 1889": (1888, 1889),
        "5 de mayo de 1862": (1862, 1862),
        "Summer 1890": (1890, 1890),
    },
    "decades and centuries": {
        "1850s": (1850, 1859),
        "1850's": (1850, 1859),
        "ca. 1870-1880s": (1870, 1889),
        "1500s": (1500, 1599),
        "18th century": (1701, 1800),
        "eighteenth century": (1701, 1800),
        "C18": (1701, 1800),
        "late 19th C": (1867, 1900),
        "mid-18th century": (1734, 1766),
        "early to mid 18th century": (1701, 1766),
        "18th–19th century": (1701, 1900),
        "18th and 19th centuries": (1701, 1900),
        "late 18th - early 19th century": (1767, 1833),
        "first half of the 18th century": (1701, 1750),
        "18th century, second half": (1751, 1800),
        "3rd quarter of 19th c.": (1851, 1875),
        "last third of the 19th century": (1867, 1900),
    },
    "before the common era": {
        "500 BC": (-499, -499),
        "1 BCE": (0, 0),
        "5th century BCE": (-499, -400),
        "4th c. B.C.": (-399, -300),
        "c.350 B.C.–A.D. 20": (-349, 20),
        "500-400 BC": (-499, -399),
        "50 BC–AD 50": (-49, 50),
        "14-37 AD": (14, 37),
        "c. A.D. 20": (20, 20),
        "10,000 BC": (-9999, -9999),
        "3rd millennium BC": (-2999, -2000),
    },
    "French": {
        "vers 1850": (1850, 1850),
        "XVIIIe siècle": (1701, 1800),
        "XVIIIe-XIXe siècle": (1701, 1900),
        "début du XXe siècle": (1901, 1933),
        "2e quart du XIXe siècle": (1826, 1850),
        "entre 1850 et 1860": (1850, 1860),
        "IIe siècle av. J.-C.": (-199, -100),
    },
    "German": {
        "um 1700": (1700, 1700),
        "18. Jahrhundert": (1701, 1800),
        "1. Hälfte 19. Jh.": (1801, 1850),
        "Ende 18. Jh.": (1767, 1800),
        "1850er Jahre": (1850, 1859),
        "3. Jh. v. Chr.": (-299, -200),
    },
    "other European languages": {
        "siglo XVIII": (1701, 1800),
        "prima metà del XVIII secolo": (1701, 1750),
        "terzo quarto del XIX secolo": (1851, 1875),
        "18e eeuw": (1701, 1800),
        "начало XIX века": (1801, 1833),
        "IV век до н. э.": (-399, -300),
    },
    "Chinese": {
        "公元前3世纪": (-299, -200),
        "公元前500-400年": (-499, -399),
        "一八八九年三月": (1889, 1889),
        "二十世紀初": (1901, 1933),
        "20世纪30年代": (1930, 1939),
        "唐": (618, 907),
        "唐代": (618, 907),
        "唐 8世紀": (701, 800),
        "五代十國": (907, 979),
        "康熙三十年": (1691, 1691),
        "清康熙三十年辛未": (1691, 1691),
        "康熙三十年至四十年": (1691, 1701),
        "咸通九年": (868, 868),
        "清乾隆": (1736, 1795),
        "明末": (1552, 1644),
        "民國12年": (1923, 1923),
    },
    "Chinese periods in English": {
        "Tang dynasty": (618, 907),
        "Tang dynasty, 8th century": (701, 800),
        "Northern Song": (960, 1127),
        "Five Dynasties": (907, 960),
        "Qing dynasty, Qianlong period": (1736, 1795),
        "Kangxi 30": (1691, 1691),
        "Spring and Autumn period": (-769, -475),
        "Ming dynasty (1368–1644)": (1368, 1644),
    },
    "Japanese and Korean": {
        "8世紀": (701, 800),
        "明治5年": (1872, 1872),
        "明治元年": (1868, 1868),
        "昭和45年頃": (1970, 1970),
        "19世紀後半": (1851, 1900),
        "江戸時代・19世紀": (1801, 1900),
        "19세기 말": (1867, 1900),
        "조선시대": (1392, 1897),
    },
    "Arabic and Hijri": {
        "القرن 12": (1101, 1200),
        "القرن الثاني عشر": (1101, 1200),
        "القرن ١٢": (1101, 1200),
        "القرن الثالث ق.م": (-299, -200),
        "AH 707": (1307, 1308),
        "1120 هـ": (1708, 1709),
        "AH 1120 / AD 1708": (1708, 1709),
        "Abbasid, 9th century": (801, 900),
    },
    "EDTF": {
        "156X": (1560, 1569),
        "18XX": (1800, 1899),
        "1984~": (1984, 1984),
        "-0499": (-499, -499),
        "1984/2004": (1984, 2004),
        "2004-06/2006-08": (2004, 2006),
        "[1667,1668]": (1667, 1668),
        "1985/..": (1985, 1985),
    },
}


@pytest.mark.parametrize(
    ("text", "years"),
    [
        pytest.param(text, years, id=f"{kind}: {text}")
        for kind, known in UNDERSTOOD.items()
        for text, years in known.items()
    ],
)
def test_date_spans_the_years_it_says(text: str, years: tuple[int, int]) -> None:
    assert dates.read(text) == years


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?",
        "–",
        "n.d.",
        "N.D.",
        "s. d.",
        "o. J.",
        "date not known",
        "Undated",
        "年代不詳",
        "غير مؤرخ",
        "б.д.",
    ],
)
def test_date_that_is_said_to_be_unknown_has_no_years(text: str) -> None:
    assert dates.read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "room 1850",
        "lot 12",
        "60",
        "12/03/89",
        "XVIII",
        "康熙九十年",
        "辛未",
        "1850 1860",
        "99th century",
        "9999",
        "early",
        "Tang Qing",
        "12345678901234567890 BC",
        "1850, " * 50,
        "0",
    ],
)
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="is kept as written, without years"):
        dates.read(text)


@given(st.text(max_size=40) | st.text("0123456789cb.–-/,?X[]{}%年世紀前", max_size=20))
def test_years_of_any_text_are_in_order(text: str) -> None:
    with suppress(ValueError):
        years = dates.read(text)
        assert years is None or years[0] <= years[1] <= 2100


@pytest.mark.skipif(not TATE.exists(), reason="the shared sheets are not beside the project")
def test_ninety_nine_of_a_hundred_of_tates_dates_are_understood() -> None:
    with TATE.open(encoding="utf-8") as file:
        texts = [row["date"] for row in csv.DictReader(file)]
    assert sum(map(_is_understood, texts)) >= 0.99 * len(texts)


def _is_understood(text: str) -> bool:
    try:
        dates.read(text)
    except ValueError:
        return False
    return True


def test_twenty_thousand_dates_are_read_in_a_second() -> None:
    texts = [f"c.{year}–{(year + 1) % 100:02}" for year in range(1500, 1980)]
    start = time.process_time()
    for _ in range(50):
        for text in texts:
            dates.read(text)
    assert time.process_time() - start < 50 * len(texts) / 20_000
