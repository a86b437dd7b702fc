"""Clara A proposes a category from the words of the definition.

thick: it learns from the training terms once, when the warm process imports this file. It moves no status: its
proposal takes the term out of its own inbox, and leaves it in Clara B's.
"""

from core.bayes import NaiveBayes, training_terms
from core.proposals import propose
from core.words import gloss_words


def features(gloss):
    """Words, the first word, and the pairs at the start, where a definition says what kind of thing it defines."""
    words = gloss_words(gloss)
    pairs = ("%s %s" % pair for pair in zip(words[:6], words[1:7]))
    return {*words, *pairs, "^" + words[0]} if words else set()


MODEL = NaiveBayes(((category, features(gloss)) for category, _, gloss in training_terms()),
                   smoothing=0.1, tempering=0.75)


class ClaraA:
    def __init__(self, db_conn=None):
        self.input_data = None

    def process(self):
        return propose("clara_a", self.input_data, MODEL.shortlist(features(self.input_data["subject"]["gloss"])))
