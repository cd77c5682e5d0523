// What the analysis asks the server: the totals of a day, and counts over time.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../../api/client';

export type Chart = Schemas['Chart'];
export type Point = Schemas['Point'];
export type Totals = Schemas['Summary']['totals'];

export const INTERVALS = ['hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

export interface Asked {
  readonly from?: string;
  readonly to?: string;
  readonly interval: Interval;
  readonly timeZone: string;
  readonly category?: string;
  readonly action?: string;
  readonly userId?: string;
  readonly teamId?: string;
}

export const summaryQuery = (date: string, timeZone: string) =>
  queryOptions({
    queryKey: ['audit', 'analysis', 'summary', date, timeZone],
    queryFn: ({ signal }) =>
      answered(api.GET('/audit/v1/analysis/summary', { params: { query: { date, timeZone } }, signal })),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });

export const CHARTS = ['by-category', 'by-action', 'login-trend', 'crm-records'] as const;
export type ChartName = (typeof CHARTS)[number];

export const chartQuery = (name: ChartName, asked: Asked) =>
  queryOptions({
    queryKey: ['audit', 'analysis', name, asked],
    queryFn: ({ signal }) =>
      answered(
        api.GET(`/audit/v1/analysis/${name}`, { params: { query: asked as never }, signal }),
      ) as Promise<Chart>,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
