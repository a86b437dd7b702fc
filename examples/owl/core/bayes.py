"""Naive Bayes over sets of features, with a probability that is worth something.

Features of one text depend on each other, so the plain formula is far too sure of itself. Its log-probabilities are
divided by ``tempering`` times the square root of the number of features, which keeps their order and makes
"70 % sure" right about seven times in ten; the two temperings in use were found on terms that the demo does not use.
"""

import math
import pathlib

TRAINING = pathlib.Path(__file__).resolve().parent.parent / "training.tsv"


def training_terms():
    """Yields (category, name, gloss); these terms are none of those that the pipeline classifies."""
    with open(TRAINING, encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


class NaiveBayes:
    """Learns from (category, features) pairs; ``smoothing`` is what an unseen feature counts."""

    def __init__(self, examples, smoothing, tempering):
        self._tempering = tempering
        counts, examples_of = {}, {}
        for category, features in examples:
            examples_of[category] = examples_of.get(category, 0) + 1
            for feature in features:
                of_feature = counts.setdefault(feature, {})
                of_feature[category] = of_feature.get(category, 0) + 1
        totals = dict.fromkeys(examples_of, 0)
        for of_feature in counts.values():
            for category, count in of_feature.items():
                totals[category] += count
        everything = sum(examples_of.values())
        self._prior = {category: math.log(count / everything) for category, count in examples_of.items()}
        self._unseen = {category: math.log(smoothing / (totals[category] + smoothing * len(counts)))
                        for category in totals}
        # what a seen feature adds to the score of an unseen one
        self._gain = {feature: {category: math.log((count + smoothing) / smoothing)
                                for category, count in of_feature.items()}
                      for feature, of_feature in counts.items()}

    def shortlist(self, features, length=3):
        """The likeliest categories with their probabilities, best first; names decide between equals."""
        scores = {category: prior + len(features) * self._unseen[category]
                  for category, prior in self._prior.items()}
        for feature in features:
            for category, gain in self._gain.get(feature, {}).items():
                scores[category] += gain
        best = max(scores.values())
        temperature = self._tempering * math.sqrt(max(1, len(features)))
        weights = {category: math.exp((score - best) / temperature) for category, score in scores.items()}
        total = sum(weights.values())
        ranked = sorted(weights, key=lambda category: (-weights[category], category))
        return {category: round(weights[category] / total, 4) for category in ranked[:length]}
