import { join, resolve } from 'node:path'
import express, { type RequestHandler, Router } from 'express'
import helmet from 'helmet'

/** Headers of every answer: what the page may load comes from here alone. */
export function pageHeaders(): RequestHandler {
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
    strictTransportSecurity: false,
  })
}

/**
 * The built page: its files, and `index.html` for every other address that a browser navigates to.
 * @param folder absolute, or relative to the working directory
 */
export function pageRoutes(folder: string): Router {
  const root = resolve(folder)
  const router = Router()
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
    if (!request.accepts('html') || /^\/(graphql|health|pictures|crops|people|agent)\//.test(request.path)) {
      next()
      return
    }
    response.set('cache-control', 'no-cache').sendFile(join(root, 'index.html'), error => {
      if (error && !response.headersSent) next()
    })
  })
  return router
}
