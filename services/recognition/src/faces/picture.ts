import sharp, { type Sharp } from 'sharp'
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
const open = (bytes: Uint8Array, limitInputPixels = maximumPixels) =>
  sharp(bytes, { failOn: 'error', limitInputPixels, autoOrient: true })

function unreadable(cause: unknown): never {
  throw new UnreadablePictureError('The bytes are not a readable picture', { cause })
}

/**
 * Reads from a picture's header alone its size as it is seen (EXIF orientation applied), in pixels.
 * @throws UnreadablePictureError
 */
export async function readSize(bytes: Uint8Array): Promise<{ width: number; height: number }> {
  if (bytes.length === 0) return unreadable('no bytes')
  const { autoOrient } = await open(bytes).metadata().catch(unreadable)
  return autoOrient
}

/**
 * Decodes a picture, upright; what is transparent lies on black.
 * @param within if given, the picture is shrunk or enlarged to fit into this size; JPEGs are shrunk while they are
 *   decoded where that is by a factor of two or more, so that large ones cost little
 * @throws UnreadablePictureError
 */
export async function decode(bytes: Uint8Array, within?: { width: number; height: number }): Promise<Pixels> {
  const picture = open(bytes)
  if (within) picture.resize(within.width, within.height, { fit: 'inside', kernel: 'linear' })
  return pixelsOf(picture).catch(unreadable)
}

/**
 * Decodes a picture as {@link decode} does if it has no more than so many pixels, without a look at its header first.
 * @returns undefined for a larger picture, and for bytes that {@link decode} refuses
 */
export async function decodeSmall(bytes: Uint8Array, mostPixels: number): Promise<Pixels | undefined> {
  return bytes.length === 0 ? undefined : pixelsOf(open(bytes, mostPixels)).catch(() => undefined)
}

async function pixelsOf(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.flatten().raw().toBuffer({ resolveWithObject: true })
  // A colour profile that libvips can't bring to three channels would shift every pixel after the first.
  if (info.channels !== 3) throw new Error(`${info.channels} channels`)
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
