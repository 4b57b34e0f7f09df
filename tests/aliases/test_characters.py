"""Sets and foldings against Python's own, character by character."""

import re

from chatops_cli.aliases import characters

EVERY = [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
CASED = "".join(c for c in EVERY if c != c.lower() or c != c.upper() or c != c.title())


def test_classes_are_pythons() -> None:
    for name in "dws":
        found = re.finditer(f"\\{name}+", "".join(map(chr, range(0x110000))))
        assert characters.category(name) == tuple((m.start(), m.end() - 1) for m in found)


def test_case_variants_are_pythons_and_fold_to_one_form() -> None:
    assert max(CASED) < chr(characters.CASED_END)
    for character in CASED:
        expected = {character, *re.findall(re.escape(character), CASED, re.IGNORECASE)}
        assert set(characters.variants(character)) == expected
        # With a character beyond ASCII, so that the table is used and not `str.lower`.
        assert len({characters.folded(variant + "\u3042") for variant in expected}) == 1


def test_ascii_texts_fold_as_others_do() -> None:
    text = "".join(map(chr, range(128)))
    assert characters.folded(text) + "é" == characters.folded(text + "é")


def test_folding_keeps_the_length() -> None:
    text = "".join(EVERY)
    assert len(characters.folded(text)) == len(text)


def test_a_complement_holds_the_rest() -> None:
    ranges = characters.of("cabz")
    assert ranges == ((97, 99), (122, 122))
    assert characters.complement(ranges) == ((0, 96), (100, 121), (123, 0x10FFFF))
    assert characters.complement(characters.ANY) == ()
    assert characters.complement(()) == characters.ANY


def test_a_class_is_closed_under_case_as_pythons() -> None:
    for source, ranges in (("a-z", ((97, 122),)), ("é-ü", ((0xE9, 0xFC),)), ("İ", ((304, 304),))):
        closed = characters.case_closed(ranges)
        got = {c for c in CASED if any(low <= ord(c) <= high for low, high in closed)}
        assert got == set(re.findall(f"[{source}]", CASED, re.IGNORECASE))
