import t from 'tap'
import { ArgumentError, readArguments } from '../src/arguments.ts'

const KNOWN = ['create', 'move', 'relay']

t.test('no name means all, several come once each and in the order of the list', async (t) => {
  t.strictSame(readArguments([], KNOWN), { names: KNOWN, markdown: false, minutes: 10 })
  t.strictSame(readArguments(['relay', 'create', 'relay'], KNOWN).names, ['create', 'relay'])
})

t.test('options', async (t) => {
  const args = readArguments(['move', '--json', 'out.json', '--markdown', '--minutes', '0.5', '--rounds', '1'], KNOWN)
  t.strictSame(args, { names: ['move'], json: 'out.json', markdown: true, minutes: 0.5, rounds: 1 })
})

t.test('what is not there is named, with what there is', async (t) => {
  t.throws(() => readArguments(['create', 'quick'], KNOWN), {
    name: 'ArgumentError',
    message: 'There is no figure called quick. There are: create, move, relay.',
  })
  t.throws(() => readArguments(['--fast'], KNOWN), ArgumentError)
  t.throws(() => readArguments(['--minutes', 'ten'], KNOWN), { message: '--minutes must be a number above 0, not ten.' })
})
