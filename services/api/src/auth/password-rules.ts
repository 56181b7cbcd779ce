import { readFile } from 'node:fs/promises'
import { invalid } from '../problem.ts'

/** NIST SP 800-63B-4 for a password that is all one needs: long, not a known one, and no rules of composition. */
export const [MIN_LENGTH, MAX_LENGTH] = [15, 128]

/** As much must be left of a password when the names that everybody would try are taken out of it. */
const MIN_REST = 8

/**
 * Refuses (422) a password that is among the common ones, or one of them or a few letters again and again, or little more
 * than the person's address or name, or ours. Its length has been looked at.
 */
export async function refuseWeakPassword(password: string, about: { email: string; name: string | null }): Promise<void> {
  const plain = password.normalize('NFKC').toLowerCase()
  const refuse = (detail: string) => invalid([{ in: 'body', pointer: '/password', detail }])
  const unit = unitOf(plain)
  const common = await commonPasswords()
  if ([plain, unit, withoutTail(plain)].some((text) => common.has(text)))
    throw refuse('is among the passwords that everybody tries first; choose another one')
  if (unit.length <= MIN_REST / 2) throw refuse('is the same few characters again and again; choose another one')
  const rest = wordsAbout(about).reduce((left, word) => left.replaceAll(word, ''), plain)
  if (rest !== plain && lettersOf(rest) < MIN_REST)
    throw refuse('is made of your address, your name or the name of this service; choose another one')
}

/** The shortest text that the whole is a repetition of. */
function unitOf(text: string): string {
  return text.slice(0, (text + text).indexOf(text, 1))
}

function wordsAbout({ email, name }: { email: string; name: string | null }): string[] {
  const words = `${email} ${name ?? ''} lifeline`
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
  // The longest first, so that no part of a word takes the rest of it apart.
  return words.filter((word) => word.length >= 3).sort((a, b) => b.length - a.length)
}

/** Digits and signs are what people add to a name. */
const lettersOf = (text: string) => [...text.replaceAll(/[\s\d\p{P}]+/gu, '')].length

/** `password1234567890` is `password`. */
const withoutTail = (text: string) => text.replace(/[\s\d\p{P}]+$/u, '')

let list: Promise<ReadonlySet<string>> | undefined

/** Read when the first password is chosen: most processes never need it. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  list ??= readFile(new URL(import.meta.resolve('@zxcvbn-ts/language-common/src/passwords.json')), 'utf8').then(
    (json) => new Set(JSON.parse(json) as string[]),
  )
  return list
}
