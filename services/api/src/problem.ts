import type { Response } from 'express'

/** Answers a request over plain HTTP with problem details (RFC 9457). */
export function sendProblem(response: Response, status: number, title: string, detail?: string): void {
  response
    .status(status)
    .set('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, ...(detail && { detail }) }))
}
