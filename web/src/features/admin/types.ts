/** The shapes of /v1/admin, taken from what docs/openapi.yaml makes of itself. Times are Unix milliseconds. */
import type { components } from 'godwit-sdk/openapi';

type Schemas = components['schemas'];

/** `bound: null`: as much as the disk takes. */
export type QueueDepth = Schemas['Queue'];
export type Overview = Schemas['Overview'];
/**
 * What happened in one interval: `connections` is how many there were at its end, the others count. `answerMs`, the mean
 * time to answer a request, is absent where there was none.
 */
export type RateSample = Schemas['RateSample'];
/** `interval`: milliseconds that a sample stands for. */
export type Rates = Schemas['Rates'];
export type Account = Schemas['Account'];
export type AccountDetails = Schemas['AccountDetails'];
export type AdminGroup = Schemas['AdminGroup'];
export type AdminMember = Schemas['Member'];
/** `expiresAt: null`: never. */
export type ServiceKey = Schemas['ServiceKey'];
/** What it says of itself is absent where it is `missing`. */
export type AdminProcess = Schemas['Process'];
export type Shards = Schemas['Shards'];
export type SettingValue = Schemas['SettingValue'];
/** `reload`: takes effect by a reload, without a restart. */
export type Setting = Schemas['Setting'];
export type NoticeBody = Schemas['Push'];
export type NoticeTo = NoticeBody['to'];
export type NoticeAnswer = Schemas['PushAnswer'];
export type AuditEntry = Schemas['AuditEntry'];
