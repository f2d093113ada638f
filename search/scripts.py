"""What scripts have in common, by their characters."""

import re

# Han, kana, bopomofo and their punctuation in all widths; Thai, Lao, Tibetan, Burmese, Khmer; the older
# scripts of their neighbourhood; Yi.
DENSE = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u2e80-\u2fff\u3000-\u312f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\ua4cf\ua9e0-\ua9ff\uaa60-\uaadf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff9f"
    "\U00016fe0-\U00018dff\U0001aff0-\U0001b2ff\U00020000-\U0003ffff]"
)
"""A character of a script that sets no blanks between words."""


def has_no_blanks(character: str) -> bool:
    """Whether the script of ``character`` sets no blanks between words, as Chinese and Thai don't."""
    return character >= "\u0e00" and DENSE.match(character) is not None
