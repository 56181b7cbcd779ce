import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startServerProcess } from '../../server-process.ts'
import { makeTempFolder, removeTempFolder } from '../../temp-folder.ts'
import { findJavaAndH2 } from './find-java.ts'

export interface H2Server {
  port: number
  dispose(): Promise<void>
}

const SOURCE = fileURLToPath(new URL('./H2Server.java', import.meta.url))
/** Far from UTC: a session that does not say which zone it wants is seen. The wire knows it as SESSION_OFFSET_MINUTES. */
const SERVER_ZONE = 'Asia/Kathmandu'

/** One Java process that holds the in-memory databases of all tests of a run. */
export async function startH2Server(): Promise<H2Server> {
  const { java, jar } = await findJavaAndH2()
  const folder = makeTempFolder('h2')
  try {
    // The server's user may not be able to read the original.
    copyFileSync(SOURCE, join(folder, 'H2Server.java'))
    const logFile = join(folder, 'log')
    const port = () => Number(/^ready (\d+)$/m.exec(readFileSync(logFile, 'utf8'))?.[1] ?? 0)
    const server = await startServerProcess({
      name: 'The H2 server',
      command: java,
      args: ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx768m', `-Duser.timezone=${SERVER_ZONE}`, '-cp', jar, 'H2Server.java'],
      env: { PATH: process.env.PATH },
      folder,
      logFile,
      isReady: () => port() > 0,
    })
    return {
      port: port(),
      async dispose() {
        await server.end('SIGKILL')
        removeTempFolder(folder)
      },
    }
  } catch (error) {
    removeTempFolder(folder)
    throw error
  }
}
