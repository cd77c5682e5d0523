// Routes of /audit/v1/entries: what was done, by whom, when and from where, and what can be brought back from an entry.
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import type { CommandContext } from '../caller';
import { Config } from '../config';
import { Access } from '../http/access';
import { Asked, Fresh, highestPositionHeader } from '../http/asked';
import { baseUrl } from '../http/answers/downloads';
import { page } from '../http/answers/paging';
import { invalid } from '../http/validation';
import { tellingKnown } from '../supervision/unknown-fields';
import type { Freshness } from '../read/read-models';
import { features } from '../tiers/features';
import { GetEntryActions } from './actions/action.queries';
import { GetCauses } from './actions/cause.queries';
import { RestoreFromEntry } from './audit.commands';
import { GetAuditEntry, ListAuditEntries, type EntryRow } from './audit.queries';
import { entryQuery } from './entry-filter';
import { CountComments } from './comments/comment.queries';
import { GetViewParameters } from './views/view.queries';
import { beside, type Parameters } from './views/view.vocabulary';
import { SearchNotes } from './searches/search-notes';
import { shownEntry } from './entry-values';

/** What lower tiers do not show of an entry, and the tier that does. */
const WITHHELD = {
  tier: features['audit.details'].tier,
  fields: ['changes', 'source', 'where', 'causes', 'metadata'],
} as const;

/** What stands in a view may complete what is given beside it: all of it together is checked as one query. */
class EntriesQuery extends createZodDto(
  z.strictObject({
    ...entryQuery.shape,
    view: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('the view whose parameters hold where none is given here'),
  }),
) {}

@ApiTags('Audit log')
@Controller('audit/v1/entries')
@Access({ scope: 'audit.read' })
export class AuditController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly searches: SearchNotes,
    private readonly config: Config,
  ) {}

  /** Entries by the time at which things were done, newest first unless sorted otherwise. */
  @Get()
  @ApiOperation({
    summary: 'List what was done, by whom, when and from where',
    description:
      'Newest first. Sorted by `position`, with the id of the last entry seen as `after`, it gives each entry once to ' +
      'whoever asks again and again, whatever the clocks of those who wrote them say. Where nothing is found, ' +
      '`unmatched` names the values asked for that no entry at all has.',
  })
  async list(
    @Query() { view }: EntriesQuery,
    @Req() request: FastifyRequest,
    @Asked() asking: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const { caller, command } = asking;
    const { view: _, ...given } = request.query as Parameters;
    const looked = { caller, now: command.at, fresh };
    const asked =
      view === undefined
        ? given
        : beside(await this.queries.execute(new GetViewParameters(view, looked)), given);
    const { data: query, error } = entryQuery.safeParse(asked, tellingKnown);
    if (error) throw invalid(error);
    const found = await this.queries.execute(new ListAuditEntries(query, caller, fresh));
    await this.searches.note({ view: view ?? null, parameters: given }, asking);
    return { ...page(found), ...(found.unmatched && { unmatched: found.unmatched }) };
  }

  /**
   * One entry with its client, old and new values, source, causes, the event that it was made of, what can be done from
   * it, and where it leads.
   */
  @Get(':id')
  @ApiOperation({
    summary: 'Read one entry with old and new values, client, source and causes',
    description:
      '`can` says what you can do from it, `links` lead to that, to the history of its target, to the record as it was ' +
      'then, to everything by the same cause; `causes.chain` lists the entries of what led to it, nearest first.',
  })
  async get(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Fresh() fresh: Freshness,
    @Req() request: FastifyRequest,
  ) {
    const found = await this.queries.execute(new GetAuditEntry(id, asked.caller, fresh));
    const { can, links } = await this.queries.execute(new GetEntryActions(found, asked));
    const chain = found.isBrief ? [] : await this.queries.execute(new GetCauses(found, asked.caller));
    const base = baseUrl(this.config, request);
    const shown = shownEntry(found);
    const comments = (await this.queries.execute(new CountComments([found.id], fresh))).get(found.id);
    return {
      ...shown,
      ...(comments && { comments }),
      ...(found.isBrief
        ? { withheld: WITHHELD }
        : { causes: { ...shown.causes, chain: chain.map((one) => linked(one, base)) } }),
      can,
      links: Object.fromEntries(Object.entries(links).map(([name, path]) => [name, base + path])),
    };
  }

  @Post(':id/restore')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Bring back the record whose deletion the entry tells of, within 90 days',
    description: 'Needs the write scope of the object type, too.',
  })
  async restore(
    @Param('id') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { written, ...restored } = await this.commands.execute(new RestoreFromEntry(id, asked));
    highestPositionHeader(reply, written);
    return restored;
  }
}

const linked = (row: EntryRow, base: string) => ({
  ...row,
  links: { self: `${base}/audit/v1/entries/${row.id}` },
});
