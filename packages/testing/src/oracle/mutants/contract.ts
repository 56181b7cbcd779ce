import { deepEqual, equal, rejects } from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { fragments } from '@lifeline/backbone/db/dialect/fragments'
import { DeadlockError, NotUniqueError } from '@lifeline/backbone/db/errors'
import type { Db } from '@lifeline/backbone/db/schema'
import { OracleError } from '../session.ts'
import { faults } from '../wire/connection.ts'
import type { Mutant } from './load-mutant.ts'

export interface Subject {
  db: Db
  /** Another process on the same schema, without the fault. */
  other: Db
  mutant: Mutant
  connectionsOpen(): number
}

type Check = (subject: Subject) => Promise<void>

const NOON = new Date('2026-03-02T12:00:00.123Z')
const message = { shard: 1, exchange: 'events', routing_key: 'r', cc: null, message_id: 'm', subject: 's', headers: '{}', created_at: NOON }
const ID = '0'.repeat(36)
const ownerOf = async (db: Db, shard: number) =>
  (await db.selectFrom('outbox_shard').select('owner').where('shard', '=', shard).executeTakeFirst())?.owner

/** The fewest checks that see every fault of `faults.ts` that the compiler's own checks do not. */
const ON_EVERY_ENGINE: Record<string, Check> = {
  async 'a statement outside a transaction is there for others at once'({ db, other }) {
    await db.updateTable('outbox_shard').set({ owner: 'me', lease_until: NOON }).where('shard', '=', 1).execute()
    equal(await ownerOf(other, 1), 'me')
    const rows = [200, 201].map((shard) => ({ shard, owner: null, lease_until: NOON }))
    await db.insertInto('outbox_shard').values(rows).execute()
    deepEqual(await other.selectFrom('outbox_shard').selectAll().where('shard', '>=', 200).orderBy('shard').execute(), rows)
    deepEqual(await db.selectFrom('outbox_shard').select('lease_until').where('shard', '=', 1).execute(), [{ lease_until: NOON }])
    deepEqual(await other.selectFrom('outbox_shard').select('lease_until').where('shard', '=', 1).execute(), [{ lease_until: NOON }])
  },
  async 'a transaction is seen by nobody until it commits, and not at all when it fails'({ db, other }) {
    const failed = db.transaction().execute(async (trx) => {
      await trx.updateTable('outbox_shard').set({ owner: 'gone' }).where('shard', '=', 2).execute()
      equal(await ownerOf(other, 2), null)
      throw new Error('on purpose')
    })
    await rejects(failed, /on purpose/)
    equal(await ownerOf(other, 2), null)
    // The connection that comes next is the same one: what was not rolled back would be committed by it.
    await db.updateTable('outbox_shard').set({ owner: 'me' }).where('shard', '=', 3).execute()
    equal(await ownerOf(other, 2), null)
  },
  async 'no more rows come than were asked for'({ db }) {
    const rows = await db.selectFrom('outbox_shard').select('shard').orderBy('shard').limit(2).execute()
    deepEqual(rows, [{ shard: 0 }, { shard: 1 }])
  },
  async 'a long text goes in and comes out'({ db }) {
    const body = 'é'.repeat(40_000)
    const added = await db
      .insertInto('outbox')
      .values({ ...message, body })
      .returning(['message_id', 'exchange'])
      .executeTakeFirstOrThrow()
    deepEqual(added, { message_id: 'm', exchange: 'events' })
    deepEqual(await db.selectFrom('outbox').select('body').where('message_id', '=', 'm').execute(), [{ body }])
  },
  async 'write leaves rows alone that have another version'({ db }) {
    const row = { id: ID, event_id: 'e', channel: 'email', recipient: 'r', subject: 's', template: 't', data: '{}', traceparent: null }
    const rest = {
      status: 'Queued',
      attempts: 0,
      announcements: 0,
      version: 1,
      wake_at: null,
      last_error: null,
      provider_id: null,
      sent_at: null,
    }
    await db
      .insertInto('notifications')
      .values({ ...row, ...rest, created_at: NOON, updated_at: NOON })
      .execute()
    const values = { version: 2, updated_at: new Date(NOON.getTime() + 176_461_500) }
    const update = (version: number) =>
      fragments(db).write(db, [{ update: { table: 'notifications', id: ID, version, set: values }, inserts: [] }])
    deepEqual([await update(7), await update(1)], [[false], [true]])
    const { secondsBetween } = fragments(db)
    const query = db.selectFrom('notifications').select((eb) => secondsBetween(eb.ref('created_at'), eb.ref('updated_at')).as('seconds'))
    equal(Number((await query.executeTakeFirstOrThrow()).seconds), 176_461.5)
  },
  async 'errors are named'({ db, mutant }) {
    const error = await db
      .insertInto('outbox_shard')
      .values({ shard: 1, owner: null, lease_until: null })
      .execute()
      .catch(mutant.oracleError)
    deepEqual([error instanceof NotUniqueError, (error as NotUniqueError).constraint], [true, 'outbox_shard_pkey'])
    equal(
      mutant.oracleError(Object.assign(new Error('ORA-00060: deadlock'), { errorNum: 60, code: 'ORA-00060' })) instanceof DeadlockError,
      true,
    )
  },
  async 'a lost session is thrown away'({ db, connectionsOpen }) {
    await db.selectFrom('outbox_shard').select('shard').execute()
    const before = connectionsOpen()
    let lost = false
    faults.next = () => {
      if (lost) return undefined
      lost = true
      return new OracleError(3113, 'end-of-file on communication channel')
    }
    await rejects(db.selectFrom('outbox_shard').select('shard').execute())
    faults.next = undefined
    equal(connectionsOpen(), before - 1)
  },
  async 'who migrates keeps others out'({ db, other }) {
    let atWork = true
    let locked = Promise.resolve()
    await fragments(db).withMigrationLock(db, {
      prepare: async () => {},
      async work() {
        locked = other.transaction().execute(async (trx) => {
          await trx.selectFrom('migrations').select('step').where('step', '=', 0).forUpdate().execute()
          equal(atWork, false)
        })
        locked.catch(() => {})
        await sleep(60)
        atWork = false
      },
    })
    await locked
  },
}

/** What needs sessions that really overtake each other. */
const ON_POSTGRES: Record<string, Check> = {
  async 'of two serializable transactions one fails'({ db, other }) {
    const work = db
      .transaction()
      .setIsolationLevel('serializable')
      .execute(async (trx) => {
        await trx.selectFrom('outbox_shard').selectAll().execute()
        await other.updateTable('outbox_shard').set({ owner: 'quicker' }).where('shard', '=', 5).execute()
        await trx.updateTable('outbox_shard').set({ owner: 'slower' }).where('shard', '=', 5).execute()
      })
    await rejects(work, { errorNum: 8177 })
  },
}

/** The sentences that do not hold for the subject. */
export async function brokenPromises(subject: Subject, engine: 'oracle-h2' | 'oracle-pg'): Promise<string[]> {
  const checks = engine === 'oracle-h2' ? ON_EVERY_ENGINE : ON_POSTGRES
  const broken: string[] = []
  for (const [sentence, check] of Object.entries(checks)) {
    try {
      await check(subject)
    } catch (error) {
      broken.push(`${sentence}: ${String(error).split('\n')[0]}`)
    } finally {
      faults.next = undefined
    }
  }
  return broken
}
