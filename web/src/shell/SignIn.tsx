import { Alert, Button, Code, Text } from '@mantine/core'
import { resume, type SignedOutWhy, signOut } from '../session.ts'
import { FrontDoor } from './FrontDoor.tsx'

const titles: Record<SignedOutWhy, string> = {
  'no session': 'Sign in to Sightline',
  'link refused': 'This link signs nobody in',
  'no access': 'Nothing is open to you',
  ended: 'Sign in again',
  'signed out': 'You are signed out',
  'not told': 'You may still be signed in',
}

const alerts: Partial<Record<SignedOutWhy, { title: string; text: string }>> = {
  'link refused': {
    title: 'Ask for another link',
    text: 'A sign-in link works once and within five minutes. This one was used, or its time is over.',
  },
  'no access': {
    title: 'You have no access yet',
    text: 'You are a member of no tenant, or yours is suspended. Once that has changed the same link works, within its five minutes.',
  },
  ended: {
    title: 'Your session has ended',
    text: 'Its time is over, or somebody ended it. Signed in again you go on where you were.',
  },
  'not told': {
    title: 'The server could not be reached',
    text: 'It has not heard that you signed out: whoever uses this browser could go on as you.',
  },
}

/** What stands where nobody is signed in, why, and how one signs in. */
export default function SignIn({ why }: { why: SignedOutWhy }) {
  const alert = alerts[why]
  return (
    <FrontDoor title={titles[why]}>
      {alert && (
        <Alert color="yellow" title={alert.title} role="alert">
          {alert.text}
        </Alert>
      )}
      <Text c="dimmed" size="sm">
        Open the sign-in link that you were given. Whoever runs Sightline makes one by{' '}
        <Code>npm run admin -- sign-in-link your@address</Code>; it works once, within five minutes.
      </Text>
      {why === 'link refused' && (
        <Button variant="default" onClick={() => void resume()}>
          Go on without the link
        </Button>
      )}
      {why === 'not told' && <Button onClick={() => void signOut()}>Sign out once more</Button>}
    </FrontDoor>
  )
}
