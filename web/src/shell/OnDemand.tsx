import { type ReactNode, Suspense, useState } from 'react'

/** What is loaded when it is wanted first, and stays from then on, so that it can also close with grace. */
export function OnDemand({ wanted, children }: { wanted: boolean; children: ReactNode }) {
  const [ever, setEver] = useState(wanted)
  if (wanted && !ever) setEver(true)
  return ever ? <Suspense>{children}</Suspense> : null
}
