// Puts many records into the recycle bin: those that match are gathered first, so that the number confirmed is the number
// acted on; then they go in batches that can be stopped between, and what became of them is told in full.
import { Anchor, Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../api/client';
import { ProgressBar } from '../../ui/progress';
import { Failure, useErrorText } from '../../ui/states';
import { useFormats } from '../../words/formats';
import { BATCH, search, type Wanted } from './records.queries';

const GATHERED = 200;

type State =
  | { readonly step: 'gathering'; readonly found: number; readonly total: number }
  | { readonly step: 'confirming'; readonly ids: readonly string[] }
  | { readonly step: 'archiving'; readonly done: number; readonly total: number }
  | {
      readonly step: 'ended';
      readonly archived: number;
      readonly refused: readonly { readonly count: number; readonly why: string }[];
      readonly untouched: number;
    }
  | { readonly step: 'failed'; readonly error: unknown };

interface Props {
  readonly wanted: Wanted;
  /** Undefined for all that match. */
  readonly ids: readonly string[] | undefined;
  readonly label: string;
  readonly onClose: (isDone: boolean) => void;
}

export function ArchiveMany({ wanted, ids, label, onClose }: Props) {
  const { t } = useTranslation(['records', 'common']);
  const { number } = useFormats();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const [state, setState] = useState<State>(
    ids ? { step: 'confirming', ids } : { step: 'gathering', found: 0, total: 0 },
  );
  const isStopped = useRef(false);
  useEffect(() => {
    if (ids) return;
    const stop = new AbortController();
    void gather(wanted, stop.signal, (found, total) => setState({ step: 'gathering', found, total })).then(
      (all) => setState({ step: 'confirming', ids: all }),
      (error: unknown) => !stop.signal.aborted && setState({ step: 'failed', error }),
    );
    return () => stop.abort();
    // What was chosen when the dialog was opened is what it is about.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const archive = async (all: readonly string[]) => {
    const params = { path: { objectType: wanted.objectType } };
    const refused: { count: number; why: string }[] = [];
    let [archived, at] = [0, 0];
    for (; at < all.length && !isStopped.current; at += BATCH) {
      setState({ step: 'archiving', done: at, total: all.length });
      const some = all.slice(at, at + BATCH);
      const body = { inputs: some.map((id) => ({ id })) };
      try {
        await (some.length === 1
          ? answered(
              api.DELETE('/crm/v3/objects/{objectType}/{objectId}', {
                params: { path: { ...params.path, objectId: some[0]! } },
              }),
            )
          : answered(api.POST('/crm/v3/objects/{objectType}/batch/archive', { params, body })));
        archived += some.length;
      } catch (error) {
        refused.push({ count: some.length, why: errorText(error) });
      }
    }
    setState({ step: 'ended', archived, refused, untouched: Math.max(0, all.length - at) });
    await queries.invalidateQueries({ queryKey: ['records', wanted.objectType] });
  };
  const isRunning = state.step === 'archiving';
  const close = () => !isRunning && onClose(state.step === 'ended');
  const count = state.step === 'confirming' ? state.ids.length : 0;
  return (
    <Modal
      opened
      onClose={close}
      title={t('archive.title')}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common:actions.close'), disabled: isRunning }}
    >
      <Stack gap="md">
        {state.step === 'gathering' && (
          <ProgressBar progress={{ done: state.found, total: state.total }} label={t('archive.gathering')} />
        )}
        {state.step === 'confirming' && (
          <>
            <Text size="sm">{t('archive.text', { count, total: number(count), label })}</Text>
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('common:actions.cancel')}
              </Button>
              <Button
                color="red"
                disabled={count === 0}
                onClick={() => void archive(state.ids)}
                data-autofocus
              >
                {t('archive.button', { count, total: number(count) })}
              </Button>
            </Group>
          </>
        )}
        {state.step === 'archiving' && (
          <>
            <ProgressBar progress={state} label={t('archive.title')} />
            <Text size="xs" c="dimmed">
              {t('archive.stay')}
            </Text>
            <Group justify="flex-end">
              <Button variant="default" onClick={() => (isStopped.current = true)}>
                {t('archive.stop')}
              </Button>
            </Group>
          </>
        )}
        {state.step === 'ended' && (
          <>
            <List size="sm" spacing={4}>
              <List.Item>
                {t('archive.archived', { count: state.archived, total: number(state.archived) })}
              </List.Item>
              {state.refused.map(({ count: some, why }, at) => (
                <List.Item key={at}>
                  {t('archive.refused', { count: some, total: number(some), why })}
                </List.Item>
              ))}
              {state.untouched > 0 && (
                <List.Item>
                  {t('archive.untouched', { count: state.untouched, total: number(state.untouched) })}
                </List.Item>
              )}
            </List>
            <Group justify="space-between">
              <Anchor
                size="sm"
                renderRoot={(props) => (
                  <Link to="/recycle-bin" search={{ objectType: wanted.objectType }} {...props} />
                )}
              >
                {t('archive.bin')}
              </Anchor>
              <Button onClick={close} data-autofocus>
                {t('common:actions.close')}
              </Button>
            </Group>
          </>
        )}
        {state.step === 'failed' && <Failure error={state.error} />}
      </Stack>
    </Modal>
  );
}

async function gather(
  wanted: Wanted,
  signal: AbortSignal,
  onFound: (found: number, total: number) => void,
): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (let after: string | undefined; ;) {
    const page = await search(wanted, { properties: ['hs_object_id'], limit: GATHERED, after }, signal);
    for (const { id } of page.results) ids.add(id);
    onFound(ids.size, Math.max(page.total, ids.size));
    after = page.paging?.next?.after;
    if (after === undefined) return [...ids];
  }
}
