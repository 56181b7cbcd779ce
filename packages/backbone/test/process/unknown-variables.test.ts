import t from 'tap'
import { unknownVariables } from '../../src/process/unknown-variables.ts'

t.test('what is close to a variable of ours is taken for a slip of it', async (t) => {
  const meant = (name: string) => /did you mean (\w+)\?/.exec(unknownVariables({ [name]: 'x' }, [])[0] ?? '')?.[1]
  t.equal(meant('LIFELINE_PORT'), 'PORT')
  t.equal(meant('LIFELINE_APIKEY'), 'LIFELINE_API_KEY')
  t.equal(meant('LIFELINE_SECRETS'), 'LIFELINE_SECRET')
  t.equal(meant('lifeline_secret'), 'LIFELINE_SECRET')
  t.equal(meant('LIFELINE_SECERT_FILE'), 'LIFELINE_SECRET_FILE')
  t.equal(meant('LIFELINE_DATABASE_URL'), 'DATABASE_URL', 'without the prefix it is one')
  t.equal(meant('LIFELINE_FAVOURITE_COLOUR'), undefined)
})

t.test('what is close to nothing is told what there is', async (t) => {
  t.match(unknownVariables({ LIFELINE_FAVOURITE_COLOUR: 'x' }, []), [
    /is not known here; known are LIFELINE_ADMIN_EMAIL, LIFELINE_API_KEY, .*LIFELINE_SECRET/,
  ])
})

t.test('variables of others are none of our business', async (t) => {
  t.strictSame(unknownVariables({ PATH: 'x', AWS_REGION: 'x', LIFELINES: 'x', DATABASE_URLS: 'x' }, []), [])
  t.strictSame(unknownVariables({ LIFELINE_VERSION: 'x' }, []), [], 'compose.yaml has it')
  t.strictSame(
    unknownVariables({ LIFELINE_NEW: 'x', LIFELINE_NEW_FILE: 'x' }, ['LIFELINE_NEW']),
    [],
    'what the process itself reads is known',
  )
})

t.test('a Service called lifeline or lifeline-api does not keep a container from starting', async (t) => {
  const made = ['SERVICE_HOST', 'SERVICE_PORT', 'SERVICE_PORT_HTTP', 'PORT_80_TCP', 'PORT_80_TCP_ADDR', 'PORT_80_TCP_PROTO', 'PORT']
  const env = made.flatMap((name) => [`LIFELINE_${name}`, `LIFELINE_API_${name}`]).map((name) => [name, 'tcp://10.0.0.1:80'])
  t.strictSame(unknownVariables(Object.fromEntries(env), []), [])
})
