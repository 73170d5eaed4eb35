import { parseArgs } from 'node:util'
import { createLogger } from '@sightline/logging/logging'
import { type AdminCommand, commands } from './commands.ts'
import { AdminError, connect } from './connecting.ts'
import { readEnvironment } from './environment.ts'

/** What the command says; `usage` of one command alone. */
function help(): string {
  const lines = Object.values(commands).map(({ usage, says }) =>
    [`  ${usage}`, ...says.map(line => `      ${line}`)].join('\n'),
  )
  return `Administers an installation of Sightline. It takes the API's environment.

  npm run admin -- <command> …

${lines.join('\n')}

A <user> is an e-mail address or a user's id. Answers go to the standard output, all else to the standard error.
`
}

/** Ends with the usage of a command, which was not followed. */
function misused(message: string): never {
  process.stderr.write(`${message}\n\n${help()}`)
  process.exit(2)
}

function parse(command: AdminCommand, args: string[]) {
  try {
    const parsed = parseArgs({ args, options: command.options, allowPositionals: true, strict: true })
    const [fewest, most] = command.arguments
    const given = parsed.positionals.length
    if (given < fewest || given > most) misused(`npm run admin -- ${command.usage}`)
    return parsed
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error))
  }
}

const [name, ...args] = process.argv.slice(2)
if (name === undefined || name === 'help' || [name, ...args].some(arg => arg === '--help' || arg === '-h')) {
  process.stdout.write(help())
  process.exit(0)
}
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (!command) misused(`there is no command ${name}`)
const { positionals, values } = parse(command, args)

try {
  const logger = createLogger({ name: 'admin', level: 'warn', destination: 2 })
  await using connections = connect(readEnvironment(), logger)
  await command.run(connections, {
    positionals,
    values: values as Record<string, string | boolean | undefined>,
    say: line => void process.stdout.write(`${line}\n`),
    note: line => void process.stderr.write(`${line}\n`),
  })
} catch (error) {
  const known = error instanceof AdminError || (error instanceof Error && error.name.endsWith('Error'))
  process.stderr.write(`${known ? (error as Error).message : error}\n`)
  process.exitCode = 1
}
