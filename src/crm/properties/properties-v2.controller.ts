// /properties/v2/{objectType}/properties: the list of properties by the address that connectors for warehouses still ask.
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../http/access';
import { Fresh } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import { ObjectTypes } from '../schemas/object-types-known';
import { ListProperties } from './property.queries';
import type { PropertyView } from './property.view';

/**
 * Types of HubSpot's that are not kept here, and so have no properties. Airbyte asks for those of each type that it knows
 * before it shows any of them: where one of these is refused, it cannot be set up at all.
 */
const NOT_KEPT = ['deal_split', 'feedback_submission', 'form', 'goal_targets'];

@ApiTags('properties')
@Controller('properties/v2/:objectType/properties')
export class PropertiesV2Controller {
  constructor(
    private readonly queries: QueryBus,
    private readonly objectTypes: ObjectTypes,
  ) {}

  @Get()
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'List the properties of an object type, without an object around the list' })
  async list(
    @Param('objectType') alias: string,
    @Fresh() fresh: Freshness,
  ): Promise<readonly PropertyView[]> {
    if (NOT_KEPT.includes(alias) && !(await this.objectTypes.find(alias))) return [];
    const { name } = await this.objectTypes.named(alias);
    const wanted = { archived: false, dataSensitivity: 'non_sensitive' } as const;
    return this.queries.execute(new ListProperties(name, wanted, fresh));
  }
}
