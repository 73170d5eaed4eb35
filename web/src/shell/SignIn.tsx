import { Alert, Button, Center, Image, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { signIn } from '../session.ts'

/** What stands where no token is: the page keeps it in memory alone, so a reload asks again. */
export default function SignIn({ refused }: { refused: boolean }) {
  const [pasted, setPasted] = useState('')
  return (
    <Center mih="100dvh" p="md" component="main">
      <title>Sign in · Sightline</title>
      <Paper withBorder p={{ base: 'lg', sm: 'xl' }} maw={440} w="100%">
        <form
          onSubmit={event => {
            event.preventDefault()
            signIn(pasted.trim())
          }}
        >
          <Stack>
            <Image src="/icon.svg" alt="" w={48} h={48} />
            <Title order={1} size="h2">
              {refused ? 'Sign in again' : 'Sign in to Sightline'}
            </Title>
            {refused && (
              <Alert color="yellow" title="Your access has ended" role="alert">
                The token is not valid or has run out. With a new one you go on where you were.
              </Alert>
            )}
            <Text c="dimmed" size="sm">
              Open the address that you were given: it carries your access token. Or paste the token here. It
              is kept in memory only, so a reload asks for it again.
            </Text>
            <PasswordInput
              label="Access token"
              value={pasted}
              onChange={event => setPasted(event.currentTarget.value)}
              autoComplete="off"
              required
              autoFocus
            />
            <Button type="submit" disabled={pasted.trim() === ''}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}
