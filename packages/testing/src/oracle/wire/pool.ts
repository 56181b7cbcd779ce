import { WireConnection } from './connection.ts'
import { thin } from './driver-internals.ts'
import { type EngineAddress, engineAddress, openSession } from './engine-address.ts'

interface PoolOptions {
  user: string
  password: string
  connectString: string
}

/**
 * In place of the driver's pool of sessions: for an engine's address it hands out sessions of that engine, for any
 * other it is the driver's own. Queueing, time-outs and statistics stay with the driver's public half.
 */
export class WirePool extends thin.PoolImpl {
  #address: EngineAddress | undefined
  #options!: PoolOptions
  #free: WireConnection[] = []
  #open = 0

  async create(options: PoolOptions) {
    this.#address = engineAddress(options.connectString)
    if (this.#address === undefined) return await super.create(options)
    // The driver forgets the password once it has hidden it.
    this.#options = { ...options }
    this._init(options)
  }

  async getConnection() {
    if (this.#address === undefined) return await super.getConnection()
    const free = this.#free.pop()
    if (free !== undefined) {
      free._newSession = false
      return free
    }
    const connection = new WireConnection()
    connection.session = await openSession(this.#address, this.#options.user, this.#options.password)
    this.#open++
    connection.giveBack = (drop: boolean) => {
      if (!drop) return void this.#free.push(connection)
      this.#open--
      void connection.session.close()
    }
    return connection
  }

  async close() {
    if (this.#address === undefined) return await super.close()
    await Promise.all(this.#free.splice(0).map((connection) => connection.session.close()))
    this.#open = 0
  }

  getConnectionsInUse() {
    return this.#address === undefined ? super.getConnectionsInUse() : this.#open - this.#free.length
  }
  getConnectionsOpen() {
    return this.#address === undefined ? super.getConnectionsOpen() : this.#open
  }
}
