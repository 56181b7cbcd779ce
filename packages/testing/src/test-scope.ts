/** What fixtures need of tap's `t`: something that runs, and is waited for, when the test is over. */
export interface TestScope {
  after(cleanUp: () => Promise<unknown> | void): unknown
}
