import pytest

from iiif.presentation import rights

ZERO = "http://creativecommons.org/publicdomain/zero/1.0/"
MARK = "http://creativecommons.org/publicdomain/mark/1.0/"
BY = "http://creativecommons.org/licenses/by/4.0/"
IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"
UNITED_STATES = "http://rightsstatements.org/vocab/NoC-US/1.0/"


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        (BY, BY),
        (" https://creativecommons.org/licenses/by/4.0/ ", BY),
        ("https://www.creativecommons.org/licenses/by/4.0", BY),
        ("https://creativecommons.org/licenses/by/4.0/deed.fr", BY),
        ("https://creativecommons.org/licenses/by/4.0/deed.zh-hant", BY),
        ("https://creativecommons.org/licenses/by/4.0/legalcode", BY),
        ("https://creativecommons.org/licenses/by/4.0/?ref=chooser-v1", BY),
        ("HTTPS://CreativeCommons.org/Licenses/BY/4.0/", BY),
        (
            "http://creativecommons.org/licenses/by-nc-nd/3.0/us/",
            "http://creativecommons.org/licenses/by-nc-nd/3.0/us/",
        ),
        (
            "https://creativecommons.org/licenses/by/3.0/igo/",
            "http://creativecommons.org/licenses/by/3.0/igo/",
        ),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.en", ZERO),
        ("https://creativecommons.org/publicdomain/mark/1.0/", MARK),
        (IN_COPYRIGHT, IN_COPYRIGHT),
        ("https://rightsstatements.org/page/InC/1.0/?language=fr", IN_COPYRIGHT),
        ("https://rightsstatements.org/vocab/noc-us/1.0", UNITED_STATES),
        ("CC0", ZERO),
        ("cc0 1.0", ZERO),
        ("CC BY 4.0", BY),
        ("cc-by-4.0", BY),
        ("CC_BY 4.0 International", BY),
        ("CC BY-NC-SA 3.0", "http://creativecommons.org/licenses/by-nc-sa/3.0/"),
        ("Public Domain", MARK),
        ("Public Domain Mark 1.0", MARK),
        ("In copyright", IN_COPYRIGHT),
        ("All rights reserved", IN_COPYRIGHT),
        ("InC", IN_COPYRIGHT),
        ("InC 1.0", IN_COPYRIGHT),
        ("NoC-US", UNITED_STATES),
        ("No Copyright – United States", UNITED_STATES),
        ("In Copyright - EU Orphan Work", "http://rightsstatements.org/vocab/InC-OW-EU/1.0/"),
        ("no known copyright", "http://rightsstatements.org/vocab/NKC/1.0/"),
    ],
)
def test_rights_are_known_in_every_usual_form(text: str, uri: str) -> None:
    assert rights.rights_uri(text) == uri
    assert rights.is_canonical(uri)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "see the back",
        "CC BY-XX 4.0",
        "CC BY 9.0",
        "CC BY-ND-SA 4.0",
        "https://creativecommons.org/",
        "https://creativecommons.org/licenses/by/",
        "https://creativecommons.org/licenses/by/4.0/us/",
        "https://rightsstatements.org/vocab/Nothing/1.0/",
        "https://rightsstatements.org/vocab/InC/2.0/",
        "https://example.org/licenses/by/4.0/",
        "https://evil.example/?https://creativecommons.org/licenses/by/4.0/",
        "/vocab/NoC-US/",
    ],
)
def test_nonsense_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(ValueError, match=r'^rights ".*": give a URI of creativecommons\.org') as caught:
        rights.rights_uri(text)

    assert "CC BY 4.0" in str(caught.value)


def test_a_licence_without_version_is_not_guessed() -> None:
    with pytest.raises(
        ValueError, match=r'^rights "CC BY-SA": say the version of the licence, such as "CC BY-SA 4\.0"$'
    ):
        rights.rights_uri("CC BY-SA")


@pytest.mark.parametrize(
    ("uri", "is_open"),
    [
        (ZERO, True),
        (MARK, True),
        (BY, True),
        ("http://creativecommons.org/licenses/by-nc-nd/3.0/us/", True),
        (UNITED_STATES, True),
        (IN_COPYRIGHT, False),
        ("http://rightsstatements.org/vocab/CNE/1.0/", False),
        ("http://rightsstatements.org/vocab/NKC/1.0/", False),
        ("https://creativecommons.org/licenses/by/4.0/", False),
        ("http://example.org/vocab/NoC-US/1.0/", False),
        ("", False),
        (None, False),
    ],
)
def test_open_is_what_everyone_may_copy(uri: str | None, is_open: bool) -> None:
    assert rights.is_open(uri) is is_open
