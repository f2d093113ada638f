"""What the Arabic book says: a short treatise on the star of eight points, written for the demonstration."""

from dataclasses import dataclass

TITLE = "كتاب النجمة المثمَّنة"
SUBTITLE = "رسالةٌ قصيرةٌ في رسم النجوم"
IMPRINT = "خُطَّ ورُسم بالبرمجة، موغاو ٢٠٢٦"
CONTENTS = "الفهرس"


@dataclass(frozen=True)
class Chapter:
    """A chapter: its title, its paragraphs, and what stands under the figure on the page after them."""

    title: str
    paragraphs: tuple[str, ...]
    figure: str


CHAPTERS = (
    Chapter(
        "الباب الأوّل في الدائرة",
        (
            "كلُّ نجمةٍ تبدأ بنقطة. تُغرز فيها ساقُ الفرجار، وتدور الأخرى حولها حتى تعود إلى حيث بدأت، "
            "فتكون الدائرة خطًّا واحدًا لا أوّلَ له ولا آخر.",
            "ثم نقسم الدائرة بخطَّين متعامدين يمرّان بالنقطة، فتصير أربعة أرباع. وننصّف كلَّ ربع، فتصير "
            "ثمانية. بهذه النقاط الثماني، ولا شيء غيرها، نرسم الكتاب كلَّه.",
        ),
        "الدائرة ونقاطها الثماني",
    ),
    Chapter(
        "الباب الثاني في المربَّعين",
        (
            "نصل نقطةً ونترك نقطة، فيخرج مربَّعٌ أوّل. ثم نصل النقاط التي تركناها، فيخرج مربَّعٌ ثانٍ "
            "مائلٌ على الأوّل كمن يلتفت إلى صاحبه.",
            "ليس في أحدهما نجمة. النجمة في ما بينهما، حيث يتقاطعان، فتظهر ثمانية رؤوسٍ لم يرسمها أحد. "
            "هكذا يكون من شيئين ثالثٌ ليس فيهما.",
        ),
        "مربَّعان بينهما نجمة",
    ),
    Chapter(
        "الباب الثالث في البستان",
        (
            "إذا وُضعت النجوم متجاورةً رأسًا إلى رأس، بقي بين كلِّ أربعٍ منها فراغ. انظر إليه تجدْه صليبًا "
            "تامًّا، رسمته النجوم وهي لا تدري.",
            "هكذا يمتلئ الجدار من غير أن تنتهي الزخرفة، فهي تقف عند حافّته وتمضي في خيال الناظر إلى حيث شاء.",
        ),
        "بستان النجوم",
    ),
)
COLOPHON = (
    "رُسم هذا الكتاب برنامجًا، سطرًا سطرًا، وكُتب بالخطِّ الأميريِّ على ورقٍ لا وجود له.",
    "هو للناس جميعًا، فانسخه، وفكِّكه، وضع صفحاتك مكان صفحاته.",
)
FIRST_PAGES = (4, 6, 8)
"""The page on which each chapter begins; the page after it is its figure."""
PAGES = 10
_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def numeral(number: int) -> str:
    """``number`` in the digits of the Arabic book."""
    return str(number).translate(_DIGITS)


def contents() -> list[tuple[str, int]]:
    """The table of contents: titles with their pages."""
    chapters = [(chapter.title, page) for chapter, page in zip(CHAPTERS, FIRST_PAGES, strict=True)]
    return [*chapters, ("الخاتمة", PAGES)]
