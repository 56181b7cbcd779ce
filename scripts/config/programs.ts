import Type, { type TObject } from 'typebox'
import { CommandConfig } from '../../packages/backbone/src/process/read-config.ts'
import { RotateConfig } from '../../packages/backbone/src/process/rotate-config.ts'
import { WorkerConfig } from '../../packages/backbone/src/process/worker-config.ts'
import { ApiConfig } from '../../services/api/src/config.ts'
import { ImportConfig } from '../../services/api/src/healthchecks/cli/config.ts'
import { KeysConfig } from '../../services/api/src/keys/cli/config.ts'
import { ClockConfig } from '../../services/clock/src/config.ts'
import { NotifierConfig } from '../../services/notifier/src/config.ts'
import { StandaloneConfig } from '../../services/standalone/src/config.ts'
import { ReplayConfig } from '../../services/standalone/src/replay/config.ts'

/** A program of ours that reads variables, and which. */
export interface Program {
  /** As README calls it. */
  name: string
  /** What Node runs, from the root of the repository. */
  file: string
  config: TObject
  /** Ends by itself, and only needs what it is for. */
  isCommand?: true
}

/** All of them, in the order in which README tells of them. A new one adds a line here. */
export const PROGRAMS: readonly Program[] = [
  { name: 'api', file: 'services/api/src/main.ts', config: ApiConfig },
  { name: 'coordinator', file: 'services/coordinator/src/main.ts', config: Type.Object(WorkerConfig) },
  { name: 'notifier', file: 'services/notifier/src/main.ts', config: NotifierConfig },
  { name: 'clock', file: 'services/clock/src/main.ts', config: ClockConfig },
  { name: 'standalone', file: 'services/standalone/src/main.ts', config: StandaloneConfig },
  { name: 'migrate', file: 'packages/backbone/src/migrate-database.ts', config: CommandConfig, isCommand: true },
  { name: 'keys', file: 'services/api/src/keys/cli/main.ts', config: KeysConfig, isCommand: true },
  { name: 'import', file: 'services/api/src/healthchecks/cli/main.ts', config: ImportConfig, isCommand: true },
  { name: 'rotate', file: 'packages/backbone/src/rotate-signing-key.ts', config: RotateConfig, isCommand: true },
  { name: 'replay', file: 'services/standalone/src/replay/main.ts', config: ReplayConfig, isCommand: true },
]
