/** What stands in the snippets until somebody fills in the ping address of a scheduler, and the program that is watched. */
export const [PING_URL, COMMAND] = ['https://lifeline.example.org/ping/TOKEN', '/usr/local/bin/backup']

export interface Snippet {
  /** For links and tests. */
  id: string
  title: string
  /** Where it goes, and what it needs. */
  about: string
  text: string
}

/** What one copies to watch a job, for the page and for the test that runs them. None fails because Lifeline cannot be reached. */
export const SNIPPETS = [
  {
    id: 'curl',
    title: 'Shell script, with curl',
    about: 'Tells the start, the exit code and the end of the output.',
    text: `curl -fsS -m 10 -o /dev/null "${PING_URL}/start" || true
code=0
output=$(${COMMAND} 2>&1) || code=$?
printf '%s\\n' "$output"
printf '%s\\n' "$output" | tail -c 10000 |
  curl -fsS -m 10 --retry 3 -o /dev/null --data-binary @- "${PING_URL}/$code" || true
exit "$code"
`,
  },
  {
    id: 'crontab',
    title: 'crontab',
    about: 'One line of crontab -e. The five fields are those that the scheduler is registered with.',
    text: `0 2 * * * curl -fsS -m 10 -o /dev/null ${PING_URL}/start; ${COMMAND}; curl -fsS -m 10 --retry 3 -o /dev/null ${PING_URL}/$?
`,
  },
  {
    id: 'lifeline-run',
    title: 'Any command, with npx',
    about:
      'Tells the start, the exit code, the duration and the end of the output, which it also prints. Needs Node 18 or later. It is not on npm yet: give npx the file that npm pack makes in packages/run instead of the name.',
    text: `LIFELINE_PING_URL=${PING_URL} npx lifeline-run -- ${COMMAND}
`,
  },
  {
    id: 'systemd-service',
    title: 'systemd: the service',
    about: '/etc/systemd/system/backup.service. A service that is killed or takes too long is a failure too.',
    text: `[Unit]
Description=Backup

[Service]
Type=oneshot
ExecStartPre=-curl -fsS -m 10 -o /dev/null ${PING_URL}/start
ExecStart=${COMMAND}
ExecStopPost=-sh -c 'case "$$EXIT_CODE" in exited) s=$$EXIT_STATUS ;; *) s=fail ;; esac; exec curl -fsS -m 10 --retry 3 -o /dev/null -d "$$SERVICE_RESULT $$EXIT_STATUS" "${PING_URL}/$$s"'
`,
  },
  {
    id: 'systemd-timer',
    title: 'systemd: its timer',
    about: '/etc/systemd/system/backup.timer, then: systemctl daemon-reload && systemctl enable --now backup.timer',
    text: `[Unit]
Description=Backup, every night

[Timer]
OnCalendar=*-*-* 02:00:00

[Install]
WantedBy=timers.target
`,
  },
  {
    id: 'kubernetes',
    title: 'Kubernetes CronJob',
    about: 'The image needs sh and curl. The name of the pod tells runs apart.',
    text: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: backup
spec:
  schedule: "0 2 * * *"
  timeZone: Etc/UTC
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: backup
              image: registry.example.org/backup:1.0.0
              env:
                - name: PING_URL
                  value: ${PING_URL}
              command: [sh, -c]
              args:
                - |
                  curl -fsS -m 10 -o /dev/null "$PING_URL/start?rid=$HOSTNAME"
                  ${COMMAND}
                  code=$?
                  curl -fsS -m 10 --retry 3 -o /dev/null "$PING_URL/$code?rid=$HOSTNAME"
                  exit "$code"
`,
  },
  {
    id: 'python',
    title: 'Python',
    about: 'The standard library only.',
    text: `import subprocess
import traceback
import urllib.request

PING_URL = "${PING_URL}"


def ping(signal="", body=""):
    try:
        urllib.request.urlopen(PING_URL + signal, data=body.encode(), timeout=10).close()
    except OSError as error:
        print("Lifeline cannot be told:", error)


def job():
    subprocess.run(["${COMMAND}"], check=True)


ping("/start")
try:
    job()
except BaseException:
    ping("/fail", traceback.format_exc())
    raise
ping()
`,
  },
  {
    id: 'node',
    title: 'Node',
    about: 'A module (.mjs), for Node 18 or later.',
    text: `import { execFileSync } from 'node:child_process'

const PING_URL = '${PING_URL}'

async function ping(signal = '', body = '') {
  try {
    const response = await fetch(PING_URL + signal, { method: 'POST', body, signal: AbortSignal.timeout(10_000) })
    if (!response.ok) console.error('Lifeline answered', response.status)
  } catch (error) {
    console.error('Lifeline cannot be told:', error)
  }
}

async function job() {
  execFileSync('${COMMAND}', { stdio: 'inherit' })
}

await ping('/start')
try {
  await job()
} catch (error) {
  await ping('/fail', String(error))
  throw error
}
await ping()
`,
  },
] as const satisfies readonly Snippet[]

export type SnippetId = (typeof SNIPPETS)[number]['id']
