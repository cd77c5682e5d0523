// Routes of /audit/v1/analysis: how much was done, by whom and from where, counted beforehand.
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access } from '../../http/access';
import { Fresh } from '../../http/asked';
import type { Freshness } from '../../read/read-models';
import { ChartQuery, SummaryQuery } from './analysis.bodies';
import { DrawChart, SummarizeDay } from './analysis.queries';

const description =
  'Of what people did, as the list shows it without `includeNonUser`. The first interval is the one that `from` lies ' +
  'in, the last one that of `to`; at most 400. Each point has the parameters of the list that lead to its rows, and ' +
  'their address.';

@ApiTags('Audit log')
@Controller('audit/v1/analysis')
@Access({ scope: 'audit.read', feature: 'audit.analysis' })
export class AnalysisController {
  constructor(private readonly queries: QueryBus) {}

  @Get('summary')
  @ApiOperation({
    summary: "Total a day's logins, deletions, exports and reports, beside those of a week before",
  })
  summary(@Query() asked: SummaryQuery, @Fresh() fresh: Freshness) {
    return this.queries.execute(new SummarizeDay(asked, new Date(), fresh));
  }

  @Get('by-category')
  @ApiOperation({ summary: 'Count what was done over time, by category', description })
  byCategory(@Query() asked: ChartQuery, @Fresh() fresh: Freshness) {
    return this.queries.execute(new DrawChart('by-category', asked, new Date(), fresh));
  }

  @Get('by-action')
  @ApiOperation({ summary: 'Count what was done over time, by action', description })
  byAction(@Query() asked: ChartQuery, @Fresh() fresh: Freshness) {
    return this.queries.execute(new DrawChart('by-action', asked, new Date(), fresh));
  }

  @Get('login-trend')
  @ApiOperation({ summary: 'Count logins over time, and those that failed', description })
  loginTrend(@Query() asked: ChartQuery, @Fresh() fresh: Freshness) {
    return this.queries.execute(new DrawChart('login-trend', asked, new Date(), fresh));
  }

  @Get('crm-records')
  @ApiOperation({ summary: 'Count what was done to CRM objects over time, by action', description })
  crmRecords(@Query() asked: ChartQuery, @Fresh() fresh: Freshness) {
    return this.queries.execute(new DrawChart('crm-records', asked, new Date(), fresh));
  }
}
