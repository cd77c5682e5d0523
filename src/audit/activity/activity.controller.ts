// /account-info/v3/activity: the audit log, its logins and its security activity in the shapes of HubSpot's API.
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, Fresh } from '../../http/asked';
import { page } from '../../http/answers/paging';
import { invalid } from '../../http/validation';
import type { Freshness } from '../../read/read-models';
import type { Filter } from '../../read/document-store';
import { entryQuery } from '../entry-filter';
import type { NamedEntry } from '../entry-names';
import { SearchNotes } from '../searches/search-notes';
import { isoOf } from '../entry-values';
import { AuditLogsQuery, LoginQuery, SecurityQuery } from './activity.bodies';
import { ListActivity } from './activity.queries';
import { securityTypes } from './security-types.vocabulary';

/** What is asked of the audit log, as text; undefined where it is not. */
type Parameters = Readonly<Record<string, string | undefined>>;

@ApiTags('Account')
@Access({ scope: 'audit.read' })
@Controller('account-info/v3/activity')
export class ActivityController {
  constructor(
    private readonly queries: QueryBus,
    private readonly searches: SearchNotes,
  ) {}

  /** Of people alone: the shape has no other actors. */
  @Get('audit-logs')
  @Access({ scope: 'audit.read', feature: 'audit.everything' })
  @ApiOperation({ summary: "List what people did, in the shape of HubSpot's audit logs" })
  async auditLogs(
    @Query() query: AuditLogsQuery,
    @Asked() asking: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const { actingUserId, occurredAfter, occurredBefore, sort, limit, after } = query;
    const userIds = actingUserId === undefined ? undefined : [actingUserId].flat().join(',');
    const [first] = sort === undefined ? [] : [sort].flat();
    const asked = { userId: userIds, from: occurredAfter, to: occurredBefore, sort: first };
    const found = await this.list({ ...asked, limit: String(limit), after }, OF_USERS, asking, fresh);
    return page({ ...found, docs: found.docs.map(auditLog) });
  }

  @Get('login')
  @ApiOperation({ summary: "List logins, in the shape of HubSpot's login activity" })
  async logins(
    @Query() { limit, after, userId }: LoginQuery,
    @Asked() asking: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const asked = { category: 'LOGIN', action: 'LOGIN', userId, limit: String(limit), after };
    const found = await this.list(asked, {}, asking, fresh);
    return page({ ...found, docs: found.docs.map(login) });
  }

  @Get('security')
  @ApiOperation({
    summary: "List security activity, in the shape of HubSpot's",
    description: 'What HubSpot has a type for; all of it stands in the audit log.',
  })
  async security(
    @Query() { limit, after, userId, fromTimestamp, toTimestamp }: SecurityQuery,
    @Asked() asking: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const asked = {
      ...{ category: 'SECURITY_ACTIVITY', userId, limit: String(limit), after },
      from: fromTimestamp === undefined ? undefined : isoOf(fromTimestamp),
      to: toTimestamp === undefined ? undefined : isoOf(toTimestamp),
    };
    const found = await this.list(asked, SECURITY, asking, fresh);
    return page({ ...found, docs: found.docs.map(security) });
  }

  private async list(asked: Parameters, only: Filter, asking: CommandContext, fresh: Freshness) {
    const given = Object.entries(asked).filter(([, value]) => value !== undefined);
    const parameters = Object.fromEntries(given) as Readonly<Record<string, string>>;
    const { data, error } = entryQuery.safeParse(parameters);
    if (error) throw invalid(error);
    const found = await this.queries.execute(new ListActivity(data, only, asking.caller, fresh));
    await this.searches.note({ view: null, parameters }, asking);
    return found;
  }
}

const OF_USERS: Filter = { nonUser: false, 'actor.userId': { $gt: '', $lt: ':' } };
const SECURITY: Filter = { ...OF_USERS, eventType: { $in: Object.keys(securityTypes) } };

/** Users are numbers in these shapes; whoever of the vendor's employees acted has none. */
const numberOf = (userId: string | undefined): number => (/^\d+$/.test(userId ?? '') ? Number(userId) : 0);

function auditLog({ id, occurredAt, category, subCategory, action, actor, target }: NamedEntry) {
  return {
    ...{ id, occurredAt: isoOf(occurredAt), category, subCategory, action },
    actingUser: {
      userId: numberOf(actor.userId),
      ...(actor.email !== undefined && { userEmail: actor.email }),
    },
    ...(target && { targetObjectId: target.id }),
  };
}

const placeOf = ({ client: { ip, country, region } }: NamedEntry) => ({
  ...(ip !== undefined && { ipAddress: ip }),
  ...(country !== undefined && { countryCode: country.toLowerCase() }),
  ...(region !== undefined && { regionCode: region }),
  ...(country !== undefined && { location: [region, country].filter(Boolean).join(', ') }),
});

function login(entry: NamedEntry) {
  const { id, occurredAt, subCategory, actor, client } = entry;
  return {
    ...{ id, loginAt: isoOf(occurredAt), loginSucceeded: subCategory !== 'LOGIN_FAILED' },
    ...(actor.email !== undefined && { email: actor.email }),
    ...(actor.userId !== undefined && { userId: numberOf(actor.userId) }),
    ...placeOf(entry),
    ...(client.userAgent !== undefined && { userAgent: client.userAgent }),
  };
}

function security(entry: NamedEntry) {
  const { id, occurredAt, eventType, actor, target } = entry;
  return {
    ...{ id, createdAt: isoOf(occurredAt), type: securityTypes[eventType]!, userId: numberOf(actor.userId) },
    ...(actor.email !== undefined && { actingUser: actor.email }),
    ...placeOf(entry),
    ...(target && { objectId: target.id }),
  };
}
