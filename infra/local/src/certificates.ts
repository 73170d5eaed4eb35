import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What is asked of an authority; valid for an hour from now, and ten minutes back, unless it is said. */
export interface CertificateRequest {
  name: string
  usage: 'server' | 'client'
  validFrom?: Date
  validTo?: Date
}

/** A certificate and its key, both PEM. */
export interface IssuedCertificate {
  certificate: string
  key: string
  /** SHA-256 of its DER, base64url, as tokens are bound to it. */
  thumbprint: string
}

/** An authority of the test's own: ECDSA on P-256, X.509 version 3 (RFC 5280). */
export interface CertificateAuthority {
  /** PEM, what those trust who trust the authority. */
  certificate: string
  /** Servers' certificates are for 127.0.0.1 and localhost. */
  issue(request: CertificateRequest): IssuedCertificate
}

/** Makes an authority, with a key of its own each time. */
export function createAuthority(name = 'Test authority'): CertificateAuthority {
  const { privateKey, publicKey } = newKeys()
  const sealed = { issuer: name, issuerKey: privateKey }
  const own = certificateOf({
    ...sealed,
    subject: name,
    publicKey,
    ...lifeOf({}),
    extensions: [extension(OID.basicConstraints, sequence(boolean(true)), 'critical')],
  })
  return {
    certificate: pem(own),
    issue(request) {
      const keys = newKeys()
      const ofServer = [
        extension(OID.subjectAltName, sequence(tlv(0x87, [127, 0, 0, 1]), tlv(0x82, 'localhost'))),
        extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth))),
      ]
      const ofClient = [extension(OID.extendedKeyUsage, sequence(oid(OID.clientAuth)))]
      const der = certificateOf({
        ...sealed,
        subject: request.name,
        publicKey: keys.publicKey,
        ...lifeOf(request),
        extensions: request.usage === 'server' ? ofServer : ofClient,
      })
      return {
        certificate: pem(der),
        key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        thumbprint: createHash('sha256').update(der).digest('base64url'),
      }
    },
  }
}

const OID = {
  commonName: [2, 5, 4, 3],
  subjectAltName: [2, 5, 29, 17],
  basicConstraints: [2, 5, 29, 19],
  extendedKeyUsage: [2, 5, 29, 37],
  serverAuth: [1, 3, 6, 1, 5, 5, 7, 3, 1],
  clientAuth: [1, 3, 6, 1, 5, 5, 7, 3, 2],
  ecdsaWithSha256: [1, 2, 840, 10045, 4, 3, 2],
} as const

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

function lifeOf({ validFrom, validTo }: Partial<CertificateRequest>): { from: Date; to: Date } {
  const now = Date.now()
  return { from: validFrom ?? new Date(now - 600_000), to: validTo ?? new Date(now + 3_600_000) }
}

function certificateOf(of: {
  subject: string
  publicKey: KeyObject
  issuer: string
  issuerKey: KeyObject
  from: Date
  to: Date
  extensions: Buffer[]
}): Buffer {
  const algorithm = sequence(oid(OID.ecdsaWithSha256))
  const tbs = sequence(
    tlv(0xa0, tlv(0x02, [2])),
    tlv(0x02, Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    nameOf(of.issuer),
    sequence(time(of.from), time(of.to)),
    nameOf(of.subject),
    of.publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...of.extensions)),
  )
  return sequence(tbs, algorithm, tlv(0x03, Buffer.concat([Buffer.of(0), sign('sha256', tbs, of.issuerKey)])))
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g)!
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** DER (X.690): tag, length, value. */
function tlv(tag: number, value: Buffer | readonly number[] | string): Buffer {
  const body = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value)
  const { length } = body
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...head), body])
}

const sequence = (...parts: Buffer[]) => tlv(0x30, Buffer.concat(parts))
const boolean = (value: boolean) => tlv(0x01, [value ? 0xff : 0])
const time = (at: Date) => tlv(0x18, `${at.toISOString().replace(/[-:T]|\.\d+Z$/g, '')}Z`)
const nameOf = (text: string) => sequence(tlv(0x31, sequence(oid(OID.commonName), tlv(0x0c, text))))

function extension(id: readonly number[], value: Buffer, critical?: 'critical'): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), tlv(0x04, value))
}

function oid([first, second, ...more]: readonly number[]): Buffer {
  const base128 = (part: number): number[] => {
    const digits = [part & 0x7f]
    for (let rest = part >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80)
    return digits
  }
  return tlv(0x06, [first! * 40 + second!, ...more.flatMap(base128)])
}
