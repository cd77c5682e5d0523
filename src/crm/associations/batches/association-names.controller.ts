// /crm/v3/associations/{from}/{to}: HubSpot's older API, where one word such as contact_to_company names a type.
import { Body, Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../../caller';
import { Access } from '../../../http/access';
import { Asked, Fresh, highestPositionHeader } from '../../../http/asked';
import type { Freshness } from '../../../read/read-models';
import { demandParted, errorsOf, readEach, recorded } from './association-batch-answer';
import { AssociationBatches } from './association-batches';
import { BatchNamedPairsBody, BatchReadAssociatedBody } from '../association.bodies';
import type { AssociatedPage } from '../association-reader';
import type { RecordRef } from '../association.events';
import { ListAssociated, ListAssociationTypes } from '../association.queries';
import { associatedIds } from '../association.view';
import { batchAnswer } from '../../batch-answer';
import { typesNamed } from '../types/association-types';
import { TypeParam } from '../../schemas/object-type-param';
import { writeContextOf } from '../../records/record-writer';

const READ = ['crm.objects.:fromObjectType.read', 'crm.objects.:toObjectType.read'];
const WRITE = ['crm.objects.:fromObjectType.write', 'crm.objects.:toObjectType.write'];

@ApiTags('associations')
@Controller('crm/v3/associations/:fromObjectType/:toObjectType')
export class AssociationNamesController {
  constructor(
    private readonly batches: AssociationBatches,
    private readonly queries: QueryBus,
  ) {}

  @Get('types')
  @Access({ scope: READ })
  @ApiOperation({ summary: 'List the names of the association types from one object type to another' })
  async types(@TypeParam('fromObjectType') from: string, @TypeParam('toObjectType') to: string) {
    const types = await this.queries.execute(new ListAssociationTypes(from, to));
    return { results: types.map(({ typeId, name }) => ({ id: String(typeId), name })) };
  }

  @Post('batch/create')
  @Access({ scope: WRITE })
  @ApiOperation({ summary: 'Associate up to 2,000 pairs of records by types named' })
  async create(
    @TypeParam('fromObjectType') fromType: string,
    @TypeParam('toObjectType') toType: string,
    @Body() body: BatchNamedPairsBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const inputs = await this.pairsOf(fromType, toType, body);
    const results = await this.batches.associate(fromType, toType, inputs, writeContextOf(asked));
    highestPositionHeader(reply, recorded(results));
    const errors = errorsOf(inputs, results);
    if (errors.length > 0) void reply.status(207);
    const done = body.inputs.filter((_, index) => 'written' in results[index]!);
    return batchAnswer(asked, done, errors);
  }

  @Post('batch/read')
  @HttpCode(200)
  @Access({ scope: READ })
  @ApiOperation({ summary: 'Read what up to 1,000 records are associated with, by names of types' })
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
    const { results, errors } = await readEach(objectType, toType, inputs, read, associatedIds);
    if (errors.length > 0) void reply.status(207);
    return batchAnswer(asked, results, errors);
  }

  @Post('batch/archive')
  @HttpCode(204)
  @Access({ scope: WRITE })
  @ApiOperation({ summary: 'Take types named away from up to 2,000 pairs of records' })
  async archive(
    @TypeParam('fromObjectType') fromType: string,
    @TypeParam('toObjectType') toType: string,
    @Body() body: BatchNamedPairsBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const inputs = await this.pairsOf(fromType, toType, body);
    const results = await this.batches.removeTypes(fromType, toType, inputs, writeContextOf(asked));
    highestPositionHeader(reply, recorded(results));
    demandParted(results, (index) => `inputs[${index}]`);
  }

  /** Refuses with `association-type-unknown` before anything is written. */
  private async pairsOf(fromType: string, toType: string, { inputs }: BatchNamedPairsBody) {
    const types = await this.queries.execute(new ListAssociationTypes(fromType, toType));
    const named = typesNamed(
      types,
      inputs.map(({ type }) => type),
      (index) => `inputs[${index}].type`,
    );
    return inputs.map(({ from, to }, index) => ({ fromId: from.id, toId: to.id, types: [named[index]!] }));
  }
}
