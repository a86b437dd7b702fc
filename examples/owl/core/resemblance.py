"""When two terms are fuzzy duplicates: names a slip of the pen apart, and definitions that share their words.

The definitions matter: bank (of a river) and bank (for money) are two entities, and so are bat and cat.
"""

from core.words import gloss_words

_SHORTEST_WITH_A_SLIP = 5
_LEAST_SHARED_WORDS = 0.5


class EarlierTerms:
    """Finds, among terms added in the order of their ids, the first one that a name and definition resemble."""

    def __init__(self):
        self._terms = {}
        self._by_key = {}
        self.last_id = -1

    def add(self, owl_id, name, gloss):
        self._terms[owl_id] = (name, frozenset(gloss_words(gloss)))
        self.last_id = max(self.last_id, owl_id)
        for key in _keys(name):
            self._by_key.setdefault(key, []).append(owl_id)

    def original_of(self, owl_id):
        """The earliest term that this one repeats, over any number of steps; None if it is the first of its kind.

        It depends on the terms with smaller ids alone, so that the order of work does not change who is merged.
        """
        original, found = None, self._earliest_resembling(owl_id)
        while found is not None:
            original, found = found, self._earliest_resembling(found)
        return original

    def _earliest_resembling(self, owl_id):
        name, gloss = self._terms[owl_id]
        earlier = {other for key in _keys(name) for other in self._by_key[key] if other < owl_id}
        return min((other for other in earlier if self._resembles(name, gloss, other)), default=None)

    def _resembles(self, name, gloss, other):
        other_name, other_gloss = self._terms[other]
        return names_resemble(name, other_name) and _shared(gloss, other_gloss) >= _LEAST_SHARED_WORDS


def names_resemble(one, other):
    """Equal, or for names of five letters and more one letter too many, too few, wrong or two swapped."""
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST_WITH_A_SLIP or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    swapped = len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0] and one[2:] == other[2:]
    return swapped or one[1:] == other[1:] or one[1:] == other or one == other[1:]


def _keys(name):
    """One slip leaves the first or the second half of a name alone, up to a shift by one letter."""
    letters = name.replace(" ", "")
    half = max(2, len(letters) // 2 - 1)
    return {"<" + letters[:half], "<" + letters[:half - 1], ">" + letters[-half:], ">" + letters[1 - half:]}


def _shared(one, other):
    """Share of the shorter definition's words that the other has too; 0 to 1."""
    return len(one & other) / max(1, min(len(one), len(other)))
