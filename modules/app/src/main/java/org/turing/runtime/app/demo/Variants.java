package org.turing.runtime.app.demo;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Writes a name as real lists have it: shouted, plural, in British spelling, with stray characters, with a slip. */
final class Variants {

    private static final Map<String, String> BRITISH = Map.ofEntries(
            Map.entry("color", "colour"),
            Map.entry("favor", "favour"),
            Map.entry("flavor", "flavour"),
            Map.entry("honor", "honour"),
            Map.entry("humor", "humour"),
            Map.entry("labor", "labour"),
            Map.entry("harbor", "harbour"),
            Map.entry("neighbor", "neighbour"),
            Map.entry("odor", "odour"),
            Map.entry("tumor", "tumour"),
            Map.entry("vapor", "vapour"),
            Map.entry("armor", "armour"),
            Map.entry("behavior", "behaviour"),
            Map.entry("center", "centre"),
            Map.entry("theater", "theatre"),
            Map.entry("fiber", "fibre"),
            Map.entry("meter", "metre"),
            Map.entry("gray", "grey"),
            Map.entry("mold", "mould"),
            Map.entry("plow", "plough"),
            Map.entry("catalog", "catalogue"),
            Map.entry("defense", "defence"),
            Map.entry("license", "licence"),
            Map.entry("aluminum", "aluminium"),
            Map.entry("sulfur", "sulphur"));

    private static final int SHORTEST_WITH_A_SLIP = 7;

    private final Random random;

    Variants(Random random) {
        this.random = random;
    }

    /** A variant that means the same name: case, number, spelling and separators only. */
    String of(String name) {
        return blanks(separators(letterCase(plural(british(name)))));
    }

    /** The name with one letter dropped, doubled or swapped with the next; as it is where it is too short for that. */
    String slip(String name) {
        if (name.length() < SHORTEST_WITH_A_SLIP) {
            return name;
        }
        int at = 1 + random.nextInt(name.length() - 3);
        String before = name.substring(0, at);
        return switch (random.nextInt(3)) {
            case 0 -> before + name.substring(at + 1);
            case 1 -> before + name.charAt(at) + name.substring(at);
            default -> before + name.charAt(at + 1) + name.charAt(at) + name.substring(at + 2);
        };
    }

    private String british(String name) {
        if (!oneIn(2)) {
            return name;
        }
        return Arrays.stream(name.split(" "))
                .map(word -> BRITISH.getOrDefault(word, word))
                .collect(Collectors.joining(" "));
    }

    private String plural(String name) {
        char last = name.charAt(name.length() - 1);
        if (!oneIn(7) || !Character.isLetter(last) || last == 's') {
            return name;
        }
        if (last == 'y' && "aeiou".indexOf(name.charAt(Math.max(0, name.length() - 2))) < 0) {
            return name.substring(0, name.length() - 1) + "ies";
        }
        return name.matches(".*(x|ch|sh)") ? name + "es" : name + "s";
    }

    private String letterCase(String name) {
        return switch (random.nextInt(6)) {
            case 0 -> name.toUpperCase(Locale.ROOT);
            case 1 -> Arrays.stream(name.split(" ")).map(Variants::capitalised).collect(Collectors.joining(" "));
            case 2 -> capitalised(name);
            default -> name;
        };
    }

    private String separators(String name) {
        return switch (random.nextInt(8)) {
            case 0 -> name.replace(' ', '_');
            case 1 -> name.replace(' ', '-');
            case 2 -> name.replace(" ", "  ");
            default -> name;
        };
    }

    private String blanks(String name) {
        return switch (random.nextInt(20)) {
            case 0 -> " " + name + "  ";
            case 1 -> name + ",";
            case 2 -> name + "\t";
            default -> name;
        };
    }

    private static String capitalised(String word) {
        return word.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }
}
