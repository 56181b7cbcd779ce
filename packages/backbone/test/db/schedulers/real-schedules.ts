const TIMES = ['0 2', '30 2', '15 3', '0 3', '45 1', '0 1', '5 0', '30 6', '0 0', '59 23', '10 2', '2 2', '30 1', '20 12']
const DAYS = ['* * *', '* * 1-5', '* * 0', '1 * *', '15 * *', '1,15 * *', '* * 6,0', '* * sun', '1 * 1', '13 * fri', '*/2 * *', '*/3 * 1']
const OFTEN = [
  ...['*/5 * * * *', '*/10 * * * *', '*/15 * * * *', '*/30 * * * *', '0 * * * *', '30 * * * *', '17 * * * *', '0 */2 * * *'],
  ...['5 */4 * * *', '0 */6 * * *', '*/20 2 * * *', '*/15 1-3 * * *', '0-30/10 2 * * *', '0 1-5 * * *', '0,30 2,3 * * *'],
  ...['0 9-17 * * 1-5', '*/10 8-18 * * mon-fri', '0 2,14 * * *', '15,45 0-4/2 * * *', '0 0 1 jan,apr,jul,oct *', '1-59/2 2 * * *'],
  ...['0 4 8-14 * *', '0 22 * * 1,3,5', '7 7 * 3,10 *', '0 3 29 * *', '0 5 31 * *', '* 2 * * 0', '0 2 * 3,4,10,11 0'],
]

/** What people write into their crontabs, many of them in the hours that summer time skips and repeats. */
export const REAL_SCHEDULES: readonly string[] = [...TIMES.flatMap((time) => DAYS.map((days) => `${time} ${days}`)), ...OFTEN]

/** Weeks in which clocks change, and one place where they never do. */
export const MONTHS_OF_CHANGE = [
  { zone: 'Europe/Berlin', from: '2026-03-10', to: '2026-04-09' },
  { zone: 'Europe/Berlin', from: '2026-10-10', to: '2026-11-09' },
  { zone: 'America/New_York', from: '2026-02-25', to: '2026-03-27' },
  { zone: 'America/New_York', from: '2026-10-15', to: '2026-11-14' },
  { zone: 'Asia/Jakarta', from: '2026-03-10', to: '2026-04-09' },
  { zone: 'Australia/Lord_Howe', from: '2026-03-20', to: '2026-04-19' },
  { zone: 'Australia/Lord_Howe', from: '2026-09-20', to: '2026-10-20' },
  // At midnight.
  { zone: 'Africa/Cairo', from: '2026-04-10', to: '2026-05-10' },
] as const
