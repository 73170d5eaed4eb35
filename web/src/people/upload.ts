import { currentToken, tokenRefused } from '../session.ts'

/** What the API answers to a picture that it does not take (RFC 9457). */
interface Problem {
  title?: string
  detail?: string
}

/**
 * Sends the bytes of a picture before the command that names it.
 * @throws Error with a sentence for people, where the API refuses it or can't be reached
 */
export async function uploadPicture(personId: string, pictureId: string, file: File): Promise<void> {
  const response = await fetch(`/people/${personId}/pictures/${pictureId}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${currentToken()}`, 'content-type': file.type },
    body: file,
  }).catch(() => {
    throw new Error('the server could not be reached')
  })
  if (response.ok) return
  if (response.status === 401) tokenRefused()
  const problem: Problem = await response.json().catch(() => ({}))
  throw new Error(problem.detail ?? problem.title ?? `the picture was not taken (${response.status})`)
}
