import { readFileSync } from 'node:fs'

/** Of a process, in MiB: all that is in memory, and its share of it where pages are shared with others. Linux only. */
export interface Memory {
  rss: number
  pss: number
}

export function readMemory(pid: number): Memory {
  return parseSmaps(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
}

export function parseSmaps(text: string): Memory {
  const value = (name: string) => {
    const kilobytes = new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1]
    if (kilobytes === undefined) throw new Error(`smaps_rollup says nothing of ${name}.`)
    return Number(kilobytes) / 1_024
  }
  return { rss: value('Rss'), pss: value('Pss') }
}
