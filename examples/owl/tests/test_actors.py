import importlib
import pathlib
import tempfile
import unittest

import core.bayes
from core.bayes import NaiveBayes
from core.genus import kind_of

arbitrator = importlib.import_module("actors.owl_proposals__arbitrate_C__arbitrator")
clara_b = importlib.import_module("actors.owl__classify_U__clara_b")


class Bayes(unittest.TestCase):
    MODEL = NaiveBayes([("noun.animal", {"fur", "legs"}), ("noun.animal", {"fur", "tail"}),
                        ("noun.plant", {"leaf", "root"})], smoothing=0.1, tempering=1)

    def test_the_likeliest_category_comes_first(self):
        self.assertEqual("noun.animal", next(iter(self.MODEL.shortlist({"fur"}))))
        self.assertEqual("noun.plant", next(iter(self.MODEL.shortlist({"leaf"}))))

    def test_the_probabilities_of_all_categories_add_up_to_one(self):
        self.assertAlmostEqual(1, sum(self.MODEL.shortlist({"fur", "root"}).values()), places=3)

    def test_what_was_never_seen_leaves_the_prior(self):
        self.assertEqual("noun.animal", next(iter(self.MODEL.shortlist({"scales"}))))

    def test_more_evidence_makes_surer(self):
        self.assertGreater(self.MODEL.shortlist({"fur", "tail", "legs"})["noun.animal"],
                           self.MODEL.shortlist({"fur"})["noun.animal"])


class ClaraA(unittest.TestCase):
    def test_it_learns_from_the_training_file_when_it_is_imported(self):
        with tempfile.TemporaryDirectory() as folder:
            training, own = pathlib.Path(folder, "training.tsv"), core.bayes.TRAINING
            training.write_text("noun.animal\tlion\ta large cat\nnoun.plant\trose\ta thorny shrub\n", encoding="utf-8")
            core.bayes.TRAINING = training
            try:
                clara_a = importlib.import_module("actors.owl__classify_U__clara_a")
            finally:
                core.bayes.TRAINING = own
        shortlist = clara_a.MODEL.shortlist(clara_a.features("a small shrub"))
        self.assertEqual("noun.plant", next(iter(shortlist)))
        self.assertEqual(set(), clara_a.features(""))


class ClaraB(unittest.TestCase):
    def test_it_sees_letters_endings_and_words(self):
        found = clara_b.features("wild cat")
        self.assertLessEqual({"^wil", "wild", "ild$", "^cat$", "<at$", ".cat", "#2"}, found)

    def test_a_name_of_one_letter_has_features_too(self):
        self.assertIn("^x$", clara_b.features("x"))


class Arbitrator(unittest.TestCase):
    def test_the_kind_that_the_definition_names_decides_a_draw(self):
        one, other = {"noun.animal": 0.4, "noun.plant": 0.35}, {"noun.plant": 0.3, "noun.animal": 0.3}
        self.assertEqual("noun.animal", arbitrator.decide(one, other, "noun.animal"))
        self.assertEqual("noun.plant", arbitrator.decide(one, other, "noun.plant"))

    def test_without_a_kind_both_shortlists_count(self):
        one, other = {"noun.act": 0.40, "noun.event": 0.38}, {"noun.event": 0.5, "noun.act": 0.1}
        self.assertEqual("noun.event", arbitrator.decide(one, other, None))

    def test_it_does_not_depend_on_the_order_of_the_shortlists(self):
        one, other = {"noun.act": 0.4, "noun.event": 0.4}, {"noun.event": 0.2, "noun.act": 0.2}
        reverse = dict(reversed(one.items())), dict(reversed(other.items()))
        self.assertEqual(arbitrator.decide(one, other, None), arbitrator.decide(*reverse, None))

    def test_a_probability_of_zero_is_no_error(self):
        self.assertEqual("noun.act", arbitrator.decide({"noun.act": 1.0, "noun.event": 0.0}, {"noun.act": 0.2}, None))


class Kind(unittest.TestCase):
    def test_the_head_of_a_definition_tells_its_kind(self):
        self.assertEqual("noun.person", kind_of("a person who repairs clocks"))
        self.assertEqual("noun.plant", kind_of("any of various shrubs; a tropical tree"))
        self.assertIsNone(kind_of("something blue"))


if __name__ == "__main__":
    unittest.main()
