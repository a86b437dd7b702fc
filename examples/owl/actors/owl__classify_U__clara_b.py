"""Clara B proposes a category from the letters of the name, and never sees the definition.

worker: a warm process, a JSON line in, a JSON line out. Like Clara A it moves no status and writes a row of its own.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # where core/ is

from core.bayes import NaiveBayes, training_terms
from core.lines import answer_lines
from core.proposals import propose
from core.words import normal_form


def features(name):
    """Runs of four letters, the endings of the last word, whole words and how many there are."""
    words = name.split(" ")
    found = {"#%d" % len(words), "." + words[-1]}
    for word in words:
        framed = "^%s$" % word
        found.update(framed[at:at + 4] for at in range(max(1, len(framed) - 3)))
        found.add(framed)
    ending = words[-1] + "$"
    found.update("<" + ending[-length:] for length in (3, 4, 5) if len(ending) >= length)
    return found


def process(task):
    return propose("clara_b", task, MODEL.shortlist(features(task["subject"]["name"])))


if __name__ == "__main__":
    MODEL = NaiveBayes(((category, features(normal_form(name))) for category, name, _ in training_terms()),
                       smoothing=0.3, tempering=1.25)
    answer_lines(process)
