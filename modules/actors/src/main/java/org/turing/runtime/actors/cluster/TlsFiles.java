package org.turing.runtime.actors.cluster;

import java.nio.file.Path;
import java.time.Duration;

/**
 * PEM files for mutual TLS between nodes.
 *
 * @param certificate this node's own
 * @param key its private key
 * @param ca whose certificates are believed
 * @param reloadEvery how often the files are looked at for new connections
 */
public record TlsFiles(Path certificate, Path key, Path ca, Duration reloadEvery) {}
