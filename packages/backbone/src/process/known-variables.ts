// Written by `npm run docs:config` from the config schemas of all processes. Every process has the whole list, because
// one `.env` serves all of them: what another one reads is no mistake here.

/** All variables of Lifeline, with who reads them. */
export const KNOWN_VARIABLES: Readonly<Record<string, string>> = {
  AUTH_RATE_LIMIT: 'api, standalone',
  BROKER_URL: 'all processes',
  CORS_ORIGINS: 'api, standalone',
  DATABASE_CONNECTIONS: 'all processes',
  DATABASE_URL: 'all processes, migrate, keys, rotate',
  HEALTHCHECKS_API_KEY: 'import',
  HOST: 'all processes',
  LIFELINE_ADMIN_EMAIL: 'api, standalone',
  LIFELINE_API_KEY: 'api, standalone, import',
  LIFELINE_DATA: 'standalone, keys, import',
  LIFELINE_SECRET: 'api, notifier, clock, standalone, rotate',
  LIFELINE_VERSION: 'compose',
  LOG_LEVEL: 'all processes, migrate, rotate, replay',
  MAIL_FROM: 'notifier, standalone',
  MAIL_URL: 'notifier, standalone',
  MAX_EVENT_LOOP_DELAY_MS: 'api, standalone',
  OPS_PORT: 'coordinator, notifier, clock',
  OPS_URL: 'notifier, standalone',
  PORT: 'api, standalone',
  PUBLIC_URL: 'api, notifier, standalone',
  RATE_LIMIT: 'api, standalone',
  REGISTRATION: 'api, standalone',
  TIME_ZONE: 'notifier, standalone',
  TRUST_PROXY: 'api, standalone',
  WEBHOOK_ALLOW_PRIVATE: 'notifier, standalone',
  WRITE_BATCH: 'all processes',
  WRITE_TRANSACTIONS: 'all processes',
}
