import { type PictureContentType, pictureContentType } from '@sightline/contracts/people'
import sharp, { type Metadata } from 'sharp'

/** More pixels than any camera that people have at hand; bounds the memory that decoding takes. */
const MAX_PIXELS = 50_000_000

const contentTypes: Readonly<Record<string, PictureContentType>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
}

/** The content type as a header gives it, if it is one of those that are taken. */
export function readContentType(header: string | undefined): PictureContentType | undefined {
  return pictureContentType.safeParse(header?.split(';')[0]?.trim().toLowerCase()).data
}

/**
 * Says what is wrong with the bytes of an uploaded picture; undefined where they are a still picture of the type
 * that they are said to be, of at most 50 million pixels. Only the header is decoded.
 */
export async function faultInPicture(
  bytes: Uint8Array,
  contentType: PictureContentType,
): Promise<string | undefined> {
  let found: Metadata
  try {
    found = await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata()
  } catch {
    return 'The bytes are no picture.'
  }
  if (contentTypes[found.format ?? ''] !== contentType) return `The bytes are no ${contentType}.`
  if ((found.pages ?? 1) > 1) return 'The picture is animated.'
  if (found.width * found.height > MAX_PIXELS) return 'The picture has more than 50 million pixels.'
  return undefined
}
