import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `test` answers true; fails after `ms`, naming what it waited for. */
export async function until(what: string, test: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  for (const giveUpAt = Date.now() + ms; !(await test()); await sleep(10)) {
    if (Date.now() > giveUpAt) throw new Error(`waited ${ms} ms for ${what}`)
  }
}
