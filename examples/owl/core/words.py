"""How the OWL pipeline writes a term: lower case, singular, American spelling, single spaces."""

import re
import unicodedata

_IRREGULAR = {
    "men": "man", "women": "woman", "children": "child", "teeth": "tooth", "feet": "foot", "geese": "goose",
    "mice": "mouse", "lice": "louse", "oxen": "ox", "people": "person", "leaves": "leaf", "wolves": "wolf",
    "knives": "knife", "lives": "life", "wives": "wife", "halves": "half", "shelves": "shelf", "loaves": "loaf",
    "thieves": "thief", "calves": "calf", "hooves": "hoof", "movies": "movie", "cookies": "cookie",
    "calories": "calorie", "zombies": "zombie", "aches": "ache", "headaches": "headache", "caches": "cache",
    "niches": "niche", "buses": "bus", "gases": "gas", "viruses": "virus", "lenses": "lens",
    "series": "series", "species": "species", "lens": "lens", "news": "news", "mars": "mars", "venus": "venus",
}

_AMERICAN = {
    "colour": "color", "favour": "favor", "flavour": "flavor", "honour": "honor", "humour": "humor",
    "labour": "labor", "harbour": "harbor", "neighbour": "neighbor", "neighbourhood": "neighborhood",
    "odour": "odor", "rumour": "rumor", "tumour": "tumor", "vapour": "vapor", "armour": "armor",
    "behaviour": "behavior", "centre": "center", "theatre": "theater", "fibre": "fiber", "metre": "meter",
    "litre": "liter", "sabre": "saber", "spectre": "specter", "grey": "gray", "tyre": "tire", "plough": "plow",
    "mould": "mold", "catalogue": "catalog", "dialogue": "dialog", "defence": "defense", "offence": "offense",
    "licence": "license", "jewellery": "jewelry", "aluminium": "aluminum", "sulphur": "sulfur",
    "anaemia": "anemia", "oestrogen": "estrogen", "foetus": "fetus", "paediatrician": "pediatrician",
    "encyclopaedia": "encyclopedia", "traveller": "traveler",
}

_SEPARATORS = re.compile(r"[\s_\-]+")
_STRAY = re.compile(r"^[^\w(']+|[^\w).']+$")
_WORD = re.compile(r"[a-z]+")


def normal_form(raw):
    """The name that stands for every variant of a raw term; empty if nothing in it is a letter or a digit."""
    text = unicodedata.normalize("NFKC", raw).replace("\u2019", "'")
    text = _SEPARATORS.sub(" ", text).strip().lower()
    text = _STRAY.sub("", text)
    if not any(character.isalnum() for character in text):
        return ""
    words = [_american(word) for word in text.split(" ") if word]
    words[-1] = _american(_singular(words[-1]))
    return " ".join(words)


def gloss_words(gloss):
    """The words of a definition, in order, without the quoted examples behind it."""
    return _WORD.findall(gloss.split('; "')[0].lower())


def _american(word):
    word = _AMERICAN.get(word, word)
    return word[:-7] + "ization" if word.endswith("isation") else word


def _singular(word):
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is", "as", "os", "ics", "'s")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "zzes", "ches", "shes", "ises")) or re.search(r"[^oae]uses$", word):
        return word[:-2]
    return word[:-1]
