package org.turing.runtime.scripts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.turing.runtime.domain.ExecutionType;
import org.turing.runtime.domain.TaskType;
import org.turing.runtime.ports.ScriptHost.ScriptFault;
import org.turing.runtime.scripts.ScriptSettings.Drift;

/** Finds scripts in the scripts folder and decides how to run them. Nothing outside the folder is ever run. */
final class ScriptFiles {

    private static final int HEAD_BYTES = 1 << 18;
    private static final int HEADER_LINES = 20;
    private static final Pattern HEADER =
            Pattern.compile("^\\s*(?:#|//|--|;)\\s*turing:\\s*(thick|worker|script|bulk)\\b.*");
    private static final Pattern ACTOR = Pattern.compile(
            "^class\\s+\\w.*?^[ \\t]+(?:async\\s+)?def\\s+process\\s*\\(", Pattern.MULTILINE | Pattern.DOTALL);

    private final Path folder;
    private final Drift drift;
    private final Interpreter python;
    private final Map<String, String> environment;
    private final Map<Path, Seen> seen = new ConcurrentHashMap<>();

    /** A file as it was last read, and what {@code auto} means for it. */
    private record Seen(
            FileTime modified, long size, @Nullable Object key, String hash, String head, ExecutionType decided) {
        boolean still(BasicFileAttributes now) {
            return modified.equals(now.lastModifiedTime())
                    && size == now.size()
                    && (key == null || key.equals(now.fileKey()));
        }
    }

    ScriptFiles(Path folder, Drift drift, Interpreter python, Map<String, String> environment) {
        this.folder = folder;
        this.drift = drift;
        this.python = python;
        this.environment = environment;
    }

    /**
     * Finds a task type's script.
     *
     * @throws ScriptFault if it can't be run
     */
    ScriptFile find(TaskType taskType) throws ScriptFault {
        String named = taskType.scriptPath();
        int hash = named.indexOf('#');
        boolean inJar = hash > 0 && named.substring(0, hash).endsWith(".jar");
        ExecutionType wanted = taskType.executionType();
        if (wanted == ExecutionType.JAVA && !inJar) {
            throw fault(taskType, "names no class in a jar", "write it as folder/steps.jar#com.example.MyStep");
        }
        Path path = resolve(taskType, inJar ? named.substring(0, hash) : named);
        Seen file = look(taskType, path);
        String warning = drifted(taskType, file);
        ExecutionType decided = wanted != ExecutionType.AUTO ? wanted : inJar ? ExecutionType.JAVA : file.decided;
        return switch (decided) {
            case JAVA -> new ScriptFile(path, file.hash, decided, List.of(), named.substring(hash + 1), warning);
            case THICK -> new ScriptFile(path, file.hash, decided, thick(taskType, path), null, warning);
            default -> new ScriptFile(path, file.hash, decided, command(taskType, path, file.head), null, warning);
        };
    }

    /** What people should know of a file that is not the registered one; null if it is, or none is registered. */
    private @Nullable String drifted(TaskType taskType, Seen file) throws ScriptFault {
        if (taskType.scriptHash() == null || taskType.scriptHash().equalsIgnoreCase(file.hash)) {
            return null;
        }
        String problem = "has the SHA-256 " + file.hash + ", not the registered script_hash";
        String fix = "check the file, then UPDATE task_types SET script_hash";
        if (drift == Drift.REFUSE) {
            throw fault(taskType, problem, fix);
        }
        return fault(taskType, problem, fix).getMessage();
    }

    private Path resolve(TaskType taskType, String named) throws ScriptFault {
        Path path;
        Path root;
        try {
            root = folder.toRealPath();
            path = folder.resolve(named);
        } catch (IOException | InvalidPathException e) {
            throw fault(
                    taskType,
                    "can't be looked for in the scripts folder " + folder + " (" + e.getMessage() + ")",
                    "set turing.scripts.folder");
        }
        if (!path.normalize().startsWith(folder.normalize())) {
            throw outside(taskType, path.normalize());
        }
        try {
            path = path.toRealPath();
        } catch (IOException e) {
            throw fault(
                    taskType,
                    "is missing: there is no file " + path,
                    "put it there, or correct script_path (relative to the scripts folder)");
        }
        if (!path.startsWith(root)) {
            throw outside(taskType, path);
        }
        if (!Files.isRegularFile(path)) {
            throw fault(taskType, "is not a file: " + path, "correct script_path");
        }
        return path;
    }

    private ScriptFault outside(TaskType taskType, Path path) {
        return fault(
                taskType,
                "is outside the scripts folder: " + path,
                "move it into " + folder + ", or set turing.scripts.folder");
    }

    private Seen look(TaskType taskType, Path path) throws ScriptFault {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            Seen known = seen.get(path);
            if (known == null || !known.still(attributes)) {
                known = read(path, attributes);
                seen.put(path, known);
            }
            return known;
        } catch (IOException e) {
            throw fault(taskType, "can't be read: " + e.getMessage(), "let the runtime's user read it");
        }
    }

    private static Seen read(Path path, BasicFileAttributes attributes) throws IOException {
        MessageDigest digest = sha256();
        byte[] head;
        try (InputStream content = new DigestInputStream(Files.newInputStream(path), digest)) {
            head = content.readNBytes(HEAD_BYTES);
            content.transferTo(OutputStream.nullOutputStream());
        }
        String text = new String(head, StandardCharsets.UTF_8);
        return new Seen(
                attributes.lastModifiedTime(),
                attributes.size(),
                attributes.fileKey(),
                HexFormat.of().formatHex(digest.digest()),
                text,
                decide(path, text));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What {@code auto} means for a file by its text: what its header says, an actor class, else a script. */
    private static ExecutionType decide(Path path, String head) {
        for (String line : head.lines().limit(HEADER_LINES).toList()) {
            Matcher header = HEADER.matcher(line);
            if (header.matches()) {
                return ExecutionType.ofSqlName(header.group(1));
            }
        }
        return isPython(path) && ACTOR.matcher(head).find() ? ExecutionType.THICK : ExecutionType.SCRIPT;
    }

    private List<String> thick(TaskType taskType, Path path) throws ScriptFault {
        if (!isPython(path)) {
            throw fault(
                    taskType,
                    "is not a .py file, but execution_type is thick",
                    "name a Python file, or set execution_type to worker or script");
        }
        return List.of(python.path().toString());
    }

    /**
     * The command of a script. A .py file is run by the configured Python unless it is executable and its first line
     * names an interpreter of its own; {@code env python3} is no such name.
     */
    private List<String> command(TaskType taskType, Path path, String head) throws ScriptFault {
        boolean executable = Files.isExecutable(path);
        String[] shebang = shebang(head);
        boolean anyPython = shebang.length == 0
                || shebang.length == 2 && shebang[0].endsWith("/env") && shebang[1].matches("python3?");
        if (isPython(path) && (!executable || anyPython)) {
            return List.of(python.path().toString(), path.toString());
        }
        if (!executable) {
            throw fault(taskType, "is not executable: " + path, "chmod +x " + path);
        }
        if (shebang.length > 0) {
            String program = shebang[0].endsWith("/env") && shebang.length > 1 ? shebang[1] : shebang[0];
            boolean there = program.startsWith("/")
                    ? Files.isExecutable(Path.of(program))
                    : program.startsWith("-") || Interpreter.onPath(program, environment) != null;
            if (!there) {
                throw fault(
                        taskType,
                        "needs the interpreter '" + program + "' (its first line), which is not here",
                        "install it, or correct the first line of " + path);
            }
        }
        return List.of(path.toString());
    }

    private static String[] shebang(String head) {
        if (!head.startsWith("#!")) {
            return new String[0];
        }
        return head.lines().findFirst().orElse("").substring(2).strip().split("\\s+");
    }

    private static boolean isPython(Path path) {
        return path.toString().endsWith(".py");
    }

    private static ScriptFault fault(TaskType taskType, String problem, String fix) {
        return new ScriptFault("task type '" + taskType.name() + "': script '" + taskType.scriptPath() + "' " + problem
                + ". Fix: " + fix);
    }
}
