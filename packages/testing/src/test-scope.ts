/** What fixtures need of tap's `t`. A promise that `cleanUp` answers is waited for. */
export interface TestScope {
  after(cleanUp: () => unknown): unknown
}
