import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes in which something would be told, and how they are called where they are found. */
export interface Needle {
  what: string
  bytes: Buffer
}

/** Bytes of at least this length are searched for: shorter ones are found anywhere by chance. */
const SHORTEST = 8

/** Base64 depends on where in three bytes a text begins: what is the same wherever it stands, for each beginning. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map(offset => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    // The characters at both ends also hold bits of whatever stands beside it.
    const begin = Math.ceil((offset * 8) / 6)
    const end = Math.floor(((offset + bytes.length) * 8) / 6)
    return text.slice(begin, end)
  })
}

/** Everything that bytes may have been written as: as they are, in hexadecimal, and in base64 of any alignment. */
export function needlesOfBytes(what: string, bytes: Buffer): Needle[] {
  const hex = bytes.toString('hex')
  const forms: [string, Buffer][] = [
    ['as it is', bytes],
    ['in hexadecimal', Buffer.from(hex)],
    ['in hexadecimal, upper case', Buffer.from(hex.toUpperCase())],
    ...base64Forms(bytes).flatMap((text): [string, Buffer][] => [
      ['in base64', Buffer.from(text)],
      ['in base64url', Buffer.from(text.replaceAll('+', '-').replaceAll('/', '_'))],
    ]),
  ]
  // Where no character differs, base64 and base64url are one.
  const distinct = new Map(forms.map(([how, form]) => [form.toString('latin1'), [how, form] as const]))
  return [...distinct.values()]
    .filter(([, form]) => form.length >= SHORTEST)
    .map(([how, form]) => ({ what: `${what} ${how}`, bytes: form }))
}

/** The forms of a text, in UTF-16 and percent-encoded too. */
export function needlesOfText(what: string, text: string): Needle[] {
  return [
    ...needlesOfBytes(what, Buffer.from(text)),
    { what: `${what} in UTF-16`, bytes: Buffer.from(text, 'utf16le') },
    { what: `${what} percent-encoded`, bytes: Buffer.from(encodeURIComponent(text)) },
  ]
}

/**
 * The forms of a vector: a few of its numbers, from its beginning, its middle and its end, as 32-bit and as 64-bit
 * floats of either byte order, and as the text of a JSON array.
 */
export function needlesOfVector(what: string, vector: Float32Array): Needle[] {
  const numbers = 6
  return [0, Math.floor(vector.length / 2), vector.length - numbers].flatMap(start => {
    const some = Array.from(vector.slice(start, start + numbers))
    const single = Buffer.alloc(numbers * 4)
    const double = Buffer.alloc(numbers * 8)
    for (const [index, value] of some.entries()) {
      single.writeFloatLE(value, index * 4)
      double.writeDoubleLE(value, index * 8)
    }
    const place = `${what} from number ${start}`
    return [
      ...needlesOfBytes(`${place} as floats`, single),
      ...needlesOfBytes(`${place} as floats, big endian`, Buffer.from(single).swap32()),
      ...needlesOfBytes(`${place} as doubles`, double),
      ...needlesOfBytes(`${place} as doubles, big endian`, Buffer.from(double).swap64()),
      { what: `${place} as text`, bytes: Buffer.from(some.join(',')) },
      // Printed with fewer digits, as a log or an inspection does.
      { what: `${place} as short text`, bytes: Buffer.from(some.map(value => value.toFixed(4)).join(', ')) },
      ...needlesOfText(`${place} as numbers`, some.slice(0, 2).map(String).join(',')),
    ]
  })
}

/** Files below a folder, however deep; those that go away meanwhile are left out. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
}

/** Which needles stand in which files, in their contents or their names. A file that went away holds nothing. */
export function findInFiles(files: readonly string[], needles: readonly Needle[]): string[] {
  return files.flatMap(file => {
    const content = contentOf(file)
    return needles
      .filter(({ bytes }) => content.includes(bytes) || file.includes(bytes.toString('latin1')))
      .map(({ what }) => `${what}: ${file}`)
  })
}

const zeros = Buffer.alloc(65_536)

/** A file without the blocks of zeros at its end: Kafka makes its indexes far larger than what is in them. */
function contentOf(file: string): Buffer {
  try {
    const content = readFileSync(file)
    let end = content.length
    while (end >= zeros.length && content.subarray(end - zeros.length, end).equals(zeros)) end -= zeros.length
    return content.subarray(0, end)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

/** How many bytes files hold together. */
export function bytesOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** Looks at the command lines of all processes of this machine, again and again. */
export interface CommandLines {
  /** Every command line that was seen, its arguments separated by blanks. */
  readonly seen: ReadonlySet<string>
  stop(): void
}

/** Begins to look; each command line is remembered once. */
export function watchCommandLines(everyMs = 25): CommandLines {
  const seen = new Set<string>()
  const look = () => {
    for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
      } catch {
        // It ended while it was looked at.
      }
    }
  }
  look()
  const timer = setInterval(look, everyMs)
  return { seen, stop: () => clearInterval(timer) }
}
