import { uploadedPictureKey } from '@sightline/contracts/people'
import {
  allPeople,
  type PersonRow,
  peopleByIds,
  peopleChangedAfter,
  personPage,
} from '@sightline/projections/people/reader'
import type { Resolvers } from '../../generated/resolvers.ts'
import { inScope } from '../access/rights.ts'
import { byName, connection } from '../connection.ts'
import { loadPresent } from '../loaders.ts'
import { askedBy, type PictureAddresses } from '../pictures/addresses.ts'
import type { Delivery } from '../reading/changes.ts'
import type { Follow } from '../reading/follow.ts'

/** People are listed by name, the erased ones first. */
const personOrder = byName<PersonRow>(person => person.name ?? '')

/** What is read of people and their pictures. */
export function peopleQueries({
  follow,
  addresses,
  now,
}: {
  follow: Follow
  addresses: Pick<PictureAddresses, 'signAddress'>
  now: () => Date
}) {
  return {
    Query: {
      people: (_parent, args, context) =>
        connection(context, { query: 'people', filter: {} }, personOrder, args, 50, page =>
          context.read(sql => personPage(sql, page)),
        ),
      person: async (_parent, { id }, context) =>
        (await context.read(sql => peopleByIds(sql, [id])))[0] ?? null,
    },
    Person: {
      sites: (person, _args, { loaders, rights }) =>
        loadPresent(
          loaders.site,
          // Each of the others would be found and refused.
          person.siteIds.filter(siteId => rights && inScope(rights, { siteId })),
        ),
      pictures: (person, _args, { loaders }) => loaders.picturesOfPerson.load(person.id),
    },
    PersonPicture: {
      url: ({ tenantId, personId, siteIds, id, keyId, contentType }, _args, { principal }) =>
        addresses.signAddress({
          kind: 'picture',
          ...askedBy(principal),
          siteIds: siteIds ?? [],
          cameraId: null,
          tenantId,
          objectKey: uploadedPictureKey({ tenantId, personId, pictureId: id }),
          keyId,
          contentType,
          now: now(),
        }),
    },
    Subscription: {
      peopleChanged: {
        subscribe: (_parent, _args, context) =>
          follow(context, {
            of: ['people'],
            models: ['people', 'pictures'],
            everything: allPeople,
            changedAfter: (sql, position) => peopleChangedAfter(sql, { position }),
          }),
        resolve: (change: Delivery<PersonRow>['change']) => change,
      },
    },
  } satisfies Resolvers
}
