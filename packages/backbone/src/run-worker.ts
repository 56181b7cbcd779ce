import Type, { type Static, type TObject } from 'typebox'
import { type Backends, openBackends } from './open-backends.ts'
import type { Log } from './process/log.ts'
import { type Readiness, startOpsServer } from './process/ops-server.ts'
import { readConfig } from './process/read-config.ts'
import { runProcess } from './process/run-process.ts'
import { WorkerConfig } from './process/worker-config.ts'

export const PlainWorkerConfig = Type.Object(WorkerConfig)

type Config<T extends TObject> = Readonly<Static<T> & Static<typeof PlainWorkerConfig>>

/** What a worker's own part needs. */
export interface WorkerParts<T extends TObject> extends Backends {
  config: Config<T>
  log: Log
}

/**
 * A worker process from start to end: its ops server first, so that it is seen to live while it waits for its database;
 * then the backends; then its own part, which `start` answers with a way to stop it.
 */
export async function runWorker<T extends TObject>(
  name: string,
  schema: T,
  start: (parts: WorkerParts<T>) => Promise<{ stop(): Promise<void> }> | { stop(): Promise<void> },
): Promise<void> {
  await runProcess(name, async (context) => {
    const { log, env, atEnd } = context
    const config = readConfig(schema, env) as Config<T>
    let readiness = async (): Promise<Readiness> => ({ status: 'unavailable', parts: { process: 'waiting for the database' } })
    const ops = await startOpsServer({ host: config.HOST, port: config.OPS_PORT, readiness: () => readiness() })
    atEnd(() => ops.close())
    const backends = await openBackends(name, config, context)
    readiness = backends.readiness
    const worker = await start({ ...backends, config, log })
    atEnd(() => worker.stop())
    log.info({ opsPort: ops.port }, 'ready')
  })
}
