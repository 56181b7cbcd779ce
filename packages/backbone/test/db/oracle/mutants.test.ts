import { noteForSummary } from '@lifeline/testing/notes'
import { checkMutant, LAYERS } from '@lifeline/testing/oracle/mutants/check-mutants'
import { FAULTS } from '@lifeline/testing/oracle/mutants/faults'
import t from 'tap'

t.test('no layer has anything against the dialect as it is', async (t) => {
  t.strictSame(await checkMutant(t, -1), { compile: [], gate: [], 'oracle-h2': [], 'oracle-pg': [] })
})

t.test('every fault that is put into the dialect is found', async (t) => {
  const caught = new Map<string, number>()
  for (const [number, { name }] of FAULTS.entries()) {
    const findings = await checkMutant(t, number)
    const layers = LAYERS.filter((layer) => findings[layer].length > 0)
    t.ok(layers.length > 0, `${name}: ${layers.join(', ')}`)
    for (const layer of layers) caught.set(layer, (caught.get(layer) ?? 0) + 1)
    t.comment(`${name}: ${layers.join(', ') || 'NOT FOUND'}`)
  }
  const byLayer = LAYERS.map((layer) => `${layer} ${caught.get(layer) ?? 0}`).join(', ')
  noteForSummary(`Oracle: ${FAULTS.length} faults put into the dialect, found by: ${byLayer}.`)
})
