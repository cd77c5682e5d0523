// The rows of a question as far as the reader has come: pages around what is looked at are held, and the next are fetched
// before they are needed.
import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answered, api } from '../../../api/client';
import { parametersOf, type Asked } from '../filter';
import type { Row } from '../audit.queries';
import { forgetWalk, walkOf } from './walk';

export const PAGE = 200;
/** Pages that are fetched below what is looked at. */
const AHEAD = 2;
const HELD_MS = 60_000;
const NEWER_MS = 30_000;
/** Newest rows that are looked at for one that is worth telling of. */
const NEWEST = 10;
/** The browser can draw no taller list than that; what is below is asked for by time. */
export const MOST_ROWS = 400_000;

export interface Rows {
  readonly length: number;
  readonly isWhole: boolean;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly unmatched: Readonly<Record<string, readonly string[]>> | undefined;
  readonly hasNewer: boolean;
  readonly question: string;
  rowAt: (index: number) => Row | undefined;
  indexOf: (id: string) => number;
  /** What is looked at now. */
  show: (first: number, last: number) => void;
  reload: () => void;
  offset: () => number;
  keepOffset: (offset: number) => void;
}

const ask = (query: object, signal: AbortSignal) =>
  answered(api.GET('/audit/v1/entries', { params: { query: query as never }, signal }));

/** That somebody looks at the log is a row of it, too: this very page writes some, which is no news. */
const isSearch = ({ subCategory, action }: Row): boolean => subCategory === 'AUDIT_LOG' && action === 'VIEW';

export function useRows(asked: Asked, zone: string): Rows {
  const queries = useQueryClient();
  const [turn, setTurn] = useState(0);
  const question = JSON.stringify([asked.filter, asked.last ?? null, asked.sort, zone]);
  const walk = useMemo(() => {
    void turn;
    return walkOf(question);
  }, [question, turn]);
  const [shown, setShown] = useState({ walk, first: 0, last: 0 });
  const { first, last } = shown.walk === walk ? shown : { first: walk.pageOf(walk.offset / 36), last: 0 };
  const lowest = Math.max(0, first - 1);
  const highest = Math.min(walk.pages.length - 1, Math.max(first, last) + AHEAD);
  const parameters = parametersOf(asked, walk.began, zone);
  const pages = Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i);
  const results = useQueries({
    queries: pages.map((index) => ({
      queryKey: ['audit', 'rows', question, walk.began, index],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const { after } = walk.pages[index]!;
        const page = await ask({ ...parameters, limit: PAGE, ...(after !== undefined && { after }) }, signal);
        walk.came(index, page.results.length, page.paging?.next.after);
        return page;
      },
      // A page that came again with other rows than before would not fit between its neighbours.
      staleTime: Infinity,
      gcTime: HELD_MS,
      refetchOnWindowFocus: false,
    })),
  });
  const byPage = new Map(pages.map((index, i) => [index, results[i]!.data?.results]));
  const rowAt = (index: number): Row | undefined => {
    const page = walk.pageOf(index);
    return byPage.get(page)?.[index - walk.pages[page]!.start];
  };
  const isNewestFirst = asked.sort.startsWith('-');
  const top = byPage.get(0)?.[0]?.id;
  const newest = useQuery({
    queryKey: ['audit', 'newest', question],
    queryFn: ({ signal }) => ask({ ...parameters, limit: NEWEST }, signal),
    refetchInterval: NEWER_MS,
    enabled: isNewestFirst && top !== undefined && results[0]?.error === null,
    staleTime: NEWER_MS,
    placeholderData: keepPreviousData,
  });
  const newestRows = newest.isPlaceholderData ? [] : (newest.data?.results ?? []);
  const topAt = newestRows.findIndex(({ id }) => id === top);
  const newer = newestRows.slice(0, topAt < 0 ? newestRows.length : topAt);
  return {
    length: Math.min(walk.length, MOST_ROWS),
    isWhole: walk.isWhole || walk.length >= MOST_ROWS,
    error: results.find(({ error }) => error !== null)?.error ?? undefined,
    isLoading: results[0]?.isPending ?? true,
    unmatched: byPage.has(0) ? results[0]?.data?.unmatched : undefined,
    hasNewer: newer.some((row) => !isSearch(row)),
    question,
    rowAt,
    indexOf: (id) => {
      for (const [page, rows] of byPage) {
        const at = rows?.findIndex((row) => row.id === id) ?? -1;
        if (at >= 0) return walk.pages[page]!.start + at;
      }
      return -1;
    },
    show: (from, to) => {
      const next = { walk, first: walk.pageOf(from), last: walk.pageOf(to) };
      if (shown.walk !== walk || next.first !== shown.first || next.last !== shown.last) setShown(next);
    },
    reload: () => {
      forgetWalk(question);
      queries.removeQueries({ queryKey: ['audit', 'rows', question] });
      void queries.invalidateQueries({ queryKey: ['audit', 'newest', question] });
      setTurn((last) => last + 1);
    },
    offset: () => walk.offset,
    keepOffset: (offset) => {
      walk.stay(offset);
    },
  };
}
