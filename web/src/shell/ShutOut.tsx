import { Alert, Button, Text } from '@mantine/core'
import { useState } from 'react'
import type { HeldSession } from '../session/held-session.ts'
import { resume, signOut, switchTenant } from '../session.ts'
import { FrontDoor } from './FrontDoor.tsx'

/** What stands where somebody is signed in and nothing of their tenant is open to them any more. */
export default function ShutOut({ held }: { held: HeldSession }) {
  const [moving, setMoving] = useState(false)
  const [elsewhere] = held.tenantIds.filter(tenantId => tenantId !== held.tenantId)
  const move = async () => {
    setMoving(true)
    if (!(await switchTenant(elsewhere!))) setMoving(false)
  }
  return (
    <FrontDoor title="Nothing here is open to you">
      <Alert color="yellow" title="Your access has ended" role="alert">
        You are no member of this tenant any more, it is suspended, or it hears nobody from the network that
        you are in. Its administrators know.
      </Alert>
      <Text c="dimmed" size="sm">
        You are still signed in: once you have access again you go on where you were.
      </Text>
      <Button onClick={() => void resume()}>Try again</Button>
      {elsewhere && (
        <Button variant="default" loading={moving} onClick={() => void move()}>
          Go to your other tenant
        </Button>
      )}
      <Button variant="subtle" onClick={() => void signOut()}>
        Sign out
      </Button>
    </FrontDoor>
  )
}
