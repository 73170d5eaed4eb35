import sharp from 'sharp'
import { type Box, clip } from './geometry.ts'

// One libvips thread a picture: the parallelism is the workers'. No cache: no picture is seen twice.
sharp.concurrency(1)
sharp.cache(false)
// The bytes come from outside. Only these three decoders may see them; SVG, TIFF, PDF and the rest stay closed.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'] })

/** The most pixels a picture may have. A larger one is refused by its header, before it costs memory. */
const maximumPixels = 50_000_000

/** Pixels of an upright picture: rows from the top, three bytes (red, green, blue) a pixel. */
export interface Pixels {
  data: Uint8Array
  width: number
  height: number
}

/** Bytes that no decoder takes as a whole JPEG, PNG or WebP picture of acceptable size. */
export class UnreadablePictureError extends Error {
  override name = 'UnreadablePictureError'
}

// 'error' refuses truncated and damaged data but lets harmless oddities of cameras' encoders pass.
const open = (bytes: Uint8Array) =>
  sharp(bytes, { failOn: 'error', limitInputPixels: maximumPixels, autoOrient: true })

function unreadable(cause: unknown): never {
  throw new UnreadablePictureError('The bytes are not a readable picture', { cause })
}

/** What a picture's header says: its size as it is seen (EXIF orientation applied), in pixels. */
export interface Header {
  width: number
  height: number
  hasAlpha: boolean
}

/**
 * Reads a picture's header alone.
 * @throws UnreadablePictureError
 */
export async function readHeader(bytes: Uint8Array): Promise<Header> {
  if (bytes.length === 0) return unreadable('no bytes')
  const { autoOrient, hasAlpha } = await open(bytes).metadata().catch(unreadable)
  return { ...autoOrient, hasAlpha }
}

/**
 * Decodes a picture, upright; what is transparent lies on black.
 * @param within if given, the picture is shrunk or enlarged to fit into this size; JPEGs are shrunk while they are
 *   decoded where that is by a factor of two or more, so that large ones cost little
 * @throws UnreadablePictureError
 */
export async function decode(
  bytes: Uint8Array,
  header: Header,
  within?: { width: number; height: number },
): Promise<Pixels> {
  const picture = open(bytes)
  if (header.hasAlpha) picture.flatten()
  if (within) picture.resize(within.width, within.height, { fit: 'inside', kernel: 'linear' })
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true }).catch(unreadable)
  // A colour profile that libvips can't bring to three channels would shift every pixel after the first.
  if (info.channels !== 3) return unreadable(new Error(`${info.channels} channels`))
  return { data, width: info.width, height: info.height }
}

/** A JPEG and its size in pixels. */
export interface FaceCrop {
  jpeg: Uint8Array
  width: number
  height: number
}

/**
 * A JPEG of one face with some of its surroundings.
 * @param margin how far to go beyond the box on each side, as a share of the box's height
 * @param longSide the crop is shrunk to this many pixels where it is larger
 */
export async function cropFace(pixels: Pixels, box: Box, margin = 0.4, longSide = 320): Promise<FaceCrop> {
  const { width, height } = pixels
  const by = box.height * margin
  const area = clip(
    { x: box.x - by, y: box.y - by, width: box.width + 2 * by, height: box.height + 2 * by },
    width,
    height,
  )
  const left = Math.min(Math.floor(area.x), width - 1)
  const top = Math.min(Math.floor(area.y), height - 1)
  const { data, info } = await sharp(pixels.data, { raw: { width, height, channels: 3 } })
    .extract({
      left,
      top,
      width: Math.max(1, Math.min(Math.round(area.width), width - left)),
      height: Math.max(1, Math.min(Math.round(area.height), height - top)),
    })
    .resize(longSide, longSide, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 85 })
    .toBuffer({ resolveWithObject: true })
  return { jpeg: data, width: info.width, height: info.height }
}
