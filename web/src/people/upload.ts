import { freshToken, renewedToken } from '../session.ts'

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
  const send = async (token: Promise<string>) =>
    fetch(`/people/${personId}/pictures/${pictureId}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${await token}`, 'content-type': file.type },
      body: file,
    })
  const response = await send(freshToken())
    .then(answered => (answered.status === 401 ? send(renewedToken()) : answered))
    .catch(() => {
      throw new Error('the server could not be reached')
    })
  if (response.ok) return
  const problem: Problem = await response.json().catch(() => ({}))
  throw new Error(problem.detail ?? problem.title ?? `the picture was not taken (${response.status})`)
}
