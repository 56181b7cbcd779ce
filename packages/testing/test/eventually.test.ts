import { eventually } from '@lifeline/testing/eventually'
import t from 'tap'

t.test('answers the first true answer; errors count as not yet', async (t) => {
  let calls = 0
  const answer = await eventually(
    () => {
      calls++
      if (calls === 1) throw new Error('too early')
      return calls === 3 && 'there'
    },
    { everyMs: 1 },
  )
  t.equal(answer, 'there')
  t.equal(calls, 3)
})

t.test('when the time is over: the last error, or the last answer', async (t) => {
  const options = { timeoutMs: 20, everyMs: 5 }
  await t.rejects(
    eventually(() => {
      throw new Error('still wrong')
    }, options),
    /still wrong/,
  )
  await t.rejects(
    eventually(() => 0, options),
    /within 20 ms; the last answer was 0/,
  )
})
