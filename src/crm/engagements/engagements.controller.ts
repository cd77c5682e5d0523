// /engagements/v1/engagements: notes, tasks, calls, meetings and mails by the addresses of HubSpot's first API, which its
// MCP server, n8n and connectors for warehouses still ask. Each is a record, and read and changed as one elsewhere.
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { newId, type CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import { requireScope } from '../../identity/api-keys/scopes';
import type { Freshness } from '../../read/read-models';
import { RecordAssociations } from '../associations/record-associations';
import { Definitions } from '../properties/definitions';
import { ArchiveRecord, CreateRecord, UpdateRecord } from '../records/record.commands';
import type { Values } from '../records/record.decider';
import { presentWritten } from '../records/record.view';
import { creationContextOf, writeContextOf, type RecordWritten } from '../records/record-writer';
import {
  CreateEngagementBody,
  EngagementsQuery,
  PatchEngagementBody,
  RecentEngagementsQuery,
} from './engagement.bodies';
import type { EngagementsPage, EngagementView, RecentEngagementsPage } from './engagement.view';
import {
  engagementKinds,
  engagementObjectTypes,
  kindOf,
  valuesOf,
  wrong,
  type EngagementInput,
} from './engagement-metadata';
import { afterId, changedSince, Engagements } from './engagements';

/** One of them is enough to ask: what is found and written is of the types that the caller has the scope of. */
const anyOf = (right: string) =>
  engagementObjectTypes.map((type) => `crm.objects.${type}.${right}`).join('|');
const PAGE = 100;

@ApiTags('records')
@Controller('engagements/v1/engagements')
export class EngagementsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly definitions: Definitions,
    private readonly associations: RecordAssociations,
    private readonly engagements: Engagements,
  ) {}

  @Get('paged')
  @Access({ scope: anyOf('read') })
  @ApiOperation({ summary: 'List engagements in the order of their ids' })
  async list(
    @Query() { limit, count, offset }: EngagementsQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ): Promise<EngagementsPage> {
    const size = limit ?? count ?? PAGE;
    const found = await this.engagements.stretch(afterId(offset), 0, size + 1, caller, fresh);
    const results = await this.engagements.shown(found.slice(0, size), caller, fresh);
    return { results, hasMore: found.length > size, offset: results.at(-1)?.engagement.id ?? offset };
  }

  @Get('recent/modified')
  @Access({ scope: anyOf('read') })
  @ApiOperation({ summary: 'List engagements that were changed, the last one first' })
  async recent(
    @Query() { limit, count, offset, since }: RecentEngagementsQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ): Promise<RecentEngagementsPage> {
    const size = limit ?? count ?? PAGE;
    const stretch = changedSince(since);
    const found = await this.engagements.stretch(stretch, offset, size + 1, caller, fresh);
    const results = await this.engagements.shown(found.slice(0, size), caller, fresh);
    const total = await this.engagements.count(stretch, caller, fresh);
    return { results, hasMore: found.length > size, offset: offset + results.length, total };
  }

  @Get(':engagementId')
  @Access({ scope: anyOf('read') })
  @ApiOperation({ summary: 'Read one engagement' })
  async get(
    @Param('engagementId') id: string,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ): Promise<EngagementView> {
    const [shown] = await this.engagements.shown(
      [await this.engagements.named(id, caller, 'read')],
      caller,
      fresh,
    );
    return shown!;
  }

  @Post()
  @HttpCode(200)
  @Access({ scope: anyOf('write') })
  @ApiOperation({ summary: 'Create a note, task, call, meeting or mail with what it is associated with' })
  async create(
    @Body() body: CreateEngagementBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EngagementView> {
    const { objectType } = engagementKinds[body.engagement.type];
    requireScope(asked.caller, `crm.objects.${objectType}.write`);
    const values = valuesOf(kindOf(objectType), inputOf(body));
    const context = creationContextOf(asked);
    const ref = { objectType, recordId: await newId(asked.command) };
    const ends = await this.engagements.asked(objectType, body.associations);
    const planned = await this.associations.plan(ref, ends, asked.caller, context);
    const written = await this.commands.execute(new CreateRecord(objectType, ref.recordId, values, context));
    await this.associations.write(written.record, planned, context);
    return this.answer(asked, written, values, reply);
  }

  @Patch(':engagementId')
  @Access({ scope: anyOf('write') })
  @ApiOperation({ summary: 'Change an engagement; what it is associated with is changed elsewhere' })
  async update(
    @Param('engagementId') id: string,
    @Body() body: PatchEngagementBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EngagementView> {
    const { ownerIds: _, ...ends } = body.associations;
    const named = Object.entries(ends).find(([, ids]) => ids && ids.length > 0);
    if (named) throw wrong(`associations.${named[0]}`, 'must be empty: use /crm/v4/associations');
    const { objectType, view } = await this.engagements.named(id, asked.caller, 'write');
    const type = body.engagement?.type;
    if (type !== undefined && engagementKinds[type].objectType !== objectType)
      throw wrong('engagement.type', 'cannot be changed');
    const values = valuesOf(kindOf(objectType), inputOf(body));
    const command = new UpdateRecord(objectType, view.id, values, writeContextOf(asked));
    return this.answer(asked, await this.commands.execute(command), values, reply);
  }

  @Delete(':engagementId')
  @HttpCode(204)
  @Access({ scope: anyOf('write') })
  @ApiOperation({ summary: 'Archive an engagement' })
  async archive(
    @Param('engagementId') id: string,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { objectType, view } = await this.engagements.named(id, asked.caller, 'write');
    requireScope(asked.caller, `crm.objects.${objectType}.archive`);
    const command = new ArchiveRecord(objectType, view.id, writeContextOf(asked));
    positionHeader(reply, (await this.commands.execute(command)).position);
  }

  private async answer(
    { caller }: CommandContext,
    { record, position }: RecordWritten,
    values: Values,
    reply: FastifyReply,
  ): Promise<EngagementView> {
    positionHeader(reply, position);
    const { objectType } = record;
    const view = presentWritten(caller, record, await this.definitions.bothOf(objectType), values);
    const [shown] = await this.engagements.shown([{ objectType, view }], caller, { after: position });
    return shown!;
  }
}

/** The owner is the one of `ownerId`, or that of `ownerIds` where it names no other. */
function inputOf({ engagement, associations, attachments, metadata }: PatchEngagementBody): EngagementInput {
  const owners = new Set([engagement?.ownerId ?? [], associations.ownerIds ?? []].flat());
  if (owners.size > 1) throw wrong('associations.ownerIds', 'may name the owner of engagement.ownerId only');
  const [owner] = owners;
  return {
    ...{ type: engagement?.type, timestamp: engagement?.timestamp },
    ownerId: owner ?? engagement?.ownerId,
    attachments: attachments?.map(({ id }) => id),
    metadata: metadata ?? undefined,
  };
}
