// /crm/v3/associations/{from}/{to}: HubSpot's older API, where one word such as contact_to_company names a type.
import { Body, Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../../caller';
import { Access } from '../../../http/access';
import { Asked, Fresh, highestPositionHeader } from '../../../http/asked';
import type { Freshness } from '../../../read/read-models';
import { Refusal } from '../../../refusals';
import { errorsOf, noneOf, readEach, recorded } from './association-batch-answer';
import { AssociationBatches } from './association-batches';
import { BatchNamedPairsBody, BatchReadNamedBody } from '../association.bodies';
import { ListAssociated, ListAssociationTypes } from '../association.queries';
import { batchAnswer } from '../../batch-answer';
import { TypeParam } from '../../schemas/object-type-param';
import { writeContextOf } from '../../records/record-writer';

const READ = ['crm.objects.:fromObjectType.read', 'crm.objects.:toObjectType.read'];
const WRITE = ['crm.objects.:fromObjectType.write', 'crm.objects.:toObjectType.write'];
/** Associations of one record in an answer; further ones are read page by page over the v4 API. */
const MOST_OF_ONE = 500;

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
    @Body() { inputs }: BatchReadNamedBody,
    @Asked() asked: CommandContext,
    @Fresh() fresh: Freshness,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { results, errors } = await readEach(inputs, async ({ id }) => {
      const from = { objectType, recordId: id };
      const paging = { limit: MOST_OF_ONE, after: undefined };
      const { docs } = await this.queries.execute(
        new ListAssociated(from, toType, paging, asked.caller, fresh),
      );
      if (docs.length === 0) throw noneOf(from, toType);
      const to = docs.flatMap(({ recordId, types }) =>
        types.map(({ name }) => ({ id: recordId, type: name })),
      );
      return { from: { id }, to };
    });
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
  }

  /** Refuses with `association-type-unknown` before anything is written. */
  private async pairsOf(fromType: string, toType: string, { inputs }: BatchNamedPairsBody) {
    const types = await this.queries.execute(new ListAssociationTypes(fromType, toType));
    return inputs.map(({ from, to, type }) => {
      const found = types.find(({ name, typeId }) => name === type || String(typeId) === type);
      if (found) return { fromId: from.id, toId: to.id, types: [found] };
      const message = `'${type}' is not an association type from ${fromType} to ${toType}`;
      throw new Refusal('association-type-unknown', { message });
    });
  }
}
