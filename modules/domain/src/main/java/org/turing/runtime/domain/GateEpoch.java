package org.turing.runtime.domain;

/**
 * Which incarnation of a model's gate granted a slot. Claims made under the slot carry it, so that of two gates that
 * both believe to be the only one, the older has nothing claimed.
 *
 * @param model the model
 * @param epoch the incarnation's number; grows with each new one
 */
public record GateEpoch(String model, long epoch) {}
