import { MantineProvider } from '@mantine/core'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'urql'
import '@mantine/core/styles.css'
import './page.css'
import { router } from './routes.tsx'
import { beginSession, useSession } from './session.ts'
import { Starting } from './shell/Starting.tsx'
import { colours, theme } from './theme.ts'

const SignIn = lazy(() => import('./shell/SignIn.tsx'))
const ShutOut = lazy(() => import('./shell/ShutOut.tsx'))

function App() {
  const session = useSession()
  switch (session.phase) {
    case 'starting':
      return <Starting unreachable={session.unreachable} />
    case 'signed out':
      return (
        <Suspense>
          <SignIn why={session.why} />
        </Suspense>
      )
    case 'shut out':
      return (
        <Suspense>
          <ShutOut held={session.held} />
        </Suspense>
      )
    case 'signed in':
      return (
        <Provider value={session.connection.client}>
          <RouterProvider router={router} />
        </Provider>
      )
  }
}

beginSession()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={colours} defaultColorScheme="dark">
      <App />
    </MantineProvider>
  </StrictMode>,
)
