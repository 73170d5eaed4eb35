import { expect, test } from 'vitest'
import {
  LOG_STREAM,
  machineStreamName,
  membersStreamName,
  parseStreamName,
  SYSTEM_STREAM,
  streamName,
  tenantStreamName,
  userStreamName,
} from './stream-names.ts'

const tenantId = '01980000-0000-7000-8000-000000000001'
const id = '01980000-0000-7000-8000-000000000002'

test.each([
  [LOG_STREAM, { category: 'log', tenantId: null, id: null }],
  [SYSTEM_STREAM, { category: 'system', tenantId: null, id: null }],
  [tenantStreamName(tenantId), { category: 'tenant', tenantId, id: tenantId }],
  [membersStreamName(tenantId), { category: 'members', tenantId, id: tenantId }],
  [userStreamName(id), { category: 'user', tenantId: null, id }],
  [machineStreamName(tenantId, id), { category: 'machine', tenantId, id }],
  [machineStreamName(null, id), { category: 'machine', tenantId: null, id }],
  [streamName('camera', tenantId, id), { category: 'camera', tenantId, id }],
])('%s says what it is about', (name, parts) => {
  expect(parseStreamName(name)).toEqual(parts)
})

test.each([
  `user-${tenantId}.${id}`,
  `members-${tenantId}.${id}`,
  `tenant-${tenantId}.${id}`,
  `camera-${id}`,
  `system-${id}`,
  `machine-${id}.`,
  'log.',
  '$all',
])('%s is no stream of ours', name => {
  expect(parseStreamName(name)).toBeUndefined()
})
