import { setTimeout as sleep } from 'node:timers/promises'
import Type from 'typebox'
import { readConfig } from '../../src/process/read-config.ts'
import { runProcess } from '../../src/process/run-process.ts'

const HOW = ['fine', 'ends', 'cannot start', 'cannot close', 'starts slowly'] as const

// A process for run-process.test.ts: HOW says what it does.
await runProcess('test', async ({ log, env, atEnd, end, signal }) => {
  const { HOW: how } = readConfig(Type.Object({ HOW: Type.Enum(HOW) }), env)
  atEnd(() => log.info('closed the first'))
  atEnd(async () => {
    await sleep(20)
    log.info('closed the second')
  })
  atEnd(() => {
    if (how === 'cannot close') throw new Error('stuck')
    log.info('closed the third')
  })
  // Something that keeps the process running, as a server would.
  const keep = setInterval(() => {}, 1_000)
  atEnd(() => clearInterval(keep))
  if (how === 'cannot start') throw new Error('no such database')
  if (how === 'starts slowly') {
    log.info('ready to wait')
    await sleep(60_000, undefined, { signal })
  }
  log.info('ready')
  if (how === 'ends') end('done')
})
