import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** A file's text that `parse` takes; what is in it is never told. */
function pemFile(parse: (pem: string) => unknown, fault: string) {
  return z.string().transform((path, context): string => {
    try {
      const pem = readFileSync(path, 'utf8')
      parse(pem)
      return pem
    } catch {
      context.addIssue(fault)
      return z.NEVER
    }
  })
}

/** The path of a file with one certificate or more, PEM; gives its text. */
export const certificateFile = pemFile(
  pem => new X509Certificate(pem),
  'must be a readable file with a certificate in PEM',
)

/** The path of a file with a private key without a passphrase, PEM; gives its text. */
export const keyFile = pemFile(
  pem => createPrivateKey(pem),
  'must be a readable file with a private key in PEM',
)

/** What is wrong with a certificate and its key, both PEM: one without the other, or of another; undefined if nothing is. */
export function faultOfPair(certificate: string | undefined, key: string | undefined): string | undefined {
  if (certificate === undefined && key === undefined) return undefined
  if (certificate === undefined || key === undefined) return 'a certificate and its key must be set together'
  if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return undefined
  return 'must be the key of the certificate'
}

/** The settings of a machine that asks the API: whom it trusts, and with what it proves itself. */
export const apiTlsSettings = {
  /** The authorities of the API's certificate, in place of those that the system trusts. */
  API_CA_FILE: certificateFile.optional(),
  /** What the machine shows; its tokens are bound to it. */
  API_CLIENT_CERTIFICATE_FILE: certificateFile.optional(),
  API_CLIENT_KEY_FILE: keyFile.optional(),
}

/** Those settings as one, all PEM, with their faults; undefined where none is set. */
export function apiTlsOf(
  values: {
    API_URL: string
    API_CA_FILE?: string | undefined
    API_CLIENT_CERTIFICATE_FILE?: string | undefined
    API_CLIENT_KEY_FILE?: string | undefined
  },
  context: z.RefinementCtx,
) {
  const {
    API_URL: url,
    API_CA_FILE: authorities,
    API_CLIENT_CERTIFICATE_FILE: certificate,
    API_CLIENT_KEY_FILE: key,
  } = values
  const fault = faultOfPair(certificate, key)
  if (fault !== undefined) context.addIssue({ code: 'custom', path: ['API_CLIENT_KEY_FILE'], message: fault })
  if (authorities === undefined && certificate === undefined) return undefined
  if (new URL(url).protocol !== 'https:') {
    context.addIssue({ code: 'custom', path: ['API_URL'], message: 'must be https:// where TLS is set up' })
  }
  return { authorities, certificate, key }
}
