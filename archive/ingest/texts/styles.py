"""Super- and subscripts as the characters that Unicode has for them."""

_PLAIN = "0123456789+-=()"
_SUPER = str.maketrans(_PLAIN + "in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ")
_SUB = str.maketrans(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def styled(text: str, style: str) -> str:
    """The text in a style of font, such as ``bold superscript``; as it is where it has no such characters."""
    table = _SUPER if "superscript" in style else _SUB if "subscript" in style else None
    if table is None or any(ord(character) not in table for character in text):
        return text
    return text.translate(table)
