import { Text, Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

/** An instant in the viewer's zone, as short as it can be told; the exact one on hover. */
export function Instant({ at, size = 'sm' }: { at: string; size?: string }) {
  const date = new Date(at)
  const today = new Date().toDateString() === date.toDateString()
  return (
    <Tooltip label={exact.format(date)} openDelay={300}>
      <Text span size={size} component="time" dateTime={at}>
        {today ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`}
      </Text>
    </Tooltip>
  )
}

/** The seconds since `since` (ms since the epoch), counted on. */
export function useSecondsSince(since: number): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, Math.round((now - since) / 1000))
}
