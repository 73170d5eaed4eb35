import type { Logger } from '@sightline/logging/logging'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { isUnavailable } from '../unavailable.ts'

/** What of a request an error is told with. */
export interface ErrorContext {
  traceId: string
  logger: Pick<Logger, 'error' | 'warn'>
}

/**
 * An error as a caller may see it. What was meant for them (it has a code) goes through; everything else is a
 * fault: logged whole under its trace id, shown as nothing but that id.
 */
export function shownError(error: unknown, { traceId, logger }: ErrorContext): GraphQLFormattedError {
  const located = error instanceof GraphQLError ? error : undefined
  const cause = causeOf(error)
  const place = {
    ...(located?.locations ? { locations: located.locations } : {}),
    ...(located?.path ? { path: located.path } : {}),
  }
  if (cause instanceof GraphQLError && typeof cause.extensions.code === 'string') {
    const { http: _http, stacktrace: _stacktrace, ...extensions } = cause.extensions
    return { message: cause.message, ...place, extensions: { ...extensions, traceId } }
  }
  if (isUnavailable(cause)) {
    logger.warn(
      { traceId, err: cause, path: located?.path?.join('.') },
      'a request met something unavailable',
    )
    return {
      message: 'Temporarily unavailable; try again',
      ...place,
      extensions: { code: 'UNAVAILABLE', traceId },
    }
  }
  logger.error({ traceId, err: cause, path: located?.path?.join('.') }, 'a request failed')
  return { message: 'Internal error', ...place, extensions: { code: 'INTERNAL', traceId } }
}

/** What was thrown first: execution wraps errors to add their place. */
function causeOf(error: unknown): unknown {
  if (error instanceof GraphQLError && error.originalError) return causeOf(error.originalError)
  return error
}
