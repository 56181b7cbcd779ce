import fastJson from 'fast-json-stringify'
import type { FastifySerializerCompiler } from 'fastify'
import type { App } from './app.ts'

type Serializer = ReturnType<FastifySerializerCompiler<object>>

/** By the schema itself: most answers of most routes are the same refusals, and schemas never change. */
const compiled = new WeakMap<object, Serializer>()

/** Answers are written by their schemas, each of which is compiled once; Fastify would compile it for each route and status. */
export function addSerialization(app: App): void {
  app.setSerializerCompiler<object>(({ schema }) => {
    const known = compiled.get(schema)
    if (known !== undefined) return known
    const serializer = fastJson(schema)
    compiled.set(schema, serializer)
    return serializer
  })
}
