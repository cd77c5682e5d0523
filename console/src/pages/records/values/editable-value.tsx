// A property and its value, which becomes a field when it is to be changed. What somebody else has written meanwhile is
// not overwritten: both values are shown, and whoever edits decides.
import { ActionIcon, Alert, Box, Button, Group, Stack, Text } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../../api/client';
import { ApiError } from '../../../api/errors';
import type { ObjectType } from '../../../api/object-types';
import type { Property } from '../../../api/properties';
import { PropertyField } from '../../../ui/property-field';
import { PropertyValue } from '../../../ui/property-value';
import { tellDone } from '../../../ui/told';
import { recordQuery, type ThenView } from '../records.queries';
import { RefusedValues, useRefusals } from '../refused-values';

interface Props {
  readonly type: ObjectType;
  readonly record: ThenView;
  readonly property: Property;
  readonly isEditable: boolean;
}

export function EditableValue({ type, record, property, isEditable }: Props) {
  const { t } = useTranslation('records');
  const [isEditing, setEditing] = useState(false);
  const wasEditing = useRef(false);
  const pencil = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The field is gone, and the focus with it: back to where it was opened.
    if (wasEditing.current && !isEditing) pencil.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);
  return (
    <Box style={{ minWidth: 0 }}>
      <Text
        component="dt"
        size="xs"
        c="dimmed"
        title={property.name}
        // The field has the label then.
        style={isEditing ? { height: 0, overflow: 'hidden' } : undefined}
      >
        {property.label}
      </Text>
      <Box component="dd" m={0} fz="sm">
        {isEditing ? (
          <Editor {...{ type, record, property }} onEnd={() => setEditing(false)} />
        ) : (
          <Group gap={4} wrap="nowrap" align="flex-start">
            <Box style={{ minWidth: 0 }}>
              <PropertyValue
                objectType={type.name}
                name={property.name}
                value={record.properties[property.name]}
              />
            </Box>
            {isEditable && (
              <ActionIcon
                ref={pencil}
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={t('edit.change', { label: property.label })}
                onClick={() => setEditing(true)}
              >
                <IconPencil size={14} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        )}
      </Box>
    </Box>
  );
}

/** The value that stands there now, where it is another than the one that was being changed. */
interface Conflict {
  readonly theirs: string | null;
  readonly revision: number;
}

function Editor({
  type,
  record,
  property,
  onEnd,
}: Omit<Props, 'isEditable'> & { readonly onEnd: () => void }) {
  const { t } = useTranslation(['records', 'common']);
  const queries = useQueryClient();
  const { name } = property;
  // What was shown when the field was opened is what is being changed, whatever comes in meanwhile.
  const [before] = useState({ value: record.properties[name] ?? '', revision: record.revision });
  const [value, setValue] = useState(before.value);
  const [conflict, setConflict] = useState<Conflict>();
  const write = (revision: number) =>
    answered(
      api.PATCH('/crm/v3/objects/{objectType}/{objectId}', {
        params: { path: { objectType: type.name, objectId: record.id } },
        headers: { 'If-Match': `"${revision}"` },
        body: { properties: { [name]: value } },
      }),
    );
  const save = useMutation({
    mutationFn: async (revision: number): Promise<boolean> => {
      try {
        await write(revision);
        return true;
      } catch (error) {
        const hasMoved = error instanceof ApiError && error.status === 412;
        if (!hasMoved) throw error;
        const now = await queries.fetchQuery({ ...recordQuery(type.name, record.id), staleTime: 0 });
        const theirs = now.properties[name] ?? null;
        if ((theirs ?? '') !== before.value && theirs !== value) {
          setConflict({ theirs, revision: now.revision });
          return false;
        }
        // Something else of the record was changed: that stays, and this is no conflict.
        await write(now.revision);
        return true;
      }
    },
    onSuccess: async (isSaved) => {
      if (!isSaved) return;
      tellDone(t('edit.saved', { label: property.label }));
      await queries.invalidateQueries({ queryKey: ['record', type.name, record.id] });
      void queries.invalidateQueries({ queryKey: ['records', type.name] });
      onEnd();
    },
  });
  const refusals = useRefusals(save.error);
  return (
    <form
      noValidate
      onKeyDown={({ key }) => key === 'Escape' && onEnd()}
      onSubmit={(event) => {
        event.preventDefault();
        if (value === before.value) onEnd();
        else save.mutate(conflict?.revision ?? before.revision);
      }}
    >
      <Stack gap="xs" pt={4}>
        <Focused>
          <PropertyField property={property} value={value} onChange={setValue} error={refusals.of(name)} />
        </Focused>
        {conflict && (
          <Alert color="orange" title={t('edit.conflict')} role="alert">
            <Stack gap={4}>
              <Text size="sm">{t('edit.conflictText')}</Text>
              <Text size="sm" component="div">
                <b>{t('edit.theirs')}</b>{' '}
                <PropertyValue objectType={type.name} name={name} value={conflict.theirs} />
              </Text>
              <Text size="sm" component="div">
                <b>{t('edit.yours')}</b> <PropertyValue objectType={type.name} name={name} value={value} />
              </Text>
            </Stack>
          </Alert>
        )}
        <RefusedValues objectType={type.name} refusals={refusals} shown={[name]} />
        <Group gap="xs">
          <Button size="xs" type="submit" loading={save.isPending}>
            {t(conflict ? 'edit.overwrite' : 'common:actions.save')}
          </Button>
          <Button size="xs" variant="default" onClick={onEnd}>
            {t(conflict ? 'edit.keepTheirs' : 'common:actions.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Puts the focus into the field within it when it appears. */
function Focused({ children }: { readonly children: React.ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector<HTMLElement>('input:not([type=hidden]), textarea')?.focus(), []);
  return <div ref={box}>{children}</div>;
}
