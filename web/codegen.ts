import type { CodegenConfig } from '@graphql-codegen/cli'

/** Typed documents for the page: every `graphql(…)` literal under `web/src`. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  documents: ['web/src/**/*.{ts,tsx}', '!web/src/generated/**'],
  generates: {
    'web/src/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        nonOptionalTypename: true,
        scalars: { UUID: 'string', DateTime: 'string', Position: 'string', Cursor: 'string' },
      },
    },
  },
}

export default config
