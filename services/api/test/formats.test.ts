import { isEmail, isInstant, isReminder } from '@lifeline/api/formats'
import fc from 'fast-check'
import t from 'tap'

t.test('every instant that JavaScript writes from 1970 to 9999 is one, in every zone that keeps it there', async () => {
  const year = 365 * 86_400_000
  fc.assert(
    fc.property(
      fc.date({ min: new Date(year), max: new Date(Date.UTC(9999, 0, 1)), noInvalidDate: true }),
      fc.integer({ min: -1439, max: 1439 }),
      (date, zone) => {
        const local = new Date(date.getTime() + zone * 60_000).toISOString().slice(0, -1)
        const [hours, minutes] = [Math.trunc(Math.abs(zone) / 60), Math.abs(zone) % 60].map((n) => String(n).padStart(2, '0'))
        const text = `${local}${zone < 0 ? '-' : '+'}${hours}:${minutes}`
        return isInstant(date.toISOString()) && isInstant(text) && Date.parse(text) === date.getTime()
      },
    ),
  )
})

t.test('what is nearly an instant is none', async (t) => {
  const near = [
    '2026-03-02',
    '2026-03-02T09:00Z',
    '2026-03-02 09:00:00Z',
    '2026-03-02t09:00:00z',
    '2026-03-02T09:00:00',
    '2026-03-02T24:00:00Z',
    '2026-03-02T09:60:00Z',
    '2026-03-02T09:00:60Z',
    '2026-00-02T09:00:00Z',
    '2026-04-31T09:00:00Z',
    '2025-02-29T09:00:00Z',
    '2026-03-02T09:00:00+24:00',
    '2026-03-02T09:00:00+0100',
    '2026-03-02T09:00:00.Z',
    '2026-03-02T09:00:00.1234567890Z',
    '+002026-03-02T09:00:00Z',
    '10000-01-01T00:00:00Z',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59.999-00:01',
    ' 2026-03-02T09:00:00Z',
    '2026-03-02T09:00:00Z\n',
  ]
  for (const text of near) t.notOk(isInstant(text), text)
  for (const text of ['2024-02-29T23:59:59.999999999+05:45', '1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'])
    t.ok(isInstant(text), text)
})

t.test('an address is one that can be sent to as it is', async (t) => {
  for (const text of ['a@b.c', "o'neil+tag@mail.example.org", 'root@localhost', 'x@1.2']) t.ok(isEmail(text), text)
  const bad = [
    '',
    'a',
    '@b.c',
    'a@',
    'a b@c.d',
    'a@b..c',
    'a@-b.c',
    'a@b.c\r\nx',
    'Ann <a@b.c>',
    'a@b,c',
    'ä@b.c',
    '"a b"@c.d',
    'a@@b.c',
    'a@b.c.',
  ]
  for (const text of bad) t.notOk(isEmail(text), text)
})

t.test('a reminder is a duration of days to seconds, longer than zero', async (t) => {
  for (const text of ['P1D', 'PT1S', 'P1DT2H3M4S', 'PT90M']) t.ok(isReminder(text), text)
  for (const text of ['', 'P', 'PT', 'P1DT', 'P0D', 'PT0S', 'P1M', 'P1W', 'P1Y', '-PT1H', 'PT1.5S', 'pt1h', 'PT1M1H'])
    t.notOk(isReminder(text), text)
})
