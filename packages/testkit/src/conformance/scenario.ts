/** What happens, written once; played on a model and on the real thing it must show the same. */
export interface Scenario<Driver> {
  readonly name: string;
  /** Whatever can be seen, as plain JSON without what differs by nature: times, uids, versions. */
  play(driver: Driver): Promise<unknown>;
}

export interface Outcome {
  readonly model: unknown;
  readonly real: unknown;
}

/** A model beside the real thing. */
export interface Comparison {
  play(name: string): Promise<Outcome>;
  stop(): Promise<void>;
}

/** One model's scenarios; starting the real thing may take seconds. */
export interface Conformance {
  readonly model: string;
  readonly real: string;
  readonly names: readonly string[];
  /** `only`: what will be played; absent: all. */
  start(only?: readonly string[]): Promise<Comparison>;
}
