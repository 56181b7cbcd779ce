/** How many tests ran on a database, and how long they took together. */
export interface EngineTimes {
  tests: number
  milliseconds: number
}

/** A test for several databases says in front which one it is for. */
const ENGINE = /\b(?<engine>pglite|postgres|oracle-h2|oracle-pg|oracle): /

export class TimesByEngine {
  readonly #times = new Map<string, EngineTimes>()

  add(testName: string, milliseconds: number): void {
    const engine = ENGINE.exec(testName)?.groups?.engine
    if (engine === undefined) return
    const before = this.#times.get(engine) ?? { tests: 0, milliseconds: 0 }
    this.#times.set(engine, { tests: before.tests + 1, milliseconds: before.milliseconds + milliseconds })
  }

  /** `pglite 90 in 24.1 s, postgres 92 in 15.0 s`; empty when there were none. */
  describe(): string {
    return [...this.#times]
      .map(([engine, { tests, milliseconds }]) => `${engine} ${tests} in ${(milliseconds / 1000).toFixed(1)} s`)
      .join(', ')
  }
}
