/**
 * Loaded before the server's program, makes it a server that waits for no disk: what tests of durability must not
 * let pass.
 */
import { DatabaseSync } from 'node:sqlite'

const { exec } = DatabaseSync.prototype

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  exec.call(this, sql)
  if (sql.startsWith('pragma synchronous')) exec.call(this, 'pragma synchronous = off')
}
