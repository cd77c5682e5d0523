// What a plan was asked to do, in words: where values come from, of which records, and what else happens to them.
import { List } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useObjectLabel } from '../../api/object-types';
import { isPosition } from '../../ui/instant-input';
import { useFormats } from '../../words/formats';
import type { Modes, Plan } from './restores.queries';

type Source = Pick<Plan, 'source' | 'position'>;

export const CAUSES = [
  'importId',
  'restoreId',
  'loadId',
  'apiKeyId',
  'userId',
  'entryId',
  'commandId',
  'workflowId',
  'integrationId',
] as const;
export type Cause = (typeof CAUSES)[number];

/** The one cause that an undo names, and its id. */
export function causeOf(undo: NonNullable<Plan['source']['undo']>): readonly [Cause, string] | undefined {
  for (const cause of CAUSES) {
    const id = undo[cause];
    if (id !== undefined) return [cause, id];
  }
  return undefined;
}

/** An instant in words: a time of the reader's zone, or a position of the log. */
export function useInstantText(): (instant: string) => string {
  const { t } = useTranslation();
  const { time } = useFormats();
  return (instant) => (isPosition(instant) ? t('instant.position', { position: instant }) : time(instant));
}

/** "To the backup 1000…", "To 3 May, 14:30", "Undo of import 1000…". */
export function useSourceText(): (plan: Source) => string {
  const { t } = useTranslation('restores');
  const instantText = useInstantText();
  return ({ source, position }) => {
    const { backupId, asOf, undo } = source;
    const cause = undo && causeOf(undo);
    if (cause) return t('source.undo', { cause: t(`cause.${cause[0]}`), id: cause[1] });
    if (backupId !== undefined) return t('source.backup', { id: backupId });
    return t('source.asOf', { at: instantText(asOf ?? position) });
  };
}

const RESTORE_MODES = [
  'recreateDeleted',
  'restoreAssociations',
  'keepNonEmpty',
  'archiveCreatedSince',
] as const;
export type Mode = (typeof RESTORE_MODES)[number];
export { RESTORE_MODES as MODES };

/** Each mode in a sentence: what it does where it is on, what happens otherwise where it is off. */
export function ModeList({ modes, isUndo }: { readonly modes: Modes; readonly isUndo: boolean }) {
  const { t } = useTranslation('restores');
  const kind = isUndo ? 'undo' : 'plain';
  return (
    <List size="sm" spacing={2}>
      {RESTORE_MODES.map((mode) => (
        <List.Item key={mode}>{t(`modes.${kind}.${mode}.${modes[mode] === true ? 'on' : 'off'}`)}</List.Item>
      ))}
    </List>
  );
}

type Selection = Plan['objects'][number];

/** Of which records and which properties, in a sentence for each kind of selection. */
export function SelectionList({ objects }: { readonly objects: readonly Selection[] }) {
  const { t } = useTranslation('restores');
  const { number, list } = useFormats();
  const labelOf = useObjectLabel();
  const records = ({ recordIds, filterGroups }: Selection) => {
    if (recordIds) return t('selection.ids', { count: recordIds.length, shown: number(recordIds.length) });
    return filterGroups ? t('selection.matching') : t('selection.all');
  };
  const properties = (names: Selection['properties']) =>
    names === '*' || names.includes('*') ? t('selection.everyProperty') : list([...names]);
  // Types of which the same is asked share a line.
  const byText = new Map<string, Selection[]>();
  for (const one of objects) {
    const text = `${records(one)}; ${properties(one.properties)}`;
    byText.set(text, [...(byText.get(text) ?? []), one]);
  }
  return (
    <List size="sm" spacing={2}>
      {[...byText].map(([text, some]) => (
        <List.Item key={text}>
          <strong>{list(some.map(({ objectType }) => labelOf(objectType)))}</strong>: {text}
        </List.Item>
      ))}
    </List>
  );
}
