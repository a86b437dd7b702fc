"""What a definition's own head word says: 'a person who …' is a person, whatever else the definition talks about."""

from core.words import gloss_words

_KINDS = {
    "act": "act action activity game sport dance ceremony surgery treatment attack attempt",
    "animal": "bird fish insect mammal dog cat moth butterfly beetle snake lizard rodent monkey worm mollusk shark breed",
    "artifact": "device machine instrument tool building garment cloth fabric vehicle ship boat weapon container "
                "furniture structure room clothing apparatus equipment road bridge drug",
    "attribute": "quality property trait attribute degree ability color",
    "body": "bone muscle artery vein nerve organ gland tissue tooth cell membrane",
    "cognition": "theory belief science discipline idea concept doctrine method branch study",
    "communication": "language word letter statement document message song poem book writing symbol sign name expression",
    "event": "event happening sound occurrence contest victory",
    "feeling": "feeling emotion anger joy",
    "food": "food dish bread sauce soup drink beverage liquor wine cake cheese fruit meat candy pasta",
    "group": "group family organization association team army order tribe company party agency collection genus",
    "location": "region area city town country capital state port province place site county",
    "motive": "motive urge reason",
    "object": "river mountain lake island star planet sea peninsula volcano glacier peak strait bay",
    "person": "person someone one man woman member writer poet painter composer physicist statesman politician actor "
              "player worker soldier king queen leader scholar philosopher wife inhabitant native",
    "phenomenon": "phenomenon wave wind force radiation storm",
    "plant": "plant tree shrub herb fern grass vine flower fungus moss weed evergreen perennial annual orchid",
    "possession": "money payment sum property fund tax income cost",
    "process": "process reaction formation growth",
    "quantity": "unit number amount quantity integer measure",
    "relation": "relation ratio relationship function",
    "shape": "shape curve line figure angle polygon",
    "state": "state condition disease inflammation disorder infection illness lack syndrome",
    "substance": "substance compound mineral metal acid element salt gas liquid oil alloy rock wood resin",
    "time": "time day year month period era holiday season century date",
}
_CATEGORY_OF = {word: "noun." + kind for kind, words in _KINDS.items() for word in words.split()}


def kind_of(gloss):
    """The category of the first telling word among the first eight; None if there is none."""
    words = gloss_words(gloss)[:8]
    if words[:1] in (["the"], ["a"], ["an"]) and words[2:3] == ["of"] and words[1] in ("kind", "type", "form", "sort"):
        words = words[3:]
    return next((_CATEGORY_OF[word] for word in words if word in _CATEGORY_OF), None)
