// /crm/v3/objects/{objectType}/search: searches in HubSpot's shapes, and which of their filters an index answers.
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CommandContext } from '../../caller';
import { Access } from '../../http/access';
import { Asked, Fresh } from '../../http/asked';
import { page } from '../../http/answers/paging';
import type { Freshness } from '../../read/read-models';
import { Definitions } from '../properties/definitions';
import { isCursorAsOf, SearchRecordsAsOf } from '../../time-travel/lists/as-of.queries';
import { TypeParam } from '../schemas/object-type-param';
import { ObjectTypes } from '../schemas/object-types-known';
import { SearchRecords } from '../records/record.queries';
import { groupsOf, SearchBody } from './search.bodies';
import { searchIndexes } from './search-indexes';

@ApiTags('records')
@Controller('crm/v3/objects/:objectType/search')
export class SearchController {
  constructor(
    private readonly queries: QueryBus,
    private readonly definitions: Definitions,
    private readonly objectTypes: ObjectTypes,
  ) {}

  @Post()
  @HttpCode(200)
  @Access({ scope: 'crm.objects.:objectType.read' })
  @ApiOperation({ summary: 'Search records by filter groups, sorts and text' })
  async search(
    @TypeParam() objectType: string,
    @Body() body: SearchBody,
    @Asked() { caller }: CommandContext,
    @Fresh() fresh: Freshness,
  ) {
    const after = String(body.after ?? '');
    const search = {
      filterGroups: groupsOf(body),
      sorts: body.sorts ?? [],
      query: body.query ?? undefined,
      limit: body.limit ?? 10,
      // HubSpot's clients send one of these for the first page.
      ...(after !== '' && after !== '0' && { after }),
    };
    const wanted = { viewer: caller, properties: body.properties ?? [], propertiesWithHistory: [] };
    const asOf = body.asOf ?? undefined;
    if (asOf !== undefined || isCursorAsOf(after)) {
      const then = await this.queries.execute(new SearchRecordsAsOf(objectType, asOf, search, wanted, fresh));
      return { total: then.total, ...page(then), position: then.position };
    }
    const found = await this.queries.execute(new SearchRecords(objectType, search, wanted, fresh));
    return { total: found.total, ...page(found) };
  }

  /** A route of Strata's own: no path of HubSpot's API begins like this. */
  @Get('indexes')
  @Access({ scope: 'crm.objects.:objectType.read' })
  @ApiOperation({
    summary: 'The properties whose filters an index answers, and those a search text is looked for in',
  })
  async indexes(@TypeParam() objectType: string) {
    const { searchableProperties } = await this.objectTypes.named(objectType);
    const results = searchIndexes(objectType, await this.definitions.of(objectType));
    return { results, searchableProperties };
  }
}
