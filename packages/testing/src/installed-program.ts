import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Finds a program in PATH or in one of `folders`, in which a `*` stands for one folder name (the newest version, going
 * by the number, first).
 */
export function findInstalled(program: string, folders: string[]): string | undefined {
  const inPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...folders.flatMap(expand), ...inPath].map((folder) => join(folder, program)).find(isExecutable)
}

function expand(pattern: string): string[] {
  const [before, after] = pattern.split('*')
  if (before === undefined || after === undefined) return [pattern]
  try {
    const versions = readdirSync(before).sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a))
    return versions.map((version) => before + version + after)
  } catch {
    return []
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
