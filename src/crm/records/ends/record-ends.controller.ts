// /crm/v3/objects: merging two records into one, and erasing a record for good.
import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { CommandContext } from '../../../caller';
import { Config } from '../../../config';
import { ReopenErasure } from '../../../erasures/erasure.commands';
import { Access } from '../../../http/access';
import { Asked, positionHeader } from '../../../http/asked';
import { Refusal } from '../../../refusals';
import { Definitions } from '../../properties/definitions';
import { TypeParam } from '../../schemas/object-type-param';
import { isRecordId } from '../record.vocabulary';
import { EraseBody, MergeBody } from '../record.bodies';
import { EraseRecord, RequestErasure } from './record-end.commands';
import { MergeRecords } from '../record.commands';
import { presentWritten, type RecordView } from '../record.view';
import { writeContextOf } from '../record-writer';
import { UniqueValues } from '../unique/unique-values';

@ApiTags('records')
@Controller('crm/v3/objects/:objectType')
export class RecordEndsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly definitions: Definitions,
    private readonly uniqueValues: UniqueValues,
    private readonly config: Config,
  ) {}

  @Post('merge')
  @HttpCode(200)
  @Access({ scope: ['crm.objects.:objectType.write', 'crm.objects.merge'] })
  @ApiOperation({
    summary: 'Merge a record into another of its type; its id stands for the survivor from then on',
  })
  async merge(
    @TypeParam() objectType: string,
    @Body() { primaryObjectId, objectIdToMerge }: MergeBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecordView> {
    for (const [field, id] of Object.entries({ primaryObjectId, objectIdToMerge }))
      if (!isRecordId(id)) throw new Refusal('record-unknown', { message: `${field}: resource not found` });
    if (primaryObjectId === objectIdToMerge)
      throw new Refusal('input-invalid', {
        message: 'objectIdToMerge must be another record than primaryObjectId',
      });
    const command = new MergeRecords(objectType, primaryObjectId, objectIdToMerge, writeContextOf(asked));
    const { record, revision, position } = await this.commands.execute(command);
    void reply.header('ETag', `"${revision}"`);
    positionHeader(reply, position);
    return presentWritten(asked.caller, record, await this.definitions.bothOf(objectType), {});
  }

  @Post('gdpr-delete')
  @HttpCode(204)
  @Access({ scope: 'crm.objects.:objectType.erase', superAdmin: true, stepUp: true })
  @ApiOperation({
    summary: 'Erase a record for good, with all that were merged into it; with ERASURE_DELAY, after it',
  })
  async erase(
    @TypeParam() objectType: string,
    @Body() { objectId, idProperty }: EraseBody,
    @Asked() asked: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const recordId = await this.uniqueValues.idOf(
      objectType,
      objectId,
      idProperty ?? undefined,
      asked.caller,
    );
    if (recordId === undefined) throw new Refusal('record-unknown');
    const context = writeContextOf(asked);
    const { ERASURE_DELAY: delay } = this.config;
    const dueAt = new Date(Date.parse(asked.command.at) + delay).toISOString();
    const command =
      delay > 0
        ? new RequestErasure(objectType, recordId, dueAt, context)
        : new EraseRecord(objectType, recordId, context);
    const { position } = await this.commands.execute(command);
    await this.commands.execute(new ReopenErasure(objectType, recordId, context.meta));
    positionHeader(reply, position);
  }
}
