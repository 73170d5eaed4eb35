import type { ModelSet as ModelReference } from '@sightline/contracts/models'
import type { GalleryVersion } from '@sightline/contracts/sightings'
import { parseStreamName } from '@sightline/contracts/stream-names'
import type { DataKeys } from '@sightline/data-keys/data-keys'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'
import { openSealed } from '@sightline/event-log/sealed'
import type { Logger } from '@sightline/logging/logging'
import { createGallery, type EnrolledVector, type Gallery } from '../faces/matching.ts'
import { sha256Of, vectorFromBytes } from './vector-bytes.ts'

/** A tenant's gallery at one moment. */
export interface VersionedGallery {
  gallery: Gallery
  version: GalleryVersion
}

/** Who is enrolled in each tenant: a fold of the log, held in memory. */
export interface Galleries {
  /**
   * Takes an event into account.
   * @throws what reading a data key throws: then nothing was changed, and it may be applied again
   */
  apply(event: RecordedEvent): Promise<void>
  /** The tenant's gallery as the log was followed so far; an empty one if nobody is enrolled. */
  of(tenantId: string): VersionedGallery
  /** The id of the data key of an enrolled person; undefined for anyone else. */
  keyOf(tenantId: string, personId: string): string | undefined
  /** Takes a person out whose data key is gone. */
  forget(tenantId: string, personId: string): void
}

type Enrolled = EnrolledVector & { keyId: string; vectorSha256: string }

interface Tenant {
  position: bigint
  pictures: Map<string, Enrolled>
  built: VersionedGallery | null
}

/**
 * @param options.model whose vectors can be compared: those of another embedder are left out
 * @param options.dimension how long its vectors are
 */
export function createGalleries(options: {
  model: ModelReference
  dimension: number
  dataKeys: Pick<DataKeys, 'read'>
  logger: Logger
}): Galleries {
  const { model, dimension, dataKeys, logger } = options
  const tenants = new Map<string, Tenant>()

  function tenantOf(tenantId: string): Tenant {
    let tenant = tenants.get(tenantId)
    if (!tenant) {
      tenant = { position: 0n, pictures: new Map(), built: null }
      tenants.set(tenantId, tenant)
    }
    return tenant
  }

  function build({ position, pictures }: Tenant): VersionedGallery {
    const entries = [...pictures.values()]
    const lines = entries.map(({ pictureId, vectorSha256 }) => `${pictureId}:${vectorSha256}`).sort()
    return {
      gallery: createGallery(model, dimension, entries),
      version: {
        position: position > 0n ? String(position) : null,
        modelSet: model.id,
        sha256: sha256Of(lines.join('\n')),
      },
    }
  }

  const nobody = build({ position: 0n, pictures: new Map(), built: null })

  return {
    apply: async event => {
      if (event.type !== 'PictureAccepted') return
      const name = parseStreamName(event.stream)
      if (name?.category !== 'picture') return
      const { tenantId, id: pictureId } = name
      const { personId, keyId, modelSet, vector, vectorSha256 } = event.data
      if (modelSet.embedder.sha256 !== model.embedder.sha256) {
        logger.warn(
          { tenantId, pictureId, model: modelSet.id },
          'a picture of another face model is left out',
        )
        return
      }
      const bytes = await openSealed(dataKeys, tenantId, vector)
      if (bytes === 'erased') return
      if (bytes.byteLength !== dimension * 4 || sha256Of(bytes) !== vectorSha256) {
        logger.error(
          { tenantId, pictureId },
          'an enrolled picture is left out: its vector is not as recorded',
        )
        return
      }
      const tenant = tenantOf(tenantId)
      tenant.pictures.set(pictureId, {
        personId,
        pictureId,
        keyId,
        vectorSha256,
        embedding: vectorFromBytes(bytes),
      })
      tenant.position = event.position
      tenant.built = null
    },
    of: tenantId => {
      const tenant = tenants.get(tenantId)
      if (!tenant) return nobody
      tenant.built ??= build(tenant)
      return tenant.built
    },
    keyOf: (tenantId, personId) =>
      [...(tenants.get(tenantId)?.pictures.values() ?? [])].find(picture => picture.personId === personId)
        ?.keyId,
    forget: (tenantId, personId) => {
      const tenant = tenants.get(tenantId)
      if (!tenant) return
      for (const [pictureId, picture] of tenant.pictures)
        if (picture.personId === personId) tenant.pictures.delete(pictureId)
      tenant.built = null
    },
  }
}
