import { connect } from 'node:net'

/** Whether somebody accepts connections on a loopback port. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => settle(true))
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('error', () => settle(false))
  })
}

/** Whether a broker speaks AMQP there: the port alone may be open before the broker has booted. */
export function amqpAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('AMQP\0\0\x09\x01', 'latin1'))
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(5_000, () => settle(false))
    socket.on('data', () => settle(true))
    socket.on('error', () => settle(false))
    socket.on('close', () => resolve(false))
  })
}
