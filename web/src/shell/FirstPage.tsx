import { Navigate } from '@tanstack/react-router'
import { useMyself } from '../myself/myself.ts'
import { pagesFor } from './pages.ts'

/** Leads to the first page that one is offered. */
export function FirstPage() {
  const { myself, may } = useMyself()
  const [first] = pagesFor(may)
  if (!myself || !first) return null
  return <Navigate to={first.to} search={previous => previous} replace />
}
