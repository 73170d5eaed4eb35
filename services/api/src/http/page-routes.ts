import { existsSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import express, { type RequestHandler, Router } from 'express'
import helmet from 'helmet'

const servedElsewhere = /^\/(graphql|health|pictures|crops|people|agent|session|oauth|\.well-known)\//

/**
 * Headers of every answer: what the page may load comes from here alone.
 * @param here.tls whether TLS is ended here
 */
export function pageHeaders(here: { tls: boolean }): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
        scriptSrc: ["'self'"],
        // The component library sets styles of elements.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    // The API may stand behind plain HTTP on a machine of one's own; whoever terminates TLS says this.
    strictTransportSecurity: here.tls && { maxAge: 31_536_000, includeSubDomains: false },
  })
}

/** A file of the build as it was compressed beside itself, to whoever takes it so. Its name holds a hash of its content. */
function sendCompressed(root: string): RequestHandler<{ name: string }> {
  return (request, response, next) => {
    const { name } = request.params
    const encodings = /^[\w-]+(\.[\w-]+)*\.(js|css)$/.test(name) ? (['br', 'gzip'] as const) : []
    for (const encoding of encodings) {
      const file = join(root, 'assets', `${name}.${encoding === 'br' ? 'br' : 'gz'}`)
      if (!request.acceptsEncodings(encoding) || !existsSync(file)) continue
      response
        .vary('Accept-Encoding')
        .type(extname(name))
        .set({ 'content-encoding': encoding, 'cache-control': 'public, max-age=31536000, immutable' })
        .sendFile(file, { cacheControl: false })
      return
    }
    next()
  }
}

/**
 * The built page: its files, and `index.html` for every other address that a browser navigates to.
 * @param folder absolute, or relative to the working directory
 */
export function pageRoutes(folder: string): Router {
  const root = resolve(folder)
  const router = Router()
  router.get('/assets/:name', sendCompressed(root))
  router.use(
    express.static(root, {
      index: false,
      redirect: false,
      setHeaders(response, path) {
        // The names of built assets hold a hash of their content.
        const isAsset = path.startsWith(join(root, 'assets'))
        response.setHeader('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    }),
  )
  router.get('/{*path}', (request, response, next) => {
    // A file that isn't there is no place in the page, nor is what other routes serve.
    const isFile = /\.[a-z0-9]+$/i.test(request.path)
    if (isFile || !request.accepts('html') || servedElsewhere.test(request.path)) {
      next()
      return
    }
    response.set('cache-control', 'no-cache').sendFile(join(root, 'index.html'), error => {
      if (error && !response.headersSent) next()
    })
  })
  return router
}
