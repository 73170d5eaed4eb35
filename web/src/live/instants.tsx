import { Text, type TextProps } from '@mantine/core'
import { useEffect, useState } from 'react'

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

/** An instant in the viewer's zone, as short as it can be told; the exact one on hover. */
export function Instant({
  at,
  timeOnly,
  toMinute,
  ...props
}: {
  at: string
  /** Where the day is told already. */
  timeOnly?: boolean
  /** The time alone, without seconds. */
  toMinute?: boolean
} & TextProps) {
  const date = new Date(at)
  const short = timeOnly || new Date().toDateString() === date.toDateString()
  return (
    <Text span size="sm" {...props} component="time" dateTime={at} title={exact.format(date)}>
      {toMinute
        ? minute.format(date)
        : short
          ? clock.format(date)
          : `${day.format(date)}, ${clock.format(date)}`}
    </Text>
  )
}

/** The day of an instant as people call it. */
export function dayInWords(at: string, now: Date): string {
  const date = new Date(at)
  const yesterday = new Date(now)
  yesterday.setDate(now.getDate() - 1)
  if (date.toDateString() === now.toDateString()) return 'Today'
  if (date.toDateString() === yesterday.toDateString()) return 'Yesterday'
  return date.getFullYear() === now.getFullYear() ? longDay.format(date) : day.format(date)
}

/** A length of time as short as it can be told: `12 s`, `3 min`, `2 h`. */
export function ageInWords(seconds: number): string {
  if (seconds < 100) return `${seconds} s`
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3600)} h`
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
