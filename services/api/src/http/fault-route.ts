import { randomUUID } from 'node:crypto'
import type { Logger } from '@sightline/logging/logging'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import { sendProblem } from '../problem.ts'

/**
 * What no route answered: 404, and faults under an id that the log knows too. They are the application's own handlers:
 * a router is asked nothing about an error that another one threw.
 */
export function faultRoute(logger: Logger): (RequestHandler | ErrorRequestHandler)[] {
  const onNothing: RequestHandler = (_request, response) => sendProblem(response, 404, 'Not found')
  const onFault: ErrorRequestHandler = (error, _request, response, _next) => {
    const status = error instanceof Error && 'status' in error ? Number(error.status) : 500
    if (response.headersSent) {
      response.destroy()
      return
    }
    if (status >= 400 && status < 500) return sendProblem(response, status, 'Bad request')
    const faultId = randomUUID()
    logger.error({ err: error, faultId }, 'a request failed')
    sendProblem(response, 500, 'Internal error', `The log knows more under ${faultId}`)
  }
  return [onNothing, onFault]
}
