import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createEmptyDatabase, dropDatabase } from '@sightline/database/databases'
import { createRoles } from '@sightline/database/migrate'
import { newRolePasswords, type RolePasswords } from '@sightline/database/roles'
import { createLogger } from '@sightline/logging/logging'
import { connectKafka } from '@sightline/topics/connection'
import { deleteTopicsAndGroups } from '@sightline/topics/delete-topics'
import type { TestProject } from 'vitest/node'
import type { PartName } from './part.ts'
import { type Stack, startStack } from './stack.ts'
import { stackKind } from './stack-kind.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for the parts that they share; see test-stack.ts. */
    sharedStack: string
  }
}

/** What the shared PostgreSQL gives a test file. */
export type SharedPostgres = {
  host: string
  port: number
  /** The superuser's address of the database `postgres`. */
  adminUrl: string
  /** The cluster's roles, made once, with their passwords. */
  passwords: RolePasswords
}

/** What the shared Kafka gives a test file. */
export type SharedKafka = { brokers: string[] }

const clientId = 'shared-stack'
const logger = createLogger({ name: clientId, level: 'silent' })

/**
 * The run's one PostgreSQL and one Kafka. Each is started when the first test file asks for it, so that a run of
 * one file starts what that file needs and no more. Test files ask over HTTP because each runs in a process of its own.
 */
class SharedStack {
  #stacks: Promise<Stack<PartName>>[] = []
  #postgres: Promise<SharedPostgres> | undefined
  #kafka: Promise<SharedKafka> | undefined
  #eventStore: Promise<string> | undefined

  postgres(): Promise<SharedPostgres> {
    this.#postgres ??= (async () => {
      const passwords = newRolePasswords()
      const stack = startStack({
        parts: ['postgres'],
        // Nothing here must survive the machine, and many small databases are made.
        postgresSettings: { fsync: 'off' },
        // Roles belong to the whole cluster: made once, before any file can make a database.
        prepareCluster: adminUrl => createRoles(adminUrl, passwords),
      })
      this.#stacks.push(stack as Promise<Stack<PartName>>)
      const { adminUrl, host, port } = (await stack).postgres
      return { host, port, adminUrl, passwords }
    })()
    return this.#postgres
  }

  kafka(): Promise<SharedKafka> {
    this.#kafka ??= (async () => {
      const stack = startStack({ parts: ['kafka'] })
      this.#stacks.push(stack as Promise<Stack<PartName>>)
      return { brokers: (await stack).kafka.brokers }
    })()
    return this.#kafka
  }

  /** For tests of what any EventStoreDB does, which bring no store of their own where there are containers. */
  eventStore(): Promise<string> {
    this.#eventStore ??= (async () => {
      const stack = startStack({ parts: ['eventStore'] })
      this.#stacks.push(stack as Promise<Stack<PartName>>)
      return (await stack).eventStore.connectionString
    })()
    return this.#eventStore
  }

  /** Answers one request of a test file, e.g. `POST /databases/test_1`. */
  async answer(method: string, path: string): Promise<unknown> {
    const [, kind, name = ''] = path.split('/')
    switch (`${method} ${kind}`) {
      case 'GET postgres':
        return this.postgres()
      case 'GET kafka':
        return this.kafka()
      case 'GET event-store':
        return this.eventStore()
      case 'POST databases':
        return createEmptyDatabase((await this.postgres()).adminUrl, name)
      case 'DELETE databases':
        return dropDatabase((await this.postgres()).adminUrl, name)
      case 'DELETE topics':
        return deleteTopicsAndGroups(connectKafka({ ...(await this.kafka()), clientId, logger }), name)
      default:
        throw new Error(`the shared stack knows no ${method} ${path}`)
    }
  }

  async close(): Promise<void> {
    const stacks = await Promise.allSettled(this.#stacks)
    await Promise.all(stacks.map(stack => (stack.status === 'fulfilled' ? stack.value.close() : undefined)))
  }
}

async function serve(stack: SharedStack): Promise<Server> {
  const handle = async ({ method = '', url = '' }: IncomingMessage) => {
    try {
      return { status: 200, body: (await stack.answer(method, url)) ?? null }
    } catch (error) {
      return { status: 500, body: error instanceof Error ? error.message : String(error) }
    }
  }
  const server = createServer((request, response) => {
    void handle(request).then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)))
  })
  // The first request waits for a part's start.
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/**
 * Vitest's global set-up of the projects whose tests ask for shared parts. Gives the teardown.
 * @throws NoContainersError where `STACK=containers` and no Docker runs, before any test
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (stackKind() === 'containers') await (await import('./containers/runtime.ts')).dockerClient()
  const stack = new SharedStack()
  const server = await serve(stack)
  project.provide('sharedStack', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return async () => {
    server.closeAllConnections()
    server.close()
    await stack.close()
  }
}
