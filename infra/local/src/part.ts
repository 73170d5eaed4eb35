import type { Death } from './processes.ts'

/** One PostgreSQL server with a superuser. */
export type PostgresAddress = {
  host: string
  port: number
  /** The superuser's address of the database `postgres`; the same after a restart. */
  adminUrl: string
  /** A role's address of a database. */
  url(options: { user: string; password: string; database: string }): string
}

/** One Apache Kafka node. */
export type KafkaAddress = {
  /** For a client's list of brokers, e.g. `['127.0.0.1:20123']`; the same after a restart. */
  brokers: string[]
}

/** One event store that speaks EventStoreDB's protocol. */
export type EventStoreAddress = {
  /** For EventStoreDB's clients, e.g. `esdb://127.0.0.1:20123?tls=false`; the same after a restart. */
  connectionString: string
}

/** Where clients find each part of a stack. */
export type PartAddresses = { postgres: PostgresAddress; kafka: KafkaAddress; eventStore: EventStoreAddress }

/** The names of what a stack consists of. */
export type PartName = keyof PartAddresses

/** What can be done to a part, whatever the part is and whoever made it. Its address and data stay the same. */
export type RestartablePart = {
  /** Kills the part at once, as a crash would; resolves when it is gone. */
  kill(): Promise<void>
  /** Stops the part if it runs and starts it again; resolves when it is ready. */
  restart(): Promise<void>
  /** Lets the part hang until {@link RestartablePart.goOn}: it keeps its connections and answers nothing. */
  hang(): Promise<void>
  goOn(): Promise<void>
  /** What the part has written to its output, over all its starts. */
  readonly logFile: string
  /** A folder with the files that the part has written, as they are now. It is for looking only, and may be a copy. */
  files(): Promise<string>
}

/** A part as its maker hands it over. */
export type MadePart<Address> = {
  address: Address
  /** Ends the part for good; what it has written may go with it. */
  control: RestartablePart & { stop(): Promise<void> }
}

/** What every part is made from. */
export type PartOptions = {
  /** For the part alone; it isn't there yet. */
  folder: string
  logFile: string
  /** Told when the part ends and nobody here asked for it. */
  onDied: (death: Death) => void
  /** Settings of PostgreSQL on top of the stack's, e.g. `{ fsync: 'off' }`; other parts have none. */
  settings: Readonly<Record<string, string | number>>
}

/**
 * Makes the parts of stacks: each starts with nothing in it and is ready when its promise resolves.
 * @throws ProcessStartError with the end of the part's log; nothing is left running then.
 */
export type Maker = { [Name in PartName]: (options: PartOptions) => Promise<MadePart<PartAddresses[Name]>> }
