import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EventLog, openEventLog } from './event-log.ts'
import type { ProposedEvent } from './events.ts'

/** A log in a folder of its own, for tests; `reopen` closes it and opens the same file. */
export type TemporaryLog = Disposable & {
  file: string
  log: EventLog
  reopen(): EventLog
}

export function temporaryLog(): TemporaryLog {
  const folder = mkdtempSync(join(tmpdir(), 'event-log-'))
  const file = join(folder, 'log.sqlite')
  const opened = {
    file,
    log: openEventLog({ file }),
    reopen() {
      opened.log.close()
      opened.log = openEventLog({ file })
      return opened.log
    },
    [Symbol.dispose]() {
      opened.log.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return opened
}

/** An event whose data is the text. */
export function proposed(text: string, { type = 'Said', id = randomUUID() as string } = {}): ProposedEvent {
  return { id, type, isJson: false, data: Buffer.from(text), metadata: new Uint8Array() }
}

/** The texts of `proposed`. */
export function texts(events: readonly { data: Uint8Array }[]): string[] {
  return events.map(({ data }) => Buffer.from(data).toString())
}
