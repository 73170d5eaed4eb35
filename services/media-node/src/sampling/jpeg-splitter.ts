const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
/** Larger than any picture that is sampled: what grows beyond is no JPEG. */
const MOST_BYTES = 64 * 1024 * 1024

/** The bytes are no row of JPEGs. */
export class NotJpegError extends Error {
  override name = 'NotJpegError'
}

/**
 * Splits a stream of JPEGs, one behind another, into pictures, by its structure: the length of each segment, and
 * in entropy-coded data 0xFF only before 0x00 or a restart marker. So a thumbnail inside a segment ends nothing.
 */
export class JpegSplitter {
  #held: Buffer = Buffer.alloc(0)
  /** How far the held bytes are known to belong to the picture that they begin with. */
  #at = 0
  #inScan = false

  /** Gives the pictures that the bytes complete, each a copy of its own. @throws NotJpegError */
  push(bytes: Uint8Array): Buffer[] {
    this.#held = this.#held.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#held, bytes])
    const pictures: Buffer[] = []
    for (let end = this.#endOfPicture(); end !== undefined; end = this.#endOfPicture()) {
      pictures.push(Buffer.from(this.#held.subarray(0, end)))
      this.#held = this.#held.subarray(end)
      this.#at = 0
      this.#inScan = false
    }
    if (this.#held.length > MOST_BYTES) throw new NotJpegError('a picture without an end')
    return pictures
  }

  #endOfPicture(): number | undefined {
    for (;;) {
      if (this.#inScan && !this.#toMarker()) return undefined
      const bytes = this.#held
      const at = this.#at
      if (at + 2 > bytes.length) return undefined
      if (bytes[at] !== 0xff) throw new NotJpegError('a marker was expected')
      const marker = bytes[at + 1]!
      if (at === 0 && marker !== SOI) throw new NotJpegError('a picture that does not begin with SOI')
      if (marker === 0xff) this.#at += 1
      else if (marker === EOI) return at + 2
      else if (marker === SOI || marker === 0x01) this.#at += 2
      else {
        if (at + 4 > bytes.length) return undefined
        const end = at + 2 + bytes.readUInt16BE(at + 2)
        if (end > bytes.length) return undefined
        this.#at = end
        this.#inScan = marker === SOS
      }
    }
  }

  /** Goes through entropy-coded data to the marker that ends it; false where it has not come yet. */
  #toMarker(): boolean {
    for (;;) {
      const at = this.#held.indexOf(0xff, this.#at)
      if (at < 0 || at + 1 >= this.#held.length) {
        this.#at = at < 0 ? this.#held.length : at
        return false
      }
      const next = this.#held[at + 1]!
      const isData = next === 0x00 || (next >= 0xd0 && next <= 0xd7)
      if (!isData) {
        this.#at = at
        this.#inScan = false
        return true
      }
      this.#at = at + 2
    }
  }
}
