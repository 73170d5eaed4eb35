// Waits for the end of the process that started it, however that comes, and removes its containers.
// Its one argument is the owner's name as their label has it.
const [owner] = process.argv.slice(2)
if (!owner) throw new Error('the guard was told no owner')
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

process.stdin.resume().once('close', async () => {
  // Loaded only now: for most of its life the guard does nothing.
  const { removeContainersOf } = await import('./clean-up.ts')
  await removeContainersOf(owner)
})
