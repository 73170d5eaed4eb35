/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "fragment Accepted on CommandAccepted {\n  id\n  position\n}\n\nfragment Refused on Rejection {\n  code\n  message\n}": typeof types.AcceptedFragmentDoc,
    "\n  mutation AddMember($input: AddMemberInput!) {\n    addMember(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.AddMemberDocument,
    "\n  mutation ChangeRole($input: ChangeRoleInput!) {\n    changeRole(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.ChangeRoleDocument,
    "\n  mutation RevokeGrant($input: RevokeGrantInput!) {\n    revokeGrant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.RevokeGrantDocument,
    "\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.RemoveMemberDocument,
    "\n  mutation IssueApiKey($input: IssueApiKeyInput!) {\n    issueApiKey(input: $input) {\n      __typename\n      ... on IssuedApiKey {\n        id\n        key\n        expiresAt\n        position\n      }\n      ...Refused\n    }\n  }\n": typeof types.IssueApiKeyDocument,
    "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.RevokeApiKeyDocument,
    "\n  mutation RotateApiKey($input: RotateApiKeyInput!) {\n    rotateApiKey(input: $input) {\n      __typename\n      ... on IssuedApiKey {\n        id\n        key\n        expiresAt\n        position\n      }\n      ...Refused\n    }\n  }\n": typeof types.RotateApiKeyDocument,
    "\n  subscription ScopeCameras {\n    camerasChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        site {\n          id\n          name\n        }\n      }\n      removed\n    }\n  }\n": typeof types.ScopeCamerasDocument,
    "\n  query Sessions($userId: UUID, $first: Int, $after: Cursor, $atLeast: Position) {\n    sessions(userId: $userId, first: $first, after: $after, atLeast: $atLeast) {\n      edges {\n        node {\n          id\n          userId\n          startedAt\n          expiresAt\n          endedAt\n          current\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.SessionsDocument,
    "\n  subscription MemberNames {\n    membersChanged {\n      position\n      replaces\n      changed {\n        id\n        email\n      }\n      removed\n    }\n  }\n": typeof types.MemberNamesDocument,
    "\n  mutation EndSession($input: EndSessionInput!) {\n    endSession(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.EndSessionDocument,
    "\n  query TenantSettings($atLeast: Position) {\n    tenant(atLeast: $atLeast) {\n      id\n      name\n      suspended\n      allowList\n      quota {\n        cameras\n        people\n      }\n    }\n  }\n": typeof types.TenantSettingsDocument,
    "\n  mutation SetAllowList($input: SetAllowListInput!) {\n    setAllowList(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.SetAllowListDocument,
    "\n  mutation GrantScope($input: GrantScopeInput!) {\n    grantScope(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.GrantScopeDocument,
    "\n  query ApiKeys($first: Int, $after: Cursor, $atLeast: Position) {\n    apiKeys(first: $first, after: $after, atLeast: $atLeast) {\n      edges {\n        node {\n          id\n          kind\n          subjectId\n          name\n          addresses\n          issuedAt\n          expiresAt\n          revokedAt\n          lastUsedAt\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.ApiKeysDocument,
    "\n  query AgentNames {\n    agents(first: 200) {\n      edges {\n        node {\n          id\n          name\n          serial\n        }\n      }\n    }\n  }\n": typeof types.AgentNamesDocument,
    "\n  subscription MembersChanged {\n    membersChanged {\n      position\n      replaces\n      changed {\n        id\n        email\n        role\n        everywhere\n        addedAt\n        grants {\n          id\n          sites {\n            id\n            name\n          }\n          cameras {\n            id\n            name\n          }\n          endsAt\n        }\n      }\n      removed\n    }\n  }\n": typeof types.MembersChangedDocument,
    "\n  subscription AgentsChanged {\n    agentsChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        serial\n        status\n        statusSince\n        pairedAt\n        site {\n          id\n          name\n        }\n      }\n      removed\n    }\n  }\n": typeof types.AgentsChangedDocument,
    "\n  mutation LookUpPairing($code: String!) {\n    lookUpPairing(code: $code) {\n      __typename\n      ... on OpenPairing {\n        agentId\n        name\n        serial\n        expiresAt\n      }\n      ...Refused\n    }\n  }\n": typeof types.LookUpPairingDocument,
    "\n  mutation PairAgent($input: PairAgentInput!) {\n    pairAgent(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.PairAgentDocument,
    "\n  mutation UnpairAgent($input: UnpairAgentInput!) {\n    unpairAgent(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.UnpairAgentDocument,
    "\n  mutation StartStream($input: StartStreamInput!) {\n    startStream(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.StartStreamDocument,
    "\n  mutation StopStream($input: StopStreamInput!) {\n    stopStream(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.StopStreamDocument,
    "\n  subscription CamerasChanged($siteId: UUID) {\n    camerasChanged(siteId: $siteId) {\n      position\n      replaces\n      changed {\n        id\n        name\n        host\n        framesPerSecond\n        reencode\n        site {\n          id\n          name\n        }\n        stream {\n          id\n          wanted\n          status\n          reason\n          detail\n          statusSince\n          smallestFace\n          video {\n            codec\n            profile\n            width\n            height\n            reencoded\n          }\n        }\n      }\n      removed\n    }\n  }\n": typeof types.CamerasChangedDocument,
    "\n  mutation RegisterCamera($input: RegisterCameraInput!) {\n    registerCamera(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.RegisterCameraDocument,
    "\n  query Myself($atLeast: Position) {\n    myself(atLeast: $atLeast) {\n      id\n      email\n      role\n      everywhere\n      sessionId\n      systemAdministrator\n      may\n      tenant {\n        id\n        name\n      }\n      tenants {\n        id\n        name\n        role\n      }\n    }\n  }\n": typeof types.MyselfDocument,
    "\n  subscription RightsWatch {\n    agentsChanged {\n      position\n    }\n  }\n": typeof types.RightsWatchDocument,
    "\n  subscription SystemRightsWatch {\n    tenantRecordsChanged {\n      position\n    }\n  }\n": typeof types.SystemRightsWatchDocument,
    "\n  mutation EnrolPerson($input: EnrolPersonInput!) {\n    enrolPerson(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.EnrolPersonDocument,
    "\n  mutation AddPersonPicture($input: AddPersonPictureInput!) {\n    addPersonPicture(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.AddPersonPictureDocument,
    "\n  subscription PeopleChanged {\n    peopleChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        enrolledAt\n        pictures {\n          id\n          status\n          refusal\n          url\n        }\n      }\n      removed\n    }\n  }\n": typeof types.PeopleChangedDocument,
    "\n  query PictureAddresses($personId: UUID!) {\n    person(id: $personId) {\n      id\n      pictures {\n        id\n        url\n      }\n    }\n  }\n": typeof types.PictureAddressesDocument,
    "\n  query SightingDetails($id: UUID!) {\n    sighting(id: $id) {\n      ...SightingFields\n      previousSightingId\n      candidates {\n        similarity\n        person {\n          id\n          name\n          pictures {\n            id\n            status\n            url\n          }\n        }\n      }\n    }\n  }\n": typeof types.SightingDetailsDocument,
    "\n  query OlderSightings($cameraId: UUID, $siteId: UUID, $personId: UUID, $after: Cursor) {\n    sightings(cameraId: $cameraId, siteId: $siteId, personId: $personId, first: 50, after: $after) {\n      edges {\n        node {\n          ...SightingFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.OlderSightingsDocument,
    "\n  subscription Sightings($cameraId: UUID, $siteId: UUID, $personId: UUID) {\n    sightings(cameraId: $cameraId, siteId: $siteId, personId: $personId) {\n      position\n      replaces\n      changed {\n        ...SightingFields\n      }\n      removed\n    }\n  }\n": typeof types.SightingsDocument,
    "\n  subscription CameraNames($siteId: UUID) {\n    camerasChanged(siteId: $siteId) {\n      position\n      replaces\n      changed {\n        id\n        name\n      }\n      removed\n    }\n  }\n": typeof types.CameraNamesDocument,
    "\n  subscription PeopleNames {\n    peopleChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n      }\n      removed\n    }\n  }\n": typeof types.PeopleNamesDocument,
    "\n  query CropAddress($id: UUID!) {\n    sighting(id: $id) {\n      id\n      cropUrl\n    }\n  }\n": typeof types.CropAddressDocument,
    "\n  fragment SightingFields on Sighting {\n    id\n    status\n    similarity\n    firstSeenAt\n    lastSeenAt\n    decidedAt\n    cropUrl\n    person {\n      id\n      name\n    }\n    camera {\n      id\n      name\n    }\n    site {\n      id\n      name\n    }\n  }\n": typeof types.SightingFieldsFragmentDoc,
    "\n  mutation CreateSite($input: CreateSiteInput!) {\n    createSite(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.CreateSiteDocument,
    "\n  query Sites($atLeast: Position) {\n    sites(first: 200, atLeast: $atLeast) {\n      edges {\n        node {\n          id\n          name\n        }\n      }\n    }\n  }\n": typeof types.SitesDocument,
    "\n  mutation CreateTenant($input: CreateTenantInput!) {\n    createTenant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.CreateTenantDocument,
    "\n  mutation SetQuota($input: SetQuotaInput!) {\n    setQuota(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.SetQuotaDocument,
    "\n  mutation SuspendTenant($input: SuspendTenantInput!) {\n    suspendTenant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.SuspendTenantDocument,
    "\n  mutation ResumeTenant($input: ResumeTenantInput!) {\n    resumeTenant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.ResumeTenantDocument,
    "\n  mutation AddAdministrator($input: AddMemberInput!) {\n    addMember(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": typeof types.AddAdministratorDocument,
    "\n  subscription TenantRecordsChanged {\n    tenantRecordsChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        createdAt\n        suspension {\n          since\n          reason\n        }\n        allowList\n        quota {\n          cameras\n          people\n        }\n        use {\n          cameras\n          people\n        }\n      }\n      removed\n    }\n  }\n": typeof types.TenantRecordsChangedDocument,
};
const documents: Documents = {
    "fragment Accepted on CommandAccepted {\n  id\n  position\n}\n\nfragment Refused on Rejection {\n  code\n  message\n}": types.AcceptedFragmentDoc,
    "\n  mutation AddMember($input: AddMemberInput!) {\n    addMember(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.AddMemberDocument,
    "\n  mutation ChangeRole($input: ChangeRoleInput!) {\n    changeRole(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.ChangeRoleDocument,
    "\n  mutation RevokeGrant($input: RevokeGrantInput!) {\n    revokeGrant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.RevokeGrantDocument,
    "\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.RemoveMemberDocument,
    "\n  mutation IssueApiKey($input: IssueApiKeyInput!) {\n    issueApiKey(input: $input) {\n      __typename\n      ... on IssuedApiKey {\n        id\n        key\n        expiresAt\n        position\n      }\n      ...Refused\n    }\n  }\n": types.IssueApiKeyDocument,
    "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.RevokeApiKeyDocument,
    "\n  mutation RotateApiKey($input: RotateApiKeyInput!) {\n    rotateApiKey(input: $input) {\n      __typename\n      ... on IssuedApiKey {\n        id\n        key\n        expiresAt\n        position\n      }\n      ...Refused\n    }\n  }\n": types.RotateApiKeyDocument,
    "\n  subscription ScopeCameras {\n    camerasChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        site {\n          id\n          name\n        }\n      }\n      removed\n    }\n  }\n": types.ScopeCamerasDocument,
    "\n  query Sessions($userId: UUID, $first: Int, $after: Cursor, $atLeast: Position) {\n    sessions(userId: $userId, first: $first, after: $after, atLeast: $atLeast) {\n      edges {\n        node {\n          id\n          userId\n          startedAt\n          expiresAt\n          endedAt\n          current\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.SessionsDocument,
    "\n  subscription MemberNames {\n    membersChanged {\n      position\n      replaces\n      changed {\n        id\n        email\n      }\n      removed\n    }\n  }\n": types.MemberNamesDocument,
    "\n  mutation EndSession($input: EndSessionInput!) {\n    endSession(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.EndSessionDocument,
    "\n  query TenantSettings($atLeast: Position) {\n    tenant(atLeast: $atLeast) {\n      id\n      name\n      suspended\n      allowList\n      quota {\n        cameras\n        people\n      }\n    }\n  }\n": types.TenantSettingsDocument,
    "\n  mutation SetAllowList($input: SetAllowListInput!) {\n    setAllowList(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.SetAllowListDocument,
    "\n  mutation GrantScope($input: GrantScopeInput!) {\n    grantScope(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.GrantScopeDocument,
    "\n  query ApiKeys($first: Int, $after: Cursor, $atLeast: Position) {\n    apiKeys(first: $first, after: $after, atLeast: $atLeast) {\n      edges {\n        node {\n          id\n          kind\n          subjectId\n          name\n          addresses\n          issuedAt\n          expiresAt\n          revokedAt\n          lastUsedAt\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.ApiKeysDocument,
    "\n  query AgentNames {\n    agents(first: 200) {\n      edges {\n        node {\n          id\n          name\n          serial\n        }\n      }\n    }\n  }\n": types.AgentNamesDocument,
    "\n  subscription MembersChanged {\n    membersChanged {\n      position\n      replaces\n      changed {\n        id\n        email\n        role\n        everywhere\n        addedAt\n        grants {\n          id\n          sites {\n            id\n            name\n          }\n          cameras {\n            id\n            name\n          }\n          endsAt\n        }\n      }\n      removed\n    }\n  }\n": types.MembersChangedDocument,
    "\n  subscription AgentsChanged {\n    agentsChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        serial\n        status\n        statusSince\n        pairedAt\n        site {\n          id\n          name\n        }\n      }\n      removed\n    }\n  }\n": types.AgentsChangedDocument,
    "\n  mutation LookUpPairing($code: String!) {\n    lookUpPairing(code: $code) {\n      __typename\n      ... on OpenPairing {\n        agentId\n        name\n        serial\n        expiresAt\n      }\n      ...Refused\n    }\n  }\n": types.LookUpPairingDocument,
    "\n  mutation PairAgent($input: PairAgentInput!) {\n    pairAgent(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.PairAgentDocument,
    "\n  mutation UnpairAgent($input: UnpairAgentInput!) {\n    unpairAgent(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.UnpairAgentDocument,
    "\n  mutation StartStream($input: StartStreamInput!) {\n    startStream(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.StartStreamDocument,
    "\n  mutation StopStream($input: StopStreamInput!) {\n    stopStream(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.StopStreamDocument,
    "\n  subscription CamerasChanged($siteId: UUID) {\n    camerasChanged(siteId: $siteId) {\n      position\n      replaces\n      changed {\n        id\n        name\n        host\n        framesPerSecond\n        reencode\n        site {\n          id\n          name\n        }\n        stream {\n          id\n          wanted\n          status\n          reason\n          detail\n          statusSince\n          smallestFace\n          video {\n            codec\n            profile\n            width\n            height\n            reencoded\n          }\n        }\n      }\n      removed\n    }\n  }\n": types.CamerasChangedDocument,
    "\n  mutation RegisterCamera($input: RegisterCameraInput!) {\n    registerCamera(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.RegisterCameraDocument,
    "\n  query Myself($atLeast: Position) {\n    myself(atLeast: $atLeast) {\n      id\n      email\n      role\n      everywhere\n      sessionId\n      systemAdministrator\n      may\n      tenant {\n        id\n        name\n      }\n      tenants {\n        id\n        name\n        role\n      }\n    }\n  }\n": types.MyselfDocument,
    "\n  subscription RightsWatch {\n    agentsChanged {\n      position\n    }\n  }\n": types.RightsWatchDocument,
    "\n  subscription SystemRightsWatch {\n    tenantRecordsChanged {\n      position\n    }\n  }\n": types.SystemRightsWatchDocument,
    "\n  mutation EnrolPerson($input: EnrolPersonInput!) {\n    enrolPerson(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.EnrolPersonDocument,
    "\n  mutation AddPersonPicture($input: AddPersonPictureInput!) {\n    addPersonPicture(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.AddPersonPictureDocument,
    "\n  subscription PeopleChanged {\n    peopleChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        enrolledAt\n        pictures {\n          id\n          status\n          refusal\n          url\n        }\n      }\n      removed\n    }\n  }\n": types.PeopleChangedDocument,
    "\n  query PictureAddresses($personId: UUID!) {\n    person(id: $personId) {\n      id\n      pictures {\n        id\n        url\n      }\n    }\n  }\n": types.PictureAddressesDocument,
    "\n  query SightingDetails($id: UUID!) {\n    sighting(id: $id) {\n      ...SightingFields\n      previousSightingId\n      candidates {\n        similarity\n        person {\n          id\n          name\n          pictures {\n            id\n            status\n            url\n          }\n        }\n      }\n    }\n  }\n": types.SightingDetailsDocument,
    "\n  query OlderSightings($cameraId: UUID, $siteId: UUID, $personId: UUID, $after: Cursor) {\n    sightings(cameraId: $cameraId, siteId: $siteId, personId: $personId, first: 50, after: $after) {\n      edges {\n        node {\n          ...SightingFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.OlderSightingsDocument,
    "\n  subscription Sightings($cameraId: UUID, $siteId: UUID, $personId: UUID) {\n    sightings(cameraId: $cameraId, siteId: $siteId, personId: $personId) {\n      position\n      replaces\n      changed {\n        ...SightingFields\n      }\n      removed\n    }\n  }\n": types.SightingsDocument,
    "\n  subscription CameraNames($siteId: UUID) {\n    camerasChanged(siteId: $siteId) {\n      position\n      replaces\n      changed {\n        id\n        name\n      }\n      removed\n    }\n  }\n": types.CameraNamesDocument,
    "\n  subscription PeopleNames {\n    peopleChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n      }\n      removed\n    }\n  }\n": types.PeopleNamesDocument,
    "\n  query CropAddress($id: UUID!) {\n    sighting(id: $id) {\n      id\n      cropUrl\n    }\n  }\n": types.CropAddressDocument,
    "\n  fragment SightingFields on Sighting {\n    id\n    status\n    similarity\n    firstSeenAt\n    lastSeenAt\n    decidedAt\n    cropUrl\n    person {\n      id\n      name\n    }\n    camera {\n      id\n      name\n    }\n    site {\n      id\n      name\n    }\n  }\n": types.SightingFieldsFragmentDoc,
    "\n  mutation CreateSite($input: CreateSiteInput!) {\n    createSite(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.CreateSiteDocument,
    "\n  query Sites($atLeast: Position) {\n    sites(first: 200, atLeast: $atLeast) {\n      edges {\n        node {\n          id\n          name\n        }\n      }\n    }\n  }\n": types.SitesDocument,
    "\n  mutation CreateTenant($input: CreateTenantInput!) {\n    createTenant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.CreateTenantDocument,
    "\n  mutation SetQuota($input: SetQuotaInput!) {\n    setQuota(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.SetQuotaDocument,
    "\n  mutation SuspendTenant($input: SuspendTenantInput!) {\n    suspendTenant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.SuspendTenantDocument,
    "\n  mutation ResumeTenant($input: ResumeTenantInput!) {\n    resumeTenant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.ResumeTenantDocument,
    "\n  mutation AddAdministrator($input: AddMemberInput!) {\n    addMember(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n": types.AddAdministratorDocument,
    "\n  subscription TenantRecordsChanged {\n    tenantRecordsChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        createdAt\n        suspension {\n          since\n          reason\n        }\n        allowList\n        quota {\n          cameras\n          people\n        }\n        use {\n          cameras\n          people\n        }\n      }\n      removed\n    }\n  }\n": types.TenantRecordsChangedDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment Accepted on CommandAccepted {\n  id\n  position\n}\n\nfragment Refused on Rejection {\n  code\n  message\n}"): (typeof documents)["fragment Accepted on CommandAccepted {\n  id\n  position\n}\n\nfragment Refused on Rejection {\n  code\n  message\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AddMember($input: AddMemberInput!) {\n    addMember(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation AddMember($input: AddMemberInput!) {\n    addMember(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangeRole($input: ChangeRoleInput!) {\n    changeRole(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation ChangeRole($input: ChangeRoleInput!) {\n    changeRole(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeGrant($input: RevokeGrantInput!) {\n    revokeGrant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation RevokeGrant($input: RevokeGrantInput!) {\n    revokeGrant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation IssueApiKey($input: IssueApiKeyInput!) {\n    issueApiKey(input: $input) {\n      __typename\n      ... on IssuedApiKey {\n        id\n        key\n        expiresAt\n        position\n      }\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation IssueApiKey($input: IssueApiKeyInput!) {\n    issueApiKey(input: $input) {\n      __typename\n      ... on IssuedApiKey {\n        id\n        key\n        expiresAt\n        position\n      }\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation RevokeApiKey($input: RevokeApiKeyInput!) {\n    revokeApiKey(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RotateApiKey($input: RotateApiKeyInput!) {\n    rotateApiKey(input: $input) {\n      __typename\n      ... on IssuedApiKey {\n        id\n        key\n        expiresAt\n        position\n      }\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation RotateApiKey($input: RotateApiKeyInput!) {\n    rotateApiKey(input: $input) {\n      __typename\n      ... on IssuedApiKey {\n        id\n        key\n        expiresAt\n        position\n      }\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ScopeCameras {\n    camerasChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        site {\n          id\n          name\n        }\n      }\n      removed\n    }\n  }\n"): (typeof documents)["\n  subscription ScopeCameras {\n    camerasChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        site {\n          id\n          name\n        }\n      }\n      removed\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Sessions($userId: UUID, $first: Int, $after: Cursor, $atLeast: Position) {\n    sessions(userId: $userId, first: $first, after: $after, atLeast: $atLeast) {\n      edges {\n        node {\n          id\n          userId\n          startedAt\n          expiresAt\n          endedAt\n          current\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query Sessions($userId: UUID, $first: Int, $after: Cursor, $atLeast: Position) {\n    sessions(userId: $userId, first: $first, after: $after, atLeast: $atLeast) {\n      edges {\n        node {\n          id\n          userId\n          startedAt\n          expiresAt\n          endedAt\n          current\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription MemberNames {\n    membersChanged {\n      position\n      replaces\n      changed {\n        id\n        email\n      }\n      removed\n    }\n  }\n"): (typeof documents)["\n  subscription MemberNames {\n    membersChanged {\n      position\n      replaces\n      changed {\n        id\n        email\n      }\n      removed\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EndSession($input: EndSessionInput!) {\n    endSession(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation EndSession($input: EndSessionInput!) {\n    endSession(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query TenantSettings($atLeast: Position) {\n    tenant(atLeast: $atLeast) {\n      id\n      name\n      suspended\n      allowList\n      quota {\n        cameras\n        people\n      }\n    }\n  }\n"): (typeof documents)["\n  query TenantSettings($atLeast: Position) {\n    tenant(atLeast: $atLeast) {\n      id\n      name\n      suspended\n      allowList\n      quota {\n        cameras\n        people\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetAllowList($input: SetAllowListInput!) {\n    setAllowList(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation SetAllowList($input: SetAllowListInput!) {\n    setAllowList(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation GrantScope($input: GrantScopeInput!) {\n    grantScope(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation GrantScope($input: GrantScopeInput!) {\n    grantScope(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ApiKeys($first: Int, $after: Cursor, $atLeast: Position) {\n    apiKeys(first: $first, after: $after, atLeast: $atLeast) {\n      edges {\n        node {\n          id\n          kind\n          subjectId\n          name\n          addresses\n          issuedAt\n          expiresAt\n          revokedAt\n          lastUsedAt\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query ApiKeys($first: Int, $after: Cursor, $atLeast: Position) {\n    apiKeys(first: $first, after: $after, atLeast: $atLeast) {\n      edges {\n        node {\n          id\n          kind\n          subjectId\n          name\n          addresses\n          issuedAt\n          expiresAt\n          revokedAt\n          lastUsedAt\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AgentNames {\n    agents(first: 200) {\n      edges {\n        node {\n          id\n          name\n          serial\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query AgentNames {\n    agents(first: 200) {\n      edges {\n        node {\n          id\n          name\n          serial\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription MembersChanged {\n    membersChanged {\n      position\n      replaces\n      changed {\n        id\n        email\n        role\n        everywhere\n        addedAt\n        grants {\n          id\n          sites {\n            id\n            name\n          }\n          cameras {\n            id\n            name\n          }\n          endsAt\n        }\n      }\n      removed\n    }\n  }\n"): (typeof documents)["\n  subscription MembersChanged {\n    membersChanged {\n      position\n      replaces\n      changed {\n        id\n        email\n        role\n        everywhere\n        addedAt\n        grants {\n          id\n          sites {\n            id\n            name\n          }\n          cameras {\n            id\n            name\n          }\n          endsAt\n        }\n      }\n      removed\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription AgentsChanged {\n    agentsChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        serial\n        status\n        statusSince\n        pairedAt\n        site {\n          id\n          name\n        }\n      }\n      removed\n    }\n  }\n"): (typeof documents)["\n  subscription AgentsChanged {\n    agentsChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        serial\n        status\n        statusSince\n        pairedAt\n        site {\n          id\n          name\n        }\n      }\n      removed\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LookUpPairing($code: String!) {\n    lookUpPairing(code: $code) {\n      __typename\n      ... on OpenPairing {\n        agentId\n        name\n        serial\n        expiresAt\n      }\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation LookUpPairing($code: String!) {\n    lookUpPairing(code: $code) {\n      __typename\n      ... on OpenPairing {\n        agentId\n        name\n        serial\n        expiresAt\n      }\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PairAgent($input: PairAgentInput!) {\n    pairAgent(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation PairAgent($input: PairAgentInput!) {\n    pairAgent(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UnpairAgent($input: UnpairAgentInput!) {\n    unpairAgent(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation UnpairAgent($input: UnpairAgentInput!) {\n    unpairAgent(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartStream($input: StartStreamInput!) {\n    startStream(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation StartStream($input: StartStreamInput!) {\n    startStream(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StopStream($input: StopStreamInput!) {\n    stopStream(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation StopStream($input: StopStreamInput!) {\n    stopStream(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription CamerasChanged($siteId: UUID) {\n    camerasChanged(siteId: $siteId) {\n      position\n      replaces\n      changed {\n        id\n        name\n        host\n        framesPerSecond\n        reencode\n        site {\n          id\n          name\n        }\n        stream {\n          id\n          wanted\n          status\n          reason\n          detail\n          statusSince\n          smallestFace\n          video {\n            codec\n            profile\n            width\n            height\n            reencoded\n          }\n        }\n      }\n      removed\n    }\n  }\n"): (typeof documents)["\n  subscription CamerasChanged($siteId: UUID) {\n    camerasChanged(siteId: $siteId) {\n      position\n      replaces\n      changed {\n        id\n        name\n        host\n        framesPerSecond\n        reencode\n        site {\n          id\n          name\n        }\n        stream {\n          id\n          wanted\n          status\n          reason\n          detail\n          statusSince\n          smallestFace\n          video {\n            codec\n            profile\n            width\n            height\n            reencoded\n          }\n        }\n      }\n      removed\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RegisterCamera($input: RegisterCameraInput!) {\n    registerCamera(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation RegisterCamera($input: RegisterCameraInput!) {\n    registerCamera(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Myself($atLeast: Position) {\n    myself(atLeast: $atLeast) {\n      id\n      email\n      role\n      everywhere\n      sessionId\n      systemAdministrator\n      may\n      tenant {\n        id\n        name\n      }\n      tenants {\n        id\n        name\n        role\n      }\n    }\n  }\n"): (typeof documents)["\n  query Myself($atLeast: Position) {\n    myself(atLeast: $atLeast) {\n      id\n      email\n      role\n      everywhere\n      sessionId\n      systemAdministrator\n      may\n      tenant {\n        id\n        name\n      }\n      tenants {\n        id\n        name\n        role\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RightsWatch {\n    agentsChanged {\n      position\n    }\n  }\n"): (typeof documents)["\n  subscription RightsWatch {\n    agentsChanged {\n      position\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription SystemRightsWatch {\n    tenantRecordsChanged {\n      position\n    }\n  }\n"): (typeof documents)["\n  subscription SystemRightsWatch {\n    tenantRecordsChanged {\n      position\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EnrolPerson($input: EnrolPersonInput!) {\n    enrolPerson(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation EnrolPerson($input: EnrolPersonInput!) {\n    enrolPerson(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AddPersonPicture($input: AddPersonPictureInput!) {\n    addPersonPicture(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation AddPersonPicture($input: AddPersonPictureInput!) {\n    addPersonPicture(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription PeopleChanged {\n    peopleChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        enrolledAt\n        pictures {\n          id\n          status\n          refusal\n          url\n        }\n      }\n      removed\n    }\n  }\n"): (typeof documents)["\n  subscription PeopleChanged {\n    peopleChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        enrolledAt\n        pictures {\n          id\n          status\n          refusal\n          url\n        }\n      }\n      removed\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PictureAddresses($personId: UUID!) {\n    person(id: $personId) {\n      id\n      pictures {\n        id\n        url\n      }\n    }\n  }\n"): (typeof documents)["\n  query PictureAddresses($personId: UUID!) {\n    person(id: $personId) {\n      id\n      pictures {\n        id\n        url\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SightingDetails($id: UUID!) {\n    sighting(id: $id) {\n      ...SightingFields\n      previousSightingId\n      candidates {\n        similarity\n        person {\n          id\n          name\n          pictures {\n            id\n            status\n            url\n          }\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query SightingDetails($id: UUID!) {\n    sighting(id: $id) {\n      ...SightingFields\n      previousSightingId\n      candidates {\n        similarity\n        person {\n          id\n          name\n          pictures {\n            id\n            status\n            url\n          }\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OlderSightings($cameraId: UUID, $siteId: UUID, $personId: UUID, $after: Cursor) {\n    sightings(cameraId: $cameraId, siteId: $siteId, personId: $personId, first: 50, after: $after) {\n      edges {\n        node {\n          ...SightingFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): (typeof documents)["\n  query OlderSightings($cameraId: UUID, $siteId: UUID, $personId: UUID, $after: Cursor) {\n    sightings(cameraId: $cameraId, siteId: $siteId, personId: $personId, first: 50, after: $after) {\n      edges {\n        node {\n          ...SightingFields\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Sightings($cameraId: UUID, $siteId: UUID, $personId: UUID) {\n    sightings(cameraId: $cameraId, siteId: $siteId, personId: $personId) {\n      position\n      replaces\n      changed {\n        ...SightingFields\n      }\n      removed\n    }\n  }\n"): (typeof documents)["\n  subscription Sightings($cameraId: UUID, $siteId: UUID, $personId: UUID) {\n    sightings(cameraId: $cameraId, siteId: $siteId, personId: $personId) {\n      position\n      replaces\n      changed {\n        ...SightingFields\n      }\n      removed\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription CameraNames($siteId: UUID) {\n    camerasChanged(siteId: $siteId) {\n      position\n      replaces\n      changed {\n        id\n        name\n      }\n      removed\n    }\n  }\n"): (typeof documents)["\n  subscription CameraNames($siteId: UUID) {\n    camerasChanged(siteId: $siteId) {\n      position\n      replaces\n      changed {\n        id\n        name\n      }\n      removed\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription PeopleNames {\n    peopleChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n      }\n      removed\n    }\n  }\n"): (typeof documents)["\n  subscription PeopleNames {\n    peopleChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n      }\n      removed\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CropAddress($id: UUID!) {\n    sighting(id: $id) {\n      id\n      cropUrl\n    }\n  }\n"): (typeof documents)["\n  query CropAddress($id: UUID!) {\n    sighting(id: $id) {\n      id\n      cropUrl\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment SightingFields on Sighting {\n    id\n    status\n    similarity\n    firstSeenAt\n    lastSeenAt\n    decidedAt\n    cropUrl\n    person {\n      id\n      name\n    }\n    camera {\n      id\n      name\n    }\n    site {\n      id\n      name\n    }\n  }\n"): (typeof documents)["\n  fragment SightingFields on Sighting {\n    id\n    status\n    similarity\n    firstSeenAt\n    lastSeenAt\n    decidedAt\n    cropUrl\n    person {\n      id\n      name\n    }\n    camera {\n      id\n      name\n    }\n    site {\n      id\n      name\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateSite($input: CreateSiteInput!) {\n    createSite(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation CreateSite($input: CreateSiteInput!) {\n    createSite(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Sites($atLeast: Position) {\n    sites(first: 200, atLeast: $atLeast) {\n      edges {\n        node {\n          id\n          name\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Sites($atLeast: Position) {\n    sites(first: 200, atLeast: $atLeast) {\n      edges {\n        node {\n          id\n          name\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateTenant($input: CreateTenantInput!) {\n    createTenant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation CreateTenant($input: CreateTenantInput!) {\n    createTenant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetQuota($input: SetQuotaInput!) {\n    setQuota(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation SetQuota($input: SetQuotaInput!) {\n    setQuota(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SuspendTenant($input: SuspendTenantInput!) {\n    suspendTenant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation SuspendTenant($input: SuspendTenantInput!) {\n    suspendTenant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResumeTenant($input: ResumeTenantInput!) {\n    resumeTenant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation ResumeTenant($input: ResumeTenantInput!) {\n    resumeTenant(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AddAdministrator($input: AddMemberInput!) {\n    addMember(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"): (typeof documents)["\n  mutation AddAdministrator($input: AddMemberInput!) {\n    addMember(input: $input) {\n      __typename\n      ...Accepted\n      ...Refused\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription TenantRecordsChanged {\n    tenantRecordsChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        createdAt\n        suspension {\n          since\n          reason\n        }\n        allowList\n        quota {\n          cameras\n          people\n        }\n        use {\n          cameras\n          people\n        }\n      }\n      removed\n    }\n  }\n"): (typeof documents)["\n  subscription TenantRecordsChanged {\n    tenantRecordsChanged {\n      position\n      replaces\n      changed {\n        id\n        name\n        createdAt\n        suspension {\n          since\n          reason\n        }\n        allowList\n        quota {\n          cameras\n          people\n        }\n        use {\n          cameras\n          people\n        }\n      }\n      removed\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;