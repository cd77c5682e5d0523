// The records that a record is associated with, by their types; more are added and others taken away here.
import { ActionIcon, Anchor, Badge, Button, Group, Paper, Stack, Table, Title } from '@mantine/core';
import { IconLinkOff, IconPlus } from '@tabler/icons-react';
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answered, api } from '../../../api/client';
import { useMayRecords, useObjectTypes, type ObjectType } from '../../../api/object-types';
import { confirm } from '../../../ui/confirm';
import { Empty, Failed, Loading } from '../../../ui/states';
import { tellDone, tellFailure } from '../../../ui/told';
import { Associate } from './associate';
import { linkedQuery, type Linked } from './associations.queries';

interface Props {
  readonly type: ObjectType;
  readonly recordId: string;
  readonly isLive: boolean;
  readonly isEditable: boolean;
}

export function Associations({ type, recordId, isLive, isEditable }: Props) {
  const { t } = useTranslation('records');
  const mayRecords = useMayRecords();
  const [isAdding, setAdding] = useState(false);
  const [cursors, setCursors] = useState<Readonly<Record<string, string>>>({});
  const types = useObjectTypes().filter((other) => mayRecords(other, 'read'));
  const asked = useQueries({
    queries: types.map((other) => ({
      ...linkedQuery(type.name, recordId, other, cursors[other.name]),
      enabled: isLive,
    })),
  });
  if (!isLive) return <Empty title={t('associations.hidden')} text={t('associations.hiddenText')} />;
  const error = asked.find((one) => one.error)?.error;
  if (error) return <Failed error={error} />;
  if (asked.some(({ isPending }) => isPending)) return <Loading />;
  const filled = types.flatMap((other, at) => {
    const { linked = [], next } = asked[at]!.data ?? {};
    return linked.length === 0 ? [] : [{ other, linked, next }];
  });
  const add = isEditable && (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconPlus size={15} aria-hidden />}
      onClick={() => setAdding(true)}
    >
      {t('associations.add')}
    </Button>
  );
  return (
    <Stack gap="md">
      {filled.length === 0 ? (
        <Empty title={t('associations.none')} action={add || undefined} />
      ) : (
        <Group justify="flex-end">{add}</Group>
      )}
      {filled.map(({ other, linked, next }) => (
        <Paper key={other.name} withBorder p="md" component="section" aria-label={other.label}>
          <Title order={2} size="h5" mb="xs">
            {other.label}
          </Title>
          <Table aria-label={other.label} verticalSpacing={4}>
            <Table.Tbody>
              {linked.map((one) => (
                <Row key={one.id} {...{ type, recordId, other, one, isEditable }} />
              ))}
            </Table.Tbody>
          </Table>
          {(next !== undefined || cursors[other.name] !== undefined) && (
            <Group gap="xs" mt="xs">
              <Button
                size="xs"
                variant="default"
                disabled={cursors[other.name] === undefined}
                onClick={() =>
                  setCursors(
                    Object.fromEntries(Object.entries(cursors).filter(([name]) => name !== other.name)),
                  )
                }
              >
                {t('associations.first')}
              </Button>
              <Button
                size="xs"
                variant="default"
                disabled={next === undefined}
                onClick={() => setCursors({ ...cursors, [other.name]: next! })}
              >
                {t('associations.next')}
              </Button>
            </Group>
          )}
        </Paper>
      ))}
      {isAdding && <Associate type={type} recordId={recordId} onClose={() => setAdding(false)} />}
    </Stack>
  );
}

function Row({
  type,
  recordId,
  other,
  one: { id, name, labels },
  isEditable,
}: Omit<Props, 'isLive'> & { readonly other: ObjectType; readonly one: Linked }) {
  const { t } = useTranslation('records');
  const queries = useQueryClient();
  const shown = name ?? t('list.unnamed', { id });
  const part = useMutation({
    mutationFn: () =>
      answered(
        api.DELETE('/crm/v4/objects/{objectType}/{objectId}/associations/{toObjectType}/{toObjectId}', {
          params: {
            path: { objectType: type.name, objectId: recordId, toObjectType: other.name, toObjectId: id },
          },
        }),
      ),
    onSuccess: () => tellDone(t('associations.parted')),
    onError: tellFailure,
    onSettled: () => queries.invalidateQueries({ queryKey: ['record', type.name, recordId] }),
  });
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor
          size="sm"
          dir="auto"
          renderRoot={(props) => (
            <Link
              to="/records/$objectType/$recordId"
              params={{ objectType: other.name, recordId: id }}
              {...props}
            />
          )}
        >
          {shown}
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          {labels.map((label) => (
            <Badge key={label} variant="light" tt="none">
              {label}
            </Badge>
          ))}
        </Group>
      </Table.Td>
      <Table.Td w={50} ta="right">
        {isEditable && (
          <ActionIcon
            variant="subtle"
            color="gray"
            loading={part.isPending}
            aria-label={t('associations.part', { name: shown })}
            onClick={() =>
              void confirm({
                title: t('associations.partTitle'),
                text: t('associations.partText', { name: shown }),
                confirm: t('associations.partTitle'),
                isDangerous: true,
              }).then((isSure) => isSure && part.mutate())
            }
          >
            <IconLinkOff size={16} aria-hidden />
          </ActionIcon>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
