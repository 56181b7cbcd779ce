/**
 * The little of Rascal 21 that we use. It ships no types, and @types/rascal stops at version 10: with it, options that
 * we need do not compile. Only the default import works at run time (CommonJS without names that Node could detect).
 */
declare module 'rascal' {
  type EventEmitter = import('node:events').EventEmitter

  export interface RascalConfig {
    vhosts: Record<string, VhostConfig>
  }

  export interface VhostConfig {
    connection: {
      url: string
      /** `false`: a lost connection stays lost, and we open another broker object. */
      retry: false
      socketOptions: import('amqplib').SocketOptions & { signal: AbortSignal }
    }
    exchanges: Record<string, { type: string; options: { durable: true } }>
    queues: Record<string, { options: { durable: true; arguments: Record<string, string | number> } }>
    bindings: Record<string, { source: string; destination: string; bindingKeys?: readonly string[]; bindingKey?: string }>
    subscriptions: Record<string, SubscriptionConfig>
  }

  export interface SubscriptionConfig {
    queue: string
    contentType: string
    retry: false
    options: import('amqplib').Options.Consume
  }

  /** Called without an error it acknowledges. With one, and no strategy, it rejects without requeueing. */
  export type AckOrNack = (error: Error | undefined, strategy: undefined, done: (error?: Error) => void) => void

  type Done<Result> = (error: Error | null | undefined, result: Result) => void

  /** Starts to consume when somebody listens for `message`. */
  export interface Subscription extends EventEmitter {
    cancel(done: Done<void>): void
    /** Not for us, but see subscribe.ts. */
    _open(channel: SubscriptionChannel, consumerTag: string, next: Done<void>): void
  }

  export interface SubscriptionChannel {
    close(done: () => void): void
  }

  export interface RascalBroker extends EventEmitter {
    subscribe(name: string, overrides: { prefetch: number }, done: Done<Subscription>): void
    shutdown(done: Done<void>): void
    /** A timer that does nothing but keep the process alive. */
    keepActive: NodeJS.Timeout
  }

  /** Rascal's promises hide what we need of these. A broker that could not be made comes beside the error. */
  const rascal: { Broker: { create(config: RascalConfig, done: Done<RascalBroker | undefined>): void } }
  // biome-ignore lint/style/noDefaultExport: Rascal is CommonJS, and has nothing else
  export default rascal
}
