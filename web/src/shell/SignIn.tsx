import { Button, Center, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { setToken } from '../session.ts'

/** What stands where no token is: the page keeps it in memory alone, so a reload asks again. */
export function SignIn() {
  const [pasted, setPasted] = useState('')
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" maw={440} w="100%">
        <form
          onSubmit={event => {
            event.preventDefault()
            setToken(pasted.trim())
          }}
        >
          <Stack>
            <Title order={1} size="h2">
              Sightline
            </Title>
            <Text c="dimmed">
              Open the address that you were given: it carries your access token. Or paste the token here. It
              is kept in memory only, so a reload asks for it again.
            </Text>
            <PasswordInput
              label="Access token"
              value={pasted}
              onChange={event => setPasted(event.currentTarget.value)}
              autoComplete="off"
              required
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
