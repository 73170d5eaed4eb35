import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** In development the page is served by Vite and everything else comes from the API at `SIGHTLINE_API`. */
const api = process.env.SIGHTLINE_API ?? 'http://127.0.0.1:4000'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { outDir: 'dist', target: 'es2022', sourcemap: false },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/graphql': { target: api, ws: true },
      '/people/': { target: api, bypass: request => (request.method === 'PUT' ? undefined : '/index.html') },
      '/pictures/': api,
      '/crops/': api,
    },
  },
})
