"""The words that documents carry beside the catalogue's own, in every language of the archive."""

from iiif.language import LanguageMap

# The first-class descriptive fields, in the order in which a manifest shows them.
MAKER: LanguageMap = {"en": ["Maker"], "zh": ["作者"], "fr": ["Auteur"], "ar": ["الصانع"]}
TYPE: LanguageMap = {"en": ["Type"], "zh": ["类型"], "fr": ["Type"], "ar": ["النوع"]}
DATE: LanguageMap = {"en": ["Date"], "zh": ["年代"], "fr": ["Date"], "ar": ["التاريخ"]}
PLACE: LanguageMap = {"en": ["Place"], "zh": ["地点"], "fr": ["Lieu"], "ar": ["المكان"]}
SUBJECT: LanguageMap = {"en": ["Subject"], "zh": ["主题"], "fr": ["Sujet"], "ar": ["الموضوع"]}
LANGUAGE: LanguageMap = {"en": ["Language"], "zh": ["语言"], "fr": ["Langue"], "ar": ["اللغة"]}
ACCESSION_NUMBER: LanguageMap = {
    "en": ["Accession number"],
    "zh": ["典藏号"],
    "fr": ["Numéro d’inventaire"],
    "ar": ["رقم الجرد"],
}

ATTRIBUTION: LanguageMap = {"en": ["Attribution"], "zh": ["署名"], "fr": ["Mention"], "ar": ["الإسناد"]}
CATALOGUE_JSON: LanguageMap = {
    "en": ["Catalogue record (JSON)"],
    "zh": ["目录记录（JSON）"],
    "fr": ["Notice du catalogue (JSON)"],
    "ar": ["بطاقة الفهرس (JSON)"],
}
CONTENTS: LanguageMap = {
    "en": ["Table of contents"],
    "zh": ["目录"],
    "fr": ["Table des matières"],
    "ar": ["فهرس المحتويات"],
}
LICENSE: LanguageMap = {"en": ["License"], "zh": ["许可"], "fr": ["Licence"], "ar": ["الترخيص"]}
PART: LanguageMap = {"en": ["Part"], "zh": ["部分"], "fr": ["Partie"], "ar": ["الجزء"]}
NOTE: LanguageMap = {"en": ["Note"], "zh": ["说明"], "fr": ["Remarque"], "ar": ["ملاحظة"]}
MACHINE_TEXT: LanguageMap = {
    "en": ["Text recognised by a machine, uncorrected"],
    "zh": ["机器识别的文本，未经校对"],
    "fr": ["Texte reconnu par une machine, non corrigé"],
    "ar": ["نص تعرفت عليه آلة، غير مصحح"],
}
PLAIN_TEXT: LanguageMap = {
    "en": ["Plain text"],
    "zh": ["纯文本"],
    "fr": ["Texte brut"],
    "ar": ["نص عادي"],
}
SEARCHABLE_PDF: LanguageMap = {
    "en": ["PDF with searchable text"],
    "zh": ["可检索文本的 PDF"],
    "fr": ["PDF avec texte interrogeable"],
    "ar": ["ملف PDF بنص قابل للبحث"],
}
NO_IMAGE: LanguageMap = {
    "en": ["No image is available"],
    "zh": ["暂无图像"],
    "fr": ["Aucune image disponible"],
    "ar": ["لا تتوفر صورة"],
}
