import { freshVhost } from '@lifeline/testing/brokers'
import amqplib, { type ConfirmChannel } from 'amqplib'
import type { Test } from 'tap'
import type { Broker } from '../../src/broker/port.ts'
import { openRabbitmq } from '../../src/broker/rabbitmq/open.ts'
import { until } from './until.ts'

/** A broker on a virtual host of its own, connected; `raw` is a channel that goes around it. */
export async function openWithRaw(t: Test): Promise<{ url: string; broker: Broker; raw: ConfirmChannel }> {
  const url = await freshVhost(t)
  const broker = openForTest(t, url)
  await until('the connection', () => broker.health().connected)
  return { url, broker, raw: await openRaw(t, url) }
}

export function openForTest(t: Test, url: string): Broker {
  const broker = openRabbitmq(url)
  t.after(() => broker.close())
  return broker
}

export async function openRaw(t: Test, url: string): Promise<ConfirmChannel> {
  const connection = await amqplib.connect(url)
  connection.on('error', () => {})
  t.after(() => connection.close().catch(() => undefined))
  return await rawChannel(connection)
}

export async function rawChannel(connection: Pick<amqplib.ChannelModel, 'createConfirmChannel'>): Promise<ConfirmChannel> {
  const channel = await connection.createConfirmChannel()
  channel.on('error', () => {})
  return channel
}
