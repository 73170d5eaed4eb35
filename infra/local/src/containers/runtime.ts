import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers'

/** `STACK=containers`, and there is no Docker that answers. */
export class NoContainersError extends Error {
  override readonly name = 'NoContainersError'
  constructor(cause: unknown) {
    super(
      'STACK=containers needs Docker, and none answers here. Start it, say where it is (DOCKER_HOST), or leave STACK out: the stack is then processes of this machine.',
      { cause },
    )
  }
}

/** The Docker that Testcontainers finds. @throws NoContainersError */
export async function dockerClient(): Promise<ContainerRuntimeClient> {
  try {
    return await getContainerRuntimeClient()
  } catch (error) {
    throw new NoContainersError(error)
  }
}

/** One of Docker's containers, running or not. */
export type DockerContainer = ReturnType<ContainerRuntimeClient['container']['getById']>

/** Ends a container and removes it with its volumes; one that is gone already stays so. */
export async function removeContainer(container: DockerContainer): Promise<void> {
  await container.remove({ force: true, v: true }).catch(unless(404, 409))
}

/**
 * Lets a refusal of Docker pass where what was asked for is so already: 304 started or stopped already, 404 not
 * there, 409 in another state or being removed.
 */
export function unless(...statusCodes: number[]): (error: { statusCode?: number }) => void {
  return error => {
    if (error.statusCode === undefined || !statusCodes.includes(error.statusCode)) throw error
  }
}
