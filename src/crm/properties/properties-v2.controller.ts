// /properties/v2/{objectType}/properties: the list of properties by the address that connectors for warehouses still ask.
import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../http/access';
import { Fresh } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import { TypeParam } from '../schemas/object-type-param';
import { ListProperties } from './property.queries';

@ApiTags('properties')
@Controller('properties/v2/:objectType/properties')
export class PropertiesV2Controller {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Access({ scope: 'crm.schemas.:objectType.read|crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'List the properties of an object type, without an object around the list' })
  list(@TypeParam() objectType: string, @Fresh() fresh: Freshness) {
    const wanted = { archived: false, dataSensitivity: 'non_sensitive' } as const;
    return this.queries.execute(new ListProperties(objectType, wanted, fresh));
  }
}
