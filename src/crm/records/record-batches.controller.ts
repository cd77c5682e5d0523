// /crm/v3/objects/{objectType}/batch: up to 100 records a call, in HubSpot's shapes.
import { Body, Controller, HttpCode, Post, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, highestPositionHeader } from '../../http/asked';
import { Refusal } from '../../refusals';
import { batchAnswer, batchError } from '../batch-answer';
import { sizeOf } from '../../eventsourcing/size-of';
import { MOST_ANSWERED } from '../limits';
import { HistoryBudget } from './record-history';
import { mapConcurrently } from '../map-concurrently';
import { Definitions } from '../properties/definitions';
import { GetRecordAsOf } from '../../time-travel/lists/as-of.queries';
import { TypeParam } from '../schemas/object-type-param';
import { findObjectType } from '../schemas/object-type.vocabulary';
import type { Values } from './record.decider';
import { RecordBatches, type BatchContext, type ItemResult } from './record-batches';
import {
  ARCHIVING,
  BatchArchiveBody,
  BatchCreateBody,
  BatchReadBody,
  BatchReadQuery,
  BatchUpdateBody,
} from './record.bodies';
import { writeContextOf } from './record-writer';
import { GetRecord } from './record.queries';
import { presentWritten } from './record.view';

/** Records read at once: as many may be read beyond the size of the answer. */
const AT_ONCE = 4;

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
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const results = await this.batches.create(objectType, body.inputs, contextOf(asked));
    return this.answer(objectType, asked, results, body.inputs, reply);
  }

  @Post('read')
  @HttpCode(200)
  @Access({ scope: 'crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'Read up to 100 records by id or a unique property' })
  async read(
    @TypeParam() objectType: string,
    @Query() { archived, asOf }: BatchReadQuery,
    @Body() body: BatchReadBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { inputs, idProperty, properties, propertiesWithHistory } = body;
    const ids = [...new Set(inputs.map(({ id }) => id))];
    const wanted = {
      viewer: asked.caller,
      properties: properties ?? [],
      propertiesWithHistory: propertiesWithHistory ?? [],
      budget: new HistoryBudget(ids.length),
    };
    if (asOf !== undefined) refuseOfNow(body);
    const one = async (id: string) =>
      asOf === undefined
        ? (await this.queries.execute(new GetRecord(objectType, id, wanted, archived, idProperty)))?.view
        : this.queries.execute(new GetRecordAsOf(objectType, id, asOf, wanted, archived));
    let left = MOST_ANSWERED;
    const read = await mapConcurrently(
      ids,
      async (id) => {
        if (left <= 0) return 'left out';
        const found = await one(id);
        left -= sizeOf(found);
        return found;
      },
      AT_ONCE,
    );
    const views = read.flatMap((found) => (found && found !== 'left out' ? [found] : []));
    const missing = ids.filter((_, index) => !read[index]);
    const leftOut = ids.filter((_, index) => read[index] === 'left out');
    const label = findObjectType(objectType)?.singular.toUpperCase() ?? objectType;
    const message = `Could not get some ${label} objects, they may be deleted or not exist. Check that ids are valid.`;
    const errors = [
      ...(missing.length > 0 ? [new Refusal('record-unknown', { message, context: { ids: missing } })] : []),
      ...(leftOut.length > 0 ? [new Refusal('answer-too-large', { context: { ids: leftOut } })] : []),
    ].map((refusal) => batchError(refusal));
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
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const results = await this.batches.update(objectType, body.inputs, contextOf(asked));
    return this.answer(objectType, asked, results, body.inputs, reply);
  }

  @Post('upsert')
  @HttpCode(200)
  @Access({ scope: 'crm.objects.:objectType.write' })
  @ApiOperation({ summary: 'Update up to 100 records by a unique property, or create them' })
  async upsert(
    @TypeParam() objectType: string,
    @Body() body: BatchUpdateBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const results = await this.batches.upsert(objectType, body.inputs, contextOf(asked));
    return this.answer(objectType, asked, results, body.inputs, reply, true);
  }

  @Post('archive')
  @HttpCode(204)
  @Access({ scope: [...ARCHIVING, 'crm.objects.bulk_delete'] })
  @ApiOperation({ summary: 'Archive up to 100 records' })
  async archive(
    @TypeParam() objectType: string,
    @Body() body: BatchArchiveBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const ids = body.inputs.map(({ id }) => id);
    await this.batches.archive(objectType, ids, contextOf(asked), (written) =>
      highestPositionHeader(reply, written),
    );
  }

  private async answer(
    objectType: string,
    asked: CommandContext,
    results: readonly ItemResult[],
    inputs: readonly WrittenInput[],
    reply: FastifyReply,
    upsert = false,
  ) {
    const known = await this.definitions.bothOf(objectType);
    let left = MOST_ANSWERED;
    const views = results.flatMap((result, index) => {
      if (!('written' in result)) return [];
      const { properties } = inputs[index]!;
      // Beyond the size of one answer, a record is shown as to a writer who may not read: the values written, and no
      // others.
      const view = presentWritten(asked.caller, result.written.record, known, properties, left > 0);
      left -= sizeOf(view);
      return [{ ...view, ...traceOf(inputs[index]!), ...(upsert && { new: result.written.created }) }];
    });
    const errors = results.flatMap((result, index) => {
      if (!('refusal' in result)) return [];
      const { id } = inputs[index]!;
      const { objectWriteTraceId: trace } = traceOf(inputs[index]!);
      const context = {
        ...(id !== undefined && { ids: [id] }),
        ...(trace !== undefined && { objectWriteTraceId: [trace] }),
      };
      return [batchError(result.refusal, context, index)];
    });
    highestPositionHeader(
      reply,
      results.flatMap((result) => ('written' in result ? [result.written] : [])),
    );
    if (errors.length > 0) void reply.status(207);
    return batchAnswer(asked, views, errors);
  }
}

/** An input as far as the answer leads back to it. */
interface WrittenInput {
  readonly id?: string;
  readonly properties: Values;
  readonly objectWriteTraceId?: string | null | undefined;
}

const traceOf = ({ objectWriteTraceId: trace }: WrittenInput): { objectWriteTraceId?: string } =>
  typeof trace === 'string' ? { objectWriteTraceId: trace } : {};

const contextOf = (asked: CommandContext): BatchContext => ({
  caller: asked.caller,
  command: asked.command,
  context: writeContextOf(asked),
});

/** Refuses beside `asOf` what records of now alone can be asked for. */
function refuseOfNow({ idProperty, propertiesWithHistory }: BatchReadBody): void {
  const name =
    idProperty !== undefined ? 'idProperty' : propertiesWithHistory?.length ? 'propertiesWithHistory' : '';
  if (name === '') return;
  const message = `${name}: cannot be asked for as of an instant`;
  throw new Refusal('input-invalid', { message, errors: [{ message, in: name }] });
}
