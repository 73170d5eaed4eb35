import type { SystemOptions } from '@sightline/testing/system'

/** Settings under which faults are noticed as soon as the relations between them allow: somebody has gone after 3.5 s. */
export const shortTimings: NonNullable<SystemOptions['settings']> = {
  api: { SWEEP_INTERVAL_MS: '200', LEASE_MS: '4000', RECHECK_MS: '1000' },
  'media-node': {
    LEASE_RENEWAL_MS: '1000',
    COMMAND_RETRY_MS: '300',
    CAMERA_STALL_MS: '2000',
    CAMERA_BACKOFF_FIRST_MS: '200',
    CAMERA_BACKOFF_LONGEST_MS: '500',
  },
  recognition: {
    SESSION_TIMEOUT_MS: '1000',
    MAX_FRAME_AGE_MS: '1500',
    REJOIN_MS: '500',
    ABSENCE_GAP_MS: '3500',
    UNWATCHED_AFTER_MS: '3000',
    COMMIT_INTERVAL_MS: '200',
    PICTURE_TIMEOUT_MS: '10000',
  },
}
