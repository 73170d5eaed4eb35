import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** In development the page is served by Vite and everything else comes from the API at `SIGHTLINE_API`. */
const api = process.env.SIGHTLINE_API ?? 'http://127.0.0.1:4000'

/** Puts `.br` and `.gz` beside each text of the build, so that whoever serves it compresses nothing. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const output of Object.values(bundle)) {
          if (!/\.(js|css)$/.test(output.fileName)) continue
          const source = Buffer.from(output.type === 'chunk' ? output.code : output.source)
          const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
          for (const [ending, bytes] of [
            ['br', brotliCompressSync(source, { params })],
            ['gz', gzipSync(source, { level: 9 })],
          ] as const) {
            this.emitFile({ type: 'asset', fileName: `${output.fileName}.${ending}`, source: bytes })
          }
        }
      },
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressed()],
  build: { outDir: 'dist', target: 'es2022', sourcemap: false, reportCompressedSize: false },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/graphql': { target: api, ws: true },
      '/people/': { target: api, bypass: request => (request.method === 'PUT' ? undefined : '/index.html') },
      '/session/': api,
      '/pictures/': api,
      '/crops/': api,
    },
  },
})
