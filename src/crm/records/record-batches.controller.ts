// /crm/v3/objects/{objectType}/batch: up to 100 records a call, in HubSpot's shapes.
import { Body, Controller, HttpCode, Post, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Request } from '../../caller';
import { Access } from '../../http/access';
import { Asked, highestPositionHeader } from '../../http/asked';
import { Refusal } from '../../refusals';
import { batchAnswer, batchError } from '../batch-answer';
import { bounded } from '../bounded';
import { Definitions } from '../properties/definitions';
import { TypeParam } from '../schemas/object-type-param';
import { findObjectType } from '../schemas/object-types';
import { RecordBatches, type BatchContext, type ItemResult } from './record-batches';
import {
  ArchivedQuery,
  BatchArchiveBody,
  BatchCreateBody,
  BatchReadBody,
  BatchUpdateBody,
} from './record.bodies';
import { writeContextOf } from './record-writer';
import { GetRecord } from './record.queries';
import { presentWritten } from './record.view';

@ApiTags('records')
@Controller('crm/v3/objects/:objectType/batch')
export class RecordBatchesController {
  constructor(
    private readonly batches: RecordBatches,
    private readonly queries: QueryBus,
    private readonly definitions: Definitions,
  ) {}

  @Post('create')
  @Access({ scope: 'crm.objects.:objectType.write' })
  @ApiOperation({ summary: 'Create up to 100 records' })
  async create(
    @TypeParam() objectType: string,
    @Body() body: BatchCreateBody,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const results = await this.batches.create(objectType, body.inputs, contextOf(asked));
    const written = body.inputs.map(({ properties }) => properties);
    return this.answer(objectType, asked, results, written, reply);
  }

  @Post('read')
  @HttpCode(200)
  @Access({ scope: 'crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'Read up to 100 records by id or a unique property' })
  async read(
    @TypeParam() objectType: string,
    @Query() { archived }: ArchivedQuery,
    @Body() body: BatchReadBody,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { inputs, idProperty, properties, propertiesWithHistory } = body;
    const wanted = {
      viewer: asked.caller,
      properties: properties ?? [],
      propertiesWithHistory: propertiesWithHistory ?? [],
    };
    const ids = [...new Set(inputs.map(({ id }) => id))];
    const read = await bounded(ids, (id) =>
      this.queries.execute(new GetRecord(objectType, id, wanted, archived, idProperty)),
    );
    const views = read.flatMap((found) => (found ? [found.view] : []));
    const missing = ids.filter((_, index) => !read[index]);
    const label = findObjectType(objectType)?.singular.toUpperCase() ?? objectType;
    const message = `Could not get some ${label} objects, they may be deleted or not exist. Check that ids are valid.`;
    const errors =
      missing.length > 0
        ? [batchError(new Refusal('record-unknown', { message, context: { ids: missing } }))]
        : [];
    if (errors.length > 0) void reply.status(207);
    return batchAnswer(asked, views, errors);
  }

  @Post('update')
  @HttpCode(200)
  @Access({ scope: 'crm.objects.:objectType.write' })
  @ApiOperation({ summary: 'Update up to 100 records' })
  async update(
    @TypeParam() objectType: string,
    @Body() body: BatchUpdateBody,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const results = await this.batches.update(objectType, body.inputs, contextOf(asked));
    const written = body.inputs.map(({ properties }) => properties);
    return this.answer(objectType, asked, results, written, reply);
  }

  @Post('upsert')
  @HttpCode(200)
  @Access({ scope: 'crm.objects.:objectType.write' })
  @ApiOperation({ summary: 'Update up to 100 records by a unique property, or create them' })
  async upsert(
    @TypeParam() objectType: string,
    @Body() body: BatchUpdateBody,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const results = await this.batches.upsert(objectType, body.inputs, contextOf(asked));
    const written = body.inputs.map(({ properties }) => properties);
    return this.answer(objectType, asked, results, written, reply, true);
  }

  @Post('archive')
  @HttpCode(204)
  @Access({ scope: 'crm.objects.:objectType.write' })
  @ApiOperation({ summary: 'Archive up to 100 records' })
  async archive(
    @TypeParam() objectType: string,
    @Body() body: BatchArchiveBody,
    @Asked() asked: Request,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const ids = body.inputs.map(({ id }) => id);
    highestPositionHeader(reply, await this.batches.archive(objectType, ids, contextOf(asked)));
  }

  private async answer(
    objectType: string,
    asked: Request,
    results: readonly ItemResult[],
    written: readonly Readonly<Record<string, unknown>>[],
    reply: FastifyReply,
    upsert = false,
  ) {
    const definitions = await this.definitions.of(objectType);
    const views = results.flatMap((result, index) =>
      'written' in result
        ? [
            {
              ...presentWritten(
                asked.caller,
                result.written.record,
                definitions,
                Object.keys(written[index]!),
              ),
              ...(upsert && { new: result.created }),
            },
          ]
        : [],
    );
    const errors = results.flatMap((result) =>
      'refusal' in result ? [batchError(result.refusal, { ids: [result.id] })] : [],
    );
    highestPositionHeader(
      reply,
      results.flatMap((result) => ('written' in result ? [result.written] : [])),
    );
    if (errors.length > 0) void reply.status(207);
    return batchAnswer(asked, views, errors);
  }
}

const contextOf = (asked: Request): BatchContext => ({
  caller: asked.caller,
  command: asked.command,
  context: writeContextOf(asked),
});
