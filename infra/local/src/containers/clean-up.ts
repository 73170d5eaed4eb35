import { spawn } from 'node:child_process'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ownerOf } from '../temporary-folder.ts'
import { type DockerContainer, dockerClient, removeContainer } from './runtime.ts'

/** The label that tells a container's owner: the machine and the process that started it. */
const label = 'sightline.owner'

/** The labels of every container that this process starts. */
export function ownerLabels(): Record<string, string> {
  return { [label]: ownerHere(process.pid) ?? '' }
}

/** Names a running process of this machine so that no other one ever has the same name; undefined if there is none. */
function ownerHere(pid: number): string | undefined {
  const owner = ownerOf(pid)
  return owner && `${hostname()} ${owner}`
}

let guarded: Promise<void> | undefined

/**
 * Sees to it, once a process, that no container outlives it, however it ends. Testcontainers has a container of
 * its own for that, Ryuk; where the environment switches that off (`TESTCONTAINERS_RYUK_DISABLED=true`), a process
 * beside this one waits for its end. What was left behind by processes that ended with theirs is removed here.
 */
export function guardContainers(): Promise<void> {
  guarded ??= process.env.TESTCONTAINERS_RYUK_DISABLED === 'true' ? startGuard() : Promise.resolve()
  return guarded
}

async function startGuard(): Promise<void> {
  await removeOrphans()
  const guard = spawn(
    process.execPath,
    [fileURLToPath(new URL('./guard.ts', import.meta.url)), ownerHere(process.pid) ?? ''],
    // In a group of its own: what ends this process from the terminal must not end the guard.
    { detached: true, stdio: ['pipe', 'ignore', 'inherit'] },
  )
  // Its standard input ends when this process does. Nothing is ever written to it.
  guard.unref()
  ;(guard.stdin as unknown as { unref(): void }).unref()
}

/** Removes the containers of processes of this machine that are no more. */
async function removeOrphans(): Promise<void> {
  const here = `${hostname()} `
  const orphans = (await containersWith(label)).filter(({ owner }) => {
    if (!owner.startsWith(here)) return false
    const pid = Number.parseInt(owner.slice(here.length), 10)
    return ownerHere(pid) !== owner
  })
  await Promise.all(orphans.map(({ container }) => removeContainer(container)))
}

/** Removes every container of an owner, also one whose making was under way when the owner ended. */
export async function removeContainersOf(owner: string): Promise<void> {
  for (let empty = 0; empty < 3; ) {
    const left = await containersWith(`${label}=${owner}`)
    empty = left.length === 0 ? empty + 1 : 0
    await Promise.all(left.map(({ container }) => removeContainer(container)))
    await wait(300)
  }
}

async function containersWith(filter: string): Promise<{ container: DockerContainer; owner: string }[]> {
  const { container } = await dockerClient()
  const found = await container.dockerode.listContainers({ all: true, filters: { label: [filter] } })
  return found.map(({ Id, Labels }) => ({ container: container.getById(Id), owner: Labels[label] ?? '' }))
}
