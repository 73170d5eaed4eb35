import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { AgentRow } from '@sightline/projections/agents/reader';
import type { CameraRow } from '@sightline/projections/cameras/reader';
import type { PersonRow } from '@sightline/projections/people/reader';
import type { PictureRow } from '@sightline/projections/pictures/reader';
import type { SightingRow } from '@sightline/projections/sightings/reader';
import type { Candidate } from '@sightline/contracts/sightings';
import type { SiteRow } from '@sightline/projections/sites/reader';
import type { StreamRow } from '@sightline/projections/streams/reader';
import type { AssignmentRow } from '@sightline/projections/assignments/reader';
import type { CountedTenantRow } from '@sightline/projections/tenant-records/reader';
import type { TenantRow } from '@sightline/projections/tenants/reader';
import type { MemberRow, GrantRow } from '@sightline/projections/members/reader';
import type { ApiKeyRow } from '@sightline/projections/api-keys/reader';
import type { SessionRow } from '@sightline/projections/sessions/reader';
import type { RequestContext } from '../src/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An opaque cursor of a connection; it belongs to one query, filter and tenant. */
  Cursor: { input: string; output: string; }
  /** An instant, RFC 3339 in UTC with milliseconds. */
  DateTime: { input: string; output: Date | string; }
  /**
   * A position in the event log, opaque: it opens for its own tenant only. A command returns the position at which
   * its effect stands; a query given that position answers from there or later.
   */
  Position: { input: string; output: string; }
  /** A UUID (RFC 9562). */
  UUID: { input: string; output: string; }
};

export type AddMemberInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  email: Scalars['String']['input'];
  /** Whether the role counts in the whole tenant, as an administrator's must. Otherwise it counts where it is granted: nowhere yet. */
  everywhere: Scalars['Boolean']['input'];
  role: Role;
  /** A system administrator names the tenant; others have their own. */
  tenantId?: InputMaybe<Scalars['UUID']['input']>;
};

/** The bytes go before it: PUT /people/<personId>/pictures/<pictureId>. */
export type AddPersonPictureInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  personId: Scalars['UUID']['input'];
  pictureId: Scalars['UUID']['input'];
};

export type Agent = {
  __typename?: 'Agent';
  id: Scalars['UUID']['output'];
  name: Scalars['String']['output'];
  pairedAt: Scalars['DateTime']['output'];
  serial: Scalars['String']['output'];
  site: Maybe<Site>;
  status: AgentStatus;
  /** Since when the status holds. */
  statusSince: Scalars['DateTime']['output'];
};

export type AgentConnection = {
  __typename?: 'AgentConnection';
  edges: Array<AgentEdge>;
  pageInfo: PageInfo;
};

export type AgentEdge = {
  __typename?: 'AgentEdge';
  cursor: Scalars['Cursor']['output'];
  node: Agent;
};

export type AgentStatus =
  | 'ERROR'
  | 'IDLE'
  | 'OFFLINE'
  | 'ONLINE'
  | 'PROCESSING';

/**
 * A change of what a subscription shows, as of `position`. With `replaces` the message is everything that the
 * client should hold; otherwise `changed` rows are put in place of those with the same id and `removed` ones go.
 */
export type AgentsChange = {
  __typename?: 'AgentsChange';
  changed: Array<Agent>;
  position: Scalars['Position']['output'];
  removed: Array<Scalars['UUID']['output']>;
  replaces: Scalars['Boolean']['output'];
};

/** A machine's key, without what is secret of it. */
export type ApiKey = {
  __typename?: 'ApiKey';
  /** The networks from which the key counts; none means from anywhere. */
  addresses: Array<Scalars['String']['output']>;
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['UUID']['output'];
  issuedAt: Scalars['DateTime']['output'];
  kind: MachineKind;
  lastUsedAt: Maybe<Scalars['DateTime']['output']>;
  name: Scalars['String']['output'];
  revokedAt: Maybe<Scalars['DateTime']['output']>;
  /** The machine: of an agent's key the agent's id. */
  subjectId: Scalars['UUID']['output'];
};

export type ApiKeyConnection = {
  __typename?: 'ApiKeyConnection';
  edges: Array<ApiKeyEdge>;
  pageInfo: PageInfo;
};

export type ApiKeyEdge = {
  __typename?: 'ApiKeyEdge';
  cursor: Scalars['Cursor']['output'];
  node: ApiKey;
};

export type AssignmentsChange = {
  __typename?: 'AssignmentsChange';
  changed: Array<StreamAssignment>;
  position: Scalars['Position']['output'];
  /** Ids of streams that are no longer wanted. */
  removed: Array<Scalars['UUID']['output']>;
  replaces: Scalars['Boolean']['output'];
};

export type Camera = {
  __typename?: 'Camera';
  framesPerSecond: Scalars['Int']['output'];
  /** The RTSP host and port, without credentials and path; null for an erased camera. */
  host: Maybe<Scalars['String']['output']>;
  id: Scalars['UUID']['output'];
  name: Scalars['String']['output'];
  /** Whether video that WebRTC can't carry is encoded again. */
  reencode: Scalars['Boolean']['output'];
  registeredAt: Scalars['DateTime']['output'];
  sightings: SightingConnection;
  site: Maybe<Site>;
  /** The newest live session, if there was any. */
  stream: Maybe<Stream>;
};


export type CameraSightingsArgs = {
  after: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type CameraConnection = {
  __typename?: 'CameraConnection';
  edges: Array<CameraEdge>;
  pageInfo: PageInfo;
};

export type CameraEdge = {
  __typename?: 'CameraEdge';
  cursor: Scalars['Cursor']['output'];
  node: Camera;
};

export type CamerasChange = {
  __typename?: 'CamerasChange';
  changed: Array<Camera>;
  position: Scalars['Position']['output'];
  removed: Array<Scalars['UUID']['output']>;
  replaces: Scalars['Boolean']['output'];
};

export type ChangeRoleInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  /** Whether it counts in the whole tenant, as an administrator's must. Grants of a member whose role does are revoked. */
  everywhere: Scalars['Boolean']['input'];
  role: Role;
  userId: Scalars['UUID']['input'];
};

export type ClaimStreamInput = {
  cameraId: Scalars['UUID']['input'];
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  streamId: Scalars['UUID']['input'];
  tenantId: Scalars['UUID']['input'];
};

export type ClaimStreamResult = Rejection | StreamClaim;

/** A command was accepted, or had been already. */
export type CommandAccepted = {
  __typename?: 'CommandAccepted';
  /** The id of what it was about. */
  id: Scalars['UUID']['output'];
  /** Where its effect stands in the log. */
  position: Scalars['Position']['output'];
};

export type CommandResult = CommandAccepted | Rejection;

export type CreateSiteInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  name: Scalars['String']['input'];
  siteId?: InputMaybe<Scalars['UUID']['input']>;
};

export type CreateTenantInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  name: Scalars['String']['input'];
  tenantId?: InputMaybe<Scalars['UUID']['input']>;
};

export type EndSessionInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  sessionId: Scalars['UUID']['input'];
  /** Whose it is, where it isn't the caller's own. */
  userId?: InputMaybe<Scalars['UUID']['input']>;
};

export type EnrolPersonInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  name: Scalars['String']['input'];
  personId?: InputMaybe<Scalars['UUID']['input']>;
  /** Where the person is expected; none is the whole tenant. Whose role counts at some sites alone names some of them. */
  siteIds?: Array<Scalars['UUID']['input']>;
};

export type FailureReason =
  | 'ADDRESS_NOT_ALLOWED'
  | 'B_FRAMES'
  | 'CODEC_NOT_SUPPORTED'
  | 'NO_VIDEO'
  | 'UNAUTHORIZED';

/** Sites and cameras in which a member's role counts. */
export type Grant = {
  __typename?: 'Grant';
  cameras: Array<Camera>;
  /** Null for no end. */
  endsAt: Maybe<Scalars['DateTime']['output']>;
  grantedAt: Scalars['DateTime']['output'];
  id: Scalars['UUID']['output'];
  sites: Array<Site>;
};

/** At least one site or camera. */
export type GrantScopeInput = {
  cameraIds?: Array<Scalars['UUID']['input']>;
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  endsAt?: InputMaybe<Scalars['DateTime']['input']>;
  grantId?: InputMaybe<Scalars['UUID']['input']>;
  siteIds?: Array<Scalars['UUID']['input']>;
  userId: Scalars['UUID']['input'];
};

export type HeartbeatInput = {
  status: AgentStatus;
};

export type HeartbeatReceived = {
  __typename?: 'HeartbeatReceived';
  /** When the next heartbeat is due, ms from now. */
  nextWithinMs: Scalars['Int']['output'];
};

export type HeartbeatResult = HeartbeatReceived | Rejection;

export type IssueApiKeyInput = {
  /** Networks such as 192.0.2.0/24; none means from anywhere. */
  addresses?: Array<Scalars['String']['input']>;
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  /** At most a year away. */
  expiresAt: Scalars['DateTime']['input'];
  /** A tenant's administrator issues keys of agents, a system administrator those of media nodes and workers. */
  kind: MachineKind;
  name: Scalars['String']['input'];
  /** An agent of the tenant. A media node or worker that has no id yet is given one. */
  subjectId?: InputMaybe<Scalars['UUID']['input']>;
};

export type IssueApiKeyResult = IssuedApiKey | Rejection;

/** A new key. Nobody is ever shown it again. */
export type IssuedApiKey = {
  __typename?: 'IssuedApiKey';
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['UUID']['output'];
  key: Scalars['String']['output'];
  position: Scalars['Position']['output'];
  subjectId: Scalars['UUID']['output'];
};

export type LeaseRenewed = {
  __typename?: 'LeaseRenewed';
  leaseMs: Scalars['Int']['output'];
};

export type LookUpPairingResult = OpenPairing | Rejection;

export type MachineKind =
  /** Belongs to a tenant. */
  | 'AGENT'
  /** Serves all tenants. */
  | 'MEDIA_NODE'
  /** Serves all tenants. */
  | 'WORKER';

/** A user's membership in the caller's tenant. */
export type Member = {
  __typename?: 'Member';
  addedAt: Scalars['DateTime']['output'];
  /** Null once the user was erased. */
  email: Maybe<Scalars['String']['output']>;
  /** Whether the role counts in the whole tenant; if not, only where the grants say. */
  everywhere: Scalars['Boolean']['output'];
  /** Those that stand. */
  grants: Array<Grant>;
  /** The user's id. */
  id: Scalars['UUID']['output'];
  role: Role;
};

export type MemberConnection = {
  __typename?: 'MemberConnection';
  edges: Array<MemberEdge>;
  pageInfo: PageInfo;
};

export type MemberEdge = {
  __typename?: 'MemberEdge';
  cursor: Scalars['Cursor']['output'];
  node: Member;
};

export type MembersChange = {
  __typename?: 'MembersChange';
  changed: Array<Member>;
  position: Scalars['Position']['output'];
  removed: Array<Scalars['UUID']['output']>;
  replaces: Scalars['Boolean']['output'];
};

export type Mutation = {
  __typename?: 'Mutation';
  /** Answers the user's id. */
  addMember: CommandResult;
  addPersonPicture: CommandResult;
  changeRole: CommandResult;
  claimStream: ClaimStreamResult;
  createSite: CommandResult;
  /** By a system administrator, as are suspendTenant, resumeTenant and setQuota. */
  createTenant: CommandResult;
  /** One's own sessions anybody may end, those of others an administrator. */
  endSession: CommandResult;
  enrolPerson: CommandResult;
  /** Answers the grant's id. */
  grantScope: CommandResult;
  /** By an agent, with its machine token. */
  heartbeat: HeartbeatResult;
  issueApiKey: IssueApiKeyResult;
  lookUpPairing: LookUpPairingResult;
  pairAgent: CommandResult;
  registerCamera: CommandResult;
  removeMember: CommandResult;
  renewLease: RenewLeaseResult;
  /** The node let go of a session that is no longer wanted. */
  reportStreamEnded: CommandResult;
  reportStreamFailed: CommandResult;
  reportStreamLive: CommandResult;
  reportStreamReconnecting: CommandResult;
  /** Unauthenticated, limited by address. */
  requestPairing: RequestPairingResult;
  resumeTenant: CommandResult;
  revokeApiKey: CommandResult;
  revokeGrant: CommandResult;
  rotateApiKey: IssueApiKeyResult;
  setAllowList: CommandResult;
  setQuota: CommandResult;
  startStream: CommandResult;
  stopStream: CommandResult;
  /** Nobody of the tenant does or sees anything until it is resumed. */
  suspendTenant: CommandResult;
  /**
   * Takes an agent away: its token counts no longer, at once, and it shows a pairing code again. An API key that was issued
   * to it is good for nothing until it is paired anew; `revokeApiKey` ends it.
   */
  unpairAgent: CommandResult;
};


export type MutationAddMemberArgs = {
  input: AddMemberInput;
};


export type MutationAddPersonPictureArgs = {
  input: AddPersonPictureInput;
};


export type MutationChangeRoleArgs = {
  input: ChangeRoleInput;
};


export type MutationClaimStreamArgs = {
  input: ClaimStreamInput;
};


export type MutationCreateSiteArgs = {
  input: CreateSiteInput;
};


export type MutationCreateTenantArgs = {
  input: CreateTenantInput;
};


export type MutationEndSessionArgs = {
  input: EndSessionInput;
};


export type MutationEnrolPersonArgs = {
  input: EnrolPersonInput;
};


export type MutationGrantScopeArgs = {
  input: GrantScopeInput;
};


export type MutationHeartbeatArgs = {
  input: HeartbeatInput;
};


export type MutationIssueApiKeyArgs = {
  input: IssueApiKeyInput;
};


export type MutationLookUpPairingArgs = {
  code: Scalars['String']['input'];
};


export type MutationPairAgentArgs = {
  input: PairAgentInput;
};


export type MutationRegisterCameraArgs = {
  input: RegisterCameraInput;
};


export type MutationRemoveMemberArgs = {
  input: RemoveMemberInput;
};


export type MutationRenewLeaseArgs = {
  input: StreamEpochInput;
};


export type MutationReportStreamEndedArgs = {
  input: StreamEpochInput;
};


export type MutationReportStreamFailedArgs = {
  detail?: Scalars['String']['input'];
  input: StreamEpochInput;
  reason: FailureReason;
};


export type MutationReportStreamLiveArgs = {
  input: StreamEpochInput;
  video: VideoFormatInput;
};


export type MutationReportStreamReconnectingArgs = {
  detail?: Scalars['String']['input'];
  input: StreamEpochInput;
  reason: ReconnectReason;
};


export type MutationRequestPairingArgs = {
  input: RequestPairingInput;
};


export type MutationResumeTenantArgs = {
  input: ResumeTenantInput;
};


export type MutationRevokeApiKeyArgs = {
  input: RevokeApiKeyInput;
};


export type MutationRevokeGrantArgs = {
  input: RevokeGrantInput;
};


export type MutationRotateApiKeyArgs = {
  input: RotateApiKeyInput;
};


export type MutationSetAllowListArgs = {
  input: SetAllowListInput;
};


export type MutationSetQuotaArgs = {
  input: SetQuotaInput;
};


export type MutationStartStreamArgs = {
  input: StartStreamInput;
};


export type MutationStopStreamArgs = {
  input: StopStreamInput;
};


export type MutationSuspendTenantArgs = {
  input: SuspendTenantInput;
};


export type MutationUnpairAgentArgs = {
  input: UnpairAgentInput;
};

/** Whoever asks. */
export type Myself = {
  __typename?: 'Myself';
  email: Maybe<Scalars['String']['output']>;
  everywhere: Scalars['Boolean']['output'];
  /** Those that stand. */
  grants: Array<Grant>;
  /** The user's id. */
  id: Scalars['UUID']['output'];
  /** What one may ask for now: fields of the roots by their coordinates, such as `Mutation.addMember`. */
  may: Array<Scalars['String']['output']>;
  /** Null for a system administrator. */
  role: Maybe<Role>;
  sessionId: Maybe<Scalars['UUID']['output']>;
  systemAdministrator: Scalars['Boolean']['output'];
  /** Null for a system administrator, whose session belongs to no tenant. */
  tenant: Maybe<Tenant>;
  /** The tenants that one is a member of, this one too: those that one may switch to. Suspended ones are left out. */
  tenants: Array<OwnTenant>;
};

/** An open pairing code, looked up by a person before pairing. */
export type OpenPairing = {
  __typename?: 'OpenPairing';
  agentId: Scalars['UUID']['output'];
  expiresAt: Scalars['DateTime']['output'];
  name: Scalars['String']['output'];
  serial: Scalars['String']['output'];
};

/** A tenant that the caller is a member of. */
export type OwnTenant = {
  __typename?: 'OwnTenant';
  id: Scalars['UUID']['output'];
  name: Scalars['String']['output'];
  role: Role;
};

export type PageInfo = {
  __typename?: 'PageInfo';
  endCursor: Maybe<Scalars['Cursor']['output']>;
  hasNextPage: Scalars['Boolean']['output'];
};

export type PairAgentInput = {
  code: Scalars['String']['input'];
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  siteId: Scalars['UUID']['input'];
};

/** What a new device shows to the person who pairs it. */
export type PairingCode = {
  __typename?: 'PairingCode';
  /** Six digits. */
  code: Scalars['String']['output'];
  expiresAt: Scalars['DateTime']['output'];
};

export type PeopleChange = {
  __typename?: 'PeopleChange';
  changed: Array<Person>;
  position: Scalars['Position']['output'];
  removed: Array<Scalars['UUID']['output']>;
  replaces: Scalars['Boolean']['output'];
};

export type Person = {
  __typename?: 'Person';
  enrolledAt: Scalars['DateTime']['output'];
  id: Scalars['UUID']['output'];
  /** Null once the person was erased. */
  name: Maybe<Scalars['String']['output']>;
  pictures: Array<PersonPicture>;
  /** Where the person is expected, of what the caller may see; none is the whole tenant. */
  sites: Array<Site>;
};

export type PersonConnection = {
  __typename?: 'PersonConnection';
  edges: Array<PersonEdge>;
  pageInfo: PageInfo;
};

export type PersonEdge = {
  __typename?: 'PersonEdge';
  cursor: Scalars['Cursor']['output'];
  node: Person;
};

export type PersonPicture = {
  __typename?: 'PersonPicture';
  addedAt: Scalars['DateTime']['output'];
  id: Scalars['UUID']['output'];
  refusal: Maybe<PictureRefusal>;
  status: PictureStatus;
  /** Where the picture can be fetched for the next minutes. */
  url: Scalars['String']['output'];
};

export type PictureRefusal =
  | 'BLURRED'
  | 'MODEL_FAILED'
  | 'NO_FACE'
  | 'SEVERAL_FACES'
  | 'TOO_SMALL'
  | 'UNREADABLE';

export type PictureStatus =
  | 'ACCEPTED'
  /** Recognition has not looked at it yet. */
  | 'PENDING'
  | 'REFUSED';

export type Query = {
  __typename?: 'Query';
  agent: Maybe<Agent>;
  agents: AgentConnection;
  /**
   * The newest first, expired and revoked ones too: of the tenant's agents; for a system administrator of media nodes
   * and workers.
   */
  apiKeys: ApiKeyConnection;
  camera: Maybe<Camera>;
  cameras: CameraConnection;
  /** By the user's id. */
  member: Maybe<Member>;
  /** By e-mail address, the erased ones first. */
  members: MemberConnection;
  myself: Myself;
  people: PersonConnection;
  person: Maybe<Person>;
  /** Given the position that a command answered, it answers once that command's change of rights is in force. */
  rightsInForce: RightsInForce;
  /** The newest first: the caller's own, or another member's for an administrator of the tenant. */
  sessions: SessionConnection;
  sighting: Maybe<Sighting>;
  /** Newest first. */
  sightings: SightingConnection;
  site: Maybe<Site>;
  sites: SiteConnection;
  stream: Maybe<Stream>;
  /** The tenant of the caller's token. */
  tenant: Maybe<Tenant>;
  tenantRecord: Maybe<TenantRecord>;
  /** All tenants, by name: by a system administrator, as is tenantRecord. */
  tenantRecords: TenantRecordConnection;
};


export type QueryAgentArgs = {
  atLeast: InputMaybe<Scalars['Position']['input']>;
  id: Scalars['UUID']['input'];
};


export type QueryAgentsArgs = {
  after: InputMaybe<Scalars['Cursor']['input']>;
  atLeast: InputMaybe<Scalars['Position']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryApiKeysArgs = {
  after: InputMaybe<Scalars['Cursor']['input']>;
  atLeast: InputMaybe<Scalars['Position']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  subjectId: InputMaybe<Scalars['UUID']['input']>;
};


export type QueryCameraArgs = {
  atLeast: InputMaybe<Scalars['Position']['input']>;
  id: Scalars['UUID']['input'];
};


export type QueryCamerasArgs = {
  after: InputMaybe<Scalars['Cursor']['input']>;
  atLeast: InputMaybe<Scalars['Position']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  siteId: InputMaybe<Scalars['UUID']['input']>;
};


export type QueryMemberArgs = {
  atLeast: InputMaybe<Scalars['Position']['input']>;
  id: Scalars['UUID']['input'];
};


export type QueryMembersArgs = {
  after: InputMaybe<Scalars['Cursor']['input']>;
  atLeast: InputMaybe<Scalars['Position']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryMyselfArgs = {
  atLeast: InputMaybe<Scalars['Position']['input']>;
};


export type QueryPeopleArgs = {
  after: InputMaybe<Scalars['Cursor']['input']>;
  atLeast: InputMaybe<Scalars['Position']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryPersonArgs = {
  atLeast: InputMaybe<Scalars['Position']['input']>;
  id: Scalars['UUID']['input'];
};


export type QueryRightsInForceArgs = {
  atLeast: InputMaybe<Scalars['Position']['input']>;
};


export type QuerySessionsArgs = {
  after: InputMaybe<Scalars['Cursor']['input']>;
  atLeast: InputMaybe<Scalars['Position']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  userId: InputMaybe<Scalars['UUID']['input']>;
};


export type QuerySightingArgs = {
  atLeast: InputMaybe<Scalars['Position']['input']>;
  id: Scalars['UUID']['input'];
};


export type QuerySightingsArgs = {
  after: InputMaybe<Scalars['Cursor']['input']>;
  atLeast: InputMaybe<Scalars['Position']['input']>;
  cameraId: InputMaybe<Scalars['UUID']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  personId: InputMaybe<Scalars['UUID']['input']>;
  siteId: InputMaybe<Scalars['UUID']['input']>;
};


export type QuerySiteArgs = {
  atLeast: InputMaybe<Scalars['Position']['input']>;
  id: Scalars['UUID']['input'];
};


export type QuerySitesArgs = {
  after: InputMaybe<Scalars['Cursor']['input']>;
  atLeast: InputMaybe<Scalars['Position']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryStreamArgs = {
  atLeast: InputMaybe<Scalars['Position']['input']>;
  id: Scalars['UUID']['input'];
};


export type QueryTenantArgs = {
  atLeast: InputMaybe<Scalars['Position']['input']>;
};


export type QueryTenantRecordArgs = {
  atLeast: InputMaybe<Scalars['Position']['input']>;
  id: Scalars['UUID']['input'];
};


export type QueryTenantRecordsArgs = {
  after: InputMaybe<Scalars['Cursor']['input']>;
  atLeast: InputMaybe<Scalars['Position']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type ReconnectReason =
  | 'ENDED_BY_CAMERA'
  | 'INGEST_DIED'
  | 'MEDIA_WORKER_DIED'
  | 'NO_KEY_FRAMES'
  | 'REFUSED'
  | 'STALLED'
  | 'UNREACHABLE';

export type RegisterCameraInput = {
  /** rtsp:// address, with credentials where the camera wants them. */
  address: Scalars['String']['input'];
  cameraId?: InputMaybe<Scalars['UUID']['input']>;
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  /** 1..10 */
  framesPerSecond?: InputMaybe<Scalars['Int']['input']>;
  name: Scalars['String']['input'];
  reencode?: InputMaybe<Scalars['Boolean']['input']>;
  siteId: Scalars['UUID']['input'];
};

/** Why a command was refused. Nothing happened. */
export type Rejection = {
  __typename?: 'Rejection';
  code: RejectionCode;
  /** For people: what was wrong, and what to do. */
  message: Scalars['String']['output'];
};

export type RejectionCode =
  /** The address is no RTSP address. */
  | 'ADDRESS_NOT_ACCEPTED'
  /** The user is a member already, with another role or reach. */
  | 'ALREADY_MEMBER'
  /** The agent belongs to a tenant already. */
  | 'ALREADY_PAIRED'
  /** The camera is live already, in another session. */
  | 'ALREADY_STARTED'
  /** Another media node holds the stream. */
  | 'CLAIMED_BY_ANOTHER'
  /** The pairing code is wrong, expired or used. */
  | 'CODE_NOT_ACCEPTED'
  /** It would end in the past, or too far away. */
  | 'EXPIRY_NOT_ACCEPTED'
  /** The member's role counts everywhere already. */
  | 'GRANT_NOT_NEEDED'
  /** An id is used already by something else. */
  | 'ID_IN_USE'
  /** This command has shown its key before, and nobody is shown it again. */
  | 'KEY_SHOWN_ALREADY'
  /** The tenant's last administrator stays. */
  | 'LAST_ADMIN'
  /** There is no such thing, or it isn't yours. */
  | 'NOT_FOUND'
  /** The stream is not wanted (any more). */
  | 'NOT_WANTED'
  /** No picture was uploaded under this id, or it has been removed. */
  | 'PICTURE_NOT_UPLOADED'
  /** The tenant has as much of this as it may have. */
  | 'QUOTA_REACHED'
  /** While the command was decided, the caller lost the right to it. */
  | 'RIGHTS_CHANGED'
  /** The epoch is not the newest: another claim has replaced it. */
  | 'STALE_EPOCH'
  /** Too many attempts; try again later. */
  | 'TOO_MANY_ATTEMPTS'
  /** The member has too many grants. */
  | 'TOO_MANY_GRANTS'
  /** The machine has two keys that count; revoke one. */
  | 'TOO_MANY_KEYS'
  /** The caller would not be heard any more. */
  | 'WOULD_LOCK_OUT';

export type RemoveMemberInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  userId: Scalars['UUID']['input'];
};

export type RenewLeaseResult = LeaseRenewed | Rejection;

export type RequestPairingInput = {
  agentId: Scalars['UUID']['input'];
  name: Scalars['String']['input'];
  /** SHA-256 of the agent's 256-bit secret, lower-case hexadecimal. The secret stays with the agent and becomes its credential. */
  secretHash: Scalars['String']['input'];
  serial: Scalars['String']['input'];
};

export type RequestPairingResult = PairingCode | Rejection;

export type ResumeTenantInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  tenantId: Scalars['UUID']['input'];
};

export type RevokeApiKeyInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  keyId: Scalars['UUID']['input'];
};

export type RevokeGrantInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  grantId: Scalars['UUID']['input'];
};

/** How far the rights that the API decides by follow the log, at the instance that answers. */
export type RightsInForce = {
  __typename?: 'RightsInForce';
  /** Where somebody's rights in the tenant changed last; null while nobody's did. */
  changedAt: Maybe<Scalars['Position']['output']>;
  /**
   * Every right that was taken away up to here has ended what it had to end: subscriptions, connections, requests. What
   * ended carried this position or an earlier one, in the error RIGHTS_CHANGED of a subscription as `position`.
   */
  position: Scalars['Position']['output'];
};

/** What a member may do. */
export type Role =
  /** Watches, and starts and stops cameras. */
  | 'OPERATOR'
  /** Sites' cameras, agents and people. */
  | 'SITE_MANAGER'
  /** Everything in the tenant, members and keys too. Counts everywhere always. */
  | 'TENANT_ADMIN'
  /** Watches. */
  | 'VIEWER';

/** Issues a second key of the same machine, with the same name. The older one counts until it is revoked or expires. */
export type RotateApiKeyInput = {
  /** As those of the older key where they are not given. */
  addresses?: InputMaybe<Array<Scalars['String']['input']>>;
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  /** At most a year away. */
  expiresAt: Scalars['DateTime']['input'];
  keyId: Scalars['UUID']['input'];
};

/** A user's session in the caller's tenant. */
export type Session = {
  __typename?: 'Session';
  /** Whether it is the caller's own. */
  current: Scalars['Boolean']['output'];
  /** Null while it goes on. */
  endedAt: Maybe<Scalars['DateTime']['output']>;
  expiresAt: Scalars['DateTime']['output'];
  id: Scalars['UUID']['output'];
  startedAt: Scalars['DateTime']['output'];
  userId: Scalars['UUID']['output'];
};

export type SessionConnection = {
  __typename?: 'SessionConnection';
  edges: Array<SessionEdge>;
  pageInfo: PageInfo;
};

export type SessionEdge = {
  __typename?: 'SessionEdge';
  cursor: Scalars['Cursor']['output'];
  node: Session;
};

export type SetAllowListInput = {
  /** Networks such as 192.0.2.0/24, the caller's own address among them; none means from anywhere. */
  addresses: Array<Scalars['String']['input']>;
  commandId?: InputMaybe<Scalars['UUID']['input']>;
};

/** Null for as much as the tenant likes. What it has already stays. */
export type SetQuotaInput = {
  cameras?: InputMaybe<Scalars['Int']['input']>;
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  people?: InputMaybe<Scalars['Int']['input']>;
  tenantId: Scalars['UUID']['input'];
};

/** Somebody was seen at a camera, from `firstSeenAt` to `lastSeenAt`. */
export type Sighting = {
  __typename?: 'Sighting';
  camera: Maybe<Camera>;
  /** The best five, best first, the rejected too. */
  candidates: Array<SightingCandidate>;
  /** Where the face's picture can be fetched for the next minutes. */
  cropUrl: Scalars['String']['output'];
  /** Capture time of the frame that decided. */
  decidedAt: Scalars['DateTime']['output'];
  firstSeenAt: Scalars['DateTime']['output'];
  id: Scalars['UUID']['output'];
  lastSeenAt: Scalars['DateTime']['output'];
  /** Null while nobody known. */
  person: Maybe<Person>;
  previousSightingId: Maybe<Scalars['UUID']['output']>;
  /** Cosine similarity to the person when it was decided; of the best candidate while unknown; null with an empty gallery. */
  similarity: Maybe<Scalars['Float']['output']>;
  site: Maybe<Site>;
  status: SightingStatus;
};

export type SightingCandidate = {
  __typename?: 'SightingCandidate';
  person: Maybe<Person>;
  similarity: Scalars['Float']['output'];
};

export type SightingConnection = {
  __typename?: 'SightingConnection';
  edges: Array<SightingEdge>;
  pageInfo: PageInfo;
};

export type SightingEdge = {
  __typename?: 'SightingEdge';
  cursor: Scalars['Cursor']['output'];
  node: Sighting;
};

export type SightingStatus =
  | 'LEFT'
  | 'OPEN'
  | 'STREAM_ENDED'
  | 'UNOBSERVED';

export type SightingsChange = {
  __typename?: 'SightingsChange';
  changed: Array<Sighting>;
  position: Scalars['Position']['output'];
  removed: Array<Scalars['UUID']['output']>;
  replaces: Scalars['Boolean']['output'];
};

export type Site = {
  __typename?: 'Site';
  agents: AgentConnection;
  cameras: CameraConnection;
  id: Scalars['UUID']['output'];
  name: Scalars['String']['output'];
};


export type SiteAgentsArgs = {
  after: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};


export type SiteCamerasArgs = {
  after: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

export type SiteConnection = {
  __typename?: 'SiteConnection';
  edges: Array<SiteEdge>;
  pageInfo: PageInfo;
};

export type SiteEdge = {
  __typename?: 'SiteEdge';
  cursor: Scalars['Cursor']['output'];
  node: Site;
};

export type StartStreamInput = {
  cameraId: Scalars['UUID']['input'];
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  streamId?: InputMaybe<Scalars['UUID']['input']>;
};

export type StopStreamInput = {
  cameraId: Scalars['UUID']['input'];
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  streamId: Scalars['UUID']['input'];
};

/** One live session of a camera. */
export type Stream = {
  __typename?: 'Stream';
  cameraId: Scalars['UUID']['output'];
  /** For people; empty where there is nothing to add. */
  detail: Scalars['String']['output'];
  id: Scalars['UUID']['output'];
  reason: Maybe<StreamReason>;
  /** The smallest face that can be recognised in this video, px high; null before the video is known. */
  smallestFace: Maybe<Scalars['Int']['output']>;
  status: StreamStatus;
  statusSince: Scalars['DateTime']['output'];
  video: Maybe<VideoFormat>;
  /** Whether the camera still wants this session. */
  wanted: Scalars['Boolean']['output'];
};

/** What media nodes are told: a session that a camera wants. By media nodes only. */
export type StreamAssignment = {
  __typename?: 'StreamAssignment';
  cameraId: Scalars['UUID']['output'];
  /** Null while nobody holds it: claim it. */
  claim: Maybe<StreamClaimHolder>;
  framesPerSecond: Scalars['Int']['output'];
  reencode: Scalars['Boolean']['output'];
  /** The revision of StreamStarted in the camera's stream. */
  session: Scalars['Int']['output'];
  /** The RTSP address with its credentials: for the node that holds the claim, null for everyone else. */
  source: Maybe<Scalars['String']['output']>;
  status: StreamStatus;
  streamId: Scalars['UUID']['output'];
  tenantId: Scalars['UUID']['output'];
};

export type StreamChange = {
  __typename?: 'StreamChange';
  changed: Array<Stream>;
  position: Scalars['Position']['output'];
  removed: Array<Scalars['UUID']['output']>;
  replaces: Scalars['Boolean']['output'];
};

/** The session is the caller's until another epoch begins. */
export type StreamClaim = {
  __typename?: 'StreamClaim';
  epoch: Scalars['Int']['output'];
  /** The lease runs out after this long without renewal, ms. */
  leaseMs: Scalars['Int']['output'];
  position: Scalars['Position']['output'];
  streamId: Scalars['UUID']['output'];
};

export type StreamClaimHolder = {
  __typename?: 'StreamClaimHolder';
  epoch: Scalars['Int']['output'];
  nodeId: Scalars['UUID']['output'];
};

export type StreamEpochInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  epoch: Scalars['Int']['input'];
  streamId: Scalars['UUID']['input'];
  tenantId: Scalars['UUID']['input'];
};

/** Why a session isn't live: what is tried again, and what retrying can't mend. */
export type StreamReason =
  | 'ADDRESS_NOT_ALLOWED'
  | 'B_FRAMES'
  | 'CODEC_NOT_SUPPORTED'
  | 'ENDED_BY_CAMERA'
  | 'INGEST_DIED'
  | 'MEDIA_WORKER_DIED'
  | 'NODE_LOST'
  | 'NO_KEY_FRAMES'
  | 'NO_VIDEO'
  | 'REFUSED'
  | 'STALLED'
  | 'STOPPED'
  | 'UNAUTHORIZED'
  | 'UNREACHABLE';

export type StreamStatus =
  | 'CONNECTING'
  | 'FAILED'
  | 'LIVE'
  /** Wanted, and no media node has it yet; or ended. */
  | 'OFFLINE'
  | 'RECONNECTING';

export type Subscription = {
  __typename?: 'Subscription';
  agentsChanged: AgentsChange;
  assignmentsChanged: AssignmentsChange;
  /** Cameras with their newest session: a change of either is a change. */
  camerasChanged: CamerasChange;
  /** Members with their grants: a change of either is a change. */
  membersChanged: MembersChange;
  /** People with their pictures: a change of either is a change. */
  peopleChanged: PeopleChange;
  /** Starts with the newest 50, or after a position with everything that changed since. */
  sightings: SightingsChange;
  streamChanged: StreamChange;
  /** By a system administrator. What counts against a tenant's quota is a change of the tenant. */
  tenantRecordsChanged: TenantRecordsChange;
};


export type SubscriptionCamerasChangedArgs = {
  siteId: InputMaybe<Scalars['UUID']['input']>;
};


export type SubscriptionSightingsArgs = {
  after: InputMaybe<Scalars['Position']['input']>;
  cameraId: InputMaybe<Scalars['UUID']['input']>;
  personId: InputMaybe<Scalars['UUID']['input']>;
  siteId: InputMaybe<Scalars['UUID']['input']>;
};


export type SubscriptionStreamChangedArgs = {
  cameraId: Scalars['UUID']['input'];
};

export type SuspendTenantInput = {
  commandId?: InputMaybe<Scalars['UUID']['input']>;
  reason: Scalars['String']['input'];
  tenantId: Scalars['UUID']['input'];
};

export type Tenant = {
  __typename?: 'Tenant';
  /** The networks from which its members are heard; none means from anywhere. */
  allowList: Maybe<Array<Scalars['String']['output']>>;
  id: Scalars['UUID']['output'];
  name: Scalars['String']['output'];
  quota: Maybe<TenantQuota>;
  /** Null for whoever doesn't administer the tenant, as all that follows. */
  suspended: Maybe<Scalars['Boolean']['output']>;
};

/** How much the tenant may have; null for as much as it likes. */
export type TenantQuota = {
  __typename?: 'TenantQuota';
  cameras: Maybe<Scalars['Int']['output']>;
  people: Maybe<Scalars['Int']['output']>;
};

/** A tenant as a system administrator sees it: what is set about it and how much it has, and nothing of what is in it. */
export type TenantRecord = {
  __typename?: 'TenantRecord';
  /** The networks from which its members are heard; none means from anywhere. */
  allowList: Array<Scalars['String']['output']>;
  createdAt: Scalars['DateTime']['output'];
  id: Scalars['UUID']['output'];
  name: Scalars['String']['output'];
  quota: TenantQuota;
  /** Null while it is active. */
  suspension: Maybe<TenantSuspension>;
  use: TenantUse;
};

export type TenantRecordConnection = {
  __typename?: 'TenantRecordConnection';
  edges: Array<TenantRecordEdge>;
  pageInfo: PageInfo;
};

export type TenantRecordEdge = {
  __typename?: 'TenantRecordEdge';
  cursor: Scalars['Cursor']['output'];
  node: TenantRecord;
};

export type TenantRecordsChange = {
  __typename?: 'TenantRecordsChange';
  changed: Array<TenantRecord>;
  position: Scalars['Position']['output'];
  removed: Array<Scalars['UUID']['output']>;
  replaces: Scalars['Boolean']['output'];
};

/** Nobody of the tenant does or sees anything. */
export type TenantSuspension = {
  __typename?: 'TenantSuspension';
  reason: Scalars['String']['output'];
  since: Scalars['DateTime']['output'];
};

/** How many the tenant has, of what its quota counts. */
export type TenantUse = {
  __typename?: 'TenantUse';
  cameras: Scalars['Int']['output'];
  people: Scalars['Int']['output'];
};

export type UnpairAgentInput = {
  agentId: Scalars['UUID']['input'];
  commandId?: InputMaybe<Scalars['UUID']['input']>;
};

export type VideoFormat = {
  __typename?: 'VideoFormat';
  codec: Scalars['String']['output'];
  height: Scalars['Int']['output'];
  profile: Maybe<Scalars['String']['output']>;
  reencoded: Scalars['Boolean']['output'];
  width: Scalars['Int']['output'];
};

export type VideoFormatInput = {
  codec: Scalars['String']['input'];
  height: Scalars['Int']['input'];
  profile?: InputMaybe<Scalars['String']['input']>;
  reencoded: Scalars['Boolean']['input'];
  width: Scalars['Int']['input'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;



/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  ClaimStreamResult:
    | ( Rejection )
    | ( StreamClaim )
  ;
  CommandResult:
    | ( CommandAccepted )
    | ( Rejection )
  ;
  HeartbeatResult:
    | ( HeartbeatReceived )
    | ( Rejection )
  ;
  IssueApiKeyResult:
    | ( IssuedApiKey )
    | ( Rejection )
  ;
  LookUpPairingResult:
    | ( OpenPairing )
    | ( Rejection )
  ;
  RenewLeaseResult:
    | ( LeaseRenewed )
    | ( Rejection )
  ;
  RequestPairingResult:
    | ( PairingCode )
    | ( Rejection )
  ;
};


/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AddMemberInput: AddMemberInput;
  AddPersonPictureInput: AddPersonPictureInput;
  Agent: ResolverTypeWrapper<AgentRow>;
  AgentConnection: ResolverTypeWrapper<Omit<AgentConnection, 'edges'> & { edges: Array<ResolversTypes['AgentEdge']> }>;
  AgentEdge: ResolverTypeWrapper<Omit<AgentEdge, 'node'> & { node: ResolversTypes['Agent'] }>;
  AgentStatus: AgentStatus;
  AgentsChange: ResolverTypeWrapper<Omit<AgentsChange, 'changed'> & { changed: Array<ResolversTypes['Agent']> }>;
  ApiKey: ResolverTypeWrapper<ApiKeyRow>;
  ApiKeyConnection: ResolverTypeWrapper<Omit<ApiKeyConnection, 'edges'> & { edges: Array<ResolversTypes['ApiKeyEdge']> }>;
  ApiKeyEdge: ResolverTypeWrapper<Omit<ApiKeyEdge, 'node'> & { node: ResolversTypes['ApiKey'] }>;
  AssignmentsChange: ResolverTypeWrapper<Omit<AssignmentsChange, 'changed'> & { changed: Array<ResolversTypes['StreamAssignment']> }>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Camera: ResolverTypeWrapper<CameraRow>;
  CameraConnection: ResolverTypeWrapper<Omit<CameraConnection, 'edges'> & { edges: Array<ResolversTypes['CameraEdge']> }>;
  CameraEdge: ResolverTypeWrapper<Omit<CameraEdge, 'node'> & { node: ResolversTypes['Camera'] }>;
  CamerasChange: ResolverTypeWrapper<Omit<CamerasChange, 'changed'> & { changed: Array<ResolversTypes['Camera']> }>;
  ChangeRoleInput: ChangeRoleInput;
  ClaimStreamInput: ClaimStreamInput;
  ClaimStreamResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['ClaimStreamResult']>;
  CommandAccepted: ResolverTypeWrapper<CommandAccepted>;
  CommandResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['CommandResult']>;
  CreateSiteInput: CreateSiteInput;
  CreateTenantInput: CreateTenantInput;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EndSessionInput: EndSessionInput;
  EnrolPersonInput: EnrolPersonInput;
  FailureReason: FailureReason;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Grant: ResolverTypeWrapper<GrantRow>;
  GrantScopeInput: GrantScopeInput;
  HeartbeatInput: HeartbeatInput;
  HeartbeatReceived: ResolverTypeWrapper<HeartbeatReceived>;
  HeartbeatResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['HeartbeatResult']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  IssueApiKeyInput: IssueApiKeyInput;
  IssueApiKeyResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['IssueApiKeyResult']>;
  IssuedApiKey: ResolverTypeWrapper<IssuedApiKey>;
  LeaseRenewed: ResolverTypeWrapper<LeaseRenewed>;
  LookUpPairingResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['LookUpPairingResult']>;
  MachineKind: MachineKind;
  Member: ResolverTypeWrapper<MemberRow>;
  MemberConnection: ResolverTypeWrapper<Omit<MemberConnection, 'edges'> & { edges: Array<ResolversTypes['MemberEdge']> }>;
  MemberEdge: ResolverTypeWrapper<Omit<MemberEdge, 'node'> & { node: ResolversTypes['Member'] }>;
  MembersChange: ResolverTypeWrapper<Omit<MembersChange, 'changed'> & { changed: Array<ResolversTypes['Member']> }>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Myself: ResolverTypeWrapper<Omit<Myself, 'grants' | 'tenant'> & { grants: Array<ResolversTypes['Grant']>, tenant?: Maybe<ResolversTypes['Tenant']> }>;
  OpenPairing: ResolverTypeWrapper<OpenPairing>;
  OwnTenant: ResolverTypeWrapper<OwnTenant>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PairAgentInput: PairAgentInput;
  PairingCode: ResolverTypeWrapper<PairingCode>;
  PeopleChange: ResolverTypeWrapper<Omit<PeopleChange, 'changed'> & { changed: Array<ResolversTypes['Person']> }>;
  Person: ResolverTypeWrapper<PersonRow>;
  PersonConnection: ResolverTypeWrapper<Omit<PersonConnection, 'edges'> & { edges: Array<ResolversTypes['PersonEdge']> }>;
  PersonEdge: ResolverTypeWrapper<Omit<PersonEdge, 'node'> & { node: ResolversTypes['Person'] }>;
  PersonPicture: ResolverTypeWrapper<PictureRow>;
  PictureRefusal: PictureRefusal;
  PictureStatus: PictureStatus;
  Position: ResolverTypeWrapper<Scalars['Position']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReconnectReason: ReconnectReason;
  RegisterCameraInput: RegisterCameraInput;
  Rejection: ResolverTypeWrapper<Rejection>;
  RejectionCode: RejectionCode;
  RemoveMemberInput: RemoveMemberInput;
  RenewLeaseResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RenewLeaseResult']>;
  RequestPairingInput: RequestPairingInput;
  RequestPairingResult: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['RequestPairingResult']>;
  ResumeTenantInput: ResumeTenantInput;
  RevokeApiKeyInput: RevokeApiKeyInput;
  RevokeGrantInput: RevokeGrantInput;
  RightsInForce: ResolverTypeWrapper<RightsInForce>;
  Role: Role;
  RotateApiKeyInput: RotateApiKeyInput;
  Session: ResolverTypeWrapper<SessionRow>;
  SessionConnection: ResolverTypeWrapper<Omit<SessionConnection, 'edges'> & { edges: Array<ResolversTypes['SessionEdge']> }>;
  SessionEdge: ResolverTypeWrapper<Omit<SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>;
  SetAllowListInput: SetAllowListInput;
  SetQuotaInput: SetQuotaInput;
  Sighting: ResolverTypeWrapper<SightingRow>;
  SightingCandidate: ResolverTypeWrapper<Candidate>;
  SightingConnection: ResolverTypeWrapper<Omit<SightingConnection, 'edges'> & { edges: Array<ResolversTypes['SightingEdge']> }>;
  SightingEdge: ResolverTypeWrapper<Omit<SightingEdge, 'node'> & { node: ResolversTypes['Sighting'] }>;
  SightingStatus: SightingStatus;
  SightingsChange: ResolverTypeWrapper<Omit<SightingsChange, 'changed'> & { changed: Array<ResolversTypes['Sighting']> }>;
  Site: ResolverTypeWrapper<SiteRow>;
  SiteConnection: ResolverTypeWrapper<Omit<SiteConnection, 'edges'> & { edges: Array<ResolversTypes['SiteEdge']> }>;
  SiteEdge: ResolverTypeWrapper<Omit<SiteEdge, 'node'> & { node: ResolversTypes['Site'] }>;
  StartStreamInput: StartStreamInput;
  StopStreamInput: StopStreamInput;
  Stream: ResolverTypeWrapper<StreamRow>;
  StreamAssignment: ResolverTypeWrapper<AssignmentRow>;
  StreamChange: ResolverTypeWrapper<Omit<StreamChange, 'changed'> & { changed: Array<ResolversTypes['Stream']> }>;
  StreamClaim: ResolverTypeWrapper<StreamClaim>;
  StreamClaimHolder: ResolverTypeWrapper<StreamClaimHolder>;
  StreamEpochInput: StreamEpochInput;
  StreamReason: StreamReason;
  StreamStatus: StreamStatus;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  SuspendTenantInput: SuspendTenantInput;
  Tenant: ResolverTypeWrapper<TenantRow>;
  TenantQuota: ResolverTypeWrapper<TenantQuota>;
  TenantRecord: ResolverTypeWrapper<CountedTenantRow>;
  TenantRecordConnection: ResolverTypeWrapper<Omit<TenantRecordConnection, 'edges'> & { edges: Array<ResolversTypes['TenantRecordEdge']> }>;
  TenantRecordEdge: ResolverTypeWrapper<Omit<TenantRecordEdge, 'node'> & { node: ResolversTypes['TenantRecord'] }>;
  TenantRecordsChange: ResolverTypeWrapper<Omit<TenantRecordsChange, 'changed'> & { changed: Array<ResolversTypes['TenantRecord']> }>;
  TenantSuspension: ResolverTypeWrapper<TenantSuspension>;
  TenantUse: ResolverTypeWrapper<TenantUse>;
  UUID: ResolverTypeWrapper<Scalars['UUID']['output']>;
  UnpairAgentInput: UnpairAgentInput;
  VideoFormat: ResolverTypeWrapper<VideoFormat>;
  VideoFormatInput: VideoFormatInput;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AddMemberInput: AddMemberInput;
  AddPersonPictureInput: AddPersonPictureInput;
  Agent: AgentRow;
  AgentConnection: Omit<AgentConnection, 'edges'> & { edges: Array<ResolversParentTypes['AgentEdge']> };
  AgentEdge: Omit<AgentEdge, 'node'> & { node: ResolversParentTypes['Agent'] };
  AgentsChange: Omit<AgentsChange, 'changed'> & { changed: Array<ResolversParentTypes['Agent']> };
  ApiKey: ApiKeyRow;
  ApiKeyConnection: Omit<ApiKeyConnection, 'edges'> & { edges: Array<ResolversParentTypes['ApiKeyEdge']> };
  ApiKeyEdge: Omit<ApiKeyEdge, 'node'> & { node: ResolversParentTypes['ApiKey'] };
  AssignmentsChange: Omit<AssignmentsChange, 'changed'> & { changed: Array<ResolversParentTypes['StreamAssignment']> };
  Boolean: Scalars['Boolean']['output'];
  Camera: CameraRow;
  CameraConnection: Omit<CameraConnection, 'edges'> & { edges: Array<ResolversParentTypes['CameraEdge']> };
  CameraEdge: Omit<CameraEdge, 'node'> & { node: ResolversParentTypes['Camera'] };
  CamerasChange: Omit<CamerasChange, 'changed'> & { changed: Array<ResolversParentTypes['Camera']> };
  ChangeRoleInput: ChangeRoleInput;
  ClaimStreamInput: ClaimStreamInput;
  ClaimStreamResult: ResolversUnionTypes<ResolversParentTypes>['ClaimStreamResult'];
  CommandAccepted: CommandAccepted;
  CommandResult: ResolversUnionTypes<ResolversParentTypes>['CommandResult'];
  CreateSiteInput: CreateSiteInput;
  CreateTenantInput: CreateTenantInput;
  Cursor: Scalars['Cursor']['output'];
  DateTime: Scalars['DateTime']['output'];
  EndSessionInput: EndSessionInput;
  EnrolPersonInput: EnrolPersonInput;
  Float: Scalars['Float']['output'];
  Grant: GrantRow;
  GrantScopeInput: GrantScopeInput;
  HeartbeatInput: HeartbeatInput;
  HeartbeatReceived: HeartbeatReceived;
  HeartbeatResult: ResolversUnionTypes<ResolversParentTypes>['HeartbeatResult'];
  Int: Scalars['Int']['output'];
  IssueApiKeyInput: IssueApiKeyInput;
  IssueApiKeyResult: ResolversUnionTypes<ResolversParentTypes>['IssueApiKeyResult'];
  IssuedApiKey: IssuedApiKey;
  LeaseRenewed: LeaseRenewed;
  LookUpPairingResult: ResolversUnionTypes<ResolversParentTypes>['LookUpPairingResult'];
  Member: MemberRow;
  MemberConnection: Omit<MemberConnection, 'edges'> & { edges: Array<ResolversParentTypes['MemberEdge']> };
  MemberEdge: Omit<MemberEdge, 'node'> & { node: ResolversParentTypes['Member'] };
  MembersChange: Omit<MembersChange, 'changed'> & { changed: Array<ResolversParentTypes['Member']> };
  Mutation: Record<PropertyKey, never>;
  Myself: Omit<Myself, 'grants' | 'tenant'> & { grants: Array<ResolversParentTypes['Grant']>, tenant?: Maybe<ResolversParentTypes['Tenant']> };
  OpenPairing: OpenPairing;
  OwnTenant: OwnTenant;
  PageInfo: PageInfo;
  PairAgentInput: PairAgentInput;
  PairingCode: PairingCode;
  PeopleChange: Omit<PeopleChange, 'changed'> & { changed: Array<ResolversParentTypes['Person']> };
  Person: PersonRow;
  PersonConnection: Omit<PersonConnection, 'edges'> & { edges: Array<ResolversParentTypes['PersonEdge']> };
  PersonEdge: Omit<PersonEdge, 'node'> & { node: ResolversParentTypes['Person'] };
  PersonPicture: PictureRow;
  Position: Scalars['Position']['output'];
  Query: Record<PropertyKey, never>;
  RegisterCameraInput: RegisterCameraInput;
  Rejection: Rejection;
  RemoveMemberInput: RemoveMemberInput;
  RenewLeaseResult: ResolversUnionTypes<ResolversParentTypes>['RenewLeaseResult'];
  RequestPairingInput: RequestPairingInput;
  RequestPairingResult: ResolversUnionTypes<ResolversParentTypes>['RequestPairingResult'];
  ResumeTenantInput: ResumeTenantInput;
  RevokeApiKeyInput: RevokeApiKeyInput;
  RevokeGrantInput: RevokeGrantInput;
  RightsInForce: RightsInForce;
  RotateApiKeyInput: RotateApiKeyInput;
  Session: SessionRow;
  SessionConnection: Omit<SessionConnection, 'edges'> & { edges: Array<ResolversParentTypes['SessionEdge']> };
  SessionEdge: Omit<SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] };
  SetAllowListInput: SetAllowListInput;
  SetQuotaInput: SetQuotaInput;
  Sighting: SightingRow;
  SightingCandidate: Candidate;
  SightingConnection: Omit<SightingConnection, 'edges'> & { edges: Array<ResolversParentTypes['SightingEdge']> };
  SightingEdge: Omit<SightingEdge, 'node'> & { node: ResolversParentTypes['Sighting'] };
  SightingsChange: Omit<SightingsChange, 'changed'> & { changed: Array<ResolversParentTypes['Sighting']> };
  Site: SiteRow;
  SiteConnection: Omit<SiteConnection, 'edges'> & { edges: Array<ResolversParentTypes['SiteEdge']> };
  SiteEdge: Omit<SiteEdge, 'node'> & { node: ResolversParentTypes['Site'] };
  StartStreamInput: StartStreamInput;
  StopStreamInput: StopStreamInput;
  Stream: StreamRow;
  StreamAssignment: AssignmentRow;
  StreamChange: Omit<StreamChange, 'changed'> & { changed: Array<ResolversParentTypes['Stream']> };
  StreamClaim: StreamClaim;
  StreamClaimHolder: StreamClaimHolder;
  StreamEpochInput: StreamEpochInput;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  SuspendTenantInput: SuspendTenantInput;
  Tenant: TenantRow;
  TenantQuota: TenantQuota;
  TenantRecord: CountedTenantRow;
  TenantRecordConnection: Omit<TenantRecordConnection, 'edges'> & { edges: Array<ResolversParentTypes['TenantRecordEdge']> };
  TenantRecordEdge: Omit<TenantRecordEdge, 'node'> & { node: ResolversParentTypes['TenantRecord'] };
  TenantRecordsChange: Omit<TenantRecordsChange, 'changed'> & { changed: Array<ResolversParentTypes['TenantRecord']> };
  TenantSuspension: TenantSuspension;
  TenantUse: TenantUse;
  UUID: Scalars['UUID']['output'];
  UnpairAgentInput: UnpairAgentInput;
  VideoFormat: VideoFormat;
  VideoFormatInput: VideoFormatInput;
};

export type CostDirectiveArgs = {
  weight: Scalars['Int']['input'];
};

export type CostDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = CostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ListSizeDirectiveArgs = {
  assumedSize: Scalars['Int']['input'];
};

export type ListSizeDirectiveResolver<Result, Parent, ContextType = RequestContext, Args = ListSizeDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AgentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Agent'] = ResolversParentTypes['Agent']> = {
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  pairedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  serial?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  site?: Resolver<Maybe<ResolversTypes['Site']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['AgentStatus'], ParentType, ContextType>;
  statusSince?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type AgentConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AgentConnection'] = ResolversParentTypes['AgentConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AgentEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AgentEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AgentEdge'] = ResolversParentTypes['AgentEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Agent'], ParentType, ContextType>;
};

export type AgentsChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AgentsChange'] = ResolversParentTypes['AgentsChange']> = {
  changed?: Resolver<Array<ResolversTypes['Agent']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  removed?: Resolver<Array<ResolversTypes['UUID']>, ParentType, ContextType>;
  replaces?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ApiKeyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ApiKey'] = ResolversParentTypes['ApiKey']> = {
  addresses?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  issuedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['MachineKind'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  revokedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  subjectId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
};

export type ApiKeyConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ApiKeyConnection'] = ResolversParentTypes['ApiKeyConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ApiKeyEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ApiKeyEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ApiKeyEdge'] = ResolversParentTypes['ApiKeyEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ApiKey'], ParentType, ContextType>;
};

export type AssignmentsChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AssignmentsChange'] = ResolversParentTypes['AssignmentsChange']> = {
  changed?: Resolver<Array<ResolversTypes['StreamAssignment']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  removed?: Resolver<Array<ResolversTypes['UUID']>, ParentType, ContextType>;
  replaces?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type CameraResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Camera'] = ResolversParentTypes['Camera']> = {
  framesPerSecond?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  host?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reencode?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  registeredAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sightings?: Resolver<ResolversTypes['SightingConnection'], ParentType, ContextType, RequireFields<CameraSightingsArgs, 'first'>>;
  site?: Resolver<Maybe<ResolversTypes['Site']>, ParentType, ContextType>;
  stream?: Resolver<Maybe<ResolversTypes['Stream']>, ParentType, ContextType>;
};

export type CameraConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CameraConnection'] = ResolversParentTypes['CameraConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CameraEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CameraEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CameraEdge'] = ResolversParentTypes['CameraEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Camera'], ParentType, ContextType>;
};

export type CamerasChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CamerasChange'] = ResolversParentTypes['CamerasChange']> = {
  changed?: Resolver<Array<ResolversTypes['Camera']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  removed?: Resolver<Array<ResolversTypes['UUID']>, ParentType, ContextType>;
  replaces?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ClaimStreamResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ClaimStreamResult'] = ResolversParentTypes['ClaimStreamResult']> = {
  __resolveType: TypeResolveFn<'Rejection' | 'StreamClaim', ParentType, ContextType>;
};

export type CommandAcceptedResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CommandAccepted'] = ResolversParentTypes['CommandAccepted']> = {
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CommandResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CommandResult'] = ResolversParentTypes['CommandResult']> = {
  __resolveType: TypeResolveFn<'CommandAccepted' | 'Rejection', ParentType, ContextType>;
};

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type GrantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Grant'] = ResolversParentTypes['Grant']> = {
  cameras?: Resolver<Array<ResolversTypes['Camera']>, ParentType, ContextType>;
  endsAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  grantedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  sites?: Resolver<Array<ResolversTypes['Site']>, ParentType, ContextType>;
};

export type HeartbeatReceivedResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['HeartbeatReceived'] = ResolversParentTypes['HeartbeatReceived']> = {
  nextWithinMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type HeartbeatResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['HeartbeatResult'] = ResolversParentTypes['HeartbeatResult']> = {
  __resolveType: TypeResolveFn<'HeartbeatReceived' | 'Rejection', ParentType, ContextType>;
};

export type IssueApiKeyResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['IssueApiKeyResult'] = ResolversParentTypes['IssueApiKeyResult']> = {
  __resolveType: TypeResolveFn<'IssuedApiKey' | 'Rejection', ParentType, ContextType>;
};

export type IssuedApiKeyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['IssuedApiKey'] = ResolversParentTypes['IssuedApiKey']> = {
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  subjectId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type LeaseRenewedResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LeaseRenewed'] = ResolversParentTypes['LeaseRenewed']> = {
  leaseMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type LookUpPairingResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['LookUpPairingResult'] = ResolversParentTypes['LookUpPairingResult']> = {
  __resolveType: TypeResolveFn<'OpenPairing' | 'Rejection', ParentType, ContextType>;
};

export type MemberResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Member'] = ResolversParentTypes['Member']> = {
  addedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  email?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  everywhere?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  grants?: Resolver<Array<ResolversTypes['Grant']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
};

export type MemberConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MemberConnection'] = ResolversParentTypes['MemberConnection']> = {
  edges?: Resolver<Array<ResolversTypes['MemberEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type MemberEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MemberEdge'] = ResolversParentTypes['MemberEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Member'], ParentType, ContextType>;
};

export type MembersChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MembersChange'] = ResolversParentTypes['MembersChange']> = {
  changed?: Resolver<Array<ResolversTypes['Member']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  removed?: Resolver<Array<ResolversTypes['UUID']>, ParentType, ContextType>;
  replaces?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  addMember?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationAddMemberArgs, 'input'>>;
  addPersonPicture?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationAddPersonPictureArgs, 'input'>>;
  changeRole?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationChangeRoleArgs, 'input'>>;
  claimStream?: Resolver<ResolversTypes['ClaimStreamResult'], ParentType, ContextType, RequireFields<MutationClaimStreamArgs, 'input'>>;
  createSite?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationCreateSiteArgs, 'input'>>;
  createTenant?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationCreateTenantArgs, 'input'>>;
  endSession?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationEndSessionArgs, 'input'>>;
  enrolPerson?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationEnrolPersonArgs, 'input'>>;
  grantScope?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationGrantScopeArgs, 'input'>>;
  heartbeat?: Resolver<ResolversTypes['HeartbeatResult'], ParentType, ContextType, RequireFields<MutationHeartbeatArgs, 'input'>>;
  issueApiKey?: Resolver<ResolversTypes['IssueApiKeyResult'], ParentType, ContextType, RequireFields<MutationIssueApiKeyArgs, 'input'>>;
  lookUpPairing?: Resolver<ResolversTypes['LookUpPairingResult'], ParentType, ContextType, RequireFields<MutationLookUpPairingArgs, 'code'>>;
  pairAgent?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationPairAgentArgs, 'input'>>;
  registerCamera?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationRegisterCameraArgs, 'input'>>;
  removeMember?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationRemoveMemberArgs, 'input'>>;
  renewLease?: Resolver<ResolversTypes['RenewLeaseResult'], ParentType, ContextType, RequireFields<MutationRenewLeaseArgs, 'input'>>;
  reportStreamEnded?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationReportStreamEndedArgs, 'input'>>;
  reportStreamFailed?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationReportStreamFailedArgs, 'detail' | 'input' | 'reason'>>;
  reportStreamLive?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationReportStreamLiveArgs, 'input' | 'video'>>;
  reportStreamReconnecting?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationReportStreamReconnectingArgs, 'detail' | 'input' | 'reason'>>;
  requestPairing?: Resolver<ResolversTypes['RequestPairingResult'], ParentType, ContextType, RequireFields<MutationRequestPairingArgs, 'input'>>;
  resumeTenant?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationResumeTenantArgs, 'input'>>;
  revokeApiKey?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationRevokeApiKeyArgs, 'input'>>;
  revokeGrant?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationRevokeGrantArgs, 'input'>>;
  rotateApiKey?: Resolver<ResolversTypes['IssueApiKeyResult'], ParentType, ContextType, RequireFields<MutationRotateApiKeyArgs, 'input'>>;
  setAllowList?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationSetAllowListArgs, 'input'>>;
  setQuota?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationSetQuotaArgs, 'input'>>;
  startStream?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationStartStreamArgs, 'input'>>;
  stopStream?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationStopStreamArgs, 'input'>>;
  suspendTenant?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationSuspendTenantArgs, 'input'>>;
  unpairAgent?: Resolver<ResolversTypes['CommandResult'], ParentType, ContextType, RequireFields<MutationUnpairAgentArgs, 'input'>>;
};

export type MyselfResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Myself'] = ResolversParentTypes['Myself']> = {
  email?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  everywhere?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  grants?: Resolver<Array<ResolversTypes['Grant']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  may?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  role?: Resolver<Maybe<ResolversTypes['Role']>, ParentType, ContextType>;
  sessionId?: Resolver<Maybe<ResolversTypes['UUID']>, ParentType, ContextType>;
  systemAdministrator?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  tenants?: Resolver<Array<ResolversTypes['OwnTenant']>, ParentType, ContextType>;
};

export type OpenPairingResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OpenPairing'] = ResolversParentTypes['OpenPairing']> = {
  agentId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  serial?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OwnTenantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OwnTenant'] = ResolversParentTypes['OwnTenant']> = {
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type PairingCodeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PairingCode'] = ResolversParentTypes['PairingCode']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PeopleChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PeopleChange'] = ResolversParentTypes['PeopleChange']> = {
  changed?: Resolver<Array<ResolversTypes['Person']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  removed?: Resolver<Array<ResolversTypes['UUID']>, ParentType, ContextType>;
  replaces?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type PersonResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Person'] = ResolversParentTypes['Person']> = {
  enrolledAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  pictures?: Resolver<Array<ResolversTypes['PersonPicture']>, ParentType, ContextType>;
  sites?: Resolver<Array<ResolversTypes['Site']>, ParentType, ContextType>;
};

export type PersonConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PersonConnection'] = ResolversParentTypes['PersonConnection']> = {
  edges?: Resolver<Array<ResolversTypes['PersonEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PersonEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PersonEdge'] = ResolversParentTypes['PersonEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Person'], ParentType, ContextType>;
};

export type PersonPictureResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PersonPicture'] = ResolversParentTypes['PersonPicture']> = {
  addedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  refusal?: Resolver<Maybe<ResolversTypes['PictureRefusal']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PictureStatus'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface PositionScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Position'], any> {
  name: 'Position';
}

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  agent?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType, RequireFields<QueryAgentArgs, 'id'>>;
  agents?: Resolver<ResolversTypes['AgentConnection'], ParentType, ContextType, RequireFields<QueryAgentsArgs, 'first'>>;
  apiKeys?: Resolver<ResolversTypes['ApiKeyConnection'], ParentType, ContextType, RequireFields<QueryApiKeysArgs, 'first'>>;
  camera?: Resolver<Maybe<ResolversTypes['Camera']>, ParentType, ContextType, RequireFields<QueryCameraArgs, 'id'>>;
  cameras?: Resolver<ResolversTypes['CameraConnection'], ParentType, ContextType, RequireFields<QueryCamerasArgs, 'first'>>;
  member?: Resolver<Maybe<ResolversTypes['Member']>, ParentType, ContextType, RequireFields<QueryMemberArgs, 'id'>>;
  members?: Resolver<ResolversTypes['MemberConnection'], ParentType, ContextType, RequireFields<QueryMembersArgs, 'first'>>;
  myself?: Resolver<ResolversTypes['Myself'], ParentType, ContextType, Partial<QueryMyselfArgs>>;
  people?: Resolver<ResolversTypes['PersonConnection'], ParentType, ContextType, RequireFields<QueryPeopleArgs, 'first'>>;
  person?: Resolver<Maybe<ResolversTypes['Person']>, ParentType, ContextType, RequireFields<QueryPersonArgs, 'id'>>;
  rightsInForce?: Resolver<ResolversTypes['RightsInForce'], ParentType, ContextType, Partial<QueryRightsInForceArgs>>;
  sessions?: Resolver<ResolversTypes['SessionConnection'], ParentType, ContextType, RequireFields<QuerySessionsArgs, 'first'>>;
  sighting?: Resolver<Maybe<ResolversTypes['Sighting']>, ParentType, ContextType, RequireFields<QuerySightingArgs, 'id'>>;
  sightings?: Resolver<ResolversTypes['SightingConnection'], ParentType, ContextType, RequireFields<QuerySightingsArgs, 'first'>>;
  site?: Resolver<Maybe<ResolversTypes['Site']>, ParentType, ContextType, RequireFields<QuerySiteArgs, 'id'>>;
  sites?: Resolver<ResolversTypes['SiteConnection'], ParentType, ContextType, RequireFields<QuerySitesArgs, 'first'>>;
  stream?: Resolver<Maybe<ResolversTypes['Stream']>, ParentType, ContextType, RequireFields<QueryStreamArgs, 'id'>>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType, Partial<QueryTenantArgs>>;
  tenantRecord?: Resolver<Maybe<ResolversTypes['TenantRecord']>, ParentType, ContextType, RequireFields<QueryTenantRecordArgs, 'id'>>;
  tenantRecords?: Resolver<ResolversTypes['TenantRecordConnection'], ParentType, ContextType, RequireFields<QueryTenantRecordsArgs, 'first'>>;
};

export type RejectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Rejection'] = ResolversParentTypes['Rejection']> = {
  code?: Resolver<ResolversTypes['RejectionCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RenewLeaseResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RenewLeaseResult'] = ResolversParentTypes['RenewLeaseResult']> = {
  __resolveType: TypeResolveFn<'LeaseRenewed' | 'Rejection', ParentType, ContextType>;
};

export type RequestPairingResultResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RequestPairingResult'] = ResolversParentTypes['RequestPairingResult']> = {
  __resolveType: TypeResolveFn<'PairingCode' | 'Rejection', ParentType, ContextType>;
};

export type RightsInForceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RightsInForce'] = ResolversParentTypes['RightsInForce']> = {
  changedAt?: Resolver<Maybe<ResolversTypes['Position']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
};

export type SessionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  userId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
};

export type SessionConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SessionEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type SightingResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Sighting'] = ResolversParentTypes['Sighting']> = {
  camera?: Resolver<Maybe<ResolversTypes['Camera']>, ParentType, ContextType>;
  candidates?: Resolver<Array<ResolversTypes['SightingCandidate']>, ParentType, ContextType>;
  cropUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  decidedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  firstSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  lastSeenAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  person?: Resolver<Maybe<ResolversTypes['Person']>, ParentType, ContextType>;
  previousSightingId?: Resolver<Maybe<ResolversTypes['UUID']>, ParentType, ContextType>;
  similarity?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  site?: Resolver<Maybe<ResolversTypes['Site']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SightingStatus'], ParentType, ContextType>;
};

export type SightingCandidateResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SightingCandidate'] = ResolversParentTypes['SightingCandidate']> = {
  person?: Resolver<Maybe<ResolversTypes['Person']>, ParentType, ContextType>;
  similarity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type SightingConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SightingConnection'] = ResolversParentTypes['SightingConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SightingEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SightingEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SightingEdge'] = ResolversParentTypes['SightingEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Sighting'], ParentType, ContextType>;
};

export type SightingsChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SightingsChange'] = ResolversParentTypes['SightingsChange']> = {
  changed?: Resolver<Array<ResolversTypes['Sighting']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  removed?: Resolver<Array<ResolversTypes['UUID']>, ParentType, ContextType>;
  replaces?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SiteResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Site'] = ResolversParentTypes['Site']> = {
  agents?: Resolver<ResolversTypes['AgentConnection'], ParentType, ContextType, RequireFields<SiteAgentsArgs, 'first'>>;
  cameras?: Resolver<ResolversTypes['CameraConnection'], ParentType, ContextType, RequireFields<SiteCamerasArgs, 'first'>>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SiteConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SiteConnection'] = ResolversParentTypes['SiteConnection']> = {
  edges?: Resolver<Array<ResolversTypes['SiteEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SiteEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SiteEdge'] = ResolversParentTypes['SiteEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Site'], ParentType, ContextType>;
};

export type StreamResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Stream'] = ResolversParentTypes['Stream']> = {
  cameraId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  detail?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['StreamReason']>, ParentType, ContextType>;
  smallestFace?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['StreamStatus'], ParentType, ContextType>;
  statusSince?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  video?: Resolver<Maybe<ResolversTypes['VideoFormat']>, ParentType, ContextType>;
  wanted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type StreamAssignmentResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StreamAssignment'] = ResolversParentTypes['StreamAssignment']> = {
  cameraId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  claim?: Resolver<Maybe<ResolversTypes['StreamClaimHolder']>, ParentType, ContextType>;
  framesPerSecond?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  reencode?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  session?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['StreamStatus'], ParentType, ContextType>;
  streamId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  tenantId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
};

export type StreamChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StreamChange'] = ResolversParentTypes['StreamChange']> = {
  changed?: Resolver<Array<ResolversTypes['Stream']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  removed?: Resolver<Array<ResolversTypes['UUID']>, ParentType, ContextType>;
  replaces?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type StreamClaimResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StreamClaim'] = ResolversParentTypes['StreamClaim']> = {
  epoch?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  leaseMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  streamId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StreamClaimHolderResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['StreamClaimHolder'] = ResolversParentTypes['StreamClaimHolder']> = {
  epoch?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  nodeId?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  agentsChanged?: SubscriptionResolver<ResolversTypes['AgentsChange'], "agentsChanged", ParentType, ContextType>;
  assignmentsChanged?: SubscriptionResolver<ResolversTypes['AssignmentsChange'], "assignmentsChanged", ParentType, ContextType>;
  camerasChanged?: SubscriptionResolver<ResolversTypes['CamerasChange'], "camerasChanged", ParentType, ContextType, Partial<SubscriptionCamerasChangedArgs>>;
  membersChanged?: SubscriptionResolver<ResolversTypes['MembersChange'], "membersChanged", ParentType, ContextType>;
  peopleChanged?: SubscriptionResolver<ResolversTypes['PeopleChange'], "peopleChanged", ParentType, ContextType>;
  sightings?: SubscriptionResolver<ResolversTypes['SightingsChange'], "sightings", ParentType, ContextType, Partial<SubscriptionSightingsArgs>>;
  streamChanged?: SubscriptionResolver<ResolversTypes['StreamChange'], "streamChanged", ParentType, ContextType, RequireFields<SubscriptionStreamChangedArgs, 'cameraId'>>;
  tenantRecordsChanged?: SubscriptionResolver<ResolversTypes['TenantRecordsChange'], "tenantRecordsChanged", ParentType, ContextType>;
};

export type TenantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant']> = {
  allowList?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quota?: Resolver<Maybe<ResolversTypes['TenantQuota']>, ParentType, ContextType>;
  suspended?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
};

export type TenantQuotaResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TenantQuota'] = ResolversParentTypes['TenantQuota']> = {
  cameras?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  people?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type TenantRecordResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TenantRecord'] = ResolversParentTypes['TenantRecord']> = {
  allowList?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['UUID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  quota?: Resolver<ResolversTypes['TenantQuota'], ParentType, ContextType>;
  suspension?: Resolver<Maybe<ResolversTypes['TenantSuspension']>, ParentType, ContextType>;
  use?: Resolver<ResolversTypes['TenantUse'], ParentType, ContextType>;
};

export type TenantRecordConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TenantRecordConnection'] = ResolversParentTypes['TenantRecordConnection']> = {
  edges?: Resolver<Array<ResolversTypes['TenantRecordEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TenantRecordEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TenantRecordEdge'] = ResolversParentTypes['TenantRecordEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['TenantRecord'], ParentType, ContextType>;
};

export type TenantRecordsChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TenantRecordsChange'] = ResolversParentTypes['TenantRecordsChange']> = {
  changed?: Resolver<Array<ResolversTypes['TenantRecord']>, ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Position'], ParentType, ContextType>;
  removed?: Resolver<Array<ResolversTypes['UUID']>, ParentType, ContextType>;
  replaces?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type TenantSuspensionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TenantSuspension'] = ResolversParentTypes['TenantSuspension']> = {
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type TenantUseResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TenantUse'] = ResolversParentTypes['TenantUse']> = {
  cameras?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  people?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export interface UuidScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['UUID'], any> {
  name: 'UUID';
}

export type VideoFormatResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['VideoFormat'] = ResolversParentTypes['VideoFormat']> = {
  codec?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  height?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  profile?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reencoded?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  width?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext> = {
  Agent?: AgentResolvers<ContextType>;
  AgentConnection?: AgentConnectionResolvers<ContextType>;
  AgentEdge?: AgentEdgeResolvers<ContextType>;
  AgentsChange?: AgentsChangeResolvers<ContextType>;
  ApiKey?: ApiKeyResolvers<ContextType>;
  ApiKeyConnection?: ApiKeyConnectionResolvers<ContextType>;
  ApiKeyEdge?: ApiKeyEdgeResolvers<ContextType>;
  AssignmentsChange?: AssignmentsChangeResolvers<ContextType>;
  Camera?: CameraResolvers<ContextType>;
  CameraConnection?: CameraConnectionResolvers<ContextType>;
  CameraEdge?: CameraEdgeResolvers<ContextType>;
  CamerasChange?: CamerasChangeResolvers<ContextType>;
  ClaimStreamResult?: ClaimStreamResultResolvers<ContextType>;
  CommandAccepted?: CommandAcceptedResolvers<ContextType>;
  CommandResult?: CommandResultResolvers<ContextType>;
  Cursor?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Grant?: GrantResolvers<ContextType>;
  HeartbeatReceived?: HeartbeatReceivedResolvers<ContextType>;
  HeartbeatResult?: HeartbeatResultResolvers<ContextType>;
  IssueApiKeyResult?: IssueApiKeyResultResolvers<ContextType>;
  IssuedApiKey?: IssuedApiKeyResolvers<ContextType>;
  LeaseRenewed?: LeaseRenewedResolvers<ContextType>;
  LookUpPairingResult?: LookUpPairingResultResolvers<ContextType>;
  Member?: MemberResolvers<ContextType>;
  MemberConnection?: MemberConnectionResolvers<ContextType>;
  MemberEdge?: MemberEdgeResolvers<ContextType>;
  MembersChange?: MembersChangeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Myself?: MyselfResolvers<ContextType>;
  OpenPairing?: OpenPairingResolvers<ContextType>;
  OwnTenant?: OwnTenantResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PairingCode?: PairingCodeResolvers<ContextType>;
  PeopleChange?: PeopleChangeResolvers<ContextType>;
  Person?: PersonResolvers<ContextType>;
  PersonConnection?: PersonConnectionResolvers<ContextType>;
  PersonEdge?: PersonEdgeResolvers<ContextType>;
  PersonPicture?: PersonPictureResolvers<ContextType>;
  Position?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Rejection?: RejectionResolvers<ContextType>;
  RenewLeaseResult?: RenewLeaseResultResolvers<ContextType>;
  RequestPairingResult?: RequestPairingResultResolvers<ContextType>;
  RightsInForce?: RightsInForceResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  Sighting?: SightingResolvers<ContextType>;
  SightingCandidate?: SightingCandidateResolvers<ContextType>;
  SightingConnection?: SightingConnectionResolvers<ContextType>;
  SightingEdge?: SightingEdgeResolvers<ContextType>;
  SightingsChange?: SightingsChangeResolvers<ContextType>;
  Site?: SiteResolvers<ContextType>;
  SiteConnection?: SiteConnectionResolvers<ContextType>;
  SiteEdge?: SiteEdgeResolvers<ContextType>;
  Stream?: StreamResolvers<ContextType>;
  StreamAssignment?: StreamAssignmentResolvers<ContextType>;
  StreamChange?: StreamChangeResolvers<ContextType>;
  StreamClaim?: StreamClaimResolvers<ContextType>;
  StreamClaimHolder?: StreamClaimHolderResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Tenant?: TenantResolvers<ContextType>;
  TenantQuota?: TenantQuotaResolvers<ContextType>;
  TenantRecord?: TenantRecordResolvers<ContextType>;
  TenantRecordConnection?: TenantRecordConnectionResolvers<ContextType>;
  TenantRecordEdge?: TenantRecordEdgeResolvers<ContextType>;
  TenantRecordsChange?: TenantRecordsChangeResolvers<ContextType>;
  TenantSuspension?: TenantSuspensionResolvers<ContextType>;
  TenantUse?: TenantUseResolvers<ContextType>;
  UUID?: GraphQLScalarType;
  VideoFormat?: VideoFormatResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = RequestContext> = {
  cost?: CostDirectiveResolver<any, any, ContextType>;
  listSize?: ListSizeDirectiveResolver<any, any, ContextType>;
};
