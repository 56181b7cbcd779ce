import type { Writer } from '@lifeline/backbone/db/group-commit'

/** For whoever changes users, sessions or keys: what was remembered of credentials is forgotten after each operation, whatever became of it. */
export function forgettingWriter(writer: Writer, forget: () => void): Writer {
  return {
    async submit(work, input) {
      try {
        return await writer.submit(work, input)
      } finally {
        forget()
      }
    },
  }
}
