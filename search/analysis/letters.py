"""What single letters become, so that texts written one way are found by words written another."""

import functools
import unicodedata
from collections.abc import Mapping

import opencc

from search.analysis import scripts


def _pairs(text: str) -> dict[str, str]:
    """``"ab cd"`` as ``{"a": "b", "c": "d"}``; what a letter becomes may be longer than one."""
    return {pair[0]: pair[1:] for pair in text.split()}


def _row(first: int, into: int, count: int) -> dict[str, str]:
    """Letters that follow one another, and those they become, which do too."""
    return {chr(first + n): chr(into + n) for n in range(count)}


LETTERS: Mapping[str, str] = {
    # Letters of Latin and Cyrillic alphabets that are no letter with a mark, and old Russian ones.
    **_pairs("đd ðd øo łl æae œoe ıi ħh þth ŋn əe ɔo ɛe ɓb ɗd ƙk ƴy ѣе ѳф ѵи ґг"),
    # Arabic, Persian, Urdu, Uyghur, Kurdish: one letter for what keyboards and habits write in several ways.
    **_pairs("ٱا ىي یي ېي ےي ۍي ئي ؤو ةه ۃه ۀه ۂه ہه ھه ەه کك ڪك ګگ ۋو"),
    # Hebrew letters at the end of a word; pairs that are one in Yiddish.
    **_pairs("ךכ םמ ןנ ףפ ץצ װוו ױוי ײיי"),
    # Mongolian letters that are written alike.
    **_pairs("ᠣᠤ ᠥᠦ ᠲᠳ"),
    # Candrabindu is often written as anusvara; letters of Malayalam and Bengali that have a virama within.
    **_pairs("ँं ঁং ઁં ଁଂ ఁం ൺണ് ൻന് ർര് ൽല് ൾള് ൿക് ৎত্"),
    # Katakana as hiragana.
    **_row(0x30A1, 0x3041, 86),
    **_pairs("ヽゝ"),
    # Ethiopic letters that sound alike.
    **_row(0x1210, 0x1200, 7),
    **_row(0x1280, 0x1200, 7),
    **_row(0x1220, 0x1230, 7),
    **_row(0x12D0, 0x12A0, 7),
    **_row(0x1340, 0x1338, 7),
    **_pairs("ሃሀ ሓሀ ኃሀ ኣአ ዓአ"),
}
"""Letters, without marks and in small, and what they become."""

# Old forms that OpenCC leaves as they are, in prints and in names, and the simplified ones.
_HAN: Mapping[str, str] = _pairs(
    "畧略 靑青 囯国 圀国 衞卫 竝并 鬬斗 鬪斗 鬭斗 劔剑 劒剑 剱剑 飮饮 艸草 穪称 氷冰 囘回 廽回 猨猿 "
    "鴈雁 鵞鹅 邉边 髙高 﨑崎 碁棋 姉姊 逹达 寳宝 壱一 壹一 弐二 贰二 渕渊 凾函 嶋岛 嶌岛 閧哄 凴凭 "
    "恠怪 蘓苏 濳潜 敍叙 緖绪 戯戏 戱戏 兎兔 莵菟 尓尔 鄕乡 凢凡 娯娱 欝郁 姫姬 竃灶 砿矿 頚颈 呑吞 "
    "曅晔 餠饼 昿旷"
)

# Marks that a reader leaves out: of Latin, Greek, Cyrillic, Hebrew, Arabic and Syriac letters; accents and
# dots of Indian scripts; what chooses a form of a letter.
_MARKS = (
    *((0x300, 0x36F), (0x483, 0x489), (0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670)),
    *((0x6D6, 0x6ED), (0x711, 0x711), (0x730, 0x74A), (0x898, 0x89F), (0x8CA, 0x8FF), (0x951, 0x954)),
    *((0x93C, 0x93C), (0x9BC, 0x9BC), (0xA3C, 0xA3C), (0xABC, 0xABC), (0xB3C, 0xB3C), (0xCBC, 0xCBC)),
    *((0x180B, 0x180F), (0x1AB0, 0x1AFF), (0x1CD0, 0x1CF9), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF)),
    *((0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF)),
)
# Half-rings and primes of transliteration, what only draws a word out, and letters that nobody sees.
_UNSEEN = frozenset("ʹʺʻʾʿˈـ᠊\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
# A letter by its category, but an apostrophe to those who write it.
_APOSTROPHES = frozenset("ʼˮ")


def is_dropped(char: str) -> bool:
    """Whether a text is found as if the character were not there."""
    if char in _UNSEEN:
        return True
    category = unicodedata.category(char)
    if category[0] == "M":
        return any(first <= ord(char) <= last for first, last in _MARKS)
    return category == "Cf"


def is_written(char: str) -> bool:
    """Whether a word may have the character; all others part words."""
    if char in _APOSTROPHES:
        return False
    return unicodedata.category(char)[0] in "LMN" or scripts.is_ideograph(char)


def folded(char: str) -> str:
    """What a character becomes, which ``is_written`` and stands so in NFKC: small letters without marks."""
    if scripts.is_ideograph(char) and char not in LETTERS and not "\u3041" <= char <= "\u30ff":
        return _simplified(char)
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.decimal(char))
    # Marks go first: as a small letter, the iota below a Greek vowel stands beside it.
    letters = (letter for letter in unicodedata.normalize("NFD", char) if not is_dropped(letter))
    small = "".join(letters).casefold()
    return unicodedata.normalize("NFC", "".join(LETTERS.get(letter, letter) for letter in small))


def _simplified(char: str) -> str:
    """The simplified form of a Han character, traditional, Japanese or old."""
    simplified = _converted(char, "t2s")
    if simplified == char:
        simplified = _converted(_converted(char, "jp2t"), "t2s")
    return _HAN.get(simplified, simplified)


def _converted(char: str, config: str) -> str:
    other: str = _converter(config).convert(char)
    return other if len(other) == 1 else char


@functools.cache
def _converter(config: str) -> opencc.OpenCC:
    return opencc.OpenCC(config)
