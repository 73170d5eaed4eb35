import { randomBytes } from 'node:crypto'

/** Begins a trace: W3C Trace Context's `traceparent`, version 00, sampled. */
export function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`
}
