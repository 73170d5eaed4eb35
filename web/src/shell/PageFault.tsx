import { Button, EmptyState } from '@mantine/core'
import { IconMapQuestion, IconMoodSad } from '@tabler/icons-react'
import { type ErrorComponentProps, Link } from '@tanstack/react-router'

/** What stands where a page broke: most often its code was replaced by a newer version. */
export function PageFault({ error }: ErrorComponentProps) {
  return (
    <EmptyState role="alert" variant="light" color="red" icon={<IconMoodSad />} py={64} maw={460} mx="auto">
      <EmptyState.Title order={1}>This page broke</EmptyState.Title>
      <EmptyState.Description>{`Load it again: there may be a newer version. (${error instanceof Error ? error.message : String(error)})`}</EmptyState.Description>
      <EmptyState.Actions>
        <Button onClick={() => window.location.reload()}>Load again</Button>
      </EmptyState.Actions>
    </EmptyState>
  )
}

/** What stands where no page is. */
export function NoSuchPage() {
  return (
    <EmptyState variant="light" icon={<IconMapQuestion />} py={64} maw={460} mx="auto">
      <EmptyState.Title order={1}>There is no such page</EmptyState.Title>
      <EmptyState.Description>The address is wrong, or the page has moved.</EmptyState.Description>
      <EmptyState.Actions>
        <Button renderRoot={props => <Link to="/" {...props} />}>Go to the first page</Button>
      </EmptyState.Actions>
    </EmptyState>
  )
}
