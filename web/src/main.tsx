import { createTheme, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, useEffect, useMemo, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'urql'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import { createClient } from './graphql/client.ts'
import { router } from './routes.tsx'
import { currentToken, onTokenChanged, takeTokenFromAddress } from './session.ts'
import { SignIn } from './shell/SignIn.tsx'

const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 7 },
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
})

takeTokenFromAddress()

function App() {
  const token = useSyncExternalStore(onTokenChanged, currentToken)
  const connection = useMemo(() => (token ? createClient(token) : undefined), [token])
  useEffect(() => () => connection?.close(), [connection])
  if (!connection) return <SignIn />
  return (
    <Provider value={connection.client}>
      <RouterProvider router={router} />
    </Provider>
  )
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="dark">
      <Notifications position="bottom-right" />
      <App />
    </MantineProvider>
  </StrictMode>,
)
