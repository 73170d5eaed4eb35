import type { KafkaConnection } from './connection.ts'

/**
 * Deletes all topics and consumer groups whose names begin with a prefix, for tests that share a broker.
 * A group whose consumer was killed a moment ago still counts as used and stays.
 */
export async function deleteTopicsAndGroups(kafka: KafkaConnection, prefix: string): Promise<void> {
  const admin = kafka.patient.admin()
  await admin.connect()
  try {
    const topics = (await admin.listTopics()).filter(topic => topic.startsWith(prefix))
    if (topics.length > 0) await admin.deleteTopics({ topics })
    const groups = (await admin.listGroups()).groups.map(group => group.groupId)
    const ours = groups.filter(groupId => groupId.startsWith(prefix))
    if (ours.length > 0) await admin.deleteGroups(ours).catch(() => undefined)
  } finally {
    await admin.disconnect()
  }
}
