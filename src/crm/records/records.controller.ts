// /crm/v3/objects: single records and lists of records, in HubSpot's shapes.
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { newId, type CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, Fresh, positionHeader } from '../../http/asked';
import { page } from '../../http/answers/paging';
import type { Freshness } from '../../read/read-models';
import { Refusal } from '../../refusals';
import { Definitions } from '../properties/definitions';
import { GetRecordAsOf, isCursorAsOf, ListRecordsAsOf } from '../../time-travel/lists/as-of.queries';
import { TypeParam } from '../schemas/object-type-param';
import { RecordAssociations } from '../associations/record-associations';
import { ARCHIVING, CreateBody, GetQuery, IdQuery, ListQuery, UpdateBody } from './record.bodies';
import { ArchiveRecord, CreateRecord, UpdateRecord } from './record.commands';
import { GetRecord, ListRecords } from './record.queries';
import { presentWritten, type RecordView } from './record.view';
import type { Values } from './record.decider';
import { creationContextOf, writeContextOf, type RecordWritten } from './record-writer';
import { UniqueValues } from './unique/unique-values';

@ApiTags('records')
@Controller('crm/v3/objects/:objectType')
export class RecordsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly definitions: Definitions,
    private readonly uniqueValues: UniqueValues,
    private readonly associations: RecordAssociations,
  ) {}

  @Get()
  @Access({ scope: 'crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'List records in the order of their ids' })
  async list(
    @TypeParam() objectType: string,
    @Query() query: ListQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const { limit, after, archived, asOf } = query;
    const paging = { limit, archived, ...(after !== undefined && { after }) };
    const wanted = { ...query, viewer: caller };
    if (asOf !== undefined || isCursorAsOf(after)) {
      const then = await this.queries.execute(new ListRecordsAsOf(objectType, asOf, paging, wanted, fresh));
      return { ...page(then), position: then.position };
    }
    const found = await this.queries.execute(new ListRecords(objectType, paging, wanted, fresh));
    const docs = await this.associations.shownWith(objectType, found.docs, query.associations, caller, fresh);
    return page({ ...found, docs });
  }

  @Post()
  @Access({ scope: 'crm.objects.:objectType.write' })
  @ApiOperation({ summary: 'Create a record' })
  async create(
    @TypeParam() objectType: string,
    @Body() body: CreateBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const context = creationContextOf(asked);
    const ref = { objectType, recordId: await newId(asked.command) };
    const planned = await this.associations.plan(ref, body.associations, asked.caller, context);
    const command = new CreateRecord(objectType, ref.recordId, body.properties, context);
    const written = await this.commands.execute(command);
    await this.associations.write(written.record, planned, context);
    return this.answer(asked, written, body.properties, reply);
  }

  @Get(':objectId')
  @Access({ scope: 'crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'Read one record by id or a unique property' })
  async get(
    @TypeParam() objectType: string,
    @Param('objectId') id: string,
    @Query() query: GetQuery,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const wanted = { ...query, viewer: caller };
    if (query.asOf !== undefined) {
      const then = new GetRecordAsOf(objectType, id, query.asOf, wanted, query.archived);
      const view = await this.queries.execute(then);
      if (!view) throw new Refusal('record-unknown');
      return view;
    }
    const read = await this.queries.execute(
      new GetRecord(objectType, id, wanted, query.archived, query.idProperty),
    );
    if (!read) throw new Refusal('record-unknown');
    void reply.header('ETag', `"${read.revision}"`);
    const [view] = await this.associations.shownWith(
      objectType,
      [read.view],
      query.associations,
      caller,
      fresh,
    );
    return view;
  }

  @Patch(':objectId')
  @Access({ scope: 'crm.objects.:objectType.write' })
  @ApiOperation({ summary: 'Update a record; with If-Match only at that revision' })
  async update(
    @TypeParam() objectType: string,
    @Param('objectId') id: string,
    @Query() query: IdQuery,
    @Body() body: UpdateBody,
    @Headers('if-match') ifMatch: string | undefined,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const recordId = await this.uniqueValues.idOf(objectType, id, query.idProperty, asked.caller);
    if (recordId === undefined) throw new Refusal('record-unknown');
    const context = { ...writeContextOf(asked), ...expected(ifMatch) };
    const command = new UpdateRecord(objectType, recordId, body.properties, context);
    return this.answer(asked, await this.commands.execute(command), body.properties, reply);
  }

  @Delete(':objectId')
  @HttpCode(204)
  @Access({ scope: ARCHIVING })
  @ApiOperation({ summary: 'Archive a record' })
  async archive(
    @TypeParam() objectType: string,
    @Param('objectId') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const recordId = await this.uniqueValues.idOf(objectType, id);
    if (recordId === undefined) throw new Refusal('record-unknown');
    const context = { ...writeContextOf(asked), ...expected(ifMatch) };
    const written = await this.commands.execute(new ArchiveRecord(objectType, recordId, context));
    headers(written, reply);
  }

  private async answer(
    { caller }: CommandContext,
    written: RecordWritten,
    values: Values,
    reply: FastifyReply,
  ): Promise<RecordView> {
    headers(written, reply);
    return presentWritten(
      caller,
      written.record,
      await this.definitions.bothOf(written.record.objectType),
      values,
    );
  }
}

function headers({ revision, position }: RecordWritten, reply: FastifyReply): void {
  void reply.header('ETag', `"${revision}"`);
  positionHeader(reply, position);
}

/** The revision in an If-Match header, quoted as in an ETag or bare; `*` expects none. */
function expected(ifMatch: string | undefined): { expectedRevision?: number } {
  if (ifMatch === undefined || ifMatch.trim() === '*') return {};
  const [, revision] = /^(?:W\/)?"?(\d{1,15})"?$/.exec(ifMatch.trim()) ?? [];
  if (revision === undefined)
    throw new Refusal('input-invalid', { message: 'If-Match must be the ETag of a record' });
  return { expectedRevision: Number(revision) };
}
