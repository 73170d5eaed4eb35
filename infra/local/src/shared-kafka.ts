import { Kafka, logLevel } from 'kafkajs'

/** Deletes all topics and consumer groups whose names begin with a prefix; groups with members stay. */
export async function deleteTopicsAndGroups(brokers: string[], prefix: string): Promise<void> {
  const admin = new Kafka({ brokers, clientId: 'shared-stack', logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const topics = (await admin.listTopics()).filter(topic => topic.startsWith(prefix))
    if (topics.length > 0) await admin.deleteTopics({ topics })
    const groups = (await admin.listGroups()).groups.map(group => group.groupId)
    const ours = groups.filter(groupId => groupId.startsWith(prefix))
    // A consumer that was killed with its test leaves its group behind; that is no error here.
    if (ours.length > 0) await admin.deleteGroups(ours).catch(() => undefined)
  } finally {
    await admin.disconnect()
  }
}
