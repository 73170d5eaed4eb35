import { Center, Image, Paper, Stack, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** What stands in place of every page where nothing can be shown. */
export function FrontDoor({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Center mih="100dvh" p="md" component="main">
      <title>{`${title} · Sightline`}</title>
      <Paper withBorder p={{ base: 'lg', sm: 'xl' }} maw={440} w="100%">
        <Stack>
          <Image src="/icon.svg" alt="" w={48} h={48} />
          <Title order={1} size="h2">
            {title}
          </Title>
          {children}
        </Stack>
      </Paper>
    </Center>
  )
}
