// The load driver's own process: gets a LoadSpec, answers a LoadResult or an error. Ends with the bench, however that ends.
import type { LoadSpec } from './load-spec.ts'
import { runLoad } from './run-load.ts'

process.on('disconnect', () => process.exit())
// Ctrl-C in a terminal reaches this process too, but ending is the bench's to decide.
process.on('SIGINT', () => {})
process.on('message', (spec: LoadSpec) => {
  runLoad(spec).then(
    (result) => process.send?.({ result }),
    (error) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  )
})
