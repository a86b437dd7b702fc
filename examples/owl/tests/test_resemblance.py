import unittest

from core.resemblance import EarlierTerms, names_resemble

RIVER = "sloping land beside a body of water"
MONEY = "a financial institution that accepts deposits"


def terms(*rows):
    earlier = EarlierTerms()
    for owl_id, (name, gloss) in enumerate(rows, start=1):
        earlier.add(owl_id, name, gloss)
    return earlier


class NamesResemble(unittest.TestCase):
    def test_one_slip_of_the_pen_is_forgiven(self):
        for slip in ("giraffe", "girafe", "girraffe", "giarffe", "girxffe", "iraffe", "giraff"):
            self.assertTrue(names_resemble("giraffe", slip), slip)
            self.assertTrue(names_resemble(slip, "giraffe"), slip)

    def test_two_slips_are_another_name(self):
        for other in ("girafffee", "irafef", "grafe", "giraffes x"):
            self.assertFalse(names_resemble("giraffe", other), other)

    def test_short_names_must_be_equal(self):
        self.assertTrue(names_resemble("bat", "bat"))
        self.assertFalse(names_resemble("bat", "cat"))


class OriginalOf(unittest.TestCase):
    def test_a_slip_with_the_same_definition_repeats_the_earlier_term(self):
        self.assertEqual(1, terms(("river bank", RIVER), ("river bnak", RIVER)).original_of(2))

    def test_the_first_of_its_kind_repeats_nothing(self):
        self.assertIsNone(terms(("river bank", RIVER), ("river bank", RIVER)).original_of(1))

    def test_one_name_with_two_meanings_is_two_terms(self):
        self.assertIsNone(terms(("bank", RIVER), ("bank", MONEY)).original_of(2))

    def test_a_definition_cut_short_is_still_the_same(self):
        self.assertEqual(1, terms(("river bank", RIVER), ("river bank", "sloping land")).original_of(2))

    def test_a_chain_of_slips_leads_to_its_first_term(self):
        chain = terms(("giraffe", RIVER), ("girafe", RIVER), ("girafes", RIVER))
        self.assertFalse(names_resemble("giraffe", "girafes"))
        self.assertEqual(1, chain.original_of(3))

    def test_later_terms_change_nothing(self):
        before = terms(("giraffe", RIVER), ("girafe", RIVER))
        after = terms(("giraffe", RIVER), ("girafe", RIVER), ("girafe", RIVER), ("giraffe", RIVER))
        self.assertEqual(before.original_of(2), after.original_of(2))
        self.assertEqual(before.original_of(1), after.original_of(1))

    def test_a_slip_anywhere_in_a_name_is_found(self):
        name = "black rhinoceros"
        for at in range(len(name)):
            if " " not in name[at:at + 2]:
                swapped = name[:at] + name[at + 1:at + 2] + name[at] + name[at + 2:]
                dropped = name[:at] + name[at + 1:]
                for slip in (swapped, dropped):
                    self.assertEqual(1, terms((name, RIVER), (slip, RIVER)).original_of(2), slip)


if __name__ == "__main__":
    unittest.main()
