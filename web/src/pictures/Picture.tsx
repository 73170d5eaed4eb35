import { AspectRatio, Center, Image } from '@mantine/core'
import { IconPhotoOff } from '@tabler/icons-react'
import { useState } from 'react'

/** Which address of a picture is shown, and whether it can be. */
type Shown = {
  identity: string
  src: string
  phase: 'first' | 'renewing' | 'renewed' | 'failed'
  given: string
}

/**
 * A square picture whose address runs out. Every message brings new addresses of the same picture: the one that
 * was loaded stays, so that nothing flickers. One that can't be loaded is asked for anew once; then a symbol
 * stands in its place until another address comes.
 * @param identity tells pictures apart, whatever their addresses
 * @param renew gives a fresh address; undefined where there is none (any more)
 */
export function Picture({
  identity,
  src,
  alt,
  renew,
  radius,
}: {
  identity: string
  src: string
  alt: string
  renew: () => Promise<string | undefined>
  radius?: string
}) {
  const [shown, setShown] = useState<Shown>({ identity, src, phase: 'first', given: src })
  const another = shown.identity !== identity || (shown.phase === 'failed' && shown.given !== src)
  const now = another ? ({ identity, src, phase: 'first', given: src } as const) : shown
  if (another) setShown(now)
  const failed = async () => {
    if (now.phase !== 'first') return setShown({ ...now, phase: 'failed', given: src })
    setShown({ ...now, phase: 'renewing' })
    const next = await renew()
    setShown(held =>
      held.identity !== identity
        ? held
        : next
          ? { ...held, src: next, phase: 'renewed', given: src }
          : { ...held, phase: 'failed', given: src },
    )
  }
  return (
    <AspectRatio
      ratio={1}
      bg="var(--picture-ground)"
      style={{ borderRadius: radius && `var(--mantine-radius-${radius})` }}
    >
      {now.phase === 'failed' ? (
        <Center role="img" aria-label={`${alt}: the picture can’t be shown`} c="dimmed">
          <IconPhotoOff size={28} aria-hidden />
        </Center>
      ) : (
        <Image
          key={`${now.src} ${now.phase === 'renewed'}`}
          src={now.src}
          alt={alt}
          fit="cover"
          loading="lazy"
          decoding="async"
          {...(radius ? { radius } : {})}
          onError={() => void failed()}
        />
      )}
    </AspectRatio>
  )
}
