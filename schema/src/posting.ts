import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** With what a machine connects to the API; all PEM. */
export interface ApiTls {
  /** The authorities of the API's certificate, in place of those that the system trusts. */
  authorities?: string | undefined
  /** What the machine proves itself with; its tokens are bound to it (RFC 8705). */
  certificate?: string | undefined
  key?: string | undefined
}

/** What was answered. */
export interface PostAnswer {
  status: number
  /** The API's clock, as the answer's `date` has it. */
  date: string | undefined
  /** Undefined where it is no JSON. */
  body: unknown
}

/** Posts to the API, and reads the whole answer. */
export interface Posting {
  /** @throws Error where there is no whole answer within so long, ms; redirections aren't followed: they would be shown secrets */
  post(
    url: URL,
    message: { headers: Record<string, string>; body: string; withinMs: number },
  ): Promise<PostAnswer>
  /** Ends the connections. */
  close(): void
}

/** What `node:tls` calls them. */
export function tlsOptions(tls: ApiTls | undefined) {
  return tls ? { ca: tls.authorities, cert: tls.certificate, key: tls.key } : {}
}

/** @param tls what `fetch` can't be given for one connection alone */
export function createPosting(tls: ApiTls | undefined): Posting {
  // With a timeout an idle connection is let go of before the other side does it.
  const kept = { keepAlive: true, timeout: 5_000 }
  const plain = new HttpAgent(kept)
  const secure = new HttpsAgent({ ...kept, ...tlsOptions(tls) })

  async function post(
    url: URL,
    { headers, body, withinMs }: Parameters<Posting['post']>[1],
  ): Promise<PostAnswer> {
    const signal = AbortSignal.timeout(withinMs)
    const send = (onAnswer: (answer: IncomingMessage) => void) =>
      url.protocol === 'https:'
        ? httpsRequest(url, { method: 'POST', headers, agent: secure, signal }, onAnswer)
        : httpRequest(url, { method: 'POST', headers, agent: plain, signal }, onAnswer)
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      send(resolve).on('error', reject).end(body)
    })
    const parts: Buffer[] = []
    for await (const part of answer) parts.push(part)
    return { status: answer.statusCode!, date: answer.headers.date, body: jsonOf(Buffer.concat(parts)) }
  }

  return {
    post,
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
