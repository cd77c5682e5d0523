// /crm/v4/associations/{from}/{to}/batch: up to 2,000 pairs of records a call, in HubSpot's shapes.
import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../../caller';
import { Access } from '../../../http/access';
import { Asked, Fresh, highestPositionHeader } from '../../../http/asked';
import type { Freshness } from '../../../read/read-models';
import { AssociationBatches } from './association-batches';
import {
  BatchAssociateBody,
  BatchDefaultBody,
  BatchDissociateBody,
  BatchReadAssociatedBody,
} from '../association.bodies';
import { ListAssociated, ListAssociationTypes } from '../association.queries';
import type { AssociatedPage } from '../association-reader';
import type { RecordRef } from '../association.events';
import { associatedPage, defaultViews, labelsView } from '../association.view';
import { demandParted, errorsOf, mayRead, readEach, recorded, writtenOf } from './association-batch-answer';
import { batchAnswer } from '../../batch-answer';
import { TypeParam } from '../../schemas/object-type-param';
import { ObjectTypes } from '../../schemas/object-types-known';
import { writeContextOf } from '../../records/record-writer';

const READ = ['crm.objects.:fromObjectType.read', 'crm.objects.:toObjectType.read'];
const WRITE = ['crm.objects.:fromObjectType.write', 'crm.objects.:toObjectType.write'];

@ApiTags('associations')
@Controller([
  'crm/v4/associations/:fromObjectType/:toObjectType/batch',
  'crm/associations/v4/:fromObjectType/:toObjectType/batch',
])
export class AssociationBatchesController {
  constructor(
    private readonly batches: AssociationBatches,
    private readonly queries: QueryBus,
    private readonly objectTypes: ObjectTypes,
  ) {}

  @Post('create')
  @Access({ scope: WRITE })
  @ApiOperation({ summary: 'Associate up to 2,000 pairs of records with labels' })
  async create(
    @TypeParam('fromObjectType') fromType: string,
    @TypeParam('toObjectType') toType: string,
    @Body() body: BatchAssociateBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const inputs = body.inputs.map(({ from, to, types }) => ({ fromId: from.id, toId: to.id, types }));
    const results = await this.batches.associate(fromType, toType, inputs, writeContextOf(asked));
    const known = await this.queries.execute(new ListAssociationTypes(fromType, toType));
    const [from, to] = await Promise.all([fromType, toType].map((name) => this.objectTypes.named(name)));
    const all = mayRead(asked, fromType, toType);
    const typeIds = { from: from!.typeId, to: to!.typeId };
    const views = results.flatMap((result, index) =>
      'written' in result
        ? [labelsView(result.written, known, typeIds, all ? undefined : inputs[index]!.types)]
        : [],
    );
    highestPositionHeader(reply, recorded(results));
    const errors = errorsOf(inputs, results);
    if (errors.length > 0) void reply.status(207);
    return batchAnswer(asked, views, errors);
  }

  @Post('associate/default')
  @HttpCode(200)
  @Access({ scope: WRITE })
  @ApiOperation({ summary: 'Associate up to 2,000 pairs of records without a label' })
  async createDefault(
    @TypeParam('fromObjectType') fromType: string,
    @TypeParam('toObjectType') toType: string,
    @Body() body: BatchDefaultBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const inputs = body.inputs.map(({ from, to }) => ({ fromId: from.id, toId: to.id, types: [] }));
    const results = await this.batches.associate(fromType, toType, inputs, writeContextOf(asked));
    const [usual] = await this.queries.execute(new ListAssociationTypes(fromType, toType));
    highestPositionHeader(reply, recorded(results));
    const views = usual ? writtenOf(results).flatMap((one) => defaultViews(one, usual)) : [];
    return batchAnswer(asked, views, errorsOf(inputs, results));
  }

  @Post('read')
  @HttpCode(200)
  @Access({ scope: READ })
  @ApiOperation({ summary: 'Read what up to 1,000 records are associated with' })
  async read(
    @TypeParam('fromObjectType') objectType: string,
    @TypeParam('toObjectType') toType: string,
    @Body() { inputs }: BatchReadAssociatedBody,
    @Asked() asked: CommandContext,
    @Fresh() fresh: Freshness,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const read = (from: RecordRef, page: AssociatedPage) =>
      this.queries.execute(new ListAssociated(from, toType, page, asked.caller, fresh));
    const { results, errors } = await readEach(objectType, toType, inputs, read, associatedPage);
    if (errors.length > 0) void reply.status(207);
    return batchAnswer(asked, results, errors);
  }

  @Post('archive')
  @HttpCode(204)
  @Access({ scope: WRITE })
  @ApiOperation({ summary: 'Take all associations between up to 2,000 pairs of records away' })
  async archive(
    @TypeParam('fromObjectType') fromType: string,
    @TypeParam('toObjectType') toType: string,
    @Body() body: BatchDissociateBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const inputs = body.inputs.flatMap(({ from, to }, input) =>
      to.map(({ id }, index) => ({
        ...{ fromId: from.id, toId: id, types: [] },
        place: `inputs[${input}].to[${index}]`,
      })),
    );
    const results = await this.batches.dissociate(fromType, toType, inputs, writeContextOf(asked));
    highestPositionHeader(reply, recorded(results));
    demandParted(results, (index) => inputs[index]!.place);
    // Sent at the dated addresses, which answer with 200.
    return batchAnswer(asked, []);
  }

  @Post('labels/archive')
  @HttpCode(204)
  @Access({ scope: WRITE })
  @ApiOperation({ summary: 'Take labels away from up to 2,000 pairs of records' })
  async archiveLabels(
    @TypeParam('fromObjectType') fromType: string,
    @TypeParam('toObjectType') toType: string,
    @Body() body: BatchAssociateBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const inputs = body.inputs.map(({ from, to, types }) => ({ fromId: from.id, toId: to.id, types }));
    // The answer has no place for errors: nothing is taken away where any type is wrong.
    await this.batches.checkTypes(fromType, toType, inputs);
    const results = await this.batches.removeTypes(fromType, toType, inputs, writeContextOf(asked));
    highestPositionHeader(reply, recorded(results));
    demandParted(results, (index) => `inputs[${index}]`);
    return batchAnswer(asked, []);
  }
}
