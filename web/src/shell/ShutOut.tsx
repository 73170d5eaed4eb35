import { Alert, Button, Text } from '@mantine/core'
import { useState } from 'react'
import type { HeldSession } from '../session/held-session.ts'
import { resume, signOut, switchTenant } from '../session.ts'
import { FrontDoor } from './FrontDoor.tsx'

/** What stands where somebody is signed in and nothing of their tenant is open to them any more. */
export default function ShutOut({ held }: { held: HeldSession }) {
  const [moving, setMoving] = useState(false)
  const [elsewhere] = [
    ...held.tenantIds.filter(tenantId => tenantId !== held.tenantId),
    ...(held.systemAdministrator && held.tenantId !== null ? [null] : []),
  ]
  const move = async (tenantId: string | null) => {
    setMoving(true)
    if (!(await switchTenant(tenantId))) setMoving(false)
  }
  return (
    <FrontDoor title="Nothing here is open to you">
      <Alert color="yellow" title="Your access has ended" role="alert">
        {held.tenantId === null ? (
          'You don’t administer this Sightline any more. Whoever runs it knows.'
        ) : (
          <>
            You are no member of this tenant any more, it is suspended, or it hears nobody from the network
            that you are in. Its administrators know.
          </>
        )}
      </Alert>
      <Text c="dimmed" size="sm">
        You are still signed in: once you have access again you go on where you were.
      </Text>
      <Button onClick={() => void resume()}>Try again</Button>
      {elsewhere !== undefined && (
        <Button variant="default" loading={moving} onClick={() => void move(elsewhere)}>
          {elsewhere === null ? 'Go to all of Sightline' : 'Go to your other tenant'}
        </Button>
      )}
      <Button variant="subtle" onClick={() => void signOut()}>
        Sign out
      </Button>
    </FrontDoor>
  )
}
