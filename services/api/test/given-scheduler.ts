import type { givenApi } from './given-api.ts'

/** Registers a scheduler of every ten minutes with a grace of five, unless told otherwise, and answers it. */
export async function registered(
  { send }: Pick<Awaited<ReturnType<typeof givenApi>>, 'send'>,
  body: object = {},
  headers: Record<string, string> = {},
) {
  const schedule = 'cron' in body ? {} : { periodSeconds: 600, graceSeconds: 300 }
  const answer = await send('POST', '/schedulers/register', { name: 'backup', ...schedule, ...body }, headers)
  if (answer.status !== 201) throw new Error(answer.body)
  return answer.json as { id: string; version: number; pingUrl: string; slug: string; badgeUrl: string; [field: string]: unknown }
}

/** The path of an address of ours. */
export const pathOf = (url: string) => new URL(url).pathname
