// Written by `npm run docs:config` from the config schemas of all processes. Every process has the whole list, because
// one `.env` serves all of them: what another one reads is no mistake here.

/** All variables of Lifeline, with who reads them. */
export const KNOWN_VARIABLES: Readonly<Record<string, string>> = {
  BROKER_URL: 'all processes',
  DATABASE_CONNECTIONS: 'all processes',
  DATABASE_URL: 'all processes, migrate',
  HOST: 'all processes',
  LIFELINE_API_KEY: 'api, standalone',
  LIFELINE_DATA: 'standalone',
  LIFELINE_SECRET: 'api, notifier, clock, standalone',
  LIFELINE_VERSION: 'compose',
  LOG_LEVEL: 'all',
  MAIL_FROM: 'notifier, standalone',
  MAIL_URL: 'notifier, standalone',
  OPS_PORT: 'coordinator, notifier, clock',
  OPS_URL: 'notifier, standalone',
  PORT: 'api, standalone',
  PUBLIC_URL: 'api, notifier, standalone',
  TIME_ZONE: 'notifier, standalone',
  WRITE_BATCH: 'all processes',
  WRITE_TRANSACTIONS: 'all processes',
}
