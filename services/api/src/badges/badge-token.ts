import { timingSafeEqual } from 'node:crypto'
import type { SchedulerOwner } from '@lifeline/backbone/db/schedulers/owner'
import type { Secrets } from '@lifeline/backbone/process/secrets'
import { isUuid } from '../formats.ts'

/** What a badge shows. */
export type BadgeSubject = { kind: 'scheduler'; id: string } | { kind: 'tag'; tag: string; owner: SchedulerOwner }

/** 132 bits of a MAC: nobody guesses it. */
const MAC_LENGTH = 22

/**
 * What the badge of a scheduler is addressed by: `s<id, base64url><MAC>`. Nothing is stored: it is made from the id, by
 * whoever has LIFELINE_SECRET, and holds until the scheduler is deleted.
 */
export function tokenOfScheduler(secrets: Secrets, id: string): string {
  return signed(secrets, `s${Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')}`)
}

/** The same of all schedulers with a tag, or those of an owner with it. */
export function tokenOfTag(secrets: Secrets, tag: string, owner: SchedulerOwner): string {
  return signed(secrets, `t${Buffer.from(JSON.stringify(owner === undefined ? [tag] : [tag, owner])).toString('base64url')}`)
}

/** What a token was made for; undefined when it is none of ours. */
export function subjectOfBadge(secrets: Secrets, token: string): BadgeSubject | undefined {
  const subject = token.slice(0, -MAC_LENGTH)
  const [given, right] = [Buffer.from(token), Buffer.from(signed(secrets, subject))]
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
  const bytes = Buffer.from(subject.slice(1), 'base64url')
  if (subject.startsWith('t')) {
    const [tag, owner] = JSON.parse(bytes.toString()) as [string, string[] | undefined]
    return { kind: 'tag', tag, owner }
  }
  const id = bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return isUuid(id) ? { kind: 'scheduler', id } : undefined
}

const signed = (secrets: Secrets, subject: string) => subject + secrets.mac('badge', subject).slice(0, MAC_LENGTH)

export const badgeUrl = (origin: string, token: string) => `${origin}/badges/${token}.svg`
