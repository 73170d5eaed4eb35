import { type RefObject, useEffect, useRef, useState } from 'react'

/**
 * What is shown while new rows wait: those that were shown already, as they are now, in their order. With nothing
 * shown yet, everything.
 */
export function holdBack<Row extends { id: string }>(
  rows: readonly Row[],
  shown: ReadonlySet<string>,
): { rows: readonly Row[]; waiting: number } {
  if (shown.size === 0) return { rows, waiting: 0 }
  const kept = rows.filter(row => shown.has(row.id))
  return { rows: kept, waiting: rows.length - kept.length }
}

/** How long a pointer that rests counts as pointing, ms. */
const RESTING_MS = 4_000

/** How far from the top somebody has scrolled who reads something else than what is newest, px. */
const SCROLLED_PX = 80

/** Whether somebody is at work in an element: points into it, has the keyboard's focus there, or has scrolled away. */
export function useIsAtWork(element: RefObject<HTMLElement | null>): boolean {
  const [pointing, setPointing] = useState(false)
  const [focused, setFocused] = useState(false)
  const [scrolled, setScrolled] = useState(false)
  useEffect(() => {
    const within = element.current
    if (!within) return
    const listening = new AbortController()
    const { signal } = listening
    let resting: ReturnType<typeof setTimeout> | undefined
    const leave = () => {
      clearTimeout(resting)
      setPointing(false)
    }
    within.addEventListener(
      'pointermove',
      event => {
        if (event.pointerType !== 'mouse') return
        setPointing(true)
        clearTimeout(resting)
        resting = setTimeout(leave, RESTING_MS)
      },
      { signal },
    )
    within.addEventListener('pointerleave', leave, { signal })
    within.addEventListener(
      'focusin',
      event => setFocused((event.target as HTMLElement).matches(':focus-visible')),
      { signal },
    )
    within.addEventListener('focusout', () => setFocused(false), { signal })
    const scroll = () => setScrolled(window.scrollY > SCROLLED_PX)
    scroll()
    window.addEventListener('scroll', scroll, { signal, passive: true })
    return () => {
      clearTimeout(resting)
      listening.abort()
    }
  }, [element])
  return pointing || focused || scrolled
}

/** Rows that don't move while somebody is at work on them: new ones wait until they are asked for, or nobody is. */
export function useHeldRows<Row extends { id: string }>(
  rows: readonly Row[],
  atWork: boolean,
): { rows: readonly Row[]; waiting: number; release: () => void } {
  const shown = useRef<ReadonlySet<string>>(new Set())
  const [, setReleased] = useState(0)
  if (!atWork) shown.current = new Set(rows.map(row => row.id))
  const held = holdBack(rows, shown.current)
  return {
    ...held,
    release() {
      shown.current = new Set(rows.map(row => row.id))
      setReleased(count => count + 1)
    },
  }
}
