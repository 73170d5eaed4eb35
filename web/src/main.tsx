import { MantineProvider } from '@mantine/core'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'urql'
import '@mantine/core/styles.css'
import './page.css'
import { router } from './routes.tsx'
import { takeTokenFromAddress, useSession } from './session.ts'
import { colours, theme } from './theme.ts'

const SignIn = lazy(() => import('./shell/SignIn.tsx'))

function App() {
  const session = useSession()
  if (session.phase === 'signed out') {
    return (
      <Suspense>
        <SignIn refused={session.why === 'refused'} />
      </Suspense>
    )
  }
  return (
    <Provider value={session.connection.client}>
      <RouterProvider router={router} />
    </Provider>
  )
}

takeTokenFromAddress()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={colours} defaultColorScheme="dark">
      <App />
    </MantineProvider>
  </StrictMode>,
)
