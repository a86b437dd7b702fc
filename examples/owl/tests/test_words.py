import unittest

from core.words import gloss_words, normal_form


class NormalForm(unittest.TestCase):
    def test_every_variant_of_a_name_has_one_normal_form(self):
        for raw in ("wild dog", "WILD DOG", "Wild_Dogs", "  wild-dog  ", "wild  dogs,", "wild dog\t", "“wild dog”"):
            self.assertEqual("wild dog", normal_form(raw), raw)

    def test_plurals_become_singular(self):
        for plural, singular in {"churches": "church", "boxes": "box", "berries": "berry", "houses": "house",
                                 "glasses": "glass", "sizes": "size", "children": "child", "pies": "pie",
                                 "mothers": "mother", "movies": "movie", "viruses": "virus"}.items():
            self.assertEqual(singular, normal_form(plural), plural)

    def test_words_that_only_look_plural_stay(self):
        for word in ("glass", "virus", "basis", "physics", "atlas", "chaos", "gas", "bus", "series"):
            self.assertEqual(word, normal_form(word))

    def test_british_spelling_becomes_american(self):
        self.assertEqual("color theater", normal_form("Colour Theatres"))
        self.assertEqual("organization", normal_form("organisations"))

    def test_a_name_without_letters_or_digits_has_none(self):
        for raw in ("", "   ", "?!", "--"):
            self.assertEqual("", normal_form(raw))

    def test_the_normal_form_of_a_normal_form_is_itself(self):
        for raw in ("Saint John's Wort", "U.S. Army", "genus Canis", "A-bomb", "3-D", "Queen (chess)"):
            once = normal_form(raw)
            self.assertEqual(once, normal_form(once))


class GlossWords(unittest.TestCase):
    def test_examples_do_not_count(self):
        self.assertEqual(["a", "large", "cat"], gloss_words('a large cat; "the cat sat on the mat"'))


if __name__ == "__main__":
    unittest.main()
