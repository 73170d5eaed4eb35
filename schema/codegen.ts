import type { CodegenConfig } from '@graphql-codegen/cli'

/** How scalars look to TypeScript: what clients get and send are strings, what resolvers give may be a Date. */
const onTheWire = { UUID: 'string', DateTime: 'string', Position: 'string', Cursor: 'string' }
const inResolvers = { ...onTheWire, DateTime: { input: 'string', output: 'Date | string' } }

/** Run by `npm run codegen`, from the root of the repository. What it writes is committed. */
const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  ignoreNoDocuments: true,
  silent: true,
  generates: {
    // What resolvers take and give. Objects with relations are resolved from rows of the read models.
    'services/api/generated/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        scalars: inResolvers,
        contextType: '../src/context.ts#RequestContext',
        useTypeImports: true,
        enumsAsTypes: true,
        useIndexSignature: false,
        makeResolverTypeCallable: true,
        avoidOptionals: { field: true, object: true, inputValue: false, defaultValue: false },
        mappers: {
          Agent: '@sightline/projections/agents/reader#AgentRow',
          Camera: '@sightline/projections/cameras/reader#CameraRow',
          Person: '@sightline/projections/people/reader#PersonRow',
          PersonPicture: '@sightline/projections/pictures/reader#PictureRow',
          Sighting: '@sightline/projections/sightings/reader#SightingRow',
          SightingCandidate: '@sightline/contracts/sightings#Candidate',
          Site: '@sightline/projections/sites/reader#SiteRow',
          Stream: '@sightline/projections/streams/reader#StreamRow',
          StreamAssignment: '@sightline/projections/assignments/reader#AssignmentRow',
          TenantRecord: '@sightline/projections/tenant-records/reader#CountedTenantRow',
          Tenant: '@sightline/projections/tenants/reader#TenantRow',
          Member: '@sightline/projections/members/reader#MemberRow',
          Grant: '@sightline/projections/members/reader#GrantRow',
          ApiKey: '@sightline/projections/api-keys/reader#ApiKeyRow',
          Session: '@sightline/projections/sessions/reader#SessionRow',
        },
      },
    },
    // What machines, the demo and tests ask for.
    'schema/generated/operations.ts': {
      documents: 'schema/src/operations/*.graphql',
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        scalars: onTheWire,
        enumsAsTypes: true,
        useTypeImports: true,
        documentMode: 'documentNode',
        defaultScalarType: 'unknown',
      },
    },
    // What the page asks for.
    'web/src/generated/': {
      preset: 'client',
      documents: ['web/src/**/*.{ts,tsx}', '!web/src/generated/**', 'schema/src/operations/answers.graphql'],
      presetConfig: { fragmentMasking: false },
      config: { scalars: onTheWire, enumsAsTypes: true, useTypeImports: true },
    },
  },
}
export default config
