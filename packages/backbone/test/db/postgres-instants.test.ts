import { parseInstant, TIMESTAMPTZ } from '@lifeline/backbone/db/dialect/postgres-instants'
import { freshDatabase } from '@lifeline/testing/databases'
import fc from 'fast-check'
import { sql } from 'kysely'
import pg from 'pg'
import t from 'tap'

const ofPg = pg.types.getTypeParser(TIMESTAMPTZ)

t.test('an instant is read as pg reads it, in all of its forms', async (t) => {
  const texts = [
    '2026-03-02 09:00:00+00',
    '2026-03-02 09:00:00.1+00',
    '2026-03-02 09:00:00.12+00',
    '2026-03-02 09:00:00.123+00',
    '2026-03-02 09:00:00.123456+00',
    '2026-12-31 23:59:59.999999+00',
    '2024-02-29 00:00:00+00',
    '0050-01-01 00:00:00+00',
    '2026-03-02 16:00:00+07',
    '1890-03-02 09:00:00-00:25:21',
    '12026-03-02 09:00:00+00',
    '0044-03-15 12:00:00+00 BC',
    'infinity',
    '-infinity',
  ]
  for (const text of texts) t.strictSame(parseInstant(text), ofPg(text), text)
  fc.assert(
    fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      const [day, time = '', ms = ''] = date.toISOString().slice(0, -1).split(/[T.]/)
      const digits = ms.replace(/0+$/, '')
      const whole = `${day} ${time}${digits && `.${digits}`}+00`
      return (parseInstant(whole) as Date).getTime() === (ofPg(whole) as Date).getTime()
    }),
  )
})

t.test('a session is in UTC, whatever the zone of its server', async (t) => {
  const db = await freshDatabase(t, 'postgres')
  // What comes with the connection wins over what the server, the database or the role has.
  const { rows } = await sql`select source, setting from pg_settings where name = 'TimeZone'`.execute(db)
  t.strictSame(rows, [{ source: 'client', setting: 'UTC' }])
})
