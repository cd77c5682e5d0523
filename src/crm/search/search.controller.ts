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
import type { RecordView } from '../records/record.view';
import { groupsOf, SearchBody } from './search.bodies';
import { searchIndexes } from './search-indexes';
import { offsetOf, SearchOffsets, type Page, type Paging } from './search-offsets';

@ApiTags('records')
@Controller('crm/v3/objects/:objectType/search')
export class SearchController {
  private readonly offsets = new SearchOffsets();

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
    const search = { filterGroups: groupsOf(body), sorts: body.sorts ?? [], query: body.query ?? undefined };
    const wanted = { viewer: caller, properties: body.properties ?? [], propertiesWithHistory: [] };
    const asOf = body.asOf ?? undefined;
    const find = (paging: Paging): Promise<Page<RecordView>> => {
      const asked = { ...search, ...paging };
      return asOf !== undefined || isCursorAsOf(paging.after)
        ? this.queries.execute(new SearchRecordsAsOf(objectType, asOf, asked, wanted, fresh))
        : this.queries.execute(new SearchRecords(objectType, asked, wanted, fresh));
    };
    const limit = body.limit ?? 10;
    const after = String(body.after ?? '');
    const offset = offsetOf(after);
    const found =
      offset === undefined
        ? await find({ limit, ...(after !== '' && { after }) })
        : await this.offsets.page([caller.actor, objectType, asOf, search], offset, limit, find);
    return {
      total: found.total,
      ...page(found),
      ...(found.position !== undefined && { position: found.position }),
    };
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
