/** Time that the models of a simulated world live in. */
export interface Schedule {
  now(): Date;
  /** Runs `act` once, `ms` from now, in the order of due time and then of asking. Returns how to call it off. */
  after(ms: number, act: () => void): () => void;
}
