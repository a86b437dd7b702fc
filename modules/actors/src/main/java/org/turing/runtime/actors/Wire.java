package org.turing.runtime.actors;

/**
 * Marks what may be sent to another node: a message, a reply, an entry of a topic. It travels as CBOR under its class
 * name, its parts under the names of the record's components, so a rename of either is a change of protocol: nodes of
 * both versions meet in a rolling restart.
 *
 * <p>A component may be a text, a number, an enum, an {@code Instant} or {@code Duration}, an {@code ActorRef}, another
 * record, a list or a set of these, a map with texts or numbers as keys, and a sealed type that
 * {@link org.turing.runtime.actors.wire.WireModule} names. A component that is added later must be allowed to be
 * missing (read as null, 0 or false); one that is removed is passed over by those who still write it.
 */
public interface Wire {}
