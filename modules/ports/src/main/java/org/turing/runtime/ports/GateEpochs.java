package org.turing.runtime.ports;

/** Numbers the incarnations of gates, so that claims made under an earlier one are refused. */
public interface GateEpochs {

    /**
     * A new incarnation of a model's gate begins. Once this returns, every claim that was made under an earlier epoch
     * is committed, and no further one will be.
     *
     * @return its epoch, larger than every earlier one of the model
     * @throws DatabaseUnavailable if the database can't be asked now, or a claim that is being made holds it up for too
     *     long; ask again then
     */
    long raise(String model);
}
