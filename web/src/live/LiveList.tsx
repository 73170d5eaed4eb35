import { Button, EmptyState } from '@mantine/core'
import type { ReactNode } from 'react'
import { FailureAlert } from './FailureAlert.tsx'
import type { LiveRows } from './live-rows.ts'

/** What stands where nothing is yet: what this is, and the next step. */
interface Nothing {
  icon: ReactNode
  title: string
  text: string
  action?: { label: string; onClick: () => void }
}

/** A list in its four states: loading, failed, empty, full. `skeleton` has the shape of what is loaded. */
export function LiveList<Row>({
  rows,
  skeleton,
  empty,
  children,
}: {
  rows: LiveRows<Row>
  skeleton: ReactNode
  empty: Nothing
  children: (rows: readonly Row[]) => ReactNode
}) {
  if (rows.phase === 'loading') {
    return (
      <div role="status" aria-label="Loading">
        {skeleton}
      </div>
    )
  }
  if (rows.phase === 'failed')
    return <FailureAlert title="This list could not be shown" fault={rows.fault} retry={rows.retry} />
  if (rows.rows.length > 0) return <>{children(rows.rows)}</>
  const { icon, title, text, action } = empty
  return (
    <EmptyState variant="light" size="lg" icon={icon} py={{ base: 'xl', sm: 64 }} maw={460} mx="auto">
      <EmptyState.Title order={2}>{title}</EmptyState.Title>
      <EmptyState.Description>{text}</EmptyState.Description>
      {action && (
        <EmptyState.Actions>
          <Button onClick={action.onClick}>{action.label}</Button>
        </EmptyState.Actions>
      )}
    </EmptyState>
  )
}
