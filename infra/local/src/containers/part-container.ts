import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { BoundPorts, GenericContainer, type WaitStrategy, waitForContainer } from 'testcontainers'
import type { MadePart, PartOptions } from '../part.ts'
import { freePort } from '../ports.ts'
import { endOfFile, ProcessStartError } from '../processes.ts'
import { guardContainers, ownerLabels } from './clean-up.ts'
import type { PartImage } from './images.ts'
import { type DockerContainer, dockerClient, removeContainer, unless } from './runtime.ts'

/** Where a part in a container is reached from outside. */
export type ContainerAddress = { host: string; port: number }

/** What a part's container is made from. */
export type ContainerSpec = {
  /** How the part is called in messages. */
  name: string
  image: PartImage
  /** The port that the part listens on in its container. */
  port: number
  /** What the container is given. Some parts must know where they are reached. */
  settings(address: ContainerAddress): { environment: Record<string, string>; command?: string[] }
  /** How long is waited for what, at each start. */
  ready: WaitStrategy
  /** The folder in the container that the part writes to. */
  dataFolder: string
}

const stopGraceSeconds = 10
const portAttempts = 5

/**
 * Starts a part in a container of its own and waits until it is ready.
 * @throws NoContainersError where no Docker runs
 * @throws ProcessStartError with the end of the container's log; nothing is left then.
 */
export async function startPartContainer(
  spec: ContainerSpec,
  options: PartOptions,
): Promise<MadePart<ContainerAddress>> {
  const client = await dockerClient()
  await guardContainers()
  // A port of this machine that stays the same over restarts, unlike one that Docker chooses. It is on loopback
  // alone where the containers are on this machine.
  const here = client.info.containerRuntime.host === 'localhost'
  const host = here ? '127.0.0.1' : client.info.containerRuntime.host
  mkdirSync(dirname(options.logFile), { recursive: true })
  for (let attempt = 1; ; attempt += 1) {
    const address = { host, port: await freePort() }
    const log = new ContainerLog(options.logFile)
    const container = new BoundContainer(spec, address, here)
      .withLabels(ownerLabels())
      .withLogConsumer(output => log.follow(output))
    try {
      const started = await container.start()
      const running = client.container.getById(started.getId())
      return { address, control: new PartContainer(spec, running, log, options) }
    } catch (error) {
      if (container.id) await removeContainer(client.container.getById(container.id))
      const { message } = error as Error
      // Somebody else was faster: the port was free a moment ago.
      if (/port is already allocated|address already in use/.test(message) && attempt < portAttempts) continue
      await log.written()
      const { image, variable } = spec.image
      const reason = `did not start as a container of ${image}, which ${variable} can name (${message})`
      throw new ProcessStartError(spec.name, reason, endOfFile(options.logFile))
    }
  }
}

/** A container with one port, bound to a port of its host. */
class BoundContainer extends GenericContainer {
  /** Known as soon as the container was made, started or not. */
  id: string | undefined

  constructor(spec: ContainerSpec, address: ContainerAddress, onLoopback: boolean) {
    super(spec.image.image)
    const { environment, command } = spec.settings(address)
    this.withExposedPorts({ container: spec.port, host: address.port })
      .withEnvironment(environment)
      .withWaitStrategy(spec.ready)
    if (command) this.withCommand(command)
    const binding = { HostPort: String(address.port), ...(onLoopback && { HostIp: '127.0.0.1' }) }
    this.hostConfig.PortBindings = { [`${spec.port}/tcp`]: [binding] }
    const nanoseconds = 1_000_000_000
    this.createOpts.Healthcheck = {
      // Without a test it is the image's own, if it has one, only asked more often.
      Interval: nanoseconds / 2,
      Timeout: 5 * nanoseconds,
      StartPeriod: 60 * nanoseconds,
      Retries: 120,
    }
  }

  protected override async containerCreated(id: string): Promise<void> {
    this.id = id
  }
}

/** What a container says, over all its starts, in one file. */
class ContainerLog {
  readonly file: string
  #written: Promise<void> = Promise.resolve()

  constructor(file: string) {
    this.file = file
  }

  follow(output: Readable): void {
    this.#written = pipeline(output, createWriteStream(this.file, { flags: 'a' })).catch(() => undefined)
  }

  /** Resolves when all that an ended container said is in the file. */
  written(): Promise<void> {
    return this.#written
  }
}

/** A started container. Made by {@link startPartContainer}. */
class PartContainer {
  readonly logFile: string
  readonly #spec: ContainerSpec
  readonly #container: DockerContainer
  readonly #log: ContainerLog
  readonly #options: PartOptions
  /** True from the moment at which somebody here asked for the end. */
  #endExpected = false
  #looks = 0

  constructor(spec: ContainerSpec, container: DockerContainer, log: ContainerLog, options: PartOptions) {
    this.#spec = spec
    this.#container = container
    this.#log = log
    this.#options = options
    this.logFile = options.logFile
    this.#watch()
  }

  kill = async (): Promise<void> => {
    this.#endExpected = true
    await this.#container.kill().catch(unless(404, 409))
    await this.#container.wait().catch(unless(404))
    await this.#log.written()
  }

  restart = async (): Promise<void> => {
    this.#endExpected = true
    await this.goOn()
    await this.#container.stop({ t: stopGraceSeconds }).catch(unless(304))
    await this.#log.written()
    const client = await dockerClient()
    try {
      await this.#container.start()
      const { State } = await this.#container.inspect()
      const startedAt = new Date(State.StartedAt)
      this.#log.follow(await client.container.logs(this.#container, { since: startedAt.getTime() / 1000 }))
      await waitForContainer(client, this.#container, this.#spec.ready, new BoundPorts(), startedAt)
    } catch (error) {
      await removeContainer(this.#container)
      await this.#log.written()
      const reason = `did not start again (${(error as Error).message})`
      throw new ProcessStartError(this.#spec.name, reason, endOfFile(this.logFile))
    }
    this.#endExpected = false
    this.#watch()
  }

  hang = async (): Promise<void> => {
    await this.#container.pause()
  }

  goOn = async (): Promise<void> => {
    // Docker calls it a fault of its own to go on without having been paused.
    await this.#container.unpause().catch(unless(409, 500))
  }

  files = async (): Promise<string> => {
    this.#looks += 1
    const copy = join(this.#options.folder, `files-${this.#looks}`)
    mkdirSync(copy, { recursive: true })
    const archive = await this.#container.getArchive({ path: this.#spec.dataFolder })
    const tar = spawn('tar', ['-x', '-f', '-', '-C', copy], { stdio: ['pipe', 'ignore', 'pipe'] })
    const ended = once(tar, 'close') as Promise<[number | null]>
    await pipeline(archive, tar.stdin)
    const [code] = await ended
    if (code !== 0)
      throw new Error(`the files of ${this.#spec.name} could not be copied (tar ended with ${code})`)
    return copy
  }

  stop = async (): Promise<void> => {
    this.#endExpected = true
    await removeContainer(this.#container)
    await this.#log.written()
  }

  /** Tells of an end that nobody asked for. */
  #watch(): void {
    this.#container.wait().then(
      async ({ StatusCode }: { StatusCode: number }) => {
        if (this.#endExpected) return
        await this.#log.written()
        const { name } = this.#spec
        const exit = { code: StatusCode, signal: null }
        this.#options.onDied({ ...exit, name, logFile: this.logFile, endOfLog: endOfFile(this.logFile) })
      },
      // The container was removed, or Docker itself ended.
      () => undefined,
    )
  }
}
